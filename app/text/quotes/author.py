"""Whose own words a whole text is: a speech, a report, a letter, a signed piece.

The author's name comes from the front matter, the headline, a byline under it, the lead of the agency that
prints a letter, or the signature at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.model import OWN_WORDS, Genre
from app.text.folding import normalize
from app.text.quotes.cast import Cast
from app.text.quotes.names import is_name, is_namesake, surname
from app.text.quotes.offices import ends_in_title, is_tie
from app.text.quotes.passages import Passage
from app.text.quotes.phrases import Who
from app.text.quotes.subjects import Subjects

_CREDIT = re.compile(
    "^[\\s　（(【]*(?:本文)?(?:作者|撰文|文|演讲人|演讲者|讲话人|主讲人?|报告人|署名|口述)(?:是|为|系"
    "|[：:／/|丨]|[\\s　])+"
    "(?P<name>[㐀-鿿·•A-Za-z][㐀-鿿·•A-Za-z 　]{1,14}?)(?=[\\s　]*(?:$|[，,、（(）)】|丨/；;]|系|是|为))"
    "(?:[，,、（(]?[\\s　]*(?:系|是|为)?(?P<role>[^，。；（）()]{4,40}?)(?=[）)。，；]|$))?"
)
_OF_AUTHOR = re.compile("^[\\s　（(]*(?:本文)?作者(?:系|为|是)(?P<role>[^，。；（）()]{4,40})[）)。]?$")
_IN_TITLE = re.compile(
    "^(?P<who>[^，。：:《》“”]{2,30}?)(?:在|于|出席|向|对|就|给|致|代表|同|二〇|20\\d\\d|新年)[^：:]{0,60}"
    "(?:讲话|致辞|演讲|发言|贺词|开幕词|闭幕词|祝酒词|答谢词|演说|报告|的信|公开信|贺信|贺电|回信|献词)"
)
_COLON_TITLE = re.compile("^(?P<who>[^，。：:《》“”]{2,20})[：:].{4,}$")
_DIARY_OF = re.compile(
    "(?P<who>[^，。：:《》“”]{2,24}?)(?:教授|先生|女士|老师|医生)?的[^，。]{0,8}(?:日记|手记|自述|札记"
    "|随笔|回忆|家书|演讲|讲话|信)$"
)
_LEAD_OF_LETTER = re.compile(
    "(?:^|[电讯][\\s　]*)(?P<who>[^，。；：]{2,40}?)(?:\\d{1,2}月)?(?:\\d{1,2}日)?(?:日前|近日|今天)?(?:给"
    "|向|致)[^。；]{2,60}?(?:回信|致贺信|致信|复信|发来贺信|致贺电)"
)
_DATELINE = re.compile(".*\\d日?[电電讯訊][\\s　]*")
_DATE_LINE = re.compile("^[\\s　（(]*(?:[12〇一二三四五六七八九零十○O\\d]{2,6}年)[^，。；：]{0,40}[）)]?$")
_PLACE = re.compile("^[\\s　（(]*[^。；：]{0,40}[）)]$")
_LAST_NAME = re.compile("(?:^|(?<=[^㐀-鿿A-Za-z])|[ 　])(?P<name>[㐀-鿿][ 　]?[㐀-鿿]{1,3})$")
_HEADS, _ENDS = 9, 4


@dataclass(frozen=True, slots=True)
class NamedAuthor:
    """The author's name, the office next to it, and why, for an editor."""

    name: str
    role: str | None
    why: str


def find_author(
    passages: Sequence[Passage], subjects: Subjects, title: str, byline: str, genre: Genre
) -> NamedAuthor | None:
    """The author of a text, None where no one is named.

    Args:
        passages: the blocks.
        subjects: reads words as names and offices.
        title: the headline, if that is not a block.
        byline: the author that the front matter gives.
        genre: the kind of the text; names at its head and end count only where its prose is the author's own.
    """
    reader = _AuthorReader(passages, subjects)
    if byline.strip():
        return NamedAuthor(byline.strip(), reader.role_of(byline.strip()), "文件的 author")
    readable = [p for p in passages if p.readable and p.plain.strip()]
    ways = [reader.credits(readable), reader.byline(readable, title)]
    if genre in OWN_WORDS:
        heads = [title, *(p.raw.strip() for p in readable[:2] if len(p.raw) < 60)]
        ways += [
            reader.in_titles(heads),
            reader.below_title(readable[:_HEADS]),
            reader.signed(readable),
            reader.in_lead(readable),
        ]
    return next((found for way in ways for found in way), None)


class _AuthorReader:
    """Looks for the author in each of the places where one is named."""

    def __init__(self, passages: Sequence[Passage], subjects: Subjects) -> None:
        self.passages, self.subjects = passages, subjects
        self.cast: Cast = subjects.cast

    def role_of(self, name: str) -> str | None:
        """The office that the text gives a person."""
        entity = self.cast.known.get(normalize(name))
        if entity is None:
            return None
        self.cast.collect_roles((entity,))
        return entity.role

    def credits(self, readable: Sequence[Passage]) -> Iterator[NamedAuthor]:
        """作者：程若谷  （作者系青溪大学教授）"""
        near = [*readable[:_HEADS], *readable[-_ENDS - 2 :]]
        roles = [m["role"] for p in near if (m := _OF_AUTHOR.match(p.raw.strip()))]
        for p in near:
            m = _CREDIT.match(p.raw.strip()) if len(p.raw) < 90 else None
            name = m["name"].replace(" ", "").replace("　", "") if m else ""
            if m and _is_name(name):
                yield NamedAuthor(name, m["role"] or (roles[0] if roles else self.role_of(name)), "署名")

    def byline(self, readable: Sequence[Passage], title: str) -> Iterator[NamedAuthor]:
        """A line under the headline that is nothing but a name."""
        place = 0 if title else 1
        if len(readable) > place + 1 and (title or len(readable[0].raw) < 40):
            text = readable[place].raw.strip(" \u3000□◎●■/／|")
            name = text.replace(" ", "").replace("\u3000", "")
            if len(name) < 5 and _is_name(name):
                yield NamedAuthor(name, self.role_of(name), "题下署名")

    def in_titles(self, heads: Sequence[str]) -> Iterator[NamedAuthor]:
        """程若谷在毕业典礼上的讲话, 程若谷的封城日记, 程若谷：水从哪里来"""
        for head in heads:
            for pattern in (_IN_TITLE, _DIARY_OF, _COLON_TITLE):
                m = pattern.match(normalize(head).strip(" 　"))
                if m and (found := self._person(head.strip(" 　")[m.start("who") : m.end("who")], "标题")):
                    yield found

    def below_title(self, readable: Sequence[Passage]) -> Iterator[NamedAuthor]:
        """A line of its own under the headline: 国务院总理 李强, or the office and the name on two lines."""
        office = ""
        for p in readable:
            text = p.raw.strip()
            if len(text) > 40 and not _DATE_LINE.match(text) and not text.startswith(("——", "（")):
                break
            for part in re.split("[）)]|[—―]{2}", text):
                part = part.strip(" 　（(")
                if part and not part.endswith(("：", ":")) and (found := self._signature(part, "题下署名")):
                    yield found if found.role else replace(found, role=office or None)
            office = text if _is_office(text) else ""

    def signed(self, readable: Sequence[Passage]) -> Iterator[NamedAuthor]:
        """A line of its own at the end, or before a line with a date: 程若谷, ——程若谷"""
        texts = [p.raw.strip().strip("—―-（）() 　") for p in readable]
        for n in reversed(range(len(texts))):
            dated = n + 1 < len(texts) and _DATE_LINE.match(texts[n + 1]) is not None
            if (n < len(texts) - _ENDS and not dated) or len(texts[n]) > 90 or _DATE_LINE.match(texts[n]):
                continue
            if found := self._signature(texts[n], "文末署名"):
                before = texts[n - 1] if n and _is_office(texts[n - 1]) else None
                yield found if found.role else replace(found, role=before)

    def in_lead(self, readable: Sequence[Passage]) -> Iterator[NamedAuthor]:
        """新华社…电 国家主席…给…回信"""
        for p in readable:
            m = _LEAD_OF_LETTER.search(p.plain)
            if m and (found := self._person(p.raw[m.start("who") : m.end("who")], "导语")):
                yield found

    def _signature(self, text: str, why: str) -> NamedAuthor | None:
        """A line that is a name, perhaps with an office before it or a space in it: 局长 韩 旭"""
        m = re.search(
            "(?:^|(?<=[^㐀-鿿A-Za-z])|[ 　])(?P<name>[㐀-鿿][ 　]?[㐀-鿿]{1,3}|[㐀-鿿]{2,4})$", text
        )
        if m is None:
            return None
        name = m["name"].replace(" ", "").replace("　", "")
        role = text[: m.start("name")].strip(" 　：:")
        if not _is_name(name) or (role and not _is_office(role)):
            return None
        if not role and len(text) > 6:
            return None
        return NamedAuthor(name, role or self.role_of(name), why)

    def _person(self, text: str, why: str) -> NamedAuthor | None:
        """The person that words name as a whole, with his office."""
        if dateline := _DATELINE.match(text):
            text = text[dateline.end() :]
        folded = normalize(text).strip(" 　")
        who = self.subjects.describe(folded)
        if who is None and _is_name(folded):
            who = Who("named", 0, len(folded))
        if who is None:
            at, who = self.subjects.subject(folded, 0, len(folded))
            who = who.moved(at) if who else None
        if who is None or who.form != "named":
            return None
        lead = len(text) - len(text.lstrip(" 　"))
        name = text[lead + who.start : lead + who.end]
        role = text[lead + who.role[0] : lead + who.role[1]].strip() if who.role else None
        if role is not None and not ends_in_title(normalize(role)):
            role = None
        return NamedAuthor(name, role or self.role_of(name), why) if _is_name(normalize(name)) else None


def _is_name(name: str) -> bool:
    folded = normalize(name)
    return is_name(folded) and not is_namesake(folded) and surname(folded) > 0


def _is_office(text: str) -> bool:
    """Whether a line before a name is an office or a body: 国务院总理, 市监局副局长（正司级）"""
    plain = normalize(re.sub("[（(][^（）()]*[）)]", "", text)).strip()
    return ends_in_title(plain) and not is_tie(plain)
