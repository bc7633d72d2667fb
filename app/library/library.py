"""The library that all front ends use: articles are added, saved and checked here.

Data goes one way: file → pieces → blocks with ids → annotations → index → page. Web workers use only the
reading half, `app.library.reading`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.content import Finding
from app.content.check import check
from app.content.files import utf8
from app.content.git import glossary_at
from app.content.store import Content
from app.dictionary.language import Language
from app.errors import ChangedMeanwhile, ContentError, NotFound
from app.i18n import worded
from app.importers import Head, Imported, Received, part_of
from app.index import Index, open_index
from app.library.adding import (
    IMPORTED,
    NOTHING_GIVEN,
    Given,
    Sources,
    free_id,
    header_again,
    header_of,
    receive,
    refuse_to_lose_corrections,
    text_of,
)
from app.library.annotating import annotated, blocks_of
from app.library.refreshing import Refreshing
from app.library.translating import Fitted, file_of, fit, glosses_from, refuse_to_overwrite, template
from app.model import ArticleId, BlockId, Correction, Document, Piece, Translation
from app.settings import Settings
from app.text.annotator import Annotator
from app.text.bilingual import is_chinese, separate
from app.text.paragraphs import Decision, Ledger, align, drafted, plan, save
from app.text.reflow import Reflowed
from app.text.segment import Segmenter
from app.text.terms.candidates import Candidate, Phrase, candidates, phrases
from app.text.terms.coverage import Coverage, coverage
from app.text.terms.doubts import ArticleText, Change, changes, doubts

log = logging.getLogger(__name__)

# The language that the other half of a bilingual text is taken for.
ENGLISH = "en"
# More articles than a library has.
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Added:
    """What `add` did, or would do in a dry run.

    Attributes:
        head: the lines recognised as title, date and so on; None if the library has the file already.
        reflowed: how lines became blocks; None for formats that tell their blocks themselves.
        plan: where every paragraph id goes, one line each, if the article existed before.
        candidates: set phrases that the glossary lacks, the most frequent first.
        known: the library has this file already; nothing was done.
        translation: of a bilingual text.
    """

    document: Document
    imported: Imported
    reflowed: Reflowed | None
    plan: tuple[str, ...]
    candidates: tuple[Candidate, ...] = ()
    known: bool = False
    head: Head | None = None
    translation: Fitted | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What `save` did, or would do in a dry run; `changed` is false if there was nothing to record."""

    id: ArticleId
    revision: int
    changed: bool
    plan: tuple[str, ...]


class Library(Refreshing):
    """An archive of articles with everything known about them."""

    def __init__(self, content: Content, index: Index, *, cache: Path | None = None) -> None:
        super().__init__(content, index, cache=cache)
        self._sources = Sources(content)

    # -- writing

    def add(
        self, path: str, data: bytes, *, saved_at: str, given: Given = NOTHING_GIVEN, dry_run: bool = False
    ) -> Added:
        """Import a file as an article, or as a new text of an existing one.

        Args:
            path: the file's name, for its format and for messages.
            data: its bytes; kept as source.txt if it is a text file.
            saved_at: the time, ISO 8601.
            given: overrides what the file says.

        Raises:
            ContentError: the file or an option cannot be used, or the article was corrected by hand since.
        """
        received = receive(path, data, title=given.title)
        with self.content.lock():
            same = self._sources.article_of(received.source)
            if same is not None and given.id in ("", same):
                if not dry_run and same not in self.index.held([same]):  # a killed run wrote only the files
                    self.refresh()
                return self._known_file(received, same)
            added = self._write(received, given, saved_at, None if dry_run else self.content)
        if not dry_run:
            self.refresh_one(added.document.header.id)
            log.info("added article=%s blocks=%d", added.document.header.id, len(added.document.blocks))
        return added

    def draft(self, path: str, data: bytes, *, saved_at: str, given: Given, into: Content) -> Added:
        """Import a file as `add` does, into a folder of its own.

        Args:
            path: see `add`, also for the following.
            given: overrides what the file says.

        Raises:
            ContentError: as `add`; also if the library has an article with this id (A07).
        """
        received = receive(path, data, title=given.title)
        if self._exists(given.id):
            problem = worded("article %(id)s exists already", id=given.id)
            raise ContentError(path, 0, "A07", problem, "give another id")
        same = self._sources.article_of(received.source)
        if same is not None:
            return self._known_file(received, same)
        with into.lock():
            return self._write(received, given, saved_at, into)

    def _known_file(self, received: Received, id: ArticleId) -> Added:
        document, _ = annotated(self.annotator(), self._manuscript(id))
        return Added(document, received.imported, received.reflowed, (), known=True)

    def publish(self, drafted: Content, id: ArticleId) -> int:
        """Move an article from another folder into the library; returns its revision.

        Raises:
            ChangedMeanwhile: the library has an article with this id by now.
        """
        manuscript, source = drafted.article(id), drafted.source(id)
        translations = {path.stem: utf8(data, path) for path, data in drafted.translations(id).items()}
        text = utf8((drafted.folder(id) / "article.md").read_bytes(), drafted.folder(id))
        with self.content.lock():
            if self._exists(id):
                raise ChangedMeanwhile(worded("article %(id)s exists already", id=id))
            header, ledger = manuscript.header, manuscript.ledger
            self.content.write(header, None, ledger, source=source, text=text, translations=translations)
            self._sources.wrote(id)
        self.refresh_one(id)
        log.info("published article=%s revision=%d", id, manuscript.ledger.last)
        return manuscript.ledger.last

    def _write(self, received: Received, given: Given, saved_at: str, into: Content | None) -> Added:
        """Write the files of a new article, or of a new text of an existing one; None: write nothing."""
        if parted := separate(received.pieces):
            received = part_of(received, parted[0], title=given.title)
        id = ArticleId(given.id or free_id(received, given.date or received.head.date, self._exists))
        header = header_of(id, received, given)
        ledger, corrections, old = Ledger(id), tuple[Correction, ...](), None
        if self._exists(id):
            old = self._manuscript(id)
            refuse_to_lose_corrections(old, received.path)
            ledger, corrections = old.ledger, old.corrections
            header = header_again(old.header, header, given)
        pieces = text_of(received, old)
        alignment = align(ledger, pieces)
        saved = save(ledger, alignment, saved_at=saved_at, note=IMPORTED)
        document = self.annotator().annotate(
            header, saved.revisions[-1].n, blocks_of(alignment), corrections=corrections
        )
        fitted = self._fit(document, parted[1]) if parted else None
        if into is not None:
            translations = dict[str, str]()
            if fitted and fitted.lang not in {path.stem for path in into.translations(id)}:
                head = Translation(fitted.lang, title=fitted.title)
                translations[fitted.lang] = file_of(fitted, head)
            into.write(
                header,
                pieces,
                saved,
                source=received.source,
                corrections=corrections,
                translations=translations,
            )
        if into is self.content:
            self._sources.wrote(id)
        found = candidates(document.blocks, document.quote_marks, document.occurrences, document.cuts)
        moved = plan(alignment) if ledger.revisions else ()
        return Added(
            document,
            received.imported,
            received.reflowed,
            moved,
            found,
            head=received.head,
            translation=fitted,
        )

    def _fit(self, document: Document, paragraphs: Sequence[Piece]) -> Fitted:
        knowledge = self._current_knowledge(self.content.entries.digest())
        terms = {t.id: t for t in knowledge.terms}
        return fit(document, terms, paragraphs, glosses_from(Language(self._cache and self._cache.parent)))

    def translate(
        self,
        id: ArticleId,
        path: str,
        data: bytes,
        head: Translation,
        *,
        replaced: bool = False,
        dry_run: bool = False,
    ) -> Fitted:
        """Align a file with an article and make it the article's translation.

        Args:
            path: the file's name, for its format and for messages.
            head: language and facts of the translation; without a title it gets that of the file.
            replaced: an earlier translation into this language may be overwritten.

        Raises:
            NotFound: the article does not exist.
            ContentError: the file cannot be used, or the article has this translation already.
        """
        received = receive(path, data)
        with self.content.lock():
            if not replaced:
                refuse_to_overwrite(self.content, id, head.lang)
            document, _ = annotated(self.annotator(), self._manuscript(id))
            own = tuple(p for p in received.pieces if p.kind != "furniture")
            paragraphs = tuple(p for p in own if not is_chinese(p.text)) or own
            fitted = self._fit(document, paragraphs)
            if not dry_run:
                titled = replace(head, title=head.title or fitted.title)
                self.content.write_translation(id, head.lang, file_of(fitted, titled))
        if not dry_run:
            self.refresh_one(id)
        return fitted

    def translation_template(self, id: ArticleId, lang: str) -> Path:
        """Write the file of a translation with an empty paragraph for every one that is missing.

        Raises:
            NotFound: the article does not exist.
            ContentError: a file cannot be read.
        """
        with self.content.lock():
            if faults := self.content.translation_faults(id):
                fault = faults[0]
                raise ContentError(fault.path, fault.line, fault.code, fault.problem, fault.remedy)
            text = template(self._manuscript(id), self.annotator(), lang)
            written = self.content.write_translation(id, lang, text)
        self.refresh_one(id)
        return written

    def _exists(self, id: str) -> bool:
        with suppress(NotFound):
            return bool(self.content.folder(id))
        return False

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
            saved_at: the time, ISO 8601.
            note: the editor's remark, kept with the revision.
            decisions: where the editor wants paragraph ids to go; they override the comparison of words.
            trust_ledger: save even if the index knows revisions that the ledger lacks.

        Raises:
            NotFound, ContentError: the article is missing or cannot be read.
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
            self.refresh_one(id)
            log.info("saved article=%s revision=%d", id, revision)
        return Saved(id, revision, changed, plan(alignment) if changed else ())

    def restore(self, id: ArticleId, *, dry_run: bool = False) -> Saved:
        """Replace an article's damaged ledger by the one that the index has; unsaved edits stay unsaved.

        Raises:
            NotFound: the index does not know the article, or no saved revision of it.
            ContentError: the ledger's name is taken by something that is not a file.
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
            self.refresh_one(id)
            log.info("restored the ledger of article=%s revision=%d", id, ledger.last)
        return Saved(id, ledger.last, True, (worded("恢复了 %(n)s 个段落编号", n=len(ledger.ids)),))

    # -- checking

    def check(self, *, today: str = "") -> Iterator[Finding]:
        """Every fault of the files, corrections that fit no text, and doubts about the glossary.

        Args:
            today: ISO 8601; if given, entries whose review is too old are reported.
        """
        last = self.index.knowledge()
        yield from check(self.content, today=today, last=last, saved=self._saved)
        knowledge, _ = self.content.usable_knowledge(last)
        articles: list[ArticleText] = []
        annotator: Annotator | None = None
        for id in self._listed():
            try:
                manuscript = self._manuscript(id)
            except (ContentError, NotFound):  # reported above; its last text still shows which terms are used
                if document := self.index.document(id):
                    articles.append(ArticleText(id, document.blocks, document.header.title))
                continue
            _, alignment = drafted(manuscript.ledger, manuscript.pieces)
            blocks = blocks_of(alignment)
            articles.append(ArticleText(id, blocks, manuscript.header.title))
            if not manuscript.corrections:
                continue
            if annotator is None:
                annotator = Annotator(knowledge, cache=self._cache)
            path = str(self.content.folder(id) / "article.md")
            for c in annotator.stray_corrections(blocks, manuscript.corrections):
                problem = worded(
                    "correction “%(speaker)s” fits nothing in the text",
                    speaker=c.words or c.paragraph or c.speaker,
                )
                yield Finding(path, c.line, "A12", problem, "correct its words or paragraph, or delete it")
        if not articles:
            return
        # A segmenter that knows the glossary's words would always agree with them.
        for doubt in doubts(knowledge.terms, articles, Segmenter(cache=self._cache).ends):
            # No article has to use every entry, and what one odd text contradicts may still be right.
            note = doubt.code == "G08" or "(/a/" in doubt.problem
            where = self.content.entries.where(doubt.term)
            yield Finding(*where, doubt.code, doubt.problem, doubt.remedy, note)

    def _listed(self) -> list[ArticleId]:
        """The articles of content/; none if they cannot be listed, which `check` reports."""
        with suppress(ContentError):
            return self.content.articles()
        return []

    def glossary_changes(self, revision: str) -> Iterator[Change]:
        """What the current glossary finds in each article that an older one did not, and the reverse.

        Args:
            revision: a commit, branch or tag of the git repository that holds content/.

        Raises:
            ContentError: the revision does not exist.
        """
        before, now = glossary_at(self.content.root, revision), self.usable_knowledge()[0].terms
        return changes(before, now, self._texts())

    def candidates(self) -> Sequence[Phrase]:
        """Phrases of the whole library that may deserve an entry, the best first."""
        return phrases(self._documents)

    def coverage(self) -> Coverage:
        """How much of the set phrases of the whole library the glossary explains."""
        return coverage(self._documents())

    def _documents(self) -> Iterator[Document]:
        """Every document of the index."""
        for entry in self.index.entries(limit=_ALL):
            if document := self.index.document(entry.header.id):
                yield document

    def _texts(self) -> Iterator[ArticleText]:
        """Every readable article of content/."""
        for id in self.content.articles():
            with suppress(ContentError, NotFound):
                manuscript = self.content.article(id)
                blocks = blocks_of(drafted(manuscript.ledger, manuscript.pieces)[1])
                yield ArticleText(id, blocks, manuscript.header.title)


def open_library(settings: Settings) -> Library:
    """The library that these settings describe.

    Raises:
        IndexUnavailable: the index cannot be opened.
    """
    index = open_index(settings.database_url, settings.var)
    return Library(Content(settings.content), index, cache=settings.var / "jieba")
