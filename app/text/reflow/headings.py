"""Whether words could be a heading."""

from __future__ import annotations

import re

from app.text.reflow.lines import AFTER_STOP, ASK, NONE, mark_of

# A bold line may be a question or a cry when it is no longer than this, and a title at the top no longer than
# that, in characters; so many lines of the kind in a row are items, not headings.
_LONGEST_HEADING, _LONGEST_QUESTION, LONGEST_TITLE, FEWEST_ITEMS = 44, 26, 64, 4


_MARKS_WITHIN = re.compile(r"[。？！；?!;].")


def headlike(text: str) -> bool:
    """Whether words could be a heading by themselves: short, with no sentence in them or at their end."""
    if len(text) > _LONGEST_HEADING or mark_of(text) != NONE:
        return False
    return text.count("，") <= (len(text) < 36) and not _MARKS_WITHIN.search(text)


def asking(text: str) -> bool:
    """Whether words could be a question that serves as a heading."""
    return (
        len(text) <= _LONGEST_QUESTION
        and mark_of(text) == ASK
        and text[0] not in "“「‘（("
        and text.count("，") < 2
        and not _MARKS_WITHIN.search(text[: len(text.rstrip(AFTER_STOP)) - 1])
    )
