"""The other script: simplified to traditional and back, by phrases, one character for one character.

Offsets survive: a converted text is as long as its source, so that terms, quotations, words and paragraph
links stay where they are. Convert always from the source text and never back: 着 and 著, 干 and 幹 and 乾 are
told apart one way only.

    hant    OpenCC's `s2tw`: the characters that readers in Taiwan, and with few exceptions in Hong Kong and
            overseas, find in print (裡 為 群), not the forms of plain `s2t` that nobody prints (裏 爲 羣)
    hans    OpenCC's `tw2s`, which reads those forms, and 著 as 着 where it is the particle

Quotation marks change with the script: “‘’” are 「『』」. Where Taiwan has two forms, OpenCC's are kept:
臺 (平臺, 臺灣), 佈 (佈局, 發佈), 佔, 週, 瞭解.

Words stay the writer's: the variants that change vocabulary (软件 to 軟體) are not used; they change lengths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Literal, Protocol

from app.text.folding import visible
from app.text.segment import Segmenter, well_formed

Script = Literal["hant", "hans"]

_CONFIGURATIONS: Mapping[Script, str] = {"hant": "s2tw", "hans": "tw2s"}

# What OpenCC gets wrong: the words that a text must have, a place in the source, and what belongs there.
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
        # 并 joins clauses, and is 併 in words about joining together alone: 合并, 吞并, 并购.
        ("并", r"(?<![合吞兼归裁火一拼])并(?![入购吞拢网案轨发处]|[为成]一)", "並"),
        # Each of them: 一只只. A chain is 鏈, the jewel 鍊.
        ("只只", r"(?<=一)只只", "隻隻"),
        ("链", r"(?<![项金银手脚颈])链|(?<=[资基奖现]金)链", "鏈"),
        # Words whose other form nobody prints.
        ("家具", r"家具", "家具"),
        ("胡同", r"胡同", "胡同"),
        # Home again; 迴歸 is statistics.
        ("回归", r"回归(?!分析|方程|模型|系数|曲线)", "回歸"),
        # 钟表, clocks and watches; behind 的 OpenCC loses the phrase.
        ("钟表", r"钟表", "鐘錶"),
        # The surnames 范 and 于 have no other form.
        ("范", r"范(?=先生|女士|小姐|太太|老师|教授|某|老)", "范"),
        ("于", r"(?<![对关由至等属基处位在终鉴出敢善限])于(?=先生|女士|小姐|太太|老师|教授|某)", "于"),
    ),
    "hans": (),
}


# Quotation marks of either script; an apostrophe between letters is none.
_QUOTES: Mapping[Script, dict[int, int]] = {
    "hant": str.maketrans("“”‘’", "「」『』"),
    "hans": str.maketrans("「」『』", "“”‘’"),
}
_APOSTROPHE = re.compile("(?<=[A-Za-z])’(?=[A-Za-z])")


def convert(
    text: str, to: Script, *, own: Mapping[str, str] | None = None, cuts: Sequence[int] | None = None
) -> str:
    """The text in the other script, as long as it was.

    Args:
        text: as written; converting what is in the wanted script already leaves it as it is, nearly always.
        to: hant for traditional, hans for simplified.
        own: forms that are known to be written otherwise than OpenCC would, such as people's own names
            (范 and 範). A pair of unequal lengths is passed over.
        cuts: where the words of the text end, if that is known.
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
    """Each of the texts in the other script; see `convert`."""
    return [convert(text, to, own=own, cuts=cuts.get(text)) for text in texts]


def _by_words(text: str, cuts: Sequence[int] | None) -> str:
    """Traditional, word by word, since OpenCC finds words where none are: 两千年历史 has 年历 and no 历史.

    Characters that are words by themselves are converted together: 吃|面 is 吃麵.
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
    """A word in traditional characters; most texts have the same few thousand words."""
    return _aligned(word, "hant")


@cache
def _segmenter() -> Segmenter:
    return Segmenter()


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter(to: Script) -> _Converter:
    from opencc import OpenCC  # 43 MB with its phrases: not for a process that only knows of scripts

    converter: _Converter = OpenCC(_CONFIGURATIONS[to])
    return converter


def _aligned(text: str, to: Script) -> str:
    """Converted by phrases; where a clause comes out longer or shorter, by phrases no more."""
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
            # What is right stands at the end of the place; before it may stand an adverb.
            yield found.end() - len(right), found.end(), right
    for form, right in own.items():
        if form in text and form and len(form) == len(right):
            for found in re.finditer(re.escape(form), text):
                yield found.start(), found.end(), right
