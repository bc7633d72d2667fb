"""Reads PDF files: text that keeps the layout, for reflow, and the blocks that the page itself tells apart.

A PDF has no lines, only glyphs at positions.

    glyphs     the characters and the ruled lines of a page
    lines      glyphs become lines
    order      columns get their reading order
    tables     ruled cells and rows of parts
    numbers    line numbers at the margin
    furniture  running heads, page numbers and watermarks
    notes      footnotes and captions
    layout     indents and gaps as text
    scans      text recognition for pages that are pictures
    reader     the whole way
"""

from app.importers.pdf.reader import read_pdf
from app.importers.pdf.scans import can_recognise

__all__ = ["can_recognise", "read_pdf"]
