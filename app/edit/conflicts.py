"""The pages before an entry is restored or taken out, and for a form whose file is another one by now."""

from __future__ import annotations

from collections.abc import Iterator

from app import urls
from app.content.yaml_file import dump_yaml
from app.edit.articles import PlanContext, typed
from app.edit.asked import EditRequest
from app.edit.bench import Bench, Done, framed, page
from app.edit.entry_files import entry_digest, kind_of, plain_entry, remove_entry
from app.edit.places import compared
from app.errors import ChangedMeanwhile
from app.i18n import say
from app.model import Person, SpeakerId, Term
from app.pages.contexts import Page


def entry_conflict(
    bench: Bench, asked: EditRequest, now: Term | Person | None, made: Term | Person | None
) -> Page:
    """An entry as its file has it now, and as the form would make it."""
    again = _again(asked, entry_digest(now)) if now is not None else ()
    title = say("文件已经不是您看到的那一份")
    return page(bench, title, _context(asked, (now, made), again, conflict=True), status=409)


def entry_plan(bench: Bench, asked: EditRequest, now: Term | Person, made: Term | Person | None) -> Page:
    """What restoring earlier values would change in the entry's file; None: the entry would go."""
    again = _again(asked, asked.fields.get("seen", ""))
    notes = tuple(_uses(bench, now)) if made is None else ()
    return page(bench, say("保存之前"), _context(asked, (now, made), again, conflict=False, notes=notes))


def removed(bench: Bench, asked: EditRequest, entry: Term | Person) -> Page | Done:
    """Take out an entry that the workbench made."""
    try:
        paths = remove_entry(bench, asked, entry)
    except ChangedMeanwhile:
        known = bench.knowledge()
        now = known.term(entry.id) if isinstance(entry, Term) else known.person(entry.id)
        return entry_conflict(bench, asked, now, None)
    told = bench.committed(asked, paths, f"remove {kind_of(entry)} {entry.id}")
    audit = {"action": "remove", "entry": entry.id, "files": ",".join(paths)}
    return Done(f"{urls.EDIT}{asked.path}/", "removed" if told == "saved" else told, audit)


def _uses(bench: Bench, entry: Term | Person) -> Iterator[str]:
    """What refers to an entry that would go."""
    if isinstance(entry, Term):
        others = [t.term for t in bench.knowledge().terms if entry.id in t.related]
        if others:
            yield say("这些词条把它列为相关词条，要一起改：%(names)s", names="、".join(others))
        if n := bench.library.term_counts().get(entry.id, 0):
            yield say("文库里有 %(n)s 处不再标出这个词", n=n)
    elif total := bench.library.speaker_total(SpeakerId(entry.id)):
        yield say("文库里有 %(n)s 处引语归这个人，以后只按姓名归", n=total.quotations)


def _context(
    asked: EditRequest,
    entries: tuple[Term | Person | None, Term | Person | None],
    sent: tuple[tuple[str, str], ...],
    *,
    conflict: bool,
    notes: tuple[str, ...] = (),
) -> PlanContext:
    here = f"{urls.EDIT}{asked.path}/"
    return PlanContext(
        home=here,
        action=here,
        plan=(),
        notes=notes,
        difference=compared(*map(_yaml, entries)),
        sent=sent,
        conflict=conflict,
        typed=typed(asked) if conflict else (),
        **framed(asked),
    )


def _again(asked: EditRequest, seen: str) -> tuple[tuple[str, str], ...]:
    """The fields of a form, to be sent again."""
    again = {k: v for k, v in asked.fields.items() if k not in ("csrf", "why")}
    return tuple((again | {"seen": seen, "sure": "1"}).items())


def _yaml(entry: Term | Person | None) -> str:
    return "" if entry is None else dump_yaml([plain_entry(entry)], "")
