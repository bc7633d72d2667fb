"""Fast lookups for word lists: patterns, places in a text, endings of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from app.text.folding import normalize, well_formed
from app.text.quotes.lexicon.model import Lexemes


def words_of(*lists: Lexemes) -> frozenset[str]:
    """The words of one or more lists, folded."""
    return frozenset(normalize(word) for words in lists for word in words.words)


def either(words: Iterable[str]) -> str:
    """A pattern that matches any of the words, the longest that fits; as a tree, so that it is quick."""
    tree: dict[str, Any] = {}
    for word in map(normalize, words):
        branch = tree
        for c in word:
            branch = branch.setdefault(c, {})
        branch[""] = {}

    def pattern(branch: dict[str, Any]) -> str:
        parts = [re.escape(c) + pattern(rest) for c, rest in branch.items() if c]
        if not parts:
            return ""
        group = parts[0] if len(parts) == 1 and "" not in branch else f"(?:{'|'.join(parts)})"
        return f"{group}?" if "" in branch else group

    return f"(?=[{initials(tree)}]){pattern(tree)}"


def initials(words: Iterable[str]) -> str:
    """The first characters of words, escaped for a set in a pattern."""
    return "".join(dict.fromkeys(re.escape(normalize(word)[0]) for word in words))


def beginning(first: str, pattern: str) -> str:
    """A pattern for the first character of what another one matches, at every place of it.

    It begins with a set of characters, so that a search runs over everything else at once; alternatives and
    conditions would be tried at each.

    Args:
        first: the characters it may begin with, as in a set.
        pattern: the pattern to search for.
    """
    return f"[{first}](?<=(?={pattern})(?s:.))"


class Places:
    """Words that are looked for anywhere in a text: one pass, however many there are.

    Made a good deal quicker than a pattern, which tells where the words are the names of one article.

    Args:
        words: what counts; of those that begin together the longest has the place.
        before: what takes a place before any of `words` and is not reported.
    """

    def __init__(self, words: Iterable[str], *, before: Iterable[str] = ()) -> None:
        barred = sorted(dict.fromkeys(map(normalize, before)), key=len, reverse=True)
        wanted = sorted(dict.fromkeys(map(normalize, words)), key=len, reverse=True)
        self._barred = len(barred)
        self._words = (*barred, *wanted)
        self._automaton = AhoCorasick(map(well_formed, self._words), matchkind=MatchKind.LeftmostFirst)

    def of(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and word of each place in order, none overlapping another."""
        if not text:
            return []
        try:
            found = self._automaton.find_matches_as_indexes(text)
        except UnicodeEncodeError:  # half of a pair of surrogates
            found = self._automaton.find_matches_as_indexes(well_formed(text))
        if not found:
            return []
        words, barred = self._words, self._barred
        return [(start, end, words[n]) for n, start, end in found if n >= barred]


class Beginnings:
    """Where any of some words begins in a text, also inside another one."""

    def __init__(self, words: Iterable[str]) -> None:
        self._automaton = AhoCorasick(sorted(set(map(normalize, words))))

    def of(self, text: str, begin: int, end: int) -> list[int]:
        """The places in a stretch, in order."""
        stretch = text[begin:end]
        try:
            found = self._automaton.find_matches_as_indexes(stretch, overlapping=True)
        except UnicodeEncodeError:  # half of a pair of surrogates
            found = self._automaton.find_matches_as_indexes(well_formed(stretch), overlapping=True)
        return sorted({begin + start for _, start, _ in found})


def places_of(word: str, text: str) -> Iterator[tuple[int, int, str]]:
    """Start and end of each place of one word, as `Places` gives them."""
    at = text.find(word)
    while at >= 0:
        yield at, at + len(word), word
        at = text.find(word, at + len(word))


class Endings:
    """Words that are looked for at the end of a text."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(map(normalize, words))
        sizes: dict[str, set[int]] = {}
        for word in self._words:
            sizes.setdefault(word[-1], set()).add(len(word))
        self._sizes = {last: tuple(sorted(found, reverse=True)) for last, found in sizes.items()}

    def of(self, text: str) -> str:
        """The longest of the words that the text ends with, "" if none."""
        for n in self._sizes.get(text[-1:], ()):
            if (end := text[-n:]) in self._words:
                return end
        return ""

    def __contains__(self, text: str) -> bool:
        return text in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)
