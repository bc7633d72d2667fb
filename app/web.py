"""HTML routes: pages as values in, bytes out; rendered once per state of the library and served from memory.

`CacheFirst` stands in front of everything: a page that is ready is answered before any framework code runs.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import mimetypes
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import brotli
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import urls
from app.cards import SIZES, CardRefused, draw
from app.errors import ContentError, IndexUnavailable, MeipiError, MissingExtra, NotFound
from app.index import Filters
from app.model import ArticleId
from app.pages import MARKS, Pages, Redirect
from app.views import Page

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

log = logging.getLogger(__name__)

ROOT = Path(__file__).parent.parent
TEMPLATES, STATIC = ROOT / "templates", ROOT / "static"

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
# Pages are asked for again each time, and answered 304 while nothing changed.
REVALIDATE = b"no-cache"
FOREVER = b"public, max-age=31536000, immutable"
# How many bytes of pages are kept ready, before compression; those made first go first.
_KEPT = 64_000_000


# Encodings in the order in which they are chosen, and how each is made: quickly at the first answer.
_ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": lambda data: zstd.compress(data, 6),
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
}
# After so many answers a page is worth the third of a second that brotli's best takes, in the background.
_WORTH_POLISHING = 2
_COMPRESSED = re.compile(r"text/|application/(?:\w+\+)?(?:json|xml|javascript)|image/svg")


class Ready:
    """An answer as bytes, with the forms that were asked for kept ready to send.

    Args:
        body: the answer.
        media_type: its type.
        status: of the answer; only a 200 gets an ETag.
        cache: the Cache-Control value.
        extra: further headers.
    """

    __slots__ = (
        "_answers",
        "_body",
        "_forms",
        "_headers",
        "_squeezable",
        "_unchanged",
        "digest",
        "hits",
        "status",
    )

    def __init__(
        self,
        body: bytes,
        media_type: str,
        *,
        status: int = 200,
        cache: bytes = REVALIDATE,
        extra: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        self.status = status
        self.digest = hashlib.sha256(body).hexdigest()[:20].encode()
        self.hits = 0
        self._body = body
        self._squeezable = len(body) > 500 and _COMPRESSED.match(media_type) is not None
        self._headers = (
            (b"content-type", media_type.encode()),
            (b"cache-control", cache),
            (b"vary", b"accept-encoding"),
            *SECURITY_HEADERS,
            *extra,
        )
        self._forms: dict[str, tuple[Message, Message]] = {}
        self._answers: dict[bytes, tuple[Message, Message]] = {}
        self._unchanged: dict[bytes, Message] = {}

    def answer(self, accept: bytes) -> tuple[Message, Message]:
        """The form for an Accept-Encoding header."""
        made = self._answers.get(accept)
        if made is None:
            made = self.form(accepted(accept) if accept else "")
            # Browsers send a handful of these headers; anything beyond that is not worth remembering.
            if len(self._answers) < 16:
                self._answers[accept] = made
        return made

    def form(self, encoding: str) -> tuple[Message, Message]:
        """The two ASGI messages of this answer in one encoding; "" is as it is."""
        made = self._forms.get(encoding)
        if made is None:
            if encoding and not self._squeezable:
                made = self.form("")
            else:
                data = _ENCODERS[encoding](self._body) if encoding else self._body
                made = self._messages(data, encoding, encoding)
            self._forms[encoding] = made
        return made

    def polish(self) -> None:
        """Make the best brotli form; one assignment puts it in place of the quick one."""
        if self._squeezable and "br" in self._forms:
            self._forms["br"] = self._messages(brotli.compress(self._body), "br", "best")
            self._answers = {}

    def unchanged(self, known: bytes) -> Message | None:
        """The start message that confirms what the client has, or None when it has something else."""
        made = self._unchanged.get(known)
        if made is None:
            if self.status != 200 or (self.digest not in known and known.strip() != b"*"):
                return None
            tag = next((t for t in map(bytes.strip, known.split(b",")) if self.digest in t), known)
            headers = [
                (b"etag", tag.removeprefix(b"W/")),
                *(h for h in self._headers if h[0] != b"content-type"),
            ]
            made = {"type": "http.response.start", "status": 304, "headers": headers}
            if len(self._unchanged) < 16:
                self._unchanged[known] = made
        return made

    @property
    def body(self) -> bytes:
        """The answer, not compressed."""
        return self._body

    def _messages(self, data: bytes, encoding: str, tag: str) -> tuple[Message, Message]:
        headers = [*self._headers, (b"content-length", str(len(data)).encode())]
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
        if self.status == 200:
            # A strong ETag names bytes, so every form has its own.
            headers.append((b"etag", b'"' + self.digest + (b"-" + tag.encode() if tag else b"") + b'"'))
        start = {"type": "http.response.start", "status": self.status, "headers": headers}
        return start, {"type": "http.response.body", "body": data}


@lru_cache(1024)
def accepted(header: bytes) -> str:
    """The encoding to answer with for an Accept-Encoding header, "" for none."""
    weights = {}
    for part in header.decode("latin-1").lower().split(","):
        name, _, parameters = part.partition(";")
        found = re.search(r"q\s*=\s*([\d.]+)", parameters)
        try:
            weights[name.strip()] = float(found.group(1)) if found else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    return next((e for e in _ENCODERS if weights.get(e, 0.0) > 0), "")


class Renderer:
    """Templates and static files.

    Args:
        base_url: of the site.
        site_name: shown in titles.
    """

    def __init__(self, base_url: str, site_name: str) -> None:
        self._site = {"name": site_name, "base_url": base_url}
        self._environment: Environment | None = None
        self._files = _static_files(STATIC)
        digest = hashlib.sha256()
        for name, data in sorted(self._files.items()):
            digest.update(name.encode() + b"\0" + data + b"\0")
        self.digest = digest.hexdigest()[:10]

    def static(self, name: str) -> str:
        """The address of a static file; it changes when any of them does, so that it may be kept for ever."""
        if name not in self._files:
            raise KeyError(f"no static file {name!r}")
        return f"/static/{self.digest}/{name}"

    def file(self, digest: str, name: str) -> Ready | None:
        """A static file, or None. Under an old digest it is today's file, to be asked for again."""
        data = self._files.get(name)
        if data is None:
            return None
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if media_type.startswith("text/") or media_type.endswith("javascript"):
            media_type += "; charset=utf-8"
        return Ready(data, media_type, cache=FOREVER if digest == self.digest else REVALIDATE)

    def render(self, page: Page, *, extra: Sequence[tuple[bytes, bytes]] = ()) -> Ready:
        """A page as bytes."""
        template = self.environment.get_template(page.template)
        html = template.render(page.context, meta=page.meta, page=page)
        return Ready(html.encode("utf-8", "replace"), page.media_type, status=page.status, extra=extra)

    @property
    def environment(self) -> Environment:
        """Jinja, set up at first use: a page out of the cache needs none."""
        if self._environment is None:
            environment = Environment(
                loader=FileSystemLoader(TEMPLATES),
                autoescape=True,
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
                extensions=["jinja2.ext.i18n"],
            )
            environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
            environment.globals.update(site=self._site, url=urls, static=self.static)
            self._environment = environment
        return self._environment


def _static_files(folder: Path) -> dict[str, bytes]:
    """Every static file by name, with the style sheets also joined to one in order of their names."""
    files = {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(folder).parts)
    }
    sheets = [data for name, data in files.items() if name.startswith("css/") and name.endswith(".css")]
    files["meipi.css"] = b"\n".join(sheets)
    return files


class _Shelf:
    """Answers kept ready for one state of the library, up to a weight; the least recently made go first."""

    __slots__ = ("_weight", "pages")

    def __init__(self) -> None:
        self.pages: dict[bytes, Ready] = {}
        self._weight = 0

    def keep(self, key: bytes, made: Ready) -> None:
        """Put an answer on the shelf."""
        self._drop(key)
        self._weight += len(made.body)
        while self._weight > _KEPT and self.pages:
            self._drop(next(iter(self.pages)))
        self.pages[key] = made

    def _drop(self, key: bytes) -> None:
        if gone := self.pages.pop(key, None):
            self._weight -= len(gone.body)


class CacheFirst:
    """The outermost layer: answers what is ready, checks the host, and passes the rest on.

    Args:
        app: what makes the answers.
        renderer: serves the static files.
        hosts: names that are answered.
    """

    def __init__(self, app: ASGIApp, renderer: Renderer, *, hosts: Iterable[str]) -> None:
        self._app = app
        self._renderer = renderer
        self._hosts = frozenset(h.lower() for h in hosts if h)
        self._welcome: set[bytes] = set()
        self._pages = _Shelf()
        # Plain numbers: counting must cost nothing here. `app.observe` reads them.
        self.answered = 0
        self._polisher = ThreadPoolExecutor(1, "polish")

    def forget(self) -> None:
        """Drop every page: the library has changed. One assignment, so no request sees half of it."""
        self._pages = _Shelf()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Once per request, and hot: a dictionary made in C, two look-ups, two messages that are ready.
        headers = dict(scope["headers"])
        if headers.get(b"host", b"") not in self._welcome and not self._recognise(headers.get(b"host", b"")):
            words = "这个主机名不在本站的名单里。This host name is not served here.\n".encode()
            refusal = Ready(words, "text/plain; charset=utf-8", status=400)
            await _answer(refusal, scope["method"], b"", b"", send)
            return
        method = scope["method"]
        if method == "GET" or method == "HEAD":
            query = scope["query_string"]
            key = scope["raw_path"] + b"?" + query if query else scope["raw_path"]
            page = self._pages.pages.get(key)
            if page is None and scope["path"].startswith("/static/"):
                page = self._static(key, scope["path"])
            if page is not None:
                self.answered += 1
                page.hits += 1
                if page.hits == _WORTH_POLISHING:
                    self._polisher.submit(page.polish)
                if method == "GET" and b"if-none-match" not in headers:
                    start, body = page.answer(headers.get(b"accept-encoding", b""))
                    await send(start)
                    await send(body)
                    return
                accept, known = headers.get(b"accept-encoding", b""), headers.get(b"if-none-match", b"")
                await _answer(page, method, accept, known, send)
                return
            scope["meipi.keep"] = self._keeper(key)
        await self._app(_as_get(scope), receive, _finished(method, send))

    def _keeper(self, key: bytes) -> Callable[[Ready], None]:
        # A page that was being made while the library changed must not be kept: it goes to the old pages.
        pages = self._pages
        return lambda made: pages.keep(key, made)

    def _static(self, key: bytes, path: str) -> Ready | None:
        digest, _, name = path.removeprefix("/static/").partition("/")
        found = self._renderer.file(digest, name)
        if found is not None and digest == self._renderer.digest:
            self._pages.keep(key, found)
        return found

    def _recognise(self, host: bytes) -> bool:
        """Whether a Host header names this site; those that do are remembered with their port."""
        name = host.decode("latin-1").lower()
        name = name[: name.rfind(":")] if ":" in name and not name.endswith("]") else name
        if "*" not in self._hosts and name not in self._hosts:
            return False
        if len(self._welcome) < 1000:
            self._welcome.add(host)
        return True


def _as_get(scope: Scope) -> Scope:
    """HEAD is asked as GET of every route; `_finished` leaves the body out."""
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope


def _finished(method: str, send: Send) -> Send:
    """Sends answers on with the headers that every one of them has, and without the body for HEAD."""

    async def finished(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name for name, _ in message["headers"]}
            missing = [header for header in SECURITY_HEADERS if header[0] not in present]
            message = {**message, "headers": [*message["headers"], *missing]}
        elif message["type"] == "http.response.body" and method == "HEAD":
            message = {**message, "body": b""}
        await send(message)

    return finished


async def _answer(page: Ready, method: str, accept: bytes, known: bytes, send: Send) -> None:
    if known and (start := page.unchanged(known)):
        await send(start)
        await send(_EMPTY)
        return
    start, body = page.answer(accept)
    await send(start)
    await send(_EMPTY if method == "HEAD" else body)


_EMPTY: Message = {"type": "http.response.body", "body": b""}


class _Send(Response):
    """A ready answer as a Starlette response."""

    def __init__(self, page: Ready) -> None:
        self.page = page
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        accept, known = headers.get(b"accept-encoding", b""), headers.get(b"if-none-match", b"")
        await _answer(self.page, scope["method"], accept, known, send)


def html_routes(pages: Pages, renderer: Renderer, openapi: Callable[[], dict[str, Any]]) -> list[BaseRoute]:
    """Every HTML address; see `app.urls`."""

    def route(path: str, make: Callable[[Request], Page | Redirect], *, keep: bool = True) -> Route:
        def work(request: Request) -> Ready:
            if (to := request.url.path) != (folded := to.lower()) and to.startswith("/a/"):
                query = request.url.query
                return _redirect(quote(folded, safe="/@") + (f"?{query}" if query else ""), 301)
            made = make(request)
            if isinstance(made, Redirect):
                return _redirect(made.to, 301 if made.permanent else 302)
            return renderer.render(made)

        async def endpoint(request: Request) -> Response:
            request.scope["meipi.route"] = path
            answer = await run_in_threadpool(work, request)
            # Only whole, lasting answers are kept, and only under addresses that the site itself makes:
            # else anybody could fill the memory with query strings.
            if keep and answer.status == 200 and _plain_query(request):
                request.scope.get("meipi.keep", lambda _: None)(answer)
            return _Send(answer)

        return Route(path, endpoint, methods=["GET"])

    def article(request: Request) -> ArticleId:
        return ArticleId(request.path_params["article"])

    def reader(request: Request) -> Page | Redirect:
        marks = request.query_params.get("marks", "core")
        return pages.reader(article(request), marks if marks in MARKS else "core")

    def paragraph(request: Request) -> Page | Redirect:
        name, at, rev = request.path_params["block"].partition("@")
        if at and not (rev.isascii() and rev.isdigit() and len(rev) < 9):
            raise NotFound("paragraph", request.path_params["block"])
        came_from = request.query_params.get("from", "")
        return pages.paragraph(article(request), name, int(rev) if at else None, came_from=came_from)

    def articles(request: Request) -> Page:
        page = request.query_params.get("page", "1")
        if not (page.isascii() and page.isdigit() and len(page) < 9):
            raise NotFound("page", page)
        return pages.articles(int(page))

    def speaker(request: Request) -> Page:
        query = request.query_params
        name = request.path_params["speaker"]
        return pages.speaker(name, article=query.get("article", ""), term=query.get("term", ""))

    def search(request: Request) -> Page:
        query = request.query_params
        filters = Filters(query.get("speaker", ""), query.get("term", ""), query.get("article", ""))
        return pages.search(query.get("q", ""), filters)

    async def card(request: Request) -> Response:
        size = request.query_params.get("size", "og")
        if size not in SIZES:
            raise HTTPException(422, f"size: {'、'.join(SIZES)} 之一")

        def work() -> Ready:
            made = pages.card(article(request), request.path_params["block"].lower())
            if isinstance(made, Redirect):
                return _redirect(made.to, 301)
            return Ready(draw(made, size), "image/png", cache=b"public, max-age=3600")

        answer = await run_in_threadpool(work)
        if answer.status == 200 and request.scope["query_string"] in _SIZE_QUERIES:
            request.scope.get("meipi.keep", lambda _: None)(answer)
        return _Send(answer)

    return [
        route("/", lambda _: pages.home()),
        route("/articles/", articles),
        route("/terms/", lambda _: pages.terms()),
        route("/terms/{term}/", lambda r: pages.term(r.path_params["term"])),
        route("/speakers/", lambda _: pages.speakers()),
        route("/speakers/{speaker}/", speaker),
        route("/search/", search, keep=False),
        route("/feed.atom", lambda _: pages.feed()),
        route("/sitemap.xml", lambda _: pages.sitemap()),
        route("/robots.txt", lambda _: pages.robots()),
        route("/manifest.webmanifest", lambda _: pages.manifest(renderer.static("icon.svg"))),
        route("/docs", lambda _: pages.docs(openapi())),
        route("/a/{article}/", reader),
        route("/a/{article}/speakers/", lambda r: pages.article_speakers(article(r))),
        route("/a/{article}/source/", lambda r: pages.source(article(r))),
        route("/a/{article}/{block}/", paragraph),
        Route("/a/{article}/{block}/card.png", card, methods=["GET"]),
        Route("/favicon.ico", lambda _: _Send(_redirect(renderer.static("icon.svg"), 302)), methods=["GET"]),
    ]


_SIZE_QUERIES = (b"", *(f"size={s}".encode() for s in SIZES))


def _plain_query(request: Request) -> bool:
    query = request.scope["query_string"]
    return query in (b"", *(f"marks={m}".encode() for m in MARKS)) or (
        query.startswith(b"page=") and query[5:].isdigit()
    )


def _redirect(to: str, status: int) -> Ready:
    body = f"见 {to}\n".encode()
    return Ready(
        body,
        "text/plain; charset=utf-8",
        status=status,
        extra=((b"location", to.encode("latin-1", "replace")),),
    )


# -- errors, turned into pages or problem+json at this one place


def install_errors(app: FastAPI, pages: Pages, renderer: Renderer) -> None:
    """Every fault becomes a page for browsers, `application/problem+json` for clients that ask for JSON."""

    def respond(
        request: Request, page: Page, problem: dict[str, Any], headers: Mapping[str, str] | None = None
    ) -> Response:
        # Caches are told that the same address answers in two formats.
        more = {"vary": "accept", **{k.lower(): v for k, v in (headers or {}).items()}}
        if _wants_json(request):
            body = {"type": "about:blank", "status": page.status, "instance": request.url.path, **problem}
            return JSONResponse(body, page.status, more, "application/problem+json")
        return _Send(renderer.render(page, extra=[(k.encode(), v.encode()) for k, v in more.items()]))

    def not_found(request: Request, error: NotFound) -> Response:
        problem = {
            "title": "Not found",
            "detail": str(error),
            **({"near": list(error.near)} if error.near else {}),
        }
        return respond(request, pages.not_found(error), problem)

    async def on_not_found(request: Request, error: Exception) -> Response:
        assert isinstance(error, NotFound)
        return await run_in_threadpool(not_found, request, error)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            if canonical := _canonical(app, request):
                return _Send(_redirect(canonical, 308))
            return await run_in_threadpool(not_found, request, NotFound("page", request.url.path))
        title = {405: "这个地址只能读取", 413: "请求太大"}.get(error.status_code, "请求无法答复")
        page = pages.error(error.status_code, title, str(error.detail))
        return respond(request, page, {"title": str(error.detail)}, error.headers)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        faults = [f"{'.'.join(str(x) for x in e['loc'][1:])}: {e['msg']}" for e in error.errors()]
        page = pages.error(422, "参数不对", "；".join(faults), "参数的写法见 /docs")
        return respond(request, page, {"title": "Invalid parameters", "detail": "; ".join(faults)})

    async def on_content(request: Request, error: Exception) -> Response:
        assert isinstance(error, ContentError)
        log.warning("%s", error)
        page = pages.error(503, "这篇文章的文件暂时读不了", f"{error.code}：{error.problem}", error.remedy)
        return respond(
            request, page, {"title": "Content cannot be read", "detail": f"{error.code} {error.problem}"}
        )

    async def on_meipi(request: Request, error: Exception) -> Response:
        log.error("%s", error)
        page = pages.error(503, "暂时无法答复", "索引不可用。", "请稍后再试")
        return respond(request, page, {"title": "Temporarily unavailable"})

    async def on_refused(request: Request, error: Exception) -> Response:
        page = pages.error(409, "这一段不做图片", str(error), "请改用链接或引文")
        return respond(request, page, {"title": "No image of this paragraph", "detail": str(error)})

    async def on_missing(request: Request, error: Exception) -> Response:
        log.warning("%s", error)
        page = pages.error(501, "本站没有装这一部分", "本站没有装做图片所需的部分。")
        return respond(request, page, {"title": "Not installed here", "detail": str(error)})

    async def on_crash(request: Request, error: Exception) -> Response:
        log.exception("unexpected fault path=%s", request.url.path, exc_info=error)
        page = pages.error(500, "出了意外", "这一页没能做出来，经过已记入日志。", "请稍后再试")
        return respond(request, page, {"title": "Internal error"})

    app.add_exception_handler(NotFound, on_not_found)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(ContentError, on_content)
    app.add_exception_handler(IndexUnavailable, on_meipi)
    app.add_exception_handler(CardRefused, on_refused)
    app.add_exception_handler(MissingExtra, on_missing)
    app.add_exception_handler(MeipiError, on_meipi)
    app.add_exception_handler(Exception, on_crash)


def _wants_json(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("json" in accept and "text/html" not in accept)


def _canonical(app: FastAPI, request: Request) -> str:
    """The canonical address of one that lacks its slash or is in capitals, or ""."""
    path: str = request.scope["path"]
    if path.startswith("//") or request.method not in ("GET", "HEAD"):
        return ""
    # Capitals make the smaller codes, so addresses on paper may be in them; ids have none.
    folded = path.lower() if path[:3] in ("/A/", "/a/") else path
    wanted = folded if folded.endswith((".png", "/")) else folded + "/"
    if wanted == path:
        return ""
    scope = {**request.scope, "path": wanted, "raw_path": b""}
    if any(isinstance(r, Route) and r.matches(scope)[0] is Match.FULL for r in app.router.routes):
        query = request.scope["query_string"].decode("latin-1")
        return quote(wanted, safe="/@") + (f"?{query}" if query else "")
    return ""
