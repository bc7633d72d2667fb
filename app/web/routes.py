"""The table of all addresses of pages, and how a request becomes an answer. Addresses: see `app.urls`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app import urls
from app.http.response import PRIVATE, Ready
from app.i18n import CHOICES, SOURCE, TRADITIONAL, Locale, use_locale
from app.pages.cards import SIZES
from app.pages.contexts import Page, Redirect
from app.web import handlers
from app.web.rendering import for_editors
from app.web.responses import Sent, keep, redirect
from app.web.state import Web, web_of

# The queries of addresses that the site itself writes; only their answers are cached. A cache of any query
# would let a client fill the memory. Parts come in this order, each at most once.
_PLAIN = re.compile(
    r"(?:page=\d{1,8}&?)?(?:marks=(?:none|core|all)&?)?(?:pinyin=[01]&?)?(?:script=han[st]&?)?"
    rf"(?:translation=[01]&?)?(?:lang=(?:{'|'.join(CHOICES)}))?"
)
_SIZES = re.compile("|".join(["", *(f"size={size}(?:&translation=1)?" for size in SIZES)]))


class PageRoute(Struct, frozen=True):
    """An address and the handler that answers it.

    Attributes:
        kept: the queries whose answers are cached; None: no answer is.
        library: the answer shows something of the library; it is a 503 until the library has been read.
    """

    path: str
    handler: Callable[[Web, Request], Page | Redirect | Ready]
    kept: re.Pattern[str] | None = _PLAIN
    library: bool = True


PAGES = (
    PageRoute("/", lambda web, _: web.pages.home()),
    PageRoute("/articles/", handlers.articles),
    PageRoute("/new/", handlers.new, kept=None),
    PageRoute("/new/feed.atom", lambda web, _: web.pages.new_feed()),
    PageRoute("/new/articles.csv", handlers.new_table, kept=None),
    PageRoute("/terms/", handlers.terms),
    PageRoute("/terms/{term}/", handlers.term),
    PageRoute("/terms/{term}/uses/", lambda web, r: web.pages.term_uses(r.path_params["term"])),
    PageRoute("/terms/{term}/uses.csv", handlers.term_uses_table, kept=None),
    PageRoute("/terms/{term}/series.csv", handlers.term_series_table, kept=None),
    PageRoute("/terms/{term}/feed.atom", lambda web, r: web.pages.term_feed(r.path_params["term"])),
    PageRoute("/uses/", lambda web, r: web.pages.uses(r.query_params.get("q", "")), kept=None),
    PageRoute("/uses.csv", handlers.uses_table, kept=None),
    PageRoute("/learn/", lambda web, _: web.pages.learn(), library=False),
    PageRoute("/read/", handlers.read),
    PageRoute("/learn/list.{form}", handlers.learner_file, kept=None),
    PageRoute("/words/{word}/", lambda web, r: web.pages.word(r.path_params["word"]), kept=None),
    PageRoute("/speakers/", handlers.speakers),
    PageRoute("/speakers/{speaker}/", handlers.speaker),
    PageRoute("/speakers/{speaker}/terms.csv", handlers.speaker_table, kept=None),
    PageRoute(
        "/speakers/{speaker}/feed.atom", lambda web, r: web.pages.speaker_feed(r.path_params["speaker"])
    ),
    PageRoute("/search/", handlers.search, kept=None),
    PageRoute("/search/feed.atom", handlers.search_feed, kept=None),
    PageRoute("/feed.atom", lambda web, _: web.pages.feed()),
    PageRoute("/sitemap.xml", handlers.sitemap),
    PageRoute("/sitemap-{n:int}.xml", handlers.sitemap),
    PageRoute("/robots.txt", lambda web, _: web.pages.robots(), library=False),
    PageRoute("/manifest.webmanifest", handlers.manifest, library=False),
    PageRoute("/offline/", lambda web, _: web.pages.offline(), library=False),
    PageRoute("/sw.js", handlers.worker, library=False),
    PageRoute("/docs", lambda web, _: web.pages.docs(web.openapi()), library=False),
    PageRoute("/favicon.ico", handlers.icon, library=False),
    PageRoute("/compare/{first}/{second}/", handlers.compare),
    PageRoute("/compare/{first}/{second}/changes.csv", handlers.compared_table, kept=None),
    PageRoute("/llms.txt", handlers.llms),
    PageRoute("/a/{article}/index.md", handlers.markdown),
    PageRoute("/a/{article}/{block}/index.md", handlers.markdown),
    PageRoute("/a/{article}/", handlers.reader),
    PageRoute("/a/{article}/speakers/", handlers.article_speakers),
    PageRoute("/a/{article}/source/", handlers.source),
    PageRoute("/a/{article}/terms/", handlers.article_terms),
    PageRoute("/a/{article}/{block}/", handlers.paragraph),
    PageRoute("/a/{article}/card.png", handlers.card, kept=_SIZES),
    PageRoute("/a/{article}/{block}/card.png", handlers.card, kept=_SIZES),
)
DEVELOPMENT = (PageRoute("/styleguide/", handlers.styleguide, library=False),)


def page_routes(*, development: bool = False, read: bool = True) -> list[BaseRoute]:
    """Every address of pages; with `development`, the style guide too; without `read`, not /read/."""
    table = PAGES + DEVELOPMENT if development else PAGES
    return [
        Route(route.path, partial(_endpoint, route), methods=["GET"])
        for route in table
        if read or route.path != urls.READ
    ]


async def _endpoint(route: PageRoute, request: Request) -> Response:
    request.scope["meipi.route"] = route.path
    answer = await run_in_threadpool(_answer, route, web_of(request), request)
    # Compressing a long page takes time; other requests must not wait for it.
    await run_in_threadpool(answer.answer, request.headers.get("accept-encoding", "").encode("latin-1"))
    query = request.scope["query_string"].decode("latin-1")
    if answer.status == 200 and route.kept and route.kept.fullmatch(query):
        keep(request.scope, answer)
    return Sent(answer)


def _answer(route: PageRoute, web: Web, request: Request) -> Ready:
    if (to := request.url.path) != (folded := to.lower()) and to.startswith("/a/"):
        query = request.url.query
        return redirect(quote(folded, safe="/@") + (f"?{query}" if query else ""), 301)
    if route.library:
        web.library.require_finished()
    with use_locale(_shown_locale(request, web)):
        made = route.handler(web, request)
        if isinstance(made, Redirect):
            return redirect(made.to, 301 if made.permanent else 302)
        if isinstance(made, Ready):
            return made
        if "meipi.editor" in request.scope:
            with for_editors():
                return web.renderer.render(made, cache=PRIVATE)
        return web.renderer.render(made)


def locale_of(request: Request) -> Locale:
    """The language of the interface: the one in the address, else the one that the reader prefers."""
    asked = request.query_params.get("lang", "")
    preferred: Locale = request.scope.get("meipi.locale", "zh")
    return asked if asked in CHOICES else preferred


def _shown_locale(request: Request, web: Web) -> Locale:
    """The language of a page. The script that is chosen for a text is that of a Chinese page around it."""
    spoken = locale_of(request)
    if spoken not in (SOURCE, TRADITIONAL) or web.pages.language is None:
        return SOURCE if spoken == TRADITIONAL else spoken
    chosen = {"hans": SOURCE, "hant": TRADITIONAL}.get(request.query_params.get("script", ""))
    return chosen or spoken
