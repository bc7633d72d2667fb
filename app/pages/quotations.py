"""Quotations in lists: of a paragraph, of a speaker, of an article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app import urls
from app.i18n import say
from app.model import BlockId, Quotation, Span, SpeakerId, TermId
from app.pages.article import DocumentView, doubtful
from app.pages.blocks import term_ref, voice
from app.pages.labels import TYPE
from app.pages.views import Link, Said, SaidRef, Voice
from app.text.inline import inline
from app.text.reasons import reason_words


@dataclass(frozen=True, slots=True)
class Bar:
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


@dataclass(frozen=True, slots=True)
class SpeakerInArticle:
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


def said_by_nobody(view: DocumentView) -> tuple[Said, ...]:
    """The quotations whose speaker is not known."""
    return tuple(_said(view, q) for q in view.document.quotations if q.speaker is None)


def speakers(view: DocumentView) -> tuple[SpeakerInArticle, ...]:
    """The speakers of an article in order of their first words."""
    length, offsets = 0, dict[BlockId, int]()
    for b in view.document.blocks:
        offsets[b.id] = length
        length += len(b.text)
    by_speaker: dict[SpeakerId, list[Quotation]] = {}
    for q in view.document.quotations:
        if q.speaker in view.speakers and q.speaker:
            by_speaker.setdefault(q.speaker, []).append(q)
    return tuple(
        _speaker(view, id, quotations, offsets, max(1, length)) for id, quotations in by_speaker.items()
    )


def _speaker(
    view: DocumentView, id: SpeakerId, quotations: list[Quotation], offsets: dict[BlockId, int], length: int
) -> SpeakerInArticle:
    bars, numbers = [], dict[int, Link]()
    for q in quotations:
        x = round(1000 * (offsets[q.block] + q.span.start) / length)
        width = max(2, round(1000 * (q.span.end - q.span.start) / length))
        href = urls.block(view.document.header.id, q.block)
        number = view.numbers[q.block]
        title = say("第 %(n)s 段 %(type)s", n=number, type=TYPE[q.manner])
        bars.append(Bar(x, width, q.manner, href, title))
        numbers.setdefault(number, Link(str(number), href))
    own = [q for q in quotations if not q.ascribed]
    return SpeakerInArticle(
        voice=voice(view, id),
        aliases=view.speakers[id].aliases,
        said=tuple(_said(view, q) for q in own),
        ascribed=tuple(_said(view, q) for q in quotations if q.ascribed),
        bars=tuple(bars),
        characters=sum(q.span.end - q.span.start for q in own),
        numbers=tuple(numbers.values()),
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
        doubtful=doubtful(q),
        speaker=Link(by.name, view.address(by.id)) if by else None,
        inferred=q.inferred_from is not None,
    )
