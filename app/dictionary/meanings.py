"""From CC-CEDICT's entries to plain words: abbreviations spelt out, cross-references followed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from app.dictionary.entries import Entry
from app.dictionary.release import likelihood
from app.text.readings.pinyin import HAN, marked, spell, syllables_of


class DictionaryLine(NamedTuple):
    """A line of the dictionary."""

    simplified: str
    traditional: str
    pinyin: str
    senses: str
    level: int | None


def entry_of(row: DictionaryLine, meanings: tuple[str, ...]) -> Entry:
    """The entry of a row; a mere variant of another word has no level."""
    syllables = syllables_of(row.pinyin)
    pinyin = spell(_halved(syllables, idiom="(idiom" in row.senses))
    level = None if likelihood(row.pinyin, row.senses)[0] else row.level
    return Entry(row.simplified, row.traditional, pinyin, meanings, syllables, level)


def _halved(syllables: Sequence[str], *, idiom: bool = True) -> Sequence[str]:
    """Four lower-case syllables as two pairs: wúkě-hòufēi, réngōng zhìnéng."""
    if len(syllables) != 4 or any(s[:1].isupper() for s in syllables):
        return syllables
    return (syllables[0], f"{syllables[1]}{'-' if idiom else ' '}", *syllables[2:])


# The most references to follow from word to word.
REFERRALS = 3

# A reference: "see 未可厚非[wei4 ke3 hou4 fei1]", "(coll.) erhua variant of 玩意[wan2 yi4]".
_REFERS = re.compile(
    r"(?:\([^)]*\) )?(?:(?!to )[\w-]+ )*?"
    r"(?:variant of|see(?: also)?|same as|equivalent to|used in|abbr\. (?:for|to)) "
    r"(?:[^\s|\[\],]+\|)?(?P<word>[^\s|\[\],A-Za-z]+)(?:\[(?P<read>[^\]]+)\])?"
)


def _references(senses: str) -> list[tuple[str, str]]:
    """The words that an entry refers to, with their readings, if it has no other senses."""
    found = [_REFERS.match(sense) for sense in senses.split("/") if sense and not sense.startswith("CL:")]
    return [(m["word"], m["read"] or "") for m in found if m] if all(found) else []


def references_of(found: Mapping[str, Iterable[DictionaryLine]]) -> set[str]:
    """All words that these rows refer to."""
    return {word for rows in found.values() for row in rows for word, _ in _references(row.senses)}


def meanings(
    row: DictionaryLine,
    known: Mapping[str, Sequence[DictionaryLine]],
    seen: frozenset[DictionaryLine] = frozenset(),
) -> tuple[str, ...]:
    """The meanings of an entry; an entry that only refers to a word also gets that word's meanings."""
    own = tuple(plain(sense) for sense in row.senses.split("/") if sense)
    if len(seen) >= REFERRALS:
        return own
    for word, read in _references(row.senses):
        targets = [t for t in known.get(word, ()) if t != row and t not in seen]
        same = [t for t in targets if not read or t.pinyin.lower() == read.lower()] or targets
        if same:
            best = min(same, key=lambda t: likelihood(t.pinyin, t.senses))
            own += meanings(best, known, seen | {row})
    return tuple(dict.fromkeys(own))


# Abbreviations of CC-CEDICT and their plain words, applied in this order.
_PLAIN = (
    (r"\bCL:(.+)", r"measure word: \1"),
    (r"\bTaiwan pr\. ", "in Taiwan read "),
    (r"\balso pr\. ", "also read "),
    (r"\bold pr\. ", "formerly read "),
    (r"\bpr\. ", "read "),
    (r"\babbr\. for\b", "short for"),
    (r"\babbr\. to\b", "shortened to"),
    (r"\babbr\. of\b", "short for"),
    (r"\blit\. ", "literally: "),
    (r"\bfig\. ", "figuratively: "),
    (r"\besp\. ", "especially "),
    (r"\busu\. ", "usually "),
    (r"\be\.g\. ", "for example "),
    (r"\bi\.e\. ", "that is, "),
    (r"\bsb's\b", "somebody's"),
    (r"\bsth's\b", "something's"),
    (r"\bsb\b", "somebody"),
    (r"\bsth\b", "something"),
    (r"\boneself/sb\b", "oneself or somebody"),
    (r"\bcf\.? ", "compare "),
    (r"\bopp\. ", "opposite: "),
    (r"\(Tw\)", "(Taiwan)"),
    (r"\(PRC\)", "(mainland China)"),
    (r"\(HK\)", "(Hong Kong)"),
    (r"\(coll\.\)", "(colloquial)"),
    (r"\(dial\.\)", "(dialect)"),
    (r"\(onom\.\)", "(sound)"),
    (r"\(math\.\)", "(mathematics)"),
    (r"\(derog\.\)", "(derogatory)"),
    (r"\(lit\.\)", "(literary)"),
    (r"\(euph\.\)", "(euphemism)"),
)
_READ = re.compile(r"\[(?=[^\]]*\d)([A-Za-z:0-9 ,·]+)\]")
_PAIR = re.compile(rf"([{HAN}A-Za-z0-9，·]+)\|([{HAN}A-Za-z0-9，·]+)")


@cache
def _signs() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(sign), words) for sign, words in _PLAIN)


def plain(sense: str) -> str:
    """A sense in plain words: `CL:個|个[ge4]` becomes `measure word: 个 gè`."""
    sense = _PAIR.sub(r"\2", sense)
    sense = _READ.sub(_spelt, sense)
    for sign, words in _signs():
        sense = sign.sub(words, sense)
    if sense.startswith("measure word"):
        sense = re.sub(r",(?=\S)", ", ", sense)
    return sense


def _spelt(found: re.Match[str]) -> str:
    # A reading follows its word directly, 個人[ge4 ren2], or after a space, `Taiwan pr. [he2]`.
    before = found.string[: found.start()]
    joint = " " if before and not before[-1].isspace() else ""
    return joint + spell(_halved([marked(s) for s in found[1].replace(",", " ").split() if s != "·"]))
