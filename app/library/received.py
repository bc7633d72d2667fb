"""Texts as they were received: reads their bytes and reflows their lines.

Only pages that refer to the source need this module. With importers and reflow it takes 5 MB and .1 s.
"""

from __future__ import annotations

from app.importers import read
from app.text.reflow import Reflowed, reflow

__all__ = ["Reflowed", "reflow", "text_of"]


def text_of(data: bytes) -> str:
    """The text of a source file."""
    return read("source.txt", data).text
