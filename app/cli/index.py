"""The command `index`: bring the index up to date and take in JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import click

from app.cli.console import Context, content_option, pass_context, progress_bar
from app.cli.workers import scheduler_option, workers


@click.command()
@click.option("--jobs", default=0, type=click.IntRange(0, 256), help="Processes. Default: one a core.")
@scheduler_option
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
def index(context: Context, jobs: int, scheduler: str, lines: Sequence[Path]) -> None:
    """Bring the index up to date with the files, and take in any number of JSON lines.

    A line is {"id", "text"} or {"id", "paragraphs"}, with title, date and publication where they are known,
    or an article document as `meipi export jsonl` writes it. A run that was killed goes on where it ended.
    Lines that were taken in before are annotated again when the glossary has changed.

    \b
        meipi index --jobs 8
        meipi index --jsonl archive.jsonl --scheduler tcp://10.0.0.1:8786
    """
    wanted = []
    for path in lines:
        if str(path) == "-" or path.is_file():
            wanted.append(path)
        else:
            context.fail(f"{path}:0: F00 there is no such file; look at the name")
    library = context.library()
    library.index.mend(thorough=True)  # error messages about the index name this command as the remedy
    with progress_bar("标注") as progress:
        done = library.refresh(workers=workers(jobs, scheduler), progress=progress)
    for finding in done.findings:
        context.fail(finding)
    new, known = len(done.annotated), 0
    with ExitStack() as stack:
        bar = stack.enter_context(progress_bar("读入"))
        taken = library.take_lines(wanted, workers=workers(jobs, scheduler), progress=bar) if wanted else ()
        bar = stack.enter_context(progress_bar("重标"))
        renewed = library.renew_lines(workers=workers(jobs, scheduler), progress=bar)
        for batch in chain(taken, renewed):
            new += batch.new
            known += batch.known
            for finding in batch.findings:
                context.fail(finding)
    click.echo(
        f"标注 {new} 篇，"
        + (f"已在库中 {known} 篇，" if known else "")
        + f"除去 {len(done.removed)} 篇，共 {library.count()} 篇",
        err=True,
    )
    context.finish()
