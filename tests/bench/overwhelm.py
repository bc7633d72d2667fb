"""Bombs and slow files of every format, read as `meipi add` reads them, while a site serves.

    PYTHONPATH=.:tests/importers:tests python tests/bench/overwhelm.py [--each 60] [--formats pdf,md] [--site]

Each file must be read, or refused with a message, within 20 s of processor time and 512 MB, without an
exception; large sound files must be read. The memory is the peak of the worker that reads it plus what the
caller grows by. With `--site` a running site is asked for a ready page all the time: its p99 must stay within
three times that of quiet. Exit 1 if anything is above.
"""

from __future__ import annotations

import argparse
import http.client
import os
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import quantiles

from bombs import FORMATS, bombs
from large_files import large_files

from app.errors import ContentError
from app.i18n import message_of
from app.importers import cage, receive_safely

ROOT = Path(__file__).parents[2]
MB, SECONDS = 512, 20
SMALLEST, LARGEST = 20_000, 1_000_000
PAGE = "/a/shanghai-kechuang/"


def resident(pid: int) -> float:
    """Resident memory of a process in MB; 0 if it has ended."""
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return 0.0


def spent(pid: int) -> float:
    """Seconds of processor time of a process; 0 if it has ended."""
    with suppress(OSError, IndexError, ValueError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


class Peak:
    """The most memory that the importers' worker and this process take together, and their processor time."""

    def __init__(self) -> None:
        self.most = 0.0
        self._before = time.process_time()
        self._used: dict[int, tuple[float, float]] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        before = resident(os.getpid())
        while not self._end.wait(0.01):
            process = cage._worker._process
            if process and (used := spent(process.pid)):
                # A new worker has used nothing yet: only one that was here before has.
                first = self._used.get(process.pid, (used if not self._used else 0.0, 0.0))[0]
                self._used[process.pid] = first, used
            grown = max(0.0, resident(os.getpid()) - before)
            self.most = max(self.most, grown + (resident(process.pid) if process else 0))

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    @property
    def seconds(self) -> float:
        """Processor time."""
        return time.process_time() - self._before + sum(now - first for first, now in self._used.values())


class Asker:
    """Asks for a ready page ten times a second."""

    def __init__(self, port: int) -> None:
        self._port, self.took, self.failed = port, list[float](), 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._end.wait(0.1):
            began = time.perf_counter()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
                connection.request("GET", PAGE)
                answer = connection.getresponse()
                answer.read()
                connection.close()
                self.failed += answer.status != 200
            except (OSError, http.client.HTTPException):
                self.failed += 1
            self.took.append(1000 * (time.perf_counter() - began))

    def __enter__(self) -> Asker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    @property
    def p99(self) -> float:
        """In ms."""
        return quantiles(self.took, n=100, method="inclusive")[98]


@contextmanager
def site() -> Iterator[int]:
    """A running site; its port."""
    from attacks import running  # a site on one core

    with tempfile.TemporaryDirectory() as var:
        core = sorted(os.sched_getaffinity(0))[0]
        with running(ROOT, ROOT / "content", Path(var), "", core) as (port, _):
            yield port


def measure(format: str, name: str, data: bytes, *, sound: bool = False) -> tuple[str, bool]:
    """A line about one file, and whether it is within the limits; a sound one must be read."""
    refusal = ""
    with Peak() as peak:
        try:
            receive_safely(f"a.{format}", data)
            outcome = "read"
        except ContentError as fault:
            outcome, refusal = f"refused {fault.code}", message_of(fault)
        except Exception:
            outcome = "FAILED " + traceback.format_exc().strip().splitlines()[-1]
    took = peak.seconds
    good = not outcome.startswith("FAILED") and took <= SECONDS and peak.most <= MB
    if outcome.startswith("refused") and (sound or not refusal.strip()):
        good = False
    return f"{format} {name}, {len(data):,} bytes: {outcome}, {took:.1f} s, {peak.most:.0f} MB", good


def main() -> int:
    """Print each file that is above the limits, and a line a format; 1 if any is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--site", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    given = parser.parse_args()
    if given.site:
        with site() as port:
            with Asker(port) as quiet:
                time.sleep(20)
            with Asker(port) as busy:
                failed = read_all(given)
        print(
            f"ready page: p99 {quiet.p99:.1f} ms quiet, {busy.p99:.1f} with the bombs, {busy.failed} failed"
        )
        return int(failed > 0 or busy.failed > 0 or busy.p99 > 3 * quiet.p99)
    return int(read_all(given) > 0)


def read_all(given: argparse.Namespace) -> int:
    """Read the files; how many are above the limits."""
    failed = 0
    for format in given.formats.split(","):
        outcomes: Counter[str] = Counter()
        most, longest = 0.0, 0.0
        for name, data in bombs(format, given.each, smallest=SMALLEST, largest=LARGEST, seed=given.seed):
            line, good = measure(format, name, data)
            failed += not good
            if given.verbose or not good:
                print(line if good else f"ABOVE {line}", flush=True)
            told, seconds, memory = line.rpartition(" bytes: ")[2].rsplit(", ", 2)
            outcomes[told] += 1
            longest, most = max(longest, float(seconds[:-2])), max(most, float(memory[:-3]))
        counted = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
        print(f"{format}: {counted}; longest {longest:.1f} s, most {most:.0f} MB", flush=True)
    for format, name, data in large_files():
        if format in given.formats.split(","):
            line, good = measure(format, name, data, sound=True)
            failed += not good
            print(line if good else f"ABOVE {line}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
