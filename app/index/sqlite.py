"""The embedded index: one SQLite file, WAL, readers never blocked.

Full text follows one idea: a contentless FTS5 table of each paragraph's *set* of characters and adjacent
pairs (`detail=none`, no positions), narrowed by the query's own pairs and then checked with `instr`
against the text's key, so that any substring of one character or more is found and nothing else is.
"""

from __future__ import annotations

import fcntl
import json
import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakSet

from app.errors import IndexUnavailable
from app.index.packed import grams
from app.index.ranking import Candidate
from app.index.rows import Rows
from app.index.sql import READABLE_SINCE, SCHEMA, SCHEMA_VERSION, Narrowing, SqlIndex, carry_over
from app.index.sql import entry_of as summary

__all__ = ["SCHEMA_VERSION", "SqliteIndex", "summary"]

log = logging.getLogger(__name__)

# So many rows are looked at for one window of a search, found or not; the rest is for the next window. It
# bounds the time of queries whose pairs are common and whose whole is rare.
_LOOKED_AT = 20_000
# So many keys are drawn at a time; a window of a common word is full after one or two.
_DRAWN = 400
# Above every key.
_ABOVE = 1 << 62
# Of a page of the full text, 4 kB: how many rows it lists where most gaps take two bytes, and how many rows
# are looked at in the time in which it is read. The share of rows that another list is taken to leave.
_LISTED, _READ, _LEFT = 2000, 15, 0.05
# Memory for grams that are not written yet, in bytes: a fifth less time and half the file for large batches.
_HASH = 64 << 20
# Copies of the file's pages that a connection may have while it reads, and while it writes: kB, sign turned.
# Every thread of a site has a connection, and each comes to hold all that it may of what was written last.
_READING, _WRITING = -512, -2000

_FTS = (
    "create virtual table fts using fts5 (grams, content='', tokenize='ascii', detail=none, columnsize=0)",
    f"insert into fts (fts, rank) values ('hashsize', {_HASH})",
)


class _Connection:
    """See `app.index.sql.Rows`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.db.execute(sql, values).fetchall()

    def each(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        self.db.executemany(sql, values)

    def insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self.db.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)


class _Held:
    """A connection of one thread, closed when the thread has ended.

    Attributes:
        identity: of the file when it was opened.
    """

    def __init__(self, db: sqlite3.Connection, identity: object) -> None:
        self.db, self.identity = db, identity

    def __del__(self) -> None:
        self.db.close()


class SqliteIndex(SqlIndex):
    """See `app.index.Index`.

    Args:
        path: of the file; made with its folder when missing, made anew when of another schema or damaged.
            Damage that shows later is told; `mend`, or the next one to open the file, makes it anew.

    Raises:
        IndexUnavailable: the file cannot be made or read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._damage = path.with_name(path.name + ".damaged")
        self._old = path.with_name(path.name + ".old")
        self._local = threading.local()
        self._open: WeakSet[_Held] = WeakSet()
        self._locked: int | None = None  # the thread that is making the file anew
        self.mend()

    def mend(self) -> None:
        """Make the file anew if it is damaged, gone or of another schema; whoever asks fills it."""
        path = self.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Several processes may start at once: the first one makes the file, the others take it.
            # An empty file is not even opened before: two at once would be locked out, and the one that
            # closes it last would remove the log of the one that filled it.
            with self._lock(fcntl.LOCK_SH):
                sound = self._filled() and not self._damage.exists() and not self._old.exists()
                if sound and self._version() == SCHEMA_VERSION:
                    return
                self.close()
            with self._lock(fcntl.LOCK_EX):
                filled = self._filled()
                version = None if self._damage.exists() else self._version()
                if version != SCHEMA_VERSION:
                    if filled:
                        found = "damaged" if version is None else f"of schema {version}"
                        log.warning("index %s is %s; made anew, meipi index fills it", path, found)
                    self._rebuild(version)
                    self._damage.unlink(missing_ok=True)
                self._carry_over()
        except (OSError, sqlite3.Error) as error:
            raise self._unavailable(error) from error

    def _filled(self) -> bool:
        return self.path.exists() and self.path.stat().st_size > 0

    @contextmanager
    def _lock(self, how: int) -> Iterator[None]:
        """Keep the file from being made anew (LOCK_SH), or from being opened meanwhile (LOCK_EX)."""
        if self._locked == threading.get_ident():
            yield
            return
        with self.path.with_name(self.path.name + ".lock").open("a") as lock:
            fcntl.flock(lock, how)
            if how == fcntl.LOCK_SH:
                yield
                return
            self._locked = threading.get_ident()
            try:
                yield
            finally:
                self._locked = None

    def _unavailable(self, error: Exception) -> IndexUnavailable:
        if type(error) is sqlite3.DatabaseError:  # malformed, or no database at all
            held = getattr(self._local, "held", None)
            with suppress(OSError):
                # What another process has made anew since is not damaged.
                if held is None or held.identity == _identity(self.path):
                    self._damage.touch()
            return IndexUnavailable(f"{self.path}: {error}; made anew at the next start, or by: meipi index")
        return IndexUnavailable(f"{self.path}: {error}; look at the disk, then: meipi index")

    def _version(self) -> int | None:
        try:
            row = self._connection().execute("select value from meta where key = 'schema'").fetchone()
            return int(row[0]) if row else None
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return None
            raise
        except (sqlite3.DatabaseError, ValueError):
            return None

    def _rebuild(self, version: int | None = None) -> None:
        """Replace the file by an empty one; one of an older form is set aside for `_carry_over`."""
        self.close()
        if version is not None and READABLE_SINCE <= version < SCHEMA_VERSION:
            with closing(sqlite3.connect(self.path)) as db:
                db.execute("pragma journal_mode = delete")  # everything into the one file
            self.path.replace(self._old)
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        with self._write() as db:
            for statement in (*SCHEMA.format(big="integer", blob="blob").split(";"), *_FTS):
                db.all(statement)
            db.each("insert into meta values ('schema', ?)", [(str(SCHEMA_VERSION),)])

    def _carry_over(self) -> None:
        """Take the articles of JSON lines out of the file that was set aside, then remove it."""
        if self._old.exists():
            with closing(sqlite3.connect(self._old)) as db:
                carry_over(lambda sql, values: db.execute(sql, values).fetchall(), self)
            self._old.unlink()

    def _connection(self) -> sqlite3.Connection:
        held: _Held | None = getattr(self._local, "held", None)
        # Another process may have made the file anew: one that has no name any more is let go.
        if held is not None and held.identity != _identity(self.path):
            held.db.close()
            self._local.held = held = None
        if held is None:
            # Autocommit: transactions are begun by hand. One connection a thread, closed together.
            with self._lock(fcntl.LOCK_SH):
                db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
                db.execute("pragma journal_mode = wal")
                db.execute("pragma synchronous = normal")
                # As much as SQLite takes, 2 GB: what lies behind is read by calls, which take longer.
                db.execute("pragma mmap_size = 2147418112")
                # What is mapped is at hand; each thread's own copies, of what was written last, are few.
                db.execute(f"pragma cache_size = {_READING}")
                self._local.held = held = _Held(db, _identity(self.path))
            self._open.add(held)
        return held.db

    @contextmanager
    def _read(self) -> Iterator[Rows]:
        try:
            connection = self._connection()
        except (OSError, sqlite3.Error) as error:
            raise self._unavailable(error) from error
        try:
            yield _Connection(connection)
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    @contextmanager
    def _write(self) -> Iterator[Rows]:
        with self._read() as db:
            db.all("begin immediate")
            db.all(f"pragma cache_size = {_WRITING}")
            try:
                yield db
            except BaseException:
                db.all("rollback")
                raise
            else:
                db.all("commit")
            finally:
                with suppress(sqlite3.Error):
                    db.all(f"pragma cache_size = {_READING}")

    def tidy(self) -> None:
        """Take what the log holds into the file, and tell the planner what is there."""
        with self._read() as db:
            # Batch after batch left parts of the full text that each spell the same rare pairs.
            db.all("insert into fts (fts) values ('optimize')")
            db.all("pragma wal_checkpoint(passive)")
            db.all("pragma optimize")

    def close(self) -> None:
        """Close every thread's connection."""
        for held in list(self._open):
            held.db.close()
        self._open.clear()
        self._local = threading.local()

    # A row of grams has the block's key with its sign turned, since FTS5 reads fastest upwards and the newest
    # come first. It also writes upwards: what is not in order is a part of its own on the disk.

    def _forget_grams(self, db: Rows, articles: Sequence[int]) -> None:
        # A contentless table forgets a row only when told its old tokens.
        for article in articles:
            rows = db.all("select key, words, marks from block where article = ?", (article,))
            db.each(
                "insert into fts (fts, rowid, grams) values ('delete', ?, ?)",
                sorted((-key, f"{' '.join(grams(words))} {marks}") for key, words, marks in rows),
            )

    def _keep_grams(self, db: Rows, rows: Sequence[tuple[int, str, str]]) -> None:
        db.each(
            "insert into fts (rowid, grams) values (?, ?)",
            sorted((-key, f"{tokens} {marks}") for key, tokens, marks in rows),
        )

    def _candidates(
        self, db: Rows, wanted: Narrowing, condition: str, values: Sequence[Any], below: int | None, most: int
    ) -> tuple[list[Candidate], int | None]:
        others, enough = list[_Group](), 0
        if wanted and not wanted.article:
            groups, others, enough = _worth_reading(db, wanted)
            keys = "select -rowid from fts where fts match ? and rowid > ? order by rowid"
            which: list[Any] = [_expression(groups), -_ABOVE if below is None else -below]
        elif wanted:
            keys = """select key from block where article = (select key from article where id = ?)
                and key < ? order by key desc"""
            which = [wanted.article, _ABOVE if below is None else below]
        else:
            keys, which = "select key from block where key < ? order by key desc", [below or _ABOVE]
        found, looked = list[Candidate](), 0
        assert isinstance(db, _Connection)
        newest = db.db.execute(keys, which)
        try:
            # Keys are drawn as they are needed: the narrowing is done once, and no further than it must be.
            while some := [row[0] for row in newest.fetchmany(_DRAWN)]:
                if looked >= _LOOKED_AT:
                    return found, some[0] + 1
                if others and looked - len(found) >= enough:
                    # More rows than was thought: by now the other lists would have been read.
                    newest.close()
                    newest = db.db.execute(keys, [_expression([*groups, *others]), -some[0] - 1])
                    others = []
                    continue
                looked += len(some)
                rows = db.all(
                    f"""select b.key, b.article, b.n, b.kind, b.day, b.words, b.marks
                    from json_each(?) c cross join block b on b.key = c.value where {condition} limit ?""",
                    (json.dumps(some), *values, most + 1 - len(found)),
                )
                found += map(Candidate._make, rows)
                if len(found) > most:
                    return found[:most], found[most - 1].row
            return found, None
        finally:
            newest.close()


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file has this name now; None when none has."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


# How many pages a token's list fills: FTS5 notes with which term (in the main index they begin with a 0) each
# page begins that does not only go on with the list of the page before.
_PAGES = """
with recursive segment (number) as (
    select min(segid) from fts_idx
    union all
    select (select min(segid) from fts_idx where segid > number) from segment where number is not null
)
select t.value, 1 + sum(coalesce(
    (select pgno / 2 from fts_idx where segid = number and term > cast('0' || t.value as blob)
        order by term limit 1)
    - (select pgno / 2 from fts_idx where segid = number and term <= cast('0' || t.value as blob)
        order by term desc limit 1) - 1, 0))
from json_each(?) t, segment group by t.value
"""

_Group = Sequence[tuple[str, ...]]


def _worth_reading(db: Rows, wanted: Narrowing) -> tuple[list[_Group], list[_Group], int]:
    """Groups whose lists are read at first, the others, and how many rows are looked at in their stead.

    也不 may stand in every second paragraph, 不镇 in few: sooner than the list of the one is read, all rows
    of the other are looked at, as those that are left are in any case. The shortest list is read, and such
    longer ones as spare more than they take.
    """
    groups = list[_Group]()
    for group in wanted.groups:
        groups += [[(token,)] for token in group[0]] if len(group) == 1 else [group]
    groups += [[(mark,) for mark in group] for group in wanted.marks]
    if len(groups) == 1:
        return groups, [], 0
    tokens = {token for group in groups for tokens in group for token in tokens}
    pages = dict(db.all(_PAGES, (json.dumps([*tokens]),)))
    by_length = sorted((sum(min(map(pages.__getitem__, ts)) for ts in g), n) for n, g in enumerate(groups))
    rows, read = _LISTED * (by_length[0][0] - 0.5), 1
    while read < len(groups) and by_length[read][0] * _READ <= rows:
        rows, read = rows * _LEFT, read + 1
    ordered = [groups[n] for _, n in by_length]
    return ordered[:read], ordered[read:], _READ * sum(length for length, _ in by_length[read:])


def _expression(groups: Sequence[_Group]) -> str:
    """What FTS5 is to match; tokens hold no quotation marks."""

    def every(tokens: Sequence[str]) -> str:
        return "(" + " AND ".join(f'"{t}"' for t in tokens) + ")"

    return " AND ".join("(" + " OR ".join(every(tokens) for tokens in group) + ")" for group in groups)
