"""Limits on answers that are made anew: a rate for each client, and queues that serve clients in turn.

Cached pages are sent before this layer. The client's address is used for nothing else, and only in memory.
"""

from __future__ import annotations

import logging
import time
from contextlib import AsyncExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.addresses import Cost, SiteAddress
from app.http.rates import client_of, limiter_of
from app.http.response import Ready, answer
from app.serving.queue import FairQueue, QueueFull, TooManyOfOne
from app.web.responses import Sent

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter

log = logging.getLogger(__name__)

# A page costs about a tenth of a dear answer: 8 ms, and 69 for an article with pinyin.
_PAGES_FOR_ONE_DEAR = 10
# As `client_of` writes them.
_LOOPBACK = {"127.0.0.1": "127.0.0.1", "::/64": "::1"}
_DEAR: frozenset[Cost] = frozenset({"dear", "paste"})
# Requests that wait, in all and of one client, and seconds. The threads share one interpreter, so more turns
# would not make more pages in a second.
_PLACES, _EACH, _WAIT_SECONDS = 300, 64, 20


class Limited:
    """Rate limit and fair queue for each client: 429 above the limit, 503 when the queue is full.

    Args:
        app: the application to protect.
        rate: of dear answers, in the notation of `limits`, such as 120/minute; "" for no limit.
    """

    def __init__(self, app: ASGIApp, rate: str) -> None:
        self._app, self._text = app, rate
        self._told = False
        self._first = True
        # Dear answers have turns of their own, so that a page waits for no dear answer.
        self._queues = {
            "page": FairQueue(places=_PLACES, each=_EACH, seconds=_WAIT_SECONDS, turns=4),
            "dear": FairQueue(places=_PLACES, each=_EACH, seconds=_WAIT_SECONDS, turns=2),
        }

    @cached_property
    def _window(self) -> tuple[RateLimiter, RateLimitItem, RateLimitItem]:
        limiter, (dear,) = limiter_of(self._text)
        pages = type(dear)(_PAGES_FOR_ONE_DEAR * dear.amount, dear.multiples, namespace="pages")
        return limiter, dear, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        asked: SiteAddress | None = scope.get("meipi.asked")
        if asked is None or asked.cost == "free" or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = client_of(scope)
        self._tell_of_proxy(client, scope)
        if not self._first:
            await self._within(self._over(asked.cost, client), asked, client, scope, receive, send)
            return
        # The first request is within any rate. It is counted when it has been answered, so that it does not
        # wait for the import of `limits`.
        self._first = False
        try:
            await self._within(0, asked, client, scope, receive, send)
        finally:
            self._over(asked.cost, client)

    async def _within(
        self, wait: int, asked: SiteAddress, client: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer one request, or refuse it if the client has to wait."""
        if wait and asked.cost == "paste":
            scope["meipi.wait"] = wait  # a form that was sent gets a page for an answer
            await self._app(scope, receive, send)
        elif wait:
            scope["meipi.route"] = asked.route
            await _refuse(429, wait, send)
        elif queue := self._queues.get(asked.cost):
            await self._in_turn(queue, client, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _tell_of_proxy(self, client: str, scope: Scope) -> None:
        """Log once that a proxy on this machine is not trusted."""
        if self._told or client not in _LOOPBACK:
            return
        if any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
            self._told = True
            log.warning(
                "X-Forwarded-For is not used, all readers count as one; behind a proxy set "
                "MEIPI_TRUSTED_PROXIES=%s",
                _LOOPBACK[client],
            )

    def _over(self, cost: Cost, client: str) -> int:
        """Seconds until the client may ask again; 0 if it may now."""
        if not self._text:
            return 0
        limiter, dear, pages = self._window
        rate = dear if cost in _DEAR else pages
        if limiter.hit(rate, client):
            return 0
        left = limiter.get_window_stats(rate, client).reset_time - time.time()
        # The clock may have been set back since.
        return max(1, round(min(left, rate.get_expiry())))

    async def _in_turn(
        self, queue: FairQueue, client: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer when it is the client's turn, which ends when the answer has been made."""
        async with AsyncExitStack() as held:

            async def made(message: Message) -> None:
                # Others do not wait until a slow client has read its answer.
                await held.aclose()
                await send(message)

            try:
                await held.enter_async_context(queue.place(client))
                await held.enter_async_context(queue.turn(client))
            except (QueueFull, TooManyOfOne) as full:
                scope["meipi.route"] = scope["meipi.asked"].route
                await _refuse(429 if isinstance(full, TooManyOfOne) else 503, 5, send)
                return
            # A request that came earlier may have made the same page meanwhile.
            page: Ready | None = scope["meipi.kept"]() if "meipi.kept" in scope else None
            await (Sent(page) if page else self._app)(scope, receive, made)


async def _refuse(status: int, wait: int, send: Send) -> None:
    why = "问得太快了" if status == 429 else "现在请求太多"
    told = "Too many requests" if status == 429 else "Busy"
    body = f"{why}，请在 {wait} 秒后再试。{told}; try again in {wait} s.\n".encode()
    later = (b"retry-after", str(wait).encode())
    refusal = Ready(body, "text/plain; charset=utf-8", status=status, cache=b"no-store", extra=(later,))
    await answer(refusal, "GET", b"", b"", send)
