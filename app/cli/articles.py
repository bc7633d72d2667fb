"""Commands that write articles, and `check`: `add`, `save`, `check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from app import urls
from app.cli.console import (
    Context,
    content_option,
    now,
    pass_context,
    print_json,
    progress_bar,
    read_bytes,
)
from app.cli.texts import KINDS
from app.document import to_json
from app.library.adding import Given
from app.library.library import Added, Library, Saved
from app.model import ArticleId, BlockId
from app.text.paragraphs import Away, Decision, Into, On
from app.text.terms.facts import chinese_date

# A line end with a lower confidence is shown to the editor as doubtful.
_DOUBTFUL = 0.7
# Names shown of a long list.
_SHOWN = 12

# -- add


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--id", "id", default="", help="The article's id: a–z, 0–9, hyphens. Default: from the file's name."
)
@click.option("--title", default="", help="Headline.")
@click.option("--date", default="", help="2024, 2024-03 or 2024-03-05.")
@click.option("--publication", default="", help="Where it was printed.")
@click.option("--url", default="", help="Its address on the web.")
@click.option("--dry-run", is_flag=True, help="Show what would be done and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file.")
@content_option
@pass_context
def add(
    context: Context,
    files: Sequence[Path],
    id: str,
    title: str,
    date: str,
    publication: str,
    url: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import texts as articles: txt, md, html, docx, pdf, epub; or a folder of them.

    The same file twice changes nothing. Example: meipi add article.txt --id kechuang --date 2023-12
    """
    found = [f for path in files for f in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    found = [f for f in found if not f.is_dir() and not f.name.startswith(".")]
    if len(found) > 1 and (id or title or url):
        raise click.UsageError("--id, --title and --url belong to one file")
    library = context.library()
    given = Given(id, title, date, publication, url)
    with progress_bar("导入") as progress:
        for n, path in enumerate(found, 1):
            with context.failing():
                added = library.add(str(path), read_bytes(path), saved_at=now(), given=given, dry_run=dry_run)
                if as_json:
                    record = {"file": str(path), "known": added.known, "plan": list(added.plan)}
                    print_json(record | {"document": to_json(added.document)})
                else:
                    _print_added(context, path, added, dry_run)
            progress(n, len(found), str(path))
    context.finish()


def _print_added(context: Context, path: Path, added: Added, dry_run: bool) -> None:
    header = added.document.header
    if added.known:
        click.echo(f"{path}: 已在库中：{header.id}，没有改动")
        return
    _print_summary(path, added)
    verb = "将写入" if dry_run else "已写入"
    where = context.settings.content / "articles" / header.id
    click.echo(f"  {verb} {where}/  地址 {urls.article(header.id)}")
    if header.supplied:
        click.echo("  文件没有题目，题目是编者拟的；可在 article.md 里改（title, supplied）")


def _print_summary(path: Path, added: Added) -> None:
    """Print what the import decided, for the editor to look over."""
    document, header = added.document, added.document.header
    when = f"（{chinese_date(header.date, circa=header.circa)}）" if header.date else ""
    click.echo(f"{path}: {header.title}{when}")
    kinds: dict[str, int] = {}
    for b in document.blocks:
        kinds[b.kind] = kinds.get(b.kind, 0) + 1
    click.echo("  " + "，".join(f"{KINDS[k]} {n}" for k, n in kinds.items()))
    doubtful = [str(e.line) for e in added.reflowed.line_ends if e.sure < _DOUBTFUL] if added.reflowed else []
    if doubtful:
        lines = _first(doubtful)
        click.echo(f"  拿不准的行尾 {len(doubtful)} 处：第 {lines} 行（meipi reflow --explain 看理由）")
    if document.speakers:
        click.echo("  说话人：" + "、".join(s.name for s in document.speakers))
    terms = len({o.term for o in document.occurrences})
    click.echo(f"  词语 {terms} 个，{len(document.occurrences)} 处；引语 {len(document.quotations)} 处")
    if added.candidates:
        phrases = [c.phrase + (f"×{c.count}" if c.count > 1 else "") for c in added.candidates]
        click.echo(f"  词语表里没有的 {len(phrases)} 个：{_first(phrases)}")
    for note in (*added.imported.notes, *added.plan):
        click.echo(f"  {note}")


def _first(names: Sequence[str]) -> str:
    return "、".join(names[:_SHOWN]) + ("……" if len(names) > _SHOWN else "")


# -- save


@click.command()
@click.argument("articles", nargs=-1)
@click.option("--note", default="", help="A word on what was changed; kept with the revision.")
@click.option(
    "--decide",
    "decided",
    multiple=True,
    metavar="ID=WHERE",
    help="Overrule: k7f3=3 is the third block, k7f3=m2xq was merged into m2xq, k7f3=- was removed.",
)
@click.option("--dry-run", is_flag=True, help="Show where each paragraph id goes and write nothing.")
@click.option("--from-index", is_flag=True, help="Restore damaged ledgers from what the index knows.")
@click.option(
    "--trust-ledger", is_flag=True, help="Save though the index knows revisions that the ledger lacks."
)
@content_option
@pass_context
def save(
    context: Context,
    articles: Sequence[str],
    note: str,
    decided: Sequence[str],
    dry_run: bool,
    from_index: bool,
    trust_ledger: bool,
) -> None:
    """Record edited articles as new revisions, after showing where each paragraph id goes.

    Example: meipi save kechuang --dry-run, and then: meipi save kechuang --decide k7f3=3
    """
    if decided and len(articles) != 1:
        raise click.UsageError("--decide belongs to one article; name it")
    if (from_index or trust_ledger) and not articles:
        raise click.UsageError("--from-index and --trust-ledger need the names of articles")
    decisions = dict(map(_decision, decided))
    library = context.library()
    for id in articles or library.content.articles():
        with context.failing():
            if from_index:
                _restore(library, ArticleId(id), dry_run)
            else:
                _save(library, ArticleId(id), note, decisions, dry_run, trust_ledger, named=bool(articles))
    context.finish()


def _save(
    library: Library,
    id: ArticleId,
    note: str,
    decisions: dict[BlockId, Decision],
    dry_run: bool,
    trust_ledger: bool,
    *,
    named: bool,
) -> None:
    """Print the plan, then save unless it is a dry run; `named`: say so if the article has no changes."""

    def run(dry_run: bool) -> Saved:
        return library.save(
            id, saved_at=now(), note=note, decisions=decisions, dry_run=dry_run, trust_ledger=trust_ledger
        )

    try:
        planned = run(dry_run=True)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    for line in planned.plan:
        click.echo(f"{id}: {line}")
    if not planned.changed:
        if named:
            click.echo(f"{id}: 没有改动")
    elif dry_run:
        click.echo(f"{id}: 将记为第 {planned.revision} 次修订")
    else:
        click.echo(f"{id}: 已记为第 {run(dry_run=False).revision} 次修订")


def _restore(library: Library, id: ArticleId, dry_run: bool) -> None:
    """Restore a damaged ledger from the index."""
    done = library.restore(id, dry_run=dry_run)
    for line in done.plan:
        click.echo(f"{id}: {line}")
    if not done.changed:
        click.echo(f"{id}: 账本完好，没有改动")
    else:
        verb = "将恢复" if dry_run else "已恢复"
        click.echo(f"{id}: 账本{verb}到第 {done.revision} 次修订")


def _decision(text: str) -> tuple[BlockId, Decision]:
    """Parse k7f3=3, k7f3=m2xq or k7f3=-."""
    id, sign, where = text.partition("=")
    if not sign or not id or not where:
        raise click.UsageError(f"--decide {text}: write k7f3=3, k7f3=m2xq or k7f3=-")
    if where == "-":
        return BlockId(id), Away()
    if where.isascii() and where.isdigit():
        return BlockId(id), On(int(where) - 1)
    return BlockId(id), Into(BlockId(where))


# -- check


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding.")
@click.option(
    "--diff",
    "revision",
    metavar="REV",
    help="Show what the glossary's changes since REV do to every article.",
)
@content_option
@pass_context
def check(context: Context, as_json: bool, revision: str | None) -> None:
    """Look for faults in articles, glossary, people and ledgers.

    Example: meipi check, and before committing a glossary: meipi check --diff HEAD
    """
    root = context.settings.content
    if not root.is_dir():
        raise click.ClickException(f"{root}: no such folder; give --content DIR")
    if revision is not None:
        _print_changes(context.library(), revision, as_json)
        return
    for finding in context.library().check(today=now()[:10]):
        context.failed = True
        if as_json:
            print_json(asdict(finding))
        else:
            click.echo(str(finding))
    if not context.failed and not as_json:
        click.echo("没有发现问题")
    context.finish()


def _print_changes(library: Library, revision: str, as_json: bool) -> None:
    """Print what the glossary's changes do, article by article."""
    gained = lost = 0
    articles: set[str] = set()
    for change in library.glossary_changes(revision):
        articles.add(change.article)
        gained += max(0, change.now - change.before)
        lost += max(0, change.before - change.now)
        if as_json:
            print_json(asdict(change))
            continue
        moved = (
            f"{change.before} → {change.now}" if change.before != change.now else f"{change.now}，位置有变"
        )
        click.echo(f"{change.article}: {change.headword}（{change.term}） {moved}")
        for block, words in change.places:
            click.echo(f"    {urls.block(change.article, block)}  {words}")
    if not as_json:
        click.echo(
            f"{len(articles)} 篇有变：多 {gained} 处，少 {lost} 处" if articles else "没有哪篇文章受影响"
        )
