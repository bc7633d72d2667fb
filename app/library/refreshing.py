"""Keeps the index up to date with content/ and with lines of JSON: annotates new and changed articles."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from itertools import chain, islice
from pathlib import Path
from time import monotonic
from typing import Concatenate, ParamSpec, TypeVar

from app.content import Finding
from app.content.snapshot import look, place
from app.content.store import Content, Manuscript
from app.errors import ContentError, ContentMissing, IndexDamaged, NotFound
from app.i18n import message_of, worded
from app.index import Index
from app.index.packed import Packed, pack
from app.library.annotating import annotated, digest
from app.library.batches import BATCH_SIZE, Failure, Job, annotate_all, annotate_lines
from app.library.jsonl import DocumentLine, digest_of_line, lines_of, stale
from app.library.reading import Reading
from app.library.workers import Processes, Workers
from app.model import ArticleId, Document, Knowledge
from app.text.annotator import Annotator

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
# Called with how many are done, how many there are (0: unknown), and the id of the last one.
Progress = Callable[[int, int, str], None]

# Annotated articles are written after this many seconds or articles; a crash loses no more than that.
_WRITE_AFTER, _WRITE_MAX = 1.0, 1000
# A patient refresh removes an article that has been missing for this many seconds.
GONE_AFTER = 1.0
# The index's mark when it is complete but the next start has to check the files again.
UNSETTLED = "unsettled"
# Seconds after a change of a file during which a second change may leave the same time: clocks are coarse.
SETTLED_AFTER = 2.5
# The source, in the index, of articles that came as lines of JSON.
_LINES = "jsonl"
# The end of the index's digest of glossary and people if some of their files are faulty.
_FAULTY = " faulty"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did.

    Attributes:
        again: seconds after which to refresh again even if nothing changes, 0 if that is not needed:
            something is missing that may come back, or a file changed just before it was read.
    """

    annotated: tuple[ArticleId, ...] = ()
    removed: tuple[ArticleId, ...] = ()
    findings: tuple[Finding, ...] = ()
    again: float = 0.0

    @property
    def changed(self) -> bool:
        """Whether any page may look different now."""
        return bool(self.annotated or self.removed)


@dataclass(frozen=True, slots=True)
class IndexedLines:
    """A result for some lines of JSON: how many are new in the index, and how many it had already."""

    new: int
    known: int
    findings: tuple[Finding, ...]


def mended(method: Callable[Concatenate[Refreshing, P], T]) -> Callable[Concatenate[Refreshing, P], T]:
    """Decorator: if the index turns out to be damaged, mend it and call the method again."""

    @wraps(method)
    def tried_again(self: Refreshing, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except IndexDamaged:
            self.index.mend()
            return method(self, *args, **kwargs)

    return tried_again


class Refreshing(Reading):
    """A library whose index follows its files.

    Args:
        content: the files.
        index: holds the annotated articles.
        cache: private folder for the segmenter.
    """

    content: Content

    def __init__(self, content: Content, index: Index, *, cache: Path | None = None) -> None:
        super().__init__(content, index)
        self._cache = cache
        self._reported: frozenset[Finding] = frozenset()
        self._knowledge_faults: tuple[str, tuple[Finding, ...]] = "", ()
        # The articles missing from content/, and since when.
        self._gone: tuple[list[ArticleId], float] = ([], 0.0)
        self._annotator: tuple[str, Annotator] | None = None

    @mended
    def refresh(
        self, *, workers: Workers | None = None, progress: Progress | None = None, patient: bool = False
    ) -> Refreshed:
        """Bring the index up to date with content/: annotate new and changed articles, remove missing ones.

        A file that cannot be read stops nothing: its last good document stays, and the fault is returned.

        Args:
            workers: where to annotate if there are many articles; None for this process.
            progress: called after every batch.
            patient: remove articles only when they have been missing for `GONE_AFTER` seconds; call again
                until `again` is 0. For a site whose folder others replace while it runs.

        Raises:
            ContentMissing: content/ or its articles are missing as a whole, or are being replaced.
        """
        findings: list[Finding] = []
        seen, here = look(self.content.root), self._folders()
        known = self.index.digests()
        if known and None in here:
            raise self._missing()
        before = self.index.knowledge_digest().removesuffix(_FAULTY)
        key = self._put_knowledge(findings)
        self._put_series(findings)
        files, unreadable = self._digests(findings, known)
        wanted = {id: digest(file, key) for id, file in files.items()}
        if self._folders() != here:
            raise self._missing()
        gone = [id for id in known if id not in wanted and id not in unreadable]
        waiting = patient and not self._stays_missing(gone)
        if waiting:
            gone = []
        changed = [id for id, made in wanted.items() if known.get(id) != made]
        # Edited articles come first: readers wait for them, and a changed entry concerns all articles.
        edited = [id for id in changed if known.get(id) != digest(files[id], before)]
        others = sorted(set(changed) - set(edited))
        done = list[ArticleId]()
        for ids in (edited, others):
            done += self._annotate_files(ids, key, findings, known, workers, progress)
        # Last: the old id of a renamed article goes only when the new one is there to lead to.
        for id in gone:
            self.index.remove(id)
        if done or gone:
            log.info("indexed articles=%d removed=%d findings=%d", len(done), len(gone), len(findings))
        self._report(findings)
        again = GONE_AFTER if waiting else 0.0 if seen.settled else SETTLED_AFTER
        self.index.finish(UNSETTLED if again or findings else seen.stamp)
        return Refreshed(tuple(done), tuple(gone), tuple(findings), again)

    def _annotate_files(
        self,
        ids: Sequence[ArticleId],
        key: str,
        findings: list[Finding],
        known: Mapping[ArticleId, str],
        workers: Workers | None,
        progress: Progress | None,
    ) -> list[ArticleId]:
        """Annotate articles of content/ into the index; returns those that went in."""
        done: list[ArticleId] = []
        if not ids:
            return done
        root = str(self.content.root.resolve())
        # Processes of this machine read the files themselves; a cluster does not have them.
        if isinstance(workers, Processes) and len(ids) < BATCH_SIZE:
            workers = None
        jobs = (
            (Job(id, self._path(id), digest=key, root=root, saved=self._saved(id)) for id in ids)
            if isinstance(workers, Processes)
            else self._manuscripts(ids, key, findings, known)
        )
        for packed, failures in self._annotate_all(jobs, key, workers, progress, len(ids)):
            done += (ArticleId(p.id) for p in packed)
            findings += (_failure(f, kept=f.job.id in known) for f in failures)
        return done

    def _report(self, findings: Sequence[Finding]) -> None:
        """Log each fault once, when it appears."""
        before, self._reported = self._reported, frozenset(findings)
        for finding in findings:
            if finding not in before:
                log.warning("%s", finding)

    @mended
    def refresh_one(self, id: ArticleId) -> None:
        """Bring one article into an index that is up to date otherwise; refresh all if it is not.

        Raises:
            NotFound, ContentError: as `Content.article`.
        """
        key = self.content.entries.digest()
        if not self.index.finished() or self.index.knowledge_digest() != key:
            self.refresh()
            return
        manuscript = self._manuscript(id)
        document, ledger = annotated(self.annotator(key), manuscript)
        self.index.put_all([pack(document, digest(manuscript.digest, key), ledger=ledger)])
        self.index.finish(UNSETTLED)

    def _folders(self) -> tuple[object, object]:
        """The identity of content/ and of content/articles; None for a missing folder."""
        return place(self.content.root), place(self.content.root / "articles")

    def _missing(self) -> ContentMissing:
        """The error for a missing folder. It may be replaced just now; its articles are not deleted."""
        root, remedy = self.content.root, worded("put it back; to empty the library, leave an empty folder")
        for folder in (root, root / "articles"):
            if not folder.is_dir():
                return ContentMissing(str(folder), 0, "C04", "the folder is missing", remedy)
        return ContentMissing(str(root), 0, "C04", "the folder is being replaced", "wait, and try again")

    def _digests(
        self, findings: list[Finding], known: Mapping[ArticleId, str]
    ) -> tuple[dict[ArticleId, str], set[ArticleId]]:
        """The digest of the files of every article, and the articles that cannot be read."""
        found, unread = dict[ArticleId, str](), set[ArticleId]()
        for id in self.content.articles():
            try:
                found[id] = self.content.digest(id)
            except NotFound:  # deleted since it was listed
                continue
            except Exception as error:
                unread.add(id)
                findings.append(_finding(error, self._path(id), kept=id in known))
        return found, unread

    def _stays_missing(self, gone: list[ArticleId]) -> bool:
        """Whether the same articles have been missing for a while; a folder may be half copied."""
        if gone != self._gone[0]:
            self._gone = gone, monotonic()
        return not gone or monotonic() - self._gone[1] >= GONE_AFTER

    def take_lines(
        self, paths: Sequence[Path], *, workers: Workers | None = None, progress: Progress | None = None
    ) -> Iterator[IndexedLines]:
        """Put articles from files of JSON lines into the index; see `app.library.jsonl`.

        They exist in the index alone; a refresh of content/ does not touch them. Lines that are in the index
        are skipped, so a run that was killed continues where it stopped.

        Args:
            paths: the files; `-` is standard input.
            workers: where to annotate; None for this process.
            progress: called with bytes read, bytes in all, and the last article's id.

        Yields:
            Results for some of the lines, which are in the index by then.
        """
        key = self._put_knowledge([])
        read, size = 0, sum(p.stat().st_size for p in paths if p.is_file())
        passed, refused = 0, list[Finding]()

        def told(bytes_read: int) -> None:
            nonlocal read
            read += bytes_read

        def jobs() -> Iterator[Job]:
            nonlocal passed
            lines = lines_of(paths, told=told)
            while some := list(islice(lines, 4 * BATCH_SIZE)):
                made = [_job(where, line, key) for where, line in some]
                held = self.index.held([ArticleId(j.id) for j in made])
                for job in made:
                    here = held.get(ArticleId(job.id))
                    if here is not None and here.source != _LINES:
                        problem = worded("article %(id)s is in content/ already", id=job.id)
                        refused.append(_line_fault(job.where, problem, "give the line another id"))
                    elif here is not None and here.digest == job.digest:
                        passed += 1
                    else:
                        yield job

        for packed, failures in self._annotate_all(jobs(), key, workers, None, 0):
            faults = [_line_fault(f.job.where, f.problem, "mend the line") for f in failures]
            yield IndexedLines(len(packed), passed, (*refused, *faults))
            passed = 0
            refused.clear()
            if progress:
                progress(read, size, packed[-1].id if packed else "")
        if passed or refused:
            yield IndexedLines(0, passed, tuple(refused))

    def renew_lines(
        self, *, workers: Workers | None = None, progress: Progress | None = None
    ) -> Iterator[IndexedLines]:
        """Annotate again the articles of JSON lines that an older glossary or program annotated.

        Their texts come from the index, so the files of lines are not needed. Whole documents stay as they
        are. A run that was killed continues where it stopped.

        Args:
            workers: where to annotate if there are many articles; None for this process.
            progress: called with articles seen, articles in all, and the last one's id.

        Yields:
            Results for some of the articles.
        """
        key = self._put_knowledge([])
        looked, total = 0, self.index.count()

        def jobs() -> Iterator[Job]:
            nonlocal looked
            after = ""
            while some := self.index.digests(source=_LINES, limit=20 * BATCH_SIZE, after=after):
                for after, old in some.items():
                    looked += 1
                    if (new := stale(old, key)) and (document := self.index.document(ArticleId(after))):
                        bare = Document(
                            document.header, document.revision, document.blocks, saved_at=document.saved_at
                        )
                        yield Job(after, f"{_LINES}:{after}", _LINES, new, document=bare)

        todo = jobs()
        if not (first := list(islice(todo, BATCH_SIZE))):
            return
        far = workers if len(first) == BATCH_SIZE else None
        for packed, failures in self._annotate_all(chain(first, todo), key, far, None, 0):
            remedy = worded("import its line again")
            faults = [Finding(f.job.where, 0, "A13", f.problem, remedy) for f in failures]
            yield IndexedLines(len(packed), 0, tuple(faults))
            if progress:
                progress(looked, total, packed[-1].id if packed else "")

    def _put_knowledge(self, findings: list[Finding]) -> str:
        """Put glossary and people into the index if they changed; returns their digest.

        Earlier entries of a faulty file stay. The index notes that there are faults, so that another process
        reads the files again and reports them.
        """
        here = self._folders()
        key = self.content.entries.digest()
        held = self.index.knowledge_digest()
        told, faults = self._knowledge_faults
        if held.removesuffix(_FAULTY) != key or (held != key and told != key):
            try:
                knowledge, faults = self.usable_knowledge()
            except Exception as error:
                findings.append(_finding(error, str(self.content.root / "glossary"), kept=True))
                return held.removesuffix(_FAULTY) or key
            if self._folders() != here:
                raise self._missing()
            put = key + _FAULTY if faults else key
            if put != held:
                self.index.put_knowledge(knowledge, put, self.content.entries.fingerprints())
        elif held == key:
            faults = ()
        self._knowledge_faults = key, faults
        findings += faults
        return key

    def _put_series(self, findings: list[Finding]) -> None:
        """Put the counts of content/counts into the index if they changed; faulty files are read again."""
        key, held = self.content.series.digest(), self.index.series_digest()
        if held == key:
            return
        series, faults = self.content.series.usable(self.index.series())
        put = key + _FAULTY if faults else key
        if put != held:
            self.index.put_series(series, put)
        findings += faults

    def _manuscripts(
        self, ids: Sequence[ArticleId], key: str, findings: list[Finding], known: Mapping[ArticleId, str]
    ) -> Iterator[Job]:
        for id in ids:
            try:
                manuscript = self._manuscript(id)
            except NotFound:
                continue
            except Exception as error:
                findings.append(_finding(error, self._path(id), kept=id in known))
            else:
                yield Job(id, self._path(id), digest=key, manuscript=manuscript)

    def _manuscript(self, id: ArticleId) -> Manuscript:
        """An article as its files have it.

        Raises:
            NotFound, ContentError: as `Content.article`, with the last revision that the index knows.
        """
        return self.content.article(id, saved=self._saved(id))

    def _saved(self, id: ArticleId) -> int:
        """The last saved revision of an article that the index knows."""
        return self.index.revisions([id]).get(id, 0)

    def _path(self, id: ArticleId) -> str:
        return str(self.content.root / "articles" / id / "article.md")

    def _annotate_all(
        self,
        jobs: Iterable[Job],
        key: str,
        workers: Workers | None,
        progress: Progress | None,
        total: int,
    ) -> Iterator[tuple[Sequence[Packed], Sequence[Failure]]]:
        """Annotate and put into the index, writing about once a second."""
        packed, failures, n = list[Packed](), list[Failure](), 0
        begun = monotonic()
        annotator = self.annotator(key) if workers is None else None
        knowledge = self.knowledge() if workers is not None else Knowledge()
        for done in annotate_all(jobs, knowledge, workers=workers, cache=self._cache, annotator=annotator):
            packed += done.packed
            failures += done.failures
            n += done.size
            if progress:
                progress(min(n, total) if total else n, total, done.packed[-1].id if done.packed else "")
            if monotonic() - begun > _WRITE_AFTER or len(packed) > _WRITE_MAX:
                self.index.put_all(packed)
                yield packed, failures
                packed, failures, begun = [], [], monotonic()
        if packed or failures:
            self.index.put_all(packed)
            yield packed, failures
        if n > 10 * BATCH_SIZE:
            self.index.tidy()

    def annotator(self, key: str = "") -> Annotator:
        """The annotator for the current glossary and people, whose digest is `key`."""
        key = key or self.content.entries.digest()
        if self._annotator is None or self._annotator[0] != key:
            self._annotator = key, Annotator(self._current_knowledge(key), cache=self._cache)
        return self._annotator[1]

    def present_knowledge(self) -> Knowledge:
        """Glossary and people as the files have them now; quick if the index has the same."""
        return self._current_knowledge(self.content.entries.digest())

    def _current_knowledge(self, key: str) -> Knowledge:
        """Glossary and people of the files, from the index if it has the same."""
        if self.index.knowledge_digest().removesuffix(_FAULTY) == key:
            return self.knowledge()
        return self.usable_knowledge()[0]

    def usable_knowledge(self) -> tuple[Knowledge, tuple[Finding, ...]]:
        """The faultless entries of glossary and people, and the faults of the others.

        Only files that have changed since they went into the index are parsed.
        """
        last = self.knowledge()
        self.content.entries.remember(last, self.index.fingerprints())
        return self.content.usable_knowledge(last)

    def answers(self, jobs: Iterable[Job], *, workers: Workers | None = None) -> Iterator[DocumentLine]:
        """Documents of texts that are not in the library; see `app.library.batches.annotate_lines`."""
        key = self.content.entries.digest()
        if workers is None:
            return annotate_lines(jobs, Knowledge(), annotator=self.annotator(key))
        return annotate_lines(jobs, self._current_knowledge(key), workers=workers, cache=self._cache)


def _finding(error: Exception, path: str = "", *, kept: bool) -> Finding:
    """The finding for any error that a file caused.

    Args:
        error: the error.
        path: of the file or its folder, unless the error has one.
        kept: the index still has the last good state.
    """
    if isinstance(error, ContentError):
        found = Finding.of(error)
    else:
        log.debug("cannot be used: %s", path, exc_info=error)
        problem = worded(
            "the file cannot be used: %(kind)s: %(error)s", kind=type(error).__name__, error=message_of(error)
        )
        found = Finding(
            path, 0, "C03", problem, "mend the file, or report the error with the program's version"
        )
    return found.kept() if kept else found


def _job(where: str, line: bytes, key: str) -> Job:
    """A line as a job. Here an unreadable id is ignored; annotating the line reports it."""
    id = ""
    with suppress(ValueError, RecursionError, AttributeError):
        id = str(json.loads(line.decode("utf-8", "surrogatepass")).get("id") or "")
    return Job(id, where, _LINES, digest_of_line(line, key), line=line)


def _line_fault(where: str, problem: str, remedy: str) -> Finding:
    path, _, n = where.rpartition(":")
    return Finding(path, int(n), "F03", problem, remedy)


def _failure(failure: Failure, *, kept: bool) -> Finding:
    """The finding for an article of content/ that could not be annotated."""
    fault = failure.fault
    if not isinstance(fault, ContentError):
        remedy = worded("mend the text, or remove it and report it")
        fault = ContentError(failure.job.where, 0, "A13", fault, remedy)
    return _finding(fault, kept=kept)
