"""The ledger: every paragraph id of an article, through all its revisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from app.model import ArticleId, BlockId, Kind

Step = Literal["new", "same", "edited", "rewritten", "piece", "revived", "merged", "removed", "by-hand"]
STEPS: tuple[Step, ...] = get_args(Step)

# Below this likeness, readers who follow a link are told that the paragraph has been rewritten.
REWRITTEN = 0.60


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph in one revision: its id, kind and text."""

    id: BlockId
    kind: Kind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """What a save did to an id.

    Attributes:
        score: likeness of the texts before and after, 0 to 1; for merges and splits, the share found there.
        target: of an id that leaves, the paragraph that took in its words; None if there is none.
        source: of a new id, the paragraph that it was split from.
    """

    id: BlockId
    step: Step
    score: float = 1.0
    target: BlockId | None = None
    source: BlockId | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A saved text.

    Attributes:
        n: its number, 1-based, as in `/a/{article}/{pid}@{n}/`.
        saved_at: ISO 8601, as given by the caller.
        digest: of this revision and, through `parents`, of all before it.
        parents: digests of the revisions it was aligned with; two or more after a merge of branches.
        places: its paragraphs, in order.
        moves: what happened to those of them that changed.
        gone: what happened to ids that left, or whose words have left the paragraph they were merged into.
    """

    n: int
    saved_at: str
    note: str
    digest: str
    parents: tuple[str, ...]
    places: tuple[Place, ...]
    moves: tuple[Move, ...]
    gone: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A save that changed the text of a paragraph.

    Attributes:
        revision: its number, saved at `saved_at`.
        score: likeness of the texts before and after, 0 to 1.
        before: the text before; `last` is the last revision that has it.
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
        birth, last: its first and its last place, `last` in revision `last_in`.
        standing: it is in the text today.
        left: the revision that took it out, and how.
        pieces: ids that were split off from it.
    """

    birth: Place
    last: Place
    last_in: Revision
    standing: bool = True
    left: tuple[Revision, Move] | None = None
    changes: list[Change] = field(default_factory=list)
    pieces: list[BlockId] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every id that an article has given, with all its revisions.

    Two branches that each saved a revision are merged by keeping the lines of both, in any order. A revision
    keeps its number; if two have the same, the earlier one (then the smaller digest) keeps it and the other
    gets the next free number. The last statement about an id, in this order, holds. The next save
    joins the branches.

    Attributes:
        article: the id that paragraph ids are made from; it stays when the article is renamed.
        revisions: in the order they were saved in, each after its parents.
        lines: the lines of the file as read or written.
        histories: each id through all revisions.
        latest: the revisions that no other follows, newest first; two after a merge of branches.
    """

    article: ArticleId
    revisions: tuple[Revision, ...] = ()
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)
    histories: dict[BlockId, History] = field(init=False, compare=False, repr=False)
    latest: tuple[Revision, ...] = field(init=False, compare=False, repr=False)
    _standing: tuple[Place, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        parents = {digest for revision in self.revisions for digest in revision.parents}
        heads = tuple(revision for revision in reversed(self.revisions) if revision.digest not in parents)
        histories = _histories(self.revisions)
        object.__setattr__(self, "histories", histories)
        object.__setattr__(self, "latest", heads)
        object.__setattr__(self, "_standing", _standing(heads, histories))

    @property
    def ids(self) -> frozenset[BlockId]:
        """Every id ever given, whatever became of it."""
        return frozenset(self.histories)

    @property
    def standing(self) -> tuple[Place, ...]:
        """The paragraphs of the text today, in order."""
        return self._standing

    @property
    def heads(self) -> tuple[str, ...]:
        """Digests of `latest`."""
        return tuple(revision.digest for revision in self.latest)

    @property
    def last(self) -> int:
        """The highest number of a revision; 0 when there is none."""
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
                change = Change(revision.n, revision.saved_at, move.score, was, last)
                found[move.id].changes.append(change)
            if move.source in found:
                found[move.source].pieces.append(move.id)
        for place in revision.places:
            if history := found.get(place.id):
                history.last, history.last_in, history.standing = place, revision, True
            else:
                found[place.id] = History(place, place, revision)
        for move in revision.gone:
            if history := found.get(move.id):
                history.standing, history.left = False, (revision, move)
    return found


def _standing(heads: Sequence[Revision], histories: Mapping[BlockId, History]) -> tuple[Place, ...]:
    """The paragraphs of today in the order of the newest head; others follow their neighbours."""
    order: list[BlockId] = []
    for revision in heads:
        known, behind = set(order), 0
        for place in revision.places:
            if place.id in known:
                behind = order.index(place.id) + 1
            elif histories[place.id].standing:
                order.insert(behind, place.id)
                behind += 1
    return tuple(histories[id].last for id in order)
