"""Doubtful identities: the list says who, where and why, and a button writes what an editor would write."""

from __future__ import annotations

from pathlib import Path

import pytest
from forms import form
from lxml import html
from starlette.testclient import TestClient

from app.content.store import Content
from app.edit import answering
from app.model import ArticleId

TEXT = "---\ntitle: {title}\n---\n\n{words}\n"
# Who says it in an article, and the persons that the list offers.
DOUBTS = {
    "no office in the text, and a namesake": ("林清和说：“灯还亮着，船就还开。”", ["lin-qinghe"]),
    "another office": ("诗人林清和说：“灯还亮着，船就还开。”", ["lin-qinghe"]),
    "the name alone": ("周大年说：“灯还亮着，船就还开。”", ["zhou-danian"]),
    "in the other script": ("周大年說：“燈還亮著，船就還開。”", ["zhou-danian"]),
}


def write(home: Path, id: str, words: str, title: str = "灯下") -> None:
    folder = home / "content/articles" / id
    folder.mkdir()
    (folder / "article.md").write_text(TEXT.format(title=title, words=words), "utf-8")


def listed(bench: TestClient) -> list[html.HtmlElement]:
    if answering._bench:
        answering._bench.library.refresh()
    return html.document_fromstring(bench.get("/edit/doubts/").text).xpath(
        "//form[.//input[@value='speaker']]"
    )


def of(bench: TestClient, id: str) -> html.HtmlElement:
    (found,) = (f for f in listed(bench) if f.get("action") == f"/edit/a/{id}/")
    return found


def corrections(home: Path, id: str) -> str:
    text = (home / f"content/articles/{id}/article.md").read_text("utf-8")
    return text.partition("corrections:\n")[2].partition("---")[0]


@pytest.fixture
def bench_with(home: Path, bench: TestClient, request: pytest.FixtureRequest) -> TestClient:
    bench.get("/edit/")
    write(home, "deng-xia", DOUBTS[request.param][0])
    return bench


@pytest.mark.parametrize(("bench_with", "name"), [(n, n) for n in DOUBTS], indirect=["bench_with"])
@pytest.mark.parametrize("yes", [True, False])
def test_an_editor_says_which_person_it_is(home: Path, bench_with: TestClient, name: str, yes: bool):
    row = of(bench_with, "deng-xia")
    offered = row.xpath(".//button[@name='person']/@value")
    assert offered == [*DOUBTS[name][1], "-"] and row.xpath("string(.//*[@class='zhu'])")
    who, choice = row.xpath("string(.//input[@name='name']/@value)"), offered[0] if yes else "-"
    page = bench_with.get("/edit/doubts/").text
    n = [f.get("action") for f in listed(bench_with)].index("/edit/a/deng-xia/")
    answer = bench_with.post("/edit/a/deng-xia/", data=form(page, "speaker", n) | {"person": choice})
    assert answer.status_code == 303 and answer.headers["location"] == "/edit/doubts/?told=saved", answer.text
    written = f"'{choice}'" if choice == "-" else choice
    assert corrections(home, "deng-xia") == f"- speaker: {who}\n  person: {written}\n"
    assert "deng-xia" not in "".join(f.get("action") for f in listed(bench_with))
    document = answering._bench.library.index.document(ArticleId("deng-xia"))  # type: ignore[union-attr]
    assert document and [(s.recorded, s.doubt) for s in document.speakers] == [(yes, "")]


@pytest.mark.parametrize("bench_with", ["the name alone"], indirect=True)
def test_a_form_about_something_else_decides_nothing(home: Path, bench_with: TestClient):
    of(bench_with, "deng-xia")
    block = html.document_fromstring(bench_with.get("/edit/a/deng-xia/").text).xpath(
        "//ol[@class='blocks']/li/@id"
    )[0]
    path = f"/edit/a/deng-xia/{block}/"
    page = bench_with.get(path).text
    assert form(page, "speaker")["person"] == "" and "仅据姓名并入" in page
    assert bench_with.post(path, data=form(page, "speaker") | {"role": "船工"}).status_code == 303
    assert corrections(home, "deng-xia") == "- speaker: 周大年\n  role: 船工\n"
    assert of(bench_with, "deng-xia") is not None, "still to be decided"
    assert Content(home / "content").article(ArticleId("deng-xia"))


def test_a_long_library_is_looked_at_in_steps(home: Path, bench: TestClient, monkeypatch: pytest.MonkeyPatch):
    bench.get("/edit/")
    monkeypatch.setattr("app.edit.identities._LOOKED", 2)
    for n in range(3):
        write(home, f"deng-{n}", DOUBTS["the name alone"][0], title=f"灯{n}")
    if answering._bench:
        answering._bench.library.refresh()
    seen, at = [], "/edit/doubts/"
    while at:
        page = html.document_fromstring(bench.get(at).text)
        assert len(page.xpath("//form[.//input[@value='speaker']]")) <= 2
        seen += page.xpath("//form[.//input[@value='speaker']]/@action")
        at = "".join(page.xpath("//p[@class='row']/a[contains(@href, 'after=')]/@href"))
    assert len(seen) == len(set(seen))
    assert {f"/edit/a/deng-{n}/" for n in range(3)} <= set(seen)
