"""The promises that every index keeps, and the values it answers with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from app.index.packed import Packed
from app.model import ArticleId, BlockId, Document, Header, Knowledge, Span, SpeakerId, SpeakerKind, TermId
from app.text.paragraphs import Ledger
from app.text.query import Query


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a list of them.

    Attributes:
        characters, paragraphs, people, groups, terms: counts, ready for a list page.
        place: where it stands in the list, to go on from.
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
class Line:
    """A stretch of a block with the words around it and, where it is part of a quotation, who says it.

    Attributes:
        span: the occurrence, or the first hit of a search; `hits` all of them.
        place: where it stands in the list, to go on from.
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
    """A speaker across the library: name and office as last printed, and how often quoted.

    `ascribed` counts what others ascribe to the speaker, which is no part of `quotations`.
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
        articles: how many print it.
        article: the newest of them; `title` is its title.
    """

    role: str
    articles: int
    article: ArticleId
    title: str


@dataclass(frozen=True, slots=True)
class FormTotal:
    """A written form of a term: all its uses in the library, and the earliest one.

    Attributes:
        article, block, date: of the first use in the oldest dated article; `date` is "" if none has one, and
            ends with ~ where it is approximate.
    """

    text: str
    uses: int
    article: ArticleId
    block: BlockId
    date: str


@dataclass(frozen=True, slots=True)
class UserTotal:
    """A speaker and how often the term occurs in their words."""

    id: SpeakerId
    name: str
    uses: int


@dataclass(frozen=True, slots=True)
class TermTotals:
    """A term over the whole library.

    Attributes:
        uses, articles: how often it occurs, and in how many articles.
        narrated: uses in no quotation; `unattributed` in a quotation whose speaker is unknown.
        forms: its written forms, most frequent first.
        speakers: how many speakers use it; `users` the most frequent of them.
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
        """The form with the earliest dated use."""
        return min((f for f in self.forms if f.date), key=lambda f: f.date, default=None)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; empty fields do not narrow.

    Attributes:
        speaker: paragraphs that hold words of this speaker.
        term, article: their ids.
        since, until: dates as exact as one likes (2023, 2023-12); an article whose date is no exacter than
            that fits when some day of it does, one without a date never.
        kind: "quotation": only what stands in somebody's words, the speaker's where one is given.
    """

    speaker: str = ""
    term: str = ""
    article: str = ""
    since: str = ""
    until: str = ""
    kind: Literal["", "quotation"] = ""


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        lines: a page of paragraphs, the best first.
        total: how many there are; at least so many where `more` is set.
        more: there are older ones that were not counted.
        next: where to go on, "" at the end.
        titles: articles whose title holds the words, newest first; on the first page only.
    """

    lines: tuple[Line, ...] = ()
    total: int = 0
    more: bool = False
    next: str = ""
    titles: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What the index has of an article: where it came from ("" is content/) and under which digest."""

    source: str
    digest: str


class Index(Protocol):
    """The promises that every index keeps.

    Every method raises `IndexUnavailable` when the index cannot be asked, and `IndexDamaged` when it is
    broken and has to be rebuilt by `mend`.

    Lists take a `limit` and `after`, the `place` of an item (or its id): what follows that one. Articles of
    one day stand in the order of their ids.
    """

    def digests(self, *, source: str = "", limit: int = ..., after: str = "") -> Mapping[ArticleId, str]:
        """The digest under which each document of a source was put, by id."""

    def ids(self, *, limit: int, after: str = "") -> Sequence[ArticleId]:
        """Articles of every source by their ids."""

    def held(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, Held]:
        """What is there of these articles."""

    def revisions(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, int]:
        """The last saved revision of these articles of content/; 0 for one that was never saved."""

    def put(self, document: Document, digest: str) -> None:
        """Take a document of content/ in, or take it anew."""

    def put_all(self, packed: Sequence[Packed]) -> None:
        """Take documents in, all or none of them."""

    def remove(self, id: ArticleId) -> None:
        """Forget an article; no fault if it is unknown."""

    def finish(self, stamp: str) -> None:
        """Mark the index as complete: everything of content/ is in it. The mark lasts as long as the index.

        Args:
            stamp: how content/ looked, see `app.content.snapshot`; a later start compares it. Not empty.
        """

    def finished(self) -> str:
        """The stamp of the last `finish`; "" while a new index is being filled for the first time."""

    def generation(self) -> str:
        """A value that is another one after every change."""

    def knowledge_digest(self) -> str:
        """The digest under which glossary and people were put, "" when they never were."""

    def knowledge(self) -> Knowledge:
        """Glossary and people as last put."""

    def put_knowledge(self, knowledge: Knowledge, digest: str) -> None:
        """Keep glossary and people, so that serving needs no YAML."""

    def document(self, id: ArticleId) -> Document | None:
        """The document, or None."""

    def ledger(self, id: ArticleId) -> Ledger | None:
        """The record of an article's paragraph ids, as a save would leave it now; None if it has none."""

    def titles(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, str]:
        """The titles of these articles, of those that are there."""

    def renamed(self, id: ArticleId) -> ArticleId | None:
        """The article that has this id among its aliases."""

    def entries(self, *, limit: int, offset: int = 0, after: str = "", before: str = "") -> Sequence[Entry]:
        """Articles, newest first; those without a date last. `offset` is for the first few pages."""

    def count(self) -> int:
        """How many articles there are."""

    def occurrences(self, term: TermId, *, limit: int = 500, after: str = "") -> Sequence[Line]:
        """Where a term stands, by article (newest first) and place."""

    def term_totals(self, term: TermId, *, limit: int = 100) -> TermTotals:
        """A term's forms, speakers and first use, counted over the whole library.

        Args:
            term: its id.
            limit: speakers in the answer; the counts are of all.
        """

    def term_counts(self) -> Mapping[TermId, int]:
        """How often each term stands in the library."""

    def speakers(self, *, limit: int = 500, offset: int = 0, after: str = "") -> Sequence[SpeakerCount]:
        """Those who are quoted, most quoted first."""

    def printed_offices(self, speakers: Sequence[SpeakerId]) -> Mapping[SpeakerId, Sequence[str]]:
        """The different offices that articles print for each of several speakers; none for the others."""

    def speaker_count(self) -> int:
        """How many are quoted."""

    def speaker_total(self, speaker: SpeakerId) -> SpeakerCount | None:
        """One speaker's totals over the library, None if nothing of theirs is quoted."""

    def speaker_roles(self, speaker: SpeakerId) -> Sequence[RoleTotal]:
        """Every office that the library prints next to a speaker's name, the most recently printed first."""

    def speaker_terms(self, speaker: SpeakerId, *, limit: int = 12) -> Sequence[tuple[TermId, int]]:
        """The terms in a speaker's words and how often each occurs there, most frequent first."""

    def articles_of(
        self, speaker: SpeakerId, *, term: str = "", limit: int = 500, after: str = ""
    ) -> Sequence[ArticleId]:
        """Articles in which a speaker is quoted, newest first; with a term, where it is spoken of."""

    def articles_with(self, term: TermId, *, limit: int = 500) -> Sequence[ArticleId]:
        """Articles in which a term stands, newest first."""

    def search(
        self,
        query: Query,
        filters: Filters = NO_FILTERS,
        *,
        limit: int = 20,
        after: str = "",
        favoured: Sequence[TermId] = (),
    ) -> Found:
        """Paragraphs that a query finds: exact substrings of one character or more, and nothing else.

        The newest 320 are brought into the order of `app.index.ranking`, then the next 320.

        Args:
            query: see `app.text.query`.
            filters: what it is narrowed to.
            limit: lines on this page.
            after: `next` of the page before.
            favoured: terms that the words are forms of; true occurrences of them come first.
        """

    def tidy(self) -> None:
        """Put in order what many documents left behind; asked after a large number of them."""

    def mend(self, *, thorough: bool = False) -> None:
        """Rebuild the index if it is damaged, missing or of another form; the caller fills it.

        Cheap if the index is sound: a site asks twice a second. Damage that any reader or writer met, in
        whatever process, is known here, for it leaves a mark. Articles that came as JSON lines are carried
        over as far as they can be read; the log says how many were lost.

        Args:
            thorough: read the whole index, for damage that no query has met.

        Raises:
            IndexUnavailable: it cannot be rebuilt now.
        """

    def close(self) -> None:
        """Let go of files and connections."""
