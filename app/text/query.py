"""The language of search queries, and the hits of a query in a text.

    五个中心 建设          both words, anywhere in the paragraph
    "AI 大模型"            the phrase with its space; also “AI 大模型”
    渡口 OR 码头 大桥      大桥, and one of the other two; | means OR
    渡口 -码头             渡口, but not 码头

A word is any sequence of characters, even a single one; no segmenter is used. Texts and words are compared by
their `key`, which ignores case, width, script (說 and 说), and variants of quotation marks and dashes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from msgspec import Struct

from app.model import Span
from app.text.folding import fold, visible
from app.text.tables import entries


@cache
def _same() -> dict[int, str]:
    """The characters that a key replaces, code point by code point, so offsets do not change."""
    same = {ord(other): group[0] for group in entries("variants") for other in group[1:]}
    # Radicals that PDF files have instead of characters (⽂ for 文), and compatibility forms.
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            same[code] = same.get(ord(plain), plain)
    # `fold` turns ，； into ,; but keys use full-width marks.
    same |= {c: chr(c + 0xFEE0) for c in range(0x21, 0x7F) if not chr(c).isalnum()}
    for group in (
        "“「﹁〝",
        "”」﹂〞",
        "‘『﹃",
        "’』﹄",
        "·•・‧∙",
        "—―─–",
        " \u3000\u00a0\t\n\r\u2002\u2003\u2009",
    ):
        same |= {ord(other): group[0] for other in group[1:]}
    same[0] = "\ufffd"  # PostgreSQL cannot store NUL
    return same


def key(text: str) -> str:
    """The text as searches compare it, code point by code point."""
    return fold(text).translate(_same())


class Query(Struct, frozen=True):
    """A parsed query; all words are keys.

    Attributes:
        groups: the paragraph contains a word of each group.
        without: words that the paragraph does not contain.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All words of the groups, without repetitions."""
        return tuple(dict.fromkeys(word for group in self.groups for word in group))

    def fits(self, text: str) -> bool:
        """Whether the query finds a text with this key."""
        return all(any(word in text for word in group) for group in self.groups) and not any(
            word in text for word in self.without
        )


_PARTS = re.compile(
    r"""(?P<minus>(?<!\S)[-－](?=\S))?
    (?: ["＂](?P<phrase>[^"＂]*[^"＂\s][^"＂]*)["＂]
      | “(?P<chinese>[^“”]*\S[ \t\u3000]+\S[^“”]*)”
      | (?P<word>\S+) )""",
    re.VERBOSE,
)
_OR = frozenset(("OR", "|", "｜", "||"))


def parse(text: str) -> Query:
    """Parse a query. It never fails: parts that are not valid syntax are words."""
    groups: list[list[str]] = []
    without: list[str] = []
    or_, raw = False, list[str]()
    text = visible(text).text
    for part in _PARTS.finditer(text):
        words = part["phrase"] or part["chinese"] or part["word"]
        plain = part["word"] is not None and not part["minus"]
        if plain and words in _OR and groups and not or_ and text[part.end() :].strip():
            or_ = True
            continue
        word = key(" ".join(words.split()))
        raw.append(key(part[0].strip()))
        if part["minus"]:
            without.append(word)
        elif or_:
            groups[-1].append(word)
        else:
            groups.append([word])
        or_ = False
    if not groups:  # only words with a minus: it is part of the word, as in -5℃
        return Query(tuple(dict.fromkeys((word,) for word in raw if word)))
    distinct = dict.fromkeys(tuple(dict.fromkeys(group)) for group in groups)
    return Query(tuple(distinct), tuple(dict.fromkeys(without)))


def any_of(words: Iterable[str]) -> Query:
    """A query for any of the words, without syntax."""
    group = tuple(dict.fromkeys(k for word in words if (k := key(word.strip()))))
    return Query((group,)) if group else Query()


def text_of(query: Query) -> str:
    """A query as text; `parse` gives the same query back, with rare exceptions."""
    plain = _written(query, lambda word: " " in word)
    if parse(plain) == query:
        return plain
    # A word would be read as syntax, such as one that begins with a minus: quoted ones never are.
    return _written(query, lambda word: " " in word or "＂" not in word)


def _written(query: Query, is_quoted: Callable[[str], bool]) -> str:
    def word(w: str) -> str:
        if not is_quoted(w):
            return w
        return f"“{w}”" if "＂" in w else f'"{w}"'

    groups = [" OR ".join(map(word, group)) for group in query.groups]
    return " ".join([*groups, *(f"-{word(w)}" for w in query.without)])


def hits(text: str, words: Sequence[str]) -> tuple[Span, ...]:
    """The spans of the words in a text's key, in order, without overlaps; longer words win."""
    if not words:
        return ()
    longest_first = sorted(words, key=len, reverse=True)
    return tuple(Span(*m.span()) for m in re.finditer("|".join(map(re.escape, longest_first)), text))


def excerpt(text: str, spans: Sequence[Span], *, most: int = 120) -> tuple[str, ...]:
    """The part of a text with most hits, in pieces; those with an odd index are hits. …… marks a cut.

    Args:
        text: the paragraph.
        spans: the hits in it, in order.
        most: approximate maximum of characters.
    """
    start, end = _window(text, spans, most)
    pieces, at = list[str](), start
    for span in spans:
        if start <= span.start and span.end <= end:
            pieces += [text[at : span.start], text[span.start : span.end]]
            at = span.end
    pieces.append(text[at:end])
    if start:
        pieces[0] = "……" + pieces[0]
    if end < len(text):
        pieces[-1] += "……"
    return tuple(pieces)


def _window(text: str, spans: Sequence[Span], most: int) -> tuple[int, int]:
    if len(text) <= most or not spans:
        return 0, min(len(text), most)
    best, count = spans[0], 0
    for n, span in enumerate(spans):
        inside = sum(other.end <= span.start + most * 3 // 4 for other in spans[n:])
        if inside > count:
            best, count = span, inside
    start = max(0, min(best.start - most // 4, len(text) - most))
    # Begin with a sentence or clause, if one begins nearby.
    before = max(text.rfind(mark, max(0, start - 12), best.start - 4) for mark in "。！？；，")
    if start and before >= 0:
        start = before + 1
    return start, min(len(text), max(start + most, best.end))
