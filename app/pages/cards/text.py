"""The words of a share image: cleaned, cut to its size, and as runs of one colour each."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

from app.pages.cards.fonts import COMMON, is_lacking

MISSING = "〓"
# Characters without a shape: Default_Ignorable_Code_Point of Unicode, without categories Cc and Cf.
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
# Chinese fonts give this mark a square of its own, which is wrong inside a Latin word.
_APOSTROPHE = re.compile("(?<=[A-Za-z])’(?=[A-Za-z])")
# A Latin word that may be longer than a line gets places to break.
_LONG_WORD = re.compile(r"[\x21-\x7e\u00a1-\u024f]{16,}")
_CLOSING = dict(zip("“‘（［〔〈《「『【〖(", "”’）］〕〉》」』】〗)", strict=True))
_FIXED_SPACES = "\u00a0\u202f"
# Characters of a text that are read: twice as many as the largest card shows.
_MAXIMUM = 500


def clean(text: str) -> str:
    """One line without invisible characters; lone surrogates become 〓."""
    text = unicodedata.normalize("NFC", re.sub(rf"[^\S{_FIXED_SPACES}]+", " ", text)[:_MAXIMUM])
    kept = (MISSING if unicodedata.category(c) == "Cs" else c for c in text if c.isspace() or not _unseen(c))
    return re.sub(" +", " ", "".join(kept)).strip()


def visible(text: str) -> bool:
    """Whether `clean` leaves anything."""
    return any(not c.isspace() and not _unseen(c) for c in text.lstrip()[:_MAXIMUM])


def _unseen(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cf") or _IGNORABLE.match(c) is not None


def narrow(c: str) -> bool:
    """Whether a character takes half a square and joins its neighbours in a word, as Latin ones do."""
    return not c.isspace() and unicodedata.east_asian_width(c) not in ("W", "F", "A")


def shorten(text: str, limit: float) -> tuple[str, str]:
    """Cut a text for an image: the part that is shown, and our …… with the closing marks that are missing.

    Args:
        text: one paragraph on one line.
        limit: squares that fit; a Latin letter takes half of one.
    """
    squares, at = 0.0, len(text)
    for i, c in enumerate(text):
        squares += 0.5 if narrow(c) or c.isspace() else 1
        if squares > limit - 2:
            at = min(at, i)
    if squares <= limit:
        return text, ""
    head = text[:at]
    sentences = [m.end() for m in re.finditer(r"(?:[。！？]|[.!?](?=\s))[”’」』）》]*", head)]
    clauses = [m.start() for m in re.finditer(r"[，；：、]|[,;](?=\s)", head)]
    words = [i for i in range(1, at + 1) if not (narrow(text[i - 1]) and narrow(text[i]))]
    for ends in (sentences, clauses, words):
        if ends and ends[-1] >= 0.5 * at:
            head = head[: ends[-1]].rstrip("".join(_CLOSING) + " ")
            break
    still_open: list[str] = []
    for c in head:
        if c in _CLOSING:
            still_open.append(_CLOSING[c])
        elif still_open and c == still_open[-1]:
            still_open.pop()
    return head, "……" + "".join(reversed(still_open))


def runs(text: str) -> list[dict[str, str]]:
    """A text as runs: its own characters, and 〓 for those that no font has."""
    odd = {c for c in COMMON.sub("", text) if is_lacking(c)}
    text = _LONG_WORD.sub(lambda word: "\u200b".join(word[0]), _APOSTROPHE.sub("\u02bc", text))
    runs = groupby(text, lambda c: "missing" if c in odd or c == MISSING else "own")
    return [
        {"kind": kind, "text": MISSING * len(shown) if kind == "missing" else shown}
        for kind, run in runs
        if (shown := "".join(run))
    ]


def line(text: str, squares: int) -> list[dict[str, str]]:
    """A text as runs, cut with our … if it has more squares."""
    text, room = clean(text), float(squares)
    for i, c in enumerate(text):
        room -= 0.5 if narrow(c) or c.isspace() else 1
        if room < 0:
            return runs(text[:i].rstrip()) + ours("…")
    return runs(text)


def ours(text: str) -> list[dict[str, str]]:
    """Words of our own as runs: they are in vermilion."""
    return [{"kind": "ours", "text": text}] if text else []
