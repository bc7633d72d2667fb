"""Lines joined as their text would have been written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.text.reflow.lines import Line

_HYPHENED = re.compile(r"[^\W\d_]-$")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:-[A-Za-z\u00c0-\u024f]+)*")
_TIGHT, _SPACED = re.compile(r"[㐀-鿿][A-Za-z0-9]"), re.compile(r"[㐀-鿿] [A-Za-z0-9]")
_FIGURE = re.compile(r"\d[.,，．]$")


class Joiner:
    """Joins lines as the text would have been written, by its own words and its use of spaces."""

    def __init__(self, text: str, lines: Sequence[Line]) -> None:
        sample = text[:20_000]
        self._spaced = len(_SPACED.findall(sample)) > len(_TIGHT.findall(sample))
        hyphened = any(line.text[-1] == "-" and _HYPHENED.search(line.text[-2:]) for line in lines)
        self._words = frozenset(_LATIN_WORD.findall(text)) if hyphened else frozenset[str]()

    def join(self, texts: Sequence[str]) -> str:
        """One block of several lines."""
        parts = [texts[0]]
        for text in texts[1:]:
            left = parts[-1]
            last, head = left[-1], text[0]
            if len(left) > 1 and (last == "\xad" or (last == "-" and self._mends(left, text))):
                parts[-1] = left[:-1]
            elif self._parted(left, last, head):
                parts.append(" ")
            parts.append(text)
        return "".join(parts)

    def _mends(self, left: str, right: str) -> bool:
        # Fedo-|ra is one word; well-|known keeps its hyphen when the text has it in mid-line elsewhere.
        if not (left[-2].islower() and right[0].islower() and right[0] < "\u0250"):
            return False
        begun, rest = _LATIN_WORD.findall(left[-60:-1]), _LATIN_WORD.match(right)
        if not begun or not rest:
            return False
        return f"{begun[-1]}-{rest.group()}" not in self._words or begun[-1] + rest.group() in self._words

    def _parted(self, left: str, last: str, head: str) -> bool:
        # Punctuation needs no space; between Han and Latin the text's own habit decides.
        if head.isdigit() and (last.isdigit() or _FIGURE.search(left[-3:])):
            return False  # a figure cut by the column: 1|860, 2,3|00, 5.|6
        narrow_last, narrow_head = "!" <= last < "\u0250", "!" <= head < "\u0250"
        if narrow_last and narrow_head:
            return last not in "-/([{" and head not in ",.;:!?)]}/"
        han = "\u3400" <= (head if narrow_last else last) < "\ua000"
        return (
            self._spaced and han and (last if narrow_last else head).isalnum() and narrow_last != narrow_head
        )
