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

from app.cli.language import option, say, shown
from app.errors import ContentError, MeipiError, MissingExtra, NotFound, system_message
from app.i18n import LOCALES, mark, message_of, worded
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

    def fail(self, fault: object) -> None:
        """Print an exception, a finding or a message on standard error; the command ends with exit code 1."""
        self.failed = True
        click.echo(shown(getattr(fault, "message", fault)), err=True)

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


# Read by `app.cli.language.choose` before anything else is.
lang_option = option(
    "--lang",
    type=click.Choice(LOCALES),
    expose_value=False,
    help=mark("输出所用的语言。默认：系统的语言（LC_ALL、LC_MESSAGES 或 LANG），没有译文时用英文。"),
)


def common_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--content DIR` and `--lang`, which every command takes."""

    def set_content(context: click.Context, _: click.Parameter, value: Path | None) -> None:
        if value is None:
            return
        if not value.is_dir() and context.info_name != "add":
            raise click.BadParameter(say("%(path)s：没有这个文件夹", path=value))
        own = context.find_object(Context)
        assert own is not None
        var = own.settings.var if "MEIPI_VAR" in own.given else value.parent / "var"
        own.settings = replace(own.settings, content=value, var=var)

    content = option(
        "--content",
        type=click.Path(path_type=Path, file_okay=False),
        callback=set_content,
        expose_value=False,
        is_eager=True,
        help=mark("文章、词语和人物所在的文件夹（默认：content）。"),
    )
    return content(lang_option(function))


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
        problem = worded("it cannot be read: %(reason)s", reason=system_message(error))
        raise ContentError(str(path), 0, "F00", problem, "look at its permissions") from None


def read_files(context: Context, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file, `-` for standard input; print those that cannot be read."""
    if not names:
        raise click.UsageError(say("请给出文件，用 - 表示标准输入，或用 --jsonl"))
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
                raise ValueError(worded("not a JSON object"))
            id = record.get("id")
            result = answer(record) | {"id": id}  # unchanged: a number stays a number
        except (ValueError, RecursionError, MeipiError) as error:
            context.fail(ContentError("-", n, "F00", message_of(error), "write one JSON object a line"))
            result = {"id": id, "error": str(error)}
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
