"""Lines of newspapers and notices: bylines, wire copy, salutations, numbered headings."""

from __future__ import annotations

import pytest

from app.text.reflow import reflow

TEXT = (
    "新渠全长四十二公里，去年春天动工，比计划早了两个月完成。县水利站站长说，渠底用了新的衬砌，漏水比老渠少八成以上。",
    "到了夏天，田里的稻子长得比往年好，老支书每天早上都到渠边走一趟，看看水，再看看天，然后慢慢地走回家去。",
)


def wrapped(text: str, width: int = 15) -> list[str]:
    """A paragraph in a column; a mark that may not begin a line hangs over the edge."""
    words, rows = "　　" + text, []
    while words:
        cut = width
        while cut < len(words) and words[cut] in "，。：”、？；":
            cut += 1
        rows.append(words[:cut])
        words = words[cut:]
    return rows


def kinds(*lines: str) -> list[tuple[str, str]]:
    """The blocks of lines above two wrapped paragraphs, without these."""
    text = "\n".join([*lines, *wrapped(TEXT[0]), *wrapped(TEXT[1])])
    found = [(p.kind, p.text) for p in reflow(text).pieces]
    assert found[-2:] == [("paragraph", words) for words in TEXT]
    return found[:-2]


@pytest.mark.parametrize("name", ["石　平", "李敏", "何 川", "欧阳山", "王　宁"])
def test_a_bare_name_under_a_headline_is_a_byline(name: str) -> None:
    assert kinds("别让好水表成了摆设", name) == [("heading", "别让好水表成了摆设"), ("byline", name)]


@pytest.mark.parametrize(
    "lines",
    [
        ("本报记者　王　宁　通讯员", "赵　明"),
        ("本报记者　何　川　李　敏　通讯员", "周有田"),
        ("□ 本报记者 陈 静 实习生 吴", "桐"),
        ("本报记者　何川　通讯员", "周有田　孙立"),
    ],
)
def test_a_byline_goes_on_in_the_next_line(lines: tuple[str, str]) -> None:
    found = kinds("从吵架到喝茶", *lines)
    assert [kind for kind, _ in found] == ["heading", "byline"]
    assert found[1][1].replace(" ", "") == "".join(lines).replace(" ", "")


@pytest.mark.parametrize(
    "line", ["各村民委员会：", "各乡镇人民政府，县直有关部门：", "同志们：", "尊敬的各位代表："]
)
def test_a_salutation_is_no_part_of_the_title(line: str) -> None:
    title = "关于召开水渠管护会议的通知"  # as long as the column
    assert [text for _, text in kinds(title, line)] == [title, line]


@pytest.mark.parametrize(
    "heading",
    ["一、去年的工作为什么做得好？", "（一）水价怎么定？", "二、谁来管水？", "三、钱从哪里来？"],
)
def test_a_numbered_question_above_a_paragraph_is_a_heading(heading: str) -> None:
    text = "\n".join(["水利工作会议讲话", *wrapped(TEXT[0]), heading, *wrapped(TEXT[1])])
    assert ("heading", heading) in [(p.kind, p.text) for p in reflow(text).pieces]


@pytest.mark.parametrize(
    "line",
    [
        "新华社青川10月8日电　题：水到渠成",
        "新华社青川3月5日电",
        "本报讯",
        "中新社青川6月2日电",
    ],
)
def test_the_line_of_an_agency_is_no_heading(line: str) -> None:
    found = [(p.kind, p.text) for p in reflow("\n".join(["盐滩村的秋收", line, *wrapped(TEXT[0])])).pieces]
    assert found[0] == ("heading", "盐滩村的秋收")
    assert all(kind == "paragraph" for kind, _ in found[1:])


@pytest.mark.parametrize("asks", ["有记者问：", "问：", "记者问：", "有人問："])
def test_a_question_at_the_top_of_a_transcript_is_no_title(asks: str) -> None:
    lines = [f"{asks}请问镇里对修渠有什么安排？", "答：我们已经做了勘测。下一步是筹款。"]
    lines += ["问：什么时候动工？", "答：明年春天。"]
    assert [(p.kind, p.text) for p in reflow("\n\n".join(lines)).pieces] == [("paragraph", x) for x in lines]


@pytest.mark.parametrize(
    ("above", "below"), [("13. 维护", "13.1. 检查"), ("2. 安装", "2.1 要求"), ("6. 管水", "6.1. 办法")]
)
def test_a_chapter_number_above_its_first_section_is_a_heading(above: str, below: str) -> None:
    text = "\n".join([above, below, *wrapped(TEXT[0], 22), *wrapped(TEXT[1], 22)])
    assert [p.kind for p in reflow(text).pieces][:2] == ["heading", "heading"]


@pytest.mark.parametrize("number", ["（1）", "①", "1. ", "· "])
def test_a_numbered_heading_may_head_a_list(number: str) -> None:
    words = ["观测规范", "（一）时间", "每日观测四次，时间写在值班表里。", "（二）仪器"]
    items = [f"{number}百叶箱的门朝北；", f"{number}筒口保持水平。"]
    kinds = {p.text: p.kind for p in reflow("\n\n".join([*words, *items])).pieces}
    assert kinds["（二）仪器"] == kinds["（一）时间"] == "heading" and kinds[items[1]] == "list"


def test_items_of_one_rank_are_no_headings() -> None:
    lines = ["应当做到：", "（一）按时；", "（二）准确；", "1. 读数；", "2. 记录。"]
    assert {p.kind for p in reflow("\n".join(lines)).pieces[1:]} == {"list"}


def test_a_centred_heading_above_few_lines_is_not_joined() -> None:
    lines = [
        "　　　　　　　　　观测规范摘要",
        "　　　　　　　　　（一）时间",
        "　　每日观测四次，时间为二时、八时、十四时和二十",
    ]
    lines += [
        "时，遇有强对流天气加密观测，并在备注栏写明原因。",
        "　　　　　　　　　（二）仪器",
        "　　百叶箱的门朝北，读数要快。",
    ]
    assert [p.text for p in reflow("\n".join(lines)).pieces][1] == "（一）时间"


@pytest.mark.parametrize("field", ["訪談時間：2016年5月12日", "采访地点：县气象站", "時間：五月十二日"])
def test_fields_above_a_talk_keep_their_lines(field: str) -> None:
    lines = [
        "布商陳老先生",
        field,
        "訪問者：您什麼時候開始做布的生意？",
        "陳老先生：民國四十三年，我十六歲，跟著舅舅從彰化",
    ]
    lines += [
        "挑布到埔里，一趟要走兩天，晚上睡在廟口。",
        "訪問者：那時候一匹布賺多少？",
        "陳老先生：一匹賺兩塊。",
    ]
    pieces = reflow("\n".join(lines)).pieces
    assert [p.text for p in pieces[1:3]] == lines[1:3] and pieces[1].kind != "heading"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("谁来管水？", "heading"),
        ("“谁来管水？”", "paragraph"),
        ("「谁来管水？」", "paragraph"),
        ("（谁来管水？）", "paragraph"),
    ],
)
def test_a_question_is_a_heading_unless_it_is_quoted(line: str, kind: str) -> None:
    found = reflow("\n\n".join(["水渠通了", TEXT[0], line, TEXT[0]])).pieces
    assert (found[2].kind, found[2].text) == (kind, line)


@pytest.mark.parametrize(("line", "kind"), [("渠水来了", "heading"), ("渠水来了，村民到渠边看", "paragraph")])
def test_a_line_with_a_comma_above_a_caption_is_no_heading(line: str, kind: str) -> None:
    found = reflow(f"水渠通了\n\n{TEXT[0]}\n\n{line}\n图为村民在渠边看水。李明摄\n\n{TEXT[0]}").pieces
    assert [(p.kind, p.text) for p in found[2:4]] == [(kind, line), ("caption", "图为村民在渠边看水。李明摄")]
