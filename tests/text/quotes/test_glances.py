"""Quick looks that spare the rules for speakers most of their work, compared with those rules."""

from __future__ import annotations

import re

import pytest

import app.text.quotes.lexicon as lexicon
from app.model import Block
from app.text.quotes.cast import Cast
from app.text.quotes.passages import BETWEEN, VERBS, prepare
from app.text.quotes.phrases import _describe, describe
from app.text.quotes.subjects import _BETWEEN_AT

_LISTS = (
    *(lexicon.TITLES, lexicon.GROUPS, lexicon.ORGANISATIONS, lexicon.STATES, lexicon.PRONOUNS),
    *(lexicon.PLURALS, lexicon.HONORIFICS, lexicon.PAPERS, lexicon.MEDIA, lexicon.KIN, lexicon.NO_SOURCE),
    *(lexicon.MANY, lexicon.ONE, lexicon.ADDRESS, lexicon.ORDINARY, lexicon.PEOPLES_NAMES),
)
_LEADS = ("", "河边的", "有", "也有位", "三百多名", "这位", "县长", "李大同和", "桑河公司", "汤姆·")


@pytest.mark.parametrize("lead", _LEADS)
def test_what_is_a_source_is_never_refused_at_a_glance(lead: str) -> None:
    words = [word for words in _LISTS for word in words.words]
    phrases = [lead + word + rest for word in words for rest in ("", "青", "李青", "李大同")]
    known = frozenset(("溪", "贺兰山", "渡口管理处"))
    phrases += [lead + name for name in known]
    assert [p for p in phrases if len(p) < 48 and describe(p, known) != _describe(p, known)] == []


def test_words_after_a_source_begin_where_their_pattern_finds_them() -> None:
    verbs = "|".join(re.escape(verb) for verb in VERBS if len(verb) > 1)
    pattern = re.compile(f"(?=(?:{BETWEEN.pattern}|{verbs}))")
    text = (
        "昨天　店主李大同在会上接受采访时笑着补充说明道，2024年９月起 他们也将\t搬走了，\ud800不再表示歉意。"
    )
    for begin in (0, 1, 7):
        found = [m.start() for m in pattern.finditer(text, begin, len(text))]
        assert _BETWEEN_AT.of(text, begin, len(text)) == found
    assert len(_BETWEEN_AT.of(text, 0, 20)) > 3


def test_words_of_a_long_text_are_counted_as_in_a_short_one() -> None:
    short = "水车坊在河边。水车坊很旧。水车坊要修。水渠要修，水车要修，车坊不修。" + "哈哈哈。" * 2
    long = short + "无关的话。" * 2000

    def cast(text: str) -> Cast:
        return Cast([prepare(0, Block("k7f3", 1, "paragraph", text))])

    few, many = cast(short), cast(long)
    for word in ("水车坊", "水车", "水渠", "车坊", "哈哈", "坊水", "修"):
        for least in (1, 2, 3, 4):
            assert few.frequent(word, least) == many.frequent(word, least) == (short.count(word) >= least)
