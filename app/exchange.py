"""The glossary for other programs: CSV for tables, TBX for terminology tools; both ways.

CSV holds every field, so that writing and reading back gives the same entries: lists are one item a line
inside their cell, a line of the time line is `date text`, a source `tier | date | publisher | url | title`.
TBX (ISO 30042, dialect TBX-Basic in its DCA style) holds what that dialect knows: forms, definitions in both
languages, kind, pinyin, sources; the rest stays behind.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, cast, get_args
from xml.etree import ElementTree as XML

from app.content import ARTICLE_ID
from app.errors import ContentError
from app.model import Event, Priority, Source, Term, TermId, TermKind

COLUMNS = tuple(f.name for f in fields(Term) if f.compare)
_LISTS = ("aliases", "members", "related", "veto", "only")
# Spreadsheets run what begins with these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NS = "urn:iso:std:iso:30042:ed-2"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


# -- CSV


def to_csv(terms: Iterable[Term]) -> bytes:
    """A table with a header, in UTF-8 with the mark that spreadsheets know it by.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for term in terms:
        cells = [_cell(getattr(term, column), column) for column in COLUMNS]
        table.writerow([f"'{c}" if c.startswith(_FORMULA) else c for c in cells])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any, column: str) -> str:
    if column == "timeline":
        return "\n".join(f"{e.date} {e.text}" for e in value)
    if column == "sources":
        return "\n".join(" | ".join((s.tier, s.date, s.publisher, s.url, s.title)) for s in value)
    if column in _LISTS:
        return "\n".join(value)
    if column == "verified":
        return "true" if value else "false"
    return str(value)


def from_csv(data: bytes, path: str = "glossary.csv") -> tuple[Term, ...]:
    """The entries of a table; columns may be missing or in any order, id and term may not.

    Raises:
        ContentError: X01 not a table of entries, X02 a cell that does not fit; names the row.
    """
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ContentError(path, 0, "X01", f"no CSV in UTF-8: {error}", "save it as CSV UTF-8") from error
    head = [cell.strip() for cell in rows[0]] if rows else []
    unknown = [c for c in head if c not in COLUMNS]
    if unknown or not {"id", "term"} <= set(head):
        problem = f"unknown column {unknown[0]!r}" if unknown else "no columns id and term"
        raise ContentError(path, 1, "X01", problem, f"the columns are {', '.join(COLUMNS)}")
    terms = []
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        cells = {
            c: (v[1:] if v[:1] == "'" and v[1:].startswith(_FORMULA) else v).strip()
            for c, v in zip(head, row, strict=False)
        }
        terms.append(_checked(_values(cells, path, number), path, number))
    return tuple(terms)


def _values(cells: Mapping[str, str], path: str, row: int) -> dict[str, Any]:
    values: dict[str, Any] = dict(cells)
    for column in _LISTS:
        values[column] = tuple(x.strip() for x in cells.get(column, "").splitlines() if x.strip())
    values["timeline"] = tuple(_event(x) for x in cells.get("timeline", "").splitlines() if x.strip())
    values["sources"] = tuple(
        _source(x, path, row) for x in cells.get("sources", "").splitlines() if x.strip()
    )
    values["verified"] = cells.get("verified", "").lower() in ("true", "1", "yes", "是")
    return values


def _event(line: str) -> Event:
    date, _, text = line.partition(" ")
    return Event(date, text.strip())


def _source(line: str, path: str, row: int) -> Source:
    parts = [part.strip() for part in re.split(r"\s\|(?:\s|$)", line, maxsplit=4)]
    if len(parts) != 5 or parts[0] not in ("A", "B", "C"):
        remedy = "write tier | date | publisher | url | title"
        raise ContentError(path, row, "X02", f"sources: {line[:40]!r} is no source", remedy)
    tier, date, publisher, url, title = parts
    return Source(title, publisher, date, url, tier)  # type: ignore[arg-type]


def _checked(values: Mapping[str, Any], path: str, row: int) -> Term:
    """An entry whose id, kind and priority exist."""

    def fault(problem: str, remedy: str) -> ContentError:
        return ContentError(path, row, "X02", problem, remedy)

    kind, priority = values.get("kind") or "concept", values.get("priority") or "useful"
    if not ARTICLE_ID.fullmatch(values["id"]):
        raise fault(f"{values['id']!r} is no id", "use a–z, 0–9 and hyphens")
    if not values["term"]:
        raise fault(f"{values['id']} has no term", "fill the column term")
    for name, value, choices in (
        ("kind", kind, get_args(TermKind)),
        ("priority", priority, get_args(Priority)),
    ):
        if value not in choices:
            raise fault(f"{name}: {value!r} is none of the choices", f"write one of {', '.join(choices)}")
    given = {"pinyin": "", "zh": "", **values, "kind": kind, "priority": priority}
    return Term(**{k: v for k, v in given.items() if k in COLUMNS})


def columns(data: bytes) -> tuple[str, ...]:
    """The columns that a table has."""
    return tuple(c.strip() for c in next(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")), ()))


# -- TBX

# The fields that TBX-Basic carries whole; sources lose their tier, so those of known entries stay.
TBX_COLUMNS = ("term", "pinyin", "aliases", "kind", "zh", "en", "official_english", "note")


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
        for source in term.sources:
            words = "，".join(x for x in (source.title, source.publisher, source.date) if x)
            if source.url:
                _add(entry, "xref", type="externalCrossReference", target=source.url).text = words
            else:
                _add(entry, "admin", type="source").text = words
        if term.note:
            _add(entry, "note").text = term.note
        chinese = _add(entry, "langSec", **{_LANG: "zh"})
        _add(chinese, "descrip", type="definition").text = term.zh
        for n, form in enumerate(term.forms):
            section = _add(chinese, "termSec")
            _add(section, "term").text = form
            status = "preferredTerm-admn-sts" if n == 0 else "admittedTerm-admn-sts"
            _add(section, "termNote", type="administrativeStatus").text = status
            if n == 0 and term.pinyin:
                _add(section, "termNote", type="transliteration").text = term.pinyin
        if term.en or term.official_english:
            english = _add(entry, "langSec", **{_LANG: "en"})
            if term.en:
                _add(english, "descrip", type="definition").text = term.en
            if term.official_english:
                _add(_add(english, "termSec"), "term").text = term.official_english
    XML.indent(root, " ")
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<?xml-model href="https://www.tbxinfo.net/TBXcoreStructV03_TBX-Basic_integrated.rng"?>\n'
    body_bytes: bytes = XML.tostring(root, encoding="utf-8")
    return head + body_bytes + b"\n"


def _add(parent: XML.Element, tag: str, **attributes: str) -> XML.Element:
    return XML.SubElement(parent, f"{{{_NS}}}{tag}", attributes)


def from_tbx(data: bytes, path: str = "glossary.tbx") -> tuple[Term, ...]:
    """The concepts of a TBX file that have a Chinese term; of TBX-Basic and of the older martif.

    A concept whose id is none of ours is given one from its number.

    Raises:
        ContentError: X03 no TBX, or a document type of its own, which could hold anything.
    """
    if b"<!ENTITY" in data or b"<!DOCTYPE" in data.replace(b"<!DOCTYPE martif", b""):
        raise ContentError(path, 0, "X03", "it declares a document type", "delete its DOCTYPE")
    try:
        root = XML.fromstring(data)
    except (XML.ParseError, ValueError) as error:
        raise ContentError(path, 0, "X03", f"no TBX: {error}", "export it as TBX-Basic") from error
    terms = []
    for number, entry in enumerate((e for e in root.iter() if _name(e) in ("conceptEntry", "termEntry")), 1):
        term = _concept(entry, number)
        if term is not None:
            terms.append(
                _checked({f.name: getattr(term, f.name) for f in fields(Term) if f.compare}, path, number)
            )
    if not terms:
        raise ContentError(path, 0, "X03", "no concept with a Chinese term", "export it as TBX-Basic")
    return tuple(terms)


def _concept(entry: XML.Element, number: int) -> Term | None:
    sections = {
        (s.get(_LANG) or "").lower().partition("-")[0]: s
        for s in entry.iter()
        if _name(s) in ("langSec", "langSet")
    }
    chinese, english = sections.get("zh"), sections.get("en")
    forms = _texts(chinese, "term") if chinese is not None else []
    if not forms:
        return None
    id = (entry.get("id") or "").removeprefix("c-")
    kind = next(iter(_texts(entry, "descrip", "subjectField")), "")
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
        official_english=next(iter(_texts(english, "term")), "") if english is not None else "",
        sources=(
            *(
                Source("".join(e.itertext()).strip() or e.get("target", ""), url=e.get("target", ""))
                for e in links
            ),
            *(Source(words) for words in named),
        ),
        note=next((t for e in entry if _name(e) == "note" and (t := "".join(e.itertext()).strip())), ""),
    )


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
    """What an import adds and what it changes.

    Args:
        known: the glossary.
        given: entries read from a file.
        columns: the fields that the file speaks of; those of known entries that it does not speak of stay.

    Returns:
        New entries, and known ones with their changes.
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
            if now != old:
                changed.append(now)
    return tuple(new), tuple(changed)
