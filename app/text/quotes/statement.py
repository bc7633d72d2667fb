"""A quotation under construction."""

from __future__ import annotations

from dataclasses import dataclass

from app.model import Mention, Quotation, QuotationType, SpeakerId
from app.text.quotes.entity import Entity
from app.text.quotes.passages import Passage


@dataclass(slots=True, eq=False)
class SpokenWords:
    """Words of a passage with their speaker, and the verb or phrase that gives them to the speaker."""

    passage: Passage
    start: int
    end: int
    type: QuotationType
    entity: Entity | None
    cue: str | None


@dataclass(slots=True, eq=False)
class Statement(SpokenWords):
    """A quotation under construction; `open` while sentences may carry it on, `tale` when to the end.

    `told` is where the sentence with the cue ends, once other sentences carry the quotation on.
    """

    source: Mention | None
    why: str
    sure: float
    open: bool = False
    tale: bool = False
    told: int | None = None
    ascribed: bool = False

    def carry_on(self, start: int, end: int) -> None:
        """Take in a further sentence, which nothing but its place gives to the speaker."""
        if self.told is None:
            self.told = start
        self.end = end

    def quotation(self, speaker: SpeakerId | None) -> Quotation:
        """The finished value."""
        inferred = self.told if self.told is not None and self.start < self.told < self.end else None
        return Quotation(
            self.passage.id,
            self.start,
            self.end,
            self.type,
            speaker,
            self.cue,
            self.source,
            self.why,
            round(self.sure, 2),
            inferred,
            self.ascribed,
        )
