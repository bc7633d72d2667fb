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
from app.i18n import worded
from app.importers import Received, receive_safely, supplied_title
from app.model import ARTICLE_ID, ArticleId, Header, Piece


@dataclass(frozen=True, slots=True)
class Given:
    """What a command says about an article; it overrides the file. Empty fields say nothing."""

    id: str = ""
    title: str = ""
    date: str = ""
    publication: str = ""
    url: str = ""
    subtitle: str = ""
    author: str = ""


NOTHING_GIVEN = Given()
IMPORTED = "导入"  # the note of a revision that an import made


def receive(path: str, data: bytes, *, title: str = "") -> Received:
    """Read a file of any format as an article.

    Raises:
        ContentError: the file cannot be used, or has no text (A09).
    """
    found = receive_safely(path, data, title=title, scans=True)
    if not found.pieces:
        raise ContentError(path, 0, "A09", "the file holds no text", "choose a file with text in it")
    return found


class Sources:
    """Finds the article that was made from a text.

    Every source.txt is read once. Later calls look at the library again only if another process wrote to it,
    so the cost of adding n files grows with n.
    """

    def __init__(self, files: ArticleFiles) -> None:
        self._files = files
        self._articles: dict[bytes, ArticleId] = {}
        self._seen: dict[ArticleId, object] = {}
        self._stamp: object = None

    def article_of(self, source: bytes) -> ArticleId | None:
        """The article whose source.txt has these bytes."""
        stamp = self._files.stamp()
        if stamp != self._stamp:
            for id in self._files.articles():
                with suppress(NotFound):
                    if self._seen.get(id) != self._files.source_stamp(id):
                        self._add(id)
        self._stamp = stamp
        known = self._articles.get(hashlib.sha256(source).digest())
        with suppress(ContentError, NotFound):  # an unreadable or removed file is not this text
            if known is not None and self._files.source(known) == source:
                return known
        return None

    def wrote(self, id: ArticleId) -> None:
        """Say that this process wrote an article, under the lock that keeps others from writing."""
        self._add(id)
        self._stamp = self._files.stamp()

    def _add(self, id: ArticleId) -> None:
        with suppress(ContentError, NotFound):
            if (data := self._files.source(id)) is not None:
                self._articles[hashlib.sha256(data).digest()] = id
            self._seen[id] = self._files.source_stamp(id)


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
    path, imported, head = received.path, received.imported, received.head
    if not ARTICLE_ID.fullmatch(id):
        remedy = worded("use a–z, 0–9 and hyphens, at most 64")
        raise ContentError(path, 0, "A01", worded("%(id)r is not an article id", id=id), remedy)
    lang = script("".join(p.text for p in received.pieces)) or imported.lang
    header = Header(
        id=id,
        title=head.title or supplied_title(head.body),
        subtitle=given.subtitle or head.subtitle,
        supplied=not head.title,
        date=given.date or head.date,
        publication=given.publication or head.publication,
        author=given.author or head.author,
        url=given.url or imported.url,
        lang=lang if lang in ("zh-Hans", "zh-Hant") else "zh-Hans",
        title_en=imported.title_en,
        summary_en=imported.summary_en,
        circa=imported.circa and not given.date and head.date == imported.date,
    )
    check_header(header, path)
    return header


def header_again(old: Header, new: Header, given: Given) -> Header:
    """The header of an article whose text is imported again: an editor's values win over the file's."""
    return replace(
        old,
        title=given.title or old.title,
        subtitle=given.subtitle or old.subtitle or new.subtitle,
        supplied=False if given.title else old.supplied,
        date=given.date or old.date or new.date,
        publication=given.publication or old.publication or new.publication,
        url=given.url or old.url or new.url,
        title_en=old.title_en or new.title_en,
        summary_en=old.summary_en or new.summary_en,
    )


def text_of(received: Received, old: Manuscript | None) -> Sequence[Piece]:
    """The pieces for article.md, without the headline.

    An article that kept its headline as a block keeps it, since links may lead to it.
    """
    head, first = received.head.headline, old.pieces[0] if old is not None and old.pieces else None
    keep = head is not None and first is not None and (first.kind, first.text) == ("heading", head.text)
    return _as_read((head, *received.head.body) if keep and head else received.head.body)


def refuse_to_lose_corrections(old: Manuscript, path: str) -> None:
    """Refuse a new text for an article that was corrected by hand after its import.

    Raises:
        ContentError: A07.
    """
    revisions = old.ledger.revisions
    same = [(p.kind, p.text) for p in old.pieces] == [(p.kind, p.text) for p in old.ledger.current]
    if not revisions or (same and revisions[-1].note == IMPORTED):
        return
    problem = worded(
        "article %(id)s was corrected by hand after its import; this text would undo that", id=old.header.id
    )
    remedy = worded("edit article.md and run meipi save, or give another --id")
    raise ContentError(path, 0, "A07", problem, remedy)


def script(text: str) -> str:
    """zh-Hans or zh-Hant by the text's characters, "" if they do not tell.

    Compares with the character set of each script: 门 is in GB 2312 but not in Big5, 門 the reverse.
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


def _as_read(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces as they read back from article.md, which drops white space around a paragraph.

    The ledger must hold the text of the file, or the article would be a draft at once.
    """
    header = Header(ArticleId("x"), "x")
    return parse_article(header.id, format_article(header, pieces), "")[1]
