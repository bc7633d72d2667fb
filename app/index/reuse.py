"""Where else the words of an article are: from the prints of all blocks, verified in their texts.

The index keeps prints while the library has at most `MOST` characters. A larger one has none, and nothing is
said about its words elsewhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.index.backend import Backend
from app.index.packed import has_prints, restored
from app.index.rows import Rows, fit_id, read_meta, select_in, write_meta
from app.index.values import SharedWords
from app.model import ArticleId, BlockId
from app.text.reuse import Compared, Letters, Stretch, prints

# Characters of a library that has prints: one for two characters, of about 12 bytes.
MOST = 5_000_000
# A print that more blocks have is of words that are everywhere.
_COMMON = 1000
# Pairs of blocks that are read for one question; those with most prints in common come first.
_READ = 4000
# The key of `meta` for a library that has become too large.
_OFF = "reuse off"


class IndexReuse(Backend):
    """The methods of `app.index.Index` that find words elsewhere."""

    def knows_reuse(self) -> bool:
        """Whether the index has prints."""
        with self._read() as db:
            return not read_meta(db, _OFF)

    def shared(self, article: ArticleId, block: BlockId | None = None) -> Sequence[SharedWords]:
        """The words of an article, or of one of its blocks, that other articles have; in its order."""
        with self._read() as db:
            if read_meta(db, _OFF):
                return ()
            one = "and b.id = ?" if block else ""
            rows = db.all(
                f"""select b.key, b.id, b.n, b.kind, b.words, b.text, b.article from block b
                join article a on a.key = b.article where a.id = ? {one} order by b.n""",
                (fit_id(article), *([fit_id(block)] if block else [])),
            )
            own = {r[0]: r for r in rows if has_prints(r[3])}
            mine = {key: Letters(r[4]) for key, r in own.items()}
            pairs = _candidates(db, mine)
            others = _others(db, {there for found in pairs.values() for there in found}, rows)
            texts = {there: Letters(row[1]) for there, row in others.items()}
            found = list[SharedWords]()
            for key, row in own.items():
                compared = Compared(mine[key].text)
                found += sorted(
                    _shared(row, mine[key], others[there], texts[there], stretch)
                    for there in pairs.get(key, ())
                    if there in others
                    for stretch in compared.stretches(texts[there].text)
                )
            return found


def keep_prints(db: Rows, blocks: Iterable[tuple[int, Iterable[int]]]) -> None:
    """Add the prints of blocks; if the library has become too large, remove all of them."""
    if read_meta(db, _OFF):
        return
    if (db.all("select sum(characters) from shelf where kind = 'year'")[0][0] or 0) > MOST:
        write_meta(db, _OFF, "1")
        db.each("delete from fingerprint", [()])
        return
    db.insert("fingerprint", sorted((number, block) for block, numbers in blocks for number in numbers))


def forget_prints(db: Rows, articles: Iterable[int]) -> None:
    """Remove the prints of articles, before their blocks are deleted."""
    rows = select_in(db, "select key, kind, words from block where article in", articles)
    db.each(
        "delete from fingerprint where hash = ? and block = ?",
        [
            (number, k)
            for k, kind, words in rows
            if has_prints(kind)
            for number in prints(Letters(words).text)
        ],
    )


def _candidates(db: Rows, own: Mapping[int, Letters]) -> Mapping[int, Sequence[int]]:
    """For each own block, the others that have a print in common."""
    holders = defaultdict[int, list[int]](list)
    for row, words in own.items():
        for number in prints(words.text):
            holders[number].append(row)
    found = defaultdict[int, list[int]](list)
    for number, there in select_in(db, "select hash, block from fingerprint where hash in", holders):
        found[number].append(there)
    pairs = Counter[tuple[int, int]]()
    for number, blocks in found.items():
        if len(blocks) <= _COMMON:
            pairs.update((row, there) for row in holders[number] for there in blocks if there not in own)
    kept = defaultdict[int, list[int]](list)
    for (row, there), _ in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:_READ]:
        kept[row].append(there)
    return kept


def _others(db: Rows, keys: Iterable[int], own: Sequence[tuple[Any, ...]]) -> Mapping[int, tuple[Any, ...]]:
    """The blocks with these keys that are in other articles: id, key, difference; id, title and date."""
    rows = select_in(
        db,
        """select b.key, b.article, b.id, b.words, b.text, a.id, a.title, a.date
        from block b join article a on a.key = b.article where b.key in""",
        keys,
    )
    return {row[0]: row[2:] for row in rows if row[1] != own[0][6]}


def _shared(
    own: tuple[Any, ...], mine: Letters, other: tuple[Any, ...], theirs: Letters, stretch: Stretch
) -> SharedWords:
    start, end = mine.place(stretch.a, stretch.a_end)
    there, until = theirs.place(stretch.b, stretch.b_end)
    id, words, difference, article, title, date = other
    return SharedWords(
        n=own[2],
        start=start,
        end=end,
        block=BlockId(own[1]),
        letters=stretch.a_end - stretch.a,
        same=stretch.same,
        date=date,
        article=ArticleId(article),
        title=title,
        other=BlockId(id),
        other_start=there,
        other_end=until,
        text=_cut(own[4], own[5], start, end),
        other_text=_cut(words, difference, there, until),
    )


def _cut(key: str, difference: str, start: int, end: int) -> str:
    """Some words of a block; those of its key if it has invisible characters, which offsets do not count."""
    text = restored(key, difference)
    return (text if len(text) == len(key) else key)[start:end]
