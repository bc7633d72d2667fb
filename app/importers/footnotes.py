"""Finds the notes of web pages and books: which links refer to one, and which elements hold them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from app.importers.blocks import is_block

_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_REFERENCE = re.compile(r"noteref|footnote-?ref|fn-?ref|\bfnref|note-?link|doc-noteref|zhu", re.IGNORECASE)
_BACKLINK = re.compile(r"backlink|back-?ref|footnote-back|doc-backlink", re.IGNORECASE)
_MARK = re.compile(r"[\[〔【（(]?\s*(?:注|註)?\s*([\d*†‡①-⑳]{1,3})\s*[\]〕】）)]?")
_ARROWS = frozenset("↑↩↵^⏎返回\ufe0e ")

# A file of a book and an id in it.
Place = tuple[str, str]


@dataclass(slots=True)
class Footnotes:
    """The notes of a page or a book.

    Attributes:
        references: links in the text that refer to a note.
        backlinks: links from a note back to the text.
        labels: the printed mark of a note, by its place: [1].
    """

    references: set[Any] = field(default_factory=set)
    backlinks: set[Any] = field(default_factory=set)
    labels: dict[Place, str] = field(default_factory=dict)

    def label(self, element: Any, path: str) -> str:
        """The label of the note that an element holds; "" if it holds none."""
        if not is_block(element.tag):
            return ""
        inner = (e.get("id") or e.get("name") or "" for e in element.iterchildren("a", "sup", "span"))
        ids = (element.get("id") or "", *inner)
        return next((self.labels[path, id] for id in ids if id and (path, id) in self.labels), "")


def find_footnotes(pages: Iterable[tuple[str, Any]]) -> Footnotes:
    """The notes of pages in reading order, given as path and lxml tree."""
    found = Footnotes()
    sources: set[Place] = set()  # places of references, to which backlinks lead
    for path, root in pages:
        for link in root.iter("a"):
            href = link.get("href") or ""
            file, hash, id = href.partition("#")
            if not hash or not id:
                continue
            there = (
                posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(file))) if file else path
            )
            place = there, unquote(id)
            said = " ".join(link.get(key) or "" for key in (_EPUB_TYPE, "epub:type", "role", "class", "rel"))
            words = "".join("".join(link.itertext()).split())
            if place in sources or _BACKLINK.search(said) or (words and set(words) <= _ARROWS):
                found.backlinks.add(link)
            elif mark := _mark(link, said, words):
                found.references.add(link)
                found.labels.setdefault(place, f"[{mark}]")
                around = (link, *link.iterancestors("sup", "span"), *link.iterchildren("sup", "span"))
                sources |= {(path, id) for element in around if (id := element.get("id") or "")}
    return found


def _mark(link: Any, said: str, words: str) -> str:
    """The mark of a note that a link refers to; "" for any other link."""
    printed = _MARK.fullmatch(words)
    if not printed:
        return ""
    raised = next(link.iterancestors("sup"), None) is not None or link.find(".//sup") is not None
    bracketed = not words[0].isdigit()
    return printed[1] if raised or bracketed or _REFERENCE.search(said) else ""
