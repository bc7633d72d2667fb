"""Plain texts from mail, subtitles, text recognition and columns side by side; layouts that editors bring."""

from __future__ import annotations

import pytest

from app.importers import receive, reflow_received
from app.importers.cleaning import clean
from app.importers.gutters import columns


def blocks(text: str) -> list[str]:
    return [piece.text for piece in receive("a.txt", text.encode()).pieces]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in receive("a.txt", text.encode()).pieces]


def notes(text: str) -> str:
    return "\n".join(map(str, receive("a.txt", text.encode()).imported.notes))


HANS_MAIL = """发件人: 温时雨 <wsy@example.org>
收件人: 各位社员
发送时间: 2021年4月2日 9:05
主题: 回复: 清明踏青改到周日

各位社员：

原定周六的踏青因为下雨改到周日，集合地点不变，还是在南门公交站，
早上八点出发，请大家带好雨具和午饭。

> 周六的雨会不会停？我家里还有两把
> 大伞，可以一起带上。
>
> 渡口那边的路不好走，老人和孩子请走上面
> 的石板路。

--
温时雨
青川步行社　电话略
"""
ENGLISH_MAIL = """From: Lin He <lh@example.org>
To: Xu Fang
Date: 2022-08-01
Subject: Fwd: 水渠照片的说明

照片一共十二张，都是去年冬天拍的，请先看第三张和第九张，
这两张要登在简报上。
"""
HANT_MAIL = """寄件者: 林以真
收件者: 編輯部
主旨: 老街更新的稿子

稿子附在後面，一共兩千三百字，照片另外寄。第二段的數字還要再核對，
請先不要排版。
"""


@pytest.mark.parametrize(
    ("mail", "facts"),
    [
        (HANS_MAIL, ("清明踏青改到周日", "2021-04-02", "温时雨")),
        (HANS_MAIL.replace("温时雨 <", "温 时 雨 <"), ("清明踏青改到周日", "2021-04-02", "温时雨")),
        (ENGLISH_MAIL, ("水渠照片的说明", "2022-08-01", "Lin He")),
        (HANT_MAIL, ("老街更新的稿子", "", "林以真")),
    ],
)
def test_the_head_of_a_mail_gives_title_day_and_sender_and_is_left_out(
    mail: str, facts: tuple[str, str, str]
) -> None:
    got = receive("mail.txt", mail.encode())
    assert (got.head.title, got.head.date, got.head.author) == facts
    words = "".join(piece.text for piece in got.pieces)
    assert "@example" not in words and "件人" not in words and "From" not in words
    assert any("邮件头" in str(note) for note in got.imported.notes)
    assert got.source == mail.encode()


def test_quoted_lines_lose_their_marks_and_the_signature_goes() -> None:
    words = blocks(HANS_MAIL)
    assert "周六的雨会不会停？我家里还有两把大伞，可以一起带上。" in words
    assert not any(word.startswith(">") or "电话略" in word for word in words)
    assert "引用符号" in notes(HANS_MAIL) and "签名" in notes(HANS_MAIL)


@pytest.mark.parametrize(
    "text",
    [
        "主题：春耕\n\n今年的春耕比往年早了十天。\n",  # one line of minutes
        "时间：三月五日\n地点：文化站\n\n会上讨论了水渠的事。\n",
        "水位 > 18 米时停航。\n过了汛期再开。\n",
        "> 只有一行引文，没有别的标记。\n",
    ],
)
def test_texts_that_are_no_mail_stay(text: str) -> None:
    assert [row for _, row in clean(text).rows] == text.splitlines()


SRT = """1
00:00:01,000 --> 00:00:03,200
渡口的船停了三年

2
00:00:03,400 --> 00:00:06,100
今天第一次下水
船老大

"""
VTT = """WEBVTT

00:01.000 --> 00:03.200
<i>渡口的船停了三年</i>

00:03.400 --> 00:06.100
今天第一次下水
船老大
"""
TWO = """1
00:00:01,000 --> 00:00:03,200
渡口的船停了三年
The ferry lay idle

2
00:00:04,000 --> 00:00:05,000
{\\an8}今天下水
Now it sails
again
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (SRT, ["渡口的船停了三年", "今天第一次下水船老大"]),
        (VTT, ["渡口的船停了三年", "今天第一次下水船老大"]),
        (TWO, ["渡口的船停了三年", "The ferry lay idle", "今天下水", "Now it sails again"]),
    ],
)
def test_subtitles_give_a_block_for_every_cue(text: str, lines: list[str]) -> None:
    assert [piece.text for piece in reflow_received(text).pieces] == lines
    assert "字幕" in notes(text)


@pytest.mark.parametrize("text", [SRT, VTT, TWO])
def test_the_first_words_of_subtitles_are_no_headline(text: str) -> None:
    got = receive("a.srt", text.encode())
    assert got.head.title == "" and got.head.body[0].text == "渡口的船停了三年"


def test_blocks_of_a_cleaned_text_keep_the_numbers_of_its_lines() -> None:
    assert [piece.lines for piece in reflow_received(SRT).pieces] == [(3, 3), (7, 7)]
    first = reflow_received(HANS_MAIL).pieces[0]
    assert HANS_MAIL.splitlines()[first.lines[0] - 1].startswith("各位社员")  # type: ignore[index]


PROSE = (
    "水渠修好那年，村里第一次种上了水稻。",
    "老人说，从前这里只长高粱，雨水多的年份才有收成。",
    "现在渠边住着四十户人家，家家门前都有一口井。",
)


@pytest.mark.parametrize("gap", [1, 3, 5])
def test_spaces_that_text_recognition_left_between_characters_go(gap: int) -> None:
    def spaced(text: str) -> str:
        return "".join(char + " " * (n % gap == 0) for n, char in enumerate(text, 1)).strip()

    assert blocks("\n\n".join(map(spaced, PROSE))) == list(PROSE)


def test_figures_of_a_wholly_spaced_line_are_joined_too() -> None:
    rows = [" ".join(row) for row in (*PROSE, "渠 长12公里，建于1958年。".replace(" ", ""))]
    assert blocks("\n\n".join(rows))[-1] == "渠长12公里，建于1958年。"


@pytest.mark.parametrize(
    "lines",
    [
        ["江上清风来有信 山中明月去无声，", "十年重到人应老 一塔依然照晚晴。"] * 2,
        ["到会的有 王志远 李青禾 赵一舟 三人", "缺席的有 钱小满 周水生 两人"] * 2,
        ["我们用 Rust 和 Python 写了 12 个模块，", "每个模块大约 300 行，测试覆盖了 95% 的代码。"] * 2,
        ["老戏院重开 街坊排队看首场", "停业二十三年的戏院昨晚重新开门，三百二十个座位坐满了人。"] * 2,
    ],
)
def test_spaces_that_a_writer_set_stay(lines: list[str]) -> None:
    assert [row for _, row in clean("\n".join(lines)).rows] == lines


def test_marks_of_vertical_lines_become_the_usual_ones() -> None:
    text = "老船工說︐﹁橋是好橋︐我也走過兩回了︒﹂他把︽水經注︾放回架上︵第三層︶︒\n"
    assert blocks(text) == ["老船工說，「橋是好橋，我也走過兩回了。」他把《水經注》放回架上（第三層）。"]
    assert "10" in notes(text)


LEFT = """\
　　山上的茶厂今年开了三条新线，
工人多是附近村里的妇女，早上
六点上山，傍晚下来，一天能采
两篓。
　　茶厂的账挂在墙上，谁都看得
见。""".splitlines()
RIGHT = """\
　　河边的纸坊只剩下一个师傅，
姓裴，六十七岁。他做的纸又薄
又韧，修书的人一年来取两回。
　　去年有个学生来学了四个月，
回去开了一间小店。""".splitlines()
JOINED = [
    "山上的茶厂今年开了三条新线，工人多是附近村里的妇女，早上六点上山，傍晚下来，一天能采两篓。",
    "茶厂的账挂在墙上，谁都看得见。",
    "河边的纸坊只剩下一个师傅，姓裴，六十七岁。他做的纸又薄又韧，修书的人一年来取两回。",
    "去年有个学生来学了四个月，回去开了一间小店。",
]


def side_by_side(width: int, pad: str) -> str:
    rows = []
    for n, left in enumerate(LEFT):
        right = RIGHT[n] if n < len(RIGHT) else ""
        room = width - 2 * len(left)
        rows.append((left + pad * (room // (1 if pad == " " else 2)) + right).rstrip())
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(("width", "pad"), [(36, " "), (40, " "), (34, "　"), (44, "　")])
def test_columns_side_by_side_are_read_one_after_the_other(width: int, pad: str) -> None:
    assert blocks(side_by_side(width, pad)) == JOINED
    assert "两栏" in notes(side_by_side(width, pad))


@pytest.mark.parametrize(
    "lines",
    [
        ["站名      水位     比昨日", "青川站    23.41    +0.12", "石门站    18.07    -0.03"] * 3,
        ["一桨残阳落远沙，　　旧时渡口两三家。", "如今桥上车声急，　　不见舟人卖菊花。"] * 3,
        [f"　　{words}" for words in PROSE] * 2,
    ],
)
def test_tables_verse_and_prose_have_one_column(lines: list[str]) -> None:
    assert columns(lines) is None


@pytest.mark.parametrize(
    "rows",
    [
        ["站名      水位     比昨日", "青川站    23.41    +0.12", "石门站    18.07    -0.03"],
        ["村  户数  人口", "石桥  212  803", "上坪  167  640", "下坪  --  512"],
        ["项目     2021年   2022年", "小麦     38.2%    40.1%", "水稻     21.0%    19.7%"],
    ],
)
def test_wide_spaces_between_short_cells_make_rows(rows: list[str]) -> None:
    text = "各站水位如下：\n\n" + "\n".join(rows) + "\n\n预计未来三天以晴为主，水位缓慢回落。\n"
    found = kinds(text)
    assert [kind for kind, _ in found].count("table") == len(rows)
    assert found[-1] == ("paragraph", "预计未来三天以晴为主，水位缓慢回落。")
    assert next(words for kind, words in found if kind == "table") == "　".join(rows[0].split())


def test_names_with_wide_spaces_are_no_table() -> None:
    names = ["王志远  李青禾  赵一舟", "钱小满  周水生  何以宁", "陆时雨  林小满  唐一苇"]
    assert not any(kind == "table" for kind, _ in kinds("到会的人：\n\n" + "\n".join(names) + "\n"))


@pytest.mark.parametrize("mark", ["[1]", "〔2〕", "【12】"])
def test_a_note_below_the_text_that_cites_it_is_a_block_of_its_own(mark: str) -> None:
    words = f"石桥村去年建了一座蓄水池。{mark}今年起各村统一安装水表，每季度抄表一次，按户收费。"
    text = f"{words}\n{mark} 容积六百立方米。\n"
    assert kinds(text)[-1] == ("note", f"{mark} 容积六百立方米。")


def test_a_citation_at_the_head_of_a_wrapped_line_stays_in_its_sentence() -> None:
    lines = [
        "县志里说，这条渠是明代开的[3]，后来淤",
        "塞了，一九五八年才重新疏通。渠首的石",
        "[3]刻今天还在，字迹已经看不清楚了。",
    ]
    assert len(blocks("\n".join(lines))) == 1


@pytest.mark.parametrize("line", ["青政办发〔2022〕31号", "国发[2019]4号", "沪府规（2020）12号"])
def test_the_number_of_a_document_is_no_part_of_its_title(line: str) -> None:
    title = "青川市人民政府关于做好冬季供暖工作的若干意见"
    words = "各区人民政府：\n\n　　供暖期从11月15日开始，到次年3月15日结束。"
    text = f"{title}\n{line}\n\n{words}\n\n青川市人民政府\n2022年10月8日\n"
    got = receive("a.txt", text.encode())
    assert (got.head.title, got.head.date) == (title, "2022-10-08")
    found = {piece.text: piece.kind for piece in got.pieces}
    assert found[line] == "byline" and found["青川市人民政府"] == "byline"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("文 | 林小满", "byline"),
        ("作者｜陆青禾", "byline"),
        ("编辑 | 周舟", "furniture"),
        ("图片｜受访者提供", "furniture"),
        ("（原标题：一间屋子的邮局）", "furniture"),
        ("（此件公开发布）", "furniture"),
        ("【免责声明】本文来自网络，版权归原作者所有。", "furniture"),
    ],
)
def test_lines_at_the_foot_of_an_article_have_their_kinds(line: str, kind: str) -> None:
    text = f"村口的邮局\n\n{PROSE[0]}\n\n{PROSE[1]}\n\n{line}\n"
    assert kinds(text)[-1] == (kind, line)


@pytest.mark.parametrize(
    "line",
    [
        "👇点击关注 青川故事，不错过每一个好故事",
        "点个“在看”，让更多人看到",
        "▲点击名片关注我们",
        "点亮星标⭐不迷路",
    ],
)
def test_calls_of_accounts_are_left_out(line: str) -> None:
    assert line not in blocks(f"{PROSE[0]}\n\n{PROSE[1]}\n\n{line}\n")


@pytest.mark.parametrize("subtitle", ["——专访管理处主任褚怀安", "——青川江边见闻", "—— 一个村庄的四十年"])
@pytest.mark.parametrize("width", [15, 20])
def test_a_subtitle_after_a_dash_is_not_joined_with_the_text(subtitle: str, width: int) -> None:
    words = "月湖去年退出了劣五类水质名单，治理花了多少钱，效果能不能保持，记者日前作了采访。居民说，水清了。"
    rows = [words[n : n + width] for n in range(0, len(words), width)]
    assert kinds("\n".join(["湖水清了以后", subtitle, *rows]) + "\n")[1] == ("heading", subtitle)


@pytest.mark.parametrize("title", ["2023年人口公报", "第三季度情况通报", "第三章　雨夜", "第12回 过江"])
def test_titles_that_look_like_something_else(title: str) -> None:
    got = receive("a.txt", f"{title}\n\n{PROSE[0]}\n\n{PROSE[1]}\n\n{PROSE[2]}\n".encode())
    assert got.head.title == " ".join(title.split())


@pytest.mark.parametrize("closing", ["敬请谅解和支持！", "特此通知", "顺颂编安！", "此致"])
def test_the_closing_words_of_a_letter_are_no_heading(closing: str) -> None:
    body = f"致业主的一封信\n\n各位业主：\n\n{PROSE[0]}\n\n{PROSE[1]}"
    text = f"{body}\n\n{closing}\n\n望河小区业主委员会\n2022年9月5日\n"
    assert ("paragraph", closing) in kinds(text)


@pytest.mark.parametrize(("end", "rest"), [("郑", "重远"), ("郑重", "远"), ("欧", "阳一")])
def test_a_name_that_the_column_cut_is_joined_with_its_byline(end: str, rest: str) -> None:
    text = f"旧管出土记\n本报记者　倪素　通讯员　{end}\n{rest}\n\n　　{PROSE[0]}\n\n　　{PROSE[1]}\n"
    assert ("byline", f"本报记者　倪素　通讯员　{end}{rest}") in kinds(text)


@pytest.mark.parametrize("link", ["[编辑]", "【編輯】", "[编辑 | 编辑源代码]", "[edit]"])
def test_links_of_an_encyclopedia_go(link: str) -> None:
    body = f"古井镇{link}\n\n{PROSE[0]}[1]\n\n历史{link}\n\n{PROSE[1]}[2]"
    text = f"{body}\n\n参考资料{link}\n\n^ [1] 县志.\n^ 2.0 2.1 [2] 年报.\n"
    assert kinds(text) == [
        ("heading", "古井镇"),
        ("paragraph", f"{PROSE[0]}[1]"),
        ("heading", "历史"),
        ("paragraph", f"{PROSE[1]}[2]"),
        ("heading", "参考资料"),
        ("note", "[1] 县志."),
        ("note", "[2] 年报."),
    ]


POEM = [
    "一口井老了，",
    "绳子在石头上磨出十二道沟，",
    "每一道都装过月亮。",
    "现在没有人来打水，",
    "只有雨，",
    "一滴一滴地还给它。",
]


@pytest.mark.parametrize(
    "lines",
    [
        POEM,
        ["我想起那条路，", "它从屋后一直通到河边，", "夏天长满了草，", "冬天，", "我们在上面走出一条白线。"],
        ["你说，", "等麦子黄了就回来，", "麦子黄了三次，", "门口的灯，", "亮了又灭，灭了又亮。"],
        [*POEM[:3], "", *POEM[3:]],
    ],
)
def test_free_verse_keeps_its_lines(lines: list[str]) -> None:
    found = kinds("井\n\n" + "\n".join(lines) + "\n")
    assert [words for kind, words in found if kind == "verse"] == [line for line in lines if line]


def test_a_narrow_column_is_no_free_verse() -> None:
    words = "".join(PROSE)
    rows = [words[n : n + 9] for n in range(0, len(words), 9)]
    assert len(blocks("\n".join(rows))) == 1


@pytest.mark.parametrize("line", ["🚰🚰🚰", "* * *", "— 完 —", "===", "★★★"])
def test_decoration_is_left_out(line: str) -> None:
    assert blocks(f"{PROSE[0]}\n\n{line}\n\n{PROSE[1]}\n") == [PROSE[0], PROSE[1]]


@pytest.mark.parametrize("line", ["……", "？！", "——"])
def test_marks_that_are_words_of_a_dialogue_stay(line: str) -> None:
    assert line in blocks(f"{PROSE[0]}\n\n{line}\n\n{PROSE[1]}\n")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("排版：卓然", "furniture"),
        ("审核：石磊", "furniture"),
        ("本文首发于“巷口日记”，转载请联系授权", "furniture"),
        ("未经许可，不得转载本文图片。", "furniture"),
        ("（图源：受访者）", "caption"),
        ("图片来源：镇文化站", "caption"),
    ],
)
def test_more_lines_of_accounts_have_their_kinds(line: str, kind: str) -> None:
    assert (kind, line) in kinds(f"村口的邮局\n\n{PROSE[0]}\n\n{PROSE[1]}\n\n{line}\n\n{PROSE[2]}\n")


def test_half_width_corner_brackets_close_a_sentence() -> None:
    rows = [
        "鹽工說：｢鹽不是賣的，是想讓大家知道鹽怎麼來。｣",
        "第一年收成只有四噸，賣給嘉義和台南的五家餐廳。",
    ]
    assert blocks("\n\n".join(rows)) == rows


@pytest.mark.parametrize("label", ["标题：", "题目: ", "標題："])
def test_the_label_of_a_title_is_no_part_of_it(label: str) -> None:
    text = f"{label}换水管的一天\n\n{PROSE[0]}\n\n{PROSE[1]}\n"
    assert receive("a.txt", text.encode()).head.title == "换水管的一天"
