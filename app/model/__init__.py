"""The values of the program: frozen dataclasses and typed ids, the same from file to template to JSON.

A text is never altered: annotations are spans that point into a block.

    ids          typed ids and limits of numbers
    blocks       Span, Piece, Block
    annotations  occurrences, quotations, speakers, corrections; a kind that few modules need has no name here
    article      Header, Author, Document
    translation  Translation and its parts
    glossary     Term and its parts
    knowledge    people, and Knowledge: glossary and people together
    series       counts of entries in texts that the library does not hold
"""

from app.model.annotations import (
    Annotation,
    Annotations,
    Correction,
    Definition,
    ListedMember,
    Manner,
    Mention,
    Occurrence,
    Quotation,
    QuotationType,
    QuoteMark,
    Speaker,
    SpeakerKind,
)
from app.model.article import OWN_WORDS, Author, Document, Genre, Header, Lang
from app.model.blocks import CELL, KINDS, PROSE, Block, Kind, Piece, Span
from app.model.glossary import (
    PRIORITIES,
    AliasScope,
    DateType,
    Domain,
    English,
    EnglishStatus,
    Member,
    Priority,
    Scope,
    Source,
    Term,
    TermDate,
    TermKind,
    Verified,
)
from app.model.ids import ARTICLE_ID, LANGUAGE, ArticleId, BlockId, Number, Rate, SpeakerId, TermId
from app.model.knowledge import Knowledge, Office, Person
from app.model.series import Series, SeriesUse
from app.model.translation import TermMark, TranslatedBlock, Translation, TranslationDoubt, TranslationKind

__all__ = [
    "ARTICLE_ID", "CELL", "KINDS", "LANGUAGE", "OWN_WORDS", "PRIORITIES", "PROSE", "AliasScope",
    "Annotation", "Annotations", "ArticleId", "Author", "Block", "BlockId", "Correction", "DateType",
    "Definition", "Document", "Domain", "English", "EnglishStatus", "Genre", "Header", "Kind",
    "Knowledge", "Lang", "ListedMember", "Manner", "Member", "Mention", "Number", "Occurrence", "Office",
    "Person", "Piece", "Priority", "Quotation", "QuotationType", "QuoteMark", "Rate", "Scope", "Series",
    "SeriesUse", "Source", "Span", "Speaker", "SpeakerId", "SpeakerKind", "Term", "TermDate", "TermId",
    "TermKind", "TermMark", "TranslatedBlock", "Translation", "TranslationDoubt", "TranslationKind",
    "Verified", "annotations",
]  # fmt: skip
