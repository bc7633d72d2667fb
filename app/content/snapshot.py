"""How the files of a folder look, so that the next start knows without reading them whether any has changed.

A look is a digest of names, inodes, sizes and times of change (ctime, which nobody can set back).
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli

_APP = Path(__file__).parent.parent
_PROGRAM = (_APP, _APP.parent / "templates", _APP.parent / "static")
# A file that changed this shortly before a look may change again within the same tick of the clock and look
# the same. Two seconds are the coarsest clock of a file system (FAT).
_TICK_NS = 2_000_000_000
# content/ is three folders deep; this ends the walk where a link leads round in a circle.
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Look:
    """How the files were at one moment.

    Attributes:
        stamp: a digest of every file of content/ and of the program.
        settled: every later change gives another stamp: no file changed within a tick before the look.
    """

    stamp: str
    settled: bool


def look(content: Path) -> Look:
    """The files of content/, and the program that annotates them, as they are now."""
    now = time.time_ns()
    stamp, newest = _walk(content)
    return Look(f"{program()[:16]} {stamp[:32]}", newest < now - _TICK_NS)


@lru_cache(maxsize=1)
def program() -> str:
    """A digest of this program as it is installed: its files, its templates, Python, other packages."""
    packages = Path(brotli.__file__).parent.parent.stat()
    parts = [sys.version, str(packages.st_mtime_ns), *(_walk(folder)[0] for folder in _PROGRAM)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def place(folder: Path) -> tuple[int, int] | None:
    """Which folder has this name now, through links; None when there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _walk(root: Path) -> tuple[str, int]:
    """A digest of all files under a folder, and when the latest of them changed, in nanoseconds.

    What editors and operating systems leave beside the files is passed over; `.pending` is not.
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
