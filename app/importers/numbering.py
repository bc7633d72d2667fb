"""Word's automatic numbers as they are printed: 第三条, 一、, （二）, 3.1, ④.

Source: ECMA-376 part 1, 17.9 (numbering), 17.18.59 (number formats).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from app.importers.wordxml import W, value, whole

_HAN = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
# Characters of the text of a level, and the last number that letters count; Word has shorter ones.
_LONGEST, _LETTERS = 100, 780


@dataclass(slots=True)
class NumberLevel:
    """One level of a numbered list."""

    format: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass(slots=True)
class Numbering:
    """The numbered lists of a Word file, with the numbers used so far."""

    levels: dict[str, dict[int, NumberLevel]] = field(default_factory=dict)  # by list
    lists: dict[str, str] = field(default_factory=dict)  # numId to abstract list
    starts: dict[tuple[str, int], int] = field(default_factory=dict)  # of one numId, where it begins anew
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, number: str, level: int) -> tuple[str, bool] | None:
        """The printed number of a list's next paragraph, and whether it is a bullet; None for no number."""
        name = self.lists.get(number)
        if name is None:
            return None
        levels = self.levels.get(name, {})
        here = levels.get(level, NumberLevel())
        key = name, level
        if (number, level) in self.starts and (number, level) not in self.begun:
            self.begun.add((number, level))
            self.counts[key] = self.starts[number, level]
        else:
            self.counts[key] = self.counts.get(key, here.start - 1) + 1
        for deeper in [k for k in self.counts if k[0] == name and k[1] > level]:
            del self.counts[deeper]
        if here.format == "bullet":
            return "", True
        if here.format == "none":
            return None

        def shown(match: re.Match[str]) -> str:
            n = int(match[1]) - 1
            other = levels.get(n, NumberLevel())
            return written(self.counts.get((name, n), other.start), other.format)

        return re.sub(r"%([1-9])", shown, here.text), False


def read_numbering(root: Element) -> Numbering:
    """The lists that word/numbering.xml defines."""
    made = Numbering()
    for one in root.iter(f"{W}abstractNum"):
        levels = made.levels.setdefault(one.get(f"{W}abstractNumId", ""), {})
        for level in one.iter(f"{W}lvl"):
            levels[whole(level.get(f"{W}ilvl"))] = NumberLevel(
                value(level, "numFmt") or "decimal",
                value(level, "lvlText")[:_LONGEST],
                whole(value(level, "start"), 1),
            )
    for one in root.iter(f"{W}num"):
        id = one.get(f"{W}numId", "")
        made.lists[id] = value(one, "abstractNumId")
        for override in one.iter(f"{W}lvlOverride"):
            if start := value(override, "startOverride"):
                made.starts[id, whole(override.get(f"{W}ilvl"))] = whole(start, 1)
    return made


def written(n: int, format: str) -> str:
    """A number in one of Word's formats."""
    match format:
        case "chineseCounting" | "chineseCountingThousand" | "japaneseCounting" | "taiwaneseCounting" \
            | "taiwaneseCountingThousand" | "ideographDigital" | "japaneseDigitalTenThousand":  # fmt: skip
            return _counted(n)
        case "chineseLegalSimplified" | "ideographLegalTraditional":
            return _counted(n).translate(str.maketrans(_HAN + "十百", _LEGAL + "拾佰"))
        case "ideographTraditional":
            return _STEMS[(n - 1) % 10]
        case "ideographZodiac":
            return _BRANCHES[(n - 1) % 12]
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if 1 <= n <= 20:
            return chr(0x2460 + n - 1)
        case "decimalEnclosedParen" if 1 <= n <= 20:
            return chr(0x2474 + n - 1)
        case "ideographEnclosedCircle" if 1 <= n <= 10:
            return chr(0x3280 + n - 1)
        case "decimalFullWidth" | "decimalFullWidth2":
            return str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        case "decimalZero":
            return f"{n:02}"
        case "lowerLetter" | "upperLetter" if 1 <= n <= _LETTERS:
            letter = chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1)
            return letter if format == "lowerLetter" else letter.upper()
        case "lowerRoman" | "upperRoman":
            roman = _roman(n)
            return roman if format == "lowerRoman" else roman.upper()
    return str(n)


def _counted(n: int) -> str:
    """A number up to 999 as it is counted in Chinese: 十二, 一百〇三."""
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    if not 0 < n < 1000:
        return str(n)
    words = f"{_HAN[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else _HAN[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (_HAN[ones] if ones else "")


def _roman(n: int) -> str:
    if not 0 < n < 4000:
        return str(n)
    words = ""
    for size, letters in _ROMAN:
        words += letters * (n // size)
        n %= size
    return words
