"""What an operator sees: log lines, metrics, request ids; and the limits on what is dear to answer.

Nothing here knows a reader: no address, agent or query goes into logs or metrics. The client's address is
used for the rate limit alone, in memory.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from math import ceil
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import rate as read_rate

log = logging.getLogger(__name__)

_REQUEST_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")
# Paths whose answers are made anew for every question, so that one client could keep a core busy.
_DEAR = re.compile(r"/search/|/api/v1/(?:search|words)|/a/[^/]+/[^/]+/card\.png|/learn/")


_request: ContextVar[str] = ContextVar("request", default="")


def configure_logging(form: Literal["text", "json"], level: int) -> None:
    """Log lines as `key=value` or as JSON, one event a line, on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Line(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


class _Line(logging.Formatter):
    """One event a line: when, how grave, what, and of which request."""

    def __init__(self, form: Literal["text", "json"]) -> None:
        super().__init__()
        self._spell = _json if form == "json" else _logfmt

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds")
        told = {
            "timestamp": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        if request := _request.get():
            told["request"] = request
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return self._spell(told)


def _json(told: Mapping[str, str]) -> str:
    return json.dumps(told, ensure_ascii=False)


def _logfmt(told: Mapping[str, str]) -> str:
    """As logfmt has it: quoted where a reader of the line would else see several values."""

    def word(value: str) -> str:
        if not any(c in value for c in ' ="'):
            return value.replace("\n", "\\n")
        value = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{value}"'

    return " ".join(f"{key}={word(value)}" for key, value in told.items())


class Metrics(Collector):
    """What this process has done, in Prometheus form; workers are told apart by the label `worker`.

    Args:
        ready_answers: how many answers came from memory; the hot path counts them by itself.
    """

    def __init__(self, ready_answers: Callable[[], int]) -> None:
        self._ready_answers = ready_answers
        self._registry = CollectorRegistry()
        self.seconds = Histogram(
            "meipi_request_seconds",
            "Time to an answer that was not ready in memory",
            ["route", "status"],
            registry=self._registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
        )
        self.annotated = Counter("meipi_annotated", "Articles annotated", registry=self._registry)
        self.annotating = Counter(
            "meipi_annotating_seconds", "Time spent bringing the index up to date", registry=self._registry
        )
        self.lag = Gauge(
            "meipi_index_lag_seconds",
            "From the last change of content/ to its pages being served",
            registry=self._registry,
        )
        self.faults = Gauge("meipi_content_faults", "Files that could not be used", registry=self._registry)
        self._registry.register(self)

    def collect(self) -> Iterable[Metric]:
        """The count that the hot path keeps as a plain number."""
        yield CounterMetricFamily("meipi_ready_answers", "Answers from memory", value=self._ready_answers())

    def text(self) -> bytes:
        """The exposition, with this worker's number on every line."""
        worker = f'worker="{os.getpid()}"'
        return b"\n".join(_labelled(line, worker) for line in generate_latest(self._registry).split(b"\n"))


def _labelled(line: bytes, label: str) -> bytes:
    if not line or line.startswith(b"#"):
        return line
    name, brace, rest = line.partition(b"{")
    if brace:
        return name + b"{" + label.encode() + b"," + rest
    name, _, value = line.partition(b" ")
    return name + b"{" + label.encode() + b"} " + value


class Observed:
    """Request ids, times by route, and, in development, Server-Timing. Stands behind the page cache."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, timing: bool) -> None:
        self._app, self._metrics, self._timing = app, metrics, timing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((v for k, v in scope["headers"] if k == b"x-request-id"), b"")
        # An id from outside is taken only if it looks like one: it goes into log lines.
        id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8).encode()
        started, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message["headers"], (b"x-request-id", id)]
                if self._timing:
                    spent = 1000 * (time.perf_counter() - started)
                    headers.append((b"server-timing", f"app;dur={spent:.1f}".encode()))
                message = {**message, "headers": headers}
            await send(message)

        request = _request.set(id.decode())
        try:
            await self._app(scope, receive, answer)
        finally:
            seconds = time.perf_counter() - started
            route = scope.get("meipi.route") or getattr(scope.get("route"), "path", "") or "other"
            self._metrics.seconds.labels(route, str(status)).observe(seconds)
            log.info("answered route=%s status=%d ms=%.1f", route, status, 1000 * seconds)
            _request.reset(request)


class Limited:
    """So many dear requests a client in any stretch of time, then 429 with the time to wait.

    Args:
        app: what answers.
        rate: as `app.settings.rate` reads it; "" for none.

    Raises:
        SettingsError: no such rate.
    """

    def __init__(self, app: ASGIApp, rate: str) -> None:
        self._app = app
        self._most, self._seconds = read_rate(rate)
        # When each client's requests came that still count, the client who asked last at the end.
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or say when to come again."""
        if not self._most or scope["type"] != "http" or not _DEAR.match(scope["path"]):
            await self._app(scope, receive, send)
            return
        client = (scope.get("client") or ("",))[0]
        seconds = self._wait(client, time.monotonic())
        if not seconds:
            await self._app(scope, receive, send)
            return
        wait = ceil(seconds)
        body = f"问得太快了，请在 {wait} 秒后再试。Too many requests; try again in {wait} s.\n".encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"retry-after", str(wait).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 429, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _wait(self, client: str, now: float) -> float:
        """0.0 for a request that is within the rate, and counted; else in how many seconds one would be."""
        while self._asked and next(iter(self._asked.values()))[-1] <= now - self._seconds:
            self._asked.popitem(last=False)
        times = self._asked.setdefault(client, deque())
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) == self._most:
            return times[0] + self._seconds - now
        times.append(now)
        self._asked.move_to_end(client)
        return 0.0
