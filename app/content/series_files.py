"""Reads and writes the folder counts/: how often entries occur in texts that the library does not hold.

A series has two files. `{id}.yaml` says which texts were counted. `{id}.csv` has the figures: the columns are
those of `COLUMNS`, and content/README.md explains the three kinds of rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ruamel.yaml.comments import CommentedMap

from app.content.entries import EntryReader, odd_value
from app.content.files import digest_of, files_in, read_bytes, replace_text, utf8
from app.content.findings import Finding
from app.content.yaml_file import load_yaml
from app.errors import ContentError
from app.i18n import Message, worded
from app.model import ARTICLE_ID, Knowledge, Series, SeriesUse, TermId

COLUMNS = ("year", "characters", "term", "form", "uses")
_KEYS: dict[str, type] = {
    "name": str,
    "name_en": str,
    "note": str,
    "note_en": str,
    "counted": str,
    "sources": list,
}
_SUFFIXES = (".yaml", ".csv")
_YEAR, _NUMBER = re.compile("[0-9]{4}"), re.compile("[0-9]{1,9}")
# A row with its line.
_Row = tuple[int, list[str]]


class SeriesFiles:
    """The files of counts.

    Args:
        root: the folder content/.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / "counts"

    def digest(self) -> str:
        """A digest of the names and bytes of all files; an unreadable file counts with its error."""
        return digest_of(1, (self.folder,), _SUFFIXES)

    def usable(self, last: Sequence[Series] = ()) -> tuple[tuple[Series, ...], list[Finding]]:
        """The series whose files have no fault, and the faults of the others.

        Args:
            last: the last good state; a faulty series stays as it was then, and its findings say so.
        """
        made, findings = list[Series](), list[Finding]()
        old = {s.id: s for s in last}
        try:
            ids = sorted({path.stem for path in files_in(self.folder, _SUFFIXES)})
        except ContentError as error:
            return tuple(last), [Finding.of(error)]
        for id in ids:
            faults = list[Finding]()
            series = self._read(id, faults)
            if series is not None and not faults:
                made.append(series)
            elif id in old:
                made.append(old[id])
                faults = [fault.kept() for fault in faults]
            findings += faults
        return tuple(made), findings

    def doubts(self, series: Series, knowledge: Knowledge) -> Iterator[Finding]:
        """Entries and forms that were counted and that the glossary no longer has, each at its first row."""
        path = self.folder / f"{series.id}.csv"
        told = set[tuple[str, str]]()
        for line, (_, _, id, form, _) in _rows(utf8(read_bytes(path) or b"", path), path, []):
            term = knowledge.term(id)
            if id and term is None and (id, "") not in told:
                told.add((id, ""))
                problem = worded("%(term)r is not an entry of the glossary", term=id)
                remedy = worded("correct the id, or delete its rows")
                yield Finding(str(path), line, "N04", problem, remedy)
            if term is not None and form and form not in term.forms and (id, form) not in told:
                told.add((id, form))
                problem = worded("%(form)r is not a form of entry %(term)s any more", form=form, term=id)
                remedy = worded("count again: meipi glossary count … --to %(id)s", id=series.id)
                yield Finding(str(path), line, "N05", problem, remedy, note=True)

    def write(self, id: str, rows: Iterable[Sequence[str]]) -> Path:
        """Write the figures of a series; call it inside `Content.lock`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{id}.csv"
        replace_text(path, table_text(rows))
        return path

    def _read(self, id: str, faults: list[Finding]) -> Series | None:
        about, figures = self.folder / f"{id}.yaml", self.folder / f"{id}.csv"
        try:
            if not ARTICLE_ID.fullmatch(id):
                problem, remedy = worded("%(id)r is not an id", id=id), "use a–z, 0–9 and hyphens"
                raise ContentError(str(self.folder / id), 0, "N01", problem, remedy)
            for path, rest in ((about, worded("say in it what was counted")), (figures, _COUNT)):
                if not path.exists():
                    raise ContentError(str(path), 0, "N01", "the file is missing", rest)
            series = _about(id, utf8(read_bytes(about) or b"", about), str(about))
            text = utf8(read_bytes(figures) or b"", figures)
        except ContentError as error:
            faults.append(Finding.of(error))
            return None
        years, uses = _figures(_rows(text, figures, faults), figures, faults)
        return Series(
            series.id,
            series.name,
            series.name_en,
            series.note,
            series.note_en,
            series.counted,
            series.sources,
            tuple(sorted(years.items())),
            {term: tuple(sorted(found, key=lambda u: (u.year, u.form))) for term, found in uses.items()},
        )


_COUNT = worded("write it with: meipi glossary count … --to …")


def table_text(rows: Iterable[Sequence[str]]) -> str:
    """The figures of a series as the text of their file."""
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows((COLUMNS, *rows))
    return made.getvalue()


def _about(id: str, text: str, path: str) -> Series:
    """The description of a series.

    Raises:
        ContentError: N01 for YAML that cannot be read, N02 for a key or value.
    """
    loaded = load_yaml(text, path, "N01")
    if not isinstance(loaded, CommentedMap):
        raise ContentError(path, 1, "N01", "expected keys and values", worded("write `name: …`"))
    reader = EntryReader(loaded, path, "N")
    reader.allow(_KEYS)
    return Series(
        id,
        reader.text("name", needed=True),
        reader.text("name_en"),
        reader.text("note"),
        reader.text("note_en"),
        reader.date("counted"),
        reader.sources(),
    )


def _rows(text: str, path: Path, faults: list[Finding]) -> Iterator[_Row]:
    """The rows below the header, each with its line and five cells; the others are faults."""
    table = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        if tuple(next(table, ())) != COLUMNS:
            problem = worded("the first line does not name the columns")
            faults.append(_fault(path, 1, problem, worded("write %(line)s", line=",".join(COLUMNS))))
            return
        for row in filter(None, table):
            if len(row) == len(COLUMNS):
                yield table.line_num, row
            else:
                problem = worded("%(n)s cells instead of %(m)s", n=len(row), m=len(COLUMNS))
                faults.append(_fault(path, table.line_num, problem, worded("write one cell a column")))
    except csv.Error as error:
        problem = worded("not a line of CSV: %(error)s", error=str(error))
        remedy = worded("put a cell with a comma in quotation marks")
        faults.append(_fault(path, table.line_num, problem, remedy))


def _fault(path: Path, line: int, problem: str, remedy: str) -> Finding:
    return Finding(str(path), line, "N03", problem, remedy)


def _figures(
    rows: Iterable[_Row], path: Path, faults: list[Finding]
) -> tuple[dict[str, int], dict[TermId, list[SeriesUse]]]:
    """The years with their characters, and the uses of each entry; rows that do not fit are faults."""
    years, uses, told = dict[str, int](), dict[TermId, list[SeriesUse]](), set[tuple[str, ...]]()
    for line, (year, characters, term, form, n) in rows:
        if problem := _problem(year, characters, term, form, n):
            faults.append(_fault(path, line, problem, worded("see content/README.md for the kinds of rows")))
        elif (key := (year, term, form)) in told:
            problem = worded("a second row for %(key)s", key=" ".join(filter(None, key)))
            faults.append(_fault(path, line, problem, worded("keep one of the two")))
        elif not term:
            years[year] = int(characters or 0)
        elif year and year not in years:
            problem = worded("no row above gives the characters of %(year)s", year=year)
            faults.append(_fault(path, line, problem, worded("add the row %(row)s", row=year + ",,,,")))
        else:
            found = uses.setdefault(TermId(term), [])
            if year:
                found.append(SeriesUse(form, year, int(n)))
        told.add((year, term, form))
        if year:
            years.setdefault(year, 0)  # one fault a year is enough
    return years, uses


def _problem(year: str, characters: str, term: str, form: str, n: str) -> Message | None:
    """Why a row is of none of the three kinds, or None."""
    if year and not _YEAR.fullmatch(year):
        return worded("%(year)r is not a year", year=year)
    if term and not ARTICLE_ID.fullmatch(term):
        return worded("%(id)r is not an id", id=term)
    if odd := odd_value(form):
        return odd[0]
    for value in (characters, n):
        if value and not _NUMBER.fullmatch(value):
            return worded("%(value)r is not a number", value=value)
    text, used = year and not (term or form or n), term and not characters
    if text or (used and ((year and form and int(n or 0) > 0) or (not year and not form and n == "0"))):
        return None
    return worded("it gives neither the characters of a year nor the uses of a form")
