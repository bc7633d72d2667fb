"""Which body a short form means: 校方, 该局, 南岭大学 or 南大."""

from __future__ import annotations

import re
from collections.abc import Sequence

import app.text.quotes.lexicon as lexicon
from app.text.quotes.entity import Entity
from app.text.quotes.offices import ends_in_body, is_body_end

# The latest entities of an article that a short form may mean.
_LATEST = 300

# Short words for a body named before, with how its name ends.
_THIS_BODY = re.compile("^(?:该|这家|那家|本)")

_SHORT_BODIES = {
    "校方": ("大学", "学校", "中学", "小学", "学院"),
    "院方": ("医院", "学院", "法院"),
    "公司": ("公司", "集团", "企业"),
    "集团": ("集团",),
    "企业": ("公司", "集团", "企业"),
}


def without_pointer(form: str) -> str:
    """A body without the word that points to it: 该公司, 这家公司 → 公司."""
    return _THIS_BODY.sub("", form)


def body_named(form: str, entities: Sequence[Entity], latest: Entity | None, *, state: bool) -> Entity | None:
    """The body that a form means.

    Args:
        form: 校方, 该局, 南大, or the whole name.
        entities: everyone known, in the order of the article.
        latest: the body spoken of last; 该行 means it if no name ends in 行.
        state: whether the form is the name of a state, which shortens no longer name.
    """
    bare = without_pointer(form)
    bodies = [e for e in reversed(entities[-_LATEST:]) if e.kind == "organisation"]
    ends = _SHORT_BODIES.get(bare) or (
        (bare[0],) if len(bare) == 2 and bare[0] in "署局院馆园台厂店会社校区" and bare[1] == "方" else ()
    )
    if ends:
        return next((e for e in bodies if e.folded.endswith(ends)), None)
    if form.startswith("该") and 0 < len(bare) < 3 and ends_in_body(bare):  # 该行, 该局
        return next((e for e in bodies if e.folded.endswith(bare)), latest)
    return next((e for e in bodies if _same_body(*sorted((e.folded, form), key=len), state=state)), None)


def _same_body(short: str, long: str, *, state: bool) -> bool:
    """Whether two forms name one body."""
    if long.startswith(short) and is_body_end(long[len(short) :]):
        return True
    if state or len(short) < 2 or short == long:
        return False
    if long.endswith(short) and ends_in_body(short):
        return True
    return short[0] == long[0] and len(short) <= 4 < len(long) and _abbreviates(short, long)


def _abbreviates(short: str, long: str) -> bool:
    rest = iter(long)
    return short not in lexicon.STATES.words and all(c in rest for c in short)
