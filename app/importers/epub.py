"""Reads EPUB: the chapters in the order of the spine, without the table of contents, with their notes."""

from __future__ import annotations

import posixpath
import zipfile
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from app.i18n import worded
from app.importers.archives import dublin_core, member, xml
from app.importers.blocks import Blocks, laid_out
from app.importers.footnotes import find_footnotes
from app.importers.html import feed, hidden_elements, page_text, tree
from app.importers.imported import Imported, refuse
from app.importers.metadata import language
from app.text.dates import iso_date

_CHAPTERS = 5_000
_MARKUP = 24 * 1024 * 1024  # characters of all chapters; a long novel has 3


def is_epub(names: frozenset[str]) -> bool:
    """Whether an archive with these members is an EPUB."""
    return "META-INF/container.xml" in names


def read_epub(name: str, archive: zipfile.ZipFile) -> Imported:
    """Read an EPUB.

    Raises:
        ContentError: damaged (F14), rights management (F15), too large (F12), a bomb (F16), empty (F11).
        MissingExtra: the extra `import` is not installed.
    """
    container = xml(name, archive, "META-INF/container.xml")
    package_path = next((e.get("full-path", "") for e in container.iter() if e.tag.endswith("}rootfile")), "")
    package = xml(name, archive, package_path)
    chapters, missing = _chapters(name, archive, package, package_path)
    footnotes = find_footnotes(chapters)
    blocks, hidden = Blocks(), 0
    for path, root in chapters:
        aside = hidden_elements(root)
        hidden += sum(len("".join("".join(e.itertext()).split())) for e in aside)
        feed(blocks, root, aside, footnotes=footnotes, path=path)
    pieces = blocks.pieces()
    if not pieces:
        raise refuse(name, "F11", "the book holds no words", "check whether its pages are pictures")
    text, pieces = laid_out(pieces)
    facts = dublin_core(package)
    source = facts.get("source", "")
    return Imported(
        text,
        pieces,
        "epub",
        title=facts.get("title", ""),
        author=facts.get("creator", ""),
        date=iso_date(facts.get("date", "")),
        publication=facts.get("publisher", ""),
        url=source if source.startswith(("http://", "https://")) else "",
        lang=language(facts.get("language", "")),
        notes=_notes(missing, blocks.images, hidden),
    )


def _notes(missing: int, images: int, hidden: int) -> tuple[str, ...]:
    notes = []
    if missing:
        notes.append(worded("目录所列的 %(n)s 个章节在文件里找不到", n=missing))
    if images:
        notes.append(worded("有 %(n)s 幅图片未导入", n=images))
    if hidden:
        notes.append(worded("隐藏的文字 %(n)s 字没有收入", n=hidden))
    return tuple(notes)


def _chapters(
    name: str, archive: zipfile.ZipFile, package: Element, package_path: str
) -> tuple[list[tuple[str, Any]], int]:
    """Path and tree of every chapter that the spine names, each once, and how many are missing."""
    manifest = {e.get("id", ""): e for e in package.iter() if e.tag.endswith("}item")}
    spine = [manifest.get(e.get("idref", "")) for e in package.iter() if e.tag.endswith("}itemref")]
    members, locked = frozenset(archive.namelist()), _locked(name, archive)
    found: dict[str, Any] = {}
    missing = size = 0
    for chapter in spine[:_CHAPTERS]:
        if chapter is not None and "nav" in chapter.get("properties", "").split():
            continue
        href = unquote("" if chapter is None else chapter.get("href", ""))
        path = posixpath.normpath(posixpath.join(posixpath.dirname(package_path), href))
        if path in locked:
            raise refuse(
                name, "F15", "the book's text is encrypted (rights management)", "import a copy without it"
            )
        if path in found:
            continue
        if path not in members:
            missing += 1
            continue
        markup, _ = page_text(member(name, archive, path))
        size += len(markup)
        if size > _MARKUP:
            most = format(_MARKUP, ",")
            problem = worded("the book has more than %(characters)s characters of markup", characters=most)
            raise refuse(name, "F12", problem, "split the book")
        if markup.strip():
            found[path] = tree(name, markup)
    return list(found.items()), missing


def _locked(name: str, archive: zipfile.ZipFile) -> frozenset[str]:
    """Paths of encrypted members; often only fonts, which do not matter."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return frozenset()
    root = xml(name, archive, "META-INF/encryption.xml")
    return frozenset(unquote(e.get("URI", "")) for e in root.iter() if e.tag.endswith("}CipherReference"))
