"""Where a name begins and ends: names that hold a preposition, surnames alone, people described again."""

from __future__ import annotations

import pytest
from test_quotes import blocks, marked, plain

from app.text.quotes.attribution import attribute

DOUBTFUL = 0.6


def certain(text: str) -> list[str]:
    """The speakers that a page shows without doubt, in order."""
    found = attribute(blocks(text))
    names = {speaker.id: speaker.name for speaker in found.speakers}
    return [names[q.speaker] for q in found.quotations if q.speaker and q.confidence >= DOUBTFUL]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # 从 在 为 对 把 与 可 first in a given name
        ("沈从文先生说，凤凰的水是青的。", "沈从文"),
        ("作家沈从文回忆说，那年涨大水。", "沈从文"),
        ("“我走过许多地方的桥。”沈从文写道。", "沈从文"),
        ("李在明在记者会上说，韩方愿意对话。", "李在明"),
        ("縣長劉為民告訴記者，路要修通。", "劉為民"),
        ("王与之认为，这部书不可信。", "王与之"),
        ("建筑师张在元表示，城市是有记忆的。", "张在元"),
        ("会计陈对墀说：“票据不能丢。”", "陈对墀"),
        ("村支书吴在望说，渠要修。", "吴在望"),
        ("邓与平教授指出，史料不足。", "邓与平"),
        ("许从军队长说，火灭了。", "许从军"),
        ("林把式先生说，牛好。", "林把式"),
        ("王可心接受采访时说，蛋糕好吃。", "王可心"),
        # last in a given name
        ("康有为说，变者，天道也。", "康有为"),
        ("胡可为说，渠要修。", "胡可为"),
        ("梁有为先生说，路不能断。", "梁有为"),
        ("教师冯思与说，书要慢慢读。", "冯思与"),
    ],
)
def test_a_name_with_a_preposition_is_whole(text: str, name: str):
    assert certain(text) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("李在会上说，渠要修。", "李"),
        ("王从北京赶来说，渠要修。", "王"),
        ("张对此表示，渠要修。", "张"),
        ("李在接受采访时说，渠要修。", "李"),
        ("王与会长商量后说，渠要修。", "王"),
        ("刘把手一挥说，渠要修。", "刘"),
        ("徐为此表示，渠要修。", "徐"),
    ],
)
def test_a_surname_before_a_preposition_is_a_person_in_doubt(text: str, name: str):
    found = attribute(blocks(text))
    assert [speaker.name for speaker in found.speakers] == [name]
    assert found.quotations[0].confidence < DOUBTFUL


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("厂长李大同来了。李在会上说，渠要修。", ["李大同"]),
        ("厂长王大同来了。王从北京赶来说，渠要修。", ["王大同"]),
        ("局长对此表示，渠要修。", ["局长"]),
        ("代表在会后说，渠要修。", ["代表"]),
        ("台下的小戏迷周可挥着手，“再来一段！”", ["周可"]),
        ("王可能会说，渠要修。", []),
        ("他认为路在变好，水在变清。", []),
        # a description with an age, after the person's name
        ("主播王琴播了四十年。六十八岁的主播说，明天还要开播。", ["王琴"]),
        ("会计柳眉合上账本。72岁的会计说：“一分不差。”", ["柳眉"]),
        ("教师王琴坐在灯下。六十八岁的主播说，明天还要开播。", ["六十八岁的主播"]),
        ("郑姨把碗一推：“吃饭了。”", ["郑姨"]),
    ],
)
def test_others_keep_their_names(text: str, names: list[str]):
    assert certain(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "何青禾多次提到“*公平”一词。",
        "何青禾在会上五次说“*共享”这个词。",
        "馆长何青禾解释“*孤本”这一概念。",
        "何青禾写“*慎独”二字，写了一辈子。",
        "何青禾最爱说“*慢慢来”三个字。",
        "老师们所谓“*减负”，就是少布置一张卷子。",
        "“*躺平”这个词，年轻人常说。",
        "何青禾说[何青禾 转|“*公平”一词太大。]",
        "何青禾说：“[何青禾 直|公平！]”一词未毕，哭了。",
    ],
)
def test_a_word_that_is_mentioned_is_no_speech(text: str):
    assert marked(plain(text)) == text
