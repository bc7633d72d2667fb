"""Reflow of a text within which some blocks are known: tables, footnotes and captions of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.importers.imported import Imported
from app.model import Piece
from app.text.reflow import Reflowed, reflow

_LABEL = re.compile(r"[\[〔【]\d{1,3}[\]〕】]|[①-⑳*†‡※]+")
_NEAR = 20  # blocks before a footnote that may cite it


def reflow_imported(imported: Imported) -> Reflowed:
    """Reflow the text of a file; known blocks follow the block that they interrupt or that cites them."""
    if not imported.told:
        return reflow(imported.text)
    rows = imported.text.splitlines()
    known = {n for piece in imported.told for n in range(_first(piece), _last(piece) + 1)}
    numbers = [n for n in range(1, len(rows) + 1) if n not in known]
    done = reflow("\n".join(rows[n - 1] for n in numbers))
    flow = [
        replace(piece, lines=(numbers[_first(piece) - 1], numbers[_last(piece) - 1])) for piece in done.pieces
    ]
    ends = tuple(replace(end, line=numbers[end.line - 1]) for end in done.line_ends)
    return replace(done, pieces=_woven(flow, imported.told), line_ends=ends)


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
