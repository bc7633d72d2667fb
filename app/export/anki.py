"""Glossary entries as cards to learn, each with an example sentence: one Anki package.

A card is identified by its entry, and the package is as new as the newest article or glossary file. So
importing it again updates cards and adds no duplicates.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import BinaryIO

from app.dictionary.learner import Card, anki_members, term_cards
from app.document import well_formed
from app.export.files import archive
from app.export.press import Press
from app.model import Document


def write(press: Press, documents: Iterable[Document], out: BinaryIO) -> None:
    """All articles' cards in one deck; of one article, under its title.

    Raises:
        MissingExtra: genanki is not installed.
    """
    cards, chosen = dict[str, Card](), list[tuple[str, str, str]]()
    for document in map(well_formed, documents):
        for card in term_cards(document, press.knowledge, partial(press.address, document)):
            cards.setdefault(card.guid, card)
        chosen.append((document.header.id, document.header.title, document.saved_at))
    name = f"{press.site_name}：{chosen[0][1]}" if len(chosen) == 1 else press.site_name
    key = chosen[0][0] if len(chosen) == 1 else "library"
    saved = max((when for _, _, when in chosen), default="")
    edited = max(
        (p.stat().st_mtime for p in (press.library.content.root / "glossary").glob("*.y*ml")), default=0.0
    )
    now = max(edited, datetime.fromisoformat(saved).timestamp() if saved else 0.0)
    members = anki_members(cards.values(), name, key=key, now=now)
    archive(out, ((member, data, True) for member, data in members.items()))
