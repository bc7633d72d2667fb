"""Paragraph ids that last: minting them, keeping their record, carrying them over every edit.

An id is made once from an article's words and never computed again. After that the *ledger* keeps it: at
every save `align` sees the text before and after and finds the place of each known id, and `save` writes
down what was found. A link is then answered by `follow`, which looks up and never guesses.

    align  -- where does every id go?          plan   -- the same for the editor's eye, before it is saved
    save   -- the ledger with one revision more
    follow -- what a link to an id leads to    at, difference -- the words of an older revision
    parse_ledger, ledger_lines -- the ledger as JSON lines, one per revision

Files, locks and clocks are the caller's: a save is safe when `align` and `save` happen under one lock.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast, get_args

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
        score: likeness of the words before and after, 0 to 1; when merged or split, the share found.
        target: the id that the words went into; None when they went nowhere.
        source: for an id that is new because a paragraph was split: the id of that paragraph.
    """

    id: BlockId
    step: Step
    score: float = 1.0
    target: BlockId | None = None
    source: BlockId | None = None

    @property
    def leaves(self) -> bool:
        """After this step the id stands nowhere."""
        return self.step in ("merged", "removed") or (self.step == "by-hand" and self.score == 0.0)


@dataclass(frozen=True, slots=True)
class Revision:
    """One saved text, whole.

    Attributes:
        n: its number, 1-based, as in `/a/{article}/{pid}@{n}/`.
        saved_at: ISO 8601, as given by the caller.
        digest: of the revision and, through `parents`, of all before it.
        parents: digests of the revisions it was aligned with; two or more where branches came together.
        places: every id that stands in it, in the order of the text.
        moves: what happened to every id that is not simply the `same`, those that left included.
    """

    n: int
    saved_at: str
    note: str
    digest: str
    parents: tuple[str, ...]
    places: tuple[Place, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every id an article ever gave, with all its revisions.

    Two branches that each saved a revision come together by keeping the lines of both. Nothing depends on
    the order of the lines. Each revision keeps the number it was saved under; where two have the same, the
    one saved first (then the smaller digest) keeps it and the other takes the next number that nobody was
    saved under. What was said last about an id, in that order, holds. The next save joins the branches.

    Attributes:
        article: the id that ids are minted from; it stays when the article is renamed.
        revisions: by number, ascending.
        lines: the file's lines as they were read or written; they are never written otherwise.
    """

    article: ArticleId
    revisions: tuple[Revision, ...] = ()
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)
    _moves: dict[BlockId, list[tuple[Revision, Move]]] = field(init=False, compare=False, repr=False)
    _last: dict[BlockId, tuple[Revision, Place]] = field(init=False, compare=False, repr=False)
    _standing: tuple[Place, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        moves: dict[BlockId, list[tuple[Revision, Move]]] = defaultdict(list)
        last: dict[BlockId, tuple[Revision, Place]] = {}
        standing: dict[BlockId, Place] = {}
        for revision in self.revisions:
            for place in revision.places:
                last[place.id] = (revision, place)
                standing[place.id] = place
            for move in revision.moves:
                moves[move.id].append((revision, move))
                if move.leaves:
                    standing.pop(move.id, None)
        object.__setattr__(self, "_moves", dict(moves))
        object.__setattr__(self, "_last", last)
        object.__setattr__(self, "_standing", self._in_order(standing))

    def _in_order(self, standing: Mapping[BlockId, Place]) -> tuple[Place, ...]:
        """The standing places in the last revision's order, those of other branches put in between."""
        order: list[BlockId] = []
        for revision in reversed(self._heads()):
            if not order:
                order = [p.id for p in revision.places if p.id in standing]
                continue
            known, before = set(order), -1
            for place in revision.places:
                if place.id in known:
                    before = order.index(place.id)
                elif place.id in standing:
                    before += 1
                    order.insert(before, place.id)
        return tuple(standing[id] for id in order)

    def _heads(self) -> list[Revision]:
        parents = {digest for revision in self.revisions for digest in revision.parents}
        return [revision for revision in self.revisions if revision.digest not in parents]

    @property
    def ids(self) -> frozenset[BlockId]:
        """Every id ever given, in whatever state."""
        return frozenset(self._last)

    @property
    def standing(self) -> tuple[Place, ...]:
        """The ids that stand in the text today, in order."""
        return self._standing

    @property
    def heads(self) -> tuple[str, ...]:
        """Digests of the revisions that no other follows, latest first; two when branches came together."""
        return tuple(revision.digest for revision in reversed(self._heads()))

    def revision(self, n: int) -> Revision | None:
        """The revision with this number."""
        return next((revision for revision in self.revisions if revision.n == n), None)


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


def parse_ledger(lines: Iterable[str], path: str = "ledger.jsonl") -> Ledger:
    """Read a ledger back.

    Args:
        lines: with or without their line ends.
        path: the file's name, for messages.

    Raises:
        ContentError: L01 blank line, L02 git conflict marker, L03 not JSON, L04 not a line of a ledger or of
            a later version, L05 no first line or two articles, L06 a parent revision is missing, L07 the line
            was changed by hand, L08 a malformed id, one that stands twice, or one that its parent lacks.
    """
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
    except ValueError as error:
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
    revisions: dict[str, Revision] = {}
    taken = {record["rev"] for _, record in records.values()}
    used: set[int] = set()
    waiting = sorted(records.items(), key=lambda item: (item[1][1]["rev"], item[1][1]["saved_at"], item[0]))
    # A revision's number is larger than its parents', so parents come first.
    for digest, (line, record) in waiting:
        n = record["rev"]
        while n in used or (n != record["rev"] and n in taken):
            n += 1
        used.add(n)
        try:
            revisions[digest] = _read_revision(n, record, revisions)
        except _Fault as fault:
            raise ContentError(path, line, fault.code, fault.problem, fault.remedy) from None
    return tuple(sorted(revisions.values(), key=lambda revision: revision.n))


def _read_revision(n: int, record: Mapping[str, Any], before: Mapping[str, Revision]) -> Revision:
    if missing := [digest for digest in record["parents"] if digest not in before]:
        raise _Fault(
            "L06", f"the revision it follows is missing: {missing[0]}", "merge the lines of both branches"
        )
    if _digest(record) != record["digest"]:
        raise _Fault("L07", "the line was changed after it was written")
    parent = {p.id: p for p in before[record["parents"][0]].places} if record["parents"] else {}
    places = tuple(_read_place(place, parent) for place in record["places"])
    if len({place.id for place in places}) < len(places):
        raise _Fault("L08", "an id stands twice in one revision")
    return Revision(
        n=n,
        saved_at=record["saved_at"],
        note="".join(record["note"]),
        digest=record["digest"],
        parents=tuple(record["parents"]),
        places=places,
        moves=tuple(_read_move(move) for move in record["moves"]),
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

    # 373,977 ids there are; some 8,000 fit with a slip between them. An article beyond that gets ids that are
    # only free: better a slip that hits than a paragraph without a link.
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

    def also(self, id: BlockId) -> tuple[BlockId, ...]:
        """The new ids that were split off from this one."""
        return tuple(move.id for move in self.moves if move.source == id)


ACCEPT = 0.30  # likeness, neighbours included, from which two texts are one paragraph
NEIGHBOUR = 0.08  # what a neighbour that is already matched adds to the likeness
CONTAINED = 0.60  # share of a text found in another from which it is a piece of it, or has gone into it
IN_PLACE = 0.20  # likeness from which a text between known neighbours is the one that stood there
UNDONE = 0.70  # likeness from which a removed paragraph has come back


def _normal(text: str) -> str:
    """Words without what setting and copying change: width, case, white space."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


class _Words:
    """A text as the aligner sees it; bigrams are counted when first asked for."""

    __slots__ = ("_grams", "normal", "size")

    def __init__(self, text: str) -> None:
        self.normal = _normal(text)
        self._grams: Counter[str] | None = None
        self.size = 0

    @property
    def grams(self) -> Counter[str]:
        if self._grams is None:
            letters = "".join(c for c in self.normal if c.isalnum())
            self._grams = Counter(letters[k : k + 2] for k in range(max(1, len(letters) - 1)) if letters)
            self.size = self._grams.total()
        return self._grams


def _shared(a: Counter[str], b: Counter[str]) -> int:
    if len(b) < len(a):
        a, b = b, a
    return sum(min(count, b[gram]) for gram, count in a.items() if gram in b)


def _alike(a: _Words, b: _Words) -> float:
    """Dice's coefficient of the two bags of bigrams, 0 to 1."""
    if a.normal == b.normal:
        return 1.0
    shared = _shared(a.grams, b.grams)
    return 2 * shared / (a.size + b.size) if shared else 0.0


class _Board:
    """Old paragraphs on one side, new on the other, and the pairs made so far."""

    def __init__(self, old: Sequence[_Words], new: Sequence[_Words]) -> None:
        self.old, self.new = old, new
        self.home: dict[int, int] = {}
        self.origin: dict[int, int] = {}
        self.score: dict[int, float] = {}

    def pair(self, i: int, j: int, score: float) -> None:
        self.home[i], self.origin[j], self.score[j] = j, i, score

    def free_old(self) -> list[int]:
        return [i for i in range(len(self.old)) if i not in self.home]

    def free_new(self) -> list[int]:
        return [j for j in range(len(self.new)) if j not in self.origin]

    def before(self, i: int, j: int) -> bool:
        """The two have the same paragraph before them, or both begin the text."""
        return self.home.get(i - 1) == j - 1 if i and j else i == j

    def after(self, i: int, j: int) -> bool:
        """The two have the same paragraph after them, or both end the text."""
        ends = (i + 1 == len(self.old), j + 1 == len(self.new))
        return all(ends) if any(ends) else self.home.get(i + 1) == j + 1

    def neighbours(self, i: int, j: int) -> int:
        return self.before(i, j) + self.after(i, j)


def _pair_identical(board: _Board) -> None:
    """Identical words; where several have the same, by neighbours and then in their order."""
    old, new = _by_words(board.old, board.free_old()), _by_words(board.new, board.free_new())
    several = False
    for words, here in old.items():
        there = new.get(words, [])
        if len(here) == len(there) == 1:
            board.pair(here[0], there[0], 1.0)
        several = several or (len(there) > 0 and len(here) + len(there) > 2)
    if not several:
        return
    n, m = len(board.old), len(board.new)
    for forward in (True, False):
        for i in range(n) if forward else reversed(range(n)):
            if i in board.home:
                continue
            if forward:
                j = board.home.get(i - 1, -2) + 1 if i else 0
            else:
                j = board.home.get(i + 1, 0) - 1 if i + 1 < n else m - 1
            if 0 <= j < m and j not in board.origin and board.old[i].normal == board.new[j].normal:
                board.pair(i, j, 1.0)
    for words, here in old.items():
        left = [i for i in here if i not in board.home]
        for i, j in zip(left, [j for j in new.get(words, []) if j not in board.origin], strict=False):
            board.pair(i, j, 1.0)


def _by_words(texts: Sequence[_Words], which: Iterable[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for k in which:
        found[texts[k].normal].append(k)
    return found


def _candidates(old: Mapping[int, _Words], new: Mapping[int, _Words]) -> dict[tuple[int, int], float]:
    """Likeness of every pair that shares a bigram."""
    holders: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for j, words in new.items():
        for gram, count in words.grams.items():
            holders[gram].append((j, count))
    found: dict[tuple[int, int], float] = {}
    for i, words in old.items():
        shared: dict[int, int] = defaultdict(int)
        for gram, count in words.grams.items():
            for j, there in holders.get(gram, ()):
                shared[j] += min(count, there)
        for j, count in shared.items():
            found[i, j] = 2 * count / (words.size + new[j].size)
    return found


def _pair_alike(board: _Board) -> None:
    """The likest first, each side once; a second pass knows the neighbours found in the first."""
    old = {i: board.old[i] for i in board.free_old()}
    new = {j: board.new[j] for j in board.free_new()}
    likeness = _candidates(old, new)
    for _ in range(2):
        ranked = sorted(
            (
                (-(score + NEIGHBOUR * board.neighbours(i, j)), i, j)
                for (i, j), score in likeness.items()
                if i not in board.home and j not in board.origin
            ),
        )
        for value, i, j in ranked:
            if -value >= ACCEPT and i not in board.home and j not in board.origin:
                board.pair(i, j, likeness[i, j])


def _gained(board: _Board, j: int) -> Counter[str]:
    """The bigrams of a new text that its own old text did not have."""
    grams = board.new[j].grams
    return grams - board.old[board.origin[j]].grams if j in board.origin else grams


def _lost(board: _Board, i: int) -> Counter[str]:
    """The bigrams of an old text that its new text does not have any more."""
    grams = board.old[i].grams
    return grams - board.new[board.home[i]].grams if i in board.home else grams


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
    board = _Board([_Words(place.text) for place in standing], [_Words(piece.text) for piece in pieces])
    row = {place.id: i for i, place in enumerate(standing)}
    by_hand = _decide(ledger, decisions or {}, row, len(pieces))

    held: set[int] = set()  # old paragraphs that an editor took off the board
    given: dict[int, Move] = {}
    for id, decision in by_hand.items():
        if isinstance(decision, On):
            j = decision.piece
            before = ledger._last[id][1].text
            # 0 would read as "it left"
            score = max(0.01, _round(_alike(_Words(before), board.new[j])))
            given[j] = Move(id, "by-hand", score)
            if id in row:
                board.pair(row[id], j, score)
        elif id in row:
            held.add(row[id])
    taken = set(given)
    for i in held:
        board.home[i] = -1
    for j in taken:
        board.origin.setdefault(j, -1)

    _pair_identical(board)
    _pair_alike(board)
    pieces_of = _pair_pieces(board, held)
    merged = _merge(board, held)
    _pair_in_place(board, merged)
    revived = _revive(ledger, board, by_hand)

    mint = Mint(ledger.article, ledger.ids)
    places: list[Place] = []
    moves: list[Move] = []
    for j, piece in enumerate(pieces):
        if j in given:
            move = given[j]
        elif j in board.origin:
            i = board.origin[j]
            score = board.score[j]
            id = standing[i].id
            if i in pieces_of.values():
                step: Step = "piece"
            elif board.old[i].normal == board.new[j].normal:
                step = "same"
            else:
                step = "edited" if score >= REWRITTEN else "rewritten"
            move = Move(id, step, _round(score))
        elif j in revived:
            id, score = revived[j]
            move = Move(id, "revived", _round(score))
        else:
            id = mint(piece.text)
            i = pieces_of.get(j, -1)
            move = Move(id, "new", 1.0, source=standing[i].id if i >= 0 else None)
        moves.append(move)
        places.append(Place(move.id, piece.kind, piece.text, piece.level))

    gone: list[Move] = []
    for id, decision in by_hand.items():
        if isinstance(decision, Into):
            gone.append(Move(id, "by-hand", 0.0, target=decision.target))
        elif isinstance(decision, Away):
            gone.append(Move(id, "by-hand", 0.0))
    for i in board.free_old():
        if i in merged:
            j, share = merged[i]
            gone.append(Move(standing[i].id, "merged", _round(share), target=moves[j].id))
        else:
            gone.append(Move(standing[i].id, "removed", 0.0))
    changed = bool(gone or by_hand) or len(ledger.heads) != 1 or tuple(places) != ledger.standing
    return Alignment(ledger.heads, tuple(places), tuple(moves), tuple(gone), changed)


def _round(score: float) -> float:
    return round(score, 3)


def _standing_for(ledger: Ledger, pieces: Sequence[Piece]) -> tuple[Place, ...]:
    """The places to align from; where branches differ, an id's wording that the new text has, if any."""
    heads = ledger._heads()
    if len(heads) < 2:
        return ledger.standing
    now = {_normal(piece.text) for piece in pieces}
    known: dict[BlockId, Place] = {}
    for revision in heads:
        for place in revision.places:
            if _normal(place.text) in now:
                known[place.id] = place
    return tuple(known.get(place.id, place) for place in ledger.standing)


def _decide(
    ledger: Ledger, decisions: Mapping[BlockId, Decision], row: Mapping[BlockId, int], n: int
) -> dict[BlockId, Decision]:
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


def _pair_pieces(board: _Board, held: set[int]) -> dict[int, int]:
    """Splits: new texts mostly contained in what an old one lost; the id stays with the largest piece.

    Returns:
        For each new text that is a piece of an old one, the old one.
    """
    found: dict[int, int] = {}
    free = board.free_new()
    lost: dict[int, Counter[str]] = {}
    for i in range(len(board.old)):
        if i in held or (i in board.home and board.old[i].normal == board.new[board.home[i]].normal):
            continue
        lost[i] = _lost(board, i)
    for j in free:
        words = board.new[j]
        grams = words.grams
        best = max(((_shared(grams, lost[i]) / max(1, words.size), -i) for i in lost), default=(0.0, 0))
        if best[0] >= CONTAINED and words.size >= 4:
            found[j] = -best[1]
    for i in sorted(set(found.values())):
        if i not in board.home:
            j = max((j for j in found if found[j] == i), key=lambda j: (board.new[j].size, -j))
            board.pair(i, j, _shared(board.new[j].grams, board.old[i].grams) / max(1, board.new[j].size))
    return found


def _merge(board: _Board, held: set[int]) -> dict[int, tuple[int, float]]:
    """Old texts that some new text gained: for each, that text and the share gained."""
    free = board.free_old()
    hosts = [
        j
        for j in range(len(board.new))
        if board.origin.get(j, -1) < 0 or board.old[board.origin[j]].normal != board.new[j].normal
    ]
    gained = {j: _gained(board, j) for j in hosts if board.origin.get(j, 0) >= 0}
    merged: dict[int, tuple[int, float]] = {}
    for i in free:
        words = board.old[i]
        grams = words.grams
        share, j = max(
            ((_shared(grams, gained[j]) / max(1, words.size), -j) for j in gained), default=(0.0, 0)
        )
        if share >= CONTAINED and words.size >= 4:
            merged[i] = (-j, share)
    return merged


def _pair_in_place(board: _Board, merged: Mapping[int, tuple[int, float]]) -> None:
    """What stands between the same neighbours as before and is a little alike was rewritten there."""
    for i in board.free_old():
        if i in merged:
            continue
        for j in board.free_new():
            score = _alike(board.old[i], board.new[j])
            if score >= IN_PLACE and board.neighbours(i, j) == 2:
                board.pair(i, j, score)
                break


def _revive(
    ledger: Ledger, board: _Board, by_hand: Mapping[BlockId, Decision]
) -> dict[int, tuple[BlockId, float]]:
    """Texts that come back: for each, the id that was removed with nearly these words."""
    free = board.free_new()
    if not free:
        return {}
    standing = {place.id for place in ledger.standing}
    stones = {
        id: _Words(place.text)
        for id, (_, place) in ledger._last.items()
        if id not in standing and id not in by_hand and ledger._moves[id][-1][1].step != "by-hand"
    }
    ranked = sorted(
        (-score, id, j)
        for id, words in stones.items()
        for j in free
        if (score := _alike(words, board.new[j])) >= UNDONE
    )
    found: dict[int, tuple[BlockId, float]] = {}
    back: set[BlockId] = set()
    for value, id, j in ranked:
        if j not in found and id not in back:
            found[j] = (id, -value)
            back.add(id)
    return found


def plan(alignment: Alignment) -> tuple[str, ...]:
    """The alignment for an editor's eye, one line for each id that does not simply stay: `k7f3 改写 41 %`."""
    return tuple(
        f"{move.id} {words}"
        for move in (*alignment.moves, *alignment.gone)
        if (words := _told(move, alignment.also(move.id)))
    )


def _told(move: Move, also: Sequence[BlockId]) -> str:
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
        case "by-hand" if move.leaves:
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
    parent = {p.id: p for p in ledger.revisions[-1].places} if ledger.revisions else {}
    moves = tuple(move for move in (*alignment.moves, *alignment.gone) if move.step != "same")
    n = ledger.revisions[-1].n + 1 if ledger.revisions else 1
    record: dict[str, Any] = {
        "rev": n,
        "saved_at": saved_at,
        "note": _spell(note),
        "parents": list(alignment.base),
        "places": [
            place.id if parent.get(place.id) == place else _write_place(place) for place in alignment.places
        ],
        "moves": [_write_move(move) for move in moves],
    }
    record["digest"] = _digest(record)
    places = tuple(parent[p.id] if parent.get(p.id) == p else p for p in alignment.places)
    revision = Revision(n, saved_at, note, record["digest"], alignment.base, places, moves)
    return replace(
        ledger, revisions=(*ledger.revisions, revision), lines=(*ledger_lines(ledger), _dump(record))
    )


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
class Rewrite:
    """A save that changed a paragraph beyond light editing: when, how much is alike, and the words before."""

    revision: int
    saved_at: str
    score: float
    before: str


@dataclass(frozen=True, slots=True)
class Here:
    """The id stands in the text.

    Attributes:
        block: where and on what words.
        rewrites: the saves that deserve a note to the reader, oldest first.
        also: where the rest of the paragraph stands when it was split.
    """

    block: Block
    rewrites: tuple[Rewrite, ...] = ()
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
    """

    id: BlockId
    text: str
    last: int
    revision: int
    saved_at: str
    before: BlockId | None
    after: BlockId | None


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
    if known not in ledger._last:
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
    last, place = ledger._last[id]
    revision, _ = _departure(ledger, id)
    target = _end(ledger, id)
    if target is not None:
        return Moved(id, target, place.text, revision.n, revision.saved_at)
    before, after = _around(ledger, last, id)
    return Gone(id, place.text, last.n, revision.n, revision.saved_at, before, after)


def _departure(ledger: Ledger, id: BlockId) -> tuple[Revision, Move]:
    return next((revision, move) for revision, move in reversed(ledger._moves[id]) if move.leaves)


def _end(ledger: Ledger, id: BlockId) -> BlockId | None:
    """Where the chain of merges from a departed id ends; None when its words went nowhere."""
    standing = {place.id for place in ledger.standing}
    seen, end = {id}, id
    while end not in standing:
        target = _departure(ledger, end)[1].target
        if target is None:
            break
        if target in seen:  # two branches merged two paragraphs each into the other
            return None
        seen.add(target)
        end = target
    return end if end != id else None


def _rewrites(ledger: Ledger, id: BlockId) -> tuple[Rewrite, ...]:
    found = []
    for revision, move in ledger._moves.get(id, []):
        if move.step != "new" and not move.leaves and move.score < REWRITTEN:
            before = _words_before(ledger, revision, id)
            found.append(Rewrite(revision.n, revision.saved_at, move.score, before))
    return tuple(found)


def _words_before(ledger: Ledger, revision: Revision, id: BlockId) -> str:
    earlier = (r for r in reversed(ledger.revisions) if r.n < revision.n)
    return next(place.text for r in earlier for place in r.places if place.id == id)


def _also(ledger: Ledger, id: BlockId) -> tuple[BlockId, ...]:
    standing = {place.id for place in ledger.standing}
    ends: dict[BlockId, None] = {}
    for revision in ledger.revisions:
        for move in revision.moves:
            if move.source == id:
                end = move.id if move.id in standing else _end(ledger, move.id)
                if end in standing and end != id:
                    ends[end] = None
    return tuple(ends)


def _around(ledger: Ledger, revision: Revision, id: BlockId) -> tuple[BlockId | None, BlockId | None]:
    standing = {place.id for place in ledger.standing}
    ids = [place.id for place in revision.places]
    here = ids.index(id)
    before = next((other for other in reversed(ids[:here]) if other in standing), None)
    after = next((other for other in ids[here + 1 :] if other in standing), None)
    return before, after


# ---------------------------------------------------------------- the difference of two wordings

Op = Literal["same", "cut", "put"]
_UNIT = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)


def difference(old: str, new: str) -> tuple[tuple[Op, str], ...]:
    """What was cut and what was put in, by Chinese characters and Latin words.

    The `same` and `cut` parts spell the old text, the `same` and `put` parts the new one.
    """
    a, b = _UNIT.findall(old), _UNIT.findall(new)
    parts: list[tuple[Op, str]] = []
    for tag, i, k, j, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(("same", "".join(a[i:k])))
            continue
        if i < k:
            parts.append(("cut", "".join(a[i:k])))
        if j < m:
            parts.append(("put", "".join(b[j:m])))
    return tuple(parts)


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
