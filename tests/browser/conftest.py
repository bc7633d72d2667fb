"""A real server and a real Chromium; one of each for all browser tests."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
ARTICLE = "shanghai-kechuang"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # One worker has the browser; the others go on with the rest.
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail("no Chromium on this machine: install one (Debian: apt-get install chromium fonts-noto-cjk)")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `meipi serve` on a copy of the project's own content."""
    home = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "content", home / "content")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", str(port), "--content", str(home / "content")],
        cwd=ROOT,
        env=environ,
        stderr=subprocess.PIPE,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{address}/a/{ARTICLE}/", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, server.stderr and server.stderr.read().decode()
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(10)
        if server.stderr:
            server.stderr.close()


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
        "glossary": f"{site}/terms/",
        "term": f"{site}/terms/wu-ge-zhongxin/",
        "speakers": f"{site}/speakers/",
        "speaker": f"{site}/speakers/luo-dajin/",
        "search": f"{site}/search/?q=%E4%BA%94%E4%B8%AA%E4%B8%AD%E5%BF%83",
        "search, nothing found": f"{site}/search/?q=%E9%BA%92%E9%BA%9F",
        "not found": f"{site}/a/no-such-article/",
        "docs": f"{site}/docs",
    }


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A fresh profile; `@pytest.mark.parametrize("context", [{…}], indirect=True)` sets its options."""
    options = {"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN"} | getattr(request, "param", {})
    context = browser.new_context(**options)
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
