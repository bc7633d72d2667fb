"""Where an article is that an editor works on: in the library, or a draft in `var/edit/drafts/`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from app import urls
from app.content.files import read_bytes, utf8
from app.content.rewriting import rewrite
from app.content.store import Content, Manuscript
from app.edit.asked import EditRequest
from app.edit.bench import Bench
from app.library.annotating import annotated
from app.library.correcting import Corrected, Wanted, correct, wanted
from app.model import ArticleId, Block, Document


@dataclass(frozen=True, slots=True)
class ArticlePlace:
    """An article's place: its folder, and its address in the workbench.

    `draft` is the key of the draft, or "" for an article of the library.
    """

    content: Content
    id: ArticleId
    home: str
    draft: str = ""

    def saved(self, bench: Bench) -> int:
        """The last revision that the index knows."""
        return 0 if self.draft else bench.library.index.revisions([self.id]).get(self.id, 0)


class Opened:
    """An article as it is now, annotated when it is first asked for."""

    def __init__(self, bench: Bench, place: ArticlePlace) -> None:
        self.place = place
        self._bench = bench
        self.manuscript: Manuscript = place.content.article(place.id, saved=place.saved(bench))

    @property
    def seen(self) -> str:
        """The digest that forms carry."""
        return self.manuscript.digest

    @property
    def wanted(self) -> Wanted:
        """The article as it is, to be changed."""
        return wanted(self.manuscript)

    @cached_property
    def document(self) -> Document:
        """The annotated article."""
        return self._bench.annotated(self.manuscript)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Its blocks, one for each piece of the manuscript."""
        return self.document.blocks

    def number(self, block: str) -> int:
        """The index of a block; -1 if there is none."""
        return next((i for i, b in enumerate(self.blocks) if b.id == block), -1)

    def as_wanted(self, to: Wanted) -> Document:
        """The document that a change of the front matter would make."""
        changed = replace(self.manuscript, header=to.header, pieces=to.pieces, corrections=to.corrections)
        return annotated(self._bench.library.annotator(), changed)[0]

    def text(self) -> str:
        """article.md."""
        path = self.place.content.folder(self.place.id) / "article.md"
        return utf8(read_bytes(path) or b"", path)

    def text_as(self, to: Wanted) -> str:
        """article.md after a change."""
        return rewrite(self.text(), to.header, to.pieces, to.corrections)


def in_library(bench: Bench, id: str) -> ArticlePlace:
    """The place of an article of the library."""
    return ArticlePlace(bench.library.content, ArticleId(id), urls.edit_article(id))


def save(
    bench: Bench, asked: EditRequest, place: ArticlePlace, to: Wanted, *, dry_run: bool = False
) -> Corrected:
    """Write a change, and bring it into the index.

    Raises:
        ChangedMeanwhile: the files are not those that the form was made from.
    """
    done = correct(
        place.content,
        place.id,
        to,
        seen=asked.fields.get("seen", ""),
        saved=place.saved(bench),
        saved_at=asked.now,
        note=asked.note,
        dry_run=dry_run,
    )
    if done.changed and not dry_run and not place.draft:
        bench.refresh(place.id)
    return done
