"""Line numbers at the margin, as in drafts, bills and court papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.importers.pdf.glyphs import Glyph

_STEPS = (5, 10)  # not every line, but every fifth or tenth one has its number
_FEWEST = 4  # numbers on a page, to tell them from figures
_MOST_FIGURES = 5
_GAP = 0.4  # em; the least between a number and its line
_ASIDE = 1.5  # em; the most between the glyphs of prose
_SHORT = 10  # em; lines of prose are longer
_ENDS = "。！？；：.!?;:”0123456789"


@dataclass(frozen=True, slots=True)
class _Number:
    """A number at the left or right end of a row, and the rest of the row."""

    row: int
    value: int
    glyphs: tuple[Glyph, ...]
    rest: tuple[Glyph, ...]

    @property
    def x(self) -> float:
        return self.glyphs[0].x

    @property
    def end(self) -> float:
        return self.glyphs[-1].end


class LineNumbers:
    """Takes line numbers off the pages of a document, from the first page to the last.

    A page with too few lines to tell has its numbers at the same place as a page before it.

    Attributes:
        count: how many were found.
    """

    def __init__(self) -> None:
        self.count = 0
        self._places: set[tuple[int, int]] = set()

    def removed(self, page: Sequence[Glyph]) -> Sequence[Glyph]:
        """The glyphs of the next page without its line numbers."""
        sides = [_numbers(page, right=False), _numbers(page, right=True)]
        found = next((some for side in sides if (some := _counted(side))), [])
        if found:
            self._places |= {(round(number.x), round(number.end)) for number in found}
        elif self._places:
            found = [number for side in sides for number in side if self._is_known(number)]
        if not found:
            return page
        self.count += len(found)
        taken = {id(glyph) for number in found for glyph in number.glyphs}
        return [glyph for glyph in page if id(glyph) not in taken]

    def _is_known(self, number: _Number) -> bool:
        return any(abs(number.x - x) <= 1 and abs(number.end - end) <= 1 for x, end in self._places)


def _numbers(page: Sequence[Glyph], *, right: bool) -> list[_Number]:
    """The numbers at one end of a page's rows, from the top."""
    rows: list[list[Glyph]] = []
    for glyph in sorted((g for g in page if not g.char.isspace()), key=lambda g: -g.y):
        if rows and abs(rows[-1][0].y - glyph.y) < 0.35 * max(glyph.em, rows[-1][0].em):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    made = (_number(sorted(row, key=lambda g: g.x, reverse=right), n, right) for n, row in enumerate(rows))
    return [number for number in made if number]


def _number(row: Sequence[Glyph], n: int, right: bool) -> _Number | None:
    """The number that a row begins with, before a gap; the row runs to the left if `right`."""

    def gap(a: Glyph, b: Glyph) -> float:
        return (a.x - b.end if right else b.x - a.end) / max(a.em, b.em)

    count = 0
    while count < len(row) and row[count].char.isascii() and row[count].char.isdigit():
        if count and gap(row[count - 1], row[count]) > _GAP:
            break
        count += 1
    if not 0 < count <= _MOST_FIGURES or (count < len(row) and gap(row[count - 1], row[count]) < _GAP):
        return None
    figures = tuple(sorted(row[:count], key=lambda g: g.x))
    rest = tuple(sorted(row[count:], key=lambda g: g.x))
    return _Number(n, int("".join(glyph.char for glyph in figures)), figures, rest)


def _counted(numbers: Sequence[_Number]) -> list[_Number]:
    """The numbers that count the lines of a page of prose; none if they do not."""
    if len(numbers) < _FEWEST:
        return []
    em = numbers[0].glyphs[0].em
    starts, ends = sorted(n.x for n in numbers), sorted(n.end for n in numbers)
    start, end = starts[len(numbers) // 2], ends[len(numbers) // 2]
    found = [n for n in numbers if abs(n.end - end) < 0.3 * em or abs(n.x - start) < 0.3 * em]
    steps = [(b.value - a.value, b.row - a.row) for a, b in pairwise(found)]
    every = sum(value == 1 for value, _ in steps)
    sparse = max(sum(value == step and abs(rows - step) < 2 for value, rows in steps) for step in _STEPS)
    if len(found) < _FEWEST or max(every, sparse) < 0.8 * len(steps):
        return []
    prose = sum(_is_prose(number.rest) for number in found)
    going_on = sum(bool(number.rest) and number.rest[-1].char not in _ENDS for number in found)
    wanted = 0.4 * len(found)  # items of a list are numbered one by one, and end their sentences
    return found if prose >= wanted and (going_on >= wanted or sparse > every) else []


def _is_prose(rest: Sequence[Glyph]) -> bool:
    """Whether a row is one long line, unlike a row of a table or an item of a list."""
    if not rest or rest[-1].end - rest[0].x < _SHORT * rest[0].em:
        return False
    return all(b.x - a.end < _ASIDE * a.em for a, b in pairwise(rest))
