"""Everything that SQLite and PostgreSQL have in common."""

from __future__ import annotations

from app.index.reading import IndexReader
from app.index.search import IndexSearch
from app.index.writing import IndexWriter


class SqlIndex(IndexWriter, IndexReader, IndexSearch):
    """See `app.index.Index`."""
