"""Reads docx and EPUB: zip archives of XML, with protection against archive and entity bombs.

Declared sizes are checked before anything is unpacked; zipfile never reads more of a member than it declares.
Files with a document type declaration, which entity bombs need and neither format uses, are refused.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from urllib.parse import unquote
from xml.etree import ElementTree

from app.importers.blocks import Blocks, laid_out
from app.importers.html import feed, page_text, tree
from app.importers.imported import Imported, library, refuse
from app.importers.metadata import language, own_words
from app.text.dates import iso_date

_UNPACKED = 200 * 1024 * 1024  # bytes of a whole archive, including pictures
_PART = 24 * 1024 * 1024  # bytes of one XML part
_TAGS = 1_500_000  # in one XML part; mammoth's tree takes about a kilobyte for two
_RATIO = 150  # unpacked to packed; text packs some 4 to 20 times, repetitive XML up to 60
_SMALL = 1024 * 1024  # bytes; below this the ratio does not matter
_MEMBERS = 20_000
# Exceptions of zipfile for damaged archives.
_UNSOUND = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, OSError, RuntimeError)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DC = "{http://purl.org/dc/elements/1.1/}"
# Style names of Word that mammoth maps differently: a title is above every heading.
_STYLES = "\n".join(
    (
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='标题'] => h1:fresh",
        "p[style-name='Subtitle'] => h2:fresh",
        "p[style-name='caption'] => figcaption:fresh",
        *(
            f"p[style-name='{word} {n}'] => h{n + 1}:fresh"
            for word in ("heading", "标题")
            for n in range(1, 6)
        ),
    )
)


def is_docx(names: frozenset[str]) -> bool:
    """Whether an archive with these members is a Word file."""
    return "[Content_Types].xml" in names and any(member.startswith("word/") for member in names)


def is_epub(names: frozenset[str]) -> bool:
    """Whether an archive with these members is an EPUB."""
    return "META-INF/container.xml" in names


def open_archive(name: str, data: bytes) -> zipfile.ZipFile:
    """Open a zip archive that is intact, not encrypted, and not too large.

    Raises:
        ContentError: damaged (F14), locked (F15), too large (F12), or a bomb (F16).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _UNSOUND as fault:
        raise _damaged(name) from fault
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if any(member.flag_bits & 1 for member in members):
        raise refuse(name, "F15", "the archive is locked with a password", "save a copy without one")
    if len(members) > _MEMBERS or (unpacked > _SMALL and unpacked > _RATIO * len(data)):
        raise refuse(
            name,
            "F16",
            f"{len(data):,} bytes would unpack to {unpacked:,} in {len(members):,} files, as in a zip bomb",
            "if you trust the file, open it in its program and save it again",
        )
    if unpacked > _UNPACKED:
        raise refuse(
            name,
            "F12",
            f"unpacked, the file has {unpacked / 1e6:,.0f} MB, the limit is {_UNPACKED / 1e6:,.0f} MB",
            "remove pictures, or split it",
        )
    return archive


def read_docx(name: str, archive: zipfile.ZipFile) -> Imported:
    """Read a Word file: headings, lists, notes and tables, without deleted text of tracked changes.

    Raises:
        ContentError: damaged (F14), too large (F12), with a DTD (F16), or empty (F11).
        MissingExtra: the extra `import` is not installed.
    """
    mammoth = library("mammoth", "a Word file")
    slim, letters = _slim(name, archive)
    try:
        result = mammoth.convert_to_html(
            slim, style_map=_STYLES, include_embedded_style_map=False, external_file_access=False
        )
    except Exception as fault:  # mammoth raises errors of any type for damaged files
        raise _damaged(name) from fault
    blocks = Blocks()
    if result.value.strip():
        feed(blocks, tree(name, result.value))
    core = (
        _metadata(_xml(name, archive, "docProps/core.xml"))
        if "docProps/core.xml" in archive.namelist()
        else {}
    )
    title = own_words(core.get("title", ""))
    pieces = blocks.pieces()
    if not pieces:
        raise refuse(name, "F11", "the Word file holds no words", "check whether the text is in pictures")
    notes = []
    read = sum(len("".join(piece.text.split())) for piece in pieces)
    if read < letters:
        notes.append(f"Word 文件里约有 {letters - read} 个字没有读出（公式、图形里的字等），请对照原文")
    if pictures := sum(member.startswith("word/media/") for member in archive.namelist()):
        notes.append(f"有 {pictures} 幅图片未导入")
    if made := iso_date(core.get("created", "")):
        notes.append(f"Word 文件建于 {made}，发表日期未载明")
    text, pieces = laid_out(pieces)
    return Imported(
        text,
        pieces,
        "docx",
        title=title,
        lang=language(core.get("language", "")),
        notes=tuple(notes),
    )


def read_epub(name: str, archive: zipfile.ZipFile) -> Imported:
    """Read an EPUB: the chapters in the order of its spine, without the table of contents.

    Raises:
        ContentError: damaged (F14), under rights management (F15), with a DTD (F16), or empty (F11).
        MissingExtra: the extra `import` is not installed.
    """
    container = _xml(name, archive, "META-INF/container.xml")
    package_path = next((e.get("full-path", "") for e in container.iter() if e.tag.endswith("}rootfile")), "")
    package = _xml(name, archive, package_path)
    facts = _metadata(package)
    manifest = {e.get("id", ""): e for e in package.iter() if e.tag.endswith("}item")}
    chapters = [manifest.get(e.get("idref", "")) for e in package.iter() if e.tag.endswith("}itemref")]
    locked = _locked(name, archive)
    blocks, missing = Blocks(), 0
    for chapter in chapters:
        if chapter is not None and "nav" in chapter.get("properties", "").split():
            continue
        href = unquote("" if chapter is None else chapter.get("href", ""))
        path = posixpath.normpath(posixpath.join(posixpath.dirname(package_path), href))
        if path in locked:
            raise refuse(
                name, "F15", "the book's text is encrypted (rights management)", "import a copy without it"
            )
        if path not in archive.namelist():
            missing += 1
            continue
        markup, _ = page_text(_member(name, archive, path))
        if markup.strip():
            feed(blocks, tree(name, markup))
    title, pieces = facts.get("title", ""), blocks.pieces()
    if not pieces:
        raise refuse(name, "F11", "the book holds no words", "check whether its pages are pictures")
    notes = []
    if missing:
        notes.append(f"书脊所列的 {missing} 个章节在文件里找不到")
    if blocks.images:
        notes.append(f"有 {blocks.images} 幅图片未导入")
    text, pieces = laid_out(pieces)
    source = facts.get("source", "")
    return Imported(
        text,
        pieces,
        "epub",
        title=title,
        author=facts.get("creator", ""),
        date=iso_date(facts.get("date", "")),
        publication=facts.get("publisher", ""),
        url=source if source.startswith(("http://", "https://")) else "",
        lang=language(facts.get("language", "")),
        notes=tuple(notes),
    )


def _slim(name: str, archive: zipfile.ZipFile) -> tuple[io.BytesIO, int]:
    """The XML of a Word file without pictures and ruby readings, and the number of letters in its main text.

    mammoth drops ruby with its base characters; so the base is turned into plain text first.
    """
    letters = 0
    slim = io.BytesIO()
    with zipfile.ZipFile(slim, "w") as copy:
        for member in archive.namelist():
            if not member.endswith((".xml", ".rels")):
                continue
            root = _xml(name, archive, member)
            if member == "word/document.xml":
                for parent in list(root.iter()):
                    for child in [c for c in parent if c.tag in (f"{_W}rt", f"{_W}rubyPr", f"{_MC}Fallback")]:
                        parent.remove(child)
                    _unwrap(parent, f"{_W}ruby", f"{_W}rubyBase")
                letters = sum(len("".join((e.text or "").split())) for e in root.iter(f"{_W}t"))
            copy.writestr(member, ElementTree.tostring(root, encoding="utf-8"))
    slim.seek(0)
    return slim, letters


def _unwrap(run: ElementTree.Element, outer: str, inner: str) -> None:
    """Replace each `outer` by the content of its `inner` elements."""
    for at, child in reversed(list(enumerate(run))):
        if child.tag == outer:
            run[at : at + 1] = [e for base in child if base.tag == inner for e in base]


def _member(name: str, archive: zipfile.ZipFile, path: str) -> bytes:
    """The bytes of one member.

    Raises:
        ContentError: it is missing or damaged (F14), or too large to parse (F12).
    """
    try:
        if archive.getinfo(path).file_size > _PART:
            raise refuse(
                name,
                "F12",
                f"{path} in it has {archive.getinfo(path).file_size:,} bytes, the limit is {_PART:,}",
                "split the file",
            )
        return archive.read(path)
    except _UNSOUND as fault:
        raise _damaged(name) from fault


def _xml(name: str, archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    """The root of one of the format's own XML files.

    Raises:
        ContentError: as `_member`; also if it is not well-formed (F14) or declares a document type (F16).
    """
    data = _member(name, archive, path)
    if b"<!DOCTYPE" in data.replace(b"\0", b""):  # UTF-16 has zero bytes in between
        raise refuse(
            name,
            "F16",
            f"{path} in it declares a document type, as entity bombs do",
            "open the file in its program and save it again",
        )
    if data.count(b"<") > _TAGS:
        raise refuse(
            name,
            "F12",
            f"{path} in it has more than {_TAGS:,} tags",
            "split the file, or save its text alone",
        )
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise _damaged(name) from fault


def _metadata(root: ElementTree.Element) -> dict[str, str]:
    """Dublin Core elements by local name: all creators, joined by 、, and the first of every other name."""
    facts: dict[str, str] = {}
    for element in root.iter():
        words = " ".join((element.text or "").split())
        key = element.tag.rpartition("}")[2]
        if words and (element.tag.startswith(_DC) or key == "created"):
            if key == "creator" and key in facts:
                facts[key] += f"、{words}"
            facts.setdefault(key, words)
    return facts


def _locked(name: str, archive: zipfile.ZipFile) -> frozenset[str]:
    """Paths of encrypted members; often only fonts, which do not matter."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return frozenset()
    root = _xml(name, archive, "META-INF/encryption.xml")
    return frozenset(unquote(e.get("URI", "")) for e in root.iter() if e.tag.endswith("}CipherReference"))


def _damaged(name: str) -> Exception:
    return refuse(name, "F14", "the file is damaged or was cut short", "fetch or save it again, in full")
