"""What can go wrong, each with the place, the problem and the remedy.

Raise where the fault is known; `main.py` turns these into pages or `application/problem+json`,
`cli.py` into one line on standard error and an exit code. Nobody else catches them.
"""

from __future__ import annotations


class MeipiError(Exception):
    """Anything that Meipi itself reports."""


class ContentError(MeipiError):
    """A file in `content/`, or one given to a command, that cannot be used as it stands.

    Args:
        path: the file, as the user named it.
        line: 1-based line, or 0 when the fault has none.
        code: the finding's code: `A01` … articles, `G01` … glossary, `S01` … speakers, `L01` … ledgers,
            `C01` … any file of content/, `F01` … files given to a command.
        problem: what is wrong.
        remedy: what to do about it.
    """

    def __init__(self, path: str, line: int, code: str, problem: str, remedy: str) -> None:
        self.path, self.line, self.code, self.problem, self.remedy = path, line, code, problem, remedy
        super().__init__(f"{path}:{line}: {code} {problem}; {remedy}")

    def __reduce__(self) -> tuple[type[ContentError], tuple[str, int, str, str, str]]:
        """As pickle takes it: from a worker process to the one that asked."""
        return type(self), (self.path, self.line, self.code, self.problem, self.remedy)


class ContentMissing(ContentError):
    """content/ is missing as a whole, or is just being replaced: nothing in it is taken for deleted."""


class NotFound(MeipiError):
    """An address that leads nowhere: `kind` is article, paragraph, term or speaker."""

    def __init__(self, kind: str, id: str, near: tuple[str, ...] = ()) -> None:
        self.kind, self.id, self.near = kind, id, near
        super().__init__(f"no {kind} {id!r}")


class SettingsError(MeipiError):
    """A setting that is unknown or has no usable value; the message names the variable."""


class IndexUnavailable(MeipiError):
    """The index cannot be read or written; the message says where it is and how to rebuild it."""


class IndexUnfinished(IndexUnavailable):
    """The index is being filled: what is not in it yet may be there in a moment."""


class IndexDamaged(IndexUnavailable):
    """The index itself is broken; `app.index.Index.mend` rebuilds it."""


class MissingExtra(MeipiError):
    """A part that an optional extra brings is not installed; the message says which to install."""

    def __init__(self, what: str, extra: str) -> None:
        self.extra = extra
        super().__init__(f"{what} needs the extra {extra!r}: .venv/bin/pip install -e '.[{extra}]'")
