"""The common base of all export forms: a snapshot of the library, its pages and templates.

`Snapshot` reads the files of each article once, however many pages need them; `Press` adds pages and
renderer; `footnoted` makes an article with numbered notes, for print and books.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, groupby
from typing import Any, Protocol, TypeVar

from msgspec import structs

from app import urls
from app.errors import NotFound
from app.i18n import say
from app.index import ArticleEntry
from app.library.library import Library
from app.model import ArticleId, BlockId, Definition, Document, Knowledge, Speaker, SpeakerId, Term, TermId
from app.pages import translations
from app.pages.article import DocumentView, numbered
from app.pages.blocks import sections
from app.pages.listed import lists, members
from app.pages.pages import Pages
from app.pages.views import ArticleView, BlockView, TableView, TermRef
from app.text.inline import Node, cells
from app.text.paragraphs import Answer, Ledger, Revision, SavedBlock, follow
from app.text.reflow import Reflowed, reflow
from app.text.terms.facts import ENGLISH, dated, main_date
from app.web.rendering import Renderer, legal

# Documents in memory: the pages of speakers need recent articles again.
_AT_HAND = 2000


class Snapshot(Library):
    """A library that does not change during an export: nothing is read twice.

    Args:
        library: up to date; its index and files are used.
    """

    def __init__(self, library: Library) -> None:
        super().__init__(library.content, library.index)
        self._find = lru_cache(_AT_HAND)(super().document)
        self._ledger_of = lru_cache(4)(self._read_ledger)
        self._source_of = lru_cache(4)(self._read_source)
        self._answer = lru_cache(256)(self._follow)
        self._known = super().knowledge()
        self._current = lru_cache(1)(super().current)  # pages of one article ask in a row

    def document(self, id: ArticleId) -> Document:
        """An article for pages."""
        return self._find(id)

    def current(self, id: str) -> ArticleId:
        """The present id of an article."""
        return self._current(id)

    def knowledge(self) -> Knowledge:
        """Glossary and people."""
        return self._known

    def source(self, id: ArticleId) -> tuple[str, Reflowed] | None:
        """The text as received, and how its lines became blocks."""
        return self._source_of(id)

    def received(self, id: ArticleId) -> str | None:
        """The text as received."""
        found = self.source(id)
        return found[0] if found else None

    def follow(self, id: ArticleId, block: str, rev: int | None = None) -> Answer:
        """The target of a link to a paragraph."""
        return self._answer(id, block, rev)

    def ledger(self, id: ArticleId) -> Ledger:
        """The ledger of an article, including unsaved edits."""
        return self._ledger_of(id)

    def _follow(self, id: ArticleId, block: str, rev: int | None) -> Answer:
        return follow(self._ledger_of(id), block, rev)

    def _read_source(self, id: ArticleId) -> tuple[str, Reflowed] | None:
        with suppress(NotFound):  # only the index has this article
            text = super().received(id)
            return None if text is None else (text, reflow(text))
        return None

    def _read_ledger(self, id: ArticleId) -> Ledger:
        return self.index.ledger(id) or _only(self.document(id))


def _only(document: Document) -> Ledger:
    """A ledger with the current revision only."""
    places = tuple(SavedBlock(b.id, b.kind, b.text, b.level) for b in document.blocks)
    now = Revision(max(1, document.revision), document.saved_at, "", "", (), places, (), ())
    return Ledger(document.header.id, (now,))


class Press:
    """Library, pages and templates for one export.

    Args:
        library: up to date.
        base_url: of the site that links lead to; no trailing slash.
        site_name: its name.
    """

    def __init__(self, library: Library, *, base_url: str, site_name: str) -> None:
        self.library = library if isinstance(library, Snapshot) else Snapshot(library)
        self.base_url, self.site_name = base_url, site_name
        self.pages = Pages(self.library, base_url=base_url, site_name=site_name, paged=False)
        self.renderer = Renderer(base_url, site_name, languages=False)
        # Checking templates for changes would cost time on each of thousands of pages.
        self.renderer.environment.auto_reload = False

    def articles(self) -> Iterator[ArticleId]:
        """All articles by id, including those that only the index has; read as they are needed."""
        after = ""
        while found := self.library.index.ids(limit=500, after=after):
            yield from found
            after = found[-1]

    def entries(self) -> Iterator[ArticleEntry]:
        """All articles, newest first."""
        after = ""
        while found := self.library.index.entries(limit=500, after=after):
            yield from found
            after = found[-1].place

    @cached_property
    def knowledge(self) -> Knowledge:
        """Glossary and people."""
        return self.library.knowledge()

    def document(self, id: ArticleId) -> Document:
        """An article under its present id or one of its old ones.

        Raises:
            NotFound: there is none.
        """
        return self.library.exact(self.library.current(id))

    def address(self, document: Document, block: BlockId | None = None) -> str:
        """The absolute address of an article or of one of its paragraphs."""
        id = document.header.id
        return urls.absolute(self.base_url, urls.article(id) if block is None else urls.block(id, block))

    def text(self, template: str, **context: Any) -> str:
        """Render a template of `templates/export/`."""
        made = self.renderer.environment.get_template(f"export/{template}").render(press=self, **context)
        return made + ("" if made.endswith("\n") else "\n")

    def xml(self, template: str, **context: Any) -> bytes:
        """A template as XML; characters that XML cannot hold become U+FFFD."""
        return legal(self.text(template, **context)).encode()


# -- an article with its notes, for print and books


@dataclass(frozen=True, slots=True)
class Footnote:
    """A glossary entry as a note, or a phrase that the article itself explains.

    Attributes:
        term: the entry. A phrase without one has a term with no definition.
        listed: the members that the article itself lists, in words, or "".
        number: 1-based, in the order of first calls.
        key: of the note in the file, an XML name.
        back: key of the first call.
    """

    number: int
    key: str
    back: str
    term: Term
    href: str
    listed: str

    @property
    def date(self) -> str:
        """The main date with its event, or ""."""
        date = main_date(self.term)
        return dated(date) if date else ""

    @property
    def english(self) -> tuple[tuple[str, str], ...]:
        """English names with their status in words."""
        return tuple((e.text, ENGLISH[e.status]) for e in self.term.english)


@dataclass(frozen=True, slots=True)
class Call:
    """The data of a term node in a footnoted text: its note, and whether this is its first call."""

    note: Footnote
    first: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """A speaker of one article, with the id and number (0: none) of every paragraph that quotes them."""

    key: str
    speaker: Speaker
    places: tuple[tuple[BlockId, int], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The blocks below one heading, or before the first one (None), in runs of one kind."""

    heading: BlockView | None
    runs: tuple[tuple[str, tuple[BlockView, ...]], ...]


@dataclass(frozen=True)
class Footnoted:
    """An article for print or a book: parts whose terms call notes, the notes, and the speakers."""

    document: Document
    article: ArticleView
    parts: tuple[Part, ...]
    notes: tuple[Footnote, ...]
    heard: tuple[Heard, ...]

    @cached_property
    def translated(self) -> dict[BlockId, list[tuple[str, str]]]:
        """The translations of each block: language and words."""
        found: dict[BlockId, list[tuple[str, str]]] = {}
        for translation in self.document.translations:
            for block in translation.blocks:
                found.setdefault(block.block, []).append((translation.lang, block.text))
        return found

    @property
    def credits(self) -> list[str]:
        """Who answers for each translation, and what kind it is."""
        return [f"{t.lang}: {translations.credit(t)}" for t in self.document.translations if t.blocks]


def footnoted(press: Press, document: Document, view: DocumentView | None = None) -> Footnoted:
    """The reading page of an article with its terms as numbered notes.

    Args:
        view: the article as pages see it; by default that of the library.
    """
    view = view or DocumentView(press.library.document(document.header.id), press.knowledge)
    notes: dict[str, Footnote] = {}
    called: set[str] = set()
    definitions = lists(view)

    def called_in(nodes: Iterable[Node], inside: bool = False) -> tuple[Node, ...]:
        return tuple(one for node in nodes for one in call(node, inside))

    def call(node: Node, inside: bool) -> tuple[Node, ...]:
        data = node.data
        if isinstance(data, TermRef) and inside:
            # Links do not nest: of nested terms only the outer one calls its note.
            return (structs.replace(node, kind="mark", children=called_in(node.children, True), data=None),)
        if isinstance(data, TermRef):
            if data.id not in notes:
                notes[data.id] = _note(press, view, len(notes) + 1, data, definitions.get(data.id))
            # The number follows the term; if the term was cut, it follows the last part.
            first = data.id not in called and node.part in ("whole", "last")
            called.update([data.id] if first else ())
            data = Call(notes[data.id], first)
        within = inside or node.kind == "term"
        return (structs.replace(node, children=called_in(node.children, within), data=data),)

    parts = []
    for section in sections(view, "all"):
        single = (b.rows if isinstance(b, TableView) else (b,) for b in section.blocks)
        blocks = [structs.replace(b, nodes=called_in(b.nodes)) for b in chain.from_iterable(single)]
        parts.append(Part(section.heading, tuple(runs_of(blocks))))
    return Footnoted(document, view.article(), tuple(parts), tuple(notes.values()), heard(document))


class _Worded(Protocol):
    """A block's kind and words."""

    @property
    def kind(self) -> str: ...
    @property
    def nodes(self) -> tuple[Node, ...]: ...


_B = TypeVar("_B", bound=_Worded)


def runs_of(blocks: Iterable[_B]) -> Iterator[tuple[str, tuple[_B, ...]]]:
    """Neighbouring blocks of one kind: items of a list, lines of a verse, rows with as many cells."""
    for (kind, _), run in groupby(
        blocks, lambda b: (b.kind, len(cells(b.nodes)) if b.kind == "table" else 0)
    ):
        yield kind, tuple(run)


def _note(
    press: Press, view: DocumentView, number: int, data: TermRef, definition: Definition | None
) -> Footnote:
    term, address = press.knowledge.term(data.id), data.href
    if term is None:
        assert definition is not None, "pages mark terms of the glossary and phrases that the text defines"
        phrase = view.blocks[definition.block].text[definition.start : definition.end]
        # A book has several articles, so the id contains the article's.
        id = TermId(f"{view.document.header.id}/{data.id}")
        term = Term(id, phrase, "", "slogan", "minor", "", verified=True)
    else:
        address = urls.term(term.id)
    listed = f"{say('本文所列')} {'；'.join(members(view, definition))}" if definition else ""
    href = urls.absolute(press.base_url, address)
    return Footnote(number, f"t-{number}", f"r-{number}", term, href, listed)


def heard(document: Document) -> tuple[Heard, ...]:
    """The speakers of an article in order of their first words, with their paragraphs."""
    numbers = numbered(document.blocks)
    places: dict[SpeakerId, dict[BlockId, int]] = {}
    for q in document.quotations:
        if q.speaker and not q.ascribed:
            places.setdefault(q.speaker, {})[q.block] = numbers[q.block]
    known = {s.id: s for s in document.speakers}
    return tuple(
        Heard(f"s-{n}", known[id], tuple(found.items()))
        for n, (id, found) in enumerate(((i, f) for i, f in places.items() if i in known), 1)
    )
