"""The head of an article in the usual layouts: title, subtitle, byline, date, publication."""

from __future__ import annotations

import pytest

from app.importers import Head, Received, receive
from app.importers.head import supplied_title
from app.model import Piece

BODY = (
    "图书馆昨日向公众开放，第一天就有八百人到馆，馆内座位一度坐满，连楼梯上也坐了人。",
    "馆长说：“欢迎大家常来。”当天借出的书有一千二百册，其中一半是孩子借的。",
)


def took_in(name: str, text: str, *, title: str = "") -> Received:
    data = text.encode()
    return receive(name, data, title=title)


def head_of(text: str, *, title: str = "", body: tuple[str, ...] = BODY) -> Head:
    return took_in("a.txt", text + "\n".join(f"　　{p}" for p in body) + "\n", title=title).head


def texts(head: Head) -> list[str]:
    return [p.text for p in head.body]


@pytest.mark.parametrize(
    ("top", "title", "subtitle", "date", "publication", "author"),
    [
        (
            "新馆昨日开放\n\n2024-03-05　青川日报\n\n",
            "新馆昨日开放",
            "",
            "2024-03-05",
            "青川日报",
            "",
        ),
        (
            "新馆昨日开放\n2024年03月05日 08:30　来源：青川日报\n",
            "新馆昨日开放",
            "",
            "2024-03-05",
            "青川日报",
            "",
        ),
        (
            "新馆昨日开放\n来源：青川日报　作者：何川　2024/6/8\n\n",
            "新馆昨日开放",
            "",
            "2024-06-08",
            "青川日报",
            "何川",
        ),
        (
            "新馆昨日开放\n\n原创 何川 青川发布 2024-03-05 08:30 江苏\n\n",
            "新馆昨日开放",
            "",
            "2024-03-05",
            "青川发布",
            "何川",
        ),
        (
            "新馆昨日开放\n\n清河志愿者\n2024-03-05 08:30\n\n",
            "新馆昨日开放",
            "",
            "2024-03-05",
            "清河志愿者",
            "",
        ),
        (
            "青川日报　2024年3月5日　第03版\n\n新馆昨日开放\n\n本报记者　何川\n\n",
            "新馆昨日开放",
            "",
            "2024-03-05",
            "青川日报",
            "何川",
        ),
        (
            "新馆昨日开放\n——写在图书馆开放之际\n何川\n\n",
            "新馆昨日开放",
            "——写在图书馆开放之际",
            "",
            "",
            "何川",
        ),
        (
            "湿地归来：青澜湖十年治理观察\n\n２０２３年３月５日\n\n",
            "湿地归来：青澜湖十年治理观察",
            "",
            "2023-03-05",
            "",
            "",
        ),
        (
            "新馆昨日开放\n（二〇二三年三月五日）\n\n",
            "新馆昨日开放",
            "",
            "2023-03-05",
            "",
            "",
        ),
        (
            "新馆昨日开放\n\n八百人第一天到馆\n\n2024-03-05　青川日报\n\n",
            "新馆昨日开放",
            "八百人第一天到馆",
            "2024-03-05",
            "青川日报",
            "",
        ),
        (
            "政府工作报告\n——2024年3月5日在县人民代表大会会议上\n县长　何川\n\n",
            "政府工作报告",
            "——2024年3月5日在县人民代表大会会议上",
            "2024-03-05",
            "",
            "何川",
        ),
        (
            "新馆为什么晚开了三天？\n2024-03-05　青川日报\n",
            "新馆为什么晚开了三天？",
            "",
            "2024-03-05",
            "青川日报",
            "",
        ),
        (
            "專訪館長：補一頁書要等三天\n\n民國112年3月5日　竹塹時報\n\n",
            "專訪館長：補一頁書要等三天",
            "",
            "2023-03-05",
            "竹塹時報",
            "",
        ),
    ],
)
def test_a_plain_text_tells_its_head(
    top: str, title: str, subtitle: str, date: str, publication: str, author: str
) -> None:
    head = head_of(top)
    assert (head.title, head.subtitle) == (title, subtitle)
    assert (head.date, head.publication, head.author) == (date, publication, author)
    assert texts(head)[-2:] == list(BODY)
    assert not any(p.kind == "heading" for p in head.body)


def test_a_dateline_is_no_block_and_is_told() -> None:
    head = head_of("新馆昨日开放\n\n2024-03-05　青川日报\n\n")
    assert texts(head) == list(BODY)
    assert ("date、publication", "2024-03-05　青川日报") in head.taken


def test_a_dateline_that_says_more_stays_as_a_byline() -> None:
    head = head_of("新馆昨日开放\n\n2024-03-05　来源：青川日报　责任编辑：方禾\n\n")
    assert [p.kind for p in head.body] == ["byline", "paragraph", "paragraph"]
    assert (head.date, head.publication) == ("2024-03-05", "青川日报")


@pytest.mark.parametrize("given", ["新馆昨日开放", "新馆 昨日开放"])
def test_a_title_given_that_is_printed_is_not_printed_twice(given: str) -> None:
    head = head_of("新馆昨日开放\n\n2024-03-05　青川日报\n\n", title=given)
    assert head.title == given and texts(head) == list(BODY)
    assert head.date == "2024-03-05"


def test_another_title_leaves_the_printed_one_and_the_dateline_still_counts() -> None:
    head = head_of("新馆昨日开放\n2024-03-05　青川日报\n", title="图书馆消息")
    assert head.title == "图书馆消息" and texts(head)[0] == "新馆昨日开放"
    assert (head.date, head.publication) == ("2024-03-05", "青川日报")


def test_wire_copy_names_its_agency_and_its_lead_is_no_heading() -> None:
    text = "新馆昨日开放\n\n　　新华社北京4月14日电　" + BODY[0] + "\n　　" + BODY[1] + "\n"
    head = took_in("a.txt", text).head
    assert (head.title, head.publication, head.date) == ("新馆昨日开放", "新华社", "")
    assert texts(head)[0].startswith("新华社北京4月14日电")


@pytest.mark.parametrize(
    "first", ["新华社北京4月14日电 近日", "一、背景", "各位代表：", "2019年7月9日", "征求对修渠规划的意见。"]
)
def test_what_is_no_title_is_not_taken_for_one(first: str) -> None:
    assert head_of(first + "\n\n").title == ""


@pytest.mark.parametrize(
    "note",
    [
        "编者按：本文是馆长在读书会上的发言，略有删节。",
        "【编者按】三年来，青川县的读书会从一间屋子办到十二个镇。它是怎么办起来的？",
        "編者按　這一期談的是修書。",
        "导读：修一页书要多久？",
        "（本刊编者按：作者是青川县图书馆馆长。）",
    ],
)
def test_an_editors_note_may_precede_the_title(note: str) -> None:
    head = head_of(f"{note}\n修书是一门手艺\n何川\n\n")
    assert (head.title, head.author) == ("修书是一门手艺", "何川")
    assert texts(head) == [note, "何川", *BODY]


def test_a_note_of_the_editors_alone_is_no_title() -> None:
    head = head_of("编者按\n修书是一门手艺\n\n")
    assert head.title == "修书是一门手艺"


def test_minutes_keep_time_and_place_as_blocks() -> None:
    text = (
        "青溪镇修渠座谈会记录\n\n时间：2023年3月5日\n地点：镇文化站\n主持人：李大同（镇长）\n\n"
        "李大同：今天请大家来谈谈修渠的事。\n陈阿水：渠漏得厉害。\n"
    )
    head = took_in("a.txt", text).head
    assert (head.title, head.date) == ("青溪镇修渠座谈会记录", "2023-03-05")
    assert texts(head)[:3] == ["时间：2023年3月5日", "地点：镇文化站", "主持人：李大同（镇长）"]


def test_the_source_and_the_day_at_the_foot_count_where_the_head_has_none() -> None:
    head = head_of("修渠通知\n\n", body=(*BODY, "（原载《青川日报》2024年3月5日）"))
    assert (head.publication, head.date) == ("青川日报", "2024-03-05")
    head = head_of("修渠通知\n\n", body=(*BODY, "青溪镇人民政府", "2023年3月5日"))
    assert head.date == "2023-03-05"


def test_markdown_has_the_same_head() -> None:
    text = "# 新馆昨日开放\n\n2024-03-05　青川日报\n\n" + "\n\n".join(BODY) + "\n\n## 明天\n\n还有讲座。\n"
    head = took_in("a.md", text).head
    assert (head.title, head.date, head.publication) == ("新馆昨日开放", "2024-03-05", "青川日报")
    assert [(p.kind, p.level) for p in head.body][-2:] == [("heading", 2), ("paragraph", 0)]


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["2024年5月12日", "渠边的两个年轻人，今年没有回城。"], "渠边的两个年轻人"),
        (["北湾日报 2024年5月12日 第4版", "水来了。村民都到渠边去看。"], "水来了。村民都到渠边去看"),
        (["渠边的两个年轻人今年没有回城。", "2024年5月12日"], "渠边的两个年轻人今年没有回城"),
    ],
)
def test_a_title_is_made_of_the_first_words_that_are_no_date(lines: list[str], title: str) -> None:
    assert supplied_title([Piece("paragraph", line) for line in lines]) == title
