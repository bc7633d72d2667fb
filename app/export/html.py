"""An article as one HTML file: styles inside, no scripts, terms as endnotes; also for printing."""

from __future__ import annotations

from typing import BinaryIO

from app.export.press import Press, footnoted
from app.model import Document


def write(press: Press, document: Document, out: BinaryIO) -> None:
    """The whole page."""
    out.write(press.text("article.html", made=footnoted(press, document)).encode("utf-8", "replace"))
