"""Which of several requests that came together is answered first: a few of each client in turn.

uvloop accepts one connection each time it looks at the sockets, and answers all requests that it has read
before it looks again. So a client with a hundred connections would delay every reader by a hundred answers.
Pages from the cache on the fast path take no turn: a turn costs a third of what they do.
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import lru_cache

# Requests of one client that go on in one turn: every turn costs a look at the sockets.
_EACH = 2
# Turns that uvloop takes from one connection to the next.
_TO_NEXT = 2
# Turns in which nothing goes on as long as connections keep coming.
_MOST_PUT_OFF = 16


class Turns:
    """Lets requests go on in turns of the event loop, in each turn a few of every client."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._may_connect = self._put_off = 0
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    def connected(self) -> None:
        """Note that a connection was accepted: there may be another one."""
        self._may_connect = _TO_NEXT

    async def wait(self, client: str) -> None:
        """Wait for the next turn, or longer if other requests of this client wait."""
        if not self._waiting:
            self._loop.call_soon(self._turn)
        turn = self._loop.create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        await turn

    def _turn(self) -> None:
        if self._may_connect and self._put_off < _MOST_PUT_OFF:
            self._may_connect, self._put_off = self._may_connect - 1, self._put_off + 1
        else:
            self._put_off = 0
            # The newest client first: one that never stops asking is always among the oldest.
            for client, turns in reversed(list(self._waiting.items())):
                left = _EACH
                while turns and left:
                    if not (turn := turns.popleft()).done():  # it is cancelled if the server stops
                        turn.set_result(None)
                        left -= 1
                if not turns:
                    del self._waiting[client]
        if self._waiting:
            self._loop.call_soon(self._turn)


@lru_cache(4)
def turns_of(loop: asyncio.AbstractEventLoop) -> Turns:
    """The turns of an event loop; a server has one."""
    return Turns(loop)
