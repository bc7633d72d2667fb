"""Saving, restoring and taking out an entry of the glossary or of people.

A form whose entry has changed since it was shown saves nothing: the page of both versions comes instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from app import urls
from app.content.glossary_file import read_term
from app.content.people_file import read_person
from app.content.yaml_file import dump_yaml
from app.edit.asked import EditRequest
from app.edit.bench import Bench, Done, back_to
from app.edit.entry_files import NEW, entry_digest, kind_of, plain_entry, put_entry, remove_entry
from app.edit.entry_forms import FormReader
from app.edit.entry_pages import earlier_values
from app.edit.plans import compared, plan_page
from app.errors import ChangedMeanwhile
from app.i18n import say
from app.model import Person, SpeakerId, Term
from app.pages.contexts import Page


def save_entry(
    bench: Bench, asked: EditRequest, known: Term | Person | None, made: Term | Person
) -> Page | Done:
    """Write an entry that a form makes of a known one, or a new one."""
    to = back_to(asked.fields.get("back", "")) or _address(made)
    if made == known:
        return Done(to, "same")
    try:
        paths = put_entry(bench, asked, made, name=asked.fields.get("file") or NEW)
    except ChangedMeanwhile:
        return _conflict(bench, asked, made, made)
    kind = "entry" if isinstance(made, Term) else "person"
    told = bench.committed(asked, paths, f"{kind} {made.id}")
    return Done(to, told, {"action": kind, "entry": made.id, "files": ",".join(paths)})


def restore_entry(bench: Bench, asked: EditRequest, known: Term | Person) -> Page | Done:
    """Bring earlier values back; first show the difference. If there were none, the entry goes."""
    values, made = earlier_values(bench, asked, known), None
    if values is not None:
        read = FormReader.of(values, "G" if isinstance(known, Term) else "S")
        made = read_term(read) if isinstance(known, Term) else read_person(read)
    if asked.fields.get("sure") != "1" and made != known:
        notes = tuple(_uses(bench, known)) if made is None else ()
        seen, difference = asked.fields.get("seen", ""), compared(_yaml(known), _yaml(made))
        return plan_page(bench, asked, _here(asked), difference, seen=seen, notes=notes)
    return save_entry(bench, asked, known, made) if made else _remove(bench, asked, known)


def _remove(bench: Bench, asked: EditRequest, entry: Term | Person) -> Page | Done:
    """Take out an entry that the workbench made."""
    try:
        paths = remove_entry(bench, asked, entry)
    except ChangedMeanwhile:
        return _conflict(bench, asked, entry, None)
    told = bench.committed(asked, paths, f"remove {kind_of(entry)} {entry.id}")
    audit = {"action": "remove", "entry": entry.id, "files": ",".join(paths)}
    return Done(_here(asked), "removed" if told == "saved" else told, audit)


def _conflict(bench: Bench, asked: EditRequest, entry: Term | Person, made: Term | Person | None) -> Page:
    """An entry as its file has it now, and as the form would make it."""
    known = bench.knowledge()
    now = known.term(entry.id) if isinstance(entry, Term) else known.person(entry.id)
    seen = entry_digest(now) if now is not None else ""
    return plan_page(bench, asked, _here(asked), compared(_yaml(now), _yaml(made)), seen=seen, conflict=True)


def _uses(bench: Bench, entry: Term | Person) -> Iterator[str]:
    """What refers to an entry that would go."""
    if isinstance(entry, Term):
        others = [t.term for t in bench.knowledge().terms if entry.id in t.related]
        if others:
            yield say("这些词条把它列为相关词条，要一起改：%(names)s", names="、".join(others))
        if n := bench.library.index.term_counts().get(entry.id, 0):
            yield say("文库里有 %(n)s 处不再标出这个词", n=n)
    elif total := bench.library.index.speaker_total(SpeakerId(entry.id)):
        yield say("文库里有 %(n)s 处引语归这个人，以后只按姓名归", n=total.quotations)


def _here(asked: EditRequest) -> str:
    return f"{urls.EDIT}{asked.path}/"


def _address(entry: Term | Person) -> str:
    return urls.edit_term(entry.id) if isinstance(entry, Term) else urls.edit_person(entry.id)


def _yaml(entry: Term | Person | None) -> str:
    return "" if entry is None else dump_yaml([plain_entry(entry)])
