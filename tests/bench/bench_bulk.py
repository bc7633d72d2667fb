"""Annotation on one process, on several, and on a Dask cluster of this machine: articles a second.

For the index, as `meipi index` has it, and to lines of JSON, as `meipi annotate --jsonl --jobs` has it.

    python tests/bench/bench_bulk.py                 400 articles of 25 paragraphs, 2 processes, 2 workers
    python tests/bench/bench_bulk.py --articles 2000 --processes 4

Each way annotates the same invented articles with the glossary of content/; two rounds, the better one
counts. The rate is that of the stretch after every process has loaded its dictionary; what loading costs
stands beside it, and the processor time of all processes together, which other work on the machine disturbs
less: twice the work in the same time needs no more of it. The cluster's workers are set up as
docs/operations.md has it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

# For `corpus`, a module of the tests.
sys.path.insert(0, str(Path(__file__).parents[1]))

from corpus import PARAGRAPHS, articles

from app.content.store import Content
from app.library.batches import BATCH_SIZE, Form, Job, annotate_all
from app.library.jsonl import digest_of_line
from app.library.workers import Cluster, Processes, Workers

ROOT = Path(__file__).parents[2]


def jobs(lines: list[bytes]) -> Iterator[Job]:
    for n, line in enumerate(lines):
        yield Job(f"article-{n}", f"corpus:{n}", "jsonl", digest_of_line(line, ""), line=line)


def spent() -> float:
    """Processor seconds of this process and of those that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in usages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    lines = [json.dumps(a, ensure_ascii=False).encode() for a in articles(given.articles * PARAGRAPHS)]
    knowledge, _ = Content(ROOT / "content").usable_knowledge()

    @contextmanager
    def cluster() -> Iterator[Workers]:
        import dask.config
        from distributed import LocalCluster

        dask.config.refresh(paths=[ROOT / "deploy/dask.yaml"])
        # Workers of one thread each: the annotator is Python, and threads would take turns.
        options = {"dashboard_address": "127.0.0.1:0", "host": "127.0.0.1", "protocol": "tcp"}
        with LocalCluster(n_workers=given.processes, threads_per_worker=1, processes=True, **options) as made:
            yield Cluster(made.scheduler_address)

    def pool() -> AbstractContextManager[Workers | None]:
        return nullcontext(Processes(given.processes))

    one, many = "one process", f"{given.processes} processes"
    ways: dict[tuple[Form, str], Callable[[], AbstractContextManager[Workers | None]]] = {
        ("rows", one): lambda: nullcontext(None),
        ("rows", many): pool,
        ("rows", f"Dask, {given.processes} workers"): cluster,
        ("lines", one): lambda: nullcontext(None),
        ("lines", many): pool,
    }
    best: dict[tuple[Form, str], tuple[float, float, float, float]] = {}
    for _ in range(given.rounds):
        for name, way in ways.items():
            before = spent()
            with way() as workers:
                spare = BATCH_SIZE * (2 * workers.count if workers else 1)
                began, warm, done, at = time.perf_counter(), 0.0, 0, 0
                for parcel in annotate_all(jobs(lines), knowledge, workers=workers, form=name[0]):
                    assert not parcel.failures
                    done += parcel.size
                    if not warm and done >= spare:
                        warm, at = time.perf_counter(), done
                ended = time.perf_counter()
            rate = (done - at) / (ended - warm)
            if name not in best or rate > best[name][0]:
                best[name] = rate, ended - began, spent() - before, os.getloadavg()[0]
    print(f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, {os.cpu_count()} cores")
    print(f"{given.articles} articles, {sum(map(len, lines)) / 1e6:.1f} MB\n")
    print("| made | way | articles/s | x one process | all of it, s | processor s | load |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for (form, name), (rate, whole, processor, load) in best.items():
        times = rate / best[form, one][0]
        print(f"| {form} | {name} | {rate:.1f} | {times:.2f} | {whole:.1f} | {processor:.1f} | {load:.1f} |")


if __name__ == "__main__":
    main()
