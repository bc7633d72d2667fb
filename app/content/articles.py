"""Reads the files of articles without parsing their text: all that a web worker needs of content/.

Neither Markdown nor YAML is imported here; `app.content.store` adds them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from app.content.files import exists, file_stamp, list_folder, read_bytes
from app.content.ledgers import LedgerReader, shortened
from app.errors import NotFound
from app.model import ARTICLE_ID, LANGUAGE, ArticleId
from app.text.paragraphs import Ledger


class ArticleFiles:
    """The folder content/articles.

    Args:
        root: the folder content/. It may be missing: then the library is empty.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ledgers = LedgerReader()

    def articles(self) -> list[ArticleId]:
        """Ids of all articles in order, including those whose files cannot be read.

        Raises:
            ContentError: a folder cannot be listed.
        """
        found: set[str] = set()
        for folder in (self.root / "articles", self.root / ".pending"):
            found.update(p.name for p in list_folder(folder) if exists(p / "article.md"))
        return sorted(ArticleId(name) for name in found if ARTICLE_ID.fullmatch(name))

    def folder(self, id: ArticleId | str) -> Path:
        """The folder that has an article's current files.

        Raises:
            NotFound: the article does not exist, or `id` is not an article id (a path, for example).
        """
        if ARTICLE_ID.fullmatch(id):
            for folder in (self.root / ".pending" / id, self.root / "articles" / id):
                if exists(folder / "article.md"):
                    return folder
        raise NotFound("article", id)

    def ledger(self, id: ArticleId, *, saved: int = 0) -> Ledger:
        """An article's ledger, whatever state its text is in.

        Args:
            saved: the last saved revision that is known; a ledger that ends before it is refused (L09).

        Raises:
            NotFound: the article does not exist.
            ContentError: the ledger cannot be used.
        """
        folder, (data,) = self.read_together(id, "ledger.jsonl")
        path = folder / "ledger.jsonl"
        ledger = self._ledgers.read(id, data, path)
        if ledger.last < saved:
            raise shortened(path, ledger.last, saved)
        return ledger

    def digest(self, id: ArticleId) -> str:
        """A digest of an article's text, ledger and translations.

        Raises:
            NotFound: the article does not exist.
            ContentError: a file cannot be read.
        """
        text, ledger = self.read_together(id, "article.md", "ledger.jsonl")[1]
        return digest(text, ledger, self.translations(id))

    def translations(self, id: ArticleId) -> dict[Path, bytes]:
        """The files of an article's translations, by path.

        They are read from the article's own folder: a new one is there when its writer has finished.

        Raises:
            ContentError: a file cannot be read.
        """
        folder = self.root / "articles" / id
        paths = sorted(p for p in list_folder(folder) if p.suffix == ".md" and LANGUAGE.fullmatch(p.stem))
        return {path: read_bytes(path) or b"" for path in paths}

    def source(self, id: ArticleId) -> bytes | None:
        """The text as received, or None when the article has none.

        Raises:
            NotFound: the article does not exist.
            ContentError: the file cannot be read.
        """
        _, (data,) = self.read_together(id, "source.txt")
        return data

    def stamp(self) -> object:
        """A value that changes whenever an article is added or written anew by a program."""
        return tuple(file_stamp(self.root / name) for name in ("articles", ".pending"))

    def source_stamp(self, id: ArticleId) -> object:
        """A value that changes whenever source.txt does; None when the article has none.

        Raises:
            NotFound: the article does not exist.
        """
        return file_stamp(self.folder(id) / "source.txt")

    def read_together(self, id: ArticleId, *names: str) -> tuple[Path, list[bytes | None]]:
        """Files of one article at one moment, and their folder; None for a missing file.

        Reads again if a writer moved the files meanwhile.

        Raises:
            NotFound: the article does not exist.
            ContentError: a file cannot be read.
        """
        while True:
            folder = self.folder(id)
            paths = [folder / name for name in names]
            before = [file_stamp(path) for path in paths]
            data = [read_bytes(path) for path in paths]
            if self.folder(id) == folder and [file_stamp(path) for path in paths] == before:
                return folder, data


def digest(text: bytes | None, ledger: bytes | None, translations: Mapping[Path, bytes]) -> str:
    """A digest of the bytes of an article's files."""
    # An empty ledger is a fault, a missing one is not: the digests differ.
    after = b"\0" if ledger == b"" else ledger or b""
    parts = [
        text or b"",
        after,
        *(part for path in translations for part in (path.name.encode(), translations[path])),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
