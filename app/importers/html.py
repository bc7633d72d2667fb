"""Reads saved web pages and fragments: the article without its surroundings, and its metadata."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from typing import Any

from app.i18n import Message, worded
from app.importers.article import Found, find_article
from app.importers.blocks import VERSE, Blocks, is_block, is_character, laid_out
from app.importers.encodings import decode, likeliness
from app.importers.footnotes import Footnotes, find_footnotes
from app.importers.head import is_head_line, is_part_of
from app.importers.imported import Imported, library, refuse
from app.importers.metadata import language
from app.importers.webfacts import page_facts
from app.model import Kind
from app.text.dates import iso_date

_MARKUP = 8 * 1024 * 1024  # characters without inline pictures; longer than any article
_HEADER = 100_000  # bytes of a web archive before its parts; browsers write some 500
_TAGS = 500_000  # a novel in one page has about 20,000
# Declared encodings and their codecs: all names for GBK and Big5 mean their largest supersets.
_DECLARED = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "utf-16": "utf-16",
    "shift_jis": "cp932",
    "euc-jp": "euc-jp",
    "euc-kr": "cp949",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
}
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_PICTURE = re.compile(r"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=]*")
_PROLOGUE = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S{1,2000}) -->")
_WHOLE = re.compile(r"<(?:html|body|head|!doctype)\b", re.IGNORECASE)

_NAMED_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("caption", re.compile(r"caption|pictext|pic-?desc|img-?desc|imgtext|photo-?desc", re.IGNORECASE)),
    ("byline", re.compile(r"\bbyline\b|\bwriter\b", re.IGNORECASE)),
)
_CLASS_OF_HEADING = re.compile(r"(?:chapter|section|part)[-_ ]?(?:title|head(?:ing)?)\b|zhang-?biaoti", re.I)
_CLASS_OF_VERSE = re.compile(r"\b(?:poem|poetry|verse|stanza|shige)\b", re.I)
_LONGEST_HEADING = 60  # characters
_STYLE = 200_000  # characters of a page's own style sheets that are looked at
_HIDDEN_CLASS = re.compile(r"\.([\w-]{1,60})\s*\{[^{}]{0,400}?(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_HIDDEN_STYLE = re.compile("display:none|visibility:hidden|font-size:0(?:px|;|$)")
_LONGEST_CELL = 200  # characters; a table with longer cells lays out the page


def read_page(name: str, data: bytes) -> Imported:
    """A saved page, or a fragment of one.

    Raises:
        ContentError: too long (F12), damaged (F14), no article in it (F18).
        MissingExtra: the extra `import` is not installed.
    """
    markup, encoding = page_text(data)
    return _page(name, markup, encoding)


def read_web_archive(name: str, data: bytes) -> Imported:
    """A page saved with its pictures in one MIME file (.mhtml): its first part in HTML.

    Raises:
        ContentError: as `read_page`; also if no part is HTML (F18).
    """
    if not re.search(rb"\r?\n\r?\n|\r\r", data[:_HEADER]):
        raise refuse(name, "F14", "the page cannot be parsed", "save it again from the browser")
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            markup, encoding = page_text(payload if isinstance(payload, bytes) else b"")
            address = str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or "")
            return _page(name, markup, encoding, address=address)
    raise refuse(name, "F18", "no page in this web archive", "save the page again, as HTML")


def page_text(data: bytes) -> tuple[str, str]:
    """A page's markup and encoding: as declared, unless the bytes say otherwise."""
    text, encoding = decode(data)
    declared = _CHARSET.search(data[:4096])
    wanted = _DECLARED.get(declared[1].decode().lower()) if declared else None
    if encoding == "utf-8" or wanted in (None, encoding):
        return text, encoding
    try:
        claimed = data.decode(wanted)
    except UnicodeDecodeError:
        return text, encoding
    # some pages in Big5 declare gb2312, so the text must look likely too
    return (claimed, wanted) if likeliness(claimed) > likeliness(text) - 0.1 else (text, encoding)


def feed(
    blocks: Blocks,
    root: Any,
    aside: frozenset[Any] = frozenset(),
    *,
    footnotes: Footnotes | None = None,
    path: str = "",
) -> None:
    """Feed an lxml tree to `blocks` in document order, without recursion.

    Args:
        blocks: collects the pieces.
        root: of the tree.
        aside: elements that are left out.
        footnotes: of the page or the book.
        path: of the page in the book.
    """
    notes = footnotes or Footnotes()
    walk = library("lxml.etree", "HTML").iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            if element in aside or element in notes.backlinks:
                walk.skip_subtree()
                continue
            if element.tag == "table" and (rows := table_rows(element, aside, notes, path)):
                for row in rows:
                    blocks.row(row)
                walk.skip_subtree()
                continue
            _open(blocks, element, notes, path)
            blocks.text(element.text or "")
            continue
        if event == "end" and not (element in aside or element in notes.backlinks):
            if element in notes.references:
                blocks.close("sup")
            blocks.close(element.tag)
        if element is not root:
            blocks.text(element.tail or "")


def _open(blocks: Blocks, element: Any, notes: Footnotes, path: str) -> None:
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    kind = next((kind for kind, names in _NAMED_KINDS if names.search(named)), None) or _set_kind(
        element, named
    )
    if label := notes.label(element, path):
        blocks.label, kind = label, "note"
    if element.tag == "img" and is_character(alt := (element.get("alt") or "").strip()):
        blocks.text(alt)
        return
    blocks.open(element.tag, start=_number(element.get("start")), kind=kind)
    if element in notes.references:
        blocks.open("sup", note=True)


def _set_kind(element: Any, named: str) -> Kind | None:
    """The kind of a paragraph that a book tells by its class alone, as programs that make books do."""
    if not named.strip() or not is_block(element.tag):
        return None
    words = [text.strip() for text in element.itertext() if text.strip()]
    if _CLASS_OF_HEADING.search(named) and 0 < sum(map(len, words)) <= _LONGEST_HEADING:
        return "heading"
    if _CLASS_OF_VERSE.search(named) and words and max(map(len, words)) <= VERSE:
        return "verse"
    return None


def hidden_elements(root: Any) -> frozenset[Any]:
    """Elements that the page does not show, unless one of them holds most of the page's words."""
    sheets = " ".join("".join(style.itertext()) for style in root.iter("style"))[:_STYLE]
    classes = frozenset(_HIDDEN_CLASS.findall(sheets))
    most = 0.5 * sum(map(len, root.itertext()))
    found: set[Any] = set()
    walk = library("lxml.etree", "HTML").iterwalk(root, events=("start",))
    for _, element in walk:
        if _is_hidden(element, classes) and sum(map(len, element.itertext())) < most:
            found.add(element)
            walk.skip_subtree()
    return frozenset(found)


def _is_hidden(element: Any, classes: frozenset[str]) -> bool:
    style = "".join((element.get("style") or "").lower().split())
    return (
        element.get("hidden") is not None
        or bool(_HIDDEN_STYLE.search(style))
        or not classes.isdisjoint((element.get("class") or "").split())
    )


def table_rows(table: Any, aside: frozenset[Any], notes: Footnotes, path: str) -> list[list[str]]:
    """The rows of a table of data, all of one length; [] for a table that lays out a page."""
    linked = sum(len("".join(a.itertext())) for a in table.iter("a"))
    if next(table.iterdescendants("table"), None) is not None or 3 * linked > len("".join(table.itertext())):
        return []
    rows, covered = [], dict[tuple[int, int], bool]()
    for y, tr in enumerate(tr for tr in table.iter("tr") if tr not in aside):
        cells: list[str] = []
        for cell in tr.iterchildren("td", "th"):
            while covered.get((y, len(cells))):
                cells.append("")
            words = _cell(cell, aside, notes, path)
            if len(words) > _LONGEST_CELL:
                return []
            wide, high = min(_number(cell.get("colspan")), 60), min(_number(cell.get("rowspan")), 200)
            for down in range(1, high):
                covered |= {(y + down, len(cells) + right): True for right in range(wide)}
            cells += [words] + [""] * (wide - 1)
        while covered.get((y, len(cells))):
            cells.append("")
        rows.append(cells)
    width = max(map(len, rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows if any(row)]
    return rows if width > 1 and len(rows) > 1 else []


def _cell(cell: Any, aside: frozenset[Any], notes: Footnotes, path: str) -> str:
    blocks = Blocks()
    blocks.text(cell.text or "")
    for child in cell:
        if child not in aside and isinstance(child.tag, str):
            feed(blocks, child, aside, footnotes=notes, path=path)
        blocks.text(child.tail or "")
    return " ".join(piece.text for piece in blocks.pieces())


def tree(name: str, markup: str) -> Any:
    """Parse HTML, valid or not, into an lxml tree.

    Raises:
        ContentError: too long (F12), or impossible to parse (F14).
        MissingExtra: the extra `import` is not installed.
    """
    html, etree = library("lxml.html", "HTML"), library("lxml.etree", "HTML")
    markup = _PROLOGUE.sub("", _PICTURE.sub("", markup)).replace("\0", "\ufffd")
    if len(markup) > _MARKUP or markup.count("<") > _TAGS:
        problem = worded(
            "the page has more than %(characters)s characters of markup or %(tags)s tags",
            characters=format(_MARKUP, ","),
            tags=format(_TAGS, ","),
        )
        raise refuse(name, "F12", problem, "save the article's part of the page alone")
    try:
        return html.document_fromstring(markup.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as fault:
        raise refuse(name, "F14", "the page cannot be parsed", "save it again from the browser") from fault


def _page(name: str, markup: str, encoding: str, *, address: str = "") -> Imported:
    root = tree(name, markup)
    facts = page_facts(root)
    notes: list[Message] = []
    blocks, inside = Blocks(), frozenset(root.iter())
    hidden, footnotes = hidden_elements(root), find_footnotes([("", root)])
    if _WHOLE.search(markup):
        notes, inside = _feed_article(blocks, root, facts["title"], hidden, footnotes)
    if not blocks.pieces():
        blocks = Blocks()
        feed(blocks, root, hidden, footnotes=footnotes)
    title, pieces = facts["title"], blocks.pieces()
    while pieces and pieces[-1].kind == "heading":
        pieces = pieces[:-1]  # headings of ignored lists of links
    if not pieces:
        remedy = worded("save the page as the browser shows it, or copy its text to a .txt file")
        raise refuse(name, "F18", "no article can be found in the page", remedy)
    if words := sum(len("".join("".join(e.itertext()).split())) for e in hidden & inside):
        notes.append(worded("网页上隐藏的文字 %(n)s 字没有收入", n=words))
    if blocks.images:
        notes.append(worded("有 %(n)s 幅图片未导入", n=blocks.images))
    text, pieces = laid_out(pieces)
    if blocks.wrapped:
        notes.append(worded("网页里的正文按固定宽度折行，已按纯文本重新分段"))
        text = blocks.lines
    saved = _SAVED_FROM.search(markup[:4096])
    return Imported(
        text,
        None if blocks.wrapped else pieces,
        "html",
        encoding,
        title=title,
        subtitle=facts["subtitle"],
        author=facts["author"],
        date=iso_date(facts["date"]),
        publication=facts["publication"],
        url=_address(facts["url"], address, saved[1] if saved else ""),
        lang=language(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""),
        notes=tuple(notes),
    )


def _feed_article(
    blocks: Blocks, root: Any, title: str, hidden: frozenset[Any], footnotes: Footnotes
) -> tuple[list[Message], frozenset[Any]]:
    """Feed the article of a whole page to `blocks`; returns notes, and the elements of the article."""
    found = find_article(root, library("lxml.etree", "HTML").iterwalk, hidden)
    for tag, words in _above(root, found, title):
        blocks.open(tag)
        blocks.text(words)
        blocks.close(tag)
    feed(blocks, found.element, found.aside, footnotes=footnotes)
    for note in _notes_elsewhere(root, found.element, footnotes):
        feed(blocks, note, hidden, footnotes=footnotes)
    notes = []
    if outside := [line for line in found.left_out if "。" in line]:
        n, first = len(outside), outside[0][:20]
        notes = [worded("页面上另有 %(n)s 段文字没有收入，第一段是“%(first)s……”", n=n, first=first)]
    return notes, frozenset(found.element.iter())


def _above(root: Any, found: Found, title: str) -> list[tuple[str, str]]:
    """Tag and words of the headline and the lines next to it, if they are outside the article's element.

    Args:
        root: of the page.
        found: its article.
        title: of the page; words equal to it or to a part of it are the headline where no h1 is.
    """
    if found.element is root or next(found.element.iter("h1"), None) is not None:
        return []
    inside, lines, at = set(found.element.iter()), list[tuple[str, str]](), -1
    bare = next(root.iter("h1"), None) is None
    named = " ".join((root.findtext(".//title") or "").split())
    for element in root.iter("*"):
        if element is found.element:
            break
        if element in found.aside or not isinstance(element.tag, str) or not is_block(element.tag):
            continue
        if element in inside or any(is_block(str(child.tag)) for child in element):
            continue
        words = " ".join("".join(element.itertext()).split())
        titled = bare and at < 0 and (words == title or is_part_of(words, named))
        if words and (element.tag == "h1" or titled):
            at = len(lines)
            lines.append(("h1", words))
        elif words and is_head_line(words):
            lines.append(("p", words))
    return lines[at if bare else max(0, at - 2) :] if at >= 0 else []


def _notes_elsewhere(root: Any, article: Any, footnotes: Footnotes) -> Iterator[Any]:
    """Elements outside the article that hold notes to it."""
    ids = {id for _, id in footnotes.labels}
    inside = set(article.iter()) if ids else set()
    for element in root.iter("*") if ids else ():
        if element.get("id") in ids and element not in inside and is_block(element.tag):
            yield element


def _address(*candidates: str) -> str:
    return next((url for url in candidates if url.startswith(("http://", "https://"))), "")


def _number(words: str | None) -> int:
    return int(words) if words and re.fullmatch(r"\d{1,6}", words) else 1
