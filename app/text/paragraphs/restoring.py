"""Repairs a damaged ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.errors import ContentError
from app.model import ArticleId, Block, Piece
from app.text.paragraphs.align import align
from app.text.paragraphs.alignment import Alignment, On
from app.text.paragraphs.ledger import Ledger, Move, Place
from app.text.paragraphs.ledger_file import ledger_lines, parse_ledger, save
from app.text.paragraphs.likeness import Words, alike


def salvaged(lines: Sequence[str], article: ArticleId) -> Ledger:
    """What a damaged ledger still tells: its lines up to the first that cannot be used.

    Args:
        lines: of the file.
        article: whose ledger it is, in case its first line is missing.
    """
    kept = [line for line in lines if line.strip()]
    if not (kept and kept[0].startswith('{"ledger"')):
        kept = [*ledger_lines(Ledger(article)), *kept]
    while True:
        try:
            return parse_ledger(kept)
        except ContentError as error:
            kept = kept[: error.line - 1]
            if not kept:
                return Ledger(article)


def restored(ledger: Ledger, blocks: Sequence[Block], *, n: int, saved_at: str, note: str = "") -> Ledger:
    """A damaged ledger brought up to a text whose ids are known from elsewhere.

    Args:
        ledger: what can still be read of it.
        blocks: the text, each block under the id that it had.
        n: the number of the revision that had this text.
        saved_at: the time of the repair, ISO 8601.
        note: kept with the revision.

    Returns:
        The ledger with these blocks as its last revision; the same ledger when they are that already. Ids
        that only lost lines knew, and that are not in the blocks, are lost.
    """
    pieces = [Piece(b.kind, b.text, level=b.level) for b in blocks]
    known = {b.id: On(j) for j, b in enumerate(blocks) if b.id in ledger.ids}
    guess = align(ledger, pieces, decisions=known)
    places = tuple(Place(b.id, b.kind, b.text, b.level) for b in blocks)
    moves, gone = list[Move](), list(guess.gone)
    for block, guessed in zip(blocks, guess.places, strict=True):
        if block.id in known:
            before = ledger.histories[block.id].last.text
            score = round(alike(Words(before), Words(block.text)), 3)
            moves.append(Move(block.id, "same" if before == block.text else "edited", score))
            continue
        moves.append(Move(block.id, "new"))
        if guessed.id in ledger.ids:  # its words are now in a block with another id
            gone.append(Move(guessed.id, "merged", 1.0, target=block.id))
    ids = {guessed.id: block.id for guessed, block in zip(guess.places, blocks, strict=True)}
    gone = [replace(move, target=ids.get(move.target, move.target)) if move.target else move for move in gone]
    changed = places != ledger.standing or bool(gone)
    alignment = Alignment(guess.base, places, tuple(moves), tuple(gone), changed)
    return save(ledger, alignment, saved_at=saved_at, note=note, least=n)
