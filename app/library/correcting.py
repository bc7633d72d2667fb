"""Corrects an article: writes article.md and the ledger together, as an editor and `meipi save` do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.content.files import read_bytes, utf8
from app.content.rewriting import rewrite
from app.content.store import Content, Manuscript
from app.errors import ChangedMeanwhile
from app.i18n import worded
from app.model import ArticleId, Correction, Header, Piece
from app.text.paragraphs import align, plan, save


@dataclass(frozen=True, slots=True)
class Wanted:
    """An article as an editor wants it."""

    header: Header
    pieces: tuple[Piece, ...]
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction did, or would do.

    Attributes:
        revision: the last one of the article now.
        plan: where every paragraph id goes, one line each.
        before, after: article.md.
    """

    revision: int
    plan: tuple[str, ...]
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether any file is or would be another one."""
        return self.before != self.after or bool(self.plan)


def wanted(manuscript: Manuscript) -> Wanted:
    """An article as it is."""
    return Wanted(manuscript.header, manuscript.pieces, manuscript.corrections)


def correct(
    content: Content,
    id: ArticleId,
    to: Wanted,
    *,
    seen: str,
    saved: int = 0,
    saved_at: str,
    note: str = "",
    dry_run: bool = False,
) -> Corrected:
    """Give an article new values, and its text a new revision if words, kinds or order change.

    Args:
        to: the article as wanted.
        seen: the digest of the manuscript that the editor saw.
        saved: see `Content.article`.
        saved_at: the time, ISO 8601.
        note: the reason, kept with the revision.

    Raises:
        ChangedMeanwhile: the files have another digest.
        NotFound, ContentError: the article is missing or cannot be read.
    """
    with content.lock():
        now = content.article(id, saved=saved)
        if now.digest != seen:
            raise ChangedMeanwhile(worded("article %(id)s has changed meanwhile", id=id))
        path = content.folder(id) / "article.md"
        before = utf8(read_bytes(path) or b"", path)
        after = rewrite(before, to.header, to.pieces, to.corrections)
        alignment = align(now.ledger, to.pieces)
        ledger = now.ledger
        if _plain(to.pieces) != _plain(now.pieces):
            ledger = save(now.ledger, alignment, saved_at=saved_at, note=note)
        if not dry_run and (after != before or ledger is not now.ledger):
            content.write(to.header, None, ledger, text=after)
            if utf8(read_bytes(content.folder(id) / "article.md") or b"", path) != after:
                raise ChangedMeanwhile(worded("article %(id)s has changed meanwhile", id=id))
    return Corrected(ledger.last, plan(alignment) if ledger is not now.ledger else (), before, after)


def _plain(pieces: Sequence[Piece]) -> list[tuple[str, str, int]]:
    return [(p.kind, p.text, p.level) for p in pieces]
