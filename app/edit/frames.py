"""What all pages of the workbench share: their frame, and their answers as bytes."""

from __future__ import annotations

from typing import ClassVar

from app.pages.contexts import PageContext

# Nothing of the workbench is kept, indexed, framed, or told to other sites.
PRIVATE = (
    (b"referrer-policy", b"same-origin"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"x-frame-options", b"DENY"),
)


class LoginContext(PageContext, frozen=True):
    """The login.

    Attributes:
        csrf: the token of the form.
        next_page: where to go afterwards.
        fault: why the last attempt failed, or "".
        article: a text that is to be handed over after the login, or "".
    """

    template: ClassVar[str] = "edit/login.html"
    csrf: str
    next_page: str
    fault: str
    article: str


class EditContext(PageContext, frozen=True, kw_only=True):
    """A page of the workbench.

    Attributes:
        csrf: the token for its forms.
        editor: who is signed in.
        told: what the last action did, or "".
    """

    template: ClassVar[str] = "edit/frame.html"
    csrf: str
    editor: str
    told: str
