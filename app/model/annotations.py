"""Annotations, which are spans of a block with data, and the speakers that they refer to.

`Annotations` lists the kinds. The document, its JSON, its validation and the API's schema follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal, Self

from app.model.blocks import Span
from app.model.ids import BlockId, Number, Rate, SpeakerId, TermId

QuotationType = Literal["direct", "indirect", "mixed"]
Manner = Literal["direct", "indirect", "mixed", "ascribed"]
SpeakerKind = Literal["person", "collective", "organisation"]

# An attribution below this confidence is doubtful.
DOUBTFUL = 0.6


@dataclass(frozen=True, slots=True)
class Annotation:
    """A span of a block, in Unicode code points, half-open. All annotations extend it.

    The fields of an annotation are its keys in JSON, in this order: see `app.document`.

    Attributes:
        node: kind of node that pages draw for the span with the annotation as its data; "" if they draw
            nothing, or need more than the annotation.
    """

    node: ClassVar[str] = ""

    block: BlockId
    start: Number
    end: Number

    @property
    def span(self) -> Span:
        """The span without its block."""
        return Span(self.start, self.end)

    def moved(self, span: Span) -> Self:
        """Return the same annotation with another span of its block."""
        return replace(self, start=span.start, end=span.end)


@dataclass(frozen=True, slots=True)
class Occurrence(Annotation):
    """A glossary term in a text.

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
    """Quoted words with their speaker and the reason for the attribution.

    Attributes:
        start, end: the content, without its outer quotation marks.
        speaker: a `Speaker.id` of the same document; None if unknown, and the page says so.
        cue: the verb or phrase as printed (说, 补充表示), None for a bare colon or bare quotation marks.
        source: the words that name the speaker.
        why: the rule that decided, in a few words for an editor, with the antecedent of a pronoun.
        confidence: of the attribution up to `inferred_from`, 0 to 1; less than .6 is doubtful.
        inferred_from: offset in the block from which sentences without a cue are assumed to continue the
            reported speech; None if there are none.
        ascribed: a speaker or the narrator ascribes the words to another person, without quotation marks or
            without a verb of saying. Such quotations are counted separately.
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
        """How a page presents the words: "ascribed", or their type."""
        return "ascribed" if self.ascribed else self.type

    @property
    def doubtful(self) -> bool:
        """Whether the speaker is not known or not certain."""
        return self.speaker is None or self.confidence < DOUBTFUL

    @property
    def certain_end(self) -> int:
        """The end of the words that the text itself attributes to the speaker; the rest is inferred."""
        return self.end if self.inferred_from is None else self.inferred_from


@dataclass(frozen=True, slots=True)
class QuoteMark(Annotation):
    """The text between a pair of quotation marks, and whether it is speech."""

    speech: bool


@dataclass(frozen=True, slots=True)
class ListedMember(Annotation):
    """One of the things that a text lists for a phrase."""


@dataclass(frozen=True, slots=True)
class Definition(Annotation):
    """A counted or quoted phrase whose members the text itself lists.

    Attributes:
        start, end: the phrase, without quotation marks.
        members: all of them, in the order of the text; they may be in other blocks.
    """

    members: tuple[ListedMember, ...]


@dataclass(frozen=True, slots=True)
class Speaker:
    """A source of quotations in one article.

    Attributes:
        id: the person's id in content/speakers if the speaker is linked to one, else made from the name.
        name: the fullest form in the article.
        aliases: other forms in the article.
        role: the longest description printed next to the name, None if there is none.
        recorded: linked to an entry of content/speakers.
        doubt: why the link is uncertain, or "".
    """

    id: SpeakerId
    name: str
    aliases: tuple[str, ...]
    role: str | None
    kind: SpeakerKind
    recorded: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """The annotations of one article by kind, each kind in the order of the text, and the speakers."""

    occurrences: tuple[Occurrence, ...] = ()
    definitions: tuple[Definition, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    quote_marks: tuple[QuoteMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """An editor's correction of a quotation, a paragraph or a speaker, in article.md.

    Corrections are applied again after every annotation.

    Attributes:
        words: words of the quotation to correct, or the whole quotation if annotation missed it; "" for a
            correction of a paragraph or a speaker.
        paragraph: the id of a paragraph that belongs to one speaker as a whole, or that has no speaker.
        speaker: who says the words (a name or an id of content/speakers), or the speaker to correct; with
            `words`, None means unknown.
        speech: False if the words are not a quotation.
        type: of a quotation that annotation missed.
        role, kind: replace what annotation found for the speaker.
        person: the speaker's id in content/speakers, or "-" if the speaker has no entry there.
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
