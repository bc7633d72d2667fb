"""How often entries occur, year by year, in a series of texts that the library does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.model.glossary import Source
from app.model.ids import TermId


@dataclass(frozen=True, slots=True)
class SeriesUse:
    """Uses of one written form in one year."""

    form: str
    year: str
    uses: int


@dataclass(frozen=True, slots=True)
class Series:
    """Counts in a series of texts, such as the yearly reports of a government.

    Attributes:
        counted: ISO 8601 date of the count, or "".
        years: every year that has a text, with the characters of its text; 0 if they are not known.
        uses: of each entry that was counted; empty for one that no text uses.
    """

    id: str
    name: str
    name_en: str = ""
    note: str = ""
    note_en: str = ""
    counted: str = ""
    sources: tuple[Source, ...] = ()
    years: tuple[tuple[str, int], ...] = ()
    uses: dict[TermId, tuple[SeriesUse, ...]] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The years between the first and the last text that have none."""
        held = {int(year) for year, _ in self.years}
        return tuple(str(y) for y in range(min(held, default=0), max(held, default=0)) if y not in held)
