"""Raised and lowered characters as plain text: note numbers apart from figures, exponents as such.

1958<sup>1</sup>年 becomes 1958[1]年, 10<sup>3</sup>米 becomes 10³米, H<sub>2</sub>O becomes H₂O.
"""

from __future__ import annotations

import re

_SUPERSCRIPT = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPT = str.maketrans("0123456789+-−=()aeoxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ")
_NUMBER = re.compile(r"\d{1,3}")
# [3] （3） ① * † at the place of a note
_MARKED = re.compile(r"[\[〔【（(]\s*[\d一二三四五六七八九十]{1,3}\s*[\]〕】）)]|[①-⑳*†‡※]+")
_UNIT = re.compile(r"(?:[A-Za-zμΩ]{1,3}|[)）\]])$")


class Raised:
    """Tells note numbers from exponents in one document; note numbers count up from 1."""

    def __init__(self) -> None:
        self._next = 1

    def superscript(self, before: str, words: str, *, note: bool) -> str:
        """Raised characters as plain text.

        Args:
            before: the words before them.
            words: the raised characters.
            note: the document says that they refer to a note.
        """
        words = words.strip()
        if note or _MARKED.fullmatch(words):
            return self._note(words)
        if _NUMBER.fullmatch(words) and not self._is_exponent(before, int(words)):
            return self._note(words)
        raised = words.translate(_SUPERSCRIPT)
        return raised if all(old != new for old, new in zip(words, raised, strict=True)) else words

    def _is_exponent(self, before: str, n: int) -> bool:
        base = re.search(r"\d[\d.,]*$", before)
        if base:
            return base[0] == "10" or (n != self._next and len(base[0]) < 4)
        return bool(_UNIT.search(before)) and n < 10 and (n in (2, 3) or n != self._next)

    def _note(self, words: str) -> str:
        number = re.search(r"\d+", words)
        if number:
            self._next = int(number[0]) + 1
        return words if _MARKED.fullmatch(words) else f"[{words}]"


def subscript(words: str) -> str:
    """Lowered characters as plain text, as such where Unicode has all of them."""
    words = words.strip()
    lowered = words.translate(_SUBSCRIPT)
    return lowered if all(old != new for old, new in zip(words, lowered, strict=True)) else words
