"""The command `meipi serve`."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import nullcontext

import click

from app.cli.console import Context, common_options, pass_context
from app.cli.language import command, option, say
from app.i18n import mark
from app.serving import main, server
from app.serving.indexer import Indexer


@command(help=mark("运行网站。"))
@option("--host", default="127.0.0.1", show_default=True, help=mark("监听的地址。"))
@option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help=mark("监听的端口。"))
@option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help=mark("进程数。"))
@option("--reload", is_flag=True, help=mark("程序改动后自动重启（开发时用）。"))
@common_options
@pass_context
def serve(context: Context, host: str, port: int, workers: int, reload: bool) -> None:
    """Serve the web site."""
    settings = context.settings
    if "MEIPI_BASE_URL" not in os.environ:
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        os.environ["MEIPI_BASE_URL"] = f"http://{shown}:{port}"
        if host in ("0.0.0.0", "::") and not settings.allowed_hosts:
            os.environ["MEIPI_ALLOWED_HOSTS"] = "*"
    os.environ["MEIPI_CONTENT"], os.environ["MEIPI_VAR"] = str(settings.content), str(settings.var)
    click.echo(say("眉批 %(address)s/  （按 Ctrl-C 结束）", address=os.environ["MEIPI_BASE_URL"]), err=True)
    main.log_lines(settings)
    # Called after the server's own handler; it also ends the indexer.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Indexer(settings) if settings.watch else nullcontext():
        server.run(
            "app.serving.main:site",
            host=host,
            port=port,
            workers=workers,
            reload=reload,
            access_log=False,
            log_config=None,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=10,
        )
