"""Which files of a folder are texts: not the parts of saved pages, nor files of other kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TEXTS = (".txt", ".text", ".md", ".markdown", ".mkd", ".docx", ".rtf", ".pdf", ".epub")
_PAGES = (".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml")
SUFFIXES = frozenset(_TEXTS + _PAGES)
# A browser saves the parts of 新闻.html in 新闻_files, 新闻.files or 新闻_文件.
_PARTS = ("_files", ".files", "_文件", "_檔案", "-Dateien")


@dataclass(frozen=True, slots=True)
class Selection:
    """Files to import, and those that were left out because nothing is known about their kind."""

    files: tuple[Path, ...]
    unknown: tuple[Path, ...]


def select_files(paths: Sequence[Path]) -> Selection:
    """The files to import: those named, and those in folders whose suffix is that of a text."""
    files: list[Path] = []
    unknown: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(p for p in path.rglob("*") if not p.is_dir())
        parts = {p.with_name(p.stem + end) for p in inside if p.suffix.lower() in _PAGES for end in _PARTS}
        for file in inside:
            if file.name.startswith((".", "~$")) or not parts.isdisjoint(file.parents):
                continue
            (files if file.suffix.lower() in SUFFIXES else unknown).append(file)
    return Selection(tuple(files), tuple(unknown))
