"""The front page and the lists of articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import structs

from app import urls
from app.errors import NotFound
from app.i18n import say
from app.index import ArticleEntry
from app.pages.article import article_view
from app.pages.contexts import Meta, Page, PageContext
from app.pages.glossary import TermRow, offered, term_row
from app.pages.head import meta
from app.pages.resources import Resources
from app.pages.sample import Sample, sample
from app.pages.shelves import Choice, Shelf
from app.pages.views import ArticleView, Link

# Articles on a page of the list.
_PAGE = 50
# Pages of the list with a number. Further on, a page is addressed by the last article of the one before.
_NUMBERED = 100
# Articles and terms on the front page.
_LATEST, _TERMS = 12, 12
# A list of so few articles is short enough to look through; filters with 1 article each would only hide it.
_UNFILTERED = 12


class HomeContext(PageContext, frozen=True):
    """The front page.

    Attributes:
        sample: a passage of a recent article with its notes; None if no article has one.
        latest: the newest articles, without the one of the sample.
        articles, terms_total, speakers_total: how many the library has.
        terms: explained terms that the library uses.
    """

    template: ClassVar[str] = "home.html"
    sample: Sample | None
    latest: tuple[ArticleView, ...]
    articles: int
    terms_total: int
    speakers_total: int
    terms: tuple[TermRow, ...]


class ArticlesContext(PageContext, frozen=True):
    """A page of the list of articles, or of those that share a year, publication, term or speaker.

    Attributes:
        articles: newest first.
        total: how many the whole list has.
        newer, older: the pages before and after this one.
        number, pages: which page this is, and of how many; 0 where it is addressed by an article.
        filters: what the list can be narrowed to, by kind.
        limit: how many of the newest articles the filters count, and a narrowed list has; 0 for all of them.
        shelf: the filters in words; "" for all articles.
    """

    template: ClassVar[str] = "articles.html"
    articles: tuple[ArticleView, ...]
    total: int
    newer: Link | None
    older: Link | None
    number: int
    pages: int
    filters: tuple[tuple[str, tuple[Choice, ...]], ...]
    limit: int
    shelf: str


def home(res: Resources) -> Page:
    """The front page."""
    knowledge, counts = res.library.knowledge(), res.library.index.term_counts()
    terms = offered(knowledge.terms, counts)[:_TERMS]
    entries = res.library.index.entries(limit=_LATEST)
    shown = sample(res, entries, [t.id for t in terms])
    context = HomeContext(
        sample=shown,
        latest=tuple(_row(e) for e in entries if shown is None or e.header.id != shown.article.id),
        articles=res.library.index.count(),
        terms_total=len(knowledge.terms),
        speakers_total=res.library.public_speaker_count(),
        terms=tuple(term_row(t, counts[t.id]) for t in terms),
    )
    head = meta(
        res,
        res.site_name,
        say("带注的中文阅读：生词随文有注，谁说的话一目了然，每一段都有永久链接。"),
        urls.HOME,
        jsonld={
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": res.site_name,
            "url": res.absolute(urls.HOME),
        },
    )
    title = say("%(site)s：带注的中文阅读", site=res.site_name)
    return Page(context, structs.replace(head, title=title), nav="articles")


def articles(res: Resources, page: int = 1, *, after: str = "", before: str = "") -> Page:
    """A page of all articles, newest first.

    Args:
        page: 1-based, for the first pages.
        after: cursor of an article; the page begins after it, at any distance from the first page.
        before: the same for the page that ends before it.

    Raises:
        NotFound: the page does not exist.
    """
    if after or before:
        return _articles_from(res, after, before)
    total = res.library.index.count()
    last = max(1, -(-total // _PAGE))
    if not 1 <= page <= min(last, _NUMBERED):
        raise NotFound("page", str(page))
    entries = res.library.index.entries(limit=_PAGE, offset=(page - 1) * _PAGE)
    newer = older = ""
    if page > 1:
        newer = _numbered(page - 1)
    if page < last:
        older = _numbered(page + 1) if page < _NUMBERED else f"{urls.ARTICLES}?after={entries[-1].place}"
    context = structs.replace(_all_articles(res, entries, newer, older), number=page, pages=last)
    return Page(context, _head(res, total, _numbered(page)), nav="articles")


def _articles_from(res: Resources, after: str, before: str) -> Page:
    entries = res.library.index.entries(limit=_PAGE + 1, after=after, before=before)
    more = len(entries) > _PAGE
    entries = entries[-_PAGE:] if before and not after else entries[:_PAGE]
    newer = older = ""
    if after or more:
        newer = f"{urls.ARTICLES}?before={entries[0].place}" if entries else urls.ARTICLES
    if before or more:
        older = f"{urls.ARTICLES}?after={entries[-1].place}" if entries else urls.ARTICLES
    context = _all_articles(res, entries, newer, older)
    head = _head(res, context.total, urls.ARTICLES, robots="noindex")
    return Page(context, head, nav="articles")


def _all_articles(res: Resources, entries: Sequence[ArticleEntry], newer: str, older: str) -> ArticlesContext:
    return ArticlesContext(
        articles=tuple(map(_row, entries)),
        total=res.library.index.count(),
        newer=Link(say("较新"), newer) if newer else None,
        older=Link(say("较早"), older) if older else None,
        number=0,
        pages=0,
        filters=_filters(res, Shelf()) if res.library.index.count() > _UNFILTERED else (),
        limit=res.shelves.limit(),
        shelf="",
    )


def _row(entry: ArticleEntry) -> ArticleView:
    """An article in a list, which does not say of each that its newspaper is not known."""
    return structs.replace(article_view(entry), publication=entry.header.publication)


def _head(res: Resources, total: int, path: str, robots: str = "") -> Meta:
    title, description = say("全部文章"), say("文库共有 %(n)s 篇文章。", n=total)
    return meta(res, title, description, path, robots=robots)


def _numbered(page: int) -> str:
    return urls.ARTICLES if page <= 1 else f"{urls.ARTICLES}?page={page}"


def shelf(res: Resources, shelf: Shelf, page: int = 1) -> Page:
    """The articles that share a year, publication, term or speaker, or several of these.

    Raises:
        NotFound: the page does not exist.
    """
    entries = res.shelves.entries(shelf)
    last = max(1, -(-len(entries) // _PAGE))
    if not 1 <= page <= last:
        raise NotFound("page", str(page))
    filters = _filters(res, shelf)
    chosen = "、".join(c.text for _, row in filters for c in row if c.chosen) or say("筛选结果")
    context = ArticlesContext(
        articles=tuple(_row(e) for e in entries[(page - 1) * _PAGE : page * _PAGE]),
        total=len(entries),
        newer=Link(say("较新"), shelf.page(page - 1)) if page > 1 else None,
        older=Link(say("较早"), shelf.page(page + 1)) if page < last else None,
        number=page,
        pages=last,
        filters=filters,
        limit=res.shelves.limit(),
        shelf=chosen,
    )
    title, description = say("文章：%(what)s", what=chosen), say("共 %(n)s 篇。", n=len(entries))
    return Page(context, meta(res, title, description, shelf.page(page), robots="noindex"), nav="articles")


def _filters(res: Resources, shelf: Shelf) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """What a list can be narrowed to: of the terms, the core ones and the present one."""
    knowledge = res.library.knowledge()
    terms = {t.id: t.term for t in knowledge.terms if t.priority == "core" or t.id == shelf.term}
    return res.shelves.choices(shelf, terms, res.speaker_name)
