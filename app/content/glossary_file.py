"""Glossary entries as YAML maps, read and written; every key by example: content/README.md.

Keys of the older format are still read: `origin` and `timeline` become `dates`, `official_english`
becomes `english`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date as date_type
from typing import Any, Literal, cast, get_args

from ruamel.yaml.comments import CommentedMap

from app.errors import ContentError
from app.model import (
    ARTICLE_ID,
    AliasScope,
    ArticleId,
    DateType,
    Domain,
    English,
    EnglishStatus,
    Member,
    Priority,
    Scope,
    Source,
    Term,
    TermDate,
    TermId,
    TermKind,
    Verified,
)

TERM_KEYS: dict[str, type] = {
    "id": str,
    "term": str,
    "traditional": str,
    "pinyin": str,
    "aliases": list,
    "domain": str,
    "kind": str,
    "priority": str,
    "zh": str,
    "en": str,
    "literal": str,
    "members": list,
    "members_changed": str,
    "english": list,
    "dates": list,
    "not_to_confuse": str,
    "related": list,
    "sources": list,
    "verified": object,
    "note": str,
    "scope": dict,
    "veto": list,
    "only": list,
    "reviewed": str,
}
# Keys of the older format and the keys that replace them.
OLD_KEYS: dict[str, type] = {"official_english": str, "origin": dict, "timeline": list}
_REPLACED_BY = {
    "official_english": ("english",),
    "origin": ("dates", "note"),
    "timeline": ("dates", "note"),
}
_WANTED = {str: "text", bool: "true or false", list: "a list", dict: "keys and values"}
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
# A context that is a place: @dushu-jie, @dushu-jie/k7f3.
_PLACE = re.compile(r"@[a-z0-9-]+(?:/[a-z0-9]{4})?")
_SCOPE_KEYS = ("articles", "requires", "place")


class Reader:
    """One entry of a YAML list: takes values out and reports what does not fit, with its line."""

    def __init__(self, entry: CommentedMap, path: str, letter: str) -> None:
        self.entry, self.path, self.letter = entry, path, letter

    def fault(self, key: str, number: str, problem: str, remedy: str) -> ContentError:
        """A fault at the line of a key."""
        return ContentError(
            self.path, key_line(self.entry, key) + 1, f"{self.letter}{number}", problem, remedy
        )

    def allow(self, keys: Mapping[str, type]) -> None:
        """Refuse unknown keys and values of the wrong type."""
        for key in self.entry:
            if key not in keys:
                raise self.fault(key, "02", f"unknown key {short(key)}", f"the keys are {', '.join(keys)}")
            value = self.entry[key]
            if odd := odd_value(value):
                raise self.fault(key, "02", f"{key}: {odd[0]}", odd[1])
            if (
                keys[key] is str
                and isinstance(value, int | float | date_type)
                and not isinstance(value, bool)
            ):
                self.entry[key] = value = str(value)
            if value is not None and not isinstance(value, keys[key]):
                problem = f"{key}: {short(value)} does not fit"
                raise self.fault(key, "02", problem, f"write {_WANTED[keys[key]]} there")

    def text(self, key: str, *, needed: bool = False) -> str:
        """A text, "" when the key is missing."""
        value = (self.entry.get(key) or "").strip()
        if needed and not value:
            raise self.fault(key, "02", f"{key!r} is missing or empty", f"add `{key}: …`")
        return str(value)

    def id(self) -> str:
        """The entry's id."""
        id = self.text("id", needed=True)
        if not ARTICLE_ID.fullmatch(id):
            raise self.fault("id", "02", f"{id!r} is no id", "use a–z, 0–9 and hyphens")
        return id

    def date(self, key: str) -> str:
        """A date in ISO 8601, "" when the key is missing."""
        value = self.text(key)
        if value and not is_date(value):
            raise self.fault(key, "02", f"{key}: {value!r} is no date", "write 2024, 2024-03 or 2024-03-05")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> Any:
        """One of several words; without a default the key is needed."""
        value = self.text(key)
        if not value and default is not None:
            return default
        self.one_of(key, key, value, choices)
        return value

    def one_of(self, key: str, name: str, value: str, choices: tuple[str, ...]) -> None:
        """Refuse a value that is none of the choices."""
        if value not in choices:
            problem = f"{name}: {value!r} is none of the choices"
            raise self.fault(key, "02", problem, f"write one of {', '.join(choices)}")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return self.words(key, self.entry.get(key) or ())

    def words(self, key: str, values: object) -> tuple[str, ...]:
        """A list of texts, or one text, found under a key or deeper."""
        listed = values if isinstance(values, list | tuple) else [values]
        for value in listed:
            if not isinstance(value, str | int | float | date_type) or isinstance(value, bool):
                raise self.fault(key, "02", f"{key}: {short(value)} is no text", "write one text an item")
        return tuple(str(v).strip() for v in listed if str(v).strip())

    def maps(self, key: str, keys: tuple[str, ...]) -> Iterator[dict[str, str]]:
        """A list of maps from known keys to texts."""
        for item in self.entry.get(key) or ():
            yield self.map(key, item, keys)

    def map(self, key: str, item: object, keys: tuple[str, ...]) -> dict[str, str]:
        """One map from known keys to texts."""
        for inner, value in self.known(key, item, keys).items():
            if isinstance(value, Mapping | list):
                problem = f"{key}.{inner}: {short(value)} is no text"
                raise self.fault(key, "02", problem, "write text there")
        return {k: "" if v is None else str(v).strip() for k, v in cast(Mapping[str, Any], item).items()}

    def known(self, key: str, item: object, keys: tuple[str, ...]) -> Mapping[str, Any]:
        """A map that has known keys only."""
        if not isinstance(item, Mapping):
            remedy = f"write {', '.join(keys)} there"
            raise self.fault(key, "02", f"{key}: {short(item)} has no keys", remedy)
        for inner in item:
            if inner not in keys:
                remedy = f"the keys are {', '.join(keys)}"
                raise self.fault(key, "02", f"{key}: unknown key {short(inner)}", remedy)
        return item

    def sources(self) -> tuple[Source, ...]:
        """The sources of an entry or a person."""
        sources = []
        for item in self.maps("sources", ("title", "publisher", "date", "url", "tier")):
            tier = item.get("tier") or "C"
            if tier not in ("A", "B", "C"):
                raise self.fault("sources", "02", f"sources: tier {tier!r} does not exist", "write A, B or C")
            url = item.get("url", "")
            if url and not url.startswith(("http://", "https://")):
                raise self.fault("sources", "02", f"sources: {url!r} is no web address", "write https://…")
            rank = cast(Literal["A", "B", "C"], tier)
            sources.append(
                Source(item.get("title", ""), item.get("publisher", ""), item.get("date", ""), url, rank)
            )
        return tuple(sources)


# -- reading an entry


def read_term(reader: Reader) -> Term:
    """An entry of the glossary.

    Raises:
        ContentError: G02, at the line of the key that does not fit.
    """
    reader.allow(TERM_KEYS | OLD_KEYS)
    sources = reader.sources()
    aliases, alias_scopes = _aliases(reader)
    dates, notes = _dates(reader, len(sources))
    return Term(
        id=TermId(reader.id()),
        term=reader.text("term", needed=True),
        traditional=reader.text("traditional"),
        pinyin=reader.text("pinyin"),
        domain=reader.choice("domain", get_args(Domain), ""),
        kind=reader.choice("kind", get_args(TermKind)),
        priority=reader.choice("priority", get_args(Priority), "useful"),
        zh=reader.text("zh", needed=True),
        aliases=aliases,
        en=reader.text("en"),
        english=_english(reader),
        literal=reader.text("literal"),
        members=_members(reader),
        members_changed=reader.text("members_changed"),
        dates=dates,
        not_to_confuse=reader.text("not_to_confuse"),
        related=tuple(TermId(r) for r in reader.texts("related")),
        sources=sources,
        verified=_verified(reader),
        note="".join((*notes, reader.text("note"))),
        veto=_contexts(reader, "veto"),
        only=_contexts(reader, "only"),
        scope=_scope(reader, "scope", reader.entry.get("scope")),
        alias_scopes=alias_scopes,
        reviewed=reader.date("reviewed"),
    )


def _aliases(reader: Reader) -> tuple[tuple[str, ...], tuple[AliasScope, ...]]:
    """Aliases, each a text or `{form, scope}`."""
    forms, scoped = [], []
    for item in reader.entry.get("aliases") or ():
        if isinstance(item, Mapping):
            found = reader.known("aliases", item, ("form", "scope"))
            form = next(iter(reader.words("aliases", found.get("form") or "")), "")
            if not form:
                raise reader.fault("aliases", "02", "aliases: an alias has no form", "add form: …")
            if scope := _scope(reader, "aliases", found.get("scope")):
                scoped.append(AliasScope(form, scope))
            forms.append(form)
        else:
            forms += reader.words("aliases", [item])
    return tuple(forms), tuple(scoped)


def _scope(reader: Reader, key: str, item: object) -> Scope | None:
    if item is None:
        return None
    found = reader.known(key, item, _SCOPE_KEYS)
    articles, requires, place = (
        () if found.get(k) is None else reader.words(key, found[k]) for k in _SCOPE_KEYS
    )
    for id in articles:
        if not ARTICLE_ID.fullmatch(id):
            raise reader.fault(key, "02", f"{key}: {id!r} is no article id", "use a–z, 0–9 and hyphens")
    scope = Scope(tuple(map(ArticleId, articles)), requires, place)
    return scope if scope != Scope() else None


def _members(reader: Reader) -> tuple[Member, ...]:
    """Members, each a text or `{zh, en}`."""
    members = []
    for item in reader.entry.get("members") or ():
        if isinstance(item, Mapping):
            found = reader.map("members", item, ("zh", "en"))
            if not found.get("zh"):
                raise reader.fault("members", "02", "members: a member has no zh", "add zh: …")
            members.append(Member(found["zh"], found.get("en", "")))
        else:
            members += [Member(words) for words in reader.words("members", [item])]
    return tuple(members)


def _english(reader: Reader) -> tuple[English, ...]:
    names = []
    for item in reader.maps("english", ("text", "status")):
        status = item.get("status") or "descriptive"
        reader.one_of("english", "english.status", status, get_args(EnglishStatus))
        if item.get("text"):
            names.append(English(item["text"], cast(EnglishStatus, status)))
    return tuple(names) or old_english(reader.text("official_english"))


def old_english(text: str) -> tuple[English, ...]:
    """The English of the older format, whose status was a remark at its end.

    Without a remark it counts as descriptive: the older files did not tell official names from our own.
    """
    if not text:
        return ()
    found = re.search(r"\s*\((descriptive|common rendering|literal)\)$", text)
    status: EnglishStatus = "common" if found and found[1] == "common rendering" else "descriptive"
    return (English(text[: found.start()] if found else text, status),)


def _dates(reader: Reader, sources: int) -> tuple[tuple[TermDate, ...], tuple[str, ...]]:
    """The dates of an entry, and what the older format says without a usable date."""
    dates = []
    for item in reader.maps("dates", ("date", "type", "event", "event_en", "source")):
        date, source = item.get("date", ""), item.get("source") or "0"
        if not is_date(date):
            problem = f"dates: {date!r} is no date"
            raise reader.fault("dates", "02", problem, "write 2024, 2024-03 or 2024-03-05")
        reader.one_of("dates", "dates.type", item.get("type", ""), get_args(DateType))
        if not re.fullmatch(r"\d{1,3}", source) or int(source) > sources:
            problem = f"dates: there is no source number {source}"
            raise reader.fault("dates", "02", problem, f"write a number from 1 to {sources}, or leave it out")
        kind = cast(DateType, item["type"])
        dates.append(TermDate(date, kind, item.get("event", ""), item.get("event_en", ""), int(source)))
    origin = reader.map("origin", reader.entry.get("origin") or {}, ("text", "date"))
    lines = [(x.get("date", ""), x.get("text", "")) for x in reader.maps("timeline", ("date", "text"))]
    old, notes = old_dates(origin.get("text", ""), origin.get("date", ""), lines)
    return (*dates, *old), notes


def old_dates(
    origin: str, origin_date: str, timeline: Sequence[tuple[str, str]]
) -> tuple[tuple[TermDate, ...], tuple[str, ...]]:
    """Origin and time line of the older format as dates "in use by".

    Returns:
        The dates, and the texts that have no usable date; they become part of the note.
    """
    dates, notes = [], []
    lines = [(origin_date, origin)] if origin or origin_date else []
    # One date stands once: the time line says what happened, the text of the origin is a remark then.
    if origin_date in {date for date, _ in timeline}:
        lines = [("", origin)] if origin else []
    for date, text in (*lines, *timeline):
        if is_date(date):
            dates.append(TermDate(date, "in_use_by", text))
        else:
            notes.append(f"{date} {text}".strip())
    return tuple(dates), tuple(notes)


def _verified(reader: Reader) -> Verified:
    value = reader.entry.get("verified")
    if value is None or isinstance(value, bool):
        return bool(value)
    if value == "main":
        return "main"
    problem = f"verified: {short(value)} does not fit"
    raise reader.fault("verified", "02", problem, "write true, main or false")


def _contexts(reader: Reader, key: str) -> tuple[str, ...]:
    contexts = reader.texts(key)
    for context in contexts:
        if not (_PLACE.fullmatch(context) or (context.count("~") == 1 and context.strip("~…"))):
            problem = f"{key}: {context!r} is no context"
            remedy = "write the words around the form, with ~ for it: 中国~, 足球…~; or @ and an article's id"
            raise reader.fault(key, "02", problem, remedy)
    return contexts


# -- writing an entry


def plain_term(term: Term) -> dict[str, Any]:
    """An entry as a file has it, without empty keys."""
    scopes = {a.form: a.scope for a in term.alias_scopes}
    values: dict[str, Any] = {
        **{key: getattr(term, key) for key in TERM_KEYS},
        "aliases": [
            {"form": form, "scope": plain_scope(scopes[form])} if form in scopes else form
            for form in term.aliases
        ],
        "members": [{"zh": m.zh, "en": m.en} if m.en else m.zh for m in term.members],
        "english": [{"text": e.text, "status": e.status} for e in term.english],
        "dates": [_filled(d, ("date", "type", "event", "event_en", "source")) for d in term.dates],
        "sources": [_filled(s, ("title", "publisher", "date", "url", "tier")) for s in term.sources],
        "scope": plain_scope(term.scope),
    }
    listed = {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}
    return {k: v for k, v in listed.items() if v}


def plain_scope(scope: Scope | None) -> dict[str, list[str]]:
    """A scope as a map, without empty keys."""
    return {k: list(v) for k in _SCOPE_KEYS if (v := getattr(scope, k))} if scope else {}


def _filled(value: object, keys: Sequence[str]) -> dict[str, Any]:
    return {k: v for k in keys if (v := getattr(value, k))}


def update(entry: CommentedMap, term: Term, reader: Reader) -> bool:
    """Write into an entry the fields that differ; keys of the older format go when theirs are written.

    Returns:
        Whether any field differed.
    """
    now, was = plain_term(term), plain_term(read_term(reader))
    different = {key for key in TERM_KEYS if now.get(key) != was.get(key)}
    for old, new in _REPLACED_BY.items():
        if old in entry and different.intersection(new):
            different.update(new)
            del entry[old]
    for key in TERM_KEYS:
        if key in different:
            if key in now:
                entry[key] = now[key]
            else:
                entry.pop(key, None)
    return bool(different)


# -- values


def is_date(text: str) -> bool:
    """Whether it is ISO 8601 as exact as it is known, and in the calendar."""
    if not _DATE.fullmatch(text):
        return False
    try:
        return len(text) < len("2024-03-05") or bool(date_type.fromisoformat(text))
    except ValueError:
        return False


def key_line(entry: CommentedMap, key: Any) -> int:
    """The 0-based line of a key; of the whole for one that is not written there, or merged in by `<<`."""
    try:
        return int(entry.lc.key(key)[0])
    except (KeyError, TypeError):  # an empty entry has no places at all
        return int(entry.lc.line or 0)


# What a YAML escape can write and no text, page or export can hold: control characters, halves of surrogate
# pairs, and the two code points that are no characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def odd_value(value: object, seen: set[int] | None = None) -> tuple[str, str] | None:
    """Problem and remedy of what no field can hold, anywhere in a value; shared parts are looked at once."""
    if isinstance(value, str):
        if _UNPRINTABLE.search(value):
            return (
                "an escape that stands for no character of text",
                "write the character itself, or leave it out",
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
        return "a number that is too large", "put it in quotation marks"
    if value is None or isinstance(value, int | float | date_type):
        return None
    return "a value with a tag, or of a kind that has no place here", "write plain text there"


# Far beyond any number an entry has; Python refuses to print one of 4,300 digits.
_LARGEST = 10**30


def short(value: object) -> str:
    """A value in a message; of a structure only its brackets.

    YAML's references let a few lines hold millions of items.
    """
    try:
        text = "{…}" if isinstance(value, Mapping) else "[…]" if isinstance(value, list) else repr(value)
    except ValueError:  # a number of more than 4,300 digits
        text = "a number that is too large"
    return text if len(text) <= 40 else text[:39] + "…"
