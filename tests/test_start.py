"""A start of the site: compiled templates are kept, and nothing is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

import pytest
from jinja2 import Environment
from starlette.testclient import TestClient

OpenSite = Callable[..., TestClient]
PAGE = "/a/dushu-jie/"


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

    def test_come_back_after_they_were_deleted(self, open_site: OpenSite, home: Path):
        with open_site() as site:
            site.get("/terms/")
            rmtree(home / "var/templates")
            assert site.get("/speakers/").status_code == 200
            assert self.templates(home)
            rmtree(home / "var/templates")
            (home / "var/templates").write_text("a file where the folder should be")
            assert site.get("/articles/").status_code == 200

    def test_a_site_without_room_for_them_is_the_same(self, open_site: OpenSite, home: Path):
        (home / "var").mkdir(exist_ok=True)
        rmtree(home / "var/templates", ignore_errors=True)
        (home / "var/templates").write_text("a file where the folder should be")
        with open_site() as site:
            assert site.get(PAGE).status_code == 200


# What people's pages do without; each would be some of a second at the start, and megabytes.
HEAVY = (
    "fastapi",
    "pydantic",
    "app.library.library",
    "app.library.batches",
    "app.content.store",
    "app.importers",
    "app.text.quotes.attribution",
)
# What an article's page does without, although other pages need it.
SELDOM = ("app.library.comparing", "app.text.compare", "app.web.scripts", "statistics")
# What the first answer does not wait for.
AFTERWARDS = ("importlib.metadata", "limits", "prometheus_client")
START = """
import asyncio, sys
from pathlib import Path
from app.serving.main import create_app
from app.settings import Settings

home = Path(sys.argv[1])
site = create_app(Settings(content=home / "content", var=home / "var", watch=False))

def imported(): return [name for name in sys.argv[2:] if name in sys.modules]

async def ask(path, query=b"", method="GET", body=b""):
    sent = []
    async def receive(): return {"type": "http.request", "body": body}
    async def send(message): sent.append((message, imported()))
    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query}
    scope |= {"headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "server": ("localhost", 80)}
    scope |= {"root_path": "", "scheme": "http", "http_version": "1.1", "asgi": {"version": "3.0"}}
    await site(scope, receive, send)
    assert sent[0][0]["status"] == 200, sent
    return sent[-1][1]

async def all():
    print(*await ask("/a/dushu-jie/"))
    for path in ("/", "/a/dushu-jie/", "/a/dushu-jie/speakers/", "/terms/", "/speakers/", "/articles/"):
        await ask(path)
    await ask("/search/", b"q=%E8%AF%BB%E4%B9%A6")
    await ask("/read/")
    await ask("/read/", method="POST", body=b"text=%E8%AF%BB%E4%B9%A6%E3%80%82")

asyncio.run(all())
print(*imported())
"""


def test_pages_out_of_the_index_need_neither_text_engine_nor_api(home: Path):
    done = subprocess.run(
        [sys.executable, "-c", START, str(home), *HEAVY, *SELDOM, *AFTERWARDS],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    article, others = map(str.split, done.stdout.splitlines())
    assert article == []
    assert set(others) <= {*SELDOM, *AFTERWARDS}
