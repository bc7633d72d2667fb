"""The ledger: every paragraph id of an article, through all its revisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from msgspec import Struct

from app.model import ArticleId, BlockId, Kind

Step = Literal["new", "same", "edited", "rewritten", "piece", "revived", "merged", "removed", "by-hand"]
STEPS: tuple[Step, ...] = get_args(Step)

# Below this similarity, readers who follow a link are told that the paragraph was rewritten.
REWRITTEN = 0.60


class SavedBlock(Struct, frozen=True):
    """A block of a revision: its id, kind and text."""

    id: BlockId
    kind: Kind
    text: str
    level: int = 0


class Move(Struct, frozen=True):
    """The effect of a save on an id.

    Attributes:
        score: similarity of the texts before and after, 0 to 1; for merges and splits, the share found there.
        target: for an id that leaves, the paragraph that received its words, or None.
        source: for a new id, the paragraph that it was split from.
    """

    id: BlockId
    step: Step
    score: float = 1.0
    target: BlockId | None = None
    source: BlockId | None = None


class Revision(Struct, frozen=True):
    """A saved text.

    Attributes:
        n: its number, 1-based, as in `/a/{article}/{pid}@{n}/`.
        saved_at: ISO 8601.
        digest: of this revision and, through `parents`, of all earlier ones.
        parents: digests of the revisions it was aligned with; two or more after a merge of branches.
        places: its blocks, in order.
        moves: the steps of those that changed.
        gone: the steps of ids that left, or whose words left the paragraph they were merged into.
    """

    n: int
    saved_at: str
    note: str
    digest: str
    parents: tuple[str, ...]
    places: tuple[SavedBlock, ...]
    moves: tuple[Move, ...]
    gone: tuple[Move, ...]


class TextChange(Struct, frozen=True):
    """A save that changed the text of a paragraph.

    Attributes:
        revision: its number, saved at `saved_at`.
        score: similarity of the texts before and after, 0 to 1.
        before: the earlier text; `last` is the last revision with it.
    """

    revision: int
    saved_at: str
    score: float
    before: str
    last: int


@dataclass(slots=True)
class History:
    """An id through all revisions.

    Attributes:
        birth, last: its first and its last block, `last` in revision `last_in`.
        current: it is in the current text.
        left: the revision without it, and the step.
        pieces: ids that were split off from it.
    """

    birth: SavedBlock
    last: SavedBlock
    last_in: Revision
    current: bool = True
    left: tuple[Revision, Move] | None = None
    changes: list[TextChange] = field(default_factory=list)
    pieces: list[BlockId] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every id of an article, with all revisions.

    Two branches that each saved a revision are merged by keeping the lines of both, in any order. If two
    revisions have the same number, the earlier one (then the smaller digest) keeps it, and the other gets the
    next free number. In this order, later revisions override earlier ones. The next save joins the branches.

    Attributes:
        article: the id that paragraph ids are made from; it does not change when the article is renamed.
        revisions: in the order of saving, each after its parents.
        lines: the lines of the file.
        histories: each id through all revisions.
        latest: the revisions without a successor, newest first; two after a merge of branches.
    """

    article: ArticleId
    revisions: tuple[Revision, ...] = ()
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)
    histories: dict[BlockId, History] = field(init=False, compare=False, repr=False)
    latest: tuple[Revision, ...] = field(init=False, compare=False, repr=False)
    _current: tuple[SavedBlock, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        parents = {digest for revision in self.revisions for digest in revision.parents}
        heads = tuple(revision for revision in reversed(self.revisions) if revision.digest not in parents)
        histories = _histories(self.revisions)
        object.__setattr__(self, "histories", histories)
        object.__setattr__(self, "latest", heads)
        object.__setattr__(self, "_current", _current(heads, histories))

    @property
    def ids(self) -> frozenset[BlockId]:
        """All ids, including those that left."""
        return frozenset(self.histories)

    @property
    def current(self) -> tuple[SavedBlock, ...]:
        """The blocks of the current text, in order."""
        return self._current

    @property
    def heads(self) -> tuple[str, ...]:
        """Digests of `latest`."""
        return tuple(revision.digest for revision in self.latest)

    @property
    def last(self) -> int:
        """The highest number of a revision; 0 if there is none."""
        return max((revision.n for revision in self.revisions), default=0)

    def revision(self, n: int) -> Revision | None:
        """The revision with this number."""
        return next((revision for revision in self.revisions if revision.n == n), None)


def _histories(revisions: Sequence[Revision]) -> dict[BlockId, History]:
    found: dict[BlockId, History] = {}
    for revision in revisions:
        for move in revision.moves:
            if move.id in found and move.step != "new":
                was, last = found[move.id].last.text, found[move.id].last_in.n
                change = TextChange(revision.n, revision.saved_at, move.score, was, last)
                found[move.id].changes.append(change)
            if move.source in found:
                found[move.source].pieces.append(move.id)
        for place in revision.places:
            if history := found.get(place.id):
                history.last, history.last_in, history.current = place, revision, True
            else:
                found[place.id] = History(place, place, revision)
        for move in revision.gone:
            if history := found.get(move.id):
                history.current, history.left = False, (revision, move)
    return found


def _current(heads: Sequence[Revision], histories: Mapping[BlockId, History]) -> tuple[SavedBlock, ...]:
    """The current blocks in the order of the newest head; blocks of other heads follow their neighbours."""
    order: list[BlockId] = []
    for revision in heads:
        known, behind = set(order), 0
        for place in revision.places:
            if place.id in known:
                behind = order.index(place.id) + 1
            elif histories[place.id].current:
                order.insert(behind, place.id)
                behind += 1
    return tuple(histories[id].last for id in order)
