"""Rate limits for expensive requests. The client's address is used for nothing else, in memory."""

from __future__ import annotations

import re
import time
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter

# Paths whose answers are computed for every request, so that one client could keep a core busy.
_EXPENSIVE = re.compile(r"/search/|/api/v1/(?:search|words)|/a/[^/]+/(?:[^/]+/)?card\.png|/learn/|/read/")


class Limited:
    """Sliding-window rate limit per client: above it 429, with the time to wait.

    Args:
        app: the application to protect.
        rate: in the notation of `limits`, such as 120/minute; "" for no limit.
    """

    def __init__(self, app: ASGIApp, rate: str) -> None:
        self._app, self._text = app, rate

    @cached_property
    def _window(self) -> tuple[RateLimiter, RateLimitItem]:
        import limits  # 19 ms of CPU time, which the first page does not wait for

        store = limits.storage.MemoryStorage()
        return limits.strategies.MovingWindowRateLimiter(store), limits.parse(self._text)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        expensive = _EXPENSIVE.match(scope["path"]) if self._text and scope["type"] == "http" else None
        if expensive is None:
            await self._app(scope, receive, send)
            return
        client = (scope.get("client") or ("",))[0]
        limiter, rate = self._window
        if limiter.hit(rate, client):
            await self._app(scope, receive, send)
            return
        # The route for the metrics: an article's name must not become a label.
        path = expensive[0]
        scope["meipi.route"] = "/a/{article}/{block}/card.png" if path.startswith("/a/") else path
        reset = limiter.get_window_stats(rate, client).reset_time
        await _refuse(max(1, round(reset - time.time())), send)


async def _refuse(wait: int, send: Send) -> None:
    body = f"问得太快了，请在 {wait} 秒后再试。Too many requests; try again in {wait} s.\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(wait).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": body})
