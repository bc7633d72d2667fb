"""An article as Markdown: terms as footnotes, every paragraph with its lasting link.

The import reads it back to the same blocks; comments tell it the kinds that Markdown lacks.
"""

from __future__ import annotations

import json
import re
from typing import BinaryIO

from app.export.press import Call, Footnote, Footnoted, Press, footnoted
from app.model import BlockId, Document
from app.pages.markdown import escape
from app.pages.views import BlockView
from app.text.inline import Node
from app.text.terms.facts import verified_words

# Characters that could start a block at the beginning of a line.
_START = re.compile(r"^(\s*(?:\d{1,9}(?=[.)]))?)([+\-=:.)])")


def write(press: Press, document: Document, out: BinaryIO) -> None:
    """Front matter, the text, who speaks where, and the notes."""
    out.write(_article(press, footnoted(press, document)).encode("utf-8", "replace"))


def _article(press: Press, made: Footnoted) -> str:
    h = made.document.header
    front = {
        "title": h.title,
        "subtitle": h.subtitle,
        "title_en": h.title_en,
        "summary_en": h.summary_en,
        "supplied": h.supplied or None,
        "author": h.author,
        "date": h.date,
        "circa": h.circa or None,
        "publication": h.publication,
        "source": h.url,
        "lang": h.lang,
        "url": press.address(made.document),
        "revision": made.document.revision,
    }
    # Every JSON value is YAML, and none of them can end the front matter.
    parts = ["---", *(f"{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in front.items() if v), "---", ""]
    title = f"［{h.title}］" if h.supplied else h.title
    facts = "，".join(x for x in (made.article.date, h.publication, h.author) if x)
    parts += [
        f"# {escape(title)}",
        "",
        *([escape(h.subtitle), ""] if h.subtitle else []),
        *([escape(facts), ""] if facts else []),
        *(line for credit in made.credits for line in (escape(credit), "")),
    ]
    for part in made.parts:
        if part.heading:
            calls = "".join(
                f"[^{lang}-{part.heading.id}]"
                for lang, _ in made.translated.get(BlockId(part.heading.id), ())
            )
            parts += [f"{'#' * max(2, min(6, part.heading.level))} {_words(part.heading.nodes)}{calls}", ""]
        for kind, blocks in part.runs:
            parts += _blocks(press, made, kind, blocks)
    if made.heard:
        parts += ["## 谁说了什么", ""]
        for one in made.heard:
            role = f"，{one.speaker.role}" if one.speaker.role else ""
            places = "、".join(
                f"[{f'第{n}段' if n else id}]({press.address(made.document, id)})" for id, n in one.places
            )
            parts.append(f"- {escape(one.speaker.name + role)}：{places}")
        parts.append("")
    parts += map(_note, made.notes)
    for id, texts in made.translated.items():
        parts += [f"[^{lang}-{id}]: {escape(words)}" for lang, words in texts]
    return "\n".join(parts).rstrip("\n") + "\n"


def _note(note: Footnote) -> str:
    term = note.term
    words = [
        f"**{escape(term.term)}**"
        + (f" {escape(term.pinyin)}" if term.pinyin else "")
        + (f"：{escape(term.zh)}" if term.zh else ""),
        f"{escape(note.listed)}。" if note.listed else "",
        f"包括：{escape('、'.join(m.zh for m in term.members))}。" if term.members else "",
        f"{escape(note.date)}。" if note.date else "",
        *(escape(f"{text}（{status}）") for text, status in note.english),
        escape(term.en),
        "" if term.verified else f"（{verified_words(False)}）",
        f"[{'词条' if term.zh else '出处'}]({note.href})",
    ]
    return f"[^{note.key}]: " + " ".join(x for x in words if x)


def _blocks(press: Press, made: Footnoted, kind: str, blocks: tuple[BlockView, ...]) -> list[str]:
    lines = []
    for b in blocks:
        words = f"{_words(b.nodes)} [¶]({press.address(made.document, BlockId(b.id))})"
        words += "".join(f"[^{lang}-{b.id}]" for lang, _ in made.translated.get(BlockId(b.id), ()))
        match kind:
            case "list":
                lines.append(f"- {words}")
            case "verse":
                # A backslash keeps the line end.
                lines.append(f"> {words}" + ("" if b is blocks[-1] else "\\"))
            case "table":
                words = f"| {' | '.join(_words(cell) for cell in b.cells)} |"
                lines += [words, "|" + " --- |" * len(b.cells)] if b is blocks[0] else [words]
            case "caption" | "byline" | "furniture":
                lines += [f"*{words}*<!-- {kind} -->", ""]
            case "note":
                lines += [f"{words}<!-- note -->", ""]
            case _:
                lines += [words, ""]
    return lines if not lines or lines[-1] == "" else [*lines, ""]


def _words(nodes: tuple[Node, ...]) -> str:
    """The words of a tree, with a footnote mark at the first occurrence of each term."""
    return _START.sub(r"\1\\\2", "".join(map(_node, nodes))) if nodes else ""


def _node(node: Node) -> str:
    if node.kind == "text":
        return escape(node.text, start=False)
    inner = "".join(map(_node, node.children))
    return f"{inner}[^{node.data.note.key}]" if isinstance(node.data, Call) and node.data.first else inner
