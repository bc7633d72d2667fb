"""Counted and quoted phrases in a text: 三大产业, “四个意识”, “放管服”.

A phrase is counted if it begins with a small number and a measure word, or if a number is part of a quoted
phrase. Counts of people, time, money and length are not phrases.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from app.text.dates import numeral
from app.text.terms.lexicon import ENDS, LEADS

_NUMBER = "[二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九双]"
# Measure words of things that a text lists by name.
_MEASURE = (
    "大|个|项|条|种|类|重|点|方面|级|座|所|家|张|对|组|套|届|款|门|支|道|处|场|层|环|维|股|路|批|步|链|"
    "省|市|县|区|国|州|港|轮|关|件|句|块|本|只|部|片|幅|间|档|端|段|线|翼|极|核|轴|带|网|率|化"
)
# Measure words that are nouns by themselves: 三省, 两国.
PLACES = "省市县区国州港"
# Amounts of time and the like are not lists.
_AMOUNT = "个(?:多?月|半?小时|百分点|星期|季度|工作日|半|多)|名额|处境|点[零一二三四五六七八九十]"
# A number that is not part of a longer one: its first character, and the rest. A pattern that begins with a
# set of characters is searched for several times as fast as one that begins with a condition.
_FIRST = r"[一二两三四五六七八九十双](?<![\d零〇一二两三四五六七八九十百千万亿第每几数某].)"
_REST = "(?:(?<=十)[一二三四五六七八九]?|(?<=[二两三四五六七八九])十[一二三四五六七八九]?|(?<!十))"
_COUNTED = re.compile(
    rf"(?P<number>{_FIRST}(?<![二两三四五六七八九十][省市县区].){_REST})(?!{_AMOUNT})(?P<measure>{_MEASURE})"
)
# 四宝: a number and a short noun, right before its list.
_NAMED = re.compile(
    rf"(?P<number>{_FIRST}{_REST})(?![年月日天周时分秒岁次度倍元点旁边侧端头手方者])[\u4e00-\u9fff]{{1,3}}?"
    "(?=[：（(—―]|，?(?:也就是|即|是指|指的是|分别))"
)
_QUOTED = re.compile(r"(?P<open>[“「『‘])(?P<words>[\u4e00-\u9fffA-Za-z0-9+·]{2,14})[”」』’]")
_NUMERAL = re.compile(_NUMBER)
_NOUN = re.compile(r"[\u4e00-\u9fff]{0,10}")
# The longest noun of a phrase, in characters.
_LONGEST_NOUN = 8


class Counted(Struct, frozen=True):
    """A phrase that may have a list of members near by.

    Attributes:
        start, end: of the phrase without quotation marks.
        outer_start, outer_end: with them.
        counts: how many members it may have; () if it names no number.
        quoted: the phrase is in quotation marks.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    counts: tuple[int, ...]
    quoted: bool


def counts_in(words: str) -> tuple[int, ...]:
    """How many members a quoted phrase may have: its first number, or the sum of all.

    三个一刻钟 has three, 一书三单 has four, 创新六气 has six. A phrase that counts one thing has no list.
    """
    numbers = [numeral(m.group()) for m in _NUMERAL.finditer(words)]
    if not numbers:
        return ()
    return tuple(n for n in dict.fromkeys((numbers[0], sum(numbers), numbers[-1])) if n > 1)


def counted_phrases(text: str, ends: Callable[[], Sequence[int]]) -> Iterator[Counted]:
    """The phrases of a normalized text, in order, none inside another.

    Args:
        text: of one block.
        ends: says where its words end.
    """
    taken = 0
    quoted = list(_QUOTED.finditer(text))
    inside = [(m.start(), m.end()) for m in quoted]
    found: list[Counted] = []
    for m in quoted:
        counts = counts_in(m["words"])
        found.append(Counted(m.start("words"), m.end("words"), m.start(), m.end(), counts, quoted=True))
    for m in (*_COUNTED.finditer(text), *_NAMED.finditer(text)):
        if any(a < m.end() and m.start() < b for a, b in inside) or (n := numeral(m["number"])) < 2:
            continue
        if m["number"] == "双":  # 双重标准, 双方: it counts only in a quoted phrase
            continue
        whole = m.re is _NAMED or m["measure"] in (*PLACES, "方面")
        end = m.end() if whole else _noun_end(text, m.end(), ends())
        found.append(Counted(m.start(), end, m.start(), end, (n,), quoted=False))
    for phrase in sorted(found, key=lambda p: p.outer_start):
        if phrase.outer_start >= taken:
            yield phrase
            taken = phrase.outer_end


def _noun_end(text: str, start: int, ends: Sequence[int]) -> int:
    """Where the noun after a number and its measure word ends: before a word that begins a verb or clause."""
    noun = _NOUN.match(text, start)
    limit = min(noun.end() if noun else start, start + _LONGEST_NOUN)
    at = start
    for i in range(bisect_right(ends, start), len(ends)):
        end = ends[i]
        word = text[at : min(end, limit)]
        if end > limit or word in ENDS or (at > start and word in LEADS):
            break
        at = end
    return at
