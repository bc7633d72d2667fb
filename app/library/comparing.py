"""Compares two articles: the record that the page, the API and the command line share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app import urls
from app.errors import TextsTooLong
from app.i18n import worded
from app.model import ArticleId, Block, Document
from app.text.compare import ChangeKind, Comparison, Sentences, compare
from app.text.paragraphs import Op
from app.text.phrase_changes import PhraseChange, phrases

# Characters of both texts together: about 1.5 s of processor time for texts that have little in common.
MAX_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class ComparedText:
    """One of the two texts."""

    id: ArticleId
    title: str
    date: str | None
    characters: int


@dataclass(frozen=True, slots=True)
class ComparedPassage:
    """Whole sentences of a block, with the block's id and number; offsets are code points, half-open."""

    block: str
    n: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class ComparedSentences:
    """A change: `parts` are `[same|cut|put, words]` where the wordings differ, else empty."""

    kind: ChangeKind
    a: ComparedPassage | None
    b: ComparedPassage | None
    parts: list[tuple[Op, str]]


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """How many changes there are of each kind."""

    kept: int
    reworded: int
    moved: int
    new: int
    gone: int


@dataclass(frozen=True, slots=True)
class ComparedTexts:
    """Two texts compared.

    Attributes:
        unchanged: characters of the first text that the second one has in its kept, reworded and moved
            sentences.
        respelled: whether words count as the same that one text has in the other script.
        changes: in the order of the first text, then new sentences in the order of the second.
        phrases: that one text uses more often: new, gone, more, less.
    """

    a: ComparedText
    b: ComparedText
    unchanged: int
    respelled: bool
    counts: ChangeCounts
    changes: list[ComparedSentences]
    phrases: list[PhraseChange]


def comparison(a: Document, b: Document) -> Comparison:
    """Compare two articles.

    Raises:
        TextsTooLong: they have more than `MAX_CHARACTERS` together.
    """
    if (characters := _characters(a) + _characters(b)) > MAX_CHARACTERS:
        raise TextsTooLong(
            worded(
                "the two texts have %(total)s characters together; at most %(most)s can be compared",
                total=characters,
                most=MAX_CHARACTERS,
            )
        )
    return compare([block.text for block in a.blocks], [block.text for block in b.blocks])


def compared(a: Document, b: Document) -> ComparedTexts:
    """Compare two articles; the result as programs read it.

    Raises:
        TextsTooLong: they have more than `MAX_CHARACTERS` together.
    """
    done = comparison(a, b)
    return ComparedTexts(
        _text(a),
        _text(b),
        unchanged(done),
        done.respelled,
        ChangeCounts(**{str(kind): n for kind, n in done.counts.items()}),
        [ComparedSentences(c.kind, _passage(a, c.a), _passage(b, c.b), list(c.parts)) for c in done.changes],
        list(phrases(a, b)),
    )


# The columns of `compared_table`.
COMPARED_COLUMNS = ("what", "kind", "a", "b", "a_link", "b_link")


def compared_table(made: ComparedTexts, absolute: Callable[[str], str]) -> Iterator[tuple[str, ...]]:
    """The rows of a table: sentences with their words, then phrases with the number of their uses."""

    def link(article: ArticleId, block: str) -> str:
        return absolute(urls.block(article, block)) if block else ""

    for c in made.changes:
        words = (c.a.text if c.a else "", c.b.text if c.b else "")
        places = link(made.a.id, c.a.block if c.a else ""), link(made.b.id, c.b.block if c.b else "")
        yield ("sentences", c.kind, *words, *places)
    for p in made.phrases:
        first = (p.a[0].block if p.a else "", p.b[0].block if p.b else "")
        places = link(made.a.id, first[0]), link(made.b.id, first[1])
        yield (f"phrase {p.text}", p.kind, str(len(p.a)), str(len(p.b)), *places)


def unchanged(done: Comparison) -> int:
    """The characters of the first text that the second one has in the sentences that belong to them."""
    return sum(
        sum(len(words) for op, words in c.parts if op == "same") if c.parts else c.a.end - c.a.start
        for c in done.changes
        if c.a and c.b
    )


def _characters(document: Document) -> int:
    return sum(len(block.text) for block in document.blocks)


def _text(document: Document) -> ComparedText:
    header = document.header
    return ComparedText(header.id, header.title, header.date or None, _characters(document))


def _passage(document: Document, passage: Sentences | None) -> ComparedPassage | None:
    if passage is None:
        return None
    block: Block = document.blocks[passage.block]
    words = block.text[passage.start : passage.end]
    return ComparedPassage(block.id, block.n, passage.start, passage.end, words)
