"""More kinds of PDF, RTF and MHT files that are built to overwhelm their reader."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from random import Random

import bombs_text
from bomb_kinds import (
    BODY,
    CATALOGUE,
    HTML,
    SENTENCE,
    Make,
    encoded,
    grid,
    html_part,
    mixed,
    packed_stream,
    pdf_of,
    pdf_page,
    saved,
    spread,
    stream,
)

_SHOWN = b"BT /A 9 Tf 9 400 Td (words) Tj ET "


def _filtered(content: bytes, filters: bytes) -> bytes:
    return pdf_page(stream(content, b"/Filter[%s]" % filters))


def _repeated(content: bytes, times: int) -> bytes:
    """Packed, with what is repeated only once in memory."""
    packer, made = zlib.compressobj(), []
    for _ in range(times):
        made.append(packer.compress(content))
    return stream(b"".join([*made, packer.flush()]), b"/Filter/FlateDecode")


def _rules(n: int, chance: Random, kids: int) -> bytes:
    drawn = b"".join(
        b"%d %d 500 .5 re f %d 100 .5 600 re f " % (50, chance.randrange(800), chance.randrange(600))
        for _ in range(min(n // 40, 1500))
    )
    return pdf_page(packed_stream(drawn + grid(900, chance, spread(chance))), kids=kids)


def _table(n: int) -> bytes:
    """A ruled table whose cells have words."""
    rows, columns = min(n // 60, 240), 30
    lines = [b"30 %.1f 540 .4 re f " % (780 - 3 * row) for row in range(rows)]
    lines += [b"%d 60 .4 720 re f " % (30 + 18 * column) for column in range(columns + 1)]
    words = grid(rows * columns, Random(1), lambda i: (32 + i % columns * 18, 778 - i // columns * 3))
    return pdf_page(packed_stream(b"".join(lines) + words))


def _chain(n: int) -> bytes:
    """Tables of objects that each name an older one, the oldest the newest."""
    file = pdf_page(stream(_SHOWN))
    for i in range(min(n // 60, 5000)):
        at = len(file)
        file += (
            b"\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF"
            % (
                max(0, at - 90 - i % 9),
                at,
            )
        )
    return file


def _object_streams(n: int) -> bytes:
    """Objects inside packed streams, found by a packed table."""
    count = n // 20
    numbers = b" ".join(b"%d %d" % (10 + i, 2 * i) for i in range(count))
    inner = numbers + b"\n" + b"1 " * count
    held = stream(
        zlib.compress(inner), b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (count, len(numbers) + 1)
    )
    table = b"".join(struct.pack(">BIH", 2, 6, i) for i in range(count))
    xref = stream(
        zlib.compress(table),
        b"/Type/XRef/W[1 4 2]/Size %d/Index[10 %d]/Root 1 0 R/Filter/FlateDecode" % (count + 10, count),
    )
    return pdf_page(stream(_SHOWN), held, xref)


def _nested_kids(n: int) -> bytes:
    """A page tree that is one page deep at every level."""
    levels = n // 60
    nodes = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (3 + i) for i in range(levels)]
    return pdf_of(CATALOGUE, *nodes, b"<</Type/Page/MediaBox[0 0 9 9]>>")


def _outlines(n: int, following: int) -> bytes:
    items = [
        b"<</Title(x)/Parent 6 0 R/Next %d 0 R/First %d 0 R>>" % (7 + (i + following) % (n // 60 + 1), 7 + i)
        for i in range(n // 60 + 1)
    ]
    made = pdf_page(stream(_SHOWN), b"<</First 7 0 R/Last 7 0 R/Count 9>>", *items)
    return made.replace(CATALOGUE, CATALOGUE[:-2] + b"/Outlines 6 0 R>>")


def _drawn_font(n: int) -> bytes:
    """A font whose letters are drawings that write in the same font."""
    font = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 120/LastChar 120"
        b"/Widths[9]/Encoding<</Differences[120/x]>>/CharProcs<</x 6 0 R>>/Resources<</Font<</A 7 0 R>>>>>>"
    )
    letter = stream(b"9 0 d0 BT /A 9 Tf (" + b"x" * (n // 9) + b") Tj ET")
    return pdf_page(stream(b"BT /A 9 Tf (xxx) Tj ET"), letter, font, resources=b"/Font<</A 7 0 R>>")


PDF: dict[str, Make] = {
    "hexadecimal": lambda n, r: _filtered(binascii.hexlify(_SHOWN * (n // 70)) + b">", b"/ASCIIHexDecode"),
    "hexadecimal many times": lambda n, r: _filtered(b"3" * n + b">", b"/ASCIIHexDecode" * 50),
    "base 85": lambda n, r: _filtered(base64.a85encode(_SHOWN * (n // 50)) + b"~>", b"/ASCII85Decode"),
    "zeros of base 85": lambda n, r: _filtered(b"z" * n + b"~>", b"/ASCII85Decode"),
    "runs": lambda n, r: _filtered(b"\x81 " * n + b"\x80", b"/RunLengthDecode"),
    "runs of runs": lambda n, r: _filtered(b"\x81\x81" * n + b"\x80", b"/RunLengthDecode" * 3),
    "filters that are not there": lambda n, r: _filtered(b"x" * n, b"/Nothing" * (n // 9)),
    "packed pages": lambda n, r: pdf_page(_repeated(_SHOWN, n // 30), kids=50),
    "object streams": lambda n, r: _object_streams(n),
    "tables in a chain": lambda n, r: _chain(n),
    "a table that is not there": lambda n, r: (
        pdf_page(stream(_SHOWN)).partition(b"xref")[0] + b"9 0 obj null endobj\n" * (n // 20)
    ),
    "half objects": lambda n, r: b"%PDF-1.7\n" + b"1 0 obj <<" * (n // 10),
    "one page deep": lambda n, r: _nested_kids(n),
    "outlines": lambda n, r: _outlines(n, 1),
    "outlines in a circle": lambda n, r: _outlines(n, 0),
    "a font that draws itself": lambda n, r: _drawn_font(n),
    "graphic states": lambda n, r: pdf_page(packed_stream(b"q " * n + _SHOWN + b"Q " * n)),
    "marked words": lambda n, r: pdf_page(
        packed_stream(b"/P <</MCID 1>> BDC " * (n // 9) + _SHOWN + b"EMC " * (n // 9))
    ),
    "numbers between letters": lambda n, r: pdf_page(
        packed_stream(b"BT /A 9 Tf 9 400 Td [" + b"(x) -99 " * (n // 9) + b"] TJ ET")
    ),
    "letters turned": lambda n, r: pdf_page(
        packed_stream(
            b"".join(
                b"BT /A 9 Tf .7 .7 -.7 .7 %d %d Tm (x) Tj ET " % (r.randrange(600), r.randrange(800))
                for _ in range(n // 30)
            )
        )
    ),
    "letters without size": lambda n, r: pdf_page(
        packed_stream(b"BT /A 9 Tf 0 0 0 0 9 9 Tm (words) Tj ET " * (n // 20) + _SHOWN)
    ),
    "letters far away": lambda n, r: pdf_page(
        packed_stream(b"BT /A 1e30 Tf 1e35 -1e35 Td (words) Tj ET " * (n // 20) + _SHOWN)
    ),
    "pictures in the content": lambda n, r: pdf_page(
        packed_stream(
            b"BI /W 9 /H 9 /BPC 8 /CS /G ID " + b"x" * 81 + b" EI " + b"BI /W 9 /H 9 ID x EI " * (n // 22)
        )
    ),
    "a picture of all sizes": lambda n, r: pdf_page(
        packed_stream(b"/I Do " * (n // 60) + _SHOWN),
        stream(
            b"x" * (n // 9),
            b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceRGB",
        ),
        resources=b"/Font<</A 5 0 R>>/XObject<</I 6 0 R>>",
    ),
    "ruled lines": lambda n, r: _rules(n, r, 1),
    "ruled lines on many pages": lambda n, r: _rules(n, r, 40),
    "a ruled table": lambda n, r: _table(n),
    "curves": lambda n, r: pdf_page(packed_stream(b"0 0 m " + b"1 2 3 4 5 6 c " * (n // 9) + b"f " + _SHOWN)),
    "paths": lambda n, r: pdf_page(packed_stream(b"0 0 m 9 9 l S " * (n // 9) + _SHOWN)),
    "clips": lambda n, r: pdf_page(packed_stream(b"0 0 99 99 re W n " * (n // 9) + _SHOWN)),
    "notes at places": lambda n, r: pdf_page(
        stream(_SHOWN), *(b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(x)>>" for _ in range(n // 60))
    ).replace(b"/MediaBox", b"/Annots[%s]/MediaBox" % b"".join(b"%d 0 R " % (6 + i) for i in range(n // 60))),
    "contents in parts": lambda n, r: pdf_page(stream(_SHOWN)).replace(
        b"/Contents 4 0 R", b"/Contents[%s]" % (b"4 0 R " * (n // 9))
    ),
    "a long title": lambda n, r: pdf_page(stream(_SHOWN), b"<</Title(%s)>>" % (b"a_" * n)).replace(
        b"/Root 1 0 R", b"/Root 1 0 R/Info 6 0 R"
    ),
    "names of fonts": lambda n, r: pdf_page(
        packed_stream(b"".join(b"BT /F%d 9 Tf (x) Tj ET " % i for i in range(n // 60))),
        resources=b"/Font<<%s>>" % b"".join(b"/F%d 5 0 R" % i for i in range(n // 60)),
    ),
    "widths": lambda n, r: pdf_page(
        stream(b"BT /B 9 Tf (words) Tj ET"),
        b"<</Type/Font/Subtype/TrueType/BaseFont/X/FirstChar 0/LastChar %d/Widths[%s]>>" % (n, b"9 " * n),
        resources=b"/Font<</B 6 0 R>>",
    ),
    "widths of wide fonts": lambda n, r: pdf_page(
        stream(b"BT /B 9 Tf <00010002> Tj ET"),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/W[%s]>>" % (b"0 65535 9 " * (n // 9)),
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
        resources=b"/Font<</B 7 0 R>>",
    ),
    "a font in itself": lambda n, r: pdf_page(
        packed_stream(b"BT /B 9 Tf <00010002> Tj ET " * (n // 60)),
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
        resources=b"/Font<</B 6 0 R>>",
    ),
    "numbers that are large": lambda n, r: pdf_page(stream(_SHOWN), box=b"0 0 " + b"9" * n + b" 800"),
    "a page of no size": lambda n, r: pdf_page(packed_stream(_SHOWN * (n // 40)), box=b"0 0 0 0"),
    "locked by nothing": lambda n, r: pdf_page(
        stream(_SHOWN * (n // 40)), b"<</Filter/Standard/V 9/R 9>>"
    ).replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 6 0 R"),
    "running heads": lambda n, r: pdf_page(packed_stream(_SHOWN * 9), kids=min(n // 100, 2000)),
}
RTF: dict[str, Make] = {
    "styles": lambda n, r: (
        "{\\rtf1{\\stylesheet" + "".join(f"{{\\s{i}\\sbasedon{i + 1} a;}}" for i in range(n // 20)) + "}x}"
    ),
    "colours": lambda n, r: "{\\rtf1{\\colortbl" + ";\\red1\\green2\\blue3" * (n // 19) + "}x}",
    "lists": lambda n, r: "{\\rtf1{\\*\\listtable" + "{\\list{\\listlevel x}}" * (n // 20) + "}x}",
    "facts": lambda n, r: "{\\rtf1{\\info{\\title " + "a_" * (n // 2) + "}}x}",
    "running heads": lambda n, r: "{\\rtf1 " + "{\\header x}{\\footer y}z" * (n // 23) + "}",
    "tables in tables": lambda n, r: (
        "{\\rtf1 " + "\\itap2 x\\nestcell{\\*\\nesttableprops\\trowd}\\nestrow " * (n // 50) + "}"
    ),
    "other forms of characters": lambda n, r: "{\\rtf1 " + "\\uc99999\\u25991 ?" * (n // 17) + "文}",
    "characters that are left out": lambda n, r: "{\\rtf1\\uc9 " + "\\u25991 ?????????" * (n // 18) + "x}",
    "characters below zero": lambda n, r: "{\\rtf1 " + "\\u-10179?\\u-8704?" * (n // 17) + "x}",
    "half characters": lambda n, r: "{\\rtf1 " + "\\u-10179?x" * (n // 10) + "}",
    "bytes that are none": lambda n, r: "{\\rtf1 x" + "\\'zz\\'" * (n // 6) + "x}",
    "bytes of all codes": lambda n, r: (
        "{\\rtf1 " + "".join(f"\\'{r.randrange(256):02x}" for _ in range(n // 4)) + "}"
    ),
    "codes that change": lambda n, r: (
        "{\\rtf1{\\fonttbl{\\f0\\fcharset134 a;}{\\f1\\fcharset128 b;}}"
        + "\\f0\\'ce\\'c4\\f1\\'95\\'b6" * (n // 22)
        + "}"
    ),
    "codes that are none": lambda n, r: "{\\rtf1\\ansicpg99999 " + "\\'ce\\'c4" * (n // 8) + "}",
    "objects": lambda n, r: "{\\rtf1{\\object{\\*\\objdata " + "0a" * (n // 2) + "}}x}",
    "shapes": lambda n, r: (
        "{\\rtf1 " + "{\\shp{\\*\\shpinst{\\sp{\\sn a}{\\sv b}}{\\shptxt x}}}" * (n // 45) + "}"
    ),
    "bookmarks": lambda n, r: "{\\rtf1 " + "{\\*\\bkmkstart a}x{\\*\\bkmkend a}" * (n // 33) + "}",
    "comments": lambda n, r: "{\\rtf1 " + "x{\\*\\annotation y}" * (n // 18) + "}",
    "signs that are escaped": lambda n, r: "{\\rtf1 " + "\\{\\}\\\\" * (n // 6) + "}",
    "special signs": lambda n, r: "{\\rtf1 " + "\\tab\\~\\-\\_\\emdash\\lquote x" * (n // 30) + "}",
    "words unknown": lambda n, r: (
        "{\\rtf1 " + "".join(f"\\a{'bcdefgh'[i % 7]}zz{i} x" for i in range(n // 11)) + "}"
    ),
    "what may be left out": lambda n, r: "{\\rtf1 x" + "{\\*\\a " * (n // 10) + "y" + "}" * (n // 10) + "}",
    "line ends of the file": lambda n, r: "{\\rtf1 x" + "\r\n\r" * (n // 3) + "x}",
    "back slashes at line ends": lambda n, r: "{\\rtf1 x" + "\\\n" * (n // 2) + "x}",
    "groups that close": lambda n, r: "{\\rtf1 x" + "}" * n,
    "empty groups": lambda n, r: "{\\rtf1 x" + "{}" * (n // 2) + "}",
    "numbers of all lengths": lambda n, r: (
        "{\\rtf1 " + "".join(f"\\fs{'9' * (i % 40)} x" for i in range(n // 25)) + "}"
    ),
    "back slashes": lambda n, r: "{\\rtf1 x" + "\\" * n + "}",
    "letters of the upper half": lambda n, r: b"{\\rtf1 " + bytes(0x80 + i % 128 for i in range(n)) + b"}",
    "wrapped lines": lambda n, r: "{\\rtf1 " + ("\\u25991?" * 30 + "\\par ") * (n // 245) + "}",
    "sections and pages": lambda n, r: "{\\rtf1 " + "x\\sect\\page\\column " * (n // 20) + "}",
    "hidden words": lambda n, r: "{\\rtf1 " + "{\\v x}y{\\deleted z}" * (n // 19) + "}",
    "fields in fields": lambda n, r: (
        "{\\rtf1 " + "{\\field{\\*\\fldinst a}{\\fldrslt x" * (n // 34) + "}}" * (n // 34) + "}"
    ),
    "fields of addresses": lambda n, r: (
        "{\\rtf1 " + '{\\field{\\*\\fldinst HYPERLINK "http://a.example"}{\\fldrslt x}}' * (n // 60) + "}"
    ),
    "cells without rows": lambda n, r: "{\\rtf1 " + "x\\cell " * (n // 7) + "}",
    "tabs": lambda n, r: "{\\rtf1 " + "\\tx99\\tab x" * (n // 11) + "}",
    "zero bytes": lambda n, r: b"{\\rtf1 " + b"x\0" * (n // 2) + b"}",
    "utf-8": lambda n, r: "{\\rtf1 " + SENTENCE * (n // 26) + "}",
    "both kinds of bytes": lambda n, r: (
        b"{\\rtf1\\ansicpg936 " + SENTENCE.encode("gb18030") * (n // 52) + b"}"
    ),
    "no end": lambda n, r: "{\\rtf1 x" + "\\par\\u25991?" * (n // 12) + "\\",
}


def _with_header(header: str) -> str:
    return f"MIME-Version: 1.0\n{header}\n{saved(html_part(BODY)).partition(chr(10))[2]}"


def _coded(name: str, body: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: {name}\n\n{body}"


MHT: dict[str, Make] = {
    "headers that are folded": lambda n, r: _with_header("X-A: a" + "\n b" * (n // 3)),
    "words that are coded": lambda n, r: _with_header("Subject: " + "=?utf-8?B?5paH?= " * (n // 18)),
    "places that are coded": lambda n, r: _with_header(
        "Snapshot-Content-Location: " + "=?utf-8?Q?=E6=96=87?= " * (n // 23)
    ),
    "a long address": lambda n, r: _with_header(
        "Snapshot-Content-Location: https://a.example/" + "a/" * (n // 2)
    ),
    "the same header": lambda n, r: _with_header("MIME-Version: 1.0\n" * (n // 18) + "X: y"),
    "headers without a name": lambda n, r: _with_header(": x\n" * (n // 4) + "X: y"),
    "a long boundary": lambda n, r: saved(html_part(BODY), boundary="b" * n),
    "a boundary of signs": lambda n, r: saved(*([html_part(BODY)] * 9), boundary="(a+)+$" * (n // 600)),
    "many values of a parameter": lambda n, r: (
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b"
        + "".join(f"; a*{i}*=utf-8''%41" for i in range(n // 20))
        + f"\n\n--b\n{html_part(BODY)}\n--b--\n"
    ),
    "quotation marks in a parameter": lambda n, r: (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b' + '\\"' * (n // 2) + f'"\n\n{BODY}'
    ),
    "letters in letters": lambda n, r: (
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n"
        + "Content-Type: message/rfc822\n\n" * min(n // 30, 900)
        + html_part(BODY)
    ),
    "digests": lambda n, r: saved(
        'Content-Type: multipart/digest; boundary="c"\n\n' + "--c\n\nA: b\n\nx\n" * (n // 15), html_part(BODY)
    ),
    "empty parts": lambda n, r: saved(*([""] * (n // 5)), html_part(BODY)),
    "parts of pictures": lambda n, r: saved(
        *(["Content-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA"] * (n // 70)), html_part(BODY)
    ),
    "one large picture": lambda n, r: saved(
        "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n" + "A" * n, html_part(BODY)
    ),
    "base 64 in one line": lambda n, r: saved(
        _coded("base64", base64.b64encode((BODY * (n // 120)).encode()).decode())
    ),
    "base 64 with other signs": lambda n, r: saved(
        _coded("base64", "!".join(base64.b64encode((BODY * (n // 300)).encode()).decode()))
    ),
    "base 64 of all lengths": lambda n, r: saved(
        _coded("base64", "\n".join("A" * (i % 77) for i in range(n // 39)))
    ),
    "quoted signs that are none": lambda n, r: saved(
        _coded("quoted-printable", "<p>文=" + "=ZZ==" * (n // 5))
    ),
    "an old code": lambda n, r: saved(_coded("x-uuencode", "begin 666 a\n" + "#0V%T\n" * (n // 6) + "end")),
    "codes unknown": lambda n, r: saved(_coded("x" * n, BODY)),
    "as it is": lambda n, r: saved(_coded("8bit", BODY * (n // 120))),
    "binary": lambda n, r: saved(_coded("binary", BODY * (n // 120))).encode("utf-16-le"),
    "declared otherwise": lambda n, r: (
        encoded(saved("Content-Type: text/html; charset=utf-7\n\n")) + mixed(n, r)
    ),
    "pages": lambda n, r: saved(*([html_part(f"<html><body>{BODY * 9}")] * (n // 1500))),
    "kinds unknown": lambda n, r: saved(
        *([f"Content-Type: a/{'b' * 90}\n\nx"] * (n // 120)), html_part(BODY)
    ),
    "line ends of one kind": lambda n, r: saved(html_part(BODY * (n // 120))).replace("\n", "\r"),
    "line ends of both kinds": lambda n, r: saved(html_part(BODY * (n // 120))).replace("\n", "\r\n"),
    "zero bytes": lambda n, r: _with_header("X: " + "a\0" * (n // 2)),
    "letters of the upper half": lambda n, r: _with_header("X: " + "文é" * (n // 2)),
    "addresses of letters": lambda n, r: _with_header("To: " + "a <b@c.example>, " * (n // 17)),
    "comments in headers": lambda n, r: _with_header("Date: " + "(" * (n // 2) + ")" * (n // 2)),
    "no end": lambda n, r: saved(html_part(BODY * (n // 120)))[: n // 2],
    "no blank line": lambda n, r: (
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n" + "--b\n" * (n // 4)
    ),
} | {
    f"page: {kind}": (lambda make: lambda n, r: saved(html_part(make(n, r))))((HTML | bombs_text.HTML)[kind])
    for kind in (
        "links in links",
        "comment that opens",
        "tables of data",
        "hidden in hidden",
        "style sheets",
        "links to notes",
        "cells that span",
        "readings",
    )
}
