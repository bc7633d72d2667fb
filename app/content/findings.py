"""A finding: what `meipi check` and every refresh report about a file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.errors import ContentError, fault_line, translatable
from app.i18n import Message, worded


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a file; prints as `file:line: CODE problem; remedy`.

    Attributes:
        note: worth a look, but no fault: `meipi check` does not fail for it.
    """

    path: str
    line: int
    code: str
    problem: str
    remedy: str
    note: bool = False

    def __str__(self) -> str:
        return str(self.message)

    @property
    def message(self) -> Message:
        """The finding as one line that can be translated."""
        return fault_line(self.path, self.line, self.code, self.problem, self.remedy)

    @classmethod
    def of(cls, error: ContentError) -> Finding:
        """The finding for an error."""
        return cls(error.path, error.line, error.code, error.problem, error.remedy)

    def kept(self) -> Finding:
        """The same finding, for a file whose last good state is still shown."""
        remedy = worded(
            "%(remedy)s; until then the last good state is shown", remedy=translatable(self.remedy)
        )
        return replace(self, remedy=remedy)
