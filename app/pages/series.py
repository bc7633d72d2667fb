"""An entry's counts in texts outside of the library, for its page: chart, table and source of each series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from app.i18n import is_chinese, say
from app.library.series import SERIES_COLUMNS, TermSeries, series_of, series_table
from app.model import Term
from app.pages.chart import Chart, bar_chart
from app.pages.glossary import source_view
from app.pages.resources import Resources
from app.pages.views import SourceView
from app.spreadsheet import csv_lines
from app.text.terms.facts import date_words, span


class SeriesYearRow(Struct, frozen=True):
    """A year in the table of a series.

    Attributes:
        year, uses: the figures.
        rate: uses per 10,000 characters, in words; "" if the length of the texts is not known.
        forms: the written forms with their uses, if the entry has several.
    """

    year: str
    uses: int
    rate: str
    forms: str


class SeriesView(Struct, frozen=True):
    """An entry's counts in one series of texts.

    Attributes:
        name: of the series, in the language of the page.
        lang, note_lang: language of the name and of the note if it is Chinese on another page, else "".
        figures: all counts.
        rated: the lengths of all texts are known, so bars and table are per 10,000 characters.
        chart: None if there is nothing to compare.
        rows: the years, the newest first.
        years, missing: the years that have a text, and those that have none, in words.
        note: the editors' note.
        counted: when the counts were made, in words.
        sources: of the texts.
    """

    name: str
    lang: str
    note_lang: str
    figures: TermSeries
    rated: bool
    chart: Chart | None
    rows: tuple[SeriesYearRow, ...]
    years: str
    missing: str
    note: str
    counted: str
    sources: tuple[SourceView, ...]


def views(res: Resources, term: Term) -> tuple[SeriesView, ...]:
    """The counts of an entry in every series that counted it."""
    return tuple(map(_view, series_of(res.library, term).series))


def csv(res: Resources, id: str) -> bytes:
    """The same as CSV.

    Raises:
        NotFound: the entry does not exist.
    """
    made = series_of(res.library, res.library.term(id))
    return b"".join(csv_lines(SERIES_COLUMNS, series_table(made.series)))


def _view(one: TermSeries) -> SeriesView:
    rated = all(y.characters for y in one.years)
    forms = dict[str, list[str]]()
    if len({f.form for f in one.forms}) > 1:
        for f in sorted(one.forms, key=lambda f: -f.uses):
            forms.setdefault(f.year, []).append(f"{f.form} {f.uses}")
    comma = "，" if is_chinese() else ", "
    rows = [
        SeriesYearRow(
            y.year, y.uses, f"{y.per_10000 or 0:.2f}" if rated else "", comma.join(forms.get(y.year, ()))
        )
        for y in reversed(one.years)
    ]
    english = not is_chinese()
    return SeriesView(
        name=one.name_en if english and one.name_en else one.name,
        lang="zh-Hans" if english and not one.name_en else "",
        note_lang="zh-Hans" if english and not one.note_en else "",
        figures=one,
        rated=rated,
        chart=bar_chart([(y.year, y.uses, (y.characters or 0) / 10_000 if rated else 1) for y in one.years]),
        rows=tuple(rows),
        years=span(one.years[0].year, one.years[-1].year) if one.years else "",
        missing=(say("、")).join(year_spans(one.missing)),
        note=one.note_en if english and one.note_en else one.note,
        counted=date_words(one.counted or ""),
        sources=tuple(map(source_view, one.sources)),
    )


def year_spans(years: Sequence[str]) -> Iterator[str]:
    """Years in order, with those that follow each other as one: 1961—1963, 1996."""
    numbered = enumerate(map(int, years))
    for _, run in groupby(numbered, key=lambda pair: pair[1] - pair[0]):
        found = [f"{year:04}" for _, year in run]
        yield span(found[0], found[-1])
