"""What goes wrong in the world: killed processes, full disks, damaged files, two at once, a wrong clock.

After each of these nothing is lost, the message says what to do, and going on needs no handwork.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bench.kill import litter
from postgres import Server
from processes import engines, free_port, until
from starlette.testclient import TestClient

from app.content.store import Content
from app.errors import ContentError, IndexUnavailable
from app.index import open_index
from app.library.adding import Given
from app.library.library import Library
from app.model import ArticleId
from app.text.query import parse

ROOT = Path(__file__).parent.parent
AT = "2024-08-01T00:00:00+00:00"
DAQIAO, DUSHU = ArticleId("beiwan-daqiao"), ArticleId("dushu-jie")
NEW = "新船票今天开卖。\n\n“渡口还在，船也还在。”周大年说。\n"
ENVIRON = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")}

Edit = Callable[..., None]
OpenSite = Callable[..., TestClient]


def files(home: Path) -> dict[str, bytes]:
    """Everything that is in content/."""
    content = home / "content"
    return {
        str(p.relative_to(content)): p.read_bytes()
        for p in sorted(content.rglob("*"))
        if p.is_file() and p.name != ".lock"
    }


def opened(home: Path) -> Library:
    return Library(Content(home / "content"), open_index("", home / "var"), cache=home / "var/jieba")


def run(
    home: Path, command: str, *words: str, before: tuple[str, ...] = (), limit: int = 0
) -> subprocess.CompletedProcess[str]:
    """A whole process, as an editor would start it; it may write no file larger than `limit` bytes."""

    def limited() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [*before, sys.executable, "-m", "app", command, "--content", str(home / "content"), *words],
        cwd=ROOT,
        env=ENVIRON | {"PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=limited,
        capture_output=True,
        text=True,
    )


def _status(address: str) -> int:
    """What an address answers; 0 for a connection that fails."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class TestKilled:
    def test_add_save_index_and_serve_leave_the_old_state_or_the_new_one(self):
        """One kill of each command and of a site, from a fixed seed; `make faults` kills many more."""
        often = ["--runs", "6", "--cold", "0", "--serve", "1", "--seed", "1"]
        done = subprocess.run(
            [sys.executable, "tests/bench/kill.py", *often],
            cwd=ROOT,
            env=ENVIRON | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "0 faults" in done.stdout

    def test_what_an_editor_wrote_after_a_death_is_not_overwritten_by_the_next_writer(
        self, home: Path, library: Library, edit: Edit, monkeypatch: pytest.MonkeyPatch
    ):
        edit("beiwan-daqiao", "擦了一遍船舷。", "擦了两遍船舷。")
        with monkeypatch.context() as patch:  # it dies when all is committed and nothing is in place
            patch.setattr(
                Content, "_finish", lambda self, committed: (_ for _ in ()).throw(KeyboardInterrupt)
            )
            with pytest.raises(KeyboardInterrupt):
                library.save(DAQIAO, saved_at=AT)
        assert (home / "content/.pending/beiwan-daqiao").is_dir()
        edit("beiwan-daqiao", "擦了两遍船舷。", "擦了三遍船舷。")
        assert library.save(DAQIAO, saved_at=AT).revision == 3
        assert "擦了三遍船舷。" in (home / "content/articles/beiwan-daqiao/article.md").read_text("utf-8")
        assert "擦了两遍船舷。" in (home / "content/articles/beiwan-daqiao/ledger.jsonl").read_text("utf-8")
        assert list(library.check()) == [] and litter(home) == []


class TestAFullDisk:
    @pytest.mark.parametrize("limit", [100, 20_000])
    def test_add_says_so_and_goes_through_when_there_is_room(self, home: Path, limit: int):
        (home / "chuanpiao.txt").write_text(NEW * 20, "utf-8")
        before, documents = files(home), opened(home).index.count()
        full = run(home, "add", str(home / "chuanpiao.txt"), limit=limit)
        assert full.returncode == 1
        assert "Traceback" not in full.stderr
        assert re.search(r"(文件过大|File too large|disk I/O error)[；;].*(重新|meipi index)", full.stderr), (
            full.stderr
        )
        assert str(home) in full.stderr, "the message says where"
        known = {name: data for name, data in files(home).items() if "chuanpiao" not in name}
        assert known == before, "what was there is as it was"
        assert opened(home).index.count() == documents
        done = run(home, "add", str(home / "chuanpiao.txt"))
        assert done.returncode == 0, done.stderr
        assert opened(home).document(ArticleId("chuanpiao")).blocks
        assert run(home, "check").returncode == 0 and litter(home) == []

    def test_a_site_goes_on_and_follows_again_when_there_is_room(self, edit: Edit, open_site: OpenSite):
        with open_site(watch=True) as site:
            assert until(lambda: site.get("/readyz").text == "ready\n" and engines())
            (engine,) = engines()
            had = resource.prlimit(engine, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            edit("shanlu-chaguan", "開了四十年", "開了五十年")
            assert until(lambda: site.get("/readyz").status_code == 503)
            assert "content/ is not followed now" in site.get("/readyz").text
            page = site.get("/a/shanlu-chaguan/")
            assert page.status_code == 200 and "開了五十年" not in page.text
            resource.prlimit(engine, resource.RLIMIT_FSIZE, had)
            assert until(lambda: "開了五十年" in site.get("/a/shanlu-chaguan/").text)
            assert until(lambda: site.get("/readyz").status_code == 200)


class TestReadOnlyFolders:
    @pytest.fixture
    def powerless(self) -> tuple[str, ...]:
        """What to put before a command so that permissions hold for it, also where root runs the tests."""
        if os.geteuid():
            return ()
        setpriv = shutil.which("setpriv")
        assert setpriv, "tests that run as root need setpriv (Debian: util-linux)"
        return (setpriv, "--bounding-set=-all", "--inh-caps=-all")

    @pytest.fixture
    def locked(self, home: Path) -> Iterator[Callable[[Path], None]]:
        """Takes the right to write from a folder and all in it, until the test ends."""
        taken: list[Path] = []

        def lock(folder: Path) -> None:
            for path in (folder, *folder.rglob("*")):
                path.chmod(path.stat().st_mode & ~0o222)
                taken.append(path)

        yield lock
        for path in taken:
            path.chmod(path.stat().st_mode | 0o200)

    def test_content_that_may_only_be_read_is_indexed_and_searched(
        self, home: Path, powerless: tuple[str, ...], locked: Callable[[Path], None]
    ):
        shutil.rmtree(home / "var")
        locked(home / "content")
        assert run(home, "index", "--jobs", "1", before=powerless).returncode == 0
        found = run(home, "search", "渡口", before=powerless)
        assert found.returncode == 0 and "/a/" in found.stdout

    def test_writing_into_it_is_refused_with_its_name(
        self, home: Path, edit: Edit, powerless: tuple[str, ...], locked: Callable[[Path], None]
    ):
        (home / "chuanpiao.txt").write_text(NEW, "utf-8")
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        before = files(home)
        locked(home / "content")
        for words in (("add", str(home / "chuanpiao.txt")), ("save",)):
            refused = run(home, *words, before=powerless)
            assert refused.returncode == 1
            assert "Traceback" not in refused.stderr
            assert str(home / "content") in refused.stderr and "没有权限" in refused.stderr
        assert files(home) == before

    def test_an_index_that_may_only_be_read_is_told(
        self, home: Path, edit: Edit, powerless: tuple[str, ...], locked: Callable[[Path], None]
    ):
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        locked(home / "var")
        refused = run(home, "index", "--jobs", "1", before=powerless)
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr and "index.sqlite3" in refused.stderr


def _torn(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Ways in which a file is damaged."""
    third = len(data) // 3
    yield "empty", b""
    yield "cut short", data[: 2 * third]
    yield "zeros in the middle", data[:third] + bytes(third) + data[2 * third :]
    yield "noise from the second page on", data[:4096] + b"\xa5" * len(data[4096:]) + b"\xa5"
    yield "noise all through", b"\xa5" * len(data)
    yield "another file", b"GIF89a" + data[6:]


class TestADamagedIndex:
    @pytest.mark.parametrize("n", range(6))
    def test_is_told_or_made_anew_and_filled_by_the_next_index(self, home: Path, n: int):
        index = home / "var/index.sqlite3"
        good = opened(home)
        before = [good.document(id) for id in good.content.articles()]
        found = good.index.search(parse("渡口")).total
        good.index.close()
        index.write_bytes(list(_torn(index.read_bytes()))[n][1])
        for _ in range(
            2
        ):  # the process that meets the damage reports it; the next one needs no manual repair
            try:
                library = opened(home)
                library.refresh()
                for id in library.content.articles():
                    library.document(id)
                library.search("渡口")
            except IndexUnavailable as fault:
                assert str(index) in str(fault) and "meipi index" in str(fault)
        library = opened(home)
        library.refresh()
        assert [library.document(id) for id in library.content.articles()] == before
        assert library.index.search(parse("渡口")).total == found

    def test_is_made_anew_and_filled_under_a_running_site(self, home: Path, open_site: OpenSite):
        index = home / "var/index.sqlite3"
        with open_site(watch=True) as site:
            assert site.get("/terms/dukou/").status_code == 200
            size = index.stat().st_size
            with index.open("r+b") as file:
                file.seek(4096)
                file.write(b"\xa5" * (size - 4096))
            assert until(lambda: site.get("/search/?q=渡口").status_code == 200)
            assert until(lambda: "搬书" in site.get("/search/?q=搬书").text)
            assert until(lambda: site.get("/readyz").status_code == 200)

    def test_that_was_deleted_under_a_running_site_is_made_anew(self, home: Path, open_site: OpenSite):
        with open_site(watch=True) as site:
            assert site.get("/speakers/lin-qinghe/").status_code == 200
            shutil.rmtree(home / "var")
            assert until(lambda: site.get("/readyz").status_code == 200 and (home / "var").is_dir())
            assert until(lambda: site.get("/api/v1/articles").json().get("total") == 3)

    def test_that_another_process_made_anew_is_followed(self, home: Path, edit: Edit):
        mine = opened(home)
        state = mine.index.generation()
        (home / "var/index.sqlite3").write_bytes(b"\xa5" * 100_000)
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        assert run(home, "index", "--jobs", "1").returncode == 0
        assert mine.index.generation() != state
        assert "分书" in "".join(b.text for b in mine.document(DUSHU).blocks)

    def test_beside_a_damaged_cache_of_the_segmenter_is_no_trouble(self, home: Path):
        (home / "var/jieba").mkdir(exist_ok=True)
        for name in ("jieba.cache", "meipi.cache"):
            (home / "var/jieba" / name).write_bytes(b"\xa5" * 1000)
        shutil.rmtree(home / "var/index.sqlite3", ignore_errors=True)
        done = run(home, "annotate", "--json", str(home / "content/articles/beiwan-daqiao/source.txt"))
        assert done.returncode == 0 and json.loads(done.stdout)["blocks"], done.stderr


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    """A PostgreSQL of its own, which the test may end."""
    server = Server()
    yield server
    server.stop()


class TestADatabaseThatStartsAgain:
    def test_under_load_is_waited_for_and_followed_again(
        self, home: Path, edit: Edit, open_site: OpenSite, database: Server
    ):
        statuses: set[int] = set()
        stop = threading.Event()

        def read(site: TestClient, n: int) -> None:
            while not stop.is_set():
                for path in ("/speakers/", "/a/dushu-jie/", "/search/?q=渡口", "/api/v1/terms/dukou"):
                    statuses.add(site.get(f"{path}{'&' if '?' in path else '?'}x={n}").status_code)

        with open_site(watch=True, database_url=database.url) as site:
            assert until(lambda: site.get("/api/v1/articles").json().get("total") == 3)
            readers = [threading.Thread(target=read, args=(site, n)) for n in range(3)]
            for reader in readers:
                reader.start()
            database.restart()
            edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
            assert until(lambda: "分书" in site.get("/api/v1/articles/dushu-jie").text)
            stop.set()
            for reader in readers:
                reader.join()
            assert statuses <= {200, 503}
            assert until(lambda: site.get("/readyz").status_code == 200)
            assert site.get("/search/?q=分书").status_code == 200
            assert site.get("/api/v1/articles").json()["total"] == 3

    def test_that_comes_later_than_the_site_is_waited_for(
        self, open_site: OpenSite, database: Server, monkeypatch: pytest.MonkeyPatch
    ):
        there = threading.Event()

        def late(url: str, var: Path) -> object:
            if not there.is_set():
                raise IndexUnavailable("PostgreSQL at database/meipi: connection refused")
            return open_index(url, var)

        monkeypatch.setattr("app.library.reading.open_index", late)
        with open_site(watch=True, database_url=database.url) as site:
            answer = site.get("/")
            assert answer.status_code == 503 and answer.headers["retry-after"]
            assert answer.headers["content-security-policy"]
            there.set()
            assert until(lambda: site.get("/readyz").status_code == 200)
            assert site.get("/").status_code == 200


class TestADamagedLedger:
    @pytest.mark.parametrize("n", range(1, 6))
    def test_is_told_at_its_line_and_not_overwritten(
        self, home: Path, edit: Edit, open_site: OpenSite, n: int
    ):
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        library = opened(home)
        library.save(DUSHU, saved_at=AT)
        ledger = home / "content/articles/dushu-jie/ledger.jsonl"
        damaged = list(_torn(ledger.read_bytes()))[n][1]
        ledger.write_bytes(damaged)
        with open_site(watch=False) as site:
            assert site.get("/a/dushu-jie/").status_code == 200, "the page stands as it was indexed"
            assert site.get("/a/dushu-jie/nhjm/").status_code in (200, 503)
        findings = [f for f in library.check() if f.path == str(ledger)]
        assert findings and findings[0].code[0] in "LC" and findings[0].remedy
        with pytest.raises(ContentError):
            library.save(DUSHU, saved_at=AT)
        assert ledger.read_bytes() == damaged

    def test_that_two_branches_wrote_is_merged_by_keeping_the_lines_of_both(
        self, home: Path, edit: Edit, tmp_path: Path
    ):
        other = tmp_path / "other"
        shutil.copytree(home / "content", other / "content")
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        opened(home).save(DUSHU, saved_at=AT)
        path = other / "content/articles/dushu-jie/article.md"
        path.write_text(path.read_text("utf-8") + "\n书都送完了。\n", "utf-8")
        opened(other).save(DUSHU, saved_at=AT)
        place = "content/articles/dushu-jie/"
        both = (home / place / "ledger.jsonl").read_text("utf-8").splitlines()
        both += [x for x in (other / place / "ledger.jsonl").read_text("utf-8").splitlines() if x not in both]
        (home / place / "ledger.jsonl").write_text("\n".join(both) + "\n", "utf-8")
        (home / place / "article.md").write_text(
            (home / place / "article.md").read_text("utf-8") + "\n书都送完了。\n", "utf-8"
        )
        library = opened(home)
        library.save(DUSHU, saved_at=AT)
        assert [f for f in library.check() if f.code[0] == "L"] == []


class TestTwoAtOnce:
    def test_two_saves_of_an_article_record_it_once(self, home: Path, edit: Edit):
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        ready, done = threading.Barrier(4), list[object]()

        def save() -> None:
            library = opened(home)
            ready.wait()
            done.append(library.save(DUSHU, saved_at=AT))
            library.index.close()

        threads = [threading.Thread(target=save) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(done) == 4
        assert sum(s.changed for s in done) == 1  # type: ignore[attr-defined]
        assert {s.revision for s in done} == {2}  # type: ignore[attr-defined]
        assert list(opened(home).check()) == [] and litter(home) == []

    def test_processes_that_add_and_save_take_turns(self, home: Path, edit: Edit):
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        edit("beiwan-daqiao", "擦了一遍船舷。", "擦了两遍船舷。")
        (home / "chuanpiao.txt").write_text(NEW, "utf-8")
        commands = [("add", str(home / "chuanpiao.txt")), ("save",), ("save", "dushu-jie"), ("index",)]
        results: list[subprocess.CompletedProcess[str]] = []
        threads = [threading.Thread(target=lambda c=c: results.append(run(home, *c))) for c in commands]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [r.stderr for r in results if r.returncode] == []
        library = opened(home)
        library.refresh()
        assert {id: library.document(id).revision for id in library.content.articles()} == {
            "beiwan-daqiao": 2, "chuanpiao": 1, "dushu-jie": 2, "shanlu-chaguan": 1,
        }  # fmt: skip
        assert list(library.check()) == [] and litter(home) == []


class TestAClockSetBack:
    def test_changes_nothing_but_the_time_that_is_told(
        self, library: Library, edit: Edit, open_site: OpenSite
    ):
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        first = library.save(DUSHU, saved_at="2031-01-01T00:00:00+00:00")
        edit("dushu-jie", "孩子们在渡口分书。", "孩子们在渡口读书。")
        second = library.save(DUSHU, saved_at="1999-01-01T00:00:00+00:00")
        assert (first.revision, second.revision) == (2, 3)
        assert [r.n for r in library.content.ledger(DUSHU).revisions] == [1, 2, 3]
        (caption,) = [b for b in library.document(DUSHU).blocks if b.kind == "caption"]
        assert caption.text == "孩子们在渡口读书。"
        with open_site() as site:
            for n, words in ((1, "搬书"), (2, "分书"), (3, "读书")):
                assert words in site.get(f"/a/dushu-jie/{caption.id}@{n}/").text
            assert site.get("/feed.atom").status_code == site.get("/sitemap.xml").status_code == 200
        assert list(library.check()) == []

    def test_files_older_than_the_index_are_followed_all_the_same(
        self, home: Path, library: Library, edit: Edit
    ):
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        path = home / "content/articles/dushu-jie/article.md"
        os.utime(path, (0, 0))
        assert library.refresh().annotated == (DUSHU,)


class TestStoppingAndReloading:
    @pytest.fixture
    def start(self, home: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[bytes], str]]]:
        """Starts `meipi serve`; gives its process and address."""
        started: list[subprocess.Popen[bytes]] = []

        def serve(*words: str) -> tuple[subprocess.Popen[bytes], str]:
            port = free_port()
            command = ["serve", "--content", str(home / "content"), "--port", str(port), *words]
            server = subprocess.Popen(
                [sys.executable, "-m", "app", *command],
                cwd=ROOT,
                env=ENVIRON | {"MEIPI_RATE_LIMIT": ""},
                stderr=subprocess.DEVNULL,
            )
            started.append(server)
            address = f"http://127.0.0.1:{port}"
            assert until(lambda: _status(f"{address}/a/dushu-jie/") == 200)
            return server, address

        yield serve
        for server in started:
            # Told, not killed: a killed one leaves its workers running.
            server.terminate()
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

    def test_sigterm_lets_slow_answers_end(self, start: Callable[..., tuple[subprocess.Popen[bytes], str]]):
        server, address = start()
        clients = [HTTPConnection(urlsplit(address).netloc, timeout=120) for _ in range(4)]
        for client in clients:  # each is connected when it asks for its picture
            client.request("GET", "/healthz")
            assert client.getresponse().read()
        for client, id in zip(clients, ("nhjm", "mf7j", "zjgh", "xxzd"), strict=True):
            client.request("GET", f"/a/dushu-jie/{id}/card.png?size=portrait")
        server.send_signal(signal.SIGTERM)
        answers = [client.getresponse() for client in clients]
        assert [answer.status for answer in answers] == [200] * 4
        assert all(len(answer.read()) > 1000 for answer in answers)
        for client in clients:
            client.close()
        assert server.wait(60) in (0, -signal.SIGTERM)

    def test_sighup_replaces_the_workers_one_by_one_and_no_request_fails(
        self, start: Callable[..., tuple[subprocess.Popen[bytes], str]]
    ):
        server, address = start("--workers", "2")

        def worker() -> str:
            with urllib.request.urlopen(f"{address}/metrics") as answer:
                return re.findall(r'worker="(\d+)"', answer.read().decode())[0]

        before: set[str] = set()
        assert until(lambda: before.add(worker()) or len(before) == 2)
        stop, failed, done = threading.Event(), list[object](), [0]

        def read() -> None:
            while not stop.wait(0.02):
                status = _status(f"{address}/a/dushu-jie/")
                done[0] += 1
                if status != 200:
                    failed.append(status)

        reader = threading.Thread(target=read)
        reader.start()
        server.send_signal(signal.SIGHUP)
        now: list[str] = []
        assert until(
            lambda: now.append(worker()) or (len(set(now[-20:])) == 2 and not before & set(now[-20:]))
        )
        assert until(lambda: done[0] > 10)
        stop.set()
        reader.join()
        assert failed == []


class TestBackupAndRestore:
    def test_a_copy_of_the_content_alone_gives_the_same_site(
        self, home: Path, edit: Edit, open_site: OpenSite, tmp_path_factory: pytest.TempPathFactory
    ):
        """As docs/operations.md has it: tar of content/, unpacked elsewhere, `meipi index`."""
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        library = opened(home)
        library.save(DUSHU, saved_at=AT)
        library.add(
            "chuanpiao.txt", NEW.encode(), saved_at=AT, given=Given(id="chuanpiao", date="2024-08-01")
        )
        elsewhere = tmp_path_factory.mktemp("elsewhere")
        archive = elsewhere / "content.tar.gz"
        subprocess.run(["tar", "-czf", archive, "-C", home, "content"], check=True)
        subprocess.run(["tar", "-xzf", archive, "-C", elsewhere], check=True)
        restored = opened(elsewhere)
        restored.refresh()
        assert files(elsewhere) == files(home)
        for id in library.content.articles():
            assert restored.document(id) == library.document(id)
            assert restored.content.ledger(id) == library.content.ledger(id)
        restored.index.close()
        addresses = [
            "/",
            "/a/dushu-jie/",
            "/a/dushu-jie/rs6z@1/",
            "/a/chuanpiao/",
            "/terms/dukou/",
            "/feed.atom",
        ]
        with open_site() as site:
            pages = {a: site.get(a).text for a in addresses}
        shutil.rmtree(home / "content")
        shutil.rmtree(home / "var")
        shutil.copytree(elsewhere / "content", home / "content")
        opened(home).refresh()
        with open_site() as site:
            assert {a: site.get(a).text for a in addresses} == pages
