"""The facts of glossary entries in words, in the language of the page: kinds, dates, English names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.i18n import is_chinese, mark, say
from app.model import DateType, Source, Term, TermDate, Verified


class Labels(Mapping[str, str]):
    """Words for the values of a field, in the language of the page."""

    def __init__(self, **labels: str) -> None:
        self._labels = labels

    def __getitem__(self, key: str) -> str:
        return say(self._labels[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels)

    def choices(self) -> tuple[tuple[str, str], ...]:
        """The values with their words as messages, which forms translate when they are shown."""
        return tuple(self._labels.items())

    def __len__(self) -> int:
        return len(self._labels)


KIND = Labels(
    policy=mark("政策"), slogan=mark("提法"), programme=mark("计划"), institution=mark("机构"),
    title=mark("职务"), place=mark("地名"), event=mark("事件"), meeting=mark("会议"), document=mark("文件"),
    concept=mark("概念"), idiom=mark("习语"),
)  # fmt: skip
DOMAIN = Labels(
    party=mark("党的建设"), government=mark("政府治理"), economy=mark("经济"), society=mark("社会"),
    law=mark("法治"), diplomacy=mark("外交"), defence=mark("国防"), science=mark("科技"),
    ecology=mark("生态"), culture=mark("文化"), regions=mark("区域"), agriculture=mark("农业农村"),
)  # fmt: skip
DATED = Labels(
    proposed=mark("%(d)s提出"), adopted=mark("%(d)s通过"), issued=mark("%(d)s印发"),
    founded=mark("%(d)s成立"), in_use_by=mark("不晚于%(d)s已有"), ended=mark("%(d)s结束"),
)  # fmt: skip
ENGLISH = Labels(official=mark("官方英译"), common=mark("通行英译"), descriptive=mark("释义性英译"))
_VERIFIED: Mapping[Verified, str] = {
    True: mark("已核实"),
    "main": mark("主要事实已核实"),
    False: mark("待核实"),
}
# What a card says of a term, the most telling first.
_TELLING: tuple[DateType, ...] = ("founded", "proposed", "adopted", "issued", "in_use_by", "ended")
_MONTHS = (
    mark("1月"), mark("2月"), mark("3月"), mark("4月"), mark("5月"), mark("6月"),
    mark("7月"), mark("8月"), mark("9月"), mark("10月"), mark("11月"), mark("12月"),
)  # fmt: skip
# ISO 8601 as exact as it is known; ~ for an approximate date (EDTF, ISO 8601-2).
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(~)?")


def chinese_date(date: str, *, circa: bool = False) -> str:
    """2023-12-03 → 2023年12月3日, 2023-12~ → 约2023年12月; anything else comes back unchanged."""
    found = _DATE.fullmatch(date)
    if not found:
        return date
    year, month, day, about = found.groups()
    words = f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")
    return f"约{words}" if circa or about else words


def date_words(date: str, *, circa: bool = False) -> str:
    """2023-12-03 → 2023年12月3日, or 3 December 2023; anything else comes back unchanged."""
    found = _DATE.fullmatch(date)
    if not found:
        return date
    year, month, day, about = found.groups()
    name = say(_MONTHS[int(month) - 1]) if month and 1 <= int(month) <= 12 else ""
    if name and day:
        words = say("%(y)s年%(m)s%(d)s日", y=year, m=name, d=int(day))
    elif name:
        words = say("%(y)s年%(m)s", y=year, m=name)
    else:
        words = say("%(y)s年", y=year)
    return say("约%(d)s", d=words) if circa or about else words


def without_tilde(date: str) -> tuple[str | None, bool]:
    """A date of `iso_date` in parts again: the date or None, and whether it is approximate."""
    return date.removesuffix("~") or None, date.endswith("~")


def iso_date(date: str | None, *, circa: bool) -> str:
    """A date for tables and commands, with ~ if it is approximate (EDTF); "" for none."""
    return f"{date or ''}{'~' * (date is not None and circa)}"


def span(since: str, until: str) -> str:
    """Two dates or years that were put in words, as a range: 2019—2023; one if they are equal."""
    return since if since == until else f"{since}{'—' if is_chinese() else '–'}{until}"


def dated(date: TermDate) -> str:
    """A date with what happened then: 2017年12月15日提出, proposed 15 December 2017."""
    return DATED[date.type] % {"d": date_words(date.date)}


def main_date(term: Term) -> TermDate | None:
    """The one date that a card shows: the most telling kind, and of that kind the earliest."""
    return min(term.dates, key=lambda d: (_TELLING.index(d.type), d.date), default=None)


def in_order(term: Term) -> list[TermDate]:
    """The dates of a term, the earliest first."""
    return sorted(term.dates, key=lambda d: d.date)


def verified_words(verified: Verified) -> str:
    """How far an entry is verified."""
    return say(_VERIFIED[verified])


def linked(source: Source) -> str:
    """The address of a source that readers are led to; "" for reprints and mirrors (tier C)."""
    return source.url if source.tier != "C" else ""
