"""Full-width stops at the end of indented lines, rare characters set as pictures, dates of all forms."""

from __future__ import annotations

import pytest
from test_importers import epub

from app.importers import receive


@pytest.mark.parametrize(
    "lines",
    [
        ("２０２３年５月，Ａ公司ＣＥＯ王志远说：“产量增长了５％．”", "王志远表示,今年目标是6%."),
        ("陈阿水说：「渠要修．」", "镇里说，明年动工．"),
        ("据测量，流速为３．５米．", "水温为１２度．"),
        tuple(
            f"第{n}段，青溪镇的水渠建于一九五八年，全长三公里，灌溉下游三个村子的稻田。"
            for n in range(10, 20)
        ),
        tuple(f"第{n}户，住在渠的东边，有三口人，种四亩地，养一塘鱼。" for n in range(20, 26)),
    ],
)
def test_indented_lines_that_end_their_sentence_are_paragraphs(lines: tuple[str, ...]) -> None:
    text = "".join(f"　　{line}\n" for line in lines)
    assert [p.text for p in receive("a.txt", text.encode()).pieces] == list(lines)


@pytest.mark.parametrize("character", ["𫖮", "𠮷", "㙍", "𬭎"])
def test_a_character_set_as_a_picture_in_a_book_is_text(character: str) -> None:
    page = f'<html><body><p>镇长叫叶<img alt="{character}" src="a.png"/>明，说话很慢。</p></body></html>'
    assert (
        receive("a.epub", epub({"a.xhtml": page})).head.body[0].text == f"镇长叫叶{character}明，说话很慢。"
    )


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("２０２３年３月５日 10:20　来源：青溪日报", "2023-03-05"),
        ("二〇二三年三月五日　来源：青溪日报", "2023-03-05"),
        ("二○一七年十二月二十四日　来源：青溪日报", "2017-12-24"),
        ("2024/6/8 08:30　来源：青溪日报", "2024-06-08"),
        ("2024.06.08　来源：青溪日报", "2024-06-08"),
    ],
)
def test_the_line_of_date_and_source_of_a_page(line: str, date: str) -> None:
    body = "<p>青溪镇的水渠建于一九五八年，全长三公里，灌溉下游三个村子的稻田。</p>" * 2
    page = f"<!doctype html><html><body><h1>重修水渠</h1><div>{line}</div><div>{body}</div></body></html>"
    head = receive("a.html", page.encode()).head
    assert (head.title, head.date, head.publication) == ("重修水渠", date, "青溪日报")
