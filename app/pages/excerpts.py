"""Shorter forms of a text: cut to a length, the first clause, the first sentence, a text fragment."""

from __future__ import annotations

import re
from urllib.parse import urlencode


def cut(text: str, maximum: int) -> str:
    """At most `maximum` characters, cut at a punctuation mark if one is near, with …… for the rest."""
    if len(text) <= maximum:
        return text
    head = text[: maximum - 2]
    marks = [m.start() for m in re.finditer(r"[，。；：？！、,;]", head)]
    at = marks[-1] if marks and marks[-1] >= maximum * 0.6 else len(head)
    return head[:at] + "……"


def first_clause(text: str) -> str:
    """The first words that make sense alone: at least 8 characters if the text has them, at most 40."""
    parts = re.split(r"(?<=[，。；：？！])", text.lstrip("“「『‘"))
    clause = parts[0] if parts else text
    for part in parts[1:]:
        if len(clause) >= 8:
            break
        clause += part
    return cut(clause.rstrip("，。；：、"), 40)


def first_sentence(text: str) -> str:
    """Up to the first 。"""
    at = text.find("。")
    return text if at < 0 else text[: at + 1]


# The end of an English sentence: a mark with its closing quotation marks, before a capital letter or a
# figure, and not after a single letter or a title, as in U.S. or Mr.
_END = re.compile(
    r"""(?:(?<!\b[A-Za-z])(?<!\bMr|\bMs|\bDr|\bSt|\bNo|\bCo|\bvs|\bcf)(?<!\bMrs|\bInc|\bLtd)\.|[!?])"""
    r"""["'”’)\]]*(?=\s+["'“‘(\[]*[A-Z0-9])"""
)


def first_english_sentence(text: str) -> str:
    """The first sentence of an English text."""
    end = _END.search(text)
    return text[: end.end()] if end else text


def text_fragment(text: str, earlier: str = "") -> str:
    """The `text=` directive that marks the first clause of a paragraph.

    Args:
        earlier: the text before it on the page. A clause that occurs there would be marked in its place.

    Returns:
        A whole clause, since browsers match from one word boundary to another.
    """
    clauses = [c.strip() for c in re.split(r"[“”‘’「」『』，。；：？！、…—（）《》]+", text) if c.strip()]
    fresh = (c for c in clauses if c not in earlier and (len(c) > 3 or c == clauses[0]))
    clause = next(fresh, clauses[0] if clauses else "")
    words = clause if len(clause) <= 30 else clause[:12]
    return urlencode({"text": words}).replace("-", "%2D").replace("+", "%20")
