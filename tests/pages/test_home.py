"""The front page: a passage with its notes, the terms that it offers, counts in singular and plural."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest
from starlette.testclient import TestClient

from app.library.library import Library
from app.model import Member, Term, TermId
from app.pages.glossary import offered
from app.pages.pages import Pages
from app.pages.sample import _end


def term(name: str, kind: str = "policy", priority: str = "core", members: int = 0) -> Term:
    parts = tuple(Member(f"其{n}") for n in range(members))
    return Term(TermId(name), name, "", kind, priority, "释义。", members=parts)  # type: ignore[arg-type]


class TestTheTerms:
    def test_counted_phrases_come_first_and_names_last(self):
        terms = [
            term("北湾市委", "institution"),
            term("引水上山"),
            term("要紧话", priority="minor"),
            term("三座码头", "place", members=3),
            term("五条街", members=5),
            term("一江两岸"),
            term("北湾精神", "slogan", members=4),
        ]
        counts = {
            TermId(name): n
            for name, n in {
                "北湾市委": 90,
                "引水上山": 7,
                "要紧话": 40,
                "五条街": 1,
                "一江两岸": 8,
                "北湾精神": 3,
            }.items()
        }
        names = [t.term for t in offered(terms, counts)]
        assert names == ["五条街", "一江两岸", "引水上山", "北湾精神", "要紧话", "北湾市委"]

    def test_the_shipped_library_offers_its_counted_phrases(self, client_site: TestClient):
        page = client_site.get("/").text
        offers = page[page.index('<ul class="words">') :]
        assert all(f">{name}</a>" in offers for name in ("五个中心", "三大先导产业", "国际科创中心"))


class TestThePassage:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("短。", "短。"),
            ("没有句号的一行", "没有句号的一行"),
            (
                "甲" * 100 + "。“" + "乙" * 60 + "。”丙丁。" + "戊" * 90 + "。",
                "甲" * 100 + "。“" + "乙" * 60 + "。”丙丁。",
            ),
            ("甲" * 250 + "！乙。", "甲" * 250 + "！"),
        ],
    )
    def test_ends_with_a_sentence(self, text: str, shown: str):
        assert text[: _end(text)] == shown

    def test_shows_terms_with_cards_and_the_speaker(self, client_site: TestClient):
        page = client_site.get("/").text
        passage = page[page.index("<article") : page.index("</article>")]
        assert "五个中心</a>" in passage and "徐枫</a>" in passage
        marked = re.findall(r'interestfor="(t-[^"]+)"', passage)
        assert len(marked) == len(set(marked)) > 3, "a term is marked once"
        assert all(f'id="{id}"' in page for id in marked), "every mark has its card"
        assert page.index("编者按") < page.index("<article")

    def test_other_articles_are_listed_below(self, library: Library):
        home = Pages(library, base_url="http://x", site_name="眉批").home().context
        assert home.sample is not None  # type: ignore[attr-defined]
        listed = {a.id for a in home.latest} | {home.sample.article.id}  # type: ignore[attr-defined]
        assert listed == {"beiwan-daqiao", "shanlu-chaguan", "dushu-jie"}
        assert len(home.latest) == 2  # type: ignore[attr-defined]


def test_one_article_is_singular(client_site: TestClient):
    page = client_site.get("/?lang=en").text
    assert "<b>1</b>article<" in page and "<b>1</b>articles" not in page
    assert ">1 article<" in client_site.get("/articles/?lang=en").text


class TestSearching:
    def test_offers_a_beginning_before_a_query_and_after_none_was_found(self, client_site: TestClient):
        for query in ("", "?q=zzqqx", "?q=%E7%BF%A1%E7%BF%A0%E9%B8%9F"):
            page = client_site.get(f"/search/{query}").text
            assert "五个中心</a>" in page and "/speakers/" in page[page.index("<main") :]
        assert "不妨看看" not in client_site.get("/search/?q=%E7%A7%91%E6%8A%80").text

    def test_lists_an_article_once(self, site: TestClient):
        page = site.get("/search/?q=北湾大桥").text
        listed = page[page.index("<main") :]
        assert "<h2>文章标题</h2>" not in listed and listed.count('href="/a/beiwan-daqiao/"') == 1
        assert "<h2>文章标题</h2>" in site.get("/search/?q=北湾大桥&by=speaker").text

    def test_says_that_there_is_no_such_article(self, site: TestClient):
        assert "没有这篇文章" in site.get("/search/?q=渡口&article=nosuch").text


def test_shelves_are_named_in_the_language_of_the_page(site: TestClient):
    page = site.get("/articles/?year=2024&lang=en").text
    labels = re.findall("<dt>(.*?)</dt>", page)
    assert labels and set(labels) <= {"Year", "Publication", "Terms", "Speakers"}


@pytest.mark.parametrize(("size", "older"), [(1, True), (2, False)])
def test_the_last_page_of_the_list_leads_to_no_older_one(
    library: Library, monkeypatch: pytest.MonkeyPatch, size: int, older: bool
):
    monkeypatch.setattr("app.pages.home._PAGE", size)
    first, *others = library.index.entries(limit=10)
    assert len(others) == 2
    context = Pages(library, base_url="http://x", site_name="眉批").articles(after=first.place).context
    assert [a.id for a in context.articles] == [e.header.id for e in others[:size]]
    assert bool(context.older) == older and context.newer


@pytest.mark.parametrize("path", ["/", "/articles/"])
def test_an_empty_library_says_how_to_add_an_article(
    site_of: Callable[[Mapping[str, str]], TestClient], path: str
):
    with site_of({}) as site:
        assert re.search(r"<pre>[^<]*meipi add ", site.get(path).text)
