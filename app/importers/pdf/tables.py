"""Tables: cells between ruled lines, and rows of short parts that are above one another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import neg

from app.importers.pdf.glyphs import Glyph, RuledLine
from app.importers.pdf.lines import DrawnLine, lines_of
from app.model import CELL

_FEWEST_ROWS = 2  # of a table
_WIDEST_CELL = 16  # ems
_TOUCHING = 3.0  # points; ruled lines this close meet
_MOST_RULES = 3_000  # on one page
_FILLED = 0.4  # of the cells of a ruled table; fewer with words are a drawing
_FULL = 0.85  # of a cell's width; a line this long goes on below
# Left and right end of each column of a table.
Columns = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Grid:
    """A ruled table: the places of its vertical lines from the left, and of its level ones from the top."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def cell(self, glyph: Glyph) -> tuple[int, int] | None:
        """Row and column of a glyph; None outside."""
        x, y = (glyph.x + glyph.end) / 2, glyph.y + 0.3 * glyph.em
        row, column = bisect_left(self.ys, -y, key=neg) - 1, bisect_right(self.xs, x) - 1
        inside = 0 <= row < len(self.ys) - 1 and 0 <= column < len(self.xs) - 1
        return (row, column) if inside else None


def with_ruled_tables(
    glyphs: Sequence[Glyph], rules: Sequence[RuledLine]
) -> tuple[list[DrawnLine], list[Glyph]]:
    """The rows of ruled tables as lines, and the glyphs outside of them."""
    rows: list[DrawnLine] = []
    rest = list(glyphs)
    for grid in _grids(rules):
        cells: dict[tuple[int, int], list[Glyph]] = {}
        outside: list[Glyph] = []
        for glyph in rest:
            place = grid.cell(glyph)
            if place is None:
                outside.append(glyph)
            else:
                cells.setdefault(place, []).append(glyph)
        made = _rows(grid, cells)
        if made:
            rows += made
            rest = outside
    return rows, rest


def _grids(rules: Sequence[RuledLine]) -> list[_Grid]:
    """Tables of two rows and two columns or more, from ruled lines that meet."""
    if len(rules) > _MOST_RULES:
        return []
    groups: list[list[RuledLine]] = []
    for rule in rules:
        meeting = [group for group in groups if any(_meet(rule, other) for other in group)]
        groups = [group for group in groups if group not in meeting]
        groups.append([rule, *(other for group in meeting for other in group)])
    loose = [rule for group in groups if all(rule.level for rule in group) for rule in group]
    grids = []
    for group in groups:
        level = [rule for rule in group if rule.level]
        upright = [rule for rule in group if not rule.level]
        if len(level) < 2 or not upright:
            continue
        left, right = min(rule.x0 for rule in level), max(rule.x1 for rule in level)
        foot, top = min(rule.y0 for rule in group), max(rule.y1 for rule in group)
        xs = _places([left, right, *((rule.x0 + rule.x1) / 2 for rule in upright)])
        ys = _places([foot, top, *((rule.y0 + rule.y1) / 2 for rule in level)])
        ys = _with_spanning(ys, (left, right), loose)
        if len(xs) > 2 and len(ys) > _FEWEST_ROWS:
            grids.append(_Grid(tuple(xs), tuple(reversed(ys))))
    return grids


def _with_spanning(ys: list[float], ends: tuple[float, float], rules: Sequence[RuledLine]) -> list[float]:
    """The places of level lines, with those of the same length close above or below: a row of one cell."""
    tallest = max((b - a for a, b in pairwise(ys)), default=0.0)
    others = [
        rule.y0 for rule in rules if abs(rule.x0 - ends[0]) < _TOUCHING and abs(rule.x1 - ends[1]) < _TOUCHING
    ]
    near = [y for y in others if ys[0] - 2 * tallest < y < ys[-1] + 2 * tallest]
    return _places([*ys, *near])


def _meet(a: RuledLine, b: RuledLine) -> bool:
    return (
        a.x0 - _TOUCHING <= b.x1
        and b.x0 - _TOUCHING <= a.x1
        and a.y0 - _TOUCHING <= b.y1
        and b.y0 - _TOUCHING <= a.y1
    )


def _places(numbers: Iterable[float]) -> list[float]:
    """Numbers in order; of those close to one another the first."""
    places: list[float] = []
    for number in sorted(numbers):
        if not places or number - places[-1] > 2 * _TOUCHING:
            places.append(number)
    return places


def _rows(grid: _Grid, cells: dict[tuple[int, int], list[Glyph]]) -> list[DrawnLine]:
    """The rows of a ruled table as lines; none if most of its cells are empty, as in a drawing."""
    count = (len(grid.ys) - 1) * (len(grid.xs) - 1)
    if len(cells) < _FILLED * count or len({column for _, column in cells}) < 2:
        return []
    rows: list[DrawnLine] = []
    for n in range(len(grid.ys) - 1):
        drawn = {column: list(lines_of(found)) for (row, column), found in cells.items() if row == n}
        for words in _unruled(grid, drawn) or [{c: _words(lines) for c, lines in drawn.items()}]:
            if not words:
                continue
            first = next(line for lines in drawn.values() for line in lines)
            text = CELL.join(words.get(column, "") for column in range(len(grid.xs) - 1))
            y = grid.ys[n] - (len(rows) + 1) * 0.01
            rows.append(
                DrawnLine(grid.xs[0], grid.xs[-1], y, first.em, first.face, [text], [0.0], kind="table")
            )
    return rows


def _words(lines: Sequence[DrawnLine]) -> str:
    """The words of a cell; its lines are joined without a space between Chinese characters."""
    text = ""
    for line in lines:
        latin = text[-1:].isascii() and line.text[:1].isascii() and text
        text += (" " if latin else "") + line.text
    return " ".join(text.split())


def _unruled(grid: _Grid, drawn: dict[int, list[DrawnLine]]) -> list[dict[int, str]]:
    """Rows without a ruled line between: every line has its counterparts; [] if the lines are of one row."""
    if len(grid.ys) > 4 or len(drawn) < 2:
        return []
    bases = _places(line.y for lines in drawn.values() for line in lines)[::-1]
    if len(bases) < 3:
        return []
    rows: list[dict[int, str]] = [{} for _ in bases]
    for column, lines in drawn.items():
        for line in lines:
            if line.end - grid.xs[column] > _FULL * (grid.xs[column + 1] - grid.xs[column]):
                return []
            rows[min(range(len(bases)), key=lambda n: abs(bases[n] - line.y))][column] = line.text
    return rows if all(len(row) > 1 for row in rows) else []


def joined(lines: list[DrawnLine]) -> list[DrawnLine]:
    """Join parts of one line that a wide gap or a reading above had separated, and rows of a table."""
    rows: list[list[DrawnLine]] = []
    for line in lines:
        last = rows[-1][-1] if rows else None
        if (
            last
            and not (last.kind or line.kind)
            and abs(last.y - line.y) < 0.3 * last.em
            and line.x - last.end > -0.3 * last.em
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    joined: list[DrawnLine] = []
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and _is_row(rows[end]):
            end += 1
        columns = [(part.x, part.end) for part in max(rows[start:end], key=len, default=[])]
        if end - start >= _FEWEST_ROWS and len(columns) > 1 and _fit(rows[start:end], columns):
            joined += [_row(row, columns) for row in rows[start:end]]
        else:
            end = max(end, start + 1)
            joined += [_spaced(row) for row in rows[start:end]]
        start = end
    return joined


def _is_row(row: list[DrawnLine]) -> bool:
    """Whether a line has several parts, all short."""
    return len(row) > 1 and all(part.end - part.x < _WIDEST_CELL * part.em for part in row)


def _column(part: DrawnLine, columns: Columns) -> int:
    """The column of a table that a cell is in: the one whose widest row has a cell nearest to it."""
    middle = (part.x + part.end) / 2
    return min(
        range(len(columns)),
        key=lambda n: min(
            abs(part.x - columns[n][0]), abs(part.end - columns[n][1]), abs(middle - sum(columns[n]) / 2)
        ),
    )


def _fit(rows: list[list[DrawnLine]], columns: Columns) -> bool:
    """Whether every row has at most one cell in each column, in order."""
    places = [[_column(part, columns) for part in row] for row in rows]
    return all(a < b for row in places for a, b in pairwise(row))


def _row(row: list[DrawnLine], columns: Columns) -> DrawnLine:
    """The cells of a row in one line."""
    cells = {_column(part, columns): part.text for part in row}
    line = row[0]
    line.kind = "table"
    line.words = [CELL.join(cells.get(n, "") for n in range(len(columns)))]
    line.gaps = [0.0]
    line.end, line.face = row[-1].end, (line.face[0], row[-1].face[1])
    return line


def _spaced(row: list[DrawnLine]) -> DrawnLine:
    """The parts of a line with ideographic spaces between."""
    line = row[0]
    for part in row[1:]:
        gap = min(4, round((part.x - line.end) / line.em))
        line.words += ["\u3000" * gap, *part.words]
        line.gaps += [0.0, *part.gaps]
        line.end, line.face = part.end, (line.face[0], part.face[1])
    return line
