"""Answers as bytes, and the layer in front: what is ready is sent before any framework code runs.

This module is light on purpose: a process that only sends ready pages loads neither the web framework nor
the templates nor the text engine. The application behind it is made when it is first asked for something.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import logging
import mimetypes
import re
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import brotli

from app.wording import TONGUES, Tongue, preferred

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

log = logging.getLogger(__name__)

# The shapes of ASGI 3, as its specification names them.
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
# Pages are asked for again each time, and answered 304 while nothing changed.
REVALIDATE = b"no-cache"
FOREVER = b"public, max-age=31536000, immutable"
# How many bytes of pages are kept ready, before compression; those made first go first.
_KEPT = 64_000_000


# Encodings in the order in which they are chosen, and how each is made: quickly at the first answer.
_ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": lambda data: zstd.compress(data, 6),
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
}
# After so many answers a page is worth the third of a second that brotli's best takes, in the background.
_WORTH_POLISHING = 8
_COMPRESSED = re.compile(r"text/|application/(?:\w+\+)?(?:json|xml|javascript)|image/svg")


class Ready:
    """An answer as bytes, with the forms that were asked for kept ready to send.

    Args:
        body: the answer.
        media_type: its type.
        status: of the answer; only a 200 gets an ETag.
        cache: the Cache-Control value.
        extra: further headers.

    Attributes:
        hits: how often it was sent.
        rough: whether a better compression may be asked for.
        answers: the ASGI messages by Accept-Encoding header, those that will not be bettered.
        confirmed: the ASGI messages by If-None-Match header.
    """

    __slots__ = (
        "_body",
        "_forms",
        "_headers",
        "_polished",
        "_squeezable",
        "answers",
        "confirmed",
        "digest",
        "hits",
        "rough",
        "status",
    )

    def __init__(
        self,
        body: bytes,
        media_type: str,
        *,
        status: int = 200,
        cache: bytes = REVALIDATE,
        extra: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        self.status = status
        self.digest = hashlib.sha256(body).hexdigest()[:20].encode()
        self.hits = 0
        self._body = body
        self._polished = False
        self._squeezable = self.rough = len(body) > 500 and _COMPRESSED.match(media_type) is not None
        self._headers = (
            (b"content-type", media_type.encode()),
            (b"cache-control", cache),
            # Pages speak the reader's language where their address names none.
            (b"vary", b"accept-encoding, accept-language" if "html" in media_type else b"accept-encoding"),
            *SECURITY_HEADERS,
            *extra,
        )
        self._forms: dict[str, tuple[Message, Message]] = {}
        self.answers: dict[bytes, tuple[Message, Message]] = {}
        self.confirmed: dict[bytes, tuple[Message, Message]] = {}

    def answer(self, accept: bytes) -> tuple[Message, Message]:
        """The form for an Accept-Encoding header."""
        made = self.answers.get(accept)
        if made is None:
            encoding = accepted(accept) if accept else ""
            made = self.form(encoding)
            # Browsers send a handful of these headers; anything beyond that is not worth remembering.
            if len(self.answers) < 16 and (self._polished or not self._squeezable or encoding != "br"):
                self.answers[accept] = made
        return made

    def form(self, encoding: str) -> tuple[Message, Message]:
        """The two ASGI messages of this answer in one encoding; "" is as it is."""
        made = self._forms.get(encoding)
        if made is None:
            if encoding and not self._squeezable:
                made = self.form("")
            else:
                data = _ENCODERS[encoding](self._body) if encoding else self._body
                made = self._messages(data, encoding, encoding)
            self._forms[encoding] = made
        return made

    def polish(self) -> None:
        """Make the best brotli form; one assignment puts it in place of the quick one."""
        if self._squeezable and not self._polished:
            self._forms["br"] = self._messages(brotli.compress(self._body), "br", "best")
            self._polished, self.rough = True, False

    def unchanged(self, known: bytes) -> tuple[Message, Message] | None:
        """The messages that confirm what the client has, or None when it has something else."""
        made = self.confirmed.get(known)
        if made is None:
            if self.status != 200 or (self.digest not in known and known.strip() != b"*"):
                return None
            tag = next((t for t in map(bytes.strip, known.split(b",")) if self.digest in t), known)
            headers = [
                (b"etag", tag.removeprefix(b"W/")),
                *(h for h in self._headers if h[0] != b"content-type"),
            ]
            made = {"type": "http.response.start", "status": 304, "headers": headers}, _EMPTY
            if len(self.confirmed) < 16:
                self.confirmed[known] = made
        return made

    @property
    def body(self) -> bytes:
        """The answer, not compressed."""
        return self._body

    def _messages(self, data: bytes, encoding: str, tag: str) -> tuple[Message, Message]:
        headers = [*self._headers, (b"content-length", str(len(data)).encode())]
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
        if self.status == 200:
            # A strong ETag names bytes, so every form has its own.
            headers.append((b"etag", b'"' + self.digest + (b"-" + tag.encode() if tag else b"") + b'"'))
        start = {"type": "http.response.start", "status": self.status, "headers": headers}
        return start, {"type": "http.response.body", "body": data}


@lru_cache(1024)
def accepted(header: bytes) -> str:
    """The encoding to answer with for an Accept-Encoding header, "" for none."""
    weights = {}
    for part in header.decode("latin-1").lower().split(","):
        name, _, parameters = part.partition(";")
        found = re.search(r"q\s*=\s*([\d.]+)", parameters)
        try:
            weights[name.strip()] = float(found.group(1)) if found else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    return next((e for e in _ENCODERS if weights.get(e, 0.0) > 0), "")


class StaticFiles:
    """Static files in memory, under an address that changes when any of them does.

    Args:
        folder: of the files; its `css/*.css` are also joined, in order of their names, to one `meipi.css`.
    """

    def __init__(self, folder: Path) -> None:
        self.files = _static_files(folder)
        digest = hashlib.sha256()
        for name, data in sorted(self.files.items()):
            digest.update(name.encode() + b"\0" + data + b"\0")
        self.digest = digest.hexdigest()[:10]
        self._ready: dict[str, Ready] = {}

    def address(self, name: str) -> str:
        """Where a file is served.

        Raises:
            KeyError: there is no such file.
        """
        if name not in self.files:
            raise KeyError(f"no static file {name!r}")
        return f"/static/{self.digest}/{name}"

    def file(self, digest: str, name: str) -> Ready | None:
        """A file, or None. Under an old digest it is today's file, to be asked for again."""
        if digest == self.digest and name in self._ready:
            return self._ready[name]
        data = self.files.get(name)
        if data is None:
            return None
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if media_type.startswith("text/") or media_type.endswith("javascript"):
            media_type += "; charset=utf-8"
        if digest != self.digest:
            return Ready(data, media_type)
        return self._ready.setdefault(name, Ready(data, media_type, cache=FOREVER))


def _static_files(folder: Path) -> dict[str, bytes]:
    """Every static file by name, with the style sheets also joined to one in order of their names."""
    files = {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(folder).parts)
    }
    sheets = [data for name, data in files.items() if name.startswith("css/") and name.endswith(".css")]
    files["meipi.css"] = b"\n".join(sheets)
    return files


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
            # A plain number: counting must cost nothing here. `app.observe` reads it.
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


async def answer(page: Ready, method: str, accept: bytes, known: bytes, send: Send) -> None:
    """Send an answer in the form that was asked for, or say that the client has it already."""
    start, body = (page.unchanged(known) if known else None) or page.answer(accept)
    await send(start)
    await send(_EMPTY if method == "HEAD" else body)


_EMPTY: Message = {"type": "http.response.body", "body": b""}
