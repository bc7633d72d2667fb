"""Counts entries in texts that the library does not hold: files of JSON lines to rows of a series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.content import Finding
from app.i18n import message_of, worded
from app.library.jsonl import lines_of, paragraphs_of, parse_line
from app.model import Term
from app.text.folding import visible
from app.text.terms.matcher import Surroundings, count_forms


@dataclass(frozen=True, slots=True)
class DatedText:
    """A text to count in, and the year that it belongs to."""

    year: str
    text: str


def read_texts(paths: Sequence[Path], findings: list[Finding]) -> Iterator[DatedText]:
    """The texts of files of JSON lines, {"date", "text"} or {"date", "paragraphs"}; other lines are findings.

    Paragraphs are joined: scanned texts are often cut inside a phrase.
    """
    for where, line in lines_of(paths):
        try:
            yield _text(parse_line(line))
        except (ValueError, RecursionError) as error:
            path, _, n = where.rpartition(":")
            remedy = worded('write {"date": "2024", "text": "…"}')
            findings.append(Finding(path, int(n), "F03", message_of(error), remedy))


def _text(record: Mapping[str, Any]) -> DatedText:
    year = str(record.get("date") or "")[:4]
    if not (len(year) == 4 and year.isascii() and year.isdigit()):
        raise ValueError(worded("it has no date"))
    if "paragraphs" in record:
        return DatedText(year, "".join(p.text for p in paragraphs_of(record["paragraphs"])))
    if not isinstance(record.get("text"), str):
        raise ValueError(worded("neither text nor paragraphs"))
    return DatedText(year, record["text"])


def count_series(terms: Sequence[Term], texts: Iterable[DatedText]) -> Iterator[tuple[str, ...]]:
    """Count all entries in texts; yields the rows of `app.content.series_files`."""
    held, characters = list(texts), Counter[str]()
    for t in held:
        characters[t.year] += len(t.text)
    around = [Surroundings((visible(t.text).text,)) for t in held]
    rows = {year: [(year, str(n), "", "", "")] for year, n in characters.items()}
    unused = list[tuple[str, ...]]()
    for term in sorted(terms, key=lambda t: t.id):
        uses = Counter[tuple[str, str]]()
        for t, found in zip(held, count_forms(term, around), strict=True):
            for form, n in found.items():
                uses[t.year, form] += n
        for (year, form), n in sorted(uses.items()):
            rows[year].append((year, "", term.id, form, str(n)))
        if not uses:
            unused.append(("", "", term.id, "", "0"))
    for year in sorted(rows):
        yield from rows[year]
    yield from unused
