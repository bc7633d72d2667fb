"""The indexer's report, `var/indexer.json`, which every web worker reads.

The writer locks the file as long as it lives, so a report without a lock is out of date.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from contextlib import suppress
from os.path import samestat
from pathlib import Path
from typing import IO

from msgspec import Struct, structs

log = logging.getLogger(__name__)

NAME = "indexer.json"


class Report(Struct, frozen=True):
    """The state of the indexer.

    Attributes:
        status: what /readyz answers: 200, or 503 when content/ cannot be followed.
        text: the words of /readyz.
        annotated: articles annotated since the start.
        seconds: time spent bringing the index up to date since the start.
        faults: files that cannot be used now.
        lag: seconds from the last change of a file to its place in the index.
    """

    status: int = 200
    text: str = "ready"
    annotated: int = 0
    seconds: float = 0.0
    faults: int = 0
    lag: float = 0.0


class Reporter:
    """Writes the report of this process; other processes read it with `read`."""

    def __init__(self, var: Path) -> None:
        self._path = var / NAME
        self._file: IO[bytes] | None = None
        self._last: Report | None = None

    def put(self, report: Report) -> None:
        """Write the report if it has changed or the file was deleted."""
        if report == self._last and self._own():
            return
        part = self._path.with_name(f".{NAME}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = part.open("wb")
            try:
                file.write(json.dumps(structs.asdict(report)).encode())
                file.flush()
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                part.replace(self._path)
            except OSError:
                file.close()
                part.unlink(missing_ok=True)
                raise
        except OSError as error:
            log.warning("the report cannot be written: %s", error)
            self.close()  # an old report would mislead
            return
        if self._file is not None:
            self._file.close()
        self._file, self._last = file, report

    def close(self) -> None:
        """Delete the report if it is still the one that this object wrote."""
        with suppress(OSError):
            if self._own():
                self._path.unlink()
        if self._file is not None:
            self._file.close()
        self._file = self._last = None

    def _own(self) -> bool:
        """Whether the file is the one that this object wrote."""
        try:
            return self._file is not None and samestat(os.fstat(self._file.fileno()), self._path.stat())
        except OSError:
            return False


def read(var: Path) -> Report | None:
    """The report of the running indexer, or None if none runs."""
    try:
        with (var / NAME).open("rb") as file:
            report = Report(**json.loads(file.read()))
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return report  # locked, so its writer is alive
    except (OSError, ValueError, TypeError):
        pass
    return None
