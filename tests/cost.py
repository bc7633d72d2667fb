"""What answers cost in processor time, against one another: short batches in turn, the best of many.

Other work on the machine slows all variants alike, or spoils a batch that another round makes good; so the
ratios hold where requests a second would not.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]
Request = tuple[ASGIApp, dict[str, Any]]


def scope(path: str, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    """A request as uvicorn hands it over."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"accept-encoding", b"gzip, deflate, br"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }


async def receive() -> dict[str, Any]:
    """A request without a body."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def nothing(message: Any) -> None:
    """Drops the answer."""


async def asked(app: ASGIApp, request: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages of one answer."""
    messages: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    await app(request, receive, send)
    return messages


async def variants(site: ASGIApp, path: str) -> dict[str, Request]:
    """A page that is ready, its 304, and a bare function that sends the same bytes."""
    for _ in range(20):
        answer = await asked(site, scope(path))
    sent = {**dict(answer[0]["headers"])}
    # Until the best compression is there, which a thread makes.
    while not sent[b"etag"].endswith(b'-best"'):
        await asyncio.sleep(0.05)
        answer = await asked(site, scope(path))
        sent = dict(answer[0]["headers"])

    async def bare(_: Any, __: Any, send: Any) -> None:
        for message in answer:
            await send(message)

    return {
        "bare": (bare, scope(path)),
        "ready": (site, scope(path)),
        "304": (site, scope(path, (b"if-none-match", sent[b"etag"]))),
    }


async def costs(
    requests: Mapping[str, Request],
    *,
    rounds: int = 60,
    batch: int = 1000,
    enough: Callable[[Mapping[str, float]], bool] = lambda _: False,
) -> dict[str, float]:
    """Microseconds of processor time a request, by name.

    Args:
        requests: by name, an application and its request.
        rounds: how many batches of each, at most.
        batch: how many requests a batch.
        enough: decides by the times so far whether to end the rounds.
    """
    best = dict.fromkeys(requests, float("inf"))
    for _ in range(rounds):
        for name, (app, request) in requests.items():
            began = time.process_time()
            for _ in range(batch):
                await app(request, receive, nothing)
            best[name] = min(best[name], (time.process_time() - began) * 1e6 / batch)
        if enough(best):
            break
    return best
