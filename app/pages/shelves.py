"""Shelves: the articles of one year, publication, term or speaker, and how many each of them has.

The articles are read once for each generation of the index. In a library of more than `MAXIMUM` articles,
shelves have only the newest, and the page says so; search finds the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlencode

from msgspec import Struct, structs

from app import urls
from app.i18n import say
from app.index import ArticleEntry
from app.library.reading import Reading
from app.model import ArticleId, SpeakerId, TermId
from app.text.terms.facts import date_words

MAXIMUM = 20_000
# Terms and speakers that are offered; the glossary and the list of speakers have the others.
_OFFERED = 12
UNDATED, UNPRINTED = "undated", "unknown"


class Shelf(Struct, frozen=True):
    """What the articles of a shelf have in common; "" means anything.

    Attributes:
        year: 2023, or `undated`.
        publication: as printed, or `unknown`.
        term, speaker: their ids.
    """

    year: str = ""
    publication: str = ""
    term: str = ""
    speaker: str = ""

    @property
    def href(self) -> str:
        """Address of its first page."""
        return urls.ARTICLES + self._query()

    def page(self, n: int) -> str:
        """The address of its n-th page, 1-based."""
        return urls.ARTICLES + self._query(page=str(n) if n > 1 else "")

    def _query(self, page: str = "") -> str:
        fields = {"year": self.year, "publication": self.publication, "term": self.term}
        fields |= {"speaker": self.speaker, "page": page}
        query = urlencode({k: v for k, v in fields.items() if v})
        return f"?{query}" if query else ""


class Choice(Struct, frozen=True):
    """A shelf that a reader can choose.

    Attributes:
        text, href: its name and address.
        count: how many articles it has.
        chosen: the reader is on it; its address leads back to the wider list.
    """

    text: str
    href: str
    count: int
    chosen: bool = False


class Shelves:
    """The shelves of a library."""

    def __init__(self, library: Reading) -> None:
        self._library = library
        self._entries: tuple[object, tuple[ArticleEntry, ...]] | None = None

    def limit(self) -> int:
        """How many of the newest articles are on shelves; 0 if all of them are."""
        return MAXIMUM if self._library.index.count() > MAXIMUM else 0

    def entries(self, shelf: Shelf) -> tuple[ArticleEntry, ...]:
        """The articles on a shelf, newest first."""
        found: Iterable[ArticleEntry] = self._all()
        if shelf.year:
            found = (e for e in found if _year(e) == shelf.year)
        if shelf.publication:
            found = (e for e in found if _publication(e) == shelf.publication)
        for ids in self._holding(shelf):
            found = [e for e in found if e.header.id in ids]
        return tuple(found)

    def _holding(self, shelf: Shelf) -> Iterable[frozenset[ArticleId]]:
        if shelf.term:
            yield frozenset(self._library.index.articles_with(TermId(shelf.term), limit=MAXIMUM))
        if shelf.speaker:
            yield frozenset(self._library.index.articles_of(SpeakerId(shelf.speaker), limit=MAXIMUM))

    def choices(
        self, shelf: Shelf, terms: Mapping[TermId, str], speaker_name: Callable[[str], str]
    ) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
        """What a list of articles can be narrowed to, by kind. Choosing a chosen one again widens the list.

        Args:
            shelf: the present list.
            terms: the headwords of the terms that may be offered.
            speaker_name: gives a speaker's name.
        """
        counts = {t: n for t, n in self._library.index.term_counts().items() if t in terms}
        offered = sorted(counts, key=lambda t: -counts[t])[:_OFFERED]
        knowledge = self._library.knowledge()
        quoted = self._library.index.speakers(limit=_OFFERED)
        speakers = [s.id for s in quoted if not (s.doubtful or knowledge.is_private(s.id))]
        here = self.entries(shelf)
        kinds = (
            (say("年份"), self._years(structs.replace(shelf, year=""), shelf)),
            (say("报刊"), self._publications(structs.replace(shelf, publication=""), shelf)),
            (
                say("词语"),
                self._named(
                    shelf, "term", {t: terms.get(TermId(t), t) for t in (shelf.term, *offered)}, here
                ),
            ),
            (
                say("说话人"),
                self._named(
                    shelf, "speaker", {s: speaker_name(s) for s in (shelf.speaker, *speakers) if s}, here
                ),
            ),
        )
        # A single shelf with all the articles does not narrow the list.
        return tuple((label, row) for label, row in kinds if len(row) > 1 or any(c.chosen for c in row))

    def _years(self, free: Shelf, shelf: Shelf) -> tuple[Choice, ...]:
        counts = Counter(map(_year, self.entries(free)))
        words = {UNDATED: say("年份不明")}
        order = sorted(counts, key=lambda y: (y == UNDATED, [-ord(c) for c in y]))
        return tuple(_choice(free, shelf, "year", y, words.get(y) or date_words(y), counts[y]) for y in order)

    def _publications(self, free: Shelf, shelf: Shelf) -> tuple[Choice, ...]:
        counts = Counter(map(_publication, self.entries(free)))
        words = {UNPRINTED: say("报刊未查明")}
        return tuple(
            _choice(free, shelf, "publication", p, words.get(p, p), n)
            for p, n in counts.most_common(_OFFERED * 2)
        )

    def _named(
        self, shelf: Shelf, field: str, names: Mapping[str, str], here: tuple[ArticleEntry, ...]
    ) -> tuple[Choice, ...]:
        free, found = structs.replace(shelf, **{field: ""}), []
        around = {e.header.id for e in (here if not getattr(shelf, field) else self.entries(free))}
        for id, name in names.items():
            if id:
                one = Shelf(**{field: id})
                n = sum(len(around & holding) for holding in self._holding(one))
                found.append(_choice(free, shelf, field, id, name, n))
        # One that all the articles share does not narrow the list.
        narrowing = (c for c in found if 0 < c.count < len(around) or c.chosen)
        return tuple(sorted(narrowing, key=lambda c: -c.count))

    def _all(self) -> tuple[ArticleEntry, ...]:
        state = self._library.index.generation()
        known = self._entries
        if known is None or known[0] != state:
            known = self._entries = state, tuple(self._library.index.entries(limit=MAXIMUM))
        return known[1]


def _choice(free: Shelf, shelf: Shelf, field: str, value: str, words: str, count: int) -> Choice:
    chosen = getattr(shelf, field) == value
    return Choice(words, (free if chosen else structs.replace(free, **{field: value})).href, count, chosen)


def _year(entry: ArticleEntry) -> str:
    return entry.header.date[:4] or UNDATED


def _publication(entry: ArticleEntry) -> str:
    return entry.header.publication or UNPRINTED
