"""A cache for pieces of HTML that many pages share: cards and blocks."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from app.i18n import Locale, locale

Macro = Callable[[Any], str]


def _key(make: Macro, value: Hashable) -> tuple[Macro, Hashable, Locale]:
    return make, value, locale()


def fragment_cache(maximum: int = 600_000) -> Callable[[Macro, Hashable], str]:
    """A function that renders a value with a macro, or takes the piece from its cache.

    The cache tells pieces apart by macro, value and language. Such a macro must depend on its value only,
    and the value must be immutable.

    Args:
        maximum: characters that are kept. A piece of more than a twentieth of that is not kept.
    """

    def size(piece: str) -> int:
        return len(piece) if len(piece) <= maximum // 20 else maximum + 1  # more than fits: not kept

    @cached(LRUCache(maximum, getsizeof=size), key=_key, lock=Lock())
    def fragment(make: Macro, value: Hashable) -> str:
        return make(value)

    return fragment
