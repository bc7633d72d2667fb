"""Paragraphs of a Word file, a page or a book that are the lines of a column, copied one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from app.i18n import Message, worded
from app.importers.blocks import are_wrapped
from app.model import Piece
from app.text.reflow import reflow

_FEWEST = 8  # paragraphs in a row


def rejoin(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], tuple[Message, ...]]:
    """The pieces with hard-wrapped runs of paragraphs joined, and a note on them."""
    made: list[Piece] = []
    joined = 0
    for kind, group in groupby(pieces, key=lambda piece: piece.kind):
        run = list(group)
        if kind == "paragraph" and len(run) >= _FEWEST and are_wrapped([piece.text for piece in run]):
            joined += len(run)
            run = [_placed(piece, run) for piece in reflow("\n".join(piece.text for piece in run)).pieces]
        made += run
    notes = (worded("文件里有 %(n)s 行各成一段，是按固定宽度折的行，已重新分段", n=joined),) if joined else ()
    return tuple(made), notes


def _placed(piece: Piece, run: Sequence[Piece]) -> Piece:
    """A joined piece with the lines of the pieces that it is made of."""
    first, last = piece.lines or (1, 1)
    start, end = run[first - 1].lines, run[last - 1].lines
    return replace(piece, lines=(start[0], end[1]) if start and end else None)
