"""Folders: a saved page is one text, files of other kinds are skipped by name."""

from __future__ import annotations

from pathlib import Path

from app.importers import select_files


def made(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("字", "utf-8")
    return folder


def names(paths: tuple[Path, ...]) -> list[str]:
    return [path.name for path in paths]


def test_a_page_saved_with_its_parts_is_one_file(tmp_path: Path) -> None:
    folder = made(
        tmp_path,
        "新闻.html",
        "新闻_files/main.js",
        "新闻_files/frame.html",
        "another.htm",
        "another.files/style.css",
        "more/third.html",
        "more/third_文件/a/b.html",
    )
    chosen = select_files([folder])
    assert names(chosen.files) == ["another.htm", "third.html", "新闻.html"] and not chosen.unknown


def test_files_of_other_kinds_are_named(tmp_path: Path) -> None:
    folder = made(tmp_path, "a.txt", "Thumbs.db", "b.png", "c.DOCX", ".hidden.txt", "~$c.docx", "d.rtf")
    chosen = select_files([folder])
    assert names(chosen.files) == ["a.txt", "c.DOCX", "d.rtf"]
    assert names(chosen.unknown) == ["Thumbs.db", "b.png"]


def test_a_file_that_is_named_itself_is_always_tried(tmp_path: Path) -> None:
    made(tmp_path, "readme", "x_files/page.html")
    chosen = select_files([tmp_path / "readme", tmp_path / "x_files/page.html"])
    assert names(chosen.files) == ["readme", "page.html"]


def test_a_folder_called_like_parts_without_a_page_is_read(tmp_path: Path) -> None:
    made(tmp_path, "my_files/a.txt")
    assert names(select_files([tmp_path]).files) == ["a.txt"]
