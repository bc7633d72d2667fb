"""What templates see: values with ready words and ready addresses. A template loops and chooses, no more.

`pages.py` makes them from the library.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Literal

from app.i18n import Tongue, tongue
from app.model import Verified
from app.text.inline import Node


@dataclass(frozen=True, slots=True)
class Meta:
    """The head of a page: what browsers, crawlers and previews read. Addresses are absolute."""

    title: str
    description: str
    canonical: str = ""
    robots: str = ""
    og_type: str = "website"
    og_title: str = ""
    og_description: str = ""
    og_url: str = ""
    og_image: str = ""
    og_image_alt: str = ""
    published: str = ""
    modified: str = ""
    jsonld: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page before it is rendered."""

    template: str
    meta: Meta
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    nav: Literal["articles", "terms", "speakers", "search", ""] = ""
    lang: str = "zh-Hans"
    media_type: str = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Switch:
    """A way to show a text otherwise: a link, and what a browser remembers when it is followed.

    Attributes:
        key: pinyin or script.
        value: to be remembered, "" for the default.
        now: the value that this page has.
        on: whether the link leads back to the default.
    """

    key: str
    text: str
    href: str
    value: str
    now: str
    on: bool


@dataclass(frozen=True, slots=True)
class ArticleView:
    """The facts under a title.

    Attributes:
        supplied: an editor made the title up; show it in brackets, marked 编者拟题.
        date, publication: ready to print: 约2023年12月, 原载报刊未查明.
        date_iso: for <time datetime>, "" when not known.
        characters: Han characters and words of other scripts; minutes: reading time at 400 a minute.
        opening: the first sentences, where a page shows them.
        draft: edited on disk but not saved; the page warns the editor.
    """

    id: str
    href: str
    title: str
    title_words: tuple[str, ...]
    supplied: bool
    date: str
    date_iso: str
    publication: str
    author: str
    url: str
    note: str
    lang: str
    characters: int
    minutes: int
    paragraphs: int
    revision: int
    speakers_href: str
    source_href: str
    people: int
    groups: int
    terms: int
    draft: bool = False
    opening: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker beside a text: name and office as printed.

    Attributes:
        role: as printed, or 群体，未具名 and the like for the unnamed; "" when nothing is known.
        doubt: why the attribution is uncertain, or "".
    """

    id: str
    name: str
    role: str
    href: str
    doubt: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TermRef:
    """The target of a `term` node. Equal ones are the same object: there are hundreds on a page.

    Attributes:
        first: the term's first occurrence in its section, marked by default.
        line: how the mark is drawn: name (institution, place, programme, event), saying (policy, slogan) or
            word.
        marked: shown as a link under the page's choice of marks; else only carried, for scripts to bring out.
    """

    id: str
    href: str
    line: Literal["name", "saying", "word"]
    first: bool
    marked: bool


@dataclass(frozen=True, slots=True)
class SaidRef:
    """What a `said` node points to: a quotation; label 原话, 转述 or 引述.

    `inferred`: only its place gives this part to the speaker.
    """

    type: str
    label: str
    speaker: str
    doubtful: bool
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class MarginNote:
    """A note in the margin: a term and its first sentence; `lang` where that is not Chinese."""

    term: str
    headword: str
    text: str
    href: str
    lang: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class BlockView:
    """One block of the reading page. The same block is the same object, so that its HTML can be kept by it.

    Attributes:
        number: 1-based among paragraphs, what readers see; 0 for headings and furniture.
        nodes: the text as a tree; see `app.text.inline`.
        voices: who begins to speak in this block; `partly`: other words than theirs stand in it, too.
        notes: margin notes that fit beside it.
        html_class: the kind, as a class name.
    """

    id: str
    kind: str
    level: int
    number: int
    href: str
    nodes: tuple[Node, ...]
    voices: tuple[Voice, ...] = ()
    notes: tuple[MarginNote, ...] = ()
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the article under one heading; the first may have none (`heading` is None, title 导语)."""

    id: str
    title: str
    href: str
    people: tuple[str, ...]
    heading: BlockView | None
    blocks: tuple[BlockView, ...]


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member of a counted phrase.

    Attributes:
        term: the id of its own entry, or "".
        here: the paragraph speaks of this member and not of all.
    """

    text: str
    href: str = ""
    term: str = ""
    en: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class DateView:
    """A date of a term.

    Attributes:
        date: ISO 8601; type: of the entry's `dates`.
        label: the date in words with what happened: 2017年12月15日提出.
        event: more on what happened, in the language `lang` ("" for the entry's Chinese).
        source: 1-based number among the entry's sources, 0 for none.
    """

    date: str
    type: str
    label: str
    event: str
    lang: str
    source: int


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """A term's popup card: the term itself is the link to the entry, members lead to cards of their own.

    The same card is the same object, so that its HTML can be kept by it.

    Attributes:
        kind: in words, 政策.
        text: the whole definition; lang: its language where it is not Chinese.
        english: the best English name, "" for none; english_status: its status in words.
        members: up to seven; total: how many there are where there are more, else 0.
        when: the date that tells most, with what happened then, or "".
        occurrences: in this article.
    """

    id: str
    headword: str
    pinyin: str
    kind: str
    text: str
    lang: str
    english: str
    english_status: str
    members: tuple[MemberView, ...]
    total: int
    when: str
    verified: bool
    occurrences: int
    href: str


@dataclass(frozen=True, slots=True)
class Said:
    """One quotation in a list of them.

    Attributes:
        type: direct, indirect, mixed or ascribed; label: 原话, 转述, 引述.
        text: the words said, whole; nodes: the same with terms, for the article's own pages.
        number: of its paragraph; href: the paragraph page.
        why, confidence: how it was attributed, for those who ask; doubtful below .6.
        speaker: who said it; None when nobody knows.
        inferred: only their place gives the later sentences to the speaker.
    """

    type: str
    label: str
    text: str
    nodes: tuple[Node, ...]
    cue: str
    number: int
    href: str
    why: str
    confidence: float
    doubtful: bool
    article: Link | None = None
    date: str = ""
    speaker: Link | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the strip that shows who speaks where: per mille of the article's length."""

    x: int
    width: int
    type: str
    href: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A speaker's row in the article's index."""

    voice: Voice
    kind: str
    aliases: tuple[str, ...]
    said: tuple[Said, ...]
    ascribed: tuple[Said, ...]
    bars: tuple[Bar, ...]
    characters: int
    numbers: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Kwic:
    """An occurrence in its line: the words to its left, itself, the words to its right."""

    left: str
    hit: str
    right: str
    href: str
    number: int
    speaker: Link | None


@dataclass(frozen=True, slots=True)
class KwicGroup:
    """The occurrences of one article; `more` of them are not listed."""

    article: Link
    date: str
    lines: tuple[Kwic, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source line under an entry; `tier` A, B or C, `tier_label` in words; `lang` where it is Latin."""

    title: str
    publisher: str
    date: str
    url: str
    tier: str
    tier_label: str
    lang: str = ""
    publisher_lang: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of an entry as the library's texts have it, and since when they do."""

    text: str
    count: int
    since: str
    href: str


@dataclass(frozen=True, slots=True)
class Related:
    """An entry worth a look beside another, and what it is to it: 所属, 所含, 机构 …"""

    text: str
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class User:
    """Somebody in whose words a term stands, and how often."""

    name: str
    href: str
    count: int


@dataclass(frozen=True, slots=True)
class TermView:
    """An entry with everything known.

    Attributes:
        english: names with their status in words.
        members: all, in official order; members_changed: which list it is.
        checked: how far the entry is verified, in words.
        occurrences, articles, forms, speakers: of the whole library; `users` the most frequent speakers.
        narrated, unattributed: uses in no quotation, and in quotations whose speaker is unknown.
        kwic: the uses listed on this page, `listed` of them; `next` leads to older ones.
        cards: of the members that have an entry.
    """

    id: str
    href: str
    term: str
    pinyin: str
    kind: str
    priority: str
    aliases: tuple[str, ...]
    zh: str
    en: str
    traditional: str
    domain: str
    english: tuple[tuple[str, str], ...]
    literal: str
    members: tuple[MemberView, ...]
    members_changed: str
    dates: tuple[DateView, ...]
    not_to_confuse: str
    related: tuple[Related, ...]
    sources: tuple[SourceView, ...]
    verified: Verified
    checked: str
    note: str
    reviewed: str
    occurrences: int
    articles: int
    forms: tuple[Form, ...]
    users: tuple[User, ...]
    speakers: int
    narrated: int
    unattributed: int
    kwic: tuple[KwicGroup, ...]
    listed: int
    next: Link | None
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class TermRow:
    """An entry in the glossary's list."""

    id: str
    href: str
    term: str
    pinyin: str
    kind: str
    kind_id: str
    text: str
    lang: str
    verified: bool
    occurrences: int


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """A speaker in the library's list."""

    voice: Voice
    kind: str
    quotations: int
    articles: int
    ascribed: int = 0


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """A speaker across the library.

    Attributes:
        recorded: there is an entry in content/speakers; else only what articles print.
        roles: offices as printed, each with the article.
        groups: quotations by article, newest first; where a bare name is all that joins them, those under one
            office stand together.
        quotations, articles: of the whole library; ascribed: quotations that others ascribe, counted apart.
        apart: articles give this name offices that do not go together, so it may be several people.
    """

    voice: Voice
    kind: str
    recorded: bool
    pinyin: str
    name_hant: str
    aliases: tuple[str, ...]
    office_en: str
    roles: tuple[tuple[str, Link], ...]
    offices: tuple[str, ...]
    facts: tuple[str, ...]
    sources: tuple[SourceView, ...]
    homonyms: tuple[str, ...]
    verified: bool
    note: str
    groups: tuple[tuple[ArticleView, tuple[Said, ...]], ...]
    quotations: int
    articles: int
    ascribed: int = 0
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """The paragraph before or after the one in focus, faded."""

    id: str
    number: int
    href: str
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A paragraph's citation, ready to copy.

    Attributes:
        quote: its words in quotation marks, who says them, and where they stand.
        gbt: GB/T 7714; the day of access stands in it as `[引用日期]`, for whoever cites to fill in, so that
            the page stays the same from day to day.
    """

    quote: str
    plain: str
    gbt: str
    bibtex: str
    csl: str


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of a paragraph that somebody says; offsets count code points, half-open.

    Attributes:
        by: name and office as one reads them out, "" when it is not certain who speaks, when others ascribe
            the words, or when they are only taken to go on.
    """

    start: int
    end: int
    type: str
    by: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A paragraph with everything that sharing it needs.

    Attributes:
        link: its own address; fragment: the address in the article that marks its first words.
        source: title and date as a citation in running text names them.
        said: who says which of its words, so that a part of them can be quoted rightly.
        cards: addresses of its pictures, () when none is made; refused: why none is made;
            lacking: the characters that the fonts lack, ready to print.
        lines: where it stands in the text as received.
    """

    id: str
    number: int
    text: str
    link: str
    fragment: str
    source: str
    citation: Citation
    said: tuple[Words, ...]
    cards: tuple[Link, ...]
    refused: str
    lacking: str
    lines: Link | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph found by a search: the words around the hits in pieces, every other one (odd) marked.

    Attributes:
        speaker: who says the first hit, where it stands in a quotation and is not the group's head.
        article: where it stands, when it is not the group's head; `date` of it.
    """

    pieces: tuple[str, ...]
    href: str
    number: int
    speaker: Link | None
    article: Link | None = None
    date: str = ""


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one article, or of one speaker (`head` without address: nobody says them)."""

    head: Link
    date: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that the reader may have meant: `label` 词语, 人物 or 检索, `note` a few words more or ""."""

    label: str
    link: Link
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A physical line of the source; `number` 1-based; `decision` end, wrap, heading …; `sure` 0 to 100."""

    number: int
    text: str
    block: Link | None
    starts: bool
    decision: str
    label: str
    why: str
    sure: int


class Fragments:
    """Pieces of HTML by what makes them, what they show and their language; the longest unused go first.

    What they show never changes, and neither does what makes them: `_block.html` and the like see nothing
    of the page that they stand in.

    Args:
        most: how many characters are kept.
    """

    def __init__(self, most: int = 600_000) -> None:
        self._most = most
        self._size = 0
        self._made: OrderedDict[tuple[Callable[[Any], str], Hashable, Tongue], str] = OrderedDict()
        self._lock = Lock()

    def __call__(self, make: Callable[[Any], str], value: Hashable) -> str:
        """The piece for a value, made if it is not there."""
        key = make, value, tongue()
        with self._lock:
            if (piece := self._made.get(key)) is not None:
                self._made.move_to_end(key)
                return piece
        piece = make(value)
        with self._lock:
            if key not in self._made and len(piece) <= self._most // 20:
                self._made[key] = piece
                self._size += len(piece)
                while self._size > self._most:
                    self._size -= len(self._made.popitem(last=False)[1])
        return piece
