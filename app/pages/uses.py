"""All uses of an entry or of any words in the library: by year, publication and speaker."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from app import urls
from app.i18n import is_chinese, say
from app.index import UseCount, UsePlace, UseTotals
from app.library.uses import COLUMNS, record, record_of, table
from app.pages.article import speaker_address
from app.pages.chart import Chart, bar_chart
from app.pages.contexts import Page, PageContext
from app.pages.head import meta
from app.pages.resources import Resources
from app.pages.views import Link
from app.spreadsheet import csv_lines
from app.text.terms.facts import date_words, span

# Characters of any words that are counted.
LONGEST = 200


class UseRow(Struct, frozen=True):
    """A row of a table of uses.

    Attributes:
        name: the year or publication; "" for articles that have none.
        count: the figures.
        rate, mean: uses per 10,000 characters and per article, in words.
        forms: the written forms of that year with their uses, if there are several forms.
    """

    name: str
    count: UseCount
    rate: str
    mean: str
    forms: str = ""


class SpeakerUses(Struct, frozen=True):
    """A speaker who uses the words.

    Attributes:
        speaker: with their words about the entry; without an address for a private person.
        uses: how often they use it.
        since: date of the first use, in words, or "".
        first: the article with it, None if it is not known.
    """

    speaker: Link
    uses: int
    since: str
    first: Link | None


class UsesContext(PageContext, frozen=True):
    """All uses of an entry or of any words.

    Attributes:
        words: the headword, or the words that were asked for.
        entry: link to the entry, also if the words are a form of one; None without an entry.
        counted: the words are counted as an entry, with its forms and scope.
        asking: the address of the form for any words, "" where there is none.
        whole: the totals.
        scope: of which texts the counts are.
        bounded: how many paragraphs were counted, if there are more; else 0.
        first, last: the first and the last use, each with its date in words; None if there is none.
        chart: by year, None if no dated article has a use.
        years, publications, speakers: the tables.
        narrated, unattributed: uses outside of quotations, and in those whose speaker is not known.
        file, feed: addresses of the table as CSV and of the feed.
    """

    template: ClassVar[str] = "uses.html"
    words: str
    entry: Link | None
    counted: bool
    asking: str
    whole: UseRow
    scope: str
    bounded: int
    first: tuple[Link, str] | None
    last: tuple[Link, str] | None
    chart: Chart | None
    years: tuple[UseRow, ...]
    publications: tuple[UseRow, ...]
    speakers: tuple[SpeakerUses, ...]
    narrated: int
    unattributed: int
    file: str
    feed: str


def of_term(res: Resources, id: str) -> Page:
    """All uses of an entry.

    Raises:
        NotFound: the entry does not exist.
    """
    term = res.library.term(id)
    totals = res.library.index.uses(term.id)
    link = Link(term.term, urls.term(term.id))
    return _page(res, term.term, totals, urls.uses(term.id), link, term.id)


def of_words(res: Resources, words: str) -> Page:
    """All uses of any words; without words, only the form to ask."""
    words = " ".join(words.split())[:LONGEST]
    entry = res.library.entry_of_words(words) if words else None
    link = Link(entry.term, urls.uses(entry.id)) if entry else None
    here = urls.uses_of(words) if words else urls.USES
    return _page(res, words, res.library.index.uses_of(words), here, link)


def csv(res: Resources, words: str, *, term: bool = False) -> bytes:
    """The tables as CSV, of an entry (`term`: the words are its id) or of any words.

    Raises:
        NotFound: the entry does not exist.
    """
    if term:
        entry = res.library.term(words)
        made = record_of(res.library, res.library.index.uses(entry.id), res.absolute, entry.id, entry.term)
    else:
        made = record(res.library, " ".join(words.split())[:LONGEST], res.absolute, any=True)
    return b"".join(csv_lines(COLUMNS, table(made)))


def _page(res: Resources, words: str, totals: UseTotals, here: str, entry: Link | None, id: str = "") -> Page:
    forms = _forms_by_year(totals)
    dated = [y for y in totals.years if y.value]
    context = UsesContext(
        words=words,
        entry=entry,
        counted=bool(id),
        asking=urls.USES if res.paged else "",
        whole=_row(totals.whole),
        scope=_scope(totals),
        bounded=totals.counted if totals.more else 0,
        first=_place(res, totals.first),
        last=_place(res, totals.last),
        chart=bar_chart([(y.value, y.uses, y.characters / 10_000) for y in dated]),
        years=tuple(_row(y, forms.get(y.value, "")) for y in totals.years) if totals.whole.uses else (),
        publications=tuple(map(_row, totals.publications)),
        speakers=_speakers(res, totals, id),
        narrated=totals.narrated,
        unattributed=totals.unattributed,
        file=_file(words, id),
        feed=f"{urls.term(id)}feed.atom" if id else "",
    )
    title = say("“%(words)s”的用例", words=words) if words else say("用例统计")
    description = say("“%(words)s”在文库里用了 %(n)s 处。", words=words, n=totals.whole.uses) if words else ""
    head = meta(res, title, description, here)
    return Page(context, head, nav="terms")


def _file(words: str, id: str) -> str:
    if id:
        return f"{urls.term(id)}uses.csv"
    return urls.uses_of(words, table=True) if words else ""


def _scope(totals: UseTotals) -> str:
    """Of which texts the counts are."""
    held = totals.whole.held
    if not totals.since or totals.more:
        return say("只就文库这 %(n)s 篇文章而言。", n=held)
    years = span(totals.since, totals.until)
    return say("只就文库这 %(n)s 篇文章（%(years)s 年）而言。", n=held, years=years)


def _row(count: UseCount, forms: str = "") -> UseRow:
    return UseRow(count.value, count, f"{count.rate:.2f}", f"{count.per_article:.2f}", forms)


def _forms_by_year(totals: UseTotals) -> dict[str, str]:
    """The forms of each year, most uses first; none if there is only one form."""
    if len({form for form, _, _ in totals.forms}) < 2:
        return {}
    found: dict[str, list[tuple[int, str]]] = {}
    for form, year, n in totals.forms:
        found.setdefault(year, []).append((-n, form))
    comma = "，" if is_chinese() else ", "
    return {year: comma.join(f"{form} {-n}" for n, form in sorted(f)) for year, f in found.items()}


def _place(res: Resources, place: UsePlace | None) -> tuple[Link, str] | None:
    if place is None:
        return None
    title = res.titles([place.article]).get(place.article, place.title)
    return Link(title, urls.block(place.article, place.block)), date_words(place.date)


def _speakers(res: Resources, totals: UseTotals, term: str) -> tuple[SpeakerUses, ...]:
    knowledge, names, made = res.library.knowledge(), res.names(), list[SpeakerUses]()
    titles = res.titles({u.article for u in totals.speakers if u.article})
    for u in totals.speakers:
        address = speaker_address(u.id, knowledge)
        if address and term:
            address += f"?term={term}"
        title = titles.get(u.article, "")
        first = Link(title, urls.article(u.article)) if title else None
        made.append(SpeakerUses(Link(names.words(u.id, u.name), address), u.uses, date_words(u.since), first))
    return tuple(made)
