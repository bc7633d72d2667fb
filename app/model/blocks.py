"""Blocks of an article, and spans that point into their text.

A span counts Unicode code points and is half-open, so an offset means the same in Python, JSON and a W3C
selector.

    Piece   a kind and a text without an id, as reflow and article.md have it
    Block   a piece with its permanent id and its number in the article
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from app.model.ids import BlockId, Number

Kind = Literal["paragraph", "heading", "byline", "caption", "furniture", "list", "verse", "table", "note"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Separates the cells of a block of kind `table`, which is one row. Empty cells are kept, so only the text of
# a row may begin or end with white space.
CELL = "\u3000"
# Kinds of running text; terms and quotations are searched only in these.
PROSE: frozenset[Kind] = frozenset(("paragraph", "caption", "list", "verse", "table"))


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of a block's text: Unicode code points, half-open, never empty."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A block before it has an id.

    Attributes:
        text: one line, without surrounding white space (but see `CELL`).
        lines: first and last line of the source, 1-based, inclusive; None if the source has no lines.
        level: heading level, 2 for the article's own headings; 0 for all other kinds.
    """

    kind: Kind
    text: str
    lines: tuple[int, int] | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an article with its permanent id.

    Attributes:
        id: four characters, never used again in the article.
        n: 1-based number in the article, for display; links use the id.
    """

    id: BlockId
    n: Number
    kind: Kind
    text: str
    level: Number = 0
