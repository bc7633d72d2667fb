"""What a reader types into the search field, and where a text holds it.

    五个中心 建设          both words, anywhere in the paragraph
    "AI 大模型"            the phrase, its space included; “AI 大模型” too
    渡口 OR 码头 大桥      大桥, and one of the two before it; | says the same as OR
    渡口 -码头             渡口 where 码头 does not stand

A word is found wherever its characters stand side by side, one character being enough: no segmenter has a
say. Texts and words are compared by their `key`: letters without regard to case and width, characters
without regard to script (說 is 说), quotation marks and dashes without regard to the printer's habit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from app.model import Span
from app.text.folding import fold, visible
from app.text.variants import GROUPS


@cache
def _same() -> dict[int, str]:
    """Which character stands for which in a key; one code point for one, so that offsets stay true."""
    same = {ord(other): group[0] for group in GROUPS.split() for other in group[1:]}
    # Radicals that PDF files hold instead of characters (⽂ for 文), and compatibility forms.
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            same[code] = same.get(ord(plain), plain)
    # `fold` makes ，； to ,; which the other half of the texts does not have: marks go back to full width.
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
    same[0] = "\ufffd"  # not every database keeps it
    return same


def key(text: str) -> str:
    """The text as search compares it, code point for code point."""
    return fold(text).translate(_same())


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, as keys.

    Attributes:
        groups: of each group one word must stand in the paragraph.
        without: words that must not.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that may be found, once each."""
        return tuple(dict.fromkeys(word for group in self.groups for word in group))

    def fits(self, text: str) -> bool:
        """Whether a text, given as its key, is found."""
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
    """A query in the language above; whatever makes no sense in it is taken at its word."""
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
    if not groups:  # nothing but minus: then the sign is meant, as in -5℃
        return Query(tuple(dict.fromkeys((word,) for word in raw if word)))
    distinct = dict.fromkeys(tuple(dict.fromkeys(group)) for group in groups)
    return Query(tuple(distinct), tuple(dict.fromkeys(without)))


def all_of(words: Iterable[str]) -> Query:
    """A query for every one of the words, each taken as it is."""
    return Query(tuple(dict.fromkeys((k,) for word in words if (k := key(word.strip())))))


def any_of(words: Iterable[str]) -> Query:
    """A query for one of the words, each taken as it is."""
    group = tuple(dict.fromkeys(k for word in words if (k := key(word.strip()))))
    return Query((group,)) if group else Query()


def text_of(query: Query) -> str:
    """A query to be typed: `parse` makes the same of it, or nearly."""

    def word(w: str) -> str:
        return f'"{w}"' if " " in w else w

    groups = [" OR ".join(map(word, group)) for group in query.groups]
    return " ".join([*groups, *(f"-{word(w)}" for w in query.without)])


def hits(text: str, words: Sequence[str]) -> tuple[Span, ...]:
    """Every place of the words in a text's key, in order, none overlapping another; the longer word wins."""
    if not words:
        return ()
    longest_first = sorted(words, key=len, reverse=True)
    return tuple(Span(*m.span()) for m in re.finditer("|".join(map(re.escape, longest_first)), text))


def excerpt(text: str, spans: Sequence[Span], *, most: int = 120) -> tuple[str, ...]:
    """The part of a text that shows most hits, in pieces, every other one (odd) a hit; …… where it is cut.

    Args:
        text: the paragraph.
        spans: the hits in it, in order.
        most: characters, about.
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
    # A sentence or clause that begins near is read from its beginning.
    before = max(text.rfind(mark, max(0, start - 12), best.start - 4) for mark in "。！？；，")
    if start and before >= 0:
        start = before + 1
    return start, min(len(text), max(start + most, best.end))
