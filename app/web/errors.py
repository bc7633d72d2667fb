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
    TextsTooLong,
    translatable,
)
from app.http.naming import route_of, traceback_of
from app.i18n import Message, mark, say, shown, use_locale
from app.pages.cards import CardRefused
from app.pages.contexts import Page
from app.web.responses import FaultCode, Json, Sent, redirect
from app.web.routes import locale_of
from app.web.state import web_of

log = logging.getLogger(__name__)

Handler = Callable[[Request, Any], Awaitable[Response]]

# Seconds after which a client may ask again for what cannot be answered now.
_LATER = {"Retry-After": "5"}
_PARTS = {"dict": mark("查词"), "zh": mark("拼音"), "anki": "Anki", "import": mark("读这种文件")}
# Title and code of the framework's own errors.
_HTTP: Mapping[int, tuple[str, FaultCode]] = {
    404: (mark("没有这一页"), "not_found"),
    405: (mark("这个地址只能读取"), "method_not_allowed"),
    413: (mark("请求太大"), "too_large"),
    422: (mark("参数不对"), "invalid_parameters"),
    501: (mark("不支持这种格式"), "unsupported_format"),
}
_REFUSED: tuple[str, FaultCode] = (mark("请求无法答复"), "refused")
# Faults of a parameter of the API, by pydantic's name for the kind of fault.
_INVALID = {
    "missing": mark("缺少这一项"),
    "int_parsing": mark("应为整数"),
    "int_parsing_size": mark("数字太大"),
    "greater_than_equal": mark("不能小于 %(ge)s"),
    "less_than_equal": mark("不能大于 %(le)s"),
    "string_too_short": mark("太短"),
    "string_too_long": mark("最多 %(max_length)s 个字符"),
    "literal_error": mark("应为：%(expected)s"),
}


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
    problem = {"code": "not_found", "title": say("没有这一页"), "detail": shown(error), **near}
    return _respond(request, web_of(request).pages.not_found(error), problem)


async def on_http(request: Request, error: HTTPException) -> Response:
    """The framework's own errors; an address that lacks only its slash or has capitals is redirected."""
    if error.status_code == 404:
        if canonical := _canonical(request):
            return Sent(redirect(canonical, 308))
        return await run_in_threadpool(_missing, request, NotFound("page", request.url.path))
    title, code = _HTTP.get(error.status_code, _REFUSED)
    # The framework's own words are in English, and say no more than the title does.
    detail = shown(error.detail) if isinstance(error.detail, Message) else ""
    return _fault(request, error.status_code, code, say(title), detail, headers=error.headers)


async def on_invalid(request: Request, error: Any) -> Response:
    """422: parameters of the API that are missing or wrong."""
    listed: Sequence[Mapping[str, Any]] = error.errors()
    detail = say("；").join(f"{'.'.join(str(x) for x in e['loc'][1:])}: {_invalid(e)}" for e in listed)
    return _fault(request, 422, "invalid_parameters", say("参数不对"), detail, say("参数的写法见 /docs"))


def _invalid(fault: Mapping[str, Any]) -> str:
    template = _INVALID.get(fault["type"])
    return say(template, **fault.get("ctx", {})) if template else str(fault["msg"])


async def on_content(request: Request, error: ContentError) -> Response:
    """503: a file of content/ is damaged. The remedy names places on the server, so only the log has it."""
    log.warning("%s", error)
    detail = f"{error.code}: {shown(translatable(error.problem))}"
    title = say("这篇文章的文件暂时读不了")
    return _fault(request, 503, "content_damaged", title, detail, say("请稍后再试"), _LATER)


async def on_unavailable(request: Request, error: MeipiError) -> Response:
    """503: the index is being filled, or it does not answer."""
    again = say("请稍后再试")
    if isinstance(error, IndexUnfinished):
        title, detail = say("文库正在读入"), say("读完以后，这一页还在这个地址。")
        return _fault(request, 503, "library_unfinished", title, detail, again, _LATER)
    log.error("%s", error)
    title, detail = say("暂时无法答复"), say("索引不可用。")
    return _fault(request, 503, "index_unavailable", title, detail, again, _LATER)


async def on_refused_card(request: Request, error: CardRefused) -> Response:
    """409: the paragraph may not become an image."""
    title, remedy = say("这一段不做图片"), say("请改用链接或引文")
    return _fault(request, 409, "card_refused", title, shown(error), remedy)


async def on_too_long(request: Request, error: TextsTooLong) -> Response:
    """413: texts that would take too long to compare."""
    title, remedy = say("两篇太长，无法对照"), say("请用 meipi compare 对照其中的部分")
    return _fault(request, 413, "too_large", title, shown(error), remedy)


async def on_missing_extra(request: Request, error: MissingExtra) -> Response:
    """501: an optional part is not installed. How to install it is for the log."""
    log.warning("%s", error)
    part = _PARTS.get(error.extra, mark("做图片"))
    detail = say("本站没有装%(part)s所需的部分。", part=say(part))
    return _fault(request, 501, "not_installed", say("本站没有装这一部分"), detail)


async def on_storage(request: Request, error: OSError) -> Response:
    """503: a full disk, or a file that this process may not read."""
    log.error("cannot read or write route=%s: %s", route_of(request.scope), type(error).__name__)
    title, detail = say("暂时无法答复"), say("服务器暂时不能读写文件。")
    return _fault(request, 503, "storage_unavailable", title, detail, say("请稍后再试"), _LATER)


async def on_crash(request: Request, error: Exception) -> Response:
    """500: a fault of the program."""
    log.error("unexpected fault route=%s\n%s", route_of(request.scope), traceback_of(error))
    detail = say("这一页没能做出来，经过已记入日志。")
    return _fault(request, 500, "internal_error", say("出了意外"), detail, say("请稍后再试"))


HANDLERS: Mapping[type[Exception], Handler] = {
    NotFound: on_not_found,
    HTTPException: on_http,
    ContentError: on_content,
    IndexUnavailable: on_unavailable,
    CardRefused: on_refused_card,
    TextsTooLong: on_too_long,
    MissingExtra: on_missing_extra,
    MeipiError: on_unavailable,
    OSError: on_storage,
    Exception: on_crash,
}


def _fault(
    request: Request,
    status: int,
    code: FaultCode,
    title: str,
    detail: str,
    remedy: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An error other than 404, with the same words on the page and in JSON."""
    page = web_of(request).pages.error(status, title, detail, remedy)
    problem = {"code": code, "title": title, **({"detail": detail} if detail else {})}
    return _respond(request, page, problem, headers)


def _respond(
    request: Request, page: Page, problem: dict[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    # `vary` tells caches that the same address answers in two formats, and either in several languages.
    more = {"vary": "accept, accept-language", **{k.lower(): v for k, v in (headers or {}).items()}}
    if _wants_json(request):
        words = web_of(request).renderer.in_script([problem["title"], problem.get("detail", "")])
        problem |= {key: words[problem[key]] for key in ("title", "detail") if key in problem}
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
