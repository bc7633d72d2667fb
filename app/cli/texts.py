"""Commands on text files that need no library folder: `reflow`, `annotate`, `trace`."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from app.cli.console import (
    Context,
    answer_lines,
    content_option,
    pass_context,
    print_json,
    read_files,
    stem,
)
from app.cli.workers import scheduler_option, workers
from app.document import from_json
from app.importers import read
from app.library.batches import Job
from app.model import Block, Document, Genre, Quotation
from app.text.paragraphs import trace as traced
from app.text.reflow import Reflowed
from app.text.reflow import reflow as reflowed

KINDS = {
    "paragraph": "段落",
    "heading": "标题",
    "byline": "署名",
    "caption": "图注",
    "furniture": "版面",
    "list": "条目",
    "verse": "诗行",
    "table": "表格行",
    "note": "注释",
}
_GENRES: dict[Genre, str] = {
    "news": "新闻",
    "document": "公文",
    "law": "法规",
    "report": "报告",
    "speech": "讲话",
    "letter": "书信",
    "qa": "问答",
    "interview": "访谈",
    "transcript": "记录",
    "feature": "特稿",
    "readout": "会见通报",
    "commentary": "评论",
    "diary": "日记",
}
_MANNERS = {"direct": "原话", "indirect": "转述", "mixed": "转述，含原话", "ascribed": "引述"}


def _text_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Files, --json and --jsonl."""
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


def _id(record: dict[str, Any]) -> str:
    id = record.get("id")
    return "" if id is None else str(id)


# -- reflow


@click.command()
@click.option("--explain", is_flag=True, help="Say for every line end what was decided, why and how sure.")
@_text_options
@pass_context
def reflow(context: Context, files: Sequence[str], as_json: bool, jsonl: bool, explain: bool) -> None:
    """Turn hard-wrapped lines into true paragraphs.

    Example: meipi reflow article.txt
    """
    if jsonl:
        answer_lines(context, lambda r: _reflow_record(_id(r), reflowed(_text(r)), explain))
        return
    for name, data in read_files(context, files):
        with context.failing():
            text = read(name, data).text
            done = reflowed(text)
            if as_json:
                print_json(_reflow_record(stem(name), done, explain))
            elif explain:
                _print_line_ends(text, done)
            else:
                for piece in done.pieces:
                    head = "" if piece.kind == "paragraph" else f"［{KINDS[piece.kind]}］"
                    click.echo(f"{head}{piece.text}\n")
    context.finish()


def _text(record: dict[str, Any]) -> str:
    text = record.get("text")
    if not isinstance(text, str):
        raise click.ClickException("text: missing or no text")
    return text


def _reflow_record(id: str, done: Reflowed, explain: bool) -> dict[str, Any]:
    blocks = [{"kind": p.kind, "text": p.text, "lines": list(p.lines or ())} for p in done.pieces]
    record: dict[str, Any] = {"id": id, "wrapped": done.wrapped, "blocks": blocks}
    if explain:
        record["line_ends"] = [
            {"line": e.line, "decision": e.decision, "why": e.why, "sure": round(e.sure, 3)}
            for e in done.line_ends
        ]
    return record


def _print_line_ends(text: str, done: Reflowed) -> None:
    ends = {e.line: e for e in done.line_ends}
    for n, line in enumerate(text.splitlines(), 1):
        if end := ends.get(n):
            click.echo(f"{n:5} {end.decision:8} {end.sure:4.0%}  {line}    ← {end.why}")


# -- annotate


@click.command()
@click.option("--explain", is_flag=True, help="Say for every quotation why it was given to its speaker.")
@click.option(
    "--jobs", default=1, show_default=True, type=click.IntRange(0, 256), help="Processes; 0: one a core."
)
@scheduler_option
@_text_options
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
        for job in _json_jobs() if jsonl else _file_jobs(context, files):
            places.append(job.where)
            yield job

    for answer in context.library().answers(asked(), workers=workers(jobs, scheduler)):
        place = places.popleft()
        if answer.fault:
            context.fail(
                f"{place}: F00 {answer.fault}; write one JSON object a line" if jsonl else answer.fault
            )
        if jsonl or (as_json and not answer.fault):
            sys.stdout.buffer.write(answer.line + b"\n")
            sys.stdout.buffer.flush()
        elif not answer.fault:
            _print_document(from_json(json.loads(answer.line)), explain)
    context.finish()


def _json_jobs() -> Iterator[Job]:
    for n, line in enumerate(sys.stdin.buffer, 1):
        if line.strip():
            yield Job("", f"-:{n}", line=line.removeprefix(b"\xef\xbb\xbf") if n == 1 else line)


def _file_jobs(context: Context, files: Sequence[str]) -> Iterator[Job]:
    for name, data in read_files(context, files):
        yield Job(stem(name), name, line=data, file=name)


def _print_document(document: Document, explain: bool) -> None:
    """Print an annotated article for a reader at a terminal."""
    blocks = {b.id: b for b in document.blocks}
    terms = len({o.term for o in document.occurrences})
    click.echo(f"{len(document.blocks)} 段，{terms} 个词语，{len(document.occurrences)} 处")
    if explain:
        click.echo(f"  体裁：{_GENRES[document.genre]}（{document.genre_why}）")
    if document.author is not None:
        click.echo(f"  全文作者：{'，'.join(filter(None, (document.author.name, document.author.role)))}")
    names = {s.id: s.name for s in document.speakers}
    for s in document.speakers:
        click.echo(
            f"  {s.name}"
            + (f"，{s.role}" if s.role else "")
            + (f"（又作 {'、'.join(s.aliases)}）" if s.aliases else "")
        )
    for q in document.quotations:
        name = names.get(q.speaker, "未详") if q.speaker else "未详"
        _print_quotation(q, blocks[q.block], name, explain)


def _print_quotation(q: Quotation, block: Block, name: str, explain: bool) -> None:
    words = block.text[q.span.start : q.span.end]
    short = words if len(words) <= 40 else words[:38] + "……"
    click.echo(f"第{block.n}段 {_MANNERS[q.manner]} {name}：{short}")
    if explain:
        inferred = "，其后各句按上下文推断" if q.inferred_from is not None else ""
        click.echo(f"      {q.why}（可信度 {q.confidence:.0%}{inferred}）")


# -- trace


@click.command()
@_text_options
@pass_context
def trace(context: Context, files: Sequence[str], as_json: bool, jsonl: bool) -> None:
    """Follow every paragraph's id through successive versions of a text: files, the oldest first.

    Example: meipi trace first.txt second.txt, or
    echo '{"id":"x","versions":[["甲乙丙。"],["甲乙丙丁。"]]}' | meipi trace --jsonl
    """
    if jsonl:
        answer_lines(context, _trace_record)
        return
    versions = []
    for name, data in read_files(context, files):
        with context.failing():
            imported = read(name, data)
            pieces = imported.pieces if imported.pieces is not None else reflowed(imported.text).pieces
            versions.append([piece.text for piece in pieces])
    if as_json:
        print_json({"id": stem(files[0]), **asdict(traced(versions, stem(files[0])))})
    else:
        _print_trace(versions, stem(files[0]))
    context.finish()


def _trace_record(record: dict[str, Any]) -> dict[str, Any]:
    versions = record.get("versions")
    if not isinstance(versions, list) or not all(
        isinstance(v, list) and all(isinstance(p, str) for p in v) for v in versions
    ):
        raise click.ClickException("versions: not a list of lists of texts")
    return {"id": record.get("id"), **asdict(traced(versions, _id(record)))}


def _print_trace(versions: Sequence[Sequence[str]], id: str) -> None:
    done = traced(versions, id)
    for n, (texts, version) in enumerate(zip(versions, done.versions, strict=True), 1):
        for text, it in zip(texts, version, strict=True):
            click.echo(f"{n}  {it.id}  {it.step:9} {it.score:4.0%}  {text[:40]}")
    for gone in done.gone:
        state = f"并入 {gone.target}" if gone.target else "删去"
        click.echo(f"{gone.version}  {gone.id}  {state}")
