"""How likely each sign is, in nats.

The tables were learnt together (a conditional random field over the four states of a line, trained on texts
set into columns of many widths, indents and gaps). An entry means something only in comparison: what counts
is the difference between the ways on from one line end.
"""

from __future__ import annotations

from math import log

# In nats: another width from this line on; from or to no column at all, besides; no column from the first
# line on; a line that is as wide as a column but for a first indent, against the whole window and, where the
# beginnings of blocks are told apart, against lines that lost none; a line without a mark that begins a block
# and goes on, in any but the commonest width, since it may be a heading; a line that goes beyond the column.
CHANGE, LOOSE, OPENING, FIRST_LINE, _EITHER, BARE, BEYOND = -5.5, -4.0, -4.0, -1.5, -0.7, -3.0, -14.0

# First lines lose two ems with their indent; from this number of nats on the loss is clear.
INDENT, CLEAR = 4, 8.0

# On in a paragraph: by the mark at the line's end (none, comma, colon, semicolon, stop, question or cry, stop
# within closing quotes).
WRAP_MARK = (-0.3, -2.0, -3.8, -3.0, -2.7, -4.4, -3.8)

# By how the next line begins (plainly, as an item, as an article of a law, with a mark that never begins one,
# with a quotation, with words that open paragraphs, with words that run on, with a dash, with a speaker's
# label): after no stop, after a stop. The last two were set by hand, and so were all of them for headings.
WRAP_NEXT = (
    (0.9, -5.5, -3.3, 4.6, -2.7, -2.0, 2.1, 0.9, -3.5),
    (0.4, -3.2, -3.5, 4.1, -2.1, 0.3, 1.9, 0.4, -3.5),
)

# By the place of the line's end: in the open, inside a quotation, inside brackets or a title.
WRAP_INSIDE = (0.2, 1.3, 2.1)

# A full line that ends in a colon before a quotation: newspapers go on, since few last lines are full.
COLON_QUOTE = 1.0

# By the room left beyond what the next unit needed, in half-widths: below -5, -5 to 7, up to 15, more; below
# -1 the line holds more than the column by squeezing marks. Rows: 0-1, 2-3, 4 marks that could be squeezed.
# First for windows where lines leave room now and then, second for crisp ones.
WRAP_ROOM = (
    (
        (-4.0, -3.5, -2.6, -1.8, -1.4, -1.6, -3.0, -3.5, -3.8, -3.6, -3.2, -4.1, -4.5, -7.9),
        (-3.5, -3.0, -1.7, -1.9, -1.6, -1.8, -3.6, -3.6, -3.9, -4.3, -4.4, -5.0, -5.1, -7.9),
        (-3.2, -1.5, -0.9, -1.0, -1.8, -1.6, -3.6, -3.7, -4.5, -5.0, -5.7, -5.5, -7.2, -8.0),
    ),
    (
        (-4.5, -3.4, -2.4, -2.1, -1.8, -1.4, -3.1, -3.8, -6.0, -6.7, -5.6, -5.5, -7.1, -9.7),
        (-4.1, -2.7, -1.7, -1.5, -1.4, -2.2, -2.7, -4.1, -4.9, -5.2, -5.9, -5.6, -7.0, -9.7),
        (-2.3, -2.6, -1.2, -2.0, -1.5, -1.6, -3.8, -3.9, -4.9, -5.1, -5.8, -5.5, -7.5, -9.5),
    ),
)

# How much of what a window taught about indents (of paragraphs, of items) and gaps is believed.
TRUST_INDENT = 2.77
TRUST_ITEM = 0.53
TRUST_GAP = 0.97

# An end of a paragraph: by its mark as above; by room in steps (far over, squeezed, just full, up to one em
# and a half, up to three, up to seven, more).
END_MARK = (-4.8, -9.2, -4.0, -3.5, -0.5, -3.5, -1.0)
END_ROOM = (-3.9, -2.0, -2.2, -1.7, -1.5, -0.7, 0.1)

# An end of a heading: the same; and by commas within (none, some, even a stop).
HEAD_MARK = (-1.3, -6.5, -6.3, -6.5, -6.7, -1.1, -5.3)
HEAD_ROOM = (-4.9, -3.0, -2.6, -2.1, -1.5, -0.8, -0.0)
HEAD_COMMAS = (0.0, -2.0, -5.7)

# A heading begins: by how its line begins, by its indent (less than the margin, none, a little, more), by the
# gap before it (smaller than usual, usual, larger); then the gap between it and a paragraph, or another
# heading.
HEAD_NEXT = (-3.4, -8.7, -3.3, -10.0, -5.4, -4.0, -2.8, -3.4, -8.7)
HEAD_INDENT = (0.4, 0.5, -2.8, -0.8)
BEFORE_HEADING = (-2.3, 1.1, 1.0)
AFTER_HEADING = (2.1, -1.1, -1.2)
TWO_HEADINGS = (-0.2, -1.2, -0.9)

# A heading goes on in the next line.
HEAD_ON_MARK = (-1.3, -4.0, -3.8, -7.0, -6.2, -5.4, -5.0)
HEAD_ON_NEXT = (0.1, -4.9, -9.0, 0.5, -1.2, -1.9, 0.8, -8.0, -9.0)
HEAD_ON_GAP = (0.3, -0.3, -3.0)
HEAD_ON_INSIDE = (-0.6, 1.1, 3.3)

# The next line has a comma, and both would have fitted on one line: a subtitle.
HEAD_ON_FREE = -3.0
HEAD_ON_FIT = (-7.4, -3.1, -0.4, -0.4)

# A heading at the very top, at the very end.
TOP_HEADING = 1.33
LAST_HEADING = -1.54

# A paragraph that begins with the words of the heading before it, as news does.
ECHO = -0.16

# A block of one line: an item, any other.
END_ITEM = 2.73
END_FIRST = -0.84

# Share of wraps by the room that they leave, from -6 (squeezed) to 9 half-widths, by marks to squeeze
# (0-1, 2-3, 4), per hundred.
_ROOMS = (
    (0.3, 0.6, 1.0, 8.0, 6.0, 62.0, 10.0, 8.0, 1.5, 0.8, 0.5, 0.4, 0.3, 0.2, 0.2, 0.2),
    (0.8, 3.0, 2.0, 36.0, 6.0, 36.0, 6.0, 6.0, 1.2, 0.8, 0.5, 0.4, 0.3, 0.2, 0.2, 0.2),
    (5.0, 10.0, 4.0, 36.0, 5.0, 31.0, 3.0, 3.0, 0.8, 0.8, 0.5, 0.4, 0.3, 0.2, 0.2, 0.2),
)

# Seven ends of ten in a column are wraps, with these marks; the others leave any room with one likelihood.
_WRAP_SHARE = tuple(0.7 * share for share in (0.86, 0.1, 0.01, 0.02, 0.04, 0.02, 0.01))
_END_SHARE = tuple(0.3 * share for share in (0.06, 0.01, 0.08, 0.06, 0.62, 0.1, 0.1))


def _fit() -> tuple[tuple[tuple[float, ...], ...], ...]:
    """By marks to squeeze, mark at the end, room from -6 to 9 and more: how well a width explains it."""
    return tuple(
        tuple(
            tuple(
                log(wrap * share / 100 + end * (0.025 if room > -2 else 0.005 if room > -6 else 1e-4))
                for room, share in enumerate(shares, -6)
            )
            for wrap, end in zip(_WRAP_SHARE, _END_SHARE, strict=True)
        )
        for shares in (_ROOMS[slim // 2] for slim in range(5))
    )


# The same told apart: a wrap, by marks to squeeze, mark and room from -6 to 14; one of a first line, which
# may have lost an indent; an end, by mark.
WRAPPED = tuple(
    tuple(
        tuple(log(wrap * _ROOMS[slim // 2][min(room, 15)] / 100) for room in range(21))
        for wrap in _WRAP_SHARE
    )
    for slim in range(5)
)

FIRST_WRAPPED = tuple(
    tuple(
        tuple(max(fits[room], fits[max(room - INDENT, 0)]) + _EITHER for room in range(21))
        for fits in by_mark
    )
    for by_mark in WRAPPED
)
ENDED = tuple(log(share * 0.025) for share in _END_SHARE)
FIT = _fit()

# Not in a column at all, by mark: any length is as good as any other, and every line is a block.
UNFIT = tuple(log(share) - 4.3 for share in (0.15, 0.005, 0.08, 0.06, 0.54, 0.1, 0.1))

# From an index in WRAP_ROOM to the step of room in END_ROOM and HEAD_ROOM.
ROOM_STEP = (0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 6)
BARRED, CERTAIN = -1e9, 9.0
