"""Readings of phrases and single characters from pypinyin, in a file; loaded they would take 56 MB."""

from __future__ import annotations

import sqlite3
from importlib import import_module
from itertools import chain
from pathlib import Path

from app.dictionary.file import FORMAT, ReadingsFile, Run, in_this_process
from app.dictionary.versions import version
from app.errors import MissingExtra


class Phrases(ReadingsFile):
    """pypinyin's readings: of phrases, and of single characters without a context.

    Args:
        path: the SQLite file; see `ReadingsFile`.
        run: see `ReadingsFile`.

    Raises:
        MissingExtra: pypinyin is not installed.
    """

    def __init__(self, path: Path, *, run: Run = in_this_process) -> None:
        released = version("pypinyin")
        if not released:
            raise MissingExtra("pinyin readings", "zh")
        super().__init__(path, f"{FORMAT} {released}", _fill_phrases, run)


def _fill_phrases(db: sqlite3.Connection) -> None:
    pypinyin = import_module("pypinyin")  # 56 MB, only to make the file
    pinyin, constants = pypinyin.pinyin, pypinyin.constants
    # Character by character: pypinyin would load a segmenter for longer texts.
    single = ((c, pinyin(c, style=pypinyin.Style.TONE)[0][0]) for c in map(chr, constants.PINYIN_DICT))
    phrases = (
        (w, " ".join(s[0] for s in read)) for w, read in constants.PHRASES_DICT.items() if len(read) == len(w)
    )
    # Phrases of one character replace single characters.
    db.executemany("insert or replace into reading values (?, ?, '')", chain(single, phrases))
