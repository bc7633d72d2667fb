"""The form of /read/: its fields, and the texts in it, in the memory of this process only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, create_form_parser

from app.content import ArticleFiles
from app.content.article_file import check_header
from app.errors import ContentError, NotFound
from app.i18n import say, shown, worded
from app.importers import Received, part_of, receive, receive_safely
from app.library.adding import NOTHING_GIVEN, header_of
from app.model import ArticleId, Header, Piece
from app.text.bilingual import separate

# Characters of a text, 1.5 MB in UTF-8: about 5 s of processor time.
MAX_CHARACTERS = 500_000
# Paragraphs of a text times those of its translation: setting them against each other takes about 4 s.
MAX_PAIRS = 90_000
# Line ends that are less sure than this are listed as doubts.
_UNSURE = 0.6
# Fields of a form; ours have ten.
_FIELDS = 20
_ID = ArticleId("text")


@dataclass(frozen=True, slots=True)
class SentForm:
    """What was sent: the values of fields, and the files by field, each with its name and bytes."""

    fields: Mapping[str, str]
    files: Mapping[str, tuple[str, bytes]]

    @property
    def compares(self) -> bool:
        """Whether two texts are to be compared."""
        given = ("compare", "other", "other_article")
        return any(self.fields.get(name, "").strip() for name in given) or "other_file" in self.files


@dataclass(frozen=True, slots=True)
class SentText:
    """A text that was read.

    Attributes:
        header, pieces: of the text.
        translation: the paragraphs of its translation, if it came with one.
        notes: how it was read.
        unsure: the texts of blocks in which the end of a line is uncertain.
    """

    header: Header
    pieces: tuple[Piece, ...]
    translation: tuple[Piece, ...] = ()
    notes: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


def form_of(body: bytes, content_type: str) -> SentForm:
    """The fields and files of a form; nothing is written to a file, however large it is.

    Raises:
        ContentError: the form is not complete.
    """
    fields: dict[str, str] = {}
    files: dict[str, tuple[str, bytes]] = {}

    def on_field(field: Field) -> None:
        fields[_utf8(field.field_name)] = _utf8(field.value)

    def on_file(file: File) -> None:
        file.file_object.seek(0)
        if data := file.file_object.read():
            files[_utf8(file.field_name)] = _utf8(file.file_name), data

    try:
        if not content_type.startswith("multipart/"):
            return SentForm(dict(parse_qsl(body.decode(), max_num_fields=_FIELDS)), {})
        parser = create_form_parser(
            {"Content-Type": content_type.encode("latin-1", "replace")},
            on_field,
            on_file,
            config={"MAX_MEMORY_FILE_SIZE": len(body) + 1, "MAX_FIELDS": _FIELDS},
        )
        parser.write(body)
        parser.finalize()
    except (FormParserError, ValueError) as error:
        raise _incomplete() from error
    return SentForm(fields, files)


def text_of(content: Path, form: SentForm) -> SentText:
    """The text of a form: sent again for another display, a file, a sample or pasted, in this order.

    Raises:
        ContentError: there is none, or it cannot be used.
    """
    if kept := form.fields.get("article"):
        return _checked(_kept(kept))
    if file := form.files.get("file"):
        return _article(receive_safely(file[0] or "text", file[1]))
    if sample := form.fields.get("sample"):
        return _article(receive("source.txt", _sample(content, sample)))
    return _article(_pasted(form.fields.get("text", "")))


def texts_of(form: SentForm) -> tuple[SentText, SentText]:
    """The two texts of a form that are to be compared, with all their lines.

    Raises:
        ContentError: one of them is missing or cannot be used.
    """
    return _side(form, "article", "file", "text"), _side(form, "other_article", "other_file", "other")


def _side(form: SentForm, article: str, file: str, text: str) -> SentText:
    if kept := form.fields.get(article):
        return _checked(_kept(kept))
    if found := form.files.get(file):
        return _whole(receive_safely(found[0] or "text", found[1]))
    words = form.fields.get(text, "")
    if not words.strip():
        remedy = worded("对照要两份文本，请都贴上，或都选一个文件")
        raise ContentError("", 0, "F11", worded("只收到一份文本"), remedy)
    return _whole(_pasted(words))


def _utf8(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")


def _incomplete() -> ContentError:
    return ContentError("", 0, "F13", worded("表单没有传完整"), worded("请回到上一页再送一次"))


def _pasted(text: str) -> Received:
    if not text.strip():
        raise ContentError("", 0, "F11", worded("没有收到文字"), worded("请贴一段文字，或选一个文件"))
    _check_length(len(text))
    return receive("text.txt", text.encode("utf-8", "replace"))


def _sample(content: Path, id: str) -> bytes:
    with suppress(NotFound):
        if data := ArticleFiles(content).source(ArticleId(id)):
            return data
    raise ContentError("", 0, "F11", worded("没有这篇样文"), worded("请另选一篇"))


def _kept(data: str) -> SentText:
    """A text as this page sent it with the form for another display; it may have been changed on the way."""
    try:
        text = msgspec.json.decode(data, type=SentText)
    except msgspec.MsgspecError as error:
        raise _incomplete() from error
    check_header(text.header, "")
    return text


def _article(found: Received) -> SentText:
    """A file as an article: without the lines of its head, apart from its translation."""
    _check_received(found)
    notes, translation = list(_notes(found)), tuple[Piece, ...]()
    if parted := separate(found.pieces):
        if len(parted[0]) * len(parted[1]) <= MAX_PAIRS:
            found, translation = part_of(found, parted[0]), parted[1]
        else:
            notes.append(say("文中有译文，但段落太多，没有和原文逐段对上；请分几次贴"))
    header = header_of(_ID, found, NOTHING_GIVEN)
    if header.supplied:
        notes.append(say("没有找到题目，题目取自开头"))
    return _checked(SentText(header, found.head.body, translation, tuple(notes), tuple(_unsure(found))))


def _whole(found: Received) -> SentText:
    """A file with every line of it as text, also those of its head."""
    _check_received(found)
    header = header_of(_ID, found, NOTHING_GIVEN)
    return _checked(SentText(header, found.pieces, (), tuple(_notes(found)), tuple(_unsure(found))))


def _check_received(found: Received) -> None:
    if not found.pieces:
        raise ContentError("", 0, "A09", "the file holds no text", "choose a file with text in it")
    _check_length(sum(len(p.text) for p in found.pieces))


def _notes(found: Received) -> Iterator[str]:
    yield from (shown(n) for n in found.imported.notes)
    if (encoding := found.imported.encoding) and not encoding.startswith("utf"):
        yield say("文件的编码按 %(encoding)s 读", encoding=encoding)


def _checked(text: SentText) -> SentText:
    """The text if it has words and is not too long; one that was sent again is no safer than a new one."""
    _check_length(sum(len(p.text) for p in (*text.pieces, *text.translation)))
    if not text.pieces:
        raise ContentError("", 0, "F11", worded("只收到题目，没有正文"), worded("请把正文也贴上"))
    if len(text.pieces) * len(text.translation) > MAX_PAIRS:
        raise _incomplete()
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
