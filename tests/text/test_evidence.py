"""Entries held against themselves: dates against evidence, members, sources, pinyin, words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.model import AliasScope, Member, Scope, Source, Term, TermDate, TermId
from app.text.terms.evidence import entry_doubts

PAGE = Source("公告", date="2018-03-01", tier="A")


def term(form: str = "三港", **fields: Any) -> Term:
    sound = Term(TermId(form), form, "sān gǎng", "policy", "useful", "三个港口。", sources=(PAGE,))
    return replace(sound, **fields)


def codes(*terms: Term, stale: str = "") -> list[str]:
    return [d.code for d in entry_doubts(terms, stale=stale)]


def dates(*pairs: tuple[str, str], source: int = 0) -> tuple[TermDate, ...]:
    return tuple(TermDate(date, type, source=source) for type, date in pairs)  # type: ignore[arg-type]


def test_a_sound_entry_has_no_doubts():
    assert codes(term(dates=dates(("proposed", "2016"), ("adopted", "2017-05"), ("in_use_by", "2015")))) == []


class TestDates:
    @pytest.mark.parametrize(
        "pairs, late",
        [
            ([("in_use_by", "2017"), ("founded", "2016")], True),
            ([("in_use_by", "2017-06"), ("proposed", "2017-05-03")], True),
            ([("in_use_by", "2016"), ("issued", "2017")], False),
            ([("in_use_by", "2017-06"), ("issued", "2017")], False),
            ([("in_use_by", "2017"), ("in_use_by", "2015"), ("issued", "2016")], False),
            ([("in_use_by", "2019")], True),  # the source of 2018 has it already
            ([("in_use_by", "2018-03")], False),
            ([("in_use_by", "2018-04")], True),
            ([("proposed", "2017"), ("adopted", "2016")], True),
            ([("adopted", "2017-03"), ("issued", "2017-02-28")], True),
            ([("founded", "2017"), ("ended", "2016")], True),
            ([("issued", "2017"), ("founded", "2016")], False),
            ([("ended", "2025")], False),
        ],
    )
    def test_none_is_later_than_other_evidence(self, pairs: list[tuple[str, str]], late: bool):
        assert codes(term(dates=dates(*pairs))) == (["G12"] if late else [])

    def test_none_is_later_than_the_source_it_names(self):
        assert codes(term(dates=dates(("founded", "2019"), source=1))) == ["G12"]
        assert codes(term(dates=dates(("founded", "2018-03-01"), source=1))) == []
        assert codes(term(dates=dates(("ended", "2025"), source=1))) == []

    def test_a_first_use_that_names_its_source_is_compared_with_that_one(self):
        older = Source("早先的另一种提法", date="2003", tier="A")
        own = Source("报告", date="2018-03", tier="A")
        used = dates(("in_use_by", "2018-03"))
        assert codes(term(sources=(older, own), dates=used)) == ["G12"]
        assert codes(term(sources=(older, own), dates=dates(("in_use_by", "2018-03"), source=2))) == []
        assert codes(term(sources=(older, own), dates=dates(("in_use_by", "2019"), source=2))) == ["G12"]

    def test_the_finding_says_which_and_later_than_what(self):
        (doubt,) = entry_doubts([term(dates=dates(("in_use_by", "2017"), ("founded", "2016-02")))])
        assert doubt.problem == "三港: in_use_by 2017 is later than founded 2016-02"


class TestOneEntry:
    def test_no_member_is_the_entry_itself(self):
        assert codes(term(members=(Member("东港"), Member("三港")))) == ["G13"]
        assert codes(term("两灣", traditional="兩灣", members=(Member("兩灣"),))) == ["G13"]
        assert codes(term(members=(Member("东港"), Member("西港")))) == []

    @pytest.mark.parametrize("verified", [True, "main"])
    def test_verified_by_reprints_alone_is_not_verified(self, verified: bool):
        reprint = Source("转载", tier="C")
        assert codes(term(sources=(reprint,), verified=verified)) == ["G14"]
        assert codes(term(sources=(reprint, PAGE), verified=verified)) == []
        assert codes(term(sources=(reprint,), verified=False)) == []

    def test_every_chinese_headword_has_pinyin(self):
        assert codes(term(pinyin="")) == ["G15"]
        assert codes(term("AI", pinyin="")) == []

    @pytest.mark.parametrize(
        "text, here",
        [
            ("本文指三个港口。", True),
            ("文章里指三个港口。", True),
            ("文章中所说的港口。", True),
            ("这篇报道提到的港口。", True),
            ("报刊上的署名文章。", False),
            ("以文章数量评价人才的做法。", False),
            ("2016年写入中央文件。", False),
            ("天文中心。", False),
            ("日本文化的一种。", False),
            ("文中指三个港口。", True),
            ("在本文中指港口。", True),
        ],
    )
    def test_no_definition_speaks_of_one_article(self, text: str, here: bool):
        assert codes(term(zh=text)) == (["G16"] if here else [])

    def test_nor_the_english_one(self):
        assert codes(term(en="In this article the three ports.")) == ["G16"]
        assert codes(term(en="Three ports, named in an article of the law.")) == []


class TestForms:
    def test_two_entries_share_no_form(self):
        assert codes(term(), term("三港口", aliases=("三港",))) == ["G06"]

    def test_unless_one_of_them_has_a_scope(self):
        scope = Scope(place=("北湾",))
        assert codes(term(), term("三港口", aliases=("三港",), scope=scope)) == []
        one = term("三港口", aliases=("三港",), alias_scopes=(AliasScope("三港", scope),))
        assert codes(term(), one) == []
        other = term("三港口", aliases=("三港", "港口群"), alias_scopes=(AliasScope("港口群", scope),))
        assert codes(term(), other) == ["G06"]
