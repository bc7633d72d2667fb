"""Exports and imports the glossary: CSV for spreadsheets, TBX for terminology tools.

CSV holds every field: writing and reading back gives the same entries. A list has one item a line inside its
cell:

    members       zh | en
    english       status | text
    dates         date | type | source | event | event_en
    sources       tier | date | publisher | url | title
    scope         requires: word; place: name; articles: id
    alias_scopes  form | requires: word, and so on

Addresses of reprints (tier C) are not exported; an import keeps those that an entry has.

TBX (ISO 30042, dialect TBX-Basic in its DCA style) holds forms, definitions in both languages, kind, pinyin
and sources; it has no place for the rest.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, cast, get_args
from xml.etree import ElementTree as XML

from app.content.entries import is_date
from app.content.glossary_file import old_dates, old_english
from app.errors import ContentError
from app.i18n import message_of, worded
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
    Source,
    Term,
    TermDate,
    TermId,
    TermKind,
)
from app.spreadsheet import csv_lines, unescaped
from app.text.terms.facts import linked

COLUMNS = tuple(f.name for f in fields(Term) if f.compare)
# Columns of tables that an older version exported, and the fields that they fill now.
_OLD_COLUMNS = {
    "official_english": ("english",),
    "origin": ("dates", "note"),
    "origin_date": ("dates", "note"),
    "timeline": ("dates", "note"),
}
_LISTS = ("aliases", "related", "veto", "only")
_SCOPE_KEYS = ("articles", "requires", "place", "veto", "only")
_NS = "urn:iso:std:iso:30042:ed-2"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


# -- CSV


def to_csv(terms: Iterable[Term]) -> bytes:
    """A table of entries with a header, as `app.spreadsheet` writes it."""
    rows = ([_cell(getattr(term, column), column) for column in COLUMNS] for term in terms)
    return b"".join(csv_lines(COLUMNS, rows))


def _cell(value: Any, column: str) -> str:
    """A field's value as the text of a cell."""
    match column:
        case "verified":
            return str(value).lower()
        case "scope":
            return "\n".join(_scope_lines(value))
        case "alias_scopes":
            return "\n".join(f"{a.form} | {line}" for a in value for line in _scope_lines(a.scope))
        case "members":
            return "\n".join(f"{m.zh} | {m.en}" if m.en else m.zh for m in value)
        case "english":
            return "\n".join(f"{e.status} | {e.text}" for e in value)
        case "dates":
            rows = ((d.date, d.type, str(d.source or ""), d.event, d.event_en) for d in value)
            return "\n".join(" | ".join(row) for row in rows)
        case "sources":
            rows = ((s.tier, s.date, s.publisher, linked(s), s.title) for s in value)
            return "\n".join(" | ".join(row) for row in rows)
    return "\n".join(value) if column in _LISTS else str(value)


def _scope_lines(scope: Scope | None) -> list[str]:
    if scope is None:
        return []
    return [f"{key}: {word}" for key in _SCOPE_KEYS for word in getattr(scope, key)]


def from_csv(data: bytes, path: str = "glossary.csv") -> tuple[Term, ...]:
    """The entries of a table; columns may be missing or in any order, id and term may not.

    Raises:
        ContentError: X01, not a table of entries; X02, a cell with a wrong value, with its row.
    """
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        problem = worded("not a CSV file in UTF-8: %(error)s", error=message_of(error))
        raise ContentError(path, 0, "X01", problem, "save it as CSV UTF-8") from error
    head = [cell.strip() for cell in rows[0]] if rows else []
    unknown = [c for c in head if c not in (*COLUMNS, *_OLD_COLUMNS)]
    if unknown or not {"id", "term"} <= set(head):
        problem = worded("no columns id and term")
        if unknown:
            problem = worded("unknown column %(unknown)r", unknown=unknown[0])
        remedy = worded("the columns are %(columns)s", columns=", ".join(COLUMNS))
        raise ContentError(path, 1, "X01", problem, remedy)
    terms = []
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        cells = {column: unescaped(cell).strip() for column, cell in zip(head, row, strict=False)}
        terms.append(_checked(_values(cells, path, number), path, number))
    return tuple(terms)


def _values(cells: Mapping[str, str], path: str, row: int) -> dict[str, Any]:
    """A row's cells as the fields of an entry."""

    def lines(column: str) -> list[str]:
        return [x.strip() for x in cells.get(column, "").splitlines() if x.strip()]

    values: dict[str, Any] = dict(cells)
    for column in _LISTS:
        values[column] = tuple(lines(column))
    values["members"] = tuple(Member(*_split(x, 2)) for x in lines("members"))
    english = tuple(_english(x, path, row) for x in lines("english"))
    values["english"] = english or old_english(cells.get("official_english", ""))
    old, notes = old_dates(
        cells.get("origin", ""),
        cells.get("origin_date", ""),
        [(date, text) for date, _, text in (x.partition(" ") for x in lines("timeline"))],
    )
    values["dates"] = (*(_date(x, path, row) for x in lines("dates")), *old)
    values["note"] = "".join((*notes, cells.get("note", "")))
    values["sources"] = tuple(_source(x, path, row) for x in lines("sources"))
    values["scope"] = _scope([("", x) for x in lines("scope")], path, row).get("")
    scoped = _scope(
        [(x.rpartition(" | ")[0], x.rpartition(" | ")[2]) for x in lines("alias_scopes")], path, row
    )
    values["alias_scopes"] = tuple(AliasScope(form, scope) for form, scope in scoped.items())
    verified = cells.get("verified", "").lower()
    values["verified"] = "main" if verified == "main" else verified in ("true", "1", "yes", "是")
    return values


def _split(line: str, most: int) -> list[str]:
    """The parts of a line between bars; the last part has the rest."""
    return [part.strip() for part in re.split(r"\s\|(?:\s|$)", line, maxsplit=most - 1)]


def _english(line: str, path: str, row: int) -> English:
    status, *text = _split(line, 2)
    if status not in get_args(EnglishStatus) or not text:
        problem = worded("english: %(line)r is not an English name", line=line[:40])
        raise ContentError(path, row, "X02", problem, "write official, common or descriptive | name")
    return English(text[0], cast(EnglishStatus, status))


def _date(line: str, path: str, row: int) -> TermDate:
    date, kind, source, event, event_en = (*_split(line, 5), "", "", "", "")[:5]
    if not is_date(date) or kind not in get_args(DateType) or not re.fullmatch(r"\d{0,3}", source):
        remedy = worded(
            "write date | type | source | event | event_en; the types are %(types)s",
            types=", ".join(get_args(DateType)),
        )
        problem = worded("dates: %(line)r is not a date with a type", line=line[:40])
        raise ContentError(path, row, "X02", problem, remedy)
    return TermDate(date, cast(DateType, kind), event, event_en, int(source or 0))


def _scope(lines: Sequence[tuple[str, str]], path: str, row: int) -> dict[str, Scope]:
    """Scopes by form, from lines with one rule each."""
    found: dict[str, dict[str, list[str]]] = {}
    for form, line in lines:
        key, colon, word = line.partition(": ")
        if key not in _SCOPE_KEYS or not colon or not word.strip():
            problem = worded("scope: %(line)r is not a rule", line=line[:40])
            remedy = worded("write requires: …, place: …, articles: …, veto: … or only: … a line")
            raise ContentError(path, row, "X02", problem, remedy)
        found.setdefault(form, {}).setdefault(key, []).append(word.strip())
    return {
        form: Scope(**{key: tuple(words) for key, words in rules.items()})  # type: ignore[arg-type]
        for form, rules in found.items()
    }


def _source(line: str, path: str, row: int) -> Source:
    parts = _split(line, 5)
    if len(parts) != 5 or parts[0] not in ("A", "B", "C"):
        remedy = worded("write tier | date | publisher | url | title")
        problem = worded("sources: %(line)r is not a source", line=line[:40])
        raise ContentError(path, row, "X02", problem, remedy)
    tier, date, publisher, url, title = parts
    return Source(title, publisher, date, url, tier)  # type: ignore[arg-type]


def _checked(values: Mapping[str, Any], path: str, row: int) -> Term:
    """An entry with a valid id, term, kind, priority and domain."""

    def fault(problem: str, remedy: str) -> ContentError:
        return ContentError(path, row, "X02", problem, remedy)

    kind, priority = values.get("kind") or "concept", values.get("priority") or "useful"
    if not ARTICLE_ID.fullmatch(values["id"]):
        raise fault(worded("%(values)r is not an id", values=values["id"]), "use a–z, 0–9 and hyphens")
    if not values["term"]:
        raise fault(worded("%(values)s has no term", values=values["id"]), "fill the column term")
    for name, value, choices in (
        ("kind", kind, get_args(TermKind)),
        ("priority", priority, get_args(Priority)),
        ("domain", values.get("domain") or "", ("", *get_args(Domain))),
    ):
        if value not in choices:
            raise fault(
                worded("%(name)s: %(value)r is not one of the choices", name=name, value=value),
                worded("write one of %(choices)s", choices=", ".join(choices)),
            )
    given = {"pinyin": "", "zh": "", **values, "kind": kind, "priority": priority}
    return Term(**{k: v for k, v in given.items() if k in COLUMNS})


def columns(data: bytes) -> tuple[str, ...]:
    """The fields that a table fills."""
    head = next(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")), ())
    return tuple(dict.fromkeys(x for c in head for x in _OLD_COLUMNS.get(c.strip(), (c.strip(),))))


# -- TBX

# The fields that TBX-Basic holds completely. Sources lose their tier, so known entries keep theirs.
TBX_COLUMNS = ("term", "traditional", "pinyin", "aliases", "domain", "kind", "zh", "en", "english", "note")


def to_tbx(terms: Iterable[Term]) -> bytes:
    """A TBX-Basic file, UTF-8."""
    XML.register_namespace("", _NS)
    root = XML.Element(f"{{{_NS}}}tbx", {"type": "TBX-Basic", "style": "dca", _LANG: "zh"})
    described = _add(_add(_add(root, "tbxHeader"), "fileDesc"), "sourceDesc")
    _add(described, "p").text = "眉批词语表"
    body = _add(_add(root, "text"), "body")
    for term in terms:
        entry = _add(body, "conceptEntry", id=f"c-{term.id}")
        _add(entry, "descrip", type="subjectField").text = term.kind
        if term.domain:
            _add(entry, "admin", type="projectSubset").text = term.domain
        for source in term.sources:
            words = "，".join(x for x in (source.title, source.publisher, source.date) if x)
            if url := linked(source):
                _add(entry, "xref", type="externalCrossReference", target=url).text = words
            else:
                _add(entry, "admin", type="source").text = words
        if term.note:
            _add(entry, "note").text = term.note
        chinese = _add(entry, "langSec", **{_LANG: "zh"})
        _add(chinese, "descrip", type="definition").text = term.zh
        for n, form in enumerate((term.term, *term.aliases)):
            section = _add(chinese, "termSec")
            _add(section, "term").text = form
            status = "preferredTerm-admn-sts" if n == 0 else "admittedTerm-admn-sts"
            _add(section, "termNote", type="administrativeStatus").text = status
            if n == 0 and term.pinyin:
                _add(section, "termNote", type="transliteration").text = term.pinyin
        if term.traditional:
            traditional = _add(entry, "langSec", **{_LANG: "zh-Hant"})
            _add(_add(traditional, "termSec"), "term").text = term.traditional
        if term.en or term.english:
            english = _add(entry, "langSec", **{_LANG: "en"})
            if term.en:
                _add(english, "descrip", type="definition").text = term.en
            for name in term.english:
                section = _add(english, "termSec")
                _add(section, "term").text = name.text
                _add(section, "note").text = name.status
    XML.indent(root, " ")
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<?xml-model href="https://www.tbxinfo.net/TBXcoreStructV03_TBX-Basic_integrated.rng"?>\n'
    body_bytes: bytes = XML.tostring(root, encoding="utf-8")
    return head + body_bytes + b"\n"


def _add(parent: XML.Element, tag: str, **attributes: str) -> XML.Element:
    return XML.SubElement(parent, f"{{{_NS}}}{tag}", attributes)


def from_tbx(data: bytes, path: str = "glossary.tbx") -> tuple[Term, ...]:
    """The concepts of a TBX file that have a Chinese term; of TBX-Basic and of the older martif.

    A concept whose id is not a valid entry id gets one from its number.

    Raises:
        ContentError: X03, not a TBX file, or one that declares a document type, which could hold anything.
    """
    if b"<!ENTITY" in data or b"<!DOCTYPE" in data.replace(b"<!DOCTYPE martif", b""):
        raise ContentError(path, 0, "X03", "it declares a document type", "delete its DOCTYPE")
    try:
        root = XML.fromstring(data)
    except (XML.ParseError, ValueError) as error:
        problem = worded("not a TBX file: %(error)s", error=message_of(error))
        raise ContentError(path, 0, "X03", problem, "export it as TBX-Basic") from error
    terms = []
    for number, entry in enumerate((e for e in root.iter() if _name(e) in ("conceptEntry", "termEntry")), 1):
        term = _concept(entry, number)
        if term is not None:
            terms.append(_checked({name: getattr(term, name) for name in COLUMNS}, path, number))
    if not terms:
        raise ContentError(path, 0, "X03", "no concept with a Chinese term", "export it as TBX-Basic")
    return tuple(terms)


def _concept(entry: XML.Element, number: int) -> Term | None:
    sections: dict[str, XML.Element] = {}
    for s in entry.iter():
        if _name(s) in ("langSec", "langSet"):
            lang = (s.get(_LANG) or "").lower()
            sections.setdefault("zh-hant" if lang.startswith("zh-hant") else lang.partition("-")[0], s)
    traditional, english = sections.get("zh-hant"), sections.get("en")
    chinese = sections.get("zh", traditional)
    forms = _texts(chinese, "term") if chinese is not None else []
    if not forms:
        return None
    id = (entry.get("id") or "").removeprefix("c-")
    kind = next(iter(_texts(entry, "descrip", "subjectField")), "")
    domain = next(iter(_texts(entry, "admin", "projectSubset")), "")
    assert chinese is not None
    links = [e for e in entry.iter() if _name(e) == "xref" and (e.get("target") or "").startswith("http")]
    named = _texts(entry, "admin", "source")
    return Term(
        id=TermId(id if ARTICLE_ID.fullmatch(id) else f"tbx-{number}"),
        term=forms[0],
        pinyin=next(iter(_texts(chinese, "termNote", "transliteration")), ""),
        kind=cast(TermKind, kind if kind in get_args(TermKind) else "concept"),
        priority="useful",
        zh=next(iter(_texts(chinese, "descrip", "definition") or _texts(entry, "descrip", "definition")), ""),
        aliases=tuple(dict.fromkeys(forms[1:])),
        en=next(iter(_texts(english, "descrip", "definition")), "") if english is not None else "",
        traditional=next(iter(_texts(traditional, "term")), "") if traditional is not None else "",
        domain=cast(Domain, domain if domain in get_args(Domain) else ""),
        english=_names(english) if english is not None else (),
        sources=(
            *(
                Source("".join(e.itertext()).strip() or e.get("target", ""), url=e.get("target", ""))
                for e in links
            ),
            *(Source(words) for words in named),
        ),
        note=next((t for e in entry if _name(e) == "note" and (t := "".join(e.itertext()).strip())), ""),
    )


def _names(english: XML.Element) -> tuple[English, ...]:
    """The English names with their status; without a status a name counts as descriptive."""
    names = []
    for section in english.iter():
        if _name(section) in ("termSec", "tig", "ntig") and (terms := _texts(section, "term")):
            status = next((x for x in _texts(section, "note") if x in get_args(EnglishStatus)), "descriptive")
            names.append(English(terms[0], cast(EnglishStatus, status)))
    return tuple(names)


def _name(element: XML.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _texts(root: XML.Element, tag: str, type: str = "") -> list[str]:
    return [
        text
        for e in root.iter()
        if _name(e) == tag and (not type or e.get("type") == type) and (text := "".join(e.itertext()).strip())
    ]


# -- bringing them in


def merged(
    known: Sequence[Term], given: Iterable[Term], columns: Iterable[str]
) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """Compare imported entries with the glossary.

    Args:
        known: the glossary.
        given: entries read from a file.
        columns: the fields that the file has. Known entries keep their other fields.

    Returns:
        New entries, and known entries with their changes.
    """
    by_id = {t.id: t for t in known}
    spoken = [c for c in columns if c in COLUMNS and c != "id"]
    new, changed = [], []
    for term in given:
        old = by_id.get(term.id)
        if old is None:
            new.append(term)
        else:
            now = replace(old, **{c: getattr(term, c) for c in spoken})
            now = replace(now, sources=_with_addresses(now.sources, old.sources))
            if now != old:
                changed.append(now)
    return tuple(new), tuple(changed)


def _with_addresses(given: Sequence[Source], known: Sequence[Source]) -> tuple[Source, ...]:
    """Sources of tier C with the addresses that the table lacks."""
    addresses = {replace(s, url=""): s.url for s in known if s.tier == "C"}
    return tuple(s if s.url else replace(s, url=addresses.get(s, "")) for s in given)
