"""Editors, programs and plain text editors at once: what someone saved is never lost without a word."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.content.article_file import parse_article
from app.content.store import Content
from app.errors import ChangedMeanwhile
from app.library.correcting import Wanted, correct, wanted
from app.model import ArticleId, Piece

ROOT = Path(__file__).parent.parent.parent
ID = ArticleId("beiwan-daqiao")

# What each of two editors, and one with a plain text editor, may do next: look, save, or write the file.
STEPS = st.lists(
    st.tuples(st.sampled_from(("look", "save", "file")), st.integers(0, 1)), min_size=2, max_size=14
)


class Editors:
    """Two editors with their forms, and what the file must hold by now."""

    def __init__(self, root: Path) -> None:
        self.content = Content(root)
        self.path = root / "articles" / ID / "article.md"
        self.seen: list[tuple[str, Wanted] | None] = [None, None]
        self.n = 0
        # The words that were put in, in order; each writer keeps those that it saw.
        self.put: list[str] = []

    def look(self, who: int) -> None:
        manuscript = self.content.article(ID)
        self.seen[who] = manuscript.digest, wanted(manuscript)

    def save(self, who: int) -> None:
        form = self.seen[who]
        if form is None:
            return
        seen, to = form
        new = self._words()
        now = self.content.article(ID).digest
        try:
            correct(
                self.content,
                ID,
                replace(to, pieces=(*to.pieces, Piece("paragraph", new))),
                seen=seen,
                saved_at=f"2026-01-01T00:00:{self.n % 60:02}+00:00",
            )
        except ChangedMeanwhile:
            assert seen != now, "refused though nothing had changed"
            return
        assert seen == now, "written over what somebody else wrote"
        self.put.append(new)

    def file(self, _: int) -> None:
        new = self._words()
        self.path.write_text(f"{self.path.read_text('utf-8')}\n{new}\n", "utf-8")
        self.put.append(new)

    def _words(self) -> str:
        self.n += 1
        return f"第{self.n}次添上的一段话，船又来了{self.n}回。"


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_nothing_that_was_saved_is_lost_in_any_order(tmp_path_factory: pytest.TempPathFactory, steps):
    home = tmp_path_factory.mktemp("two")
    shutil.copytree(ROOT / "tests/data", home / "content")
    editors = Editors(home / "content")
    for step, who in steps:
        getattr(editors, step)(who)
    pieces = parse_article(ID, editors.path.read_text("utf-8"), "")[1]
    assert [p.text for p in pieces if p.text in editors.put] == editors.put
    editors.content.article(ID)  # text and ledger are sound


# Saves as fast as it can, one word more each time, and prints the number of each save that is done.
_SAVER = """
import sys
from dataclasses import replace
from pathlib import Path
from app.content.store import Content
from app.library.correcting import correct, wanted
from app.model import ArticleId, Piece

content, id = Content(Path(sys.argv[1])), ArticleId("beiwan-daqiao")
n = int(sys.argv[2])
while True:
    n += 1
    now = content.article(id)
    to = wanted(now)
    words = f"湾区快线的北湾站离桥头不到一公里，已经改了 {n} 次。"
    pieces = (*to.pieces[:-1], replace(to.pieces[-1], text=words))
    to = replace(to, pieces=pieces, header=replace(to.header, note=f"n{n}"))
    correct(content, id, to, seen=now.digest, saved_at="2026-01-01T00:00:00+00:00")
    print(n, flush=True)
"""


def kill_and_look(root: Path, kills: int, seed: int) -> None:
    """Kill a process that saves; text and ledger must be those of one save, the last or the next."""
    chance, done = random.Random(seed), 0
    for _ in range(kills):
        told = killed(root, done, chance.random() * 0.05)
        with Content(root).lock():  # the next writer completes what was begun
            pass
        manuscript = Content(root).article(ID)
        done = int(manuscript.header.note.removeprefix("n"))
        assert done in (told, told + 1)
        assert manuscript.pieces[-1].text.endswith(f"改了 {done} 次。")
        current = [p.text for p in manuscript.ledger.current]
        assert current == [p.text for p in manuscript.pieces], "text and ledger are of two saves"


def killed(root: Path, done: int, seconds: float) -> int:
    """Start the saver, kill it some time after its first save; returns the last save that it told."""
    command = [sys.executable, "-c", _SAVER, str(root), str(done)]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as saver:
        assert saver.stdout
        first = saver.stdout.readline()
        assert first, "the saver ended by itself"
        time.sleep(seconds)
        saver.send_signal(signal.SIGKILL)
        return max(int(first), *map(int, saver.stdout.read().split("\n")[:-1]), 0)


def test_a_kill_leaves_the_last_save_or_the_next(tmp_path: Path):
    shutil.copytree(ROOT / "tests/data", tmp_path / "content")
    kill_and_look(tmp_path / "content", 4, seed=1)


if __name__ == "__main__":  # make faults
    import tempfile

    with tempfile.TemporaryDirectory() as home:
        shutil.copytree(ROOT / "tests/data", Path(home) / "content")
        kill_and_look(Path(home) / "content", int(sys.argv[1]), seed=2)
    print(f"{sys.argv[1]} kills in saves of the workbench: nothing lost")
