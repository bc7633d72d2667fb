"""Full-text search: candidates from the database, ranked, then returned as lines with their hits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.index.backend import Backend
from app.index.entries import article_entry
from app.index.narrowing import condition_of, narrowing
from app.index.packed import TITLE, mark, restored
from app.index.ranking import SearchCandidate, rank
from app.index.rows import Rows, select_in
from app.index.values import NO_FILTERS, ArticleEntry, ContextLine, Filters, SearchResult
from app.model import ArticleId, BlockId, Span, SpeakerId, TermId
from app.text.folding import visible
from app.text.query import Query, hits

# Candidates that are ranked together.
_WINDOW = 320
# Candidates that are read together where no one ranks them.
_MANY = 2000


class IndexSearch(Backend):
    """The search method of `app.index.Index`."""

    def search(
        self,
        query: Query,
        filters: Filters = NO_FILTERS,
        *,
        limit: int = 20,
        after: str = "",
        favoured: Sequence[TermId] = (),
    ) -> SearchResult:
        """Find paragraphs that contain the words of a query, as exact substrings of any length.

        `app.index.ranking` sorts the newest 320 results, then the next 320.

        Args:
            query: see `app.text.query`.
            limit: lines on a page.
            after: `next` of the previous page.
            favoured: terms that have a word of the query as a form; their occurrences rank higher.
        """
        if not query.groups:
            return SearchResult()
        below, skip, seen = _place(after)
        wanted = narrowing(query, filters)
        condition, values = condition_of(query, filters)
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
        return SearchResult(lines, seen + len(blocks), older is not None, following, tuple(titles))

    def articles_with_words(self, query: Query, *, most: int) -> tuple[Sequence[ArticleId], bool]:
        """Return the articles with a paragraph that fits a query, and whether there are more of them.

        Args:
            query: see `app.text.query`.
        """
        if not query.groups:
            return (), False
        wanted, (condition, values) = narrowing(query, NO_FILTERS), condition_of(query, NO_FILTERS)
        found, older = dict[int, None](), None
        with self._read() as db:
            while len(found) <= most:
                rows, older = self._candidates(db, wanted, condition, values, older, _MANY)
                found |= dict.fromkeys(c.article for c in rows)
                if older is None:
                    break
            keys = list(found)[:most]
            ids = dict(select_in(db, "select key, id from article where key in", keys))
        return tuple(ArticleId(ids[k]) for k in keys if k in ids), len(found) > most


def _place(after: str) -> tuple[int | None, int, int]:
    """Parse a cursor: the key below which the window begins, results to skip in it, results before it."""
    parts = after.split(".")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() and len(p) < 16 for p in parts[1:]):
        return None, 0, 0
    below = int(parts[0]) if parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 16 else None
    return below, int(parts[1]), int(parts[2])


def _lines(db: Rows, page: Sequence[SearchCandidate], words: Sequence[str]) -> Iterator[ContextLine]:
    """Return the lines of a page, each with all hits and the speaker of the first hit in a quotation."""
    if not page:
        return
    rows = select_in(
        db,
        """select b.key, a.id, a.title, a.date, b.id, b.number, b.text
        from block b join article a on a.key = b.article where b.key in""",
        [c.row for c in page],
    )
    blocks = {r[0]: r[1:] for r in rows}
    said = quotations_in(db, [c.row for c in page])
    for c in page:
        if c.row not in blocks:
            continue  # removed between the two queries
        article, title, date, block, number, difference = blocks[c.row]
        text, places = restored(c.key, difference), hits(c.key, words)
        spans = tuple(map(visible(text).whole, places))
        first = spans[0] if spans else Span(0, 1)
        speaker = _first_speaker(places, said.get(c.row, ()))
        yield ContextLine(
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


# A quotation in a block's key: start, end, id and name of the speaker.
_Quoted = tuple[int, int, str | None, str | None]


def quotations_in(db: Rows, rows: Sequence[int]) -> dict[int, list[_Quoted]]:
    """Return the quotations in blocks, by the key of the block's row."""
    said: dict[int, list[_Quoted]] = {}
    for row, *quotation in select_in(
        db,
        """select b.key, q.start, q."end", q.speaker, s.name from block b
        join quotation q on q.article = b.article and q.n = b.n
        left join speaker s on s.id = q.speaker and s.article = q.article where b.key in""",
        rows,
    ):
        said.setdefault(row, []).append(tuple(quotation))
    return said


def who_says(span: Span, said: Sequence[_Quoted]) -> tuple[str, str] | None:
    """Return id and name of the speaker of the innermost quotation around a span.

    The id is "" if the speaker is unknown; None outside quotations.
    """
    around = [q for q in said if q[0] <= span.start and span.end <= q[1]]
    if not around:
        return None
    inner = min(around, key=lambda q: q[1] - q[0])
    return inner[2] or "", inner[3] or ""


def _first_speaker(spans: Sequence[Span], said: Sequence[_Quoted]) -> tuple[str, str] | None:
    """Return id and name of the speaker of the first hit in a quotation with a known speaker, or None."""
    return next((found for span in spans if (found := who_says(span, said)) and found[0]), None)


def _titles(db: Rows, articles: frozenset[int]) -> list[ArticleEntry]:
    rows = select_in(db, "select entry, age, id from article where key in", sorted(articles)[-50:])
    return [article_entry(*r[:2]) for r in sorted(rows, key=lambda r: r[1:])][:20]
