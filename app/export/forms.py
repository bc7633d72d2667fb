"""The export forms of an article, in one table.

A new form is a module with a `write` function, one row here, and one word in the README. The command line,
its help and the tests read this table. Importing it loads no form: `Form.writer` imports the module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, BinaryIO

from app.i18n import mark


@dataclass(frozen=True, slots=True)
class Form:
    """One export form.

    Attributes:
        name: the word on the command line; also the name of the module in `app.export`.
        suffix: of the file names.
        words: use of the form, shown by `meipi export --help`.
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
# These forms have no place for the members that a text itself lists.
_LISTS = ("definitions",)
_FORMS = (
    Form("html", ".html", mark("每篇一个网页文件，不需要其他文件"), omits=_MARKS),
    Form(
        "pdf", ".pdf", mark("一本书，页边有眉批，书末有词语表和索引"), whole=True, binary=True, omits=_MARKS
    ),
    Form("epub", ".epub", mark("一本书，词语作脚注"), whole=True, binary=True, omits=_MARKS),
    Form("tei", ".xml", mark("语料库用的 TEI P5"), omits=_LISTS),
    Form("webannotation", ".jsonld", mark("W3C 网络批注（Web Annotation）"), omits=_MARKS),
    Form(
        "anki",
        ".apkg",
        mark("词语表做成学习卡片"),
        whole=True,
        binary=True,
        omits=("quotations", *_LISTS, *_MARKS),
    ),
    Form("markdown", ".md", mark("Markdown，词语作脚注"), omits=_MARKS),
    Form("csv", ".csv", mark("引语表，每条一行"), whole=True, omits=("occurrences", *_LISTS, *_MARKS)),
    Form("jsonl", ".jsonl", mark("每行一篇文章的完整数据，无损"), whole=True),
)
FORMS: Mapping[str, Form] = {form.name: form for form in _FORMS}
