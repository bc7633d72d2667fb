"""The pages of /read/: the form for a text of the reader's own, and that text as a reading page.

Such a text has no address (`urls.PASTED`): links to its paragraphs and speakers lead to places of its page.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import ClassVar

import msgspec
from msgspec import Struct, structs

from app import urls
from app.dictionary.language import Language
from app.errors import NotFound
from app.i18n import is_chinese, say
from app.library.comparing import MAX_CHARACTERS
from app.model import BlockId, Document, Knowledge, SpeakerId
from app.pages import blocks, quotations, reader, translations
from app.pages.article import DocumentView
from app.pages.compare import CompareContext, side_by_side
from app.pages.contexts import Meta, Page, PageContext
from app.pages.excerpts import first_clause
from app.pages.head import meta
from app.pages.options import PLAIN, DisplayOptions, Marks
from app.pages.quotations import SpeakerInArticle
from app.pages.reader import ReaderContext
from app.pages.resources import Resources
from app.pages.views import Link, Said

# Articles that the form offers as samples, and doubts that the page lists; the rest are counted.
_SAMPLES = 4
_DOUBTS = 12


class SampleText(Struct, frozen=True):
    """An article of the library whose text can be read as if it had been pasted.

    Attributes:
        id: of the article.
        title: of the article.
    """

    id: str
    title: str


class ReadContext(PageContext, frozen=True):
    """The form for a text of the reader's own.

    Attributes:
        samples: texts to try it with.
        megabytes: the largest file that is taken.
        comparable: the most characters of two texts that are compared.
    """

    template: ClassVar[str] = "read.html"
    samples: tuple[SampleText, ...]
    megabytes: int
    comparable: int


class PastedContext(ReaderContext, frozen=True, kw_only=True):
    """A text of the reader's own as a reading page.

    Attributes:
        article: the facts under the title.
        sections: the text.
        cards: of the terms in it, whole.
        speakers: their cards, and where they speak.
        terms_href, elsewhere, earlier, previous, next, alternates: empty.
        translation: the facts of the translation that came with the text, where the page shows it.
        marks: which terms are marked.
        switches: other displays of the text.
        look: "own" if words can be looked up, else "".
        words: for that, where words end and who is named, as JSON; the site has no text to ask about.
        subtitle: the title of the translation, where it came with the text and is not the page's title.
        left: paragraphs of the translation that fit no paragraph of the text.
        doubts: what the program is not sure of, with links to the paragraphs.
        more: how many doubts are not listed.
        said: who says what, in order of their first words.
        unknown: quotations whose speaker is not known.
        kept: the text with its header as JSON, which the page sends to be displayed in another way or kept.
    """

    template: ClassVar[str] = "pasted.html"
    words: str
    subtitle: str
    left: tuple[str, ...]
    doubts: tuple[Link, ...]
    more: int
    said: tuple[SpeakerInArticle, ...]
    unknown: tuple[Said, ...]
    kept: str


class PastedCompareContext(CompareContext, frozen=True):
    """Two texts of the reader's own, side by side.

    Attributes:
        first, second, swapped, counts, share, respelled, phrases, rows: as for two articles; `swapped` is "".
        notes: how they were read.
        kept: both texts as JSON, which the page sends to have them compared the other way round.
    """

    template: ClassVar[str] = "pasted_compare.html"
    notes: tuple[str, ...]
    kept: tuple[str, str]


class PastedView(DocumentView):
    """A pasted text as pages see it: its speakers are found further down on the same page."""

    def address(self, id: SpeakerId) -> str:
        """The place of the page that lists a speaker's words."""
        return f"#say-{id}"


def form(res: Resources, options: DisplayOptions = PLAIN, *, megabytes: int) -> Page:
    """The form for a text of the reader's own."""
    found = []
    for entry in res.library.index.entries(limit=_SAMPLES):
        with suppress(NotFound):  # an article of JSON lines has no source text
            if res.library.content.source(entry.header.id):
                found.append(SampleText(entry.header.id, entry.header.title))
    description = say("贴一篇中文文章，或选一个文件，读带批注的版本。不保存。")
    head = meta(res, say("读自己的文章"), description, urls.READ)
    return Page(ReadContext(tuple(found), megabytes, MAX_CHARACTERS), head, nav="read", options=options)


def pasted(
    res: Resources,
    document: Document,
    options: DisplayOptions,
    *,
    notes: Sequence[Link],
    left: tuple[str, ...],
    kept: str,
) -> Page:
    """A text of the reader's own as a reading page.

    Args:
        document: the text; its id is `urls.PASTED`.
        notes: doubts about how the text was read.
        left: paragraphs of its translation that fit no paragraph of it.
        kept: the text with its header, as JSON.
    """
    marks: Marks = options.marks or "core"
    own = PastedView(document, res.library.knowledge(), names=res.names())
    view = reader.displayed(res, own, options)
    doubts = (*notes, *_doubtful_speakers(view))
    words = _words(res.language, document, own.knowledge)
    context = PastedContext(
        article=view.article(),
        sections=blocks.sections(view, marks),
        cards=blocks.cards(view, res.glossary(view.knowledge)),
        marks=marks,
        switches=reader.switches(res, document, options),
        look="own" if words else "",
        words=words,
        translation=translations.facts(view.translation) if view.translation else None,
        subtitle=view.translation.title if view.translation and is_chinese() else "",
        left=left,
        doubts=doubts[:_DOUBTS],
        more=max(0, len(doubts) - _DOUBTS),
        speakers=quotations.speaker_cards(view),
        said=quotations.speakers(view),
        unknown=quotations.said_by_unknown(view),
        kept=kept,
    )
    title = document.header.title
    head = Meta(f"{title} · {res.site_name}", "", robots="noindex")
    return Page(context, head, nav="read", options=options, lang=view.document.header.lang)


# Lengths are written as digits of base 36; a longer word is cut.
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _words(language: Language | None, document: Document, knowledge: Knowledge) -> str:
    """The lengths of the words of each block, and the people in a text, as JSON; "" without a dictionary."""
    dictionary = language.made_dictionary if language else None
    if dictionary is None:
        return ""
    ends = {
        block.id: "".join(_length(b - a) for a, b in pairwise((0, *cuts, len(block.text))))
        for block, cuts in zip(document.blocks, document.cuts, strict=False)
    }
    named = dictionary.people(document.speakers, knowledge.people)
    people = {
        form: {"pinyin": entry.pinyin, "meanings": entry.meanings, "person": entry.person}
        for form, entry in named.items()
        if any(form in block.text for block in document.blocks)
    }
    return msgspec.json.encode({"ends": ends, "people": people}).decode()


def _length(characters: int) -> str:
    most = len(_DIGITS) - 1
    return _DIGITS[most] * (characters // most) + _DIGITS[characters % most]


def compared(
    res: Resources,
    first: Document,
    second: Document,
    options: DisplayOptions,
    *,
    notes: tuple[str, ...],
    kept: tuple[str, str],
) -> Page:
    """Two texts of the reader's own, side by side.

    Args:
        first: a text; its id is `urls.PASTED`.
        second: the other one.
        notes: how the texts were read.
        kept: both as JSON.

    Raises:
        TextsTooLong: they have too many characters.
    """
    found = side_by_side(res.library.knowledge(), first, second)
    context = PastedCompareContext(**structs.asdict(found), notes=notes, kept=kept)
    title = say("对照：%(a)s 与 %(b)s", a=first.header.title, b=second.header.title)
    head = Meta(f"{title} · {res.site_name}", "", robots="noindex")
    return Page(context, head, nav="read", options=options, lang=first.header.lang)


def _doubtful_speakers(view: DocumentView) -> list[Link]:
    """Paragraphs with a quotation whose speaker is not known or not certain."""
    found: dict[BlockId, Link] = {}
    for q in view.document.quotations:
        if q.doubtful and q.block not in found:
            speaker, words = view.speaker(q.speaker), first_clause(view.words(q))
            said = (
                say("“%(words)s”可能是%(name)s说的", words=words, name=view.named(speaker))
                if speaker
                else say("“%(words)s”的说话人未详", words=words)
            )
            found[q.block] = Link(said, f"#{q.block}")
    return list(found.values())
