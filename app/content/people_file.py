"""Reads the records of content/speakers; content/README.md has an example of every key."""

from __future__ import annotations

from typing import get_args

from app.content.entries import EntryReader
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
            Office(
                o.get("title", ""),
                o.get("organisation", ""),
                o.get("from", ""),
                o.get("to", ""),
                o.get("title_en", ""),
            )
            for o in reader.maps("offices", ("title", "organisation", "from", "to", "title_en"))
        ),
        office_en=reader.text("office_en"),
        facts=reader.texts("facts"),
        sources=reader.sources(),
        homonyms=reader.texts("homonyms"),
        private=bool(reader.entry.get("private")),
        verified=bool(reader.entry.get("verified")),
        note=reader.text("note"),
    )
