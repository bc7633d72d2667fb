"""A pasted text becomes a draft, is corrected in place, and published with the files of the command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from forms import files, form, send
from lxml import html
from signing import field, log_in
from starlette.testclient import TestClient

from app.content import store
from app.content.store import Content
from app.edit.adding import PASTED
from app.index import open_index
from app.library.adding import Given
from app.library.library import Library
from app.model import ArticleId

ROOT = Path(__file__).parent.parent.parent
TEXT = (
    "河湾村办起夜校\n\n2024年3月5日　河湾日报\n\n"
    "渡口边的夜校昨天开课。校长林清和说：“识字的人多了，船也坐得稳。”\n\n"
    "夜校开课那天下了雨，有人打着伞来。\n"
)


def add(site: TestClient, text: str = TEXT, **more: str) -> str:
    """Paste a text; returns the address of the draft."""
    csrf = field(site.get("/edit/add/").text, "csrf")
    answer = site.post("/edit/add/", data={"csrf": csrf, "text": text, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def ledger_time(ledger: bytes, n: int) -> str:
    """When a revision was saved."""
    lines = [json.loads(line) for line in ledger.splitlines()]
    return str([line for line in lines if "rev" in line][n]["saved_at"])


def test_the_draft_shows_what_was_decided_and_survives_a_reload(home: Path, bench: TestClient):
    draft = add(bench)
    assert draft.startswith("/edit/drafts/")
    for _ in range(2):
        page = html.document_fromstring(bench.get(draft).text).text_content()
        assert ("河湾村办起夜校" in page and "林清和" in page and "→ date" in page) or "日期" in page
    assert draft in bench.get("/edit/").text and draft in bench.get("/edit/add/").text
    assert add(bench) == draft, "the same text is the same draft"
    assert not list((home / "content/articles").glob("2024*")), "nothing is published"
    assert bench.get("/search/?q=夜校").text.count("河湾村") == 0


def test_publishing_writes_what_the_commands_would_write(
    home: Path, bench: TestClient, tmp_path_factory: Any
):
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(home / "content", other / "content")
    draft = add(bench)
    first = html.document_fromstring(bench.get(draft).text).xpath("//ol[@class='blocks']/li/@id")
    assert (
        send(bench, f"{draft}{first[1]}/", "words", text="夜校开课那天下了大雨，有人打着伞来。").status_code
        == 303
    )
    assert send(bench, f"{draft}{first[0]}/", "quotation", speaker="周大年").status_code == 303
    answer = send(bench, draft, "publish")
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"].partition("?")[0]
    assert bench.get(address).status_code == 200 and "/edit/a/" in address
    id = address.rstrip("/").rpartition("/")[2]
    now = files(home, id)

    library = Library(Content(other / "content"), open_index("", other / "var"))
    saved = [ledger_time(now["ledger.jsonl"], n) for n in (0, 1)]
    library.add(PASTED, TEXT.encode(), saved_at=saved[0], given=Given())
    path = other / "content/articles" / id / "article.md"
    text = path.read_text("utf-8").replace("下了雨", "下了大雨")
    path.write_text(
        text.replace("\n---\n", "\ncorrections:\n- words: 识字的人多了\n  speaker: 周大年\n---\n", 1), "utf-8"
    )
    library.save(ArticleId(id), saved_at=saved[1])
    library.index.close()
    assert now["article.md"].decode() == path.read_text("utf-8")
    assert now == files(other, id)
    assert "河湾村办起夜校" in bench.get(f"/a/{id}/").text
    assert bench.get(draft).status_code == 404, "the draft is gone"


def test_a_text_that_the_library_has_leads_to_its_article(home: Path, bench: TestClient):
    send(bench, add(bench), "publish")
    assert add(bench).startswith("/edit/a/")


def test_a_file_is_read_like_a_text(bench: TestClient):
    csrf = field(bench.get("/edit/add/").text, "csrf")
    answer = bench.post(
        "/edit/add/", data={"csrf": csrf, "text": ""}, files={"file": ("yexiao.md", TEXT.encode())}
    )
    assert answer.status_code == 303 and "河湾村办起夜校" in bench.get(answer.headers["location"]).text


def test_a_name_with_a_path_stays_a_name(home: Path, bench: TestClient):
    csrf = field(bench.get("/edit/add/").text, "csrf")
    for name in ("../../../etc/passwd.txt", "/etc/cron.d/x.txt", "a\\..\\b.txt"):
        answer = bench.post("/edit/add/", data={"csrf": csrf}, files={"file": (name, (TEXT + name).encode())})
        assert answer.status_code == 303
    assert {p.name for p in (home / "var/edit").iterdir()} <= {"drafts", "sessions", "links", "audit.jsonl"}


def test_what_cannot_be_used_makes_no_draft(home: Path, bench: TestClient):
    csrf = field(bench.get("/edit/add/").text, "csrf")
    for data in (
        {"text": " "},
        {"text": TEXT, "id": "../x"},
        {"text": TEXT, "date": "gestern"},
        {"text": TEXT, "id": "dushu-jie"},
    ):
        answer = bench.post("/edit/add/", data={"csrf": csrf, **data})
        assert answer.status_code == 422, data
    assert not (home / "var/edit/drafts").exists() or not list((home / "var/edit/drafts").iterdir())


def test_a_draft_can_be_discarded(home: Path, bench: TestClient):
    draft = add(bench)
    assert bench.post(draft, data=form(bench.get(draft).text, "publish") | {"drop": "1"}).status_code == 303
    assert bench.get(draft).status_code == 404 and draft not in bench.get("/edit/").text


def test_an_id_that_was_taken_meanwhile_is_not_overwritten(home: Path, bench: TestClient):
    draft = add(bench, id="yexiao")
    data = form(bench.get(draft).text, "publish")
    other = home / "content/articles/yexiao"
    other.mkdir()
    (other / "article.md").write_text("---\ntitle: 别人的\n---\n\n一段。\n", "utf-8")
    assert bench.post(draft, data=data).status_code == 409
    assert "别人的" in (other / "article.md").read_text("utf-8") and bench.get(draft).status_code == 200


def test_an_article_and_its_translation_are_published_together(
    home: Path, bench: TestClient, monkeypatch: pytest.MonkeyPatch
):
    lines = (ROOT / "tests/data/bilingual/ferry.tsv").read_text("utf-8")
    draft = add(bench, lines.replace("\t", "\n\n").replace("\n", "\n\n"), id="dukou-de")
    real = store.write_bytes

    def full(path: Path, data: bytes) -> None:
        if path.name == "en.md":
            raise OSError(28, "No space left on device", str(path))
        real(path, data)

    monkeypatch.setattr(store, "write_bytes", full)
    assert bench.post(draft, data=form(bench.get(draft).text, "publish")).status_code == 503
    assert bench.get("/a/dukou-de/").status_code == 404 and not (home / "content/articles/dukou-de").exists()
    monkeypatch.setattr(store, "write_bytes", real)
    assert send(bench, draft, "publish").status_code == 303
    assert "The last ferry" in files(home, "dukou-de")["en.md"].decode()


def test_another_editor_sees_the_draft_too(editors_file: Path, open_site: Callable[..., TestClient]):
    with open_site(editors=str(editors_file)) as site:
        log_in(site)
        draft = add(site)
        site.cookies.clear()
        assert site.get(draft).status_code == 303, "but nobody else"
        log_in(site)
        assert site.get(draft).status_code == 200
