"""The command `search`."""

from __future__ import annotations

import sys

import click

from app import urls
from app.cli.console import Context, common_options, pass_context, print_json
from app.cli.language import argument, command, listed, option, say
from app.errors import NotFound
from app.i18n import mark
from app.index import ContextLine, Filters
from app.library.reading import Searched
from app.model import ArticleId, SpeakerId
from app.text.query import excerpt

_SUGGESTED = {"term": mark("词语"), "speaker": mark("人物"), "query": mark("检索")}


@command(
    help=mark(
        "查找含有全部检索词的段落；一个字起就能查，最相关的排在前面。\n\n"
        '"A B" 是词组，A OR B 是其中之一，-A 是不含 A。简体繁体都能查到，拼音能查到词语和人物：'
        "meipi search wgzx"
    )
)
@argument("query", metavar=mark("检索词"))
@option("--speaker", default="", help=mark("只查这个人物的引语（编号）。"))
@option("--term", default="", help=mark("只查有这个词语的地方（编号）。"))
@option("--article", default="", help=mark("只查这篇文章（编号）。"))
@option("--since", default="", help=mark("只查这个时间及以后的文章：2023、2023-06 或 2023-06-01。"))
@option("--until", default="", help=mark("只查这个时间及以前的文章。"))
@option("--quoted", is_flag=True, help=mark("只查引语。"))
@option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help=mark("最多显示多少段。"))
@option("--after", default="", help=mark("接着上一页查；上一页末尾给出这个值。"))
@option("--json", "as_json", is_flag=True, help=mark("每段输出一个 JSON 对象。"))
@common_options
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
    """Print the paragraphs that hold every word of the query, best first."""
    library = context.library()
    library.refresh()
    if article and not library.index.titles([ArticleId(article)]):
        raise NotFound("article", article)
    if term:
        library.term(term)
    if speaker and not (library.person(speaker) or library.index.speaker_total(SpeakerId(speaker))):
        raise NotFound("speaker", speaker)
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
        click.echo(say("按拼音找：%(words)s", words=listed(searched.read_as)), err=True)
    for entry in found.titles:
        url = urls.article(entry.header.id)
        click.echo(say("题目：%(title)s  %(url)s", title=entry.header.title, url=url), err=True)
    count = mark("共 %(n)s 段以上") if found.more else mark("共 %(n)s 段")
    click.echo(say(count, n=found.total), err=True)
    if found.next:
        click.echo(say("下一页：--after %(cursor)s", cursor=found.next), err=True)
    for s in searched.suggestions:
        line = say("%(kind)s：%(text)s", kind=say(_SUGGESTED[s.kind]), text=s.text)
        click.echo(line + (say("（%(n)s 段）", n=s.total) if s.total else ""), err=True)
