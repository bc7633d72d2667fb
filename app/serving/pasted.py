"""Reads and annotates a pasted text, in a worker process: form data in, the answer's bytes out.

The text is in the memory of this process only. Plain text is read here; a file is read by the importers in
a process of its own (`receive_safely`). The glossary is sent by the web worker, so this process opens neither
the index nor any file of the library but the text of a sample.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import structs

from app import urls
from app.dictionary.language import Language
from app.document import well_formed
from app.errors import ContentError
from app.export import html
from app.export.press import Press, Snapshot
from app.http.response import NOT_KEPT, Message, Ready, accepted
from app.i18n import Locale, say, use_locale, worded
from app.library.annotating import blocks_of
from app.library.comparing import MAX_CHARACTERS
from app.library.translating import fit, glosses_from
from app.model import Block, Document, Header, Knowledge, Piece, TranslatedBlock, Translation
from app.pages import read
from app.pages.contexts import Page
from app.pages.options import DisplayOptions
from app.pages.resources import Resources
from app.pages.views import Link
from app.serving.given import SentForm, SentText, form_of, text_of, texts_of
from app.settings import Settings
from app.text.annotator import Annotator
from app.text.paragraphs import Ledger, align
from app.web.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Posted:
    """A request to /read/; the `state` of the library names the glossary."""

    body: bytes
    content_type: str
    query: dict[str, str]
    accept: str
    locale: Locale
    state: str


class _GlossaryOnly(Snapshot):
    """Glossary and people without the articles."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._known = knowledge


class Desk:
    """What stays in this process between two texts: the text engine, templates and glossary."""

    def __init__(self, settings: Settings, state: str, knowledge: Knowledge) -> None:
        self.settings, self.state = settings, state
        self.annotator = Annotator(knowledge, cache=settings.var / "jieba")
        library = _GlossaryOnly(knowledge)
        language = Language(settings.var)
        self.resources = Resources(library, settings.base_url, settings.site_name, language=language)
        self.renderer = Renderer(
            settings.base_url,
            settings.site_name,
            read=True,
            edit=settings.editable,
            traditional=lambda texts: language.traditional(texts, knowledge),
        )
        self.press = Press(library, base_url=settings.base_url, site_name=settings.site_name)
        self.terms = {t.id: t for t in knowledge.terms}

    def answer(self, page: Page) -> Ready:
        """A page as an answer that may not be stored."""
        return self.renderer.render(page, extra=NOT_KEPT, cache=b"no-store")


_desk: Desk | None = None


def prepare(settings: Settings, state: str, knowledge: Knowledge) -> None:
    """Take the glossary of a state of the library."""
    global _desk
    logging.disable(logging.CRITICAL)  # a library's warning may hold words of the text
    _desk = Desk(settings, state, knowledge)
    _desk.annotator.segmenter.ends("读")


def answer(request: dict[str, Any]) -> tuple[Message, Message] | None:
    """The two ASGI messages of the answer; None if this process first needs `prepare`.

    Args:
        request: the fields of a `Posted`.

    Raises:
        ContentError: the text cannot be used.
    """
    posted = Posted(**request)
    if _desk is None or _desk.state != posted.state:
        return None
    form = form_of(posted.body, posted.content_type)
    with use_locale(posted.locale):
        options = DisplayOptions.of({**posted.query, **form.fields})
        made = _compared(_desk, form, options) if form.compares else _read(_desk, form, options)
        return made.form(accepted(posted.accept.encode("latin-1", "replace")))


def _read(desk: Desk, form: SentForm, options: DisplayOptions) -> Ready:
    """A text as a reading page, or as a file."""
    text = text_of(desk.settings.content, form)
    document = well_formed(_annotated(desk.annotator, text.header, text.pieces))
    document, left = _translated(desk, document, text.translation)
    if form.fields.get("keep") == "html":
        return _file(desk, document)
    notes = tuple(_notes(text, document))
    return desk.answer(_page(desk.resources, document, options, notes, left, _kept(text)))


def _compared(desk: Desk, form: SentForm, options: DisplayOptions) -> Ready:
    """Two texts side by side."""
    both = texts_of(form)
    if (size := sum(len(p.text) for text in both for p in text.pieces)) > MAX_CHARACTERS:
        problem = worded(
            "两份文本共有 %(size)s 字，一次最多对照 %(most)s 字",
            size=format(size, ","),
            most=format(MAX_CHARACTERS, ","),
        )
        raise ContentError("", 0, "F12", problem, worded("请分几次对照"))
    first, second = (well_formed(_annotated(desk.annotator, t.header, t.pieces)) for t in both)
    notes = tuple(dict.fromkeys(note for text in both for note in text.notes))
    kept = _kept(both[0]), _kept(both[1])
    return desk.answer(read.compared(desk.resources, first, second, options, notes=notes, kept=kept))


def _kept(text: SentText) -> str:
    """A text as its page sends it again."""
    return msgspec.json.encode(replace(text, notes=(), unsure=())).decode()


def _notes(text: SentText, document: Document) -> Iterator[Link]:
    yield from (Link(note, "") for note in text.notes)
    unsure = set(text.unsure)
    for block in document.blocks:
        if block.text in unsure:
            yield Link(say("“%(words)s……”：换行处是否分段拿不准", words=block.text[:12]), f"#{block.id}")


def _page(
    res: Resources,
    document: Document,
    options: DisplayOptions,
    notes: tuple[Link, ...],
    left: tuple[str, ...],
    kept: str,
) -> Page:
    try:
        return read.pasted(res, document, options, notes=notes, left=left, kept=kept)
    except OSError:  # the files of the dictionary are not made yet, and this process may write none
        note = Link(say("拼音和简繁暂时不能显示，请稍后再试"), "")
        plain = structs.replace(options, pinyin=None, script="")
        return read.pasted(res, document, plain, notes=(note, *notes), left=left, kept=kept)


def _annotated(annotator: Annotator, header: Header, pieces: tuple[Piece, ...]) -> Document:
    blocks: tuple[Block, ...] = blocks_of(align(Ledger(urls.PASTED), pieces))
    return annotator.annotate(replace(header, id=urls.PASTED), 0, blocks)


def _translated(
    desk: Desk, document: Document, paragraphs: tuple[Piece, ...]
) -> tuple[Document, tuple[str, ...]]:
    """A text with the translation that came with it, and the paragraphs that translate nothing in it."""
    if not paragraphs:
        return document, ()
    language = desk.resources.language
    glosses = glosses_from(language) if language and language.made_dictionary else None
    fitted = fit(document, desk.terms, paragraphs, glosses)
    words = [
        TranslatedBlock(w.id, w.text, doubt="unsure" if w.unsure else "", marks=w.terms) for w in fitted.words
    ]
    blocks = desk.annotator.mark_translation(words, document)
    translation = Translation(fitted.lang, title=fitted.title, blocks=blocks)
    header = document.header
    if fitted.lang == "en" and fitted.title:
        header = replace(header, title_en=fitted.title)
    left = tuple(p.text for p in fitted.left)
    return replace(document, header=header, translations=(translation,)), left


def _file(desk: Desk, document: Document) -> Ready:
    """The text as one HTML file."""
    out = io.BytesIO()
    html.write(desk.press, document, out, read.PastedView(document, desk.press.knowledge))
    name = quote(f"{document.header.title[:60]}.html".replace("/", "／"))
    disposition = (b"content-disposition", f"attachment; filename*=UTF-8''{name}".encode())
    return Ready(
        out.getvalue(), "text/html; charset=utf-8", cache=b"no-store", extra=(*NOT_KEPT, disposition)
    )
