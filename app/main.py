"""create_app: the site as an ASGI application. What is ready is served before the rest is even loaded."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.errors import MeipiError
from app.kept import Keeper
from app.ready import CacheFirst, Ready, StaticFiles
from app.settings import Settings

if TYPE_CHECKING:
    from app.site import Site

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent.parent / "static"

# How long the first answers wait for changes that were made while nobody looked: those of a few articles
# are taken in by then. Behind a larger change stands what the index has, as at any other time.
_PATIENCE = 5.0


def serve(settings: Settings) -> CacheFirst:
    """The site as a server's process has it: with log lines on standard error."""
    root = logging.getLogger()
    root.handlers[:] = [_FirstLine("json" if settings.log == "json" else "text")]
    root.setLevel(logging.INFO)
    # Every connection, every look at the files: not an operator's business.
    for library in ("uvicorn", "watchfiles"):
        logging.getLogger(library).setLevel(logging.WARNING)
    return create_app(settings)


class _FirstLine(logging.Handler):
    """Sets up the log at its first line: a site whose pages are all ready has nothing to say."""

    def __init__(self, form: Literal["json", "text"]) -> None:
        super().__init__()
        self._form = form

    def emit(self, record: logging.LogRecord) -> None:
        from app.observe import configure_logging

        root = logging.getLogger()
        if self in root.handlers:
            configure_logging(self._form, root.level)
        for handler in root.handlers:
            handler.handle(record)


def create_app(settings: Settings) -> CacheFirst:
    """The site that these settings describe.

    The web framework, the templates and the library are imported when the first answer has to be made, not
    before: they are most of what a start costs. While content/ is as it was, a site whose readers ask only
    for pages that were made by an earlier run never imports them.
    """
    files = StaticFiles(STATIC)
    keeper = Keeper(settings)
    stop, awake, current = threading.Event(), threading.Event(), threading.Event()
    made: list[Site] = []
    watchers: list[threading.Thread] = []
    health = Ready(b"ok\n", "text/plain; charset=utf-8", cache=b"no-store")
    readiness = Ready(b"ready\n", "text/plain; charset=utf-8", cache=b"no-store")

    def make() -> Site:
        # What is imported stays: the collector need not look at it, neither now nor later.
        known = "app.site" in sys.modules
        gc.disable()
        try:
            from app.site import Site
        finally:
            gc.enable()
        if not known:
            gc.freeze()
        made.append(Site(settings, files, front, keeper))
        return made[0]

    def start() -> None:
        if settings.watch:
            watchers.append(threading.Thread(target=watch, daemon=True))
            watchers[0].start()

    def watch() -> None:
        pages = keeper.open()
        if pages is not None:
            front.remember(pages.get)
            current.set()
        awake.set()
        if pages is not None:
            try:
                rest()
            except Exception:  # too many watches, say: the site's own watching will say so to the operator
                log.exception("content cannot be watched yet")
        while not stop.is_set():
            try:
                front.app()
            except MeipiError as error:  # the database may come later than the site
                log.error("the site cannot be made yet: %s", error)
                current.set()
                stop.wait(1)
            else:
                made[0].watch(stop, current)
                return

    def rest() -> None:
        """Until something has changed, or somebody asks for a page that is not ready."""
        from watchfiles import watch  # its native part takes a thread of its own

        changes = watch(settings.content, stop_event=stop, rust_timeout=1000, yield_on_timeout=True)
        # Once when the watching has begun, for what changed in between.
        files = True
        for changed in changes:
            if made or stop.is_set() or not keeper.still(files=files or bool(changed)):
                return
            files = False

    def early(path: str) -> Ready | None:
        if path == "/healthz":
            return health
        return readiness if path == "/readyz" and current.is_set() and keeper.still(files=False) else None

    def wait(event: threading.Event, seconds: float) -> None:
        if watchers:
            event.wait(seconds)

    def end() -> None:
        stop.set()
        for site in made:
            site.stop()
        for watcher in watchers:
            watcher.join(timeout=5)
        for site in made:
            site.close()

    front = CacheFirst(
        make,
        files,
        hosts=settings.hosts,
        start=start,
        stop=end,
        wake=lambda: wait(awake, 60),
        hold=lambda: wait(current, _PATIENCE),
        early=early,
    )
    return front
