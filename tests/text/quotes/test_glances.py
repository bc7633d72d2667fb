"""Quick looks that spare the rules for speakers most of their work, compared with those rules."""

from __future__ import annotations

import re

import pytest

import app.text.quotes.lexicon as lexicon
import app.text.quotes.naming as naming
import app.text.quotes.phrases as phrases
from app.model import Block, BlockId
from app.text.quotes.attribution import attribute
from app.text.quotes.entity import Entity, Known
from app.text.quotes.frequency import Frequency
from app.text.quotes.passages import BETWEEN, VERBS
from app.text.quotes.subjects import _BETWEEN_AT, Subjects

# `deploy/compile.py` makes modules whose functions no test can replace.
replaces = pytest.mark.skipif(str(phrases.__file__).endswith(".so"), reason="the rules are compiled")

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


@replaces
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
    long = short + "无关的话。" * 8000

    few, many = Frequency(short), Frequency(long)
    for word in ("水车坊", "水车", "水渠", "车坊", "哈哈", "坊水", "修"):
        for least in (1, 2, 3, 4):
            assert few.frequent(word, least) == many.frequent(word, least) == (short.count(word) >= least)


def test_no_beginning_of_a_text_that_leads_on_is_a_source() -> None:
    words = [word for words in _LISTS for word in words.words[::9]]
    leads = ("在", "把", "对", "也让", "为了", "不", "在河边的", "被害")
    texts = [lead + rest for lead in leads for word in words for rest in (word, f"李青{word}", f"{word}李青")]
    shut = [text[:n] for text in texts for n in range(4, naming.shut_beginning(text) + 1)]
    assert [text for text in shut if phrases.describe(text)] == []
    assert len(shut) > 3000
    assert naming.shut_beginning("老渠工在河边") == 0
    assert naming.shut_beginning("在河边的老渠工") == 3


def test_known_names_that_a_text_begins_with() -> None:
    known, someone = Known(), Entity("何青禾", "person", "named")
    for form in ("何青禾", "何青", "何", "渡口管理处"):
        known[form] = someone
    assert known.beginning("何青禾说") == [3, 2]
    assert known.beginning("何青山说") == [2]
    assert known.beginning("渡口管理处说") == [5]
    assert known.beginning("渡口很窄") == []


_SILENT = "水位慢慢降了。县长何青禾修好了水闸。堤上种了树。"


@replaces
@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        (_SILENT * 3, 0, 0),  # no one speaks, so no one asks whom the text is about
        (f"{_SILENT}他说，明年还要修。", 3, 5),
        (f"{_SILENT}他说，明年还要修。\n{_SILENT}", 6, 9),  # other forms of his name may follow
    ],
)
def test_sentences_without_words_are_read_when_it_is_asked_who_is_meant(
    text: str, least: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    first_source = Subjects.first_source
    monkeypatch.setattr(
        Subjects, "first_source", lambda self, plain, s, e: read.append(s) or first_source(self, plain, s, e)
    )
    found = attribute([Block(BlockId(f"k{n}"), n, "paragraph", t) for n, t in enumerate(text.split("\n"))])
    assert [speaker.name for speaker in found.speakers] == (["何青禾"] if most else [])
    assert least <= len(read) <= most
