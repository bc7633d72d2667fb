"""The embedded index: one SQLite file, WAL, readers never blocked.

Full text follows one idea: a contentless FTS5 table of each paragraph's *set* of characters and adjacent
pairs (`detail=none`, no positions), narrowed by the query's own pairs and then checked with `instr`
against the text's key, so that any substring of one character or more is found and nothing else is.
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
from app.index.packed import UNREADABLE, grams
from app.index.ranking import Candidate
from app.index.repair import Carried, carry_over
from app.index.rows import Rows
from app.index.sql import SCHEMA, SCHEMA_VERSION, Narrowing, SqlIndex, shape
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
# Copies of the file's pages that a connection may keep while it reads, and while it writes: kB, sign turned.
# Every thread of a site has a connection, and the system has the pages at hand too.
_READING, _WRITING = -512, -2000

_FTS = (
    "create virtual table fts using fts5 (grams, content='', tokenize='ascii', detail=none, columnsize=0)",
    f"insert into fts (fts, rank) values ('hashsize', {_HASH})",
)
# The tables that FTS5 makes for it.
_FTS_TABLES = ("fts", "fts_config", "fts_data", "fts_idx")
# Every table, index and column.
_SHAPE = """
select name from sqlite_master
union all
select m.name || '.' || c.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'
"""
# Errors after which only a new file helps: broken pages, no database at all, rows that contradict each other.
_DAMAGE = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
)
_REBUILT = "a running site rebuilds it within seconds, else: meipi index"
# A wiped page can be the end of a long value, which SQLite cannot know.
_WIPED = (
    "block where instr(words, char(0)) or instr(text, char(0))",
    "article where instr(entry, char(0))",
    "meta where instr(value, char(0))",
    "document where substr(body, -4) = x'00000000'",
)
_SUFFIXES = ("", "-wal", "-shm")
# Bytes.
_PAGE = 4096


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

    def close(self) -> None:
        # The last connection to a file removes its log, by name, unless the file has lost its own. SQLite
        # does not check that if it takes the file for empty; a query makes it look at the length again.
        with suppress(sqlite3.Error):
            self.db.execute("select 1 from sqlite_master limit 1").fetchone()
        self.db.close()

    def __del__(self) -> None:
        self.close()


class SqliteIndex(SqlIndex):
    """See `app.index.Index`.

    A damaged file is replaced as a whole. Who meets damage leaves a mark, a file that names the damaged one
    by its inode. `mend` makes a new file, sets the old one aside, gives the new one its name, and copies the
    articles that came as JSON lines. Who has the old file open opens the new one at the next query.

    Args:
        path: of the file; see `mend` for one that is missing, damaged or of another form.

    Raises:
        IndexUnavailable: the file cannot be made or read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._address = f"{path.absolute().as_uri()}?mode=rw"  # opening never makes an empty file
        self._mark, self._old, self._new = (_with(path, suffix) for suffix in (".damaged", ".old", ".new"))
        self._local = threading.local()
        self._open: WeakSet[_Held] = WeakSet()
        # Held while a connection is opened and while the file is replaced: SQLite opens a file and its log
        # one after the other, and the two must belong together.
        self._place = FileLock(_with(path, ".lock"), timeout=30, poll_interval=0.01)
        self._known_shape: object = None
        self.mend()

    def mend(self, *, thorough: bool = False) -> None:
        """Rebuild the file if it is damaged, missing or of another form."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            trouble, carried = self._trouble(thorough=thorough), None
            if trouble:
                with self._place:
                    if trouble := self._trouble():  # nobody else has replaced it
                        self._replace(trouble)
            if self._old.exists():
                carried = self._carry_over()
        except (OSError, sqlite3.Error) as error:
            raise self._unavailable(error) from error
        if carried:
            log.warning("index %s is %s; rebuilt%s", self.path, trouble or "half rebuilt", carried)

    def _trouble(self, *, thorough: bool = False) -> str:
        """Why the file has to be rebuilt; "" if it is sound."""
        if not self.path.exists():
            return "missing"
        if reason := self._marked():
            return f"damaged ({reason})"
        try:
            db = self._connection()
            version = db.execute("select value from meta where key = 'schema'").fetchone()
            if version != (str(SCHEMA_VERSION),):
                return f"of form {version[0]}" if version else "damaged (it names no form)"
            if missing := self._missing(db):
                return f"damaged ({missing} is missing)"
            if thorough and (found := self._read_whole()):
                self._damaged(sqlite3.DatabaseError(found))
                return f"damaged ({found})"
        except sqlite3.Error as error:
            if _code(error) in (*_DAMAGE, sqlite3.SQLITE_ERROR):
                self._damaged(error)  # another connection may not meet it
                return f"damaged ({error})"
            raise
        return ""

    def _read_whole(self) -> str:
        """The first fault that is found by reading every page, "" if there is none."""
        # A connection of its own: one that has read before would not read the same pages again.
        with closing(sqlite3.connect(self._address, uri=True, timeout=30, isolation_level=None)) as db:
            (found,) = db.execute("pragma quick_check(1)").fetchone()
            if found != "ok":
                return str(found)
            db.execute("insert into fts (fts) values ('integrity-check')")
            for where in _WIPED:
                if db.execute(f"select 1 from {where} limit 1").fetchone():
                    return f"wiped values in {where.split()[0]}"
        return ""

    def _missing(self, db: sqlite3.Connection) -> str:
        """A table, column or index that somebody has dropped; "" if there is none."""
        (version,) = db.execute("pragma schema_version").fetchone()
        known = _identity(self.path), version
        if known != self._known_shape:
            names = {name for (name,) in db.execute(_SHAPE)}
            if missing := sorted({*shape(), *_FTS_TABLES} - names):
                return missing[0]
            self._known_shape = known
        return ""

    def _replace(self, trouble: str) -> None:
        """Put an empty file in the place of this one, which is set aside.

        May be killed at any point and run again: its name leads to the old file, to none, or to the new one.
        """
        for suffix in _SUFFIXES:
            _with(self._new, suffix).unlink(missing_ok=True)
        with closing(sqlite3.connect(self._new, isolation_level=None)) as db:
            db.execute("pragma journal_mode = wal")
            db.execute("begin")
            for statement in (*SCHEMA.format(big="integer", blob="blob").split(";"), *_FTS):
                db.execute(statement)
            db.execute("insert into meta values ('schema', ?)", (str(SCHEMA_VERSION),))
            db.execute("commit")
        if self.path.exists():
            with self.path.open("ab") as old:  # never empty, see `_Held.close`
                old.write(bytes(max(0, _PAGE - old.tell())))
        if self.path.exists() and not self._old.exists():
            with suppress(FileNotFoundError):
                _with(self.path, "-wal").replace(_with(self._old, "-wal"))
            self.path.replace(self._old)
        for suffix in ("-wal", "-shm"):  # SQLite would take them for those of the new file
            _with(self.path, suffix).unlink(missing_ok=True)
        self._new.replace(self.path)
        self._mark.unlink(missing_ok=True)

    def _carry_over(self) -> Carried:
        """Copy the articles of JSON lines out of the file that was set aside, then remove it."""
        with closing(sqlite3.connect(self._old)) as db:
            carried = carry_over(lambda sql, values: db.execute(sql, values).fetchall(), sqlite3.Error, self)
        for suffix in _SUFFIXES:
            _with(self._old, suffix).unlink(missing_ok=True)
        return carried

    def _marked(self) -> str:
        """What the mark says of this file, "" if there is none; one that is about another file is removed."""
        try:
            identity, _, reason = self._mark.read_text("utf-8").partition("\n")
        except FileNotFoundError:
            return ""
        if identity == str(_identity(self.path)):
            return reason
        with suppress(OSError):  # a folder that may only be read
            self._mark.unlink(missing_ok=True)
        return ""

    def _damaged(self, error: Exception) -> IndexDamaged:
        held: _Held | None = getattr(self._local, "held", None)
        identity = held.identity if held else _identity(self.path)
        with suppress(OSError):
            self._mark.write_text(f"{identity}\n{error}", "utf-8", "backslashreplace")
        return IndexDamaged(f"{self.path}: {error}; {_REBUILT}")

    def _unavailable(self, error: Exception) -> IndexUnavailable:
        code = _code(error)
        if code in _DAMAGE:
            return self._damaged(error)
        # What a query names is not there: `mend` sees it by itself.
        if code == sqlite3.SQLITE_ERROR or not self.path.exists():
            return IndexDamaged(f"{self.path}: {error}; {_REBUILT}")
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or isinstance(error, Timeout):
            return IndexUnavailable(f"{self.path}: another process is writing to it; try again")
        return IndexUnavailable(f"{self.path}: {error}; look at the disk, then: meipi index")

    def _connection(self) -> sqlite3.Connection:
        held: _Held | None = getattr(self._local, "held", None)
        # Another process may have replaced the file.
        if held is not None and held.identity != _identity(self.path):
            held.close()
            self._local.held = held = None
        if held is None:
            # Autocommit: transactions are begun by hand. One connection a thread, closed together.
            with self._place:
                db = sqlite3.connect(
                    self._address, uri=True, timeout=30, isolation_level=None, check_same_thread=False
                )
                self._local.held = held = _Held(db, _identity(self.path))
                db.execute("pragma journal_mode = wal")
                db.execute("pragma synchronous = normal")
                # Not mapped into memory: a file that is cut short would end the process (SIGBUS). Reading by
                # calls takes no longer for a search, and a microsecond more for a document.
                db.execute(f"pragma cache_size = {_READING}")
            self._open.add(held)
        return held.db

    @contextmanager
    def _read(self) -> Iterator[Rows]:
        try:
            yield _Connection(self._connection())
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
                with suppress(sqlite3.Error):  # after some errors SQLite has done it by itself
                    db.all("rollback")
                raise
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
            held.close()
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


def _with(path: Path, suffix: str) -> Path:
    """The file beside this one with a longer name."""
    return path.with_name(path.name + suffix)


def _code(error: Exception) -> int:
    """SQLite's primary error code, 0 for other errors."""
    if isinstance(error, sqlite3.OperationalError) and "decode to UTF-8" in str(error):
        return sqlite3.SQLITE_CORRUPT  # Python says this, without a code, of a text whose bytes are no text
    code: int = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_IOERR_SHORT_READ:
        return sqlite3.SQLITE_CORRUPT  # the file was cut short
    return code & 0xFF


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
