"""What a share image shows, read back: the same page set as PDF, whose text can be extracted."""

from __future__ import annotations

import ctypes
import json
from collections import defaultdict

from pypdfium2 import PdfDocument, PdfTextPage, raw

from app.pages import cards
from app.pages.cards import drawing, fonts

# The frame of the words, in points from the upper left: left, top, right, bottom.
_FRAME = {"og": (60, 110, 940, 540), "portrait": (84, 184, 996, 1112)}


def lines(card: cards.CardText, size: cards.Size) -> list[str]:
    """The lines inside the frame, the speaker's at the end."""
    left, top, right, bottom = _FRAME[size]
    values = json.dumps(drawing.values(card, size))
    page = PdfDocument(fonts.compile_template(drawing.TEMPLATE.read_bytes(), "pdf", {"card": values}))[0]
    height = cards.SIZES[size][1]
    return by_baseline(page.get_textpage(), left, height - bottom, right, height - top)


def by_baseline(page: PdfTextPage, left: float, bottom: float, right: float, top: float) -> list[str]:
    """The characters in a rectangle, those of one baseline as a line, from the left.

    The library's own lines are wrong at a long dash: it moves the words before and after it.
    """
    found = defaultdict[int, list[tuple[float, int]]](list)
    x, y = ctypes.c_double(), ctypes.c_double()
    for n in range(page.count_chars()):
        raw.FPDFText_GetCharOrigin(page.raw, n, x, y)
        if raw.FPDFText_IsGenerated(page.raw, n) == 0 and left <= x.value < right and bottom <= y.value < top:
            found[round(y.value)].append((x.value, n))
    return ["".join(page.get_text_range(n, 1) for _, n in sorted(found[at])) for at in sorted(found)[::-1]]


def plain(text: str) -> str:
    """Letters and digits of a text; spaces at line ends go, and marks may be ours."""
    return "".join(c for c in text if c.isalnum() and c != "\u02bc")


def words_and_name(card: cards.CardText, size: cards.Size) -> tuple[str, str]:
    """The words on a card, and the name under them, letters and digits alone."""
    shown = plain("".join(lines(card, size)))
    if not plain(card.speaker):
        return shown, ""
    signature = plain(card.speaker + card.role + ("原话" if card.quoted else "转述"))
    assert shown.endswith(signature), (shown, signature)
    return shown.removesuffix(signature), plain(card.speaker)
