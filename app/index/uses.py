"""Uses over the whole library: of a term from stored totals, of any other words by searching."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.index.backend import Backend
from app.index.narrowing import condition_of, narrowing
from app.index.packed import TITLE
from app.index.ranking import SearchCandidate
from app.index.rows import Rows, fit_id, select_in
from app.index.search import quotations_in, who_says
from app.index.totals import shelves_of
from app.index.totals import term as term_totals
from app.index.values import NO_FILTERS, TRANSLATION, UseCount, UsePlace, UserTotal, UseTotals
from app.model import ArticleId, BlockId, SpeakerId, TermId
from app.text.query import any_of, hits

# Paragraphs with any words that are counted, those that are read at once, and the most readings.
_MOST, _WINDOW, _READINGS = 3000, 1000, 12
# Publications and speakers of an answer.
_LISTED, _SPEAKERS = 100, 20

# Both ends of a list of uses: the condition on the day, and the order of the articles of that day.
_FIRST = ("max(age)", "and age < 0", "asc")
_LAST = ("min(age)", "", "desc")


class IndexUses(Backend):
    """The methods of `app.index.Index` that count uses."""

    def uses(self, term: TermId) -> UseTotals:
        """Count a term by year, publication and speaker; costs nothing per use."""
        id = fit_id(term)
        with self._read() as db:
            years = _years(db, {v: (n, a) for v, n, a in _counted(db, id, "year")})
            publications = _publications(db, {v: (n, a) for v, n, a in _counted(db, id, "publication")})
            found = term_totals(db, id, _SPEAKERS)
            forms = db.all(
                "select form, year, occurrences from term_year where term = ? order by form, year", (id,)
            )
            return UseTotals(
                whole=_whole(years, found.uses, found.articles),
                years=years,
                publications=publications,
                speakers=found.users,
                unattributed=found.unattributed,
                narrated=found.narrated,
                first=_end(db, id, *_FIRST) or _end(db, id, "max(age)", "", "asc"),
                last=_end(db, id, *_LAST),
                forms=tuple((form, year, n) for form, year, n in forms),
            )

    def uses_of(self, words: str, *, most: int = _MOST) -> UseTotals:
        """Count any words, as searches compare them. Titles and translations are not counted.

        Args:
            words: one sequence of characters.
            most: maximum of paragraphs; if there are more, those that came last are counted.
        """
        query = any_of((words,))
        with self._read() as db:
            if not query.groups:
                return UseTotals(_whole(_years(db, {}), 0, 0))
            blocks, more = self._blocks_with(db, query, most)
            spans = {b.row: hits(b.key, query.words) for b in blocks}
            rows = select_in(
                db,
                "select key, id, title, date, entry from article where key in",
                {b.article for b in blocks},
            )
            articles = {r[0]: r[1:] for r in rows}
            blocks = [b for b in blocks if b.article in articles]
            uses = Counter[int]()
            for b in blocks:
                uses[b.article] += len(spans[b.row])
            shelves = {a: shelves_of(row[2], row[3]) for a, row in articles.items()}
            years = _years(db, _sums(uses, {a: s[0][1] for a, s in shelves.items()}))
            speakers, unattributed, narrated = _said(db, blocks, spans, articles)
            ends = sorted(blocks, key=lambda b: (b.day, articles[b.article][0], b.n))
            dated = [b for b in ends if b.day]
            return UseTotals(
                whole=_whole(years, uses.total(), len(uses)),
                years=tuple(y for y in years if y.uses or not more),
                publications=_publications(db, _sums(uses, {a: s[1][1] for a, s in shelves.items()})),
                speakers=speakers[:_SPEAKERS],
                unattributed=unattributed,
                narrated=narrated,
                first=None if more or not ends else _place(db, (dated or ends)[0], articles),
                last=None if more or not ends else _place(db, (dated or ends)[-1], articles),
                more=more,
                counted=len(blocks),
            )

    def _blocks_with(self, db: Rows, query: Any, most: int) -> tuple[list[SearchCandidate], bool]:
        """Return the blocks that hold the words, and whether older ones were left out."""
        wanted, (condition, values) = narrowing(query, NO_FILTERS), condition_of(query, NO_FILTERS)
        found, below = list[SearchCandidate](), None
        for _ in range(_READINGS):
            size = min(_WINDOW, most - len(found) + 1)
            rows, below = self._candidates(db, wanted, condition, values, below, size)
            found += (c for c in rows if c.kind != TITLE and not c.kind.startswith(TRANSLATION))
            if len(found) > most:
                return found[:most], True
            if below is None:
                return found, False
        return found, True


def _counted(db: Rows, term: str, kind: str) -> list[tuple[Any, ...]]:
    return db.all(
        "select value, occurrences, articles from term_shelf where term = ? and kind = ?", (term, kind)
    )


def _years(db: Rows, counts: Mapping[str, tuple[int, int]]) -> tuple[UseCount, ...]:
    """Return every year with its uses, in order; articles without a date come last."""
    rows = db.all("select value, articles, characters from shelf where kind = 'year'")
    made = [UseCount(value, *counts.get(value, (0, 0)), held, size) for value, held, size in rows]
    return tuple(sorted(made, key=lambda c: (not c.value, c.value)))


def _publications(db: Rows, counts: Mapping[str, tuple[int, int]]) -> tuple[UseCount, ...]:
    values = sorted(counts, key=lambda v: (-counts[v][0], v))[:_LISTED]
    sql = "select value, articles, characters from shelf where kind = 'publication' and value in"
    held = {value: rest for value, *rest in select_in(db, sql, values)}
    return tuple(UseCount(v, *counts[v], *held.get(v, (0, 0))) for v in values)


def _whole(years: Iterable[UseCount], uses: int, articles: int) -> UseCount:
    every = tuple(years)
    return UseCount("", uses, articles, sum(y.held for y in every), sum(y.characters for y in every))


def _sums(uses: Mapping[int, int], value: Mapping[int, str]) -> dict[str, tuple[int, int]]:
    """Sum the uses and the articles of each value; `value` gives that of an article."""
    found, articles = Counter[str](), Counter[str]()
    for article, n in uses.items():
        found[value[article]] += n
        articles[value[article]] += 1
    return {v: (n, articles[v]) for v, n in found.items()}


def _end(db: Rows, term: str, day: str, dated: str, order: str) -> UsePlace | None:
    """Return the first or the last use of a term."""
    ages = db.all(f"select {day} from occurrence where term = ? {dated}", (term,))
    rows = db.all(
        f"""select a.id, a.title, b.id, a.date from (
            select * from occurrence where term = ? and age = ?
            order by article_id {order}, n {order}, start {order} limit 1
        ) o join article a on a.key = o.article join block b on b.article = o.article and b.n = o.n""",
        (term, ages[0][0]),
    )
    return UsePlace(ArticleId(rows[0][0]), rows[0][1], BlockId(rows[0][2]), rows[0][3]) if rows else None


def _said(
    db: Rows,
    blocks: Sequence[SearchCandidate],
    spans: Mapping[int, Sequence[Any]],
    articles: Mapping[int, Sequence[Any]],
) -> tuple[tuple[UserTotal, ...], int, int]:
    """Return the speakers with their uses, most uses first, and uses of unknown speakers and of none."""
    said = quotations_in(db, [b.row for b in blocks])
    uses, names, since = Counter[str](), dict[str, str](), dict[str, tuple[int, str, str]]()
    unattributed = narrated = 0
    for b in blocks:
        id, _, date = articles[b.article][:3]
        for span in spans[b.row]:
            speaker = who_says(span, said.get(b.row, ()))
            if speaker is None:
                narrated += 1
            elif not speaker[0]:
                unattributed += 1
            else:
                uses[speaker[0]] += 1
                names.setdefault(*speaker)
                if b.day:
                    place = (b.day, id, date)
                    since[speaker[0]] = min(since.get(speaker[0], place), place)
    made = (
        UserTotal(SpeakerId(s), names[s], n, *((since[s][2], ArticleId(since[s][1])) if s in since else ()))
        for s, n in sorted(uses.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    return tuple(made), unattributed, narrated


def _place(db: Rows, block: SearchCandidate, articles: Mapping[int, Sequence[Any]]) -> UsePlace:
    id, title, date = articles[block.article][:3]
    rows = db.all("select id from block where key = ?", (block.row,))
    return UsePlace(ArticleId(id), title, BlockId(rows[0][0]), date)
