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

from collections.abc import Mapping, Sequence
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
    *,
    ids: Mapping[int, str],
    titled: frozenset[int],
    favoured: Sequence[str],
) -> list[Candidate]:
    """Candidates in the order in which readers see them, alike ones newest first, then by id and place.

    Args:
        candidates: in any order.
        query: what they fit.
        ids: of articles that are of one day, by their keys.
        titled: articles whose title fits too.
        favoured: marks of the terms that the words are forms of.
    """
    newest = sorted(candidates, key=lambda c: (-c.day, ids.get(c.article, ""), c.article, c.n))
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
    return [newest[n] for n in sorted(range(len(newest)), key=scores.__getitem__)]
