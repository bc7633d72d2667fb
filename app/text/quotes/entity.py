"""A person, body or group that an article names."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.model import Speaker, SpeakerId, SpeakerKind
from app.text.folding import normalize


@dataclass(frozen=True, slots=True)
class Joined:
    """A speaker's id: of a known person (`recorded`), or made; with the reason to doubt it."""

    id: SpeakerId
    recorded: bool = False
    doubt: str = ""


@dataclass(slots=True, eq=False)
class Entity:
    """A person, body or group that an article names, under construction."""

    name: str
    kind: SpeakerKind
    form: str
    aliases: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    described: bool = False  # its roles were looked for
    sex: str = ""  # 男 or 女 where the text shows it
    folded: str = field(init=False)  # its name
    forms: list[str] = field(init=False)  # its name and aliases, folded

    def __post_init__(self) -> None:
        self.folded = normalize(self.name)
        self.forms = [self.folded]

    def alias(self, form: str) -> None:
        """Another form of the name."""
        if form and form != self.name and form not in self.aliases:
            self.aliases.append(form)
            self.forms.append(normalize(form))

    @property
    def role(self) -> str | None:
        """The fullest of the descriptions."""
        return max(self.roles, key=len, default=None)

    def speaker(self, joined: Joined) -> Speaker:
        """The finished value."""
        return Speaker(
            joined.id, self.name, tuple(self.aliases), self.role, self.kind, joined.recorded, joined.doubt
        )


class Known(dict[str, Entity]):
    """The entity of each folded form."""

    def __init__(self) -> None:
        super().__init__()
        self._heads: set[str] = set()  # their first two characters

    def __setitem__(self, form: str, entity: Entity) -> None:
        self._heads.add(form[:2])
        super().__setitem__(form, entity)

    def beginning(self, text: str) -> list[int]:
        """The lengths of the forms that a text begins with, the longest first; of two to nine characters."""
        return [n for n in range(9, 1, -1) if text[:n] in self] if text[:2] in self._heads else []
