"""Glossary entries. content/README.md describes the format of their files, with examples."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.model.ids import ArticleId, TermId


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a fact in a glossary entry or a person's entry.

    Attributes:
        title: of the page; square brackets mark a description by the editor.
        tier: A official or institutional site, B press, journal, reference site, C reprint, archive, mirror.
        date: ISO 8601 with the known precision, or "".
    """

    title: str
    publisher: str = ""
    date: str = ""
    url: str = ""
    tier: Literal["A", "B", "C"] = "C"


TermKind = Literal[
    "policy",
    "slogan",
    "programme",
    "institution",
    "event",
    "concept",
    "document",
    "meeting",
    "place",
    "idiom",
    "title",
]
Domain = Literal[
    "party",
    "government",
    "economy",
    "society",
    "law",
    "diplomacy",
    "defence",
    "science",
    "ecology",
    "culture",
    "regions",
    "agriculture",
]
Priority = Literal["core", "useful", "minor"]
PRIORITIES: tuple[Priority, ...] = ("core", "useful", "minor")
DateType = Literal["proposed", "adopted", "issued", "founded", "in_use_by", "ended"]
EnglishStatus = Literal["official", "common", "descriptive"]
# True: all facts were verified in sources; "main": the main facts; False: none.
Verified = bool | Literal["main"]


@dataclass(frozen=True, slots=True)
class TermDate:
    """A date in the history of a term, and the event.

    Attributes:
        date: ISO 8601 with the known precision.
        type: `in_use_by` is the earliest use found; the term may be older.
        event, event_en: a description, in Chinese and English.
        source: 1-based number in the entry's list of sources; 0 if none is given.
    """

    date: str
    type: DateType
    event: str = ""
    event_en: str = ""
    source: int = 0


@dataclass(frozen=True, slots=True)
class English:
    """An English name of a term: official, in common use, or our own description."""

    text: str
    status: EnglishStatus = "descriptive"


@dataclass(frozen=True, slots=True)
class Member:
    """An item of a numbered phrase such as 五个中心, worded as in the official list."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Conditions on an article; a form means the term only where all given conditions hold.

    Attributes:
        articles: the article is one of these.
        requires: the article contains one of these words.
        place: the article contains one of these place names.
        veto: contexts in which the form means something else, written as the entry's own `veto`.
        only: contexts in which alone the form means the term.
    """

    articles: tuple[ArticleId, ...] = ()
    requires: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    veto: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AliasScope:
    """The scope of one alias."""

    form: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry.

    Attributes:
        term: the headword, also the first form searched in texts.
        pinyin: of the headword, by word, with tone marks.
        priority: decides which entries are left out where space is short; every entry is marked in texts.
        zh, en: definitions; the first sentence is complete by itself.
        aliases: other forms, all searched. Those with a scope of their own are in `alias_scopes` too.
        traditional: the headword in traditional characters.
        english: English names with their status, the best first.
        members: the items of a numbered phrase, in official order; each may have an entry of its own.
        members_changed: which version of the list this is, and since when.
        dates: in any order.
        not_to_confuse: similar terms and the difference.
        related: ids of other entries.
        verified: how much of the entry was verified in sources.
        note: an editor's doubts, shown on the term page, not on the card.
        veto: contexts (with ~ for the form) in which a form is not this term.
        only: if not empty, the only contexts in which a form is this term.
        scope: the articles in which the forms are this term; None for all.
        reviewed: date of the last review, ISO 8601.
        file: the file of the entry, glossary/….yaml; "" if it has none.
    """

    id: TermId
    term: str
    pinyin: str
    kind: TermKind
    priority: Priority
    zh: str
    aliases: tuple[str, ...] = ()
    en: str = ""
    traditional: str = ""
    domain: Domain | Literal[""] = ""
    english: tuple[English, ...] = ()
    literal: str = ""
    members: tuple[Member, ...] = ()
    members_changed: str = ""
    dates: tuple[TermDate, ...] = ()
    not_to_confuse: str = ""
    related: tuple[TermId, ...] = ()
    sources: tuple[Source, ...] = ()
    verified: Verified = False
    note: str = ""
    veto: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    scope: Scope | None = None
    alias_scopes: tuple[AliasScope, ...] = ()
    reviewed: str = ""
    file: str = field(default="", compare=False)

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form searched in texts, the headword first."""
        traditional = (self.traditional,) if self.traditional else ()
        return tuple(dict.fromkeys((self.term, *self.aliases, *traditional)))
