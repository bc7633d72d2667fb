"""Metrics in Prometheus form.

No address, user agent or query of a reader goes into a metric.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.serving.report import Report

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
