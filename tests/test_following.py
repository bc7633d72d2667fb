"""content/ followed by a process of its own, and by one of several that serve it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from processes import engines, until
from starlette.testclient import TestClient

from app import following
from app.content import Content
from app.following import Engine
from app.index import open_index
from app.library import Library
from app.settings import Settings

PAGE = "/a/dushu-jie/"
OLD, NEW = "孩子们在渡口搬书", "孩子们在渡口分书"
SHOWN = "分书"

Edit = Callable[..., None]
OpenSite = Callable[..., TestClient]


def ready(site: TestClient) -> bool:
    return site.get("/readyz").status_code == 200 and site.get(PAGE).status_code == 200


@pytest.fixture
def engine_of(home: Path) -> Iterator[Callable[[], Engine]]:
    """Engines of processes that serve `home`."""
    with ExitStack() as stack:

        def made() -> Engine:
            engine = Engine(Settings(content=home / "content", var=home / "var"))
            stack.callback(engine.close)
            return engine

        yield made


class TestTheEngine:
    def test_annotates_what_has_changed_and_nothing_else(self, engine_of: Callable[[], Engine], edit: Edit):
        engine = engine_of()
        assert engine.refresh().annotated == 0
        edit("dushu-jie", OLD, NEW)
        assert engine.refresh().annotated == 1
        assert engine.refresh().annotated == 0

    def test_tells_how_many_faults_the_files_have(self, engine_of: Callable[[], Engine], home: Path):
        (home / "content/articles/dushu-jie/article.md").write_text("---\ntitle: [\n---\n")
        assert engine_of().refresh().faults == 1

    def test_that_was_killed_is_begun_again(self, engine_of: Callable[[], Engine], edit: Edit):
        engine = engine_of()
        engine.refresh()
        (process,) = engines()
        os.kill(process, signal.SIGKILL)
        assert until(lambda: not engines())
        edit("dushu-jie", OLD, NEW)
        assert engine.refresh().annotated == 1

    def test_that_is_killed_at_its_work_again_and_again_is_a_fault(self, engine_of: Callable[[], Engine]):
        engine = engine_of()
        done = threading.Event()

        def kill() -> None:
            while not done.wait(0.05):
                for process in engines():
                    with suppress(ProcessLookupError):
                        os.kill(process, signal.SIGKILL)

        killing = threading.Thread(target=kill)
        killing.start()
        try:
            with pytest.raises(OSError):
                engine.refresh()
        finally:
            done.set()
            killing.join()
        assert engine.refresh().annotated == 0

    def test_ends_at_once_whatever_it_is_at(self, engine_of: Callable[[], Engine]):
        engine = engine_of()
        engine.refresh()
        (process,) = engines()
        os.kill(process, signal.SIGSTOP)  # at work for a long time
        stopping = threading.Timer(0.2, engine.stop)
        stopping.start()
        with pytest.raises(OSError):
            engine.refresh()
        assert until(lambda: not engines())

    def test_of_another_process_follows_when_the_first_has_ended(self, engine_of: Callable[[], Engine]):
        first, second = engine_of(), engine_of()
        assert first.leads() and not second.leads()
        first.say("well")
        assert second.said() == "well"
        first.close()
        assert second.leads() and second.said() == ""

    def test_follows_where_nothing_can_be_written(self, tmp_path: Path):
        (tmp_path / "var").write_text("a file where the folder should be")
        settings = Settings(content=tmp_path, var=tmp_path / "var")
        assert Engine(settings).leads() and Engine(settings).leads()


class TestASite:
    def test_has_its_engine_in_a_process_beside_it(self, home: Path, edit: Edit):
        """Neither the text engine nor what reads files is ever loaded where pages are made."""
        script = """
import sys, time
from pathlib import Path
from starlette.testclient import TestClient
from app.main import serve
from app.settings import Settings

home, page, old, new = Path(sys.argv[1]), *sys.argv[2:]
site = serve(Settings(content=home / "content", var=home / "var"))
with TestClient(site, base_url="http://127.0.0.1:8000") as client:
    assert "分书" not in client.get(page).text
    path = home / "content/articles/dushu-jie/article.md"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    end = time.monotonic() + 60
    while "分书" not in client.get(page).text:
        assert time.monotonic() < end
        time.sleep(0.05)
heavy = ("app.library", "app.text.quotes", "jieba", "rjieba", "app.bulk", "rich")
assert "structlog" in sys.modules
print([name for name in heavy if name in sys.modules])
"""
        done = subprocess.run(
            [sys.executable, "-c", script, str(home), PAGE, OLD, NEW],
            capture_output=True,
            text=True,
            timeout=150,
            cwd=Path(__file__).parent.parent,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == "[]"

    def test_without_files_shows_what_others_bring_into_the_index(self, open_site: OpenSite, home: Path):
        """On a machine that only serves, or in a library of lines alone; and files may come later."""
        kept = home / "content"
        kept.rename(home / "elsewhere")
        with open_site(watch=True) as site:
            assert until(lambda: ready(site))
            assert "分书" not in site.get(PAGE).text
            assert not kept.exists()
            article = home / "elsewhere/articles/dushu-jie/article.md"
            article.write_text(article.read_text("utf-8").replace(OLD, NEW), "utf-8")
            library = Library(Content(home / "elsewhere"), open_index("", home / "var"))
            library.refresh()
            library.index.close()
            assert until(lambda: SHOWN in site.get(PAGE).text)
            assert until(lambda: SHOWN in site.get("/api/v1/articles/dushu-jie").text)
            article.write_text(article.read_text("utf-8").replace(NEW, OLD), "utf-8")
            (home / "elsewhere").rename(kept)
            assert until(lambda: SHOWN not in site.get(PAGE).text)

    def test_without_files_ends_without_touching_the_index(
        self, open_site: OpenSite, home: Path, caplog: pytest.LogCaptureFixture
    ):
        (home / "content").rename(home / "elsewhere")
        for _ in range(2):
            with open_site(watch=True) as site:
                assert until(lambda: ready(site))
        assert not engines()
        assert [r.message for r in caplog.records if r.levelname == "ERROR"] == []

    def test_ends_it_when_it_ends(self, open_site: OpenSite):
        with open_site(watch=True) as site:
            assert until(lambda: ready(site) and engines())
        assert until(lambda: not engines())

    def test_lets_it_go_when_nothing_has_changed_for_a_while(
        self, open_site: OpenSite, edit: Edit, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(following, "_DONE", 0.5)
        with open_site(watch=True) as site:
            assert until(lambda: ready(site) and engines())
            assert until(lambda: not engines())
            edit("dushu-jie", OLD, NEW)
            assert until(lambda: SHOWN in site.get(PAGE).text)

    def test_begins_another_when_it_was_killed(self, open_site: OpenSite, edit: Edit):
        with open_site(watch=True) as site:
            assert until(lambda: ready(site) and engines())
            for process in engines():
                os.kill(process, signal.SIGKILL)
            edit("dushu-jie", OLD, NEW)
            assert until(lambda: SHOWN in site.get(PAGE).text)
            assert until(lambda: ready(site))

    def test_beside_another_shows_what_that_one_annotates(self, open_site: OpenSite, edit: Edit):
        with open_site(watch=True) as first:
            assert until(lambda: ready(first))
            with open_site(watch=True) as second:
                assert until(lambda: ready(second))
                edit("dushu-jie", OLD, NEW)
                assert until(lambda: SHOWN in first.get(PAGE).text and SHOWN in second.get(PAGE).text)
                assert len(engines()) == 1

    def test_follows_when_the_one_that_did_has_ended(self, open_site: OpenSite, edit: Edit):
        with open_site(watch=True) as second:
            with open_site(watch=True) as first:
                assert until(lambda: ready(first) and ready(second))
            edit("dushu-jie", OLD, NEW)
            assert until(lambda: SHOWN in second.get(PAGE).text)

    def test_tells_the_trouble_of_the_one_that_follows(self, open_site: OpenSite, home: Path):
        with open_site(watch=True) as first:
            assert until(lambda: ready(first))
            with open_site(watch=True) as second:
                assert until(lambda: ready(second))
                (home / "var/following").write_text("content/ is not followed now: no room")
                assert until(lambda: "no room" in second.get("/readyz").text)


def test_a_killed_server_leaves_no_engine_behind(home: Path):
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", "0", "--content", str(home / "content")],
        cwd=Path(__file__).parent.parent,
        env={k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")},
        stderr=subprocess.DEVNULL,
    )

    try:
        path = home / "content/articles/dushu-jie/article.md"
        time.sleep(1)
        path.write_text(path.read_text("utf-8").replace(OLD, NEW), "utf-8")
        assert until(lambda: engines(server.pid))
        begun = engines(server.pid)
    finally:
        server.kill()
        server.wait()
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in begun))
