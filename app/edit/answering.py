"""The workbench's process: the table of addresses, and how a request becomes an answer.

A function gets the bench and the request, and returns a page, or, after a change, where to go next.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from app import urls
from app.edit import adding, articles, desk, identities, people, terms
from app.edit.asked import Answered, EditRequest
from app.edit.bench import Bench, Done, Refused
from app.edit.frames import PRIVATE
from app.errors import ContentError, MeipiError, NotFound, translatable
from app.http.response import Ready, accepted
from app.i18n import say, shown, use_locale
from app.pages import failures
from app.pages.contexts import Page
from app.settings import Settings

log = logging.getLogger(__name__)

Handler = Callable[..., Page | Done]


@dataclass(frozen=True, slots=True)
class EditRoute:
    """An address below /edit/ and what answers it.

    Attributes:
        path: a pattern for the path; its named groups are arguments of the functions.
        get: makes the page.
        post: takes a form; None if there is none.
    """

    path: re.Pattern[str]
    get: Handler
    post: Handler | None = None


_ID, _BLOCK, _KEY = "[a-z0-9-]{1,64}", "[a-z0-9]{4}", "[0-9a-f]{12}"
ROUTES = (
    EditRoute(re.compile(""), desk.desk),
    EditRoute(re.compile(f"a/(?P<id>{_ID})"), articles.article, articles.change),
    EditRoute(re.compile(f"a/(?P<id>{_ID})/(?P<block>{_BLOCK})"), articles.block, articles.change),
    EditRoute(re.compile("add"), adding.form, adding.add),
    EditRoute(re.compile("hand"), adding.form, adding.hand),
    EditRoute(re.compile(f"drafts/(?P<key>{_KEY})"), adding.draft, adding.change_draft),
    EditRoute(
        re.compile(f"drafts/(?P<key>{_KEY})/(?P<block>{_BLOCK})"),
        adding.draft_block,
        adding.change_draft_block,
    ),
    EditRoute(re.compile("terms"), terms.terms),
    EditRoute(re.compile("terms/new"), terms.new_term, terms.change),
    EditRoute(re.compile(f"terms/(?P<id>{_ID})"), terms.term, terms.change_term),
    EditRoute(re.compile("doubts"), identities.doubts),
    EditRoute(re.compile("people"), people.people),
    EditRoute(re.compile("people/new"), people.new_person, people.change),
    EditRoute(re.compile(f"people/(?P<id>{_ID})"), people.person, people.change_person),
)

_bench: Bench | None = None


def answer(settings: Settings, asked: EditRequest) -> Answered:
    """Answer a request of an editor."""
    global _bench
    if _bench is None or _bench.settings != settings:
        _bench = Bench(settings)
    with use_locale(asked.locale):
        made, audit = _made(_bench, asked)
        if isinstance(made, Page):
            ready = _bench.renderer.render(made, extra=PRIVATE, cache=b"no-store")
        else:
            location = (b"location", quote(_next(made), safe="/?&=%#@").encode())
            extra = (*PRIVATE, location)
            ready = Ready(b"", "text/plain; charset=utf-8", status=303, cache=b"no-store", extra=extra)
    return Answered(ready.form(accepted(asked.accept.encode("latin-1", "replace"))), audit)


def _next(done: Done) -> str:
    """The address after a change, with the name of the change."""
    to, sign, place = done.to.partition("#")
    if not done.told:
        return done.to
    return f"{to}{'&' if '?' in to else '?'}told={done.told}{sign}{place}"


def _made(bench: Bench, asked: EditRequest) -> tuple[Page | Done, str]:
    """The page or the change that a request asks for, and the change as a line for the log."""
    try:
        made = _called(bench, asked)
        return made, bench.audit(asked, made) if isinstance(made, Done) else ""
    except NotFound as error:
        return failures.not_found(bench.resources, error), ""
    except Refused as error:
        return _failure(bench, error.status, error.problem, error.remedy), ""
    except ContentError as error:
        problem, remedy = shown(translatable(error.problem)), shown(translatable(error.remedy))
        return _failure(bench, 422, f"{error.code} {problem}", remedy), ""
    except (MeipiError, OSError) as error:
        log.error("the workbench cannot read or write: %s", error)
        return _failure(bench, 503, shown(error), say("没有改动任何文件。请稍后再试")), ""


def _called(bench: Bench, asked: EditRequest) -> Page | Done:
    for route in ROUTES:
        if found := route.path.fullmatch(asked.path):
            handler = route.get if asked.method == "GET" else route.post
            if handler is None:
                raise Refused(say("这个地址只能读取"), status=405)
            return handler(bench, asked, **found.groupdict())
    raise NotFound("page", f"{urls.EDIT}{asked.path}/")


def _failure(bench: Bench, status: int, problem: str, remedy: str) -> Page:
    remedy = remedy or say("请用浏览器的后退键回到表单：填过的字还在。")
    return failures.error(bench.resources, status, say("没有保存"), problem, remedy)
