"""Lines of verse, which no column width explains."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.text.reflow.lines import NONE, Line

# A line of verse: one clause of up to seven characters or two or three of up to nine, nothing left over.
_CLAUSES = re.compile(
    r"[㐀-鿿]{2,7}[，。；？！]?"
    r"|[㐀-鿿]{2,9}[，、；？！　 ][㐀-鿿]{2,9}(?:[，、；　 ][㐀-鿿]{2,9})?[，。；？！]?"
)

# Words of modern prose that classical verse has no use for.
_PROSE_WORDS = re.compile("[的们們这這吗嗎呢吧被您]")
_FEWEST_VERSES = 3


def is_verse(text: str) -> bool:
    """Whether a line looks like verse by itself."""
    return len(text) < 32 and _CLAUSES.fullmatch(text) is not None and _PROSE_WORDS.search(text) is None


def verses(lines: Sequence[Line]) -> list[bool]:
    """Which lines are verse.

    At least three lines in a row must look like verse, either all with marks at their ends or all without.
    Lines without any marks must have the same length. Lines among others of their length are a narrow column
    of prose.
    """
    verse = [is_verse(line.text) for line in lines]
    start = 0
    while start < len(verse):
        if not verse[start]:
            start += 1
            continue
        # A title looks like a line of verse too; it is shorter, or the lines below it have two clauses.
        title = lines[start].text
        below = lines[start + 1].text if start + 1 < len(lines) else ""
        if title.isalpha() and (len(title) < 5 or not below.isalpha()):
            verse[start] = False
            start += 1
            continue
        open_ended = lines[start].mark == NONE
        end = start
        while end < len(verse) and verse[end] and (lines[end].mark == NONE) == open_ended:
            end += 1
        run = lines[start:end]
        longest = max(line.reach for line in run)
        amid = any(
            abs(line.reach - longest) < 3
            for line in (*lines[max(start - 1, 0) : start], *lines[end : end + 1])
        )
        bare = all(line.text.isalpha() for line in run)
        uneven = bare and (len(run) == _FEWEST_VERSES or len({len(line.text) for line in run}) > 1)
        if len(run) < _FEWEST_VERSES or amid or uneven:
            verse[start:end] = [False] * len(run)
        start = end
    return verse
