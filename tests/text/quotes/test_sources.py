"""Who can speak: names, bodies, described people and groups, never parts of clauses."""

from __future__ import annotations

import pytest
from test_quotes import blocks

from app.text.quotes.attribution import attribute


def speakers_of(text: str) -> list[str]:
    return [speaker.name for speaker in attribute(blocks(text)).speakers]


@pytest.mark.parametrize(
    "text",
    [
        # A function word, or a clause, before a verb.
        "如果说去年的水只是漫过台阶，今年就漫过了窗台。",
        "换句话说，每八户就有一户没有领到补助。",
        "我们会确认每一条意见是不是写进了方案。",
        "假设我们认为水表没有坏，账还是对不上。",
        "所以我们觉得这条渠应该先清淤。",
        "大家一定会认为第一个办法更好。",
        # A policy verb without a speaker.
        "按照镇党委要求，各村认真做好排查工作。",
        "落实全面从严治渠要求，加强工地管理。",
        "继续坚持必要的巡查措施，指导各村落实防汛要求，引导村民有序撤离。",
        "加强水库的管理，鼓励、支持社会力量参与，特别是年轻人。",
        "精准研判可能出现的主要险情。",
        "综合分析研判，今年的水情仍然偏重。",
        "稳定和扩大传统消费，鼓励村民修缮老屋。",
        # A thing as subject.
        "实践充分表明，先修渠后种树是对的。",
        "粮食总产量预计可以接近去年的水平。",
        "全县铁路预计发送旅客两万人次，加开列车三列。",
        "市场预期明显改善，来订货的人多了。",
        # A verb inside a longer word, a noun of saying.
        "这次会议为明年的治渠工作指明了方向。",
        "各村都要加强调查研究，把账算清楚。",
        "各部门要认真听取群众的批评和建议，改进工作。",
        "他们在会上提出了八项主张，得到普遍欢迎。",
        "外商提出了荒谬的赔偿要求，被当场拒绝。",
        "镇里提出具体措施，并且一一落实。",
    ],
)
def test_nobody_speaks(text: str):
    assert speakers_of(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # No character lost, none added.
        ("当地消防部门说，火已经扑灭。", ["当地消防部门"]),
        ("当地农民邱福来说：“雨再不停，苗就烂了。”", ["邱福来"]),
        ("有位姓孟的大爷说：“车站搬得太远了。”", ["姓孟的大爷"]),
        ("宋薇参赞表示，活动明年再办。", ["宋薇"]),
        ("退休老党员程祝福激动地说：“水来了！”", ["程祝福"]),
        ("北坡武装称过去一周三次炸毁桥梁。", ["北坡武装"]),
        ("据组织方称，周末将有一千人参加。", ["组织方"]),
        ("毛局长常常告诉我们：“水要一勺一勺地舀。”", ["毛局长"]),
        ("灾区人民认为新堤比旧堤牢。", ["灾区人民"]),
        ("负责巡堤的老支书说，水位还在涨。", ["负责巡堤的老支书"]),
        ("中介曾口头答应退款。罗敏后来再去找，对方称，合同里没有写这一条。", ["中介"]),
    ],
)
def test_who_speaks(text: str, names: list[str]):
    assert speakers_of(text) == names
