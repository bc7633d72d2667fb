"""For every reader: what a screen reader says, 400 % zoom, forced colours, less motion, every setting."""

from __future__ import annotations

import json
import re
import shutil
from itertools import combinations, product

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ARTICLE, ROOT, TEXTS, served
from playwright.sync_api import Page, expect
from waiting import open_display, still, told, visit

HERE = f"/a/{ARTICLE}/"

# The article as each reader may have set it, apart from the themes, languages and directions below. As it
# is by itself and with readings it is one of all the pages that are looked at elsewhere.
MANNERS = {
    "who says it": ("", {"who": "on"}),
    "all marks, large": ("?marks=all", {"size": "5", "lead": "3", "width": "1", "para": "gap"}),
}


# Theme, language, direction and what is open: any two values of different columns are together in one row.
COVERING = [
    ("light", "zh", "", "card"),
    ("light", "en", "v", "panel"),
    ("light", "hant", "", "menu"),
    ("sepia", "zh", "v", "menu"),
    ("sepia", "en", "", "card"),
    ("sepia", "hant", "v", "panel"),
    ("dark", "zh", "", "panel"),
    ("dark", "en", "", "menu"),
    ("dark", "hant", "v", "card"),
]


def spoken(page: Page, css: str) -> str:
    """What a screen reader says of an element, from the browser's accessibility tree.

    Names of links and buttons are in ‹ ›, their descriptions in ( ); white space is left out.
    """
    client = page.context.new_cdp_session(page)
    root = client.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    element = client.send("DOM.querySelector", {"nodeId": root, "selector": css})["nodeId"]
    backend = client.send("DOM.describeNode", {"nodeId": element})["node"]["backendNodeId"]
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {n["nodeId"]: n for n in nodes}

    def say(node: dict) -> str:
        role = node.get("role", {}).get("value", "")
        name = node.get("name", {}).get("value", "")
        if not node["ignored"]:
            if role == "StaticText":
                return name
            if role in ("link", "button", "checkbox"):
                about = node.get("description", {}).get("value", "")
                return f"‹{role} {name}›" + (f"({about})" if about else "")
        return "".join(say(by_id[c]) for c in node.get("childIds", ()) if c in by_id)

    start = next(n for n in nodes if n.get("backendDOMNodeId") == backend)
    client.detach()
    return re.sub(r"\s+", "", say(start))


@pytest.mark.parametrize("manner", MANNERS)
def test_axe_finds_no_violation_however_the_article_is_set(context, site, manner):
    query, kept = MANNERS[manner]
    page = context.new_page()
    page.add_init_script(f"localStorage.setItem('meipi', {json.dumps(json.dumps(kept))})")
    visit(page, site + HERE + query)
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in violations] == []


def test_the_covering_rows_have_every_pair():
    columns = [sorted(set(column)) for column in zip(*COVERING, strict=True)]
    for a, b in combinations(range(4), 2):
        wanted = set(product(columns[a], columns[b]))
        assert {(row[a], row[b]) for row in COVERING} == wanted


@pytest.mark.parametrize("row", COVERING, ids="-".join)
def test_axe_finds_no_violation_in_any_theme_language_and_direction_with_layers_open(context, site, row):
    theme, language, direction, opened = row
    page = context.new_page()
    kept = {key: value for key, value in (("theme", theme), ("dir", direction)) if value}
    page.add_init_script(f"localStorage.setItem('meipi', {json.dumps(json.dumps(kept))})")
    visit(page, f"{site}{HERE}?lang={language}")
    if opened == "card":
        page.locator(".x a.term").first.click()
        expect(page.locator(".card:popover-open")).to_have_count(1)
    elif opened == "panel":
        open_display(page)
    else:
        page.locator(".p > .n").first.click()
        expect(page.locator("#menu")).to_be_visible()
    still(page)
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in violations] == []


class TestAScreenReader:
    @pytest.fixture
    def article(self, page: Page, site: str) -> Page:
        visit(page, site + HERE)
        return page

    def test_hears_who_speaks_then_the_paragraph_with_its_terms_as_links_and_nothing_between(self, article):
        """Two terms and a speaker: name, office, the link to the paragraph, then the words as printed."""
        heard = spoken(article, ".p:has(a[interestfor='t-zhangjiang-kexuecheng'])")
        assert heard.startswith(
            "段中发言‹link习近平›中共中央总书记、国家主席、中央军委主席‹link第1段的链接›11月28日下午，"
        )
        assert "‹link张江科学城›参观" in heard
        assert "加快向‹link具有全球影响力的科技创新中心›迈进。" in heard
        assert "¶" not in heard and "原话" not in heard

    def test_hears_a_terms_sentence_when_its_card_is_open(self, article):
        link = article.locator("a[interestfor='t-zhangjiang-kexuecheng']").first
        link.scroll_into_view_if_needed()
        link.hover()
        expect(article.locator("#t-zhangjiang-kexuecheng")).to_be_visible()
        heard = spoken(article, "a[interestfor='t-zhangjiang-kexuecheng']")
        assert heard.startswith("‹link张江科学城›(") and "浦东新区的科技园区" in heard

    def test_hears_who_says_what_only_when_it_is_asked_for(self, article):
        article.evaluate("document.documentElement.dataset.who = 'on'")
        heard = spoken(article, ".p .x")
        assert "转述" not in heard  # the corner labels are for eyes; the speaker comes before the paragraph

    def test_can_skip_to_the_text_first(self, article):
        article.keyboard.press("Tab")
        skip = article.get_by_role("link", name="跳到正文")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        article.keyboard.press("Enter")
        expect(article.locator("#main")).to_be_focused()

    def test_hears_once_that_something_was_copied(self, context, site, addresses):
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(addresses["paragraph"])
        page.locator("[data-copy=link]").click()
        assert told(page, "已复制") == "已复制"
        page.wait_for_timeout(300)
        assert page.evaluate("heard") == []

    def test_hears_how_much_a_search_found(self, page, addresses):
        page.goto(addresses["search"])
        expect(page.get_by_role("status").filter(has_text="段").first).to_be_attached()


@pytest.mark.parametrize("context", [{"viewport": {"width": 320, "height": 256}}], indirect=True)
def test_at_400_percent_everything_is_there_and_nothing_scrolls_sideways(context, addresses):
    page = context.new_page()
    for name, address in addresses.items():
        visit(page, address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        hidden = page.evaluate(
            """[...document.querySelectorAll('main :is(a, button, input)')].filter(e => e.checkVisibility())
            .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
            .filter(([, r]) => r.width && (r.right > 321 || r.left < -1)).map(([t]) => t)"""
        )
        assert hidden == [], name


@pytest.mark.parametrize("context", [{"forced_colors": "active"}], indirect=True)
def test_marks_and_states_are_seen_in_forced_colours(context, site):
    page = context.new_page()
    visit(page, site + HERE)
    line = page.evaluate("getComputedStyle(document.querySelector('a.term')).textDecorationLine")
    assert "underline" in line
    current = page.locator("#marks [aria-current]")
    assert current.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"] == []


@pytest.mark.parametrize("context", [{"reduced_motion": "reduce"}], indirect=True)
def test_nothing_moves_by_itself_for_who_asks_for_less_motion(context, site, paragraphs):
    page = context.new_page()
    visit(page, site + HERE)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    timed = page.evaluate(
        "document.getAnimations().filter(a => a.timeline instanceof DocumentTimeline"
        " && a.effect.getTiming().duration < 2000).length"
    )
    assert timed == 0


def test_a_card_can_be_dismissed_pointed_at_and_stays(page, site):
    """WCAG 2.1, 1.4.13: it stays while it is pointed at, goes with Escape, and does not go by itself."""
    visit(page, site + HERE)
    link = page.locator("a.term", has_text="五个中心").first
    link.scroll_into_view_if_needed()
    link.hover()
    card = page.locator("#t-wu-ge-zhongxin")
    expect(card).to_be_visible()
    page.clock.install()
    page.clock.run_for(10_000)
    expect(card).to_be_visible()
    card.hover()
    page.clock.run_for(600)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_everything_but_what_needs_scripts_is_there_without_the_folder_of_scripts(tmp_path, context, page):
    """A copy of the program whose static/js is empty: whole pages, none of which asks for a script."""
    copy = tmp_path / "program"
    shutil.copytree(ROOT / "app", copy / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "templates", copy / "templates")
    shutil.copytree(ROOT / "static", copy / "static", ignore=shutil.ignore_patterns("js"))
    shutil.copytree(TEXTS, copy / "content")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    with served(copy / "content", "beiwan-daqiao", root=copy) as address:
        page.goto(f"{address}/a/beiwan-daqiao/")
        expect(page.locator(".js").filter(visible=True)).to_have_count(0)
        # Cards open, margin notes are seen, marks are switched, speakers shown, the contents open.
        term = page.locator("a.term").first
        term.scroll_into_view_if_needed()
        term.hover()
        expect(page.locator(".card:popover-open")).to_have_count(1)
        page.mouse.move(2, 2)
        open_display(page)
        page.locator("#marks a[data-m=all]").click()
        page.wait_for_url("**marks=all")
        open_display(page)
        page.locator("#who").check()
        page.keyboard.press("Escape")
        label = "getComputedStyle(document.querySelector('.said'), '::before').content"
        assert page.evaluate(label) not in ("none", "normal")
        number = page.locator(".p > .n").first
        number.click()
        expect(page.locator("#share")).to_be_visible()
        for path in (
            "/",
            "/articles/",
            "/terms/",
            "/speakers/",
            "/search/?q=大桥",
            "/a/beiwan-daqiao/speakers/",
        ):
            assert page.goto(address + path).ok, path
            expect(page.locator("h1").first).to_be_visible()
    assert not [a for a in asked if a.endswith(".js")]
