"""The article document as JSON. The API, `annotate`, the index and `export jsonl` all use it.

`ArticleDocument` and `app.model.Annotations` are the one definition: `to_json`, `from_json`, the checks of a
document from elsewhere and the API's schema follow from their fields. Offsets count code
points of the block's text, half-open. Keys keep the order of the fields. msgspec reads and writes the values;
unknown keys are ignored, and a missing key means the field's default.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import msgspec

from app import urls
from app.i18n import worded
from app.model import (
    LANGUAGE,
    Annotation,
    Annotations,
    ArticleId,
    Author,
    Block,
    BlockId,
    Document,
    Genre,
    Header,
    Knowledge,
    Lang,
    Number,
    Person,
    Series,
    Term,
    TermMark,
    Translation,
)
from app.text.folding import well_formed as replaced

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Article:
    """An article without annotations; unknown facts are null.

    Attributes:
        revision: the saved revision of the text; 0 if it was never saved.
        draft: the text was edited after that revision; its new paragraph ids may still change.
        supplied: an editor wrote the title.
        circa: the date is approximate.
        author: of a text in one person's own words: a speech, a letter, a signed piece.
        byline: the author as the front matter gives it.
        genre, genre_why: the kind of the text, and the evidence for it.
        note: the editor's remarks on title, date and source.
        aliases: earlier ids of the article.
        title_en, summary_en: title and summary that the editors wrote for readers of English.
        translations: paragraphs in other languages under the ids of the blocks.
    """

    id: ArticleId
    title: str
    subtitle: str | None = None
    date: str | None = None
    publication: str | None = None
    url: str | None = None
    revision: Number = 0
    draft: bool = False
    saved_at: str | None = None
    lang: Lang = "zh-Hans"
    supplied: bool = False
    circa: bool = False
    author: Author | None = None
    byline: str | None = None
    genre: Genre = "news"
    genre_why: str = ""
    note: str | None = None
    aliases: tuple[ArticleId, ...] = ()
    title_en: str | None = None
    summary_en: str | None = None
    blocks: tuple[Block, ...]
    translations: tuple[Translation, ...] = ()


# The fields of the second base come first.
@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDocument(Annotations, Article):
    """One article with all its annotations; unknown facts are null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument(ArticleDocument):
    """A document with its word ends, for the index and `export jsonl`.

    Attributes:
        cuts: for each block, the ends of its words.
        title_cuts: the same for the title.
    """

    cuts: tuple[tuple[Number, ...], ...] = ()
    title_cuts: tuple[Number, ...] = ()


# The model writes "" where JSON has null.
NULLABLE = ("subtitle", "date", "publication", "url", "saved_at", "byline", "note", "title_en", "summary_en")
# JSON leaves these keys out where they are empty.
OPTIONAL = {"blocks": "level", "speakers": "doubt"}
_HEADER = tuple(f.name for f in fields(Header) if f.name != "author")
_REST = tuple(f.name for f in fields(StoredDocument) if f.name not in (*_HEADER, "byline"))


def to_json(document: Document, *, cuts: bool = False) -> dict[str, Any]:
    """A document as plain values, in the order of the keys.

    Args:
        document: the document to write.
        cuts: include the word ends; the index keeps them, the API leaves them out.
    """
    values = {name: getattr(document.header, name) for name in _HEADER}
    values |= {name: getattr(document, name) for name in _REST}
    values["byline"] = document.header.author
    values |= {name: values[name] or None for name in NULLABLE}
    made: dict[str, Any] = msgspec.to_builtins(StoredDocument(**values))
    for name, key in OPTIONAL.items():
        for value in made[name]:
            if not value[key]:
                del value[key]
    if not cuts:
        del made["cuts"], made["title_cuts"]
    return made


def from_json(data: Any) -> Document:
    """The document that `to_json` wrote.

    Raises:
        ValueError: the values are not a document; the message names the key.
    """
    if isinstance(data, dict) and isinstance(words := data.get("author"), str):  # written before `byline`
        data = {**data, "byline": words, "author": {"name": words} if words else None}
    return _document(_convert(data, StoredDocument))


def decode(body: bytes) -> Document:
    """The document in bytes of JSON: `from_json`, in half the time.

    Raises:
        ValueError: the bytes are not a document.
    """
    try:
        return _document(_DECODER.decode(body))
    except msgspec.DecodeError:  # wrong, of an earlier version, or with the escape of half a character
        return from_json(json.loads(body))


_DECODER = msgspec.json.Decoder(StoredDocument)


def _document(value: StoredDocument) -> Document:
    values = {f: getattr(value, f) for f in (*_HEADER, *_REST, "byline")}
    values |= {name: values[name] or "" for name in NULLABLE}
    byline = values.pop("byline")
    header = Header(author=byline, **{name: values.pop(name) for name in _HEADER})
    return Document(header=header, **values)


def _convert(data: Any, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        raise ValueError(f"{place.strip('.`') or 'document'}: {problem}") from error


def check(document: Document) -> None:
    """Refuse a document from elsewhere whose types are right but that no page could show.

    Raises:
        ValueError: the message names the fault.
    """
    length = {b.id: len(b.text) for b in document.blocks}
    if len(length) < len(document.blocks):
        raise ValueError(worded("two blocks have the same id"))
    aliases, speakers = document.header.aliases, (s.id for s in document.speakers)
    for id in (*length, *aliases, *speakers, *(o.term for o in document.occurrences)):
        # These ids become parts of addresses.
        if not id or not id.isprintable():
            raise ValueError(worded("%(id)r is not an id", id=id))
        if urls.is_file_name(id):
            raise ValueError(worded("%(id)r is the name of a file of the site; give it another id", id=id))
    for id in length:
        if id != id.lower():
            raise ValueError(worded("%(id)r is not an id of a block: addresses have small letters", id=id))
        if id in urls.PAGES_OF_AN_ARTICLE or not set("/@").isdisjoint(id) or id[0] == ".":
            raise ValueError(
                worded("%(id)r has another meaning in an address; give the block another id", id=id)
            )
    for translation in document.translations:
        _check_translation(translation, length)
    for one in annotations_of(document):
        if not one.start < one.end <= length.get(one.block, -1):
            raise _no_range(one, one.block)


def _check_translation(translation: Translation, blocks: Collection[BlockId]) -> None:
    """Refuse a translation with a bad language tag, of an unknown block, or with marks outside its text."""
    if not LANGUAGE.fullmatch(translation.lang):
        raise ValueError(worded("%(lang)r is not a language tag; write en or pt-BR", lang=translation.lang))
    for block in translation.blocks:
        if block.block not in blocks:
            raise ValueError(worded("%(block)r is translated but is no block of the text", block=block.block))
        for mark in block.marks:
            if not mark.start < mark.end <= len(block.text):
                raise _no_range(mark, block.block)


def _no_range(of: Annotation | TermMark, block: BlockId) -> ValueError:
    return ValueError(
        worded("%(start)s–%(end)s is not a range of block %(block)r", start=of.start, end=of.end, block=block)
    )


def annotations_of(document: Document) -> Iterator[Annotation]:
    """All annotations of a document, with the names of speakers and the members of definitions."""
    for field in fields(document):
        values = getattr(document, field.name)
        if isinstance(values, tuple):
            yield from (one for one in values if isinstance(one, Annotation))
    yield from (q.source for q in document.quotations if q.source)
    yield from (m for d in document.definitions for m in d.members)


def well_formed(document: Document) -> Document:
    """The document with U+FFFD in place of every lone half of a surrogate pair.

    Pages and addresses cannot hold such halves. The lengths of texts do not change.
    """
    try:
        msgspec.json.encode(document)  # the quickest way to have every text encoded
    except UnicodeEncodeError:
        text = json.dumps(to_json(document, cuts=True), ensure_ascii=False)
        return from_json(json.loads(replaced(text)))
    return document


@dataclass(frozen=True, slots=True)
class _Entries:
    terms: tuple[Term, ...]
    people: tuple[Person, ...]


def knowledge_to_json(knowledge: Knowledge) -> dict[str, Any]:
    """Glossary and people as plain values, field by field."""
    made: dict[str, Any] = msgspec.to_builtins(_Entries(knowledge.terms, knowledge.people))
    return made


def knowledge_from_json(data: Any) -> Knowledge:
    """The glossary and the people that `knowledge_to_json` wrote. Fields that no longer exist are ignored.

    Raises:
        ValueError: the values are not entries; the message names the field.
    """
    entries = _convert(data, _Entries)
    return Knowledge(entries.terms, entries.people)


def decode_knowledge(body: str) -> Knowledge:
    """The glossary and the people in JSON: `knowledge_from_json`, in a third of the time.

    Raises:
        ValueError: the text is not JSON with entries.
    """
    try:
        entries = _ENTRIES.decode(body)
    except msgspec.DecodeError:  # wrong, or with the escape of half a character
        return knowledge_from_json(json.loads(body))
    return Knowledge(entries.terms, entries.people)


_ENTRIES = msgspec.json.Decoder(_Entries)


def series_to_json(series: Sequence[Series]) -> str:
    """Counts of entries in texts outside of the library, as JSON."""
    return msgspec.json.encode(series).decode()


def decode_series(body: str) -> tuple[Series, ...]:
    """The counts that `series_to_json` wrote.

    Raises:
        ValueError: the text is not JSON with counts.
    """
    return _SERIES.decode(body)


_SERIES = msgspec.json.Decoder(tuple[Series, ...])
