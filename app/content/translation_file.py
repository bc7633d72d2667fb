"""Reads and writes the translations of an article: `en.md` and its like, next to article.md.

YAML front matter, then Markdown. `{#pid}` before a paragraph or heading is the id of the Chinese block;
`{#pid revision=3}` if it translates another revision than the front matter says, `{#pid .unsure}` if a
program put the words there and was not sure. `[words](term:id)` names a glossary term that annotation would
not find in these words. Lines after `> ` are the Chinese, for the translator; they are not read, and the id
before them is that of the paragraph that follows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from markdown_it.token import Token

from app.content.article_file import check_types, escape_start, front_matter, markdown
from app.content.entries import is_date
from app.content.yaml_file import dump_yaml
from app.errors import ContentError
from app.i18n import worded
from app.model import BlockId, TermId, TermMark, Translation, TranslationKind
from app.text.paragraphs import Ledger
from app.text.translation import Carried, Words, carry

KEYS: Mapping[str, type] = {
    "title": str,
    "kind": str,
    "translator": str,
    "date": str,
    "licence": str,
    "source": str,
    "revision": int,
    "note": str,
}
KINDS: tuple[str, ...] = get_args(TranslationKind)
_TERM = "term:"


@dataclass(frozen=True, slots=True)
class TranslationFile:
    """A translation as its file has it; `head` has no blocks."""

    head: Translation
    texts: tuple[Words, ...]
    path: str

    def carried(self, ledger: Ledger) -> Carried:
        """The translation in the current text of this ledger."""
        return carry(self.texts, ledger)


def parse_translation(lang: str, text: str, path: str) -> TranslationFile:
    """Parse a translation.

    Raises:
        ContentError: A03 front matter, A04 a value, A05 unknown key, T01 a paragraph without an id.
    """
    lines = text.split("\n")
    data, at, body = front_matter(lines, path)
    check_types(data, at, path, KEYS)
    for key, sound, remedy in (
        ("kind", lambda v: not v or v in KINDS, worded("write one of %(choices)s", choices=", ".join(KINDS))),
        ("date", lambda v: not v or is_date(v), "write 2024, 2024-03 or 2024-03-05"),
        ("source", lambda v: not v or v.startswith(("http://", "https://")), "write https://…"),
        ("revision", lambda v: 0 <= v < 10**9, "write the number of a revision"),
    ):
        if key in data and not sound(data[key]):
            problem = worded("%(key)s: %(value)r is not possible", key=key, value=data[key])
            raise ContentError(path, at[key], "A04", problem, remedy)
    head = Translation(
        lang=lang,
        kind=data.get("kind") or None,
        **{key: data.get(key, "") for key in ("title", "translator", "date", "licence", "source", "note")},
    )
    return TranslationFile(head, _texts(lines, body, path, data.get("revision", 0)), path)


def _texts(lines: Sequence[str], body: int, path: str, revision: int) -> tuple[Words, ...]:
    """The words under each id; several paragraphs under one id are joined."""
    found: dict[str, Words] = {}
    current, quoted = "", 0
    for token in markdown(links=True).parse("\n".join(lines[body:])):
        line = body + (token.map[0] if token.map else 0) + 1
        if id := str(token.attrs.get("id", "")):
            if id in found:
                raise _unplaced(path, line, worded("two paragraphs have the id %(id)s", id=id))
            current = id
            of = str(token.attrs.get("revision", ""))
            n = int(of) if re.fullmatch(r"\d{1,9}", of) else revision
            unsure = "unsure" in str(token.attrs.get("class", "")).split()
            found[id] = Words(BlockId(id), "", n, (), unsure, line)
        quoted += token.nesting * (token.tag == "blockquote")
        if token.type == "inline" and not quoted:
            if not current:
                raise _unplaced(path, line, worded("a paragraph without an id"))
            words, marks = _words(token)
            before = f"{found[current].text} " if found[current].text else ""
            shifted = (replace(m, start=m.start + len(before), end=m.end + len(before)) for m in marks)
            found[current] = replace(
                found[current], text=before + words, terms=(*found[current].terms, *shifted)
            )
    return tuple(text for text in found.values() if text.text)


def _unplaced(path: str, line: int, problem: str) -> ContentError:
    remedy = worded("write {#id} with the id of the Chinese paragraph on a line before it")
    return ContentError(path, line, "T01", problem, remedy)


def _words(token: Token) -> tuple[str, tuple[TermMark, ...]]:
    """A block's words on one line, and the terms marked in them."""
    words, marks, opened = "", list[TermMark](), (0, "")
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            words = words.rstrip() + " " if words else words
        elif child.type in ("text", "code_inline", "text_special"):
            words += child.content if words else child.content.lstrip()
        elif child.type == "link_open":
            opened = len(words), str(child.attrs.get("href", ""))
        elif child.type == "link_close" and opened[1].startswith(_TERM) and len(words) > opened[0]:
            marks.append(TermMark(opened[0], len(words), TermId(opened[1].removeprefix(_TERM))))
    return words.rstrip(), tuple(marks)


def format_translation(
    file: TranslationFile,
    headings: Mapping[BlockId, int],
    *,
    revision: int = 0,
    chinese: Mapping[BlockId, str] | None = None,
    left: Sequence[str] = (),
) -> str:
    """Write a translation; `parse_translation` gives it back.

    Args:
        file: the translation; empty texts are written as empty paragraphs to fill in.
        headings: the level of each block that is a heading.
        revision: of the Chinese text, for the front matter.
        chinese: the Chinese of blocks that a translator has to look at; quoted below their ids.
        left: words that belong to no block; quoted at the end.
    """
    head = file.head
    front = {key: getattr(head, key, None) for key in KEYS if key != "revision"} | {"revision": revision}
    kept = {k: v or "" for k, v in front.items() if v or k in ("title", "kind", "translator")}
    parts = [f"---\n{dump_yaml(kept)}---\n"]
    for text in file.texts:
        quoted = f"> {' '.join(chinese[text.id].split())}\n\n" if chinese and text.id in chinese else ""
        own = " .unsure" if text.unsure else ""
        own += f" revision={text.revision}" if text.revision and text.revision != revision else ""
        hashes = "#" * max(2, headings[text.id]) + " " if text.id in headings else ""
        written = f"{hashes}{_written(text)}\n" if text.text else ""
        parts.append(f"\n{{#{text.id}{own}}}\n{quoted}{written}")
    parts += [f"\n> {' '.join(words.split())}\n" for words in left]
    return "".join(parts)


_SPECIAL = re.compile(r"([\\`*_\[\]<>])")


def _written(text: Words) -> str:
    """The words with their marks as Markdown."""
    made, at = "", 0
    for mark in text.terms:
        words = _SPECIAL.sub(r"\\\1", text.text[mark.start : mark.end])
        made += _SPECIAL.sub(r"\\\1", text.text[at : mark.start]) + f"[{words}]({_TERM}{mark.term})"
        at = mark.end
    return escape_start(made + _SPECIAL.sub(r"\\\1", text.text[at:]))
