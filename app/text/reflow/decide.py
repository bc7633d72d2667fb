"""The most likely course through all line ends."""

from __future__ import annotations

from collections.abc import Sequence

from app.text.reflow.lines import COLON, ITEM, QUOTE, STOP, Line
from app.text.reflow.manner import Manner
from app.text.reflow.weights import (
    AFTER_HEADING,
    BARRED,
    BEFORE_HEADING,
    CERTAIN,
    COLON_QUOTE,
    ECHO,
    END_FIRST,
    END_ITEM,
    END_MARK,
    END_ROOM,
    HEAD_COMMAS,
    HEAD_INDENT,
    HEAD_MARK,
    HEAD_NEXT,
    HEAD_ON_FIT,
    HEAD_ON_FREE,
    HEAD_ON_GAP,
    HEAD_ON_INSIDE,
    HEAD_ON_MARK,
    HEAD_ON_NEXT,
    HEAD_ROOM,
    LAST_HEADING,
    ROOM_STEP,
    TOP_HEADING,
    TRUST_GAP,
    TRUST_INDENT,
    TRUST_ITEM,
    TWO_HEADINGS,
    WRAP_INSIDE,
    WRAP_MARK,
    WRAP_NEXT,
    WRAP_ROOM,
)


def room_index(room: int) -> int:
    """The index of a room in a row of WRAP_ROOM."""
    return 0 if room < -5 else room + 5 if room < 8 else 12 if room < 16 else 13


def fits_one_measure(a: Line, b: Line, width: int) -> int:
    """Whether two lines of a heading could have been set to one measure.

    Returns:
        0 if not, since what follows would have fitted; 1 to 3 for a measure of up to two fifths, up to four
        fifths, or all of the column.
    """
    return 0 if a.reach + b.unit <= b.reach - 2 else min(3, 1 + 5 * a.reach // (2 * width + 1))


_Score = tuple[float, float, float, float]
_Came = tuple[int, int, int, int]
_ANEW: _Score = (0.0, BARRED, TOP_HEADING, BARRED)


def decide(
    lines: Sequence[Line], widths: Sequence[int], manners: Sequence[Manner]
) -> tuple[list[int], list[float], float]:
    """The most likely course through the line ends.

    Returns:
        The state of every line: 0 begins a paragraph, 1 continues one, 2 begins a heading, 3 continues one;
        by how many nats each line end is more likely an end than a wrap, given the lines before it; the
        log-likelihood of the whole course.
    """
    ahead: list[float] = []
    score = _ANEW
    back: list[_Came] = []
    for i, width in enumerate(widths[: len(lines) - 1]):
        if width:
            echo = lines[i + 1].text[:2] == lines[i - 1].text[:2]
            score, came = _next(score, lines[i], lines[i + 1], manners[i], width, echo)
            ahead.append(max(score[0], score[2]) - max(score[1], score[3]))
        else:
            came = (max(range(4), key=score.__getitem__),) * 4
            score = _ANEW
            ahead.append(CERTAIN)
        back.append(came)
    last = lines[-1]
    final = (
        score[0] + END_MARK[last.mark],
        score[1] + END_MARK[last.mark],
        score[2] + HEAD_MARK[last.mark] + HEAD_COMMAS[last.commas] + LAST_HEADING,
        score[3] + HEAD_MARK[last.mark] + HEAD_COMMAS[last.commas] + LAST_HEADING,
    )
    state = max(range(4), key=final.__getitem__)
    total, states = final[state], [state]
    for came in reversed(back):
        state = came[state]
        states.append(state)
    states.reverse()
    return states, ahead, total


def _next(score: _Score, a: Line, b: Line, manner: Manner, width: int, echo: bool) -> tuple[_Score, _Came]:
    """The likelihood of each state of line `b`, and the state of line `a` that it comes from.

    Args:
        score: of each state of line `a`.
        a: a line.
        b: the next one.
        manner: of the layout.
        width: of the column.
        echo: the line before `a` begins like `b`.
    """
    mark, begin = a.mark, b.begin
    room = width - a.reach - b.unit + 1
    at = room + 5 if -6 < room < 8 else room_index(room)
    step = ROOM_STEP[at]
    gap, deeper, in_start, in_later, gap_start, gap_later = manner.signs(b.gap, b.indent)
    likely = WRAP_ROOM[manner.crisp][a.slim // 2]
    on = WRAP_MARK[mark] + WRAP_NEXT[mark >= STOP][begin] + WRAP_INSIDE[a.inside]
    on = on + TRUST_INDENT * in_later + TRUST_GAP * gap_later
    if mark == COLON and begin == QUOTE and room < 2:
        on += COLON_QUOTE
    first, later, head_first, head_later = score
    on_first = first + on + (likely[room_index(room - manner.loss)] if manner.loss else likely[at])
    on_later = later + on + likely[at]
    first += END_ITEM if a.begin == ITEM else END_FIRST
    best, k = (first, 0) if first > later else (later, 1)
    head, h = (head_first, 2) if head_first > head_later else (head_later, 3)
    after = best + END_MARK[mark] + END_ROOM[step]
    headed = head + HEAD_MARK[mark] + HEAD_ROOM[step] + HEAD_COMMAS[a.commas]
    start, start_headed = after + TRUST_GAP * gap_start, headed + AFTER_HEADING[gap]
    if echo or b.text[:2] == a.text[:2]:
        start_headed += ECHO
    title, title_headed = after + BEFORE_HEADING[gap], headed + TWO_HEADINGS[gap]
    came = (k if start > start_headed else h, int(on_first <= on_later), k if title > title_headed else h, h)
    indented = (TRUST_ITEM if begin == ITEM else TRUST_INDENT) * in_start
    return (
        (start if start > start_headed else start_headed) + indented,
        on_first if on_first > on_later else on_later,
        (title if title > title_headed else title_headed) + HEAD_NEXT[begin] + HEAD_INDENT[deeper],
        _heading_goes_on(head, a, b, gap, width),
    ), came


def _heading_goes_on(head: float, a: Line, b: Line, gap: int, width: int) -> float:
    """The likelihood that line `b` continues the heading of line `a`, which has the likelihood `head`."""
    return (
        head
        + HEAD_ON_MARK[a.mark]
        + HEAD_ON_NEXT[b.begin]
        + HEAD_COMMAS[a.commas]
        + HEAD_ON_GAP[gap]
        + HEAD_ON_INSIDE[a.inside]
        + HEAD_ON_FIT[fits_one_measure(a, b, width)]
        + (HEAD_ON_FREE if b.commas and a.reach + b.reach <= width else 0.0)
    )
