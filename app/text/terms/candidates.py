"""Set phrases that a glossary may want: numbered ones (三大…, 五个…) and short ones in quotation marks.

加快建设“六个港口”，推进三大工程      -> 六个港口, 三大工程
两名游客，三个月，“他说得对。”        -> none: a count of people or time, and speech
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from app.model import PROSE, ArticleId, Block, BlockId, Document, Occurrence, QuoteMark

# 三大先导产业, 五个中心, 两山, 四个自信, 八项规定, 双碳: a small number, a measure word of summaries, a noun.
_NUMBERED = re.compile(
    r"(?<![\d〇零一二三四五六七八九十百千万亿第数几每])"
    r"[一二两三四五六七八九十双][大个個项項条條种種化性维維重链鏈][\u4e00-\u9fff]{2,6}"
)
# What follows a number without being a set phrase: people, things and times that are counted, not summed up.
_COUNTED = re.compile(
    r"^[一二两三四五六七八九十][个個项項条條种種重大]"
    r"(?:多|月|半|人|小时|小時|星期|工作日|年|季度|百分点|百分點|孩子|问题|問題|地方|时候|時候|国家|國家|城市|部分|方面|代|家|学|學|量|规模|規模|批)"
)
_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·、—\-]{2,12}")
# Words that end a numbered phrase: what comes after them belongs to the sentence.
_STOP = re.compile(r"[的了着著在和与與及是为為将將对對等也都就又而]|建设|建設|发展|發展|领域|領域")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase, how often it stands in the text, and where it stands first."""

    phrase: str
    count: int
    block: BlockId


def candidates(
    blocks: Sequence[Block], quote_marks: Sequence[QuoteMark], occurrences: Sequence[Occurrence]
) -> tuple[Candidate, ...]:
    """Phrases worth an entry, most frequent first, then in order of the text.

    Args:
        blocks: of one article.
        quote_marks: those that hold no speech are looked into.
        occurrences: what the glossary has already; nothing that touches one is proposed.
    """
    text = {b.id: b.text for b in blocks}
    taken: dict[BlockId, list[tuple[int, int]]] = {}
    for o in occurrences:
        taken.setdefault(o.block, []).append((o.span.start, o.span.end))
    first: dict[str, BlockId] = {}
    counts: Counter[str] = Counter()

    def propose(block: BlockId, start: int, end: int) -> None:
        if any(a < end and start < b for a, b in taken.get(block, ())):
            return
        phrase = text[block][start:end]
        counts[phrase] += 1
        first.setdefault(phrase, block)
        taken.setdefault(block, []).append((start, end))

    for mark in quote_marks:
        if not mark.speech and mark.block in text:
            words = text[mark.block][mark.span.start : mark.span.end]
            if _WORDS.fullmatch(words):
                propose(mark.block, mark.span.start, mark.span.end)
    for b in blocks:
        if b.kind in ("heading", "furniture"):
            continue
        for found in _NUMBERED.finditer(b.text):
            if _COUNTED.match(found.group()):
                continue
            stop = _STOP.search(b.text, found.start() + 2, found.end())
            end = stop.start() if stop else found.end()
            if end - found.start() >= 4:
                propose(b.id, found.start(), end)
    # Where a phrase runs on into its sentence once and not another time, the shorter reading is the phrase.
    for phrase in sorted(counts, key=len, reverse=True):
        shorter = next((p for p in counts if p != phrase and phrase.startswith(p)), None)
        if shorter:
            counts[shorter] += counts.pop(phrase)
    return tuple(Candidate(p, n, first[p]) for p, n in counts.most_common())


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the library: how often it stands there, in how many articles, and where.

    Attributes:
        contexts: up to three places: the article, the block, and the words around.
    """

    phrase: str
    count: int
    articles: int
    contexts: tuple[tuple[ArticleId, BlockId, str], ...]


# A phrase has two to four words and four to ten characters; it stands at least so often.
_WORDS_IN, _LONGEST, _OFTEN = (2, 3, 4), 10, 3
_HAN_WORD = re.compile(r"[\u4e00-\u9fff]+")
# No phrase begins or ends with these: particles, pronouns, verbs of saying and being, conjunctions, adverbs.
_LOOSE_WORDS = """
的 地 得 了 着 过 在 是 有 和 与 及 或 而 但 也 都 就 又 还 很 更 最 不 没 没有 这 那 其 他 她 它 我
我们 他们 你 将 把 被 让 使 向 对 从 到 为 以 于 由 因 等 等等 并 且 并且 以及 说 表示 认为 指出
介绍 要 能 可以 可能 应该 已 已经 正在 正 一 一个 一种 一些 这个 那个 这些 那些 这样 之 所 者 们 中
上 下 里 内 外 后 前 时 个 位 名 年 月 日 次 项 条 进行 通过 作为 成为 根据 随着 对于 关于 如果 因为
所以 由于 虽然 只有 只要 不仅 不是 什么 怎么 如何 为了 这里 那里 现在 目前 今天 同时 其中 此外 之后
之前 以来 以后 这次 每 各 该 本 自己 大家 人们 这种 非常 十分 一直 来 去 做 给 比 跟 同 再 只 才 却
则 吧 吗 呢 啊 的话 这位 去年 今年 明年 当时 当天 昨天 记者
"""
_LOOSE = frozenset(_LOOSE_WORDS.split())


def phrases(documents: Iterable[Document], *, most: int = 200) -> tuple[Phrase, ...]:
    """Phrases of a whole library that no entry has: frequent, in several articles, and complete.

    A phrase is complete when its words keep company more than chance would have it, and when what stands
    before and behind it changes: 科技 in 科技创新 does not end there as often as it goes on.

    Args:
        documents: the library.
        most: how many at most, the most worthwhile first.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    single: Counter[str] = Counter()
    spread: dict[tuple[str, ...], set[ArticleId]] = {}
    before: dict[tuple[str, ...], Counter[str]] = {}
    behind: dict[tuple[str, ...], Counter[str]] = {}
    where: dict[tuple[str, ...], list[tuple[ArticleId, BlockId, str]]] = {}
    for document in documents:
        article = document.header.id
        for text, block, words in _free_words(document):
            single.update(w for _, w in words)
            for n in _WORDS_IN:
                for i in range(len(words) - n + 1):
                    some = tuple(w for _, w in words[i : i + n])
                    start = words[i][0]
                    length = sum(map(len, some))
                    if (
                        not 4 <= length <= _LONGEST
                        or some[0] in _LOOSE
                        or some[-1] in _LOOSE
                        or words[i + n - 1][0] + len(some[-1]) != start + length
                        or not all(map(_HAN_WORD.fullmatch, some))
                    ):
                        continue
                    counts[some] += 1
                    spread.setdefault(some, set()).add(article)
                    end = start + length
                    # The edge of a text is a neighbour of its own each time.
                    left, right = (
                        text[start - 1 : start] or f"{article}/{block}",
                        text[end : end + 1] or f"{article}/{block}",
                    )
                    before.setdefault(some, Counter())[left] += 1
                    behind.setdefault(some, Counter())[right] += 1
                    if len(places := where.setdefault(some, [])) < 3:
                        places.append((article, block, text[max(0, start - 12) : end + 12]))
    total = max(1, sum(single.values()))
    worth: dict[tuple[str, ...], float] = {}
    for some, n in counts.items():
        if n < _OFTEN or len(before[some]) < 2 or len(behind[some]) < 2:
            continue
        chance = sum(log(single[w] / total) for w in some)
        together = log(n / total) - chance
        if together > 2.0:
            worth[some] = n * together * (1 + log(len(spread[some])))
    found: list[tuple[str, ...]] = []
    for some in sorted(worth, key=lambda s: (-worth[s], s)):
        # Part of a longer phrase that stands as often: only the longer one.
        phrase = "".join(some)
        if any(phrase in "".join(o) and counts[o] >= 0.8 * counts[some] for o in worth if o != some):
            continue
        found.append(some)
        if len(found) == most:
            break
    return tuple(Phrase("".join(s), counts[s], len(spread[s]), tuple(where[s])) for s in found)


def _free_words(document: Document) -> Iterator[tuple[str, BlockId, list[tuple[int, str]]]]:
    """The words of each paragraph with their places, in runs that no entry's occurrence interrupts."""
    taken: dict[BlockId, list[tuple[int, int]]] = {}
    for o in document.occurrences:
        taken.setdefault(o.block, []).append((o.span.start, o.span.end))
    for block, cuts in zip(document.blocks, document.cuts, strict=False):
        if block.kind not in PROSE:
            continue
        run: list[tuple[int, str]] = []
        for start, end in pairwise((0, *cuts)):
            if any(a < end and start < b for a, b in taken.get(block.id, ())):
                if run:
                    yield block.text, block.id, run
                run = []
            else:
                run.append((start, block.text[start:end]))
        if run:
            yield block.text, block.id, run
