"""The application that fills the cache: joins library, pages, routes, API and the addresses for operators."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app import serving
from app.content.snapshot import program
from app.dictionary.language import Language
from app.edit.door import Door
from app.http.response import Receive, Scope, Send
from app.http.static import StaticFiles
from app.library.reading import open_reading
from app.pages.pages import Pages
from app.serving.limits import Limited
from app.serving.observed import Observed
from app.serving.read import ReadText
from app.serving.report import read
from app.settings import Settings
from app.web.app import page_app
from app.web.rendering import Renderer
from app.web.state import Web

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.serving.metrics import Metrics

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


class Site:
    """The ASGI application that fills the cache.

    Args:
        cached_answers: how many answers the cache has given.

    Raises:
        IndexUnavailable: the index cannot be opened.
    """

    def __init__(self, settings: Settings, files: StaticFiles, cached_answers: Callable[[], int]) -> None:
        self._settings = settings
        self._library = open_reading(settings)
        self._cached_answers = cached_answers
        self._language = language = Language(settings.var)
        pages = Pages(
            self._library, base_url=settings.base_url, site_name=settings.site_name, language=language
        )
        compiled = _folder_of(settings.var / "templates", program()[:16])
        renderer = Renderer(
            settings.base_url,
            settings.site_name,
            files,
            traditional=lambda texts: language.traditional(texts, self._library.knowledge()),
            read=settings.read,
            report=settings.report,
            compiled=compiled,
        )
        self._web = Web(self._library, pages, renderer, lambda: self._api().openapi())
        self._read = ReadText(settings, self._web)
        self._door = Door(settings, self._web)
        reading = [self._read.route()] if settings.read else []
        routes = [*self._operator_routes(), *reading, *self._door.routes()]
        self._html = page_app(self._web, routes, development=settings.development, read=settings.read)
        self._api_app: FastAPI | None = None
        self._api_lock = threading.Lock()
        limited = Limited(self._answer, settings.rate_limit)
        self._app = Observed(limited, lambda *seen: self._metrics.observe(*seen), timing=settings.timing)

    @cached_property
    def _metrics(self) -> Metrics:
        """Made after the first answer, on the event loop: prometheus_client takes 15 ms."""
        return serving.metrics.Metrics(self._cached_answers, lambda: read(self._settings.var))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/api/") or scope["path"] in ("/openapi.json", "/oembed"):
            app = self._api_app
            if app is None:
                app = await run_in_threadpool(self._api)
            await app(scope, receive, send)
        else:
            await self._html(scope, receive, send)

    def _api(self) -> FastAPI:
        """The JSON API, built on first use."""
        with self._api_lock:
            if self._api_app is None:
                # Brings FastAPI and Pydantic: 14 MB that a process for pages alone does not need.
                from app.web.api.routes import api_app

                self._api_app = api_app(self._web)
            return self._api_app

    def state(self) -> str:
        """A value that changes whenever a page may change; "" while the index is being filled."""
        return self._library.index.generation() if self._library.index.finished() else ""

    def close(self) -> None:
        """Close the index and end the worker process."""
        self._language.close()
        self._read.close()
        self._door.close()
        self._library.index.close()

    def _operator_routes(self) -> list[BaseRoute]:
        """The addresses for operators, which are never cached."""
        uncached = {"cache-control": "no-store"}

        def healthz(_: Request) -> Response:
            return PlainTextResponse("ok\n", headers=uncached)

        def readyz(_: Request) -> Response:
            status, text = self._readiness()
            return PlainTextResponse(text + "\n", status, uncached)

        async def metrics(_: Request) -> Response:
            return Response(self._metrics.text(), headers=uncached, media_type=EXPOSITION)

        return [
            Route("/healthz", healthz, methods=["GET"]),
            Route("/readyz", readyz, methods=["GET"]),
            Route("/metrics", metrics, methods=["GET"]),
        ]

    def _readiness(self) -> tuple[int, str]:
        """Status and text of /readyz: 200 ready, 200 degraded: …, or 503 and the reason."""
        try:
            if not self._library.index.finished():
                return 503, "the index is being filled"
            self._library.index.count()
        except Exception as error:
            return 503, f"the index does not answer: {error}"
        if not self._settings.watch:
            return 200, "ready"
        report = read(self._settings.var)
        return (report.status, report.text) if report else (503, "content/ is not followed: no indexer runs")


def _folder_of(root: Path, program: str) -> Path | None:
    """The folder for templates compiled by this version; older ones are removed. None if not writable."""
    try:
        (root / program).mkdir(parents=True, exist_ok=True, mode=0o700)
        for other in root.iterdir():
            if other.name != program:
                shutil.rmtree(other, ignore_errors=True)
    except OSError:
        return None
    return root / program
