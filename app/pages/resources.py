"""What page builders work with: the library, the site's name and address, help with the language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Generic, TypeVar

from app import urls
from app.dictionary.language import Language
from app.errors import NotFound
from app.i18n import is_chinese
from app.library.reading import Reading
from app.model import ArticleId, BlockId, Document, Knowledge, SpeakerId
from app.pages.article import DocumentView
from app.pages.contexts import Redirect
from app.pages.glossary import Glossary
from app.pages.names import Names
from app.pages.shelves import Shelves
from app.text.inline import Readings

Made = TypeVar("Made")
NO_RUBIES: Mapping[BlockId, Readings] = MappingProxyType({})


class _Latest(Generic[Made]):
    """A cache of one value: kept while it is asked for with the same objects."""

    def __init__(self, make: Callable[..., Made]) -> None:
        self._make = make
        self._kept: tuple[tuple[object, ...], Made] | None = None

    def __call__(self, *parts: object) -> Made:
        kept = self._kept
        if kept is None or any(a is not b for a, b in zip(kept[0], parts, strict=True)):
            self._kept = kept = parts, self._make(*parts)
        return kept[1]


@dataclass(frozen=True)
class Resources:
    """What every page builder takes.

    Attributes:
        library: the source of everything.
        base_url: address of the site, no trailing slash, for addresses that leave the page.
        site_name: for titles.
        paged: whether long lists come in pages. An export takes them whole.
        language: dictionary, pinyin and scripts; None if pages offer none of them.
    """

    library: Reading
    base_url: str
    site_name: str
    paged: bool = True
    language: Language | None = None
    _glossary: _Latest[Glossary] = field(init=False, compare=False, default_factory=lambda: _Latest(Glossary))
    _names: _Latest[Names] = field(init=False, compare=False, default_factory=lambda: _Latest(Names))
    _view: _Latest[DocumentView] = field(
        init=False, compare=False, default_factory=lambda: _Latest(DocumentView)
    )

    def absolute(self, path: str) -> str:
        """An address of the site that can be sent."""
        return urls.absolute(self.base_url, path)

    def page_size(self, usual: int) -> int:
        """How many items a list shows: the usual number, or all of them."""
        return usual if self.paged else 1_000_000

    def glossary(self, knowledge: Knowledge | None = None) -> Glossary:
        """The library's glossary, or another one: in traditional characters for one page."""
        own = self.library.knowledge()
        return self._glossary(own) if knowledge is None or knowledge is own else Glossary(knowledge)

    def view(self, document: Document) -> DocumentView:
        """A document as pages see it. The last one is kept: an export makes its pages in a row."""
        return self._view(document, self.library.knowledge(), NO_RUBIES, self.names())

    def titles(self, ids: Iterable[ArticleId]) -> Mapping[ArticleId, str]:
        """The titles of articles in the language of the page, without missing ones."""
        return self.library.index.titles(list(ids), english=not is_chinese())

    def speaker_name(self, id: str) -> str:
        """A speaker's name, by the record or as last printed; the id of an unknown one."""
        known = self.library.person(id) or self.library.index.speaker_total(SpeakerId(id))
        return self.names().words(id, known.name, known.kind) if known else id

    def public_name(self, id: str) -> str:
        """A speaker's name.

        Raises:
            NotFound: the speaker is neither quoted nor recorded, or is a private person.
        """
        known = self.library.person(id) or self.library.index.speaker_total(SpeakerId(id))
        if known is None or self.library.knowledge().is_private(id):
            raise NotFound("speaker", id)
        return known.name

    def names(self) -> Names:
        """The names of the library's speakers for readers of other languages."""
        return self._names(self.library.knowledge(), self.language)

    def renamed(self, id: ArticleId, rest: str = "") -> Redirect | None:
        """Where a page of an article is now that its id changed; None if the id is a present one.

        Args:
            id: of the article, as the address has it.
            rest: of the address, after the article's own.
        """
        now = self.library.current(id)
        return Redirect(urls.article(now) + rest) if now != id else None

    @cached_property
    def shelves(self) -> Shelves:
        """Counts of articles by year, publication, term and speaker."""
        return Shelves(self.library)
