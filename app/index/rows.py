"""The interface of a database connection in both backends, and statements that several modules use."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, Protocol

from app.text.folding import well_formed


class Rows(Protocol):
    """A connection, inside a transaction or for reading only."""

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""

    def each(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each sequence of values."""

    def insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Insert complete rows into a table."""


def read_meta(db: Rows, key: str) -> str:
    """Return a value of the table `meta`, "" if it is missing."""
    rows = db.all("select value from meta where key = ?", (key,))
    return str(rows[0][0]) if rows else ""


def write_meta(db: Rows, key: str, value: str) -> None:
    """Write a value of the table `meta`."""
    sql = "insert into meta values (?, ?) on conflict (key) do update set value = excluded.value"
    db.each(sql, [(key, value)])


def new_generation(db: Rows) -> None:
    """Change the generation, so that caches see that the index has changed."""
    # It starts at a random number, so that a rebuilt index never repeats a generation of the old one.
    write_meta(db, "generation", str(int(read_meta(db, "generation") or secrets.randbits(40)) + 1))


def select_in(db: Rows, sql: str, values: Any, order: str = "") -> list[tuple[Any, ...]]:
    """Return the rows of `… in (?, ?, …)` for any number of values, in batches of 500."""
    found, every = list[tuple[Any, ...]](), list(values)
    for at in range(0, len(every), 500):
        some = every[at : at + 500]
        tail = f" order by {order}" if order else ""
        found += db.all(f"{sql} ({', '.join('?' * len(some))}){tail}", some)
    return found


def fit_id(id: str) -> str:
    """Make an id from outside safe for a database; valid ids do not change."""
    return well_formed(id).replace("\0", "\ufffd")


def select_articles(db: Rows, columns: str, ids: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return columns of the articles with these ids."""
    return select_in(db, f"select {columns} from article where id in", [fit_id(id) for id in ids])
