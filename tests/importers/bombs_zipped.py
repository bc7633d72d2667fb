"""More kinds of Word files and EPUB books that are built to overwhelm their reader."""

from __future__ import annotations

import bombs_text
from bomb_kinds import BODY, HTML, Make, W, book, deep, encoded, paragraph, word_file, zipped

_MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_DEEP = 120  # levels: as deep as a file may be


def _level(opens: str, closes: str, inner: str, levels: int = _DEEP) -> bytes:
    """A file whose text is as deep as may be."""
    return word_file(opens * levels + inner + closes * levels)


def _part(name: str, inner: str, body: str) -> bytes:
    return word_file(body, more={f"word/{name}.xml": f"<w:{name} {W}>{inner}</w:{name}>"})


def _numbered(n: int, level: int, format: str, text: str) -> bytes:
    """Paragraphs of one list, whose numbers are large."""
    number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    levels = (
        f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{format}"/><w:start w:val="999999"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )
    return _part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
        f"<w:p><w:pPr>{number}</w:pPr><w:r><w:t>文</w:t></w:r></w:p>" * n,
    )


DOCX: dict[str, Make] = {
    "tables as deep as may be": lambda n, r: _level(
        "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", paragraph("文") * (n // 4)
    ),
    "tables of two columns, deep": lambda n, r: _level(
        f"<w:tbl><w:tr><w:tc>{paragraph('文')}</w:tc><w:tc>",
        f"</w:tc></w:tr><w:tr><w:tc>{paragraph('文')}</w:tc></w:tr></w:tbl>",
        paragraph("文") * (n // 9),
    ),
    "boxes as deep as may be": lambda n, r: _level(
        "<w:p><w:r><w:pict><w:txbxContent>",
        "</w:txbxContent></w:pict></w:r></w:p>",
        paragraph("文") * (n // 9),
        90,
    ),
    "choices as deep as may be": lambda n, r: _level(
        f"<mc:AlternateContent {_MC}><mc:Choice>",
        "</mc:Choice></mc:AlternateContent>",
        paragraph("文") * (n // 9),
        180,
    ),
    "choices in runs": lambda n, r: _level(
        f"<w:p><w:r><mc:AlternateContent {_MC}><mc:Choice><w:drawing><w:txbxContent>",
        "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback/></mc:AlternateContent></w:r></w:p>",
        paragraph("文") * (n // 9),
        55,
    ),
    "links as deep as may be": lambda n, r: word_file(
        "<w:p>"
        + "<w:hyperlink>" * 350
        + "<w:r><w:t>文</w:t></w:r>" * (n // 4)
        + "</w:hyperlink>" * 350
        + "</w:p>"
    ),
    "readings": lambda n, r: word_file(
        "<w:p>" + "<w:r><w:ruby><w:rt><w:r><w:t>wén</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>文</w:t></w:r></w:rubyBase></w:ruby></w:r>" * (n // 20) + "</w:p>"
    ),
    "readings in readings": lambda n, r: _level(
        "<w:p><w:r><w:ruby><w:rubyBase>", "</w:rubyBase></w:ruby></w:r></w:p>", paragraph("文") * (n // 9), 90
    ),
    "a deep formula": lambda n, r: word_file(
        f"<w:p><m:oMath {_MATH}>"
        + "<m:f><m:num>" * 180
        + "<m:r><m:t>x</m:t></m:r>" * (n // 9)
        + "</m:num></m:f>" * 180
        + "</m:oMath></w:p>"
    ),
    "formulas": lambda n, r: word_file(
        f"<w:p><m:oMath {_MATH}><m:r><m:t>x</m:t></m:r></m:oMath></w:p>" * (n // 12)
    ),
    "changes": lambda n, r: word_file(
        "<w:p>"
        + "<w:ins><w:r><w:t>文</w:t></w:r></w:ins><w:del><w:r><w:delText>字</w:delText></w:r></w:del>"
        * (n // 9)
        + "</w:p>"
    ),
    "bookmarks": lambda n, r: word_file(
        "".join(
            f'<w:bookmarkStart w:id="{i}" w:name="b{i}"/><w:bookmarkEnd w:id="{i}"/>' for i in range(n // 9)
        )
        + paragraph("文")
    ),
    "notes that cite themselves": lambda n, r: _part(
        "footnotes",
        "".join(
            f'<w:footnote w:id="{i}"><w:p><w:r><w:footnoteReference w:id="{i}"/></w:r>'
            f'<w:r><w:footnoteReference w:id="{i + 1}"/><w:t>注</w:t></w:r></w:p></w:footnote>'
            for i in range(n // 20)
        ),
        '<w:p><w:r><w:footnoteReference w:id="0"/></w:r></w:p>' * 9,
    ),
    "one note cited often": lambda n, r: _part(
        "endnotes",
        f'<w:endnote w:id="1">{paragraph("注" * 500)}</w:endnote>',
        '<w:p><w:r><w:endnoteReference w:id="1"/></w:r></w:p>' * (n // 9),
    ),
    "the same note again": lambda n, r: _part(
        "footnotes",
        f'<w:footnote w:id="1">{paragraph("注")}</w:footnote>' * (n // 9),
        '<w:p><w:r><w:footnoteReference w:id="1"/><w:t>文</w:t></w:r></w:p>',
    ),
    "comments": lambda n, r: _part(
        "comments", f'<w:comment w:id="1">{paragraph("批")}</w:comment>' * (n // 9), paragraph("文")
    ),
    "symbols": lambda n, r: word_file(
        "<w:p><w:r>" + '<w:sym w:font="Wingdings" w:char="F0FC"/>' * (n // 9) + "</w:r></w:p>"
    ),
    "cells that span": lambda n, r: word_file(
        "<w:tbl>" + '<w:tr><w:trPr><w:gridBefore w:val="60"/></w:trPr>'
        '<w:tc><w:tcPr><w:gridSpan w:val="60"/></w:tcPr><w:p/></w:tc></w:tr>'
        * (n // 40)
        + f"</w:tbl>{paragraph('文')}"
    ),
    "cells that are merged": lambda n, r: word_file(
        "<w:tbl>"
        + f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{paragraph('文')}</w:tc><w:tc><w:p/></w:tc></w:tr>"
        * (n // 30)
        + f"</w:tbl>{paragraph('文')}"
    ),
    "rows in controls": lambda n, r: word_file(
        "<w:tbl>"
        + "<w:sdt><w:sdtContent>" * 190
        + f"<w:tr><w:tc>{paragraph('文')}</w:tc></w:tr>" * (n // 20)
        + "</w:sdtContent></w:sdt>" * 190
        + "</w:tbl>"
    ),
    "pictures": lambda n, r: word_file(
        '<w:p><w:r><w:drawing><a:blip xmlns:a="urn:a"/></w:drawing></w:r></w:p>' * (n // 12) + paragraph("文")
    ),
    "relations": lambda n, r: word_file(
        paragraph("文"),
        more={
            "word/_rels/document.xml.rels": '<Relationships xmlns="urn:r">'
            + "".join(f'<Relationship Id="r{i}" Type="t" Target="x{i}"/>' for i in range(n // 9))
            + "</Relationships>"
        },
    ),
    "utf-16": lambda n, r: word_file(
        paragraph("文"),
        more={
            "word/document.xml": (
                f'<?xml version="1.0" encoding="utf-16"?><w:document {W}><w:body>{paragraph("文") * (n // 4)}'
                "</w:body></w:document>"
            ).encode("utf-16")
        },
    ),
    "name spaces": lambda n, r: word_file(
        "".join(f'<w:p xmlns:x{i}="urn:{i}"><w:r><w:t>文</w:t></w:r></w:p>' for i in range(n // 9))
    ),
    "sections of characters": lambda n, r: word_file(
        "<w:p><w:r><w:t>" + "<![CDATA[文]]><!-- a --><?b c?>" * (n // 9) + "</w:t></w:r></w:p>"
    ),
    "long names": lambda n, r: word_file(f"<w:{'p' * (4 * n)}/>{paragraph('文')}"),
    "numbers of characters": lambda n, r: word_file(paragraph("&#x6587;" * n)),
    "styles of many numbers": lambda n, r: word_file(
        "".join(
            f'<w:p><w:pPr><w:pStyle w:val="s{i % 40}"/></w:pPr><w:r><w:t>文</w:t></w:r></w:p>'
            for i in range(n // 9)
        ),
        more={
            "word/styles.xml": f"<w:styles {W}>"
            + "".join(
                f'<w:style w:type="paragraph" w:styleId="s{i}"><w:basedOn w:val="s{i + 1}"/><w:pPr><w:numPr>'
                f'<w:numId w:val="{i}"/></w:numPr></w:pPr></w:style>'
                for i in range(n // 30)
            )
            + "</w:styles>"
        },
    ),
    "levels of numbers": lambda n, r: _numbered(n // 12, 8, "lowerRoman", "%9" * 2000),
    "hidden words": lambda n, r: word_file(
        "<w:p>" + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>文</w:t></w:r>" * (n // 9) + "</w:p>" + paragraph("文")
    ),
    "large titles": lambda n, r: word_file(
        '<w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
        '<w:r><w:rPr><w:sz w:val="44"/></w:rPr><w:t>题</w:t></w:r></w:p>' * (n // 16)
    ),
    "a wide table of words": lambda n, r: word_file(
        "<w:tbl>"
        + ("<w:tr>" + f"<w:tc>{paragraph('文')}</w:tc>" * 60 + "</w:tr>") * (n // 900 + 2)
        + "</w:tbl>"
    ),
    "tables next to tables": lambda n, r: word_file(
        f"<w:tbl><w:tr><w:tc>{paragraph('文')}</w:tc><w:tc>{paragraph('字')}</w:tc></w:tr></w:tbl>"
        * (n // 20)
    ),
    "letters as numbers": lambda n, r: _numbered(n // 12, 0, "lowerLetter", "%1" * 40),
    "contents": lambda n, r: word_file(
        '<w:p><w:pPr><w:pStyle w:val="toc1"/></w:pPr><w:r><w:t>文</w:t></w:r></w:p>' * (n // 9)
        + paragraph("文"),
        more={
            "word/styles.xml": f'<w:styles {W}><w:style w:type="paragraph" w:styleId="toc1">'
            '<w:name w:val="toc 1"/></w:style></w:styles>'
        },
    ),
    "no body": lambda n, r: zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {W}>{'<w:p/>' * (n // 9)}</w:document>",
        },
        packed=False,
    ),
    "paragraphs in paragraphs": lambda n, r: deep("<w:p>", "</w:p>", min(n // 9, 390)),
}
_CHAPTER_KINDS = (
    "a wide table",
    "nested inline",
    "links in links",
    "one long attribute",
    "entities",
    "same attributes",
)
_MORE_CHAPTER_KINDS = (
    "drawings in drawings",
    "cells that span",
    "hidden in hidden",
    "links to notes",
    "links to one note",
    "links in deep marks",
    "style sheets",
    "tables of data",
    "headings",
    "pictures",
)


def _chapter(make: Make) -> Make:
    return lambda n, r: book({"a.xhtml": encoded(make(n, r)).decode("utf-8", "replace")})


EPUB: dict[str, Make] = {
    "notes in another chapter": lambda n, r: book(
        {
            "a.xhtml": "<html><body>"
            + "".join(f'<p>文<a href="n.xhtml#n{i}"><sup>{i % 99}</sup></a></p>' for i in range(n // 50)),
            "n.xhtml": "<html><body>" + "".join(f'<p id="n{i}">注</p>' for i in range(n // 50)),
        }
    ),
    "notes in a circle": lambda n, r: book(
        {
            f"c{i}.xhtml": f'<html><body><p id="p">文<a href="c{i + 1}.xhtml#p"><sup>1</sup></a></p>'
            for i in range(min(n // 200, 900))
        }
    ),
    "items that are not read": lambda n, r: book(
        {"a.xhtml": BODY}, spine='<itemref idref="i0"/>' + '<item id="x" href="y"/>' * (n // 20)
    ),
    "contents of many lines": lambda n, r: book(
        {"a.xhtml": BODY, "nav.xhtml": "<html><body><nav>" + "<ol><li><a href=a.xhtml>文</a>" * (n // 28)}
    ),
    "contents of an old kind": lambda n, r: book(
        {"a.xhtml": BODY}, more={"OPS/toc.ncx": "<ncx>" + "<navPoint>" * (n // 10)}
    ),
    "packages": lambda n, r: book(
        {"a.xhtml": BODY},
        more={
            "META-INF/container.xml": '<c xmlns="urn:x">'
            + '<rootfile full-path="OPS/p.opf"/>' * (n // 30)
            + "</c>"
        },
    ),
    "a package that is not there": lambda n, r: book(
        {"a.xhtml": BODY * (n // 120)},
        more={"META-INF/container.xml": '<c xmlns="urn:x"><rootfile full-path="../../etc/passwd"/></c>'},
    ),
    "ways through folders": lambda n, r: book({f"{'a/../' * min(n // 9, 6000)}a.xhtml": BODY}),
    "encoded ways": lambda n, r: book({"%61" * min(n // 9, 6000) + ".xhtml": BODY, "a.xhtml": BODY}),
    "chapters of pictures": lambda n, r: book(
        {f"c{i}.xhtml": "<html><body><img src=x>" for i in range(n // 200)} | {"a.xhtml": BODY}
    ),
    "chapters in utf-16": lambda n, r: book(
        {"a.xhtml": BODY}, more={"OPS/a.xhtml": (f"<html><body>{BODY * (n // 120)}").encode("utf-16")}
    ),
    "subjects": lambda n, r: book(
        {"a.xhtml": BODY}, spine="<dc:subject>甲</dc:subject>" * (n // 30) + '<itemref idref="i0"/>'
    ),
    "a long title": lambda n, r: book(
        {"a.xhtml": BODY}, spine=f"<dc:creator>{'甲_' * n}</dc:creator>" + '<itemref idref="i0"/>'
    ),
    "declarations": lambda n, r: book({"a.xhtml": f'<!DOCTYPE html PUBLIC "{"x" * n}"><html><body>{BODY}'}),
    "pictures that are large": lambda n, r: book({"a.xhtml": BODY}, more={"OPS/a.png": bytes(n)}),
    "many members": lambda n, r: book({"a.xhtml": BODY}, more={f"OPS/x{i}.png": "x" for i in range(n // 50)}),
    "chapters of one line": lambda n, r: book({"a.xhtml": f"<html><body><p>{'文' * n}</p>"}),
    "chapters that are no part of the order": lambda n, r: book(
        {"a.xhtml": BODY}, spine='<itemref idref="i0" linear="no"/>' * (n // 30)
    ),
    "the same item": lambda n, r: book(
        {"a.xhtml": BODY}, spine='<item id="i0" href="a.xhtml"/><itemref idref="i0"/>' * (n // 50)
    ),
    "long names of items": lambda n, r: book(
        {"a.xhtml": BODY}, spine=f'<itemref idref="{"x" * n}"/><itemref idref="i0"/>'
    ),
    "what is not xml": lambda n, r: book({"a.xhtml": "<<<>>>&&&" * (n // 9) + BODY}),
    "empty chapters": lambda n, r: book({f"c{i}.xhtml": " " for i in range(n // 200)} | {"a.xhtml": BODY}),
} | {
    f"chapter: {kind}": _chapter((HTML | bombs_text.HTML)[kind])
    for kind in (*_CHAPTER_KINDS, *_MORE_CHAPTER_KINDS)
}
