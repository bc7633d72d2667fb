"""The command `reuse`."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli.console import Context, common_options, pass_context, print_json
from app.cli.language import argument, command, option, say
from app.i18n import mark
from app.library.reuse import COLUMNS, table
from app.library.reuse import reuse as found_elsewhere
from app.model import ArticleId
from app.spreadsheet import csv_lines
from app.text.terms.facts import iso_date


@command(
    help=mark(
        "找出一篇文章里还见于别的文章的字句：连续十三个字以上，可以略有改动。\n\n"
        "每行给出段落、相同的字句和另一篇文章里的段落。"
    )
)
@argument("article", metavar=mark("文章编号"))
@option("--json", "as_json", is_flag=True, help=mark("输出一个 JSON 对象。"))
@option("--csv", "as_csv", is_flag=True, help=mark("输出 CSV 表格。"))
@common_options
@pass_context
def reuse(context: Context, article: str, as_json: bool, as_csv: bool) -> None:
    """Print where else the words of an article are."""
    library = context.library()
    library.refresh()
    made = found_elsewhere(library, ArticleId(article), lambda path: path)
    if as_json:
        print_json(asdict(made))
    elif as_csv:
        for line in csv_lines(COLUMNS, table(made)):
            click.echo(line, nl=False)
    else:
        for w in made.words:
            click.echo(f"{w.block}  {w.text}\t{iso_date(w.date, circa=w.circa) or '—'} {w.title} {w.url}")
        for a in made.articles:
            if a.reprint:
                click.echo(say("本文大部分也见于 %(title)s %(url)s", title=a.title, url=a.url), err=True)
        if not made.known:
            click.echo(say("文库太大，没有这项索引。"), err=True)
        click.echo(say("本文 %(n)s%% 的文字也见于文库里别的文章。", n=round(100 * made.share)), err=True)
