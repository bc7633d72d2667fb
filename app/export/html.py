"""An article as one file that needs no other: style inside, no script, terms as endnotes; also for paper."""

from __future__ import annotations

from typing import BinaryIO

from app.export.press import Press, footnoted
from app.model import Document


def write(press: Press, document: Document, out: BinaryIO) -> None:
    """The whole page."""
    out.write(press.text("article.html", made=footnoted(press, document)).encode("utf-8", "replace"))
