"""The rows of the pages of an article and of a paragraph, made from the annotated article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app import urls
from app.edit.bench import Bench
from app.edit.entry_files import entry_digest
from app.edit.kinds import KIND_NAMES, TYPE_NAMES
from app.edit.places import ArticlePlace
from app.i18n import say
from app.model import Block, Correction, Document, Person, Quotation, Span, Speaker
from app.pages.labels import SPEAKER_KIND
from app.text.folding import normalize
from app.text.quotes.people import KNOWN_AS
from app.text.reasons import reason_words

# Below this confidence the page names a speaker as doubtful, as reading pages do.
_DOUBTFUL = 0.6
# Characters around a mark that its row shows.
_AROUND = 6


@dataclass(frozen=True, slots=True)
class SelectOption:
    """An option of a list: `value` is sent, `text` is shown."""

    value: str
    text: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the header, with its label and its present value."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block in the list of an article.

    `said` names who speaks in it; `doubt`: one of them is not certain or not known.
    """

    id: str
    href: str
    kind: str
    text: str
    said: str
    doubt: bool
    last: bool


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction of the front matter in one line; `n` is its place in the list."""

    n: int
    text: str


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A revision of the text; `facts`: when it was saved, and why."""

    n: int
    facts: str
    current: bool


@dataclass(frozen=True, slots=True)
class QuotationRow:
    """A quotation of a paragraph; `doubt`: the speaker is not certain or not known."""

    start: int
    end: int
    words: str
    speaker: str
    types: tuple[SelectOption, ...]
    doubt: bool


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """A speaker of a paragraph.

    `person` is the id of the entry in content/speakers, or ""; `people` are the entries that it could be.
    `doubt` says why the link to an entry is uncertain.
    """

    name: str
    role: str
    kinds: tuple[SelectOption, ...]
    person: str
    people: tuple[SelectOption, ...]
    doubt: str


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A mark of a paragraph; `seen` is the digest of its entry, `vetoes` are contexts that take it away."""

    term: str
    href: str
    text: str
    seen: str
    vetoes: tuple[SelectOption, ...]


def block_row(place: ArticlePlace, document: Document, block: Block) -> BlockRow:
    """A block in the list of an article."""
    names = {s.id: s.name for s in document.speakers}
    said = [q for q in document.quotations if q.block == block.id]
    speakers = dict.fromkeys(names.get(q.speaker, "") if q.speaker else say("未详") for q in said)
    return BlockRow(
        block.id,
        f"{place.home}{block.id}/",
        say(KIND_NAMES[block.kind]),
        block.text,
        "、".join(speakers),
        any(_doubtful(q) for q in said),
        block.n == len(document.blocks),
    )


def _doubtful(q: Quotation) -> bool:
    return q.speaker is None or q.confidence < _DOUBTFUL


def quotation_row(document: Document, block: Block, q: Quotation) -> QuotationRow:
    """A quotation of a paragraph."""
    name = next((s.name for s in document.speakers if s.id == q.speaker), "")
    types = tuple(SelectOption(k, say(t), k == q.type) for k, t in TYPE_NAMES.items())
    return QuotationRow(q.start, q.end, block.text[q.start : q.end], name, types, _doubtful(q))


def speaker_row(bench: Bench, document: Document, id: str) -> SpeakerRow:
    """A speaker of a paragraph, with the people that it could be."""
    known = next(s for s in document.speakers if s.id == id)
    choices = tuple(
        SelectOption(p.id, named(p), known.recorded and p.id == known.id and not known.doubt)
        for p in namesakes(bench.knowledge().people, known)
    )
    none = SelectOption("-", say("不是词表里的人"), not known.recorded and not known.doubt)
    open_ = (SelectOption("", say("先不定"), True),) if known.doubt else ()
    kinds = tuple(SelectOption(k, words, k == known.kind) for k, words in SPEAKER_KIND.items())
    return SpeakerRow(
        known.name,
        known.role or "",
        kinds,
        id if known.recorded else "",
        (*open_, *choices, none),
        reason_words(known.doubt),
    )


def namesakes(people: Sequence[Person], speaker: Speaker) -> list[Person]:
    """The entries that a speaker could be."""
    forms = {normalize(KNOWN_AS.get(form, form)) for form in (speaker.name, *speaker.aliases)}
    return [
        p
        for p in people
        if p.id == speaker.id or forms & set(map(normalize, (p.name, p.name_hant, *p.aliases)))
    ]


def named(person: Person) -> str:
    """A person's name and first office, to choose from."""
    return f"{person.name}　{person.offices[0].whole if person.offices else person.id}"


def mark_rows(bench: Bench, place: ArticlePlace, document: Document, block: Block) -> tuple[MarkRow, ...]:
    """The marks of a paragraph."""
    rows, known = [], bench.knowledge()
    for o in document.occurrences:
        term = known.term(o.term) if o.block == block.id else None
        if term is not None:
            vetoes = _vetoes(place, block, o.span)
            rows.append(MarkRow(term.id, urls.edit_term(term.id), o.text, entry_digest(term), vetoes))
    return tuple(rows)


def _vetoes(place: ArticlePlace, block: Block, span: Span) -> tuple[SelectOption, ...]:
    """Contexts that take a mark away: words before or after it, this paragraph, this article."""
    before, behind = block.text[max(0, span.start - _AROUND) : span.start], block.text[span.end :][:_AROUND]
    choices = []
    if before[-2:].strip():
        choices.append(SelectOption(f"{before[-2:]}~", say("前面是“%(words)s”", words=before[-2:])))
    if behind[:2].strip():
        choices.append(SelectOption(f"~{behind[:2]}", say("后面是“%(words)s”", words=behind[:2])))
    if not place.draft:
        choices.append(SelectOption(f"@{place.id}/{block.id}", say("在这一段里")))
        choices.append(SelectOption(f"@{place.id}", say("在这一篇里")))
    return tuple(choices)


def correction_words(c: Correction) -> str:
    """A correction in one line, as article.md has it."""
    values = {
        "words": c.words,
        "paragraph": c.paragraph,
        "speaker": c.speaker or ("null" if c.speech and (c.words or c.paragraph) else ""),
        "speech": "" if c.speech else "false",
        "type": c.type if c.words and c.type != "direct" else "",
        "role": c.role,
        "kind": c.kind or "",
        "person": c.person,
    }
    return "，".join(f"{k}: {v}" for k, v in values.items() if v)
