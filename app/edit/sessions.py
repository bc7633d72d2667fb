"""Sessions of editors and the one-time link of `meipi edit`: files in `var/edit/`, which all workers share.

A file's name is the hash of its token, so the folder gives no one a way in.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from app.content.files import replace_text
from app.urls import EDIT

# The address of the one-time link, before its token.
START = f"{EDIT}start/"
# A session ends this long after the login.
SESSION_SECONDS = 12 * 3600
# The link of `meipi edit` is good for this long, until it is used.
LINK_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Session:
    """An editor who is signed in.

    `csrf` is in every form of this session. `began` is in seconds since 1970; `by`: password, link or proxy.
    """

    name: str
    csrf: str
    began: float
    by: str


class Sessions:
    """The sessions of a site.

    Args:
        var: the site's private folder.
    """

    def __init__(self, var: Path) -> None:
        self._folder = var / "edit" / "sessions"
        self._links = var / "edit" / "links"

    def open(self, name: str, by: str) -> tuple[str, Session]:
        """Begin a session under a new token, whatever cookie the browser sent."""
        self._remove_old(self._folder, SESSION_SECONDS)
        token = secrets.token_urlsafe(32)
        session = Session(name, secrets.token_urlsafe(32), time.time(), by)
        replace_text(self._folder / _name(token), json.dumps(asdict(session)), private=True)
        return token, session

    def get(self, token: str) -> Session | None:
        """The session of a token; None if there is none or it has ended."""
        try:
            session = Session(**json.loads((self._folder / _name(token)).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return session if time.time() - session.began < SESSION_SECONDS else None

    def end(self, token: str) -> None:
        """End a session."""
        (self._folder / _name(token)).unlink(missing_ok=True)

    def make_link(self) -> str:
        """A token that opens one session; earlier unused ones become invalid."""
        self._remove_old(self._links, 0)
        token = secrets.token_urlsafe(32)
        replace_text(self._links / _name(token), "", private=True)
        return token

    def use_link(self, token: str) -> bool:
        """Whether a token is good; from then on it is not. Of two requests at once one is refused."""
        path = self._links / _name(token)
        try:
            fresh = time.time() - path.stat().st_mtime < LINK_SECONDS
            path.unlink()
        except OSError:
            return False
        return fresh

    def _remove_old(self, folder: Path, seconds: float) -> None:
        with suppress(OSError):
            for path in folder.iterdir():
                with suppress(OSError):
                    if time.time() - path.stat().st_mtime >= seconds:
                        path.unlink()


def _name(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
