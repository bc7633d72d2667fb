"""Choose an index by its address."""

from __future__ import annotations

from pathlib import Path

from app.errors import IndexUnavailable
from app.extras import load
from app.i18n import worded
from app.index.sql import Index
from app.index.sqlite import SqliteIndex


def open_index(url: str, var: Path) -> Index:
    """Open the index at a database address; "" means SQLite in the folder `var`.

    Raises:
        IndexUnavailable: it cannot be opened.
        MissingExtra: the address is for PostgreSQL, and psycopg is not installed.
    """
    if not url:
        return SqliteIndex(var / "index.sqlite3")
    scheme = url.partition(":")[0]  # the rest may hold a password
    if scheme in ("postgresql", "postgres"):
        index: Index = load("app.index.postgres", "PostgreSQL", "postgres").PostgresIndex(url)
        return index
    raise IndexUnavailable(
        worded(
            "unknown database %(scheme)r; write postgresql://… or leave MEIPI_DATABASE_URL empty",
            scheme=scheme,
        )
    )
