"""Words to learn: the dictionary's page of a word, and the reader's own list as a page and as cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from app import urls
from app.dictionary.entries import Attribution, Word
from app.dictionary.language import LONGEST_QUESTION
from app.dictionary.learner import Card, Picked, nearest, term_card, word_card
from app.errors import MissingExtra, NotFound
from app.i18n import say
from app.model import ArticleId, BlockId, Document, Knowledge
from app.pages.contexts import Page, PageContext
from app.pages.excerpts import cut
from app.pages.head import meta
from app.pages.resources import Resources
from app.pages.views import Link


class WordContext(PageContext, frozen=True):
    """A word of the dictionary.

    Attributes:
        word: as asked for.
        whole: its entries, None if the dictionary has only parts of it.
        inner: the shorter words in it.
        term: the glossary's entry of the same form.
        attribution: of the dictionary.
    """

    template: ClassVar[str] = "word.html"
    word: str
    whole: Word | None
    inner: tuple[Word, ...]
    term: Link | None
    attribution: Attribution


class LearnContext(PageContext, frozen=True):
    """The reader's own list. Only the browser has its contents."""

    template: ClassVar[str] = "learn.html"


def word(res: Resources, text: str) -> Page:
    """A word of the dictionary, with every shorter one in it.

    Raises:
        NotFound: the dictionary has neither the word nor a part of it.
        MissingExtra: the dictionary is not installed.
    """
    if res.language is None:
        raise MissingExtra("the dictionary", "dict")
    words = res.language.words(text)
    if not words or len(text) > LONGEST_QUESTION:
        raise NotFound("word", text[:LONGEST_QUESTION])
    whole = next((w for w in words if w.text == text), None)
    context = WordContext(
        word=text,
        whole=whole,
        inner=tuple(w for w in _once(words) if w is not whole),
        term=res.glossary().entry(text),
        attribution=res.language.attribution,
    )
    readings = "、".join(dict.fromkeys(e.pinyin for e in whole.entries)) if whole else ""
    meanings = "；".join(whole.entries[0].meanings[:4]) if whole else ""
    title = f"{text} {readings}".strip()
    head = meta(res, title, cut(meanings or text, 120), urls.word(text), robots="noindex")
    return Page(context, head, nav="terms")


def _once(words: Iterable[Word]) -> Iterator[Word]:
    """Each word once, if it occurs several times in a longer one."""
    seen = set()
    for word in words:
        if word.text not in seen:
            seen.add(word.text)
            yield word


def learn(res: Resources) -> Page:
    """The reader's own list of words."""
    head = meta(res, say("生词表"), say("读文章时收的词。"), urls.LEARN, robots="noindex")
    return Page(LearnContext(), head, nav="terms")


def learned(res: Resources, items: Iterable[Picked]) -> tuple[Card, ...]:
    """Cards for the words that a reader picked, in their order, without those that no longer exist.

    Raises:
        MissingExtra: a word is requested, and the dictionary is not installed.
    """
    cards = dict[str, Card]()
    documents: dict[ArticleId, Document | None] = {}
    for item in items:
        if item.article not in documents:
            found = res.library.documents([item.article])
            documents[item.article] = found[0] if found else None
        document = documents[item.article]
        card = _card(res, document, item, res.library.knowledge()) if document else None
        if card:
            cards.setdefault(card.guid, card)
    return tuple(cards.values())


def _card(res: Resources, document: Document, item: Picked, knowledge: Knowledge) -> Card | None:
    """The card of a term if the word is part of its form there, else of the word; None if it is gone."""
    block = next((b for b in document.blocks if b.id == item.block), None)
    span = nearest(block.text, item.word, item.at) if block else None
    if block is None or span is None:
        return None

    def link(id: BlockId) -> str:
        return res.absolute(urls.block(document.header.id, id))

    for o in document.occurrences:
        around = o.block == block.id and o.span.start <= span.start and span.end <= o.span.end
        if around and (term := knowledge.term(o.term)) and item.word in (o.text, *term.forms):
            return term_card(document, o, term, link)
    if res.language is None:
        raise MissingExtra("the dictionary", "dict")
    found = res.language.look_up(document, block.id, span.start, knowledge.people)
    exact = next((w for w in found.words if w.span == span), None)
    entries = exact.entries if exact else res.language.dictionary.entries(item.word)
    if not entries:
        return None
    return word_card(document, block.id, span, entries, link, res.language.attribution)
