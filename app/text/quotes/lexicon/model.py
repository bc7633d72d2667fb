"""The form of a word list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lexemes:
    """One list of words.

    Attributes:
        use: the common sense of the words, and how the rules use them.
        example: a sentence with one of them.
        words: the words, in simplified characters.
    """

    use: str
    example: str
    words: tuple[str, ...]


def word_list(use: str, example: str, words: str) -> Lexemes:
    """Make a list from words separated by spaces."""
    return Lexemes(use, example, tuple(dict.fromkeys(words.split())))
