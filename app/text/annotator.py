"""Annotates a text whose blocks have ids: terms, quotations, speakers and word ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.model import (
    Block,
    Correction,
    Document,
    Header,
    Knowledge,
    Quotation,
    QuoteMark,
    TranslatedBlock,
)
from app.text.folding import normalize
from app.text.quotes.attribution import attribute
from app.text.quotes.corrections import correct
from app.text.quotes.people import People
from app.text.segment import Segmenter
from app.text.terms.definitions import definitions
from app.text.terms.matcher import TermMatcher
from app.text.translation import marked

# Raise it when the same text and knowledge give other annotations; stored documents are then annotated again.
VERSION = 6


class Annotator:
    """Annotates texts with one state of glossary and people.

    Args:
        knowledge: the glossary and the people.
        cache: private folder for the segmenter.
    """

    def __init__(self, knowledge: Knowledge, *, cache: Path | None = None) -> None:
        self._people = People(knowledge.people)
        self._matcher = TermMatcher(knowledge.terms)
        self._terms = {t.id: t for t in knowledge.terms}
        # Phrases are not words of the segmenter's dictionary: their words are found separately.
        terms = (t.term for t in knowledge.terms if t.pinyin and " " not in t.pinyin)
        self._words = (*terms, *(p.name for p in knowledge.people))
        self._cache = cache
        self._segmenter: Segmenter | None = None

    def annotate(
        self,
        header: Header,
        revision: int,
        blocks: Sequence[Block],
        *,
        corrections: Sequence[Correction] = (),
        draft: bool = False,
        saved_at: str = "",
    ) -> Document:
        """Find terms, definitions, quotations with their speakers, and word ends."""
        folded = tuple(normalize(b.text) for b in blocks)
        found = attribute(
            blocks, title=header.title, byline=header.author, people=self._people, folded=folded
        )
        said, _ = correct(found, blocks, corrections, self._people)
        place = {b.id: b.n for b in blocks}

        def in_order(item: Quotation | QuoteMark) -> tuple[int, int, int]:
            return place[item.block], item.start, -item.end

        quotations = sorted(said.quotations, key=in_order)
        # Speakers in the order of their first quotation.
        heard = {q.speaker: n for n, q in reversed(list(enumerate(quotations)))}
        cuts = tuple(self.segmenter.ends(b.text) for b in blocks)
        return Document(
            header=header,
            revision=revision,
            blocks=tuple(blocks),
            occurrences=self._matcher.occurrences(blocks, header.id, header.title),
            definitions=definitions(blocks, folded, cuts, self.segmenter.ends),
            speakers=tuple(sorted(said.speakers, key=lambda s: heard.get(s.id, len(heard)))),
            quotations=tuple(quotations),
            quote_marks=tuple(sorted(said.quote_marks, key=in_order)),
            cuts=cuts,
            title_cuts=self.segmenter.ends(header.title),
            draft=draft,
            saved_at=saved_at,
            author=said.author,
            genre=said.kind.genre,
            genre_why=said.kind.why,
        )

    def mark_translation(
        self, blocks: Sequence[TranslatedBlock], document: Document
    ) -> tuple[TranslatedBlock, ...]:
        """Mark the names of the document's terms in translated blocks."""
        return marked(blocks, document, self._terms)

    def stray_corrections(
        self, blocks: Sequence[Block], corrections: Sequence[Correction]
    ) -> tuple[Correction, ...]:
        """The corrections whose text is not in the blocks."""
        return correct(attribute(blocks, people=self._people), blocks, corrections, self._people)[1]

    @property
    def segmenter(self) -> Segmenter:
        """The segmenter, made at first use."""
        if self._segmenter is None:
            self._segmenter = Segmenter(self._words, cache=self._cache)
        return self._segmenter
