"""Terms, definitions and quotations as a W3C AnnotationPage, for tools that annotate web pages.

A target is described in three ways, so that tools can find it after changes: the paragraph by its lasting id,
the position in it by code points, and the words with their context.

Source: Web Annotation Data Model (W3C Recommendation, 2017), 3.4 and 4.2.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

from app import urls
from app.export.press import Press
from app.model import Block, BlockId, Definition, Document, Occurrence, Quotation, Span, Speaker, Translation
from app.pages.translations import credit

# Characters of context before and after the words.
_AROUND = 32
_CONTEXT = ("http://www.w3.org/ns/anno.jsonld", {"schema": "https://schema.org/"})
_MEANING = {"direct": "原话", "indirect": "转述", "mixed": "转述，含原话", "ascribed": "引述"}


def write(press: Press, document: Document, out: BinaryIO) -> None:
    """One page with every annotation, in the order of the text."""
    blocks = {b.id: b for b in document.blocks}
    speakers = {s.id: s for s in document.speakers}
    here = press.address(document)
    items: list[tuple[int, int, dict[str, Any]]] = []
    for o in document.occurrences:
        items.append((blocks[o.block].n, o.span.start, _term(press, document, blocks[o.block], o)))
    for q in document.quotations:
        speaker = speakers.get(q.speaker) if q.speaker else None
        items.append(
            (blocks[q.block].n, q.span.start, _quotation(press, document, blocks[q.block], q, speaker))
        )
    for d in document.definitions:
        items.append((blocks[d.block].n, d.start, _definition(press, document, blocks, d)))
    for translation in document.translations:
        for found in translation.blocks:
            block = blocks[found.block]
            items.append((block.n, 0, _translation(press, document, block, translation, found.text)))
    items.sort(key=lambda item: item[:2])
    page = {
        "@context": _CONTEXT,
        "id": f"{here}#annotations",
        "type": "AnnotationPage",
        "partOf": {
            "id": f"{here}#annotation-collection",
            "type": "AnnotationCollection",
            "label": document.header.title,
            "total": len(items),
        },
        "startIndex": 0,
        "items": [item for _, _, item in items],
    }
    data = json.dumps(page, ensure_ascii=False, indent=1) + "\n"
    out.write(data.encode("utf-8", "backslashreplace"))


def _annotation(
    press: Press, document: Document, block: Block, span: Span, what: str, motivation: list[str], body: Any
) -> dict[str, Any]:
    words = block.text
    made: dict[str, Any] = {
        "id": f"{press.address(document, block.id)}#{what}-{span.start}-{span.end}",
        "type": "Annotation",
        "motivation": motivation,
        "body": body,
        "target": {
            "source": {
                "id": press.address(document),
                "type": "Text",
                "format": "text/html",
                "language": document.header.lang,
            },
            "selector": {
                "type": "FragmentSelector",
                "conformsTo": "http://tools.ietf.org/rfc/rfc3236",
                "value": block.id,
                "refinedBy": [
                    {"type": "TextPositionSelector", "start": span.start, "end": span.end},
                    {
                        "type": "TextQuoteSelector",
                        "exact": words[span.start : span.end],
                        "prefix": words[max(0, span.start - _AROUND) : span.start],
                        "suffix": words[span.end : span.end + _AROUND],
                    },
                ],
            },
        },
    }
    if document.saved_at:
        made["modified"] = document.saved_at
    made["generator"] = {"id": f"{press.base_url}/", "type": "Software", "name": press.site_name}
    return made


def _term(press: Press, document: Document, block: Block, o: Occurrence) -> dict[str, Any]:
    entry = press.knowledge.term(o.term)
    body: list[dict[str, Any]] = [
        {
            "type": "TextualBody",
            "purpose": "tagging",
            "value": entry.term if entry else o.text,
            "format": "text/plain",
            "language": document.header.lang,
        },
        {
            "type": "SpecificResource",
            "purpose": "identifying",
            "source": urls.absolute(press.base_url, urls.term(o.term)),
        },
    ]
    return _annotation(press, document, block, o.span, "term", ["tagging", "identifying"], body)


def _definition(
    press: Press, document: Document, blocks: Mapping[BlockId, Block], d: Definition
) -> dict[str, Any]:
    """A phrase with the members that the text lists for it, each in its own words and with its place."""
    body = [
        {
            "type": "TextualBody",
            "purpose": "describing",
            "value": blocks[m.block].text[m.start : m.end],
            "format": "text/plain",
            "language": document.header.lang,
            "schema:isPartOf": press.address(document, m.block),
        }
        for m in d.members
    ]
    return _annotation(press, document, blocks[d.block], d.span, "list", ["linking"], body)


def _translation(
    press: Press, document: Document, block: Block, translation: Translation, words: str
) -> dict[str, Any]:
    """The translation of a whole block."""
    body: dict[str, Any] = {
        "type": "TextualBody",
        "purpose": "describing",
        "value": words,
        "format": "text/plain",
        "language": translation.lang,
        "schema:additionalType": "schema:translationOfWork",
    }
    if translation.translator:
        body["schema:translator"] = translation.translator
    body["schema:creditText"] = credit(translation)
    span = Span(0, len(block.text))
    return _annotation(
        press, document, block, span, f"translation-{translation.lang}", ["describing"], [body]
    )


def _quotation(
    press: Press, document: Document, block: Block, q: Quotation, speaker: Speaker | None
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "type": "schema:Quotation",
        "schema:text": block.text[q.span.start : q.span.end],
        "schema:inLanguage": document.header.lang,
    }
    note = f"{_MEANING[q.manner]}，" + (f"说话人：{speaker.name}" if speaker else "说话人不明")
    if speaker:
        # A private person has no page: link to the article's own list of speakers.
        private = press.knowledge.is_private(speaker.id)
        index = f"{urls.article_speakers(document.header.id)}#s-{speaker.id}"
        person: dict[str, Any] = {
            "id": urls.absolute(press.base_url, index if private else urls.speaker(speaker.id)),
            "type": "schema:Person" if speaker.kind == "person" else "schema:Organization",
            "schema:name": speaker.name,
        }
        if speaker.role and speaker.kind == "person":
            person["schema:jobTitle"] = speaker.role
        said["schema:spokenByCharacter"] = person
        said["creator"] = person["id"]
    comment = {
        "type": "TextualBody",
        "purpose": "describing",
        "value": note + (f"（{q.why}）" if q.why else ""),
        "format": "text/plain",
        "language": "zh-Hans",
    }
    return _annotation(press, document, block, q.span, q.type, ["describing"], [comment, said])
