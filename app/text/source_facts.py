"""Which line of a text gives its title, date, publication and author, and which of them no line gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.i18n import mark
from app.model import Header
from app.text.dates import find_date

# The names of the facts for readers.
FACTS = {
    "title": mark("题目"),
    "subtitle": mark("副题"),
    "date": mark("日期"),
    "publication": mark("出处"),
    "author": mark("作者"),
}
_HEAD, _FOOT = 40, 6  # lines at the top and at the end that may hold such facts


@dataclass(frozen=True, slots=True)
class SourceFact:
    """A fact of an article's head.

    Attributes:
        name: title, subtitle, date, publication or author, as in the front matter.
        value: "" if the article has none.
        line: the number of the line that gives it; 0 if none does.
    """

    name: str
    value: str
    line: int

    @property
    def doubtful(self) -> bool:
        """Whether an editor should look at it: it is missing, or not in the text."""
        return not self.line


def source_facts(header: Header, text: str) -> tuple[SourceFact, ...]:
    """The facts of a header with their lines in the text as received, the doubtful ones first."""
    lines = text.splitlines()
    last = len(lines)
    near = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and (n <= _HEAD or n > last - _FOOT)]
    found = [SourceFact(name, value, _line(name, value, near)) for name, value in _facts(header)]
    return tuple(sorted(found, key=lambda fact: not fact.doubtful))


def _facts(header: Header) -> Iterator[tuple[str, str]]:
    yield "title", header.title
    if header.subtitle:
        yield "subtitle", header.subtitle
    yield "date", header.date
    yield "publication", header.publication
    yield "author", header.author


def _line(name: str, value: str, near: Sequence[tuple[int, str]]) -> int:
    """The first line that gives a fact; a title may go on in the next line."""
    if not value:
        return 0
    if name == "date":
        dates = ((n, find_date(line)) for n, line in near)
        return next((n for n, date in dates if date and date[0].startswith(value)), 0)
    names = [_bare(part) for part in value.split("、")] if name == "author" else [_bare(value)]
    if not all(names):
        return 0
    for place, (n, line) in enumerate(near):
        words = _bare(line)
        if name in ("title", "subtitle") and names[0] not in words:
            below = _bare(near[place + 1][1]) if place + 1 < len(near) else ""
            if words and words in names[0] and names[0] in words + below:
                return n
        if all(part in words for part in names):
            return n
    return 0


def _bare(words: str) -> str:
    return re.sub(r"\W", "", words)
