"""The line under a headline: its contents, and lines that only look like it."""

import pytest

from app.text.dateline import read_dateline


@pytest.mark.parametrize(
    ("line", "date", "publication", "author"),
    [
        ("2024-03-05　青川日报", "2024-03-05", "青川日报", ""),
        ("2024年03月05日 08:30　来源：青川日报", "2024-03-05", "青川日报", ""),
        ("２０２３年３月５日 10:20　来源：青溪日报　作者：方禾", "2023-03-05", "青溪日报", "方禾"),
        ("二〇二三年三月五日　来源：青溪日报", "2023-03-05", "青溪日报", ""),
        ("来源：青川新闻网 | 作者：何川 林以真 | 2024/6/8", "2024-06-08", "青川新闻网", "何川、林以真"),
        ("原创 何川 青川发布 2024-03-05 08:30 江苏", "2024-03-05", "青川发布", "何川"),
        ("清河志愿者 2023-11-15 18:20", "2023-11-15", "清河志愿者", ""),
        ("《青川日报》（2024年3月5日　第03版）", "2024-03-05", "青川日报", ""),
        ("青川日报2024年3月5日", "2024-03-05", "青川日报", ""),
        ("发布时间：2024-08-09 10:21:33　信息来源：市水务局", "2024-08-09", "市水务局", ""),
        ("2024-08-09 10:21", "2024-08-09", "", ""),
        ("03月05日 08:30　来源：青川日报", "", "青川日报", ""),
        ("2024年3月5日 星期二", "2024-03-05", "", ""),
        ("（2024年3月5日）", "2024-03-05", "", ""),
        ("民國112年3月5日　竹塹時報", "2023-03-05", "竹塹時報", ""),
        ("本报记者　何川　通讯员　李青", "", "", "何川、李青"),
        ("記者林以真／竹塹報導", "", "", ""),
        ("青川日报", "", "青川日报", ""),
        ("作者：阿禾", "", "", "阿禾"),
    ],
)
def test_a_dateline_tells_its_facts(line: str, date: str, publication: str, author: str) -> None:
    found = read_dateline(line)
    if line.startswith("記者林"):
        assert found is None
        return
    assert found is not None
    assert (found.date, found.publication, found.author) == (date, publication, author)


@pytest.mark.parametrize(
    "line",
    [
        "2024年3月5日在第三次会议上",
        "2024年3月大事记",
        "2024年工作总结",
        "2024年3月5日，市政府召开会议，研究修渠事宜",
        "图书馆昨日向公众开放",
        "一、水渠的来历",
        "各位代表：",
        "主持人：李大同（镇长）",
        "何川：我在渠上干了四十年",
        "青川日报社的老楼要拆了",
        "记者：明年春天能动工吗",
        "文：渠边的柳树",
    ],
)
def test_other_lines_are_none(line: str) -> None:
    assert read_dateline(line) is None


@pytest.mark.parametrize(
    "line",
    ["2024-03-05　来源：青川日报　责任编辑：方禾", "2024-03-05　青川日报　阅读：1203", "时间：2023年3月5日"],
)
def test_a_line_that_holds_more_is_not_whole(line: str) -> None:
    found = read_dateline(line)
    assert found is not None and not found.whole
