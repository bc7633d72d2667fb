"""What every address of the API answers, as frozen dataclasses. The OpenAPI document follows from them.

Handlers return these values and `Json` writes them, so an answer has exactly these keys, in this order, and
every key is always there. Only a document leaves out two keys where they are empty: `app.document.OPTIONAL`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.model import (
    AliasScope,
    ArticleId,
    BlockId,
    Domain,
    English,
    Member,
    Mention,
    Office,
    Priority,
    QuotationType,
    Scope,
    Source,
    SpeakerId,
    SpeakerKind,
    TermDate,
    TermId,
    TermKind,
)
from app.web.responses import FaultCode


@dataclass(frozen=True, slots=True)
class ArticleItem:
    """An article in a list. `date` is ISO 8601, as exact as it is known; `circa` when it is approximate."""

    id: ArticleId
    title: str
    title_en: str | None
    supplied: bool
    date: str | None
    circa: bool
    publication: str | None
    url: str
    revision: int
    lang: str
    characters: int
    paragraphs: int
    terms: int
    speakers: int


@dataclass(frozen=True, slots=True)
class ArticleList:
    """A page of articles, newest first; `next` is the address of the following page, or null."""

    total: int
    items: list[ArticleItem]
    next: str | None


@dataclass(frozen=True, slots=True)
class TermItem:
    """A glossary entry and how often the library uses it.

    `verified` is true (all facts), "main" (the main facts) or false. Sources of tier C have no address.
    """

    id: TermId
    term: str
    pinyin: str
    kind: TermKind
    priority: Priority
    zh: str
    aliases: tuple[str, ...]
    en: str
    traditional: str
    domain: Domain | Literal[""]
    english: tuple[English, ...]
    literal: str
    members: tuple[Member, ...]
    members_changed: str
    dates: tuple[TermDate, ...]
    not_to_confuse: str
    related: tuple[TermId, ...]
    sources: tuple[Source, ...]
    verified: bool | str
    note: str
    veto: tuple[str, ...]
    only: tuple[str, ...]
    scope: Scope | None
    alias_scopes: tuple[AliasScope, ...]
    reviewed: str
    occurrences: int


@dataclass(frozen=True, slots=True)
class TermList:
    """The glossary in its own order; `next` is the address of the following page, or null."""

    total: int
    items: list[TermItem]
    next: str | None


@dataclass(frozen=True, slots=True)
class FirstUse:
    """Where a form occurs first: in the oldest dated article, or in one without a date."""

    date: str | None
    circa: bool
    url: str


@dataclass(frozen=True, slots=True)
class FormUses(FirstUse):
    """A written form of a term, how often it occurs, and where first."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class TermUser:
    """A speaker who uses a term; private persons have no `url`."""

    id: SpeakerId
    name: str
    count: int
    url: str | None


@dataclass(frozen=True, slots=True)
class Relation:
    """Another entry and its relation to this one."""

    term: str
    relation: str
    url: str


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a paragraph, with the paragraph's text."""

    article: ArticleId
    title: str
    date: str | None
    circa: bool
    block: BlockId
    start: int
    end: int
    text: str
    url: str
    speaker: SpeakerId | None


@dataclass(frozen=True, slots=True)
class TermRecord(TermItem):
    """A glossary entry with its uses.

    All counts are of the whole library: `articles` that use the term, `speakers` who do, uses in no quotation
    (`narrated`) and in one without a known speaker (`unattributed`). `users` are the most frequent speakers.
    `places` is one page of the uses; `next` is the address of the following one, or null. `member_entries`
    gives the entries of members by their words.
    """

    articles: int
    first: FirstUse | None
    forms: list[FormUses]
    speakers: int
    users: list[TermUser]
    narrated: int
    unattributed: int
    member_entries: dict[str, str]
    relations: list[Relation]
    places: list[Place]
    next: str | None


@dataclass(frozen=True, slots=True)
class SpeakerItem:
    """A speaker across the library. `ascribed` quotations are counted apart.

    `certain` counts the quotations with a confidence of .6 or more; if it is 0, the name itself is doubtful.
    """

    id: SpeakerId
    name: str
    role: str | None
    kind: SpeakerKind
    recorded: bool
    quotations: int
    articles: int
    ascribed: int
    certain: int
    url: str


@dataclass(frozen=True, slots=True)
class SpeakerList:
    """All people who are quoted, most quoted first; `next` is the address of the following page, or null."""

    total: int
    items: list[SpeakerItem]
    next: str | None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """An entry of content/speakers: public, professional facts. Sources of tier C have no address."""

    id: SpeakerId
    name: str
    kind: SpeakerKind
    pinyin: str
    name_hant: str
    aliases: tuple[str, ...]
    offices: tuple[Office, ...]
    office_en: str
    facts: tuple[str, ...]
    sources: tuple[Source, ...]
    homonyms: tuple[str, ...]
    private: bool
    verified: bool
    note: str


@dataclass(frozen=True, slots=True)
class SpeakerTotals:
    """Counts over the whole library."""

    quotations: int
    articles: int
    ascribed: int
    certain: int


@dataclass(frozen=True, slots=True)
class SpokenQuotation:
    """A quotation as in an article document, with its article and its words."""

    article: ArticleId
    date: str | None
    circa: bool
    block: BlockId
    start: int
    end: int
    type: QuotationType
    speaker: SpeakerId | None
    cue: str | None
    source: Mention | None
    why: str
    confidence: float
    inferred_from: int | None
    ascribed: bool
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class SpeakerRecord:
    """A speaker with their quotations; `next` is the address of those in further articles, or null."""

    id: SpeakerId
    name: str
    aliases: list[str]
    role: str | None
    kind: SpeakerKind
    recorded: bool
    record: PersonRecord | None
    totals: SpeakerTotals
    quotations: list[SpokenQuotation]
    next: str | None


@dataclass(frozen=True, slots=True)
class SearchHit(Place):
    """A paragraph that a search found: `start` and `end` are its first hit, `hits` all of them.

    `kind` is that of the block, or `translation:en` if the words are those of its translation.
    """

    kind: str
    hits: list[list[int]]


@dataclass(frozen=True, slots=True)
class SearchSuggestion:
    """What the reader may have meant: a term, a speaker, or a query that finds something."""

    kind: Literal["term", "speaker", "query"]
    text: str
    id: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """Paragraphs that a query finds, the best first.

    `total` is exact unless `more` is set: then there are older ones, on further pages. `next` is the address
    of the following page, or null. `read_as` are the words for a query in pinyin. `titles` are articles whose
    title has the words; only the first page has them.
    """

    q: str
    total: int
    more: bool
    items: list[SearchHit]
    next: str | None
    read_as: list[str]
    titles: list[ArticleItem]
    suggestions: list[SearchSuggestion]


@dataclass(frozen=True, slots=True)
class WordReading:
    """A word with one reading; `level` is of GF0025-2021, 7 for its band 7–9; `person` a speaker's id."""

    simplified: str
    traditional: str
    pinyin: str
    meanings: tuple[str, ...]
    level: int | None
    person: SpeakerId | None


@dataclass(frozen=True, slots=True)
class FoundWord:
    """A word; offsets count code points of the text that was asked about."""

    text: str
    start: int
    end: int
    url: str
    entries: list[WordReading]


@dataclass(frozen=True, slots=True)
class DictionaryCredit:
    """The dictionary's name and licence, which must be shown with its words."""

    name: str
    url: str
    licence: str
    licence_url: str
    released: str


@dataclass(frozen=True, slots=True)
class WordList:
    """The longest word of a text, then every shorter one inside it; empty where no word is known."""

    q: str
    words: list[FoundWord]
    attribution: DictionaryCredit


@dataclass(frozen=True, slots=True)
class TermLink:
    """A glossary entry and its page."""

    id: TermId
    term: str
    url: str


@dataclass(frozen=True, slots=True)
class WordsAt:
    """The words at a place of an article; `before` and `after` are where the neighbouring words begin."""

    article: str
    block: str
    at: int
    before: int | None
    after: int | None
    term: TermLink | None
    words: list[FoundWord]
    attribution: DictionaryCredit


@dataclass(frozen=True, slots=True)
class ParagraphRewrite:
    """A save that changed a paragraph deeply; `score` is its likeness with the text `before`."""

    revision: int
    saved_at: str
    score: float
    before: str


@dataclass(frozen=True, slots=True)
class LiveParagraph:
    """The paragraph is in the text. `also` are the other parts of one that was split."""

    article: ArticleId
    id: str
    state: Literal["live", "rewritten", "split"]
    url: str
    text: str
    n: int
    rewrites: list[ParagraphRewrite]
    also: list[BlockId]


@dataclass(frozen=True, slots=True)
class PinnedParagraph:
    """The paragraph as it was in a revision; `differs`: today's text is different."""

    article: ArticleId
    id: str
    state: Literal["revision"]
    url: str
    text: str
    revision: int
    saved_at: str
    differs: bool


@dataclass(frozen=True, slots=True)
class MergedParagraph:
    """The paragraph was merged into `target`; `text` are its own last words."""

    article: ArticleId
    id: str
    state: Literal["merged"]
    url: str
    target: BlockId
    text: str
    revision: int
    saved_at: str


@dataclass(frozen=True, slots=True)
class RemovedParagraph:
    """The paragraph was removed; `before` and `after` are the nearest ones that are still there."""

    article: ArticleId
    id: str
    state: Literal["removed"]
    url: None
    text: str
    revision: int
    saved_at: str
    before: BlockId | None
    after: BlockId | None


@dataclass(frozen=True, slots=True)
class Embed:
    """A paragraph as a quotation for other sites: oEmbed 1.0, type rich."""

    version: Literal["1.0"]
    type: Literal["rich"]
    title: str
    provider_name: str
    provider_url: str
    html: str
    width: int
    height: None
    cache_age: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault, RFC 9457.

    `title` and `detail` are in the language of the request, `code` names the kind of fault in every language.
    `near` are addresses that may have been meant.
    """

    type: str
    status: int
    instance: str
    code: FaultCode
    title: str
    detail: str = ""
    near: tuple[str, ...] = ()
