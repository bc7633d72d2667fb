"""Following: content/ watched while a site is served, its changes brought into the index and onto the pages.

The text engine, its dictionary and what reads files are more than all else that a site needs, and no reader's
page asks for them. So they live in a process beside the serving ones: begun when something has changed, gone
when nothing has for a while, or with the one that began it. Of several processes that serve one folder one
follows its files; the others see what it did in the index.
"""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import inf
from pathlib import Path
from typing import IO, TYPE_CHECKING

from app.beside import Beside
from app.errors import MeipiError
from app.kept import Keeper, Seen
from app.observe import Metrics, configure_logging
from app.reading import Reading
from app.ready import CacheFirst
from app.settings import Settings

if TYPE_CHECKING:
    from app.library import Library

log = logging.getLogger(__name__)

# Pages are kept for the next run at most so often, and so long after a change, in seconds.
_KEEP_EVERY = 30.0
_QUIET = 3.0
# An editor who saves once will soon save again; after so many seconds without the text engine may go.
_DONE = 120.0
# How long one that does not follow waits for what a change leads to, and how often it looks.
_WHILE = 2.0
_TICK = 0.05
# How often one without files looks whether the index has changed.
_LOOK = 0.5
# What the one that follows says when it has caught up with the files.
_WELL = "well"


class Following:
    """The watch over content/ of one process that serves it.

    Args:
        settings: of the site.
        library: whose index is kept up.
        front: holds the pages that were made; drops them after a change.
        keeper: keeps them for the next run.
        metrics: is told of changes.
        idle: done once, when the first pages have been made.

    Attributes:
        trouble: why the files are not followed now, "" when they are.
    """

    def __init__(
        self,
        settings: Settings,
        library: Reading,
        front: CacheFirst,
        keeper: Keeper,
        metrics: Metrics,
        *,
        idle: Callable[[], None],
    ) -> None:
        self.trouble = ""
        self._settings, self._library, self._front = settings, library, front
        self._engine = Engine(settings)
        self._keeper, self._metrics, self._idle = keeper, metrics, idle
        # Looked at at once, again when the watching has begun, for what changed in between, then at changes.
        self._looks = 2
        self._seen: tuple[str, object] = ("", None)
        self._kept: tuple[object, int] = (None, 0)
        self._quiet = self._next = 0.0

    def run(self, stop: threading.Event, current: threading.Event) -> None:
        """Until `stop`: follow the changes of content/, and drop the pages that were made before them.

        Args:
            stop: ends the watching.
            current: set as soon as the index has been brought up to date, or cannot be.
        """
        from watchfiles import watch  # its native part takes a thread of its own; not needed without watching

        content = self._settings.content
        with suppress(MeipiError):  # told below
            self._seen = self._keeper.current[0] if self._keeper.current else "", self._library.state()
        if not content.is_dir():
            current.set()
            self._follow_index(stop)
            if stop.is_set():
                return
        engine, turn = self._engine, 0
        try:
            changes = watch(content, stop_event=stop, debounce=200, rust_timeout=1000, yield_on_timeout=True)
            for changed in chain([set()], changes):
                began = time.perf_counter()
                try:
                    if engine.leads():
                        look, well = self._catch_up(engine, changed=bool(changed))
                        engine.say(_WELL)
                        self.trouble = ""
                    else:
                        look, well = None, True
                        self._await(engine, stop, changed=bool(changed) or not turn)
                    # Another process may have changed the index: `meipi add`, or a worker beside this one.
                    state = self._library.state()
                except (OSError, MeipiError) as error:
                    if not stop.is_set():
                        self._stumble(engine, error)
                        current.set()
                    continue
                if (self._seen[0] if look is None else look.stamp, state) != self._seen:
                    self._seen = self._seen[0] if look is None else look.stamp, state
                    self._front.forget()
                    self._metrics.annotating.inc(time.perf_counter() - began)
                    if times := [t for _, path in changed if (t := _changed_at(path))]:
                        self._metrics.lag.set(max(0.0, time.time() - max(times)))
                if engine.leads() or engine.said():
                    current.set()
                self._known(look, str(state), well=well)
                if time.monotonic() > self._next:
                    self._keep()
                turn += 1
                if turn == 2:  # behind the first pages
                    threading.Thread(target=self._idle, daemon=True).start()
            self._keep()
        except Exception:
            # The site goes on with what it has; the operator must know that it no longer follows the files.
            log.exception("content is no longer watched; restart to follow changes again")
            self.trouble = "content/ is no longer watched"
        finally:
            engine.close()
            current.set()

    def _follow_index(self, stop: threading.Event) -> None:
        """As long as there is no content/ here: show what others bring into the index, within a second."""
        while not self._settings.content.is_dir() and not stop.wait(_LOOK):
            with suppress(MeipiError):  # out of reach: what is ready is served meanwhile, and /readyz says it
                if (state := self._library.state()) != self._seen[1]:
                    self._seen = "", state
                    self._front.forget()

    def stop(self) -> None:
        """Let `run` end at once, after its event was set, whatever is being annotated."""
        self._engine.stop()

    def _catch_up(self, engine: Engine, *, changed: bool) -> tuple[Seen | None, bool]:
        """Bring the index up to date, if anything may have changed.

        Returns:
            How the files looked, None if nothing was done; and whether they can all be used.
        """
        if not changed and self._looks and self._keeper.still():
            self._looks -= 1  # as they were when the index was last brought up to date
            return None, True
        if not changed and not self._looks and not self._look_again():
            return None, True
        look = self._keeper.look()
        done = engine.refresh()
        self._looks = max(0, self._looks - 1)
        self._metrics.annotated.inc(done.annotated)
        self._metrics.faults.set(done.faults)
        return look, not done.faults

    def _await(self, engine: Engine, stop: threading.Event, *, changed: bool) -> None:
        """What the process that follows makes of a change, if it makes anything of it."""
        end = time.monotonic() + _WHILE if changed else 0.0
        while time.monotonic() < end and self._library.state() == self._seen[1] and not stop.wait(_TICK):
            pass
        said = engine.said()
        self.trouble = "" if said == _WELL else said
        if self._look_again():
            self._keeper.open()  # it may know by now that the index is the index of the files

    def _stumble(self, engine: Engine, error: Exception) -> None:
        """A file was moved while it was read, the disk is full, the database starts again.

        What is there is served meanwhile, and everything is looked at again in a second.
        """
        self._looks = max(1, self._looks)
        if (trouble := f"content/ is not followed now: {error}") != self.trouble:
            self.trouble = trouble
            log.error("content is not followed now; trying again every second", exc_info=error)
        engine.say(trouble)
        try:  # an index that is damaged or gone is made anew; one that is only out of reach stays so
            self._library.index.mend()
        except MeipiError as out_of_reach:
            log.debug("the index is not to be had: %s", out_of_reach)

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


@dataclass(frozen=True, slots=True)
class Followed:
    """What bringing the index up to date did.

    Attributes:
        annotated: how many articles were new or had changed.
        faults: how many faults the files have.
    """

    annotated: int
    faults: int


class Engine:
    """The text engine in a process beside this one, for the one of several that follows a folder.

    Args:
        settings: of the site.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._beside = Beside(patience=_DONE)
        self._path = settings.var / "following"
        self._held: IO[bytes] | None = None
        self._word: str | None = None

    def leads(self) -> bool:
        """Whether this process follows; it does from when the one before it has ended."""
        if self._held is not None:
            return True
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+b")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                raise
        except BlockingIOError:
            return False
        except OSError:  # where nothing can be written nobody can be told apart: each follows by itself
            return True
        self._held = file
        self.say("")
        return True

    def say(self, word: str) -> None:
        """Tell the other processes how it stands; "" before anything is known."""
        if self._held is not None and word != self._word:
            with suppress(OSError):
                self._held.truncate(0)
                self._held.write(word.encode("utf-8", "backslashreplace"))
                self._held.flush()
                self._word = word

    def said(self) -> str:
        """What the one that follows said last."""
        with suppress(OSError):
            return self._path.read_text("utf-8", "replace")
        return ""

    def refresh(self) -> Followed:
        """Bring the index up to date with the files; see `app.library.Library.refresh`.

        Raises:
            OSError, MeipiError: it cannot be done now.
        """
        try:
            return self._beside(_refresh, self._settings, logging.getLogger().getEffectiveLevel())
        except EOFError:
            raise ConnectionError("the process that annotates was ended") from None

    def stop(self) -> None:
        """End what is going on, from whatever thread; the index is whole at any moment."""
        self._beside.stop()

    def close(self) -> None:
        """Let go of everything; another process may follow now."""
        self.stop()
        if self._held is not None:
            self._held.close()
            self._held = self._word = None


# -- in the process beside


def _refresh(settings: Settings, level: int) -> Followed:
    library = _library(settings, level)
    try:
        done = library.refresh()
    except (OSError, MeipiError):
        raise
    except Exception:
        log.exception("content/ cannot be annotated")  # what travels has lost its traceback
        raise
    return Followed(len(done.annotated), len(done.findings))


@lru_cache(maxsize=1)
def _library(settings: Settings, level: int) -> Library:
    configure_logging("json" if settings.log == "json" else "text", level)
    from app.library import open_library  # brings the text engine

    return open_library(settings)


def _changed_at(path: str) -> float:
    """When a file was changed, 0 when it is gone."""
    try:
        return Path(path).stat().st_mtime
    except OSError:
        return 0.0
