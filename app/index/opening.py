"""Choose an index by its address."""

from __future__ import annotations

from pathlib import Path

from app.errors import IndexUnavailable
from app.index.protocol import Index
from app.index.sqlite import SqliteIndex


def open_index(url: str, var: Path) -> Index:
    """The index at a database address; SQLite in `var` when it is empty.

    Raises:
        IndexUnavailable: it cannot be opened.
        MissingExtra: the address is PostgreSQL's and psycopg is not installed.
    """
    if not url:
        return SqliteIndex(var / "index.sqlite3")
    scheme = url.partition(":")[0]  # the rest may hold a password
    if scheme in ("postgresql", "postgres"):
        from app.index.postgres import PostgresIndex

        return PostgresIndex(url)
    raise IndexUnavailable(
        f"no index speaks {scheme!r}; write postgresql://… or leave MEIPI_DATABASE_URL empty"
    )
