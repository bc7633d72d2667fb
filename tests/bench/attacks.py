"""What other readers wait while one client attacks: a table, for this checkout or another one.

    PYTHONPATH=. python tests/bench/attacks.py [--root FOLDER] [--seconds 6] [--rate 120/minute] [--only ROW]

The site holds the client's article and two invented ones of 30,000 and 350,000 characters. The server runs on
one core, attacker and readers on another one; they go before other programs where the system allows it, the
readers before the attacker, so that a wait is the server's.
Each row has the attacker's answers a second, the server's processor time for one of them, and median and p99
of the waits, in ms, for a ready page, a page made anew and a search, the last three as multiples of quiet.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote, urlencode

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from corpus import Writer  # noqa: E402

SHIPPED, LONG, HUGE = "/a/shanghai-kechuang/", "/a/long/", "/a/huge/"
# Name, address with a number in it, connections. The first five are those of the first edition's review.
ATTACKS = (
    ("shipped article, pinyin, traditional", SHIPPED + "?pinyin=1&script=hant&zz={}", 60),
    ("30k article, pinyin, traditional", LONG + "?pinyin=1&script=hant&zz={}", 4),
    ("30k article, original text", LONG + "source/?zz={}", 48),
    ("front page, newest article 350k", "/?zz={}", 16),
    ("350k article, pinyin", HUGE + "?pinyin=1&zz={}", 4),
    ("paragraph with pinyin, known parameter", SHIPPED + "znvf/?pinyin=1&script=hant&from=a{}", 60),
    ("350k article, paragraphs that are not there", HUGE + "bb{}/", 48),
    ("lists", "/articles/?after=a{}", 48),
    ("search", "/search/?q=上海{}", 48),
    ("uses", "/uses/?q=上海{}", 16),
    ("pasted text of 30k", "POST /read/", 16),
)
# Each of these is made anew: its parameter is another one every time.
PROBES = {
    "ready": SHIPPED,
    "anew": SHIPPED + "znvf/?from=r{}",
    "search": "/search/?q=科技{}",
}


def write_content(folder: Path, root: Path = ROOT) -> str:
    """The client's article and the two invented ones, the longest one newest; a text to paste."""
    shutil.copytree(root / "content", folder)
    writer, text = Writer(7), ""
    for name, size, year in (("long", 30_000, 2025), ("huge", 350_000, 2026)):
        paragraphs = list[str]()
        while sum(map(len, paragraphs)) < size:
            paragraphs.append(writer.paragraph())
        text = "\n\n".join(paragraphs)
        home = folder / "articles" / name
        home.mkdir()
        head = f"---\ntitle: 长文{name}\ndate: {year}-11-01\n---\n\n"
        (home / "article.md").write_text(f"{head}{text}\n", "utf-8")
        lines = (p[at : at + 38] for p in paragraphs for at in range(0, len(p), 38))
        (home / "source.txt").write_text("\n".join(lines), "utf-8")
    return text[:30_000]


@contextmanager
def running(root: Path, content: Path, var: Path, rate: str, cores: str) -> Iterator[tuple[int, int]]:
    """A site of a checkout on these cores: port and process group."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    env = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")} | {
        "PYTHONPATH": str(root),
        "MEIPI_CONTENT": str(content),
        "MEIPI_VAR": str(var),
        "MEIPI_RATE_LIMIT": rate,
    }
    command = [sys.executable, "-m", "app"]
    subprocess.run([*command, "index"], env=env, cwd=root, capture_output=True)  # findings do not matter here
    env["MEIPI_WATCH"] = "0"
    process = subprocess.Popen(
        ["taskset", "-c", cores, *command, "serve", "--port", str(port)],
        env=env,
        cwd=root,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    prefer(process.pid, -15)
    try:
        for _ in range(300):
            with suppress(OSError):
                if ask(port, SHIPPED) == 200:
                    break
            time.sleep(0.1)
        for path in (
            LONG + "?pinyin=1&script=hant",
            HUGE + "?pinyin=1",
            SHIPPED + "?pinyin=1",
            "/search/?q=上海",
        ):
            ask(port, path)
        yield port, process.pid
    finally:
        os.killpg(process.pid, 15)
        process.wait(20)


def ask(port: int, path: str, source: str = "127.0.0.1", form: bytes = b"") -> int:
    """Status of an answer, which is read to its end, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90, source_address=(source, 0))
    headers = {"Accept-Encoding": "gzip"}
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request("POST" if form else "GET", quote(path, safe="/?&=%@"), form or None, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def prefer(leader: int, nice: int) -> None:
    """Let the session that a process leads go before others: Linux weighs sessions first, processes next."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PGRP, leader, nice)
        Path(f"/proc/{leader}/autogroup").write_text(str(nice))


def processor(group: int) -> float:
    """Seconds of processor time of a process group."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12]) if int(fields[2]) == group else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def attack(port: int, address: str, connections: int, pasted: bytes, counts: multiprocessing.Queue) -> None:
    """Ask without end on many connections of one client; tell every second how many answers came."""
    os.setsid()
    prefer(os.getpid(), -5)
    answers: Counter[int] = Counter()

    def ask_on(first: int) -> None:
        n = first
        while True:
            n += 1000
            try:
                if address.startswith("POST "):
                    answers[ask(port, address.removeprefix("POST "), "127.0.0.9", pasted)] += 1
                else:
                    answers[ask(port, address.format(n), "127.0.0.9")] += 1
            except (OSError, http.client.HTTPException):
                answers[0] += 1
                time.sleep(0.05)

    for n in range(connections):
        threading.Thread(target=ask_on, args=(n,), daemon=True).start()
    while True:
        time.sleep(0.5)
        counts.put(dict(answers))


def waits(port: int, path: str, seconds: float) -> tuple[float, float, int]:
    """Median and p99 of the waits in ms, and how many were not answered with 200.

    Every request is of another reader.
    """
    took, refused, end = list[float](), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        n = random.randrange(10**9)
        began = time.perf_counter()
        status = ask(port, path.format(n), f"127.{n % 200 + 1}.{n // 200 % 250}.{n // 50_000 % 250 + 1}")
        took.append(1000 * (time.perf_counter() - began))
        refused += status != 200
        time.sleep(0.02)
    p99 = quantiles(took, n=100, method="inclusive")[98] if len(took) > 1 else took[0]
    return median(took), p99, refused


def main() -> int:
    """Print a row for quiet and for each attack; 1 if a wait is above its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rate", default="120/minute")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    with suppress(OSError):
        os.setsid()
    prefer(os.getpid(), -15)
    missed = 0
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        pasted = urlencode({"text": write_content(home / "content", given.root)}).encode()
        quiet: dict[str, tuple[float, float, int]] = {}
        for name, address, connections in (("none", "", 0), *ATTACKS):
            if quiet and given.only not in name:
                continue
            # A site of its own for each: the client has not used its limit up, and nothing is left of others.
            with running(
                given.root.absolute(), home / "content", home / "var", given.rate, str(cores[0])
            ) as (
                port,
                group,
            ):
                counts: multiprocessing.Queue = multiprocessing.Queue()
                attacker = multiprocessing.Process(
                    target=attack, args=(port, address, connections, pasted, counts), daemon=True
                )
                before, began = processor(group), time.monotonic()
                if connections:
                    attacker.start()
                    time.sleep(1)
                found = {probe: waits(port, path, given.seconds) for probe, path in PROBES.items()}
                spent, lasted = processor(group) - before, time.monotonic() - began
                answers: dict[int, int] = {}
                if connections:
                    attacker.kill()
                    attacker.join()
                    while not counts.empty():
                        answers = counts.get()
            quiet = quiet or found
            total = sum(answers.values())
            row = f"{name} ({connections})"
            if total:
                row += f": {total / lasted:.0f}/s {answers}, {1000 * spent / total:.1f} ms each"
            for probe, (middle, late, refused) in found.items():
                times = middle / quiet[probe][0], late / quiet[probe][1]
                missed += times[0] > (3 if probe == "ready" else 5)
                row += f"; {probe} {middle:.1f} p99 {late:.0f} ({times[0]:.1f}×, {times[1]:.1f}×)"
                row += f" {refused} refused" * bool(refused)
            print(row, flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
