"""/read/ with two texts: one next to its translation, or two to be compared."""

from __future__ import annotations

import re

import pytest
from importers.test_importers import docx
from lxml import html as parser
from serving.test_read import PRIVATE, kept_in
from starlette.testclient import TestClient

from app.library import comparing

CHINESE = (
    "渡口边的夜校昨天开课，来了三十个人。",
    "校长林清和说：“识字的人多了，船也坐得稳。”",
    "夜校开课那天下了雨，有人打着伞来。",
    "河湾村有12盏路灯，今年又添了3盏。",
)
ENGLISH = (
    "The night school by the ferry opened yesterday, and thirty people came.",
    "Headmaster Lin Qinghe said: “When more people can read, the boat is steadier.”",
    "It rained on the day when the night school opened; some came with umbrellas.",
    "Hewan village has 12 street lamps, and this year another 3 were added.",
)
PAIRS = tuple(zip(CHINESE, ENGLISH, strict=True))
TITLES = "河湾村办起夜校", "A Night School Opens in Hewan"
LAYOUTS = {
    "alternating": "\n\n".join([*TITLES, *(words for pair in PAIRS for words in pair)]),
    "English first": "\n\n".join([*TITLES, *(words for pair in PAIRS for words in reversed(pair))]),
    "lines": "\n".join([*TITLES, *(words for pair in PAIRS for words in pair)]),
    "one after the other": "\n\n".join([TITLES[0], *CHINESE, TITLES[1], *ENGLISH]),
    "columns": "\n".join("\t".join(pair) for pair in (TITLES, *PAIRS)),
}


def tree(answer: object) -> parser.HtmlElement:
    return parser.document_fromstring(answer.text)  # type: ignore[attr-defined]


def pairs(page: parser.HtmlElement) -> list[tuple[str, str]]:
    """The paragraphs of a reading page with their translations."""
    return [
        (p.text_content(), "".join(p.xpath("following-sibling::p[@class='tr']/text()")))
        for p in page.xpath("//div[@class='p']/p[@class='x']")
    ]


class TestBilingual:
    @pytest.mark.parametrize("layout", LAYOUTS)
    def test_each_paragraph_has_its_translation(self, site: TestClient, layout: str):
        page = tree(site.post("/read/", data={"text": LAYOUTS[layout]}))
        assert pairs(page) == list(PAIRS)
        assert page.xpath("//p[@class='tr']/@lang") and set(page.xpath("//p[@class='tr']/@lang")) == {"en"}

    def test_a_file_is_taken_apart_too(self, site: TestClient):
        body = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for pair in PAIRS for words in pair)
        page = tree(site.post("/read/", files={"file": ("a.docx", docx(body))}))
        assert pairs(page) == list(PAIRS)

    def test_both_titles_are_shown_in_both_languages(self, site: TestClient):
        for language, first in (("zh", TITLES[0]), ("en", TITLES[1])):
            page = tree(site.post(f"/read/?lang={language}", data={"text": LAYOUTS["alternating"]}))
            assert page.xpath("string(//h1)") == first
            assert {*TITLES} <= {e.text_content() for e in page.xpath("//h1 | //header/p | //p[@class='tr']")}

    def test_the_translation_can_be_hidden_and_is_in_the_file(self, site: TestClient):
        first = site.post("/read/", data={"text": LAYOUTS["lines"]})
        [switch] = tree(first).xpath("//button[@name='translation']")
        kept = kept_in(first.text)
        hidden = site.post("/read/", data={"article": kept, "translation": switch.get("value")})
        assert not tree(hidden).xpath("//p[@class='tr']")
        [switch] = tree(hidden).xpath("//button[@name='translation']")
        again = site.post("/read/", data={"article": kept, "translation": switch.get("value")})
        assert pairs(tree(again)) == list(PAIRS)
        file = tree(site.post("/read/", data={"article": kept, "keep": "html"})).text_content()
        assert all(words in file for words in ENGLISH) and "有人打着伞来" in file

    def test_what_fits_nothing_is_shown_and_said(self, site: TestClient):
        stray = "Subscribe to our newsletter for more stories from 47 other counties of the delta region."
        text = LAYOUTS["alternating"] + f"\n\n{stray}\n\n{stray}"
        page = tree(site.post("/read/", data={"text": text}))
        said = "".join(page.xpath("//article//text()[not(ancestor::textarea)]"))
        assert said.count(stray) == 2 and all(words in said for pair in PAIRS for words in pair)

    def test_too_many_paragraphs_stay_as_they_came(self, site: TestClient, monkeypatch: pytest.MonkeyPatch):
        text = "\n\n".join(f"第{n}段。{a}\n\nParagraph {n}. {b}" for n in range(80) for a, b in PAIRS)
        answer = site.post("/read/", data={"text": text})
        assert answer.status_code == 200 and "没有和原文逐段对上" in answer.text
        assert len(tree(answer).xpath("//p[@class='x']")) == 640

    @pytest.mark.parametrize(
        "text",
        [
            "渡口边的夜校昨天开课。\n\nWTO 的报告说好。\n\n校长说：“好。”",
            "GDP增长5%。\n\nCPI上涨2%。\n\nPMI是50。\n\n渡口边的夜校昨天开课，来了三十个人。",
        ],
    )
    def test_a_chinese_text_with_latin_words_is_not_taken_apart(self, site: TestClient, text: str):
        page = tree(site.post("/read/", data={"text": text}))
        assert not page.xpath("//p[@class='tr'] | //button[@name='translation']")


BEFORE = (
    "河湾镇工作报告\n\n2021年1月8日\n\n去年修好了三座石桥。桥头立了碑，刻着捐款人的姓名。\n\n"
    "茶山的收成比往年好。要办好“三件事”，人人都出力。\n\n客运站仍在河西，早班车六点出发。\n\n水费按人头收取。\n"
)
AFTER = (
    "河湾镇工作报告\n\n2022年1月9日\n\n去年修好了五座石桥。桥头立了碑，刻着捐款人的姓名。\n\n水费按人头收取。\n\n"
    "茶山的收成比往年好。要办好“两件事”，人人都出力，先抓渡口。\n\n学校添了一间图书室。\n"
)


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def sides(page: parser.HtmlElement) -> list[str]:
    """The words of both texts as the page shows them, without numbers and words for screen readers."""
    own = ".//text()[not(ancestor::a) and not(ancestor::*[@class='sr'])]"
    blocks = [page.xpath(f"//div[starts-with(@id, '{side}-')]/p") for side in "ab"]
    return [plain("".join(words for p in some for words in p.xpath(own))) for some in blocks]


class TestCompare:
    def test_every_character_of_both_texts_is_shown(self, site: TestClient):
        answer = site.post("/read/", data={"text": BEFORE, "other": AFTER})
        assert answer.status_code == 200
        assert sides(tree(answer)) == [plain(BEFORE), plain(AFTER)]

    def test_words_sentences_and_phrases_that_changed_are_marked(self, site: TestClient):
        page = tree(site.post("/read/", data={"text": BEFORE, "other": AFTER}))
        cut = {e.text_content()[3:-1] for e in page.xpath("//div[@class='side']//del")}
        put = {e.text_content()[3:-1] for e in page.xpath("//div[@class='side']//ins")}
        assert "三" in "".join(cut) and "五" in "".join(put)
        assert "客运站仍在河西，早班车六点出发。" in cut and "学校添了一间图书室。" in put
        assert page.xpath("//span[@class='moved']/a[starts-with(@href, '#')]")
        summary = page.xpath("string(//section[1])")
        assert "后文保留了前文" in summary and "移动 1 句" in summary
        assert "三件事" in page.xpath("string(//section[2])") and "渡口" in page.xpath("string(//section[2])")

    def test_its_links_lead_to_places_of_the_page_and_to_entries(self, site: TestClient):
        page = tree(site.post("/read/", data={"text": BEFORE, "other": AFTER}))
        ids = set(page.xpath("//@id"))
        for href in page.xpath("//main//a/@href"):
            assert href[1:] in ids if href[0] == "#" else site.get(href).status_code == 200, href
        assert not page.xpath("//main//a[not(@href) or @href='']")

    def test_files_and_texts_mix(self, site: TestClient):
        body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in AFTER.split("\n\n"))
        answer = site.post("/read/", data={"text": BEFORE}, files={"other_file": ("b.docx", docx(body))})
        assert sides(tree(answer))[1] == plain(AFTER)

    def test_may_be_turned_round(self, site: TestClient):
        first = site.post("/read/", data={"text": BEFORE, "other": AFTER}).text
        kept = {name: kept_in(first, name) for name in ("article", "other_article")}
        assert sides(tree(site.post("/read/", data=kept))) == [plain(AFTER), plain(BEFORE)]

    def test_is_private_and_in_both_languages(self, site: TestClient):
        answer = site.post("/read/?lang=en", data={"text": BEFORE, "other": AFTER})
        assert {name: answer.headers[name] for name in PRIVATE} == PRIVATE
        assert "has no address" in answer.text and 'content="noindex"' in answer.text
        form = tree(answer).xpath("//main//form")[0]
        assert form.get("action") == "/read/?lang=en"

    @pytest.mark.parametrize(
        "data", [{"text": BEFORE, "compare": "1"}, {"other": AFTER}, {"text": " ", "other": AFTER}]
    )
    def test_one_text_alone_is_422_and_says_what_to_do(self, site: TestClient, data: dict[str, str]):
        answer = site.post("/read/", data=data)
        assert answer.status_code == 422 and "对照要两份文本" in answer.text
        assert "paste both" in site.post("/read/?lang=en", data=data).text

    def test_two_long_texts_are_413_and_say_what_to_do(self, site: TestClient):
        data = {"text": "字。" * 60_000, "other": "文。" * 60_000}
        answer = site.post("/read/", data=data)
        assert answer.status_code == 413 and f"{comparing.MAX_CHARACTERS:,}" in answer.text
        assert "请分几次对照" in answer.text

    def test_the_same_text_twice_has_no_change(self, site: TestClient):
        page = tree(site.post("/read/", data={"text": BEFORE, "other": BEFORE}))
        assert "后文保留了前文 100% 的文字" in page.xpath("string(//section[1])")
        assert not page.xpath("//div[@class='side']//del | //div[@class='side']//ins")

    def test_markup_stays_text(self, site: TestClient):
        bad = "题目\n\n<script>hit()</script>\n\n</textarea><img src=x onerror=hit()>\n"
        page = tree(site.post("/read/", data={"text": bad, "other": bad + "另一段。\n"}))
        assert not page.xpath("//img | //script[not(@src)]")
        assert "<script>hit()</script>" in page.xpath("string(//main)")
