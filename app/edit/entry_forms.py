"""A form for an entry of a YAML file: from the entry's map to fields, and from sent fields back to a map.

The map is checked by the reader of the files themselves, so a form accepts what `meipi check` accepts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.content.entries import EntryReader, filled
from app.edit.asked import EditRequest
from app.errors import ContentError, translatable
from app.i18n import say, shown
from app.text.terms.doubts import Doubt

# Empty rows that a table of a form offers.
_SPARE = 3
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table in a form; `choices` is () for free text."""

    key: str
    label: str
    choices: Choices = ()


@dataclass(frozen=True, slots=True)
class Input:
    """A field of a form.

    `kind`: one line, several lines of one text, one text a line, one of the choices, a tick, a table.
    """

    key: str
    label: str
    kind: Literal["line", "area", "lines", "choice", "tick", "rows"] = "line"
    choices: Choices = ()
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class CellField:
    """A cell of a table, ready for the page."""

    name: str
    label: str
    value: str
    choices: Choices


@dataclass(frozen=True, slots=True)
class FormField:
    """A field, ready for the page; see `Input`. `findings` are its faults and doubts."""

    name: str
    label: str
    kind: str
    value: str
    choices: Choices
    rows: tuple[tuple[CellField, ...], ...]
    findings: tuple[str, ...]


class FormReader(EntryReader):
    """Reads an entry of a form, and remembers the key of the first fault."""

    key = ""

    def fault(self, key: str, problem: str, remedy: str) -> ContentError:
        """A fault of a key."""
        self.key = key
        return super().fault(key, problem, remedy)


def fault_words(fault: ContentError | Doubt) -> str:
    """Problem and remedy in the language of the page."""
    return "；".join(shown(translatable(words)) for words in (fault.problem, fault.remedy))


def form_fields(
    inputs: Sequence[Input], values: Mapping[str, Any], findings: Mapping[str, Sequence[str]]
) -> tuple[FormField, ...]:
    """The fields of a form with the values of an entry."""
    return tuple(
        FormField(
            one.key,
            say(one.label),
            one.kind,
            _shown(one, values.get(one.key)),
            _worded(one.choices),
            _rows(one, values.get(one.key)) if one.kind == "rows" else (),
            tuple(findings.get(one.key, ())),
        )
        for one in inputs
    )


def sent_values(inputs: Sequence[Input], asked: EditRequest) -> dict[str, Any]:
    """The entry that a form describes, without empty values."""
    return filled({one.key: _read(one, asked) for one in inputs})


def _shown(one: Input, value: Any) -> str:
    if one.kind == "lines":
        return "\n".join(_form(v) for v in value or ())
    if one.kind == "tick":
        return "1" if value else ""
    if value is True:
        return "true"
    return str(value) if value and one.kind != "rows" else ""


def _form(value: Any) -> str:
    """An alias is a text, or a map with its form."""
    return str(value.get("form", "")) if isinstance(value, Mapping) else str(value)


def _rows(one: Input, values: Any) -> tuple[tuple[CellField, ...], ...]:
    known = [v if isinstance(v, Mapping) else {one.columns[0].key: v} for v in values or ()]
    return tuple(
        tuple(
            CellField(f"{one.key}.{n}.{c.key}", say(c.label), str(row.get(c.key) or ""), _worded(c.choices))
            for c in one.columns
        )
        for n, row in enumerate([*known, *([{}] * _SPARE)])
    )


def _worded(choices: Choices) -> Choices:
    return tuple((value, say(words)) for value, words in choices)


def _read(one: Input, asked: EditRequest) -> Any:
    text = asked.fields.get(one.key, "")
    match one.kind:
        case "lines":
            return [line.strip() for line in text.split("\n") if line.strip()]
        case "tick":
            return text == "1"
        case "rows":
            return _read_rows(one, asked)
        case "choice":
            return True if text == "true" else text
    return " ".join(text.split("\n")).strip() if one.kind == "line" else text.strip()


def _read_rows(one: Input, asked: EditRequest) -> list[dict[str, str]]:
    """The rows of a table that have more than a choice."""
    rows: dict[int, dict[str, str]] = {}
    free = {c.key for c in one.columns if not c.choices}
    for name, value in asked.fields.items():
        key, _, rest = name.partition(".")
        n, _, column = rest.partition(".")
        if key == one.key and n.isascii() and n.isdigit() and len(n) < 5 and value.strip():
            rows.setdefault(int(n), {})[column] = value.strip()
    return [rows[n] for n in sorted(rows) if free & rows[n].keys()]
