"""A site under load while an article is edited and saved every second: errors, stale pages, memory.

    python tests/bench/soak.py [--seconds 60] [--readers 4] [--load 0.8] [--workers 1]

Readers ask for the reading page, paragraph pages and terms, at a part of the rate that they reach without a
pause while the article is saved as well. After each save the new words must be on the page within a second.
The memory is that of the processes that serve; the one that annotates is given apart.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from app.content.store import Content
from app.index import open_index
from app.library.library import Library
from app.model import ArticleId

ROOT = Path(__file__).parent.parent.parent
ARTICLE = ArticleId("shanghai-kechuang")


class Readers:
    def __init__(self, port: int, paths: list[str]) -> None:
        self.port, self.paths = port, paths
        self.answers, self.faults = 0, list[str]()
        self.slowest = 0.0
        self.stop = threading.Event()
        self.pause = 0.0  # from one question of a reader to the next, in seconds

    def run(self, offset: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        n = offset
        due = time.perf_counter()
        while not self.stop.is_set():
            due = max(due + self.pause, time.perf_counter() - 1)
            time.sleep(max(0.0, due - time.perf_counter()))
            path = self.paths[n % len(self.paths)]
            n += 1
            began = time.perf_counter()
            try:
                connection.request("GET", path, headers={"accept-encoding": "br"})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    self.faults.append(f"{answer.status} {path}")
            except (OSError, http.client.HTTPException) as error:
                self.faults.append(f"{type(error).__name__} {path}")
                connection.close()
            self.slowest = max(self.slowest, time.perf_counter() - began)
            self.answers += 1


def fetch(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def resident(pid: int) -> tuple[float, float]:
    """Megabytes of the largest process that serves, and of the one that annotates."""
    serving, engine = 0.0, 0.0
    family = [pid]
    for process in family:
        try:
            tasks = Path(f"/proc/{process}/task").iterdir()
            family += [int(child) for t in tasks for child in (t / "children").read_text().split()]
            size = int(Path(f"/proc/{process}/status").read_text().split("VmRSS:")[1].split()[0]) / 1024
            annotates = b"jieba" in Path(f"/proc/{process}/maps").read_bytes()
        except (OSError, IndexError):
            continue
        serving, engine = (serving, max(engine, size)) if annotates else (max(serving, size), engine)
    return serving, engine


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--readers", type=int, default=4)
    options.add_argument("--load", type=float, default=0.8, help="of the rate without pauses; 1: no pauses")
    options.add_argument("--workers", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        shutil.copytree(ROOT / "content", home / "content")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environ = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")} | {
            "MEIPI_RATE_LIMIT": ""
        }
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "app", "serve", "--port", str(port)),
                *("--workers", str(given.workers), "--content", str(home / "content")),
            ],
            cwd=ROOT,
            env=environ,
            stderr=(home / "log").open("w"),
        )
        library = Library(Content(home / "content"), open_index("", home / "var"))
        library.refresh()
        ids = [b.id for b in library.document(ARTICLE).blocks if b.kind == "paragraph"]
        paths = (
            [f"/a/{ARTICLE}/"] * 6 + [f"/a/{ARTICLE}/{id}/" for id in ids] + ["/terms/wu-ge-zhongxin/", "/"]
        )
        for _ in range(100):
            try:
                fetch(port, "/")
                break
            except OSError:
                time.sleep(0.1)
        readers = Readers(port, paths)
        threads = [threading.Thread(target=readers.run, args=(i * 3,)) for i in range(given.readers)]
        for thread in threads:
            thread.start()
        path = home / "content" / "articles" / ARTICLE / "article.md"
        original = path.read_text()
        n = 0

        def edited() -> float:
            """Save once more, and wait until the words are shown: how long it took."""
            nonlocal n
            n += 1
            mark = f"第{n}次修改"
            part = path.with_suffix(".part")
            part.write_text(original.replace("深感使命重大", f"深感使命重大{mark}"))
            part.replace(path)
            changed = time.perf_counter()
            library.save(ARTICLE, saved_at=f"2026-01-01T00:00:{n:06}")
            while mark not in fetch(port, f"/a/{ARTICLE}/"):
                if time.perf_counter() - changed > 10:
                    break
                time.sleep(0.02)
            took = time.perf_counter() - changed
            time.sleep(max(0.0, 1 - took))
            return took

        # The first edit begins the process that annotates; then what the readers reach is measured.
        print(f"first edit shown after {edited():.2f} s")
        began, before = time.perf_counter(), readers.answers
        while time.perf_counter() - began < 10:
            edited()
        most = (readers.answers - before) / (time.perf_counter() - began)
        if given.load < 1:
            readers.pause = given.readers / (most * given.load)
        readers.answers, readers.slowest = 0, 0.0
        delays, memory = [], [resident(server.pid)]
        first = n
        began = time.perf_counter()
        while time.perf_counter() - began < given.seconds:
            delays.append(edited())
            memory.append(resident(server.pid))
        readers.stop.set()
        for thread in threads:
            thread.join()
        server.terminate()
        server.wait(15)
        spent = time.perf_counter() - began
        rate = readers.answers / spent
        print(f"{readers.answers} answers in {spent:.0f} s ({rate:.0f}/s of {most:.0f}/s without a pause)")
        print(f"slowest {readers.slowest:.2f} s")
        print(f"faults {len(readers.faults)} {sorted(set(readers.faults))[:5]}")
        late = sum(d > 1 for d in delays)
        median = sorted(delays)[len(delays) // 2]
        print(
            f"{n - first} saves; shown after {median:.2f} s (median), {max(delays):.2f} s worst, {late} late"
        )
        tenths = [memory[i * (len(memory) - 1) // 10] for i in range(11)]
        print("memory MB, at every tenth of the time: " + " ".join(f"{serving:.0f}" for serving, _ in tenths))
        print("of the process that annotates:         " + " ".join(f"{engine:.0f}" for _, engine in tenths))
        errors = [line for line in (home / "log").read_text().splitlines() if "level=error" in line]
        print(f"log: {len(errors)} errors", *errors[:3], sep="\n  ")


if __name__ == "__main__":
    main()
