"""Bombs and slow files of every format, read as `meipi add` reads them, or sent to a running site.

    PYTHONPATH=.:tests/importers:tests python tests/bench/overwhelm.py [--each 60] [--formats pdf,md] [--site]

Each file must be read, or refused with a message, within 20 s of processor time and 512 MB, without an
exception; large sound files must be read. The memory is the peak of the worker that reads it plus what the
caller grows by. With `--site` two readers send the files to /read/ of a site, one after another, and others
ask for a ready page: its p99 must stay within three times that of quiet. Exit 1 if anything is above.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from random import Random

from attacks import prefer, running, waits
from bombs import FORMATS, bombs
from large_files import large_files

from app.errors import ContentError
from app.i18n import message_of
from app.importers import cage, receive_safely

ROOT = Path(__file__).parents[2]
MB, SECONDS = 512, 20
SMALLEST, LARGEST = 20_000, 1_000_000
SITE_SECONDS = 60
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


def send(port: int, source: str, files: Sequence[tuple[str, bytes]], answers: multiprocessing.Queue) -> None:
    """Send the files to /read/ one after another, without end; tell the status of each answer."""
    os.setsid()
    prefer(os.getpid(), -5)
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    for name, data in cycle(files):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90, source_address=(source, 0))
        head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        connection.request("POST", "/read/", b"%b%b\r\n--x--\r\n" % (head.encode(), data), kind)
        answers.put(connection.getresponse().status)
        connection.close()


def beside(given: argparse.Namespace) -> bool:
    """Print the waits for a ready page, quiet and with the files; return whether they are above the goal."""
    files = [
        (f"a.{format}", data)
        for format in given.formats.split(",")
        for _, data in bombs(format, given.each, smallest=SMALLEST, largest=LARGEST, seed=given.seed)
    ]
    Random(given.seed).shuffle(files)
    with suppress(OSError):
        os.setsid()
    prefer(os.getpid(), -15)
    cores = ",".join(map(str, sorted(os.sched_getaffinity(0))))
    with (
        tempfile.TemporaryDirectory() as var,
        running(ROOT, ROOT / "content", Path(var), "", cores) as (port, _),
    ):
        quiet = waits(port, PAGE, SITE_SECONDS)
        answers: multiprocessing.Queue[int] = multiprocessing.Queue()
        halves = (("127.0.0.8", files[::2]), ("127.0.0.9", files[1::2]))
        senders = [multiprocessing.Process(target=send, args=(port, *half, answers)) for half in halves]
        for sender in senders:
            sender.start()
        busy = waits(port, PAGE, SITE_SECONDS)
        gone = not all(sender.is_alive() for sender in senders)  # a connection failed
        for sender in senders:
            sender.kill()
            sender.join()
        statuses = Counter[int]()
        while not answers.empty():
            statuses[answers.get()] += 1
    for name, (middle, late, refused) in (("quiet", quiet), ("with the files", busy)):
        print(f"ready page {name}: median {middle:.1f} ms, p99 {late:.1f}, {refused} refused")
    print(f"answers to the files: {dict(statuses)}")
    return gone or busy[1] > 3 * quiet[1] or busy[2] > 0 or not statuses or max(statuses) >= 500


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
        return int(beside(given))
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
