"""What the functions of the workbench share: the library, the record of changes, what a function returns."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.content.git import commit
from app.content.snapshot import program
from app.content.store import Manuscript
from app.dictionary.language import Language
from app.edit.asked import EditRequest
from app.errors import ContentError
from app.i18n import mark, say
from app.library.annotating import annotated
from app.library.library import Library, open_library
from app.model import ArticleId, Document, Knowledge
from app.pages.contexts import Meta, Page, PageContext
from app.pages.resources import Resources
from app.settings import Settings
from app.web.rendering import Renderer

# What an action did, by the name that the address of the next page carries.
TOLD = {
    "saved": mark("已保存。"),
    "same": mark("没有改动，没有保存。"),
    "published": mark("已发布。"),
    "known": mark("文库里已有这份文件，就是这一篇。"),
    "removed": mark("已去掉这一条。要拿回来，把下面的表单再保存一次。"),
    "dropped": mark("草稿已丢弃。"),
    "uncommitted": mark("已保存，但没有提交到 git：原因见日志。"),
}


log = logging.getLogger(__name__)

# What a value in a line of the log may not hold.
_ODD = re.compile(r"[^\w./@-]")


_BACK = re.compile(r"/edit/[a-z0-9/-]*")
# Annotated articles that stay in memory.
_KEPT = 4


class Refused(Exception):
    """A form that cannot be used.

    Args:
        problem, remedy: for the editor, in the current language.
    """

    def __init__(self, problem: str, remedy: str = "", status: int = 422) -> None:
        self.problem, self.remedy, self.status = problem, remedy, status
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Done:
    """A change was made: the browser goes to the address `to`.

    `told` is a key of `TOLD`; `audit` has names and values for a line of the log.
    """

    to: str
    told: str = "saved"
    audit: Mapping[str, object] = field(default_factory=dict)


class Bench:
    """What stays in this process between two requests."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.library: Library = open_library(settings)
        self.language = Language(settings.var)
        self._annotated: dict[tuple[str, str, str], Document] = {}

    @cached_property
    def resources(self) -> Resources:
        """For pages of the site that the workbench shows parts of."""
        return Resources(
            self.library, self.settings.base_url, self.settings.site_name, language=self.language
        )

    @cached_property
    def renderer(self) -> Renderer:
        """Makes bytes of pages."""
        compiled = self.settings.var / "templates" / program()[:16]
        return Renderer(
            self.settings.base_url,
            self.settings.site_name,
            traditional=lambda texts: self.language.traditional(texts, self.library.knowledge()),
            read=self.settings.read,
            compiled=compiled if compiled.is_dir() else None,
        )

    def refresh(self, id: ArticleId) -> None:
        """Show a change of an article at once; a changed glossary is the indexer's work, if one runs."""
        same = self.library.index.knowledge_digest() == self.library.content.entries.digest()
        if same or not self.settings.watch:
            self.library.refresh_one(id)

    def refresh_all(self) -> None:
        """Show a change of glossary or people at once where no indexer runs."""
        if not self.settings.watch:
            self.library.refresh()

    def knowledge(self) -> Knowledge:
        """Glossary and people as their files have them."""
        return self.library.present_knowledge()

    def annotated(self, manuscript: Manuscript) -> Document:
        """An article with its annotations; a change needs them three times, so the last few are kept."""
        key = (manuscript.header.id, manuscript.digest, self.library.content.entries.digest())
        if key not in self._annotated:
            made, _ = annotated(self.library.annotator(key[2]), manuscript)
            self._annotated = dict([*self._annotated.items()][1 - _KEPT :]) | {key: made}
        return self._annotated[key]

    def committed(self, asked: EditRequest, paths: Sequence[str], what: str) -> str:
        """Commit files of content/ if the settings say so; returns what the next page tells."""
        if not self.settings.edit_commit:
            return "saved"
        message = f"{asked.note or what}\n\n{what}\n"
        try:
            commit(self.library.content.root, paths, message, asked.editor)
        except ContentError as error:
            log.error("the workbench cannot commit: %s", error)
            return "uncommitted"
        return "saved"

    def audit(self, asked: EditRequest, done: Done) -> str:
        """Write down who changed what; returns it as a line for the log."""
        if not done.audit:
            return ""
        entry = {"at": asked.now, "editor": asked.editor, **done.audit}
        if asked.note:
            entry["note"] = asked.note
        folder = self.settings.var / "edit"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(
            os.open(folder / "audit.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a"
        ) as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        return " ".join(f"{k}={_ODD.sub('_', str(v))}" for k, v in done.audit.items())


def back_to(address: str) -> str:
    """A page of the workbench to go back to, or ""."""
    return address if _BACK.fullmatch(address) else ""


def framed(asked: EditRequest) -> dict[str, Any]:
    """The fields that every `EditContext` has."""
    told = TOLD.get(asked.query.get("told", ""), "")
    return {"csrf": asked.csrf, "editor": asked.editor, "told": say(told) if told else ""}


def page(bench: Bench, title: str, context: PageContext, *, status: int = 200) -> Page:
    """A page of the workbench."""
    whole = f"{title} · {say('工作台')} · {bench.settings.site_name}"
    return Page(context, Meta(whole, "", robots="noindex"), status)
