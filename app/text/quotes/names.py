"""Whether characters have the shape of a person's name."""

from __future__ import annotations

import re

import app.text.quotes.lexicon as lexicon
from app.text.folding import normalize
from app.text.quotes.lexicon.names import (
    COMPOUND_SURNAMES,
    JAPANESE_SURNAMES,
    NO_GIVEN_NAMES,
    NO_NICKNAMES,
    ORDINARY,
    PEOPLES_NAMES,
    RARE_SURNAMES,
    SURNAMES,
    TRANSLITERATION,
)
from app.text.quotes.lexicon.verbs import ACTS
from app.text.quotes.matching import either, words_of
from app.text.quotes.offices import BODY_END, TITLE, TITLE_ENDS

ORDINARY_WORDS = words_of(ORDINARY)


FAMILY = frozenset(normalize(SURNAMES))


_RARE_FAMILY = frozenset(normalize(RARE_SURNAMES))


_COMPOUND = frozenset(normalize(s) for s in COMPOUND_SURNAMES.words)


# Surnames that also come second in a married name.
_MARRIED = frozenset(
    normalize(
        "陈林黄张李王吴刘蔡杨许郑谢郭洪曾廖邱赖徐周叶苏庄吕江何罗潘朱詹胡施沈余卢赵梁颜柯翁魏孙戴范宋邓杜傅侯曹薛卓董冯姚程范叶"
    )
)


_FOREIGN_CHARS = frozenset(normalize(TRANSLITERATION))


_HAN = "㐀-鿿"


# Characters that do not occur in a given name.
NO_NAME = frozenset(
    "不没已所的了着在是被把说等这那些个为我你他她它们姓吗呢吧啊哪谁什么怎与及或但而并对将就还也都要会能可"
    "让使给从很称问答讲各回叹批斥指每又却仍另"
)


# Some of these are also the first of two characters of a given name, 沈从文, 李在明, unless what follows is
# their object, 李|对此, or makes a word of them.
PREPOSITIONS = frozenset("从在为对把与可")
_OBJECTS = frozenset(
    "此旁场家内外前后上中下里何什谁人我你他她它您咱这那其母父妻子友夫京沪津渝港澳台华美日韩法德俄欧"
)
_NO_GIVEN_NAME = words_of(NO_GIVEN_NAMES)
# After such a word a preposition is more likely: 党|在当地.
_NO_FAMILY = frozenset("党路水云花房成")

# With 为 these make a word: 认为, 极为.
_BEFORE_AS = frozenset("认以因成作称视定名改变分列译谓极颇更最较甚尤何所行转誉")
# The commonest surnames that are no other word. Only these are taken for a person alone: 李|在会上.
COMMON_SURNAMES = frozenset(
    normalize(
        "王李张刘陈杨赵吴徐孙朱胡郭林罗梁宋郑韩冯董曹袁邓沈彭蒋蔡魏薛潘杜戴姜谭廖邹熊陆郝孔崔邱秦侯邵孟尹"
    )
)


_NO_NAME_END = frozenset(normalize("市区县省镇局部厅院性率器者队们界型层病处所站馆店厂社院校后"))


_JAPANESE = re.compile(f"(?:{either(JAPANESE_SURNAMES.words)})[{_HAN}]{{1,2}}")


POINT = "·•‧・．･∙"


IN_FOREIGN = f"[A-Za-z{_HAN}-]"


# Characters that no transliteration is written with: 伊莎贝拉·莫雷诺|在海港
_NOT_TRANSLITERATED = frozenset(
    "在对向就被把给说称与将昨今日周上下前后则也还又均已曾经的是有这那于为从接受发问回当天此随表示强谈"
)


_FOREIGN = re.compile(
    f"{IN_FOREIGN}+(?:[{POINT}]{IN_FOREIGN}+)+"
    "|[A-Za-z][A-Za-z0-9.’'\\-]*(?:[ ][A-Za-z][A-Za-z.’'\\-]*){0,4}"
)


_BY_HALVES = re.compile(f"[{_HAN}]某{{1,2}}[{_HAN}]?|[小老阿][{_HAN}]{{1,2}}")


_WITHOUT_SURNAME = re.compile(f"(?:{either(PEOPLES_NAMES.words)}){{1,3}}")


WITHOUT_SURNAME_AT_END = re.compile(f"(?<=..)(?:{either(PEOPLES_NAMES.words)}){{1,3}}$")


_ACTS = words_of(ACTS) | {"一"}
IN_GIVEN_NAMES = frozenset("红进起来望举领发点")  # acts that are names as often


_NOT_BY_HALVES = words_of(NO_NICKNAMES)


_POINTS = re.compile(f"[{POINT}]")


_PEOPLES_INITIALS = frozenset(word[0] for word in words_of(PEOPLES_NAMES))


PEOPLES_ENDS = frozenset(word[-1] for word in words_of(PEOPLES_NAMES))


# What a name of Chinese characters begins with, if its second character is not 某.
INITIALS = FAMILY | _RARE_FAMILY | _PEOPLES_INITIALS | {s[0] for s in _COMPOUND} | set("小老阿")


def surname(text: str, *, rare: bool = False) -> int:
    """The length of the surname a text begins with, 0 if there is none."""
    if text[:2] in _COMPOUND:
        return 2
    first = text[:1]
    return 1 if first in FAMILY or (rare and first in _RARE_FAMILY) else 0


def is_name(text: str, *, rare: bool = False) -> bool:
    """Whether a text by itself has the shape of a person's name: 贺兰亭, 欧阳明远, 杨某, 小峰, Ana Lopez."""
    first = text[:1]
    # A foreign name has a point in it, or begins with a Latin letter.
    if first.isascii() or not text.isalpha():
        if _FOREIGN.fullmatch(text):
            return len(text) > 1 and (first.isascii() or _transliterated(text))
    elif first not in INITIALS and text[1:2] != "某":
        return False
    if first in _PEOPLES_INITIALS and _WITHOUT_SURNAME.fullmatch(text):
        return True
    if len(text) > 4:
        return False
    if (text[1:2] == "某" or first in "小老阿") and _BY_HALVES.fullmatch(text):
        return text[:2] not in _NOT_BY_HALVES and text[-1] not in NO_NAME and text[2:] not in _ACTS
    n = surname(text, rare=rare)
    if len(text) == 4 and n == 1 and text[0] in _MARRIED and text[1] in _MARRIED:  # 许陈秀云
        n = 2
    if not n or not n < len(text) <= n + 2 or not text.isalpha():
        return False
    if not NO_NAME.isdisjoint(text[n:]) and not has_preposition(text, n):
        return False
    if len(text) < 3:
        return text not in ORDINARY_WORDS
    begins_word = n == 1 and (text[:2] in ORDINARY_WORDS or (text[-1] in "时前" and text[:2] in _NAMESAKES))
    return text[-1] not in _NO_NAME_END and not begins_word and text not in ORDINARY_WORDS


def has_preposition(text: str, n: int = 1) -> bool:
    """Whether a name has a preposition for the first of two characters after a surname of length `n`."""
    given = text[n:]
    return (
        len(given) == 2
        and given[0] in PREPOSITIONS
        and may_have_preposition(text, n)
        and text[0] not in _NO_FAMILY
        and given not in _NO_GIVEN_NAME
        and (given[1] not in _ACTS or given[1] in IN_GIVEN_NAMES)
    )


def may_have_preposition(text: str, n: int = 1) -> bool:
    """Whether a name may be one of that kind right between an office and a verb: 书记|于在野|说."""
    given = text[n:]
    if surname(text) != n or given[0] not in PREPOSITIONS:
        return False
    return given[1] not in _OBJECTS and given[1] not in NO_NAME - {"之"}


def ends_in_preposition(text: str) -> bool:
    """Whether words right before a verb are a name that ends like a preposition: 康有为|说."""
    return (
        len(text) == 3
        and text[-1] in "从为与"
        and text[1] not in _BEFORE_AS
        and surname(text) == 1
        and text[0] not in _NO_FAMILY
        and text[:2] not in ORDINARY_WORDS
        and (text[1] == "可" or text[1] not in NO_NAME)
    )


# Characters of transliterations that given names hardly ever have: 马斯克, 布伦特.
_ONLY_FOREIGN = frozenset(normalize("斯尔特姆普夫顿茨额厄埃喀夸勒瑟撒什伯巴布戈贡卡肯库拉契萨塞司塔托瓦乌"))


def is_chinese_name(text: str) -> bool:
    """Whether a name is a Chinese surname with a given name, which pinyin spells: 丁奎岭, 欧阳明远.

    Not 杨某 or 小峰, and not a transliteration: 罗斯福 has only characters for foreign names, and 斯 is in no
    given name.
    """
    text = normalize(text)
    n = surname(text, rare=True)
    if not 0 < n < len(text) <= n + 2 or text[n] == "某" or not is_name(text, rare=True):
        return False
    return not (_FOREIGN_CHARS.issuperset(text) and _ONLY_FOREIGN.intersection(text[n:]))


def _transliterated(text: str) -> bool:
    """Whether a text with points in it is a foreign name and no more: 汤姆·雷纳, not 汤姆·雷纳在会上."""
    parts = _POINTS.split(text)
    if len(parts[0]) > 4 and (TITLE.search(parts[0]) or "的" in parts[0]):
        return False
    if (office := TITLE.search(parts[-1], 1)) and office.end() == len(parts[-1]) and len(office[0]) > 1:
        return False  # 霍华德·林教授: a name with an office
    han = [c for c in text if not c.isascii() and c not in POINT]
    if sum(map(_FOREIGN_CHARS.__contains__, han)) * 2 < len(han):
        return False
    if len(parts[-1]) > 3 and _FOREIGN_CHARS.isdisjoint(parts[-1][-2:]) and not parts[-1].isascii():
        return False  # 约根·斯特芬森|负责
    return len(parts) > 1 and _NOT_TRANSLITERATED.isdisjoint("".join(parts[1:])) and len(parts[-1]) < 9


_ADVERBS = frozenset(
    normalize(
        "首先 随后 同时 接着 最后 再次 一直 已经 曾经 立即 当即 依然 仍然 常常 经常 突然 忽然 终于 果然 "
        "显然 当然 居然 竟然 甚至 尤其 也许 大概 恐怕 纷纷 一再 反复 随即 此前 之后 当时"
    ).split()
)
_MANNER = words_of(lexicon.ACTIONS, lexicon.ADVERBS, lexicon.FUNCTION_WORDS, lexicon.BETWEEN)
_SAID = words_of(lexicon.SAY, lexicon.SAY_CLOSED)
_NAMESAKES = words_of(lexicon.NAMESAKES)


def is_rare(name: str) -> bool:
    """Whether a name begins with a surname that is an ordinary word as well: 权威."""
    return name[:1] in _RARE_FAMILY and not surname(name)


def is_namesake(name: str) -> bool:
    """Whether a name is also an ordinary word: 权益, 高明."""
    return name in _NAMESAKES or name in ORDINARY_WORDS


def is_bearer(text: str) -> bool:
    """Whether the words before an office are a name, so that no name follows it: 周|总理, 王薇|参赞."""
    if not 0 < len(text) < 4 or text in _NAMESAKES or text[-1] == "总":  # 田总|主席关祺
        return False
    return len(text) == surname(text, rare=True) or (is_name(text) and text not in ORDINARY_WORDS)


def is_surname_and_adverb(name: str) -> bool:
    """Whether a name is a surname and then an adverb: 赵|首先."""
    return name[1:] in _ADVERBS


_ADVERB_ENDS = frozenset("则也亦均仍还又却都曾")

_IN_CALENDAR = frozenset("周今昨明本上下早日近")


_CALENDAR = re.compile("周[一二三四五六日天末]|[今昨明]|[本上下]周|早[前上]|日前|近日")


def follows_title(text: str) -> bool:
    """Whether what follows an office can be a name; there foreign names need no point: 布兰特, 安倍晋三."""
    if text[:1] in _IN_CALENDAR and _CALENDAR.match(text):
        return False
    if text in _MANNER or (text[:1] == "曾" and text[1:] in _MANNER):
        return False
    if len(text) == 2 and text[1] in "可会能将" and text[0] in FAMILY:
        return True  # 主任邓可
    if len(text) == 3 and text[1] == "可" and text[0] in FAMILY and text[2] not in "以能是不谓见":
        return is_name(f"{text[0]}力{text[2]}")
    if len(text) > 2 and _JAPANESE.fullmatch(text) and NO_NAME.isdisjoint(text):
        return True
    if is_name(text, rare=True) or (text[:1] in FAMILY and is_name("王" + text[1:], rare=True)):
        return text not in TITLE_ENDS and (not BODY_END.of(text) or len(text) < 4)
    if not 2 <= len(text) <= 7 or not text.isalpha() or text[-1] == "在" or text[-2:] in _SAID:
        return False
    if text[-1] in _ADVERB_ENDS:
        return False  # 佩德森则
    foreign = sum(map(_FOREIGN_CHARS.__contains__, text))
    looks_foreign = foreign == len(text) or (len(text) > 2 and foreign * 4 >= len(text) * 3)
    return looks_foreign and text not in TITLE_ENDS and NO_NAME.isdisjoint(text)


# What a name after an office begins with.
_BEGINNINGS = INITIALS | _FOREIGN_CHARS | {name[0] for name in words_of(JAPANESE_SURNAMES)}


def may_begin_name(two: str) -> bool:
    """Whether a name after an office may begin with two characters; most words do not."""
    if two[:1] in "在从把被":
        return False  # 游客|在胡杨林边
    return two[:1] in _BEGINNINGS or two[:1].isascii() or two[1:] == "某" or two[1:] in _FOREIGN_CHARS


def is_foreign(character: str) -> bool:
    """Whether foreign names are written with a character, or in Latin letters."""
    return (character in _FOREIGN_CHARS and character not in _NOT_TRANSLITERATED) or character.isascii()


def parts_adverb(text: str, at: int) -> bool:
    """Whether a place lies inside a verb or an adverb: 库列巴通|电话."""
    return text[at - 1 : at + 1] in _MANNER


DAYS = frozenset(a + b for a in "今明去前昨本上下" for b in "年天日月周晚早")


def _parts_word(text: str, at: int) -> bool:
    return parts_adverb(text, at) or text[at - 1 : at + 1] in DAYS


def foreign_run(text: str, at: int, *, least: int = 4) -> int:
    """How many characters from a place on are a foreign name's by their look, 0 if under `least`."""
    size = 0
    while at + size < len(text) and text[at + size] in _FOREIGN_CHARS and size < 9:
        size += 1
    while size >= least and (text[at + size - 1] == "在" or _parts_word(text, at + size)):
        size -= 1  # 格布雷塞拉西|热情致辞
    return size if least <= size < 8 else 0
