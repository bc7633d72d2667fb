"""Reflow on texts of ten kinds, each set in seven layouts, and on single kinds of line."""

from __future__ import annotations

import pytest
from wrapping import cases, f1, flat, texts

from app.text.reflow import reflow
from app.text.reflow.lines import Line, margin_of


def blocks(text: str) -> list[tuple[str, str]]:
    return [(p.kind, p.text) for p in reflow(text).pieces]


def share(counts: list[tuple[int, int, int]]) -> float:
    right, wrong, missed = (sum(column) for column in zip(*counts, strict=True))
    return 2 * right / (2 * right + wrong + missed)


def test_blocks_and_headings_are_found_in_every_layout() -> None:
    ends, heads, exact = [], [], []
    for text, gold in cases().values():
        found = blocks(text)
        (gold_ends, gold_heads), (ends_found, heads_found) = flat(gold), flat(found)
        ends.append(f1(gold_ends, ends_found))
        heads.append(f1(gold_heads, heads_found))
        exact.append(gold_ends == ends_found)
    assert share(ends) >= 0.985 and share(heads) >= 0.95
    assert sum(exact) >= 0.85 * len(exact)


@pytest.mark.parametrize("name", texts())
def test_unwrapped_text_keeps_its_lines(name: str) -> None:
    text = "".join(f"{words}\n" for _, words in texts()[name])
    assert [words for _, words in blocks(text)] == [words for _, words in texts()[name]]


@pytest.mark.parametrize(
    "lines",
    [
        [
            "第10段，青溪镇的水渠建于一九五八年，全长三公里。",
            "第11段，青溪镇的水渠建于一九五八年，全长三公里。",
        ]
        * 5,
        ["２０２３年３月５日，王志远说：“ＧＤＰ增长了５％．”", "王志远表示,今年目标是6%."],
        ["春天来了，渠里的水满了。", "夏天来了，渠里的水浅了。", "秋天来了，渠里的水干了。"],
        ["他说：“渠要修！”", "大家都说：“修！”"],
    ],
)
def test_indented_lines_that_each_end_a_sentence_stay_apart(lines: list[str]) -> None:
    assert [text for _, text in blocks("".join(f"　　{line}\n" for line in lines))] == lines


@pytest.mark.parametrize(
    "lines",
    [
        ["各位观众大家好", "今天我们来说一说水渠的事情", "这条渠是一九五八年修的", "到现在已经六十多年了"]
        * 3,
        ["先把水烧开", "水开了以后放一把米", "再放两片姜", "小火慢慢地熬四十分钟", "中间不要揭盖子", "好了"],
        [
            "那天",
            "下着很大的雨",
            "我们在渡口等船等了一个下午",
            "船没有来",
            "后来才知道桥已经通了",
            "没有人坐船了",
        ],
        [
            "大家好我是老周",
            "这一期我们去看一座老桥",
            "桥在青川",
            "走路要走两个小时才能走到那里",
            "出发",
            "走吧",
        ],
    ],
)
def test_subtitles_without_punctuation_stay_lines_and_are_no_headings(lines: list[str]) -> None:
    assert blocks("\n".join(lines)) == [("paragraph", line) for line in lines]


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        (("这次修渠一共花了镇里和村里的钱1", "860万元。"), "1860万元"),
        (("这次修渠一共用了石头和水泥，合计2,3", "00袋。"), "2,300袋"),
        (("这次修渠一共挖走了土方和石方共计5.", "6万方。"), "5.6万方"),
        (("今年上半年全县的水田面积一共是1234", "5亩。"), "12345亩"),
    ],
)
def test_a_figure_cut_by_the_column_is_joined_without_a_space(cut: tuple[str, str], whole: str) -> None:
    assert whole in blocks("\n".join(cut))[0][1]


def test_minutes_keep_title_time_place_and_turns_apart() -> None:
    minutes = [words for _, words in texts()["minutes"]]
    found = blocks("\n".join(minutes))
    assert [text for _, text in found] == minutes
    assert [text for kind, text in found if kind == "heading"] == ["青溪镇修渠座谈会记录"]


@pytest.mark.parametrize(
    "byline",
    ["本报记者　何川", "何川", "阿禾", "县长　何川", "記者林以真／竹塹報導", "文／何川", "（本报记者 何川）"],
)
def test_a_byline_under_a_headline_is_no_heading_and_not_part_of_it(byline: str) -> None:
    body = "图书馆昨日向公众开放，第一天就有八百人到馆，馆内座位一度坐满，连楼梯上也坐了人。"
    lines = [body[n : n + 17] for n in range(0, len(body), 17)]
    found = blocks("\n".join(["新馆昨日向公众开放", byline, *lines]))
    assert found[0] == ("heading", "新馆昨日向公众开放")
    assert found[1] == ("byline", byline) and found[2] == ("paragraph", body)


def test_the_dateline_of_an_agency_opens_its_paragraph() -> None:
    body = "新华社青川1月19日电　图书馆昨日向公众开放，第一天就有八百人到馆，馆内座位一度坐满。"
    lines = [body[n : n + 12] for n in range(0, len(body), 12)]
    found = blocks("\n".join(["新馆昨日向公众开放", *lines]))
    assert found[1][0] == "paragraph" and found[1][1].startswith("新华社青川1月19日电")


@pytest.mark.parametrize(
    ("indents", "margin"), [((4, 4, 0), 4), ((4, 0, 4, 0), 0), ((2,), 2), ((8, 2, 2, 4), 2)]
)
def test_the_margin_is_the_indent_of_most_lines(indents: tuple[int, ...], margin: int) -> None:
    lines = [Line(n, "水渠", 0, indent, 4, 2, 0, 0, 0, 0, 0) for n, indent in enumerate(indents)]
    assert margin_of(lines) == margin
