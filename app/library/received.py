"""Texts as they were received: reads their bytes and reflows their lines.

Only pages that refer to the source need this module. With importers and reflow it takes 5 MB and .1 s.
"""

from __future__ import annotations

from functools import lru_cache

from app.importers import read, reflow_received
from app.text.reflow import Reflowed

__all__ = ["Reflowed", "reflow", "text_of"]


@lru_cache(4)
def reflow(text: str) -> Reflowed:
    """The blocks of a text; those of the last few texts are kept."""
    return reflow_received(text)


def text_of(data: bytes) -> str:
    """The text of a source file."""
    return read("source.txt", data).text
