"""Two articles side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import ClassVar, Literal

from msgspec import Struct

from app import urls
from app.i18n import mark, say
from app.library.comparing import COMPARED_COLUMNS, compared, compared_table, comparison, unchanged
from app.model import ArticleId, BlockId, Document, Knowledge
from app.pages.article import DocumentView, title_of
from app.pages.contexts import Page, PageContext, Redirect
from app.pages.head import meta
from app.pages.resources import Resources
from app.pages.views import ArticleView, Link
from app.spreadsheet import csv_lines
from app.text.compare import CHANGE_KINDS, Comparison, SentenceChange
from app.text.paragraphs import Op
from app.text.phrase_changes import PHRASE_KINDS, PhraseChange, PhraseUse, phrases

_PHRASES = {
    "new": mark("新出现的词语"),
    "gone": mark("不再出现的词语"),
    "more": mark("增多的词语"),
    "less": mark("减少的词语"),
}
# Places of a phrase that are linked on each side.
_PLACES = 5

Side = Literal["a", "b"]


class ComparedWords(Struct, frozen=True):
    """Words of a sentence in one of the texts.

    Attributes:
        op: same, cut or put.
        text: the words.
    """

    op: Op
    text: str


class ComparedSentence(Struct, frozen=True):
    """Sentences of one text and what became of them.

    Attributes:
        kind: of the change.
        words: end to end the sentences.
        other: where they are in the other text, if they moved.
    """

    kind: str
    words: tuple[ComparedWords, ...]
    other: Link | None


class ComparedBlock(Struct, frozen=True):
    """A block of one text.

    Attributes:
        anchor: its id on this page.
        kind: of the block.
        number: for display.
        href: its lasting address; its place on the page if it has none.
        sentences: its text.
    """

    anchor: str
    kind: str
    number: int
    href: str
    sentences: tuple[ComparedSentence, ...]


class ComparedRow(Struct, frozen=True):
    """Blocks that belong together.

    Attributes:
        kind: what became of all their sentences; reworded if they differ.
        a, b: the blocks; one side may be empty.
    """

    kind: str
    a: tuple[ComparedBlock, ...]
    b: tuple[ComparedBlock, ...]


class ComparedPhrase(Struct, frozen=True):
    """A phrase that one text uses more often.

    Attributes:
        text: the phrase.
        href: its glossary entry, or "".
        a_uses, b_uses: how many uses each text has.
        a, b: the first places in each text.
    """

    text: str
    href: str
    a_uses: int
    b_uses: int
    a: tuple[Link, ...]
    b: tuple[Link, ...]


class CompareContext(PageContext, frozen=True):
    """Two articles side by side.

    Attributes:
        first, second: the facts of both.
        swapped: address of the comparison the other way round; "" for texts without an address.
        counts: kind and number of changes.
        share: percentage of the first text that the second one keeps.
        respelled: whether words count as the same that one text has in the other script.
        phrases: by kind, a heading and the phrases.
        rows: the texts.
    """

    template: ClassVar[str] = "compare.html"
    first: ArticleView
    second: ArticleView
    swapped: str
    counts: tuple[tuple[str, int], ...]
    share: int
    respelled: bool
    phrases: tuple[tuple[str, tuple[ComparedPhrase, ...]], ...]
    rows: tuple[ComparedRow, ...]


def compare(res: Resources, first: ArticleId, second: ArticleId) -> Page | Redirect:
    """Two articles side by side.

    Raises:
        NotFound: one of them does not exist.
        TextsTooLong: they have too many characters.
    """
    if (now := [*map(res.library.current, (first, second))]) != [first, second]:
        return Redirect(urls.compare(*now))
    a, b = res.library.document(first), res.library.document(second)
    context = side_by_side(res.library.knowledge(), a, b)
    titles = {"a": title_of(a.header), "b": title_of(b.header)}
    head = meta(
        res,
        say("对照：%(a)s 与 %(b)s", **titles),
        say("《%(a)s》与《%(b)s》逐句对照：未改、改写、移动、新增、删去。", **titles),
        urls.compare(first, second),
        robots="noindex",
    )
    return Page(context, head, nav="articles", lang=a.header.lang)


def csv(res: Resources, first: ArticleId, second: ArticleId) -> bytes | Redirect:
    """The changes between two articles as CSV: sentences, then phrases.

    Raises:
        NotFound: one of them does not exist.
        TextsTooLong: they have too many characters.
    """
    if (now := [*map(res.library.current, (first, second))]) != [first, second]:
        return Redirect(urls.compared_table(*now))
    made = compared(res.library.document(first), res.library.document(second))
    return b"".join(csv_lines(COMPARED_COLUMNS, compared_table(made, res.absolute)))


def side_by_side(knowledge: Knowledge, a: Document, b: Document) -> CompareContext:
    """Two texts side by side; the blocks of one without an address link to their places on the page.

    Raises:
        TextsTooLong: they have too many characters.
    """
    done = comparison(a, b)
    size = sum(len(block.text) for block in a.blocks)
    first, second = a.header.id, b.header.id
    return CompareContext(
        first=DocumentView(a, knowledge).article(),
        second=DocumentView(b, knowledge).article(),
        swapped=urls.compare(second, first) if first and second else "",
        counts=tuple((say(words), done.counts[kind]) for kind, words in CHANGE_KINDS.items()),
        share=round(100 * unchanged(done) / size) if size else 100,
        respelled=done.respelled,
        phrases=tuple(_phrases(knowledge, a, b)),
        rows=_rows(done, a, b),
    )


def _address(side: Side, document: Document, id: BlockId) -> str:
    article = document.header.id
    return f"#{side}-{id}" if article == urls.PASTED else urls.block(article, id)


def _rows(done: Comparison, a: Document, b: Document) -> tuple[ComparedRow, ...]:
    old, new = _blocks("a", a, b, done), _blocks("b", b, a, done)
    return tuple(
        ComparedRow(row.kind, tuple(old[n] for n in row.a), tuple(new[n] for n in row.b)) for row in done.rows
    )


def _blocks(side: Side, mine: Document, other: Document, done: Comparison) -> Sequence[ComparedBlock]:
    changes = done.side(side)
    return [
        ComparedBlock(
            f"{side}-{block.id}",
            block.kind,
            block.n,
            _address(side, mine, block.id),
            tuple(_sentence(side, block.text, change, other) for change in changes.get(n, ())),
        )
        for n, block in enumerate(mine.blocks)
    ]


def _sentence(side: Side, text: str, change: SentenceChange, other: Document) -> ComparedSentence:
    here, there = (change.a, change.b) if side == "a" else (change.b, change.a)
    assert here is not None
    own: Op = "cut" if side == "a" else "put"
    if change.parts:
        mine = [(op, len(w)) for op, w in change.parts if op in ("same", own)]
        ends = list(accumulate((n for _, n in mine), initial=here.start))
        words = tuple(
            ComparedWords(op, text[end - n : end]) for (op, n), end in zip(mine, ends[1:], strict=True)
        )
    else:
        op: Op = "same" if there else own
        words = (ComparedWords(op, text[here.start : here.end]),)
    link = None
    if change.kind == "moved" and there:
        block = other.blocks[there.block]
        template = mark("移到第 %(n)s 段") if side == "a" else mark("移自第 %(n)s 段")
        link = Link(say(template, n=block.n), f"#{'b' if side == 'a' else 'a'}-{block.id}")
    return ComparedSentence(change.kind, words, link)


def _phrases(
    knowledge: Knowledge, a: Document, b: Document
) -> Iterator[tuple[str, tuple[ComparedPhrase, ...]]]:
    found = phrases(a, b)
    for kind in PHRASE_KINDS:
        if some := tuple(_phrase(knowledge, p, a, b) for p in found if p.kind == kind):
            yield say(_PHRASES[kind]), some


def _phrase(knowledge: Knowledge, phrase: PhraseChange, a: Document, b: Document) -> ComparedPhrase:
    entry = knowledge.term(phrase.term) if phrase.term else None
    return ComparedPhrase(
        entry.term if entry else phrase.text,
        urls.term(entry.id) if entry else "",
        len(phrase.a),
        len(phrase.b),
        _places("a", phrase.a, a),
        _places("b", phrase.b, b),
    )


def _places(side: Side, uses: Sequence[PhraseUse], document: Document) -> tuple[Link, ...]:
    """The first paragraphs that have a phrase, by their addresses."""
    numbers = {block.id: block.n for block in document.blocks}
    ids = list(dict.fromkeys(use.block for use in uses))[:_PLACES]
    return tuple(Link(say("第 %(n)s 段", n=numbers[id]), _address(side, document, id)) for id in ids)
