"""One article or many as a book, EPUB 3: terms as footnotes, an index of speakers, a typographic cover.

Source: EPUB 3.3 and EPUB Accessibility 1.1 (W3C Recommendations, 2023); OCF 4.2 for the container.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import BinaryIO

from app.export.files import archive
from app.export.press import Footnoted, Heard, Press, footnoted
from app.model import ARTICLE_ID, Document, SpeakerId

# The format requires a time; a book whose articles were never saved has none.
_NO_TIME = "2000-01-01T00:00:00Z"
_CONTAINER = b"""<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>\
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""


@dataclass(frozen=True, slots=True)
class Chapter:
    """An article in its file; `key` is the file's name without its ending, and its id in the package."""

    key: str
    made: Footnoted


@dataclass(frozen=True, slots=True)
class Book:
    """The metadata and the chapters of the package."""

    id: str
    title: str
    lang: str
    modified: str
    date: str
    author: str
    chapters: tuple[Chapter, ...]
    heard: tuple[tuple[Heard, tuple[tuple[Chapter, Heard], ...]], ...]


def write(press: Press, documents: Iterable[Document], out: BinaryIO) -> None:
    """The book as one file."""
    book = _book(press, documents)
    files = {
        "META-INF/container.xml": _CONTAINER,
        "EPUB/package.opf": press.xml("book.opf", book=book),
        "EPUB/nav.xhtml": press.xml("book_nav.xhtml", book=book),
        "EPUB/cover.xhtml": press.xml("book_cover.xhtml", book=book),
        "EPUB/book.css": press.text("book.css").encode(),
        **{
            f"EPUB/{c.key}.xhtml": press.xml("book_chapter.xhtml", book=book, chapter=c)
            for c in book.chapters
        },
    }
    if book.heard:
        files["EPUB/speakers.xhtml"] = press.xml("book_speakers.xhtml", book=book)
    whole = BytesIO()
    archive(
        whole,
        [
            # Programs recognise the format by this first entry, which must not be compressed.
            ("mimetype", b"application/epub+zip", False),
            *((name, data, True) for name, data in files.items()),
        ],
    )
    out.write(whole.getvalue())


def _book(press: Press, documents: Iterable[Document]) -> Book:
    chapters = []
    for n, document in enumerate(documents, 1):
        id = document.header.id
        key = f"a-{id}" if ARTICLE_ID.fullmatch(id) else f"article-{n}"
        chapters.append(Chapter(key, footnoted(press, document)))
    headers = [c.made.document.header for c in chapters]
    alone = headers[0] if len(headers) == 1 else None
    saved = max((c.made.document.saved_at for c in chapters), default="")
    # The same articles of the same site are the same book in every revision.
    name = "\n".join([press.base_url, *(h.id for h in headers)])
    return Book(
        id=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        title=(f"［{alone.title}］" if alone.supplied else alone.title)
        if alone
        else f"{press.site_name}文选",
        lang=alone.lang if alone else "zh-Hans",
        modified=datetime.fromisoformat(saved).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if saved
        else _NO_TIME,
        date=alone.date if alone and not alone.circa else "",
        author=alone.author if alone else "",
        chapters=tuple(chapters),
        heard=_heard(chapters),
    )


def _heard(chapters: Iterable[Chapter]) -> tuple[tuple[Heard, tuple[tuple[Chapter, Heard], ...]], ...]:
    """Speakers of all chapters in order of their first words, with their places in each chapter."""
    found: dict[SpeakerId, list[tuple[Chapter, Heard]]] = {}
    for chapter in chapters:
        for one in chapter.made.heard:
            found.setdefault(one.speaker.id, []).append((chapter, one))
    return tuple((places[0][1], tuple(places)) for places in found.values())
