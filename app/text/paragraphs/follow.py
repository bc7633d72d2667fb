"""Resolves a link to a paragraph id, in the current text or in an older revision."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.model import Block, BlockId
from app.text.paragraphs.ledger import REWRITTEN, Ledger, Move, Revision, SavedBlock, TextChange
from app.text.paragraphs.mint import slips


class Here(Struct, frozen=True):
    """The paragraph is in the text.

    Attributes:
        block: its number and text.
        rewrites: saves with a similarity below `REWRITTEN`, oldest first; pages tell the reader.
        also: the other parts, if it was split.
    """

    block: Block
    rewrites: tuple[TextChange, ...] = ()
    also: tuple[BlockId, ...] = ()


class Moved(Struct, frozen=True):
    """The paragraph was merged into another one.

    Attributes:
        target: the paragraph that has its words now, or had them last.
        text: its own last text.
        revision: of the merge, saved at `saved_at`.
    """

    id: BlockId
    target: BlockId
    text: str
    revision: int
    saved_at: str


class Gone(Struct, frozen=True):
    """The paragraph was removed.

    Attributes:
        text: its last text, of revision `last`.
        revision: of the removal, saved at `saved_at`.
        before, after: the nearest existing paragraphs around its last position.
        also: the parts that were split off from it.
    """

    id: BlockId
    text: str
    last: int
    revision: int
    saved_at: str
    before: BlockId | None
    after: BlockId | None
    also: tuple[BlockId, ...] = ()


class Then(Struct, frozen=True):
    """The paragraph in one revision, and its current state.

    Attributes:
        differs: the current text is different.
    """

    block: Block
    revision: int
    saved_at: str
    now: Here | Moved | Gone
    differs: bool


class Unknown(Struct, frozen=True):
    """The id does not exist, or not in that revision.

    Attributes:
        near: ids of the current text that differ by one typing error.
        revisions: if the id exists, the revisions that have it.
    """

    id: str
    near: tuple[BlockId, ...] = ()
    revisions: tuple[int, ...] = ()


Answer = Here | Moved | Gone | Then | Unknown


def follow(ledger: Ledger, id: str, rev: int | None = None) -> Answer:
    """Resolve a link to this id; case does not matter.

    Args:
        ledger: of the article.
        id: as in the address.
        rev: the revision that the link asks for, None for the current text.
    """
    known = BlockId(id.lower())
    if known not in ledger.histories:
        return Unknown(id, _near(ledger, known))
    now = _now(ledger, known)
    if rev is None:
        return now
    block, revision = at(ledger, known, rev), ledger.revision(rev)
    if block is None or revision is None:
        stood = (r.n for r in ledger.revisions if any(place.id == known for place in r.places))
        return Unknown(id, revisions=tuple(stood))
    return Then(
        block, rev, revision.saved_at, now, differs=not isinstance(now, Here) or now.block.text != block.text
    )


def at(ledger: Ledger, id: BlockId, rev: int) -> Block | None:
    """The block with this id in that revision, or None."""
    revision = ledger.revision(rev)
    return _block(revision.places, id) if revision else None


def _block(places: Sequence[SavedBlock], id: BlockId) -> Block | None:
    for n, place in enumerate(places, 1):
        if place.id == id:
            return Block(id, n, place.kind, place.text, place.level)
    return None


def _near(ledger: Ledger, id: str) -> tuple[BlockId, ...]:
    if len(id) != 4:
        return ()
    found = (BlockId(slip) for slip in dict.fromkeys(slips(id)) if slip in ledger.histories)
    return tuple(near for near in found if ledger.histories[near].current)


def _now(ledger: Ledger, id: BlockId) -> Here | Moved | Gone:
    block, history = _block(ledger.current, id), ledger.histories[id]
    if block is not None:
        rewrites = tuple(change for change in history.changes if change.score < REWRITTEN)
        return Here(block, rewrites, _also(ledger, id))
    revision, _ = _departure(ledger, id)
    if target := end_of(ledger, id):
        return Moved(id, target, history.last.text, revision.n, revision.saved_at)
    before, after = _around(ledger, history.last_in, id)
    text, last = history.last.text, history.last_in.n
    return Gone(id, text, last, revision.n, revision.saved_at, before, after, _also(ledger, id))


def _departure(ledger: Ledger, id: BlockId) -> tuple[Revision, Move]:
    left = ledger.histories[id].left
    assert left is not None, f"{id} is not in the text and never left it"
    return left


def end_of(ledger: Ledger, id: BlockId) -> BlockId | None:
    """The end of the chain of merges from an id that left; None if it was not merged."""
    seen, end = {id}, id
    while not ledger.histories[end].current:
        target = _departure(ledger, end)[1].target
        if target is None:
            break
        if target in seen:  # two branches each merged one of the two paragraphs into the other
            return None
        seen.add(target)
        end = target
    return end if end != id else None


def _also(ledger: Ledger, id: BlockId) -> tuple[BlockId, ...]:
    ends: dict[BlockId, None] = {}
    for piece in ledger.histories[id].pieces:
        end = piece if ledger.histories[piece].current else end_of(ledger, piece)
        if end and end != id and ledger.histories[end].current:
            ends[end] = None
    return tuple(ends)


def _around(ledger: Ledger, revision: Revision, id: BlockId) -> tuple[BlockId | None, BlockId | None]:
    ids = [place.id for place in revision.places]
    here = ids.index(id)
    before = next((other for other in reversed(ids[:here]) if ledger.histories[other].current), None)
    after = next((other for other in ids[here + 1 :] if ledger.histories[other].current), None)
    return before, after
