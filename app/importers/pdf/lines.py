"""Glyphs become lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from app.importers.pdf.glyphs import Glyph, is_wide
from app.model import Kind

ASIDE = 1.5  # em; a wider gap between glyphs may separate columns
RAISED_FIGURES = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = str.maketrans("0123456789", RAISED_FIGURES)
_QUARTER = 0.4  # em; typesetting programs put less than this between Chinese and Latin characters
_MARKS = "，。、；：？！“”‘’（）《》〈〉「」『』【】〔〕…—·"
_RAISED_SIZE = 0.75  # of the line's em; a raised figure is smaller


@dataclass(slots=True)
class DrawnLine:
    """Glyphs in a row, rotated so that they run to the right; grows while reading.

    Attributes:
        x, end: start of the first and end of the last glyph, in points.
        y: the base line.
        em: the width of a Chinese character.
        face: of its first and of its last glyph.
        kind: of its block, if the page tells it: table, note or caption; else None.
        pale: as `Glyph.pale`.
    """

    x: float
    end: float
    y: float
    em: float
    face: tuple[str, str]
    words: list[str] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)  # before each of the words
    kind: Kind | None = None
    pale: bool = False

    @property
    def text(self) -> str:
        """The words; a space between Chinese characters needs a gap well above the line's median."""
        if self.kind == "table":
            return "".join(self.words)  # with empty cells at both ends
        least = median(self.gaps) + 0.2 * self.em
        words = []
        for n, (word, gap) in enumerate(zip(self.words, self.gaps, strict=True)):
            between = word == " " and n and is_wide(self.words[n - 1][-1]) and is_wide(self.words[n + 1][0])
            words.append("" if between and gap < least else word)
        return "".join(words).strip(" \u3000")

    def add(self, glyph: Glyph, spaces: str) -> None:
        """Append a glyph after optional spaces."""
        gap = glyph.x - self.end
        if spaces:
            self.words.append(spaces)
            self.gaps.append(gap)
        raised = glyph.em < _RAISED_SIZE * self.em and glyph.y - self.y > 0.15 * self.em
        self.words.append(glyph.char.translate(_RAISED) if raised else glyph.char)
        self.gaps.append(gap)
        self.end = max(self.end, glyph.end)
        self.face = (self.face[0], glyph.face)
        if is_wide(glyph.char):
            self.em = max(self.em, glyph.em)

    def lower(self, glyph: Glyph) -> None:
        """Take the words so far for raised figures before a larger glyph."""
        self.words = [word.translate(_RAISED) for word in self.words]
        self.y, self.em, self.face = glyph.y, glyph.em, (glyph.face, glyph.face)

    def overlaps(self, other: DrawnLine) -> bool:
        """Whether the lines overlap horizontally."""
        return min(self.end, other.end) > max(self.x, other.x)


def lines_of(glyphs: Sequence[Glyph]) -> Iterator[DrawnLine]:
    """Group glyphs into lines; a gap that may separate columns also ends a line."""
    line: DrawnLine | None = None
    spaces = ""
    real = False  # a space is in the file
    for glyph in glyphs:
        if glyph.char in " \u3000\t":
            spaces += "\u3000" if glyph.char == "\u3000" else " "
            real = real or not glyph.made
            continue
        if line:
            gap = glyph.x - line.end
            level = abs(glyph.y - line.y)
            near = level < 0.3 * line.em or (level < 0.5 * line.em and -0.3 * line.em < gap < 0.5 * line.em)
            if not near and _follows_raised_figures(line, glyph):
                line.lower(glyph)
                near = True
            if near and _least_gap(line, glyph) * line.em < gap < ASIDE * line.em:
                if (
                    not real
                    and gap < _QUARTER * line.em
                    and is_wide(line.words[-1][-1]) != is_wide(glyph.char)
                ):
                    spaces = ""
                line.add(glyph, "\u3000" * spaces.count("\u3000") or spaces[:1])
                spaces, real = "", False
                continue
            yield line
        spaces, real = "", False
        face = (glyph.face, glyph.face)
        line = DrawnLine(glyph.x, glyph.end, glyph.y, max(glyph.em, 0.1), face, pale=glyph.pale)
        line.add(glyph, "")
    if line:
        yield line


def _least_gap(line: DrawnLine, glyph: Glyph) -> float:
    """The least gap before a glyph of a line, in ems: two marks may be squeezed to half their width each."""
    return -1.1 if glyph.char in _MARKS and line.words[-1][-1] in _MARKS else -0.6


def _follows_raised_figures(line: DrawnLine, glyph: Glyph) -> bool:
    """Whether a line so far is the number of a note, and the glyph begins the note."""
    return (
        line.em < _RAISED_SIZE * glyph.em
        and 0.15 * glyph.em < line.y - glyph.y < 0.6 * glyph.em
        and len(line.words) <= 3
        and all(word.isdigit() for word in line.words)
    )


def with_drop_caps(lines: list[DrawnLine]) -> list[DrawnLine]:
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


def without_readings(lines: list[DrawnLine]) -> list[DrawnLine]:
    """The lines without pronunciations: small pinyin, zhuyin or kana close above another line."""
    if not lines:
        return lines
    body = median(line.em for line in lines)
    return [
        line
        for line in lines
        if line.em > 0.65 * body
        or any((is_wide(char) and not _is_kana(char)) or char.isdigit() for char in line.text)
        or not any(
            0 < line.y - other.y < 1.6 * other.em
            and other.em > 1.4 * line.em
            and other.x - 1 <= line.x <= other.end
            for other in lines
        )
    ]


def _is_kana(char: str) -> bool:
    return "\u3040" <= char <= "\u312f" or "\u31a0" <= char <= "\u31ff"
