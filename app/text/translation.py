"""Fits a translation to the current Chinese text, and finds the glossary's names in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from app.model import BlockId, Document, Term, TermId, TermMark, TranslatedBlock, TranslationDoubt
from app.text.paragraphs import Ledger, Moved, at, follow

# -- carrying translations over edits of the Chinese


@dataclass(frozen=True, slots=True)
class Words:
    """A translated block as an editor wrote it.

    Attributes:
        id: of the Chinese block, in any revision.
        revision: of the Chinese text that it translates; 0 for the latest.
        terms: marked by hand.
        unsure: a program set it against this block, and an editor has to look.
        line: in its file, for messages.
    """

    id: BlockId
    text: str
    revision: int = 0
    terms: tuple[TermMark, ...] = ()
    unsure: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Carried:
    """A translation in the current text.

    Attributes:
        blocks: in the order of the text.
        orphans: ids whose Chinese is gone or never existed.
    """

    blocks: tuple[TranslatedBlock, ...]
    orphans: tuple[BlockId, ...]


def carry(words: Iterable[Words], ledger: Ledger) -> Carried:
    """Move translated blocks to where the ledger says that their Chinese is now.

    A block whose Chinese changed since its revision keeps its translation with the doubt "changed", one that
    was split with "split". The translation of a merged block is added to that of its target with the doubt
    "merged", unless the target was translated after the merge.
    """
    now = {block.id: n for n, block in enumerate(ledger.current)}
    found = dict[BlockId, TranslatedBlock]()
    merged, orphans = list[tuple[BlockId, Words]](), list[BlockId]()
    for one in words:
        if one.id in now:
            doubt = _doubt(ledger, one)
            found[one.id] = TranslatedBlock(one.id, one.text, one.revision, doubt, one.terms)
            continue
        moved = follow(ledger, one.id)
        if isinstance(moved, Moved) and moved.target in now:
            merged.append((moved.target, one))
        else:
            orphans.append(one.id)
    for target, one in merged:
        own, left = found.get(target), ledger.histories[one.id].left
        if own and left and own.revision >= left[0].n:
            orphans.append(one.id)
            continue
        first = _order(ledger, one.id, one) < _order(ledger, target, one)
        found[target] = _joined(own, one, target, first=first)
    return Carried(tuple(sorted(found.values(), key=lambda b: now[b.block])), tuple(orphans))


def _doubt(ledger: Ledger, one: Words) -> TranslationDoubt:
    """Why the words may not fit the Chinese of the same id."""
    if one.unsure:
        return "unsure"
    if not one.revision:
        return ""
    history = ledger.histories[one.id]
    then = at(ledger, one.id, one.revision) or history.birth  # the translator saw text that was saved later
    if then.text == history.last.text:
        return ""
    born = {b.id for r in ledger.revisions if r.n <= one.revision for b in r.places}
    return "split" if any(piece not in born for piece in history.pieces) else "changed"


def _order(ledger: Ledger, id: BlockId, one: Words) -> int:
    """The position of an id in the last revision that had the translated block."""
    places = [place.id for place in ledger.histories[one.id].last_in.places]
    return places.index(id) if id in places else len(places)


def _joined(own: TranslatedBlock | None, one: Words, target: BlockId, *, first: bool) -> TranslatedBlock:
    if own is None:
        return TranslatedBlock(target, one.text, one.revision, "merged", one.terms)
    texts = ((one.text, one.terms), (own.text, own.marks))
    (a, marks), (b, more) = texts if first else texts[::-1]
    shifted = tuple(TermMark(m.start + len(a) + 1, m.end + len(a) + 1, m.term) for m in more)
    return replace(own, text=f"{a} {b}", doubt="merged", marks=(*marks, *shifted))


# -- the glossary's names in a translation


def marked(
    blocks: Sequence[TranslatedBlock], document: Document, terms: Mapping[TermId, Term]
) -> tuple[TranslatedBlock, ...]:
    """Mark the English names of the terms that the Chinese of each block has; marks by hand stay."""
    in_block = dict[BlockId, dict[TermId, None]]()
    for o in document.occurrences:
        in_block.setdefault(o.block, {})[o.term] = None
    return tuple(
        replace(b, marks=_marks(b, [terms[t] for t in in_block.get(b.block, ()) if t in terms]))
        for b in blocks
    )


def _marks(block: TranslatedBlock, terms: Sequence[Term]) -> tuple[TermMark, ...]:
    found = list(block.marks)
    taken = [(m.start, m.end) for m in found]
    text = folded(block.text)
    hits = (
        (hit.start() - hit.end(), hit.start(), hit.end(), term.id)
        for term in terms
        for name in names(term)
        for hit in pattern(name).finditer(text)
    )
    for _, start, end, term in sorted(hits):  # the longest first
        if all(end <= s or e <= start for s, e in taken):
            taken.append((start, end))
            found.append(TermMark(start, end, term))
    return tuple(sorted(found, key=lambda m: m.start))


_BRACKETS = re.compile(r"\s*[(（]([^()（）]*)[)）]\s*")


def names(term: Term) -> tuple[str, ...]:
    """The English names of a term, without brackets; abbreviations in brackets are names too."""
    found = dict[str, None]()
    for name in term.english:
        found |= {part.strip(" ,“”\"'"): None for part in _BRACKETS.sub(" ", name.text).split(";")}
        found |= {inner: None for inner in _BRACKETS.findall(name.text) if re.fullmatch("[A-Z]{3,}", inner)}
    return tuple(name for name in found if len(name) > 1)


def folded(text: str) -> str:
    """The text for comparing, of the same length: small letters, plain quotes and hyphens, s for z."""
    return text.translate(_FOLD)


_FOLD = str.maketrans(
    {**{chr(c): chr(c + 32) for c in range(65, 91)}, "Z": "s", "z": "s", "’": "'", "–": "-", "‑": "-"}
)


@lru_cache(maxsize=4096)
def pattern(name: str) -> re.Pattern[str]:
    """Find a name in either spelling (centre, center; labour, labor) and number."""
    words = re.sub("^(?:the|a|an) ", "", folded(name))
    made = re.escape(words).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]?")
    made = re.sub(r"tre(?=s?\b)", "t(?:re|er)", made)
    made = re.sub(r"(?<=[bvln])our", "ou?r", made).replace("programme", "program(?:me)?")
    plural = re.sub("y$", "(?:y|ies)", made) if re.search("[^aeiou]y$", made) else f"{made}(?:e?s)?"
    return re.compile(rf"(?<![a-z]){plural}(?![a-z])")
