"""Two texts compared: what became of each sentence, and of each phrase."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import ArticleId, Block, BlockId, Document, Header, Occurrence, QuoteMark, TermId
from app.text.compare import CHANGE_KINDS, Comparison, compare, sentences
from app.text.phrase_changes import phrases
from app.text.query import key

TEXT = tuple(
    tuple(sentence + "。" for sentence in paragraph.split("。") if sentence)
    for paragraph in (
        "镇里去年修好了三座石桥。桥头立了碑，碑上刻着捐款人的姓名。老木匠周师傅出了三百块钱，名字排在最末。",
        "茶山的收成比往年好。春天雨水足，头一批嫩芽在清明前十天就采完了。合作社买进两台新炒锅，烘干不再靠天。",
        "学校添了一间图书室，书架是家长自己钉的。孩子们每周可以借两本书回家。管理员由高年级学生轮流担任。",
        "卫生院请来了牙科大夫，每月坐诊四次。看牙的队伍常常排到院门外。",
        "客运站迁到河东，早班车提前到五点半。去县城的票价没有变。司机们说新路平，轮胎磨得慢。",
        "广场上的旧戏台拆掉重建，仍用原来的柱子。重阳节那天请剧团唱了两出。台下坐满了从外村赶来的老人。",
        "水费从七月起按表收取，家家装了新表。漏水的旧管子换掉了一公里多。",
        "今年镇里打算办四件事，先难后易。第一件是把垃圾运出山去，不再就地焚烧。第二件是给六十岁以上的人做体检。",
        "第三件是疏通北渠，让下游的稻田用得上水。第四件是把公账贴在墙上，谁都可以查。",
    )
)
ADDED = (
    "有人提议在码头旁边种一排柳树。",
    "邮局新来的姑娘会修收音机。",
    "冬天结冰以前要把鱼塘的网收起来。",
    "派出所登记了所有外出打工者的电话。",
    "果园引进了耐寒的苹果苗，三年后挂果。",
    "文化馆把民歌录成光盘，免费送给乡亲。",
)
WORDS = "随即便于外围渐次逐户酌情统共大致原先继而妥善尽早悉数陆续暂且稍许"


def texts(paragraphs: Sequence[Sequence[str]]) -> list[str]:
    return ["".join(p) for p in paragraphs]


def found(a: Sequence[str], b: Sequence[str]) -> set[tuple[str, str, str]]:
    """Kind and both wordings of every change that is not `kept`."""
    return {(kind, *both) for kind, *both in _told(a, b, compare(a, b)) if kind != "kept"}


def _told(a: Sequence[str], b: Sequence[str], done: Comparison) -> list[tuple[str, str, str]]:
    return [
        (
            c.kind,
            a[c.a.block][c.a.start : c.a.end] if c.a else "",
            b[c.b.block][c.b.start : c.b.end] if c.b else "",
        )
        for c in done.changes
    ]


class TestKinds:
    def test_equal_texts_are_kept(self):
        done = compare(texts(TEXT), texts(TEXT))
        assert done.counts == dict.fromkeys(CHANGE_KINDS, 0) | {"kept": sum(map(len, TEXT))}
        assert {r.kind for r in done.rows} == {"kept"}

    def test_nothing_in_common_is_gone_and_new(self):
        assert found(["天晴了。"], ["船到了码头。"]) == {
            ("gone", "天晴了。", ""),
            ("new", "", "船到了码头。"),
        }

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("财政预计增收三成，支出持平。", "财政预计增收两成，支出略减。"),
            ("赤字率拟按3%安排，规模4万亿元。", "赤字率拟按4%左右安排，规模5.66万亿元。"),
            ("要扩大内需。", "要着力扩大内需。"),
            ("The plan covers 40 schools。", "The plan covers 52 schools。"),
        ],
    )
    def test_a_reworded_sentence_has_its_words_marked(self, old: str, new: str):
        (change,) = compare([old], [new]).changes
        assert change.kind == "reworded"
        assert "".join(words for op, words in change.parts if op != "put") == old
        assert "".join(words for op, words in change.parts if op != "cut") == new
        assert max(len(words) for op, words in change.parts if op == "same") >= 4

    def test_width_and_spaces_are_no_change(self):
        assert compare(["增长 5％，好。"], ["增长5%,好。"]).counts["kept"] == 1

    def test_a_sentence_that_changed_its_place_is_moved(self):
        paragraphs = [list(p) for p in TEXT]
        words = paragraphs[0].pop(1)
        paragraphs[5].append(words)
        assert found(texts(TEXT), texts(paragraphs)) == {("moved", words, words)}

    def test_a_paragraph_that_changed_its_place_is_moved_whole(self):
        order = [*TEXT[:1], *TEXT[2:], TEXT[1]]
        done = compare(texts(TEXT), texts(order))
        assert [(r.kind, r.a, r.b) for r in done.rows if r.kind != "kept"] == [
            ("moved", (1,), ()),
            ("moved", (), (8,)),
        ]
        assert done.counts["moved"] == 3

    def test_a_split_sentence_stays_one_change(self):
        old = ["合作社买进两台新炒锅，烘干不再靠天，茶农轮班看火。"]
        new = ["合作社买进两台新炒锅。烘干不再靠天。茶农轮班看火。"]
        assert compare(old, new).counts == dict.fromkeys(CHANGE_KINDS, 0) | {"reworded": 1}
        assert compare(new, old).counts["reworded"] == 1

    def test_a_split_paragraph_is_kept(self):
        done = compare(["".join(TEXT[0] + TEXT[1])], texts(TEXT[:2]))
        assert done.counts["kept"] == 6
        assert [(r.kind, r.a, r.b) for r in done.rows] == [("kept", (0,), (0, 1))]

    def test_a_repeated_sentence_is_paired_once(self):
        assert found(["鼓掌。"] * 3, ["鼓掌。"] * 2) == {("gone", "鼓掌。", "")}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            # A clause is the same, the rest is not.
            (
                "着眼长远打算，镇里决定疏通北渠，入冬以前完工，经费由各村分摊。",
                "北渠淤塞已久，镇里今年决定疏通北渠，下游稻田因此得水。",
            ),
            ("要开展“清渠大行动”。", "要开展清渠第二批试点，先挖上游，再挖下游，修三道闸门。"),
            (
                "渡船补贴拟按3%安排，规模40万元，比去年增加1万元。",
                "今年渡船补贴拟按4%左右安排、比上年提高1个百分点。",
            ),
            # Only a rare word is the same.
            ("为补上多年的欠账，从今年起发行养路专项彩票。", "拟发行养路专项彩票13万张，增加3万张。"),
        ],
    )
    def test_a_sentence_with_a_known_clause_is_reworded(self, old: str, new: str):
        around = ("镇里修好了石桥。", "学校添了图书室。")
        a, b = (f"{around[0]}{words}{around[1]}" for words in (old, new))
        assert found([a], [b]) == {("reworded", old, new)}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            # A clause of a long sentence has become a sentence, with another figure.
            (
                "镇里要带动各村出工出料，今年拟安排养路互助券38万元，先补两座石桥的护栏，再修上游的堤岸，冬天以前完工。",
                "拟安排养路互助券39万元、比去年增加1万元。",
            ),
            # A name is written in full, or short.
            (
                "各村分工，实施乡村图书流动站提升办法，请老师轮流坐班，借书证由学校发给各家各户。",
                "深入实施图书流动站提升办法，让外村的孩子也能借书，把书送到山上。",
            ),
            # The clause comes first, in the middle, last.
            (
                "严查掺假茶叶坑害外地客商的行为，谁卖的谁退钱，账目要贴出来给大家看一个月。",
                "每逢集市，都要坚决严查掺假茶叶坑害外地客商的行为。",
            ),
            (
                "三十年来第一次，河上的夜航灯标全部换成了新的，船家们都说再也不用摸黑靠岸。",
                "今后，夜航灯标全部换成太阳能的。",
            ),
        ],
    )
    def test_a_clause_that_became_a_sentence_elsewhere_is_no_addition(self, old: str, new: str):
        a, b = texts(TEXT), texts(TEXT)
        a[2], b[6] = a[2] + old, b[6] + new
        assert found(a, b) == {("moved", old, new)}
        assert found(b, a) == {("moved", new, old)}
        assert found([old, a[0]], [new, a[0]]) == {("reworded", old, new)}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            # Words that both texts have in several places prove nothing.
            (
                "公账贴在墙上以后，谁家欠了多少、还了多少一看就明白，大家同心协力办好镇里的事。",
                "桥头新添了石凳和凉棚，赶集的老人可以坐下来歇一歇脚，大家同心协力办好镇里的事。",
            ),
            # So do single words.
            ("夏天的洪水冲走了老渡口。", "老渡口的茶馆换了东家。"),
            ("合作社的炒锅旧了，烘干又要靠天。", "学校的炉子旧了，做饭又要靠柴。"),
        ],
    )
    def test_common_words_lead_nowhere(self, old: str, new: str):
        every = "春耕的时候，大家同心协力办好镇里的事。"
        a, b = ([every, *texts(TEXT)] for _ in "ab")
        a[3], b[7] = a[3] + old, b[7] + new
        assert found(a, b) == {("gone", old, ""), ("new", "", new)}

    def test_figures_lead_to_their_own_sentence(self):
        old = ["拟安排渡口券39万元、比去年增加1万元。开春动工。"]
        new = [
            "拟发行石桥券13万元、比去年增加3万元。"
            "拟安排渡口券44万元、比去年增加5万元，用于买船、修路、还清各村垫付的工钱。开春动工。"
        ]
        told = {b for kind, a, b in found(old, new) if a.startswith("拟安排渡口券")}
        assert told == {"拟安排渡口券44万元、比去年增加5万元，用于买船、修路、还清各村垫付的工钱。"}

    def test_the_other_script_is_no_change(self):
        old = ["镇里修好了石桥，周师傅说：“名字刻在后面。”", "茶叶已经采完，烘干不再靠天。"]
        new = ["鎮裡修好了石橋，周師傅說：「名字刻在後面。」", "茶葉還沒有採完，烘乾不再靠天。"]
        done = compare(old, new)
        assert done.respelled and done.counts["kept"] == 1
        (change,) = (c for c in done.changes if c.kind == "reworded")
        assert change.parts == (
            ("same", "茶叶"),
            ("cut", "已经"),
            ("put", "還沒有"),
            ("same", "采完，烘干不再靠天。"),
        )
        assert not compare(old, old).respelled and not compare(new, new).respelled
        assert not compare(["增长５％。"], ["增长5%."]).respelled

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (["床前明月光，", "疑是地上霜。"], ["床前看月光，", "疑是地上霜。", "举头望山月，"]),
            (["The bridge is open。"], ["石桥通车了。"]),
            (["石桥通车了。"], [""]),
            (["\u3000", "—— ※ ——"], ["※"]),
            (["a" * 2000], ["a" * 1999]),
        ],
    )
    def test_odd_pairs_are_compared_both_ways(self, old: list[str], new: list[str]):
        for a, b in ((old, new), (new, old), (old, old)):
            done = compare(a, b)
            assert sum(p.end - p.start for c in done.changes if (p := c.a)) == sum(map(len, a))
            assert sum(p.end - p.start for c in done.changes if (p := c.b)) == sum(map(len, b))
        assert compare(old, old).counts["kept"] == len(compare(old, old).changes)

    def test_empty_texts(self):
        assert compare([], []).changes == ()
        assert compare(["甲。"], []).counts["gone"] == 1
        assert [r.kind for r in compare([""], [""]).rows] == ["kept", "kept"]


# -- every character once


@given(*[st.lists(st.text("甲乙丙丁。！，” a\n", max_size=20), max_size=6)] * 2)
def test_every_character_of_both_texts_belongs_to_one_change(a: list[str], b: list[str]):
    done = compare(a, b)
    for name, text in (("a", a), ("b", b)):
        side = done.side(name)
        for n, block in enumerate(text):
            passages = [getattr(c, name) for c in side.get(n, [])]
            assert "".join(block[p.start : p.end] for p in passages) == block
        assert [n for row in done.rows for n in getattr(row, name)] == list(range(len(text)))
    for change in done.changes:
        if change.parts and change.a and change.b:
            old, new = (
                "".join(words for op, words in change.parts if op in ("same", only))
                for only in ("cut", "put")
            )
            assert old == a[change.a.block][change.a.start : change.a.end]
            assert key(new) == key(b[change.b.block][change.b.start : change.b.end])
    assert sum(done.counts.values()) == len(done.changes)


@given(st.text("甲。！？…”）\n a", max_size=30))
def test_sentences_lie_end_to_end(text: str):
    spans = sentences(text)
    assert "".join(text[s:e] for s, e in spans) == text
    assert all(s < e for s, e in spans)


def test_endless_sentences_are_cut_after_a_comma():
    spans = sentences("甲" * 300 + "，" + "乙" * 900)
    assert [(s, e) for s, e in spans] == [(0, 301), (301, 801), (801, 1201)]


# -- simulated edits


@dataclass
class _Edited:
    """A sentence with its first wording, "" if it was added."""

    was: str
    now: str
    kind: str


def _edit(random: random.Random) -> tuple[list[str], set[tuple[str, str, str]]]:
    """Edit the text at random; return it with the changes made."""
    paragraphs = [[_Edited(s, s, "kept") for s in p] for p in TEXT]
    gone = []
    for n in random.sample(range(len(TEXT)), 6):
        paragraph = paragraphs[n]
        it = random.choice(paragraph)
        match random.choice(("reworded", "reworded", "gone", "new", "moved")):
            case "reworded" if it.kind == "kept":
                at = random.randrange(len(it.was) - 4)
                cut = random.randint(0, len(it.was) // 3)
                start = random.randrange(len(WORDS) - 6)
                put = WORDS[start : start + random.randint(1, 6)]
                it.kind, it.now = "reworded", it.was[:at] + put + it.was[at + cut :]
            case "gone" if it.kind == "kept":
                paragraph.remove(it)
                gone.append(("gone", it.was, ""))
            case "new":
                unused = [s for s in ADDED if all(x.now != s for p in paragraphs for x in p)]
                paragraph.insert(random.randint(0, len(paragraph)), _Edited("", random.choice(unused), "new"))
            case "moved" if it.kind == "kept":
                paragraph.remove(it)
                it.kind = "moved"
                paragraphs[(n + random.randint(3, 6)) % len(TEXT)].append(it)
    made = {(x.kind, x.was, x.now) for p in paragraphs for x in p}
    return ["".join(x.now for x in p) for p in paragraphs], made | set(gone)


def test_simulated_edits_are_recognised():
    """At least 95 % of the changed sentences, and of the others, get their kind and counterpart."""
    right, total = Counter[bool](), Counter[bool]()
    for seed in range(150):
        edited, made = _edit(random.Random(seed))
        told = set(_told(texts(TEXT), edited, compare(texts(TEXT), edited)))
        total.update(m[0] == "kept" for m in made)
        right.update(m[0] == "kept" for m in made & told)
    assert total[False] > 500
    assert all(right[kept] / total[kept] >= 0.95 for kept in (True, False))


# -- phrases


def _document(id: str, text: str, terms: Sequence[str] = (), quoted: Sequence[str] = ()) -> Document:
    block = Block(BlockId("bbbb"), 1, "paragraph", text)

    def places(words: str) -> list[int]:
        return [n for n in range(len(text)) if text.startswith(words, n)]

    return Document(
        header=Header(ArticleId(id), id),
        revision=1,
        blocks=(block,),
        occurrences=tuple(
            Occurrence(block.id, n, n + len(t), t, TermId("id-" + t), True, True)
            for t in terms
            for n in places(t)
        ),
        quote_marks=tuple(
            QuoteMark(block.id, n, n + len(q), False) for q in quoted for n in places(q) if text[n - 1] == "“"
        ),
    )


def test_phrases_are_counted_in_both_texts():
    a = _document("a", "北渠通水，北渠加固。山林归社。“三先”要讲。", ("北渠", "山林"), ("三先",))
    b = _document("b", "北渠通水。公账上墙，公账可查。“两快”要讲。", ("北渠", "公账"), ("两快",))
    told = {(p.kind, p.text, p.term, len(p.a), len(p.b)) for p in phrases(a, b)}
    assert told == {
        ("less", "北渠", "id-北渠", 2, 1),
        ("gone", "山林", "id-山林", 1, 0),
        ("new", "公账", "id-公账", 0, 2),
        ("gone", "三先", None, 1, 0),
        ("new", "两快", None, 0, 1),
    }
    (new,) = (p for p in phrases(a, b) if p.text == "公账")
    assert [(u.block, u.start) for u in new.b] == [("bbbb", 5), ("bbbb", 10)]


def test_a_quoted_phrase_is_also_counted_without_its_marks():
    a = _document("a", "要抓“两快”。")
    b = _document("b", "两快要抓，“两快”要讲。", quoted=("两快",))
    assert [(p.kind, len(p.a), len(p.b)) for p in phrases(a, b)] == [("more", 1, 2)]


def test_whole_quoted_sentences_are_no_phrases():
    a, b = _document("a", "天晴。"), _document("b", "他写了“先苦，后甜”。", quoted=("先苦，后甜",))
    assert phrases(a, b) == ()
