"""Articles as lines of JSON: {"id", "text"}, {"id", "paragraphs"}, or a whole article document.

A whole document, as `meipi export jsonl` writes it, is kept as it is. Title, date, publication, author and
url may be given with a text. The index stores two digests for a line: of the line itself, and of the
knowledge that annotated it. So articles that a new glossary affects are found without their lines.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from app.content.entries import is_date
from app.document import check, from_json
from app.i18n import message_of, worded
from app.library.annotating import blocks_of, digest
from app.model import ARTICLE_ID, ArticleId, Document, Header, Lang, Piece
from app.text.annotator import Annotator
from app.text.paragraphs import Ledger, align
from app.text.reflow import reflow

# In place of a digest: the line was a whole document, which no glossary changes.
KEPT = "kept"


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document as one line of JSON without a line feed; with a `fault` it is an error record."""

    line: bytes
    fault: str = ""


def made_with(knowledge: str) -> str:
    """A digest of everything that annotation depends on: the program's version, glossary and people."""
    return digest("", knowledge)[:16]


def digest_of_line(line: bytes, knowledge: str) -> str:
    """The digests of a line and of the knowledge that annotates it."""
    kept = False
    if b'"blocks"' in line:  # most lines are not documents and need not be parsed
        with suppress(ValueError, RecursionError):
            kept = is_whole(parse_line(line))
    return f"{hashlib.sha256(line.strip()).hexdigest()[:40]}.{KEPT if kept else made_with(knowledge)}"


def stale(digest: str, knowledge: str) -> str:
    """The digest that a line's article gets if annotated again; "" if that is not needed."""
    line, _, made = digest.partition(".")
    now = made_with(knowledge)
    # Digests of old versions do not tell whether the line was a whole document.
    return f"{line}.{now}" if made not in ("", KEPT, now) else ""


_HALVES = re.compile(rb"\xed[\xa0-\xbf]|\\u[dD][89a-fA-F]")


def parse_line(line: bytes) -> dict[str, Any]:
    """Parse a line, which must be an object.

    Two surrogates in a row become one character, as JSON wants it; a lone one stays as it is.

    Raises:
        ValueError: it is not a JSON object.
    """
    record = json.loads(line.decode("utf-8", "surrogatepass"))
    if _HALVES.search(line):
        record = json.loads(json.dumps(record))
    if not isinstance(record, dict):
        raise ValueError(worded("not a JSON object"))
    return record


def is_whole(record: dict[str, Any]) -> bool:
    """Whether a record is a whole document with its annotations."""
    return "blocks" in record and ("quotations" in record or "occurrences" in record)


def json_line(value: dict[str, Any]) -> bytes:
    """JSON on one line, without a line feed."""
    # UTF-8 cannot hold a lone surrogate, but its JSON escape can be written.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def annotate_text(annotator: Annotator, id: str, title: str, pieces: Sequence[Piece]) -> Document:
    """The document of a text that has no other metadata."""
    article = ArticleId(id)
    return annotator.annotate(Header(article, title or id), 0, blocks_of(align(Ledger(article), pieces)))


def pieces_of(record: Mapping[str, Any]) -> Sequence[Piece]:
    """The paragraphs of a record as pieces, or its text with joined lines.

    Raises:
        ValueError: it has neither.
    """
    if "paragraphs" in record:
        return paragraphs_of(record["paragraphs"])
    if isinstance(text := record.get("text"), str):
        return reflow(text).pieces
    raise ValueError(worded("neither text nor paragraphs"))


def paragraphs_of(paragraphs: Any) -> Sequence[Piece]:
    """A list of texts as pieces.

    Raises:
        ValueError: it is not a list of texts.
    """
    if not isinstance(paragraphs, list) or not all(isinstance(p, str) for p in paragraphs):
        raise ValueError(worded("paragraphs: not a list of texts"))
    return [Piece("paragraph", p) for p in paragraphs]


def read_line(annotator: Annotator, line: bytes) -> Document:
    """A line of JSON as a document.

    Raises:
        ValueError, KeyError, TypeError: the line cannot be used; the message says why.
    """
    record = parse_line(line)
    id = ArticleId(str(record.get("id") or ""))
    if not ARTICLE_ID.fullmatch(id):
        raise ValueError(worded("%(id)r is not an article id; use a–z, 0–9 and hyphens, at most 64", id=id))
    if "blocks" in record:
        return _document(annotator, record)
    header = _header(id, record)
    pieces = pieces_of(record)
    if not pieces:
        raise ValueError(worded("it holds no text"))
    if not header.title:
        title = next((p.text for p in pieces if p.kind == "heading"), pieces[0].text)
        header = replace(
            header, title=re.split(r"[，。；：？！,;:?!]", title, maxsplit=1)[0][:30], supplied=True
        )
    return annotator.annotate(header, 0, blocks_of(align(Ledger(id), pieces)))


def _document(annotator: Annotator, record: dict[str, Any]) -> Document:
    """A record with blocks: annotated if it has no annotations; word boundaries added if it has none."""
    try:
        document = from_json({"title": record["id"], **record})
    except ValueError as error:
        raise ValueError(worded("not an article document: %(error)s", error=message_of(error))) from error
    check(document)
    _dated(document.header.date)
    _check_time(document.saved_at)
    if not document.header.url.startswith(("http://", "https://")):
        document = replace(document, header=replace(document.header, url=""))
    if not is_whole(record):
        return annotator.annotate(
            document.header, document.revision, document.blocks, saved_at=document.saved_at
        )
    if document.cuts:
        return document
    ends = annotator.segmenter.ends
    return replace(
        document,
        cuts=tuple(ends(b.text) for b in document.blocks),
        title_cuts=document.title_cuts or ends(document.header.title),
    )


def _header(id: ArticleId, record: dict[str, Any]) -> Header:
    def words(name: str) -> str:
        value = record.get(name)
        return "" if value is None else str(value)

    lang = words("lang")
    return Header(
        id=id,
        title=words("title"),
        date=_dated(words("date")),
        publication=words("publication"),
        author=words("author"),
        url=words("url") if words("url").startswith(("http://", "https://")) else "",
        lang=lang if lang in get_args(Lang) else "zh-Hans",
    )


def _check_time(saved_at: str) -> None:
    """Refuse a time that exports could not read."""
    try:
        if saved_at:
            datetime.fromisoformat(saved_at)
    except ValueError:
        raise ValueError(worded("saved_at %(saved_at)r is not ISO 8601", saved_at=saved_at[:40])) from None


def _dated(date: str) -> str:
    if date and not is_date(date):
        raise ValueError(worded("date %(date)r is not ISO 8601; write 2024-03-05", date=date))
    return date


def lines_of(
    paths: Sequence[Path], *, told: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[str, bytes]]:
    """The lines of all files, each with its file and number, without blank lines.

    Args:
        paths: files; `-` is standard input.
        told: called with the bytes of each line, for progress.
    """
    for path in paths:
        stream = os.fdopen(0, "rb", closefd=False) if str(path) == "-" else path.open("rb")
        with stream:
            for n, line in enumerate(stream, 1):
                told(len(line))
                if line.strip():
                    yield f"{path}:{n}", line
