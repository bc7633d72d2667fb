"""The embedded index: one SQLite file in WAL mode; readers are never blocked.

The full text is a contentless FTS5 table with each block's *set* of characters and adjacent pairs
(`detail=none`, no positions). A search uses the pairs of the query to narrow, then checks the text with
`instr`; so it finds exactly the blocks that contain the words, at any length.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakSet

from filelock import FileLock, Timeout

from app.errors import IndexDamaged, IndexUnavailable
from app.i18n import message_of, worded
from app.index.narrowing import Narrowing
from app.index.packed import UNREADABLE, grams
from app.index.ranking import SearchCandidate
from app.index.repair import RepairResult, carry_over
from app.index.rows import Rows
from app.index.schema import SCHEMA, SCHEMA_VERSION, shape
from app.index.sql import Index

log = logging.getLogger(__name__)

# Maximum of rows that one window of a search checks. It limits the time of queries whose pairs are common and
# whose words are rare; the next window continues.
_MAX_CHECKED = 20_000
# Keys fetched at a time; common words fill a window with one or two fetches.
_FETCHED = 400
# Above every key.
_ABOVE = 1 << 62
# Estimates for a page of the full text, 4 kB: the rows that it lists, if most gaps take two bytes; the rows
# that can be checked in the time of reading it. The share of rows that each further list leaves.
_ROWS_PER_PAGE, _CHECKS_PER_PAGE, _SHARE_LEFT = 2000, 15, 0.05
# Memory for unwritten grams, in bytes: large batches take a fifth less time, and the file half the space.
_HASH = 64 << 20
# Page cache of a connection while reading and while writing, in kB, negative for SQLite. It is small because
# every thread of a site has a connection, and the system caches the file too.
_READING, _WRITING = -512, -2000

_FTS = (
    "create virtual table fts using fts5 (grams, content='', tokenize='ascii', detail=none, columnsize=0)",
    f"insert into fts (fts, rank) values ('hashsize', {_HASH})",
)
# The tables that FTS5 creates.
_FTS_TABLES = ("fts", "fts_config", "fts_data", "fts_idx")
# All tables, indexes and columns.
_SHAPE = """
select name from sqlite_master
union all
select m.name || '.' || c.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'
"""
# Errors that require a new file: broken pages, not a database, contradictory rows.
_DAMAGE = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
)
_REBUILT = worded("a running site rebuilds it within seconds, else: meipi index")
# Zeros in a page with the end of a long value, which `quick_check` does not find.
_WIPED = (
    "block where instr(words, char(0)) or instr(text, char(0))",
    "article where instr(entry, char(0))",
    "meta where instr(value, char(0))",
    "document where substr(body, -4) = x'00000000'",
)
_SUFFIXES = ("", "-wal", "-shm")
# Bytes.
_PAGE = 4096


class _SqliteConnection:
    """See `app.index.rows.Rows`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.db.execute(sql, values).fetchall()

    def each(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        self.db.executemany(sql, values)

    def insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self.db.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)


class _ThreadConnection:
    """A thread's connection, closed when the thread has ended.

    Attributes:
        identity: device and inode of the file when it was opened.
        using: held during every use. `close` waits for it: SQLite frees the memory on closing, and a
            read at that moment would end the process.
    """

    def __init__(self, db: sqlite3.Connection, identity: object) -> None:
        self.db, self.identity = db, identity
        self.using, self._closed = threading.RLock(), False

    def close(self) -> None:
        """Close it once: the index and the end of the thread may ask at the same moment."""
        with self.using:
            if not self._closed:
                self._closed = True
                self._close()

    def _close(self) -> None:
        # The last connection to a file deletes the log by name, unless the file was renamed. SQLite skips
        # this check if it believes the file is empty; a query makes it read the length again.
        with suppress(sqlite3.Error):
            self.db.execute("select 1 from sqlite_master limit 1").fetchone()
        self.db.close()

    def __del__(self) -> None:
        self.close()


class SqliteIndex(Index):
    """See `app.index.Index`.

    A damaged file is replaced as a whole. The process that meets damage writes a mark: a file with the inode
    of the damaged one. `mend` makes a new file, renames both, and copies the articles that came as JSON
    lines. Processes that have the old file open use the new one from the next query on.

    Args:
        path: the file; `mend` makes it if it is missing, damaged or has another schema.

    Raises:
        IndexUnavailable: the file cannot be created or read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._address = f"{path.absolute().as_uri()}?mode=rw"  # opening never makes an empty file
        self._mark, self._old, self._new = (_with(path, suffix) for suffix in (".damaged", ".old", ".new"))
        self._local = threading.local()
        self._open: WeakSet[_ThreadConnection] = WeakSet()
        # Locked while a connection is opened and while the file is replaced: SQLite opens a file and its log
        # one after the other, and the two must belong together.
        self._place = FileLock(_with(path, ".lock"), timeout=30, poll_interval=0.01)
        self._known_shape: object = None
        self.mend()

    def mend(self, *, thorough: bool = False) -> None:
        """Rebuild the file if it is damaged, missing or has another schema."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            trouble, carried = self._trouble(thorough=thorough), None
            if trouble:
                with self._place:
                    if trouble := self._trouble():  # another process may have replaced it
                        self._replace(trouble)
            if self._old.exists():
                carried = self._carry_over()
        except (OSError, sqlite3.Error) as error:
            raise self._unavailable(error) from error
        if carried:
            log.warning("index %s is %s; rebuilt%s", self.path, trouble or "half rebuilt", carried)

    def _trouble(self, *, thorough: bool = False) -> str:
        """Return why the file has to be rebuilt, "" if it is sound."""
        if not self.path.exists():
            return "missing"
        if reason := self._marked():
            return f"damaged ({reason})"
        try:
            held = self._connection()
            db = held.db
            version = db.execute("select value from meta where key = 'schema'").fetchone()
            if version != (str(SCHEMA_VERSION),):
                return f"of version {version[0]}" if version else "damaged (its version is missing)"
            if missing := self._missing(db):
                return f"damaged ({missing} is missing)"
            if thorough and (found := self._read_whole()):
                self._damaged(sqlite3.DatabaseError(found))
                return f"damaged ({found})"
        except sqlite3.Error as error:
            if _code(error) in (*_DAMAGE, sqlite3.SQLITE_ERROR):
                self._damaged(error)  # other connections may not meet the damage
                return f"damaged ({error})"
            raise
        return ""

    def _read_whole(self) -> str:
        """Read every page; return the first fault, or ""."""
        # A new connection: the cache of an old one would hide damage on the disk.
        with closing(sqlite3.connect(self._address, uri=True, timeout=30, isolation_level=None)) as db:
            (found,) = db.execute("pragma quick_check(1)").fetchone()
            if found != "ok":
                return str(found)
            db.execute("insert into fts (fts) values ('integrity-check')")
            for where in _WIPED:
                if db.execute(f"select 1 from {where} limit 1").fetchone():
                    return f"zeros in values of {where.split()[0]}"
        return ""

    def _missing(self, db: sqlite3.Connection) -> str:
        """Return a table, column or index that was dropped, or ""."""
        (version,) = db.execute("pragma schema_version").fetchone()
        known = _identity(self.path), version
        if known != self._known_shape:
            names = {name for (name,) in db.execute(_SHAPE)}
            if missing := sorted({*shape(), *_FTS_TABLES} - names):
                return missing[0]
            self._known_shape = known
        return ""

    def _replace(self, trouble: str) -> None:
        """Rename this file, and put an empty one in its place.

        It may be killed at any point and run again: the path leads to the old file, to none, or to the new
        one.
        """
        for suffix in _SUFFIXES:
            _with(self._new, suffix).unlink(missing_ok=True)
        with closing(sqlite3.connect(self._new, isolation_level=None)) as db:
            db.execute("pragma journal_mode = wal")
            db.execute("begin")
            for statement in (
                *SCHEMA.format(big="integer", blob="blob", compact="without rowid").split(";"),
                *_FTS,
            ):
                db.execute(statement)
            db.execute("insert into meta values ('schema', ?)", (str(SCHEMA_VERSION),))
            db.execute("commit")
        if self.path.exists():
            with self.path.open("ab") as old:  # never empty, see `_ThreadConnection.close`
                old.write(bytes(max(0, _PAGE - old.tell())))
        if self.path.exists() and not self._old.exists():
            with suppress(FileNotFoundError):
                _with(self.path, "-wal").replace(_with(self._old, "-wal"))
            self.path.replace(self._old)
        for suffix in ("-wal", "-shm"):  # SQLite would use them for the new file
            _with(self.path, suffix).unlink(missing_ok=True)
        self._new.replace(self.path)
        self._mark.unlink(missing_ok=True)

    def _carry_over(self) -> RepairResult:
        """Copy the articles of JSON lines from the renamed old file, then delete it."""
        with closing(sqlite3.connect(self._old)) as db:
            carried = carry_over(lambda sql, values: db.execute(sql, values).fetchall(), sqlite3.Error, self)
        for suffix in _SUFFIXES:
            _with(self._old, suffix).unlink(missing_ok=True)
        return carried

    def _marked(self) -> str:
        """Return the reason in the mark of this file, or ""; remove a mark of another file."""
        try:
            identity, _, reason = self._mark.read_text("utf-8").partition("\n")
        except FileNotFoundError:
            return ""
        if identity == str(_identity(self.path)):
            return reason
        with suppress(OSError):  # a read-only folder
            self._mark.unlink(missing_ok=True)
        return ""

    def _damaged(self, error: Exception) -> IndexDamaged:
        held: _ThreadConnection | None = getattr(self._local, "held", None)
        identity = held.identity if held else _identity(self.path)
        with suppress(OSError):
            self._mark.write_text(f"{identity}\n{error}", "utf-8", "backslashreplace")
        return self._to_rebuild(error)

    def _to_rebuild(self, error: Exception) -> IndexDamaged:
        fault = message_of(error)
        return IndexDamaged(
            worded("%(path)s: %(error)s; %(remedy)s", path=self.path, error=fault, remedy=_REBUILT)
        )

    def _unavailable(self, error: Exception) -> IndexUnavailable:
        code = _code(error)
        if code in _DAMAGE:
            return self._damaged(error)
        # A table or column is missing; `mend` finds that without a mark.
        if code == sqlite3.SQLITE_ERROR or not self.path.exists():
            return self._to_rebuild(error)
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or isinstance(error, Timeout):
            return IndexUnavailable(
                worded("%(path)s: another process is writing to it; try again", path=self.path)
            )
        fault = message_of(error)
        return IndexUnavailable(
            worded("%(path)s: %(error)s; look at the disk, then: meipi index", path=self.path, error=fault)
        )

    def _connection(self) -> _ThreadConnection:
        held: _ThreadConnection | None = getattr(self._local, "held", None)
        # Another process may have replaced the file.
        if held is not None and held.identity != _identity(self.path):
            held.close()
            self._local.held = held = None
        if held is None:
            # Autocommit: `_write` begins transactions. Each thread has a connection; `close` closes all.
            with self._place:
                db = sqlite3.connect(
                    self._address, uri=True, timeout=30, isolation_level=None, check_same_thread=False
                )
                self._local.held = held = _ThreadConnection(db, _identity(self.path))
                db.execute("pragma journal_mode = wal")
                db.execute("pragma synchronous = normal")
                # No memory mapping: a truncated file would kill the process (SIGBUS). Without it a search
                # takes the same time, and reading a document a microsecond more.
                db.execute(f"pragma cache_size = {_READING}")
            self._open.add(held)
        return held

    @contextmanager
    def _read(self) -> Iterator[Rows]:
        try:
            held = self._connection()
            with held.using:
                yield _SqliteConnection(held.db)
        except (OSError, sqlite3.Error) as error:
            raise self._unavailable(error) from error
        except UNREADABLE as error:
            raise self._damaged(error) from error

    @contextmanager
    def _write(self) -> Iterator[Rows]:
        with self._read() as db:
            db.all("begin immediate")
            try:
                db.all(f"pragma cache_size = {_WRITING}")
                yield db
                db.all("commit")
            except BaseException:
                with suppress(sqlite3.Error):  # some errors make SQLite roll back
                    db.all("rollback")
                raise
            finally:
                with suppress(sqlite3.Error):
                    db.all(f"pragma cache_size = {_READING}")

    def tidy(self) -> None:
        """Merge the full text, write the log into the file, and update the planner's statistics."""
        with self._read() as db:
            # Each batch adds a segment that repeats the rare pairs.
            db.all("insert into fts (fts) values ('optimize')")
            db.all("pragma wal_checkpoint(passive)")
            db.all("pragma optimize")

    def close(self) -> None:
        """Close every thread's connection."""
        for held in list(self._open):
            held.close()
        self._open.clear()
        self._local = threading.local()

    # The rowid is the negative key of the block: FTS5 is fastest in ascending order, and searches read the
    # newest blocks first. Rows are also inserted in ascending order: others would begin a new segment.

    def _forget_grams(self, db: Rows, articles: Sequence[int]) -> None:
        # To delete a row of a contentless table, FTS5 needs its old tokens.
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
    ) -> tuple[list[SearchCandidate], int | None]:
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
        found, looked = list[SearchCandidate](), 0
        assert isinstance(db, _SqliteConnection)
        newest = db.db.execute(keys, which)
        try:
            # Keys are fetched as needed; one FTS5 query serves the whole window.
            while some := [row[0] for row in newest.fetchmany(_FETCHED)]:
                if looked >= _MAX_CHECKED:
                    return found, some[0] + 1
                if others and looked - len(found) >= enough:
                    # More rows than estimated: reading the other lists would have been quicker.
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
                found += map(SearchCandidate._make, rows)
                if len(found) > most:
                    return found[:most], found[most - 1].row
            return found, None
        finally:
            newest.close()


def _with(path: Path, suffix: str) -> Path:
    """Return the path with a suffix added to its name."""
    return path.with_name(path.name + suffix)


def _code(error: Exception) -> int:
    """Return SQLite's primary error code, 0 for other errors."""
    if isinstance(error, sqlite3.OperationalError) and "decode to UTF-8" in str(error):
        return sqlite3.SQLITE_CORRUPT  # Python's error for invalid UTF-8 has no code
    code: int = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_IOERR_SHORT_READ:
        return sqlite3.SQLITE_CORRUPT  # the file was truncated
    return code & 0xFF


def _identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode of the file that has this path now, or None."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


# The number of pages of each token's list. FTS5 stores the first term of each page, except for pages that
# only continue the list of the previous page; terms of the main index begin with a 0.
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
    """Choose the lists of the full text to read.

    也不 may occur in every second paragraph and 不镇 in few. Reading the long list of 也不 takes longer than
    checking all rows of 不镇. So the shortest list is read, and longer ones only if that saves more checks
    than it costs.

    Returns:
        The groups whose lists are read first, the other groups, and the number of rows to check before it is
        better to read the other lists too.
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
    rows, read = _ROWS_PER_PAGE * (by_length[0][0] - 0.5), 1
    while read < len(groups) and by_length[read][0] * _CHECKS_PER_PAGE <= rows:
        rows, read = rows * _SHARE_LEFT, read + 1
    ordered = [groups[n] for _, n in by_length]
    return ordered[:read], ordered[read:], _CHECKS_PER_PAGE * sum(length for length, _ in by_length[read:])


def _expression(groups: Sequence[_Group]) -> str:
    """Return a match expression for FTS5; tokens contain no quotation marks."""

    def every(tokens: Sequence[str]) -> str:
        return "(" + " AND ".join(f'"{t}"' for t in tokens) + ")"

    return " AND ".join("(" + " OR ".join(every(tokens) for tokens in group) + ")" for group in groups)
