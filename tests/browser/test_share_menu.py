"""The share menu: three large actions, nothing that moves under the pointer, words of several paragraphs."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, Route, expect
from waiting import told, visit, when

ARTICLE = "shanghai-kechuang"
HERE = f"/a/{ARTICLE}/"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
DESK = {"viewport": {"width": 1280, "height": 900}} | CLIPBOARD
LOW = {"viewport": {"width": 1280, "height": 500}} | CLIPBOARD
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True} | CLIPBOARD
BOXES = """[...document.querySelectorAll('#menu .big button, #menu summary')].map(e => {
  const box = e.getBoundingClientRect(); return [box.x, box.y, box.width]; })"""


def select_across(page: Page, first: dict, last: dict) -> tuple[str, str]:
    """Select from the middle of one paragraph into another; the words of both that are selected."""
    page.evaluate(
        """async ([first, last]) => {
            const folder = document.querySelector('script[type=module]').src.replace('main.js', '');
            const passage = await import(folder + 'features/passage.js');
            const a = document.getElementById(first), z = document.getElementById(last);
            const from = passage.rangeOf(a, passage.textOf(a).length - 12, passage.textOf(a).length);
            const to = passage.rangeOf(z, 0, 16);
            const node = to.endContainer, at = to.endOffset;
            getSelection().setBaseAndExtent(from.startContainer, from.startOffset, node, at);
        }""",
        [first["id"], last["id"]],
    )
    return first["text"][-12:], last["text"][:16]


@pytest.mark.parametrize("context", [DESK, LOW, PHONE], indirect=True, ids=["desk", "low", "phone"])
def test_an_open_menu_stays_while_its_picture_comes(page: Page, site: str):
    held: list[Route] = []
    page.route("**/card.png*", lambda route: held.append(route))
    visit(page, site + HERE)
    page.locator(".p > .n").nth(3).click()
    menu = page.locator("#menu")
    expect(menu).to_be_visible()
    place, actions = menu.bounding_box(), page.evaluate(BOXES)[:3]
    menu.get_by_role("button", name="图片、二维码").click()
    when(page, lambda: held)
    image = menu.locator("img")
    expect(image).to_be_attached()
    waiting = image.bounding_box(), page.evaluate(BOXES)
    for route in held:
        route.continue_()
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("img => img.decode().then(() => img.naturalWidth)") == 1200
    assert (image.bounding_box(), page.evaluate(BOXES)) == waiting
    assert page.evaluate(BOXES)[:3] == actions
    now = menu.bounding_box()
    assert (now["x"], now["y"]) == (place["x"], place["y"])
    menu.locator("summary").click()
    assert page.evaluate(BOXES)[:3] == actions or menu.evaluate("m => m.scrollTop") > 0
    assert menu.bounding_box()["y"] + menu.bounding_box()["height"] <= page.viewport_size["height"]


@pytest.mark.parametrize("context", [PHONE], indirect=True)
def test_its_actions_are_large_on_a_phone(page: Page, site: str):
    visit(page, site + HERE)
    page.locator(".p > .n").first.tap()
    menu = page.locator("#menu")
    for control in (*menu.locator(".big button").all(), menu.get_by_role("button", name="关闭")):
        box = control.bounding_box()
        assert box["width"] >= 44 and box["height"] >= 44
    assert menu.locator(".big button").all_text_contents() == ["复制链接", "复制引文", "图片、二维码"]
    menu.get_by_role("button", name="关闭").tap()
    expect(menu).to_be_hidden()


@pytest.mark.parametrize("context", [DESK], indirect=True)
class TestSeveralParagraphs:
    @pytest.mark.parametrize(("first", "last"), [(0, 1)])
    def test_are_quoted(self, page: Page, site: str, paragraphs: list[dict], first: int, last: int):
        visit(page, site + HERE)
        begin, end = select_across(page, paragraphs[first], paragraphs[last])
        bar = page.get_by_role("toolbar", name="所选的字")
        expect(bar).to_be_visible()
        expect(bar.get_by_role("button", name="划线")).to_be_hidden()
        bar.get_by_role("button", name="复制引文").click()
        told(page, "引文已复制")
        copied = page.evaluate("navigator.clipboard.readText()")
        words, source, link = copied.rsplit("\n", 2)
        swap = str.maketrans("“”‘’", "‘’“”")
        assert words.startswith("“" + begin.translate(swap)) and words.endswith(end.translate(swap) + "”")
        assert source.startswith("——") and "上海科技系统谈加快建设国际科创中心" in source
        assert link.startswith(f"{site}{HERE}#{paragraphs[first]['id']}:~:text=")

    @pytest.mark.parametrize(("first", "last"), [(2, 4)])
    def test_are_linked(self, context, page: Page, site: str, paragraphs: list[dict], first: int, last: int):
        visit(page, site + HERE)
        begin, _ = select_across(page, paragraphs[first], paragraphs[last])
        page.get_by_role("button", name="分享…").click()
        page.locator("#menu").get_by_role("button", name="复制链接").click()
        told(page, "链接已复制")
        link = page.evaluate("navigator.clipboard.readText()")
        marked = [unquote(text) for text in link.split(":~:text=")[1].split("&text=")]
        assert len(marked) >= 2
        assert (
            paragraphs[first]["text"].endswith(begin)
            and marked[0].split(",")[-1] in paragraphs[first]["text"]
        )
        assert marked[-1].split(",")[-1] in paragraphs[last]["text"][:30]
        other = context.new_page()
        other.goto(link.replace(f"#{paragraphs[first]['id']}", "#"))
        select_across(other, paragraphs[first], paragraphs[last])
        top = other.evaluate("getSelection().getRangeAt(0).getClientRects()[0].top")
        assert 0 < top < 900

    @pytest.mark.parametrize(("first", "last"), [(2, 4)])
    def test_are_copied_as_words_only(
        self, page: Page, site: str, paragraphs: list[dict], first: int, last: int
    ):
        visit(page, site + HERE)
        begin, end = select_across(page, paragraphs[first], paragraphs[last])
        expect(page.get_by_role("toolbar")).to_be_visible()
        page.keyboard.press("Control+c")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(begin) and copied.endswith(end)
        between = copied.split("\n\n")
        assert between[0] == begin and between[-1] == end
        assert not any(part.strip().isdigit() for part in copied.splitlines())
