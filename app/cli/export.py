"""The command `export`: its options and which of them fit together."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from app.cli.console import Context, common_options, pass_context
from app.cli.language import Command, argument, command, option, say, shown
from app.errors import system_message
from app.export.forms import FORMS
from app.i18n import mark
from app.model import ArticleId

_SITE = "site"
_WORDS = {_SITE: mark("整个网站，可放到任何静态主机上，含检索")} | {f.name: f.words for f in FORMS.values()}


class _Export(Command):
    """Lists the forms below its help."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help_text(ctx, formatter)
        with formatter.section(say("可用格式")):
            formatter.write_dl([(name, say(words)) for name, words in _WORDS.items()])


@command(
    cls=_Export,
    help=mark(
        "导出文章；不写文章就导出全部。\n\n例：meipi export site -o public --base-url https://example.org"
    ),
)
@argument("form", type=click.Choice([_SITE, *FORMS]), metavar=mark("格式"))
@argument("articles", nargs=-1, metavar=mark("[文章]..."))
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("-"),
    help=mark("输出到哪里：site 和每篇一个文件的格式写文件夹，其他格式写文件；- 表示标准输出（默认）。"),
)
@option("--base-url", default="", help=mark("网站的地址；导出文件里的链接以它开头。"))
@option("--cards", is_flag=True, help=mark("site：同时生成分享图片，每秒约 30 张。"))
@option("--compress", is_flag=True, help=mark("site：每个文本文件另写 .br 和 .gz。"))
@common_options
@pass_context
def export(
    context: Context,
    form: str,
    articles: Sequence[str],
    output: Path,
    base_url: str,
    cards: bool,
    compress: bool,
) -> None:
    """Export articles, or the whole site."""
    _require_sense(form, articles, output, base_url, cards or compress)
    if form == _SITE and not base_url and "MEIPI_BASE_URL" not in context.given:
        hint = say("地址以 %(url)s 开头；发布前请给 --base-url", url=context.settings.base_url)
        click.echo(hint, err=True)
    address = (base_url or context.settings.base_url).rstrip("/")
    from app.cli import exporting  # loads the web site: 0.4 s of CPU time that --help does without

    try:
        if form == _SITE:
            exporting.export_site(context, output, address, cards, compress)
        else:
            exporting.export_articles(context, form, [ArticleId(id) for id in articles], output, address)
    except BrokenPipeError:
        raise
    except OSError as error:
        place = error.filename or output
        reason = shown(system_message(error))
        raise click.ClickException(
            say("%(path)s：%(reason)s；请改用别的 -o，或在那里腾出空间", path=place, reason=reason)
        ) from None
    context.finish()


def _require_sense(form: str, articles: Sequence[str], output: Path, base_url: str, site_only: bool) -> None:
    """Raise a usage error for arguments that contradict each other."""
    to_stdout = str(output) == "-"
    if base_url and not base_url.startswith(("http://", "https://")):
        raise click.UsageError(say("--base-url %(url)s：不是网址；请写 https://example.org", url=base_url))
    if form == _SITE:
        if to_stdout or articles:
            raise click.UsageError(say("site 导出全部文章，需要一个文件夹：meipi export site -o FOLDER"))
        return
    if site_only:
        raise click.UsageError(say("--cards 和 --compress 只能用于 site"))
    if to_stdout and not FORMS[form].whole and len(articles) != 1:
        raise click.UsageError(say("%(form)s 每篇一个文件：请写明一篇文章，或给 -o FOLDER", form=form))
    if to_stdout and FORMS[form].binary and sys.stdout.isatty():
        raise click.UsageError(say("不向终端输出 %(form)s；请用 -o FILE", form=form.upper()))
