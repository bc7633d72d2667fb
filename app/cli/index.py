"""The command `index`: bring the index up to date and take in JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import click

from app.cli.console import Context, common_options, pass_context, progress_bar
from app.cli.language import command, option, say
from app.cli.workers import scheduler_option, workers
from app.errors import ContentError
from app.i18n import mark


@command(
    help=mark(
        "按文件更新索引，也可读入任意多行 JSON。\n\n"
        '每行是 {"id", "text"} 或 {"id", "paragraphs"}，可带 title、date 和 publication，'
        "也可以是 meipi export jsonl 输出的文章。中断后再次运行，会从中断处继续。"
        "词语表改动后，以前读入的各行会重新标注。\n\n"
        "    meipi index --jobs 8\n"
        "    meipi index --jsonl archive.jsonl --scheduler tcp://10.0.0.1:8786"
    )
)
@option("--jobs", default=0, type=click.IntRange(0, 256), help=mark("进程数。默认：每核一个。"))
@scheduler_option
@option(
    "--jsonl",
    "lines",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar=mark("文件路径"),
    help=mark("另从 JSON 行读入文章，- 表示标准输入；可多次使用。"),
)
@common_options
@pass_context
def index(context: Context, jobs: int, scheduler: str, lines: Sequence[Path]) -> None:
    """Update the index, take in JSON lines, and print how many articles were annotated."""
    wanted = []
    for path in lines:
        if str(path) == "-" or path.is_file():
            wanted.append(path)
        else:
            context.fail(ContentError(str(path), 0, "F00", "there is no such file", "look at the name"))
    library = context.library()
    library.index.mend(thorough=True)  # error messages about the index name this command as the remedy
    with progress_bar(say("标注")) as progress:
        done = library.refresh(workers=workers(jobs, scheduler), progress=progress)
    for finding in done.findings:
        context.fail(finding)
    new, known = len(done.annotated), 0
    with ExitStack() as stack:
        bar = stack.enter_context(progress_bar(say("读入")))
        taken = library.take_lines(wanted, workers=workers(jobs, scheduler), progress=bar) if wanted else ()
        bar = stack.enter_context(progress_bar(say("重标")))
        renewed = library.renew_lines(workers=workers(jobs, scheduler), progress=bar)
        for batch in chain(taken, renewed):
            new += batch.new
            known += batch.known
            for finding in batch.findings:
                context.fail(finding)
    parts = [say("标注 %(n)s 篇", n=new)]
    parts += [say("已在库中 %(n)s 篇", n=known)] if known else []
    parts += [say("除去 %(n)s 篇", n=len(done.removed)), say("共 %(n)s 篇", n=library.index.count())]
    click.echo(say("，").join(parts), err=True)
    context.finish()
