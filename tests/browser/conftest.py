"""A real server and a real Chromium; one of each for all browser tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, BrowserContext, Page, expect
from processes import free_port
from readymade import give_language
from waiting import HEARD

from app.cli import cli

ROOT = Path(__file__).parent.parent.parent
TEXTS = ROOT / "tests/data"
ARTICLE = "shanghai-kechuang"
BARE = {name: None for name in os.environ if name.startswith("MEIPI_")}
ENVIRON = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")}


# A browser that shares two cores with everything else may be late.
expect.set_options(timeout=30_000)
PATIENCE = 180.0


def run(*command: str) -> None:
    """Run a command that succeeds, in this process."""
    done = CliRunner().invoke(cli, command, env=BARE)
    assert done.exit_code == 0, done.output


@contextmanager
def served(content: Path, article: str, *, root: Path = ROOT, **settings: str) -> Iterator[str]:
    """The address of `meipi serve` on a content folder, once it answers for one of its articles.

    `root` is the program's folder, for a copy that lacks something.
    """
    give_language(content.parent / "var")
    port = free_port()
    # Into a file: a pipe without a reader fills up, and the server would wait for ever.
    log = content.parent / "server.log"
    with log.open("wb") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", str(port), "--content", str(content)],
            cwd=root,
            env=ENVIRON | settings,
            stderr=errors,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        answers(server, f"{address}/a/{article}/" if article else address, log)
        yield address
    finally:
        server.terminate()
        server.wait(PATIENCE)


def answers(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Wait until a server answers."""
    for _ in until_late():
        with suppress(OSError):
            return urllib.request.urlopen(address, timeout=PATIENCE).close()
        assert server.poll() is None, log.read_text("utf-8")
    pytest.fail(f"{address} never answered: {log.read_text('utf-8')}")


def until_late() -> Iterator[None]:
    """Turns of a loop that waits, until it has waited for too long."""
    late = time.monotonic() + PATIENCE
    while time.monotonic() < late:
        yield
        time.sleep(0.1)


@pytest.fixture(scope="session")
def site(client_indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `meipi serve` on a copy of the project's own content."""
    home = tmp_path_factory.mktemp("site")
    shutil.copytree(client_indexed, home, dirs_exist_ok=True)
    with served(home / "content", ARTICLE) as address:
        yield address


class Desk:
    """A served library whose articles a test may edit, as an editor would."""

    def __init__(self, content: Path, address: str) -> None:
        self.content, self.address = content, address

    def edit(self, article: str, *changes: tuple[str, str]) -> None:
        """Change words of an article, save it as a new revision, and wait until the site shows it."""
        path = self.content / "articles" / article / "article.md"
        text = path.read_text("utf-8")
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
        run("save", "--content", str(self.content), article)
        ledger = (path.parent / "ledger.jsonl").read_text("utf-8").splitlines()
        revision = max(json.loads(line).get("rev", 0) for line in ledger)
        self.shows(article, revision)

    def rename(self, article: str, new: str) -> None:
        """Give an article another id; the old one stays as an alias."""
        folder = self.content / "articles" / article
        folder.rename(folder.with_name(new))
        path = self.content / "articles" / new / "article.md"
        path.write_text(path.read_text("utf-8").replace("---\n", f"---\naliases: [{article}]\n", 1), "utf-8")
        self.wait(f"/api/v1/articles/{article}", lambda body: json.loads(body)["id"] == new)

    def shows(self, article: str, revision: int) -> None:
        """Wait until the site has an article in this revision, under this id."""
        wanted = {"id": article, "revision": revision}
        self.wait(f"/api/v1/articles/{article}", lambda body: wanted.items() <= json.loads(body).items())

    def wait(self, path: str, right: Callable[[str], bool]) -> None:
        for _ in until_late():
            with suppress(urllib.error.HTTPError), urllib.request.urlopen(self.address + path) as answer:
                if right(answer.read().decode()):
                    return
        pytest.fail(f"{path} never became what it should be")


@pytest.fixture(scope="session")
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("desk")
    shutil.copytree(TEXTS, home / "content")
    with served(home / "content", "beiwan-daqiao", MEIPI_DEVELOPMENT="1") as address:
        yield Desk(home / "content", address)


@pytest.fixture
def desk(_desk: Desk) -> Desk:
    """A served copy of the tests' articles, as they were at first."""
    first = {article.name for article in (TEXTS / "articles").iterdir()}
    for article in (_desk.content / "articles").iterdir():
        if article.name not in first:
            shutil.rmtree(article)
    shutil.copytree(TEXTS / "articles", _desk.content / "articles", dirs_exist_ok=True)
    for name in first:
        _desk.shows(name, 1)
    return _desk


@pytest.fixture(scope="session")
def document(site: str) -> dict:
    """The client's article as the API gives it."""
    with urllib.request.urlopen(f"{site}/api/v1/articles/{ARTICLE}") as answer:
        return json.load(answer)


@pytest.fixture(scope="session")
def paragraphs(document: dict) -> list[dict]:
    return [b for b in document["blocks"] if b["kind"] == "paragraph"]


@pytest.fixture(scope="session")
def addresses(site: str, paragraphs: list[dict]) -> dict[str, str]:
    """Every kind of page, by name."""
    article = f"{site}/a/{ARTICLE}/"
    return {
        "home": f"{site}/",
        "articles": f"{site}/articles/",
        "reader": article,
        "paragraph": f"{article}{paragraphs[6]['id']}/",
        "speakers of the article": f"{article}speakers/",
        "source": f"{article}source/",
        "terms of the article": f"{article}terms/",
        "glossary": f"{site}/terms/",
        "term": f"{site}/terms/wu-ge-zhongxin/",
        "speakers": f"{site}/speakers/",
        "speaker": f"{site}/speakers/luo-dajin/",
        "search": f"{site}/search/?q=%E4%BA%94%E4%B8%AA%E4%B8%AD%E5%BF%83",
        "search, nothing found": f"{site}/search/?q=%E9%BA%92%E9%BA%9F",
        "not found": f"{site}/a/no-such-article/",
        "docs": f"{site}/docs",
        "pinyin": f"{article}?pinyin=1",
        "the other script": f"{article}?script=hant",
        "in English": f"{article}?lang=en",
        "term in English": f"{site}/terms/wu-ge-zhongxin/?lang=en",
        "word": f"{site}/words/%E9%87%8D%E8%A7%86/",
        "word list": f"{site}/learn/",
    }


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A fresh profile; `@pytest.mark.parametrize("context", [{…}], indirect=True)` sets its options.

    Without the service worker: it would fetch and keep every page once
    more, in each test anew.
    """
    options = {"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN", "service_workers": "block"}
    context = browser.new_context(**options | getattr(request, "param", {}))
    context.add_init_script(HEARD)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose script errors and policy reports fail the test."""
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda m: faults.append(m.text) if m.type == "error" and "status of 4" not in m.text else None,
    )
    yield page
    assert faults == []
