"""Reads, lists and writes plain files; turns faults into findings C01 (not UTF-8) and C02 (unreadable)."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from app.errors import ContentError, system_message
from app.i18n import worded


def utf8(data: bytes, path: Path, first: int = 1) -> str:
    """Decode a file, or the part of a file that begins at line `first`.

    Raises:
        ContentError: C01, with the line.
    """
    try:
        # A byte order mark may only begin a file.
        text = data.decode("utf-8-sig" if first == 1 else "utf-8")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = first + data.count(b"\n", 0, error.start)
        raise ContentError(str(path), line, "C01", "the file is not UTF-8", "save it as UTF-8") from None


def file_stamp(path: Path) -> tuple[int, int, int] | None:
    """Inode, time and size, which change whenever a file is written or replaced; None if it is missing."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def exists(path: Path) -> bool:
    """Whether the name is taken: by a file (readable or not), a folder or a broken link."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def read_bytes(path: Path) -> bytes | None:
    """A file's bytes; None if the name is free.

    Raises:
        ContentError: C02, the name is taken but cannot be read as a file.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe would block
            raise ContentError(str(path), 0, "C02", "it is not a file", "put the file there")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            remedy = worded("mend the link, or put the file there")
            raise ContentError(str(path), 0, "C02", "a link to a file that does not exist", remedy) from None
        return None
    except OSError as error:
        raise _unreadable(path, error) from None


def list_folder(folder: Path) -> list[Path]:
    """The entries of a folder; empty if the folder does not exist.

    Raises:
        ContentError: C02, it cannot be listed.
    """
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        if folder.is_symlink() or folder.exists():
            remedy = worded("put the folder there")
            raise ContentError(str(folder), 0, "C02", "it is not a folder", remedy) from None
        return []
    except OSError as error:
        raise _unreadable(folder, error) from None


def files_in(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The files of a folder with one of these suffixes, by name.

    Raises:
        ContentError: C02, the folder cannot be listed.
    """
    return sorted(path for path in list_folder(folder) if path.suffix in suffixes)


def digest_of(format: int, folders: Iterable[Path], suffixes: tuple[str, ...]) -> str:
    """A digest of the names and bytes of files; what cannot be read counts with its error.

    Args:
        format: the number of the format in which the index keeps the contents.
    """
    digest = hashlib.sha256(b"%d\0" % format)
    for folder in folders:
        try:
            paths = files_in(folder, suffixes)
        except ContentError as error:
            digest.update(f"{error}\0".encode("utf-8", "backslashreplace"))
            continue
        for path in paths:
            try:
                data = read_bytes(path)
            except ContentError as error:
                data = str(error).encode("utf-8", "backslashreplace")
            if data is not None:  # an editor may move a file away for a moment while saving it
                digest.update(os.fsencode(path.name) + b"\0" + data + b"\0")
    return digest.hexdigest()


def _unreadable(path: Path, error: OSError) -> ContentError:
    problem = worded("it cannot be read: %(error)s", error=system_message(error))
    remedy = worded("give the user of this process the right to read it")
    return ContentError(str(path), 0, "C02", problem, remedy)


def replace_text(path: Path, text: str, *, private: bool = False) -> None:
    """Replace a file's text in one step; only its owner may read a private file and its new folder."""
    part = path.with_name(f".{path.name}.part")
    if private:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
    write_bytes(part, text.encode())
    part.replace(path)


def put_back(path: Path, data: bytes | None) -> None:
    """Give a file the bytes again that it had; None: there was no file."""
    if data is None:
        path.unlink(missing_ok=True)
        return
    part = path.with_name(f".{path.name}.part")
    write_bytes(part, data)
    part.replace(path)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    try:
        with path.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:  # "disk full" does not name the file
        raise OSError(error.errno, error.strerror, str(path)) from None


def sync(folder: Path) -> None:
    """Wait until a folder's entries are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
