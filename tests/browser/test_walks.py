"""Ten walks of readers: from a shared paragraph to the term, the speaker, the whole article and back.

Each stop of a walk is at most three taps (or keys pressed on purpose) away from the one before.
"""

from __future__ import annotations

import re

import pytest
from conftest import ARTICLE
from playwright.sync_api import Browser, Locator, Page, expect
from waiting import still

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "locale": "zh-CN",
    "service_workers": "block",
}
MOST = 3


class Walk:
    """A reader who taps, and counts the taps since the last stop."""

    def __init__(self, page: Page, shared: str) -> None:
        self.page, self.shared, self.taps = page, shared, 0
        page.goto(shared)
        still(page)

    def tap(self, what: Locator | str) -> None:
        """Tap something that can be seen."""
        at = (self.page.locator(what) if isinstance(what, str) else what).filter(visible=True).first
        at.scroll_into_view_if_needed()
        at.tap() if self.page.evaluate("navigator.maxTouchPoints") else at.click()
        self.taps += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.taps += 1

    def at(self, address: str) -> None:
        """A stop: the address is reached, in few enough taps."""
        expect(self.page).to_have_url(re.compile(address))
        assert self.taps <= MOST, self.taps
        self.taps = 0
        still(self.page)

    def sees(self, css: str, words: str = "") -> None:
        """A stop without a new address."""
        expect(self.page.locator(css).filter(visible=True).first).to_contain_text(words)
        assert self.taps <= MOST, self.taps
        self.taps = 0

    def back(self) -> None:
        """The browser's own button."""
        self.page.go_back()
        self.taps += 1
        still(self.page)


@pytest.fixture(scope="module")
def shared(site: str, paragraphs: list[dict]) -> str:
    """The link to the paragraph on 五个中心, as a friend sends it."""
    (third,) = (b for b in paragraphs if b["text"].startswith("加快建设“五个中心”"))
    return f"{site}/a/{ARTICLE}/{third['id']}/"


@pytest.fixture
def walk(browser: Browser, shared: str, request: pytest.FixtureRequest):
    options = {"query": "", **getattr(request, "param", {})}
    query = options.pop("query")
    context = browser.new_context(**PHONE | options)
    yield Walk(context.new_page(), shared + query)
    context.close()


def test_to_the_term_by_its_card_and_back(walk):
    walk.tap(".x a.term:has-text('五个中心')")
    walk.sees(".card:popover-open", "国际经济")
    walk.tap(".card:popover-open .more > a")
    walk.at("/terms/wu-ge-zhongxin/")
    walk.back()
    walk.at("/a/shanghai-kechuang/[a-z0-9]{4}/$")


def test_to_the_speaker_and_back(walk):
    walk.tap(".by a")
    walk.at("/speakers/xu-feng/")
    walk.back()
    walk.at(walk.shared)


def test_to_the_whole_article_at_the_same_paragraph_and_back(walk):
    walk.tap(".acts a.main")
    walk.at(f"/a/{ARTICLE}/#")
    expect(walk.page.locator(":target")).to_be_in_viewport()
    walk.back()
    walk.at(walk.shared)


def test_from_the_article_to_who_says_what_and_to_a_quotation_in_its_place(walk):
    walk.tap(".acts a.main")
    walk.at(f"/a/{ARTICLE}/#")
    walk.tap(".dock a")
    walk.at(f"/a/{ARTICLE}/speakers/")
    walk.tap(".qs .facts a")
    walk.at(f"/a/{ARTICLE}/[a-z0-9]{{4}}/|/a/{ARTICLE}/#")


def test_from_the_term_to_another_of_its_places_and_back_to_the_first(walk):
    walk.tap(".x a.term:has-text('五个中心')")
    walk.tap(".card:popover-open .more > a")
    walk.at("/terms/wu-ge-zhongxin/")
    walk.tap(".kwic li > a")
    walk.at(f"/a/{ARTICLE}/")
    walk.back()
    walk.back()
    walk.at(walk.shared)


def test_over_the_next_paragraph_and_the_crumb_to_the_article(walk):
    walk.tap("a.near >> nth=-1")
    walk.at(f"/a/{ARTICLE}/[a-z0-9]{{4}}/")
    walk.tap(".crumb a >> nth=1")
    walk.at(f"/a/{ARTICLE}/$")
    walk.back()
    walk.back()
    walk.at(walk.shared)


@pytest.mark.parametrize("walk", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_a_term_opens_its_entry_and_all_else_is_there(walk):
    page = walk.page
    walk.page.locator(".x a.term", has_text="五个中心").first.click()
    expect(page).to_have_url(re.compile("/terms/wu-ge-zhongxin/"))
    page.go_back()
    page.locator(".by a").first.click()
    expect(page).to_have_url(re.compile("/speakers/xu-feng/"))
    page.go_back()
    page.locator(".acts a.main").click()
    expect(page).to_have_url(re.compile(f"/a/{ARTICLE}/#"))
    page.go_back()
    expect(page).to_have_url(walk.shared)


@pytest.mark.parametrize("walk", [{"locale": "en-US"}], indirect=True)
def test_in_english(walk):
    assert walk.page.locator("html").get_attribute("lang") == "en"
    walk.tap(".x a.term:has-text('五个中心')")
    walk.sees(".card:popover-open", "Shanghai")
    walk.tap(walk.page.get_by_role("link", name="Full entry"))
    walk.at("/terms/wu-ge-zhongxin/")
    walk.back()
    walk.tap(".by a")
    walk.at("/speakers/xu-feng/")
    walk.back()
    walk.tap(".acts a.main")
    walk.at(f"/a/{ARTICLE}/#")


@pytest.mark.parametrize("walk", [{"locale": "zh-TW"}], indirect=True)
def test_in_traditional_characters(walk):
    assert walk.page.locator("html").get_attribute("lang") == "zh-Hant"
    walk.tap(".x a.term:has-text('五個中心')")
    walk.sees(".card:popover-open", "國際經濟")
    walk.tap(".card:popover-open .more > a")
    walk.at("/terms/wu-ge-zhongxin/")
    expect(walk.page.locator("h1")).to_have_text("五個中心")
    walk.back()
    walk.tap(".acts a.main")
    walk.at(f"/a/{ARTICLE}/#")


@pytest.mark.parametrize(
    "walk",
    [{"viewport": {"width": 1280, "height": 900}, "has_touch": False, "is_mobile": False}],
    indirect=True,
)
def test_by_keyboard_alone(walk):
    page = walk.page
    page.locator(".x a.term", has_text="五个中心").first.focus()
    walk.press("Enter")
    walk.sees(".card:popover-open", "国际经济")
    expect(page.locator(".card:popover-open a:focus")).to_have_count(1)
    walk.press("Escape")
    expect(page.locator(".x a.term", has_text="五个中心").first).to_be_focused()
    walk.press("Enter")
    expect(page.locator(".card:popover-open a:focus")).to_have_count(1)
    walk.press("Enter")
    walk.at("/terms/wu-ge-zhongxin/")
    walk.back()  # Alt and the arrow are the browser's own
    walk.at(walk.shared)
    page.locator(".by a").first.focus()
    walk.press("Enter")
    walk.at("/speakers/xu-feng/")
