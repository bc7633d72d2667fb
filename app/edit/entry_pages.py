"""The page of an entry, of the glossary or of people, and what its form does: look, then save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.edit.asked import EditRequest
from app.edit.bench import Bench, Refused
from app.edit.entry_files import kind_of
from app.edit.entry_forms import FormField
from app.edit.frames import EditContext
from app.edit.history import EarlierEntry, earlier
from app.i18n import say
from app.model import Person, Term
from app.pages.views import Link, TermCard

# Earlier values that a page lists.
_EARLIER = 20


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What an entry does to one article: marks before and after, and the words around the first places."""

    href: str
    article: str
    counts: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScopeForm:
    """A form for the scope of an entry or of one of its forms; conditions are one a line."""

    forms: tuple[str, ...]
    articles: str
    requires: str
    place: str


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """Values of an entry that a save replaced; `made`: there were none before that save."""

    n: int
    facts: str
    made: bool


def earlier_rows(bench: Bench, entry: Term | Person | None) -> tuple[EarlierRow, ...]:
    """The earlier values of an entry, to choose from."""
    if entry is None:
        return ()
    found = earlier(bench.settings.var, kind_of(entry), entry.id)[:_EARLIER]
    return tuple(EarlierRow(e.n, _facts(e), e.values is None) for e in found)


def _facts(e: EarlierEntry) -> str:
    return "　".join(x for x in (e.at[:16].replace("T", " "), e.editor, e.note) if x)


def earlier_values(bench: Bench, asked: EditRequest, entry: Term | Person) -> Mapping[str, Any] | None:
    """The earlier values that a form asks for, under the present id; None for those before there were any."""
    for e in earlier(bench.settings.var, kind_of(entry), entry.id):
        if str(e.n) == asked.fields.get("n", ""):
            return None if e.values is None else {**e.values, "id": entry.id}
    raise Refused(say("没有这一次修订。"))


def removed_values(bench: Bench, kind: str, id: str) -> Mapping[str, Any] | None:
    """The last values of an entry that was taken out."""
    return next((e.values for e in earlier(bench.settings.var, kind, id) if e.values), None)


class EntryEditContext(EditContext, frozen=True, kw_only=True):
    """An entry in the workbench.

    Attributes:
        here: the address of the form.
        section: the address of the list.
        shown_at: the page of readers, or "".
        title: of the page.
        seen: the digest for the form.
        back: where to go after saving, or "".
        fields: of the form.
        fault: the field that kept the form from being saved, and its fault in words; None without.
        findings: faults and doubts about the entry as a whole.
        card: as readers see it, after a look; None without.
        looked: the form was looked at, so that `effect` and `findings` are those of the form.
        effect: its effect on articles.
        seen_articles: how many articles this page and those before it looked at.
        articles: how many hold a form of the entry.
        more: there are more of these.
        scopes: forms for the scopes of the entry, for the glossary.
        file: for a new entry: where it is written.
        earlier: values that saves have replaced, the latest first.
    """

    template: ClassVar[str] = "edit/entry.html"
    here: str
    section: str
    shown_at: str
    title: str
    seen: str
    back: str = ""
    fields: tuple[FormField, ...]
    fault: tuple[str, str] | None = None
    findings: tuple[str, ...]
    card: TermCard | None = None
    looked: bool = False
    effect: tuple[EffectRow, ...] = ()
    seen_articles: int = 0
    articles: int = 0
    more: bool = False
    scopes: tuple[ScopeForm, ...] = ()
    file: str
    earlier: tuple[EarlierRow, ...]


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A phrase that could have an entry, with how often it occurs; `href` is the form for it."""

    href: str
    text: str
    facts: str


class EntryListContext(EditContext, frozen=True, kw_only=True):
    """A list of entries in the workbench.

    Attributes:
        title: of the page.
        new_at: the form for a new one.
        entries: all, in their order.
        candidates: phrases of the library that could have an entry.
        candidates_at: where they are listed, or "".
        doubts_at: where doubtful identities are listed, or "".
    """

    template: ClassVar[str] = "edit/entries.html"
    title: str
    new_at: str
    entries: tuple[Link, ...]
    candidates: tuple[CandidateRow, ...] = ()
    candidates_at: str = ""
    doubts_at: str = ""
