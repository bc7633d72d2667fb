"""Any set of changes in one look leaves an index equal to one made from nothing, on both databases."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random

import pytest
from changes import contents, differences, play
from postgres import NoPostgres, fresh_database, server

from app.content.store import Content
from app.index import open_index
from app.library.library import Library

ROOT = Path(__file__).parents[2]
ENVIRON = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")}


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, "" for a file."""
    if request.param == "sqlite":
        return ""
    try:
        server()
    except NoPostgres as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    return fresh_database()


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Library]:
    """Opens a library on the same content with an empty index each time."""
    number = count()
    return lambda: Library(Content(tmp_path / "content"), open_index("", tmp_path / f"fresh-{next(number)}"))


class Scene:
    """A folder of articles, given as `id="text"`, with an index that has looked at it once."""

    def __init__(self, home: Path, url: str, fresh: Callable[[], Library], **articles: str) -> None:
        self.articles, self._fresh = home / "content/articles", fresh
        self.write(**articles)
        self.library = Library(Content(home / "content"), open_index(url, home / "var"))
        assert self.library.refresh().findings == ()

    def write(self, **articles: str) -> None:
        for id, text in articles.items():
            (self.articles / id).mkdir(parents=True, exist_ok=True)
            (self.articles / id / "article.md").write_text(f"---\ntitle: 题{id}\n---\n\n{text}\n", "utf-8")

    def look(self) -> None:
        """Look once more, and compare with an index made from nothing."""
        assert self.library.refresh().findings == ()
        anew = self._fresh()
        anew.refresh()
        assert differences(contents(self.library.index), contents(anew.index)) == []
        assert self.library.refresh().changed is False
        anew.index.close()
        self.library.index.close()


class TestSeveralChangesInOneLook:
    @pytest.fixture
    def scene(self, tmp_path: Path, url: str, fresh: Callable[[], Library]) -> Callable[..., Scene]:
        return lambda **articles: Scene(tmp_path, url, fresh, **articles)

    def test_one_edited_and_one_new(self, scene: Callable[..., Scene]):
        it = scene(a="第一段。")
        it.write(a="第一段改了。", b="另一篇。")
        it.look()

    def test_two_that_each_gain_a_paragraph(self, scene: Callable[..., Scene]):
        it = scene(a="第一段。", b="别的第一段。")
        it.write(a="第一段。\n\n第二段。", b="别的第一段。\n\n别的第二段。")
        it.look()

    def test_one_renamed_and_one_edited(self, scene: Callable[..., Scene]):
        it = scene(a="码头在东。\n\n灯塔在西。", b="盐田在南。")
        (it.articles / "b").rename(it.articles / "c")
        it.write(a="码头在东。\n\n灯塔在西。\n\n渔网在船上。")
        it.look()

    def test_one_deleted_and_written_again_under_another_id_and_one_longer(self, scene: Callable[..., Scene]):
        it = scene(a="码头在东。", b="盐田在南。\n\n灯塔在西。", c="渔网在船上。")
        shutil.rmtree(it.articles / "b")
        it.write(c="渔网在船上。\n\n又一段。", d="盐田在南。\n\n灯塔在西。")
        it.look()

    def test_the_newest_longer_the_oldest_deleted_and_a_term_new(self, scene: Callable[..., Scene]):
        it = scene(a="码头在东。", b="盐田在南。", c="灯塔在西。")
        shutil.rmtree(it.articles / "a")
        it.write(b="盐田在南。\n\n又一段。\n\n再一段。", c="灯塔在西。\n\n又一段。", e="新的盐田。")
        glossary = it.articles.with_name("glossary")
        glossary.mkdir()
        entry = "- {id: yantian, term: 盐田, kind: concept, zh: 晒盐的地方。, note: 虚构。}\n"
        (glossary / "words.yaml").write_text(entry, "utf-8")
        it.look()


def run(
    home: Path, url: str, *words: object, program: tuple[str, ...] = (sys.executable, "-m", "app")
) -> str:
    """A command as an editor would give it; fails with its output."""
    environ = ENVIRON | {"PYTHONPATH": str(ROOT), "MEIPI_DATABASE_URL": url}
    done = subprocess.run(
        [*program, *map(str, words)], cwd=home, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_git_checkout_with_seven_changes_is_taken_up_by_meipi_index(
    tmp_path: Path, url: str, fresh: Callable[[], Library]
):
    def git(*words: str) -> None:
        who = ("-c", "user.name=编者", "-c", "user.email=editor@example.org")
        run(tmp_path, url, "-C", "content", *who, *words, program=("git",))

    def write(id: str, text: str) -> None:
        (tmp_path / "content/articles" / id).mkdir(parents=True, exist_ok=True)
        path = tmp_path / "content/articles" / id / "article.md"
        path.write_text(f"---\ntitle: 题{id}\n---\n\n{text}\n", "utf-8")

    for n in range(4):
        write(f"a{n}", f"码头{n}在岛的东边。")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "first")
    git("checkout", "-qb", "draft")
    write("a3", "码头3在岛的东边。\n\n又修了一次。")
    for n in range(4, 10):
        write(f"a{n}", f"灯塔{n}在岛的西边。\n\n孟海生说：“要修。”")
    git("add", ".")
    git("commit", "-qm", "one edited, six new")
    git("checkout", "-q", "main")
    run(tmp_path, url, "index", "--content", "content", "--jobs", "1")
    for branch in ("draft", "main", "draft"):
        git("checkout", "-q", branch)
        run(tmp_path, url, "index", "--content", "content", "--jobs", "1")
    anew, index = fresh(), open_index(url, tmp_path / "var")
    anew.refresh()
    assert differences(contents(index), contents(anew.index)) == [] and index.count() == 10
    anew.index.close()
    index.close()


def test_random_changes_by_two_writers_leave_what_an_index_made_from_nothing_has(
    tmp_path: Path, url: str, fresh: Callable[[], Library]
):
    """Two thousand batches, with a second process: `make faults`."""
    mine, other = (Library(Content(tmp_path / "content"), open_index(url, tmp_path / "var")) for _ in "12")
    try:
        faults = list(filter(None, play(12, Random(6), tmp_path, mine, other.refresh, fresh)))
    finally:
        mine.index.close()
        other.index.close()
    assert faults == []
