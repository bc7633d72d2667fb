"""Any file in: what text, which blocks and what metadata come out, and how bad files are refused."""

from __future__ import annotations

import io
import quopri
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import ContentError, MissingExtra
from app.importers import FINDINGS, decode, read, receive
from app.importers.pdf.lines import DrawnLine, with_drop_caps

GOLDEN = Path(__file__).parents[1] / "golden" / "import"

HANS = (
    "清晨六点，老城区的菜市场已经热闹起来。卖豆腐的老周把木板架好，对第一位客人说：“今天的豆子是新的，您尝尝。”"
    "据介绍，这里的摊位在去年完成了改造，地面不再积水，灯光也更亮了。"
    "“我们问过每一家摊主的意见，”社区工作者陈文表示，“大家最关心的是租金和停车。”"
)
HANT = (
    "清晨六點，老城區的菜市場已經熱鬧起來。賣豆腐的老周把木板架好，對第一位客人說：「今天的豆子是新的，您嚐嚐。」"
    "據介紹，這裡的攤位在去年完成了改造，地面不再積水，燈光也更亮了。"
    "「我們問過每一家攤主的意見，」社區工作者陳文表示，「大家最關心的是租金和停車。」"
)

SENTENCES = [
    "清晨六点，老城区的菜市场已经热闹起来，第一批客人到了。",
    "“今天的豆子是新的，您尝尝。”卖豆腐的老周对客人说，他的摊位在最里面。",
    "据介绍，这里的摊位在去年完成了改造，地面不再积水，灯光也更亮了。",
    "社区工作者陈文表示，大家最关心的是租金和停车，两件事都写进了合同。",
]


def refused(name: str, data: bytes, **options: int) -> ContentError:
    with pytest.raises(ContentError) as caught:
        read(name, data, **options)
    return caught.value


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be"])
    @given(start=st.integers(0, len(HANT) - 41), length=st.integers(40, len(HANT)))
    @settings(max_examples=40, deadline=None)
    def test_forty_characters_of_any_text_tell_their_encoding(
        self, encoding: str, start: int, length: int
    ) -> None:
        text = (HANT if encoding == "big5hkscs" else HANS + HANT)[start : start + length]
        assert decode(text.encode(encoding)) == (text, encoding)

    @pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
    def test_a_byte_order_mark_decides_and_is_no_part_of_the_text(self, codec: str) -> None:
        assert decode("一".encode(codec))[0] == "一"

    def test_traditional_text_in_gb18030_is_not_taken_for_big5(self) -> None:
        assert decode(HANT.encode("gb18030")) == (HANT, "gb18030")

    def test_old_mail_in_hz_is_read(self) -> None:
        text = "今天的豆子是新的，大家都来看看。\n"
        assert decode(text.encode("hz")) == (text, "hz")

    @given(st.binary(max_size=200))
    @settings(deadline=None)
    def test_no_bytes_make_it_fail(self, data: bytes) -> None:
        text, _ = decode(data)
        text.encode("utf-8")

    @given(st.integers(0, 200), st.binary(min_size=1, max_size=2))
    @settings(deadline=None)
    def test_a_few_foreign_bytes_do_not_turn_utf8_into_something_else(self, at: int, dirt: bytes) -> None:
        sound = HANS.encode()
        text, encoding = decode(sound[:at] + dirt + sound[at:])
        assert encoding == "utf-8"
        assert text.endswith(HANS[-40:])

    def test_surrogate_pairs_written_as_six_bytes_become_one_character(self) -> None:
        cesu = "𠮷".encode("utf-16-be")
        six = b"".join(
            chr(int.from_bytes(cesu[i : i + 2], "big")).encode("utf-8", "surrogatepass") for i in (0, 2)
        )
        assert decode(HANS.encode() + six)[0] == HANS + "𠮷"

    def test_half_a_pair_leaves_a_mark(self) -> None:
        assert decode(HANS.encode() + b"\xed\xa0\x80" + b"!")[0] == HANS + "\ufffd!"


class TestPlainText:
    def test_lines_stay_as_they_are_and_line_ends_become_line_feeds(self) -> None:
        imported = read("a.txt", "　　清晨六点，\r\n老城区\r\r\n".encode())
        assert (imported.text, imported.pieces, imported.format) == (
            "　　清晨六点，\n老城区\n\n",
            None,
            "txt",
        )

    @pytest.mark.parametrize(
        "words", ["html 是标记语言。", "说说 multipart/related。", "<p>这样的标记是正文。"]
    )
    def test_words_about_markup_are_still_words(self, words: str) -> None:
        assert read("a.txt", words.encode()).format == "txt"

    @pytest.mark.parametrize(
        "words", ["MZ世代爱喝茶。", "PK 赛今天开始。", "BM 是一家店。", "7z集合了几种压缩法。"]
    )
    def test_words_that_begin_as_other_files_do_are_words(self, words: str) -> None:
        for encoding in ("utf-8", "gb18030"):
            assert read("a.txt", (words + HANS).encode(encoding)).text.startswith(words)

    @pytest.mark.parametrize(
        "data",
        [
            *(b"", b" \r\n\t\n", "　\n".encode(), b"\xef\xbb\xbf", b"\0\0\0\0"),
            *(text.encode() for text in ("\u200b\u200b\n", "\u2060 \u00ad", "\u200e\u3000\u200f\n")),
        ],
    )
    def test_a_file_without_words_is_refused(self, data: bytes) -> None:
        assert refused("空.txt", data).code == "F11"

    def test_a_file_above_the_limit_is_refused_with_the_limit_named(self) -> None:
        fault = refused("a.txt", HANS.encode(), limit=100)
        assert fault.code == "F12" and "limit is 0.0 MB" in fault.problem

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0\0" + bytes(range(200)), "PNG"),
            (b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8\0\0\0\0\0\0\0@" + bytes(50), "Windows program"),
            (b"\x1f\x8b\x08\0\0\0\0\0\0\3" + bytes(range(256)), "gzip"),
            # Most of these is plain text.
            (b"\x89PNG\r\n\x1a\n" + b"tEXtComment made by hand " * 500, "PNG"),
            (b"\xff\xd8\xff\xe1" + b"http://ns.adobe.com/xap/1.0/ <x:xmpmeta> " * 300, "JPEG"),
            (b"II*\0" + b"taken on a sunny day " * 300, "TIFF"),
            (b"\x7fELF" + b"usage: program [options] " * 300, "program"),
        ],
    )
    def test_a_binary_file_called_txt_is_refused_by_its_right_name(self, data: bytes, kind: str) -> None:
        fault = refused("a.txt", data)
        assert fault.code == "F13" and kind in fault.problem

    def test_nul_and_damaged_bytes_leave_a_mark_and_a_note_with_the_line(self) -> None:
        imported = read("a.txt", HANS.encode() + "\n第二\0行\n".encode() + HANS.encode() + b"\xff\n")
        assert imported.text.split("\n")[1] == "第二\ufffd行"
        assert "第 2, 3 行" in imported.notes[0]

    def test_a_tail_of_nuls_as_a_crash_leaves_it_is_cut_and_noted(self) -> None:
        imported = read("a.txt", HANS.encode() + bytes(512))
        assert imported.text == HANS and "512 个空字节" in imported.notes[0]


def notation(name: str, data: bytes) -> str:
    """A file as an article, for the golden folders: facts, notes, where facts come from, then the blocks."""
    found = receive(name, data)
    imported, head = found.imported, found.head
    rows = [f"{fact}: {value}" for fact in ("format", "encoding") if (value := getattr(imported, fact))]
    facts = ("title", "subtitle", "author", "date", "publication")
    rows += [f"{fact}: {value}" for fact in facts if (value := getattr(head, fact))]
    rows += [f"{fact}: {value}" for fact in ("url", "lang") if (value := getattr(imported, fact))]
    rows += [f"note: {note}" for note in imported.notes if "制作于" not in note]
    rows += [f"taken: {fact}: {words}" for fact, words in head.taken]
    return "\n".join([*rows, "", *(f"{p.kind}{p.level or ''} {p.text}" for p in head.body), ""])


class TestGolden:
    @pytest.mark.parametrize("source", sorted(GOLDEN.glob("*/input.*")), ids=lambda path: path.parent.name)
    def test_a_file_gives_what_its_folder_expects(self, source: Path) -> None:
        expected = (source.parent / "expected.txt").read_text("utf-8")
        assert notation(source.name, source.read_bytes()) == expected

    @pytest.mark.parametrize("source", sorted(GOLDEN.glob("*/input.*")), ids=lambda path: path.parent.name)
    def test_lines_of_pieces_lead_to_their_words(self, source: Path) -> None:
        imported = read(source.name, source.read_bytes())
        lines = imported.text.splitlines()
        for piece in imported.pieces or ():
            assert piece.lines is not None
            first, last = piece.lines
            assert piece.text.split()[-1][:2] in "".join(lines[first - 1 : last]).replace("*", "")


class TestMarkdown:
    @pytest.mark.parametrize(
        "marked",
        [
            "**“重要”**的",
            "是**这个：**后面",
            "**（一）**先看",
            "他说**「好」**就走",
            "**“甲”**、**“乙”**和丙",
            "**abc**（def）",
        ],
    )
    def test_emphasis_beside_chinese_marks_goes_and_every_word_stays(self, marked: str) -> None:
        pieces = read("a.md", marked.encode()).pieces
        assert pieces and pieces[0].text == marked.replace("*", "")

    def test_asterisks_that_mark_nothing_stay(self) -> None:
        pieces = read("a.md", "三 * 四 = 十二，2*3=6。".encode()).pieces
        assert pieces and pieces[0].text == "三 * 四 = 十二，2*3=6。"

    def test_a_colon_in_front_matter_is_named_with_its_line_and_remedy(self) -> None:
        fault = refused("a.md", "---\nlang: zh\ntitle: 你好: 世界\n---\n文字。".encode())
        assert (fault.code, fault.line) == ("F19", 3) and "quotation marks" in fault.remedy

    @pytest.mark.parametrize(
        "front", ["[" * 5000, "a: &a [*a]\n" * 9, "- 1", "? [x]\n: 1", "date: 2024-13-45"]
    )
    def test_odd_front_matter_is_read_past_or_refused(self, front: str) -> None:
        answered("a.md", f"---\n{front}\n---\n文字。".encode())


class TestPages:
    @given(st.data())
    @settings(max_examples=60, deadline=None)
    def test_an_article_is_found_wherever_a_site_puts_it(self, data: st.DataObject) -> None:
        paragraphs = data.draw(st.lists(st.sampled_from(SENTENCES), min_size=4, max_size=12))
        paragraphs = [f"{n}、{words}" for n, words in enumerate(paragraphs)]
        tag = data.draw(st.sampled_from(["p", "div", "section", "br"]))
        body = "".join(f"<{tag}>　　{words}</{tag}>" for words in paragraphs)
        if tag == "br":
            body = "<br><br>".join(paragraphs)
        menu = "".join(f'<li><a href="/{n}">栏目第{n}个</a></li>' for n in range(8))
        more = "".join(f'<a href="/{n}">别处的一条新闻，标题很长很长</a><br>' for n in range(6))
        menu, more = f"<ul>{menu}</ul>", f"<div>{more}</div>"
        comments = '<div id="comment-list"><p>沙发！写得真好，期待下一篇，我转发了。</p></div>'
        for _ in range(data.draw(st.integers(0, 4))):
            wrap = data.draw(st.sampled_from(["div", "section", "main", "article", "center"]))
            before = data.draw(st.sampled_from(["", menu, "<script>var a='脚本里的字，不要。';</script>"]))
            after = data.draw(st.sampled_from(["", more, comments]))
            body = f"{before}<{wrap}>{body}</{wrap}>{after}"
        page = (
            f"<!doctype html><html><head><title>题目</title></head><body>{menu}{body}{comments}</body></html>"
        )
        pieces = read("a.html", page.encode()).pieces
        assert pieces and [piece.text for piece in pieces] == paragraphs

    def test_a_page_in_big5_that_calls_itself_gb2312_is_read_rightly(self) -> None:
        page = f"<html><head><meta charset=gb2312></head><body><p>{HANT}</p></body></html>"
        assert read("a.html", page.encode("big5hkscs")).text.strip() == HANT

    def test_readings_above_characters_are_dropped(self) -> None:
        pieces = read(
            "a.html", "<p>三条<ruby>涧<rp>(</rp><rt>jiàn</rt><rp>)</rp></ruby>水</p>".encode()
        ).pieces
        assert pieces and pieces[0].text == "三条涧水"

    def test_a_page_saved_in_one_file_is_unpacked(self) -> None:
        page = f"<html><head><title>题目</title></head><body><p>{HANS}</p></body></html>"
        lines = [
            "From: <Saved by Blink>",
            "Snapshot-Content-Location: https://news.example.cn/1",
            "MIME-Version: 1.0",
            'Content-Type: multipart/related; type="text/html"; boundary="----b"',
            "",
            "------b",
            "Content-Type: text/html; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            quopri.encodestring(page.encode()).decode(),
            "------b--",
        ]
        imported = read("a.mhtml", "\r\n".join(lines).encode())
        assert imported.text.strip() == HANS
        assert (imported.title, imported.url) == ("题目", "https://news.example.cn/1")

    def test_a_page_by_its_content_is_a_page_whatever_its_name(self) -> None:
        page = f"\ufeff<?xml version='1.0'?>\n<!DOCTYPE html><html><body><p>{HANS}</p></body></html>"
        assert read("a.txt", page.encode()).format == "html"
        assert read("a.txt", page.encode("utf-16-le")).text.strip() == HANS

    def test_a_page_without_tags_is_plain_text(self) -> None:
        assert read("a.html", "第一行\n第二行\n".encode()).text == "第一行\n第二行\n"

    def test_a_page_without_an_article_is_refused(self) -> None:
        assert refused("a.html", b"<html><body><script>app()</script><img src=a></body></html>").code == "F18"


def paragraph(words: str, style: str = "", bold: bool = False) -> str:
    face = "<w:rPr><w:b/></w:rPr>" if bold else ""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{look}<w:r>{face}<w:t>{words}</w:t></w:r></w:p>"


def docx(body: str, *, core: str = "", dtd: str = "") -> bytes:
    """The least that is a Word file."""
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    head = f'<?xml version="1.0" encoding="UTF-8"?>{dtd}'
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/></w:style>'
        for id, name in (("1", "heading 1"), ("a3", "Title"))
    )
    return zipped(
        {
            "[Content_Types].xml": f'{head}<Types xmlns="{types}"/>',
            "_rels/.rels": f'{head}<Relationships xmlns="{rels}"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f"{head}<w:document {main}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f"{head}<w:styles {main}>{styles}</w:styles>",
            "docProps/core.xml": f'{head}<c xmlns:dc="http://purl.org/dc/elements/1.1/">{core}</c>',
        }
    )


def epub(chapters: dict[str, str], *, extra: dict[str, str] | None = None) -> bytes:
    """The least that is an EPUB, with its spine in the order of `chapters`."""
    items = "".join(f'<item id="i{n}" href="{href}"/>' for n, href in enumerate(chapters))
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<c xmlns="urn:x"><rootfile full-path="OPS/p.opf"/></c>',
            "OPS/p.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<metadata><dc:title>邮路</dc:title><dc:creator>马小川</dc:creator><dc:creator>高原</dc:creator>"
            "<dc:date>2022-08-09</dc:date><dc:publisher>走读社</dc:publisher><dc:language>zh-TW</dc:language></metadata>"
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
            **{f"OPS/{href}": markup for href, markup in chapters.items()},
            **(extra or {}),
        }
    )


def zipped(members: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, words in members.items():
            archive.writestr(name, words)
    return file.getvalue()


WORD = docx(
    paragraph("老菜市场里的新账本", "a3")
    + paragraph("　　清晨五点半，天刚蒙蒙亮。")
    + paragraph("先问摊主", "1")
    + paragraph("再画图纸", bold=True)
    + "<w:p><w:r><w:t>三条</w:t><w:ruby><w:rt><w:r><w:t>jiàn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>涧</w:t>"
    "</w:r></w:rubyBase></w:ruby></w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:r><w:t>水。</w:t></w:r></w:p>",
    core="<dc:title>文档1</dc:title><dc:creator>林一舟</dc:creator><created>2024-05-17T01:02:03Z</created>",
)
BOOK = epub(
    {
        "b.xhtml": "<html><body><h1>第一章</h1><p>从乡邮政所出发。</p></body></html>",
        "a.xhtml": '<?xml version="1.0"?><html><h1>第二章</h1><p>翻两座山，<br/>过三条涧。</p></html>',
    }
)


class TestWord:
    def test_styles_give_title_and_headings_and_bold_lines_cross_heads(self) -> None:
        head = receive("a.docx", WORD).head
        assert (head.title, head.author, head.date) == ("老菜市场里的新账本", "", "")
        assert [(p.kind, p.level, p.text) for p in head.body] == [
            ("paragraph", 0, "清晨五点半，天刚蒙蒙亮。"),
            ("heading", 2, "先问摊主"),
            ("heading", 3, "再画图纸"),
            ("paragraph", 0, "三条涧水。"),
        ]

    def test_the_day_the_file_was_made_is_a_note_not_the_date(self) -> None:
        assert read("a.docx", WORD).notes == ("Word 文件建于 2024-05-17，发表日期未载明",)

    def test_the_content_tells_the_format_whatever_the_name(self) -> None:
        assert read("a.txt", WORD).format == "docx"

    def test_a_document_type_is_refused_unread(self) -> None:
        laughs = '<!DOCTYPE l [<!ENTITY a "哈"><!ENTITY b "&a;&a;">]>'
        assert refused("a.docx", docx(paragraph("&b;"), dtd=laughs)).code == "F16"

    def test_a_zip_bomb_is_refused_by_its_sizes(self) -> None:
        fault = refused("a.docx", docx(paragraph("啊" * 3_000_000)))
        assert fault.code == "F16" and "zip bomb" in fault.problem

    def test_old_and_locked_files_are_told_apart(self) -> None:
        old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
        assert refused("a.doc", old).remedy == "save it as .docx"
        assert refused("a.docx", old + "EncryptedPackage".encode("utf-16-le")).code == "F15"

    def test_a_locked_archive_is_refused(self) -> None:
        locked = bytearray(WORD)
        for at in (m.start() for m in re.finditer(b"PK\x01\x02", WORD)):
            locked[at + 8] |= 1
        assert refused("a.docx", bytes(locked)).code == "F15"

    def test_a_missing_library_is_named_with_its_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pypdfium2", None)
        with pytest.raises(MissingExtra, match="needs the extra 'import'"):
            read("a.pdf", pdf(LEFT))


class TestBook:
    def test_chapters_come_in_the_order_of_the_spine_with_the_package_metadata(self) -> None:
        imported = read("a.epub", BOOK)
        assert (imported.title, imported.author, imported.date) == ("邮路", "马小川、高原", "2022-08-09")
        assert (imported.publication, imported.lang) == ("走读社", "zh-Hant")
        assert [p.text for p in imported.pieces or ()] == [
            "第一章",
            "从乡邮政所出发。",
            "第二章",
            "翻两座山，",
            "过三条涧。",
        ]

    def test_a_chapter_under_rights_management_is_refused_and_a_locked_font_is_not(self) -> None:
        def locks(path: str) -> dict[str, str]:
            return {"META-INF/encryption.xml": f'<e xmlns="urn:x"><CipherReference URI="{path}"/></e>'}

        chapter = {"a.xhtml": "<html><body><p>文字。</p></body></html>"}
        assert refused("a.epub", epub(chapter, extra=locks("OPS/a.xhtml"))).code == "F15"
        assert read("a.epub", epub(chapter, extra=locks("OPS/font.otf"))).text == "文字。\n"

    def test_a_missing_chapter_is_noted(self) -> None:
        whole = {"a.xhtml": "<html><body><p>文字。</p></body></html>", "b.xhtml": ""}
        file = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(epub(whole))) as book, zipfile.ZipFile(file, "w") as copy:
            for member in book.namelist():
                if not member.endswith("b.xhtml"):
                    copy.writestr(member, book.read(member))
        assert read("a.epub", file.getvalue()).notes == ("目录所列的 1 个章节在文件里找不到",)

    def test_another_zip_archive_is_refused(self) -> None:
        assert refused("a.epub", zipped({"a.txt": "文字"})).code == "F13"


Placed = tuple[float, float, float, str]  # x, y, size, words


def pdf(*pages: list[Placed], shown: Callable[[str], str] = str, locked: bool = False) -> bytes:
    """A PDF with words at places; `shown` is what its font says a character is."""
    numbers = {
        c: n for n, c in enumerate(sorted({c for page in pages for *_, words in page for c in words}), 1)
    }
    table = "".join(f"<{n:04X}> <{shown(c).encode('utf-16-be').hex()}>\n" for c, n in numbers.items())
    half = "".join(f" {n} [500]" for c, n in numbers.items() if c < "\x7f")
    unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange {len(numbers)} beginbfchar\n{table}endbfchar "
        "endcmap end end"
    )
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/ToUnicode 4 0 R/DescendantFonts[<<"
        "/Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        f"/Supplement 0>>/DW 1000/W[{half}]/FontDescriptor<</Type/FontDescriptor/FontName/Song/Flags 4"
        "/Ascent 880/Descent -120/CapHeight 700/ItalicAngle 0/StemV 80/FontBBox[0 -120 1000 880]>>>>]>>",
        f"<</Length {len(unicode)}>>stream\n{unicode}\nendstream",
    ]
    for n, page in enumerate(pages):
        drawn = "".join(
            f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm <{''.join(f'{numbers[c]:04X}' for c in words)}> Tj ET\n"
            for x, y, size, words in page
        )
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 600]/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {6 + 2 * n} 0 R>>"
        )
        objects.append(f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream")
    file, places = b"%PDF-1.7\n", []
    for n, content in enumerate(objects, 1):
        places.append(len(file))
        file += f"{n} 0 obj\n{content}\nendobj\n".encode()
    lock = (
        f"/Encrypt<</Filter/Standard/V 1/R 2/O<{'11' * 32}>/U<{'22' * 32}>/P -4>>/ID[<00><00>]"
        if locked
        else ""
    )
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        file
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
            f"trailer<</Size {len(objects) + 1}/Root 1 0 R{lock}>>\nstartxref\n{len(file)}\n%%EOF"
        ).encode()
    )


def column(x: float, y: float, words: str, *, width: int = 14) -> list[Placed]:
    """A paragraph set with an indent of two characters, ten points wide, fifteen apart."""
    lines = [words[: width - 2], *(words[n : n + width] for n in range(width - 2, len(words), width))]
    return [(x + (0 if n else 20), y - 15 * n, 10, line) for n, line in enumerate(lines)]


LEFT, RIGHT = column(40, 540, HANS[:110]), column(220, 540, HANS[40:])
READ = "\n".join(
    ["　　" + LEFT[0][3], *(w for *_, w in LEFT[1:]), "　　" + RIGHT[0][3], *(w for *_, w in RIGHT[1:])]
)


class TestPdf:
    def test_indents_and_gaps_are_written_out(self) -> None:
        page = [(160.0, 580.0, 16.0, "长路"), *column(40, 540, HANS[:40]), *column(40, 450, HANS[40:80])]
        first, second = column(40, 0, HANS[:40]), column(40, 0, HANS[40:80])
        expected = ["长路", "", "　　" + first[0][3], *(w for *_, w in first[1:])]
        expected += ["", "　　" + second[0][3], *(w for *_, w in second[1:])]
        assert read("a.pdf", pdf(page)).text.split("\n") == [*expected, ""]

    def test_columns_drawn_one_after_the_other_stay_so(self) -> None:
        assert read("a.pdf", pdf(LEFT + RIGHT)).text.strip("\n") == READ

    def test_columns_drawn_row_by_row_are_put_in_order(self) -> None:
        rows = [line for pair in zip(LEFT, RIGHT, strict=False) for line in pair]
        rows += LEFT[len(RIGHT) :] + RIGHT[len(LEFT) :]
        assert read("a.pdf", pdf(rows)).text.strip("\n") == READ

    def test_a_page_drawn_from_the_foot_is_turned_round(self) -> None:
        assert read("a.pdf", pdf(LEFT[::-1])).text.split("\n")[0] == "　　" + LEFT[0][3]

    def test_radicals_become_the_characters_they_stand_for_and_commas_stay(self) -> None:
        radicals = {"面": "⾯", "王": "⺩", "长": "⻓", "立": "⽴", "门": "⻔", "见": "⻅", "山": "⼭"}
        page = [(40.0, 500.0, 10.0, "老王立门，面对长山（见图）。")]
        imported = read("a.pdf", pdf(page, shown=lambda char: radicals.get(char, char)))
        assert imported.text == "老王立门，面对长山（见图）。\n"

    def test_a_table_keeps_its_rows(self) -> None:
        cells = [[(40.0 + 150 * c, 500.0 - 15 * r, 10.0, f"{r}行{c}列") for c in range(3)] for r in range(6)]
        found = receive("a.pdf", pdf([cell for row in cells for cell in row])).head.body
        assert [(p.kind, p.text) for p in found] == [
            ("table", "　".join(f"{r}行{c}列" for c in range(3))) for r in range(6)
        ]

    @pytest.mark.parametrize(
        ("empty", "expected"), [(0, "　1行1列　1行2列"), (1, "1行0列　　1行2列"), (2, "1行0列　1行1列　")]
    )
    def test_an_empty_cell_keeps_its_place(self, empty: int, expected: str) -> None:
        cells = [(40.0 + 90 * c, 500.0 - 15 * r, 10.0, f"{r}行{c}列") for r in range(4) for c in range(3)]
        found = receive("a.pdf", pdf([cell for cell in cells if cell[3] != f"1行{empty}列"])).head.body
        assert [p.text for p in found][1] == expected

    @pytest.mark.parametrize(
        ("base", "after", "expected"),
        [
            ("水渠建于1958", "年。", "水渠建于1958[1]年。"),
            ("全长10", "米。", "全长10¹米。"),
            ("据县志", "说。", "据县志[1]说。"),
        ],
    )
    def test_a_small_raised_figure_is_a_note_or_an_exponent(
        self, base: str, after: str, expected: str
    ) -> None:
        width = sum(5 if char < "\x7f" else 10 for char in base)
        page = [
            (40.0, 500.0, 10.0, base),
            (40.0 + width, 504.0, 5.0, "1"),
            (43.0 + width, 500.0, 10.0, after),
        ]
        assert read("a.pdf", pdf(page)).text.strip() == expected

    @pytest.mark.parametrize(("size", "y"), [(22.0, 490.0), (28.0, 488.0), (36.0, 478.0)])
    def test_a_drop_cap_begins_its_paragraph(self, size: float, y: float) -> None:
        def drawn(x: float, y: float, em: float, words: str) -> DrawnLine:
            face = ("Song", "Song")
            return DrawnLine(x, x + em * len(words), y, em, face, list(words), [0.0] * len(words))

        lines = [drawn(40 + size + 3 if n < 2 else 40, 505 - 15 * n, 10, f"第{n}行的字") for n in range(5)]
        found = with_drop_caps([drawn(40, y, size, "青"), *lines])
        assert [line.text for line in found][:2] == ["青第0行的字", "第1行的字"]
        assert {line.x for line in found} == {40}

    def test_a_page_without_text_is_noted_and_a_file_without_text_refused(self) -> None:
        assert read("a.pdf", pdf(LEFT, [], RIGHT)).notes == ("第 2 页没有文字层（可能是图片），未导入",)
        fault = refused("a.pdf", pdf([], []))
        assert fault.code == "F17" and "OCR" in fault.remedy

    def test_a_locked_file_is_refused(self) -> None:
        assert refused("a.pdf", pdf(LEFT, locked=True)).code == "F15"

    def test_absurdly_many_pages_are_refused(self) -> None:
        assert refused("a.pdf", pdf(*[[]] * 2001)).code == "F12"


def answered(name: str, data: bytes) -> None:
    """Any file is read or refused, and the result can be written as an article."""
    try:
        imported = read(name, data)
    except ContentError as fault:
        assert fault.problem and fault.remedy and fault.code in FINDINGS
    else:
        words = "".join(
            (imported.text, imported.title, imported.author, imported.publication, *imported.notes)
        )
        words.encode("utf-8")
        assert not re.search("[\0-\x08\x0e-\x1f]", words)
        assert imported.pieces is None or all(
            (p.text == p.text.strip() or p.kind == "table") and "\n" not in p.text for p in imported.pieces
        )


SOUND = {
    **{
        f"{source.parent.name}{source.suffix}": source.read_bytes()
        for source in sorted(GOLDEN.glob("*/input.*"))
    },
    "a.docx": WORD,
    "a.epub": BOOK,
    "a.pdf": pdf(LEFT + RIGHT),
    "a.txt": HANS.encode("gb18030"),
}


class TestHostility:
    @pytest.mark.parametrize("name", SOUND)
    def test_a_file_cut_short_anywhere_is_answered(self, name: str) -> None:
        data = SOUND[name]
        for end in {*range(0, len(data), max(1, len(data) // 25)), *range(12)}:
            answered(name, data[:end])

    @pytest.mark.parametrize("name", SOUND)
    @given(st.integers(0), st.binary(min_size=1, max_size=8))
    @settings(max_examples=15, deadline=None)
    def test_a_damaged_file_is_answered(self, name: str, at: int, dirt: bytes) -> None:
        data = SOUND[name]
        at %= len(data)
        answered(name, data[:at] + dirt + data[at + len(dirt) :])

    @pytest.mark.parametrize("suffix", ["txt", "md", "html", "docx", "epub", "pdf", "mhtml", "bin"])
    @given(data=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode()))
    @settings(max_examples=40, deadline=None)
    def test_any_bytes_under_any_name_are_answered(self, suffix: str, data: bytes) -> None:
        answered(f"a.{suffix}", data)

    @given(st.text(alphabet="<>/!-&;=\"' abpdivrtl文字。\n", max_size=200))
    @settings(deadline=None)
    def test_any_markup_is_answered(self, markup: str) -> None:
        answered("a.html", b"<html>" + markup.encode())
        answered("a.md", markup.encode())

    def test_a_page_nested_beyond_reason_is_answered(self) -> None:
        answered("a.html", b"<html><body>" + b"<div>" * 100_000 + "文字。".encode())

    def test_markup_without_end_is_answered(self) -> None:
        answered("a.html", b"<html>" + b"<" * 600_000)
        answered("a.md", b"<!--" * 20_000)
        answered("a.md", b"[" * 20_000)


if __name__ == "__main__":  # rewrites what the golden folders expect, for review
    for source in GOLDEN.glob("*/input.*"):
        (source.parent / "expected.txt").write_text(notation(source.name, source.read_bytes()), "utf-8")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (
            "{.byline}\n本报记者 方禾\n\n渡口停航了。\n",
            [("byline", "本报记者 方禾"), ("paragraph", "渡口停航了。")],
        ),
        (
            "渡口停航了。\n\n{.note}\n注：据镇志。\n第二行。\n",
            [("paragraph", "渡口停航了。"), ("note", "注：据镇志。第二行。")],
        ),
        (
            "{.caption}\n最后一班渡船。\n\n{.furniture}\n第 4 版\n",
            [("caption", "最后一班渡船。"), ("furniture", "第 4 版")],
        ),
        ("{.song}\n渡口停航了。\n", [("paragraph", "{.song}渡口停航了。")]),
        ("{.byline}\n", [("paragraph", "{.byline}")]),
        ("文中的{.byline}\n不是记号。\n", [("paragraph", "文中的{.byline}不是记号。")]),
    ],
)
def test_markdown_of_the_library_keeps_the_kinds_of_its_paragraphs(text: str, kinds: list[tuple[str, str]]):
    pieces = receive("article.md", f"---\ntitle: 渡口\n---\n\n{text}".encode()).imported.pieces or ()
    assert [(p.kind, p.text.replace("\n", "")) for p in pieces] == kinds
