"""The command `export`: its options and which of them fit together."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from app.cli.console import Context, content_option, pass_context
from app.export.forms import FORMS
from app.model import ArticleId

_SITE = "site"
_HELP = "\n".join(
    [
        "Export articles, all of them when none is named.\n\n\b",
        f"    {_SITE:14} the whole site as files, for any file host; search included",
        *(f"    {form.name:14} {form.words}" for form in FORMS.values()),
        "\nExample: meipi export site -o public --base-url https://example.org",
    ]
)


@click.command(help=_HELP)
@click.argument("form", type=click.Choice([_SITE, *FORMS]))
@click.argument("articles", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("-"),
    help="Where to: a folder for site and for several articles of a form with a file each, else the file; "
    "- for standard output (default).",
)
@click.option(
    "--base-url", default="", help="Where the site is or will be; links in the export begin with it."
)
@click.option("--cards", is_flag=True, help="site: draw the share images too, about 30 a second.")
@click.option("--compress", is_flag=True, help="site: write .br and .gz for every text file too.")
@content_option
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
        click.echo(f"地址以 {context.settings.base_url} 开头；发布前请给 --base-url", err=True)
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
        raise click.ClickException(
            f"{place}: {error.strerror}; give another -o, or make room there"
        ) from None
    context.finish()


def _require_sense(form: str, articles: Sequence[str], output: Path, base_url: str, site_only: bool) -> None:
    """Raise a usage error for arguments that contradict each other."""
    to_stdout = str(output) == "-"
    if base_url and not base_url.startswith(("http://", "https://")):
        raise click.UsageError(f"--base-url {base_url}: no address; write https://example.org")
    if form == _SITE:
        if to_stdout or articles:
            raise click.UsageError("site needs a folder and takes all articles: meipi export site -o FOLDER")
        return
    if site_only:
        raise click.UsageError("--cards and --compress belong to site")
    if to_stdout and not FORMS[form].whole and len(articles) != 1:
        raise click.UsageError(f"{form} is a file for each article: name one article, or give -o FOLDER")
    if to_stdout and FORMS[form].binary and sys.stdout.isatty():
        raise click.UsageError(f"refusing to write {form.upper()} to a terminal; use -o FILE")
