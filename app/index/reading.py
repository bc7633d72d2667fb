"""Reading from an index, except for searches. SQLite and PostgreSQL share the SQL."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import app.index.totals as totals
from app.document import decode, decode_knowledge, decode_series
from app.index.backend import Backend
from app.index.entries import article_entry
from app.index.packed import restored
from app.index.rows import fit_id, read_meta, select_articles
from app.index.values import ArticleEntry, ContextLine, Held, RoleTotal, SpeakerCount, SpokenTerms, TermTotals
from app.model import ArticleId, BlockId, Document, Knowledge, Series, Span, SpeakerId, TermId
from app.text.paragraphs import Ledger, parse_ledger

# A limit above any number of rows.
_ALL = 1 << 31


class IndexReader(Backend):
    """The reading methods of `app.index.Index`."""

    def finished(self) -> str:
        """Return the stamp of the last `finish`; "" while a new index is filled for the first time."""
        return self._meta("finished")

    def digests(self, *, source: str = "", limit: int = _ALL, after: str = "") -> Mapping[ArticleId, str]:
        """Return the digests of the documents of one source, by id."""
        with self._read() as db:
            rows = db.all(
                "select id, digest from article where source = ? and id > ? order by id limit ?",
                (source, fit_id(after), limit),
            )
        return dict(rows)

    def ids(self, *, limit: int, after: str = "") -> Sequence[ArticleId]:
        """Return the ids of articles of all sources, in order."""
        with self._read() as db:
            rows = db.all("select id from article where id > ? order by id limit ?", (fit_id(after), limit))
        return [ArticleId(id) for (id,) in rows]

    def held(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, Held]:
        """Return source and digest of those of these articles that the index has."""
        with self._read() as db:
            rows = select_articles(db, "id, source, digest", ids)
        return {ArticleId(id): Held(source, digest) for id, source, digest in rows}

    def revisions(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, int]:
        """Return the last saved revision of these articles of content/; 0 for one that was never saved."""
        with self._read() as db:
            rows = select_articles(db, "id, source, entry", ids)
        return {ArticleId(id): json.loads(entry)["revision"] for id, source, entry in rows if not source}

    def generation(self) -> str:
        """Return a version that changes with every write."""
        return self._meta("generation")

    def knowledge_digest(self) -> str:
        """Return the digest of the stored glossary and people, "" if there are none."""
        return self._meta("knowledge digest")

    def knowledge(self) -> Knowledge:
        """Return the stored glossary and people."""
        return self.held_knowledge()[1]

    def held_knowledge(self) -> tuple[str, Knowledge]:
        """Return the stored glossary and people with their digest."""
        with self._read() as db:  # one query: another process may write between two
            held = dict(db.all("select key, value from meta where key in ('knowledge', 'knowledge digest')"))
        value = held.get("knowledge")
        return held.get("knowledge digest", ""), decode_knowledge(value) if value else Knowledge()

    def fingerprints(self) -> Mapping[str, str]:
        """Return the fingerprints of the files of glossary and people, as they were stored."""
        value = self._meta("knowledge files")
        return json.loads(value) if value else {}

    def series_digest(self) -> str:
        """Return the digest of the stored series, "" if there are none."""
        return self._meta("series digest")

    def series(self) -> Sequence[Series]:
        """Return the counts of entries in texts outside of the library."""
        value = self._meta("series")
        return decode_series(value) if value else ()

    def document(self, id: ArticleId, *, digest: str = "") -> Document | None:
        """Return a document, or None; with a digest, only the document that has it."""
        with self._read() as db:
            rows = db.all(
                "select d.body from article a join document d on d.article = a.key where a.id = ?"
                " and (? = '' or a.digest = ?)",
                (fit_id(id), digest, digest),
            )
            body = zlib.decompress(rows[0][0]) if rows else None
        return decode(body) if body else None

    def ledger(self, id: ArticleId) -> Ledger | None:
        """Return an article's ledger as a save would write it now, or None."""
        with self._read() as db:
            rows = db.all(
                "select l.lines from article a join ledger l on l.article = a.key where a.id = ?",
                (fit_id(id),),
            )
        return parse_ledger(zlib.decompress(rows[0][0]).decode().split("\n")) if rows else None

    def titles(self, ids: Sequence[ArticleId], *, english: bool = False) -> Mapping[ArticleId, str]:
        """Return the titles of those of these articles that the index has; English ones where they exist."""
        with self._read() as db:
            rows = select_articles(db, "id, title, entry" if english else "id, title", ids)
        return {
            ArticleId(id): (entry and json.loads(entry[0])["header"].get("title_en")) or title
            for id, title, *entry in rows
        }

    def renamed(self, id: ArticleId) -> ArticleId | None:
        """Return the article that has this id among its aliases, or None."""
        with self._read() as db:
            rows = db.all(
                # The current id of an article is never an alias of another one.
                """select a.id from alias o join article a on a.key = o.article where o.old = ?
                and not exists (select 1 from article where id = o.old) order by a.age, a.id limit 1""",
                (fit_id(id),),
            )
        return ArticleId(rows[0][0]) if rows else None

    def entries(
        self, *, limit: int = 50, offset: int = 0, after: str = "", before: str = ""
    ) -> Sequence[ArticleEntry]:
        """Return articles, newest first, those without a date last.

        `offset` is for the first few pages; `after` and `before` are the `place` of an entry.
        """
        place, order, values = "", "age, id", list[Any]()
        if after or before:
            day, _, id = (after or before).partition(".")
            sign, order = (">", order) if after else ("<", "age desc, id desc")
            place = f"where (age, id) {sign} (?, ?)"
            values = [-_number(day), fit_id(id)]
        with self._read() as db:
            rows = db.all(
                f"select entry, age from article {place} order by {order} limit ? offset ?",
                (*values, limit, offset),
            )
            found = [article_entry(*row) for row in rows]
        return found[::-1] if before and not after else found

    def count(self) -> int:
        """Return the number of articles."""
        return int(self._meta("articles") or 0)

    def occurrences(self, term: TermId, *, limit: int = 500, after: str = "") -> Sequence[ContextLine]:
        """Return the occurrences of a term, by article (newest first) and place."""
        where, values = "o.term = ?", list[Any]([fit_id(term)])
        if after:
            where += " and (o.age, o.article_id, o.n, o.start) > (?, ?, ?, ?)"
            day, _, rest = after.partition(".")
            id, n, start = (["", "", *rest.rsplit(".", 2)])[-3:]
            values += [-_number(day), fit_id(id), _number(n), _number(start)]
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
                ContextLine(
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
        """Return a term's totals over the whole library.

        Args:
            limit: maximum of `users`; the counts include all speakers.
        """
        with self._read() as db:
            return totals.term(db, fit_id(term), limit)

    def term_counts(self) -> Mapping[TermId, int]:
        """Return the number of occurrences of each term."""
        with self._read() as db:
            return dict(db.all("select id, occurrences from term"))

    def speakers(self, *, limit: int = _ALL, offset: int = 0, after: str = "") -> Sequence[SpeakerCount]:
        """Return the quoted speakers, most quoted first; `after` is a speaker's id."""
        where, values = "quotations > 0", list[Any]()
        with self._read() as db:
            if after:
                last = "select quotations, articles, id from person where id = ?"
                for row in db.all(last, (fit_id(after),)):
                    where, values = f"{where} and (quotations, articles, id) < (?, ?, ?)", list(row)
            rows = db.all(
                f"""select {totals.PERSON} from person where {where}
                order by quotations desc, articles desc, id desc limit ? offset ?""",
                (*values, limit, offset),
            )
        return [totals.speaker_count(r) for r in rows]

    def printed_offices(self, speakers: Sequence[SpeakerId]) -> Mapping[SpeakerId, Sequence[str]]:
        """Return the offices that articles print for these speakers; speakers without one are left out."""
        ids = [fit_id(s) for s in speakers]
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
        """Return the number of quoted speakers."""
        return int(self._meta("people") or 0)

    def speaker_total(self, speaker: SpeakerId) -> SpeakerCount | None:
        """Return a speaker's totals over the library, None if the speaker is never quoted."""
        with self._read() as db:
            rows = db.all(f"select {totals.PERSON} from person where id = ?", (fit_id(speaker),))
        return totals.speaker_count(rows[0]) if rows else None

    def speaker_roles(self, speaker: SpeakerId) -> Sequence[RoleTotal]:
        """Return all offices printed next to a speaker's name, the most recent first."""
        with self._read() as db:
            rows = db.all(
                """select r.role, r.articles, a.id, a.title from (
                    select role, article, count(*) over (partition by role) as articles,
                    row_number() over (partition by role order by age, article_id) as place, age, article_id
                    from speaker where id = ?
                ) r join article a on a.key = r.article where r.place = 1 order by r.age, r.article_id""",
                (fit_id(speaker),),
            )
        return [RoleTotal(role, n, ArticleId(article), title) for role, n, article, title in rows]

    def speaker_terms(self, speaker: SpeakerId) -> Sequence[tuple[TermId, int]]:
        """Return the twelve most frequent terms in a speaker's words with the number of uses."""
        with self._read() as db:
            rows = db.all(
                """select term, occurrences from term_speaker where speaker = ?
                order by occurrences desc, term limit 12""",
                (fit_id(speaker),),
            )
        return [(TermId(term), n) for term, n in rows]

    def speaker_uses(self, speaker: SpeakerId) -> SpokenTerms:
        """Return all terms in a speaker's words with their uses there and in the whole library."""
        with self._read() as db:
            rows = db.all(
                """select s.term, s.occurrences, t.occurrences from term_speaker s
                join term t on t.id = s.term where s.speaker = ?""",
                (fit_id(speaker),),
            )
            spoken = db.all("select characters from person where id = ?", (fit_id(speaker),))
            held = db.all("select sum(characters) from shelf where kind = 'year'")[0][0]
        terms = tuple((TermId(term), n, every) for term, n, every in rows)
        return SpokenTerms(spoken[0][0] if spoken else 0, int(held or 0), terms)

    def newest(self, *, since: int = 0, limit: int = _ALL) -> Sequence[ArticleEntry]:
        """Return the articles that were added last, the last first.

        An article whose day of arrival is not known counts as added on its date.

        Args:
            since: a day as `packed.day_of` gives it.
        """
        with self._read() as db:
            rows = db.all(
                "select entry, age from article where fresh >= ? order by fresh desc, id desc limit ?",
                (since, limit),
            )
        return [article_entry(*row) for row in rows]

    def articles_of(
        self, speaker: SpeakerId, *, term: str = "", limit: int = 500, after: str = ""
    ) -> Sequence[ArticleId]:
        """Return articles that quote a speaker, newest first; with `term`, where the speaker uses it."""
        table, where, values = "speaker s", "s.id = ?", list[Any]([fit_id(speaker)])
        if term:
            table, where, values = "spoken s", "s.speaker = ? and s.term = ?", [fit_id(speaker), fit_id(term)]
        with self._read() as db:
            if after:
                for row in db.all("select age, id from article where id = ?", (fit_id(after),)):
                    where += " and (s.age, s.article_id) > (?, ?)"
                    values += row
            rows = db.all(
                f"select s.article_id from {table} where {where} order by s.age, s.article_id limit ?",
                (*values, limit),
            )
        return [ArticleId(r[0]) for r in rows]

    def articles_with(self, term: TermId, *, limit: int = 500) -> Sequence[ArticleId]:
        """Return articles that contain a term, newest first."""
        with self._read() as db:
            rows = db.all(
                """select distinct age, article_id from occurrence where term = ?
                order by age, article_id limit ?""",
                (fit_id(term), limit),
            )
        return [ArticleId(r[1]) for r in rows]

    def _meta(self, key: str) -> str:
        with self._read() as db:
            return read_meta(db, key)


def _number(text: str) -> int:
    """Parse a number of a cursor; 0 if it is not valid."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
