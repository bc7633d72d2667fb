"""Reads Markdown into pieces, and its front matter into metadata.

CommonMark recognises emphasis by white space and punctuation around the asterisks, but Chinese has no white
space: it would leave the marks of ``是**“重要”**的`` and then swap bold and plain text. Here a Chinese
character next to the asterisks counts as white space, as in the plug-ins called “CJK friendly”.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from app.i18n import worded
from app.importers.blocks import VERSE, Blocks, is_character
from app.importers.imported import Imported, refuse
from app.importers.metadata import language
from app.model import KINDS, Kind
from app.text.dates import iso_date

_KEYS = {
    "title": ("title", "标题", "標題"),
    "subtitle": ("subtitle", "副题", "副標題", "副标题"),
    "author": ("author", "authors", "作者"),
    "date": ("date", "published", "pubdate", "日期", "时间", "時間", "发布日期"),
    "publication": ("publication", "publisher", "source", "来源", "來源", "出处", "出處", "报刊"),
    "url": ("url", "link", "source_url", "canonical", "链接", "連結", "网址"),
    "lang": ("lang", "language", "语言", "語言"),
    "title_en": ("title_en",),
    "summary_en": ("summary_en",),
    "circa": ("circa",),
}
_LENGTH = 8_000_000  # characters; the parser needs about five seconds for a million
_FRONT_MATTER = 64 * 1024  # characters; a limit for the YAML parser, which is slow and recursive
_KIND = re.compile(r"<!-- ([a-z]+) -->$")
_NAMED = re.compile(r"\{\.(byline|caption|furniture|note)\}")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>")
_CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)


def read_markdown(name: str, text: str, encoding: str, notes: tuple[str, ...]) -> Imported:
    """Markdown with or without front matter.

    Raises:
        ContentError: too long (F12), front matter that is not YAML (F19), or no text below it (F11).
    """
    if len(text) > _LENGTH:
        problem = worded(
            "the file has %(length)s characters, the limit for Markdown is %(limit)s",
            length=format(len(text), ","),
            limit=format(_LENGTH, ","),
        )
        raise refuse(name, "F12", problem, "split it, or import it as .txt")
    tokens = _parser().parse(text)
    blocks = Blocks()
    front: Mapping[object, object] = {}
    if tokens and tokens[0].type == "front_matter":
        front = _front_matter(name, tokens.pop(0).content)
    _read_kinds(tokens)
    exported = "url" in front and f"[¶]({_said(front['url'])}" in text
    for token in _own(tokens) if exported else tokens:
        _feed(blocks, token)
    title, pieces = _value(front, "title"), blocks.pieces()
    if not pieces:
        raise refuse(name, "F11", "the file holds no text below its title", "add the article's text")
    if blocks.images:
        notes = (*notes, worded("有 %(n)s 幅图片未导入", n=blocks.images))
    return Imported(
        text,
        pieces,
        "markdown",
        encoding,
        title=title,
        subtitle=_value(front, "subtitle"),
        author=_value(front, "author"),
        date=iso_date(_value(front, "date")),
        publication=_value(front, "publication"),
        url=_value(front, "url"),
        lang=language(_value(front, "lang")),
        title_en=_value(front, "title_en"),
        summary_en=_value(front, "summary_en"),
        circa=_value(front, "circa").lower() == "true",
        notes=notes,
    )


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin).use(footnote_plugin)
    parser.disable("code")  # in Chinese texts four spaces are an indent
    parser.disable(["footnote_inline", "footnote_tail"])  # a note stays where it is written
    parser.inline.ruler.at("emphasis", _emphasis)
    return parser


def _feed(blocks: Blocks, token: Token, softbreak: str = "\n") -> None:
    """Feed a token to `blocks` as tags and text."""
    if token.map:
        blocks.at = (token.map[0] + 1, max(token.map[0] + 1, token.map[1]))
    if token.type == "inline":
        # quoted verse has short lines, quoted prose is wrapped
        short = max(map(len, token.content.split("\n"))) <= VERSE
        for child in token.children or ():
            _feed(blocks, child, "br" if short and blocks.inside("blockquote") else "\n")
    elif token.type in ("html_block", "html_inline"):
        _feed_html(blocks, token.content)
    elif token.type == "fence":
        blocks.open("pre")
        blocks.text(token.content)
        blocks.close("pre")
    elif token.type == "softbreak" and softbreak == "\n":
        blocks.text("\n")
    elif token.type in ("hardbreak", "softbreak"):
        blocks.open("br")
    elif token.type == "image":
        if is_character(token.content):
            blocks.text(token.content)
        else:
            blocks.open("img")
    elif token.type == "footnote_ref":
        blocks.text(f"[{token.meta['label']}]")
    elif token.type == "footnote_reference_open":
        blocks.label = f"[{token.meta['label']}]"
        blocks.open("aside", kind="note")
    elif token.type == "footnote_reference_close":
        blocks.close("aside")
    elif token.type == "footnote_anchor":
        return
    elif token.type in ("tr_open", "tr_close"):
        (blocks.open_row if token.nesting > 0 else blocks.close_row)()
    elif token.type in ("td_open", "th_open"):
        blocks.open_cell()
    elif token.nesting > 0:
        kind = token.meta.get("kind") if token.type == "paragraph_open" else None
        blocks.open(token.tag, start=int(token.attrGet("start") or 1), kind=kind)
    elif token.nesting < 0:
        blocks.close(token.tag)
    elif token.tag == "hr":
        blocks.open("hr")
    else:
        blocks.text(token.content)


def _read_kinds(tokens: list[Token]) -> None:
    """Read `{.byline}` on the line above a paragraph, which the files of the library have, as its kind."""
    for opened, inner in pairwise(tokens):
        children = inner.children or []
        if opened.type != "paragraph_open" or len(children) < 3 or children[1].type != "softbreak":
            continue
        if named := _NAMED.fullmatch(children[0].content):
            opened.meta = {"kind": named[1]}
            inner.children, inner.content = children[2:], inner.content.partition("\n")[2]


def _own(tokens: list[Token]) -> list[Token]:
    """The tokens of a text that `meipi export markdown` wrote, without what the export added.

    That is the title, the links of paragraphs, the notes of terms, and the list of speakers.
    """
    kept: list[Token] = []
    inside = ""
    for n, token in enumerate(tokens[_below_title(tokens) :], _below_title(tokens)):
        inner = tokens[n + 1].content if n + 1 < len(tokens) else ""
        if token.type == "footnote_reference_open" and not token.meta["label"].isdigit():
            inside = "note"
        elif token.type == "heading_open" and token.tag == "h2" and inner == "谁说了什么":
            inside = "speakers"
        if kind := _told_kind(inner):
            token.meta = {"kind": kind}
        if not inside:
            token.children = _without_marks(token.children) if token.children else token.children
            kept.append(token)
        elif token.type == "footnote_reference_close" and inside == "note":
            inside = ""
    return kept


def _told_kind(words: str) -> Kind | None:
    """The kind of a block that the comment at its end names."""
    told = _KIND.search(words)
    return next((kind for kind in KINDS if told and kind == told[1]), None)


def _below_title(tokens: list[Token]) -> int:
    """The place after the title and the lines of facts under it, which have no link of their own."""
    at = 0
    while at + 2 < len(tokens) and "[¶](" not in tokens[at + 1].content:
        if tokens[at].type != "paragraph_open" and tokens[at].tag != "h1":
            break
        at += 3
    return at


def _without_marks(children: list[Token]) -> list[Token]:
    """Inline tokens without the links ¶ and the marks of term notes."""
    kept: list[Token] = []
    n = 0
    while n < len(children):
        if children[n].type == "link_open" and n + 2 < len(children) and children[n + 1].content == "¶":
            n += 3
            if kept and kept[-1].type == "text":
                kept[-1].content = kept[-1].content.rstrip(" ")
            continue
        if children[n].type != "footnote_ref" or children[n].meta["label"].isdigit():
            kept.append(children[n])
        n += 1
    return kept


def _feed_html(blocks: Blocks, markup: str) -> None:
    """Raw HTML, by its tags alone."""
    before, *comments = markup.split("<!--")
    after = (comment.partition("-->") for comment in comments)
    for part in (before, *(text if end else comment for comment, end, text in after)):
        at = 0
        for tag in _TAG.finditer(part):
            blocks.text(part[at : tag.start()])
            at = tag.end()
            (blocks.close if tag[1] else blocks.open)(tag[2].lower())
        blocks.text(part[at:])


def _front_matter(name: str, source: str) -> Mapping[object, object]:
    try:
        if len(source) > _FRONT_MATTER:
            raise YAMLError("the front matter is longer than any real one")
        yaml = YAML(typ="safe", pure=True)
        yaml.composer.warn_double_anchors = False
        front = yaml.load(source)
    except Exception as fault:  # the parser raises far more than YAMLError
        mark = fault.problem_mark if isinstance(fault, MarkedYAMLError) else None
        problem = worded("the front matter between the --- lines is not YAML")
        remedy = worded(
            "write one `key: value` a line, with quotation marks round a value that holds a colon"
        )
        raise refuse(name, "F19", problem, remedy, line=mark.line + 2 if mark else 1) from fault
    return front if isinstance(front, Mapping) else {}


def _value(front: Mapping[object, object], key: str) -> str:
    """The value under any of a key's names; a list is joined by 、."""
    for name, value in front.items():
        if isinstance(name, str) and name.strip().lower() in _KEYS[key] and value is not None:
            values = value if isinstance(value, list) else [value]
            return "、".join(" ".join(_said(v).split()) for v in values)
    return ""


def _said(value: object) -> str:
    """A plain value as text; "" for other types, and for numbers that Python refuses to print."""
    if not isinstance(value, str | int | float | date):
        return ""
    try:
        return str(value)
    except ValueError:
        return ""


def _emphasis(state: StateInline, silent: bool) -> bool:
    """markdown-it's rule for ``*`` and ``_``; a Chinese character next to an asterisk counts as space.

    Source: CommonMark 0.31, 6.2, left- and right-flanking delimiter runs.
    """
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    can_open, can_close = scanned.can_open, scanned.can_close
    if marker == "*":
        before = state.src[state.pos - 1] if state.pos else " "
        end = state.pos + scanned.length
        after = state.src[end] if end < state.posMax else " "
        can_open = not _is_space(after) and (not _is_foreign_mark(after) or _parts(before))
        can_close = not _is_space(before) and (not _is_foreign_mark(before) or _parts(after))
    for _ in range(scanned.length):
        token = state.push("text", "", 0)
        token.content = marker
        state.delimiters.append(
            Delimiter(ord(marker), scanned.length, len(state.tokens) - 1, -1, can_open, can_close)
        )
    state.pos += scanned.length
    return True


def _is_space(char: str) -> bool:
    return isWhiteSpace(ord(char))


def _is_foreign_mark(char: str) -> bool:
    """Whether a character is punctuation that is not Chinese only, such as “ or (."""
    return not _CJK.match(char) and (isMdAsciiPunct(ord(char)) or isPunctChar(char))


def _parts(char: str) -> bool:
    """Whether a character separates words."""
    return _is_space(char) or _is_foreign_mark(char) or bool(_CJK.match(char))
