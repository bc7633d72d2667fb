"""The state of an alignment: old paragraphs, new ones, and the pairs found so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import app.text.paragraphs.bounds as bounds
from app.text.paragraphs.likeness import Grams, Wording, kept

End = tuple[int, float]  # a new paragraph, and the share of an old one that was found in it


class Board:
    """The old paragraphs, the new ones, and the results so far.

    Attributes:
        births: the first wording of each old paragraph; None if it is the present one.
        home, origin: the new paragraph that an old one became, and the reverse.
        split: for a new paragraph the old one that it was split from.
        merged: for an old paragraph the new one it was merged into, and the share of it found there.
        guests: for a new paragraph the old ones that were merged into it.
        held, given: old and new paragraphs that an editor has decided about.
    """

    def __init__(
        self, old: Sequence[Wording], births: Sequence[Wording | None], new: Sequence[Wording]
    ) -> None:
        self.old, self.births, self.new = old, births, new
        self.home: dict[int, int] = {}
        self.origin: dict[int, int] = {}
        self.split: dict[int, int] = {}
        self.merged: dict[int, End] = {}
        self.guests: dict[int, list[Wording]] = defaultdict(list)
        self.held: set[int] = set()
        self.given: set[int] = set()

    def pair(self, i: int, j: int) -> None:
        """Old paragraph i became new paragraph j."""
        self.home[i], self.origin[j] = j, i

    def merge(self, i: int, j: int, share: float) -> None:
        """Old paragraph i was merged into new paragraph j, which contains this share of it."""
        self.merged[i] = (j, share)
        self.guests[j].append(self.old[i])

    def is_old_free(self, i: int) -> bool:
        """Whether this old paragraph has no result yet."""
        return i not in self.home and i not in self.merged and i not in self.held

    def is_new_free(self, j: int) -> bool:
        """Whether this new paragraph has no result yet."""
        return j not in self.origin and j not in self.split and j not in self.given

    def is_free(self, i: int, j: int) -> bool:
        """Whether the two may still become a pair."""
        return self.is_old_free(i) and self.is_new_free(j)

    def free_old(self) -> list[int]:
        """The old paragraphs without a result."""
        return [i for i in range(len(self.old)) if self.is_old_free(i)]

    def free_new(self) -> list[int]:
        """The new paragraphs without a result."""
        return [j for j in range(len(self.new)) if self.is_new_free(j)]

    def unnamed(self) -> list[int]:
        """The new paragraphs that no old one became."""
        return [j for j in range(len(self.new)) if j not in self.origin and j not in self.given]

    def edited(self) -> list[tuple[int, int]]:
        """The pairs whose words differ."""
        return sorted((i, j) for i, j in self.home.items() if self.old[i].normal != self.new[j].normal)

    def gained(self) -> dict[int, Grams]:
        """For each new or changed text, the bigrams that no known paragraph explains."""
        gained = {j: self.new[j].grams for j in (*self.free_new(), *self.split)}
        gained |= {j: self.new[j].grams - self.old[i].grams for i, j in self.edited()}
        for j in gained:
            for guest in self.guests.get(j, ()):
                gained[j] = gained[j] - guest.grams
        return gained

    def neighbours(self, i: int, j: int) -> int:
        """The number of neighbours that the two have in common; the ends of the text count too."""
        first, last = (i == 0, j == 0), (i + 1 == len(self.old), j + 1 == len(self.new))
        before = all(first) if any(first) else self.home.get(i - 1) == j - 1
        after = all(last) if any(last) else self.home.get(i + 1) == j + 1
        return before + after

    def nearby(self, i: int) -> set[int]:
        """The new paragraphs at the place of an old one: its neighbours there, and those next to them."""
        before, after = self.home.get(i - 1, -2), self.home.get(i + 1, -2)
        found = {before, before + 1, after, after - 1}
        if i == 0:
            found.add(0)
        if i + 1 == len(self.old):
            found.add(len(self.new) - 1)
        return {j for j in found if 0 <= j < len(self.new)}

    def is_itself(self, i: int, j: int) -> bool:
        """Whether the edit kept some of the paragraph's first wording.

        If one editor adds a second sentence to a paragraph, and another deletes the first sentence, a link
        made for the first sentence must not lead to the second.
        """
        birth = self.births[i]
        if birth is None:
            return True
        had, left = kept(birth, self.old[i], self.new[j])
        return had < bounds.BORN or left >= bounds.LEFT
