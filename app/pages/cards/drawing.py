"""Share images: the words of one paragraph as a PNG, set like a leaf of a printed book.

Typst sets them from `templates/card.typ`: line breaking by the rules for Chinese, squeezed marks, the largest
type that fits. The same values give the same bytes; no files but the fonts are read. Printed words are in
ink. What we add is in vermilion: brackets of a supplied title, our ellipsis, the note on a term, the site's
name, and 〓 for a character that the fonts lack. A picture cannot be corrected, so it names its revision and
its address.

The caller decides whether words are quoted under a name. A direct quotation without a speaker is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Literal
from urllib.parse import unquote

from msgspec import Struct

from app.errors import MeipiError
from app.extras import load
from app.i18n import worded
from app.pages.cards.fonts import COMMON, compile_template, is_lacking
from app.pages.cards.text import MISSING, clean, line, narrow, ours, runs, shorten, visible
from app.settings import ROOT

Size = Literal["og", "portrait"]
SIZES: dict[Size, tuple[int, int]] = {"og": (1200, 630), "portrait": (1080, 1440)}

TEMPLATE = ROOT / "templates" / "card.typ"
# Squares of words on each image. The smaller numbers are tried if long words leave lines that do not fit.
_LIMITS: dict[Size, tuple[int, ...]] = {"og": (96, 72, 54, 36, 18), "portrait": (120, 90, 60, 36, 18)}
# Lacking characters that are named below the frame.
_NAMED = 3


class CardRefused(MeipiError):
    """No honest image can be made of these values. The message tells readers why."""


class CardText(Struct, frozen=True):
    """The words of a share image.

    Attributes:
        words: contiguous text of the paragraph; cut at a sentence if it is long.
        speaker: who says the words, "" for the article's own words and for a speaker who is not certain.
        role: the office as printed, or "".
        title: of the article.
        supplied: an editor made the title up; it is shown in brackets.
        date: ready to print, 约2023年12月, or "".
        revision: number of the saved revision that has the words; 0 if it was never saved.
        address: absolute URL of the paragraph.
        site: name of the site.
        quoted: the words are quoted directly (原话); with a speaker and not quoted they are reported (转述).
        gloss: a note on a term of the words, "" for none.
        heading: the words are the article's title, and `title` is the publication, "" if not known.
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
    gloss: str = ""
    heading: bool = False


def draw(card: CardText, size: Size) -> bytes:
    """The card as PNG: 1200×630 for `og`, 1080×1440 for `portrait`.

    Raises:
        CardRefused: no words are left, a direct quotation has no certain speaker, or the address is too
            long for a code that a phone can read.
        MissingExtra: the extra `cards` is not installed.
    """
    if reason := refusal(card):
        raise CardRefused(reason)
    return compile_template(TEMPLATE.read_bytes(), "png", {"card": json.dumps(values(card, size))})


def refusal(card: CardText) -> str:
    """Why no honest image can be made of these values, in words for readers; "" if one can."""
    if not visible(card.words):
        return worded("这一段没有文字，做不成卡片。")
    if card.quoted and not visible(card.speaker):
        return worded("这段话是谁说的还不能确定，不能当作原话做成卡片；可以分享这一段的链接。")
    return ""


def values(card: CardText, size: Size) -> dict[str, Any]:
    """The input of the template."""
    code, side, quiet = _code(card.address)
    words, bracketed = clean(card.words), card.heading and card.supplied
    title = line(card.title, 30 if size == "og" else 44)
    if card.supplied and not card.heading:
        title = ours("［") + title + ours("］")
    versions = []
    for limit in _LIMITS[size]:
        kept, tail = shorten(words, limit - 2 * bracketed)
        shown = runs(kept) + ours(tail)
        versions.append(ours("［") + shown + ours("］") if bracketed else shown)
    site, address = clean(card.site), _printed(card.address)
    room = 520  # pixels, on either image
    return {
        "size": size,
        "region": "CN",
        "words": versions,
        "latin": sum(map(narrow, words)) > len(words) * 0.4,
        "speaker": line(card.speaker, 18),
        "role": line(card.role, 44),
        "quoted": card.quoted,
        "tag": "原话" if card.quoted else "转述",
        "title": title,
        "facts": line(facts(card), 28),
        "gloss": line(card.gloss, 45 if size == "og" else 60),
        "site": line(site, 9),
        "upright": 0 < len(site) <= 3 and not any(narrow(c) or c.isspace() for c in site),
        "address": runs(address),
        "address-size": max(13, min(21, int(room / max(1, 0.56 * len(address))))),
        "code": code,
        "code-side": side,
        "quiet": quiet,
    }


def facts(card: CardText) -> str:
    """The small line: date, revision, and the characters that 〓 replaces."""
    revision = f"修订 {card.revision}" if card.revision > 0 else "未存修订"
    return " · ".join(filter(None, (clean(card.date), revision, "以网页为准", _named(lacking(card)))))


def lacking(card: CardText) -> tuple[str, ...]:
    """The characters on an image that no font has and 〓 replaces, in order.

    Raises:
        MissingExtra: there are unusual characters, and the extra `cards` is not installed.
    """
    words, _ = shorten(clean(card.words), max(limits[0] for limits in _LIMITS.values()))
    text = words + "".join(map(clean, (card.speaker, card.role, card.title, card.site, card.gloss)))
    return tuple(c for c in dict.fromkeys(COMMON.sub("", text)) if c != MISSING and is_lacking(c))


def _named(characters: Sequence[str]) -> str:
    """The characters that 〓 replaces, by code point: 〓 U+20BB7."""
    codes = [f"U+{ord(c):04X}" for c in characters]
    return f"〓 {' '.join(codes[:_NAMED])}{'…' if len(codes) > _NAMED else ''}" if codes else ""


def _printed(address: str) -> str:
    """The address as people type it."""
    readable = unquote(address)
    shown = address if "\ufffd" in readable else readable
    return clean(re.sub(r"^https?://", "", shown, flags=re.IGNORECASE).rstrip("/"))


def _code(address: str) -> tuple[str, int, int]:
    """The address as a QR code: an SVG, its side in pixels, and the width of its quiet zone.

    The dark part is at least 200 pixels wide. Capitals are used if the whole address then fits the
    alphanumeric mode, which needs a third less room: host and path are read without regard to case.
    """
    segno = load("segno", "drawing a share image", "cards")
    capitals = address.upper()
    folds = address.isascii() and re.fullmatch(r"[0-9A-Z $%*+\-./:]+", capitals)
    try:
        made = segno.make_qr(capitals if folds else address, error="m", boost_error=False)
    except (segno.DataOverflowError, ValueError) as error:
        raise CardRefused("这个网址做不成二维码，做不成卡片。") from error
    modules = len(made.matrix)
    # Above version 10 (57 modules) a module is too small for a phone at arm's length.
    if modules > 57:
        raise CardRefused("网址太长，二维码会小得难以扫描，做不成卡片。")
    module = -(-200 // modules)
    svg = BytesIO()
    made.save(svg, kind="svg", border=4, dark="#24201b", xmldecl=False)
    return svg.getvalue().decode(), (modules + 8) * module, 4 * module
