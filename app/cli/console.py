"""What all commands share: settings, input, output, failures and progress bars.

This module is light: `meipi serve` imports it, so it loads neither the library nor the text engine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.errors import ContentError, MeipiError, MissingExtra, NotFound
from app.settings import Settings

if TYPE_CHECKING:
    from app.library.library import Library


class Context:
    """The settings of this run, and whether anything has failed.

    Args:
        settings: from the environment and `--content`.
        given: names of the environment variables that are set.
    """

    def __init__(self, settings: Settings, given: Collection[str]) -> None:
        self.settings = settings
        self.given = given
        self.failed = False

    def library(self) -> Library:
        """Open the library of these settings."""
        from app.library.library import open_library  # the text engine; `serve` does without

        return open_library(self.settings)

    def fail(self, message: object) -> None:
        """Print a failure on standard error and go on; the command ends with exit code 1."""
        self.failed = True
        click.echo(str(message), err=True)

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Turn the faults of one input into a printed failure, so that the others are still handled."""
        try:
            yield
        except (ContentError, NotFound, MissingExtra) as error:
            self.fail(error)

    def finish(self) -> None:
        """End the command: exit code 1 after a failure."""
        if self.failed:
            raise SystemExit(1)


pass_context = click.make_pass_decorator(Context)


# -- options that several commands have


def content_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--content DIR`, which every command takes."""

    def set_content(context: click.Context, _: click.Parameter, value: Path | None) -> None:
        if value is None:
            return
        if not value.is_dir() and context.info_name != "add":
            raise click.BadParameter(f"{value}: no such folder")
        own = context.find_object(Context)
        assert own is not None
        var = own.settings.var if "MEIPI_VAR" in own.given else value.parent / "var"
        own.settings = replace(own.settings, content=value, var=var)

    return click.option(
        "--content",
        type=click.Path(path_type=Path, file_okay=False),
        callback=set_content,
        expose_value=False,
        is_eager=True,
        help="Folder of articles, glossary and people (default: content).",
    )(function)


# -- input


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Raises:
        ContentError: the file does not exist or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ContentError(str(path), 0, "F00", "there is no such file", "look at the name") from None
    except OSError as error:
        problem = error.strerror or str(error)
        raise ContentError(
            str(path), 0, "F00", f"it cannot be read: {problem}", "look at its permissions"
        ) from None


def read_files(context: Context, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file, `-` for standard input; print those that cannot be read."""
    if not names:
        raise click.UsageError("give files, - for standard input, or --jsonl")
    for name in names:
        if name == "-":
            yield "-", sys.stdin.buffer.read()
            continue
        with context.failing():
            yield name, read_bytes(Path(name))


def stem(name: str) -> str:
    """The id of a text that has only a file name."""
    return "stdin" if name == "-" else Path(name).stem


def answer_lines(context: Context, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Write one JSON line for each line of standard input, in order; a bad line gets its error."""
    for n, raw in enumerate(sys.stdin.buffer, 1):
        if not raw.strip():
            continue
        id: Any = None
        try:
            line = raw.decode("utf-8", "surrogatepass")
            record = json.loads(line.removeprefix("\ufeff") if n == 1 else line)
            if not isinstance(record, dict):
                raise click.ClickException("not a JSON object")
            id = record.get("id")
            result = answer(record) | {"id": id}  # unchanged: a number stays a number
        except (ValueError, RecursionError, click.ClickException, MeipiError) as error:
            message = error.message if isinstance(error, click.ClickException) else str(error)
            context.fail(f"-:{n}: F00 {message}; write one JSON object a line")
            result = {"id": id, "error": message}
        print_json(result)
    context.finish()


# -- output


def print_json(value: dict[str, Any]) -> None:
    """Write a value as one line of JSON."""
    # UTF-8 has no lone surrogates; as \ud800 they are valid inside JSON.
    line = json.dumps(value, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def now() -> str:
    """The time in UTC, to the second, in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on a terminal; nothing in a pipe or when there is only one thing to do.

    Yields:
        A function to call with the number of things done, the total, and the name of the last one.
    """
    bar: Any = None

    def progress(done: int, total: int, _: str) -> None:
        nonlocal bar
        if bar is None and total > 1 and sys.stderr.isatty():
            bar = click.progressbar(length=total, label=label, file=sys.stderr)
            bar.__enter__()
        if bar is not None:
            bar.update(done - bar.pos)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)
