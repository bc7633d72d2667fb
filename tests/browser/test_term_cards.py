"""Cards: pinned by a click, one inside another, stepping through the article; words that can be selected."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, expect
from waiting import still, until, visit

ARTICLE = "shanghai-kechuang"
DESK = {"viewport": {"width": 1000, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SELECTED = "getSelection().toString()"


@pytest.fixture
def article(page: Page, site: str) -> Page:
    visit(page, f"{site}/a/{ARTICLE}/")
    return page


def word(page: Page, words: str) -> Locator:
    found = page.locator("a.term", has_text=words).first
    # In the middle: a pointer that drags near an edge makes the browser scroll.
    found.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
    still(page)
    return found


def open_card(page: Page) -> Locator:
    return page.locator(".card:popover-open")


# The words from a character of a paragraph to the end of a marked word, or on to a later character; and where
# the first and the last of them are. Both are counted from the beginning of the marked word.
DRAGGED = """(link, [first, last]) => {
  const text = [], walk = document.createTreeWalker(link.closest(".x"), NodeFilter.SHOW_TEXT);
  let start = 0;
  for (let node; (node = walk.nextNode());) {
    if (link.contains(node) && !start) start = text.length;
    for (let n = 0; n < node.length; n++) text.push([node, n]);
  }
  const box = ([node, n]) => {
    const range = new Range();
    range.setStart(node, n);
    range.setEnd(node, n + 1);
    return range.getBoundingClientRect();
  };
  const from = box(text[start + first]), to = box(text[start + last]);
  const words = text.slice(start + first, start + last + 1).map(([node, n]) => node.data[n]).join("");
  return [words, from.left + 1, from.top + from.height / 2, to.right - 1, to.top + to.height / 2];
}"""


def drag(page: Page, link: Locator, first: int, last: int) -> str:
    """Select from one character to another, and keep the button down; the words between them."""
    words, x, y, to_x, to_y = link.evaluate(DRAGGED, [first, last])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, to_y, steps=8)
    until(page, f"{SELECTED} === {json.dumps(words)}")
    return str(words)


class TestSelecting:
    def test_by_dragging_may_begin_in_a_word_with_a_card(self, article):
        link = word(article, "五个中心")
        words = drag(article, link, 0, 8)
        assert words.startswith("五个中心”")
        expect(open_card(article)).to_have_count(0)
        article.mouse.up()
        expect(article.get_by_role("toolbar")).to_be_visible()
        assert article.evaluate(SELECTED) == words
        expect(open_card(article)).to_have_count(0)
        assert link.get_attribute("href") == f"/terms/wu-ge-zhongxin/#from-{ARTICLE}"

    def test_may_cross_words_from_plain_text_without_a_card(self, article):
        link = word(article, "五个中心")
        assert drag(article, link, -4, 1).endswith("五个")
        article.mouse.up()
        expect(article.get_by_role("toolbar")).to_be_visible()
        expect(open_card(article)).to_have_count(0)

    def test_by_a_double_click_stays_on_the_page(self, article):
        link = word(article, "五个中心")
        link.dblclick()
        expect(article.get_by_role("toolbar")).to_be_visible()
        chosen = article.evaluate(SELECTED)
        assert chosen and chosen in "五个中心"
        expect(open_card(article)).to_have_count(0)
        assert article.url.endswith(f"/a/{ARTICLE}/")


class TestPinned:
    def test_a_click_pins_the_card_until_it_is_closed(self, article):
        link = word(article, "五个中心")
        link.click()
        card = article.locator("#t-wu-ge-zhongxin")
        expect(card.get_by_role("button", name="关闭")).to_be_visible()
        article.mouse.move(3, 3)
        other = article.locator("a.term", has_text="提高站位").first
        other.hover()
        expect(card).to_be_visible()
        expect(open_card(article)).to_have_count(1)
        card.get_by_role("button", name="关闭").click()
        expect(card).to_be_hidden()
        assert article.url.endswith(f"/a/{ARTICLE}/")

    def test_only_its_link_leads_to_the_entry(self, article):
        link = word(article, "五个中心")
        link.click()
        link.click()
        expect(open_card(article)).to_have_count(0)
        link.click()
        article.get_by_role("link", name="完整词条").click()
        article.wait_for_url(f"**/terms/wu-ge-zhongxin/#from-{ARTICLE}")

    def test_the_keyboard_pins_and_follows(self, article):
        link = word(article, "五个中心")
        link.focus()
        article.keyboard.press("Enter")
        expect(article.get_by_role("link", name="完整词条")).to_be_focused()
        article.keyboard.press("Escape")
        expect(link).to_be_focused()
        expect(open_card(article)).to_have_count(0)
        article.keyboard.press("Enter")
        expect(article.get_by_role("link", name="完整词条")).to_be_focused()
        article.keyboard.press("Enter")
        article.wait_for_url(f"**/terms/wu-ge-zhongxin/#from-{ARTICLE}")

    @pytest.mark.parametrize("context", [DESK, PHONE], indirect=True, ids=["desk", "phone"])
    def test_a_member_opens_its_card_and_the_way_back_is_there(self, article):
        word(article, "三大先导产业").click()
        first, inner = article.locator("#t-san-da-xiandao-chanye"), article.locator("#t-jicheng-dianlu")
        first.get_by_role("link", name="集成电路").click()
        expect(inner).to_be_visible()
        expect(inner.get_by_role("button", name="加入生词表")).to_be_visible()
        inner.get_by_role("button", name="‹ 三大先导产业").click()
        expect(first).to_be_visible()
        expect(inner).to_be_hidden()
        expect(first.get_by_role("button", name="‹")).to_have_count(0)

    def test_it_steps_through_the_places_of_its_word(self, article):
        word(article, "高水平科技自立自强").click()
        card = article.locator("#t-keji-zili-ziqiang")
        places = card.locator(".places")
        expect(places).to_contain_text("本文 1/3 处")
        for n in (2, 3, 1):
            places.get_by_role("button", name="下一处").click()
            expect(places).to_contain_text(f"本文 {n}/3 处")
            lit = article.locator(".x .on").first
            expect(lit).to_be_in_viewport()
        places.get_by_role("button", name="上一处").click()
        expect(places).to_contain_text("本文 3/3 处")


class TestWhatItSays:
    def test_pinyin_english_and_what_happened_when_in_both_languages(self, page, site):
        for query in ("", "?lang=en"):
            visit(page, f"{site}/a/{ARTICLE}/{query}")
            word(page, "五个中心").hover()
            card = page.locator("#t-wu-ge-zhongxin")
            expect(card.locator("[lang=zh-Latn]")).to_have_text("wǔ gè zhōngxīn")
            expect(card.locator(".en")).to_contain_text("five centres")
            expect(card.locator(".when").first).to_contain_text("2017")
            expect(card.locator("li")).to_have_count(5)

    def test_the_margin_does_not_repeat_it(self, page, site):
        page.set_viewport_size({"width": 1440, "height": 900})
        visit(page, f"{site}/a/{ARTICLE}/")
        note = page.locator(".notes li[data-t=wu-ge-zhongxin]")
        expect(note).to_be_visible()
        word(page, "五个中心").hover()
        expect(open_card(page)).to_be_visible()
        expect(note).to_be_hidden()
        page.keyboard.press("Escape")
        expect(note).to_be_visible()

    @pytest.mark.parametrize("context", [PHONE], indirect=True)
    def test_its_sheet_has_a_handle_and_a_close_of_44_pixels(self, article):
        word(article, "五个中心").tap()
        card = article.locator("#t-wu-ge-zhongxin")
        expect(card.locator(".grip")).to_be_visible()
        for control in (card.get_by_role("button", name="关闭"), card.get_by_role("link", name="完整词条")):
            box = control.bounding_box()
            assert box["width"] >= 44 and box["height"] >= 44
        grip = card.locator(".grip").bounding_box()
        article.mouse.move(grip["x"] + 9, grip["y"] + 2)
        article.mouse.down()
        article.mouse.move(grip["x"] + 9, grip["y"] + 90, steps=4)
        expect(card).to_be_hidden()
        article.mouse.up()
