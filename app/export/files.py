"""How an export gets to the disk: whole or not at all, and the same bytes every time.

Whoever reads an output while it is made sees the old file or the new one. Archives hold fixed times and the
order they are given, so that exporting twice gives equal files.
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
# File systems take 255 bytes for one name; a file that is being written has a longer one.
_NAME_BYTES = 200


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path` when all went well, and leaves no trace otherwise."""
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
    """Put bytes under a name; False when they are there already, and the file is then left alone."""
    with suppress(OSError):
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    with replacing(path) as out:
        out.write(data)
    return True


def archive(out: BinaryIO, files: Iterable[tuple[str, bytes, bool]]) -> None:
    """A zip file of names and bytes, each packed or (False) stored as it is."""
    with zipfile.ZipFile(out, "w") as zipped:
        for name, data, packed in files:
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            zipped.writestr(info, data, compresslevel=9)


def fits(name: str) -> bool:
    """Whether a path of an address, decoded, can be a path of files below a folder and nowhere else."""
    return all(
        part not in ("", ".", "..")
        and part.replace("\u3000", "").isprintable()
        and len(part.encode("utf-8", "replace")) <= _NAME_BYTES
        for part in name.split("/")
    )
