"""What the lines of a window have in common: indents, gaps and how much first lines fall short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log
from typing import NamedTuple

from app.text.reflow.lines import COLON, COMMA, ITEM, NONE, SECTION, STOP, Line, margin_of
from app.text.reflow.weights import CLEAR, FIT, INDENT


class Manner(NamedTuple):
    """What a window of lines has in common: how much first lines fall short, what gaps and indents mean."""

    loss: int
    crisp: int
    margin: int
    usual_gap: int
    gaps: dict[int, tuple[float, float]]
    indents: dict[int, tuple[float, float]]
    known: dict[tuple[int, int], tuple[int, int, float, float, float, float]]

    def signs(self, gap: int, indent: int) -> tuple[int, int, float, float, float, float]:
        """The classes of a gap (0 smaller, 1 usual, 2 larger) and an indent (0 to 3), and their weights."""
        found = self.known.get((gap, indent))
        if found is None:
            wider, deeper = how_wide(gap, self.usual_gap), how_deep(indent, self.margin)
            found = (wider + 1, deeper + 1, *self.indents[deeper], *self.gaps[wider])
            self.known[gap, indent] = found
        return found


# A window is crisp when of the lines in mid-paragraph no more than this share leave room.
_LOOSEST = 0.05

# Prior counts for indents and gaps, as counts of plain line ends: classes
# of the next line's indent or gap, at the start of a block and inside one.
_PRIOR_INDENT = ({-1: 0.3, 0: 1.2, 1: 0.7, 2: 1.2}, {-1: 0.3, 0: 3.0, 1: 0.1, 2: 0.05})
_PRIOR_GAP = ({-1: 0.2, 0: 1.5, 1: 0.7}, {-1: 0.1, 0: 3.0, 1: 0.1})


def how_deep(indent: int, margin: int) -> int:
    """The class of an indent: -1 less than the margin, 0 the margin, 1 a little more, 2 more."""
    return 0 if indent == margin else -1 if indent < margin else 1 if indent < margin + 3 else 2


def how_wide(gap: int, usual: int) -> int:
    """The class of a gap: -1 smaller than usual, 0 usual, 1 larger."""
    return (gap > usual) - (gap < usual)


def _learnt(
    plain: list[tuple[int, bool]], prior: tuple[dict[int, float], dict[int, float]]
) -> dict[int, tuple[float, float]]:
    """Log-likelihoods of each class at the start of a block and inside one, from the plain line ends."""
    start, inner = dict(prior[0]), dict(prior[1])
    for sign, ended in plain:
        (start if ended else inner)[sign] += 1
    starts, inners = sum(start.values()), sum(inner.values())
    return {sign: (log(start[sign] / starts), log(inner[sign] / inners)) for sign in start}


def manner_of(lines: Sequence[Line], widths: Sequence[int]) -> tuple[Manner, bool]:
    """The manner of a window, and whether its loss is in doubt."""
    margin = margin_of(lines)
    usual = Counter(line.gap for line in lines[1:]).most_common(1)[0][0] if len(lines) > 1 else 0
    gaps: list[tuple[int, bool]] = []
    indents: list[tuple[int, bool]] = []
    loss = 0.0
    seen = loose = 0
    for i in range(len(lines) - 1):
        a, b, width = lines[i], lines[i + 1], widths[i]
        room = width - a.reach - b.unit
        ended = a.mark >= STOP and (room >= 4 or not width)
        if width and i and a.mark <= COMMA and a.slim and lines[i - 1].mark <= COMMA:
            seen += 1
            loose += room > 0
        if ended or (a.mark == NONE and room < 0 and width):
            gaps.append((how_wide(b.gap, usual), ended))
            heading = (
                b.mark == NONE
                and not b.slim
                and i + 2 < len(lines)
                and width - b.reach > lines[i + 2].unit + 4
            )
            if not ended or (b.begin not in (ITEM, SECTION) and not heading):
                indents.append((how_deep(b.indent, margin), ended))
        if room >= 4 and i + 2 < len(lines) and b.mark < COLON and widths[i + 1]:
            ahead = widths[i + 1] - b.reach - lines[i + 2].unit + 1
            fit = FIT[b.slim][b.mark]
            loss += fit[max(min(ahead + 2, 15), 0)] - fit[max(min(ahead + 6, 15), 0)]
    crisp = int(loose <= _LOOSEST * seen)
    manner = Manner(
        INDENT if loss > 0 else 0,
        crisp,
        margin,
        usual,
        _learnt(gaps, _PRIOR_GAP),
        _learnt(indents, _PRIOR_INDENT),
        {},
    )
    return manner, abs(loss) < CLEAR
