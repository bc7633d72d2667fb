"""create_app: the site as an ASGI application. What is ready is served before the rest is even loaded."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import MeipiError
from app.ready import CacheFirst, StaticFiles
from app.settings import Settings

if TYPE_CHECKING:
    from app.site import Site

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent.parent / "static"


def create_app(settings: Settings) -> CacheFirst:
    """The site that these settings describe.

    The web framework, the templates and the library are imported when the first answer has to be made (or
    when the watching begins, behind the first answers), not before: they are most of what a start costs.
    """
    files = StaticFiles(STATIC)
    stop = threading.Event()
    made: list[Site] = []
    watchers: list[threading.Thread] = []

    def make() -> Site:
        from app.site import Site

        made.append(Site(settings, files, front))
        return made[0]

    def start() -> None:
        if settings.watch:
            watchers.append(threading.Thread(target=watch, daemon=True))
            watchers[0].start()

    def watch() -> None:
        while not stop.is_set():
            try:
                front.app()
            except MeipiError as error:  # the database may come later than the site
                log.error("the site cannot be made yet: %s", error)
                stop.wait(1)
            else:
                made[0].watch(stop)
                return

    def end() -> None:
        stop.set()
        for watcher in watchers:
            watcher.join(timeout=5)
        for site in made:
            site.close()

    front = CacheFirst(make, files, hosts=settings.hosts, start=start, stop=end)
    return front
