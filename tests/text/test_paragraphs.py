"""An id is given once and then follows its words; an old link never leads to the wrong paragraph."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import to_builtins

from app.errors import ContentError
from app.model import ArticleId, Block, BlockId, Piece
from app.text.paragraphs import (
    LETTERS,
    SIGNS,
    Away,
    Gone,
    Here,
    Into,
    Ledger,
    Mint,
    Moved,
    On,
    Then,
    Unknown,
    align,
    at,
    difference,
    follow,
    ledger_file,
    ledger_lines,
    parse_ledger,
    plan,
    save,
    slips,
    trace,
)

RAIN = "入夏以来，青石村连下了二十天雨，河水漫过了石桥，孩子们改从山后的小路上学。"
SCHOOL = "小学校长林秀兰说，教室的屋顶补过三次，今年总算不漏了，桌椅也都换成了新的。"
TEA = "山上的茶园今年减产三成，茶农们把希望放在秋茶上，合作社答应先付一半的订金。"
ROAD = "通往县城的公路下个月开工，全长十八公里，要穿过两条隧道，工期预计两年半。"
CLINIC = "卫生站添了一位年轻医生，每星期二和星期五看诊，药品由镇医院统一配送上来。"
VILLAGE = (RAIN, SCHOOL, TEA, ROAD, CLINIC)

ROAD_MOVED_BY_WORDS = "通往县城的高速下个月开建，全长八十公里，要穿过五条隧道，工期预计四年半。"
RAIN_REWRITTEN = "入秋以来，白水镇断断续续落雨，河水没过了木桥，学生们绕道山后的公路上课。"
CLINIC_AND_SCHOOL = CLINIC + SCHOOL
FOREIGN = "博物馆展出一批明代家具，策展人用了六年时间从民间收集，其中一张书案最引人注意。"


def pieces(*texts):
    return [Piece("paragraph", text) for text in texts]


def ledger_ids(ledger):
    """The ids of the last revision, in order."""
    return [place.id for place in ledger.revisions[-1].places]


def saved(*versions, ledger=None):
    """A ledger with each of these versions saved, on the first of January, the second, and so on."""
    ledger = ledger or Ledger(ArticleId("qingshi"))
    for texts in versions:
        day = len(ledger.revisions) + 1
        ledger = save(ledger, align(ledger, pieces(*texts)), saved_at=f"2026-01-{day:02}T08:00:00Z")
    return ledger


def id_of(ledger, text, rev=None):
    places = ledger.current if rev is None else ledger.revision(rev).places
    return next(place.id for place in places if place.text == text)


def steps(alignment):
    return [move.step for move in alignment.moves]


def next_alignment(ledger, *texts, **options):
    return align(ledger, pieces(*texts), **options)


class TestMinting:
    def test_an_id_has_four_signs_begins_with_a_letter_and_spells_no_word(self):
        mint = Mint("qingshi")
        ids = [mint(text) for text in VILLAGE]
        assert all(re.fullmatch(f"[{LETTERS}][{SIGNS}]{{3}}", id) for id in ids)
        assert not set(SIGNS) & set("aeiouly01")

    def test_the_same_text_in_the_same_article_gets_the_same_id(self):
        assert Mint("qingshi")(RAIN) == Mint("qingshi")(RAIN)
        assert Mint("qingshi")(RAIN) != Mint("baishui")(RAIN)

    def test_line_breaks_and_width_do_not_change_an_id(self):
        assert Mint("a")("共 12 人，\nABC") == Mint("a")("共１２人，abc")

    def test_the_same_words_twice_get_two_ids(self):
        mint = Mint("qingshi")
        assert mint("记者：") != mint("记者：")

    def test_no_slip_of_the_pen_turns_one_of_two_thousand_ids_into_another(self):
        mint = Mint("qingshi")
        ids = {mint(f"第{n}段") for n in range(2000)}
        assert len(ids) == 2000
        assert not [id for id in ids if ids & set(slips(id))]

    def test_an_id_that_was_ever_used_is_not_given_again_nor_one_beside_it(self):
        taken = Mint("qingshi")(RAIN)
        again = Mint("qingshi", [taken])(RAIN)
        assert again != taken and again not in set(slips(taken))

    def test_equal_paragraphs_get_the_ids_of_a_new_mint_without_its_tries(self, monkeypatch):
        ids: list[BlockId] = []
        mint = Mint("qingshi")
        for _ in range(60):
            fresh = Mint("qingshi", ids)(RAIN)
            ids.append(mint(RAIN))
            assert ids[-1] == fresh
        tried = []
        near = Mint._slips_into
        monkeypatch.setattr(Mint, "_slips_into", lambda self, id: tried.append(id) or near(self, id))
        for _ in range(1000):
            mint(RAIN)
        assert len(tried) < 3000

    def test_every_slip_is_one_sign_or_one_swap_away(self):
        found = list(slips("k7f3"))
        assert {"b7f3", "k8f3", "k7f2", "kf73", "k73f"} <= set(found)
        assert "7kf3" not in found  # no id begins with a figure
        assert len(found) == len(set(found)) == 18 + 3 * 26 + 2

    def test_an_article_too_long_for_the_rule_still_gets_new_ids(self, monkeypatch):
        monkeypatch.setattr(Mint, "TRIES", 1)
        mint = Mint("qingshi")
        assert len({mint(f"第{n}段") for n in range(3000)}) == 3000


class TestAligning:
    def test_an_untouched_text_keeps_every_id_and_there_is_nothing_to_save(self):
        ledger = saved(VILLAGE)
        alignment = next_alignment(ledger, *VILLAGE)
        assert steps(alignment) == ["same"] * 5 and not alignment.changed
        assert save(ledger, alignment, saved_at="2026-02-01") is ledger

    def test_white_space_and_width_are_no_edit_but_are_kept(self):
        ledger = saved(["全长18公里，两条隧道。", RAIN])
        alignment = next_alignment(ledger, "全长 １８ 公里，两条隧道。", RAIN)
        assert steps(alignment) == ["same", "same"] and alignment.changed
        ledger = save(ledger, alignment, saved_at="2026-01-02")
        assert [r.places[0].text for r in ledger.revisions] == [
            "全长18公里，两条隧道。",
            "全长 １８ 公里，两条隧道。",
        ]

    def test_a_corrected_slip_keeps_the_id(self):
        ledger = saved(VILLAGE)
        alignment = next_alignment(ledger, RAIN.replace("漫过", "没过"), *VILLAGE[1:])
        assert alignment.moves[0].id == id_of(ledger, RAIN) and alignment.moves[0].step == "edited"

    def test_a_paragraph_put_in_front_moves_no_id(self):
        ledger = saved(VILLAGE)
        alignment = next_alignment(ledger, FOREIGN, *VILLAGE)
        assert steps(alignment) == ["new", *["same"] * 5]

    def test_the_order_of_paragraphs_is_free(self):
        ledger = saved(VILLAGE)
        alignment = next_alignment(ledger, *reversed(VILLAGE))
        assert [m.id for m in alignment.moves] == [p.id for p in reversed(ledger.current)]
        assert steps(alignment) == ["same"] * 5

    def test_half_of_the_words_replaced_in_its_place_is_a_rewrite(self):
        ledger = saved(VILLAGE)
        alignment = next_alignment(ledger, RAIN_REWRITTEN, *VILLAGE[1:])
        move = alignment.moves[0]
        assert move.id == id_of(ledger, RAIN) and move.step == "rewritten" and move.score < 0.6

    def test_a_text_on_something_else_in_the_same_place_is_not_the_paragraph(self):
        ledger = saved(VILLAGE)
        alignment = next_alignment(ledger, RAIN, FOREIGN, *VILLAGE[2:])
        assert alignment.moves[1].step == "new"
        assert [(m.id, m.step, m.target) for m in alignment.gone] == [
            (id_of(ledger, SCHOOL), "removed", None)
        ]

    def test_two_neighbours_do_not_make_a_paragraph_of_words_that_are_hardly_alike(self):
        """Both neighbours add .24 of the .25 that are needed; the text itself must be .08 alike."""
        other = "镇上的书店月底搬家，店主把旧书半价卖给学生，新店今年年底开门，会大一半。"
        alike = "山上的果园今年丰收，果农们办起网店，第一批货已经发往省城，邮费便宜了些。"
        ledger = saved([RAIN, TEA, SCHOOL])
        for text, kept in ((other, False), (alike, True)):
            places = align(ledger, pieces(RAIN, text, SCHOOL)).places
            assert (places[1].id == ledger_ids(ledger)[1]) is kept

    def test_one_of_many_with_the_same_opening_is_found_after_heavy_edits_and_a_new_order(self):
        """More than the one likeliest candidate is looked at."""
        old = [
            "医生人书人船春头夏路水学春流春屋",
            "医生人书人船冬学店人店老山头人校孩校水桥",
            "医生人书人船码秋料园医院生村桥",
            "医生人书人船春公屋人茶子院医口冬秋庄水口头夏医医",
        ]
        new = [
            "医人山口人船春公屋人茶屋院屋口茶秋园长秋庄医医孩",
            "石流人孩人学秋秋生园医院生村桥",
            "医头木冬人船流头冬路校子路屋春冬",
            "医村人书人船冬屋学河店老山石人校孩校河医",
        ]
        ids = ledger_ids(saved(old))
        assert [p.id for p in align(saved(old), pieces(*new)).places] == [ids[n] for n in (3, 2, 0, 1)]

    def test_a_deleted_paragraph_is_removed_and_nothing_else_moves(self):
        ledger = saved(VILLAGE)
        alignment = next_alignment(ledger, RAIN, SCHOOL, ROAD, CLINIC)
        assert steps(alignment) == ["same"] * 4
        assert [m.step for m in alignment.gone] == ["removed"]

    @pytest.mark.parametrize(
        ("before", "step"),
        [
            ("夜里水位又涨了两尺，守夜的人敲锣叫醒了村子。", "edited"),  # likeness .62
            ("夜里水位又涨了两尺，守夜的人敲锣喊醒了下游村子。", "new"),  # .59
        ],
    )
    def test_three_fifths_alike_is_the_same_paragraph_though_another_had_the_very_words(self, before, step):
        words = "夜里水位又涨了一尺，值班的人敲锣叫醒了下游两个村子。"
        ledger = saved([RAIN + words, ROAD, before, CLINIC])
        move = next_alignment(ledger, RAIN, CLINIC, SCHOOL, words, ROAD).moves[3]
        assert (move.step, move.id == id_of(ledger, before)) == (step, step == "edited")

    def test_the_original_wins_over_a_near_duplicate_written_beside_it(self):
        ledger = saved(VILLAGE)
        alignment = next_alignment(ledger, RAIN, SCHOOL, TEA, ROAD_MOVED_BY_WORDS, ROAD, CLINIC)
        assert [m.step for m in alignment.moves] == ["same", "same", "same", "new", "same", "same"]

    def test_a_paragraph_deleted_beside_its_near_duplicate_hands_over_its_id_and_the_plan_tells(self):
        ledger = saved(VILLAGE)
        alignment = next_alignment(ledger, RAIN, SCHOOL, TEA, ROAD_MOVED_BY_WORDS, CLINIC)
        (line,) = plan(alignment)
        assert re.fullmatch(rf"{id_of(ledger, ROAD)} (修改|改写) \d+ %", line)

    def test_equal_paragraphs_are_told_apart_by_their_neighbours(self):
        dots = "……"
        ledger = saved([RAIN, dots, SCHOOL, dots, TEA, dots])
        first, second, third = (p.id for p in ledger.current if p.text == dots)
        alignment = next_alignment(ledger, RAIN, SCHOOL, dots, TEA, dots)
        assert [m.id for m in alignment.moves if m.step == "same"][2::2] == [second, third]
        assert [m.id for m in alignment.gone] == [first]

    def test_a_cross_head_with_a_slip_in_it_stays_in_its_place(self):
        ledger = saved([RAIN, "屋顶不漏", SCHOOL])
        alignment = next_alignment(ledger, RAIN, "屋顶不露", SCHOOL)
        assert alignment.moves[1].id == id_of(ledger, "屋顶不漏")

    def test_a_line_of_nothing_but_marks_is_a_paragraph_too(self):
        ledger = saved([RAIN, "“……！”", SCHOOL])
        alignment = next_alignment(ledger, RAIN, "“……？”", SCHOOL)
        assert alignment.moves[1].id == id_of(ledger, "“……！”")

    def test_empty_paragraphs_are_survived(self):
        ledger = saved(["", RAIN, ""])
        assert not next_alignment(ledger, "", RAIN, "").changed
        assert [m.step for m in next_alignment(ledger).gone] == ["removed"] * 3


class TestSplitting:
    BOTH = RAIN + TEA[:20] + "。"

    def test_the_id_stays_with_the_larger_part_and_names_the_other(self):
        ledger = saved([SCHOOL, self.BOTH, ROAD])
        id = id_of(ledger, self.BOTH)
        alignment = next_alignment(ledger, SCHOOL, RAIN, TEA[:20] + "。", ROAD)
        assert (alignment.moves[1].id, alignment.moves[1].step) == (id, "piece")
        assert (alignment.moves[2].step, alignment.moves[2].source) == ("new", id)
        assert plan(alignment) == (
            f"{id} 拆分，另见 {alignment.moves[2].id}",
            f"{alignment.moves[2].id} 新增，拆自 {id}",
        )

    def test_a_link_to_a_split_paragraph_leads_to_both_parts(self):
        ledger = saved([SCHOOL, self.BOTH, ROAD], [SCHOOL, RAIN, TEA[:20] + "。", ROAD])
        answer = follow(ledger, id_of(ledger, self.BOTH, 1))
        assert isinstance(answer, Here) and answer.block.text == RAIN
        assert answer.also == (id_of(ledger, TEA[:20] + "。"),)

    def test_a_small_part_cut_off_is_found_too(self):
        small = "药品由镇医院统一配送上来。"
        ledger = saved([SCHOOL, CLINIC])
        alignment = next_alignment(ledger, SCHOOL, CLINIC.removesuffix(small), small)
        assert alignment.moves[2].source == id_of(ledger, CLINIC)

    def test_a_paragraph_that_lost_its_second_half_is_not_called_split(self):
        ledger = saved([SCHOOL, RAIN + TEA, ROAD])
        alignment = next_alignment(ledger, SCHOOL, RAIN, ROAD)
        assert alignment.moves[1].id == id_of(ledger, RAIN + TEA)
        assert alignment.moves[1].step in ("edited", "rewritten")

    def test_a_piece_is_not_taken_for_a_removed_paragraph_that_is_a_little_like_it(self):
        whole = "第十九条 茶农可以委托合作社出售秋茶；合作社不得收取百分之三以上的费用，也不得拖欠货款。"
        alike = "第二十条 茶农委托合作社出售秋茶，应当在采摘以前与合作社书面约定价格和付款的日期。"
        ledger = saved([RAIN, whole, alike, ROAD])
        first, second = whole.split("；")
        ledger = saved([RAIN, first + "；", second, ROAD], ledger=ledger)
        assert isinstance(follow(ledger, id_of(ledger, alike, 1)), Gone)

    def test_when_its_own_part_is_removed_later_the_other_part_stands_for_it(self):
        ledger = saved([SCHOOL, RAIN + TEA, ROAD], [SCHOOL, RAIN, TEA, ROAD])
        id, other = id_of(ledger, RAIN + TEA, 1), id_of(ledger, TEA)
        if id == other:
            other = id_of(ledger, RAIN)
        kept = next(p.text for p in ledger.current if p.id == other)
        ledger = saved([SCHOOL, kept, ROAD], ledger=ledger)
        answer = follow(ledger, id)
        assert isinstance(answer, Moved) and answer.target == other

    def test_parts_joined_again_are_no_longer_listed(self):
        ledger = saved(
            [SCHOOL, self.BOTH, ROAD], [SCHOOL, RAIN, TEA[:20] + "。", ROAD], [SCHOOL, self.BOTH, ROAD]
        )
        answer = follow(ledger, id_of(ledger, self.BOTH, 1))
        assert isinstance(answer, Here) and answer.also == ()


class TestMerging:
    def test_the_id_of_a_merged_paragraph_leads_to_its_host(self):
        ledger = saved(VILLAGE, [RAIN, SCHOOL + TEA, ROAD, CLINIC])
        ids = {id_of(ledger, SCHOOL, 1), id_of(ledger, TEA, 1)}
        host = id_of(ledger, SCHOOL + TEA)
        (guest,) = ids - {host}
        answer = follow(ledger, guest)
        assert isinstance(answer, Moved) and (answer.target, answer.revision) == (host, 2)
        assert answer.text in (SCHOOL, TEA)

    def test_the_plan_says_what_went_where(self):
        ledger = saved(VILLAGE)
        alignment = next_alignment(ledger, RAIN, SCHOOL + TEA, ROAD, CLINIC)
        host, guest = alignment.moves[1].id, alignment.gone[0].id
        assert f"{guest} 并入 {host}" in plan(alignment)

    def test_chains_of_merges_are_followed_to_their_end(self):
        ledger = saved(VILLAGE, [RAIN, SCHOOL + TEA, ROAD, CLINIC], [RAIN, SCHOOL + TEA + ROAD, CLINIC])
        end = id_of(ledger, SCHOOL + TEA + ROAD)
        for text in (SCHOOL, TEA, ROAD):
            id = id_of(ledger, text, 1)
            answer = follow(ledger, id)
            assert id == end or (isinstance(answer, Moved) and answer.target == end)

    @pytest.mark.parametrize(("heading", "merged"), [("水渠通水了", False), ("水渠又通水了", True)])
    def test_a_heading_of_five_characters_found_far_away_proves_nothing(self, heading, merged):
        ledger = saved([heading, *VILLAGE])
        ledger = saved([*VILLAGE[:-1], f"{CLINIC[:-1]}，{heading}。"], ledger=ledger)
        assert isinstance(follow(ledger, id_of(ledger, heading, 1)), Moved if merged else Gone)

    def test_words_that_stand_in_a_neighbour_are_not_looked_for_in_a_lookalike(self):
        lookalike = "中学校长周国平说，教室的窗户修过五次，明年总算要换了，桌椅也会漆成蓝色的。"
        ledger = saved(VILLAGE, [RAIN + SCHOOL, TEA, ROAD, lookalike, CLINIC])
        answer = follow(ledger, id_of(ledger, SCHOOL, 1))
        host = next(place for place in ledger.current if SCHOOL in place.text)
        assert (answer.target if isinstance(answer, Moved) else answer.block.id) == host.id

    def test_when_the_host_is_removed_its_guests_words_are_looked_for(self):
        ledger = saved([RAIN, "秋茶", TEA, ROAD], [RAIN, "秋茶" + TEA, ROAD])
        guest = id_of(ledger, "秋茶", 1)
        ledger = saved([RAIN, ROAD], [RAIN, ROAD, FOREIGN], ledger=ledger)
        assert isinstance(follow(ledger, guest), Gone)

    def test_a_short_cross_head_run_into_the_next_paragraph_is_merged(self):
        ledger = saved([RAIN, "秋茶", TEA, ROAD])
        ledger = saved([RAIN, "秋茶" + TEA, ROAD], ledger=ledger)
        answer = follow(ledger, id_of(ledger, "秋茶", 1))
        assert isinstance(answer, Moved) and answer.target == id_of(ledger, "秋茶" + TEA)

    def test_a_deleted_cross_head_does_not_go_into_a_body_that_said_its_words_all_along(self):
        ledger = saved([RAIN, "合作社答应先付订金", TEA, ROAD])
        ledger = saved([RAIN, TEA.replace("今年", "去年"), ROAD], ledger=ledger)
        assert isinstance(follow(ledger, id_of(ledger, "合作社答应先付订金", 1)), Gone)

    def test_merged_words_that_are_cut_later_are_gone_and_not_in_their_host(self):
        ledger = saved(VILLAGE, [RAIN, SCHOOL, TEA + ROAD, CLINIC])
        host = id_of(ledger, TEA + ROAD)
        kept, cut = (TEA, ROAD) if host == id_of(ledger, TEA, 1) else (ROAD, TEA)
        ledger = saved([RAIN, SCHOOL, kept, CLINIC], ledger=ledger)
        answer = follow(ledger, id_of(ledger, cut, 1))
        assert isinstance(answer, Gone) and answer.revision == 3

    def test_merged_words_that_move_on_take_their_id_along(self):
        ledger = saved(VILLAGE, [RAIN, SCHOOL, TEA + ROAD, CLINIC])
        host = id_of(ledger, TEA + ROAD)
        kept, cut = (TEA, ROAD) if host == id_of(ledger, TEA, 1) else (ROAD, TEA)
        ledger = saved([RAIN, SCHOOL, kept, CLINIC + cut], ledger=ledger)
        answer = follow(ledger, id_of(ledger, cut, 1))
        assert isinstance(answer, Moved) and answer.target == id_of(ledger, CLINIC + cut)

    def test_a_merge_undone_gives_both_their_own_ids_back(self):
        ledger = saved(VILLAGE, [RAIN, SCHOOL + TEA, ROAD, CLINIC], VILLAGE)
        assert [p.id for p in ledger.current] == [p.id for p in ledger.revision(1).places]

    def test_an_added_sentence_does_not_take_over_the_id_when_the_first_words_are_cut(self):
        short = "茶园减产三成。"
        ledger = saved([RAIN, short, ROAD], [RAIN, short + FOREIGN, ROAD], [RAIN, FOREIGN, ROAD])
        answer = follow(ledger, id_of(ledger, short, 1))
        assert isinstance(answer, Gone) and answer.text == short + FOREIGN
        assert answer.also == (id_of(ledger, FOREIGN),)


class TestRemovingAndReviving:
    def test_a_removed_paragraph_answers_with_its_last_words_and_its_neighbours(self):
        ledger = saved(
            VILLAGE, [RAIN, SCHOOL, TEA.replace("三成", "四成"), ROAD, CLINIC], [RAIN, SCHOOL, CLINIC]
        )
        answer = follow(ledger, id_of(ledger, TEA, 1))
        assert answer == Gone(
            id=id_of(ledger, TEA, 1),
            text=TEA.replace("三成", "四成"),
            last=2,
            revision=3,
            saved_at="2026-01-03T08:00:00Z",
            before=id_of(ledger, SCHOOL),
            after=id_of(ledger, CLINIC),
        )

    def test_the_neighbours_are_those_that_still_stand(self):
        ledger = saved(VILLAGE, [RAIN, SCHOOL, ROAD, CLINIC], [RAIN, CLINIC])
        answer = follow(ledger, id_of(ledger, TEA, 1))
        assert (answer.before, answer.after) == (id_of(ledger, RAIN), id_of(ledger, CLINIC))

    def test_when_all_is_removed_there_are_no_neighbours(self):
        ledger = saved(VILLAGE, [])
        answer = follow(ledger, id_of(ledger, TEA, 1))
        assert (answer.before, answer.after) == (None, None)

    def test_an_undone_removal_brings_the_id_back(self):
        ledger = saved(VILLAGE, [RAIN, SCHOOL, ROAD, CLINIC])
        alignment = next_alignment(ledger, RAIN, SCHOOL, ROAD, CLINIC, TEA.replace("三成", "两成"))
        move = alignment.moves[-1]
        assert (move.id, move.step) == (id_of(ledger, TEA, 1), "revived")
        assert plan(alignment) == (f"{move.id} 恢复 {round(100 * move.score)} %",)

    @pytest.mark.parametrize(
        ("text", "step"),
        [
            ("山上的茶园去年减产两成，农户把希望都放在秋茶上，合作社答应付一半的订金。", "revived"),  # .76
            ("山上的茶园去年减产两成，农户把指望都放在秋茶上，合作社先付三成的订金。", "new"),  # .61
        ],
    )
    def test_a_text_that_is_less_alike_does_not_bring_the_id_back(self, text, step):
        ledger = saved(VILLAGE, [RAIN, SCHOOL, ROAD, CLINIC])
        assert next_alignment(ledger, RAIN, SCHOOL, ROAD, CLINIC, text).moves[-1].step == step

    def test_a_new_paragraph_gets_an_id_that_no_removed_one_had(self):
        ledger = saved(VILLAGE, [], [FOREIGN])
        assert len(ledger.ids) == 6

    def test_two_paragraphs_that_come_back_as_one_do_not_share_an_id(self):
        ledger = saved([RAIN, TEA], [FOREIGN], [FOREIGN, RAIN, RAIN])
        assert [p.id for p in ledger.current].count(id_of(ledger, RAIN, 1)) == 1


class TestByHand:
    def test_an_editor_may_say_that_a_paragraph_is_gone_though_another_looks_like_it(self):
        ledger = saved(VILLAGE)
        id = id_of(ledger, ROAD)
        texts = [RAIN, SCHOOL, TEA, ROAD_MOVED_BY_WORDS, CLINIC]
        alignment = next_alignment(ledger, *texts, decisions={id: Away()})
        assert alignment.moves[3].step == "new"
        assert plan(alignment)[-1] == f"{id} 删除（人工）"
        ledger = save(ledger, alignment, saved_at="2026-01-02")
        assert isinstance(follow(ledger, id), Gone)

    def test_what_was_removed_by_hand_is_not_revived_by_itself(self):
        ledger = saved(VILLAGE)
        id = id_of(ledger, ROAD)
        texts = [RAIN, SCHOOL, TEA, CLINIC]
        ledger = save(ledger, next_alignment(ledger, *texts, decisions={id: Away()}), saved_at="2026-01-02")
        assert next_alignment(ledger, *VILLAGE).moves[3].id != id

    def test_an_editor_may_put_an_id_on_words_that_nobody_could_recognise(self):
        ledger = saved(VILLAGE)
        id = id_of(ledger, TEA)
        alignment = next_alignment(ledger, RAIN, SCHOOL, FOREIGN, ROAD, CLINIC, decisions={id: On(2)})
        assert (alignment.moves[2].id, alignment.moves[2].step, alignment.gone) == (id, "by-hand", ())
        ledger = save(ledger, alignment, saved_at="2026-01-02")
        assert not next_alignment(ledger, RAIN, SCHOOL, FOREIGN, ROAD, CLINIC).changed
        answer = follow(ledger, id)
        assert isinstance(answer, Here) and [r.before for r in answer.rewrites] == [TEA]

    def test_an_editor_may_send_an_id_into_another_paragraph(self):
        ledger = saved(VILLAGE)
        tea, road = id_of(ledger, TEA), id_of(ledger, ROAD)
        alignment = next_alignment(ledger, RAIN, SCHOOL, ROAD, CLINIC, decisions={tea: Into(road)})
        assert plan(alignment) == (f"{tea} 并入 {road}（人工）",)
        ledger = save(ledger, alignment, saved_at="2026-01-02")
        assert follow(ledger, tea) == Moved(tea, road, TEA, 2, "2026-01-02")

    def test_an_editor_may_bring_a_removed_id_back(self):
        ledger = saved(VILLAGE, [RAIN, SCHOOL, ROAD, CLINIC])
        id = id_of(ledger, TEA, 1)
        alignment = next_alignment(ledger, RAIN, SCHOOL, FOREIGN, ROAD, CLINIC, decisions={id: On(2)})
        assert alignment.moves[2].id == id

    def test_a_decision_repeated_says_nothing_new(self):
        ledger = saved(VILLAGE)
        decisions = {id_of(ledger, TEA): Away()}
        texts = [RAIN, SCHOOL, ROAD, CLINIC]
        ledger = save(ledger, next_alignment(ledger, *texts, decisions=decisions), saved_at="2026-01-02")
        assert not next_alignment(ledger, *texts, decisions=decisions).changed

    @pytest.mark.parametrize(
        "decisions",
        [
            {"zzzz": Away()},
            {"tea": On(9)},
            {"tea": On(-1)},
            {"tea": On(0), "road": On(0)},
            {"tea": Into(BlockId("zzzz"))},
            {"tea": Into("tea")},
        ],
    )
    def test_a_decision_that_cannot_be_carried_out_is_refused(self, decisions):
        ledger = saved(VILLAGE)
        names = {"tea": id_of(ledger, TEA), "road": id_of(ledger, ROAD)}
        meant = {names.get(id, id): d for id, d in decisions.items()}
        meant = {
            i: Into(names.get(d.target, d.target)) if isinstance(d, Into) else d for i, d in meant.items()
        }
        with pytest.raises(ValueError, match=r"decision|cannot"):
            next_alignment(ledger, *VILLAGE, decisions=meant)


class TestFollowing:
    def test_a_paragraph_that_stands_is_here_with_its_place(self):
        ledger = saved(VILLAGE)
        assert follow(ledger, id_of(ledger, TEA)) == Here(Block(id_of(ledger, TEA), 3, "paragraph", TEA))

    def test_upper_case_is_the_same_address(self):
        ledger = saved(VILLAGE)
        assert follow(ledger, id_of(ledger, TEA).upper()) == follow(ledger, id_of(ledger, TEA))

    def test_a_light_edit_deserves_no_note_a_rewrite_does(self):
        edited = RAIN.replace("漫过", "没过")
        ledger = saved(VILLAGE, [edited, *VILLAGE[1:]], [RAIN_REWRITTEN, *VILLAGE[1:]])
        (change,) = follow(ledger, id_of(ledger, RAIN_REWRITTEN)).rewrites
        assert (change.revision, change.last, change.before) == (3, 2, edited)
        assert change.saved_at == "2026-01-03T08:00:00Z" and 0 < change.score < 0.6
        assert follow(ledger, id_of(ledger, SCHOOL)).rewrites == ()

    def test_a_pinned_link_shows_the_wording_of_its_revision(self):
        ledger = saved(VILLAGE, [RAIN_REWRITTEN, *VILLAGE[1:]])
        id = id_of(ledger, RAIN, 1)
        then = follow(ledger, id, 1)
        assert isinstance(then, Then) and then.differs and then.block.text == RAIN
        assert then.saved_at == "2026-01-01T08:00:00Z" and then.now.block.text == RAIN_REWRITTEN
        assert not follow(ledger, id, 2).differs

    def test_a_pinned_link_to_a_removed_paragraph_still_shows_its_words(self):
        ledger = saved(VILLAGE, [RAIN, SCHOOL, ROAD, CLINIC])
        then = follow(ledger, id_of(ledger, TEA, 1), 1)
        assert then.block.text == TEA and isinstance(then.now, Gone) and then.differs

    def test_a_revision_in_which_the_id_does_not_stand_names_those_in_which_it_does(self):
        ledger = saved(VILLAGE, [RAIN, SCHOOL, ROAD, CLINIC])
        id = id_of(ledger, TEA, 1)
        assert follow(ledger, id, 2) == follow(ledger, id, 7) == Unknown(id, revisions=(1,))

    def test_an_id_never_given_offers_those_one_slip_away(self):
        ledger = saved(VILLAGE)
        for place in ledger.current:
            for slip in slips(place.id):
                assert place.id in follow(ledger, slip.upper()).near

    @pytest.mark.parametrize("id", ["", "k7", "k7f33", "第三段", "../..", "\ud800\udfff00"])
    def test_an_address_that_is_no_id_is_unknown(self, id):
        assert follow(saved(VILLAGE), id) == Unknown(id)

    def test_the_wording_in_a_revision(self):
        ledger = saved(VILLAGE, [RAIN_REWRITTEN, *VILLAGE[1:]])
        id = id_of(ledger, RAIN, 1)
        assert at(ledger, id, 1).text == RAIN and at(ledger, id, 2).text == RAIN_REWRITTEN
        assert at(ledger, id, 3) is None and at(ledger, BlockId("zzzz"), 1) is None

    def test_kind_and_level_are_those_of_the_revision(self):
        ledger = Ledger(ArticleId("qingshi"))
        for n, piece in enumerate((Piece("paragraph", "屋顶不漏"), Piece("heading", "屋顶不漏", level=2)), 1):
            alignment = align(ledger, [piece])
            assert alignment.changed
            ledger = save(ledger, alignment, saved_at=f"2026-01-0{n}")
        (place,) = ledger.current
        assert (at(ledger, place.id, 1).kind, at(ledger, place.id, 2).kind) == ("paragraph", "heading")
        assert follow(ledger, place.id).block.level == 2


class TestLines:
    def test_the_first_line_says_whose_ledger_it_is_then_one_line_a_revision(self):
        ledger = saved(VILLAGE, VILLAGE[:4], VILLAGE[:3])
        first, *others = (json.loads(line) for line in ledger_lines(ledger))
        assert first == {"ledger": 1, "article": "qingshi"}
        assert [line["rev"] for line in others] == [1, 2, 3]

    def test_a_ledger_without_revisions_is_its_first_line(self):
        (line,) = ledger_lines(Ledger(ArticleId("qingshi")))
        assert parse_ledger([line]) == Ledger(ArticleId("qingshi"))

    def test_saving_adds_a_line_and_touches_no_other(self):
        ledger = saved(VILLAGE)
        before = list(ledger_lines(ledger))
        after = list(ledger_lines(saved([RAIN_REWRITTEN, *VILLAGE[1:]], ledger=ledger)))
        assert after[:-1] == before

    def test_an_unchanged_paragraph_is_written_as_its_id_alone(self):
        ledger = saved(VILLAGE, [RAIN.replace("漫过", "没过"), *VILLAGE[1:]])
        last = list(ledger_lines(ledger))[-1]
        assert TEA not in last and RAIN.replace("漫过", "没过") in last

    def test_lines_are_kept_as_they_were_written_by_whomever(self):
        header, revision = ledger_lines(saved(VILLAGE))
        spaced = json.dumps(json.loads(revision))
        ledger = parse_ledger([header + "\n", spaced + "\r\n"])
        assert list(ledger_lines(saved(VILLAGE[:3], ledger=ledger)))[:2] == [header, spaced]

    def test_no_text_breaks_a_line(self):
        texts = ["甲\u2028乙", "丙\x85丁", "戊\n己\r庚", "辛\x0b壬\x1e癸"]
        lines = list(ledger_lines(saved(texts)))
        assert len("\n".join(lines).splitlines()) == 2
        assert [place.text for place in parse_ledger(lines).current] == texts

    def test_halves_of_surrogate_pairs_survive_alone_and_together(self):
        texts = ["一半\ud83d", "\ude00另一半", "两半\ud83d\ude00相邻"]
        lines = list(ledger_lines(saved(texts)))
        "\n".join(lines).encode("utf-8")
        assert [place.text for place in parse_ledger(lines).current] == texts

    def broken(self, code, *lines):
        with pytest.raises(ContentError) as caught:
            parse_ledger(lines, "articles/qingshi/ledger.jsonl")
        error = caught.value
        assert (error.path, error.code) == ("articles/qingshi/ledger.jsonl", code)
        assert error.problem and error.remedy
        return error

    def test_a_blank_line_is_named(self):
        header, revision = ledger_lines(saved(VILLAGE))
        assert self.broken("L01", header, "", revision).line == 2

    @pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> 修订", "||||||| 1a2b3c"])
    def test_a_conflict_marker_is_named_with_what_to_do(self, marker):
        header, revision = ledger_lines(saved(VILLAGE))
        error = self.broken("L02", header, revision, marker)
        assert error.line == 3 and "both sides" in error.remedy

    @pytest.mark.parametrize("line", ["{", "k7f3", "[" * 100_000])
    def test_what_is_not_json_is_named(self, line):
        header, _ = ledger_lines(saved(VILLAGE))
        assert self.broken("L03", header, line).line == 2

    @pytest.mark.parametrize("line", ["[]", "7", '{"rev":1}', '{"ledger":2,"article":"qingshi"}', "{}"])
    def test_an_unknown_line_is_named(self, line):
        header, _ = ledger_lines(saved(VILLAGE))
        assert self.broken("L04", header, line).line == 2

    def test_a_ledger_without_its_first_line_is_refused(self):
        _, revision = ledger_lines(saved(VILLAGE))
        assert self.broken("L05", revision).line == 1
        self.broken("L05")

    def test_the_lines_of_two_articles_do_not_mix(self):
        header, revision = ledger_lines(saved(VILLAGE))
        self.broken("L05", header, revision, '{"ledger":1,"article":"baishui"}')

    def test_a_missing_revision_is_missed(self):
        header, _, last = ledger_lines(saved(VILLAGE, VILLAGE[:4]))
        assert self.broken("L06", header, last).line == 2

    def test_words_changed_by_hand_are_noticed(self):
        header, revision = ledger_lines(saved(VILLAGE))
        assert self.broken("L07", header, revision.replace("石桥", "木桥")).line == 2
        assert self.broken("L07", header, revision, revision.replace("石桥", "木桥")).line == 3


class TestReadingOn:
    def test_only_the_lines_that_came_are_read(self, monkeypatch: pytest.MonkeyPatch):
        lines = list(ledger_lines(saved(VILLAGE, [*VILLAGE, TEA], [TEA, *VILLAGE])))
        before = parse_ledger(lines[:2])
        seen: list[str] = []
        record = ledger_file._record
        monkeypatch.setattr(ledger_file, "_record", lambda line: seen.append(line) or record(line))
        ledger = parse_ledger(lines[2:], after=before)
        assert seen == lines[2:]
        assert ledger.revisions[0] is before.revisions[0]


class TestBranches:
    """Two people save from the same revision; git keeps the lines of both."""

    def branches(self):
        base = saved(VILLAGE)
        ours = save(base, next_alignment(base, RAIN, FOREIGN, *VILLAGE[1:]), saved_at="2026-01-02T09:00:00Z")
        theirs = save(base, next_alignment(base, *VILLAGE[:3], CLINIC), saved_at="2026-01-02T10:00:00Z")
        lines = [*ledger_lines(base)]
        added = [list(ledger_lines(ledger))[2:] for ledger in (ours, theirs)]
        return lines, *added

    def test_the_order_of_the_lines_does_not_matter(self):
        base, ours, theirs = self.branches()
        merged = parse_ledger([*base, *ours, *theirs])
        assert merged == parse_ledger([*base, *theirs, *ours])
        assert [r.n for r in merged.revisions] == [1, 2, 3] and len(merged.heads) == 2

    def test_a_line_kept_twice_is_one_revision(self):
        base, ours, theirs = self.branches()
        assert parse_ledger([*base, *ours, *theirs, *ours, base[0]]) == parse_ledger([*base, *ours, *theirs])

    def test_ids_of_both_branches_stand_until_the_next_save(self):
        base, ours, theirs = self.branches()
        merged = parse_ledger([*base, *ours, *theirs])
        assert [p.text for p in merged.current] == [RAIN, FOREIGN, SCHOOL, TEA, CLINIC]

    def test_the_next_save_joins_them_and_no_id_is_lost(self):
        base, ours, theirs = self.branches()
        merged = parse_ledger([*base, *ours, *theirs])
        ids = [p.id for p in merged.current]
        alignment = next_alignment(merged, RAIN, FOREIGN, SCHOOL, TEA, CLINIC)
        assert [m.id for m in alignment.moves] == ids and alignment.changed
        joined = save(merged, alignment, saved_at="2026-01-03")
        assert len(joined.heads) == 1 and joined.revisions[-1].n == 4
        assert parse_ledger(ledger_lines(joined)) == joined
        assert not next_alignment(joined, RAIN, FOREIGN, SCHOOL, TEA, CLINIC).changed

    def test_a_number_once_shown_stays_with_the_revision_saved_first(self):
        base, ours, theirs = self.branches()
        alone = parse_ledger([*base, *ours])
        merged = parse_ledger([*base, *theirs, *ours])
        assert merged.revision(2) == alone.revision(2)
        assert [p.text for p in merged.revision(3).places] == [*VILLAGE[:3], CLINIC]

    def test_where_wordings_differ_the_one_that_the_article_has_is_taken(self):
        base = saved(VILLAGE)
        ours = save(base, next_alignment(base, RAIN_REWRITTEN, *VILLAGE[1:]), saved_at="2026-01-02T09:00:00Z")
        theirs = save(base, next_alignment(base, *VILLAGE[:4]), saved_at="2026-01-02T10:00:00Z")
        merged = parse_ledger([*ledger_lines(ours), list(ledger_lines(theirs))[-1]])
        alignment = next_alignment(merged, RAIN_REWRITTEN, *VILLAGE[1:4])
        assert steps(alignment) == ["same"] * 4

    def test_a_save_on_a_ledger_that_has_moved_on_is_refused(self):
        base = saved(VILLAGE)
        mine = next_alignment(base, *VILLAGE[:3])
        theirs = saved(VILLAGE[:4], ledger=base)
        with pytest.raises(ValueError, match="align again"):
            save(theirs, mine, saved_at="2026-01-03")


class TestDifference:
    def test_what_was_cut_and_what_was_put_in(self):
        assert difference("河水漫过了石桥。", "河水漫过了两座木桥。") == (
            ("same", "河水漫过了"),
            ("cut", "石"),
            ("put", "两座木"),
            ("same", "桥。"),
        )

    def test_latin_words_and_numbers_change_as_a_whole(self):
        assert ("cut", "2023") in difference("在2023年", "在2024年")

    def test_a_character_that_stayed_by_chance_does_not_break_up_the_view(self):
        assert difference("甲乙，丙丁", "子丑，寅卯") == (("cut", "甲乙，丙丁"), ("put", "子丑，寅卯"))

    def test_equal_texts_differ_in_nothing(self):
        assert difference(RAIN, RAIN) == (("same", RAIN),) and difference("", "") == ()

    @given(st.text("甲乙丙a1 。\n"), st.text("甲乙丙a1 。\n"))
    def test_the_parts_spell_both_texts(self, old, new):
        parts = difference(old, new)
        assert "".join(text for op, text in parts if op != "put") == old
        assert "".join(text for op, text in parts if op != "cut") == new


class TestTracing:
    def test_every_version_names_its_ids_and_the_lost_are_listed(self):
        traced = trace([VILLAGE, [RAIN, SCHOOL + TEA, ROAD], [RAIN, SCHOOL + TEA, ROAD, FOREIGN]], "qingshi")
        first, second, third = traced.versions
        assert [p.step for p in first] == ["new"] * 5
        assert [p.id for p in second] == [p.id for p in third][:3]
        states = {left.state: left for left in traced.gone}
        assert states["merged"].target == second[1].id and states["merged"].version == 2
        assert states["removed"].id == first[4].id and states["removed"].target is None

    def test_it_says_what_saving_each_version_would_say(self):
        ledger = saved(VILLAGE, VILLAGE[:4])
        traced = trace([VILLAGE, VILLAGE[:4]], "qingshi")
        assert [p.id for p in traced.versions[-1]] == [p.id for p in ledger.current]

    def test_an_id_that_came_back_is_not_listed_as_gone(self):
        assert trace([VILLAGE, VILLAGE[:4], VILLAGE], "qingshi").gone == ()

    def test_it_becomes_json_as_it_is(self):
        found = json.loads(json.dumps(to_builtins(trace([[RAIN], [FOREIGN]], "qingshi"))))
        assert set(found) == {"versions", "gone"}
        assert set(found["versions"][0][0]) == {"id", "step", "score"}
        assert set(found["gone"][0]) == {"id", "version", "state", "target"}


# Texts over a small alphabet meet, repeat and contain one another, which is where aligning is hard.
texts = st.lists(st.text("上海科技创新策源功能，。“”12ab ", max_size=24), max_size=7)
histories = st.lists(texts, min_size=1, max_size=4)


@settings(max_examples=120)
@given(histories)
def test_aligning_the_result_again_changes_nothing(versions):
    ledger = saved(*versions)
    again = next_alignment(ledger, *versions[-1])
    assert not again.changed and again.gone == () and set(steps(again)) <= {"same"}


@settings(max_examples=120)
@given(histories)
def test_ids_are_unique_for_ever_and_every_revision_can_be_read_back(versions):
    ledger, kept, given_at = Ledger(ArticleId("qingshi")), {}, {}
    for texts_now in versions:
        ledger = saved(texts_now, ledger=ledger)
        kept[ledger.revisions[-1].n] = texts_now
        for move in ledger.revisions[-1].moves:
            if move.step == "new":
                assert given_at.setdefault(move.id, ledger.revisions[-1].n) == ledger.revisions[-1].n
    read = parse_ledger(ledger_lines(ledger))
    assert read == ledger
    for n, texts_then in kept.items():
        places = read.revision(n).places
        assert [place.text for place in places] == texts_then
        assert len({place.id for place in places}) == len(places)
    assert not [id for id in read.ids if read.ids & set(slips(id))]


@settings(max_examples=80)
@given(histories)
def test_every_id_ever_given_has_an_answer_and_every_chain_an_end(versions):
    ledger = saved(*versions)
    for id in ledger.ids:
        answer = follow(ledger, id)
        assert isinstance(answer, Here | Moved | Gone)
        if isinstance(answer, Moved):
            assert not isinstance(follow(ledger, answer.target), Moved | Unknown)


anything = st.text(st.characters() | st.sampled_from("\ud83d\ude00\u2028\x85"), max_size=12)


@settings(max_examples=80)
@given(st.lists(anything, max_size=4), anything)
def test_any_unicode_text_survives_being_written_and_read(texts, note):
    ledger = Ledger(ArticleId("qingshi"))
    ledger = save(ledger, align(ledger, pieces(*texts)), saved_at="2026-01-01", note=note)
    lines = "\n".join(ledger_lines(ledger)).encode("utf-8").decode("utf-8").splitlines()
    read = parse_ledger(lines)
    assert read == ledger and [place.text for place in read.current] == texts
    assert read.revisions[0].note == note


@settings(max_examples=60)
@given(texts, texts, texts)
def test_any_two_branches_come_together_the_same_way_in_either_order(base, ours, theirs):
    common = saved(base)
    lines = list(ledger_lines(common))
    added = [list(ledger_lines(saved(texts_now, ledger=common)))[2:] for texts_now in (ours, theirs)]
    merged = parse_ledger([*lines, *added[0], *added[1]])
    assert merged == parse_ledger([*lines, *added[1], *added[0]])
    alignment = next_alignment(merged, *ours)
    joined = save(merged, alignment, saved_at="2026-02-01")
    assert parse_ledger(ledger_lines(joined)) == joined
    assert joined.ids >= merged.ids and not next_alignment(joined, *ours).changed


def reading(lines: list[str], *, cut: int = 0) -> object:
    """What comes of the lines of a ledger, read at once or in two parts: all of it, or the fault."""
    try:
        after = parse_ledger(lines[:cut]) if cut else None
        ledger = parse_ledger(lines[cut:], after=after)
    except ContentError as error:
        return str(error)
    return ledger, ledger.current, ledger.heads, ledger.ids, list(ledger_lines(ledger))


@given(texts, texts, texts, st.data())
def test_what_was_read_before_need_not_be_read_again(base, ours, theirs, data):
    """Whatever comes after it: saves, another branch, a line again, one that was changed by hand."""
    common = saved(base, [*base, *ours])
    lines = list(ledger_lines(common))
    mine, other = ([*ledger_lines(saved(now, ledger=common))][len(lines) :] for now in (ours, theirs))
    merged = parse_ledger([*lines, *mine, *other])
    joined = save(merged, next_alignment(merged, *ours), saved_at="2026-02-01")
    lines = data.draw(st.sampled_from([list(ledger_lines(joined)), [*lines, *other, *mine]]))
    n = data.draw(st.integers(1, len(lines) - 1))
    spoilt = data.draw(st.sampled_from(["", "{}", lines[0], lines[n], lines[n].replace("甲", "乙"), None]))
    if spoilt is not None:
        lines.insert(n, spoilt)
    for cut in range(1, len(lines)):
        if not isinstance(reading(lines[:cut]), str):
            assert reading(lines, cut=cut) == reading(lines)


@given(st.lists(st.text(max_size=30)))
def test_any_lines_are_read_or_refused_by_name(lines):
    try:
        parse_ledger(lines)
    except ContentError as error:
        assert re.fullmatch(r"L0\d", error.code)
