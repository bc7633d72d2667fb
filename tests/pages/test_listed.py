"""Cards of phrases whose members the article itself lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from shown import tree
from starlette.testclient import TestClient

ARTICLE = """---
title: 小镇
date: '2024'
---

小镇有三大产业：竹编、制茶、漆器。

镇长提出两点建议。

一、修桥。

二、铺路。

北湾有东港、西港两个港口，另有“四桥”（东桥、西桥、南桥、北桥）。
"""
GLOSSARY = """
- {id: gang, term: 港口, kind: concept, zh: 停船的地方。}
- {id: qiao, term: 四桥, kind: concept, zh: 四座桥。,
   members: [{zh: 东桥}, {zh: 西桥}, {zh: 南桥}, {zh: 北桥}]}
"""


@pytest.fixture(scope="module")
def shown(site_of: Callable[[Mapping[str, str]], TestClient]) -> Iterator[TestClient]:
    with site_of({"articles/zhen/article.md": ARTICLE, "glossary/x.yaml": GLOSSARY}) as opened:
        yield opened


def card_of(page: Any, words: str) -> Any:
    """The card that the mark of these words opens."""
    (mark,) = page.xpath(f"//p[contains(@class,'x')]//a[.='{words}']")
    (card,) = page.xpath(f"//div[@id='{mark.get('interestfor')}']")
    return card


def test_a_phrase_without_an_entry_has_a_card_with_its_members(shown: TestClient):
    card = card_of(tree(shown, "/a/zhen/"), "三大产业")
    assert card.xpath("string(.//dfn)") == "三大产业"
    assert card.xpath("string(span[@class='tag'])") == "本文所列"
    assert [li.text for li in card.xpath(".//li")] == ["竹编", "制茶", "漆器"]


def test_the_card_leads_to_the_place_of_the_list(shown: TestClient):
    document = shown.get("/api/v1/articles/zhen").json()
    (mend,) = [b["id"] for b in document["blocks"] if "修桥" in b["text"]]
    card = card_of(tree(shown, "/a/zhen/"), "两点建议")
    assert [li.text for li in card.xpath(".//li")] == ["修桥", "铺路"]
    assert card.xpath("string(.//p[@class='facts']/a/@href)") == f"/a/zhen/{mend}/"
    assert "3" in card.xpath("string(.//p[@class='facts'])")


def test_the_card_of_a_term_has_the_list_of_the_article_too(shown: TestClient):
    card = card_of(tree(shown, "/a/zhen/"), "港口")
    assert "本文所列" in card.text_content() and "东港；西港" in card.text_content()


def test_a_list_that_the_entry_has_is_not_repeated(shown: TestClient):
    assert "本文所列" not in card_of(tree(shown, "/a/zhen/"), "四桥").text_content()


def test_in_english_the_card_says_that_the_article_lists_them(shown: TestClient):
    card = card_of(tree(shown, "/a/zhen/?lang=en"), "三大产业")
    assert card.xpath("string(span[@class='tag'])") == "Listed in this article"


def test_without_marks_the_phrase_keeps_its_address_for_scripts(shown: TestClient):
    page = tree(shown, "/a/zhen/?marks=none")
    (span,) = page.xpath("//span[.='三大产业']")
    assert span.get("data-href").startswith("/a/zhen/")


def test_a_paragraph_page_has_only_its_own_card(shown: TestClient):
    document = shown.get("/api/v1/articles/zhen").json()
    page = tree(shown, f"/a/zhen/{document['blocks'][0]['id']}/")
    assert [d.text for d in page.xpath("//div[contains(@class,'card')]/dfn")] == ["三大产业"]


def test_a_reader_who_comes_from_an_article_finds_the_way_back(shown: TestClient):
    (mark,) = tree(shown, "/a/zhen/").xpath("//p[contains(@class,'x')]//a[.='港口']")
    address, _, fragment = mark.get("href").partition("#")
    (line,) = tree(shown, address).xpath(f"//*[@id='{fragment}']")
    assert "小镇" in line.text_content() and line.xpath("string(a/@href)").startswith("/a/zhen/")
    english = tree(shown, f"{address}?lang=en").xpath(f"//*[@id='{fragment}']")[0]
    assert "Back to" in english.text_content()
