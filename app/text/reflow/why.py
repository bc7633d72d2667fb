"""Reasons and confidence, in a few words for an editor."""

from __future__ import annotations

from math import exp

from app.i18n import mark
from app.text.reflow.lines import COLON, ITEM, NEVER, STOP, Line
from app.text.reflow.manner import Manner, how_deep

ASIDE_WORDS = {
    "furniture": mark("版面文字，不属正文"),
    "byline": mark("署名"),
    "table": mark("表格行"),
    "heading": mark("副题"),
    "caption": mark("图片说明"),
}


def sure(nats: float) -> float:
    """How sure a decision is, fitted to how often decisions were right on texts set into columns.

    Four of five are right even if the lines before leave all open, since the lines after count too.
    """
    return round(1 / (1 + exp(-1.4 - 0.6 * max(min(nats, 12.0), 0.0))), 2)


def why_wrap(a: Line, b: Line, width: int) -> str:
    """Why the block goes on from one line to the next."""
    if b.begin == NEVER:
        return mark("下一行以标点开头")
    if a.inside == 2:
        return mark("括号或书名号未合")
    full = width - a.reach < b.unit
    if a.mark >= STOP:
        if a.inside:
            return mark("引文未完")
        return mark("行满，下一行不像段首") if full else mark("下一行不像段首")
    return mark("行满，句未完") if full else mark("句未完")


def why_end(a: Line, b: Line, width: int, manner: Manner) -> str:
    """Why a block ends between two lines."""
    if b.begin == ITEM:
        return mark("下一行是列表项")
    if how_deep(b.indent, manner.margin) > 0:
        return mark("下一行缩进")
    if width - a.reach >= b.unit:
        return mark("行未满，下一行首字本可放下") if a.mark >= COLON else mark("行未满，无标点")
    if b.gap > manner.usual_gap:
        return mark("其后空行较大")
    return mark("句末标点，下一行像段首") if a.mark >= STOP else mark("下一行像另起一段")
