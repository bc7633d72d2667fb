"""Translations follow their paragraphs over edits, and name the glossary's terms."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from app.model import ArticleId, BlockId, English, Piece, Term, TermId, TermMark
from app.text.paragraphs import Ledger, align, save
from app.text.translation import Words, carry, folded, names, pattern

AT = "2026-01-01T00:00:00+00:00"
TEXT = (
    "河边的旧粮仓今年改成了书店，一楼卖书，二楼喝茶，三楼是孩子们画画的地方。",
    "店主姓贺，从前是中学的地理老师。他说开书店不为赚钱，只想让镇上的人有个坐的地方。",
    "开张那天来了两百多人，队伍一直排到桥头。卖得最好的是一本讲本地河道的小册子。",
    "冬天客人少，店里就请人来讲故事，讲过渡船，讲过水灾，也讲过外出打工的人怎样回家。",
)


def saved(ledger: Ledger, texts: Sequence[str]) -> Ledger:
    return save(ledger, align(ledger, [Piece("paragraph", t) for t in texts]), saved_at=AT)


@pytest.fixture
def ledger() -> Ledger:
    return saved(Ledger(ArticleId("shudian")), TEXT)


def words(ledger: Ledger, revision: int = 1) -> list[Words]:
    return [Words(b.id, f"Words {n}.", revision) for n, b in enumerate(ledger.current)]


class TestCarry:
    def test_nothing_changed(self, ledger: Ledger) -> None:
        done = carry(words(ledger), ledger)
        assert [b.doubt for b in done.blocks] == [""] * 4
        assert done.orphans == ()

    def test_only_the_edited_paragraph_is_stale(self, ledger: Ledger) -> None:
        edited = TEXT[1].replace("地理", "历史")
        done = carry(words(ledger), saved(ledger, (TEXT[0], edited, *TEXT[2:])))
        assert [b.doubt for b in done.blocks] == ["", "changed", "", ""]

    def test_a_new_revision_of_the_words_is_not_stale(self, ledger: Ledger) -> None:
        after = saved(ledger, (TEXT[0], TEXT[1].replace("地理", "历史"), *TEXT[2:]))
        assert [b.doubt for b in carry(words(ledger, 2), after).blocks] == [""] * 4

    def test_an_edit_taken_back_is_not_stale(self, ledger: Ledger) -> None:
        after = saved(saved(ledger, (TEXT[0], TEXT[1].replace("地理", "历史"), *TEXT[2:])), TEXT)
        assert [b.doubt for b in carry(words(ledger), after).blocks] == [""] * 4

    def test_order_follows_the_chinese(self, ledger: Ledger) -> None:
        done = carry(words(ledger), saved(ledger, (TEXT[2], TEXT[0], TEXT[1], TEXT[3])))
        assert [b.text for b in done.blocks] == ["Words 2.", "Words 0.", "Words 1.", "Words 3."]
        assert [b.doubt for b in done.blocks] == [""] * 4

    def test_split(self, ledger: Ledger) -> None:
        first, second = TEXT[1].split("。", 1)
        after = saved(ledger, (TEXT[0], first + "。", second, *TEXT[2:]))
        doubts = {b.text: b.doubt for b in carry(words(ledger), after).blocks}
        assert doubts == {"Words 0.": "", "Words 1.": "split", "Words 2.": "", "Words 3.": ""}

    def test_merged_words_stand_in_the_order_of_the_text(self, ledger: Ledger) -> None:
        after = saved(ledger, (TEXT[0], TEXT[1] + TEXT[2], TEXT[3]))
        blocks = carry(words(ledger), after).blocks
        assert [(b.text, b.doubt) for b in blocks][1] == ("Words 1. Words 2.", "merged")

    def test_marks_move_with_merged_words(self, ledger: Ledger) -> None:
        given = words(ledger)
        given[2] = Words(given[2].id, "The bridge.", 1, (TermMark(4, 10, TermId("bridge")),))
        blocks = carry(given, saved(ledger, (TEXT[0], TEXT[1] + TEXT[2], TEXT[3]))).blocks
        merged = blocks[1]
        assert [merged.text[m.start : m.end] for m in merged.marks] == ["bridge"]

    def test_words_translated_after_the_merge_win(self, ledger: Ledger) -> None:
        after = saved(ledger, (TEXT[0], TEXT[1] + TEXT[2], TEXT[3]))
        given = words(ledger)
        given[1] = Words(given[1].id, "Both.", 2)
        done = carry(given, after)
        assert [(b.text, b.doubt) for b in done.blocks][1] == ("Both.", "")
        assert done.orphans == (given[2].id,)

    def test_removed_and_unknown_ids_are_orphans(self, ledger: Ledger) -> None:
        given = [*words(ledger), Words(BlockId("zzzz"), "Nobody's.", 1)]
        done = carry(given, saved(ledger, (TEXT[0], TEXT[1], TEXT[3])))
        assert done.orphans == (given[2].id, BlockId("zzzz"))
        assert len(done.blocks) == 3

    def test_unsure_words_stay_unsure(self, ledger: Ledger) -> None:
        given = [Words(b.id, "Perhaps.", 1, unsure=True) for b in ledger.current]
        assert {b.doubt for b in carry(given, ledger).blocks} == {"unsure"}

    def test_after_fifty_random_edits(self, ledger: Ledger) -> None:
        """Exactly the paragraphs whose text differs are stale; no words are lost."""
        rng = random.Random(5)
        texts, given, start = list(TEXT), words(ledger), {b.id: b.text for b in ledger.current}
        for _ in range(50):
            n = rng.randrange(len(texts))
            match rng.choice(("edit", "add", "drop", "swap")):
                case "edit":
                    at = rng.randrange(len(texts[n]))
                    texts[n] = texts[n][:at] + rng.choice("一二三四五") + texts[n][at + 1 :]
                case "add":
                    texts.insert(
                        n, f"新的一段，第{rng.randrange(10**6)}号，说的是{rng.choice('春夏秋冬')}天的事。"
                    )
                case "drop" if len(texts) > 3:
                    texts.pop(n)
                case _:
                    texts.append(texts.pop(n))
            ledger = saved(ledger, texts)
            done = carry(given, ledger)
            now = {b.id: b.text for b in ledger.current}
            for block in done.blocks:
                if block.doubt in ("", "changed"):
                    assert (now[block.block] != start[block.block]) == (block.doubt == "changed")
            have = " ".join(b.text for b in done.blocks)
            assert all(w.text in have or w.id in done.orphans for w in given)
            assert all(id in now for id in (b.block for b in done.blocks))


def term(*english: str) -> Term:
    made = tuple(English(e) for e in english)
    return Term(TermId("t"), "词", pinyin="cí", kind="concept", priority="core", zh="词。", english=made)


class TestNames:
    def test_brackets_and_lists(self) -> None:
        found = names(term("Pudong New Area (PNA)", "consistently; all along", "system (sector)"))
        assert found == ("Pudong New Area", "PNA", "consistently", "all along", "system")

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("five centres", "the Five Centers of Shanghai"),
            ("Chinese modernisation", "Chinese modernization"),
            ("incubator", "high-quality incubators"),
            ("new-type institution", "new type institutions"),
            ("the labour law", "a labor law"),
            ("pilot policy", "pilot policies"),
            ("country’s interests", "the country's interests"),
            ("Explorer Programme", "the explorer program"),
        ],
    )
    def test_is_found(self, name: str, text: str) -> None:
        assert pattern(name).search(folded(text))

    @pytest.mark.parametrize(
        ("name", "text"), [("art", "party"), ("AI", "said"), ("port", "airport imports")]
    )
    def test_is_not_found_in_other_words(self, name: str, text: str) -> None:
        assert pattern(name).search(folded(text)) is None
