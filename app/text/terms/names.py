"""What a reader may have meant: terms and people by their pinyin, by a part of the name, by a name like it.

    wǔ gè zhōng xīn, wu ge zhongxin, wu3ge4, wgzx    五个中心
    lindajin, ldj                                      林大进

Pinyin is that of the glossary's headwords and of people's entries. Tones count where the reader types them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct

from app.model import Knowledge
from app.text.query import key

_INITIAL = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])"
_FINAL = (
    "(?:iang|iong|uang|ueng|ang|eng|ian|iao|ing|ong|uai|uan|van|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|"
    "ve|vn|a|e|i|o|u|v)"
)
# Within a word a syllable that begins with a vowel has an apostrophe (隔音符号), so xinan is xi-nan.
_WORD = re.compile(f"(?P<first>{_INITIAL}?{_FINAL}r?)(?P<rest>(?:{_INITIAL}{_FINAL}r?)*)")
_SYLLABLE = re.compile(f"{_INITIAL}?{_FINAL}r?")
# Marks between syllables, and tones as numbers.
_BETWEEN = r"\s\d'’:,，、·“”\"（）()\-"
_SPELLED = re.compile(f"[a-zü{_BETWEEN}]*[a-zü][a-zü{_BETWEEN}]*")
_TONES = "\u0304\u0301\u030c\u0300"
# The most names of one answer: by their pinyin or in English, and by a part of their form.
_MOST, _LIKE = 8, 6


class Name(Struct, frozen=True):
    """A term or a person by one of its forms."""

    kind: Literal["term", "speaker"]
    id: str
    text: str


class _Spelling(Struct, frozen=True):
    name: Name
    toned: str
    plain: str
    initials: str
    # Where syllables begin in `plain`, so that zhongxin is found in wu-ge-zhong-xin and not in the middle.
    starts: frozenset[int]


class NameIndex:
    """Every name of a glossary and of its people, to be found again."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._forms: dict[str, list[Name]] = {}
        self._spellings: list[_Spelling] = []
        self._english: list[tuple[tuple[str, ...], Name]] = []
        self._glosses: list[tuple[tuple[str, ...], Name]] = []
        for term in knowledge.terms:
            name = Name("term", term.id, term.term)
            self._add(name, term.forms, term.pinyin)
            self._english += ((_english(e.text), name) for e in term.english)
            self._glosses += ((_english(text), name) for text in (term.en, term.literal) if text)
        for person in knowledge.people:
            hant = (person.name_hant,) if person.name_hant else ()
            name = Name("speaker", person.id, person.name)
            self._add(name, (person.name, *hant, *person.aliases), person.pinyin)

    def _add(self, name: Name, forms: tuple[str, ...], pinyin: str) -> None:
        for form in dict.fromkeys(key(f.strip()) for f in forms):
            if form:
                self._forms.setdefault(form, []).append(name)
        if spelling := _spelling(name, pinyin):
            self._spellings.append(spelling)

    def exactly(self, word: str) -> tuple[Name, ...]:
        """Those of whom the word is a form."""
        return tuple(self._forms.get(key(word), ()))

    def spelled(self, query: str) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
        """Those whose pinyin the query is, whole or by initials, and those whose pinyin contains it."""
        low = unicodedata.normalize("NFC", query.lower()).strip()
        bare = unicodedata.normalize("NFC", _without_tones(low))
        if not _SPELLED.fullmatch(bare):
            return (), ()
        plain = _letters(bare)
        toned = _letters(low) if _without_tones(low) != unicodedata.normalize("NFD", low) else ""
        whole, part = list[Name](), list[Name]()
        for s in self._spellings:
            if toned:
                if s.toned == toned:
                    whole.append(s.name)
                elif s.toned.startswith(toned):
                    part.append(s.name)
            elif s.plain == plain or (s.initials == plain and len(plain) > 1):
                whole.append(s.name)
            elif len(plain) > 1 and (
                s.initials.startswith(plain) or any(s.plain.startswith(plain, at) for at in s.starts)
            ):
                part.append(s.name)
        return tuple(whole[:_MOST]), tuple(part[:_MOST])

    def in_english(self, query: str) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
        """The terms whose English name the query is, and those whose name or gloss contains its words.

        Names go before glosses.
        """
        words = _english(query)
        if not words or not query.isascii():
            return (), ()
        whole = dict.fromkeys(name for english, name in self._english if english == words)
        part = dict.fromkeys(
            name for english, name in (*self._english, *self._glosses) if _contains(english, words)
        )
        return tuple(whole)[:_MOST], tuple(n for n in part if n not in whole)[:_MOST]

    def like(self, word: str) -> tuple[Name, ...]:
        """Those with a form that equals the word, then that begins with it, then that contains it."""
        word = key(word.strip())
        if not word:
            return ()
        ranked = sorted((not form.startswith(word), len(form), form) for form in self._forms if word in form)
        return tuple(dict.fromkeys(n for *_, form in ranked for n in self._forms[form]))[:_LIKE]

    def near(self, word: str, *, most: int = 4) -> tuple[Name, ...]:
        """Those with a form similar to the word or inside it, the most similar first."""
        word = key(word.strip())
        found: list[tuple[float, str]] = []
        for form in self._forms:
            shared = len(set(form) & set(word))
            if shared < 2:
                continue
            ratio = SequenceMatcher(None, word, form, autojunk=False).ratio()
            if ratio >= 0.5 or (len(form) > 1 and form in word):
                found.append((-ratio, form))
        return tuple(dict.fromkeys(n for _, form in sorted(found) for n in self._forms[form]))[:most]

    def parts(self, word: str) -> Iterator[tuple[str, str]]:
        """A word cut in two: where a known form begins or ends, longest first, then from the middle out."""
        word = key(word)
        size = len(word)
        known = [at for at in range(2, size - 1) if word[:at] in self._forms or word[at:] in self._forms]
        known.sort(key=lambda at: -max(at if word[:at] in self._forms else 0, size - at))
        anywhere = sorted(range(1, size), key=lambda at: abs(at - size / 2))
        for at in dict.fromkeys([*known, *anywhere]):
            yield word[:at], word[at:]


def _spelling(name: Name, pinyin: str) -> _Spelling | None:
    toned, plain, initials, starts = "", "", "", list[int]()
    for word in re.split(f"[{_BETWEEN}]+", unicodedata.normalize("NFC", pinyin.lower())):
        letters = _letters(_without_tones(word))
        found = _WORD.fullmatch(letters)
        syllables = [found["first"], *_SYLLABLE.findall(found["rest"])] if found else [letters]
        for syllable in filter(None, syllables):
            starts.append(len(plain))
            initials += syllable[0]
            plain += syllable
        toned += _letters(word)
    return _Spelling(name, toned, plain, initials, frozenset(starts)) if plain else None


def _english(text: str) -> tuple[str, ...]:
    """English words as they are compared: five centers, Five Centres and "five centre" are the same."""
    words = re.findall("[a-z0-9]+", text.casefold().replace("&", "").replace("centre", "center"))
    same = (re.sub("is(?=ation|ing|ed?$)", "iz", w) for w in words if w not in ("the", "a", "an"))
    return tuple(w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in same)


def _contains(words: tuple[str, ...], some: tuple[str, ...]) -> bool:
    """Whether some words follow each other in a text."""
    size = len(some)
    return some[0] in words and any(words[at : at + size] == some for at in range(len(words) - size + 1))


def _without_tones(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if c not in _TONES)


def _letters(text: str) -> str:
    """Letters alone; ü is v however it was typed, in lüe and nüe as u too."""
    text = unicodedata.normalize("NFC", text).replace("u:", "v").replace("ü", "v")
    return re.sub(r"(?<=[ln])u(?=e)", "v", re.sub(f"[{_BETWEEN}]", "", text))
