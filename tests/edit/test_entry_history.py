"""Earlier values of glossary entries and people come back; nothing that others wrote is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from forms import form, send
from lxml import html
from starlette.testclient import TestClient

from app.content import knowledge as knowledge_files
from app.edit.history import earlier, kept

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


# A new entry of each kind: the address of its form, its folder, and what the form is given.
NEW: dict[str, tuple[str, str, dict[str, str]]] = {
    "term": (
        "/edit/terms/",
        "glossary",
        {"id": "bai-du-ren", "term": "摆渡人", "pinyin": "bǎidùrén", "kind": "concept", "zh": "撑渡船的人。"},
    ),
    "person": ("/edit/people/", "speakers", {"id": "he-chuan", "name": "何川", "kind": "person"}),
}


def written(home: Path, kind: str) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (home / "content" / NEW[kind][1]).iterdir()}


def make(bench: TestClient, kind: str, **more: str) -> str:
    """Make a new entry; returns its address in the workbench."""
    section, _, values = NEW[kind]
    data = form(bench.get(f"{section}new/").text, "save") | values | {"do": "save", "why": "试立"} | more
    assert bench.post(f"{section}new/", data=data).status_code == 303
    return f"{section}{values['id']}/"


@pytest.mark.parametrize("kind", NEW)
@pytest.mark.parametrize("file", ["imported", "beiwan"])
def test_a_new_entry_is_taken_back_after_a_look(home: Path, bench: TestClient, kind: str, file: str):
    before = written(home, kind)
    path = make(bench, kind, file=file)
    made = written(home, kind)
    assert made != before
    page = bench.get(path).text
    assert "撤销：去掉这一条" in page and "试立" in page
    plan = bench.post(path, data=form(page, "restore"))
    assert plan.status_code == 200 and written(home, kind) == made, "a look saves nothing"
    answer = bench.post(path, data=form(plan.text, "restore"))
    assert answer.status_code == 303 and written(home, kind) == before
    again = bench.get(answer.headers["location"]).text
    assert "已去掉" in again
    sent = form(again, "save") | {"do": "save", "file": file}
    assert bench.post(f"{NEW[kind][0]}new/", data=sent).status_code == 303
    assert written(home, kind) == made, "what was taken out comes back whole"
    assert send(bench, path, "restore").status_code == 303 and written(home, kind) == before


@pytest.mark.parametrize("kind", NEW)
def test_a_new_entry_that_has_changed_is_not_taken_back_unseen(home: Path, bench: TestClient, kind: str):
    path = make(bench, kind)
    mine = form(bench.get(path).text, "restore") | {"sure": "1"}
    send(bench, path, "save", do="save", note="别人的一句。")
    now = written(home, kind)
    answer = bench.post(path, data=mine)
    assert answer.status_code == 409 and "别人的一句。" in answer.text and written(home, kind) == now
    assert bench.post(path, data=form(answer.text, "restore")).status_code == 303
    assert "imported.yaml" not in written(home, kind)


def test_the_look_names_what_refers_to_the_entry(home: Path, bench: TestClient):
    path = make(bench, "term")
    send(bench, "/edit/terms/dukou/", "save", do="save", related="bai-du-ren")
    plan = bench.post(path, data=form(bench.get(path).text, "restore")).text
    assert "这些词条把它列为相关词条，要一起改：渡口" in plan and "不再标出这个词" in plan


@pytest.mark.parametrize("kind", NEW)
def test_an_entry_between_others_leaves_them_as_they_are(home: Path, bench: TestClient, kind: str):
    path = make(bench, kind)
    file = home / "content" / NEW[kind][1] / "imported.yaml"
    one = file.read_text("utf-8")
    other = one.replace(NEW[kind][2]["id"], "other-one")
    file.write_text(f"# 头\n{other}\n# 下面这条\n{one}\n{other.replace('other', 'third')}", "utf-8")
    assert send(bench, path, "restore").status_code == 303
    left = file.read_text("utf-8")
    assert left == f"# 头\n{other}\n# 下面这条\n{other.replace('other', 'third')}"


@pytest.mark.parametrize("kind", NEW)
def test_an_entry_that_others_are_written_in_terms_of_stays(home: Path, bench: TestClient, kind: str):
    path = make(bench, kind)
    file = home / "content" / NEW[kind][1] / "imported.yaml"
    own = file.read_text("utf-8").replace("- id", "- &a\n  id", 1)
    file.write_text(f"{own}- <<: *a\n  id: other-one\n", "utf-8")
    before = file.read_bytes()
    answer = send(bench, path, "restore")
    assert answer.status_code == 422 and file.read_bytes() == before


@pytest.mark.parametrize("kind", ENTRIES)
def test_a_save_that_fails_leaves_no_earlier_values(
    home: Path, bench: TestClient, kind: str, monkeypatch: pytest.MonkeyPatch
):
    path, _, field = ENTRIES[kind]
    send(bench, path, "save", do="save", **{field: "First."})
    before, page = text(home, kind), bench.get(path).text
    data = form(page, "save") | {"do": "save", field: "Second."}

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(knowledge_files, "write_bytes", full)
    assert bench.post(path, data=data).status_code == 503
    assert text(home, kind) == before
    rows = [
        html.document_fromstring(p).xpath("//form[.//input[@value='restore']]")
        for p in (page, bench.get(path).text)
    ]
    assert len(rows[0]) == len(rows[1]) == 1


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
        with kept(tmp_path, "term", "x", {"term": f"第{n}"}, at="2026-01-01", editor="lin", note=""):
            pass
    path = tmp_path / "edit/entries/term-x.jsonl"
    path.write_text(path.read_text("utf-8") + '{"n": 61, "at"\n[]\n', "utf-8")
    left = earlier(tmp_path, "term", "x")
    assert [e.n for e in left] == list(range(60, 10, -1)) and left[0].values == {"term": "第59"}
    assert path.stat().st_mode & 0o077 == 0
    assert earlier(tmp_path, "term", "y") == () == earlier(tmp_path, "person", "x")
