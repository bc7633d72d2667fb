"""Lines that belong to the page: running heads and feet, page numbers, watermarks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from app.importers.pdf.lines import DrawnLine
from app.importers.pdf.notes import is_caption
from app.text.dates import numeral

_EDGE = 3  # rows at the head and at the foot of a page may belong to it
_ENOUGH = 50  # places of one running head to compare with
_SAME_PLACE = 6.0  # points between the places of a running head on two pages
_APART = 1.6  # pitches; a running head is at least this far from the text
_SHARE = 0.6  # of the pages; this share has the running heads that change with the chapter
_LONGEST = 40  # characters of a running head that changes
_SMALL = 0.95  # of the body's size
_HAN = re.compile("[一二三四五六七八九]?十?[一二三四五六七八九]|[一二三四五六七八九]?十")
_LARGE = 1.5  # body sizes; a pale line this large is a watermark
_PAGE = re.compile(
    r"[—–－\-·•~～\s]*(?:第\s*)?(?:\d{1,4}|[ivxlc]{1,6}|[一二三四五六七八九十百〇○]{1,5})\s*(?:页|頁)?"
    r"(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}\s*(?:页|頁)?)?[—–－\-·•~～\s]*"
)


@dataclass(slots=True)
class _Row:
    """The lines of a page at one height."""

    lines: list[DrawnLine]

    @property
    def y(self) -> float:
        return self.lines[0].y

    @property
    def em(self) -> float:
        return max(line.em for line in self.lines)

    @property
    def text(self) -> str:
        return "　".join(line.text for line in sorted(self.lines, key=lambda line: line.x))

    @property
    def pattern(self) -> str:
        """The words with every figure as #: 第12页 and 第13页 are the same."""
        return re.sub(r"\d+", "#", "".join(self.text.split()))


def without_furniture(pages: Sequence[list[DrawnLine]]) -> tuple[list[list[DrawnLine]], list[str]]:
    """The lines of the text on every page, and the words of the other lines in order."""
    body = body_size(pages)
    pages = [list(lines) for lines in pages]
    taken = [_watermarks(lines, body) for lines in pages]
    rows = [_rows([line for line in page if line not in taken[n]]) for n, page in enumerate(pages)]
    for edge, top in ((rows, True), ([page[::-1] for page in rows], False)):
        for n, found in enumerate(_running(edge, body, top=top)):
            taken[n] += [line for row in found for line in row.lines]
    words = [_Row([line]).text for lines in taken for line in lines]
    gone = [{id(line) for line in lines} for lines in taken]
    return [[line for line in page if id(line) not in gone[n]] for n, page in enumerate(pages)], words


def body_size(pages: Sequence[Sequence[DrawnLine]]) -> float:
    """The size that most characters have."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.em * 4) / 4] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _watermarks(lines: Sequence[DrawnLine], body: float) -> list[DrawnLine]:
    """Large pale lines that other lines run across."""
    return [
        line
        for line in lines
        if line.pale
        and line.em > _LARGE * body
        and any(
            other is not line and line.y - 0.3 * line.em < other.y < line.y + line.em and line.overlaps(other)
            for other in lines
        )
    ]


def _rows(lines: Sequence[DrawnLine]) -> list[_Row]:
    """The rows of a page from the top."""
    rows: list[_Row] = []
    largest = 0.0
    for line in sorted(lines, key=lambda line: -line.y):
        if rows and rows[-1].y - line.y < 0.4 * max(line.em, largest):
            rows[-1].lines.append(line)
            largest = max(largest, line.em)
        else:
            rows.append(_Row([line]))
            largest = line.em
    return rows


def _running(pages: Sequence[Sequence[_Row]], body: float, *, top: bool) -> list[list[_Row]]:
    """The running heads of every page, given as its rows from one edge inwards."""
    edges = [page[:_EDGE] for page in pages]
    places: dict[str, list[float]] = {}
    for edge in edges:
        for row in edge:
            places.setdefault(row.pattern, []).append(row.y)
    found: list[list[_Row]] = [[] for _ in pages]
    for depth in range(_EDGE):
        at = {n: edge[depth] for n, edge in enumerate(edges) if len(edge) > depth and len(found[n]) == depth}
        counts = _page_numbers(at)
        changing = _changing(at, pages, body, depth)
        for n, row in at.items():
            inner = pages[n][depth + 1] if len(pages[n]) > depth + 1 else None
            apart = _is_apart(row, inner, _pitch(pages[n]), body)
            again = sum(abs(row.y - y) < _SAME_PLACE for y in places[row.pattern][:_ENOUGH]) - 1
            repeated = again > 0 and (apart or row.em < _SMALL * body or again > 1)
            numbered = apart and _PAGE.fullmatch(row.text)
            small = apart and top and n and not depth and row.em < _SMALL * body and _is_head(row.text)
            if repeated or n in counts or n in changing or numbered or small:
                found[n].append(row)
    return found


def _is_head(text: str) -> bool:
    """Whether a short line in small type above the text could be a running head."""
    return len(text) <= _LONGEST and text[-1] not in "。！？：；，、摄攝）)" and not is_caption(text)


def _page_numbers(at: dict[int, _Row]) -> set[int]:
    """Pages whose row holds a number that counts the pages: two or more, and most of those that have one."""
    offsets: dict[int, set[int]] = {}
    numbered: set[int] = set()
    for n, row in at.items():
        for line in row.lines:
            for part in line.text.split():
                if (counted := _number(part)) is not None:
                    offsets.setdefault(counted - n, set()).add(n)
                    numbered.add(n)
    best = max(offsets.values(), key=len, default=set())
    return best if len(best) > 1 and len(best) >= _SHARE * len(numbered) else set()


def _number(word: str) -> int | None:
    """The value of a page number: 12, 第12页, 十二."""
    word = word.strip("—–－-·•~～第页頁")
    if word.isascii() and word.isdigit():
        return int(word[:6])
    if not _HAN.fullmatch(word):
        return None
    return None if len(word) > 1 and "十" not in word else numeral(word)


def _changing(at: dict[int, _Row], pages: Sequence[Sequence[_Row]], body: float, depth: int) -> set[int]:
    """Pages with a short row that is apart from the text, at the same place on most pages."""
    short = {
        n: row
        for n, row in at.items()
        if len(row.text) <= _LONGEST
        and row.em < 1.1 * body
        and len(pages[n]) > depth + 1
        and _is_apart(row, pages[n][depth + 1], _pitch(pages[n]), body)
    }
    if len(short) < 3:
        return set()
    place = median(row.y for row in short.values())
    same = {n for n, row in short.items() if abs(row.y - place) < _SAME_PLACE}
    return same if len(same) >= _SHARE * len(pages) else set()


def _pitch(rows: Sequence[_Row]) -> float:
    """The usual distance between the rows of a page."""
    return median([abs(a.y - b.y) for a, b in pairwise(rows)] or [0.0])


def _is_apart(row: _Row, inner: _Row | None, pitch: float, body: float) -> bool:
    if inner is None:
        return False
    return abs(row.y - inner.y) > _APART * min(pitch or 2 * body, 2 * body) or row.em < 0.85 * inner.em
