"""Copies articles that came as JSON lines from an index that is damaged or has another schema.

All other articles are read again from content/.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from app.document import decode
from app.index.packed import Packed, pack
from app.index.sql import Index
from app.model import ArticleId

# Two ways to list the articles that came as JSON lines, since one may work where the other is damaged: the
# index `article_source` alone, and the table. Each with its first cursor and the cursor's columns.
_LISTS: tuple[tuple[str, tuple[Any, ...], slice], ...] = (
    (
        """select key, digest, source, id from article where source > '' and (source, id) > (?, ?)
        order by source, id limit ?""",
        ("", ""),
        slice(2, 4),
    ),
    (
        "select key, digest, source, id from article where source <> '' and key > ? order by key limit ?",
        (-1,),
        slice(0, 1),
    ),
)
_BATCH = 200  # articles that are listed at once


class RepairResult(Struct, frozen=True):
    """The result of copying, as text for the log.

    Attributes:
        kept: number of articles copied.
        lost: number of articles that could not be read.
        listed: the list of articles was read to its end; if not, more may be lost.
    """

    kept: int
    lost: int
    listed: bool

    def __str__(self) -> str:
        kept = f"; {self.kept} articles from JSON lines are kept" if self.kept else ""
        if self.listed and not self.lost:
            return kept
        lost = f"{self.lost} articles" if self.listed else "articles"
        return f"{kept}; {lost} from JSON lines may be lost: meipi index --jsonl FILE takes them in again"


def carry_over(
    old: Callable[[str, Sequence[Any]], list[tuple[Any, ...]]], fault: type[Exception], new: Index
) -> RepairResult:
    """Copy the articles that came as JSON lines.

    Args:
        old: runs a query on the old index and returns all rows.
        fault: the exception that `old` raises.
        new: receives the articles; those that it has already are not replaced.
    """
    lost, kept, listed = set[str](), 0, False
    for query, begin, place in _LISTS:
        last, size = begin, _BATCH
        while size:
            try:
                rows = old(query, (*last, size))
            except fault:
                size //= 2  # read as much as possible before the damage
                continue
            if not rows:
                listed = True
                break
            last = rows[-1][place]
            known = new.held([ArticleId(id) for *_, id in rows])
            documents = list[Packed]()
            for key, digest, source, id in rows:
                if id not in known:
                    try:
                        (body,) = old("select body from document where article = ?", (key,))[0]
                        document = decode(zlib.decompress(body))
                        documents.append(pack(document, digest, source))
                    except (fault, zlib.error, ValueError, LookupError, TypeError):
                        lost.add(id)
            new.put_all(documents)
            kept += len(documents)
            lost.difference_update(p.id for p in documents)
    return RepairResult(kept, len(lost), listed)
