"""Reads and writes glossary entries as YAML maps; content/README.md has an example of every key.

Keys of the older format are still read: `origin` and `timeline` become `dates`, `official_english`
becomes `english`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast, get_args

from ruamel.yaml.comments import CommentedMap

from app.content.entries import SOURCE_KEYS, EntryReader, filled, filled_fields, is_date, put_values, short
from app.i18n import worded
from app.model import (
    ARTICLE_ID,
    AliasScope,
    DateType,
    Domain,
    English,
    EnglishStatus,
    Member,
    Priority,
    Scope,
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
_REPLACED_BY = {"official_english": ("english",), "origin": ("dates", "note"), "timeline": ("dates", "note")}
# A context may name an article or a paragraph: @dushu-jie, @dushu-jie/k7f3.
_PLACE = re.compile(r"@[a-z0-9-]+(?:/[a-z0-9]{4})?")
_SCOPE_KEYS = ("articles", "requires", "place", "veto", "only")


# -- reading an entry


def read_term(reader: EntryReader) -> Term:
    """An entry of the glossary.

    Raises:
        ContentError: G02, at the line of the key.
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


def _aliases(reader: EntryReader) -> tuple[tuple[str, ...], tuple[AliasScope, ...]]:
    """Aliases, each a text or `{form, scope}`."""
    forms, scoped = [], []
    for item in reader.entry.get("aliases") or ():
        if isinstance(item, Mapping):
            found = reader.known("aliases", item, ("form", "scope"))
            form = next(iter(reader.words("aliases", found.get("form") or "")), "")
            if not form:
                raise reader.fault("aliases", "aliases: an alias has no form", "add form: …")
            if scope := _scope(reader, "aliases", found.get("scope")):
                scoped.append(AliasScope(form, scope))
            forms.append(form)
        else:
            forms += reader.words("aliases", [item])
    return tuple(forms), tuple(scoped)


def _scope(reader: EntryReader, key: str, item: object) -> Scope | None:
    if item is None:
        return None
    found = reader.known(key, item, _SCOPE_KEYS)
    rules = {k: reader.words(key, found[k]) for k in _SCOPE_KEYS if found.get(k) is not None}
    for id in rules.get("articles", ()):
        if not ARTICLE_ID.fullmatch(id):
            problem = worded("%(key)s: %(id)r is not an article id", key=key, id=id)
            raise reader.fault(key, problem, "use a–z, 0–9 and hyphens")
    for context in (*rules.get("veto", ()), *rules.get("only", ())):
        if not _is_context(context):
            remedy = worded(
                "write the words around the form, with ~ for it, such as %(example)s", example="中国~"
            )
            problem = worded("%(key)s: %(context)r is not a context", key=key, context=context)
            raise reader.fault(key, problem, remedy)
    scope = Scope(**rules)  # type: ignore[arg-type]
    return scope if scope != Scope() else None


def _members(reader: EntryReader) -> tuple[Member, ...]:
    """Members, each a text or `{zh, en}`."""
    members = []
    for item in reader.entry.get("members") or ():
        if isinstance(item, Mapping):
            found = reader.map("members", item, ("zh", "en"))
            if not found.get("zh"):
                raise reader.fault("members", "members: a member has no zh", "add zh: …")
            members.append(Member(found["zh"], found.get("en", "")))
        else:
            members += [Member(words) for words in reader.words("members", [item])]
    return tuple(members)


def _english(reader: EntryReader) -> tuple[English, ...]:
    names = []
    for item in reader.maps("english", ("text", "status")):
        status = item.get("status") or "descriptive"
        reader.one_of("english", "english.status", status, get_args(EnglishStatus))
        if item.get("text"):
            names.append(English(item["text"], cast(EnglishStatus, status)))
    return tuple(names) or old_english(reader.text("official_english"))


def old_english(text: str) -> tuple[English, ...]:
    """The English name of the older format, which ends with its status in brackets.

    Without a status it counts as descriptive, because older files did not mark official names.
    """
    if not text:
        return ()
    found = re.search(r"\s*\((descriptive|common rendering|literal)\)$", text)
    status: EnglishStatus = "common" if found and found[1] == "common rendering" else "descriptive"
    return (English(text[: found.start()] if found else text, status),)


def _dates(reader: EntryReader, sources: int) -> tuple[tuple[TermDate, ...], tuple[str, ...]]:
    """The dates of an entry, and the texts of the older format that have no usable date."""
    dates = []
    for item in reader.maps("dates", ("date", "type", "event", "event_en", "source")):
        date, source = item.get("date", ""), item.get("source") or "0"
        if not is_date(date):
            problem = worded("dates: %(date)r is not a date", date=date)
            raise reader.fault("dates", problem, "write 2024, 2024-03 or 2024-03-05")
        reader.one_of("dates", "dates.type", item.get("type", ""), get_args(DateType))
        if not re.fullmatch(r"\d{1,3}", source) or int(source) > sources:
            problem = worded("dates: there is no source number %(source)s", source=source)
            remedy = worded("write a number from 1 to %(sources)s, or leave it out", sources=sources)
            raise reader.fault("dates", problem, remedy)
        kind = cast(DateType, item["type"])
        dates.append(TermDate(date, kind, item.get("event", ""), item.get("event_en", ""), int(source)))
    origin = reader.map("origin", reader.entry.get("origin") or {}, ("text", "date"))
    lines = [(x.get("date", ""), x.get("text", "")) for x in reader.maps("timeline", ("date", "text"))]
    old, notes = old_dates(origin.get("text", ""), origin.get("date", ""), lines)
    return (*dates, *old), notes


def old_dates(
    origin: str, origin_date: str, timeline: Sequence[tuple[str, str]]
) -> tuple[tuple[TermDate, ...], tuple[str, ...]]:
    """Turn origin and timeline of the older format into dates of type in_use_by.

    Returns:
        The dates, and the texts that have no usable date; they become part of the note.
    """
    dates, notes = [], []
    lines = [(origin_date, origin)] if origin or origin_date else []
    # The timeline has the date of the origin too: keep its line, and make the origin a remark.
    if origin_date in {date for date, _ in timeline}:
        lines = [("", origin)] if origin else []
    for date, text in (*lines, *timeline):
        if is_date(date):
            dates.append(TermDate(date, "in_use_by", text))
        else:
            notes.append(f"{date} {text}".strip())
    return tuple(dates), tuple(notes)


def _verified(reader: EntryReader) -> Verified:
    value = reader.entry.get("verified")
    if value is None or isinstance(value, bool):
        return bool(value)
    if value == "main":
        return "main"
    problem = worded("verified: %(value)s has the wrong type", value=short(value))
    raise reader.fault("verified", problem, "write true, main or false")


def _contexts(reader: EntryReader, key: str) -> tuple[str, ...]:
    contexts = reader.texts(key)
    for context in contexts:
        if not (_PLACE.fullmatch(context) or _is_context(context)):
            problem = worded("%(key)s: %(context)r is not a context", key=key, context=context)
            remedy = worded(
                "write the words around the form, with ~ for it, such as %(example)s; or @ and an id",
                example="中国~",
            )
            raise reader.fault(key, problem, remedy)
    return contexts


def _is_context(words: str) -> bool:
    return words.count("~") == 1 and bool(words.strip("~…"))


# -- writing an entry


def plain_term(term: Term) -> dict[str, Any]:
    """An entry as the YAML map of a file, without empty keys."""
    scopes = {a.form: a.scope for a in term.alias_scopes}
    values: dict[str, Any] = {
        **{key: getattr(term, key) for key in TERM_KEYS},
        "aliases": [
            {"form": form, "scope": plain_scope(scopes[form])} if form in scopes else form
            for form in term.aliases
        ],
        "members": [{"zh": m.zh, "en": m.en} if m.en else m.zh for m in term.members],
        "english": [{"text": e.text, "status": e.status} for e in term.english],
        "dates": [filled_fields(d, ("date", "type", "event", "event_en", "source")) for d in term.dates],
        "sources": [filled_fields(s, SOURCE_KEYS) for s in term.sources],
        "scope": plain_scope(term.scope),
    }
    return filled({k: list(v) if isinstance(v, tuple) else v for k, v in values.items()})


def plain_scope(scope: Scope | None) -> dict[str, list[str]]:
    """A scope as a map, without empty keys."""
    return {k: list(v) for k, v in filled_fields(scope, _SCOPE_KEYS).items()}


def update(entry: CommentedMap, term: Term, reader: EntryReader) -> bool:
    """Write the fields that differ into an entry; older keys are removed when their new ones are written.

    Returns:
        Whether any field differed.
    """
    now, was = plain_term(term), plain_term(read_term(reader))
    different = {key for key in TERM_KEYS if now.get(key) != was.get(key)}
    for old, new in _REPLACED_BY.items():
        if old in entry and different.intersection(new):
            different.update(new)
            del entry[old]
    put_values(entry, now, (key for key in TERM_KEYS if key in different))
    return bool(different)
