"""Memory of a serving process after hostile headers and spellings of paths.

    python tests/bench/bench_memory.py [--requests 20000] [--most 20]

Sends random headers of 60 kB and random spellings of paths to a real server, and compares its resident memory
with that after a warm-up: exit 1 above `--most` MB.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).parent.parent.parent
ARTICLE = "/a/shanghai-kechuang/"
HEADERS = ("If-None-Match", "Accept-Encoding", "Accept-Language", "User-Agent", "X-Request-Id")


@contextmanager
def server(rate: str) -> Iterator[tuple[int, int]]:
    """A site with the client's article, in a folder of its own: port and process id."""
    with tempfile.TemporaryDirectory() as var, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        env = {
            **os.environ,
            "MEIPI_CONTENT": str(ROOT / "content"),
            "MEIPI_VAR": var,
            "MEIPI_RATE_LIMIT": rate,
        }
        command = [sys.executable, "-m", "app"]
        subprocess.run([*command, "index"], env=env, check=True, capture_output=True)
        env["MEIPI_WATCH"] = "0"
        process = subprocess.Popen(
            [*command, "serve", "--port", str(port)], env=env, stderr=subprocess.DEVNULL
        )
        try:
            for _ in range(200):
                try:
                    ask(port, ARTICLE)
                    break
                except OSError:
                    time.sleep(0.1)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(20)


def ask(
    port: int,
    path: str,
    headers: dict[str, str] | None = None,
    connection: http.client.HTTPConnection | None = None,
) -> int:
    """Status of an answer, which is read to its end."""
    connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", quote(path, safe="/?&=%"), headers=headers or {})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def resident(pid: int) -> float:
    """Resident memory of a process in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(x for x in lines if x.startswith("VmRSS")).split()[1]) / 1000


def spelled(path: str, chance: random.Random) -> str:
    """The path with some letters percent-encoded."""
    return path[0] + "".join(f"%{ord(c):02x}" if chance.random() < 0.3 and c != "/" else c for c in path[1:])


def memory(requests: int, most: float) -> int:
    """Send the requests, print the figures; 1 if the memory grew by more than `most`."""
    chance = random.Random(1)
    with server("") as (port, pid):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        paths = (ARTICLE, ARTICLE + "speakers/", "/terms/", "/manifest.webmanifest", "/", "/feed.atom")
        for path in paths * 40:
            ask(port, path, {"Accept-Encoding": "gzip"}, connection)
        time.sleep(3)
        before = resident(pid)
        http_connection = http.client.HTTPConnection("127.0.0.1", port)
        http_connection.request("GET", ARTICLE)
        answer = http_connection.getresponse()
        answer.read()
        tag = answer.getheader("ETag") or ""
        for n in range(requests):
            path = spelled(chance.choice(paths), chance) + (f"?x{n}=1" if n % 3 == 0 else "")
            name = chance.choice(HEADERS)
            value = f"{tag}, " if name == "If-None-Match" else "gzip, " if name == "Accept-Encoding" else ""
            ask(port, path, {name: value + f"{n:08x}" * 7000}, connection)
            if (n + 1) % 5000 == 0:
                print(f"{n + 1} requests: {resident(pid):.0f} MB ({before:.0f} before)", flush=True)
        grown = resident(pid) - before
    print(f"grown by {grown:.1f} MB, at most {most:.0f} wanted")
    return int(grown > most)


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--most", type=float, default=20)
    options = parser.parse_args()
    return memory(options.requests, options.most)


if __name__ == "__main__":
    sys.exit(main())
