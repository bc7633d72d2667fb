"""What needs all articles at once: documents ready to serve, occurrences, quotations, full text.

The index can be deleted and is rebuilt from content/; it holds nothing that is not there. Every method
sees the last complete `put`, never half of one. `open_index` chooses by address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.errors import IndexUnavailable
from app.model import ArticleId, BlockId, Document, Header, Knowledge, Span, SpeakerId, SpeakerKind, TermId


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a list of them.

    Attributes:
        characters, paragraphs, people, groups, terms: counts, ready for a list page.
    """

    header: Header
    revision: int
    saved_at: str
    title_cuts: tuple[int, ...]
    characters: int
    paragraphs: int
    people: int
    groups: int
    terms: int


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of a block with the words around it and, where it is part of a quotation, who says it."""

    article: ArticleId
    title: str
    date: str
    block: BlockId
    number: int
    text: str
    span: Span
    speaker: SpeakerId | None
    speaker_name: str


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """A speaker across the library: names and offices as printed, and how often quoted."""

    id: SpeakerId
    name: str
    role: str
    kind: SpeakerKind
    recorded: bool
    quotations: int
    articles: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; empty fields do not narrow."""

    speaker: str = ""
    term: str = ""
    article: str = ""


class Index(Protocol):
    """The promises that every index keeps."""

    def digests(self) -> Mapping[ArticleId, str]:
        """The digest under which each document was put."""

    def put(self, document: Document, digest: str) -> None:
        """Take a document in, or take it anew."""

    def remove(self, id: ArticleId) -> None:
        """Forget an article; no fault if it is unknown."""

    def knowledge_digest(self) -> str:
        """The digest under which glossary and people were put, "" when they never were."""

    def knowledge(self) -> Knowledge:
        """Glossary and people as last put."""

    def put_knowledge(self, knowledge: Knowledge, digest: str) -> None:
        """Keep glossary and people, so that serving needs no YAML."""

    def document(self, id: ArticleId) -> Document | None:
        """The document, or None."""

    def renamed(self, id: ArticleId) -> ArticleId | None:
        """The article that has this id among its aliases."""

    def entries(self, *, limit: int, offset: int = 0) -> Sequence[Entry]:
        """Articles, newest first; those without a date last."""

    def count(self) -> int:
        """How many articles there are."""

    def occurrences(self, term: TermId, *, limit: int = 500) -> Sequence[Line]:
        """Where a term stands, by article (newest first) and place."""

    def term_counts(self) -> Mapping[TermId, int]:
        """How often each term stands in the library."""

    def speakers(self) -> Sequence[SpeakerCount]:
        """Everybody who is quoted, most quoted first."""

    def articles_of(self, speaker: SpeakerId) -> Sequence[ArticleId]:
        """Articles in which a speaker is quoted, newest first."""

    def search(self, words: Sequence[str], filters: Filters, *, limit: int) -> tuple[Sequence[Line], int]:
        """Paragraphs that hold every one of the words, and how many there are in all.

        Exact substrings of one character or more, letters without regard to case and width. A line's
        span is the first word's first place.
        """

    def close(self) -> None:
        """Let go of files and connections."""


def open_index(url: str, var: Path) -> Index:
    """The index at a database address; SQLite in `var` when it is empty.

    Raises:
        IndexUnavailable: it cannot be opened.
    """
    from app.index.sqlite import SqliteIndex  # the backends know this module's values

    if url:
        scheme = url.partition(":")[0]  # the rest may hold a password
        raise IndexUnavailable(f"no index speaks {scheme!r}; leave MEIPI_DATABASE_URL empty for SQLite")
    return SqliteIndex(var / "index.sqlite3")
