"""Reads and annotates a pasted text, in a worker process: form data in, the answer's bytes out.

The text is in the memory of this process only. Plain text is read here; a file is read by the importers in
a process of its own (`receive_safely`). The glossary is sent by the web worker, so this process opens neither
the index nor any file of the library but the text of a sample.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote

import msgspec
from msgspec import structs
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, create_form_parser

from app import urls
from app.content import ArticleFiles
from app.content.article_file import check_header
from app.dictionary.language import Language
from app.document import well_formed
from app.errors import ContentError, NotFound
from app.export import html
from app.export.press import Press, Snapshot
from app.http.response import Message, Ready, accepted
from app.i18n import Locale, say, shown, use_locale, worded
from app.importers import Received, receive, receive_safely
from app.library.adding import NOTHING_GIVEN, header_of
from app.library.annotating import blocks_of
from app.model import ArticleId, Block, Document, Header, Knowledge, Piece
from app.pages.contexts import Page
from app.pages.options import DisplayOptions
from app.pages.read import PastedView, pasted
from app.pages.resources import Resources
from app.pages.views import Link
from app.settings import Settings
from app.text.annotator import Annotator
from app.text.paragraphs import Ledger, align
from app.web.rendering import Renderer

# Characters of a text, 1.5 MB in UTF-8: about 5 s of processor time.
MAX_CHARACTERS = 500_000
# Line ends that are less sure than this are listed as doubts.
_UNSURE = 0.6
# Fields of a form; ours have five.
_FIELDS = 20
_PRIVATE = ((b"referrer-policy", b"no-referrer"), (b"x-robots-tag", b"noindex"))
_ID = ArticleId("text")


@dataclass(frozen=True, slots=True)
class Posted:
    """A request.

    Attributes:
        body, content_type: of the form.
        query: of the address.
        accept: the Accept-Encoding header.
        locale: of the interface.
        state: of the library, which names the glossary.
    """

    body: bytes
    content_type: str
    query: dict[str, str]
    accept: str
    locale: Locale
    state: str


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that was read: its header and blocks, and notes on doubtful places."""

    header: Header
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


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
            traditional=lambda texts: language.traditional(texts, knowledge),
        )
        self.press = Press(library, base_url=settings.base_url, site_name=settings.site_name)


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
    fields, files = _form(posted)
    with use_locale(posted.locale):
        text = _read(_desk.settings, fields, files)
        options = DisplayOptions.of({**posted.query, **fields})
        document = well_formed(_annotated(_desk.annotator, text))
        if fields.get("keep") == "html":
            return _file(_desk, document).form(accepted(posted.accept.encode("latin-1", "replace")))
        kept = msgspec.json.encode(replace(text, notes=(), unsure=())).decode()
        page = _page(_desk.resources, document, options, tuple(_notes(text, document)), kept)
        made = _desk.renderer.render(page, extra=_PRIVATE, cache=b"no-store")
        return made.form(accepted(posted.accept.encode("latin-1", "replace")))


# -- the form


def _form(posted: Posted) -> tuple[dict[str, str], list[tuple[str, bytes]]]:
    """The fields and the files of a form; nothing is written to a file, however large it is."""
    fields: dict[str, str] = {}
    files: list[tuple[str, bytes]] = []

    def on_field(field: Field) -> None:
        name = (field.field_name or b"").decode("utf-8", "replace")
        fields[name] = (field.value or b"").decode("utf-8", "replace")

    def on_file(file: File) -> None:
        file.file_object.seek(0)
        if data := file.file_object.read():
            files.append(((file.file_name or b"").decode("utf-8", "replace"), data))

    try:
        if not posted.content_type.startswith("multipart/"):
            return dict(parse_qsl(posted.body.decode(), max_num_fields=_FIELDS)), []
        parser = create_form_parser(
            {"Content-Type": posted.content_type.encode("latin-1", "replace")},
            on_field,
            on_file,
            config={"MAX_MEMORY_FILE_SIZE": len(posted.body) + 1, "MAX_FIELDS": _FIELDS},
        )
        parser.write(posted.body)
        parser.finalize()
    except (FormParserError, ValueError) as error:
        problem, remedy = worded("表单没有传完整"), worded("请回到上一页再送一次")
        raise ContentError("", 0, "F13", problem, remedy) from error
    return fields, files


# -- reading


def _read(settings: Settings, fields: dict[str, str], files: list[tuple[str, bytes]]) -> _Text:
    if kept := fields.get("article"):
        return _checked(_kept(kept))
    if files:
        return _received(receive_safely(files[0][0] or "text", files[0][1]))
    if sample := fields.get("sample"):
        return _received(receive("source.txt", _sample(settings, sample)))
    text = fields.get("text", "")
    if not text.strip():
        raise ContentError("", 0, "F11", worded("没有收到文字"), worded("请贴一段文字，或选一个文件"))
    _check_length(len(text))
    return _received(receive("text.txt", text.encode()))


def _sample(settings: Settings, id: str) -> bytes:
    with suppress(NotFound):
        if data := ArticleFiles(settings.content).source(ArticleId(id)):
            return data
    raise ContentError("", 0, "F11", worded("没有这篇样文"), worded("请另选一篇"))


def _kept(data: str) -> _Text:
    """A text as this page sent it with the form for another display; it may have been changed on the way."""
    try:
        text = msgspec.json.decode(data, type=_Text)
    except msgspec.MsgspecError as error:
        problem, remedy = worded("表单没有传完整"), worded("请回到上一页再送一次")
        raise ContentError("", 0, "F13", problem, remedy) from error
    check_header(text.header, "")
    return text


def _received(found: Received) -> _Text:
    if not found.pieces:
        raise ContentError("", 0, "A09", "the file holds no text", "choose a file with text in it")
    _check_length(sum(len(p.text) for p in found.pieces))
    header = header_of(_ID, found, NOTHING_GIVEN)
    notes = [shown(n) for n in found.imported.notes]
    if (encoding := found.imported.encoding) and not encoding.startswith("utf"):
        notes.append(say("文件的编码按 %(encoding)s 读", encoding=encoding))
    if header.supplied:
        notes.append(say("没有找到题目，题目取自开头"))
    return _checked(_Text(header, found.head.body, tuple(notes), tuple(_unsure(found))))


def _checked(text: _Text) -> _Text:
    _check_length(sum(len(p.text) for p in text.pieces))
    if not text.pieces:
        raise ContentError("", 0, "F11", worded("只收到题目，没有正文"), worded("请把正文也贴上"))
    return text


def _check_length(characters: int) -> None:
    if characters > MAX_CHARACTERS:
        size, most = format(characters, ","), format(MAX_CHARACTERS, ",")
        problem = worded("这份文本有 %(size)s 字，一次最多 %(most)s 字", size=size, most=most)
        raise ContentError("", 0, "F12", problem, worded("请分几次贴"))


def _unsure(found: Received) -> Iterator[str]:
    """The texts of the blocks in which the end of a line is uncertain."""
    if found.reflowed is None or not found.reflowed.wrapped:
        return
    lines = {e.line for e in found.reflowed.line_ends if e.sure < _UNSURE}
    for piece in found.reflowed.pieces:
        if piece.lines and lines.intersection(range(piece.lines[0], piece.lines[1] + 1)):
            yield piece.text


def _notes(text: _Text, document: Document) -> Iterator[Link]:
    yield from (Link(note, "") for note in text.notes)
    unsure = set(text.unsure)
    for block in document.blocks:
        if block.text in unsure:
            yield Link(say("“%(words)s……”：换行处是否分段拿不准", words=block.text[:12]), f"#{block.id}")


# -- the answer


def _page(
    resources: Resources, document: Document, options: DisplayOptions, notes: tuple[Link, ...], kept: str
) -> Page:
    try:
        return pasted(resources, document, options, notes=notes, kept=kept)
    except OSError:  # the files of the dictionary are not made yet, and this process may write none
        note = Link(say("拼音和简繁暂时不能显示，请稍后再试"), "")
        plain = structs.replace(options, pinyin=None, script="")
        return pasted(resources, document, plain, notes=(note, *notes), kept=kept)


def _annotated(annotator: Annotator, text: _Text) -> Document:
    blocks: tuple[Block, ...] = blocks_of(align(Ledger(urls.PASTED), text.pieces))
    return annotator.annotate(replace(text.header, id=urls.PASTED), 0, blocks)


def _file(desk: Desk, document: Document) -> Ready:
    """The text as one HTML file."""
    out = io.BytesIO()
    html.write(desk.press, document, out, PastedView(document, desk.press.knowledge))
    name = quote(f"{document.header.title[:60]}.html".replace("/", "／"))
    disposition = (b"content-disposition", f"attachment; filename*=UTF-8''{name}".encode())
    return Ready(
        out.getvalue(), "text/html; charset=utf-8", cache=b"no-store", extra=(*_PRIVATE, disposition)
    )
