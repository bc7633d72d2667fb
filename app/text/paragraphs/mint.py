"""New paragraph ids: four characters, made from a paragraph's first wording."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from app.model import BlockId
from app.text.paragraphs.likeness import normal

LETTERS = "bcdfghjkmnpqrstvwxz"  # without vowels, to avoid words, and without l, which looks like 1
SIGNS = "23456789" + LETTERS
ID = re.compile(f"[{LETTERS}][{SIGNS}]{{3}}")


def slips(id: str) -> Iterator[str]:
    """All ids that differ by one character, or by two swapped neighbours."""
    for k in range(4):
        for sign in LETTERS if k == 0 else SIGNS:
            if sign != id[k]:
                yield id[:k] + sign + id[k + 1 :]
    for k in range(3):
        swapped = id[:k] + id[k + 1] + id[k] + id[k + 2 :]
        if swapped != id and ID.fullmatch(swapped):
            yield swapped


class Mint:
    """Makes new ids for an article, each more than one typing error away from all used ones.

    Args:
        article: its id; paragraph ids are made from it and the text.
        used: every id that the article ever used.
    """

    # Of 373,977 ids, about 11,000 can be more than a typing error apart. Longer articles get ids that are
    # only unused.
    TRIES = 4096

    def __init__(self, article: str, used: Iterable[str] = ()) -> None:
        self._article = article
        self._used: set[str] = set()
        self._near: set[str] = set()
        self._crowded = False
        # How many ids of a text were refused: equal paragraphs need not try them again.
        self._refused: dict[bytes, int] = {}
        for id in used:
            self._take(id)

    def __call__(self, text: str) -> BlockId:
        """Make an id for a new paragraph with this text; the same text and state give the same id."""
        birth = f"{self._article}\0{normal(text)}\0".encode("utf-8", "surrogatepass")
        n, crowded = self._refused.get(birth, 0), self._crowded
        while True:
            self._crowded = self._crowded or n >= self.TRIES
            value = int.from_bytes(hashlib.sha256(birth + str(n).encode()).digest()[:8])
            value, first = divmod(value, len(LETTERS))
            id = LETTERS[first]
            for _ in range(3):
                value, sign = divmod(value, len(SIGNS))
                id += SIGNS[sign]
            if id not in self._used and (self._crowded or not self._slips_into(id)):
                self._take(id)
                self._refused[birth] = n + 1
                if self._crowded and not crowded:
                    self._refused.clear()  # ids near a used one will do now
                return BlockId(id)
            n += 1

    def _take(self, id: str) -> None:
        self._used.add(id)
        self._near.update(id[:k] + "?" + id[k + 1 :] for k in range(4))

    def _slips_into(self, id: str) -> bool:
        if any(id[:k] + "?" + id[k + 1 :] in self._near for k in range(4)):
            return True
        return any(id[:k] + id[k + 1] + id[k] + id[k + 2 :] in self._used for k in range(3))
