"""The HTTP server: uvicorn, with what it lacks for standing before strangers and for ending unnoticed.

One that sends half a request, or takes nothing of an answer, is waited for so long and no longer; there is a
most of connections and of what a request may weigh; and a worker that ends answers what still comes in.
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

# Seconds. So often every connection is looked at, and one that owes the same request as the last time, or has
# taken nothing of what it was sent, is closed: after so long, or twice as long at most.
PATIENCE = 20.0
# Seconds in which a worker that ends waits for the next request on a connection that is open.
LAST = 2
# Connections of one worker. A further one takes the place of that which has kept it waiting longest.
MOST = 2000
# Bytes of a request: a learner's list of words is an address of many thousands.
WEIGHT = 65_536

_CLOSE = (b"connection", b"close")
_WORDS: Mapping[int, str] = {
    400: (
        "这个请求不合 HTTP 的规定；地址里的汉字要用百分号编码。"
        "Not HTTP; what is not ASCII in an address is percent-encoded."
    ),
    408: "请求没有发完，不再等了。The request did not come to its end in time.",
    431: "请求太大了。The request is too large.",
}


def run(app: str, **options: Any) -> None:
    """Serve an application, named as uvicorn names it and made by a function; ends when it is told to."""
    with suppress(ImportError, ValueError, OSError):  # not on Windows; and it may be forbidden
        import resource

        # Connections are files, and the common limit of 1024 is for all files together.
        limit, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if limit < 2 * MOST:
            resource.setrlimit(resource.RLIMIT_NOFILE, (2 * MOST, hard))
    uvicorn.run(app, factory=True, http=Connection, ws="none", server_header=False, **options)


# What stands between the server and every request is as short as it can be: one step more for each packet,
# none for each request. All else is found out when somebody looks.
_received = HttpToolsProtocol.data_received


class Connection(HttpToolsProtocol):
    """One connection of a client."""

    # Bytes of the request that is coming, and the one before it, of which nothing is to come any more.
    _weight = 0
    _whole: object = None
    # What the last look saw: what was owed, and how much was not yet sent.
    _seen: tuple[object, int] = (None, 0)
    _looking: asyncio.TimerHandle | None = None
    _came = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has come."""
        super().connection_made(transport)
        self._came = self.loop.time()
        self._seen = (self._owed(), 0)
        self._looking = self.loop.call_later(PATIENCE, self._look)
        if len(self.connections) > MOST:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Something of a request has come, or several requests."""
        cycle = self.cycle
        if cycle is not None and not cycle.more_body and cycle.scope is self.scope:
            self._weight, self._whole = 0, cycle
        self._weight += len(data)
        if self._weight > WEIGHT:
            self._refuse(431)
        else:
            _received(self, data)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed, by whomever."""
        super().connection_lost(exc)
        if self._looking is not None:
            self._looking.cancel()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP; uvicorn's own answer lacks the headers that every other one has."""
        self._refuse(400)

    def _unsupported_upgrade_warning(self) -> None:
        """Whoever asks for another protocol is answered in this one; the operator need not know."""

    def shutdown(self) -> None:
        """The server ends, and accepts nobody any more.

        A request may be on its way: one who has just come has not sent it yet, one who has been here may
        send another. So the connection stays open a little, and the next answer says that it is the last.
        """
        if _CLOSE not in self.server_state.default_headers:
            self.server_state.default_headers.append(_CLOSE)  # one list for all connections
        self.timeout_keep_alive = LAST
        if not self._busy():
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(LAST, self.timeout_keep_alive_handler)
        elif not self.cycle.response_started:
            self.cycle.keep_alive = False

    def _busy(self) -> bool:
        """Whether an answer is under way."""
        return self.cycle is not None and not self.cycle.response_complete

    def _make_room(self) -> None:
        """Close the connection that has kept us waiting longest, else one between two; else this one."""
        others = [c for c in self.connections if isinstance(c, Connection) and c is not self]
        waiting = [c for c in others if not c._busy() and not c.transport.is_closing()]
        min(waiting, key=Connection._rank, default=self).transport.abort()

    def _rank(self) -> tuple[int, float]:
        """Who gives way first: those who never asked anything whole, then who owe a request; the oldest."""
        return 0 if self.cycle is None else 1 if self._owed() is not None else 2, self._came

    def _owed(self) -> object | None:
        """The request of which something is still to come; before the first, the connection itself."""
        cycle, scope = self.cycle, self.scope
        if scope is None:
            return self
        if cycle is None or cycle.scope is not scope or cycle.more_body:
            return scope
        return scope if cycle is self._whole else None  # something has come that began no other request

    def _look(self) -> None:
        seen, self._seen = self._seen, (self._owed(), self.transport.get_write_buffer_size())
        owed, unsent = self._seen
        if unsent and unsent == seen[1]:
            self.transport.abort()
        elif owed is not None and owed is seen[0]:
            self._refuse(408)
        self._looking = self.loop.call_later(PATIENCE, self._look)

    def _refuse(self, status: int) -> None:
        """Close, with words where they can stand."""
        if not self.transport.is_closing() and self._weight and self._awaits():
            if self.cycle is not None:
                self.cycle.disconnected = True  # what is made for it now goes nowhere
            body = f"{_WORDS[status]}\n".encode()
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

    def _awaits(self) -> bool:
        """Whether the next that the client reads is an answer to the request which it is sending."""
        if self.cycle is None:
            return True
        if self.scope is self.cycle.scope:
            return not self.cycle.response_started and not self.pipeline
        return self.cycle.response_complete
