"""A cache of texts that were made from other texts: readings, and texts in the other script."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

# Bytes that an entry takes besides its text.
_ENTRY = 250


def key_of(*parts: object) -> bytes:
    """The key of what is made from these values, which `repr` must tell apart."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=16).digest()


class KeptTexts:
    """Texts by key; the least recently used go first. Safe to use from several threads.

    Args:
        maximum: bytes that are kept.
    """

    def __init__(self, maximum: int) -> None:
        self._maximum = maximum
        self._size = 0
        self._texts: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: bytes) -> str | None:
        """The text, or None if it is not here."""
        with self._lock:
            text = self._texts.get(key)
            if text is None:
                return None
            self._texts.move_to_end(key)
        return text.decode("utf-8", "surrogatepass")

    def put(self, key: bytes, text: str) -> None:
        """Keep a text."""
        data = text.encode("utf-8", "surrogatepass")
        with self._lock:
            if key not in self._texts:
                self._texts[key] = data
                self._size += len(data) + _ENTRY
                while self._size > self._maximum:
                    self._size -= len(self._texts.popitem(last=False)[1]) + _ENTRY
