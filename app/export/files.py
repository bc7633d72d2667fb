"""Writes exports to the disk: each file whole or not at all, with the same bytes every time.

A reader sees the old file or the new one, never half of it. Archives have fixed times and a fixed order, so
that exporting twice gives equal files.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

# The earliest time that a zip file can hold.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
# File systems allow 255 bytes for one name; a file being written has a longer one.
_NAME_BYTES = 200


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file that replaces `path` when the block succeeds, and is removed otherwise.

    A pipe or a device, such as /dev/stdout, is written to. A link stays; its file is replaced.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb") as out:
            yield out
        return
    new = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        out = new.open("wb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        out = new.open("wb")
    try:
        with out:
            yield out
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def write(path: Path, data: bytes) -> bool:
    """Write a file; False, without touching it, if it has these bytes already."""
    with suppress(OSError):
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    with replacing(path) as out:
        out.write(data)
    return True


def archive(out: BinaryIO, files: Iterable[tuple[str, bytes, bool]]) -> None:
    """Write a zip file from names, bytes and whether to compress them."""
    with zipfile.ZipFile(out, "w") as zipped:
        for name, data, packed in files:
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            zipped.writestr(info, data, compresslevel=9)


def fits(name: str) -> bool:
    """Whether the decoded path of an address is a valid path that stays below a folder."""
    return all(
        part not in ("", ".", "..")
        and part.replace("\u3000", "").isprintable()
        and len(part.encode("utf-8", "replace")) <= _NAME_BYTES
        for part in name.split("/")
    )
