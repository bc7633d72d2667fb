"""Lines that no column made: each ends its sentence, or none has any punctuation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.text.reflow.lines import STOP, Line

# In a column about one line of eight ends a sentence.
_ENDED = 0.85
# Subtitles have no punctuation, and their lines differ in length.
_FEWEST_SUBTITLES, _PUNCTUATED, _FULL = 6, 0.1, 0.6
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


def are_subtitles(lines: Sequence[Line]) -> bool:
    """Whether the lines are those of a transcript without punctuation."""
    if len(lines) < _FEWEST_SUBTITLES:
        return False
    marked = sum(_MARK.search(line.text) is not None for line in lines)
    longest = max(line.reach for line in lines)
    full = sum(line.reach >= longest - 2 for line in lines)
    return marked <= _PUNCTUATED * len(lines) and full < _FULL * len(lines)
