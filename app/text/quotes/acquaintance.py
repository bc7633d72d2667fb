"""Names next to offices: the first way to learn who an article is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import app.text.quotes.lexicon as lexicon
from app.text.quotes.matching import either, words_of
from app.text.quotes.names import (
    DAYS,
    POINT,
    follows_title,
    foreign_run,
    has_preposition,
    is_bearer,
    is_foreign,
    is_name,
    is_namesake,
    is_rare,
    may_begin_name,
    parts_adverb,
    surname,
)
from app.text.quotes.offices import ends_in_body, is_body_end, is_office, title_at
from app.text.quotes.passages import BETWEEN, VERB, VERBS, Passage

ADVERBS = frozenset("曾也还则仍均都已又再并却常总")

_ADVERBIAL = re.compile(
    "应(?=[邀约询请])|[常总](?=说|讲|对|跟|告诉|教|念|问|爱)|[曾也还则仍均都已又再并却正]"
    "|一[把天直边个次起同道块路并家名位手口度句声下]"
)

_NICKNAME_ENDS = frozenset("哥姐叔婶伯姨爷奶嫂公婆爹妈仔妹弟总工")
_ADDRESS = words_of(lexicon.ADDRESS, lexicon.TIES)
_ACTS = words_of(lexicon.ACTS)

# Right after a verb, never after a name: 赵明签|了字.
ASPECTS = frozenset("了着")

# 同 ends a given name where no one follows whom it could join: 杨大同颁奖, but 杨大|同李明.
_SAME_OR_WITH = re.compile(f"同(?![{lexicon.SURNAMES}][^，。；：])")

_ONCE = re.compile(
    "曾(?:口头|书面|公开|当众|承诺|答应|表示|明确|一度|多次|经|在|任|是|于|被|对|向|与|因"
    "|获|有|担任|以|想|劝|试|主|参|公开)"
)

_GOES_WITH_TITLE = frozenset("国们会团队级部院所证岗")  # 成员国, 教师们

_POINTED = re.compile(
    "[A-Za-z㐀-鿿-]{1,8}(?:[·•‧・．･][A-Za-z㐀-鿿-]{1,8})*[·•‧・．･](?P<last>[A-Za-z㐀-鿿-]{1,8})"
)

_AFTER_NAME = re.compile(
    f"[^㐀-鿿·•‧・．･]|{BETWEEN.pattern}|{either(VERBS)}|[和与等]|{either(lexicon.ACTS.words)}"
)


# A company's name where a clause begins: 星澜科技10月28日公布…
_COMPANY = re.compile(
    "(?:^|[，。；：】）)\\s　])(?P<name>[㐀-鿿A-Za-z]{2,10}?"
    "(?:公司|集团|科技|股份|控股|银行|汽车|能源|电子|生物|药业|证券|电器|实业))"
    "(?=[\\d（(，、\\s　第今昨日发公宣在于拟称表计完获股营净]|$)"
)


def company_before(passages: Sequence[Passage], at: int) -> str | None:
    """The company that the last of some passages named before a place, or an earlier one named."""
    for p in reversed(passages):
        end = at if p is passages[-1] else len(p.plain)
        for m in reversed(list(_COMPANY.finditer(p.plain, 0, min(end, 1000)))):
            if not is_body_end(m["name"]):
                return p.raw[slice(*m.span("name"))]
    return None


def beside_titles(p: Passage, count: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    """The names right after an office.

    What follows must be a word that cannot belong to them, or the name must occur elsewhere; three
    characters with a surname may be followed by anything: 副局长武建民蹚水过河.
    """
    plain = p.plain
    for begin, at in p.titles():
        first = plain[at : at + 1]
        if first in _GOES_WITH_TITLE or not (first.isalpha() or first == "-"):
            continue
        if first == "曾" and _ONCE.match(plain, at):  # 中介|曾口头答应
            continue
        if pointed := _POINTED.match(plain, at):
            end = _end_of_foreign(plain, pointed.start("last"), pointed.end())
        elif size := _name_size(plain, begin, at, count):
            end = at + size
        else:
            continue
        if not _has_bearer(plain, begin):
            yield at, end


def _name_size(plain: str, begin: int, at: int, count: Callable[[str], int]) -> int:
    """The length of the name after an office, which begins at `begin` and ends at `at`; 0 if none follows."""
    if not may_begin_name(plain[at : at + 2]):
        return 0
    whole = plain[at : at + 3]
    if whole[2:] == "为" and surname(whole) == 1 and 1 < count(whole) == count(whole[:2]):
        return 3  # 秦可为: the name never comes without 为
    loose = 0
    for size in (3, 2, 4, 5, 6):
        name = plain[at : at + size]
        if not _may_be_name(plain, begin, at, size, count):
            continue
        if _ends_here(plain, at, size):
            return size
        if size < 4 and not loose and is_name(name):
            likely = size == 3 and name[2] not in _ACTS and not has_preposition(name)
            loose = size if count(name) > 1 or likely else 0
    return foreign_run(plain, at) or loose or _short_foreign(plain, at, count)


def _may_be_name(plain: str, begin: int, at: int, size: int, count: Callable[[str], int]) -> bool:
    """Whether the characters after an office have the shape of a name, and no word is cut."""
    name = plain[at : at + size]
    if (
        len(name) < size
        or name.isascii()
        or not (is_name(name, rare=True) if size < 4 else follows_title(name))
        or plain[at + size - 1 : at + size + 1] in _ADDRESS  # 梁希|先生
        or plain[at + size - 1 : at + size + 1] in DAYS  # 辛立夏|明年
        or (is_namesake(name) and not is_office(plain[begin:at]) and count(name) < 2)
        or (
            size == 2 and is_rare(name) and not is_office(plain[begin:at]) and count(name) < 2
        )  # 专家权威解读
        or any(_cuts_title(plain, k, at + size) for k in range(at + 1, at + size))
        or ((size > 3 or has_preposition(name)) and parts_adverb(plain, at + size))
        or (size > 3 and count(name) < 2 and _only_begins_foreign(name))
        or (size < 4 and _SAME_OR_WITH.match(plain, at + size) and is_name(plain[at : at + size + 1]))
    ):
        return False
    if size != 3:
        return True
    if _ADVERBIAL.match(plain, at + 2) or (
        plain[at + 3 : at + 4] in ASPECTS and is_name(name[:2], rare=True)
    ):
        return False
    said = VERB.match(plain, at + 3) is not None  # 邱福来说
    return not (name[2] in _ACTS and not said and is_name(name[:2]) and count(name) == 1)  # 康宁摇摇头


def _only_begins_foreign(name: str) -> bool:
    """Whether all characters but the last are a foreign name's: 奥坎波|进."""
    return all(map(is_foreign, name[:-1])) and not is_foreign(name[-1])


def _cuts_title(plain: str, begin: int, at: int) -> bool:
    """Whether a long title that begins at `begin` goes on after `at`: 江办负|责人."""
    size = len(title_at(plain, begin))
    return size > 2 and begin + size > at


def _ends_here(plain: str, at: int, size: int) -> bool:
    """Whether a word follows that cannot belong to the name."""
    if at + size == len(plain) or (size == 2 and plain[at + 3 : at + 4] in ASPECTS):  # 赵明签了字
        return True
    after = _AFTER_NAME.match(plain, at + size)
    if after is None:
        return False
    longer = foreign_run(plain, at) and len(after[0]) == 1
    return not longer or _ONCE.match(plain, at + size) is not None


def _short_foreign(plain: str, at: int, count: Callable[[str], int]) -> int:
    """The length of a foreign name of two or three characters that comes again: 外长库列巴|通电话."""
    size = foreign_run(plain, at, least=2)
    return size if count(plain[at : at + size]) > 1 else 0


def _has_bearer(plain: str, begin: int) -> bool:
    """Whether the name comes before an office, so that no name follows it: 周总理|强烈谴责."""
    at = begin
    while at and begin - at < 4 and plain[at - 1].isalpha():
        at -= 1
    if begin and surname(plain[begin - 1]) and ends_in_body(plain[max(0, begin - 5) : begin - 1]):
        return True  # 劳动部谢司长|一直
    return is_bearer(plain[at:begin])


_IN_LATIN = re.compile("[（(](?=[A-Z][^（()）]*[a-z])[A-Za-z .,'’\\-]{3,40}[)）]")
_BEFORE_LATIN, _LONGEST_BEFORE_LATIN = re.compile("[㐀-鿿·•‧・．･]{2,14}$"), 14
_IN_NAME = f"得{POINT}"
_CALLED = re.compile("[叫喊称](?:(?<=[，名的]叫)|[他她])(?P<name>[㐀-鿿]{2,5})(?=[，。；])")


def introduced(p: Passage, count: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    """The foreign names that their spelling in Latin letters follows, and nicknames: 温迪（Wendy）, 叫她蚁姐.

    Only those that come again.
    """
    for bracket in _IN_LATIN.finditer(p.raw) if p.has_brackets else ():
        begin = end = bracket.start()
        m = _BEFORE_LATIN.search(p.raw, max(0, end - _LONGEST_BEFORE_LATIN), end)
        while m and begin > m.start() and (is_foreign(p.plain[begin - 1]) or p.plain[begin - 1] in _IN_NAME):
            begin -= 1
        parts = [part for part in re.split(f"[{POINT}]", p.plain[begin:end]) if len(part) > 1]
        if end - begin > 1 and any(count(part) > 1 for part in parts):
            yield begin, end
    for m in _CALLED.finditer(p.plain):
        name = m["name"]
        if count(name) > 1 and (is_name(name) or name[-1] in _NICKNAME_ENDS or is_foreign(name[0])):
            yield m.span("name")


def before_titles(p: Passage, count: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    """The names right before a title that also follows the surname alone: 王明医生, later 王医生."""
    plain = p.plain
    for begin, end in p.titles():
        for size in (3, 2, 4):
            at = begin - size
            name = plain[at:begin] if at >= 0 else ""
            if (
                name
                and (not at or not plain[at - 1].isalpha() or plain[at - 1] in "和与及")
                and is_name(name)
                and count(name[: surname(name)] + plain[begin:end])
            ):
                yield at, begin
                break


def _end_of_foreign(plain: str, begin: int, end: int) -> int:
    """Where the last part of a foreign name ends: 科瓦连科|裹着毯子."""
    for i in range(begin + 1, end):
        if plain[i : i + 2] == "一行":  # 卡里姆一行
            return i
        if not is_foreign(plain[i]) or ((m := VERB.match(plain, i)) and len(m[0]) > 1):
            return i
    return end
