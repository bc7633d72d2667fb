"""Any word of the text, by pointer, touch, selection and keyboard; pinyin, script, the word list."""

from __future__ import annotations

import csv
import io
import json
import random
import urllib.parse
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect
from waiting import open_display, still, until, visit

ARTICLE = "shanghai-kechuang"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1000, "height": 800}}
NO_SCRIPT = {"java_script_enabled": False}

# The middle of the nth character of a block, brought into sight; and its whole box.
PLACE = """([id, at]) => {
  const walk = document.createTreeWalker(document.getElementById(id), NodeFilter.SHOW_TEXT);
  for (let node, left = at; (node = walk.nextNode());) {
    if (node.parentElement.closest("rt")) continue;
    if (left < node.length) {
      const range = new Range();
      range.setStart(node, left);
      range.setEnd(node, left + 1);
      scrollBy({ top: range.getBoundingClientRect().top - innerHeight / 3, behavior: "instant" });
      const r = range.getBoundingClientRect();
      return { x: r.x, y: r.y, width: r.width, height: r.height };
    }
    left -= node.length;
  }
}"""


@pytest.fixture(scope="module", autouse=True)
def dictionary(site: str) -> None:
    """Made at a site's first question, so that no test waits for it."""
    urllib.request.urlopen(f"{site}/api/v1/words?q=%E5%AD%97", timeout=180).close()


def reading(page: Page, site: str, query: str = "") -> Locator:
    """The article with look-up switched on; its card."""
    page.goto(f"{site}/a/{ARTICLE}/{query}")
    open_display(page)
    page.locator("#look").check()
    page.keyboard.press("Escape")
    expect(page.locator("#word")).to_be_attached()
    # Scripts loaded after the first paint put the margin notes on their lines; then nothing moves.
    still(page)
    return page.locator("#word")


def place(page: Page, block: dict, word: str, within: int = 0) -> dict[str, float]:
    return place_of(page, block, block["text"].index(word) + within)


def place_of(page: Page, block: dict, at: int) -> dict[str, float]:
    # Paragraphs are laid out as they come into sight, which may move the text once more.
    page.evaluate(PLACE, [block["id"], at])
    still(page)
    return page.evaluate(PLACE, [block["id"], at])


def middle(box: dict[str, float]) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def holding(paragraphs: list[dict], word: str) -> dict:
    return next(b for b in paragraphs if word in b["text"])


def apart(word: dict[str, float], card: dict[str, float]) -> bool:
    return (
        card["y"] >= word["y"] + word["height"] - 1
        or card["y"] + card["height"] <= word["y"] + 1
        or card["x"] >= word["x"] + word["width"] - 1
        or card["x"] + card["width"] <= word["x"] + 1
    )


def test_words_are_not_looked_up_until_it_is_switched_on(page, site, paragraphs):
    visit(page, f"{site}/a/{ARTICLE}/")
    page.mouse.click(*middle(place(page, holding(paragraphs, "重视"), "重视")))
    page.wait_for_timeout(300)
    expect(page.locator("#word")).to_have_count(0)


@pytest.mark.parametrize("context", [DESK], indirect=True)
def test_a_click_on_the_last_character_of_a_word_opens_its_card(page, site, paragraphs):
    card = reading(page, site)
    box = place(page, holding(paragraphs, "重视"), "重视", 1)
    page.mouse.click(*middle(box))
    expect(card).to_be_visible()
    expect(card.locator("dfn")).to_have_text("重视")
    expect(card).to_contain_text("zhòngshì")
    expect(card).to_contain_text("to attach importance")
    expect(card).to_contain_text("重視")
    expect(card).to_contain_text("HSK")
    expect(card.get_by_role("link", name="CC-CEDICT")).to_have_attribute("href", "https://cc-cedict.org/")
    assert apart(box, card.bounding_box()), "the card covers its word"


@pytest.mark.parametrize("context", [DESK], indirect=True)
def test_a_click_is_answered_on_a_slow_network_too(page, site, paragraphs):
    card = reading(page, site)

    def late(route: Route) -> None:
        page.wait_for_timeout(900)  # longer than the caret rests before a selection is looked up
        route.continue_()

    page.route("**/api/v1/words/**", late)
    page.mouse.click(*middle(place(page, holding(paragraphs, "重视"), "重视")))
    expect(card.locator("dfn")).to_have_text("重视")


@pytest.mark.parametrize("name", ["丁奎岭", "徐枫"])
def test_people_of_the_article_are_recognised_before_words(page, site, paragraphs, name):
    card = reading(page, site)
    page.mouse.click(*middle(place(page, holding(paragraphs, name), name)))
    expect(card.locator("dfn")).to_have_text(name)
    expect(card).to_contain_text("本文人物")
    expect(card).not_to_contain_text("surname")


@pytest.mark.parametrize("context", [DESK], indirect=True)
def test_every_shorter_word_inside_opens_too(page, site, paragraphs):
    card = reading(page, site)
    page.mouse.click(*middle(place(page, holding(paragraphs, "重视"), "重视")))
    card.get_by_role("button", name="视", exact=True).click()
    expect(card.locator("dfn")).to_have_text("视")
    card.get_by_role("button", name="重视").click()
    expect(card.locator("dfn")).to_have_text("重视")


@pytest.mark.parametrize("context", [DESK], indirect=True)
def test_a_term_of_the_glossary_is_named_on_the_card_and_its_link_not_followed(page, site, paragraphs):
    card = reading(page, site)
    page.mouse.click(*middle(place(page, holding(paragraphs, "五个中心"), "五个中心", 2)))
    expect(card.locator("dfn")).to_have_text("中心")
    expect(card.get_by_role("link", name="五个中心")).to_have_attribute("href", "/terms/wu-ge-zhongxin/")
    assert page.url.endswith(f"/a/{ARTICLE}/")


def test_the_keyboard_walks_from_word_to_word_and_into_the_card(page, site):
    visit(page, f"{site}/a/{ARTICLE}/")
    page.keyboard.press("d")
    expect(page.locator("#word")).to_be_attached()
    card, seen = page.locator("#word"), []
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        expect(card).to_be_visible()
        expect(card.locator("dfn")).not_to_have_text(seen[-1] if seen else "")
        seen.append(card.locator("dfn").inner_text())
    assert len(set(seen)) >= 5, seen
    page.keyboard.press("ArrowLeft")
    expect(card.locator("dfn")).to_have_text(seen[-2])
    page.keyboard.press("Enter")
    until(page, "document.activeElement.closest('#word') !== null")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.keyboard.press("d")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    expect(card).to_be_hidden()


@pytest.mark.parametrize("context", [PHONE], indirect=True)
def test_a_tap_opens_the_card_as_a_sheet_that_leaves_the_word_in_sight(page, site, paragraphs):
    card = reading(page, site)
    box = place(page, holding(paragraphs, "重视"), "重视")
    page.touchscreen.tap(*middle(box))
    expect(card).to_be_visible()
    expect(card.locator("dfn")).to_have_text("重视")
    shape = card.bounding_box()
    assert shape["x"] >= 0 and shape["x"] + shape["width"] <= 360.5 and shape["y"] + shape["height"] <= 740.5


def test_what_is_selected_is_looked_up(page, site, paragraphs):
    card, block = reading(page, site), holding(paragraphs, "重视")
    start, end = place(page, block, "重视"), place(page, block, "重视", 1)
    page.mouse.move(start["x"] + 1, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] - 1, end["y"] + end["height"] / 2, steps=5)
    page.mouse.up()
    expect(card).to_be_visible()
    expect(card.locator("dfn")).to_have_text("重视")


@pytest.mark.parametrize("context", [DESK, PHONE], indirect=True, ids=["desk", "phone"])
def test_a_card_never_covers_its_word(page, site, paragraphs):
    card, chance, opened = reading(page, site), random.Random(7), 0
    for _ in range(10):
        block = chance.choice(paragraphs)
        at = chance.choice([i for i, c in enumerate(block["text"]) if "\u4e00" <= c <= "\u9fff"])
        box = place_of(page, block, at)
        page.evaluate("heard = []")
        page.mouse.click(*middle(box))
        until(page, "heard.length > 0 || document.querySelector('#word').matches(':popover-open')")
        if card.is_visible():
            opened += 1
            shape, *word = page.evaluate(
                "[document.querySelector('#word').getBoundingClientRect(),"
                " ...[...CSS.highlights.get('look')].flatMap(r => [...r.getClientRects()])]"
                ".map(r => ({ x: r.x, y: r.y, width: r.width, height: r.height }))"
            )
            assert all(apart(piece, shape) for piece in word), block["text"][at - 4 : at + 4]
            page.keyboard.press("Escape")
            expect(card).to_be_hidden()
    assert opened > 4


@pytest.mark.parametrize("context", [DESK], indirect=True)
def test_fast_pointing_over_many_terms_opens_no_card_and_slow_pointing_one(page, site):
    visit(page, f"{site}/a/{ARTICLE}/?marks=all")
    # The page's clock runs only when it is told to: a slow machine points as fast as a quick one.
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.evaluate("""() => {
      window.toggles = [];
      document.addEventListener("toggle", (e) => window.toggles.push(e.newState), true);
    }""")
    boxes = [b for a in page.locator("a.term").all()[:40] if (b := a.bounding_box()) and 60 < b["y"] < 760]
    assert len(boxes) > 5
    for box in boxes:
        page.mouse.move(*middle(box))
    page.mouse.move(2, 2)
    page.clock.run_for(600)
    assert page.evaluate("toggles.length") <= 2  # at most the last one, opened and closed
    page.mouse.move(*middle(boxes[0]))
    page.clock.run_for(500)
    until(page, "toggles.at(-1) === 'open'")
    before = page.evaluate("toggles.length")
    for step in range(12):
        page.mouse.move(boxes[0]["x"] + 2 + step, boxes[0]["y"] + 6)
        page.clock.run_for(40)
    assert page.evaluate("toggles.length") == before, "it flickers while the pointer moves on its word"


def test_the_card_is_accessible(page, site, paragraphs):
    card = reading(page, site)
    page.mouse.click(*middle(place(page, holding(paragraphs, "重视"), "重视")))
    expect(card).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []


@pytest.mark.parametrize("context", [NO_SCRIPT], indirect=True)
def test_without_scripts_a_word_has_its_page_and_switches_are_links(page, site):
    page.goto(f"{site}/words/%E7%A7%91%E6%8A%80%E5%88%9B%E6%96%B0/")
    page.get_by_role("link", name="创新").first.click()
    page.wait_for_url("**/words/%E5%88%9B%E6%96%B0/")
    expect(page.locator("main")).to_contain_text("chuàngxīn")
    page.goto(f"{site}/a/{ARTICLE}/")
    open_display(page)
    page.get_by_role("link", name="拼音").click()
    page.wait_for_url("**?pinyin=1")
    assert page.locator("ruby").count() > 500
    open_display(page)
    page.get_by_role("link", name="繁體", exact=True).click()
    page.wait_for_url("**?pinyin=1&script=hant")
    expect(page.locator("article")).to_have_attribute("data-marks", "core")
    assert page.locator("html").get_attribute("lang") == "zh-Hant"


def test_pinyin_is_neither_selected_nor_copied(context, site, paragraphs):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site}/a/{ARTICLE}/?pinyin=1")
    block = paragraphs[0]
    assert page.locator(f"#{block['id']} rt").count() > 20
    page.evaluate(f"getSelection().selectAllChildren(document.getElementById('{block['id']}'))")
    assert page.evaluate("getSelection().toString()") == block["text"]
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()").strip() == block["text"]


def test_words_are_looked_up_under_their_pinyin_and_in_the_other_script(page, site, paragraphs):
    block = holding(paragraphs, "重视")
    for query in ("?pinyin=1", "?script=hant", "?pinyin=1&script=hant"):
        card = reading(page, site, query)
        at = block["text"].index("重视")
        page.mouse.click(*middle(place_of(page, block, at)))
        expect(card.locator("dfn")).to_have_text("重视")
        page.keyboard.press("Escape")


def test_in_the_other_script_terms_speakers_and_links_are_where_they_were(page, site, document):
    page.goto(f"{site}/a/{ARTICLE}/?marks=all")
    here = page.eval_on_selector_all("article a", "all => all.map(a => a.getAttribute('href'))")
    page.goto(f"{site}/a/{ARTICLE}/?marks=all&script=hant")
    there = page.eval_on_selector_all("article a", "all => all.map(a => a.getAttribute('href'))")
    assert [h for h in here if h and not h.startswith("?")] == [
        h for h in there if h and not h.startswith("?")
    ]
    expect(page.locator("article")).to_contain_text("五個中心")
    for block in document["blocks"]:
        if block["kind"] == "paragraph":
            shown = page.locator(f"#{block['id']}").text_content()
            assert len(shown) == len(block["text"]) and shown != block["text"]


def test_the_chosen_way_is_remembered(page, site):
    page.goto(f"{site}/a/{ARTICLE}/")
    open_display(page)
    page.get_by_role("link", name="拼音").click()
    page.wait_for_url("**?pinyin=1*")
    page.goto(f"{site}/a/{ARTICLE}/")
    page.wait_for_url("**?pinyin=1")
    open_display(page)
    page.get_by_role("link", name="拼音").click()
    expect(page.locator("ruby")).to_have_count(0)
    page.goto(f"{site}/a/{ARTICLE}/")
    assert page.locator("ruby").count() == 0


def test_words_are_collected_listed_and_saved(page, site, paragraphs):
    card = reading(page, site)
    for word in ("重视", "考察"):
        page.mouse.click(*middle(place(page, holding(paragraphs, word), word)))
        expect(card.locator("dfn")).to_have_text(word)
        card.get_by_role("button", name="加入生词表").click()
        expect(card.get_by_role("button", name="已加入")).to_be_visible()
        page.keyboard.press("Escape")
    page.goto(f"{site}/learn/")
    expect(page.locator("#learn li")).to_have_count(2)
    table = page.get_by_role("link", name="CSV").get_attribute("href")
    with urllib.request.urlopen(site + table) as answer:
        rows = list(csv.reader(io.StringIO(answer.read().decode("utf-8-sig"))))
    assert len(rows) == 3 and rows[1][:3] == ["重视", "重視", "zhòngshì"]
    cards = page.get_by_role("link", name="Anki").get_attribute("href")
    with urllib.request.urlopen(site + cards) as answer:
        assert answer.read()[:2] == b"PK"
    page.get_by_role("button", name="移除").first.click()
    expect(page.locator("#learn li")).to_have_count(1)


@pytest.mark.parametrize("context", [DESK], indirect=True)
def test_a_term_is_collected_from_its_card(page, site):
    visit(page, f"{site}/a/{ARTICLE}/")
    page.locator("a.term", has_text="五个中心").hover()
    card = page.locator("#t-wu-ge-zhongxin")
    card.get_by_role("button", name="加入生词表").click()
    page.goto(f"{site}/learn/")
    expect(page.locator("#learn li")).to_contain_text("五个中心")
    with urllib.request.urlopen(site + page.get_by_role("link", name="CSV").get_attribute("href")) as answer:
        _, row = csv.reader(io.StringIO(answer.read().decode("utf-8-sig")))
    assert row[0] == "五个中心" and row[2] == "wǔ gè zhōngxīn"


@pytest.mark.parametrize("context", [{"locale": "en-GB"}], indirect=True)
def test_a_reader_of_english_gets_an_english_interface_and_may_change_it(page, site):
    page.goto(f"{site}/a/{ARTICLE}/")
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator("header nav").first).to_contain_text("Library")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Display")).to_be_visible()
    page.get_by_role("link", name="中文").first.click()
    page.wait_for_url("**lang=zh*")
    page.goto(f"{site}/terms/")
    expect(page.locator("header nav").first).to_contain_text("文库")


def test_an_answer_is_small_and_may_be_kept(site, paragraphs):
    block = holding(paragraphs, "重视")
    at = block["text"].index("重视")
    with urllib.request.urlopen(f"{site}/api/v1/words/{ARTICLE}/{block['id']}?at={at}") as answer:
        assert answer.headers["cache-control"] == "no-cache"
        body = answer.read()
    assert len(body) < 4000
    assert json.loads(body)["words"][0]["text"] == "重视"
    word = urllib.parse.quote("重视")
    with urllib.request.urlopen(f"{site}/api/v1/words?q={word}") as answer:
        assert "max-age" in answer.headers["cache-control"]
