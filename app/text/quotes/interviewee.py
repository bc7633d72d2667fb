"""Who answers in an interview: the person whom the headline or the lead names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.model import Block, BlockId
from app.text.folding import normalize
from app.text.quotes.cue import past_openers
from app.text.quotes.entity import Entity
from app.text.quotes.passages import Passage, prepare
from app.text.quotes.phrases import Who
from app.text.quotes.subjects import Subjects

_INTERVIEWED = re.compile(
    "答.{0,12}记者(?:提)?问|答问|回答.{0,12}(?:提问|问题)|接受.{0,30}(?:采访|专访|访问|访谈)|专访|对话|访谈|采访了|访"
)
_BEFORE_NAME = re.compile("(?:独家)?(?:专访|对话|采访了?|访问了?|走访了?|访谈|访)[：:\\s]*")
_AFTER_NAME = re.compile("接受|答|就|回答|回应|谈|讲|在|日前|近日|今天|昨天|[，。：！？、（ 　]")


def announces_interview(label: str) -> bool:
    """Whether words before a colon are the headline of an interview: 专访作家何青禾：…"""
    return _BEFORE_NAME.match(label) is not None


def find_interviewee(lead: Sequence[Passage], subjects: Subjects, title: str) -> Entity | None:
    """The person who is asked.

    Args:
        lead: the paragraphs before the first label.
        subjects: reads the words of the article.
        title: the headline, if it is not a paragraph.
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
    """The person of one sentence about an interview: after 专访, or its subject, or the only name in it."""
    cast = subjects.cast
    for m in _BEFORE_NAME.finditer(p.plain, s, e):
        if who := _person_first(p.plain[m.end() : e], subjects):
            return cast.resolve(who, m.end(), p, None)
    at = past_openers(p.plain, s, e)
    for m in re.finditer("，|[—―]+|：", p.plain[at:e]):
        if who := _person_first(p.plain[at:e], subjects):
            break
        at = past_openers(p.plain, at + m.end(), e)
    if who := _person_first(p.plain[at:e], subjects):
        return cast.resolve(who, at, p, None)
    named = list(dict.fromkeys(cast.known[name] for _, _, name in cast.names_in(p.plain[s:e])))
    return named[0] if named else None


def _person_first(text: str, subjects: Subjects) -> Who | None:
    """The person that a text begins with, before the verb of the interview or at its end."""
    end = _AFTER_NAME.search(text)
    words = text[: end.start()] if end else text.rstrip("。！？ ")
    at, who = subjects.subject(words, 0, len(words))
    return who.moved(at) if who and who.form in ("named", "honorific", "titled") else None
