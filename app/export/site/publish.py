"""Writes the whole site as files, and only those that changed since the last export."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app import urls
from app.errors import ContentError
from app.export.files import write
from app.export.press import Press
from app.export.site.folder import SiteFolder
from app.export.site.pages import SiteFiles
from app.i18n import worded
from app.library.knowing import Progress

MANIFEST = ".meipi-site.json"


@dataclass(slots=True)
class Published:
    """What an export of the site did.

    Attributes:
        made, kept: articles whose files were made again, and those that were up to date.
        files: all files of the site.
        written, removed: files that this export wrote and removed.
        faults: files that could not be made, one line each.
    """

    made: int = 0
    kept: int = 0
    files: int = 0
    written: int = 0
    removed: int = 0
    faults: list[str] = field(default_factory=list)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Run with a garbage collector that rarely looks at old objects.

    An export keeps thousands of documents and its reference cycles are short-lived: full collections took a
    tenth of the time and freed nothing.
    """
    usual = gc.get_threshold()
    gc.set_threshold(5_000, 20, 200)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@_seldom_collected()
def publish(
    press: Press, out: Path, *, cards: bool = False, compress: bool = False, progress: Progress | None = None
) -> Published:
    """Write the site.

    Args:
        press: gives the pages; its `base_url` is the address of the published site, with or without a path.
        out: a new or empty folder, or one that an earlier export wrote.
        cards: draw share images, about 30 a second; otherwise no page links to one.
        compress: write a .br and a .gz of every text file, for hosts that send them.
        progress: called after each article with its number, the total and its id.

    Raises:
        ContentError: F00, the folder holds other files.
        MissingExtra: share images need an extra that is not installed.
    """
    known = _known(out)
    _remember(out, known)  # an interrupted export can be continued
    site = SiteFiles(press, cards=cards)
    folder = SiteFolder(out, compress)
    state = site.state(compress)
    done, units = Published(), dict[str, tuple[str, list[str]]]()
    entries = [(e.header.id, e.header.title) for e in press.entries()]
    for n, (id, _) in enumerate(entries):
        # An article's page names its neighbours in time.
        depends = state, press.library.index.held([id])[id], entries[max(0, n - 1) : n + 2]
        digest = hashlib.sha256(repr(depends).encode()).hexdigest()
        old = known.get(id)
        if old and old[0] == digest and folder.has(old[1]):
            folder.keep(old[1])
            done.kept += 1
            units[id] = old
        else:
            names, whole = folder.put(urls.article(id), site.article(id), old[1] if old else ())
            units[id] = digest if whole else "", names
            done.made += 1
        if progress:
            progress(n + 1, len(entries), id)
    units[""] = "", folder.put(urls.HOME, site.library(), known.get("", ("", []))[1])[0]
    done.faults = folder.faults
    done.files, done.written = len(folder.names), folder.written
    done.removed = folder.remove({name for _, names in known.values() for name in names} - folder.names)
    _remember(out, units)
    return done


def _known(out: Path) -> Mapping[str, tuple[str, list[str]]]:
    """The digest and the files of every article, as an earlier export noted them."""
    try:
        told = json.loads((out / MANIFEST).read_bytes())
        return {id: (digest, names) for id, (digest, names) in told.items()}
    except FileNotFoundError:
        if out.is_dir() and any(out.iterdir()):
            problem = worded("the folder holds files that no export of a site wrote")
            raise ContentError(str(out), 0, "F00", problem, "give a new or an empty folder") from None
        return {}
    except (ValueError, TypeError, AttributeError):
        # The list is damaged: make everything again and remove nothing.
        return {}


def _remember(out: Path, units: Mapping[str, tuple[str, list[str]]]) -> None:
    data = json.dumps(units, ensure_ascii=False, separators=(",", ":"))
    write(out / MANIFEST, data.encode("utf-8", "replace"))
