"""Texts of the library in a few files, for the script that searches in the browser."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import dataclass, field

from app import urls
from app.export.press import Press
from app.export.site.folder import File
from app.model import Document
from app.pages.article import numbered
from app.text.terms.facts import chinese_date

MAX_BYTES = 32_000_000  # of all texts; the newest articles come first
FILE_BYTES = 400_000  # after which a new file begins


@dataclass(slots=True)
class _Texts:
    """The texts of one file, in lists of equal length."""

    size: int = 0
    articles: list[tuple[str, str, str, int]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, document: Document) -> None:
        h, numbers = document.header, numbered(document.blocks)
        self.articles.append((h.id, h.title, chinese_date(h.date, circa=h.circa), len(document.blocks)))
        for b in document.blocks:
            self.ids.append(b.id)
            self.numbers.append(numbers[b.id])
            self.texts.append(b.text)
            self.size += len(b.text.encode("utf-8", "replace"))

    def packed(self) -> bytes:
        value = {"articles": self.articles, "ids": self.ids, "numbers": self.numbers, "texts": self.texts}
        packed = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return packed.encode("utf-8", "backslashreplace")


def search_files(press: Press) -> Generator[File, None, tuple[int, int]]:
    """The files of texts, newest articles first, and the list of these files.

    Returns:
        The number of articles, and how many of them the files cover.
    """
    total, covered, size, names = 0, 0, 0, list[str]()
    texts = _Texts()
    for entry in press.entries():
        total += 1
        if size + texts.size >= MAX_BYTES:
            continue
        covered += 1
        texts.add(press.library.document(entry.header.id))
        if texts.size >= FILE_BYTES:
            names.append(f"{len(names) + 1}.json")
            yield f"{urls.SEARCH}{names[-1]}", texts.packed()
            size, texts = size + texts.size, _Texts()
    if texts.size:
        names.append(f"{len(names) + 1}.json")
        yield f"{urls.SEARCH}{names[-1]}", texts.packed()
    contents = {"articles": total, "covered": covered, "files": names}
    yield f"{urls.SEARCH}index.json", json.dumps(contents).encode()
    return total, covered
