"""create_app: the site as an ASGI application. What is ready is served before the rest is even loaded."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from typing import TYPE_CHECKING, Literal

from app.errors import MeipiError
from app.http.response import Ready
from app.http.static import StaticFiles
from app.serving.cache import CacheFirst
from app.settings import ROOT, Settings

if TYPE_CHECKING:
    from app.serving.site import Site

log = logging.getLogger(__name__)

STATIC = ROOT / "static"

# Seconds between two looks at whether the index has changed.
_LOOK = 0.25


def serve(settings: Settings) -> CacheFirst:
    """The site as a web worker has it."""
    log_lines(settings)
    return create_app(settings)


def log_lines(settings: Settings) -> None:
    """Have this process write its log lines to standard error."""
    root = logging.getLogger()
    root.handlers[:] = [_FirstLine("json" if settings.log == "json" else "text")]
    root.setLevel(logging.INFO)
    # Every connection, every look at the files: not an operator's business.
    for library in ("uvicorn", "watchfiles"):
        logging.getLogger(library).setLevel(logging.WARNING)


class _FirstLine(logging.Handler):
    """Sets up the log at its first line: a site whose pages are all ready has nothing to say."""

    def __init__(self, form: Literal["json", "text"]) -> None:
        super().__init__()
        self._form = form

    def emit(self, record: logging.LogRecord) -> None:
        from app.serving.observe import configure_logging

        root = logging.getLogger()
        if self in root.handlers:
            configure_logging(self._form, root.level)
        for handler in root.handlers:
            handler.handle(record)


def create_app(settings: Settings) -> CacheFirst:
    """The site that these settings describe.

    Framework, templates and library are imported in a thread while the server starts to listen.
    """
    files = StaticFiles(STATIC)
    stop = threading.Event()
    made: list[Site] = []

    def make() -> Site:
        # What is imported stays: the collector need not look at it, neither now nor later.
        known = "app.serving.site" in sys.modules
        gc.disable()
        try:
            from app.serving.site import Site
        finally:
            gc.enable()
        if not known:
            gc.freeze()
        made.append(Site(settings, files, lambda: front.answered))
        return made[0]

    def follow_index() -> None:
        """Drop the pages that were made before a change of the index, whichever process changed it."""
        state = said = ""
        while not stop.is_set():
            try:
                front.app()
                now = made[0].state()
            except (
                MeipiError
            ) as error:  # pages that are ready stay; the database may come later than the site
                if str(error) != said:
                    said = str(error)
                    log.error("the index does not answer: %s", error)
            else:
                said = ""
                if now and now != state:
                    state = now
                    front.forget()
            stop.wait(_LOOK)

    following = threading.Thread(target=follow_index, daemon=True)

    def end() -> None:
        stop.set()
        if following.is_alive():
            following.join(timeout=5)
        for site in made:
            site.close()

    front = CacheFirst(
        make,
        files,
        hosts=settings.hosts,
        start=following.start if settings.watch else lambda: None,
        stop=end,
        early={"/healthz": Ready(b"ok\n", "text/plain; charset=utf-8", cache=b"no-store")},
    )
    return front
