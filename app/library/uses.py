"""The uses of a term or of any words as plain values, for the API, commands and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app import urls
from app.index import UseCount, UsePlace, UseTotals
from app.library.reading import Reading
from app.model import ArticleId, BlockId, SpeakerId, TermId
from app.text.terms.facts import without_tilde

# The columns of `table`.
COLUMNS = ("by", "value", "uses", "articles", "held", "characters", "per_10000", "per_article", "since")


@dataclass(frozen=True, slots=True)
class UsesBy:
    """Uses in the articles of one year or publication; `value` is null for articles that have none.

    `articles` have a use; `held` counts all articles of the year or publication, `characters` their length.
    """

    value: str | None
    uses: int
    articles: int
    held: int
    characters: int
    per_10000: float
    per_article: float


@dataclass(frozen=True, slots=True)
class UsesBySpeaker:
    """Uses in the words of one speaker, with the date of the first; private persons have no `url`."""

    id: SpeakerId
    name: str
    uses: int
    since: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class UseFound:
    """The paragraph of the first or the last use; the date is as exact as it is known."""

    article: ArticleId
    title: str
    date: str | None
    circa: bool
    block: BlockId
    url: str


@dataclass(frozen=True, slots=True)
class UsesOfForm:
    """Uses of one written form in the articles of one year."""

    form: str
    year: str | None
    uses: int


@dataclass(frozen=True, slots=True)
class UsesRecord:
    """All uses of a term, or of any words, in the library.

    `since` and `until` are the years of the library's first and last dated article. `bounded` is the number
    of paragraphs that were counted, if there are more; then `first` and `last` are null.
    """

    term: TermId | None
    text: str
    uses: int
    articles: int
    per_10000: float
    per_article: float
    held: int
    characters: int
    since: str | None
    until: str | None
    bounded: int | None
    first: UseFound | None
    last: UseFound | None
    years: list[UsesBy]
    publications: list[UsesBy]
    speakers: list[UsesBySpeaker]
    narrated: int
    unattributed: int
    forms: list[UsesOfForm]


def record(library: Reading, words: str, absolute: Callable[[str], str], *, any: bool = False) -> UsesRecord:
    """All uses of the entry with this id or form, or else of the words themselves.

    Args:
        words: an id, a form of an entry, or any sequence of characters.
        absolute: makes an absolute address of a path.
        any: count the words themselves, even if they are a form of an entry.
    """
    entry = None if any else library.entry_of_words(words)
    totals = library.index.uses(entry.id) if entry else library.index.uses_of(words)
    return record_of(library, totals, absolute, entry.id if entry else None, entry.term if entry else words)


def record_of(
    library: Reading, totals: UseTotals, absolute: Callable[[str], str], term: TermId | None, text: str
) -> UsesRecord:
    """Convert totals; see `record`."""
    knowledge, whole = library.knowledge(), _by(totals.whole)
    return UsesRecord(
        term=term,
        text=text,
        uses=whole.uses,
        articles=whole.articles,
        per_10000=whole.per_10000,
        per_article=whole.per_article,
        held=whole.held,
        characters=whole.characters,
        since=totals.since or None,
        until=totals.until or None,
        bounded=totals.counted if totals.more else None,
        first=_found(totals.first, absolute),
        last=_found(totals.last, absolute),
        years=list(map(_by, totals.years)),
        publications=list(map(_by, totals.publications)),
        speakers=[
            UsesBySpeaker(
                u.id,
                u.name,
                u.uses,
                u.since or None,
                None if knowledge.is_private(u.id) else absolute(urls.speaker(u.id)),
            )
            for u in totals.speakers
        ],
        narrated=totals.narrated,
        unattributed=totals.unattributed,
        forms=[UsesOfForm(form, year or None, n) for form, year, n in totals.forms],
    )


def _by(count: UseCount) -> UsesBy:
    return UsesBy(
        count.value or None,
        count.uses,
        count.articles,
        count.held,
        count.characters,
        round(count.rate, 4),
        round(count.per_article, 4),
    )


def _found(place: UsePlace | None, absolute: Callable[[str], str]) -> UseFound | None:
    if place is None:
        return None
    date, circa = without_tilde(place.date)
    return UseFound(
        place.article, place.title, date, circa, place.block, absolute(urls.block(place.article, place.block))
    )


def table(made: UsesRecord) -> Iterator[tuple[str, ...]]:
    """The rows of a table: the whole library, then years, publications, speakers and forms."""
    whole = UsesBy(
        made.text, made.uses, made.articles, made.held, made.characters, made.per_10000, made.per_article
    )
    for kind, counts in (("library", [whole]), ("year", made.years), ("publication", made.publications)):
        for c in counts:
            counted = (c.uses, c.articles, c.held, c.characters, c.per_10000, c.per_article)
            yield (kind, c.value or "", *map(str, counted), "")
    for s in made.speakers:
        yield ("speaker", s.name, str(s.uses), "", "", "", "", "", s.since or "")
    for f in made.forms:
        yield ("form", f"{f.form} {f.year or ''}".rstrip(), str(f.uses), "", "", "", "", "", f.year or "")
