"""Word files: nothing that is printed is lost or changed, nothing hidden is published."""

from __future__ import annotations

import io
import zipfile

import pytest
from test_importers import docx, paragraph, zipped

from app.importers import Received, receive
from app.importers.numbering import written

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def took_in(body: str, **parts: str) -> Received:
    """A Word file with more parts: numbering=…, footnotes=…, styles=…"""
    data = docx(body)
    if parts:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name).decode() for name in archive.namelist()}
        for name, inner in parts.items():
            members[f"word/{name}.xml"] = f"{HEAD}<w:{name} {W}>{inner}</w:{name}>"
        data = zipped(members)
    return receive("a.docx", data)


def blocks(body: str, **parts: str) -> list[tuple[str, str]]:
    return [(p.kind, p.text) for p in took_in(body, **parts).head.body]


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def numbered(words: str, number: int = 1, level: int = 0, style: str = "") -> str:
    look = f'<w:pStyle w:val="{style}"/>' if style else ""
    return p(
        run(words),
        properties=f'{look}<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>',
    )


def list_of(*levels: tuple[str, str], id: int = 1) -> str:
    inner = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (format, text) in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="{id}">{inner}</w:abstractNum>'
        f'<w:num w:numId="{id}"><w:abstractNumId w:val="{id}"/></w:num>'
    )


FIRST = paragraph("青溪镇的水渠建于一九五八年，全长三公里，灌溉下游三个村子的稻田。")


class TestNumbers:
    def test_articles_of_a_regulation_keep_their_numbers(self) -> None:
        body = "".join(numbered(words) for words in ("水渠归镇里管。", "修渠的钱由镇、村各出一半。"))
        found = blocks(body, numbering=list_of(("chineseCounting", "第%1条")))
        assert found == [
            ("paragraph", "第一条　水渠归镇里管。"),
            ("paragraph", "第二条　修渠的钱由镇、村各出一半。"),
        ]

    def test_sections_and_points_count_by_level_and_begin_anew(self) -> None:
        body = (
            numbered("总体要求")
            + numbered("先勘测，再动工，钱要公开。", level=1)
            + numbered("不占农时，先上游后下游。", level=1)
            + numbered("工程进度")
            + numbered("明年春天动工，后年夏天通水。", level=1)
        )
        found = blocks(body, numbering=list_of(("chineseCounting", "%1、"), ("chineseCounting", "（%2）")))
        assert [text[:4] for _, text in found] == ["一、总体", "（一）先", "（二）不", "二、工程", "（一）明"]

    def test_a_number_of_two_levels_is_printed_with_both(self) -> None:
        body = numbered("勘测。") + numbered("量渠底。", level=1) + numbered("量堤岸。", level=1)
        found = blocks(body, numbering=list_of(("decimal", "%1."), ("decimal", "%1.%2")))
        assert found == [("list", "1. 勘测。"), ("list", "1.1 量渠底。"), ("list", "1.2 量堤岸。")]

    def test_bullets_are_items_without_a_number(self) -> None:
        found = blocks(FIRST + numbered("带手套。"), numbering=list_of(("bullet", "•")))
        assert found[1] == ("list", "带手套。")

    @pytest.mark.parametrize(
        ("n", "format", "printed"),
        [
            (12, "chineseCounting", "十二"),
            (20, "chineseCountingThousand", "二十"),
            (101, "chineseCounting", "一百零一"),
            (3, "decimalEnclosedCircle", "③"),
            (4, "ideographEnclosedCircle", "㊃"),
            (3, "decimalEnclosedParen", "⑶"),
            (2, "ideographZodiac", "丑"),
            (7, "decimalZero", "07"),
            (12, "decimalFullWidth", "１２"),
            (13, "ideographLegalTraditional", "拾叁"),
            (4, "upperRoman", "IV"),
            (2, "ideographTraditional", "乙"),
            (3, "lowerLetter", "c"),
            (28, "upperLetter", "BB"),
            (999_999, "lowerLetter", "999999"),  # letters would be 38,000 long
            (5, "decimal", "5"),
        ],
    )
    def test_a_number_is_written_in_its_format(self, n: int, format: str, printed: str) -> None:
        assert written(n, format) == printed


class TestNotesAndBoxes:
    NOTES = (
        '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>'
        "<w:r><w:t> 见县志第三卷。</w:t></w:r></w:p></w:footnote>"
        '<w:footnote w:id="3"><w:p><w:r><w:t>据1990年测量。</w:t></w:r></w:p></w:footnote>'
    )

    def test_notes_keep_their_places_and_follow_the_text(self) -> None:
        def cite(id: int) -> str:
            return f'<w:r><w:footnoteReference w:id="{id}"/></w:r>'

        body = p(run("水渠建于1958"), cite(3), run("年，全长三公里"), cite(2), run("。")) + FIRST
        assert blocks(body, footnotes=self.NOTES) == [
            ("paragraph", "水渠建于1958[1]年，全长三公里[2]。"),
            ("paragraph", "青溪镇的水渠建于一九五八年，全长三公里，灌溉下游三个村子的稻田。"),
            ("note", "[1] 据1990年测量。"),
            ("note", "[2] 见县志第三卷。"),
        ]

    def test_a_text_box_is_read_once_though_it_is_written_twice(self) -> None:
        mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        box = f"<w:txbxContent>{paragraph('框里的话：修渠要先勘测。')}</w:txbxContent>"
        drawing = (
            f"<w:r><mc:AlternateContent {mc}><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
        found = blocks(p(run("正文在前，文本框跟在后面。"), drawing) + FIRST)
        assert [text for _, text in found][:2] == ["正文在前，文本框跟在后面。", "框里的话：修渠要先勘测。"]
        assert len(found) == 3

    def test_raised_figures_are_exponents_or_notes(self) -> None:
        up = '<w:vertAlign w:val="superscript"/>'
        down = '<w:vertAlign w:val="subscript"/>'
        body = p(
            run("长10"),
            run("3", up),
            run("米，面积5km"),
            run("2", up),
            run("，水是H"),
            run("2", down),
            run("O。"),
        )
        assert blocks(body)[0][1] == "长10³米，面积5km²，水是H₂O。"
        assert blocks(p(run("建于1958"), run("1", up), run("年。")))[0][1] == "建于1958[1]年。"


class TestTables:
    def test_a_row_keeps_its_cells_and_the_empty_ones(self) -> None:
        def cell(words: str, more: str = "") -> str:
            return f"<w:tc><w:tcPr>{more}</w:tcPr>{paragraph(words)}</w:tc>"

        rows = [
            cell("村名") + cell("2022年") + cell("2023年"),
            cell("上村", '<w:vMerge w:val="restart"/>') + cell("120吨") + cell("135吨"),
            cell("", "<w:vMerge/>") + cell("") + cell("98吨"),
            cell("合计", '<w:gridSpan w:val="2"/>') + cell("233吨"),
        ]
        table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
        assert blocks(FIRST + table)[1:] == [
            ("table", "村名　2022年　2023年"),
            ("table", "上村　120吨　135吨"),
            ("table", "　　98吨"),
            ("table", "合计　　233吨"),
        ]

    def test_a_frame_of_one_cell_is_text(self) -> None:
        table = f"<w:tbl><w:tr><w:tc>{paragraph('框里的一段话。')}</w:tc></w:tr></w:tbl>"
        assert blocks(FIRST + table)[1] == ("paragraph", "框里的一段话。")


class TestHiddenAndLeftOut:
    def test_hidden_and_deleted_words_are_not_published(self) -> None:
        gone = "<w:del><w:r><w:delText>删去的话。</w:delText></w:r></w:del>"
        found = took_in(p(run("公开的话。"), run("不给人看的话。", "<w:vanish/>"), gone, run("后面的话。")))
        assert [b.text for b in found.head.body] == ["公开的话。后面的话。"]
        assert found.imported.notes[0] == "隐藏的文字 7 字没有收入"

    def test_words_that_a_style_hides_stay_hidden_unless_the_run_shows_them(self) -> None:
        styles = (
            '<w:style w:type="character" w:styleId="h"><w:name w:val="Secret"/>'
            "<w:rPr><w:vanish/></w:rPr></w:style>"
        )
        look = '<w:rStyle w:val="h"/>'
        body = p(run("公开。"), run("秘密。", look), run("又公开。", look + '<w:vanish w:val="0"/>'))
        assert blocks(body, styles=styles) == [("paragraph", "公开。又公开。")]

    def test_fields_are_text_and_formulas_are_noted(self) -> None:
        m = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'

        def part(name: str, words: str) -> str:
            return f"<m:{name}><m:r><m:t>{words}</m:t></m:r></m:{name}>"

        field = f'<w:fldSimple w:instr="DOCPROPERTY x">{run("三点五")}</w:fldSimple>'
        fraction = f"<m:f>{part('num', 'Q')}{part('den', 'A+B')}</m:f>"
        formula = f"<m:oMath {m}><m:r><m:t>v=</m:t></m:r>{fraction}</m:oMath>"
        found = took_in(p(run("流速为每秒"), field, run("米，即"), formula, run("。")))
        assert found.head.body[0].text == "流速为每秒三点五米，即v=Q/(A+B)。"
        assert "公式 1 处" in found.imported.notes[0]

    def test_a_table_of_contents_is_left_out_and_counted(self) -> None:
        styles = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
        found = took_in(p(run("一、来历1"), properties='<w:pStyle w:val="TOC1"/>') + FIRST, styles=styles)
        assert len(found.head.body) == 1 and "目录 1 行没有收入" in found.imported.notes


class TestTitleBlocks:
    def test_a_centred_line_in_large_type_is_the_title(self) -> None:
        big = '<w:sz w:val="44"/>'
        body = (
            p(run("关于重修水渠的通知", big), properties='<w:jc w:val="center"/>')
            + p(run("青政发〔2024〕3号"), properties='<w:jc w:val="center"/>')
            + FIRST
            + p(run("青溪镇人民政府"), properties='<w:jc w:val="right"/>')
            + p(run("2024年3月5日"), properties='<w:jc w:val="right"/>')
        )
        head = took_in(body).head
        assert (head.title, head.date) == ("关于重修水渠的通知", "2024-03-05")
        assert head.body[0].text == "青政发〔2024〕3号"

    def test_title_and_subtitle_styles_a_speaker_and_a_day(self) -> None:
        styles = "".join(
            f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/></w:style>'
            for id, name in (("a", "Title"), ("b", "Subtitle"))
        )
        body = (
            p(run("在修渠动员会上的讲话"), properties='<w:pStyle w:val="a"/>')
            + p(run("——谈谈水渠的来历"), properties='<w:pStyle w:val="b"/>')
            + p(run("县长　何川"))
            + p(run("（2024年3月5日）"))
            + FIRST
        )
        head = took_in(body, styles=styles).head
        assert (head.title, head.subtitle) == ("在修渠动员会上的讲话", "——谈谈水渠的来历")
        assert (head.author, head.date) == ("何川", "2024-03-05")
        assert [(b.kind, b.text[:5]) for b in head.body] == [
            ("byline", "县长　何川"),
            ("paragraph", "青溪镇的水"),
        ]


class TestWhatIsInItself:
    def test_a_box_in_a_box_is_read_once(self) -> None:
        words = p(run("最里面的话：先量渠底。"))
        for n in range(12):  # every level that was read twice doubled the time
            words = p(
                run(f"第{n}层的话。"), f"<w:r><w:pict><w:txbxContent>{words}</w:txbxContent></w:pict></w:r>"
            )
        texts = [text for _, text in blocks(FIRST + words)]
        assert texts[-1] == "最里面的话：先量渠底。" and len(texts) == len(set(texts)) == 14

    def test_a_base_in_a_base_is_read_once(self) -> None:
        words = run("渠")
        for _ in range(12):
            words = f"<w:r><w:ruby><w:rubyBase>{words}</w:rubyBase></w:ruby></w:r>"
        assert blocks(FIRST + p(run("水"), words))[1] == ("paragraph", "水渠")

    @pytest.mark.parametrize(
        ("notes", "printed"),
        [
            ({1: "<w:t>见县志。</w:t>"}, ["[1] 见县志。"]),
            ({1: '<w:footnoteReference w:id="1"/><w:t>见县志。</w:t>'}, ["[1]见县志。"]),
            (
                {
                    1: '<w:t>见县志</w:t><w:footnoteReference w:id="2"/>',
                    2: '<w:t>第三卷</w:t><w:footnoteReference w:id="1"/>',
                },
                ["[1] 见县志[2]", "[2] 第三卷[1]"],
            ),
        ],
    )
    def test_a_note_is_printed_once_also_if_it_is_cited_again_or_by_itself(
        self, notes: dict[int, str], printed: list[str]
    ) -> None:
        cite = '<w:r><w:footnoteReference w:id="1"/></w:r>'
        made = "".join(
            f'<w:footnote w:id="{id}"><w:p><w:r>{inner}</w:r></w:p></w:footnote>'
            for id, inner in notes.items()
        )
        found = blocks(FIRST + p(run("水渠"), cite, run("很长"), cite), footnotes=made)
        assert found[1][1] == "水渠[1]很长[1]"
        assert [text for kind, text in found if kind == "note"] == printed


NO_NUMBERS = ("²", "③", "9" * 5000, "-1")


class TestDamagedNumbers:
    """Values that are no numbers count as missing: `str.isdigit` is true of ², which `int` refuses."""

    @pytest.mark.parametrize("value", NO_NUMBERS)
    def test_in_paragraphs_and_runs(self, value: str) -> None:
        outline = p(run("渠长三公里。"), properties=f'<w:outlineLvl w:val="{value}"/>')
        size = p(run("水渠", f'<w:sz w:val="{value}"/>'), properties='<w:jc w:val="center"/>')
        item = p(
            run("修渠。"),
            properties=f'<w:numPr><w:ilvl w:val="{value}"/><w:numId w:val="1"/></w:numPr>',
        )
        found = took_in(FIRST + outline + size + item, numbering=list_of(("decimal", "%1.")))
        assert [piece.text for piece in found.pieces[1:]] == ["渠长三公里。", "水渠", "1. 修渠。"]

    @pytest.mark.parametrize("value", NO_NUMBERS)
    def test_in_styles_and_cells(self, value: str) -> None:
        styles = (
            '<w:style w:styleId="a"><w:name w:val="渠"/><w:pPr>'
            f'<w:outlineLvl w:val="{value}"/></w:pPr><w:rPr><w:sz w:val="{value}"/></w:rPr></w:style>'
        )
        cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{value}"/></w:tcPr>{p(run("渠口"))}</w:tc>'
        found = took_in(FIRST + f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>", styles=styles)
        assert found.pieces[-1].text == "渠口"

    @pytest.mark.parametrize("code", ["D800", "DFFF", "DBFF", "0"])
    def test_symbols_without_a_character(self, code: str) -> None:
        found = took_in(FIRST + p(run("渠"), f'<w:r><w:sym w:font="Arial" w:char="{code}"/></w:r>'))
        assert found.pieces[-1].text == "渠〓"
