"""Who says it, in the text: rules that move no line, names that stay in sight, cards of speakers."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from waiting import still, visit

ARTICLE = "shanghai-kechuang"
HERE = f"/a/{ARTICLE}/"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SIZES = [{"viewport": {"width": w, "height": 900}} for w in (820, 1440)] + [PHONE]
NO_SCRIPT = {"viewport": {"width": 1440, "height": 900}, "java_script_enabled": False}
# Every line of the text, of its elements and of their words.
LINES = """[...document.querySelectorAll('.x, .by:not(.still), .notes li')].flatMap(e => {
  const range = new Range(); range.selectNodeContents(e);
  return [e.getBoundingClientRect(), ...range.getClientRects()]
    .map(r => [r.left + scrollX, r.top + scrollY, r.width, r.height].join()); })"""
# Top, height and line of the rule that belongs to each quotation, and where the words themselves are.
RULES = """[...document.querySelectorAll('.x > .said, .x > .inferred')].map(e => {
  const rule = getComputedStyle(e, '::before'), box = e.getBoundingClientRect();
  const around = e.closest('.p').getBoundingClientRect();
  return { line: rule.borderInlineStartStyle, kind: e.className,
    top: parseFloat(rule.top) + around.top, height: parseFloat(rule.height),
    wordsTop: box.top, wordsHeight: box.height }; })"""


@pytest.mark.parametrize("context", SIZES, indirect=True, ids=["tablet", "desk", "phone"])
def test_no_line_moves_when_speakers_are_shown(page: Page, site: str):
    visit(page, site + HERE)
    before = page.evaluate(LINES)
    page.evaluate("document.querySelector('#who').click()")
    still(page)
    assert page.evaluate(LINES) == before
    assert len(before) > 100


@pytest.mark.parametrize("context", [SIZES[1], NO_SCRIPT], indirect=True, ids=["scripts", "no scripts"])
def test_a_rule_tells_how_words_are_given(page: Page, site: str):
    page.goto(site + HERE)
    page.locator(".ways .open").click()
    page.locator("#who").click()
    rules = page.evaluate(RULES)
    lines = {"direct": "solid", "indirect": "dashed", "mixed": "dashed", "ascribed": "dotted"}
    for rule in rules:
        kind = rule["kind"].split()
        assert rule["line"] == ("dotted" if "inferred" in kind else lines[kind[1]]), rule
        assert abs(rule["top"] - rule["wordsTop"]) < 2, rule
        assert abs(rule["height"] - rule["wordsHeight"]) < 2, rule
    assert {"solid", "dashed", "dotted"} == {rule["line"] for rule in rules}


@pytest.mark.parametrize("context", [SIZES[1], PHONE], indirect=True, ids=["desk", "phone"])
def test_the_name_stays_in_sight_through_a_long_paragraph(page: Page, site: str):
    visit(page, site + HERE)
    page.evaluate("document.querySelector('#who').click()")
    name = page.locator(".by", has_text="徐枫").first
    page.evaluate(
        """() => { const x = [...document.querySelectorAll('.x')].find(x => x.textContent.includes('徐枫'));
        const box = x.getBoundingClientRect();
        scrollTo({ top: box.top + scrollY + box.height - innerHeight * .8, behavior: 'instant' }); }"""
    )
    expect(name).to_be_in_viewport()
    assert name.bounding_box()["y"] < 60


@pytest.mark.parametrize("name", ["徐枫", "骆大进"])
def test_a_name_opens_a_card_with_office_share_and_places(page: Page, site: str, document: dict, name: str):
    visit(page, site + HERE)
    speaker = next(s for s in document["speakers"] if s["name"] == name)
    page.locator(".by a", has_text=name).first.click()
    card = page.locator(f"#s-{speaker['id']}")
    expect(card).to_contain_text(speaker["role"])
    own = [q for q in document["quotations"] if q["speaker"] == speaker["id"] and not q.get("ascribed")]
    said = sum(q["end"] - q["start"] for q in own)
    length = sum(len(b["text"]) for b in document["blocks"])
    expect(card).to_contain_text(f"{said} 字")
    expect(card).to_contain_text(f"占全文 {round(100 * said / length)}%")
    expect(card.get_by_role("link", name="查看此人")).to_have_attribute("href", f"/speakers/{speaker['id']}/")
    numbers = {b["id"]: b["n"] for b in document["blocks"]}
    places = card.locator(".nums a")
    assert {a.get_attribute("href")[1:] for a in places.all()} <= numbers.keys()


def test_the_card_steps_to_the_speakers_next_words(page: Page, site: str):
    visit(page, site + HERE)
    page.locator(".by a", has_text="骆大进").first.click()
    card = page.locator(".card:popover-open")
    for _ in range(2):
        card.get_by_role("button", name="下一处").click()
        words = page.locator(".x .said.on")
        expect(words).to_have_count(1)
        expect(words).to_be_in_viewport()


@pytest.mark.parametrize("context", [SIZES[1], PHONE], indirect=True, ids=["desk", "phone"])
def test_the_map_has_a_bar_for_every_quotation(page: Page, site: str, document: dict):
    visit(page, site + HERE)
    expect(page.locator(".map")).to_be_hidden()
    page.evaluate("document.querySelector('#who').click()")
    expect(page.locator(".map")).to_be_visible()
    known = [q for q in document["quotations"] if q["speaker"]]
    assert page.locator(".map rect").count() == len(known)
    still(page)
    assert Axe().run(page, context=".map").response["violations"] == []
