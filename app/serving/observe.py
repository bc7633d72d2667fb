"""What an operator sees: log lines, metrics, request ids; and the limits on what is dear to answer.

Nothing here knows a reader: no address, agent or query goes into logs or metrics. The client's address is
used for the rate limit alone, in memory.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterable, MutableMapping
from contextvars import ContextVar
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.naming import route_of
from app.serving.report import Report

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter

log = logging.getLogger(__name__)

_REQUEST_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")
# Paths whose answers are made anew for every question, so that one client could keep a core busy.
_DEAR = re.compile(r"/search/|/api/v1/(?:search|words)|/a/[^/]+/(?:[^/]+/)?card\.png|/learn/")


_request: ContextVar[str] = ContextVar("request", default="")


def configure_logging(form: Literal["text", "json"], level: int) -> None:
    """Log lines as `key=value` or as JSON, one event a line, on standard error."""
    # Slow to load, and a site whose pages are all ready has nothing to say. With Rich it would get ready to
    # colour tracebacks: 4 MB that no line of ours goes through.
    without = {"rich": None} if "rich" not in sys.modules else {}
    sys.modules.update(without)  # type: ignore[arg-type]  # as if it were not installed
    try:
        import structlog
    finally:
        for name in without:
            del sys.modules[name]

    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            _of_request,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            last,
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def _of_request(_: object, __: str, told: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if request := _request.get():
        told["request"] = request
    return told


class Metrics(Collector):
    """What this process has done, in Prometheus form; workers are told apart by the label `worker`.

    Args:
        ready_answers: how many answers came from memory; the hot path counts them by itself.
        report: reads the indexer's report.
    """

    def __init__(self, ready_answers: Callable[[], int], report: Callable[[], Report | None]) -> None:
        self._ready_answers = ready_answers
        self._indexer = CollectorRegistry()
        self._indexer.register(_Indexer(report))
        self._registry = CollectorRegistry()
        self.seconds = Histogram(
            "meipi_request_seconds",
            "Time to an answer that was not ready in memory",
            ["route", "status"],
            registry=self._registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
        )
        self._registry.register(self)

    def collect(self) -> Iterable[Metric]:
        """The count that the hot path keeps as a plain number."""
        yield CounterMetricFamily("meipi_ready_answers", "Answers from memory", value=self._ready_answers())

    def text(self) -> bytes:
        """The exposition, with this worker's number on every line."""
        worker = f'worker="{os.getpid()}"'
        own = b"\n".join(_labelled(line, worker) for line in generate_latest(self._registry).split(b"\n"))
        return own + generate_latest(self._indexer)


class _Indexer(Collector):
    """What the indexer has done; every worker tells the same."""

    def __init__(self, report: Callable[[], Report | None]) -> None:
        self._report = report

    def collect(self) -> Iterable[Metric]:
        """The figures of its report."""
        report = self._report() or Report()
        yield CounterMetricFamily("meipi_annotated", "Articles annotated", value=report.annotated)
        yield CounterMetricFamily(
            "meipi_annotating_seconds", "Time spent bringing the index up to date", value=report.seconds
        )
        yield GaugeMetricFamily(
            "meipi_index_lag_seconds",
            "From the last change of content/ to its place in the index",
            value=report.lag,
        )
        yield GaugeMetricFamily("meipi_content_faults", "Files that could not be used", value=report.faults)


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
        started, status, begun = time.perf_counter(), 500, False

        async def answer(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                begun = True
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
        except Exception:
            if not begun:
                raise
            # Starlette raises again what it has answered with a 500 and logged; the server would log the
            # message too, and that may hold a reader's words.
        finally:
            seconds = time.perf_counter() - started
            route = route_of(scope)
            self._metrics.seconds.labels(route, str(status)).observe(seconds)
            log.info("answered route=%s status=%d ms=%.1f", route, status, 1000 * seconds)
            _request.reset(request)


class Limited:
    """So many dear requests a client in any stretch of time, then 429 with the time to wait.

    Args:
        app: what answers.
        rate: in the notation of `limits`, such as 120/minute; "" for none.
    """

    def __init__(self, app: ASGIApp, rate: str) -> None:
        self._app, self._words = app, rate

    @cached_property
    def _rate(self) -> RateLimitItem:
        from limits import parse  # slow to load; asked for when there is something to limit

        return parse(self._words)

    @cached_property
    def _limiter(self) -> RateLimiter:
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        return MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or say when to come again."""
        dear = _DEAR.match(scope["path"]) if self._words and scope["type"] == "http" else None
        if dear is None:
            await self._app(scope, receive, send)
            return
        client = (scope.get("client") or ("",))[0]
        if self._limiter.hit(self._rate, client):
            await self._app(scope, receive, send)
            return
        # For `Observed`: no article's name becomes a label.
        scope["meipi.route"] = "/a/{article}/{block}/card.png" if dear[0].startswith("/a/") else dear[0]
        reset = self._limiter.get_window_stats(self._rate, client).reset_time
        wait = max(1, round(reset - time.time()))
        body = f"问得太快了，请在 {wait} 秒后再试。Too many requests; try again in {wait} s.\n".encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"retry-after", str(wait).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 429, "headers": headers})
        await send({"type": "http.response.body", "body": body})
