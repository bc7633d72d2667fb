"""The order in which the lines of a page are read."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from app.importers.pdf.lines import ASIDE, DrawnLine


def in_reading_order(lines: list[DrawnLine]) -> list[DrawnLine]:
    """Lines in drawing order, unless that cannot be the reading order.

    Typesetting programs draw text by text; analysing white space would not improve that. Other programs draw
    line by line across columns, or in any order: then columns are read from the left, each from the top.
    """
    if len(lines) < 8 or len(lines) > 3_000:
        return lines
    em = median(line.em for line in lines)
    across = upward = 0
    for line, after in pairwise(lines):
        if abs(line.y - after.y) < 0.3 * em and after.x - line.end >= ASIDE * em:
            across += min(line.end - line.x, after.end - after.x) > 6 * em  # table cells are shorter
        elif after.y > line.y + 0.5 * em and line.overlaps(after):
            upward += 1
    return _by_columns(lines) if across >= 4 or upward > max(2, len(lines) // 5) else lines


def _by_columns(lines: list[DrawnLine]) -> list[DrawnLine]:
    """Lines by column; lines that cross a gutter divide the page into bands."""
    gutter = _gutter(lines)
    if gutter is None:
        return sorted(lines, key=lambda line: (-line.y, line.x))
    spanning = sorted((ln for ln in lines if ln.x < gutter < ln.end), key=lambda line: -line.y)
    rest = [line for line in lines if not line.x < gutter < line.end]
    ordered: list[DrawnLine] = []
    for bound in (*spanning, None):
        band = [line for line in rest if bound is None or line.y > bound.y]
        rest = [line for line in rest if line not in band]
        ordered += _by_columns([line for line in band if line.end <= gutter])
        ordered += _by_columns([line for line in band if line.x >= gutter])
        if bound:
            ordered.append(bound)
    return ordered


def _gutter(lines: list[DrawnLine]) -> float | None:
    """The x that best divides lines into columns: many lines on both sides, few across."""
    best, place = 2.0, None
    for x in sorted({line.x for line in lines}):
        at = x - 0.1
        left = [line for line in lines if line.end <= at]
        right = [line for line in lines if line.x >= at]
        if min(len(left), len(right)) < 3:
            continue
        together = min(max(ln.y for ln in left), max(ln.y for ln in right)) - max(
            min(ln.y for ln in left), min(ln.y for ln in right)
        )
        score = min(len(left), len(right)) - 2 * (len(lines) - len(left) - len(right))
        if together > 0 and score > best:
            best, place = score, at
    return place


def with_tables(lines: list[DrawnLine], rows: list[DrawnLine]) -> list[DrawnLine]:
    """The lines of a page with the rows of ruled tables: above the first line below in the same column."""
    placed = list(lines)
    for row in rows:
        below = (n for n, line in enumerate(placed) if line.y < row.y and line.overlaps(row))
        above = (n + 1 for n, line in reversed(list(enumerate(placed))) if line.overlaps(row))
        placed.insert(next(below, next(above, len(placed))), row)
    return placed
