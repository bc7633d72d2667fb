"""The passage on the front page that shows how an article looks: terms with cards, and who speaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from msgspec import Struct, structs

from app.index import ArticleEntry
from app.model import ArticleId, Block, Document, TermId
from app.pages import blocks
from app.pages.article import DocumentView, article_view, signed
from app.pages.resources import Resources
from app.pages.views import ArticleView, BlockView, TermCard

# The articles that are looked through, the newest first.
_ARTICLES = 6
# The length of a passage, in characters. Longer paragraphs end early, at the end of a sentence.
_SHORTEST, _LONGEST = 40, 180
_SENTENCE = re.compile("[。！？][”’」』）]*")


class Sample(Struct, frozen=True):
    """A passage of an article: a paragraph or its first sentences.

    Attributes:
        article: the facts of the article.
        block: the passage, with its marks and speakers.
        more: the paragraph goes on.
        cards: of the terms in it.
    """

    article: ArticleView
    block: BlockView
    more: bool
    cards: tuple[TermCard, ...]


def sample(res: Resources, entries: Sequence[ArticleEntry], offered: Sequence[TermId]) -> Sample | None:
    """The best passage of the newest articles; None if the library is empty.

    Args:
        entries: the articles, newest first.
        offered: the terms that the front page offers, best first; a passage with a good one is better.
    """
    found: list[tuple[tuple[int, int, int], Document, Block, int]] = []
    for age, entry in enumerate(entries[:_ARTICLES]):
        document = res.library.document(ArticleId(entry.header.id))
        for block in document.blocks:
            if block.kind == "paragraph":
                end = _end(block.text)
                found.append(((*_worth(res, document, block, end, offered), -age), document, block, end))
    if not found:
        return None
    _, document, block, end = max(found, key=lambda f: f[0])
    whole = res.view(document)
    passage = DocumentView(_only(document, block, end), whole.knowledge, names=whole.names)
    return Sample(
        article=article_view(whole.entry),
        block=structs.replace(
            blocks.focus(passage, block.id, "core"), number=whole.numbers[block.id], notes=()
        ),
        more=end < len(block.text),
        cards=blocks.cards(passage, res.glossary(), block.id, short=True),
    )


def _end(text: str) -> int:
    """Where the passage ends: after the last sentence that fits, else after the first one."""
    ends = [m.end() for m in _SENTENCE.finditer(text)] or [len(text)]
    return max((e for e in ends if e <= _LONGEST), default=ends[0])


def _worth(
    res: Resources, document: Document, block: Block, end: int, offered: Sequence[TermId]
) -> tuple[int, int]:
    """How much of Meipi a passage shows: long enough, then terms and a known speaker."""
    knowledge = res.library.knowledge()
    terms = {o.term for o in document.occurrences if o.block == block.id and o.end <= end}
    explained = sum(knowledge.term(t) is not None for t in terms)
    best = max((len(offered) - n for n, t in enumerate(offered) if t in terms), default=0)
    speaks = any(
        q.block == block.id and q.start < end and q.speaker and signed(q) for q in document.quotations
    )
    return _SHORTEST <= end <= 2 * _LONGEST, best + min(explained, 6) + 4 * speaks


def _only(document: Document, block: Block, end: int) -> Document:
    """A document of one block, cut off at `end`, with the annotations that fit."""
    inside = [o for o in document.occurrences if o.block == block.id and o.end <= end]
    return replace(
        document,
        blocks=(replace(block, text=block.text[:end]),),
        occurrences=tuple(
            replace(o, first=o.term not in {e.term for e in inside[:n]}) for n, o in enumerate(inside)
        ),
        definitions=(),
        quotations=tuple(
            replace(
                q,
                end=min(q.end, end),
                inferred_from=q.inferred_from if q.inferred_from and q.inferred_from < end else None,
            )
            for q in document.quotations
            if q.block == block.id and q.start < end
        ),
        quote_marks=(),
        cuts=(),
    )
