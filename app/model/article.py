"""One article: its header, its genre, and the document with all annotations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.model.annotations import Annotations
from app.model.blocks import Block
from app.model.ids import ArticleId, Number, SpeakerId
from app.model.translation import Translation

Lang = Literal["zh-Hans", "zh-Hant"]


@dataclass(frozen=True, slots=True)
class Header:
    """The metadata of an article.

    Attributes:
        title: headline; if an editor wrote it, `supplied` is set and pages show it in brackets as 编者拟题.
        subtitle: the line below the headline, or "".
        title_en, summary_en: title and summary that the editors wrote for readers of English, or "".
        date: ISO 8601 with the known precision (2023, 2023-12, 2023-12-03), or ""; `circa` if approximate.
        publication: where it was printed, "" if unknown.
        note: the editor's remarks on title, date and source, plain text.
        aliases: earlier ids of the article; their addresses redirect.
    """

    id: ArticleId
    title: str
    subtitle: str = ""
    supplied: bool = False
    date: str = ""
    circa: bool = False
    publication: str = ""
    author: str = ""
    url: str = ""
    note: str = ""
    lang: str = "zh-Hans"
    aliases: tuple[ArticleId, ...] = ()
    title_en: str = ""
    summary_en: str = ""


# The kind of a text. Rules for speakers depend on it.
Genre = Literal[
    "news",
    "document",
    "law",
    "report",
    "speech",
    "letter",
    "qa",
    "interview",
    "transcript",
    "feature",
    "readout",
    "commentary",
    "diary",
]
# Genres written in the author's own words: a name at the beginning or the end is the author's.
OWN_WORDS: frozenset[Genre] = frozenset(("speech", "report", "letter", "commentary", "diary"))


@dataclass(frozen=True, slots=True)
class Author:
    """The author of the whole text, such as a speech or a letter.

    Attributes:
        role: the office printed in the text, or None.
        speaker: the `Speaker.id` of the author in this document; None if no quotation is the author's.
    """

    name: str
    role: str | None = None
    speaker: SpeakerId | None = None


@dataclass(frozen=True, slots=True)
class Document(Annotations):
    """One article with all annotations. Pages, API and exports are made from it.

    Attributes:
        revision: number of the saved revision of the text; 0 if never saved.
        saved_at: when that revision was saved, ISO 8601; "" if never.
        draft: the text has unsaved edits; its new ids may still change.
        cuts: for each block, the ends of its words in code points, for the dictionary.
        title_cuts: the same for the title, which breaks lines only between words.
        author: of the whole text, if it names one and is in the author's own words.
        genre_why: the evidence for the genre.
        translations: one for each language, by language tag.
    """

    header: Header
    revision: Number
    blocks: tuple[Block, ...]
    cuts: tuple[tuple[Number, ...], ...] = ()
    title_cuts: tuple[Number, ...] = ()
    draft: bool = False
    saved_at: str = ""
    author: Author | None = None
    genre: Genre = "news"
    genre_why: str = ""
    translations: tuple[Translation, ...] = ()
