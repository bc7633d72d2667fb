"""The embedded index: one SQLite file, WAL, readers never blocked.

Full text follows one idea: a contentless FTS5 table of each paragraph's *set* of characters and adjacent
pairs (`detail=none`, no positions), narrowed by the query's own pairs and then checked with `instr`
against the folded text, so that any substring of one character or more is found and nothing else is.
"""

from __future__ import annotations

import fcntl
import json
import re
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.document import from_json, knowledge_from_json, knowledge_to_json, to_json
from app.errors import IndexUnavailable
from app.index import Entry, Filters, Line, SpeakerCount
from app.model import (
    ArticleId,
    BlockId,
    Document,
    Header,
    Knowledge,
    Span,
    SpeakerId,
    TermId,
)
from app.text.segment import well_formed
from app.text.terms import fold

# At most so many pairs of characters narrow a search; more of them only make the query longer.
_NARROWING = 64
# Another number here, and an index of the old form is dropped and made anew.
SCHEMA_VERSION = 2

_SCHEMA = """
create table meta (key text primary key, value text) without rowid;
create table article (
    id text primary key, digest text not null, date text not null, title text not null,
    entry text not null, document blob not null
) without rowid;
create index article_date on article (date desc, id);
create table alias (old text primary key, article text not null) without rowid;
create table block (
    rowid integer primary key, article text not null, id text not null, n integer not null,
    number integer not null, kind text not null, text text not null, folded text not null
);
create index block_article on block (article, n);
create table occurrence (
    term text not null, article text not null, block text not null, n integer not null,
    start integer not null, "end" integer not null, speaker text
);
create index occurrence_term on occurrence (term, article, n, start);
create index occurrence_article on occurrence (article);
create table speaker (
    id text not null, article text not null, name text not null, role text, kind text not null,
    recorded integer not null, quotations integer not null, primary key (id, article)
) without rowid;
create index speaker_article on speaker (article);
create table quotation (
    speaker text, article text not null, block text not null, n integer not null,
    start integer not null, "end" integer not null, type text not null
);
create index quotation_speaker on quotation (speaker, article, n);
create index quotation_article on quotation (article);
create virtual table fts using fts5 (grams, content='', tokenize='ascii', detail=none, columnsize=0);
"""


def grams(text: str) -> str:
    """The set of a folded text's characters and adjacent pairs, as tokens for FTS5's ascii tokenizer.

    Characters of ASCII that the tokenizer would split at are left out; `instr` looks at them later.
    """
    runs = re.findall(r"[^\W_]+", text)
    found: set[str] = set()
    for run in runs:
        found.update(run)
        found.update(run[i : i + 2] for i in range(len(run) - 1))
    return " ".join(sorted(found))


class SqliteIndex:
    """See `app.index.Index`.

    Args:
        path: of the file; made with its folder when missing, made anew when of another schema or damaged.

    Raises:
        IndexUnavailable: the file cannot be made or read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self._version() != SCHEMA_VERSION:
                # Several processes may start at once: the first one makes the file, the others take it.
                with path.with_name(path.name + ".lock").open("a") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX)
                    self.close()
                    if self._version() != SCHEMA_VERSION:
                        self._rebuild()
        except (OSError, sqlite3.Error) as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> IndexUnavailable:
        return IndexUnavailable(f"{self.path}: {error}; delete the file and run: meipi index")

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

    def _rebuild(self) -> None:
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        with self._write() as db:
            for statement in _SCHEMA.strip().split(";\n"):
                db.execute(statement)
            db.execute("insert into meta values ('schema', ?)", (str(SCHEMA_VERSION),))

    def _connection(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            # Autocommit: transactions are begun by hand. One connection a thread, closed together.
            db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
            db.execute("pragma journal_mode = wal")
            db.execute("pragma synchronous = normal")
            self._local.db = db
            self._open.append(db)
        return db

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection()
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._read() as db:
            db.execute("begin immediate")
            try:
                yield db
            except BaseException:
                db.execute("rollback")
                raise
            db.execute("commit")

    def close(self) -> None:
        """Close every thread's connection."""
        for db in self._open:
            db.close()
        self._open.clear()
        self._local = threading.local()

    # -- writing

    def put(self, document: Document, digest: str) -> None:
        """Take a document in, or take it anew, in one transaction."""
        with self._write() as db:
            self._forget(db, document.header.id)
            self._insert(db, document, digest)

    def remove(self, id: ArticleId) -> None:
        """Forget an article."""
        with self._write() as db:
            self._forget(db, id)

    def _forget(self, db: sqlite3.Connection, id: ArticleId) -> None:
        # A contentless table forgets a row only when told its old tokens.
        for rowid, folded in db.execute(
            "select rowid, folded from block where article = ?", (id,)
        ).fetchall():
            db.execute("insert into fts (fts, rowid, grams) values ('delete', ?, ?)", (rowid, grams(folded)))
        for table in ("block", "occurrence", "speaker", "quotation", "alias"):
            db.execute(f"delete from {table} where article = ?", (id,))
        db.execute("delete from article where id = ?", (id,))

    def _insert(self, db: sqlite3.Connection, document: Document, digest: str) -> None:
        header = document.header
        entry = summary(document)
        packed = zlib.compress(json.dumps(to_json(document, cuts=True)).encode(), 6)
        db.execute(
            "insert into article values (?, ?, ?, ?, ?, ?)",
            (header.id, digest, header.date, header.title, json.dumps(asdict(entry)), packed),
        )
        for alias in header.aliases:
            db.execute("insert or replace into alias values (?, ?)", (alias, header.id))
        place = {b.id: b.n for b in document.blocks}
        number = 0
        for b in document.blocks:
            number += b.kind == "paragraph"
            folded = fold(b.text)
            row = (
                header.id,
                b.id,
                b.n,
                number if b.kind == "paragraph" else 0,
                b.kind,
                well_formed(b.text),
                folded,
            )
            cursor = db.execute(
                "insert into block (article, id, n, number, kind, text, folded) values (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            db.execute("insert into fts (rowid, grams) values (?, ?)", (cursor.lastrowid, grams(folded)))
        said: dict[str, list[tuple[int, int, SpeakerId | None]]] = {}
        for q in document.quotations:
            said.setdefault(q.block, []).append((q.span.start, q.span.end, q.speaker))
            db.execute(
                "insert into quotation values (?, ?, ?, ?, ?, ?, ?)",
                (q.speaker, header.id, q.block, place[q.block], q.span.start, q.span.end, q.type),
            )
        for o in document.occurrences:
            # The innermost quotation around the term says whose word it is.
            around = [s for s in said.get(o.block, ()) if s[0] <= o.span.start and o.span.end <= s[1]]
            speaker = min(around, key=lambda s: s[1] - s[0])[2] if around else None
            db.execute(
                "insert into occurrence values (?, ?, ?, ?, ?, ?, ?)",
                (o.term, header.id, o.block, place[o.block], o.span.start, o.span.end, speaker),
            )
        for s in document.speakers:
            count = sum(q.speaker == s.id for q in document.quotations)
            db.execute(
                "insert or replace into speaker values (?, ?, ?, ?, ?, ?, ?)",
                (s.id, header.id, s.name, s.role, s.kind, s.recorded, count),
            )

    def put_knowledge(self, knowledge: Knowledge, digest: str) -> None:
        """Keep glossary and people."""
        value = json.dumps(knowledge_to_json(knowledge))
        with self._write() as db:
            db.execute("insert or replace into meta values ('knowledge', ?)", (value,))
            db.execute("insert or replace into meta values ('knowledge digest', ?)", (digest,))

    # -- reading

    def digests(self) -> Mapping[ArticleId, str]:
        """Article ids and the digests they were put under."""
        with self._read() as db:
            return dict(db.execute("select id, digest from article"))

    def knowledge_digest(self) -> str:
        """The digest of glossary and people as last put."""
        return self._meta("knowledge digest")

    def knowledge(self) -> Knowledge:
        """Glossary and people as last put."""
        value = self._meta("knowledge")
        return knowledge_from_json(json.loads(value)) if value else Knowledge()

    def _meta(self, key: str) -> str:
        with self._read() as db:
            row = db.execute("select value from meta where key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def document(self, id: ArticleId) -> Document | None:
        """The document, or None."""
        with self._read() as db:
            row = db.execute("select document from article where id = ?", (id,)).fetchone()
        return from_json(json.loads(zlib.decompress(row[0]))) if row else None

    def renamed(self, id: ArticleId) -> ArticleId | None:
        """The article that was called this before."""
        with self._read() as db:
            row = db.execute(
                # An article's own id is never taken for an older id of another.
                "select article from alias where old = ? and old not in (select id from article)",
                (id,),
            ).fetchone()
        return ArticleId(row[0]) if row else None

    def entries(self, *, limit: int, offset: int = 0) -> Sequence[Entry]:
        """Articles, newest first."""
        with self._read() as db:
            rows = db.execute(
                "select entry from article order by date desc, id limit ? offset ?", (limit, offset)
            ).fetchall()
        return [_entry(json.loads(row[0])) for row in rows]

    def count(self) -> int:
        """How many articles there are."""
        with self._read() as db:
            return int(db.execute("select count(*) from article").fetchone()[0])

    def occurrences(self, term: TermId, *, limit: int = 500) -> Sequence[Line]:
        """Where a term stands."""
        return self._lines(
            """select a.id, a.title, a.date, b.id, b.number, b.text, o.start, o."end", o.speaker, s.name
            from occurrence o join article a on a.id = o.article
            join block b on b.article = o.article and b.n = o.n
            left join speaker s on s.id = o.speaker and s.article = o.article
            where o.term = ? order by a.date desc, a.id, o.n, o.start limit ?""",
            (term, limit),
        )

    def term_counts(self) -> Mapping[TermId, int]:
        """How often each term stands in the library."""
        with self._read() as db:
            return dict(db.execute("select term, count(*) from occurrence group by term"))

    def speakers(self) -> Sequence[SpeakerCount]:
        """Everybody who is quoted, most quoted first."""
        with self._read() as db:
            rows = db.execute(
                """select id, name, coalesce(max(role), ''), kind, max(recorded), sum(quotations), count(*)
                from speaker group by id having sum(quotations) > 0 order by 6 desc, 7 desc, name"""
            ).fetchall()
        return [SpeakerCount(SpeakerId(r[0]), r[1], r[2], r[3], bool(r[4]), r[5], r[6]) for r in rows]

    def articles_of(self, speaker: SpeakerId) -> Sequence[ArticleId]:
        """Articles in which a speaker is quoted, newest first."""
        with self._read() as db:
            rows = db.execute(
                """select a.id from speaker s join article a on a.id = s.article
                where s.id = ? order by a.date desc, a.id""",
                (speaker,),
            ).fetchall()
        return [ArticleId(r[0]) for r in rows]

    def search(self, words: Sequence[str], filters: Filters, *, limit: int) -> tuple[Sequence[Line], int]:
        """Paragraphs that hold every word, newest article first."""
        folded = [f for w in words if (f := fold(w.strip()))]
        if not folded:
            return (), 0
        tokens = sorted({g for w in folded for g in grams(w).split()}, key=len, reverse=True)
        # Pairs alone narrow enough, and few of them; single characters only where a word has no pair.
        pairs = [t for t in tokens if len(t) == 2] + [w for w in folded if len(w) == 1 and w in tokens]
        pairs = pairs[:_NARROWING]
        folded = list(dict.fromkeys(folded))
        where, values = [], list[Any]()
        if pairs:
            where.append("b.rowid in (select rowid from fts where fts match ?)")
            values.append(" AND ".join('"' + p.replace('"', '""') + '"' for p in pairs))
        for i in range(0, len(folded), _NARROWING):
            # In groups, since SQLite bounds the depth of a condition.
            group = folded[i : i + _NARROWING]
            where.append("(" + " and ".join(["instr(b.folded, ?) > 0"] * len(group)) + ")")
            values += group
        if filters.article:
            where.append("b.article = ?")
            values.append(well_formed(filters.article))
        if filters.term:
            where.append(
                "exists (select 1 from occurrence o where o.article = b.article and o.n = b.n and o.term = ?)"
            )
            values.append(well_formed(filters.term))
        if filters.speaker:
            where.append(
                """exists (select 1 from quotation q
                where q.article = b.article and q.n = b.n and q.speaker = ?)"""
            )
            values.append(well_formed(filters.speaker))
        condition = " and ".join(where)
        first = folded[0]
        with self._read() as db:
            total = int(db.execute(f"select count(*) from block b where {condition}", values).fetchone()[0])
        lines = self._lines(
            f"""select a.id, a.title, a.date, b.id, b.number, b.text, instr(b.folded, ?) - 1,
            instr(b.folded, ?) - 1 + ?, null, null
            from block b join article a on a.id = b.article where {condition}
            order by a.date desc, a.id, b.n limit ?""",
            (first, first, len(first), *values, limit),
        )
        return lines, total

    def _lines(self, sql: str, values: Sequence[Any]) -> Sequence[Line]:
        with self._read() as db:
            rows = db.execute(sql, values).fetchall()
        return [
            Line(
                ArticleId(r[0]),
                r[1],
                r[2],
                BlockId(r[3]),
                r[4],
                r[5],
                Span(r[6], r[7]),
                r[8] and SpeakerId(r[8]),
                r[9] or "",
            )
            for r in rows
        ]


def summary(document: Document) -> Entry:
    """What a list of articles shows of a document."""
    quoted = {q.speaker for q in document.quotations}
    heard = [s for s in document.speakers if s.id in quoted]
    return Entry(
        header=document.header,
        revision=document.revision,
        saved_at=document.saved_at,
        title_cuts=document.title_cuts,
        characters=sum(_length(b.text) for b in document.blocks if b.kind != "furniture"),
        paragraphs=sum(b.kind == "paragraph" for b in document.blocks),
        people=sum(s.kind == "person" for s in heard),
        groups=sum(s.kind != "person" for s in heard),
        terms=len({o.term for o in document.occurrences}),
    )


_COUNTED = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[A-Za-z0-9]+(?:[.,'’-][A-Za-z0-9]+)*"
)


def _length(text: str) -> int:
    """Han characters and words of other scripts."""
    return len(_COUNTED.findall(text))


def _entry(data: dict[str, Any]) -> Entry:
    header = {**data.pop("header")}
    header["aliases"] = tuple(header["aliases"])
    return Entry(header=Header(**header), **{**data, "title_cuts": tuple(data["title_cuts"])})
