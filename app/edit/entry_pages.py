"""The page of an entry, of the glossary or of people, and what its form does: look, then save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.edit.entry_forms import FormField
from app.edit.frames import EditContext
from app.pages.views import Link, TermCard


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What an entry does to one article.

    Attributes:
        href: the first place that changes.
        article: its title.
        counts: marks before and after.
        places: words around the first places.
    """

    href: str
    article: str
    counts: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScopeForm:
    """A form for the scope of an entry or of one of its forms.

    Attributes:
        forms: to choose from.
        articles, requires, place: the present conditions, one a line.
    """

    forms: tuple[str, ...]
    articles: str
    requires: str
    place: str


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
        findings: faults and doubts about the entry as a whole.
        card: as readers see it, after a look; None without.
        looked: the form was looked at, so that `effect` and `findings` are those of the form.
        effect: its effect on articles.
        seen_articles: how many articles this page and those before it looked at.
        articles: how many hold a form of the entry.
        more: there are more of these.
        scopes: forms for the scopes of the entry, for the glossary.
        file: for a new entry: where it is written.
    """

    template: ClassVar[str] = "edit/entry.html"
    here: str
    section: str
    shown_at: str
    title: str
    seen: str
    back: str
    fields: tuple[FormField, ...]
    findings: tuple[str, ...]
    card: TermCard | None
    looked: bool
    effect: tuple[EffectRow, ...]
    seen_articles: int
    articles: int
    more: bool
    scopes: tuple[ScopeForm, ...]
    file: str


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A phrase that could have an entry.

    Attributes:
        href: the form for it.
        text: the phrase.
        facts: how often it occurs.
    """

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
    candidates: tuple[CandidateRow, ...]
    candidates_at: str
    doubts_at: str = ""
