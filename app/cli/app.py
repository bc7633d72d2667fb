"""The `meipi` command: the group and its options.

Exit codes: 0 success, 1 findings or failures (one line each on standard error), 2 wrong usage.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from app import __version__
from app.cli.console import Context, lang_option
from app.cli.language import Group, Option, choose, option, say, shown
from app.errors import MeipiError, system_message
from app.i18n import mark, uncompiled
from app.settings import Settings

# The module of every command. Each is imported when the command is used: most load the text engine, which
# takes 0.5 s that `serve` does not spend.
_MODULES = {
    "add": "articles", "annotate": "texts", "candidates": "glossary", "check": "articles",
    "compare": "compare", "edit": "serve", "editor": "editor", "export": "export", "glossary": "glossary",
    "index": "index", "mcp": "mcp", "reflow": "texts", "reuse": "reuse", "save": "articles",
    "search": "search", "serve": "serve", "trace": "texts", "translate": "translate", "uses": "uses",
}  # fmt: skip


# Commands that newcomers type, and those that they mean.
_MEANT = {
    "find": "search", "import": "add", "lint": "check", "new": "add", "run": "serve", "start": "serve",
    "web": "serve",
}  # fmt: skip


class _Commands(Group):
    """A group that imports the modules of its commands on demand."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Choose the language of the output and run a command."""
        choose(sys.argv[1:] if args is None else args, os.environ)
        return super().main(args, *more, **options)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of a name; for an unknown one, the fault names the command that is meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as fault:
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            if meant := _MEANT.get(args[0], near[0] if near else ""):
                hint = say(mark("你要的可能是“meipi %(command)s”。"), command=meant)
                raise click.UsageError(f"{fault.message}\n{hint}", ctx) from fault
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*_MODULES, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _MODULES and cmd_name not in self.commands:
            self.add_command(getattr(import_module(f"app.cli.{_MODULES[cmd_name]}"), cmd_name), cmd_name)
        return super().get_command(ctx, cmd_name)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=mark(
        "眉批（Meipi）：带批注的中文阅读器。\n\n"
        "导入一篇文章，检查结果，打开网站：\n\n"
        "    meipi add article.txt --title TITLE --date 2024-03-05\n"
        "    meipi check\n"
        "    meipi serve"
    ),
)
@click.version_option(
    __version__, prog_name="meipi", message="%(prog)s %(version)s", cls=Option, help=mark("显示版本号。")
)
@option("-v", "--verbose", is_flag=True, help=mark("在标准错误上输出日志（英文）。"))
@lang_option
@click.pass_context
def cli(context: click.Context, verbose: bool) -> None:
    """Read the settings for the command that follows."""
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(message)s")
    context.obj = Context(Settings.from_env(os.environ), frozenset(os.environ))


def main() -> None:
    """Run the console script; Meipi's own errors become one line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    _require_catalogues()
    try:
        cli(prog_name="meipi")
    except MeipiError as error:
        click.echo(f"meipi: {shown(error)}", err=True)
        raise SystemExit(1) from None
    except BrokenPipeError:
        # The reader of our output has closed the pipe. Python would fail again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except OSError as error:  # a full disk, a folder without write permission
        where = f"{error.filename}: " if error.filename else ""
        remedy = say("没有写坏任何文件；请腾出空间或给予写权限，然后重新运行")
        click.echo(f"meipi: {where}{shown(system_message(error))}; {remedy}", err=True)
        raise SystemExit(1) from None


def _require_catalogues() -> None:
    """Warn of catalogues older than their source, and end without them; in English, which needs none."""
    for path in uncompiled():
        fault = "is older than its source" if path.exists() else "is missing"
        click.echo(f"meipi: {path}: the catalogue {fault}; run: .venv/bin/python tests/messages.py", err=True)
        if not path.exists():
            raise SystemExit(1)
