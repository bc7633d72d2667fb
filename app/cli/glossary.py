"""Commands on the glossary: `candidates`, `glossary export`, `glossary import`, `glossary count`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import asdict
from pathlib import Path

import click

from app import urls
from app.cli.console import Context, common_options, now, pass_context, print_json, read_bytes
from app.cli.language import Group, argument, command, listed, option, say
from app.content import Finding
from app.content.glossary_file import plain_term
from app.content.series_files import table_text
from app.content.store import Content
from app.dictionary.language import Language
from app.edit.history import kept
from app.errors import ContentError
from app.i18n import mark, worded
from app.library import exchange
from app.library.counting import count_series, read_texts
from app.library.drafting import Drafts
from app.model import ARTICLE_ID, Term
from app.text.segment import Segmenter
from app.text.terms.candidates import Phrase

_TABLE = click.Choice(["csv", "tbx"])


@command(help=mark("列出全库中可能值得立条的词语：多少处、多少篇、在哪里。"))
@option("--limit", default=30, show_default=True, type=click.IntRange(1, 200), help=mark("最多显示多少个。"))
@option("--json", "as_json", is_flag=True, help=mark("每个词语输出一个 JSON 对象。"))
@option("--draft", is_flag=True, help=mark("每个词语输出一个词条草稿（YAML），补上 kind 和 zh 即可使用。"))
@common_options
@pass_context
def candidates(context: Context, limit: int, as_json: bool, draft: bool) -> None:
    """Print phrases of the library that may deserve an entry."""
    if draft and as_json:
        raise click.UsageError(say("--draft 和 --json 只能用一个"))
    library = context.library()
    library.refresh()
    found = library.candidates()[:limit]
    if draft:
        knowledge, _ = library.content.usable_knowledge()
        drafts = Drafts(knowledge, Language(context.settings.var), Segmenter())
        for phrase in found:
            click.echo(drafts.draft(phrase))
        return
    for phrase in found:
        if as_json:
            print_json(asdict(phrase))
        else:
            _print_phrase(phrase)


def _print_phrase(phrase: Phrase) -> None:
    """Print a phrase with its counts, members and places."""
    counts = say("%(n)s 处", n=phrase.count), say("%(n)s 篇", n=phrase.articles)
    click.echo(f"{phrase.phrase}  " + say("，").join(counts))
    if phrase.members:
        click.echo("    " + say("包括：%(names)s", names=listed(phrase.members)))
    for article, block, words in phrase.contexts:
        click.echo(f"    {urls.block(article, block)}  …{words}…")


@click.group(cls=Group, help=mark("与其他程序交换词语表：表格用 CSV，术语工具用 TBX。"))
def glossary() -> None:
    """Hold the commands that exchange the glossary with other programs."""


@glossary.command("export", help=mark("导出全部词条。例：meipi glossary export csv -o glossary.csv"))
@argument("form", type=_TABLE)
@option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("-"), help=mark("文件，- 表示标准输出。")
)
@common_options
@pass_context
def export(context: Context, form: str, output: Path) -> None:
    """Write every entry."""
    terms = context.library().content.knowledge().terms
    data = exchange.to_csv(terms) if form == "csv" else exchange.to_tbx(terms)
    with click.open_file(str(output), "wb", atomic=str(output) != "-") as out:
        out.write(data)


@glossary.command(
    "import",
    help=mark(
        "加入新词条；已有的词条，把文件里不同的字段改过来。\n\n"
        "例：meipi glossary import glossary.csv --dry-run"
    ),
)
@argument("file", type=click.Path(path_type=Path), metavar=mark("文件路径"))
@option("--as", "form", type=_TABLE, help=mark("文件的格式。默认按文件名判断。"))
@option(
    "--to",
    "name",
    default="imported",
    show_default=True,
    help=mark("新词条写入 glossary/ 下的哪个文件，不带 .yaml。"),
)
@option("--dry-run", is_flag=True, help=mark("只显示将要做什么，不写入。"))
@common_options
@pass_context
def import_(context: Context, file: Path, form: str | None, name: str, dry_run: bool) -> None:
    """Add new entries and update known ones from a file."""
    if not ARTICLE_ID.fullmatch(name):
        raise click.UsageError(say("--to %(name)s：只能用 a–z、0–9 和连字符", name=name))
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
    with nullcontext() if dry_run else content.lock():
        _merge(context, content, file, given, columns, name, dry_run)


def _merge(
    context: Context,
    content: Content,
    file: Path,
    given: Sequence[Term],
    columns: Sequence[str],
    name: str,
    dry_run: bool,
) -> None:
    """Write entries of a file into the glossary; the workbench can take each of them back."""
    knowledge = content.knowledge()
    new, changed = exchange.merged(knowledge.terms, given, columns)
    for term in (t for t in new if not t.zh):
        problem = worded("%(id)s has no zh", id=term.id)
        context.fail(ContentError(str(file), 0, "X02", problem, "explain it in a sentence of Chinese"))
    new = tuple(t for t in new if t.zh)
    for label, terms in (
        (mark("新增 %(n)s 条：%(names)s"), new),
        (mark("修改 %(n)s 条：%(names)s"), changed),
    ):
        if terms:
            click.echo(say(label, n=len(terms), names=listed([f"{t.term} ({t.id})" for t in terms])))
    if not new and not changed:
        click.echo(say("没有改动"))
    elif dry_run:
        click.echo(say("没有写入"))
    else:
        with ExitStack() as stack:
            for term in (*new, *changed):
                old = knowledge.term(term.id)
                values = plain_term(old) if old else None
                note = f"meipi glossary import {file.name}"
                stack.enter_context(
                    kept(context.settings.var, "term", term.id, values, at=now(), editor="", note=note)
                )
            written = content.entries.write(new, changed, name=name)
        for path in written:
            click.echo(say("已写入 %(path)s", path=path))


@glossary.command(
    "count",
    help=mark(
        "数出全部词条在一批文本里逐年各用多少处，做成 counts/ 下的一份数据；文本本身不收进来。\n\n"
        "每行一篇 JSON：date 和 text（或 paragraphs）。"
        "例：meipi glossary count baogao.jsonl --to zhengfu-gongzuo-baogao"
    ),
)
@argument("files", type=click.Path(path_type=Path), nargs=-1, required=True, metavar=mark("文件路径..."))
@option("--to", "name", default="", help=mark("写进 counts/ 下的哪个文件，不带 .csv。默认打印出来。"))
@common_options
@pass_context
def count(context: Context, files: tuple[Path, ...], name: str) -> None:
    """Count every entry in texts that the library does not hold."""
    if name and not ARTICLE_ID.fullmatch(name):
        raise click.UsageError(say("--to %(name)s：只能用 a–z、0–9 和连字符", name=name))
    for file in files:
        if str(file) != "-" and not file.is_file():
            raise click.UsageError(say("%(path)s：没有这个文件", path=file))
    content = context.library().content
    findings = list[Finding]()
    rows = list(count_series(content.knowledge().terms, read_texts(files, findings)))
    for finding in findings:
        context.fail(finding)
    if name and not findings:
        with content.lock():
            click.echo(say("已写入 %(path)s", path=content.series.write(name, rows)))
    elif not findings:
        click.echo(table_text(rows), nl=False)
    context.finish()
