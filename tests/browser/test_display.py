"""The panel 显示: native controls that work without scripts, and what a new reader is told."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from waiting import open_display, visit

ARTICLE = "shanghai-kechuang"
HERE = f"/a/{ARTICLE}/"
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NO_SCRIPT = {"java_script_enabled": False}


def style(page: Page, css: str, name: str) -> str:
    return str(page.evaluate(f"getComputedStyle(document.querySelector('{css}')).{name}"))


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"#view label:has([name={name}][value='{value}'])").click()


@pytest.mark.parametrize("context", [DESK, DESK | NO_SCRIPT], indirect=True, ids=["scripts", "no scripts"])
def test_choices_are_seen_at_once(page, site):
    page.goto(site + HERE)
    plain = style(page, ".x", "fontSize"), style(page, "html", "backgroundColor")
    open_display(page)
    choose(page, "size", "4")
    choose(page, "theme", "dark")
    choose(page, "para", "gap")
    assert style(page, ".x", "fontSize") == "24px" != plain[0]
    assert style(page, "html", "backgroundColor") == "rgb(24, 22, 19)" != plain[1]
    assert style(page, ".x", "textIndent") == "0px"
    choose(page, "size", "")
    assert style(page, ".x", "fontSize") == plain[0]
    page.locator("#notes").click()
    assert style(page, ".notes", "display") == "none"


def test_choices_are_kept_and_can_be_taken_back(page, site):
    page.goto(site + HERE)
    open_display(page)
    choose(page, "face", "hei")
    page.locator("#who").click()
    page.locator("#notes").click()
    page.reload()
    expect(page.locator("#view [name=face][value=hei]")).to_be_checked()
    expect(page.locator("#who")).to_be_checked()
    expect(page.locator("#notes")).not_to_be_checked()
    visit(page, f"{site}/terms/")
    open_display(page)
    expect(page.locator("#view [name=face][value=hei]")).to_be_checked()
    page.get_by_role("button", name="恢复默认").click()
    expect(page.locator("#view [name=face][value='']")).to_be_checked()
    page.goto(site + HERE)
    expect(page.locator("#who")).not_to_be_checked()
    expect(page.locator("#notes")).to_be_checked()


def test_switches_are_seen_on_or_off(page, site):
    for query, switch in (("?pinyin=1", "拼音"), ("?script=hant", "简体")):
        visit(page, site + HERE)
        open_display(page)
        off = page.locator(f"#view a[data-keep^={query[1:].split('=')[0]}]")
        unlit = off.evaluate("a => getComputedStyle(a, '::after').backgroundColor")
        page.goto(site + HERE + query)
        open_display(page)
        on = page.locator("#view").get_by_role("link", name=switch)
        if switch == "拼音":
            expect(on).to_have_attribute("aria-current", "true")
            assert on.evaluate("a => getComputedStyle(a, '::after').backgroundColor") != unlit


@pytest.mark.parametrize("context", [PHONE], indirect=True)
@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_the_text_begins_within_two_fifths_of_a_phones_first_screen(page, site, query):
    visit(page, site + HERE + query)
    assert page.locator(".x").first.bounding_box()["y"] <= 0.4 * 740
    expect(page.locator(".hint")).to_be_in_viewport()


@pytest.mark.parametrize("context", [DESK, PHONE], indirect=True, ids=["desk", "phone"])
def test_a_new_reader_is_told_once_how_to_use_the_page(page, site):
    visit(page, site + HERE)
    lesson = page.locator(".lesson")
    expect(lesson).to_be_visible()
    expect(page.locator(".hint")).to_be_visible()
    first = page.locator("a.term").first
    assert abs(lesson.bounding_box()["y"] - first.bounding_box()["y"]) < 400
    first.click()
    for gone in (lesson, page.locator(".hint")):
        expect(gone).to_be_hidden()
    page.reload()
    for gone in (lesson, page.locator(".hint")):
        expect(gone).to_be_hidden()


@pytest.mark.parametrize("query", ["", "?translation=0&lang=en"])
def test_the_lesson_leaves_no_empty_lines_below_its_paragraph(page, site, query):
    page.set_viewport_size(DESK["viewport"])
    visit(page, site + HERE + query)
    expect(page.locator(".lesson")).to_be_visible()
    line = float(style(page, ".x", "lineHeight").removesuffix("px"))
    empty = page.evaluate(
        "(() => { const p = document.querySelector('.p:has(.lesson)');"
        " return p.offsetHeight - p.querySelector('.x').offsetHeight; })()"
    )
    assert empty < 2 * line


@pytest.mark.parametrize("context", [DESK, PHONE], indirect=True, ids=["desk", "phone"])
def test_english_is_not_set_upright_and_covers_nothing(page, site):
    visit(page, f"{site}{HERE}znvf/?lang=en")
    brow = page.locator(".brow > li").first
    assert brow.evaluate("e => getComputedStyle(e).writingMode") == "horizontal-tb"
    assert brow.bounding_box()["y"] > page.locator(".ban .x").bounding_box()["y"]
    visit(page, f"{site}{HERE}speakers/?lang=en")
    overlaps = page.evaluate(
        "[...document.querySelectorAll('.q')].filter(q => { const [a, b] = [q.querySelector('.tag'),"
        " q.querySelector('blockquote')].map(e => e.getBoundingClientRect());"
        " return a.right > b.left && a.bottom > b.top; }).length"
    )
    assert overlaps == 0


def test_the_lesson_can_be_closed(page, site):
    page.set_viewport_size(DESK["viewport"])
    visit(page, site + HERE)
    page.get_by_role("button", name="知道了").click()
    expect(page.locator(".lesson")).to_be_hidden()


# The page around it is looked at elsewhere.
@pytest.mark.parametrize(
    ("context", "theme"),
    [(PHONE, "light"), (DESK, "dark"), (PHONE, "sepia")],
    indirect=["context"],
    ids=["light-phone", "dark-desk", "sepia-phone"],
)
def test_axe_finds_nothing_in_the_open_panel(context, site, theme):
    page = context.new_page()
    page.add_init_script(f"localStorage.setItem('meipi', JSON.stringify({{ theme: '{theme}' }}))")
    # The other themes are other colours of the same words.
    for query in ("", "?lang=en&pinyin=1") if theme == "light" else ("",):
        visit(page, site + HERE + query)
        open_display(page)
        violations = Axe().run(page, context="#view").response["violations"]
        assert [(v["id"], [n["html"][:140] for n in v["nodes"][:3]]) for v in violations] == []


@pytest.mark.parametrize("context", [PHONE], indirect=True)
def test_its_sheet_has_a_handle_a_close_and_targets_of_44_pixels(page, site):
    visit(page, site + HERE)
    open_display(page)
    panel = page.locator("#view")
    expect(panel.locator(".grip")).to_be_visible()
    small = panel.evaluate(
        """panel => [...panel.querySelectorAll('a, button, label')].filter(e => e.checkVisibility())
        .filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.textContent)"""
    )
    assert small == []
    panel.get_by_role("button", name="关闭").tap()
    expect(panel).to_be_hidden()
