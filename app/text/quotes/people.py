"""Speakers joined to the known people of the library."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from app.model import Person, SpeakerId
from app.text.folding import normalize
from app.text.quotes.entity import Entity, Joined

# Forms of address that mean one person wherever no other bearer of the surname is named, with the full name.
KNOWN_AS = {
    "毛主席": "毛泽东",
    "周总理": "周恩来",
    "朱总司令": "朱德",
    "彭老总": "彭德怀",
    "习总书记": "习近平",
    "习主席": "习近平",
}

_UNSAFE = re.compile(r"[^\w·\-]+")


class People(tuple[Person, ...]):
    """The known people; their names and ids are collected once for many articles."""

    @cached_property
    def ids(self) -> frozenset[str]:
        """Of all of them."""
        return frozenset(str(person.id) for person in self)

    @cached_property
    def named(self) -> dict[str, list[Person]]:
        """The bearers of each folded name and alias."""
        named: dict[str, list[Person]] = {}
        for person in self:
            for form in {person.name, person.name_hant, *person.aliases} - {""}:
                named.setdefault(normalize(form), []).append(person)
        return named


def identify(entities: Sequence[Entity], people: Sequence[Person]) -> list[Joined]:
    """Give each speaker an id: a known person's where name and office agree, else one made from the name.

    An id is made from the simplified name, so that
    毛澤東, 毛泽东 and 毛主席 of several articles are one speaker.
    """
    known = people if isinstance(people, People) else People(people)
    taken: set[str] = set()
    out: list[Joined] = []
    for e in entities:
        full = KNOWN_AS.get(e.folded, e.folded)
        joined = _join(e, [person for form in (full, *e.forms) for person in known.named.get(form, ())])
        if not joined.recorded:
            made = base = _UNSAFE.sub("", full) or "speaker"
            n = 2
            while made in taken or made in known.ids:
                made, n = f"{base}-{n}", n + 1
            taken.add(made)
            joined = replace(joined, id=SpeakerId(made))
        out.append(joined)
    return out


def _join(e: Entity, namesakes: list[Person]) -> Joined:
    """Join a speaker to the one known person of the name, unless there is reason to doubt."""
    unjoined = SpeakerId("")
    people = list({person.id: person for person in namesakes}.values())
    if not people:
        return Joined(unjoined)
    ids = "、".join(person.id for person in people)
    role = e.role if e.form != "honorific" else f"{e.role or ''}{e.folded}"  # 毛主席 names an office
    agreeing = [person for person in people if role and _same_office(role, person)]
    if len(agreeing) == 1:
        return Joined(agreeing[0].id, True)
    if agreeing:
        return Joined(unjoined, doubt=f"库中同名而职务相合者不止一人，未并：{ids}")
    if role and all(person.offices for person in people):
        return Joined(unjoined, doubt=f"库中有同名者，职务不合，未并：{ids}")
    if len(people) > 1 or people[0].homonyms:
        return Joined(unjoined, doubt=f"库中有同名者，职务不明，未并：{ids}")
    doubt = (
        ""
        if e.kind != "person"
        else "仅据姓名并入：文中未载职务"
        if not role
        else "仅据姓名并入：库中未载职务"
    )
    return Joined(people[0].id, True, doubt)


def _same_office(role: str, person: Person) -> bool:
    """Whether a printed description and one of a person's offices can be the same post."""
    said = normalize(role)
    for office in person.offices:
        post = normalize(office.organisation + office.title)
        title = normalize(office.title)
        if title and (title in said or said in post) and (len(title) > 3 or _likeness(said, post) >= 0.3):
            return True
        if _likeness(said, post) >= 0.5:
            return True
    return False


def _likeness(a: str, b: str) -> float:
    """Shared pairs of characters, as a part of the shorter text's."""
    first, second = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (a, b))
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0
