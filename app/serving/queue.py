"""A bounded queue for one worker, which serves clients in turn.

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
    """Admits requests up to a number, and lets one at a time through. For one event loop.

    Args:
        places: requests that are admitted, the served one included.
        each: requests of one client.
        seconds: to wait for a turn.
    """

    def __init__(self, *, places: int, each: int, seconds: float) -> None:
        self._places, self._each, self._seconds = places, each, seconds
        self._admitted: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._busy = False

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
        """Wait for the worker, and have it alone.

        Raises:
            QueueFull: the wait was too long.
        """
        if self._busy:
            await self._wait(client)
        self._busy = True
        try:
            yield
        finally:
            self._busy = self._wake_next()

    async def _wait(self, client: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            await asyncio.wait_for(asyncio.shield(turn), self._seconds)
        except BaseException as error:
            if turn.done():  # the turn came at the same moment: pass it on
                self._busy = self._wake_next()
            else:
                turn.cancel()
            if isinstance(error, TimeoutError):
                raise QueueFull from error
            raise

    def _wake_next(self) -> bool:
        """Give the turn to the client that has waited longest for one; False if none waits."""
        while self._waiting:
            client, turns = self._waiting.popitem(last=False)
            while turns and turns[0].done():
                turns.popleft()
            if turns:
                turns.popleft().set_result(None)
                if turns:
                    self._waiting[client] = turns
                return True
        return False
