"""A finished page for readers of another language or script.

The words of the library are Chinese on every page. `tagged` marks them on a page in another language, so that
browsers choose the right font and screen readers the right voice. `in_traditional` converts a Chinese page to
traditional characters, except for code and for text that is traditional already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape, unescape

from msgspec import Struct

Convert = Callable[[list[str]], Mapping[str, str]]

_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<tag>[a-zA-Z][\w-]*)(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+>|<!(?:--.*?--|[^>]*)>|[^<]+",
    re.DOTALL,
)
_LANG = re.compile(r'(?<=\slang=")[^"]*(?=")')
# Attributes that readers see or hear.
_SHOWN = re.compile(
    r'(?<=\s)(title|aria-label|placeholder|alt|content|data-by)="([^"]*[\u3400-\u9fff][^"]*)"'
)
# Chinese characters with the punctuation, figures and Latin words between them.
_RUN = re.compile(
    "[《「『（【]*[\u3007\u3400-\u9fff](?:[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e“”‘’…—·0-9A-Za-z.%-]*"
    "[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e…])?|[\u3001-\u303f\uff01-\uff5e]+"
)
_EMPTY = frozenset(("meta", "link", "input", "br", "img", "wbr", "hr", "source", "rect", "circle", "path"))
# Elements whose content is not a text for readers, or may hold no other elements.
_RAW = frozenset(("script", "style", "textarea"))
_PLAIN = _RAW | {"title", "option"}
# Code, lines as received and readings stay as they are, and so does `translate="no"`: citations.
_EXACT = _RAW | {"code", "pre", "rt"}
_SPECIAL = _PLAIN | _EXACT
# Words go on through these.
_INLINE = frozenset(("a", "b", "i", "em", "span", "mark", "ruby", "dfn", "del", "ins", "small", "wbr", "rt"))


class _Piece(Struct, gc=False):
    """A tag or a text, with the language around it and those elements around it that change its treatment."""

    words: str
    tag: str
    lang: str
    around: frozenset[str]


def tagged(html: str) -> str:
    """The page with `lang="zh"` around every Chinese text that has no Chinese language yet."""
    # Most texts on such a page are English.
    return "".join(
        p.words
        if p.tag or p.words.isascii() or p.lang.startswith("zh") or not _PLAIN.isdisjoint(p.around)
        else _RUN.sub(r'<span lang="zh">\g<0></span>', p.words)
        for p in _pieces(html)
    )


def in_traditional(html: str, convert: Convert) -> str:
    """The page in traditional characters.

    Args:
        html: in simplified characters, except for parts with `lang="zh-Hant"`.
        convert: texts to traditional characters, one character for one.
    """
    pieces = list(_pieces(html))
    groups = list(_groups(pieces))
    tags = {p.words for p in pieces if p.tag and p.lang != "zh-Hant"}
    attributes = {unescape(m[2]) for words in tags for m in _SHOWN.finditer(words)}
    known = convert(["".join(p.words for p in g) for g in groups] + sorted(attributes))
    for group in groups:
        text, at = known["".join(p.words for p in group)], 0
        for p in group:
            p.words, at = text[at : at + len(p.words)], at + len(p.words)
    changed: dict[str, str] = {}
    for p in pieces:
        if p.tag and p.lang != "zh-Hant":
            if p.words not in changed:
                words = _SHOWN.sub(lambda m: f'{m[1]}="{escape(known[unescape(m[2])])}"', p.words)
                words = _LANG.sub(lambda m: "zh-Hant" if m[0] in ("zh", "zh-Hans") else m[0], words)
                changed[p.words] = words
            p.words = changed[p.words]
    return "".join(p.words for p in pieces)


def _groups(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """The texts to convert; those of one paragraph together, because words can be divided by marks."""
    group: list[_Piece] = []
    for p in pieces:
        if p.tag:
            if p.tag not in _INLINE and group:
                yield group
                group = []
        elif p.lang in ("", "zh", "zh-Hans") and not _EXACT & p.around:
            group.append(p)
    if group:
        yield group


def _pieces(html: str) -> Iterator[_Piece]:
    """The tags and texts of a page. An end tag also closes the elements inside that have none."""
    stack: list[tuple[str, str, frozenset[str]]] = []
    lang, within = "", frozenset[str]()
    known: dict[str, tuple[str, bool, str, bool]] = {}  # a page has few different tags
    for m in _TOKEN.finditer(html):
        words = m[0]
        if words[0] != "<":
            yield _Piece(words, "", lang, within)
            continue
        if (seen := known.get(words)) is None:
            seen = known[words] = _tag(words, (m["tag"] or "").lower(), bool(m["end"]))
        tag, ends, own, holds = seen
        if ends:
            if stack and stack[-1][0] == tag:
                stack.pop()
            elif any(name == tag for name, _, _ in stack):
                while stack.pop()[0] != tag:
                    pass
            lang, within = stack[-1][1:] if stack else ("", frozenset())
            yield _Piece(words, tag, lang, within)
            continue
        yielded = own or lang, within
        if tag and holds:
            inside = within | {tag} if tag in _SPECIAL else within
            stack.append((tag, *(yielded := (own or lang, inside))))
            lang, within = yielded
        yield _Piece(words, tag or "!", *yielded)


def _tag(words: str, tag: str, ends: bool) -> tuple[str, bool, str, bool]:
    """Name of a tag, whether it is an end tag, its own language, and whether it holds other elements."""
    own = _LANG.search(words)
    lang = own[0] if own else "und" if ' translate="no"' in words else ""
    return tag, ends, lang, tag not in _EMPTY and not words.endswith("/>")
