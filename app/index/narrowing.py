"""A search as SQL: the tokens that every result must have, and the exact condition on its block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.index.packed import TRANSLATED, day_of, grams, last_day_of, mark, marks_between
from app.index.rows import fit_id
from app.index.values import Filters
from app.text.query import Query

# Maximum of grams that narrow a search, and of words in one SQL condition.
_NARROWING = 64


class Narrowing:
    """Tokens that every result has.

    Attributes:
        groups: each is a choice between alternatives; an alternative is a tuple of grams, all required.
        marks: each is a choice between marks.
        article: id of the only article to search; it has few blocks, so the other fields are not used.
    """

    def __init__(self) -> None:
        self.groups: list[tuple[tuple[str, ...], ...]] = []
        self.marks: list[tuple[str, ...]] = []
        self.article = ""

    def __bool__(self) -> bool:
        return bool(self.groups or self.marks or self.article)


def narrowing(query: Query, filters: Filters) -> Narrowing:
    """Choose at most 64 grams, and marks for the filters."""
    made = Narrowing()
    room = _NARROWING
    most = max(1, _NARROWING // max(1, len(query.words)))
    for group in query.groups:
        alternatives = tuple(_tokens(word, most) for word in group)
        size = sum(map(len, alternatives))
        # A group cannot narrow if one of its alternatives has no tokens.
        if all(alternatives) and size <= room:
            made.groups.append(alternatives)
            room -= size
    if filters.article:
        made.article = fit_id(filters.article)
    if filters.term:
        made.marks.append((mark("term", filters.term),))
    if filters.speaker:
        made.marks.append((mark("speaker", filters.speaker),))
    if filters.kind:
        made.marks.append((mark("quotation"),))
    if (filters.since or filters.until) and (
        dated := marks_between(day_of(filters.since), last_day_of(filters.until))
    ):
        made.marks.append(tuple(dated))
    return made


def _tokens(word: str, most: int) -> tuple[str, ...]:
    """Return the pairs of a word, and characters that are in no pair; at most `most` of them."""
    found = grams(word)
    pairs = [g for g in found if len(g) == 2]
    paired = set("".join(pairs))
    tokens = pairs + [g for g in found if len(g) == 1 and g not in paired]
    step = max(1, -(-len(tokens) // most))
    return tuple(tokens[::step])


def condition_of(query: Query, filters: Filters) -> tuple[str, list[Any]]:
    """Return the exact condition on a block as SQL on `b`, and its values."""
    parts, values = list[str](), list[Any]()
    for at in range(0, len(query.groups), _NARROWING):
        # Databases limit the depth of a condition.
        bunch = query.groups[at : at + _NARROWING]
        parts.append("(" + " and ".join(_any("b.words", group) for group in bunch) + ")")
        values += [word for group in bunch for word in group]
    for word in query.without:
        parts.append("instr(b.words, ?) = 0")
        values.append(word)
    if filters.article:
        parts.append("b.article = (select key from article where id = ?)")
        values.append(fit_id(filters.article))
    if filters.term:
        parts.append(
            f"""exists (select 1 from occurrence o
            where o.article = b.article and o.n = b.n % {TRANSLATED} and o.term = ?)"""
        )
        values.append(fit_id(filters.term))
    if filters.since:
        parts.append(
            """b.day + case when b.day = 0 then 0 when b.day % 10000 = 0 then 9999
            when b.day % 100 = 0 then 99 else 0 end >= ?"""
        )
        values.append(day_of(filters.since) or 99999999)
    if filters.until:
        parts.append("b.day > 0 and b.day <= ?")
        values.append(last_day_of(filters.until))
    if filters.speaker or filters.kind:
        # A translation has the terms and speakers of its block; where its quotations begin is not known.
        n = "b.n" if filters.kind else f"b.n % {TRANSLATED}"
        said = f"q.article = b.article and q.n = {n}"
        if filters.speaker:
            said += " and q.speaker = ?"
            values.append(fit_id(filters.speaker))
        if filters.kind:
            for group in query.groups[:_NARROWING]:
                said += " and " + _any('substr(b.words, q.start + 1, q."end" - q.start)', group)
                values += group
        parts.append(f"exists (select 1 from quotation q where {said})")
    return " and ".join(parts), values


def _any(text: str, group: Sequence[str]) -> str:
    return "(" + " or ".join([f"instr({text}, ?) > 0"] * len(group)) + ")"
