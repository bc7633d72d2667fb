"""PDF files set by Typst in four layouts: what belongs to the page goes, and the text comes back whole."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
import typst

from app.importers import Received, receive
from app.importers.pdf.furniture import _number

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent

WATER = (
    "青川县的老水渠建于一九五八年，全长四十二公里，从北山脚下的石坝引水，穿过七个村子，一直流到南边的盐滩。修渠的人大多已经不在了，"
    "留下来的只有县志里的几行字和几张照片。",
    "去年秋天，县里的水利站派了两个年轻人去量水渠。他们带着皮尺和本子，从石坝出发，一天走五公里，晚上住在村里。走到第三天，下起了雨，"
    "渠里的水涨了半尺，他们只好在陈家湾等了两天。陈家湾的老支书给他们煮了红薯，又把当年修渠时用过的铁锤拿出来给他们看。",
    "老支书说：“那时候没有机器，全靠肩膀。一块石头要四个人抬，抬到渠边，手上全是血泡。”他说完把铁锤放回墙角，又说：“现在的人不用吃"
    "这个苦了，可是水还是那条水。”",
    "量完水渠，两个年轻人回到县里，画了一张图。图上标着每一处漏水的地方，一共一百零六处。水利站的站长看了图，说要用三年时间把它们补好，"
    "先补陈家湾，再补盐滩。县里批了钱，今年春天动了工。",
    "动工那天，来了很多人。有的是来干活的，有的是来看热闹的，还有几个孩子把书包放在渠边，蹲在那里看水。石坝上挂了一条红布，风一吹就响。"
    "站长没有讲话，他挽起裤腿下到渠里，把第一块石头搬了上来。",
    "到了夏天，陈家湾的一段已经补完。水比往年大，也比往年清，田里的稻子长得好。老支书每天早上都到渠边走一趟，看看水，再看看天，然后慢慢"
    "地走回家去。",
)
NOTES = ("见《青川县志》第三卷，县志办公室1992年编印。", "数字由县水利站提供，测量时间为去年十月。")
FOOT = "青川文史"


@cache
def pdf(source: str) -> bytes:
    """Typst source as a PDF."""
    return typst.compile(source.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True)


def received(source: str) -> Received:
    return receive("a.pdf", pdf(source))


SET = (
    '#set text(font: "Noto Serif SC", lang: "zh", size: {size}pt)\n'
    "#set par(justify: true, first-line-indent: (amount: 2em, all: true), leading: 0.8em, spacing: 0.8em)\n"
)


def blocks(found: Received) -> list[tuple[str, str]]:
    return [(p.kind, p.text) for p in found.head.body]


def noted(found: Received, words: str) -> bool:
    return any(words in str(note) for note in found.imported.notes)


def test_one_column_with_running_heads_and_footnotes() -> None:
    text = [*WATER, *WATER[1:4]]
    text[0] = text[0].replace("一九五八年，", f"一九五八年#footnote[{NOTES[0]}]，")
    text[3] = text[3].replace("一百零六处。", f"一百零六处#footnote[{NOTES[1]}]。")
    source = (
        '#set page(width: 300pt, height: 400pt, margin: 50pt, numbering: "1", '
        f"header: context [#set text(size: 8pt); {FOOT}　2024年第4期 #h(1fr) 老水渠 ])\n"
        + SET.format(size=10.5)
        + "#align(center, text(size: 16pt)[老水渠])\n#v(1em)\n"
        + "\n\n".join(text)
    )
    found = received(source)
    assert found.head.title == "老水渠"
    first = WATER[0].replace("一九五八年，", "一九五八年[1]，")
    fourth = WATER[3].replace("一百零六处。", "一百零六处[2]。")
    assert blocks(found) == [
        ("paragraph", first),
        ("note", f"[1] {NOTES[0]}"),
        ("paragraph", WATER[1]),
        ("paragraph", WATER[2]),
        ("paragraph", fourth),
        ("note", f"[2] {NOTES[1]}"),
        *(("paragraph", words) for words in (*WATER[4:], *WATER[1:4])),
    ]
    assert noted(found, FOOT)


def test_two_columns_with_heads_that_change_sides() -> None:
    source = (
        "#set page(width: 420pt, height: 460pt, margin: 45pt, columns: 2, "
        "header: context { set text(size: 8pt); let n = counter(page).get().first(); "
        f"if calc.odd(n) [{FOOT} #h(1fr) #n] else [#n #h(1fr) 第四辑　水利] }})\n"
        + SET.format(size=10)
        + "#text(size: 14pt)[水渠和人]\n\n"
        + "\n\n".join((*WATER[:3], '#text(size: 12pt, weight: "bold")[开工]', *WATER[3:], *WATER[:4]))
    )
    found = received(source)
    assert found.head.title == "水渠和人"
    assert blocks(found) == [
        *(("paragraph", words) for words in WATER[:3]),
        ("heading", "开工"),
        *(("paragraph", words) for words in (*WATER[3:], *WATER[:4])),
    ]
    assert noted(found, FOOT) and noted(found, "第四辑")


def test_line_numbers_and_a_watermark_are_not_of_the_text() -> None:
    source = (
        "#set page(width: 320pt, height: 420pt, margin: 55pt, footer: align(center, text(size: 8pt)["
        "第#context counter(page).display()页]), "
        "background: rotate(-35deg, text(size: 44pt, fill: luma(215))[内部资料]))\n"
        "#set par.line(numbering: n => text(size: 7pt, fill: luma(120))[#n])\n"
        + SET.format(size=10.5)
        + "#align(center, text(size: 15pt)[修渠记])\n\n"
        + "\n\n".join(WATER)
    )
    found = received(source)
    assert found.head.title == "修渠记"
    assert blocks(found) == [("paragraph", words) for words in WATER]
    assert noted(found, "内部资料") and noted(found, "行号")


TABLE = (
    ("村名", "漏水处", "已经补好的", "备注"),
    ("陈家湾", "31", "31", "今年夏天补完，水比往年大"),
    ("盐滩", "42", "", "明年春天动工"),
    ("石坝", "33", "8", ""),
)


@pytest.mark.parametrize("ruled", [True, False])
def test_tables_and_captions_interrupt_no_sentence(ruled: bool) -> None:
    rows = TABLE if ruled else [row[:3] for row in TABLE]
    cells = ", ".join(f"[{cell}]" for row in rows for cell in row)
    columns = "(60pt, 50pt, 60pt, 80pt)" if ruled else "(80pt, 70pt, 80pt)"
    rules = "" if ruled else "table.hline(), "  # a line above and below, as in books
    foot = "" if ruled else ", table.hline()"
    table = (
        f"#figure(table(columns: {columns}, stroke: {'0.5pt' if ruled else 'none'}, inset: 5pt, "
        f"{rules}{cells}{foot}), caption: [各村漏水处的数目], supplement: [表], kind: table)"
    )
    picture = (
        "#place(top, float: true, figure(rect(width: 100%, height: 60pt), supplement: [图], "
        "kind: image, caption: [两个年轻人在石坝上量水渠]))"
    )
    source = (
        "#set page(width: 340pt, height: 430pt, margin: 45pt)\n"
        + SET.format(size=10.5)
        + "#show figure.caption: set text(size: 8.5pt)\n"
        + "#align(center, text(size: 15pt)[一百零六处]) \n\n"
        + "\n\n".join((*WATER[:3], table, WATER[3], WATER[4] + picture, WATER[5], WATER[1]))
    )
    found = received(source)
    assert found.head.title == "一百零六处"
    body = blocks(found)
    assert [text for kind, text in body if kind == "table"] == ["　".join(row) for row in rows]
    assert [text for kind, text in body if kind == "paragraph"] == [*WATER, WATER[1]]
    captions = ["".join(text.split()) for kind, text in body if kind == "caption"]
    assert sorted(captions) == ["图1两个年轻人在石坝上量水渠", "表1各村漏水处的数目"]


def title(words: str, size: int = 15) -> str:
    return f"#align(center, text(size: {size}pt)[{words}])\n\n"


def paragraphs(texts: list[str] | tuple[str, ...]) -> list[tuple[str, str]]:
    return [("paragraph", words) for words in texts]


def test_a_note_over_two_pages_heads_of_chapters_and_han_page_numbers() -> None:
    more = "县志里还说，当年的石料从北山运来，每天用二十辆牛车，路上要走半天，到了渠边再由石匠修整。"
    long = "这一条注很长，" + 5 * more
    text = [*WATER, *WATER]
    text[1] = text[1].replace("五公里", f"五公里#footnote[{long}]")
    text[4] = text[4].replace("红布", "红布#footnote[据在场的人回忆。]")
    heads = ", ".join(f'"{words}"' for words in ("水渠的来历", "量水", "修补", "开工", "夏天", "以后"))
    source = (
        "#set page(width: 300pt, height: 380pt, margin: 50pt, header: context { set text(size: 8pt); "
        f"align(center, ({heads}).at(calc.min(5, counter(page).get().first() - 1))) }}, "
        'footer: context align(center, text(size: 9pt)[#counter(page).display("一")]))\n'
        '#set footnote(numbering: "①")\n' + SET.format(size=11) + title("老渠新水") + "\n\n".join(text)
    )
    expected = paragraphs([*WATER, *WATER])
    expected[1] = ("paragraph", WATER[1].replace("五公里", "五公里①"))
    expected[4] = ("paragraph", WATER[4].replace("红布", "红布②"))
    expected.insert(5, ("note", "② 据在场的人回忆。"))
    expected.insert(2, ("note", f"① {long}"))
    assert blocks(received(source)) == expected


def test_footnotes_of_two_columns_under_a_title_over_both() -> None:
    text = [*WATER, *WATER]
    text[0] = text[0].replace("盐滩", "盐滩#footnote[盐滩在县城以南二十里。]")
    text[5] = text[5].replace("稻子", "稻子#footnote[品种是早稻。]")
    source = (
        "#set page(width: 440pt, height: 420pt, margin: 45pt, columns: 2, "
        "footer: context align(center)[— #counter(page).display() —])\n"
        + SET.format(size=9.5)
        + '#place(top + center, scope: "parent", float: true, text(size: 16pt)[一条渠的六十年])\n'
        + "\n\n".join(text)
    )
    expected = paragraphs([*WATER, *WATER])
    expected[0] = ("paragraph", WATER[0].replace("盐滩", "盐滩[1]"))
    expected[5] = ("paragraph", WATER[5].replace("稻子", "稻子[2]"))
    expected.insert(6, ("note", "[2] 品种是早稻。"))
    expected.insert(1, ("note", "[1] 盐滩在县城以南二十里。"))
    assert blocks(received(source)) == expected


def test_numbers_at_every_fifth_line_and_a_pale_level_watermark() -> None:
    source = (
        "#set page(width: 330pt, height: 430pt, margin: 55pt, "
        "header: text(size: 8pt)[青川县文件 #h(1fr) 草案], "
        "background: align(center + horizon, text(size: 60pt, fill: rgb(200, 200, 200))[样本]))\n"
        "#set par.line(numbering: n => if calc.rem(n, 5) == 0 { text(size: 7pt)[#n] })\n"
        + SET.format(size=10.5)
        + title("修渠草案")
        + "\n\n".join(WATER)
    )
    found = received(source)
    assert blocks(found) == paragraphs(WATER)
    assert noted(found, "样本") and noted(found, "行号 5 个")


def test_a_table_open_at_its_sides_with_a_row_of_one_cell() -> None:
    table = (
        "#align(center, [表1　各村漏水处])\n#align(center, table(columns: (70pt, 70pt, 70pt), "
        "stroke: (x, y) => (left: if x > 0 { 0.5pt }, top: 0.5pt, bottom: 0.5pt), "
        "table.cell(colspan: 3)[单位：处], [村名], [漏水], [补好], [陈家湾], [31], [31], [盐滩], [], [2]))\n"
    )
    source = "#set page(width: 340pt, height: 430pt, margin: 45pt)\n" + SET.format(size=10.5)
    source += title("渠和村") + "\n\n".join([*WATER[:2], table, *WATER[2:]])
    assert blocks(received(source)) == [
        *paragraphs(WATER[:2]),
        ("caption", "表1　各村漏水处"),
        ("table", "　单位：处　"),
        ("table", "村名　漏水　补好"),
        ("table", "陈家湾　31　31"),
        ("table", "盐滩　　2"),
        *paragraphs(WATER[2:]),
    ]


def test_paragraphs_without_indents_and_a_foot_with_the_number_of_pages() -> None:
    source = (
        "#set page(width: 340pt, height: 330pt, margin: 45pt, footer: align(right, text(size: 9pt)["
        "青川水利 · #context counter(page).display() / 3]))\n"
        '#set text(font: "Noto Serif SC", lang: "zh", size: 10.5pt)\n'
        "#set par(justify: true, leading: 0.8em, spacing: 1.6em)\n#text(size: 15pt)[渠边的人]\n\n"
        + "\n\n".join(WATER)
    )
    assert blocks(received(source)) == paragraphs(WATER)


def test_a_head_on_the_second_page_only_and_numbered_headings() -> None:
    heads = ["一、来历", "二、量水"]
    set_heads = [f'#text(weight: "bold", size: 12pt)[{words}]' for words in heads]
    source = (
        "#set page(width: 340pt, height: 330pt, margin: 45pt, header: context { set text(size: 9pt); "
        "if counter(page).get().first() > 1 [青川水利　第#counter(page).display()期] })\n"
        + SET.format(size=10.5)
        + title("渠边的人和事")
        + "\n\n".join([set_heads[0], *WATER[:3], set_heads[1], *WATER[3:]])
    )
    assert blocks(received(source)) == [
        ("heading", heads[0]),
        *paragraphs(WATER[:3]),
        ("heading", heads[1]),
        *paragraphs(WATER[3:]),
    ]


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("三十六", 36),
        ("七", 7),
        ("十十十", None),
        ("一二", None),
        ("十二三", None),
    ],
)
def test_page_numbers_in_characters(word: str, number: int | None) -> None:
    assert _number(word) == number
