"""The characters of a page and its ruled lines, rotated so that lines of text run to the right."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.importers.encodings import FORBIDDEN

_GLYPHS = 60_000  # on one page; a full newspaper page has about 12,000
_PATHS = 4_000  # on one page; a ruled table of a whole page has about 600
_LARGE = 18  # points; only watermarks this large are pale
_PALE = 190  # of 255; a lighter colour is pale
_SLANT = 4  # degrees; text this far off the axes is aslant
_THIN = 3.0  # points; a ruled line is not thicker

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
    **dict.fromkeys((0xA0, 0x85, 0x2028, 0x2029), " "),
}
# A page's rotation: where a point (x, y) goes.
_TURNED: dict[int, Callable[[float, float], tuple[float, float]]] = {
    0: lambda x, y: (x, y),
    90: lambda x, y: (y, -x),
    180: lambda x, y: (-x, -y),
    270: lambda x, y: (-y, x),
}


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character on a page, in points.

    Attributes:
        y: the base line.
        em: the width of a Chinese character of its size.
        face: the name of its font.
        pale: large and in a light colour.
        made: a space that is not in the file; pdfium added it for a gap.
    """

    char: str
    x: float
    end: float
    y: float
    em: float
    face: str
    pale: bool = False
    made: bool = False


@dataclass(frozen=True, slots=True)
class RuledLine:
    """A straight line that is drawn on a page, from (x0, y0) to (x1, y1); x0 <= x1, y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def level(self) -> bool:
        """Whether it is horizontal."""
        return self.y1 - self.y0 <= _THIN


@dataclass(frozen=True, slots=True)
class Sheet:
    """The glyphs and ruled lines of a page.

    Attributes:
        glyphs: in drawing order.
        aslant: words at an angle to the text, as a watermark has.
    """

    glyphs: tuple[Glyph, ...]
    rules: tuple[RuledLine, ...]
    aslant: str = ""


@dataclass(frozen=True, slots=True)
class _Raw:
    """A character as pdfium gives it, before the page is rotated."""

    n: int
    char: str
    x: float
    y: float
    box: tuple[float, float, float, float]  # left, right, bottom, top
    face: str
    made: bool  # pdfium added it


def is_wide(char: str) -> bool:
    """Whether a character takes one em."""
    return unicodedata.east_asian_width(char) in "WF" or char in "“”‘’…—·"


def read_sheet(page: Any, pdfium: Any) -> Sheet:
    """The glyphs and the ruled lines of a pdfium page."""
    textpage = page.get_textpage()
    try:
        found = _characters(textpage, pdfium)
        aslant = _aslant(textpage, pdfium, found)
        pale = _pale(textpage, pdfium, found)
    finally:
        textpage.close()
    turn = page.get_rotation() % 360
    upright = [raw for raw in found if raw.n not in aslant]
    # In vertical text each character is below the previous one, and columns run to the left.
    steps = [(abs(b.x - a.x), a.y - b.y) for a, b in pairwise(raw for raw in upright if not raw.made)]
    if turn == 0 and sum(dy > 3 * dx for dx, dy in steps) > 0.5 * max(1, len(steps)):
        turn = 270
    glyphs = tuple(_glyph(raw, turn, raw.n in pale) for raw in upright)
    words = "".join(raw.char for raw in found if raw.n in aslant and not raw.made)
    return Sheet(glyphs, _rules(page, pdfium, turn), "".join(words.split()))


def _characters(textpage: Any, pdfium: Any) -> list[_Raw]:
    raw = pdfium.raw
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    name, flags = ctypes.create_string_buffer(64), ctypes.c_int()
    found: list[_Raw] = []
    for n in range(min(textpage.count_chars(), _GLYPHS)):
        code = raw.FPDFText_GetUnicode(textpage, n)
        if code in (0, 10, 13) or not raw.FPDFText_GetCharOrigin(textpage, n, x, y):
            continue
        raw.FPDFText_GetLooseCharBox(textpage, n, box)
        size = raw.FPDFText_GetFontInfo(textpage, n, name, 64, flags)
        char = _FOLD.get(code) or (chr(code) if code <= 0x10FFFF else "\ufffd")
        if FORBIDDEN.match(char) or 0xD800 <= code < 0xE000:
            char = "\ufffd"
        face = name.value.decode("utf-8", "replace") if 0 < size <= 64 else ""
        corners = (box.left, box.right, box.bottom, box.top)
        made = raw.FPDFText_IsGenerated(textpage, n) == 1
        found.append(_Raw(n, char, x.value, y.value, corners, face, made))
    return found


def _aslant(textpage: Any, pdfium: Any, found: Sequence[_Raw]) -> set[int]:
    """Numbers of characters that run at an angle; only those are looked at whose steps are off the axes."""
    drawn = [raw for raw in found if not raw.made]
    doubtful: set[int] = set()
    for a, b in pairwise(drawn):
        dx, dy = abs(b.x - a.x), abs(b.y - a.y)
        if min(dx, dy) > 0.06 * max(dx, dy):
            doubtful |= {a.n, b.n}
    matrix = pdfium.raw.FS_MATRIX()
    aslant = set()
    for n in doubtful:
        if pdfium.raw.FPDFText_GetMatrix(textpage, n, matrix):
            angle = math.degrees(math.atan2(matrix.b, matrix.a)) % 90
            if _SLANT < angle < 90 - _SLANT:
                aslant.add(n)
    return aslant


def _pale(textpage: Any, pdfium: Any, found: Sequence[_Raw]) -> set[int]:
    """Numbers of large characters in a light or transparent colour."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pale = set()
    for raw in found:
        left, right, bottom, top = raw.box
        if min(right - left, top - bottom) >= _LARGE and pdfium.raw.FPDFText_GetFillColor(
            textpage, raw.n, red, green, blue, alpha
        ):
            light = min(red.value, green.value, blue.value)
            if 255 - (255 - light) * alpha.value / 255 > _PALE:
                pale.add(raw.n)
    return pale


def _glyph(raw: _Raw, turn: int, pale: bool) -> Glyph:
    left, right, bottom, top = raw.box
    wide, high = (right - left, top - bottom) if turn in (0, 180) else (top - bottom, right - left)
    em = wide if is_wide(raw.char) and wide > 0.5 * high else high
    at, line = _TURNED[turn](left if turn in (0, 180) else raw.x, raw.y)
    if turn == 180:
        at = -right
    return Glyph(raw.char, at, at + max(0.0, wide), line, em, raw.face, pale, raw.made)


def _rules(page: Any, pdfium: Any, turn: int) -> tuple[RuledLine, ...]:
    """Straight lines, thin boxes, and the sides of boxes."""
    found: list[RuledLine] = []
    for count, path in enumerate(page.get_objects(filter=(pdfium.raw.FPDF_PAGEOBJ_PATH,), max_depth=3)):
        if count >= _PATHS:
            return ()  # a drawing, not a table
        try:
            left, bottom, right, top = path.get_bounds()
        except pdfium.PdfiumError:
            continue
        (xa, ya), (xb, yb) = _TURNED[turn](left, bottom), _TURNED[turn](right, top)
        x0, x1, y0, y1 = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
        if min(x1 - x0, y1 - y0) <= _THIN:
            if max(x1 - x0, y1 - y0) > 2 * _THIN:
                found.append(RuledLine(x0, y0, x1, y1))
        elif len(found) < _PATHS and _is_outlined_box(path, pdfium):
            found += [
                RuledLine(x0, y0, x1, y0),
                RuledLine(x0, y1, x1, y1),
                RuledLine(x0, y0, x0, y1),
                RuledLine(x1, y0, x1, y1),
            ]
    return tuple(found)


def _is_outlined_box(path: Any, pdfium: Any) -> bool:
    """Whether a path of four or five points has a drawn outline, as the cell of a table."""
    raw = pdfium.raw
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path.raw, fill, stroke) or not stroke.value:
        return False
    return int(raw.FPDFPath_CountSegments(path.raw)) in (4, 5, 6)
