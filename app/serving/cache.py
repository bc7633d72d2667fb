"""The layer in front: what is ready is sent before any framework code runs.

This module is light on purpose: a process that only sends ready pages loads neither the web framework nor
the templates nor the text engine. The application behind it is made when it is first asked for something.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import MappingProxyType

from app.http.response import SECURITY_HEADERS, ASGIApp, Message, Ready, Receive, Scope, Send, answer
from app.http.static import StaticFiles
from app.i18n import TONGUES, Tongue, preferred

log = logging.getLogger(__name__)


# How many bytes of pages are kept ready, before compression; those made first go first.
_KEPT = 64_000_000


# After so many answers a page is worth the third of a second that brotli's best takes, in the background.
_WORTH_POLISHING = 8


class _Shelf:
    """Answers kept ready for one state of the library, up to a weight; the least recently made go first.

    Attributes:
        doors: for a method, a query, a Host and an Accept-Language header: the answers by path.
    """

    __slots__ = ("_gone", "_order", "_pages", "_weight", "doors", "made")

    def __init__(self) -> None:
        self.doors: dict[tuple[str, bytes, bytes, bytes | None], dict[bytes, Ready]] = {}
        self.made = 0
        self._pages: Mapping[Tongue, dict[bytes, Ready]] = {tongue: {} for tongue in TONGUES}
        self._order: dict[tuple[Tongue, bytes], None] = {}
        self._weight = self._gone = 0

    @property
    def hits(self) -> int:
        """How many answers were sent from here."""
        return self._gone + sum(page.hits for page in self.pages().values())

    def pages(self) -> dict[bytes, Ready]:
        """The answers by language and path, as one key each."""
        return {
            _key(tongue, path): page for tongue in TONGUES for path, page in list(self._pages[tongue].items())
        }

    def open(self, host: bytes, header: bytes | None, tongue: Tongue) -> None:
        """Let those who ask with these headers in without looking at them again."""
        # Longer ones than browsers send are nobody's who comes often.
        if len(self.doors) < 1000 and len(host) + len(header or b"") < 300:
            self.doors["GET", b"", host, header] = self._pages[tongue]

    def take(self, tongue: Tongue, path: bytes) -> Ready | None:
        """An answer from the shelf, or None."""
        return self._pages[tongue].get(path)

    def keep(self, tongue: Tongue, path: bytes, made: Ready) -> None:
        """Put an answer on the shelf."""
        self.made += 1
        self._drop(tongue, path)
        self._weight += len(made.body)
        while self._weight > _KEPT and self._order:
            self._drop(*next(iter(self._order)))
        self._pages[tongue][path] = made
        self._order[tongue, path] = None

    def _drop(self, tongue: Tongue, path: bytes) -> None:
        if gone := self._pages[tongue].pop(path, None):
            del self._order[tongue, path]
            self._weight -= len(gone.body)
            self._gone += gone.hits


def _key(tongue: Tongue, path: bytes) -> bytes:
    return path if tongue == "zh" else tongue.encode() + b":" + path


class CacheFirst:
    """The outermost layer: answers what is ready, checks the host, and passes the rest on.

    Args:
        make: makes the application that makes the answers; called once, in a thread.
        files: the static files.
        hosts: names that are answered.
        start, stop: called when the server starts and when it ends.
        early: by path, answers that need no application.
    """

    def __init__(
        self,
        make: Callable[[], ASGIApp],
        files: StaticFiles,
        *,
        hosts: Iterable[str],
        start: Callable[[], None] = lambda: None,
        stop: Callable[[], None] = lambda: None,
        early: Mapping[str, Ready] = MappingProxyType({}),
    ) -> None:
        self._make = make
        self._made: ASGIApp | None = None
        self._making = threading.Lock()
        self._files = files
        self._start, self._stop = start, stop
        self._early = early
        self._hosts = frozenset(h.lower() for h in hosts if h)
        self._shelf = _Shelf()
        self._answered = 0
        self._polisher = ThreadPoolExecutor(1, "polish")

    @property
    def answered(self) -> int:
        """How many answers were sent that were ready."""
        return self._answered + self._shelf.hits

    def forget(self) -> None:
        """Drop every page: the library has changed. One assignment, so no request sees half of it."""
        old, self._shelf = self._shelf, _Shelf()
        self._answered += old.hits

    def shown(self) -> tuple[object, int, Mapping[bytes, Ready]]:
        """The shelf, how many pages have been made for it, and those on it now."""
        shelf = self._shelf
        return shelf, shelf.made, shelf.pages()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        # Nearly every request takes this way, and it costs less than twice the sending itself: a dictionary
        # made in C, and three look-ups. Whatever is not as usual misses one of them.
        try:
            headers = dict(scope["headers"])
            door = scope["method"], scope["query_string"], headers[b"host"], headers.get(b"accept-language")
            page = self._shelf.doors[door][scope["raw_path"]]
            if b"if-none-match" in headers:
                start, body = page.confirmed[headers[b"if-none-match"]]
            else:
                start, body = page.answers[headers[b"accept-encoding"]]
        except KeyError:
            pass
        else:
            # A plain number: counting must cost nothing here. `app.serving.observe` reads it.
            page.hits += 1
            await send(start)
            await send(body)
            return
        if scope["type"] == "http":
            await self._look(scope, receive, send)
        else:
            await self._live(scope, receive, send)

    async def _look(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of which not everything is known."""
        headers = dict(scope["headers"])
        method, path = scope["method"], scope["path"]
        host, accept = headers.get(b"host", b""), headers.get(b"accept-encoding", b"")
        language = headers.get(b"accept-language")
        tongue = preferred(language.decode("latin-1")) if language else "zh"
        key = scope["raw_path"]
        if not self._recognises(host):
            words = "这个主机名不在本站的名单里。This host name is not served here.\n".encode()
            refusal = Ready(words, "text/plain; charset=utf-8", status=400)
            await answer(refusal, method, b"", b"", send)
            return
        if method == "GET" or method == "HEAD":
            if query := scope["query_string"]:
                key += b"?" + query
            shelf = None
            if path.startswith("/static/"):
                page = self._files.file(*path.removeprefix("/static/").partition("/")[::2])
            else:
                shelf = self._shelf
                shelf.open(host, language, tongue)
                page = shelf.take(tongue, key) or self._early.get(path)
            if page is not None:
                page.hits += 1
                if page.hits >= _WORTH_POLISHING and page.rough:
                    page.rough = False
                    self._polisher.submit(self._polish, page, shelf)
                await answer(page, method, accept, headers.get(b"if-none-match", b""), send)
                return
        app = self._made
        if app is None:
            try:
                app = await asyncio.to_thread(self.app)
            except Exception:  # the index is out of reach: the next request tries again
                log.exception("the site cannot be made yet")
                words = "暂时无法答复，请稍后再试。Not available now; try again later.\n".encode()
                later = ((b"retry-after", b"5"),)
                unready = Ready(
                    words, "text/plain; charset=utf-8", status=503, cache=b"no-store", extra=later
                )
                await answer(unready, method, b"", b"", send)
                return
        if method == "GET" or method == "HEAD":
            # A page that is being made while the library changes must not be kept: it goes to the old shelf.
            scope["meipi.keep"] = partial(self._shelf.keep, tongue, key)
            scope["meipi.tongue"] = tongue
        await app(_as_get(scope), receive, _finished(method, send))
        # The server has the scope until the next request on this connection; the shelf may be gone by then.
        scope.pop("meipi.keep", None)

    def _polish(self, page: Ready, shelf: _Shelf | None) -> None:
        """Compress a page at best, unless its shelf went while it waited: else old pages would pile up."""
        if shelf is None or shelf is self._shelf:
            page.polish()

    def app(self) -> ASGIApp:
        """The application behind, made at the first call."""
        with self._making:
            made = self._made
            if made is None:
                self._made = made = self._make()
            return made

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The server's own life: nothing else but HTTP is spoken here."""
        if scope["type"] != "lifespan":
            return
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(self._stop)
                self._polisher.shutdown(wait=False, cancel_futures=True)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _recognises(self, host: bytes) -> bool:
        """Whether a Host header names this site, with whatever port."""
        name = host.decode("latin-1").lower()
        name = name[: name.rfind(":")] if ":" in name and not name.endswith("]") else name
        return "*" in self._hosts or name in self._hosts


def _as_get(scope: Scope) -> Scope:
    """HEAD is asked as GET of every route; `_finished` leaves the body out."""
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope


def _finished(method: str, send: Send) -> Send:
    """Sends answers on with the headers that every one of them has, and without the body for HEAD."""

    async def finished(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name for name, _ in message["headers"]}
            missing = [header for header in SECURITY_HEADERS if header[0] not in present]
            message = {**message, "headers": [*message["headers"], *missing]}
        elif message["type"] == "http.response.body" and method == "HEAD":
            message = {**message, "body": b""}
        await send(message)

    return finished
