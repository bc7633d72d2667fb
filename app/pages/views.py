"""The values that shared templates (`_*.html`) draw: words ready to print, addresses ready to follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from app.text.inline import Node, cells


# No struct, since the API shows links and Pydantic knows none.
@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address.

    Attributes:
        text: the words.
        href: the address; "" for a person without a page.
    """

    text: str
    href: str


class Switch(Struct, frozen=True):
    """A link that displays the text in another way. The browser remembers the choice.

    Attributes:
        key: pinyin or script.
        text: words of the link.
        href: query of the other display.
        value: to remember when the link is followed, "" for the default.
        now: the value of this page.
        on: the link leads back to the default.
    """

    key: str
    text: str
    href: str
    value: str
    now: str
    on: bool


class ArticleView(Struct, frozen=True):
    """The facts under a title.

    Attributes:
        id, href, title: of the article.
        title_words: the title in words; lines break only between them.
        subtitle: the line under the headline, "" if there is none.
        supplied: an editor made the title up. It is shown in brackets, with the label 编者拟题.
        date, publication: ready to print: 约2023年12月, 原载报刊未查明.
        date_iso: for <time datetime>, "" if not known or approximate.
        author: the byline.
        url: of the article on the web, "" if there is none.
        note: the editor's note on title, date and source.
        lang: language and script of the text.
        characters: Han characters, and words of other scripts.
        minutes: reading time, at 400 characters a minute.
        paragraphs, revision: how many there are; number of the saved revision.
        speakers_href, source_href: addresses of the article's other pages.
        people, groups, terms: how many persons and groups are quoted, and how many terms occur.
        draft: edited on disk but not saved; the page warns the editor.
        title_en, summary_en: those that the editors wrote for readers of English; "" on Chinese pages.
        whole: the author of a text that is one person's own words, with the office; "" for other kinds.
    """

    id: str
    href: str
    title: str
    title_words: tuple[str, ...]
    supplied: bool
    date: str
    date_iso: str
    publication: str
    author: str
    url: str
    note: str
    lang: str
    characters: int
    minutes: int
    paragraphs: int
    revision: int
    speakers_href: str
    source_href: str
    people: int
    groups: int
    terms: int
    draft: bool = False
    subtitle: str = ""
    title_en: str = ""
    summary_en: str = ""
    whole: str = ""


class Voice(Struct, frozen=True):
    """A speaker as the margin shows them.

    Attributes:
        id, name: of the speaker.
        role: as printed, or 群体，未具名 and the like for the unnamed; "" if not known.
        href: of the speaker's page, "" for a private person.
        doubt: why the attribution is uncertain, or "".
        latin: the name in Latin letters, on pages in other languages; "" if it has none.
        translated: the office is in the language of the page and not as printed.
    """

    id: str
    name: str
    role: str
    href: str
    doubt: str = ""
    latin: str = ""
    translated: bool = False


class TermRef(Struct, frozen=True, eq=False):
    """The data of a `term` node. Equal ones are the same object, so that they compare fast.

    Attributes:
        id, href: of the term.
        line: how the mark is drawn: name (institution, place, programme, event), saying (policy, slogan) or
            word.
        first: the term's first occurrence in its section, marked by default.
        marked: drawn as a link; else the node only carries the id, for scripts.
        listed: the phrase is not an entry; the article itself lists its members.
    """

    id: str
    href: str
    line: Literal["name", "saying", "word"]
    first: bool
    marked: bool
    listed: bool = False


class SaidRef(Struct, frozen=True):
    """The data of a `said` node: a quotation.

    Attributes:
        type: direct, indirect, mixed or ascribed.
        label: the type in words: 原话, 转述 or 引述.
        speaker: name, or 未详.
        doubtful: the speaker is not certain.
        inferred: only the place of these words gives them to the speaker.
        by: id of the speaker, "" if not known.
    """

    type: str
    label: str
    speaker: str
    doubtful: bool
    inferred: bool = False
    by: str = ""


class MarginNote(Struct, frozen=True):
    """A note in the margin.

    Attributes:
        term: id of the entry.
        headword: its headword.
        text: the first sentence of its definition.
        lang: language of the text, "" for Chinese.
        lesson: the note tells new readers how to use the page; it has no words of its own.
        href: where the note leads, if it is not on a term.
    """

    term: str
    headword: str
    text: str
    lang: str = ""
    lesson: bool = False
    href: str = ""


class TranslatedView(Struct, frozen=True):
    """A translated paragraph.

    Attributes:
        lang: of the words.
        nodes: the words as a tree; terms are marked.
        doubt: why the words may not fit the Chinese, "" if they do.
    """

    lang: str
    nodes: tuple[Node, ...]
    doubt: str = ""


class TranslationView(Struct, frozen=True):
    """The facts of a translation; unknown ones are "".

    Attributes:
        lang: of its words.
        kind: who answers for it, in words.
        translator, date, licence, source, note: as the file gives them.
    """

    lang: str
    kind: str
    translator: str
    date: str
    licence: str
    source: str
    note: str


class BlockView(Struct, frozen=True, eq=False):
    """One block of a text. Equal blocks are the same object, so that their HTML can be cached.

    Attributes:
        id, kind, level: of the block; `level` is that of a heading.
        number: 1-based among paragraphs, as readers see it; 0 for any other kind.
        href: of the paragraph's own page.
        nodes: the text as a tree; see `app.text.inline`.
        voices: who begins to speak in this block.
        notes: margin notes that fit next to it.
        partly: it also holds words that are not theirs.
        still: who goes on speaking from the block before.
        translation: of the block, where the page shows it.
    """

    id: str
    kind: str
    level: int
    number: int
    href: str
    nodes: tuple[Node, ...]
    voices: tuple[Voice, ...] = ()
    notes: tuple[MarginNote, ...] = ()
    partly: bool = False
    still: tuple[Voice, ...] = ()
    translation: TranslatedView | None = None

    @property
    def cells(self) -> tuple[tuple[Node, ...], ...]:
        """The cells of a row of a table, each with the mark that separates it from the next."""
        return cells(self.nodes)


class TableView(Struct, frozen=True, eq=False):
    """A table: its rows are blocks, each with its own link. The first row is the header, as in article.md.

    Attributes:
        rows: the header and the others, with the same number of cells.
    """

    rows: tuple[BlockView, ...]

    @property
    def kind(self) -> str:
        """As blocks have it; a block of this kind is only one row."""
        return "rows"


class Section(Struct, frozen=True):
    """The blocks under one heading.

    Attributes:
        title: of the heading; 导语 for blocks before the first one.
        href: of the section in the page.
        people: who speaks in it.
        heading: None before the first one.
        blocks: in order; the rows of a table are one.
    """

    title: str
    href: str
    people: tuple[str, ...]
    heading: BlockView | None
    blocks: tuple[BlockView | TableView, ...]


class MemberView(Struct, frozen=True):
    """A member of a counted phrase.

    Attributes:
        text: the member.
        href, term: address and id of its own entry, or "".
        en: in English, or "".
        here: the paragraph names this member and not all of them.
    """

    text: str
    href: str = ""
    term: str = ""
    en: str = ""
    here: bool = False


class CardDate(Struct, frozen=True):
    """What happened to a term, and when.

    Attributes:
        when: 2014年5月提出.
        event: what happened, in a sentence, or "".
        lang: language of the event, "" for that of the page.
    """

    when: str
    event: str = ""
    lang: str = ""


class TermCard(Struct, frozen=True, eq=False, kw_only=True):
    """A term's popup card. Equal cards are the same object, so that their HTML can be cached.

    Attributes:
        id, headword, pinyin, href: of the entry. The headword is the link to it.
        kind: in words, 政策.
        text: the definition, whole or in one sentence.
        lang: language of the text, "" for Chinese.
        english, english_status: the best English name and its status in words, or "".
        members: up to seven. Those with an entry lead to cards of their own.
        total: how many members there are if there are more, else 0.
        when: dates in order: on a short card the most telling one.
        verified: the entry was checked against its sources.
        listed: the members that the article itself lists, if the entry does not have them.
        place: link to that list in the article.
    """

    id: str
    headword: str
    pinyin: str = ""
    kind: str
    text: str = ""
    lang: str = ""
    english: str = ""
    english_status: str = ""
    members: tuple[MemberView, ...]
    total: int = 0
    when: tuple[CardDate, ...] = ()
    verified: bool
    href: str
    listed: tuple[str, ...] = ()
    place: Link | None = None


class Said(Struct, frozen=True):
    """One quotation in a list.

    Attributes:
        type: direct, indirect, mixed or ascribed.
        label: the type in words: 原话, 转述, 引述.
        text: the words.
        nodes: the words with their terms.
        cue: the verb of saying as printed, or "".
        number: of its paragraph, 0 for another block.
        href: of the paragraph's page.
        why: the rule that attributed it.
        confidence: 0 to 1.
        doubtful: the speaker is not certain.
        speaker: who said it; None if not known.
        inferred: only their place gives the later sentences to the speaker.
    """

    type: str
    label: str
    text: str
    nodes: tuple[Node, ...]
    cue: str
    number: int
    href: str
    why: str
    confidence: float
    doubtful: bool
    speaker: Link | None = None
    inferred: bool = False


class SourceView(Struct, frozen=True):
    """A source of an entry.

    Attributes:
        title, publisher, date: as printed.
        url: "" for a source in print.
        tier: who publishes it, in words, such as 官方或机构.
        lang, publisher_lang: en for a title or publisher in Latin letters, else "".
    """

    title: str
    publisher: str
    date: str
    url: str
    tier: str
    lang: str = ""
    publisher_lang: str = ""


class Near(Struct, frozen=True):
    """The paragraph before or after the one in focus.

    Attributes:
        id, number, href: of the paragraph.
        speaker: whose words it is, "" unless it is all one person's.
        text: its words.
    """

    id: str
    number: int
    href: str
    speaker: str
    text: str
