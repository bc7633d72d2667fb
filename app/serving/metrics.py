"""Metrics in Prometheus form, and the layer that measures requests.

No address, user agent or query of a reader goes into a metric.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.naming import request_id, route_of
from app.serving.report import Report

log = logging.getLogger(__name__)

# A request id from outside is used only if it looks like one: it goes into log lines.
_REQUEST_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")
# Upper limits of the histogram's buckets, in seconds.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class Metrics:
    """The metrics of this web worker, and those of the indexer.

    Args:
        cached_answers: how many answers came from the cache; the cache counts them as a plain number.
        report: reads the indexer's report.
    """

    def __init__(self, cached_answers: Callable[[], int], report: Callable[[], Report | None]) -> None:
        # A scrape reaches one worker of several; the label tells them apart.
        self._worker = str(os.getpid())
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "meipi_request_seconds",
            "Time to an answer that was not in the cache",
            ["worker", "route", "status"],
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._registry.register(_CachedAnswers(self._worker, cached_answers))
        self._registry.register(_IndexerMetrics(report))

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count an answer that was not in the cache."""
        self._seconds.labels(self._worker, route, str(status)).observe(seconds)

    def text(self) -> bytes:
        """All metrics in the Prometheus text format."""
        return generate_latest(self._registry)


class _CachedAnswers(Collector):
    def __init__(self, worker: str, count: Callable[[], int]) -> None:
        self._worker, self._count = worker, count

    def collect(self) -> Iterable[Metric]:
        family = CounterMetricFamily("meipi_ready_answers", "Answers from memory", labels=["worker"])
        family.add_metric([self._worker], self._count())
        yield family


class _IndexerMetrics(Collector):
    """What the indexer has done; the same from every worker."""

    def __init__(self, report: Callable[[], Report | None]) -> None:
        self._report = report

    def collect(self) -> Iterable[Metric]:
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


class Observed:
    """Gives every request an id, measures and logs it; in development adds Server-Timing.

    It runs after the cache, so it sees only requests that the cache could not answer.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, *, timing: bool) -> None:
        self._app, self._metrics, self._timing = app, metrics, timing

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
            self._metrics.observe(route, status, seconds)
            log.info("answered route=%s status=%d ms=%.1f", route, status, 1000 * seconds)
            request_id.reset(request)
