"""Commands on the file of editors: `editor add`, `editor remove`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.console import Context, common_options, pass_context
from app.cli.language import Group, argument, option, say
from app.edit.accounts import put_editor, remove_editor
from app.i18n import mark


@click.group(cls=Group, help=mark("管理工作台的编者：写在 MEIPI_EDITORS 所指的文件里。"))
def editor() -> None:
    """Group of the commands on the file of editors."""


_file = option(
    "--file", type=click.Path(path_type=Path, dir_okay=False), help=mark("编者的文件。默认：MEIPI_EDITORS。")
)


@editor.command(help=mark("加一位编者，或改密码。例：MEIPI_EDITORS=/etc/meipi/editors meipi editor add lin"))
@argument("name", metavar=mark("编者名"))
@_file
@option("--stdin", is_flag=True, help=mark("从标准输入读密码，而不是在终端上问。"))
@option("--proxy", is_flag=True, help=mark("没有密码：只经 MEIPI_EDITOR_HEADER 所信任的代理登录。"))
@common_options
@pass_context
def add(context: Context, name: str, file: Path | None, stdin: bool, proxy: bool) -> None:
    """Add an editor, or change the password."""
    path = _path(context, file)
    password: str | None = None
    if stdin:
        password = sys.stdin.readline().rstrip("\n")
    elif not proxy:
        password = click.prompt(say("密码"), hide_input=True, confirmation_prompt=say("再输一次"))
    with context.failing():
        put_editor(path, name, password)
        click.echo(say("已写入 %(path)s", path=path))
    context.finish()


@editor.command(help=mark("去掉一位编者；他已经打开的工作台也随即失效。"))
@argument("name", metavar=mark("编者名"))
@_file
@common_options
@pass_context
def remove(context: Context, name: str, file: Path | None) -> None:
    """Remove an editor."""
    path = _path(context, file)
    with context.failing():
        remove_editor(path, name)
        click.echo(say("已写入 %(path)s", path=path))
    context.finish()


def _path(context: Context, file: Path | None) -> Path:
    if file is None and not context.settings.editors:
        raise click.UsageError(say("请用 --file 或 MEIPI_EDITORS 指出编者的文件"))
    return file or Path(context.settings.editors)
