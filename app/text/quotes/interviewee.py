"""Who answers in an interview: the person whom the headline or the lead names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.model import Block, BlockId
from app.text.folding import normalize
from app.text.quotes.entity import Entity
from app.text.quotes.passages import Passage, prepare
from app.text.quotes.subjects import Subjects

_INTERVIEWED = re.compile(
    "答.{0,12}记者(?:提)?问|答问|回答.{0,12}(?:提问|问题)|接受.{0,30}(?:采访|专访|访问|访谈)|专访|对话|访谈|采访了|访"
)
_BEFORE_NAME = re.compile("(?:独家)?(?:专访|对话|采访了?|访问了?|走访了?|访谈|访)[：:\\s]*")
_FIRST_WORDS = re.compile("^.{0,20}?(?=就|答|回答|接受|对|谈)")


def find_interviewee(lead: Sequence[Passage], subjects: Subjects, title: str) -> Entity | None:
    """The person who is asked.

    Args:
        lead: the paragraphs before the first label.
        subjects: reads the words of the article.
        title: the headline, if it is no paragraph.
    """
    headline = prepare(0, Block(BlockId(""), 0, "heading", title)) if title else None
    texts = [*([headline] if headline else []), *lead[:12]]
    for p in texts:
        for s, e in p.sentences():
            if _INTERVIEWED.search(p.plain, s, e) and (entity := _person_in(p, s, e, subjects)):
                return entity
    known = [
        subjects.cast.known[name] for p in texts for _, _, name in subjects.cast.names_in(normalize(p.raw))
    ]
    named = list(dict.fromkeys(known))
    return named[0] if len(named) == 1 else None


def _person_in(p: Passage, s: int, e: int, subjects: Subjects) -> Entity | None:
    """The person of one sentence about an interview: behind 专访, or its subject, or the only name in it."""
    cast = subjects.cast
    if m := _BEFORE_NAME.search(p.plain, s, e):
        at, who = subjects.subject(p.plain, m.end(), e, whole=False)
        if who and who.form in ("named", "honorific", "titled"):
            return cast.resolve(who, at, p, None)
    at, who = subjects.first_source(p.plain, s, e)
    if who and who.form in ("named", "titled", "honorific"):
        return cast.resolve(who, at, p, None)
    named = list(dict.fromkeys(cast.known[name] for _, _, name in cast.names_in(p.plain[s:e])))
    return named[0] if named else None
