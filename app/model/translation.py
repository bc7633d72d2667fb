"""A translation of an article: its paragraphs under the ids of the Chinese ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.model.ids import BlockId, Number, TermId

# Who answers for the words: the text's publisher, another publisher, an editor of the library, a machine.
TranslationKind = Literal["official", "published", "editorial", "machine-assisted"]
# Why a translation may not fit its paragraph: the Chinese was edited since, was split, was merged, or a
# program set them against each other and was not sure.
TranslationDoubt = Literal["", "changed", "split", "merged", "unsure"]


@dataclass(frozen=True, slots=True)
class TermMark:
    """The name of a glossary term in a translated paragraph; offsets count code points, half-open."""

    start: Number
    end: Number
    term: TermId


@dataclass(frozen=True, slots=True)
class TranslatedBlock:
    """The translation of one block.

    Attributes:
        block: id of the Chinese block in the current text.
        revision: the revision of the Chinese text that was translated; 0 if unknown.
        doubt: why the words may not fit the Chinese; "" if they do.
        marks: the terms that it names, in order.
    """

    block: BlockId
    text: str
    revision: Number = 0
    doubt: TranslationDoubt = ""
    marks: tuple[TermMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation of an article into one language.

    Attributes:
        lang: BCP 47.
        kind: who answers for the words; None if the file does not say.
        title: of the article, or "".
        translator, date, licence, source: as far as they are known, else "". `source` is a web address.
        note: the editor's remarks.
        blocks: in the order of the text; a block without a translation is missing.
    """

    lang: str
    kind: TranslationKind | None = None
    title: str = ""
    translator: str = ""
    date: str = ""
    licence: str = ""
    source: str = ""
    note: str = ""
    blocks: tuple[TranslatedBlock, ...] = ()

    def of(self, block: BlockId) -> TranslatedBlock | None:
        """The translation of a block, or None."""
        return next((b for b in self.blocks if b.block == block), None)
