"""The workbench in a real browser: axe, phone width, keyboard, without scripts, in both languages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ENVIRON, ROOT, TEXTS, answers, until_late
from playwright.sync_api import Browser, BrowserContext, expect
from waiting import until

from app.edit.sessions import START, Sessions

BRIDGE = "/edit/a/beiwan-daqiao/"
PAGES = (
    "/edit/",
    "/edit/add/",
    BRIDGE,
    f"{BRIDGE}r2gj/",
    "/edit/terms/",
    "/edit/terms/dukou/",
    "/edit/people/lin-qinghe/",
    "/edit/a/shanlu-chaguan/",
)


@pytest.fixture(scope="module")
def desk_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A content folder, and the address of `meipi edit` on it."""
    home = tmp_path_factory.mktemp("workbench")
    shutil.copytree(TEXTS, home / "content")
    long = home / "content/articles/shanlu-chaguan/article.md"
    title = "title: 山路盡頭的茶館（增訂稿）——兼答各方讀者在座談會上提出的問題和建議\n"
    long.write_text(re.sub("title: .*\n", title, long.read_text("utf-8"), count=1), "utf-8")
    log = home / "log"
    command = [sys.executable, "-m", "app", "edit", "--port", "0", "--content", str(home / "content")]
    with log.open("wb") as errors:
        server = subprocess.Popen(
            command, cwd=ROOT, env=ENVIRON | {"PATH": os.environ["PATH"]}, stderr=errors
        )
    try:
        for _ in until_late():
            found = re.search(r"(http://127\.0\.0\.1:\d+)/edit/", log.read_text("utf-8"))
            address = found[1] if found else ""
            if address:
                break
            assert server.poll() is None, log.read_text("utf-8")
        answers(server, f"{address}/a/beiwan-daqiao/", log)
        yield home, address
    finally:
        server.terminate()
        server.wait(60)


def opened(browser: Browser, desk: tuple[Path, str], **options: object) -> BrowserContext:
    """A browser in which an editor is signed in."""
    home, address = desk
    settings = {"base_url": address, "locale": "zh-CN"} | options
    context = browser.new_context(**settings)  # type: ignore[arg-type]
    answer = context.request.get(f"{START}{Sessions(home / 'var').make_link()}/")
    assert answer.ok
    return context


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_axe_finds_nothing_and_pages_fit_a_phone(browser: Browser, desk_home: tuple[Path, str], lang: str):
    context = opened(browser, desk_home, locale=lang)
    page = context.new_page()
    # Every third in English, which has the same templates and other words.
    for address in PAGES[:: 3 if lang == "en" else 1]:
        page.set_viewport_size({"width": 1280, "height": 720})
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        page.set_viewport_size({"width": 360, "height": 640})
        until(page, "innerWidth === 360")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        small = page.evaluate(
            "[...document.querySelectorAll('.bench :is(button, .btn, .mini, select)')]"
            ".map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])"
            ".filter(([, b]) => b.height && (b.height < 24 || b.width < 24)).map(([e]) => e)"
        )
        assert small == [], address
    context.close()


def test_a_speaker_is_corrected_by_keyboard_without_scripts(browser: Browser, desk_home: tuple[Path, str]):
    context = opened(browser, desk_home, java_script_enabled=False)
    page = context.new_page()
    page.goto("/a/beiwan-daqiao/kkn3/")
    page.get_by_role("link", name="在工作台里改").focus()
    page.keyboard.press("Enter")
    page.get_by_label("说话人（空着：不知道）").first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("周大年")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("已保存")
    text = (desk_home[0] / "content/articles/beiwan-daqiao/article.md").read_text("utf-8")
    assert "- words: 桥和快线连起来\n  speaker: 周大年\n" in text
    context.close()


def test_a_plan_comes_before_a_paragraph_is_joined(browser: Browser, desk_home: tuple[Path, str]):
    context = opened(browser, desk_home)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.goto("/edit/a/dushu-jie/")
    page.get_by_role("button", name="与下一段合并：船把书").click()
    expect(page.get_by_role("heading", name="段落编号的去向")).to_be_visible()
    page.get_by_label("改动的理由").fill("本是一行")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("已保存")
    assert faults == []
    context.close()


def test_the_card_and_the_findings_follow_the_form(browser: Browser, desk_home: tuple[Path, str]):
    context = opened(browser, desk_home)
    page = context.new_page()
    page.goto("/edit/terms/new/?term=渡船工")
    page.get_by_label("释义", exact=True).fill("撑渡船的人。")
    expect(page.locator("#found .card")).to_contain_text("撑渡船的人。")
    expect(page.locator("#n-sources")).to_be_visible()
    assert not (desk_home[0] / "content/glossary/imported.yaml").exists()
    context.close()


def test_a_text_goes_from_paste_to_published_without_scripts(browser: Browser, desk_home: tuple[Path, str]):
    context = opened(browser, desk_home, java_script_enabled=False)
    page = context.new_page()
    page.goto("/read/")
    text = (
        "河湾村办起夜校\n\n渡口边的夜校昨天开课。校长林清和说：“识字的人多了，船也坐得稳。”\n\n夜里下了雨。"
    )
    page.get_by_label("要读的文章").fill(text)
    page.get_by_role("button", name="读", exact=True).click()
    page.get_by_role("button", name="交给工作台").first.click()
    expect(page.get_by_label("题目")).to_have_value("河湾村办起夜校")
    expect(page.get_by_label("贴上文章")).to_have_value(re.compile("坐得稳。”\n\n夜里下了雨。"))
    page.get_by_role("button", name="看看结果").click()
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_role("status").first).to_contain_text("已发布")
    page.get_by_role("link", name="阅读页").click()
    expect(page.get_by_role("heading", name="河湾村办起夜校")).to_be_visible()
    context.close()
