"""Earlier values of glossary entries and people come back; nothing that others wrote is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from forms import form, send
from lxml import html
from starlette.testclient import TestClient

from app.content import knowledge as knowledge_files
from app.edit.history import earlier, keep

# Address, file, and the field that the tests change, with its value at first.
ENTRIES = {
    "term": ("/edit/terms/dukou/", "glossary/beiwan.yaml", "en"),
    "person": ("/edit/people/zhou-danian/", "speakers/beiwan.yaml", "office_en"),
}


def text(home: Path, kind: str) -> str:
    return (home / "content" / ENTRIES[kind][1]).read_text("utf-8")


@pytest.mark.parametrize("kind", ENTRIES)
def test_earlier_values_come_back_after_a_look_at_the_difference(home: Path, bench: TestClient, kind: str):
    path, _, field = ENTRIES[kind]
    assert send(bench, path, "save", do="save", why="起头", **{field: "First."}).status_code == 303
    first = text(home, kind)
    assert send(bench, path, "save", do="save", why="手滑", **{field: "Second."}).status_code == 303
    page = bench.get(path).text
    assert "手滑" in page and "起头" in page
    plan = bench.post(path, data=form(page, "restore"))
    assert plan.status_code == 200
    assert "First." in plan.text and "Second." in text(home, kind), "a look saves nothing"
    assert bench.post(path, data=form(plan.text, "restore")).status_code == 303
    assert text(home, kind) == first
    assert send(bench, path, "restore").status_code == 303  # what was restored can be taken back, too
    assert "Second." in text(home, kind)


@pytest.mark.parametrize("kind", ENTRIES)
@pytest.mark.parametrize("n", ["99", "-1", "²", "", "../1", "1\n"])
def test_a_number_that_does_not_exist_restores_nothing(home: Path, bench: TestClient, kind: str, n: str):
    path, _, field = ENTRIES[kind]
    send(bench, path, "save", do="save", **{field: "First."})
    before = text(home, kind)
    answer = bench.post(path, data=form(bench.get(path).text, "restore") | {"n": n, "sure": "1"})
    assert answer.status_code == 422 and text(home, kind) == before


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_restore_shows_both_versions_if_the_entry_has_changed(home: Path, bench: TestClient, kind: str):
    path, _, field = ENTRIES[kind]
    send(bench, path, "save", do="save", **{field: "First."})
    mine = form(bench.get(path).text, "restore") | {"sure": "1"}
    send(bench, path, "save", do="save", **{field: "Theirs."})
    now = text(home, kind)
    answer = bench.post(path, data=mine)
    assert answer.status_code == 409 and text(home, kind) == now
    assert "Theirs." in html.document_fromstring(answer.text).xpath("string(//pre[@class='diff'])")


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_file_written_at_the_same_moment_is_not_overwritten(
    home: Path, bench: TestClient, kind: str, monkeypatch: pytest.MonkeyPatch
):
    path, name, field = ENTRIES[kind]
    data = form(bench.get(path).text, "save") | {"do": "save", field: "Mine."}
    real = knowledge_files.dump_yaml

    def dump(*args: object) -> str:
        file = home / "content" / name
        file.write_text(file.read_text("utf-8") + "# 别人刚写的一行\n", "utf-8")
        monkeypatch.setattr(knowledge_files, "dump_yaml", real)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(knowledge_files, "dump_yaml", dump)
    answer = bench.post(path, data=data)
    assert answer.status_code == 409 and "Mine." in answer.text
    assert text(home, kind).endswith("# 别人刚写的一行\n") and "Mine." not in text(home, kind)
    assert bench.post(path, data=form(answer.text, "save")).status_code == 303
    assert "# 别人刚写的一行" in text(home, kind) and "Mine." in text(home, kind)


def test_a_damaged_line_and_old_values_are_left_out(tmp_path: Path):
    for n in range(60):
        keep(tmp_path, "term", "x", {"term": f"第{n}"}, at="2026-01-01", editor="lin", note="")
    path = tmp_path / "edit/entries/term-x.jsonl"
    path.write_text(path.read_text("utf-8") + '{"n": 61, "at"\n[]\n', "utf-8")
    kept = earlier(tmp_path, "term", "x")
    assert [e.n for e in kept] == list(range(60, 10, -1)) and kept[0].values == {"term": "第59"}
    assert path.stat().st_mode & 0o077 == 0
    assert earlier(tmp_path, "term", "y") == () == earlier(tmp_path, "person", "x")
