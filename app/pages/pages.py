"""Every page of the site by name: the front door for routes and exports."""

from __future__ import annotations

from functools import partial

from app.dictionary.language import Language
from app.library.reading import Reading
from app.pages import (
    failures,
    home,
    machine,
    paragraph,
    read,
    reader,
    search,
    sharing,
    speakers,
    terms,
    wordlist,
)
from app.pages.resources import Resources


class Pages:
    """The pages of one library. Each attribute is a page builder with the library and the site filled in.

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

        self.home = partial(home.home, res)
        self.articles = partial(home.articles, res)
        self.shelf = partial(home.shelf, res)

        self.reader = partial(reader.reader, res)
        self.article_speakers = partial(reader.article_speakers, res)
        self.article_terms = partial(reader.article_terms, res)
        self.source = partial(reader.source, res)

        self.paragraph = partial(paragraph.paragraph, res)
        self.cited = partial(sharing.cited, res)
        self.card = partial(sharing.card, res)
        self.article_card = partial(sharing.article_card, res)

        self.terms = partial(terms.terms, res)
        self.term = partial(terms.term, res)
        self.speakers = partial(speakers.speakers, res)
        self.speaker = partial(speakers.speaker, res)
        self.speaker_url = partial(speakers.speaker_url, res)
        self.search = partial(search.search, res)

        self.word = partial(wordlist.word, res)
        self.learn = partial(wordlist.learn, res)
        self.learned = partial(wordlist.learned, res)

        self.read = partial(read.form, res)

        self.docs = partial(machine.docs, res)
        self.feed = partial(machine.feed, res)
        self.sitemap = partial(machine.sitemap, res)
        self.robots = partial(machine.robots, res)
        self.worker = partial(machine.worker, res)
        self.manifest = partial(machine.manifest, res)

        self.not_found = partial(failures.not_found, res)
        self.error = partial(failures.error, res)
        self.offline = partial(failures.offline, res)
