"""“Report a mistake”: a filled-in mail or issue, by setting; the site itself takes nothing."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html
from starlette.testclient import TestClient

from app.errors import SettingsError
from app.settings import Settings
from app.urls import report

OpenSite = Callable[..., TestClient]
PAGES = (
    "/", "/articles/", "/a/dushu-jie/", "/a/dushu-jie/nhjm/", "/a/dushu-jie/speakers/", "/a/dushu-jie/terms/",
    "/a/dushu-jie/source/", "/terms/", "/terms/dukou/", "/terms/dukou/uses/", "/speakers/",
    "/speakers/lin-qinghe/", "/search/", "/compare/dushu-jie/beiwan-daqiao/", "/learn/", "/read/",
)  # fmt: skip


def addresses(site: TestClient, path: str) -> list[str]:
    page = html.document_fromstring(site.get(path).text)
    found = [str(href) for href in page.xpath("//a/@href")]
    return [href for href in found if href.startswith(("https://example.org/new", "mailto:fehler"))]


def test_is_on_every_page_with_its_address(open_site: OpenSite):
    with open_site(report="fehler@example.org") as site:
        for path in PAGES:
            parts = urlsplit(addresses(site, path)[-1])
            query = parse_qs(parts.query)
            assert (parts.scheme, parts.path) == ("mailto", "fehler@example.org")
            assert query["body"][0].startswith(f"https://meipi.example{path}\n") and query["subject"][0]


def test_is_in_the_language_of_the_page(open_site: OpenSite):
    with open_site(report="fehler@example.org") as site:
        for path in PAGES:
            for lang, words in (("zh", "指出错误"), ("en", "Report a mistake")):
                page = html.document_fromstring(site.get(path, headers={"accept-language": lang}).text)
                (link,) = page.xpath("//footer//a[starts-with(@href, 'mailto:')]")
                assert link.text == words, (path, lang)


def test_holds_the_words_and_the_link_of_a_paragraph(open_site: OpenSite):
    with open_site(report="https://example.org/new?labels=text") as site:
        found = addresses(site, "/a/dushu-jie/nhjm/")
        assert len(found) == 2
        for address in found:
            query = parse_qs(urlsplit(address).query)
            assert query["labels"] == ["text"] and "dushu-jie/nhjm/" in query["body"][0]
            assert "北湾读书节今年办到第六届" in query["body"][0]


def test_is_nowhere_without_the_setting(site: TestClient):
    for path in PAGES:
        assert "指出错误" not in site.get(path).text


def test_takes_no_address_that_is_none():
    for odd in ("javascript:alert(1)", "a b@example.org", "x@example.org?bcc=y@example.org", "data:x", "//x"):
        with pytest.raises(SettingsError, match="MEIPI_REPORT"):
            Settings.from_env({"MEIPI_REPORT": odd})
    for good in ("lin@example.org", "mailto:lin@example.org", "https://example.org/new?labels=x"):
        assert Settings.from_env({"MEIPI_REPORT": good}).report == good


def test_cannot_be_broken_by_words():
    address = report("lin@example.org", "a&bcc=x@y", "https://x/", "b&cc=z#\r\n")
    assert set(parse_qs(urlsplit(address).query)) == {"subject", "body"}
