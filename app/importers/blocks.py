"""Turns tags and text in document order into pieces, for Markdown, HTML, docx and EPUB.

A reader calls `open`, `text` and `close`; the nesting may be wrong. The tag of a block ends the block before,
so no tree is needed. Line breaks in a block are interpreted when it ends: they may separate verses,
paragraphs, or lines of a column, which are joined later.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from app.importers.encodings import FORBIDDEN
from app.importers.raised import Raised, subscript
from app.model import CELL, Kind, Piece

_HEADING = re.compile("h[1-6]")
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer"
    "|form|h[1-6]|header|hr|html|legend|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|tr|ul"
)
# Elements without the article's text: code, controls, and ruby readings above characters.
_SKIPPED = re.compile(
    "script|style|noscript|template|head|title|rt|rp|iframe|object|embed|svg|canvas|audio|video|select|button"
    "|textarea|input|datalist|map"
)
_VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
_CAPTION = re.compile("figcaption|caption")
_ITEM = re.compile("li|dt|dd|tr")
_ROW = 80  # most characters in a table row; old pages use longer ones for their layout

# Marks in the words of a block: hard and soft line ends, start and end of bold type. No source contains them.
_HARD, _SOFT, _BOLD, _THIN = "\n", "\r", "\x01", "\x02"
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff“”‘’…—·"
# Each white space is looked at once, however long it is.
_JOINT = re.compile(rf"(?<=[{_CJK}])[ \t]*+\r[ \t\r]*+|(?<![ \t\r])[ \t]*+\r[ \t\r]*+(?=[{_CJK}])")
_SPACE = re.compile("[ \t\r\u00a0]+")
# Lines that sites print around an article.
_FURNITURE = re.compile(
    r"[【\[（(]?\s*(?:纠错|糾錯|责任编辑|責任編輯|责编|責編|编辑|網頁編輯|分享到|分享至|字体|字號|字号|打印|列印|关闭窗口"
    r"|返回顶部|阅读原文|点击查看|原标题|更多新闻|延伸閱讀|相关链接|相關連結)\s*(?:[】\])）：:].{0,24}|$)"
)
_CHARACTER = re.compile(
    "[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\ufe00-\ufe0f\U000e0100-\U000e01ef]?"
)
_NAMED_LEVEL = 2  # of a heading that only its class tells
_BOLD_LEVEL = 7  # of a line in bold type, below all headings
_LONGEST_SHIFT = 12  # characters of a raised number; longer words are only set small
VERSE = 30  # most characters in a line of quoted verse
_FINAL = frozenset("。！？…；：”’」』）)!?.:;")


class Blocks:
    """Collects the pieces of one document.

    Attributes:
        at: first and last source line of the next text, 1-based; None if the reader does not count lines.
        images: how many pictures were skipped.
        label: the mark of the note that begins here, such as [1]; printed before the note if it lacks one.
    """

    def __init__(self) -> None:
        self.at: tuple[int, int] | None = None
        self.images = 0
        self.label = ""
        self._raised = Raised()
        self._cells: list[int] = []  # of the open row: where each begins in the words
        self._shifts: list[tuple[str, int, bool]] = []  # open sup and sub: tag, place in the words, note
        self._stack: list[str] = []
        self._open: Counter[str] = Counter()  # the tags in it
        self._kinds: list[tuple[int, Kind, int]] = []  # of open elements with a kind: depth, kind, level
        self._skipping = 0  # depth inside a skipped element
        self._bold = 0
        self._numbers: list[int] = []  # of the next item, per open list; -1 in a bulleted list
        self._mark = ""
        self._words: list[str] = []
        self._lines: tuple[int, int] | None = None  # source lines of the words
        self._pieces: list[Piece] = []
        self._set: list[str] = []  # the lines of the source, an empty one after each block
        self._wrapped = 0  # characters in blocks that look hard-wrapped

    def open(self, tag: str, start: int = 1, kind: Kind | None = None, *, note: bool = False) -> None:
        """Begin an element.

        Args:
            tag: its name, in lower case.
            start: the first number of an `ol`.
            kind: of its words, if the page tells it in another way than by the tag.
            note: the words of a `sup` refer to a note.
        """
        if _SKIPPED.fullmatch(tag) or self._skipping:
            self._skipping += not _VOID.fullmatch(tag)
            return
        if tag == "br":
            self._words.append(_HARD)
        elif tag == "img":
            self.images += 1
        elif tag in ("td", "th"):
            self._words.append("\u3000")
        elif tag in ("sup", "sub"):
            self._shifts.append((tag, len(self._words), note))
        elif tag in ("b", "strong"):
            self._bold += 1
            self._words.append(_BOLD)
        if _BLOCK.fullmatch(tag):
            self._end()
            if tag in ("ol", "ul"):
                self._numbers.append(start if tag == "ol" else -1)
            elif tag == "li" and self._numbers and self._numbers[-1] >= 0:
                self._mark = f"{self._numbers[-1]}. "
                self._numbers[-1] += 1
        if not _VOID.fullmatch(tag):
            self._stack.append(tag)
            self._open[tag] += 1
            meant = (kind, _NAMED_LEVEL if kind == "heading" else 0) if kind else _meant(tag)
            if meant:
                self._kinds.append((len(self._stack), *meant))

    def close(self, tag: str) -> None:
        """End an element; an end tag without a start tag only ends the block."""
        if self._skipping:
            self._skipping -= not _VOID.fullmatch(tag)
            return
        if tag in ("sup", "sub") and self._shifts and self._shifts[-1][0] == tag:
            self._shift(*self._shifts.pop())
        if tag in ("b", "strong") and self._bold:
            self._bold -= 1
            self._words.append(_THIN)
        if _BLOCK.fullmatch(tag):
            self._end()
            if tag in ("ol", "ul") and self._numbers:
                self._numbers.pop()
        if self._open[tag]:
            inner = ""
            while inner != tag:
                self._open[inner := self._stack.pop()] -= 1
            at = len(self._stack)
            while self._kinds and self._kinds[-1][0] > at:
                self._kinds.pop()

    def text(self, words: str) -> None:
        """Add words of the source with their white space."""
        if self._skipping or not words:
            return
        words = FORBIDDEN.sub("\ufffd", _INVISIBLE.sub("", words).replace("\r\n", "\n").replace("\r", "\n"))
        if not self._open["pre"]:
            # an ideographic indent begins a paragraph, even after a soft line end
            words = re.sub("\n[ \t]*(?=\u3000\u3000)", "\0", words).replace("\n", _SOFT).replace("\0", _HARD)
        self._words.append(words)
        self._lines = self.at

    def open_row(self) -> None:
        """Begin a row of a table of data; its cells hold words only."""
        self._end()
        self._cells = []

    def open_cell(self) -> None:
        """Begin a cell of the open row."""
        self._cells.append(len(self._words))

    def close_row(self) -> None:
        """End the open row."""
        words, self._words = self._words, []
        ends = [*self._cells[1:], len(words)]
        cells = ["".join(words[a:b]) for a, b in zip(self._cells, ends, strict=True)] if self._cells else []
        self.row([re.sub(f"[{_BOLD}{_THIN}]", "", cell) for cell in cells])

    def row(self, cells: Sequence[str]) -> None:
        """Add a row of a table. A space separates words in a cell, since an ideographic space ends it."""
        self._end()
        words = [FORBIDDEN.sub("\ufffd", " ".join(cell.split())) for cell in cells]
        if any(words):
            self._lines = self.at
            self._set += ["\u3000".join(words), ""]
            self._add("table", CELL.join(words))

    def inside(self, tag: str) -> bool:
        """Whether an element of this name is open."""
        return self._open[tag] > 0

    def _shift(self, tag: str, at: int, note: bool) -> None:
        """Replace the words of a `sup` or `sub` by plain text of the same meaning."""
        words = "".join(self._words[at:])
        if not words.strip() or len(words) > _LONGEST_SHIFT:
            return
        before = "".join(self._words[max(0, at - 4) : at])
        del self._words[at:]
        raised = self._raised.superscript(before, words, note=note) if tag == "sup" else subscript(words)
        self._words.append(raised)

    def pieces(self) -> tuple[Piece, ...]:
        """All pieces so far; heading levels begin at 2, without gaps."""
        self._end()
        self._answer_questions()
        levels = {level: n for n, level in enumerate(sorted({p.level for p in self._pieces if p.level}), 2)}
        return tuple(Piece(p.kind, p.text, p.lines, levels[p.level]) if p.level else p for p in self._pieces)

    def _answer_questions(self) -> None:
        """Make the bold questions of an interview paragraphs: two or more of the bold lines ask."""
        asked = [n for n, p in enumerate(self._pieces) if p.level == _BOLD_LEVEL and p.text[-1] in "？?"]
        if len(asked) > 1:
            for n in asked:
                self._pieces[n] = replace(self._pieces[n], kind="paragraph", level=0)

    @property
    def words(self) -> str:
        """The words of the open block so far."""
        return "".join(self._words)

    @property
    def lines(self) -> str:
        """The words in their original lines with indents, for reflow."""
        return re.sub("\n{3,}", "\n\n", "\n".join(self._set)).strip("\n") + "\n"

    @property
    def wrapped(self) -> bool:
        """Whether most of the words are in blocks that look hard-wrapped."""
        return 2 * self._wrapped > sum(len(piece.text) for piece in self._pieces)

    def _end(self) -> None:
        """Turn the words since the last block into pieces."""
        words, self._words = "".join(self._words), [_BOLD] if self._bold else []
        self._shifts.clear()
        mark, self._mark = self._mark, ""
        if not words.strip(f" \t\n\r\u00a0\u3000{_BOLD}{_THIN}"):
            self._mark = mark  # keep the number for the first words of its item: <li><p>…
            return
        words = _SPACE.sub(" ", _JOINT.sub("", words))
        every = re.split(r"[\n\v\f]", words)
        self._set += [re.sub(f"[{_BOLD}{_THIN}]", "", line).rstrip() for line in every] + [""]
        raw = [line for line in every if _bare(line)]
        lines = [_bare(line) for line in raw]
        kind, level = self._kind(lines)
        if kind == "note":
            label, self.label = self.label, ""
            self._add(kind, _labelled(label, " ".join(lines)))
        elif kind == "heading":
            self._add(kind, "\u3000".join(lines), level=level)
        elif kind != "paragraph":
            for n, line in enumerate(lines):
                self._add(kind, line if n else mark + line)
        elif _are_verses(lines, quoted=self.inside("blockquote")):
            for n, line in enumerate(lines):
                self._add("verse", line, nth=(n, len(lines)))
        else:
            if are_wrapped(lines):
                self._wrapped += sum(map(len, lines))
            for line, typed in zip(lines, raw, strict=True):
                # most Chinese pages and Word files mark a subheading as a line in bold type
                if _FURNITURE.fullmatch(line):
                    self._add("furniture", line)
                elif _is_bold(typed) and len(line) <= 30 and line[-1] not in "。，；、：:,;":
                    self._add("heading", line, level=_BOLD_LEVEL)
                else:
                    self._add(kind, line)

    def _kind(self, lines: list[str]) -> tuple[Kind, int]:
        for depth, kind, level in reversed(self._kinds):
            row = self._stack[depth - 1] == "tr"
            if row and self._open["p"]:
                continue  # of a table that lays out a page
            if not row or (len(lines) == 1 and len(lines[0]) <= _ROW):
                return kind, level
        return "paragraph", 0

    def _add(self, kind: Kind, text: str, *, nth: tuple[int, int] = (0, 1), level: int = 0) -> None:
        lines = self._lines
        if lines and 1 < nth[1] == lines[1] - lines[0] + 1:
            lines = (lines[0] + nth[0], lines[0] + nth[0])
        self._pieces.append(Piece(kind, text, lines, level))


def _labelled(label: str, words: str) -> str:
    """A note with its mark before it: [1] 见县志."""
    bare = label.strip("[]〔〕（）()【】 ")
    printed = re.match(r"[\[〔【（(]?\s*([\d*†‡①-⑳]{1,3})\s*[\]〕】）)]?[.．、:：]?\s*", words)
    if not bare or (printed and printed[1] == bare and not printed[0].strip().isdigit()):
        return words
    rest = words[printed.end() :] if printed and printed[1] == bare else words
    return f"{label} {rest}"


def is_block(tag: str) -> bool:
    """Whether an element of this name begins and ends a block."""
    return bool(_BLOCK.fullmatch(tag))


def is_character(words: str) -> bool:
    """Whether the description of a picture is one Chinese character, with or without a variation selector."""
    return bool(_CHARACTER.fullmatch(words)) and words not in "图圖照画畫"


def is_skipped(tag: str) -> bool:
    """Whether the words in an element of this name do not belong to the text."""
    return bool(_SKIPPED.fullmatch(tag))


def _meant(tag: str) -> tuple[Kind, int] | None:
    """The kind and level that an element gives to the words in it."""
    if _HEADING.fullmatch(tag):
        return "heading", int(tag[1])
    if _CAPTION.fullmatch(tag):
        return "caption", 0
    return ("list", 0) if _ITEM.fullmatch(tag) else None


def _bare(line: str) -> str:
    """A line's words without marks of bold type, indents and space around them."""
    return line.replace(_BOLD, "").replace(_THIN, "").strip(" \u3000")


def _is_bold(line: str) -> bool:
    return _BOLD in line and not _bare(re.sub(f"{_BOLD}[^{_THIN}]*{_THIN}?", "", line))


def _are_verses(lines: list[str], *, quoted: bool) -> bool:
    """Whether the lines of one block are verse: several short lines.

    A block quotation needs two lines. Other blocks need four, without the labels and numbers of an address or
    a list of results.
    """
    if quoted:
        return len(lines) >= 2 and max(map(len, lines)) <= VERSE
    return len(lines) >= 4 and max(map(len, lines)) <= 20 and not re.search(r"[：:\d]", "".join(lines))


def are_wrapped(lines: list[str]) -> bool:
    """Whether the lines are hard-wrapped: most are nearly full, and few of these end a sentence."""
    if len(lines) < 4:
        return False
    widths = [sum(1 if char > "\u1100" else 0.5 for char in line) for line in lines]
    widest = max(widths)
    full = [line for line, width in zip(lines, widths, strict=True) if width >= widest - 2.5]
    ended = sum(line[-1] in _FINAL for line in full)
    return widest <= 60 and len(full) >= 0.6 * len(lines) and ended <= 0.4 * len(full)


def laid_out(pieces: tuple[Piece, ...]) -> tuple[str, tuple[Piece, ...]]:
    """A text with a line per piece and empty lines between, and the pieces with their line numbers."""
    placed = tuple(Piece(p.kind, p.text, (2 * n + 1, 2 * n + 1), p.level) for n, p in enumerate(pieces))
    return "\n\n".join(p.text for p in pieces) + "\n" * bool(pieces), placed
