"""A database connection as both backends offer it, and the few statements that every module needs."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, Protocol


class Rows(Protocol):
    """A connection inside a transaction, or one that only reads."""

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row."""

    def each(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        """Run once for each set of values."""

    def insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Put whole rows into a table."""


def read_meta(db: Rows, key: str) -> str:
    """A value of the table `meta`, "" if it is missing."""
    rows = db.all("select value from meta where key = ?", (key,))
    return str(rows[0][0]) if rows else ""


def write_meta(db: Rows, key: str, value: str) -> None:
    """Write a value of the table `meta`."""
    sql = "insert into meta values (?, ?) on conflict (key) do update set value = excluded.value"
    db.each(sql, [(key, value)])


def new_generation(db: Rows) -> None:
    """Change the generation, so that caches see that the index has changed."""
    # It starts at a random number: a rebuilt index must not reach a generation of the old one.
    write_meta(db, "generation", str(int(read_meta(db, "generation") or secrets.randbits(40)) + 1))


def select_in(db: Rows, sql: str, values: Any, order: str = "") -> list[tuple[Any, ...]]:
    """Rows of `… in (?, ?, …)` for any number of values, asked in batches."""
    found, every = list[tuple[Any, ...]](), list(values)
    for at in range(0, len(every), 500):
        some = every[at : at + 500]
        tail = f" order by {order}" if order else ""
        found += db.all(f"{sql} ({', '.join('?' * len(some))}){tail}", some)
    return found
