"""Reads Word files: headings, automatic numbers, tables, notes, text boxes; without deleted and hidden text.

mammoth was used before. It leaves out the numbers that Word makes, text boxes of newer files, simple fields
and formulas, and it prints hidden text; each of these needed the XML to be rewritten first.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.i18n import worded
from app.importers.archives import dublin_core, xml
from app.importers.blocks import Blocks, is_character, laid_out
from app.importers.formulas import linear
from app.importers.imported import Imported, refuse
from app.importers.metadata import language, own_words
from app.importers.numbering import Numbering, read_numbering
from app.importers.wordstyles import ParagraphStyle, Styles, read_styles
from app.importers.wordxml import MC, M, W, is_on, transitional, value, whole
from app.model import Piece
from app.text.dates import iso_date

_SKIPPED = frozenset(f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rt", "rubyPr"))
_TITLE_SIZE = 32  # half points: 小二 is 36, 三号 is 32, text 四号 28 or less
_LONGEST_CELL = 200  # characters; a table with longer cells is a layout
# Characters of the fonts Symbol and Wingdings, which Word writes as F000 + code.
_SYMBOLS = {
    **dict(zip((0xB0, 0xB1, 0xB2, 0xB4, 0xB7, 0xB8, 0xA3, 0xB3, 0xA5), "°±″×•÷≤≥∞", strict=True)),
    **dict(zip((0x61, 0x62, 0x67, 0x64, 0x6D, 0x70, 0x57, 0x53), "αβγδμπΩΣ", strict=True)),
}
_WINGDINGS = dict(
    zip((0xFC, 0xFE, 0xA8, 0x6F, 0x6C, 0x6E, 0x75, 0xD8, 0xE0, 0x76, 0xB2), "✓☑□□●■◆➢→❖★", strict=True)
)


def is_docx(names: frozenset[str]) -> bool:
    """Whether an archive with these members is a Word file."""
    return "[Content_Types].xml" in names and any(path.startswith("word/") for path in names)


def read_docx(name: str, archive: zipfile.ZipFile) -> Imported:
    """Read a Word file.

    Raises:
        ContentError: damaged (F14), too large (F12), a bomb (F16), or empty (F11).
    """
    reader = DocxReader(name, archive)
    pieces = reader.read()
    if not pieces:
        raise refuse(name, "F11", "the Word file holds no words", "check whether the text is in pictures")
    core = reader.part("docProps/core.xml")
    facts = dublin_core(core) if core is not None else {}
    notes = reader.notes()
    if made := iso_date(facts.get("created", "")):
        notes.append(worded("Word 文件建于 %(date)s，发表日期未载明", date=made))
    text, pieces = laid_out(pieces)
    return Imported(
        text,
        pieces,
        "docx",
        title=own_words(facts.get("title", "")),
        subtitle=reader.subtitle,
        lang=language(facts.get("language", "")),
        notes=tuple(notes),
    )


class DocxReader:
    """Feeds the parts of one Word file to `Blocks`.

    Attributes:
        subtitle: the words in the style of that name.
    """

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self._name, self._archive = name, archive
        self._members = frozenset(archive.namelist())
        styles, numbering = self.part("word/styles.xml"), self.part("word/numbering.xml")
        self._styles = read_styles(styles) if styles is not None else Styles()
        self._numbering = read_numbering(numbering) if numbering is not None else Numbering()
        self._blocks = Blocks()
        self._cited: list[Element] = []  # notes in the order of their first marks
        self._numbers: dict[Element, int] = {}
        self._found = self._all_notes()
        self._boxes: list[Element] = []  # of the open paragraph
        self._left_out: Counter[str] = Counter()
        self._title_size = 0
        self.subtitle = ""

    def part(self, path: str) -> Element | None:
        """The root of a part; None if the file lacks it."""
        return transitional(xml(self._name, self._archive, path)) if path in self._members else None

    def read(self) -> tuple[Piece, ...]:
        """The blocks of the text, and of its notes at the end."""
        document = self.part("word/document.xml")
        body = document.find(f"{W}body") if document is not None else None
        if body is None:
            raise refuse(self._name, "F14", "the Word file lacks its text", "save it again in Word")
        self._story(body)
        n = 0
        while n < len(self._cited):  # a note may cite another
            self._note(n + 1, self._cited[n])
            n += 1
        return self._blocks.pieces()

    def notes(self) -> list[str]:
        """Notes for the editor on everything left out."""
        words = {
            "hidden": "隐藏的文字 {} 字没有收入",
            "toc": "目录 {} 行没有收入",
            "formula": "公式 {} 处写成了一行文字，请对照原文",
            "picture": "有 {} 幅图片未导入",
            "symbol": "有 {} 个符号只有特殊字体才有，写成了〓，请对照原文",
            "object": "有 {} 个嵌入的对象（图表、公式等）未导入",
        }
        return [text.format(self._left_out[key]) for key, text in words.items() if self._left_out[key]]

    def _all_notes(self) -> dict[tuple[str, str], Element]:
        found = {}
        for kind in ("footnote", "endnote"):
            root = self.part(f"word/{kind}s.xml")
            for note in root.iter(f"{W}{kind}") if root is not None else ():
                if note.get(f"{W}type") in (None, "normal"):
                    found[kind, note.get(f"{W}id", "")] = note
        return found

    def _note(self, number: int, note: Element) -> None:
        self._blocks.label = f"[{number}]"
        self._blocks.open("aside", kind="note")
        self._story(note)
        self._blocks.close("aside")

    # -- blocks

    def _story(self, parent: Element) -> None:
        """The paragraphs and tables of a body, a cell, a note or a text box."""
        for child in parent:
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag == f"{MC}AlternateContent":
                self._story(_chosen(child))
            elif child.tag == f"{W}sdt":
                content = child.find(f"{W}sdtContent")
                self._story(content if content is not None else [])  # type: ignore[arg-type]
            elif child.tag not in _SKIPPED:
                self._story(child)

    def _paragraph(self, paragraph: Element) -> None:
        properties = paragraph.find(f"{W}pPr")
        style = self._styles.of(value(properties, "pStyle"))
        if style.is_contents:
            self._left_out["toc"] += 1
            return
        label, is_item = self._number(properties, style)
        level = self._level(paragraph, properties, style)
        tag = f"h{level}" if level else "figcaption" if style.is_caption else "li" if is_item else "p"
        self._blocks.open(tag)
        outer, self._boxes = self._boxes, []
        if label:
            self._blocks.text(label)
        before = len(self._blocks.words)
        self._runs(paragraph, style)
        if style.is_subtitle and not self.subtitle:
            self.subtitle = " ".join(self._blocks.words[before:].split())
        self._blocks.close(tag)
        boxes, self._boxes = self._boxes, outer
        for box in boxes:
            self._story(box)

    def _level(self, paragraph: Element, properties: Element | None, style: ParagraphStyle) -> int:
        """The level of a heading, 1 for the title, 0 for other paragraphs."""
        if style.level:
            return style.level
        if (outline := whole(value(properties, "outlineLvl"), 9)) < 9:
            return outline + 2
        centred = (value(properties, "jc") or style.align) == "center"
        sizes = [whole(value(run, "rPr", "sz"), -1) for run in paragraph.iter(f"{W}r")]
        size = max((size for size in sizes if size >= 0), default=style.size)
        words = "".join(t.text or "" for t in paragraph.iter(f"{W}t")).strip()
        # A title without a style: the first centred line, in type larger than that of the text.
        if not centred or size < _TITLE_SIZE or not words or len(words) > 60 or words[-1] in "。；":
            return 0
        if self._title_size and size < self._title_size:
            return 0
        self._title_size = size
        return 1

    def _number(self, properties: Element | None, style: ParagraphStyle) -> tuple[str, bool]:
        """The printed number of a paragraph, and whether it is an item of a list."""
        number = value(properties, "numPr", "numId") or style.number
        level = value(properties, "numPr", "ilvl") or style.number_level
        found = self._numbering.next(number, whole(level)) if number else None
        if found is None:
            return "", False
        label, bullet = found
        if not label:
            return "", bullet
        is_item = not re.search(r"第.+[条章节篇部]", label)
        apart = "　" if label[-1] in "条條章节節篇编編部款" else "" if label[-1] in "、）)】" else " "
        return label + apart, is_item

    def _table(self, table: Element) -> None:
        rows = [self._cells(row) for row in _children(table, "tr")]
        texts = [[" ".join(_words(cell)) if cell is not None else "" for cell in row] for row in rows]
        width = max(map(len, texts), default=0)
        longest = max((len(text) for row in texts for text in row), default=0)
        if width < 2 or len(rows) < 2 or longest > _LONGEST_CELL:
            for row in rows:
                for cell in row:
                    if cell is not None:
                        self._story(cell)
            return
        for row in rows:
            cells = [self._cell(cell) if cell is not None else "" for cell in row]
            self._blocks.row(cells + [""] * (width - len(cells)))

    def _cells(self, row: Element) -> list[Element | None]:
        """The cells of a row; None for one that is merged with the cell to its left or above it."""
        cells: list[Element | None] = [None] * _columns(row.find(f"{W}trPr"), "gridBefore")
        for cell in _children(row, "tc"):
            properties = cell.find(f"{W}tcPr")
            merged = properties.find(f"{W}vMerge") if properties is not None else None
            goes_on = merged is not None and merged.get(f"{W}val", "continue") == "continue"
            cells.append(None if goes_on else cell)
            cells += [None] * (_columns(properties, "gridSpan") - 1)
        return cells

    def _cell(self, cell: Element) -> str:
        outer, self._blocks = self._blocks, Blocks()
        self._story(cell)
        inner, self._blocks = self._blocks, outer
        return " ".join(piece.text for piece in inner.pieces())

    # -- text

    def _runs(self, parent: Element, style: ParagraphStyle) -> None:
        """The runs of a paragraph, a link, a field or an insertion."""
        for child in parent:
            tag = child.tag
            if tag == f"{W}r":
                self._run(child, style)
            elif tag in _SKIPPED or tag == f"{W}pPr":
                continue
            elif tag in (f"{M}oMath", f"{M}oMathPara"):
                self._blocks.text(linear(child))
                self._left_out["formula"] += 1
            elif tag == f"{MC}AlternateContent":
                self._drawing(_chosen(child), style)
            else:
                self._runs(child, style)

    def _run(self, run: Element, style: ParagraphStyle) -> None:
        properties = run.find(f"{W}rPr")
        if self._styles.is_hidden(properties, style):
            self._left_out["hidden"] += len("".join("".join(t.text or "" for t in run.iter(f"{W}t")).split()))
            return
        shift = {"superscript": "sup", "subscript": "sub"}.get(value(properties, "vertAlign"), "")
        bold = is_on(properties, "b")
        tags = [tag for tag in ("b" if (style.bold if bold is None else bold) else "", shift) if tag]
        for tag in tags:
            self._blocks.open(tag)
        self._content(run, style)
        for tag in reversed(tags):
            self._blocks.close(tag)

    def _content(self, run: Element, style: ParagraphStyle) -> None:
        for child in run:
            match child.tag.removeprefix(W):
                case "t":
                    self._blocks.text(child.text or "")
                case "tab" | "ptab":
                    self._blocks.text("\t")
                case "br" | "cr":
                    if child.get(f"{W}type") not in ("page", "column"):
                        self._blocks.open("br")
                case "noBreakHyphen":
                    self._blocks.text("-")
                case "sym":
                    self._symbol(child)
                case "footnoteReference" | "endnoteReference" as kind:
                    self._cite(kind.removesuffix("Reference"), child.get(f"{W}id", ""))
                case "ruby":
                    for base in _outermost(child, f"{W}rubyBase"):
                        self._runs(base, style)
                case "drawing" | "pict" | "object":
                    self._drawing(child, style)
                case _ if child.tag == f"{MC}AlternateContent":
                    self._drawing(_chosen(child), style)

    def _symbol(self, symbol: Element) -> None:
        digits = symbol.get(f"{W}char", "")
        code = int(digits, 16) if re.fullmatch("[0-9A-Fa-f]{1,5}", digits) else 0
        font = symbol.get(f"{W}font", "")
        table = _WINGDINGS if font.startswith("Wingdings") else _SYMBOLS
        shown = code >= 0x20 and not 0xD800 <= code < 0xE000  # no control character, no half of a pair
        char = table.get(code & 0xFF) if 0xF000 <= code < 0xF100 else chr(code) if shown else ""
        self._left_out["symbol"] += not char
        self._blocks.text(char or "〓")

    def _cite(self, kind: str, id: str) -> None:
        if (note := self._found.get((kind, id))) is not None:
            if note not in self._numbers:
                self._cited.append(note)
            self._blocks.text(f"[{self._numbers.setdefault(note, len(self._cited))}]")

    def _drawing(self, drawing: Element, style: ParagraphStyle) -> None:
        """Keep the text boxes of a drawing for the end of the paragraph; a rare character is text."""
        boxes = list(_outermost(drawing, f"{W}txbxContent"))
        self._boxes += boxes
        if boxes:
            return
        for child in drawing:
            if child.tag == f"{W}t":
                self._blocks.text(child.text or "")
        pictures = [e for e in drawing.iter() if e.tag.endswith(("}blip", "}imagedata"))]
        described = (e.get("descr", "") for e in drawing.iter() if e.tag.endswith("}docPr"))
        alt = next((words for words in described if is_character(words)), "")
        if alt:
            self._blocks.text(alt)
        elif pictures:
            self._left_out["picture"] += len(pictures)
        elif any(e.tag.endswith(("}OLEObject", "}chart", "}relIds")) for e in drawing.iter()):
            self._left_out["object"] += 1


def _chosen(alternate: Element) -> Element:
    """The branch of a part that is written twice, for newer and older programs: the one with more text."""
    branches = [child for child in alternate if child.tag in (f"{MC}Choice", f"{MC}Fallback")]
    return max(branches, key=lambda b: sum(len(t.text or "") for t in b.iter(f"{W}t")), default=alternate)


def _children(parent: Element, name: str) -> Iterator[Element]:
    """Rows of a table, or cells of a row, also those inside content controls and tracked changes."""
    for child in parent:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml", f"{W}moveTo"):
            yield from _children(child, name)


def _outermost(parent: Element, tag: str) -> Iterator[Element]:
    """The elements of this name below an element, but not those inside another one."""
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        if element.tag == tag:
            yield element
        else:
            waiting.extend(reversed(element))


def _words(cell: Element) -> list[str]:
    return ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in cell.iter(f"{W}p")]


def _columns(properties: Element | None, name: str) -> int:
    return min(whole(value(properties, name)), 60)
