"""Every page of the site by name: the front door for routes and exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from app import pages
from app.dictionary.language import Language
from app.library.reading import Reading
from app.pages.resources import Resources

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Pages:
    """The pages of one library. Each attribute is a page builder with the library and the site filled in.

    The module of a builder is imported at its first call: the first page waits for no other.

    Args:
        library: the source of everything.
        base_url: address of the site, no trailing slash, for addresses that leave the page.
        site_name: for titles.
        paged: whether long lists come in pages. An export takes them whole.
        language: dictionary, pinyin and scripts; None if pages offer none of them.
    """

    def __init__(
        self,
        library: Reading,
        *,
        base_url: str,
        site_name: str,
        paged: bool = True,
        language: Language | None = None,
    ) -> None:
        self.resources = res = Resources(library, base_url, site_name, paged, language)
        self.language = language
        self.absolute = res.absolute
        self.require_finished = library.require_finished
        self.require_unknown = library.require_unknown

        def page(builder: Callable[[], Callable[Concatenate[Resources, _P], _T]]) -> Callable[_P, _T]:
            def built(*values: _P.args, **named: _P.kwargs) -> _T:
                return builder()(res, *values, **named)

            return built

        self.home = page(lambda: pages.home.home)
        self.articles = page(lambda: pages.home.articles)
        self.shelf = page(lambda: pages.home.shelf)

        self.reader = page(lambda: pages.reader.reader)
        self.article_speakers = page(lambda: pages.reader.article_speakers)
        self.article_terms = page(lambda: pages.reader.article_terms)
        self.source = page(lambda: pages.reader.source)

        self.paragraph = page(lambda: pages.paragraph.paragraph)
        self.cited = page(lambda: pages.sharing.cited)
        self.card = page(lambda: pages.sharing.card)
        self.article_card = page(lambda: pages.sharing.article_card)

        self.terms = page(lambda: pages.terms.terms)
        self.term = page(lambda: pages.term.term)
        self.term_uses = page(lambda: pages.uses.of_term)
        self.uses = page(lambda: pages.uses.of_words)
        self.uses_table = page(lambda: pages.uses.csv)
        self.speakers = page(lambda: pages.speakers.speakers)
        self.speaker = page(lambda: pages.speakers.speaker)
        self.speaker_url = page(lambda: pages.speakers.speaker_url)
        self.compare = page(lambda: pages.compare.compare)
        self.search = page(lambda: pages.search.search)

        self.word = page(lambda: pages.wordlist.word)
        self.learn = page(lambda: pages.wordlist.learn)
        self.learned = page(lambda: pages.wordlist.learned)

        self.read = page(lambda: pages.read.form)

        self.markdown_article = page(lambda: pages.markdown.article)
        self.markdown_paragraph = page(lambda: pages.markdown.paragraph)
        self.llms = page(lambda: pages.markdown.llms)

        self.docs = page(lambda: pages.machine.docs)
        self.feed = page(lambda: pages.machine.feed)
        self.term_feed = page(lambda: pages.feeds.of_term)
        self.speaker_feed = page(lambda: pages.feeds.of_speaker)
        self.search_feed = page(lambda: pages.feeds.of_search)
        self.sitemap = page(lambda: pages.machine.sitemap)
        self.robots = page(lambda: pages.machine.robots)
        self.worker = page(lambda: pages.machine.worker)
        self.manifest = page(lambda: pages.machine.manifest)

        self.not_found = page(lambda: pages.failures.not_found)
        self.error = page(lambda: pages.failures.error)
        self.offline = page(lambda: pages.failures.offline)
