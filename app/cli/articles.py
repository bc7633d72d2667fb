"""Commands that write articles, and `check`: `add`, `save`, `check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from app import urls
from app.cli.console import Context, common_options, now, pass_context, print_json, progress_bar, read_bytes
from app.cli.language import argument, command, listed, option, say, shown, speaking
from app.cli.texts import GENRES
from app.cli.translate import print_fitted
from app.document import to_json
from app.edit.kinds import KIND_NAMES
from app.i18n import mark
from app.importers import select_files
from app.library.adding import Given
from app.library.library import Added, Library, Saved
from app.model import ArticleId, BlockId
from app.spreadsheet import csv_lines
from app.text.paragraphs import Away, Decision, Into, On
from app.text.source_facts import FACTS, source_facts
from app.text.terms.coverage import COVERAGE_COLUMNS, Coverage, coverage_table
from app.text.terms.facts import date_words

# A line end with a lower confidence is shown to the editor as doubtful.
_DOUBTFUL = 0.7
# Names shown of a long list.
_SHOWN = 12

# -- add


@command(
    help=mark(
        "导入文章：txt、md、html、docx、rtf、pdf、epub 文件，或装有这些文件的文件夹。\n\n"
        "同一文件再次导入，不会有任何改动。例：meipi add article.txt --id kechuang --date 2023-12"
    )
)
@argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar=mark("文件..."))
@option("--id", "id", default="", help=mark("文章的编号：a–z、0–9 和连字符。默认取自文件名。"))
@option("--title", default="", help=mark("题目。"))
@option("--date", default="", help=mark("日期：2024、2024-03 或 2024-03-05。"))
@option("--publication", default="", help=mark("刊载的报刊。"))
@option("--url", default="", help=mark("文章的网址。"))
@option("--dry-run", is_flag=True, help=mark("只显示将要做什么，不写入。"))
@option("--json", "as_json", is_flag=True, help=mark("每个文件输出一个 JSON 对象。"))
@common_options
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
    """Import files as articles and print the decisions."""
    chosen = select_files(files)
    found = chosen.files
    if len(found) > 1 and (id or title or url):
        raise click.UsageError(say("--id、--title 和 --url 只能用于单个文件"))
    library = context.library()
    given = Given(id, title, date, publication, url)
    done: list[tuple[Path, Added]] = []
    with progress_bar(say("导入")) as progress:
        for n, path in enumerate(found, 1):
            with context.failing():
                added = library.add(str(path), read_bytes(path), saved_at=now(), given=given, dry_run=dry_run)
                if as_json:
                    record = {"file": str(path), "known": added.known, "plan": list(added.plan)}
                    print_json(record | {"document": to_json(added.document)})
                else:
                    _print_added(context, path, added, dry_run)
                done.append((path, added))
            progress(n, len(found), str(path))
    if not as_json and len(found) + len(chosen.unknown) > 1:
        _print_table(done, len(found), chosen.unknown)
    context.finish()


def _print_table(done: Sequence[tuple[Path, Added]], count: int, unknown: Sequence[Path]) -> None:
    """Print one line for each article, and how many files were read, known, skipped or refused."""
    click.echo()
    for path, added in done:
        header = added.document.header
        facts = (header.id, header.title, header.date or "–", header.publication or "–", path.name)
        click.echo("  ".join(facts))
    known = sum(added.known for _, added in done)
    click.echo(
        say(
            "共 %(count)s 个文件：导入 %(added)s，已在库中 %(known)s，失败 %(failed)s，跳过 %(skipped)s",
            count=count + len(unknown),
            added=len(done) - known,
            known=known,
            failed=count - len(done),
            skipped=len(unknown),
        )
    )
    if unknown:
        click.echo(say("跳过的不是文本：%(files)s", files=_first([path.name for path in unknown])))


def _print_added(context: Context, path: Path, added: Added, dry_run: bool) -> None:
    header = added.document.header
    if added.known:
        click.echo(say("%(path)s: 已在库中：%(id)s，没有改动", path=path, id=header.id))
        return
    _print_summary(path, added)
    where = context.settings.content / "articles" / header.id
    written = (
        mark("将写入 %(folder)s/  地址 %(url)s") if dry_run else mark("已写入 %(folder)s/  地址 %(url)s")
    )
    click.echo("  " + say(written, folder=where, url=urls.article(header.id)))
    if header.supplied:
        click.echo("  " + say("文件没有题目，题目是编者拟的；可在 article.md 里改（title, supplied）"))


def _print_summary(path: Path, added: Added) -> None:
    """Print what the import decided, for the editor to look over."""
    document, header = added.document, added.document.header
    with speaking():
        when = date_words(header.date, circa=header.circa)
    facts = "".join(f"　{fact}" for fact in (header.publication, header.author) if fact)
    click.echo(f"{path}: {header.title}" + (say("（%(date)s）", date=when) if when else "") + facts)
    for one in source_facts(header, added.imported.text):
        if one.doubtful:
            said = say("%(fact)s没有在原文里找到", fact=say(FACTS[one.name]))
            if one.value:
                said = say("%(fact)s“%(words)s”没有在原文里找到", fact=say(FACTS[one.name]), words=one.value)
            click.echo("  " + say("请核对：%(said)s（改 article.md 的 %(key)s）", said=said, key=one.name))
    doubtful = [str(e.line) for e in added.reflowed.line_ends if e.sure < _DOUBTFUL] if added.reflowed else []
    if doubtful:
        unsure = mark("拿不准的行尾 %(n)s 处：第 %(lines)s 行（meipi reflow --explain 显示理由）")
        click.echo("  " + say(unsure, n=len(doubtful), lines=_first(doubtful)))
    if header.subtitle:
        click.echo("  " + say("副题：%(words)s", words=header.subtitle))
    for fact, words in added.head.taken if added.head else ():
        named = listed([say(FACTS[name]) for name in fact.split("、")])
        click.echo("  " + say("“%(words)s”记为%(facts)s", words=words, facts=named))
    kinds: dict[str, int] = {}
    for b in document.blocks:
        kinds[b.kind] = kinds.get(b.kind, 0) + 1
    click.echo(
        "  "
        + say("，").join(
            say("%(kind)s %(count)s", kind=say(KIND_NAMES[k]), count=n) for k, n in kinds.items()
        )
    )
    if document.speakers:
        click.echo("  " + say("说话人：%(names)s", names=listed([s.name for s in document.speakers])))
    terms = say("词语 %(n)s 个", n=len({o.term for o in document.occurrences}))
    places = say("%(n)s 处", n=len(document.occurrences))
    quotations = say("引语 %(n)s 处", n=len(document.quotations))
    click.echo(
        "  " + say("%(terms)s，%(places)s；%(quotations)s", terms=terms, places=places, quotations=quotations)
    )
    if added.candidates:
        phrases = [c.phrase + (f"×{c.count}" if c.count > 1 else "") for c in added.candidates]
        click.echo(
            "  " + say("词语表里没有的 %(n)s 个：%(phrases)s", n=len(phrases), phrases=_first(phrases))
        )
    if added.translation:
        click.echo("  " + say("双语文本，译文另存为 %(lang)s.md：", lang=added.translation.lang))
        print_fitted(added.translation)
    for note in (*added.imported.notes, *added.plan):
        click.echo(f"  {shown(note)}")


def _first(names: Sequence[str]) -> str:
    return listed(names[:_SHOWN]) + ("……" if len(names) > _SHOWN else "")


# -- save


@command(
    help=mark(
        "把改过的文章记为新的修订，并先显示每个段落编号的去向。\n\n"
        "例：先 meipi save kechuang --dry-run，再 meipi save kechuang --decide k7f3=3"
    )
)
@argument("articles", nargs=-1, metavar=mark("[文章]..."))
@option("--note", default="", help=mark("改动说明，与修订一起保存。"))
@option(
    "--decide",
    "decided",
    multiple=True,
    metavar=mark("编号=去向"),
    help=mark("由编者指定去向：k7f3=3 是第三段，k7f3=m2xq 并入了 m2xq，k7f3=- 已删去。"),
)
@option("--dry-run", is_flag=True, help=mark("只显示每个段落编号的去向，不写入。"))
@option("--from-index", is_flag=True, help=mark("根据索引恢复损坏的账本。"))
@option("--trust-ledger", is_flag=True, help=mark("即使索引里有账本没有的修订，也照样保存。"))
@common_options
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
    """Print where each paragraph id goes and record edited articles as new revisions."""
    if decided and len(articles) != 1:
        raise click.UsageError(say("--decide 只能用于一篇文章，请写明是哪一篇"))
    if (from_index or trust_ledger) and not articles:
        raise click.UsageError(say("用 --from-index 或 --trust-ledger 时，请写明是哪些文章"))
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
        raise click.UsageError(shown(error)) from None
    for line in planned.plan:
        click.echo(f"{id}: {shown(line)}")
    if not planned.changed:
        if named:
            click.echo(f"{id}: " + say("没有改动"))
    elif dry_run:
        click.echo(f"{id}: " + say("将记为第 %(revision)s 次修订", revision=planned.revision))
    else:
        revision = run(dry_run=False).revision
        click.echo(f"{id}: " + say("已记为第 %(revision)s 次修订", revision=revision))


def _restore(library: Library, id: ArticleId, dry_run: bool) -> None:
    """Restore a damaged ledger from the index."""
    done = library.restore(id, dry_run=dry_run)
    for line in done.plan:
        click.echo(f"{id}: {shown(line)}")
    if not done.changed:
        click.echo(f"{id}: " + say("账本完好，没有改动"))
    elif dry_run:
        click.echo(f"{id}: " + say("账本将恢复到第 %(revision)s 次修订", revision=done.revision))
    else:
        click.echo(f"{id}: " + say("账本已恢复到第 %(revision)s 次修订", revision=done.revision))


def _decision(text: str) -> tuple[BlockId, Decision]:
    """Parse k7f3=3, k7f3=m2xq or k7f3=-."""
    id, sign, where = text.partition("=")
    if not sign or not id or not where:
        raise click.UsageError(say("--decide %(text)s：请写 k7f3=3、k7f3=m2xq 或 k7f3=-", text=text))
    if where == "-":
        return BlockId(id), Away()
    if where.isascii() and where.isdigit():
        return BlockId(id), On(int(where) - 1)
    return BlockId(id), Into(BlockId(where))


# -- check


@command(
    help=mark(
        "检查文章、词语表、人物和账本里的错误。\n\n例：meipi check；提交词语表之前：meipi check --diff HEAD"
    )
)
@option("--json", "as_json", is_flag=True, help=mark("每个问题输出一个 JSON 对象。"))
@option("--csv", "as_csv", is_flag=True, help=mark("--coverage：输出 CSV 表格。"))
@option(
    "--diff",
    "revision",
    metavar=mark("版本"),
    help=mark("显示词语表自该 git 版本以来的改动对各篇文章的影响。"),
)
@option(
    "--coverage",
    "covered",
    is_flag=True,
    help=mark("显示文库中的固定说法有多少有词条解释，按文章种类，并列出最常见的未解释的说法。"),
)
@common_options
@pass_context
def check(context: Context, as_json: bool, as_csv: bool, revision: str | None, covered: bool) -> None:
    """Print the faults of articles, glossary, people and ledgers."""
    root = context.settings.content
    if not root.is_dir():
        raise click.ClickException(say("%(path)s：没有这个文件夹；请用 --content 指定", path=root))
    if as_csv and (as_json or not covered):
        raise click.UsageError(say("--csv 只能和 --coverage 一起用，不能和 --json 一起用"))
    if revision is not None:
        _print_changes(context.library(), revision, as_json)
        return
    if covered:
        library = context.library()
        library.refresh()
        if as_csv:
            for line in csv_lines(COVERAGE_COLUMNS, coverage_table(library.coverage())):
                click.echo(line, nl=False)
        else:
            _print_coverage(library.coverage(), as_json)
        return
    notes = 0
    for finding in context.library().check(today=now()[:10]):
        context.failed |= not finding.note
        notes += finding.note
        if as_json:
            print_json(asdict(finding))
        else:
            click.echo(shown(finding.message))
    if notes and not as_json:
        click.echo(say("其中 %(n)s 条只是提示，不算问题", n=notes))
    if not context.failed and not as_json:
        click.echo(say("没有发现问题"))
    context.finish()


def _print_coverage(found: Coverage, as_json: bool) -> None:
    """Print the share of explained uses of set phrases, by kind of article, and what lacks an entry."""
    if as_json:
        print_json(asdict(found))
        return
    for share in found.shares:
        rate = f"{share.explained / share.uses:.0%}" if share.uses else "–"
        counts = say("固定说法 %(n)s 处，有解释的 %(m)s 处", n=share.uses, m=share.explained)
        name = say(GENRES[share.genre]) if share.genre else say("全库")
        click.echo(f"{name}  " + say("%(n)s 篇", n=share.articles) + f"  {counts}  {rate}")
    for phrase in found.unexplained:
        counts = say("，").join((say("%(n)s 处", n=phrase.uses), say("%(n)s 篇", n=phrase.articles)))
        click.echo(f"    {phrase.phrase}  {counts}")


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
        moved = f"{change.before} → {change.now}"
        if change.before == change.now:
            moved = say("%(count)s，位置有变", count=change.now)
        click.echo(f"{change.article}: {change.headword} ({change.term}) {moved}")
        for block, words in change.places:
            click.echo(f"    {urls.block(change.article, block)}  {words}")
    if not as_json:
        changed = say(
            "%(n)s 篇有变：多 %(gained)s 处，少 %(lost)s 处", n=len(articles), gained=gained, lost=lost
        )
        click.echo(changed if articles else say("没有文章受影响"))
