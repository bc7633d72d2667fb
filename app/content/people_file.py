"""Reads the records of content/speakers; content/README.md has an example of every key."""

from __future__ import annotations

from typing import Any, get_args

from ruamel.yaml.comments import CommentedMap

from app.content.entries import SOURCE_KEYS, EntryReader, filled, filled_fields, put_values
from app.model import Office, Person, SpeakerId, SpeakerKind

PERSON_KEYS: dict[str, type] = {
    "id": str,
    "name": str,
    "kind": str,
    "pinyin": str,
    "name_hant": str,
    "aliases": list,
    "offices": list,
    "office_en": str,
    "facts": list,
    "sources": list,
    "homonyms": list,
    "private": bool,
    "verified": bool,
    "note": str,
}

_OFFICE_KEYS = ("title", "organisation", "from", "to", "title_en")
# The fields of keys with other names.
_OFFICE = {"from": "start", "to": "end"}


def read_person(reader: EntryReader) -> Person:
    """A person or body.

    Raises:
        ContentError: S02, at the line of the key.
    """
    reader.allow(PERSON_KEYS)
    return Person(
        id=SpeakerId(reader.id()),
        name=reader.text("name", needed=True),
        kind=reader.choice("kind", get_args(SpeakerKind), "person"),
        pinyin=reader.text("pinyin"),
        name_hant=reader.text("name_hant"),
        aliases=reader.texts("aliases"),
        offices=tuple(
            Office(**{"title": "", **{_OFFICE.get(k, k): v for k, v in office.items()}})
            for office in reader.maps("offices", _OFFICE_KEYS)
        ),
        office_en=reader.text("office_en"),
        facts=reader.texts("facts"),
        sources=reader.sources(),
        homonyms=reader.texts("homonyms"),
        private=bool(reader.entry.get("private")),
        verified=bool(reader.entry.get("verified")),
        note=reader.text("note"),
    )


def plain_person(person: Person) -> dict[str, Any]:
    """An entry as the YAML map of a file, without empty keys."""
    values: dict[str, Any] = {key: getattr(person, key) for key in PERSON_KEYS} | {
        "kind": "" if person.kind == "person" else person.kind,
        "offices": [
            filled({key: getattr(office, _OFFICE.get(key, key)) for key in _OFFICE_KEYS})
            for office in person.offices
        ],
        "sources": [filled_fields(s, SOURCE_KEYS) for s in person.sources],
    }
    return filled({k: list(v) if isinstance(v, tuple) else v for k, v in values.items()})


def update_person(entry: CommentedMap, person: Person, reader: EntryReader) -> bool:
    """Write the fields that differ into an entry; returns whether any did."""
    now, was = plain_person(person), plain_person(read_person(reader))
    different = [key for key in PERSON_KEYS if now.get(key) != was.get(key)]
    put_values(entry, now, different)
    return bool(different)
