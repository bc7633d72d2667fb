"""Descriptions next to a name: 县水务局局长|贺兰亭, 罗曼是南校老师."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from app.text.folding import normalize
from app.text.quotes.lexicon.sources import KIN
from app.text.quotes.matching import words_of
from app.text.quotes.naming import description_start, is_verbal
from app.text.quotes.offices import ends_in_title, is_tie, is_title
from app.text.quotes.passages import OPENER, Passage
from app.text.quotes.phrases import describe

_BEFORE_ROLE = re.compile(
    "应[约邀](?:[同与和跟]|到|赴)?|约同|被(?!害|告|捕|困|救|骗)|应(?!急|用|届|聘|试)|的有|包括|有[个位名]|[是让请由称叫和及跟同为]|(?<!参)与|了(?!解|望)|过(?!渡|程|敏|滤)|把(?!手|关|握)|将(?!军|领|士|官)|着(?!名|作)|联系(?:到|上)|采访到|连线|专访|对话|报道|记者|询问|追问|质问|看到|拜会|前往|对于|认为|表示|指出|宣布|援引|会见|会晤|邀请|要求|促请|敦促|批评|质疑|呼吁|约见|告诉|指责|点名|感谢|陪同|转述|传召|传唤|委托|聘用|聘请|采访|接受|提名|选出|任命|当选|以及|随后|之后|昨天|今天|昨日|今日|日前|近日|"
    "(?:在|(?<!反)对|向|于)(?!线|野|职|外|口|冲|手|象)|"
    r"\d[日号](?:电□*)?|[电讯]□+"
)

# A preposition that a clause begins with: 跟|师傅, 同|外长, not 同行.
_WITH = re.compile("跟|与(?!会)|和(?![平睦谐解田县声服])|同(?![行事学乡伴窗门龄志时日年级班样济仁胞乐])")

_AND = frozenset(("和", "与", "及", "跟", "同", "以及"))

_IS_A = re.compile(
    "□*(?:(?:今年)?\\d{1,3}岁，)?(?:是|为|系)(?:一名|一位|一个)?(?P<role>[^，。；：！？“”是]{2,30})[，。；]"
)

_IN_BRACKETS = re.compile(r"[（(]([^（()）\d，,]{3,30})[）)]")

_NEXT_IN_LIST = re.compile("[□ ]*(?:先生|女士|小姐|同志)?(?:、|，|以及|和|与|及)")

_HONOURED = re.compile("(?:先生|女士|小姐|同志)(?:、|，|以及|和|与|及)")

# 其长子: a tie to another person, who is not named here.
_OF_ANOTHER = re.compile("(?:其|[我你他她](?:们)?的?)(?=.)")

_KIN = words_of(KIN) | {
    "长子",
    "次子",
    "幼子",
    "独子",
    "长女",
    "次女",
    "独女",
    "女婿",
    "儿媳",
    "孙子",
    "孙女",
    "弟",
    "妹",
}

# The clause before a place, read backwards.
_CLAUSE = re.compile("[^，。；：！？“”…\n 　]*")

_RELATIVE = re.compile("[^，。；：！？、“”我你他她它这那谁]{2,14}的$")


def role_before(p: Passage, at: int, names_in: Callable[[str], Iterable[tuple[int, int, str]]]) -> str | None:
    """The description that ends at a name: 县水务局局长|贺兰亭; it may run over a comma or 、.

    In a list of people it begins after the one named before: 局长罗静安、|副局长|田牧.
    """
    plain = p.plain
    while at and plain[at - 1] in " □":
        at -= 1
    if not ends_in_title(plain[max(0, at - 60) : at]):
        return None
    back = _CLAUSE.match(plain[max(0, at - 60) : at][::-1])
    first = begin = at - (back.end() if back else 0)
    for _, end, _ in names_in(plain[first:at]):
        if m := _NEXT_IN_LIST.match(plain, first + end, at):
            begin = m.end()
    for m in _HONOURED.finditer(plain, begin, at):
        begin = m.end()
    if not ends_in_title(plain[begin:at]):
        return None
    cut = _role_cut(plain[begin:at])
    if cut is None:
        return None
    role = begin + cut
    while role == begin and begin > 1 and plain[begin - 1] == "，":
        prev = begin - 1
        while prev and begin - prev < 30 and plain[prev - 1] not in "，。；：！？“”…\n□":
            prev -= 1
        clause = plain[prev : begin - 1]
        if not clause or not ends_in_title(clause) or _role_cut(clause) != 0 or _is_named(clause):
            break
        begin = role = prev
    role = _past_openers(plain, _whole_clause(plain, begin, role), at)
    folded = normalize(p.raw[role:at])
    honour = next((h for h in ("拿督斯里", "丹斯里", "拿督") if folded.endswith(h)), "")
    if _is_kin_of_another(plain[max(0, role - 3) : at]):
        return None
    found = p.raw[role : at - len(honour)].strip()
    return found if len(found) > 1 and not is_tie(normalize(found)) else None


def _is_kin_of_another(text: str) -> bool:
    """Whether words before a name tell only whose relative the person is: 其长子, 他的妻子."""
    m = next((m for m in _OF_ANOTHER.finditer(text) if text[m.end() :] in _KIN), None)
    return m is not None


def _past_openers(plain: str, at: int, end: int) -> int:
    """Skip connectives and dates; a single character may be the first of an office: 就医民众."""
    while at < end and (m := OPENER.match(plain, at, end)) and m.end() > at:
        if m[0] in ("就", "当", "可", "连", "便"):
            break
        at = m.end()
    return at


def _whole_clause(plain: str, begin: int, role: int) -> int:
    """Where a description begins with the clause that belongs to it: 76岁的村民, 每天过桥的技工."""
    begin = _past_openers(plain, begin, role)
    begin += plain.startswith("由", begin)
    head = plain[begin:role]
    if _RELATIVE.match(head) and not is_verbal(head) and not _BEFORE_ROLE.search(head):
        return begin
    return role


def _is_named(text: str) -> bool:
    who = describe(text)
    return who is not None and who.form == "named"


def _role_cut(text: str) -> int | None:
    """Where in the words before a name its description begins."""
    at = with_.end() if (with_ := _WITH.match(text)) else 0
    for m in _BEFORE_ROLE.finditer(text):
        if m.end() < len(text) and (
            m[0] not in _AND or ends_in_title(text[at : m.start()]) or _is_named(text[at : m.start()])
        ):
            at = m.end()
            if len(m[0]) == 1 and m[0] not in _AND:  # 出席是次大会的…主席: the clause goes with the verb
                at = max(at, text.rfind("的") + 1)
    start = description_start(text[at:])
    return None if start is None or not ends_in_title(text[at + start :]) else at + start


def role_after(p: Passage, at: int) -> str | None:
    """罗曼是南校老师，… 罗曼（南校老师）"""
    if (m := _IS_A.match(p.plain, at)) and ends_in_title(m["role"]) and description_start(m["role"]) == 0:
        return p.raw[m.start("role") : m.end("role")]
    if (m := _IN_BRACKETS.match(p.raw, at)) and ends_in_title(normalize(m[1])):
        return m[1]
    return None


def offices_after(name: str, forms: Iterable[str]) -> list[str]:
    """The office after a name in one of its printed forms, if it has one: 王薇参赞."""
    after = (form[len(name) :] for form in forms if form.startswith(name))
    return [title for title in after if is_title(normalize(title)) and not is_tie(normalize(title))][:1]
