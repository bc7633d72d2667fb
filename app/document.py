"""The article document as JSON, both ways: what the API, `annotate`, the index and `export jsonl` speak.

Offsets count code points of the block's text, half-open. The promised keys stand first; further keys
(`level`, `why`, `confidence`, `header`, `cuts` …) may grow. Reading back gives the same value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from app.model import (
    AliasScope,
    ArticleId,
    Block,
    BlockId,
    Document,
    English,
    Header,
    Knowledge,
    Member,
    Mention,
    Occurrence,
    Office,
    Person,
    Quotation,
    QuoteMark,
    Scope,
    Source,
    Span,
    Speaker,
    SpeakerId,
    Term,
    TermDate,
    TermId,
)
from app.text.segment import well_formed as replaced


def to_json(document: Document, *, cuts: bool = False) -> dict[str, Any]:
    """A document as plain values.

    Args:
        document: to be written.
        cuts: with the word ends; the index keeps them, the API leaves them out.
    """
    h = document.header
    out: dict[str, Any] = {
        "id": h.id,
        "title": h.title,
        "date": h.date or None,
        "publication": h.publication or None,
        "url": h.url or None,
        "revision": document.revision,
        "draft": document.draft,
        "saved_at": document.saved_at or None,
        "lang": h.lang,
        "supplied": h.supplied,
        "circa": h.circa,
        "author": h.author or None,
        "note": h.note or None,
        "aliases": list(h.aliases),
        "blocks": [
            {"id": b.id, "n": b.n, "kind": b.kind, "text": b.text, **({"level": b.level} if b.level else {})}
            for b in document.blocks
        ],
        "occurrences": [
            {
                "block": o.block,
                "start": o.span.start,
                "end": o.span.end,
                "text": o.text,
                "term": o.term,
                "core": o.core,
                "first": o.first,
            }
            for o in document.occurrences
        ],
        "speakers": [
            {
                "id": s.id,
                "name": s.name,
                "aliases": list(s.aliases),
                "role": s.role,
                "kind": s.kind,
                "recorded": s.recorded,
                **({"doubt": s.doubt} if s.doubt else {}),
            }
            for s in document.speakers
        ],
        "quotations": [
            {
                "block": q.block,
                "start": q.span.start,
                "end": q.span.end,
                "type": q.type,
                "speaker": q.speaker,
                "cue": q.cue,
                "source": q.source
                and {"block": q.source.block, "start": q.source.span.start, "end": q.source.span.end},
                "why": q.why,
                "confidence": q.confidence,
                "inferred_from": q.inferred_from,
                "ascribed": q.ascribed,
            }
            for q in document.quotations
        ],
        "quote_marks": [
            {"block": m.block, "start": m.span.start, "end": m.span.end, "speech": m.speech}
            for m in document.quote_marks
        ],
    }
    if cuts:
        out["cuts"] = [list(c) for c in document.cuts]
        out["title_cuts"] = list(document.title_cuts)
    return out


def from_json(data: dict[str, Any]) -> Document:
    """The document that `to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: the values are not a document.
    """
    return Document(
        header=Header(
            id=ArticleId(data["id"]),
            title=data["title"],
            supplied=data.get("supplied", False),
            date=data.get("date") or "",
            circa=data.get("circa", False),
            publication=data.get("publication") or "",
            author=data.get("author") or "",
            url=data.get("url") or "",
            note=data.get("note") or "",
            lang=data.get("lang") or "zh-Hans",
            aliases=tuple(ArticleId(a) for a in data.get("aliases", ())),
        ),
        revision=data.get("revision", 0),
        blocks=tuple(
            Block(BlockId(b["id"]), b["n"], b["kind"], b["text"], b.get("level", 0)) for b in data["blocks"]
        ),
        occurrences=tuple(
            Occurrence(
                BlockId(o["block"]),
                Span(o["start"], o["end"]),
                o["text"],
                TermId(o["term"]),
                o["core"],
                o["first"],
            )
            for o in data.get("occurrences", ())
        ),
        speakers=tuple(
            Speaker(
                SpeakerId(s["id"]),
                s["name"],
                tuple(s["aliases"]),
                s["role"],
                s["kind"],
                s.get("recorded", False),
                s.get("doubt", ""),
            )
            for s in data.get("speakers", ())
        ),
        quotations=tuple(
            Quotation(
                BlockId(q["block"]),
                Span(q["start"], q["end"]),
                q["type"],
                q["speaker"] and SpeakerId(q["speaker"]),
                q["cue"],
                q["source"]
                and Mention(BlockId(q["source"]["block"]), Span(q["source"]["start"], q["source"]["end"])),
                q.get("why", ""),
                q.get("confidence", 1.0),
                q.get("inferred_from"),
                q.get("ascribed", False),
            )
            for q in data.get("quotations", ())
        ),
        quote_marks=tuple(
            QuoteMark(BlockId(m["block"]), Span(m["start"], m["end"]), m["speech"])
            for m in data.get("quote_marks", ())
        ),
        cuts=tuple(tuple(c) for c in data.get("cuts", ())),
        title_cuts=tuple(data.get("title_cuts", ())),
        draft=data.get("draft", False),
        saved_at=data.get("saved_at") or "",
    )


def well_formed(document: Document) -> Document:
    """A document whose texts are in Unicode: U+FFFD stands for the lone half of a surrogate pair.

    Pages and addresses can hold nothing else; the lengths of texts stay what they are.
    """
    h = document.header
    texts = [h.title, h.publication, h.author, h.note, *(b.text for b in document.blocks)]
    for s in document.speakers:
        texts += (s.name, s.role or "", s.doubt, *s.aliases)
    for q in document.quotations:
        texts += (q.cue or "", q.why)
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        text = json.dumps(to_json(document, cuts=True), ensure_ascii=False)
        return from_json(json.loads(replaced(text)))
    return document


# Fields of entries that are lists of values with fields of their own; all others are texts, flags and lists
# of texts.
_PARTS: Mapping[str, Callable[..., object]] = {
    "dates": TermDate,
    "english": English,
    "members": Member,
    "sources": Source,
    "offices": Office,
}


def knowledge_to_json(knowledge: Knowledge) -> dict[str, Any]:
    """Glossary and people as plain values, field by field."""
    return {"terms": [asdict(t) for t in knowledge.terms], "people": [asdict(p) for p in knowledge.people]}


def knowledge_from_json(data: dict[str, Any]) -> Knowledge:
    """What `knowledge_to_json` wrote.

    Raises:
        ValueError: the values are no entries.
    """
    try:
        return Knowledge(
            tuple(Term(**_fields(Term, entry)) for entry in data["terms"]),
            tuple(Person(**_fields(Person, entry)) for entry in data["people"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no entries of a glossary: {error}") from error


def _fields(kind: type[Term | Person], entry: dict[str, Any]) -> dict[str, Any]:
    """A value's fields out of JSON; those that it no longer has are passed over."""
    fields: dict[str, Any] = {}
    for name, value in entry.items():
        if name == "scope":
            fields[name] = value and _scope(value)
        elif name == "alias_scopes":
            fields[name] = tuple(AliasScope(one["form"], _scope(one["scope"])) for one in value)
        elif part := _PARTS.get(name):
            fields[name] = tuple(part(**one) for one in value)
        elif name in kind.__dataclass_fields__:
            fields[name] = tuple(value) if isinstance(value, list) else value
    return fields


def _scope(value: dict[str, Any]) -> Scope:
    return Scope(tuple(map(ArticleId, value["articles"])), tuple(value["requires"]), tuple(value["place"]))
