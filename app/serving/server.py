"""uvicorn hardened for the public internet, with graceful shutdown.

Slow clients time out; connections and request size are capped; a worker that ends still answers requests on
open connections. This relies on internals of uvicorn, so `pyproject.toml` pins its version, and
`tests/serving/test_server.py` names the internals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.http.response import SECURITY_HEADERS
from app.serving.turns import turns_of

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

# Seconds between two checks of a connection. It is closed if since the last check the client has neither
# completed its request nor read any of its answer: after this time, or twice as long at most.
IO_TIMEOUT = 20.0
# Seconds for which a worker that ends waits for another request on an open connection.
DRAIN_SECONDS = 2
# Connections per worker. Above the limit the one that has been idle longest is closed.
MAX_CONNECTIONS = 2000
# Bytes of a request. A learner's word list is an address of several thousand bytes.
MAX_REQUEST_BYTES = 65_536
# Bytes of a form of /read/ and /edit/. Those refuse large ones with a page, which browsers show if the body
# was taken.
MAX_TEXT_BYTES = 40_000_000
_FORMS = (b"POST /read/", b"POST /edit/")

_CLOSE = (b"connection", b"close")
_MESSAGES: Mapping[int, str] = {
    400: (
        "这个请求不合 HTTP 的规定；地址里的汉字要用百分号编码。"
        "Not HTTP; what is not ASCII in an address is percent-encoded."
    ),
    408: "请求没有发完，不再等了。The request did not come to its end in time.",
    431: "请求太大了。The request is too large.",
}


def run(app: str, **options: Any) -> None:
    """Serve an application until the process is told to end.

    Args:
        app: module and factory function, such as `app.serving.main:site`.
        options: of `uvicorn.run`.
    """
    with suppress(AttributeError, ValueError, OSError):  # Windows has no limits; may not be allowed
        # Every connection is an open file, and the usual limit is 1024 files.
        limit, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if limit < 2 * MAX_CONNECTIONS:
            resource.setrlimit(resource.RLIMIT_NOFILE, (2 * MAX_CONNECTIONS, hard))
    uvicorn.run(app, factory=True, http=Connection, ws="none", server_header=False, **options)


# `data_received` runs for every packet, so it only counts bytes. Everything else happens in `_check`.
_parse = HttpToolsProtocol.data_received


class Connection(HttpToolsProtocol):
    """One connection of a client."""

    # Bytes received of the current request, their limit, and the last request that was received completely.
    _received = 0
    _most = MAX_REQUEST_BYTES
    _complete: object = None
    # At the last check: the incomplete request, and the bytes not yet sent.
    _last_check: tuple[object, int] = (None, 0)
    _timer: asyncio.TimerHandle | None = None
    _connected_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timer of a new connection; close another one above the limit."""
        super().connection_made(transport)
        turns_of(self.loop).connected()
        self._connected_at = self.loop.time()
        self._last_check = (self._incomplete(), 0)
        self._timer = self.loop.call_later(IO_TIMEOUT, self._check)
        if len(self.connections) > MAX_CONNECTIONS:
            self._make_room()

    def on_message_begin(self) -> None:
        """Note the address of the other end, which uvicorn replaces by that of a proxy's client."""
        super().on_message_begin()
        self.scope["meipi.peer"] = self.client  # type: ignore[typeddict-unknown-key]

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a request and pass them to the parser."""
        cycle = self.cycle
        if cycle is not None and not cycle.more_body and cycle.scope is self.scope:
            self._received, self._complete = 0, cycle
        if not self._received:
            self._most = MAX_TEXT_BYTES if data.startswith(_FORMS) else MAX_REQUEST_BYTES
        self._received += len(data)
        if self._received > self._most:
            self._refuse(431)
        else:
            _parse(self, data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer of a closed connection."""
        super().connection_lost(exc)
        if self._timer is not None:
            self._timer.cancel()

    def send_400_response(self, msg: str) -> None:
        """Answer invalid HTTP; uvicorn's own answer lacks our security headers."""
        self._refuse(400)

    def _unsupported_upgrade_warning(self) -> None:
        """Ignore a request to change the protocol, without a warning in the log."""

    def shutdown(self) -> None:
        """Close the connection when the server ends.

        A request may be on its way, on a new connection or a used one. So the connection stays open for
        `DRAIN_SECONDS`, and the next answer has `Connection: close`.
        """
        if _CLOSE not in self.server_state.default_headers:
            self.server_state.default_headers.append(_CLOSE)  # shared by all connections
        self.timeout_keep_alive = DRAIN_SECONDS
        if not self._busy():
            self._unset_keepalive_if_required()
            close = self.timeout_keep_alive_handler
            self.timeout_keep_alive_task = self.loop.call_later(DRAIN_SECONDS, close)
        elif not self.cycle.response_started:
            self.cycle.keep_alive = False

    def _busy(self) -> bool:
        """Whether an answer is being made or sent."""
        return self.cycle is not None and not self.cycle.response_complete

    def _make_room(self) -> None:
        """Close the connection that has been idle longest; this one if all others are busy."""
        others = [c for c in self.connections if isinstance(c, Connection) and c is not self]
        idle = [c for c in others if not c._busy() and not c.transport.is_closing()]
        min(idle, key=Connection._rank, default=self).transport.abort()

    def _rank(self) -> tuple[int, float]:
        """Sort key, first to close: no complete request yet, then an incomplete request; the oldest first."""
        return 0 if self.cycle is None else 1 if self._incomplete() is not None else 2, self._connected_at

    def _incomplete(self) -> object | None:
        """The request that the client has not completed, or None; before the first one, the connection."""
        cycle, scope = self.cycle, self.scope
        if scope is None:
            return self
        if cycle is None or cycle.scope is not scope or cycle.more_body:
            return scope
        # Bytes after the complete request that did not begin another one.
        return scope if cycle is self._complete else None

    def _check(self) -> None:
        last = self._last_check
        incomplete, unsent = self._incomplete(), self.transport.get_write_buffer_size()
        self._last_check = incomplete, unsent
        if unsent and unsent == last[1]:
            self.transport.abort()
        elif incomplete is not None and incomplete is last[0]:
            self._refuse(408)
        self._timer = self.loop.call_later(IO_TIMEOUT, self._check)

    def _refuse(self, status: int) -> None:
        """Close the connection, with an error answer if the client can read one now."""
        if not self.transport.is_closing() and self._received and self._awaits_answer():
            if self.cycle is not None:
                self.cycle.disconnected = True  # its answer is discarded
            body = f"{_MESSAGES[status]}\n".encode()
            headers = [
                *(h for h in self.server_state.default_headers if h != _CLOSE),
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", b"%d" % len(body)),
                (b"cache-control", b"no-store"),
                *SECURITY_HEADERS,
                _CLOSE,
            ]
            head = b"".join(b"%s: %s\r\n" % header for header in headers)
            first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
            self.transport.write(first + head + b"\r\n" + body)
        self.transport.close()

    def _awaits_answer(self) -> bool:
        """Whether the next bytes that the client reads answer the request that it is sending."""
        if self.cycle is None:
            return True
        if self.scope is self.cycle.scope:
            return not self.cycle.response_started and not self.pipeline
        return self.cycle.response_complete
