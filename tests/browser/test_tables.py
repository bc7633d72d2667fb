"""A wide table: it scrolls in its own box on a phone, its rows are shared, and read across."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import served
from playwright.sync_api import expect
from waiting import until, visit

HEADS = ["井名", "深度", "出水", "开工日期", "完工日期", "施工单位", "费用"]
TEXT = "\n".join(
    (
        "---\ntitle: 河湾三口井\ndate: 2024-05-06\n---\n\n去年打了三口井，花了三年工夫。\n",
        f"| {' | '.join(HEADS)} |",
        f"|{' --- |' * len(HEADS)}",
        *(
            f"| {n}号井 | {40 + n} | 好 | 2023年4月1日 | 2023年6月20日 | 河湾第二施工队 | 38 |"
            for n in range(60)
        ),
        "\n{.note}\n注：深度从井口量起。\n",
    )
)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture(scope="module")
def wells(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("wells")
    file = home / "content/articles/jing/article.md"
    file.parent.mkdir(parents=True)
    file.write_text(TEXT, "utf-8")
    with served(home / "content", "jing") as address:
        yield f"{address}/a/jing/"


@pytest.mark.parametrize("context", [PHONE], indirect=True)
def test_on_a_phone_the_table_scrolls_and_the_page_does_not(page, wells):
    visit(page, wells)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box = page.locator(".rows")
    assert box.evaluate("e => e.scrollWidth > e.clientWidth + 100")
    box.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('.rows').scrollLeft > 0")
    assert Axe().run(page).response["violations"] == []


def test_a_row_is_shared_by_its_own_link(page, wells):
    visit(page, wells)
    row = page.locator("tbody tr.x").nth(1)
    row.locator(".n").click()
    menu = page.locator("#menu")
    expect(menu).to_be_visible()
    alone = menu.get_by_role("link", name="单独打开这一段", include_hidden=True)
    expect(alone).to_have_attribute("href", f"{wells}{row.get_attribute('id')}/")
    page.goto(f"{wells}{row.get_attribute('id')}/")
    expect(page.locator("main table")).to_contain_text("1号井")


def test_vertical_text_has_tables_that_are_read_across(page, wells):
    page.add_init_script(f"localStorage.setItem('meipi', {json.dumps(json.dumps({'dir': 'v'}))})")
    visit(page, wells)
    assert page.locator(".rows").evaluate("e => getComputedStyle(e).writingMode") == "horizontal-tb"
    first, second = (page.locator(".rows tr").nth(n).bounding_box() for n in (0, 1))
    assert first and second and second["y"] >= first["y"] + first["height"] - 1


def test_on_paper_the_head_of_a_table_is_on_every_page(page, wells):
    visit(page, wells)
    page.emulate_media(media="print")
    assert page.locator(".rows thead").evaluate("e => getComputedStyle(e).display") == "table-header-group"
    assert page.locator(".rows").evaluate("e => getComputedStyle(e).overflowX") == "visible"
    expect(page.locator(".rows .link").first).to_be_hidden()
