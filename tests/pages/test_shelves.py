"""The library's shelves: their articles, and the choices that narrow them."""

from __future__ import annotations

import pytest
from shown import tree
from starlette.testclient import TestClient

from app.library.library import Library
from app.model import TermId
from app.pages.home import ArticlesContext
from app.pages.pages import Pages
from app.pages.shelves import UNDATED, UNPRINTED, Shelf, Shelves
from app.web.rendering import Renderer


def ids(shelves: Shelves, shelf: Shelf) -> list[str]:
    return [e.header.id for e in shelves.entries(shelf)]


def row(shelves: Shelves, shelf: Shelf, label: str, names: dict[TermId, str] | None = None):
    return dict(shelves.choices(shelf, names or {}, str)).get(label, ())


def test_an_empty_shelf_is_the_whole_library_newest_first(library: Library):
    everything = ids(Shelves(library), Shelf())
    assert everything == [e.header.id for e in library.index.entries(limit=100)]
    assert len(everything) > 2


def test_every_article_stands_on_exactly_one_shelf_of_years_and_of_publications(library: Library):
    shelves = Shelves(library)
    for label in ("年份", "报刊"):
        choices = row(shelves, Shelf(), label)
        assert sum(c.count for c in choices) == library.index.count()
        assert not any(c.chosen for c in choices)


def test_an_article_without_a_year_or_a_publication_has_a_shelf_too(library: Library):
    shelves = Shelves(library)
    for shelf, field in ((Shelf(year=UNDATED), "date"), (Shelf(publication=UNPRINTED), "publication")):
        wanted = [e.header.id for e in library.index.entries(limit=100) if not getattr(e.header, field)]
        assert ids(shelves, shelf) == wanted


def test_shelves_are_combined_and_choosing_the_chosen_one_leaves_it(library: Library):
    shelves = Shelves(library)
    year = next(c for c in row(shelves, Shelf(), "年份") if c.text.endswith("年"))
    shelf = Shelf(year=year.text[:4])
    assert year.href == shelf.href
    both = Shelf(year=shelf.year, publication=UNPRINTED)
    assert set(ids(shelves, both)) == set(ids(shelves, shelf)) & set(
        ids(shelves, Shelf(publication=UNPRINTED))
    )
    chosen = next(c for c in row(shelves, shelf, "年份") if c.chosen)
    assert chosen.href == Shelf().href == "/articles/"


def test_a_term_and_a_speaker_have_the_articles_that_hold_them(library: Library):
    shelves = Shelves(library)
    for entry in library.index.entries(limit=100):
        document = library.document(entry.header.id)
        for o in document.occurrences[:3]:
            assert entry.header.id in ids(shelves, Shelf(term=o.term))
        for s in {q.speaker for q in document.quotations if q.speaker}:
            assert entry.header.id in ids(shelves, Shelf(speaker=s))


def test_what_all_articles_have_in_common_is_not_offered(library: Library):
    shelves = Shelves(library)
    names = {t.id: t.term for t in library.knowledge().terms}
    total = library.index.count()
    for label in ("词语", "说话人"):
        assert all(0 < c.count < total for c in row(shelves, Shelf(), label, names))
        # On a shelf with one article nothing narrows.
        alone = next(c for c in row(shelves, Shelf(), "年份") if c.count == 1)
        assert row(shelves, Shelf(year=alone.text[:4]), label, names) == ()


def test_an_unknown_value_is_an_empty_shelf(library: Library):
    shelves = Shelves(library)
    for shelf in (Shelf(year="1066"), Shelf(publication="无此报"), Shelf(term="none"), Shelf(speaker="none")):
        assert ids(shelves, shelf) == []


@pytest.mark.parametrize(("maximum", "told"), [(2, True), (3, False), (4, False)])
def test_the_page_tells_if_filters_count_only_the_newest(
    library: Library, monkeypatch: pytest.MonkeyPatch, maximum: int, told: bool
):
    assert library.index.count() == 3
    monkeypatch.setattr("app.pages.shelves.MAXIMUM", maximum)
    monkeypatch.setattr("app.pages.home._UNFILTERED", 0)
    pages = Pages(library, base_url="http://x", site_name="眉批")
    for page in (pages.articles(), pages.shelf(Shelf(year="2024"))):
        assert isinstance(page.context, ArticlesContext)
        assert page.context.limit == (maximum if told else 0)
        html = Renderer("http://x", "眉批").text(page)
        assert (f"只计最新的 {maximum} 篇" in html) == told
    counts = row(Shelves(library), Shelf(), "年份")
    assert sum(c.count for c in counts) == min(maximum, 3)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_choice_is_read_apart_from_its_count(site: TestClient, monkeypatch: pytest.MonkeyPatch, lang: str):
    """2024 7, not 20247: what a screen reader says, and what is copied."""
    monkeypatch.setattr("app.pages.home._UNFILTERED", 0)
    page = tree(site, f"/articles/?lang={lang}&year=2024")
    links = page.xpath("//nav[@class='shelves']//a[small]")
    assert links
    assert [a.text_content() for a in links if not "".join(a.xpath(".//text()")[:-1]).endswith(" ")] == []


def test_an_empty_shelf_gives_no_order(site: TestClient):
    assert tree(site, "/articles/?year=abc").xpath("//main//p[@class='facts'][1]/span") == []
    full = tree(site, "/articles/").xpath("string(//main//p[@class='facts'][1]/span[1])")
    assert full == "共 3 篇，由新到旧", "a dot follows it"


@pytest.mark.parametrize("shelf", [Shelf(year="1066"), Shelf(publication="无此报")])
def test_the_page_of_an_empty_shelf_has_a_title(library: Library, shelf: Shelf):
    made = Pages(library, base_url="https://meipi.example", site_name="眉批").shelf(shelf)
    assert made.meta.title == "文章：筛选结果 · 眉批"
