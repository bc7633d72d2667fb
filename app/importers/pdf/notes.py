"""Blocks in small type that interrupt the text: footnotes at the foot of a column, and captions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.importers.pdf.lines import RAISED_FIGURES, DrawnLine

_SMALL = 0.96  # of the body's size
# The mark that a footnote begins with.
_MARK = re.compile(
    rf"(?:[{RAISED_FIGURES}]{{1,3}}|[①-⑳]|[\[〔【（(]\s*(?:注|註)?\s*\d{{1,3}}\s*[\]〕】）)]|[*†‡※]{{1,3}}"
    r"|\d{1,3}[\s　.．]|(?:注|註)\s*\d{0,3}[：:])"
)
_CAPTION = re.compile(
    r"(?:图|圖|表|附图|附表|Fig(?:ure|\.)|Table|Photo)\s*[\d一二三四五六七八九十]{1,3}(?:[-.．–—]\d{1,3})*"
    r"(?:[:：.．、\s　]|$)|[▲▼◀▶△▽◄►]|(?:图为|圖為|上图|下图|左图|右图)"
)
_STOPS = "。！？.!?”）)"
_LONGEST_CAPTION = 4  # lines


def mark_notes(lines: Sequence[DrawnLine], body: float, *, unfinished: bool) -> bool:
    """Mark the lines of footnotes and captions.

    Args:
        lines: of one page, in reading order.
        body: the size of the text.
        unfinished: the last note of the page before goes on on this one.

    Returns:
        Whether the last note goes on on the next page.
    """
    last: DrawnLine | None = None
    for n, line in enumerate(lines):
        small = line.em <= _SMALL * body
        if line.kind:
            continue
        if _CAPTION.match(line.text) and (small or _is_next_to_table(lines, n) or _is_centred(line, lines)):
            _mark_caption(lines, n)
        elif not small:
            continue
        elif _is_at_foot(line, lines, body) and (
            _MARK.match(line.text) or (last and _is_below(line, last)) or (unfinished and not last)
        ):
            line.kind, last = "note", line
    return last is not None and last.text[-1] not in _STOPS


def take_up_notes(page: list[DrawnLine], before: list[DrawnLine]) -> None:
    """Move the rest of a note that the page before began to its end there."""
    notes = [line for line in page if line.kind == "note"]
    count = next((n for n, line in enumerate(notes) if begins_note(line)), len(notes))
    places = [n for n, line in enumerate(before) if line.kind == "note"]
    if not count or not places:
        return
    before[places[-1] + 1 : places[-1] + 1] = notes[:count]
    page[:] = [line for line in page if not any(line is moved for moved in notes[:count])]


def begins_note(line: DrawnLine) -> bool:
    """Whether a line of a footnote begins one."""
    return _MARK.match(line.text) is not None


def is_caption(text: str) -> bool:
    """Whether a line begins a caption by its words."""
    return _CAPTION.match(text) is not None


def _is_at_foot(line: DrawnLine, lines: Sequence[DrawnLine], body: float) -> bool:
    """Whether no line of the text is below, in the same column."""
    return not any(
        other.y < line.y and (other.em > _SMALL * body or other.kind == "table") and other.overlaps(line)
        for other in lines
    )


def _is_next_to_table(lines: Sequence[DrawnLine], n: int) -> bool:
    return any(other.kind == "table" for other in (*lines[max(0, n - 1) : n], *lines[n + 1 : n + 2]))


def _is_centred(line: DrawnLine, lines: Sequence[DrawnLine]) -> bool:
    """Whether a line has the same room on both sides, in the column of its neighbours."""
    column = [other for other in lines if other.overlaps(line) and abs(other.em - line.em) < 0.1 * line.em]
    left = line.x - min(other.x for other in column)
    right = max(other.end for other in column) - line.end
    return min(left, right) > 1.5 * line.em and abs(left - right) < line.em


def _is_below(line: DrawnLine, above: DrawnLine) -> bool:
    return line.y < above.y and line.overlaps(above) and abs(line.em - above.em) < 0.1 * above.em


def _mark_caption(lines: Sequence[DrawnLine], start: int) -> None:
    """Mark a caption and its further lines."""
    lines[start].kind = "caption"
    for n in range(start + 1, min(start + _LONGEST_CAPTION, len(lines))):
        line, above = lines[n], lines[n - 1]
        near = above.y - line.y < 2 * line.em
        if line.kind or not _is_below(line, above) or not near or _CAPTION.match(line.text):
            return
        if _MARK.match(line.text):
            return
        line.kind = "caption"
