"""The similarity of two wordings, and a quick search for the most similar of many."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

import app.text.paragraphs.bounds as bounds


def normal(text: str) -> str:
    """Remove differences that typesetting and copying make: width, case, white space."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


Grams = Counter[str]


class Wording:
    """A text as the aligner compares it; bigrams are counted on first use."""

    __slots__ = ("_grams", "letters", "normal")

    def __init__(self, text: str) -> None:
        self.normal = normal(text)
        letters = "".join(c for c in self.normal if c.isalnum())
        # “老爷！……” consists mostly of marks.
        self.letters = letters if len(letters) >= 4 else self.normal
        self._grams: Grams | None = None

    @property
    def grams(self) -> Grams:
        """The bigrams of its letters, with their counts."""
        if self._grams is None:
            pairs = range(max(1, len(self.letters) - 1)) if self.letters else ()
            self._grams = Counter(self.letters[k : k + 2] for k in pairs)
        return self._grams

    def __len__(self) -> int:
        """The number of bigrams."""
        return max(len(self.letters) - 1, bool(self.letters))


def shared(a: Grams, b: Grams) -> int:
    """The number of bigrams that two texts have in common."""
    if len(b) < len(a):
        a, b = b, a
    return sum(min(count, b[gram]) for gram, count in a.items() if gram in b)


def common_in_order(a: str, b: str) -> int:
    """Length of the longest common subsequence.

    Source:
        Hyyrö, Bit-parallel LCS-length computation revisited, 2004: a row of the table is one integer.
    """
    masks: dict[str, int] = defaultdict(int)
    for k, sign in enumerate(a):
        masks[sign] |= 1 << k
    full = row = (1 << len(a)) - 1
    for sign in b:
        if sign in masks:
            both = row & masks[sign]
            row = (row + both | row - both) & full
    return len(a) - row.bit_count()


def dice(a: Wording, b: Wording) -> float:
    """Dice's coefficient of two multisets of bigrams. It ignores order, so sentences may move."""
    return 2 * shared(a.grams, b.grams) / max(1, len(a) + len(b))


def alike(a: Wording, b: Wording) -> float:
    """Similarity of two texts: the mean of common bigrams and of characters in the same order.

    The second part is reduced by the chance level. It recognises a sentence in which every other word was
    replaced, and a heading of four characters with a typing error.
    """
    if a.normal == b.normal:
        return 1.0
    in_order = 2 * common_in_order(a.letters, b.letters) / max(1, len(a.letters) + len(b.letters))
    return (dice(a, b) + max(0.0, in_order - bounds.CHANCE) / (1 - bounds.CHANCE)) / 2


def kept(words: Wording, before: Wording, after: Wording) -> tuple[float, float]:
    """The share of some words that a text had before an edit, and has after it.

    Counts characters, since replacing single words changes fewer characters than bigrams.
    """
    was, now = Counter(before.letters), Counter(after.letters)
    had = lost = 0
    for sign, count in Counter(words.letters).items():
        had += min(count, was[sign])
        lost += min(count, max(0, was[sign] - now[sign]))
    size = max(1, len(words.letters))
    return had / size, (had - lost) / size


Key = TypeVar("Key", bound=Hashable)


def overlaps(texts: Mapping[Key, Grams], pools: Mapping[int, Grams]) -> dict[Key, dict[int, int]]:
    """For each text the pools that share bigrams with it, and how many, without very common bigrams."""
    holders: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for j, pool in pools.items():
        for gram, count in pool.items():
            holders[gram].append((j, count))
    found: dict[Key, dict[int, int]] = {}
    for key, grams in texts.items():
        shared: dict[int, int] = defaultdict(int)
        for gram, count in grams.items():
            there = holders.get(gram, ())
            if len(there) <= bounds.COMMON:
                for j, held in there:
                    shared[j] += min(count, held)
        found[key] = shared
    return found


def rivals(texts: Mapping[Key, Wording], pools: Mapping[int, Wording]) -> Iterator[tuple[Key, int]]:
    """For each text the `bounds.RIVALS` others that share most bigrams with it."""
    if not texts or not pools:
        return
    shared = overlaps(
        {key: words.grams for key, words in texts.items()}, {j: words.grams for j, words in pools.items()}
    )
    for key, words in texts.items():
        here = shared[key]
        best = sorted(here, key=lambda j: (-here[j] / (len(words) + len(pools[j])), j))
        for j in best[: bounds.RIVALS]:
            yield key, j
