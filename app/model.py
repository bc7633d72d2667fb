"""The nouns: frozen values and typed ids, the same from file to template to JSON.

A text is never altered. Annotations stand off: they point into a block's text by `Span`, in Unicode
code points, half-open, so a stored offset means the same in Python, JSON and a W3C selector.

    Piece  -- what reflow finds or article.md holds: a kind and a text, no id yet
    Block  -- a piece with its lasting id and its place in the article
    Document -- one article with everything known about it, the value behind every page and export
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal, NewType, Self, get_args

from msgspec import Meta

ArticleId = NewType("ArticleId", str)
BlockId = NewType("BlockId", str)
TermId = NewType("TermId", str)
SpeakerId = NewType("SpeakerId", str)

# The ids of articles, terms and people.
ARTICLE_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")

Kind = Literal["paragraph", "heading", "byline", "caption", "furniture", "list", "verse", "table", "note"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Separates the cells of a block of kind `table`, which is one row. An empty cell keeps its place, so only the
# text of a row may begin or end with white space.
CELL = "\u3000"
# Kinds whose words are the article's own running text: the ones that terms and quotations are looked for in.
PROSE: frozenset[Kind] = frozenset(("paragraph", "caption", "list", "verse", "table"))

QuotationType = Literal["direct", "indirect", "mixed"]
Manner = Literal["direct", "indirect", "mixed", "ascribed"]
SpeakerKind = Literal["person", "collective", "organisation"]
Lang = Literal["zh-Hans", "zh-Hant"]

# Reading a document from JSON checks these limits. Every database stores 10**9 in a column for whole numbers.
Number = Annotated[int, Meta(ge=0, le=10**9)]
Rate = Annotated[float, Meta(ge=0, le=1)]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one block's text: Unicode code points, half-open, never empty."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A block before it has an id.

    Attributes:
        kind: what sort of block it is.
        text: its words on one line, no surrounding white space (but see `CELL`).
        lines: first and last line of the source it came from, 1-based, inclusive; None when not from lines.
        level: heading level, 2 for the article's own headings; 0 for all other kinds.
    """

    kind: Kind
    text: str
    lines: tuple[int, int] | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an article under its lasting id.

    Attributes:
        id: four characters, unique in the article for ever.
        n: 1-based place in the article; for people, not for links.
    """

    id: BlockId
    n: Number
    kind: Kind
    text: str
    level: Number = 0


@dataclass(frozen=True, slots=True)
class Annotation:
    """A stretch of one block's text: Unicode code points, half-open. All annotations extend it.

    The fields of an annotation are its keys in JSON, in this order: see `app.document`.
    """

    block: BlockId
    start: Number
    end: Number

    @property
    def span(self) -> Span:
        """The stretch without its block."""
        return Span(self.start, self.end)

    def moved(self, span: Span) -> Self:
        """The same annotation at another place of its block."""
        return replace(self, start=span.start, end=span.end)


@dataclass(frozen=True, slots=True)
class Occurrence(Annotation):
    """One place where a text uses a glossary term.

    Attributes:
        core: the entry's priority is core.
        first: the term's first occurrence in its section (between two headings).
    """

    text: str
    term: TermId
    core: bool
    first: bool


@dataclass(frozen=True, slots=True)
class Mention(Annotation):
    """The words that name a speaker for one quotation: a name, a pronoun, a short form."""


@dataclass(frozen=True, slots=True)
class Quotation(Annotation):
    """Words given as somebody's own and, where known, who said them and how we know.

    Attributes:
        start, end: the content, without its outer quotation marks.
        speaker: a `Speaker.id` of the same document; None: we do not know, and the page says so.
        cue: the verb or phrase as it stands (说, 补充表示), None for a bare colon or plain marks.
        source: the words that name the speaker.
        why: the rule that decided, in a few words for an editor, with its antecedent where there is one.
        confidence: 0 to 1, how sure it is who says the words up to `inferred_from`; below .6 the page shows
            the attribution as doubtful.
        inferred_from: from this offset in the block on, sentences without a cue of their own are taken to
            go on with the reported speech; None: there are none.
        ascribed: a speaker or the narrator ascribes the words to somebody without quotation marks or
            without a verb of saying of their own. Such quotations are counted apart.
    """

    type: QuotationType
    speaker: SpeakerId | None
    cue: str | None
    source: Mention | None
    why: str = ""
    confidence: Rate = 1.0
    inferred_from: Number | None = None
    ascribed: bool = False

    @property
    def manner(self) -> Manner:
        """How a page presents the words: their type, or that somebody else ascribes them."""
        return "ascribed" if self.ascribed else self.type

    @property
    def certain_end(self) -> int:
        """Where the words end that the text itself gives to the speaker; the rest is inferred."""
        return self.span.end if self.inferred_from is None else self.inferred_from


@dataclass(frozen=True, slots=True)
class QuoteMark(Annotation):
    """The inside of one pair of quotation marks, and whether it holds speech."""

    speech: bool


@dataclass(frozen=True, slots=True)
class Speaker:
    """A source of quotations as one article presents it.

    Attributes:
        id: the person's id in content/speakers when joined to one, else made from the name.
        name: the fullest form in the article.
        aliases: other forms used in it.
        role: the longest description printed beside the name, None if there is none.
        recorded: joined to an entry of content/speakers.
        doubt: why the join is uncertain, or "".
    """

    id: SpeakerId
    name: str
    aliases: tuple[str, ...]
    role: str | None
    kind: SpeakerKind
    recorded: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """An editor's word on who says what, in article.md; it holds over every new annotation.

    Attributes:
        words: a stretch of the text that tells which quotation is meant, or what the quotation is; "" when
            the correction is about a paragraph or a speaker.
        paragraph: the id of a paragraph that is one speaker's as a whole, or in which nobody speaks.
        speaker: who says them (a name or an id of content/speakers), or whom the correction is about; None
            with words: nobody knows.
        speech: False: the words are no quotation at all.
        type: of a quotation that was missed.
        role, kind: of the speaker, instead of what was found.
        person: the id in content/speakers that the speaker is, or "-" for none of them.
        line: in article.md, for `check`.
    """

    words: str = ""
    speaker: str | None = None
    speech: bool = True
    type: QuotationType = "direct"
    role: str = ""
    kind: SpeakerKind | None = None
    person: str = ""
    paragraph: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of an article beside its text.

    Attributes:
        title: headline; `supplied` when an editor made it up, and then shown in brackets as 编者拟题.
        subtitle: the line under the headline, "" when there is none.
        date: ISO 8601, as exact as it is known (2023, 2023-12, 2023-12-03), or ""; `circa` when approximate.
        publication: where it was printed, "" when not known.
        note: the editor's word on title, date and source, plain text.
        aliases: earlier ids of the article; their addresses are redirected.
    """

    id: ArticleId
    title: str
    subtitle: str = ""
    supplied: bool = False
    date: str = ""
    circa: bool = False
    publication: str = ""
    author: str = ""
    url: str = ""
    note: str = ""
    lang: str = "zh-Hans"
    aliases: tuple[ArticleId, ...] = ()


# The kind of a text; it decides who may speak in it.
Genre = Literal[
    "news",
    "document",
    "law",
    "report",
    "speech",
    "letter",
    "qa",
    "interview",
    "transcript",
    "feature",
    "readout",
    "commentary",
    "diary",
]
# Kinds whose prose is somebody's own, so that a name at the head or the end is the author's.
OWN_WORDS: frozenset[Genre] = frozenset(("speech", "report", "letter", "commentary", "diary"))


@dataclass(frozen=True, slots=True)
class Author:
    """Whose own words the whole text is.

    Attributes:
        role: the office that the text gives; None if it gives none.
        speaker: the `Speaker.id` of the same person in this document; None if no quotation is theirs.
    """

    name: str
    role: str | None = None
    speaker: SpeakerId | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One article with everything known about it: the value behind page, API and export.

    Attributes:
        revision: number of the saved revision the text belongs to; 0 when never saved.
        saved_at: when that revision was saved, ISO 8601; "" when never.
        draft: the text was edited after that revision and not saved; its new ids may still change.
        cuts: per block, in order, where its words end (code points), for looking words up.
        title_cuts: the same for the title, which breaks at words only.
        author: whose own words the whole text is; None where nobody is named.
        genre, genre_why: the kind of the text, and the sign that tells.
    """

    header: Header
    revision: Number
    blocks: tuple[Block, ...]
    occurrences: tuple[Occurrence, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    quote_marks: tuple[QuoteMark, ...] = ()
    cuts: tuple[tuple[Number, ...], ...] = ()
    title_cuts: tuple[Number, ...] = ()
    draft: bool = False
    saved_at: str = ""
    author: Author | None = None
    genre: Genre = "news"
    genre_why: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact of a glossary entry or a person comes from.

    Attributes:
        title: of the page; in square brackets when it is a description, the page's own title not seen.
        tier: A official or institutional site, B press, journal, reference site, C reprint, archive, mirror.
        date: as exact as known, or "".
    """

    title: str
    publisher: str = ""
    date: str = ""
    url: str = ""
    tier: Literal["A", "B", "C"] = "C"


TermKind = Literal[
    "policy",
    "slogan",
    "programme",
    "institution",
    "event",
    "concept",
    "document",
    "meeting",
    "place",
    "idiom",
    "title",
]
Domain = Literal[
    "party",
    "government",
    "economy",
    "society",
    "law",
    "diplomacy",
    "defence",
    "science",
    "ecology",
    "culture",
    "regions",
    "agriculture",
]
Priority = Literal["core", "useful", "minor"]
PRIORITIES: tuple[Priority, ...] = ("core", "useful", "minor")
DateType = Literal["proposed", "adopted", "issued", "founded", "in_use_by", "ended"]
EnglishStatus = Literal["official", "common", "descriptive"]
# True: all facts were found in sources; "main": the main facts; False: not verified.
Verified = bool | Literal["main"]


@dataclass(frozen=True, slots=True)
class TermDate:
    """A date of a term, as exact as known, and what happened then.

    Attributes:
        type: `in_use_by` is the earliest use found; the term may be older.
        event, event_en: what happened, in words.
        source: 1-based number among the entry's sources; 0 when none is named.
    """

    date: str
    type: DateType
    event: str = ""
    event_en: str = ""
    source: int = 0


@dataclass(frozen=True, slots=True)
class English:
    """An English name of a term: official, in common use, or only our description of it."""

    text: str
    status: EnglishStatus = "descriptive"


@dataclass(frozen=True, slots=True)
class Member:
    """One of the things that a counted phrase counts, in the wording of the official list."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles in which a form means the term at all; every rule given must hold.

    Attributes:
        articles: only in these.
        requires: one of these words must be in the article.
        place: one of these names must be in the article.
    """

    articles: tuple[ArticleId, ...] = ()
    requires: tuple[str, ...] = ()
    place: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AliasScope:
    """The scope of one alias."""

    form: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry. The format with examples: content/README.md.

    Attributes:
        term: the headword, also the first form that is looked for in texts.
        pinyin: of the headword, by word, with tone marks.
        priority: which entry gives way where there is no room for all; every entry is marked.
        zh, en: definitions; the first sentence is complete by itself.
        aliases: other forms; all are looked for. Those with a scope of their own are in `alias_scopes` too.
        traditional: the headword in traditional characters.
        english: English names with their status, the best first.
        members: all that a counted phrase counts, in official order; each may have an entry of its own.
        members_changed: which list it is and since when.
        dates: what happened when, in any order.
        not_to_confuse: what it is easily taken for.
        related: ids of other entries.
        verified: how much of the entry was found in sources.
        note: an editor's doubts; on the term page, not on the card.
        veto: contexts (with ~ for the form) in which a form is not this term.
        only: the only contexts in which it is, where there are any.
        scope: the articles in which the forms are this term; None: all.
        reviewed: date of the last review, ISO 8601.
        file: where it was read from, glossary/….yaml; "" for an entry that comes from no file.
    """

    id: TermId
    term: str
    pinyin: str
    kind: TermKind
    priority: Priority
    zh: str
    aliases: tuple[str, ...] = ()
    en: str = ""
    traditional: str = ""
    domain: Domain | Literal[""] = ""
    english: tuple[English, ...] = ()
    literal: str = ""
    members: tuple[Member, ...] = ()
    members_changed: str = ""
    dates: tuple[TermDate, ...] = ()
    not_to_confuse: str = ""
    related: tuple[TermId, ...] = ()
    sources: tuple[Source, ...] = ()
    verified: Verified = False
    note: str = ""
    veto: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    scope: Scope | None = None
    alias_scopes: tuple[AliasScope, ...] = ()
    reviewed: str = ""
    file: str = field(default="", compare=False)

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form that is looked for in texts, the headword first."""
        traditional = (self.traditional,) if self.traditional else ()
        return tuple(dict.fromkeys((self.term, *self.aliases, *traditional)))


@dataclass(frozen=True, slots=True)
class Office:
    """A post somebody holds or held.

    Attributes:
        title: of the post, without its organisation where that is given: organisation and title read as one.
        start, end: as exact as known, "" when not known.
        title_en: the whole post in English.
    """

    title: str
    organisation: str = ""
    start: str = ""
    end: str = ""
    title_en: str = ""

    @property
    def whole(self) -> str:
        """Organisation and title as they are read out: 上海市科委主任.

        What the title repeats of the organisation's end is said once: 上海市科委 and 市科委处长 make
        上海市科委处长. One character is no repetition: 北岭大学 and 学院院长.
        """
        if self.organisation in self.title:
            return self.title
        most = min(len(self.organisation), len(self.title))
        repeated = (n for n in range(most, 1, -1) if self.organisation.endswith(self.title[:n]))
        return self.organisation + self.title[next(repeated, 0) :]


@dataclass(frozen=True, slots=True)
class Person:
    """An entry of content/speakers: public, professional facts only.

    Attributes:
        offices: as printed in articles and as sourced; they tell homonyms apart.
        homonyms: who else bears the name, in words.
        private: not a public figure: named in the articles only, without a page or an address.
        file: where it was read from, speakers/….yaml; "" for an entry that comes from no file.
    """

    id: SpeakerId
    name: str
    kind: SpeakerKind = "person"
    pinyin: str = ""
    name_hant: str = ""
    aliases: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()
    office_en: str = ""
    facts: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    homonyms: tuple[str, ...] = ()
    private: bool = False
    verified: bool = False
    note: str = ""
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Glossary and people, loaded once: what annotation may draw on."""

    terms: tuple[Term, ...] = ()
    people: tuple[Person, ...] = ()
    _terms: dict[TermId, Term] = field(init=False, repr=False, compare=False)
    _people: dict[SpeakerId, Person] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_terms", {t.id: t for t in self.terms})
        object.__setattr__(self, "_people", {p.id: p for p in self.people})

    def term(self, id: str) -> Term | None:
        """The entry with this id."""
        return self._terms.get(TermId(id))

    def person(self, id: str) -> Person | None:
        """The record of the person with this id."""
        return self._people.get(SpeakerId(id))

    def is_private(self, id: str) -> bool:
        """Whether this speaker is recorded as a private person, who has no page."""
        person = self.person(id)
        return person is not None and person.private
