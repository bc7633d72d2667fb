"""A site under load while an article is edited and saved every second: errors, stale pages, memory.

    python tests/bench/soak.py [--seconds 60] [--readers 4]

Readers ask without a pause for the reading page, paragraph pages, terms and searches. After each save the
new words must be on the page within a second.
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

from app.content import Content
from app.index import open_index
from app.library import Library
from app.model import ArticleId

ROOT = Path(__file__).parent.parent.parent
ARTICLE = ArticleId("shanghai-kechuang")


class Readers:
    def __init__(self, port: int, paths: list[str]) -> None:
        self.port, self.paths = port, paths
        self.answers, self.faults = 0, list[str]()
        self.slowest = 0.0
        self.stop = threading.Event()

    def run(self, offset: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        n = offset
        while not self.stop.is_set():
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


def resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0]) / 1024


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--readers", type=int, default=4)
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
            [sys.executable, "-m", "app", "serve", "--port", str(port), "--content", str(home / "content")],
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
        delays, memory = [], [resident(server.pid)]
        began = time.perf_counter()
        n = 0
        while time.perf_counter() - began < given.seconds:
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
            delays.append(time.perf_counter() - changed)
            memory.append(resident(server.pid))
            time.sleep(max(0.0, 1 - (time.perf_counter() - changed)))
        readers.stop.set()
        for thread in threads:
            thread.join()
        server.terminate()
        server.wait(15)
        spent = time.perf_counter() - began
        rate = readers.answers / spent
        print(f"{readers.answers} answers in {spent:.0f} s ({rate:.0f}/s), slowest {readers.slowest:.2f} s")
        print(f"faults {len(readers.faults)} {sorted(set(readers.faults))[:5]}")
        late = sum(d > 1 for d in delays)
        median = sorted(delays)[len(delays) // 2]
        print(f"{n} saves; shown after {median:.2f} s (median), {max(delays):.2f} s (worst), {late} late")
        tenths = [memory[i * (len(memory) - 1) // 10] for i in range(11)]
        print(f"memory MB, at every tenth of the time: {' '.join(f'{m:.0f}' for m in tenths)}")
        errors = [line for line in (home / "log").read_text().splitlines() if "level=error" in line]
        print(f"log: {len(errors)} errors", *errors[:3], sep="\n  ")


if __name__ == "__main__":
    main()
