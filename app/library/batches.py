"""Annotates many articles: in this process, in several, or on a cluster.

Articles go in batches to a `concurrent.futures.Executor` and come back in order, ready for the index. Only a
few batches are under way at a time, so memory does not grow with the library. An article that cannot be
annotated is reported and skipped, even if it kills its process. Finished articles are known by their digest,
so a run that was killed is simply started again.
"""

from __future__ import annotations

import json
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from app.content.store import Content, Manuscript
from app.document import knowledge_from_json, knowledge_to_json, to_json
from app.errors import ContentError, MeipiError, NotFound, translatable
from app.i18n import Message, message_of, worded
from app.importers import receive_safely
from app.index.packed import Packed, pack
from app.library.annotating import annotated, digest
from app.library.jsonl import DocumentLine, annotate_text, json_line, parse_line, pieces_of, read_line
from app.library.workers import Workers
from app.model import ArticleId, Document, Knowledge
from app.text.annotator import Annotator

# Articles in a batch: large enough to amortise its sending, small enough to lose little in a crash.
BATCH_SIZE = 50


# The same when a caller waits for the answers. A file, which may be a book, is a batch of its own.
_FEW = 4


# Batches under way for each process.
_AHEAD = 3


# The result for an article: rows for the index, or its document as a line of JSON.
Form = Literal["rows", "lines"]


@dataclass(frozen=True, slots=True)
class Job:
    """An article to be annotated.

    Attributes:
        id: the article's id, as far as it is known.
        where: file and line, for messages.
        source: of the article in the index; "" for content/.
        digest: of all that the document is made from; for a job with a root, of glossary and people.
        root: the folder content/ to read the article from, if none of the following is given.
        saved: the last revision that the index knows, for a job with a root.
        line: a line of JSON, or the bytes of `file`.
        document: an earlier document of the same text, to be annotated again.
    """

    id: str
    where: str
    source: str = ""
    digest: str = ""
    root: str = ""
    saved: int = 0
    manuscript: Manuscript | None = None
    line: bytes | None = None
    file: str = ""
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that could not be annotated; `fault` is an error of its files, or a message."""

    job: Job
    fault: ContentError | str

    @property
    def problem(self) -> Message:
        """The words of the fault."""
        return message_of(self.fault) if isinstance(self.fault, ContentError) else translatable(self.fault)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The result of a batch: rows, or answers in the order of the jobs, and the failures."""

    packed: tuple[Packed, ...]
    failures: tuple[Failure, ...]
    size: int
    answers: tuple[DocumentLine, ...] = ()


def annotate_all(
    jobs: Iterable[Job],
    knowledge: Knowledge,
    *,
    workers: Workers | None = None,
    cache: Path | None = None,
    annotator: Annotator | None = None,
    form: Form = "rows",
) -> Iterator[BatchResult]:
    """Annotate articles in batches, in order.

    Args:
        jobs: read as they are needed.
        workers: where to annotate; None for this process.
        cache: private folder for the segmenter, for workers on this machine.
        annotator: used without workers.
        form: the result for each article.
    """
    if workers is None:
        here = annotator or Annotator(knowledge, cache=cache)
        # The caller may wait for each answer before it sends the next line.
        for batch in _batches(jobs, 1 if form == "lines" else BATCH_SIZE):
            yield _work_with(here, batch, form)
        return
    sent = zlib.compress(json.dumps(knowledge_to_json(knowledge)).encode("utf-8", "surrogatepass"))
    task = _Task(sent, str(cache) if cache else "", form)
    yield from _send(_batches(jobs, _FEW if form == "lines" else BATCH_SIZE), task, workers)


def _send(waiting: Iterator[list[Job]], task: _Task, workers: Workers) -> Iterator[BatchResult]:
    """Send batches to workers and give their results in order, whatever becomes of a worker."""
    executor = workers.start()
    under_way: deque[tuple[Future[BatchResult], list[Job]]] = deque()
    batch: list[Job] = []
    try:
        while True:
            oldest: list[Job] = []
            try:
                while len(under_way) < workers.count * _AHEAD and (batch := batch or next(waiting, [])):
                    under_way.append((executor.submit(_work, task, batch), batch))
                    batch = []
                if not under_way:
                    return
                future, oldest = under_way.popleft()
                yield future.result()
            except BrokenExecutor:
                # A process died over an unknown article: try all that were under way alone.
                suspects = [*oldest, *(job for _, one in under_way for job in one)]
                under_way.clear()
                executor = workers.start()
                for job in suspects:
                    executor, done = _alone(workers, executor, task, job)
                    yield done
            except (OSError, CancelledError) as error:
                raise _gone(error) from error
            except Exception:
                # An unexpected error of one article: try each of its batch alone.
                for job in oldest:
                    executor, done = _alone(workers, executor, task, job)
                    yield done
    finally:
        workers.stop()


def annotate_lines(
    jobs: Iterable[Job],
    knowledge: Knowledge,
    *,
    workers: Workers | None = None,
    cache: Path | None = None,
    annotator: Annotator | None = None,
) -> Iterator[DocumentLine]:
    """Annotate texts outside the library: one line of JSON for each job, in order.

    A job is a line {"id", "text"} or {"id", "paragraphs"}, whose id may be anything, or a file. The other
    arguments are those of `annotate_all`.
    """
    for done in annotate_all(
        jobs, knowledge, workers=workers, cache=cache, annotator=annotator, form="lines"
    ):
        yield from done.answers
        for f in done.failures:  # the article killed its process before it could answer
            id: Any = f.job.id
            with suppress(ValueError, RecursionError):
                id = id or parse_line(f.job.line or b"").get("id")
            yield DocumentLine(json_line({"id": id, "error": str(f.fault)}), f.problem)


def _alone(workers: Workers, executor: Executor, task: _Task, job: Job) -> tuple[Executor, BatchResult]:
    """Annotate one article in a batch of its own; one that kills its process becomes a failure."""
    problem = worded("it kills the process that annotates it")
    for _ in range(2):  # the executor may have been broken before
        try:
            return executor, executor.submit(_work, task, [job]).result()
        except BrokenExecutor:
            executor = workers.start()
        except (OSError, CancelledError) as error:
            raise _gone(error) from error
        except Exception as error:
            problem = worded(
                "it cannot be annotated: %(kind)s %(error)s",
                kind=type(error).__name__,
                error=message_of(error),
            )
            break
    return executor, BatchResult((), (Failure(job, problem),), 1)


def _gone(error: Exception) -> MeipiError:
    return MeipiError(
        worded(
            "lost the workers: %(error)s; start again, finished articles are kept", error=message_of(error)
        )
    )


def _batches(jobs: Iterable[Job], size: int = BATCH_SIZE) -> Iterator[list[Job]]:
    batch: list[Job] = []
    for job in jobs:
        batch.append(job)
        if len(batch) == size or job.file:
            yield batch
            batch = []
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class _Task:
    """What all batches share: compressed glossary and people, the segmenter's folder, and the form."""

    knowledge: bytes
    cache: str
    form: Form


@lru_cache(maxsize=1)
def _annotator(task: _Task) -> Annotator:
    """The annotator of this process; rebuilt when glossary or people change."""
    knowledge = knowledge_from_json(json.loads(zlib.decompress(task.knowledge)))
    return Annotator(knowledge, cache=Path(task.cache) if task.cache else None)


def _work(task: _Task, batch: list[Job]) -> BatchResult:
    return _work_with(_annotator(task), batch, task.form)


def _work_with(annotator: Annotator, batch: Sequence[Job], form: Form) -> BatchResult:
    if form == "lines":
        return BatchResult((), (), len(batch), tuple(_answer(annotator, job) for job in batch))
    packed, failures = list[Packed](), list[Failure]()
    for job in batch:
        try:
            packed.append(_packed(annotator, job))
        except ContentError as error:
            failures.append(Failure(job, error))
        except NotFound:
            continue  # deleted since it was listed; the next refresh removes it from the index
        except Exception as error:
            failures.append(Failure(job, message_of(error)))
    return BatchResult(tuple(packed), tuple(failures), len(batch))


def _packed(annotator: Annotator, job: Job) -> Packed:
    if job.line is not None:
        return pack(read_line(annotator, job.line), job.digest, job.source)
    if (old := job.document) is not None:
        document = annotator.annotate(old.header, old.revision, old.blocks, saved_at=old.saved_at)
        return pack(document, job.digest, job.source)
    manuscript = job.manuscript or Content(Path(job.root)).article(ArticleId(job.id), saved=job.saved)
    document, ledger = annotated(annotator, manuscript)
    return pack(document, digest(manuscript.digest, job.digest), job.source, ledger=ledger)


def _answer(annotator: Annotator, job: Job) -> DocumentLine:
    id: Any = job.id or None
    try:
        if job.file:
            head = receive_safely(job.file, job.line or b"").head
            document = annotate_text(annotator, job.id, head.title, head.body)
            return DocumentLine(json_line(to_json(document)))
        record = parse_line(job.line or b"")
        id = record.get("id")
        title = str(record.get("title") or "")
        document = annotate_text(annotator, "" if id is None else str(id), title, pieces_of(record))
        # The id as given: a number stays a number.
        return DocumentLine(json_line(to_json(document) | {"id": id}))
    except (ValueError, KeyError, TypeError, RecursionError, OSError, MeipiError) as error:
        problem = message_of(error)
        return DocumentLine(json_line({"id": id, "error": problem}), problem)
