"""The command `uses`."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli.console import Context, common_options, pass_context, print_json
from app.cli.language import argument, command, option, say
from app.i18n import mark
from app.library.uses import UseFound, UsesRecord, record
from app.text.terms.facts import iso_date, span

_BY = {"year": mark("年份"), "publication": mark("报刊"), "speaker": mark("说话人")}


@command(
    help=mark(
        "统计词语在文库里的全部用例：按年份、报刊或说话人，每万字几处，最早和最近见于哪一段。\n\n"
        "词语可以是词条的编号或写法，也可以是任意字句。"
    )
)
@argument("terms", metavar=mark("词语..."), nargs=-1, required=True)
@option("--by", type=click.Choice(list(_BY)), default="year", show_default=True, help=mark("怎样分列。"))
@option("--any", "any_", is_flag=True, help=mark("只数字面，不管词条的其他写法和适用范围。"))
@option("--json", "as_json", is_flag=True, help=mark("每个词语输出一个 JSON 对象。"))
@common_options
@pass_context
def uses(context: Context, terms: tuple[str, ...], by: str, any_: bool, as_json: bool) -> None:
    """Print the uses of each term over the library."""
    library = context.library()
    library.refresh()
    for words in terms:
        if not words.strip():
            raise click.UsageError(say("请给出词语或字句"))
        made = record(library, words, lambda path: path, any=any_)
        if as_json:
            print_json(asdict(made))
        else:
            _print(made, by)


def _print(made: UsesRecord, by: str) -> None:
    """Print a table with tabs, and the totals above it."""
    n = say("%(n)s 篇", n=made.articles)
    click.echo(
        f"{made.text}  " + say("文库 %(articles)s %(uses)s", articles=n, uses=say("%(n)s 处", n=made.uses))
    )
    click.echo(library_words(made))
    if made.bounded is not None:
        click.echo(say("用得太多：只数了最后收入的 %(n)s 段。", n=made.bounded))
    if made.first and made.last:
        click.echo(say("最早：%(date)s %(url)s", date=_day(made.first), url=made.first.url))
        click.echo(say("最近：%(date)s %(url)s", date=_day(made.last), url=made.last.url))
    head = (say(_BY[by]), say("处"), say("篇"), say("每万字"), say("每篇"))
    if by == "speaker":
        click.echo("\t".join((*head[:2], say("最早见于"))))
        for s in made.speakers:
            click.echo(f"{s.name}\t{s.uses}\t{s.since or ''}")
        return
    click.echo("\t".join(head))
    for row in made.years if by == "year" else made.publications:
        rates = f"{row.per_10000:.2f}\t{row.per_article:.2f}"
        click.echo(f"{row.value or '—'}\t{row.uses}\t{row.articles}\t{rates}")


def library_words(made: UsesRecord) -> str:
    """Say of which texts the counts are."""
    if not made.since or not made.until:
        return say("只就文库这 %(n)s 篇文章而言。", n=made.held)
    years = span(made.since, made.until)
    return say("只就文库这 %(n)s 篇文章（%(years)s 年）而言。", n=made.held, years=years)


def _day(use: UseFound) -> str:
    return iso_date(use.date, circa=use.circa) or "—"
