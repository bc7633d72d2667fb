"""Normal forms for comparing texts, without differences in script, case, width and invisible characters.

    fold        for terms and search: 國際 becomes 国际, ＡＩ becomes ai
    normalize   for the rules about speakers: 國際 becomes 国际, a comma next to a Chinese character becomes
    ，
    well_formed replaces lone surrogates, which UTF-8 cannot hold
    visible     removes invisible characters: 深<U+200B>圳 becomes 深圳

`fold` and `normalize` replace code point by code point and keep offsets. `visible` returns a shorter text
with the offsets of its characters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from app.model import Span
from app.text.tables import entries

# Maximum of cached characters: more than a library uses, and a limit for memory against hostile texts.
_CACHED = 50_000
# Texts from this length on are folded with a regular expression, which is quicker for them.
_LONG = 20
_WIDE = tuple(zip("，：；！？（）", ",:;!?()", strict=True))
# Variants within one script: 妳 for 你, 著 for 着.
_VARIANTS = {"妳": "你", "祂": "他", "牠": "它", "祇": "只", "衹": "只", "甯": "宁", "著": "着", "伕": "夫"}

# Unicode's default ignorable characters (UAX #44, DerivedCoreProperties) without the fillers, which have a
# width: soft hyphen, joiners, zero-width spaces, direction marks, variation selectors, tags.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff"
)
_HIDDEN, _SEEN = re.compile(f"[{_INVISIBLE}]"), re.compile(f"[^{_INVISIBLE}]+")


class _Folding(dict[int, str]):
    """A table for `str.translate` that computes a character's folded form at first use."""

    def __init__(self) -> None:
        super().__init__()
        # Full-width forms FF01–FF5E are ASCII 21–7E moved up; one code point stays one code point.
        self._plain: Mapping[str, str] = {chr(0xFF01 + i): chr(0x21 + i) for i in range(0x5E)}
        self._simple = _simple()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if 0xD800 <= code < 0xE000:
            folded = "\ufffd"  # a lone surrogate, which UTF-8 cannot hold
        else:
            plain = self._plain.get(character, character)
            small = plain.lower()
            # İ stays, since its small form is two letters.
            folded = self._simple.get(plain) or (small if len(small) == 1 else plain)
        if len(self) < _CACHED:
            self[code] = folded
        return folded


@cache
def simplified_characters() -> Mapping[str, str]:
    """The simplified form of each traditional character that has one."""
    return {pair[0]: pair[1] for pair in entries("simplified")}


@cache
def _simple() -> Mapping[str, str]:
    return {**simplified_characters(), **_VARIANTS}


@cache
def _folding() -> _Folding:
    return _Folding()


@cache
def _unplain() -> re.Pattern[str]:
    """Match the characters that folding may change: all but small ASCII, 、。《》 and similar, and most of
    Han.

    Most characters of a text are not matched, which makes `fold` quick.
    """
    folded = sorted(c for c in _simple() if "一" <= c <= "鿿")
    edges = [0x4E00, *(edge for c in folded for edge in (ord(c), ord(c) + 1)), 0xA000]
    han = (f"{chr(a)}-{chr(b - 1)}" for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)
    return re.compile(f"[^\x00-@\\[-\x7f‐-‧、-〛{''.join(han)}]")


def fold(text: str) -> str:
    """Fold case, width and script, code point by code point."""
    if text.isascii():
        return text.lower()
    folding = _folding()
    if len(text) < _LONG:
        return text.translate(folding)
    for wide, plain in _WIDE:  # two thirds of what is folded in most texts
        text = text.replace(wide, plain)
    return _unplain().sub(lambda m: folding[ord(m[0])], text)


# Words with a variant character that both scripts use in other words.
_SIMPLE_WORDS = {
    "着名": "著名",
    "着作": "著作",
    "反覆": "反复",
    "回覆": "回复",
    "答覆": "答复",
    "批覆": "批复",
    "彷佛": "仿佛",
    "瞭解": "了解",
    "暱称": "昵称",
    "甦醒": "苏醒",
    "项炼": "项链",
    "麻痺": "麻痹",
}
_WRITTEN = re.compile("|".join(_SIMPLE_WORDS))
_ASCII = str.maketrans(",:;?!", "，：；？！")
# It begins with a set of characters, so that a search runs over everything else at once.
_MARK = re.compile(r"[,:;?!](?:(?<=[^\x00-\x7f].)|(?<=[^\x00-\x7f] .)|(?=[^\x00-\x7f]))")


@cache
def _unsimple() -> tuple[re.Pattern[str], dict[int, str]]:
    """Find what `normalize` may change, and the table of simplified characters.

    Most texts hold nothing of it, and one search tells so.
    """
    # Rare characters beyond U+FFFF as one range: listed one by one they make the search ten times as slow.
    common = "".join(c for c in _simple() if c <= "\uffff")
    changed = f",:;?!{common}\U00010000-\U0003ffff"
    initials = "".join({word[0] for word in _SIMPLE_WORDS})
    words = "|".join(f"(?<={word[0]}){word[1:]}" for word in _SIMPLE_WORDS)
    # It begins with a set of characters, so that a search runs over everything else at once.
    pattern = re.compile(f"[{changed}{initials}](?:(?<=[{changed}])|{words})")
    return pattern, {ord(c): s for c, s in _simple().items()}


def normalize(text: str) -> str:
    """Normalise a text for the rules about speakers, code point by code point.

    Traditional characters become simplified ones. An ASCII comma, colon, semicolon, question or exclamation
    mark next to a Chinese character becomes the full-width mark.
    """
    if text.isascii():
        return text
    pattern, simple = _unsimple()
    if not pattern.search(text):
        return text
    text = _MARK.sub(lambda m: m[0].translate(_ASCII), text).translate(simple)
    return _WRITTEN.sub(lambda m: _SIMPLE_WORDS[m[0]], text)


class Visible(Struct, frozen=True):
    """A text without its invisible characters.

    Attributes:
        text: the visible characters.
        places: their offsets in the whole text, and its length; None if nothing was removed.
    """

    text: str
    places: Sequence[int] | None = None

    def whole(self, span: Span) -> Span:
        """Convert a span of the visible text to the whole one, without invisible characters at its ends."""
        if self.places is None or span.start == span.end:
            return Span(self.at(span.start), self.at(span.end)) if self.places else span
        return Span(self.places[span.start], self.places[span.end - 1] + 1)

    def seen(self, span: Span) -> Span:
        """Convert a span of the whole text to the visible one."""
        if self.places is None:
            return span
        return Span(bisect_left(self.places, span.start), bisect_left(self.places, span.end))

    def at(self, offset: int) -> int:
        """Convert an offset of the visible text to the whole one."""
        return offset if self.places is None else self.places[offset]


def visible(text: str) -> Visible:
    """Remove the invisible characters of a text."""
    if text.isascii() or not _HIDDEN.search(text):
        return Visible(text)
    kept = [part.span() for part in _SEEN.finditer(text)]
    places = [i for start, end in kept for i in range(start, end)]
    return Visible("".join(text[start:end] for start, end in kept), (*places, len(text)))


_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def well_formed(text: str) -> str:
    """Replace lone surrogates by U+FFFD, one by one, for libraries that encode texts in UTF-8."""
    try:
        text.encode()  # takes a fifth of the time of a search
    except UnicodeEncodeError:
        return _SURROGATE.sub(_REPLACEMENT, text)
    return text
