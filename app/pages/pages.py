"""Every page of the site by name: the front door for routes and exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, Generic, ParamSpec, TypeVar

from app import pages
from app.pages.resources import Resources

_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Page(Generic[_P, _T]):
    """A page builder as an attribute of the resources that it works with.

    Args:
        find: imports the builder's module at the first use, so that the first page waits for no other.
    """

    def __init__(self, find: Callable[[], Callable[Concatenate[Resources, _P], _T]]) -> None:
        self._find = find

    def __get__(self, res: Resources, owner: type) -> Callable[_P, _T]:
        def built(*values: _P.args, **named: _P.kwargs) -> _T:
            return self._find()(res, *values, **named)

        return built


class Pages(Resources):
    """The resources of a site, and all the pages that can be made of them."""

    home = _Page(lambda: pages.home.home)
    articles = _Page(lambda: pages.home.articles)
    new = _Page(lambda: pages.news.new)
    new_feed = _Page(lambda: pages.news.feed)
    new_table = _Page(lambda: pages.news.csv)
    shelf = _Page(lambda: pages.home.shelf)

    reader = _Page(lambda: pages.reader.reader)
    article_speakers = _Page(lambda: pages.reader.article_speakers)
    article_terms = _Page(lambda: pages.reader.article_terms)
    source = _Page(lambda: pages.reader.source)

    paragraph = _Page(lambda: pages.paragraph.paragraph)
    cited = _Page(lambda: pages.sharing.cited)
    card = _Page(lambda: pages.sharing.card)
    article_card = _Page(lambda: pages.sharing.article_card)

    terms = _Page(lambda: pages.terms.terms)
    term = _Page(lambda: pages.term.term)
    term_uses = _Page(lambda: pages.uses.of_term)
    uses = _Page(lambda: pages.uses.of_words)
    uses_table = _Page(lambda: pages.uses.csv)
    series_table = _Page(lambda: pages.series.csv)
    speakers = _Page(lambda: pages.speakers.speakers)
    speaker = _Page(lambda: pages.speakers.speaker)
    speaker_table = _Page(lambda: pages.speakers.marks_csv)
    speaker_url = _Page(lambda: pages.speakers.speaker_url)
    compared_table = _Page(lambda: pages.compare.csv)
    compare = _Page(lambda: pages.compare.compare)
    search = _Page(lambda: pages.search.search)

    word = _Page(lambda: pages.wordlist.word)
    learn = _Page(lambda: pages.wordlist.learn)
    learned = _Page(lambda: pages.wordlist.learned)

    read = _Page(lambda: pages.read.form)

    markdown_article = _Page(lambda: pages.markdown.article)
    markdown_paragraph = _Page(lambda: pages.markdown.paragraph)
    llms = _Page(lambda: pages.markdown.llms)

    docs = _Page(lambda: pages.machine.docs)
    feed = _Page(lambda: pages.machine.feed)
    term_feed = _Page(lambda: pages.feeds.of_term)
    speaker_feed = _Page(lambda: pages.feeds.of_speaker)
    search_feed = _Page(lambda: pages.feeds.of_search)
    sitemap = _Page(lambda: pages.machine.sitemap)
    robots = _Page(lambda: pages.machine.robots)
    worker = _Page(lambda: pages.machine.worker)
    manifest = _Page(lambda: pages.machine.manifest)

    not_found = _Page(lambda: pages.failures.not_found)
    error = _Page(lambda: pages.failures.error)
    offline = _Page(lambda: pages.failures.offline)
