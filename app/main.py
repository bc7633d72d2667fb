"""create_app: the only place where the parts of the web site are joined."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from app import __version__
from app.api import api_routes, oembed_route
from app.content import Content
from app.errors import MeipiError
from app.index import open_index
from app.library import Library
from app.observe import Limited, Metrics, Observed
from app.pages import Pages
from app.settings import Settings
from app.web import CacheFirst, Renderer, html_routes, install_errors

log = logging.getLogger(__name__)


def open_library(settings: Settings) -> Library:
    """The library that these settings describe.

    Raises:
        IndexUnavailable: the index cannot be opened.
    """
    index = open_index(settings.database_url, settings.var)
    return Library(Content(settings.content), index, cache=settings.var / "jieba")


def create_app(settings: Settings) -> ASGIApp:
    """The site as an ASGI application."""
    library = open_library(settings)
    pages = Pages(library, base_url=settings.base_url, site_name=settings.site_name)
    renderer = Renderer(settings.base_url, settings.site_name)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        watcher = None
        if settings.watch:
            watcher = threading.Thread(
                target=_watch, args=(settings.content, library, site, stop, metrics, health), daemon=True
            )
            watcher.start()
        yield
        stop.set()
        if watcher:
            watcher.join(timeout=5)
        library.index.close()

    api = FastAPI(
        title="Meipi",
        summary="Annotated Chinese articles: paragraphs with lasting ids, terms, speakers, quotations.",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    api.include_router(api_routes(library, pages))
    api.include_router(oembed_route(library, pages, site_name=settings.site_name))
    api.router.routes.extend(html_routes(pages, renderer, api.openapi))
    install_errors(api, pages, renderer)
    health = _Health()
    metrics = Metrics(lambda: site.answered)
    api.router.routes.extend(_operator_routes(library, metrics, health))
    behind = Observed(Limited(api, settings.rate_limit), metrics, timing=settings.timing)
    site = CacheFirst(behind, renderer, hosts=settings.hosts)
    return site


EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(slots=True)
class _Health:
    """What is wrong with this process, "" for nothing."""

    trouble: str = ""


def _operator_routes(library: Library, metrics: Metrics, health: _Health) -> list[BaseRoute]:
    """For those who run the site: not cached, not logged among readers' answers."""
    uncached = {"cache-control": "no-store"}

    def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n", headers=uncached)

    def readyz(_: Request) -> Response:
        try:
            library.count()
        except Exception as error:
            return PlainTextResponse(f"the index does not answer: {error}\n", 503, uncached)
        if health.trouble:
            return PlainTextResponse(health.trouble + "\n", 503, uncached)
        return PlainTextResponse("ready\n", headers=uncached)

    def show_metrics(_: Request) -> Response:
        return Response(
            metrics.text(), headers=uncached, media_type="text/plain; version=0.0.4; charset=utf-8"
        )

    return [
        Route("/healthz", healthz, methods=["GET"]),
        Route("/readyz", readyz, methods=["GET"]),
        Route("/metrics", show_metrics, methods=["GET"]),
    ]


def _watch(
    content: Path,
    library: Library,
    site: CacheFirst,
    stop: threading.Event,
    metrics: Metrics,
    health: _Health,
) -> None:
    """Bring the index up to date whenever a file of content/ changes, and drop the pages made before."""
    from watchfiles import watch  # its native part takes a thread of its own; not needed without watching

    if not content.is_dir():
        return
    seen: object = None
    # Looked at at once, again when the watching has begun, for what changed in between, then at every change.
    looks = 2
    try:
        changes = watch(content, stop_event=stop, debounce=200, rust_timeout=1000, yield_on_timeout=True)
        for changed in chain([set()], changes):
            began = time.perf_counter()
            if changed or looks:
                looks = max(0, looks - 1)
                try:
                    done = library.refresh()
                    metrics.annotated.inc(len(done.annotated))
                    metrics.faults.set(len(done.findings))
                    health.trouble = ""
                except (OSError, MeipiError) as error:
                    # A file was moved while it was read, or the disk is full: the next change may mend it.
                    log.exception("content could not be read; looking again at the next change")
                    health.trouble = f"content/ could not be read: {error}"
            # Another process may have changed the index: `meipi add`, or a worker beside this one.
            if (state := library.state()) != seen:
                seen = state
                site.forget()
                metrics.annotating.inc(time.perf_counter() - began)
                if times := [t for _, path in changed if (t := _changed_at(path))]:
                    metrics.lag.set(max(0.0, time.time() - max(times)))
    except Exception:
        # The site goes on with what it has; the operator must know that it no longer follows the files.
        log.exception("content is no longer watched; restart to follow changes again")
        health.trouble = "content/ is no longer watched"


def _changed_at(path: str) -> float:
    """When a file was changed, 0 when it is gone."""
    try:
        return Path(path).stat().st_mtime
    except OSError:
        return 0.0
