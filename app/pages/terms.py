"""The page that lists the entries of the glossary."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from app import urls
from app.errors import NotFound
from app.i18n import mark, say
from app.model import Term
from app.pages.contexts import Page, PageContext
from app.pages.glossary import TermRow, term_row
from app.pages.head import meta
from app.pages.resources import Resources
from app.pages.views import Link
from app.text.terms.facts import DOMAIN, KIND, dated, main_date


class TermsContext(PageContext, frozen=True):
    """The list of entries.

    Attributes:
        groups: the entries in groups, each with its label.
        total: how many the groups hold.
        ways: links to the other groupings, each with whether it is this one.
    """

    template: ClassVar[str] = "terms.html"
    groups: tuple[tuple[str, tuple[TermRow, ...]], ...]
    total: int
    ways: tuple[tuple[Link, bool], ...] = ()


def terms(res: Resources, by: str = "kind") -> Page:
    """The glossary, grouped.

    Args:
        by: kind, domain, form (the number in a counted phrase) or year (of the main date).

    Raises:
        NotFound: `by` is none of these.
    """
    if by not in GROUPINGS:
        raise NotFound("page", f"{urls.TERMS}?by={by}")
    knowledge, counts = res.library.knowledge(), res.library.index.term_counts()
    found: dict[str, list[TermRow]] = {}
    for label, when, t in GROUPINGS[by](knowledge.terms):
        found.setdefault(label, []).append(term_row(t, counts.get(t.id, 0), when))
    groups = [(label, tuple(rows)) for label, rows in found.items()]
    head = meta(
        res,
        say("词语"),
        say("词语表共 %(n)s 条，每条有释义、来历和出处。", n=len(knowledge.terms)),
        urls.TERMS,
        jsonld={
            "@context": "https://schema.org",
            "@type": "DefinedTermSet",
            "@id": res.absolute(urls.TERMS),
            "name": f"{res.site_name}词语表",
            "hasDefinedTerm": [res.absolute(urls.term(t.id)) for t in knowledge.terms],
        },
    )
    ways = tuple(
        (Link(say(_WAYS[way]), urls.TERMS if way == "kind" else f"{urls.TERMS}?by={way}"), way == by)
        for way in GROUPINGS
    )
    total = sum(len(rows) for _, rows in groups)
    return Page(TermsContext(tuple(groups), total, ways), head, nav="terms")


# An entry with the label of its group, and with the date that puts it there.
_Grouped = Iterator[tuple[str, str, Term]]
_NUMBERS = "一二三四五六七八九十"


def _by_kind(terms: Sequence[Term]) -> _Grouped:
    for kind, label in KIND.items():
        yield from ((label, "", t) for t in terms if t.kind == kind)


def _by_domain(terms: Sequence[Term]) -> _Grouped:
    for domain, label in DOMAIN.items():
        yield from ((label, "", t) for t in terms if t.domain == domain)
    yield from ((say("其他"), "", t) for t in terms if not t.domain)


def _by_form(terms: Sequence[Term]) -> _Grouped:
    """Counted phrases by their first number; the other entries have no form."""
    for number in f"{_NUMBERS}双":
        starts = (number, "两") if number == "二" else (number,)
        yield from ((number, "", t) for t in terms if t.term.startswith(starts))


def _by_year(terms: Sequence[Term]) -> _Grouped:
    """By the year of the main date, the newest first; each entry says which kind of date it is."""
    dates = [(date, t) for t in terms if (date := main_date(t))]
    for date, t in sorted(dates, key=lambda pair: pair[0].date, reverse=True):
        yield date.date[:4], dated(date), t
    yield from ((say("日期未查明"), "", t) for t in terms if not t.dates)


GROUPINGS: Mapping[str, Callable[[Sequence[Term]], _Grouped]] = {
    "kind": _by_kind,
    "domain": _by_domain,
    "form": _by_form,
    "year": _by_year,
}
_WAYS = {"kind": mark("按种类"), "domain": mark("按领域"), "form": mark("按数字"), "year": mark("按年份")}
