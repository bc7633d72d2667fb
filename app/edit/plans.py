"""The page before a change is saved, and the page for a form whose file is another one by now."""

from __future__ import annotations

import difflib
from typing import ClassVar

from app import urls
from app.edit.asked import EditRequest
from app.edit.bench import Bench, framed, page
from app.edit.frames import EditContext
from app.i18n import say
from app.pages.contexts import Page

# Lines around a change that a comparison shows.
_AROUND = 2
Difference = tuple[tuple[str, str], ...]


class PlanContext(EditContext, frozen=True, kw_only=True):
    """What saving would do.

    Attributes:
        home: where the form came from.
        action: where it goes.
        plan: where every paragraph id goes.
        notes: what else an editor should know.
        difference: the lines of the file that change.
        sent: the fields of the form, to be sent again.
        conflict: the file changed after the form was made.
        typed: what the editor typed, by field.
    """

    template: ClassVar[str] = "edit/plan.html"
    home: str
    action: str
    plan: tuple[str, ...]
    notes: tuple[str, ...]
    difference: Difference
    sent: tuple[tuple[str, str], ...]
    conflict: bool
    typed: tuple[tuple[str, str], ...]


def plan_page(
    bench: Bench,
    asked: EditRequest,
    home: str,
    difference: Difference,
    *,
    seen: str,
    conflict: bool = False,
    plan: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Page:
    """What saving would do, with the form to be sent again under the digest `seen`; "": it cannot be sent."""
    again = {k: v for k, v in asked.fields.items() if k not in ("csrf", "why")}
    hidden = ("csrf", "seen", "sure", "do", "start", "end")
    typed = tuple((k, v) for k, v in asked.fields.items() if v and k not in hidden)
    context = PlanContext(
        home=home,
        action=f"{urls.EDIT}{asked.path}/",
        plan=plan,
        notes=notes,
        difference=difference,
        sent=tuple((again | {"seen": seen, "sure": "1"}).items()) if seen else (),
        conflict=conflict,
        typed=typed if conflict else (),
        **framed(asked),
    )
    title = say("文件已经不是您看到的那一份") if conflict else say("保存之前")
    return page(bench, title, context, status=409 if conflict else 200)


def compared(before: str, after: str) -> Difference:
    """The lines that differ with some around them: "put", "cut", "gap" or "", and the line."""
    signs = {"+": "put", "-": "cut", " ": "", "@": "gap"}
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=_AROUND)
    return tuple((signs[line[0]], line[1:] if line[0] != "@" else "…") for line in list(lines)[2:])
