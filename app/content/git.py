"""Reads the glossary of an earlier git revision of content/."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from app.content.knowledge import KnowledgeFiles
from app.errors import ContentError, system_message
from app.i18n import worded
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
    try:
        done = subprocess.run(command, capture_output=True, check=True)
    except subprocess.CalledProcessError as error:
        message = error.stderr.decode(errors="replace").strip().splitlines() or [str(error)]
        raise ContentError(
            str(root), 0, "F02", worded("git: %(message)s", message=message[-1]), remedy
        ) from error
    except OSError as error:
        raise ContentError(
            str(root), 0, "F02", worded("git: %(message)s", message=system_message(error)), remedy
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(folder, filter="data")
        return KnowledgeFiles(Path(folder)).usable()[0].terms
