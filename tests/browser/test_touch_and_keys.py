"""Main actions are large enough for a thumb; the keyboard reaches everything and gets back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from waiting import open_display, still, visit

ARTICLE = "shanghai-kechuang"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
phone = pytest.mark.parametrize("context", [PHONE], indirect=True)

# The height on which a finger hits an element: how much of its middle line belongs to it.
HEIGHTS = """(css) => [...document.querySelectorAll(css)].filter((e) => e.checkVisibility()).slice(0, 12)
.map((e) => {
  e.scrollIntoView({ block: "center", behavior: "instant" });
  const r = e.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + r.height / 2;
  let hit = 0;
  for (let at = y - 40; at < y + 40; at++) if (e.contains(document.elementFromPoint(x, at))) hit++;
  return [`${e.textContent.trim().slice(0, 12)} ${css}`, hit];
})"""


def low(page: Page, *selectors: str) -> list[list[object]]:
    """Elements on which a finger has less than 44 pixels; each selector finds at least one."""
    found = []
    for css in selectors:
        heights = page.evaluate(HEIGHTS, css)
        assert heights, css
        found += [told for told in heights if told[1] < 44]
    return found


@phone
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_main_actions_of_an_article_are_44_pixels_high_on_a_phone(page, site, lang):
    visit(page, f"{site}/a/{ARTICLE}/?lang={lang}")
    assert low(page, ".site nav a", ".brand", ".site .set", ".dock > *", ".p > .n", ".s > .n") == []
    page.locator(".p > .n").first.tap()
    expect(page.locator("#menu")).to_be_visible()
    still(page)
    assert low(page, "#menu .close", "#menu button", "#menu summary") == []
    page.keyboard.press("Escape")
    page.locator(".x a.term").first.tap()
    expect(page.locator(".card:popover-open")).to_have_count(1)
    still(page)
    assert low(page, ".card:popover-open button", ".card:popover-open .more a") == []
    page.keyboard.press("Escape")
    open_display(page)
    still(page)
    assert low(page, "#view .close", "#view .switches label") == []


@phone
@pytest.mark.parametrize(
    ("name", "selectors"),
    [
        ("search", [".find button", ".find input"]),
        ("paragraph", [".leafpage .btn", "a.near"]),
        ("home", [".find button", ".btn"]),
    ],
)
def test_main_actions_of_other_pages_are_44_pixels_high_on_a_phone(page, addresses, name, selectors):
    visit(page, addresses[name])
    assert low(page, *selectors) == []


@phone
def test_links_alone_in_a_row_are_24_pixels_high_on_every_page(page, addresses):
    """Also where they are far from each other; links within a sentence excepted."""
    small = {}
    for name, address in addresses.items():
        visit(page, address)
        small[name] = page.evaluate(
            """[...document.querySelectorAll(
            "main :is(td, th, h2, h3, li) > a:only-child, .lines a, .srcs a, nav a")]
            .filter((e) => e.checkVisibility() && !e.closest(".x, .tr"))
            .map((e) => [e.textContent.trim().slice(0, 20), Math.round(e.getBoundingClientRect().height)])
            .filter(([, height]) => height && height < 24)"""
        )
    assert {name: found for name, found in small.items() if found} == {}


STOPS = """document.addEventListener("focusin", () => (window.stops ??= []).push((() => {
  const e = document.activeElement, look = (of) => of && getComputedStyle(of).outlineStyle;
  const outlines = [look(e), e.tagName === "INPUT" ? look(e.nextElementSibling) : ""];
  const seen = outlines.some((style) => style && style !== "none");
  const part = e.matches(".skip") ? "skip" : e.closest("header.site") ? "bar" : e.closest(".toc") ? "contents"
      : e.closest(".head") ? "head" : e.closest(".p, .s") ? "text" : e.closest(".tail") ? "end"
    : e.closest(".foot") ? "foot" : "other";
  return [part, seen, e.outerHTML.slice(0, 80)]; })()))"""


@pytest.mark.parametrize("context", [{}, PHONE], indirect=True, ids=["desk", "phone"])
def test_tab_goes_from_the_skip_link_over_the_bar_to_the_text_and_every_stop_is_seen(page, site, context):
    visit(page, f"{site}/a/{ARTICLE}/")
    page.evaluate(STOPS)
    for n in range(400):
        page.keyboard.press("Tab")
        if n % 20 == 0 and page.evaluate("stops.filter(([part]) => part === 'skip').length > 1"):
            break  # it has gone round
    stops = page.evaluate("stops")
    parts = list(dict.fromkeys(part for part, _, _ in stops if part != "other"))
    known = ["skip", "bar", "contents", "head", "text", "end", "foot"]
    assert parts == [part for part in known if part in parts]
    assert {"skip", "bar", "text", "end", "foot"} <= set(parts)
    assert [told for _, seen, told in stops if not seen] == []


@pytest.mark.parametrize(
    ("opener", "layer"),
    [
        (".x a.term", ".card:popover-open"),
        (".p > .n", "#menu"),
        (".p > .by a", ".card:popover-open"),
        ("header .set", "#view"),
        (".ways .open", "#view"),
    ],
)
def test_escape_closes_a_layer_and_gives_the_focus_back(page, site, opener, layer):
    visit(page, f"{site}/a/{ARTICLE}/")
    start = page.locator(opener).first
    start.focus()
    page.keyboard.press("Enter")
    expect(page.locator(layer)).to_be_visible()
    still(page)
    page.keyboard.press("Escape")
    expect(page.locator(layer)).to_be_hidden()
    expect(start).to_be_focused()
