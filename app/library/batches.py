"""Many articles annotated at once: on one core, on all of them, or on a cluster; one way of working for all.

Articles go out in parcels to a `concurrent.futures.Executor`, a pool of processes or Dask's, and come back in
order, ready for the index. Only a few parcels are under way at a time, so memory does not grow with the
library. What cannot be annotated is named and set aside, even an article that ends the process it is worked
on in. What was done is known by its digest, so a run that is killed is simply started again.

Lines of JSON are articles too: {"id", "text"}, {"id", "paragraphs"}, or a whole article document as `meipi
export jsonl` writes it, which is kept as it is; title, date, publication, author and url may stand beside.
What became of a line stands in the index under two digests, the line's and that of what it was annotated
with, so that the articles a new glossary may change are found without their lines.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import re
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from app.content.store import Content, Manuscript
from app.document import check, from_json, knowledge_from_json, knowledge_to_json, to_json
from app.errors import ContentError, MeipiError, MissingExtra, NotFound
from app.importers import read as read_file
from app.index.packed import Packed, day_of, pack
from app.model import (
    ARTICLE_ID,
    ArticleId,
    Block,
    BlockId,
    Document,
    Header,
    Knowledge,
    Lang,
    Piece,
)
from app.text import VERSION
from app.text.annotator import Annotator
from app.text.paragraphs import Alignment, Ledger, align, drafted
from app.text.reflow import reflow

# Articles in a parcel: enough to forget the cost of sending it, few enough to lose little when killed.
PARCEL = 50
# The same where somebody waits for the answers; a file, which may be a book, goes alone.
_FEW = 4
# Parcels under way for each process.
_AHEAD = 3
# Instead of a digest: the line was a whole document, and no glossary changes it.
KEPT = "kept"

# What is made of an article: rows for the index, or its document as a line of JSON.
Form = Literal["rows", "lines"]


@dataclass(frozen=True, slots=True)
class Job:
    """An article to be annotated.

    Attributes:
        id: its id, as far as it is known.
        where: file and line, for messages.
        source: where it comes from, as the index has it; "" is content/.
        digest: of all it is made from; known when it comes from a line of JSON.
        root: folder of content/ to read it from, when there is nothing of what follows.
        saved: the last revision of it that the index knows, for a job with a root.
        line: of JSON; where there is a `file`, that file's bytes.
        document: annotated before, with another knowledge; only its text counts.
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
class DocumentLine:
    """A document as a line of JSON without its end; or, where `fault` says why, a line that tells of it."""

    line: bytes
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that was set aside; `fault` is the finding where content/ is at fault, else words."""

    job: Job
    fault: ContentError | str


@dataclass(frozen=True, slots=True)
class Done:
    """A parcel that came back: rows, or answers in the order of the jobs; and what was set aside."""

    packed: tuple[Packed, ...]
    failures: tuple[Failure, ...]
    size: int
    answers: tuple[DocumentLine, ...] = ()


class Workers(Protocol):
    """Where parcels go."""

    count: int

    def start(self) -> Executor:
        """An executor to send parcels to; asked again when the last one broke."""

    def stop(self) -> None:
        """End what was started."""


def _cores() -> int:
    """Cores that this process may use; all of the machine where the system does not tell."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Processes:
    """A pool of processes on this machine."""

    def __init__(self, count: int = 0) -> None:
        self.count = count or _cores()
        self._pool: ProcessPoolExecutor | None = None

    def start(self) -> Executor:
        """A new pool; each process loads its dictionary once."""
        self.stop()
        # Spawned, not forked: the parent has database connections and threads, which a copy would spoil.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(self.count, mp_context=context, initializer=_end_with_parent)
        return self._pool

    def stop(self) -> None:
        """End the pool."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


class Cluster:
    """A Dask cluster, whose workers have Meipi installed.

    Args:
        address: of the scheduler, tcp://host:8786. What goes over it is neither secret nor checked: keep it
            to a private network, or use TLS.
        timeout: seconds to wait for its answer.

    Raises:
        MissingExtra: dask is not installed.
    """

    _client: Any

    def __init__(self, address: str, *, timeout: float = 20) -> None:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise MissingExtra("--scheduler", "dask") from error
        try:
            self._client = Client(address, timeout=timeout)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise MeipiError(f"--scheduler {address}: no scheduler answers: {error}") from error
        self.count = max(1, sum(self._client.nthreads().values()))

    def start(self) -> Executor:
        """The cluster as an executor."""
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def stop(self) -> None:
        """Leave the cluster; it goes on for others."""
        self._client.close()


def annotate_all(
    jobs: Iterable[Job],
    knowledge: Knowledge,
    *,
    workers: Workers | None = None,
    cache: Path | None = None,
    annotator: Annotator | None = None,
    form: Form = "rows",
) -> Iterator[Done]:
    """Annotate articles, in parcels, in order.

    Args:
        jobs: taken as they are needed.
        knowledge: glossary and people.
        workers: where; None: here, one after the other.
        cache: private folder for the segmenter, where the workers share this machine's files.
        annotator: to be used here, where there are no workers.
        form: what is made of them.
    """
    if workers is None:
        here = annotator or Annotator(knowledge, cache=cache)
        # Who asks may wait for each answer before the next question.
        for parcel in _parcels(jobs, 1 if form == "lines" else PARCEL):
            yield _work_with(here, parcel, form)
        return
    sent = zlib.compress(json.dumps(knowledge_to_json(knowledge)).encode("utf-8", "surrogatepass"))
    task = _Task(sent, str(cache) if cache else "", form)
    executor = workers.start()
    under_way: deque[tuple[Future[Done], list[Job]]] = deque()
    waiting, parcel = _parcels(jobs, _FEW if form == "lines" else PARCEL), list[Job]()
    try:
        while True:
            oldest: list[Job] = []
            try:
                while len(under_way) < workers.count * _AHEAD and (parcel := parcel or next(waiting, [])):
                    under_way.append((executor.submit(_work, task, parcel), parcel))
                    parcel = []
                if not under_way:
                    return
                future, oldest = under_way.popleft()
                yield future.result()
            except BrokenExecutor:
                # A process ended, and nobody knows over which article: all under way go one by one.
                suspects = [*oldest, *(job for _, one in under_way for job in one)]
                under_way.clear()
                executor = workers.start()
                for job in suspects:
                    executor, done = _alone(workers, executor, task, job)
                    yield done
            except (OSError, CancelledError) as error:
                raise _gone(error) from error
            except Exception:
                # One article spoilt its parcel in a way that nobody foresaw.
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
    """Documents as lines of JSON, one for each job, in order; nothing goes into an index.

    A job is a line {"id", "text"} or {"id", "paragraphs"}, whose id may be anything, or a file; the rest is
    as in `annotate_all`.
    """
    for done in annotate_all(
        jobs, knowledge, workers=workers, cache=cache, annotator=annotator, form="lines"
    ):
        yield from done.answers
        for f in done.failures:  # it ended its process, and nobody else answers for it
            id: Any = f.job.id
            with suppress(ValueError, RecursionError, AttributeError):
                id = id or _record(f.job.line or b"").get("id")
            yield DocumentLine(_line({"id": id, "error": str(f.fault)}), str(f.fault))


def _alone(workers: Workers, executor: Executor, task: _Task, job: Job) -> tuple[Executor, Done]:
    """One article in a parcel of its own; one that ends its process is set aside."""
    problem = "it ends the process it is annotated in"
    for _ in range(2):  # the first time the executor may be broken already
        try:
            return executor, executor.submit(_work, task, [job]).result()
        except BrokenExecutor:
            executor = workers.start()
        except (OSError, CancelledError) as error:
            raise _gone(error) from error
        except Exception as error:
            problem = f"it cannot be annotated: {type(error).__name__} {error}"
            break
    return executor, Done((), (Failure(job, problem),), 1)


def _gone(error: Exception) -> MeipiError:
    return MeipiError(f"the workers are gone: {error}; start again, what is done is kept")


def _parcels(jobs: Iterable[Job], size: int = PARCEL) -> Iterator[list[Job]]:
    parcel: list[Job] = []
    for job in jobs:
        parcel.append(job)
        if len(parcel) == size or job.file:
            yield parcel
            parcel = []
    if parcel:
        yield parcel


# -- in the worker


def _end_with_parent() -> None:
    """A pool's process waits for work for ever, even when the one that would send it was killed."""

    def watch() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@dataclass(frozen=True, slots=True)
class _Task:
    """What all parcels share: the knowledge, compressed, the segmenter's folder, and what is to be made."""

    knowledge: bytes
    cache: str
    form: Form


@lru_cache(maxsize=1)
def _annotator(task: _Task) -> Annotator:
    """Built once a process, anew for other knowledge."""
    knowledge = knowledge_from_json(json.loads(zlib.decompress(task.knowledge)))
    return Annotator(knowledge, cache=Path(task.cache) if task.cache else None)


def _work(task: _Task, parcel: list[Job]) -> Done:
    return _work_with(_annotator(task), parcel, task.form)


def _work_with(annotator: Annotator, parcel: Sequence[Job], form: Form) -> Done:
    if form == "lines":
        return Done((), (), len(parcel), tuple(_answer(annotator, job) for job in parcel))
    packed, failures = list[Packed](), list[Failure]()
    for job in parcel:
        try:
            packed.append(_packed(annotator, job))
        except ContentError as error:
            failures.append(Failure(job, error))
        except NotFound:
            continue  # deleted since it was listed; the next refresh forgets it
        except Exception as error:
            failures.append(Failure(job, str(error) or type(error).__name__))
    return Done(tuple(packed), tuple(failures), len(parcel))


def _packed(annotator: Annotator, job: Job) -> Packed:
    if job.line is not None:
        return pack(read_line(annotator, job.line), job.digest, job.source)
    if (old := job.document) is not None:
        document = annotator.annotate(old.header, old.revision, old.blocks, saved_at=old.saved_at)
        return pack(document, job.digest, job.source)
    manuscript = job.manuscript or Content(Path(job.root)).article(ArticleId(job.id), saved=job.saved)
    document, ledger = annotated(annotator, manuscript)
    return pack(document, digest(manuscript.digest, job.digest), job.source, ledger=ledger)


def annotated(annotator: Annotator, manuscript: Manuscript) -> tuple[Document, Ledger]:
    """The document of an article of content/ and its ledger, unsaved edits included in both."""
    ledger, alignment = drafted(manuscript.ledger, manuscript.pieces)
    last = manuscript.ledger.revisions[-1] if manuscript.ledger.revisions else None
    document = annotator.annotate(
        manuscript.header,
        last.n if last else 0,
        blocks_of(alignment),
        corrections=manuscript.corrections,
        draft=ledger is not manuscript.ledger,
        saved_at=last.saved_at if last else "",
    )
    return document, ledger


def blocks_of(alignment: Alignment) -> tuple[Block, ...]:
    """The blocks of an aligned text."""
    return tuple(Block(BlockId(p.id), n, p.kind, p.text, p.level) for n, p in enumerate(alignment.places, 1))


def digest(content: str, knowledge: str) -> str:
    """Of all that a document is made from: the file's digest, the knowledge's, and the program's version."""
    return hashlib.sha256(f"{VERSION}\0{content}\0{knowledge}".encode()).hexdigest()


def made_with(knowledge: str) -> str:
    """What a line of JSON was annotated with, as a digest: the program's version and the knowledge."""
    return digest("", knowledge)[:16]


def digest_of_line(line: bytes, knowledge: str) -> str:
    """Of a line of JSON: its own digest, and that of what it is annotated with."""
    kept = False
    if b'"blocks"' in line:  # most are not, and need not be read for this
        with suppress(ValueError, RecursionError, TypeError):
            kept = _is_whole(_record(line))
    return f"{hashlib.sha256(line.strip()).hexdigest()[:40]}.{KEPT if kept else made_with(knowledge)}"


def stale(digest: str, knowledge: str) -> str:
    """The digest that an article of a line will have when it is annotated anew; "" if it need not be."""
    line, _, made = digest.partition(".")
    now = made_with(knowledge)
    # Digests of earlier versions do not say whether the line was a whole document.
    return f"{line}.{now}" if made not in ("", KEPT, now) else ""


_HALVES = re.compile(rb"\xed[\xa0-\xbf]|\\u[dD][89a-fA-F]")


def _record(line: bytes) -> Any:
    """A line's value.

    A lone half of a character is one; but two halves that meet are a character, as in any other JSON.
    """
    record = json.loads(line.decode("utf-8", "surrogatepass"))
    if _HALVES.search(line):
        record = json.loads(json.dumps(record))
    return record


def _is_whole(record: dict[str, Any]) -> bool:
    return "blocks" in record and ("quotations" in record or "occurrences" in record)


def _line(value: dict[str, Any]) -> bytes:
    # A lone surrogate has no UTF-8; its escape is JSON for the same character.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _answer(annotator: Annotator, job: Job) -> DocumentLine:
    id: Any = job.id or None
    try:
        if job.file:
            imported = read_file(job.file, job.line or b"")
            read = imported.pieces if imported.pieces is not None else reflow(imported.text).pieces
            return DocumentLine(_line(to_json(_text_of(annotator, job.id, imported.title, read))))
        record = _record(job.line or b"")
        if not isinstance(record, dict):
            raise ValueError("not a JSON object")
        id = record.get("id")
        pieces: Sequence[Piece]
        if "paragraphs" in record:
            pieces = _paragraphs(record["paragraphs"])
        elif isinstance(text := record.get("text"), str):
            pieces = reflow(text).pieces
        else:
            raise ValueError("text: missing or no text")
        title = str(record.get("title") or "")
        document = _text_of(annotator, "" if id is None else str(id), title, pieces)
        return DocumentLine(_line(to_json(document) | {"id": id}))  # as it came: a number stays a number
    except (ValueError, KeyError, TypeError, RecursionError, OSError, MeipiError) as error:
        problem = str(error) or type(error).__name__
        return DocumentLine(_line({"id": id, "error": problem}), problem)


def _text_of(annotator: Annotator, id: str, title: str, pieces: Sequence[Piece]) -> Document:
    article = ArticleId(id)
    return annotator.annotate(Header(article, title or id), 0, blocks_of(align(Ledger(article), pieces)))


def _paragraphs(paragraphs: Any) -> Sequence[Piece]:
    if not isinstance(paragraphs, list) or not all(isinstance(p, str) for p in paragraphs):
        raise ValueError("paragraphs: not a list of texts")
    return [Piece("paragraph", p) for p in paragraphs]


def read_line(annotator: Annotator, line: bytes) -> Document:
    """A line of JSON as a document.

    Raises:
        ValueError, KeyError, TypeError: it is none; the message says what is wrong.
    """
    record = _record(line)
    if not isinstance(record, dict):
        raise ValueError("no JSON object")
    id = ArticleId(str(record.get("id") or ""))
    if not ARTICLE_ID.fullmatch(id):
        raise ValueError(f"{id!r} is no article id; use a–z, 0–9 and hyphens, at most 64")
    if "blocks" in record:
        return _document(annotator, record)
    header = _header(id, record)
    if "paragraphs" in record:
        pieces = _paragraphs(record["paragraphs"])
    elif isinstance(record.get("text"), str):
        pieces = reflow(record["text"]).pieces
    else:
        raise ValueError("neither text, paragraphs nor blocks")
    if not pieces:
        raise ValueError("it holds no text")
    if not header.title:
        title = next((p.text for p in pieces if p.kind == "heading"), pieces[0].text)
        header = replace(
            header, title=re.split(r"[，。；：？！,;:?!]", title, maxsplit=1)[0][:30], supplied=True
        )
    return annotator.annotate(header, 0, blocks_of(align(Ledger(id), pieces)))


def _document(annotator: Annotator, record: dict[str, Any]) -> Document:
    """A whole document: kept as it is, annotated where it was not, its words found where they are missing."""
    try:
        document = from_json({"title": record["id"], **record})
    except ValueError as error:
        raise ValueError(f"no article document: {error}") from error
    check(document)
    _dated(document.header.date)
    if document.saved_at and not day_of(document.saved_at[:10]):
        raise ValueError(f"saved_at {document.saved_at[:40]!r} is not ISO 8601")
    if not document.header.url.startswith(("http://", "https://")):
        document = replace(document, header=replace(document.header, url=""))
    if not _is_whole(record):
        return annotator.annotate(
            document.header, document.revision, document.blocks, saved_at=document.saved_at
        )
    if document.cuts:
        return document
    ends = annotator.segmenter.ends
    return replace(
        document,
        cuts=tuple(ends(b.text) for b in document.blocks),
        title_cuts=document.title_cuts or ends(document.header.title),
    )


def _header(id: ArticleId, record: dict[str, Any]) -> Header:
    def words(name: str) -> str:
        value = record.get(name)
        return "" if value is None else str(value)

    lang = words("lang")
    return Header(
        id=id,
        title=words("title"),
        date=_dated(words("date")),
        publication=words("publication"),
        author=words("author"),
        url=words("url") if words("url").startswith(("http://", "https://")) else "",
        lang=lang if lang in get_args(Lang) else "zh-Hans",
    )


def _dated(date: str) -> str:
    if date and not day_of(date):
        raise ValueError(f"date {date!r} is not ISO 8601; write 2024-03-05")
    return date


def lines_of(
    paths: Sequence[Path], *, told: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[str, bytes]]:
    """The lines of files one after the other, each with file and number; blank ones are left out.

    Args:
        paths: files; `-` is standard input.
        told: is told how many bytes each line was, for progress.
    """
    for path in paths:
        stream = os.fdopen(0, "rb", closefd=False) if str(path) == "-" else path.open("rb")
        with stream:
            for n, line in enumerate(stream, 1):
                told(len(line))
                if line.strip():
                    yield f"{path}:{n}", line
