"""Reads and writes content/, the source of truth: articles, ledgers, glossary and people.

An article's files change in one step. A writer lays them out in `content/.pending/{id}/`, which it renames
from a temporary name when they are complete. From then on readers take the article from there, and the
next writer moves the files into place. A process that is killed at any point leaves the old state or the
new one, never half. The formats are described in content/README.md.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from filelock import FileLock

from app.content.article_file import format_article, parse_article
from app.content.articles import ArticleFiles, digest
from app.content.files import replace_text, sync, utf8, write_bytes
from app.content.findings import Finding
from app.content.knowledge import KnowledgeFiles
from app.content.ledgers import shortened
from app.content.series_files import SeriesFiles
from app.content.translation_file import TranslationFile, parse_translation
from app.errors import ContentError, NotFound
from app.model import LANGUAGE, ArticleId, Correction, Header, Knowledge, Piece
from app.text.paragraphs import Ledger, drafted, ledger_lines

_FILES = ("article.md", "source.txt", "ledger.jsonl")
# In a pending folder: the digest of the article.md that it replaces.
_REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Manuscript:
    """An article as its files hold it, before ids and annotations.

    Attributes:
        digest: of the bytes of its files.
        translations: those whose files can be read; `check` reports the others.
    """

    header: Header
    pieces: tuple[Piece, ...]
    ledger: Ledger
    digest: str
    corrections: tuple[Correction, ...] = ()
    translations: tuple[TranslationFile, ...] = ()


class Content(ArticleFiles):
    """The folder content/.

    Args:
        root: the folder. It may be missing: then the library is empty.

    Attributes:
        entries: the files of glossary and people.
        series: the files of counts.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.entries = KnowledgeFiles(root)
        self.series = SeriesFiles(root)

    def knowledge(self) -> Knowledge:
        """Glossary and people; see `KnowledgeFiles.knowledge`."""
        return self.entries.knowledge()

    def usable_knowledge(self, last: Knowledge | None = None) -> tuple[Knowledge, tuple[Finding, ...]]:
        """The faultless entries of glossary and people; see `KnowledgeFiles.usable`."""
        return self.entries.usable(last)

    def article(self, id: ArticleId, *, saved: int = 0) -> Manuscript:
        """Read one article.

        Args:
            saved: the last saved revision that is known. If the ledger ends before it, and the text is not
                that of the ledger's last revision, the ledger has lost lines and is refused (L09).

        Raises:
            NotFound: the article does not exist.
            ContentError: its files cannot be used.
        """
        folder, (data, ledger_data) = self.read_together(id, "article.md", "ledger.jsonl")
        path, ledger_path = folder / "article.md", folder / "ledger.jsonl"
        header, pieces, corrections = parse_article(id, utf8(data or b"", path), str(path))
        ledger = self._ledgers.read(id, ledger_data, ledger_path)
        if ledger.last < saved and drafted(ledger, pieces)[0] is not ledger:
            raise shortened(ledger_path, ledger.last, saved)
        files = self.translations(id)
        return Manuscript(
            header,
            pieces,
            ledger,
            digest(data, ledger_data, files),
            corrections,
            tuple(
                made
                for made in map(_translation, files, files.values())
                if not isinstance(made, ContentError)
            ),
        )

    def translation_faults(self, id: ArticleId) -> list[Finding]:
        """The faults of files of translations.

        Raises:
            ContentError: a file cannot be read.
        """
        files = self.translations(id)
        made = map(_translation, files, files.values())
        return [Finding.of(error) for error in made if isinstance(error, ContentError)]

    def write_translation(self, id: ArticleId, lang: str, text: str) -> Path:
        """Write a file of a translation; call it inside `lock`.

        Raises:
            NotFound: the article does not exist.
        """
        self.folder(id)
        path = self.root / "articles" / id / f"{lang}.md"
        replace_text(path, text)
        return path

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Lock content/ for writing; waits for another writer, then completes what a killed one left."""
        self.root.mkdir(parents=True, exist_ok=True)
        with FileLock(self.root / ".lock"):
            pending = self.root / ".pending"
            if pending.is_dir():
                for folder in pending.iterdir():
                    if folder.name.startswith("."):
                        shutil.rmtree(folder, ignore_errors=True)
                    else:
                        self._finish(folder)
            yield

    def write(
        self,
        header: Header,
        pieces: Sequence[Piece] | None,
        ledger: Ledger,
        *,
        source: bytes | None = None,
        corrections: Sequence[Correction] = (),
        text: str = "",
        translations: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Write an article's files in one step; call it inside `lock`.

        Args:
            header: names the article.
            pieces: the text; None leaves article.md as it is.
            ledger: written whole; an empty one is not written.
            source: the text as received; None leaves source.txt as it is.
            corrections: written with the pieces.
            text: the whole article.md, in place of the pieces.
            translations: new files of translations, by language.
        """
        staging = self.root / ".pending" / f".{header.id}.{os.getpid()}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        try:
            old = self.folder(header.id)
        except NotFound:
            old = None
        if not text and pieces is not None:
            text = format_article(header, pieces, corrections)
        for name, data in (("article.md", text.encode() or None), ("source.txt", source)):
            if data is None and old is not None and (old / name).is_file():
                data = (old / name).read_bytes()
            if data is not None:
                write_bytes(staging / name, data)
        if ledger.revisions:
            lines = "".join(line + "\n" for line in ledger_lines(ledger))
            write_bytes(staging / "ledger.jsonl", lines.encode("utf-8", "surrogatepass"))
        for lang, words in translations.items():
            write_bytes(staging / f"{lang}.md", words.encode("utf-8", "surrogatepass"))
        if old is not None:
            write_bytes(staging / _REPLACED, _hash((old / "article.md").read_bytes()))
        sync(staging)
        committed = self.root / ".pending" / header.id
        staging.rename(committed)
        sync(committed.parent)
        self._finish(committed)

    def _finish(self, committed: Path) -> None:
        """Move a committed article's files into place; safe to repeat after a crash at any point."""
        target = self.root / "articles" / committed.name
        target.mkdir(parents=True, exist_ok=True)
        translations = sorted(p.name for p in committed.glob("*.md") if LANGUAGE.fullmatch(p.stem))
        for name in (*_FILES, *translations):
            if (committed / name).is_file() and not (name == "article.md" and _edited(committed, target)):
                part = target / f".{name}.part"
                shutil.copyfile(committed / name, part)
                with part.open("rb") as handle:
                    os.fsync(handle.fileno())
                part.replace(target / name)
        sync(target)
        sync(target.parent)
        done = committed.with_name(f".{committed.name}.done")
        shutil.rmtree(done, ignore_errors=True)
        committed.rename(done)
        shutil.rmtree(done, ignore_errors=True)
        if not any(committed.parent.iterdir()):
            committed.parent.rmdir()


def _translation(path: Path, data: bytes) -> TranslationFile | ContentError:
    try:
        return parse_translation(path.stem, utf8(data, path), str(path))
    except ContentError as error:
        return error


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def _edited(committed: Path, target: Path) -> bool:
    """Whether an editor changed article.md after the writer read it; the editor's text then stays."""
    try:
        now = (target / "article.md").read_bytes()
        return (
            _hash(now) != (committed / _REPLACED).read_bytes()
            and now != (committed / "article.md").read_bytes()
        )
    except FileNotFoundError:
        return False
