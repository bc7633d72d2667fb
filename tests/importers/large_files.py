"""Sound files of every format as large as editors have them; each must be read within the limits."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from bomb_kinds import book, html_part, paragraph, saved, word_file
from corpus import Writer

from app.pages.cards.fonts import compile_template

_BOOK = 1_500_000  # characters; three novels
_SCRIPT = b"""#set page(width: 148mm, height: 210mm)
#set text(font: "Noto Serif SC", size: 9pt, lang: "zh")
#sys.inputs.text"""


def large_files() -> Iterator[tuple[str, str, bytes]]:
    """Format, name and bytes of each."""
    writer, paragraphs, size = Writer(3), list[str](), 0
    while size < _BOOK:
        paragraphs.append(escape(writer.paragraph()))
        size += len(paragraphs[-1])
    third = paragraphs[: len(paragraphs) // 3]
    page = "<html><head><title>渡口</title></head><body><article>" + "".join(f"<p>{p}</p>" for p in third)
    text = "\n\n".join(paragraphs)
    rtf = "\\par ".join("".join(f"\\u{ord(c)}?" for c in p) for p in third)
    pages = compile_template(_SCRIPT, "pdf", {"text": "\n\n".join(third)})  # about 900 pages
    yield "txt", "three novels", text.encode()
    yield "md", "three novels", f"---\ntitle: 渡口\n---\n\n{text}\n".encode()
    yield "html", "a novel", page.encode()
    yield "mht", "a novel", saved(html_part(page)).encode()
    yield "rtf", "a novel", f"{{\\rtf1\\ansicpg936 {rtf}}}".encode()
    yield "docx", "three novels", word_file("".join(map(paragraph, paragraphs)), packed=True)
    chapters = {f"c{n}.xhtml": f"<html><body><p>{'</p><p>'.join(paragraphs[n::40])}" for n in range(40)}
    yield "epub", "three novels", book(chapters, packed=True)
    yield "pdf", "a novel", pages
