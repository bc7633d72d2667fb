"""Kill -9 in `add`, `save` and `index`: what is left must be the old state or the new one, never half.

    python tests/bench/kill.py [--runs 200] [--cold 20] [--seed 1]

Every run works on a fresh copy of the tests' library. Half of the runs die just before one of the calls that
reach the disk (write, fsync, rename, unlink, SQL …), the others after a random time; `--cold` runs are whole
`python -m app …` processes. After each death `check` must have no findings, every article must have its old
files or its new ones, and the same command run again must lead to exactly the state of a run that nobody
killed, with no litter. Exit 1 when that fails.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import app.text.annotator
from app.content import Content
from app.document import to_json
from app.index import open_index
from app.library import Given, Library
from app.model import ARTICLE_ID, ArticleId
from app.text.query import parse
from app.text.segment import Segmenter

ROOT = Path(__file__).parent.parent.parent
AT = "2024-08-01T00:00:00+00:00"
NEW = "chuanpiao", "新船票今天开卖。\n\n“渡口还在，船也还在。”周大年说。\n".encode()
AGAIN = "beiwan-daqiao"


def library(home: Path) -> Library:
    return Library(Content(home / "content"), open_index("", home / "var"), cache=home / "var/jieba")


def edit(home: Path) -> None:
    path = home / f"content/articles/{AGAIN}/article.md"
    path.write_text(path.read_text("utf-8").replace("擦了一遍船舷。\n\n", "擦了一遍船舷。"), "utf-8")


def add(it: Library) -> None:
    it.add(f"{NEW[0]}.txt", NEW[1], saved_at=AT, given=Given(id=NEW[0]))


def add_again(it: Library) -> None:
    text = (ROOT / f"tests/content/articles/{AGAIN}/source.txt").read_text("utf-8")
    changed = text.replace("周大年", "周小年") + "\n明天有雨。\n"
    it.add("again.txt", changed.encode(), saved_at=AT, given=Given(id=AGAIN))


def save(it: Library) -> None:
    it.save(ArticleId(AGAIN), saved_at=AT)


def index(it: Library) -> None:
    it.refresh()


@dataclass(frozen=True)
class Deed:
    """A command, what stands before it, and its words for a whole process."""

    name: str
    do: Callable[[Library], None]
    before: Callable[[Path], None] = lambda home: None
    words: tuple[str, ...] = ()


def empty_index(home: Path) -> None:
    shutil.rmtree(home / "var")


def write_new(home: Path) -> None:
    (home / f"{NEW[0]}.txt").write_bytes(NEW[1])


DEEDS = (
    Deed("add", add, write_new, ("add", f"{NEW[0]}.txt")),
    Deed("add again", add_again),
    Deed("save", save, edit, ("save", AGAIN)),
    Deed("index", index, edit, ("index", "--jobs", "1")),
    Deed("first index", index, empty_index, ("index", "--jobs", "1")),
)


def files(home: Path, *, times: bool) -> dict[str, tuple[bytes, ...]]:
    """Every article as readers see it: its files, wherever they stand now."""
    content = Content(home / "content")
    found = {}
    for id in content.articles():
        manuscript = content.article(id)  # a fault here is half a state
        folder = content.folder(id)
        names = ("article.md", "source.txt", "ledger.jsonl")
        data = tuple((folder / n).read_bytes() if (folder / n).is_file() else b"" for n in names)
        found[id] = data if times else (*data[:2], repr([p.id for p in manuscript.ledger.standing]).encode())
    return found


def litter(home: Path) -> list[str]:
    """What a finished writer leaves: nothing beside the files that have a name."""
    content = home / "content"
    known = {"article.md", "source.txt", "ledger.jsonl"}
    left = [str(p.relative_to(content)) for p in content.glob("articles/*/*") if p.name not in known]
    left += [
        str(p.relative_to(content)) for p in content.glob("articles/*") if not ARTICLE_ID.fullmatch(p.name)
    ]
    return left + [str(p.relative_to(content)) for p in content.glob(".pending/*")]


def indexed(it: Library) -> dict[str, Any]:
    """What the index says: documents, searches, totals."""
    ids = it.content.articles()
    said: dict[str, Any] = {id: to_json(d) if (d := it.index.document(id)) else None for id in ids}
    said["count"] = it.count()
    said["found"] = [it.index.search(parse(q), limit=100).total for q in ("船", "渡口", "周大年", "桥头")]
    said["terms"] = dict(it.term_counts())
    said["speakers"] = sorted((s.id, s.quotations, s.articles) for s in it.speakers())
    return said


def touches_disk(function: Any) -> bool:
    owner = type(getattr(function, "__self__", None)).__module__
    return getattr(function, "__module__", None) in ("posix", "fcntl", "sqlite3") or owner in (
        "_io",
        "sqlite3",
    )


def die_before(n: int) -> None:
    """Kill this process at its n-th call that reaches the disk."""
    count = 0

    def look(frame: object, event: str, arg: object) -> None:
        nonlocal count
        if event == "c_call" and touches_disk(arg):
            count += 1
            if count == n:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)


def steps(home: Path, deed: Deed) -> int:
    """How many calls of a deed reach the disk."""
    count = 0

    def look(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event == "c_call" and touches_disk(arg)

    it = library(home)
    sys.setprofile(look)
    try:
        deed.do(it)
    finally:
        sys.setprofile(None)
        it.index.close()
    return count


@dataclass
class Tally:
    died: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def forked(home: Path, deed: Deed, *, at: int = 0, after: float = 0.0) -> bool:
    """Do it in a child and kill that; whether it died before the end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if at:
                die_before(at)
            deed.do(library(home))
            code = 0
        finally:
            os._exit(code)
    if after:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError(f"{deed.name} failed by itself")
    return os.WIFSIGNALED(status)


def cold(home: Path, deed: Deed, after: float) -> bool:
    """The same by a whole process."""
    words = [sys.executable, "-m", "app", *deed.words]
    words[4:4] = ["--content", str(home / "content")]
    words = [str(home / w) if w.endswith(".txt") else w for w in words]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True


def examined(
    home: Path, deed: Deed, old: dict[str, Any], new: dict[str, Any], said: dict[str, Any], *, times: bool
) -> tuple[str, list[str]]:
    """Which state a death left, and what is wrong with it."""
    faults = [f"check: {f}" for f in Content(home / "content").check()]
    now = files(home, times=times)
    state = "old" if now == old else "new" if now == new else "half"
    if state == "half":
        faults.append(
            f"neither old nor new: {sorted(k for k in now if now[k] not in (old.get(k), new.get(k)))}"
        )
    it = library(home)
    try:
        deed.do(it)
        it.refresh()
        if files(home, times=times) != new:
            faults.append("the same command again does not lead to the new state")
        if left := litter(home):
            faults.append(f"litter: {left}")
        if times and indexed(it) != said:
            faults.append("the index says something else than that of a run that nobody killed")
    finally:
        it.index.close()
    with sqlite3.connect(home / "var/index.sqlite3") as db:
        if (sound := db.execute("pragma integrity_check").fetchone()[0]) != "ok":
            faults.append(f"index: {sound}")
        db.execute("insert into fts (fts) values ('integrity-check')")
    db.close()
    return state, faults


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=200)
    options.add_argument("--cold", type=int, default=20)
    options.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    given = options.parse_args()
    chance, tally = random.Random(given.seed), Tally()
    dictionary = Segmenter()
    app.text.annotator.Segmenter = lambda words=(), cache=None: dictionary  # type: ignore[assignment,misc]
    with tempfile.TemporaryDirectory() as scratch:
        first = Path(scratch) / "first"
        shutil.copytree(ROOT / "tests/content", first / "content")
        it = library(first)
        it.refresh()
        it.index.close()
        for number, deed in enumerate(DEEDS):
            start, done = Path(scratch) / f"{number}", Path(scratch) / f"{number}-done"
            shutil.copytree(first, start)
            deed.before(start)
            old = {times: files(start, times=times) for times in (True, False)}
            shutil.copytree(start, done)
            began = time.perf_counter()
            total = steps(done, deed)
            spent = time.perf_counter() - began
            it = library(done)
            it.refresh()
            new = {times: files(done, times=times) for times in (True, False)}
            said = indexed(it)
            it.index.close()
            parts = max(1, given.runs // len(DEEDS))
            runs = [("step", n) for n in range(parts)]
            runs += [("cold", n) for n in range(given.cold // len(DEEDS) if deed.words else 0)]
            for kind, n in runs:
                home, died = Path(scratch) / "run", False
                try:
                    for _ in range(5):  # one that was done before it could be killed does not count
                        shutil.rmtree(home, ignore_errors=True)
                        shutil.copytree(start, home)
                        if kind == "cold":
                            died = cold(home, deed, chance.uniform(0.2, 1.5))
                        elif n % 2:
                            died = forked(home, deed, after=chance.uniform(0.001, spent))
                        else:  # all the way from the first call to the last
                            died = forked(home, deed, at=1 + int((n + chance.random()) * total / parts))
                        if died:
                            break
                    times = kind != "cold"
                    state, faults = examined(home, deed, old[times], new[times], said, times=times)
                    tally.faults += [f"{deed.name} {kind} {n}: {fault}" for fault in faults]
                except Exception as error:
                    state = "unreadable"
                    tally.faults.append(f"{deed.name} {kind} {n}: {type(error).__name__}: {error}")
                (tally.died if died else tally.ended)[deed.name] += 1
                tally.left[state] += 1
                shutil.rmtree(home)
    print(f"seed {given.seed}: {sum(tally.died.values())} killed {dict(tally.died)},", end=" ")
    print(f"{sum(tally.ended.values())} were done before {dict(tally.ended)}")
    print(f"left {dict(tally.left)}; {len(tally.faults)} faults", *tally.faults[:20], sep="\n  ")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
