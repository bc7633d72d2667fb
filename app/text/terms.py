"""Glossary forms to occurrences: on characters, leftmost-longest, whatever a segmenter would cut.

    forms   科创中心, 国际科创中心, 国际科创中心建设
    text    上海国际科创中心建设  -> one occurrence, 国际科创中心建设

Letters match without regard to case and width (ＡＩ, ai, AI). An entry's `veto` and `only` are contexts
with ~ for the form: `中国~` vetoes 国家队 in 中国国家队.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ahocorasick_rs import AhoCorasick

from app.model import PROSE, Block, Occurrence, Span, Term
from app.text.segment import well_formed

# Full-width forms FF01–FF5E are ASCII 21–7E moved up; one code point stays one code point.
_WIDTH = {0xFF01 + i: chr(0x21 + i) for i in range(0x5E)}


def fold(text: str) -> str:
    """Case and width folded, code point for code point, so that offsets stay true."""
    text = well_formed(text).translate(_WIDTH)
    lower = text.lower()
    # Letter by letter where the small form is not one letter's own: İ makes two, Σ looks at its neighbours.
    if len(lower) != len(text) or "Σ" in text:
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower


class TermMatcher:
    """Every form of a glossary in one automaton.

    Where two entries claim one form, the earlier entry has it; `meipi check` reports the clash.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms: dict[str, Term] = {}
        for term in terms:
            for form in term.forms:
                if folded := fold(form.strip()):
                    self._terms.setdefault(folded, term)
        self._forms = list(self._terms)
        self._automaton = AhoCorasick(self._forms) if self._forms else None

    def find(self, text: str) -> list[tuple[Span, Term]]:
        """Occurrences in one text, in order, none overlapping another."""
        if self._automaton is None or not text:
            return []
        folded = fold(text)
        # Every place of every form first, for the longest one may be refused where a shorter one may stand.
        allowed = [
            (start, -end, term)
            for form, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True)
            if _allowed(term := self._terms[self._forms[form]], folded, start, end)
        ]
        allowed.sort(key=lambda place: place[:2])
        found, free = [], 0
        for start, minus_end, term in allowed:
            if start >= free:
                free = -minus_end
                found.append((Span(start, free), term))
        return found

    def occurrences(self, blocks: Sequence[Block]) -> tuple[Occurrence, ...]:
        """Occurrences in an article's prose; headings are not marked, but begin a new section."""
        found: list[Occurrence] = []
        seen: set[str] = set()
        for block in blocks:
            if block.kind == "heading":
                seen.clear()
            if block.kind not in PROSE:
                continue
            for span, term in self.find(block.text):
                words = block.text[span.start : span.end]
                core, first = term.priority == "core", term.id not in seen
                found.append(Occurrence(block.id, span, words, term.id, core, first))
                seen.add(term.id)
        return tuple(found)


def _allowed(term: Term, folded: str, start: int, end: int) -> bool:
    # Latin letters and digits run on into words: AI is not in OpenAI, 5G not in 15G.
    if _latin(folded[start]) and start and _latin(folded[start - 1]):
        return False
    if _latin(folded[end - 1]) and end < len(folded) and _latin(folded[end]):
        return False
    if not (term.veto or term.only):
        return True
    if any(_stands_in(context, folded, start, end) for context in term.veto):
        return False
    return not term.only or any(_stands_in(context, folded, start, end) for context in term.only)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _stands_in(context: str, folded: str, start: int, end: int) -> bool:
    """Whether the form at start..end stands in a context such as 中国~ or ~教练."""
    before, _, after = fold(context).partition("~")
    return folded.endswith(before, 0, start) and folded.startswith(after, end)
