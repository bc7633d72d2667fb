"""An SQLite file of readings, made once and then only read."""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

# Raise it when the files change: older ones are then made again.
FORMAT = 2

# Parameters of one statement; the limit of old SQLite versions is 999.
_BATCH = 400

# Cached readings, including words without one: about 2 MB, and twice the speed.
MAX_CACHED = 8192

# Fills a new file.
Fill = Callable[[sqlite3.Connection], None]

# Calls a function with arguments, in this process or another one.
Run = Callable[..., object]


def in_this_process(function: Callable[..., object], *values: Any) -> object:
    """Call a function directly."""
    return function(*values)


class ReadingsFile:
    """An SQLite file with readings; safe to use from several threads.

    Args:
        path: the file. It is made if it is missing, damaged or made from other data.
        key: names the data that the file is made from.
        fill: fills a new file.
        run: calls the function that makes the file; a worker process, for example, since making a file
            takes more memory than reading it.
    """

    def __init__(self, path: Path, key: str, fill: Fill, run: Run) -> None:
        self.path = path
        self._turn = threading.Lock()
        self._read: dict[str, tuple[tuple[str, ...], str] | None] = {}
        if _made_from(path) != key:
            run(_make, path, key, fill)

    def readings(self, words: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The likeliest reading of each known word: a syllable with its tone mark for every character.

        A single character has the reading that it has in most words: 创 is chuàng, as in 创新.
        """
        return {word: read[0] for word, read in self._read_words(words)}

    def kinds(self, words: Iterable[str]) -> dict[str, str]:
        """The kind of each known word: "v" verb, "i" idiom, "n" name, several of these, or ""."""
        return {word: read[1] for word, read in self._read_words(words)}

    def _read_words(self, words: Iterable[str]) -> Iterator[tuple[str, tuple[tuple[str, ...], str]]]:
        wanted, kept = set(words), self._read
        if missing := wanted - kept.keys():
            if len(kept) > MAX_CACHED:
                kept = self._read = {}
                missing = wanted
            found: dict[str, tuple[tuple[str, ...], str] | None] = dict.fromkeys(missing)
            for form, syllables, kind in self._select(
                "select form, syllables, kind from reading where form in ({})", missing
            ):
                found[form] = tuple(syllables.split(" ")), kind
            kept.update(found)
        return ((word, read) for word in wanted if (read := kept.get(word)))

    def _select(self, statement: str, words: Iterable[str]) -> Iterator[tuple[str, ...]]:
        rest = iter(sorted(words))
        while batch := tuple(islice(rest, _BATCH)):
            with self._turn, _as_os_error(self.path):
                rows = self._db.execute(statement.format(",".join("?" * len(batch))), batch).fetchall()
            yield from rows

    @cached_property
    def _db(self) -> sqlite3.Connection:
        # A finished file never changes; a newer one replaces it. All threads share one connection, since each
        # connection would hold pages of its own.
        address = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
        db = sqlite3.connect(address, uri=True, check_same_thread=False)
        # In KB. Small, since the system caches the file for all processes.
        db.execute("pragma cache_size = -400")
        return db


# File names of the dictionary and of the phrases.
WORDS, PHRASES = "dictionary.sqlite3", "phrases.sqlite3"
_SCHEMA = """
create table reading (form text primary key, syllables text, kind text) without rowid;
create table made (from_ text);
"""


def _made_from(path: Path) -> str | None:
    """The key of a file; None if it is missing or damaged."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path)) as db:
            row = db.execute("select from_ from made").fetchone()
            return str(row[0]) if row else None
    except sqlite3.DatabaseError:
        return None


@contextmanager
def _as_os_error(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite, such as a full disk, into OSError."""
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(errno.EIO, str(error), str(path)) from error


def _make(path: Path, key: str, fill: Fill) -> None:
    """Make a file in one step; if several processes want it, one makes it and the others wait."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with making_lock(path):
        if _made_from(path) == key:
            return
        new = path.with_name(path.name + ".new")
        new.unlink(missing_ok=True)
        try:
            with _as_os_error(new), closing(sqlite3.connect(new)) as db:
                db.executescript(
                    "pragma journal_mode = off; pragma synchronous = off; pragma temp_store = file;"
                )
                db.executescript(_SCHEMA)
                fill(db)
                db.execute("insert into made values (?)", (key,))
                db.commit()
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def making_lock(path: Path, timeout: float = -1) -> FileLock:
    """The lock held while a file is made."""
    return FileLock(path.with_name(path.name + ".lock"), timeout=timeout)


def remove_unfinished(folder: Path) -> None:
    """Remove half-made files that killed processes left in a folder."""
    for left in sorted(folder.glob("*.sqlite3*.new")):
        path = left.with_name(left.name.partition(".sqlite3")[0] + ".sqlite3")
        if path.name in (WORDS, PHRASES):
            with suppress(Timeout), making_lock(path, timeout=0):  # locked: another process is making it
                left.unlink(missing_ok=True)
