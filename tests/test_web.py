"""The site over HTTP: every address answers as promised, and no request can make it stumble."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import re
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import brotli
import lxml.etree
import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import until
from starlette.testclient import TestClient

from app.content.store import Content
from app.http.response import SECURITY_HEADERS, Ready
from app.index import open_index
from app.library.library import Library
from app.library.reading import Reading
from app.model import ArticleId
from app.serving.cache import CacheFirst
from app.serving.limits import Limited
from app.web.responses import Sent, keep

BASE = "https://meipi.example"
Edit = Callable[..., None]
OpenSite = Callable[..., AbstractContextManager[TestClient]]

PAGES = (
    "/",
    "/articles/",
    "/a/beiwan-daqiao/",
    "/a/shanlu-chaguan/",
    "/a/dushu-jie/",
    "/a/beiwan-daqiao/speakers/",
    "/a/beiwan-daqiao/source/",
    "/a/dushu-jie/source/",
    "/a/beiwan-daqiao/r2gj/",
    "/a/beiwan-daqiao/r2gj@1/",
    "/a/dushu-jie/zjgh/",
    "/a/dushu-jie/mf7j/",
    "/a/dushu-jie/xxzd/",
    "/a/dushu-jie/k37v/",
    "/terms/",
    "/terms/san-du-yi-qiao/",
    "/terms/ai/",
    "/speakers/",
    "/speakers/lin-qinghe/",
    "/search/",
    "/search/?q=渡口",
    "/docs",
)
OTHERS = {
    "/api/v1/articles": "application/json",
    "/api/v1/articles/dushu-jie": "application/json",
    "/api/v1/terms": "application/json",
    "/api/v1/terms/dukou": "application/json",
    "/api/v1/speakers": "application/json",
    "/api/v1/speakers/lin-qinghe": "application/json",
    "/api/v1/search?q=船": "application/json",
    "/api/v1/resolve/dushu-jie/nhjm": "application/json",
    "/openapi.json": "application/json",
    "/feed.atom": "application/atom+xml",
    "/sitemap.xml": "application/xml",
    "/robots.txt": "text/plain",
    "/manifest.webmanifest": "application/manifest+json",
    f"/oembed?url={BASE}/a/dushu-jie/nhjm/": "application/json",
    "/healthz": "text/plain",
}


class Parsed:
    """What a test wants to know of a page."""

    def __init__(self, html: str) -> None:
        whole = lxml.html.document_fromstring(html)
        self.tags = [(element.tag, dict(element.attrib)) for element in whole.iter(lxml.etree.Element)]
        self.json: list[object] = [
            json.loads(script.text)
            for script in whole.iter("script")
            if script.get("type") == "application/ld+json"
        ]

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def meta(self, name: str) -> str:
        found = [m["content"] for m in self.all("meta") if name in (m.get("property"), m.get("name"))]
        assert len(found) <= 1, f"{name} stands {len(found)} times"
        return found[0] if found else ""

    def link(self, rel: str) -> str:
        return next((a["href"] for a in self.all("link") if a.get("rel") == rel), "")

    @property
    def ids(self) -> list[str]:
        return [a["id"] for _, a in self.tags if "id" in a]

    @property
    def links(self) -> set[str]:
        wanted = {"a": "href", "link": "href", "script": "src", "img": "src", "form": "action"}
        return {a[wanted[t]] for t, a in self.tags if a.get(wanted.get(t, ""))}


class TestEveryAddress:
    @pytest.mark.parametrize("address", PAGES)
    def test_is_a_page(self, site: TestClient, address: str):
        answer = site.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        page = Parsed(answer.text)
        assert len(page.ids) == len(set(page.ids)), "an id stands twice"
        (html,) = page.all("html")
        assert html["lang"] == ("zh-Hant" if "shanlu" in address else "zh-Hans")
        assert re.search(r"<title>[^<]+</title>", answer.text)
        assert len(page.all("h1")) == 1
        assert page.meta("description")
        for _, attrs in page.tags:
            assert not [name for name in attrs if name == "style" or name.startswith("on")], attrs
        assert [
            s for s in page.all("script") if "src" not in s and s.get("type") != "application/ld+json"
        ] == []

    @pytest.mark.parametrize("address", OTHERS)
    def test_is_of_its_type(self, site: TestClient, address: str):
        answer = site.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == OTHERS[address]
        if "json" in OTHERS[address]:
            assert answer.json()

    @pytest.mark.parametrize(
        "address", [*PAGES, *OTHERS, "/static/x/meipi.css", "/keine/", "/api/v1/terms/keine"]
    )
    def test_has_the_security_headers(self, site: TestClient, address: str):
        answer = site.get(address)
        for name, value in SECURITY_HEADERS:
            assert answer.headers.get_list(name.decode()) == [value.decode()], name

    @pytest.mark.parametrize("address", [*PAGES, *OTHERS])
    def test_answers_head_as_get_without_the_body(self, site: TestClient, address: str):
        # After some answers a page is compressed again in the background: HEAD comes before or after that.
        got, head, again = site.get(address), site.head(address), site.get(address)
        assert (head.status_code, head.content) == (200, b"")
        names = ("content-type", "content-length", "etag", "cache-control")
        told = [[answer.headers.get(name) for name in names] for answer in (got, head, again)]
        assert told[1] in (told[0], told[2])

    @pytest.mark.parametrize("address", [*PAGES, *OTHERS])
    def test_can_only_be_read(self, site: TestClient, address: str):
        for method in ("POST", "PUT", "DELETE", "PATCH", "PROPFIND"):
            for accept in ("text/html", "application/json"):
                answer = site.request(method, address, headers={"accept": accept})
                assert answer.status_code == 405
                assert "GET" in answer.headers["allow"]

    @pytest.mark.parametrize("address", [a for a in PAGES if a.endswith("/") and a != "/"])
    def test_without_its_slash_leads_to_it_for_good(self, site: TestClient, address: str):
        answer = site.get(f"{address[:-1]}?q=a%2Fb")
        assert answer.status_code == 308
        assert answer.headers["location"] == f"{address}?q=a%2Fb"

    def test_of_the_pages_contexts_is_in_the_sitemap(self, site: TestClient):
        text = site.get("/sitemap.xml").text
        for address in ("/a/dushu-jie/", "/terms/dukou/", "/speakers/lin-qinghe/"):
            assert f"<loc>{BASE}{address}</loc>" in text

    def test_static_files_are_kept_for_ever_under_their_digest(self, site: TestClient):
        sheet = Parsed(site.get("/").text).link("stylesheet")
        answer = site.get(sheet)
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
        old = site.get(re.sub(r"/static/\w+/", "/static/0123456789/", sheet))
        assert old.status_code == 200 and "immutable" not in old.headers["cache-control"]
        assert site.get("/static/x/../app/main.py").status_code == 404
        assert site.get("/static/x/%2e%2e/%2e%2e/pyproject.toml").status_code == 404


class TestParagraphAddresses:
    def test_upper_case_is_the_same_id(self, site: TestClient):
        answer = site.get("/a/beiwan-daqiao/R2GJ/")
        assert (answer.status_code, answer.headers["location"]) == (301, "/a/beiwan-daqiao/r2gj/")
        assert site.get("/A/BEIWAN-DAQIAO/R2GJ/").status_code in (301, 308)

    def test_an_id_never_given_is_not_found_and_near_ones_are_shown(self, site: TestClient):
        slipped = site.get("/a/beiwan-daqiao/r2jg/")
        assert slipped.status_code == 404
        assert "/a/beiwan-daqiao/r2gj/" in slipped.text
        assert site.get("/a/beiwan-daqiao/bbbb/").status_code == 404
        assert site.get("/a/keine/r2gj/").status_code == 404

    def test_a_revision_never_saved_is_not_found(self, site: TestClient):
        for rev in ("0", "2", "99999999", "x", "-1", "１", "", "1@1"):
            assert site.get(f"/a/beiwan-daqiao/r2gj@{rev}/").status_code == 404

    def test_a_removed_paragraph_is_gone_with_its_last_words_and_neighbours(
        self, library: Library, edit: Edit, open_site: OpenSite
    ):
        edit("dushu-jie", "{.caption}\n孩子们在渡口搬书。\n\n", "")
        library.save(ArticleId("dushu-jie"), saved_at="2024-05-01T00:00:00+00:00")
        with open_site() as site:
            gone = site.get("/a/dushu-jie/rs6z/")
            assert gone.status_code == 410
            assert "孩子们在渡口搬书。" in gone.text
            assert "/a/dushu-jie/nhjm/" in gone.text and "2024-05-01" in gone.text
            assert Parsed(gone.text).meta("robots") == "noindex"
            then = site.get("/a/dushu-jie/rs6z@1/")
            assert then.status_code == 200 and "孩子们在渡口搬书。" in then.text
            assert Parsed(then.text).meta("robots") == "noindex"
            answer = site.get("/a/dushu-jie/rs6z/", headers={"accept": "application/json"})
            assert answer.status_code == 410

    def test_a_merged_paragraph_leads_to_where_its_words_are(
        self, library: Library, edit: Edit, open_site: OpenSite
    ):
        edit("beiwan-daqiao", "擦了一遍船舷。\n\n镇交通站", "擦了一遍船舷。镇交通站")
        library.save(ArticleId("beiwan-daqiao"), saved_at="2024-07-01T00:00:00+00:00")
        with open_site() as site:
            answers = {id: site.get(f"/a/beiwan-daqiao/{id}/") for id in ("r2gj", "qng4")}
            assert sorted(a.status_code for a in answers.values()) == [200, 301]
            (moved,) = (a for a in answers.values() if a.status_code == 301)
            (target,) = (id for id, a in answers.items() if a.status_code == 200)
            assert urlsplit(moved.headers["location"]).path == f"/a/beiwan-daqiao/{target}/"
            assert site.get(moved.headers["location"]).status_code == 200

    def test_a_split_paragraph_shows_where_its_rest_stands(
        self, library: Library, edit: Edit, open_site: OpenSite
    ):
        edit("beiwan-daqiao", "走完了最后一步。”他表示", "走完了最后一步。”\n\n他表示")
        library.save(ArticleId("beiwan-daqiao"), saved_at="2024-07-01T00:00:00+00:00")
        (also,) = {b.id for b in library.document(ArticleId("beiwan-daqiao")).blocks} - {
            "p29s", "qmf8", "r2gj", "qng4", "zb7c", "kkn3"
        }  # fmt: skip
        with open_site() as site:
            answer = site.get("/a/beiwan-daqiao/p29s/")
            assert answer.status_code == 200 and f"/a/beiwan-daqiao/{also}/" in answer.text

    def test_a_rewritten_paragraph_says_so_and_leads_to_the_old_words(
        self, library: Library, edit: Edit, open_site: OpenSite
    ):
        edit(
            "beiwan-daqiao",
            "停航那天早晨，他把缆绳盘好，又擦了一遍船舷。",
            "现在他每天去桥头的管理所打卡，中午还回渡口坐一坐，看看水位，同老邻居说几句闲话再回去上班。",
        )
        library.save(ArticleId("beiwan-daqiao"), saved_at="2024-07-01T00:00:00+00:00")
        with open_site() as site:
            answer = site.get("/a/beiwan-daqiao/r2gj/")
            assert answer.status_code == 200
            old = site.get("/a/beiwan-daqiao/r2gj@1/")
            assert "缆绳盘好" in old.text and old.status_code == 200
            if "改写" in answer.text:
                assert "/a/beiwan-daqiao/r2gj@1/" in answer.text

    def test_a_renamed_article_keeps_its_old_addresses(
        self, library: Library, edit: Edit, open_site: OpenSite
    ):
        folder = library.content.folder(ArticleId("beiwan-daqiao"))
        folder.rename(folder.with_name("daqiao"))
        edit("daqiao", "date: '2024", "aliases: [beiwan-daqiao]\ndate: '2024")
        library.refresh()
        with open_site() as site:
            for rest in ("", "r2gj/", "r2gj@1/", "speakers/", "source/"):
                answer = site.get(f"/a/beiwan-daqiao/{rest}")
                assert (answer.status_code, answer.headers["location"]) == (301, f"/a/daqiao/{rest}")
            answer = site.get("/api/v1/articles/beiwan-daqiao")
            assert (answer.status_code, answer.headers["location"]) == (301, "/api/v1/articles/daqiao")

    def test_what_is_saved_and_not_indexed_yet_is_asked_for_again(
        self, home: Path, library: Library, edit: Edit, open_site: OpenSite
    ):
        other = home / "other"
        shutil.copytree(home / "content", other / "content")
        path = other / "content/articles/dushu-jie/article.md"
        path.write_text(path.read_text("utf-8") + "\n镇上的书店那天不收钱，只收一句读后感。\n", "utf-8")
        shutil.copytree(path.parent, other / "content/articles/xin-wen")
        elsewhere = Library(Content(other / "content"), open_index("", other / "var"))
        elsewhere.save(ArticleId("dushu-jie"), saved_at="2024-08-01T00:00:00+00:00")
        new = elsewhere.content.ledger(ArticleId("dushu-jie")).current[-1].id
        elsewhere.index.close()
        with open_site() as site:
            addresses = (
                f"/a/dushu-jie/{new}/",
                f"/api/v1/resolve/dushu-jie/{new}",
                "/a/xin-wen/",
                "/a/xin-wen/nhjm/",
            )
            assert [site.get(a).status_code for a in addresses] == [404] * 4
            shutil.rmtree(home / "content")
            shutil.copytree(other / "content", home / "content")
            for address in addresses:  # as a git pull leaves it
                answer = site.get(address)
                assert answer.status_code == 503 and answer.headers["retry-after"], address
            for address in ("/a/dushu-jie/nhjm/", "/a/dushu-jie/"):
                assert site.get(address).status_code == 200
            assert site.get("/a/dushu-jie/bbbb/").status_code == site.get("/a/no-such/").status_code == 404
            library.refresh()
            assert [site.get(a).status_code for a in addresses] == [200] * 4

    def test_links_do_not_follow_an_edit_before_the_article_does(
        self, library: Library, edit: Edit, open_site: OpenSite
    ):
        """An editor may leave half a file for a moment: what readers see changes as one."""
        with open_site() as site:
            edit("dushu-jie", "码头上搬书的人，一半是小学生。", "")
            for n in range(2):
                site.app.clear()  # type: ignore[attr-defined]
                texts = [
                    site.get("/a/dushu-jie/").text,
                    site.get("/api/v1/resolve/dushu-jie/nhjm").json()["text"],
                ]
                assert ["一半是小学生" in text for text in texts] == [n == 0] * 2
                library.refresh()

    def test_links_and_pages_live_while_an_editor_breaks_a_file(self, edit: Edit, open_site: OpenSite):
        edit("dushu-jie", "title: 北湾", "title: [北湾")
        with open_site() as site:
            for address in ("/a/dushu-jie/", "/a/dushu-jie/nhjm/", "/a/dushu-jie/speakers/", "/"):
                assert site.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "address",
    ["/articles/?year=2024", "/articles/?speaker=lin-qinghe", "/search/?q=船", "/words/渡口/", "/learn/"],
)
def test_pages_that_only_arrange_what_stands_elsewhere_are_not_indexed(site: TestClient, address: str):
    answer = site.get(address)
    assert answer.status_code == 200 and Parsed(answer.text).meta("robots") == "noindex"


def test_a_part_of_the_list_that_begins_at_an_article_is_not_indexed(site: TestClient):
    """The numbered pages are: what a part holds changes with every new article."""
    answer = site.get("/articles/?before=-1.x")
    assert answer.status_code == 200 and Parsed(answer.text).meta("robots") == "noindex"


@pytest.mark.parametrize("address", ["/", "/articles/", "/terms/", "/terms/dukou/", "/a/dushu-jie/"])
def test_pages_of_their_own_are_indexed(site: TestClient, address: str):
    answer = site.get(address)
    assert answer.status_code == 200 and Parsed(answer.text).meta("robots") != "noindex"


class TestErrors:
    @pytest.mark.parametrize(
        "address", ["/keine/", "/a/keine/", "/terms/keine/", "/speakers/keine/", "/articles/?page=9"]
    )
    def test_are_pages_for_browsers(self, site: TestClient, address: str):
        answer = site.get(address, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
        assert Parsed(answer.text).meta("robots") == "noindex"
        assert "etag" not in answer.headers

    @pytest.mark.parametrize(
        "address", ["/keine/", "/a/keine/", "/terms/keine/", "/speakers/keine/", "/a/dushu-jie/bbbb/"]
    )
    def test_are_problems_for_clients_that_ask_for_json(self, site: TestClient, address: str):
        answer = site.get(address, headers={"accept": "application/json"})
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == 404 and problem["title"] and problem["instance"] == address

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/api/v1/articles/keine", 404),
            ("/api/v1/keine", 404),
            ("/api/v1/articles?limit=0", 422),
            ("/api/v1/articles?limit=x", 422),
            ("/api/v1/search", 422),
            ("/api/v1/resolve/dushu-jie/bbbb", 404),
        ],
    )
    def test_of_the_api_are_problems_always(self, site: TestClient, address: str, status: int):
        answer = site.get(address, headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")

    def test_what_is_asked_for_is_told_apart_by_caches(self, site: TestClient):
        assert "accept" in site.get("/keine/").headers["vary"].lower().replace("accept-encoding", "")

    def test_a_crash_is_a_page_and_a_line_in_the_log(
        self,
        home: Path,
        open_site: OpenSite,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ):
        words = " ".join(("secret", "words"))  # not in the line that a traceback quotes

        def fail(*_: object) -> None:
            raise RuntimeError(words)

        with open_site() as site:
            monkeypatch.setattr(Reading, "term", fail)
            with caplog.at_level(logging.ERROR):
                answer = site.get("/terms/ai/")
            assert answer.status_code == 500
            assert answer.headers["content-type"].startswith("text/html")
            assert "secret words" not in answer.text and "Traceback" not in answer.text
            assert answer.headers["content-security-policy"]
            assert "route=/terms/{term}/" in caplog.text and "RuntimeError" in caplog.text
            assert "in fail" in caplog.text, "the place is told"
            assert "secret words" not in caplog.text and "/terms/ai/" not in caplog.text

    @pytest.mark.parametrize(
        "address", ["/words/科技/", "/search/?q=科技", "/terms/科技/", "/a/科技/科技/", "/api/v1/terms/科技"]
    )
    def test_no_line_of_the_log_holds_a_word_of_a_reader(
        self,
        open_site: OpenSite,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        address: str,
    ):
        word = "".join(("科", "技"))  # not in the line that a traceback quotes

        def fail(*_: object, **__: object) -> None:
            try:
                raise KeyError(word)
            except KeyError as error:
                raise RuntimeError(word) from error

        with open_site() as site:
            for name in ("current", "term", "knowledge", "names"):
                monkeypatch.setattr(Reading, name, fail)
            with caplog.at_level(logging.DEBUG, "app"):
                assert site.get(address).status_code == 500
        told = "".join(r.getMessage() for r in caplog.records if r.name.startswith("app"))
        assert "unexpected fault" in told and "KeyError" in told
        assert "科技" not in told and "%E7%A7%91" not in told

    @pytest.mark.parametrize(
        "error",
        [
            OSError(28, "No space left on device", "/var/x"),
            PermissionError(13, "Permission denied"),
            BlockingIOError(11, "Resource temporarily unavailable"),
        ],
    )
    def test_a_disk_that_is_full_is_a_503_with_a_time(
        self, open_site: OpenSite, monkeypatch: pytest.MonkeyPatch, error: Exception
    ):
        def fail(*_: object) -> None:
            raise error

        with open_site() as site:
            monkeypatch.setattr(Reading, "term", fail)
            for address in ("/terms/ai/", "/api/v1/terms/ai"):
                answer = site.get(address)
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")

    def test_an_index_that_cannot_be_read_is_a_503(self, home: Path, open_site: OpenSite):
        with open_site() as site:
            assert site.get("/terms/").status_code == 200
            index = home / "var/index.sqlite3"
            for path in home.glob("var/index.sqlite3*"):
                path.unlink()
            index.write_bytes(b"\xff" * 100_000)
            answer = site.get("/speakers/")
            assert answer.status_code in (200, 503)
            assert "sqlite" not in answer.text.lower()


class TestCaching:
    def test_a_page_that_is_known_is_confirmed(self, site: TestClient):
        for address in ("/a/dushu-jie/", "/static/x/meipi.css", "/terms/"):
            for _ in range(3):
                first = site.get(address)
                again = site.get(address, headers={"if-none-match": first.headers["etag"]})
                assert (again.status_code, again.content) == (304, b"")
                assert again.headers["etag"] == first.headers["etag"]
                assert again.headers["content-security-policy"]
        weak = site.get("/terms/", headers={"if-none-match": f'"x", W/{first.headers["etag"]}'})
        assert weak.status_code == 304
        assert site.get("/terms/", headers={"if-none-match": '"x"'}).status_code == 200

    @pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "identity"])
    def test_every_encoding_gives_the_same_page_under_its_own_etag(self, site: TestClient, encoding: str):
        plain = site.get("/a/dushu-jie/", headers={"accept-encoding": "identity"})
        for _ in range(4):
            answer = site.get("/a/dushu-jie/", headers={"accept-encoding": encoding})
            assert answer.text == plain.text
            assert answer.headers.get("content-encoding", "identity") == encoding
            assert "accept-encoding" in answer.headers["vary"].lower()
            assert (answer.headers["etag"] == plain.headers["etag"]) == (encoding == "identity")

    def test_an_encoding_refused_is_not_sent(self, site: TestClient):
        for header in ("gzip;q=0", "br;q=0, zstd;q=0.0", "x-unknown"):
            assert "content-encoding" not in site.get("/terms/", headers={"accept-encoding": header}).headers

    def test_gzip_really_is_gzip(self, site: TestClient):
        with site.stream("GET", "/terms/", headers={"accept-encoding": "gzip"}) as answer:
            raw = b"".join(answer.iter_raw())
        assert len(gzip.decompress(raw)) > len(raw)

    def test_pages_are_asked_for_again_each_time(self, site: TestClient):
        assert site.get("/a/dushu-jie/").headers["cache-control"] == "no-cache"

    def test_a_page_made_from_the_old_state_is_not_kept_in_the_new(self):
        front = CacheFirst(None, None, hosts=())  # type: ignore[arg-type]
        keep = partial(front.cache.put, "zh", b"/old/")
        front.clear()
        keep(Ready(b"old", "text/html"))
        assert b"/old/" not in front.cache.pages()

    def test_what_is_kept_has_a_bound(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("app.serving.cache.MAX_CACHE_BYTES", 1000)
        front = CacheFirst(None, None, hosts=())  # type: ignore[arg-type]
        page = Ready(b"x" * 300, "text/html")

        def kept() -> list[bytes]:
            return [b"%d" % n for n in range(20) if b"%d" % n in front.cache.pages()]

        late = partial(front.cache.put, "zh", b"late")
        for n in range(20):
            front.cache.put("zh", b"%d" % n, page)
            front.cache.put("zh", b"%d" % n, page)
        assert kept() == [b"17", b"18", b"19"]
        front.clear()
        for n in range(20):
            late(page)
            front.cache.put("zh", b"%d" % n, page)
        assert kept() == [b"17", b"18", b"19"], "what was made too late takes no room"

    def test_a_page_that_one_client_asks_for_many_times_at_once_is_made_once(self):
        made, sent = 0, list[bytes]()

        async def site(scope: Any, receive: Any, send: Any) -> None:
            nonlocal made
            made += 1
            await asyncio.sleep(0)
            page = Ready(b"page", "text/html")
            keep(scope, page)
            await Sent(page)(scope, receive, send)

        front = CacheFirst(lambda: Limited(site, ""), None, hosts=["*"])  # type: ignore[arg-type]

        async def ask(path: str) -> None:
            async def send(message: Any) -> None:
                sent.append(message.get("body", b""))

            headers = [(b"host", b"x")]
            scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode()}
            scope |= {"query_string": b"", "headers": headers, "client": ("203.0.113.9", 1)}
            await front(scope, None, send)  # type: ignore[arg-type]

        async def all_at_once() -> None:
            await asyncio.gather(*(ask("/terms/") for _ in range(20)), ask("/new/"))

        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, all_at_once()).result()
        assert sent.count(b"page") == 21
        assert made == 2

    def test_a_cached_page_waits_for_no_turn_and_others_for_few(self):
        answered = list[str]()

        async def site(scope: Any, receive: Any, send: Any) -> None:
            await Sent(Ready(b"page", "text/html"))(scope, receive, send)

        front = CacheFirst(lambda: site, None, hosts=["*"])  # type: ignore[arg-type]

        async def ask(path: str, client: str) -> None:
            async def send(message: Any) -> None:
                if message["type"] == "http.response.start":
                    answered.append(path)

            scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode()}
            headers = [(b"host", b"x"), (b"accept-encoding", b"gzip")]
            scope |= {"query_string": b"", "headers": headers, "client": (client, 1)}
            await front(scope, None, send)  # type: ignore[arg-type]

        async def all_at_once() -> None:
            front.app()
            page = Ready(b"cached", "text/html")
            front.cache.put("zh", b"/cached/", page)
            for _ in range(2):  # on the slow path, then on the fast one
                await ask("/cached/", "203.0.113.7")
            many = [asyncio.create_task(ask(f"/{n}/", "203.0.113.9")) for n in range(30)]
            others = [asyncio.create_task(ask(p, "203.0.113.7")) for p in ("/one/", "/cached/")]
            await asyncio.gather(*many, *others)

        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, all_at_once()).result()
        assert answered[:4] == ["/cached/", "/cached/", "/cached/", "/one/"]
        assert answered[4:] == [f"/{n}/" for n in range(30)]

    def test_every_answer_from_memory_is_counted_once(self, open_site: OpenSite):
        with open_site() as site:
            site.get("/terms/")
            front: CacheFirst = site.app  # type: ignore[assignment]
            before = front.answered
            for n in range(30):
                site.get("/terms/", headers={"accept-encoding": "gzip" if n % 2 else "br"})
            front.clear()
            assert front.answered == before + 30

    def test_a_page_much_asked_for_gets_the_best_compression(self, open_site: OpenSite):
        with open_site() as site:
            sizes: set[tuple[int, str]] = set()

            def both() -> bool:
                answer = site.get("/terms/", headers={"accept-encoding": "br"})
                sizes.add((int(answer.headers["content-length"]), answer.headers["etag"]))
                return len(sizes) == 2

            assert until(both)
            (best, tag), (quick, other) = sorted(sizes)
            assert best < quick
            assert tag != other

    def test_a_page_of_an_old_state_that_waits_for_it_does_not(self):
        """Under many edits they would wait for one another, longer and longer, and all stay in memory."""
        front = CacheFirst(None, None, hosts=())  # type: ignore[arg-type]
        cache = front.cache
        old, new = Ready(b"o" * 3000, "text/html"), Ready(b"n" * 3000, "text/html")
        front.clear()
        front._recompress(old, cache)
        front._recompress(new, front.cache)
        assert (old.recompressible, new.recompressible) == (True, False)

    def test_answers_for_programs_are_kept_until_the_library_changes(self, open_site: OpenSite):
        with open_site() as site:
            addresses = ["/api/v1/articles", "/api/v1/articles/dushu-jie", "/api/v1/terms", "/openapi.json"]
            made = {address: site.get(address) for address in addresses}
            front: CacheFirst = site.app  # type: ignore[assignment]
            before = front.answered
            for address, first in made.items():
                again = site.get(address)
                assert again.content == first.content
                assert dict(again.headers) == {k: v for k, v in first.headers.items() if k != "x-request-id"}
                known = {"if-none-match": first.headers["etag"]}
                assert site.get(address, headers=known).status_code == 304
                assert site.head(address).content == b""
            assert front.answered == before + 3 * len(addresses)
            front.clear()
            assert not set(_kept(site)) & {a.encode() for a in addresses}

    def test_query_strings_of_strangers_are_not_kept(self, open_site: OpenSite):
        with open_site() as site:
            for ready in ("/terms/", "/api/v1/terms"):
                site.get(ready)
            before = len(_kept(site))
            for n in range(20):
                site.get(f"/terms/?x={n}")
                site.get(f"/a/dushu-jie/nhjm/?from={n}")
                site.get(f"/search/?q={n}")
                site.get(f"/keine/{n}/")
                site.get(f"/api/v1/terms?x={n}")
                site.get(f"/api/v1/terms/{n}")
            assert len(_kept(site)) == before


def _kept(site: TestClient) -> dict[bytes, Ready]:
    return dict(site.app.cache.pages())  # type: ignore[attr-defined]


class TestFollowingTheFiles:
    def test_an_edit_is_on_the_page_soon(self, edit: Edit, open_site: OpenSite):
        with open_site(watch=True) as site:
            assert "五十年" not in site.get("/a/shanlu-chaguan/").text
            edit("shanlu-chaguan", "開了四十年", "開了五十年")
            assert until(lambda: "開了五十年" in site.get("/a/shanlu-chaguan/").text)

    def test_what_another_process_added_is_on_the_page_soon(self, library: Library, open_site: OpenSite):
        with open_site(watch=True) as site:
            assert "/a/chuanpiao/" not in site.get("/").text
            library.add("chuanpiao.txt", "新船票今天开卖。\n".encode(), saved_at="2024-08-01T00:00:00+00:00")
            assert until(lambda: "/a/chuanpiao/" in site.get("/").text)


class TestHosts:
    @pytest.mark.parametrize(
        "host", ["meipi.example", "meipi.example:8000", "127.0.0.1", "localhost:9", "[::1]:8000"]
    )
    def test_the_sites_own_names_are_answered(self, site: TestClient, host: str):
        assert site.get("/terms/", headers={"host": host}).status_code == 200

    @pytest.mark.parametrize("host", ["evil.example", "meipi.example.evil", "", "127.0.0.1.nip.io", "[::2]"])
    def test_a_strangers_name_is_not(self, site: TestClient, host: str):
        for address in ("/terms/", "/keine/", "/api/v1/terms", "/static/x/meipi.css"):
            answer = site.get(address, headers={"host": host})
            assert answer.status_code == 400
            assert answer.headers["content-security-policy"]

    def test_names_may_be_set(self, open_site: OpenSite):
        with open_site(allowed_hosts="lesen.example, zweite.example") as site:
            assert site.get("/", headers={"host": "zweite.example"}).status_code == 200
            assert site.get("/", headers={"host": "localhost"}).status_code == 400

    def test_an_ipv6_address_may_be_the_sites_own(self, open_site: OpenSite):
        with open_site(base_url="http://[2001:db8::1]:8000") as site:
            assert site.get("/", headers={"host": "[2001:db8::1]:8000"}).status_code == 200


HOSTILE = (
    "/%00",
    "/a/%00/",
    "/a/%ff/",
    "/a/..%2f..%2fetc%2fpasswd/",
    "/a/dushu-jie/%0d%0aset-cookie:x=1/",
    "/a/dushu-jie/A%0d%0aSet-Cookie:x=1/",
    "/a/dushu-jie/NHJM%0d%0aX:%201",
    "/a/dushujie-2024/%0d%0aX:1/",
    "/a/dushujie-2024/%0d%0ax:1/",
    "/a/dushujie-2024/A%0d%0aX:1/",
    "//evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/a//",
    "/a///x",
    "/terms/%E6%B8%A1/",
    "/terms/%ED%A0%80/",
    "/speakers/%F0%9F%98%80/",
    "/speakers/<script>/",
    "/speakers/%3Cscript%3E/",
    "/search/?q=%00",
    "/search/?q=%ff%fe",
    "/search/?q=%ED%A0%80",
    "/search/?q=\"'<>%&q=2",
    "/search/?q=%22*",
    "/search/?q=" + "船" * 3000,
    "/search/?q=" + "%20".join("船渡口到岸停" * 40),
    "/search/?q=AND%20OR%20NEAR(",
    "/search/?q=船&speaker=%00&term=%ff&article='",
    "/search/?" + "&".join(f"a{n}={n}" for n in range(2000)),
    "/articles/?page=0",
    "/articles/?page=-1",
    "/articles/?page=１",
    "/articles/?page=99999999999999",
    "/articles/?page=%00",
    "/a/dushu-jie/?marks=%00",
    "/a/dushu-jie/?marks=all&marks=none",
    "/a/dushu-jie/nhjm/?from=%0d%0a",
    "/a/dushu-jie/nhjm/?from=nhjm",
    "/a/dushu-jie/nhjm@99999999999999999999/",
    "/a/dushu-jie/nhjm@%00/",
    "/a/dushu-jie/@/",
    "/a/dushu-jie/@1/",
    "/a/dushu-jie/" + "n" * 4000 + "/",
    "/" + "a/" * 2000,
    "/static/",
    "/static//",
    "/static/%00/x",
    "/static/x/%2e%2e/",
    "/api/v1/articles?limit=99999999999999999999",
    "/api/v1/articles?offset=99999999999",
    "/api/v1/articles/%00",
    "/api/v1/search?q=%00",
    "/api/v1/search?q=%ED%A0%80",
    "/api/v1/search?q=" + "船" * 201,
    "/api/v1/resolve/%00/%00",
    "/api/v1/resolve/dushu-jie/nhjm?rev=-1",
    "/api/v1/resolve/dushu-jie/%0d%0a",
    "/oembed",
    "/oembed?url=%00",
    "/oembed?url=https://evil.example/a/dushu-jie/",
    f"/oembed?url={BASE}/a/keine/",
    f"/oembed?url={BASE}/a/dushu-jie/%00/",
    "/a/dushu-jie/nhjm/card.png?size=%00",
    "/a/dushu-jie/bbbb/card.png",
    "/a/keine/x/card.png",
    "/oembed?url=http://[",
    f"/oembed?url={BASE}/&maxwidth=x",
    "/healthz?x",
    "/docs/",
    "/openapi.json?x=%ff",
)


class TestHostileRequests:
    @pytest.mark.parametrize("address", HOSTILE, ids=[a[:40] for a in HOSTILE])
    @pytest.mark.parametrize("accept", ["text/html", "application/json"])
    def test_are_answered_without_a_stumble(self, site: TestClient, address: str, accept: str):
        answer = site.get(address, headers={"accept": accept})
        assert answer.status_code < 500
        assert "set-cookie" not in answer.headers and "x" not in answer.headers
        location = answer.headers.get("location", "/")
        assert re.fullmatch(r"/(?![/\\])[!-~]*", location), location
        if answer.headers["content-type"].startswith("text/html"):
            assert "<script>/" not in answer.text

    @given(path=st.text(st.characters(exclude_categories=["Cs"]), max_size=20), query=st.text(max_size=10))
    @settings(max_examples=150)
    def test_of_any_kind_are_answered(self, site: TestClient, path: str, query: str):
        for prefix in ("/", "/a/", "/a/dushu-jie/", "/terms/", "/speakers/", "/api/v1/terms/", "/search/?q="):
            address = (
                prefix
                + quote(path.encode())
                + ("" if "?" in prefix else "?x=" + quote(query.encode("utf-8", "replace")))
            )
            assert site.get(address).status_code < 500, address

    def test_words_of_a_text_cannot_become_markup(self, library: Library, open_site: OpenSite):
        text = "<script>alert(1)</script>说：“<img src=x onerror=alert(2)>，{{ 7*7 }}，</script><!--”\n"
        library.add(
            "x.txt",
            text.encode(),
            saved_at="2024-08-01T00:00:00+00:00",
        )
        id = next(
            e.header.id for e in library.index.entries() if e.header.supplied and e.header.lang == "zh-Hans"
        )
        block = library.document(id).blocks[0].id
        with open_site() as site:
            for address in (
                f"/a/{id}/",
                f"/a/{id}/{block}/",
                f"/a/{id}/source/",
                f"/a/{id}/speakers/",
                "/",
                "/search/?q=<script>",
            ):
                page = Parsed(site.get(address).text)
                assert [
                    s for s in page.all("script") if "src" not in s and s.get("type") != "application/ld+json"
                ] == []
                assert [i for i in page.all("img") if i.get("src") == "x"] == []
            assert (
                "49" not in site.get(f"/a/{id}/").text.split("<main")[1].split("</main")[0]
                or "{{ 7*7 }}" in site.get(f"/a/{id}/").text
            )


def crawl(
    site: TestClient, known: Iterable[str] = (), unread: Callable[[str], bool] = lambda address: False
) -> dict[str, Parsed | None]:
    """Every internal address that can be reached by links, with its page; known and unread ones without."""
    found: dict[str, Parsed | None] = dict.fromkeys(known)
    wanted, fragments = {"/": "(start)"}, list[tuple[str, str, str]]()
    while wanted:
        address, origin = wanted.popitem()
        if unread(address) or ("card.png" in address and "/r2gj/" not in address):
            found[address] = None  # drawing takes long; what images say has tests of its own
            continue
        answer = site.get(address)
        if answer.is_redirect:
            assert answer.headers["location"] not in (address, ""), f"{origin}: {address} leads to itself"
            if answer.headers["location"] not in found:
                wanted.setdefault(urljoin(address, answer.headers["location"]), address)
            found[address] = None
            continue
        assert answer.status_code == 200, f"{origin}: {address} answers {answer.status_code}"
        html = answer.headers["content-type"].startswith("text/html")
        page = found[address] = Parsed(answer.text) if html else None
        for link in page.links if page else ():
            whole = urlsplit(urljoin(BASE + address, link.removeprefix(BASE)))
            if whole.netloc != urlsplit(BASE).netloc or whole.scheme not in ("https", "http"):
                continue
            target = whole.path + (f"?{whole.query}" if whole.query else "")
            if whole.fragment and not whole.fragment.startswith(":~:"):
                fragments.append((address, target, whole.fragment.split(":~:")[0]))
            if target not in found:
                wanted.setdefault(target, address)
    for origin, target, fragment in fragments:
        page = found[target]
        assert page is None or fragment in page.ids, f"{origin}: {target} has no #{fragment}"
    return found


WAYS = {"lang", "marks", "pinyin", "script", "translation"}


def is_variant(address: str) -> bool:
    """Whether a page is shown in two other ways at once, or in one language more than English."""
    options = dict(parse_qsl(urlsplit(address).query)).keys() & WAYS
    return len(options) > 1 or "lang=zh" in address


def is_three_ways(address: str) -> bool:
    """Whether a page is shown in three other ways at once; any two are together in other addresses."""
    return len(dict(parse_qsl(urlsplit(address).query)).keys() & WAYS) > 2


class TestEveryInternalLink:
    def test_of_every_page_answers(self, site: TestClient):
        found = crawl(site, unread=is_three_ways)
        for address in PAGES:
            if "@" not in address and "?" not in address and address not in ("/docs", "/a/dushu-jie/k37v/"):
                assert address in found, f"no link leads to {address}"

    def test_of_every_page_of_the_clients_library_answers(
        self, client_site: TestClient, client_content: Content
    ):
        # Every entry's page is rendered in test_entries_shown; the links of every twelfth are followed here.
        entries = [f"/terms/{term.id}/" for term in client_content.knowledge().terms]
        known = {entry for n, entry in enumerate(entries) if n % 12}

        def unread(address: str) -> bool:
            """The small library has every page in every way; here each way alone is enough."""
            return is_variant(address) or address.partition("?")[0] in known

        found = crawl(client_site, known, unread)
        assert len([a for a in found if a.startswith("/terms/")]) > 90
        assert len([a for a, page in found.items() if a in entries and page]) == -(-len(entries) // 12)
        assert len([a for a in found if a.startswith("/a/shanghai-kechuang/")]) > 12


class TestHeads:
    def test_of_a_paragraph_tells_of_the_paragraph(self, site: TestClient):
        page = Parsed(site.get("/a/beiwan-daqiao/r2gj/").text)
        assert page.link("canonical") == f"{BASE}/a/beiwan-daqiao/"
        assert page.meta("og:url") == f"{BASE}/a/beiwan-daqiao/r2gj/"
        assert "周大年" in page.meta("og:title")
        assert page.meta("og:description").startswith("六十一岁的周大年")
        assert page.meta("og:type") == "article"
        image = page.meta("og:image")
        assert image.startswith(f"{BASE}/a/beiwan-daqiao/r2gj/card.png")

    def test_of_every_page_names_its_address(self, site: TestClient):
        for address in PAGES:
            page = Parsed(site.get(address).text)
            if page.meta("robots") != "noindex":
                canonical = page.link("canonical")
                assert canonical.startswith(BASE + "/"), address
                assert site.get(canonical.removeprefix(BASE)).status_code == 200

    def test_an_approximate_date_is_not_told_to_machines(self, client_site: TestClient):
        html = client_site.get("/a/shanghai-kechuang/").text
        assert "datePublished" not in html and Parsed(html).meta("article:published_time") == ""
        assert "约2023年12月" in html

    @pytest.mark.parametrize("address", [p for p in PAGES if "search" not in p])
    def test_jsonld_parses_and_names_a_type(self, site: TestClient, address: str):
        for value in Parsed(site.get(address).text).json:
            assert isinstance(value, dict) and value["@context"] == "https://schema.org"

    def test_a_quotation_is_told_with_its_speaker(self, site: TestClient):
        (value,) = Parsed(site.get("/a/beiwan-daqiao/r2gj/").text).json
        assert isinstance(value, dict)
        said = {q["text"]: q["spokenByCharacter"]["name"] for q in value["@graph"]}
        assert said["可是船上能聊天。"] == "周大年"


class TestTheReadingPageOfTheClientsArticle:
    def test_is_less_than_a_hundred_kilobytes(self, client_site: TestClient):
        html = client_site.get("/a/shanghai-kechuang/", headers={"accept-encoding": "identity"}).content
        assert len(html) < 100_000

    def test_is_at_most_twenty_four_kilobytes_in_brotli(self, client_site: TestClient):
        html = client_site.get("/a/shanghai-kechuang/", headers={"accept-encoding": "identity"}).content
        assert len(brotli.compress(html)) <= 24 * 1024

    def test_asks_for_at_most_six_files_and_none_from_outside(self, client_site: TestClient):
        page = Parsed(client_site.get("/a/shanghai-kechuang/").text)
        loaded = {s["src"] for s in page.all("script") if "src" in s} | {i["src"] for i in page.all("img")}
        rels = ("stylesheet", "icon", "modulepreload", "preload", "manifest")
        loaded |= {a["href"] for a in page.all("link") if a["rel"] in rels}
        assert len(loaded) + 1 <= 6 + 1, loaded  # the manifest is asked for after the page is there
        assert [a for a in loaded if not a.startswith(("/", "data:"))] == []

    def test_holds_a_card_for_every_term_once(self, client_site: TestClient):
        page = Parsed(client_site.get("/a/shanghai-kechuang/").text)
        document = client_site.get("/api/v1/articles/shanghai-kechuang").json()
        cards = [id.removeprefix("t-") for id in page.ids if id.startswith("t-")]
        assert len(cards) == len(set(cards))
        here = {o["term"] for o in document["occurrences"]}
        assert here <= set(cards)
        # The others are members of a phrase on the page: their cards open from the phrase's.
        terms = {t["id"]: t for t in client_site.get("/api/v1/terms").json()["items"]}
        members = {m["zh"] for id in here for m in terms[id]["members"]}
        for other in set(cards) - here:
            assert members & {terms[other]["term"], *terms[other]["aliases"]}, other

    def test_shows_every_block_under_its_id(self, client_site: TestClient):
        page = Parsed(client_site.get("/a/shanghai-kechuang/").text)
        document = client_site.get("/api/v1/articles/shanghai-kechuang").json()
        assert len(document["blocks"]) == 12
        assert {b["id"] for b in document["blocks"]} <= set(page.ids)
