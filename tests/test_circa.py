"""An approximate date is never printed as an exact one: 约 stays before it in every output."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from app.cli import cli
from app.library.library import Library
from app.model import Office

ID = "beiwan-daqiao"
ZH = re.compile(r"(.)1987年6月")
EN = re.compile(r"(.{6})June 1987")
ISO = re.compile(r".{0,40}1987-06(?!~).{0,12}")
# Where a machine is told in the same breath that the date is approximate.
ALLOWED = ('cert="low">', "[1987-06]", "约1987-06", 'name="date"')


@pytest.fixture
def about_1987(edit, library: Library, open_site) -> Iterator[TestClient]:
    edit(ID, "date: '2024-06-02'\n", "date: '1987-06'\ncirca: true\n")
    library.refresh()
    with open_site() as site:
        yield site


def texts_of(site: TestClient) -> dict[str, str]:
    block = site.get(f"/api/v1/articles/{ID}").json()["blocks"][0]["id"]
    speaker = site.get(f"/api/v1/articles/{ID}").json()["speakers"][0]["id"]
    addresses = [
        "/", "/articles/", f"/a/{ID}/", f"/a/{ID}/{block}/", f"/a/{ID}/speakers/", f"/a/{ID}/source/",
        "/terms/dukou/", f"/speakers/{speaker}/", "/search/?q=渡口", "/search/?q=渡口&by=speaker",
        "/feed.atom",
        f"/oembed?url=https://meipi.example/a/{ID}/{block}/",
    ]  # fmt: skip
    answers = {
        a + lang: site.get(a, headers={"accept-language": lang}) for a in addresses for lang in ("zh", "en")
    }
    assert all(r.status_code == 200 for r in answers.values())
    return {a: r.text for a, r in answers.items()}


def check(name: str, text: str) -> int:
    """Every mention of the date says 约; returns how many there are."""
    found = 0
    for m in ZH.finditer(text):
        assert m[1] == "约", (name, text[m.start() - 40 : m.end()])
        found += 1
    for m in EN.finditer(text):
        assert m[1] == "about ", (name, m[0])
        found += 1
    for m in ISO.finditer(text):
        assert any(a in m[0] for a in ALLOWED), (name, m[0])
    return found


def test_every_page(about_1987: TestClient):
    texts = texts_of(about_1987)
    found = {name: check(name, text) for name, text in texts.items()}
    for shown in ("/articles/zh", f"/a/{ID}/zh", "/search/?q=渡口zh", "/terms/dukou/zh", "/search/?q=渡口en"):
        assert found[shown], shown


def test_json_says_that_the_date_is_approximate(about_1987: TestClient):
    def walk(value: object) -> None:
        if isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, dict):
            if value.get("date") == "1987-06":
                assert value["circa"] is True, value
                seen.append(value)
            assert value.get("date") != "1987-06~"
            for item in value.values():
                walk(item)

    speaker = about_1987.get(f"/api/v1/articles/{ID}").json()["speakers"][0]["id"]
    for address in (
        "/api/v1/articles", f"/api/v1/articles/{ID}", "/api/v1/terms/dukou", f"/api/v1/speakers/{speaker}",
        "/api/v1/search?q=渡口",
    ):  # fmt: skip
        seen: list[object] = []
        walk(about_1987.get(address).json())
        assert seen, address


def test_every_citation(about_1987: TestClient):
    block = about_1987.get(f"/api/v1/articles/{ID}").json()["blocks"][0]["id"]
    citation = about_1987.get(f"/api/v1/cite/{ID}/{block}").json()["citation"]
    assert "约1987年6月" in citation["quote"] and "约1987年6月" in citation["plain"]
    assert "约1987年6月" in citation["bibtex"]
    assert "[1987-06]" in citation["gbt"]
    assert json.loads(citation["csl"])[0]["issued"]["circa"] is True


@pytest.mark.parametrize("form", ["html", "epub", "tei", "markdown"])
def test_every_export(form: str, edit, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    edit(ID, "date: '2024-06-02'\n", "date: '1987-06'\ncirca: true\n")
    out = tmp_path / "out"
    monkeypatch.chdir(home)
    done = CliRunner().invoke(cli, ["export", form, ID, "-o", str(out), "--content", "content"])
    assert done.exit_code == 0, done.output
    files = [out] if out.is_file() else [p for p in out.rglob("*") if p.is_file()]
    texts = []
    for path in files:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(BytesIO(path.read_bytes())) as book:
                texts += [book.read(n).decode("utf-8", "replace") for n in book.namelist()]
        else:
            texts.append(path.read_text("utf-8"))
    whole = "\n".join(texts)
    if form == "markdown":
        assert "circa: true" in whole
        whole = whole.replace('date: "1987-06"', "")
    assert check(form, whole) or form == "tei"


@pytest.mark.parametrize(
    ("organisation", "title", "whole"),
    [
        ("上海市科委", "市科委发展研究处处长", "上海市科委发展研究处处长"),
        ("上海市科技工作党委", "市科技工作党委副书记", "上海市科技工作党委副书记"),
        ("云溪县水务局", "水务局局长", "云溪县水务局局长"),
        ("中共东港市委", "市委书记", "中共东港市委书记"),
        ("青禾公司", "青禾公司总经理", "青禾公司总经理"),
        ("北岭大学", "学院院长", "北岭大学学院院长"),
        ("县医院", "院长", "县医院院长"),
        ("", "会长", "会长"),
    ],
)
def test_organisation_and_title_are_joined_without_a_repetition(organisation: str, title: str, whole: str):
    assert Office(title, organisation).whole == whole
