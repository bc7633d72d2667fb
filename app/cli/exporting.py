"""Writes the exports of `meipi export` and prints what was done."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from app.cli.console import Context, progress_bar
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
    with progress_bar("导出") as progress:
        done = publish(press, output, cards=cards, compress=compress, progress=progress)
    for fault in done.faults:
        context.fail(fault)
    click.echo(
        f"{output}：新做 {done.made} 篇，未变 {done.kept} 篇；"
        f"文件 {done.files} 个，写 {done.written} 个，删 {done.removed} 个",
        err=True,
    )


def export_articles(
    context: Context, form: str, articles: Sequence[ArticleId], output: Path, address: str
) -> None:
    """Write articles in one form to a file, a folder or (`-`) standard output."""
    press, to_stdout = _press(context, address), str(output) == "-"
    with progress_bar("导出") as progress:
        if to_stdout:
            done = write(press, form, articles, sys.stdout.buffer, progress=progress)
        else:
            done = export(press, form, articles, output, progress=progress)
    for fault in done.faults:
        context.fail(fault)
    if not to_stdout:
        click.echo(f"{output}：{done.articles} 篇，{done.files} 个文件", err=True)
