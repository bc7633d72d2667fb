"""Forty files: ten formats, four layouts of the head. Facts are right, and no character is lost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from test_importers import column, docx, epub, paragraph, pdf

from app.importers import receive

BODY = (
    "老渡口在青川江边，摆渡的船工许大江在江上撑了三十二年的船，去年新桥通了，渡船也就停了。",
    "许大江说：“桥是好桥，我也走过两回了。就是手闲下来，不知道往哪里放。”镇里请他去看水位，每天早晚各记一次。",
    "渡船没有拆。镇文化站把它拖上了岸，放在老码头的空地上，刷了桐油，旁边立了一块牌子，写着这条船的来历。",
)
HEADING = "一条船的来历"
LAST = "孩子们放了学就爬上去玩，许大江有时候也来坐坐，坐到太阳落山才慢慢走回家去，家里的灯已经亮了。"


@dataclass(frozen=True)
class Layout:
    """The lines above the text, and their contents."""

    lines: tuple[str, ...]
    title: str
    date: str = ""
    publication: str = ""
    author: str = ""
    subtitle: str = ""


LAYOUTS = {
    "dateline": Layout(
        ("老渡口的最后一班船", "2024年03月05日 08:30　来源：青川日报"),
        "老渡口的最后一班船",
        "2024-03-05",
        "青川日报",
    ),
    "subtitle": Layout(
        ("摆渡人上岸：一座桥和一条船", "——青川江边见闻", "作者：何川", "２０２３年１１月６日　青川晚报"),
        "摆渡人上岸：一座桥和一条船",
        "2023-11-06",
        "青川晚报",
        "何川",
        "——青川江边见闻",
    ),
    "paper": Layout(
        ("青川日报　2024/6/8　第03版", "船停在岸上以后", "本报记者　何川"),
        "船停在岸上以后",
        "2024-06-08",
        "青川日报",
        "何川",
    ),
    "speech": Layout(
        ("在新桥通车典礼上的讲话", "（二〇二三年三月五日）", "县长　何川"),
        "在新桥通车典礼上的讲话",
        "2023-03-05",
        "",
        "何川",
    ),
}


def is_title(layout: Layout, line: str) -> bool:
    return line == layout.title


def txt(layout: Layout) -> bytes:
    rows = [*layout.lines, "", *(f"　　{p}" for p in BODY), "", HEADING, "", f"　　{LAST}"]
    return "\n".join(rows).encode() + b"\n"


def gbk_wrapped(layout: Layout) -> bytes:
    rows = [*layout.lines, ""]
    for text in (*BODY, None, LAST):
        if text is None:
            rows += ["", HEADING, ""]
            continue
        words = "　　" + text
        while words:
            cut = 26
            while cut < len(words) and words[cut] in "，。：”、":
                cut += 1
            rows.append(words[:cut])
            words = words[cut:]
    return "\r\n".join(rows).encode("gb18030")


def markdown(layout: Layout) -> bytes:
    head = [f"# {line}" if is_title(layout, line) else line for line in layout.lines]
    return "\n\n".join([*head, *BODY, f"## {HEADING}", LAST]).encode()


def page(layout: Layout, *, head: str = "", wrap: str = "{}") -> bytes:
    rows = [
        f"<h1>{line}</h1>" if is_title(layout, line) else f"<div class=info>{html.escape(line)}</div>"
        for line in layout.lines
    ]
    body = "".join(f"<p>　　{p}</p>" for p in BODY) + f"<p><strong>{HEADING}</strong></p><p>　　{LAST}</p>"
    inner = wrap.format("".join(rows) + f"<div id=content>{body}</div>")
    return f"<!doctype html><html><head><meta charset=utf-8>{head}</head><body>{inner}</body></html>".encode()


def news_page(layout: Layout) -> bytes:
    menu = "".join(f"<li><a href=/{n}>栏目{n}</a></li>" for n in range(9))
    more = "".join(f"<li><a href=/n/{n}>另一条新闻的标题很长很长</a></li>" for n in range(6))
    talk = "".join(
        f"<div class=c><b>网友{n}</b><span>{n + 1}小时前</span>"
        "<p>写得真好，小时候我也坐过这条船，那时候两分钱。</p>"
        "<a>回复</a></div>"
        for n in range(5)
    )
    wrap = (
        f"<ul>{menu}</ul><div class=main>{{}}</div><div class=x1>{more}</div><div class=x2>{talk}</div>"
        "<div class=y>版权所有　青川新闻网</div>"
    )
    return page(layout, head=f"<title>{layout.title}_社会_青川新闻网</title>", wrap=wrap)


def meta_page(layout: Layout) -> bytes:
    head = f'<title>{layout.title}-青川网</title><meta property="og:title" content="{layout.title}">'
    if layout.date:
        head += f'<meta property="article:published_time" content="{layout.date}T08:30:00+08:00">'
    return page(layout, head=head)


def account_page(layout: Layout) -> bytes:
    rows = "".join(
        f'<h1 id="activity-name">{line}</h1>' if is_title(layout, line) else f"<p>{line}</p>"
        for line in layout.lines
    )
    body = "".join(f"<section><span>{p}</span></section>" for p in BODY)
    return (
        "<!doctype html><html><head><meta charset=utf-8></head><body>"
        f"{rows}<div id=js_content style='visibility: hidden; opacity: 0'><p>点击上方蓝字关注我们</p>{body}"
        f"<p><b>{HEADING}</b></p><p>{LAST}</p><p>- END -</p><p>喜欢就点个在看</p></div></body></html>"
    ).encode()


def word(layout: Layout) -> bytes:
    rows = [paragraph(line, "a3" if is_title(layout, line) else "") for line in layout.lines]
    core = "<dc:creator>lenovo-2016</dc:creator><dc:title>旧模板</dc:title>"
    body = "".join(paragraph(p) for p in BODY) + paragraph(HEADING, "1") + paragraph(LAST)
    return docx("".join(rows) + body, core=core)


def rtf(layout: Layout) -> bytes:
    def par(words: str) -> str:
        return "\\pard " + "".join(f"\\u{ord(c)}?" if c > "\x7f" else c for c in words) + "\\par\n"

    rows = [*layout.lines, *BODY, LAST]
    return ("{\\rtf1\\ansi\\ansicpg936\\deff0 " + "".join(map(par, rows)) + "}").encode("latin-1")


def book(layout: Layout) -> bytes:
    rows = "".join(
        f"<h1>{line}</h1>" if is_title(layout, line) else f"<p>{line}</p>" for line in layout.lines
    )
    body = "".join(f"<p>{p}</p>" for p in BODY) + f"<h2>{HEADING}</h2><p>{LAST}</p>"
    data = epub({"a.xhtml": f"<html><body>{rows}{body}</body></html>"})
    return data


def printed(layout: Layout) -> bytes:
    placed = []
    y = 570.0
    for line in layout.lines:
        size = 16.0 if is_title(layout, line) else 9.0
        placed.append((40.0, y, size, line))
        y -= 30
    for text in (*BODY, LAST):
        lines = column(40, y, text, width=30)
        placed += lines
        y = lines[-1][1] - 15
    return pdf(placed)


FORMATS: dict[str, tuple[str, Callable[[Layout], bytes]]] = {
    "txt": ("a.txt", txt),
    "wrapped": ("b.txt", gbk_wrapped),
    "markdown": ("a.md", markdown),
    "news": ("a.html", news_page),
    "meta": ("b.html", meta_page),
    "account": ("c.html", account_page),
    "word": ("a.docx", word),
    "rtf": ("a.rtf", rtf),
    "book": ("a.epub", book),
    "pdf": ("a.pdf", printed),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("format", FORMATS)
def test_a_file_tells_its_head_and_loses_nothing(format: str, layout: str) -> None:
    name, make = FORMATS[format]
    wanted = LAYOUTS[layout]
    found = receive(name, make(wanted))
    head = found.head
    if format == "book":  # a book has a title, a publisher and a date of its own
        assert head.title == "邮路"
    else:
        facts = (head.title, head.date, head.publication, head.author, head.subtitle)
        assert facts == (wanted.title, wanted.date, wanted.publication, wanted.author, wanted.subtitle)
    heading = "" if format in ("rtf", "pdf") else HEADING
    words = re.sub(r"\s", "", "".join(p.text for p in head.body if p.kind in ("paragraph", "heading")))
    expected = "".join(BODY) + heading + LAST
    assert words.endswith(expected)
    if format != "book":
        assert words == expected
        assert [p.kind for p in head.body if p.kind not in ("byline", "furniture")].count("heading") == bool(
            heading
        )
