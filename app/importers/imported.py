"""The result of every importer, and the error for a refused file."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from app.errors import ContentError
from app.extras import load
from app.model import Piece

# Findings of the importers; problem and remedy depend on the file. F01–F09 belong to the content folder.
FINDINGS = {
    "F11": "only white space",
    "F12": "too large: bytes, unpacked bytes, or pages",
    "F13": "not a text, or an unsupported format",
    "F14": "damaged or cut short",
    "F15": "locked with a password or rights management",
    "F16": "built to overwhelm its reader: a bomb of a zip archive or of XML entities",
    "F17": "pictures of pages, with no text layer",
    "F18": "a page in which no article can be found",
    "F19": "front matter that is not YAML",
    "F20": "takes too much memory or processor time",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """The text and the metadata of a file; "" for metadata that it lacks.

    Attributes:
        text: lines, each with a line feed at its end: those of the source (txt, Markdown), those of the page
            (PDF), or one for each piece with empty lines between (HTML, docx, EPUB). `Piece.lines` counts
            these lines.
        pieces: the blocks, if the format tells them; None if the text has to be reflowed.
        format: txt, markdown, html, docx, pdf or epub.
        encoding: the codec's name for plain text formats, else None.
        title: the headline, without the site's name.
        subtitle: the line under the headline.
        author: names, separated by 、.
        date: of publication, ISO 8601, as exact as it is given.
        publication: where it appeared.
        url: the page's own address.
        lang: zh-Hans, zh-Hant or another language tag.
        title_en, summary_en: title and summary in English, of Markdown that has them in its front matter.
        circa: the date is approximate.
        notes: what an editor should know, in Chinese.
        told: blocks of a format that otherwise has to be reflowed: tables, footnotes and captions of a PDF.
            Their lines interrupt no sentence.
        pictures: numbers of the pages of a PDF without text.
    """

    text: str
    pieces: tuple[Piece, ...] | None
    format: str
    encoding: str | None = None
    title: str = ""
    subtitle: str = ""
    author: str = ""
    date: str = ""
    publication: str = ""
    url: str = ""
    lang: str = ""
    notes: tuple[str, ...] = ()
    told: tuple[Piece, ...] = ()
    pictures: tuple[int, ...] = ()
    title_en: str = ""
    summary_en: str = ""
    circa: bool = False


def refuse(name: str, code: str, problem: str, remedy: str, *, line: int = 0) -> ContentError:
    """The error for a file that cannot be read; the caller raises it."""
    assert code in FINDINGS
    return ContentError(name, line, code, problem, remedy)


def library(module: str, what: str) -> ModuleType:
    """Import a library of the extra `import`, which may not be installed.

    Args:
        what: the format that needs it, for the message.

    Raises:
        MissingExtra: it is not installed.
    """
    return load(module, what, "import")
