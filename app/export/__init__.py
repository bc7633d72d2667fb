"""Exports: one table of forms, one door. Every form comes from the same document and the same page values.

`press` holds what all forms are made from, `files` how they get to the disk; each other module is one form.
The site is no form of articles but all pages together: `publish` writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeAlias

from app.errors import MeipiError, NotFound
from app.export import anki, epub, html, jsonl, markdown, pdf, tei, webannotation
from app.export.files import fits, replacing
from app.export.press import Press
from app.export.site import Published, publish
from app.library.library import Progress
from app.model import ArticleId, Document

__all__ = ["FORMS", "Each", "Exported", "Press", "Published", "Whole", "export", "publish", "write"]


@dataclass(frozen=True, slots=True)
class Each:
    """A form with a file for every article.

    Attributes:
        suffix: of the files' names.
        words: what it is, in a few words.
    """

    suffix: str
    words: str
    make: Callable[[Press, Document, BinaryIO], None]


@dataclass(frozen=True, slots=True)
class Whole:
    """A form with all articles in one file."""

    suffix: str
    words: str
    make: Callable[[Press, Iterable[Document], BinaryIO], None]


Form: TypeAlias = Each | Whole

FORMS: Mapping[str, Form] = {
    "html": Each(".html", "a self-contained page an article, for offline and print", html.write),
    "pdf": Whole(".pdf", "a book in PDF, notes in the margin", pdf.write),
    "epub": Whole(".epub", "an EPUB 3 book, terms as footnotes", epub.write),
    "tei": Each(".xml", "TEI P5, a file an article", tei.write),
    "webannotation": Each(".jsonld", "W3C Web Annotations, a file an article", webannotation.write),
    "anki": Whole(".apkg", "glossary entries as cards, an Anki package", anki.write),
    "markdown": Each(".md", "Markdown with footnotes, a file an article", markdown.write),
    "jsonl": Whole(".jsonl", "one article document a line, lossless", jsonl.write),
}


@dataclass(slots=True)
class Exported:
    """What an export did: how many files it wrote, of how many articles, and what could not be done."""

    files: int = 0
    articles: int = 0
    faults: list[MeipiError] = field(default_factory=list)


def export(
    press: Press, form: str, articles: Sequence[ArticleId], out: Path, *, progress: Progress | None = None
) -> Exported:
    """Write articles in one form, each file whole or not at all.

    Articles are drawn one after the other, so that a library of any size goes through; only a book and a deck
    of cards hold all of theirs.

    Args:
        press: what they are made from.
        form: a name of `FORMS`.
        articles: which; none for all of the library, those that came as lines of JSON too.
        out: the file; for a form with a file an article a folder, or the file when it is one article and the
            name has the form's suffix.
        progress: told of every article.

    Returns:
        What was done. An article that is not there is named in `faults` and the others are written.

    Raises:
        MissingExtra: what the form needs is not installed.
        OSError: the output cannot be written.
    """
    done, kind = Exported(), FORMS[form]
    total = len(articles) or press.library.count()
    documents = _documents(press, articles or press.articles(), total, done, progress)
    if isinstance(kind, Whole):
        # Nothing is written when there is nothing to write: the first article opens the file.
        first = next(documents, None)
        if first is not None or not articles:
            with replacing(out) as stream:
                kind.make(press, _with(first, documents), stream)
            done.files += 1
        return done
    alone = total == 1 and out.suffix == kind.suffix and not out.is_dir()
    for document in documents:
        name = f"{document.header.id}{kind.suffix}"
        if not alone and ("/" in name or not fits(name)):
            done.faults.append(NotFound("article", document.header.id))
            continue
        path = out if alone else out / name
        with replacing(path) as stream:
            kind.make(press, document, stream)
        done.files += 1
    return done


def write(
    press: Press,
    form: str,
    articles: Sequence[ArticleId],
    stream: BinaryIO,
    *,
    progress: Progress | None = None,
) -> Exported:
    """Write articles, none for all, in one form into an open stream, one after the other."""
    done, kind = Exported(), FORMS[form]
    total = len(articles) or press.library.count()
    documents = _documents(press, articles or press.articles(), total, done, progress)
    if isinstance(kind, Whole):
        first = next(documents, None)
        if first is not None:
            kind.make(press, _with(first, documents), stream)
        return done
    for document in documents:
        kind.make(press, document, stream)
    return done


def _documents(
    press: Press, articles: Iterable[ArticleId], total: int, done: Exported, progress: Progress | None
) -> Iterator[Document]:
    for n, id in enumerate(articles):
        if progress:
            progress(n, total, id)
        try:
            document = press.document(id)
        except NotFound as error:
            done.faults.append(error)
            continue
        done.articles += 1
        yield document


def _with(first: Document | None, rest: Iterator[Document]) -> Iterator[Document]:
    if first is not None:
        yield first
    yield from rest
