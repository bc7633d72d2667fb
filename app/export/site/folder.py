"""The folder of a published site: writes changed files, compresses them, removes old ones."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

import brotli

from app.errors import IndexUnavailable, MeipiError, MissingExtra
from app.export.files import fits, write

_PACKED = (".html", ".css", ".js", ".json", ".xml", ".svg", ".txt", ".atom", ".webmanifest")


# An address, and its bytes or a function that makes them.
File = tuple[str, bytes | Callable[[], bytes]]


class SiteFolder:
    """The folder of a published site.

    Args:
        compress: write packed copies of text files.
    """

    def __init__(self, root: Path, compress: bool) -> None:
        self._root, self._compress = root, compress
        self.names: set[str] = set()
        self.written = 0
        self.faults: list[str] = []

    def put(self, place: str, files: Iterable[File], old: Sequence[str] = ()) -> tuple[list[str], bool]:
        """Write files under their addresses.

        Args:
            place: the address they belong to, for faults.
            files: what to write. A file that cannot be made or written becomes a line of `faults`.
            old: names of these files in an earlier export; they stay where they cannot be made again.

        Returns:
            The names of the files, and whether all of them were written.
        """
        names, before, faults = list[str](), set(old), len(self.faults)
        try:
            for address, made in files:
                name = unquote(address).removeprefix("/") + ("index.html" if address.endswith("/") else "")
                if not fits(name):
                    self.faults.append(f"{address}: no file can have this name")
                elif not self._put(address, name, made, names):
                    names += sorted(before & {name, *(name + suffix for suffix in PACKERS)})
        except (MissingExtra, IndexUnavailable, OSError):
            raise
        except Exception as error:  # raised between two files: the others are unknown
            self.faults.append(_fault(place, error))
            names += sorted(before - set(names))
        self.names.update(names)
        return names, len(self.faults) == faults

    def _put(self, address: str, name: str, made: bytes | Callable[[], bytes], names: list[str]) -> bool:
        """Make and write one file; on failure add a fault and return False."""
        try:
            data = made() if callable(made) else made
        except (MissingExtra, IndexUnavailable):
            raise
        except Exception as error:
            self.faults.append(_fault(address, error))
            return False
        try:
            changed = self._write(name, data, names)
        except (FileExistsError, IsADirectoryError, NotADirectoryError):
            self.faults.append(f"{address}: another file or folder has this name; rename the id")
            return False
        if self._compress and len(data) > 500 and (name.endswith(_PACKED) or name.startswith("api/")):
            self._pack(name, data, names, changed)
        return True

    def _write(self, name: str, data: bytes, names: list[str]) -> bool:
        changed = write(self._root / name, data)
        names.append(name)
        self.written += changed
        return changed

    def _pack(self, name: str, data: bytes, names: list[str], changed: bool) -> None:
        for suffix, pack in PACKERS.items():
            # Packing is the slowest step: never repeat it for the same bytes.
            if changed or not (self._root / f"{name}{suffix}").is_file():
                self._write(name + suffix, pack(data), names)
            else:
                names.append(name + suffix)

    def has(self, names: Iterable[str]) -> bool:
        """Whether all these files exist."""
        return all((self._root / name).is_file() for name in names)

    def keep(self, names: Iterable[str]) -> None:
        """Count files as part of the site without writing them."""
        self.names.update(names)

    def remove(self, names: Iterable[str]) -> int:
        """Remove files, and folders that become empty; returns how many files."""
        gone = 0
        for name in sorted(names):
            if not fits(name):
                continue
            path = self._root / name
            path.unlink(missing_ok=True)
            gone += 1
            for folder in path.parents:
                if folder == self._root or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()
        return gone


def _fault(place: str, error: Exception) -> str:
    message = str(error) if isinstance(error, MeipiError) else f"{type(error).__name__} {error}"
    return f"{place}: it cannot be made: {message}"


PACKERS: Mapping[str, Callable[[bytes], bytes]] = {
    ".br": lambda data: brotli.compress(data, quality=11),
    ".gz": lambda data: gzip.compress(data, 9, mtime=0),
}
