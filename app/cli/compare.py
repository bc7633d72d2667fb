"""The command `compare`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from msgspec import to_builtins

from app.cli.console import Context, common_options, pass_context, print_json, read_bytes, stem
from app.cli.language import argument, command, listed, option, say
from app.document import from_json
from app.errors import ContentError, MeipiError, TextsTooLong
from app.i18n import mark, message_of
from app.library.batches import Job
from app.library.comparing import ComparedPassage, ComparedTexts, compared
from app.library.library import Library
from app.model import ArticleId, Document
from app.text.compare import CHANGE_KINDS
from app.text.phrase_changes import PHRASE_KINDS

_PHRASES = {"new": mark("新出现"), "gone": mark("不再出现"), "more": mark("增多"), "less": mark("减少")}


@command(
    help=mark(
        "对照两篇文章：哪些句子未改、改写、移动、新增、删去，哪些词语新出现、不再出现、增多、减少。\n\n"
        "给出文章的编号或文件：meipi compare report-2023 draft.txt"
    )
)
@argument("first", metavar="A")
@argument("second", metavar="B")
@option("--json", "as_json", is_flag=True, help=mark("输出一个 JSON 对象。"))
@common_options
@pass_context
def compare(context: Context, first: str, second: str, as_json: bool) -> None:
    """Print what changed between two articles or files."""
    library = context.library()
    if not all(Path(name).is_file() for name in (first, second)):
        library.refresh()
    a, b = _document(library, first), _document(library, second)
    try:
        done = compared(a, b)
    except TextsTooLong as error:
        raise ContentError(second, 0, "F00", message_of(error), "compare parts of the texts") from None
    if as_json:
        print_json(to_builtins(done))
    else:
        _print(done)


def _document(library: Library, name: str) -> Document:
    """The article with this id, or the annotated text of a file."""
    path = Path(name)
    if not path.is_file():
        return library.document(ArticleId(name))
    (answer,) = library.answers([Job(stem(name), name, line=read_bytes(path), file=name)])
    if answer.fault:
        raise answer.fault if isinstance(answer.fault, MeipiError) else MeipiError(answer.fault)
    return from_json(json.loads(answer.line))


def _print(done: ComparedTexts) -> None:
    for change in done.changes:
        if change.kind != "kept":
            click.echo(f"{say(CHANGE_KINDS[change.kind])}  {_numbers(change.a, change.b)}")
            if change.parts:
                click.echo("    " + "".join(_MARKED[op] % words for op, words in change.parts))
            elif passage := change.a or change.b:
                click.echo(f"    {passage.text}")
    for kind in PHRASE_KINDS:
        found = [f"{p.text} {len(p.a)}→{len(p.b)}" for p in done.phrases if p.kind == kind]
        if found:
            click.echo(say("%(kind)s：%(words)s", kind=say(_PHRASES[kind]), words=listed(found)))
    counts = to_builtins(done.counts)
    sums = [f"{say(words)} {counts[kind]}" for kind, words in CHANGE_KINDS.items()]
    if done.respelled:
        click.echo(say("两篇的字形不同；同一个字的繁体、简体和异体算作相同。"), err=True)
    click.echo(say("句子：%(counts)s", counts=listed(sums)), err=True)


_MARKED = {"same": "%s", "cut": "[-%s-]", "put": "{+%s+}"}


def _numbers(a: ComparedPassage | None, b: ComparedPassage | None) -> str:
    """Where a change is in both texts, as numbers of paragraphs."""
    return f"{a.n if a else '—'} → {b.n if b else '—'}"
