"""Articles in lists: from the rows of an index, and from a document."""

from __future__ import annotations

import json

from app.index.packed import day_of, summary
from app.index.values import ArticleEntry
from app.model import Document, Header


def article_entry(entry: str, age: int) -> ArticleEntry:
    """Read an entry from the columns `entry` and `age` of the table `article`."""
    data = json.loads(entry)
    header = {**data.pop("header")}
    header["aliases"] = tuple(header["aliases"])
    cuts = tuple(data.pop("title_cuts"))
    return ArticleEntry(header=Header(**header), title_cuts=cuts, place=f"{-age}.{header['id']}", **data)


def entry_of(document: Document) -> ArticleEntry:
    """Return the entry of a document in a list of articles."""
    return article_entry(json.dumps(summary(document)), -day_of(document.header.date))
