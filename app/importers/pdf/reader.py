"""The whole way from the bytes of a PDF to its text and the blocks that its pages tell apart."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.i18n import Message, worded
from app.importers.encodings import is_bad
from app.importers.imported import Imported, library, refuse
from app.importers.metadata import own_words
from app.importers.pdf.furniture import body_size, without_furniture
from app.importers.pdf.glyphs import Sheet, read_sheet
from app.importers.pdf.layout import laid_out
from app.importers.pdf.lines import DrawnLine, lines_of, with_drop_caps, without_readings
from app.importers.pdf.notes import mark_notes, take_up_notes
from app.importers.pdf.numbers import LineNumbers
from app.importers.pdf.order import in_reading_order, with_tables
from app.importers.pdf.scans import SCANNED, Recogniser
from app.importers.pdf.tables import joined, with_ruled_tables
from app.text.dates import iso_date

_PAGES = 2_000
_CHARS = 5_000_000  # in the whole document, about ten long novels
_SHOWN = 5  # lines of the page that a note names
_LONGEST_SHOWN = 30
_lock = threading.Lock()  # pdfium is not thread-safe


@dataclass(slots=True)
class _Pages:
    """The pages of a document while they are read, and the parts left out."""

    lines: list[list[DrawnLine]] = field(default_factory=list)
    tables: list[list[DrawnLine]] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    readings: int = 0
    numbers: LineNumbers = field(default_factory=LineNumbers)
    aslant: dict[str, None] = field(default_factory=dict)
    scanned: list[int] = field(default_factory=list)  # pages whose text was recognised

    @property
    def empty(self) -> tuple[int, ...]:
        """Numbers of pages without text, which are pictures."""
        pages = enumerate(zip(self.lines, self.tables, strict=True), 1)
        return tuple(n for n, (lines, rows) in pages if not lines and not rows and n not in self.damaged)

    def add(self, sheet: Sheet) -> None:
        """Make the lines of the next page."""
        rows, rest = with_ruled_tables(sheet.glyphs, sheet.rules)
        lines = [line for line in lines_of(self.numbers.removed(rest)) if line.text]
        lines = with_drop_caps(lines)
        kept = without_readings(lines)
        self.readings += len(lines) - len(kept)
        self.lines.append(kept)
        self.tables.append(rows)
        if sheet.aslant:
            self.aslant[sheet.aslant] = None


def read_pdf(name: str, data: bytes, *, scans: bool = False) -> Imported:
    """Read a PDF.

    Args:
        name: the file's name, for messages.
        scans: recognise the text of pages that are pictures; needs the extra `ocr`.

    Raises:
        ContentError: damaged (F14), locked (F15), too many pages or characters (F12), pictures only (F17).
        MissingExtra: the extra `import` is not installed.
    """
    pdfium = library("pypdfium2", "a PDF file")
    with _lock:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as fault:
            if "assword" in str(fault) or "ecurity" in str(fault):
                raise refuse(
                    name, "F15", "the PDF is locked with a password", "save a copy without one"
                ) from fault
            raise refuse(
                name, "F14", "the PDF is damaged or was cut short", "fetch or save it again, in full"
            ) from fault
        try:
            return _read(name, document, pdfium, Recogniser() if scans else None)
        finally:
            document.close()


def _read(name: str, document: Any, pdfium: Any, recogniser: Recogniser | None) -> Imported:
    pages = _pages(name, document, pdfium, recogniser)
    texts, furniture = without_furniture(pages.lines)
    body = body_size(texts)
    ordered: list[list[DrawnLine]] = []
    unfinished = False
    for lines, rows in zip(texts, pages.tables, strict=True):
        page = joined(with_tables(in_reading_order(lines), rows))
        going_on, unfinished = unfinished, mark_notes(page, body, unfinished=unfinished)
        if going_on:
            take_up_notes(page, ordered[-1])
        ordered.append(page)
    text, told = laid_out(ordered)
    unreadable = sum(map(is_bad, text)) > 0.3 * len(text)
    if unreadable or not text.strip():
        fonts = worded("its text cannot be decoded: its fonts do not say which characters they hold")
        pictures = worded("the PDF has no text layer: its pages are pictures, as from a scanner")
        problem = fonts if unreadable else pictures
        remedy = worded(
            "run text recognition (OCR) over it, and import the result; meipi add does so with the extra ocr"
        )
        raise refuse(name, "F17" if pages.lines else "F14", problem, remedy)
    title, notes = _facts(document)
    notes = [*_notes(pages, furniture), *notes]
    if recogniser and pages.scanned:
        notes.insert(
            0,
            worded(
                "第 %(pages)s 页是图片，文字由识别得来，其中 %(n)s 行没有把握，请对照原文",
                pages=_listed(pages.scanned),
                n=recogniser.doubtful,
            ),
        )
    if any(is_bad(char) for char in text):
        notes.append(worded("有无法识别的字符，请对照原文"))
    return Imported(text, None, "pdf", title=title, notes=tuple(notes), told=told, pictures=pages.empty)


def _pages(name: str, document: Any, pdfium: Any, recogniser: Recogniser | None) -> _Pages:
    """Read every page.

    Raises:
        ContentError: too many pages or characters (F12).
    """
    if len(document) > _PAGES:
        problem = worded(
            "the PDF has %(pages)s pages, the limit is %(limit)s",
            pages=format(len(document), ","),
            limit=format(_PAGES, ","),
        )
        raise refuse(name, "F12", problem, "split it into parts")
    pages = _Pages()
    chars = 0
    for number in range(len(document)):
        try:
            sheet = read_sheet(document[number], pdfium)
        except pdfium.PdfiumError:
            sheet = Sheet((), ())
            pages.damaged.append(number + 1)
        chars += len(sheet.glyphs)
        if chars > _CHARS:
            problem = worded("the PDF has more than %(limit)s characters", limit=format(_CHARS, ","))
            raise refuse(name, "F12", problem, "split it into parts")
        pages.add(sheet)
        if recogniser and not pages.lines[-1] and not pages.tables[-1]:
            if len(pages.scanned) == SCANNED:
                problem = worded("more than %(limit)s pages are pictures", limit=SCANNED)
                raise refuse(name, "F12", problem, "split it into parts")
            pages.lines[-1] = recogniser.lines(document[number])
            pages.scanned.append(number + 1)
    return pages


def _facts(document: Any) -> tuple[str, list[Message]]:
    """The title that the file's metadata give, and notes on them."""
    try:
        facts = document.get_metadata_dict()
    except UnicodeDecodeError:
        return "", [worded("文件的标题、作者等信息已损坏，未读取")]
    made = iso_date(facts.get("CreationDate", ""))
    notes = [worded("PDF 文件制作于 %(date)s，发表日期未载明", date=made)] if made else []
    return own_words(facts.get("Title", "")), notes


def _notes(pages: _Pages, furniture: Sequence[str]) -> Iterator[Message]:
    """Notes on the parts left out."""
    if pages.empty:
        yield worded("第 %(pages)s 页没有文字层（可能是图片），未导入", pages=_listed(pages.empty))
    if pages.damaged:
        yield worded("第 %(pages)s 页已损坏，未导入", pages=_listed(pages.damaged))
    if pages.readings:
        yield worded("略去注音 %(n)s 处", n=pages.readings)
    if furniture:
        yield worded("略去页眉、页脚和页码 %(n)s 行：%(words)s", n=len(furniture), words=_quoted(furniture))
    if pages.numbers.count:
        yield worded("略去行号 %(n)s 个", n=pages.numbers.count)
    if pages.aslant:
        yield worded("略去水印：%(words)s", words=_quoted(list(pages.aslant)))


def _quoted(words: Sequence[str]) -> str:
    """Different words in order, the first few of them."""
    different = list(dict.fromkeys(words))
    shown = "／".join(text[:_LONGEST_SHOWN] for text in different[:_SHOWN])
    return shown + ("……" if different[_SHOWN:] else "")


def _listed(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers[:10])) + (" 等" if numbers[10:] else "")
