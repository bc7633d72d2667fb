"""Compare the speed and memory of this checkout with those of another one.

    python tests/bench/against.py ../other                       all measurements
    python tests/bench/against.py ../other --only render serve   some of them
    python tests/bench/against.py ../other --rounds 9            more rounds

The other checkout needs its own .venv (`make setup` there). The two are measured in turn, so that other work
on the machine slows both alike, and both read the other's content. Both keep their compiled modules, as an
installed program does. Times are processor times unless a row says otherwise. A row shows the minimum of all
rounds; rows about starts and memory show the median.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench_serve import ARTICLE, BARE, MORE, ROOT, free_port

ENVIRON = {
    k: v for k, v in os.environ.items() if not k.startswith("MEIPI_") and k != "PYTHONDONTWRITEBYTECODE"
}
BATCH = 2000


@dataclass(frozen=True)
class Checkout:
    """A checkout that is measured, and the Python that runs it."""

    root: Path
    python: Path

    def run(self, *words: str, text: str = "") -> str:
        """Run its Python to the end; return its output."""
        return subprocess.run(
            [self.python, *words],
            cwd=self.root,
            env=ENVIRON | {"PYTHONPATH": f"{self.root}:{self.root}/tests/bench:{self.root}/tests"},
            input=text,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout


def processor(pid: int) -> float:
    """Processor seconds of a process's threads so far."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(thread.read_text().split()[0])
        except OSError:
            continue  # the thread has just ended
    return total / 1e9


def family(pid: int) -> list[int]:
    """A process and all that come from it."""
    pids = [pid]
    for parent in pids:
        for file in Path(f"/proc/{parent}/task").glob("*/children"):
            pids += [int(child) for child in file.read_text().split()]
    return pids


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextmanager
def started(command: list[str], cwd: Path, port: int, path: str) -> Iterator[tuple[int, float]]:
    """A server until its first answer: its process, and the seconds that took."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=ENVIRON, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                ask(port, path)
                break
            except OSError:
                time.sleep(0.002)
        yield process.pid, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    connection.getresponse().read()
    connection.close()


def requests(port: int, path: str, headers: Mapping[str, str]) -> str:
    """Send a batch of requests over one connection; the entity tag of the last answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(BATCH):
        connection.request("GET", path, headers={"Accept-Encoding": "gzip, deflate, br"} | headers)
        answer = connection.getresponse()
        answer.read()
    connection.close()
    return answer.headers["etag"] or ""


def serve(checkout: Checkout, content: Path) -> dict[str, float]:
    """A served site: its start, memory, and what ready pages and 304 cost."""
    port = free_port()
    command = [str(checkout.python), "-m", "app", "serve", "--port", str(port), "--content", str(content)]
    made = {}
    with started(command, checkout.root, port, ARTICLE) as (pid, seconds):
        made["start to the first page, s"] = seconds
        made["the same, processor s of all processes"] = sum(map(processor, family(pid)))
        time.sleep(2)
        made["memory after the first pages, MB"] = memory(pid)
        for name, path in MORE.items():
            ask(port, path)
            time.sleep(0.5)
            made[f"memory after {name}, MB"] = memory(pid)
        tag = requests(port, ARTICLE, {})
        time.sleep(1)
        for name, headers in {"a ready page": {}, "a 304": {"If-None-Match": tag}}.items():
            costs = []
            for _ in range(5):
                before = processor(pid)
                tag = requests(port, ARTICLE, headers)
                costs.append((processor(pid) - before) / BATCH * 1e6)
            made[f"{name} over HTTP, processor µs"] = min(costs)
    return made


def bare(checkout: Checkout, content: Path) -> dict[str, float]:
    """The start of a bare ASGI function under uvicorn, to compare with."""
    (content.parent / "bare.py").write_text(BARE)
    port = free_port()
    command = [
        str(checkout.python),
        "-m",
        "uvicorn",
        "bare:app",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    with started(command, content.parent, port, "/") as (pid, seconds):
        return {
            "bare uvicorn: start to the first answer, s": seconds,
            "the same of bare uvicorn, processor s": sum(map(processor, family(pid))),
            "memory of bare uvicorn, MB": memory(pid),
        }


def render(checkout: Checkout, content: Path) -> dict[str, float]:
    """The article's page, first and again, and its annotation, by the checkout's own script."""
    said = checkout.run("-c", "import bench_serve; bench_serve.render()")
    first, again, whole, size = map(
        float,
        re.findall(r"first ([\d.]+) ms.*again ([\d.]+) ms\s+annotated\s+([\d.]+) ms for (\d+)", said)[0],
    )
    return {
        "reading page, first rendering, ms": first,
        "reading page, later renderings, ms": again,
        "annotating, µs a character": whole * 1000 / size,
    }


def ready(checkout: Checkout, content: Path) -> dict[str, float]:
    """A ready page and a 304 without a server, by the checkout's own script."""
    said = checkout.run("-c", "import bench_serve; bench_serve.in_process()")
    costs = {name: float(us) for name, us in re.findall(r"^(\w+) +([\d.]+) µs", said, re.M)}
    return {f"{name} in process, µs": cost for name, cost in costs.items()}


def search(checkout: Checkout, content: Path) -> dict[str, float]:
    """Searches among 100,000 paragraphs on SQLite, by the checkout's own script."""
    said = checkout.run("tests/bench/bench_search.py", "--sizes", "100000")
    found = re.findall(r"(\d \w+) ([\d.]+) / ([\d.]+)", said.split("processor ms p50 / p95")[1].split(";")[0])
    made = {}
    for name, middle, late in found:
        made[f"search for {name}, processor ms p50"] = float(middle)
        made[f"search for {name}, processor ms p95"] = float(late)
    return made


MEASURED: dict[str, Callable[[Checkout, Path], dict[str, float]]] = {
    "ready": ready,
    "render": render,
    "serve": serve,
    "bare": bare,
    "search": search,
}


@contextmanager
def copies(other: Path) -> Iterator[tuple[Checkout, Checkout, dict[Checkout, Path]]]:
    """The other checkout, a copy of ours that has the other's content, and an indexed content of each."""
    with tempfile.TemporaryDirectory(prefix="meipi-against-") as scratch:
        copy = Path(scratch) / "ours"
        for folder in ("app", "templates", "static", "tests"):
            shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(other / "content", copy / "content")
        then = Checkout(other, other / ".venv/bin/python")
        now = Checkout(copy, Path(sys.executable))
        contents = {}
        for name, checkout in {"then": then, "now": now}.items():
            contents[checkout] = Path(scratch) / name / "content"
            shutil.copytree(other / "content", contents[checkout])
        time.sleep(2.5)  # files that changed a moment ago are not trusted to be as they look
        for checkout, content in contents.items():
            checkout.run("-m", "app", "index", "--content", str(content))
        yield then, now, contents


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("other", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=MEASURED, default=list(MEASURED))
    given = parser.parse_args()
    found: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    loads = []
    with copies(given.other.resolve()) as (then, now, contents):
        for turn in range(given.rounds):
            for name in given.only:
                if name == "search" and turn >= 2:
                    continue  # a minute each
                for at, checkout in enumerate((then, now) if turn % 2 == 0 else (now, then)):
                    side = at if turn % 2 == 0 else 1 - at
                    for row, value in MEASURED[name](checkout, contents[checkout]).items():
                        found[row][side].append(value)
            loads.append(os.getloadavg()[0])
            print(f"round {turn + 1} of {given.rounds}, load {loads[-1]:.1f}", file=sys.stderr, flush=True)
    print(f"Load {min(loads):.1f} to {max(loads):.1f}; {given.rounds} rounds in turn.\n")
    print("| what | other | this | this / other |\n| --- | ---: | ---: | ---: |")
    for row, sides in found.items():
        of = statistics.median if row.startswith(("start", "the same", "bare", "memory")) else min
        a, b = of(sides[0]), of(sides[1])
        print(f"| {row} | {a:.3g} | {b:.3g} | {b / a:.2f} |")


if __name__ == "__main__":
    main()
