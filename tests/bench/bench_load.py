"""The article page under load: Meipi against a bare ASGI function, the same bytes on the same server.

    PYTHONPATH=. python tests/bench/bench_load.py [--seconds 3] [--rounds 7] [--connections 64]

The load comes from wrk (Debian's package). The variants take turns, and medians of the rounds are told; each
round has servers of its own, since two that are started alike may differ by a tenth for as long as they live.
On two cores wrk needs one of them, so two workers cannot show what they gain: one worker with its load on one
core is set against two workers with their load on both.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
ARTICLE = "/a/shanghai-kechuang/"
ACCEPT = "gzip, deflate, br"

BARE = """
import json, pathlib
told = json.loads(pathlib.Path('told.json').read_text())
headers = [(k.encode('latin-1'), v.encode('latin-1')) for k, v in told]
start = {'type': 'http.response.start', 'status': 200, 'headers': headers}
body = {'type': 'http.response.body', 'body': pathlib.Path('body').read_bytes()}

async def app(scope, receive, send):
    if scope['type'] == 'lifespan':
        while True:
            m = await receive()
            await send({'type': m['type'] + '.complete'})
            if m['type'] == 'lifespan.shutdown':
                return
    await send(start)
    await send(body)
"""


@dataclass(frozen=True, slots=True)
class Round:
    """What one run of wrk told: requests a second, milliseconds, processor microseconds a request."""

    rate: float
    p50: float
    p99: float
    processor: float
    faults: int


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def fetch(port: int, **headers: str) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", ARTICLE, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.getheaders(), body


@contextmanager
def running(command: Sequence[str], port: int, cwd: Path) -> Iterator[int]:
    """A server in a process group of its own, from its first answer on; its port."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")}
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--port", str(port)],
        cwd=cwd,
        env=environ,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(200):
            try:
                fetch(port)
                break
            except OSError:
                time.sleep(0.1)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def processor(group: int) -> float:
    """Seconds of processor time that the processes of a group have had."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def settle(group: int) -> None:
    """Wait until a server has finished its background work: dictionaries and compressed pages."""
    for _ in range(200):
        before = processor(group)
        time.sleep(0.5)
        if processor(group) - before < 0.03:
            return


def _ms(figure: str) -> float:
    known = re.fullmatch(r"([\d.]+)(us|ms|s)", figure)
    return float(known[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[known[2]] if known else float("nan")


def pin(group: int, cores: set[int]) -> None:
    """Let the threads of a process group run on these cores only."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[2]) == group:
                for task in (stat.parent / "task").iterdir():
                    os.sched_setaffinity(int(task.name), cores)
        except OSError:
            continue


def load(
    port: int, group: int, seconds: int, connections: int, *headers: str, cores: Sequence[int] = ()
) -> Round:
    pinned = ["taskset", "-c", ",".join(map(str, cores))] if cores else []
    command = [
        *pinned,
        "wrk",
        f"-t{max(1, len(cores))}",
        f"-c{connections}",
        f"-d{seconds}s",
        "--latency",
        "-H",
        f"accept-encoding: {ACCEPT}",
    ]
    for header in headers:
        command += ["-H", header]
    before = processor(group)
    told = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{ARTICLE}"], capture_output=True, text=True, check=True
    )
    spent = processor(group) - before

    def found(pattern: str) -> str:
        hit = re.search(pattern, told.stdout)
        return hit.group(1) if hit else "0"

    answers = int(found(r"(\d+) requests in"))
    faults = int(found(r"Non-2xx or 3xx responses: (\d+)"))
    faults += sum(map(int, re.findall(r"(?:connect|read|write|timeout) (\d+)", told.stdout)))
    return Round(
        float(found(r"Requests/sec:\s+([\d.]+)")),
        _ms(found(r"50%\s+(\S+)")),
        _ms(found(r"99%\s+(\S+)")),
        spent * 1e6 / max(1, answers),
        faults,
    )


def best(port: int) -> tuple[str, list[tuple[str, str]], bytes]:
    """The page in the form that readers get once it was asked for often: its tag, headers, bytes."""
    for _ in range(400):
        _, told, body = fetch(port, accept_encoding=ACCEPT)
        tag = dict(told).get("etag", "")
        if tag.endswith('-best"'):
            return tag, told, body
        time.sleep(0.05)
    raise AssertionError("the page never came in its best form")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--connections", type=int, default=64)
    given = options.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is not installed (Debian: apt-get install wrk): the load cannot be made")
        return
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        shutil.copytree(ROOT / "content", home / "content")
        content = ["--content", str(home / "content")]
        subprocess.run(
            [sys.executable, "-m", "app", "index", *content], cwd=ROOT, check=True, capture_output=True
        )
        ports = {name: free_port() for name in ("bare", "one", "two")}
        bare = ["uvicorn", "bare:app", "--no-access-log", "--log-level", "warning"]
        commands = {
            "one": (["app", "serve", *content], ROOT),
            "bare": (bare, home),
            "two": (["app", "serve", "--workers", "2", *content], ROOT),
        }
        names = ("bare ASGI, same bytes", "ready page", "304", "ready page, two workers")
        rounds: dict[str, list[Round]] = {name: [] for name in names}
        gains: list[tuple[float, float]] = []
        body = b""
        cores = sorted(os.sched_getaffinity(0))[:2]
        for n in range(given.rounds):
            with ExitStack() as stack:
                groups = {}
                for server, (command, cwd) in commands.items():
                    groups[server] = stack.enter_context(running(command, ports[server], cwd))
                    if server == "one":
                        tag, told, body = best(ports[server])
                        # What the server adds by itself it adds to the bare function's answers too.
                        kept = [h for h in told if h[0] not in ("date", "server")]
                        (home / "told.json").write_text(json.dumps(kept))
                        (home / "body").write_bytes(body)
                        (home / "bare.py").write_text(BARE)
                assert fetch(ports["bare"], accept_encoding=ACCEPT)[2] == body
                for server in ("bare", "one", "two", "two"):
                    load(ports[server], groups[server], 1, given.connections)
                for group in groups.values():
                    settle(group)
                variants = list(
                    zip(names, (("bare", ()), ("one", ()), ("one", (tag,)), ("two", ())), strict=True)
                )
                for name, (server, known) in variants if n % 2 else reversed(variants):
                    headers = [f"if-none-match: {tag}" for tag in known]
                    rounds[name].append(
                        load(ports[server], groups[server], given.seconds, given.connections, *headers)
                    )
                if len(cores) < 2:
                    continue
                rates = []
                for server, on in (("one", cores[:1]), ("two", cores)):
                    pin(groups[server], set(on))
                    rates.append(
                        load(ports[server], groups[server], given.seconds, given.connections, cores=on).rate
                    )
                gains.append((rates[0], rates[1]))
        first = rounds[names[0]]
        print(f"{len(body)} bytes, {given.connections} connections, medians of {given.rounds} rounds")
        for name, made in rounds.items():
            ratio = median(r.rate / b.rate for r, b in zip(made, first, strict=True))
            p50, p99 = median(r.p50 for r in made), median(r.p99 for r in made)
            print(
                f"{name:24} {median(r.rate for r in made):7.0f}/s  {ratio:.2f} × bare  "
                f"p50 {p50:.2f} ms  p99 {p99:.2f} ms ({p99 / p50:.1f} ×)  "
                f"{median(r.processor for r in made):.1f} µs a request  {sum(r.faults for r in made)} faults"
            )
        if not gains:
            print("one core: what two workers gain cannot be seen")
            return
        one, two = (median(column) for column in zip(*gains, strict=True))
        print(f"one worker and its load on one core   {one:7.0f}/s")
        print(f"two workers and theirs on two cores   {two:7.0f}/s  {median(b / a for a, b in gains):.2f} ×")


if __name__ == "__main__":
    main()
