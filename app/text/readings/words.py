"""Corrects a segmenter's words by the national orthography, for pinyin.

A segmenter joins words that often occur together (这为, 使命感的, 一个) and does not split phrases
(充分发挥). These faults would be visible in pinyin. The corrections use the dictionary and the glossary:

    glossary   the spaces in an entry's pinyin give its words: 五个中心 is wǔ gè zhōngxīn
    unknown    a word that the dictionary lacks is split into known words and function words
    long       a phrase of four characters or more is split in two, except for idioms
    joined     suffixes and 着, 了, 过 are joined to the word before them

Source: 汉语拼音正词法基本规则, GB/T 16159-2012.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from msgspec import Struct

from app.text.readings.polyphones import PARTED, parted_in_context, reading_in_context


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]+")
# Maximum length of the parts of a word.
PART = 5
# Words of one character that are part of a longer word only if the dictionary has it.
FUNCTION = frozenset(
    "的地得之了着过在是为和与及以于把被将让令使对从向往由到给跟同按据因而且或但并却则也都还就又再更最"
    "很太才只"
    "不没未无非能会可要应该须敢肯我你他她它您咱谁这那哪每各某该本此其些吗呢吧啊们所等"
)
# Those that never end an unknown word; 才 and 所 do: 引才, 技物所.
_LAST = frozenset("的地得了着过在是为和与及以于把被让令使对从向由到给我你他她它这那也都就")
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两几半")
_ORDINAL = re.compile("第[一二三四五六七八九十百千万几]+")
_SUFFIXES = frozenset("性化者员们率度感力型式界链级区")
_DETERMINERS = _listed(
    "任何 所有 一些 有些 这些 那些 哪些 其他 每个 这个 那个 哪个 各种 某些 这种 那种 这样 那样 什么 怎么"
)
_ASPECTS = frozenset("着过了")
_ALONE = FUNCTION | _NUMERALS
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁"
    "韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛禹狄米贝明臧戴宋茅"
    "庞熊纪舒屈项祝董梁杜阮"
    "蓝闵席季麻强贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁"
    "单杭洪包诸左石崔吉龚程邢"
    "裴陆荣翁荀羊甄曲封储靳井段富焦巴牧山谷车侯全班仰仲伊宫宁仇栾暴甘厉祖武符刘景詹龙叶司黎薄印白蒲邰"
    "从索赖卓屠蒙池乔闻党翟谭"
    "劳申冉雍桑桂牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎廖终居衡步耿满弘匡国文寇广"
    "阙东欧沃利蔚越隆师巩聂晁"
    "勾敖融冷辛阚那简饶空曾沙养鞠须丰关蒯相查后荆红游竺权盖益桓公肖区冼逄佘佟闫岳涂覃付代牟邝揭洗战初"
    "敬苟鄢官冒母"
)
_COMPOUND = tuple(_listed("欧阳 司马 诸葛 上官 夏侯 尉迟 皇甫 令狐 司徒 长孙 慕容 公孙 万俟"))
# Surnames that are rarely words: before a title they are recognised without further evidence.
_ONLY_NAMES = frozenset(
    "赵孙吴郑冯陈褚蒋沈韩杨朱秦吕曹魏陶姜戚谢邹窦苏潘葛奚范彭韦俞袁柳鲍薛倪滕殷罗郝邬傅顾孟穆萧尹姚邵"
    "汪祁狄臧庞舒董杜阮闵贾娄颜"
    "郭刁徐邱骆蔡樊胡霍虞柯卢裘缪邓龚邢裴荀甄靳侯仇栾詹黎邰翟谭冉扈冀晏瞿阎廖耿寇聂晁敖阚饶蒯荆竺肖冼"
    "逄佘佟闫覃邝习刘李"
)
_BEFORE_NAME = frozenset("和与跟同对向给问请让找叫被由及的是说称道")
TITLES = _listed(
    "总书记 书记 主席 总理 部长 省长 市长 县长 区长 镇长 乡长 村长 局长 处长 科长 厅长 院长 校长 "
    "所长 馆长 团长 连长 "
    "老师 教授 博士 院士 医生 大夫 护士 律师 法官 警官 师傅 先生 女士 小姐 太太 夫人 同学 同志 经理 "
    "总经理 董事长 总裁 "
    "教练 导演 编辑 记者 主任 会长 秘书长 司令 将军 参谋 队长 班长 站长 厂长 店长 行长 总统 首相 "
    "大使 议员 代表 委员 工程师 "
    "主编 社长 台长 导师 阿姨 叔叔 爷爷 奶奶 大爷 大妈 大姐 大哥 伯伯 皇后 皇帝 专家 科学家 村主任"
)
_PERSON = re.compile(".+[长员者家手师生授任记士理席星匠工人]")
_AFTER_NAME = _listed(
    "说 表示 认为 指出 介绍 告诉 坦言 回忆 强调 称 介绍说 先生 女士 小姐 同志 老师 教授 医生 院士 "
    "等人 透露 补充 建议 解释"
)
_LIST_MARK = "、"
# Characters that given names do not have.
_NO_GIVEN_NAME = frozenset("的地得了着过在是和就也都不没我你他她它这那们要把被很吗呢吧啊")

# 儿 is a syllable of its own in 新生儿, 幸运儿.
_RHOTIC = re.compile("[一-鿿]+(?<![女男婴幼产生浪运弃血宠患孤胎育少健托])儿")
_ERHUA = _listed(
    "歌儿 点儿 会儿 事儿 花儿 头儿 块儿 阵儿 门儿 味儿 劲儿 样儿 边儿 份儿 根儿 片儿 条儿 丝儿 缝儿 "
    "把儿 本儿 活儿 空儿 鸟儿 孩儿"
)
_ERHUA_WORDS = _listed(
    "这 那 哪 今 明 昨 鸟 花 事 活 女婿 老头 小孩 玩意 聊天 一会 一点 有点 好好 慢慢 快快 悄悄"
)


class KindSource(Protocol):
    """A dictionary with kinds of words."""

    def kinds(self, words: Iterable[str]) -> Mapping[str, str]:
        """The kinds of each known word: any of "v" (verb), "i" (idiom), "n" (name), or ""."""
        ...


class OrthographicWords(Struct, frozen=True):
    """The words of a text.

    Attributes:
        words: in order; joined they are the text.
        names: words that are names of people and not in the dictionary.
        surnames: offsets of surnames before titles.
        rhotic: offsets of 儿 that are pronounced as r in the syllable before.
    """

    words: tuple[str, ...]
    names: frozenset[str] = frozenset()
    surnames: frozenset[int] = frozenset()
    rhotic: frozenset[int] = frozenset()


def orthographic(
    text: str, cuts: Sequence[str], lexicon: KindSource, joints: Iterable[tuple[int, Sequence[int]]] = ()
) -> OrthographicWords:
    """Correct a segmenter's words.

    Args:
        text: simplified.
        cuts: the segmenter's words; joined they are the text.
        lexicon: the dictionary.
        joints: stretches with known words: the offset, and the lengths of the words.
    """
    words, fixed = _with_joints(text, cuts, joints)
    wanted = {w for w in words if len(w) > 1}
    for a, b in pairwise(words):
        if len(b) == 1 < len(a):
            wanted.add(a[-1] + b)
        if b in _ASPECTS:
            wanted.add(a)
    known = dict(lexicon.kinds(wanted))
    doubtful = {w for w in words if len(w) > 1 and (w not in known or len(w) > 3)}
    known |= lexicon.kinds({p for w in doubtful for p in _parts(w)} - known.keys())
    found: list[str] = []
    places: list[bool] = []
    at = 0
    for n, word in enumerate(words):
        if fixed[n] or len(word) == 1 or (len(word) < 4 and word in known and word not in PARTED):
            found.append(word)
            places.append(fixed[n])
        else:
            parts = _corrected(text, at, words, n, known)
            found += parts
            places += [False] * len(parts)
        at += len(word)
    names = _names(found, known)
    return _joined(found, places, known, names)


def _corrected(text: str, at: int, words: Sequence[str], n: int, known: Mapping[str, str]) -> tuple[str, ...]:
    """Split one of the segmenter's words, which begins at `at`."""
    word = words[n]
    if word not in known and _ends_in_surname(words, n):
        return (*(_divide(word[:-1], known) if len(word) > 2 else word[0]), word[-1])
    if word not in known and word[0] in FUNCTION and _is_named(words, n):
        return (word,)
    if parted_in_context(text, at, at + len(word)):
        return tuple(word)
    if len(word) == 3 and word[2] == "地" and reading_in_context(text, at + 2, at + 3) == ("dì",):
        return (word,)
    return _divide(word, known)


def _ends_in_surname(words: Sequence[str], n: int) -> bool:
    """Whether the segmenter joined a surname to the word before it: 说查|经理, 姓区."""
    word = words[n]
    if word[-1] not in _SURNAMES:
        return False
    if word[0] == "姓":
        return len(word) == 2
    return len(word) < 4 and "".join(words[n + 1 : n + 2]) in TITLES


def _is_named(words: Sequence[str], n: int) -> bool:
    return _looks_like_a_name(words[n]) and _named_by_neighbours(words, n, inner=True)


def _with_joints(
    text: str, cuts: Sequence[str], joints: Iterable[tuple[int, Sequence[int]]]
) -> tuple[list[str], list[bool]]:
    """The words with the stretches of known words replaced, and for each word whether it is known."""
    ends, at = set[int](), 0
    for cut in cuts:
        at += len(cut)
        ends.add(at)
    certain = set[int]()
    for start, lengths in joints:
        stop = start + sum(lengths)
        ends -= set(range(start + 1, stop))
        ends.add(start)
        at = start
        for length in lengths:
            certain.add(at)
            at += length
            ends.add(at)
    starts = sorted({0, *ends} - {len(text)})
    bounds = [*starts, len(text)]
    words = [text[a:b] for a, b in pairwise(bounds) if a < b]
    return words, [s in certain for s in starts][: len(words)]


@lru_cache(4096)
def _parts(word: str) -> tuple[str, ...]:
    size = len(word)
    return tuple(word[i:j] for i in range(size) for j in range(i + 2, min(size, i + PART) + 1))


def _divide(word: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Split a word by the dictionary."""
    if not _HAN.fullmatch(word):
        return (word,)
    if (ordinal := _ORDINAL.match(word)) and len(ordinal[0]) < len(word) and word not in known:
        return (ordinal[0], *_divide(word[ordinal.end() :], known))
    if word in known:
        if len(word) < 4 or "i" in known[word] or "n" in known[word]:
            return (word,)
        halves = _cover(word, frozenset(p for p in _parts(word) if p in known and p != word))
        return halves if len(halves[0]) > 1 or halves[0] in FUNCTION else (word,)
    pieces = _cover(word, frozenset(p for p in _parts(word) if p in known))
    parts = tuple(q for p in pieces for q in (_divide(p, known) if len(p) > 3 and p in known else (p,)))
    if len(word) < 4:
        return _short(word, parts)
    if all(len(p) == 1 for p in parts) and parts[0] not in FUNCTION and parts[-1] not in _LAST:
        return (word,)
    return tuple(_attached(parts))


def _short(word: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Split a word of two or three characters that the dictionary lacks, or keep it."""
    first, last = word[0] in FUNCTION or word[0] in _NUMERALS, word[-1] in _LAST
    if len(parts) == len(word):
        return tuple(word) if first or last or _NUMERALS.intersection(word) else (word,)
    if (
        parts[0] in _DETERMINERS
        or (len(parts[0]) == 1 and (first or parts[1][0] in _NUMERALS))
        or (len(parts[-1]) == 1 and last)
    ):
        return parts
    return (word,)


def _attached(parts: Sequence[str]) -> Iterable[str]:
    """Join suffixes to the piece before them, and adjacent pieces of one character."""
    held = ""
    for part in parts:
        if (
            held
            and len(part) == 1
            and (
                (part in _SUFFIXES and len(held) > 1)
                or (part not in _ALONE and held not in _ALONE and len(held) == 1)
            )
        ):
            held += part
            continue
        if held:
            yield held
        held = part
    yield held


@lru_cache(4096)
def _cover(word: str, known: frozenset[str]) -> tuple[str, ...]:
    """Split a word into the fewest known words and characters; prefer pieces of equal length."""
    best: list[tuple[tuple[int, int], tuple[str, ...]]] = [((0, 0), ())]
    for end in range(1, len(word) + 1):
        options = []
        for start in range(max(0, end - PART), end):
            piece = word[start:end]
            if end - start == 1 or piece in known:
                (count, uneven), pieces = best[start]
                single = 1 if end - start == 1 and piece not in FUNCTION else 0
                options.append(((count + 2 + single, uneven + (end - start) ** 2), (*pieces, piece)))
        best.append(min(options, key=lambda o: o[0]))
    return best[-1][1]


def _names(words: Sequence[str], known: Mapping[str, str]) -> frozenset[str]:
    """Find names of people: a surname first, without a known word inside or next to a title or verb."""
    found, rest = set[str](), list[int]()
    for n, word in enumerate(words):
        if word in known or not _looks_like_a_name(word):
            continue
        inner = any(p in known for p in _parts(word) if p not in _COMPOUND and p != word)
        if (len(word) > 2 and not inner and word[0] not in FUNCTION) or _named_by_neighbours(
            words, n, inner=inner
        ):
            found.add(word)
        else:
            rest.append(n)
    for n in rest:
        listed = (words[n - 2] if n > 1 and words[n - 1] == _LIST_MARK else "") in found
        if listed or ("".join(words[n + 1 : n + 2]) == _LIST_MARK and "".join(words[n + 2 : n + 3]) in found):
            found.add(words[n])
    return frozenset(found)


def _looks_like_a_name(word: str) -> bool:
    if not 2 <= len(word) <= 4 or _NO_GIVEN_NAME.intersection(word[1:]):
        return False
    if word.startswith(_COMPOUND):
        return len(word) > 2
    return word[0] in _SURNAMES and len(word) < 4


def _named_by_neighbours(words: Sequence[str], n: int, *, inner: bool) -> bool:
    """Whether a title or a verb of saying is next to a word; if `inner`, only a title before it counts."""
    before = words[n - 1] if n else ""
    after = words[n + 1] if n + 1 < len(words) else ""
    if before in TITLES or _PERSON.fullmatch(before):
        return True
    return not inner and (after in _AFTER_NAME or after in TITLES)


def _joined(
    words: Sequence[str], fixed: Sequence[bool], known: Mapping[str, str], names: frozenset[str]
) -> OrthographicWords:
    """Join suffixes and aspect particles to the word before them; find surnames and rhotic 儿."""
    found: list[str] = []
    surnames, rhotic, at = set[int](), set[int](), 0
    for n, word in enumerate(words):
        before = found[-1] if found else ""
        after = words[n + 1] if n + 1 < len(words) else ""
        if len(word) == 1 and not fixed[n] and before and _HAN.fullmatch(before):
            if _belongs(before, word, after, known) and not (n and fixed[n - 1] and word in _SUFFIXES):
                if word == "儿":
                    rhotic.add(at)
                found[-1] += word
                at += 1
                continue
            if len(before) == 2 and not fixed[n - 1] and _shifted(before, word, known):
                found[-1:] = [before[0], before[1] + word]
                at += 1
                continue
        if (word in _SURNAMES and (before == "姓" or (after in TITLES and _begins_a_name(word, before)))) or (
            word in _COMPOUND and after in TITLES
        ):
            surnames.add(at)
        elif _RHOTIC.fullmatch(word) and (word not in known or word[-2:] in _ERHUA):
            rhotic.add(at + len(word) - 1)
        found.append(word)
        at += len(word)
    return OrthographicWords(tuple(found), names, frozenset(surnames), frozenset(rhotic))


def _belongs(before: str, word: str, after: str, known: Mapping[str, str]) -> bool:
    if word in _ASPECTS:
        # At the end of a sentence 了 is a word.
        ends = word == "了" and (
            not after or not (_HAN.match(after) or after[0].isalnum() or after[0] in "“‘《")
        )
        return "v" in known.get(before, "") and not ends
    if word == "儿":
        return before + word in known or before[-1] + word in _ERHUA or before in _ERHUA_WORDS
    if word == "所":
        return len(before) > 1 and before not in known
    return word in _SUFFIXES and len(before) > 1 and before[0] not in FUNCTION


def _shifted(before: str, word: str, known: Mapping[str, str]) -> bool:
    """Whether the boundary is one character too late: 为主|线 is 为|主线."""
    return (
        (before[0] in FUNCTION or before[0] in _NUMERALS or before[0] in "个")
        and word not in FUNCTION
        and word not in _SUFFIXES
        and before[1] + word in known
    )


def _begins_a_name(word: str, before: str) -> bool:
    return word in _ONLY_NAMES or not before or not _HAN.search(before) or before in _BEFORE_NAME
