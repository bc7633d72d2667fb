"""Set phrases in one article: quoted ones, counted ones, and numbered words. `add` and `candidates` share it.

加快建设“六个港口”，推进三大工程      -> 六个港口, 三大工程
落实一岗双责，编制十四五规划          -> 一岗双责, 十四五
两名游客，三个月，“他说得对。”        -> none: a count of people or time, and speech
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial

from msgspec import Struct

from app.model import PROSE, Block, BlockId, Occurrence, QuoteMark
from app.text.terms.counted import counted_phrases
from app.text.terms.lexicon import ABSTRACT

# A quoted phrase: no marks inside, two to twelve characters.
_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·—\-+]{2,12}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NUMBERS = "一二两三四五六七八九十"
# 五位一体, 三会一课, 一岗双责: two numbers, each with a word. 十四五: a plan.
_ONE = rf"[{_NUMBERS}](?![{_NUMBERS}])[\u4e00-\u9fff]"
_SHAPES = re.compile(
    rf"(?<![{_NUMBERS}百千万第\d])(?:{_ONE}(?:双[\u4e00-\u9fff]|{_ONE})|十[一二三四五]五)(?![{_NUMBERS}百千万])"
)
# Amounts, dates and common words have these shapes too: 三年两次, 一天一夜, 一点一点.
_UNIT = "年月日天周时分秒岁次度倍元点个名人号些般起直边定样切"
_NO_SHAPE = re.compile(
    rf"[{_NUMBERS}][{_UNIT}万千百十块毛层楼路世].*|.*[{_NUMBERS}双][{_UNIT}位方]|一共.*|(.)(.)\1\2|一.一[^体]|.大.大"
)
_PLAIN_NOUNS = """
方面 部分 孩子 国家 城市 地区 地方 时候 小时 星期 问题 工作 事情 东西 句子 故事 例子 问号 单位 部门 项目
企业 公司 学校 学生 老师 群众 乡镇 街道 社区 家庭 年级 小组 代表 委员 同志 朋友 兄弟 姐妹 老人 儿童 省份
多月 多小时 半月 来月 指标 数字 数据 层次 层面 维度 角度 时期 时代 世纪 季度 月份 回合 会议 文件 法案
议案 提案 议题 话题 课题 案例 案件 合同 协议 法规 法律 条约 公约 党派 议会 团体 机构 组织 集团 系列 品种
原因 理由 因素 结论 结果 后果 现象 情况 情形 表现 变化 差别 区别 错误 缺点 前提 基础 环境 场合 场所 地点
位置 城市群 自治区 直辖市 特别行政区 城区 大区 片区 口岸 港口 行业 产业 工厂 车间 农场 矿井 医院 大学 学院
专业 学科
"""
# A time of the day, before its noun: 早上五|点; and what is only about a number: 二十个左右, 一共四百.
_CLOCK = re.compile(rf"(?:[早晚]上|[上下中]午|凌晨|清晨|早晨|傍晚|夜里|半夜)[{_NUMBERS}]点")
_ROUGHLY = re.compile(
    rf"左右|上下|[以之][上下内外前后]|前后|[{_NUMBERS}]共|[{_NUMBERS}]点[开关起睡出上下回到半钟]"
)
# Nouns of counts that name nothing: 三个方面, 两项工作.
_PLAIN = tuple(_PLAIN_NOUNS.split())


class SetPhrase(Struct, frozen=True):
    """A set phrase at a place.

    Attributes:
        quoted: the text puts it in quotation marks.
    """

    phrase: str
    block: BlockId
    start: int
    end: int
    quoted: bool


def set_phrases(
    blocks: Sequence[Block],
    quote_marks: Sequence[QuoteMark],
    occurrences: Sequence[Occurrence],
    cuts: Mapping[BlockId, Sequence[int]],
) -> Iterator[SetPhrase]:
    """The set phrases of an article that no entry has, block by block.

    Args:
        quote_marks: marks with speech in them are passed over.
        occurrences: of the glossary's terms; what touches one is passed over.
        cuts: per block, where its words end.
    """
    taken = Taken(occurrences)
    text = {b.id: b.text for b in blocks}
    for mark in quote_marks:
        words = text.get(mark.block, "")[mark.start : mark.end]
        if mark.speech or not (_WORDS.fullmatch(words) and _HAN.search(words)):
            continue
        if taken.free(mark.block, mark.start, mark.end):
            taken.add(mark.block, mark.start, mark.end)
            yield SetPhrase(words, mark.block, mark.start, mark.end, quoted=True)
    for b in blocks:
        if b.kind not in PROSE:
            continue
        spans = [m.span() for m in _SHAPES.finditer(b.text) if not _NO_SHAPE.fullmatch(m.group())]
        spans += [
            (p.start, p.end)
            for p in counted_phrases(b.text, partial(tuple, cuts.get(b.id, ())))
            if not p.quoted
            and _names(b.text[p.start : p.end])
            and not _CLOCK.match(b.text, max(p.start - 2, 0))
        ]
        for start, end in spans:
            if taken.free(b.id, start, end):
                taken.add(b.id, start, end)
                yield SetPhrase(b.text[start:end], b.id, start, end, quoted=False)


class Taken:
    """The stretches of an article that something has already.

    Args:
        occurrences: of the glossary's terms.
    """

    def __init__(self, occurrences: Sequence[Occurrence]) -> None:
        self._spans: dict[BlockId, list[tuple[int, int]]] = {}
        for o in occurrences:
            self.add(o.block, o.start, o.end)

    def add(self, block: BlockId, start: int, end: int) -> None:
        """Take a stretch."""
        self._spans.setdefault(block, []).append((start, end))

    def free(self, block: BlockId, start: int, end: int) -> bool:
        """Whether nothing touches a stretch."""
        return not any(a < end and start < b for a, b in self._spans.get(block, ()))


@lru_cache(4096)
def _names(phrase: str) -> bool:
    """Whether a counted phrase names something: 三大工程, but not 三个方面 or 两项工作."""
    if len(phrase) < 4 or phrase[1] in "名位所家座只本张块句件场处支道" or _ROUGHLY.search(phrase):
        return False
    noun = phrase[2:]
    return phrase[1] == "大" or not (noun in ABSTRACT or noun.startswith(_PLAIN))
