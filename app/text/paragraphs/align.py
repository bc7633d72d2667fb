"""Carry paragraph ids over to an edited text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import app.text.paragraphs.bounds as bounds
from app.i18n import worded
from app.model import BlockId, Piece
from app.text.paragraphs.alignment import Alignment, Decision, Into, On
from app.text.paragraphs.board import Board, End
from app.text.paragraphs.ledger import REWRITTEN, Ledger, Move, SavedBlock
from app.text.paragraphs.ledger_file import save
from app.text.paragraphs.likeness import Wording, alike, normal, shared
from app.text.paragraphs.mint import Mint
from app.text.paragraphs.pairing import (
    STAYS,
    follow_merged,
    merge,
    merge_into_sibling,
    pair_alike,
    pair_identical,
    pair_pieces,
    revive,
)


def align(
    ledger: Ledger, pieces: Sequence[Piece], *, decisions: Mapping[BlockId, Decision] | None = None
) -> Alignment:
    """Carry paragraph ids over to an edited text.

    Args:
        ledger: every id that the article has ever had, with its last known text.
        pieces: the edited paragraphs, in order.
        decisions: an editor's decisions, by id; later saves respect them.

    Returns:
        An id for each piece (old if the text is similar enough, else new), and for each id without a piece,
        where it went. Aligning the result again changes nothing.

    Raises:
        ValueError: a decision names an id or a piece that does not exist, or one piece twice.

    Source:
        One-to-one by exact words, then by likeness, as Bachhuber proposed for Winerlinks (2010); Dice, 1945.
    """
    current = _current_for(ledger, pieces)
    row = {place.id: i for i, place in enumerate(current)}
    by_hand = _decide(ledger, decisions or {}, len(pieces))
    board = _board(ledger, current, pieces, by_hand, row)

    pair_identical(board)
    pair_alike(board)
    pair_pieces(board, bounds.CONTAINED)
    merge(board, bounds.CONTAINED, bounds.NEARBY)
    merge_into_sibling(ledger, board, current, row)
    drifted = follow_merged(ledger, board, row, by_hand)
    revived = revive(ledger, board, by_hand, drifted)

    moves = _moves(ledger, board, current, pieces, by_hand, revived)
    places = tuple(
        SavedBlock(move.id, piece.kind, piece.text, piece.level)
        for move, piece in zip(moves, pieces, strict=True)
    )
    back = {id for id, _ in revived.values()}
    homeless = [i for i in range(len(current)) if i not in board.home and i not in board.held]
    leaving = {current[i].id: board.merged.get(i) for i in homeless}
    leaving |= {id: end for id, end in drifted.items() if id not in back and end != STAYS}
    gone = (*_decided_gone(ledger, by_hand), *_gone(leaving, moves))
    changed = bool(gone) or len(ledger.heads) != 1 or places != ledger.current
    return Alignment(ledger.heads, places, moves, gone, changed)


def _board(
    ledger: Ledger,
    current: Sequence[SavedBlock],
    pieces: Sequence[Piece],
    by_hand: Mapping[BlockId, Decision],
    row: Mapping[BlockId, int],
) -> Board:
    """The state before the first step: all texts, and the decisions of editors."""
    births = [ledger.histories[place.id].birth.text for place in current]
    board = Board(
        [Wording(place.text) for place in current],
        [Wording(b) if b != place.text else None for b, place in zip(births, current, strict=True)],
        [Wording(piece.text) for piece in pieces],
    )
    board.held.update(row[id] for id in by_hand if id in row)
    board.given.update(decision.piece for decision in by_hand.values() if isinstance(decision, On))
    return board


def _moves(
    ledger: Ledger,
    board: Board,
    current: Sequence[SavedBlock],
    pieces: Sequence[Piece],
    by_hand: Mapping[BlockId, Decision],
    revived: Mapping[int, tuple[BlockId, float]],
) -> tuple[Move, ...]:
    """An id for each piece, and where it comes from."""
    placed = {decision.piece: id for id, decision in by_hand.items() if isinstance(decision, On)}
    mint = Mint(ledger.article, ledger.ids)
    moves = []
    for j, piece in enumerate(pieces):
        if j in placed:
            before = Wording(ledger.histories[placed[j]].last.text)
            moves.append(Move(placed[j], "by-hand", _round(alike(before, board.new[j]))))
        elif j in board.origin:
            moves.append(_stay(current[board.origin[j]].id, board, j))
        elif j in revived:
            id, score = revived[j]
            moves.append(Move(id, "revived", _round(score)))
        else:
            source = current[board.split[j]].id if j in board.split else None
            moves.append(Move(mint(piece.text), "new", source=source))
    return tuple(moves)


def _decided_gone(ledger: Ledger, by_hand: Mapping[BlockId, Decision]) -> Iterator[Move]:
    """The ids that editors removed or merged, without those that the ledger records as gone."""
    for id, decision in by_hand.items():
        if not isinstance(decision, On):
            move = Move(id, "by-hand", 0.0, target=decision.target if isinstance(decision, Into) else None)
            history = ledger.histories[id]
            if history.current or not history.left or history.left[1] != move:
                yield move


def _gone(leaving: Mapping[BlockId, End | None], moves: Sequence[Move]) -> Iterator[Move]:
    """The ids that were removed, or merged into the new paragraph where most of their words are."""
    for id, end in leaving.items():
        if end is None:
            yield Move(id, "removed", 0.0)
        else:
            yield Move(id, "merged", _round(end[1]), target=moves[end[0]].id)


def _round(score: float) -> float:
    return round(score, 3)


def _stay(id: BlockId, board: Board, j: int) -> Move:
    i = board.origin[j]
    old, new = board.old[i], board.new[j]
    if any(whole == i and part != j for part, whole in board.split.items()):
        return Move(id, "piece", _round(shared(old.grams, new.grams) / max(1, len(new))))
    if old.normal == new.normal:
        return Move(id, "same")
    score = _round(alike(old, new))
    return Move(id, "edited" if score >= REWRITTEN else "rewritten", score)


def _current_for(ledger: Ledger, pieces: Sequence[Piece]) -> tuple[SavedBlock, ...]:
    """The blocks to align from; if branches differ in a block, the wording that the new text has."""
    if len(ledger.latest) < 2:
        return ledger.current
    now = {normal(piece.text) for piece in pieces}
    known = {place.id: place for head in ledger.latest for place in head.places if normal(place.text) in now}
    return tuple(known.get(place.id, place) for place in ledger.current)


def _decide(ledger: Ledger, decisions: Mapping[BlockId, Decision], n: int) -> dict[BlockId, Decision]:
    """Check the decisions and sort them by id."""
    pieces = [decision.piece for decision in decisions.values() if isinstance(decision, On)]
    if len(set(pieces)) < len(pieces) or any(not 0 <= piece < n for piece in pieces):
        raise ValueError(worded("a decision names a piece twice or one that does not exist"))
    for id, decision in decisions.items():
        if id not in ledger.ids:
            raise ValueError(worded("a decision about %(id)s, which was never given", id=id))
        if isinstance(decision, Into) and (decision.target == id or decision.target not in ledger.ids):
            raise ValueError(worded("%(id)s cannot go into %(target)s", id=id, target=decision.target))
    return dict(sorted(decisions.items()))


def drafted(ledger: Ledger, pieces: Sequence[Piece]) -> tuple[Ledger, Alignment]:
    """The ledger as if the text were saved now, and how the text aligns with it."""
    alignment = align(ledger, pieces)
    return save(ledger, alignment, saved_at="", note="未保存"), alignment
