"""What is new in the library: by the day of arrival, or by the date where that day is not known."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient
from test_index import BACKENDS

from app.index import Index
from app.index.packed import pack
from app.library.library import Library
from app.model import ArticleId, Block, BlockId, Document, Header, Piece
from app.pages import news
from app.pages.news import NewContext
from app.pages.pages import Pages
from app.text.paragraphs import Ledger, align, save

ATOM = "{http://www.w3.org/2005/Atom}"
FILES = {
    "articles/he/article.md": "---\ntitle: 河\ndate: 2011-04-02\n---\n\n河边有一个渡口。\n",
    "articles/qiao/article.md": "---\ntitle: 桥\n---\n\n桥边有一个书店。\n",
    "glossary/x.yaml": "- {id: dukou, term: 渡口, kind: concept, zh: 岸边。, pinyin: dùkǒu, note: 无。}\n",
}


@pytest.fixture(params=sorted(BACKENDS))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An empty index of each kind."""
    opened = BACKENDS[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def told(site_of: Callable[[Mapping[str, str]], TestClient]) -> Iterator[TestClient]:
    """A site with two articles that were added on 1 January 2024; for tests that only read."""
    with site_of(FILES) as site:
        yield site


def put(index: Index, id: str, date: str, added: str = "") -> None:
    """Add an article with a date, saved first on a day, or without a ledger."""
    article, block = ArticleId(id), Block(BlockId("b001"), 1, "paragraph", "河。")
    ledger = Ledger(article)
    if added:
        alignment = align(ledger, [Piece("paragraph", block.text)])
        ledger = save(ledger, alignment, saved_at=f"{added}T08:00:00Z")
    index.put_all([pack(Document(Header(article, id, date=date), 1, (block,)), "1", ledger=ledger)])


def test_the_day_of_arrival_counts_and_else_the_date(index: Index):
    for id, date, added in (
        ("old", "1998-03-05", "2024-02-03"),
        ("lines", "2024-02-02", ""),
        ("month", "2024-02", ""),
        ("none", "", ""),
        ("first", "2024-03-01", "2024-01-31"),
    ):
        put(index, id, date, added)
    assert [e.header.id for e in index.newest()] == ["old", "lines", "month", "first", "none"]
    assert [e.added for e in index.newest(limit=2)] == ["2024-02-03", ""]
    assert [e.header.id for e in index.newest(since=20240202)] == ["old", "lines"]
    put(index, "old", "1998-03-05", "2024-01-01")
    index.remove(ArticleId("lines"))
    assert [e.header.id for e in index.newest(limit=2)] == ["month", "first"]


@pytest.mark.parametrize(
    ("today", "recent"), [("2024-01-01", True), ("2024-01-07", True), ("2024-01-08", False), ("", False)]
)
def test_a_week_has_seven_days(library: Library, today: str, recent: bool):
    for id in library.content.articles():
        library.index.remove(id)
    put(library.index, "he", "", "2024-01-01")
    made = news.new(Pages(library, base_url="https://meipi.example", site_name="眉批"), today).context
    assert isinstance(made, NewContext)
    assert made.recent == recent and [a.article.id for a in made.articles] == ["he"]


class TestPage:
    def test_says_which_kind_of_date_it_goes_by(self, told: TestClient):
        page = told.get("/new/").text
        assert page.count("2024年1月1日收入") == 2
        assert "added 1 January 2024" in told.get("/new/?lang=en").text

    def test_feed_and_table_have_the_same_articles(self, told: TestClient):
        feed = ElementTree.fromstring(told.get("/new/feed.atom").text)
        entries = list(feed.iter(f"{ATOM}entry"))
        assert {e.findtext(f"{ATOM}updated") for e in entries} == {"2024-01-01T00:00:00Z"}
        rows = list(csv.DictReader(told.get("/new/articles.csv").text.lstrip("\ufeff").splitlines()))
        assert {r["kind"] for r in rows} == {"added"}
        assert {r["url"] for r in rows} == {e.findtext(f"{ATOM}id") for e in entries}

    def test_is_linked_from_the_front_page(self, told: TestClient):
        assert 'href="/new/"' in told.get("/").text


class TestFeeds:
    @pytest.mark.parametrize(
        ("page", "feed"),
        [
            ("/new/", "/new/feed.atom"),
            ("/terms/dukou/", "/terms/dukou/feed.atom"),
            ("/terms/dukou/uses/", "/terms/dukou/feed.atom"),
            ("/search/?q=渡口", "/search/feed.atom?q=%E6%B8%A1%E5%8F%A3"),
            ("/search/?q=渡口&article=he", "/search/feed.atom?q=%E6%B8%A1%E5%8F%A3&amp;article=he"),
        ],
    )
    def test_are_linked_for_programs_and_for_people(self, told: TestClient, page: str, feed: str):
        html = told.get(page).text
        assert f'<link rel="alternate" type="application/atom+xml" href="{feed}"' in html
        assert re.search(rf'<a href="{re.escape(feed)}"', html)

    def test_of_a_search_keeps_its_filters(self, told: TestClient):
        def entries(query: str) -> list[str]:
            feed = ElementTree.fromstring(told.get(f"/search/feed.atom?{query}").text)
            return [e.findtext(f"{ATOM}title") or "" for e in feed.iter(f"{ATOM}entry")]

        assert entries("q=一个") == ["河", "桥"] or entries("q=一个") == ["桥", "河"]
        assert entries("q=一个&article=he") == ["河"]
        assert entries("q=一个&until=2000") == []

    def test_a_search_without_words_has_no_feed(self, told: TestClient):
        assert "/search/feed.atom" not in told.get("/search/").text


class TestComparedTable:
    def test_has_every_sentence_with_its_links(self, told: TestClient):
        text = told.get("/compare/he/qiao/changes.csv").text.lstrip("\ufeff")
        rows = list(csv.DictReader(text.splitlines()))
        assert {r["a"] for r in rows if r["what"] == "sentences"} - {""} == {"河边有一个渡口。"}
        assert {r["b"] for r in rows if r["what"] == "sentences"} - {""} == {"桥边有一个书店。"}
        (phrase,) = [r for r in rows if r["what"] == "phrase 渡口"]
        assert (phrase["kind"], phrase["a"], phrase["b"]) == ("gone", "1", "0")
        assert all(told.get(r["a_link"]).status_code == 200 for r in rows if r["a_link"])
        assert told.get("/compare/he/keines/changes.csv").status_code == 404
        assert "/compare/he/qiao/changes.csv" in told.get("/compare/he/qiao/").text
