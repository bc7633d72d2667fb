"""content/ is followed by one indexer, whose text engine has a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import engines, runs, until
from starlette.testclient import TestClient

from app.content.store import Content
from app.index import open_index
from app.library.library import Library
from app.process import Worker
from app.serving import indexer
from app.serving.indexer import refresh
from app.settings import Settings

PAGE = "/a/dushu-jie/"
OLD, NEW = "孩子们在渡口搬书", "孩子们在渡口分书"
SHOWN = "分书"

Edit = Callable[..., None]
OpenSite = Callable[..., TestClient]


def ready(site: TestClient) -> bool:
    return site.get("/readyz").text == "ready\n"


class TestTheEngine:
    @pytest.fixture
    def engine(self, home: Path) -> Iterator[Callable[[], indexer._Done]]:
        """A process that brings the index of `home` up to date."""
        worker = Worker(idle_seconds=indexer._ENGINE_IDLE_SECONDS)
        settings = Settings(content=home / "content", var=home / "var")
        assert until(lambda: not engines()), "an engine of another test"
        yield lambda: worker(refresh, settings, 30)
        worker.stop()

    def test_annotates_what_has_changed_and_nothing_else(
        self, engine: Callable[[], indexer._Done], edit: Edit
    ):
        assert engine().annotated == 0
        edit("dushu-jie", OLD, NEW)
        assert engine().annotated == 1
        assert engine().annotated == 0

    def test_tells_the_first_fault_and_how_many_there_are(
        self, engine: Callable[[], indexer._Done], home: Path
    ):
        for id in ("dushu-jie", "beiwan-daqiao"):
            (home / "content/articles" / id / "article.md").write_text("---\ntitle: [\n---\n")
        done = engine()
        assert done.faults == 2 and "beiwan-daqiao/article.md:" in done.first

    def test_that_was_killed_is_started_again(self, engine: Callable[[], indexer._Done], edit: Edit):
        engine()
        (process,) = engines()
        os.kill(process, signal.SIGKILL)
        assert until(lambda: not engines())
        edit("dushu-jie", OLD, NEW)
        assert engine().annotated == 1


class TestASite:
    def test_lets_the_engine_go_when_nothing_has_changed_for_a_while(
        self, open_site: OpenSite, edit: Edit, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(indexer, "_ENGINE_IDLE_SECONDS", 0.5)
        with open_site(watch=True) as site:
            assert until(lambda: ready(site))
            assert until(lambda: not engines())
            edit("dushu-jie", OLD, NEW)
            assert until(lambda: SHOWN in site.get(PAGE).text)

    def test_starts_another_engine_when_it_was_killed(self, open_site: OpenSite, edit: Edit):
        with open_site(watch=True) as site:
            assert until(lambda: ready(site) and engines())
            for process in engines():
                os.kill(process, signal.SIGKILL)
            edit("dushu-jie", OLD, NEW)
            assert until(lambda: SHOWN in site.get(PAGE).text)
            assert until(lambda: ready(site) and len(engines()) == 1)
        assert until(lambda: not engines())

    def test_starts_no_engine_while_the_files_are_as_they_were(self, open_site: OpenSite, home: Path):
        library = Library(Content(home / "content"), open_index("", home / "var"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("app.content.snapshot._TICK_NS", -(10**12))
            library.refresh()
        library.index.close()
        with open_site(watch=True) as site:
            assert until(lambda: ready(site))
            assert site.get(PAGE).status_code == 200
            assert until(lambda: "meipi_annotated_total 0.0" in site.get("/metrics").text)
            assert not engines()

    def test_without_files_shows_what_others_bring_into_the_index(self, open_site: OpenSite, home: Path):
        """On a machine that only serves, or in a library of lines alone; and files may come later."""
        kept = home / "content"
        kept.rename(home / "elsewhere")
        with open_site(watch=True) as site:
            assert until(lambda: ready(site))
            assert SHOWN not in site.get(PAGE).text
            article = home / "elsewhere/articles/dushu-jie/article.md"
            article.write_text(article.read_text("utf-8").replace(OLD, NEW), "utf-8")
            library = Library(Content(home / "elsewhere"), open_index("", home / "var"))
            library.refresh()
            library.index.close()
            assert until(lambda: SHOWN in site.get(PAGE).text)
            assert until(lambda: SHOWN in site.get("/api/v1/articles/dushu-jie").text)
            assert not kept.exists() and not engines()
            article.write_text(article.read_text("utf-8").replace(NEW, OLD), "utf-8")
            (home / "elsewhere").rename(kept)
            assert until(lambda: SHOWN not in site.get(PAGE).text)

    def test_tells_what_the_indexer_did_in_its_metrics(self, open_site: OpenSite, edit: Edit):
        with open_site(watch=True) as site:
            assert until(lambda: ready(site))
            edit("dushu-jie", OLD, NEW)
            assert until(lambda: "meipi_annotated_total 1.0" in site.get("/metrics").text)
            assert "\nmeipi_content_faults 0.0" in site.get("/metrics").text

    def test_whose_database_does_not_answer_says_so_once(
        self, open_site: OpenSite, home: Path, caplog: pytest.LogCaptureFixture
    ):
        (home / "var/index.sqlite3").unlink()
        (home / "var/index.sqlite3").mkdir()
        with open_site(watch=True) as site:
            assert until(lambda: site.get("/readyz").status_code == 503)
            assert site.get("/healthz").text == "ok\n"
            answer = site.get(PAGE)
            assert answer.status_code == 503 and answer.headers["retry-after"]
            assert until(lambda: "content is not followed now" in caplog.text)
            assert len([r for r in caplog.records if "the index does not answer" in r.message]) == 1
            (home / "var/index.sqlite3").rmdir()
            assert until(lambda: ready(site))
            assert site.get(PAGE).status_code == 200


HEAVY = (
    "app.library.library",
    "app.text.quotes.attribution",
    "jieba",
    "rjieba",
    "app.library.batches",
    "watchfiles",
)


def test_a_web_worker_has_neither_the_text_engine_nor_what_watches(home: Path):
    script = """
import sys, time
from pathlib import Path
from starlette.testclient import TestClient
from app.serving.main import create_app
from app.settings import Settings

home = Path(sys.argv[1])
site = create_app(Settings(content=home / "content", var=home / "var"))
with TestClient(site, base_url="http://127.0.0.1:8000") as client:
    for path in ("/a/dushu-jie/", "/a/dushu-jie/nhjm/", "/search/?q=%E6%B8%A1", "/api/v1/articles"):
        assert client.get(path).status_code == 200
    assert "no indexer runs" in client.get("/readyz").text
print([name for name in sys.argv[2:] if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(home), *HEAVY],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_that_ends_leaves_no_engine_behind(home: Path, how: signal.Signals):
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", "0", "--content", str(home / "content")],
        cwd=Path(__file__).parent.parent.parent,
        env={k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")},
        stderr=subprocess.DEVNULL,
    )
    try:
        assert until(lambda: engines(server.pid))  # the copied files are too young to be trusted
        begun = engines(server.pid)
    finally:
        server.send_signal(how)
        server.wait(60)
    assert until(lambda: not any(runs(pid) for pid in begun))
    assert how == signal.SIGKILL or not (home / "var/indexer.json").exists()
