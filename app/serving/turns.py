"""Which of several requests that came together is answered first: a few of each client in turn.

uvloop accepts one connection each time it looks at the sockets, and answers all requests that it has read
before it looks again. So a client with a hundred connections would delay every reader by a hundred answers.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

# Requests of one client that are started in one turn: every turn costs a look at the sockets.
_EACH = 2
# Turns that uvloop takes from one connection to the next.
_TO_NEXT = 2
# Turns in which nothing is started as long as connections keep coming.
_MOST_PUT_OFF = 16


class Turns:
    """Starts requests in turns of the event loop, in each turn a few of every client. For one event loop.

    Attributes:
        waiting: requests by client.
    """

    def __init__(self) -> None:
        self._may_connect = self._put_off = 0
        self.waiting: dict[str, deque[Callable[[], bool]]] = {}

    def connected(self) -> None:
        """Note that a connection was accepted: there may be another one."""
        self._may_connect = _TO_NEXT

    def put(self, client: str, start: Callable[[], bool]) -> None:
        """Start a request in the next turn, or later if its client has others waiting.

        Args:
            client: whose request it is.
            start: returns False if the client has gone; its next request starts instead.
        """
        if not self.waiting:
            asyncio.get_running_loop().call_soon(self._turn)
        self.waiting.setdefault(client, deque()).append(start)

    def _turn(self) -> None:
        if self._may_connect and self._put_off < _MOST_PUT_OFF:
            self._may_connect, self._put_off = self._may_connect - 1, self._put_off + 1
        else:
            self._put_off = 0
            # The newest client first: one that never stops asking is always among the oldest.
            for client, starts in reversed(list(self.waiting.items())):
                left = _EACH
                while starts and left:
                    left -= starts.popleft()()
                if not starts:
                    del self.waiting[client]
        if self.waiting:
            asyncio.get_running_loop().call_soon(self._turn)
