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
        if line.kind or line.em > _SMALL * body:
            continue
        if _CAPTION.match(line.text):
            _mark_caption(lines, n)
        elif _is_at_foot(line, lines, body) and (
            _MARK.match(line.text) or (last and _is_below(line, last)) or (unfinished and not last)
        ):
            line.kind, last = "note", line
    return last is not None and last.text[-1] not in _STOPS


def begins_note(line: DrawnLine) -> bool:
    """Whether a line of a footnote begins one."""
    return _MARK.match(line.text) is not None


def begins_caption(line: DrawnLine) -> bool:
    """Whether a line of a caption begins one."""
    return _CAPTION.match(line.text) is not None


def _is_at_foot(line: DrawnLine, lines: Sequence[DrawnLine], body: float) -> bool:
    """Whether no line of the text is below, in the same column."""
    return not any(
        other.y < line.y and (other.em > _SMALL * body or other.kind == "table") and other.overlaps(line)
        for other in lines
    )


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
