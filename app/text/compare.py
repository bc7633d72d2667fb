"""Compares two texts sentence by sentence: kept, reworded, moved, new, gone.

Sentences are paired by their wording, whichever script and width it is written in, or by a clause that they
have in common. The heaviest set of pairs in the same order in both texts is kept or
reworded; pairs out of this order are moved. Every character of both texts belongs to exactly one change.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from app.i18n import mark
from app.text.paragraphs import Op, Wording, alike, difference, rivals
from app.text.query import key

ChangeKind = Literal["kept", "reworded", "moved", "new", "gone"]
CHANGE_KINDS: Mapping[ChangeKind, str] = {
    "kept": mark("未改"),
    "reworded": mark("改写"),
    "moved": mark("移动"),
    "new": mark("新增"),
    "gone": mark("删去"),
}
# Likeness from which two sentences are one: in blocks that have other sentences in common, in the same order,
# and out of order.
SAME_BLOCK, SAME_ORDER, ELSEWHERE = 0.3, 0.45, 0.55
# A pair in order yields to one out of order that is so much more alike.
BETTER = 0.2
# Likeness that a sentence has to add to a pair to become part of it: it was split off, or merged into it.
JOINED = 0.08
# Likeness from which two clauses of at least this many letters count, and what they count for.
CLAUSE, CLAUSE_LETTERS, PARTLY = 0.42, 7, 0.8
# Letters of a run that occurs once in each text, and what each of its letters adds to the least likeness.
RUN, RUN_LETTER = 6, 0.01
# Likeness of one clause by which sentences without a partner belong together, if they have one such run in
# common, and if they have several.
OWN_CLAUSE = (0.57, 0.3)
# Shorter sentences (letters) that were reworded say nothing about their origin.
SHORT = 6
# Equal sentences at most this many places apart in their own count are paired.
REPEATED = 4
# The most characters of a sentence: the time to mark its words grows with their square.
LONG = 500
_CLAUSE = re.compile(r"[^，；：,;:]+")
# Letters, figures and marks that both scripts write alike, in any width.
_LATIN = re.compile(r"[^\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SENTENCE = re.compile(r"[^。！？!?…]*[。！？!?…]+[”’」』〕）)\]》]*\s*|[^。！？!?…]+$")


@dataclass(frozen=True, slots=True)
class Sentences:
    """Whole sentences of one block.

    Attributes:
        block: index of the block in its text.
        start, end: offsets in the block, half-open.
    """

    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One or more sentences and what became of them.

    Attributes:
        a: the passage in the first text, None if new.
        b: the passage in the second text, None if gone.
        parts: the difference of the two wordings; () if they are equal or one is missing. Words that are the
            same are written as in the first text.
    """

    kind: ChangeKind
    a: Sentences | None
    b: Sentences | None
    parts: tuple[tuple[Op, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Blocks of both texts that belong together; one side may be empty.

    Attributes:
        kind: kept, moved, new or gone if all its sentences are; else reworded.
        a, b: indices of blocks, rising.
    """

    kind: ChangeKind
    a: tuple[int, ...]
    b: tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """Two texts compared.

    Attributes:
        changes: in the order of the first text, then new sentences in the order of the second.
        rows: all blocks of both texts, in the order of both.
        respelled: whether words count as the same that are written in different scripts.
    """

    changes: tuple[SentenceChange, ...]
    rows: tuple[Row, ...]
    respelled: bool = False

    @cached_property
    def counts(self) -> Mapping[ChangeKind, int]:
        """The number of changes of each kind."""
        found = Counter(c.kind for c in self.changes)
        return {kind: found[kind] for kind in CHANGE_KINDS}

    def side(self, side: Literal["a", "b"]) -> Mapping[int, Sequence[SentenceChange]]:
        """The changes of each block of one text, in its order."""
        found: dict[int, list[tuple[int, SentenceChange]]] = defaultdict(list)
        for change in self.changes:
            if passage := change.a if side == "a" else change.b:
                found[passage.block].append((passage.start, change))
        return {
            block: [c for _, c in sorted(pairs, key=lambda pair: pair[0])] for block, pairs in found.items()
        }


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a block, end to end. Longer ones than `LONG` are cut, if possible after a comma."""
    found = list[tuple[int, int]]()
    for m in _SENTENCE.finditer(text):
        start = m.start()
        while m.end() - start > LONG:
            comma = max(text.rfind(mark, start, start + LONG) for mark in "；;，,、")
            end = comma + 1 if comma > start else start + LONG
            found.append((start, end))
            start = end
        found.append((start, m.end()))
    return found


def compare(a: Sequence[str], b: Sequence[str]) -> Comparison:
    """Compare two texts, given as the texts of their blocks."""
    old, new = _Side(a), _Side(b)
    runs = _common_runs(old, new)
    scores = _scores(old, new, runs)
    ordered = _ordered(scores, old, new)
    pairs = [_Pair([i], [j], False) for i, j in ordered]
    pairs += [_Pair([i], [j], True) for i, j in _elsewhere(scores, ordered, old, new)]
    pairs = _joined(pairs, old, new)
    pairs += _left_over(scores, runs, pairs, old, new)
    changes = [_change(pair, old, new) for pair in pairs]
    used = {i for pair in pairs for i in pair.a}
    changes += [SentenceChange("gone", p, None) for i, p in enumerate(old.passages) if i not in used]
    changes.sort(key=lambda c: (c.a.block, c.a.start) if c.a else (0, 0))
    used = {j for pair in pairs for j in pair.b}
    changes += [SentenceChange("new", None, p) for j, p in enumerate(new.passages) if j not in used]
    respelled = any(_differ(old.raw(c.a), new.raw(c.b), c.parts) for c in changes if c.a and c.b)
    return Comparison(tuple(changes), _rows(changes, len(a), len(b)), respelled)


def _differ(a: str, b: str, parts: Sequence[tuple[Op, str]]) -> bool:
    """Whether the words that two sentences have in common are in another script in one of them."""
    pieces = _pieces(parts or (("same", a),), a, b)
    return any(op == "same" and _LATIN.sub("", one) != _LATIN.sub("", other) for op, one, other in pieces)


def _pieces(parts: Iterable[tuple[Op, str]], a: str, b: str) -> Iterator[tuple[Op, str, str]]:
    """The parts of a difference as the two texts have them: in the first, and in the second."""
    at_a = at_b = 0
    for op, words in parts:
        yield op, a[at_a : at_a + len(words)], b[at_b : at_b + len(words)]
        at_a += len(words) * (op != "put")
        at_b += len(words) * (op != "cut")


class _Side:
    """One of the two texts, cut into sentences."""

    def __init__(self, blocks: Sequence[str]) -> None:
        self._blocks = blocks
        self._folded = [key(text) for text in blocks]
        self.passages = [Sentences(n, s, e) for n, text in enumerate(blocks) for s, e in sentences(text)]
        self.words = [Wording(self.text(p)) for p in self.passages]

    @cached_property
    def clauses(self) -> Sequence[Sequence[Wording]]:
        """The clauses of each sentence, without short ones."""
        split = ([Wording(c) for c in _CLAUSE.findall(self.text(p))] for p in self.passages)
        return [[c for c in clauses if len(c.letters) >= CLAUSE_LETTERS] for clauses in split]

    def text(self, passage: Sentences) -> str:
        """The words of a passage as they are compared, character by character."""
        return self._folded[passage.block][passage.start : passage.end]

    def raw(self, passage: Sentences) -> str:
        """The words of a passage as the text has them."""
        return self._blocks[passage.block][passage.start : passage.end]

    def whole(self, indices: Sequence[int]) -> Sentences:
        """The passage of sentences that follow each other in one block."""
        first, last = self.passages[indices[0]], self.passages[indices[-1]]
        return Sentences(first.block, first.start, last.end)

    def joined(self, indices: Sequence[int]) -> Wording:
        return self.words[indices[0]] if len(indices) == 1 else Wording(self.text(self.whole(indices)))


@dataclass(frozen=True, slots=True)
class _Pair:
    """Indices of sentences on both sides, rising and without gaps."""

    a: Sequence[int]
    b: Sequence[int]
    moved: bool


_Scores = Mapping[tuple[int, int], float]


def _scores(old: _Side, new: _Side, runs: Mapping[tuple[int, int], int]) -> _Scores:
    """The likeness of all pairs of sentences that may be the same."""
    scores: dict[tuple[int, int], float] = {}
    places: dict[str, list[int]] = defaultdict(list)
    for j, words in enumerate(new.words):
        places[words.normal].append(j)
    seen: Counter[str] = Counter()
    for i, words in enumerate(old.words):
        equal, n = places.get(words.normal, []), seen[words.normal]
        seen[words.normal] += 1
        scores.update({(i, j): 1.0 for j in equal[max(0, n - REPEATED) : n + REPEATED + 1]})
    for i, j in rivals(dict(enumerate(old.words)), dict(enumerate(new.words))):
        if (i, j) not in scores:
            score = max(alike(old.words[i], new.words[j]), PARTLY * _clausal(old, i, new, j))
            if score >= SAME_BLOCK:
                scores[i, j] = score
    for pair, n in runs.items():
        scores[pair] = max(scores.get(pair, 0.0), SAME_BLOCK + RUN_LETTER * n)
    return scores


def _common_runs(old: _Side, new: _Side) -> Counter[tuple[int, int]]:
    """How many runs of letters pairs of sentences have in common that both texts have only once."""
    once_a, once_b = _runs_once(old), _runs_once(new)
    return Counter((once_a[run], once_b[run]) for run in once_a.keys() & once_b.keys())


def _runs_once(side: _Side) -> Mapping[str, int]:
    """The runs of letters that occur in one sentence only, with its index."""
    found: dict[str, int] = {}
    for n, words in enumerate(side.words):
        for at in range(len(words.letters) - RUN + 1):
            run = words.letters[at : at + RUN]
            found[run] = n if found.get(run, n) == n else -1
    return {run: n for run, n in found.items() if n >= 0}


def _clausal(old: _Side, i: int, new: _Side, j: int) -> float:
    """The likeness of the two clauses that are most alike, less the smaller their share of the sentences is.

    赤字率拟按3%安排，规模…… and 今年赤字率拟按4%安排 are one sentence, however much follows.
    """
    best = 0.0
    for a in old.clauses[i]:
        for b in new.clauses[j]:
            share = max(len(a) / max(1, len(old.words[i])), len(b) / max(1, len(new.words[j])))
            if (1 + share) / 2 > best and (score := alike(a, b)) >= CLAUSE:
                best = max(best, score * (1 + share) / 2)
    return best


def _ordered(scores: _Scores, old: _Side, new: _Side) -> list[tuple[int, int]]:
    """Pairs in order. The clear ones show which blocks belong together; there, vaguer ones count too."""

    def blocks(pair: tuple[int, int]) -> tuple[int, int]:
        return old.passages[pair[0]].block, new.passages[pair[1]].block

    clear = {pair: score for pair, score in scores.items() if score >= SAME_ORDER}
    together = {blocks(pair) for pair in _in_order(clear)}
    found = _in_order({p: s for p, s in scores.items() if p in clear or blocks(p) in together})
    left, right = {i for i, _ in found}, {j for _, j in found}
    best_a, best_b = dict[int, float](), dict[int, float]()
    for (i, j), score in scores.items():
        if score >= ELSEWHERE:
            if j not in right:
                best_a[i] = max(score, best_a.get(i, 0.0))
            if i not in left:
                best_b[j] = max(score, best_b.get(j, 0.0))
    return [p for p in found if scores[p] + BETTER > max(best_a.get(p[0], 0.0), best_b.get(p[1], 0.0))]


def _in_order(scores: _Scores) -> list[tuple[int, int]]:
    """The heaviest chain of pairs that rises on both sides.

    A pair weighs the square of its likeness: one equal sentence outweighs several vague ones. `front` holds
    the best chain for each right end; ends and weights rise.
    """
    ends, front = list[int](), list[tuple[float, tuple[int, int]]]()
    came_from: dict[tuple[int, int], tuple[int, int] | None] = {}
    for pair in sorted(scores, key=lambda p: (p[0], -p[1])):
        at = bisect_left(ends, pair[1])
        before = front[at - 1] if at else None
        weight = scores[pair] ** 2 + (before[0] if before else 0.0)
        came_from[pair] = before[1] if before else None
        stop = at
        while stop < len(front) and front[stop][0] <= weight:
            stop += 1
        if stop > at or at == len(front) or ends[at] > pair[1]:
            ends[at:stop] = [pair[1]]
            front[at:stop] = [(weight, pair)]
    found, pair_ = list[tuple[int, int]](), front[-1][1] if front else None
    while pair_ is not None:
        found.append(pair_)
        pair_ = came_from[pair_]
    return found[::-1]


def _elsewhere(
    scores: _Scores, ordered: Iterable[tuple[int, int]], old: _Side, new: _Side
) -> Iterator[tuple[int, int]]:
    """Pairs out of order, the most alike first."""
    left, right = ({pair[n] for pair in ordered} for n in (0, 1))
    for (i, j), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        sure = score == 1.0 or (score >= ELSEWHERE and len(old.words[i].letters) >= SHORT)
        if sure and i not in left and j not in right:
            left.add(i)
            right.add(j)
            yield i, j


def _joined(pairs: Sequence[_Pair], old: _Side, new: _Side) -> list[_Pair]:
    """Add sentences that were split off or merged to the pairs that they belong to.

    A sentence joins its neighbour in the same block if both together are more alike to the other side.
    """
    free_a = set(range(len(old.words))).difference(*(p.a for p in pairs))
    free_b = set(range(len(new.words))).difference(*(p.b for p in pairs))
    found = []
    for pair in pairs:
        a, b = list(pair.a), list(pair.b)
        _grow(b, new, free_b, old.joined(a))
        _grow(a, old, free_a, new.joined(b))
        found.append(_Pair(a, b, pair.moved))
    return found


def _left_over(
    scores: _Scores, runs: Mapping[tuple[int, int], int], pairs: Sequence[_Pair], old: _Side, new: _Side
) -> Iterator[_Pair]:
    """Sentences without a partner of which one clause is alike, with letters that both texts have only there.

    今年安排债券3.8万亿元，加快重大工程…… and 安排债券3.9万亿元。 are one sentence, whatever follows.
    """
    free_a = set(range(len(old.words))).difference(*(p.a for p in pairs))
    free_b = set(range(len(new.words))).difference(*(p.b for p in pairs))
    chain = sorted((p.a[0], p.b[0]) for p in pairs if not p.moved)
    for (i, j), _ in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if i not in free_a or j not in free_b:
            continue
        if (n := runs.get((i, j), 0)) == 0 or _best_clause(old, i, new, j) < OWN_CLAUSE[n > 1]:
            continue
        free_a.discard(i)
        free_b.discard(j)
        at = bisect_left(chain, (i, j))
        moved = (at > 0 and chain[at - 1][1] > j) or (at < len(chain) and chain[at][1] < j)
        if not moved:
            chain.insert(at, (i, j))
        yield _Pair([i], [j], moved)


def _best_clause(old: _Side, i: int, new: _Side, j: int) -> float:
    """The likeness of the two clauses that are most alike."""
    return max((alike(a, b) for a in old.clauses[i] for b in new.clauses[j]), default=0.0)


def _grow(indices: list[int], side: _Side, free: set[int], other: Wording) -> None:
    """Add free neighbours as long as each makes the sentences more alike to the other wording."""
    best = alike(side.joined(indices), other)
    for step in (1, -1):
        while best < 1.0:
            near = indices[-1] + 1 if step > 0 else indices[0] - 1
            if near not in free or side.passages[near].block != side.passages[indices[0]].block:
                break
            longer = [*indices, near] if step > 0 else [near, *indices]
            if (score := alike(side.joined(longer), other)) < best + JOINED:
                break
            best, indices[:] = score, longer
            free.discard(near)


def _change(pair: _Pair, old: _Side, new: _Side) -> SentenceChange:
    a, b = old.whole(pair.a), new.whole(pair.b)
    equal = old.joined(pair.a).normal == new.joined(pair.b).normal
    different = () if equal else difference(old.text(a), new.text(b))
    pieces = _pieces(different, old.raw(a), new.raw(b))
    parts = tuple((op, other if op == "put" else one) for op, one, other in pieces)
    return SentenceChange("moved" if pair.moved else "kept" if equal else "reworded", a, b, parts)


# -- rows of blocks


def _rows(changes: Sequence[SentenceChange], old: int, new: int) -> tuple[Row, ...]:
    """Put the blocks of both texts next to each other, by the sentences that they share in order."""
    shared: Counter[tuple[int, int]] = Counter()
    kinds_a: dict[int, set[ChangeKind]] = defaultdict(set)
    kinds_b: dict[int, set[ChangeKind]] = defaultdict(set)
    for c in changes:
        if c.a and c.b and c.kind != "moved":
            shared[c.a.block, c.b.block] += c.a.end - c.a.start
        if c.a:
            kinds_a[c.a.block].add(c.kind)
        if c.b:
            kinds_b[c.b.block].add(c.kind)
    rows = []
    for a, b in _groups(shared, old, new):
        kinds = set().union(*(kinds_a[n] for n in a), *(kinds_b[n] for n in b))
        kind = next(iter(kinds)) if len(kinds) == 1 else "kept" if not kinds else "reworded"
        rows.append(Row(kind, tuple(a), tuple(b)))
    return tuple(rows)


def _groups(
    shared: Mapping[tuple[int, int], int], old: int, new: int
) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Ranges of blocks: each block goes with the block of the other text with which it shares most."""
    best_a: dict[int, tuple[int, int]] = {}
    best_b: dict[int, tuple[int, int]] = {}
    for (i, j), size in sorted(shared.items()):
        best_a[i] = max(best_a.get(i, (0, j)), (size, j), key=lambda x: x[0])
        best_b[j] = max(best_b.get(j, (0, i)), (size, i), key=lambda x: x[0])
    links = sorted({(i, j) for i, (_, j) in best_a.items()} | {(i, j) for j, (_, i) in best_b.items()})
    i = j = at = 0
    while at < len(links):
        (first, low), (last, high) = links[at], links[at]
        while at < len(links) and (links[at][0] <= last or links[at][1] <= high):
            last, high = max(last, links[at][0]), max(high, links[at][1])
            at += 1
        yield from (([n], []) for n in range(i, first))
        yield from (([], [n]) for n in range(j, low))
        yield range(first, last + 1), range(low, high + 1)
        i, j = last + 1, high + 1
    yield from (([n], []) for n in range(i, old))
    yield from (([], [n]) for n in range(j, new))
