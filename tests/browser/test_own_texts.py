"""A pasted text in the browser: its words are looked up, it is kept, opened without a network, deleted."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from test_look_up import middle, place_of
from waiting import open_display, still, told, until, visit

WORKER = {"service_workers": "allow"}
TITLE = "河湾村办起夜校"
TEXT = (
    f"{TITLE}\n\n渡口边的夜校昨天开课，大家都很重视。校长林清和说：“识字的人多了，船也坐得稳。”\n\n"
    "夜校开课那天下了雨，有人打着伞来。\n"
)
OTHER = TEXT.replace("三十", "四十").replace("打着伞", "披着蓑衣") + "\n最后一段是新的。\n"


def paste(page: Page, site: str, text: str = TEXT, query: str = "") -> None:
    page.goto(f"{site}/read/{query}")
    page.fill("#text", text)
    page.click("form.give .btn.main")
    expect(page.locator("#again")).to_be_attached(timeout=30_000)
    still(page)


def block_with(page: Page, word: str) -> dict[str, str]:
    found = page.locator("article .x", has_text=word).first
    return {"id": found.get_attribute("id") or "", "text": found.text_content() or ""}


def click_word(page: Page, word: str) -> None:
    block = block_with(page, word)
    page.mouse.click(*middle(place_of(page, block, block["text"].index(word))))


@pytest.fixture(scope="module", autouse=True)
def dictionary(site: str) -> None:
    """Made at a site's first question, so that no test waits for it."""
    urllib.request.urlopen(f"{site}/api/v1/words?q=%E5%AD%97", timeout=180).close()


class TestWords:
    def look(self, page: Page, site: str) -> list[str]:
        """Paste, switch look-up on; the addresses that are asked for from then on."""
        paste(page, site)
        open_display(page)
        page.locator("#look").check()
        page.keyboard.press("Escape")
        expect(page.locator("#word")).to_be_attached()
        asked: list[str] = []
        page.on("request", lambda r: asked.append(urllib.parse.unquote(r.url)))
        return asked

    def test_each_word_has_its_card_and_only_that_word_is_sent(self, page: Page, site: str):
        asked, card = self.look(page, site), page.locator("#word")
        for word, pinyin in (("重视", "zhòngshì"), ("昨天", "zuótiān"), ("识字", "shízì")):
            click_word(page, word)
            expect(card.locator("dfn")).to_have_text(word, timeout=30_000)
            expect(card).to_contain_text(pinyin)
            assert not card.locator(".keep").count()
            page.keyboard.press("Escape")
        assert [re.sub(".*q=", "", a) for a in asked if "/api/" in a] == ["重视", "昨天", "识字"]

    def test_a_name_in_the_text_wins_and_asks_nothing(self, page: Page, site: str):
        asked, card = self.look(page, site), page.locator("#word")
        click_word(page, "林清和")
        expect(card.locator("dfn")).to_have_text("林清和", timeout=30_000)
        expect(card).to_contain_text("Lín Qīnghé")
        expect(card).to_contain_text("校长")
        assert card.get_by_role("link").get_attribute("href").startswith("#say-")
        assert not [a for a in asked if "/api/" in a]

    def test_the_keyboard_walks_from_word_to_word(self, page: Page, site: str):
        self.look(page, site)
        card = page.locator("#word")
        click_word(page, "昨天")
        expect(card.locator("dfn")).to_have_text("昨天", timeout=30_000)
        page.keyboard.press("ArrowRight")
        expect(card.locator("dfn")).to_have_text("开课", timeout=30_000)
        page.keyboard.press("ArrowLeft")
        expect(card.locator("dfn")).to_have_text("昨天", timeout=30_000)

    def test_under_pinyin_words_are_found_too(self, page: Page, site: str):
        self.look(page, site)
        open_display(page)
        page.locator("#view button[name=pinyin]").click()
        expect(page.locator("article ruby").first).to_be_visible(timeout=30_000)
        still(page)
        block = page.locator("article .x", has_text="课").first.get_attribute("id")
        page.mouse.click(*middle(place_of(page, {"id": block, "text": ""}, 4)))
        expect(page.locator("#word dfn")).to_have_text("夜校", timeout=30_000)


@pytest.mark.parametrize("context", [WORKER], indirect=True, ids=["worker"])
class TestKept:
    def ready(self, page: Page) -> None:
        """Wait until the service worker answers for the site."""
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def keep(self, page: Page, site: str, text: str = TEXT, query: str = "") -> str:
        paste(page, site, text, query)
        self.ready(page)
        page.locator(".ways [data-act=own]").click()
        link = page.locator(".ways a[href^='/read/kept/']")
        expect(link).to_be_visible(timeout=30_000)
        return str(link.get_attribute("href"))

    def test_it_is_listed_opened_without_a_network_and_deleted(self, context: BrowserContext, site: str):
        page = context.new_page()  # its console tells of each request that found no network
        href = self.keep(page, site)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(site + href)
        visit(page, f"{site}/read/")
        row = page.locator("#own li")
        expect(row).to_have_count(1)
        expect(row).to_contain_text(TITLE)
        expect(row).to_contain_text(re.compile(r"\d{4}-\d\d-\d\d.*\d+ KB"))
        context.set_offline(True)
        page.goto(site + href)
        expect(page.locator("h1")).to_have_text(TITLE)
        expect(page.locator("article")).to_contain_text("识字的人多了")
        page.goto(f"{site}/read/")  # without a network: the page that lists what is here
        row = page.locator("#own li")
        expect(row.get_by_role("link")).to_have_attribute("href", href)
        row.get_by_role("button").click()
        row.get_by_role("button", name="确定删除").click()
        told(page, "已删除")
        expect(row).to_have_count(0)
        page.goto(site + href)
        expect(page.locator("h1")).to_have_text("这一页未离线保存")

    def test_the_same_text_is_kept_once(self, page: Page, site: str):
        assert self.keep(page, site) == self.keep(page, site)
        other = self.keep(page, site, TEXT.replace("夜校", "学堂"), "?lang=en")
        visit(page, f"{site}/read/?lang=en")
        expect(page.locator("#own li")).to_have_count(2)
        expect(page.locator("#own li a").first).to_have_attribute("href", other)

    def test_nothing_of_it_is_in_the_cache_of_visited_pages(self, page: Page, site: str):
        self.keep(page, site)
        found = page.evaluate("""async () => {
          const found = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const key of await cache.keys()) {
              const text = await (await cache.match(key)).text();
              if (text.includes("打着伞来")) found.push(name);
            }
          }
          return found;
        }""")
        assert found == ["own"]

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            ("new DOMException('', 'QuotaExceededError')", "存不下"),
            ("new DOMException('', 'SecurityError')", "不让"),
        ],
    )
    def test_a_browser_that_keeps_nothing_says_so(self, page: Page, site: str, fault: str, words: str):
        paste(page, site)
        page.evaluate(f"void (Cache.prototype.put = () => Promise.reject({fault}))")
        page.locator(".ways [data-act=own]").click()
        told(page, words)
        expect(page.locator(".ways [data-act=own]")).to_be_visible()

    def test_a_missing_network_is_told(self, context: BrowserContext, site: str):
        page = context.new_page()
        paste(page, site)
        self.ready(page)
        context.set_offline(True)
        page.locator(".ways [data-act=own]").click()
        told(page, "连不上网")

    def test_fifty_are_the_most(self, page: Page, site: str):
        paste(page, site)
        page.evaluate("""async () => {
          const own = await caches.open("own");
          for (let n = 0; n < 50; n += 1) await own.put(`/read/kept/${n}/`, new Response(""));
        }""")
        page.locator(".ways [data-act=own]").click()
        told(page, "最多留五十篇")


def test_the_menu_of_a_paragraph_offers_what_a_text_without_address_can(
    context: BrowserContext, page: Page, site: str
):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    paste(page, site)
    page.locator("article .n").first.click()
    menu = page.locator("#menu")
    expect(menu).to_contain_text("没有地址")
    with page.expect_download() as download:
        menu.get_by_role("button", name="存为一个 HTML 文件").click()
    assert "识字的人多了" in download.value.path().read_text("utf-8")
    page.locator("article .n").nth(1).click()
    menu.get_by_role("button", name="复制引文").click()
    told(page, "引文已复制")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"——《{TITLE}》")
    assert not menu.get_by_role("link").count()


NARROW = {"viewport": {"width": 360, "height": 740}}


@pytest.mark.parametrize(
    ("context", "query"),
    [(NARROW, ""), (NARROW, "?lang=en"), ({"color_scheme": "dark"}, "")],
    indirect=["context"],
    ids=["narrow", "narrow, English", "dark"],
)
def test_its_pages_are_accessible_and_fit(page: Page, site: str, query: str):
    def looked_at() -> None:
        still(page)
        assert [
            (v["id"], [n["html"] for n in v["nodes"]]) for v in Axe().run(page).response["violations"]
        ] == []
        until(page, "document.documentElement.scrollWidth <= innerWidth")

    visit(page, f"{site}/read/{query}")
    page.locator("details.other summary").click()
    looked_at()
    page.fill("#text", TEXT)
    page.fill("#other", OTHER)
    page.click("[name=compare]")
    expect(page.locator(".compared")).to_be_visible(timeout=30_000)
    looked_at()
    paste(page, site, TEXT, query)
    looked_at()
