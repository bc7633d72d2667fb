"""The page of one entry of the glossary, with its uses in the library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from msgspec import Struct

from app import urls
from app.i18n import is_chinese, say
from app.index import ContextLine, TermTotals
from app.model import ArticleId, Term, TermDate, TermId, Verified
from app.pages.article import DocumentView, speaker_address
from app.pages.contexts import Page, PageContext
from app.pages.excerpts import cut
from app.pages.glossary import Glossary, RelatedGroup, source_view
from app.pages.head import meta
from app.pages.listed import first_list
from app.pages.resources import Resources
from app.pages.series import SeriesView, views
from app.pages.views import Link, MemberView, SourceView, TermCard
from app.text.terms.facts import DOMAIN, ENGLISH, KIND, date_words, dated, in_order, linked, verified_words

# Uses on a page of an entry, and of one article among them.
_USES = 500
_LINES = 20
# Articles that a page reads for their lists of members.
_GIVEN = 5
# Characters shown on either side of a use.
_AROUND = 24


class DateView(Struct, frozen=True):
    """A date of an entry.

    Attributes:
        date: ISO 8601.
        label: the date in words with what happened: 2017年12月15日提出.
        event: more on what happened, or "".
        lang: language of `event`, "" for Chinese.
        source: 1-based number among the entry's sources, 0 for none.
    """

    date: str
    label: str
    event: str
    lang: str
    source: int


class SpelledForm(Struct, frozen=True):
    """A written form of an entry in the library.

    Attributes:
        text: the form.
        count: how often it occurs.
        since: date of the earliest use, in words.
        href: of the paragraph with that use.
    """

    text: str
    count: int
    since: str
    href: str


class User(Struct, frozen=True):
    """A speaker who uses the term.

    Attributes:
        name: of the speaker.
        href: of their words about the term, "" for a private person.
        count: how often they use it.
        since: date of the first dated article with such a use, in words, or "".
    """

    name: str
    href: str
    count: int
    since: str


class Kwic(Struct, frozen=True):
    """A use in its line.

    Attributes:
        left, hit, right: the words before it, the use, the words after it.
        href, number: of the paragraph.
        speaker: who says it, None outside of quotations.
    """

    left: str
    hit: str
    right: str
    href: str
    number: int
    speaker: Link | None


class KwicGroup(Struct, frozen=True):
    """The uses in one article.

    Attributes:
        article, date: of the article.
        anchor: id of the line that readers see who come from the article.
        lines: its first uses.
        more: how many are left out.
    """

    article: Link
    anchor: str
    date: str
    lines: tuple[Kwic, ...]
    more: int


class GivenList(Struct, frozen=True):
    """The members of a counted phrase as an article lists them.

    Attributes:
        article, date: of the article.
        members: in its words.
        place: link to the paragraph.
    """

    article: Link
    date: str
    members: tuple[str, ...]
    place: Link


class TermContext(PageContext, frozen=True):
    """An entry with everything known about it.

    Attributes:
        id, headword, pinyin, traditional: of the entry.
        kind, domain: in words; `domain` may be "".
        aliases: other forms.
        definition, definition_en: the definition in both languages; that in English may be "".
        english: English names, each with its status in words.
        literal: the literal translation, or "".
        members, members_changed: of a counted phrase, in official order, and which list it is.
        given: what the newest articles on this page list as its members.
        dates: the earliest first.
        not_to_confuse: what the term does not mean, or "".
        related: related entries, grouped by how they are related.
        sources: of the definition.
        verified, checked: how far it was checked against its sources, as a value and in words.
        note: the editor's note, or "".
        reviewed: when it was last reviewed, in words, or "".
        series: uses in texts outside of the library.
        occurrences, articles: uses in the whole library, and articles with a use.
        first: date of the first use in the library with its paragraph, None without a dated use.
        forms: the written forms in the whole library.
        users, speakers: the speakers who use it most, and how many there are.
        narrated, unattributed: uses outside of quotations, and in those whose speaker is not known.
        kwic, listed: the uses on this page, by article, and how many they are.
        next: link to older uses.
        cards: of the members that have an entry.
    """

    template: ClassVar[str] = "term.html"
    id: TermId
    headword: str
    pinyin: str
    traditional: str
    kind: str
    domain: str
    aliases: tuple[str, ...]
    definition: str
    definition_en: str
    english: tuple[tuple[str, str], ...]
    literal: str
    members: tuple[MemberView, ...]
    members_changed: str
    given: tuple[GivenList, ...]
    dates: tuple[DateView, ...]
    not_to_confuse: str
    related: tuple[RelatedGroup, ...]
    sources: tuple[SourceView, ...]
    verified: Verified
    checked: str
    note: str
    reviewed: str
    series: tuple[SeriesView, ...]
    occurrences: int
    articles: int
    first: Link | None
    forms: tuple[SpelledForm, ...]
    users: tuple[User, ...]
    speakers: int
    narrated: int
    unattributed: int
    kwic: tuple[KwicGroup, ...]
    listed: int
    next: Link | None
    cards: tuple[TermCard, ...]


def term(res: Resources, id: str, *, after: str = "") -> Page:
    """An entry with its uses, newest first.

    Args:
        after: the cursor at which this page of uses begins.

    Raises:
        NotFound: the entry does not exist.
    """
    term = res.library.term(id)
    totals = res.library.index.term_totals(term.id)
    glossary = res.glossary()
    context = _context(res, glossary, term, totals, after)
    head = meta(
        res,
        f"{term.term}（{KIND[term.kind]}）",
        cut(term.zh, 100),
        urls.term(term.id),
        og_type="article",
        jsonld=_defined_term(res, glossary, term, totals),
    )
    return Page(context, head, nav="terms")


def _context(res: Resources, glossary: Glossary, term: Term, totals: TermTotals, after: str) -> TermContext:
    knowledge = glossary.knowledge
    lines, following = _uses(res, term.id, after)
    members = glossary.members(term)
    entries = (knowledge.term(m.term) for m in members)
    return TermContext(
        id=term.id,
        headword=term.term,
        pinyin=term.pinyin,
        traditional=term.traditional,
        kind=KIND[term.kind],
        domain=DOMAIN[term.domain] if term.domain else "",
        aliases=term.aliases,
        definition=term.zh,
        definition_en=term.en,
        english=tuple((e.text, ENGLISH[e.status]) for e in term.english),
        literal=term.literal,
        members=members,
        members_changed=term.members_changed,
        given=_given(res, term, lines),
        dates=tuple(map(_date, in_order(term))),
        not_to_confuse=term.not_to_confuse,
        related=glossary.related_groups(term),
        sources=tuple(map(source_view, term.sources)),
        verified=term.verified,
        checked=verified_words(term.verified),
        note=term.note,
        reviewed=date_words(term.reviewed),
        series=views(res, term),
        occurrences=totals.uses,
        articles=totals.articles,
        first=_first(totals),
        forms=_forms(totals),
        users=_users(res, totals, term.id),
        speakers=totals.speakers,
        narrated=totals.narrated,
        unattributed=totals.unattributed,
        kwic=_kwic(res, lines),
        listed=len(lines),
        next=following,
        cards=tuple(glossary.card(t) for t in entries if t),
    )


def _uses(res: Resources, term: TermId, after: str) -> tuple[Sequence[ContextLine], Link | None]:
    """A page of uses, cut between two articles if possible, and the link to the next page."""
    size = res.page_size(_USES)
    found = res.library.index.occurrences(term, limit=size + 1, after=after)
    if len(found) <= size:
        return found, None
    lines = [x for x in found if x.article != found[-1].article] or found[:size]
    query = urlencode({"after": lines[-1].place})
    return lines, Link(say("更早的用例"), f"{urls.term(term)}?{query}")


def _given(res: Resources, term: Term, lines: Sequence[ContextLine]) -> tuple[GivenList, ...]:
    """What articles list as the members of a counted phrase; reads the newest articles on the page only."""
    if not term.members:
        return ()
    newest = tuple(dict.fromkeys(x.article for x in lines))[:_GIVEN]
    views = [DocumentView(d, res.library.knowledge()) for d in res.library.documents(newest)]
    found = []
    for view in views:
        if given := first_list(view, term.id):
            article = view.article()
            found.append(GivenList(Link(article.title, article.href), article.date, *given))
    return tuple(found)


def _date(date: TermDate) -> DateView:
    english = not is_chinese() and date.event_en
    event, lang = (date.event_en, "en") if english else (date.event, "")
    return DateView(date.date, dated(date), event, lang, date.source)


def _first(totals: TermTotals) -> Link | None:
    """The date of the first use in the library, with the address of its paragraph."""
    first = totals.first
    if first is None or not first.date:
        return None
    return Link(date_words(first.date), urls.block(first.article, first.block))


def _forms(totals: TermTotals) -> tuple[SpelledForm, ...]:
    """The written forms, the most frequent first."""
    return tuple(
        SpelledForm(f.text, f.uses, date_words(f.date), urls.block(f.article, f.block)) for f in totals.forms
    )


def _users(res: Resources, totals: TermTotals, term: TermId) -> tuple[User, ...]:
    """The speakers who use a term, the most frequent first."""
    users, knowledge, names = [], res.library.knowledge(), res.names()
    for u in totals.users:
        address = speaker_address(u.id, knowledge)
        address = f"{address}?term={term}" if address else ""
        users.append(User(names.words(u.id, u.name), address, u.uses, date_words(u.since)))
    return tuple(users)


def _kwic(res: Resources, lines: Sequence[ContextLine]) -> tuple[KwicGroup, ...]:
    groups: dict[ArticleId, list[ContextLine]] = {}
    for line in lines:
        groups.setdefault(line.article, []).append(line)
    titles = res.titles(groups)
    return tuple(
        KwicGroup(
            Link(titles.get(article, found[0].title), urls.article(article)),
            urls.came_from(article),
            date_words(found[0].date),
            tuple(_line(res, x) for x in found[:_LINES]),
            max(0, len(found) - _LINES),
        )
        for article, found in groups.items()
    )


def _line(res: Resources, line: ContextLine) -> Kwic:
    start, end = line.span.start, line.span.end
    return Kwic(
        line.text[max(0, start - _AROUND) : start],
        line.text[start:end],
        line.text[end : end + _AROUND],
        urls.block(line.article, line.block),
        line.number,
        line_speaker(res, line),
    )


def line_speaker(res: Resources, line: ContextLine) -> Link | None:
    """Who says a line of the library; None outside of quotations."""
    if not line.speaker:
        return None
    name = res.names().words(line.speaker, line.speaker_name)
    return Link(name, speaker_address(line.speaker, res.library.knowledge()))


# -- schema.org data


def _defined_term(res: Resources, glossary: Glossary, term: Term, totals: TermTotals) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "@id": res.absolute(urls.term(term.id)),
        "name": term.term,
        "alternateName": [*term.forms[1:], *(e.text for e in term.english)],
        "description": term.zh,
        "termCode": term.id,
        "inLanguage": "zh-Hans",
        "inDefinedTermSet": res.absolute(urls.TERMS),
    }
    if term.not_to_confuse:
        data["disambiguatingDescription"] = term.not_to_confuse
    if term.reviewed:
        data["dateModified"] = term.reviewed
    data["hasPart"] = [_defined_member(res, m) for m in glossary.members(term)]
    data["additionalProperty"] = [_property(d) for d in in_order(term)]
    data["citation"] = [url for s in term.sources if (url := linked(s))]
    if totals.uses:
        data["subjectOf"] = _dataset(totals)
    return data


def _defined_member(res: Resources, member: MemberView) -> dict[str, Any]:
    data = {"@type": "DefinedTerm", "name": member.text}
    if member.en:
        data["alternateName"] = member.en
    if member.href:
        data["@id"] = res.absolute(member.href)
    return data


def _property(date: TermDate) -> dict[str, Any]:
    data = {"@type": "PropertyValue", "propertyID": date.type, "name": dated(date), "value": date.date}
    if date.event:
        data["description"] = date.event
    return data


def _dataset(totals: TermTotals) -> dict[str, Any]:
    """A term's counts in the library."""
    counts = {"uses": totals.uses, "articles": totals.articles}
    return {
        "@type": "Dataset",
        "name": say("文库中的用例"),
        "description": say("这个词语在文库里的全部用例。"),
        **({"temporalCoverage": f"{totals.first.date}/.."} if totals.first else {}),
        "variableMeasured": [{"@type": "PropertyValue", "name": k, "value": v} for k, v in counts.items()],
    }
