"""More kinds of plain texts, Markdown and web pages that are built to overwhelm their reader."""

from __future__ import annotations

import base64

from bomb_kinds import BODY, SENTENCE, Make, mixed


def _page(inner: str) -> str:
    return f"<html><body>{inner}"


def _head(inner: str) -> str:
    return f"<html><head>{inner}</head><body>{BODY}"


TXT: dict[str, Make] = {
    "quotations that do not end": lambda n, r: "“甲说：" * (n // 4),
    "brackets in brackets": lambda n, r: "（" * (n // 2) + "文" + "）" * (n // 2),
    "a paragraph a character": lambda n, r: "一\n\n" * (n // 3),
    "line ends of all kinds": lambda n, r: "".join(
        f"文{r.choice(chr(10) + chr(13) + chr(11) + chr(12) + chr(0x85) + chr(0x2028))}"
        for _ in range(n // 2)
    ),
    "indents of all widths": lambda n, r: "\n".join("　" * (i % 90) + "文" for i in range(n // 46)),
    "words that are divided": lambda n, r: "exam-\nple " * (n // 10),
    "emoji in sequences": lambda n, r: "\U0001f468\u200d\U0001f469\u200d\U0001f467" * (n // 5),
    "private characters": lambda n, r: "一二三四五六七八九十" * 2 * (n // 21) + "\ue000" * (n // 30),
    "both directions": lambda n, r: "\u202e文\u202cשלום" * (n // 7),
    "utf-16 without a mark": lambda n, r: (SENTENCE * (n // 26)).encode("utf-16-le"),
    "utf-32": lambda n, r: (SENTENCE * (n // 26)).encode("utf-32"),
    "four bytes of gb18030": lambda n, r: "".join(
        chr(0x20000 + r.randrange(40_000)) for _ in range(n)
    ).encode("gb18030"),
    "random bytes of two": lambda n, r: bytes(
        b for _ in range(n // 2) for b in (r.randrange(0xA1, 0xFF), r.randrange(0x40, 0xFF))
    ),
    "one number": lambda n, r: "共" + "9" * n + "人。",
    "contents with dots": lambda n, r: "\n".join(f"第{i}节 {'…' * 20} {i}" for i in range(n // 30)),
    "addresses": lambda n, r: "https://a.example/" + "b/" * (n // 2),
    "one paragraph again and again": lambda n, r: f"{SENTENCE}\n\n" * (n // 28),
    "running heads": lambda n, r: "".join(f"晚报 第{i}版\n{SENTENCE * 3}\n" for i in range(n // 92)),
    "bylines": lambda n, r: "作者：甲 来源：乙 2024-01-01\n" * (n // 24),
    "datelines": lambda n, r: "新华社北京1月2日电（记者甲）文。\n\n" * (n // 20),
    "questions and answers": lambda n, r: "问：甲？\n答：乙。\n" * (n // 12),
    "items": lambda n, r: "\n".join(f"{i}. 甲（{i}）乙①丙" for i in range(n // 16)),
    "columns of spaces": lambda n, r: "\n".join(f"甲{' ' * r.randrange(60)}乙" for _ in range(n // 33)),
    "narrow columns": lambda n, r: "\n".join("文" * r.randrange(8, 11) for _ in range(n // 10)),
    "marks alone": lambda n, r: "".join(r.choice("，。：；“”《》（）——……\n") for _ in range(n)),
    "Latin without spaces": lambda n, r: "a" * n,
    "hyphens": lambda n, r: "-" * n + "\n文",
    "verse": lambda n, r: "\n".join("清晨六点渡口" if i % 5 else "" for i in range(n // 6)),
    "names that speak": lambda n, r: "".join(f"{chr(0x4E00 + i % 9000)}某说：“是。”" for i in range(n // 8)),
    "speech without a name": lambda n, r: "他说，她说，记者问，" * (n // 10),
    "titles in titles": lambda n, r: "《" * (n // 3) + "书" + "》" * (n // 3),
    "four-digit years": lambda n, r: "1999年1月1日至2000年2月2日，" * (n // 21),
    "readings in brackets": lambda n, r: "渡口（dùkǒu）" * (n // 9),
    "lines of one mark": lambda n, r: "—\n" * (n // 2),
    "lines of spaces": lambda n, r: (" " * 99 + "\n") * (n // 100) + "文",
    "one very long word a line": lambda n, r: "\n".join("a" * (n // 20) for _ in range(20)),
    "letters of both widths": lambda n, r: "Ａa１1，," * (n // 6),
    "Korean and Thai": lambda n, r: "한국ไทย" * (n // 5),
    "big5 with half characters": lambda n, r: (SENTENCE * (n // 52)).encode("big5", "replace") + b"\xa4" * 99,
    "traditional and simple": lambda n, r: "說说國国\n\n" * (n // 6),
}
MD: dict[str, Make] = {
    "links in links": lambda n, r: "[文](a)" * (n // 10) + "[" * (n // 20) + "文" + "](a)" * (n // 20),
    "addresses in brackets": lambda n, r: "<http://a.example/" * (n // 18) + ">",
    "html blocks": lambda n, r: "<div>\n\n" * (n // 7) + "文",
    "attributes in html": lambda n, r: f"文<a {' '.join(f'a{i}=1' for i in range(n // 8))}>文",
    "tags that do not close": lambda n, r: "文<a href=" * (n // 9),
    "headings of all levels": lambda n, r: "\n".join("#" * (i % 9) + f" 第{i}节" for i in range(n // 10)),
    "long numbers of lists": lambda n, r: "\n".join(f"{i * 99999}. 文" for i in range(n // 12)),
    "lists of all marks": lambda n, r: "\n".join(f"{'-+*'[i % 3]} 文" for i in range(n // 4)),
    "lists in quotes in lists": lambda n, r: "\n".join("- > " * (i % 90) + "文" for i in range(n // 180)),
    "a fence that does not end": lambda n, r: "```\n" + "文\n" * (n // 2),
    "fences": lambda n, r: "```\n文\n~~~\n" * (n // 10),
    "fences in lists": lambda n, r: "".join("  " * (i % 60) + "- ```\n" for i in range(n // 66)),
    "a long table": lambda n, r: "|a|b|\n|-|-|\n" + "|文|字|\n" * (n // 6),
    "rows that are too wide": lambda n, r: "|a|b|\n|-|-|\n" + "|文" * (n // 2),
    "tables": lambda n, r: "|a|b|\n|-|-|\n|文|字|\n\n" * (n // 20),
    "bars that are escaped": lambda n, r: "|a|\n|-|\n|" + "\\|" * (n // 2) + "|",
    "hard breaks": lambda n, r: "文  \n字\\\n" * (n // 8),
    "back slashes": lambda n, r: "\\" * n + "文",
    "escapes": lambda n, r: "\\*\\_\\[" * (n // 6),
    "three stars": lambda n, r: "***文** 字* " * (n // 9),
    "stars that close": lambda n, r: "**文" * (n // 6) + "**" * (n // 6),
    "notes with one name": lambda n, r: "文[^1]\n" * (n // 10) + "[^1]: 注\n" * (n // 10),
    "notes that are not there": lambda n, r: "文[^a]" * (n // 5),
    "notes in notes": lambda n, r: (
        "文[^0]\n\n" + "".join(f"{'    ' * min(i, 90)}[^{i}]: 注[^{i + 1}]\n\n" for i in range(n // 180))
    ),
    "a note of many paragraphs": lambda n, r: "文[^1]\n\n[^1]: 注\n\n" + "    注\n\n" * (n // 7),
    "names of links": lambda n, r: f"[{'文' * 900}] " * (n // 900) + f"\n\n[{'文' * 900}]: /a\n",
    "definitions again": lambda n, r: "[a]: /u 'x\n" * (n // 11) + "[a]",
    "titles that do not end": lambda n, r: "[文](a '" * (n // 7),
    "front matter as a list": lambda n, r: "---\ntags:\n" + "- 甲\n" * (n // 4) + "---\n文",
    "front matter in a circle": lambda n, r: (
        "---\na: &a\n  b: *a\n" + "".join(f"c{i}: *a\n" for i in range(n // 9)) + "---\n文"
    ),
    "front matter doubled": lambda n, r: (
        "---\na0: &a0 [x, x]\n"
        + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 30))
        + "author: *a29\n---\n"
        + SENTENCE * (n // 26)
    ),
    "front matter that does not end": lambda n, r: "---\n" + "title: 文\n" * (n // 10),
    "comments": lambda n, r: "文<!-- a -->" * (n // 11),
    "cdata and declarations": lambda n, r: "文<![CDATA[a]]><!A b><?c?>" * (n // 24),
    "pictures": lambda n, r: "![文](data:image/png;base64,AAAA) " * (n // 34),
    "tabs": lambda n, r: "\t" * (n // 2) + "文\n" + "-\t" * (n // 4) + "文",
    "rules": lambda n, r: "---\n***\n___\n\n" * (n // 13) + "文",
    "zero bytes": lambda n, r: ("一二三四五" * 20 + "\0*") * (n // 102),
}
HTML: dict[str, Make] = {
    "drawings in drawings": lambda n, r: _page(f"{'<svg><g>' * (n // 8)}<text>文"),
    "formulas in formulas": lambda n, r: _page(f"{'<math><mrow>' * (n // 12)}文"),
    "templates": lambda n, r: _page(f"{'<template><div>' * (n // 15)}文{BODY}"),
    "noscript": lambda n, r: _page(f"{'<noscript><p>' * (n // 13)}文"),
    "forms": lambda n, r: _page(f"{'<form><fieldset><legend>' * (n // 24)}文{BODY}"),
    "choices": lambda n, r: _page(f"<select>{'<option>文' * (n // 9)}</select>{BODY}"),
    "cells that span": lambda n, r: _page(
        f"<table>{'<tr><td colspan=60 rowspan=200>文<td>字' * (n // 36)}</table>{BODY}"
    ),
    "tables of data": lambda n, r: _page(
        "<table><tr><td>甲<td>乙<tr><td>丙<td>丁</table>" * (n // 50) + BODY
    ),
    "tables in lists": lambda n, r: _page("<ul><li><table><tr><td>" * (n // 24) + "文"),
    "style sheets": lambda n, r: _head(
        f"<style>{''.join(f'.a{i}{{display:none}}' for i in range(n // 20))}</style>"
    ),
    "style that does not end": lambda n, r: _head(f"<style>{'.a{x:y;' * (n // 7)}</style>"),
    "hidden elements": lambda n, r: _page('<p hidden>文<b style="display: none">字' * (n // 36) + BODY),
    "hidden in hidden": lambda n, r: _page("<div hidden>文" * (n // 13) + BODY),
    "links to notes": lambda n, r: _page(
        "".join(f'<p>文<a href="#n{i}"><sup>[{i % 99}]</sup></a>' for i in range(n // 45))
        + "".join(f'<p id="n{i}">注' for i in range(n // 45))
    ),
    "links to one note": lambda n, r: _page(
        '<p>文<a href="#n"><sup>1</sup></a>' * (n // 34) + '<p id="n">注'
    ),
    "links in deep marks": lambda n, r: _page("<sup><span>" * 200 + '<a href="#n">1</a>' * (n // 18)),
    "links": lambda n, r: _page("<li><a href=x>文字</a>" * (n // 20) + BODY),
    "pictures in the page": lambda n, r: _page(
        f'<p>文<img src="data:image/png;base64,{base64.b64encode(bytes(n // 2)).decode()}">{BODY}'
    ),
    "pictures": lambda n, r: _page("<figure><img src=x alt=文><figcaption>图" * (n // 38) + BODY),
    "lines as they are": lambda n, r: _page(f"<pre>{(SENTENCE + chr(10)) * (n // 27)}</pre>"),
    "headings": lambda n, r: _page("".join(f"<h{i % 6 + 1}>第{i}节<p>文" for i in range(n // 14))),
    "definitions": lambda n, r: _page("<dl><dt>甲<dd>乙" * (n // 14) + BODY),
    "long numbers of characters": lambda n, r: _page(f"<p>&#{'9' * n};&#x{'f' * 99};{BODY}"),
    "a long declaration": lambda n, r: f"<!DOCTYPE html {'x ' * (n // 2)}><html><body>{BODY}",
    "sections of characters": lambda n, r: _page("<![CDATA[文]]><p>" * (n // 14) + BODY),
    "instructions": lambda n, r: _page("<?a b?><p>文" * (n // 11)),
    "comments with conditions": lambda n, r: _page("<!--[if IE]>文<![endif]-->" * (n // 25) + BODY),
    "frames": lambda n, r: f"<html><frameset>{'<frame src=x>' * (n // 13)}",
    "titles": lambda n, r: _head("<title>甲_乙</title>" * (n // 18)),
    "scripts of json-ld": lambda n, r: _head(
        '<script type="application/ld+json">{"@type":"Article","headline":"文"}</script>' * (n // 78)
    ),
    "json-ld keys": lambda n, r: _head(
        '<script type="application/ld+json">{'
        + ",".join(f'"author{i}":{{"name":"甲"}}' for i in range(n // 28))
        + "}</script>"
    ),
    "marked facts": lambda n, r: _page('<p itemprop="author" class="byline">作者：甲' * (n // 44) + BODY),
    "class names": lambda n, r: _page(f'<p class="{" ".join(f"caption{i}" for i in range(n // 12))}">{BODY}'),
    "the same id": lambda n, r: _page('<p id="content">文' * (n // 17)),
    "columns of the page": lambda n, r: _page(f"<div>{BODY}</div>" * (n // 124)),
    "wrapped lines": lambda n, r: _page(f"<p>{(SENTENCE[:20] + '<br>') * (n // 24)}"),
    "tags unknown": lambda n, r: _page("".join(f"<x{i}>文" for i in range(n // 8))),
    "tags that close": lambda n, r: _page("</p></div></b>" * (n // 15) + BODY),
    "names of tags": lambda n, r: _page(f"<{'a' * n}>文</{'a' * n}>{BODY}"),
    "utf-16": lambda n, r: _page(BODY * (n // 120)).encode("utf-16"),
    "declared otherwise": lambda n, r: b'<html><meta charset="gb2312"><body><p>' + mixed(n, r),
}
