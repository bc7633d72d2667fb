"""The speakers' pages: everyone quoted in the library, and one speaker's words across it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from msgspec import Struct, structs

from app import urls
from app.errors import NotFound
from app.i18n import is_chinese, say
from app.index import RoleTotal, SpeakerCount
from app.library.marking import LEAST_CHARACTERS, MARK_COLUMNS, SpeakerMarks, marks_of, marks_table
from app.model import ArticleId, Office, Person, Speaker, SpeakerId, TermId
from app.pages import quotations
from app.pages.article import DocumentView, speaker_address, title_of
from app.pages.contexts import Meta, Page, PageContext
from app.pages.glossary import source_view
from app.pages.head import meta
from app.pages.labels import SPEAKER_KIND, SPEAKER_KINDS, unnamed
from app.pages.resources import Resources
from app.pages.views import ArticleView, Link, Said, SourceView, Voice
from app.spreadsheet import csv_lines
from app.text.terms.facts import date_words, span

# Articles on a speaker's page, terms that mark the speaker, and people on a page of the list.
_ARTICLES = 20
_MARKS = 12
_PEOPLE = 300


class ListedSpeaker(Struct, frozen=True):
    """A speaker in the list.

    Attributes:
        voice: the speaker.
        quotations, articles: in the whole library.
        ascribed: quotations that others ascribe to them, counted apart.
    """

    voice: Voice
    quotations: int
    articles: int
    ascribed: int


class SpeakersContext(PageContext, frozen=True):
    """A page of the list of speakers.

    Attributes:
        groups: persons, groups and organisations, each kind with its label, the most quoted first; then
            those whom no text is certain to quote.
        total: how many the whole list has.
        first, next: the first page, unless this is it, and the next one.
    """

    template: ClassVar[str] = "speakers.html"
    groups: tuple[tuple[str, tuple[ListedSpeaker, ...]], ...]
    total: int
    first: Link | None
    next: Link | None


class PrintedRole(Struct, frozen=True):
    """An office as articles print it.

    Attributes:
        text: the office.
        article: the newest article that prints it.
        articles: how many do.
    """

    text: str
    article: Link
    articles: int


class SpeakerContext(PageContext, frozen=True):
    """A speaker across the library.

    Attributes:
        voice: name and office.
        kind: 人物, 群体 or 机构.
        recorded, verified: there is a record in content/speakers, and it was checked against its sources.
        pinyin, name_hant, office_en: of the record, or "".
        aliases: other names, of the record and of the articles on this page.
        offices, facts, homonyms, sources, note: of the record.
        roles: every office that the library prints with the name, the most recent first.
        apart: articles print offices that do not go together, so the name may mean several people.
        quotations, articles: in the whole library.
        ascribed: quotations that others ascribe to the speaker, counted apart.
        groups: the quotations on this page by article, the newest first. If `apart`, articles that print the
            same office are next to each other.
        marks: the terms that mark the speaker's words against the library.
        least: the characters that are needed to tell.
        file: address of the table of these terms.
        filters: links to the words in one article, or about one term.
        about: the term that the page is narrowed to, or "".
        whole: link to the page without filters, "" if none is set.
        next: link to older words.
    """

    template: ClassVar[str] = "speaker.html"
    voice: Voice
    kind: str
    recorded: bool
    verified: bool
    pinyin: str
    name_hant: str
    office_en: str
    aliases: tuple[str, ...]
    offices: tuple[str, ...]
    facts: tuple[str, ...]
    homonyms: tuple[str, ...]
    sources: tuple[SourceView, ...]
    note: str
    roles: tuple[PrintedRole, ...]
    apart: bool
    quotations: int
    articles: int
    ascribed: int
    groups: tuple[tuple[ArticleView, tuple[Said, ...]], ...]
    marks: SpeakerMarks
    least: int
    file: str
    filters: tuple[Link, ...]
    about: str
    whole: str
    next: Link | None


def speakers(res: Resources, *, after: str = "") -> Page:
    """A page of those who are quoted, the most quoted first.

    Args:
        after: the id of the last speaker of the page before.
    """
    unsure = say("可能说过话")
    groups: dict[str, list[ListedSpeaker]] = {label: [] for label in (*SPEAKER_KINDS.values(), unsure)}
    size = res.page_size(_PEOPLE)
    found = res.library.index.speakers(limit=size + 1, after=after)
    knowledge = res.library.knowledge()
    by_name = [s.id for s in found[:size] if s.kind == "person" and s.articles > 1 and not s.recorded]
    offices = res.library.index.printed_offices(by_name)
    for s in found[:size]:
        if not knowledge.is_private(s.id):
            apart = len(set(_people(offices.get(s.id, ())).values())) > 1
            voice = _voice(res, s, apart=apart)
            row = ListedSpeaker(voice, s.quotations, s.articles, s.ascribed)
            groups[unsure if s.doubtful else SPEAKER_KINDS[s.kind]].append(row)
    following = None
    if len(found) > size:
        query = urlencode({"after": found[size - 1].id})
        following = Link(say("下一页"), f"{urls.SPEAKERS}?{query}")
    total = res.library.public_speaker_count()
    context = SpeakersContext(
        groups=tuple((label, tuple(rows)) for label, rows in groups.items() if rows),
        total=total,
        first=Link(say("回到第一页"), urls.SPEAKERS) if after else None,
        next=following,
    )
    description = say("文库里有引语的人物、群体和机构，共 %(n)s 个。", n=total)
    return Page(context, meta(res, say("说话人"), description, urls.SPEAKERS), nav="speakers")


def _doubt(counted: SpeakerCount, *, apart: bool) -> str:
    """The doubt about a speaker, or "": who said the words, or whether the name means one person."""
    if counted.doubtful:
        return say("可能是此人所说，依据不足")
    return say("各篇所印职务不同，是否同一人待核实") if apart else ""


def speaker_url(res: Resources, id: str) -> str | None:
    """The absolute address of a speaker's page; None for a private person."""
    address = speaker_address(id, res.library.knowledge())
    return res.absolute(address) if address else None


def speaker(res: Resources, id: str, *, article: str = "", term: str = "", after: str = "") -> Page:
    """One speaker across the library, the newest articles first.

    Args:
        article: only in this article.
        term: only where this term is spoken of.
        after: the last article of the page before.

    Raises:
        NotFound: the speaker is neither quoted nor recorded, or is a private person.
    """
    record, counted = _speaker(res, id)
    printed = [r for r in res.library.index.speaker_roles(record.id) if r.role]
    people = _namesakes(record, counted, printed)
    apart = len(set(people.values())) > 1
    shown, following, found = _appearances(res, record.id, article, term, after)
    found.sort(key=lambda appearance: people.get(appearance[1].role or "", 0))
    about = res.library.knowledge().term(term)
    here, marks = urls.speaker(id), marks_of(res.library, record.id)
    context = SpeakerContext(
        voice=_voice(res, structs.replace(counted, name=record.name), apart=apart),
        kind=SPEAKER_KIND[record.kind],
        recorded=counted.recorded,
        verified=record.verified,
        pinyin=record.pinyin,
        name_hant=record.name_hant,
        office_en=record.office_en,
        aliases=_aliases(record, found),
        offices=tuple(map(office_words, record.offices)),
        facts=record.facts,
        homonyms=record.homonyms,
        sources=tuple(map(source_view, record.sources)),
        note=record.note,
        roles=_printed_roles(res, printed),
        apart=apart,
        quotations=counted.quotations,
        articles=counted.articles,
        ascribed=counted.ascribed,
        groups=_groups(found, shown, term),
        marks=replace(marks, terms=marks.terms[:_MARKS]),
        least=LEAST_CHARACTERS,
        file=urls.speaker_table(id),
        filters=_filters(res, record.id, found),
        about=about.term if about else "",
        whole=here if article or term else "",
        next=_next(here, term, following),
    )
    return Page(context, _head(res, context, record.kind, "" if apart else counted.role), nav="speakers")


def marks_csv(res: Resources, id: str) -> bytes:
    """The terms that mark a speaker's words as CSV.

    Raises:
        NotFound: the speaker is neither quoted nor recorded, or is a private person.
    """
    record, _ = _speaker(res, id)
    return b"".join(csv_lines(MARK_COLUMNS, marks_table(marks_of(res.library, record.id).terms)))


def _speaker(res: Resources, id: str) -> tuple[Person, SpeakerCount]:
    """A speaker's record, or what articles tell of them, and their totals with the office to show."""
    person, total = res.library.person(id), res.library.index.speaker_total(SpeakerId(id))
    if person is not None and not person.private:
        office = person.offices[0].whole if person.offices else ""
        unheard = SpeakerCount(person.id, person.name, office, person.kind, True, 0, 0, 0, 0)
        return person, structs.replace(total or unheard, recorded=True)
    if person is None and total is not None:
        return Person(total.id, total.name, total.kind), structs.replace(total, recorded=False)
    raise NotFound("speaker", id)


# An article with its speaker of the page's id.
Appearance = tuple[DocumentView, Speaker]


def _appearances(
    res: Resources, id: SpeakerId, article: str, term: str, after: str
) -> tuple[Sequence[ArticleId], str, list[Appearance]]:
    """The articles to show, the cursor of the next page, and the speaker in these and the newest articles."""
    size = res.page_size(_ARTICLES)
    newest = res.library.index.articles_of(id, limit=size + 1, after=after)
    shown = newest
    if article:
        shown = [ArticleId(article)]
    elif term:
        shown = res.library.index.articles_of(id, term=term, limit=size + 1, after=after)
    following = shown[size - 1] if len(shown) > size else ""
    shown = shown[:size]
    knowledge = res.library.knowledge()
    documents = res.library.documents(tuple(dict.fromkeys((*newest[:size], *shown))))
    views = (DocumentView(d, knowledge, names=res.names()) for d in documents)
    return shown, following, [(view, s) for view in views if (s := view.speaker(id))]


def _namesakes(record: Person, counted: SpeakerCount, printed: Sequence[RoleTotal]) -> dict[str, int]:
    """The people of a name: without a record, only articles with offices that go together mean one person."""
    by_name = not counted.recorded and record.kind == "person"
    return _people(r.role for r in printed) if by_name else {}


def _people(roles: Iterable[str]) -> dict[str, int]:
    """A number for each office that is printed with one name: the same if two of them go together.

    Offices go together when one is part of the other: 主任, 上海市科委主任.
    """
    longest: list[str] = []
    numbers = {}
    for role in roles:
        at = next((i for i, other in enumerate(longest) if role in other or other in role), None)
        if at is None:
            at = len(longest)
            longest.append(role)
        elif len(role) > len(longest[at]):
            longest[at] = role
        numbers[role] = at
    return numbers


def _voice(res: Resources, s: SpeakerCount, *, apart: bool) -> Voice:
    """A speaker with the office to show. If the name may mean several people, it gives no office."""
    names, role = res.names(), "" if apart else s.role
    latin, office = names.latin(s.id, s.name, s.kind), names.office(s.id, role)
    shown = office or role or ("" if apart else unnamed(s.kind))
    doubt = _doubt(s, apart=apart)
    return Voice(s.id, s.name, shown, urls.speaker(s.id), doubt, latin, bool(office or not role))


def _printed_roles(res: Resources, roles: Sequence[RoleTotal]) -> tuple[PrintedRole, ...]:
    titles = res.titles(r.article for r in roles)
    return tuple(
        PrintedRole(r.role, Link(titles.get(r.article, r.title), urls.article(r.article)), r.articles)
        for r in roles
    )


def _groups(
    found: Sequence[Appearance], shown: Sequence[ArticleId], term: str
) -> tuple[tuple[ArticleView, tuple[Said, ...]], ...]:
    """The speaker's words by article."""
    groups = []
    for view, s in found:
        said = quotations.said_by(view, s.id, TermId(term) if term else None)
        if said and view.document.header.id in shown:
            groups.append((view.article(), said))
    return tuple(groups)


def _aliases(record: Person, found: Sequence[Appearance]) -> tuple[str, ...]:
    """Other names: those of the record, then those in articles."""
    names = dict.fromkeys((*record.aliases, *(a for _, s in found for a in s.aliases)))
    return tuple(name for name in names if name != record.name)


def _filters(res: Resources, id: SpeakerId, found: Sequence[Appearance]) -> tuple[Link, ...]:
    """Links to the words in one article, and to those about one term."""
    here, knowledge = urls.speaker(id), res.library.knowledge()
    headers = [view.document.header for view, _ in found] if len(found) > 1 else []
    terms = (knowledge.term(t) for t, _ in res.library.index.speaker_terms(id))
    return (
        *(Link(title_of(h), f"{here}?article={h.id}") for h in headers),
        *(Link(t.term, f"{here}?term={t.id}") for t in terms if t),
    )


def _next(here: str, term: str, following: str) -> Link | None:
    query = urlencode({"term": term, "after": following})
    return Link(say("更早的话"), f"{here}?{query}") if following else None


def office_words(office: Office) -> str:
    """An office with its time, in the language of the page if the record has it."""
    words = office.title_en if not is_chinese() and office.title_en else office.whole
    when = span(date_words(office.start), date_words(office.end)) if office.start or office.end else ""
    return say("%(office)s（%(when)s）", office=words, when=when) if when else words


def _head(res: Resources, context: SpeakerContext, kind: str, role: str) -> Meta:
    name, path = context.voice.name, context.voice.href
    words = f"{name} {context.voice.latin}".rstrip()
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Person" if kind == "person" else "Organization",
        "@id": res.absolute(path),
        "name": name,
    }
    if role and kind == "person":
        data["jobTitle"] = role
    who = say("%(name)s，%(role)s", name=words, role=context.voice.role) if role else words
    return meta(
        res,
        say("%(name)s说了什么", name=words),
        say("%(who)s：文库中的 %(n)s 处引语。", who=who, n=context.quotations),
        path,
        og_type="profile",
        jsonld=data,
    )
