"""Reads RTF files: words, paragraphs and tables, by the library striprtf."""

from __future__ import annotations

import re

from app.i18n import worded
from app.importers.blocks import Blocks, laid_out
from app.importers.imported import Imported, library, refuse

_NOTE = re.compile(rb"\\footnote\\b")
_PICTURE = re.compile(rb"\\pict\\b")


def read_rtf(name: str, data: bytes) -> Imported:
    """Read an RTF file; the library leaves out footnotes and pictures, which is noted.

    Raises:
        ContentError: damaged (F14), or without words (F11).
        MissingExtra: the extra `import` is not installed.
    """
    striprtf = library("striprtf.striprtf", "an RTF file")
    try:
        text = striprtf.rtf_to_text(data.decode("latin-1"), encoding="cp936", errors="replace")
    except (ValueError, LookupError, TypeError, OverflowError) as fault:
        raise refuse(name, "F14", "the RTF file is damaged", "save it again, or as docx") from fault
    blocks = Blocks()
    for line in text.split("\n"):
        if line.endswith("|") and line.count("|") > 1:
            blocks.row(line[:-1].split("|"))
            continue
        blocks.open("p")
        blocks.text(line)
        blocks.close("p")
    pieces = blocks.pieces()
    if not pieces:
        raise refuse(name, "F11", "the RTF file holds no words", "check that it was saved in full")
    notes = []
    if left := len(_NOTE.findall(data)):
        notes.append(worded("有 %(n)s 条脚注没有读出；另存为 docx 再导入就有", n=left))
    if left := len(_PICTURE.findall(data)):
        notes.append(worded("有 %(n)s 幅图片未导入", n=left))
    laid, pieces = laid_out(pieces)
    return Imported(laid, pieces, "rtf", notes=tuple(notes))
