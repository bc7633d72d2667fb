from app.text.reflow import reflow


def texts(source: str) -> list[str]:
    return [piece.text for piece in reflow(source).pieces]


def test_lines_of_a_column_become_one_paragraph():
    assert texts("今年春天雨水很多，村里的人都说收成\n会好，只有老张不这么看。\n") == [
        "今年春天雨水很多，村里的人都说收成会好，只有老张不这么看。"
    ]


def test_nothing_comes_of_nothing():
    assert reflow(" \n\u3000\n").pieces == ()
