"""New paragraph ids: four characters, made from the words a paragraph is born with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from app.model import BlockId
from app.text.paragraphs.likeness import normal

LETTERS = "bcdfghjkmnpqrstvwxz"  # no vowels: no words arise; no l: it looks like 1
SIGNS = "23456789" + LETTERS
ID = re.compile(f"[{LETTERS}][{SIGNS}]{{3}}")


def slips(id: str) -> Iterator[str]:
    """Every id that differs by one character, or by two neighbours swapped."""
    for k in range(4):
        for sign in LETTERS if k == 0 else SIGNS:
            if sign != id[k]:
                yield id[:k] + sign + id[k + 1 :]
    for k in range(3):
        swapped = id[:k] + id[k + 1] + id[k] + id[k + 2 :]
        if swapped != id and ID.fullmatch(swapped):
            yield swapped


class Mint:
    """Makes new ids for an article: none given before, none a typing slip away from one that was.

    Args:
        article: its id, from which paragraph ids are made together with the text.
        used: every id the article ever used.
    """

    # Of 373,977 ids about 11,000 fit so that none is a slip away from another. A longer article gets ids that
    # are merely free.
    TRIES = 4096

    def __init__(self, article: str, used: Iterable[str] = ()) -> None:
        self._article = article
        self._used: set[str] = set()
        self._near: set[str] = set()
        self._crowded = False
        for id in used:
            self._take(id)

    def __call__(self, text: str) -> BlockId:
        """A new id for a paragraph first saved with this text; the same text and state give the same id."""
        birth = f"{self._article}\0{normal(text)}\0".encode("utf-8", "surrogatepass")
        n = 0
        while True:
            value = int.from_bytes(hashlib.sha256(birth + str(n).encode()).digest()[:8])
            value, first = divmod(value, len(LETTERS))
            id = LETTERS[first]
            for _ in range(3):
                value, sign = divmod(value, len(SIGNS))
                id += SIGNS[sign]
            if id not in self._used and (self._crowded or not self._slips_into(id)):
                self._take(id)
                return BlockId(id)
            n += 1
            self._crowded = self._crowded or n >= self.TRIES

    def _take(self, id: str) -> None:
        self._used.add(id)
        self._near.update(id[:k] + "?" + id[k + 1 :] for k in range(4))

    def _slips_into(self, id: str) -> bool:
        if any(id[:k] + "?" + id[k + 1 :] in self._near for k in range(4)):
            return True
        return any(id[:k] + id[k + 1] + id[k] + id[k + 2 :] in self._used for k in range(3))
