"""Undoes what mail, subtitles, text recognition and copying from pages did to the lines of a plain text.

Every row keeps the number of its line, so that blocks can be traced to the text as received, which is kept
whole. Notes tell the parts that are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.i18n import Message, worded
from app.importers.gutters import columns
from app.importers.mail import Row, read_mail

__all__ = ["Cleaned", "Row", "clean"]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as its writer would have seen it.

    Attributes:
        rows: in reading order.
        title, date, author: of a mail, "" otherwise.
        apart: every row is a block of its own, as in subtitles.
    """

    rows: tuple[Row, ...]
    notes: tuple[Message, ...] = ()
    title: str = ""
    date: str = ""
    author: str = ""
    apart: bool = False


# -- mail


def _without_mail(cleaned: Cleaned) -> Cleaned:
    mail = read_mail(cleaned.rows)
    return Cleaned(mail.rows, mail.notes, mail.title, mail.date, mail.author)


# -- subtitles

_TIMING = re.compile(r"\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->\s*.*")
_CUE_STYLE = re.compile(r"</?[ibuc](?:\.[^>]*)?>|</?font[^>]*>|\{\\[^}]*\}", re.IGNORECASE)
_HAN_LETTER = re.compile("[\u3400-\u9fff]")
_FEWEST_CUES = 2


def _without_timings(cleaned: Cleaned) -> Cleaned:
    """The words of subtitles (SRT, WebVTT) without numbers and timings."""
    rows = list(cleaned.rows)
    cues = [n for n, (_, text) in enumerate(rows) if _TIMING.fullmatch(text)]
    if len(cues) < _FEWEST_CUES:
        return cleaned
    for n in cues:
        rows[n] = (rows[n][0], "")
        if n and rows[n - 1][1].strip().isdigit():
            rows[n - 1] = (rows[n - 1][0], "")
    if rows[0][1].startswith("WEBVTT"):
        rows[0] = (rows[0][0], "")
    note = worded("这是字幕：略去 %(n)s 条的序号和时间", n=len(cues))
    return replace(cleaned, rows=tuple(_cues(rows)), notes=(*cleaned.notes, note), apart=True)


def _cues(rows: Sequence[Row]) -> Iterator[Row]:
    """One row for the lines of each cue; a line in another script, a translation, has a row of its own."""
    cue: Row | None = None
    for n, text in rows:
        words = _CUE_STYLE.sub("", text).strip()
        if cue and words and bool(_HAN_LETTER.search(words)) == bool(_HAN_LETTER.search(cue[1])):
            between = "" if _HAN_LETTER.search(words) else " "
            cue = (cue[0], cue[1] + between + words)
            continue
        if cue:
            yield cue
        cue = (n, words) if words else None
    if cue:
        yield cue


# -- links of encyclopedias

_EDIT_LINK = re.compile(
    r"(?<=\S)[\[【]\s*(?:编辑|編輯|edit)(?:\s*[|｜/]\s*[^\]】]{1,10})?\s*[\]】]\s*$", re.IGNORECASE
)
_BACK_LINK = re.compile(r"^\s*[\^↑]\s*(?:(?:\d+\.\d+|[a-z])\s+)*(?=[\[〔【])")
_FEWEST_LINKS = 2


def _without_links(cleaned: Cleaned) -> Cleaned:
    """The rows without the links after headings, 历史[编辑], and before notes, ^ [1]."""
    found = [n for n, text in cleaned.rows if _EDIT_LINK.search(text)]
    if len(found) < _FEWEST_LINKS:
        return cleaned
    rows = tuple((n, _BACK_LINK.sub("", _EDIT_LINK.sub("", text))) for n, text in cleaned.rows)
    note = worded("去掉标题后面的“[编辑]” %(n)s 处", n=len(found))
    return replace(cleaned, rows=rows, notes=(*cleaned.notes, note))


# -- marks of vertical lines

_VERTICAL = str.maketrans(
    "︐︑︒︓︔︕︖︗︘︙︱︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄",
    "，、。：；！？〖〗…—（）｛｝〔〕【】《》〈〉「」『』",
)
_VERTICAL_MARK = re.compile("[︐-︙︱︵-﹄]")


def _upright(cleaned: Cleaned) -> Cleaned:
    """The rows with the usual marks in place of those that only vertical lines use."""
    found = sum(len(_VERTICAL_MARK.findall(text)) for _, text in cleaned.rows)
    if not found:
        return cleaned
    rows = tuple((n, text.translate(_VERTICAL)) for n, text in cleaned.rows)
    note = worded("竖排标点 %(n)s 个换成横排标点", n=found)
    return replace(cleaned, rows=rows, notes=(*cleaned.notes, note))


# -- spaces of text recognition

_HAN = "\u3400-\u9fff，。、；：？！“”‘’（）《》「」『』〔〕【】…—"
_APART = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])")
_TOGETHER = re.compile(f"(?<=[{_HAN}])(?=[{_HAN}])")
_APART_ALL = re.compile(f"(?<=[{_HAN}\\d.%％]) (?=[{_HAN}\\d.%％])")
_SENTENCE = re.compile("[，。；]")
# Of lines with a comma or stop: how many are looked for at least, how many spaces make one spaced, and the
# share of spaced lines in a text that was recognised badly. A line of verse has one space, in its middle.
_FEWEST_SPACED, _SPACES, _SPACED = 3, 2, 0.5
_LONG = 8  # characters of a line that can show spaces


def _without_spaces(cleaned: Cleaned) -> Cleaned:
    """The rows without spaces between Han characters, where text recognition left them in most lines."""
    prose = [text for _, text in cleaned.rows if len(text) > _LONG and _SENTENCE.search(text)]
    spaced = sum(len(_APART.findall(text)) >= _SPACES for text in prose)
    if spaced < _FEWEST_SPACED or spaced < _SPACED * len(prose):
        return cleaned
    rows: list[Row] = []
    left = 0
    for n, text in cleaned.rows:
        apart = _APART if 2 * len(_APART.findall(text)) < len(_TOGETHER.findall(text)) else _APART_ALL
        words, taken = apart.subn("", text)
        rows.append((n, words))
        left += taken
    note = worded("去掉汉字之间识别出的空格 %(n)s 个", n=left)
    return replace(cleaned, rows=tuple(rows), notes=(*cleaned.notes, note))


# -- columns next to each other


def _in_columns(cleaned: Cleaned) -> Cleaned:
    """The rows with a right column below the left one, where both were copied line by line."""
    parts = columns([text for _, text in cleaned.rows])
    if not parts:
        return cleaned
    numbers = [n for n, _ in cleaned.rows]
    rows = tuple((numbers[k], text) for part in parts for k, text in part)
    note = worded("两栏并排的文字，按先左后右接起来，请对照原文")
    return replace(cleaned, rows=rows, notes=(*cleaned.notes, note))


_STEPS: Sequence[Callable[[Cleaned], Cleaned]] = (
    _without_mail,
    _without_timings,
    _without_links,
    _upright,
    _without_spaces,
    _in_columns,
)


def clean(text: str) -> Cleaned:
    """The rows of a plain text as its writer would have seen them."""
    cleaned = Cleaned(tuple(enumerate(text.splitlines(), 1)))
    for step in _STEPS if cleaned.rows else ():
        cleaned = step(cleaned)
    return cleaned
