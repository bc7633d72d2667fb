"""Lines that no column made: each ends its sentence, or none has any punctuation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from app.text.reflow.lines import COMMA, NONE, STOP, Line

# In a column about one line of eight ends a sentence.
_ENDED = 0.85
# Subtitles have no punctuation, and their lines differ in length.
_FEWEST_SUBTITLES, _PUNCTUATED, _FULL = 6, 0.1, 0.6
# Free verse: its lines, half-widths of the longest, and the share that ends early in a comma.
_FEWEST_VERSES, _WIDEST_VERSE, _EARLY = 5, 44, 0.25
_MARK = re.compile(r"[，。！？；：、,.!?;:]")


def are_whole(lines: Sequence[Line]) -> bool:
    """Whether nearly every line ends a sentence, two or three of them below an indent of their own."""
    if len(lines) < 2:
        return False
    ended = sum(line.mark >= STOP and not line.inside for line in lines)
    if len(lines) <= 3:
        indents = {line.indent for line in lines}
        return ended == len(lines) and len(indents) == 1 and indents.pop() >= 4
    return ended >= _ENDED * len(lines)


def are_free_verse(lines: Sequence[Line]) -> bool:
    """Whether the lines are verse of any length: many end in a comma and leave room for the next word."""
    if len(lines) < _FEWEST_VERSES or max(line.reach for line in lines) > _WIDEST_VERSE:
        return False
    longest = max(line.reach for line in lines)
    pairs = list(pairwise(lines))
    early = sum(a.mark == COMMA and longest - a.reach >= b.unit + 4 for a, b in pairs)
    cut = sum(a.mark == NONE and longest - a.reach < b.unit and b.indent <= a.indent for a, b in pairs)
    return early >= max(2, _EARLY * len(lines)) and not cut


def are_subtitles(lines: Sequence[Line]) -> bool:
    """Whether the lines are those of a transcript without punctuation."""
    if len(lines) < _FEWEST_SUBTITLES:
        return False
    marked = sum(_MARK.search(line.text) is not None for line in lines)
    longest = max(line.reach for line in lines)
    full = sum(line.reach >= longest - 2 for line in lines)
    return marked <= _PUNCTUATED * len(lines) and full < _FULL * len(lines)
