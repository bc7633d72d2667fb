"""Offices, callings and bodies in a text, and whether a person holds an office."""

from __future__ import annotations

import re

from app.text.folding import normalize
from app.text.quotes.lexicon.sources import KIN, MEDIA, ORGANISATIONS, TIES, TITLES
from app.text.quotes.matching import Endings, Places, either, words_of

TITLE = re.compile(either(TITLES.words))


TITLE_PLACES = Places(TITLES.words)


TITLE_ENDS = Endings(TITLES.words)


TIE_WORDS = words_of(TIES)


_RELATIVES = words_of(KIN)


BODY_END = Endings(ORGANISATIONS.words + MEDIA.words)


_MEDIA_END = Endings(MEDIA.words)


SOMEBODY = frozenset("者员师家人士官警")


NOBODY = frozenset(
    normalize(
        "国家 大家 人家 全家 自家 本人 别人 他人 个人 家人 行人 众生 人生 学生 发生 民生 卫生 双手 对手 "
        "部署 签署 联署 连署 当庭 到庭 开庭 出庭 闭庭 休庭 家庭 成长 增长 记者 或者 再者"
    ).split()
)


def ends_in_title(text: str) -> bool:
    """Whether a text ends with an office, a calling or a tie."""
    return bool(TITLE_ENDS.of(text)) or (len(text) > 2 and text[-1] in "者员师" and text[-2:] not in NOBODY)


def is_medium(text: str) -> bool:
    """Whether a name is that of a newspaper, an agency, a station or a site."""
    return bool(_MEDIA_END.of(text.strip("《》")))


def is_title(text: str) -> bool:
    """Whether a text is an office, a calling or a tie and nothing else."""
    return text in TITLE_ENDS


def is_tie(text: str) -> bool:
    """Whether a text is a form of address or a tie, not an office."""
    return text in TIE_WORDS


def is_relative(title: str) -> bool:
    """Whether a word after a name means a relative: 张明|妻子."""
    return title in _RELATIVES


def ends_in_body(text: str) -> bool:
    """Whether a text ends like the name of a body."""
    return bool(BODY_END.of(text))


def is_body_end(text: str) -> bool:
    """Whether a text is only the end of a body's name: 公司, 网站."""
    return text in BODY_END


def title_places(text: str) -> list[tuple[int, int]]:
    """Where the offices in a text begin and end."""
    return [(start, end) for start, end, _ in TITLE_PLACES.of(text)]


def title_ends(text: str) -> list[int]:
    """Where the offices in a text end."""
    return [end for _, end, _ in TITLE_PLACES.of(text)]


def parts_word(text: str, at: int) -> bool:
    """Whether a place lies inside a word for a body or an office: 欧盟委员|会发言人."""
    return len(BODY_END.of(text[: at + 1])) > 1 or len(BODY_END.of(text[: at + 2])) > 2


def title_at_end(text: str) -> str:
    """The office a text ends with, "" if it ends with none."""
    return TITLE_ENDS.of(text)


# Spoken short forms of offices, and callings that share a form of address.
_STANDS_FOR = {
    "总": ("总经理", "总裁", "董事长", "总监", "总编辑", "总编", "首席执行官"),
    "董": ("董事长",),
    "董座": ("董事长",),
    "工": ("工程师",),
    "导": ("导演", "导师"),
    "医生": ("医师", "大夫"),
    "医师": ("医生", "大夫"),
    "大夫": ("医生", "医师"),
    "老师": ("教师", "教授", "讲师", "班主任"),
    "警官": ("民警", "交警", "刑警", "警员", "警察"),
    "法官": ("审判长", "审判员"),
}


# Before a title these make another office of it: 副局长, 总书记, 班主任, 原局长, 助理教授.
_OTHER_OFFICE = ("副", "总", "班", "次", "原", "前", "助理")


_FORMER = ("前", "原", "候任", "代理")


_OFFICE_ENDS = ("长", "书记", "主席", "主任", "总理", "总统", "首相", "大臣", "司令", "理事", "委员")


def bears(description: str, title: str) -> int:
    """How well a description fits a title that is used alone or after a surname.

    Returns:
        2 where it is that very office (县委书记 for 书记), 1 for a deputy, a former holder or an office
        that only ends alike (副书记, 总书记), 0 where it is another one.
    """
    for form in (title, *_STANDS_FOR.get(title, ())):
        if description.endswith(form):
            before = description[: -len(form)]
            other = before.endswith(_OTHER_OFFICE) and not (form == "工程师" and before.endswith("总"))
            return 1 if other or description.startswith(_FORMER) else 2
    return 0


def is_office(title: str) -> bool:
    """Whether a title is a post that one person holds, not a calling or a form of address."""
    return title in TITLE_ENDS and title.endswith(_OFFICE_ENDS)


def title_at(text: str, at: int) -> str:
    """The office or form of address at a place, "" if there is none."""
    m = TITLE.match(text, at)
    return m[0] if m else ""
