"""Library: the one object that all front ends talk to.

It joins the files (`content`), the text engine (`text`) and the index (`index`), and keeps the rule that
data goes one way: file → pieces → blocks with ids → annotations → index → page. Its reading half is
`app.library.reading`, which serving does with until something has to be annotated anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import wraps
from itertools import chain, islice
from pathlib import Path
from time import monotonic
from typing import Concatenate, ParamSpec, TypeVar

from app.content import Finding
from app.content.article_file import check_header, format_article, parse_article
from app.content.check import check
from app.content.git import glossary_at
from app.content.snapshot import look, place
from app.content.store import Content, Manuscript
from app.errors import ContentError, ContentMissing, IndexDamaged, NotFound
from app.importers import Imported
from app.importers import read as read_file
from app.index import Index, open_index
from app.index.packed import Packed
from app.library.batches import (
    PARCEL,
    DocumentLine,
    Failure,
    Job,
    Processes,
    Workers,
    annotate_all,
    annotate_lines,
    annotated,
    blocks_of,
    digest,
    digest_of_line,
    lines_of,
    stale,
)
from app.library.reading import Reading
from app.model import (
    ARTICLE_ID,
    ArticleId,
    Block,
    BlockId,
    Correction,
    Document,
    Header,
    Knowledge,
    Piece,
)
from app.settings import Settings
from app.text.annotator import Annotator
from app.text.paragraphs import Decision, Ledger, align, drafted, plan, save
from app.text.reflow import Reflowed, reflow
from app.text.segment import Segmenter
from app.text.terms.candidates import Candidate, Phrase, candidates, phrases
from app.text.terms.doubts import Change, changes, doubts

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Progress = Callable[[int, int, str], None]

# What was annotated is written after so many seconds or articles: no more is done anew after a crash.
_KEEP_AFTER = 1.0
_KEEP_MOST = 1000
# A patient refresh forgets what has been gone for so many seconds.
GONE_AFTER = 1.0
# The index's mark when it is complete, and the files have to be looked at again at the next start.
UNSETTLED = "unsettled"
# Seconds after a change of a file in which a second one may look the same: its clock ticks so slowly.
SETTLED_AFTER = 2.5
# The source of articles that came as lines of JSON, as the index has it.
_LINES = "jsonl"
# The end of the digest of glossary and people in the index, when some of their files have faults.
_FAULTY = " faulty"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What bringing the index up to date did.

    Attributes:
        again: seconds after which to refresh again though nothing has changed, 0 if that is not needed:
            something is missing that may come back, or a file changed just before it was looked at.
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
class Taken:
    """What became of some lines of JSON: how many were put into the index, how many were there before."""

    new: int
    known: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What a command says of an article; it wins over what the file says. Empty fields say nothing."""

    id: str = ""
    title: str = ""
    date: str = ""
    publication: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What `add` did or would do.

    Attributes:
        known: the very same file is in the library already; nothing was done.
        plan: where every paragraph id goes, one line each, when the article existed before.
        reflowed: how lines became blocks; None for formats that tell their blocks themselves.
        candidates: set phrases that the glossary does not have, the most frequent first.
    """

    document: Document
    imported: Imported
    reflowed: Reflowed | None
    plan: tuple[str, ...]
    candidates: tuple[Candidate, ...] = ()
    known: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """What `save` did or would do; `changed` is false when there was nothing to record."""

    id: ArticleId
    revision: int
    changed: bool
    plan: tuple[str, ...]


def _mended(method: Callable[Concatenate[Library, P], T]) -> Callable[Concatenate[Library, P], T]:
    """Do it again with a new index if the index turns out to be damaged."""

    @wraps(method)
    def tried_again(self: Library, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except IndexDamaged:
            self.index.mend()
            return method(self, *args, **kwargs)

    return tried_again


class Library(Reading):
    """An archive of articles with everything known about them.

    Args:
        content: the files.
        index: what serves them.
        cache: private folder for the segmenter.
    """

    content: Content

    def __init__(self, content: Content, index: Index, *, cache: Path | None = None) -> None:
        super().__init__(content, index)
        self._cache = cache
        self._told: frozenset[Finding] = frozenset()
        self._knowledge_faults: tuple[str, tuple[Finding, ...]] = "", ()
        # The articles missing from content/, and since when.
        self._gone: tuple[list[ArticleId], float] = ([], 0.0)
        self._annotator: tuple[str, Annotator] | None = None

    # -- annotating

    @_mended
    def refresh(
        self, *, workers: Workers | None = None, progress: Progress | None = None, patient: bool = False
    ) -> Refreshed:
        """Bring the index up to date with the files: what is new or changed is annotated, the gone forgotten.

        A file that cannot be read stops nobody: its last good document stays, and the fault is returned.

        Args:
            workers: where articles are annotated, if there are many; None: here.
            progress: is told how many of how many are done, and the last one's id.
            patient: forget what is gone only when it has been gone for `GONE_AFTER` seconds; ask again until
                `again` is 0. For a site that follows a folder which others replace.

        Raises:
            ContentMissing: content/ or its articles are missing as a whole, or are just being replaced.
        """
        findings: list[Finding] = []
        seen, here = look(self.content.root), self._folders()
        known = self.index.digests()
        if known and None in here:
            raise self._away()
        key = self._put_knowledge(findings)
        wanted, unreadable = self._digests(key, findings, known)
        if self._folders() != here:
            raise self._away()
        gone = [id for id in known if id not in wanted and id not in unreadable]
        waiting = patient and not self._lasts(gone)
        if waiting:
            gone = []
        stale = [id for id, it in wanted.items() if known.get(id) != it]
        done: list[ArticleId] = []
        if stale:
            root = str(self.content.root.resolve())
            # Processes beside this one read the files themselves; those of another machine do not have them.
            if isinstance(workers, Processes) and len(stale) < PARCEL:
                workers = None
            jobs = (
                (Job(id, self._path(id), digest=key, root=root, saved=self._saved(id)) for id in stale)
                if isinstance(workers, Processes)
                else self._manuscripts(stale, key, findings, known)
            )
            for packed, failures in self._annotate_all(jobs, key, workers, progress, len(stale)):
                done += (ArticleId(p.id) for p in packed)
                for f in failures:
                    remedy = "mend the text, or take it away and report it"
                    fault = (
                        f.fault
                        if isinstance(f.fault, ContentError)
                        else ContentError(f.job.where, 0, "A13", f.fault, remedy)
                    )
                    findings.append(_finding(fault, kept=f.job.id in known))
        # Last: the old id of a renamed article goes when the new one is there to lead to.
        for id in gone:
            self.index.remove(id)
        if done or gone:
            log.info("indexed articles=%d removed=%d findings=%d", len(done), len(gone), len(findings))
        # A fault is told when it appears and not again at every look.
        told, self._told = self._told, frozenset(findings)
        for finding in findings:
            if finding not in told:
                log.warning("%s", finding)
        again = GONE_AFTER if waiting else 0.0 if seen.settled else SETTLED_AFTER
        self.index.finish(UNSETTLED if again or findings else seen.stamp)
        return Refreshed(tuple(done), tuple(gone), tuple(findings), again)

    def _folders(self) -> tuple[object, object]:
        """Which folders content/ and content/articles are now; None for one that is missing."""
        return place(self.content.root), place(self.content.root / "articles")

    def _away(self) -> ContentMissing:
        """Raised where all would be taken for deleted: a folder that is replaced is away for a moment."""
        root, remedy = self.content.root, "put it back; to empty the library, leave an empty folder"
        for folder in (root, root / "articles"):
            if not folder.is_dir():
                return ContentMissing(str(folder), 0, "C04", "the folder is missing", remedy)
        return ContentMissing(str(root), 0, "C04", "the folder is being replaced", "wait, and try again")

    def _digests(
        self, key: str, findings: list[Finding], known: Mapping[ArticleId, str]
    ) -> tuple[dict[ArticleId, str], set[ArticleId]]:
        """The digest of every article of the files, and the articles that cannot be read now."""
        found, unread = dict[ArticleId, str](), set[ArticleId]()
        for id in self.content.articles():
            try:
                found[id] = digest(self.content.digest(id), key)
            except NotFound:  # deleted since it was listed
                continue
            except Exception as error:
                unread.add(id)
                findings.append(_finding(error, self._path(id), kept=id in known))
        return found, unread

    def _lasts(self, gone: list[ArticleId]) -> bool:
        """Whether the same articles have been gone for a while: a folder being copied is not whole."""
        if gone != self._gone[0]:
            self._gone = gone, monotonic()
        return not gone or monotonic() - self._gone[1] >= GONE_AFTER

    def take_lines(
        self, paths: Sequence[Path], *, workers: Workers | None = None, progress: Progress | None = None
    ) -> Iterator[Taken]:
        """Take articles from files of JSON lines into the index, of any number; see `app.library.batches`.

        They live in the index alone, so a refresh of content/ leaves them as they are. Lines that are in it
        already are passed over: a run that was killed goes on where it was.

        Args:
            paths: the files; `-` is standard input.
            workers: where articles are annotated; None: here.
            progress: is told how many bytes of how many were read, and the last article's id.

        Yields:
            What became of some of them; what is in the index when it is told is there to stay.
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
            while some := list(islice(lines, 4 * PARCEL)):
                made = [_job(where, line, key) for where, line in some]
                held = self.index.held([ArticleId(j.id) for j in made])
                for job in made:
                    here = held.get(ArticleId(job.id))
                    if here is not None and here.source != _LINES:
                        problem = f"article {job.id} is one of content/"
                        refused.append(_line_fault(job.where, problem, "give the line another id"))
                    elif here is not None and here.digest == job.digest:
                        passed += 1
                    else:
                        yield job

        for packed, failures in self._annotate_all(jobs(), key, workers, None, 0):
            faults = [_line_fault(f.job.where, str(f.fault), "mend the line") for f in failures]
            yield Taken(len(packed), passed, (*refused, *faults))
            passed = 0
            refused.clear()
            if progress:
                progress(read, size, packed[-1].id if packed else "")
        if passed or refused:
            yield Taken(0, passed, tuple(refused))

    def renew_lines(
        self, *, workers: Workers | None = None, progress: Progress | None = None
    ) -> Iterator[Taken]:
        """Annotate anew what came as lines of JSON before glossary, people or program were what they are now.

        The lines need not be there any more: the index has their texts. Whole documents stay as they came.
        What is done is known by its digest, so a run that was killed goes on where it was.

        Args:
            workers: where articles are annotated, if there are many; None: here.
            progress: is told how many articles of how many were looked at, and the last one's id.

        Yields:
            What became of some of them.
        """
        key = self._put_knowledge([])
        looked, total = 0, self.index.count()

        def jobs() -> Iterator[Job]:
            nonlocal looked
            after = ""
            while some := self.index.digests(source=_LINES, limit=20 * PARCEL, after=after):
                for after, old in some.items():
                    looked += 1
                    if (new := stale(old, key)) and (document := self.index.document(ArticleId(after))):
                        bare = Document(
                            document.header, document.revision, document.blocks, saved_at=document.saved_at
                        )
                        yield Job(after, f"{_LINES}:{after}", _LINES, new, document=bare)

        todo = jobs()
        if not (first := list(islice(todo, PARCEL))):
            return
        far = workers if len(first) == PARCEL else None
        for packed, failures in self._annotate_all(chain(first, todo), key, far, None, 0):
            remedy = "give its line anew"
            faults = [Finding(f.job.where, 0, "A13", str(f.fault), remedy) for f in failures]
            yield Taken(len(packed), 0, tuple(faults))
            if progress:
                progress(looked, total, packed[-1].id if packed else "")

    def _put_knowledge(self, findings: list[Finding]) -> str:
        """Put glossary and people into the index if they changed; returns their digest.

        What a faulty file gave before stays; the index marks that there are faults, so that another process
        reads the files again and names them.
        """
        here = self._folders()
        key = self.content.entries.digest()
        held = self.index.knowledge_digest()
        told, faults = self._knowledge_faults
        if held.removesuffix(_FAULTY) != key or (held != key and told != key):
            try:
                knowledge, faults = self.content.usable_knowledge(self.index.knowledge())
            except Exception as error:
                findings.append(_finding(error, str(self.content.root / "glossary"), kept=True))
                return held.removesuffix(_FAULTY) or key
            if self._folders() != here:
                raise self._away()
            put = key + _FAULTY if faults else key
            if put != held:
                self.index.put_knowledge(knowledge, put)
        elif held == key:
            faults = ()
        self._knowledge_faults = key, faults
        findings += faults
        return key

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
            NotFound, ContentError: as `Content.article`; also for a ledger with fewer revisions than the
                index knows.
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
        """Annotate and put into the index, some seconds' worth at a time."""
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
            if monotonic() - begun > _KEEP_AFTER or len(packed) > _KEEP_MOST:
                self.index.put_all(packed)
                yield packed, failures
                packed, failures, begun = [], [], monotonic()
        if packed or failures:
            self.index.put_all(packed)
            yield packed, failures
        if n > 10 * PARCEL:
            self.index.tidy()

    def _annotate(self, id: ArticleId, key: str) -> tuple[Document, str]:
        manuscript = self._manuscript(id)
        return annotated(self.annotator(key), manuscript)[0], digest(manuscript.digest, key)

    def annotator(self, key: str = "") -> Annotator:
        """The engine with today's glossary and people; `key` is their digest."""
        key = key or self.content.entries.digest()
        if self._annotator is None or self._annotator[0] != key:
            self._annotator = key, Annotator(self._todays(key), cache=self._cache)
        return self._annotator[1]

    def _todays(self, key: str) -> Knowledge:
        """Glossary and people as the files have them, whether or not the index has them too."""
        if self.index.knowledge_digest().removesuffix(_FAULTY) == key:
            return self.knowledge()
        return self.content.usable_knowledge(self.index.knowledge())[0]

    def answers(self, jobs: Iterable[Job], *, workers: Workers | None = None) -> Iterator[DocumentLine]:
        """Documents of texts outside the library, in order; see `app.library.batches.annotate_lines`."""
        key = self.content.entries.digest()
        if workers is None:
            return annotate_lines(jobs, Knowledge(), annotator=self.annotator(key))
        return annotate_lines(jobs, self._todays(key), workers=workers, cache=self._cache)

    def check(self, *, today: str = "") -> Iterator[Finding]:
        """Every fault of the files, corrections whose text is gone, and what the texts make of the glossary.

        Args:
            today: ISO 8601; with it reviews that are too long ago are named.
        """
        last = self.index.knowledge()
        yield from check(self.content, today=today, last=last, saved=self._saved)
        knowledge, _ = self.content.usable_knowledge(last)
        articles: list[tuple[ArticleId, Sequence[Block]]] = []
        annotator: Annotator | None = None
        for id in self._listed():
            try:
                manuscript = self._manuscript(id)
            except (ContentError, NotFound):  # told already; what its text was tells whether a term is used
                if document := self.index.document(id):
                    articles.append((id, document.blocks))
                continue
            _, alignment = drafted(manuscript.ledger, manuscript.pieces)
            blocks = blocks_of(alignment)
            articles.append((id, blocks))
            if not manuscript.corrections:
                continue
            if annotator is None:
                annotator = Annotator(knowledge, cache=self._cache)
            path = str(self.content.folder(id) / "article.md")
            for c in annotator.stray_corrections(blocks, manuscript.corrections):
                problem = f"correction “{c.words or c.speaker}” fits nothing in the text"
                yield Finding(path, c.line, "A12", problem, "mend its words, or delete it")
        if not articles:
            return
        # The plain dictionary: with the glossary's words in it a segmenter would always agree.
        for doubt in doubts(knowledge.terms, articles, Segmenter(cache=self._cache).ends):
            yield Finding(*self.content.entries.where(doubt.term), doubt.code, doubt.problem, doubt.remedy)

    def _listed(self) -> list[ArticleId]:
        """The articles of the files; none where they cannot be listed, which `check` tells."""
        with suppress(ContentError):
            return self.content.articles()
        return []

    def glossary_changes(self, revision: str) -> Iterator[Change]:
        """What today's glossary finds in each article that an older one did not, and the other way.

        Args:
            revision: of the git repository that holds content/.

        Raises:
            ContentError: there is no such revision.
        """
        before, now = glossary_at(self.content.root, revision), self.content.usable_knowledge()[0].terms
        return changes(before, now, self._texts())

    def candidates(self) -> Sequence[Phrase]:
        """Phrases of the whole library that may deserve an entry, the most worthwhile first."""
        return phrases(d for e in self.entries(limit=100_000) if (d := self.index.document(e.header.id)))

    def _texts(self) -> Iterator[tuple[ArticleId, Sequence[Block]]]:
        """Every readable article of the files."""
        for id in self.content.articles():
            with suppress(ContentError, NotFound):
                manuscript = self.content.article(id)
                yield id, blocks_of(drafted(manuscript.ledger, manuscript.pieces)[1])

    # -- writing

    def add(
        self,
        path: str,
        data: bytes,
        *,
        saved_at: str,
        given: Given = Given(),
        dry_run: bool = False,
    ) -> Added:
        """Import a file as an article, or a new text of one that is there.

        Args:
            path: the file's name, for its format and for messages.
            data: its bytes; kept as source.txt when it is a text.
            saved_at: the time, ISO 8601.
            given: what the file does not say itself.
            dry_run: say what would be done and do nothing.

        Raises:
            ContentError: the file or an option cannot be used, or the article was corrected by hand since.
        """
        imported = read_file(path, data)
        reflowed = None if imported.pieces is not None else reflow(imported.text)
        pieces = imported.pieces if imported.pieces is not None else reflowed.pieces  # type: ignore[union-attr]
        if not pieces:
            raise ContentError(path, 0, "A09", "the file holds no text", "choose a file with text in it")
        source = data if imported.format == "txt" else imported.text.encode("utf-8", "surrogatepass")
        with self.content.lock():
            same = self._with_source(source)
            if same is not None and given.id in ("", same):
                if not dry_run and same not in self.index.held([same]):  # it was killed before it came so far
                    self.refresh()
                document, _ = self._annotate(same, self.content.entries.digest())
                return Added(document, imported, reflowed, (), known=True)
            article_id = ArticleId(given.id or self._free_id(path, given.date or imported.date, source))
            header = self._header(article_id, imported, given, path, pieces)
            ledger, corrections = Ledger(article_id), tuple[Correction, ...]()
            if article_id in self.content.articles():
                self._refuse_to_lose_corrections(article_id, path)
                old = self._manuscript(article_id)
                ledger, corrections = old.ledger, old.corrections
                header = _filled(old.header, header, given)
                # A headline that was kept as a block has an id, and links lead to it.
                keep = bool(old.pieces) and _headline(old.pieces) == _headline(pieces)
            else:
                keep = False
            pieces = _as_read(pieces if keep else _below(header.title, pieces))
            alignment = align(ledger, pieces)
            saved = save(ledger, alignment, saved_at=saved_at, note="导入")
            document = self.annotator().annotate(
                header, saved.revisions[-1].n, blocks_of(alignment), corrections=corrections
            )
            if not dry_run:
                self.content.write(header, pieces, saved, source=source, corrections=corrections)
        if not dry_run:
            self.refresh()
            log.info("added article=%s blocks=%d", article_id, len(document.blocks))
        found = candidates(document.blocks, document.quote_marks, document.occurrences)
        return Added(document, imported, reflowed, plan(alignment) if ledger.revisions else (), found)

    def save(
        self,
        id: ArticleId,
        *,
        saved_at: str,
        note: str = "",
        decisions: Mapping[BlockId, Decision] | None = None,
        dry_run: bool = False,
        trust_ledger: bool = False,
    ) -> Saved:
        """Record an edited article as a new revision.

        Args:
            id: the article.
            saved_at: the time, ISO 8601.
            note: the editor's word on it, kept with the revision.
            decisions: where the editor wants paragraph ids to go, whatever the words say.
            dry_run: say what would be done and do nothing.
            trust_ledger: also where the index knows revisions that the ledger does not have.

        Raises:
            NotFound, ContentError: the article is not there or cannot be read.
            ValueError: a decision names an id or a piece that does not exist.
        """
        with self.content.lock():
            manuscript = self.content.article(id, saved=0 if trust_ledger else self._saved(id))
            alignment = align(manuscript.ledger, manuscript.pieces, decisions=decisions)
            saved = save(manuscript.ledger, alignment, saved_at=saved_at, note=note)
            changed = saved is not manuscript.ledger
            if changed and not dry_run:
                self.content.write(manuscript.header, None, saved)
        revision = saved.revisions[-1].n if saved.revisions else 0
        if changed and not dry_run:
            self.refresh()
            log.info("saved article=%s revision=%d", id, revision)
        return Saved(id, revision, changed, plan(alignment) if changed else ())

    def restore(self, id: ArticleId, *, dry_run: bool = False) -> Saved:
        """Write an article's damaged ledger as the index has it; edits that were not saved stay unsaved.

        Args:
            id: the article.
            dry_run: say what would be done and do nothing.

        Raises:
            NotFound: the index does not know the article, or no saved revision of it.
            ContentError: something else has the place of the file.
        """
        with self.content.lock():
            document, ledger = self.exact(id), self.index.ledger(id)
            if ledger is None or not document.revision:
                raise NotFound("ledger", id)
            if document.draft:  # the last revision is the unsaved text
                ledger = Ledger(ledger.article, ledger.revisions[:-1], ledger.lines[:-1])
            sound = False
            with suppress(ContentError):
                sound = bool(self.content.ledger(id, saved=document.revision).revisions)
            if not sound and not dry_run:
                self.content.write(document.header, None, ledger)
        if sound:
            return Saved(id, document.revision, False, ())
        if not dry_run:
            self.refresh()
            log.info("restored the ledger of article=%s revision=%d", id, ledger.last)
        return Saved(id, ledger.last, True, (f"恢复 {len(ledger.ids)} 个段落编号",))

    def _with_source(self, source: bytes) -> ArticleId | None:
        """The article that was made from this very text."""
        for id in self.content.articles():
            with suppress(ContentError, NotFound):  # a file that cannot be read is not this text
                if self.content.source(id) == source:
                    return id
        return None

    def _refuse_to_lose_corrections(self, id: ArticleId, path: str) -> None:
        old, data = self._manuscript(id), self.content.source(id)
        if data is None:
            return
        imported = read_file("source.txt", data)
        first = imported.pieces if imported.pieces is not None else reflow(imported.text).pieces
        as_imported = (_as_read(first), _as_read(_below(old.header.title, first)))
        if [(p.kind, p.text) for p in old.pieces] not in ([(p.kind, p.text) for p in x] for x in as_imported):
            problem = f"article {id} was corrected by hand after its import, and this text would undo that"
            raise ContentError(
                path, 0, "A07", problem, "edit article.md and run meipi save, or give another --id"
            )

    def _free_id(self, path: str, date: str, source: bytes) -> str:
        """An id from the file's name, or from date and text where the name has no Latin letters."""
        stem = re.sub(r"[^a-z0-9]+", "-", Path(path).stem.lower()).strip("-")[:48].strip("-")
        digest = hashlib.sha256(source).hexdigest()
        if len(re.sub(r"[^a-z]", "", stem)) < 2:
            stem = "-".join(x for x in (date, digest[:6]) if x)
        taken = set(self.content.articles())
        return stem if stem not in taken else f"{stem}-{digest[:6]}"

    def _header(
        self, id: ArticleId, imported: Imported, given: Given, path: str, pieces: Sequence[Piece]
    ) -> Header:
        if not ARTICLE_ID.fullmatch(id):
            raise ContentError(
                path, 0, "A01", f"{id!r} is not an article id", "use a–z, 0–9 and hyphens, at most 64"
            )
        said = given.title or imported.title or _headline(pieces)
        header = Header(
            id=id,
            title=said or _first_words(pieces),
            supplied=not said,
            date=given.date or imported.date,
            publication=given.publication or imported.publication,
            author=imported.author,
            url=given.url or imported.url,
            lang=script("".join(p.text for p in pieces)) or imported.lang,
        )
        if header.lang not in ("zh-Hans", "zh-Hant"):
            header = replace(header, lang="zh-Hans")
        check_header(header, path)
        return header


def open_library(settings: Settings) -> Library:
    """The library that these settings describe.

    Raises:
        IndexUnavailable: the index cannot be opened.
    """
    index = open_index(settings.database_url, settings.var)
    return Library(Content(settings.content), index, cache=settings.var / "jieba")


def _finding(error: Exception, path: str = "", *, kept: bool) -> Finding:
    """The finding of whatever came up while a file was read: one odd file stops no other.

    Args:
        error: what was raised.
        path: of the file, or its folder; a `ContentError` has its own.
        kept: the last good state is in the index.
    """
    if isinstance(error, ContentError):
        found = Finding.of(error)
    else:
        log.debug("cannot be used: %s", path, exc_info=error)
        problem = f"the file cannot be used: {type(error).__name__}: {error}"
        found = Finding(path, 0, "C03", problem, "mend the file, or report it with the program's version")
    return found.kept() if kept else found


def _job(where: str, line: bytes, key: str) -> Job:
    """A line as a job; one whose id cannot be read is refused by whoever reads the whole line."""
    id = ""
    with suppress(ValueError, RecursionError, AttributeError):
        id = str(json.loads(line.decode("utf-8", "surrogatepass")).get("id") or "")
    return Job(id, where, _LINES, digest_of_line(line, key), line=line)


def _line_fault(where: str, problem: str, remedy: str) -> Finding:
    path, _, n = where.rpartition(":")
    return Finding(path, int(n), "F03", problem, remedy)


def script(text: str) -> str:
    """zh-Hans or zh-Hant by the text's characters, "" when they tell nothing.

    The two national character sets are the two scripts: 门 is in GB 2312 and not in Big5, 門 the other way.
    """
    hans = hant = 0
    for character, n in Counter(text[:20_000]).items():
        if "\u4e00" <= character <= "\u9fff":
            simplified, traditional = _is_in("gb2312", character), _is_in("big5", character)
            hans += n * (simplified and not traditional)
            hant += n * (traditional and not simplified)
    return "" if hans == hant else "zh-Hans" if hans > hant else "zh-Hant"


def _is_in(encoding: str, character: str) -> bool:
    try:
        return bool(character.encode(encoding))
    except UnicodeEncodeError:
        return False


# 一、 （二） 第三章 1. 2． begin a section, not an article.
_NUMBERED = re.compile(
    r"[（(]?[一二三四五六七八九十百\d]+[）)]?[、.．：: ）)]|第[一二三四五六七八九十百\d]+[章节回篇部]"
)


def _headline(pieces: Sequence[Piece]) -> str:
    """The text's own title: a heading at its very beginning, over a byline or a paragraph; else ""."""
    if len(pieces) < 2 or pieces[0].kind != "heading" or pieces[1].kind not in ("byline", "paragraph"):
        return ""
    return "" if _NUMBERED.match(pieces[0].text) else pieces[0].text


def _below(title: str, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces under the title: a headline that says the same is not shown twice. The source keeps it."""
    same = _headline(pieces) and "".join(_headline(pieces).split()) == "".join(title.split())
    return pieces[1:] if same else pieces


def _as_read(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces as they read back from article.md, which has no white space at a paragraph's edges.

    What the ledger keeps must be what the file says, or the article is a draft at once.
    """
    header = Header(ArticleId("x"), "x")
    return parse_article(header.id, format_article(header, pieces), "")[1]


def _first_words(pieces: Sequence[Piece]) -> str:
    """A supplied title: the first heading, or the first clause."""
    first = next((p.text for p in pieces if p.kind == "heading"), pieces[0].text)
    clause = re.split(r"[，。；：？！,;:?!]", first.strip(), maxsplit=1)[0]
    return clause if len(clause) <= 30 else clause[:29] + "…"


def _filled(old: Header, new: Header, given: Given) -> Header:
    """The header of a text that is imported again: an editor's words stay unless the command gives others."""
    return replace(
        old,
        title=given.title or old.title,
        supplied=False if given.title else old.supplied,
        date=given.date or old.date or new.date,
        publication=given.publication or old.publication or new.publication,
        url=given.url or old.url or new.url,
    )
