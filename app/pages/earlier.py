"""The earlier article of a series, which an article can be compared with."""

from __future__ import annotations

import re

from app import urls
from app.index import Filters
from app.model import Header
from app.pages.article import title_of
from app.pages.resources import Resources
from app.pages.views import Link

# The least number of fixed characters in the titles of a series.
_FIXED = 4
_NUMBER = re.compile(
    r"\d+|(?<=第)[〇零一二三四五六七八九十百两]+|[〇零一二三四五六七八九十百]+(?=[年月届次期号季])"
)


def earlier(res: Resources, header: Header) -> Link | None:
    """The comparison with the article before this one in its series.

    The titles of a series are equal apart from years and numbers. An article without a date has no
    predecessor.
    """
    pattern, fixed = series(header.title)
    if not fixed or not header.date or not res.paged:
        return None
    found = res.library.search(fixed, Filters(until=header.date), limit=1).found.titles
    before = [
        e.header
        for e in found
        if e.header.id != header.id and e.header.date < header.date and series(e.header.title)[0] == pattern
    ]
    last = max(before, key=lambda h: h.date, default=None)
    return Link(title_of(last), urls.compare(last.id, header.id)) if last else None


def series(title: str) -> tuple[str, str]:
    """A title without its numbers, and its longest fixed part; "" for a title of no series."""
    pattern = _NUMBER.sub("#", title)
    fixed = max(pattern.split("#"), key=len) if "#" in pattern else ""
    return pattern, fixed.strip() if len(fixed.strip()) >= _FIXED else ""
