"""The page of search results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from msgspec import Struct, structs

from app import urls
from app.i18n import say
from app.index import ContextLine, Filters, SearchResult
from app.library.reading import Searched, Suggestion
from app.model import ArticleId
from app.pages.article import article_view
from app.pages.contexts import Page, PageContext
from app.pages.glossary import offered
from app.pages.head import meta
from app.pages.labels import HINT
from app.pages.options import DisplayOptions
from app.pages.resources import Resources
from app.pages.term import line_speaker
from app.pages.views import ArticleView, Link
from app.text.query import excerpt
from app.text.terms.facts import date_words

# Characters of a query that are read.
_LONGEST = 200
# Numbers of terms and people that the empty search page suggests.
_TERMS, _PEOPLE = 8, 4

By = Literal["article", "speaker"]


class Hit(Struct, frozen=True):
    """A paragraph that was found.

    Attributes:
        pieces: the words around the hits; the pieces with an odd index are the hits.
        href, number: of the paragraph.
        lang: of the words, "" for the language of the text.
        speaker: who says the first hit; None outside of quotations, and in a list by speaker.
        article, date: of the paragraph, in a list by speaker; else None and "".
    """

    pieces: tuple[str, ...]
    href: str
    lang: str
    number: int
    speaker: Link | None
    article: Link | None = None
    date: str = ""


class HitGroup(Struct, frozen=True):
    """Hits of one article or of one speaker.

    Attributes:
        head: the article or the speaker; without an address for words outside of quotations.
        date: of the article, "" in a list by speaker.
        hits: those of an article in its order, those of a speaker the best first.
    """

    head: Link
    date: str
    hits: tuple[Hit, ...]


class Hint(Struct, frozen=True):
    """Something else that the reader may have meant.

    Attributes:
        label: 词语, 人物 or 检索.
        link: to the entry, the speaker or the other search.
        note: how much that search finds, or "".
    """

    label: str
    link: Link
    note: str = ""


class SearchContext(PageContext, frozen=True):
    """The page of search results.

    Attributes:
        q: the query.
        groups: the hits.
        total, more: how many paragraphs were found; `more` if there are older ones that were not counted.
        read_as: the names that were searched because the query is their pinyin.
        hints: what else the reader may have meant.
        choices: terms and people to begin with, by kind, where there is nothing else to show.
        titles: articles whose title has the words, on the first page; not those with hits on it.
        narrowed: the filters that are set; each link removes one.
        hidden: the filters without a field of their own in the form, by name.
        since, until, quoted: the filters with a field: two dates, and only within quotations.
        other: the same results by speaker instead of by article, or the reverse.
        feed: address of the feed of this search, "" without a query.
        next, first: the next and the first page.
    """

    template: ClassVar[str] = "search.html"
    q: str
    groups: tuple[HitGroup, ...]
    total: int
    more: bool
    read_as: tuple[str, ...]
    hints: tuple[Hint, ...]
    choices: tuple[tuple[str, tuple[Link, ...]], ...]
    titles: tuple[ArticleView, ...]
    narrowed: tuple[Link, ...]
    hidden: Mapping[str, str]
    since: str
    until: str
    quoted: bool
    other: Link
    feed: str
    next: Link | None
    first: Link | None


def search(res: Resources, query: str, filters: Filters, *, after: str = "", by: By = "article") -> Page:
    """The paragraphs that a query finds, the best first.

    Args:
        query: as typed, in the language of `app.text.query`.
        after: the cursor at which this page begins.
        by: whether hits are grouped by article or by speaker.
    """
    query = " ".join(query.split())[:_LONGEST]
    searched = res.library.search(query, filters, after=after) if query else Searched(SearchResult())
    found = searched.found
    kept: dict[str, str] = {
        name: getattr(filters, name) for name in ("speaker", "term", "article", "since", "until", "kind")
    }
    here = {**kept, "by": by if by != "article" else ""}
    other = say("按说话人分组") if by == "article" else say("按文章分组")
    listed = {line.article for line in found.lines} if by == "article" else set()
    hints = tuple(_hint(res, s, kept) for s in searched.suggestions)
    context = SearchContext(
        q=query,
        groups=_groups(res, found.lines, by),
        total=found.total,
        more=found.more,
        read_as=searched.read_as,
        hints=hints,
        choices=() if found.lines or found.titles or hints else _choices(res),
        titles=tuple(article_view(e) for e in found.titles if e.header.id not in listed),
        narrowed=tuple(
            Link(label, urls.search(query, **(here | {name: ""})))
            for name, label in _labels(res, filters).items()
        ),
        hidden={name: here[name] for name in ("speaker", "term", "article", "by")},
        since=filters.since,
        until=filters.until,
        quoted=filters.kind == "quotation",
        other=Link(other, urls.search(query, **(here | {"by": "speaker" if by == "article" else ""}))),
        feed=urls.search_feed(query, **kept) if query else "",
        next=Link(say("下一页"), urls.search(query, after=found.next, **here)) if found.next else None,
        first=Link(say("回到第一页"), urls.search(query, **here)) if after else None,
    )
    title = say("检索：%(q)s", q=query) if query else say("检索")
    head = meta(res, title, say("按原文字句检索全部文章。"), urls.SEARCH, robots="noindex")
    return Page(context, head, nav="search")


def _labels(res: Resources, filters: Filters) -> dict[str, str]:
    """The filters that are set, in words, by name."""
    labels = {}
    if filters.speaker:
        labels["speaker"] = say("说话人 %(x)s", x=res.speaker_name(filters.speaker))
    if filters.term:
        term = res.library.knowledge().term(filters.term)
        labels["term"] = say("词语 %(x)s", x=term.term if term else filters.term)
    if article := ArticleId(filters.article):
        name = res.titles([article]).get(article) or say("%(id)s（没有这篇文章）", id=article)
        labels["article"] = say("文章 %(x)s", x=name)
    if filters.since:
        labels["since"] = say("%(d)s起", d=date_words(filters.since))
    if filters.until:
        labels["until"] = say("%(d)s止", d=date_words(filters.until))
    if filters.kind:
        labels["kind"] = say("只搜引语")
    return labels


def _groups(res: Resources, lines: Sequence[ContextLine], by: By) -> tuple[HitGroup, ...]:
    """Hits by article or speaker, the groups in the order of their best hit."""
    titles = res.titles({line.article for line in lines})
    lines = [structs.replace(line, title=titles.get(line.article, line.title)) for line in lines]
    groups: dict[str, list[ContextLine]] = {}
    for line in lines:
        groups.setdefault(line.article if by == "article" else line.speaker or "", []).append(line)
    make = _of_article if by == "article" else _of_speaker
    return tuple(make(res, found) for found in groups.values())


def _place(line: ContextLine) -> tuple[str, str]:
    """The address of a paragraph, with its translation if that was found, and the translation's language."""
    address = urls.block(line.article, line.block)
    lang = line.translated_into
    return address + (DisplayOptions(translation=True).query() if lang else ""), lang


def _of_article(res: Resources, lines: Sequence[ContextLine]) -> HitGroup:
    first = lines[0]
    hits = (
        Hit(excerpt(x.text, x.hits), *_place(x), x.number, line_speaker(res, x))
        for x in sorted(lines, key=lambda x: x.number)
    )
    return HitGroup(Link(first.title, urls.article(first.article)), date_words(first.date), tuple(hits))


def _of_speaker(res: Resources, lines: Sequence[ContextLine]) -> HitGroup:
    hits = (
        Hit(
            excerpt(x.text, x.hits),
            *_place(x),
            x.number,
            None,
            Link(x.title, urls.article(x.article)),
            date_words(x.date),
        )
        for x in lines
    )
    return HitGroup(line_speaker(res, lines[0]) or Link(say("叙述"), ""), "", tuple(hits))


def _choices(res: Resources) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Terms that the library uses, and the people whom it quotes most."""
    knowledge = res.library.knowledge()
    terms = offered(knowledge.terms, res.library.index.term_counts())[:_TERMS]
    quoted = res.library.index.speakers(limit=2 * _PEOPLE)
    people = [s for s in quoted if not (s.doubtful or knowledge.is_private(s.id))][:_PEOPLE]
    kinds = (
        ("term", tuple(Link(t.term, urls.term(t.id)) for t in terms)),
        ("speaker", tuple(Link(res.names().words(s.id, s.name, s.kind), urls.speaker(s.id)) for s in people)),
    )
    return tuple((HINT[kind], row) for kind, row in kinds if row)


def _hint(res: Resources, suggestion: Suggestion, kept: Mapping[str, str]) -> Hint:
    text = suggestion.text
    match suggestion.kind:
        case "term":
            href, note = urls.term(suggestion.id), ""
        case "speaker":
            href, note, text = urls.speaker(suggestion.id), "", res.names().words(suggestion.id, text)
        case "query":
            href, note = urls.search(suggestion.text, **kept), say("%(n)s 段", n=suggestion.total)
    return Hint(HINT[suggestion.kind], Link(text, href), note)
