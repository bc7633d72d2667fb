"""Links and what leaves the site by them: answers to old addresses, the share menu, quotations, previews."""

from __future__ import annotations

import json
import random
import re
import urllib.error
import urllib.request
from datetime import UTC, datetime
from urllib.parse import quote, unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from selecting import select
from waiting import still, told, until

ARTICLE = "shanghai-kechuang"
NEWS = "beiwan-daqiao"
NO_SCRIPT = {"java_script_enabled": False}
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
clipboard = pytest.mark.parametrize("context", [CLIPBOARD], indirect=True)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True} | CLIPBOARD


def copied(page: Page) -> str:
    told(page, "已复制")
    words = page.evaluate("navigator.clipboard.readText()")
    page.evaluate("navigator.clipboard.writeText('')")
    return str(words)


def chosen(page: Page, before: str = "") -> str:
    """The selection, once there is a new one."""
    now = "getSelection().toString()"
    until(page, f"{now} && {now} !== {json.dumps(before)}")
    return str(page.evaluate(now))


def open_menu(page: Page, id: str) -> None:
    """By keyboard: the number of the paragraph, Enter."""
    number = page.locator(f".p:has(#{id}) > .n, .s:has(#{id}) > .n")
    if number.get_attribute("aria-expanded"):
        expect(number).to_have_attribute("aria-expanded", "false")
        page.wait_for_timeout(300)  # the press that closes a menu does not open it again
    number.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#menu")).to_be_visible()


def choose(page: Page, label: str) -> None:
    """By keyboard: on to the item, Enter."""
    for _ in range(30):
        if page.evaluate("document.activeElement.textContent") == label:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never comes to {label}")


def containing(document: dict, words: str) -> str:
    return next(b["id"] for b in document["blocks"] if words in b["text"])


class TestOldAddresses:
    def test_a_rewritten_paragraph_says_so_and_shows_what_was_changed(self, page, desk):
        desk.edit(
            NEWS,
            (
                "停航那天早晨，他把缆绳盘好，又擦了一遍船舷。",
                "如今他每天去桥头的管理所打卡，中午还回渡口坐一坐，看看水位，同老邻居说几句闲话，"
                "傍晚再沿着新修的步道走回家，路上要经过三个小卖部和一座土地庙。",
            ),
        )
        page.goto(f"{desk.address}/a/{NEWS}/r2gj/")
        note = page.get_by_role("note")
        expect(note).to_contain_text("这一段后来改写过")
        note.get_by_role("link").first.click()
        page.wait_for_url(f"**/a/{NEWS}/r2gj@1/")
        expect(page.get_by_role("note")).to_contain_text("第 1 次修订")
        expect(page.locator(".ban .x")).to_contain_text("又擦了一遍船舷")
        difference = page.locator("#diff .diff")
        assert "缆绳盘好" in "".join(difference.locator("del").all_text_contents())
        assert "土地庙" in "".join(difference.locator("ins").all_text_contents())
        shown = difference.inner_text()
        assert "〔删：" in shown and "〔添：" in shown
        expect(page.locator("#diff .legend")).to_contain_text("后来删掉")
        for media in ({"media": "print"}, {"media": "screen", "forced_colors": "active"}):
            page.emulate_media(**media)
            lines = page.evaluate(
                "['del', 'ins'].map(t => getComputedStyle(document.querySelector('.diff ' + t)))"
                ".map(s => s.textDecorationLine)"
            )
            assert lines == ["line-through", "underline"], media
        assert page.locator("meta[name=robots]").get_attribute("content") == "noindex"

    def test_a_split_paragraph_leads_to_its_other_part(self, page, desk):
        desk.edit(NEWS, ("走完了最后一步。”他表示", "走完了最后一步。”\n\n他表示"))
        page.goto(f"{desk.address}/a/{NEWS}/p29s/")
        note = page.get_by_role("note")
        expect(note).to_contain_text("原段已拆成 2 段")
        note.get_by_role("link", name="他表示").click()
        expect(page.locator(".ban .x")).to_contain_text("候船室将改成一座小博物馆")

    def test_a_merged_paragraph_leads_to_its_words_and_they_are_told(self, page, desk):
        desk.edit(NEWS, ("又擦了一遍船舷。\n\n镇交通站", "又擦了一遍船舷。镇交通站"))
        with urllib.request.urlopen(f"{desk.address}/api/v1/resolve/{NEWS}/qng4") as answer:
            state = json.load(answer)
        old, host = ("qng4", "r2gj") if state["state"] == "merged" else ("r2gj", "qng4")
        page.goto(f"{desk.address}/a/{NEWS}/{old}/")
        assert page.url == f"{desk.address}/a/{NEWS}/{host}/?from={old}"
        note = page.get_by_role("note")
        expect(note).to_contain_text(f"{old} 段已并入本段")
        expect(note).to_contain_text("四名摆渡人" if old == "qng4" else "六十一岁的周大年")
        note.get_by_role("link", name="原段").click()
        page.wait_for_url(f"**/{old}@1/")
        page.goto(f"{desk.address}/a/{NEWS}/{host}/?from=zzzz")
        expect(page.get_by_text("并入本段")).to_have_count(0)

    def test_a_removed_paragraph_keeps_its_address_and_comes_back_with_its_words(self, page, desk):
        words = "湾区快线的北湾站离桥头不到一公里。林清和认为，桥和快线连起来，年轻人下班就能回家吃饭。"
        path = desk.content / "articles" / NEWS / "article.md"
        text = path.read_text("utf-8")
        (whole,) = [p for p in text.split("\n\n") if words in p]
        desk.edit(NEWS, (whole.strip(), ""))
        answer = page.goto(f"{desk.address}/a/{NEWS}/kkn3/")
        assert answer.status == 410
        expect(page.locator(".gone del")).to_have_text(whole.strip())
        expect(page.get_by_role("link", name="原上一段")).to_be_visible()
        assert page.locator("link[rel=canonical]").count() == 0
        page.get_by_role("link", name="第 1 版里的文字").click()
        page.wait_for_url("**/kkn3@1/")
        expect(page.get_by_role("note")).to_contain_text("后来删去了")
        desk.edit(NEWS, ("## 留下什么\n", f"## 留下什么\n\n{whole.strip()}\n"))
        assert page.goto(f"{desk.address}/a/{NEWS}/kkn3/").status == 200
        expect(page.locator(".ban .x")).to_have_text(whole.strip())

    def test_a_renamed_article_keeps_its_addresses(self, page, desk):
        desk.rename(NEWS, "daqiao")
        for rest in ("", "r2gj/", "r2gj@1/", "speakers/"):
            page.goto(f"{desk.address}/a/{NEWS}/{rest}")
            assert page.url == f"{desk.address}/a/daqiao/{rest}"

    def test_a_slip_of_an_id_is_asked_about_never_guessed(self, page, desk):
        answer = page.goto(f"{desk.address}/a/{NEWS}/r2jg/")
        assert answer.status == 404
        expect(page.get_by_text("是不是想找")).to_be_visible()
        page.get_by_role("link", name="r2gj：").click()
        expect(page.locator(".ban .x")).to_contain_text("周大年")
        page.goto(f"{desk.address}/a/{NEWS}/R2GJ/")
        assert page.url.endswith("/r2gj/")


class TestTheMenuByKeyboard:
    @clipboard
    def test_opens_at_a_number_copies_the_link_and_gives_the_focus_back(self, page, site, document):
        page.goto(f"{site}/a/{ARTICLE}/")
        id = containing(document, "我们党员干部")
        open_menu(page, id)
        choose(page, "复制链接")
        assert copied(page) == f"{site}/a/{ARTICLE}/{id}/"
        expect(page.locator("#menu")).to_be_hidden()
        open_menu(page, id)
        page.keyboard.press("Escape")
        expect(page.locator("#menu")).to_be_hidden()
        expect(page.locator(f".p:has(#{id}) > .n")).to_be_focused()

    @clipboard
    def test_copies_a_whole_paragraph_with_title_date_and_link_and_under_no_name(self, page, site, document):
        id = containing(document, "我在现场聆听")
        text = next(b["text"] for b in document["blocks"] if b["id"] == id)
        # With all additions to the page switched on, a copy is still the text alone.
        page.add_init_script('localStorage.setItem(\'meipi\', \'{"who":"on","marks":"all"}\')')
        page.goto(f"{site}/a/{ARTICLE}/")
        open_menu(page, id)
        choose(page, "复制引文")
        words, source, link = copied(page).split("\n")
        assert words == "“" + text.translate(str.maketrans("“”‘’", "‘’“”")) + "”"
        # The paragraph ends with the narrator's words, so it is not all the speaker's.
        assert source == "——《上海科技系统谈加快建设国际科创中心》（编者拟题），约2023年12月"
        assert link == f"{site}/a/{ARTICLE}/{id}/"

    @clipboard
    def test_cites_with_the_day_of_access(self, page, site, document):
        id, today = containing(document, "我们党员干部"), datetime(2026, 5, 17, 12, tzinfo=UTC)
        page.clock.set_fixed_time(today)
        today = today.date()
        page.goto(f"{site}/a/{ARTICLE}/")
        made = {}
        for label in ("GB/T 7714", "纯文字", "BibTeX", "CSL-JSON"):
            open_menu(page, id)
            choose(page, "更多")
            choose(page, label)
            made[label] = copied(page)
        link = f"{site}/a/{ARTICLE}/{id}/"
        title = "上海科技系统谈加快建设国际科创中心"
        assert made["GB/T 7714"] == f"佚名. [{title}][N/OL]. [报刊不详], [2023-12][{today}]. {link}."
        assert made["纯文字"] == f"《{title}》（编者拟题），原载报刊未查明，约2023年12月，第 5 段。{link}"
        assert f"urldate = {{{today}}}" in made["BibTeX"] and f"url = {{{link}}}" in made["BibTeX"]
        (item,) = json.loads(made["CSL-JSON"])
        assert item["accessed"] == {"date-parts": [[today.year, today.month, today.day]]}
        assert item["issued"] == {"date-parts": [[2023, 12]], "circa": True}

    @clipboard
    def test_selects_words_without_a_pointer_and_quotes_them_by_who_says_them(self, page, site, document):
        id = containing(document, "我们党员干部")
        page.goto(f"{site}/a/{ARTICLE}/#{id}")
        page.locator(f".p:has(#{id}) > .n").focus()
        page.keyboard.press("v")
        first = chosen(page)
        assert first.startswith("骆大进说，") and first.endswith("。")
        page.keyboard.press("v")
        both = chosen(page, first)
        assert both.startswith(first) and len(both) > len(first)
        page.keyboard.press("Shift+ArrowLeft")
        assert chosen(page, both) == both[:-1]
        select(page, id, "慢不得的紧迫感、坐不住的责任感")
        page.keyboard.press("c")
        expect(page.locator("#menu")).to_contain_text("所选的字")
        choose(page, "复制引文")
        words, source, _ = copied(page).split("\n")
        assert words == "“慢不得的紧迫感、坐不住的责任感”"
        assert source.startswith("——上海市科委主任骆大进（转述），《")

    def test_goes_to_the_page_the_picture_and_the_printed_lines(self, page, site, document):
        id = containing(document, "我们党员干部")
        page.goto(f"{site}/a/{ARTICLE}/")
        open_menu(page, id)
        choose(page, "图片、二维码")
        image = page.locator("#menu img")
        expect(image).to_be_visible()
        expect(image).to_have_js_property("naturalWidth", 1200)
        hrefs = page.locator("#menu .files a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert hrefs == [f"/a/{ARTICLE}/{id}/card.png?size={size}" for size in ("og", "portrait")]
        choose(page, "更多")
        assert page.get_by_role("link", name="电子邮件").get_attribute("href").startswith("mailto:?subject=")
        weibo = page.get_by_role("link", name="微博").get_attribute("href")
        assert weibo.startswith("https://service.weibo.com/share/share.php?url=")
        assert f"/a/{ARTICLE}/{id}/" in unquote(weibo)
        choose(page, page.locator("#menu details > a").last.text_content())
        page.wait_for_url(f"**/a/{ARTICLE}/source/#L*")
        line = page.locator(f"li[id='{page.url.rsplit('#', 1)[1]}']")
        expect(line).to_be_in_viewport()
        line.get_by_role("link").last.click()
        page.wait_for_url(f"**/a/{ARTICLE}/#{id}")

    def test_hands_over_to_the_systems_sheet_where_there_is_one(self, page, site, document):
        page.add_init_script("navigator.share = async data => { window.shared = data; }")
        id = containing(document, "我们党员干部")
        page.goto(f"{site}/a/{ARTICLE}/")
        open_menu(page, id)
        choose(page, "更多")
        choose(page, "分享到…")
        shared = page.evaluate("shared")
        assert shared["url"] == f"{site}/a/{ARTICLE}/{id}/"
        assert shared["text"].startswith("“骆大进说，我们党员干部")
        assert "上海科技系统" in shared["title"]

    def test_makes_no_picture_of_words_whose_speaker_nobody_knows(self, page, desk):
        desk.edit(
            NEWS,
            (
                "本报北湾6月2日电",
                "“桥修好了，船就该歇了；可船歇了，船上认识的人还会不会再见，谁也说不准。”\n\n本报北湾6月2日电",
            ),
            ("title: 北湾", "corrections: [{words: 船就该歇了, speaker: null}]\ntitle: 北湾"),
        )
        with urllib.request.urlopen(f"{desk.address}/api/v1/articles/{NEWS}") as answer:
            document = json.load(answer)
        id = containing(document, "船就该歇了")
        assert [q["speaker"] for q in document["quotations"] if q["block"] == id] == [None]
        page.goto(f"{desk.address}/a/{NEWS}/")
        open_menu(page, id)
        choose(page, "图片、二维码")
        expect(page.locator("#menu .pic p")).to_contain_text("是谁说的还不能确定")
        page.goto(f"{desk.address}/a/{NEWS}/{id}/")
        expect(page.locator(".shot")).to_have_count(0)
        expect(page.get_by_text("不做图片：")).to_be_visible()

    def test_lists_its_keys(self, page, site):
        page.goto(f"{site}/a/{ARTICLE}/")
        page.keyboard.press("?")
        for words in ("选一句", "分享", "划线", "我的批注"):
            expect(page.locator("#view dl")).to_contain_text(words)


class TestSelectedWords:
    @clipboard
    def test_are_offered_a_bar_that_takes_nothing_away(self, page, site, document):
        id = containing(document, "我们党员干部")
        page.goto(f"{site}/a/{ARTICLE}/#{id}")
        still(page)
        box = page.locator(f"#{id}").bounding_box()
        page.mouse.move(box["x"] + 80, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 300, box["y"] + 60, steps=6)
        page.mouse.up()
        bar = page.get_by_role("toolbar", name="所选的字")
        expect(bar).to_be_visible()
        words = page.evaluate("getSelection().toString()")
        assert words
        bar.get_by_role("button", name="复制引文").click()
        assert copied(page).startswith(f"“{words}”\n——")
        assert page.evaluate("getSelection().toString()") == words
        page.mouse.click(box["x"] + 300, 5)
        expect(bar).to_be_hidden()

    def test_of_two_paragraphs_can_be_quoted_but_not_marked(self, page, site, paragraphs):
        page.goto(f"{site}/a/{ARTICLE}/")
        page.evaluate(
            "ids => { const [a, b] = ids.map(id => document.getElementById(id));"
            "getSelection().setBaseAndExtent(a, 0, b, b.childNodes.length); }",
            [b["id"] for b in paragraphs[:2]],
        )
        bar = page.get_by_role("toolbar", name="所选的字")
        expect(bar.get_by_role("button")).to_have_text(["复制引文", "分享…"])

    @pytest.mark.parametrize("context", [PHONE], indirect=True)
    def test_on_a_phone_have_their_bar_inside_the_screen(self, page, site, document):
        id = containing(document, "我们党员干部")
        page.goto(f"{site}/a/{ARTICLE}/#{id}")
        select(page, id, "慢不得的紧迫感")
        bar = page.get_by_role("toolbar")
        expect(bar).to_be_visible()
        still(page)
        shape = bar.bounding_box()
        assert shape["x"] >= 0 and shape["x"] + shape["width"] <= 360 and shape["y"] + shape["height"] <= 740
        bar.get_by_role("button", name="分享…").tap()
        expect(page.locator("#menu")).to_be_visible()
        still(page)
        shape = page.locator("#menu").bounding_box()
        assert shape["x"] >= 0 and shape["width"] <= 360 and shape["y"] + shape["height"] <= 740.5

    # Their bar comes while the menu is open; the key is pressed right after the menu was closed.
    @pytest.mark.parametrize("then", ["share.offer()", "menu.hidePopover(); await closed(); share.open()"])
    def test_open_the_menu_by_key_and_keep_it_open(self, page, site, document, then):
        page.goto(f"{site}/a/{ARTICLE}/")
        select(page, containing(document, "我们党员干部"), "慢不得的紧迫感")
        page.keyboard.press("c")
        expect(page.locator("#menu")).to_be_visible()
        page.evaluate(
            f"""async () => {{
                const main = document.querySelector('script[type=module]').src;
                const share = await import(main.replace('main.js', 'features/share.js'));
                const menu = document.getElementById('menu');
                const closed = () => new Promise(requestAnimationFrame);
                {then};
            }}"""
        )
        expect(page.locator("#menu")).to_be_visible()
        expect(page.get_by_role("toolbar", name="所选的字")).to_be_hidden()

    @clipboard
    def test_are_marked_where_a_link_to_them_is_opened(self, page, context, site, document):
        """Words of every length, at any place: a browser finds whole words only, and the first that fit."""
        dice = random.Random(5)
        long = [b for b in document["blocks"] if b["kind"] == "paragraph" and len(b["text"]) > 150]
        page.goto(f"{site}/a/{ARTICLE}/")
        other = context.new_page()
        for length in (2, 9, 140):
            block = dice.choice(long[1:])
            start = dice.randrange(len(block["text"]) - length)
            words = block["text"][start : start + length].strip("，。；、“”：")
            select(page, block["id"], words)
            page.keyboard.press("c")
            page.locator("#menu summary").click()
            page.get_by_role("button", name="复制定位链接").click()
            link = copied(page)
            assert link.startswith(f"{site}/a/{ARTICLE}/#{block['id']}:~:text=")
            # Without the id, only the words can bring the reader to their place.
            other.goto("about:blank")
            other.goto(link.replace(f"#{block['id']}", "#"))
            select(other, block["id"], words)
            box = "getSelection().getRangeAt(0).getBoundingClientRect()"
            until(other, f"scrollY > 0 && {box}.bottom > 0 && {box}.top < 900")

    def test_that_are_gone_lead_to_their_paragraph(self, page, site, paragraphs):
        id = paragraphs[7]["id"]
        page.goto(f"{site}/a/{ARTICLE}/#{id}:~:text={quote('这些字文中没有')}")
        expect(page.locator(f"#{id}")).to_be_in_viewport()
        assert page.evaluate("document.querySelector(':target').id") == id

    def test_a_link_that_is_opened_stands_at_its_place_at_once(self, page, site):
        page.goto(f"{site}/a/{ARTICLE}/")
        scrolling = "getComputedStyle(document.documentElement).scrollBehavior"
        assert page.evaluate(scrolling) == "auto"
        page.locator(".n").first.focus()
        assert page.evaluate(scrolling) == "smooth"


@pytest.mark.parametrize("context", [CLIPBOARD, PHONE], indirect=True, ids=["desk", "phone"])
def test_axe_finds_nothing_with_bar_menu_and_citations_open(context, site, document):
    # A page of its own: what axe does to it is not held against it.
    page, axe, id = context.new_page(), Axe(), containing(document, "我们党员干部")
    page.goto(f"{site}/a/{ARTICLE}/#{id}")
    select(page, id, "慢不得的紧迫感")
    expect(page.get_by_role("toolbar")).to_be_visible()
    assert axe.run(page).response["violations"] == []
    page.get_by_role("button", name="分享…").click()
    page.locator("#menu summary").click()
    page.locator("#menu").get_by_text("图片、二维码").click()
    expect(page.locator("#menu img")).to_be_visible()
    assert axe.run(page, context="#menu").response["violations"] == []
    page.goto(f"{site}/a/{ARTICLE}/{id}@1/")
    assert axe.run(page).response["violations"] == []


class TestWithoutScripts:
    @pytest.mark.parametrize("context", [NO_SCRIPT], indirect=True)
    def test_the_paragraphs_page_has_all_of_it(self, page, site, document):
        id = containing(document, "我在现场聆听")
        page.goto(f"{site}/a/{ARTICLE}/{id}/")
        link = f"{site}/a/{ARTICLE}/{id}/"
        share = page.locator("#share")
        expect(share.locator("#link")).to_have_attribute("href", link)
        assert "——" in share.locator("#quote").text_content()
        assert "上海市科委主任骆大进" in share.locator("#quote").text_content()
        expect(share.locator("#gbt")).to_have_text(re.compile(r"\[N/OL\].*\[引用日期\]\. http"))
        assert share.locator("#bibtex").text_content().startswith("@misc{")
        assert json.loads(share.locator("#csl").text_content())[0]["URL"] == link
        assert f"#{id}:~:text=" in share.locator("#fragment").get_attribute("href")
        for name in ("电子邮件", "微博", "横版", "竖版"):
            expect(share.get_by_role("link", name=name)).to_be_visible()
        expect(share.get_by_role("link", name="第 ")).to_have_attribute("href", re.compile(r"/source/#L\d+$"))
        expect(share.locator("img")).to_have_attribute("src", f"/a/{ARTICLE}/{id}/card.png?size=og")
        expect(page.get_by_role("button", name="复制")).to_have_count(0)

    @clipboard
    def test_with_them_the_page_copies_each_form(self, page, site, document):
        id = containing(document, "我在现场聆听")
        page.goto(f"{site}/a/{ARTICLE}/{id}/")
        for name, begin in (
            ("链接", "http"),
            ("引文和出处", "“"),
            ("GB/T 7714", "佚名. ["),
            ("BibTeX", "@misc"),
        ):
            page.locator("#share").get_by_role("button", name=f"复制 {name}", exact=True).click()
            assert copied(page).startswith(begin)
        page.get_by_role("link", name="分享", exact=True).click()
        expect(page.locator("#menu")).to_be_visible()

    @pytest.mark.parametrize("context", [NO_SCRIPT], indirect=True)
    def test_the_fragment_of_every_paragraph_finds_its_words(self, page, site, paragraphs):
        for block in paragraphs:
            page.goto(f"{site}/a/{ARTICLE}/{block['id']}/")
            href = page.locator("#fragment").get_attribute("href")
            words = unquote(href.split(":~:text=")[1])
            assert words in block["text"]
            earlier = "".join(b["text"] for b in paragraphs if b["text"] != block["text"]).split(words)[0]
            assert block["text"].index(words) < 60 or words not in earlier


class Head:
    """What previews and crawlers read of a page."""

    def __init__(self, address: str) -> None:
        with urllib.request.urlopen(address) as answer:
            self.html = answer.read().decode()

    def meta(self, name: str) -> str:
        found = re.findall(rf'<meta (?:property|name)="{name}" content="([^"]*)">', self.html)
        assert len(found) <= 1
        return found[0] if found else ""

    @property
    def title(self) -> str:
        return re.search("<title>(.*)</title>", self.html)[1]

    @property
    def data(self) -> dict:
        return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', self.html)[1])

    def link(self, rel: str) -> str:
        return re.search(rf'<link rel="{rel}" [^>]*?href="([^"]*)"', self.html)[1].replace("&amp;", "&")


class TestPreviews:
    def test_a_paragraph_is_shown_by_who_says_what(self, site, document):
        id = containing(document, "我在现场聆听")
        head = Head(f"{site}/a/{ARTICLE}/{id}/")
        assert head.title.startswith("骆大进：习近平总书记亲临上海科技创新成果展")
        assert head.meta("og:title").startswith("骆大进：") and len(head.meta("og:title")) <= 28
        assert head.meta("og:url") == f"{site}/a/{ARTICLE}/{id}/"
        assert head.link("canonical") == f"{site}/a/{ARTICLE}/"
        assert head.meta("robots") == ""
        assert head.meta("twitter:card") == "summary_large_image"
        assert (head.meta("og:image:width"), head.meta("og:image:height")) == ("1200", "630")
        with urllib.request.urlopen(head.meta("og:image")) as answer:
            assert answer.headers["content-type"] == "image/png"
        assert 0 < len(head.meta("og:description")) <= 100
        said = head.data["@graph"][0]
        assert said["@type"] == "Quotation" and said["text"].startswith("习近平总书记亲临")
        assert said["spokenByCharacter"]["name"] == "骆大进"
        assert said["spokenByCharacter"]["jobTitle"] == "上海市科委主任"
        assert said["isPartOf"] == f"{site}/a/{ARTICLE}/"

    def test_an_article_is_news_with_its_quotations(self, site):
        head = Head(f"{site}/a/{ARTICLE}/")
        assert head.meta("og:url") == head.link("canonical") == f"{site}/a/{ARTICLE}/"
        data = head.data
        assert data["@type"] == "NewsArticle" and data["headline"] == "上海科技系统谈加快建设国际科创中心"
        assert data["inLanguage"] == "zh-Hans" and "datePublished" not in data
        assert {part["@type"] for part in data["hasPart"]} == {"Quotation"}
        with urllib.request.urlopen(head.meta("og:image")) as answer:
            assert answer.headers["content-type"] == "image/png"

    def test_a_term_is_defined_in_the_set_that_has_it(self, site):
        term, glossary = Head(f"{site}/terms/wu-ge-zhongxin/").data, Head(f"{site}/terms/").data
        assert term["@type"] == "DefinedTerm" and glossary["@type"] == "DefinedTermSet"
        assert term["inDefinedTermSet"] == glossary["@id"] and term["@id"] in glossary["hasDefinedTerm"]
        assert term["name"] == "五个中心" and term["termCode"] == "wu-ge-zhongxin" and term["description"]

    def test_oembed_gives_the_words_without_a_script(self, site, document):
        id = containing(document, "我在现场聆听")
        head = Head(f"{site}/a/{ARTICLE}/{id}/")
        found = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]*)"', head.html)
        with urllib.request.urlopen(found[1].replace("&amp;", "&")) as answer:
            embedded = json.load(answer)
        assert embedded["type"] == "rich" and "<script" not in embedded["html"]
        assert embedded["html"].startswith(f'<blockquote cite="{site}/a/{ARTICLE}/{id}/">')
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{site}/oembed?url=https://example.org/a/x/")
        assert refused.value.code == 404
        refused.value.close()

    def test_what_is_removed_or_old_is_not_indexed(self, site, document):
        id = containing(document, "我在现场聆听")
        head = Head(f"{site}/a/{ARTICLE}/{id}@1/")
        assert head.meta("robots") == "noindex"
        assert head.meta("og:url") == f"{site}/a/{ARTICLE}/{id}@1/"
