"""Paragraph ids that last: minting them, keeping their record, carrying them over every edit.

An id is made once from an article's words and never computed again. After that the *ledger* keeps it: at
every save `align` sees the text before and after and finds the place of each known id, and `save` writes
down what was found. A link is then answered by `follow`, which looks up and never guesses.

    align  -- where does every id go?          plan   -- the same for the editor's eye, before it is saved
    save   -- the ledger with one revision more
    follow -- what a link to an id leads to    at, difference -- the words of an older revision
    parse_ledger, ledger_lines -- the ledger as JSON lines, one per revision
    trace  -- ids through successive versions of a text, without a ledger kept

Files, locks and clocks are the caller's: a save is safe when `align` and `save` happen under one lock.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar, cast, get_args

from app.errors import ContentError
from app.model import KINDS, ArticleId, Block, BlockId, Kind, Piece

Step = Literal["new", "same", "edited", "rewritten", "piece", "revived", "merged", "removed", "by-hand"]
STEPS: tuple[Step, ...] = get_args(Step)

# Below this likeness a reader who followed a link is told that the paragraph was rewritten since.
REWRITTEN = 0.60


# ---------------------------------------------------------------- the ledger


@dataclass(frozen=True, slots=True)
class Place:
    """An id standing in one revision, with the words it stood on."""

    id: BlockId
    kind: Kind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """What one save did to one id.

    Attributes:
        score: likeness of the words before and after, 0 to 1; when merged or split, the share found there.
        target: for an id that leaves: the one that took in its words; None when they went nowhere.
        source: for an id that is new because a paragraph was split: the id of that paragraph.
    """

    id: BlockId
    step: Step
    score: float = 1.0
    target: BlockId | None = None
    source: BlockId | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One saved text, whole.

    Attributes:
        n: its number, 1-based, as in `/a/{article}/{pid}@{n}/`.
        saved_at: ISO 8601, as given by the caller.
        digest: of the revision and, through `parents`, of all before it.
        parents: digests of the revisions it was aligned with; two or more where branches came together.
        places: every id that stands in it, in the order of the text.
        moves: what happened to those of them that are not simply the `same`.
        gone: what happened to the ids that left, or that had left and were found to have gone elsewhere.
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
    """A save that changed the words of a paragraph.

    Attributes:
        revision: its number, saved at `saved_at`.
        score: how much is alike, 0 to 1.
        before: the words before, and `last` the number of the revision that has them.
    """

    revision: int
    saved_at: str
    score: float
    before: str
    last: int


@dataclass(slots=True)
class _History:
    """One id through all revisions."""

    birth: Place
    last: Place
    last_in: Revision
    standing: bool = True
    left: tuple[Revision, Move] | None = None
    changes: list[Change] = field(default_factory=list)
    pieces: list[BlockId] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every id an article ever gave, with all its revisions.

    Two branches that each saved a revision come together by keeping the lines of both. Nothing depends on
    the order of the lines. Each revision keeps the number it was saved under; where two have the same, the
    one saved first (then the smaller digest) keeps it and the other takes the next number that nobody was
    saved under. What was said last about an id, in that order, holds. The next save joins the branches.

    Attributes:
        article: the id that ids are minted from; it stays when the article is renamed.
        revisions: in the order they were saved in, each behind its parents.
        lines: the file's lines as they were read or written; they are never written otherwise.
    """

    article: ArticleId
    revisions: tuple[Revision, ...] = ()
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)
    _histories: dict[BlockId, _History] = field(init=False, compare=False, repr=False)
    _heads: tuple[Revision, ...] = field(init=False, compare=False, repr=False)
    _standing: tuple[Place, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        parents = {digest for revision in self.revisions for digest in revision.parents}
        heads = tuple(revision for revision in reversed(self.revisions) if revision.digest not in parents)
        histories = _histories(self.revisions)
        object.__setattr__(self, "_histories", histories)
        object.__setattr__(self, "_heads", heads)
        object.__setattr__(self, "_standing", _standing(heads, histories))

    @property
    def ids(self) -> frozenset[BlockId]:
        """Every id ever given, in whatever state."""
        return frozenset(self._histories)

    @property
    def standing(self) -> tuple[Place, ...]:
        """The ids that stand in the text today, in order."""
        return self._standing

    @property
    def heads(self) -> tuple[str, ...]:
        """Digests of the revisions that no other follows, latest first; two when branches came together."""
        return tuple(revision.digest for revision in self._heads)

    def revision(self, n: int) -> Revision | None:
        """The revision with this number."""
        return next((revision for revision in self.revisions if revision.n == n), None)


def _histories(revisions: Sequence[Revision]) -> dict[BlockId, _History]:
    found: dict[BlockId, _History] = {}
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
                found[place.id] = _History(place, place, revision)
        for move in revision.gone:
            if history := found.get(move.id):
                history.standing, history.left = False, (revision, move)
    return found


def _standing(heads: Sequence[Revision], histories: Mapping[BlockId, _History]) -> tuple[Place, ...]:
    """What stands today, in the latest head's order; what only others have, behind its neighbour there."""
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


# ---------------------------------------------------------------- the ledger as lines

VERSION = 1  # of the lines and of `_normal`: when either changes, old ledgers must still read the same

# What ends a line for str.splitlines, and halves of surrogate pairs, which UTF-8 does not know. json escapes
# the control characters by itself.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PAIR = re.compile("(?<=[\ud800-\udbff])(?=[\udc00-\udfff])")
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")

_REMEDY = "restore the line from version control; ledgers are written by `meipi save` only"


def _dump(value: Mapping[str, Any]) -> str:
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _spell(text: str) -> str | list[str]:
    """A text as JSON can hold it: in parts where two halves meet that JSON would read as one character."""
    parts = _PAIR.split(text)
    return parts if len(parts) > 1 else text


def _digest(record: Mapping[str, Any]) -> str:
    """Of a revision's line without its digest; 64 bits, far beyond what one article can confuse."""
    plain = {key: value for key, value in record.items() if key != "digest"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def _header(article: ArticleId) -> str:
    return _dump({"ledger": VERSION, "article": article})


def ledger_lines(ledger: Ledger) -> Iterator[str]:
    r"""A ledger as the lines of its file, without their \n.

    The first says whose ledger it is, each other one is a revision: an id alone stands as in the first
    parent, an id with words has new ones. Every line is printable and in one piece, whatever the text.
    """
    yield from ledger.lines or (_header(ledger.article),)


class _Fault(Exception):
    """A fault in one line: code, problem, remedy."""

    def __init__(self, code: str, problem: str, remedy: str = _REMEDY) -> None:
        self.code, self.problem, self.remedy = code, problem, remedy


def parse_ledger(lines: Iterable[str], path: str = "ledger.jsonl", *, after: Ledger | None = None) -> Ledger:
    """Read a ledger back.

    Args:
        lines: with or without their line ends.
        path: the file's name, for messages.
        after: what the lines of the file before these have given; they need not be read again.

    Raises:
        ContentError: L01 blank line, L02 git conflict marker, L03 not JSON, L04 not a line of a ledger or of
            a later version, L05 no first line or two articles, L06 a parent revision is missing, L07 the line
            was changed by hand, L08 a malformed id, one that stands twice, or one that its parent lacks.
    """
    if after is not None:
        lines = list(lines)
        if (continued := _continued(after, lines)) is not None:
            return continued
        lines = [*after.lines, *lines]
    kept: list[str] = []
    articles: list[str] = []
    records: dict[str, tuple[int, dict[str, Any]]] = {}
    number = 0
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\r\n")
        try:
            record = _record(line)
            if "ledger" in record:
                articles.append(record["article"])
                if articles[0] != articles[-1]:
                    raise _Fault("L05", f"the lines of two articles, {articles[0]} and {articles[-1]}")
            elif not articles:
                raise _Fault("L05", "the first line does not say whose ledger this is")
            elif _digest(record) != record["digest"]:
                raise _Fault("L07", "the line was changed after it was written")
            else:
                records.setdefault(record["digest"], (number, record))
        except _Fault as fault:
            raise ContentError(path, number, fault.code, fault.problem, fault.remedy) from None
        kept.append(line)
    if not articles:
        raise ContentError(
            path, number, "L05", "an empty ledger", "restore the file, or delete it to begin anew"
        )
    return Ledger(ArticleId(articles[0]), _read_revisions(records, path), tuple(kept))


def _continued(ledger: Ledger, lines: Sequence[str]) -> Ledger | None:
    """A ledger with the saves that followed; None when the lines are anything else, whatever it is."""
    revisions = {revision.digest: revision for revision in ledger.revisions}
    last = max((revision.n for revision in ledger.revisions), default=0)
    kept = [line.rstrip("\r\n") for line in lines]
    try:
        for line in kept:
            record = _record(line)
            if "ledger" in record or record["rev"] <= last or _digest(record) != record["digest"]:
                return None
            last = record["rev"]
            revisions[record["digest"]] = _read_revision(last, record, revisions)
    except _Fault:
        return None
    return Ledger(ledger.article, tuple(revisions.values()), (*ledger.lines, *kept))


_Shape = Mapping[str, type | tuple[type, ...]]
_HEADER: _Shape = {"ledger": int, "article": str}
_REVISION: _Shape = {
    "rev": int,
    "saved_at": str,
    "note": (str, list),
    "parents": list,
    "places": list,
    "moves": list,
    "digest": str,
}
_PLACE: _Shape = {"id": str, "kind": str, "level": int, "text": (str, list)}
_MOVE: _Shape = {"id": str, "step": str, "score": (int, float)}


def _record(line: str) -> dict[str, Any]:
    if not line.strip():
        raise _Fault("L01", "a blank line", "delete it")
    if _CONFLICT.match(line):
        raise _Fault("L02", "a conflict marker of git", "keep the lines of both sides, delete the markers")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Fault("L03", f"not JSON: {error}") from None
    if not isinstance(record, dict):
        raise _Fault("L04", "neither the first line of a ledger nor a revision")
    version = record.get("ledger", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise _Fault("L04", f"written by a later version ({version})", "install a newer Meipi")
    _shaped(record, _HEADER if "ledger" in record else _REVISION)
    return cast(dict[str, Any], record)


def _shaped(value: object, shape: _Shape, optional: Sequence[str] = ()) -> None:
    if not isinstance(value, dict) or set(shape) - set(value) or set(value) - set(shape) - set(optional):
        raise _Fault("L04", f"keys other than {', '.join(shape)}")
    for key, kind in shape.items():
        if not isinstance(value[key], kind) or isinstance(value[key], bool):
            raise _Fault("L04", f"{key} is not of the right type")


def _read_revisions(records: Mapping[str, tuple[int, dict[str, Any]]], path: str) -> tuple[Revision, ...]:
    """The revisions, parents first: whoever saves takes a number above all that are known to him."""
    ordered = sorted(records.items(), key=lambda item: (item[1][1]["rev"], item[1][1]["saved_at"], item[0]))
    wanted = {record["rev"] for _, record in records.values()}
    used: set[int] = set()
    revisions: dict[str, Revision] = {}
    for digest, (line, record) in ordered:
        n = record["rev"]
        while n in used or (n in wanted and n != record["rev"]):
            n += 1
        used.add(n)
        try:
            revisions[digest] = _read_revision(n, record, revisions)
        except _Fault as fault:
            raise ContentError(path, line, fault.code, fault.problem, fault.remedy) from None
    return tuple(revisions.values())


def _read_revision(n: int, record: Mapping[str, Any], before: Mapping[str, Revision]) -> Revision:
    if missing := [digest for digest in record["parents"] if digest not in before]:
        raise _Fault(
            "L06", f"the revision it follows is missing: {missing[0]}", "merge the lines of both branches"
        )
    parent = {p.id: p for p in before[record["parents"][0]].places} if record["parents"] else {}
    places = tuple(_read_place(place, parent) for place in record["places"])
    stand = {place.id for place in places}
    if len(stand) < len(places):
        raise _Fault("L08", "an id stands twice in one revision")
    moves = [_read_move(move) for move in record["moves"]]
    return Revision(
        n=n,
        saved_at=record["saved_at"],
        note="".join(record["note"]),
        digest=record["digest"],
        parents=tuple(record["parents"]),
        places=places,
        moves=tuple(move for move in moves if move.id in stand),
        gone=tuple(move for move in moves if move.id not in stand),
    )


def _read_place(place: object, parent: Mapping[BlockId, Place]) -> Place:
    if isinstance(place, str):
        if place not in parent:
            raise _Fault("L08", f"{place!r} has no words in the revision before")
        return parent[BlockId(place)]
    _shaped(place, _PLACE)
    value = cast(dict[str, Any], place)
    if value["kind"] not in KINDS:
        raise _Fault("L04", f"unknown kind {value['kind']!r}")
    return Place(_read_id(value["id"]), value["kind"], "".join(value["text"]), value["level"])


def _read_move(move: object) -> Move:
    _shaped(move, _MOVE, optional=("target", "source"))
    value = cast(dict[str, Any], move)
    if value["step"] not in STEPS:
        raise _Fault("L04", f"unknown step {value['step']!r}")
    target, source = (value.get(key) and _read_id(value[key]) for key in ("target", "source"))
    return Move(_read_id(value["id"]), value["step"], value["score"], target, source)


def _read_id(id: object) -> BlockId:
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise _Fault("L08", f"{id!r} is not a paragraph id")
    return BlockId(id)


# ---------------------------------------------------------------- minting

LETTERS = "bcdfghjkmnpqrstvwxz"  # no vowels: no words arise; no l: it looks like 1
SIGNS = "23456789" + LETTERS
_ID = re.compile(f"[{LETTERS}][{SIGNS}]{{3}}")


def slips(id: str) -> Iterator[str]:
    """Every id that one wrong character or one swap of neighbours makes of this one."""
    for k in range(4):
        for sign in LETTERS if k == 0 else SIGNS:
            if sign != id[k]:
                yield id[:k] + sign + id[k + 1 :]
    for k in range(3):
        swapped = id[:k] + id[k + 1] + id[k] + id[k + 2 :]
        if swapped != id and _ID.fullmatch(swapped):
            yield swapped


class Mint:
    """Gives new ids for one article, never one that was given before or that a slip turns into one.

    Args:
        article: the article's id; part of what ids are made from.
        used: every id the article ever used.
    """

    # There are 373,977 ids; some 11,000 fit with a slip between them. An article beyond that gets ids that
    # are only free: better a slip that hits than a paragraph without a link.
    TRIES = 4096

    def __init__(self, article: str, used: Iterable[str] = ()) -> None:
        self._article = article
        self._used: set[str] = set()
        self._near: set[str] = set()
        self._crowded = False
        for id in used:
            self._take(id)

    def __call__(self, text: str) -> BlockId:
        """A new id for a paragraph born with this text; the same text in the same state gives the same id."""
        birth = f"{self._article}\0{_normal(text)}\0".encode("utf-8", "surrogatepass")
        n = 0
        while True:
            value = int.from_bytes(hashlib.sha256(birth + str(n).encode()).digest()[:8])
            value, first = divmod(value, len(LETTERS))
            id = LETTERS[first]
            for _ in range(3):
                value, sign = divmod(value, len(SIGNS))
                id += SIGNS[sign]
            if id not in self._used and (self._crowded or not self._slips_into(id)):
                self._take(id)
                return BlockId(id)
            n += 1
            self._crowded = self._crowded or n >= self.TRIES

    def _take(self, id: str) -> None:
        self._used.add(id)
        self._near.update(id[:k] + "?" + id[k + 1 :] for k in range(4))

    def _slips_into(self, id: str) -> bool:
        if any(id[:k] + "?" + id[k + 1 :] in self._near for k in range(4)):
            return True
        return any(id[:k] + id[k + 1] + id[k] + id[k + 2 :] in self._used for k in range(3))


# ---------------------------------------------------------------- aligning


@dataclass(frozen=True, slots=True)
class On:
    """By hand: the id stands on this piece, counted from 0."""

    piece: int


@dataclass(frozen=True, slots=True)
class Into:
    """By hand: the paragraph's words are now part of this other one."""

    target: BlockId


@dataclass(frozen=True, slots=True)
class Away:
    """By hand: the paragraph is removed, whatever looks like it."""


Decision = On | Into | Away


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where every id goes when these pieces are saved.

    Attributes:
        base: `Ledger.heads` of the ledger it was made for.
        places: the pieces in order, each under its id.
        moves: what happens to each of them, in the same order.
        gone: what happens to each id that found no home.
        changed: saving it would say something new.
    """

    base: tuple[str, ...]
    places: tuple[Place, ...]
    moves: tuple[Move, ...]
    gone: tuple[Move, ...]
    changed: bool


# Likenesses are between 0 and 1. The bounds were chosen on edited newspaper texts, fiction, statutes and
# verse, and lie on broad plateaus: none of them decides much alone.
NEIGHBOUR = 0.12  # what a neighbour that both have adds to the likeness
SURE = 0.60  # likeness, neighbours included, that needs no second look
ACCEPT = 0.25  # likeness, neighbours included, from which two texts are one paragraph …
FLOOR = 0.08  # … if they are at least so much alike themselves
CHANCE = 0.20  # share of characters that two unrelated Chinese texts have in one order
VERBATIM = 0.80  # share of a text found in another that says more than likeness to a third
CONTAINED = 0.60  # share of a text found in another from which it is a piece of it, or has gone into it …
BESIDE = 0.45  # … or has gone into a neighbour
WORDS = 6  # a text of fewer characters recurs by chance: found far away it proves nothing
UNDONE = 0.70  # likeness from which a removed paragraph has come back
BORN, LEFT = 0.30, 0.15  # when a share of its first words falls from BORN below LEFT, a paragraph is another
SIBLING = 0.30  # share of its first words from which a part that was split off stands for the whole
FADED = 0.25  # share of what a host had of a merged text, below which it holds that text no more
RIVALS = 8  # how many candidates of a paragraph are looked at closely
COMMON = 100  # a bigram in more paragraphs than this finds no candidates: it is on every page of a book


def _normal(text: str) -> str:
    """Words without what setting and copying change: width, case, white space."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


_Grams = Counter[str]


class _Words:
    """A text as the aligner sees it; bigrams are counted when first asked for."""

    __slots__ = ("_grams", "letters", "normal")

    def __init__(self, text: str) -> None:
        self.normal = _normal(text)
        letters = "".join(c for c in self.normal if c.isalnum())
        # Of “老爷！……” the marks are most that there is.
        self.letters = letters if len(letters) >= 4 else self.normal
        self._grams: _Grams | None = None

    @property
    def grams(self) -> _Grams:
        if self._grams is None:
            pairs = range(max(1, len(self.letters) - 1)) if self.letters else ()
            self._grams = Counter(self.letters[k : k + 2] for k in pairs)
        return self._grams

    def __len__(self) -> int:
        """How many bigrams there are."""
        return max(len(self.letters) - 1, bool(self.letters))


def _shared(a: _Grams, b: _Grams) -> int:
    if len(b) < len(a):
        a, b = b, a
    return sum(min(count, b[gram]) for gram, count in a.items() if gram in b)


def _common(a: str, b: str) -> int:
    """Length of the longest common subsequence.

    Source:
        Hyyrö, Bit-parallel LCS-length computation revisited, 2004: one row of the table is one integer.
    """
    masks: dict[str, int] = defaultdict(int)
    for k, sign in enumerate(a):
        masks[sign] |= 1 << k
    full = row = (1 << len(a)) - 1
    for sign in b:
        if sign in masks:
            both = row & masks[sign]
            row = (row + both | row - both) & full
    return len(a) - row.bit_count()


def _dice(a: _Words, b: _Words) -> float:
    """Dice's coefficient of the two bags of bigrams: blind to order, so that sentences may move."""
    return 2 * _shared(a.grams, b.grams) / max(1, len(a) + len(b))


def _alike(a: _Words, b: _Words) -> float:
    """Likeness of two texts: half bigrams, half characters in the same order above what chance gives.

    The second half sees what is left of a sentence whose every other word was replaced, and of a cross-head
    of four characters with a slip in it.
    """
    if a.normal == b.normal:
        return 1.0
    in_order = 2 * _common(a.letters, b.letters) / max(1, len(a.letters) + len(b.letters))
    return (_dice(a, b) + max(0.0, in_order - CHANCE) / (1 - CHANCE)) / 2


def _kept(words: _Words, before: _Words, after: _Words) -> tuple[float, float]:
    """Share of some words in a text before an edit, and how much of that share the edit left there.

    Counted by characters, of which a word replaced here and there leaves more than of bigrams.
    """
    was, now = Counter(before.letters), Counter(after.letters)
    had = lost = 0
    for sign, count in Counter(words.letters).items():
        had += min(count, was[sign])
        lost += min(count, max(0, was[sign] - now[sign]))
    size = max(1, len(words.letters))
    return had / size, (had - lost) / size


_Key = TypeVar("_Key", bound=Hashable)


def _overlaps(texts: Mapping[_Key, _Grams], pools: Mapping[int, _Grams]) -> dict[_Key, dict[int, int]]:
    """For each text the pools that share bigrams with it, and how many; those on every page not counted."""
    holders: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for j, pool in pools.items():
        for gram, count in pool.items():
            holders[gram].append((j, count))
    found: dict[_Key, dict[int, int]] = {}
    for key, grams in texts.items():
        shared: dict[int, int] = defaultdict(int)
        for gram, count in grams.items():
            there = holders.get(gram, ())
            if len(there) <= COMMON:
                for j, held in there:
                    shared[j] += min(count, held)
        found[key] = shared
    return found


def _rivals(texts: Mapping[_Key, _Words], pools: Mapping[int, _Words]) -> Iterator[tuple[_Key, int]]:
    """For each text the few others that may be like it."""
    if not texts or not pools:
        return
    shared = _overlaps(
        {key: words.grams for key, words in texts.items()}, {j: words.grams for j, words in pools.items()}
    )
    for key, words in texts.items():
        here = shared[key]
        best = sorted(here, key=lambda j: (-here[j] / (len(words) + len(pools[j])), j))
        for j in best[:RIVALS]:
            yield key, j


_End = tuple[int, float]  # the new text that a paragraph went into, and the share of it found there


class _Board:
    """Old paragraphs on one side, new ones on the other, and the pairs made so far.

    Attributes:
        births: the first wording of each old paragraph; None where that is the present one.
        home, origin: for an old paragraph the new one it became, and the reverse.
        split: for a new paragraph the old one that it is a piece of; it is nobody's home then, or that one's.
        merged: for an old paragraph the new one it went into and the share of it found there.
        guests: for a new paragraph the old ones that went into it, beside its own.
        held, given: old and new paragraphs that an editor has decided about.
    """

    def __init__(self, old: Sequence[_Words], births: Sequence[_Words | None], new: Sequence[_Words]) -> None:
        self.old, self.births, self.new = old, births, new
        self.home: dict[int, int] = {}
        self.origin: dict[int, int] = {}
        self.split: dict[int, int] = {}
        self.merged: dict[int, _End] = {}
        self.guests: dict[int, list[_Words]] = defaultdict(list)
        self.held: set[int] = set()
        self.given: set[int] = set()

    def pair(self, i: int, j: int) -> None:
        self.home[i], self.origin[j] = j, i

    def merge(self, i: int, j: int, share: float) -> None:
        self.merged[i] = (j, share)
        self.guests[j].append(self.old[i])

    def is_old_free(self, i: int) -> bool:
        return i not in self.home and i not in self.merged and i not in self.held

    def is_new_free(self, j: int) -> bool:
        return j not in self.origin and j not in self.split and j not in self.given

    def is_free(self, i: int, j: int) -> bool:
        return self.is_old_free(i) and self.is_new_free(j)

    def free_old(self) -> list[int]:
        return [i for i in range(len(self.old)) if self.is_old_free(i)]

    def free_new(self) -> list[int]:
        return [j for j in range(len(self.new)) if self.is_new_free(j)]

    def unnamed(self) -> list[int]:
        """The new paragraphs that no old one became."""
        return [j for j in range(len(self.new)) if j not in self.origin and j not in self.given]

    def edited(self) -> list[tuple[int, int]]:
        """The pairs whose words differ."""
        return sorted((i, j) for i, j in self.home.items() if self.old[i].normal != self.new[j].normal)

    def gained(self) -> dict[int, _Grams]:
        """For each new text that is no old one unchanged, the bigrams that nothing known explains."""
        gained = {j: self.new[j].grams for j in (*self.free_new(), *self.split)}
        gained |= {j: self.new[j].grams - self.old[i].grams for i, j in self.edited()}
        for j in gained:
            for guest in self.guests.get(j, ()):
                gained[j] = gained[j] - guest.grams
        return gained

    def neighbours(self, i: int, j: int) -> int:
        """How many neighbours the two have in common, the ends of the text being neighbours too."""
        first, last = (i == 0, j == 0), (i + 1 == len(self.old), j + 1 == len(self.new))
        before = all(first) if any(first) else self.home.get(i - 1) == j - 1
        after = all(last) if any(last) else self.home.get(i + 1) == j + 1
        return before + after

    def beside(self, i: int) -> set[int]:
        """The new paragraphs at the place where an old one stood: next to its neighbours, and these."""
        before, after = self.home.get(i - 1, -2), self.home.get(i + 1, -2)
        found = {before, before + 1, after, after - 1}
        if i == 0:
            found.add(0)
        if i + 1 == len(self.old):
            found.add(len(self.new) - 1)
        return {j for j in found if 0 <= j < len(self.new)}

    def is_itself(self, i: int, j: int) -> bool:
        """The first words of an old paragraph have not all left with this edit.

        Somebody adds a second sentence to a paragraph, somebody cuts the first: a link that was made for the
        first must not end at the second, however much of the paragraph that was by then.
        """
        birth = self.births[i]
        if birth is None:
            return True
        had, left = _kept(birth, self.old[i], self.new[j])
        return had < BORN or left >= LEFT


def align(
    ledger: Ledger, pieces: Sequence[Piece], *, decisions: Mapping[BlockId, Decision] | None = None
) -> Alignment:
    """Carry the known ids over to an edited text.

    Args:
        ledger: every id this article has ever had, with its last known words.
        pieces: the paragraphs as they are now, in order.
        decisions: what an editor has decided, by id; never computed again, not at later saves either.

    Returns:
        An id for each piece, old where the words are alike, else new; and for each id that found no home,
        where it went. Aligning the result again changes nothing.

    Raises:
        ValueError: a decision names an id or a piece that does not exist, or one piece twice.

    Source:
        One-to-one by exact words, then by likeness, as Bachhuber proposed for Winerlinks (2010); Dice, 1945.
    """
    standing = _standing_for(ledger, pieces)
    row = {place.id: i for i, place in enumerate(standing)}
    births = [ledger._histories[place.id].birth.text for place in standing]
    board = _Board(
        [_Words(place.text) for place in standing],
        [_Words(b) if b != place.text else None for b, place in zip(births, standing, strict=True)],
        [_Words(piece.text) for piece in pieces],
    )
    by_hand = _decide(ledger, decisions or {}, len(pieces))
    for id, decision in by_hand.items():
        if id in row:
            board.held.add(row[id])
        if isinstance(decision, On):
            board.given.add(decision.piece)

    _pair_identical(board)
    _pair_alike(board)
    _pair_pieces(board, CONTAINED)
    _merge(board, CONTAINED, BESIDE)
    _merge_into_sibling(ledger, board, standing, row)
    drifted = _follow_merged(ledger, board, row, by_hand)
    revived = _revive(ledger, board, by_hand, drifted)

    placed = {decision.piece: id for id, decision in by_hand.items() if isinstance(decision, On)}
    mint = Mint(ledger.article, ledger.ids)
    places: list[Place] = []
    moves: list[Move] = []
    for j, piece in enumerate(pieces):
        if j in placed:
            before = _Words(ledger._histories[placed[j]].last.text)
            move = Move(placed[j], "by-hand", _round(_alike(before, board.new[j])))
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
            history = ledger._histories[id]
            if history.standing or not history.left or history.left[1] != move:  # not said before
                gone.append(move)
    back = {id for id, _ in revived.values()}
    homeless = [i for i in range(len(standing)) if i not in board.home and i not in board.held]
    leaving = {standing[i].id: board.merged.get(i) for i in homeless}
    leaving |= {id: end for id, end in drifted.items() if id not in back and end != _STAYS}
    for id, end in leaving.items():
        if end is None:
            gone.append(Move(id, "removed", 0.0))
        else:
            gone.append(Move(id, "merged", _round(end[1]), target=moves[end[0]].id))
    changed = bool(gone) or len(ledger.heads) != 1 or tuple(places) != ledger.standing
    return Alignment(ledger.heads, tuple(places), tuple(moves), tuple(gone), changed)


def _round(score: float) -> float:
    return round(score, 3)


def _stay(id: BlockId, board: _Board, j: int) -> Move:
    i = board.origin[j]
    old, new = board.old[i], board.new[j]
    if any(whole == i and part != j for part, whole in board.split.items()):
        return Move(id, "piece", _round(_shared(old.grams, new.grams) / max(1, len(new))))
    if old.normal == new.normal:
        return Move(id, "same")
    score = _round(_alike(old, new))
    return Move(id, "edited" if score >= REWRITTEN else "rewritten", score)


def _standing_for(ledger: Ledger, pieces: Sequence[Piece]) -> tuple[Place, ...]:
    """The places to align from; where branches differ, an id's wording that the new text has, if any."""
    if len(ledger._heads) < 2:
        return ledger.standing
    now = {_normal(piece.text) for piece in pieces}
    known = {place.id: place for head in ledger._heads for place in head.places if _normal(place.text) in now}
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


def _pair_identical(board: _Board) -> None:
    """Identical words; where several paragraphs have the same, those beside a known neighbour."""
    old, new = _by_words(board.old, board.free_old()), _by_words(board.new, board.free_new())
    for words, here in old.items():
        there = new.get(words, [])
        if len(here) == len(there) == 1:
            board.pair(here[0], there[0])
    _pair_beside(board)


def _by_words(texts: Sequence[_Words], which: Iterable[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for k in which:
        found[texts[k].normal].append(k)
    return found


def _pair_beside(board: _Board) -> None:
    """Identical words next to a pair, forwards and then backwards, so that whole stretches follow."""
    n, m = len(board.old), len(board.new)
    for step in (1, -1):
        for i in range(n) if step > 0 else reversed(range(n)):
            at_end = i == (0 if step > 0 else n - 1)
            j = (0 if step > 0 else m - 1) if at_end else board.home.get(i - step, -9) + step
            if 0 <= j < m and board.is_free(i, j) and board.old[i].normal == board.new[j].normal:
                board.pair(i, j)


def _pair_alike(board: _Board) -> None:
    """The likest first, each side once: clear cases, then clear merges, then the rest by a closer look."""
    old = {i: board.old[i] for i in board.free_old()}
    new = {j: board.new[j] for j in board.free_new()}
    likeness = {(i, j): _dice(old[i], new[j]) for i, j in _rivals(old, new) if old[i].normal != new[j].normal}
    _best_first(board, likeness, SURE)
    _pair_duplicates(board)
    # Before a text is taken for another that is a little like it: does it stand word for word in a third?
    _pair_pieces(board, VERBATIM)
    _merge(board, VERBATIM, VERBATIM)
    close = {(i, j) for i, j in likeness if board.is_free(i, j)}
    close |= {(i, j) for i in board.free_old() for j in board.beside(i) if board.is_free(i, j)}
    likeness = {(i, j): _alike(board.old[i], board.new[j]) for i, j in close}
    for _ in range(2):  # the second time with the neighbours found in the first
        _best_first(board, likeness, ACCEPT)


def _best_first(board: _Board, likeness: Mapping[tuple[int, int], float], bound: float) -> None:
    ranked = sorted(
        (-(score + NEIGHBOUR * board.neighbours(i, j)), i, j)
        for (i, j), score in likeness.items()
        if score >= FLOOR and board.is_free(i, j)
    )
    for value, i, j in ranked:
        if -value >= bound and board.is_free(i, j) and board.is_itself(i, j):
            board.pair(i, j)


def _pair_duplicates(board: _Board) -> None:
    """Words that several paragraphs have: by the neighbours known by now, then by their order."""
    _pair_beside(board)
    old, new = _by_words(board.old, board.free_old()), _by_words(board.new, board.free_new())
    for words, here in old.items():
        there = new.get(words, [])
        near = ((i, j) for i in here for j in board.beside(i).intersection(there))
        for _, i, j in sorted((-board.neighbours(i, j), i, j) for i, j in near):
            if board.is_free(i, j):
                board.pair(i, j)
        left = [j for j in there if board.is_new_free(j)]
        for i, j in zip(filter(board.is_old_free, here), left, strict=False):
            board.pair(i, j)


def _edge_share(words: _Words, host: _Words, known: Iterable[_Words]) -> float:
    """Share of a text at the beginning or the end of its host, where merging puts it.

    What is explained by the texts that the host is known to hold does not count.
    """
    if host.normal.count(words.normal) > sum(text.normal.count(words.normal) for text in known):
        return 1.0 if len(words.normal) > 1 else 0.0
    span = len(words.letters) * 5 // 4 + 1  # room for a few characters put in
    found = max(_common(words.letters, edge) for edge in (host.letters[:span], host.letters[-span:]))
    if any(_common(words.letters, text.letters) >= found for text in known):
        return 0.0
    return found / max(1, len(words.letters))


def _pair_pieces(board: _Board, bound: float) -> None:
    """Splits: new texts of which such a share is words that an old one has lost.

    An old text that had no home yet gets the piece with most of its first words.
    """
    free = {j: board.new[j] for j in board.free_new()}
    if not free:
        return
    homeless = board.free_old()
    lost = {i: board.old[i].grams for i in homeless}
    lost |= {i: board.old[i].grams - board.new[j].grams for i, j in board.edited()}
    shares = _shares(free, lost)
    for i in lost:
        beside = {board.home[i] - 1, board.home[i] + 1} if i in board.home else board.beside(i)
        known = [board.new[board.home[i]]] if i in board.home else []
        for j in beside & free.keys():
            shares[j][i] = max(shares[j].get(i, 0.0), _edge_share(free[j], board.old[i], known))
    for j, here in shares.items():
        share, i = max(((share, -i) for i, share in here.items()), default=(0.0, 0))
        if share >= bound:
            board.split[j] = -i
    for i in homeless:
        parts = [j for j in board.split if board.split[j] == i and board.is_itself(i, j)]
        if parts:
            first = (board.births[i] or board.old[i]).grams
            board.pair(i, max(parts, key=lambda j: (_shared(first, board.new[j].grams), -j)))


def _shares(texts: Mapping[_Key, _Words], pools: Mapping[int, _Grams]) -> dict[_Key, dict[int, float]]:
    """For each text the share of it that the pools hold which hold most."""
    if not texts:
        return {}
    shared = _overlaps({key: words.grams for key, words in texts.items()}, pools)
    found = {}
    for key, here in shared.items():
        best = sorted(here, key=lambda j: (-here[j], j))[:RIVALS]
        found[key] = {j: _share(texts[key], pools[j]) for j in best}
    return found


def _share(words: _Words, pool: _Grams) -> float:
    """Share of a text that a pool of bigrams holds; 0 for a text so short that it recurs by chance."""
    return _shared(words.grams, pool) / len(words) if len(words.letters) >= WORDS else 0.0


def _merge(board: _Board, far: float, beside: float) -> None:
    """Old texts that went into a new one: into one without a home as its owner, into others as guests.

    Only what a text gained counts, so that a cross-head which is deleted does not go into a body that said
    the same words all along; and what one old text explains is not counted for another. `far` is the share
    of a text that must be found in any other one, `beside` in one next to its old place.
    """
    texts = {i: board.old[i] for i in board.free_old()}
    if not texts:
        return
    known: dict[int, list[_Words]] = {j: list(board.guests[j]) for j in (*board.free_new(), *board.split)}
    known |= {j: [board.old[i], *board.guests[j]] for i, j in board.edited()}
    gained = board.gained()
    shares = _shares(texts, gained)
    for i in sorted(texts, key=lambda i: (-len(texts[i]), i)):
        words, near = texts[i], board.beside(i) & known.keys()
        ends = []
        for j in near | {j for j, share in shares[i].items() if share >= far}:
            share = _share(words, gained[j])
            if j in near:
                share = max(share, _edge_share(words, board.new[j], known[j]))
            if share >= (beside if j in near else far) and (j in board.origin or board.is_itself(i, j)):
                ends.append((share, -j))
        if not ends:
            continue
        share, j = max(ends)
        j = -j
        if j in board.origin or j in board.split:
            board.merge(i, j, share)
        else:
            board.pair(i, j)
        known[j].append(words)
        gained[j] = gained[j] - words.grams


def _merge_into_sibling(
    ledger: Ledger, board: _Board, standing: Sequence[Place], row: Mapping[BlockId, int]
) -> None:
    """Of a paragraph that was split earlier its own part is removed: it lives on in the other one."""
    for i in board.free_old():
        history = ledger._histories[standing[i].id]
        first = _Words(history.birth.text)
        homes = [board.home[row[piece]] for piece in history.pieces if row.get(piece) in board.home]
        shares = [(_shared(first.grams, board.new[j].grams) / max(1, len(first)), -j) for j in homes]
        share, j = max(shares, default=(0.0, 0))
        if share >= SIBLING:
            board.merge(i, -j, share)


_STAYS: _End = (-1, 1.0)


def _follow_merged(
    ledger: Ledger, board: _Board, row: Mapping[BlockId, int], by_hand: Mapping[BlockId, Decision]
) -> dict[BlockId, _End | None]:
    """Paragraphs merged earlier: have their words left their host, and where to?

    Returns:
        For each of them `_STAYS`, or the new text that gained its words, or None when they are gone.
    """
    found: dict[BlockId, _End | None] = {}
    homeless: dict[BlockId, _Words] = {}
    for id, history in ledger._histories.items():
        if history.standing or id in by_hand or not history.left or history.left[1].step != "merged":
            continue
        host = row.get(_end(ledger, id) or id)
        if host is None:
            continue
        words = _Words(history.last.text)
        if _still_holds(board, host, words):
            found[id] = _STAYS
        else:
            homeless[id] = words
    for id, shares in _shares(homeless, board.gained()).items():
        share, j = max(((share, -j) for j, share in shares.items()), default=(0.0, 0))
        found[id] = (-j, share) if share >= CONTAINED else None
    return found


def _still_holds(board: _Board, host: int, words: _Words) -> bool:
    """The words that went into this old paragraph are still in it, or go where it goes."""
    j = board.home.get(host)
    if j is None:
        return not board.is_old_free(host)
    had, left = _kept(words, board.old[host], board.new[j])
    return left >= FADED * had


def _revive(
    ledger: Ledger,
    board: _Board,
    by_hand: Mapping[BlockId, Decision],
    drifted: Mapping[BlockId, _End | None],
) -> dict[int, tuple[BlockId, float]]:
    """Texts that come back: for each, the id that left with nearly these words."""
    free = {j: board.new[j] for j in board.unnamed()}
    if not free:
        return {}
    stones = {
        id: _Words(history.last.text)
        for id, history in ledger._histories.items()
        if history.left
        and not history.standing
        and history.left[1].step != "by-hand"
        and id not in by_hand
        and drifted.get(id) != _STAYS
    }
    ranked = sorted((-_alike(stones[id], free[j]), id, j) for id, j in _rivals(stones, free))
    found: dict[int, tuple[BlockId, float]] = {}
    back: set[BlockId] = set()
    for value, id, j in ranked:
        if -value >= UNDONE and j not in found and id not in back:
            found[j] = (id, -value)
            back.add(id)
    return found


def plan(alignment: Alignment) -> tuple[str, ...]:
    """The alignment for an editor's eye, one line for each id that does not simply stay: `k7f3 改写 41 %`."""
    parts: dict[BlockId | None, list[BlockId]] = defaultdict(list)
    for move in alignment.moves:
        parts[move.source].append(move.id)
    told = [(move.id, _told(move, parts.get(move.id, ()), gone=False)) for move in alignment.moves]
    told += [(move.id, _told(move, parts.get(move.id, ()), gone=True)) for move in alignment.gone]
    return tuple(f"{id} {words}" for id, words in told if words)


def _told(move: Move, also: Sequence[BlockId], *, gone: bool) -> str:
    share = f"{round(100 * move.score)} %"
    match move.step:
        case "same":
            return ""
        case "new":
            return f"新增，拆自 {move.source}" if move.source else "新增"
        case "edited":
            words = f"修改 {share}"
        case "rewritten":
            words = f"改写 {share}"
        case "piece":
            words = "拆分"
        case "revived":
            words = f"恢复 {share}"
        case "merged":
            return f"并入 {move.target}"
        case "removed":
            return "删除"
        case "by-hand" if gone:
            return f"并入 {move.target}（人工）" if move.target else "删除（人工）"
        case "by-hand":
            words = f"指定 {share}（人工）"
    return f"{words}，另见 {'、'.join(also)}" if also else words


def save(ledger: Ledger, alignment: Alignment, *, saved_at: str, note: str = "") -> Ledger:
    """The ledger with the aligned text as its next revision; the same ledger when that says nothing new.

    Args:
        ledger: the one that the alignment was made for.
        alignment: what to write down.
        saved_at: the time of the save, ISO 8601.
        note: the editor's word on it.

    Raises:
        ValueError: the ledger has changed since; align again.
    """
    if alignment.base != ledger.heads:
        raise ValueError("the ledger has changed since the alignment was made; align again")
    if not alignment.changed:
        return ledger
    parent = {place.id: place for place in ledger._heads[0].places} if ledger.revisions else {}
    places = tuple(parent[p.id] if parent.get(p.id) == p else p for p in alignment.places)
    moves = tuple(move for move in alignment.moves if move.step != "same")
    n = max((revision.n for revision in ledger.revisions), default=0) + 1
    record: dict[str, Any] = {
        "rev": n,
        "saved_at": saved_at,
        "note": _spell(note),
        "parents": list(alignment.base),
        "places": [p.id if parent.get(p.id) is p else _write_place(p) for p in places],
        "moves": [_write_move(move) for move in (*moves, *alignment.gone)],
    }
    record["digest"] = _digest(record)
    revision = Revision(n, saved_at, note, record["digest"], alignment.base, places, moves, alignment.gone)
    return replace(
        ledger, revisions=(*ledger.revisions, revision), lines=(*ledger_lines(ledger), _dump(record))
    )


def drafted(ledger: Ledger, pieces: Sequence[Piece]) -> tuple[Ledger, Alignment]:
    """The ledger as it would be if the file were saved now, and how the text aligns with it."""
    alignment = align(ledger, pieces)
    return save(ledger, alignment, saved_at="", note="未保存"), alignment


def _write_place(place: Place) -> dict[str, Any]:
    return {"id": place.id, "kind": place.kind, "level": place.level, "text": _spell(place.text)}


def _write_move(move: Move) -> dict[str, Any]:
    record: dict[str, Any] = {"id": move.id, "step": move.step, "score": move.score}
    if move.target:
        record["target"] = move.target
    if move.source:
        record["source"] = move.source
    return record


# ---------------------------------------------------------------- following


@dataclass(frozen=True, slots=True)
class Here:
    """The id stands in the text.

    Attributes:
        block: where and on what words.
        rewrites: the saves that left less than `REWRITTEN` alike: the reader is told; oldest first.
        also: where the rest of the paragraph stands when it was split.
    """

    block: Block
    rewrites: tuple[Change, ...] = ()
    also: tuple[BlockId, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """The paragraph became part of another one.

    Attributes:
        target: the one that holds its words at last; it may be gone itself.
        text: its own last words.
        revision: the one that merged it, saved at `saved_at`.
    """

    id: BlockId
    target: BlockId
    text: str
    revision: int
    saved_at: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The paragraph was removed.

    Attributes:
        text: its last words, which stood last in revision `last`.
        revision: the one that removed it, saved at `saved_at`.
        before, after: the nearest paragraphs around its last place that still stand.
        also: where parts that were split off from it stand.
    """

    id: BlockId
    text: str
    last: int
    revision: int
    saved_at: str
    before: BlockId | None
    after: BlockId | None
    also: tuple[BlockId, ...] = ()


@dataclass(frozen=True, slots=True)
class Then:
    """The id as it stood in one revision, with what it is today.

    Attributes:
        differs: a reader of today's page sees other words.
    """

    block: Block
    revision: int
    saved_at: str
    now: Here | Moved | Gone
    differs: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """No such id, or not in that revision.

    Attributes:
        near: standing ids that one slip of the pen makes of it.
        revisions: for an id that exists: the revisions in which it stood.
    """

    id: str
    near: tuple[BlockId, ...] = ()
    revisions: tuple[int, ...] = ()


Answer = Here | Moved | Gone | Then | Unknown


def follow(ledger: Ledger, id: str, rev: int | None = None) -> Answer:
    """What a link to this id leads to; upper and lower case are the same.

    Args:
        ledger: the article's.
        id: as it stands in the address.
        rev: the revision that the link is pinned to, None for the text of today.
    """
    known = BlockId(id.lower())
    if known not in ledger._histories:
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
    """The block under this id in that revision, or None."""
    revision = ledger.revision(rev)
    return _block(revision.places, id) if revision else None


def _block(places: Sequence[Place], id: BlockId) -> Block | None:
    for n, place in enumerate(places, 1):
        if place.id == id:
            return Block(id, n, place.kind, place.text, place.level)
    return None


def _near(ledger: Ledger, id: str) -> tuple[BlockId, ...]:
    if len(id) != 4:
        return ()
    near = set(slips(id))
    return tuple(place.id for place in ledger.standing if place.id in near)


def _now(ledger: Ledger, id: BlockId) -> Here | Moved | Gone:
    block = _block(ledger.standing, id)
    if block is not None:
        return Here(block, _rewrites(ledger, id), _also(ledger, id))
    history = ledger._histories[id]
    revision, _ = _departure(ledger, id)
    if target := _end(ledger, id):
        return Moved(id, target, history.last.text, revision.n, revision.saved_at)
    before, after = _around(ledger, history.last_in, id)
    text, last = history.last.text, history.last_in.n
    return Gone(id, text, last, revision.n, revision.saved_at, before, after, _also(ledger, id))


def _departure(ledger: Ledger, id: BlockId) -> tuple[Revision, Move]:
    left = ledger._histories[id].left
    assert left is not None, f"{id} does not stand and never left"
    return left


def _end(ledger: Ledger, id: BlockId) -> BlockId | None:
    """Where the chain of merges from a departed id ends; None when its words went nowhere."""
    seen, end = {id}, id
    while not ledger._histories[end].standing:
        target = _departure(ledger, end)[1].target
        if target is None:
            break
        if target in seen:  # two branches merged two paragraphs, each into the other
            return None
        seen.add(target)
        end = target
    return end if end != id else None


def _rewrites(ledger: Ledger, id: BlockId) -> tuple[Change, ...]:
    return tuple(change for change in ledger._histories[id].changes if change.score < REWRITTEN)


def _also(ledger: Ledger, id: BlockId) -> tuple[BlockId, ...]:
    ends: dict[BlockId, None] = {}
    for piece in ledger._histories[id].pieces:
        end = piece if ledger._histories[piece].standing else _end(ledger, piece)
        if end and end != id and ledger._histories[end].standing:
            ends[end] = None
    return tuple(ends)


def _around(ledger: Ledger, revision: Revision, id: BlockId) -> tuple[BlockId | None, BlockId | None]:
    ids = [place.id for place in revision.places]
    here = ids.index(id)
    before = next((other for other in reversed(ids[:here]) if ledger._histories[other].standing), None)
    after = next((other for other in ids[here + 1 :] if ledger._histories[other].standing), None)
    return before, after


# ---------------------------------------------------------------- the difference of two wordings

Op = Literal["same", "cut", "put"]
_UNIT = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)


def difference(old: str, new: str) -> tuple[tuple[Op, str], ...]:
    """What was cut and what was put in, by Chinese characters and Latin words.

    The `same` and `cut` parts spell the old text, the `same` and `put` parts the new one. A single character
    that stayed between two changes is counted with them: it stayed by chance and only breaks up the view.
    """
    a, b = _UNIT.findall(old), _UNIT.findall(new)
    steps = difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    parts: list[tuple[Op, str]] = []
    cut, put = "", ""
    for n, (tag, i, k, j, m) in enumerate(steps):
        if tag == "equal" and (k - i > 1 or n in (0, len(steps) - 1)):
            parts += _changed(cut, put)
            parts.append(("same", "".join(a[i:k])))
            cut = put = ""
        else:
            cut, put = cut + "".join(a[i:k]), put + "".join(b[j:m])
    return (*parts, *_changed(cut, put))


def _changed(cut: str, put: str) -> list[tuple[Op, str]]:
    parts: list[tuple[Op, str]] = [("cut", cut), ("put", put)]
    return [part for part in parts if part[1]]


# ---------------------------------------------------------------- tracing


@dataclass(frozen=True, slots=True)
class Traced:
    """One paragraph of one version."""

    id: BlockId
    step: Step
    score: float


@dataclass(frozen=True, slots=True)
class Left:
    """An id that the last version lacks: since which version (1-based), and where its words went."""

    id: BlockId
    version: int
    state: Literal["merged", "removed"]
    target: BlockId | None


@dataclass(frozen=True, slots=True)
class Trace:
    """What `meipi trace` prints: the ids of every version, and the ids that did not reach the last one."""

    versions: tuple[tuple[Traced, ...], ...]
    gone: tuple[Left, ...]


def trace(versions: Sequence[Sequence[str]], article_id: str) -> Trace:
    """Carry ids through successive versions of one text, as saving each of them would.

    Args:
        versions: the paragraphs of each, oldest first.
        article_id: what the ids are minted from.
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
