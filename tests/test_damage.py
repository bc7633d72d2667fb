"""A damaged index is noticed when it is read or written, and rebuilt; articles that only it has are kept."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from changes import contents, differences
from postgres import NoPostgres, fresh_schema, server

from app.content.store import Content
from app.document import to_json
from app.errors import IndexDamaged, IndexUnavailable
from app.index import Index, open_index
from app.index.postgres import PostgresIndex
from app.index.sqlite import SqliteIndex
from app.library.library import Library
from app.model import ArticleId, Block, BlockId, Document, Header
from app.text.query import parse

ROOT = Path(__file__).parent.parent
PAGE = 4096
LINES = 40

Open = Callable[[], Library]


def make(home: Path, articles: int, lines: int) -> Path:
    """Fill a folder with articles of content/ and whole documents as JSON lines, and an index with both."""
    for n in range(articles):
        folder = home / "content/articles" / f"kadian-{n}"
        folder.mkdir(parents=True)
        text = f"第{n}号卡点在河的弯上。\n\n“管卡的人姓孟。”孟海生说。"
        (folder / "article.md").write_text(f"---\ntitle: 卡点{n}\n---\n\n{text}\n", "utf-8")
    with (home / "lines.jsonl").open("w", encoding="utf-8") as file:
        for n in range(lines):
            # No word that `contents` looks for: of more than 320 hits the newest keys come first.
            # Articles have no long words in common: how many of such pairs are kept has a bound.
            own = [[chr(0x4E00 + 6 * (n * 80 + k) + i) for i in range(6)] for k in range(80)]
            texts = [f"旧报第{n}页第{k}栏：{''.join(own[k])}；" for k in range(80)]
            blocks = tuple(
                Block(BlockId(f"b{k:03}"), k, "paragraph", text) for k, text in enumerate(texts, 1)
            )
            document = Document(Header(ArticleId(f"line-{n:02}"), f"旧报{n}"), 1, blocks)
            file.write(json.dumps(to_json(document)) + "\n")
    library = opened(home)
    library.refresh()
    list(library.take_lines([home / "lines.jsonl"]))
    library.index.close()
    return home


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a folder; its index has more than 140 pages."""
    home = make(tmp_path_factory.mktemp("made"), 4, LINES)
    assert (home / "var/index.sqlite3").stat().st_size > 140 * PAGE
    return home


def opened(home: Path) -> Library:
    return Library(Content(home / "content"), open_index("", home / "var"))


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy of that folder."""
    subprocess.run(["cp", "-r", f"{made}/.", tmp_path], check=True)
    return tmp_path


@pytest.fixture(scope="module")
def whole(made: Path) -> dict[str, Any]:
    """Everything the sound index holds."""
    library = opened(made)
    found = contents(library.index)
    library.index.close()
    return found


def wipe(path: Path, page: int, pages: int = 10) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(bytes(min(pages * PAGE, max(0, path.stat().st_size - page * PAGE))))


def root_of(home: Path, table: str) -> int:
    """The number of the first page of a table or index, from 0."""
    with closing(sqlite3.connect(home / "var/index.sqlite3")) as db:
        (page,) = db.execute("select rootpage from sqlite_master where name = ?", (table,)).fetchone()
    return int(page) - 1


def read_everything(index: Index) -> None:
    """Ask what pages ask, all of it."""
    for id in index.ids(limit=1000):
        index.document(id)
    index.entries(limit=1000)
    index.knowledge()
    for query in ("河", "卡点", "姓孟", "改道", "第3"):
        index.search(parse(query), limit=100)


def restored(home: Path, library: Library) -> dict[str, Any]:
    """Everything the index holds after it was rebuilt, filled, and given the lines that were lost."""
    library.refresh()
    list(library.take_lines([home / "lines.jsonl"]))
    return contents(library.index)


def lines_in(index: Index) -> int:
    return len(index.digests(source="jsonl"))


def files_in(var: Path) -> set[str]:
    return {p.name for p in var.glob("index*")}


SOUND = {"index.sqlite3", "index.sqlite3-wal", "index.sqlite3-shm", "index.sqlite3.lock"}


class TestWipedPages:
    @pytest.mark.parametrize("table", ["meta", "document", "block", "article_newest", "fts_data"])
    def test_are_noticed_by_a_reader_and_mended_by_another_process(
        self, home: Path, whole: dict[str, Any], table: str
    ):
        follower, reader = opened(home), open_index("", home / "var")
        reader.count()  # it has the file open; pages that it has read stay at hand
        wipe(home / "var/index.sqlite3", root_of(home, table))
        with pytest.raises(
            IndexDamaged, match="a running site rebuilds it within seconds, else: meipi index"
        ):
            read_everything(reader)
        follower.index.mend()
        read_everything(reader)
        assert differences(restored(home, follower), whole) == []
        assert differences(contents(reader), whole) == []
        reader.close()
        follower.index.close()
        assert files_in(home / "var") <= SOUND

    @pytest.mark.parametrize("page", [0, 10, 30, 60, 100])
    def test_that_no_query_has_met_are_found_by_a_thorough_look(
        self, home: Path, whole: dict[str, Any], page: int
    ):
        library = opened(home)
        read_everything(library.index)
        wipe(home / "var/index.sqlite3", page)
        library.index.mend(thorough=True)
        read_everything(library.index)
        assert differences(restored(home, library), whole) == []
        library.index.close()

    @pytest.mark.parametrize("left", [0, 100, 5 * PAGE, 100 * PAGE + 1])
    def test_that_were_cut_off_end_no_process(self, home: Path, whole: dict[str, Any], left: int):
        follower, reader = opened(home), open_index("", home / "var")
        read_everything(reader)
        os.truncate(home / "var/index.sqlite3", left)
        with pytest.raises(IndexUnavailable):
            contents(reader)
        follower.index.mend()
        assert differences(restored(home, follower), whole) == []
        assert differences(contents(reader), whole) == []
        reader.close()
        follower.index.close()

    def test_in_the_log_of_the_last_writes_are_noticed_too(self, home: Path, whole: dict[str, Any]):
        library = opened(home)
        article = home / "content/articles/kadian-2/article.md"
        before = article.read_text("utf-8")
        for n in range(20):
            article.write_text(before + f"\n又一段{n}。\n" * 20, "utf-8")
            library.refresh()
        log = home / "var/index.sqlite3-wal"
        log.write_bytes(bytes(log.stat().st_size // 2) + log.read_bytes()[log.stat().st_size // 2 :])
        article.write_text(before, "utf-8")
        for _ in range(3):
            try:
                library.refresh()
                contents(library.index)
                break
            except IndexUnavailable:
                library.index.mend()
        assert differences(restored(home, library), whole) == []
        library.index.close()
        again = opened(home)
        again.index.mend(thorough=True)
        assert differences(restored(home, again), whole) == []
        again.index.close()

    def test_under_readers_in_threads_are_mended_while_they_read(self, home: Path, whole: dict[str, Any]):
        follower, reader = opened(home), open_index("", home / "var")
        stop, odd = threading.Event(), list[Exception]()

        def read() -> None:
            while not stop.is_set():
                try:
                    read_everything(reader)
                except IndexUnavailable:
                    continue
                except Exception as error:
                    odd.append(error)

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        for page in (30, 80, 10):
            wipe(home / "var/index.sqlite3", page)
            for _ in range(1000):
                follower.index.mend()
                if lines_in(follower.index) == LINES and not follower.refresh().changed:
                    break
        stop.set()
        for thread in threads:
            thread.join()
        assert odd == []
        follower.index.mend(thorough=True)
        assert differences(restored(home, follower), whole) == []
        follower.index.close()
        reader.close()

    def test_are_mended_by_meipi_index_though_nobody_has_read_them(self, home: Path, whole: dict[str, Any]):
        wipe(home / "var/index.sqlite3", root_of(home, "fts_data"), 1)
        words = [sys.executable, "-m", "app", "index", "--content", home / "content", "--jobs", "1"]
        done = subprocess.run(words, env=_environ(), capture_output=True, text=True, cwd=home)
        assert (
            done.returncode == 0 and done.stderr.count("rebuilt; 40 articles from JSON lines are kept") == 1
        )
        library = opened(home)
        assert differences(contents(library.index), whole) == []
        library.index.close()


def _environ() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")} | {"PYTHONPATH": str(ROOT)}


def test_a_mark_left_by_another_process_is_found(home: Path):
    follower = opened(home)
    generation = follower.index.generation()
    wipe(home / "var/index.sqlite3", 1, 120)
    reader = """
import sys
from pathlib import Path
from app.index.sqlite import SqliteIndex
SqliteIndex.mend = lambda self, **_: None  # a web worker that was started before
index = SqliteIndex(Path(sys.argv[1]) / "index.sqlite3")
try:
    for id in index.ids(limit=1000):
        index.document(id)
except Exception as error:
    sys.exit(type(error).__name__)
"""
    done = subprocess.run(
        [sys.executable, "-c", reader, home / "var"], env=_environ(), capture_output=True, text=True
    )
    assert done.stderr.strip() == "IndexDamaged"
    assert (home / "var/index.sqlite3.damaged").exists()
    follower.index.mend()
    assert not (home / "var/index.sqlite3.damaged").exists()
    assert follower.index.generation() != generation
    follower.index.close()


def test_nothing_is_done_to_a_sound_index(home: Path, caplog: pytest.LogCaptureFixture):
    library = opened(home)
    stale = home / "var/index.sqlite3.damaged"
    stale.write_text("(1, 2)\nanother file, replaced since", "utf-8")
    generation, identity = library.index.generation(), (home / "var/index.sqlite3").stat().st_ino
    asked = list[str]()
    library.index._connection().db.set_trace_callback(asked.append)  # type: ignore[attr-defined]
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            library.index.mend()
    assert len(asked) <= 3 * 2 + 1, "two short questions each time, the shape once"
    assert (library.index.generation(), (home / "var/index.sqlite3").stat().st_ino) == (generation, identity)
    assert not stale.exists() and caplog.text == ""
    library.index.close()


@pytest.fixture(params=["sqlite", "postgres"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An empty index of each kind."""
    if request.param == "sqlite":
        opened_: Index = SqliteIndex(tmp_path / "var/index.sqlite3")
    else:
        try:
            url = server().url
        except NoPostgres as missing:
            if os.environ.get("CI"):
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        opened_ = PostgresIndex(url, schema=fresh_schema())
    yield opened_
    opened_.close()


# Ways in which rows or tables contradict what the program takes for granted.
SPOILT = {
    "a document without an article": "insert into document values ((select max(key) + 1 from article), '')",
    "an article without its row": "delete from article where id = 'line-01'",
    "a table less": "drop table occurrence",
    "an index less": "drop index article_newest",
    "a column less": "alter table speaker drop column recorded",
    "no form": "delete from meta where key = 'schema'",
}


class TestARowOrTableThatDoesNotFit:
    @pytest.mark.parametrize("way", SPOILT)
    def test_is_mended_by_the_next_refresh_with_one_line_in_the_log(
        self, tmp_path: Path, index: Index, way: str, caplog: pytest.LogCaptureFixture
    ):
        home = make(tmp_path / "home", 4, 2)
        library = Library(Content(home / "content"), index)
        library.refresh()
        list(library.take_lines([home / "lines.jsonl"]))
        whole = contents(index)
        with index._write() as db:  # type: ignore[attr-defined]
            db.db.execute(SPOILT[way])
        new = home / "content/articles/new"
        new.mkdir()
        (new / "article.md").write_text("---\ntitle: 新\n---\n\n新的一段。\n", "utf-8")
        with caplog.at_level(logging.WARNING):
            index.mend()  # what a running site does twice a second
            assert library.refresh().findings == ()
        assert index.document(ArticleId("new")) is not None
        assert caplog.text.count("WARNING") == 1 and "rebuilt" in caplog.text
        shutil.rmtree(new)
        library.refresh()
        list(library.take_lines([home / "lines.jsonl"]))
        assert differences(contents(index), whole) == []


class TestArticlesOfJsonLines:
    def test_that_can_be_read_are_kept_and_the_log_counts_the_others(
        self, home: Path, caplog: pytest.LogCaptureFixture
    ):
        with sqlite3.connect(home / "var/index.sqlite3") as db:
            which = "select key from article where id in ('line-03', 'line-17')"
            db.execute(f"update document set body = x'00' where article in ({which})")
        db.close()
        library = opened(home)
        with pytest.raises(IndexDamaged):
            library.index.document(ArticleId("line-03"))
        with caplog.at_level(logging.WARNING):
            library.index.mend()
        assert lines_in(library.index) == LINES - 2
        assert (
            "; 38 articles from JSON lines are kept; 2 articles from JSON lines may be lost: " in caplog.text
        )
        assert "meipi index --jsonl FILE takes them in again" in caplog.text
        library.index.close()

    def test_are_found_though_the_table_or_its_index_is_damaged(self, home: Path):
        for name in ("article", "article_source"):
            library = opened(home)
            list(library.take_lines([home / "lines.jsonl"]))
            library.index.close()
            wipe(home / "var/index.sqlite3", root_of(home, name), 1)
            library = opened(home)
            library.index.mend(thorough=True)
            assert lines_in(library.index) == LINES, name
            library.index.close()

    def test_of_a_file_that_is_no_database_are_told_to_be_lost(
        self, home: Path, caplog: pytest.LogCaptureFixture
    ):
        (home / "var/index.sqlite3").write_bytes(b"\xa5" * 50_000)
        with caplog.at_level(logging.WARNING):
            library = opened(home)
        assert lines_in(library.index) == 0
        assert "articles from JSON lines may be lost: meipi index --jsonl FILE" in caplog.text
        assert files_in(home / "var") <= SOUND
        library.index.close()

    def test_are_kept_when_the_rebuilding_is_killed_at_any_point(self, home: Path):
        def killed(frame: object, event: str, arg: Any) -> None:
            nonlocal left
            name = getattr(arg, "__name__", "")
            if event == "c_call" and name in ("rename", "replace", "unlink", "execute"):
                left -= 1
                if left < 0:
                    raise KeyboardInterrupt

        for steps in range(0, 75, 11):
            library = opened(home)
            list(library.take_lines([home / "lines.jsonl"]))
            library.index._damaged(sqlite3.DatabaseError("test"))  # type: ignore[attr-defined]
            left = steps
            sys.setprofile(killed)
            try:
                library.index.mend()
            except (KeyboardInterrupt, IndexUnavailable):
                pass
            finally:
                sys.setprofile(None)
                library.index.close()
            again = opened(home)
            again.index.mend(thorough=True)
            assert lines_in(again.index) == LINES, f"killed at call {steps}"
            again.index.close()
            assert files_in(home / "var") <= SOUND, f"killed at call {steps}"
