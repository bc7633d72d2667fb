"""The words that tell whether a noun phrase can name a source."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

import app.text.quotes.lexicon as lexicon
from app.text.quotes.lexicon.names import CALLING_ENDS
from app.text.quotes.matching import Endings, either, initials, words_of
from app.text.quotes.names import INITIALS, NO_NAME, ORDINARY_WORDS, PEOPLES_ENDS, POINT, is_name
from app.text.quotes.offices import BODY_END, SOMEBODY, TITLE_PLACES
from app.text.quotes.shapes import LEADS_ON, ONE_PERSON, VERBAL

STATES = words_of(lexicon.STATES)
HONORIFIC = Endings(lexicon.HONORIFICS.words + lexicon.TITLES.words)
GROUP_END = Endings(("们", *lexicon.GROUPS.words))
MANY = re.compile(
    f"(?!数位[部发学经化科])(?:{either(lexicon.MANY.words)})|(?:[两二三四五六七八九十百数几]+|\\d+)多?(?:名|位|个|家)"
)
ONE = re.compile(f"(?:{either(lexicon.ONE.words)}|另?一家(?![长属人])|另一(?!家(?![长属人])))叫?")
NO_SOURCE = words_of(lexicon.NO_SOURCE)
PAPER_END = Endings(lexicon.PAPERS.words)
PRONOUNS = words_of(lexicon.PRONOUNS)
PLURALS = words_of(lexicon.PLURALS)
THIS_PAPER = frozenset(("报道", "该报道", "该报", "文章", "该文", "该媒体", "该网站", "该刊", "该台", "该社"))
OWN_PAPER = Endings(["报道", "文章", "声明", "公告", "案情", "公开信", "社论", "评论", "回复", "邮件"])

# Alone they introduce unnamed people: 有人感叹，…，也有质疑，…
EXISTENTIAL = frozenset(("有", "也有", "还有", "亦有", "更有"))
PET = frozenset("小老阿")
SHORT_KIN = frozenset("爹娘妈爸弟哥姐妹爷奶叔婶嫂")
PEOPLE = CALLING_ENDS | frozenset("贩众大")  # how words for people end
_THAT = re.compile("该|这位|那位|这名|那名|上述")
_NO_PREPOSITION = frozenset(("经济", "经理", "经纪", "经销", "经营", "经贸", "由衷", "据点"))


def description_start(text: str) -> int | None:
    """Where the description at the end of a text begins; None if the text cannot be one."""
    at = 0
    of = text.find("的")
    while of != -1:
        if text[of + 1 : of + 2] == "士":  # 的士司机
            of = text.find("的", of + 1)
            continue
        head = text[at:of]
        if VERBAL.search(head) or not (BODY_END.of(head) or head in STATES):
            at = of + 1
        of = text.find("的", of + 1)
    if one := ONE.match(text, at):
        at = one.end()
    if text[at : at + 1] in ("由", "据", "经") and text[at : at + 2] not in _NO_PREPOSITION:
        at += 1
    return None if VERBAL.search(text, at) else at


# The last words of sources other than names, and the last characters of some peoples' names.
_LAST_WORDS = (
    *(PRONOUNS, PLURALS, SHORT_KIN, THIS_PAPER, EXISTENTIAL, OWN_PAPER, PAPER_END, STATES),
    *(GROUP_END, HONORIFIC, BODY_END, SOMEBODY, PEOPLE, PEOPLES_ENDS),
    "方》爹娘爸妈爷奶公婆姥哥姐弟妹亲夫子儿妇舅姑姨叔伯婶嫂傅",
)
SOURCE_END = Endings(word for words in _LAST_WORDS for word in words)

# A part of a foreign name.
_FOREIGN_PART = re.compile(f"[A-Za-z{POINT}]")

# After one of these a source may begin.
_INSIDE = re.compile("[的有和与及、]")

# A blank, a part of a foreign name, or what a source may follow.
_SIGN = re.compile(f"[ 　□A-Za-z{POINT}的有和与及、]")

# Several people, or one, at the beginning of a phrase; and the first character of such words.
_MAY_COUNT = re.compile(f"[{initials(lexicon.MANY.words)}两二三四五六七八九十百数几一某另这那该\\d]")
_COUNTED = re.compile(f"(?={_MAY_COUNT.pattern})(?:{MANY.pattern}|{ONE_PERSON.pattern})")
# 有|三百人, 有位|老人.
_COUNTED_INSIDE = re.compile(f"{_INSIDE.pattern}.?{_COUNTED.pattern}", re.DOTALL)


def looks_like_source(np: str, known: Container[str]) -> bool:
    """Whether a noun phrase may be a source, at a glance: two thirds of those asked about may not."""
    if np.endswith("之一"):
        return looks_like_source(np[:-2], known)
    if ends_like_source(np, known) or _COUNTED.match(np):
        return True
    sign = _SIGN.search(np)
    if sign is None:
        return bool(TITLE_PLACES.of(np))
    at = sign.start()
    if _FOREIGN_PART.search(np, at) or _COUNTED_INSIDE.search(np, at) or TITLE_PLACES.of(np):
        return True
    after = (m.end() for m in _INSIDE.finditer(np, at))
    return any(np[at:] in known or np[at + 1 :] in known for at in after)


def ends_like_source(np: str, known: Container[str]) -> bool:
    """Whether a noun phrase ends with a word or a name that a source may end with."""
    np = np.removesuffix("之一")
    if SOURCE_END.of(np):
        return True
    two, three, four = np[-2:], np[-3:], np[-4:]
    if np in known or two in known or three in known or four in known:
        return True
    # Most characters begin no name.
    if INITIALS.isdisjoint(np[-4:-1]) and "某" not in two:
        return False
    return two[0] in PET or is_name(two) or is_name(three) or is_name(four)


def plain_beginning(text: str, titles: Sequence[tuple[int, int, str]]) -> int:
    """How much of a text holds no sign of a source: a shorter beginning is one only by its own end.

    Args:
        text: the beginning of a clause.
        titles: the offices in it.
    """
    if _MAY_COUNT.match(text):
        return 0
    end = titles[0][0] if titles else len(text)
    sign = _SIGN.search(text, 0, end)
    return sign.start() if sign else end


def shut_beginning(text: str) -> int:
    """Up to where a text that leads on has no beginning that is a source: 在会上…, 把老师…

    Beginnings of up to three characters may be a name or a pronoun all the same.
    """
    if not LEADS_ON.match(text):
        return 0
    of = text.find("的")
    return len(text) if of < 0 else of


def is_verbal(text: str) -> bool:
    """Whether a text holds a verb or preposition that no description has."""
    return bool(VERBAL.search(text))


def is_no_source(word: str) -> bool:
    """Whether a word never names a source."""
    return (
        word in NO_SOURCE
        or word in ORDINARY_WORDS
        or bool(LEADS_ON.match(word))
        or word[:1] in "一这那自有没不再却只全每另此几多少很太真用拿以按靠凭借把被让请周"
        or word[-1:] in "地着得来去上下中里时后前"
        or bool(PAPER_END.of(word))
        or not NO_NAME.isdisjoint(word)
    )


def without_number(text: str) -> str:
    """A description without its numeral or pointer: 一名工人, 不少家长, 该负责人 → 工人, 家长, 负责人."""
    m = MANY.match(text) or ONE.match(text) or _THAT.match(text)
    return text[m.end() :] if m and m.end() < len(text) else text
