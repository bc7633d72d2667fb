"""Commands on the glossary: `candidates`, `glossary export`, `glossary import`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from app import urls
from app.cli.console import Context, content_option, pass_context, print_json, read_bytes
from app.library import exchange
from app.model import ARTICLE_ID

_TABLE = click.Choice(["csv", "tbx"])


@click.command()
@click.option("--limit", default=30, show_default=True, type=click.IntRange(1, 200))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a phrase.")
@content_option
@pass_context
def candidates(context: Context, limit: int, as_json: bool) -> None:
    """Phrases of the whole library that may deserve an entry: how often, in how many articles, where."""
    library = context.library()
    library.refresh()
    for found in library.candidates()[:limit]:
        if as_json:
            print_json(asdict(found))
            continue
        click.echo(f"{found.phrase}  {found.count} 处，{found.articles} 篇")
        for article, block, words in found.contexts:
            click.echo(f"    {urls.block(article, block)}  …{words}…")


@click.group()
def glossary() -> None:
    """The glossary for other programs: CSV for tables, TBX for terminology tools."""


@glossary.command("export")
@click.argument("form", type=_TABLE)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("-"),
    help="File, or - for standard output.",
)
@content_option
@pass_context
def export(context: Context, form: str, output: Path) -> None:
    """Write every entry. Example: meipi glossary export csv -o glossary.csv"""
    terms = context.library().content.knowledge().terms
    data = exchange.to_csv(terms) if form == "csv" else exchange.to_tbx(terms)
    with click.open_file(str(output), "wb", atomic=str(output) != "-") as out:
        out.write(data)


@glossary.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "form", type=_TABLE, help="The file's form. Default: from its name.")
@click.option(
    "--to",
    "name",
    default="imported",
    show_default=True,
    help="File in glossary/ for new entries, without .yaml.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be done and write nothing.")
@content_option
@pass_context
def import_(context: Context, file: Path, form: str | None, name: str, dry_run: bool) -> None:
    """Add new entries; known entries get the fields of the file that differ.

    Example: meipi glossary import glossary.csv --dry-run
    """
    if not ARTICLE_ID.fullmatch(name):
        raise click.UsageError(f"--to {name}: use a–z, 0–9 and hyphens")
    with context.failing():
        _import(context, file, form or file.suffix.lower().lstrip("."), name, dry_run)
    context.finish()


def _import(context: Context, file: Path, form: str, name: str, dry_run: bool) -> None:
    content = context.library().content
    data = read_bytes(file)
    if form == "csv":
        given, columns = exchange.from_csv(data, str(file)), exchange.columns(data)
    else:
        given, columns = exchange.from_tbx(data, str(file)), exchange.TBX_COLUMNS
    new, changed = exchange.merged(content.knowledge().terms, given, columns)
    for term in (t for t in new if not t.zh):
        context.fail(f"{file}:0: X02 {term.id} has no zh; say in a sentence what it is")
    new = tuple(t for t in new if t.zh)
    for label, terms in (("新增", new), ("修改", changed)):
        if terms:
            click.echo(f"{label} {len(terms)} 条：" + "、".join(f"{t.term}（{t.id}）" for t in terms))
    if not new and not changed:
        click.echo("没有改动")
    elif dry_run:
        click.echo("没有写入")
    else:
        with content.lock():
            for path in content.entries.write_terms(new, changed, name=name):
                click.echo(f"已写入 {path}")
