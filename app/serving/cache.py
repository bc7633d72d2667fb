"""In-memory response cache, in front of the framework.

This module is light: a process that only sends cached pages loads neither the web framework nor the templates
nor the text engine. The application is built when the cache first misses.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from types import MappingProxyType

from app.http.addresses import asked
from app.http.rates import client_of
from app.http.response import (
    READER_COOKIE,
    SECURITY_HEADERS,
    ASGIApp,
    Message,
    Ready,
    Receive,
    Scope,
    Send,
    answer,
)
from app.http.static import StaticFiles
from app.i18n import CHOICES, Locale, preferred
from app.serving.turns import turns_of

log = logging.getLogger(__name__)


# Bytes of cached pages, before compression. The pages cached first are dropped first.
MAX_CACHE_BYTES = 64_000_000
# After this number of answers a page is compressed again, in the background, at brotli's best level: 11
# instead of 5. It takes 0.2 s for an article of 84 kB, and saves 1.7 kB of 18.4.
RECOMPRESS_AFTER = 2
# Header combinations on the fast path, and bytes of Host and Accept-Language together. Browsers send fewer.
_MAX_FAST_KEYS = 1000
_MAX_FAST_HEADER_BYTES = 300
# A Host header: a name or an address, and perhaps a port; no user.
_HOST = re.compile(r"(?P<name>[^\s:/?#@\[\]]+|\[[0-9a-f:.]+\])(?::\d{0,5})?")
_EDITOR = f"{READER_COOKIE}=1".encode()


class PageCache:
    """Answers for one state of the library, first in, first out above `MAX_CACHE_BYTES`.

    Attributes:
        fast: answers by path, for each method, query, Host and Accept-Language header seen so far.
    """

    __slots__ = ("_bytes", "_hits_of_dropped", "_order", "_pages", "fast")

    def __init__(self) -> None:
        self.fast: dict[tuple[str, bytes, bytes, bytes | None], dict[bytes, Ready]] = {}
        self._pages: Mapping[Locale, dict[bytes, Ready]] = {locale: {} for locale in CHOICES}
        self._order: dict[tuple[Locale, bytes], None] = {}
        self._bytes = self._hits_of_dropped = 0

    @property
    def hits(self) -> int:
        """How many answers were sent from here."""
        return self._hits_of_dropped + sum(page.hits for page in self.pages().values())

    def pages(self) -> dict[bytes, Ready]:
        """The answers by path; those in another language than Chinese by `en:` and path."""
        return {
            _key(locale, path): page for locale in CHOICES for path, page in list(self._pages[locale].items())
        }

    def remember_headers(self, host: bytes, language: bytes | None, locale: Locale) -> None:
        """Answer later GET requests with the same Host and Accept-Language on the fast path."""
        if len(self.fast) < _MAX_FAST_KEYS and len(host) + len(language or b"") < _MAX_FAST_HEADER_BYTES:
            self.fast["GET", b"", host, language] = self._pages[locale]

    def get(self, locale: Locale, path: bytes) -> Ready | None:
        """An answer from the cache, or None."""
        return self._pages[locale].get(path)

    def put(self, locale: Locale, path: bytes, page: Ready) -> None:
        """Add an answer."""
        self._drop(locale, path)
        self._bytes += len(page.body)
        while self._bytes > MAX_CACHE_BYTES and self._order:
            self._drop(*next(iter(self._order)))
        self._pages[locale][path] = page
        self._order[locale, path] = None

    def _drop(self, locale: Locale, path: bytes) -> None:
        if page := self._pages[locale].pop(path, None):
            del self._order[locale, path]
            self._bytes -= len(page.body)
            self._hits_of_dropped += page.hits


def _key(locale: Locale, path: bytes) -> bytes:
    return path if locale == "zh" else locale.encode() + b":" + path


class CacheFirst:
    """The outermost layer: checks the host, answers from the cache, and passes the rest on.

    Args:
        make: builds the application; called once, in a thread.
        hosts: host names that are answered; * for all.
        start, stop: called when the server starts and when it ends.
        early: answers that need no application, by path.
        editable: editors get pages of their own, with links to the workbench, which are not cached.
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
        editable: bool = False,
    ) -> None:
        self._make = make
        self._app: ASGIApp | None = None
        self._app_lock = threading.Lock()
        self._files = files
        self._start, self._stop = start, stop
        self._early = early
        self._editable = editable
        self._hosts = frozenset(h.lower() for h in hosts if h)
        self._cache = PageCache()
        self._hits_of_old_caches = 0
        self._recompressor = ThreadPoolExecutor(1, "recompress")

    @property
    def answered(self) -> int:
        """How many answers were sent from the cache."""
        return self._hits_of_old_caches + self._cache.hits

    @property
    def cache(self) -> PageCache:
        """The cache for the present state of the library."""
        return self._cache

    def clear(self) -> None:
        """Drop every page: the library has changed. One assignment, so no request sees a half-empty cache."""
        old, self._cache = self._cache, PageCache()
        self._hits_of_old_caches += old.hits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._editable and _by_editor(scope):
            scope["meipi.editor"] = True
            await self._answer(scope, receive, send)
            return
        # The fast path of nearly every request: it builds one dictionary and does three lookups. Anything
        # unusual misses one of them and takes the slow path.
        try:
            headers = dict(scope["headers"])
            if len(headers) < len(scope["headers"]):
                raise KeyError  # a header came twice
            key = scope["method"], scope["query_string"], headers[b"host"], headers.get(b"accept-language")
            page = self._cache.fast[key][scope["raw_path"]]
            if b"if-none-match" in headers:
                start, body = page.confirmed[headers[b"if-none-match"]]
            else:
                start, body = page.answers[headers[b"accept-encoding"]]
        except KeyError:
            pass
        else:
            # `app.serving.metrics` reads this number; a metric object would cost more than the lookups.
            page.hits += 1
            await send(start)
            await send(body)
            return
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await self._lifespan(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request on the slow path, when it is its client's turn."""
        await turns_of(asyncio.get_running_loop()).wait(client_of(scope))
        headers = dict(scope["headers"])
        method, path = scope["method"], scope["path"]
        host, accept = headers.get(b"host", b""), headers.get(b"accept-encoding", b"")
        language = headers.get(b"accept-language")
        locale = preferred(language.decode("latin-1")) if language else "zh"
        if sum(name == b"host" for name, _ in scope["headers"]) > 1 or not self._is_allowed(host):
            await _refuse("这个主机名不在本站的名单里。This host name is not served here.", method, send)
            return
        address = asked(path, scope["query_string"])
        if address is None:
            await _refuse("地址里的参数太多。The address has too many parameters.", method, send)
            return
        scope["meipi.asked"], key = address, address.key
        if method == "GET" or method == "HEAD":
            scope["query_string"] = address.query
            cache = None
            if path.startswith("/static/"):
                page = self._files.file(*path.removeprefix("/static/").partition("/")[::2])
            else:
                cache = self._cache
                cache.remember_headers(host, language, locale)
                kept = None if "meipi.editor" in scope else cache.get(locale, key)
                page = kept or self._early.get(path)
            if page is not None:
                await self._make_encoded(page, cache, accept)
                await answer(page, method, accept, headers.get(b"if-none-match", b""), send)
                return
        app = self._app
        if app is None:
            try:
                app = await asyncio.to_thread(self.app)
            except Exception:  # the index is not reachable: the next request tries again
                log.exception("the site cannot be built yet")
                await _refuse(
                    "暂时无法答复，请稍后再试。Not available now; try again later.", method, send, 503
                )
                return
        if (method == "GET" or method == "HEAD") and "meipi.editor" not in scope:
            # Bound to the present cache: if the library changes meanwhile, the page goes into the old one.
            scope["meipi.keep"] = partial(self._cache.put, locale, key)
            scope["meipi.kept"] = partial(self._cache.get, locale, key)
        scope["meipi.locale"] = locale
        await app(_as_get(scope), receive, _finished(method, send))
        # The server holds the scope until the next request on this connection; do not hold an old cache.
        scope.pop("meipi.keep", None)
        scope.pop("meipi.kept", None)

    async def _make_encoded(self, page: Ready, cache: PageCache | None, accept: bytes) -> None:
        """Count an answer from memory, and make its bytes in an encoding that the client accepts."""
        page.hits += 1
        if page.hits >= RECOMPRESS_AFTER and page.recompressible:
            page.recompressible = False
            with suppress(RuntimeError):  # the server is stopping
                self._recompressor.submit(self._recompress, page, cache)
        if not page.is_made(accept):
            # Compressing a long page takes time; other requests must not wait for it.
            await asyncio.to_thread(page.answer, accept)

    def _recompress(self, page: Ready, cache: PageCache | None) -> None:
        """Compress a page again, unless its cache was dropped while it waited in the queue."""
        if cache is None or cache is self._cache:
            page.recompress()

    def app(self) -> ASGIApp:
        """The application, built at the first call."""
        with self._app_lock:
            app = self._app
            if app is None:
                self._app = app = self._make()
            return app

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Start and stop with the server; protocols other than HTTP are ignored."""
        if scope["type"] != "lifespan":
            return
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(self._stop)
                self._recompressor.shutdown(wait=False, cancel_futures=True)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _is_allowed(self, host: bytes) -> bool:
        """Whether a Host header names this site; the port does not matter."""
        found = _HOST.fullmatch(host.decode("latin-1").lower())
        return found is not None and ("*" in self._hosts or found["name"] in self._hosts)


async def _refuse(words: str, method: str, send: Send, status: int = 400) -> None:
    """Answer with a line of text; 503 asks the client to come again."""
    later = ((b"retry-after", b"5"),) if status == 503 else ()
    body = f"{words}\n".encode()
    refusal = Ready(body, "text/plain; charset=utf-8", status=status, cache=b"no-store", extra=later)
    await answer(refusal, method, b"", b"", send)


def _by_editor(scope: Scope) -> bool:
    """Whether a browser in which an editor is signed in asks for an article."""
    if scope["type"] != "http" or not scope["path"].startswith("/a/"):
        return False
    return any(name == b"cookie" and _EDITOR in value for name, value in scope["headers"])


def _as_get(scope: Scope) -> Scope:
    """Turn HEAD into GET for the routes; `_finished` removes the body."""
    return {**scope, "method": "GET", "meipi.head": True} if scope["method"] == "HEAD" else scope


def _finished(method: str, send: Send) -> Send:
    """Add the security headers to every answer, and remove the body for HEAD."""

    async def finished(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name for name, _ in message["headers"]}
            missing = [header for header in SECURITY_HEADERS if header[0] not in present]
            message = {**message, "headers": [*message["headers"], *missing]}
        elif message["type"] == "http.response.body" and method == "HEAD":
            message = {**message, "body": b""}
        await send(message)

    return finished
