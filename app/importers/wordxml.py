"""Names and values of the XML of Word files."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Strict files use other names for the same things.
_STRICT = {
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}": W,
    "{http://purl.oclc.org/ooxml/officeDocument/math}": M,
}


def transitional(root: Element) -> Element:
    """The same tree with the usual names, if it has those of a strict file."""
    for element in root.iter():
        space, brace, local = element.tag.partition("}")
        if usual := _STRICT.get(space + brace):
            element.tag = usual + local
            for key in [key for key in element.attrib if key.partition("}")[0] + "}" in _STRICT]:
                element.attrib[W + key.partition("}")[2]] = element.attrib.pop(key)
    return root


def value(parent: Element | None, *path: str) -> str:
    """The value of a property below an element, "" if it is missing."""
    for name in path:
        parent = parent.find(W + name) if parent is not None else None
    return parent.get(f"{W}val", "") if parent is not None else ""


def whole(words: str | None, otherwise: int = 0) -> int:
    """The value of a number without a sign; `otherwise` if it is missing or damaged."""
    return int(words) if words and re.fullmatch("[0-9]{1,6}", words) else otherwise


def is_on(parent: Element | None, name: str) -> bool | None:
    """Whether a property is switched on; None if it is missing."""
    found = parent.find(W + name) if parent is not None else None
    return None if found is None else found.get(f"{W}val", "1") not in ("0", "false", "off", "none")
