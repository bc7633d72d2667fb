"""Quick looks that spare the rules for speakers most of their work, compared with those rules."""

from __future__ import annotations

import re

import pytest

import app.text.quotes.lexicon as lexicon
import app.text.quotes.naming as naming
import app.text.quotes.phrases as phrases
from app.model import Block
from app.text.quotes.cast import Cast
from app.text.quotes.passages import BETWEEN, VERBS, prepare
from app.text.quotes.subjects import _BETWEEN_AT

_LISTS = (
    *(lexicon.TITLES, lexicon.GROUPS, lexicon.ORGANISATIONS, lexicon.STATES, lexicon.PRONOUNS),
    *(lexicon.PLURALS, lexicon.HONORIFICS, lexicon.PAPERS, lexicon.MEDIA, lexicon.KIN, lexicon.NO_SOURCE),
    *(lexicon.MANY, lexicon.ONE, lexicon.ADDRESS, lexicon.ORDINARY, lexicon.PEOPLES_NAMES),
)
_LEADS = ("", "河边的", "也有位", "三百多名", "县长", "李大同和")


class _Always:
    """In place of `SOURCE_END`: every phrase ends in a word for a source, so that all rules are asked."""

    def of(self, text: str) -> str:
        return text


def test_a_glance_refuses_only_what_is_no_source(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [word for words in _LISTS for word in words.words]
    known = frozenset(("溪", "贺兰山", "渡口管理处"))
    texts = [lead + word + rest for lead in _LEADS for word in words for rest in ("", "李青")]
    texts += [lead + name for lead in _LEADS for name in known]
    at_a_glance = [phrases.describe(text, known) for text in texts]
    for module in (naming, phrases):
        monkeypatch.setattr(module, "SOURCE_END", _Always())
    wholly = [phrases.describe(text, known) for text in texts]
    assert [t for t, a, b in zip(texts, at_a_glance, wholly, strict=True) if a != b] == []
    assert sum(who is not None for who in wholly) > 3000


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
