"""Sets texts into columns, for the tests of reflow: the lines of a page and the blocks that they come from.

tests/data/wrapped/texts.txt holds texts as blocks, one a line: P paragraph, H heading, S subtitle, B byline,
C caption, V verse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

TEXTS = Path(__file__).parents[1] / "data" / "wrapped" / "texts.txt"
KINDS = {"P": "paragraph", "H": "heading", "S": "heading", "B": "byline", "C": "caption", "V": "verse"}
_UNIT = re.compile(r"[（《〈「『【“‘]*(?:[\x21-\x7e]+|……|——|.)[，。、；：？！）》〉」』】”’…％]*", re.DOTALL)


@dataclass(frozen=True)
class Layout:
    """How a text is set: ems to a line, indent of first lines, empty lines between blocks."""

    width: int
    indent: int = 2
    gap: bool = False
    centred: bool = True
    later: int = 0  # indent of every line, as in manuals


LAYOUTS = {
    "book": Layout(28),
    "column": Layout(17),
    "narrow": Layout(12),
    "flush": Layout(30, indent=0, gap=True, centred=False),
    "lost": Layout(24, indent=0, centred=False),
    "manual": Layout(36, indent=0, gap=True, centred=False, later=2),
    "wide": Layout(40),
}


def texts() -> dict[str, list[tuple[str, str]]]:
    """The blocks of every text, by its name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in TEXTS.read_text("utf-8").splitlines():
        mark, _, words = line.partition(" ")
        if mark == "==":
            blocks = found[words] = []
        else:
            blocks.append((KINDS[mark], words))
    return found


def measure(text: str) -> int:
    """Half-widths."""
    return sum(1 if char < "\u0250" else 2 for char in text)


def lines_of(text: str, first: int, room: int) -> list[str]:
    """A block in lines; no line begins with a closing mark, words and numbers stay whole."""
    lines, line, left = [], "", room - first
    for unit in _UNIT.findall(text) if " " not in text else re.findall(r"\s+|" + _UNIT.pattern, text):
        if measure(unit.rstrip()) > left and line:
            lines.append(line.rstrip(" "))
            line, left = "", room
            unit = unit.lstrip(" ")
        line += unit
        left -= measure(unit)
    return [*lines, line]


def wrapped(blocks: list[tuple[str, str]], layout: Layout) -> str:
    """The text in lines."""
    rows: list[str] = []
    room = 2 * (layout.width - layout.later)
    for n, (kind, text) in enumerate(blocks):
        if n and layout.gap:
            rows.append("")
        first = 2 * layout.indent if kind in ("paragraph", "verse") else 0
        lines = lines_of(text, first, room)
        if kind == "heading" and layout.centred:
            rows += ["　" * ((layout.width - measure(line) // 2) // 2) + line for line in lines]
            continue
        indent = "　" * (layout.indent if kind in ("paragraph", "verse") else 0)
        rows += [" " * 2 * layout.later + (line if n else indent + line) for n, line in enumerate(lines)]
    return "\n".join(rows) + "\n"


def cases() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Every text in every layout: the lines, and the blocks."""
    return {
        f"{name}-{layout}": (wrapped(blocks, how), blocks)
        for name, blocks in texts().items()
        for layout, how in LAYOUTS.items()
    }


def flat(blocks: list[tuple[str, str]]) -> tuple[set[int], set[tuple[int, int]]]:
    """Where blocks end, and the stretches of headings, in characters without white space."""
    ends, heads, at = set(), set(), 0
    for kind, text in blocks:
        size = len(re.sub(r"[\s\-]", "", text))
        if kind == "heading":
            heads.add((at, at + size))
        at += size
        ends.add(at)
    return ends - {at}, heads


def f1(gold: set, found: set) -> tuple[int, int, int]:
    """True positives, wrongly found, missed."""
    return len(gold & found), len(found - gold), len(gold - found)
