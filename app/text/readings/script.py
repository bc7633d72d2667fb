"""Converts texts to the other script by phrases, one character for one character.

A converted text has the same length, so the offsets of terms, quotations and words stay valid. Always convert
the source text, never a converted one: the distinctions between 干, 幹 and 乾 are lost on the way back.

    hant    OpenCC's `s2tw`: characters as printed in Taiwan and, with few exceptions, in Hong Kong and
    overseas
            (裡 為 群), not those of `s2t`, which are not in use (裏 爲 羣)
    hans    OpenCC's `tw2s`, which converts those forms, and the particle 著 to 着

Quotation marks are converted too: “‘’” become 「『』」. Where Taiwan has two forms, OpenCC's is used: 臺
(平臺, 臺灣), 佈 (佈局, 發佈), 佔, 週, 瞭解.

OpenCC's configurations that replace words (软件 by 軟體) are not used, because they change lengths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import Literal, Protocol

from app.text.folding import visible, well_formed
from app.text.segment import Segmenter

Script = Literal["hant", "hans"]

_CONFIGURATIONS: Mapping[Script, str] = {"hant": "s2tw", "hans": "tw2s"}

# Corrections of OpenCC: words that the text must contain, a pattern in the source, and the right characters
# for the end of the match.
_CORRECTIONS: Mapping[Script, tuple[tuple[str, str, str], ...]] = {
    "hant": (
        # 头发干了 dry, 干了一杯 drained: OpenCC reads 干了 as 幹了, done.
        (
            "干",
            r"(?<=[发水衣服裤鞋袜泪汗血嘴唇喉墨漆泥土河井巾单被叶草花面地])(?:都|也|全|快|已经|就)?干(?=[了透掉])",
            "乾",
        ),
        ("干", r"干(?=了?(?:[一这那几两三]杯|这碗|那碗|杯))", "乾"),
        # 干得好, done well: OpenCC has 乾得.
        ("干得", r"(?<![晒晾烘擦吹风水衣服发])干(?=得)", "幹"),
        # 不准入内, not allowed; 不准确 and 说不准 are about being exact.
        ("不准", r"(?<![说看测拿瞄算猜吃对])不准(?![确时点啊了，。；、！？]|备)", "不准"),
        # 并 is a conjunction, and 併 only in words about joining: 合并, 吞并, 并购.
        ("并", r"(?<![合吞兼归裁火一拼])并(?![入购吞拢网案轨发处]|[为成]一)", "並"),
        # Each of them: 一只只. A chain is 鏈, the jewel 鍊.
        ("只只", r"(?<=一)只只", "隻隻"),
        ("链", r"(?<![项金银手脚颈])链|(?<=[资基奖现]金)链", "鏈"),
        # Words that are printed in their original form.
        ("家具", r"家具", "家具"),
        ("胡同", r"胡同", "胡同"),
        # To return; 迴歸 is a term of statistics.
        ("回归", r"回归(?!分析|方程|模型|系数|曲线)", "回歸"),
        # 钟表, clocks and watches; OpenCC does not find the phrase after 的.
        ("钟表", r"钟表", "鐘錶"),
        # The surnames 范 and 于 have no other form.
        ("范", r"范(?=先生|女士|小姐|太太|老师|教授|某|老)", "范"),
        ("于", r"(?<![对关由至等属基处位在终鉴出敢善限])于(?=先生|女士|小姐|太太|老师|教授|某)", "于"),
    ),
    "hans": (),
}

# Quotation marks of each script. An apostrophe between letters is not one.
_QUOTES: Mapping[Script, dict[int, int]] = {
    "hant": str.maketrans("“”‘’", "「」『』"),
    "hans": str.maketrans("「」『』", "“”‘’"),
}
_APOSTROPHE = re.compile("(?<=[A-Za-z])’(?=[A-Za-z])")


def convert(
    text: str, to: Script, *, own: Mapping[str, str] | None = None, cuts: Sequence[int] | None = None
) -> str:
    """Convert a text to a script; the length does not change.

    Args:
        text: the source text. A text that is in this script already rarely changes.
        to: hant for traditional, hans for simplified.
        own: forms and their known conversions, such as names of people (范, not 範). Pairs of unequal lengths
            are ignored.
        cuts: the ends of the words, if known.
    """
    seen = visible(well_formed(text))
    if seen.places is not None:
        other = list(text)
        for at, character in zip(seen.places, convert(seen.text, to, own=own), strict=False):
            other[at] = character
        return "".join(other)
    text_ = seen.text
    converted = _by_words(text_, cuts) if to == "hant" else _aligned(text_, to)
    for start, end, right in _known(text_, to, own or {}):
        converted = converted[:start] + right + converted[end:]
    marked = converted.translate(_QUOTES[to])
    for found in _APOSTROPHE.finditer(converted) if marked != converted else ():
        marked = f"{marked[: found.start()]}’{marked[found.end() :]}"
    converted = marked
    assert len(converted) == len(text)
    return converted


def convert_all(
    texts: Sequence[str],
    to: Script,
    own: Mapping[str, str],
    cuts: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> list[str]:
    """Convert several texts; see `convert`."""
    return [convert(text, to, own=own, cuts=cuts.get(text)) for text in texts]


def _by_words(text: str, cuts: Sequence[int] | None) -> str:
    """Convert to traditional word by word; otherwise OpenCC finds the phrase 年历 in 两千年历史.

    Adjacent words of one character are converted together: 吃|面 becomes 吃麵.
    """
    ends = cuts if cuts is not None else _segmenter().ends(text)
    made, alone, start = list[str](), "", 0
    for end in ends if ends and ends[-1] == len(text) else (*ends, len(text)):
        if end - start == 1:
            alone += text[start]
        else:
            if alone:
                made.append(_word(alone))
                alone = ""
            made.append(_word(text[start:end]))
        start = end
    return "".join((*made, _word(alone)))


@lru_cache(1 << 15)
def _word(word: str) -> str:
    """Convert a word to traditional characters, with a cache: most texts have the same few thousand words."""
    return _aligned(word, "hant")


@cache
def _segmenter() -> Segmenter:
    return Segmenter()


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter(to: Script) -> _Converter:
    # 43 MB with its phrases; only the worker process that converts loads it
    converter: _Converter = import_module("opencc").OpenCC(_CONFIGURATIONS[to])
    return converter


def _aligned(text: str, to: Script) -> str:
    """Convert by phrases; convert a clause by characters if its length would change."""
    converter = _converter(to)
    converted = converter.convert(text)
    if len(converted) == len(text):
        return converted
    clauses = re.findall(r"[^，。；：！？\n]*[，。；：！？\n]?", text)
    if len(clauses) > 2:  # the last one is empty
        return "".join(_aligned(c, to) for c in clauses if c)
    return "".join(other if len(other := converter.convert(c)) == 1 else c for c in text)


def _known(text: str, to: Script, own: Mapping[str, str]) -> Iterable[tuple[int, int, str]]:
    for words, place, right in _CORRECTIONS[to]:
        for found in re.finditer(place, text) if words in text else ():
            # The correction is for the end of the match, which may begin with an adverb.
            yield found.end() - len(right), found.end(), right
    for form, right in own.items():
        if form in text and form and len(form) == len(right):
            for found in re.finditer(re.escape(form), text):
                yield found.start(), found.end(), right
