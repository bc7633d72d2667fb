"""The values that an index takes and returns."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.model import ArticleId, BlockId, Header, Span, SpeakerId, SpeakerKind, TermId


class ArticleEntry(Struct, frozen=True):
    """An article in a list.

    Attributes:
        characters, paragraphs, people, groups, terms: counts for list pages.
        added: the day of the first saved revision, ISO 8601; "" if it is not known.
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
    added: str = ""
    place: str = ""


# The kind of a translated block, followed by the language.
TRANSLATION = "translation:"


class ContextLine(Struct, frozen=True):
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

    @property
    def translated_into(self) -> str:
        """The language of the text if it is a translation of the block, else ""."""
        return self.kind.removeprefix(TRANSLATION) if self.kind.startswith(TRANSLATION) else ""


class SpeakerCount(Struct, frozen=True):
    """A speaker across the library: counts, and the most recently printed name and office.

    `ascribed` counts words that others ascribe to the speaker; `quotations` does not include them. `certain`
    counts the quotations that are not doubtful, `characters` those of the speaker's words.
    """

    id: SpeakerId
    name: str
    role: str
    kind: SpeakerKind
    recorded: bool
    quotations: int
    articles: int
    ascribed: int
    certain: int
    characters: int = 0

    @property
    def doubtful(self) -> bool:
        """Whether no text is certain to quote this speaker."""
        return self.quotations > 0 and not self.certain


class RoleTotal(Struct, frozen=True):
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


class FormTotal(Struct, frozen=True):
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


class UserTotal(Struct, frozen=True):
    """A speaker, and the number of uses of a term in their words.

    Attributes:
        since: date of the first article with such a use, "" if not known or not asked for.
        article: id of that article.
    """

    id: SpeakerId
    name: str
    uses: int
    since: str = ""
    article: ArticleId = ArticleId("")


class SpokenTerms(Struct, frozen=True):
    """The terms in a speaker's words.

    Attributes:
        characters: of the speaker's words.
        held: characters of the whole library.
        terms: each with its uses in these words and in the whole library.
    """

    characters: int
    held: int
    terms: tuple[tuple[TermId, int, int], ...]


class TermTotals(Struct, frozen=True):
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


class UseCount(Struct, frozen=True):
    """Uses in the articles of one year or publication.

    Attributes:
        value: the year or the publication; "" for articles that have none.
        uses, articles: uses, and articles with one.
        held, characters: all articles of the year or publication, and their characters.
    """

    value: str
    uses: int
    articles: int
    held: int
    characters: int

    @property
    def rate(self) -> float:
        """Uses per 10,000 characters."""
        return 10_000 * self.uses / self.characters if self.characters else 0.0

    @property
    def per_article(self) -> float:
        """Uses per article, of all articles."""
        return self.uses / self.held if self.held else 0.0


class UsePlace(Struct, frozen=True):
    """The paragraph of a use; `date` is that of the article, "" if it has none."""

    article: ArticleId
    title: str
    block: BlockId
    date: str


class SharedWords(Struct, frozen=True, order=True):
    """Words of a block that another article has too, perhaps with small edits.

    Attributes:
        n: the place of the block in its article.
        start, end: of the words in its visible text, half-open; the same for `other_start` and `other_end`.
        letters, same: how many letters they have, and how many are the same there.
        article, title, date: the other article.
        other, other_n: its block, and the place of the block there.
        text, other_text: the words in both.
    """

    n: int
    start: int
    end: int
    block: BlockId
    letters: int
    same: int
    date: str
    article: ArticleId
    title: str
    other: BlockId
    other_n: int
    other_start: int
    other_end: int
    text: str
    other_text: str


class UseTotals(Struct, frozen=True):
    """All uses of a term or of any words in the library.

    Attributes:
        whole: the totals; its `held` and `characters` are those of the whole library.
        years: every year of the library, the earliest first, then the articles without a date.
        publications: those with a use, most uses first.
        speakers: those who use it most.
        unattributed, narrated: uses in quotations of unknown speakers, and outside quotations.
        first, last: the earliest and the latest use; None if there is none, or if `more` is set.
        forms: written forms with year and uses; none for words without an entry.
        more: only the paragraphs that came last were counted; `counted` is their number.
    """

    whole: UseCount
    years: tuple[UseCount, ...] = ()
    publications: tuple[UseCount, ...] = ()
    speakers: tuple[UserTotal, ...] = ()
    unattributed: int = 0
    narrated: int = 0
    first: UsePlace | None = None
    last: UsePlace | None = None
    forms: tuple[tuple[str, str, int], ...] = ()
    more: bool = False
    counted: int = 0

    @property
    def since(self) -> str:
        """The year of the earliest dated article of the library, "" if none is dated."""
        return next((y.value for y in self.years if y.value), "")

    @property
    def until(self) -> str:
        """The year of the latest dated article of the library."""
        return next((y.value for y in reversed(self.years) if y.value), "")


class Filters(Struct, frozen=True):
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


class SearchResult(Struct, frozen=True):
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


class Held(Struct, frozen=True):
    """The source of an indexed article ("" is content/) and its digest."""

    source: str
    digest: str
