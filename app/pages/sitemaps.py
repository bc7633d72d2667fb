"""Every address of the site for crawlers, in files of the size that the protocol allows.

Paragraph pages are left out: their article is canonical for them. A library that fits has one file; a larger
one has an index, and its files are drawn from the library one at a time, however many there are.

Source: sitemaps.org, protocol 0.9: at most 50,000 addresses a file, and as many files in an index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from app import urls
from app.library.reading import Reading

MOST = 50_000
# Rows that are drawn from the index at a time.
_DRAWN = 1000

# A path and the day of its last change, "" when that is not known.
Address = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Section:
    """Addresses of one kind: at most how many, and how they are drawn from one place on."""

    count: int
    drawn: Callable[[int], Iterator[Address]]


class Sitemaps:
    """The files of addresses.

    Args:
        library: whose pages they are.
    """

    def __init__(self, library: Reading) -> None:
        self._library = library

    def count(self) -> int:
        """How many files there are."""
        sections = self._sections()
        if sum(s.count for s in sections) <= MOST:
            return 1
        return sum(-(-s.count // MOST) for s in sections)

    def file(self, n: int) -> Sequence[Address] | None:
        """The addresses in the n-th file, 1-based; None if there is no such file."""
        sections, left = self._sections(), n - 1
        if self.count() == 1:
            return tuple(a for s in sections for a in s.drawn(0)) if n == 1 else None
        for section in sections:
            files = -(-section.count // MOST)
            if 0 <= left < files:
                return tuple(islice(section.drawn(left * MOST), MOST))
            left -= files
        return None

    def _sections(self) -> tuple[_Section, ...]:
        knowledge = self._library.knowledge()
        known: list[Address] = [(p, "") for p in (urls.HOME, urls.ARTICLES, urls.TERMS, urls.SPEAKERS)]
        known += ((urls.term(t.id), t.reviewed) for t in knowledge.terms)
        known += ((urls.speaker(p.id), "") for p in knowledge.people if not p.private)
        return (
            _Section(len(known), lambda at: iter(known[at:])),
            _Section(self._library.count(), self._articles),
            _Section(self._library.speaker_count(), self._speakers),
        )

    def _articles(self, at: int) -> Iterator[Address]:
        entries = self._library.entries(limit=_DRAWN, offset=at)
        while entries:
            yield from ((urls.article(e.header.id), e.saved_at[:10]) for e in entries)
            entries = self._library.entries(limit=_DRAWN, after=entries[-1].place)

    def _speakers(self, at: int) -> Iterator[Address]:
        """Those who have a record stand in the first section; the places count them all the same."""
        end = at + MOST
        while at < end and (some := self._library.speakers(limit=min(_DRAWN, end - at), offset=at)):
            yield from ((urls.speaker(s.id), "") for s in some if self._library.person(s.id) is None)
            at += len(some)
