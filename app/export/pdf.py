"""Articles as a book in PDF: notes in the margin, speakers, lasting links, glossary and index.

Typst sets it: line breaking by the rules for Chinese, squeezed marks, page numbers, cross references. The
template is `templates/export/book.typ`. It gets its values as JSON, so no text is ever read as markup.
"""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

from app.errors import MissingExtra
from app.export.press import Call, Footnote, Footnoted, Press, footnoted
from app.extras import load
from app.i18n import say
from app.model import BlockId, Document, TermId
from app.pages.excerpts import first_sentence
from app.pages.views import BlockView
from app.settings import ROOT
from app.text.inline import Node
from app.web.rendering import legal

# Control characters as JSON escapes; no font has them.
_CONTROL = re.compile(r"\\u00[01][0-9a-f]|\\[bfnrt]")


def write(press: Press, documents: Iterable[Document], out: BinaryIO) -> None:
    """The book as one file.

    Raises:
        MissingExtra: Typst or the fonts are not installed.
    """
    typst = load("typst", "PDF", "pdf")  # 34 MB, for this form alone
    template = (ROOT / "templates/export/book.typ").read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "book.typ").write_text(template, "utf-8")
        data = json.dumps(_book(press, documents), ensure_ascii=False)
        (root / "data.json").write_text(legal(_CONTROL.sub("\ufffd", data)), "utf-8")
        out.write(
            typst.compile(
                str(root / "book.typ"), root=folder, font_paths=[_fonts()], ignore_system_fonts=True
            )
        )


def _fonts() -> str:
    try:
        return str(files("pylopdf_fonts_zh_cn"))
    except ModuleNotFoundError as error:
        raise MissingExtra("PDF", "pdf") from error


def _book(press: Press, documents: Iterable[Document]) -> dict[str, Any]:
    """The values of the template; notes are numbered over the whole book."""
    made = [footnoted(press, document) for document in documents]
    numbers: dict[TermId, int] = {}
    places: dict[TermId, list[str]] = {}
    articles = [_article(press, n, one, numbers, places) for n, one in enumerate(made)]
    notes = {note.term.id: note for one in made for note in one.notes}
    entries = [_note(notes[id], number) for id, number in numbers.items()]
    by_pinyin = sorted(
        entries, key=lambda entry: (_without_tones(entry["pinyin"] or entry["term"]), entry["term"])
    )
    alone = made[0] if len(made) == 1 else None
    return {
        "title": alone.article.title if alone else f"{press.site_name}文选",
        "author": alone.article.author if alone else "",
        "site": press.site_name,
        "region": "TW" if alone and "Hant" in alone.article.lang else "CN",
        "words": {
            "says": say("说话人"),
            "speakers": say("谁说了什么"),
            "terms": say("词语"),
            "index": say("索引"),
            "members": say("包括："),
        },
        "articles": articles,
        "notes": entries,
        "index": [{"term": e["term"], "labels": places[e["id"]]} for e in by_pinyin],
    }


def _article(
    press: Press, n: int, made: Footnoted, numbers: dict[TermId, int], places: dict[TermId, list[str]]
) -> dict[str, Any]:
    """One article; numbers its terms, and adds the blocks in which they occur to `places`."""
    article, document = made.article, made.document
    blocks = []
    for part in made.parts:
        views = [*([part.heading] if part.heading else []), *(b for _, run in part.runs for b in run)]
        for view in views:
            for call in _calls(view.nodes):
                numbers.setdefault(call.note.term.id, len(numbers) + 1)
                places.setdefault(call.note.term.id, []).append(_label(n, view.id))
            texts = made.translated.get(BlockId(view.id), [])
            blocks.append(_block(press, n, document, view, numbers) | {"translations": texts})
    facts = (article.date, article.publication, article.author, say("第 %(n)s 版", n=article.revision))
    return {
        "title": article.title,
        "supplied": article.supplied,
        "subtitle": article.subtitle,
        "facts": [fact for fact in facts if fact],
        "note": article.note,
        "credits": made.credits,
        "address": press.address(document),
        "blocks": blocks,
        "speakers": [
            {
                "name": one.speaker.name,
                "role": one.speaker.role or "",
                "places": [
                    {"label": _label(n, id), "text": say("第 %(n)s 段", n=number) if number else say("原文")}
                    for id, number in one.places
                ],
            }
            for one in made.heard
        ],
    }


def _block(
    press: Press, n: int, document: Document, view: BlockView, numbers: dict[TermId, int]
) -> dict[str, Any]:
    called = [call.note for call in _calls(view.nodes) if call.first]
    return {
        "kind": view.kind,
        "number": view.number,
        "label": _label(n, view.id),
        "address": press.address(document, BlockId(view.id)),
        "nodes": [_node(node, numbers) for node in view.nodes],
        "notes": [
            {
                "number": numbers[note.term.id],
                "term": note.term.term,
                "text": first_sentence(note.term.zh) or note.listed,
            }
            for note in called
        ],
        "voices": [{"name": v.name, "role": v.role, "doubt": v.doubt} for v in view.voices],
    }


def _label(n: int, block: str) -> str:
    """The name of a block in the book, for links and page numbers."""
    return f"a{n}-{block}"


def _calls(nodes: Iterable[Node]) -> Iterator[Call]:
    for node in nodes:
        if isinstance(node.data, Call):
            yield node.data
        yield from _calls(node.children)


def _node(node: Node, numbers: dict[TermId, int]) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": node.kind, "text": node.text}
    made["children"] = [_node(child, numbers) for child in node.children]
    if isinstance(node.data, Call):
        made |= {"first": node.data.first, "note": numbers[node.data.note.term.id]}
    elif node.kind == "term":
        made["kind"] = "mark"
    elif node.kind == "said":
        made["doubtful"] = node.data.doubtful
    return made


def _note(note: Footnote, number: int) -> dict[str, Any]:
    term = note.term
    return {
        "id": term.id,
        "number": number,
        "term": term.term,
        "pinyin": term.pinyin,
        "zh": term.zh,
        "unverified": "" if term.verified else say("待核实"),
        "date": note.date,
        "members": [m.zh for m in term.members],
        "listed": note.listed,
        "english": "; ".join(f"{text} ({status})" for text, status in note.english),
        "sources": [
            "，".join(x for x in (s.title, s.publisher, s.date) if x) for s in term.sources if s.tier != "C"
        ],
    }


def _without_tones(pinyin: str) -> str:
    """Pinyin as it is sorted."""
    return "".join(c for c in unicodedata.normalize("NFD", pinyin) if not unicodedata.combining(c)).lower()
