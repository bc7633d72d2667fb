"""A cache of texts that were made from other texts: readings, and texts in the other script."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from sys import getsizeof
from threading import Lock

from cachetools import LRUCache

# Bytes that an entry takes besides its text.
_ENTRY = 200


def key_of(*parts: object) -> bytes:
    """The key of a text that is made from these values; `repr` must tell different values apart."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=16).digest()


class KeptTexts:
    """Texts by key; the least recently used go first. Safe to use from several threads.

    Args:
        maximum: bytes that are kept.
    """

    def __init__(self, maximum: int) -> None:
        self._texts = LRUCache[bytes, str](maximum, getsizeof=lambda text: _ENTRY + getsizeof(text))
        self._lock = Lock()

    def get(self, key: bytes) -> str | None:
        """The text, or None if it is not here."""
        with self._lock:
            return self._texts.get(key)

    def put(self, key: bytes, text: str) -> None:
        """Keep a text."""
        with self._lock, suppress(ValueError):  # it is larger than the cache
            self._texts[key] = text
