"""A glossary held against the texts: what deserves an editor's look, and what a change does to articles.

Pure: entries and blocks in, findings out. `meipi check` prints them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.i18n import worded
from app.model import PROSE, ArticleId, Block, BlockId, Span, Term, TermId
from app.text.folding import fold
from app.text.terms.matcher import TermMatcher, surroundings


class ArticleText(NamedTuple):
    """An article's text, with the title, in which scopes look for their words too."""

    id: ArticleId
    blocks: Sequence[Block]
    title: str = ""


# A form longer than this is a phrase: a segmenter's opinion on its ends says nothing.
_WORD = 6
_AROUND = 8
_NUMBERS = "一二三四五六七八九十"
# 三大先导产业, 五个中心: a number and a measure word at the head of a phrase say how many members it has.
_HEADED = re.compile(r"([二两三四五六七八九十])[大个项条种张类链性化]")
# The list of what a phrase sums up: directly after it, in brackets, or after a colon, a dash, 即 or 包括.
_LISTED = re.compile(
    r"[”』」]?(?:[，,]?(?:即|包括|指的是|分别是|就是)|[（(：:]|——)([^。；;！？）)：:\n]{4,80})"
)
_AND = re.compile(r"[、，,]|以及|和|与|及|及其")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about an entry that an editor should look at; code, problem and remedy as in a finding."""

    term: TermId
    code: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Change:
    """The effect of a new glossary on one article: how often the forms of an entry occur, before and now.

    Attributes:
        places: words around the first places that came or went, each with its block.
    """

    article: ArticleId
    term: TermId
    headword: str
    before: int
    now: int
    places: tuple[tuple[BlockId, str], ...]


def doubts(
    terms: Sequence[Term], articles: Iterable[ArticleText], ends: Callable[[str], Sequence[int]]
) -> Iterator[Doubt]:
    """What the texts make doubtful of a glossary.

    Args:
        terms: the glossary, in its order.
        articles: the library.
        ends: where a segmenter without the glossary's words ends the words of a text.

    Yields:
        G08 an entry that neither a text nor another entry leads to, G09 forms that cross in a text, G10 a
        form that cuts a word in two (entries with veto or only have been looked at), G11 members that the
        headword's number or a text's own list contradict.
    """
    matcher = TermMatcher(terms)
    occurring: set[TermId] = set()
    told: set[tuple[object, ...]] = set()
    found = list(_wrong_numbers(terms))
    for article, blocks, title in articles:
        around = surroundings(blocks, article, title)
        for block in blocks:
            if block.kind not in PROSE:
                continue
            places, every = matcher.find(block.text, around), matcher.every_place(block.text, around)
            # A form inside a longer form of another entry occurs there too.
            occurring.update(term.id for _, term in every)
            for doubt, key in (
                *_cut_words(block, places, ends),
                *_crossings(places, every, block.text),
                *_other_members(block, places),
            ):
                if key not in told:
                    told.add(key)
                    where = f"{doubt.problem} (/a/{article}/{block.id}/)"
                    found.append(Doubt(doubt.term, doubt.code, where, doubt.remedy))
    found += _unlinked(terms, occurring)
    yield from sorted(found, key=lambda d: (d.code, d.term))


def _wrong_numbers(terms: Sequence[Term]) -> Iterator[Doubt]:
    """The entries whose headword names another number than that of their members."""
    for term in terms:
        if said := _number_of(term):
            problem = worded(
                "%(term)s says %(said)s members, the entry lists %(members)s",
                term=term.term,
                said=said,
                members=len(term.members),
            )
            yield Doubt(term.id, "G11", problem, "complete members:, or delete it")


def _unlinked(terms: Sequence[Term], occurring: set[TermId]) -> Iterator[Doubt]:
    """The entries that neither a text nor another entry leads to."""
    linked = {id for term in terms for id in term.related}
    for term in terms:
        if term.id not in linked | occurring:
            problem = worded(
                "%(id)s (%(term)s) occurs in no article and no entry is related to it",
                id=term.id,
                term=term.term,
            )
            remedy = worded(
                "add the form that texts use to aliases:, or name it in related: of another entry"
            )
            yield Doubt(term.id, "G08", problem, remedy)


def _number_of(term: Term) -> int:
    """The number of members that a headword states, where the entry lists another number; else 0."""
    found = _HEADED.match(term.term)
    if not found or not term.members or re.search(f"[{_NUMBERS}]", term.term[found.end() :]):
        return 0
    said = 2 if found[1] == "两" else _NUMBERS.index(found[1]) + 1
    return said if said != len(term.members) else 0


_Doubtful = tuple[Doubt, tuple[object, ...]]


def _cut_words(
    block: Block, places: Sequence[tuple[Span, Term]], ends: Callable[[str], Sequence[int]]
) -> Iterator[_Doubtful]:
    short = [(s, t) for s, t in places if s.end - s.start <= _WORD and not (t.veto or t.only)]
    if not short:
        return
    cuts = [0, *ends(block.text)]
    for span, term in short:
        for edge in (span.start, span.end):
            if edge in cuts:
                continue
            start, end = max(c for c in cuts if c < edge), min(c for c in cuts if c > edge)
            word, form = block.text[start:end], block.text[span.start : span.end]
            if start <= span.start and span.end <= end:
                problem = worded("“%(form)s” is marked inside the word “%(word)s”", form=form, word=word)
            else:
                problem = worded("“%(form)s” cuts the word “%(word)s” in two", form=form, word=word)
            remedy = worded(
                "add a veto: such as '%(span)s', or only: if it is right", span=_context(block.text, span)
            )
            yield Doubt(term.id, "G10", f"{problem}: {_around(block.text, span)}", remedy), (term.id, word)


def _context(text: str, span: Span) -> str:
    before, behind = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 1]
    return f"{before}~" if before.isalnum() else f"~{behind}"


def _crossings(
    places: Sequence[tuple[Span, Term]], every: Sequence[tuple[Span, Term]], text: str
) -> Iterator[_Doubtful]:
    """Two entries that share characters of a text, neither holding the other: the first has them."""
    at = 0
    for span, other in every:  # both in order of their start
        while at < len(places) and places[at][0].end <= span.start:
            at += 1
        if at == len(places):
            return
        chosen, term = places[at]
        if chosen.start < span.start < chosen.end < span.end and other.id != term.id:
            crossed = text[chosen.start : span.end]
            problem = worded(
                "in “%(crossed)s” %(term)s and %(term2)s cross; %(term)s has it",
                crossed=crossed,
                term=term.term,
                term2=other.term,
            )
            remedy = worded(
                "add a veto: to %(id)s, or “%(crossed)s” to the aliases: of one", id=term.id, crossed=crossed
            )
            yield Doubt(term.id, "G09", problem, remedy), (term.id, other.id)


def _other_members(block: Block, places: Sequence[tuple[Span, Term]]) -> Iterator[_Doubtful]:
    """A list in the text that shares members with the entry's and has others too."""
    for span, term in places:
        if len(term.members) < 2 or not (found := _LISTED.match(block.text, span.end)):
            continue
        listed = [x.strip("“”『』「」 等") for x in _AND.split(found[1]) if x.strip("“”『』「」 等")]
        members = [fold(m.zh) for m in term.members]
        known = [x for x in listed if any(fold(x) in m or m in fold(x) for m in members)]
        strange = [x for x in listed[: len(members)] if x not in known]
        if len(known) >= 2 and strange:
            problem = worded(
                "a text gives members of %(term)s that the entry lacks: %(members)s",
                term=term.term,
                members="、".join(strange),
            )
            yield (
                Doubt(term.id, "G11", problem, "correct members:, or say in note: which list it is"),
                (term.id, tuple(strange)),
            )


def _around(text: str, span: Span) -> str:
    return text[max(0, span.start - _AROUND) : span.end + _AROUND]


def changes(before: Sequence[Term], now: Sequence[Term], articles: Iterable[ArticleText]) -> Iterator[Change]:
    """What one glossary finds in each article that another does not, entry by entry."""
    old, new = TermMatcher(before), TermMatcher(now)
    headwords = {t.id: t.term for t in (*before, *now)}
    for article, blocks, title in articles:
        text = {b.id: b.text for b in blocks}
        was = {(o.term, o.block, o.span) for o in old.occurrences(blocks, article, title)}
        are = {(o.term, o.block, o.span) for o in new.occurrences(blocks, article, title)}
        for id in sorted({term for term, _, _ in was ^ are}):
            moved = sorted((x for x in was ^ are if x[0] == id), key=lambda x: (list(text).index(x[1]), x[2]))
            yield Change(
                article,
                id,
                headwords[id],
                sum(x[0] == id for x in was),
                sum(x[0] == id for x in are),
                tuple((block, _around(text[block], span)) for _, block, span in moved[:5]),
            )
