"""The glossary by kind, domain, number and year, and the entries around one entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from shown import tree
from starlette.testclient import TestClient

GLOSSARY = """
- {id: san, term: 三桥, kind: concept, domain: regions, zh: 三座桥。,
   members: [{zh: 东桥}, {zh: 西桥}, {zh: 南桥}],
   related: [gang], dates: [{date: '2016', type: in_use_by}, {date: '2017-05', type: issued}]}
- {id: liang, term: 两灯, kind: slogan, domain: culture, zh: 两盏灯。, related: [san],
   dates: [{date: '2019-03', type: proposed}]}
- {id: dong, term: 东桥, kind: place, domain: regions, zh: 一座桥。}
- {id: gang, term: 港口, kind: concept, zh: 停船的地方。}
"""


@pytest.fixture(scope="module")
def shown(site_of: Callable[[Mapping[str, str]], TestClient]) -> Iterator[TestClient]:
    with site_of({"glossary/x.yaml": GLOSSARY}) as opened:
        yield opened


def groups(site: TestClient, address: str) -> dict[str, list[str]]:
    return {
        section.xpath("string(h2)"): [a.text for a in section.xpath(".//li/a")]
        for section in tree(site, address).xpath("//section[@class='sheet']")
    }


def test_by_domain(shown: TestClient):
    found = groups(shown, "/terms/?by=domain")
    assert found == {"文化": ["两灯"], "区域": ["三桥", "东桥"], "其他": ["港口"]}


def test_by_number_with_liang_under_two(shown: TestClient):
    assert groups(shown, "/terms/?by=form") == {"二": ["两灯"], "三": ["三桥"]}


def test_by_year_with_the_kind_of_the_date(shown: TestClient):
    assert list(groups(shown, "/terms/?by=year")) == ["2019", "2017", "日期未查明"]
    text = tree(shown, "/terms/?by=year").text_content()
    assert "2019年3月提出" in text and "2017年5月" in text


def test_every_list_links_to_the_others_and_says_which_it_is(shown: TestClient):
    page = tree(shown, "/terms/?by=year")
    ways = page.xpath("//nav[@aria-label='排列方式']/a")
    others = [f"/terms/?by={way}" for way in ("domain", "form", "year")]
    assert [a.get("href") for a in ways] == ["/terms/", *others]
    assert [a.text for a in ways if a.get("aria-current")] == ["按年份"]
    assert "By year" in shown.get("/terms/?by=year&lang=en").text


def test_an_unknown_grouping_is_not_found(shown: TestClient):
    assert shown.get("/terms/?by=colour").status_code == 404


def test_related_entries_are_grouped_by_how_they_are_related(shown: TestClient):
    side = tree(shown, "/terms/san/").xpath("//dl[@class='side']")[0].text_content()
    assert side.index("相关") < side.index("港口") < side.index("提到它的词条") < side.index("两灯")
    assert "所属" in tree(shown, "/terms/dong/").xpath("//dl[@class='side']")[0].text_content()
