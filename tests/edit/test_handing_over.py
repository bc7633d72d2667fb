"""A text of /read/ is handed to the workbench: it fills in a form there, and nothing is kept of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from forms import send
from hostile import PAYLOADS
from lxml import html
from signing import PASSWORD, field
from starlette.testclient import TestClient

OpenSite = Callable[..., TestClient]
HAND = "/edit/hand/"
SAME = {"origin": "null", "sec-fetch-site": "same-origin"}
TITLE = "河湾村办起夜校"
TEXT = (
    f"{TITLE}\n\n2024年3月5日　河湾日报\n\n"
    "渡口边的夜校昨天开课。校长林清和说：“识字的人多了，船也坐得稳。”\n\n夜校开课那天下了雨，有人打着伞来。\n"
)
HEADER = {"id": "", "title": "题"}


def kept(site: TestClient, text: str = TEXT) -> str:
    """The text as a page of /read/ sends it again."""
    page = html.document_fromstring(site.post("/read/", data={"text": text}).text)
    (button,) = page.xpath("//main//button[@formaction]")[:1]
    assert (button.get("form"), button.get("formaction")) == ("again", HAND)
    return str(page.xpath("string(//form[@id='again']/textarea)")).removeprefix("\n")


def article(*texts: str, **header: object) -> str:
    pieces = [{"kind": "paragraph", "text": t} for t in texts]
    return json.dumps({"header": HEADER | header, "pieces": pieces})


def state(home: Path) -> dict[str, bytes]:
    """All files of content/ and of the workbench."""
    folders = (home / "content", home / "var/edit")
    return {
        str(p): p.read_bytes() for f in folders for p in f.rglob("*") if p.is_file() and p.name != ".lock"
    }


def filled(page: str) -> dict[str, str]:
    """The form for a new article."""
    tree = html.document_fromstring(page)
    names = ("title", "subtitle", "date", "publication", "author", "url")
    found = {
        n: str(tree.xpath(f"string(//form[@action='/edit/add/']//input[@name='{n}']/@value)")) for n in names
    }
    text = tree.xpath("string(//form[@action='/edit/add/']//textarea[@name='text'])")
    return {k: v for k, v in found.items() if v} | {"text": str(text).removeprefix("\n")}


def test_the_form_has_the_text_and_what_is_known_of_it(home: Path, bench: TestClient):
    text = kept(bench)
    before = state(home)
    answer = bench.post(HAND, data={"article": text}, headers=SAME)
    assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    found = filled(answer.text)
    assert found.pop("text").split("\n\n")[1] == "夜校开课那天下了雨，有人打着伞来。"
    assert found == {"title": TITLE, "date": "2024-03-05", "publication": "河湾日报"}
    assert state(home) == before, "a look keeps nothing"


def test_what_was_handed_over_is_published_by_its_form(home: Path, bench: TestClient):
    page = bench.post(HAND, data={"article": kept(bench)}, headers=SAME).text
    tree = html.document_fromstring(page)
    data = {
        e.get("name"): e.get("value") or "" for e in tree.xpath("//form[@action='/edit/add/']//input[@name]")
    }
    data["text"] = filled(page)["text"]
    del data["file"]
    draft = bench.post("/edit/add/", data=data)
    assert draft.status_code == 303, draft.text
    answer = send(bench, draft.headers["location"], "publish")
    id = answer.headers["location"].partition("?")[0].split("/")[3]
    shown = html.document_fromstring(bench.get(f"/a/{id}/").text)
    assert shown.xpath("string(//h1)") == TITLE and "林清和" in shown.xpath("string(//p[@class='by'])")
    assert len(shown.xpath("//p[@class='x']")) == 2


def test_lines_that_belong_together_stay_together(bench: TestClient):
    pieces = [
        ("paragraph", "夜校贴出一张表。"), ("table", "年份　人数"), ("table", "2023　12"),
        ("verse", "春水满河湾"), ("verse", "渡船夜未还"),
        ("list", "（一）风雨无阻；"), ("list", "（二）借书要还。"),
    ]  # fmt: skip
    sent = json.dumps({"header": HEADER, "pieces": [{"kind": k, "text": t} for k, t in pieces]})
    text = filled(bench.post(HAND, data={"article": sent}, headers=SAME).text)["text"]
    assert text.split("\n\n") == [
        "夜校贴出一张表。",
        "年份\t人数\n2023\t12",
        "春水满河湾\n渡船夜未还",
        "（一）风雨无阻；\n（二）借书要还。",
    ]


def test_a_title_that_the_program_made_up_is_left_open(bench: TestClient):
    sent = article("一段没有题目的话。", title="一段没有题目的话", supplied=True)
    assert "title" not in filled(bench.post(HAND, data={"article": sent}, headers=SAME).text)


def test_markup_stays_words(bench: TestClient, open_site: OpenSite, editors_file: Path):
    sent = article("</textarea><script>hit()</script>", *PAYLOADS, title='"><img src=x onerror=hit()>')
    with open_site(editors=str(editors_file)) as site:
        pages = [
            bench.post(HAND, data={"article": sent}, headers=SAME).text,
            site.post(HAND, data={"article": sent}, headers=SAME).text,  # the login carries it
        ]
    for page in pages:
        tree = html.document_fromstring(page)
        assert not tree.xpath(
            "//script[not(@src)] | //img | //iframe | //form//svg | //@onerror | //textarea/*"
        )
        assert "hit()" in tree.xpath("string(//form//textarea)")


class TestTheLogin:
    def test_carries_the_text_through_a_wrong_password(
        self, home: Path, open_site: OpenSite, editors_file: Path
    ):
        with open_site(editors=str(editors_file)) as site:
            text = kept(site)
            page = site.post(HAND, data={"article": text}, headers=SAME)
            for password, status in (("falsch und lang", 403), (PASSWORD, 200)):
                data = {n: field(page.text, n) for n in ("csrf", "next")} | {
                    "name": "lin",
                    "password": password,
                }
                carried = html.document_fromstring(page.text).xpath("string(//textarea[@name='article'])")
                assert str(carried).removeprefix("\n") == text
                page = site.post("/edit/login/", data=data | {"article": text})
                assert page.status_code == status
            assert filled(page.text)["title"] == TITLE
            assert site.cookies.get("meipi_edit") and site.get("/edit/").status_code == 200
            assert not (home / "var/edit/drafts").exists()

    def test_keeps_nothing_of_it(
        self, home: Path, open_site: OpenSite, editors_file: Path, caplog: pytest.LogCaptureFixture
    ):
        caplog.set_level(logging.DEBUG)
        with open_site(editors=str(editors_file)) as site:
            answer = site.post(HAND, data={"article": article("渡船夜里不开的那句话")}, headers=SAME)
            assert answer.headers["cache-control"] == "no-store"
            assert "渡船夜里不开" not in site.get("/edit/login/").text
        assert "渡船夜里不开" not in caplog.text
        stored = b"".join(p.read_bytes() for p in (home / "var").rglob("*") if p.is_file())
        assert "渡船夜里不开".encode() not in stored

    def test_opens_no_session_without_the_password(self, open_site: OpenSite, editors_file: Path):
        with open_site(editors=str(editors_file)) as site:
            answer = site.post(HAND, data={"article": article("一段。")}, headers=SAME)
            assert "/edit/add/" not in answer.text and "meipi_edit" not in answer.cookies
            assert site.get("/edit/").status_code == 303

    def test_carries_no_text_that_is_too_long(self, open_site: OpenSite, editors_file: Path):
        with open_site(editors=str(editors_file)) as site:
            answer = site.post(HAND, files={"article": (None, "字" * 700_000)}, headers=SAME)
            assert answer.status_code == 413 and "请先登录" in answer.text
            answer = site.post("/edit/login/", files={"name": (None, "字" * 700_000)})
            assert answer.status_code == 413, "the login takes no more from anyone"
            assert site.post("/edit/login/", data={"name": "n" * 200_000}).status_code == 413


class TestRefusals:
    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "https://evil.example"},
            {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
            {"origin": "null", "sec-fetch-site": "cross-site"},
            {"origin": "null", "sec-fetch-site": "same-site"},
            {"origin": "null"},
        ],
    )
    def test_of_other_sites(self, bench: TestClient, headers: dict[str, str]):
        assert bench.post(HAND, data={"article": article("一段。")}, headers=headers).status_code == 403

    @pytest.mark.parametrize("path", ["/edit/add/", "/edit/logout/", "/edit/login/", "/edit/a/dushu-jie/"])
    def test_of_a_page_without_a_referrer_elsewhere(self, bench: TestClient, path: str):
        token = field(bench.get("/edit/").text, "csrf")
        answer = bench.post(path, data={"article": article("一段。"), "csrf": token}, headers=SAME)
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        "sent", ["", "{", "{}", "[]", '{"header": 1}', article("段").replace("paragraph", "song")]
    )
    def test_of_what_is_no_text(self, home: Path, bench: TestClient, sent: str):
        before = state(home)
        assert bench.post(HAND, data={"article": sent}, headers=SAME).status_code == 422
        assert state(home) == before

    def test_of_more_fields_than_the_text(self, home: Path, bench: TestClient):
        """Other fields of the form have no effect: it publishes, drops and saves nothing."""
        before = state(home)
        sent = {"article": article("一段。"), "do": "publish", "text": TEXT, "csrf": "x", "sure": "1"}
        assert "一段。" in filled(bench.post(HAND, data=sent, headers=SAME).text)["text"]
        assert state(home) == before

    def test_where_there_is_no_workbench(self, site: TestClient):
        assert site.post(HAND, data={"article": article("一段。")}, headers=SAME).status_code == 404
        assert HAND not in site.post("/read/", data={"text": TEXT}).text


def test_its_address_without_a_text_is_the_empty_form(bench: TestClient):
    assert filled(bench.get(HAND).text) == {"text": ""}
