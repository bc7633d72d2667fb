"""Writes the exports of `meipi export` and prints a summary."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from app.cli.console import Context, progress_bar
from app.cli.language import say
from app.export.articles import export, write
from app.export.press import Press
from app.export.site import publish
from app.model import ArticleId


def _press(context: Context, address: str) -> Press:
    """The source of an export: the library, brought up to date."""
    library = context.library()
    for finding in library.refresh().findings:
        context.fail(finding)
    return Press(library, base_url=address, site_name=context.settings.site_name)


def export_site(context: Context, output: Path, address: str, cards: bool, compress: bool) -> None:
    """Write the whole site into a folder."""
    press = _press(context, address)
    with progress_bar(say("导出")) as progress:
        done = publish(press, output, cards=cards, compress=compress, progress=progress)
    for fault in done.faults:
        context.fail(fault)
    parts = [
        say("新做 %(n)s 篇", n=done.made),
        say("未变 %(n)s 篇", n=done.kept),
        say("文件 %(n)s 个", n=done.files),
        say("写 %(n)s 个", n=done.written),
        say("删 %(n)s 个", n=done.removed),
    ]
    click.echo(f"{output}: " + say("，").join(parts), err=True)


def export_articles(
    context: Context, form: str, articles: Sequence[ArticleId], output: Path, address: str
) -> None:
    """Write articles in one form to a file, a folder or (`-`) standard output."""
    press, to_stdout = _press(context, address), str(output) == "-"
    with progress_bar(say("导出")) as progress:
        if to_stdout:
            done = write(press, form, articles, sys.stdout.buffer, progress=progress)
        else:
            done = export(press, form, articles, output, progress=progress)
    for fault in done.faults:
        context.fail(fault)
    if not to_stdout:
        parts = [say("%(n)s 篇", n=done.articles), say("%(n)s 个文件", n=done.files)]
        click.echo(f"{output}: " + say("，").join(parts), err=True)
