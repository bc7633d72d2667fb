"""Words that two texts have in common: stretches of at least `LEAST` letters, copied or slightly edited.

Texts are compared as letters: Han characters, letters and figures of their keys, without marks. `prints`
are hashes of runs of `_GRAM` letters, the least of each `_WINDOW` that follow each other, so every run of
seven letters that two texts have in common gives them a print in common. Source: Schleimer, Wilkerson,
Aiken, Winnowing: local algorithms for document fingerprinting, 2003.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from app.text.folding import visible
from app.text.query import key

# Letters of a stretch that are the same in both texts; their share of the stretch.
LEAST, SHARE = 13, 0.75
_GRAM, _WINDOW = 5, 3
# Places of one run that are looked at.
_REPEATED = 20
# What an edit may replace, as letters of both texts, the likeliest first; so many letters must follow.
_EDITS = ((1, 1), (0, 1), (1, 0), (2, 2), (0, 2), (2, 0), (1, 2), (2, 1), (3, 3), (4, 4), (0, 3), (3, 0))
_AFTER = 3
_MARKS = re.compile(r"[\W_]+")


class Letters:
    """The letters of a text with this key.

    Attributes:
        text: the letters.
    """

    def __init__(self, words: str) -> None:
        self._words = words
        self.text = _MARKS.sub("", words)

    @cached_property
    def _at(self) -> Sequence[int]:
        return [n for n, c in enumerate(self._words) if c.isalnum()]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The offsets of some letters in the visible text, half-open."""
        return self._at[start], self._at[end - 1] + 1


class Stretch(Struct, frozen=True, order=True):
    """Letters of two texts that are the same but for edits; offsets are half-open.

    Attributes:
        same: how many letters are the same.
    """

    a: int
    a_end: int
    b: int
    b_end: int
    same: int


def letters(text: str) -> Letters:
    """The letters of a text."""
    return Letters(key(visible(text).text))


def prints(text: str) -> set[int]:
    """The prints of some letters; none for texts that are too short to have a stretch."""
    if len(text) < LEAST:
        return set()
    hashes = [
        zlib.crc32(text[n : n + _GRAM].encode("utf-32-le", "surrogatepass")) - (1 << 31)
        for n in range(len(text) - _GRAM + 1)
    ]
    return {min(hashes[n : n + _WINDOW]) for n in range(len(hashes) - _WINDOW + 1)}


class Compared:
    """A text that is compared with several others."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places = defaultdict[str, list[int]](list)
        for i in range(len(text) - _GRAM + 1):
            if len(at := self._places[text[i : i + _GRAM]]) < _REPEATED:
                at.append(i)

    def stretches(self, other: str) -> list[Stretch]:
        """The stretches that another text has too, in order; none overlap in this text."""
        kept = list[Stretch]()
        for s in sorted(self._runs(other), key=lambda s: (-s.same, s)):
            if s.same >= LEAST and all(s.a_end <= k.a or k.a_end <= s.a for k in kept):
                kept.append(s)
        return sorted(kept)

    def _runs(self, other: str) -> Iterator[Stretch]:
        """Every run that both have, extended over edits on both sides."""
        done: dict[int, int] = {}
        for j in range(len(other) - _GRAM + 1):
            for i in self._places.get(other[j : j + _GRAM], ()):
                if i >= done.get(i - j, 0):
                    run = _extended(self._text, other, i, j)
                    done[i - j] = done[run.a_end - run.b_end] = run.a_end
                    yield run


def _extended(a: str, b: str, i: int, j: int) -> Stretch:
    """The stretch around a run that begins at these letters."""
    right, right_b, after = _follow(a[i:], b[j:])
    left, left_b, before = _follow(a[:i][::-1], b[:j][::-1])
    return Stretch(i - left, i + right, j - left_b, j + right_b, before + after)


def _follow(a: str, b: str) -> tuple[int, int, int]:
    """How far two texts agree from their beginning, edits included, until too many letters differ.

    Returns:
        Letters of the first, letters of the second, and letters that are the same.
    """
    i = j = same = 0
    while True:
        while i < len(a) and j < len(b) and a[i] == b[j]:
            i, j, same = i + 1, j + 1, same + 1
        for x, y in _EDITS:
            ahead = a[i + x : i + x + _AFTER]
            if len(ahead) == _AFTER and ahead == b[j + y : j + y + _AFTER]:
                break
        else:
            return i, j, same
        if same + _AFTER < SHARE * (max(i + x, j + y) + _AFTER):
            return i, j, same
        i, j = i + x, j + y


def covered(spans: Iterable[tuple[int, int]]) -> int:
    """How many places some spans cover together."""
    total = end = 0
    for start, stop in sorted(spans):
        total += max(0, stop - max(start, end))
        end = max(end, stop)
    return total
