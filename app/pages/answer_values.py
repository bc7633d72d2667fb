"""What assistants are told: one value for each kind of answer. No slots: the SDK takes them for defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.library.uses import UseFound, UsesBy, UsesBySpeaker
from app.model import ArticleId

LinkState = Literal["live", "rewritten", "split", "merged", "removed", "revision"]


@dataclass(frozen=True)
class FoundParagraph:
    """A paragraph in a list: the beginning of its words, or those around the first hit."""

    title: str
    date: str
    text: str
    link: str


@dataclass(frozen=True)
class FoundParagraphs:
    """Paragraphs that a search found. `after` asks for the next ones, "" at the end."""

    total: int
    paragraphs: list[FoundParagraph]
    instead: list[str]
    after: str
    link: str


@dataclass(frozen=True)
class PhraseUses:
    """The uses of a phrase in this library; `bounded`: how many paragraphs were counted, if not all."""

    phrase: str
    uses: int
    articles: int
    texts: int
    since: str | None
    until: str | None
    bounded: int | None
    first: UseFound | None
    last: UseFound | None
    years: list[UsesBy]
    speakers: list[UsesBySpeaker]
    link: str


@dataclass(frozen=True)
class ArticleParagraph:
    """A paragraph of an article, and those who are certain to speak in it."""

    number: int
    kind: str
    text: str
    speakers: list[str]
    link: str


@dataclass(frozen=True)
class ArticlePart:
    """Paragraphs of an article. `next` is the place where the following ones begin, 0 at the end."""

    id: ArticleId
    title: str
    date: str
    publication: str
    author: str
    paragraphs: list[ArticleParagraph]
    next: int
    link: str


@dataclass(frozen=True)
class QuotedWords:
    """Words that a speaker says; `doubtful`: who says them is not certain."""

    speaker: str
    type: str
    text: str
    doubtful: bool
    link: str


@dataclass(frozen=True)
class TermGloss:
    """A term's meaning. `checked`: the entry was checked against its sources."""

    term: str
    meaning: str
    english: str
    checked: bool
    link: str


@dataclass(frozen=True)
class ParagraphAnswer:
    """A paragraph, and what became of it since its link was given.

    `state` is live for one that is in the text unchanged; `note` tells the rest in words. `link` is the one
    to cite: of the paragraph that has the words now, or of the revision that was asked for. `text` are its
    words, for a paragraph that was removed or merged its own last words; `speakers` and `terms` are of the
    present text.
    """

    state: LinkState
    note: str
    article: str
    date: str
    text: str
    citation: str
    speakers: list[QuotedWords]
    terms: list[TermGloss]
    near: list[str]
    link: str


@dataclass(frozen=True)
class TermSource:
    """A source of an entry, on another site."""

    title: str
    publisher: str
    date: str
    url: str


@dataclass(frozen=True)
class TermAnswer:
    """A glossary entry, with its uses in this library."""

    gloss: TermGloss
    pinyin: str
    forms: list[str]
    members: list[str]
    dates: list[str]
    sources: list[TermSource]
    uses: int
    articles: int
    link: str


@dataclass(frozen=True)
class SpeakerAnswer:
    """A speaker: counts over the library, and the newest quotations."""

    name: str
    role: str
    quotations: int
    articles: int
    certain: int
    said: list[QuotedWords]
    link: str


@dataclass(frozen=True)
class ChangedWords:
    """Sentences that differ; `words` marks [-words that are gone-] and {+new ones+}."""

    kind: str
    words: str
    a_link: str
    b_link: str


@dataclass(frozen=True)
class TextChanges:
    """Two articles compared; `next` is the place where the following changes begin, 0 at the end.

    `respelled`: the texts are in different scripts, which count as the same.
    """

    a: str
    b: str
    kept: int
    reworded: int
    moved: int
    new: int
    gone: int
    respelled: bool
    new_phrases: list[str]
    gone_phrases: list[str]
    changes: list[ChangedWords]
    next: int
    link: str
