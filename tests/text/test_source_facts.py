"""The facts of an article's head are looked up in the lines of its source."""

from __future__ import annotations

import pytest

from app.model import ArticleId, Header
from app.text.source_facts import source_facts

TEXT = "青川日报　2024年3月5日　第3版\n新馆昨日开放\n\n本报记者　何川　李敏\n\n图书馆昨日向公众开放。\n"


def lines(text: str = TEXT, **facts: str) -> dict[str, int]:
    return {fact.name: fact.line for fact in source_facts(Header(ArticleId("a"), **facts), text)}


def test_facts_are_found_in_their_lines() -> None:
    found = lines(title="新馆昨日开放", date="2024-03", publication="《青川日报》", author="何川、李敏")
    assert found == {"title": 2, "date": 1, "publication": 1, "author": 4}


@pytest.mark.parametrize(
    ("name", "value"),
    [("title", "图书馆开放"), ("date", "2024-04"), ("publication", "青川晚报"), ("author", "何川、王敏")],
)
def test_a_fact_that_is_in_no_line_comes_first(name: str, value: str) -> None:
    facts = {"title": "新馆昨日开放", "date": "2024-03-05", "publication": "青川日报", "author": "何川"}
    found = source_facts(Header(ArticleId("a"), **{**facts, name: value}), TEXT)
    assert (found[0].name, found[0].doubtful) == (name, True)
    assert not any(fact.doubtful for fact in found[1:])


def test_a_title_may_go_on_in_the_next_line() -> None:
    text = "湿地归来：\n青澜湖十年治理观察\n\n湖边的芦苇又高了。\n"
    assert lines(text, title="湿地归来：青澜湖十年治理观察")["title"] == 1
    assert lines(text, title="湿地归来：青澜湖")["title"] == 1


def test_a_missing_fact_is_doubtful_and_a_missing_subtitle_is_not_named() -> None:
    assert lines(title="新馆昨日开放") == {"date": 0, "publication": 0, "author": 0, "title": 2}
