"""Reads and writes YAML; every exception of the parser becomes a ContentError with a line."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from textwrap import indent
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from app.errors import ContentError
from app.i18n import worded

MAX_LENGTH = 8_000_000  # characters of a YAML file


def load_yaml(text: str, path: str, code: str, *, first_line: int = 1, quotes: bool = False) -> Any:
    """Parse YAML.

    Args:
        path: of the file, for the error.
        code: of the error.
        first_line: where the text begins in the file.
        quotes: keep the quotation marks of strings, for writing them again.

    Raises:
        ContentError: with `code` and the line.
    """
    if len(text) > MAX_LENGTH:
        raise ContentError(path, 0, code, "the file is too large", "split it into files of less than 8 MB")
    yaml = YAML()
    yaml.preserve_quotes = quotes
    yaml.Constructor = _Constructor
    yaml.composer.warn_double_anchors = False
    try:
        return yaml.load(text)
    except Exception as error:
        # The parser raises far more than YAMLError: KeyError, IndexError, OverflowError, AttributeError …
        line, problem, remedy = _fault(error, text, yaml.constructor.line)
        raise ContentError(path, line + first_line, code, problem, remedy) from None


class _Constructor(RoundTripConstructor):
    """Remembers the line it works on, since most of its exceptions do not carry one."""

    line: int | None = None

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        self.line = node.start_mark.line
        return super().construct_object(node, deep)


def _fault(error: Exception, text: str, line: int | None) -> tuple[int, str, str]:
    """Line (0-based), problem and remedy of a parser's exception.

    Args:
        line: of the value under construction; None if the parser failed before that.
    """
    remedy = worded("compare with the example in content/README.md")
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        said = str(error.problem or error.context or error).replace("\n", " ")
        problem = worded("unreadable YAML: %(message)s", message=said)
        if "mapping values are not allowed" in said:
            remedy = worded("put quotation marks round a value that contains a colon and a space")
        elif "duplicate key" in said:
            problem = worded("duplicate key %(key)s", key=said.split(" with value")[0].split("key ", 1)[-1])
            remedy = worded("delete one of the two")
        return mark.line if mark else 0, problem, remedy
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position)
        code = f"U+{ord(text[error.position]):04X}"
        problem = worded("a character that YAML does not allow: %(code)s", code=code)
        return line, problem, worded("delete it")
    message = str(error).splitlines()[0] if str(error) else type(error).__name__
    problem = worded("unreadable YAML: %(message)s", message=message[:200])
    return _line_of_last_token(text) if line is None else line, problem, remedy


def _line_of_last_token(text: str) -> int:
    """The line (0-based) after which the parser finds no further token."""
    line = 0
    with suppress(Exception):
        for token in YAML().scan(text):
            line = token.end_mark.line
    return line


# A file whose lists are indented below their key.
_INDENTED = re.compile(r"^  \w+:\n    - ", re.M)


def load_item(text: str, like: str, path: str, code: str) -> Any:
    """Parse a part of the file `like`, to be changed and written by `dump_yaml`.

    Raises:
        ContentError: with `code` and the line.
    """
    # Comments are written at the column where they were read, and `dump_yaml` takes two columns away.
    part = indent(text, "  ") if _INDENTED.search(like) else text
    return load_yaml(part, path, code, quotes=True)


def dump_yaml(entries: Any, like: str = "") -> str:
    """Write YAML with lists indented as in the text `like`."""
    yaml = YAML()
    yaml.width = 10_000
    out = io.StringIO()
    if not _INDENTED.search(like):
        yaml.dump(entries, out)
        return out.getvalue()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(entries, out)
    return re.sub(r"^  ", "", out.getvalue(), flags=re.M)  # the outermost list is not indented
