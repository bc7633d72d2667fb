"""Whether files have changed is seen from how they look, without reading them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.content import snapshot
from app.content.snapshot import look, place


@pytest.mark.parametrize(
    "name",
    [
        "articles/dushu-jie/source.txt",
        "glossary/more.yaml",
        "articles/x/article.md",
        ".pending/x/ledger.jsonl",
    ],
)
def test_a_change_of_any_file_is_seen(home: Path, name: str):
    before = look(home / "content")
    assert look(home / "content").stamp == before.stamp
    path = home / "content" / name
    path.parent.mkdir(exist_ok=True, parents=True)
    with path.open("a") as file:
        file.write("\n")
    assert look(home / "content").stamp != before.stamp


def test_a_change_is_seen_though_size_and_time_were_set_back(home: Path):
    path = home / "content/articles/dushu-jie/article.md"
    found, before = path.stat(), look(home / "content")
    path.write_text(path.read_text("utf-8").replace("搬书", "分书"), "utf-8")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (found.st_size, found.st_mtime_ns)
    assert look(home / "content").stamp != before.stamp


def test_what_editors_leave_is_passed_over(home: Path):
    before = look(home / "content")
    for name in (".article.md.swp", "article.md~"):
        (home / "content/articles/dushu-jie" / name).write_text("x")
    assert look(home / "content").stamp == before.stamp


def test_files_that_changed_a_moment_ago_may_change_again_and_look_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    assert not look(home / "content").settled
    monkeypatch.setattr(snapshot, "_TICK_NS", -(10**12))
    assert look(home / "content").settled


def test_another_program_gives_another_stamp(home: Path, monkeypatch: pytest.MonkeyPatch):
    before = look(home / "content")
    monkeypatch.setattr(snapshot, "program", lambda: "another")
    assert look(home / "content").stamp != before.stamp


def test_every_part_of_the_program_is_looked_at():
    assert [p.name for p in snapshot._PROGRAM] == ["app", "templates", "static"]
    assert all(p.is_dir() for p in snapshot._PROGRAM)


def test_a_link_is_the_folder_that_it_leads_to(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "now").symlink_to("one")
    assert place(tmp_path / "now") == place(tmp_path / "one") != place(tmp_path / "two")
    assert place(tmp_path / "three") is None
