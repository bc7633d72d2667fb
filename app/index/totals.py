"""Totals over the whole library, updated in the same transaction as the rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from app.index.rows import Rows, new_generation, read_meta, select_in, write_meta
from app.index.values import FormTotal, SpeakerCount, TermTotals, UserTotal
from app.model import ArticleId, BlockId, SpeakerId

# An occurrence to count: article, term, form, speaker (see `packed.Packed.occurrences`).
Counted = tuple[Any, ...]


# The columns that `speaker_count` reads.
PERSON = "id, name, role, kind, recorded, quotations, articles, ascribed, certain, characters"


class Totals:
    """The changes of the totals in one transaction."""

    def __init__(self) -> None:
        self.articles = 0
        # For each speaker: quotations, articles, ascribed quotations, certain quotations, characters.
        self._people: dict[str, list[int]] = {}
        self._terms: dict[str, list[int]] = {}
        self._forms: Counter[tuple[str, str]] = Counter()
        self._speakers: Counter[tuple[str, str]] = Counter()
        self._years: Counter[tuple[str, str, str]] = Counter()
        # For each year and publication: articles and characters; for each term there: uses and articles.
        self._shelves: dict[tuple[str, str], list[int]] = {}
        self._shelved: dict[tuple[str, str, str], list[int]] = {}
        self._places: dict[Any, tuple[tuple[str, str], ...]] = {}

    def shelve(self, article: Any, date: str, entry: str, sign: int = 1) -> None:
        """Add an article to its year and publication, before `count`. `sign` -1 removes it.

        Args:
            article: the key that `count` uses for it.
            date: ISO 8601.
            entry: an `ArticleEntry` as JSON.
        """
        self._places[article] = shelves_of(date, entry)
        characters = json.loads(entry)["characters"]
        for shelf in self._places[article]:
            held = self._shelves.setdefault(shelf, [0, 0])
            held[0] += sign
            held[1] += sign * characters

    def count(self, occurrences: Iterable[Counted], sign: int = 1) -> None:
        """Add occurrences of whole articles, or subtract them with `sign` -1."""
        articles = set[tuple[Any, str]]()
        for article, term, form, speaker in occurrences:
            uses = self._terms.setdefault(term, [0, 0, 0, 0])
            shelved = [self._shelved.setdefault((term, *s), [0, 0]) for s in self._places[article]]
            new = (article, term) not in articles
            for counts in (uses, *shelved):
                counts[0] += sign
                counts[1] += sign * new
            articles.add((article, term))
            year = self._places[article][0][1]
            self._years[term, form, year] += sign
            if speaker:
                self._speakers[term, speaker] += sign
            else:
                uses[2 if speaker is None else 3] += sign
            self._forms[term, form] += sign

    def quote(self, speaker: str, counts: Sequence[int], sign: int = 1) -> None:
        """Add a speaker's quotations in one article: all, ascribed, certain, and their characters.

        `sign` -1 subtracts them.
        """
        quotations, *rest = counts
        of = self._people.setdefault(speaker, [0, 0, 0, 0, 0])
        for at, n in enumerate((quotations, 1, *rest)):
            of[at] += sign * n

    def keep(self, db: Rows) -> None:
        """Write the changes."""
        write_meta(db, "articles", str(int(read_meta(db, "articles") or 0) + self.articles))
        self._keep_terms(db)
        self._keep_shelves(db)
        self._keep_people(db)
        new_generation(db)

    def _keep_shelves(self, db: Rows) -> None:
        db.each(
            """insert into term_year values (?, ?, ?, ?) on conflict (term, form, year)
            do update set occurrences = term_year.occurrences + excluded.occurrences""",
            sorted((*key, n) for key, n in self._years.items()),
        )
        db.each(
            "delete from term_year where term = ? and form = ? and year = ? and occurrences <= 0",
            list(self._years),
        )
        db.each(
            """insert into shelf values (?, ?, ?, ?) on conflict (kind, value)
            do update set articles = shelf.articles + excluded.articles,
            characters = shelf.characters + excluded.characters""",
            sorted((*key, *held) for key, held in self._shelves.items()),
        )
        db.each("delete from shelf where kind = ? and value = ? and articles <= 0", list(self._shelves))
        db.each(
            """insert into term_shelf values (?, ?, ?, ?, ?) on conflict (term, kind, value)
            do update set occurrences = term_shelf.occurrences + excluded.occurrences,
            articles = term_shelf.articles + excluded.articles""",
            sorted((*key, *counts) for key, counts in self._shelved.items()),
        )
        db.each(
            "delete from term_shelf where term = ? and kind = ? and value = ? and occurrences <= 0",
            list(self._shelved),
        )

    def _keep_terms(self, db: Rows) -> None:
        columns = ("occurrences", "articles", "narrated", "unattributed")
        added = ", ".join(f"{c} = term.{c} + excluded.{c}" for c in columns)
        db.each(
            f"insert into term values (?, ?, ?, ?, ?) on conflict (id) do update set {added}",
            sorted((term, *uses) for term, uses in self._terms.items()),
        )
        db.each("delete from term where id = ? and occurrences <= 0", [(t,) for t in self._terms])
        for column, counts in (("form", self._forms), ("speaker", self._speakers)):
            table = f"term_{column}"
            db.each(
                f"""insert into {table} values (?, ?, ?) on conflict (term, {column})
                do update set occurrences = {table}.occurrences + excluded.occurrences""",
                sorted((*key, n) for key, n in counts.items()),
            )
            db.each(f"delete from {table} where term = ? and {column} = ? and occurrences <= 0", list(counts))

    def _keep_people(self, db: Rows) -> None:
        touched = sorted(self._people)
        people = int(read_meta(db, "people") or 0) - _quoted(db, touched)
        columns = ("quotations", "articles", "ascribed", "certain", "characters")
        added = ", ".join(f"{c} = person.{c} + excluded.{c}" for c in columns)
        db.each(
            f"""insert into person values (?, '', '', 'person', 0, ?, ?, ?, ?, ?)
            on conflict (id) do update set {added}""",
            [(id, *self._people[id]) for id in touched],
        )
        db.each("delete from person where id = ? and articles <= 0", [(id,) for id in touched])
        # The most recently printed name and office.
        newest = "where s.id = ? order by s.age, s.article_id limit 1"
        db.each(
            f"""update person set name = (select s.name from speaker s {newest}),
            kind = (select s.kind from speaker s {newest}),
            recorded = (select s.recorded from speaker s {newest}),
            role = coalesce((select s.role from speaker s where s.id = ? and s.role <> ''
                order by s.age, s.article_id limit 1), '')
            where id = ?""",
            [(id, id, id, id, id) for id in touched],
        )
        write_meta(db, "people", str(people + _quoted(db, touched)))


def shelves_of(date: str, entry: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return year and publication of an article, each with its kind."""
    return ("year", date[:4]), ("publication", json.loads(entry)["header"].get("publication") or "")


def _quoted(db: Rows, ids: Sequence[str]) -> int:
    rows = select_in(db, "select quotations from person where id in", ids)
    return sum(n > 0 for (n,) in rows)


# -- questions


def term(db: Rows, id: str, limit: int) -> TermTotals:
    """Return a term's totals, with at most `limit` speakers."""
    rows = db.all("select occurrences, articles, narrated, unattributed from term where id = ?", (id,))
    if not rows:
        return TermTotals()
    forms = db.all(
        "select form, occurrences from term_form where term = ? order by occurrences desc, form", (id,)
    )
    users = db.all(
        # Names and first uses of a few speakers only: a common term has thousands.
        """select u.speaker, u.name, u.occurrences, a.date, a.id from (
            select t.speaker, p.name, t.occurrences, (
                select s.article from spoken s where s.speaker = t.speaker and s.term = ? and s.age < 0
                order by s.age desc, s.article_id limit 1
            ) as first from (
                select speaker, occurrences from term_speaker where term = ?
                order by occurrences desc, speaker limit ?
            ) t join person p on p.id = t.speaker
        ) u left join article a on a.key = u.first order by u.occurrences desc, u.speaker""",
        (id, id, limit),
    )
    speakers = db.all("select count(*) from term_speaker where term = ?", (id,))[0][0]
    uses, articles, narrated, unattributed = rows[0]
    return TermTotals(
        uses,
        articles,
        narrated,
        unattributed,
        forms=tuple(FormTotal(form, n, *_first_use(db, id, form)) for form, n in forms),
        speakers=speakers,
        users=tuple(
            UserTotal(SpeakerId(speaker), name, n, date or "", ArticleId(article or ""))
            for speaker, name, n, date, article in users
        ),
    )


def _first_use(db: Rows, term: str, form: str) -> tuple[ArticleId, BlockId, str]:
    """Return article, block and date of a form's first use, in an undated article only if all are undated."""
    where, values = "o.term = ? and o.form = ?", [term, form]
    oldest = db.all(f"select max(o.age) from occurrence o where {where} and o.age < 0", values)[0][0]
    rows = db.all(
        f"""select a.id, b.id, a.date from occurrence o join article a on a.key = o.article
        join block b on b.article = o.article and b.n = o.n
        where {where} and o.age = ? order by o.article_id, o.n, o.start limit 1""",
        [*values, oldest or 0],
    )
    article, block, date = rows[0]
    return ArticleId(article), BlockId(block), date


def speaker_count(row: Sequence[Any]) -> SpeakerCount:
    """Convert a row of the table `person`."""
    return SpeakerCount(SpeakerId(row[0]), row[1], row[2], row[3], bool(row[4]), *row[5:])
