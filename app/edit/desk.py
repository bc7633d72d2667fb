"""The first page of the workbench: articles, drafts, and what `meipi check` finds."""

from __future__ import annotations

from contextlib import suppress
from typing import ClassVar

from msgspec import Struct

from app import urls
from app.content import Finding
from app.content.snapshot import look
from app.edit.adding import drafts
from app.edit.asked import EditRequest
from app.edit.bench import Bench, framed, page
from app.edit.frames import EditContext
from app.errors import NotFound
from app.i18n import say, shown
from app.pages.contexts import Page
from app.pages.views import Link
from app.text.terms.facts import date_words

# Articles on one page.
_ARTICLES = 50


class ArticleRow(Struct, frozen=True):
    """An article in the list; `unsaved`: article.md was edited after the last revision."""

    href: str
    title: str
    date: str
    publication: str
    unsaved: bool


class FindingRow(Struct, frozen=True):
    """A finding of `meipi check`; `note`: worth a look, but no fault."""

    text: str
    note: bool


class DeskContext(EditContext, frozen=True, kw_only=True):
    """The first page of the workbench.

    Attributes:
        articles: the newest first.
        more: the address of the next page of articles, or "".
        findings: of `meipi check`.
        checked: the present files have been checked.
        drafts: not published yet.
    """

    template: ClassVar[str] = "edit/desk.html"
    articles: tuple[ArticleRow, ...]
    more: str
    findings: tuple[FindingRow, ...]
    checked: bool
    drafts: tuple[Link, ...]


def desk(bench: Bench, asked: EditRequest) -> Page:
    """The first page."""
    entries = bench.library.index.entries(limit=_ARTICLES + 1, after=asked.query.get("after", ""))
    rows = []
    for entry in entries[:_ARTICLES]:
        header = entry.header
        with suppress(NotFound):
            unsaved = bench.library.exact(header.id).draft
            date = date_words(header.date, circa=header.circa)
            address = urls.edit_article(header.id)
            rows.append(ArticleRow(address, header.title, date, header.publication, unsaved))
    more = f"{urls.EDIT}?after={entries[_ARTICLES - 1].place}" if len(entries) > _ARTICLES else ""
    found = checked(bench, asked.now[:10], again=asked.query.get("check") == "1")
    findings = tuple(FindingRow(shown(f.message), f.note) for f in found or ())
    context = DeskContext(
        articles=tuple(rows),
        more=more,
        findings=findings,
        checked=found is not None,
        drafts=tuple(drafts(bench)),
        **framed(asked),
    )
    return page(bench, say("文章"), context)


_checked: tuple[str, tuple[Finding, ...]] = ("", ())


def checked(bench: Bench, today: str, *, again: bool) -> tuple[Finding, ...] | None:
    """What `meipi check` finds, which takes seconds in a large library.

    Args:
        today: ISO 8601.
        again: check if a file has changed since; else the answer is None then.
    """
    global _checked
    seen = look(bench.library.content.root)
    key = f"{bench.library.content.root} {today} {seen.stamp}"
    if _checked[0] != key:
        if not again:
            return None
        found = tuple(bench.library.check(today=today))
        _checked = (key if seen.settled else "", found)
    return _checked[1]
