"""What a text itself says that a phrase consists of, as marks and cards of the reading page.

A phrase that is a glossary term has the list on the term's card; any other phrase has a card of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import structs

from app import urls
from app.i18n import say
from app.model import ArticleId, BlockId, Definition, TermId
from app.pages.article import DocumentView
from app.pages.views import Link, MemberView, TermCard, TermRef
from app.text.folding import fold


def definitions_in(view: DocumentView, block: BlockId) -> Iterable[Definition]:
    """The definitions of a block whose phrase is not a glossary term."""
    return (d for d in view.definitions.get(block, ()) if not _terms(view, d))


def list_ref(article: ArticleId, definition: Definition, *, marked: bool) -> TermRef:
    """The data of a phrase's node."""
    return _list_ref(article, definition.block, definition.start, definition.members[0].block, marked)


def list_cards(view: DocumentView, block: BlockId | None) -> tuple[TermCard, ...]:
    """A card for each phrase that the article or one block defines and that is not a glossary term."""
    definitions = view.document.definitions
    return tuple(
        TermCard(
            id=_card_id(d.block, d.start),
            headword=view.blocks[d.block].text[d.start : d.end],
            kind=say("本文所列"),
            members=tuple(MemberView(words) for words in members(view, d)),
            verified=True,
            href=urls.block(view.document.header.id, d.block),
            place=_place(view, d),
        )
        for d in definitions
        if (block is None or d.block == block) and not _terms(view, d)
    )


def with_lists(view: DocumentView, cards: Iterable[TermCard]) -> tuple[TermCard, ...]:
    """The cards of terms with the members that the article itself lists, unless the entry has the same."""
    found = lists(view)
    return tuple(
        structs.replace(card, listed=members(view, d), place=_place(view, d))
        if (d := found.get(card.id)) is not None
        else card
        for card in cards
    )


def lists(view: DocumentView) -> dict[str, Definition]:
    """The first definition of each phrase, by the id of its card, unless the entry has the same members."""
    found: dict[str, Definition] = {}
    for d in view.document.definitions:
        for id in _terms(view, d) or (_card_id(d.block, d.start),):
            found.setdefault(id, d)
    return {id: d for id, d in found.items() if not _same(view, id, d)}


def first_list(view: DocumentView, term: TermId) -> tuple[tuple[str, ...], Link] | None:
    """The members that the article itself lists first for a term, and the link to the place; None without."""
    d = next((d for d in view.document.definitions if term in _terms(view, d)), None)
    return (members(view, d), _place(view, d)) if d else None


def members(view: DocumentView, definition: Definition) -> tuple[str, ...]:
    """The members in the words of the text."""
    return tuple(view.blocks[m.block].text[m.start : m.end] for m in definition.members)


def _same(view: DocumentView, id: str, definition: Definition) -> bool:
    entry = view.knowledge.term(id)
    known = {fold(m.zh) for m in entry.members} if entry else set()
    return {fold(words) for words in members(view, definition)} <= known


def _terms(view: DocumentView, d: Definition) -> Sequence[str]:
    """The glossary terms whose forms overlap a phrase."""
    occurrences = view.occurrences.get(d.block, ())
    return [
        o.term for o in occurrences if o.start < d.end and d.start < o.end and view.knowledge.term(o.term)
    ]


def _place(view: DocumentView, d: Definition) -> Link:
    block = d.members[0].block
    return Link(say("见第 %(p)s 段", p=view.numbers[block] or 1), urls.block(view.document.header.id, block))


def _card_id(block: BlockId, start: int) -> str:
    return f"in-{block}-{start}"


@lru_cache(4096)
def _list_ref(article: ArticleId, block: BlockId, start: int, place: BlockId, marked: bool) -> TermRef:
    return TermRef(_card_id(block, start), urls.block(article, place), "saying", True, marked, listed=True)
