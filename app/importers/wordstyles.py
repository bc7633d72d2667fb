"""The styles of a Word file: which paragraphs are headings, captions or a table of contents."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from app.importers.wordxml import W, is_on, value, whole

_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录|目錄|table of figures)\s*\d*(?:\s*heading)?", re.IGNORECASE)
_DEEPEST = 12  # styles that a style is based on


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """What a paragraph's style says.

    Attributes:
        level: of a heading, 1 for the title; 0 for others.
        number, number_level: the numbered list that belongs to it.
        size: of its type, in half points.
    """

    level: int = 0
    is_subtitle: bool = False
    is_caption: bool = False
    is_contents: bool = False
    hidden: bool = False
    bold: bool = False
    align: str = ""
    size: int = 0
    number: str = ""
    number_level: str = ""


@dataclass(slots=True)
class Styles:
    """All styles of a file."""

    paragraphs: dict[str, ParagraphStyle] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)  # character styles that hide their words

    def of(self, id: str) -> ParagraphStyle:
        """The style with this id; that of ordinary paragraphs if there is none."""
        return self.paragraphs.get(id, ParagraphStyle())

    def is_hidden(self, run: Element | None, paragraph: ParagraphStyle) -> bool:
        """Whether a run's words are hidden."""
        own = is_on(run, "vanish")
        return own if own is not None else paragraph.hidden or value(run, "rStyle") in self.hidden


def read_styles(root: Element) -> Styles:
    """The styles that word/styles.xml defines."""
    elements = {e.get(f"{W}styleId", ""): e for e in root.iter(f"{W}style")}
    made = Styles()
    for id, element in elements.items():
        chain = _chain(elements, id)
        if any(is_on(e.find(f"{W}rPr"), "vanish") for e in chain):
            made.hidden.add(id)
        if element.get(f"{W}type", "paragraph") == "paragraph":
            made.paragraphs[id] = _paragraph_style(chain)
    return made


def _chain(elements: dict[str, Element], id: str) -> list[Element]:
    """A style and those that it is based on."""
    chain: list[Element] = []
    while id in elements and len(chain) < _DEEPEST:
        chain.append(elements[id])
        id = value(elements[id], "basedOn")
    return chain


def _paragraph_style(chain: list[Element]) -> ParagraphStyle:
    names = [value(e, "name") for e in chain]
    level = 0
    for element, name in zip(chain, names, strict=True):
        outline = whole(value(element, "pPr", "outlineLvl"), 9)
        if name.lower() in ("title", "标题", "標題"):
            level = 1
        elif found := _HEADING.fullmatch(name):
            level = int(found[1]) + 1
        elif outline < 9:
            level = outline + 2
        if level:
            break
    subtitle = names[0].lower() in ("subtitle", "副标题", "副標題")
    size = next((s for e in chain if (s := whole(value(e, "rPr", "sz"), -1)) >= 0), 0)
    bold = next((b for e in chain if (b := is_on(e.find(f"{W}rPr"), "b")) is not None), False)
    return ParagraphStyle(
        level=2 if subtitle else min(level, 6),
        is_subtitle=subtitle,
        is_caption=names[0].lower() in ("caption", "题注", "題注"),
        is_contents=bool(_CONTENTS.fullmatch(names[0])),
        hidden=any(is_on(e.find(f"{W}rPr"), "vanish") for e in chain),
        bold=bold,
        align=next((a for e in chain if (a := value(e, "pPr", "jc"))), ""),
        size=size,
        number=next((n for e in chain if (n := value(e, "pPr", "numPr", "numId"))), ""),
        number_level=next((n for e in chain if (n := value(e, "pPr", "numPr", "ilvl"))), ""),
    )
