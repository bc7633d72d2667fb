"""The reading half of the library: everything that pages need. The index answers nearly all of it.

It imports neither the text engine nor the importers, so that a web worker starts quickly and stays small.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from app.content import ArticleFiles
from app.document import well_formed
from app.errors import IndexUnfinished, NotFound
from app.i18n import worded
from app.index import (
    NO_FILTERS,
    Filters,
    Index,
    SearchResult,
    open_index,
)
from app.model import ArticleId, Document, Knowledge, Person, Series, Term, TermId
from app.settings import Settings
from app.text.paragraphs import Answer, Here, Ledger, Unknown, follow
from app.text.query import Query, any_of, parse, text_of
from app.text.terms.names import Name, NameIndex

if TYPE_CHECKING:
    from app.text.reflow import Reflowed

# An article's id that may be the name of a folder.
_ID = re.compile(r"[a-z0-9-]{1,64}")

# Ledgers that are kept, of the articles whose links were asked for last: one client must not send away those
# of others. That of 350,000 characters takes 4 MB.
_LEDGERS = 8


class Suggestion(Struct, frozen=True):
    """Another search that may help: a term, a speaker, or a query with results.

    Attributes:
        text: headword, name or query.
        id: of the term or speaker; "" for a query.
        total: how many paragraphs the query finds.
    """

    kind: Literal["term", "speaker", "query"]
    text: str
    id: str = ""
    total: int = 0


class Searched(Struct, frozen=True):
    """An answer to a search.

    Attributes:
        found: the paragraphs.
        words: the words searched for, normalised by `app.text.query.key`.
        read_as: the names searched for instead, if the query is their pinyin.
        suggestions: other searches; never the query itself.
    """

    found: SearchResult
    words: tuple[str, ...] = ()
    read_as: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


class Reading:
    """An archive of articles as readers see it.

    Args:
        content: the files, for what the index does not have: old revisions, the text as received.
        index: answers everything else.
    """

    def __init__(self, content: ArticleFiles, index: Index) -> None:
        self.index = index
        self.content = content
        self._knowledge: tuple[str, Knowledge] | None = None
        self._series: tuple[str, Sequence[Series]] = "", ()
        self._names: tuple[Knowledge, NameIndex] | None = None
        self._ledgers: tuple[str, dict[ArticleId, Ledger]] = "", {}
        self._document: tuple[ArticleId, str, Document] | None = None

    def require_finished(self) -> None:
        """Check that the index holds the whole library.

        Raises:
            IndexUnfinished: it is being filled.
            IndexUnavailable: it does not answer.
        """
        if not self.index.finished():
            raise IndexUnfinished(worded("the index is being filled"))

    def require_unknown(self, missing: NotFound) -> None:
        """Check that the files do not have what the index did not find.

        Raises:
            IndexUnfinished: the files have it, but the index does not yet.
            IndexUnavailable: it does not answer.
        """
        self.require_finished()
        article, _, block = missing.id.partition("/")
        folder = self.content.root / "articles" / article
        if not _ID.fullmatch(article):
            return
        if missing.kind == "article" and (folder / "article.md").exists():
            raise IndexUnfinished(worded("article %(article)s is not in the index yet", article=article))
        if missing.kind == "paragraph" and block:
            known = self._shown_ledger(ArticleId(article))
            if known is not None and block.lower() in known.histories:
                return  # it is a revision that does not exist
            with suppress(OSError):
                if f'"id":"{block.lower()}"'.encode() in (folder / "ledger.jsonl").read_bytes():
                    raise IndexUnfinished(worded("paragraph %(block)s is not in the index yet", block=block))

    def document(self, id: ArticleId) -> Document:
        """An annotated article for pages, without characters that HTML cannot hold (`well_formed`).

        The last one is cached: readers open several pages of one article, and exports make them in a row.

        Raises:
            NotFound: it does not exist.
        """
        generation, known = self.index.generation(), self._document
        if known is None or known[:2] != (id, generation):
            self._document = known = id, generation, well_formed(self.exact(id))
        return known[2]

    def exact(self, id: ArticleId) -> Document:
        """An annotated article, with every character of its text.

        Raises:
            NotFound: it does not exist.
        """
        document = self.index.document(id)
        if document is None:
            raise NotFound("article", id)
        return document

    def current(self, id: str) -> ArticleId:
        """The present id of an article that was renamed; any other id stays."""
        return self.index.renamed(ArticleId(id)) or ArticleId(id)

    def follow(self, id: ArticleId, block: str, rev: int | None = None) -> Answer:
        """The target of a link to a paragraph, from the ledger in the index, which includes unsaved edits.

        Raises:
            NotFound: the article does not exist.
        """
        if (ledger := self._shown_ledger(id)) is not None:
            return follow(ledger, block, rev)
        # An article of JSON lines has no ledger: its paragraphs are there or never were.
        here = [b for b in self.document(id).blocks if b.id == block]
        return Here(here[0]) if here and rev is None else Unknown(block)

    def _shown_ledger(self, id: ArticleId) -> Ledger | None:
        """The ledger of an article in the index; None if it has none."""
        generation, (kept_in, kept) = self.index.generation(), self._ledgers
        kept = kept if kept_in == generation else {}
        ledger = kept.get(id) or self.index.ledger(id)
        if ledger is not None and id not in kept:
            latest = list(kept.items())[1 - _LEDGERS :]
            self._ledgers = generation, dict([*latest, (id, ledger)])
        return ledger

    def source(self, id: ArticleId) -> tuple[str, Reflowed] | None:
        """The text as received, and how its lines became blocks; None if the article has no source text."""
        text = self.received(id)
        return None if text is None else (text, _received().reflow(text))

    def received(self, id: ArticleId) -> str | None:
        """The text as received, None if the article has no source text."""
        try:
            data = self.content.source(id)
        except NotFound:  # an article of JSON lines
            return None
        return None if data is None else _received().text_of(data)

    def knowledge(self) -> Knowledge:
        """Glossary and people from the index; read again only when they changed."""
        return self.held_knowledge()[1]

    def held_knowledge(self) -> tuple[str, Knowledge]:
        """Glossary and people from the index with their digest."""
        known = self._knowledge
        if known is None or known[0] != self.index.knowledge_digest():
            self._knowledge = known = self.index.held_knowledge()
        return known

    def series(self) -> Sequence[Series]:
        """Counts of entries in texts outside of the library; read again only when they changed."""
        digest = self.index.series_digest()
        if self._series[0] != digest:
            self._series = digest, self.index.series()
        return self._series[1]

    def term(self, id: str) -> Term:
        """A glossary entry.

        Raises:
            NotFound: it does not exist.
        """
        term = self.knowledge().term(id)
        if term is None:
            raise NotFound("term", id)
        return term

    def entry_of_words(self, words: str) -> Term | None:
        """The entry that has this id or this form, or None."""
        knowledge = self.knowledge()
        named = (n.id for n in self.names().exactly(words) if n.kind == "term")
        return knowledge.term(words) or next(filter(None, map(knowledge.term, named)), None)

    def public_speaker_count(self) -> int:
        """The number of speakers that have a page; private persons have none."""
        private = (p for p in self.knowledge().people if p.private)
        return self.index.speaker_count() - sum(self.index.speaker_total(p.id) is not None for p in private)

    def person(self, id: str) -> Person | None:
        """The record of a person, if content/speakers has one."""
        return self.knowledge().person(id)

    def documents(self, ids: Sequence[ArticleId]) -> Sequence[Document]:
        """These articles, without missing ones."""
        found = []
        for id in ids:
            with suppress(NotFound):
                found.append(self.document(id))
        return found

    def search(
        self, query: str, filters: Filters = NO_FILTERS, *, limit: int = 20, after: str = ""
    ) -> Searched:
        """Search: the paragraphs that a query finds, best first, and suggestions.

        Args:
            query: in the language of `app.text.query`; pinyin or English of a term finds the name.
            limit: paragraphs on this page.
            after: `found.next` of the page before.
        """
        asked, names = parse(query), self.names()
        whole, part = (
            dict.fromkeys((*spelled, *english))
            for spelled, english in zip(names.spelled(query), names.in_english(query), strict=True)
        )
        read_as: tuple[str, ...] = ()
        found = self._look(asked, filters, limit, after)
        if whole and all(line.translated_into for line in found.lines):
            # Chinese texts contain neither pinyin nor English names: search for the terms, too.
            read_as = tuple(dict.fromkeys(n.text for n in whole))[:5]
            asked = any_of((*read_as, query) if found.total else read_as)
            found = self._look(asked, filters, limit, after)
        if after:
            return Searched(found, asked.words, read_as)
        named = [*whole, *part]
        if len(asked.groups) == 1 and not read_as:
            named += names.like(query)
        suggestions = self._with_pages(named)[:8]
        if not found.total:
            suggestions = [*self._other_queries(asked, filters), *suggestions]
            near = (n for word in asked.words for n in names.near(word))
            suggestions += self._with_pages(near)
        return Searched(found, asked.words, read_as, tuple(dict.fromkeys(suggestions))[:10])

    def _with_pages(self, names: Iterable[Name]) -> list[Suggestion]:
        """Terms and people as suggestions, each once, without private persons, who have no page."""
        knowledge = self.knowledge()
        return [
            Suggestion(n.kind, n.text, n.id)
            for n in dict.fromkeys(names)
            if n.kind == "term" or not knowledge.is_private(n.id)
        ]

    def _look(self, asked: Query, filters: Filters, limit: int, after: str) -> SearchResult:
        meant = (n for word in asked.words for n in self.names().exactly(word))
        favoured = [TermId(n.id) for n in meant if n.kind == "term"]
        return self.index.search(asked, filters, limit=limit, after=after, favoured=favoured)

    def _other_queries(self, asked: Query, filters: Filters) -> Iterator[Suggestion]:
        """Relaxed variants of a query without results: one word less, or a word cut in two."""
        if len(asked.groups) > 1:
            for n in range(min(len(asked.groups), 6)):
                fewer = Query((*asked.groups[:n], *asked.groups[n + 1 :]), asked.without)
                if total := self.index.search(fewer, filters, limit=1).total:
                    yield Suggestion("query", text_of(fewer), total=total)
        elif len(asked.words) == 1 and len(word := asked.words[0]) > 3:
            for parts in islice(self.names().parts(word), 8):
                cut = Query(tuple((part,) for part in parts), asked.without)
                if total := self.index.search(cut, filters, limit=1).total:
                    yield Suggestion("query", text_of(cut), total=total)
                    return

    def names(self) -> NameIndex:
        """Terms and people by name."""
        knowledge = self.knowledge()
        if self._names is None or self._names[0] is not knowledge:
            self._names = knowledge, NameIndex(knowledge)
        return self._names[1]


def open_reading(settings: Settings) -> Reading:
    """The library that these settings describe, for reading.

    Raises:
        IndexUnavailable: the index cannot be opened.
    """
    return Reading(ArticleFiles(settings.content), open_index(settings.database_url, settings.var))


def _received() -> ModuleType:
    from app.library import received  # 5 MB and .1 s, only for pages that refer to the source

    return received
