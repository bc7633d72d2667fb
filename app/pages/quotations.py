"""Quotations in lists: of a paragraph, of a speaker, of an article."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from app import urls
from app.i18n import say
from app.model import BlockId, Quotation, Span, SpeakerId, TermId
from app.pages.article import DocumentView
from app.pages.blocks import term_ref, voice
from app.pages.labels import TYPE
from app.pages.views import Link, Said, SaidRef, Voice
from app.text.inline import inline
from app.text.reasons import reason_words


class Bar(Struct, frozen=True):
    """A quotation in the strip that shows who speaks where.

    Attributes:
        x, width: in thousandths of the article's length.
        type: direct, indirect, mixed or ascribed.
        href: of the paragraph.
        title: its number and the type in words.
    """

    x: int
    width: int
    type: str
    href: str
    title: str


class SpeakerInArticle(Struct, frozen=True):
    """A speaker with everything they say in one article.

    Attributes:
        voice: the speaker.
        aliases: other names in the article.
        said: their quotations.
        ascribed: words that others ascribe to them.
        bars: both in the strip.
        characters: in `said`.
        numbers: links to the paragraphs.
    """

    voice: Voice
    aliases: tuple[str, ...]
    said: tuple[Said, ...]
    ascribed: tuple[Said, ...]
    bars: tuple[Bar, ...]
    characters: int
    numbers: tuple[Link, ...]


class SpeakerCard(Struct, frozen=True):
    """A speaker's card on the reading page.

    Attributes:
        voice: the speaker.
        said: how many quotations they have in the article.
        characters: in these.
        share: in per cent of the article.
        numbers: links to their paragraphs in the page.
        bars: their quotations on the map of the article, with links in the page.
    """

    voice: Voice
    said: int
    characters: int
    share: int
    numbers: tuple[Link, ...]
    bars: tuple[Bar, ...]


def said_in(view: DocumentView, id: BlockId) -> tuple[Said, ...]:
    """The quotations of a block whose speaker is known."""
    return tuple(_said(view, q) for q in view.quotations.get(id, ()) if q.speaker)


def said_by(view: DocumentView, id: SpeakerId, term: TermId | None = None) -> tuple[Said, ...]:
    """A speaker's quotations; with a term, those that contain it."""
    return tuple(
        _said(view, q)
        for q in view.document.quotations
        if q.speaker == id and (term is None or any(o.term == term for o in view.inside(q)))
    )


def said_by_unknown(view: DocumentView) -> tuple[Said, ...]:
    """The quotations whose speaker is not known."""
    return tuple(_said(view, q) for q in view.document.quotations if q.speaker is None)


def speakers(view: DocumentView) -> tuple[SpeakerInArticle, ...]:
    """The speakers of an article in order of their first words."""
    return tuple(_speaker(view, id, quotations) for id, quotations in _by_speaker(view).items())


def speaker_cards(view: DocumentView) -> tuple[SpeakerCard, ...]:
    """A card for each speaker of an article, in order of their first words."""
    length = max(1, sum(len(b.text) for b in view.document.blocks))
    cards = []
    for id, quotations in _by_speaker(view).items():
        own = [q for q in quotations if not q.ascribed]
        characters = sum(q.span.end - q.span.start for q in own)
        bars, numbers = _places(view, quotations, in_page=True)
        share = round(100 * characters / length)
        cards.append(SpeakerCard(voice(view, id), len(quotations), characters, share, numbers, bars))
    return tuple(cards)


def _by_speaker(view: DocumentView) -> dict[SpeakerId, list[Quotation]]:
    by_speaker: dict[SpeakerId, list[Quotation]] = {}
    for q in view.document.quotations:
        if q.speaker in view.speakers and q.speaker:
            by_speaker.setdefault(q.speaker, []).append(q)
    return by_speaker


def _places(
    view: DocumentView, quotations: list[Quotation], *, in_page: bool = False
) -> tuple[tuple[Bar, ...], tuple[Link, ...]]:
    """Quotations in proportion to the article, and links to their paragraphs."""
    length, offsets = 0, dict[BlockId, int]()
    for b in view.document.blocks:
        offsets[b.id] = length
        length += len(b.text)
    bars, numbers = [], dict[int, Link]()
    for q in quotations:
        x = round(1000 * (offsets[q.block] + q.span.start) / max(1, length))
        width = max(2, round(1000 * (q.span.end - q.span.start) / max(1, length)))
        href = f"#{q.block}" if in_page else urls.block(view.document.header.id, q.block)
        number = view.numbers[q.block]
        title = say("第 %(n)s 段 %(type)s", n=number, type=TYPE[q.manner])
        bars.append(Bar(x, width, q.manner, href, title))
        numbers.setdefault(number, Link(str(number), href))
    return tuple(bars), tuple(numbers.values())


def _speaker(view: DocumentView, id: SpeakerId, quotations: list[Quotation]) -> SpeakerInArticle:
    bars, numbers = _places(view, quotations)
    own = [q for q in quotations if not q.ascribed]
    return SpeakerInArticle(
        voice=voice(view, id),
        aliases=view.speakers[id].aliases,
        said=tuple(_said(view, q) for q in own),
        ascribed=tuple(_said(view, q) for q in quotations if q.ascribed),
        bars=bars,
        characters=sum(q.span.end - q.span.start for q in own),
        numbers=numbers,
    )


def _said(view: DocumentView, q: Quotation) -> Said:
    words, by = view.words(q), view.speaker(q.speaker)
    spans: list[tuple[Span, str, Any]] = []
    for o in view.inside(q):
        if term := view.knowledge.term(o.term):
            moved = Span(o.span.start - q.span.start, o.span.end - q.span.start)
            spans.append((moved, "term", term_ref(term, first=o.first, marked=False)))
    if q.inferred_from is not None:
        inferred = SaidRef(q.manner, TYPE[q.manner], "", False, inferred=True)
        spans.append((Span(q.inferred_from - q.span.start, len(words)), "said", inferred))
    return Said(
        type=q.manner,
        label=TYPE[q.manner],
        text=words,
        nodes=inline(words, spans),
        cue=q.cue or "",
        number=view.numbers[q.block],
        href=urls.block(view.document.header.id, q.block),
        why=reason_words(q.why),
        confidence=q.confidence,
        doubtful=q.doubtful,
        speaker=Link(view.named(by), view.address(by.id)) if by else None,
        inferred=q.inferred_from is not None,
    )
