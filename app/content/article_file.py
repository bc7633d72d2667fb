"""Reads and writes article.md: YAML front matter, then Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date as date_type
from typing import Any, cast, get_args

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from app.content.entries import is_date, key_line, odd_value, short
from app.content.yaml_file import dump_yaml, load_yaml
from app.errors import ContentError
from app.i18n import worded
from app.model import (
    ARTICLE_ID,
    CELL,
    KINDS,
    ArticleId,
    Correction,
    Header,
    Kind,
    Piece,
    QuotationType,
    SpeakerKind,
)

HEADER_KEYS = {
    "title": str,
    "subtitle": str,
    "title_en": str,
    "summary_en": str,
    "supplied": bool,
    "date": str,
    "circa": bool,
    "publication": str,
    "author": str,
    "url": str,
    "note": str,
    "lang": str,
    "aliases": list,
    "corrections": list,
}


def parse_article(
    id: ArticleId, text: str, path: str
) -> tuple[Header, tuple[Piece, ...], tuple[Correction, ...]]:
    """Parse an article.md: front matter and Markdown.

    Headings are `## ` and deeper. `{.byline}`, `{.caption}`, `{.furniture}` or `{.note}` before a paragraph
    gives its kind. Every item of a list, every line of a `> ` block (verse) and every row of a table is
    a block of its own.

    Raises:
        ContentError: A03 front matter, A04 a value, A05 unknown key, A06 unknown kind, A11 a correction.
    """
    lines = text.split("\n")
    data, at, body = front_matter(lines, path)
    check_types(data, at, path)
    _check_values(data, at, path)
    corrections = tuple(
        _correction(item, path, _line_of(data["corrections"], i, at["corrections"]))
        for i, item in enumerate(data.get("corrections", []))
    )
    pieces = _pieces(lines, body, path)
    return _header(id, data, pieces), pieces, corrections


def _header(id: ArticleId, data: Mapping[str, Any], pieces: Sequence[Piece]) -> Header:
    """The header that checked front matter gives; without a title it is the first heading, or the id."""
    title = data.get("title", "") or next((p.text for p in pieces if p.kind == "heading"), "") or id
    values = {key: data[key] for key in HEADER_KEYS if key in data and key != "corrections"}
    aliases = tuple(ArticleId(a) for a in data.get("aliases", []))
    return Header(
        **values | {"id": id, "title": title, "lang": data.get("lang") or "zh-Hans", "aliases": aliases}
    )


def check_header(header: Header, path: str) -> None:
    """Refuse a header that `parse_article` would refuse in a file.

    Raises:
        ContentError: as `parse_article`, at line 0.
    """
    data = front_of(header)
    at = dict.fromkeys(data, 0)
    check_types(data, at, path)
    _check_values(data, at, path)


def front_matter(lines: Sequence[str], path: str) -> tuple[dict[str, Any], dict[str, int], int]:
    """The keys of the front matter, the line of each, and the number of lines that it takes."""
    if lines[0].rstrip() != "---":
        return {}, {}, 0
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        remedy = worded("put --- on a line of its own below it")
        raise ContentError(path, 1, "A03", "the front matter does not end", remedy)
    loaded = load_yaml("\n".join(lines[1:end]), path, "A03", first_line=2)
    if not isinstance(loaded, CommentedMap | None):
        problem, remedy = worded("expected keys in the front matter"), worded("write one `key: value` a line")
        raise ContentError(path, 2, "A03", problem, remedy)
    data = dict(loaded or {})
    return data, {k: key_line(loaded, k) + 2 for k in data} if loaded else {}, end + 1


def check_types(
    data: dict[str, Any], at: Mapping[str, int], path: str, keys: Mapping[str, type] = HEADER_KEYS
) -> None:
    """Refuse unknown keys and values of the wrong type; turns numbers and dates into text where due."""
    for key, value in data.items():
        if key not in keys:
            problem = worded("unknown key %(key)s", key=short(key))
            remedy = worded("the keys are %(known)s", known=", ".join(keys))
            raise ContentError(path, at[key], "A05", problem, remedy)
        if odd := odd_value(value):
            raise ContentError(
                path, at[key], "A04", worded("%(key)s: %(problem)s", key=key, problem=odd[0]), odd[1]
            )
        kind = keys[key]
        if kind is str and isinstance(value, int | float | date_type) and not isinstance(value, bool):
            data[key] = value = str(value)
        if value is None:
            data[key] = value = kind()
        if not isinstance(value, kind):
            wanted = {
                str: worded("text in quotation marks"),
                bool: worded("true or false"),
                int: worded("a number"),
                list: worded("a list: [a, b]"),
            }[kind]
            problem = worded("%(key)s: %(value)s has the wrong type", key=key, value=short(value))
            raise ContentError(path, at[key], "A04", problem, worded("write %(wanted)s", wanted=wanted))


def _check_values(data: Mapping[str, Any], at: Mapping[str, int], path: str) -> None:
    """Refuse a date, an address, a language, an alias or English words that are not one."""

    def refuse(key: str, problem: str, remedy: str) -> ContentError:
        return ContentError(path, at[key], "A04", problem, remedy)

    date, url, lang = data.get("date", ""), data.get("url", ""), data.get("lang", "")
    if date and not is_date(date):
        problem = worded("date %(date)r is not ISO 8601", date=date)
        raise refuse("date", problem, "write 2024, 2024-03 or 2024-03-05")
    if url and not url.startswith(("http://", "https://")):
        raise refuse("url", worded("url %(url)r is not a web address", url=url), "write https://…")
    if lang and lang not in ("zh-Hans", "zh-Hant"):
        raise refuse("lang", worded("lang %(lang)r is neither script", lang=lang), "write zh-Hans or zh-Hant")
    for key in ("title_en", "summary_en"):
        if (words := data.get(key, "")) and not re.search("[A-Za-z]", words):
            problem = worded("%(key)s: %(value)s is not English", key=key, value=short(words))
            raise refuse(key, problem, "write it in English, or leave it out")
    for alias in data.get("aliases", []):
        if not isinstance(alias, str) or not ARTICLE_ID.fullmatch(alias):
            problem = worded("alias %(alias)s is not an article id", alias=short(alias))
            raise refuse("aliases", problem, "use a–z, 0–9 and hyphens")


def _line_of(items: object, i: int, otherwise: int) -> int:
    """The line of an item of a front matter list; the front matter begins on the file's second line."""
    return items.lc.item(i)[0] + 2 if isinstance(items, CommentedSeq) else otherwise


def _correction(item: object, path: str, line: int) -> Correction:
    """One item of `corrections:`; see content/README.md."""
    remedy = worded(
        "write words: … or paragraph: … with speaker: … or speech: false, "
        "or speaker: … with role: …, kind: … or person: …"
    )
    known = ("words", "paragraph", "speaker", "speech", "type", "role", "kind", "person")
    if not isinstance(item, Mapping):
        problem = worded("correction %(item)s: expected keys", item=short(item))
        raise ContentError(path, line, "A11", problem, remedy)
    for key, value in item.items():
        if key not in known:
            problem = worded("correction: unknown key %(key)s", key=short(key))
            keys = worded("the keys are %(known)s", known=", ".join(known))
            raise ContentError(path, line, "A11", problem, keys)
        if not isinstance(value, bool if key == "speech" else str | None):
            problem = worded("correction: %(key)s: %(value)s has the wrong type", key=key, value=short(value))
            raise ContentError(path, line, "A11", problem, remedy)
    words, speaker, paragraph = item.get("words") or "", item.get("speaker"), item.get("paragraph") or ""
    if words and paragraph:
        raise ContentError(path, line, "A11", "a correction names both words and a paragraph", remedy)
    if not words and not paragraph and not speaker:
        raise ContentError(path, line, "A11", "a correction names neither words nor a speaker", remedy)
    if (words or paragraph) and "speaker" not in item and item.get("speech", True):
        raise ContentError(path, line, "A11", "the correction says nothing about the words", remedy)
    for key, choices in (("type", get_args(QuotationType)), ("kind", get_args(SpeakerKind))):
        if item.get(key) and item[key] not in choices:
            problem = worded(
                "correction: %(key)s: %(value)r is not one of the choices", key=key, value=item[key]
            )
            raise ContentError(
                path, line, "A11", problem, worded("write one of %(choices)s", choices=", ".join(choices))
            )
    return Correction(
        words=words,
        speaker=speaker,
        speech=item.get("speech", True),
        type=item.get("type") or "direct",
        role=item.get("role") or "",
        kind=item.get("kind"),
        person=item.get("person") or "",
        paragraph=paragraph,
        line=line,
    )


_HAN = (
    r"\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—"
    r"\U00020000-\U0003ffff"
)
_JOIN = re.compile(rf"(?<=[{_HAN}])\n(?=[^\n])|(?<=[^\n])\n(?=[{_HAN}])")


def markdown(*, links: bool = False) -> MarkdownIt:
    """A parser for the Markdown of content/: no HTML, no code, no images, and no links if not asked for."""
    block = ["code", "fence", "reference", "html_block", "lheading"]
    inline = ["entity", "autolink", "html_inline", "image", *(() if links else ("link",))]
    parser = MarkdownIt("commonmark", {"html": False}).disable([*block, *inline])
    return parser.enable("table").use(attrs_block_plugin)


def _pieces(lines: Sequence[str], body: int, path: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    inside: list[str] = []
    row: list[str] = []
    row_line = 0
    kind: str = ""
    for token in markdown().parse("\n".join(lines[body:])):
        line = body + token.map[0] + 1 if token.map else 0
        if token.type in ("bullet_list_open", "ordered_list_open"):
            inside.append("list")
        elif token.type == "blockquote_open":
            inside.append("verse")
        elif token.type in ("bullet_list_close", "ordered_list_close", "blockquote_close"):
            inside.pop()
        elif token.type == "tr_open":
            kind, row, row_line = "table", [], line
        elif token.type == "tr_close":
            if any(row):
                pieces.append(Piece("table", CELL.join(row), (row_line, row_line)))
        elif token.type == "inline" and kind == "table":
            row.append(" ".join(_words(token).split(CELL)).strip())
        elif token.type == "heading_open":
            kind = "heading"
        elif token.type == "paragraph_open":
            kind = str(token.attrs.get("class", "")) or (inside[-1] if inside else "paragraph")
            if kind not in KINDS:
                kinds = ", ".join(f"{{.{k}}}" for k in ("byline", "caption", "furniture", "note"))
                problem = worded("{.%(kind)s} is not a kind of block", kind=kind)
                remedy = worded("the kinds are %(kinds)s", kinds=kinds)
                raise ContentError(path, line, "A06", problem, remedy)
        elif token.type == "inline":
            words = _words(token)
            first = body + (token.map[0] if token.map else 0) + 1
            last = body + (token.map[1] if token.map else 0)
            if kind == "verse":
                for i, verse in enumerate(words.split("\n")):
                    if verse.strip():
                        pieces.append(Piece("verse", verse.strip(), (first + i, first + i)))
            elif text := " ".join(_JOIN.sub("", words).split("\n")).strip():
                pieces.append(Piece(cast(Kind, kind), text, (first, last)))
        elif token.type == "heading_close" and pieces and pieces[-1].kind == "heading":
            level = int(token.tag[1:])
            pieces[-1] = Piece("heading", pieces[-1].text, pieces[-1].lines, level)
    return tuple(pieces)


def _words(token: Token) -> str:
    """An inline token's words without markup, its line breaks kept."""
    words = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            words.append("\n")
        elif child.type in ("text", "code_inline", "text_special"):
            words.append(child.content)
    return "".join(words)


_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+\-.!|~&)=])")
_INLINE = re.compile(r"([\\`*_])")
_BLOCK_START = re.compile(r"^(?:[#>+*\-{=~]|\d{1,9}[.)])")


def format_article(header: Header, pieces: Sequence[Piece], corrections: Sequence[Correction] = ()) -> str:
    """Write an article.md; `parse_article` gives header, pieces and corrections back."""
    return f"---\n{dump_yaml(front_of(header, corrections))}---\n" + format_pieces(pieces)


def format_pieces(pieces: Sequence[Piece]) -> str:
    """Blocks as Markdown, each after an empty line."""
    parts: list[str] = []
    before: str = ""
    for at, piece in enumerate(pieces):
        if piece.kind == "table":
            above = pieces[at - 1] if at else None
            parts.append(_row(piece, above))
            before = "table"
            continue
        written = _escape(piece.text)
        match piece.kind:
            case "heading":
                block = f"{'#' * max(2, min(6, piece.level or 2))} {written}"
            case "list":
                block = f"- {written}"
            case "verse":
                block = f"> {written}"
            case "paragraph":
                block = written
            case _:
                block = f"{{.{piece.kind}}}\n{written}"
        together = piece.kind == before and piece.kind in ("list", "verse")
        parts.append(("" if together else "\n") + block + "\n")
        before = piece.kind
    return "".join(parts)


def _row(piece: Piece, above: Piece | None) -> str:
    """A row of a table; the first one, after which Markdown wants a line of dashes, begins a new table."""
    cells = piece.text.split(CELL)
    row = "| " + " | ".join(_INLINE.sub(r"\\\1", cell).replace("|", r"\|") for cell in cells) + " |\n"
    if above and above.kind == "table" and above.text.count(CELL) == piece.text.count(CELL):
        return row
    return "\n" + row + "|" + " --- |" * len(cells) + "\n"


def front_of(header: Header, corrections: Sequence[Correction] = ()) -> dict[str, Any]:
    """The front matter of a header; empty values are left out, except the title, which editors look for."""
    front: dict[str, Any] = {key: getattr(header, key) for key in HEADER_KEYS if key != "corrections"}
    front |= {"aliases": list(header.aliases), "corrections": [_written(c) for c in corrections]}
    return {k: v for k, v in front.items() if k == "title" or (v and (k, v) != ("lang", "zh-Hans"))}


def _written(c: Correction) -> dict[str, Any]:
    out: dict[str, Any] = {k: v for k, v in (("words", c.words), ("paragraph", c.paragraph)) if v}
    if c.speech and (c.words or c.paragraph or c.speaker):
        out["speaker"] = c.speaker
    if not c.speech:
        out["speech"] = False
    if c.words and c.type != "direct":
        out["type"] = c.type
    return out | {k: v for k, v in (("role", c.role), ("kind", c.kind), ("person", c.person)) if v}


def escape_start(text: str) -> str:
    """Markdown without the meaning that its first characters have at the beginning of a block."""
    return _BLOCK_START.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", text)


def _escape(text: str) -> str:
    """Markdown that reads back as exactly this text."""
    one_line = " ".join(text.split("\n"))
    light = escape_start(_INLINE.sub(r"\\\1", one_line))
    for written in (light, _SPECIAL.sub(r"\\\1", one_line)):
        for frame in ("{}", "- {}", "## {}"):
            found_pieces = _pieces(frame.format(written).split("\n"), 0, "")
            if [p.text for p in found_pieces] != [one_line.strip()]:
                break
        else:
            return written
    return light
