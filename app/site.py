"""The site behind the ready pages: where library, pages, routes and what operators see are joined."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from contextlib import suppress
from itertools import chain
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.errors import MeipiError
from app.kept import Keeper, Seen
from app.language import Language
from app.observe import Limited, Metrics, Observed
from app.pages import Pages
from app.reading import open_reading
from app.ready import CacheFirst, Receive, Scope, Send, StaticFiles
from app.settings import Settings
from app.web import Renderer, html_routes, install_errors

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.library import Library

log = logging.getLogger(__name__)

# Pages are kept for the next run at most so often, and so long after a change, in seconds.
_KEEP_EVERY = 30.0
_QUIET = 3.0
# An editor who saves once will soon save again; after so many seconds without the text engine may go.
_DONE = 120.0

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


class Site:
    """An ASGI application that makes every answer.

    Args:
        settings: of the site.
        files: the static files.
        front: the layer that keeps what is made here, told when the library has changed.
        keeper: keeps it for the next run.

    Raises:
        IndexUnavailable: the index cannot be opened.
    """

    def __init__(self, settings: Settings, files: StaticFiles, front: CacheFirst, keeper: Keeper) -> None:
        self._settings = settings
        self._front = front
        self._keeper = keeper
        self._kept: tuple[object, int] = (None, 0)
        self._quiet = self._next = 0.0
        self._library = open_reading(settings)
        self._metrics = Metrics(lambda: front.answered)
        self._trouble = ""
        self._language = Language(settings.var)
        pages = Pages(
            self._library, base_url=settings.base_url, site_name=settings.site_name, language=self._language
        )
        compiled = _folder_of(settings.var / "templates", keeper.program[:16])
        renderer = Renderer(settings.base_url, settings.site_name, files, compiled=compiled)
        html = Starlette(
            routes=[
                *html_routes(
                    pages, renderer, lambda: self._api().openapi(), development=settings.development
                ),
                *self._operator_routes(),
            ]
        )
        html.router.redirect_slashes = False
        install_errors(html, pages, renderer)
        self._pages, self._renderer, self._html = pages, renderer, html
        self._programs: FastAPI | None = None
        self._making = threading.Lock()
        limited = Limited(self._answer, settings.rate_limit)
        self._app = Observed(limited, self._metrics, timing=settings.timing)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/api/") or scope["path"] in ("/openapi.json", "/oembed"):
            programs = self._programs
            if programs is None:
                programs = await run_in_threadpool(self._api)
            await programs(scope, receive, send)
        else:
            await self._html(scope, receive, send)

    def _api(self) -> FastAPI:
        """What answers programs, made when the first one asks: people's pages need nothing of it."""
        with self._making:
            if self._programs is None:
                from app.api import (
                    api,  # brings FastAPI and Pydantic, a third of all that a site would import
                )

                self._programs = api(
                    self._library, self._pages, self._renderer, site_name=self._settings.site_name
                )
            return self._programs

    def close(self) -> None:
        """Let go of the index."""
        self._library.index.close()

    def _operator_routes(self) -> list[BaseRoute]:
        """For those who run the site: not cached, not counted among readers' pages."""
        uncached = {"cache-control": "no-store"}

        def healthz(_: Request) -> Response:
            return PlainTextResponse("ok\n", headers=uncached)

        def readyz(_: Request) -> Response:
            try:
                self._library.count()
            except Exception as error:
                return PlainTextResponse(f"the index does not answer: {error}\n", 503, uncached)
            if self._trouble:
                return PlainTextResponse(self._trouble + "\n", 503, uncached)
            return PlainTextResponse("ready\n", headers=uncached)

        def metrics(_: Request) -> Response:
            return Response(self._metrics.text(), headers=uncached, media_type=EXPOSITION)

        return [
            Route("/healthz", healthz, methods=["GET"]),
            Route("/readyz", readyz, methods=["GET"]),
            Route("/metrics", metrics, methods=["GET"]),
        ]

    def watch(self, stop: threading.Event, current: threading.Event) -> None:
        """Until `stop`: follow the changes of content/, and drop the pages that were made before them.

        Args:
            stop: ends the watching.
            current: set as soon as the index has been brought up to date, or cannot be.
        """
        from watchfiles import watch  # its native part takes a thread of its own; not needed without watching

        content, metrics, keeper = self._settings.content, self._metrics, self._keeper
        if not content.is_dir():
            current.set()
            return
        files = keeper.current[0] if keeper.current else ""
        seen: object = None
        with suppress(MeipiError):  # told below
            seen = files, self._library.state()
        # Looked at at once, again when the watching has begun, for what changed in between, then at changes.
        looks, first, prepared = 2, True, False
        library: Library | None = None
        rest = inf
        try:
            changes = watch(content, stop_event=stop, debounce=200, rust_timeout=1000, yield_on_timeout=True)
            for changed in chain([set()], changes):
                began = time.perf_counter()
                look: Seen | None = None
                well = True
                try:
                    if not changed and looks and keeper.still():
                        looks -= 1  # as they were when the index was last brought up to date
                    elif changed or looks or self._look_again():
                        look = keeper.look()
                        if library is None:
                            library = self._whole()
                        done = library.refresh()
                        rest = time.monotonic() + _DONE
                        looks = max(0, looks - 1)
                        metrics.annotated.inc(len(done.annotated))
                        metrics.faults.set(len(done.findings))
                        well = not done.findings
                        files = look.stamp
                        self._trouble = ""
                    # Another process may have changed the index: `meipi add`, or a worker beside this one.
                    state = self._library.state()
                except (OSError, MeipiError) as error:
                    # A file was moved while it was read, the disk is full, the database starts again: what
                    # is there is served meanwhile, and everything is looked at again in a second.
                    looks = max(1, looks)
                    if (trouble := f"content/ is not followed now: {error}") != self._trouble:
                        self._trouble = trouble
                        log.exception("content is not followed now; trying again every second")
                    self._mend()
                    current.set()
                    continue
                if (files, state) != seen:
                    seen = files, state
                    self._front.forget()
                    metrics.annotating.inc(time.perf_counter() - began)
                    if times := [t for _, path in changed if (t := _changed_at(path))]:
                        metrics.lag.set(max(0.0, time.time() - max(times)))
                current.set()
                self._known(look, str(state), well=well)
                if time.monotonic() > self._next:
                    self._keep()
                if library is not None and time.monotonic() > rest:
                    library.rest()
                    rest = inf
                if not first and not prepared:  # behind the first pages, and before anybody looks up a word
                    prepared = True
                    threading.Thread(target=self._language.prepare, daemon=True).start()
                first = False
            self._keep()
        except Exception:
            # The site goes on with what it has; the operator must know that it no longer follows the files.
            log.exception("content is no longer watched; restart to follow changes again")
            self._trouble = "content/ is no longer watched"
        finally:
            current.set()

    def _whole(self) -> Library:
        """The library with all that brings an index up to date; it shares the index."""
        from app.content import Content
        from app.library import Library  # brings the text engine

        return Library(
            Content(self._settings.content), self._library.index, cache=self._settings.var / "jieba"
        )

    # -- for the next run

    def _known(self, look: Seen | None, state: str, *, well: bool) -> None:
        """What the index is now the index of, for the keeper; faults are to be told again at every start."""
        keeper = self._keeper
        if look is not None and well:
            keeper.know(look, state)
        elif look is not None or (keeper.current and keeper.current[1] != state):
            keeper.current = None
        if look is not None or keeper.current is None:
            self._quiet = time.monotonic() + _QUIET if well else inf

    def _look_again(self) -> bool:
        """Whether pages wait to be kept, and the files were quiet for long enough to know their state."""
        keeper = self._keeper
        return keeper.able and keeper.current is None and time.monotonic() > self._quiet and self._fresh()

    def _fresh(self) -> bool:
        """Whether pages were made that are not kept."""
        shelf, made, _ = self._front.shown()
        return made > 0 and (shelf, made) != self._kept

    def _keep(self) -> None:
        """Keep the pages made since the last time."""
        if self._keeper.current is not None and self._fresh():
            shelf, made, pages = self._front.shown()
            if self._keeper.keep(pages):
                self._kept = shelf, made
            self._next = time.monotonic() + _KEEP_EVERY

    def _mend(self) -> None:
        """Make an index anew that is damaged or gone; one that is only out of reach stays so."""
        try:
            self._library.index.mend()
        except MeipiError as error:
            log.debug("the index is not to be had: %s", error)


def _folder_of(root: Path, program: str) -> Path | None:
    """A folder for what this program has compiled; that of any other is let go. None: it cannot be made."""
    try:
        (root / program).mkdir(parents=True, exist_ok=True, mode=0o700)
        for other in root.iterdir():
            if other.name != program:
                shutil.rmtree(other, ignore_errors=True)
    except OSError:
        return None
    return root / program


def _changed_at(path: str) -> float:
    """When a file was changed, 0 when it is gone."""
    try:
        return Path(path).stat().st_mtime
    except OSError:
        return 0.0
