"""Set phrases in sentences: where a form means its term, and where it is another word or a slice of one."""

from pathlib import Path

import pytest

from app.content.store import Content
from app.text.terms.matcher import TermMatcher


def cases() -> list[list[str]]:
    """The id of a term, + or -, and a sentence."""
    lines = Path(__file__).with_name("phrases.txt").read_text(encoding="utf-8").splitlines()
    return [line.split(" ", 2) for line in lines if not line.startswith("#")]


@pytest.fixture(scope="module")
def matcher(client_content: Content) -> TermMatcher:
    return TermMatcher(client_content.knowledge().terms)


def marked(matcher: TermMatcher, text: str) -> list[tuple[str, str]]:
    return [(str(term.id), text[span.start : span.end]) for span, term in matcher.find(text)]


@pytest.mark.parametrize(("id", "sign", "text"), cases())
def test_a_form_is_marked_where_it_means_the_term(matcher: TermMatcher, id: str, sign: str, text: str):
    assert (id in dict(marked(matcher, text))) is (sign == "+")


def test_a_number_of_plans_or_of_law_programmes(matcher: TermMatcher):
    """“七五” alone is the plan; before 普法 it is the programme for teaching law."""
    text = "“七五”计划完成时，“七五”普法还没有影子。"
    assert list(dict(marked(matcher, text))) == ["qiwu", "wunian-pufa"]


def test_a_short_name_is_not_found_in_words_that_contain_it(matcher: TermMatcher):
    text = "上合组织谈海上合作，也谈线上合同；上合成员国都到了。"
    assert [form for _, form in marked(matcher, text)] == ["上合组织", "上合"]
