"""Mail as plain text: its head, quoted lines, signature, and lines that the mail program wrapped."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.i18n import Message, worded
from app.importers.gutters import width_of
from app.text.dates import find_date, iso_date
from app.text.reflow import begins_block

Row = tuple[int, str]  # the number of a line, from 1, and its words

_HEADER = re.compile(
    r"[>\s]*(?P<name>发件人|寄件人|寄件者|收件人|收件者|抄送|副本|密送|主题|主旨|主題|日期|时间|發送時間|发送时间|附件"
    r"|From|To|Cc|Bcc|Subject|Date|Sent|Reply-To)\s*[:：]\s*(?P<value>.*)",
    re.IGNORECASE,
)
_SENDER = re.compile(r"发件人|寄件[人者]|From", re.IGNORECASE)
_ADDRESS = re.compile(r"[<\[(（]?\s*[\w.+-]+@[\w.-]+\s*[>\])）]?")
_SUBJECT = re.compile(r"主题|主旨|主題|Subject", re.IGNORECASE)
_DATE = re.compile(r"日期|时间|發送時間|发送时间|Date|Sent", re.IGNORECASE)
_ANSWER = re.compile(r"(?:(?:Re|Fwd?|回复|回覆|答复|转发|轉發)\s*[:：]\s*)+", re.IGNORECASE)
_MARKS = re.compile(r"\s*(?:>[ \u3000]?)+")
_TOP, _FEWEST_QUOTED, _LONGEST_SIGNATURE = 12, 2, 8
# A line is wrapped if it is this share of the widest line of its depth: without and with a stop at its end.
_WRAPPED, _WRAPPED_AT_STOP = 0.6, 0.92
_STOPS = "。！？…；：”」』)）.!?:;"


@dataclass(frozen=True, slots=True)
class Mail:
    """The rows of a text without what mail programs add; title, date and sender by its head, or ""."""

    rows: tuple[Row, ...]
    notes: tuple[Message, ...]
    title: str
    date: str
    author: str


def read_mail(rows: Sequence[Row]) -> Mail:
    """Read a text that may be a mail; any other text stays as it is."""
    kept = list(rows)
    heads = {n: match for n, (_, text) in enumerate(kept[:_TOP]) if (match := _HEADER.fullmatch(text))}
    names = " ".join(match["name"] for match in heads.values())
    quoted = [n for n, (_, text) in enumerate(kept) if text.lstrip().startswith(">")]
    sent = bool(_SENDER.search(names) and (_SUBJECT.search(names) or len(heads) > 2))
    answers = len(quoted) >= _FEWEST_QUOTED
    if not (sent or answers):
        return Mail(tuple(rows), (), "", "", "")
    title = date = author = ""
    notes: list[Message] = []
    if sent:
        title, date, author = _facts(heads.values())
        _blank(kept, heads)
        notes.append(worded("略去邮件头 %(n)s 行（发件人、收件人等）", n=len(heads)))
    depths: defaultdict[int, int] = defaultdict(int)
    for n in quoted if answers else ():
        marks = _MARKS.match(kept[n][1])
        depths[n] = marks[0].count(">") if marks else 0
        kept[n] = (kept[n][0], kept[n][1][marks.end() if marks else 0 :])
    if answers:
        notes.append(worded("去掉 %(n)s 行行首的引用符号“>”", n=len(quoted)))
    if signature := _signature(kept):
        _blank(kept, signature)
        notes.append(worded("略去邮件签名 %(n)s 行", n=len(signature)))
    return Mail(tuple(_joined(kept, depths)), tuple(notes), title, date, author)


def _facts(heads: Iterable[re.Match[str]]) -> tuple[str, str, str]:
    """The subject, without signs of an answer, the day, and the sender's name without an address."""
    title = date = author = ""
    for head in heads:
        value = head["value"].strip()
        if _SUBJECT.fullmatch(head["name"]):
            title = title or _ANSWER.sub("", value)
        elif _DATE.fullmatch(head["name"]):
            found = find_date(value)
            date = date or (found[0] if found else iso_date(value))
        elif _SENDER.fullmatch(head["name"]):
            name = _ADDRESS.sub("", value).strip(" \"'<>")
            author = author or (re.sub(r"\s", "", name) if not name.isascii() else name)
    return title, date, author


def _blank(rows: list[Row], which: Iterable[int]) -> None:
    for n in which:
        rows[n] = (rows[n][0], "")


def _signature(rows: Sequence[Row]) -> list[int]:
    """The line of two hyphens near the end, and those below it."""
    start = next((n for n in range(len(rows) - 1, -1, -1) if rows[n][1].rstrip() == "--"), len(rows))
    lines = [n for n in range(start, len(rows)) if rows[n][1].strip()]
    return lines if len(lines) <= _LONGEST_SIGNATURE else []


def _joined(rows: Sequence[Row], depths: Mapping[int, int]) -> Iterator[Row]:
    """The rows with the lines of each paragraph joined: a mail has blank lines between its paragraphs."""
    widest: defaultdict[int, int] = defaultdict(int)
    for n, (_, text) in enumerate(rows):
        widest[depths.get(n, 0)] = max(widest[depths.get(n, 0)], width_of(text.strip()))
    paragraph: Row | None = None
    before = ""  # the last line of the open paragraph
    for n, (number, text) in enumerate(rows):
        depth, words = depths.get(n, 0), text.strip()
        same = n > 0 and depth == depths.get(n - 1, 0)
        if paragraph and words and same and _goes_on(before, words, widest[depth]):
            latin = before[-1].isascii() and words[0].isascii()
            paragraph = (paragraph[0], paragraph[1] + " " * latin + words)
        else:
            if paragraph:
                yield paragraph
            if not words:
                yield number, ""
            paragraph = (number, text.rstrip()) if words else None
        before = words
    if paragraph:
        yield paragraph


def _goes_on(line: str, following: str, widest: int) -> bool:
    """Whether a paragraph goes on from one line of a mail to the next."""
    if begins_block(following):
        return False
    share = width_of(line) / max(widest, 1)
    return share >= (_WRAPPED_AT_STOP if line[-1] in _STOPS else _WRAPPED)
