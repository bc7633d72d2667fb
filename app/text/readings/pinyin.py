"""Pinyin of words, with rules for readings that depend on context.

The first of four sources that knows a word decides:

    own      the readings of glossary entries and people, by form     国家队 guójiāduì, 任某 Rén
    rules    `polyphones`, for forms with several readings            跑得快 de, 我得走 děi
    lexicon  the dictionary's most likely reading of the word
    phrases  pypinyin's data, for words and characters that the dictionary lacks

一 and 不 keep their dictionary tones (yī, bù), as in schoolbooks and GB/T 16159. To read a text in
traditional characters, convert it first; offsets do not change: `readings(convert(text, "hans"), …)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct

from app.errors import MissingExtra
from app.model import Span
from app.text.readings.polyphone_rules import RULES
from app.text.readings.polyphones import reading_in_context

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_HAN_RUN = re.compile(f"[{HAN}]+")

_TONES = {"a": "aāáǎàa", "e": "eēéěèe", "i": "iīíǐìi", "o": "oōóǒòo", "u": "uūúǔùu", "ü": "üǖǘǚǜü"}
_TONES |= {vowel.upper(): marked.upper() for vowel, marked in _TONES.items()}
_PLAIN = {mark: vowel for vowel, marked in _TONES.items() for mark in marked}
# Tones that 一 and 不 change to before other syllables. Phrase data have them, dictionaries do not.
_CHANGED = {("一", "yí"): "yī", ("一", "yì"): "yī", ("不", "bú"): "bù"}
# Maximum length of the parts that an unknown word is split into.
_PART = 8
# Combining tone marks for the syllables m, n and ng (嗯 ńg, 呒 ḿ).
_COMBINING = ("", "\u0304", "\u0301", "\u030c", "\u0300", "")
_NUMBERED = re.compile(r"([A-Za-zü:]+)([1-5])")


def marked(numbered: str) -> str:
    """Replace the tone number of a syllable by a mark: lu:4 becomes lǜ, er2 ér, ma5 ma, r5 r; others stay.

    Source: the mark is on a or e, on the o of ou, else on the last vowel (汉语拼音方案, 1958).
    """
    found = _NUMBERED.fullmatch(numbered)
    if not found:
        return numbered.replace("u:", "ü").replace("U:", "Ü")
    letters, tone = found[1].replace("u:", "ü").replace("U:", "Ü"), int(found[2])
    low = letters.lower()
    vowels = [i for i, letter in enumerate(low) if letter in "aeiouü"]
    if not vowels:
        return letters[:1] + _COMBINING[tone] + letters[1:]
    at = next((low.index(v) for v in ("a", "e", "ou") if v in low), vowels[-1])
    return letters[:at] + _TONES[letters[at]][tone] + letters[at + 1 :]


def bare(pinyin: str) -> str:
    """Remove tone marks and capitals: Lǜ becomes lü."""
    return toneless(pinyin).lower()


def toneless(pinyin: str) -> str:
    """Remove tone marks: Dīng Kuílǐng becomes Ding Kuiling."""
    return "".join(_PLAIN.get(c, c) for c in pinyin)


def syllables_of(numbered: str) -> tuple[str, ...]:
    """Convert a reading of CC-CEDICT to marked syllables, without commas and dots: A1 · Q5 becomes (Ā, Q)."""
    return tuple(marked(s) for s in numbered.split() if s not in (",", "·"))


def spell(syllables: Sequence[str]) -> str:
    """Join syllables to one word: xī'ān, yīhuìr. A capital begins a new word: Jiāotōng Dàxué.

    A hyphen after a syllable stays: jìnyuè-yuǎnlái. More than four small syllables are separated by spaces,
    since they are several words with unknown boundaries.
    """
    if len(syllables) > 4 and not any(s[:1].isupper() for s in syllables):
        return " ".join(syllables)
    words: list[str] = []
    for syllable in syllables:
        if not words or syllable[:1].isupper():
            words.append(syllable)
        else:
            apart = bare(syllable[:1]) in ("a", "o", "e") and words[-1][-1:] not in "- "
            words[-1] += "'" * apart + syllable
    return " ".join(words).rstrip("- ")


# Characters of idioms that are not divided in two halves: 一以贯之, 总而言之.
_WHOLE = frozenset("之而乎以于")
# Names of administrative divisions: Shànghǎi Shì.
_DIVISIONS = frozenset("省市县区镇乡")
_AREAS = ("新区", "特区", "地区", "林区", "矿区")


def orthographic_marks(word: str, syllables: tuple[str, ...]) -> tuple[str, ...]:
    """Add the hyphens of dì-yī and jìnyuè-yuǎnlái, and the capital of Shànghǎi Shì.

    Source: GB/T 16159-2012, 6.1.6, 6.2 and 6.3.
    """
    first = syllables[0]
    if len(word) < 2 or first[-1] == "-":
        return syllables
    if word[0] == "第" and word[1] in "一二三四五六七八九十百几":
        return (f"{first}-", *syllables[1:])
    if word[-1] in _DIVISIONS and len(word) > 2 and first[0].isupper() and syllables[1][0].islower():
        at = len(word) - (2 if len(word) > 3 and word[-2:] in _AREAS else 1)
        return (*syllables[:at], syllables[at].capitalize(), *syllables[at + 1 :])
    if len(word) != 4 or first[0].isupper() or _WHOLE.intersection(word) or syllables[1][-1] == "-":
        return syllables
    return (first, f"{syllables[1]}-", *syllables[2:])


# A syllable without marks. m, n and ng are left out, since inside words they are ends of other syllables.
_SYLLABLE = re.compile(
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:i(?:ang|ong|an|ao|ng|a|e|u|n)?|u(?:ang|ai|an|ng|o|a|e|i|n)?"
    r"|ü(?:an|e|n)?|ong|ou|o|ang|ai|ao|an|a|eng|ei|en|er|e)|r"
)


def divided(pinyin: str, count: int) -> tuple[str, ...] | None:
    """Divide written pinyin into `count` syllables: Xī'ān and 2 give (Xī, ān); None if impossible.

    Inside a word, a syllable begins with a consonant or after an apostrophe: fāngàn is fān, gàn.

    Source: 汉语拼音正词法基本规则, GB/T 16159.
    """
    chunks = [c for c in re.split(r"[\s'’\-‐·•,，、;；.…“”\"()（）/—–]+", pinyin) if c]
    found = _divide(tuple(chunks), count)
    return tuple(found) if found is not None else None


# A syllable inside a word begins with one of these only after an apostrophe: quánguó is quán, guó.
_VOWELS = tuple("aoeiuü")
_HYPHENS = tuple("-‐–—")


@lru_cache(4096)
def words_of(form: str, pinyin: str) -> tuple[tuple[Span, tuple[str, ...]], ...]:
    """Divide a form into words at the spaces of its pinyin, with the syllables of each; () if impossible.

    五个中心 and wǔ gè zhōngxīn give 五, 个 and 中心.
    """
    places = [i for i, c in enumerate(form) if _HAN_RUN.match(c)]
    spoken = re.sub(r"[A-Z]{2,}|\d+[A-Za-z]*|\b[A-Z]\b", " ", pinyin)
    rest = list(divided(spoken, len(places)) or ())
    if not rest:  # digits and a plus with syllables: 2025 èr líng èr wǔ, 互联网+ hùliánwǎng jiā
        places = [i for i, c in enumerate(form) if _HAN_RUN.match(c) or c in "+0123456789"]
        rest = list(divided(spoken, len(places)) or ())
    found: list[tuple[Span, tuple[str, ...]]] = []
    for written in re.findall(r"[^\s,，、;；.…“”\"()（）/]+", spoken) if rest else ():
        letters, syllables = re.sub("['’·•]", "", written), list[str]()
        while letters and rest:
            syllables.append(rest.pop(0))
            letters = letters[len(syllables[-1]) :]
            if letters[:1] in _HYPHENS:
                letters = letters[1:]
                syllables[-1] += "-"
        at = places[: len(syllables)]
        del places[: len(syllables)]
        if at and at[-1] - at[0] + 1 == len(at):
            found.append((Span(at[0], at[-1] + 1), tuple(syllables)))
    return tuple(found)


def _divide(chunks: tuple[str, ...], count: int) -> list[str] | None:
    if not chunks:
        return [] if count == 0 else None
    if count < len(chunks):
        return None
    chunk, rest = chunks[0], chunks[1:]
    plain = bare(chunk)
    # Longest first syllable first: xian is one syllable unless the count asks for two.
    for end in range(min(6, len(chunk)), 0, -1):
        if _SYLLABLE.fullmatch(plain, 0, end) and plain[end : end + 1] not in _VOWELS:
            after = (chunk[end:], *rest) if chunk[end:] else rest
            tail = _divide(after, count - 1)
            if tail is not None:
                return [chunk[:end], *tail]
    return None


class ReadingSource(Protocol):
    """A dictionary or a list of phrases with readings."""

    def readings(self, words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """The most likely reading of each known word: a marked syllable for every character."""
        ...


class PinyinReading(Struct, frozen=True):
    """The reading of a word, or of the Chinese part of one: a syllable for every character of the span."""

    span: Span
    syllables: tuple[str, ...]

    @property
    def pinyin(self) -> str:
        """The syllables as written above the word."""
        return spell(self.syllables)


def readings(
    text: str,
    words: Sequence[str],
    *,
    own: Mapping[str, str] | None = None,
    dictionary: ReadingSource | None = None,
    phrases: ReadingSource | None = None,
    usual: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    said: Mapping[int, str] = MappingProxyType({}),
) -> tuple[PinyinReading, ...]:
    """Return the pinyin of a text by word; Latin letters, digits and punctuation have none.

    Args:
        text: simplified.
        words: the words; joined they are the text.
        own: readings of glossary entries and people, by form; at least those of forms in the article. One
            without a syllable for each Chinese character is ignored.
        dictionary: if None, `phrases` give all readings.
        phrases: readings of words and characters that the dictionary lacks.
        usual: readings that override the dictionary's, so that a page reads a word in one way.
        said: known syllables, by offset.

    Raises:
        MissingExtra: the dictionary lacks a word, and `phrases` is None.
    """
    sounds: list[str | None] = [None] * len(text)
    _read_own(text, own or {}, sounds)
    for at, sound in said.items():
        sounds[at] = sound
    runs = list(_runs(words))
    unread = {text[s:e] for s, e in runs if None in sounds[s:e]}
    known = _known(dictionary, unread) if dictionary else {}
    known |= {word: usual[word] for word in unread & usual.keys()}
    rest = unread - known.keys()
    if rest and phrases is None:
        raise MissingExtra("pinyin readings", "zh")
    spoken = _asked(phrases, rest.union(*rest)) if phrases and rest else {}
    found: list[PinyinReading] = []
    for start, end in runs:
        word = text[start:end]
        if word in known and word not in RULES and not any(sounds[start:end]):  # nearly every word
            syllables = known[word]
        else:
            _read_pieces(text, start, end, known, spoken, sounds)
            syllables = tuple(s or "" for s in sounds[start:end])
        found.append(PinyinReading(Span(start, end), orthographic_marks(word, syllables)))
    return tuple(found)


def _read_pieces(
    text: str,
    start: int,
    end: int,
    known: Mapping[str, tuple[str, ...]],
    spoken: Mapping[str, tuple[str, ...]],
    sounds: list[str | None],
) -> None:
    """Add the missing syllables of the word at start..end to `sounds`, from rules, dictionary and phrases."""
    for s, e in _pieces(text, start, end, known, spoken):
        if None in sounds[s:e]:
            piece = text[s:e]
            read = (
                reading_in_context(text, s, e, suffix=start < s and e == end)
                or known.get(piece)
                or spoken.get(piece)
                # Characters without a known reading are shown instead of a syllable.
                or tuple(spoken[c][0] if c in spoken else c for c in piece)
            )
            sounds[s:e] = [own or new for own, new in zip(sounds[s:e], read, strict=True)]


def alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two readings differ in tones only: lìliàng and lìliang."""
    return one == other or bare("".join(one)).replace("-", "") == bare("".join(other)).replace("-", "")


def _known(dictionary: ReadingSource, words: set[str]) -> dict[str, tuple[str, ...]]:
    """The dictionary's readings of the words, and of the parts of words that it lacks."""
    known = _asked(dictionary, words)
    lacking = [w for w in words if w not in known and len(w) > 1]
    return known | _asked(dictionary, {part for w in lacking for part in _parts(w)})


def _asked(lexicon: ReadingSource, words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    known = dict(lexicon.readings(words))
    for word, read in known.items():
        if "一" in word or "不" in word:
            known[word] = tuple(_CHANGED.get(both, both[1]) for both in zip(word, read, strict=True))
    return known


def _runs(words: Sequence[str]) -> Iterable[tuple[int, int]]:
    """The Chinese parts of the words, as offsets."""
    at = 0
    for word in words:
        for run in _HAN_RUN.finditer(word):
            yield at + run.start(), at + run.end()
        at += len(word)


def _read_own(text: str, own: Mapping[str, str], sounds: list[str | None]) -> None:
    forms = sorted((f for f in own if f and f in text), key=lambda f: (-len(f), f))
    if not forms:
        return
    for found in re.finditer("|".join(map(re.escape, forms)), text):
        for span, syllables in words_of(found[0], own[found[0]]):
            sounds[found.start() + span.start : found.start() + span.end] = syllables


def _parts(word: str) -> Iterable[str]:
    return (word[i:j] for i in range(len(word)) for j in range(i + 1, min(len(word), i + _PART) + 1))


def _pieces(
    text: str,
    start: int,
    end: int,
    known: Mapping[str, tuple[str, ...]],
    phrases: Mapping[str, tuple[str, ...]],
) -> Iterable[tuple[int, int]]:
    """The word itself if it is known, else the longest known words inside it, from the left."""
    word = text[start:end]
    if word in known or len(word) == 1 or word in RULES or word in phrases:
        yield start, end
        return
    while start < end:
        furthest = min(end, start + _PART)
        stop = next((e for e in range(furthest, start + 1, -1) if text[start:e] in known), start + 1)
        yield start, stop
        start = stop
