"""The interface of an index, and the values that it returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from app.index.packed import Packed
from app.model import ArticleId, BlockId, Document, Header, Knowledge, Span, SpeakerId, SpeakerKind, TermId
from app.text.paragraphs import Ledger
from app.text.query import Query


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """An article in a list.

    Attributes:
        characters, paragraphs, people, groups, terms: counts for list pages.
        place: cursor of this entry in the list.
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
    place: str = ""


@dataclass(frozen=True, slots=True)
class ContextLine:
    """An occurrence of a term, or a search result, in the text of its block.

    Attributes:
        span: the occurrence, or the first hit of a search.
        hits: all hits of a search in the block.
        speaker: of the innermost quotation around `span`; None outside quotations and if unknown.
        place: cursor of this line in the list.
    """

    article: ArticleId
    title: str
    date: str
    block: BlockId
    number: int
    text: str
    span: Span
    speaker: SpeakerId | None
    speaker_name: str
    kind: str = "paragraph"
    hits: tuple[Span, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """A speaker across the library: counts, and the most recently printed name and office.

    `ascribed` counts words that others ascribe to the speaker; `quotations` does not include them.
    """

    id: SpeakerId
    name: str
    role: str
    kind: SpeakerKind
    recorded: bool
    quotations: int
    articles: int
    ascribed: int = 0


@dataclass(frozen=True, slots=True)
class RoleTotal:
    """An office as printed next to a speaker's name.

    Attributes:
        role: the office; "" for articles that print none.
        articles: number of articles that print it.
        article, title: the newest of these articles.
    """

    role: str
    articles: int
    article: ArticleId
    title: str


@dataclass(frozen=True, slots=True)
class FormTotal:
    """A written form of a term, with its first use.

    Attributes:
        uses: number of occurrences in the library.
        article, block, date: of the first use in the oldest dated article. `date` is "" if no article has a
            date, and ends with ~ if approximate.
    """

    text: str
    uses: int
    article: ArticleId
    block: BlockId
    date: str


@dataclass(frozen=True, slots=True)
class UserTotal:
    """A speaker, and the number of uses of a term in their words."""

    id: SpeakerId
    name: str
    uses: int


@dataclass(frozen=True, slots=True)
class TermTotals:
    """Totals of a term over the whole library.

    Attributes:
        uses, articles: number of occurrences, and of articles with one.
        narrated: uses outside quotations.
        unattributed: uses in quotations whose speaker is unknown.
        forms: written forms, most frequent first.
        speakers: number of speakers who use it.
        users: the speakers who use it most.
    """

    uses: int = 0
    articles: int = 0
    narrated: int = 0
    unattributed: int = 0
    forms: tuple[FormTotal, ...] = ()
    speakers: int = 0
    users: tuple[UserTotal, ...] = ()

    @property
    def first(self) -> FormTotal | None:
        """The form with the earliest dated use, or None."""
        return min((f for f in self.forms if f.date), key=lambda f: f.date, default=None)


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of a search; empty fields have no effect.

    Attributes:
        speaker: id; the paragraph contains words of this speaker.
        term, article: ids.
        since, until: dates of any precision (2023, 2023-12). A less precise date of an article matches if any
            day of it does; an article without a date never matches.
        kind: "quotation": hits in quotations only; with `speaker`, in the words of this speaker.
    """

    speaker: str = ""
    term: str = ""
    article: str = ""
    since: str = ""
    until: str = ""
    kind: Literal["", "quotation"] = ""


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of search results.

    Attributes:
        lines: paragraphs, the best first.
        total: number of paragraphs; a minimum if `more` is set.
        more: older paragraphs exist that were not counted.
        next: cursor of the next page, "" on the last one.
        titles: articles whose title matches, newest first; on the first page only.
    """

    lines: tuple[ContextLine, ...] = ()
    total: int = 0
    more: bool = False
    next: str = ""
    titles: tuple[ArticleEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """The source of an indexed article ("" is content/) and its digest."""

    source: str
    digest: str


class Index(Protocol):
    """The interface of an index.

    Every method raises `IndexUnavailable` if the index cannot be reached, and `IndexDamaged` if it is broken
    and `mend` has to rebuild it.

    Lists take a `limit` and a cursor `after`: the `place` of an item, or its id. Lists order the articles of
    one day by id.
    """

    def digests(self, *, source: str = "", limit: int = ..., after: str = "") -> Mapping[ArticleId, str]:
        """Return the digests of the documents of one source, by id."""

    def ids(self, *, limit: int, after: str = "") -> Sequence[ArticleId]:
        """Return the ids of articles of all sources, in order."""

    def held(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, Held]:
        """Return source and digest of those of these articles that the index has."""

    def revisions(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, int]:
        """Return the last saved revision of these articles of content/; 0 for one that was never saved."""

    def put(self, document: Document, digest: str) -> None:
        """Add a document of content/, or replace it."""

    def put_all(self, packed: Sequence[Packed]) -> None:
        """Add or replace documents in one transaction."""

    def remove(self, id: ArticleId) -> None:
        """Remove an article; does nothing if it is unknown."""

    def finish(self, stamp: str) -> None:
        """Mark the index as complete: it contains all of content/.

        Args:
            stamp: the state of content/, see `app.content.snapshot`; the next start compares it. Not empty.
        """

    def finished(self) -> str:
        """Return the stamp of the last `finish`; "" while a new index is filled for the first time."""

    def generation(self) -> str:
        """Return a version that changes with every write."""

    def knowledge_digest(self) -> str:
        """Return the digest of the stored glossary and people, "" if there are none."""

    def knowledge(self) -> Knowledge:
        """Return the stored glossary and people."""

    def put_knowledge(self, knowledge: Knowledge, digest: str) -> None:
        """Store glossary and people, so that the site reads no YAML."""

    def document(self, id: ArticleId) -> Document | None:
        """Return a document, or None."""

    def ledger(self, id: ArticleId) -> Ledger | None:
        """Return an article's ledger as a save would write it now, or None."""

    def titles(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, str]:
        """Return the titles of those of these articles that the index has."""

    def renamed(self, id: ArticleId) -> ArticleId | None:
        """Return the article that has this id among its aliases, or None."""

    def entries(
        self, *, limit: int, offset: int = 0, after: str = "", before: str = ""
    ) -> Sequence[ArticleEntry]:
        """Return articles, newest first, those without a date last. `offset` is for the first few pages."""

    def count(self) -> int:
        """Return the number of articles."""

    def occurrences(self, term: TermId, *, limit: int = 500, after: str = "") -> Sequence[ContextLine]:
        """Return the occurrences of a term, by article (newest first) and place."""

    def term_totals(self, term: TermId, *, limit: int = 100) -> TermTotals:
        """Return a term's totals over the whole library.

        Args:
            term: its id.
            limit: maximum of `users`; the counts include all speakers.
        """

    def term_counts(self) -> Mapping[TermId, int]:
        """Return the number of occurrences of each term."""

    def speakers(self, *, limit: int = 500, offset: int = 0, after: str = "") -> Sequence[SpeakerCount]:
        """Return the quoted speakers, most quoted first."""

    def printed_offices(self, speakers: Sequence[SpeakerId]) -> Mapping[SpeakerId, Sequence[str]]:
        """Return the offices that articles print for these speakers; speakers without one are left out."""

    def speaker_count(self) -> int:
        """Return the number of quoted speakers."""

    def speaker_total(self, speaker: SpeakerId) -> SpeakerCount | None:
        """Return a speaker's totals over the library, None if the speaker is never quoted."""

    def speaker_roles(self, speaker: SpeakerId) -> Sequence[RoleTotal]:
        """Return all offices printed next to a speaker's name, the most recent first."""

    def speaker_terms(self, speaker: SpeakerId, *, limit: int = 12) -> Sequence[tuple[TermId, int]]:
        """Return the terms in a speaker's words with the number of uses, most frequent first."""

    def articles_of(
        self, speaker: SpeakerId, *, term: str = "", limit: int = 500, after: str = ""
    ) -> Sequence[ArticleId]:
        """Return articles that quote a speaker, newest first; with `term`, where the speaker uses it."""

    def articles_with(self, term: TermId, *, limit: int = 500) -> Sequence[ArticleId]:
        """Return articles that contain a term, newest first."""

    def search(
        self,
        query: Query,
        filters: Filters = NO_FILTERS,
        *,
        limit: int = 20,
        after: str = "",
        favoured: Sequence[TermId] = (),
    ) -> SearchResult:
        """Find paragraphs that contain the words of a query, as exact substrings of any length.

        `app.index.ranking` sorts the newest 320 results, then the next 320.

        Args:
            query: see `app.text.query`.
            filters: further conditions.
            limit: lines on a page.
            after: `next` of the previous page.
            favoured: terms that have a word of the query as a form; their occurrences rank higher.
        """

    def tidy(self) -> None:
        """Optimise the database after many documents were written."""

    def mend(self, *, thorough: bool = False) -> None:
        """Rebuild the index if it is damaged, missing or has another schema; the caller fills it.

        Cheap if the index is sound: a site calls it twice a second. A process that meets damage leaves a
        mark, which this method sees. Articles that came as JSON lines are copied if they can be read; the log
        says how many were lost.

        Args:
            thorough: read the whole index, to find damage that no query has met.

        Raises:
            IndexUnavailable: it cannot be rebuilt now.
        """

    def close(self) -> None:
        """Close files and connections."""
