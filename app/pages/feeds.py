"""Atom feeds of an entry, of a speaker and of a search: the newest paragraphs, each with a lasting id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from msgspec import Struct, structs

from app import urls
from app.i18n import say
from app.index import NO_FILTERS, ContextLine, Filters
from app.model import ArticleId, BlockId, SpeakerId
from app.pages.article import signed
from app.pages.contexts import Page, PageContext
from app.pages.head import meta
from app.pages.resources import Resources

# Paragraphs in a feed, and articles that a speaker's feed reads.
_ENTRIES, _ARTICLES = 50, 20


class FeedEntry(Struct, frozen=True):
    """A paragraph in a feed.

    Attributes:
        title: of its article.
        href: its address.
        updated: an RFC 3339 time.
        words: its text, or a speaker's words in it.
    """

    title: str
    href: str
    updated: str
    words: str


class ParagraphFeedContext(PageContext, frozen=True):
    """A feed of paragraphs.

    Attributes:
        name: of the feed.
        here, about: the feed's address, and that of the page with the same content.
        updated: time of the newest entry.
        entries: the newest first.
    """

    template: ClassVar[str] = "paragraphs.xml"
    name: str
    here: str
    about: str
    updated: str
    entries: tuple[FeedEntry, ...]


def of_term(res: Resources, id: str) -> Page:
    """The newest paragraphs with an entry.

    Raises:
        NotFound: the entry does not exist.
    """
    term = res.library.term(id)
    lines = res.library.index.occurrences(term.id, limit=_ENTRIES)
    about = urls.term(term.id)
    return paragraph_feed(res, term.term, f"{about}feed.atom", about, _of_lines(lines))


def of_search(res: Resources, query: str, filters: Filters = NO_FILTERS) -> Page:
    """The newest of the best paragraphs that a search finds."""
    query = " ".join(query.split())[:200]
    lines = res.library.search(query, filters, limit=_ENTRIES).found.lines if query else ()
    newest = sorted(lines, key=lambda line: line.date, reverse=True)
    kept = structs.asdict(filters)
    about, here = urls.search(query, **kept), urls.search_feed(query, **kept)
    return paragraph_feed(res, say("检索：%(q)s", q=query), here, about, _of_lines(newest))


def of_speaker(res: Resources, id: str) -> Page:
    """A speaker's newest words, without those that are uncertain, ascribed by others or inferred.

    Raises:
        NotFound: the speaker is neither quoted nor recorded, or is a private person.
    """
    name = res.public_name(id)
    about, entries = urls.speaker(id), list[FeedEntry]()
    for document in res.library.documents(res.library.index.articles_of(SpeakerId(id), limit=_ARTICLES)):
        header, texts = document.header, {b.id: b.text for b in document.blocks}
        said: dict[BlockId, list[str]] = {}
        for q in document.quotations:
            if q.speaker == id and signed(q):
                said.setdefault(q.block, []).append(texts[q.block][q.start : q.certain_end].rstrip())
        for block, words in said.items():
            entries.append(_entry(header.id, header.title, block, header.date, "……".join(words)))
    return paragraph_feed(res, name, f"{about}feed.atom", about, entries[:_ENTRIES])


def _of_lines(lines: Iterable[ContextLine]) -> list[FeedEntry]:
    """An entry for each paragraph, though it may have several uses."""
    first: dict[tuple[ArticleId, BlockId], ContextLine] = {}
    for line in lines:
        first.setdefault((line.article, line.block), line)
    return [_entry(x.article, x.title, x.block, x.date, x.text) for x in first.values()]


def _entry(article: ArticleId, title: str, block: BlockId, date: str, words: str) -> FeedEntry:
    return FeedEntry(title, urls.block(article, block), instant(date), words)


def paragraph_feed(res: Resources, name: str, here: str, about: str, entries: Sequence[FeedEntry]) -> Page:
    """A feed of these entries."""
    updated = max((e.updated for e in entries), default=instant(""))
    context = ParagraphFeedContext(f"{name} · {res.site_name}", here, about, updated, tuple(entries))
    return Page(context, meta(res, name, "", here), media_type="application/atom+xml")


def instant(date: str) -> str:
    """An RFC 3339 time for a date of any exactness: Atom requires one of every entry."""
    date = date.removesuffix("~")
    full = (date + "-01-01"[len(date) - 4 :]) if re.fullmatch(r"\d{4}(-\d\d){0,2}", date) else "1970-01-01"
    return f"{full}T00:00:00Z"
