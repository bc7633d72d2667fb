"""The commands that work on texts and on content/; `app.cli.group` imports them on demand."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import click

from app import urls
from app.cli.group import Context, cli, content_option, pass_context
from app.content.store import Finding
from app.document import from_json, to_json
from app.errors import ContentError, MeipiError, MissingExtra, NotFound
from app.importers import read as read_file
from app.index import Filters
from app.library.batches import Cluster, Job, Processes, Workers
from app.library.library import Added, Given, Taken
from app.model import ARTICLE_ID, ArticleId, BlockId, Document
from app.text.paragraphs import Away, Decision, Into, On, trace
from app.text.query import excerpt
from app.text.reflow import Reflowed, reflow
from app.text.terms.facts import chinese_date

_NAMES = {
    "paragraph": "段落",
    "heading": "标题",
    "byline": "署名",
    "caption": "图注",
    "furniture": "版面",
    "list": "条目",
    "verse": "诗行",
}


def _reading(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands that read texts."""
    for option in (
        click.argument("files", nargs=-1, type=str),
        click.option("--json", "as_json", is_flag=True, help="One JSON object a file."),
        click.option(
            "--jsonl",
            is_flag=True,
            help="Read JSON lines from standard input, write one line each, in order.",
        ),
    ):
        function = option(function)
    return content_option(function)


# -- reading commands


@cli.command("reflow")
@click.option("--explain", is_flag=True, help="Say for every line end what was decided, why and how sure.")
@_reading
@pass_context
def reflow_command(context: Context, files: Sequence[str], as_json: bool, jsonl: bool, explain: bool) -> None:
    """Turn hard-wrapped lines into true paragraphs.

    Example: meipi reflow article.txt
    """

    def out(id: str, text: str, done: Reflowed) -> dict[str, Any]:
        blocks = [{"kind": p.kind, "text": p.text, "lines": list(p.lines or ())} for p in done.pieces]
        record: dict[str, Any] = {"id": id, "wrapped": done.wrapped, "blocks": blocks}
        if explain:
            record["line_ends"] = [
                {"line": e.line, "decision": e.decision, "why": e.why, "sure": round(e.sure, 3)}
                for e in done.line_ends
            ]
        return record

    if jsonl:
        _each_line(context, lambda r: out(_id(r), _text(r), reflow(_text(r))))
        return
    for name, data in _files(context, files):
        with _naming(context):
            text = read_file(name, data).text
            done = reflow(text)
            if as_json:
                _print_json(out(_stem(name), text, done))
            elif explain:
                ends = {e.line: e for e in done.line_ends}
                for n, line in enumerate(text.splitlines(), 1):
                    if end := ends.get(n):
                        click.echo(f"{n:5} {end.decision:8} {end.sure:4.0%}  {line}    ← {end.why}")
            else:
                for piece in done.pieces:
                    head = "" if piece.kind == "paragraph" else f"［{_NAMES[piece.kind]}］"
                    click.echo(f"{head}{piece.text}\n")
    _end(context)


def _shared(function: Callable[..., Any]) -> Callable[..., Any]:
    """Where the work is done."""
    return click.option(
        "--scheduler", default="", help="A Dask cluster instead, tcp://host:8786 (extra meipi[dask])."
    )(function)


def _workers(jobs: int, scheduler: str) -> Workers | None:
    return Cluster(scheduler) if scheduler else None if jobs == 1 else Processes(jobs)


@cli.command()
@click.option("--explain", is_flag=True, help="Say for every quotation why it was given to its speaker.")
@click.option(
    "--jobs", default=1, show_default=True, type=click.IntRange(0, 256), help="Processes; 0: one a core."
)
@_shared
@_reading
@pass_context
def annotate(
    context: Context,
    files: Sequence[str],
    as_json: bool,
    jsonl: bool,
    explain: bool,
    jobs: int,
    scheduler: str,
) -> None:
    """Find terms, quotations and speakers in texts.

    Example: meipi annotate --json article.txt, or for many: meipi annotate --jsonl --jobs 8 < texts.jsonl
    """
    if not jsonl and not files:
        raise click.UsageError("give files, - for standard input, or --jsonl")
    places = deque[str]()

    def asked() -> Iterator[Job]:
        if jsonl:
            for n, line in enumerate(sys.stdin.buffer, 1):
                if line.strip():
                    places.append(f"-:{n}")
                    yield Job("", places[-1], line=line.removeprefix(b"\xef\xbb\xbf") if n == 1 else line)
            return
        for name, data in _files(context, files):
            places.append(name)
            yield Job(_stem(name), name, line=data, file=name)

    for answer in context.library().answers(asked(), workers=_workers(jobs, scheduler)):
        place = places.popleft()
        if answer.fault:
            told = f"{place}: F00 {answer.fault}; write one JSON object a line" if jsonl else answer.fault
            context.fail(told)
        if jsonl or (as_json and not answer.fault):
            sys.stdout.buffer.write(answer.line + b"\n")
            sys.stdout.buffer.flush()
        elif not answer.fault:
            _tell(from_json(json.loads(answer.line)), explain)
    _end(context)


def _tell(document: Document, explain: bool) -> None:
    """An annotated article for a reader at a terminal."""
    text = {b.id: b.text for b in document.blocks}
    number = {b.id: b.n for b in document.blocks}
    terms = len({o.term for o in document.occurrences})
    click.echo(f"{len(document.blocks)} 段，{terms} 个词语，{len(document.occurrences)} 处")
    names = {s.id: s.name for s in document.speakers}
    for s in document.speakers:
        click.echo(
            f"  {s.name}"
            + (f"，{s.role}" if s.role else "")
            + (f"（又作 {'、'.join(s.aliases)}）" if s.aliases else "")
        )
    label = {"direct": "原话", "indirect": "转述", "mixed": "转述，含原话", "ascribed": "引述"}
    for q in document.quotations:
        words = text[q.block][q.span.start : q.span.end]
        short = words if len(words) <= 40 else words[:38] + "……"
        name = names.get(q.speaker, "未详") if q.speaker else "未详"
        click.echo(f"第{number[q.block]}段 {label[q.manner]} {name}：{short}")
        if explain:
            inferred = "，其后各句按上下文推断" if q.inferred_from is not None else ""
            click.echo(f"      {q.why}（可信度 {q.confidence:.0%}{inferred}）")


@cli.command("trace")
@_reading
@pass_context
def trace_command(context: Context, files: Sequence[str], as_json: bool, jsonl: bool) -> None:
    """Follow every paragraph's id through successive versions of a text: files, the oldest first.

    Example: meipi trace first.txt second.txt, or
    echo '{"id":"x","versions":[["甲乙丙。"],["甲乙丙丁。"]]}' | meipi trace --jsonl
    """

    def line(record: dict[str, Any]) -> dict[str, Any]:
        versions = record.get("versions")
        if not isinstance(versions, list) or not all(
            isinstance(v, list) and all(isinstance(p, str) for p in v) for v in versions
        ):
            raise click.ClickException("versions: not a list of lists of texts")
        return {"id": record.get("id"), **asdict(trace(versions, _id(record)))}

    if jsonl:
        _each_line(context, line)
        return
    versions = []
    for name, data in _files(context, files):
        with _naming(context):
            imported = read_file(name, data)
            pieces = imported.pieces if imported.pieces is not None else reflow(imported.text).pieces
            versions.append([piece.text for piece in pieces])
    done = trace(versions, _stem(files[0]))
    if as_json:
        _print_json({"id": _stem(files[0]), **asdict(done)})
    else:
        for n, (texts, traced) in enumerate(zip(versions, done.versions, strict=True), 1):
            for text, it in zip(texts, traced, strict=True):
                click.echo(f"{n}  {it.id}  {it.step:9} {it.score:4.0%}  {text[:40]}")
        for left in done.gone:
            state = f"并入 {left.target}" if left.target else "删去"
            click.echo(f"{left.version}  {left.id}  {state}")
    _end(context)


# -- content


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--id", "id", default="", help="The article's id: a–z, 0–9, hyphens. Default: from the file's name."
)
@click.option("--title", default="", help="Headline.")
@click.option("--date", default="", help="2024, 2024-03 or 2024-03-05.")
@click.option("--publication", default="", help="Where it was printed.")
@click.option("--url", default="", help="Where it stands on the web.")
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
    with _progress(found, "导入") as each:
        for path in each:
            with _naming(context):
                done = library.add(str(path), _read(path), saved_at=_now(), given=given, dry_run=dry_run)
                if as_json:
                    record = {"file": str(path), "known": done.known, "plan": list(done.plan)}
                    _print_json(record | {"document": to_json(done.document)})
                    continue
                header = done.document.header
                if done.known:
                    click.echo(f"{path}: 已在库中：{header.id}，没有改动")
                    continue
                _summary(path, done)
                verb = "将写入" if dry_run else "已写入"
                where = context.settings.content / "articles" / header.id
                click.echo(f"  {verb} {where}/  地址 {urls.article(header.id)}")
                if header.supplied:
                    click.echo("  文件没有题目，题目是编者拟的；可在 article.md 里改（title, supplied）")
    _end(context)


def _summary(path: Path, added: Added) -> None:
    """What import decided, for an editor's eye."""
    document, reflowed = added.document, added.reflowed
    header = document.header
    kinds: dict[str, int] = {}
    for b in document.blocks:
        kinds[b.kind] = kinds.get(b.kind, 0) + 1
    click.echo(
        f"{path}: {header.title}"
        + (f"（{chinese_date(header.date, circa=header.circa)}）" if header.date else "")
    )
    click.echo("  " + "，".join(f"{_NAMES[k]} {n}" for k, n in kinds.items()))
    if reflowed:
        doubtful = [e for e in reflowed.line_ends if e.sure < 0.7]
        if doubtful:
            lines = "、".join(str(e.line) for e in doubtful[:12]) + ("……" if len(doubtful) > 12 else "")
            click.echo(f"  拿不准的行尾 {len(doubtful)} 处：第 {lines} 行（meipi reflow --explain 看理由）")
    if document.speakers:
        click.echo("  说话人：" + "、".join(s.name for s in document.speakers))
    terms = len({o.term for o in document.occurrences})
    click.echo(f"  词语 {terms} 个，{len(document.occurrences)} 处；引语 {len(document.quotations)} 处")
    if added.candidates:
        shown = "、".join(c.phrase + (f"×{c.count}" if c.count > 1 else "") for c in added.candidates[:12])
        click.echo(
            f"  词语表里没有的 {len(added.candidates)} 个：{shown}"
            + ("……" if len(added.candidates) > 12 else "")
        )
    for note in (*added.imported.notes, *added.plan):
        click.echo(f"  {note}")


@cli.command()
@click.argument("articles", nargs=-1)
@click.option("--note", default="", help="A word on what was changed; kept with the revision.")
@click.option(
    "--decide",
    "decided",
    multiple=True,
    metavar="ID=WHERE",
    help="Overrule: k7f3=3 stands on the third block, k7f3=m2xq has gone into m2xq, k7f3=- is removed.",
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
    if from_index:
        _restore(context, articles, dry_run)
        return
    for id in articles or library.content.articles():
        with _naming(context):
            try:
                shown = library.save(
                    ArticleId(id),
                    saved_at=_now(),
                    note=note,
                    decisions=decisions,
                    dry_run=True,
                    trust_ledger=trust_ledger,
                )
            except ValueError as error:
                raise click.UsageError(str(error)) from None
            for line in shown.plan:
                click.echo(f"{id}: {line}")
            if not shown.changed:
                if articles:
                    click.echo(f"{id}: 没有改动")
            elif dry_run:
                click.echo(f"{id}: 将记为第 {shown.revision} 次修订")
            else:
                done = library.save(
                    ArticleId(id),
                    saved_at=_now(),
                    note=note,
                    decisions=decisions,
                    trust_ledger=trust_ledger,
                )
                click.echo(f"{id}: 已记为第 {done.revision} 次修订")
    _end(context)


def _restore(context: Context, articles: Sequence[str], dry_run: bool) -> None:
    """Restore damaged ledgers from what the index knows."""
    library = context.library()
    for id in articles:
        with _naming(context):
            done = library.restore(ArticleId(id), saved_at=_now(), dry_run=dry_run)
            for line in done.plan:
                click.echo(f"{id}: {line}")
            if not done.changed:
                click.echo(f"{id}: 账本完好，没有改动")
            else:
                verb = "将恢复" if dry_run else "已恢复"
                click.echo(f"{id}: 账本{verb}到第 {done.revision} 次修订")
    _end(context)


def _decision(text: str) -> tuple[BlockId, Decision]:
    """k7f3=3, k7f3=m2xq or k7f3=-."""
    id, sign, where = text.partition("=")
    if not sign or not id or not where:
        raise click.UsageError(f"--decide {text}: write k7f3=3, k7f3=m2xq or k7f3=-")
    if where == "-":
        return BlockId(id), Away()
    if where.isascii() and where.isdigit():
        return BlockId(id), On(int(where) - 1)
    return BlockId(id), Into(BlockId(where))


@cli.command()
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
        _tell_changes(context, revision, as_json)
        return
    for finding in context.library().check(today=_now()[:10]):
        if as_json:
            _print_json({n: getattr(finding, n) for n in Finding.__dataclass_fields__})
        else:
            click.echo(str(finding))
        context.failed = True
    if not context.failed and not as_json:
        click.echo("没有发现问题")
    _end(context)


def _tell_changes(context: Context, revision: str, as_json: bool) -> None:
    """What a glossary's changes do, article by article."""
    gained = lost = 0
    articles: dict[str, None] = {}
    for change in context.library().glossary_changes(revision):
        articles[change.article] = None
        gained += max(0, change.now - change.before)
        lost += max(0, change.before - change.now)
        if as_json:
            _print_json(asdict(change))
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


@cli.command()
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
            _print_json(asdict(found))
            continue
        click.echo(f"{found.phrase}  {found.count} 处，{found.articles} 篇")
        for article, block, words in found.contexts:
            click.echo(f"    {urls.block(article, block)}  …{words}…")


@cli.group()
def glossary() -> None:
    """The glossary for other programs: CSV for tables, TBX for terminology tools."""


_FORMS = click.Choice(["csv", "tbx"])


@glossary.command("export")
@click.argument("form", type=_FORMS)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("-"),
    help="File, or - for standard output.",
)
@content_option
@pass_context
def glossary_export(context: Context, form: str, output: Path) -> None:
    """Write every entry. Example: meipi glossary export csv -o glossary.csv"""
    from app.library import exchange

    terms = context.library().content.knowledge().terms
    data = exchange.to_csv(terms) if form == "csv" else exchange.to_tbx(terms)
    with click.open_file(str(output), "wb", atomic=str(output) != "-") as out:
        out.write(data)


@glossary.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "form", type=_FORMS, help="The file's form. Default: from its name.")
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
def glossary_import(context: Context, file: Path, form: str | None, name: str, dry_run: bool) -> None:
    """Take entries in: new ones are added, known ones get the fields that the file has and that differ.

    Example: meipi glossary import glossary.csv --dry-run
    """
    from app.library import exchange

    if not ARTICLE_ID.fullmatch(name):
        raise click.UsageError(f"--to {name}: use a–z, 0–9 and hyphens")
    content = context.library().content
    with _naming(context):
        data = _read(file)
        if (form or file.suffix.lower().lstrip(".")) == "csv":
            given, spoken = exchange.from_csv(data, str(file)), exchange.columns(data)
        else:
            given, spoken = exchange.from_tbx(data, str(file)), exchange.TBX_COLUMNS
        new, changed = exchange.merged(content.knowledge().terms, given, spoken)
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
                for path in content.write_terms(new, changed, name=name):
                    click.echo(f"已写入 {path}")
    _end(context)


@cli.command("index")
@click.option("--jobs", default=0, type=click.IntRange(0, 256), help="Processes. Default: one a core.")
@_shared
@click.option(
    "--jsonl",
    "lines",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take articles from JSON lines too, - for standard input; may be given again.",
)
@content_option
@pass_context
def index_command(context: Context, jobs: int, scheduler: str, lines: Sequence[Path]) -> None:
    """Bring the index up to date with the files, and take in JSON lines of any number.

    A line is {"id", "text"} or {"id", "paragraphs"}, with title, date and publication where they are known,
    or an article document as `meipi export jsonl` writes it. Killed and started again it goes on.
    Lines that were taken in before are annotated anew when the glossary has changed, unasked.

    \b
        meipi index --jobs 8
        meipi index --jsonl archive.jsonl --scheduler tcp://10.0.0.1:8786
    """
    missing = [p for p in lines if str(p) != "-" and not p.is_file()]
    for path in missing:
        context.fail(f"{path}:0: F00 there is no such file; look at the name")
    library = context.library()
    library.index.mend(thorough=True)  # this is the remedy that every message about the index names
    with _filling("标注") as progress:
        done = library.refresh(workers=_workers(jobs, scheduler), progress=progress)
    for finding in done.findings:
        context.fail(finding)
    new, known = len(done.annotated), 0
    with ExitStack() as stack:
        taken: Iterator[Taken] = iter(())
        if wanted := [p for p in lines if p not in missing]:
            progress = stack.enter_context(_filling("读入"))
            taken = library.take_lines(wanted, workers=_workers(jobs, scheduler), progress=progress)
        # What was taken in before and the glossary has changed since, after what comes now.
        renewing = stack.enter_context(_filling("重标"))
        again = library.renew_lines(workers=_workers(jobs, scheduler), progress=renewing)
        for some in chain(taken, again):
            new += some.new
            known += some.known
            for finding in some.findings:
                context.fail(finding)
    click.echo(
        f"标注 {new} 篇，"
        + (f"已在库中 {known} 篇，" if known else "")
        + f"除去 {len(done.removed)} 篇，共 {library.count()} 篇",
        err=True,
    )
    _end(context)


@contextmanager
def _filling(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on a terminal that is told how far things are; nothing in a pipe."""
    with ExitStack() as stack:
        bar: Any = None

        def progress(n: int, total: int, _: str) -> None:
            nonlocal bar
            if bar is None and sys.stderr.isatty():
                bar = stack.enter_context(click.progressbar(length=total, label=label, file=sys.stderr))
            if bar is not None:
                bar.update(n - bar.pos)

        yield progress


@cli.command()
@click.argument("query")
@click.option("--speaker", default="", help="Only where this speaker is quoted (id).")
@click.option("--term", default="", help="Only where this term stands (id).")
@click.option("--article", default="", help="Only in this article (id).")
@click.option("--since", default="", help="Only articles of this time or later: 2023, 2023-06 or 2023-06-01.")
@click.option("--until", default="", help="Only articles of this time or earlier.")
@click.option("--quoted", is_flag=True, help="Only what stands in somebody's words.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--after", default="", help="Go on where the last page ended; it says how.")
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
    found = searched.found
    marked = sys.stdout.isatty()
    for line in found.lines:
        if as_json:
            place = {
                "article": line.article,
                "block": line.block,
                "start": line.span.start,
                "end": line.span.end,
                "hits": [[h.start, h.end] for h in line.hits],
                "speaker": line.speaker,
            }
            _print_json(place | {"text": line.text, "url": urls.block(line.article, line.block)})
        else:
            pieces = excerpt(line.text, line.hits, most=60)
            shown = (
                click.style(p, bold=True, fg="red") if n % 2 and marked else p for n, p in enumerate(pieces)
            )
            click.echo(f"{urls.block(line.article, line.block)}  {''.join(shown)}")
    if as_json:
        return
    if searched.read_as:
        click.echo(f"按拼音找：{'、'.join(searched.read_as)}", err=True)
    for entry in found.titles:
        click.echo(f"题目：{entry.header.title}  {urls.article(entry.header.id)}", err=True)
    click.echo(f"共 {found.total} 段" + ("以上" if found.more else ""), err=True)
    if found.next:
        click.echo(f"下一页：--after {found.next}", err=True)
    for s in searched.suggestions:
        about = {"term": "词语", "speaker": "人物", "query": "检索"}[s.kind]
        more = f"（{s.total} 段）" if s.total else ""
        click.echo(f"{about}：{s.text}{more}", err=True)


# What app.export offers, named here because asking it would load the whole web site for every command.
_EXPORTS = ("site", "html", "pdf", "epub", "tei", "webannotation", "anki", "markdown", "jsonl")


@cli.command()
@click.argument("form", type=click.Choice(_EXPORTS))
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
@click.option("--compress", is_flag=True, help="site: put .br and .gz beside every file of text.")
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
    """Export articles, all of them when none is named.

    \b
        site           the whole site as files, for any file host; search included
        html           a page an article that needs no other file
        pdf            a book with notes in the margin, glossary and index
        epub           a book, terms as footnotes
        tei            TEI P5 for corpora
        webannotation  W3C Web Annotations
        anki           glossary entries as cards to learn
        markdown       Markdown with footnotes
        jsonl          one article document a line, lossless

    Example: meipi export site -o public --base-url https://example.org
    """
    stdout = str(output) == "-"
    if form == "site" and (stdout or articles):
        raise click.UsageError("site needs a folder and takes all articles: meipi export site -o FOLDER")
    if form != "site" and (cards or compress):
        raise click.UsageError("--cards and --compress belong to site")
    if base_url and not base_url.startswith(("http://", "https://")):
        raise click.UsageError(f"--base-url {base_url}: no address; write https://example.org")
    from app.export import FORMS, Each, Press, export, publish, write  # brings the whole web site

    if stdout and isinstance(FORMS[form], Each) and len(articles) != 1:
        raise click.UsageError(f"{form} is a file for each article: name one article, or give -o FOLDER")
    if stdout and form in ("pdf", "epub", "anki") and sys.stdout.isatty():
        raise click.UsageError(f"refusing to write {form.upper()} to a terminal; use -o FILE")
    if form == "site" and not base_url and not context.has_address:
        click.echo(f"地址以 {context.settings.base_url} 开头；发布前请给 --base-url", err=True)
    library = context.library()
    for finding in library.refresh().findings:
        context.fail(finding)
    address = (base_url or context.settings.base_url).rstrip("/")
    press = Press(library, base_url=address, site_name=context.settings.site_name)
    chosen = [ArticleId(id) for id in articles]
    try:
        with _counting("导出") as progress:
            if form == "site":
                told = publish(press, output, cards=cards, compress=compress, progress=progress)
                faults: Sequence[object] = told.faults
            elif stdout:
                faults = write(press, form, chosen, sys.stdout.buffer, progress=progress).faults
            else:
                done = export(press, form, chosen, output, progress=progress)
                faults = done.faults
    except BrokenPipeError:
        raise
    except OSError as error:
        place = error.filename or output
        raise click.ClickException(
            f"{place}: {error.strerror}; give another -o, or make room there"
        ) from None
    for fault in faults:
        context.fail(fault)
    if form == "site":
        click.echo(
            f"{output}：新做 {told.made} 篇，未变 {told.kept} 篇；"
            f"文件 {told.files} 个，写 {told.written} 个，删 {told.removed} 个",
            err=True,
        )
    elif not stdout:
        click.echo(f"{output}：{done.articles} 篇，{done.files} 个文件", err=True)
    _end(context)


# -- reading and writing


def _each_line(context: Context, make: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """One JSON line out for each in, in order; a bad line is answered with its error and named."""
    stream = sys.stdin.buffer
    for n, raw in enumerate(stream, 1):
        if not raw.strip():
            continue
        id: Any = None
        try:
            line = raw.decode("utf-8", "surrogatepass")
            record = json.loads(line.removeprefix("\ufeff") if n == 1 else line)
            if not isinstance(record, dict):
                raise click.ClickException("not a JSON object")
            id = record.get("id")
            answer = make(record) | {"id": id}  # as it came: a number stays a number
        except (ValueError, RecursionError, click.ClickException, MeipiError) as error:
            message = error.message if isinstance(error, click.ClickException) else str(error)
            context.fail(f"-:{n}: F00 {message}; write one JSON object a line")
            answer = {"id": id, "error": message}
        _print_json(answer)
    _end(context)


def _id(record: dict[str, Any]) -> str:
    id = record.get("id")
    return "" if id is None else str(id)


def _text(record: dict[str, Any]) -> str:
    text = record.get("text")
    if not isinstance(text, str):
        raise click.ClickException("text: missing or no text")
    return text


def _files(context: Context, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    if not names:
        raise click.UsageError("give files, - for standard input, or --jsonl")
    for name in names:
        if name == "-":
            yield "-", sys.stdin.buffer.read()
            continue
        with _naming(context):
            yield name, _read(Path(name))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ContentError(str(path), 0, "F00", "there is no such file", "look at the name") from None
    except OSError as error:
        problem = error.strerror or str(error)
        raise ContentError(
            str(path), 0, "F00", f"it cannot be read: {problem}", "look at its permissions"
        ) from None


def _stem(name: str) -> str:
    return "stdin" if name == "-" else Path(name).stem


def _print_json(value: dict[str, Any]) -> None:
    # A lone surrogate has no UTF-8; \ud800 inside a JSON text is one, so it is written that way.
    line = json.dumps(value, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _naming(context: Context) -> Iterator[None]:
    """One bad file never stops the rest: its fault is named, the command ends with 1."""
    try:
        yield
    except (ContentError, NotFound, MissingExtra) as error:
        context.fail(error)


@contextmanager
def _progress(items: Sequence[Path], label: str) -> Iterator[Iterator[Path]]:
    """A bar on a terminal when there is more than one; nothing in a pipe."""
    if len(items) < 2 or not sys.stderr.isatty():
        yield iter(items)
        return
    with click.progressbar(items, label=label, file=sys.stderr) as bar:
        yield iter(bar)


@contextmanager
def _counting(label: str) -> Iterator[Callable[[int, int, str], None] | None]:
    """A bar on a terminal for work that tells how far it is; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    bar: Any = None

    def progress(n: int, total: int, _: str) -> None:
        nonlocal bar
        if bar is None:
            bar = click.progressbar(length=total, label=label, file=sys.stderr)
            bar.__enter__()
        bar.update(n + 1 - bar.pos)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)


def _end(context: Context) -> None:
    if context.failed:
        raise SystemExit(1)
