"""The effect of a new or changed glossary entry on the articles of the library, before it is saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.library.refreshing import Refreshing
from app.model import Term
from app.text.query import any_of
from app.text.terms.doubts import ArticleText, Change, changes

# The most articles with a form of the entry that are counted, and that one call looks at.
_MOST, _LOOKED = 10_000, 500
# Changes after which a call ends.
_CHANGES = 30
# Glossary and search compare quotation marks in different ways.
_QUOTES = re.compile("[\"“”「」『』‘’']+")


@dataclass(frozen=True, slots=True)
class Effect:
    """What an entry would change.

    Attributes:
        changes: by article, the latest article first.
        looked: articles that this call and earlier ones looked at.
        holding: articles that hold a form of the entry.
        more: there are more of these.
    """

    changes: tuple[Change, ...] = ()
    looked: int = 0
    holding: int = 0
    more: bool = False


def effect(library: Refreshing, made: Term, *, skip: int = 0) -> Effect:
    """What an entry would mark that the glossary does not mark now, and the reverse.

    Only articles of the index that hold one of the entry's forms, old or new, are looked at.

    Args:
        library: with the present glossary.
        made: the entry with its new values.
        skip: articles that earlier calls looked at.
    """
    before = library.usable_knowledge()[0].terms
    old = next((t for t in before if t.id == made.id), None)
    now = (*(made if t is old else t for t in before), *(() if old else (made,)))
    forms = (*(old.forms if old else ()), *made.forms)
    holding, more = library.index.articles_with_words(any_of(map(_longest_part, forms)), most=_MOST)
    found, looked = list[Change](), skip

    def texts() -> Iterator[ArticleText]:
        nonlocal looked
        for id in holding[skip : skip + _LOOKED]:
            if len(found) >= _CHANGES:
                return
            looked += 1
            if document := library.index.document(id):
                yield ArticleText(id, document.blocks, document.header.title)

    for change in changes(before, now, texts()):
        found.append(change)
    return Effect(tuple(found), looked, len(holding), more)


def _longest_part(form: str) -> str:
    """The longest part of a form without quotation marks."""
    return max(_QUOTES.split(form), key=len)
