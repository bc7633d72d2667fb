"""Speakers whose link to an entry of content/speakers is doubtful: an editor says which person it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app import urls
from app.edit.asked import EditRequest
from app.edit.bench import Bench, framed, page
from app.edit.frames import EditContext
from app.edit.rows import SelectOption, named, namesakes
from app.errors import MeipiError
from app.i18n import say
from app.model import Document, Person, Speaker
from app.pages.contexts import Page
from app.text.reasons import reason_words

# Doubts on a page, and articles that one page looks at.
_SHOWN, _LOOKED = 40, 400
# Characters of the speaker's first words.
_WORDS = 60


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """A speaker of an article who may be a known person or another one of that name.

    `action` and `seen` are for its forms; `href` and `words` are the speaker's first words.
    """

    action: str
    seen: str
    name: str
    role: str
    kind: str
    why: str
    title: str
    href: str
    words: str
    people: tuple[SelectOption, ...]


class IdentitiesContext(EditContext, frozen=True, kw_only=True):
    """The list of doubtful identities.

    Attributes:
        rows: one for every doubt, the latest article first.
        looked: how many articles the page looked at.
        more: the address of the next page, or "".
    """

    template: ClassVar[str] = "edit/doubts.html"
    rows: tuple[IdentityRow, ...]
    looked: int
    more: str


def doubts(bench: Bench, asked: EditRequest) -> Page:
    """The list of doubtful identities."""
    people = bench.knowledge().people
    rows, looked, last = list[IdentityRow](), 0, ""
    entries = bench.library.index.entries(limit=_LOOKED + 1, after=asked.query.get("after", ""))
    for entry in entries[:_LOOKED]:
        if len(rows) >= _SHOWN:
            break
        looked, last = looked + 1, entry.place
        # Articles of JSON lines have no file to write a decision into.
        if (document := bench.library.index.document(entry.header.id)) and any(
            s.doubt for s in document.speakers
        ):
            rows += _rows(bench, document, people)
    more = f"{urls.EDIT}doubts/?after={last}" if looked < len(entries) else ""
    context = IdentitiesContext(rows=tuple(rows), looked=looked, more=more, **framed(asked))
    return page(bench, say("拿不准是谁"), context)


def _rows(bench: Bench, document: Document, people: tuple[Person, ...]) -> Iterator[IdentityRow]:
    id = document.header.id
    try:
        seen = bench.library.content.article(id).digest
    except MeipiError:  # it has no file, or a faulty one
        return
    for speaker in document.speakers:
        if speaker.doubt and (known := namesakes(people, speaker)):
            place, words = _first(document, speaker)
            yield IdentityRow(
                action=urls.edit_article(id),
                seen=seen,
                name=speaker.name,
                role=speaker.role or "",
                kind=speaker.kind,
                why=reason_words(speaker.doubt),
                title=document.header.title,
                href=urls.block_in_article(id, place) if place else urls.article(id),
                words=words,
                people=tuple(SelectOption(p.id, named(p)) for p in known),
            )


def _first(document: Document, speaker: Speaker) -> tuple[str, str]:
    """The block and the beginning of a speaker's first words."""
    text = {b.id: b.text for b in document.blocks}
    for q in document.quotations:
        if q.speaker == speaker.id:
            return q.block, text[q.block][q.start : q.end][:_WORDS]
    return "", ""
