"""Commands on text files that need no library folder: `reflow`, `annotate`, `trace`."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click
from msgspec import to_builtins

from app.cli.console import Context, answer_lines, common_options, pass_context, print_json, read_files, stem
from app.cli.language import argument, command, listed, option, say, speaking
from app.cli.workers import scheduler_option, workers
from app.document import from_json
from app.edit.kinds import KIND_NAMES
from app.errors import fault_line
from app.i18n import Message, mark, worded
from app.importers import read_safely, reflow_imported
from app.library.batches import Job
from app.model import Block, Document, Genre, Quotation
from app.pages.labels import TYPE
from app.text.paragraphs import Step
from app.text.paragraphs import trace as traced
from app.text.reasons import reason_words
from app.text.reflow import Reflowed
from app.text.reflow import reflow as reflowed

GENRES: dict[Genre, str] = {
    "news": mark("新闻"), "document": mark("公文"), "law": mark("法规"), "report": mark("报告"),
    "speech": mark("讲话"), "letter": mark("书信"), "qa": mark("问答"), "interview": mark("访谈"),
    "transcript": mark("记录"), "feature": mark("特稿"), "readout": mark("会见通报"),
    "commentary": mark("评论"), "diary": mark("日记"),
}  # fmt: skip
_LINE_ENDS: dict[str, str] = {
    "wrap": mark("接下一行"), "end": mark("此处分段"), "heading": mark("标题"), "torn": mark("跨行相接"),
    "aside": mark("版面"), "line": mark("未折行"),
}  # fmt: skip
_STEPS: dict[Step, str] = {
    "new": mark("新增"), "same": mark("相同"), "edited": mark("修改"), "rewritten": mark("改写"),
    "piece": mark("拆分"), "revived": mark("恢复"), "merged": mark("并入"), "removed": mark("删除"),
    "by-hand": mark("指定"),
}  # fmt: skip


def _text_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Files, --json and --jsonl."""
    for add in (
        argument("files", nargs=-1, type=str, metavar=mark("[文件]...")),
        option("--json", "as_json", is_flag=True, help=mark("每个文件输出一个 JSON 对象。")),
        option("--jsonl", is_flag=True, help=mark("从标准输入读 JSON 行，依次各输出一行。")),
    ):
        function = add(function)
    return common_options(function)


def _id(record: dict[str, Any]) -> str:
    id = record.get("id")
    return "" if id is None else str(id)


# -- reflow


@command(help=mark("把硬换行的文本还原成段落。\n\n例：meipi reflow article.txt"))
@option("--explain", is_flag=True, help=mark("逐个行尾显示判断、理由和把握。"))
@_text_options
@pass_context
def reflow(context: Context, files: Sequence[str], as_json: bool, jsonl: bool, explain: bool) -> None:
    """Print the true paragraphs of hard-wrapped texts."""
    if jsonl:
        answer_lines(context, lambda r: _reflow_record(_id(r), reflowed(_text(r)), explain))
        return
    for name, data in read_files(context, files):
        with context.failing():
            imported = read_safely(name, data)
            text, done = imported.text, reflow_imported(imported)
            if as_json:
                print_json(_reflow_record(stem(name), done, explain))
            elif explain:
                _print_line_ends(text, done)
            else:
                for piece in done.pieces:
                    head = (
                        ""
                        if piece.kind == "paragraph"
                        else say("［%(kind)s］", kind=say(KIND_NAMES[piece.kind]))
                    )
                    click.echo(f"{head}{piece.text}\n")
    context.finish()


def _text(record: dict[str, Any]) -> str:
    text = record.get("text")
    if not isinstance(text, str):
        raise ValueError(worded("text: missing or not text"))
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
            decision = say(_LINE_ENDS[end.decision])
            click.echo(f"{n:5} {decision:8} {end.sure:4.0%}  {line}    ← {say(end.why)}")


# -- annotate


@command(
    help=mark(
        "标出文本里的词语、引语和说话人。\n\n"
        "例：meipi annotate --json article.txt；多篇：meipi annotate --jsonl --jobs 8 < texts.jsonl"
    )
)
@option("--explain", is_flag=True, help=mark("逐条引语显示判断依据。"))
@option(
    "--jobs", default=1, show_default=True, type=click.IntRange(0, 256), help=mark("进程数；0：每核一个。")
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
    """Print the terms, quotations and speakers of texts."""
    if not jsonl and not files:
        raise click.UsageError(say("请给出文件，用 - 表示标准输入，或用 --jsonl"))
    places = deque[str]()

    def asked() -> Iterator[Job]:
        for job in _json_jobs() if jsonl else _file_jobs(context, files):
            places.append(job.where)
            yield job

    for answer in context.library().answers(asked(), workers=workers(jobs, scheduler)):
        place = places.popleft()
        if answer.fault:
            context.fail(_json_fault(place, answer.fault) if jsonl else answer.fault)
        if jsonl or (as_json and not answer.fault):
            sys.stdout.buffer.write(answer.line + b"\n")
            sys.stdout.buffer.flush()
        elif not answer.fault:
            _print_document(from_json(json.loads(answer.line)), explain)
    context.finish()


def _json_fault(place: str, problem: str) -> Message:
    """The fault of a line of standard input: place, problem and remedy."""
    path, _, line = place.rpartition(":")
    return fault_line(path, int(line), "F00", problem, "write one JSON object a line")


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
    counts = say("%(n)s 段", n=len(document.blocks)), say("%(n)s 个词语", n=terms)
    click.echo(say("，").join((*counts, say("%(n)s 处", n=len(document.occurrences)))))
    if explain:
        genre = say(GENRES[document.genre])
        click.echo("  " + say("体裁：%(genre)s（%(why)s）", genre=genre, why=_reason(document.genre_why)))
    if document.author is not None:
        author = say("，").join(filter(None, (document.author.name, document.author.role)))
        click.echo("  " + say("全文作者：%(author)s", author=author))
    names = {s.id: s.name for s in document.speakers}
    for s in document.speakers:
        aliases = say("（又作 %(names)s）", names=listed(s.aliases)) if s.aliases else ""
        click.echo(f"  {s.name}" + (say("，") + s.role if s.role else "") + aliases)
    for q in document.quotations:
        name = (names.get(q.speaker) if q.speaker else None) or say("未详")
        _print_quotation(q, blocks[q.block], name, explain)


def _reason(reason: str) -> str:
    with speaking():
        return reason_words(reason)


def _print_quotation(q: Quotation, block: Block, name: str, explain: bool) -> None:
    words = block.text[q.span.start : q.span.end]
    short = words if len(words) <= 40 else words[:38] + "……"
    with speaking():
        manner = TYPE[q.manner]
    click.echo(
        say(
            "第%(number)s段 %(manner)s %(name)s：%(words)s",
            number=block.n,
            manner=manner,
            name=name,
            words=short,
        )
    )
    if explain:
        share = f"{q.confidence:.0%}"
        sure = say("可信度 %(share)s", share=share)
        if q.inferred_from is not None:
            sure += say("，其后各句按上下文推断")
        click.echo("      " + say("%(why)s（%(sure)s）", why=_reason(q.why), sure=sure))


# -- trace


@command(
    help=mark(
        "跟踪文本各版本中每个段落的编号；给出文件，最早的在前。\n\n"
        "例：meipi trace first.txt second.txt，或\n"
        'echo \'{"id":"x","versions":[["one"],["two"]]}\' | meipi trace --jsonl'
    )
)
@_text_options
@pass_context
def trace(context: Context, files: Sequence[str], as_json: bool, jsonl: bool) -> None:
    """Print the id of every paragraph in each version."""
    if jsonl:
        answer_lines(context, _trace_record)
        return
    versions = []
    for name, data in read_files(context, files):
        with context.failing():
            imported = read_safely(name, data)
            pieces = imported.pieces if imported.pieces is not None else reflow_imported(imported).pieces
            versions.append([piece.text for piece in pieces])
    if as_json:
        print_json({"id": stem(files[0]), **to_builtins(traced(versions, stem(files[0])))})
    else:
        _print_trace(versions, stem(files[0]))
    context.finish()


def _trace_record(record: dict[str, Any]) -> dict[str, Any]:
    versions = record.get("versions")
    if not isinstance(versions, list) or not all(
        isinstance(v, list) and all(isinstance(p, str) for p in v) for v in versions
    ):
        raise ValueError(worded("versions: not a list of lists of texts"))
    return {"id": record.get("id"), **to_builtins(traced(versions, _id(record)))}


def _print_trace(versions: Sequence[Sequence[str]], id: str) -> None:
    done = traced(versions, id)
    for n, (texts, version) in enumerate(zip(versions, done.versions, strict=True), 1):
        for text, it in zip(texts, version, strict=True):
            click.echo(f"{n}  {it.id}  {say(_STEPS[it.step]):9} {it.score:4.0%}  {text[:40]}")
    for gone in done.gone:
        state = say("并入 %(id)s", id=gone.target) if gone.target else say("删去")
        click.echo(f"{gone.version}  {gone.id}  {state}")
