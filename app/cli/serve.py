"""The commands `meipi serve` and `meipi edit`."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from contextlib import nullcontext, suppress

import click

from app.cli.console import Context, common_options, pass_context
from app.cli.language import command, option, say
from app.edit.sessions import START, Sessions
from app.i18n import mark
from app.serving import main, server
from app.serving.indexer import Indexer
from app.settings import Settings


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
    click.echo(say("眉批 %(address)s/  （按 Ctrl-C 结束）", address=os.environ["MEIPI_BASE_URL"]), err=True)
    _run(settings, host, port, workers=workers, reload=reload)


@command(help=mark("在本机打开工作台：网站，加上 /edit/。例：meipi edit --open"))
@option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help=mark("监听的端口。"))
@option("--open", "opens", is_flag=True, help=mark("在浏览器里打开工作台。"))
@common_options
@pass_context
def edit(context: Context, port: int, opens: bool) -> None:
    """Serve the web site and the workbench on loopback, and print the one-time link."""
    port = port or _free_port()
    address = f"http://127.0.0.1:{port}"
    os.environ |= {"MEIPI_BASE_URL": address, "MEIPI_ALLOWED_HOSTS": "", "MEIPI_EDIT": "1"}
    link = f"{address}{START}{Sessions(context.settings.var).make_link()}/"
    click.echo(say("工作台 %(link)s", link=link), err=True)
    click.echo(say("链接只能用一次。按 Ctrl-C 结束。"), err=True)
    if opens:
        threading.Thread(target=_open, args=(port, link), daemon=True).start()
    _run(context.settings, "127.0.0.1", port)


def _open(port: int, link: str) -> None:
    """Open the link in a browser as soon as the site listens."""
    for _ in range(300):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            click.launch(link)
            return
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _run(settings: Settings, host: str, port: int, *, workers: int = 1, reload: bool = False) -> None:
    """Serve until told to end; the web workers read their settings from the environment."""
    os.environ["MEIPI_CONTENT"], os.environ["MEIPI_VAR"] = str(settings.content), str(settings.var)
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
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            log_config=None,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=10,
        )
