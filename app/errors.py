"""Errors, each with the place, the problem and the remedy.

Raise an error where the fault is known. `app.web.errors` turns it into a page or `application/problem+json`,
`app.cli` into one line on standard error and an exit code. Messages are in English, for logs; a message with
values is written with `app.i18n.worded`, and `app.i18n.shown` translates it where it is printed.
"""

from __future__ import annotations

from app.i18n import Message, worded


def fault_line(path: str, line: int, code: str, problem: str, remedy: str) -> Message:
    """A fault of a file as one line, `file:line: CODE problem; remedy`."""
    return worded(
        "%(path)s:%(line)s: %(code)s %(problem)s; %(remedy)s",
        path=path,
        line=line,
        code=code,
        problem=translatable(problem),
        remedy=translatable(remedy),
    )


def translatable(text: str) -> Message:
    """The text as a message; a plain string is its own template."""
    return text if isinstance(text, Message) else worded(text)


def system_message(error: OSError) -> Message:
    """The reason that the operating system gives."""
    return translatable(error.strerror or str(error))


# The usual reasons of `system_message`, for the catalogue.
_SYSTEM = (
    worded("Address already in use"), worded("Disk quota exceeded"), worded("File exists"),
    worded("File name too long"), worded("Input/output error"), worded("Is a directory"),
    worded("No such file or directory"), worded("No space left on device"), worded("Not a directory"),
    worded("Operation not permitted"), worded("Permission denied"), worded("Read-only file system"),
    worded("Too many levels of symbolic links"),
)  # fmt: skip


class MeipiError(Exception):
    """The base class of all errors that Meipi reports."""


class ChangedMeanwhile(MeipiError):
    """A file is another one than the editor saw; it was not written."""


class ContentError(MeipiError):
    """A faulty file in `content/`, or a faulty file given to a command.

    Args:
        path: the file, as the user named it.
        line: 1-based, or 0 for a fault without a line.
        code: `A01` … articles, `G01` … glossary, `S01` … speakers, `L01` … ledgers, `C01` … any file of
            content/, `F01` … files given to a command.
        problem: a description of the fault.
        remedy: an instruction for the user.
    """

    def __init__(self, path: str, line: int, code: str, problem: str, remedy: str) -> None:
        self.path, self.line, self.code, self.problem, self.remedy = path, line, code, problem, remedy
        super().__init__(fault_line(path, line, code, problem, remedy))

    def __reduce__(self) -> tuple[type[ContentError], tuple[str, int, str, str, str]]:
        """Support pickle, which sends errors from worker processes."""
        return type(self), (self.path, self.line, self.code, self.problem, self.remedy)


class ContentMissing(ContentError):
    """content/ is missing as a whole or is being replaced; its articles do not count as deleted."""


# The kinds of `NotFound`, for the catalogue.
_KINDS = (
    worded("article"), worded("ledger"), worded("page"), worded("paragraph"), worded("speaker"),
    worded("term"), worded("word"),
)  # fmt: skip


class NotFound(MeipiError):
    """An address that leads nowhere; `kind` is one of `_KINDS`."""

    def __init__(self, kind: str, id: str, near: tuple[str, ...] = ()) -> None:
        self.kind, self.id, self.near = kind, id, near
        super().__init__(worded("no %(kind)s %(id)r", kind=worded(kind), id=id))


class SettingsError(MeipiError):
    """An unknown setting or an invalid value; the message names the variable."""


class IndexUnavailable(MeipiError):
    """The index cannot be read or written; the message says where it is and how to rebuild it."""


class IndexUnfinished(IndexUnavailable):
    """The index is still being filled; missing articles may appear soon."""


class IndexDamaged(IndexUnavailable):
    """The index is broken; `app.index.Index.mend` rebuilds it."""


class TextsTooLong(MeipiError):
    """Two texts are too long to be compared."""


class MissingExtra(MeipiError):
    """A package of an optional extra is not installed; the message names the extra."""

    def __init__(self, what: str, extra: str) -> None:
        self.what, self.extra = what, extra
        super().__init__(
            worded(
                "%(part)s needs the extra '%(extra)s': .venv/bin/pip install -e '.[%(extra)s]'",
                part=translatable(what),
                extra=extra,
            )
        )

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:
        """Support pickle, which sends errors from worker processes."""
        return type(self), (self.what, self.extra)
