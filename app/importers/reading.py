"""Finds the format of a file and reads it: by its content before its name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePath

from app.i18n import worded
from app.importers.archives import open_archive
from app.importers.docx import is_docx, read_docx
from app.importers.encodings import FORBIDDEN, decode, is_bad
from app.importers.epub import is_epub, read_epub
from app.importers.html import read_page, read_web_archive
from app.importers.imported import Imported, refuse
from app.importers.markdown import read_markdown
from app.importers.pdf import read_pdf
from app.importers.rtf import read_rtf

LIMIT = 50 * 1024 * 1024  # bytes; a newspaper's whole year as plain text is about 20 MB

# First bytes of files that are sometimes named .txt by mistake; no text has those with control characters.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", worded("a PNG picture")),
    (b"\xff\xd8\xff", worded("a JPEG picture")),
    (b"GIF8", worded("a GIF picture")),
    (b"RIFF", worded("a WebP picture or a recording")),
    (b"II*\0", worded("a TIFF picture")),
    (b"MM\0*", worded("a TIFF picture")),
    (b"BM", worded("a bitmap picture")),
    (b"MZ", worded("a Windows program")),
    (b"\x7fELF", worded("a program")),
    (b"\x1f\x8b", worded("a gzip archive")),
    (b"Rar!", worded("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", worded("a 7z archive")),
    (b"PK", worded("a zip archive")),
    (b"ID3", worded("a recording")),
    (b"SQLite format 3", worded("a database")),
    (b"bplist", worded("a Safari web archive")),
)
# The start of a web page, whatever the file's name, and of a page with its pictures in one MIME file.
_PAGE = re.compile(
    rb"[\xef\xbb\xbf\xff\xfe\s]*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE,
)
_MIME = re.compile(
    rb"(?=[\s\S]*?^MIME-Version:)[A-Za-z-]+:[\s\S]*?\bmultipart/related\b", re.IGNORECASE | re.M
)
_NO_TEXT = 0.05  # a file with a larger share of characters that no text has is not text


def read(path: Path | str, data: bytes, *, limit: int = LIMIT, scans: bool = False) -> Imported:
    """Read a file of any known format.

    Args:
        path: its name, for messages, and for the format if the content does not tell.
        data: the whole file.
        limit: bytes above which a file is refused.
        scans: recognise the text of pages that are pictures; needs the extra `ocr`.

    Raises:
        ContentError: the file cannot be used; see `FINDINGS`.
        MissingExtra: its format needs the extra `import`.
    """
    name = str(path)
    if len(data) > limit:
        size, most = format(len(data) / 1e6, ",.1f"), format(limit / 1e6, ",.1f")
        problem = worded("the file has %(size)s MB, the limit is %(limit)s MB", size=size, limit=most)
        raise refuse(name, "F12", problem, "split it, or import it with a higher limit")
    reader = _format(name, data)
    found = read_pdf(name, data, scans=scans) if reader is read_pdf else reader(name, data)
    title, author, publication, url, lang = (
        FORBIDDEN.sub("", fact).strip()
        for fact in (found.title, found.author, found.publication, found.url, found.lang)
    )
    notes = [FORBIDDEN.sub("\ufffd", n) if FORBIDDEN.search(n) else n for n in found.notes]
    if url and not url.startswith(("http://", "https://")):
        notes.append(worded("文件里的网址“%(url)s”不是网页地址，没有导入", url=url[:60]))
        url = ""
    return replace(
        found, title=title, author=author, publication=publication, url=url, lang=lang, notes=tuple(notes)
    )


def _format(name: str, data: bytes) -> Callable[[str, bytes], Imported]:
    """The reader for a file, by its first bytes or else by its suffix."""
    suffix = PurePath(name).suffix.lower()
    start = data[:1024]
    if b"%PDF-" in start:
        return read_pdf
    if start.startswith((b"PK\3\4", b"PK\5\6")):
        return _archive
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound
    if start.lstrip().startswith(b"{\\rtf"):
        return read_rtf
    if _MIME.match(start):
        return read_web_archive
    if _PAGE.match(start.replace(b"\0", b"")):  # UTF-16 has zero bytes in between
        return read_page
    if suffix in (".html", ".htm", ".xhtml", ".shtml"):
        return _fragment
    return _markdown if suffix in (".md", ".markdown", ".mkd") else _txt


def _archive(name: str, data: bytes) -> Imported:
    archive = open_archive(name, data)
    members = frozenset(archive.namelist())
    if is_docx(members):
        return read_docx(name, archive)
    if is_epub(members):
        return read_epub(name, archive)
    raise refuse(
        name, "F13", "the file is a zip archive, neither docx nor epub", "unpack it, import what it holds"
    )


def _compound(name: str, data: bytes) -> Imported:
    """Refuse a file in Microsoft's old container: a .doc file, or a newer one with a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise refuse(name, "F15", "the Word file is locked with a password", "save a copy without one")
    raise refuse(name, "F13", "the file is of a Word older than 2007 (.doc)", "save it as .docx")


def _txt(name: str, data: bytes) -> Imported:
    text, encoding, notes = _plain(name, data)
    return Imported(text, None, "txt", encoding, notes=notes)


def _markdown(name: str, data: bytes) -> Imported:
    return read_markdown(name, *_plain(name, data))


def _fragment(name: str, data: bytes) -> Imported:
    text, _, _ = _plain(name, data)  # refuses empty and binary files
    return read_page(name, data) if re.search(r"<[A-Za-z]", text) else _txt(name, data)


def _plain(name: str, data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """A text file's text with line feeds as line ends, its encoding, and notes about damage.

    Raises:
        ContentError: it is empty (F11) or not a text (F13).
    """
    text, encoding = decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not any(_is_visible(char) for char in text):
        raise refuse(name, "F11", "the file holds no words", "check that it was saved, and saved in full")
    padded = len(text) - len(text := text.rstrip("\0"))
    start, kind = next((s for s in _SIGNATURES if data.startswith(s[0])), (b"", worded("not a text")))
    bad = sum(n for char, n in Counter(text).items() if is_bad(char))
    if any(byte < 32 or byte in (127, 255) for byte in start) or bad > _NO_TEXT * len(text):
        remedy = worded("import one of: %(known)s", known=_KNOWN)
        raise refuse(name, "F13", worded("the file is %(kind)s", kind=kind), remedy)
    text = FORBIDDEN.sub("\ufffd", text)
    notes = []
    if padded:
        notes.append(worded("文件末尾有 %(n)s 个空字节（NUL），已略去，原文可能没有存全", n=padded))
    if lines := [n for n, line in enumerate(text.split("\n"), 1) if "\ufffd" in line]:
        shown = ", ".join(map(str, lines[:5])) + (" …" if lines[5:] else "")
        note = worded(
            "第 %(lines)s 行有无法识别的字节或控制字符，已换成 �，请对照原文（编码判为 %(encoding)s）",
            lines=shown,
            encoding=encoding,
        )
        notes.append(note)
    return text, encoding, tuple(notes)


def _is_visible(char: str) -> bool:
    """Whether a character shows: no space, and none of those without width."""
    return not char.isspace() and char != "\0" and unicodedata.category(char) != "Cf"


_KNOWN = "txt, md, html, docx, rtf, pdf, epub"
