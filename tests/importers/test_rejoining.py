"""Files whose blocks are the lines of a column, and blocks that only their class names."""

from __future__ import annotations

import pytest
from test_importers import docx, epub, paragraph

from app.importers import receive

COLUMN = [
    "竹编、木版年画、土布，这些年在乡村集市上又多",
    "了起来。买的人不只是游客，也有附近镇上的年轻人。",
    "老手艺要活下去，靠的不是陈列柜里的灯光，而是",
    "有人用、有人买、有人愿意学。青石镇的合作社就是一",
    "个例子：十二户人家合用一间烘干房，统一质检，各自",
    "留名，一只果篮卖到八十元，仍然供不应求。",
    "有人担心，批量生产会不会丢了手艺的味道？这种",
    "担心可以理解。但味道从来不是慢出来的，而是认真出",
    "来的。",
]
JOINED = ["".join(COLUMN[:2]), "".join(COLUMN[2:6]), "".join(COLUMN[6:])]
SHORT = [
    "先把水烧开。",
    "放一把米，再放两片姜。",
    "小火熬四十分钟。",
    "中间不要揭盖子，也不要搅。",
    "好了。",
] * 2


def words(name: str, data: bytes) -> list[str]:
    return [piece.text for piece in receive(name, data).pieces]


def page(lines: list[str]) -> bytes:
    return f"<html><body>{''.join(f'<p>{line}</p>' for line in lines)}</body></html>".encode()


def word(lines: list[str]) -> bytes:
    return docx("".join(paragraph(line) for line in lines))


def book(lines: list[str]) -> bytes:
    return epub({"a.xhtml": page(lines).decode()})


@pytest.mark.parametrize(("name", "made"), [("a.docx", word), ("a.html", page), ("a.epub", book)])
def test_lines_of_a_column_that_are_a_paragraph_each_are_joined(name: str, made) -> None:  # type: ignore[no-untyped-def]
    assert words(name, made(COLUMN)) == JOINED
    assert any("重新分段" in str(note) for note in receive(name, made(COLUMN)).imported.notes)
    assert words(name, made(SHORT)) == SHORT


def test_joined_blocks_keep_the_lines_of_those_that_they_are_made_of() -> None:
    got = receive("a.docx", word(COLUMN))
    rows = got.imported.text.split("\n")
    assert all(piece.lines and rows[piece.lines[0] - 1] in piece.text for piece in got.pieces)


@pytest.mark.parametrize("name", ["chapter-title", "ChapterTitle", "section_head", "part-heading bold"])
def test_a_heading_of_a_book_that_only_its_class_tells(name: str) -> None:
    body = f'<div><p class="{name}">守林人</p><p>{JOINED[0]}</p><p>{JOINED[2]}</p></div>'
    assert receive("a.epub", epub({"a.xhtml": body})).pieces[0].kind == "heading"


@pytest.mark.parametrize("name", ["poem", "verse", "stanza first"])
def test_verse_of_a_book_that_only_its_class_tells(name: str) -> None:
    verse = f'<p class="{name}">种树的人不在了，<br/>树还在。</p>'
    body = f'<p>{JOINED[0]}</p>{verse}<p class="poem">{JOINED[2]}</p>'
    kinds = [piece.kind for piece in receive("a.epub", epub({"a.xhtml": body})).pieces]
    assert kinds == ["paragraph", "verse", "verse", "paragraph"]


def test_an_account_page_keeps_the_credits_below_its_text() -> None:
    body = "".join(f"<p>{text}</p>" for text in JOINED)
    data = (
        '<html><body><div id="js_article"><h1>老手艺</h1><a id="js_name">南岭手记</a>'
        f'<span id="js_author_name">卫东篱</span><div id="js_content"><section>{body}</section>'
        "<p>撰文｜卫东篱</p><p>编辑｜向榆</p></div></div></body></html>"
    ).encode()
    got = receive("a.html", data)
    assert {"撰文｜卫东篱": "byline", "编辑｜向榆": "furniture"}.items() <= {
        piece.text: piece.kind for piece in got.pieces
    }.items()
    assert got.head.author == "卫东篱"


@pytest.mark.parametrize(
    "site", ["南岭论坛 - 老手艺的新饭碗", "老手艺的新饭碗 | 南岭", "文艺_老手艺的新饭碗_南岭"]
)
def test_the_printed_headline_tells_which_part_of_a_page_title_is_the_title(site: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in JOINED)
    data = (
        f"<html><head><title>{site}</title></head><body><table><tr><td><b>老手艺的新饭碗</b></td></tr>"
        "<tr><td>作者：卫东篱　发布日期：2003-4-8　点击：24</td></tr>"
        f"<tr><td>{body}</td></tr></table></body></html>"
    ).encode()
    got = receive("a.html", data)
    assert [piece.kind for piece in got.head.body[-3:]] == ["paragraph"] * 3
    head = got.head
    assert (head.title, head.date) == ("老手艺的新饭碗", "2003-04-08")
