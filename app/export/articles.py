"""Writes articles in one export form, each file whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from app.errors import MeipiError, NotFound
from app.export.files import fits, replacing
from app.export.forms import FORMS
from app.export.press import Press
from app.library.knowing import Progress
from app.model import ArticleId, Document


@dataclass(slots=True)
class Exported:
    """What an export did; `faults` are the articles that do not exist."""

    files: int = 0
    articles: int = 0
    faults: list[MeipiError] = field(default_factory=list)


def export(
    press: Press, form: str, articles: Sequence[ArticleId], out: Path, *, progress: Progress | None = None
) -> Exported:
    """Write articles in one form, each file whole or not at all.

    Articles are read one at a time, so the size of the library does not matter. Only books and card decks
    hold all their articles in memory.

    Args:
        press: the source of documents and page values.
        form: a name of `FORMS`.
        articles: their ids; empty for the whole library, including articles taken from JSON lines.
        out: the file, or a folder if every article has its own file. For a single article `out` may also be
            a file with the form's suffix.
        progress: called after each article with its number, the total and its id.

    Returns:
        The number of articles and files. A missing article is named in `faults`; the others are written.

    Raises:
        MissingExtra: a library that the form needs is not installed.
        OSError: the output cannot be written.
    """
    done, kind = Exported(), FORMS[form]
    total = len(articles) or press.library.index.count()
    documents = _documents(press, articles or press.articles(), total, done, progress)
    if kind.whole:
        # Open the file only when there is a first article to write.
        first = next(documents, None)
        if first is not None or not articles:
            with replacing(out) as stream:
                kind.writer(press, chain(() if first is None else (first,), documents), stream)
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
            kind.writer(press, document, stream)
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
    """Write articles in one form to an open stream; an empty list of ids means the whole library."""
    done, kind = Exported(), FORMS[form]
    total = len(articles) or press.library.index.count()
    documents = _documents(press, articles or press.articles(), total, done, progress)
    if kind.whole:
        first = next(documents, None)
        if first is not None:
            kind.writer(press, chain((first,), documents), stream)
        return done
    for document in documents:
        kind.writer(press, document, stream)
    return done


def _documents(
    press: Press, articles: Iterable[ArticleId], total: int, done: Exported, progress: Progress | None
) -> Iterator[Document]:
    for n, id in enumerate(articles, 1):
        try:
            document = press.document(id)
        except NotFound as error:
            done.faults.append(error)
        else:
            done.articles += 1
            yield document
        if progress:
            progress(n, total, id)
