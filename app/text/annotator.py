"""Annotates a text whose blocks have ids: terms, quotations, speakers and word ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.model import (
    Block,
    Correction,
    Document,
    Header,
    Knowledge,
    Person,
    Quotation,
    QuoteMark,
    Term,
    TranslatedBlock,
)
from app.text import quotes
from app.text.folding import normalize
from app.text.quotes.people import People
from app.text.segment import Segmenter
from app.text.terms.definitions import definitions
from app.text.terms.matcher import TermMatcher
from app.text.translation import marked

# Raise it when the same text and knowledge give other annotations; stored documents are then annotated again.
VERSION = 7


def needed(knowledge: Knowledge) -> Knowledge:
    """The parts of glossary and people that annotations can depend on; the rest is left empty.

    An annotator sees nothing else, so a change of another part changes no annotation.
    """
    terms = (
        Term(
            t.id,
            t.term,
            t.pinyin,
            "concept",
            t.priority,
            zh="",
            aliases=t.aliases,
            traditional=t.traditional,
            english=t.english,
            veto=t.veto,
            only=t.only,
            scope=t.scope,
            alias_scopes=t.alias_scopes,
        )
        for t in knowledge.terms
    )
    people = (
        Person(
            p.id,
            p.name,
            name_hant=p.name_hant,
            kind=p.kind,
            aliases=p.aliases,
            offices=p.offices,
            homonyms=p.homonyms,
        )
        for p in knowledge.people
    )
    return Knowledge(tuple(terms), tuple(people))


class Annotator:
    """Annotates texts with one state of glossary and people.

    Args:
        knowledge: the glossary and the people.
        cache: private folder for the segmenter.
        earlier: an annotator for another state; its segmenter is used if the words are the same.

    Attributes:
        knowledge: the part of glossary and people that it uses.
    """

    def __init__(
        self, knowledge: Knowledge, *, cache: Path | None = None, earlier: Annotator | None = None
    ) -> None:
        self.knowledge = knowledge = needed(knowledge)
        self._people = People(knowledge.people)
        self._matcher = TermMatcher(knowledge.terms)
        self._terms = {t.id: t for t in knowledge.terms}
        # Phrases are not words of the segmenter's dictionary: their words are found separately.
        terms = (t.term for t in knowledge.terms if t.pinyin and " " not in t.pinyin)
        self._words = (*terms, *(p.name for p in knowledge.people))
        self._cache = cache
        same = earlier is not None and earlier._words == self._words
        self._segmenter: Segmenter | None = earlier._segmenter if earlier and same else None

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
        found = quotes.attribution.attribute(
            blocks, title=header.title, byline=header.author, people=self._people, folded=folded
        )
        said, _ = quotes.corrections.correct(found, blocks, corrections, self._people)
        place = {b.id: b.n for b in blocks}

        def in_order(item: Quotation | QuoteMark) -> tuple[int, int, int]:
            return place[item.block], item.start, -item.end

        quotations = sorted(said.quotations, key=in_order)
        # Speakers in the order of their first quotation.
        heard = {q.speaker: n for n, q in reversed(list(enumerate(quotations)))}
        document = Document(
            header=header,
            revision=revision,
            blocks=tuple(blocks),
            speakers=tuple(sorted(said.speakers, key=lambda s: heard.get(s.id, len(heard)))),
            quotations=tuple(quotations),
            quote_marks=tuple(sorted(said.quote_marks, key=in_order)),
            draft=draft,
            saved_at=saved_at,
            author=said.author,
            genre=said.kind.genre,
            genre_why=said.kind.why,
        )
        return self._with_terms(document, folded)

    def _with_terms(self, document: Document, folded: Sequence[str]) -> Document:
        """The document with all that depends on the glossary, but for its translations.

        Args:
            document: with blocks and speakers.
            folded: the normalized texts of its blocks.
        """
        header, blocks = document.header, document.blocks
        cuts = tuple(self.segmenter.ends(b.text) for b in blocks)
        return replace(
            document,
            occurrences=self._matcher.occurrences(blocks, header.id, header.title),
            definitions=definitions(blocks, folded, cuts, self.segmenter.ends),
            cuts=cuts,
            title_cuts=self.segmenter.ends(header.title),
        )

    def confirms(self, document: Document, before: Knowledge) -> bool:
        """Whether this annotator gives a document that one for an earlier state gave.

        Speakers depend on the people alone, and finding them takes nearly all of the time. So the answer is
        no if the people differ. Else the rest is made anew and compared: it takes a fiftieth of the time.

        Args:
            document: made by the other annotator.
            before: what the other annotator saw, see `Annotator.knowledge`.
        """
        if before == self.knowledge:
            return True
        if before.people != self.knowledge.people:
            return False
        if self._with_terms(document, tuple(normalize(b.text) for b in document.blocks)) != document:
            return False
        if not document.translations:
            return True
        names = {t.id: t.english for t in before.terms}
        ids = {o.term for o in document.occurrences}
        return all(id in names and names[id] == self._terms[id].english for id in ids)

    def mark_translation(
        self, blocks: Sequence[TranslatedBlock], document: Document
    ) -> tuple[TranslatedBlock, ...]:
        """Mark the names of the document's terms in translated blocks."""
        return marked(blocks, document, self._terms)

    def stray_corrections(
        self, blocks: Sequence[Block], corrections: Sequence[Correction]
    ) -> tuple[Correction, ...]:
        """The corrections whose text is not in the blocks."""
        found = quotes.attribution.attribute(blocks, people=self._people)
        return quotes.corrections.correct(found, blocks, corrections, self._people)[1]

    @property
    def segmenter(self) -> Segmenter:
        """The segmenter, made at first use."""
        if self._segmenter is None:
            self._segmenter = Segmenter(self._words, cache=self._cache)
        return self._segmenter
