"""A private person (`private: true`) is named in the articles and has no page or address anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.content.check import check
from app.content.store import Content
from app.export.press import Press
from app.export.site import publish
from app.export.webannotation import write
from app.index import open_index
from app.library.library import Library
from app.model import ArticleId

ADDRESS = "/speakers/zhou-danian"
ARTICLE = "/a/beiwan-daqiao/"


def mark_private(home: Path) -> None:
    people = home / "content/speakers/beiwan.yaml"
    text = people.read_text("utf-8")
    assert text.count("  name: 周大年\n") == 1
    people.write_text(text.replace("  name: 周大年\n", "  name: 周大年\n  private: true\n"), "utf-8")


@pytest.fixture
def marked(home: Path) -> Path:
    """The tests' content in which the boatman is a private person."""
    mark_private(home)
    library = Library(Content(home / "content"), open_index("", home / "var"), cache=home / "var/jieba")
    assert library.refresh().findings == ()
    library.index.close()
    return home


@pytest.fixture
def private_site(marked: Path, open_site: Callable[..., TestClient]) -> Iterator[TestClient]:
    with open_site() as site:
        yield site


@pytest.mark.parametrize("path", [f"{ADDRESS}/", f"/api/v1{ADDRESS}"])
def test_no_page_of_their_own(private_site: TestClient, path: str):
    assert private_site.get(path).status_code == 404


def test_the_article_names_them_without_a_link(private_site: TestClient):
    for path in (ARTICLE, f"{ARTICLE}speakers/"):
        page = private_site.get(path)
        assert page.status_code == 200
        assert "周大年" in page.text and ADDRESS not in page.text


def test_no_answer_leads_to_them(private_site: TestClient):
    terms = [t["id"] for t in private_site.get("/api/v1/terms").json()["items"]]
    blocks = [b["id"] for b in private_site.get("/api/v1/articles/beiwan-daqiao").json()["blocks"]]
    paths = [
        *("/", "/articles/", "/terms/", "/speakers/", "/sitemap.xml", "/feed.atom", "/api/v1/speakers"),
        *("/search/", "/search/?q=周大年", "/search/?q=zhoudanian"),
        *("/search/?q=船", "/search/?q=船&by=speaker"),
        *(f"/terms/{t}/" for t in terms),
        *(f"/api/v1/terms/{t}" for t in terms),
        *(f"{ARTICLE}{b}/" for b in blocks),
    ]
    for path in paths:
        answer = private_site.get(path)
        assert answer.status_code == 200, path
        assert ADDRESS not in answer.text, path


def test_the_search_page_does_not_offer_them(private_site: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.pages.search._PEOPLE", 10)
    page = private_site.get("/search/").text
    assert "/speakers/lin-qinghe/" in page and "周大年" not in page


def test_lists_and_counts_leave_them_out(private_site: TestClient):
    listed = private_site.get("/api/v1/speakers").json()
    assert "zhou-danian" not in [s["id"] for s in listed["items"]]
    assert listed["total"] == len(listed["items"])
    assert "周大年" not in private_site.get("/speakers/").text


def test_looked_up_words_lead_to_the_articles_index(private_site: TestClient):
    document = private_site.get("/api/v1/articles/beiwan-daqiao").json()
    block = next(b for b in document["blocks"] if "周大年" in b["text"])
    at = block["text"].index("周大年")
    found = private_site.get(f"/api/v1/words/beiwan-daqiao/{block['id']}?at={at}").json()
    person = next(w for w in found["words"] if w["text"] == "周大年")
    assert person["url"] == f"{ARTICLE}speakers/#s-zhou-danian"


def test_exports_have_no_address_of_theirs(marked: Path, tmp_path: Path):
    library = Library(Content(marked / "content"), open_index("", marked / "var"), cache=marked / "var/jieba")
    try:
        press = Press(library, base_url="https://meipi.example", site_name="眉批")
        out = tmp_path / "site"
        assert publish(press, out).faults == []
        annotations = BytesIO()
        write(press, library.document(ArticleId("beiwan-daqiao")), annotations)
    finally:
        library.index.close()
    assert not (out / ADDRESS[1:]).exists() and (out / "speakers/lin-qinghe").exists()
    pages = [p for p in out.rglob("*") if p.suffix in (".html", ".xml", ".json")]
    assert len(pages) > 20
    assert not [p for p in pages if ADDRESS in p.read_text("utf-8")]
    made = annotations.getvalue().decode()
    assert ADDRESS not in made and "周大年" in made


def test_without_the_mark_there_is_a_page(open_site: Callable[..., TestClient]):
    with open_site() as site:
        assert site.get(f"{ADDRESS}/").status_code == 200
        assert ADDRESS in site.get("/sitemap.xml").text
        assert ADDRESS in site.get(f"{ARTICLE}speakers/").text


def test_the_mark_is_true_or_false(home: Path):
    people = home / "content/speakers/beiwan.yaml"
    people.write_text("- {id: wu-ming, name: 吴明, private: 是}\n", "utf-8")
    found = [f for f in check(Content(home / "content")) if f.code.startswith("S")]
    assert [(f.code, "private" in f.problem) for f in found] == [("S02", True)]
