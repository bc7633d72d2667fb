"""The result of reflow: blocks, and a decision about every line end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.model import Piece

Decision = Literal["wrap", "end", "heading", "torn", "aside", "line"]


@dataclass(frozen=True, slots=True)
class LineEnd:
    """The decision about the end of a source line.

    Attributes:
        line: line number, from 1, as `str.splitlines` counts.
        decision: wrap, the block goes on in the next line; end, a paragraph or list item ends; heading, a
            heading ends; torn, the block goes on after a line of the page and comes out as two; aside, such a
            line of the page ends; line, the text is not wrapped here.
        why: the strongest reason, in a few words for an editor.
        sure: 0 to 1.
    """

    line: int
    decision: Decision
    why: str
    sure: float


@dataclass(frozen=True, slots=True)
class Reflowed:
    """A text as blocks.

    Attributes:
        wrapped: at least one line end was made by the column.
        pieces: the blocks in the order of the source.
        line_ends: one for every line that is not blank, in order.
    """

    wrapped: bool
    pieces: tuple[Piece, ...]
    line_ends: tuple[LineEnd, ...]
