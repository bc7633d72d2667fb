"""Turns of a conversation: labels, and the paragraphs that carry a turn on."""

from __future__ import annotations

import pytest
from test_quotes import blocks

from app.text.quotes.attribution import attribute


def turns(text: str, title: str = "") -> list[tuple[str | None, str]]:
    given = blocks(text)
    found = attribute(given, title=title)
    names = {s.id: s.name for s in found.speakers}
    texts = {b.id: b.text for b in given}
    assert all(q.type == "direct" for q in found.quotations)
    return [(names.get(q.speaker), texts[q.block][q.start : q.end]) for q in found.quotations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "问：渠什么时候动工？\n答：明年春天。\n工钱由镇里出。\n问：谁来记账？\n答：我来记。",
            ["问", "答", "答", "问", "答"],
        ),
        ("记者：您为什么回来？\n何青禾：想家了。\n记者：还走吗？\n何青禾：不走了。", ["记者", "何青禾"] * 2),
        ("主持人：请老渠工先讲。\n陈阿水：渠底的石头松了。", ["主持人", "陈阿水"]),
        ("有记者问：修渠的钱够吗？\n答：还差一半。", ["记者", "答"]),
        ("Q：水从哪里来？\nA：从上游的水库来。", ["Q", "A"]),
        ("C：这条注释放在哪里？\nD：放在段落后面吧。", ["C", "D"]),
        ("镇长（何大同）：今天请大家来谈修渠的事。\n何大同（镇长）：渠要修。", ["何大同"] * 2),
        ("【何大同】今天请大家来。\n【陈阿水】我先说两句。", ["何大同", "陈阿水"]),
        ("陈阿水（补充）：人工可以不要钱。\n王小美：我来记账。", ["陈阿水", "王小美"]),
        ("禾：你先把水放了！\n柳：我不放，你怎么办？\n禾：我报警。", ["禾", "柳", "禾"]),
        ("葛岚（市水务局工程师）：堤顶加高了八十厘米。", ["葛岚"]),
        ("提問：第一題是什麼？\n唐小鳳：請說。", ["提問", "唐小鳳"]),
        ("晚报记者追问：会请专家吗？\n何局长：会。", ["晚报记者", "何局长"]),
        (
            "《南风》：为什么写码头？\n何青禾：父亲在那里。\n《南风》：后来呢？\n何青禾：走了。",
            ["《南风》", "何青禾"] * 2,
        ),
        ("主持人（何大同）：现在开会。\n陈阿水：我先说。", ["何大同", "陈阿水"]),
        ("营：先把医药费留下！", ["营"]),
        (
            "何流：大家好，今天聊房子，你怎么看？\n督工：县城留不住人。\n何流：接下来呢？\n静静：我老家就是这样。",
            ["何流", "督工", "何流", "静静"],
        ),
        (
            "记者问：“水退了吗？”\n何局长答：“退了。”\n记者问：“路呢？”\n何局长答：“也通了。”",
            ["记者", "何局长"] * 2,
        ),
    ],
)
def test_labels(text: str, expected: list[str]):
    assert [name for name, _ in turns(text)] == expected


def test_the_words_after_the_label_are_the_whole_turn():
    assert turns("记者：水退了吗？\n何青禾：退了。路也通了。")[1] == ("何青禾", "退了。路也通了。")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("专访古籍修复师陆青禾", "记者：补一页书要多久？\n答：三天。"),
        ("", "日前，古籍修复师陆青禾接受了本报记者采访。\n问：补一页书要多久？\n答：三天。"),
        ("", "本报记者就补书的事采访了古籍修复师陆青禾。\n问：补一页书要多久？\n陆：三天。"),
        ("古籍修复师陆青禾答记者问", "问：补一页书要多久？\n答：三天。"),
    ],
)
def test_the_headline_or_the_lead_names_who_answers(title: str, text: str):
    assert turns(text, title)[-1] == ("陆青禾", "三天。")


@pytest.mark.parametrize(
    "text",
    [
        "时间：八月十二日\n地点：青澜湖东岸\n天气：多云",
        "粮食：达到三千八百斤，增长百分之十七。\n棉花：达到三百担，增长百分之二十五。\n粮食：明年还要多收。",
        "青澜湖十年：一座湖和三个村的账本",
        "【长堤十年】一座湖和三个村的账本。",
        "原文见 https://example.org/a 。\nhttps://example.org/b",
        "A：红色。\nB：蓝色。\nC：绿色。",
        "主席：何大同\n记录：王小美",
    ],
)
def test_no_labels_of_speakers(text: str):
    assert turns(text) == []


def test_a_turn_ends_at_a_remark_and_where_the_article_goes_on():
    text = "记者：水退了吗？\n何青禾：退了。\n（众人鼓掌）\n编后：采访结束时天已经黑了。"
    assert len(turns(text)) == 2


def test_a_speaker_quotes_somebody_within_a_turn():
    text = "记者：后来呢？\n何青禾：我娘说：“水来了就跑。”我说：“我不跑。”"
    assert turns(text)[2:] == [("我娘", "水来了就跑。"), ("何青禾", "我不跑。")]


def test_one_question_in_quotation_marks_is_the_story_of_the_reporter():
    assert turns("他坐下来。\n记者问：“多大了？”\n老人说：“八十。”") == [("老人", "八十。")]


def test_a_label_is_surer_than_a_turn_that_runs_on():
    text = "记者：水退了吗？\n何青禾：退了。\n路也通了。"
    assert [q.confidence for q in attribute(blocks(text)).quotations] == [0.95, 0.95, 0.85]


def test_headings_of_minutes_are_in_no_turn():
    text = (
        "参会人员：董事长 竺以恒，董事会秘书 卜世源\n一、管理层发言\n竺以恒：感谢各位投资者。\n二、问答环节\n"
        "个人投资者：股价跌成这样，有没有回购打算？\n卜世源：请以公告为准。"
    )
    found = attribute(blocks(text))
    assert [s.name for s in found.speakers] == ["竺以恒", "个人投资者", "卜世源"]
    assert len(found.quotations) == 3


@pytest.mark.parametrize(
    ("teller", "name"),
    [
        ("渠管站站长何青禾告诉记者", "何青禾"),
        ("副镇长陈阿水回答本报记者", "陈阿水"),
        ("合作社社长马小兰告诉在场的记者", "马小兰"),
        ("老渠工陈阿水反问主持人", "陈阿水"),
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_who_tells_a_reporter_something_is_no_reporter(teller: str, name: str, times: int):
    text = "\n".join([f"{teller}：“渠里又来水了。”他把铁锹靠在墙上。"] * times)
    assert turns(text) == [(name, "渠里又来水了。")] * times
