"""A bounded queue for work that few can do at once, which serves clients in turn.

Clients take turns: one with many requests delays every other client by one request at most.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class QueueFull(Exception):
    """No place is left, or the wait was too long."""


class TooManyOfOne(Exception):
    """The client already has as many requests here as one client may."""


class FairQueue:
    """Admits requests up to a number, and lets few at a time through, one of a client. For one event loop.

    Args:
        places: requests that are admitted, the served one included.
        each: requests of one client.
        seconds: to wait for a turn.
        turns: requests that are let through at once.
    """

    def __init__(self, *, places: int, each: int, seconds: float, turns: int = 1) -> None:
        self._places, self._each, self._seconds = places, each, seconds
        self._admitted: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._free = turns
        self._served: set[str] = set()

    @asynccontextmanager
    async def place(self, client: str) -> AsyncIterator[None]:
        """Hold a place, from the first byte of a request to its answer.

        Raises:
            QueueFull, TooManyOfOne: there is none.
        """
        if self._admitted.total() >= self._places:
            raise QueueFull
        if self._admitted[client] >= self._each:
            raise TooManyOfOne
        self._admitted[client] += 1
        try:
            yield
        finally:
            self._admitted[client] -= 1
            if not self._admitted[client]:
                del self._admitted[client]

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """Wait for a turn, and hold it.

        Raises:
            QueueFull: the wait was too long.
        """
        if self._free and client not in self._served:
            self._start(client)
        else:
            await self._wait(client)
        try:
            yield
        finally:
            self._end(client)

    async def _wait(self, client: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            await asyncio.wait_for(asyncio.shield(turn), self._seconds)
        except BaseException as error:
            if turn.done():  # the turn came at the same moment: pass it on
                self._end(client)
            else:
                turn.cancel()
                self._remove(client, turn)
            if isinstance(error, TimeoutError):
                raise QueueFull from error
            raise

    def _start(self, client: str) -> None:
        self._free -= 1
        self._served.add(client)

    def _end(self, client: str) -> None:
        """Give the turn to the client that has waited longest for one and is not served now."""
        self._free += 1
        self._served.discard(client)
        waiting = next((c for c in self._waiting if c not in self._served), None)
        if waiting is not None:
            turns = self._waiting.pop(waiting)
            self._start(waiting)
            turns.popleft().set_result(None)
            if turns:
                self._waiting[waiting] = turns

    def _remove(self, client: str, turn: asyncio.Future[None]) -> None:
        turns = self._waiting[client]
        turns.remove(turn)
        if not turns:
            del self._waiting[client]
