"""Words that two texts have in common: stretches of at least `LEAST` letters, copied or slightly edited.

Texts are compared as letters: Han characters, letters and figures of their keys, without marks. `prints`
are hashes of runs of `GRAM` letters, the least of each three that follow each other, so every run of
seven letters that two texts have in common gives them a print in common. Source: Schleimer, Wilkerson,
Aiken, Winnowing: local algorithms for document fingerprinting, 2003.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec import Struct

from app.text.folding import visible
from app.text.query import key

# Letters of a stretch that are the same in both texts; their share of the stretch.
LEAST, SHARE = 13, 0.75
GRAM = 5
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


def prints(text: str) -> dict[int, int]:
    """The prints of some letters, with the last place of each; none for texts too short for a stretch."""
    if len(text) < LEAST:
        return {}
    hashes = [
        (zlib.crc32(text[n : n + GRAM].encode("utf-32-le", "surrogatepass")) - (1 << 31), n)
        for n in range(len(text) - GRAM + 1)
    ]
    return dict(map(min, hashes, hashes[1:], hashes[2:]))


def stretches(a: str, b: str, grams: Iterable[str]) -> list[Stretch]:
    """The stretches that two texts have in common, in order; none overlap in the first text.

    Args:
        a: the letters of the first text.
        b: those of the second one.
        grams: the runs of letters whose prints both have, each once.
    """
    runs, done = list[Stretch](), dict[int, int]()
    for i, j in sorted((i, j) for gram in grams for i in _finds(a, gram) for j in _finds(b, gram)):
        if i >= done.get(i - j, 0):
            run = _extended(a, b, i, j)
            done[i - j] = done[run.a_end - run.b_end] = run.a_end
            if run.same >= LEAST:
                runs.append(run)
    kept = list[Stretch]()
    for s in sorted(runs, key=lambda s: (-s.same, s)):
        if all(s.a_end <= k.a or k.a_end <= s.a for k in kept):
            kept.append(s)
    return sorted(kept)


def _finds(text: str, gram: str) -> list[int]:
    """The first places of a gram."""
    found, at = list[int](), text.find(gram)
    while at >= 0 and len(found) < _REPEATED:
        found.append(at)
        at = text.find(gram, at + 1)
    return found


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
