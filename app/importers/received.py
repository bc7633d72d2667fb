"""A file as an article: read, put into paragraphs, and its head told from its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.i18n import Message
from app.importers.around import reflow_imported
from app.importers.cleaning import clean
from app.importers.head import Head, find_head
from app.importers.imported import Imported
from app.importers.reading import read
from app.importers.rejoining import rejoin
from app.importers.tidying import tidy
from app.model import Piece
from app.text.reflow import Reflowed

# Formats whose own title is reliable. In Word and PDF files it often is that of an earlier file.
_TITLED = ("html", "epub", "markdown")


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it was read.

    Attributes:
        path: the file's name, for messages.
        reflowed: how lines became blocks; None for formats that tell their blocks themselves.
        pieces: all blocks, with those of the head.
        head: title, date and so on, and the blocks below.
        source: the bytes for source.txt.
    """

    path: str
    imported: Imported
    reflowed: Reflowed | None
    pieces: tuple[Piece, ...]
    head: Head
    source: bytes


def receive(path: str, data: bytes, *, title: str = "", scans: bool = False) -> Received:
    """Read a file of any format as an article.

    Args:
        data: its bytes; they are the source of a plain text.
        title: given by the editor, see `find_head`.
        scans: recognise the text of pages that are pictures; needs the extra `ocr`.

    Raises:
        ContentError: the file cannot be used; see `FINDINGS`.
        MissingExtra: its format needs the extra `import`.
    """
    imported = read(path, data, scans=scans)
    apart = False  # subtitles, which have no headline
    if imported.format == "txt":
        cleaned = clean(imported.text)
        apart = cleaned.apart
        notes = (*imported.notes, *cleaned.notes)
        imported = replace(
            imported, title=cleaned.title, date=cleaned.date, author=cleaned.author, notes=notes
        )
    reflowed = None if imported.pieces is not None else reflow_imported(imported)
    found = tuple(reflowed.pieces if reflowed is not None else imported.pieces or ())
    rejoined: tuple[Message, ...] = ()
    if reflowed is None:
        found, rejoined = rejoin(found)
    pieces, notes = tidy(found, told=reflowed is None)
    imported = replace(imported, notes=(*imported.notes, *rejoined, *notes))
    head = Head(title=title, body=pieces) if apart else _head(imported, pieces, title)
    source = data if imported.format == "txt" else imported.text.encode("utf-8", "surrogatepass")
    return Received(path, imported, reflowed, pieces, head, source)


def part_of(received: Received, pieces: Sequence[Piece], *, title: str = "") -> Received:
    """The same file with some of its pieces only, such as one language of a bilingual text."""
    return replace(received, pieces=tuple(pieces), head=_head(received.imported, pieces, title))


def _head(imported: Imported, pieces: Sequence[Piece], title: str) -> Head:
    known = Head(
        title=imported.title,
        subtitle=imported.subtitle,
        author=imported.author,
        date=imported.date,
        publication=imported.publication,
    )
    return find_head(pieces, known, title=title, trusted=imported.format in _TITLED)
