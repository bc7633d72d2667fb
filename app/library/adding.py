"""Decides how an imported file becomes an article: its id, header, title and text.

A text that the library already has is recognised; a text that was corrected by hand is not overwritten.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.content import ArticleFiles
from app.content.article_file import check_header, format_article, parse_article
from app.content.store import Manuscript
from app.errors import ContentError, NotFound
from app.importers import Imported
from app.importers import read as read_file
from app.model import ARTICLE_ID, ArticleId, Header, Piece
from app.text.reflow import Reflowed, reflow


@dataclass(frozen=True, slots=True)
class Given:
    """What a command says about an article; it overrides the file. Empty fields say nothing."""

    id: str = ""
    title: str = ""
    date: str = ""
    publication: str = ""
    url: str = ""


NOTHING_GIVEN = Given()


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it was read.

    Attributes:
        path: the file's name, for messages.
        reflowed: how lines became blocks; None for formats that tell their blocks themselves.
        source: the bytes for source.txt.
    """

    path: str
    imported: Imported
    reflowed: Reflowed | None
    pieces: tuple[Piece, ...]
    source: bytes


def receive(path: str, data: bytes) -> Received:
    """Read a file of any format.

    Raises:
        ContentError: the file cannot be used, or has no text (A09).
    """
    imported = read_file(path, data)
    reflowed = None if imported.pieces is not None else reflow(imported.text)
    pieces = tuple(reflowed.pieces if reflowed is not None else imported.pieces or ())
    if not pieces:
        raise ContentError(path, 0, "A09", "the file holds no text", "choose a file with text in it")
    source = data if imported.format == "txt" else imported.text.encode("utf-8", "surrogatepass")
    return Received(path, imported, reflowed, pieces, source)


class Sources:
    """Finds the article that was made from a text; reads each source.txt only when it changed.

    Args:
        files: the articles.
    """

    def __init__(self, files: ArticleFiles) -> None:
        self._files = files
        self._known: dict[ArticleId, tuple[object, bytes]] = {}

    def article_of(self, source: bytes) -> ArticleId | None:
        """The article whose source.txt has these bytes."""
        wanted = hashlib.sha256(source).digest()
        for id in self._files.articles():
            with suppress(ContentError, NotFound):  # an unreadable file is not this text
                stamp = self._files.source_stamp(id)
                known = self._known.get(id)
                if known is None or known[0] != stamp:
                    data = self._files.source(id)
                    digest = b"" if data is None else hashlib.sha256(data).digest()
                    self._known[id] = known = stamp, digest
                if known[1] == wanted:
                    return id
        return None


def free_id(received: Received, date: str, taken: Callable[[str], bool]) -> str:
    """An id from the file's name; from date and text if the name has no Latin letters."""
    stem = re.sub(r"[^a-z0-9]+", "-", Path(received.path).stem.lower()).strip("-")[:48].strip("-")
    digest = hashlib.sha256(received.source).hexdigest()
    if len(re.sub(r"[^a-z]", "", stem)) < 2:
        stem = "-".join(x for x in (date, digest[:6]) if x)
    return f"{stem}-{digest[:6]}" if taken(stem) else stem


def header_of(id: ArticleId, received: Received, given: Given) -> Header:
    """The header of a new article.

    Raises:
        ContentError: the id (A01), or a value that no header may have (A04).
    """
    path, imported, pieces = received.path, received.imported, received.pieces
    if not ARTICLE_ID.fullmatch(id):
        remedy = "use a–z, 0–9 and hyphens, at most 64"
        raise ContentError(path, 0, "A01", f"{id!r} is not an article id", remedy)
    title = given.title or imported.title or headline(pieces)
    lang = script("".join(p.text for p in pieces)) or imported.lang
    header = Header(
        id=id,
        title=title or _first_words(pieces),
        supplied=not title,
        date=given.date or imported.date,
        publication=given.publication or imported.publication,
        author=imported.author,
        url=given.url or imported.url,
        lang=lang if lang in ("zh-Hans", "zh-Hant") else "zh-Hans",
    )
    check_header(header, path)
    return header


def header_again(old: Header, new: Header, given: Given) -> Header:
    """The header of an article whose text is imported again: an editor's values win over the file's."""
    return replace(
        old,
        title=given.title or old.title,
        supplied=False if given.title else old.supplied,
        date=given.date or old.date or new.date,
        publication=given.publication or old.publication or new.publication,
        url=given.url or old.url or new.url,
    )


def text_of(title: str, pieces: Sequence[Piece], old: Manuscript | None) -> Sequence[Piece]:
    """The pieces for article.md: without the headline, if it repeats the title.

    An article that kept its headline as a block keeps it, since links may lead to it.
    """
    keep = old is not None and bool(old.pieces) and headline(old.pieces) == headline(pieces)
    return _as_read(pieces if keep else _below(title, pieces))


def refuse_to_lose_corrections(old: Manuscript, source: bytes | None, path: str) -> None:
    """Refuse a new text for an article that was corrected by hand after its import.

    Raises:
        ContentError: A07.
    """
    if source is None:
        return
    first = receive("source.txt", source).pieces
    as_imported = (_as_read(first), _as_read(_below(old.header.title, first)))
    now = [(p.kind, p.text) for p in old.pieces]
    if now not in ([(p.kind, p.text) for p in pieces] for pieces in as_imported):
        problem = f"article {old.header.id} was corrected by hand after its import; this text would undo that"
        remedy = "edit article.md and run meipi save, or give another --id"
        raise ContentError(path, 0, "A07", problem, remedy)


def script(text: str) -> str:
    """zh-Hans or zh-Hant by the text's characters, "" if they do not tell.

    The two national character sets stand for the scripts: 门 is in GB 2312 but not in Big5, 門 the reverse.
    """
    hans = hant = 0
    for character, n in Counter(text[:20_000]).items():
        if "\u4e00" <= character <= "\u9fff":
            simplified, traditional = _is_in("gb2312", character), _is_in("big5", character)
            hans += n * (simplified and not traditional)
            hant += n * (traditional and not simplified)
    return "" if hans == hant else "zh-Hans" if hans > hant else "zh-Hant"


def _is_in(encoding: str, character: str) -> bool:
    try:
        return bool(character.encode(encoding))
    except UnicodeEncodeError:
        return False


# 一、 （二） 第三章 1. 2． begin a section, not an article.
_NUMBERED = re.compile(
    r"[（(]?[一二三四五六七八九十百\d]+[）)]?[、.．：: ）)]|第[一二三四五六七八九十百\d]+[章节回篇部]"
)


def headline(pieces: Sequence[Piece]) -> str:
    """The text's own title: a heading at the very start, above a byline or a paragraph; else ""."""
    if len(pieces) < 2 or pieces[0].kind != "heading" or pieces[1].kind not in ("byline", "paragraph"):
        return ""
    return "" if _NUMBERED.match(pieces[0].text) else pieces[0].text


def _below(title: str, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces without a headline that repeats the title; source.txt keeps it."""
    same = headline(pieces) and "".join(headline(pieces).split()) == "".join(title.split())
    return pieces[1:] if same else pieces


def _as_read(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces as they read back from article.md, which drops white space around a paragraph.

    The ledger must hold the text of the file, or the article would be a draft at once.
    """
    header = Header(ArticleId("x"), "x")
    return parse_article(header.id, format_article(header, pieces), "")[1]


def _first_words(pieces: Sequence[Piece]) -> str:
    """A supplied title: the first heading, or the first clause."""
    first = next((p.text for p in pieces if p.kind == "heading"), pieces[0].text)
    clause = re.split(r"[，。；：？！,;:?!]", first.strip(), maxsplit=1)[0]
    return clause if len(clause) <= 30 else clause[:29] + "…"
