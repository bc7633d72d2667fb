"""Takes values out of one entry of a YAML list; a value that does not fit is an error with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date as date_type
from typing import Any, Self, cast

from ruamel.yaml.comments import CommentedMap

from app.errors import ContentError
from app.i18n import Message, worded
from app.model import ARTICLE_ID, Source

_WANTED = {
    str: worded("text"),
    bool: worded("true or false"),
    list: worded("a list"),
    dict: worded("keys and values"),
}
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
SOURCE_KEYS = ("title", "publisher", "date", "url", "tier")


class EntryReader:
    """Takes values out of one entry of a YAML list.

    Args:
        entry: the entry.
        path: of its file, for errors.
        letter: of the error codes: G for the glossary, S for speakers.

    Every method raises ContentError at the line of the key if the value has the wrong form.
    """

    def __init__(self, entry: CommentedMap, path: str, letter: str) -> None:
        self.entry, self.path, self.letter = entry, path, letter

    @classmethod
    def of(cls, values: Mapping[str, Any], letter: str) -> Self:
        """A reader of a map that is in no file."""
        return cls(CommentedMap(values), "", letter)

    def fault(self, key: str, problem: str, remedy: str) -> ContentError:
        """A wrong value (G02, S02, N02) at the line of a key."""
        return ContentError(self.path, key_line(self.entry, key) + 1, f"{self.letter}02", problem, remedy)

    def allow(self, keys: Mapping[str, type]) -> None:
        """Refuse unknown keys and values of the wrong type."""
        for key in self.entry:
            if key not in keys:
                problem = worded("unknown key %(key)s", key=short(key))
                raise self.fault(key, problem, worded("the keys are %(keys)s", keys=", ".join(keys)))
            value = self.entry[key]
            if odd := odd_value(value):
                raise self.fault(key, worded("%(key)s: %(problem)s", key=key, problem=odd[0]), odd[1])
            if (
                keys[key] is str
                and isinstance(value, int | float | date_type)
                and not isinstance(value, bool)
            ):
                self.entry[key] = value = str(value)
            if value is not None and not isinstance(value, keys[key]):
                problem = worded("%(key)s: %(value)s has the wrong type", key=key, value=short(value))
                raise self.fault(key, problem, worded("write %(wanted)s there", wanted=_WANTED[keys[key]]))

    def text(self, key: str, *, needed: bool = False) -> str:
        """A text, "" when the key is missing."""
        value = (self.entry.get(key) or "").strip()
        if needed and not value:
            raise self.fault(
                key, worded("%(key)r is missing or empty", key=key), worded("add `%(key)s: …`", key=key)
            )
        return str(value)

    def id(self) -> str:
        """The entry's id."""
        id = self.text("id", needed=True)
        if not ARTICLE_ID.fullmatch(id):
            raise self.fault("id", worded("%(id)r is not an id", id=id), "use a–z, 0–9 and hyphens")
        return id

    def date(self, key: str) -> str:
        """A date in ISO 8601, "" when the key is missing."""
        value = self.text(key)
        if value and not is_date(value):
            problem = worded("%(key)s: %(value)r is not a date", key=key, value=value)
            raise self.fault(key, problem, "write 2024, 2024-03 or 2024-03-05")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> Any:
        """One of several words; without a default the key is required."""
        value = self.text(key)
        if not value and default is not None:
            return default
        self.one_of(key, key, value, choices)
        return value

    def one_of(self, key: str, name: str, value: str, choices: tuple[str, ...]) -> None:
        """Refuse a value that is not one of the choices."""
        if value not in choices:
            problem = worded("%(name)s: %(value)r is not one of the choices", name=name, value=value)
            raise self.fault(key, problem, worded("write one of %(choices)s", choices=", ".join(choices)))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return self.words(key, self.entry.get(key) or ())

    def words(self, key: str, values: object) -> tuple[str, ...]:
        """A list of texts, or one text, at a key or below it."""
        listed = values if isinstance(values, list | tuple) else [values]
        for value in listed:
            if not isinstance(value, str | int | float | date_type) or isinstance(value, bool):
                raise self.fault(
                    key,
                    worded("%(key)s: %(value)s is not text", key=key, value=short(value)),
                    "write one text an item",
                )
        return tuple(str(v).strip() for v in listed if str(v).strip())

    def maps(self, key: str, keys: tuple[str, ...]) -> Iterator[dict[str, str]]:
        """A list of maps from known keys to texts."""
        for item in self.entry.get(key) or ():
            yield self.map(key, item, keys)

    def map(self, key: str, item: object, keys: tuple[str, ...]) -> dict[str, str]:
        """One map from known keys to texts."""
        for inner, value in self.known(key, item, keys).items():
            if isinstance(value, Mapping | list):
                problem = worded(
                    "%(key)s.%(inner)s: %(value)s is not text", key=key, inner=inner, value=short(value)
                )
                raise self.fault(key, problem, "write text there")
        return {k: "" if v is None else str(v).strip() for k, v in cast(Mapping[str, Any], item).items()}

    def known(self, key: str, item: object, keys: tuple[str, ...]) -> Mapping[str, Any]:
        """A map with known keys only."""
        if not isinstance(item, Mapping):
            remedy = worded("write %(keys)s there", keys=", ".join(keys))
            raise self.fault(
                key, worded("%(key)s: %(item)s: expected keys", key=key, item=short(item)), remedy
            )
        for inner in item:
            if inner not in keys:
                remedy = worded("the keys are %(keys)s", keys=", ".join(keys))
                raise self.fault(
                    key, worded("%(key)s: unknown key %(inner)s", key=key, inner=short(inner)), remedy
                )
        return item

    def sources(self) -> tuple[Source, ...]:
        """The sources of an entry or a person."""
        sources = []
        for item in self.maps("sources", SOURCE_KEYS):
            tier = item.get("tier") or "C"
            if tier not in ("A", "B", "C"):
                problem = worded("sources: tier %(tier)r does not exist", tier=tier)
                raise self.fault("sources", problem, "write A, B or C")
            url = item.get("url", "")
            if url and not url.startswith(("http://", "https://")):
                problem = worded("sources: %(url)r is not a web address", url=url)
                raise self.fault("sources", problem, "write https://…")
            sources.append(Source(**{"title": "", **item, "tier": tier}))  # type: ignore[arg-type]
        return tuple(sources)


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """A map without its empty values."""
    return {k: v for k, v in values.items() if v}


def filled_fields(value: object, keys: Sequence[str]) -> dict[str, Any]:
    """Fields of an object as a map without the empty ones."""
    return {k: v for k in keys if (v := getattr(value, k, None))}


def put_values(entry: CommentedMap, values: Mapping[str, Any], keys: Iterable[str]) -> None:
    """Give some keys of an entry their new values; those without a value are removed."""
    for key in keys:
        if key in values:
            entry[key] = values[key]
        else:
            entry.pop(key, None)


def is_date(text: str) -> bool:
    """Whether it is a real date in ISO 8601: a year, a month or a day."""
    if not _DATE.fullmatch(text):
        return False
    try:
        return len(text) < len("2024-03-05") or bool(date_type.fromisoformat(text))
    except ValueError:
        return False


def key_line(entry: CommentedMap, key: Any) -> int:
    """The 0-based line of a key; the entry's line for a key that is missing or merged in by `<<`."""
    try:
        return int(entry.lc.key(key)[0])
    except (KeyError, TypeError):  # an empty entry has no line numbers
        return int(entry.lc.line or 0)


# Characters that a YAML escape can write but no page or export can hold: control characters, surrogates and
# the two noncharacters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def odd_value(value: object, seen: set[int] | None = None) -> tuple[Message, Message] | None:
    """Problem and remedy if a value holds something that no field can hold; shared parts are checked once."""
    if isinstance(value, str):
        if _UNPRINTABLE.search(value):
            return (
                worded("an escape for a character that text cannot hold"),
                worded("write the character itself, or leave it out"),
            )
        return None
    seen = seen if seen is not None else set()
    if isinstance(value, Mapping | list):
        if id(value) in seen:
            return None
        seen.add(id(value))
        inner = (*value.keys(), *value.values()) if isinstance(value, Mapping) else value
        return next((found for item in inner if (found := odd_value(item, seen))), None)
    if isinstance(value, int) and abs(value) > _LARGEST:
        return worded("a number that is too large"), worded("put it in quotation marks")
    if value is None or isinstance(value, int | float | date_type):
        return None
    return worded("a value with a tag, or of an unsupported type"), worded("write plain text there")


# Far above any number in an entry. Python refuses to print numbers of 4,300 digits.
_LARGEST = 10**30


def short(value: object) -> str:
    """A value for a message; of a structure only the brackets, since YAML aliases can make it huge."""
    try:
        text = "{…}" if isinstance(value, Mapping) else "[…]" if isinstance(value, list) else repr(value)
    except ValueError:  # a number of more than 4,300 digits
        text = "a number that is too large"
    return text if len(text) <= 40 else text[:39] + "…"
