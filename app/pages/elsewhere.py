"""Where else the words of an article are: a line at its end, and notes in the margin of its paragraphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from app import urls
from app.i18n import say
from app.library.reuse import SharedArticle, WordsElsewhere, reuse
from app.model import BlockId, Document
from app.pages.resources import Resources
from app.pages.views import Link
from app.text.reuse import LEAST
from app.text.terms.facts import date_words

# Reprints that are named.
_REPRINTS = 6


class Elsewhere(Struct, frozen=True):
    """What an article shares with others.

    Attributes:
        text: the share of its letters that others have too, and how many others these are.
        reprints: others that have most of its words in the same order, the earliest first.
        notes: for each paragraph with words of others: how many others, and the earliest date.
    """

    text: str
    reprints: tuple[Link, ...]
    notes: Mapping[BlockId, str]


def elsewhere(res: Resources, document: Document) -> Elsewhere | None:
    """What an article shares with others; None if it is nothing, or not known."""
    made = reuse(res.library, document.header.id, lambda path: path)
    if not made.words:
        return None
    found = defaultdict[BlockId, list[WordsElsewhere]](list)
    for words in made.words:
        found[words.block].append(words)
    text = say(
        "本文 %(share)s%% 的字也见于文库里另外 %(n)s 篇：只算连续 %(least)s 字以上、至多改动几字的字句。",
        share=max(1, round(100 * made.share)),
        n=len(made.articles),
        least=LEAST,
    )
    reprints = sorted((a for a in made.articles if a.reprint), key=lambda a: (a.date or "9", a.article))
    return Elsewhere(
        text, tuple(map(_link, reprints[:_REPRINTS])), {block: _note(some) for block, some in found.items()}
    )


def _note(words: Sequence[WordsElsewhere]) -> str:
    n = len({w.article for w in words})
    dated = min((w for w in words if w.date), key=lambda w: w.date or "", default=None)
    if dated is None:
        return say("亦见于另外 %(n)s 篇", n=n)
    date = date_words(dated.date or "", circa=dated.circa)
    if n == 1:
        return say("亦见于另外 %(n)s 篇，%(date)s", n=1, date=date)
    return say("亦见于另外 %(n)s 篇，最早 %(date)s", n=n, date=date)


def _link(article: SharedArticle) -> Link:
    date = date_words(article.date or "", circa=article.circa)
    return Link(f"{date} {article.title}".strip(), urls.article(article.article))
