"""The page for a form whose file is another one by now: both versions and their difference."""

from __future__ import annotations

from app import urls
from app.content.glossary_file import plain_term
from app.content.people_file import plain_person
from app.content.yaml_file import dump_yaml
from app.edit.articles import PlanContext, typed
from app.edit.asked import EditRequest
from app.edit.bench import Bench, framed, page
from app.edit.entry_files import entry_digest
from app.edit.places import compared
from app.i18n import say
from app.model import Person, Term
from app.pages.contexts import Page


def entry_conflict(bench: Bench, asked: EditRequest, now: Term | Person | None, made: Term | Person) -> Page:
    """An entry as its file has it now, and as the form would make it."""
    before, after = (_yaml(entry) for entry in (now, made))
    again = {k: v for k, v in asked.fields.items() if k not in ("csrf", "why")}
    again |= {"seen": entry_digest(now)}
    context = PlanContext(
        home=f"{urls.EDIT}{asked.path}/",
        action=f"{urls.EDIT}{asked.path}/",
        plan=(),
        difference=compared(before, after),
        sent=tuple(again.items()) if now is not None else (),
        conflict=True,
        typed=typed(asked),
        **framed(asked),
    )
    return page(bench, say("文件已经不是您看到的那一份"), context, status=409)


def _yaml(entry: Term | Person | None) -> str:
    if entry is None:
        return ""
    return dump_yaml([plain_term(entry) if isinstance(entry, Term) else plain_person(entry)], "")
