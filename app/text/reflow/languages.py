"""Tells the languages of a bilingual text apart, line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.text.reflow.lines import Line

_HAN = re.compile("[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_\u3400-\u9fff]")
# The least share of lines, and the fewest, in each language of a bilingual text.
_SHARE, _FEWEST = 0.25, 3


def by_language(lines: Sequence[Line], at: Sequence[int]) -> list[list[int]]:
    """The indexes `at` of each language of a bilingual text; all as one list if the text is in one language.

    A line without letters is of the language of the line before it.
    """
    chinese, other = list[int](), list[int]()
    now = chinese
    for i in at:
        han, letters = len(_HAN.findall(lines[i].text)), len(_LETTER.findall(lines[i].text))
        if han or letters:
            now = other if letters > 3 * han else chinese
        now.append(i)
    few = min(len(chinese), len(other))
    return [chinese, other] if few >= max(_FEWEST, _SHARE * len(at)) else [list(at)] if at else []
