"""What the web worker and the workbench's process send each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.http.response import Message
from app.i18n import Locale


@dataclass(frozen=True, slots=True)
class EditRequest:
    """A request of an editor who is signed in.

    Attributes:
        method: GET or POST.
        path: below `/edit/`, without the slashes at its ends.
        query: of the address, and `fields` of the form; of fields with the same name the last one.
        file: name and bytes of an uploaded file.
        editor: who asks.
        csrf: the token for the forms of the page.
        accept: the Accept-Encoding header.
        locale: of the interface.
        now: the time, ISO 8601.
    """

    method: str
    path: str
    editor: str
    csrf: str
    now: str
    locale: Locale = "zh"
    accept: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    file: tuple[str, bytes] = ("", b"")

    @property
    def note(self) -> str:
        """The editor's reason for a change, in one line."""
        return " ".join(self.fields.get("why", "").split())[:500]


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a request as ASGI messages; `audit` is the change for the log, "" for none."""

    messages: tuple[Message, Message]
    audit: str = ""
