"""Where batches are annotated: in processes of this machine, or on a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import Executor, ProcessPoolExecutor
from typing import Any, Protocol

from app.errors import MeipiError
from app.extras import load
from app.i18n import message_of, worded


class Workers(Protocol):
    """A place where batches are annotated, with `count` processes."""

    count: int

    def start(self) -> Executor:
        """A new executor; called again after one broke."""

    def stop(self) -> None:
        """Stop the executor."""


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Processes:
    """A pool of processes on this machine."""

    def __init__(self, count: int = 0) -> None:
        self.count = count or _cores()
        self._pool: ProcessPoolExecutor | None = None

    def start(self) -> Executor:
        """A new pool; each process loads its dictionary once."""
        self.stop()
        # Spawned, not forked: a fork would share database connections and copy locks of other threads.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(self.count, mp_context=context, initializer=_end_with_parent)
        return self._pool

    def stop(self) -> None:
        """Stop the pool."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


class Cluster:
    """A Dask cluster, whose workers have Meipi installed.

    Args:
        address: of the scheduler, tcp://host:8786. The connection is neither encrypted nor authenticated:
            use a private network, or TLS.
        timeout: seconds to wait for its answer.

    Raises:
        MissingExtra: dask is not installed.
    """

    _client: Any

    def __init__(self, address: str, *, timeout: float = 20) -> None:
        distributed = load("distributed", "--scheduler", "dask")  # 25 MB with its dependencies on the disk
        try:
            self._client = distributed.Client(address, timeout=timeout)
        except (OSError, ValueError) as error:
            raise MeipiError(
                worded(
                    "--scheduler %(address)s: no scheduler answers: %(error)s",
                    address=address,
                    error=message_of(error),
                )
            ) from error
        self.count = max(1, sum(self._client.nthreads().values()))

    def start(self) -> Executor:
        """The cluster as an executor."""
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def stop(self) -> None:
        """Disconnect; the cluster keeps running."""
        self._client.close()


def _end_with_parent() -> None:
    """End this process when its parent is killed; it would wait for work forever."""

    def watch() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
