"""Glossary forms to occurrences: on characters, leftmost-longest, whatever a segmenter would cut.

    forms   科创中心, 国际科创中心, 国际科创中心建设
    text    上海国际科创中心建设  -> one occurrence, 国际科创中心建设

Case, width and script make no difference (ＡＩ, ai, AI; 五個中心, 五个中心). An entry's `veto` and `only` are
contexts with ~ for the form:

    中国~       right before it: vetoes 国家队 in 中国国家队
    足球…~      anywhere before it in the sentence; ~…教练 anywhere behind it: one word of two trades
    @dushu-jie  in that article; @dushu-jie/k7f3 in that paragraph
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from app.model import PROSE, Block, Occurrence, Span, Term
from app.text.simplified import simplified_characters


class _Folding(dict[int, str]):
    """What `str.translate` asks: a character's plain form; filled as characters are met."""

    def __init__(self) -> None:
        super().__init__()
        # Full-width forms FF01–FF5E are ASCII 21–7E moved up; one code point stays one code point.
        self._plain: Mapping[str, str] = {chr(0xFF01 + i): chr(0x21 + i) for i in range(0x5E)}
        self._simple = simplified_characters()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if 0xD800 <= code < 0xE000:
            folded = "\ufffd"  # half of a pair: no library that speaks UTF-8 takes it
        else:
            plain = self._plain.get(character, character)
            small = plain.lower()
            # The small form of İ is two letters; it stays as it is.
            folded = self._simple.get(plain) or (small if len(small) == 1 else plain)
        if len(self) < _MET:
            self[code] = folded
        return folded


# So many characters are kept ready: more than any library has, less than somebody could send.
_MET = 50_000


@cache
def _folding() -> _Folding:
    return _Folding()


@cache
def _unplain() -> re.Pattern[str]:
    """Every character but those sure to be plain: ASCII without capitals, 、。《》 and the like, most of Han.

    Most of a text is plain, and a search runs over that at once.
    """
    folded = sorted(c for c in simplified_characters() if "一" <= c <= "鿿")
    edges = [0x4E00, *(edge for c in folded for edge in (ord(c), ord(c) + 1)), 0xA000]
    han = (f"{chr(a)}-{chr(b - 1)}" for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)
    return re.compile(f"[^\x00-@\\[-\x7f‐-‧、-〛{''.join(han)}]")


# So long a text is worth making the pattern.
_LONG = 100


def fold(text: str) -> str:
    """Case, width and script folded, code point for code point, so that offsets stay true."""
    if text.isascii():
        return text.lower()
    folding = _folding()
    if len(text) < _LONG:
        return text.translate(folding)
    return _unplain().sub(lambda m: folding[ord(m[0])], text)


@dataclass(frozen=True, slots=True)
class _Context:
    """A context as it is looked for: the words right before and behind the form, and those further off."""

    before: str
    behind: str
    far_before: str = ""
    far_behind: str = ""

    @classmethod
    def of(cls, written: str) -> _Context:
        left, _, right = fold(written).partition("~")
        far_left, far, before = left.rpartition("…")
        behind, also_far, far_right = right.partition("…")
        return cls(before if far else left, behind, far_left, far_right if also_far else "")

    def holds(self, folded: str, start: int, end: int) -> bool:
        """Whether the form at start..end stands in it."""
        if not (folded.endswith(self.before, 0, start) and folded.startswith(self.behind, end)):
            return False
        if self.far_before:
            begins = _SENTENCE_END.search(folded[:start][::-1])
            if folded.find(self.far_before, start - begins.start() if begins else 0, start) < 0:
                return False
        if self.far_behind:
            ends = _SENTENCE_END.search(folded, end)
            if folded.find(self.far_behind, end, ends.start() if ends else len(folded)) < 0:
                return False
        return True


_SENTENCE_END = re.compile("[。!?\n]")


@dataclass(frozen=True, slots=True)
class _Rules:
    """When a form is its entry's term."""

    latin_start: bool
    latin_end: bool
    veto: tuple[_Context, ...]
    only: tuple[_Context, ...]
    # The vetoes that are no more than words right before or behind: most, and asked all at once.
    not_behind: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()

    def allow(self, folded: str, start: int, end: int) -> bool:
        # Latin letters and digits run on into words: AI is not in OpenAI, 5G not in 15G.
        if self.latin_start and start and _latin(folded[start - 1]):
            return False
        if self.latin_end and end < len(folded) and _latin(folded[end]):
            return False
        if folded.endswith(self.not_behind, 0, start) or folded.startswith(self.not_before, end):
            return False
        for context in self.veto:
            if context.holds(folded, start, end):
                return False
        return not self.only or any(context.holds(folded, start, end) for context in self.only)


class TermMatcher:
    """Every form of a glossary in one automaton.

    Where two entries claim one form, the earlier entry has it; `meipi check` reports the clash.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        owner: dict[str, Term] = {}
        for term in terms:
            for form in term.forms:
                if folded := fold(form.strip()):
                    owner.setdefault(folded, term)
        self._forms = list(owner)
        self._terms = list(owner.values())
        self._rules = [_rules(form, term) for form, term in owner.items()]
        self._longest = AhoCorasick(self._forms, matchkind=MatchKind.LeftmostLongest) if self._forms else None
        self._every: AhoCorasick | None = None
        self._barred = _barred(owner.values())

    def find(self, text: str) -> list[tuple[Span, Term]]:
        """Occurrences in one text, in order, none overlapping another."""
        return [(Span(start, end), self._terms[form]) for form, start, end in self._places(text)]

    def every_place(self, text: str) -> list[tuple[Span, Term]]:
        """Where any form may stand, those inside and across others too; for an editor."""
        if not self._forms or not text:
            return []
        return [(Span(start, end), self._terms[form]) for start, end, form in self._all_allowed(fold(text))]

    def _places(self, text: str) -> list[tuple[int, int, int]]:
        if self._longest is None or not text:
            return []
        folded = fold(text)
        places: list[tuple[int, int, int]] = self._longest.find_matches_as_indexes(folded)
        rules = self._rules
        for form, start, end in places:
            if (rule := rules[form]) and not rule.allow(folded, start, end):
                return self._places_among_all(folded)
        return places

    def _places_among_all(self, folded: str) -> list[tuple[int, int, int]]:
        """Where the longest form is refused a shorter one may stand: every place of every form is looked at.

        One more pass over the text, however many are refused.
        """
        found, free = [], 0
        for start, end, form in self._all_allowed(folded):
            if start >= free:
                free = end
                found.append((form, start, end))
        return found

    def _all_allowed(self, folded: str) -> list[tuple[int, int, int]]:
        """Start, end and form of every place, in order, the longest of those that begin together first."""
        if self._every is None:
            self._every = AhoCorasick(self._forms)
        rules = self._rules
        allowed = [
            (start, -end, form)
            for form, start, end in self._every.find_matches_as_indexes(folded, overlapping=True)
            if not (rule := rules[form]) or rule.allow(folded, start, end)
        ]
        allowed.sort()
        return [(start, -minus_end, form) for start, minus_end, form in allowed]

    def occurrences(self, blocks: Sequence[Block], article: str = "") -> tuple[Occurrence, ...]:
        """Occurrences in an article's prose; headings are not marked, but begin a new section.

        Args:
            blocks: the article's, in order.
            article: its id, for entries with rules about places.
        """
        found: list[Occurrence] = []
        seen: set[str] = set()
        for block in blocks:
            if block.kind == "heading":
                seen.clear()
            if block.kind not in PROSE:
                continue
            text = block.text
            for form, start, end in self._places(text):
                term = self._terms[form]
                if term.id in self._barred and not self._barred[term.id].admits(article, block.id):
                    continue
                core, first = term.priority == "core", term.id not in seen
                found.append(Occurrence(block.id, Span(start, end), text[start:end], term.id, core, first))
                seen.add(term.id)
        return tuple(found)


def _rules(form: str, term: Term) -> _Rules | None:
    """A form's rules; None for one that may stand anywhere."""
    veto = tuple(_Context.of(c) for c in term.veto if "~" in c)
    only = tuple(_Context.of(c) for c in term.only if "~" in c)
    latin_start, latin_end = _latin(form[0]), _latin(form[-1])
    if not (latin_start or latin_end or veto or only):
        return None
    plain = [c for c in veto if not (c.far_before or c.far_behind) and bool(c.before) != bool(c.behind)]
    rest = tuple(c for c in veto if c not in plain)
    behind, before = tuple(c.before for c in plain if c.before), tuple(c.behind for c in plain if c.behind)
    return _Rules(latin_start, latin_end, rest, only, behind, before)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where an entry is not looked for, or where alone."""

    veto: frozenset[str]
    only: frozenset[str]

    def admits(self, article: str, block: str) -> bool:
        here = {f"@{article}", f"@{article}/{block}"}
        return not (here & self.veto) and (not self.only or bool(here & self.only))


def _barred(terms: Iterable[Term]) -> dict[str, _Places]:
    """The entries that have rules about places."""
    found: dict[str, _Places] = {}
    for term in terms:
        veto = frozenset(c for c in term.veto if c.startswith("@"))
        only = frozenset(c for c in term.only if c.startswith("@"))
        if veto or only:
            found[term.id] = _Places(veto, only)
    return found


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
