"""Column widths and manners of a whole text, window by window."""

from __future__ import annotations

from collections.abc import Sequence

from app.text.reflow.decide import decide
from app.text.reflow.lines import Line
from app.text.reflow.manner import Manner, manner_of
from app.text.reflow.unwrapped import are_free_verse, are_subtitles, are_whole
from app.text.reflow.verse import verses
from app.text.reflow.weights import INDENT
from app.text.reflow.widths import widths_of

# Lines in a window, lines looked at on either side of it, and lines of a short text.
_WINDOW, _AROUND, _FEW = 256, 48, 60


def survey(lines: Sequence[Line]) -> tuple[list[int], list[Manner]]:
    """The column width (0 for none) and the manner that each line was set in."""
    widths: list[int] = []
    manners: list[Manner] = []
    verse = verses(lines)
    for start in range(0, len(lines), _WINDOW):
        first = max(0, start - _AROUND)
        window = lines[first : start + _WINDOW + _AROUND]
        if are_whole(window) or are_subtitles(window) or are_free_verse(window):
            found = [0] * len(window)
        else:
            found = widths_of(window, verse[first : start + _WINDOW + _AROUND])
        manner, doubt = manner_of(window, found)
        settings = [(found, manner)]
        if doubt:
            settings.append((found, manner._replace(loss=INDENT - manner.loss)))
        if len(window) < _FEW:
            # Too few lines to tell 17 ems from 18: an em more or less may tell a better story.
            for other in (2, -2):
                shifted = [width + other if width else 0 for width in found]
                manner, _ = manner_of(window, shifted)
                settings += [(shifted, manner), (shifted, manner._replace(loss=INDENT - manner.loss))]
        if len(settings) > 1 and len(window) > 1:
            found, manner = max(
                settings, key=lambda each: decide(window, each[0], [each[1]] * len(window))[2]
            )
        own = slice(start - first, start - first + _WINDOW)
        widths += found[own]
        manners += [manner] * len(found[own])
    return widths, manners
