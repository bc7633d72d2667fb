"""Lists look made for the number of articles that a library has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest
from starlette.testclient import TestClient

SiteOf = Callable[[Mapping[str, str]], TestClient]


def library(number: int) -> dict[str, str]:
    """Articles of as many years, each third one without a newspaper."""
    return {
        f"articles/wen-{n}/article.md": f"---\ntitle: 第{n}号井\ndate: {1960 + n % 40}-05-06\n"
        + ("" if n % 3 == 0 else "publication: 河湾日报\n")
        + f"---\n\n第{n}号井打到了水。站长陈东{'南北'[n % 2]}说：“水是甜的。”\n"
        for n in range(number)
    }


@pytest.fixture(scope="module", params=[1, 10, 60])
def sized(request: pytest.FixtureRequest, site_of: SiteOf):
    with site_of(library(request.param)) as site:
        yield request.param, site


def test_filters_are_offered_where_a_list_is_long(sized):
    number, site = sized
    page = site.get("/articles/").text
    assert ('class="shelves"' in page) == (number > 12)
    assert ("其余 28 项" in page) == (number == 60)  # 40 years
    assert "第 1 页，共 2 页" in page if number == 60 else "共 1 页" not in page


def test_a_chosen_year_among_the_folded_ones_is_seen(sized):
    number, site = sized
    assert ("<details open>" in site.get("/articles/?year=1961").text) == (number == 60)
    assert "<details open>" not in site.get("/articles/").text


def test_rows_of_a_list_do_not_say_what_is_missing(sized):
    _, site = sized
    for address in ("/", "/articles/"):
        page = site.get(address).text
        assert "原载报刊未查明" not in re.sub('<section class="ban lead">.*?</section>', "", page, flags=re.S)
        assert not re.search(r"(?<!\d)0 条词语", page), address


def test_the_home_page_counts_what_the_library_has(sized):
    number, site = sized
    sums = re.findall(r"<b>(\d+)</b>", site.get("/").text)
    assert int(sums[-3]) == number
    assert int(sums[-1]) == min(number, 2)


def test_speakers_are_counted_and_pages_lead_on_and_back(site_of: SiteOf, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.pages.speakers._PEOPLE", 1)
    with site_of(library(10)) as site:
        first = site.get("/speakers/").text
        assert "共 2 位" in first and 'type="search"' in first and "回到第一页" not in first
        (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
        second = site.get(following).text
        assert 'href="/speakers/">回到第一页' in second and 'rel="next"' not in second
    with site_of(library(1)) as site:
        assert 'type="search"' not in site.get("/speakers/").text
