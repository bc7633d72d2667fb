"""The indexer: follows content/ while a site is served and brings every change into the index.

A site has one indexer, in the process that starts the web workers. It only watches. Changed files go to a
worker process with the text engine, which starts at a change and exits after two minutes without one. Web
workers notice that the index has changed, and read the indexer's state in its report.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs
from watchfiles import watch

from app.content.snapshot import look, place
from app.dictionary.language import Language
from app.errors import ContentMissing, MeipiError
from app.index import Index, open_index
from app.process import Worker
from app.serving.main import log_lines
from app.serving.report import Report, Reporter
from app.settings import Settings

if TYPE_CHECKING:
    from app.library.library import Library

log = logging.getLogger(__name__)

# Seconds between two checks that content/ is still the same folder and the index is complete.
_CHECK_SECONDS = 0.5
# Seconds without a change after which the text engine's process exits: one save is often followed by another.
_ENGINE_IDLE_SECONDS = 120.0
# A change is indexed when nothing else has changed for the first time, after the second at the latest.
_QUIET_SECONDS, _MAX_WAIT_SECONDS = 0.1, 1.0
# Seconds to the next attempt, by the number of failures in a row.
_RETRY_SECONDS = (1.0, 1.0, 2.0, 3.0, 5.0)


class Indexer:
    """Follows content/ in a thread of its own: `with Indexer(settings): …`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine = Worker(idle_seconds=_ENGINE_IDLE_SECONDS)
        self._language = Language(settings.var)
        self._preparing: threading.Thread | None = None
        self._reporter = Reporter(settings.var)
        self._report = Report(text="degraded: content/ has not been read since the start")
        self._index: Index | None = None
        self._failures = 0
        self._had_files = False
        self._due = inf  # when to look at the files again without a reported change
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)

    def __enter__(self) -> Indexer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop at once, even during an annotation; the index is consistent at any moment."""
        self._stop.set()
        self._engine.stop()
        self._language.close()
        self._thread.join(5)
        self._reporter.close()

    def _run(self) -> None:
        """Follow until stopped. A failure is reported, and following is tried again."""
        while not self._stop.is_set():
            try:
                self._follow()
            except Exception as error:
                if not self._stop.is_set():
                    self._fail(error)
        if self._index is not None:
            self._index.close()

    def _follow(self) -> None:
        """Follow the folder that is content/ now, until another one replaces it."""
        self._reporter.put(self._report)
        content, here = self._settings.content, self._places()
        if here[0] is None:
            self._follow_without_files()
            return
        self._had_files, armed = True, False
        self._look()
        for changes in watch(
            content,
            stop_event=self._stop,
            step=round(_QUIET_SECONDS * 1000),
            debounce=round(_MAX_WAIT_SECONDS * 1000),
            rust_timeout=round(_CHECK_SECONDS * 1000),
            yield_on_timeout=True,
        ):
            if self._stop.is_set() or self._places() != here:
                return
            if changes:
                self._refresh([path for _, path in changes])
            elif not armed:
                self._look()  # for changes before watching began
            elif not self._index_is_whole() or time.monotonic() > self._due:
                self._refresh()
            armed = True
            self._reporter.put(self._report)

    def _places(self) -> tuple[object, object]:
        """Identify content/ and content/articles: watchfiles watches folders, not their names."""
        content = self._settings.content
        return place(content), place(content / "articles")

    def _follow_without_files(self) -> None:
        """Wait for content/; the index stays as it is, and other processes may fill it."""
        if self._had_files:
            log.warning("%s is missing; pages stay as they are until it is back", self._settings.content)
            text = f"degraded: {self._settings.content} is missing; pages stay as they were"
            self._say(structs.replace(self._report, status=200, text=text))
        else:
            self._say(Report())
        while self._places()[0] is None and not self._stop.wait(_CHECK_SECONDS / 2):
            self._index_is_whole()
            self._reporter.put(self._report)

    def _look(self) -> None:
        """Bring the index up to date if the files have changed since the last time."""
        if self._index_is_whole() and self._opened().finished() == look(self._settings.content).stamp:
            self._say(structs.replace(self._report, status=200, text="ready"))
            return
        # A folder that is being copied is incomplete: wait until it stays the same.
        before, end = "", time.monotonic() + _MAX_WAIT_SECONDS
        while (now := look(self._settings.content).stamp) != before and time.monotonic() < end:
            before = now
            self._stop.wait(_QUIET_SECONDS)
        self._refresh()

    def _refresh(self, changed: Collection[str] = ()) -> None:
        """Bring the index up to date, in turns: each looks at the files anew and begins with edited articles.

        Args:
            changed: the changed files, as far as known; only for the lag in the report.
        """
        while self._refresh_a_turn(changed) and not self._stop.is_set():
            changed = ()
        if self._preparing is None or not self._preparing.is_alive():
            self._preparing = threading.Thread(target=self._language.prepare, daemon=True)
            self._preparing.start()

    def _refresh_a_turn(self, changed: Collection[str]) -> bool:
        """Refresh once; return whether articles are left for another turn."""
        began = time.perf_counter()
        try:
            done = self._engine(refresh, self._settings, logging.getLogger().getEffectiveLevel())
        except EOFError:
            raise ConnectionError("the process that annotates was killed") from None
        self._failures = 0
        self._due = time.monotonic() + (done.again or inf)
        times = [t for path in changed if (t := _changed_at(path))]
        others = f" (and {done.faults - 1} more)" if done.faults > 1 else ""
        self._say(
            Report(
                text=f"degraded: {done.first}{others}" if done.first else "ready",
                annotated=self._report.annotated + done.annotated,
                seconds=self._report.seconds + time.perf_counter() - began,
                faults=done.faults,
                lag=max(0.0, time.time() - max(times)) if times else self._report.lag,
            )
        )
        return done.left > 0

    def _index_is_whole(self) -> bool:
        """Whether the index holds all of content/. A damaged or missing index is replaced by an empty one."""
        index = self._opened()
        index.mend()
        return bool(index.finished())

    def _opened(self) -> Index:
        if self._index is None:
            self._index = open_index(self._settings.database_url, self._settings.var)
        return self._index

    def _fail(self, error: Exception) -> None:
        """Report a failure (full disk, database restarting, no permission), and wait; pages stay."""
        text = f"content/ is not followed now: {error}"
        if text != self._report.text:
            log.error("content is not followed now; trying again every few seconds", exc_info=error)
        self._say(structs.replace(self._report, status=503, text=text))
        self._stop.wait(_RETRY_SECONDS[min(self._failures, len(_RETRY_SECONDS) - 1)])
        self._failures += 1

    def _say(self, report: Report) -> None:
        self._report = report
        self._reporter.put(report)


# -- in the process with the text engine


@dataclass(frozen=True, slots=True)
class _Done:
    """The result of bringing the index up to date.

    `first` is the first fault. `again`: seconds until the next look at the files; 0: after a change.
    `left` articles are for the next turn.
    """

    annotated: int
    faults: int
    first: str
    again: float
    left: int = 0


def refresh(settings: Settings, level: int, *, patient: bool = True) -> _Done:
    """Bring the index up to date; see `app.library.library.Library.refresh`."""
    try:
        done = _library(settings, level).refresh(patient=patient, in_turns=True)
    except ContentMissing as error:
        return _Done(0, 1, str(error), _CHECK_SECONDS)  # pages stay as they are
    except (MeipiError, OSError):
        raise
    except Exception as error:
        error.add_note(traceback.format_exc())  # a traceback is not pickled
        raise
    first = str(done.findings[0]) if done.findings else ""
    return _Done(len(done.annotated), len(done.findings), first, done.again, done.left)


@lru_cache(maxsize=1)
def _library(settings: Settings, level: int) -> Library:
    from app.library.library import open_library  # the text engine: 0.4 s of CPU time, in this process alone

    log_lines(settings)
    logging.getLogger().setLevel(level)
    return open_library(settings)


def _changed_at(path: str) -> float:
    """The time of a file's last change; 0 if it does not exist."""
    try:
        return Path(path).stat().st_mtime
    except OSError:
        return 0.0
