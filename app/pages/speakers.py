"""The speakers' pages: everyone quoted in the library, and one speaker's words across it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from app import urls
from app.errors import NotFound
from app.i18n import is_chinese, say
from app.model import ArticleId, Office, Person, Speaker, SpeakerId, TermId
from app.pages import quotations
from app.pages.article import DocumentView, speaker_address
from app.pages.contexts import Meta, Page, PageContext
from app.pages.glossary import source_view
from app.pages.head import meta
from app.pages.labels import SPEAKER_KIND, unnamed
from app.pages.resources import Resources
from app.pages.views import ArticleView, Link, Said, SourceView, Voice
from app.text.terms.facts import date_words

# Articles on a speaker's page, and people on a page of the list.
_ARTICLES = 20
_PEOPLE = 300


@dataclass(frozen=True, slots=True)
class SpeakerRow:
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


@dataclass(frozen=True)
class SpeakersContext(PageContext):
    """A page of the list of speakers.

    Attributes:
        groups: persons, groups and organisations, each kind with its label, the most quoted first.
        next: the next page.
    """

    template: ClassVar[str] = "speakers.html"
    groups: tuple[tuple[str, tuple[SpeakerRow, ...]], ...]
    next: Link | None


@dataclass(frozen=True)
class SpeakerContext(PageContext):
    """A speaker across the library.

    Attributes:
        voice: name and office.
        kind: 人物, 群体 or 机构.
        recorded, verified: there is a record in content/speakers, and it was checked against its sources.
        pinyin, name_hant, office_en: of the record, or "".
        aliases: other names.
        offices, facts, homonyms, sources, note: of the record.
        roles: offices as articles print them, each with the article.
        apart: articles print offices that do not go together, so the name may mean several people.
        quotations, articles: in the whole library.
        ascribed: quotations that others ascribe to the speaker, counted apart.
        groups: the quotations on this page by article, the newest first. If `apart`, articles that print the
            same office are next to each other.
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
    roles: tuple[tuple[str, Link], ...]
    apart: bool
    quotations: int
    articles: int
    ascribed: int
    groups: tuple[tuple[ArticleView, tuple[Said, ...]], ...]
    filters: tuple[Link, ...]
    about: str
    whole: str
    next: Link | None


def speakers(res: Resources, *, after: str = "") -> Page:
    """A page of those who are quoted, the most quoted first.

    Args:
        res: the library and the site.
        after: the id of the last speaker of the page before.
    """
    groups: dict[str, list[SpeakerRow]] = {label: [] for label in SPEAKER_KIND.values()}
    size = res.page_size(_PEOPLE)
    found = res.library.speakers(limit=size + 1, after=after)
    knowledge = res.library.knowledge()
    for s in found[:size]:
        if not knowledge.is_private(s.id):
            voice = Voice(s.id, s.name, s.role or unnamed(s.kind), urls.speaker(s.id))
            row = SpeakerRow(voice, s.quotations, s.articles, s.ascribed)
            groups[SPEAKER_KIND[s.kind]].append(row)
    following = None
    if len(found) > size:
        query = urlencode({"after": found[size - 1].id})
        following = Link(say("下一页"), f"{urls.SPEAKERS}?{query}")
    context = SpeakersContext(
        tuple((label, tuple(rows)) for label, rows in groups.items() if rows), following
    )
    total = res.library.public_speaker_count()
    description = say("文库里有引语的人物、群体和机构，共 %(n)s 个。", n=total)
    return Page(context, meta(res, say("人物"), description, urls.SPEAKERS), nav="speakers")


def speaker_url(res: Resources, id: str) -> str | None:
    """The absolute address of a speaker's page; None for a private person."""
    address = speaker_address(id, res.library.knowledge())
    return res.absolute(address) if address else None


def speaker(res: Resources, id: str, *, article: str = "", term: str = "", after: str = "") -> Page:
    """One speaker across the library, the newest articles first.

    Args:
        res: the library and the site.
        id: of the speaker.
        article: only in this article.
        term: only where this term is spoken of.
        after: the last article of the page before.

    Raises:
        NotFound: nobody of this id is quoted or recorded, or it is a private person.
    """
    if res.library.knowledge().is_private(id):
        raise NotFound("speaker", id)
    speaker, person = SpeakerId(id), res.library.person(id)
    shown, following, found = _appearances(res, speaker, article, term, after)
    if not found and person is None:
        raise NotFound("speaker", id)
    apart = False
    if person is None:
        # Only the name joins the people of different articles, so their offices must go together.
        offices = _offices_apart([s for _, s in found])
        apart = len(set(offices)) > 1
        found = [pair for _, pair in sorted(zip(offices, found, strict=True), key=lambda x: x[0])]
    name = person.name if person else found[0][1].name
    kind = person.kind if person else found[0][1].kind
    role = _role(person, found)
    record = person or Person(speaker, name, kind)
    groups = []
    for view, s in found:
        said = quotations.said_by(view, s.id, TermId(term) if term else None)
        if said and view.document.header.id in shown:
            groups.append((view.article(), said))
    counted = res.library.speaker_total(speaker)
    about = res.library.knowledge().term(term)
    here = urls.speaker(id)
    context = SpeakerContext(
        voice=Voice(
            speaker,
            name,
            "" if apart else role or unnamed(kind),
            here,
            say("各篇所印职务不同，未核是否同一人") if apart else "",
        ),
        kind=SPEAKER_KIND[kind],
        recorded=person is not None,
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
        roles=_roles(found),
        apart=apart,
        quotations=counted.quotations if counted else 0,
        articles=counted.articles if counted else 0,
        ascribed=counted.ascribed if counted else 0,
        groups=tuple(groups),
        filters=_filters(res, speaker, found),
        about=about.term if about else "",
        whole=here if article or term else "",
        next=_next(here, term, following),
    )
    return Page(context, _head(res, context, kind, role), nav="speakers")


# An article with its speaker of the page's id.
Appearance = tuple[DocumentView, Speaker]


def _appearances(
    res: Resources, id: SpeakerId, article: str, term: str, after: str
) -> tuple[Sequence[ArticleId], str, list[Appearance]]:
    """The articles to show, the cursor of the next page, and the speaker in these and the newest articles."""
    size = res.page_size(_ARTICLES)
    newest = res.library.heard_in(id, limit=size + 1, after=after)
    shown = newest
    if article:
        shown = [ArticleId(article)]
    elif term:
        shown = res.library.heard_in(id, term=term, limit=size + 1, after=after)
    following = shown[size - 1] if len(shown) > size else ""
    shown = shown[:size]
    knowledge = res.library.knowledge()
    documents = res.library.documents(tuple(dict.fromkeys((*newest[:size], *shown))))
    views = (DocumentView(d, knowledge) for d in documents)
    return shown, following, [(view, s) for view in views if (s := view.speaker(id))]


def _offices_apart(speakers: Sequence[Speaker]) -> list[int]:
    """A number for each speaker of one name: the same if their offices go together.

    Offices go together when one is part of the other (主任, 上海市科委主任) or one is not given. Groups and
    organisations have none and are one.
    """
    kept: list[str] = []
    numbers = []
    for s in speakers:
        role = (s.role or "") if s.kind == "person" else ""
        at = next((i for i, other in enumerate(kept) if role in other or (other and other in role)), None)
        if at is None:
            kept.append(role)
            at = len(kept) - 1
        elif len(role) > len(kept[at]):
            kept[at] = role
        numbers.append(at)
    return numbers


def _role(person: Person | None, found: Sequence[Appearance]) -> str:
    """The office as the first article prints it, else that of the record, else ""."""
    if found:
        return found[0][1].role or ""
    return person.offices[0].whole if person and person.offices else ""


def _roles(found: Sequence[Appearance]) -> tuple[tuple[str, Link], ...]:
    """The offices as articles print them."""
    headers = ((s.role, view.document.header) for view, s in found if s.role)
    return tuple((role, Link(h.title, urls.article(h.id))) for role, h in headers)


def _aliases(record: Person, found: Sequence[Appearance]) -> tuple[str, ...]:
    """Other names: those of the record, then those in articles."""
    names = dict.fromkeys((*record.aliases, *(a for _, s in found for a in s.aliases)))
    return tuple(name for name in names if name != record.name)


def _filters(res: Resources, id: SpeakerId, found: Sequence[Appearance]) -> tuple[Link, ...]:
    """Links to the words in one article, and to those about one term."""
    here, knowledge = urls.speaker(id), res.library.knowledge()
    headers = [view.document.header for view, _ in found] if len(found) > 1 else []
    terms = (knowledge.term(t) for t, _ in res.library.speaker_terms(id))
    return (
        *(Link(h.title, f"{here}?article={h.id}") for h in headers),
        *(Link(t.term, f"{here}?term={t.id}") for t in terms if t),
    )


def _next(here: str, term: str, following: str) -> Link | None:
    query = urlencode({"term": term, "after": following})
    return Link(say("更早的话"), f"{here}?{query}") if following else None


def office_words(office: Office) -> str:
    """An office with its time, in the language of the page if the record has it."""
    words = office.title_en if not is_chinese() and office.title_en else office.whole
    when = "—".join(date_words(d) for d in (office.start, office.end)) if office.start or office.end else ""
    return say("%(office)s（%(when)s）", office=words, when=when) if when else words


def _head(res: Resources, context: SpeakerContext, kind: str, role: str) -> Meta:
    name, path = context.voice.name, context.voice.href
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Person" if kind == "person" else "Organization",
        "@id": res.absolute(path),
        "name": name,
    }
    if role and kind == "person":
        data["jobTitle"] = role
    who = f"{name}，{role}" if role else name
    return meta(
        res,
        say("%(name)s说了什么", name=name),
        say("%(who)s：文库中的 %(n)s 处引语。", who=who, n=context.quotations),
        path,
        og_type="profile",
        jsonld=data,
    )
