"""Where else the words of an article are, as plain values for the API, commands, tables and assistants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app import urls
from app.index import SharedWords
from app.library.reading import Reading
from app.model import ArticleId, BlockId
from app.text.reuse import covered, letters
from app.text.terms.facts import iso_date, without_tilde

# An article of which another one has this share of the letters, in the same order, is a reprint, or was
# reprinted.
REPRINT = 0.8
# The columns of `table`.
COLUMNS = ("block", "words", "quoted", "article", "title", "date", "other_words", "letters", "same", "url")


@dataclass(frozen=True, slots=True)
class WordsElsewhere:
    """Words of a block and the same words, perhaps slightly edited, in another article.

    `start` and `end` are code points of the block's visible text, half-open. `letters` is the length without
    marks, `same` how many letters are the same. `quoted`: the words are in quotation marks here.
    """

    block: BlockId
    start: int
    end: int
    text: str
    quoted: bool
    article: ArticleId
    title: str
    date: str | None
    circa: bool
    other: BlockId
    other_text: str
    letters: int
    same: int
    url: str


@dataclass(frozen=True, slots=True)
class SharedArticle:
    """An article with words in common: `share` of this one's letters.

    `reprint`: it has at least 80 % of them in the same order.
    """

    article: ArticleId
    title: str
    date: str | None
    circa: bool
    share: float
    reprint: bool
    url: str


@dataclass(frozen=True, slots=True)
class ReuseRecord:
    """The words of an article that other articles of the library have.

    `known` is false in a library that is too large for this. `share` of the article's letters is elsewhere
    too. `articles` come with the largest share first, `words` in the order of the text.
    """

    article: ArticleId
    known: bool
    share: float
    articles: list[SharedArticle]
    words: list[WordsElsewhere]


def reuse(
    library: Reading, id: ArticleId, absolute: Callable[[str], str], block: BlockId | None = None
) -> ReuseRecord:
    """Find the words of an article, or of one of its blocks, in other articles.

    Raises:
        NotFound: the article does not exist.
    """
    document = library.document(id)
    found = library.index.shared(id, block)
    blocks = document.blocks if found else ()  # letters are counted for the shares alone
    sizes = [len(letters(b.text).text) for b in blocks if block in (None, b.id) and b.kind != "furniture"]
    size = max(1, sum(sizes))
    quoted = defaultdict[str, list[tuple[int, int]]](list)
    for mark in document.quote_marks:
        quoted[mark.block].append((mark.start, mark.end))
    return ReuseRecord(
        article=id,
        known=library.index.knows_reuse(),
        share=_share(found, size),
        articles=sorted(_articles(found, size, absolute), key=lambda a: (-a.share, a.date or "9", a.article)),
        words=[
            WordsElsewhere(
                block=s.block,
                start=s.start,
                end=s.end,
                text=s.text,
                quoted=any(a <= s.start and s.end <= b for a, b in quoted[s.block]),
                article=s.article,
                title=s.title,
                date=without_tilde(s.date)[0],
                circa=without_tilde(s.date)[1],
                other=s.other,
                other_text=s.other_text,
                letters=s.letters,
                same=s.same,
                url=absolute(urls.block(s.article, s.other)),
            )
            for s in found
        ],
    )


def _articles(
    found: Sequence[SharedWords], size: int, absolute: Callable[[str], str]
) -> Iterator[SharedArticle]:
    by_article = defaultdict[ArticleId, list[SharedWords]](list)
    for s in found:
        by_article[s.article].append(s)
    for id, some in by_article.items():
        date, circa = without_tilde(some[0].date)
        yield SharedArticle(
            article=id,
            title=some[0].title,
            date=date,
            circa=circa,
            share=_share(some, size),
            reprint=_is_reprint(some, size),
            url=absolute(urls.article(id)),
        )


def _is_reprint(found: Sequence[SharedWords], size: int) -> bool:
    """Whether a series of stretches has enough letters; it has no more than all of them cover."""
    blocks = defaultdict[int, list[tuple[int, int]]](list)
    for s in found:
        blocks[s.n].append((s.start, s.end))
    least = REPRINT * size
    return sum(map(covered, blocks.values())) >= least and _in_order(found) >= least


def _in_order(found: Sequence[SharedWords]) -> int:
    """The letters of the longest series of stretches that follow each other in both articles."""
    best = list[int]()
    ordered = sorted(found)
    for k, s in enumerate(ordered):
        before = (
            best[i]
            for i, o in enumerate(ordered[:k])
            if (o.n, o.end) <= (s.n, s.start) and (o.other_n, o.other_end) <= (s.other_n, s.other_start)
        )
        best.append(s.letters + max(before, default=0))
    return max(best, default=0)


def _share(found: Sequence[SharedWords], size: int) -> float:
    blocks = defaultdict[int, list[SharedWords]](list)
    for s in found:
        blocks[s.n].append(s)
    total = sum(
        covered((s.start, s.end) for s in some)
        * sum(s.letters for s in some)
        / sum(s.end - s.start for s in some)
        for some in blocks.values()
    )
    return round(min(1.0, total / size), 4)


def table(made: ReuseRecord) -> Iterator[tuple[str, ...]]:
    """The words elsewhere as rows of a table."""
    for w in made.words:
        facts = (
            w.block,
            w.text,
            str(w.quoted).lower(),
            w.article,
            w.title,
            iso_date(w.date, circa=w.circa),
            w.other_text,
        )
        yield (*facts, str(w.letters), str(w.same), w.url)
