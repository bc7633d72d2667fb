"""Opens zip archives of XML (docx, EPUB), with protection against archive and entity bombs.

Declared sizes are checked before anything is unpacked; zipfile never reads more of a member than it declares.
A document type declaration with an internal subset, which entity bombs need and neither format uses, is
refused.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

from app.i18n import worded
from app.importers.imported import refuse

_UNPACKED = 200 * 1024 * 1024  # bytes of a whole archive, including pictures
_PART = 24 * 1024 * 1024  # bytes of one XML part
_TAGS = 1_500_000  # in one XML part
_RATIO = 150  # unpacked to packed; text packs some 4 to 20 times, repetitive XML up to 60
_SMALL = 1024 * 1024  # bytes; below this the ratio does not matter
_MEMBERS = 20_000
_DEEPEST = 400  # levels of elements; Word nests some 30
# Exceptions of zipfile for damaged archives.
_UNSOUND = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, OSError, RuntimeError)
_DC = "{http://purl.org/dc/elements/1.1/}"
# A document type without declarations of its own, as old EPUB packages have it.
_PLAIN_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[<>]*>")


def open_archive(name: str, data: bytes) -> zipfile.ZipFile:
    """Open a zip archive that is intact, not encrypted, and not too large.

    Raises:
        ContentError: damaged (F14), locked (F15), too large (F12), or a bomb (F16).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _UNSOUND as fault:
        raise damaged(name) from fault
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if any(member.flag_bits & 1 for member in members):
        raise refuse(name, "F15", "the archive is locked with a password", "save a copy without one")
    if len(members) > _MEMBERS or (unpacked > _SMALL and unpacked > _RATIO * len(data)):
        problem = worded(
            "%(size)s bytes would unpack to %(unpacked)s in %(members)s files, as in a zip bomb",
            size=format(len(data), ","),
            unpacked=format(unpacked, ","),
            members=format(len(members), ","),
        )
        remedy = worded("if you trust the file, open it in its program and save it again")
        raise refuse(name, "F16", problem, remedy)
    if unpacked > _UNPACKED:
        problem = worded(
            "unpacked, the file has %(unpacked)s MB, the limit is %(limit)s MB",
            unpacked=format(unpacked / 1e6, ",.0f"),
            limit=format(_UNPACKED / 1e6, ",.0f"),
        )
        raise refuse(name, "F12", problem, "remove pictures, or split it")
    return archive


def member(name: str, archive: zipfile.ZipFile, path: str) -> bytes:
    """The bytes of one member.

    Raises:
        ContentError: it is missing or damaged (F14), or too large to parse (F12).
    """
    try:
        if (size := archive.getinfo(path).file_size) > _PART:
            problem = worded(
                "%(path)s in it has %(size)s bytes, the limit is %(limit)s",
                path=path,
                size=format(size, ","),
                limit=format(_PART, ","),
            )
            raise refuse(name, "F12", problem, "split the file")
        return archive.read(path)
    except _UNSOUND as fault:
        raise damaged(name) from fault


def xml(name: str, archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    """The root of one of the format's own XML files.

    Raises:
        ContentError: as `member`; also if it is not well-formed (F14), nested too deep, or declares entities
            (F16).
    """
    data = member(name, archive, path)
    doctype = _PLAIN_DOCTYPE.search(data[:4096])
    if doctype:
        data = data[: doctype.start()] + data[doctype.end() :]
    if b"<!DOCTYPE" in data.replace(b"\0", b""):  # UTF-16 has zero bytes in between
        problem = worded("%(path)s in it declares a document type, as entity bombs do", path=path)
        raise refuse(name, "F16", problem, "open the file in its program and save it again")
    if data.count(b"<") > _TAGS:
        problem = worded("%(path)s in it has more than %(tags)s tags", path=path, tags=format(_TAGS, ","))
        raise refuse(name, "F12", problem, "split the file, or save its text alone")
    depth, root = 0, None
    try:
        for event, element in ElementTree.iterparse(io.BytesIO(data), ("start", "end")):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST:
                problem = worded(
                    "%(path)s in it nests more than %(limit)s elements", path=path, limit=_DEEPEST
                )
                raise refuse(name, "F16", problem, "save the text alone, as .txt")
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise damaged(name) from fault
    if root is None:
        raise damaged(name)
    return root  # type: ignore[no-any-return]


def dublin_core(root: ElementTree.Element) -> dict[str, str]:
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


def damaged(name: str) -> Exception:
    """The error for a file that is damaged."""
    return refuse(name, "F14", "the file is damaged or was cut short", "fetch or save it again, in full")
