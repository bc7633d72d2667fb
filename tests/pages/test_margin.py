"""Which terms have a note next to a paragraph: as many as fit, core terms first."""

from __future__ import annotations

import pytest

from app.i18n import use_locale
from app.model import (
    ArticleId,
    Block,
    BlockId,
    Document,
    Header,
    Knowledge,
    Occurrence,
    Priority,
    Term,
    TermId,
)
from app.pages.article import DocumentView
from app.pages.blocks import sections


def noted(terms: list[tuple[str, Priority, str]], length: int, locale: str = "zh") -> list[str]:
    """The terms with a note in a text that has them in this order at equal distances.

    Args:
        terms: headword of one character, priority and definition.
        length: of the text, in characters.
        locale: language of the page.
    """
    step = length // len(terms)
    text = "".join(word + "，" * (step - 1) for word, _, _ in terms)
    entries = tuple(
        Term(TermId(word), word, pinyin="", kind="concept", priority=priority, zh=zh, en=zh)
        for word, priority, zh in terms
    )
    places = tuple(
        Occurrence(BlockId("aaaa"), at, at + 1, word, TermId(word), True, True)
        for (word, _, _), at in zip(terms, range(0, length, step), strict=False)
    )
    block = Block(BlockId("aaaa"), 1, "paragraph", text)
    document = Document(Header(ArticleId("a"), "题"), 1, (block,), occurrences=places)
    with use_locale(locale):
        (section,) = sections(DocumentView(document, Knowledge(entries)), "core")
    return [n.term for n in section.blocks[0].notes if not n.lesson]


SHORT, LONG = "一句短的解释。", "一句很长很长的解释，" * 8 + "到这里才完。"


@pytest.mark.parametrize(
    ("priorities", "core"),
    [("ccc", "甲乙丙"), ("uuucc", "丁戊"), ("cuuuc", "甲戊"), ("mmmmc", "戊"), ("uccc", "乙丙丁")],
)
def test_core_terms_come_first_where_there_is_room(priorities: str, core: str):
    names: dict[str, Priority] = {"c": "core", "u": "useful", "m": "minor"}
    terms = [(word, names[p], SHORT) for word, p in zip("甲乙丙丁戊", priorities, strict=False)]
    found = noted(terms, 36 * 5)
    assert len(found) == 3 and set(core) <= set(found) and found == sorted(found, key="甲乙丙丁戊".index)


def test_long_notes_take_more_room():
    both = [("甲", "core", SHORT), ("乙", "core", LONG)]
    assert noted(both, 36 * 3) == ["甲"]
    assert noted(both, 36 * 9) == ["甲", "乙"]


def test_a_short_paragraph_has_none():
    assert noted([("甲", "core", SHORT)], 20) == []


def test_english_letters_are_narrow():
    note = "Words of another language are narrower."  # two rows; as Chinese characters they need three
    assert noted([("甲", "core", note)], 36 * 2, "en") == ["甲"]
    assert noted([("甲", "core", "字" * len(note))], 36 * 2) == []
