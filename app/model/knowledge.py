"""People of content/speakers, and the knowledge that annotation uses: the glossary and the people."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.model.annotations import SpeakerKind
from app.model.glossary import Source, Term
from app.model.ids import SpeakerId


@dataclass(frozen=True, slots=True)
class Office:
    """A post that a person holds or held.

    Attributes:
        title: without the organisation, if that is given.
        start, end: ISO 8601 with the known precision, or "".
        title_en: organisation and title in English.
    """

    title: str
    organisation: str = ""
    start: str = ""
    end: str = ""
    title_en: str = ""

    @property
    def whole(self) -> str:
        """Organisation and title in one phrase: 上海市科委主任.

        An overlap of two characters or more appears once: 上海市科委 and 市科委处长 make 上海市科委处长. An
        overlap of one character is kept: 北岭大学 and 学院院长.
        """
        if self.organisation in self.title:
            return self.title
        most = min(len(self.organisation), len(self.title))
        repeated = (n for n in range(most, 1, -1) if self.organisation.endswith(self.title[:n]))
        return self.organisation + self.title[next(repeated, 0) :]


@dataclass(frozen=True, slots=True)
class Person:
    """An entry of content/speakers: public, professional facts only.

    Attributes:
        offices: from articles and sources; they distinguish people of the same name.
        homonyms: descriptions of other people with the same name.
        private: not a public figure; has no page and no address.
        file: the file of the entry, speakers/….yaml; "" if it has none.
    """

    id: SpeakerId
    name: str
    kind: SpeakerKind = "person"
    pinyin: str = ""
    name_hant: str = ""
    aliases: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()
    office_en: str = ""
    facts: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    homonyms: tuple[str, ...] = ()
    private: bool = False
    verified: bool = False
    note: str = ""
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The glossary and the people, loaded once."""

    terms: tuple[Term, ...] = ()
    people: tuple[Person, ...] = ()
    _terms: dict[str, Term] = field(init=False, repr=False, compare=False)
    _people: dict[str, Person] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_terms", {t.id: t for t in self.terms})
        object.__setattr__(self, "_people", {p.id: p for p in self.people})

    def term(self, id: str) -> Term | None:
        """Return the glossary entry with this id, or None."""
        return self._terms.get(id)

    def person(self, id: str) -> Person | None:
        """Return the person with this id, or None."""
        return self._people.get(id)

    def is_private(self, id: str) -> bool:
        """Whether this speaker is a private person, who has no page."""
        person = self.person(id)
        return person is not None and person.private
