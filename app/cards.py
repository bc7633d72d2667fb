"""Share images: the words of one paragraph as a PNG, set like a leaf of a printed book.

Values in, bytes out: no files but the fonts of the package, no network, the same bytes for the same
values. Ink is what was printed; vermilion is what we add: supplied brackets, our ellipsis, 〓 for a
character that the fonts lack, the site's name in the upper margin. Below the frame the card says which
characters 〓 stands for. A picture cannot be corrected, so
each says which revision it shows and where the page is.

Whether words may be quoted under a name is decided before: a speaker who is not certain is no speaker
here, and words given as somebody's own without a speaker are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from app.errors import MeipiError, MissingExtra

if TYPE_CHECKING:
    from PIL import Image as images
    from PIL import ImageDraw as drawing
    from PIL.ImageFont import FreeTypeFont

Size = Literal["og", "portrait"]
SIZES: dict[Size, tuple[int, int]] = {"og": (1200, 630), "portrait": (1080, 1440)}

# The page's day colours (static/css/10-theme.css), solid.
PAPER, LEAF = "#faf7f0", "#fffdf9"
INK, INK2, INK3 = "#24201b", "#574f46", "#6e655a"
ZHU, MARK, RULE = "#a5301d", "#bf6a57", "#d9a496"

# The image holds indices: for each ink on each ground a ramp of shades from the ground to the ink. So a card
# is small and needs no search for its colours.
_RAMPS = (
    *((ink, PAPER) for ink in (INK, INK2, INK3, ZHU, MARK)),
    *((ink, LEAF) for ink in (INK, INK2, ZHU, MARK, RULE)),
    (LEAF, ZHU),
)
_SHADES = 256 // len(_RAMPS)

# 避头尾. May not begin a line: GB/T 15834—2011, 5.1, and what belongs to the number before it.
NO_START = frozenset("、。，．：；？！…～·・•‧%‰％°℃)]}）］｝〕〉》」』】〗〙”’,.;:!?/／々〻ー")
# May not end a line: whatever opens, and what belongs to the number after it.
NO_END = frozenset("([{（［｛〔〈《「『【〖〘“‘/／$￥¥£€№")
# Two squares each, never parted.
_PAIRS = frozenset("—…⸺")
# Marks that fill half of their square, the other half being air that may go.
_CLOSES = frozenset("、。，．：；？！）］｝〕〉》」』】〗〙”’")
_OPENS = frozenset("（［｛〔〈《「『【〖〘“‘")
_DANGLING = " ，、；：。" + "".join(sorted(_OPENS))
_CLOSING = dict(zip("“‘（［〔〈《「『【〖(", "”’）］〕〉》」』】〗)", strict=True))
_FIXED_SPACES = "\u00a0\u202f"

# Air between Han and Latin in em; the rule allows at most 1/4 (W3C clreq).
_AUTOSPACE = 0.16
# A line may be opened by this much between two squares to reach the right edge.
_STRETCH = 0.18
# Of the half square of air in a mark, so much may go for a mark that would else begin the next line.
_SQUEEZE = 0.4
_MISSING = "〓"
# Characters that both fonts have for certain, so that most texts are not looked at one by one.
_COMMON = re.compile(
    "[\u0020-\u007e\u00a1-\u00ff\u3001\u3002\u3041-\u3096\u3400-\u4db5\u4e00-\u9fa5\uff01-\uff5e]+"
)
# So many lacking characters are named below the frame.
_NAMED = 3
# The most squares of words on the larger image.
_MOST_SQUARES = 120
# What has no shape of its own: Default_Ignorable_Code_Point of Unicode, beside the categories Cc and Cf.
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_MOST = 500


class CardRefused(MeipiError):
    """These values make no honest card; the message says why, in Chinese, for readers."""


@dataclass(frozen=True, slots=True)
class CardText:
    """What stands on a card.

    Attributes:
        words: contiguous text of the paragraph; cut at a sentence when long.
        speaker: who says the words, "" where the article itself speaks or the speaker is not certain.
        role: the office as printed, "" if none.
        title: of the article; `supplied` when an editor made it up: then in brackets.
        date: ready to print, 约2023年12月, or "".
        revision: number of the saved revision the words belong to; 0 when never saved.
        address: absolute URL of the paragraph.
        site: name of the site.
        quoted: the words are given as somebody's own (原话); with a speaker and not quoted they are reported
            (转述).
        heading: the words are the article's own title, and `title` is where it appeared, "" if not known.
    """

    words: str
    speaker: str
    role: str
    title: str
    supplied: bool
    date: str
    revision: int
    address: str
    site: str
    quoted: bool
    heading: bool = False


def draw(card: CardText, size: Size) -> bytes:
    """The card as PNG: 1200×630 for `og`, 1080×1440 for `portrait`.

    Raises:
        CardRefused: nothing to show, words quoted as somebody's own whose speaker is not certain, or an
            address too long for a code that a phone can read.
        MissingExtra: the extra `cards` is not installed.
    """
    if reason := refusal(card):
        raise CardRefused(reason)
    words, _ = _bracketed(_clean(card.words), card.heading and card.supplied)
    sheet = _Sheet(*SIZES[size])
    {"og": _draw_og, "portrait": _draw_portrait}[size](sheet, card, words)
    return sheet.png()


def refusal(card: CardText) -> str:
    """Why no honest card can be made of these values, in words for readers; "" when one can."""
    if not _visible(card.words):
        return "这一段没有文字，做不成卡片。"
    if card.quoted and not _visible(card.speaker):
        return "这段话是谁说的还不能确定，不能当作原话做成卡片；可以分享这一段的链接。"
    return ""


# -- the two compositions; all figures in pixels


def _draw_og(sheet: _Sheet, card: CardText, words: str) -> None:
    """Words to the left, a rule, the code to the right; title above the frame, facts below."""
    left, right, top, bottom = 48, 1152, 84, 550
    sheet.frame(left, top, right, bottom)
    code = _code(card.address)
    # The code's quiet zone is the column's inner margin.
    rule = right - 14 - code.outer
    sheet.rule(rule, top + 14, bottom - 14)
    sheet.code(code, rule, (top + bottom - code.outer) // 2)

    site = sheet.line(card.site, right, 57, 26, ZHU, end=True, width=240)
    sheet.title(card, left, 57, 25, right - left - site - 40, lines=1)
    facts = sheet.line(_facts(card), left, 597, 21, INK3, face="hei", width=440)
    address, room = _printed(card.address), right - left - facts - 40
    small = _to_fit(address, "hei", room, 21, 15)
    sheet.line(address, right, 597, small, INK2, face="hei", end=True, width=room)

    inner, end = left + 14 + 46, rule - 46
    foot = bottom - 14 - 40
    if _clean(card.speaker):
        foot = sheet.speaker(card, inner, foot, end - inner, name=33, role=22) - 40
    sheet.words(
        words,
        (inner, top + 14 + 38, end, foot),
        biggest=50,
        smallest=33,
        leading=1.62,
        limit=96,
        ours=_own_marks(card),
    )


def _draw_portrait(sheet: _Sheet, card: CardText, words: str) -> None:
    """The leaf: upper margin with the site's name as a note, frame with the words, facts and code below."""
    left, right, top, bottom = 72, 1008, 172, 1124
    sheet.frame(left, top, right, bottom)
    sheet.brow(card.site, right - 60, top - 22, 38)

    inner, end = left + 14 + 58, right - 14 - 58
    foot = bottom - 14 - 58
    if _clean(card.speaker):
        foot = sheet.speaker(card, inner, foot, end - inner, name=40, role=26) - 52
    sheet.words(
        words,
        (inner, top + 14 + 62, end, foot),
        biggest=64,
        smallest=40,
        leading=1.74,
        limit=_MOST_SQUARES,
        ours=_own_marks(card),
    )

    code = _code(card.address)
    # The dark squares, not the quiet zone around them, stand on the frame's edge.
    sheet.code(code, right + code.quiet - code.outer, 1164 - code.quiet)
    width = right - left - code.inner - 60
    base = 1164 + code.inner
    below = sheet.title(card, left, 1164 + 23, 27, width, lines=2)
    address = _printed(card.address)
    small = _to_fit(address, "hei", width, 22, 17)
    sheet.lines(address, left, base, small, INK, width, most=2, face="hei", up=True)
    sheet.line(_facts(card), left, below, 22, INK3, face="hei", width=width)


def _bracketed(title: str, supplied: bool) -> tuple[str, str]:
    """A title, in brackets when an editor made it up; and the characters that are ours."""
    return (f"［{title}］", "［］") if supplied else (title, "")


def _own_marks(card: CardText) -> str:
    """The characters among the words that are ours."""
    return "［］" if card.heading and card.supplied else ""


def _facts(card: CardText) -> str:
    revision = f"修订 {card.revision}" if card.revision > 0 else "未存修订"
    return " · ".join(filter(None, (card.date, revision, _named(lacking(card)), "以网页为准")))


def lacking(card: CardText) -> tuple[str, ...]:
    """The characters of a card that no font has and 〓 stands for, in order, as far as its words are shown.

    Raises:
        MissingExtra: there are unusual characters, and the extra `cards` is not installed.
    """
    words, _ = shorten(_clean(card.words), _MOST_SQUARES)
    text = words + "".join(map(_clean, (card.speaker, card.role, card.title, card.site)))
    odd = dict.fromkeys(_COMMON.sub("", text))
    return tuple(c for c in odd if c != _MISSING and not _face_for(c, "song"))


def _named(characters: Sequence[str]) -> str:
    """What 〓 stands for, by code point, as the fonts cannot show it: 〓 U+20BB7."""
    codes = [f"U+{ord(c):04X}" for c in characters]
    return f"〓 {' '.join(codes[:_NAMED])}{'…' if len(codes) > _NAMED else ''}" if codes else ""


def _printed(address: str) -> str:
    """The address as people type it."""
    readable = unquote(address)
    shown = address if "\ufffd" in readable else readable
    return _clean(re.sub(r"^https?://", "", shown, flags=re.IGNORECASE).rstrip("/"))


# -- words to lines: pure


def break_lines(text: str, width_of: Callable[[str], float], measure: float) -> list[str]:
    """Break a text into lines that fit, by the rules of Chinese composition (避头尾).

    Every line takes as much as fits. No mark that closes begins a line, none that opens ends one; —— and ……,
    Latin words and numbers stay whole unless they are longer than a line. Spaces at a break go.

    Args:
        text: one paragraph on one line.
        width_of: width of a piece as it would stand on a line of its own.
        measure: the longest line, in the same unit.

    Source:
        GB/T 15834—2011, 5.1; W3C Requirements for Chinese Text Layout, line composition.
    """
    lines: list[str] = []
    line = ""
    for chunk in _chunks(text.lstrip()):
        if not line or width_of((line + chunk).rstrip()) <= measure:
            line += chunk
        else:
            lines.append(line.rstrip())
            line = chunk
        if width_of(line.rstrip()) > measure:
            *full, line = _split(line, width_of, measure)
            lines += full
    return [*lines, line.rstrip()] if line.strip() else lines


def _split(chunk: str, width_of: Callable[[str], float], measure: float) -> list[str]:
    """A piece longer than a line, cut where the line is full; at least one character each."""
    pieces = [""]
    for c in chunk:
        if pieces[-1] and not c.isspace() and width_of(pieces[-1] + c) > measure:
            pieces.append("")
        pieces[-1] += c
    return pieces


def _chunks(text: str) -> Iterator[str]:
    """The text in the smallest pieces that may stand apart, each with the space after it."""
    start, solid = 0, ""
    for i, c in enumerate(text):
        if i > start and _may_break(text, i, solid):
            yield text[start:i]
            start = i
        if not c.isspace():
            solid = c
    if start < len(text):
        yield text[start:]


def _may_break(text: str, i: int, solid: str) -> bool:
    """Whether a line may end before character `i`; `solid` is the last one before it that is no space."""
    before, after = text[i - 1], text[i]
    if after.isspace() or after in NO_START or solid in NO_END or before in _FIXED_SPACES:
        return False
    if unicodedata.category(after)[0] == "M" or (before == after and after in _PAIRS):
        return False
    if before == "’" and i > 1 and _narrow(text[i - 2]) and _narrow(after):  # don’t
        return False
    return not (_narrow(before) and _narrow(after))


@lru_cache(maxsize=8192)
def _narrow(c: str) -> bool:
    """Latin and the like: what is set by its own width, and joined to its neighbours in a word."""
    return (
        not c.isspace()
        and c not in _CLOSES
        and c not in _OPENS
        and c not in _PAIRS
        and c not in "·・‧•"
        and unicodedata.east_asian_width(c) not in ("W", "F")
    )


def _clean(text: str) -> str:
    """One line without what cannot be seen; lone surrogates, which are no characters, as 〓."""
    # Twice what the largest card shows; it bounds what a text without end can cost.
    text = unicodedata.normalize("NFC", re.sub(rf"[^\S{_FIXED_SPACES}]+", " ", text)[:_MOST])
    kept = (_MISSING if unicodedata.category(c) == "Cs" else c for c in text if c.isspace() or not _unseen(c))
    return re.sub(" +", " ", "".join(kept)).strip()


def _visible(text: str) -> bool:
    """Whether `_clean` leaves anything."""
    return any(not c.isspace() and not _unseen(c) for c in text.lstrip()[:_MOST])


def _unseen(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cf") or _IGNORABLE.match(c) is not None


def shorten(text: str, limit: float) -> tuple[str, str]:
    """Words for a card: what is kept, and what we add for the rest: ……, and marks that close what is open.

    Args:
        text: one paragraph on one line.
        limit: most squares; a Latin letter counts half of one.
    """
    squares, at = 0.0, len(text)
    for i, c in enumerate(text):
        squares += 0.5 if _narrow(c) or c.isspace() else 1
        if squares > limit - 2:
            at = min(at, i)
    if squares <= limit:
        return text, ""
    head = text[:at]
    sentences = [m.end() for m in re.finditer(r"(?:[。！？]|[.!?](?=\s))[”’」』）》]*", head)]
    clauses = [m.start() for m in re.finditer(r"[，；：、]|[,;](?=\s)", head)]
    words = [i for i in range(1, at + 1) if _may_break(text, i, text[:i].rstrip()[-1:])]
    for ends, least in ((sentences, 0.5), (clauses, 0.5), (words, 0.5)):
        if ends and ends[-1] >= least * at:
            head = head[: ends[-1]].rstrip()
            break
    still_open: list[str] = []
    for c in head:
        if c in _CLOSING:
            still_open.append(_CLOSING[c])
        elif still_open and c == still_open[-1]:
            still_open.pop()
    return head, "……" + "".join(reversed(still_open))


# -- lines to glyphs; widths in em


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character where its square begins.

    Attributes:
        weight: share of the air before it when a line is opened to end flush; 0 none.
        give: 1 when half of the square is air that may be squeezed.
        dash: for the first of a pair of dashes, how far the stroke goes, air at both ends left out.
    """

    text: str
    x: float
    weight: float = 0
    give: int = 0
    dash: float = 0


def _compose(line: str, advance: Callable[[str], float]) -> tuple[list[_Glyph], float]:
    """Places the characters of a line: half squares closed up, air between Han and Latin."""
    glyphs: list[_Glyph] = []
    x = 0.0
    last = ""
    for i, c in enumerate(line):
        after = line[i + 1 : i + 2]
        shift, width, weight, dash = 0.0, advance(c), 1.0, 0.0
        if c in _PAIRS and c in (last, after):
            width = 1.0
            weight = 0 if c == last else 1
            if c == "—":
                run = len(line) - i - len(line[i:].lstrip("—"))
                c, shift, dash = ("—", 0.06, run - 0.12) if last != "—" else (" ", 0.0, 0.0)
        elif c == "’" and _narrow(last or " ") and _narrow(after or " "):
            width, weight = 0.3, 0
        elif c in _OPENS and (not last or last in _OPENS):
            shift, width, weight = -0.5, 0.5, 0
        elif c in _CLOSES and (not after or after in _CLOSES or after in _OPENS):
            width, weight = 0.5, 0
        elif c == "·" and not _narrow(last or c) and not _narrow(after or c):
            shift, width = (0.5 - width) / 2, 0.5
        elif _narrow(c) and _narrow(last or " "):
            weight = 0
        elif c.isspace() or last.isspace():
            weight = 1.5
        elif _narrow(c) != _narrow(last or c) and not {c, last} & (_CLOSES | _OPENS | _PAIRS):
            x += _AUTOSPACE
        give = int(c in _CLOSES and width == 1)
        glyphs.append(_Glyph(c, x + shift, weight if last else 0, give, dash))
        x += width
        last = line[i]
    return glyphs, x


# -- faces

Face = Literal["song", "hei", "latin"]


@lru_cache(maxsize=64)
def _font(face: Face, size: int) -> FreeTypeFont:
    try:
        import font_source_serif_pro as latin
        import pylopdf_fonts_zh_cn as fonts
        from PIL import ImageFont
    except ImportError as missing:
        raise MissingExtra("drawing a share image", "cards") from missing
    path = {
        "song": fonts.serif_path(),
        "hei": fonts.sans_path(),
        "latin": latin.font_files_otf["SourceSerifPro"],
    }[face]
    # The basic engine is in every build of Pillow; what a shaper would do for Chinese, _compose does.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=16384)
def _face_for(c: str, face: Face) -> Face | None:
    """The face that has a character: the wanted one, else another; None when no face has it."""
    faces: tuple[Face, ...] = (face, "latin", "song", "hei")
    return next((f for f in faces if c.isspace() or _shape(c, f) != _lacking(f)), None)


@lru_cache(maxsize=4)
def _lacking(face: Face) -> bytes:
    return _shape("\uffff", face)


def _shape(c: str, face: Face) -> bytes:
    # Pillow does not tell which characters a font maps; one it lacks looks like one that never can be.
    mask, offset = _font(face, 24).getmask2(c)
    return bytes(mask) + repr((mask.size, offset)).encode()


@lru_cache(maxsize=16384)
def _advance(c: str, face: Face) -> float:
    return _font(_face_for(c, face) or face, 100).getlength(c) / 100


def _shown(text: str, face: Face) -> str:
    return "".join(c if _face_for(c, face) else _MISSING for c in text)


# -- the code


@dataclass(frozen=True, slots=True)
class _Code:
    """A QR code: rows of modules, the side of a module in pixels."""

    rows: tuple[bytes, ...]
    module: int

    @property
    def inner(self) -> int:
        return len(self.rows) * self.module

    @property
    def quiet(self) -> int:
        return 4 * self.module

    @property
    def outer(self) -> int:
        return self.inner + 2 * self.quiet


def _code(address: str) -> _Code:
    """The address as a code of at least 200 px beside its quiet zone.

    In capitals where the whole address then fits the alphanumeric mode, which needs a third less room: host
    and path are read without regard to case.
    """
    try:
        import segno
    except ImportError as missing:
        raise MissingExtra("drawing a share image", "cards") from missing
    capitals = address.upper()
    folds = address.isascii() and re.fullmatch(r"[0-9A-Z $%*+\-./:]+", capitals)
    content = capitals if folds else address
    try:
        made = segno.make_qr(content, error="m", boost_error=False)
    except (segno.DataOverflowError, ValueError) as error:
        raise CardRefused("这个网址做不成二维码，做不成卡片。") from error
    rows = tuple(bytes(row) for row in made.matrix)
    # Above version 10 (57 modules) a module is too small for a phone at arm's length.
    if len(rows) > 57:
        raise CardRefused("网址太长，二维码会小得难以扫描，做不成卡片。")
    return _Code(rows, -(-200 // len(rows)))


# -- the sheet


class _Sheet:
    """Paper of one size and what can be set on it; pixels from the upper left, text by its baseline."""

    def __init__(self, width: int, height: int) -> None:
        try:
            from PIL import Image, ImageDraw
        except ImportError as missing:
            raise MissingExtra("drawing a share image", "cards") from missing
        self._image: images.Image = Image.new("P", (width, height), _index(INK, PAPER, 0))
        self._image.putpalette(_palette())
        self._draw: drawing.ImageDraw = ImageDraw.Draw(self._image)
        self._leaf = (0, 0, 0, 0)

    def png(self) -> bytes:
        """The bytes."""
        out = BytesIO()
        self._image.save(out, "PNG", compress_level=6)
        return out.getvalue()

    def frame(self, left: int, top: int, right: int, bottom: int) -> None:
        """版框: a thick rule outside, a thin one inside, and the leaf in it."""
        self._leaf = left, top, right, bottom
        leaf, ink = _index(INK, LEAF, 0), _index(INK, LEAF, 255)
        self._draw.rectangle((left, top, right - 1, bottom - 1), fill=leaf, outline=ink, width=4)
        self._draw.rectangle((left + 11, top + 11, right - 12, bottom - 12), outline=ink, width=2)

    def rule(self, x: int, top: int, bottom: int) -> None:
        """界行: a thin rule of our own."""
        self._draw.rectangle((x, top, x + 1, bottom - 1), fill=_index(RULE, LEAF, 255))

    def code(self, code: _Code, left: int, top: int) -> None:
        """A QR code; its quiet zone is whatever lies there, and must be light."""
        for y, row in enumerate(code.rows):
            for x, dark in enumerate(row):
                if dark:
                    at = left + code.quiet + x * code.module, top + code.quiet + y * code.module
                    end = at[0] + code.module - 1, at[1] + code.module - 1
                    self._draw.rectangle((*at, *end), fill=_index(INK, LEAF, 255))

    def line(
        self,
        text: str,
        x: float,
        y: int,
        size: int,
        colour: str,
        *,
        face: Face = "song",
        end: bool = False,
        width: float = 1e9,
        ours: str = "",
    ) -> float:
        """One line from `x` on, or ending there with `end`; cut with … where wider than `width`.

        The characters in `ours` we added. Returns the width.
        """
        text = _fit(_shown(_clean(text), face), face, width / size)
        glyphs, em = _compose(text, lambda c: _advance(c, face))
        added = frozenset(i for i, c in enumerate(text) if c in ours)
        self._glyphs(glyphs, x - em * size if end else x, y, size, colour, face, added)
        return em * size

    def lines(
        self,
        text: str,
        x: float,
        y: int,
        size: int,
        colour: str,
        width: float,
        *,
        most: int,
        face: Face = "song",
        up: bool = False,
        ours: str = "",
    ) -> int:
        """A few lines from `y` on, or ending there with `up`; what does not fit is cut. Returns how many."""
        broken = break_lines(_shown(_clean(text), face), lambda s: _width(s, face), width / size)
        if len(broken) > most:
            broken[most - 1 :] = ["".join(broken[most - 1 :])]
        step = round(size * 1.5)
        for i, line in enumerate(broken):
            row = i - len(broken) + 1 if up else i
            self.line(line, x, y + row * step, size, colour, face=face, width=width, ours=ours)
        return min(most, len(broken))

    def title(self, card: CardText, x: float, y: int, size: int, width: float, *, lines: int) -> int:
        """The article's title, smaller when that keeps it on one line; brackets of a supplied one are ours.

        Returns the next baseline.
        """
        text, ours = _bracketed(card.title, card.supplied and not card.heading)
        size = _to_fit(text, "song", width, size, round(size * 0.84))
        rows = self.lines(text, x, y, size, INK2, width, most=lines, ours=ours)
        return y + round(rows * 1.5 * size) + 8

    def brow(self, text: str, x: int, bottom: int, size: int) -> None:
        """A note in the upper margin, ending there: from top to bottom when Han and short, else on a line."""
        text = _shown(_clean(text), "song")
        if len(text) > 3 or any(_narrow(c) or c.isspace() for c in text):
            self.line(text, x, bottom - 6, size, ZHU, end=True, width=600)
            return
        for i, c in enumerate(reversed(text)):
            self.line(c, x, bottom - round(i * size * 1.15) - round(size * 0.1), size, ZHU, end=True)

    def speaker(self, card: CardText, x: float, y: int, width: float, *, name: int, role: int) -> int:
        """Name, office and whether these are their own words; the last baseline is `y`. Returns the top."""
        tag = "原话" if card.quoted else "转述"
        tagged = round(role * 0.82) * 2 + 20
        office, gap = _shown(_clean(card.role), "song"), name * 0.6
        named = _width(_shown(_clean(card.speaker), "song"), "song") * name
        beside = _width(office, "song") * role
        if office and named + gap + beside + gap + tagged > width:
            rows = len(break_lines(office, lambda s: _width(s, "song"), width / role))
            rows = min(rows, 2)
            self.lines(office, x, y, role, INK2, width, most=2, up=True)
            y -= round(role * 1.5) * (rows - 1) + round(name * 1.3)
            office = ""
        at = x + self.line(card.speaker, x, y, name, INK, width=width - gap - tagged) + gap
        if office:
            at += self.line(office, at, y, role, INK2) + gap
        self._tag(tag, at, y, round(role * 0.82), filled=card.quoted)
        return y - round(name * 0.86)

    def _tag(self, text: str, x: float, y: int, size: int, *, filled: bool) -> None:
        left, top = round(x), y - round(size * 1.18)
        box = (left, top, left + 2 * size + 16, y + round(size * 0.42))
        zhu = _index(ZHU, LEAF, 255)
        self._draw.rounded_rectangle(box, 3, fill=zhu if filled else None, outline=zhu, width=2)
        colour, ground = (LEAF, ZHU) if filled else (ZHU, LEAF)
        glyphs, _ = _compose(text, lambda c: _advance(c, "hei"))
        self._glyphs(glyphs, left + 8, y - round(size * 0.03), size, colour, "hei", ground=ground)

    def words(
        self,
        text: str,
        box: tuple[float, int, float, int],
        *,
        biggest: int,
        smallest: int,
        leading: float,
        limit: int,
        ours: str = "",
    ) -> None:
        """The words, as large as the box allows; a little above its middle when it is not full.

        The measure is a whole number of squares (clreq), so that full lines end flush. Among the measures the
        one wins whose type is large and whose last line is no orphan of a character or two.
        """
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        kept, tail = shorten(text, limit)
        shown = _shown(kept + tail, "song")
        whole = _width(shown, "song")
        if whole * biggest * 1.25 <= width:  # a line that stands alone
            biggest = round(biggest * 1.25)

        def size_of(measure: int, lines: int) -> int:
            return min(biggest, int(width / measure), int(height / (1 + (lines - 1) * leading)))

        measures = range(max(4, int(width / biggest) - 2), int(width / smallest) + 1)
        likely = sorted(measures, key=lambda m: (-size_of(m, ceil(whole / m)), m))[:6]
        best: tuple[float, int, int, list[str]] | None = None
        for measure in likely:
            lines = break_lines(shown, _tight, measure)
            size = size_of(measure, len(lines))
            if size < smallest:
                continue
            last = _width(lines[-1], "song") if len(lines) > 1 else measure
            orphan = max(0.0, 1 - last / max(4.0, measure / 3))
            loose = max((1 - _width(line, "song") / measure for line in lines[:-1]), default=0.0)
            unused = 1 - measure * size / width
            cost = (biggest - size) / biggest + 0.6 * unused + 0.3 * orphan + 0.5 * loose
            if best is None or cost < best[0]:
                best = cost, measure, size, lines
        if best is None:
            # Long words leave ragged lines that do not fit the box: show less.
            shorter = limit * 3 // 4
            self.words(
                text, box, biggest=biggest, smallest=smallest, leading=leading, limit=shorter, ours=ours
            )
            return
        _, measure, size, lines = best
        step = round(size * leading)
        y = top + round((height - size - (len(lines) - 1) * step) * 0.42 + size * 0.87)
        # Latin has few places where a line can be opened: mostly Latin is set ragged.
        ragged = sum(map(_narrow, shown)) > len(shown) * 0.4
        rest = sum(map(len, lines)) - len(tail)
        for i, line in enumerate(lines):
            glyphs, em = _compose(line, lambda c: _advance(c, "song"))
            if not (ragged or i == len(lines) - 1) or em > measure:
                glyphs = _justified(glyphs, measure - em)
            added = {i for i, c in enumerate(line) if i >= rest or c in ours}
            self._glyphs(glyphs, left, y, size, INK, "song", frozenset(added))
            rest -= len(line)
            y += step

    def _glyphs(
        self,
        glyphs: list[_Glyph],
        x: float,
        y: int,
        size: int,
        colour: str,
        face: Face,
        ours: frozenset[int] = frozenset(),
        ground: str = "",
    ) -> None:
        """Draws a line of glyphs; those in `ours` in our colour, 〓, which is heavy, in a lighter one."""
        left, top, right, bottom = self._leaf
        ground = ground or (LEAF if left < x < right and top < y < bottom else PAPER)
        for ink in {colour: 0, ZHU: 0, MARK: 0}:
            inked = [
                g
                for i, g in enumerate(glyphs)
                if ink == (MARK if g.text == _MISSING else ZHU if i in ours else colour)
            ]
            self._stamp(inked, x, y, size, face, ink, ground)

    def _stamp(
        self, glyphs: list[_Glyph], x: float, y: int, size: int, face: Face, colour: str, ground: str
    ) -> None:
        """Draws glyphs of one colour: how far each pixel is covered, then that as an index of the ramp."""
        from PIL import Image, ImageDraw

        glyphs = [g for g in glyphs if not g.text.isspace()]
        if not glyphs:
            return
        left, top = int(x + glyphs[0].x * size) - size, y - round(size * 1.2)
        width = int((glyphs[-1].x - glyphs[0].x + max(1.0, glyphs[-1].dash)) * size) + 3 * size
        cover = Image.new("L", (width, round(size * 1.8)))
        pen = ImageDraw.Draw(cover)
        for glyph in glyphs:
            at = x + glyph.x * size - left
            if glyph.dash:
                # Two dashes of the font do not meet; the rule is one stroke of two squares.
                thick, middle = max(2, round(size * 0.04)), y - top - round(size * 0.37)
                pen.rectangle(
                    (round(at), middle, round(at + glyph.dash * size), middle + thick - 1), fill=255
                )
                continue
            font = _font(_face_for(glyph.text, face) or face, size)
            # Han on whole pixels, or its thin strokes blur; Latin where its width puts it.
            here = (at if _narrow(glyph.text) else round(at), y - top)
            pen.text(here, glyph.text, 255, font, anchor="ls")
        shades = cover.point([_index(colour, ground, c) for c in range(256)])
        self._image.paste(shades, (left, top), cover.point([0] + [255] * 255))


def _index(ink: str, ground: str, cover: int) -> int:
    """The palette's index for a pixel that an ink covers by `cover` of 255."""
    return _RAMPS.index((ink, ground)) * _SHADES + round(cover / 255 * (_SHADES - 1))


@lru_cache(maxsize=1)
def _palette() -> bytes:
    def rgb(colour: str) -> tuple[int, ...]:
        return tuple(bytes.fromhex(colour[1:]))

    return bytes(
        round(g + (i - g) * shade / (_SHADES - 1))
        for ink, ground in _RAMPS
        for shade in range(_SHADES)
        for i, g in zip(rgb(ink), rgb(ground), strict=True)
    )


def _width(line: str, face: Face) -> float:
    return _compose(line, lambda c: _advance(c, face))[1]


def _to_fit(text: str, face: Face, width: float, size: int, smallest: int) -> int:
    """The size at which a line fits, down to the smallest; else the wanted one, to be cut or broken."""
    fitting = int(width / max(1.0, _width(_shown(_clean(text), face), face)))
    return min(size, fitting) if fitting >= smallest else size


def _fit(line: str, face: Face, most: float) -> str:
    """The line, or as much of it as fits with … after it; a bracket that ends it stays."""
    if _width(line, face) <= most:
        return line
    closing = "］" if line.endswith("］") else ""
    room = most - _width("…" + closing, face)
    return _split(line, lambda s: _width(s, face), room)[0].rstrip(_DANGLING) + "…" + closing


def _tight(line: str) -> float:
    """The width of a line whose inner marks give way for the mark that ends it: 先挤进，后推出."""
    glyphs, width = _compose(line, lambda c: _advance(c, "song"))
    return width - _SQUEEZE * sum(g.give for g in glyphs) if line[-1:] in NO_START else width


def _justified(glyphs: list[_Glyph], slack: float) -> list[_Glyph]:
    """The line closed or opened until it ends flush; left as it is where that would tear it."""
    gives, gaps = sum(g.give for g in glyphs), sum(g.weight for g in glyphs)
    if not -_SQUEEZE * gives - 0.01 <= slack <= gaps * _STRETCH:
        return glyphs
    out, moved = [], 0.0
    for glyph in glyphs:
        moved += slack * glyph.weight / gaps if slack > 0 else 0
        out.append(replace(glyph, x=glyph.x + moved))
        moved += slack * glyph.give / gives if slack < 0 else 0
    return out
