"""The values that the dictionary gives: entries, words found in a text, and the attribution."""

from __future__ import annotations

from msgspec import Struct

from app.model import Span, SpeakerId


class Attribution(Struct, frozen=True):
    """What the licence asks to show with the data.

    Attributes:
        released: the date of the release, ISO 8601.
        changes: how the data were changed.
        levels: the list that the levels come from.
    """

    name: str
    url: str
    licence: str
    licence_url: str
    released: str
    changes: str
    levels: str

    def __str__(self) -> str:
        return f"{self.name} ({self.url}), {self.released}, {self.licence}. {self.changes} {self.levels}"


class Entry(Struct, frozen=True):
    """A word with one reading, or a person of the article.

    Attributes:
        pinyin: with tone marks, written in words.
        syllables: the same by syllable, one for every character where the dictionary has it so.
        meanings: in plain English; of a person, what the article or the record says about them.
        level: of GF0025-2021, 1 to 7, where 7 means its band 7–9; None if the list lacks the word.
        person: the person with this name; None for words.
    """

    simplified: str
    traditional: str
    pinyin: str
    meanings: tuple[str, ...]
    syllables: tuple[str, ...] = ()
    level: int | None = None
    person: SpeakerId | None = None


class Word(Struct, frozen=True):
    """A word of a text with all its entries, the likeliest first."""

    span: Span
    text: str
    entries: tuple[Entry, ...]


class Lookup(Struct, frozen=True):
    """The words at a position: the longest one, then every shorter word inside it, long ones first.

    Empty if the dictionary knows no word there.
    """

    words: tuple[Word, ...]

    @property
    def word(self) -> Word | None:
        """The longest one."""
        return self.words[0] if self.words else None
