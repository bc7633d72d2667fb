"""/read/: any text as a reading page; nothing of it is kept, and no text can stop the site."""

from __future__ import annotations

import asyncio
import html
import io
import logging
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hostile import PAYLOADS
from importers.test_importers import docx, epub, pdf
from lxml import html as parser
from starlette.testclient import TestClient

from app.http.response import SECURITY_HEADERS
from app.serving import read
from app.serving.queue import FairQueue, QueueFull, TooManyOfOne

OpenSite = Callable[..., TestClient]
TITLE = "河湾村办起夜校"
TEXT = (
    f"{TITLE}\n\n2024年3月5日　河湾日报\n\n"
    "渡口边的夜校昨天开课。校长林清和说：“识字的人多了，船也坐得稳。”\n\n"
    "夜校开课那天下了雨，有人打着伞来。\n\n“去年一共添了三盏灯。”\n"
)
PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex", "referrer-policy": "no-referrer"}


def kept_in(page: str, name: str = "article") -> str:
    """The text that a page sends for another display."""
    found = re.search(rf'<textarea name="{name}" hidden>\n(.*?)</textarea>', page, re.S)
    assert found
    return html.unescape(found[1])


class TestForm:
    def test_takes_a_text_a_file_or_a_sample_without_scripts(self, site: TestClient):
        page = parser.document_fromstring(site.get("/read/").text)
        give, samples = page.xpath("//main//form[@method='post']")
        assert give.get("enctype") == "multipart/form-data" and give.get("action") == "/read/"
        assert [e.get("name") for e in give.xpath(".//*[@name]")] == [
            "text",
            "file",
            "other",
            "other_file",
            "compare",
        ]
        assert {"beiwan-daqiao", "shanlu-chaguan"} == set(samples.xpath(".//button[@name='sample']/@value"))

    def test_says_that_nothing_is_kept_in_both_languages(self, site: TestClient):
        assert "不写入硬盘和日志" in site.get("/read/").text
        english = site.get("/read/", headers={"accept-language": "en"}).text
        assert "not written to disk or logs" in english
        assert 'action="/read/?lang=en"' in site.get("/read/?lang=en").text

    @pytest.mark.parametrize(("language", "name"), [("zh", "贴文"), ("en", "Paste")])
    def test_every_page_links_to_it_from_the_main_menu(self, site: TestClient, language: str, name: str):
        for address in ("/", "/terms/", "/read/"):
            page = parser.document_fromstring(site.get(f"{address}?lang={language}").text)
            [link] = page.xpath("//header//nav/a[@href='/read/']")
            assert link.text_content() == name
            assert link.get("aria-current") == ("page" if address == "/read/" else None)

    def test_the_front_page_offers_it(self, site: TestClient):
        assert parser.document_fromstring(site.get("/").text).xpath("//main//a[@href='/read/']")

    def test_is_gone_where_the_setting_says_so(self, open_site: OpenSite):
        with open_site(read=False) as site:
            assert site.get("/read/").status_code == 404
            assert site.post("/read/", data={"text": TEXT}).status_code in (404, 405)
            assert 'href="/read/"' not in site.get("/terms/").text


class TestPage:
    def test_is_a_reading_page(self, site: TestClient):
        answer = site.post("/read/", data={"text": TEXT})
        assert answer.status_code == 200
        page = parser.document_fromstring(answer.text)
        assert page.xpath("string(//h1)") == TITLE and page.xpath("//time/@datetime") == ["2024-03-05"]
        assert [p.text_content()[:4] for p in page.xpath("//p[@class='x']")] == [
            "渡口边的",
            "夜校开课",
            "“去年一",
        ]
        assert page.xpath("//article//a[@interestfor='t-dukou']") and page.xpath("//*[@id='t-dukou']")
        assert "林清和" in page.xpath("string(//p[@class='by'])")
        assert "林清和" in page.xpath("string(//section[@id='speakers']//table)")

    def test_links_only_to_itself_and_to_pages_that_exist(self, site: TestClient):
        page = parser.document_fromstring(site.post("/read/", data={"text": TEXT}).text)
        ids = set(page.xpath("//@id"))
        for href in {h.partition("?")[0] for h in page.xpath("//main//a/@href")}:
            assert href[1:] in ids if href[0] == "#" else site.get(href).status_code == 200, href
        # A script would reload the page as an address, and lose the text.
        assert not page.xpath("/html/@data-now-lang | //article/@data-rev | //@data-all")

    def test_names_doubts_before_the_text(self, site: TestClient):
        page = parser.document_fromstring(site.post("/read/", data={"text": TEXT}).text)
        (doubts,) = page.xpath("//aside")
        assert "“去年一共添了三盏灯”可能是林清和说的" in doubts.text_content()
        assert doubts.xpath("following::p[@class='x']") and not doubts.xpath("preceding::p[@class='x']")
        assert "段落的链接也不能发给别人" in doubts.text_content()

    def test_is_kept_nowhere_and_says_so(self, site: TestClient):
        headers = site.post("/read/", data={"text": TEXT}).headers
        for name, value in ({k.decode(): v.decode() for k, v in SECURITY_HEADERS} | PRIVATE).items():
            assert headers.get_list(name) == [value], name

    def test_is_in_the_language_of_the_reader(self, site: TestClient):
        english = site.post("/read/", data={"text": TEXT}, headers={"accept-language": "en"}).text
        assert "This page has no address" in english and "Not certain" in english
        assert "This page has no address" in site.post("/read/?lang=en", data={"text": TEXT}).text

    def test_of_a_sample_has_its_words(self, site: TestClient):
        article = parser.document_fromstring(site.get("/a/beiwan-daqiao/").text)
        sample = parser.document_fromstring(site.post("/read/", data={"sample": "beiwan-daqiao"}).text)
        words = [p.text_content() for p in article.xpath("//p[@class='x']")]
        assert len(words) > 3 and [p.text_content() for p in sample.xpath("//p[@class='x']")] == words

    def test_is_displayed_otherwise_from_the_same_text(self, site: TestClient):
        first = site.post("/read/", data={"text": TEXT}).text
        again = site.post("/read/", data={"article": kept_in(first), "marks": "none"}).text
        assert re.findall(r'class="x" id="(\w+)"', first) == re.findall(r'class="x" id="(\w+)"', again) != []
        assert TITLE in again and 'interestfor="t-' in first and 'interestfor="t-' not in again

    def test_is_kept_as_one_file_that_needs_nothing_else(self, site: TestClient):
        first = site.post("/read/", data={"text": TEXT}).text
        answer = site.post("/read/", data={"article": kept_in(first), "keep": "html"})
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6%B2%B3")
        assert answer.headers["cache-control"] == "no-store"
        page = parser.document_fromstring(answer.text)
        assert not page.xpath("//link | //script | //img | //*[@src]")
        assert "识字的人多了" in page.text_content() and "林清和 校长" in page.text_content()


FILES = {
    "gb.txt": TEXT.encode("gb18030"),
    "utf16.txt": TEXT.encode("utf-16"),
    "a.md": f"# {TITLE}\n\n渡口边的夜校昨天开课。\n".encode(),
    "a.html": f"<!doctype html><title>{TITLE}</title><h1>{TITLE}</h1><p>渡口边的夜校昨天开课。</p>".encode(),
    "a.docx": docx("<w:p><w:r><w:t>渡口边的夜校昨天开课。</w:t></w:r></w:p>"),
    "a.epub": epub({"1": "<p>渡口边的夜校昨天开课。</p>"}),
    "a.pdf": pdf([(90, 700, 12, "渡口边的夜校昨天开课。")]),
    "a.rtf": b"{\\rtf1\\ansi " + "".join(f"\\u{ord(c)}?" for c in "渡口边的夜校昨天开课。").encode() + b"}",
}


class TestFiles:
    @pytest.mark.parametrize("name", FILES)
    def test_of_every_kind_are_read(self, site: TestClient, name: str):
        answer = site.post("/read/", data={"text": ""}, files={"file": (name, FILES[name])})
        assert answer.status_code == 200, answer.text
        assert "渡口" in answer.text and "夜校昨天开课" in answer.text

    def test_that_are_no_text_are_refused_with_a_remedy(self, site: TestClient):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("word/document.xml", b"\0" * 300_000_000)
        for name, data in (
            ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9),
            ("a.docx", bomb.getvalue()),
            ("a.zip", b"PK\3\4"),
        ):
            answer = site.post("/read/", files={"file": (name, data)})
            assert answer.status_code in (413, 422), name
            assert answer.headers["cache-control"] == "no-store" and "没有读成" in answer.text
        assert site.post("/read/", data={"text": TEXT}).status_code == 200


class TestBounds:
    def test_too_large_is_413_and_says_what_to_do(self, site: TestClient):
        for data in ({"text": "字" * 600_000}, {"text": "x" * (read.MAX_BYTES + 1)}):
            answer = site.post("/read/", data=data)
            assert answer.status_code == 413
            assert "请分" in answer.text

    @pytest.mark.parametrize(
        "data", [{}, {"text": " \n"}, {"sample": "keine"}, {"article": "{"}, {"article": "{}"}]
    )
    def test_nothing_to_read_is_422(self, site: TestClient, data: dict[str, str]):
        answer = site.post("/read/", data=data)
        assert answer.status_code == 422 and "请" in answer.text
        english = site.post("/read/", data=data, headers={"accept-language": "en"}).text
        assert not re.search("[\u4e00-\u9fff]", re.sub(r"眉批|中文|<[^>]+>", "", english))

    @pytest.mark.parametrize(
        "content_type", ["multipart/form-data", "multipart/form-data; boundary=b", "text/plain", ""]
    )
    def test_a_broken_form_is_422(self, site: TestClient, content_type: str):
        answer = site.post("/read/", content=b"--b\r\nX" * 3, headers={"content-type": content_type})
        assert answer.status_code == 422

    def test_a_header_that_was_changed_is_refused(self, site: TestClient):
        first = kept_in(site.post("/read/", data={"text": TEXT}).text)
        for old, new in (('"url":""', '"url":"javascript:hit()"'), ('"date":"2024-03-05"', '"date":"heute"')):
            assert old in first
            assert site.post("/read/", data={"article": first.replace(old, new)}).status_code == 422, new

    @pytest.mark.parametrize(
        "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}]
    )
    def test_a_text_that_another_site_sends_is_403(self, site: TestClient, headers: dict[str, str]):
        assert site.post("/read/", data={"text": TEXT}, headers=headers).status_code == 403

    @pytest.mark.parametrize(
        "headers", [{"origin": "https://meipi.example", "sec-fetch-site": "same-origin"}, {"origin": "null"}]
    )
    def test_a_text_from_our_own_page_is_read(self, site: TestClient, headers: dict[str, str]):
        assert site.post("/read/", data={"text": TEXT}, headers=headers).status_code == 200

    def test_a_worker_above_its_limits_is_422_and_the_site_lives(
        self, open_site: OpenSite, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(read, "_LIMITS", replace(read._LIMITS, answer=1000))
        with open_site() as site:
            answer = site.post("/read/", data={"text": TEXT})
            assert answer.status_code == 422 and "超过了限度" in answer.text
            assert site.get("/terms/").status_code == 200

    @pytest.mark.parametrize(
        ("limit", "status", "words"), [("_PLACES", 503, "排队"), ("_EACH", 429, "还没有读完")]
    )
    def test_a_full_queue_says_when_to_come_again(
        self, open_site: OpenSite, monkeypatch: pytest.MonkeyPatch, limit: str, status: int, words: str
    ):
        monkeypatch.setattr(read, limit, 0)
        with open_site() as site:
            answer = site.post("/read/", data={"text": TEXT})
            assert answer.status_code == status and words in answer.text
            assert int(answer.headers["retry-after"]) > 0

    def test_above_the_rate_a_page_says_when_to_come_again(self, open_site: OpenSite):
        with open_site(rate_limit="1/minute") as site:
            assert site.post("/read/", data={"text": TEXT}).status_code == 200
            for language, words in (("zh", "秒后再送"), ("en", "Send it again in")):
                answer = site.post(f"/read/?lang={language}", data={"text": TEXT})
                assert answer.status_code == 429 and words in answer.text
                assert f" {answer.headers['retry-after']} " in answer.text
                assert {name: answer.headers[name] for name in PRIVATE} == PRIVATE

    @pytest.mark.parametrize(
        "send",
        [
            {"data": {"text": "字" * 600_000}},
            {"data": {"text": ""}},
            {"data": {"text": TEXT, "compare": "1"}},
            {"files": {"file": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)}},
            {"data": {"text": TEXT}, "headers": {"origin": "https://evil.example"}},
        ],
    )
    def test_a_refusal_is_as_private_as_an_answer(self, site: TestClient, send: dict[str, Any]):
        answer = site.post("/read/", **send)
        assert answer.status_code >= 400
        assert {name: answer.headers[name] for name in PRIVATE} == PRIVATE


def finished(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` in a thread of its own: the browser tests leave an event loop running in the main one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


class TestQueue:
    def test_serves_clients_in_turn(self):
        served: list[str] = []

        async def ask(queue: FairQueue, client: str) -> None:
            async with queue.place(client), queue.turn(client):
                await asyncio.sleep(0)
                served.append(client)

        async def all_of_them() -> None:
            queue = FairQueue(places=9, each=9, seconds=9)
            await asyncio.gather(*(ask(queue, client) for client in "aaaabbc"))

        finished(all_of_them())
        assert "".join(served) == "aabcaba"

    def test_gives_each_client_one_turn_of_several(self):
        order: list[str] = []

        async def ask(queue: FairQueue, client: str) -> None:
            async with queue.place(client), queue.turn(client):
                order.append(f"+{client}")
                await asyncio.sleep(0.01)
                order.append(f"-{client}")

        async def all_of_them() -> None:
            queue = FairQueue(places=9, each=9, seconds=9, turns=2)
            await asyncio.gather(*(ask(queue, client) for client in "aaabc"))

        finished(all_of_them())
        assert order[:2] == ["+a", "+b"]
        for n in range(len(order)):
            served = [client[1] for client in order[: n + 1] if client[0] == "+"]
            for client in order[: n + 1]:
                if client[0] == "-":
                    served.remove(client[1])
            assert len(served) <= 2 and len(served) == len({*served})
        assert order.index("+c") < [i for i, x in enumerate(order) if x == "+a"][2]

    def test_refuses_above_its_bounds_and_takes_new_ones_afterwards(self):
        async def ask() -> None:
            queue = FairQueue(places=2, each=1, seconds=0.01)
            async with queue.place("a"):
                with pytest.raises(TooManyOfOne):
                    async with queue.place("a"):
                        pass
                async with queue.place("b"), queue.turn("a"):
                    with pytest.raises(QueueFull):
                        async with queue.place("c"):
                            pass
                    with pytest.raises(QueueFull):
                        async with queue.turn("b"):
                            pass
            async with queue.place("c"), queue.turn("c"):
                pass

        finished(ask())


class TestPrivacy:
    MARK = "葫芦藤下的暗号"

    @pytest.fixture
    def trace(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """A temporary folder that only this test and its processes use."""
        folder = tmp_path / "temporary"
        folder.mkdir()
        monkeypatch.setenv("TMPDIR", str(folder))
        monkeypatch.setattr(tempfile, "tempdir", None)
        yield folder

    def test_no_byte_of_a_text_is_left(
        self, open_site: OpenSite, home: Path, trace: Path, caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ):  # fmt: skip
        marked = TEXT.replace("河湾", self.MARK)
        long = (marked + "\n\n") * 9000  # more than a parser of forms keeps in memory by itself
        with open_site() as site, caplog.at_level(logging.DEBUG):
            for n in range(12):
                first = site.post("/read/", data={"text": f"{marked}\n第{n}次。"})
                assert self.MARK in first.text
            compared = site.post("/read/", data={"text": marked, "other": long[:900]})
            again = {name: kept_in(compared.text, name) for name in ("article", "other_article")}
            assert self.MARK in site.post("/read/", data=again).text
            site.post("/read/", data={"text": marked}, files={"other_file": (f"{self.MARK}.md", b"\0\1")})
            site.post("/read/", data={"other": marked})
            pair = "\n\n".join(
                f"{marked}\n\n{self.MARK} is a sign under a gourd, number {n}." for n in range(9)
            )
            assert self.MARK in site.post("/read/", data={"text": pair}).text
            site.post("/read/", data={"article": kept_in(first.text), "keep": "html"})
            site.post("/read/", data={"article": kept_in(first.text), "pinyin": "1", "script": "hant"})
            site.post("/read/", files={"file": (f"{self.MARK}.md", marked.encode())})
            site.post("/read/", files={"file": (f"{self.MARK}.png", b"\x89PNG" + self.MARK.encode() * 400)})
            assert site.post("/read/", files={"file": ("long.txt", long.encode())}).status_code == 413
            site.post("/read/", data={"article": self.MARK})
            site.post(f"/read/?x={self.MARK}", data={"text": marked}, headers={"origin": "https://x.example"})
            told = caplog.text + site.get("/metrics").text + "".join(capfd.readouterr())
            cached = [page.body for page in site.app.cache.pages().values()]
        assert "route=/read/" in told
        files = [p for p in (*home.rglob("*"), *trace.rglob("*")) if p.is_file()]
        places = [told.encode(), *cached, *(p.read_bytes() for p in files), *(os.fsencode(p) for p in files)]
        for form in (self.MARK, self.MARK.encode().hex(), ascii(self.MARK)[1:-1]):
            assert not [place[:200] for place in places if form.encode() in place]


class TestMarkup:
    def test_in_a_text_stays_text(self, site: TestClient):
        text = "标题\n\n" + "\n\n".join(f"第{n}段。{p}说：“{p}”" for n, p in enumerate(PAYLOADS))
        for data, files in (
            ({"text": text}, None),
            ({}, {"file": ('"><script>hit()</script>.md', text.encode())}),
            ({}, {"file": ("a.html", f"<!doctype html><p>正文的开头。</p>{''.join(PAYLOADS)}".encode())}),
        ):
            answer = site.post("/read/", data=data, files=files)
            assert answer.status_code == 200
            again = site.post("/read/", data={"article": kept_in(answer.text), "keep": "html"})
            for page in (answer.text, again.text):
                self.assert_nothing_runs(parser.document_fromstring(page))

    def assert_nothing_runs(self, page: parser.HtmlElement) -> None:
        refresh = "meta[@http-equiv='refresh']"
        for name in ("script[not(@src)]", "iframe", "object", "embed", "base", "svg//script", refresh):
            assert not page.xpath(f"//{name}"), name
        for value in page.xpath("//@*"):
            assert not value.attrname.startswith("on") and value.attrname != "srcdoc"
            if value.attrname in ("href", "src", "action"):
                assert not re.match(r"\s*(javascript|data:text)", value, re.IGNORECASE)
        for file in page.xpath("//script/@src | //link[@rel='stylesheet']/@href"):
            assert file.startswith("/static/")
