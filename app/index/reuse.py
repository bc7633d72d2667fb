"""Where else the words of an article are: found by the prints of its blocks when the article is written.

The index keeps prints and stretches while the library has at most `MOST` characters. A larger one has none,
and nothing is said about its words elsewhere. Of words that very many articles have, some pairs are left out;
which ones depends on the order of writing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from app.index.backend import Backend
from app.index.packed import PackedBlock, has_prints, restored
from app.index.rows import Rows, fit_id, read_meta, select_in, write_meta
from app.index.values import SharedWords
from app.model import ArticleId, BlockId
from app.text.reuse import GRAM, Letters, prints, stretches

# Characters of a library that has prints: one for two characters, of about 12 bytes.
MOST = 5_000_000
# A print that more blocks have is of words that are everywhere.
_COMMON = 1000
# Pairs of blocks that are compared for one article; those with most prints in common come first.
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
        one = "and b.id = ?" if block else ""
        with self._read() as db:
            rows = db.all(
                f"""select s.n, s.start, s."end", b.id, s.letters, s.same, t.date, t.id, t.title, o.id, o.n,
                s.other_start, s.other_end, b.words, b.text, o.words, o.text
                from article a join stretch s on s.article = a.key
                join block b on b.article = s.article and b.n = s.n
                join block o on o.article = s.other and o.n = s.other_n
                join article t on t.key = s.other where a.id = ? {one}""",
                (fit_id(article), *([fit_id(block)] if block else [])),
            )
            return sorted(_shared(row) for row in rows)


class NewText(Struct, frozen=True):
    """An article that is written; `blocks` come with the keys of their rows."""

    key: int
    id: str
    blocks: list[tuple[int, PackedBlock]]

    def words(self) -> list[tuple[int, int, str]]:
        """The blocks that are compared: keys of rows, places in the article, words."""
        return [(row, b.n, b.key) for row, b in self.blocks if has_prints(b.kind)]


def keep_words(db: Rows, texts: Iterable[NewText]) -> None:
    """Find and keep the words that articles share with those before them, and keep their prints.

    If the library has become too large, all are removed.
    """
    if read_meta(db, _OFF):
        return
    if (db.all("select sum(characters) from shelf where kind = 'year'")[0][0] or 0) > MOST:
        write_meta(db, _OFF, "1")
        for table in ("fingerprint", "stretch"):
            db.each(f"delete from {table}", [()])
        return
    for text in texts:
        db.insert("stretch", sorted(_found(db, text)))
        db.insert("fingerprint", sorted((number, row) for row, b in text.blocks for number, _ in b.prints))


def forget_words(db: Rows, articles: Sequence[int]) -> None:
    """Remove the prints and stretches of articles, before their blocks are deleted."""
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
    for column in ("article", "other"):
        db.each(f"delete from stretch where {column} = ?", [(key,) for key in articles])


def _found(db: Rows, text: NewText) -> Iterator[tuple[int, ...]]:
    """The stretches of an article, as rows of both directions."""
    own = {row: (b, Letters(b.key)) for row, b in text.blocks if b.prints}
    pairs = _candidates(db, own)
    others = {
        row[0]: (*row[1:4], Letters(row[4]))
        for row in select_in(
            db,
            """select b.key, b.article, b.n, a.id, b.words from block b join article a on a.key = b.article
            where b.key in""",
            {there for _, there in pairs},
        )
    }
    for (here, there), grams in pairs.items():
        b, mine = own[here]
        other, n, id, theirs = others[there]
        one, two = (text.key, b.n, mine), (other, n, theirs)
        # The order of writing must not matter: the first by id is the first text.
        if id < text.id:
            one, two = two, one
        for s in stretches(one[2].text, two[2].text, grams):
            here_row = (*one[:2], *one[2].place(s.a, s.a_end), s.a_end - s.a, s.same)
            there_row = (*two[:2], *two[2].place(s.b, s.b_end), s.b_end - s.b, s.same)
            for first, second in ((here_row, there_row), (there_row, here_row)):
                yield (*first, *second[:4])


def _candidates(
    db: Rows, own: Mapping[int, tuple[PackedBlock, Letters]]
) -> Mapping[tuple[int, int], Sequence[str]]:
    """The pairs of an own block and another one that have prints in common, with the runs of these prints."""
    holders = defaultdict[int, list[tuple[int, str]]](list)
    for row, (b, words) in own.items():
        for number, at in b.prints:
            holders[number].append((row, words.text[at : at + GRAM]))
    found = defaultdict[int, list[int]](list)
    for number, there in select_in(db, "select hash, block from fingerprint where hash in", holders):
        found[number].append(there)
    pairs = defaultdict[tuple[int, int], list[str]](list)
    for number, blocks in found.items():
        if len(blocks) <= _COMMON:
            for row, gram in holders[number]:
                for there in blocks:
                    pairs[row, there].append(gram)
    return dict(sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:_READ])


def _shared(row: tuple[Any, ...]) -> SharedWords:
    *facts, key, difference, other_key, other_difference = row
    n, start, end, block, letters, same, date, article, title, other, other_n, other_start, other_end = facts
    return SharedWords(
        n=n,
        start=start,
        end=end,
        block=BlockId(block),
        letters=letters,
        same=same,
        date=date,
        article=ArticleId(article),
        title=title,
        other=BlockId(other),
        other_n=other_n,
        other_start=other_start,
        other_end=other_end,
        text=_cut(key, difference, start, end),
        other_text=_cut(other_key, other_difference, other_start, other_end),
    )


def _cut(key: str, difference: str, start: int, end: int) -> str:
    """Some words of a block; those of its key if it has invisible characters, which offsets do not count."""
    text = restored(key, difference)
    return (text if len(text) == len(key) else key)[start:end]
