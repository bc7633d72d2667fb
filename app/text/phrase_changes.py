"""Phrases that one of two texts uses more often: glossary terms, and phrases in quotation marks."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from app.model import Block, BlockId, Document, TermId

PhraseKind = Literal["new", "gone", "more", "less"]
PHRASE_KINDS: tuple[PhraseKind, ...] = ("new", "gone", "more", "less")
# The most characters of a phrase in quotation marks.
PHRASE = 12


@dataclass(frozen=True, slots=True)
class PhraseUse:
    """A place of a phrase: a block and the offset in it."""

    block: BlockId
    start: int


@dataclass(frozen=True, slots=True)
class PhraseChange:
    """A phrase that one text uses more often than the other.

    Attributes:
        text: the phrase as the texts have it.
        term: its glossary entry, None for a phrase that a text has in quotation marks.
        a, b: its uses in both texts, in order.
    """

    kind: PhraseKind
    text: str
    term: TermId | None
    a: tuple[PhraseUse, ...]
    b: tuple[PhraseUse, ...]


def phrases(a: Document, b: Document) -> tuple[PhraseChange, ...]:
    """Glossary terms and phrases in quotation marks whose number of uses differs, most first."""
    found = [*_term_changes(a, b), *_quoted_changes(a, b)]
    order = {kind: n for n, kind in enumerate(PHRASE_KINDS)}
    return tuple(sorted(found, key=lambda p: (order[p.kind], -abs(len(p.b) - len(p.a)), p.text)))


def _term_changes(a: Document, b: Document) -> Iterator[PhraseChange]:
    uses: tuple[dict[TermId, list[PhraseUse]], ...] = (defaultdict(list), defaultdict(list))
    names: dict[TermId, Counter[str]] = defaultdict(Counter)
    for document, places in zip((a, b), uses, strict=True):
        for o in document.occurrences:
            places[o.term].append(PhraseUse(o.block, o.start))
            names[o.term][o.text] += 1
    for term, forms in names.items():
        yield from _phrase(forms.most_common(1)[0][0], term, uses[0][term], uses[1][term])


def _quoted_changes(a: Document, b: Document) -> Iterator[PhraseChange]:
    explained = {o.text for o in chain(a.occurrences, b.occurrences)}
    quoted = dict.fromkeys(
        words
        for document in (a, b)
        for words in _quoted(document)
        if 2 <= len(words) <= PHRASE and words not in explained
    )
    for words in quoted:
        yield from _phrase(words, None, _uses(a.blocks, words), _uses(b.blocks, words))


def _quoted(document: Document) -> Iterator[str]:
    text = {block.id: block.text for block in document.blocks}
    for m in document.quote_marks:
        words = text[m.block][m.start : m.end]
        if not m.speech and not re.search(r"[，。；：！？、]", words):
            yield words


def _uses(blocks: Iterable[Block], words: str) -> list[PhraseUse]:
    return [PhraseUse(b.id, m.start()) for b in blocks for m in re.finditer(re.escape(words), b.text)]


def _phrase(
    text: str, term: TermId | None, a: Sequence[PhraseUse], b: Sequence[PhraseUse]
) -> Iterator[PhraseChange]:
    if len(a) != len(b):
        kind: PhraseKind = "new" if not a else "gone" if not b else "more" if len(a) < len(b) else "less"
        yield PhraseChange(kind, text, term, tuple(a), tuple(b))
