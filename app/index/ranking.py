"""The order of what a search found: a short list of reasons, each with its weight.

- how much of the paragraph is about it: four times the share of its characters that are hits, up to 1
- the title of the article holds it: .3
- it is a heading: .2
- a term of the glossary stands there: .15
- the words stand near each other: .15
- how new it is among those found: up to .1
- page furniture: -.3
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from app.text.query import Query

_WEIGHTS = {"title": 0.3, "term": 0.15, "near": 0.15, "new": 0.1}
_KINDS = {"heading": 0.2, "furniture": -0.3}
# So many characters are added to every length: a caption of four is not all about the four.
_SHORT = 40
# Hits of one word that count; the ninth 建设 says no more than the eighth.
_ENOUGH = 8
# Words are near within a line of print.
_NEAR = 30


class Candidate(NamedTuple):
    """A block that a query fits: its row's key, its article's, its place, and its text as a key."""

    row: int
    article: int
    n: int
    kind: str
    day: int
    key: str
    marks: str


def rank(
    candidates: Sequence[Candidate],
    query: Query,
    page: slice,
    *,
    ids: Callable[[Collection[int]], Mapping[int, str]],
    titled: frozenset[int],
    favoured: Sequence[str],
) -> list[Candidate]:
    """A page of candidates as readers see them, alike ones newest first, then by id and place.

    Args:
        candidates: in any order.
        query: what they fit.
        page: which of them, once they are in order.
        ids: the ids of articles by their keys; asked only where nothing else says which one comes first.
        titled: articles whose title fits too.
        favoured: marks of the terms that the words are forms of.
    """
    newest = sorted(candidates, key=lambda c: (-c.day, c.article, c.n))
    days = dict.fromkeys(c.day for c in newest)
    new = {day: _WEIGHTS["new"] * (1 - n / len(days)) for n, day in enumerate(days)}
    words = [(word, len(word)) for word in query.words]
    scores = []
    for c in newest:
        text, about = c.key, 0
        for word, size in words:
            count = text.count(word)
            about += (count if count < _ENOUGH else _ENOUGH) * size
        score = 4 * about / (len(text) + _SHORT)
        if score > 1:
            score = 1.0
        score += new[c.day] + _KINDS.get(c.kind, 0.0)
        if c.article in titled:
            score += _WEIGHTS["title"]
        if favoured and any(mark in c.marks for mark in favoured):
            score += _WEIGHTS["term"]
        if len(words) > 1:
            places = [at for word, _ in words if (at := text.find(word)) >= 0]
            if len(places) > 1 and max(places) - min(places) <= _NEAR:
                score += _WEIGHTS["near"]
        scores.append(-score)
    order = sorted(range(len(newest)), key=scores.__getitem__)
    first, last, _ = page.indices(len(order))

    def alike(at: int) -> bool:
        """Whether this one and the one before it are of one worth and one day."""
        one, other = order[at - 1], order[at]
        return scores[one] == scores[other] and newest[one].day == newest[other].day

    # Those alike may lie on both sides of an edge of the page.
    begin, end = first, last
    while 0 < begin < last and alike(begin):
        begin -= 1
    while first < end < len(order) and alike(end):
        end += 1
    tied = {newest[n].article for at in range(begin + 1, end) if alike(at) for n in order[at - 1 : at + 1]}
    if len(tied) > 1:
        known = ids(tied)
        order[begin:end] = sorted(
            order[begin:end],
            key=lambda n: (scores[n], -newest[n].day, known.get(newest[n].article, ""), n),
        )
    return [newest[n] for n in order[first:last]]
