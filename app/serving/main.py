"""Builds the ASGI application of a web worker.

Framework, templates and library are imported in a thread while the server starts to listen.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from contextlib import suppress
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
_POLL_SECONDS = 0.1
# The priority of the threads that answer requests, as of the command `nice`.
_NICE = 5


def site() -> CacheFirst:
    """Set up logging and build the application; `meipi serve` runs it in each of its web workers."""
    settings = Settings.from_env(os.environ)
    log_lines(settings)
    _yield_to_indexer()
    return create_app(settings)


def _yield_to_indexer() -> None:
    """Let this thread, and those that it starts, go after the indexer's.

    Thousands of requests a second would leave the indexer a tenth of the processor, and what was edited would
    be shown after 3 s. On Linux each thread has a priority of its own.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            thread = threading.get_native_id()
            now = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, min(19, max(now, _NICE)))


def log_lines(settings: Settings) -> None:
    """Send the log lines of this process to standard error."""
    root = logging.getLogger()
    root.handlers[:] = [_FirstLine("json" if settings.log == "json" else "text")]
    root.setLevel(logging.INFO)
    # These log every connection and every look at the files.
    for library in ("uvicorn", "watchfiles"):
        logging.getLogger(library).setLevel(logging.WARNING)


class _FirstLine(logging.Handler):
    """Sets up logging at the first line: a start does not wait the 40 ms that structlog takes."""

    def __init__(self, form: Literal["json", "text"]) -> None:
        super().__init__()
        self._form = form

    def emit(self, record: logging.LogRecord) -> None:
        from app.serving.logs import configure_logging

        root = logging.getLogger()
        if self in root.handlers:
            configure_logging(self._form, root.level)
        for handler in root.handlers:
            handler.handle(record)


def create_app(settings: Settings) -> CacheFirst:
    """Build the application: the cache, and the site, which is built when the cache first needs it."""
    files = StaticFiles(STATIC)
    behind = _SiteBehind(settings, files)
    front = CacheFirst(
        behind.make,
        files,
        hosts=settings.hosts,
        editable=settings.editable,
        start=behind.start,
        stop=behind.stop,
        early={"/healthz": Ready(b"ok\n", "text/plain; charset=utf-8", cache=b"no-store")},
    )
    behind.front = front
    return front


class _SiteBehind:
    """Builds the site for the cache, and clears the cache when the index changes.

    Attributes:
        front: the cache.
    """

    front: CacheFirst

    def __init__(self, settings: Settings, files: StaticFiles) -> None:
        self._settings, self._files = settings, files
        self._site: Site | None = None
        self._ended = threading.Event()
        self._follower = threading.Thread(target=self._follow_index, daemon=True)

    def make(self) -> Site:
        """Import and build the site."""
        site_class = _import_site()
        self._site = site = site_class(self._settings, self._files, lambda: self.front.answered)
        return site

    def start(self) -> None:
        """Follow the index in a thread, if the settings say so."""
        if self._settings.watch:
            self._follower.start()

    def stop(self) -> None:
        """End the thread and close the site."""
        self._ended.set()
        if self._follower.is_alive():
            self._follower.join(timeout=5)
        if self._site is not None:
            self._site.close()

    def _follow_index(self) -> None:
        """Clear the cache after each change of the index, whichever process made it."""
        state = reported = ""
        while not self._ended.is_set():
            try:
                self.front.app()
                assert self._site is not None
                now = self._site.state()
            except MeipiError as error:  # the database may start later than the site; cached pages stay
                if str(error) != reported:
                    reported = str(error)
                    log.error("the index does not answer: %s", error)
            else:
                reported = ""
                if now and now != state:
                    state = now
                    self.front.clear()
            self._ended.wait(_POLL_SECONDS)


def _import_site() -> type[Site]:
    """Import the site.

    Without the garbage collector this takes 330 ms of CPU time instead of 355. `gc.freeze` excludes the
    imported modules from later collections: a full one takes 22 ms before and 0 ms after, and every request
    waits for it. Medians of 3 runs, CPython 3.11.
    """
    known = "app.serving.site" in sys.modules
    gc.disable()
    try:
        from app.serving.site import Site  # the web framework and the templates: 330 ms
    finally:
        gc.enable()
    if not known:
        gc.freeze()
    return Site
