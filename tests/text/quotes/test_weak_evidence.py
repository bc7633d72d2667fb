"""Evidence of a speaker: boundaries of names, antecedents, and doubt where there is little."""

from __future__ import annotations

import pytest
from test_quotes import blocks, marked, plain

from app.text.quotes.attribution import attribute


@pytest.mark.parametrize(
    "text",
    [
        # names without a surname
        "牧民仁青多吉已经把羊赶下了坡。“[仁青多吉 直|草比去年高。]”仁青多吉说。",
        "教师娜仁图雅说，[娜仁图雅 转|孩子们都到了。]",
        "摊主阿依古丽告诉记者，[阿依古丽 转|葡萄熟了。]",
        "护林员索南达娃表示，[索南达娃 转|雪线退了。]",
        "市农业局副局长额尔登介绍，[额尔登 转|草场已经返青。]",
        "县长会见津国议长哈桑·阿卜杜拉。\n阿卜杜拉表示，[哈桑·阿卜杜拉 转|欢迎来修路。]",
        "选手秦可为破了纪录。“[秦可为 直|第五跳的时候，我听见有人喊我。]”秦可为说。",
        # a name that ends like an act or an adverb
        "县长会见津国外长莫兰拉。\n莫兰拉说，[莫兰拉 转|愿意合作。]莫兰拉还说，[莫兰拉 转|路要修通。]",
        "客隊總教練貝爾森則對判決不滿，直言：「[貝爾森 直|我看不懂他們在吹什麼。]」",
        # a body gives notice, the organs of justice charge
        "近日，青溪县教育局发通知说，[青溪县教育局 转|家长可以进入考场。]",
        "镇政府发公告称，[镇政府 转|老桥明天封闭。]",
        "检察机关指控，[检察机关 转|何某骗取修渠款二万元。]",
        # two sides that only this word names
        "津国外长来访。双方一致认为，[双方 转|应当通过对话解决分歧。]",
        # a person seen or heard speaks, not the one who sees
        "何青禾的船漏了，他听到有人在岸上说，[有人 转|渠水又涨了。]",
        # an object before the verb: no words follow
        "何青禾说，[何青禾 转|路不通。]她将这些事告诉了父母和家人，他们都觉得[? 转|难以置信。]",
        # nouns after the subject of the clause before
        "何青禾向乡亲们致以新年祝福，大家都很高兴。",
        "林槐让各人坐下，因为其后没有人提出类似质疑，何青禾默许大家站着。",
        # they would ask
        "家长会问，这笔钱花到哪里去了？",
        "同学会问，老师去了哪里？",
        # verses and slogans
        "“*太阳出来照渠头，清清渠水往东流”，石碑上的字还看得清。",
    ],
)
def test_who_speaks(text: str):
    assert marked(plain(text)) == text


def test_a_company_is_the_one_named_last():
    found = attribute(blocks("青澜科技10月28日公布第三季业绩，营收增长两成。公司称，汇兑损失拖累了利润。"))
    assert [s.name for s in found.speakers] == ["青澜科技"]


@pytest.mark.parametrize(
    "text",
    [
        "业绩昨天公布。公司称，汇兑损失拖累了利润。",
        "何青禾修渠三十年。\n渠修到了山后。\n夜里下了雨，水涨了半尺。他说，渠不会垮。",
        "何青：渠修得值\n渠修了三十年，今天通水。",
    ],
)
def test_little_evidence_is_doubt(text: str):
    quotations = attribute(blocks(text)).quotations
    assert quotations
    assert all(q.confidence < 0.6 for q in quotations)


def test_a_wish_in_a_headline_is_no_speech():
    assert not attribute(blocks("学校要求家长轮流监考引热议\n近日，不少家长叫苦。")).quotations


def test_letters_for_names_are_labels_where_somebody_asks():
    text = (
        "主持人：业委会怎么成立的？\n甲：吵出来的。\n乙：是停车费的事。\n主持人：后来呢？\n甲：后来挨家签字。"
    )
    assert [s.name for s in attribute(blocks(text)).speakers] == ["主持人", "甲", "乙"]


def test_a_label_in_the_headline_is_carried_no_further():
    lead = "何青禾：水从山里来\n何青禾今年五十岁，修过三条渠。\n"
    text = lead + "问：怕水吗？\n答：不怕。\n问：为何？\n答：习惯。"
    assert [q.block for q in attribute(blocks(text)).quotations] == ["b1", "b3", "b4", "b5", "b6"]


def test_a_line_with_a_name_under_the_headline_is_the_author():
    found = attribute(blocks("别让表格压垮基层\n程若谷\n某乡镇一年要填三百张表。")).author
    assert found is not None
    assert found.name == "程若谷"
