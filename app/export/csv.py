"""Quotations as a table, one a row, for spreadsheets and statistics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from app.export.press import Press
from app.model import Document
from app.spreadsheet import csv_lines

COLUMNS = (
    "article", "date", "paragraph", "link", "speaker", "role", "type", "ascribed", "confidence", "words",
    "title",
)  # fmt: skip


def write(press: Press, documents: Iterable[Document], out: BinaryIO) -> None:
    """All quotations in the order of the texts, written as they come."""
    rows = (row for document in documents for row in _rows(press, document))
    out.writelines(csv_lines(COLUMNS, rows))


def _rows(press: Press, document: Document) -> Iterator[tuple[str, ...]]:
    header, speakers = document.header, {s.id: s for s in document.speakers}
    texts = {b.id: b.text for b in document.blocks}
    for q in document.quotations:
        speaker = speakers.get(q.speaker) if q.speaker else None
        yield (
            header.id,
            header.date,
            q.block,
            press.address(document, q.block),
            speaker.name if speaker else "",
            (speaker.role or "") if speaker else "",
            q.type,
            str(q.ascribed).lower(),
            f"{q.confidence:g}",
            texts[q.block][q.span.start : q.span.end],
            header.title,
        )
