"""What goes along with reading: the way back, keys, a voice, no network, long and vertical texts, paper."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator

import pytest
from conftest import ARTICLE, TEXTS, served
from playwright.sync_api import BrowserContext, Page, expect
from waiting import open_display, still, told, until, visit, when

HERE = f"/a/{ARTICLE}/"
LONG = 1_000

# A voice that ends each utterance at once, and records it.
VOICE = """
window.said = [];
const voice = { lang: 'zh-CN', localService: true, name: 'test' };
class Utterance { constructor(text) { this.text = text; } }
window.SpeechSynthesisUtterance = Utterance;
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => [voice], addEventListener() {}, cancel() { clearTimeout(this.timer); },
  speak(u) { said.push({ text: u.text, rate: u.rate, lang: u.lang,
      marked: [...(CSS.highlights.get('spoken') ?? [])].map(String).join('') });
    this.timer = setTimeout(() => u.onend?.(), 120); },
} });
"""


class TestTheWayBack:
    def read_to(self, page: Page, site: str, id: str) -> None:
        visit(page, site + HERE)
        page.evaluate(f"document.getElementById('{id}').scrollIntoView()")
        until(page, f"localStorage.getItem('meipi-places')?.includes('\"{id}\"')")

    def test_is_offered_on_return_and_leads_to_the_paragraph(self, page, site, paragraphs):
        at = paragraphs[4]["id"]
        self.read_to(page, site, at)
        page.goto(site + HERE)
        page.get_by_role("link", name="继续读第 5 段").click()
        expect(page.locator(f"#{at}")).to_be_in_viewport()
        expect(page.locator(".back")).to_have_count(0)

    def test_is_not_offered_to_a_paragraph_that_is_in_sight(self, page, site, paragraphs):
        page.set_viewport_size({"width": 1440, "height": 1400})
        at = paragraphs[1]["id"]
        page.add_init_script(
            f"localStorage['meipi-places'] = JSON.stringify({{ '{HERE}':"
            f" {{ id: '{at}', n: 2, of: 9, title: '', when: 1 }} }})"
        )
        visit(page, site + HERE)
        expect(page.locator(f"#{at}")).to_be_in_viewport()
        page.wait_for_timeout(300)
        expect(page.locator(".back")).to_have_count(0)

    def test_can_be_declined_and_is_then_forgotten(self, page, site, paragraphs):
        self.read_to(page, site, paragraphs[4]["id"])
        page.goto(site + HERE)
        page.get_by_role("button", name="不用").click()
        visit(page, site + HERE)
        page.wait_for_timeout(200)
        expect(page.locator(".back")).to_have_count(0)

    def test_is_not_offered_to_who_comes_by_a_link_to_a_paragraph(self, page, site, paragraphs):
        self.read_to(page, site, paragraphs[4]["id"])
        page.goto("about:blank")
        visit(page, f"{site}{HERE}#{paragraphs[2]['id']}")
        expect(page.locator(".back")).to_have_count(0)

    def test_stands_in_the_library_without_moving_anything(self, page, site, paragraphs):
        self.read_to(page, site, paragraphs[4]["id"])
        page.add_init_script(
            "window.shifts = 0; new PerformanceObserver(list => {"
            " for (const shift of list.getEntries()) shifts += shift.value; })"
            ".observe({ type: 'layout-shift', buffered: true })"
        )
        page.goto(f"{site}/")
        link = page.locator(".again a")
        expect(link).to_contain_text("5／9")
        still(page)
        assert page.evaluate("shifts") < 0.005
        link.click()
        page.wait_for_url(f"**{HERE}#{paragraphs[4]['id']}")

    def test_is_forgotten_at_the_end(self, page, site, paragraphs):
        self.read_to(page, site, paragraphs[4]["id"])
        page.evaluate("document.querySelector('.tail').scrollIntoView()")
        until(page, "localStorage.getItem('meipi-places') === null")


class TestKeys:
    def test_t_walks_from_term_to_term_and_opens_their_cards(self, page, site):
        visit(page, site + HERE)
        words = page.locator(".x a.term")
        for n in range(3):
            page.keyboard.press("t")
            expect(words.nth(n)).to_be_focused()
        expect(page.locator(".card:popover-open")).to_have_count(1)

    def test_j_and_k_walk_over_paragraphs_and_tab_goes_on_from_there(self, page, site, paragraphs):
        visit(page, site + HERE)
        at = "document.activeElement.textContent"

        def walk(key: str) -> str:
            before = page.evaluate(at)
            page.keyboard.press(key)
            until(page, f"{at} !== {json.dumps(before)}")
            still(page)
            return str(page.evaluate(at))

        *_, number = [walk("j") for _ in range(3)]
        assert int(walk("k")) == int(number) - 1
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.p') !== null")

    def test_s_leads_to_who_said_what(self, page, site):
        visit(page, site + HERE)
        page.keyboard.press("s")
        page.wait_for_url("**/speakers/")

    def test_every_key_is_listed_and_all_can_be_switched_off(self, page, site):
        visit(page, site + HERE)
        page.keyboard.press("?")
        expect(page.locator(".panel kbd").first).to_be_visible()
        listed = page.locator(".panel kbd").all_text_contents()
        assert {"j", "k", "t", "s", "/", "?"} <= set(listed)
        page.keyboard.press("Escape")
        page.evaluate("localStorage.setItem('meipi', JSON.stringify({ keys: 'off' }))")
        page.reload()
        still(page)
        page.keyboard.press("s")
        page.wait_for_timeout(300)
        assert page.url == site + HERE

    def test_keys_belong_to_who_is_composing_characters(self, page, site):
        visit(page, site + HERE)
        page.evaluate(
            "document.dispatchEvent(new KeyboardEvent('keydown',"
            " { key: 's', isComposing: true, bubbles: true }))"
        )
        page.wait_for_timeout(300)
        assert page.url == site + HERE


class TestReadingAloud:
    def test_there_is_none_where_there_is_no_voice(self, page, site):
        for _ in range(2):
            visit(page, site + HERE)
        expect(page.get_by_role("button", name="朗读")).to_have_count(0)
        open_display(page)
        expect(page.locator(".panel").get_by_role("button", name="朗读")).to_have_count(0)

    def test_it_says_sentence_after_sentence_and_shows_which(self, context, site, paragraphs):
        page = context.new_page()
        page.add_init_script(VOICE)
        page.goto(site + HERE)
        until(page, "localStorage.getItem('meipi')?.includes('voice')")
        page.reload()
        page.get_by_role("button", name="朗读").click()
        until(page, "said.length > 3")
        said = page.evaluate("said")
        assert paragraphs[0]["text"].startswith(said[0]["text"] + said[1]["text"])
        assert all(s["text"] == s["marked"] for s in said)
        assert {s["lang"] for s in said} == {"zh-CN"}

    def test_it_pauses_goes_on_changes_speed_and_stops(self, context, site):
        page = context.new_page()
        page.add_init_script(VOICE)
        page.add_init_script("localStorage.setItem('meipi', JSON.stringify({ voice: 'on' }))")
        visit(page, site + HERE)
        page.keyboard.press("l")
        bar = page.get_by_role("region", name="朗读")
        bar.get_by_role("button", name="暂停").click()
        held = page.evaluate("said.length")
        page.wait_for_timeout(400)
        assert page.evaluate("said.length") == held
        bar.get_by_role("combobox", name="语速").select_option("1.5")
        bar.get_by_role("button", name="继续").click()
        until(page, f"said.length > {held}")
        assert page.evaluate("said.at(-1).rate") == 1.5
        bar.get_by_role("button", name="停", exact=True).click()
        expect(bar).to_have_count(0)
        assert page.evaluate("CSS.highlights.has('spoken')") is False

    def test_it_begins_at_the_paragraph_one_is_at(self, context, site, paragraphs):
        page = context.new_page()
        page.add_init_script(VOICE)
        visit(page, site + HERE)
        page.evaluate(f"document.getElementById('{paragraphs[5]['id']}').scrollIntoView()")
        still(page)
        page.keyboard.press("l")
        until(page, "said.length > 0")
        assert paragraphs[5]["text"].startswith(page.evaluate("said[0].text"))


@pytest.mark.parametrize("context", [{"service_workers": "allow"}], indirect=True, ids=["worker"])
class TestWithoutANetwork:
    @pytest.fixture
    def kept(self, context: BrowserContext, site: str) -> Page:
        """A page whose worker has kept the article and one entry."""
        page = context.new_page()
        page.goto(site + HERE)
        page.evaluate("navigator.serviceWorker.ready")
        until(
            page,
            f"caches.open('kept').then(k => k.match('{site}{HERE}')).then(Boolean)",
        )
        page.goto(f"{site}/terms/wu-ge-zhongxin/")
        until(page, f"caches.open('kept').then(k => k.match('{site}/terms/wu-ge-zhongxin/')).then(Boolean)")
        context.set_offline(True)
        return page

    def test_an_opened_article_can_be_read_with_its_cards(self, kept, site):
        visit(kept, site + HERE)
        told(kept, "没有网络，这是离线保存的一份")
        kept.locator("a.term", has_text="五个中心").first.hover()
        expect(kept.locator("#t-wu-ge-zhongxin")).to_be_visible()
        assert kept.evaluate("getComputedStyle(document.querySelector('.x')).textIndent") != "0px"

    def test_an_entry_that_was_used_is_there(self, kept, site):
        kept.goto(f"{site}/terms/wu-ge-zhongxin/")
        expect(kept.locator("h1")).to_contain_text("五个中心")

    def test_what_was_never_opened_is_said_to_be_missing_and_what_is_there_is_listed(self, kept, site):
        answer = kept.goto(f"{site}/speakers/luo-dajin/")
        assert answer.status == 503
        expect(kept.locator("h1")).to_have_text("这一页未离线保存")
        expect(kept.locator("#kept a")).to_have_count(2)
        kept.locator("#kept a", has_text="上海科技").click()
        expect(kept.locator("article .x").first).to_be_visible()

    def test_the_network_is_asked_again_once_it_is_back(self, kept, context, site):
        kept.goto(site + HERE)
        context.set_offline(False)

        def there() -> bool:
            kept.goto(f"{site}/speakers/luo-dajin/")
            return "骆大进" in kept.locator("h1").inner_text()

        when(kept, there)  # the browser tells its workers a moment later that it is online
        expect(kept.locator("#live")).to_be_empty()

    def test_an_edited_article_is_never_shown_stale_while_there_is_a_network(self, context, desk):
        page = context.new_page()
        address = f"{desk.address}/a/beiwan-daqiao/"
        page.goto(address)
        page.evaluate("navigator.serviceWorker.ready")
        until(page, f"caches.open('kept').then(k => k.match('{address}')).then(Boolean)")
        words = page.locator(".x").first.text_content()
        desk.edit("beiwan-daqiao", (words[:8], "改" + words[:8]))
        page.goto(address)
        expect(page.locator(".x").first).to_contain_text("改" + words[:8])

    def test_the_site_can_be_installed(self, page, site):
        answer = page.request.get(f"{site}/manifest.webmanifest")
        manifest = answer.json()
        assert {i["sizes"] for i in manifest["icons"]} >= {"192x192", "512x512"}
        assert {i["purpose"] for i in manifest["icons"]} >= {"any", "maskable"}
        for icon in manifest["icons"]:
            assert page.request.get(site + icon["src"]).ok, icon


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with one article of many paragraphs."""
    content = tmp_path_factory.mktemp("long") / "content"
    shutil.copytree(TEXTS / "glossary", content / "glossary")
    (content / "speakers").mkdir()
    folder = content / "articles/long"
    folder.mkdir(parents=True)
    words = "这是一段很长的文字里的一段，说的是江边的路和桥上的灯，走过的人都记得。"
    body = "\n\n".join(f"第{n}段。{words * (1 + n % 4)}" for n in range(1, LONG + 1))
    (folder / "article.md").write_text(f"---\ntitle: 很长的文字\ndate: 2024-03-05\n---\n\n{body}\n", "utf-8")
    with served(content, "long") as address:
        yield address


class TestAVeryLongText:
    def test_is_laid_out_as_far_as_it_is_seen_and_opens_at_any_paragraph(self, context, long):
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{long}/a/long/")
        blocks = page.evaluate("[...document.querySelectorAll('.p > .x')].map(p => p.id)")
        assert len(blocks) == LONG
        drawn = page.evaluate(
            "[...document.querySelectorAll('.p > .x')]"
            ".filter(p => p.checkVisibility({ contentVisibilityAuto: true })).length"
        )
        assert drawn < 200
        page.goto("about:blank")
        visit(page, f"{long}/a/long/#{blocks[700]}")
        box = page.locator(f"#{blocks[700]}").bounding_box()
        assert 0 <= box["y"] < 500
        number = page.locator(f"#{blocks[700]}").locator("xpath=..").locator(".n").bounding_box()
        assert number["x"] < box["x"]


@pytest.mark.parametrize("context", [{"viewport": {"width": 1200, "height": 900}}], indirect=True)
def test_figures_of_vertical_text_stand_upright_and_the_words_are_the_same(page, site, paragraphs):
    page.add_init_script("localStorage.setItem('meipi', JSON.stringify({ dir: 'v' }))")
    page.goto(site + HERE)
    expect(page.locator(".x .tcy").first).to_have_text("11")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).writingMode") == "vertical-rl"
    assert page.evaluate("getComputedStyle(document.querySelector('.x .tcy')).textCombineUpright") == "all"
    assert page.evaluate("getComputedStyle(document.querySelector('.x .up')).textOrientation") == "upright"
    for block in paragraphs:
        assert page.locator(f"#{block['id']}").text_content() == block["text"]
    # The first line of the text is at the right, the next to its left; figures of two are one square.
    square = page.locator(".x .tcy").first.bounding_box()
    assert square["height"] < square["width"] * 1.6


@pytest.mark.parametrize(
    "context", [{"viewport": {"width": 1200, "height": 900}, "locale": "en-GB"}], indirect=True
)
def test_words_of_other_languages_lie_on_their_side_in_vertical_text(page, site):
    page.add_init_script("localStorage.setItem('meipi', JSON.stringify({ dir: 'v' }))")
    page.goto(site + HERE)
    expect(page.locator(".x .tcy").first).to_have_text("11")
    date = page.locator(".head .facts").get_by_text(re.compile(r"[a-z] \d{4}$")).last
    assert date.locator("xpath=descendant-or-self::*[contains(@class, 'up')]").count() == 0
    assert date.evaluate("it => getComputedStyle(it).textOrientation") == "sideways"


@pytest.mark.parametrize("context", [{"viewport": {"width": 1200, "height": 900}}], indirect=True)
def test_text_turns_vertical_when_it_is_chosen_and_keeps_its_links(page, site):
    visit(page, site + HERE)
    page.evaluate("document.querySelector('[name=dir][value=v]').click()")
    until(page, "getComputedStyle(document.querySelector('main')).writingMode === 'vertical-rl'")
    expect(page.locator(".p > .n").first).to_be_visible()


def test_on_paper_ids_stand_in_the_margin_cards_at_the_end_and_addresses_in_a_list(page, site, paragraphs):
    visit(page, site + HERE)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    first = paragraphs[0]["id"]
    mark = f"getComputedStyle(document.getElementById('{first}'), '::before').content"
    assert page.evaluate(mark) == json.dumps(first)
    for gone in (".site", ".ways", ".dock", ".foot", ".toc"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator("#t-wu-ge-zhongxin")).to_be_visible()
    listed = page.locator(".paper li")
    expect(listed).to_have_count(len(paragraphs))
    expect(listed.first).to_contain_text(f"{site}{HERE}{first}/")


@pytest.mark.parametrize("context", [{"viewport": {"width": 1440, "height": 900}}], indirect=True)
@pytest.mark.parametrize("query", ["", "?translation=0&lang=en"], ids=["zh", "en"])
def test_margin_notes_stand_at_their_words_and_none_touches_another(page, site, query):
    visit(page, site + HERE + query)
    expect(page.locator(".lesson")).to_be_visible()
    boxes = page.evaluate(
        """[...document.querySelectorAll('.notes li, .p > .by')].filter(e => e.checkVisibility())
        .map(e => e.getBoundingClientRect()).map(r => [r.top, r.bottom, r.left, r.right])"""
    )
    assert len(boxes) > (10 if query else 15)
    for n, a in enumerate(boxes):
        for b in boxes[n + 1 :]:
            assert a[1] <= b[0] + 1 or b[1] <= a[0] + 1 or a[3] <= b[2] or b[3] <= a[2], (a, b)
    # Along the whole of a long paragraph, not only where it begins.
    spread = page.evaluate(
        """[...document.querySelectorAll('.p')].filter(p => p.offsetHeight > 400).map(p => {
          const at = [...p.querySelectorAll('.notes li')].filter(e => e.checkVisibility())
            .map(e => e.getBoundingClientRect().top - p.getBoundingClientRect().top);
          return at.length < 2 ? 1 : Math.max(...at) / p.offsetHeight; })"""
    )
    assert spread and min(spread) > 0.5


def test_articles_stand_on_shelves_that_can_be_combined_and_left_again(page, desk):
    page.goto(f"{desk.address}/articles/")
    expect(page.locator(".list > li")).to_have_count(3)
    shelves = page.get_by_role("navigation", name="筛选")
    expect(shelves).to_have_count(0)  # three articles are seen at a glance
    page.goto(f"{desk.address}/articles/?year=2024")
    expect(shelves.locator("dt").first).to_have_text("年份")
    expect(page.locator("h1")).to_have_text("2024年")
    expect(page.locator(".list > li")).to_have_count(1)
    expect(page.locator(".list a").first).to_have_text("北湾大桥通车，渡船停航")
    shelves.get_by_role("link", name="年份不明").click()
    page.wait_for_url("**/articles/?year=undated")
    expect(page.locator("h1")).to_have_text("年份不明")
    shelves.locator("[aria-current]").click()
    page.wait_for_url("**/articles/")
    expect(page.locator(".list > li")).to_have_count(3)
