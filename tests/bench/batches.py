"""Random changes to content/, and the index that follows them compared with one made from nothing.

    PYTHONPATH=.:tests python tests/bench/batches.py [--batches 2000] [--seed N] [--database NAME]

Each batch edits, adds, deletes, renames and restores articles, glossary and people, one to eight changes at
once. This process, the process that annotates for a running site, or both at the same time bring the index
up to date. Then every row, total and search must be what a new index has. Exit 1 when any differs.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from random import Random

from changes import play
from postgres import fresh_database

import app.text.annotator
from app.content.store import Content
from app.index import open_index
from app.library.library import Library
from app.process import Worker
from app.serving.indexer import refresh
from app.settings import Settings
from app.text.segment import Segmenter


def run(batches: int, seed: int, url: str) -> list[str]:
    """The differences that a number of batches led to."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        settings = Settings(content=home / "content", var=home / "var", database_url=url)
        engine = Worker(idle_seconds=60)
        mine = Library(Content(home / "content"), open_index(url, home / "var"))

        def other() -> None:
            engine(refresh, settings, logging.WARNING, patient=False)

        def fresh() -> Library:
            shutil.rmtree(home / "fresh", ignore_errors=True)
            return Library(Content(home / "content"), open_index("", home / "fresh"))

        found = list[str]()
        try:
            for n, fault in enumerate(play(batches, Random(seed), home, mine, other, fresh), 1):
                if fault:
                    found.append(fault)
                    print(f"  {fault}", flush=True)
                if n % 500 == 0:
                    print(f"  {n} batches, {len(found)} with differences", flush=True)
        finally:
            engine.stop()
            mine.index.close()
    return found


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--batches", type=int, default=2000)
    options.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    options.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    given = options.parse_args()
    known = lru_cache(maxsize=4)(lambda words: Segmenter(words))  # 70 ms and 35 MB each
    app.text.annotator.Segmenter = lambda words=(), cache=None: known(tuple(words))  # type: ignore[assignment,misc]
    faults = 0
    for database in ("sqlite", "postgres"):
        if given.database in (database, "both"):
            print(f"{database}, seed {given.seed}:", flush=True)
            began = time.perf_counter()
            found = run(given.batches, given.seed, "" if database == "sqlite" else fresh_database())
            spent = time.perf_counter() - began
            print(f"{database}: {given.batches} batches, {len(found)} with differences, {spent:.0f} s")
            faults += len(found)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
