"""A site under load while editors write: errors, how soon readers see what was written, memory.

    PYTHONPATH=.:tests python tests/bench/soak.py [--seconds 600] [--clients 32] [--pause 0] [--postgres]

Every second an article is edited and every two seconds an entry. Clients ask for pages
without a pause. Others look at each edit: from the moment its file is written until its page shows it.
Wanted: 99 % of these looks take a second at most; no answer is a 5xx, but for 503 in a restart of PostgreSQL;
and each process has the memory that it had after two minutes, within a tenth and 20 MB. Exit 1 if not.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import queue
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
from urllib.parse import quote

from attacks import prefer
from corpus import Writer

ROOT = Path(__file__).parents[2]
ARTICLES = 12
TERM = "五个中心"
# A restart of the database, in seconds, and the time in which answers may be 503 because of it.
DOWN, MENDED = 1.0, 8.0


def write_content(folder: Path) -> None:
    """The client's article and twelve invented ones of the usual length."""
    shutil.copytree(ROOT / "content", folder)
    writer = Writer(3)
    for n in range(ARTICLES):
        home = folder / "articles" / f"n{n}"
        home.mkdir()
        text = "\n\n".join(writer.paragraph() for _ in range(25))
        (home / "article.md").write_text(f"---\ntitle: 文章{n}\ndate: 2026-01-{n + 1:02}\n---\n\n{text}\n")


def replace(path: Path, text: str) -> None:
    """Write a file in one step."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, "utf-8")
    part.replace(path)


def ask(connection: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
    """Status and body of an answer."""
    connection.request("GET", quote(path, safe="/?&=%"), headers={"accept-encoding": "identity"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def client(port: int, pause: float, seed: int, faults: multiprocessing.Queue, count) -> None:  # type: ignore[no-untyped-def]
    """Eight clients of one process, each asking on."""
    paths = [f"/a/n{n}/" for n in range(ARTICLES)] * 4
    paths += [
        "/a/shanghai-kechuang/",
        "/",
        "/terms/",
        "/articles/",
        "/search/?q=科技",
        "/speakers/",
        "/feed.atom",
    ]

    def run(chance: random.Random, own: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(own, 0))
        while True:
            path = chance.choice(paths)
            try:
                status, _ = ask(connection, path)
                fault = f"{status} {path}" if status != 200 else ""
            except (OSError, http.client.HTTPException) as error:
                fault = f"{type(error).__name__} {path}"
                connection.close()
            with count.get_lock():
                count.value += 1
            if fault:
                faults.put((time.time(), fault))
            time.sleep(pause)

    for n in range(8):
        threading.Thread(
            target=run, args=(random.Random(seed * 8 + n), f"127.0.1.{seed * 8 + n + 1}"), daemon=True
        ).start()
    threading.Event().wait()


class Looks:
    """How long edits took to be shown."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.took = list[float]()

    def look(self, path: str, mark: str, began: float) -> None:
        """Ask until the page has the words."""
        own = ("127.0.2.1", 0)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30, source_address=own)
        while time.monotonic() - began < 10:
            with suppress(OSError, http.client.HTTPException):
                if mark.encode() in ask(connection, path)[1]:
                    break
            time.sleep(0.02)
        connection.close()
        self.took.append(time.monotonic() - began)


def family(pid: int) -> dict[str, float]:
    """Resident memory in MB of a process and those it started, by what they do."""
    found: dict[str, float] = {}
    pids = [pid]
    for process in pids:
        with suppress(OSError, IndexError):
            for task in Path(f"/proc/{process}/task").iterdir():
                pids += [int(child) for child in (task / "children").read_text().split()]
            size = int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096 / 2**20
            maps = Path(f"/proc/{process}/maps").read_bytes()
            name = "site" if process == pid else "annotates" if b"jieba" in maps else "converts"
            found[name] = max(found.get(name, 0), size)
    return found


@contextmanager
def running(home: Path, url: str) -> Iterator[tuple[int, int]]:
    """A site: port and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    env = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")} | {
        "MEIPI_RATE_LIMIT": "",
        "MEIPI_DATABASE_URL": url,
        "MEIPI_CONTENT": str(home / "content"),
        "MEIPI_VAR": str(home / "var"),
    }
    command = [sys.executable, "-m", "app"]
    subprocess.run([*command, "index"], cwd=ROOT, env=env, capture_output=True)
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "serve", "--port", str(port)], cwd=ROOT, env=env, stderr=log, start_new_session=True
        )
    prefer(process.pid, -15)
    try:
        for _ in range(200):
            with suppress(OSError):
                if ask(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/")[0] == 200:
                    break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"the site does not answer: {(home / 'log').read_text()[-2000:]}")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


class Edits:
    """Writes articles and entries in turn, each time with another mark."""

    def __init__(self, content: Path) -> None:
        self._articles = [content / "articles" / f"n{n}" / "article.md" for n in range(ARTICLES)]
        self._texts = [path.read_text("utf-8") for path in self._articles]
        self._glossary = next(
            p
            for p in sorted((content / "glossary").rglob("*.yaml"))
            if f"term: {TERM}\n" in p.read_text("utf-8")
        )
        self._entries = self._glossary.read_text("utf-8")
        self._n = 0

    def article(self) -> tuple[str, str]:
        """Edit the next article: its page, and the words that it must show."""
        self._n += 1
        n, mark = self._n % ARTICLES, f"第{self._n}次修改"
        replace(self._articles[n], f"{self._texts[n]}\n{mark}。\n")
        return f"/a/n{n}/", mark

    def term(self) -> None:
        """Edit an entry."""
        replace(self._glossary, f"{self._entries}\n# {self._n}\n" if self._n % 4 else self._entries)


def main() -> int:
    """Print the figures; 1 if one is above its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--postgres", action="store_true", help="with two restarts of the database")
    given = parser.parse_args()
    with suppress(OSError):
        os.setsid()
    prefer(os.getpid(), -15)
    database, url = None, ""
    if given.postgres:
        from postgres import fresh_database, server  # needs the programs of PostgreSQL

        database, url = server(), fresh_database()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        write_content(home / "content")
        with running(home, url) as (port, pid):
            faults: multiprocessing.Queue = multiprocessing.Queue()
            count = multiprocessing.Value("q", 0)
            clients = [
                multiprocessing.Process(
                    target=client, args=(port, given.pause, n, faults, count), daemon=True
                )
                for n in range(given.clients // 8)
            ]
            for process in clients:
                process.start()
            edits, looks, threads = Edits(home / "content"), Looks(port), list[threading.Thread]()
            memory, restarts = list[tuple[float, dict[str, float]]](), list[float]()
            began, second = time.monotonic(), 0
            while (passed := time.monotonic() - began) < given.seconds:
                path, mark = edits.article()
                thread = threading.Thread(target=looks.look, args=(path, mark, time.monotonic()))
                thread.start()
                threads.append(thread)
                if second % 2:
                    edits.term()
                if second % 10 == 0:
                    memory.append((passed, family(pid)))
                if database and second and second % (given.seconds // 3) == 0:
                    restarts.append(time.time())
                    threading.Thread(target=database.restart, args=(DOWN,)).start()
                second += 1
                time.sleep(max(0.0, began + second - time.monotonic()))
            for thread in threads:
                thread.join()
            for process in clients:
                process.kill()
            told = list[tuple[float, str]]()
            with suppress(queue.Empty):  # a client may have been killed while it wrote
                while True:
                    told.append(faults.get(timeout=1))
        errors = [line for line in (home / "log").read_text().splitlines() if "level=error" in line]
    # Without the lock: a client may have been killed while it held it.
    return report(given, count.get_obj().value, looks.took, told, memory, restarts, errors)


def report(
    given: argparse.Namespace,
    answers: int,
    took: list[float],
    faults: list[tuple[float, str]],
    memory: list[tuple[float, dict[str, float]]],
    restarts: list[float],
    errors: list[str],
) -> int:
    """Print the figures; 1 if one is above its goal."""
    during = [f for at, f in faults if any(0 <= at - r < MENDED for r in restarts) and f.startswith("503")]
    others = Counter(f for _, f in faults) - Counter(during)
    in_time = sum(t <= 1 for t in took) / len(took)
    late = [f"{n} {t:.1f}" for n, t in enumerate(took) if t > 1]
    took = sorted(took)
    print(f"{answers} answers in {given.seconds} s, {len(restarts)} restarts of the database")
    print(f"{others.total()} faults {others.most_common(4)}; {len(during)} × 503 after a restart")
    print(
        f"{len(took)} looks: {100 * in_time:.1f} % within 1 s; median {took[len(took) // 2]:.2f} s, "
        f"p99 {took[int(0.99 * len(took))]:.2f}, longest {took[-1]:.2f}; late: {', '.join(late[:20])}"
    )
    settled = next((m for at, m in memory if at >= min(120, given.seconds / 2)), memory[-1][1])
    last, grown = memory[-1][1], False
    for name in last:
        line = " ".join(f"{m.get(name, 0):.0f}" for _, m in memory[:: max(1, len(memory) // 20)])
        print(f"memory of the process that {name}, MB: {line}; at the end {last[name]:.0f}")
        grown |= last[name] > 1.1 * settled.get(name, 0) + 20
    print(f"{len(errors)} errors in the log", *errors[:3], sep="\n  ")
    return int(others.total() > 0 or in_time < 0.99 or grown or (len(errors) > 0 and not restarts))


if __name__ == "__main__":
    sys.exit(main())
