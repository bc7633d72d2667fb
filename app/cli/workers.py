"""Where annotation runs: in this process, in several, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.cli.language import option
from app.i18n import mark
from app.library.workers import Cluster, Processes, Workers


def scheduler_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--scheduler`, which commands that annotate take."""
    return option(
        "--scheduler", default="", help=mark("改用 Dask 集群，如 tcp://host:8786（需要 meipi[dask]）。")
    )(function)


def workers(jobs: int, scheduler: str) -> Workers | None:
    """The cluster of a scheduler, else that many processes (0: one per core); None for this process."""
    if scheduler:
        return Cluster(scheduler)
    return None if jobs == 1 else Processes(jobs)
