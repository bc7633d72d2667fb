"""The `meipi` command: the only place, with its `commands`, that prints and sets exit codes.

Exit 0 fine, 1 findings or failures (named one a line on standard error), 2 usage. `serve` stands here and is
light: a site that has its pages ready is up before the text engine would be loaded. Every other command is
in `app.cli.commands`.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app import __version__
from app.errors import MeipiError
from app.settings import Settings

if TYPE_CHECKING:
    from app.library.library import Library
    from app.text.annotator import Annotator


class Context:
    """What every command needs: settings, and the library when it is asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.failed = False
        self.has_address = "MEIPI_BASE_URL" in os.environ

    def library(self) -> Library:
        """The library of these settings."""
        from app.library.library import open_library  # brings the whole web site; reading commands do without

        return open_library(self.settings)

    def annotator(self) -> Annotator:
        """The engine with today's glossary and people."""
        return self.library().annotator()

    def fail(self, message: object) -> None:
        """Name a failure and go on; the command ends with exit code 1."""
        self.failed = True
        click.echo(str(message), err=True)


pass_context = click.make_pass_decorator(Context)


class _Commands(click.Group):
    """The group; importing `app.cli.commands`, which takes most of a second, adds all but `serve`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        import_module("app.cli.commands")
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands:
            import_module("app.cli.commands")
        return super().get_command(ctx, cmd_name)


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="meipi")
@click.option("-v", "--verbose", is_flag=True, help="Say what is done, on standard error.")
@click.pass_context
def cli(context: click.Context, verbose: bool) -> None:
    """眉批 Meipi: an annotated reader for Chinese text.

    Add a text, look at what was made of it, serve it:

    \b
        meipi add article.txt --title 标题 --date 2024-03-05
        meipi check
        meipi serve
    """
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(message)s")
    context.obj = Context(Settings.from_env(os.environ))


def content_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--content DIR`, which every command takes."""

    def set_content(context: click.Context, _: click.Parameter, value: Path | None) -> None:
        if value is not None:
            if not value.is_dir() and context.info_name != "add":
                raise click.BadParameter(f"{value}: no such folder")
            known = context.find_object(Context)
            assert known is not None
            values = {n: getattr(known.settings, n) for n in Settings.__dataclass_fields__}
            var = known.settings.var if "MEIPI_VAR" in os.environ else value.parent / "var"
            known.settings = Settings(**(values | {"content": value, "var": var}))

    return click.option(
        "--content",
        type=click.Path(path_type=Path, file_okay=False),
        callback=set_content,
        expose_value=False,
        is_eager=True,
        help="Folder of articles, glossary and people (default: content).",
    )(function)


# -- the web site


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--reload", is_flag=True, help="Start again when the program changes (for development).")
@content_option
@pass_context
def serve(context: Context, host: str, port: int, workers: int, reload: bool) -> None:
    """Serve the web site."""
    from app.serving import main, server
    from app.serving.indexer import Indexer

    settings = context.settings
    if "MEIPI_BASE_URL" not in os.environ:
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        os.environ["MEIPI_BASE_URL"] = f"http://{shown}:{port}"
        if host in ("0.0.0.0", "::") and not settings.allowed_hosts:
            os.environ["MEIPI_ALLOWED_HOSTS"] = "*"
    os.environ["MEIPI_CONTENT"], os.environ["MEIPI_VAR"] = str(settings.content), str(settings.var)
    click.echo(f"眉批 {os.environ['MEIPI_BASE_URL']}/  (Ctrl-C 结束)", err=True)
    main.log_lines(settings)
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(0)
    )  # after the server's own handler: ends the indexer too
    with Indexer(settings) if settings.watch else nullcontext():
        server.run(
            "app.cli.group:site",
            host=host,
            port=port,
            workers=workers,
            reload=reload,
            access_log=False,
            log_config=None,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=10,
        )


def site() -> Any:
    """The application that `serve` runs, in each of its processes."""
    from app.serving import main

    return main.serve(Settings.from_env(os.environ))


def main() -> None:
    """The console script: Meipi's own faults become one line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli(prog_name="meipi")
    except MeipiError as error:
        click.echo(f"meipi: {error}", err=True)
        raise SystemExit(1) from None
    except BrokenPipeError:
        # The reader of our output went away; that is no fault, but nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except OSError as error:  # a full disk, a folder that may not be written
        where = f"{error.filename}: " if error.filename else ""
        remedy = "nothing is half written; make room or give the right to write, then run it again"
        click.echo(f"meipi: {where}{error.strerror or error}; {remedy}", err=True)
        raise SystemExit(1) from None
