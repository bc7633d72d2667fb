"""Glossary entries held against themselves and each other.

Pure: entries in, doubts out. `meipi check` prints them; the doubts that need texts are in `doubts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from app.i18n import worded
from app.model import DateType, Scope, Source, Term, TermDate
from app.text.folding import fold
from app.text.terms.doubts import Doubt

_ISO = re.compile(r"\d{4}(-\d\d){0,2}")
_HAN = re.compile("[\u3400-\u9fff]")
# A definition is shown with every article, so words about "this article" are wrong in the next one.
# Not 日本文化, 课本文字, 天文中心, 署名文章.
_THIS_ARTICLE = re.compile(
    r"(?<![日课剧读原文版])本文(?![化学字明人物献件教])|(?<![\u4e00-\u9fff])文中|[在据]文中|本篇|这篇"
    r"|(?:此|该|上述)文章?(?:里|中|所)|文章(?:里|中|所|指|用|把|提|说|写|称|将|以)"
    r"|\b(?:this|the) article\b",
    re.I,
)
# Nothing is issued before it is adopted, nor adopted before it is proposed; nothing ends before it begins.
_ORDER: tuple[DateType, ...] = ("proposed", "adopted", "issued", "founded", "ended")
_NOT_ORDERED = {("issued", "founded"), ("adopted", "founded")}


def entry_doubts(terms: Sequence[Term], *, stale: str = "") -> Iterator[Doubt]:
    """What an editor should look at in the entries of a glossary.

    Args:
        terms: the glossary, in its order.
        stale: ISO 8601; a review before this day is too long ago, "" for never.

    Yields:
        G04 to G07 and G12 to G16, entry by entry.
    """
    ids = {t.id for t in terms}
    forms: dict[str, list[Term]] = {}
    for term in terms:
        for other in term.related:
            if other not in ids:
                problem = worded("related id %(other)r of %(id)s does not exist", other=other, id=term.id)
                yield Doubt(term.id, "G04", problem, "correct or remove it")
        if not term.sources and not term.note:
            remedy = worded("add sources: with title and url, or say why in note:")
            yield Doubt(term.id, "G05", worded("%(id)s has no source", id=term.id), remedy)
        if term.reviewed and stale and term.reviewed < stale:
            problem = worded("%(id)s was last reviewed on %(reviewed)s", id=term.id, reviewed=term.reviewed)
            yield Doubt(term.id, "G07", problem, "look at its sources again, then set reviewed: to today")
        yield from _clashes(term, forms)
        yield from _dates(term)
        yield from _entry(term)


def _clashes(term: Term, forms: dict[str, list[Term]]) -> Iterator[Doubt]:
    """Forms that an earlier entry has too, unless scopes tell the two apart."""
    for form in term.forms:
        owners = forms.setdefault(fold(form), [])
        unscoped = [t for t in owners if t is not term and not _scoped(t, form)]
        if unscoped and not _scoped(term, form):
            problem = worded(
                "form “%(form)s” of %(id)s is also a form of %(id2)s",
                form=form,
                id=term.id,
                id2=unscoped[0].id,
            )
            remedy = worded("keep it in one entry, or give it a scope: in one; the first one has it now")
            yield Doubt(term.id, "G06", problem, remedy)
        owners.append(term)


def _scoped(term: Term, form: str) -> Scope | None:
    of_aliases = {fold(a.form): a.scope for a in term.alias_scopes}
    return term.scope or of_aliases.get(fold(form))


def _dates(term: Term) -> Iterator[Doubt]:
    """G12: dates that are later than other evidence in the entry."""
    first = _earliest(term.dates)
    for kind, before in first.items():
        for other, after in first.items():
            if _before(kind, other) and _later(before.date, after.date):
                yield _late(term, before, f"{after.type} {after.date}")
    for date in term.dates:
        # An end may be announced; nothing else is reported before it happened.
        if date.type != "ended":
            for source in _sources(term, date, first):
                if _later(date.date, source.date):
                    yield _late(term, date, f"its source “{source.title}” of {source.date}")


def _late(term: Term, date: TermDate, than: str) -> Doubt:
    problem = worded(
        "%(id)s: %(type)s %(date)s is later than %(than)s",
        id=term.id,
        type=date.type,
        date=date.date,
        than=than,
    )
    return Doubt(term.id, "G12", problem, "correct the date or its type, or delete it")


def _earliest(dates: Sequence[TermDate]) -> Mapping[DateType, TermDate]:
    found: dict[DateType, TermDate] = {}
    for date in sorted(dates, key=lambda d: d.date):
        found.setdefault(date.type, date)
    return found


def _before(kind: DateType, other: DateType) -> bool:
    """Whether one kind of event always comes before another."""
    if kind == "in_use_by":  # a thing is spoken of at the latest when it is there
        return other != "in_use_by"
    if other == "in_use_by" or (kind, other) in _NOT_ORDERED:
        return False
    return _ORDER.index(kind) < _ORDER.index(other)


def _later(date: str, than: str) -> bool:
    """Whether a date is later than another, as far as both are exact: 2014 is not later than 2014-05."""
    exact = min(len(date), len(than))
    return bool(_ISO.fullmatch(than)) and date[:exact] > than[:exact]


def _sources(term: Term, date: TermDate, first: Mapping[DateType, TermDate]) -> Sequence[Source]:
    """The sources that a date rests on: the one it names; any of the entry for a first use without one."""
    if date.source:
        return term.sources[date.source - 1 : date.source]
    return term.sources if date is first.get("in_use_by") else ()


def _entry(term: Term) -> Iterator[Doubt]:
    """G13 to G16: members, sources, pinyin and words of one entry."""
    for member in term.members:
        if fold(member.zh) in (fold(term.term), fold(term.traditional)):
            problem = worded("%(id)s lists itself as a member: %(zh)s", id=term.id, zh=member.zh)
            yield Doubt(term.id, "G13", problem, "delete it from members:")
    if term.verified and not any(s.tier != "C" for s in term.sources):
        problem = worded("%(id)s is verified by reprints only (tier C), or by nothing", id=term.id)
        yield Doubt(term.id, "G14", problem, "add a source of tier A or B, or set verified: false")
    if not term.pinyin and _HAN.search(term.term):
        remedy = worded("add pinyin: for %(term)s", term=term.term)
        yield Doubt(term.id, "G15", worded("%(id)s has no pinyin", id=term.id), remedy)
    for key, text in (("zh", term.zh), ("en", term.en), ("literal", term.literal)):
        if found := _THIS_ARTICLE.search(text):
            problem = worded(
                "%(key)s of %(id)s speaks of one article: “%(found)s”", key=key, id=term.id, found=found[0]
            )
            yield Doubt(term.id, "G16", problem, "say it of the term; the entry is shown with every article")
