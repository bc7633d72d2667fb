"""The lines of a block in the text as received."""

from __future__ import annotations

import pytest

from app.text.reflow import reflow
from app.text.source_lines import line_range

SOURCE = """海边的灯塔

　　第一天，渔民把船拖上了
岸，等风停。

　　灯塔
　　第二天，灯塔亮了。The con-
figuration was old.
　　第一天，渔民
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("海边的灯塔", (1, 1)),
        ("第一天，渔民把船拖上了岸，等风停。", (3, 4)),
        ("灯塔", (6, 6)),  # not inside line 1 or 7
        ("第二天，灯塔亮了。The configuration was old.", (7, 8)),
        ("第一天，渔民", (9, 9)),  # not the beginning of line 3
        ("第三天", None),
        ("等风停。", None),  # part of a line
        ("", None),
    ],
)
def test_a_block_is_found_by_whole_lines(text: str, lines: tuple[int, int] | None):
    assert line_range(SOURCE, text) == lines


def test_reflow_gives_the_same_lines():
    text = (
        "码头上的人都在等船，船迟迟不来，有人说雾太大了，\n看不见灯塔，也看不见对岸的山，只好再等一会儿。\n"
        * 2
    )
    pieces = reflow(text + "\n记者 孟海生\n").pieces
    found = [line_range(text + "\n记者 孟海生\n", piece.text) for piece in pieces]
    assert found == [piece.lines for piece in pieces] and len(found) > 1
