"""Earlier values of glossary entries and people: saves of the workbench and imports keep what they replace.

A save that makes a new entry keeps that there was none, so that it can be undone.

They are lines of JSON in `var/edit/entries/`, one file an entry, the latest last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.content.files import put_back, read_bytes, replace_text

# Values of an entry that are kept.
_KEPT = 50


@dataclass(frozen=True, slots=True)
class EarlierEntry:
    """An entry as it was before a save.

    Attributes:
        n: its number; numbers are not used again.
        at: when it was replaced, and `editor` by whom.
        note: the editor's reason.
        values: of the entry, as its file had them; None if there was no entry.
    """

    n: int
    at: str
    editor: str
    note: str
    values: Mapping[str, Any] | None


def earlier(var: Path, kind: str, id: str) -> tuple[EarlierEntry, ...]:
    """The earlier values of an entry, the latest first; a damaged line counts as none.

    Args:
        var: the site's private folder.
        kind: term or person.
    """
    try:
        lines = _path(var, kind, id).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return ()
    found = []
    for line in lines:
        try:
            found.append(EarlierEntry(**json.loads(line)))
        except (ValueError, TypeError):  # the process was killed while it wrote the line
            continue
    return tuple(found[::-1])


@contextmanager
def kept(
    var: Path, kind: str, id: str, values: Mapping[str, Any] | None, *, at: str, editor: str, note: str
) -> Iterator[None]:
    """Keep the values of an entry that a save replaces, unless the save fails; see `earlier`."""
    path, known = _path(var, kind, id), earlier(var, kind, id)
    n = known[0].n + 1 if known else 1
    before = read_bytes(path)
    lines = map(asdict, (*known[: _KEPT - 1][::-1], EarlierEntry(n, at, editor, note, values)))
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    replace_text(path, text, private=True)
    try:
        yield
    except BaseException:
        put_back(path, before)
        raise


def _path(var: Path, kind: str, id: str) -> Path:
    return var / "edit" / "entries" / f"{kind}-{id}.jsonl"
