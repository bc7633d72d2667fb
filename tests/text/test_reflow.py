"""Line ends of wrapped texts: which were the writer's and which the column's."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.reflow import Reflowed, reflow

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "reflow"
CASES = sorted(path.parent.name for path in GOLDEN.glob("*/input.txt"))

RIVER = (
    "入秋以后，青石镇的老街又热闹起来。沿河的三十多间铺面陆续开门，卖藤椅的、修钟表的、做麦芽糖的都回来了。",
    "茶馆的主人姓方，今年五十二岁。他说，父亲那一辈人把茶馆当作客厅，邻里有了争执，喝一壶茶就能说开。",
    "镇上为此做了不少准备。石板路换了排水沟，电线埋到了地下，两座旧桥装上了扶手，漏雨的屋顶也补好了。",
    "傍晚时分，放学的孩子从桥上跑过，卖豆腐的老人收起担子。河水不急，灯一盏一盏亮起来。",
)


def case_text(name: str) -> str:
    return (GOLDEN / name / "input.txt").read_bytes().decode("utf-8")


def texts(source: str) -> list[str]:
    return [piece.text for piece in reflow(source).pieces]


def kinds(source: str) -> list[str]:
    return [piece.kind for piece in reflow(source).pieces]


def column(paragraph: str, width: int, *, lost: int = 0, indent: str = "") -> list[str]:
    """Set a paragraph in lines of a number of full-width characters; no line begins with a closing mark."""
    lines, line = [], ""
    for unit in re.findall(r"“?[^“”，。、；：？！][”，。、；：？！]*", paragraph):
        if line and len(line) + len(unit) > width - (0 if lines else lost):
            lines.append(line)
            line = ""
        line += unit
    return [line if k else indent + line for k, line in enumerate([*lines, line])]


def spelt(text: str) -> str:
    """A text without what reflow may add or drop: white space, soft hyphens, hyphens."""
    return "".join(text.split()).replace("\u00ad", "").replace("-", "")


def again(result: Reflowed) -> Reflowed:
    return reflow("\n\n".join(piece.text for piece in result.pieces))


def readable(result: Reflowed) -> str:
    rows = [
        json.dumps({"kind": p.kind, "lines": p.lines, "text": p.text}, ensure_ascii=False)
        for p in result.pieces
    ]
    blocks = ",\n    ".join(rows)
    return f'{{\n  "wrapped": {json.dumps(result.wrapped)},\n  "blocks": [\n    {blocks}\n  ]\n}}\n'


@pytest.mark.parametrize("name", CASES)
def test_golden_texts_come_out_as_they_were_written(name: str) -> None:
    found, expected = readable(reflow(case_text(name))), GOLDEN / name / "expected.json"
    if os.environ.get("MEIPI_GOLDEN") == "rewrite":
        expected.write_text(found, encoding="utf-8")
    assert json.loads(found) == json.loads(expected.read_text(encoding="utf-8"))


def test_the_first_article_has_nine_paragraphs_under_three_headings() -> None:
    source = (ROOT / "content" / "articles" / "shanghai-kechuang" / "source.txt").read_bytes().decode("utf-8")
    pieces = reflow(source).pieces
    assert [(i, p.text) for i, p in enumerate(pieces) if p.kind == "heading"] == [
        (2, "大力激发科技创新活力"),
        (4, "培育壮大战略科技力量"),
        (7, "开辟赛道突破核心技术"),
    ]
    assert [p.text[:6] for p in pieces if p.kind == "paragraph"] == [
        "11月28日",
        "本市科技系统",
        "加快建设“五",
        "“习近平总书",
        "骆大进说，我",
        "中国科学院院",
        "中国科学院上",
        "华东师范大学",
        "复旦大学计算",
    ]
    assert len(pieces) == 12


@pytest.mark.parametrize("width", [12, 17, 22, 30])
@pytest.mark.parametrize("setting", [{"lost": 2}, {"indent": "　　", "lost": 2}, {"indent": " "}])
@pytest.mark.parametrize("end", ["\n", "\n\n", "\r\n"])
def test_paragraphs_come_back_from_columns_of_any_width(width: int, setting: dict, end: str) -> None:
    lines = [line for paragraph in RIVER for line in column(paragraph, width, **setting)]
    assert texts(end.join(lines)) == list(RIVER)


def test_a_full_last_line_before_a_flush_paragraph_is_told_by_the_next_lines_lost_indent() -> None:
    full = "河边的茶馆重新开门，邻居们都来坐一坐，说一说今年的收成和天气好不好。"
    lines = [line for p in (*RIVER[:2], full, *RIVER[2:]) for line in column(p, 18, lost=2)]
    assert [len(line) for line in column(full, 18, lost=2)][-1] == 18
    assert texts("\n".join(lines)) == [*RIVER[:2], full, *RIVER[2:]]


def test_a_text_that_is_not_wrapped_comes_out_line_by_line() -> None:
    source = "河边的铺子\n" + "\n".join(RIVER)
    result = reflow(source)
    assert not result.wrapped
    assert [piece.text for piece in result.pieces] == source.split("\n")
    assert all(end.decision in {"line", "end", "heading"} for end in result.line_ends)


def test_two_lines_of_verse_are_not_one_line_of_prose() -> None:
    assert kinds(case_text("verse")) == ["heading", "byline"] + ["verse"] * 4


def test_a_page_number_cuts_a_paragraph_in_two_and_says_so() -> None:
    lines = [line for paragraph in RIVER for line in column(paragraph, 16, lost=2)]
    result = reflow("\n".join([*lines[:2], "— 12 —", *lines[2:]]))
    assert [piece.kind for piece in result.pieces][:3] == ["paragraph", "furniture", "paragraph"]
    assert result.pieces[0].text + result.pieces[2].text == RIVER[0]
    assert [end.decision for end in result.line_ends][:3] == ["wrap", "torn", "aside"]


def test_latin_words_are_parted_by_a_space_and_mended_hyphens_leave_no_trace() -> None:
    source = "The keeper writes every level of the ri-\nver into one file and never asks for a\nsecond one."
    assert texts(source) == [
        "The keeper writes every level of the river into one file and never asks for a second one."
    ]


def test_a_hyphen_stays_where_the_text_shows_that_it_belongs() -> None:
    source = (
        "A well-known keeper lives by the river in a\nsmall house, and we all call him a well-\nknown man."
    )
    assert "a well-known man" in texts(source)[0]


def test_han_and_latin_follow_the_habit_of_the_text() -> None:
    spaced = (
        "我们用 Python 写了一个小工具，它每天在\nRaspberry Pi 上运行，从来没有停过一次，\n也没有丢过数据。"
    )
    assert "每天在 Raspberry Pi 上运行" in texts(spaced)[0]


def test_lines_are_numbered_as_in_the_source() -> None:
    result = reflow("\n\n" + "\n\n".join(column(RIVER[0], 20) + column(RIVER[1], 20)))
    assert [piece.lines for piece in result.pieces] == [(3, 7), (9, 13)]
    assert [end.line for end in result.line_ends] == [3, 5, 7, 9, 11, 13]


def test_an_editor_is_told_why() -> None:
    lines = [line for paragraph in RIVER for line in column(paragraph, 16, indent="　　", lost=2)]
    ends = reflow("\n".join(lines)).line_ends
    assert all(end.why and 0.5 <= end.sure <= 1 for end in ends)
    assert ends[0].decision == "wrap" and "行满" in ends[0].why
    assert "下一行缩进" in {end.why for end in ends if end.decision == "end"}


@pytest.mark.parametrize(
    "source",
    [
        "",
        " \n\u3000\n",
        "\x00\n\x00",
        "\ud800\n\udfff\ud800",
        "\r\r\n\n\r",
        "\u2028\u2029\x0c\x0b\x1c",
        "\ufeff\n\u200b\n\u00ad",
        "\u00ad\n\u00ad\n-\n-",
        "（" * 50 + "\n" + "，" * 50,
        "一" * 200_000,
        "\n".join("x" * n for n in range(1, 120)),
    ],
)
def test_no_string_is_too_odd(source: str) -> None:
    result = reflow(source)
    assert spelt("".join(piece.text for piece in result.pieces)) == spelt(source)
    assert again(result).pieces == tuple(
        type(p)(p.kind, p.text, (2 * k + 1, 2 * k + 1), p.level) for k, p in enumerate(result.pieces)
    )


# Lines as texts have them: Han and Latin, marks, indents, blanks, page numbers, headings.
PIECES = st.sampled_from(
    [
        "河水",
        "他说，",
        "灯亮了。",
        "“好”",
        "（一）",
        "《河》",
        "2024",
        "riverlog ",
        "-",
        "— 3 —",
        "？",
        "……",
        "　　",
        " ",
        "·",
    ]
)
LINES = st.lists(st.lists(PIECES, max_size=9).map("".join), max_size=30).map("\n".join)
WRAPPED = st.builds(
    lambda paragraphs, width, lost, end: end.join(
        line for paragraph in paragraphs for line in column(paragraph, width, lost=lost)
    ),
    st.lists(st.sampled_from(RIVER), min_size=1, max_size=8),
    st.integers(8, 40),
    st.sampled_from([0, 2]),
    st.sampled_from(["\n", "\n\n"]),
)


@given(st.one_of(st.text(max_size=300), LINES, WRAPPED))
@settings(max_examples=300, deadline=None)
def test_no_character_is_lost_or_added(source: str) -> None:
    assert spelt("".join(piece.text for piece in reflow(source).pieces)) == spelt(source)


@given(st.one_of(st.text(max_size=300), LINES, WRAPPED))
@settings(max_examples=300, deadline=None)
def test_reflowing_twice_is_reflowing_once(source: str) -> None:
    once = reflow(source)
    twice = again(once)
    assert [(p.kind, p.text, p.level) for p in twice.pieces] == [
        (p.kind, p.text, p.level) for p in once.pieces
    ]
    assert not twice.wrapped


@given(LINES)
@settings(max_examples=100, deadline=None)
def test_blocks_cover_every_line_with_words_once_and_in_order(source: str) -> None:
    result = reflow(source)
    numbers = [n for n, line in enumerate(source.splitlines(), 1) if line.strip()]
    assert [end.line for end in result.line_ends] == numbers
    covered = [n for p in result.pieces if p.lines for n in numbers if p.lines[0] <= n <= p.lines[1]]
    assert covered == numbers


def test_a_speaker_s_label_begins_a_paragraph_and_no_heading() -> None:
    turns = [
        "记者：您最早是在哪一年见到这种鸟的？",
        "何青：大约是九八年春天，我在河口数大雁，望远镜里忽然多出几只白的，再看时已经飞走了，只来得及记下时间。",
        "记者：后来呢？",
        "何青：后来每年都来，一年比一年多，去年数到三百一十二只，连岛上的小学生都认得它们了，说那是自己家的客人。",
    ]
    for width in (14, 18, 23, 25):
        source = "\n".join(line for turn in turns for line in column(turn, width))
        assert texts(source) == turns
        assert kinds(source)[1:] == ["paragraph"] * 3


def test_a_subtitle_with_a_dash_is_a_heading_of_its_own() -> None:
    for width in (20, 26):
        body = [line for text in RIVER for line in column(text, width)]
        source = "\n".join(["桥上的老茶馆", "——青石镇寻访记", *body])
        assert texts(source) == ["桥上的老茶馆", "——青石镇寻访记", *RIVER]
        assert kinds(source) == ["heading", "heading", *["paragraph"] * 4]


def test_a_running_head_beside_its_only_page_number_is_furniture() -> None:
    lines = column(RIVER[0], 18)
    source = "\n".join([*lines[:2], "— 7 —", "青石镇志", *lines[2:], *column(RIVER[1], 18)])
    found = reflow(source).pieces
    assert [p.kind for p in found] == ["paragraph", "furniture", "furniture", "paragraph", "paragraph"]
    assert found[2].text == "青石镇志"


def test_centred_headings_say_nothing_of_the_column() -> None:
    verse = ["竹外泉声绕屋流，", "白云深处是清秋。", "樵夫笑指松间路，", "一径黄花到渡头。"]
    far = "　" * 17
    source = "\n".join(
        [*column(RIVER[0], 36, lost=2, indent="　　"), *(far + "其一", *verse, far + "其二", *verse)]
    )
    assert texts(source) == [RIVER[0], "其一", *verse, "其二", *verse]


def test_items_beside_a_picture_are_joined_though_their_indents_are_lost() -> None:
    items = [
        "（一）沿河的旧栏杆六月底前全部换新。",
        "（二）两座旧桥的台阶改成缓坡，轮椅可以通过。",
        "（三）漏雨的屋顶由镇里统一修补，不收工钱。",
        "（四）夜里十点以后关掉一半路灯。",
    ]
    body = [line for text in RIVER for line in column(text, 24, lost=2)]
    for narrow in (9, 10, 11):
        beside = [line for item in items for line in column(item, narrow, lost=2)]
        assert texts("\n".join([*body, *beside, *body])) == [*RIVER, *items, *RIVER]
