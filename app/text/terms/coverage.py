"""How much of a library its glossary explains: set phrases in use, and those that have an entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.model import Document, Genre
from app.text.terms.finder import Taken, set_phrases


@dataclass(frozen=True, slots=True)
class Share:
    """The uses of set phrases in articles of one kind.

    Attributes:
        genre: the kind; "" for the whole library.
        articles: how many there are.
        uses, explained: uses of set phrases, and those of them that an entry explains.
    """

    genre: Genre | Literal[""]
    articles: int
    uses: int
    explained: int


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A set phrase without an entry: its uses, and the articles with one."""

    phrase: str
    uses: int
    articles: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The shares of the whole library and of each kind, and the phrases that lack an entry most."""

    shares: tuple[Share, ...]
    unexplained: tuple[Unexplained, ...]


# The columns of `coverage_table`.
COVERAGE_COLUMNS = ("genre", "articles", "uses", "explained", "share", "phrase")


def coverage_table(found: Coverage) -> Iterator[tuple[str, ...]]:
    """The rows of a table: the whole library, each kind of article, then the unexplained phrases."""
    for s in found.shares:
        share = str(round(s.explained / s.uses, 4)) if s.uses else ""
        yield s.genre, str(s.articles), str(s.uses), str(s.explained), share, ""
    for p in found.unexplained:
        yield "", str(p.articles), str(p.uses), "0", "0", p.phrase


def coverage(documents: Iterable[Document], *, most: int = 20) -> Coverage:
    """What a glossary explains of the set phrases of a library.

    A phrase counts if at least two articles have it, or an entry explains it: a single article may put
    anything in quotation marks.

    Args:
        documents: the library.
        most: how many unexplained phrases to list, those in most articles first.
    """
    articles, spread = Counter[Genre](), Counter[str]()
    uses: dict[str, Counter[Genre]] = {}
    explained = Counter[Genre]()
    for document in documents:
        genre = document.genre
        articles[genre] += 1
        ends = {b.id: c for b, c in zip(document.blocks, document.cuts, strict=False)}
        taken = Taken(document.occurrences)
        met = set[str]()
        for place in set_phrases(document.blocks, document.quote_marks, (), ends):
            if taken.free(place.block, place.start, place.end):
                uses.setdefault(place.phrase, Counter())[genre] += 1
                met.add(place.phrase)
            else:
                explained[genre] += 1
        spread.update(met)
    common = {phrase: counts for phrase, counts in uses.items() if spread[phrase] > 1}
    open_uses = Counter[Genre]()
    for counts in common.values():
        open_uses.update(counts)
    shares = [
        Share(genre, articles[genre], explained[genre] + open_uses[genre], explained[genre])
        for genre in sorted(articles, key=lambda g: (-articles[g], g))
    ]
    whole = Share("", articles.total(), explained.total() + open_uses.total(), explained.total())
    ranked = sorted(common, key=lambda p: (-spread[p], -common[p].total(), p))[:most]
    return Coverage((whole, *shares), tuple(Unexplained(p, common[p].total(), spread[p]) for p in ranked))
