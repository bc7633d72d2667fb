"""Reads files of any origin in a worker process under limits of memory, processor time and output.

A file that is built to overwhelm its reader ends the worker, not the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from app.errors import ContentError
from app.i18n import worded
from app.importers.imported import Imported, refuse
from app.importers.pdf import can_recognise
from app.importers.reading import read
from app.importers.received import Received, receive
from app.process import LimitReached, Limits, Worker

P = ParamSpec("P")
T = TypeVar("T")

# Of address space. The worker takes 110 MB before it reads, and 300 MB for a Word file with 24 MB of XML.
_MEMORY = 500 * 1024 * 1024
# The longest sound file that was tried, a PDF of 2,000 pages, takes 12.
_SECONDS = 15
_ANSWER = 128 * 1024 * 1024
# Text recognition loads models of 32 MB and a library that maps 2 GB; a page takes 5 seconds.
_SCANS = Limits(memory=6 * 1024 * 1024 * 1024, seconds=600, answer=_ANSWER)
_LIMITS = Limits(_MEMORY, _SECONDS, _ANSWER)
_worker, _scanner = Worker(limits=_LIMITS), Worker(limits=_SCANS)


def receive_safely(path: str, data: bytes, *, title: str = "", scans: bool = False) -> Received:
    """Read a file as an article, as `receive` does, in the worker.

    Args:
        title: given by the editor.
        scans: recognise the text of pages that are pictures, if the extra `ocr` is installed.

    Raises:
        ContentError: as `receive`; also if reading takes too much memory or time (F20).
        MissingExtra: its format needs the extra `import`.
    """
    scans = scans and can_recognise()
    try:
        found = _limited(_worker, _LIMITS, path, receive, path, data, title=title)
        if not scans or not found.imported.pictures:
            return found
    except ContentError as fault:
        if not scans or fault.code != "F17":
            raise
    return _limited(_scanner, _SCANS, path, receive, path, data, title=title, scans=True)


def read_safely(path: str, data: bytes) -> Imported:
    """Read a file, as `read` does, in the worker.

    Raises:
        ContentError, MissingExtra: as `receive_safely`.
    """
    return _limited(_worker, _LIMITS, path, read, path, data)


def _limited(
    worker: Worker, limits: Limits, path: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    try:
        return worker(function, *args, **kwargs)
    except LimitReached as fault:
        problem = worded(
            "reading the file takes more than %(seconds)s s of processor time or %(memory)s MB of memory",
            seconds=limits.seconds,
            memory=limits.memory >> 20,
        )
        raise refuse(path, "F20", problem, "split it, or save its text as .txt") from fault
