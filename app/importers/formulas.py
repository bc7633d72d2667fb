"""Word's formulas as one line of text: Q=(A·v)/2, x², √(a+b)."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from app.importers.raised import Raised, subscript
from app.importers.wordxml import M

_PARTS = {"f": ("num", "/", "den"), "sSup": ("e", "^", "sup"), "sSub": ("e", "_", "sub")}


def linear(element: Element) -> str:
    """The words of a formula on one line; fractions with /, roots with √."""
    name = element.tag.removeprefix(M)
    if name == "t":
        return element.text or ""
    if name.endswith("Pr"):
        return ""
    if name in _PARTS:
        first, sign, second = _PARTS[name]
        return _joined(_part(element, first), sign, _part(element, second))
    if name == "sSubSup":
        lower = _joined(_part(element, "e"), "_", _part(element, "sub"))
        return _joined(lower, "^", _part(element, "sup"))
    if name == "rad":
        return f"{_part(element, 'deg')}√{_bracketed(_part(element, 'e'))}"
    if name == "d":
        return f"({', '.join(linear(e) for e in element.findall(M + 'e'))})"
    if name == "nary":
        sign = next((e.get(f"{M}val", "") for e in element.iter(f"{M}chr")), "∫")
        bounds = (("_", _part(element, "sub")), ("^", _part(element, "sup")))
        limits = "".join(f"{mark}{_bracketed(words)}" for mark, words in bounds if words)
        return f"{sign}{limits}{_part(element, 'e')}"
    return "".join(map(linear, element))


def _part(element: Element, name: str) -> str:
    found = element.find(M + name)
    return "" if found is None else linear(found)


def _joined(first: str, sign: str, second: str) -> str:
    if sign == "/":
        return f"{_bracketed(first)}/{_bracketed(second)}"
    raised = Raised().superscript("x", second, note=False) if sign == "^" else subscript(second)
    shifted = raised != second and not raised.startswith("[")
    return first + (raised if shifted else f"{sign}{_bracketed(second)}")


def _bracketed(words: str) -> str:
    return words if len(words) <= 1 or words.isalnum() else f"({words})"
