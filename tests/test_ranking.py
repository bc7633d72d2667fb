"""The order of search results: each documented weight decides between two paragraphs."""

from __future__ import annotations

import pytest

from app.index.packed import mark
from app.index.ranking import SearchCandidate, rank
from app.text.query import parse

WORD, OTHER = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉"
PLAIN, FAVOURED = 1, 2


def about(share: float) -> str:
    """A text that scores `share` for its words alone: eight hits of ten characters, see `ranking.rank`."""
    return WORD * 8 + "。" * round(4 * 80 / share - 40 - 80)


def paragraph(
    row: int, text: str, *, kind: str = "paragraph", day: int = 20240101, marks: str = ""
) -> SearchCandidate:
    return SearchCandidate(row, row, 1, kind, day, text, marks)


def first(*candidates: SearchCandidate, query: str = WORD, titled: bool = False, term: bool = False) -> int:
    found = rank(
        candidates,
        parse(query),
        slice(0, 9),
        ids=lambda keys: {key: str(key) for key in keys},
        titled=frozenset({FAVOURED} if titled else ()),
        favoured=[mark("term", "t")] if term else [],
    )
    return found[0].row


@pytest.mark.parametrize(
    ("what", "weight"),
    [("title", 0.3), ("term", 0.15), ("heading", 0.2), ("newest", 0.1), ("furniture", 0.3)],
)
def test_a_weight_outweighs_a_little_less_of_the_word_and_no_more(what: str, weight: float):
    # A hundred days between the oldest and the newest, whose weights fall evenly.
    others = [paragraph(row, about(0.1), day=20200000 + row) for row in range(100, 200)]
    for less, wanted in ((weight - 0.02, FAVOURED), (weight + 0.02, PLAIN)):
        plain = paragraph(
            PLAIN,
            about(0.8),
            day=20190101 if what == "newest" else 20240101,
            kind="furniture" if what == "furniture" else "paragraph",
        )
        favoured = paragraph(
            FAVOURED,
            about(0.8 - less),
            kind="heading" if what == "heading" else "paragraph",
            marks=mark("term", "t") if what == "term" else "",
        )
        assert first(plain, favoured, *others, titled=what == "title", term=what == "term") == wanted


def test_words_are_near_within_thirty_characters():
    near = paragraph(FAVOURED, f"{WORD}{'。' * 20}{OTHER}")
    apart = paragraph(PLAIN, f"{WORD}{'。' * 21}{OTHER}", day=20240102)
    assert first(near, apart, query=f"{WORD} {OTHER}") == FAVOURED


@pytest.mark.parametrize(("less", "wanted"), [(0.13, FAVOURED), (0.17, PLAIN)])
def test_nearness_is_worth_fifteen_hundredths(less: float, wanted: int):
    def text(gap: int, share: float) -> str:
        words = (WORD + "。" * gap + OTHER) * 4
        return words + "。" * (round(4 * 80 / share) - 40 - len(words))

    near, apart = paragraph(FAVOURED, text(2, 0.6 - less)), paragraph(PLAIN, text(25, 0.6))
    assert first(near, apart, query=f"{WORD} {OTHER}") == wanted


def test_the_ninth_hit_says_no_more_than_the_eighth():
    def text(hits: int) -> str:
        return WORD * hits + "。" * (1000 - len(WORD) * hits)

    newer = paragraph(FAVOURED, text(8), day=20240102)
    assert first(paragraph(PLAIN, text(9)), paragraph(3, text(99)), newer) == FAVOURED
    # One hit less costs .04, two hits more than the newer of two days is worth.
    assert first(paragraph(PLAIN, text(8)), paragraph(FAVOURED, text(6), day=20240102)) == PLAIN
