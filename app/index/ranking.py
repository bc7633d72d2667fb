"""The order of search results: a sum of weights.

- share of the paragraph's characters that are hits, times four, at most 1
- the title of the article matches: .3
- the block is a heading: .2
- the block has an occurrence of a favoured term: .15
- the words are near each other: .15
- date, newest first: up to .1
- the block is page furniture: -.3
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from app.text.query import Query

_WEIGHTS = {"title": 0.3, "term": 0.15, "near": 0.15, "new": 0.1}
_KINDS = {"heading": 0.2, "furniture": -0.3}
# Characters added to the length of every text, so that a four-character caption does not score as a full
# match.
_EXTRA_LENGTH = 40
# Maximum of hits of one word that count.
_MAX_HITS = 8
# Maximum distance of words that are near each other, in characters: one printed line.
_NEAR = 30


class SearchCandidate(NamedTuple):
    """A block that matches a query.

    Attributes:
        row, article: keys in the tables `block` and `article`.
        n: number of the block in its article.
        day: date of the article as a number, see `packed.day_of`.
        key: its text as searches compare it.
        marks: tokens for filters, see `packed.mark`.
    """

    row: int
    article: int
    n: int
    kind: str
    day: int
    key: str
    marks: str


def rank(
    candidates: Sequence[SearchCandidate],
    query: Query,
    page: slice,
    *,
    ids: Callable[[Collection[int]], Mapping[int, str]],
    titled: frozenset[int],
    favoured: Sequence[str],
) -> list[SearchCandidate]:
    """Return a page of candidates, the best first; equal scores newest first, then by article id and place.

    Args:
        candidates: in any order.
        page: the slice of the sorted candidates to return.
        ids: returns article ids by their keys; called only to order equal candidates.
        titled: articles whose title matches.
        favoured: marks of the terms that have a word of the query as a form.
    """
    newest = sorted(candidates, key=lambda c: (-c.day, c.article, c.n))
    days = dict.fromkeys(c.day for c in newest)
    new = {day: _WEIGHTS["new"] * (1 - n / len(days)) for n, day in enumerate(days)}
    scores = []
    for c, score in zip(newest, _text_scores((c.key for c in newest), query.words), strict=True):
        score += new[c.day] + _KINDS.get(c.kind, 0.0)
        if c.article in titled:
            score += _WEIGHTS["title"]
        if favoured and any(mark in c.marks for mark in favoured):
            score += _WEIGHTS["term"]
        scores.append(-score)
    order = sorted(range(len(newest)), key=scores.__getitem__)
    # Equal candidates are ordered by the ids of their articles, which only the page's groups need.
    first, last, _ = page.indices(len(order))
    ranked = list[int]()
    for _, same in groupby(order, key=lambda n: (scores[n], newest[n].day)):
        if len(ranked) >= last:
            break
        group = [*same]
        articles = {newest[n].article for n in group}
        if len(articles) > 1 and len(ranked) + len(group) > first:
            known = ids(articles)
            group.sort(key=lambda n: (known.get(newest[n].article, ""), n))
        ranked += group
    return [newest[n] for n in ranked[first:last]]


def _text_scores(texts: Iterable[str], words: Sequence[str]) -> Iterator[float]:
    """Yield the part of the score that depends on the text only.

    One loop for all texts: a call for each of thousands of candidates made a search a third slower.
    """
    sized = [(word, len(word)) for word in words]
    for text in texts:
        about = 0
        for word, size in sized:
            count = text.count(word)
            about += (count if count < _MAX_HITS else _MAX_HITS) * size
        score = 4 * about / (len(text) + _EXTRA_LENGTH)
        if score > 1:
            score = 1.0
        if len(sized) > 1:
            places = [at for word in words if (at := text.find(word)) >= 0]
            if len(places) > 1 and max(places) - min(places) <= _NEAR:
                score += _WEIGHTS["near"]
        yield score
