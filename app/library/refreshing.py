"""Keeps the index up to date with content/ and with lines of JSON: annotates new and changed articles."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from itertools import chain, islice
from math import inf
from pathlib import Path
from time import monotonic
from typing import Concatenate, ParamSpec, TypeVar

from app.content import Finding
from app.content.snapshot import look
from app.content.store import Content, Manuscript
from app.errors import ContentError, IndexDamaged, NotFound
from app.i18n import worded
from app.index import Index
from app.index.packed import pack
from app.library.annotating import annotated, digest
from app.library.batches import BATCH_SIZE, Failure, Job
from app.library.jsonl import digest_of_line, lines_of, parse_line, stale
from app.library.knowing import FAULTY, Knowing, Progress, finding_of
from app.library.workers import Processes, Workers
from app.model import ArticleId, Document, Knowledge
from app.text.annotator import Annotator, needed

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

# A patient refresh removes an article that has been missing for this many seconds.
GONE_AFTER = 1.0
# The index's mark when it is complete but the next start has to check the files again.
UNSETTLED = "unsettled"
# Seconds after a change of a file during which a second change may leave the same time: clocks are coarse.
SETTLED_AFTER = 2.5
# The source, in the index, of articles that came as lines of JSON.
_LINES = "jsonl"
# A refresh in turns stops after this many seconds, or after this many times the time of looking at the files.
_TURN_SECONDS, _TURN_LOOKS = 0.3, 3
# Articles annotated between two looks at the clock.
_TURN_SIZE = 8
# Earlier states of the glossary that some articles may still have. Above it the oldest is forgotten, and its
# articles are annotated as if they were edited.
_MOST_STATES = 8


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did.

    Attributes:
        again: seconds after which to refresh again even if nothing changes, 0 if that is not needed:
            something is missing that may come back, or a file changed just before it was read.
        left: articles that a change of the glossary may concern and that have their old annotations yet.
    """

    annotated: tuple[ArticleId, ...] = ()
    removed: tuple[ArticleId, ...] = ()
    findings: tuple[Finding, ...] = ()
    again: float = 0.0
    left: int = 0

    @property
    def changed(self) -> bool:
        """Whether articles came, went or have other annotations now."""
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


@dataclass(frozen=True, slots=True)
class _Look:
    """What a refresh has found in the files.

    Attributes:
        key: the digest of glossary and people.
        files: the digests of the files of each article.
        known: the digests that the index has.
        wanted: the digests that it should have.
        findings: the faults; more are added.
        workers, progress: see `Refreshing.refresh`.
    """

    key: str
    files: Mapping[ArticleId, str]
    known: Mapping[ArticleId, str]
    wanted: Mapping[ArticleId, str]
    findings: list[Finding]
    workers: Workers | None
    progress: Progress | None


class Refreshing(Knowing):
    """A library whose index follows its files."""

    def __init__(self, content: Content, index: Index, *, cache: Path | None = None) -> None:
        super().__init__(content, index, cache=cache)
        self._reported: frozenset[Finding] = frozenset()
        # The articles missing from content/, and since when.
        self._gone: tuple[list[ArticleId], float] = ([], 0.0)
        # The states of the glossary, by digest, that articles of the index may have been annotated with.
        self._states: dict[str, Knowledge] = {}
        # Wanted digests of articles that could not be annotated again.
        self._failed: set[str] = set()

    @mended
    def refresh(
        self,
        *,
        workers: Workers | None = None,
        progress: Progress | None = None,
        patient: bool = False,
        in_turns: bool = False,
    ) -> Refreshed:
        """Bring the index up to date with content/: annotate new and changed articles, remove missing ones.

        A file that cannot be read stops nothing: its last good document stays, and the fault is returned.

        Args:
            workers: where to annotate if there are many articles; None for this process.
            progress: called after every batch.
            patient: remove articles only when they have been missing for `GONE_AFTER` seconds; call again
                until `again` is 0. For a site whose folder others replace while it runs.
            in_turns: return soon after all edited articles are in the index. Call again until `left` is 0:
                each call looks at the files anew, so that later edits come first.

        Raises:
            ContentMissing: content/ or its articles are missing as a whole, or are being replaced.
        """
        began = monotonic()
        findings: list[Finding] = []
        seen, here = look(self.content.root), self._folders()
        known = self.index.digests()
        if known and None in here:
            raise self._missing()
        before, state = self.held_knowledge()
        key = self._put_knowledge(findings)
        # The state of a faulty file depends on earlier ones: no article may keep its digest for a later turn.
        in_turns = in_turns and not findings and not before.endswith(FAULTY)
        self._remember(before.removesuffix(FAULTY), state, key)
        self._put_series(findings)
        files, unreadable = self._digests(findings, known, here)
        wanted = {id: digest(file, key) for id, file in files.items()}
        missing = [id for id in known if id not in wanted and id not in unreadable]
        gone = [] if patient and not self._stays_missing(missing) else missing
        found = _Look(key, files, known, wanted, findings, workers, progress)
        done, left = self._annotate_changes(found, began if in_turns else None)
        # Last: the old id of a renamed article goes only when the new one is there to lead to.
        for id in gone:
            self.index.remove(id)
        again = GONE_AFTER if gone != missing else 0.0 if seen.settled else SETTLED_AFTER
        self.index.finish(UNSETTLED if again or findings or left else seen.stamp)
        refreshed = Refreshed(tuple(done), tuple(gone), tuple(findings), again, left)
        self._report(refreshed)
        return refreshed

    def _annotate_changes(self, seen: _Look, began: float | None) -> tuple[list[ArticleId], int]:
        """Annotate articles that changed, then those that a change of the glossary may concern.

        Args:
            began: when the look at the files began, if the second part takes one turn only; else None.

        Returns:
            The articles that were annotated, and how many of the second part are left.
        """
        old = self._same_texts(seen)
        # Edited articles come first: readers wait for them, and a changed entry may concern all articles.
        edited = [id for id, made in seen.wanted.items() if seen.known.get(id) != made and id not in old]
        done = self._annotate_files(edited, seen)
        turn = inf if began is None else max(_TURN_SECONDS, _TURN_LOOKS * (monotonic() - began))
        done_again, left = self._annotate_again(old, seen, turn)
        return done + done_again, left

    def _remember(self, digest: str, state: Knowledge, now: str) -> None:
        """Remember an earlier state of glossary and people, with which articles may have been annotated."""
        if digest and digest != now:
            self._states.pop(digest, None)
            self._states[digest] = needed(state)
            if len(self._states) > _MOST_STATES:
                del self._states[next(iter(self._states))]

    def _same_texts(self, seen: _Look) -> dict[ArticleId, str]:
        """The articles of which only the glossary has changed, and the digest of the one they have."""
        found = dict[ArticleId, str]()
        for id, wanted in seen.wanted.items():
            known = seen.known.get(id, wanted)
            if known != wanted and wanted not in self._failed:
                for key in self._states:
                    if digest(seen.files[id], key) == known:
                        found[id] = key
        return found

    def _annotate_again(
        self, old: Mapping[ArticleId, str], seen: _Look, seconds: float
    ) -> tuple[list[ArticleId], int]:
        """Bring articles to the present glossary: annotate those that it changes, keep the others.

        Args:
            old: the articles, with the digest of the glossary that they have.
            seconds: stop after this time.

        Returns:
            The articles that were annotated, and how many are left.
        """
        done, began = list[ArticleId](), monotonic()
        if old:
            annotator = self.annotator(seen.key)
            same = {key for key in set(old.values()) if self._states[key] == annotator.knowledge}
            self._keep([id for id, key in old.items() if key in same], seen)
            ids = sorted(id for id, key in old.items() if key not in same)
            size = _TURN_SIZE if seconds < inf else len(ids)
            for at in range(0, len(ids), size or 1):
                if at and monotonic() - began > seconds:
                    return done, len(ids) - at
                some = ids[at : at + size]
                kept = {id for id in some if self._confirms(annotator, id, old[id], seen)}
                self._keep(kept, seen)
                others = [id for id in some if id not in kept]
                done += self._annotate_files(others, seen)
                self._failed |= {seen.wanted[id] for id in others} - {seen.wanted[id] for id in done}
        self._states.clear()
        self._failed.clear()
        return done, 0

    def _confirms(self, annotator: Annotator, id: ArticleId, key: str, seen: _Look) -> bool:
        """Whether the annotations that the index has are those of the present glossary too."""
        document = self.index.document(id, digest=seen.known[id])
        return document is not None and annotator.confirms(document, self._states[key])

    def _keep(self, ids: Iterable[ArticleId], seen: _Look) -> None:
        """Note in the index that documents are up to date."""
        self.index.put_digests([(id, seen.known[id], seen.wanted[id]) for id in ids])

    def _annotate_files(self, ids: Sequence[ArticleId], seen: _Look) -> list[ArticleId]:
        """Annotate articles of content/ into the index; returns those that went in."""
        done: list[ArticleId] = []
        if not ids:
            return done
        root, workers = str(self.content.root.resolve()), seen.workers
        # Processes of this machine read the files themselves; a cluster does not have them.
        if isinstance(workers, Processes) and len(ids) < BATCH_SIZE:
            workers = None
        jobs = (
            (Job(id, self._path(id), digest=seen.key, root=root, saved=self._saved(id)) for id in ids)
            if isinstance(workers, Processes)
            else self._manuscripts(ids, seen)
        )
        for packed, failures in self._annotate_all(jobs, seen.key, workers, seen.progress, len(ids)):
            done += (ArticleId(p.id) for p in packed)
            seen.findings.extend(_failure(f, kept=f.job.id in seen.known) for f in failures)
        return done

    def _report(self, done: Refreshed) -> None:
        """Log the numbers of changed articles, and each fault once, when it appears."""
        if done.changed:
            counts = len(done.annotated), len(done.removed), len(done.findings)
            log.info("indexed articles=%d removed=%d findings=%d", *counts)
        before, self._reported = self._reported, frozenset(done.findings)
        for finding in done.findings:
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

    def _digests(
        self, findings: list[Finding], known: Mapping[ArticleId, str], folders: object
    ) -> tuple[dict[ArticleId, str], set[ArticleId]]:
        """The digest of the files of every article, and the articles that cannot be read.

        Raises:
            ContentMissing: the folders are not those with this identity any more.
        """
        found, unread = dict[ArticleId, str](), set[ArticleId]()
        for id in self.content.articles():
            try:
                found[id] = self.content.digest(id)
            except NotFound:  # deleted since it was listed
                continue
            except Exception as error:
                unread.add(id)
                findings.append(finding_of(error, self._path(id), kept=id in known))
        if self._folders() != folders:
            raise self._missing()
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

    def _put_series(self, findings: list[Finding]) -> None:
        """Put the counts of content/counts into the index if they changed; faulty files are read again."""
        key, held = self.content.series.digest(), self.index.series_digest()
        if held == key:
            return
        series, faults = self.content.series.usable(self.index.series())
        put = key + FAULTY if faults else key
        if put != held:
            self.index.put_series(series, put)
        findings += faults

    def _manuscripts(self, ids: Sequence[ArticleId], seen: _Look) -> Iterator[Job]:
        for id in ids:
            try:
                manuscript = self._manuscript(id)
            except NotFound:
                continue
            except Exception as error:
                seen.findings.append(finding_of(error, self._path(id), kept=id in seen.known))
            else:
                yield Job(id, self._path(id), digest=seen.key, manuscript=manuscript)

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


def _job(where: str, line: bytes, key: str) -> Job:
    """A line as a job. Here an unreadable id is ignored; annotating the line reports it."""
    id = ""
    with suppress(ValueError, RecursionError):
        id = str(parse_line(line).get("id") or "")
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
    return finding_of(fault, kept=kept)
