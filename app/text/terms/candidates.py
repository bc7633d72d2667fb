"""Phrases that a glossary may want: those of one article, and those of a whole library, ranked by spread.

The library is read twice. The first pass finds phrases: set phrases (`finder`) and words that keep company.
The second pass counts every use of the best ones and takes the places to show.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from ahocorasick_rs import AhoCorasick, MatchKind

from app.model import PROSE, ArticleId, Block, BlockId, Document, Occurrence, QuoteMark
from app.text.terms.finder import Taken, set_phrases


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase of one article: how often it occurs, and where first."""

    phrase: str
    count: int
    block: BlockId


def candidates(
    blocks: Sequence[Block],
    quote_marks: Sequence[QuoteMark],
    occurrences: Sequence[Occurrence],
    cuts: Sequence[Sequence[int]] = (),
) -> tuple[Candidate, ...]:
    """Set phrases of an article that have no entry, most frequent first, then in order of the text.

    Args:
        quote_marks: those that hold no speech are looked into.
        occurrences: what the glossary has already; nothing that touches one is proposed.
        cuts: per block, where its words end.
    """
    first: dict[str, BlockId] = {}
    counts: Counter[str] = Counter()
    ends = {b.id: c for b, c in zip(blocks, cuts, strict=False)}
    for place in set_phrases(blocks, quote_marks, occurrences, ends):
        counts[place.phrase] += 1
        first.setdefault(place.phrase, place.block)
    # Where a phrase runs on into its sentence once and not another time, the shorter reading is the phrase.
    for phrase in sorted(counts, key=len, reverse=True):
        shorter = next((p for p in counts if p != phrase and phrase.startswith(p)), None)
        if shorter:
            counts[shorter] += counts.pop(phrase)
    return tuple(Candidate(p, n, first[p]) for p, n in counts.most_common())


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the library.

    Attributes:
        count, articles: how often it occurs, and in how many articles.
        members: the list that most articles give for it; () if none gives one.
        contexts: up to three places: the article, the block, and the words around.
    """

    phrase: str
    count: int
    articles: int
    members: tuple[str, ...]
    contexts: tuple[tuple[ArticleId, BlockId, str], ...]


# A phrase of words has two to four words and four to ten characters, and occurs at least three times.
_WORDS_IN, _LONGEST, _OFTEN = (2, 3, 4), 10, 3
# Words that keep company occur together this much more often than by chance (logarithm).
_TOGETHER = 2.0
# A set phrase counts more than words that keep company: it was written as one thing.
_QUOTED, _COUNTED, _COMPANY = 3.0, 1.0, 0.08
# Phrases in memory at a time; 200,000 take about 70 MB. The rarest go first.
_MOST_IN_MEMORY = 200_000
# Phrases whose uses the second pass counts, for each that is wanted.
_CLOSER_LOOK = 4
# No phrase begins or ends with these: particles, pronouns, verbs of saying and being, conjunctions, adverbs.
_LOOSE_WORDS = """
的 地 得 了 着 过 在 是 有 和 与 及 或 而 但 也 都 就 又 还 很 更 最 不 没 没有 这 那 其 他 她 它 我
我们 他们 你 将 把 被 让 使 向 对 从 到 为 以 于 由 因 等 等等 并 且 并且 以及 说 表示 认为 指出
介绍 要 能 可以 可能 应该 已 已经 正在 正 一 一个 一种 一些 这个 那个 这些 那些 这样 之 所 者 们 中
上 下 里 内 外 后 前 时 个 位 名 年 月 日 次 项 条 进行 通过 作为 成为 根据 随着 对于 关于 如果 因为
所以 由于 虽然 只有 只要 不仅 不是 什么 怎么 如何 为了 这里 那里 现在 目前 今天 同时 其中 此外 之后
之前 以来 以后 这次 每 各 该 本 自己 大家 人们 这种 非常 十分 一直 来 去 做 给 比 跟 同 再 只 才 却
则 吧 吗 呢 啊 的话 这位 去年 今年 明年 当时 当天 昨天 记者 必须 继续 进一步 加强 加快 推进 坚持 提高
积极 努力 全面 深入 大力 不断 切实 充分 认真 促进 推动 实现 实施 完善 建立 扩大 支持 鼓励 落实 做好
开展 抓好 严格 逐步 基本 主要 一定 还要 就是 我国 各地 各级 有关 方面 问题 工作 情况
"""
_LOOSE = frozenset(_LOOSE_WORDS.split())
_EDGES = ("", *"“”‘’「」『』")
_HAN = re.compile("[\u4e00-\u9fff]+")
# Plans are named by numbers: 十五计划.
_NUMBER, _PLAN = re.compile("[一二三四五六七八九十]+"), ("时期", "规划", "计划", "期间")


class _Tally:
    """How often a phrase was met, in how many articles, and its neighbours."""

    __slots__ = ("after", "articles", "before", "count", "last", "quoted", "set", "words")

    def __init__(self) -> None:
        self.count = self.articles = self.quoted = 0
        self.set = False
        # The words it is made of, for phrases of words that keep company.
        self.words: tuple[str, ...] = ()
        self.last = -1
        # The one neighbour; "*" for several.
        self.before = self.after = ""

    def add(self, article: int) -> None:
        self.count += 1
        if self.last != article:
            self.articles += 1
            self.last = article

    def beside(self, before: str, after: str) -> None:
        """Note the neighbours. A quotation mark or the edge of a text is a new neighbour each time."""
        for side, found in (("before", before), ("after", after)):
            known = getattr(self, side)
            if known != found or found in _EDGES:
                setattr(self, side, "*" if known else found or "“")


def phrases(documents: Callable[[], Iterable[Document]], *, most: int = 200) -> tuple[Phrase, ...]:
    """Phrases of a whole library that no entry has, ranked by spread.

    Args:
        documents: gives the library's documents; called twice.
        most: how many at most.
    """
    tallies, words, lists = _first_pass(documents())
    chosen = _best(tallies, words, most * _CLOSER_LOOK)
    return _second_pass(documents(), chosen, lists, most)


def _first_pass(
    documents: Iterable[Document],
) -> tuple[dict[str, _Tally], Counter[str], dict[str, Counter[tuple[str, ...]]]]:
    """Tallies of phrases, counts of words, and the lists that articles give for phrases."""
    tallies: dict[str, _Tally] = {}
    words: Counter[str] = Counter()
    lists: dict[str, Counter[tuple[str, ...]]] = {}
    for n, document in enumerate(documents):
        texts = {b.id: b.text for b in document.blocks}
        for d in document.definitions:
            members = tuple(texts[m.block][m.start : m.end] for m in d.members)
            lists.setdefault(texts[d.block][d.start : d.end], Counter())[members] += 1
        ends = {b.id: c for b, c in zip(document.blocks, document.cuts, strict=False)}
        found = list(set_phrases(document.blocks, document.quote_marks, document.occurrences, ends))
        for place in found:
            tally = tallies.setdefault(place.phrase, _Tally())
            tally.add(n)
            tally.set = True
            tally.quoted += place.quoted
        for text, run in _free_words(document):
            words.update(text[start:end] for start, end in run)
            for some in _company(text, run):
                start, end = some[0][0], some[-1][1]
                tally = tallies.setdefault(text[start:end], _Tally())
                if not tally.set:
                    tally.words = tally.words or tuple(sys.intern(text[a:b]) for a, b in some)
                    tally.add(n)
                    tally.beside(text[max(0, start - 1) : start], text[end : end + 1])
        if len(tallies) > _MOST_IN_MEMORY:
            tallies = _without_rare(tallies)
    return tallies, words, lists


def _without_rare(tallies: dict[str, _Tally]) -> dict[str, _Tally]:
    """The more frequent half of the phrases at least."""
    least = 2
    while len(tallies) > _MOST_IN_MEMORY // 2:
        tallies = {p: t for p, t in tallies.items() if t.count >= least or (t.quoted and least < 4)}
        least += 1
    return tallies


def _best(tallies: dict[str, _Tally], words: Counter[str], most: int) -> list[str]:
    total = max(1, sum(words.values()))
    worth: dict[str, float] = {}
    for phrase, tally in tallies.items():
        if not tally.set and not _holds_together(phrase, tally, words, total):
            continue
        kind = _QUOTED if tally.quoted > 1 else _COUNTED if tally.set else _COMPANY
        worth[phrase] = kind * tally.articles * (1 + log(tally.count))
    ranked = sorted(worth, key=lambda p: (-worth[p], p))[: 2 * most]
    return [p for p in ranked if not _part_of_longer(p, ranked, tallies)][:most]


def _holds_together(phrase: str, tally: _Tally, words: Counter[str], total: int) -> bool:
    """Whether words are a phrase: frequent, together more often than by chance, with changing neighbours.

    What every article says just once is a form of words (请予审议), not a phrase.
    """
    if tally.count < _OFTEN or tally.before != "*" or tally.after != "*":
        return False
    if tally.count == tally.articles > 9:
        return False
    chance = sum(log(words[w] / total) for w in tally.words if words[w])
    return log(tally.count / total) - chance > _TOGETHER


def _part_of_longer(phrase: str, ranked: Sequence[str], tallies: dict[str, _Tally]) -> bool:
    """Whether a phrase is nearly always part of a longer one."""
    if tallies[phrase].quoted > 1:
        return False
    often = 0.8 * tallies[phrase].count
    return any(phrase in other and other != phrase and tallies[other].count >= often for other in ranked)


def _second_pass(
    documents: Iterable[Document],
    chosen: Sequence[str],
    lists: dict[str, Counter[tuple[str, ...]]],
    most: int,
) -> tuple[Phrase, ...]:
    """The chosen phrases with all their uses, those in more articles first."""
    if not chosen:
        return ()
    finder = AhoCorasick(list(chosen), matchkind=MatchKind.LeftmostLongest)
    counts, articles = Counter[int](), Counter[int]()
    contexts: dict[int, list[tuple[ArticleId, BlockId, str]]] = {}
    for document in documents:
        taken, met = Taken(document.occurrences), set[int]()
        for b in document.blocks:
            if b.kind not in PROSE:
                continue
            for n, start, end in finder.find_matches_as_indexes(b.text):
                if not taken.free(b.id, start, end) or not _whole(b.text, start, end):
                    continue
                counts[n] += 1
                if n not in met and len(places := contexts.setdefault(n, [])) < 3:
                    around = b.text[max(0, start - 12) : end + 12]
                    places.append((document.header.id, b.id, around))
                met.add(n)
        articles.update(met)
    order = sorted(counts)[:most]  # the numbers are the ranks
    return tuple(
        Phrase(p := chosen[n], counts[n], articles[n], _members(p, lists), tuple(contexts[n])) for n in order
    )


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a plan such as 十五 is meant and not a number: in quotation marks, or before 时期 or 规划."""
    if not _NUMBER.fullmatch(text, start, end):
        return True
    return text[start - 1 : start] in ("“", "「") or text.startswith(_PLAN, end)


def _members(phrase: str, lists: dict[str, Counter[tuple[str, ...]]]) -> tuple[str, ...]:
    found = lists.get(phrase)
    return found.most_common(1)[0][0] if found else ()


def _company(text: str, run: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    """Two to four Han words in a row that may be a phrase."""
    for n in _WORDS_IN:
        for i in range(len(run) - n + 1):
            start, end = run[i][0], run[i + n - 1][1]
            if not 4 <= end - start <= _LONGEST:
                continue
            first, last = text[slice(*run[i])], text[slice(*run[i + n - 1])]
            if first not in _LOOSE and last not in _LOOSE and _HAN.fullmatch(text, start, end):
                yield run[i : i + n]


def _free_words(document: Document) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """The words of each paragraph, in runs that no entry's occurrence interrupts."""
    taken = Taken(document.occurrences)
    for block, cuts in zip(document.blocks, document.cuts, strict=False):
        if block.kind not in PROSE:
            continue
        run: list[tuple[int, int]] = []
        for start, end in pairwise((0, *cuts)):
            if taken.free(block.id, start, end):
                run.append((start, end))
            elif run:
                yield block.text, run
                run = []
        if run:
            yield block.text, run
