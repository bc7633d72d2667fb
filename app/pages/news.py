"""Articles that are new in the library: a page of the last days, its feed and its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import ClassVar

from msgspec import Struct

from app import urls
from app.i18n import say
from app.index import ArticleEntry
from app.pages.article import article_view
from app.pages.contexts import Page, PageContext
from app.pages.feeds import FeedEntry, instant, paragraph_feed
from app.pages.head import meta
from app.pages.resources import Resources
from app.pages.views import ArticleView
from app.spreadsheet import csv_lines
from app.text.terms.facts import date_words

# Days that count as new, and articles on the page and in the feed.
_DAYS, _ARTICLES, _FEED = 7, 100, 50
_COLUMNS = ("id", "title", "kind", "date", "url")


class NewArticle(Struct, frozen=True):
    """An article with the day that makes it new.

    Attributes:
        article: its facts.
        day: in words, with its kind: 2026年11月29日收入, 2026年11月发表; "" if no date is known.
    """

    article: ArticleView
    day: str


class NewContext(PageContext, frozen=True):
    """Articles that are new in the library.

    Attributes:
        articles: the last first.
        days: how many days the list goes back; 0 for the last articles of any day.
        recent: an article came in these days; else the list has the last ones of any day.
        more: there are further ones in these days.
        feed, file: addresses of the feed and of the table.
    """

    template: ClassVar[str] = "new.html"
    articles: tuple[NewArticle, ...]
    days: int
    recent: bool
    more: bool
    feed: str
    file: str


def new(res: Resources, today: str = "") -> Page:
    """Articles that came in the last seven days, or else the last ones.

    Args:
        today: ISO 8601; "" for a page that does not depend on the day.
    """
    entries = _recent(res, today, _ARTICLES + 1)
    recent = bool(entries)
    entries = entries or res.library.index.newest(limit=12 if today else _ARTICLES)
    context = NewContext(
        articles=tuple(NewArticle(article_view(e), _day(e)) for e in entries[:_ARTICLES]),
        days=_DAYS if today else 0,
        recent=recent,
        more=len(entries) > _ARTICLES,
        feed=urls.NEW_FEED,
        file=urls.NEW_TABLE,
    )
    description = say("最近收进文库的文章，每篇注明是收入的日子还是发表的日子。")
    return Page(context, meta(res, say("新收文章"), description, urls.NEW), nav="articles")


def feed(res: Resources) -> Page:
    """The articles that came last, as Atom."""
    entries = [
        FeedEntry(e.header.title, urls.article(e.header.id), instant(e.added or e.header.date), _day(e))
        for e in res.library.index.newest(limit=_FEED)
    ]
    return paragraph_feed(res, say("新收文章"), urls.NEW_FEED, urls.NEW, entries)


def csv(res: Resources) -> bytes:
    """The articles that came last, as CSV."""
    return b"".join(csv_lines(_COLUMNS, _rows(res, res.library.index.newest(limit=_ARTICLES))))


def _recent(res: Resources, today: str, limit: int) -> Sequence[ArticleEntry]:
    """Articles whose day is one of the last seven; a month or a year alone never counts."""
    if not today:
        return ()
    first = date.fromisoformat(today) - timedelta(days=_DAYS - 1)
    return res.library.index.newest(since=int(f"{first:%Y%m%d}"), limit=limit)


def _day(entry: ArticleEntry) -> str:
    if entry.added:
        return say("%(d)s收入", d=date_words(entry.added))
    if not entry.header.date:
        return ""
    circa = "~" if entry.header.circa else ""
    return say("%(d)s发表", d=date_words(entry.header.date + circa))


def _rows(res: Resources, entries: Sequence[ArticleEntry]) -> Iterator[tuple[str, ...]]:
    for e in entries:
        kind, day = ("added", e.added) if e.added else ("published", e.header.date)
        yield e.header.id, e.header.title, kind, day, res.absolute(urls.article(e.header.id))
