"""Text recognition for pages that are pictures; needs the extra `ocr`.

The models are in the library's wheel. They read 500 characters at 10.5 points without a mistake.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from app.extras import load
from app.importers.pdf.glyphs import is_wide
from app.importers.pdf.lines import DrawnLine

SCANNED = 100  # pages; each takes about 5 seconds of processor time
_SCALE = 2.0  # pixels a point: 144 dpi
_PIXELS = 12_000_000  # of one page's picture; A3 at 144 dpi has 4 million
_SURE = 0.9  # of 1; a line below is doubtful
_LEAST = 0.4  # a line below is a stain or a picture


class Recogniser:
    """Reads the pictures of pages.

    Attributes:
        doubtful: lines that were read with doubt.

    Raises:
        MissingExtra: the extra `ocr` is not installed.
    """

    def __init__(self) -> None:
        library = load("rapidocr", "a PDF of pictures", "ocr")
        self._engine = library.RapidOCR(params={"Global.log_level": "critical"})
        self.doubtful = 0

    def lines(self, page: Any) -> list[DrawnLine]:
        """The lines of a pdfium page, from its picture."""
        width, height = page.get_size()
        scale = min(_SCALE, math.sqrt(_PIXELS / max(1.0, width * height)))
        found = self._engine(page.render(scale=scale).to_numpy())
        if found.boxes is None:
            return []
        lines = []
        for box, words, score in zip(found.boxes, found.txts, found.scores, strict=True):
            if score < _LEAST or not words.strip():
                continue
            self.doubtful += score < _SURE
            lines.append(_line([(x / scale, height - y / scale) for x, y in box], words.strip()))
        return lines


def can_recognise() -> bool:
    """Whether the extra `ocr` is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def _line(box: Sequence[tuple[float, float]], words: str) -> DrawnLine:
    """A line of words in a box; its em comes from the width of a character, since boxes differ in height."""
    xs, ys = [x for x, _ in box], [y for _, y in box]
    x, end, foot, top = min(xs), max(xs), min(ys), max(ys)
    units = sum(1.0 if is_wide(char) else 0.5 for char in words)
    em = max(1.0, min((end - x) / units if units > 3 else top - foot, top - foot))
    return DrawnLine(x, end, foot + 0.2 * (top - foot), em, ("", ""), [words], [0.0])
