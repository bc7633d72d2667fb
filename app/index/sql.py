"""The tables, and every question that SQLite and PostgreSQL are asked in the same words.

The two differ in how they are reached and in how candidates for a search are found; those parts stand in
`sqlite.py` and `postgres.py`. SQL here keeps to what both understand, with `?` for values.

Kept beside the rows, and changed with them, are the totals that pages show: articles in `meta`, quotations
of a person, occurrences of a term. Blocks have ascending keys in the order they came in, so the newest
stand last; a document that is put again takes its old keys where it can. Articles of one day stand in the
order of their ids, in every list, so the tables that lists are read from have the id beside the day.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from functools import cache
from typing import Any

import app.index.totals as totals
from app.document import decode, knowledge_from_json, knowledge_to_json
from app.errors import IndexDamaged
from app.index.packed import (
    TITLE,
    Packed,
    day_of,
    grams,
    last_day_of,
    mark,
    marks_between,
    pack,
    restored,
    summary,
)
from app.index.protocol import (
    NO_FILTERS,
    Entry,
    Filters,
    Found,
    Held,
    Line,
    RoleTotal,
    SpeakerCount,
    TermTotals,
)
from app.index.ranking import Candidate, rank
from app.index.rows import Rows, new_generation, read_meta, select_in, write_meta
from app.index.totals import Totals
from app.model import ArticleId, BlockId, Document, Header, Knowledge, Span, SpeakerId, TermId
from app.text.folding import visible
from app.text.paragraphs import Ledger, parse_ledger
from app.text.query import Query, hits
from app.text.segment import well_formed

# With another number, an index of the old form is replaced. Articles of content/ are read again; articles
# that came as JSON lines exist only here and are carried over, see `carry_over`.
SCHEMA_VERSION = 9

# {big} and {blob} are the database's types. `day` is a date as a number, see `packed.day_of`; `age` is the
# same below zero, so that the newest come first in rising order and a page begins behind one row.
SCHEMA = """
create table meta (key text primary key, value text not null);
create table article (
    key {big} primary key, id text not null unique, source text not null, digest text not null,
    date text not null, age integer not null, title text not null, entry text not null
);
create index article_newest on article (age, id);
create index article_source on article (source, id, digest);
create table document (article {big} primary key, body {blob} not null);
create table ledger (article {big} primary key, lines {blob} not null);
create table alias (old text not null, article {big} not null, primary key (old, article));
create index alias_article on alias (article);
create table block (
    key {big} primary key, article {big} not null, n integer not null, number integer not null,
    day integer not null, id text not null, kind text not null, marks text not null,
    words text not null, text text not null
);
create index block_article on block (article, n);
create table occurrence (
    term text not null, age integer not null, article {big} not null, n integer not null,
    start integer not null, "end" integer not null, speaker text, form text not null,
    article_id text not null
);
create index occurrence_term on occurrence (term, age, article_id, n, start);
create index occurrence_form on occurrence (term, form, age, article_id, n, start);
create index occurrence_article on occurrence (article, n);
create table speaker (
    id text not null, age integer not null, article {big} not null, name text not null, role text not null,
    kind text not null, recorded integer not null, quotations integer not null,
    ascribed integer not null, article_id text not null default ''
);
create index speaker_newest on speaker (id, age, article_id);
create index speaker_article on speaker (article);
create table quotation (
    article {big} not null, n integer not null, start integer not null, "end" integer not null, speaker text
);
create index quotation_article on quotation (article, n);
create table spoken (
    speaker text not null, term text not null, age integer not null, article {big} not null,
    article_id text not null default ''
);
create index spoken_speaker on spoken (speaker, age, article_id, term);
create index spoken_term on spoken (speaker, term, age, article_id);
create index spoken_article on spoken (article);
create table person (
    id text primary key, name text not null, role text not null, kind text not null,
    recorded integer not null, quotations integer not null, articles integer not null,
    ascribed integer not null
);
create index person_most on person (quotations, articles, id);
create table term (
    id text primary key, occurrences integer not null, articles integer not null,
    narrated integer not null, unattributed integer not null
);
create table term_form (
    term text not null, form text not null, occurrences integer not null, primary key (term, form)
);
create table term_speaker (
    term text not null, speaker text not null, occurrences integer not null, primary key (term, speaker)
);
create index term_speaker_most on term_speaker (speaker, occurrences)
"""


@cache
def shape() -> frozenset[str]:
    """Every table, column and index of `SCHEMA`: `article`, `article.key`, `article_newest` …"""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(SCHEMA.format(big="integer", blob="blob"))
        names = db.execute("select name from sqlite_master where name not like 'sqlite_%'").fetchall()
        columns = db.execute(
            "select m.name || '.' || c.name from sqlite_master m join pragma_table_info(m.name) c"
            " where m.type = 'table'"
        ).fetchall()
    return frozenset(name for (name,) in (*names, *columns))


# A limit for those who want every row.
_ALL = 1 << 31
# Candidates that are ranked together, and pairs of characters that narrow a search.
_WINDOW = 320
_NARROWING = 64


class SqlIndex(ABC):
    """See `app.index.Index`; what both databases do alike."""

    @abstractmethod
    def _read(self) -> AbstractContextManager[Rows]:
        """A connection to read from."""

    @abstractmethod
    def _write(self) -> AbstractContextManager[Rows]:
        """A transaction; one writer at a time."""

    @abstractmethod
    def _damaged(self, error: Exception) -> IndexDamaged:
        """Mark the index as damaged, for `mend` in any process; returns what to raise."""

    @abstractmethod
    def _forget_grams(self, db: Rows, article: Sequence[int]) -> None:
        """Take blocks of these articles out of the full text before their rows go."""

    @abstractmethod
    def _keep_grams(self, db: Rows, rows: Sequence[tuple[int, str, str]]) -> None:
        """Put blocks into the full text: key, grams, marks."""

    @abstractmethod
    def _candidates(
        self, db: Rows, wanted: Narrowing, condition: str, values: Sequence[Any], below: int | None, most: int
    ) -> tuple[list[Candidate], int | None]:
        """The newest blocks that a condition on `b` fits, and where older ones begin, None if there are none.

        Args:
            db: to read from.
            values: of the condition.
            wanted: grams and marks that narrow the search.
            condition: SQL on the block `b`.
            below: only keys below this one.
            most: no more than so many.
        """

    @abstractmethod
    def tidy(self) -> None:
        """Put in order what many documents left behind."""

    @abstractmethod
    def mend(self, *, thorough: bool = False) -> None:
        """Rebuild the index if it is damaged, missing or of another form."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections."""

    # -- writing

    def put(self, document: Document, digest: str) -> None:
        """Take a document of content/ in, or take it anew."""
        self.put_all([pack(document, digest)])

    def put_all(self, packed: Sequence[Packed]) -> None:
        """Take documents in, in one transaction."""
        if not packed:
            return
        packed = list({p.id: p for p in packed}.values())
        with self._write() as db:
            known = {id: key for key, id in _by_ids(db, "key, id", [p.id for p in packed])}
            old_rows: dict[int, list[int]] = {}
            for row, article in select_in(
                db, "select key, article from block where article in", known.values(), "n"
            ):
                old_rows.setdefault(article, []).append(row)
            # Before any row goes: the documents take their old keys again, and new ones must not meet them.
            free, row = _next(db, "article"), _next(db, "block")
            changes = Totals()
            self._forget(db, list(known.values()), changes)
            blocks, texts = list[tuple[Any, ...]](), list[tuple[int, str, str]]()
            keys: dict[str, int] = {}
            for p in packed:
                if p.id in known:
                    keys[p.id] = known[p.id]
                else:
                    keys[p.id] = free
                    free += 1
                reused = iter(old_rows.get(keys[p.id], ()))
                for b in p.blocks:
                    at = next(reused, row)
                    row += at == row
                    blocks.append(
                        (at, keys[p.id], b.n, b.number, p.day, b.id, b.kind, b.marks, b.key, b.text)
                    )
                    texts.append((at, b.grams, b.marks))
            db.insert(
                "article",
                [(keys[p.id], p.id, p.source, p.digest, p.date, -p.day, p.title, p.entry) for p in packed],
            )
            db.insert("document", [(keys[p.id], p.body) for p in packed])
            db.insert("ledger", [(keys[p.id], p.ledger) for p in packed if p.ledger])
            db.insert("alias", [(alias, keys[p.id]) for p in packed for alias in dict.fromkeys(p.aliases)])
            db.insert("block", blocks)
            self._keep_grams(db, texts)
            db.insert(
                "occurrence",
                [(o[0], -p.day, keys[p.id], *o[1:], p.id) for p in packed for o in p.occurrences],
            )
            db.insert(
                "speaker", [(s[0], -p.day, keys[p.id], *s[1:], p.id) for p in packed for s in p.speakers]
            )
            db.insert("quotation", [(keys[p.id], *q[1:], q[0]) for p in packed for q in p.quotations])
            db.insert("spoken", [(*s, -p.day, keys[p.id], p.id) for p in packed for s in p.spoken])
            changes.articles += len(packed)
            for p in packed:
                changes.count([(p.id, o[0], o[5], o[4]) for o in p.occurrences])
                for s in p.speakers:
                    changes.quotations[s[0]] += s[5]
                    changes.ascribed[s[0]] += s[6]
                    changes.quoted_in[s[0]] += 1
            changes.keep(db)

    def remove(self, id: ArticleId) -> None:
        """Forget an article."""
        with self._write() as db:
            changes = Totals()
            self._forget(db, [key for (key,) in _by_ids(db, "key", [id])], changes)
            changes.keep(db)

    def _forget(self, db: Rows, articles: Sequence[int], changes: Totals) -> None:
        if not articles:
            return
        changes.articles -= len(articles)
        counted = "select article, term, form, speaker from occurrence where article in"
        changes.count(select_in(db, counted, articles), -1)
        said = "select id, quotations, ascribed from speaker where article in"
        for id, quotations, ascribed in select_in(db, said, articles):
            changes.quotations[id] -= quotations
            changes.ascribed[id] -= ascribed
            changes.quoted_in[id] -= 1
        self._forget_grams(db, articles)
        ids = [(article,) for article in articles]
        for table in ("block", "occurrence", "speaker", "quotation", "spoken", "alias", "document", "ledger"):
            db.each(f"delete from {table} where article = ?", ids)
        db.each("delete from article where key = ?", ids)

    def put_knowledge(self, knowledge: Knowledge, digest: str) -> None:
        """Keep glossary and people."""
        value = json.dumps(knowledge_to_json(knowledge))
        with self._write() as db:
            write_meta(db, "knowledge", value)
            write_meta(db, "knowledge digest", digest)
            new_generation(db)

    def finish(self, stamp: str) -> None:
        """Mark the index as complete."""
        before = self.finished()
        if stamp != before:
            with self._write() as db:
                write_meta(db, "finished", stamp)
                if not before:
                    new_generation(db)

    # -- reading

    def finished(self) -> str:
        """The mark of a complete index, "" for one that is still being filled."""
        return self._meta("finished")

    def digests(self, *, source: str = "", limit: int = _ALL, after: str = "") -> Mapping[ArticleId, str]:
        """Article ids of a source and the digests they were put under."""
        with self._read() as db:
            rows = db.all(
                "select id, digest from article where source = ? and id > ? order by id limit ?",
                (source, _id(after), limit),
            )
        return dict(rows)

    def ids(self, *, limit: int, after: str = "") -> Sequence[ArticleId]:
        """Articles by their ids."""
        with self._read() as db:
            rows = db.all("select id from article where id > ? order by id limit ?", (_id(after), limit))
        return [ArticleId(id) for (id,) in rows]

    def held(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, Held]:
        """What is there of these articles."""
        with self._read() as db:
            rows = _by_ids(db, "id, source, digest", ids)
        return {ArticleId(id): Held(source, digest) for id, source, digest in rows}

    def revisions(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, int]:
        """The last saved revision of these articles of content/."""
        with self._read() as db:
            rows = _by_ids(db, "id, source, entry", ids)
        return {ArticleId(id): json.loads(entry)["revision"] for id, source, entry in rows if not source}

    def generation(self) -> str:
        """A value that is another one after every change."""
        return self._meta("generation")

    def knowledge_digest(self) -> str:
        """The digest of glossary and people as last put."""
        return self._meta("knowledge digest")

    def knowledge(self) -> Knowledge:
        """Glossary and people as last put."""
        with self._read() as db:
            value = read_meta(db, "knowledge")
            data = json.loads(value) if value else None
        return knowledge_from_json(data) if data else Knowledge()

    def _meta(self, key: str) -> str:
        with self._read() as db:
            return read_meta(db, key)

    def document(self, id: ArticleId) -> Document | None:
        """The document, or None."""
        with self._read() as db:
            rows = db.all(
                "select d.body from article a join document d on d.article = a.key where a.id = ?",
                (_id(id),),
            )
            body = zlib.decompress(rows[0][0]) if rows else None
        return decode(body) if body else None

    def ledger(self, id: ArticleId) -> Ledger | None:
        """The record of an article's paragraph ids, or None."""
        with self._read() as db:
            rows = db.all(
                "select l.lines from article a join ledger l on l.article = a.key where a.id = ?", (_id(id),)
            )
        return parse_ledger(zlib.decompress(rows[0][0]).decode().split("\n")) if rows else None

    def titles(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, str]:
        """The titles of these articles, of those that are there."""
        with self._read() as db:
            return {ArticleId(id): title for id, title in _by_ids(db, "id, title", ids)}

    def renamed(self, id: ArticleId) -> ArticleId | None:
        """The article that had this id before; the newest by date, if several name it."""
        with self._read() as db:
            rows = db.all(
                # An article's own id is never taken for an older id of another.
                """select a.id from alias o join article a on a.key = o.article where o.old = ?
                and not exists (select 1 from article where id = o.old) order by a.age, a.id limit 1""",
                (_id(id),),
            )
        return ArticleId(rows[0][0]) if rows else None

    def entries(self, *, limit: int, offset: int = 0, after: str = "", before: str = "") -> Sequence[Entry]:
        """Articles, newest first."""
        place, order, values = "", "age, id", list[Any]()
        if after or before:
            day, _, id = (after or before).partition(".")
            sign, order = (">", order) if after else ("<", "age desc, id desc")
            place = f"where (age, id) {sign} (?, ?)"
            values = [-_number(day), _id(id)]
        with self._read() as db:
            rows = db.all(
                f"select entry, age from article {place} order by {order} limit ? offset ?",
                (*values, limit, offset),
            )
            found = [_entry(*row) for row in rows]
        return found[::-1] if before and not after else found

    def count(self) -> int:
        """How many articles there are."""
        return int(self._meta("articles") or 0)

    def occurrences(self, term: TermId, *, limit: int = 500, after: str = "") -> Sequence[Line]:
        """Where a term stands."""
        where, values = "o.term = ?", list[Any]([_id(term)])
        if after:
            where += " and (o.age, o.article_id, o.n, o.start) > (?, ?, ?, ?)"
            day, _, rest = after.partition(".")
            id, n, start = (["", "", *rest.rsplit(".", 2)])[-3:]
            values += [-_number(day), _id(id), _number(n), _number(start)]
        with self._read() as db:
            rows = db.all(
                f"""select a.id, a.title, a.date, b.id, b.number, b.words, b.text, o.start, o."end",
                o.speaker, s.name, b.kind, -o.age, o.n
                from (select * from occurrence o where {where}
                    order by o.age, o.article_id, o.n, o.start limit ?) o
                join article a on a.key = o.article
                join block b on b.article = o.article and b.n = o.n
                left join speaker s on s.id = o.speaker and s.article = o.article
                order by o.age, o.article_id, o.n, o.start""",
                (*values, limit),
            )
            return [
                Line(
                    ArticleId(r[0]),
                    r[1],
                    r[2],
                    BlockId(r[3]),
                    r[4],
                    restored(r[5], r[6]),
                    Span(r[7], r[8]),
                    SpeakerId(r[9]) if r[9] else None,
                    r[10] or "",
                    r[11],
                    place=f"{r[12]}.{r[0]}.{r[13]}.{r[7]}",
                )
                for r in rows
            ]

    def term_totals(self, term: TermId, *, limit: int = 100) -> TermTotals:
        """A term's forms, users and first use, counted over the whole library."""
        with self._read() as db:
            return totals.term(db, _id(term), limit)

    def term_counts(self) -> Mapping[TermId, int]:
        """How often each term stands in the library."""
        with self._read() as db:
            return dict(db.all("select id, occurrences from term"))

    def speakers(self, *, limit: int = 500, offset: int = 0, after: str = "") -> Sequence[SpeakerCount]:
        """Those who are quoted, most quoted first."""
        where, values = "quotations > 0", list[Any]()
        with self._read() as db:
            if after:
                last = "select quotations, articles, id from person where id = ?"
                for row in db.all(last, (_id(after),)):
                    where, values = f"{where} and (quotations, articles, id) < (?, ?, ?)", list(row)
            rows = db.all(
                f"""select {totals.PERSON} from person where {where}
                order by quotations desc, articles desc, id desc limit ? offset ?""",
                (*values, limit, offset),
            )
        return [totals.speaker_count(r) for r in rows]

    def printed_offices(self, speakers: Sequence[SpeakerId]) -> Mapping[SpeakerId, Sequence[str]]:
        """The different offices that articles print for each of several speakers."""
        ids = [_id(s) for s in speakers]
        if not ids:
            return {}
        asked = (
            f"select distinct id, role from speaker where role <> '' and id in ({', '.join('?' * len(ids))})"
        )
        roles: dict[SpeakerId, list[str]] = {}
        with self._read() as db:
            for id, role in db.all(f"{asked} order by id, role", tuple(ids)):
                roles.setdefault(SpeakerId(id), []).append(role)
        return roles

    def speaker_count(self) -> int:
        """How many are quoted."""
        return int(self._meta("people") or 0)

    def speaker_total(self, speaker: SpeakerId) -> SpeakerCount | None:
        """One speaker's totals."""
        with self._read() as db:
            return totals.speaker(db, _id(speaker))

    def speaker_roles(self, speaker: SpeakerId) -> Sequence[RoleTotal]:
        """Every office printed next to a speaker's name, the most recent first."""
        with self._read() as db:
            return totals.speaker_roles(db, _id(speaker))

    def speaker_terms(self, speaker: SpeakerId, *, limit: int = 12) -> Sequence[tuple[TermId, int]]:
        """The terms in a speaker's words, most frequent first."""
        with self._read() as db:
            return totals.speaker_terms(db, _id(speaker), limit)

    def articles_of(
        self, speaker: SpeakerId, *, term: str = "", limit: int = 500, after: str = ""
    ) -> Sequence[ArticleId]:
        """Articles in which a speaker is quoted, newest first."""
        table, where, values = "speaker s", "s.id = ?", list[Any]([_id(speaker)])
        if term:
            table, where, values = "spoken s", "s.speaker = ? and s.term = ?", [_id(speaker), _id(term)]
        with self._read() as db:
            if after:
                for row in db.all("select age, id from article where id = ?", (_id(after),)):
                    where += " and (s.age, s.article_id) > (?, ?)"
                    values += row
            rows = db.all(
                f"select s.article_id from {table} where {where} order by s.age, s.article_id limit ?",
                (*values, limit),
            )
        return [ArticleId(r[0]) for r in rows]

    def articles_with(self, term: TermId, *, limit: int = 500) -> Sequence[ArticleId]:
        """Articles in which a term stands, newest first."""
        with self._read() as db:
            rows = db.all(
                """select distinct age, article_id from occurrence where term = ?
                order by age, article_id limit ?""",
                (_id(term), limit),
            )
        return [ArticleId(r[1]) for r in rows]

    # -- search

    def search(
        self,
        query: Query,
        filters: Filters = NO_FILTERS,
        *,
        limit: int = 20,
        after: str = "",
        favoured: Sequence[TermId] = (),
    ) -> Found:
        """Paragraphs that a query finds; see `app.index.Index.search`."""
        if not query.groups:
            return Found()
        below, skip, seen = _place(after)
        wanted = _narrowing(query, filters)
        condition, values = _condition(query, filters)
        with self._read() as db:
            rows, older = self._candidates(db, wanted, condition, values, below, _WINDOW)
            titled = frozenset(c.article for c in rows if c.kind == TITLE)
            blocks = [c for c in rows if c.kind != TITLE]
            page = rank(
                blocks,
                query,
                slice(skip, skip + limit),
                ids=lambda keys: dict(select_in(db, "select key, id from article where key in", keys)),
                titled=titled,
                favoured=[mark("term", term) for term in favoured],
            )
            lines = tuple(_lines(db, page, query.words))
            titles = [] if after or filters.kind or not titled else _titles(db, titled)
        if skip + limit < len(blocks):
            following = f"{'' if below is None else below}.{skip + limit}.{seen}"
        else:
            following = f"{older}.0.{seen + len(blocks)}" if older is not None else ""
        return Found(lines, seen + len(blocks), older is not None, following, tuple(titles))


# -- what a search needs


class Narrowing:
    """Grams and marks that every candidate has.

    Attributes:
        groups: of each group one alternative must be there, all of its tokens.
        marks: of each group one mark must be there.
        article: the id of the only article to look in; it has so few blocks that nothing else narrows.
    """

    def __init__(self) -> None:
        self.groups: list[tuple[tuple[str, ...], ...]] = []
        self.marks: list[tuple[str, ...]] = []
        self.article = ""

    def __bool__(self) -> bool:
        return bool(self.groups or self.marks or self.article)


def _narrowing(query: Query, filters: Filters) -> Narrowing:
    made = Narrowing()
    room = _NARROWING
    most = max(1, _NARROWING // max(1, len(query.words)))
    for group in query.groups:
        alternatives = tuple(_tokens(word, most) for word in group)
        size = sum(map(len, alternatives))
        # A group that one alternative of has no tokens narrows nothing; one that has no room is left out.
        if all(alternatives) and size <= room:
            made.groups.append(alternatives)
            room -= size
    if filters.article:
        made.article = _id(filters.article)
    if filters.term:
        made.marks.append((mark("term", filters.term),))
    if filters.speaker:
        made.marks.append((mark("speaker", filters.speaker),))
    if filters.kind:
        made.marks.append((mark("quotation"),))
    if (filters.since or filters.until) and (
        dated := marks_between(day_of(filters.since), last_day_of(filters.until))
    ):
        made.marks.append(tuple(dated))
    return made


def _tokens(word: str, most: int) -> tuple[str, ...]:
    """Tokens of a word that narrow most: its pairs, and single characters where no pair has them."""
    found = grams(word)
    pairs = [g for g in found if len(g) == 2]
    paired = set("".join(pairs))
    tokens = pairs + [g for g in found if len(g) == 1 and g not in paired]
    step = max(1, -(-len(tokens) // most))
    return tuple(tokens[::step])


def _condition(query: Query, filters: Filters) -> tuple[str, list[Any]]:
    """What a block must fit, exactly, as SQL on `b`."""
    parts, values = list[str](), list[Any]()
    for at in range(0, len(query.groups), _NARROWING):
        # In bunches, since databases bound the depth of a condition.
        bunch = query.groups[at : at + _NARROWING]
        parts.append("(" + " and ".join(_any("b.words", group) for group in bunch) + ")")
        values += [word for group in bunch for word in group]
    for word in query.without:
        parts.append("instr(b.words, ?) = 0")
        values.append(word)
    if filters.article:
        parts.append("b.article = (select key from article where id = ?)")
        values.append(_id(filters.article))
    if filters.term:
        parts.append(
            "exists (select 1 from occurrence o where o.article = b.article and o.n = b.n and o.term = ?)"
        )
        values.append(_id(filters.term))
    if filters.since:
        parts.append(
            """b.day + case when b.day = 0 then 0 when b.day % 10000 = 0 then 9999
            when b.day % 100 = 0 then 99 else 0 end >= ?"""
        )
        values.append(day_of(filters.since) or 99999999)
    if filters.until:
        parts.append("b.day > 0 and b.day <= ?")
        values.append(last_day_of(filters.until))
    if filters.speaker or filters.kind:
        said = "q.article = b.article and q.n = b.n"
        if filters.speaker:
            said += " and q.speaker = ?"
            values.append(_id(filters.speaker))
        if filters.kind:
            for group in query.groups[:_NARROWING]:
                said += " and " + _any('substr(b.words, q.start + 1, q."end" - q.start)', group)
                values += group
        parts.append(f"exists (select 1 from quotation q where {said})")
    return " and ".join(parts), values


def _any(text: str, group: Sequence[str]) -> str:
    return "(" + " or ".join([f"instr({text}, ?) > 0"] * len(group)) + ")"


def _place(after: str) -> tuple[int | None, int, int]:
    """Where a page begins: below which key, how many of that window are behind, how many of all windows."""
    parts = after.split(".")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() and len(p) < 16 for p in parts[1:]):
        return None, 0, 0
    below = int(parts[0]) if parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 16 else None
    return below, int(parts[1]), int(parts[2])


def _lines(db: Rows, page: Sequence[Candidate], words: Sequence[str]) -> Iterator[Line]:
    """The page's lines, in its order, each with every hit and who says the first that anybody says."""
    if not page:
        return
    rows = select_in(
        db,
        """select b.key, a.id, a.title, a.date, b.id, b.number, b.text
        from block b join article a on a.key = b.article where b.key in""",
        [c.row for c in page],
    )
    blocks = {r[0]: r[1:] for r in rows}
    said: dict[int, list[tuple[int, int, str | None, str | None]]] = {}
    for row, *quotation in select_in(
        db,
        """select b.key, q.start, q."end", q.speaker, s.name from block b
        join quotation q on q.article = b.article and q.n = b.n
        left join speaker s on s.id = q.speaker and s.article = q.article where b.key in""",
        [c.row for c in page],
    ):
        said.setdefault(row, []).append(tuple(quotation))
    for c in page:
        if c.row not in blocks:
            continue  # removed between the two looks
        article, title, date, block, number, difference = blocks[c.row]
        text, places = restored(c.key, difference), hits(c.key, words)
        spans = tuple(map(visible(text).whole, places))
        first = spans[0] if spans else Span(0, 1)
        speaker = _who_says(places, said.get(c.row, ()))
        yield Line(
            ArticleId(article),
            title,
            date,
            BlockId(block),
            number,
            text,
            first,
            SpeakerId(speaker[0]) if speaker else None,
            speaker[1] if speaker else "",
            c.kind,
            spans,
        )


def _who_says(
    spans: Sequence[Span], said: Sequence[tuple[int, int, str | None, str | None]]
) -> tuple[str, str] | None:
    """Id and name of the speaker of the first hit that stands in somebody's words, the innermost ones."""
    for span in spans:
        around = [q for q in said if q[0] <= span.start and span.end <= q[1]]
        if around and (inner := min(around, key=lambda q: q[1] - q[0]))[2]:
            return inner[2], inner[3] or ""
    return None


def _titles(db: Rows, articles: frozenset[int]) -> list[Entry]:
    rows = select_in(db, "select entry, age, id from article where key in", sorted(articles)[-50:])
    return [_entry(*r[:2]) for r in sorted(rows, key=lambda r: r[1:])][:20]


# -- small words of SQL


def _number(text: str) -> int:
    """A number of a place to go on from; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _id(id: str) -> str:
    """An id from outside, fit for a database; ids from inside never change by this."""
    return well_formed(id).replace("\0", "\ufffd")


def _next(db: Rows, table: str) -> int:
    return int(db.all(f"select coalesce(max(key), 0) + 1 from {table}")[0][0])


def _by_ids(db: Rows, columns: str, ids: Sequence[str]) -> list[tuple[Any, ...]]:
    return select_in(db, f"select {columns} from article where id in", [_id(id) for id in ids])


def _entry(entry: str, age: int) -> Entry:
    data = json.loads(entry)
    header = {**data.pop("header")}
    header["aliases"] = tuple(header["aliases"])
    cuts = tuple(data.pop("title_cuts"))
    return Entry(header=Header(**header), title_cuts=cuts, place=f"{-age}.{header['id']}", **data)


def entry_of(document: Document) -> Entry:
    """What a list of articles shows of a document."""
    return _entry(json.dumps(summary(document)), -day_of(document.header.date))
