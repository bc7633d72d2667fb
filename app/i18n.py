"""The interface in Chinese and English: one catalogue, keyed by the Chinese wording.

Pages write `say("文库")`, templates `_("文库")`; what comes out depends on the language that `speaking` has
set for this request. Texts of the library, articles and entries, are no wording and stay as they are. A
wording without an English one stays Chinese; a test names it. Beside a text in traditional characters the
Chinese wordings are in them too, converted once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

# "hant" is Chinese in traditional characters, for articles that are shown so.
Tongue = Literal["zh", "en", "hant"]
TONGUES: tuple[Tongue, ...] = ("zh", "en")

_CATALOGUE = Path(__file__).parent / "locale" / "en.json"
_tongue: ContextVar[Tongue] = ContextVar("tongue", default="zh")


# Wordings in traditional characters by simplified ones, once somebody has asked for them.
_traditional: dict[str, str] = {}


def learn_traditional(convert: Callable[[list[str]], Mapping[str, str]]) -> None:
    """Convert the whole catalogue, if that has not been done."""
    if not _traditional:
        _traditional.update(convert(list(catalogue())))


@contextmanager
def speaking(tongue: Tongue) -> Iterator[None]:
    """Make and render a page in a language."""
    token = _tongue.set(tongue)
    try:
        yield
    finally:
        _tongue.reset(token)


def tongue() -> Tongue:
    """The language of the interface at this moment."""
    return _tongue.get()


def say(message: str, **values: Any) -> str:
    """A wording with its values filled in.

    Args:
        message: the Chinese wording, with %(name)s for values.
        values: `n` decides between singular and plural where the catalogue has both.
    """
    text = wording(message, values.get("n"))
    return text % values if values else text


def wording(message: str, n: Any = None) -> str:
    """The pattern for a message in the language of this moment; for `n` things where that matters."""
    if (tongue := _tongue.get()) != "en":
        return _traditional.get(message, message) if tongue == "hant" else message
    found = catalogue().get(message, message)
    if isinstance(found, str):
        return found
    return found[0] if str(n) == "1" else found[1]


@cache
def catalogue() -> Mapping[str, str | list[str]]:
    """English by Chinese wording; a pair is singular and plural."""
    read: dict[str, str | list[str]] = json.loads(_CATALOGUE.read_text("utf-8"))
    return read


@lru_cache(1024)
def preferred(header: str) -> Tongue:
    """The language of the interface for an Accept-Language header: English where it comes before Chinese."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        found = re.search(r"q\s*=\s*([\d.]+)", parameters)
        try:
            weight = float(found.group(1)) if found else 1.0
        except ValueError:
            weight = 0.0
        language = name.strip().partition("-")[0]
        weights[language] = max(weights.get(language, 0.0), weight)
    return "en" if weights.get("en", 0.0) > weights.get("zh", 0.0) else "zh"
