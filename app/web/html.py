"""HTML routes: pages as values in, bytes out. `app.serving.cache` keeps what was made."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, nodes
from jinja2.bccache import Bucket
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from app import urls
from app.dictionary.learner import anki_package, csv_file, picked
from app.errors import (
    ContentError,
    IndexUnavailable,
    IndexUnfinished,
    MeipiError,
    MissingExtra,
    NotFound,
)
from app.http.naming import route_of, traceback_of
from app.http.response import REVALIDATE, Ready, answer
from app.http.static import StaticFiles
from app.i18n import TONGUES, Tongue, learn_traditional, say, speaking, tongue, wording
from app.index import Filters
from app.model import ArticleId
from app.pages.cards import SIZES, CardRefused, draw
from app.pages.contexts import Fragments, Page
from app.pages.pages import Manner, Pages, Redirect
from app.pages.shelves import Shelf
from app.pages.styleguide import styleguide
from app.settings import ROOT

log = logging.getLogger(__name__)

TEMPLATES, STATIC = ROOT / "templates", ROOT / "static"


class Renderer:
    """Pages to bytes.

    Args:
        base_url: of the site.
        site_name: shown in titles.
        files: the static files, for their addresses; those of this project when not given.
        compiled: a private folder for templates as this very program compiles them; None: they are not kept.
    """

    def __init__(
        self, base_url: str, site_name: str, files: StaticFiles | None = None, *, compiled: Path | None = None
    ) -> None:
        self._site = {"name": site_name, "base_url": base_url}
        self._environments: dict[Tongue, Environment] = {}
        self._compiled = compiled
        self.fragments = Fragments()
        self.files = files or StaticFiles(STATIC)

    def render(self, page: Page, *, extra: Sequence[tuple[bytes, bytes]] = ()) -> Ready:
        """A page as an answer."""
        body = self.text(page).encode("utf-8", "replace")
        return Ready(body, page.media_type, status=page.status, extra=extra)

    def text(self, page: Page) -> str:
        """A page as its template has it; without what XML cannot hold, where it is XML."""
        template = self.environment.get_template(page.template)
        text = template.render(page.context, meta=page.meta, page=page)
        return legal(text) if page.media_type.endswith("xml") else text

    @property
    def environment(self) -> Environment:
        """Jinja for the language of this moment, set up at first use: a page out of the cache needs none."""
        if self._compiled and not self._compiled.is_dir():  # var/ was deleted: compile and keep them again
            self._environments.clear()
            try:
                self._compiled.mkdir(parents=True, mode=0o700)
            except OSError:
                self._compiled = None
        spoken = tongue()
        if (environment := self._environments.get(spoken)) is None:
            kept = None
            if self._compiled:
                kept = _Compiled(str(self._compiled), f"{spoken}-{self.files.digest}-%s.cache")
            environment = _Templates(
                {
                    "url": urls,
                    "static": self.files.address,
                    "gettext": _gettext,
                    "_": _gettext,
                    "tongue": tongue,
                    # Without its scripts the site is whole, and asks for none.
                    "scripted": "js/main.js" in self.files.files,
                },
                loader=FileSystemLoader(TEMPLATES),
                autoescape=True,
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
                extensions=["jinja2.ext.i18n"],
                bytecode_cache=kept,
            )
            environment.globals.update(site=self._site, ngettext=_ngettext, fragment=self.fragments)
            environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
            environment.newstyle_gettext = True  # type: ignore[attr-defined]
            self._environments[spoken] = environment
        return environment


class _Templates(Environment):
    """Templates of one language.

    What is the same on every page of every site in that language, wordings above all, is put in once, when a
    template is compiled.

    Args:
        lasting: by name, what does not change from page to page. A function among them gives the same for the
            same values.
        options: as Jinja takes them.
    """

    def __init__(self, lasting: Mapping[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self.globals.update(lasting)
        self._lasting = lasting

    def compile(  # type: ignore[override]
        self, source: Any, name: str | None = None, filename: str | None = None, **how: Any
    ) -> Any:
        """A template's code."""
        if isinstance(source, str):
            source = _Settled(self, self._lasting).visit(self.parse(source, name, filename))
        return super().compile(source, name, filename, **how)


class _Settled(NodeTransformer):
    """A template with the value in place of each expression that has the same one on every page."""

    def __init__(self, environment: Environment, lasting: Mapping[str, Any]) -> None:
        self._environment, self._lasting = environment, lasting

    def _visit(self, node: nodes.Expr) -> nodes.Node:
        try:
            value = self._value(node)
        except (nodes.Impossible, LookupError):  # a file that is not there: told when somebody asks for it
            return self.generic_visit(node)
        if isinstance(value, str | bool):
            return nodes.Const(value, lineno=node.lineno)
        return self.generic_visit(node)

    visit_Call = visit_Getattr = visit_Name = _visit

    def _value(self, node: nodes.Node) -> Any:
        match node:
            case nodes.Const(value=value):
                return value
            case nodes.Name(name=name, ctx="load") if name in self._lasting:
                return self._lasting[name]
            case nodes.Getattr(node=inner, attr=attribute):
                return self._environment.getattr(self._value(inner), attribute)
            case nodes.Call(node=inner, args=args, kwargs=kwargs, dyn_args=None, dyn_kwargs=None):
                function = self._value(inner)
                return function(*map(self._value, args), **{k.key: self._value(k.value) for k in kwargs})
        raise nodes.Impossible


class _Compiled(FileSystemBytecodeCache):
    """Templates compiled by an earlier run; what cannot be read or written is compiled for this run alone."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


# What XML 1.0 cannot hold, not even escaped. The substitute has the same length, so offsets stay true.
_NOT_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_SUBSTITUTE = "\ufffd"


def legal(xml: str) -> str:
    """XML without the characters that it cannot hold: U+FFFD stands for each. For feeds and exports alike."""
    # A class so wide takes long to compile: not before it is needed.
    return re.sub(_NOT_XML, _SUBSTITUTE, xml)


class Json(JSONResponse):
    """An answer in JSON, compressed and with an ETag as pages are; asked again it may be a 304.

    Where the address has no query it is kept ready as pages are; with queries anybody could fill the memory.
    A text may hold anything: the lone half of a character is sent as its escape.
    """

    def render(self, content: Any) -> bytes:
        """The value as bytes."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it in the form that was asked for."""
        given = {k: v for k, v in self.raw_headers if k not in (b"content-length", b"content-type")}
        cache = given.pop(b"cache-control", REVALIDATE)
        page = Ready(
            bytes(self.body),
            self.media_type or "application/json",
            status=self.status_code,
            cache=cache,
            extra=tuple(given.items()),
        )
        # An answer may be long, and compressing it would keep everybody else waiting.
        await run_in_threadpool(page.answer, dict(scope["headers"]).get(b"accept-encoding", b""))
        if page.status == 200 and not scope["query_string"]:
            _keep(scope, page)
        await _Send(page)(scope, receive, send)


def _gettext(message: str, **values: Any) -> Markup:
    """A template's wording in the language of this moment, its values escaped."""
    # Without values too: a literal % is written %% in every wording.
    return Markup(wording(message, values.get("n"))) % values


def _ngettext(one: str, many: str, n: int, **values: Any) -> Markup:
    """What `{% trans n=… %}` with a plural asks for; the Chinese wording has none, the catalogue knows."""
    return _gettext(one, n=n, **values)


def _keep(scope: Scope, page: Ready) -> None:
    """Have an answer kept ready, where something stands in front that keeps any."""
    if "meipi.keep" in scope:
        scope["meipi.keep"](page)


class _Send(Response):
    """A ready answer as a Starlette response."""

    def __init__(self, page: Ready) -> None:
        self.page = page
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        accept, known = headers.get(b"accept-encoding", b""), headers.get(b"if-none-match", b"")
        await answer(self.page, scope["method"], accept, known, send)


def html_routes(
    pages: Pages, renderer: Renderer, openapi: Callable[[], dict[str, Any]], *, development: bool = False
) -> list[BaseRoute]:
    """Every HTML address; see `app.urls`. With `development`, the style guide too."""

    def route(
        path: str, make: Callable[[Request], Page | Redirect], *, keep: bool = True, library: bool = True
    ) -> Route:
        """A page; `library`: it shows something of the library, and waits until that has been read."""

        def work(request: Request) -> Ready:
            if (to := request.url.path) != (folded := to.lower()) and to.startswith("/a/"):
                query = request.url.query
                return _redirect(quote(folded, safe="/@") + (f"?{query}" if query else ""), 301)
            if library:
                pages.require_finished()
            with speaking(_shown_tongue(request, pages)):
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
                _keep(request.scope, answer)
            return _Send(answer)

        return Route(path, endpoint, methods=["GET"])

    def article(request: Request) -> ArticleId:
        return ArticleId(request.path_params["article"])

    def reader(request: Request) -> Page | Redirect:
        return pages.reader(article(request), Manner.of(request.query_params))

    def paragraph(request: Request) -> Page | Redirect:
        name, at, rev = request.path_params["block"].partition("@")
        if at and not (rev.isascii() and rev.isdigit() and len(rev) < 9):
            raise NotFound("paragraph", request.path_params["block"])
        came_from = request.query_params.get("from", "")
        manner = Manner.of(request.query_params)
        return pages.paragraph(
            article(request), name, int(rev) if at else None, came_from=came_from, manner=manner
        )

    def articles(request: Request) -> Page:
        query = request.query_params
        if "after" in query or "before" in query:
            return pages.articles(after=query.get("after", ""), before=query.get("before", ""))
        page = query.get("page", "1")
        if not (page.isascii() and page.isdigit() and len(page) < 9):
            raise NotFound("page", page)
        shelf = Shelf(**{f: query.get(f, "") for f in ("year", "publication", "term", "speaker")})
        return pages.shelf(shelf, int(page)) if shelf != Shelf() else pages.articles(int(page))

    def worker(_: Request) -> Page:
        files = renderer.files
        wanted = re.compile(r"[^/]+\.css|js/.+|icon\.svg")
        return pages.worker(files.digest, [files.address(n) for n in files.files if wanted.fullmatch(n)])

    def term(request: Request) -> Page:
        return pages.term(request.path_params["term"], after=request.query_params.get("after", ""))

    def speaker(request: Request) -> Page:
        query = request.query_params
        name = request.path_params["speaker"]
        return pages.speaker(
            name,
            article=query.get("article", ""),
            term=query.get("term", ""),
            after=query.get("after", ""),
        )

    def speakers(request: Request) -> Page:
        return pages.speakers(after=request.query_params.get("after", ""))

    def search(request: Request) -> Page:
        query = request.query_params
        filters = Filters(
            query.get("speaker", ""),
            query.get("term", ""),
            query.get("article", ""),
            query.get("since", ""),
            query.get("until", ""),
            "quotation" if query.get("kind") == "quotation" else "",
        )
        by: Literal["article", "speaker"] = "speaker" if query.get("by") == "speaker" else "article"
        return pages.search(query.get("q", ""), filters, after=query.get("after", ""), by=by)

    def learned(request: Request) -> Response:
        """The reader's list as a file: whatever the browser kept, asked for by its own address."""
        pages.require_finished()
        form = request.path_params["form"]
        if form not in ("csv", "apkg"):
            raise NotFound("page", request.url.path)
        try:
            cards = pages.learned(picked(request.query_params.get("items", "")))
        except ValueError as error:
            raise HTTPException(422, f"items: {error}") from None
        if not cards:
            raise HTTPException(422, "items: 没有一个词在文库里")
        name = say("生词表")
        if form == "csv":
            data, media_type = csv_file(cards), "text/csv; charset=utf-8"
        else:
            data, media_type = (
                anki_package(cards, name, key="picked", now=time.time()),
                "application/octet-stream",
            )
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}.{form}",
            "cache-control": "no-store",
        }
        return Response(data, 200, headers, media_type)

    async def learned_answer(request: Request) -> Response:
        request.scope["meipi.route"] = "/learn/list.{form}"
        with speaking(_tongue(request)):
            return await run_in_threadpool(learned, request)

    async def card(request: Request) -> Response:
        size = request.query_params.get("size", "og")
        if size not in SIZES:
            raise HTTPException(422, f"size: {'、'.join(SIZES)} 之一")

        request.scope["meipi.route"] = "/a/{article}/{block}/card.png"

        def work() -> Ready:
            pages.require_finished()
            block = request.path_params.get("block", "").lower()
            made = pages.card(article(request), block) if block else pages.article_card(article(request))
            if isinstance(made, Redirect):
                return _redirect(made.to, 301)
            return Ready(draw(made, size), "image/png", cache=b"public, max-age=3600")

        answer = await run_in_threadpool(work)
        if answer.status == 200 and request.scope["query_string"] in _SIZE_QUERIES:
            _keep(request.scope, answer)
        return _Send(answer)

    return [
        route("/", lambda _: pages.home()),
        route("/articles/", articles),
        route("/terms/", lambda _: pages.terms()),
        route(
            "/terms/{term}/",
            lambda r: pages.term(r.path_params["term"], after=r.query_params.get("after", "")),
        ),
        route("/learn/", lambda _: pages.learn(), library=False),
        Route("/learn/list.{form}", learned_answer, methods=["GET"]),
        route("/words/{word}/", lambda r: pages.word(r.path_params["word"]), keep=False),
        route("/speakers/", speakers),
        route("/speakers/{speaker}/", speaker),
        route("/search/", search, keep=False),
        route("/feed.atom", lambda _: pages.feed()),
        route("/sitemap.xml", lambda _: pages.sitemap()),
        route("/sitemap-{n:int}.xml", lambda r: pages.sitemap(r.path_params["n"] or -1)),
        route("/robots.txt", lambda _: pages.robots(), library=False),
        route(
            "/manifest.webmanifest",
            lambda _: pages.manifest(renderer.files.address("icon.svg")),
            library=False,
        ),
        *([route("/styleguide/", lambda _: styleguide(), library=False)] if development else []),
        route("/offline/", lambda _: pages.offline(), library=False),
        route("/sw.js", worker, library=False),
        route("/docs", lambda _: pages.docs(openapi()), library=False),
        route("/a/{article}/", reader),
        route("/a/{article}/speakers/", lambda r: pages.article_speakers(article(r))),
        route("/a/{article}/source/", lambda r: pages.source(article(r))),
        route("/a/{article}/{block}/", paragraph),
        Route("/a/{article}/card.png", card, methods=["GET"]),
        Route("/a/{article}/{block}/card.png", card, methods=["GET"]),
        Route(
            "/favicon.ico",
            lambda _: _Send(_redirect(renderer.files.address("icon.svg"), 302)),
            methods=["GET"],
        ),
    ]


_SIZE_QUERIES = (b"", *(f"size={s}".encode() for s in SIZES))


# The queries that the site itself makes for pages that may be kept: parts in this order, each at most once.
_PLAIN = re.compile(
    r"(?:page=\d{1,8}&?)?(?:marks=(?:none|core|all)&?)?(?:pinyin=[01]&?)?(?:script=han[st]&?)?(?:lang=(?:zh|en))?"
)


def _plain_query(request: Request) -> bool:
    return _PLAIN.fullmatch(request.scope["query_string"].decode("latin-1")) is not None


def _tongue(request: Request) -> Tongue:
    """The language of the interface: the one that the address names, else the one that the reader prefers."""
    asked = request.query_params.get("lang", "")
    preferred: Tongue = request.scope.get("meipi.tongue", "zh")
    return asked if asked in TONGUES else preferred


def _shown_tongue(request: Request, pages: Pages) -> Tongue:
    """The interface's language for a page; Chinese beside a text in traditional characters is so too."""
    spoken = _tongue(request)
    if spoken != "zh" or request.query_params.get("script") != "hant" or pages.language is None:
        return spoken
    learn_traditional(pages.language.traditional)
    return "hant"


def _redirect(to: str, status: int) -> Ready:
    body = f"见 {to}\n".encode()
    return Ready(
        body,
        "text/plain; charset=utf-8",
        status=status,
        extra=((b"location", to.encode("latin-1", "replace")),),
    )


# -- errors, turned into pages or problem+json at this one place


# When to ask again for what cannot be answered now, in seconds.
_LATER = {"Retry-After": "5"}


def install_errors(
    app: Starlette, pages: Pages, renderer: Renderer, *, invalid: type[Exception] | None = None
) -> None:
    """Every fault becomes a page for browsers, `application/problem+json` for clients that ask for JSON.

    Args:
        app: the application.
        pages: makes the pages.
        renderer: and their bytes.
        invalid: the framework's fault for parameters that do not fit; it lists them under `errors()`.
    """

    def respond(
        request: Request, page: Page, problem: dict[str, Any], headers: Mapping[str, str] | None = None
    ) -> Response:
        # Caches are told that the same address answers in two formats.
        more = {"vary": "accept", **{k.lower(): v for k, v in (headers or {}).items()}}
        if _wants_json(request):
            body = {"type": "about:blank", "status": page.status, "instance": request.url.path, **problem}
            return Json(body, page.status, more, "application/problem+json")
        return _Send(renderer.render(page, extra=[(k.encode(), v.encode()) for k, v in more.items()]))

    def not_found(request: Request, error: NotFound) -> Response:
        pages.require_unknown(error)
        return missing(request, error)

    def missing(request: Request, error: NotFound) -> Response:
        problem = {
            "title": "Not found",
            "detail": str(error),
            **({"near": list(error.near)} if error.near else {}),
        }
        return respond(request, pages.not_found(error), problem)

    async def on_not_found(request: Request, error: Exception) -> Response:
        assert isinstance(error, NotFound)
        try:
            return await run_in_threadpool(not_found, request, error)
        except IndexUnavailable as unavailable:
            return await on_meipi(request, unavailable)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            if canonical := _canonical(app, request):
                return _Send(_redirect(canonical, 308))
            return await run_in_threadpool(missing, request, NotFound("page", request.url.path))
        title = {405: "这个地址只能读取", 413: "请求太大"}.get(error.status_code, "请求无法答复")
        page = pages.error(error.status_code, say(title), str(error.detail))
        return respond(request, page, {"title": str(error.detail)}, error.headers)

    async def on_invalid(request: Request, error: Exception) -> Response:
        listed: Sequence[Mapping[str, Any]] = error.errors()  # type: ignore[attr-defined]
        faults = [f"{'.'.join(str(x) for x in e['loc'][1:])}: {e['msg']}" for e in listed]
        page = pages.error(422, say("参数不对"), "；".join(faults), say("参数的写法见 /docs"))
        return respond(request, page, {"title": "Invalid parameters", "detail": "; ".join(faults)})

    async def on_content(request: Request, error: Exception) -> Response:
        assert isinstance(error, ContentError)
        log.warning("%s", error)
        # The remedy is the editor's and names places on the server: it is in the log.
        said = f"{error.code}：{error.problem}"
        page = pages.error(503, say("这篇文章的文件暂时读不了"), said, say("请稍后再试"))
        problem = {"title": "Content cannot be read", "detail": f"{error.code} {error.problem}"}
        return respond(request, page, problem, _LATER)

    async def on_meipi(request: Request, error: Exception) -> Response:
        if isinstance(error, IndexUnfinished):
            page = pages.error(
                503, say("文库正在读入"), say("读完以后，这一页还在这个地址。"), say("请稍后再试")
            )
            return respond(request, page, {"title": "The library is being read"}, _LATER)
        log.error("%s", error)
        page = pages.error(503, say("暂时无法答复"), say("索引不可用。"), say("请稍后再试"))
        return respond(request, page, {"title": "Temporarily unavailable"}, _LATER)

    async def on_refused(request: Request, error: Exception) -> Response:
        page = pages.error(409, say("这一段不做图片"), str(error), say("请改用链接或引文"))
        return respond(request, page, {"title": "No image of this paragraph", "detail": str(error)})

    async def on_missing(request: Request, error: Exception) -> Response:
        log.warning("%s", error)
        extra = error.extra if isinstance(error, MissingExtra) else ""
        part = {"dict": "查词", "zh": "拼音", "anki": "Anki"}.get(extra, "做图片")
        page = pages.error(
            501, say("本站没有装这一部分"), say("本站没有装%(part)s所需的部分。", part=say(part))
        )
        return respond(request, page, {"title": "Not installed here", "detail": str(error)})

    async def on_storage(request: Request, error: Exception) -> Response:
        log.error("cannot read or write route=%s: %s", route_of(request.scope), type(error).__name__)
        page = pages.error(503, say("暂时无法答复"), say("服务器暂时不能读写文件。"), say("请稍后再试"))
        return respond(request, page, {"title": "Temporarily unavailable"}, _LATER)

    async def on_crash(request: Request, error: Exception) -> Response:
        log.error("unexpected fault route=%s\n%s", route_of(request.scope), traceback_of(error))
        page = pages.error(500, say("出了意外"), say("这一页没能做出来，经过已记入日志。"), say("请稍后再试"))
        return respond(request, page, {"title": "Internal error"})

    def spoken(
        handler: Callable[[Request, Exception], Awaitable[Response]],
    ) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def answer(request: Request, error: Exception) -> Response:
            with speaking(_tongue(request)):
                return await handler(request, error)

        return answer

    app.add_exception_handler(NotFound, spoken(on_not_found))
    app.add_exception_handler(HTTPException, spoken(on_http))
    if invalid is not None:
        app.add_exception_handler(invalid, spoken(on_invalid))
    app.add_exception_handler(ContentError, spoken(on_content))
    app.add_exception_handler(IndexUnavailable, spoken(on_meipi))
    app.add_exception_handler(CardRefused, spoken(on_refused))
    app.add_exception_handler(MissingExtra, spoken(on_missing))
    app.add_exception_handler(MeipiError, spoken(on_meipi))
    # A full disk, or a file that this process may not read.
    app.add_exception_handler(OSError, spoken(on_storage))
    app.add_exception_handler(Exception, spoken(on_crash))


def _wants_json(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    for_programs = request.url.path.startswith(("/api/", "/oembed"))
    return for_programs or ("json" in accept and "text/html" not in accept)


def _canonical(app: Starlette, request: Request) -> str:
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
