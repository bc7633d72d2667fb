"""A small bar chart by year as values of an inline SVG; its page has the same figures as a table."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.text.terms.facts import span as years

# Years that have a bar each; a longer time has a bar for each decade. 120 bars take less than 3 kB.
_MOST = 120
# Units of the drawing: a bar with its gap, a bar, the highest bar.
_STEP, _BAR, _HEIGHT = 6, 4, 40


class Chart(Struct, frozen=True):
    """Bars by year; the drawing is stretched to the width of its place.

    Attributes:
        width, height: of the drawing.
        bars: the path of the bars.
        ticks: the path of the marks under the years that have texts, so that a gap differs from a zero.
        first, last: the first and the last year.
        peak, most: the year or decade with the highest bar, and its value.
    """

    width: int
    height: int
    bars: str
    ticks: str
    first: str
    last: str
    peak: str
    most: float


def bar_chart(figures: Sequence[tuple[str, float, float]]) -> Chart | None:
    """Draw uses in proportion to the size of the texts.

    Args:
        figures: of each year that has texts: the year, the uses, and the characters in units of 10,000.

    Returns:
        None if no year has a use, or only one year has texts: there is nothing to compare.
    """
    sums = {int(y): (uses, size) for y, uses, size in figures if y.isascii() and y.isdigit() and size > 0}
    if len(sums) < 2 or not any(uses for uses, _ in sums.values()):
        return None
    first, last = min(sums), max(sums)
    span = 1 if last - first < _MOST else 10
    while (last - first) // span >= _MOST:
        span *= 10
    grouped: dict[int, tuple[float, float]] = {}
    for year, (uses, size) in sums.items():
        before = grouped.get(year // span, (0.0, 0.0))
        grouped[year // span] = before[0] + uses, before[1] + size
    rates = {at: uses / size for at, (uses, size) in grouped.items()}
    peak = max(rates, key=lambda at: (rates[at], at))
    begin = first // span
    bars, ticks = [], []
    for at, rate in sorted(rates.items()):
        x = (at - begin) * _STEP + 1
        ticks.append(f"M{x} {_HEIGHT + 2}h{_BAR}")
        if rate:
            high = max(1, round(_HEIGHT * rate / rates[peak]))
            bars.append(f"M{x} {_HEIGHT}v-{high}h{_BAR}v{high}z")
    width = (last // span - begin + 1) * _STEP
    named = str(peak) if span == 1 else years(str(peak * span), str(peak * span + span - 1))
    return Chart(
        width, _HEIGHT + 4, "".join(bars), "".join(ticks), str(first), str(last), named, round(rates[peak], 4)
    )
