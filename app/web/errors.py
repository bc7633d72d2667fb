"""Errors as answers: a page for browsers, `application/problem+json` for clients that ask for JSON."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from app.errors import (
    ContentError,
    IndexUnavailable,
    IndexUnfinished,
    MeipiError,
    MissingExtra,
    NotFound,
)
from app.http.naming import route_of, traceback_of
from app.i18n import mark, say, use_locale
from app.pages.cards import CardRefused
from app.pages.contexts import Page
from app.web.responses import Json, Sent, redirect
from app.web.routes import locale_of
from app.web.state import web_of

log = logging.getLogger(__name__)

Handler = Callable[[Request, Any], Awaitable[Response]]

# Seconds after which a client may ask again for what cannot be answered now.
_LATER = {"Retry-After": "5"}
_PARTS = {"dict": mark("查词"), "zh": mark("拼音"), "anki": "Anki", "import": mark("读这种文件")}


def install_errors(app: Starlette, *, invalid: type[Exception] | None = None) -> None:
    """Answer every error of an application.

    Args:
        app: its `state.web` is the site.
        invalid: the framework's error for wrong parameters, which lists them in `errors()`.
    """
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, partial(_in_language, handler))
    if invalid is not None:
        app.add_exception_handler(invalid, partial(_in_language, on_invalid))


async def _in_language(handler: Handler, request: Request, error: Exception) -> Response:
    with use_locale(locale_of(request)):
        return await handler(request, error)


async def on_not_found(request: Request, error: NotFound) -> Response:
    """404, or 503 while the library is being read."""
    try:
        return await run_in_threadpool(_not_found, request, error)
    except IndexUnavailable as unavailable:
        return await on_unavailable(request, unavailable)


def _not_found(request: Request, error: NotFound) -> Response:
    web_of(request).library.require_unknown(error)
    return _missing(request, error)


def _missing(request: Request, error: NotFound) -> Response:
    near = {"near": list(error.near)} if error.near else {}
    problem = {"title": "Not found", "detail": str(error), **near}
    return _respond(request, web_of(request).pages.not_found(error), problem)


async def on_http(request: Request, error: HTTPException) -> Response:
    """The framework's own errors; an address that lacks only its slash or has capitals is redirected."""
    if error.status_code == 404:
        if canonical := _canonical(request):
            return Sent(redirect(canonical, 308))
        return await run_in_threadpool(_missing, request, NotFound("page", request.url.path))
    title = {405: say("这个地址只能读取"), 413: say("请求太大")}.get(error.status_code, say("请求无法答复"))
    page = web_of(request).pages.error(error.status_code, title, str(error.detail))
    return _respond(request, page, {"title": str(error.detail)}, error.headers)


async def on_invalid(request: Request, error: Any) -> Response:
    """422: parameters of the API that are missing or wrong."""
    listed: Sequence[Mapping[str, Any]] = error.errors()
    faults = [f"{'.'.join(str(x) for x in e['loc'][1:])}: {e['msg']}" for e in listed]
    page = web_of(request).pages.error(422, say("参数不对"), "；".join(faults), say("参数的写法见 /docs"))
    return _respond(request, page, {"title": "Invalid parameters", "detail": "; ".join(faults)})


async def on_content(request: Request, error: ContentError) -> Response:
    """503: a file of content/ is damaged. The remedy names places on the server, so only the log has it."""
    log.warning("%s", error)
    said = f"{error.code}：{error.problem}"
    page = web_of(request).pages.error(503, say("这篇文章的文件暂时读不了"), said, say("请稍后再试"))
    problem = {"title": "Content cannot be read", "detail": f"{error.code} {error.problem}"}
    return _respond(request, page, problem, _LATER)


async def on_unavailable(request: Request, error: MeipiError) -> Response:
    """503: the index is being filled, or it does not answer."""
    if isinstance(error, IndexUnfinished):
        page = web_of(request).pages.error(
            503, say("文库正在读入"), say("读完以后，这一页还在这个地址。"), say("请稍后再试")
        )
        return _respond(request, page, {"title": "The library is being read"}, _LATER)
    log.error("%s", error)
    page = web_of(request).pages.error(503, say("暂时无法答复"), say("索引不可用。"), say("请稍后再试"))
    return _respond(request, page, {"title": "Temporarily unavailable"}, _LATER)


async def on_refused_card(request: Request, error: CardRefused) -> Response:
    """409: the paragraph may not become an image."""
    page = web_of(request).pages.error(409, say("这一段不做图片"), str(error), say("请改用链接或引文"))
    return _respond(request, page, {"title": "No image of this paragraph", "detail": str(error)})


async def on_missing_extra(request: Request, error: MissingExtra) -> Response:
    """501: an optional part is not installed."""
    log.warning("%s", error)
    part = _PARTS.get(error.extra, mark("做图片"))
    message = say("本站没有装%(part)s所需的部分。", part=say(part))
    page = web_of(request).pages.error(501, say("本站没有装这一部分"), message)
    return _respond(request, page, {"title": "Not installed here", "detail": str(error)})


async def on_storage(request: Request, error: OSError) -> Response:
    """503: a full disk, or a file that this process may not read."""
    log.error("cannot read or write route=%s: %s", route_of(request.scope), type(error).__name__)
    page = web_of(request).pages.error(
        503, say("暂时无法答复"), say("服务器暂时不能读写文件。"), say("请稍后再试")
    )
    return _respond(request, page, {"title": "Temporarily unavailable"}, _LATER)


async def on_crash(request: Request, error: Exception) -> Response:
    """500: a fault of the program."""
    log.error("unexpected fault route=%s\n%s", route_of(request.scope), traceback_of(error))
    page = web_of(request).pages.error(
        500, say("出了意外"), say("这一页没能做出来，经过已记入日志。"), say("请稍后再试")
    )
    return _respond(request, page, {"title": "Internal error"})


HANDLERS: Mapping[type[Exception], Handler] = {
    NotFound: on_not_found,
    HTTPException: on_http,
    ContentError: on_content,
    IndexUnavailable: on_unavailable,
    CardRefused: on_refused_card,
    MissingExtra: on_missing_extra,
    MeipiError: on_unavailable,
    OSError: on_storage,
    Exception: on_crash,
}


def _respond(
    request: Request, page: Page, problem: dict[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    # `vary` tells caches that the same address answers in two formats.
    more = {"vary": "accept", **{k.lower(): v for k, v in (headers or {}).items()}}
    if _wants_json(request):
        body = {"type": "about:blank", "status": page.status, "instance": request.url.path, **problem}
        return Json(body, page.status, headers=more, media_type="application/problem+json")
    extra = [(k.encode(), v.encode()) for k, v in more.items()]
    return Sent(web_of(request).renderer.render(page, extra=extra))


def _wants_json(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    for_programs = request.url.path.startswith(("/api/", "/oembed"))
    return for_programs or ("json" in accept and "text/html" not in accept)


def _canonical(request: Request) -> str:
    """The canonical form of an address that lacks its slash or has capitals, or ""."""
    path: str = request.scope["path"]
    if path.startswith("//") or request.method not in ("GET", "HEAD"):
        return ""
    # Addresses in QR codes may be in capitals, which make smaller codes; ids have none.
    folded = path.lower() if path[:3] in ("/A/", "/a/") else path
    wanted = folded if folded.endswith((".png", "/")) else folded + "/"
    if wanted == path:
        return ""
    scope = {**request.scope, "path": wanted, "raw_path": b""}
    if any(isinstance(r, Route) and r.matches(scope)[0] is Match.FULL for r in request.app.router.routes):
        query = request.scope["query_string"].decode("latin-1")
        return quote(wanted, safe="/@") + (f"?{query}" if query else "")
    return ""
