"""Share images: the words of one paragraph as a PNG, set like a leaf of a printed book.

Typst sets them from `templates/card.typ`: line breaking by the rules for Chinese, squeezed marks, the
largest type that fits. Values in, bytes out: no files but the fonts, the same bytes for the same values. Ink
is what was printed; vermilion is what we add: brackets of a supplied title, our ellipsis, the site's name,
〓 for a character that the fonts lack. A picture cannot be corrected, so each tells its revision and address.

Whether words may be quoted under a name is decided before: a speaker who is not certain is no speaker here,
and words given as somebody's own without a speaker are refused.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from app.errors import MeipiError, MissingExtra
from app.settings import ROOT

if TYPE_CHECKING:
    from typst import Fonts

Size = Literal["og", "portrait"]
SIZES: dict[Size, tuple[int, int]] = {"og": (1200, 630), "portrait": (1080, 1440)}

_TEMPLATE = ROOT / "templates" / "card.typ"
_MISSING = "〓"
# The most squares of words on each image, and what is tried if long words leave ragged lines that do not fit.
_LIMITS: dict[Size, tuple[int, ...]] = {"og": (96, 72, 54, 36, 18), "portrait": (120, 90, 60, 36, 18)}
# Characters that the fonts have for certain, so that most texts need no look at single characters.
_COMMON = re.compile(
    "[\u0020-\u007e\u00a1-\u00ff\u3001\u3002\u3041-\u3096\u3400-\u4db5\u4e00-\u9fa5\uff01-\uff5e]+"
)
# Lacking characters that are named below the frame.
_NAMED = 3
# What has no shape of its own: Default_Ignorable_Code_Point of Unicode, besides the categories Cc and Cf.
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
# Chinese fonts set this mark on a square of its own, which is wrong inside a Latin word.
_APOSTROPHE = re.compile("(?<=[A-Za-z])’(?=[A-Za-z])")
# A Latin word that may be longer than a line gets places to break.
_LONG_WORD = re.compile(r"[\x21-\x7e\u00a1-\u024f]{16,}")
_CLOSING = dict(zip("“‘（［〔〈《「『【〖(", "”’）］〕〉》」』】〗)", strict=True))
_FIXED_SPACES = "\u00a0\u202f"
# Twice what the largest card shows; it bounds the cost of a text of any length.
_MOST = 500


class CardRefused(MeipiError):
    """These values make no honest card; the message says why, in Chinese, for readers."""


@dataclass(frozen=True, slots=True)
class CardText:
    """What stands on a card.

    Attributes:
        words: contiguous text of the paragraph; cut at a sentence when long.
        speaker: who says the words, "" where the article itself speaks or the speaker is not certain.
        role: the office as printed, "" if none.
        title: of the article; `supplied` when an editor made it up: then in brackets.
        date: ready to print, 约2023年12月, or "".
        revision: number of the saved revision the words belong to; 0 when never saved.
        address: absolute URL of the paragraph.
        site: name of the site.
        quoted: the words are given as somebody's own (原话); with a speaker and not quoted they are reported
            (转述).
        heading: the words are the article's own title, and `title` is where it appeared, "" if not known.
    """

    words: str
    speaker: str
    role: str
    title: str
    supplied: bool
    date: str
    revision: int
    address: str
    site: str
    quoted: bool
    heading: bool = False


def draw(card: CardText, size: Size) -> bytes:
    """The card as PNG: 1200×630 for `og`, 1080×1440 for `portrait`.

    Raises:
        CardRefused: nothing to show, words quoted as somebody's own whose speaker is not certain, or an
            address too long for a code that a phone can read.
        MissingExtra: the extra `cards` is not installed.
    """
    if reason := refusal(card):
        raise CardRefused(reason)
    return _compile(_TEMPLATE.read_bytes(), "png", {"card": json.dumps(_values(card, size))})


def refusal(card: CardText) -> str:
    """Why no honest card can be made of these values, in words for readers; "" when one can."""
    if not _visible(card.words):
        return "这一段没有文字，做不成卡片。"
    if card.quoted and not _visible(card.speaker):
        return "这段话是谁说的还不能确定，不能当作原话做成卡片；可以分享这一段的链接。"
    return ""


def _values(card: CardText, size: Size) -> dict[str, Any]:
    """What the template shows."""
    code, side, quiet = _code(card.address)
    words, bracketed = _clean(card.words), card.heading and card.supplied
    title = _line(card.title, 30 if size == "og" else 44)
    if card.supplied and not card.heading:
        title = _ours("［") + title + _ours("］")
    versions = []
    for limit in _LIMITS[size]:
        kept, tail = shorten(words, limit - 2 * bracketed)
        shown = _runs(kept) + _ours(tail)
        versions.append(_ours("［") + shown + _ours("］") if bracketed else shown)
    site, address = _clean(card.site), _printed(card.address)
    room = 520  # pixels, on either image
    return {
        "size": size,
        "region": "CN",
        "words": versions,
        "latin": sum(map(_narrow, words)) > len(words) * 0.4,
        "speaker": _line(card.speaker, 18),
        "role": _line(card.role, 44),
        "quoted": card.quoted,
        "tag": "原话" if card.quoted else "转述",
        "title": title,
        "facts": _line(_facts(card), 28),
        "site": _line(site, 9),
        "upright": 0 < len(site) <= 3 and not any(_narrow(c) or c.isspace() for c in site),
        "address": _runs(address),
        "address-size": max(13, min(21, int(room / max(1, 0.56 * len(address))))),
        "code": code,
        "code-side": side,
        "quiet": quiet,
    }


def _facts(card: CardText) -> str:
    revision = f"修订 {card.revision}" if card.revision > 0 else "未存修订"
    return " · ".join(filter(None, (_clean(card.date), revision, "以网页为准", _named(lacking(card)))))


def lacking(card: CardText) -> tuple[str, ...]:
    """The characters of a card that no font has and 〓 replaces, in order, as far as its words are shown.

    Raises:
        MissingExtra: there are unusual characters, and the extra `cards` is not installed.
    """
    words, _ = shorten(_clean(card.words), max(limits[0] for limits in _LIMITS.values()))
    text = words + "".join(map(_clean, (card.speaker, card.role, card.title, card.site)))
    return tuple(c for c in dict.fromkeys(_COMMON.sub("", text)) if c != _MISSING and _is_lacking(c))


def _named(characters: Sequence[str]) -> str:
    """What 〓 replaces, by code point, since the fonts cannot show it: 〓 U+20BB7."""
    codes = [f"U+{ord(c):04X}" for c in characters]
    return f"〓 {' '.join(codes[:_NAMED])}{'…' if len(codes) > _NAMED else ''}" if codes else ""


def _printed(address: str) -> str:
    """The address as people type it."""
    readable = unquote(address)
    shown = address if "\ufffd" in readable else readable
    return _clean(re.sub(r"^https?://", "", shown, flags=re.IGNORECASE).rstrip("/"))


# -- words


def _clean(text: str) -> str:
    """One line without what cannot be seen; lone surrogates, which are no characters, as 〓."""
    _FIXED_SPACES = "\u00a0\u202f"
    # Twice what the largest card shows; it bounds what a text without end can cost.
    text = unicodedata.normalize("NFC", re.sub(rf"[^\S{_FIXED_SPACES}]+", " ", text)[:_MOST])
    kept = (_MISSING if unicodedata.category(c) == "Cs" else c for c in text if c.isspace() or not _unseen(c))
    return re.sub(" +", " ", "".join(kept)).strip()


def _visible(text: str) -> bool:
    """Whether `_clean` leaves anything."""
    return any(not c.isspace() and not _unseen(c) for c in text.lstrip()[:_MOST])


def _unseen(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cf") or _IGNORABLE.match(c) is not None


def _narrow(c: str) -> bool:
    """Latin and the like: half a square, joined to its neighbours in a word."""
    return not c.isspace() and unicodedata.east_asian_width(c) not in ("W", "F", "A")


def shorten(text: str, limit: float) -> tuple[str, str]:
    """Words for a card: what is kept, and what we add for the rest: ……, and marks that close what is open.

    Args:
        text: one paragraph on one line.
        limit: most squares; a Latin letter counts half of one.
    """
    squares, at = 0.0, len(text)
    for i, c in enumerate(text):
        squares += 0.5 if _narrow(c) or c.isspace() else 1
        if squares > limit - 2:
            at = min(at, i)
    if squares <= limit:
        return text, ""
    head = text[:at]
    sentences = [m.end() for m in re.finditer(r"(?:[。！？]|[.!?](?=\s))[”’」』）》]*", head)]
    clauses = [m.start() for m in re.finditer(r"[，；：、]|[,;](?=\s)", head)]
    words = [i for i in range(1, at + 1) if not (_narrow(text[i - 1]) and _narrow(text[i]))]
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


def _runs(text: str) -> list[dict[str, str]]:
    """A text as runs of its own characters and of 〓 for those that no font has."""
    odd = {c for c in _COMMON.sub("", text) if _is_lacking(c)}
    text = _LONG_WORD.sub(lambda word: "\u200b".join(word[0]), _APOSTROPHE.sub("\u02bc", text))
    runs = groupby(text, lambda c: "missing" if c in odd or c == _MISSING else "own")
    return [
        {"kind": kind, "text": _MISSING * len(shown) if kind == "missing" else shown}
        for kind, run in runs
        if (shown := "".join(run))
    ]


def _line(text: str, squares: int) -> list[dict[str, str]]:
    """A text as runs, cut with our … if it has more squares."""
    text, room = _clean(text), float(squares)
    for i, c in enumerate(text):
        room -= 0.5 if _narrow(c) or c.isspace() else 1
        if room < 0:
            return _runs(text[:i].rstrip()) + _ours("…")
    return _runs(text)


def _ours(text: str) -> list[dict[str, str]]:
    return [{"kind": "ours", "text": text}] if text else []


# -- the code


def _code(address: str) -> tuple[str, int, int]:
    """The address as a QR code: an SVG, its side in pixels, and the width of its quiet zone.

    The dark part is at least 200 pixels wide. Capitals are used if the whole address then fits the
    alphanumeric mode, which needs a third less room: host and path are read without regard to case.
    """
    try:
        import segno
    except ImportError as missing:
        raise MissingExtra("drawing a share image", "cards") from missing
    capitals = address.upper()
    folds = address.isascii() and re.fullmatch(r"[0-9A-Z $%*+\-./:]+", capitals)
    try:
        made = segno.make_qr(capitals if folds else address, error="m", boost_error=False)
    except (segno.DataOverflowError, ValueError) as error:
        raise CardRefused("这个网址做不成二维码，做不成卡片。") from error
    modules = len(made.matrix)
    # Above version 10 (57 modules) a module is too small for a phone at arm's length.
    if modules > 57:
        raise CardRefused("网址太长，二维码会小得难以扫描，做不成卡片。")
    module = -(-200 // modules)
    svg = BytesIO()
    made.save(svg, kind="svg", border=4, dark="#24201b", xmldecl=False)
    return svg.getvalue().decode(), (modules + 8) * module, 4 * module


# -- typst


def _compile(source: bytes, form: Literal["png", "svg"], inputs: dict[str, str]) -> bytes:
    try:
        import typst  # 34 MB, for share images and PDF alone
    except ImportError as missing:
        raise MissingExtra("drawing a share image", "cards") from missing
    made = typst.compile(
        source, format=form, ppi=72, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs
    )
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=1)
def _fonts() -> Fonts:
    try:
        from typst import Fonts

        folder = files("pylopdf_fonts_zh_cn")
    except ImportError as missing:
        raise MissingExtra("drawing a share image", "cards") from missing
    return Fonts(include_system_fonts=False, font_paths=[str(folder)])


# Draws one character in the fonts of the cards.
_ONE = b"""
#set page(width: 9pt, height: 9pt, margin: 0pt)
#set text(font: ("Noto Serif SC", "Libertinus Serif"))
#sys.inputs.c
"""


@lru_cache(maxsize=4096)
def _is_lacking(c: str) -> bool:
    """Whether no font has a character: it is drawn like U+FFFF, which none can have (.4 ms for each)."""
    return not c.isspace() and _compile(_ONE, "svg", {"c": c}) == _drawn_if_lacking()


@lru_cache(maxsize=1)
def _drawn_if_lacking() -> bytes:
    return _compile(_ONE, "svg", {"c": "\uffff"})
