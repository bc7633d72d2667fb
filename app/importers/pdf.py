"""Reads PDF into lines of text that keep the layout, for reflow.

A PDF has no lines, only glyphs at positions. Here glyphs become lines, columns get their reading order, and
the signs of paragraphs become text: ideographic spaces for an indent, an empty line for a gap, and empty
lines around text in another size or face. Reflow decides which lines are headings, page numbers or
running heads.
"""

from __future__ import annotations

import ctypes
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from app.i18n import worded
from app.importers.encodings import FORBIDDEN, is_bad
from app.importers.imported import Imported, library, refuse
from app.importers.metadata import own_words
from app.importers.raised import Raised
from app.text.dates import iso_date

_PAGES = 2_000
_CHARS = 5_000_000  # in the whole document, about ten long novels
_GLYPHS = 60_000  # on one page; a full newspaper page has about 12,000
_ASIDE = 1.5  # em; a wider gap between glyphs may separate columns
_INDENT = 20  # em; the widest indent, for centred headings

# Some fonts map characters to radicals of the same shape. NFKC is right only for the Kangxi block: elsewhere
# it would turn ， into a comma. It knows two radicals of the supplement; the others that have an equivalent
# character are here (Unicode, EquivalentUnifiedIdeograph.txt).
_SUPPLEMENT = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑尣⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬"
    "⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳网⺴网⺵网⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼月⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西"
    "⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼"
    "⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
_FOLD = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0x2F00, 0x2FD6), 0x2E9F, 0x2EF3)},
    **dict(zip(map(ord, _SUPPLEMENT[::2]), _SUPPLEMENT[1::2], strict=True)),
    0xFFFE: "-",  # pdfium's hyphen at the end of a line
    0x02: "-",
    0xA0: " ",
}
_FEWEST_ROWS = 2  # of a table
_WIDEST_CELL = 16  # ems
_EMPTY = "\u2060"
# Left and right end of each column of a table.
Columns = Sequence[tuple[float, float]]
_RAISED_FIGURES = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = str.maketrans("0123456789", _RAISED_FIGURES)
_LOWERED = str.maketrans(_RAISED_FIGURES, "0123456789")
_lock = threading.Lock()  # pdfium is not thread-safe


@dataclass(slots=True)
class DrawnLine:
    """Glyphs in a row, rotated so that they run to the right; grows while reading.

    Attributes:
        x, end: start of the first and end of the last glyph, in points.
        y: the base line.
        em: the width of a Chinese character.
        face: of its first and of its last glyph.
    """

    x: float
    end: float
    y: float
    em: float
    face: tuple[str, str]
    words: list[str] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)  # before each of the words

    @property
    def text(self) -> str:
        """The words; a space between Chinese characters needs a gap well above the line's median."""
        least = median(self.gaps) + 0.2 * self.em
        words = []
        for n, (word, gap) in enumerate(zip(self.words, self.gaps, strict=True)):
            between = word == " " and n and _is_wide(self.words[n - 1][-1]) and _is_wide(self.words[n + 1][0])
            words.append("" if between and gap < least else word)
        return "".join(words).strip(" \u3000")

    def add(self, glyph: _Glyph, spaces: str) -> None:
        """Append a glyph after optional spaces."""
        gap = glyph.x - self.end
        if spaces:
            self.words.append(spaces)
            self.gaps.append(gap)
        raised = glyph.em < 0.75 * self.em and glyph.y - self.y > 0.15 * self.em
        self.words.append(glyph.char.translate(_RAISED) if raised else glyph.char)
        self.gaps.append(gap)
        self.end = max(self.end, glyph.end)
        self.face = (self.face[0], glyph.face)
        if _is_wide(glyph.char):
            self.em = max(self.em, glyph.em)

    def overlaps(self, other: DrawnLine) -> bool:
        """Whether the lines overlap horizontally."""
        return min(self.end, other.end) > max(self.x, other.x)


@dataclass(frozen=True, slots=True)
class _Glyph:
    char: str
    x: float
    end: float
    y: float
    em: float
    face: str


def read_pdf(name: str, data: bytes) -> Imported:
    """Read a PDF with a text layer.

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
            return _read(name, document, pdfium)
        finally:
            document.close()


def _read(name: str, document: Any, pdfium: Any) -> Imported:
    if len(document) > _PAGES:
        raise refuse(
            name,
            "F12",
            worded(
                "the PDF has %(pages)s pages, the limit is %(limit)s",
                pages=format(len(document), ","),
                limit=format(_PAGES, ","),
            ),
            "split it into parts",
        )
    pages: list[list[DrawnLine]] = []
    damaged: list[int] = []
    readings = chars = 0
    for number in range(len(document)):
        try:
            glyphs = _glyphs(document[number], pdfium)
        except pdfium.PdfiumError:
            glyphs = []
            damaged.append(number + 1)
        chars += len(glyphs)
        if chars > _CHARS:
            raise refuse(
                name,
                "F12",
                worded("the PDF has more than %(limit)s characters", limit=format(_CHARS, ",")),
                "split it into parts",
            )
        lines = _with_drop_caps([line for line in _lines(glyphs) if line.text])
        kept = _without_readings(lines)
        readings += len(lines) - len(kept)
        pages.append(_joined(_in_reading_order(kept)))
    text = _with_note_numbers(_laid_out(pages))
    empty = [n for n, lines in enumerate(pages, 1) if not lines and n not in damaged]
    unreadable = sum(map(is_bad, text)) > 0.3 * len(text)
    if unreadable or not text.strip():
        what = "its text cannot be decoded: its fonts do not say which characters they hold"
        raise refuse(
            name,
            "F17" if pages else "F14",
            what if unreadable else "the PDF has no text layer: its pages are pictures, as from a scanner",
            "run text recognition (OCR) over it first, and import the result",
        )
    notes = []
    try:
        facts = document.get_metadata_dict()
    except UnicodeDecodeError:
        facts = {}
        notes.append(worded("文件的标题、作者等信息已损坏，未读取"))
    if empty:
        notes.append(worded("第 %(pages)s 页没有文字层（可能是图片），未导入", pages=_listed(empty)))
    if damaged:
        notes.append(worded("第 %(pages)s 页已损坏，未导入", pages=_listed(damaged)))
    if readings:
        notes.append(worded("略去注音 %(n)s 处", n=readings))
    if any(is_bad(char) for char in text):
        notes.append(worded("有无法识别的字符，请对照原文"))
    if made := iso_date(facts.get("CreationDate", "")):
        notes.append(worded("PDF 文件制作于 %(date)s，发表日期未载明", date=made))
    return Imported(
        text,
        None,
        "pdf",
        title=own_words(facts.get("Title", "")),
        notes=tuple(notes),
    )


def _glyphs(page: Any, pdfium: Any) -> list[_Glyph]:
    """A page's characters in drawing order, rotated so that lines run to the right."""
    raw, textpage = pdfium.raw, page.get_textpage()
    try:
        count = min(textpage.count_chars(), _GLYPHS)
        x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
        name, flags = ctypes.create_string_buffer(64), ctypes.c_int()
        turn = page.get_rotation() % 360
        found: list[tuple[str, float, float, float, float, float, float, str, bool]] = []
        for n in range(count):
            code = raw.FPDFText_GetUnicode(textpage, n)
            if code in (0, 10, 13) or not raw.FPDFText_GetCharOrigin(textpage, n, x, y):
                continue
            raw.FPDFText_GetLooseCharBox(textpage, n, box)
            size = raw.FPDFText_GetFontInfo(textpage, n, name, 64, flags)
            char = _FOLD.get(code) or (chr(code) if code <= 0x10FFFF else "\ufffd")
            if FORBIDDEN.match(char) or 0xD800 <= code < 0xE000:
                char = "\ufffd"
            found.append(
                (
                    char,
                    x.value,
                    y.value,
                    box.left,
                    box.right,
                    box.bottom,
                    box.top,
                    name.value.decode("utf-8", "replace") if 0 < size <= 64 else "",
                    raw.FPDFText_IsGenerated(textpage, n) == 1,
                )
            )
    finally:
        textpage.close()
    # in vertical text each character is below the previous one, and columns run to the left
    steps = [(abs(b[1] - a[1]), a[2] - b[2]) for a, b in pairwise(f for f in found if not f[8])]
    if turn == 0 and sum(dy > 3 * dx for dx, dy in steps) > 0.5 * max(1, len(steps)):
        turn = 270
    glyphs = []
    for char, left, base, x0, x1, y0, y1, face, _ in found:
        wide, high = (x1 - x0, y1 - y0) if turn in (0, 180) else (y1 - y0, x1 - x0)
        em = wide if _is_wide(char) and wide > 0.5 * high else high
        at, line = {0: (left, base), 90: (base, -left), 180: (-left, -base), 270: (-base, left)}[turn]
        glyphs.append(_Glyph(char, at, at + max(0.0, wide), line, em, face))
    return glyphs


def _lines(glyphs: Sequence[_Glyph]) -> Iterator[DrawnLine]:
    """Group glyphs into lines; a gap that may separate columns also ends a line."""
    line: DrawnLine | None = None
    spaces = ""
    for glyph in glyphs:
        if glyph.char in " \u3000\t":
            spaces += "\u3000" if glyph.char == "\u3000" else " "
            continue
        if line:
            gap = glyph.x - line.end
            level = abs(glyph.y - line.y)
            near = level < 0.3 * line.em or (level < 0.5 * line.em and -0.3 * line.em < gap < 0.5 * line.em)
            if near and -0.6 * line.em < gap < _ASIDE * line.em:
                line.add(glyph, "\u3000" * spaces.count("\u3000") or spaces[:1])
                spaces = ""
                continue
            yield line
        spaces = ""
        line = DrawnLine(glyph.x, glyph.end, glyph.y, max(glyph.em, 0.1), (glyph.face, glyph.face))
        line.add(glyph, "")
    if line:
        yield line


def _with_drop_caps(lines: list[DrawnLine]) -> list[DrawnLine]:
    """The lines with a large first character put before the line that it begins."""
    if len(lines) < 4:
        return lines
    body = median(line.em for line in lines)
    for cap in [line for line in lines if len(line.text) == 1 and line.em > 1.7 * body]:
        beside = [
            line
            for line in lines
            if line is not cap
            and line.em < 1.3 * body
            and cap.y - 0.3 * body <= line.y <= cap.y + cap.em
            and -0.5 * body < line.x - cap.end < 2 * body
        ]
        if len(beside) < 2:
            continue
        first = max(beside, key=lambda line: line.y)
        first.words.insert(0, cap.text)
        first.gaps.insert(0, 0.0)
        for line in beside:
            line.x = cap.x
        lines = [line for line in lines if line is not cap]
    return lines


def _with_note_numbers(text: str) -> str:
    """The text with raised figures as note numbers or exponents: 1958[1]年, 10³米."""
    raised = Raised()

    def plain(match: re.Match[str]) -> str:
        figures = match[0].translate(_LOWERED)
        return raised.superscript(text[max(0, match.start() - 12) : match.start()], figures, note=False)

    return re.sub(f"[{_RAISED_FIGURES}]{{1,3}}", plain, text)


def _without_readings(lines: list[DrawnLine]) -> list[DrawnLine]:
    """The lines without pronunciations: small pinyin, zhuyin or kana close above another line."""
    if not lines:
        return lines
    body = median(line.em for line in lines)
    return [
        line
        for line in lines
        if line.em > 0.65 * body
        or any((_is_wide(char) and not _is_kana(char)) or char.isdigit() for char in line.text)
        or not any(
            0 < line.y - other.y < 1.6 * other.em
            and other.em > 1.4 * line.em
            and other.x - 1 <= line.x <= other.end
            for other in lines
        )
    ]


def _in_reading_order(lines: list[DrawnLine]) -> list[DrawnLine]:
    """Lines in drawing order, unless that cannot be the reading order.

    Typesetting programs draw text by text; analysing white space would not improve that. Other programs draw
    line by line across columns, or in any order: then columns are read from the left, each from the top.
    """
    if len(lines) < 8 or len(lines) > 3_000:
        return lines
    em = median(line.em for line in lines)
    across = upward = 0
    for line, after in pairwise(lines):
        if abs(line.y - after.y) < 0.3 * em and after.x - line.end >= _ASIDE * em:
            across += min(line.end - line.x, after.end - after.x) > 6 * em  # table cells are shorter
        elif after.y > line.y + 0.5 * em and line.overlaps(after):
            upward += 1
    return _by_columns(lines) if across >= 4 or upward > max(2, len(lines) // 5) else lines


def _by_columns(lines: list[DrawnLine]) -> list[DrawnLine]:
    """Lines by column; lines that cross a gutter divide the page into bands."""
    gutter = _gutter(lines)
    if gutter is None:
        return sorted(lines, key=lambda line: (-line.y, line.x))
    spanning = sorted((ln for ln in lines if ln.x < gutter < ln.end), key=lambda line: -line.y)
    rest = [line for line in lines if not line.x < gutter < line.end]
    ordered: list[DrawnLine] = []
    for bound in (*spanning, None):
        band = [line for line in rest if bound is None or line.y > bound.y]
        rest = [line for line in rest if line not in band]
        ordered += _by_columns([line for line in band if line.end <= gutter])
        ordered += _by_columns([line for line in band if line.x >= gutter])
        if bound:
            ordered.append(bound)
    return ordered


def _gutter(lines: list[DrawnLine]) -> float | None:
    """The x that best divides lines into columns: many lines on both sides, few across."""
    best, place = 2.0, None
    for x in sorted({line.x for line in lines}):
        at = x - 0.1
        left = [line for line in lines if line.end <= at]
        right = [line for line in lines if line.x >= at]
        if min(len(left), len(right)) < 3:
            continue
        together = min(max(ln.y for ln in left), max(ln.y for ln in right)) - max(
            min(ln.y for ln in left), min(ln.y for ln in right)
        )
        score = min(len(left), len(right)) - 2 * (len(lines) - len(left) - len(right))
        if together > 0 and score > best:
            best, place = score, at
    return place


def _joined(lines: list[DrawnLine]) -> list[DrawnLine]:
    """Join parts of one line that a wide gap or a reading above had separated; rows of a table by tabs."""
    rows: list[list[DrawnLine]] = []
    for line in lines:
        last = rows[-1][-1] if rows else None
        if last and abs(last.y - line.y) < 0.3 * last.em and line.x - last.end > -0.3 * last.em:
            rows[-1].append(line)
        else:
            rows.append([line])
    joined: list[DrawnLine] = []
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and _is_row(rows[end]):
            end += 1
        columns = [(part.x, part.end) for part in max(rows[start:end], key=len, default=[])]
        if end - start >= _FEWEST_ROWS and len(columns) > 1 and _fit(rows[start:end], columns):
            joined += [_row(row, columns) for row in rows[start:end]]
        else:
            end = max(end, start + 1)
            joined += [_spaced(row) for row in rows[start:end]]
        start = end
    return joined


def _is_row(row: list[DrawnLine]) -> bool:
    """Whether a line has several parts, all short."""
    return len(row) > 1 and all(part.end - part.x < _WIDEST_CELL * part.em for part in row)


def _column(part: DrawnLine, columns: Columns) -> int:
    """The column of a table that a cell is in: the one whose widest row has a cell nearest to it."""
    middle = (part.x + part.end) / 2
    return min(
        range(len(columns)),
        key=lambda n: min(
            abs(part.x - columns[n][0]),
            abs(part.end - columns[n][1]),
            abs(middle - sum(columns[n]) / 2),
        ),
    )


def _fit(rows: list[list[DrawnLine]], columns: Columns) -> bool:
    """Whether every row has at most one cell in each column, in order."""
    places = [[_column(part, columns) for part in row] for row in rows]
    return all(a < b for row in places for a, b in pairwise(row))


def _row(row: list[DrawnLine], columns: Columns) -> DrawnLine:
    """The cells of a row, an empty one marked by a character of no width, with tabs between."""
    cells = {_column(part, columns): part.text for part in row}
    line = row[0]
    line.words = ["\t".join(cells.get(n, _EMPTY) for n in range(len(columns)))]
    line.gaps = [0.0]
    line.end, line.face = row[-1].end, (line.face[0], row[-1].face[1])
    return line


def _spaced(row: list[DrawnLine]) -> DrawnLine:
    """The parts of a line with ideographic spaces between."""
    line = row[0]
    for part in row[1:]:
        gap = min(4, round((part.x - line.end) / line.em))
        line.words += ["\u3000" * gap, *part.words]
        line.gaps += [0.0, *part.gaps]
        line.end, line.face = part.end, (line.face[0], part.face[1])
    return line


def _laid_out(pages: list[list[DrawnLine]]) -> str:
    """The text with indents as spaces and gaps as empty lines."""
    runs = [run for lines in pages for run in _runs(lines)]
    edges = Counter(round(_edge(run)) for run in runs if len(run) >= 5)
    rows: list[str] = []
    above: tuple[DrawnLine, list[DrawnLine]] | None = None
    for run in runs:
        pitch = median([a.y - b.y for a, b in pairwise(run)] or [1.7 * run[0].em])
        edge = _edge(run)
        if len(run) < 5:  # too few to tell where the column begins
            edge = max((e for e in edges if -1 < edge - e < 4.5 * run[0].em), default=edge)
        width = max(line.end for line in run) - edge
        face = Counter(face for line in run for face in line.face).most_common(1)[0][0]
        apart = False
        for n, line in enumerate(run):
            unlike = face not in line.face and line.end - line.x < 0.85 * width and len(run) > 2
            gap = bool(n) and run[n - 1].y - line.y > max(1.35 * pitch, 1.2 * line.em)
            if rows and (gap or unlike != apart or (above and not n and _is_parted(above[0], line, pitch))):
                rows.append("")
            indent = min(_INDENT, max(0, round((line.x - edge) / line.em)))
            rows.append("\u3000" * indent + line.text)
            apart, above = unlike, (line, run)
    return "\n".join(rows) + "\n" if rows else ""


def _is_parted(above: DrawnLine, line: DrawnLine, pitch: float) -> bool:
    """Whether an empty line belongs between the last line of one run and the first of the next."""
    if abs(above.em - line.em) > 0.08 * line.em:
        return True
    return above.overlaps(line) and above.y - line.y > max(1.35 * pitch, 1.2 * line.em)


def _runs(lines: list[DrawnLine]) -> Iterator[list[DrawnLine]]:
    """Runs of consecutive lines of a column in one size."""
    run: list[DrawnLine] = []
    for line in lines:
        if run and not (
            line.y < run[-1].y
            and any(line.overlaps(other) for other in run[-3:])
            and abs(line.em - run[-1].em) <= 0.08 * line.em
        ):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _edge(run: list[DrawnLine]) -> float:
    """The left edge of a column: the leftmost start of a line, shared by several in a long column."""
    starts = sorted(line.x for line in run)
    em = run[0].em
    wanted = 1 if len(run) < 12 else max(2, len(run) // 20)
    shared = (x for x in starts if sum(abs(other - x) < 0.3 * em for other in starts) >= wanted)
    return next(shared, starts[0])


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF" or char in "“”‘’…—·"


def _is_kana(char: str) -> bool:
    return "\u3040" <= char <= "\u312f" or "\u31a0" <= char <= "\u31ff"


def _listed(numbers: list[int]) -> str:
    return "、".join(map(str, numbers[:10])) + (" 等" if numbers[10:] else "")
