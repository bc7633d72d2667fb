"""The editor's words for kinds of blocks, quotations, speakers, entries and dates."""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n import mark
from app.pages.labels import TYPE

KIND_NAMES: Mapping[str, str] = {
    "paragraph": mark("段落"), "heading": mark("标题"), "byline": mark("署名"), "caption": mark("图注"),
    "list": mark("条目"), "verse": mark("诗行"), "table": mark("表格行"), "note": mark("注释"),
    "furniture": mark("版面"),
}  # fmt: skip
TYPE_NAMES: Mapping[str, str] = {kind: words for kind, words in TYPE.choices() if kind != "ascribed"}
