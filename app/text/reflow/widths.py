"""The column width that each line was set to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from app.text.reflow.lines import COLON, ITEM, STOP, Line
from app.text.reflow.weights import (
    BARE,
    BARRED,
    BEYOND,
    CHANGE,
    ENDED,
    FIRST_LINE,
    FIRST_WRAPPED,
    FIT,
    LOOSE,
    OPENING,
    UNFIT,
    WRAPPED,
)

# In half-widths: no column is wider than 70 ems.
_WIDEST = 140

# A window may hold columns of several widths (next to a picture, after a change of page); more than these are
# not looked for, and none that fewer lines than this bear witness to.
_MOST_WIDTHS, _FEWEST_WITNESSES = 6, 2.0

# No column is narrower, in half-widths: numbered cross-heads of one length are none.
_NARROWEST = 12

# The next line begins an item, an article of a law or a turn to speak; with a mark that never begins one; is
# indented more than this one: how much less, or more, likely this one goes on.
_ON_NEXT = (0.0, -3.0, -3.0, 4.0, 0.0, 0.0, 0.0, 0.0, -3.0)
_ON_INDENT = -2.0

# A width does for the whole window unless this number of lines in a row fit it worse than this, or no width
# would do nearly as well.
_SHORTEST_RUN, _DOUBTFUL, _PLAINLY = 3, -4.6, 20.0


def _candidates(lines: Sequence[Line]) -> list[int]:
    """Widths at which the most line ends of a window are explained, best first."""
    # Votes as steps up and down: one for each width from the line's own reach until what follows would have
    # fitted, half a vote for the widths that squeezing its marks would make it fit.
    steps = [0.0] * (_WIDEST + 2)
    for line, following in pairwise(lines):
        at = line.reach
        if at <= _WIDEST:
            vote = 1.0 if line.mark < COLON else 0.3
            steps[at - line.slim if at > line.slim else 0] += vote / 2
            steps[at] += vote / 2
            end = at + following.unit
            if end <= _WIDEST:
                steps[end] -= vote
    votes = list(accumulate(steps))
    votes[:_NARROWEST] = [0.0] * _NARROWEST
    found: list[int] = []
    while len(found) < _MOST_WIDTHS:
        most = max(votes)
        if most < (_FEWEST_WITNESSES if found else 0.9):
            break
        width = votes.index(most)
        width -= width % 2
        found.append(width)
        nearest = max(width - 3, 0)
        votes[nearest : width + 4] = [0.0] * (min(width + 4, len(votes)) - nearest)
    return found


def _explained(lines: Sequence[Line], width: int) -> tuple[float, bool]:
    """How well one width explains all line ends of a window, and whether it does so without a doubt."""
    total = free = 0.0
    doubts = most_doubts = 0
    for line, following in pairwise(lines):
        room = width - line.reach - following.unit + 1
        if room < -6:
            share = BEYOND
        else:
            fit = FIT[line.slim][line.mark]
            share = fit[room + 6] if room < 10 else fit[15]
            if 0 < room < 10 and fit[room + 2] + FIRST_LINE > share:
                share = fit[room + 2] + FIRST_LINE
        total += share
        free += UNFIT[line.mark]
        if share == BEYOND:
            doubts = _SHORTEST_RUN
        elif line.mark >= STOP:
            pass
        elif share >= _DOUBTFUL:
            doubts = 0
        elif line.slim or line.begin == ITEM:
            doubts += 1
        most_doubts = max(most_doubts, doubts)
    return total, most_doubts < _SHORTEST_RUN and total > free + _PLAINLY


def widths_of(lines: Sequence[Line], verse: Sequence[bool]) -> list[int]:
    """The column width of each line, 0 for none: the best course through the candidates."""
    prose = [line for line, sung in zip(lines, verse, strict=True) if not sung]
    candidates = _candidates(prose) if prose else []
    if candidates:
        near = [candidates[0], candidates[0] - 2, candidates[0] + 2]
        tried = [(*_explained(prose, width), width) for width in near if width > 0]
        _, plain, candidates[0] = max(tried)
        if plain and len(prose) > _SHORTEST_RUN:
            return [0 if sung else candidates[0] for sung in verse]
    return _course(lines, verse, [0, *candidates])


def _course(lines: Sequence[Line], verse: Sequence[bool], kinds: Sequence[int]) -> list[int]:
    """The best course through some widths, 0 for none; in each width a line begins a block or continues one.

    Only a first line may have lost an indent, and only after a line that could have ended a block. This tells
    a run of short items next to a picture from lines that leave room.
    """
    starts, laters = [0.0] * len(kinds), [BARRED] * len(kinds)
    starts[0] = OPENING
    # For each line and each state of the next line, the state it came from: 2 k begins, 2 k + 1 goes on.
    back: list[list[int]] = []
    final = len(lines) - 1
    for i, line in enumerate(lines):
        if verse[i] or i == final:
            starts, came = _past_columns(kinds, starts, laters, line.reach if i == final else 0)
            laters = [BARRED] * len(kinds)
        else:
            starts, laters, came = _next(kinds, starts, laters, line, lines[i + 1])
        back.append(came)
    state = 2 * starts.index(max(starts))
    widths = []
    for came, sung in zip(reversed(back), reversed(verse), strict=True):
        widths.append(0 if sung else kinds[state // 2])
        state = came[state]
    widths.reverse()
    return widths


def _past_columns(
    kinds: Sequence[int], starts: Sequence[float], laters: Sequence[float], reach: int
) -> tuple[list[float], list[int]]:
    """The scores of a new block after verse or after the last line, and the states before.

    `reach` is that of the last line. Verse is outside the columns; the text after it begins anew.
    """
    top = max(starts)
    lead, change = 2 * starts.index(top), top + CHANGE
    now: list[float] = []
    came: list[int] = []
    for k, (start, later) in enumerate(zip(starts, laters, strict=True)):
        begun = 2 * k if start >= change else lead
        start = max(start, change)
        if later > start:
            start, begun = later, 2 * k + 1
        now.append(start + (BEYOND if k and reach > kinds[k] + 6 else 0.0))
        came += (begun, begun)
    return now, came


def _next(
    kinds: Sequence[int], starts: Sequence[float], laters: Sequence[float], line: Line, following: Line
) -> tuple[list[float], list[float], list[int]]:
    """The scores of the next line where it begins a block and where it goes on, and the states before."""
    mark, slim, beyond = line.mark, line.slim, BEYOND
    top, top_later = max(starts), max(laters)
    lead, lead_later = 2 * starts.index(top), 2 * laters.index(top_later) + 1
    change, change_later = top + CHANGE, top_later + CHANGE
    most = line.reach + following.unit - 7
    wraps, firsts, ends = WRAPPED[slim][mark], FIRST_WRAPPED[slim][mark], ENDED[mark]
    on = _ON_NEXT[following.begin] + (_ON_INDENT if following.indent > line.indent else 0.0)
    bare = on + BARE if not slim and line.begin != ITEM else on
    loose = change + LOOSE
    came = [0, 0] if starts[0] >= loose else [lead, lead]
    now, laters_now = [max(starts[0], loose) + UNFIT[mark]], [BARRED]
    if not lead:
        change = loose
    on_first = on
    begun = 0
    for width, start, later in zip(kinds[1:], starts[1:], laters[1:], strict=True):
        begun += 2
        gone_on = begun + 1
        from_start = begun
        if start < change:
            start, from_start = change, lead
        if later < change_later:
            later, gone_on = change_later, lead_later
        room = width - most
        if room < 0:
            start += beyond
            later += beyond
            room = 0
        elif room > 20:
            room = 20
        ahead = start + firsts[room] + on_first
        along = later + wraps[room] + on
        on_first = bare
        ended, going = start > later, ahead > along
        now.append((start if ended else later) + ends)
        laters_now.append(ahead if going else along)
        came += (from_start if ended else gone_on, from_start if going else gone_on)
    return now, laters_now, came
