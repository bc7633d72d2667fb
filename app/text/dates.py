"""Finds dates in Chinese and other texts and writes them as ISO 8601.

２０２３年３月５日, 二〇二三年三月五日, 2024/6/8, 20240608, 民國112年3月5日, 05 Mar 2024, March 5, 2024.
"""

from __future__ import annotations

import re
from datetime import date

_NUMERALS = {
    c: n
    for n, cs in enumerate(("〇零○Ｏ", "一", "二两双", "三", "四", "五", "六", "七", "八", "九"))
    for c in cs
}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９／．－：", "0123456789/.-:")
_YEAR = r"(?:1[89]|20)\d\d"
# No character is more than one of these lets a date be read out of running digits.
_DATE = re.compile(
    rf"(?<![\d.])(?P<y>{_YEAR})(?P<s>\s*年\s*度?|\s*[-/.·]\s*)"
    r"(?:(?P<m>1[0-2]|0?[1-9])(?![\d%％万亿倍元])(?:\s*(?:月份?|[-/.·])\s*(?:(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)\s*(?:日|号|號)?)?)?)?"
)
_BARE_YEAR = re.compile(rf"(?<![\d.])(?P<y>{_YEAR})(?![\d.])")
_COMPACT = re.compile(
    rf"(?<!\d)(?:D:)?(?P<y>{_YEAR})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d{{1,5}}(?!\d))"
)
_HAN = re.compile(
    r"(?P<y>[一二][〇零○Ｏ一二三四五六七八九]{3})年(?:(?P<m>十[一二]?|[一二三四五六七八九元正])月(?:份|(?P<d>[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号號])?)?"
)
_MINGUO = re.compile(
    r"(?:中華|中华)?(?:民國|民国)\s*(?P<y>\d{1,3})\s*年(?:\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*日)?)?"
)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES, 1)}
_MONTH = rf"({'|'.join(_MONTH_NAMES)})[a-z]*\.?"
_NTH = r"(\d{1,2})(?:st|nd|rd|th)?"
_ENGLISH = re.compile(rf"\b(?:{_NTH}\s+{_MONTH}|{_MONTH}\s+{_NTH}),?\s+(?P<y>{_YEAR})\b", re.IGNORECASE)
# A month and a day without a year.
DAY = re.compile(
    r"(?<!\d)(?:1[0-2]|0?[1-9])\s*(?:月\s*(?:3[01]|[12]\d|0?[1-9])\s*[日号號]|[-/](?:3[01]|[12]\d|0?[1-9])(?![\d/-]))"
)


def plain(words: str) -> str:
    """A text with full-width digits and the marks of dates as ASCII; every character keeps its place."""
    return words.translate(_FULL_WIDTH)


def find_date(words: str) -> tuple[str, int, int] | None:
    """The first date in a text that names its year: ISO 8601, as exact as given, and its place.

    A year alone counts only with 年.
    """
    text = plain(words)
    found = [
        (match.start(), -match.end(), iso)
        for pattern in (_DATE, _COMPACT, _HAN, _MINGUO, _ENGLISH)
        if (match := pattern.search(text)) and (iso := _iso(pattern, match))
    ]
    if not found:
        return None
    start, end, iso = min(found)
    return iso, start, -end


def iso_date(words: str) -> str:
    """The first date in a text as ISO 8601, as exact as given; "" if there is none. A year may be alone."""
    if found := find_date(words):
        return found[0]
    year = _BARE_YEAR.search(plain(words))
    return year["y"] if year else ""


def _iso(pattern: re.Pattern[str], match: re.Match[str]) -> str:
    values = match.groupdict()
    if pattern is _DATE and not values["m"] and "年" not in values["s"]:
        return ""
    year, month, day = values["y"], values.get("m"), values.get("d")
    if pattern is _HAN:
        numbers = [
            sum(_NUMERALS[c] * 10 ** (3 - n) for n, c in enumerate(year)),
            (numeral(month) or 1) if month else 0,  # 元月, 正月
            numeral(day or ""),
        ]
        if not 1800 <= numbers[0] < 2100:
            return ""
    elif pattern is _MINGUO:
        numbers = [1911 + int(year), int(month or 0), int(day or 0)]
    elif pattern is _ENGLISH:
        day_before, month_after, month_before, day_after = match.groups()[:4]
        numbers = [int(year), _MONTHS[(month_after or month_before).lower()], int(day_before or day_after)]
    else:
        numbers = [int(year), int(month or 0), int(day or 0)]
    parts = [n for n in numbers if n]
    if len(parts) == 3:
        try:
            date(*parts)
        except ValueError:
            parts = parts[:2]
    return "-".join(f"{part:02}" for part in parts)


def numeral(words: str) -> int:
    """The value of a Chinese number up to 99: 十二, 二十, 两; 0 for other words."""
    tens, ten, ones = words.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)
