"""Tags and text in document order to pieces: what Markdown, HTML, docx and EPUB have in common.

A reader of any of them calls `open`, `text` and `close` as it goes along; nesting need not be sound. A tag
of a block ends the block before it, so no tree is needed. Line breaks inside a block are judged when it ends:
they may part verses, paragraphs, or the lines of a column that somebody else has to join.
"""

from __future__ import annotations

import re
from collections import Counter

from app.importers.encodings import FORBIDDEN
from app.model import Kind, Piece

_HEADING = re.compile("h[1-6]")
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer"
    "|form|h[1-6]|header|hr|html|legend|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|tr|ul"
)
# Their words are not the article's: code, controls, and the readings that ruby sets above characters.
_SKIPPED = re.compile(
    "script|style|noscript|template|head|title|rt|rp|iframe|object|embed|svg|canvas|audio|video|select|button"
    "|textarea|input|datalist|map"
)
_VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
_CAPTION = re.compile("figcaption|caption")
_ITEM = re.compile("li|dt|dd|tr")
_ROW = 80  # characters a table's row holds at most; longer ones are how old pages set their columns

# In the words of a block: hard and soft line ends, and the bounds of bold type, which no source may hold.
_HARD, _SOFT, _BOLD, _THIN = "\n", "\r", "\x01", "\x02"
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff“”‘’…—·"
_JOINT = re.compile(rf"(?<=[{_CJK}])[ \t]*\r[ \t\r]*|[ \t]*\r[ \t\r]*(?=[{_CJK}])")
_SPACE = re.compile("[ \t\r\u00a0]+")
# What sites print round an article's text, by whole lines.
_FURNITURE = re.compile(
    r"[【\[（(]?\s*(?:纠错|糾錯|责任编辑|責任編輯|责编|責編|编辑|網頁編輯|分享到|分享至|字体|字號|字号|打印|列印|关闭窗口"
    r"|返回顶部|阅读原文|点击查看|原标题|更多新闻|延伸閱讀|相关链接|相關連結)\s*(?:[】\])）：:].{0,24}|$)"
)
VERSE = 30  # characters in the longest line that is still taken for a quoted verse
_FINAL = frozenset("。！？…；：”’」』）)!?.:;")


class Blocks:
    """Collects the pieces of one document.

    Attributes:
        at: source lines of what comes next, first and last, 1-based; None when nobody counts them.
        images: how many pictures were passed over.
    """

    def __init__(self) -> None:
        self.at: tuple[int, int] | None = None
        self.images = 0
        self._stack: list[str] = []
        self._kinds: list[
            tuple[int, Kind, int]
        ] = []  # of the open elements that tell one: depth, kind, level
        self._skipping = 0  # depth inside a skipped element
        self._bold = 0
        self._numbers: list[int] = []  # of the next item, per open list; -1 in a list without numbers
        self._mark = ""
        self._words: list[str] = []
        self._lines: tuple[int, int] | None = None  # where the words come from
        self._pieces: list[Piece] = []
        self._set: list[str] = []  # the lines as set, an empty one after each block
        self._wrapped = 0  # characters in blocks whose lines look like those of a column

    def open(self, tag: str, start: int = 1, kind: Kind | None = None) -> None:
        """An element begins.

        Args:
            tag: its name, in lower case.
            start: the first number of an `ol`.
            kind: what its words are, where the page says so in some other way than by the tag.
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
            meant = (kind, 0) if kind else _meant(tag)
            if meant:
                self._kinds.append((len(self._stack), *meant))

    def close(self, tag: str) -> None:
        """An element ends; an end without a beginning ends the block at most."""
        if self._skipping:
            self._skipping -= not _VOID.fullmatch(tag)
            return
        if tag in ("b", "strong") and self._bold:
            self._bold -= 1
            self._words.append(_THIN)
        if _BLOCK.fullmatch(tag):
            self._end()
            if tag in ("ol", "ul") and self._numbers:
                self._numbers.pop()
        if tag in self._stack:
            at = len(self._stack) - 1 - self._stack[::-1].index(tag)
            del self._stack[at:]
            while self._kinds and self._kinds[-1][0] > at:
                self._kinds.pop()

    def text(self, words: str) -> None:
        """Words as they stand in the source, white space and all."""
        if self._skipping or not words:
            return
        words = FORBIDDEN.sub("\ufffd", _INVISIBLE.sub("", words).replace("\r\n", "\n").replace("\r", "\n"))
        if "pre" not in self._stack:
            # an ideographic indent begins a paragraph even where only the style sheet keeps line ends
            words = re.sub("\n[ \t]*(?=\u3000\u3000)", "\0", words).replace("\n", _SOFT).replace("\0", _HARD)
        self._words.append(words)
        self._lines = self.at

    def inside(self, tag: str) -> bool:
        """Whether an element of this name is open."""
        return tag in self._stack

    def pieces(self) -> tuple[Piece, ...]:
        """All pieces so far; heading levels begin at 2 and leave none out."""
        self._end()
        levels = {level: n for n, level in enumerate(sorted({p.level for p in self._pieces if p.level}), 2)}
        return tuple(Piece(p.kind, p.text, p.lines, levels[p.level]) if p.level else p for p in self._pieces)

    @property
    def lines(self) -> str:
        """The words by line as they were set, indents and all, for reflow."""
        return re.sub("\n{3,}", "\n\n", "\n".join(self._set)).strip("\n") + "\n"

    @property
    def wrapped(self) -> bool:
        """Whether most of the words stand in blocks whose line breaks are those of a column."""
        return 2 * self._wrapped > sum(len(piece.text) for piece in self._pieces)

    def _end(self) -> None:
        """Turn the words since the last block into pieces."""
        words, self._words = "".join(self._words), [_BOLD] if self._bold else []
        mark, self._mark = self._mark, ""
        if not words.strip(f" \t\n\r\u00a0\u3000{_BOLD}{_THIN}"):
            self._mark = mark  # a number waits for the first words of its item: <li><p>…
            return
        words = _SPACE.sub(" ", _JOINT.sub("", words))
        every = re.split(r"[\n\v\f]", words)
        self._set += [re.sub(f"[{_BOLD}{_THIN}]", "", line).rstrip() for line in every] + [""]
        raw = [line for line in every if _bare(line)]
        lines = [_bare(line) for line in raw]
        kind, level = self._kind(lines)
        if kind == "heading":
            self._add(kind, "\u3000".join(lines), level=level)
        elif kind != "paragraph":
            for n, line in enumerate(lines):
                self._add(kind, line if n else mark + line)
        elif _are_verses(lines, quoted=self.inside("blockquote")):
            for n, line in enumerate(lines):
                self._add("verse", line, nth=(n, len(lines)))
        else:
            if _are_wrapped(lines):
                self._wrapped += sum(map(len, lines))
            for line, typed in zip(lines, raw, strict=True):
                # a line all in bold type is how most Chinese pages and Word files set a cross-head
                if _FURNITURE.fullmatch(line):
                    self._add("furniture", line)
                elif _is_bold(typed) and len(line) <= 30 and line[-1] not in "。，；、：:,;":
                    self._add("heading", line, level=7)
                else:
                    self._add(kind, line)

    def _kind(self, lines: list[str]) -> tuple[Kind, int]:
        for depth, kind, level in reversed(self._kinds):
            row = self._stack[depth - 1] == "tr"
            if not row or (len(lines) == 1 and len(lines[0]) <= _ROW):
                return kind, level
        return "paragraph", 0

    def _add(self, kind: Kind, text: str, *, nth: tuple[int, int] = (0, 1), level: int = 0) -> None:
        lines = self._lines
        if lines and 1 < nth[1] == lines[1] - lines[0] + 1:
            lines = (lines[0] + nth[0], lines[0] + nth[0])
        self._pieces.append(Piece(kind, text, lines, level))


def is_block(tag: str) -> bool:
    """Whether an element of this name begins and ends a block."""
    return bool(_BLOCK.fullmatch(tag))


def is_skipped(tag: str) -> bool:
    """Whether the words in an element of this name are not the text's."""
    return bool(_SKIPPED.fullmatch(tag))


def _meant(tag: str) -> tuple[Kind, int] | None:
    """The kind and level that an element gives to the words in it."""
    if _HEADING.fullmatch(tag):
        return "heading", int(tag[1])
    if _CAPTION.fullmatch(tag):
        return "caption", 0
    return ("list", 0) if _ITEM.fullmatch(tag) else None


def _bare(line: str) -> str:
    """A line's words without bold type and without the space around them, indents among it."""
    return line.replace(_BOLD, "").replace(_THIN, "").strip(" \u3000")


def _is_bold(line: str) -> bool:
    return _BOLD in line and not _bare(re.sub(f"{_BOLD}[^{_THIN}]*{_THIN}?", "", line))


def _are_verses(lines: list[str], *, quoted: bool) -> bool:
    """Whether the lines of one block are verse: short, and several of them.

    A quotation set off needs two, other blocks four, and there no line may look like a label or a number, as
    in an address or a list of results.
    """
    if quoted:
        return len(lines) >= 2 and max(map(len, lines)) <= VERSE
    return len(lines) >= 4 and max(map(len, lines)) <= 20 and not re.search(r"[：:\d]", "".join(lines))


def _are_wrapped(lines: list[str]) -> bool:
    """Whether a column's width broke the lines: most are nearly full, few of these end a sentence."""
    if len(lines) < 4:
        return False
    widths = [sum(1 if char > "\u1100" else 0.5 for char in line) for line in lines]
    full = [line for line, width in zip(lines, widths, strict=True) if width >= max(widths) - 2.5]
    ended = sum(line[-1] in _FINAL for line in full)
    return max(widths) <= 60 and len(full) >= 0.6 * len(lines) and ended <= 0.4 * len(full)


def laid_out(pieces: tuple[Piece, ...]) -> tuple[str, tuple[Piece, ...]]:
    """A text with a line for each piece and an empty one between, and the pieces with their lines in it."""
    placed = tuple(Piece(p.kind, p.text, (2 * n + 1, 2 * n + 1), p.level) for n, p in enumerate(pieces))
    return "\n\n".join(p.text for p in pieces) + "\n" * bool(pieces), placed


def entitled(title: str, pieces: tuple[Piece, ...]) -> tuple[str, tuple[Piece, ...]]:
    """The title, and the pieces without a heading that repeats it.

    Without a title, the heading that everything else stands under is taken for one.
    """
    first = next((n for n, piece in enumerate(pieces) if piece.kind == "heading"), None)
    if first is None or first > 3:
        return title, pieces
    heading = pieces[first]
    plain = re.sub(r"\W", "", heading.text)
    alone = Counter(p.level for p in pieces if p.kind == "heading")[heading.level] == 1
    repeats = bool(title) and plain == re.sub(r"\W", "", title)
    stands_above = not title and first == 0 and heading.level == 2 and alone
    if not (repeats or stands_above):
        return title, pieces
    rest = pieces[:first] + pieces[first + 1 :]
    lift = int(alone and heading.level == 2)  # what stood under the title begins at 2 now
    return title or heading.text, tuple(
        Piece(p.kind, p.text, p.lines, p.level - lift) if p.level else p for p in rest
    )
