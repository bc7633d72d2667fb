"""Kinds of files that are built to overwhelm their reader: the plain ones of every format, and their parts.

Each kind is a function of a size and a random source. Nothing here is copied from a real attack.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from random import Random

Make = Callable[[int, Random], str | bytes]

SENTENCE = "清晨六点，渡口已经热闹起来，卖豆腐的老周把木板架好。"


def mixed(n: int, chance: Random) -> bytes:
    """Lines in several encodings."""
    codecs = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-8-sig", "shift_jis", "hz")
    return b"\n".join(SENTENCE.encode(chance.choice(codecs), "replace") for _ in range(n // 25))


def cut_short(make: Make) -> Make:
    """The file of another kind, cut short anywhere."""

    def cut(n: int, chance: Random) -> bytes:
        whole = encoded(make(n, chance))
        return whole[: chance.randrange(len(whole) // 2, len(whole))]

    return cut


def damaged(make: Make) -> Make:
    """The file of another kind, with some bytes changed."""

    def dirty(n: int, chance: Random) -> bytes:
        whole = bytearray(encoded(make(n, chance)))
        for _ in range(20):
            whole[chance.randrange(len(whole))] = chance.randrange(256)
        return bytes(whole)

    return dirty


def encoded(made: str | bytes) -> bytes:
    return made.encode("utf-8", "surrogatepass") if isinstance(made, str) else made


TXT: dict[str, Make] = {
    "spaces": lambda n, r: f"一{' ' * n}二",
    "line ends between words": lambda n, r: "word" + "\n" * n + "word",
    "short lines of letters": lambda n, r: "\n".join("word" for _ in range(n // 5)),
    "opening marks": lambda n, r: "（《“" * (n // 3),
    "said and said again": lambda n, r: "，说：“" * (n // 4),
    "one line": lambda n, r: SENTENCE * (n // 26),
    "wrapped lines": lambda n, r: "\n".join(SENTENCE * 2 for _ in range(n // 54)),
    "lines of all lengths": lambda n, r: "\n".join(SENTENCE[: r.randrange(1, 26)] for _ in range(n // 14)),
    "dates and names": lambda n, r: "\n".join(
        f"{r.randrange(1900, 2100)}年{r.randrange(99)}月" for _ in range(n // 9)
    ),
    "title of underscores": lambda n, r: "_甲" * (n // 2) + f"\n\n{SENTENCE}",
    "numbers of headings": lambda n, r: "\n".join(f"第{i}章 {'一' * r.randrange(9)}" for i in range(n // 9)),
    "invisible characters": lambda n, r: "一\u200b\u200d\ufeff" * (n // 4),
    "combining marks": lambda n, r: "a" + "\u0301" * n,
    "zero bytes": lambda n, r: ("一二三四五" * 20 + "\0") * (n // 101),
    "mixed encodings": mixed,
    "half surrogates": lambda n, r: (SENTENCE + "\ud83d") * (n // 27),
    "table of tabs": lambda n, r: "\n".join("\t".join("一" * 20) for _ in range(n // 40)),
    "page numbers": lambda n, r: "\n".join(f"{SENTENCE}\n- {i} -\n" for i in range(n // 34)),
}
MD: dict[str, Make] = {
    "nested quotes": lambda n, r: ">" * (n // 10) + "文" + "\n\n文" * 10,
    "quotes deeper and deeper": lambda n, r: "\n".join("> " * (i % 400) + "文" for i in range(n // 400)),
    "nested lists": lambda n, r: "\n".join(" " * (2 * (i % 300)) + "- 文" for i in range(n // 300)),
    "stars": lambda n, r: "*" * n + "文",
    "emphasis that opens": lambda n, r: "**文 *字 " * (n // 7),
    "emphasis in emphasis": lambda n, r: "*a_b" * (n // 4) + "_*" * (n // 20),
    "brackets": lambda n, r: "[" * (n // 2) + "文" + "]" * (n // 4),
    "images in links": lambda n, r: "![[" * (n // 6) + "x" + "](y)" * (n // 12),
    "inline tags": lambda n, r: "<i>x" * (n // 4),
    "comments that open": lambda n, r: "文 <!-- " * (n // 7),
    "back quotes": lambda n, r: " ".join("`" * (i % 700) + "文" for i in range(n // 350)),
    "definitions of links": lambda n, r: (
        "".join(f"[a{i}]: /u{i}\n" for i in range(n // 30)) + "".join(f"[a{i}] " for i in range(n // 30))
    ),
    "entities": lambda n, r: "&amp;&#x4e00;&nosuch;" * (n // 21),
    "a wide table": lambda n, r: (
        "|a" * (n // 20) + "|\n" + "|-" * (n // 20) + "|\n" + ("|文" * 50 + "|\n") * 200
    ),
    "spaces": lambda n, r: f"文{' ' * n}字",
    "setext": lambda n, r: "文\n" * (n // 4) + "===",
    "front matter of anchors": lambda n, r: (
        "---\na: &a [x]\n" + "".join(f"b{i}: [*a, *a, *a]\n" for i in range(n // 40)) + "---\n文"
    ),
    "front matter nested": lambda n, r: "---\nt: " + "[" * (n // 20) + "\n---\n文",
    "front matter long": lambda n, r: "---\ntitle: " + "题_" * (n // 2) + "\n---\n文",
    "footnotes": lambda n, r: "".join(f"文[^{i}]\n\n[^{i}]: 注[^{i + 1}]\n\n" for i in range(n // 24)),
}
BODY = f"<p>{SENTENCE * 4}</p>"
HTML: dict[str, Make] = {
    "nested": lambda n, r: f"<html><body>{'<div>' * (n // 5)}文字",
    "nested inline": lambda n, r: f"<html><body><p>{'<b><i>' * (n // 8)}文字",
    "misnested": lambda n, r: f"<html><body>{'<b><p>文' * (n // 8)}",
    "links in links": lambda n, r: f"<html><body>{'<a href=x>文<p>' * (n // 16)}",
    "attributes": lambda n, r: f"<html><body><p {' '.join(f'a{i}=1' for i in range(n // 8))}>{BODY}",
    "same attributes": lambda n, r: f"<html><body><p {'a=1 ' * (n // 4)}>{BODY}",
    "one long attribute": lambda n, r: f'<html><body><p class="{"x " * (n // 2)}">{BODY}',
    "spaces": lambda n, r: f"<html><body><p>一{' ' * n}二</p>{BODY}",
    "line ends": lambda n, r: f"<html><body><p>word{chr(10) * n}word</p>{BODY}",
    "title": lambda n, r: f"<html><head><title>{'_a' * (n // 2)}</title></head><body>{BODY}",
    "title of sites": lambda n, r: f"<html><head><title>{' - 甲 | 乙' * (n // 8)}</title></head><body>{BODY}",
    "json-ld list": lambda n, r: (
        f'<html><script type="application/ld+json">{json.dumps(list(range(n // 7)))}</script>{BODY}'
    ),
    "json-ld nested": lambda n, r: (
        f'<html><script type="application/ld+json">{"[" * (n // 2)}{"]" * (n // 2)}</script>{BODY}'
    ),
    "json-ld graph": lambda n, r: (
        '<html><script type="application/ld+json">'
        + json.dumps(
            {"@graph": [{"@type": "NewsArticle", "author": [{"name": f"a{i}"}]} for i in range(n // 60)]}
        )
        + f"</script>{BODY}"
    ),
    "meta": lambda n, r: (
        "<html><head>" + "".join(f'<meta name="author" content="甲{i}">' for i in range(n // 35)) + BODY
    ),
    "comment that opens": lambda n, r: f"<html><body>{BODY}{'<!-- x -' * (n // 8)}",
    "script that opens": lambda n, r: f"<html><body>{BODY}{'<script>' * (n // 8)}",
    "nested tables": lambda n, r: f"<html><body>{'<table><tr><td>' * (n // 15)}文",
    "a wide table": lambda n, r: (
        f"<html><body><table>{'<tr>' + '<td>文' * 500 + '</tr>'}" + "<tr><td>" * (n // 8)
    ),
    "line breaks": lambda n, r: f"<html><body><p>{'文<br>' * (n // 5)}</p>",
    "entities": lambda n, r: f"<html><body><p>{'&amp;&#x4e00;&nosuch' * (n // 20)}</p>",
    "readings": lambda n, r: f"<html><body><p>{'<ruby>文<rt>wén' * (n // 16)}</p>",
    "lists": lambda n, r: f"<html><body>{'<ul><li>文' * (n // 10)}",
    "mixed encodings": lambda n, r: b"<html><meta charset=big5><body><p>" + mixed(n, r) + b"</p>",
    "paragraphs": lambda n, r: f"<html><body><article>{'<p>文' * (n // 4)}</article>",
    "bylines": lambda n, r: f"<html><body>{'<p>作者：甲 来源：乙 2024-01-01' * (n // 25)}",
}

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PKG = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(members: dict[str, str | bytes], *, packed: bool = True) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, words in members.items():
            archive.writestr(name, words)
    return file.getvalue()


def word_file(
    body: str, *, packed: bool = False, dtd: str = "", more: dict[str, str | bytes] | None = None
) -> bytes:
    """A Word file; it is not packed, so that its size alone does not refuse it."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PKG}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PKG}/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"{dtd}<w:document {W}><w:body>{body}</w:body></w:document>",
    }
    return zipped(members | (more or {}), packed=packed)


def paragraph(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def deep(opens: str, closes: str, n: int) -> bytes:
    return word_file(opens * n + paragraph("文") + closes * n)


def _styles(n: int, based: Callable[[int], int]) -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{i}"><w:name w:val="n{i}"/>'
        f'<w:basedOn w:val="s{based(i)}"/></w:style>'
        for i in range(n)
    )
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="s{i}"/></w:pPr><w:r><w:t>文</w:t></w:r></w:p>' for i in range(n)
    )
    return word_file(body, more={"word/styles.xml": f"<w:styles {W}>{styles}</w:styles>"})


def _notes(n: int) -> bytes:
    body = "".join(f'<w:p><w:r><w:footnoteReference w:id="{i}"/></w:r></w:p>' for i in range(n))
    notes = "".join(f'<w:footnote w:id="{i}">{paragraph("注")}</w:footnote>' for i in range(n))
    return word_file(body, more={"word/footnotes.xml": f"<w:footnotes {W}>{notes}</w:footnotes>"})


def _numbered(n: int) -> bytes:
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%{i}"/></w:lvl>'
        for i in range(9)
    )
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{i}">{levels}</w:abstractNum>' for i in range(n // 20)
    )
    nums = "".join(f'<w:num w:numId="{i}"><w:abstractNumId w:val="{i}"/></w:num>' for i in range(n // 20))
    body = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{i % 9}"/><w:numId w:val="{i % 99}"/></w:numPr></w:pPr>'
        "<w:r><w:t>文</w:t></w:r></w:p>"
        for i in range(n)
    )
    return word_file(body, more={"word/numbering.xml": f"<w:numbering {W}>{abstract}{nums}</w:numbering>"})


_ENTITIES = '<!DOCTYPE x [<!ENTITY a "文"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
DOCX: dict[str, Make] = {
    "nested tables": lambda n, r: deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", n // 40),
    "nested controls": lambda n, r: deep("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", n // 40),
    "nested insertions": lambda n, r: word_file(
        "<w:p>" + "<w:ins>" * (n // 14) + "</w:ins>" * (n // 14) + "</w:p>"
    ),
    "empty paragraphs": lambda n, r: word_file("<w:p/>" * n),
    "paragraphs": lambda n, r: word_file(paragraph("文") * (n // 3)),
    "runs": lambda n, r: word_file("<w:p>" + "<w:r><w:t>文</w:t></w:r>" * (n // 3) + "</w:p>"),
    "empty runs": lambda n, r: word_file("<w:p>" + "<w:r/>" * n + "</w:p>" + paragraph("文")),
    "tabs and breaks": lambda n, r: word_file(
        "<w:p><w:r>" + "<w:tab/><w:br/>" * (n // 2) + "</w:r></w:p>" + paragraph("文")
    ),
    "styles in a chain": lambda n, r: _styles(n // 40, lambda i: i + 1),
    "styles in a circle": lambda n, r: _styles(n // 40, lambda i: (i * 7 + 3) % (n // 40)),
    "footnotes": lambda n, r: _notes(n // 20),
    "numbers": lambda n, r: _numbered(n // 20),
    "fields": lambda n, r: word_file(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>' * (n // 20) + paragraph("文")
    ),
    "a wide row": lambda n, r: word_file(
        f"<w:tbl><w:tr>{'<w:tc><w:p/></w:tc>' * (n // 10)}</w:tr></w:tbl>{paragraph('文')}"
    ),
    "rows": lambda n, r: word_file(
        f"<w:tbl>{f'<w:tr><w:tc>{paragraph(chr(0x6587))}</w:tc></w:tr>' * (n // 20)}</w:tbl>"
    ),
    "entities": lambda n, r: word_file(paragraph("&b;" * (n // 3)), dtd=_ENTITIES),
    "packed spaces": lambda n, r: word_file(paragraph(f"文{' ' * (20 * n)}字"), packed=True),
    "packed well": lambda n, r: word_file(paragraph("文") * n, packed=True),
    "attributes": lambda n, r: word_file(
        f"<w:p {' '.join(f'a{i}={chr(34)}1{chr(34)}' for i in range(n // 10))}/>{paragraph('文')}"
    ),
    "many members": lambda n, r: word_file(
        paragraph("文"), more={f"word/x{i}.xml": "<a/>" for i in range(n // 50)}
    ),
    "headings": lambda n, r: word_file(
        '<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>题</w:t></w:r></w:p>' * (n // 20)
    ),
}


def book(
    chapters: dict[str, str],
    *,
    spine: str = "",
    more: dict[str, str | bytes] | None = None,
    packed: bool = False,
) -> bytes:
    items = "".join(f'<item id="i{n}" href="{href}"/>' for n, href in enumerate(chapters))
    refs = spine or "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<c xmlns="urn:x"><rootfile full-path="OPS/p.opf"/></c>',
        "OPS/p.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:title>邮路</dc:title></metadata><manifest>{items}</manifest><spine>{refs}</spine></package>",
    }
    members |= {f"OPS/{href}": markup for href, markup in chapters.items()}
    return zipped(members | (more or {}), packed=packed)


EPUB: dict[str, Make] = {
    "one chapter many times": lambda n, r: book(
        {"a.xhtml": f"<html><body>{BODY * 99}"}, spine='<itemref idref="i0"/>' * (n // 20)
    ),
    "chapters": lambda n, r: book({f"c{i}.xhtml": "<html><body><p>文</p>" for i in range(n // 100)}),
    "spellings of one chapter": lambda n, r: book(
        {"a.xhtml": BODY} | {f"{'./' * i}a.xhtml": BODY for i in range(1, min(n // 900, 900))}
    ),
    "chapters that are missing": lambda n, r: book(
        {"a.xhtml": BODY}, spine='<itemref idref="no"/>' * (n // 20) + '<itemref idref="i0"/>'
    ),
    "entities": lambda n, r: book({"a.xhtml": f"{_ENTITIES}<html><body><p>{'&b;' * (n // 3)}</p>"}),
    "packed spaces": lambda n, r: book({"a.xhtml": f"<html><body><p>文{' ' * (20 * n)}字"}, packed=True),
    "packed chapters": lambda n, r: book(
        {f"c{i}.xhtml": f"<p>{'文' * n}</p>" for i in range(20)}, packed=True
    ),
    "nested package": lambda n, r: book(
        {"a.xhtml": BODY}, spine="<a>" * (n // 8) + "</a>" * (n // 8) + '<itemref idref="i0"/>'
    ),
    "authors": lambda n, r: book(
        {"a.xhtml": BODY}, spine="<dc:creator>甲</dc:creator>" * (n // 30) + '<itemref idref="i0"/>'
    ),
    "encryption of everything": lambda n, r: book(
        {"a.xhtml": BODY},
        more={
            "META-INF/encryption.xml": "<encryption>"
            + "".join(f'<EncryptedData><CipherReference URI="x{i}"/></EncryptedData>' for i in range(n // 60))
            + "</encryption>"
        },
    ),
} | {
    f"chapter: {kind}": (
        lambda make: lambda n, r: book({"a.xhtml": encoded(make(n, r)).decode("utf-8", "replace")})
    )(HTML[kind])
    for kind in (
        "nested",
        "misnested",
        "attributes",
        "spaces",
        "title",
        "nested tables",
        "line breaks",
        "lists",
        "paragraphs",
        "readings",
    )
}


def pdf_of(*objects: bytes) -> bytes:
    """A PDF with these objects, the first of them the catalogue."""
    file, places = b"%PDF-1.7\n", []
    for n, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (n, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (more, len(content), content)


def packed_stream(content: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        content = zlib.compress(content)
    return stream(content, b"/Filter[%s]" % (b"/FlateDecode" * times))


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"


def pdf_page(
    content: bytes,
    *more: bytes,
    resources: bytes = b"/Font<</A 5 0 R>>",
    box: bytes = b"0 0 600 800",
    kids: int = 1,
) -> bytes:
    """A PDF whose one page is named `kids` times; object 4 is its content, 5 a font, 6 and on the others."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<<%s>>>>" % (box, resources)
    pages = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"3 0 R " * kids, kids)
    return pdf_of(CATALOGUE, pages, page, content, FONT, *more)


def grid(n: int, chance: Random, place: Callable[[int], tuple[float, float]]) -> bytes:
    shown = (b"1 0 0 1 %.1f %.1f Tm (x) Tj" % place(i) for i in range(n))
    return b"BT /A 4 Tf " + b" ".join(shown) + b" ET"


def _forms(levels: int, times: int) -> bytes:
    forms = []
    for i in range(levels):
        drawn = b"/F Do " * times if i < levels - 1 else b"BT /A 10 Tf (x) Tj ET"
        inner = b"/Resources<</XObject<</F %d 0 R>>/Font<</A 5 0 R>>>>" % (7 + i)
        forms.append(stream(drawn, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]" + inner))
    return pdf_page(stream(b"/F Do"), *forms, resources=b"/XObject<</F 6 0 R>>")


def _tree(levels: int, width: int) -> bytes:
    """Every level of the page tree names the next one many times."""
    nodes = [
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"%d 0 R " % (3 + i) * width, width**levels)
        for i in range(levels)
    ]
    return pdf_of(CATALOGUE, *nodes, b"<</Type/Page/MediaBox[0 0 9 9]>>")


def _map(n: int) -> bytes:
    """A font with a table of characters for every code."""
    ranges = b"".join(b"<%04x> <%04x> <4e00>\n" % (i % 65536, 65535) for i in range(n))
    table = b"begincmap\n%d beginbfrange\n%sendbfrange\nendcmap" % (n, ranges)
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[5 0 R]>>"
    )
    return pdf_page(
        stream(b"BT /B 9 Tf <00010002> Tj ET"), stream(table), font, resources=b"/Font<</B 7 0 R>>"
    )


def spread(r: Random) -> Callable[[int], tuple[float, float]]:
    return lambda i: (600 * r.random(), 800 * r.random())


PDF: dict[str, Make] = {
    "nested forms": lambda n, r: _forms(r.randrange(6, 14), r.randrange(4, 12)),
    "a form in itself": lambda n, r: pdf_page(
        stream(b"/F Do"),
        stream(b"/F Do " * 9, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 6 0 R>>>>"),
        resources=b"/XObject<</F 6 0 R>>",
    ),
    "operators": lambda n, r: pdf_page(packed_stream(b"BT /A 1 Tf (x) Tj ET " * (5 * n))),
    "packed twice": lambda n, r: pdf_page(packed_stream(b" " * (400 * n), 2)),
    "packed three times": lambda n, r: pdf_page(packed_stream(b" " * (800 * n), 3)),
    "glyphs anywhere": lambda n, r: pdf_page(packed_stream(grid(n // 8, r, spread(r)))),
    "glyphs on many pages": lambda n, r: pdf_page(
        packed_stream(grid(n // 40, r, spread(r))), kids=r.randrange(20, 200)
    ),
    "a grid": lambda n, r: pdf_page(
        packed_stream(grid(n // 8, r, lambda i: (i % 97 * 6, i // 97 % 199 * 4)))
    ),
    "columns": lambda n, r: pdf_page(
        packed_stream(grid(n // 8, r, lambda i: (i % 9 * 66, 800 - i // 9 * 0.3)))
    ),
    "one line": lambda n, r: pdf_page(packed_stream(grid(n // 8, r, lambda i: (i * 0.01, 400)))),
    "one place": lambda n, r: pdf_page(packed_stream(grid(n // 8, r, lambda i: (300, 400)))),
    "long strings": lambda n, r: pdf_page(packed_stream(b"BT /A 4 Tf (" + b"word " * n + b") Tj ET")),
    "page tree": lambda n, r: _tree(r.randrange(4, 10), r.randrange(5, 20)),
    "page tree in a circle": lambda n, r: pdf_of(
        CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999>>"
    ),
    "pages": lambda n, r: pdf_page(packed_stream(b"BT /A 9 Tf 9 9 Td (words) Tj ET"), kids=n // 30),
    "characters of a font": lambda n, r: _map(n // 4),
    "a large page": lambda n, r: pdf_page(packed_stream(grid(n // 90, r, spread(r))), box=b"0 0 1e9 1e9"),
    "lines drawn": lambda n, r: pdf_page(
        packed_stream(
            b"".join(b"%d %d 50 0.5 re f " % (r.randrange(600), r.randrange(800)) for _ in range(n // 8))
            + b"BT /A 9 Tf (x) Tj ET"
        )
    ),
    "nested arrays": lambda n, r: pdf_of(
        CATALOGUE, b"<</Type/Pages/Kids%s%s/Count 1>>" % (b"[" * n, b"]" * n)
    ),
    "nested dictionaries": lambda n, r: pdf_of(CATALOGUE, b"<</A" * (n // 4) + b">>" * (n // 4)),
    "objects": lambda n, r: pdf_of(CATALOGUE, b"<</Type/Pages/Kids[]/Count 0>>", *([b"null"] * (n // 3))),
}
RTF: dict[str, Make] = {
    "nested groups": lambda n, r: "{\\rtf1" + "{" * n + "x" + "}" * n + "}",
    "groups that open": lambda n, r: "{\\rtf1" + "{\\b x" * (n // 5),
    "paragraphs": lambda n, r: "{\\rtf1 " + "\\par x" * (n // 6) + "}",
    "characters": lambda n, r: "{\\rtf1 " + "\\u25991?" * (n // 9) + "}",
    "bytes": lambda n, r: "{\\rtf1\\ansicpg936 " + "\\'ce\\'c4" * (n // 8) + "}",
    "spaces": lambda n, r: "{\\rtf1 x" + " " * n + "x}",
    "line ends": lambda n, r: "{\\rtf1 x" + "\\line " * (n // 6) + "x}",
    "a picture": lambda n, r: "{\\rtf1{\\pict " + "0a" * (n // 2) + "}x}",
    "binary": lambda n, r: "{\\rtf1" + "\\bin999999999 x" * (n // 15) + "x}",
    "fonts": lambda n, r: "{\\rtf1{\\fonttbl" + "".join(f"{{\\f{i} a;}}" for i in range(n // 9)) + "}x}",
    "rows": lambda n, r: "{\\rtf1 " + "\\trowd x\\cell y\\cell\\row " * (n // 26) + "}",
    "a wide row": lambda n, r: "{\\rtf1\\trowd " + "x\\cell " * (n // 7) + "\\row}",
    "footnotes": lambda n, r: "{\\rtf1 " + "x{\\footnote y}" * (n // 15) + "}",
    "long words": lambda n, r: "{\\rtf1 \\" + "a" * n + " x}",
    "long numbers": lambda n, r: "{\\rtf1 \\u" + "9" * (n // 4) + " x}",
    "fields": lambda n, r: "{\\rtf1 " + "{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt " * (n // 45) + "x}",
    "bars": lambda n, r: "{\\rtf1 " + "|" * n + "\\par x}",
    "mixed encodings": lambda n, r: b"{\\rtf1 " + mixed(n, r) + b"}",
}


def saved(*parts: str, boundary: str = "b") -> str:
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return (
        f'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="{boundary}"\n\n{body}--{boundary}--\n'
    )


def html_part(markup: str | bytes) -> str:
    packed = base64.encodebytes(encoded(markup)).decode()
    return f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{packed}"


def _nested_parts(n: int) -> str:
    made = html_part(f"<html><body>{BODY}")
    for i in range(n):
        made = f'Content-Type: multipart/related; boundary="b{i}"\n\n--b{i}\n{made}\n--b{i}--\n'
    return f"MIME-Version: 1.0\n{made}"


MHT: dict[str, Make] = {
    "parts": lambda n, r: saved(*([html_part("<html><body>文")] * (n // 200))),
    "nested parts": lambda n, r: _nested_parts(min(n // 200, 400)),
    "headers": lambda n, r: (
        "MIME-Version: 1.0\n"
        + "X-A: b\n" * (n // 7)
        + 'Content-Type: multipart/related; boundary="b"\n\n--b\n'
        + html_part(BODY)
    ),
    "one long header": lambda n, r: (
        "MIME-Version: 1.0\nX-A: "
        + "a=b; " * (n // 5)
        + '\nContent-Type: multipart/related; boundary="b"\n\n--b\n'
        + html_part(BODY)
    ),
    "parameters": lambda n, r: (
        "MIME-Version: 1.0\nContent-Type: multipart/related"
        + "".join(f"; a{i}=b" for i in range(n // 7))
        + '; boundary="b"\n\n--b\n'
        + html_part(BODY)
    ),
    "boundaries": lambda n, r: saved(*(["--b"] * (n // 8)), html_part(BODY)),
    "soft line ends": lambda n, r: saved(
        "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<html><body><p>"
        + "=\n" * (n // 2)
        + "x"
    ),
    "quoted bytes": lambda n, r: saved(
        "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<html><body><p>"
        + "=E6=96=87" * (n // 9)
    ),
    "no multipart": lambda n, r: "MIME-Version: 1.0\n" + "A: multipart/relate\n" * (n // 20),
    "no version": lambda n, r: "A: multipart/related\n" * (n // 21) + BODY,
} | {
    f"page: {kind}": (lambda make: lambda n, r: saved(html_part(make(n, r))))(HTML[kind])
    for kind in (
        "nested",
        "attributes",
        "spaces",
        "title",
        "json-ld nested",
        "nested tables",
        "meta",
        "mixed encodings",
    )
}
