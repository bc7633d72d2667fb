"""Blocks of the reading page: their annotated text, who begins to speak, the notes in the margin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from math import ceil
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from msgspec import structs

from app import urls
from app.i18n import Locale, is_chinese, locale, say
from app.model import (
    PRIORITIES,
    ArticleId,
    Block,
    BlockId,
    Occurrence,
    Quotation,
    Span,
    Speaker,
    SpeakerId,
    Term,
    TermId,
)
from app.pages.article import DocumentView
from app.pages.glossary import CARD_MEMBERS, Glossary, gloss, gloss_lang
from app.pages.labels import TYPE, unnamed
from app.pages.listed import definitions_in, list_cards, list_ref, with_lists
from app.pages.options import Marks
from app.pages.translations import translated
from app.pages.views import (
    BlockView,
    MarginNote,
    SaidRef,
    Section,
    TableView,
    TermCard,
    TermRef,
    TranslatedView,
    Voice,
)
from app.text.folding import fold
from app.text.inline import Readings, inline, with_readings
from app.text.readings.pinyin import spell
from app.text.reasons import reason_words

_LINE: Mapping[str, Literal["name", "saying"]] = {
    "institution": "name",
    "place": "name",
    "programme": "name",
    "event": "name",
    "meeting": "name",
    "title": "name",
    "document": "name",
    "policy": "saying",
    "slogan": "saying",
}
# Margin notes, in lines of the text (37 px at the usual size): a line holds 36 characters. The margin is
# 264 px wide: 17 Chinese characters of 15 px in a row of 24 px. A headword and the gap below a note take
# 40 px.
_LINE_CHARACTERS = 36
_NOTE_CHARACTERS = 17
_ROW, _HEADWORD = 24 / 37, 40 / 37
# A Latin letter is about half as wide as a Chinese character.
_LETTER = 0.45
# A speaker's name in the margin takes as many lines.
_VOICE_LINES = 2.5
# Notes above a paragraph on its own page.
_BROW = 6
# The caches of values, in items. Blocks are larger than the others; longer ones are not cached at all.
_CACHED = 4096
_CACHED_BLOCKS = 384
_LONG_BLOCK = 20_000
_UNREAD = Readings("")

# A stretch of a block and the data of its node.
Spans = dict[tuple[int, int, str], Any]


def sections(
    view: DocumentView, marks: Marks, elsewhere: Mapping[BlockId, str] = MappingProxyType({})
) -> tuple[Section, ...]:
    """The whole article, by heading. A name is in the margin where a speaker begins, not where they go on.

    Args:
        elsewhere: for paragraphs that have words of other articles: where else these are.
    """
    groups: list[tuple[Block | None, list[Block]]] = [(None, [])]
    for b in view.document.blocks:
        if b.kind == "heading":
            groups.append((b, []))
        else:
            groups[-1][1].append(b)
    made, last, noted = [], list[SpeakerId](), set[TermId]()
    taught = marks == "none"
    for heading, blocks in groups:
        if heading is None and not blocks:
            continue
        views, heard = [], dict[SpeakerId, None]()
        refs = _refs(view, blocks)
        head = _translated(view, heading.id, refs, marks) if heading else None
        for b in blocks:
            speakers = view.heard(b.id)
            fresh = [s for s in speakers if s not in last]
            heard.update(dict.fromkeys(speakers))
            last = speakers or last
            notes = _margin_notes(view, b, marks, noted, len(fresh), elsewhere=elsewhere.get(b.id, ""))
            if not taught and b.kind != "table" and (found := view.occurrences.get(b.id)):
                notes, taught = (MarginNote(found[0].term, "", "", lesson=True), *notes), True
            still = [] if fresh else speakers
            translation = _translated(view, b.id, refs, marks)
            views.append(
                _block(view, b, marks, _voices(view, fresh), notes, _voices(view, still), translation)
            )
        made.append(
            Section(
                _title(view, heading) if heading else say("导语"),
                f"#{heading.id if heading else blocks[0].id}",
                tuple(_short(view, s) for s in heard),
                _block(view, heading, marks, (), (), (), head) if heading else None,
                _with_tables(views),
            )
        )
    return tuple(made)


def _with_tables(blocks: Iterable[BlockView]) -> tuple[BlockView | TableView, ...]:
    """The blocks of a section with rows that follow one another, and have as many cells, as one table."""
    made: list[BlockView | TableView] = []
    for width, group in groupby(blocks, key=lambda b: len(b.cells) if b.kind == "table" else 0):
        together = tuple(group)
        made += (_table(together),) if width else together
    return tuple(made)


def focus(view: DocumentView, id: BlockId, marks: Marks = "all") -> BlockView:
    """One block alone, with its marks, speakers and notes."""
    b = view.blocks[id]
    notes = _margin_notes(view, b, marks, set(), most=_BROW)
    translation = _translated(view, id, _refs(view, [b]), marks)
    return _block(view, b, marks, _voices(view, view.heard(id)), notes, (), translation)


def _title(view: DocumentView, heading: Block) -> str:
    """A heading in the contents: its translation on pages in another language, where there is one."""
    found = None if is_chinese() else view.translated.get(heading.id)
    return found.text if found else heading.text


def _refs(view: DocumentView, blocks: Sequence[Block]) -> dict[TermId, TermRef]:
    """The nodes for names of terms in the translation of these blocks, which lead to the same cards."""
    if view.translation is None:
        return {}
    found = dict.fromkeys(o.term for b in blocks for o in view.occurrences.get(b.id, ()))
    terms = (term for id in found if (term := view.knowledge.term(id)))
    article = view.document.header.id
    return {t.id: term_ref(t, first=True, marked=True, article=article) for t in terms}


def _translated(
    view: DocumentView, id: BlockId, refs: dict[TermId, TermRef], marks: Marks
) -> TranslatedView | None:
    """The translation of a block, where the page shows it."""
    found = view.translated.get(id)
    if view.translation is None or found is None:
        return None
    return translated(found, view.translation.lang, view.knowledge, refs, marks)


def _voices(view: DocumentView, ids: Iterable[SpeakerId]) -> tuple[Voice, ...]:
    return tuple(voice(view, id) for id in ids)


def _short(view: DocumentView, id: SpeakerId) -> str:
    s = view.speakers[id]
    return view.names.short(id, s.name, s.kind)


def voice(view: DocumentView, id: SpeakerId) -> Voice:
    """A speaker of the article."""
    s, names = view.speakers[id], view.names
    latin, office = names.latin(id, s.name, s.kind), names.office(id, s.role or "")
    return _voice(s, view.address(id), latin, office, locale())


def term_ref(term: Term, *, first: bool, marked: bool, article: str = "") -> TermRef:
    """The data of a term's node. With an article, the entry's page offers the way back to it."""
    return _term_ref(term.id, term.kind, first, marked, article)


def cards(
    view: DocumentView, glossary: Glossary, id: BlockId | None = None, *, short: bool = False
) -> tuple[TermCard, ...]:
    """A card for each term of the article or of one block, in order of first occurrence.

    The members of a phrase have cards too, whether or not they occur: the phrase's card leads to them. The
    phrases that the article itself defines follow.

    Args:
        glossary: its terms.
        id: of the block; None for the whole article.
        short: one sentence instead of the whole definition; no pinyin, English or later dates.
    """
    occurring = dict.fromkeys(o.term for o in view.document.occurrences if id is None or o.block == id)
    found = {t.id: t for term in occurring if (t := view.knowledge.term(term))}
    for t in list(found.values()):
        for m in glossary.members(t)[:CARD_MEMBERS]:
            if m.term and m.term not in found and (member := view.knowledge.term(m.term)):
                found[member.id] = member
    made = (
        glossary.card(t, _named_members(view, glossary, t, id) if id else (), short=short)
        for t in found.values()
    )
    return (*with_lists(view, made), *list_cards(view, id))


def _named_members(view: DocumentView, glossary: Glossary, term: Term, id: BlockId) -> tuple[str, ...]:
    """The members of a phrase that a block names; () if it names all of them.

    Members in the phrase's own words count first, those elsewhere in the block only if there are none.
    """
    members, occurrences = glossary.members(term), view.occurrences.get(id, ())
    phrases = [fold(o.text) for o in occurrences if o.term == term.id]
    found = [m.text for m in members if any(fold(m.text) in phrase for phrase in phrases)]
    if not found:
        text, named = fold(view.blocks[id].text), {o.term for o in occurrences}
        found = [m.text for m in members if m.term in named or fold(m.text) in text]
    return tuple(found) if len(found) < len(members) else ()


def _block(
    view: DocumentView,
    b: Block,
    marks: Marks,
    voices: tuple[Voice, ...],
    notes: tuple[MarginNote, ...],
    still: tuple[Voice, ...] = (),
    translation: TranslatedView | None = None,
) -> BlockView:
    spans: Spans = {(a.start, a.end, a.node): a for a in view.drawn.get(b.id, ())}
    spans |= _term_spans(view, b, marks)
    for q in view.quotations.get(b.id, ()):
        spans |= _quotation_spans(view, q)
    make = _block_view if len(b.text) < _LONG_BLOCK else _block_view.__wrapped__
    return make(
        view.document.header.id,
        b,
        view.numbers[b.id],
        tuple(spans.items()),
        view.rubies.get(b.id, _UNREAD),
        voices,
        notes,
        bool(voices) and view.partly(b.id),
        still,
        translation,
    )


def _term_spans(view: DocumentView, b: Block, marks: Marks) -> Spans:
    spans: Spans = {}
    for o in view.occurrences.get(b.id, ()):
        if (term := view.knowledge.term(o.term)) is not None:
            marked = marks == "all" or (marks == "core" and o.first)
            start, end = _headword(o, term)
            spans[start, end, "term"] = term_ref(
                term, first=o.first, marked=marked, article=view.document.header.id
            )
    for d in definitions_in(view, b.id):
        spans[d.start, d.end, "term"] = list_ref(view.document.header.id, d, marked=marks != "none")
    return spans


def _headword(occurrence: Occurrence, term: Term) -> tuple[int, int]:
    """The part of an occurrence that is underlined: the headword if the occurrence contains it.

    加快实现高水平科技自立自强 is found as a whole, and 高水平科技自立自强 is underlined.
    """
    at = 0 if occurrence.text == term.term else _find_folded(occurrence.text, term.term)
    if at < 0:
        return occurrence.start, occurrence.end
    return occurrence.start + at, occurrence.start + at + len(term.term)


@lru_cache(_CACHED)
def _find_folded(text: str, form: str) -> int:
    """Where a form begins in a text when case, width and script do not count, -1 if nowhere.

    Without the cache it took 12 % of the time to render an article.
    """
    return fold(text).find(fold(form))


def _quotation_spans(view: DocumentView, q: Quotation) -> Spans:
    """A quotation's certain words, its inferred sentences, and the words that name the speaker."""
    spans: Spans = {}
    speaker = view.speaker(q.speaker)
    unsure = q.doubtful
    name = (
        say("未详")
        if speaker is None
        else say("可能是%(name)s", name=_short(view, speaker.id))
        if unsure
        else _short(view, speaker.id)
    )
    said = SaidRef(q.manner, TYPE[q.manner], name, unsure, by=speaker.id if speaker else "")
    spans[q.start, q.certain_end, "said"] = said
    if q.inferred_from is not None:
        spans[q.inferred_from, q.end, "said"] = structs.replace(said, inferred=True)
    if q.source and q.source.block == q.block and speaker:
        spans[q.source.start, q.source.end, "name"] = voice(view, speaker.id)
    return spans


def _margin_notes(
    view: DocumentView,
    b: Block,
    marks: Marks,
    noted: set[TermId],
    voices: int = 0,
    most: int = 1_000,
    elsewhere: str = "",
) -> tuple[MarginNote, ...]:
    """The margin notes that fit next to a paragraph: set phrases and policies first, each term once.

    A long paragraph is noted along its whole length.

    Args:
        b: the paragraph.
        marks: which terms are marked; none leaves the margin empty.
        noted: terms that already have a note; the new ones are added.
        voices: how many speakers the margin names here.
        most: how many notes there may be.
        elsewhere: where else words of the paragraph are, "" if nowhere. This note comes last.
    """
    lines = ceil(len(b.text) / _LINE_CHARACTERS) + 0.4 - _VOICE_LINES * voices
    if marks == "none" or b.kind == "table":
        return ()
    also = list[MarginNote]()
    if elsewhere and (height := _rows(elsewhere) * _ROW) <= lines:
        also.append(MarginNote("", "", elsewhere, href=urls.elsewhere(view.document.header.id, b.id)))
        lines -= height + _HEADWORD  # with room to spare: the heights of the others are estimates
    if lines <= _HEADWORD:
        return tuple(also)
    found: list[_Candidate] = []
    for o in view.occurrences.get(b.id, ()):
        term = view.knowledge.term(o.term) if o.first and o.term not in noted else None
        if term:
            found.append(_Candidate(_note_rank(term), o.start, term, _note_lines(gloss(term))))
    chosen: dict[TermId, _Candidate] = {}
    for c in _spread(sorted(found, key=lambda c: c[:2]), len(b.text), lines):
        if c.term.id not in chosen and c.lines <= lines and len(chosen) < most:
            chosen[c.term.id] = c
            lines -= c.lines
    notes = [c.term for c in sorted(chosen.values(), key=lambda c: c.start)]
    noted.update(chosen)
    return (*(MarginNote(t.id, t.term, gloss(t), gloss_lang(t)) for t in notes), *also)


class _Candidate(NamedTuple):
    """A term that may have a note in the margin: its rank, where it is, how high the note is."""

    rank: int
    start: int
    term: Term
    lines: float


def _spread(best: Sequence[_Candidate], length: int, lines: float) -> Iterator[_Candidate]:
    """Ranked terms, those of each priority along the paragraph: the best of each stretch, then the others."""
    usual = sum(c.lines for c in best) / len(best) if best else 1.0
    parts = max(1, int(lines / usual))
    for _, same in groupby(best, key=lambda c: c.rank // _KINDS):
        group, stretches = list(same), dict[int, _Candidate]()
        for c in group:
            stretches.setdefault(c.start * parts // max(1, length), c)
        yield from stretches.values()
        yield from group


@lru_cache(_CACHED)
def _note_lines(text: str) -> float:
    """How many lines of the text a note is high."""
    return _rows(text) * _ROW + _HEADWORD


def _rows(text: str) -> int:
    """How many rows of the margin a text takes."""
    return ceil(sum(1 if c > "\u2e7f" else _LETTER for c in text) / _NOTE_CHARACTERS)


# Kinds of terms that `_note_rank` tells apart.
_KINDS = 3


def _note_rank(term: Term) -> int:
    """The rank of a term if the margin has room for some notes only: by priority, then by kind."""
    kind = 0 if term.kind in ("policy", "slogan") else 1 if term.kind in ("concept", "idiom") else 2
    return _KINDS * PRIORITIES.index(term.priority) + kind


# -- caches: equal values are the same object, so that the HTML of a block can be cached by it; the figure is
# in `glossary.Glossary.card`


@lru_cache(_CACHED)
def _term_ref(id: TermId, kind: str, first: bool, marked: bool, article: str) -> TermRef:
    href = urls.term(id) + (f"#{urls.came_from(article)}" if article else "")
    return TermRef(id, href, _LINE.get(kind, "word"), first, marked)


@lru_cache(_CACHED)
def _voice(s: Speaker, address: str, latin: str, office: str, _: Locale) -> Voice:
    role = office or s.role or unnamed(s.kind)
    return Voice(s.id, s.name, role, address, reason_words(s.doubt), latin, bool(office or not s.role))


# A text has a word many times.
_spelled = lru_cache(_CACHED)(spell)


@lru_cache(_CACHED_BLOCKS)
def _table(rows: tuple[BlockView, ...]) -> TableView:
    return TableView(rows)


@lru_cache(_CACHED_BLOCKS)
def _block_view(
    article: ArticleId,
    b: Block,
    number: int,
    spans: tuple[tuple[tuple[int, int, str], Any], ...],
    rubies: Readings,
    voices: tuple[Voice, ...],
    notes: tuple[MarginNote, ...],
    partly: bool,
    still: tuple[Voice, ...],
    translation: TranslatedView | None,
) -> BlockView:
    """A block from everything that it shows. After an edit only the changed blocks are made again."""
    nodes = inline(b.text, ((Span(start, end), kind, data) for (start, end, kind), data in spans))
    return BlockView(
        id=b.id,
        kind=b.kind,
        level=b.level,
        number=number,
        href=urls.block(article, b.id),
        nodes=with_readings(nodes, tuple(rubies), _spelled) if rubies else nodes,
        voices=voices,
        notes=notes,
        partly=partly,
        still=still,
        translation=translation,
    )
