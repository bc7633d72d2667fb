"""Addresses for crawlers: one file while they fit, files of fifty thousand and an index beyond that."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from starlette.testclient import TestClient

from app.errors import NotFound
from app.export.press import Press
from app.export.site.pages import SiteFiles
from app.index import ArticleEntry, SpeakerCount
from app.library.library import Library
from app.model import ArticleId, SpeakerId
from app.pages import sitemaps
from app.pages.pages import Pages
from app.web.app import page_app
from app.web.rendering import Renderer
from app.web.state import Web

BASE = "https://meipi.example"
NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# The protocol allows 50,000 addresses a file; the tests allow 50.
FEW, ARTICLES, SPEAKERS, RECORDED = 50, 127, 61, 53


@pytest.fixture
def large(library: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library whose index tells of more articles and speakers than two files hold."""
    one = library.index.entries(limit=1)[0]
    speaker = library.index.speakers(limit=1)[0]
    recorded = library.knowledge().people[0].id

    def entries(*, limit: int, offset: int = 0, after: str = "", before: str = "") -> Sequence[ArticleEntry]:
        at = int(after) + 1 if after else offset
        return [
            structs.replace(one, header=dataclasses.replace(one.header, id=ArticleId(f"n{n}")), place=str(n))
            for n in range(at, min(ARTICLES, at + limit))
        ]

    def speakers(*, limit: int = 500, offset: int = 0, after: str = "") -> Sequence[SpeakerCount]:
        # One of them has a record, and is among those who are always told.
        return [
            structs.replace(speaker, id=recorded if n == RECORDED else SpeakerId(f"s{n}"))
            for n in range(offset, min(SPEAKERS, offset + limit))
        ]

    monkeypatch.setattr("app.pages.sitemaps.MOST", FEW)
    monkeypatch.setattr(library.index, "entries", entries)
    monkeypatch.setattr(library.index, "count", lambda: ARTICLES)
    monkeypatch.setattr(library.index, "speakers", speakers)
    monkeypatch.setattr(library.index, "speaker_count", lambda: SPEAKERS)
    return library


def places(xml: bytes) -> list[str]:
    return [e.text or "" for e in ET.fromstring(xml).iter(f"{NS}loc")]


def wanted(library: Library) -> set[str]:
    knowledge = library.knowledge()
    paths = {"/", "/articles/", "/terms/", "/speakers/"}
    paths |= {f"/terms/{t.id}/" for t in knowledge.terms} | {f"/speakers/{p.id}/" for p in knowledge.people}
    paths |= {f"/a/n{n}/" for n in range(ARTICLES)}
    paths |= {f"/speakers/s{n}/" for n in range(SPEAKERS) if n != RECORDED}
    return {BASE + path for path in paths}


def hold(index: bytes, files: dict[str, bytes], library: Library) -> None:
    """The index names exactly these files, and they have every address once, no more than allowed in each."""
    assert ET.fromstring(index).tag == f"{NS}sitemapindex"
    assert places(index) == [BASE + name for name in files]
    found = [places(xml) for xml in files.values()]
    assert max(map(len, found)) == FEW and all(found)
    assert all(len(xml) < 50 << 20 for xml in files.values())  # the protocol's other limit
    every = [place for places in found for place in places]
    assert len(every) == len(set(every)) > 180
    assert set(every) == wanted(library)


def test_more_addresses_than_a_file_holds_are_files_with_an_index(large: Library):
    pages = Pages(large, base_url=BASE, site_name="眉批")
    site = TestClient(page_app(Web(large, pages, Renderer(BASE, "眉批"), dict)))
    index = site.get("/sitemap.xml")
    assert index.headers["content-type"] == "application/xml"
    names = [place.removeprefix(BASE) for place in places(index.content)]
    hold(index.content, {name: site.get(name).content for name in names}, large)
    for beyond in ("/sitemap-0.xml", f"/sitemap-{len(names) + 1}.xml"):
        assert site.get(beyond).status_code == 404


def test_so_they_are_in_a_site_of_files(large: Library):
    press = Press(large, base_url=BASE, site_name="眉批")
    made: dict[str, Any] = dict(SiteFiles(press, cards=False)._sitemaps())
    hold(made.pop("/sitemap.xml"), made, large)


def test_a_library_that_fits_has_one_file(library: Library, tmp_path: Path):
    pages = Pages(library, base_url=BASE, site_name="眉批")
    xml = Renderer(BASE, "眉批").render(pages.sitemap()).body
    assert ET.fromstring(xml).tag == f"{NS}urlset"
    assert {f"{BASE}/a/dushu-jie/", f"{BASE}/speakers/lin-qinghe/", f"{BASE}/terms/dukou/"} <= set(
        places(xml)
    )
    with pytest.raises(NotFound):
        pages.sitemap(1)


def test_the_protocol_allows_fifty_thousand_addresses_a_file():
    assert sitemaps.MOST == 50_000


def test_a_file_may_be_full(large: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(large.index, "speaker_count", lambda: 0)
    monkeypatch.setattr(large.index, "speakers", lambda **_: [])
    others = len(sitemaps.file(large, 1) or ())
    for articles, files in ((FEW - others, 1), (FEW - others + 1, 2)):
        monkeypatch.setattr(large.index, "count", lambda n=articles: n)
        assert sitemaps.count(large) == files
