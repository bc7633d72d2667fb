"""The file of editors: a name and an argon2 hash of the password on each line, `name:hash`.

`*` in place of a hash is an editor who signs in through a trusted proxy only.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from filelock import FileLock

from app import extras
from app.content import files
from app.errors import ContentError
from app.i18n import worded

if TYPE_CHECKING:
    from argon2 import PasswordHasher

NAME = re.compile(r"[^\s:#\x00-\x1f\x7f]{1,64}")
PROXY_ONLY = "*"
# Shorter passwords are refused.
MIN_PASSWORD = 10
# Longer ones are cut off by no one, but hashing takes time.
_MAX_PASSWORD = 1000


def editors(path: Path) -> dict[str, str]:
    """The editors of a file with their hashes.

    Raises:
        ContentError: it cannot be read (E01), or a line is wrong (E02).
    """
    data = files.read_bytes(path)
    if data is None:
        raise ContentError(str(path), 0, "E01", "there is no such file", worded("run: meipi editor add NAME"))
    found: dict[str, str] = {}
    for n, line in enumerate(files.utf8(data, path).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, password = line.strip().partition(":")
        if not colon or not NAME.fullmatch(name) or not password.startswith((PROXY_ONLY, "$argon2")):
            raise ContentError(
                str(path), n, "E02", "not a line of name:hash", worded("run: meipi editor add NAME")
            )
        found[name] = password
    return found


def put_editor(path: Path, name: str, password: str | None) -> None:
    """Add an editor, or change the password.

    Args:
        path: the file; made if it is missing, for its owner only.
        password: None for an editor who signs in through a proxy.

    Raises:
        ContentError: the file, the name or the password cannot be used.
    """
    if not NAME.fullmatch(name):
        remedy = worded("write a name without spaces and colons, at most 64 characters")
        raise ContentError(str(path), 0, "E03", worded("%(name)r is not a name", name=name), remedy)
    if password is not None and not MIN_PASSWORD <= len(password) <= _MAX_PASSWORD:
        remedy = worded("choose one of %(n)s to %(m)s characters", n=MIN_PASSWORD, m=_MAX_PASSWORD)
        raise ContentError(str(path), 0, "E03", "the password is too short or too long", remedy)
    hashed = PROXY_ONLY if password is None else _hasher().hash(password)
    _change(path, {name: hashed})


def remove_editor(path: Path, name: str) -> None:
    """Remove an editor; open sessions end, too.

    Raises:
        ContentError: the editor is unknown.
    """
    if name not in editors(path):
        remedy = worded("look at the names in the file")
        raise ContentError(str(path), 0, "E03", worded("there is no editor %(name)s", name=name), remedy)
    _change(path, {name: ""})


def is_password(hashed: str | None, password: str) -> bool:
    """Whether a password fits; an unknown name takes as long as a wrong password."""
    known = hashed is not None and hashed != PROXY_ONLY
    try:
        right = _hasher().verify(hashed if known and hashed else _decoy(), password[:_MAX_PASSWORD])
    except _argon2().exceptions.VerificationError:
        return False
    return right and known


def _change(path: Path, entry: dict[str, str]) -> None:
    """Write the file with one entry changed; an empty hash removes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock")):
        known = editors(path) if path.exists() else {}
        lines = "".join(f"{name}:{hashed}\n" for name, hashed in (known | entry).items() if hashed)
        files.replace_text(path, lines, private=True)


@cache
def _decoy() -> str:
    return _hasher().hash("no editor has this password")


@cache
def _hasher() -> PasswordHasher:
    hasher: PasswordHasher = _argon2().PasswordHasher()
    return hasher


def _argon2() -> ModuleType:
    return extras.load("argon2", "passwords of editors", "edit")
