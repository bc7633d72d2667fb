"""Articles of JSON lines with what no database, no XML and no UTF-8 can hold: every address answers.

Lone halves of surrogate pairs, NUL and other control characters may be in any text of a line. Every route
of the site is asked for them and every export made of them; what comes must be what its type says.
"""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pypdfium2 import PdfDocument
from starlette.testclient import TestClient

from app.content.store import Content
from app.document import to_json
from app.export.articles import export
from app.export.forms import FORMS
from app.export.press import Press
from app.export.site import publish
from app.index import open_index
from app.library.library import Library
from app.model import ArticleId, Document
from app.web.api.routes import ROUTES
from app.web.routes import page_routes

BASE = "https://meipi.example"
# A half of a pair, NUL, controls of C0 and C1, a character that XML forbids, and line ends that are none.
ODD = "\ud83d\x00\x0b\x1b\x85\ufffe\u2028\udc00"


def spoiled(value: Any, *, keep: frozenset[str]) -> Any:
    """Every text of a document with odd characters appended; ids, kinds and dates as they are."""
    if isinstance(value, dict):
        return {k: v if k in keep else spoiled(v, keep=keep) for k, v in value.items()}
    if isinstance(value, list):
        return [spoiled(v, keep=keep) for v in value]
    return value + ODD if isinstance(value, str) and value else value


_KEPT = frozenset(
    ("id", "date", "url", "lang", "kind", "genre", "block", "type", "term", "speaker", "saved_at", "aliases")
)


def read_back(document: Document, *, cuts: bool = False) -> dict[str, Any]:
    """A document as a reader of its JSON gets it."""
    return json.loads(json.dumps(to_json(document, cuts=cuts)))


@pytest.fixture(scope="module")
def home(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tests' content, and four articles of JSON lines."""
    home = tmp_path_factory.mktemp("odd")
    shutil.copytree(indexed, home, dirs_exist_ok=True)
    library = Library(Content(home / "content"), open_index("", home / "var"))
    whole = read_back(library.document(ArticleId("beiwan-daqiao")))
    records = [
        {
            "id": "odd-text",
            "title": f"停{ODD}航",
            "text": f"渡口{ODD}停了。\n\n镇长林清和说：“渡口{ODD}要留下来。”\n",
            "publication": f"晚{ODD}报",
            "author": ODD,
            "date": "2024-05-01",
        },
        {"id": "odd-paragraphs", "paragraphs": [ODD, f"{ODD}渡口", f"周大年{ODD}说：“船{ODD}不等人。”"]},
        spoiled({**whole, "id": "odd-whole", "aliases": ["odd-before"], "date": "2024-05-02"}, keep=_KEPT),
        {"id": "odd-title", "title": "\ud800", "paragraphs": ["\udfff船"]},
    ]
    for speaker in records[2]["speakers"]:
        speaker["aliases"] = [ODD, *speaker["aliases"]]
    lines = home / "odd.jsonl"
    lines.write_text("".join(json.dumps(r) + "\n" for r in records))
    taken = list(library.take_lines([lines]))
    assert [f for t in taken for f in t.findings] == []
    assert library.index.count() == 7
    assert library.exact(ArticleId("odd-whole")).blocks[0].text.endswith(ODD)
    library.index.close()
    return home


@pytest.fixture(scope="module")
def library(home: Path) -> Iterator[Library]:
    opened = Library(Content(home / "content"), open_index("", home / "var"))
    yield opened
    opened.index.close()


@pytest.fixture
def site(home: Path, open_site: Callable[..., TestClient]) -> Iterator[TestClient]:
    with open_site() as opened:
        yield opened


def addresses(library: Library) -> Iterator[str]:
    """Every route of the site, with all kinds of values."""
    routes = [
        *ROUTES,
        *page_routes(),
    ]
    articles = [e.header.id for e in library.index.entries(limit=99) if e.header.id.startswith("odd")]
    blocks = [(id, b.id) for id in articles for b in library.document(id).blocks]
    people = [s.id for s in library.index.speakers()]
    holes: dict[frozenset[str], list[dict[str, str]]] = {
        frozenset(): [{}],
        frozenset({"article"}): [{"article": id} for id in [*articles, "odd-before", ODD]],
        frozenset({"article", "block"}): [
            {"article": a, "block": b} for a, b in [*blocks, (articles[0], ODD)]
        ],
        frozenset({"article", "pid"}): [{"article": a, "pid": b} for a, b in [*blocks, (articles[0], ODD)]],
        frozenset({"term"}): [{"term": id} for id in ("dukou", ODD)],
        frozenset({"speaker"}): [{"speaker": id} for id in [*people, ODD]],
        frozenset({"word"}): [{"word": word} for word in ("渡口", ODD)],
        frozenset({"first", "second"}): [{"first": id, "second": articles[0]} for id in [*articles, ODD]],
        frozenset({"form"}): [{"form": "csv"}],
        frozenset({"n"}): [{"n": "1"}],  # a part of the sitemap; a small one has none
    }
    for route in routes:
        path: str = route.path  # type: ignore[attr-defined]
        names = frozenset(re.findall(r"\{(\w+)", path))
        if path == "/oembed":
            continue  # below
        if names == {"id"}:
            kind = path.split("/")[3].removesuffix("s")
            ids = {"article": articles, "reuse": articles, "term": ["dukou"], "speaker": people}[kind]
            filled = [{"id": id} for id in [*ids, ODD]]
        else:
            filled = holes[names]
        for values in filled:
            made = path
            for name, value in values.items():
                there = quote(value, safe="", errors="replace")
                made = re.sub(rf"\{{{name}(:\w+)?\}}", lambda _, there=there: there, made)
            yield made + ("?q=船" if made in ("/api/v1/search", "/api/v1/words", "/api/v1/uses") else "")
    for id in articles:
        yield f"/oembed?url={quote(f'{BASE}/a/{id}/', safe='')}"
    for name in ("speaker", "term", "article"):
        yield f"/api/v1/search?q=渡口&{name}=%ED%A0%BD%00"
    for query in ("渡口", "%00", "%ED%A0%BD", "停%EF%BF%BD", quote("\x0b\x1b\x85\ufffe\u2028")):
        yield f"/search/?q={query}"
        yield f"/search/?q={query}&by=speaker&kind=quotation"
        yield f"/api/v1/search?q={query}&limit=1"


def strange(address: str) -> bool:
    return any(part in address for part in ("%00", "%ED"))


def test_every_route_answers_and_in_its_own_form(site: TestClient, library: Library):
    problems, asked, seen = [], 0, set[str]()
    for address in addresses(library):
        asked += 1
        answer = site.get(address)
        kind = answer.headers.get("content-type", "").partition(";")[0]
        seen.add(kind)
        absent = address in ("/learn/list.csv", "/sitemap-1.xml")
        missing = strange(address) or absent or "/card.png" in address
        if answer.status_code >= 500 and not (answer.status_code == 501 and "/words/" in address):
            problems.append((address, answer.status_code, answer.text[:200]))
            continue
        if answer.status_code not in (200, 301, 302, 501) and not missing:
            problems.append((address, answer.status_code, answer.text[:200]))
        try:
            if kind.endswith("json"):
                json.loads(answer.content.decode())
            elif kind.endswith("xml"):
                ET.fromstring(answer.content)
            elif kind.startswith("text/"):
                answer.content.decode()
        except (ValueError, ET.ParseError) as error:
            problems.append((address, answer.status_code, f"{type(error).__name__}: {error}"))
    assert problems == []
    assert asked > 100
    assert {"text/html", "application/json", "application/atom+xml", "application/xml"} <= seen


def test_the_api_gives_the_very_characters(site: TestClient, library: Library):
    for id in ("odd-text", "odd-paragraphs", "odd-whole", "odd-title"):
        answer = json.loads(site.get(f"/api/v1/articles/{id}").content.decode())
        assert answer == read_back(library.exact(ArticleId(id)))
    places = json.loads(site.get("/api/v1/terms/dukou").content.decode())["places"]
    assert {"odd-paragraphs", "odd-whole"} <= {p["article"] for p in places}


def test_the_feed_has_a_substitute_for_each(site: TestClient):
    atom = "{http://www.w3.org/2005/Atom}"
    titles = [e.text for e in ET.fromstring(site.get("/feed.atom").content).iter(f"{atom}title")]
    assert "停\ufffd\ufffd\ufffd\ufffd\x85\ufffd\u2028\ufffd航" in titles


def test_an_article_without_files_says_that_no_printed_lines_were_kept(site: TestClient):
    answer = site.get("/a/odd-text/source/")
    assert answer.status_code == 200 and "这篇文章没有留下原始文本" in answer.text
    assert site.get("/a/nowhere/source/").status_code == 404


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_export_is_made(library: Library, tmp_path: Path, form: str):
    press = Press(library, base_url=BASE, site_name="眉批")
    kind = FORMS[form]
    done = export(press, form, [], tmp_path / f"all{kind.suffix}" if kind.whole else tmp_path)
    assert done.faults == [] and done.articles == 7
    for path in (p for p in tmp_path.iterdir() if p.is_file()):
        data = path.read_bytes()
        if form in ("epub", "anki"):
            with zipfile.ZipFile(path) as book:
                for name in book.namelist():
                    if name.endswith((".xhtml", ".opf", ".xml")):
                        ET.fromstring(book.read(name))
        elif form == "tei":
            ET.fromstring(data)
        elif form == "pdf":
            assert len(PdfDocument(data)) > 3
        elif form in ("jsonl", "webannotation"):
            for part in data.decode().strip().split("\n") if form == "jsonl" else [data.decode()]:
                json.loads(part)
        else:
            data.decode()
    if form == "jsonl":
        told = {
            (d := json.loads(line))["id"]: d
            for line in (tmp_path / "all.jsonl").read_bytes().split(b"\n")
            if line
        }
        for id in told:
            assert told[id] == read_back(library.exact(ArticleId(id)), cuts=True)


def test_the_site_of_files_is_made(library: Library, tmp_path: Path):
    told = publish(Press(library, base_url=BASE, site_name="眉批"), tmp_path / "site")
    assert told.faults == [] and told.made == 7
    for path in (tmp_path / "site").rglob("*"):
        if path.is_file() and "static" not in path.parts:
            data = path.read_bytes()
            if path.suffix in (".xml", ".atom"):
                ET.fromstring(data)
            elif "api" in path.parts or path.suffix == ".json":
                json.loads(data.decode())
            else:
                data.decode()
    assert json.loads((tmp_path / "site/api/v1/articles/odd-title").read_bytes())["title"]
