"""Reads the glossary of an earlier git revision of content/, and commits changed files."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.content.knowledge import KnowledgeFiles
from app.errors import ContentError, system_message
from app.i18n import Message, worded
from app.model import Term


def glossary_at(root: Path, revision: str) -> tuple[Term, ...]:
    """The usable entries of the glossary in a git revision of content/.

    Raises:
        ContentError: F02, the folder is not in a git repository, or the revision does not exist.
    """
    command = ["git", "-C", str(root), "archive", "--format=tar", "--", revision, "glossary"]
    remedy = worded("name a commit, branch or tag of the repository that holds this folder")
    if revision.startswith("-"):
        raise ContentError(
            str(root), 0, "F02", worded("%(revision)r is not a revision", revision=revision), remedy
        )
    data = _git(root, command, remedy)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            archive.extractall(folder, filter="data")
        return KnowledgeFiles(Path(folder)).usable()[0].terms


def commit(root: Path, paths: Sequence[str], message: str, author: str) -> None:
    """Commit files of content/, and no others that may be changed.

    Args:
        root: the folder content/.
        paths: of files or folders below it.
        message: of the commit.
        author: a name; git's own settings name who commits.

    Raises:
        ContentError: F02, the folder is not in a git repository, or git refuses.
    """
    remedy = worded("look at the repository that holds this folder")
    name = "".join(c for c in author if c.isprintable() and c not in "<>") or "editor"
    git = ["git", "-C", str(root)]
    _git(root, [*git, "add", "--", *paths], remedy)
    _git(
        root, [*git, "commit", "--quiet", f"--author={name} <>", f"--message={message}", "--", *paths], remedy
    )


def _git(root: Path, command: Sequence[str], remedy: Message) -> bytes:
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except (subprocess.CalledProcessError, OSError) as error:
        if isinstance(error, OSError):
            message: str = system_message(error)
        else:
            message = [str(error), *error.stderr.decode(errors="replace").strip().splitlines()][-1]
        raise ContentError(
            str(root), 0, "F02", worded("git: %(message)s", message=message), remedy
        ) from error
