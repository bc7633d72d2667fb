"""How often words occur in an article."""

from __future__ import annotations

from collections import Counter
from operator import add

# Up to this length a text is searched for each word that may come again; a longer one is first asked for its
# pairs of characters, which takes .14 µs a character once.
_SEARCHED = 30_000


class Frequency:
    """Counts words in the folded text of one article; what was asked is kept."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._counts: dict[str, int] = {}
        self._frequent: dict[tuple[str, int], bool] = {}
        self._pairs: Counter[str] = Counter()  # of characters that come one after the other

    def count(self, word: str) -> int:
        """How often a word occurs."""
        if word not in self._counts:
            self._counts[word] = self._text.count(word)
        return self._counts[word]

    def frequent(self, word: str, least: int) -> bool:
        """Whether a word occurs at least that often: quicker than to count it."""
        if (word, least) not in self._frequent:
            self._frequent[word, least] = self._occurs(word, least)
        return self._frequent[word, least]

    def _occurs(self, word: str, least: int) -> bool:
        if len(self._text) > _SEARCHED:
            if not self._pairs:
                self._pairs.update(map(add, self._text, self._text[1:]))
            if min(map(self._pairs.__getitem__, map(add, word, word[1:])), default=least) < least:
                return False
        at = 0
        for _ in range(least):
            if (at := self._text.find(word, at)) < 0:
                return False
            at += len(word)
        return True
