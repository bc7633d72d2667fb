"""The kind of a text by plain signs, and whose words the whole text is."""

from __future__ import annotations

import pytest
from test_quotes import blocks

from app.text.quotes.attribution import attribute

LAW = "\n".join(f"第{n}条　渠长应当每月巡渠，并说明水情。" for n in "一二三四五")
NOTICE = (
    "青溪县人民政府关于修渠的通知\n青政发〔2023〕5号\n各乡镇人民政府，县直各单位：\n"
    "现将《修渠方案》印发给你们，请认真贯彻执行。\n县政府强调，各乡镇要按时完工。"
)
REPRINT = (
    "本报讯　近日，青溪县委办公室印发了《关于修渠的意见》，并发出通知，要求各乡镇结合实际认真落实。\n"
    "《关于修渠的意见》全文如下。\n渠长办公室要求，各村要建立台账。"
)
REPORT = (
    "政府工作报告\n——2023年3月5日在青溪县第十届人民代表大会第二次会议上\n青溪县县长\n何　青\n各位代表：\n"
    "现在，我代表县人民政府，向大会报告政府工作，请予审议。\n落实好各项要求，鼓励村民修缮老屋，扩大就业。\n"
    "老支书程福田说过：“渠是一锹一锹挖出来的。”"
)
SPEECH = (
    "在毕业典礼上的讲话\n程若谷\n亲爱的同学们：\n题目没有错，是我还没有等到它。\n"
    "我的老师林槐说：“慢一点，水会清的。”\n大家觉得难，说明走对了路。"
)
LETTER = "给修渠青年的回信\n修渠队的青年朋友们：\n来信收悉。渠修得好。\n何青禾\n2023年3月5日"
DIARY = "修渠队长何青禾的治水日记\n三月五日，雨。渠漏了一夜。\n三月六日，晴。大家都来了。"
COMMENT = (
    "本报评论员：水从哪里来\n治水要从源头做起。必须先修渠。\n县委书记林槐指出，渠要先修通。这是大家的心里话。"
)
QA = "县水务局局长何青禾答记者问\n问：渠什么时候动工？\n答：明年春天。\n问：钱够吗？\n答：够了。"
INTERVIEW = "林一：你怕不怕水？\n何青禾：怕。\n林一：那你为什么还来？\n何青禾：总要有人来。"
MINUTES = "何大同：请大家发言。\n陈阿水：渠底松了。\n王小美：我来记账。\n何大同：就这样定。"
READOUT = "县长会见邻县客人\n3月5日，县长何青会见了邻县客人。何青表示，两县要一起修渠。"
TALK = "对话何青禾：渠怎么修\n记者：你怕不怕水？\n何青禾：怕。\n记者：那你为什么还来？\n何青禾：总要有人来。"
OPINION = (
    "别让渠白修\n程若谷\n修渠应当先问用水的人。如果只看进度，渠就是摆设，因为水流不到地里。其实办法并不难。\n"
    "与其年年补漏，不如一次修好。只有把账算清，才能让大家放心。"
)
EMBASSY = "2023年3月5日，驻青国大使何青禾出席赠书仪式。\n何青禾表示，愿继续推动往来。"
CABINET = "国务院常务会议听取防汛情况汇报。\n会议决定将草案提请全国人大常委会审议。\n会议指出，要压实责任。"
NEWS = "本报青溪3月5日电（记者 林一）渠修通了。县长何青说，明年再修一条。"


@pytest.mark.parametrize(
    ("text", "genre"),
    [
        (LAW, "law"),
        (NOTICE, "document"),
        (REPRINT, "document"),
        (REPORT, "report"),
        (SPEECH, "speech"),
        (LETTER, "letter"),
        (DIARY, "diary"),
        (COMMENT, "commentary"),
        (QA, "qa"),
        (INTERVIEW, "interview"),
        (MINUTES, "transcript"),
        (READOUT, "readout"),
        (NEWS, "news"),
        (TALK, "interview"),
        (OPINION, "commentary"),
        (EMBASSY, "readout"),
        (CABINET, "news"),
    ],
)
def test_plain_signs_tell_the_kind(text: str, genre: str):
    found = attribute(blocks(text))
    assert found.kind.genre == genre
    assert found.kind.why


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (LAW, []),
        (NOTICE, []),
        (REPRINT, ["青溪县委办公室"]),
        (REPORT, ["程福田"]),
        (SPEECH, ["林槐"]),
        (COMMENT, ["林槐"]),
        (QA, ["问", "何青禾"]),
        (READOUT, ["何青"]),
    ],
)
def test_the_kind_decides_who_may_speak(text: str, names: list[str]):
    assert [s.name for s in attribute(blocks(text)).speakers] == names


def test_reported_speech_in_somebody_s_own_text_stops_at_the_sentence():
    found = attribute(blocks(COMMENT))
    text = {b.id: b.text for b in blocks(COMMENT)}
    assert [text[q.block][q.start : q.end] for q in found.quotations] == ["渠要先修通。"]


@pytest.mark.parametrize(
    ("title", "text", "author"),
    [
        ("", REPORT, ("何青", "青溪县县长")),
        ("", SPEECH, ("程若谷", None)),
        ("", LETTER, ("何青禾", None)),
        ("", DIARY, ("何青禾", "修渠队长")),
        ("青溪县县长何青在开工仪式上的讲话", "同志们：\n渠要修通。", ("何青", "青溪县县长")),
        ("程若谷在毕业典礼上的演讲", "亲爱的同学们：\n水会清的。", ("程若谷", None)),
        ("水从哪里来", "作者：程若谷\n水从山里来。", ("程若谷", None)),
        ("水从哪里来", "水从山里来。\n（作者：程若谷，系青溪大学教授）", ("程若谷", "青溪大学教授")),
        (
            "谈治水的几点体会",
            "治水先治山。\n县水务局党组副书记、局长　韩　冬",
            ("韩冬", "县水务局党组副书记、局长"),
        ),
        (
            "给修渠青年的回信",
            "修渠队的青年朋友们：\n来信收悉。\n本报3月16日电　县长何青3月15日给修渠队青年回信，勉励他们。",
            ("何青", "县长"),
        ),
        ("", NEWS, None),
        ("", NOTICE, None),
        ("", QA, None),
        ("程若谷在河边种树", "本报讯　程若谷说，树活了。", None),
    ],
)
def test_the_author(title: str, text: str, author: tuple[str, str | None] | None):
    found = attribute(blocks(text), title=title).author
    assert (found and (found.name, found.role)) == author


def test_the_front_matter_names_the_author():
    found = attribute(blocks("水从山里来。"), byline="程若谷").author
    assert found is not None
    assert found.name == "程若谷"


def test_the_author_is_a_speaker_only_if_a_quotation_is_his():
    silent = attribute(blocks(SPEECH)).author
    assert silent is not None and silent.speaker is None
    quoted = attribute(blocks(LETTER + "\n何青禾在信中说，渠修得好。")).author
    assert quoted is not None and quoted.speaker == "何青禾"
