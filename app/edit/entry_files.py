"""Entries of the glossary and of people: how they are written, and digests by which forms notice a change."""

from __future__ import annotations

import hashlib
import json
from contextlib import AbstractContextManager
from typing import Any

from app.content.glossary_file import plain_term
from app.content.people_file import plain_person
from app.edit.asked import EditRequest
from app.edit.bench import Bench
from app.edit.history import kept
from app.errors import ChangedMeanwhile, ContentError
from app.i18n import worded
from app.model import ARTICLE_ID, Person, Term

# The files of new entries; `meipi glossary import` uses the same name.
NEW = "imported"


def plain_entry(entry: Term | Person) -> dict[str, Any]:
    """An entry as its file has it."""
    return plain_term(entry) if isinstance(entry, Term) else plain_person(entry)


def kind_of(entry: Term | Person) -> str:
    """The name of the kind of entry, for the history."""
    return "term" if isinstance(entry, Term) else "person"


def entry_digest(entry: Term | Person | None) -> str:
    """A digest of an entry's values; of no entry, for a new one."""
    if entry is None:
        return "new"
    text = json.dumps(plain_entry(entry), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def put_entry(bench: Bench, asked: EditRequest, entry: Term | Person, *, name: str = NEW) -> list[str]:
    """Write an entry if it is still as the editor saw it; returns the paths that were written.

    Args:
        asked: the form, with the digest of the entry that the editor saw.
        entry: with its new values.
        name: of the file for a new entry, without .yaml.

    Raises:
        ChangedMeanwhile: the entry has changed, or there is one with this id now.
    """
    if not ARTICLE_ID.fullmatch(name):
        problem = worded("%(id)r is not an id", id=name)
        raise ContentError("", 0, "G02", problem, "use a–z, 0–9 and hyphens")
    content = bench.library.content
    with content.lock():
        now = _as_seen(bench, asked, entry)
        new, changed = ([], [entry]) if now is not None else ([entry], [])
        with _kept(bench, asked, entry, now):
            written = content.entries.write(new, changed, name=name)
    bench.refresh_all()
    return [str(path.relative_to(content.root)) for path in written]


def remove_entry(bench: Bench, asked: EditRequest, entry: Term | Person) -> list[str]:
    """Take an entry out of its file if it is still as the editor saw it; returns the path of the file.

    Raises:
        ChangedMeanwhile: the entry has changed.
        ContentError: the file does not allow it.
    """
    content = bench.library.content
    with content.lock():
        now = _as_seen(bench, asked, entry)
        if now is None:
            raise ChangedMeanwhile(worded("entry %(id)s has changed meanwhile", id=entry.id))
        with _kept(bench, asked, now, now):
            written = content.entries.remove(now)
    bench.refresh_all()
    return [str(written.relative_to(content.root))]


def _as_seen(bench: Bench, asked: EditRequest, entry: Term | Person) -> Term | Person | None:
    """The entry with this id in the files, which must be the one that the editor saw.

    Raises:
        ChangedMeanwhile: it is another one.
    """
    known = bench.library.usable_knowledge()[0]
    now = known.term(entry.id) if isinstance(entry, Term) else known.person(entry.id)
    if entry_digest(now) != asked.fields.get("seen", ""):
        raise ChangedMeanwhile(worded("entry %(id)s has changed meanwhile", id=entry.id))
    return now


def _kept(
    bench: Bench, asked: EditRequest, entry: Term | Person, now: Term | Person | None
) -> AbstractContextManager[None]:
    """Keep what a save replaces."""
    values = None if now is None else plain_entry(now)
    return kept(
        bench.settings.var,
        kind_of(entry),
        entry.id,
        values,
        at=asked.now,
        editor=asked.editor,
        note=asked.note,
    )
