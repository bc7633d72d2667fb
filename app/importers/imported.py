"""What every importer hands over, and how one refuses a file."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import ModuleType

from app.errors import ContentError, MissingExtra
from app.model import Piece

# The importers' findings, each raised with the problem and the remedy in words that fit the file. F01–F09 are
# those of the content folder.
FINDINGS = {
    "F11": "nothing in it but white space",
    "F12": "too large: bytes, unpacked bytes, or pages",
    "F13": "no text, or a format that is not read",
    "F14": "damaged or cut short",
    "F15": "locked with a password or rights management",
    "F16": "built to overwhelm its reader: a bomb of a zip archive or of XML entities",
    "F17": "pictures of pages, with no text layer",
    "F18": "a page in which no article can be found",
    "F19": "front matter that is no YAML",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """The words of a file and what the file says of itself; "" where it says nothing.

    Attributes:
        text: the words by line, each line ended by a line feed: as in the source (txt, Markdown), as set
            (PDF), or a line for each piece and an empty one between (HTML, docx, EPUB). `Piece.lines`
            counts these lines.
        pieces: the blocks, where the format itself tells them; None: the text is to be reflowed.
        format: txt, markdown, html, docx, pdf or epub.
        encoding: the codec's name for formats made of bare text, else None.
        title: the headline, without the site's name.
        author: names, separated by 、.
        date: of publication, ISO 8601, as exact as it is given.
        publication: where it appeared.
        url: the page's own address.
        lang: zh-Hans, zh-Hant or another language tag.
        notes: what an editor should know, in Chinese.
    """

    text: str
    pieces: tuple[Piece, ...] | None
    format: str
    encoding: str | None = None
    title: str = ""
    author: str = ""
    date: str = ""
    publication: str = ""
    url: str = ""
    lang: str = ""
    notes: tuple[str, ...] = ()


def refuse(name: str, code: str, problem: str, remedy: str, *, line: int = 0) -> ContentError:
    """The error for a file that cannot be read; to be raised by the caller."""
    assert code in FINDINGS
    return ContentError(name, line, code, problem, remedy)


def library(module: str, what: str) -> ModuleType:
    """A library of the extra `import`, loaded when a file first needs it.

    The one place where something is imported late, because the library may not be there.

    Args:
        module: its module name.
        what: what cannot be done without it, for the message.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as missing:
        raise MissingExtra(what, "import") from missing
