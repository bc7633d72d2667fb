"""Tables in exports: the first row is the header, and rows with another number of cells are another table."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree, html
from markdown_it import MarkdownIt

from app.content.store import Content
from app.export.articles import write
from app.export.press import Press
from app.index import open_index
from app.library.library import Library
from app.model import ArticleId

WELLS = [["井名", "深度（米）", "出水"], ["东井", "48", "水是甜的"], ["西井", "61", ""]]
YEARS = [["年份", "口数"], ["2022", "1"]]
ROWS = ["| " + " | ".join(cells) + " |" for table in (WELLS, YEARS) for cells in table]
TEXT = f"""---
title: 河湾三口井
date: 2024-05-06
---

去年打了三口井。

{chr(10).join([ROWS[0], "| --- | --- | --- |", *ROWS[1:3]])}

{chr(10).join([ROWS[3], "| --- | --- |", *ROWS[4:]])}

{{.note}}
注：深度从井口量起。
"""
TEI = "{http://www.tei-c.org/ns/1.0}"
XHTML = "{http://www.w3.org/1999/xhtml}"
SCHEMA = Path(__file__).parents[1] / "golden/export/tei.rng"


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Press:
    home = tmp_path_factory.mktemp("wells")
    (home / "content/articles/jing").mkdir(parents=True)
    (home / "content/articles/jing/article.md").write_text(TEXT, "utf-8")
    library = Library(Content(home / "content"), open_index("", home / "var"))
    library.save(ArticleId("jing"), saved_at="2024-06-01T00:00:00Z")
    library.refresh()
    return Press(library, base_url="https://meipi.example", site_name="眉批")


def exported(press: Press, form: str) -> bytes:
    out = io.BytesIO()
    write(press, form, [ArticleId("jing")], out)
    return out.getvalue()


def words(cell: etree._Element) -> str:
    return "".join(cell.itertext()).strip("\u3000\n ")


def test_html_has_header_cells(press: Press):
    tables = html.fromstring(exported(press, "html").decode()).xpath("//table")
    assert [[[words(c) for c in row] for row in t.iter("tr")] for t in tables] == [WELLS, YEARS]
    assert [[words(c) for c in t.xpath("./thead/tr/th[@scope='col']")] for t in tables] == [
        WELLS[0],
        YEARS[0],
    ]
    assert [len(t.xpath(".//th")) for t in tables] == [3, 2]


def test_epub_has_header_cells(press: Press):
    book = zipfile.ZipFile(io.BytesIO(exported(press, "epub")))
    chapter = next(n for n in book.namelist() if b"<table" in book.read(n))
    tables = list(etree.fromstring(book.read(chapter)).iter(f"{XHTML}table"))
    assert [[words(c) for c in t.iter(f"{XHTML}th")] for t in tables] == [WELLS[0], YEARS[0]]
    assert [len(list(t.iter(f"{XHTML}td"))) for t in tables] == [6, 2]


def test_tei_names_the_header_and_is_valid(press: Press):
    tree = etree.fromstring(exported(press, "tei"))
    tables = list(tree.iter(f"{TEI}table"))
    assert [[[words(c) for c in row] for row in t] for t in tables] == [WELLS, YEARS]
    assert [[row.get("role") for row in t] for t in tables] == [["label", None, None], ["label", None]]
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    assert schema.validate(tree), schema.error_log.last_error


def test_markdown_has_a_table_for_each(press: Press):
    tokens = MarkdownIt("commonmark").enable("table").parse(exported(press, "markdown").decode())
    assert [t.type for t in tokens].count("table_open") == 2
    heads = [t for t in tokens if t.type == "th_open"]
    assert len(heads) == len(WELLS[0]) + len(YEARS[0])
