"""What every site of a test would make for itself, made once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock

from app.dictionary.language import Language

# The files name their sources, so those of an earlier run are used as long as they are right.
_FOLDER = Path(__file__).parent.parent / ".pytest_cache" / "language"


@cache
def _files() -> tuple[Path, ...]:
    _FOLDER.mkdir(parents=True, exist_ok=True)
    language = Language(_FOLDER)
    language.prepare()
    language.close()
    return tuple(_FOLDER.glob("*.sqlite3"))


def give_language(var: Path) -> None:
    """Put dictionary and readings where a site looks for them."""
    var.mkdir(parents=True, exist_ok=True)
    for file in _files():
        if not (var / file.name).exists():
            try:
                os.link(file, var / file.name)  # a finished file is not written again
            except OSError:
                shutil.copy2(file, var / file.name)


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that one worker of a run makes and all of them copy."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            made = factory.mktemp("made")
            make(made)
            made.rename(folder)
    return folder
