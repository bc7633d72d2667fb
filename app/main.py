"""create_app: the only place where the parts of the web site are joined."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import chain
from pathlib import Path

from fastapi import FastAPI
from starlette.types import ASGIApp

from app import __version__
from app.api import api_routes, oembed_route
from app.content import Content
from app.errors import MeipiError
from app.index import open_index
from app.library import Library
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
                target=_watch, args=(settings.content, library, site, stop), daemon=True
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
    site = CacheFirst(api, renderer, hosts=settings.hosts)
    return site


def _watch(content: Path, library: Library, site: CacheFirst, stop: threading.Event) -> None:
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
            if changed or looks:
                looks = max(0, looks - 1)
                try:
                    library.refresh()
                except (OSError, MeipiError):
                    # A file was moved while it was read, or the disk is full: the next change may mend it.
                    log.exception("content could not be read; looking again at the next change")
            # Another process may have changed the index: `meipi add`, or a worker beside this one.
            if (state := library.state()) != seen:
                seen = state
                site.forget()
    except Exception:
        # The site goes on with what it has; the operator must know that it no longer follows the files.
        log.exception("content is no longer watched; restart to follow changes again")
