"""Reads the head of an article of any format: title, subtitle, byline, date and publication.

Usual layouts: the headline, then a line with date and source; the page of an account (原创 何川 青川发布
2024-03-05) or of a newspaper; wire copy (新华社北京4月14日电); the title block of a Word file with a
speaker and a day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.model import Piece
from app.text.dateline import NAME, Dateline, publication_name, read_dateline
from app.text.dates import find_date

_TOP = 12  # blocks in which a head is looked for
_LONGEST_TITLE = 80
_LONGEST_SUBTITLE = 60
# 一、 （二） 第三章 1. begin a section, not an article.
_NUMBERED = re.compile(
    r"[（(]?[一二三四五六七八九十百\d]{1,3}[）)]?[、.．：: ）)]|第[一二三四五六七八九十百\d]+[章节回篇部条]"
)
# A text may be one chapter, and its heading the title.
_CHAPTER = re.compile(r"第[一二三四五六七八九十百\d]+[章节回篇部][\s　]*\S")
_TITLE_LABEL = re.compile("(?:标题|題目|题目|標題)[：:] ?(?=.)")
_SALUTATION = re.compile(r".{0,30}[：:]$")
_LABEL = re.compile(
    r"(?:有?(?:记者|記者|网友|观众|主持人)?\w{0,2}[问問答]|记者|記者|时间|時間|地点|地點|主持|出席|列席|缺席|记录"
    r"|会议时间|会议地点|参加)\w{0,4}[：:]"
)
_DASH = re.compile(r"[—–－-]{1,3}\s*\S")
_WIRE = re.compile(
    r"[（(【]?\s*(?P<agency>[一-鿿]{1,8}(?:社|报|報|网|網|电|通讯社|客户端)|本报|本報|本刊|本网)?\s*[一-鿿·、]{0,12}?"
    r"(?P<day>\d{1,2}月\d{1,2}日)\s*(?:电|電|讯|訊|专电|消息)"
)
# What editors put before a title: 编者按：, 【导读】.
_EDITORS = re.compile(
    r"[【\[（(〔]?(?:本[报報刊网網站])?(?:编者的?[按话注]|編者的?[按話註]|[编編]按|按[语語]|导[读语]|導[讀語])(?![一-鿿])"
)
_CLOSING = re.compile(
    r"[（(【—\s]*(?:原载|原載|摘自|选自|本文来源|本文原载|来源|來源|转自)[于於：:自]?\s*(?P<words>.{2,60}?)[)）】。]*$"
)
_OFFICE_AND_NAME = re.compile(r"[^，。：]{2,24}[\s　]+(?P<name>[一-鿿·]{2,6}|[一-鿿][\s　]+[一-鿿])$")
_DATE_ALONE = re.compile(r"[（(]?[^，。]{0,4}?[\d一二〇零○]{2,4}年[^，。]{1,12}日[)）]?")


@dataclass(frozen=True, slots=True)
class Head:
    """What an article's own head and its file say.

    Attributes:
        title: "" when there is none.
        author: names, separated by 、.
        date: ISO 8601, as exact as it is given.
        body: the blocks below, without those that only repeat these facts.
        taken: pairs of a fact's name and the printed words that it comes from.
        headline: the block of the title; None if it is not printed.
    """

    title: str = ""
    subtitle: str = ""
    author: str = ""
    date: str = ""
    publication: str = ""
    body: tuple[Piece, ...] = ()
    taken: tuple[tuple[str, str], ...] = ()
    headline: Piece | None = None


def find_head(pieces: Sequence[Piece], known: Head, *, title: str = "", trusted: bool = True) -> Head:
    """The head of a text.

    Args:
        pieces: all blocks, in order.
        known: what the file's own metadata say; its date holds against a printed one.
        title: given by the editor; a printed headline with the same words does not belong to the body.
        trusted: the file's title holds even if another headline is printed, as on web pages and in books.
    """
    reading = HeadReader(list(pieces), known)
    wanted = title or known.title
    reading.find_title(wanted, sure=bool(title) or trusted)
    reading.find_lines()
    reading.find_elsewhere()
    head = reading.head
    return replace(head, title=title or head.title, body=tuple(reading.body()))


class HeadReader:
    """The head of one text while it is being read: facts so far, and the blocks that were taken for them."""

    def __init__(self, pieces: list[Piece], known: Head) -> None:
        self.pieces = pieces
        self.head = known
        self.used: set[int] = set()  # blocks that hold nothing but facts
        self.lines: dict[int, Dateline] = {}
        for n, piece in enumerate(pieces[:_TOP]):
            if piece.kind in ("paragraph", "heading", "byline", "furniture", "list") and (
                line := read_dateline(piece.text)
            ):
                self.lines[n] = line
        self.at = 0  # the first block below the title

    def find_title(self, wanted: str, *, sure: bool) -> None:
        """The block of the title, and the title."""
        for n, piece in enumerate(self.pieces[:_TOP]):
            if wanted and _same(piece.text, wanted):
                self._take_title(n, wanted if sure else piece.text)
                return
            if wanted == self.head.title and is_part_of(piece.text, wanted):  # 某某论坛 - 题目
                self._take_title(n, piece.text)
                return
            if piece.kind == "paragraph" and len(piece.text) > _LONGEST_TITLE:
                break
        if found := self._headline():
            n, words = found
            if wanted and sure:
                self.at = n + 1
            elif not wanted or self.pieces[n].kind == "heading":
                self._take_title(n, words)

    def _take_title(self, n: int, words: str) -> None:
        words = _TITLE_LABEL.sub("", " ".join(words.split()))
        self.head = replace(self.head, title=words, headline=self.pieces[n])
        self.used.add(n)
        self.at = n + 1

    def _headline(self) -> tuple[int, str] | None:
        """The first block that could be a headline: at the top, or below lines of date and page."""
        for n, piece in enumerate(self.pieces[:6]):
            if (
                n in self.lines
                or piece.kind in ("furniture", "byline", "caption")
                or _EDITORS.match(piece.text)
            ):
                continue
            below = self.pieces[n + 1 : n + 6]
            chapter = _CHAPTER.match(piece.text) and not any(
                _CHAPTER.match(p.text) for p in self.pieces[n + 1 :]
            )
            if (
                not below
                or not (_is_headline(piece) or (chapter and piece.kind == "heading"))
                or (all(p.kind == piece.kind == "heading" for p in below[:4]) and len(below) > 3)
            ):
                return None
            return n, piece.text
        return None

    def find_lines(self) -> None:
        """Subtitle, bylines and datelines between the title and the text, and those above the title."""
        for n in [*range(self.at), *range(self.at, min(self.at + 6, len(self.pieces)))]:
            if n in self.used:
                continue
            piece = self.pieces[n]
            if n in self.lines:
                self._take_line(n)
            elif n < self.at:
                continue
            elif piece.kind == "heading" and _same(piece.text, self.head.title):
                self.used.add(n)  # printed a second time
            elif self._is_account(n):
                self._set(publication=piece.text)
                self._note("publication", n)
            elif self._is_subtitle(n):
                self._set(subtitle=piece.text)
                self._note("subtitle", n)
            elif not self._take_signature(n) and piece.kind not in ("caption", "furniture"):
                break

    def _take_line(self, n: int) -> None:
        line, head = self.lines[n], self.head
        if line.publication and not (head.title or line.date or line.author):
            return  # 青川日报 alone, without a headline, may be anything
        if line.author and not head.author:
            self.head = head = replace(head, author=line.author)
        if line.publication:
            self.head = head = replace(head, publication=line.publication)
        if line.date and line.date.startswith(head.date):  # "" begins every date
            self.head = head = replace(head, date=line.date)
        said = "、".join(fact for fact in ("date", "publication", "author") if getattr(line, fact))
        reporter = line.author and not line.publication and not line.date
        if line.whole and not reporter:
            self.used.add(n)
        elif self.pieces[n].kind != "byline":
            self.pieces[n] = replace(self.pieces[n], kind="byline", level=0)
        self.head = replace(self.head, taken=(*self.head.taken, (said or "date", self.pieces[n].text)))

    def _is_account(self, n: int) -> bool:
        """Whether a short line above the date names the account that published: 清河志愿者."""
        below = self.lines.get(n + 1)
        return (
            n == self.at
            and below is not None
            and bool(below.date)
            and not below.publication
            and not self.head.publication
            and re.fullmatch(r"\w{3,7}", self.pieces[n].text) is not None
        )

    def _is_subtitle(self, n: int) -> bool:
        """Whether the block below the title is its subtitle: after a dash, or before a dateline."""
        piece = self.pieces[n]
        if self.head.subtitle and _same(piece.text, self.head.subtitle):
            return True
        if (
            self.head.subtitle
            or self.head.headline is None
            or n != self.at
            or len(piece.text) > _LONGEST_SUBTITLE
        ):
            return False
        if piece.kind not in ("heading", "paragraph") or piece.text[-1] in "。；：:":
            return False
        if _DASH.match(piece.text):
            if dated := find_date(piece.text):
                self._set(date=self.head.date or dated[0])
            return True
        if _NUMBERED.match(piece.text) or _LABEL.match(piece.text) or piece.kind != "heading":
            return False
        if _OFFICE_AND_NAME.fullmatch(piece.text) or NAME.fullmatch("".join(piece.text.split())):
            return False
        if n + 1 in self.lines or (n + 1 < len(self.pieces) and self.pieces[n + 1].kind == "byline"):
            return True
        return not any(other.kind == "heading" for other in self.pieces[n + 1 :])

    def _take_signature(self, n: int) -> bool:
        """Take a name, an office with a name, or a day: 国务院总理　李强, （2024年3月5日）."""
        piece = self.pieces[n]
        if self.head.headline is None or len(piece.text) > 40 or piece.text[-1] in "。；：:":
            return False
        bare = piece.text.replace("\u3000", "").replace(" ", "")
        if (found := _OFFICE_AND_NAME.fullmatch(piece.text)) or NAME.fullmatch(bare):
            if piece.kind == "paragraph" and not found and len(bare) > 4:
                return False
            name = (found["name"] if found else bare).replace("\u3000", "").replace(" ", "")
            self._set(author=self.head.author or name)
            self.pieces[n] = replace(piece, kind="byline", level=0)
            return True
        if _DATE_ALONE.fullmatch(bare) and (date := find_date(bare)):
            self._set(date=self.head.date or date[0])
            self._note("date", n)
            return True
        return False

    def _note(self, fact: str, n: int) -> None:
        self.used.add(n)
        self.head = replace(self.head, taken=(*self.head.taken, (fact, self.pieces[n].text)))

    def find_elsewhere(self) -> None:
        """The agency of wire copy, and the source and the day at the foot."""
        body = self.body()
        opening = next((p.text for p in body[:3] if p.kind == "paragraph"), "")
        wire = None if self.head.publication else _WIRE.match(opening)
        if wire and wire["agency"] and not wire["agency"].startswith("本"):
            self._set(publication=wire["agency"])
            self.head = replace(self.head, taken=(*self.head.taken, ("publication", wire[0])))
        for piece in body[-3:]:
            if len(piece.text) > 80:
                continue
            closing = _CLOSING.fullmatch(piece.text)
            dated = find_date(piece.text)
            if closing and not self.head.publication:
                name = re.split(r"[\s，,（(\d]", closing["words"].strip(), maxsplit=1)[0]
                self._set(publication=publication_name(name))
            if (
                dated
                and not self.head.date
                and (closing or _DATE_ALONE.fullmatch("".join(piece.text.split())))
            ):
                self._set(date=dated[0])
                self.head = replace(self.head, taken=(*self.head.taken, ("date", piece.text)))

    def _set(self, **facts: str) -> None:
        self.head = replace(self.head, **facts)  # type: ignore[arg-type]

    def body(self) -> list[Piece]:
        """The blocks that were not taken for facts; headings rise if the title was above them."""
        rest = [piece for n, piece in enumerate(self.pieces) if n not in self.used]
        lowest = min((p.level for p in rest if p.level), default=2)
        return [replace(p, level=p.level - lowest + 2) if p.level else p for p in rest]


def _is_headline(piece: Piece) -> bool:
    text = piece.text
    if piece.kind not in ("heading", "paragraph") or len(text) > _LONGEST_TITLE or text[-1] in "。；;，,、":
        return False
    if (
        _NUMBERED.match(text)
        or _SALUTATION.match(text)
        or _LABEL.match(text)
        or _WIRE.match(text)
        or "。" in text
    ):
        return False
    return piece.kind == "heading" or (len(text) <= 40 and text[-1] not in "：:”" and text[0] not in "“（(")


def _same(printed: str, title: str) -> bool:
    """Whether two titles have the same words."""
    one, other = (re.sub(r"\W", "", words) for words in (printed, title))
    return bool(one) and one == other


def is_part_of(printed: str, title: str) -> bool:
    """Whether printed words are one of the parts of a page's title, which names its site too."""
    parts = re.split(r"\s+[-–—]\s+|\s*[|｜_]\s*", title)
    return len(parts) > 1 and len(printed) > 3 and any(_same(printed, part) for part in parts)


def is_head_line(text: str) -> bool:
    """Whether a line could belong to the head of an article by its words: a dateline, a subtitle, a name."""
    bare = "".join(text.split())
    if len(text) > _LONGEST_TITLE or not bare:
        return False
    signed = len(bare) <= 40 and (_OFFICE_AND_NAME.fullmatch(text) or NAME.fullmatch(bare))
    return bool(read_dateline(text) or _DASH.match(text) or _DATE_ALONE.fullmatch(bare) or signed)


def supplied_title(pieces: Sequence[Piece]) -> str:
    """A title made from the first words of a text that has none: its first clause, never cut at a colon."""
    for piece in pieces:
        if read_dateline(piece.text) or _DATE_ALONE.fullmatch(piece.text):
            continue
        words = piece.text[wire.end() :] if (wire := _WIRE.match(piece.text)) else piece.text
        words = re.sub(r"^[\s　]*(?:[（(][^）)]{2,20}[）)])?\s*", "", words)
        clauses = re.split(r"(?<=[，。；？！,;?!])", words.strip())
        title = clauses[0]
        for clause in clauses[1:]:
            if len(title) >= 6:
                break
            title += clause
        title = title.rstrip("，。；,;、 ")
        if title:
            return title if len(title) <= 30 else title[:29] + "…"
    return pieces[0].text[:30] if pieces else ""
