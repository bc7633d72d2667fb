"""A block made ready: its masked parts, where sentences end, and that nothing moves."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from app.model import Block, BlockId
from app.text.quotes.matching import beginning, initials
from app.text.quotes.passages import OPENER, Passage, prepare, touch


def passage(text: str) -> Passage:
    return prepare(0, Block(BlockId("b1"), 1, "paragraph", text))


def sentences(text: str) -> list[str]:
    made = passage(text)
    return [made.raw[a:b] for a, b in made.sentences()]


TEXTS = st.text(st.sampled_from(list("贺兰亭说，表示：他在会上。！？…“”‘’「」《》（）12 \n\r")), max_size=40)


class TestMasking:
    def test_quotations_titles_and_brackets_become_blanks(self):
        assert passage("贺兰亭（48岁）說：“请放心。”见《通知》。").plain == "贺兰亭□□□□□说：“■■■▪”见《◇◇》。"

    def test_a_comma_at_the_end_of_a_quotation_shows_and_so_does_a_newspaper(self):
        assert passage("“请放心，”她对《海港时报》说。").plain == "“■■■▫”她对《◆◆◆◆》说。"

    @given(TEXTS)
    def test_every_code_point_keeps_its_place(self, text: str):
        assert len(passage(text).plain) == len(text)

    @given(TEXTS)
    def test_the_sentences_are_the_text(self, text: str):
        assert "".join(sentences(text)) == text


class TestSentences:
    def test_a_full_stop_inside_marks_ends_one_and_a_comma_behind_them_does_not(self):
        assert sentences("他说：“来吧。”门开了。“好”，她点头。") == [
            "他说：“来吧。”",
            "门开了。",
            "“好”，她点头。",
        ]


class TestVerbs:
    def test_a_chain_of_verbs_is_one_and_the_last_decides(self):
        assert passage("店主补充表示，明天再来。").verbs == [(2, 6, "表示")]


class TestMarks:
    def test_one_that_is_not_closed_runs_to_the_end(self):
        made = passage("她说：“天亮了，路还长。")
        assert made.runs_on
        assert [made.inside(q) for q in made.quotes] == ["天亮了，路还长。"]

    def test_one_that_was_opened_before_runs_in(self):
        assert passage("路还长。”她说。").runs_in == 4


class TestStretches:
    @given(st.lists(st.integers(0, 12), max_size=8), st.integers(0, 12), st.integers(0, 12))
    def test_a_place_is_touched_where_it_shares_a_character(self, edges: list[int], begin: int, end: int):
        cuts = sorted(set(edges))
        places = list(zip(cuts[::2], cuts[1::2], strict=False))
        inside = set(range(begin, end))
        if inside:
            assert touch(places, begin, end) == any(inside & set(range(a, b)) for a, b in places)


class TestPatterns:
    @given(TEXTS)
    def test_beginnings_are_found_wherever_the_pattern_matches(self, text: str):
        words = ("说", "表示", "在会上")
        pattern = "说(?!：)|表示|在会上"
        found = [m.start() for m in re.finditer(beginning(initials(words), pattern), text)]
        assert found == [i for i in range(len(text)) if re.compile(pattern).match(text, i)]

    def test_openers_are_dates_and_connectives(self):
        for opener in ("昨天", "10月末", "2023年", "当天", "此外", "【本报讯】", "　　"):
            m = OPENER.match(opener)
            assert m, opener
            assert m[0] == opener
        assert not OPENER.match("贺兰亭")
