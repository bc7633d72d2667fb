"""Kinds of blocks, judged from the words alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.model import Kind
from app.text.reflow.asides import find_asides
from app.text.reflow.headings import FEWEST_ITEMS, LONGEST_TITLE, asking, headlike
from app.text.reflow.lines import (
    ASK,
    COLON,
    COMMA,
    ITEM,
    LABEL,
    NONE,
    OPENS,
    QUOTE,
    STOP,
    WIRE,
    Line,
    begin_of,
    mark_of,
    signs,
)
from app.text.reflow.unwrapped import are_free_verse, are_subtitles
from app.text.reflow.verse import verses

# The numbers of sections, by rank.
_RANKS = (re.compile(r"[一二三四五六七八九十]{1,3}、"), re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]"))
_QUESTION = re.compile(r"[^，。：:]{0,6}[问問][：:]")  # 有记者问：
_CHAPTER = re.compile(r"(\d{1,2})[.．](?!\d)")

# A paragraph that begins with a name in quotation marks, not with speech: “Opera One”是…
_NAMES = re.compile(r"[“「][^，。！？”」]{1,14}[”」]\s*[㐀-鿿]")


def kinds_of(lines: Sequence[Line]) -> list[Kind]:
    """The kind of each block, given as a line of its own."""
    kinds: list[Kind] = []
    asides = find_asides(lines)
    verse = verses(lines)
    if are_subtitles(lines):
        return [aside or "paragraph" for aside in asides]
    if are_free_verse([line for line, aside in zip(lines, asides, strict=True) if not aside]):
        verse = [line.mark != NONE or i > 0 for i, line in enumerate(lines)]
    before = ""  # the last block that is not of the page
    torn = False
    for i, line in enumerate(lines):
        text, aside = line.text, asides[i]
        following = next((lines[j] for j in range(i + 1, min(i + 4, len(lines))) if not asides[j]), None)
        if aside:
            kinds.append(aside)
            torn = torn or aside not in ("byline", "heading")
            continue
        # A block that a page number cuts in two keeps its kind.
        tail = torn and bool(before) and mark_of(before) <= COMMA and (len(before) > 20 or "，" in before)
        torn = False
        if i + 1 < len(lines) and signs(lines, i):
            kinds.append("byline")
            continue
        kind: Kind = "paragraph"
        if tail and kinds and begin_of(text) != ITEM:
            kind = next((k for k in reversed(kinds[-8:]) if k in ("paragraph", "list")), "paragraph")
        elif verse[i]:
            kind = "verse"
        elif line.begin == ITEM:
            kind = "heading" if following and _heads_section(text, before, following) else "list"
        elif following is not None and not (following.mark < STOP and verse[i] and not before):
            below = asides[i + 1] if i + 1 < len(lines) else None
            if _is_heading(line, following, below, before, kinds[-1] if kinds else None):
                kind = "heading"
        kinds.append(kind)
        before = text
    return _without_rows(kinds)


def _is_heading(line: Line, following: Line, below: Kind | None, before: str, last: Kind | None) -> bool:
    """Whether a block before another one is a heading.

    Args:
        line: the block.
        following: the next block that is not of the page.
        below: the kind of the next block if it is of the page.
        before: the text of the last block that is not of the page; "" for none.
        last: the kind of the last block.
    """
    text = line.text
    if not before:
        return _is_title(line)
    if WIRE.match(text):
        return False  # 新华社青川10月8日电　题：水到渠成
    cut = below in ("furniture", "caption") and (len(text) > 20 or "，" in text)
    if headlike(text) and not cut:
        return True
    return (
        asking(text)
        and line.begin not in (LABEL, OPENS)
        and last in ("paragraph", "list")
        and (following.begin == ITEM or len(following.text) > len(text))
        and (following.begin != QUOTE or _NAMES.match(following.text) is not None)
        and mark_of(before) != COLON
    )


def _is_title(line: Line) -> bool:
    """Whether the first block of a text is its title."""
    text = line.text
    title = len(text) <= LONGEST_TITLE and line.mark in (NONE, ASK) and "。" not in text
    if not title or _QUESTION.match(text):
        return False
    return text.count("，") < 3 and (line.mark == NONE or text[0] not in "“「")


def _heads_section(text: str, before: str, following: Line) -> bool:
    """Whether a numbered line is a heading: 一、总体要求 above a paragraph or above （一）."""
    number = next((match for rank in _RANKS if (match := rank.match(text))), None)
    if number and asking(text[number.end() :] or text):  # 一、水价怎么定？
        return following.begin != ITEM and following.mark >= STOP and len(following.text) > len(text)
    if not headlike(text):
        return False
    if chapter := _CHAPTER.match(text):
        return following.text.startswith(f"{chapter[1]}.1")  # 13. 水渠的维护 above 13.1. 日常检查
    rank = _rank(text)
    below, above = _rank(following.text), _rank(before)
    if rank == 0:
        return following.begin != ITEM or below != 0
    if rank != 1 or above == 1:
        return False
    return below is None if following.begin == ITEM else following.mark >= STOP


def _rank(text: str) -> int | None:
    return next((n for n, rank in enumerate(_RANKS) if rank.match(text)), None)


def _without_rows(kinds: list[Kind]) -> list[Kind]:
    """Turn many headings in a row into a list without bullets."""
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] == "heading":
            end += 1
        if end - start >= FEWEST_ITEMS and start:
            kinds[start:end] = ["list"] * (end - start)
        start = max(end, start + 1)
    return kinds
