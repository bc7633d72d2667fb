"""The command `search`."""

from __future__ import annotations

import sys

import click

from app import urls
from app.cli.console import Context, content_option, pass_context, print_json
from app.index import ContextLine, Filters
from app.library.reading import Searched
from app.text.query import excerpt

_SUGGESTED = {"term": "词语", "speaker": "人物", "query": "检索"}


@click.command()
@click.argument("query")
@click.option("--speaker", default="", help="Only quotations of this speaker (id).")
@click.option("--term", default="", help="Only where this term occurs (id).")
@click.option("--article", default="", help="Only in this article (id).")
@click.option("--since", default="", help="Only articles of this time or later: 2023, 2023-06 or 2023-06-01.")
@click.option("--until", default="", help="Only articles of this time or earlier.")
@click.option("--quoted", is_flag=True, help="Only inside quotations.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--after", default="", help="Go on after the last page; its output shows the value.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a paragraph.")
@content_option
@pass_context
def search(
    context: Context,
    query: str,
    speaker: str,
    term: str,
    article: str,
    since: str,
    until: str,
    quoted: bool,
    limit: int,
    after: str,
    as_json: bool,
) -> None:
    """Find paragraphs that hold every word of QUERY, any substring of one character or more; best first.

    "A B" is a phrase, A OR B one of the two, -A none with A. Either script finds both, and
    pinyin finds terms and people: meipi search wgzx
    """
    library = context.library()
    library.refresh()
    filters = Filters(speaker, term, article, since, until, "quotation" if quoted else "")
    searched = library.search(query, filters, limit=limit, after=after)
    for line in searched.found.lines:
        if as_json:
            _print_record(line)
        else:
            pieces = list(excerpt(line.text, line.hits, most=60))
            if sys.stdout.isatty():
                pieces = [click.style(p, bold=True, fg="red") if n % 2 else p for n, p in enumerate(pieces)]
            click.echo(f"{urls.block(line.article, line.block)}  {''.join(pieces)}")
    if not as_json:
        _print_totals(searched)


def _print_record(line: ContextLine) -> None:
    print_json(
        {
            "article": line.article,
            "block": line.block,
            "start": line.span.start,
            "end": line.span.end,
            "hits": [[h.start, h.end] for h in line.hits],
            "speaker": line.speaker,
            "text": line.text,
            "url": urls.block(line.article, line.block),
        }
    )


def _print_totals(searched: Searched) -> None:
    """Print on standard error how much was found, where the next page begins, and suggestions."""
    found = searched.found
    if searched.read_as:
        click.echo(f"按拼音找：{'、'.join(searched.read_as)}", err=True)
    for entry in found.titles:
        click.echo(f"题目：{entry.header.title}  {urls.article(entry.header.id)}", err=True)
    click.echo(f"共 {found.total} 段" + ("以上" if found.more else ""), err=True)
    if found.next:
        click.echo(f"下一页：--after {found.next}", err=True)
    for s in searched.suggestions:
        more = f"（{s.total} 段）" if s.total else ""
        click.echo(f"{_SUGGESTED[s.kind]}：{s.text}{more}", err=True)
