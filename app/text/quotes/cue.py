"""A cue: a verb of saying in its sentence, or another sign that words follow."""

from __future__ import annotations

import re
from dataclasses import dataclass

import app.text.quotes.lexicon as lexicon
from app.text.quotes.matching import Endings
from app.text.quotes.passages import OPENER
from app.text.quotes.phrases import Who

UNKNOWN = "未见来源"

# A space between Chinese characters parts clauses in a headline; one next to Latin letters does not.
GAP = re.compile("[^\x00-\x7f□][ 　][^\x00-\x7f□]")

# One person who speaks of himself: in a text that its author tells in the first person it is the author.
TELLER = re.compile("我(?![们国省市军院县区党方校])")

_EDGE = re.compile("[，；：。！？“”… 　]")

_ADVERB = Endings(lexicon.TRAILING.words)
_MAY_END_BARE = {" ", "□", "　", *(word[-1] for word in _ADVERB)}


@dataclass(slots=True)
class Cue:
    """A verb of saying in its sentence, or another sign; `verb` is None for a name and a colon.

    `body` is where its content begins, `form` how it is joined: colon, comma, quote, bare or, with nothing
    after it, final. `region` is where its clause begins; the source's phrase begins at `at`.
    """

    start: int
    end: int
    body: int
    form: str
    verb: str | None
    region: int
    who: Who | None = None
    at: int = 0
    rule: str = "主语"

    @property
    def own(self) -> bool:
        """The source is in the cue's own clause."""
        return self.who is not None and self.rule != "前一分句的主语"

    @property
    def of_nobody(self) -> bool:
        """Whether the words are spoken but their speaker cannot be found."""
        return self.rule == UNKNOWN


def clause_start(plain: str, s: int, at: int) -> int:
    """Where the clause that ends at `at` begins."""
    floor = max(s, at - 90)
    for m in _EDGE.finditer(plain[floor:at][::-1]):
        i = at - 1 - m.start()
        if m[0] not in " 　" or (i > s and GAP.match(plain, i - 1)):
            return i + 1
    return floor


def past_openers(plain: str, at: int, end: int) -> int:
    """Skip connectives, dates and the like at the beginning of a clause."""
    while at < end and (m := OPENER.match(plain, at, end)) and m.end() > at:
        at = m.end()
    return at


def bare_end(text: str) -> str:
    """A text without the adverbs at its end: 店主也还 → 店主."""
    while text[-1:] in _MAY_END_BARE and (last := text[-1] if text[-1] in " □　" else _ADVERB.of(text)):
        text = text[: -len(last)]
    return text
