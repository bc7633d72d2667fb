"""Kill -9 in `add`, `save`, `index` and `serve` leaves the old state or the new one, never half.

    python tests/bench/kill.py [--runs 160] [--cold 30] [--serve 40] [--seed 1]

Every run works on a fresh copy of the tests' library, in which several files have changed since the last
look. Half of `--runs` die just before one of the calls that reach the disk (write, fsync, rename, unlink,
SQL …), the others after a random time; `--cold` runs are whole `python -m app …` processes. After each death
`check` must have no findings, every article must have its old files or its new ones, and the same command
again, rc 0, must lead to exactly the state of a run that was not killed, with no litter in content/ or var/.

`--serve` runs are sites: several files change under them before they are killed and again before the next
start. That one must become ready, show every change, and leave no litter. Exit 1 when any of this fails.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import app.text.annotator
from app.content.check import check
from app.content.store import Content
from app.document import to_json
from app.index import open_index
from app.library.adding import Given
from app.library.library import Library
from app.model import ARTICLE_ID, ArticleId
from app.text.query import parse
from app.text.segment import Segmenter

ROOT = Path(__file__).parent.parent.parent
AT = "2024-08-01T00:00:00+00:00"
NEW = "chuanpiao", "新船票今天开卖。\n\n“渡口还在，船也还在。”周大年说。\n".encode()
AGAIN = "beiwan-daqiao"
BILINGUAL = (
    (ROOT / "tests/data/bilingual/ferry.tsv").read_bytes().replace(b"\t", b"\n\n").replace(b"\n", b"\n\n")
)


def library(home: Path) -> Library:
    return Library(Content(home / "content"), open_index("", home / "var"), cache=home / "var/jieba")


def edit(home: Path) -> None:
    """Change the article that is saved, and others."""
    path = home / f"content/articles/{AGAIN}/article.md"
    path.write_text(path.read_text("utf-8").replace("擦了一遍船舷。\n\n", "擦了一遍船舷。"), "utf-8")
    edit_others(home)


def edit_others(home: Path, n: int = 0) -> None:
    """Change two articles and the glossary, add an article; `n` makes it another change each time."""
    for id in ("dushu-jie", "shanlu-chaguan"):
        with (home / f"content/articles/{id}/article.md").open("a", encoding="utf-8") as file:
            file.write(f"\n第{n}次补记：渡口的灯修好了。\n")
    folder = home / f"content/articles/buji-{n}"
    folder.mkdir()
    (folder / "article.md").write_text(f"---\ntitle: 补记{n}\n---\n\n灯修好了。\n\n船也修好了。\n", "utf-8")
    with (home / "content/glossary/buji.yaml").open("a", encoding="utf-8") as file:
        file.write(
            f"- {{id: deng-{n}, term: 补记{n}, pinyin: bǔjì, kind: concept, zh: 灯下记的。, note: 虚构。}}\n"
        )


def add(it: Library) -> None:
    it.add(f"{NEW[0]}.txt", NEW[1], saved_at=AT, given=Given(id=NEW[0]))


def add_two_languages(it: Library) -> None:
    it.add("shuangyu.txt", BILINGUAL, saved_at=AT, given=Given(id="shuangyu"))


def add_again(it: Library) -> None:
    text = (ROOT / f"tests/data/articles/{AGAIN}/source.txt").read_text("utf-8")
    changed = text.replace("周大年", "周小年") + "\n明天有雨。\n"
    it.add("again.txt", changed.encode(), saved_at=AT, given=Given(id=AGAIN))


def save(it: Library) -> None:
    it.save(ArticleId(AGAIN), saved_at=AT)


def index(it: Library) -> None:
    it.refresh()


@dataclass(frozen=True)
class Deed:
    """A command, its preparation, and its arguments as a process."""

    name: str
    do: Callable[[Library], None]
    before: Callable[[Path], None] = lambda home: None
    words: tuple[str, ...] = ()


def empty_index(home: Path) -> None:
    shutil.rmtree(home / "var")


def write_new(home: Path) -> None:
    (home / f"{NEW[0]}.txt").write_bytes(NEW[1])
    edit_others(home)


def write_two_languages(home: Path) -> None:
    (home / "shuangyu.txt").write_bytes(BILINGUAL)


DEEDS = (
    Deed("add", add, write_new, ("add", f"{NEW[0]}.txt")),
    Deed("add two languages", add_two_languages, write_two_languages, ("add", "shuangyu.txt")),
    Deed("add again", add_again, edit_others),
    Deed("save", save, edit, ("save", AGAIN)),
    Deed("index", index, edit, ("index", "--jobs", "1")),
    Deed("first index", index, empty_index, ("index", "--jobs", "1")),
)


def files(home: Path, *, times: bool) -> dict[str, tuple[bytes, ...]]:
    """Every article as readers see it: its files, wherever they are now."""
    content = Content(home / "content")
    found = {}
    for id in content.articles():
        manuscript = content.article(id)  # a fault here is half a state
        folder = content.folder(id)
        names = ("article.md", "source.txt", "en.md", "ledger.jsonl")
        data = tuple((folder / n).read_bytes() if (folder / n).is_file() else b"" for n in names)
        found[id] = data if times else (*data[:3], repr([p.id for p in manuscript.ledger.current]).encode())
    return found


# What may be in var/, apart from compiled templates.
_KNOWN = {
    *("index.sqlite3", "index.sqlite3-wal", "index.sqlite3-shm", "index.sqlite3.lock", "jieba", "templates"),
    *(f"{name}{suffix}" for name in ("dictionary.sqlite3", "phrases.sqlite3") for suffix in ("", ".lock")),
}


def litter(home: Path) -> list[str]:
    """A finished writer leaves no other files than those with a name."""
    content, var = home / "content", home / "var"
    known = {"article.md", "source.txt", "ledger.jsonl", "en.md"}
    left = [p for p in content.glob("articles/*/*") if p.name not in known]
    left += [p for p in content.glob("articles/*") if not ARTICLE_ID.fullmatch(p.name)]
    left += [*content.glob(".pending/*"), *var.glob("templates/*/*.tmp"), *var.glob("jieba/tmp*")]
    left += [p for p in var.glob("*") if p.name not in _KNOWN]
    return [str(p.relative_to(home)) for p in left]


def checked(home: Path) -> list[str]:
    """The findings of `meipi check`, without articles that are not saved yet (A10)."""
    return [f"check: {f}" for f in check(Content(home / "content")) if f.code != "A10"]


def indexed(it: Library) -> dict[str, Any]:
    """What the index says: documents, searches, totals."""
    ids = it.content.articles()
    said: dict[str, Any] = {id: to_json(d) if (d := it.index.document(id)) else None for id in ids}
    said["count"] = it.index.count()
    said["found"] = [it.index.search(parse(q), limit=100).total for q in ("船", "渡口", "周大年", "桥头")]
    said["terms"] = dict(it.index.term_counts())
    said["speakers"] = sorted((s.id, s.quotations, s.articles) for s in it.index.speakers())
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

    def add(self, name: str, died: bool, state: str, faults: list[str]) -> None:
        """Count a run; faults are printed at once."""
        (self.died if died else self.ended)[name] += 1
        self.left[state] += 1
        self.faults += [f"{name}: {fault}" for fault in faults]
        for fault in faults:
            print(f"  {name}: {fault}", flush=True)

    def told(self, seed: int) -> int:
        """Print the result; what the program returns."""
        print(f"seed {seed}: {sum(self.died.values())} killed {dict(self.died)},", end=" ")
        print(f"{sum(self.ended.values())} were done before {dict(self.ended)}")
        print(f"left {dict(self.left)}; {len(self.faults)} faults")
        return 1 if self.faults else 0


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


def command(home: Path, *words: str) -> subprocess.Popen[bytes]:
    """A whole process: `python -m app …` on this folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", words[0], "--content", str(home / "content"), *words[1:]],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=(home / "errors").open("ab"),
        env={k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")},
        start_new_session=True,
    )


def whole(home: Path, deed: Deed) -> subprocess.Popen[bytes]:
    """A deed as a whole process."""
    return command(home, *(str(home / w) if w.endswith(".txt") else w for w in deed.words))


def cold(home: Path, deed: Deed, after: float) -> bool:
    """Do it in a whole process and kill that; whether it died before the end."""
    process = whole(home, deed)
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
    """The state after a kill, and its faults."""
    faults = checked(home)
    now = files(home, times=times)
    state = "old" if now == old else "new" if now == new else "half"
    if state == "half":
        faults.append(
            f"neither old nor new: {sorted(k for k in now if now[k] not in (old.get(k), new.get(k)))}"
        )
    if not times:  # it was a whole process, and is one again
        again = whole(home, deed)
        if again.wait():
            faults.append(f"again: rc {again.returncode}: {(home / 'errors').read_text()[-500:]}")
    it = library(home)
    try:
        deed.do(it)
        it.refresh()
        if files(home, times=times) != new:
            faults.append("the same command again does not lead to the new state")
        if left := litter(home):
            faults.append(f"litter: {left}")
        if times and indexed(it) != said:
            faults.append("the index says something else than that of a run that was not killed")
    finally:
        it.index.close()
    with sqlite3.connect(home / "var/index.sqlite3") as db:
        if (sound := db.execute("pragma integrity_check").fetchone()[0]) != "ok":
            faults.append(f"index: {sound}")
        db.execute("insert into fts (fts) values ('integrity-check')")
    db.close()
    return state, faults


class Scene:
    """A command with the state before it and the state after a complete run."""

    def __init__(self, scratch: Path, first: Path, deed: Deed) -> None:
        self.deed, self.start, self._run = deed, scratch / f"{deed.name}", scratch / "run"
        done = scratch / f"{deed.name}, done"
        shutil.copytree(first, self.start)
        deed.before(self.start)
        self.old = {times: files(self.start, times=times) for times in (True, False)}
        shutil.copytree(self.start, done)
        began = time.perf_counter()
        self.steps = steps(done, deed)
        self.seconds = time.perf_counter() - began
        it = library(done)
        it.refresh()
        self.new = {times: files(done, times=times) for times in (True, False)}
        self.said = indexed(it)
        it.index.close()

    def cold_seconds(self) -> float:
        """How long it takes as a whole process."""
        began = time.perf_counter()
        if whole(self.copy(), self.deed).wait():
            raise RuntimeError(f"{self.deed.name} failed by itself")
        return time.perf_counter() - began

    def copy(self) -> Path:
        shutil.rmtree(self._run, ignore_errors=True)
        return shutil.copytree(self.start, self._run)

    def play(self, kill: Callable[[Path], bool], *, times: bool) -> tuple[bool, str, list[str]]:
        """Kill a run and check the result; a run that had finished does not count."""
        died = False
        try:
            for _ in range(5):
                if died := kill(self.copy()):
                    break
            state, faults = examined(
                self._run, self.deed, self.old[times], self.new[times], self.said, times=times
            )
        except Exception as error:
            state, faults = "unreadable", [f"{type(error).__name__}: {error}"]
        return died, state, faults


def kills(scene: Scene, runs: int, chance: random.Random) -> Iterator[Callable[[Path], bool]]:
    """Ways to kill a deed in a child of this process, from its first call to the last."""
    for n in range(runs):
        if n % 2:
            yield partial(forked, deed=scene.deed, after=chance.uniform(0.001, scene.seconds))
        else:
            yield partial(forked, deed=scene.deed, at=1 + int((n + chance.random()) * scene.steps / runs))


# -- sites


def get(port: int, path: str) -> tuple[int, str]:
    """Status and text of an answer; 0 without one."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


def until(condition: Callable[[], object], seconds: float = 60) -> bool:
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def served(home: Path, chance: random.Random, moment: str) -> list[str]:
    """Kill a site while several files change, and start it again.

    Args:
        home: a folder with an index.
        chance: decides when.
        moment: of the kill: while it starts, when it is ready, or while it makes its dictionary.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = command(home, "serve", "--port", str(port))
    if moment != "start":
        until(lambda: get(port, "/readyz")[0] == 200)
    time.sleep(chance.uniform(0, 1.0))
    edit_others(home, 1)
    if moment == "dictionary":
        until(lambda: list((home / "var").glob("*.new")))
        time.sleep(chance.uniform(0, 1.0))
    else:
        time.sleep(chance.uniform(0, 2.5))
    if chance.random() < 0.3:
        site.kill()  # what annotates for it, or makes its dictionary, ends by itself a moment later
    else:
        os.killpg(site.pid, signal.SIGKILL)  # as a service manager does
    site.wait()
    edit_others(home, 2)
    site = command(home, "serve", "--port", str(port))
    faults = []
    if not until(lambda: get(port, "/readyz") == (200, "ready\n")):
        faults.append(f"never ready: {(home / 'errors').read_text()[-500:]}")
    for n in (1, 2):
        if not until(lambda n=n: "船也修好了" in get(port, f"/a/buji-{n}/")[1]):  # type: ignore[misc]
            faults.append(f"does not show what was written: buji-{n}")
    if not until(lambda: all((home / f"var/{name}.sqlite3").exists() for name in ("dictionary", "phrases"))):
        faults.append("the dictionary was not made")
    until(lambda: not list((home / "var").glob("*.new")))
    site.terminate()
    if site.wait():
        faults.append(f"the end: rc {site.returncode}")
    if left := litter(home):
        faults.append(f"litter: {left}")
    return faults + checked(home) + compared(home)


def compared(home: Path) -> list[str]:
    """How the index differs from one made from nothing."""
    it, anew = library(home), Library(Content(home / "content"), open_index("", home / "fresh"))
    try:
        anew.refresh()
        return [] if indexed(it) == indexed(anew) else ["the index says something else than a new one"]
    finally:
        it.index.close()
        anew.index.close()


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=160)
    options.add_argument("--cold", type=int, default=30)
    options.add_argument("--serve", type=int, default=40)
    options.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    given = options.parse_args()
    chance, tally = random.Random(given.seed), Tally()
    dictionary = Segmenter()
    app.text.annotator.Segmenter = lambda words=(), cache=None: dictionary  # type: ignore[assignment,misc]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        first = scratch / "first"
        shutil.copytree(ROOT / "tests/data", first / "content")
        it = library(first)
        it.refresh()
        it.index.close()
        for deed in DEEDS:
            scene = Scene(scratch, first, deed)
            for kill in kills(scene, max(1, given.runs // len(DEEDS)), chance):
                tally.add(deed.name, *scene.play(kill, times=True))
            share = given.cold // sum(bool(d.words) for d in DEEDS) if deed.words else 0
            seconds = scene.cold_seconds() if share else 0.0
            for _ in range(share):
                after = chance.uniform(0.2, seconds)
                tally.add(deed.name, *scene.play(partial(cold, deed=deed, after=after), times=False))
        for n in range(given.serve):
            home = shutil.copytree(first, scratch / "site")
            faults = served(home, chance, ("start", "ready", "dictionary")[n % 3])
            tally.add("serve", True, "new" if not faults else "other", faults)
            shutil.rmtree(home)
    return tally.told(given.seed)


if __name__ == "__main__":
    sys.exit(main())
