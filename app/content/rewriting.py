"""Changes an article.md and leaves every line alone that need not change, with comments and quotation marks.

The result reads back as exactly the values that were asked for. Where that cannot be done line by line, the
file is written anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ruamel.yaml.comments import CommentedMap

from app.content.article_file import (
    HEADER_KEYS,
    format_article,
    format_pieces,
    front_matter,
    front_of,
    parse_article,
)
from app.content.yaml_file import dump_yaml, load_yaml
from app.model import Correction, Header, Piece

# Blocks of these kinds that follow each other are written together: a change of one writes all of them.
_GROUPED = ("list", "verse", "table")
_KIND_LINE = re.compile(r"\{\.[a-z]+\}\s*")


def rewrite(text: str, header: Header, pieces: Sequence[Piece], corrections: Sequence[Correction]) -> str:
    """An article.md with new values.

    Args:
        text: the file as it is.
        header: with the article's id.
        pieces: the whole text; only kinds, words and levels count.
        corrections: all of them.

    Raises:
        ContentError: the file as it is cannot be read.
    """
    old_header, old_pieces, old_corrections = parse_article(header.id, text, "article.md")
    lines = text.split("\n")
    end = front_matter(lines, "article.md")[2]
    front, body = lines[:end], lines[end:]
    was, now = front_of(old_header, old_corrections), front_of(header, corrections)
    if was != now:
        front = _front(front, was, now)
    if _plain(old_pieces) != _plain(pieces):
        body = _body(body, end, old_pieces, pieces)
    made = "\n".join((*front, *body))
    read = parse_article(header.id, made, "article.md")
    same = (read[0], _plain(read[1]), _bare(read[2])) == (header, _plain(pieces), _bare(corrections))
    return made if same else format_article(header, pieces, corrections)


def _plain(pieces: Sequence[Piece]) -> list[tuple[str, str, int]]:
    return [(p.kind, p.text, p.level) for p in pieces]


def _bare(corrections: Sequence[Correction]) -> list[Correction]:
    return [replace(c, line=0) for c in corrections]


def _front(lines: Sequence[str], was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """The front matter with the keys changed that differ."""
    loaded = load_yaml("\n".join(lines[1:-1]), "article.md", "A03", first_line=2, quotes=True)
    data = loaded if isinstance(loaded, CommentedMap) else CommentedMap()
    for place, key in enumerate(HEADER_KEYS):
        if was.get(key) == now.get(key):
            continue
        if key not in now:
            data.pop(key, None)
        elif key == "corrections":
            _put_corrections(data, now[key], place)
        elif key in data:
            data[key] = now[key]
        else:
            data.insert(_place(data, place), key, now[key])
    return ["---", *dump_yaml(data).rstrip("\n").split("\n"), "---"]


def _put_corrections(data: CommentedMap, wanted: Sequence[dict[str, Any]], place: int) -> None:
    """Write the list of corrections; those that stay keep their comments."""
    listed = data.get("corrections")
    if listed is None:
        data.insert(_place(data, place), "corrections", list(wanted))
        return
    for i in reversed(range(len(listed))):
        if dict(listed[i]) not in wanted:
            del listed[i]
    if [dict(item) for item in listed] == list(wanted[: len(listed)]):
        listed.extend(wanted[len(listed) :])
    else:
        listed[:] = wanted


def _place(data: CommentedMap, place: int) -> int:
    """Where a new key goes: in the order of `HEADER_KEYS` among those that are there."""
    before = list(HEADER_KEYS)[:place]
    return max((i for i, key in enumerate(data, 1) if key in before), default=0)


def _body(lines: list[str], above: int, old: Sequence[Piece], new: Sequence[Piece]) -> list[str]:
    """The body with the one stretch of blocks written anew that differs.

    Args:
        lines: of the body.
        above: how many lines of the file are before it.
        old: its blocks, with their lines in the file.
        new: the blocks that it should have.
    """
    was, now = _plain(old), _plain(new)
    start = _common(was, now)
    after = _common(was[start:][::-1], now[start:][::-1])
    start, after = _widened(old, new, start, after)
    stop = len(old) - after
    written = format_pieces(new[start : len(new) - after]).strip("\n")
    first = _first_line(lines, above, old[start]) if start < len(old) else len(lines)
    before = _last_line(above, old[start - 1]) if start else 0
    if start == stop:  # something is put in
        return [*lines[:before], "", *written.split("\n"), *lines[before:]]
    behind = lines[_last_line(above, old[stop - 1]) :]
    if not written:
        return [*lines[:before], *behind] if start else [*lines[:first], *_without_gap(behind)]
    return [*lines[:first], *written.split("\n"), *behind]


def _common(a: Sequence[object], b: Sequence[object]) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _widened(old: Sequence[Piece], new: Sequence[Piece], start: int, after: int) -> tuple[int, int]:
    """The equal blocks before and after a change, without those that are written together with it."""

    def grouped(kind: str, others: Sequence[Piece]) -> bool:
        return kind in _GROUPED and any(p.kind == kind for p in others)

    while start and grouped(
        old[start - 1].kind, (*old[start : len(old) - after], *new[start : len(new) - after])
    ):
        start -= 1
    while after and grouped(
        old[len(old) - after].kind, (*old[start : len(old) - after], *new[start : len(new) - after])
    ):
        after -= 1
    return start, after


def _first_line(lines: Sequence[str], above: int, piece: Piece) -> int:
    """The index of a block's first line in the body, that with its kind included."""
    first = (piece.lines[0] if piece.lines else above + 1) - above - 1
    return first - 1 if first and _KIND_LINE.fullmatch(lines[first - 1]) else first


def _last_line(above: int, piece: Piece) -> int:
    """The index after a block's last line in the body."""
    return (piece.lines[1] if piece.lines else above) - above


def _without_gap(lines: Sequence[str]) -> list[str]:
    filled = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    return list(lines[filled:])
