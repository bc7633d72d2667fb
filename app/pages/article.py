"""One article as pages see it: its annotations by block, and short answers about blocks and quotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Protocol, TypeVar

from msgspec import structs

from app import urls
from app.document import annotations_of
from app.i18n import is_chinese, say
from app.index import ArticleEntry
from app.index import entry_of as summary
from app.model import (
    OWN_WORDS,
    Block,
    BlockId,
    Document,
    Header,
    Knowledge,
    Occurrence,
    Quotation,
    Speaker,
    SpeakerId,
    Translation,
)
from app.pages.citations import Utterance, sole_speaker
from app.pages.excerpts import first_clause
from app.pages.names import Names
from app.pages.views import ArticleView, Near
from app.text.inline import Readings
from app.text.terms.facts import date_words

# Characters of Chinese that people read in a minute.
_READ_A_MINUTE = 400
# No line of a title ends with an opening mark, and none begins with a closing one.
_OPENING = frozenset("“‘（［〔｛〈《「『【〖([{")
_CLOSING = re.compile(r"[”’）］〕｝〉》」』】〗)\]}、，。．：；！？·・％%,.:;!?～~–-]|—(?!—)")


class DocumentView:
    """A document with its annotations by block.

    Args:
        document: as it is shown, so perhaps in the other script.
        knowledge: glossary and people, in the same script.
        rubies: readings by block, if the page shows them.
        names: names of speakers for other languages, with the dictionary.
        translation: the one that the page shows.
    """

    def __init__(
        self,
        document: Document,
        knowledge: Knowledge,
        rubies: Mapping[BlockId, Readings] = MappingProxyType({}),
        names: Names | None = None,
        translation: Translation | None = None,
    ) -> None:
        self.document = document
        self.translation = translation
        self.knowledge = knowledge
        self.rubies = rubies
        self.names = names or Names(knowledge)
        self.blocks = {b.id: b for b in document.blocks}
        self.numbers = numbered(document.blocks)
        self.speakers = {s.id: s for s in document.speakers}
        self.occurrences = _by_block(document.occurrences)
        self.translated = {b.block: b for b in translation.blocks} if translation else {}
        self.definitions = _by_block(document.definitions)
        self.quotations = _by_block(document.quotations)
        self.drawn = _by_block(a for a in annotations_of(document) if a.node)
        # By identity: callers ask about the document's own quotations.
        self._inner = frozenset(id(q) for group in self.quotations.values() for q in _inner(group))

    @cached_property
    def entry(self) -> ArticleEntry:
        """The article as lists show it."""
        return summary(self.document)

    def article(self) -> ArticleView:
        """The facts under the title."""
        view = article_view(self.entry, draft=self.document.draft)
        return structs.replace(view, whole=_whose_words(self.document))

    # -- speakers

    def speaker(self, id: SpeakerId | None) -> Speaker | None:
        """A speaker of this article; None if not known."""
        return self.speakers.get(id) if id else None

    def address(self, id: SpeakerId) -> str:
        """Address of a speaker's page, "" for a private person."""
        return speaker_address(id, self.knowledge)

    def named(self, speaker: Speaker) -> str:
        """A speaker's name, in Latin letters too on pages in other languages."""
        return self.names.words(speaker.id, speaker.name, speaker.kind)

    def heard(self, id: BlockId) -> list[SpeakerId]:
        """Who speaks in a block themselves; those quoted within others' words do not count."""
        outer = (q for q in self.quotations.get(id, ()) if not self.nested(q) and not q.ascribed)
        return list(dict.fromkeys(q.speaker for q in outer if q.speaker in self.speakers and q.speaker))

    # -- quotations

    def nested(self, quotation: Quotation) -> bool:
        """Whether a quotation is part of another one."""
        return id(quotation) in self._inner

    def words(self, quotation: Quotation) -> str:
        """The words of a quotation."""
        return self.blocks[quotation.block].text[quotation.span.start : quotation.span.end]

    def certain_words(self, quotation: Quotation) -> str:
        """The words that the text itself gives to the speaker, without the inferred sentences."""
        text = self.blocks[quotation.block].text
        return text[quotation.span.start : quotation.certain_end].rstrip()

    def inside(self, quotation: Quotation) -> list[Occurrence]:
        """The terms within a quotation."""
        span = quotation.span
        occurrences = self.occurrences.get(quotation.block, ())
        return [o for o in occurrences if span.start <= o.span.start and o.span.end <= span.end]

    # -- blocks

    def said(self, id: BlockId) -> tuple[Utterance, ...]:
        """Who says which words of a block, those within others' words included.

        Words whose speaker is not certain, ascribed words and inferred sentences have no name.
        """
        found = []
        for q in self.quotations.get(id, ()):
            s = self.speaker(q.speaker) if signed(q) else None
            by = f"{(s.role or '') if s.kind == 'person' else ''}{s.name}" if s else ""
            found.append(Utterance(q.span.start, q.certain_end, q.type, by))
            if q.inferred_from is not None:
                found.append(Utterance(q.inferred_from, q.span.end, q.type, ""))
        return tuple(found)

    def partly(self, id: BlockId) -> bool:
        """Whether a block holds words that are not one certain speaker's."""
        return sole_speaker(self.blocks[id].text, self.said(id)) is None

    def lead(self, id: BlockId) -> str:
        """A paragraph's title in one line: who speaks first, and the first clause."""
        for q in self.quotations.get(id, ()):
            if not self.nested(q) and signed(q) and (speaker := self.speaker(q.speaker)):
                return f"{speaker.name}：{first_clause(self.certain_words(q))}"
        return first_clause(self.blocks[id].text)

    def neighbour(self, id: BlockId, step: int) -> Near | None:
        """The paragraph before (-1) or after (1) a block; headings and page furniture are skipped."""
        order = [b.id for b in self.document.blocks if b.kind not in ("heading", "furniture") or b.id == id]
        at = order.index(id) + step
        return self.near(order[at]) if 0 <= at < len(order) else None

    def near(self, id: BlockId) -> Near | None:
        """A paragraph as its neighbour's page shows it; None if the article has no such block."""
        b = self.blocks.get(id)
        if b is None:
            return None
        heard = [] if self.partly(id) else self.heard(id)
        speaker = self.named(self.speakers[heard[0]]) if heard else ""
        return Near(id, self.numbers[id], urls.block(self.document.header.id, id), speaker, b.text)


def _whose_words(document: Document) -> str:
    """The author of a text that is one person's own words, with the office; "" for other kinds."""
    if document.author is None or document.genre not in OWN_WORDS:
        return ""
    return "，".join(filter(None, (document.author.name, document.author.role)))


def title_of(header: Header) -> str:
    """The title in the language of the page: the editors' English one, if there is one, or the article's."""
    return header.title if is_chinese() else header.title_en or header.title


def title_words(title: str, cuts: Sequence[int]) -> tuple[str, ...]:
    """The pieces of a title between which lines may break.

    Words stay whole, closing marks stay with the word before them, opening marks with the one after,
    and dashes and ellipses of several characters are not torn apart.

    Source: Requirements for Chinese Text Layout (clreq), prohibition rules for line start and line end.
    """
    places = [0, *(n for n in cuts if n < len(title) and _may_break(title, n)), len(title)]
    return tuple(title[a:b] for a, b in pairwise(places))


def _may_break(title: str, place: int) -> bool:
    before, after = title[place - 1], title[place]
    return not (before in _OPENING or _CLOSING.match(title, place) or (before == after and before in "—…"))


def article_view(entry: ArticleEntry, *, draft: bool = False) -> ArticleView:
    """The facts of an article from its entry in a list."""
    h = entry.header
    return ArticleView(
        id=h.id,
        href=urls.article(h.id),
        title=h.title,
        title_words=title_words(h.title, entry.title_cuts),
        supplied=h.supplied,
        date=date_words(h.date, circa=h.circa),
        # Machines cannot see 约, so they get no approximate date.
        date_iso="" if h.circa else h.date,
        publication=h.publication or (say("原载报刊未查明") if h.id else ""),
        author=h.author,
        url=h.url,
        note=h.note,
        lang=h.lang,
        characters=entry.characters,
        minutes=max(1, round(entry.characters / _READ_A_MINUTE)),
        paragraphs=entry.paragraphs,
        revision=entry.revision,
        speakers_href=urls.article_speakers(h.id),
        source_href=urls.article_source(h.id),
        people=entry.people,
        groups=entry.groups,
        terms=entry.terms,
        draft=draft,
        subtitle=h.subtitle,
        title_en="" if is_chinese() else h.title_en,
        summary_en="" if is_chinese() else h.summary_en,
    )


def first_paragraph(document: Document) -> str:
    """The text of the first paragraph, "" if there is none."""
    return next((b.text for b in document.blocks if b.kind == "paragraph"), "")


def numbered(blocks: Iterable[Block]) -> dict[BlockId, int]:
    """The numbers of paragraphs as readers see them; 0 for blocks of other kinds."""
    numbers, n = dict[BlockId, int](), 0
    for b in blocks:
        n += b.kind == "paragraph"
        numbers[b.id] = n if b.kind == "paragraph" else 0
    return numbers


def speaker_address(id: str, knowledge: Knowledge) -> str:
    """Address of a speaker's page, "" for a private person, who has none."""
    return "" if knowledge.is_private(id) else urls.speaker(id)


def signed(q: Quotation) -> bool:
    """Whether a quotation may be signed with its speaker's name: certain, and not ascribed by others."""
    return not q.doubtful and not q.ascribed


class _InBlock(Protocol):
    @property
    def block(self) -> BlockId: ...


Annotation = TypeVar("Annotation", bound=_InBlock)


def _by_block(items: Iterable[Annotation]) -> dict[BlockId, list[Annotation]]:
    groups: dict[BlockId, list[Annotation]] = {}
    for item in items:
        groups.setdefault(item.block, []).append(item)
    return groups


def _inner(quotations: Iterable[Quotation]) -> Iterator[Quotation]:
    """The quotations of one block that lie inside another of them."""
    outside_in = sorted(quotations, key=lambda q: (q.start, -q.end))
    reach = 0
    for span, same in groupby(outside_in, key=lambda q: q.span):
        if span.end <= reach:
            yield from same
        reach = max(reach, span.end)
