"""The result of an alignment: where every id goes, including decisions of editors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct

from app.i18n import worded
from app.model import BlockId
from app.text.paragraphs.ledger import Move, SavedBlock


class On(Struct, frozen=True):
    """An editor's decision: the id belongs to this piece, counted from 0."""

    piece: int


class Into(Struct, frozen=True):
    """An editor's decision: the paragraph was merged into this one."""

    target: BlockId


class Away(Struct, frozen=True):
    """An editor's decision: the paragraph was removed."""


Decision = On | Into | Away


class Alignment(Struct, frozen=True):
    """Where every id goes if these pieces are saved.

    Attributes:
        base: `Ledger.heads` of the ledger that was aligned.
        places: the pieces in order, with their ids.
        moves: the step of each of them, in the same order.
        gone: the step of each id that has no piece.
        changed: saving would add a revision.
    """

    base: tuple[str, ...]
    places: tuple[SavedBlock, ...]
    moves: tuple[Move, ...]
    gone: tuple[Move, ...]
    changed: bool


def plan(alignment: Alignment) -> tuple[str, ...]:
    """Describe an alignment for editors, one line for each id that changes: `k7f3 改写 41 %`."""
    parts: dict[BlockId | None, list[BlockId]] = defaultdict(list)
    for move in alignment.moves:
        parts[move.source].append(move.id)
    told = [(move.id, _told(move, parts.get(move.id, ()), gone=False)) for move in alignment.moves]
    told += [(move.id, _told(move, parts.get(move.id, ()), gone=True)) for move in alignment.gone]
    return tuple(worded("%(id)s %(words)s", id=id, words=words) for id, words in told if words)


def _told(move: Move, also: Sequence[BlockId], *, gone: bool) -> str:
    share = f"{round(100 * move.score)} %"
    match move.step:
        case "same":
            return ""
        case "new":
            return worded("新增，拆自 %(id)s", id=move.source) if move.source else worded("新增")
        case "edited":
            words = worded("修改 %(share)s", share=share)
        case "rewritten":
            words = worded("改写 %(share)s", share=share)
        case "piece":
            words = worded("拆分")
        case "revived":
            words = worded("恢复 %(share)s", share=share)
        case "merged":
            return worded("并入 %(id)s", id=move.target)
        case "removed":
            return worded("删除")
        case "by-hand" if gone:
            return worded("并入 %(id)s（人工）", id=move.target) if move.target else worded("删除（人工）")
        case "by-hand":
            words = worded("指定 %(share)s（人工）", share=share)
    return worded("%(words)s，另见 %(ids)s", words=words, ids=", ".join(also)) if also else words
