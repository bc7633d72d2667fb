"""The layer that gives requests an id, measures and logs them.

No address, user agent or query of a reader goes into a metric or a log line.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.naming import request_id, route_of

log = logging.getLogger(__name__)

# A request id from outside is used only if it looks like one: it goes into log lines.
_REQUEST_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")


class Observed:
    """Gives every request an id, measures and logs it; in development adds Server-Timing.

    It runs after the cache, so it sees only requests that the cache could not answer.
    """

    def __init__(self, app: ASGIApp, observe: Callable[[str, int, float], None], *, timing: bool) -> None:
        self._app, self._observe, self._timing = app, observe, timing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((v for k, v in scope["headers"] if k == b"x-request-id"), b"")
        id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8).encode()
        began, status, started = time.perf_counter(), 500, False

        async def observed_send(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                started, status = True, message["status"]
                headers = [*message["headers"], (b"x-request-id", id)]
                if self._timing:
                    spent = 1000 * (time.perf_counter() - began)
                    headers.append((b"server-timing", f"app;dur={spent:.1f}".encode()))
                message = {**message, "headers": headers}
            await send(message)

        request = request_id.set(id.decode())
        try:
            await self._app(scope, receive, observed_send)
        except Exception:
            # Starlette has answered with a 500, logged the error, and raises it again. The server would log
            # its message too, which may contain a reader's words.
            if not started:
                raise
        finally:
            seconds = time.perf_counter() - began
            route = route_of(scope)
            self._observe(route, status, seconds)
            log.info("answered route=%s status=%d ms=%.1f", route, status, 1000 * seconds)
            request_id.reset(request)
