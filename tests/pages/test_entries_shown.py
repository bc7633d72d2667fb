"""What readers see of an entry: its marks, its card, its page, its JSON; here and in the client's article."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from shown import tree
from starlette.testclient import TestClient

from app.cli import cli

HREF = "/a/wen-zhang/"
ARTICLE = """---
title: 港口
date: '2024'
---

东港和三大港口都在北湾。加快建设三大港口体系，七河、八岸与三大港口，还有小词。

南港是三大港口之一，东港、西港不是。

## 第二节

三大港口，又见小词，八岸。
"""
GLOSSARY = """
- {id: san, term: 三大港口, aliases: [加快建设三大港口体系], pinyin: sān dà gǎngkǒu, kind: policy,
   priority: minor,
   zh: 北湾的三个港口。都在北岸。, en: Three ports. All are on the north bank., verified: main,
   english: [{text: Three Ports, status: official}],
   members: [{zh: 东港, en: East Port}, {zh: 西港}, {zh: 南港}],
   dates: [{date: '2016', type: in_use_by}, {date: '2017-05', type: issued, event: 公告, source: 1},
           {date: '2018', type: founded, event: 挂牌, event_en: opened}],
   sources: [{title: 公告, url: 'https://a.example/', tier: A},
             {title: 转载, url: 'https://c.example/', tier: C}]}
- {id: qi, term: 七河, kind: title, zh: 七条河。, members: [一, 二, 三, 四, 五, 六, 七],
   english: [{text: seven rivers}]}
- {id: ba, term: 八岸, kind: meeting, zh: 八段岸。, members: [一, 二, 三, 四, 五, 六, 七, 八],
   english: [{text: Eight Banks, status: common}], dates: [{date: '2019', type: ended}]}
- {id: xiao, term: 小词, kind: concept, zh: 不起眼的词。}
"""


@pytest.fixture(scope="module")
def shown(site_of: Callable[[Mapping[str, str]], TestClient]) -> Iterator[TestClient]:
    """A site with one article and the entries above."""
    with site_of({"articles/wen-zhang/article.md": ARTICLE, "glossary/x.yaml": GLOSSARY}) as opened:
        yield opened


def card(page: Any, id: str) -> Any:
    (found,) = page.xpath(f"//div[@id='t-{id}']")
    return found


def text_of(element: Any, path: str) -> list[str]:
    return [e.text_content() for e in element.xpath(path)]


class TestMarks:
    def marked(self, site: TestClient, query: str) -> list[str]:
        page = tree(site, HREF + query)
        return text_of(page, "//p[contains(@class,'x')]//a[contains(@class,'term')]")

    def test_the_first_of_every_term_in_each_section(self, shown: TestClient):
        assert self.marked(shown, "") == ["三大港口", "七河", "八岸", "小词", "三大港口", "小词", "八岸"]

    def test_or_all_or_none(self, shown: TestClient):
        assert self.marked(shown, "?marks=all").count("三大港口") == 5
        assert self.marked(shown, "?marks=none") == []

    def test_the_headword_is_underlined_and_the_longer_match_stays_data(self, shown: TestClient):
        assert "三大港口体系" not in "".join(self.marked(shown, "?marks=all"))
        document = shown.get("/api/v1/articles/wen-zhang").json()
        assert "加快建设三大港口体系" in [o["text"] for o in document["occurrences"]]

    def test_without_marks_there_are_no_margin_notes(self, client_site: TestClient):
        address, notes = "/a/shanghai-kechuang/", "//ul[@class='notes']"
        assert tree(client_site, address).xpath(notes)
        assert not tree(client_site, f"{address}?marks=none").xpath(notes)


class TestCards:
    @pytest.mark.parametrize(
        ("query", "english", "date", "definition"),
        [
            ("", "官方英译", "2018年成立", "北湾的三个港口。都在北岸。"),
            ("?lang=en", "official English", "founded 2018", "Three ports. All are on the north bank."),
        ],
    )
    def test_says_all_of_it(self, shown: TestClient, query: str, english: str, date: str, definition: str):
        found = card(tree(shown, f"{HREF}terms/{query}"), "san")
        assert text_of(found, "./span[@lang='zh-Latn']") == ["sān dà gǎngkǒu"]
        assert text_of(found, "./p[@class='en']") == [f"Three Ports {english}"]
        assert len(dates := text_of(found, "./p[@class='when']")) == 3 and date in dates
        assert definition in text_of(found, "./p")
        assert text_of(found, "./p[@class='zhu']") == []

    def test_on_the_reading_page_says_it_in_short(self, shown: TestClient):
        found = card(tree(shown, HREF), "san")
        assert text_of(found, "./p") == ["北湾的三个港口。", "2018年成立"]
        assert text_of(found, "./span[@lang='zh-Latn']") == []
        assert len(text_of(found, ".//li")) == 3
        (all_terms,) = tree(shown, HREF).xpath("//@data-all")
        assert all_terms == f"{HREF}terms/"

    def test_unverified_entries_say_so(self, shown: TestClient):
        assert text_of(card(tree(shown, HREF), "xiao"), "./p[@class='zhu']") == ["待核实"]
        english = card(tree(shown, HREF + "?lang=en"), "xiao")
        assert text_of(english, "./p[@class='zhu']") == ["unverified"]

    def test_seven_members_are_shown_whole_and_of_more_the_first_seven(self, shown: TestClient):
        page = tree(shown, HREF)
        assert len(text_of(card(page, "san"), ".//li")) == 3
        assert text_of(card(page, "qi"), ".//li") == list("一二三四五六七")
        assert text_of(card(page, "ba"), ".//li") == [*"一二三四五六七", "全部 8 项"]
        assert card(page, "ba").xpath(".//li[8]/a/@href") == ["/terms/ba/#members"]

    def test_members_have_their_english_in_english(self, shown: TestClient):
        whole = card(tree(shown, f"{HREF}terms/?lang=en"), "san")
        assert text_of(whole, ".//li") == ["东港 East Port", "西港", "南港"]

    def test_kinds_are_named_in_both_languages(self, shown: TestClient):
        for query, names in (("", ["职务", "会议"]), ("?lang=en", ["Office", "Meeting"])):
            page = tree(shown, HREF + query)
            assert [text_of(card(page, id), "./span[@class='tag']")[0] for id in ("qi", "ba")] == names

    def test_the_paragraph_page_highlights_the_member_it_speaks_of(self, shown: TestClient):
        document = shown.get("/api/v1/articles/wen-zhang").json()
        ids = [b["id"] for b in document["blocks"] if b["kind"] == "paragraph"]
        here = [text_of(card(tree(shown, f"{HREF}{id}/"), "san"), ".//li[@aria-current]") for id in ids]
        # Of the second all three are named, of the third none.
        assert here == [["东港"], [], []]


class TestTheOtherForms:
    def test_the_page_has_every_fact(self, shown: TestClient):
        page = tree(shown, "/terms/san/")
        assert text_of(page, "//ol[@class='time']/li/time") == [
            "不晚于2016年已有",
            "2017年5月印发",
            "2018年成立",
        ]
        assert "主要事实已核实" in page.text_content()
        assert text_of(page, "//*[@id='members']//ol/li") == ["东港 East Port", "西港", "南港"]
        assert page.xpath("//ol[@class='time']//a/@href") == ["#s1"]
        assert page.xpath("//li[@id='s1']//a/@href") == ["https://a.example/"]

    def test_addresses_of_reprints_are_nowhere(self, shown: TestClient):
        for address in (
            HREF, "/terms/san/", "/api/v1/terms/san", "/api/v1/terms", "/api/v1/articles/wen-zhang",
        ):  # fmt: skip
            assert "c.example" not in shown.get(address).text, address

    def test_the_json_has_the_fields_of_the_file(self, shown: TestClient):
        entry = shown.get("/api/v1/terms/san").json()
        assert entry["english"] == [{"text": "Three Ports", "status": "official"}]
        assert entry["members"][0] == {"zh": "东港", "en": "East Port"}
        assert entry["verified"] == "main"
        assert {d["type"] for d in entry["dates"]} == {"in_use_by", "issued", "founded"}


# -- the client's article: every card, entry page and JSON-LD

ZH = {
    "proposed": r"{}提出",
    "adopted": r"{}通过",
    "issued": r"{}印发",
    "founded": r"{}成立",
    "in_use_by": r"不晚于{}已有",
    "ended": r"{}结束",
}
EN = {
    "proposed": "proposed {}",
    "adopted": "adopted {}",
    "issued": "issued {}",
    "founded": "founded {}",
    "in_use_by": "in use by {}",
    "ended": "ended {}",
}
MONTHS = [date(2024, n, 1).strftime("%B") for n in range(1, 13)]


def labels(entry: dict[str, Any], lang: str) -> list[str]:
    """The dates of an entry as a page may say them."""
    found = []
    for d in entry["dates"]:
        year, *rest = d["date"].split("-")
        numbers = [int(x) for x in rest]
        if lang == "zh":
            words = f"{year}年" + "".join(f"{n}{unit}" for n, unit in zip(numbers, "月日", strict=False))
        else:
            words = " ".join([*map(str, numbers[1:]), *(MONTHS[n - 1] for n in numbers[:1]), year])
        found.append((ZH if lang == "zh" else EN)[d["type"]].format(words))
    return found


@pytest.fixture(scope="module")
def entries(client_site: TestClient) -> dict[str, dict[str, Any]]:
    items = client_site.get("/api/v1/terms").json()["items"]
    return {e["id"]: e for e in items}


DATE = re.compile(r"\d{4}年|\d{4}-\d\d|(?:19|20)\d\d")


class TestTheClientsArticle:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_every_card_has_typed_dates_and_all_members(
        self, client_site: TestClient, entries: dict[str, dict[str, Any]], lang: str
    ):
        page = tree(client_site, f"/a/shanghai-kechuang/terms/?lang={lang}")
        cards = page.xpath("//div[starts-with(@id,'t-')]")
        assert len(cards) >= 80
        for found in cards:
            entry = entries[found.get("id")[2:]]
            dates = text_of(found, "./p[@class='when']")
            assert len(dates) == min(3, len(entry["dates"])), entry["id"]
            assert set(dates) <= set(labels(entry, lang)), entry["id"]
            events = {d["event"] for d in entry["dates"]} | {d["event_en"] for d in entry["dates"]}
            assert set(text_of(found, "./p[@class='what']")) <= events, entry["id"]
            definition = entry["en"] if lang == "en" and entry["en"] else entry["zh"]
            rest = [
                e.text_content() for e in found if e.tag != "ul" and e.get("class") not in ("when", "what")
            ]
            assert rest.count(definition) == 1, entry["id"]
            english = {e["text"] for e in entry["english"]}
            rest = [
                r for r in rest if r not in (definition, entry["term"]) and not any(e in r for e in english)
            ]
            assert not any(map(DATE.search, rest)), (entry["id"], rest)
            members = [m["zh"] for m in entry["members"]]
            listed = [li.xpath("string(.//a|text())").strip() for li in found.xpath(".//li[not(@class)]")]
            assert listed == members[:7], entry["id"]
            assert bool(found.xpath(".//li[@class='plus']")) is (len(members) > 7), entry["id"]

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_every_entry_page_has_typed_dates_and_all_members(
        self, client_site: TestClient, entries: dict[str, dict[str, Any]], lang: str
    ):
        # Every third in English, which has the same template and other words.
        for id, entry in list(entries.items())[:: 3 if lang == "en" else 1]:
            page = tree(client_site, f"/terms/{id}/?lang={lang}")
            if lang == "zh":
                self.json_ld(page, entry)
            times = page.xpath("//ol[@class='time']/li/time")
            assert sorted(t.get("datetime") for t in times) == sorted(d["date"] for d in entry["dates"]), id
            assert sorted(t.text_content() for t in times) == sorted(labels(entry, lang)), id
            cells = page.xpath("//*[@id='members']/ol[@class='cells']/li")
            members = [li.xpath("string(.//a|text())").strip() for li in cells]
            assert members == [m["zh"] for m in entry["members"]], id
            shown = {a.get("href") for a in page.xpath("//ol[@class='srcs']//a")}
            assert shown <= {s["url"] for s in entry["sources"] if s["tier"] != "C"}, id

    def json_ld(self, page: Any, entry: dict[str, Any]) -> None:
        """The data in a page have typed dates and all members too."""
        (script,) = page.xpath("//script[@type='application/ld+json']")
        value = json.loads(script.text)
        dated = value.pop("additionalProperty")
        pairs = [(d["propertyID"], d["value"]) for d in dated]
        assert sorted(pairs) == sorted((d["type"], d["date"]) for d in entry["dates"]), entry["id"]
        assert [p["name"] for p in value["hasPart"]] == [m["zh"] for m in entry["members"]], entry["id"]
        loose = {k for k, v in value.items() if isinstance(v, str) and re.fullmatch(r"\d{4}(-\d\d)*", v)}
        assert loose <= {"dateModified"}, entry["id"]

    def test_every_card_of_a_paragraph_page_is_the_same(
        self, client_site: TestClient, entries: dict[str, dict[str, Any]]
    ):
        document = client_site.get("/api/v1/articles/shanghai-kechuang").json()
        for block in document["blocks"]:
            if block["kind"] != "paragraph":
                continue
            page = tree(client_site, f"/a/shanghai-kechuang/{block['id']}/")
            for found in page.xpath("//div[starts-with(@id,'t-')]"):
                entry = entries[found.get("id")[2:]]
                assert set(text_of(found, "./p[@class='when']")) <= set(labels(entry, "zh")), entry["id"]
                assert len(found.xpath(".//li[not(@class)]")) == min(7, len(entry["members"])), entry["id"]


# -- exports


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The article in every form, as text; archives are unpacked."""
    home = tmp_path_factory.mktemp("exported")
    for name, text in (("articles/wen-zhang/article.md", ARTICLE), ("glossary/x.yaml", GLOSSARY)):
        (home / "content" / name).parent.mkdir(parents=True)
        (home / "content" / name).write_text(text, "utf-8")
    found = {}
    for form in ("html", "markdown", "tei", "epub", "anki", "jsonl", "webannotation"):
        out = home / f"out.{form}"
        ran = CliRunner(env={"MEIPI_VAR": str(home / "var")}).invoke(
            cli, ["export", form, "-o", str(out), "--content", str(home / "content"), "wen-zhang"]
        )
        assert ran.exit_code == 0, ran.output
        files = [p for p in out.rglob("*") if p.is_file()] if out.is_dir() else [out]
        found[form] = "".join(unpacked(p.read_bytes()) for p in files)
    return found


def unpacked(data: bytes) -> str:
    """The text in a file, and in the files that it packs."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


class TestExports:
    @pytest.mark.parametrize("form", ["html", "markdown", "tei", "epub", "anki"])
    def test_have_date_members_and_english_with_its_status(self, exported: dict[str, str], form: str):
        text = exported[form]
        assert "2018年成立" in text and "Three Ports" in text and "南港" in text
        assert ('type="official"' if form == "tei" else "官方英译") in text
        assert "待核实" in text

    @pytest.mark.parametrize("form", ["html", "markdown", "tei", "epub", "anki", "jsonl", "webannotation"])
    def test_have_no_address_of_a_reprint(self, exported: dict[str, str], form: str):
        assert "c.example" not in exported[form]


@pytest.mark.parametrize(
    ("lang", "tiers"),
    [("zh", ["官方或机构", "转载、存档"]), ("en", ["official or institutional", "reprint, archive"])],
)
def test_a_source_says_in_words_who_publishes_it(shown: TestClient, lang: str, tiers: list[str]):
    page = tree(shown, f"/terms/san/?lang={lang}")
    assert text_of(page, "//ol[@class='srcs']//*[@class='tag']") == tiers


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_link_home_is_called_by_the_words_that_are_seen(shown: TestClient, lang: str):
    """A reader who speaks to the browser says the words that are on the screen."""
    (brand,) = tree(shown, f"/?lang={lang}").xpath("//a[@class='brand']")
    seen = " ".join(brand.text_content().split())
    assert "眉批" in seen and ("Meipi" in seen) == (lang == "en")
    assert brand.get("aria-label") is None
