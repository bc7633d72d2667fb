"""Reading the client's article: cards, marks, links, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from waiting import open_display, still, visit

ARTICLE = "shanghai-kechuang"


DESK = {"viewport": {"width": 1000, "height": 800}}  # no margin column: every mark opens its card
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NO_SCRIPT = {"java_script_enabled": False}
TERMS = {"五个中心": "wu-ge-zhongxin", "三大先导产业": "san-da-xiandao-chanye"}
both = pytest.mark.parametrize("words", TERMS)
# One word with scripts, another one without.
each_way = pytest.mark.parametrize(
    ("context", "words"),
    [(DESK, "五个中心"), (DESK | NO_SCRIPT, "三大先导产业")],
    indirect=["context"],
    ids=["scripts", "no scripts"],
)
scripts = pytest.mark.parametrize(
    "context", [DESK, DESK | NO_SCRIPT], indirect=True, ids=["scripts", "no scripts"]
)


def term(page: Page, words: str) -> Locator:
    return page.locator("a.term", has_text=words).first


def card(page: Page, words: str) -> Locator:
    return page.locator(f"#t-{TERMS[words]}")


def opened(page: Page, site: str, words: str) -> tuple[Locator, Locator]:
    visit(page, f"{site}/a/{ARTICLE}/")
    link = term(page, words)
    link.scroll_into_view_if_needed()
    return link, card(page, words)


@each_way
def test_pointing_at_a_term_opens_its_card_below_or_above_the_word(page, site, words):
    link, box = opened(page, site, words)
    expect(box).to_be_hidden()
    link.hover()
    expect(box).to_be_visible()
    expect(box).to_contain_text(words)
    still(page)
    a, b = link.bounding_box(), box.bounding_box()
    assert b["y"] >= a["y"] + a["height"] - 1 or b["y"] + b["height"] <= a["y"] + 1, (
        "the card covers its word"
    )


@each_way
def test_the_card_stays_while_the_pointer_is_on_it_and_goes_when_it_leaves(page, site, words):
    link, box = opened(page, site, words)
    link.hover()
    expect(box).to_be_visible()
    inside = box.bounding_box()
    page.mouse.move(inside["x"] + inside["width"] / 2, inside["y"] + inside["height"] / 2)
    page.wait_for_timeout(900)  # longer than a card waits for the pointer
    expect(box).to_be_visible()
    page.mouse.move(2, 2)
    expect(box).to_be_hidden()


@each_way
def test_the_keyboard_opens_a_card_by_focus_and_closes_it_with_escape(page, site, words):
    link, box = opened(page, site, words)
    # Focus that comes from the keyboard: one stop back and on again.
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(link).to_be_focused()


@scripts
def test_escape_closes_a_card_under_the_pointer(page, site):
    link, box = opened(page, site, "五个中心")
    link.hover()
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


@pytest.mark.parametrize("context", [PHONE], indirect=True)
@both
def test_a_tap_opens_the_card_inside_the_screen_and_its_link_goes_to_the_entry(page, site, words):
    link, box = opened(page, site, words)
    link.tap()
    expect(box).to_be_visible()
    still(page)
    shape = box.bounding_box()
    assert shape["x"] >= 0 and shape["x"] + shape["width"] <= 360
    assert shape["y"] >= 0 and shape["y"] + shape["height"] <= 740.5
    word = link.bounding_box()
    assert word["y"] + word["height"] <= shape["y"] + 1 or word["y"] >= shape["y"] + shape["height"] - 1
    box.get_by_role("link", name="完整词条").tap()
    page.wait_for_url(f"**/terms/{TERMS[words]}/#from-{ARTICLE}")


@pytest.mark.parametrize("context", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_no_card_leaves_a_narrow_screen(page, site):
    visit(page, f"{site}/a/{ARTICLE}/?marks=all")
    # Those with the longest texts, and of the others every eighth.
    ids = page.evaluate(
        "[...document.querySelectorAll('.card')]"
        ".sort((a, b) => b.textContent.length - a.textContent.length).map(c => c.id)"
    )
    assert len(ids) > 80
    for id in [*ids[:6], *ids[6::8]]:
        link = page.locator(f'a.term[interestfor="{id}"]').first
        if not link.count():
            continue  # a member's card: it opens from the card of its phrase
        link.scroll_into_view_if_needed()
        link.hover()
        box = page.locator(f"#{id}")
        expect(box).to_be_visible()
        shape = box.bounding_box()
        assert shape["x"] >= -0.5 and shape["x"] + shape["width"] <= 360.5, id
        assert shape["y"] >= -0.5 and shape["y"] + shape["height"] <= 740.5, id
        page.keyboard.press("Escape")
        # Away from the text, which is about to move: no other word comes under the pointer.
        page.mouse.move(-10, -10)
        expect(box).to_be_hidden()


@pytest.mark.parametrize("context", [PHONE | NO_SCRIPT], indirect=True)
def test_without_scripts_a_tap_leads_to_the_entry(page, site):
    link, _ = opened(page, site, "五个中心")
    link.tap()
    page.wait_for_url(f"**/terms/wu-ge-zhongxin/#from-{ARTICLE}")
    expect(page.locator("h1")).to_contain_text("五个中心")


def test_marks_are_switched_without_a_reload_and_remembered(page, site):
    page.goto(f"{site}/a/{ARTICLE}/")
    core = page.locator(".x a.term").count()
    open_display(page)
    page.locator("#marks a[data-m=all]").click()
    every = page.locator(".x a.term").count()
    assert every > core > 40
    page.reload()
    assert page.locator(".x a.term").count() == every
    open_display(page)
    page.locator("#marks a[data-m=none]").click()
    assert page.locator(".x a.term").count() == 0
    assert page.url.endswith(f"/a/{ARTICLE}/")


@pytest.mark.parametrize("context", [NO_SCRIPT], indirect=True)
def test_marks_are_switched_by_address_without_scripts(page, site):
    page.goto(f"{site}/a/{ARTICLE}/")
    open_display(page)
    page.locator("#marks a[data-m=none]").click()
    page.wait_for_url("**?marks=none")
    assert page.locator(".x a.term").count() == 0


def test_headings_are_not_marked(page, site):
    page.goto(f"{site}/a/{ARTICLE}/?marks=all")
    assert page.locator(".sect").count() == 3
    assert page.locator(".sect .term").count() == 0


@scripts
def test_a_paragraph_link_opens_at_its_paragraph(page, site, paragraphs):
    target = paragraphs[7]
    page.goto(f"{site}/a/{ARTICLE}/#{target['id']}")
    expect(page.locator(f"#{target['id']}")).to_be_in_viewport()
    page.goto(f"{site}/a/{ARTICLE}/{target['id']}/")
    shown = page.locator(f"#{target['id']}")
    expect(shown).to_contain_text(target["text"][:20])
    assert shown.bounding_box()["y"] < 800
    page.get_by_role("link", name="查看上下文").click()
    page.wait_for_url(f"**/a/{ARTICLE}/#{target['id']}")


@pytest.mark.parametrize("context", [NO_SCRIPT], indirect=True)
def test_the_text_on_the_page_is_the_text_of_the_article(page, site, paragraphs):
    page.goto(f"{site}/a/{ARTICLE}/?marks=all")
    for block in paragraphs:
        assert page.locator(f"#{block['id']}").text_content() == block["text"]


def test_every_speaker_stands_where_they_begin_to_speak(page, site, document):
    page.goto(f"{site}/a/{ARTICLE}/")
    names = page.locator(".by").all_text_contents()
    for speaker in document["speakers"]:
        assert any(speaker["name"] in name for name in names), speaker["name"]


@pytest.mark.parametrize("context", [DESK], indirect=True)
def test_a_member_on_a_card_opens_its_own_card_in_the_same_place(page, site):
    link, box = opened(page, site, "三大先导产业")
    link.hover()
    expect(box).to_be_visible()
    box.get_by_role("link", name="集成电路").click()
    member = page.locator("#t-jicheng-dianlu")
    expect(member).to_be_visible()
    expect(box).to_be_hidden()
    still(page)
    a, b = link.bounding_box(), member.bounding_box()
    assert b["y"] >= a["y"] + a["height"] - 1 or b["y"] + b["height"] <= a["y"] + 1, "it covers the word"
    page.keyboard.press("Escape")
    expect(member).to_be_hidden()
    assert page.url.endswith(f"/a/{ARTICLE}/")


@pytest.mark.parametrize("direction", ["", "v"], ids=["horizontal", "vertical"])
def test_with_a_translation_no_note_of_the_margin_lies_over_text(page, site, direction):
    """In two columns the note for new readers is below them; vertical notes end above the text."""
    page.add_init_script(f"localStorage.setItem('meipi', JSON.stringify({{ dir: '{direction}' }}))")
    page.set_viewport_size({"width": 1440, "height": 900})
    visit(page, f"{site}/a/{ARTICLE}/?lang=en")
    covered = page.evaluate(
        """(() => {
        const boxes = (css) => [...document.querySelectorAll(css)].filter((e) => e.checkVisibility())
          .map((e) => [e.textContent.trim().slice(0, 20), e.getBoundingClientRect()]);
        const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
          && a.top < b.bottom - 1 && b.top < a.bottom - 1;
        const text = boxes(".p > .x, .p > .by, .p > .tr");
        return boxes(".notes li").flatMap(([note, a]) =>
          text.filter(([, b]) => over(a, b)).map(([words]) => `${note} over ${words}`)); })()"""
    )
    assert covered == []
    assert page.locator(".notes li").filter(visible=True).count() >= 1


@pytest.mark.parametrize("path", ["/terms/liang-guo-fang-an/", "/terms/"])
def test_the_apostrophe_of_pinyin_is_narrow(page, site, path):
    """Chinese fonts draw it as wide as a character."""
    page.goto(site + path)
    width, size = page.evaluate(
        """() => {
          const words = [...document.querySelectorAll("[lang='zh-Latn']")];
          const word = words.find((it) => it.textContent.includes("’"));
          const text = word.firstChild, at = text.data.indexOf("’"), range = document.createRange();
          range.setStart(text, at);
          range.setEnd(text, at + 1);
          return [range.getBoundingClientRect().width, parseFloat(getComputedStyle(word).fontSize)];
        }"""
    )
    assert 0 < width < size / 2
