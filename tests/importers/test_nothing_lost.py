"""Notes, raised figures, rare characters and hidden words of web pages, books and Markdown."""

from __future__ import annotations

import pytest
from test_importers import epub

from app.importers import Received, receive

REST = "<p>镇里今年打算重修这条水渠，经费由镇、村各出一半，工期预计两年，明年春天动工。</p>"


def page(body: str, head: str = "") -> Received:
    markup = f"<!doctype html><html><head><title>青溪水渠</title>{head}</head><body><article>"
    return receive("a.html", f"{markup}<h1>青溪水渠</h1>{body}{REST}</article></body></html>".encode())


def first(body: str) -> str:
    return page(f"<p>{body}</p>").head.body[0].text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("水渠建于1958<sup>1</sup>年，长10<sup>3</sup>米。", "水渠建于1958[1]年，长10³米。"),
        ("灌溉面积2<sup>[3]</sup>万亩，见注<sup>①</sup>。", "灌溉面积2[3]万亩，见注①。"),
        ("面积5 km<sup>2</sup>，水是H<sub>2</sub>O。", "面积5 km²，水是H₂O。"),
        ("见县志<sup>1</sup>，又见年鉴<sup>2</sup>。", "见县志[1]，又见年鉴[2]。"),
        ("这是10<sup>-6</sup>克。", "这是10⁻⁶克。"),
        ('镇长叫叶<img alt="𫖮" src="a.png">明。', "镇长叫叶𫖮明。"),
        ('那里有一幅<img alt="水渠的照片" src="a.png">照片。', "那里有一幅照片。"),
    ],
)
def test_raised_figures_and_rare_characters_are_text(body: str, text: str) -> None:
    assert first(body) == text


def test_notes_of_a_page_follow_the_text_with_their_marks() -> None:
    body = (
        '<p>渠建于1958<sup><a href="#n1" id="r1">1</a></sup>年，长三公里<a href="#n2" id="r2">[2]</a>。</p>'
        f"{REST}<ol><li id=n1>见县志第三卷。<a href=#r1>↑</a></li><li id=n2>据1990年测量。</li></ol>"
    )
    found = page(body).head.body
    assert found[0].text == "渠建于1958[1]年，长三公里[2]。"
    assert [(p.kind, p.text) for p in found if p.kind == "note"] == [
        ("note", "[1] 见县志第三卷。"),
        ("note", "[2] 据1990年测量。"),
    ]


def test_notes_of_a_book_may_be_in_another_file() -> None:
    chapter = '<html><body><h1>水渠</h1><p>建于1958<a href="n.xhtml#a"><sup>1</sup></a>年。</p></body></html>'
    notes = '<html><body><p id="a"><a href="c.xhtml#x">1</a> 见县志第三卷。</p></body></html>'
    found = receive("a.epub", epub({"c.xhtml": chapter, "n.xhtml": notes})).head.body
    assert [(p.kind, p.text) for p in found][1:] == [
        ("paragraph", "建于1958[1]年。"),
        ("note", "[1] 见县志第三卷。"),
    ]


def test_notes_of_markdown_are_kept_where_they_are_written() -> None:
    text = "# 水渠\n\n建于1958[^1]年，长三公里[^长]。\n\n"
    text += "[^1]: 见县志第三卷。\n[^长]: 据1990年测量。\n\n第二段。\n"
    assert [(p.kind, p.text) for p in receive("a.md", text.encode()).head.body] == [
        ("paragraph", "建于1958[1]年，长三公里[长]。"),
        ("note", "[1] 见县志第三卷。"),
        ("note", "[长] 据1990年测量。"),
        ("paragraph", "第二段。"),
    ]


@pytest.mark.parametrize(
    ("hidden", "head"),
    [
        ('<p style="display: none">看不见的话。</p>', ""),
        ("<p hidden>看不见的话。</p>", ""),
        ("<p class=gone>看不见的话。</p>", "<style>.gone { color: red; display:none }</style>"),
        ('<p>看得见。<span style="visibility:hidden">看不见的话。</span></p>', ""),
    ],
)
def test_hidden_words_are_not_published_and_counted(hidden: str, head: str) -> None:
    found = page(hidden, head)
    assert "看不见" not in "".join(p.text for p in found.head.body)
    assert any("隐藏的文字 6 字" in note for note in found.imported.notes)


def test_a_table_of_a_page_keeps_rows_and_empty_cells() -> None:
    body = (
        "<table><tr><th>村名<th>2022年<th>2023年</tr><tr><td>下村<td><td>98吨</tr>"
        "<tr><td><p>中村</p><td><p>&nbsp;</p><td><p>77吨</p></tr><tr><td colspan=2>合计<td>175吨</tr></table>"
    )
    assert [p.text for p in page(REST + body).head.body if p.kind == "table"] == [
        "村名　2022年　2023年",
        "下村　　98吨",
        "中村　　77吨",
        "合计　　175吨",
    ]


def test_bold_questions_of_an_interview_are_no_headings() -> None:
    body = "".join(
        f"<p><b>{asked}</b></p><p>{answer}</p>"
        for asked, answer in (
            ("水渠修得怎么样了？", "已经修好了一半，进度比去年快。"),
            ("钱够吗？", "够了，还省了一些。"),
        )
    )
    assert {p.kind for p in page(body).head.body} == {"paragraph"}
