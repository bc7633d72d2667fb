"""The export forms of an article, in one table.

A new form is a module with a `write` function, one row here, and one word in the README. The command line,
its help and the tests read this table. Importing it loads no form: `Form.writer` imports the module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, BinaryIO


@dataclass(frozen=True, slots=True)
class Form:
    """One export form.

    Attributes:
        name: the word on the command line; also the name of the module in `app.export`.
        suffix: of the file names.
        words: what the form is for, shown by `meipi export --help`.
        whole: all articles go into one file. Otherwise each article has its own file.
        binary: the file is not text, so it is never written to a terminal.
        omits: the annotations of `Document` that the form leaves out on purpose, by their field.
    """

    name: str
    suffix: str
    words: str
    whole: bool = False
    binary: bool = False
    omits: tuple[str, ...] = ()

    @property
    def writer(self) -> Callable[[Any, Any, BinaryIO], None]:
        """The module's `write(press, documents, stream)`; `document` instead if the form is not whole."""
        write: Callable[[Any, Any, BinaryIO], None] = import_module(f"app.export.{self.name}").write
        return write


# Only TEI and JSON lines have the marks of quotations; the others show the characters themselves.
_MARKS = ("quote_marks",)
# Only Web Annotations and JSON lines have what a text itself says that a phrase consists of.
_LISTS = ("definitions",)
_FORMS = (
    Form("html", ".html", "a page an article that needs no other file", omits=(*_LISTS, *_MARKS)),
    Form(
        "pdf",
        ".pdf",
        "a book with notes in the margin, glossary and index",
        whole=True,
        binary=True,
        omits=(*_LISTS, *_MARKS),
    ),
    Form("epub", ".epub", "a book, terms as footnotes", whole=True, binary=True, omits=(*_LISTS, *_MARKS)),
    Form("tei", ".xml", "TEI P5 for corpora", omits=_LISTS),
    Form("webannotation", ".jsonld", "W3C Web Annotations", omits=_MARKS),
    Form(
        "anki",
        ".apkg",
        "glossary entries as cards to learn",
        whole=True,
        binary=True,
        omits=("quotations", *_LISTS, *_MARKS),
    ),
    Form("markdown", ".md", "Markdown with footnotes", omits=(*_LISTS, *_MARKS)),
    Form(
        "csv", ".csv", "quotations as a table, one a row", whole=True, omits=("occurrences", *_LISTS, *_MARKS)
    ),
    Form("jsonl", ".jsonl", "one article document a line, lossless", whole=True),
)
FORMS: Mapping[str, Form] = {form.name: form for form in _FORMS}
