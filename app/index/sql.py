"""The index: everything that SQLite and PostgreSQL have in common."""

from __future__ import annotations

from app.index.reading import IndexReader
from app.index.reuse import IndexReuse
from app.index.search import IndexSearch
from app.index.uses import IndexUses
from app.index.writing import IndexWriter


class Index(IndexWriter, IndexReader, IndexSearch, IndexUses, IndexReuse):
    """The interface of an index.

    Every method raises `IndexUnavailable` if the index cannot be reached, and `IndexDamaged` if it is broken
    and `mend` has to rebuild it.

    Lists take a `limit` and a cursor `after`: the `place` of an item, or its id. Lists order the articles of
    one day by id.
    """
