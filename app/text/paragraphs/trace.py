"""Paragraph ids through successive versions of a text, without a ledger on disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from app.model import ArticleId, BlockId, Piece
from app.text.paragraphs.align import align
from app.text.paragraphs.ledger import Ledger, Step
from app.text.paragraphs.ledger_file import save


class Traced(Struct, frozen=True):
    """A paragraph of one version."""

    id: BlockId
    step: Step
    score: float


class Left(Struct, frozen=True):
    """An id that the last version lacks: the first version without it, from 1, and where its words went."""

    id: BlockId
    version: int
    state: Literal["merged", "removed"]
    target: BlockId | None


class Trace(Struct, frozen=True):
    """The ids of every version, and the ids that the last one lacks, as `meipi trace` prints them."""

    versions: tuple[tuple[Traced, ...], ...]
    gone: tuple[Left, ...]


def trace(versions: Sequence[Sequence[str]], article_id: str) -> Trace:
    """Carry ids through successive versions of one text, as saving each of them would.

    Args:
        versions: the paragraphs of each, oldest first.
        article_id: ids are made from it and the text.
    """
    ledger = Ledger(ArticleId(article_id))
    traced: list[tuple[Traced, ...]] = []
    left: dict[BlockId, Left] = {}
    for number, texts in enumerate(versions, 1):
        alignment = align(ledger, [Piece("paragraph", text) for text in texts])
        ledger = save(ledger, alignment, saved_at="", note="")
        traced.append(tuple(Traced(move.id, move.step, move.score) for move in alignment.moves))
        for move in alignment.moves:
            left.pop(move.id, None)
        for move in alignment.gone:
            left[move.id] = Left(move.id, number, "merged" if move.target else "removed", move.target)
    return Trace(tuple(traced), tuple(left.values()))
