"""The methods of an index that differ between SQLite and PostgreSQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from app.errors import IndexDamaged
from app.index.narrowing import Narrowing
from app.index.ranking import SearchCandidate
from app.index.rows import Rows


class Backend(ABC):
    """Connections, full text and repair of one kind of database."""

    @abstractmethod
    def _read(self) -> AbstractContextManager[Rows]:
        """Return a connection for reading."""

    @abstractmethod
    def _write(self) -> AbstractContextManager[Rows]:
        """Begin a transaction; one writer at a time."""

    @abstractmethod
    def _damaged(self, error: Exception) -> IndexDamaged:
        """Mark the index as damaged, for `mend` in any process; return the error to raise."""

    @abstractmethod
    def _forget_grams(self, db: Rows, article: Sequence[int]) -> None:
        """Remove blocks of these articles from the full text, before their rows are deleted."""

    @abstractmethod
    def _keep_grams(self, db: Rows, rows: Sequence[tuple[int, str, str]]) -> None:
        """Add blocks to the full text: key, grams, marks."""

    @abstractmethod
    def _candidates(
        self, db: Rows, wanted: Narrowing, condition: str, values: Sequence[Any], below: int | None, most: int
    ) -> tuple[list[SearchCandidate], int | None]:
        """Return the newest blocks that match, and the key below which older ones begin (None: no more).

        Args:
            wanted: grams and marks that narrow the search.
            condition: SQL on the block `b`.
            below: only keys below this one.
            most: maximum of blocks.
        """

    @abstractmethod
    def tidy(self) -> None:
        """Optimise the database after many documents were written."""

    @abstractmethod
    def mend(self, *, thorough: bool = False) -> None:
        """Rebuild the index if it is damaged, missing or has another schema; the caller fills it.

        Cheap if the index is sound: a site calls it twice a second. A process that meets damage leaves a
        mark, which this method sees. Articles that came as JSON lines are copied if they can be read; the log
        says how many were lost.

        Args:
            thorough: read the whole index, to find damage that no query has met.

        Raises:
            IndexUnavailable: it cannot be rebuilt now.
        """

    @abstractmethod
    def close(self) -> None:
        """Close files and connections."""
