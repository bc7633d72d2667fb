"""A cache for pieces of HTML that many pages share: cards and blocks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from app.i18n import Locale, locale


class Fragments:
    """Rendered pieces by macro, value and language; the least recently used go first.

    A macro that is cached here must depend on its value only, and the value must be immutable.

    Args:
        maximum: characters that are kept. A piece of more than a twentieth of that is not kept.
    """

    def __init__(self, maximum: int = 600_000) -> None:
        self._maximum = maximum
        self._size = 0
        self._made: OrderedDict[tuple[Callable[[Any], str], Hashable, Locale], str] = OrderedDict()
        self._lock = Lock()

    def __call__(self, make: Callable[[Any], str], value: Hashable) -> str:
        """The piece for a value, rendered if it is not in the cache."""
        key = make, value, locale()
        with self._lock:
            if (piece := self._made.get(key)) is not None:
                self._made.move_to_end(key)
                return piece
        piece = make(value)
        with self._lock:
            if key not in self._made and len(piece) <= self._maximum // 20:
                self._made[key] = piece
                self._size += len(piece)
                while self._size > self._maximum:
                    self._size -= len(self._made.popitem(last=False)[1])
        return piece
