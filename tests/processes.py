"""The child processes of a process, and waiting for them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from app import process
from app.serving import indexer


def until(condition: Callable[[], object], seconds: float = 20) -> bool:
    """Whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def engines(parent: int = 0) -> list[int]:
    """Processes with a text engine that a process has begun; of this one if none is given."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, its_parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except (OSError, ValueError):
                continue  # it ended meanwhile
            ours = int(its_parent) == (parent or os.getpid()) and state != "Z"
            if (
                ours
                and process._PROGRAM.encode() in words
                and str(indexer._ENGINE_IDLE_SECONDS).encode() in words
            ):
                found.append(int(folder.name))
    return found
