"""Pages that outlive the process: what was ready when a site stopped is ready when it starts again.

They are shown again only when nothing that went into them can have changed while nobody looked: the files of
content/, the index, the program with its templates, what is installed beside it, and the settings. Files are
told apart by inode, size, and times of change that nobody can set back (ctime), none is read. Anything that
differs, and the pages are as good as not there.

`var/pages/` holds a file of pages for each way to run the site, of which a few are kept, and what the index
was last known to be the index of. All of it can be deleted at any time. Light, like `app.ready`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import mmap
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import brotli

from app.ready import Ready
from app.settings import Settings

log = logging.getLogger(__name__)

_APP = Path(__file__).parent
_PROGRAM = (_APP, _APP.parent / "templates", _APP.parent / "static")
# Raised when the file is written otherwise: older ones are then passed over.
_FORM = 1
# How much is written at most, in bytes of all forms; and for how many ways to run the site.
_MOST = 16_000_000
_WAYS = 4
# A file that changed so short a time before it was looked at may have changed again within the same tick of
# the clock, and would look the same. Two seconds are the coarsest clock of a file system (FAT).
_TICK = 2_000_000_000
# content/ is three deep; this ends the walk where a link leads round in a circle.
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Seen:
    """What was there at one moment.

    Attributes:
        stamp: of every file of content/.
        newest: when the last of them changed, in nanoseconds.
        at: when it was looked, in nanoseconds.
    """

    stamp: str
    newest: int
    at: int

    @property
    def settled(self) -> bool:
        """Whether every later change shows: none of the files changed within a tick before the look."""
        return self.newest < self.at - _TICK


class Pages:
    """The pages of one file, each made ready when it is first asked for; the file is mapped, not read.

    Args:
        data: the file's bytes.
        start: where the parts begin.
        places: each page's description by its key.
    """

    def __init__(
        self,
        data: mmap.mmap | None = None,
        start: int = 0,
        places: Mapping[str, dict[str, object]] | None = None,
    ) -> None:
        self._data, self._start, self._places = data, start, dict(places or {})

    def __len__(self) -> int:
        return len(self._places)

    def items(self) -> Iterator[tuple[bytes, Ready]]:
        """Every page that is whole, by key."""
        for name in list(self._places):
            key = name.encode("latin-1")
            if page := self.get(key):
                yield key, page

    def get(self, key: bytes) -> Ready | None:
        """A page, or None; one whose bytes are not those that were written is none."""
        place = self._places.get(key.decode("latin-1"))
        if place is None or self._data is None:
            return None
        try:
            parts: list[bytes] = []
            for at, size in place["parts"]:  # type: ignore[attr-defined]
                parts.append(self._data[self._start + at : self._start + at + size])
            if _digest(*parts) != place["digest"]:
                raise ValueError("other bytes than were written")
            extra = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in place["extra"]]  # type: ignore[attr-defined]
            return Ready.again(
                parts[0],
                str(place["type"]),
                cache=str(place["cache"]).encode("latin-1"),
                extra=extra,
                forms=dict(zip(place["forms"], parts[1:], strict=True)),  # type: ignore[call-overload]
                polished=bool(place["polished"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("a kept page is not used, it is made again: %s", error)
            del self._places[key.decode("latin-1")]
            return None


class Keeper:
    """What is kept between runs of a site with these settings.

    Only an index in a file of its own is known without loading what speaks to databases; with any other
    nothing is kept.

    Attributes:
        program: a digest of the program, its templates, and what is installed beside it.
    """

    def __init__(self, settings: Settings) -> None:
        self._content = settings.content
        self._index = settings.var / "index.sqlite3"
        self.able = settings.watch and not settings.database_url
        self._folder = settings.var / "pages"
        self.program = _digest(
            _FORM,
            sys.version,
            *(_walk(folder)[0] for folder in _PROGRAM),
            _mark(Path(brotli.__file__).parent.parent),
        )
        self._way = _digest(self.program, settings)
        self._held: tuple[object, str] = (None, "")
        self.current: tuple[str, str] | None = None

    @property
    def _file(self) -> Path:
        return self._folder / f"{self._way[:16]}.pages"

    # -- what is there

    def look(self) -> Seen:
        """The files of content/ as they are now."""
        at = time.time_ns()
        return Seen(*_walk(self._content), at)

    def generation(self) -> str:
        """The index's number of its state, "" when it cannot be had; read only when its file has changed."""
        marks = _mark(self._index), _mark(self._index.with_name(self._index.name + "-wal"))
        if marks[0] is None:
            return ""
        if self._held[0] != marks:
            self._held = marks, _generation(self._index)
        return self._held[1]

    # -- from the last run

    def open(self) -> Pages | None:
        """The pages of the last run, perhaps none; None when the index may be of other files than these."""
        if not self.able or not self._content.is_dir():
            return None
        try:
            known = json.loads((self._folder / "seen.json").read_bytes())
            current = known["stamp"], known["generation"]
            if known["program"] != self.program or self.generation() != current[1] or not current[1]:
                return None
            if self.look().stamp != current[0]:
                return None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        self.current = current
        return self._pages(current)

    def still(self, *, files: bool = True) -> bool:
        """Whether everything is as `current` says; without `files` only the index is looked at."""
        if self.current is None or self.generation() != self.current[1]:
            return False
        return not files or self.look().stamp == self.current[0]

    def _pages(self, current: tuple[str, str]) -> Pages:
        try:
            with self._file.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            end = data.find(b"\n")
            checksum, _, text = data[: max(end, 0)].partition(b" ")
            if end < 0 or _digest(text) != checksum.decode("latin-1"):
                return Pages()
            head = json.loads(text)
            if (
                head["way"] != self._way
                or tuple(head["current"]) != current
                or head["size"] != len(data) - end - 1
            ):
                return Pages()
            return Pages(data, end + 1, head["pages"])
        except (OSError, ValueError, KeyError, TypeError):
            return Pages()

    # -- for the next run

    def know(self, seen: Seen, generation: str) -> None:
        """The index, at this generation, is that of the files as they were seen, and they are well."""
        if not self.able or not generation or not seen.settled:
            self.current = None
            return
        current = seen.stamp, generation
        if current == self.current:
            return
        self.current = current
        known = {"program": self.program, "stamp": seen.stamp, "generation": generation}
        self._write(self._folder / "seen.json", [json.dumps(known).encode()])

    def keep(self, pages: Mapping[bytes, Ready]) -> bool:
        """Write pages that were all made while things were as `current` says, the most asked for first.

        Those that another process has kept meanwhile stay. Returns whether they were written: not when
        anything has changed since.
        """
        current = self.current
        if current is None or not self.still():
            return False
        every = {**dict(self._pages(current).items()), **pages}
        parts: list[bytes] = []
        places: dict[str, object] = {}
        at = 0
        for key, page in sorted(every.items(), key=lambda item: -item[1].hits):
            told, of = page.told()
            size = sum(map(len, of))
            if at + size > _MOST:
                continue
            spans = []
            for part in of:
                spans.append((at, len(part)))
                at += len(part)
            parts += of
            places[key.decode("latin-1")] = {**told, "parts": spans, "digest": _digest(*of)}
        head = json.dumps({"way": self._way, "current": current, "size": at, "pages": places}).encode()
        self._write(self._file, [_digest(head).encode(), b" ", head, b"\n", *parts])
        self._tidy()
        return True

    def _tidy(self) -> None:
        """Let go of pages for other ways to run the site, but the latest few."""
        with suppress(OSError):
            found = sorted(self._folder.glob("*.pages"), key=lambda p: p.stat().st_mtime_ns)
            for path in found[:-_WAYS]:
                path.unlink(missing_ok=True)

    def _write(self, path: Path, parts: Sequence[bytes]) -> None:
        """A whole new file in one step; without room there is none, and the next start makes its pages."""
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with part.open("wb") as file:
                    file.writelines(parts)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            log.warning("pages are not kept for the next start: %s", error)


def _generation(path: Path) -> str:
    # Read-only: whoever closes a file last that he may write takes its log away, which may be another's.
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as db:
            row = db.execute("select value from meta where key = 'generation'").fetchone()
    except sqlite3.Error:
        return ""
    return str(row[0]) if row else ""


def _digest(*parts: object) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "backslashreplace")
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


def _mark(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _walk(root: Path) -> tuple[str, int]:
    """A digest of what stands under a folder, by the look of the files, and the latest time of a change.

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
