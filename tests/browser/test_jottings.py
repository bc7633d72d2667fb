"""The reader's own notes: kept in the browser, found again after edits, out and in as files."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from selecting import select
from waiting import HEARD, open_display, still, told, until

ARTICLE = "shanghai-kechuang"
NEWS = "beiwan-daqiao"
BOAT = "“船不等人，桥也不等人，”周大年说，“可是船上能聊天。”"


def highlight(page: Page, id: str, words: str) -> None:
    select(page, id, words)
    page.keyboard.press("h")
    told(page, "已划线")


def write(page: Page, id: str, words: str, note: str) -> None:
    """Select, n, type, Ctrl+Enter: all by keyboard but the selecting, which has tests of its own."""
    select(page, id, words)
    page.keyboard.press("n")
    expect(page.locator("#jottings textarea:focus")).to_be_visible()
    page.keyboard.type(note)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#jottings")).to_be_hidden()


def opened(page: Page, address: str = "") -> None:
    """Go to a page, or read the same again, and wait until its script listens."""
    if address:
        page.goto(address)
    else:
        page.reload()
    still(page)


MARKED = "[...CSS.highlights.values()].flatMap(h => [...h].map(r => r.toString())).sort()"


def drawn(page: Page, *words: str) -> None:
    """These words, and no others, are marked; they have a moment to become so."""
    wanted = json.dumps(sorted(words), ensure_ascii=False, separators=(",", ":"))
    until(page, f"JSON.stringify({MARKED}) === {json.dumps(wanted)}")


def rows(page: Page) -> list[str]:
    """The list of notes, opened by its key."""
    if not page.locator("#jottings").is_visible():
        # A list that is being closed still has the keys.
        until(page, "!document.activeElement?.closest('#jottings')")
        page.keyboard.press("b")
        # It is complete once it has taken the focus.
        until(page, "document.activeElement?.closest('#jottings') != null")
    expect(page.locator("#jottings .row").last).to_be_visible()
    return page.locator("#jottings li").all_inner_texts()


class TestMaking:
    def test_by_keyboard_alone_from_a_sentence_to_a_note_that_stays(self, page, site):
        opened(page, f"{site}/a/{ARTICLE}/")
        page.keyboard.press("j")
        page.keyboard.press("v")
        told(page, "已选")
        words = page.evaluate("getSelection().toString()")
        page.keyboard.press("n")
        expect(page.locator("#jottings textarea:focus")).to_be_visible()
        page.keyboard.type("要查出处")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#jottings")).to_be_hidden()
        opened(page)
        drawn(page, words)
        page.keyboard.press("b")
        expect(page.locator("#jottings textarea:focus")).to_have_value("要查出处")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#jottings")).to_be_hidden()
        until(page, f"getSelection().toString() === {json.dumps(words)}")

    def test_keeps_the_last_letter_when_a_busy_page_is_left_at_once(self, page, site, paragraphs):
        opened(page, f"{site}/a/{ARTICLE}/")
        block = paragraphs[0]
        write(page, block["id"], block["text"][:12], "要查")
        rows(page)
        # The page hears no more from the store: it is busy until it is left.
        with page.expect_navigation():
            page.locator("#jottings textarea").evaluate(
                """field => {
                    field.value = "要查出处";
                    field.dispatchEvent(new Event("input"));
                    queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => {
                        location.reload();
                        for (const end = performance.now() + 1000; performance.now() < end;);
                    })));
                }"""
            )
        still(page)
        rows(page)
        expect(page.locator("#jottings textarea")).to_have_value("要查出处")

    def test_changes_nothing_in_the_page_and_survives_other_marks(self, page, site, paragraphs):
        opened(page, f"{site}/a/{ARTICLE}/")
        # The text, not the margin: the notes there find their lines once the page has been painted.
        text = page.locator("article .x")
        before = text.evaluate_all("all => all.map(x => x.outerHTML)")
        block = paragraphs[4]
        highlight(page, block["id"], block["text"][20:60])
        assert text.evaluate_all("all => all.map(x => x.outerHTML)") == before
        open_display(page)
        page.locator("#marks a[data-m=all]").click()
        drawn(page, block["text"][20:60])
        page.locator("#marks a[data-m=none]").click()
        drawn(page, block["text"][20:60])

    def test_a_note_is_edited_deleted_and_brought_back(self, page, site, paragraphs):
        opened(page, f"{site}/a/{ARTICLE}/")
        block = paragraphs[0]
        write(page, block["id"], block["text"][:12], "起初的想法")
        rows(page)
        field = page.locator("#jottings textarea")
        field.fill("后来的想法")
        page.keyboard.press("Escape")
        opened(page)
        rows(page)
        expect(field).to_have_value("后来的想法")
        page.get_by_role("button", name="删除").click()
        drawn(page)
        expect(page.get_by_role("button", name="恢复")).to_be_focused()
        page.keyboard.press("Enter")
        drawn(page, block["text"][:12])
        opened(page)
        drawn(page, block["text"][:12])

    def test_the_same_words_are_not_kept_twice(self, page, site, paragraphs):
        opened(page, f"{site}/a/{ARTICLE}/")
        for _ in range(2):
            highlight(page, paragraphs[1]["id"], paragraphs[1]["text"][3:15])
        assert len(rows(page)) == 1

    def test_a_click_on_marked_words_opens_their_note(self, page, site, paragraphs):
        opened(page, f"{site}/a/{ARTICLE}/?marks=none")
        block = paragraphs[0]
        write(page, block["id"], block["text"][:12], "一条")
        until(page, "CSS.highlights.get('jot-note').size")
        box = page.evaluate("[...CSS.highlights.get('jot-note')][0].getBoundingClientRect().toJSON()")
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator("#jottings textarea:focus")).to_have_value("一条")

    def test_nothing_is_sent_anywhere(self, page, site, paragraphs):
        sent = []
        page.on("request", lambda r: sent.append((r.method, r.url, r.post_data)))
        opened(page, f"{site}/a/{ARTICLE}/")
        write(page, paragraphs[2]["id"], paragraphs[2]["text"][:20], "只给自己看的话")
        opened(page)
        drawn(page, paragraphs[2]["text"][:20])
        assert {method for method, _, _ in sent} == {"GET"}
        assert {urlsplit(url).netloc for _, url, _ in sent} == {urlsplit(site).netloc}
        assert not any(paragraphs[2]["text"][:5] in url or "只给" in url for _, url, _ in sent)
        assert not any("?" in url and "size" not in url for _, url, _ in sent if "/a/" in url)

    def test_a_reader_without_notes_loads_nothing_for_them(self, page, site):
        names: list[str] = []
        page.on("request", lambda r: names.append(r.url.rsplit("/", 1)[1]))
        page.goto(f"{site}/a/{ARTICLE}/", wait_until="networkidle")
        assert not {"jottings.js", "share.js", "anchor.js", "jotfiles.js"} & set(names)

    def test_a_browser_that_keeps_nothing_says_so_and_still_marks(self, page, site, paragraphs):
        page.add_init_script(
            "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('no') } })"
        )
        opened(page, f"{site}/a/{ARTICLE}/")
        select(page, paragraphs[0]["id"], paragraphs[0]["text"][:10])
        page.keyboard.press("h")
        told(page, "这个浏览器不让存")
        drawn(page, paragraphs[0]["text"][:10])
        rows(page)
        expect(page.locator("#jottings")).to_contain_text("离开就没有了")

    def test_on_a_paragraphs_page_the_notes_of_that_paragraph_are_shown(self, page, site, paragraphs):
        first, second = paragraphs[0], paragraphs[3]
        opened(page, f"{site}/a/{ARTICLE}/")
        highlight(page, first["id"], first["text"][:10])
        highlight(page, second["id"], second["text"][5:25])
        drawn(page, first["text"][:10], second["text"][5:25])
        opened(page, f"{site}/a/{ARTICLE}/{second['id']}/")
        drawn(page, second["text"][5:25])
        (row,) = rows(page)
        assert second["text"][5:25] in row
        expect(page.locator("#jottings")).to_contain_text("本文别处另有 1 条")


class TestAfterAnEdit:
    """The same reader comes back after the editors have been at the text."""

    def test_words_that_moved_in_their_paragraph_are_found(self, page, desk):
        opened(page, f"{desk.address}/a/{NEWS}/")
        write(page, "r2gj", "可是船上能聊天", "好句")
        desk.edit(NEWS, ("六十一岁的周大年", "今年刚满六十一岁、头发全白的周大年"))
        opened(page)
        drawn(page, "可是船上能聊天")
        assert "原文已改" not in rows(page)[0]

    def test_words_that_were_changed_are_found_by_likeness_and_said_to_be(self, page, desk):
        opened(page, f"{desk.address}/a/{NEWS}/")
        write(page, "r2gj", "停航那天早晨，他把缆绳盘好，又擦了一遍船舷", "细节")
        desk.edit(
            NEWS,
            ("停航那天早晨，他把缆绳盘好，又擦了一遍船舷", "停航那天一早，他照旧把缆绳盘好，又擦了一遍船帮"),
        )
        opened(page)
        drawn(page, "停航那天一早，他照旧把缆绳盘好，又擦了一遍船帮")
        (row,) = rows(page)
        assert "原文已改" in row and "停航那天早晨，他把缆绳盘好，又擦了一遍船舷" in row

    def test_words_of_a_paragraph_that_was_merged_are_found_in_its_host(self, page, desk):
        opened(page, f"{desk.address}/a/{NEWS}/")
        highlight(page, "qng4", "四名摆渡人都已安排")
        highlight(page, "r2gj", "撑了三十八年船")
        desk.edit(NEWS, ("又擦了一遍船舷。\n\n镇交通站", "又擦了一遍船舷。镇交通站"))
        opened(page)
        drawn(page, "四名摆渡人都已安排", "撑了三十八年船")

    def test_words_of_the_part_that_was_split_off_are_found_there(self, page, desk):
        opened(page, f"{desk.address}/a/{NEWS}/")
        highlight(page, "p29s", "候船室将改成一座小博物馆")
        desk.edit(NEWS, ("走完了最后一步。”他表示", "走完了最后一步。”\n\n他表示"))
        opened(page)
        drawn(page, "候船室将改成一座小博物馆")
        assert (
            page.evaluate("[...CSS.highlights.get('jot')][0].startContainer.parentElement.closest('.x').id")
            != "p29s"
        )

    def test_words_carried_to_another_paragraph_are_found_and_said_to_have_moved(self, page, desk):
        opened(page, f"{desk.address}/a/{NEWS}/")
        highlight(page, "kkn3", "桥上的自行车道只有一米五宽")
        desk.edit(
            NEWS,
            ("也有居民提醒，桥上的自行车道只有一米五宽，AI信号灯还在调试，早晚要多加小心。", ""),
            ("渡口不会拆除", "桥上的自行车道只有一米五宽，渡口不会拆除"),
        )
        opened(page)
        drawn(page, "桥上的自行车道只有一米五宽")
        assert "已移到这一段" in rows(page)[0]

    def test_words_that_are_gone_are_listed_as_lost_with_a_way_to_where_they_stood(self, page, desk):
        opened(page, f"{desk.address}/a/{NEWS}/")
        write(page, "r2gj", BOAT, "最好的一句")
        desk.edit(NEWS, (BOAT, ""))
        opened(page)
        (row,) = rows(page)
        assert BOAT in row and "文中已找不到" in row
        drawn(page)
        expect(page.locator("#jottings textarea")).to_have_value("最好的一句")
        page.get_by_role("link", name="看当时的原段").click()
        page.wait_for_url(f"**/a/{NEWS}/r2gj@1/")
        expect(page.locator(".ban .x")).to_contain_text(BOAT)

    def test_a_note_on_a_removed_paragraph_is_not_put_on_one_like_it(self, page, desk):
        alike = [
            (
                "东滩的渔户说，新网使每船的渔获在半年里增加了两成。",
                "西滩的渔户说，新网使每船的渔获在半年里增加了三成。",
            ),
            ("一号泵站昨夜排水九万方，今早水位回落。", "二号泵站昨夜排水九万方，今早水位回落。"),
            ("甲班有学生四十二人，其中住校二十人。", "乙班有学生四十二人，其中住校二十一人。"),
            ("春季学费每人三百元，书费另收五十元。", "秋季学费每人三百元，书费另收五十元。"),
        ]
        pairs = "".join(f"{gone}\n\n{kept}\n\n" for gone, kept in alike)
        desk.edit(NEWS, ("又擦了一遍船舷。\n\n", f"又擦了一遍船舷。\n\n{pairs}"))
        opened(page, f"{desk.address}/a/{NEWS}/")
        for gone, _ in alike:
            id = page.locator(".x", has_text=gone[:6]).get_attribute("id")
            write(page, id, gone, "记一笔")
        desk.edit(NEWS, *((f"{gone}\n\n", "") for gone, _ in alike))
        opened(page)
        found = rows(page)
        for gone, _ in alike:
            (row,) = (row for row in found if gone in row)
            assert "文中已找不到" in row and "原文已改" not in row
        assert len(found) == len(alike)
        drawn(page)

    def test_a_short_word_is_not_found_where_it_only_looks_alike(self, page, desk):
        opened(page, f"{desk.address}/a/{NEWS}/")
        highlight(page, "qng4", "工资")
        desk.edit(NEWS, ("，工资不低于从前", ""), ("渡口不会拆除", "渡口不会拆除，守渡口的工资照发"))
        opened(page)
        assert "文中已找不到" in rows(page)[0]

    @pytest.mark.parametrize("level", [1, 3])
    def test_most_words_of_any_kind_are_found_rightly(self, page, site, document, level):
        """Random edits whose truth is known character by character; see `FIND` for what is counted."""
        opened(page, f"{site}/a/{ARTICLE}/")
        texts = [b["text"] for b in document["blocks"] if b["kind"] == "paragraph"]
        found = page.evaluate(FIND, [texts, level, 300])
        assert found["wrong"] <= (0 if level == 1 else 6), found
        assert found["right"] >= (297 if level == 1 else 270), found


# A passage is chosen; every character of the text carries its number through random cuts, insertions and
# changes. Right: at least half of the passage's characters that are left are in what was found. Wrong:
# something was found that holds fewer than a fifth of them.
FIND = """async ([texts, level, times]) => {
    const folder = document.querySelector('script[type=module]').src.replace('main.js', '');
    const { describe, seek } = await import(folder + 'features/anchor.js');
    let seed = 7;
    const dice = n => (seed = (seed * 48271) % 2147483647) % n;
    const out = { right: 0, wrong: 0, lost: 0 };
    for (let i = 0; i < times; i++) {
        const text = texts[dice(texts.length)], length = Math.min(text.length - 1, 4 + dice(60));
        const start = dice(text.length - length), mark = describe(text, start, start + length);
        let now = [...text].map((c, n) => [c, n]);
        for (let k = 0; k < level * 2; k++) {
            const at = dice(now.length), many = 1 + dice(8);
            const other = texts[dice(texts.length)], from = dice(other.length);
            if (k % 3 === 0) now.splice(at, Math.min(many, 3));
            else if (k % 3 === 1)
                now.splice(at, 0, ...[...other.slice(from, from + many * level)].map(c => [c, -1]));
            else now.splice(at, 1, [other[from], -1]);
        }
        const place = seek(mark, now.map(([c]) => c).join(''));
        const inside = n => n >= start && n < start + length;
        const left = now.filter(([, n]) => inside(n)).length;
        if (!place) { out[left < length / 2 ? 'right' : 'lost']++; continue; }
        const held = now.slice(place.start, place.end).filter(([, n]) => inside(n)).length;
        if (held >= left / 2) out.right++; else if (held < left / 5) out.wrong++; else out.lost++;
    }
    return out;
}"""


def exported(page: Page, name: str) -> str:
    rows(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return Path(download.value.path()).read_text("utf-8")


def imported(page: Page, name: str, text: str) -> str:
    """Give a file to the list; what the page says of it."""
    rows(page)
    page.evaluate("heard = []")
    page.locator("#jottings input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": text.encode()}
    )
    return told(page, "")


def another(context: BrowserContext) -> Page:
    """A page of another reader, whose browser has kept nothing yet."""
    assert context.browser
    other = context.browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    other.add_init_script(HEARD)
    return other.new_page()


class TestFiles:
    NOTE = "第一行 *星* [括号](x) <b>\n> 第二行\n\n1. 第三行"

    def make(self, page: Page, site: str, paragraphs: list[dict]) -> None:
        opened(page, f"{site}/a/{ARTICLE}/")
        write(page, paragraphs[0]["id"], paragraphs[0]["text"][:12], "一")
        rows(page)
        page.locator("#jottings textarea").fill(self.NOTE)
        page.keyboard.press("Escape")
        highlight(page, paragraphs[3]["id"], paragraphs[3]["text"][5:45])

    def test_are_not_offered_before_there_is_a_note(self, page, site):
        opened(page, f"{site}/a/{ARTICLE}/")
        page.locator(".ways [data-act=jottings]").click()
        expect(page.locator("#jottings").get_by_role("button", name="导入")).to_be_visible()
        expect(page.locator("#jottings").get_by_role("button", name="导出 JSON-LD")).to_have_count(0)

    def test_are_web_annotations_that_come_back_as_they_went(self, page, context, site, paragraphs):
        self.make(page, site, paragraphs)
        text = exported(page, "导出 JSON-LD")
        value = json.loads(text)
        assert value["@context"] == "http://www.w3.org/ns/anno.jsonld" and value["type"] == "AnnotationPage"
        noted, plain = value["items"]
        assert noted["id"].startswith("urn:uuid:") and noted["type"] == "Annotation"
        assert (noted["motivation"], plain["motivation"]) == ("commenting", "highlighting")
        assert noted["body"] == [{"type": "TextualBody", "value": self.NOTE, "format": "text/plain"}]
        block = paragraphs[3]
        target = plain["target"]
        assert target["source"] == f"{site}/a/{ARTICLE}/{block['id']}/"
        assert target["state"]["cached"] == f"{site}/a/{ARTICLE}/{block['id']}@1/"
        words, position = target["selector"]
        assert words == {
            "type": "TextQuoteSelector",
            "exact": block["text"][5:45],
            "prefix": block["text"][:5],
            "suffix": block["text"][45:77],
        }
        assert (position["start"], position["end"]) == (5, 45)
        other = another(context)
        opened(other, f"{site}/a/{ARTICLE}/")
        assert imported(other, "notes.jsonld", text) == "读入 2 条，已有 0 条"
        drawn(other, *page.evaluate(MARKED))
        expect(other.locator("#jottings textarea").first).to_have_value(self.NOTE)
        assert imported(other, "notes.jsonld", text) == "读入 0 条，已有 2 条"
        other.context.close()

    def test_are_markdown_that_reads_well_and_comes_back(self, page, context, site, paragraphs):
        self.make(page, site, paragraphs)
        text = exported(page, "导出 Markdown")
        assert text.startswith("# 我的批注\n\n## ［上海科技系统谈加快建设国际科创中心］")
        assert f"> {paragraphs[0]['text'][:12]}" in text
        other = another(context)
        opened(other, f"{site}/a/{ARTICLE}/")
        assert imported(other, "notes.md", text) == "读入 2 条，已有 0 条"
        drawn(other, *page.evaluate(MARKED))
        expect(other.locator("#jottings textarea").first).to_have_value(self.NOTE)
        other.context.close()

    def test_that_are_hostile_are_only_ever_text(self, page, site, paragraphs):
        opened(page, f"{site}/a/{ARTICLE}/")
        page.evaluate("window.pwned = 0")
        block = paragraphs[0]
        evil = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'

        def annotation(**changes: object) -> dict:
            base = {
                "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
                "type": "Annotation",
                "body": {"type": "TextualBody", "value": evil},
                "target": {
                    "source": f"https://elsewhere.example/a/{ARTICLE}/{block['id']}/",
                    "selector": {"type": "TextQuoteSelector", "exact": block["text"][:8], "prefix": evil},
                },
            }
            return base | changes

        page_of = [
            annotation(),
            annotation(type="javascript:alert(1)"),
            annotation(target="javascript:alert(1)"),
            annotation(target={"source": f"{site}/a/../../{block['id']}/", "selector": []}),
            annotation(target={"source": f"{site}/a/{ARTICLE}/{block['id']}/", "selector": {"exact": 5}}),
            annotation(id={"__proto__": {"polluted": True}}, target=None),
            {"__proto__": {"polluted": True}},
            None,
            7,
            [[[]]],
        ]
        assert imported(page, "x.json", json.dumps(page_of)) == "读入 1 条，已有 0 条，认不出 9 条"
        expect(page.locator("#jottings textarea")).to_have_value(evil)
        drawn(page, block["text"][:8])
        assert page.locator("#jottings img, #jottings script").count() == 0
        assert page.evaluate("[window.pwned, {}.polluted ?? null]") == [0, None]
        for name, text in (
            ("y.json", "{"),
            ("y.json", "[]"),
            ("y.md", evil),
            ("y.md", ""),
            ("y.json", "\x00\ufffd"),
        ):
            assert "什么也没有读入" in imported(page, name, text)
        assert "认不出 1 条" in imported(page, "z.md", "> 字\n\n[x](javascript:alert(1)#:~:text=a)\n")


PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.mark.parametrize(
    "context", [{}, {"color_scheme": "dark"}, PHONE], indirect=True, ids=["light", "dark", "phone"]
)
def test_axe_finds_nothing_in_the_list(context, site, paragraphs):
    page = context.new_page()
    opened(page, f"{site}/a/{ARTICLE}/")
    rows(page)
    assert Axe().run(page, context="#jottings").response["violations"] == []
    page.keyboard.press("Escape")
    write(page, paragraphs[0]["id"], paragraphs[0]["text"][:12], "一")
    rows(page)
    assert Axe().run(page, context="#jottings").response["violations"] == []
    box = page.locator("#jottings").bounding_box()
    size = page.viewport_size
    assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    assert box["y"] >= 0 and box["y"] + box["height"] <= size["height"] + 0.5
