"""Glossary and people as their files have them, and annotating with them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import monotonic

from app.content import Finding
from app.content.snapshot import place
from app.content.store import Content
from app.errors import ContentError, ContentMissing
from app.i18n import message_of, worded
from app.index import Index
from app.index.packed import Packed
from app.library.batches import BATCH_SIZE, Failure, Job, annotate_all, annotate_lines
from app.library.jsonl import DocumentLine
from app.library.reading import Reading
from app.library.workers import Workers
from app.model import Knowledge
from app.text.annotator import Annotator, needed

log = logging.getLogger(__name__)

# Called with how many are done, how many there are (0: unknown), and the id of the last one.
Progress = Callable[[int, int, str], None]

# Annotated articles are written after this many seconds or articles; a crash loses no more than that.
_WRITE_AFTER, _WRITE_MAX = 1.0, 1000
# The end of the index's digest of glossary and people if some of their files are faulty.
FAULTY = " faulty"


class Knowing(Reading):
    """A library that reads glossary and people from their files and annotates with them.

    Args:
        index: holds the annotated articles.
        cache: private folder for the segmenter.
    """

    content: Content

    def __init__(self, content: Content, index: Index, *, cache: Path | None = None) -> None:
        super().__init__(content, index)
        self._cache = cache
        self._knowledge_faults: tuple[str, tuple[Finding, ...]] = "", ()
        self._annotator: tuple[str, Annotator] | None = None

    def annotator(self, key: str = "") -> Annotator:
        """The annotator for the current glossary and people, whose digest is `key`."""
        key = key or self.content.entries.digest()
        last = self._annotator
        if last is None or last[0] != key:
            knowledge, earlier = self._current_knowledge(key), last and last[1]
            if earlier is None or earlier.knowledge != needed(knowledge):
                earlier = Annotator(knowledge, cache=self._cache, earlier=earlier)
            self._annotator = last = key, earlier
        return last[1]

    def present_knowledge(self) -> Knowledge:
        """Glossary and people as the files have them now; quick if the index has the same."""
        return self._current_knowledge(self.content.entries.digest())

    def _current_knowledge(self, key: str) -> Knowledge:
        """Glossary and people of the files, from the index if it has the same."""
        held, knowledge = self.held_knowledge()
        return knowledge if held.removesuffix(FAULTY) == key else self.usable_knowledge()[0]

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

    def _annotate_all(
        self, jobs: Iterable[Job], key: str, workers: Workers | None, progress: Progress | None, total: int
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

    def _put_knowledge(self, findings: list[Finding]) -> str:
        """Put glossary and people into the index if they changed; returns their digest.

        Earlier entries of a faulty file stay. The index notes that there are faults, so that another process
        reads the files again and reports them.
        """
        here = self._folders()
        key = self.content.entries.digest()
        held = self.index.knowledge_digest()
        told, faults = self._knowledge_faults
        if held.removesuffix(FAULTY) != key or (held != key and told != key):
            try:
                knowledge, faults = self.usable_knowledge()
            except Exception as error:
                findings.append(finding_of(error, str(self.content.root / "glossary"), kept=True))
                return held.removesuffix(FAULTY) or key
            if self._folders() != here:
                raise self._missing()
            put = key + FAULTY if faults else key
            if put != held:
                self.index.put_knowledge(knowledge, put, self.content.entries.fingerprints())
                self._knowledge = put, knowledge
        elif held == key:
            faults = ()
        self._knowledge_faults = key, faults
        findings += faults
        return key

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


def finding_of(error: Exception, path: str = "", *, kept: bool) -> Finding:
    """The finding for any error that a file caused.

    Args:
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
