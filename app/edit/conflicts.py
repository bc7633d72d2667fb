"""The page for a form whose file is another one by now: both versions and their difference."""

from __future__ import annotations

from app import urls
from app.content.yaml_file import dump_yaml
from app.edit.articles import PlanContext, typed
from app.edit.asked import EditRequest
from app.edit.bench import Bench, framed, page
from app.edit.entry_files import entry_digest, plain_entry
from app.edit.places import compared
from app.i18n import say
from app.model import Person, Term
from app.pages.contexts import Page


def entry_conflict(bench: Bench, asked: EditRequest, now: Term | Person | None, made: Term | Person) -> Page:
    """An entry as its file has it now, and as the form would make it."""
    again = _again(asked, entry_digest(now)) if now is not None else ()
    title = say("文件已经不是您看到的那一份")
    return page(bench, title, _context(asked, (now, made), again, conflict=True), status=409)


def entry_plan(bench: Bench, asked: EditRequest, now: Term | Person, made: Term | Person) -> Page:
    """What restoring earlier values would change in the entry's file."""
    again = _again(asked, asked.fields.get("seen", ""))
    return page(bench, say("保存之前"), _context(asked, (now, made), again, conflict=False))


def _context(
    asked: EditRequest,
    entries: tuple[Term | Person | None, Term | Person],
    sent: tuple[tuple[str, str], ...],
    *,
    conflict: bool,
) -> PlanContext:
    here = f"{urls.EDIT}{asked.path}/"
    return PlanContext(
        home=here,
        action=here,
        plan=(),
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
