"""Reflow of a text within which some blocks are known: tables, footnotes and captions of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.i18n import mark
from app.importers.cleaning import Row, clean
from app.importers.imported import Imported
from app.model import Piece
from app.text.reflow import LineEnd, Reflowed, reflow

_LABEL = re.compile(r"[\[〔【]\d{1,3}[\]〕】]|[①-⑳*†‡※]+")
_NEAR = 20  # blocks before a footnote that may cite it


def reflow_imported(imported: Imported) -> Reflowed:
    """Reflow the text of a file; known blocks follow the block that they interrupt or that cites them."""
    if imported.format == "txt":
        return reflow_received(imported.text)
    if not imported.told:
        return reflow(imported.text)
    known = {n for piece in imported.told for n in range(_first(piece), _last(piece) + 1)}
    done = _reflow_rows([row for row in enumerate(imported.text.splitlines(), 1) if row[0] not in known])
    return replace(done, pieces=_woven(done.pieces, imported.told))


def reflow_received(text: str) -> Reflowed:
    """Reflow a plain text as it was received; blocks and line ends have the numbers of its lines."""
    cleaned = clean(text)
    return _each_apart(cleaned.rows) if cleaned.apart else _reflow_rows(cleaned.rows)


def _each_apart(rows: Sequence[Row]) -> Reflowed:
    """A block for every row."""
    pieces = tuple(Piece("paragraph", words, (n, n)) for n, words in rows)
    ends = tuple(LineEnd(n, "line", mark("此处未折行"), 0.9) for n, _ in rows)
    return Reflowed(False, pieces, ends)


def _reflow_rows(rows: Sequence[Row]) -> Reflowed:
    """Reflow some lines of a text."""
    numbers = [n for n, _ in rows]
    done = reflow("\n".join(words for _, words in rows))
    pieces = [
        replace(piece, lines=(numbers[_first(piece) - 1], numbers[_last(piece) - 1])) for piece in done.pieces
    ]
    ends = tuple(replace(end, line=numbers[end.line - 1]) for end in done.line_ends)
    return replace(done, pieces=tuple(pieces), line_ends=ends)


def _woven(flow: Sequence[Piece], told: Sequence[Piece]) -> tuple[Piece, ...]:
    after: dict[int, list[Piece]] = {}
    n = -1
    for piece in told:
        while n + 1 < len(flow) and _first(flow[n + 1]) < _first(piece):
            n += 1
        after.setdefault(_citing(flow, n, piece) if piece.kind == "note" else n, []).append(piece)
    woven = after.get(-1, [])
    for place, piece in enumerate(flow):
        woven += [piece, *after.get(place, [])]
    return tuple(woven)


def _citing(flow: Sequence[Piece], n: int, note: Piece) -> int:
    """The last block up to `n` that cites a footnote, or else `n`."""
    label = _LABEL.match(note.text)
    near = range(n, max(n - _NEAR, -1), -1)
    return next((k for k in near if label and label[0] in flow[k].text), n)


def _first(piece: Piece) -> int:
    assert piece.lines
    return piece.lines[0]


def _last(piece: Piece) -> int:
    assert piece.lines
    return piece.lines[1]
