"""Translations on pages, in search, in the API and in exports."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree, html
from pypdfium2 import PdfDocument
from starlette.testclient import TestClient

from app.content.store import Content
from app.document import from_json
from app.export.articles import export
from app.export.press import Press
from app.export.site import publish
from app.i18n import Locale, use_locale
from app.importers import receive
from app.index import open_index
from app.library.library import Library
from app.model import ArticleId
from app.pages.options import DisplayOptions
from app.pages.translations import chosen

ARTICLE = "/a/shanghai-kechuang/"
ZH, EN = {"accept-language": "zh-CN"}, {"accept-language": "en-GB"}


def page(site: TestClient, address: str, **headers: str) -> html.HtmlElement:
    answer = site.get(address, headers=headers or ZH)
    assert answer.status_code == 200, address
    return html.fromstring(answer.text)


def having(tree: html.HtmlElement, name: str) -> list[html.HtmlElement]:
    """The elements with a class."""
    return tree.xpath(f'.//*[contains(concat(" ", normalize-space(@class), " "), " {name} ")]')


def translated(tree: html.HtmlElement) -> list[html.HtmlElement]:
    return having(tree, "tr")


def opened(parts: list[html.HtmlElement]) -> set[str]:
    """The cards that the marks in these elements open."""
    return {a.get("interestfor") for part in parts for a in having(part, "term")}


class TestArticle:
    def test_is_off_in_chinese_and_on_in_english(self, client_site: TestClient) -> None:
        assert translated(page(client_site, ARTICLE)) == []
        shown = translated(page(client_site, ARTICLE, **EN))
        assert len(shown) == 12
        assert {p.get("lang") for p in shown} == {"en"}

    @pytest.mark.parametrize(("query", "headers", "count"), [("1", ZH, 12), ("0", EN, 0)])
    def test_the_address_decides(
        self, client_site: TestClient, query: str, headers: dict, count: int
    ) -> None:
        assert len(translated(page(client_site, f"{ARTICLE}?translation={query}", **headers))) == count

    def test_the_switch_leads_to_the_other_display_and_back(self, client_site: TestClient) -> None:
        for headers in (ZH, EN):
            tree = page(client_site, ARTICLE, **headers)
            (link,) = tree.xpath('//*[starts-with(@data-keep, "translation=")]')
            other = page(client_site, ARTICLE + link.get("href"), **headers)
            assert bool(translated(other)) != bool(translated(tree))
            (back,) = other.xpath('//*[starts-with(@data-keep, "translation=")]')
            assert back.get("data-keep") == "translation="

    def test_every_term_of_the_chinese_opens_from_the_english(self, client_site: TestClient) -> None:
        """Read without Chinese: each term that the text marks has its card at an English name."""
        tree = page(client_site, f"{ARTICLE}?marks=all", **EN)
        for part in having(tree, "p"):
            chinese = opened(having(part, "x"))
            english = opened(having(part, "tr"))
            listed = {id for id in chinese if id and id.startswith("t-list-")}
            assert chinese - listed <= english
        cards = {card.get("id") for card in having(tree, "card")}
        assert opened(having(tree, "tr")) <= cards

    def test_says_who_translated_it_and_that_it_is_unofficial(self, client_site: TestClient) -> None:
        words = having(page(client_site, ARTICLE, **EN), "tr-facts")[0].text_content()
        assert "unofficial" in words and "Meipi" in words

    def test_names_its_languages(self, client_site: TestClient, site: TestClient) -> None:
        links = page(client_site, ARTICLE).xpath("//link[@hreflang]")
        found = {link.get("hreflang"): link.get("href").partition("/a/")[2] for link in links}
        assert found == {"zh-Hans": "shanghai-kechuang/", "en": "shanghai-kechuang/?lang=en"}
        assert page(site, "/a/dushu-jie/").xpath("//link[@hreflang]") == []

    def test_headings_are_english_in_the_contents(self, client_site: TestClient) -> None:
        found = page(client_site, ARTICLE, **EN).xpath('//nav[@id="toc"]//b/text()')
        assert len(found) == 4 and not any(re.search("[\u4e00-\u9fff]", title) for title in found)


class TestParagraph:
    def test_shows_both_and_offers_the_words(self, client_site: TestClient) -> None:
        tree = page(client_site, f"{ARTICLE}hpj7/", **EN)
        (shown,) = translated(tree)
        (copied,) = tree.xpath('//*[@id="translated"]')
        assert shown.text_content().strip()[:40] in copied.text
        assert "unofficial" in copied.text and "translation=1" in copied.text

    def test_chinese_pages_show_it_when_asked(self, client_site: TestClient) -> None:
        assert translated(page(client_site, f"{ARTICLE}hpj7/")) == []
        assert len(translated(page(client_site, f"{ARTICLE}hpj7/?translation=1"))) == 1

    def test_has_an_image_of_its_translation(self, client_site: TestClient) -> None:
        tree = page(client_site, f"{ARTICLE}hpj7/", **EN)
        (address,) = tree.xpath('//a[contains(@href, "card.png") and contains(@href, "translation=1")]/@href')
        english = client_site.get(address)
        chinese = client_site.get(address.replace("&translation=1", ""))
        assert english.content.startswith(b"\x89PNG") and english.content != chinese.content

    def test_an_image_without_a_translation_is_that_of_the_text(self, site: TestClient) -> None:
        block = site.get("/api/v1/articles/dushu-jie").json()["blocks"][1]["id"]
        address = f"/a/dushu-jie/{block}/card.png?size=og"
        assert site.get(address + "&translation=1").content == site.get(address).content


@pytest.mark.parametrize(
    ("page", "langs", "shown", "asked"),
    [
        ("en", ["en-GB"], "en-GB", "en-GB"),
        ("en", ["en-GB", "en", "fr"], "en", "en"),
        ("en", ["fr"], None, "fr"),
        ("zh", ["fr", "en-GB"], None, "en-GB"),
        ("en", [], None, None),
    ],
)
def test_which_translation_is_shown(
    client_site: TestClient, page: Locale, langs: list[str], shown: str | None, asked: str | None
) -> None:
    document = from_json(client_site.get("/api/v1/articles/shanghai-kechuang").json())
    (made,) = document.translations
    document = replace(document, translations=tuple(replace(made, lang=lang) for lang in langs))
    with use_locale(page):
        for options, lang in ((DisplayOptions(), shown), (DisplayOptions(translation=True), asked)):
            found = chosen(document, options)
            assert (found and found.lang) == lang


class TestSearch:
    def test_english_words_find_the_paragraph(self, client_site: TestClient) -> None:
        tree = page(client_site, "/search/?q=reservoir+of+the+world", **EN)
        (hit,) = tree.xpath('//ol[@class="hits"]/li/a')
        assert (hit.get("href"), hit.get("lang")) == (f"{ARTICLE}fm3p/?translation=1", "en")
        assert [m.text for m in hit.iter("mark")]

    def test_chinese_words_find_the_chinese_once(self, client_site: TestClient) -> None:
        tree = page(client_site, "/search/?q=蓄水池")
        assert [a.get("href") for a in tree.xpath('//ol[@class="hits"]/li/a')] == [f"{ARTICLE}fm3p/"]

    @pytest.mark.parametrize(
        ("filters", "count"),
        [
            ("term=quanqiu-chuangxin-wangluo", 1), ("term=qianfu", 0), ("speaker=du-debin", 1),
            ("speaker=xi-jinping", 1), ("speaker=li-shimin", 0), ("since=2023", 1), ("since=2024", 0),
            ("until=2022", 0), ("kind=quotation", 0), ("article=shanghai-kechuang", 1),
            ("speaker=du-debin&kind=quotation", 0),
        ],
    )  # fmt: skip
    def test_filters_hold_for_translations(self, client_site: TestClient, filters: str, count: int) -> None:
        """A translation has the terms and speakers of its paragraph, but no quotations of its own."""
        answer = client_site.get(f"/api/v1/search?q=reservoir&{filters}").json()
        assert answer["total"] == count

    def test_the_api_names_the_kind(self, client_site: TestClient) -> None:
        answer = client_site.get("/api/v1/search?q=reservoir").json()
        assert [item["kind"] for item in answer["items"]] == ["translation:en"]


def test_the_api_has_the_translation(client_site: TestClient) -> None:
    (made,) = client_site.get("/api/v1/articles/shanghai-kechuang").json()["translations"]
    assert (made["lang"], made["kind"], len(made["blocks"])) == ("en", "editorial", 12)
    for block in made["blocks"]:
        for mark in block["marks"]:
            assert block["text"][mark["start"] : mark["end"]].strip()


class TestDoubts:
    def test_a_stale_paragraph_says_so(self, site_of) -> None:
        text = "---\ntitle: 渡口\n---\n\n渡口有三条船。\n\n船都是木头的。\n"
        with site_of({"articles/dukou/article.md": text}) as site:
            ids = [b["id"] for b in site.get("/api/v1/articles/dukou").json()["blocks"]]
        words = "---\nrevision: 1\n---\n\n" + "".join(f"{{#{id} .unsure}}\nBoats.\n\n" for id in ids)
        with site_of({"articles/dukou/article.md": text, "articles/dukou/en.md": words}) as site:
            shown = translated(page(site, "/a/dukou/", **EN))
            assert [p.find("em") is not None for p in shown] == [True, True]


@pytest.fixture(scope="module")
def library(
    tmp_path_factory: pytest.TempPathFactory, client_indexed: Path, client_content: Content
) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("exported")
    shutil.copytree(client_indexed / "var", home, dirs_exist_ok=True)
    library = Library(client_content, open_index("", home))
    yield library
    library.index.close()


class TestExports:
    def made(self, library: Library, form: str, tmp_path: Path) -> bytes:
        press = Press(library, base_url="https://example.org", site_name="眉批")
        out = tmp_path / f"out.{form}"
        export(press, form, [ArticleId("shanghai-kechuang")], out)
        return (out if out.is_file() else next(p for p in out.rglob("*") if p.is_file())).read_bytes()

    @pytest.mark.parametrize("form", ["html", "markdown", "tei", "webannotation", "jsonl"])
    def test_hold_the_translation(self, library: Library, form: str, tmp_path: Path) -> None:
        text = self.made(library, form, tmp_path).decode()
        assert "a reservoir of the world" in text
        assert "非官方" in text or "editorial" in text

    def test_the_pdf_has_it_below_each_paragraph(self, library: Library, tmp_path: Path) -> None:
        pages = PdfDocument(self.made(library, "pdf", tmp_path))
        text = "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)
        assert text.index("杜德斌") < text.index("areservoiroftheworld") < text.rindex("杜德斌")
        assert "编者译文，非官方" in text

    def test_tei_is_aligned(self, library: Library, tmp_path: Path) -> None:
        tree = etree.fromstring(self.made(library, "tei", tmp_path))
        names = {"t": "http://www.tei-c.org/ns/1.0"}
        ids = set(tree.xpath("//t:text//@xml:id", namespaces=names))
        targets = tree.xpath("//t:div[@type='translation']/t:p/@corresp", namespaces=names)
        assert len(targets) == 12 and {t.removeprefix("#") for t in targets} <= ids

    def test_markdown_reads_back_without_it_as_text(self, library: Library, tmp_path: Path) -> None:
        text = self.made(library, "markdown", tmp_path)
        body = receive("a.md", text).head.body
        assert [p.text for p in body] == [
            b.text for b in library.document(ArticleId("shanghai-kechuang")).blocks
        ]

    def test_webannotation_names_language_and_paragraph(self, library: Library, tmp_path: Path) -> None:
        items = json.loads(self.made(library, "webannotation", tmp_path))["items"]
        found = [i for i in items if "translation-en" in i["id"]]
        assert len(found) == 12 and {i["body"][0]["language"] for i in found} == {"en"}


@pytest.fixture(scope="module")
def small(client_content: Content, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The same article with a twelfth of the glossary, whose pages take time to write."""
    home = tmp_path_factory.mktemp("small")
    for folder in ("articles", "speakers"):
        shutil.copytree(client_content.root / folder, home / "content" / folder)
    (home / "content/glossary").mkdir()
    shutil.copy2(client_content.root / "glossary/regions.yaml", home / "content/glossary")
    library = Library(Content(home / "content"), open_index("", home / "var"))
    library.refresh()
    yield library
    library.index.close()


@pytest.fixture(scope="module")
def files(small: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published site, at /lib/ of its host."""
    out = tmp_path_factory.mktemp("published") / "site"
    publish(Press(small, base_url="https://example.org/lib", site_name="眉批"), out)
    return out


class TestFiles:
    def read(self, files: Path, address: str) -> html.HtmlElement:
        return html.fromstring((files / address / "index.html").read_text("utf-8"))

    def test_the_article_with_its_translation_has_an_address(self, files: Path) -> None:
        """Each display leads to the other."""
        own, both = (self.read(files, f"a/shanghai-kechuang/{rest}") for rest in ("", "translation"))
        assert (len(translated(own)), len(translated(both))) == (0, 12)
        assert [a.get("href") for a in own.xpath("//a[text()='译文']")] == ["translation/"]
        assert [a.get("href") for a in both.xpath("//a[text()='译文']")] == ["../"]

    def test_a_paragraph_shows_both(self, files: Path) -> None:
        tree = self.read(files, "a/shanghai-kechuang/fm3p")
        assert ["a reservoir of the world" in p.text_content() for p in translated(tree)] == [True]

    def test_no_page_offers_what_a_file_cannot_show(self, files: Path) -> None:
        """Neither another language of the interface nor a display by query."""
        for address in ("", "a/shanghai-kechuang", "a/shanghai-kechuang/translation", "terms"):
            tree = self.read(files, address)
            links = [a.get("href") for a in tree.iter("a") if a.get("data-m") is None]
            assert not [a for a in links if re.search(r"[?&](lang|translation)=|^[?]$", a)]
            assert not [k for k in tree.attrib if k.startswith("data-now")]

    def test_a_page_in_english_leads_to_the_original(self, small: Library, tmp_path: Path) -> None:
        with use_locale("en"):
            publish(Press(small, base_url="https://example.org", site_name="眉批"), tmp_path / "site")
        own, other = (
            self.read(tmp_path / "site", f"a/shanghai-kechuang/{rest}") for rest in ("", "original")
        )
        assert (len(translated(own)), len(translated(other))) == (12, 0)
        assert "original/" in [a.get("href") for a in own.iter("a")]
        assert "../" in [a.get("href") for a in other.iter("a")]
