"""Carry paragraph ids over to an edited text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import app.text.paragraphs.bounds as bounds
from app.model import BlockId, Piece
from app.text.paragraphs.alignment import Alignment, Decision, Into, On
from app.text.paragraphs.board import Board
from app.text.paragraphs.ledger import REWRITTEN, Ledger, Move, Place
from app.text.paragraphs.ledger_file import save
from app.text.paragraphs.likeness import Words, alike, normal, shared
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
        ledger: every id the article has ever had, with its last known text.
        pieces: the current paragraphs, in order.
        decisions: what an editor has decided, by id; later saves keep to it.

    Returns:
        An id for each piece, old where the text is similar enough, else new; and for each id without a piece,
        where it went. Aligning the result again changes nothing.

    Raises:
        ValueError: a decision names an id or a piece that does not exist, or one piece twice.

    Source:
        One-to-one by exact words, then by likeness, as Bachhuber proposed for Winerlinks (2010); Dice, 1945.
    """
    standing = _standing_for(ledger, pieces)
    row = {place.id: i for i, place in enumerate(standing)}
    births = [ledger.histories[place.id].birth.text for place in standing]
    board = Board(
        [Words(place.text) for place in standing],
        [Words(b) if b != place.text else None for b, place in zip(births, standing, strict=True)],
        [Words(piece.text) for piece in pieces],
    )
    by_hand = _decide(ledger, decisions or {}, len(pieces))
    for id, decision in by_hand.items():
        if id in row:
            board.held.add(row[id])
        if isinstance(decision, On):
            board.given.add(decision.piece)

    pair_identical(board)
    pair_alike(board)
    pair_pieces(board, bounds.CONTAINED)
    merge(board, bounds.CONTAINED, bounds.BESIDE)
    merge_into_sibling(ledger, board, standing, row)
    drifted = follow_merged(ledger, board, row, by_hand)
    revived = revive(ledger, board, by_hand, drifted)

    placed = {decision.piece: id for id, decision in by_hand.items() if isinstance(decision, On)}
    mint = Mint(ledger.article, ledger.ids)
    places: list[Place] = []
    moves: list[Move] = []
    for j, piece in enumerate(pieces):
        if j in placed:
            before = Words(ledger.histories[placed[j]].last.text)
            move = Move(placed[j], "by-hand", _round(alike(before, board.new[j])))
        elif j in board.origin:
            move = _stay(standing[board.origin[j]].id, board, j)
        elif j in revived:
            id, score = revived[j]
            move = Move(id, "revived", _round(score))
        else:
            source = standing[board.split[j]].id if j in board.split else None
            move = Move(mint(piece.text), "new", source=source)
        moves.append(move)
        places.append(Place(move.id, piece.kind, piece.text, piece.level))

    gone = []
    for id, decision in by_hand.items():
        if not isinstance(decision, On):
            move = Move(id, "by-hand", 0.0, target=decision.target if isinstance(decision, Into) else None)
            history = ledger.histories[id]
            if history.standing or not history.left or history.left[1] != move:  # not said before
                gone.append(move)
    back = {id for id, _ in revived.values()}
    homeless = [i for i in range(len(standing)) if i not in board.home and i not in board.held]
    leaving = {standing[i].id: board.merged.get(i) for i in homeless}
    leaving |= {id: end for id, end in drifted.items() if id not in back and end != STAYS}
    for id, end in leaving.items():
        if end is None:
            gone.append(Move(id, "removed", 0.0))
        else:
            gone.append(Move(id, "merged", _round(end[1]), target=moves[end[0]].id))
    changed = bool(gone) or len(ledger.heads) != 1 or tuple(places) != ledger.standing
    return Alignment(ledger.heads, tuple(places), tuple(moves), tuple(gone), changed)


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


def _standing_for(ledger: Ledger, pieces: Sequence[Piece]) -> tuple[Place, ...]:
    """The places to align from; if branches differ, the wording of an id that the new text has."""
    if len(ledger.latest) < 2:
        return ledger.standing
    now = {normal(piece.text) for piece in pieces}
    known = {place.id: place for head in ledger.latest for place in head.places if normal(place.text) in now}
    return tuple(known.get(place.id, place) for place in ledger.standing)


def _decide(ledger: Ledger, decisions: Mapping[BlockId, Decision], n: int) -> dict[BlockId, Decision]:
    """The decisions, checked and in a fixed order."""
    pieces = [decision.piece for decision in decisions.values() if isinstance(decision, On)]
    if len(set(pieces)) < len(pieces) or any(not 0 <= piece < n for piece in pieces):
        raise ValueError("a decision names a piece twice or one that does not exist")
    for id, decision in decisions.items():
        if id not in ledger.ids:
            raise ValueError(f"a decision about {id}, which was never given")
        if isinstance(decision, Into) and (decision.target == id or decision.target not in ledger.ids):
            raise ValueError(f"{id} cannot go into {decision.target}")
    return dict(sorted(decisions.items()))


def drafted(ledger: Ledger, pieces: Sequence[Piece]) -> tuple[Ledger, Alignment]:
    """The ledger as if the text were saved now, and how the text aligns with it."""
    alignment = align(ledger, pieces)
    return save(ledger, alignment, saved_at="", note="未保存"), alignment
