"""The index for several servers: a PostgreSQL database (14 or newer).

It behaves like the SQLite index. The full text is a GIN index of numbers, one for each character, pair of
characters and filter of a block. The database function `grams` computes them, so the text is stored once.
Searches check every result with `strpos`.

GIN has no order, so a search first reads the newest blocks. They show how common the words are. A search for
common words continues to read blocks; one for rare words asks the GIN index for all results; one for words in
between asks it for ranges of keys, each just wide enough.

All tables are in a schema of their own. Writers take turns with an advisory lock; readers never wait.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import Identifier
from psycopg_pool import ConnectionPool

from app.errors import IndexDamaged, IndexUnavailable
from app.i18n import message_of, worded
from app.index.narrowing import Narrowing
from app.index.packed import LETTERS, UNREADABLE
from app.index.ranking import SearchCandidate
from app.index.repair import RepairResult, carry_over
from app.index.rows import Rows, read_meta, write_meta
from app.index.schema import SCHEMA, SCHEMA_VERSION, shape
from app.index.sql import Index

log = logging.getLogger(__name__)

# Number of blocks to read first, and the share of them that must match for words to count as common. Then the
# next 6,400 blocks contain 320 results, and reading them is quicker than asking the GIN index.
_NEWEST = 256
_COMMON = 0.05
# Up to this number of expected results, fetching all is quicker than reading the keys of a wide range. For
# two or three pairs it is multiplied, since blocks with all of them are rarer than the newest blocks suggest.
_FEW = 2500
# Maximum growth of a range of keys from one query to the next.
_GROWTH = 64
# The number of the advisory lock: "meipi" on a telephone keypad.
_LOCK = 63474

# Hash of a pair of code points; single characters are negative. Searches check the text, so it may collide.
_FACTOR, _MODULUS = 2654435761, 2147483647

_LETTER = " or ".join(f"a between {first} and {last}" for first, last in LETTERS)
_GRAMS = f"""
create function grams(words text, marks text) returns int4[] language plpgsql immutable parallel safe
    cost 20000 as $$
declare
    found int4[] := '{{}}';
    before int4 := 0;
    a int4;
    c text;
begin
    foreach c in array string_to_array(words, null) loop
        a := ascii(c);
        if a > 127 or a between 48 and 57 or a between 97 and 122 then
            found := found || -a;
        end if;
        if {_LETTER} then
            if before > 0 then
                found := found || ((before::int8 * {_FACTOR} + a) % {_MODULUS})::int4;
            end if;
            before := a;
        else
            before := 0;
        end if;
    end loop;
    foreach c in array string_to_array(marks, ' ') loop
        if c <> '' then
            found := found || ('x' || c)::bit(32)::int4;
        end if;
    end loop;
    return found;
end
$$;
create index block_grams on block using gin (grams(words, marks))
"""

# SQLSTATEs that require new tables: broken pages (XX00), contradictory rows (23).
_DAMAGE = ("XX001", "XX002", "23")
# A table, column, function or schema does not exist.
_UNKNOWN_NAME = ("42P01", "42703", "42883", "3F000")
_REBUILT = worded("a running site rebuilds it within seconds, else: meipi index")
# All tables, indexes and columns.
_SHAPE = """
select relname from pg_class where relnamespace = (select oid from pg_namespace where nspname = ?)
union all
select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = (select oid from pg_namespace where nspname = ?)
    and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
"""


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _number(token: str) -> int:
    """Return the number of a token, as the database function `grams` computes it."""
    if len(token) == 1:
        return -ord(token)
    if len(token) == 2:
        return (ord(token[0]) * _FACTOR + ord(token[1])) % _MODULUS
    value = int(token, 16)
    return value - (1 << 32) if value >= 1 << 31 else value


@lru_cache(maxsize=1024)
def _translated(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s").replace("instr(", "strpos(")


class _PostgresConnection:
    """See `app.index.rows.Rows`."""

    def __init__(self, db: Any) -> None:
        self.db = db

    def all(
        self, sql: str, values: Sequence[Any] = (), *, prepare: bool | None = None
    ) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.db.execute(_translated(sql), values, prepare=prepare).fetchall()
        return rows

    def run(self, sql: str) -> None:
        self.db.execute(sql)

    def each(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        if values:
            with self.db.cursor() as cursor:
                cursor.executemany(_translated(sql), values)

    def insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            with self.db.cursor() as cursor, cursor.copy(f"copy {table} from stdin") as copy:
                for row in rows:
                    copy.write_row(row)


class PostgresIndex(Index):
    """See `app.index.Index`.

    Args:
        url: postgresql://…; the encoding of the database must be UTF-8.
        schema: holds all tables; created if it is missing, rebuilt if it has another version.

    Raises:
        IndexUnavailable: the database cannot be reached or written.
    """

    def __init__(self, url: str, *, schema: str = "meipi") -> None:
        self._name = schema
        self._schema, self._old = (Identifier(name).as_string() for name in (schema, f"{schema}_old"))
        try:
            # The rest of the address may contain a password.
            self._where = f"{urlsplit(url).hostname or 'local'}{urlsplit(url).path}, schema {schema}"
        except ValueError as error:
            example = "postgresql://meipi:secret@host/meipi"
            raise IndexUnavailable(
                worded(
                    "MEIPI_DATABASE_URL is not an address: %(error)s; write %(example)s",
                    error=message_of(error),
                    example=example,
                )
            ) from None
        self._pool = self._made_pool(url)
        try:
            # A plain connection reports the reason; the pool would report only a timeout.
            psycopg.connect(url, connect_timeout=10).close()
            self._pool.open(wait=True, timeout=10)
            self.mend()
        except (psycopg.Error, OSError) as error:
            self._pool.close()
            raise self._unavailable(error) from error
        except BaseException:
            self._pool.close()
            raise

    def _made_pool(self, url: str) -> ConnectionPool[psycopg.Connection[Any]]:
        """A pool of connections, not opened yet."""

        def ready(db: psycopg.Connection[Any]) -> None:
            # The search path may name a schema that does not exist yet.
            db.execute(
                f"set search_path to {self._schema}; set jit to off; set max_parallel_workers_per_gather to 0"
            )

        return ConnectionPool(
            url,
            min_size=1,
            max_size=16,
            open=False,
            # Short timeouts: readers learn soon that the database is down, and every request tries again. By
            # default the pool doubles its waiting time up to five minutes.
            timeout=4,
            reconnect_timeout=2,
            configure=ready,
            check=ConnectionPool.check_connection,
            kwargs={
                "autocommit": True,
                "connect_timeout": 10,
                # Planning a page's lines takes as long as finding them.
                "prepare_threshold": 2,
                "application_name": "meipi",
            },
        )

    def _damaged(self, error: Exception) -> IndexDamaged:
        with suppress(Exception), self._pool.connection() as db:
            write_meta(_PostgresConnection(db), "damaged", _first_line(error))
        return self._to_rebuild(error)

    def _to_rebuild(self, error: Exception) -> IndexDamaged:
        values = {"where": self._where, "error": _first_line(error), "remedy": _REBUILT}
        return IndexDamaged(worded("PostgreSQL at %(where)s: %(error)s; %(remedy)s", **values))

    def _unavailable(self, error: Exception) -> IndexUnavailable:
        state = getattr(error, "sqlstate", None) or ""
        if state.startswith(_DAMAGE):
            return self._damaged(error)
        if state in _UNKNOWN_NAME:  # `mend` finds that without a mark
            return self._to_rebuild(error)
        return IndexUnavailable(
            worded(
                "PostgreSQL at %(where)s: %(error)s; check that it runs, then: meipi index",
                where=self._where,
                error=_first_line(error),
            )
        )

    def mend(self, *, thorough: bool = False) -> None:
        """Rebuild the tables if they are damaged, missing or have another schema.

        Args:
            thorough: has no effect, since the server checks the pages that it reads.
        """
        trouble, carried = self._trouble(), None
        if trouble:
            # If several processes start at once, the first one makes the tables.
            with self._write() as db:
                if trouble := self._trouble():
                    self._replace(db, trouble)
        if self._is_set_aside():
            carried = self._carry_over()
        if carried:
            log.warning("index %s is %s; rebuilt%s", self._where, trouble or "half rebuilt", carried)

    def _trouble(self) -> str:
        """Return why the tables have to be rebuilt, "" if they are sound."""
        with self._read() as db:
            here = {name for (name,) in db.all(_SHAPE, (self._name, self._name))}
            if not here:
                return "missing"
            if missing := sorted({*shape(), "block_grams"} - here):
                # An older schema lacks names too, but has a version.
                known = {"meta.key", "meta.value"} <= here
                version = read_meta(db, "schema") if known else ""
                if version not in ("", str(SCHEMA_VERSION)):
                    return f"of version {version}"
                return f"damaged ({missing[0]} is missing)"
            if (version := read_meta(db, "schema")) != str(SCHEMA_VERSION):
                return f"of version {version}" if version else "damaged (its version is missing)"
            reason = read_meta(db, "damaged")
            return f"damaged ({reason})" if reason else ""

    def _replace(self, db: _PostgresConnection, trouble: str) -> None:
        """Rename the schema, and create an empty one in its place."""
        if trouble != "missing" and not self._is_set_aside():
            db.run(f"alter schema {self._schema} rename to {self._old}")
        db.run(f"drop schema if exists {self._schema} cascade; create schema {self._schema}")
        db.run(SCHEMA.format(big="bigint", blob="bytea", compact="") + ";" + _GRAMS)
        db.insert("meta", [("schema", str(SCHEMA_VERSION))])

    def _is_set_aside(self) -> bool:
        with self._read() as db:
            return bool(db.all("select 1 from pg_namespace where nspname = ?", (f"{self._name}_old",)))

    def _carry_over(self) -> RepairResult | None:
        """Copy the articles of JSON lines from the renamed old schema, then drop it.

        Returns:
            The result, or None if another process does it.
        """
        lock = (_LOCK + 1, self._old)
        with self._read() as db:
            if not db.all("select pg_try_advisory_lock(?, hashtext(?))", lock)[0][0]:
                return None
            try:
                tables = re.compile(r"\bfrom (article|document)\b")

                def old(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
                    return db.all(tables.sub(rf"from {self._old}.\1", sql), values)

                carried = carry_over(old, psycopg.Error, self)
                db.run(f"drop schema if exists {self._old} cascade")
                return carried
            finally:
                db.all("select pg_advisory_unlock(?, hashtext(?))", lock)

    @contextmanager
    def _read(self) -> Iterator[_PostgresConnection]:
        try:
            with self._pool.connection() as db:
                yield _PostgresConnection(db)
        except psycopg.Error as error:
            raise self._unavailable(error) from error
        except UNREADABLE as error:
            raise self._damaged(error) from error

    @contextmanager
    def _write(self) -> Iterator[_PostgresConnection]:
        with self._read() as db, db.db.transaction():
            db.all("select pg_advisory_xact_lock(?, hashtext(?))", (_LOCK, self._schema))
            yield db

    def tidy(self) -> None:
        """Merge the pending list of the GIN index, and update the planner's statistics."""
        with self._read() as db:
            db.all("select gin_clean_pending_list('block_grams')")
            for table in ("block", "occurrence", "quotation", "speaker", "spoken", "article"):
                db.run(f"analyze {table}")

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _forget_grams(self, db: Rows, articles: Sequence[int]) -> None:
        """Do nothing: the GIN index follows the rows."""

    def _keep_grams(self, db: Rows, rows: Sequence[tuple[int, str, str]]) -> None:
        """Do nothing: the GIN index follows the rows."""

    def _candidates(
        self, db: Rows, wanted: Narrowing, condition: str, values: Sequence[Any], below: int | None, most: int
    ) -> tuple[list[SearchCandidate], int | None]:
        assert isinstance(db, _PostgresConnection)
        narrowed, which = _contains(wanted)
        pairs = sum(min(map(len, group)) for group in wanted.groups) + len(wanted.marks)
        top = db.all("select coalesce(max(key), 0) from block")[0][0] + 1
        high = top if below is None else min(below, top)
        found, size, common, key = list[SearchCandidate](), _NEWEST, True, "b.key"
        if wanted.article:  # one article has few blocks; check all of them
            size = high
        while high > 0 and len(found) <= most:
            low = max(0, high - size)
            rows = db.all(
                f"""select b.key, b.article, b.n, b.kind, b.day, b.words, b.marks from block b
                where {key} < ? and {key} >= ? and {"true" if common else narrowed} and {condition}
                order by b.key desc limit ?""",
                (high, low, *(() if common else which), *values, most + 1 - len(found)),
                prepare=False,  # rare and common words need different plans
            )
            found += (SearchCandidate(*row) for row in rows)
            high = low
            share = len(rows) / size
            common = (common and share >= _COMMON) or not which
            if not common and (share + 1 / size) * high <= _FEW * min(pairs, 3):
                # "+ 0" keeps the planner from scanning the whole primary key.
                size, key = high, "b.key + 0"
                continue
            # The number of keys that should contain the missing results, if they are spread evenly.
            wanted_keys = (most + 1 - len(found)) / max(share, 1 / size) * 1.5
            size = int(min(size * _GROWTH, max(wanted_keys, size)))
        if len(found) > most:
            return found[:most], found[most - 1].row
        return found, None


def _contains(wanted: Narrowing) -> tuple[str, list[list[int]]]:
    """Return a condition for the GIN index, and its values."""
    parts, values = list[str](), list[list[int]]()
    marks = [tuple((m,) for m in group) for group in wanted.marks]
    for group in (*wanted.groups, *marks):
        alternatives = ["grams(b.words, b.marks) @> ?::int4[]"] * len(group)
        parts.append("(" + " or ".join(alternatives) + ")")
        values += [[_number(token) for token in tokens] for tokens in group]
    return " and ".join(parts) or "true", values
