"""From the files of an article to its document, and the digest of all that it is made from."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from app.content.store import Manuscript
from app.model import Block, BlockId, Document
from app.text.annotator import VERSION, Annotator
from app.text.paragraphs import Alignment, Ledger, drafted


def annotated(annotator: Annotator, manuscript: Manuscript) -> tuple[Document, Ledger]:
    """The document and the ledger of an article, both including unsaved edits."""
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
    translations = tuple(
        replace(file.head, blocks=annotator.mark_translation(file.carried(ledger).blocks, document))
        for file in manuscript.translations
    )
    return replace(document, translations=translations), ledger


def blocks_of(alignment: Alignment) -> tuple[Block, ...]:
    """The blocks of an aligned text."""
    return tuple(Block(BlockId(p.id), n, p.kind, p.text, p.level) for n, p in enumerate(alignment.places, 1))


def digest(content: str, knowledge: str) -> str:
    """A digest of all that a document is made from: files, glossary and people, and the program's version."""
    return hashlib.sha256(f"{VERSION}\0{content}\0{knowledge}".encode()).hexdigest()
