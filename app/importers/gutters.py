"""Two columns of a page that were copied line by line, with spaces between them.

竹编、木版年画、土布，这些年      茶馆开在桥的南头，四张方桌，
在乡村集市上又多了起来。          十六条长凳，早上五点开门。
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median
from unicodedata import east_asian_width

# A gap within a line: two spaces at least, or a tab.
_GAP = re.compile(r"(?<=\S)(?:[ \u3000]{2,}|\u3000|[ \u3000]*\t[ \u3000\t]*)(?=\S)")
# A column has at least this number of lines, of this usual width (cells of a table are narrower); this share
# of the wider lines has words where the right column begins, with or without an indent of two ems.
_FEWEST, _NARROWEST, _SHARE, _INDENT = 5, 20, 0.7, 4

Part = list[tuple[int, str]]  # the indexes of lines, and the words of one column


def columns(lines: Sequence[str]) -> tuple[Part, Part] | None:
    """The lines of the left and of the right column; None if the text has one column.

    Args:
        lines: of a text; tabs count to the next multiple of eight.
    """
    starts = [_starts(line) for line in lines]
    counts = Counter(place for found in starts for place, _ in found)
    if not counts:
        return None
    at = max(counts, key=lambda place: (_near(counts, place), counts[place], -place))
    cuts = {
        k: cut
        for k, found in enumerate(starts)
        for place, cut in found
        if 0 <= place - at <= _INDENT and width_of(lines[k][:cut].rstrip()) < at
    }
    if len(cuts) < _FEWEST:
        return None
    wide = sum(width_of(line.rstrip()) > at for line in lines)
    left = [width_of(lines[k][: cuts[k]].strip()) for k in cuts]
    right = [width_of(lines[k][cuts[k] :].strip()) for k in cuts]
    if len(cuts) < _SHARE * wide or min(median(left), median(right)) < _NARROWEST:
        return None
    lone = {k for k, line in enumerate(lines) if k not in cuts and _indent(line) >= at}
    first: Part = [
        (k, "" if k in lone else line[: cuts.get(k, len(line))].rstrip()) for k, line in enumerate(lines)
    ]
    second: Part = []
    for k, line in enumerate(lines):
        cut = cuts.get(k, 0)
        if k in cuts or k in lone:
            deeper = width_of(line[:cut]) - at if k in cuts else _indent(line) - at
            second.append((k, " " * max(deeper, 0) + line[cut:].strip()))
    return first, second


def _near(counts: Counter[int], place: int) -> int:
    """How many right parts begin at a place or are indented from it."""
    return counts[place] + counts[place + 1] + counts[place + _INDENT]


def _starts(line: str) -> list[tuple[int, int]]:
    """Where words begin after a gap: the place in half-widths, and the index."""
    return [(width_of(line[: gap.end()]), gap.end()) for gap in _GAP.finditer(line)]


def _indent(line: str) -> int:
    return width_of(line[: len(line) - len(line.lstrip())]) if line.strip() else -1


def width_of(text: str) -> int:
    """Half-widths of a line; tabs count to the next multiple of eight."""
    width = 0
    for char in text:
        if char == "\t":
            width += 8 - width % 8
        else:
            width += 2 if east_asian_width(char) in "FWA" else 1
    return width
