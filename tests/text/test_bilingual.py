"""Aligning a translation with its Chinese: seven texts with known pairs, whole and disturbed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.library.jsonl import annotate_text
from app.model import CELL, Document, Knowledge, Piece
from app.text.annotator import Annotator
from app.text.bilingual import UNSURE, Aligner, Bead, is_chinese, language_of, number_of, separate, stems

DATA = Path(__file__).parent.parent / "data" / "bilingual"
TEXTS = sorted(DATA.glob("*.tsv"))
Rows = list[tuple[str, str]]

# Meanings of some words of the texts, in place of a dictionary.
MEANINGS = {
    "轮渡": "ferry", "渡口": "landing ferry", "大桥": "bridge", "木船": "wooden boat", "船长": "captain",
    "阿姨": "aunt", "面馆": "noodle", "车快": "quickly", "副局长": "deputy head", "展览馆": "museum",
    "汽笛": "horn whistle", "灯光": "lights", "图书馆": "library", "读者": "reader", "工厂": "factory",
    "手机": "phone", "经费": "money budget", "木匠": "carpenter", "后院": "back yard", "梯田": "terrace",
    "机器": "machine", "收稻": "harvest rice", "产量": "crop", "合作社": "cooperative", "村支书": "secretary",
    "年轻人": "young people", "学校": "school", "太阳": "sun", "来宾": "guest", "朋友": "friend",
    "纺织厂": "textile mill", "厂房": "building mill", "居民": "resident", "建议": "proposal",
    "论坛": "forum", "望远镜": "telescope", "口径": "aperture", "天体": "objects bodies",
    "小行星": "asteroid",
    "数据": "data", "天文学家": "astronomer", "论文": "paper", "锣鼓": "gong drum", "剧团": "troupe",
    "老人": "old", "演员": "actor actress", "观众": "audience", "孩子": "child children", "戏台": "stage",
}  # fmt: skip


def glosses(words: object) -> dict[str, frozenset[str]]:
    return {word: stems(MEANINGS[word]) for word in words if word in MEANINGS}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(Knowledge((), ()))


def rows_of(path: Path) -> Rows:
    return [(zh, en) for zh, _, en in (line.partition("\t") for line in path.read_text().splitlines())]


def document(annotator: Annotator, texts: Sequence[str]) -> Document:
    pieces = [Piece("heading" if n == 0 else "paragraph", text) for n, text in enumerate(texts)]
    return annotate_text(annotator, "text", "题目", pieces)


def aligned(annotator: Annotator, zh: Sequence[str], en: Sequence[str]) -> tuple[Bead, ...]:
    return Aligner(document(annotator, zh), {}, [Piece("paragraph", text) for text in en], glosses).beads()


def pairs(beads: Sequence[Bead]) -> set[tuple[int, int]]:
    return {(i, j) for bead in beads for i in bead.blocks for j in bead.paragraphs}


def disturbed(rows: Rows, rng: random.Random) -> Iterator[tuple[list[str], list[str], set[tuple[int, int]]]]:
    """The text whole, and with a paragraph missing on one side or two of them joined; with the true pairs."""
    n, at = len(rows), rng.randrange(1, len(rows) - 1)
    whole = [[i] for i in range(n)]
    joined = [*whole[:at], [at, at + 1], *whole[at + 2 :]]
    without = [*whole[:at], *whole[at + 1 :]]
    for left, right in ((whole, whole), (without, whole), (whole, without), (joined, whole), (whole, joined)):
        zh = ["".join(rows[i][0] for i in group) for group in left]
        en = [" ".join(rows[i][1] for i in group) for group in right]
        true = {(x, y) for x, a in enumerate(left) for y, b in enumerate(right) if set(a) & set(b)}
        yield zh, en, true


class TestAlign:
    @pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
    def test_whole_texts_are_right_and_sure(self, annotator: Annotator, path: Path) -> None:
        zh, en = zip(*rows_of(path), strict=True)
        beads = aligned(annotator, zh, en)
        assert pairs(beads) == {(i, i) for i in range(len(zh))}
        assert sum(bead.sure >= UNSURE for bead in beads) >= len(zh) - 2

    def test_disturbed_texts(self, annotator: Annotator) -> None:
        rng = random.Random(20261130)
        right = claimed = wanted = wrongly_sure = 0
        for path in TEXTS:
            for _ in range(3):
                for zh, en, true in disturbed(rows_of(path), rng):
                    beads = aligned(annotator, zh, en)
                    found = pairs(beads)
                    right, claimed, wanted = (
                        right + len(found & true),
                        claimed + len(found),
                        wanted + len(true),
                    )
                    wrongly_sure += sum(bead.sure >= UNSURE and not pairs([bead]) <= true for bead in beads)
        assert 2 * right / (claimed + wanted) >= 0.98
        assert wrongly_sure <= claimed * 0.005

    def test_missing_paragraphs_have_empty_beads(self, annotator: Annotator) -> None:
        zh, en = zip(*rows_of(TEXTS[0]), strict=True)
        beads = aligned(annotator, zh, (*en[:3], *en[4:]))
        assert [bead.blocks for bead in beads if not bead.paragraphs] == [(3,)]
        beads = aligned(annotator, (*zh[:3], *zh[4:]), en)
        assert [bead.paragraphs for bead in beads if not bead.blocks] == [(3,)]

    def test_a_paragraph_out_of_order_is_never_silently_wrong(self, annotator: Annotator) -> None:
        for path in TEXTS:
            zh, en = zip(*rows_of(path), strict=True)
            moved = [*en[:2], *en[3:6], en[2], *en[6:]]
            true = {0: 0, 1: 1, 2: 5, 3: 2, 4: 3, 5: 4} | {i: i for i in range(6, len(zh))}
            for bead in aligned(annotator, zh, moved):
                if bead.sure >= UNSURE and bead.blocks and bead.paragraphs:
                    assert pairs([bead]) <= set(true.items()), path.stem

    def test_swapped_items_are_never_silently_wrong(self, annotator: Annotator) -> None:
        zh, en = zip(*rows_of(DATA / "notice.tsv"), strict=True)
        for at in range(1, len(zh) - 1):
            swapped = [*en[:at], en[at + 1], en[at], *en[at + 2 :]]
            true = {(i, i) for i in range(len(zh)) if i not in (at, at + 1)} | {(at, at + 1), (at + 1, at)}
            for bead in aligned(annotator, zh, swapped):
                assert bead.sure < UNSURE or pairs([bead]) <= true, zh[at]

    def test_furniture_has_no_translation(self, annotator: Annotator) -> None:
        rows = rows_of(TEXTS[0])
        pieces = [Piece("paragraph", zh) for zh, _ in rows]
        pieces[3:3] = [Piece("furniture", "— 2 —"), Piece("furniture", "渡口 Ferries")]
        text = annotate_text(annotator, "text", "题目", pieces)
        beads = Aligner(text, {}, [Piece("paragraph", en) for _, en in rows], glosses).beads()
        assert [bead.blocks for bead in beads if not bead.paragraphs] == [(3,), (4,)]
        assert all(bead.sure >= UNSURE for bead in beads if bead.paragraphs)

    def test_every_block_and_paragraph_is_in_one_bead(self, annotator: Annotator) -> None:
        zh, en = zip(*rows_of(TEXTS[1]), strict=True)
        for some in (en, en[::2], en[::-1], en[:1], ()):
            beads = aligned(annotator, zh, some)
            assert sorted(i for bead in beads for i in bead.blocks) == list(range(len(zh)))
            assert sorted(j for bead in beads for j in bead.paragraphs) == list(range(len(some)))


class TestPlaced:
    def test_a_paragraph_for_two_blocks_is_divided_between_sentences(self, annotator: Annotator) -> None:
        rows = rows_of(TEXTS[0])
        zh = [zh for zh, _ in rows]
        en = [en for _, en in rows]
        text = document(annotator, zh)
        paragraphs = [Piece("paragraph", t) for t in (*en[:1], f"{en[1]} {en[2]}", *en[3:])]
        aligner = Aligner(text, {}, paragraphs, glosses)
        words = {w.id: w.text for w in aligner.placed(aligner.beads())}
        assert [words[b.id] for b in text.blocks] == en


class TestSeparate:
    def table(self, rows: Rows) -> list[Piece]:
        return [Piece("table", CELL.join(row)) for row in rows]

    @pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
    def test_layouts(self, path: Path) -> None:
        rows = rows_of(path)
        zh, en = [z for z, _ in rows], [e for _, e in rows]
        one_by_one = [Piece("paragraph", text) for row in rows for text in row]
        in_columns = self.table([("中文", "English"), *rows])
        turned = self.table([(e, z) for z, e in rows])
        one_after_other = [Piece("paragraph", text) for text in (*zh, *en)]
        for pieces in (one_by_one, in_columns, turned, one_after_other):
            parts = separate(pieces)
            assert parts is not None
            assert [p.text for p in parts[0]] == zh
            assert [p.text for p in parts[1]] == en

    @pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
    def test_rows_of_any_kind_and_with_numbers(self, path: Path) -> None:
        rows = rows_of(path)
        for kind in ("list", "paragraph"):
            head = Piece("list", CELL.join(("No.", "Chinese", "English")))
            pieces = [Piece(kind, CELL.join((str(n), *row))) for n, row in enumerate(rows)]  # type: ignore[arg-type]
            parts = separate([Piece("heading", "一个题目"), head, *pieces])
            assert parts is not None
            assert [p.text for p in parts[0]] == ["一个题目", *(zh for zh, _ in rows)]
            assert [p.text for p in parts[1]] == [en for _, en in rows]

    def test_no_piece_is_lost(self) -> None:
        rows = rows_of(TEXTS[0])
        pieces = [Piece("paragraph", text) for row in rows for text in row]
        odd = [Piece("paragraph", text) for text in ("1994", "* * *", "OK.", "Да.")]
        parts = separate([*pieces, *odd, Piece("furniture", "Bilingual Reader")])
        assert parts is not None
        assert [p.text for p in parts[0][-3:]] == ["1994", "* * *", "Bilingual Reader"]
        assert [p.text for p in parts[1][-2:]] == ["OK.", "Да."]

    @pytest.mark.parametrize(
        ("text", "lang"),
        [
            ("The train stops at the edge of the village.", "en"),
            ("Le train s’arrête au bord de la mer, et les enfants descendent.", "fr"),
            ("Der Zug hält am Rand und die Kinder steigen nicht aus.", "de"),
            ("El tren para en la orilla del mar y los niños bajan.", "es"),
            ("Поезд останавливается на берегу и не едет дальше.", "ru"),
            ("12 × 3", "en"),
        ],
    )
    def test_language_of(self, text: str, lang: str) -> None:
        assert language_of([Piece("paragraph", text)]) == lang

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("第四条　古树名木", "条4"), ("第十二章　附则", "章12"), ("第3條　本公告", "条3"),
            ("（二）公园", "2"), ("二十一、其他", "21"), ("第一，先问居民", "1"), ("三是算账", "3"),
            ("Article 12 In this", "条12"), ("Chapter IV Care", "章4"), ("SECTION 2", "节2"),
            ("(3) peeling bark", "3"), ("1. Ask", "1"),
            ("Secondly, the bill", "2"), ("第一次来", "0"), ("一个人", "0"), ("1.5 km", "0"), ("2024年", "0"),
            ("I am glad", "0"), ("Sectional plans", "0"), ("Article writing", "0"),
        ],
    )  # fmt: skip
    def test_number_of(self, text: str, number: str) -> None:
        assert "".join(map(str, number_of(text))) == number

    def test_chinese_texts_with_some_english_stay_whole(self) -> None:
        zh = [Piece("paragraph", z) for z, _ in rows_of(TEXTS[0])]
        for extra in (["OpenAI"], ["Abstract", "This paper measures ferries."], ["1.2 km", "3 kg", "5 m"]):
            assert separate([*zh, *(Piece("paragraph", e) for e in extra)]) is None
        assert separate(self.table([("项目", "GDP"), ("数量", "3"), ("单位", "km")])) is None

    @pytest.mark.parametrize(
        ("text", "chinese"),
        [
            ("使用GPT模型", True),
            ("The term 五个中心 means five centres", False),
            ("AI", False),
            ("3月", True),
        ],
    )
    def test_is_chinese(self, text: str, chinese: bool) -> None:
        assert is_chinese(text) is chinese
