"""Pages of the last run are there at the next start, and never when they might be old."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

import pytest
from jinja2 import Environment
from starlette.testclient import TestClient

from app import following, kept
from app.index import open_index
from app.kept import Keeper, Seen
from app.model import Knowledge
from app.ready import Ready
from app.settings import Settings

OpenSite = Callable[..., TestClient]
Edit = Callable[..., None]
PAGE = "/a/dushu-jie/"
HTML = "text/html; charset=utf-8"


PROGRAM = kept._PROGRAM


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that nobody works on meanwhile."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "reader.html").write_text("{# first #}")
    monkeypatch.setattr(kept, "_PROGRAM", (folder,))
    return folder


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of these tests are young; a moment is enough for the clocks they are on."""
    monkeypatch.setattr(kept, "_TICK", 50_000_000)
    monkeypatch.setattr(following, "_QUIET", 0.1)


@pytest.fixture
def keeper(home: Path, index_of: Callable[[], str]) -> Keeper:
    """One that knows that the index of `home` is up to date."""
    time.sleep(0.1)
    made = Keeper(Settings(content=home / "content", var=home / "var"))
    made.know(made.look(), index_of())
    assert made.current
    return made


@pytest.fixture
def index_of(home: Path) -> Callable[[], str]:
    """The generation that the index itself tells."""

    def generation() -> str:
        index = open_index("", home / "var")
        told = index.generation()
        index.close()
        return told

    return generation


def until(condition: Callable[[], object]) -> bool:
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def run(open_site: OpenSite, home: Path, *addresses: str) -> list[str]:
    """A run of the site that ends when its pages are kept."""
    with open_site(watch=True) as site:
        texts = [site.get(address).text for address in addresses]
        # A page that was made before the files were looked at, on a busy machine, is not kept: asked again.
        assert until(lambda: [site.get(a) for a in addresses] and list((home / "var/pages").glob("*.pages")))
    return texts


def light(site: TestClient) -> bool:
    """Whether nothing but what is ready has been needed so far."""
    return site.app._made is None  # type: ignore[attr-defined]


def again(keeper: Keeper) -> Keeper:
    """The same site, started later."""
    return Keeper(Settings(content=keeper._content, var=keeper._folder.parent))


def page(words: str, *, hits: int = 0) -> Ready:
    made = Ready((words * 200).encode(), HTML, extra=((b"link", b"<x>"),))
    made.answer(b"br")
    made.hits = hits
    return made


class TestTheNextStart:
    def test_has_the_pages_of_the_last_run_and_loads_nothing_for_them(self, open_site: OpenSite, home: Path):
        (text,) = run(open_site, home, PAGE)
        with open_site(watch=True) as site:
            answer = site.get(PAGE)
            assert answer.text == text and light(site)
            assert site.get(PAGE, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
            assert site.head(PAGE).headers["content-length"] == answer.headers["content-length"]
            assert light(site)
            assert site.get("/terms/dukou/").status_code == 200  # not asked for in the run before
            assert not light(site)

    def test_answers_for_its_health_without_loading_anything(self, open_site: OpenSite, home: Path):
        run(open_site, home, PAGE)
        with open_site(watch=True) as site:
            assert until(lambda: light(site) and site.get("/readyz").text == "ready\n")
            assert site.get("/healthz").text == "ok\n" and site.get("/healthz").status_code == 200
            assert site.get("/healthz").headers["cache-control"] == "no-store"
            assert light(site)

    def test_speaks_english_to_those_who_prefer_it(self, open_site: OpenSite, home: Path):
        with open_site(watch=True) as site:
            assert site.get("/").status_code == 200
            assert until(lambda: (home / "var/pages/seen.json").exists())  # the files were looked at
            english = site.get(PAGE, headers={"accept-language": "en"}).text
            chinese = site.get(PAGE, headers={"accept-language": "zh"}).text
            assert until(lambda: list((home / "var/pages").glob("*.pages")))
        with open_site(watch=True) as site:
            assert site.get(PAGE, headers={"accept-language": "en"}).text == english != chinese
            assert site.get(PAGE).text == chinese and light(site)

    def test_follows_the_files_from_then_on(self, open_site: OpenSite, home: Path, edit: Edit):
        run(open_site, home, PAGE)
        with open_site(watch=True) as site:
            assert "搬书" in site.get(PAGE).text and light(site)
            time.sleep(0.5)  # the watching has begun
            edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
            assert until(lambda: "分书" in site.get(PAGE).text)

    def test_sees_that_another_process_has_changed_the_index(self, open_site: OpenSite, home: Path):
        run(open_site, home, PAGE)
        with open_site(watch=True) as site:
            assert site.get(PAGE).status_code == 200 and light(site)
            index = open_index("", home / "var")
            index.put_knowledge(Knowledge(), "another")
            index.close()
            assert until(lambda: not light(site))


class TestAChangeWhileNobodyLooked:
    def test_of_a_text_is_on_the_first_page(self, open_site: OpenSite, home: Path, edit: Edit):
        run(open_site, home, PAGE)
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        with open_site(watch=True) as site:
            assert until(lambda: "分书" in (text := site.get(PAGE).text) and "搬书。" not in text)

    def test_is_seen_though_size_and_time_were_set_back(self, open_site: OpenSite, home: Path, edit: Edit):
        run(open_site, home, PAGE)
        path = home / "content/articles/dushu-jie/article.md"
        before = path.stat()
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
        with open_site(watch=True) as site:
            assert until(lambda: "分书" in site.get(PAGE).text)

    def test_of_the_index_alone_is_seen(self, open_site: OpenSite, home: Path):
        run(open_site, home, PAGE)
        (home / "var/index.sqlite3").unlink()
        with open_site(watch=True) as site:
            assert until(lambda: site.get(PAGE).status_code == 200) and not light(site)

    def test_of_settings_leads_to_other_pages(self, open_site: OpenSite, home: Path):
        run(open_site, home, PAGE)
        with open_site(watch=True, site_name="渡口文库") as site:
            assert "渡口文库" in site.get(PAGE).text

    @pytest.mark.parametrize(
        "name", ["articles/dushu-jie/source.txt", "glossary/more.yaml", "articles/x/article.md"]
    )
    def test_of_any_file_is_seen(self, keeper: Keeper, home: Path, name: str):
        assert again(keeper).open() is not None
        path = home / "content" / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write("\n")
        assert again(keeper).open() is None

    def test_of_the_program_is_seen(self, keeper: Keeper, program: Path):
        assert again(keeper).open() is not None
        (program / "reader.html").write_text("{# another #}")
        assert again(keeper).open() is None

    def test_every_part_of_the_program_is_looked_at(self):
        assert [p.name for p in PROGRAM] == ["app", "templates", "static"] and all(
            p.is_dir() for p in PROGRAM
        )

    def test_what_editors_leave_beside_a_file_is_none(self, keeper: Keeper, home: Path):
        for name in (".article.md.swp", "article.md~"):
            (home / "content/articles/dushu-jie" / name).write_text("x")
        assert again(keeper).open() is not None


class TestKeeping:
    def test_gives_back_every_form_under_its_own_tag(self, keeper: Keeper):
        made, polished = page("渡口"), page("大桥")
        polished.polish()
        assert keeper.keep({b"/a/": made, b"en:/b/": polished})
        found = again(keeper).open()
        assert found is not None and len(found) == 2
        for key, it in ((b"/a/", made), (b"en:/b/", polished)):
            back = found.get(key)
            assert back is not None
            assert [back.answer(e) for e in (b"", b"br", b"gzip")] == [
                it.answer(e) for e in (b"", b"br", b"gzip")
            ]
        assert found.get(b"/c/") is None

    def test_adds_to_what_another_worker_kept(self, keeper: Keeper):
        other = again(keeper)
        assert other.open() is not None
        assert keeper.keep({b"/a/": page("渡口")}) and other.keep({b"/b/": page("大桥")})
        found = again(keeper).open()
        assert found is not None and {k for k, _ in found.items()} == {b"/a/", b"/b/"}

    def test_keeps_what_is_asked_for_most_where_room_is_short(
        self, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(kept, "_MOST", 4000)
        assert keeper.keep({b"/%d/" % n: page("渡口大桥", hits=n) for n in range(20)})
        found = again(keeper).open()
        assert found is not None
        assert {k for k, _ in found.items()} == {b"/19/"}

    def test_keeps_the_pages_of_a_few_ways_to_run_the_site(self, keeper: Keeper):
        for n in range(kept._WAYS + 3):
            other = Keeper(
                Settings(content=keeper._content, var=keeper._folder.parent, base_url=f"http://127.0.0.1:{n}")
            )
            assert other.open() is not None
            assert other.keep({b"/": page("渡口")})
        assert len(list(keeper._folder.glob("*.pages"))) == kept._WAYS

    def test_keeps_nothing_that_may_have_been_made_before_a_change(self, keeper: Keeper, edit: Edit):
        edit("dushu-jie", "孩子们在渡口搬书。", "孩子们在渡口分书。")
        assert not keeper.keep({b"/a/": page("渡口")})
        assert not list(keeper._folder.glob("*.pages"))

    def test_knows_nothing_of_files_that_changed_a_moment_ago(
        self, keeper: Keeper, index_of: Callable[[], str]
    ):
        look = keeper.look()
        keeper.know(Seen(look.stamp, look.at - 1000, look.at), index_of())
        assert keeper.current is None

    def test_an_index_elsewhere_keeps_nothing(self, keeper: Keeper):
        other = Keeper(
            Settings(content=keeper._content, var=keeper._folder.parent, database_url="postgresql://x/y")
        )
        assert other.open() is None and not other.able

    def test_a_file_that_cannot_be_used_keeps_nothing(self, open_site: OpenSite, home: Path):
        """Its fault is to be told again at the next start."""
        (home / "content/articles/dushu-jie/article.md").write_text("---\ntitle: [\n---\n")
        with open_site(watch=True) as site:
            assert site.get(PAGE).status_code == 200
            time.sleep(2.5)
        assert not (home / "var/pages").exists()

    def test_a_full_disk_is_no_fault_of_the_site(self, keeper: Keeper, caplog: pytest.LogCaptureFixture):
        for path in keeper._folder.iterdir():
            path.unlink()
        keeper._folder.rmdir()
        keeper._folder.write_text("a file where the folder should be")
        keeper.keep({b"/a/": page("渡口")})
        assert "not kept for the next start" in caplog.text


class TestADamagedFile:
    @pytest.mark.parametrize("where", [0.02, 0.5, 0.98])
    def test_is_passed_over_wherever_it_is_damaged(self, keeper: Keeper, where: float):
        keeper.keep({b"/a/": page("渡口")})
        (path,) = keeper._folder.glob("*.pages")
        data = bytearray(path.read_bytes())
        data[int(len(data) * where)] ^= 1
        path.write_bytes(data)
        found = again(keeper).open()
        assert found is not None and found.get(b"/a/") is None

    @pytest.mark.parametrize("size", [0, 10, 700])
    def test_that_was_cut_off_is_passed_over(self, keeper: Keeper, size: int):
        keeper.keep({b"/a/": page("渡口")})
        (path,) = keeper._folder.glob("*.pages")
        path.write_bytes(path.read_bytes()[:size])
        found = again(keeper).open()
        assert found is not None and len(found) == 0
        assert again(keeper).open() is not None

    @pytest.mark.parametrize("text", ["", "[]", '{"program": 1}', "\0"])
    def test_of_what_was_seen_is_as_none(self, keeper: Keeper, text: str):
        (keeper._folder / "seen.json").write_text(text)
        assert again(keeper).open() is None


class TestTemplates:
    """Compiled by one run, used by the next."""

    def templates(self, home: Path) -> list[Path]:
        return sorted((home / "var/templates").glob("*/*"))

    def test_are_compiled_once(self, open_site: OpenSite, home: Path, monkeypatch: pytest.MonkeyPatch):
        with open_site() as site:
            text = site.get(PAGE).text
        assert self.templates(home)
        monkeypatch.setattr(Environment, "_compile", None)
        with open_site() as site:
            assert site.get(PAGE).text == text

    @pytest.mark.parametrize("damage", [b"", b"no such thing", None])
    def test_are_compiled_anew_where_the_file_is_damaged(
        self, open_site: OpenSite, home: Path, damage: bytes | None
    ):
        with open_site() as site:
            text = site.get(PAGE).text
        for path in self.templates(home):
            path.write_bytes(path.read_bytes()[:40] if damage is None else damage)
        with open_site() as site:
            assert site.get(PAGE).text == text

    def test_those_of_another_program_are_let_go(self, open_site: OpenSite, home: Path):
        other = home / "var/templates/0123456789abcdef"
        other.mkdir(parents=True)
        (other / "x.cache").write_bytes(b"x")
        with open_site() as site:
            site.get(PAGE)
        assert not other.exists() and self.templates(home)

    def test_a_site_without_room_for_them_is_the_same(self, open_site: OpenSite, home: Path):
        (home / "var").mkdir(exist_ok=True)
        rmtree(home / "var/templates", ignore_errors=True)
        (home / "var/templates").write_text("a file where the folder should be")
        with open_site() as site:
            assert site.get(PAGE).status_code == 200


# What people's pages do without; each would be some of a second at the start, and megabytes.
HEAVY = ("fastapi", "pydantic", "app.library", "app.bulk", "app.content", "app.importers", "app.text.quotes")
START = """
import asyncio, sys
from pathlib import Path
from app.main import create_app
from app.settings import Settings

home = Path(sys.argv[1])
site = create_app(Settings(content=home / "content", var=home / "var", watch=False))

async def ask(path, query=b""):
    sent = []
    async def receive(): return {"type": "http.request", "body": b""}
    async def send(message): sent.append(message)
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query}
    scope |= {"headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "server": ("localhost", 80)}
    scope |= {"root_path": "", "scheme": "http", "http_version": "1.1", "asgi": {"version": "3.0"}}
    await site(scope, receive, send)
    assert sent[0]["status"] == 200, sent

async def all():
    for path in ("/", "/a/dushu-jie/", "/a/dushu-jie/speakers/", "/terms/", "/speakers/", "/articles/"):
        await ask(path)
    await ask("/search/", b"q=%E8%AF%BB%E4%B9%A6")

asyncio.run(all())
print(*[name for name in sys.argv[2:] if name in sys.modules])
"""


def test_pages_out_of_the_index_need_neither_text_engine_nor_api(home: Path):
    done = subprocess.run(
        [sys.executable, "-c", START, str(home), *HEAVY],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
