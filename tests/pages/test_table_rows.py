"""Tables and notes of a text on its page: rows are blocks, the first one is the header."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient

TEXT = """---
title: 河湾三口井
date: 2024-05-06
publication: 河湾日报
---

去年打了三口井。

| 井名 | 深度（米） | 出水 |
| --- | --- | --- |
| 东井 | 48 | 站长陈东南说：“水是甜的。” |
| 西井 | 61 | |

| 年份 | 口数 |
| --- | --- |
| 2022 | 1 |

中间一段。

| 月份 | 口数 |
| --- | --- |
| 五月 | 2 |

{.note}
注：深度从井口量起。
"""


@pytest.fixture(scope="module")
def page(site_of: Callable[[Mapping[str, str]], TestClient]) -> Any:
    with site_of({"articles/jing/article.md": TEXT}) as site:
        yield html.fromstring(site.get("/a/jing/").text), site


def test_rows_with_as_many_cells_are_one_table_with_a_header(page):
    tree, _ = page
    shapes = [
        (len(t.xpath("./thead/tr/th[@scope='col']")), len(t.xpath("./tbody/tr")))
        for t in tree.xpath("//table")
    ]
    assert shapes == [(3, 2), (2, 1), (2, 1)]
    assert [c.text_content().strip("\u3000") for c in tree.xpath("(//table)[1]/thead//th")] == [
        "井名",
        "深度（米）",
        "出水",
    ]
    assert tree.xpath("(//table)[1]/tbody[2]/tr/td[3]")[0].text_content() == ""


def test_a_table_scrolls_in_a_box_that_the_keyboard_reaches(page):
    tree, _ = page
    assert {
        (b.get("role"), b.get("tabindex"), b.get("aria-label")) for b in tree.xpath("//*[@class='rows']")
    } == {("region", "0", "表格")}


def test_each_row_has_its_link_and_each_link_its_page(page):
    tree, site = page
    rows = tree.xpath("//table//tr[@id]")
    links = tree.xpath("//table//td[@class='link']/a/@href")
    assert links == [f"/a/jing/{row.get('id')}/" for row in rows] and len(links) == 7
    alone = html.fromstring(site.get(links[1]).text)
    (row,) = alone.xpath("//table//tr[@id]")
    assert "东井" in row.text_content()


def test_the_text_of_a_row_is_whole_with_the_speaker_above_the_table(page):
    tree, site = page
    texts = {b["id"]: b["text"] for b in site.get("/api/v1/articles/jing").json()["blocks"]}
    for row in tree.xpath("//tr[@id]"):
        assert row.text_content() == texts[row.get("id")]
    (name,) = tree.xpath("//p[@class='by']//*[contains(text(), '陈东南')]")
    assert name.xpath("following::table")


def test_a_note_is_set_as_a_note_with_its_link(page):
    tree, _ = page
    (note,) = tree.xpath("//p[contains(@class, 'footnote')]")
    assert note.text_content() == "注：深度从井口量起。"
    assert note.getparent().xpath("./a[@class='n']/@href") == [f"/a/jing/{note.get('id')}/"]
