"""Lines as text: indents as ideographic spaces, gaps as empty lines, and the blocks that a page tells apart.

Reflow looks at the text without the lines of those blocks, so that a sentence goes on over a page's end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from app.importers.pdf.lines import RAISED_FIGURES, DrawnLine
from app.importers.pdf.notes import begins_note, is_caption
from app.importers.raised import Raised
from app.model import Piece

_INDENT = 20  # em; the widest indent, for centred headings
_GAP = 1.35  # pitches; a wider gap is an empty line
_LOWERED = str.maketrans(RAISED_FIGURES, "0123456789")


def laid_out(pages: Sequence[Sequence[DrawnLine]]) -> tuple[str, tuple[Piece, ...]]:
    """The text of all pages, and the blocks within that are complete as they are."""
    drawn = [line for lines in pages for line in lines]
    prefixes = _prefixes([line for line in drawn if not line.kind], _interrupted(drawn))
    rows: list[str] = []
    told: list[list[int]] = []  # numbers of the rows of each block
    kinds: list[DrawnLine] = []  # the first line of each block
    last: DrawnLine | None = None
    for line in drawn:
        if line.kind:
            rows.append(line.text)
            if last is not None and _is_same_block(last, line):
                told[-1].append(len(rows))
            else:
                told.append([len(rows)])
                kinds.append(line)
        else:
            before, indent = prefixes[id(line)]
            if rows and before:
                rows.append("")
            rows.append("\u3000" * indent + line.text)
        last = line
    if not rows:
        return "", ()
    text = _with_note_numbers("\n".join(rows) + "\n")
    rows = text.split("\n")
    pieces = (_piece(line, [rows[n - 1] for n in ns], ns) for line, ns in zip(kinds, told, strict=True))
    return text, tuple(pieces)


def _piece(first: DrawnLine, rows: Sequence[str], numbers: Sequence[int]) -> Piece:
    assert first.kind
    if first.kind == "table":
        return Piece("table", rows[0], (numbers[0], numbers[0]))
    text = ""
    for row in rows:
        apart = text and text[-1].isascii() and row[:1].isascii() and text[-1] != "-"
        text += (" " if apart else "") + row.strip()
    text = re.sub(r"^(\[\d{1,3}\]|[①-⑳*†‡]+)\s*", r"\1 ", text) if first.kind == "note" else text
    return Piece(first.kind, text, (numbers[0], numbers[-1]))


def _is_same_block(above: DrawnLine, line: DrawnLine) -> bool:
    if above.kind != line.kind or line.kind == "table":
        return False
    return not (begins_note(line) if line.kind == "note" else is_caption(line.text))


def _interrupted(drawn: Sequence[DrawnLine]) -> set[int]:
    """The ids of lines of the text that follow another block."""
    return {id(line) for above, line in pairwise(drawn) if above.kind and not line.kind}


def _prefixes(lines: Sequence[DrawnLine], interrupted: set[int]) -> dict[int, tuple[bool, int]]:
    """For each line, by its id: whether an empty line goes before it, and its indent in ems."""
    runs = list(_runs(lines))
    edges = Counter(round(_edge(run)) for run in runs if len(run) >= 5)
    found: dict[int, tuple[bool, int]] = {}
    above: DrawnLine | None = None
    for run in runs:
        pitch = median([a.y - b.y for a, b in pairwise(run)] or [1.7 * run[0].em])
        edge = _edge(run)
        if len(run) < 5:  # too few to tell where the column begins
            edge = max((e for e in edges if -1 < edge - e < 4.5 * run[0].em), default=edge)
        width = max(line.end for line in run) - edge
        face = Counter(face for line in run for face in line.face).most_common(1)[0][0]
        apart = False
        for n, line in enumerate(run):
            unlike = face not in line.face and line.end - line.x < 0.85 * width and len(run) > 2
            gap = bool(n) and run[n - 1].y - line.y > max(_GAP * pitch, 1.2 * line.em)
            parted = above is not None and not n and _is_parted(above, line, pitch)
            if id(line) in interrupted:
                gap = False  # the other block made it
            indent = min(_INDENT, max(0, round((line.x - edge) / line.em)))
            found[id(line)] = (gap or unlike != apart or parted, indent)
            apart, above = unlike, line
    return found


def _is_parted(above: DrawnLine, line: DrawnLine, pitch: float) -> bool:
    """Whether an empty line belongs between the last line of one run and the first of the next."""
    if abs(above.em - line.em) > 0.08 * line.em:
        return True
    return above.overlaps(line) and above.y - line.y > max(_GAP * pitch, 1.2 * line.em)


def _runs(lines: Sequence[DrawnLine]) -> Iterator[list[DrawnLine]]:
    """Runs of consecutive lines of a column in one size."""
    run: list[DrawnLine] = []
    for line in lines:
        if run and not (
            line.y < run[-1].y
            and any(line.overlaps(other) for other in run[-3:])
            and abs(line.em - run[-1].em) <= 0.08 * line.em
        ):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _edge(run: Sequence[DrawnLine]) -> float:
    """The left edge of a column: the leftmost start of a line, shared by several in a long column."""
    starts = sorted(line.x for line in run)
    em = run[0].em
    wanted = 1 if len(run) < 12 else max(2, len(run) // 20)
    shared = (x for x in starts if sum(abs(other - x) < 0.3 * em for other in starts) >= wanted)
    return next(shared, starts[0])


def _with_note_numbers(text: str) -> str:
    """The text with raised figures as note numbers or exponents: 1958[1]年, 10³米."""
    raised = Raised()

    def plain(match: re.Match[str]) -> str:
        figures = match[0].translate(_LOWERED)
        return raised.superscript(text[max(0, match.start() - 12) : match.start()], figures, note=False)

    return re.sub(f"[{RAISED_FIGURES}]{{1,3}}", plain, text)
