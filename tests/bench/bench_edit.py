"""Seconds from a click to the new page for twelve corrections in the workbench, in a real Chromium.

`python tests/bench/bench_edit.py [ARTICLES]`: in a copy of content/ with as many more articles.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
ARTICLE = "shanghai-kechuang"
HOME = f"/edit/a/{ARTICLE}/"
ENVIRON = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")} | {"PYTHONPATH": str(ROOT)}
Step = Callable[[Page], Locator]


@contextmanager
def workbench(content: Path) -> Iterator[str]:
    """The link of `meipi edit` on a content folder whose index is complete."""
    subprocess.run(
        [sys.executable, "-m", "app", "index", "--content", str(content)],
        cwd=ROOT, env=ENVIRON, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    log = content.parent / "log"
    with log.open("wb") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "app", "edit", "--port", "0", "--content", str(content)],
            cwd=ROOT, env=ENVIRON, stderr=errors,
        )  # fmt: skip
    try:
        while not (found := re.search(r"http://\S+/edit/start/\S+", log.read_text("utf-8"))):
            assert server.poll() is None, log.read_text("utf-8")
            time.sleep(0.1)
        yield found[0]
    finally:
        server.terminate()
        server.wait(60)


def library(home: Path, articles: int) -> Path:
    """A copy of content/ with more articles, which share its words."""
    content = home / "content"
    shutil.copytree(ROOT / "content", content)
    text = (content / "articles" / ARTICLE / "article.md").read_text("utf-8")
    paragraphs = [p for p in text.split("---\n", 2)[2].split("\n\n") if p.strip()]
    for n in range(articles):
        folder = content / "articles" / f"more-{n}"
        folder.mkdir()
        some = [paragraphs[(n * 7 + i) % len(paragraphs)].strip() for i in range(4)]
        body = "\n\n".join([f"这是第{n}篇，另有一句话。", *some])
        (folder / "article.md").write_text(f"---\ntitle: 第{n}篇\n---\n\n{body}\n", "utf-8")
    return content


def form(page: Page, do: str, n: int = 0) -> Locator:
    """The n-th form of a page that does this."""
    return page.locator(f"form:has(input[name=do][value={do}])").nth(n)


def _button(page: Page, do: str, n: int = 0) -> Locator:
    return form(page, do, n).locator("button").first


def _words(page: Page) -> Locator:
    box = form(page, "words").locator("textarea[name=text]")
    box.fill(box.input_value().replace("纷纷表示", "都表示"))
    return _button(page, "words")


def _kind(page: Page) -> Locator:
    form(page, "words").locator("select[name=kind]").select_option("note")
    return _button(page, "words")


def _split(page: Page) -> Locator:
    return _button(page, "split")


def _speaker(page: Page) -> Locator:
    form(page, "quotation").locator("input[name=speaker]").fill("骆大进")
    return _button(page, "quotation")


def _extent(page: Page) -> Locator:
    box = form(page, "quotation").locator("textarea[name=words]")
    box.fill(box.input_value()[:40])
    return _button(page, "quotation")


def _type(page: Page) -> Locator:
    form(page, "quotation").locator("select[name=type]").select_option("mixed")
    return _button(page, "quotation")


def _none(page: Page) -> Locator:
    return form(page, "quotation").locator("button[value=no]")


def _author(page: Page) -> Locator:
    form(page, "facts").locator("input[name=author]").fill("本报记者")
    return _button(page, "facts")


def _role(page: Page) -> Locator:
    form(page, "speaker").locator("input[name=role]").fill("校长")
    return _button(page, "speaker")


def _veto(page: Page) -> Locator:
    return _button(page, "veto")


def _scope(page: Page) -> Locator:
    form(page, "scope").locator("textarea[name=requires]").fill("上海")
    return _button(page, "scope")


def _entry(page: Page) -> Locator:
    page.locator("[name=zh]").fill("一句释义。")
    return page.locator("button[value=save]")


# Name; the paragraph (by number) or the address; what is filled in before the click.
CORRECTIONS: tuple[tuple[str, int | str, Step], ...] = (
    ("words", 2, _words),
    ("kind", 2, _kind),
    ("split", 1, _split),
    ("join", 1, lambda page: _button(page, "join")),
    ("speaker", 4, _speaker),
    ("extent", 9, _extent),
    ("type", 11, _type),
    ("no quotation", 10, _none),
    ("author", "", _author),
    ("role", 11, _role),
    ("veto", 1, _veto),
    ("scope", "/edit/terms/wu-ge-zhongxin/", _scope),
    ("new entry", "/edit/terms/new/?term=科技系统", _entry),
)


def click(page: Page, button: Locator) -> float:
    """Click; the seconds until the next page is complete, without the scrolling to the button before."""
    button.hover()
    began = time.perf_counter()
    with page.expect_navigation(wait_until="load"):
        button.click()
    return time.perf_counter() - began


def main() -> None:
    """Print the seconds of every correction."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        with workbench(library(Path(home), articles)) as link:
            base = link.split("/edit/")[0]
            page = browser.new_context(base_url=base, locale="zh-CN").new_page()
            page.set_default_timeout(120_000)
            page.goto(link)
            for name, where, fill in CORRECTIONS:
                page.goto(HOME)
                if isinstance(where, int):
                    page.goto(str(page.locator("ol.blocks a.mini").nth(where - 1).get_attribute("href")))
                elif where:
                    page.goto(where)
                seconds = [click(page, fill(page))]
                if page.locator("input[name=sure]").count():
                    seconds.append(click(page, page.locator(".btn.main").last))
                told = page.locator("p.note[role=status]").first
                said = told.inner_text() if told.count() else page.locator("h1").inner_text()
                print(f"{name:14} {'  '.join(f'{s:5.2f} s' for s in seconds)}   {said}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
