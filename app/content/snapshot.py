"""Tells from the metadata of files, without reading them, whether any has changed since the last start.

A look is a digest of names, inodes, sizes, mtimes and ctimes. A program can set back mtime, but not ctime.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from functools import lru_cache
from pathlib import Path

import brotli
from msgspec import Struct

_APP = Path(__file__).parent.parent
_PROGRAM = (_APP, _APP.parent / "templates", _APP.parent / "static")
# A file that changed within one tick of the clock before a look may change again and look the same. The
# coarsest clock of a file system ticks every two seconds (FAT).
_TICK_NS = 2_000_000_000
# content/ is three folders deep; this limit ends the walk if links form a circle.
_DEEPEST = 6


class Look(Struct, frozen=True):
    """The state of the files at one moment.

    Attributes:
        stamp: a digest of every file of content/ and of the program.
        settled: every later change gives another stamp, since no file changed within a tick before.
    """

    stamp: str
    settled: bool


def look(content: Path) -> Look:
    """The current state of content/ and of the program that annotates it."""
    now = time.time_ns()
    stamp, newest = _walk(content)
    return Look(f"{program()[:16]} {stamp[:32]}", newest < now - _TICK_NS)


@lru_cache(maxsize=1)
def program() -> str:
    """A digest of the installed program: its files, its templates, Python and the other packages."""
    packages = Path(brotli.__file__).parent.parent.stat()
    parts = [sys.version, str(packages.st_mtime_ns), *(_walk(folder)[0] for folder in _PROGRAM)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def place(folder: Path) -> tuple[int, int] | None:
    """The identity of a folder, links followed; None if it is missing."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _walk(root: Path) -> tuple[str, int]:
    """A digest of all files below a folder, and the time of the latest change in nanoseconds.

    Skips backup files of editors and hidden files, but not `.pending`.
    """
    digest, newest = hashlib.sha256(), 0

    def walk(folder: str, depth: int) -> None:
        nonlocal newest
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError:
            digest.update(f"{folder}\0unreadable\n".encode("utf-8", "surrogateescape"))
            return
        for entry in entries:
            name = entry.name
            if (name[0] == "." and name != ".pending") or name[-1] == "~" or name == "__pycache__":
                continue
            try:
                if entry.is_dir():
                    if depth < _DEEPEST:
                        walk(entry.path, depth + 1)
                    continue
                found = entry.stat()
            except OSError:
                digest.update(f"{entry.path}\0gone\n".encode("utf-8", "surrogateescape"))
                continue
            newest = max(newest, found.st_mtime_ns, found.st_ctime_ns)
            line = f"{entry.path}\0{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))

    walk(str(root.absolute()), 0)
    return digest.hexdigest(), newest
