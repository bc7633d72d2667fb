"""Texts compared without regard to script and invisible characters, with offsets into the text as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import Block, BlockId, Person, Span, SpeakerId, Term, TermId
from app.text.folding import fold, normalize, visible
from app.text.quotes import lexicon
from app.text.quotes.attribution import attribute
from app.text.readings.script import convert
from app.text.segment import Segmenter
from app.text.terms.matcher import TermMatcher

WORDS = sorted(
    {w for found in vars(lexicon).values() if isinstance(found, lexicon.Lexemes) for w in found.words}
)
# Zero-width spaces and joiners, soft hyphen, byte order mark, variation selectors, marks of direction.
INVISIBLE = "\u200b\u200c\u200d\u2060\xad\ufeff\ufe0f\U000e0100\u200e\u200f\u202a\u202e\u2066\u2069"


def said(*texts: str, people: tuple[Person, ...] = ()) -> list[tuple[str, str]]:
    blocks = [Block(BlockId(f"b{n:03}"), n, "paragraph", text) for n, text in enumerate(texts)]
    found = attribute(blocks, people=people)
    names = {s.id: s.name for s in found.speakers}
    text = {b.id: b.text for b in blocks}
    return [(names.get(q.speaker, ""), text[q.block][q.span.start : q.span.end]) for q in found.quotations]


class TestScript:
    def test_every_word_of_the_rules_is_known_in_traditional_characters(self):
        assert len(WORDS) > 1000
        traditional = {word: convert(word, "hant") for word in WORDS}
        assert {w: t for w, t in traditional.items() if normalize(t) != normalize(w)} == {}

    @pytest.mark.parametrize(
        ("text", "quotation"),
        [
            ("局長狄志明叫囂，誰也別想走。", ("狄志明", "誰也別想走。")),
            ("老師傅陳阿水寬慰大家說：“水會退的。”", ("陈阿水", "水會退的。")),
            ("攤販王小川表示，今天的菜賣完了。", ("王小川", "今天的菜賣完了。")),
            ("護士長龔玉蘭囑咐：“傷口別碰水。”", ("龔玉蘭", "傷口別碰水。")),
            ("礦長竇鐵山吆喝：“都出來！”", ("竇鐵山", "都出來！")),
            ("攝影師饒曉嵐回憶，那天霧很濃。", ("饒曉嵐", "那天霧很濃。")),
        ],
    )
    def test_speakers_are_found_in_traditional_characters(self, text: str, quotation: tuple[str, str]):
        ((name, words),) = said(text)
        assert (normalize(name), words) == (normalize(quotation[0]), quotation[1])

    def test_terms_and_rules_know_the_same_characters(self):
        for character in map(chr, range(0x4E00, 0xA000)):
            assert normalize(character) == fold(character)


class TestInvisible:
    @pytest.mark.parametrize("mark", INVISIBLE, ids=lambda c: f"U+{ord(c):04X}")
    def test_a_term_is_found(self, mark: str):
        matcher = TermMatcher([Term(TermId("wu"), "五个中心", "wǔ gè zhōngxīn", "core", "五项", "five")])
        text = f"建设“五{mark}个中{mark}{mark}心”，好"
        ((span, _),) = matcher.find(text)
        assert text[span.start : span.end] == f"五{mark}个中{mark}{mark}心"
        blocks = [Block(BlockId("b001"), 1, "paragraph", text)]
        assert [o.text for o in matcher.occurrences(blocks)] == [f"五{mark}个中{mark}{mark}心"]

    @pytest.mark.parametrize("mark", INVISIBLE, ids=lambda c: f"U+{ord(c):04X}")
    def test_a_speaker_is_found(self, mark: str):
        person = Person(SpeakerId("luo"), "骆大进", "")
        text = f"市科委主任骆{mark}大进表{mark}示，“很{mark}重要”。"
        assert said(text, people=(person,)) == [("骆大进", f"很{mark}重要")]

    def test_invisible_characters_round_a_word_stay_outside(self):
        matcher = TermMatcher([Term(TermId("wu"), "五个中心", "wǔ gè zhōngxīn", "core", "五项", "five")])
        text = "\ufeff\u200b五个中心\u200b建设"
        assert [span for span, _ in matcher.find(text)] == [Span(2, 6)]

    def test_words_end_behind_them(self, segmenter: Segmenter):
        text = "\ufeff深\u200b圳的中\u200b心\u200b。"
        assert segmenter.cut(text) == ("\ufeff深\u200b圳", "的", "中\u200b心\u200b", "。")
        assert segmenter.cut("\u200b") == ("\u200b",)

    def test_the_other_script_keeps_them(self):
        assert convert("头\u200b发\u200b", "hant") == "頭\u200b髮\u200b"

    def test_what_can_be_seen_is_not_left_out(self):
        text = "AI·5G 第１章　㐂𠀀ㅤ\t\n"
        assert visible(text).text == text and visible(text).places is None

    @given(text=st.text("五个中心A。\u200b\xad\ufe0f\U000e0100", max_size=12), data=st.data())
    def test_places_lead_to_the_same_characters(self, text: str, data: st.DataObject):
        seen = visible(text)
        assert seen.text == "".join(c for c in text if c in "五个中心A。")
        if seen.text:
            start = data.draw(st.integers(0, len(seen.text) - 1))
            end = data.draw(st.integers(start + 1, len(seen.text)))
            span = seen.whole(Span(start, end))
            assert visible(text[span.start : span.end]).text == seen.text[start:end]
            assert text[span.start] == seen.text[start] and text[span.end - 1] == seen.text[end - 1]
            assert seen.seen(span) == Span(start, end)
