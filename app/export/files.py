"""How an export gets to the disk: whole or not at all, and the same bytes every time.

Whoever reads an output while it is made sees the old file or the new one. Archives hold fixed times and the
order they are given, so that exporting twice gives equal files.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

# The earliest time that a zip file can hold.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
# What file systems take for one name, in bytes.
_NAME_BYTES = 255


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path` when all went well, and leaves no trace otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        # mkstemp makes files that only their owner reads; an export is to be read by others.
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
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
        and part.isprintable()
        and len(part.encode("utf-8", "replace")) <= _NAME_BYTES
        for part in name.split("/")
    )


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
