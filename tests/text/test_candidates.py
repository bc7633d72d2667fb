from dataclasses import replace
from itertools import accumulate

import pytest

from app.model import ArticleId, Block, BlockId, Document, Header, Knowledge, Occurrence, QuoteMark, TermId
from app.text.annotator import Annotator
from app.text.terms.candidates import _first_pass, candidates, phrases


def found(text, speech=False, taken=()):
    block = Block(BlockId("b222"), 1, "paragraph", text)
    marks = [QuoteMark(block.id, i + 1, text.index("”", i), speech) for i, c in enumerate(text) if c == "“"]
    occurrences = [
        Occurrence(block.id, text.index(w), text.index(w) + len(w), w, TermId("x"), True, True) for w in taken
    ]
    ends = Annotator(Knowledge()).segmenter.ends(text)
    return [(c.phrase, c.count) for c in candidates([block], marks, occurrences, [ends])]


def test_numbered_phrases_and_phrases_in_marks_are_proposed():
    assert found("加快建设“六个港口”，推进三大工程建设，三大工程今年开工。") == [
        ("三大工程", 2),
        ("六个港口", 1),
    ]


def test_what_is_counted_is_no_set_phrase():
    assert found("两个孩子等了三个多月，五个城市的一批学校停课。") == []


@pytest.mark.parametrize(
    "text",
    [
        "茶馆早上五点开门，中午就关。",
        "图书馆下午三点以后全楼停电。",
        "晚上九点左右，车队凌晨四点出发。",
        "到会的有二十个左右，一共四百多页。",
        "这样的村子有三十个上下，六个以上已经通水。",
    ],
)
def test_times_and_rough_numbers_are_no_set_phrases(text: str):
    assert found(text) == []


def test_points_of_a_speech_are_proposed():
    assert found("会议提出三点希望，五点启示写进文件。") == [("三点希望", 1), ("五点启示", 1)]


def test_speech_and_known_terms_are_left_alone():
    assert found("他说：“明天开馆。”", speech=True) == []
    assert found("推进“六个港口”建设。", taken=["六个港口"]) == []


def library(*articles):
    """Articles of paragraphs, each a string of words with spaces between them."""
    documents = []
    for n, paragraphs in enumerate(articles):
        blocks, cuts = [], []
        for i, words in enumerate(paragraphs):
            blocks.append(Block(BlockId(f"b{i:03}"), i, "paragraph", words.replace(" ", "")))
            cuts.append(tuple(accumulate(map(len, words.split()))))
        documents.append(Document(Header(ArticleId(f"a{n}"), ""), 0, tuple(blocks), cuts=tuple(cuts)))
    return documents


def found_in(*articles):
    """The phrases of a library."""
    documents = library(*articles)
    return phrases(lambda: documents)


NOISE = "晨 风 吹过 院墙 ， 邻居 端来 热茶 。 孩子 追着 小狗 ， 跑进 巷子 。"


def test_phrases_of_the_library_are_told_with_their_spread_and_contexts():
    articles = [
        [f"他们 修 海岸 栈道 ， {NOISE}", f"海岸 栈道 完工 。 {NOISE}"],
        [f"走上 海岸 栈道 看海 。 {NOISE}", f"新 海岸 栈道 很 长 。 {NOISE}"],
    ]
    first = found_in(*articles)[0]
    assert (first.phrase, first.count, first.articles) == ("海岸栈道", 4, 2)
    assert first.contexts[0][:2] == ("a0", "b000") and "海岸栈道" in first.contexts[0][2]


def test_part_of_a_phrase_that_always_goes_on_is_none():
    articles = [[f"海岸 栈道 工程 {mark} {NOISE}" for mark in "，。；！"]]
    assert [p.phrase for p in found_in(*articles) if "栈道" in p.phrase] == ["海岸栈道工程"]


def test_phrases_that_an_entry_has_and_rare_ones_are_left_out():
    (document,) = library([f"海岸 栈道 ， {NOISE}", f"看 海岸 栈道 。 {NOISE}", f"海岸 栈道 ！ {NOISE}"])
    places = [
        Occurrence(b.id, at, at + 4, "海岸栈道", TermId("x"), True, True)
        for b in document.blocks
        if (at := b.text.find("海岸栈道")) >= 0
    ]
    assert not any(
        "栈道" in p.phrase for p in phrases(lambda: [replace(document, occurrences=tuple(places))])
    )
    assert not any(
        "栈道" in p.phrase for p in phrases(lambda: [replace(document, blocks=document.blocks[:2])])
    )


def annotated(*texts):
    """Articles of one paragraph each, annotated without a glossary."""
    annotator = Annotator(Knowledge())
    return [
        annotator.annotate(Header(ArticleId(f"a{n}"), ""), 0, [Block(BlockId("b222"), 1, "paragraph", text)])
        for n, text in enumerate(texts)
    ]


def told(*texts):
    documents = annotated(*texts)
    return {p.phrase: p for p in phrases(lambda: documents)}


def test_a_phrase_that_is_always_in_quotation_marks_is_found():
    verbs = ("增强", "牢记", "树立", "重温", "落实", "强化")
    found = told(*(f"我们要{verb}“四个码头”，{NOISE.replace(' ', '')}" for verb in verbs))
    assert (found["四个码头"].count, found["四个码头"].articles) == (6, 6)


def test_three_characters_and_single_words_are_found():
    found = told(
        *("“三渔”是头等大事。", "要办好“三渔”工作。"),
        *("编制“十五六”规划。", "实施十四五规划。", "十四五规划开局。"),
        *("推进一岸双策改革。", "深化一岸双策。"),
    )
    assert {"三渔", "十五六", "十四五", "一岸双策"} <= set(found)


def test_uses_without_marks_count_too_and_spread_goes_first():
    found = told("办好“三渔”。", "“三渔”要紧。", "关心三渔。三渔兴旺。", "“两灯”“两灯”“两灯”“两灯”“两灯”。")
    assert (found["三渔"].count, found["三渔"].articles) == (4, 3)
    assert list(found).index("三渔") < list(found).index("两灯")


def test_members_come_from_the_texts():
    found = told("抓好“三渔”（渔业、渔村、渔民）。", "“三渔”（渔业、渔村、渔民）要紧。", "“三渔”兴旺。")
    assert found["三渔"].members == ("渔业", "渔村", "渔民")


def test_a_number_is_no_plan():
    found = told("制定“九五”计划。", "“九五”计划完成。", "一九五八年，九五三号船出海。")
    assert found["九五"].count == 2


def test_what_is_counted_in_the_library_is_no_phrase():
    texts = [
        f"他等了三个多月，两名游客和五个孩子谈了三个方面、两项工作、四个问题。第{n}回。" for n in "二三四五"
    ]
    assert not told(*texts)


def test_add_and_candidates_find_the_same_set_phrases():
    text = "推进“六个港口”，办好三大工程，落实一岸双策。"
    (document,) = annotated(text)
    here = {c.phrase for c in candidates(document.blocks, document.quote_marks, (), document.cuts)}
    assert here == {"六个港口", "三大工程", "一岸双策"} == set(told(text, text))


def test_memory_is_bounded_and_frequent_phrases_stay(monkeypatch):
    monkeypatch.setattr("app.text.terms.candidates._MOST_IN_MEMORY", 60)
    rare = [f"“码头{a}{b}”{NOISE.replace(' ', '')}" for a in "甲乙丙丁戊己" for b in "子丑寅卯"]
    documents = annotated(*(x for text in rare for x in (text, f"办好“三渔”{text}")))
    tallies, _, _ = _first_pass(documents)
    assert len(tallies) <= 60 + 20  # one article more than the limit
    assert phrases(lambda: documents)[0].phrase == "三渔"
