"""Titles break where Chinese typesetting allows it; facts and links of an article say what there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from lxml import html
from starlette.testclient import TestClient

from app.library.library import Library
from app.pages.article import title_words
from app.pages.labels import DECISION
from app.text.reflow import Decision

OpenSite = Callable[..., TestClient]


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        ("意见|（|征求意见|稿|）|及|说明", "意见|（征求意见|稿）|及|说明"),
        ("专访|—|—|县长|周|平川", "专访|——|县长|周|平川"),
        ("说|“|一|件|小事|”|—|—|县长", "说|“一|件|小事”|——|县长"),
        ("2021|—|2023|年|指标", "2021—|2023|年|指标"),
        ("问|：|桥|呢|？|！", "问：|桥|呢？！"),
        ("《|渡口|》|与|【|桥|】|…|…|之后", "《渡口》|与|【桥】|……|之后"),
        ("（|“|桥|”|）", "（“桥”）"),
        ("增长|5.8|%|、|创|新高", "增长|5.8%、|创|新高"),
        ("渡口", "渡口"),
    ],
)
def test_a_title_breaks_neither_before_a_closing_nor_after_an_opening_mark(words: str, pieces: str):
    title, cuts, end = words.replace("|", ""), [], 0
    for word in words.split("|"):
        end += len(word)
        cuts.append(end)
    assert "|".join(title_words(title, cuts)) == pieces


def test_a_title_without_known_words_is_one_piece():
    assert title_words("渡口（旧）", ()) == ("渡口（旧）",)


def test_facts_that_small_screens_hide_come_last(site: TestClient):
    """A small screen hides `.extra`, and the dot before it: a shown fact after a hidden one has no dot."""
    facts = html.fromstring(site.get("/a/beiwan-daqiao/").text).xpath("//header//p[@class='facts']/*")
    hidden = ["extra" in (fact.get("class") or "") for fact in facts]
    assert any(hidden) and hidden == sorted(hidden)
    assert any(fact.tag == "a" for fact in facts)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_article_without_terms_and_quotations_promises_none(
    home: Path, library: Library, open_site: OpenSite, lang: str
):
    path = home / "content/articles/dushu-jie/article.md"
    path.write_text("---\ntitle: 通知\n---\n\n各村放假一天，二日照常办公。\n", "utf-8")
    library.refresh()
    with open_site() as site:
        links, hints = {}, {}
        for article in ("beiwan-daqiao", "dushu-jie"):
            page = html.fromstring(site.get(f"/a/{article}/", params={"lang": lang}).text)
            links[article] = page.xpath("//footer[@class='tail']//p[@class='facts']/a/@href")
            hints[article] = page.xpath("string(//p[@class='hint'])")
    assert len(links["beiwan-daqiao"]) == 3
    assert links["dushu-jie"] == ["/a/dushu-jie/source/"]
    assert hints["dushu-jie"] and hints["dushu-jie"] != hints["beiwan-daqiao"]


@pytest.mark.parametrize(("lang", "ending"), [("zh", " 处"), ("en", " narration")])
def test_numbers_of_the_page_of_uses_have_words(site: TestClient, lang: str, ending: str):
    page = html.fromstring(site.get("/terms/dukou/uses/", params={"lang": lang}).text)
    (narrated,) = page.xpath("//section/p[@class='facts']/span[1]/text()")
    assert narrated.endswith(ending)
    heads = page.xpath("(//table)[1]//thead//th/text()")
    assert "/" in page.xpath("string((//table)[1]//tbody/tr[1]/td[2])")
    assert "／" in heads[2] or "/" in heads[2]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_poem_is_not_said_to_have_no_paragraphs(
    home: Path, library: Library, open_site: OpenSite, lang: str
):
    path = home / "content/articles/dushu-jie/article.md"
    path.write_text("---\ntitle: 渡口\n---\n\n> 船在对岸，\n> 灯在船上。\n", "utf-8")
    library.refresh()
    with open_site() as site:
        page = html.fromstring(site.get("/a/dushu-jie/", params={"lang": lang}).text)
    facts = page.xpath("//header//p[@class='facts']/*/text()")
    assert facts and not [fact for fact in facts if fact.startswith("0 ")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_facts_of_the_source_page_name_their_key_first_and_say_once_what_is_missing(
    site: TestClient, lang: str
):
    page = html.fromstring(site.get("/a/beiwan-daqiao/source/", params={"lang": lang}).text)
    facts = page.xpath("//section[@class='sheet'][1]/ul/li")
    assert len(facts) > 2
    for fact in facts:
        words = fact.text_content()
        assert words.index(fact.xpath("string(code)")) < max(words.find("："), words.find(":"))
    assert not any("没有原文里没有" in fact.text_content().replace(" ", "") for fact in facts)


@pytest.mark.parametrize("decision", get_args(Decision))
def test_the_page_of_the_source_has_a_word_for_every_decision(decision: str):
    assert DECISION.get(decision, decision) != decision
