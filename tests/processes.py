"""The child processes of a process, waiting for them, and ports for them."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from app import process
from app.serving import indexer


def until(condition: Callable[[], object], seconds: float = 120) -> bool:
    """Whether a condition comes true in time; a busy machine is late, but gets there."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def runs(process: int) -> bool:
    """Whether a process is there; one that has ended and was not yet asked for counts as gone."""
    try:
        return not Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].startswith(" Z")
    except (FileNotFoundError, ProcessLookupError):
        return False


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


# No outgoing connection gets one of these from the system, and every test process begins elsewhere.
_ports = count(20_000 + os.getpid() * 97 % 12_000)


def free_port() -> int:
    """A port on which a server may listen."""
    for port in _ports:
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise AssertionError
