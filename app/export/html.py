"""An article as one HTML file: styles inside, no scripts, terms as endnotes; also for printing."""

from __future__ import annotations

from typing import BinaryIO

from app.export.press import Press, footnoted
from app.model import Document
from app.pages.article import DocumentView


def write(press: Press, document: Document, out: BinaryIO, view: DocumentView | None = None) -> None:
    """The whole page; see `footnoted` for the arguments."""
    out.write(press.text("article.html", made=footnoted(press, document, view)).encode("utf-8", "replace"))
