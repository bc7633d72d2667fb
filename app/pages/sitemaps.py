"""Every address of the site for crawlers, in files of the size that the protocol allows.

Paragraph pages are left out: their article is canonical for them. A library that fits into one file has one.
A larger one has an index, and each of its files is read from the library when it is asked for.

Source: sitemaps.org, protocol 0.9: at most 50,000 addresses a file, and as many files in an index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from app import urls
from app.library.reading import Reading

MOST = 50_000
# Rows that are read from the index at a time.
_BATCH = 1000

# A path and the day of its last change, "" when it is not known.
Address = tuple[str, str]


class _Part(Struct, frozen=True):
    """Addresses of one kind.

    Attributes:
        count: how many there are at most.
        read: the addresses from an offset on.
    """

    count: int
    read: Callable[[int], Iterator[Address]]


def count(library: Reading) -> int:
    """How many files there are."""
    counts = [part.count for part in _parts(library)]
    if sum(counts) <= MOST:
        return 1
    return sum(-(-n // MOST) for n in counts)


def file(library: Reading, n: int) -> Sequence[Address] | None:
    """The addresses in the n-th file, 1-based; None if the file does not exist."""
    parts, left = _parts(library), n - 1
    if count(library) == 1:
        return tuple(a for part in parts for a in part.read(0)) if n == 1 else None
    for part in parts:
        files = -(-part.count // MOST)
        if 0 <= left < files:
            return tuple(islice(part.read(left * MOST), MOST))
        left -= files
    return None


def _parts(library: Reading) -> tuple[_Part, ...]:
    knowledge = library.knowledge()
    known: list[Address] = [(p, "") for p in (urls.HOME, urls.ARTICLES, urls.TERMS, urls.SPEAKERS)]
    known += ((urls.term(t.id), t.reviewed) for t in knowledge.terms)
    known += ((urls.speaker(p.id), "") for p in knowledge.people if not p.private)
    return (
        _Part(len(known), lambda at: iter(known[at:])),
        _Part(library.index.count(), lambda at: _articles(library, at)),
        _Part(library.index.speaker_count(), lambda at: _speakers(library, at)),
    )


def _articles(library: Reading, at: int) -> Iterator[Address]:
    entries = library.index.entries(limit=_BATCH, offset=at)
    while entries:
        yield from ((urls.article(e.header.id), e.saved_at[:10]) for e in entries)
        entries = library.index.entries(limit=_BATCH, after=entries[-1].place)


def _speakers(library: Reading, at: int) -> Iterator[Address]:
    """Speakers without a record: those with one are in the first part. Offsets count both."""
    end = at + MOST
    while at < end and (some := library.index.speakers(limit=min(_BATCH, end - at), offset=at)):
        yield from ((urls.speaker(s.id), "") for s in some if library.person(s.id) is None)
        at += len(some)
