"""The terms that mark a speaker: used in their words far more often than in the rest of the library.

The measure is the log-likelihood ratio G² of Dunning (1993) in the form of Rayson and Garside (2000): how
badly one rate for both texts would fit the two counts. Terms are listed from 10.83 on: by chance alone one
term in a thousand gets there. A term needs `LEAST_USES` uses, and a speaker `LEAST_CHARACTERS` characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

from app import urls
from app.library.reading import Reading
from app.model import SpeakerId, TermId

LEAST_CHARACTERS, LEAST_USES, _LEAST_G2 = 500, 3, 10.83
# The columns of `marks_table`.
MARK_COLUMNS = ("id", "term", "uses", "per_10000", "rest_uses", "rest_per_10000", "g2")


@dataclass(frozen=True, slots=True)
class MarkingTerm:
    """A term with its uses in the speaker's words and in the rest of the library; `g2` is the measure.

    `url` leads to the uses.
    """

    id: TermId
    term: str
    uses: int
    per_10000: float
    rest_uses: int
    rest_per_10000: float
    g2: float
    url: str


@dataclass(frozen=True, slots=True)
class SpeakerMarks:
    """The terms that mark a speaker, the most telling first.

    `characters` counts the speaker's words, `held` those of the library. `enough` is false, and `terms` is
    empty, if the speaker has too few words to tell.
    """

    speaker: SpeakerId
    characters: int
    held: int
    enough: bool
    terms: list[MarkingTerm]


def marks_of(library: Reading, speaker: SpeakerId) -> SpeakerMarks:
    """The terms that mark a speaker's words."""
    counted, knowledge = library.index.speaker_uses(speaker), library.knowledge()
    said, rest = counted.characters, max(0, counted.held - counted.characters)
    enough = said >= LEAST_CHARACTERS and rest > 0
    found = list[MarkingTerm]()
    for id, uses, every in counted.terms if enough else ():
        g2 = log_likelihood(uses, said, every - uses, rest)
        if uses < LEAST_USES or g2 < _LEAST_G2 or uses * rest <= (every - uses) * said:
            continue
        if term := knowledge.term(id):
            others = round((every - uses) * 10_000 / rest, 4)
            rate = round(uses * 10_000 / said, 4)
            url = f"{urls.speaker(speaker)}?term={id}"
            found.append(MarkingTerm(id, term.term, uses, rate, every - uses, others, round(g2, 2), url))
    found.sort(key=lambda m: (-m.g2, m.id))
    return SpeakerMarks(speaker, said, counted.held, enough, found)


def log_likelihood(a: int, size_a: int, b: int, size_b: int) -> float:
    """G² of two counts in texts of two sizes: 0 if their rates are equal."""
    rate = (a + b) / (size_a + size_b)
    pairs = ((a, size_a * rate), (b, size_b * rate))
    return 2 * sum(n * log(n / expected) for n, expected in pairs if n)


def marks_table(terms: Sequence[MarkingTerm]) -> Iterator[tuple[str, ...]]:
    """The rows of a table."""
    for m in terms:
        values = (m.uses, m.per_10000, m.rest_uses, m.rest_per_10000, m.g2)
        yield (m.id, m.term, *map(str, values))
