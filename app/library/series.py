"""The counts of one entry in texts outside of the library as plain values, for pages, the API and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.library.reading import Reading
from app.model import Series, Source, Term, TermId

# The columns of `series_table`.
SERIES_COLUMNS = ("series", "year", "form", "uses", "characters", "per_10000")


@dataclass(frozen=True, slots=True)
class YearOfSeries:
    """Uses in the texts of one year; `characters` and `per_10000` are null if the length is not known."""

    year: str
    uses: int
    characters: int | None
    per_10000: float | None


@dataclass(frozen=True, slots=True)
class FormInYear:
    """Uses of one written form in the texts of one year."""

    form: str
    year: str
    uses: int


@dataclass(frozen=True, slots=True)
class TermSeries:
    """How often a series of texts uses one entry.

    The library does not hold the texts. `first` and `last` are the years of the first and the last text with
    a use, `used_in` counts such years. `missing` are the years in between that have no text. Each use counts
    under one form, the longest. Sources of tier C have no address.
    """

    id: str
    name: str
    name_en: str
    note: str
    note_en: str
    counted: str | None
    sources: tuple[Source, ...]
    uses: int
    used_in: int
    first: str | None
    last: str | None
    years: list[YearOfSeries]
    missing: list[str]
    forms: list[FormInYear]


@dataclass(frozen=True, slots=True)
class TermSeriesList:
    """The counts of one entry in every series that counted it."""

    term: TermId
    text: str
    series: list[TermSeries]


def series_of(library: Reading, term: Term) -> TermSeriesList:
    """The counts of an entry in every series that counted it."""
    found = [_of(s, term.id) for s in library.series() if term.id in s.uses]
    return TermSeriesList(term.id, term.term, found)


def _of(series: Series, term: TermId) -> TermSeries:
    uses = Counter[str]()
    for u in series.uses[term]:
        uses[u.year] += u.uses
    years = [
        YearOfSeries(year, uses[year], size or None, round(uses[year] * 10_000 / size, 4) if size else None)
        for year, size in series.years
    ]
    return TermSeries(
        id=series.id,
        name=series.name,
        name_en=series.name_en,
        note=series.note,
        note_en=series.note_en,
        counted=series.counted or None,
        sources=series.sources,
        uses=uses.total(),
        used_in=len(uses),
        first=min(uses, default=None),
        last=max(uses, default=None),
        years=years,
        missing=list(series.missing),
        forms=[FormInYear(u.form, u.year, u.uses) for u in series.uses[term]],
    )


def series_table(found: Sequence[TermSeries]) -> Iterator[tuple[str, ...]]:
    """The rows of a table: every year with the sum of all forms, then the forms of the year, if several."""
    for one in found:
        several = len({f.form for f in one.forms}) > 1
        for y in one.years:
            rate = "" if y.per_10000 is None else str(y.per_10000)
            yield (one.name, y.year, "", str(y.uses), str(y.characters or ""), rate)
            for f in one.forms:
                if several and f.year == y.year:
                    yield (one.name, f.year, f.form, str(f.uses), "", "")
