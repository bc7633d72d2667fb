from dataclasses import replace
from itertools import accumulate

from app.model import ArticleId, Block, BlockId, Document, Header, Occurrence, QuoteMark, TermId
from app.text.terms.candidates import candidates, phrases


def found(text, speech=False, taken=()):
    block = Block(BlockId("b222"), 1, "paragraph", text)
    marks = [QuoteMark(block.id, i + 1, text.index("”", i), speech) for i, c in enumerate(text) if c == "“"]
    occurrences = [
        Occurrence(block.id, text.index(w), text.index(w) + len(w), w, TermId("x"), True, True) for w in taken
    ]
    return [(c.phrase, c.count) for c in candidates([block], marks, occurrences)]


def test_numbered_phrases_and_phrases_in_marks_are_proposed():
    assert found("加快建设“六个港口”，推进三大工程建设，三大工程今年开工。") == [
        ("三大工程", 2),
        ("六个港口", 1),
    ]


def test_what_is_counted_is_no_set_phrase():
    assert found("两个孩子等了三个多月，五个城市的一批学校停课。") == []


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


NOISE = "晨 风 吹过 院墙 ， 邻居 端来 热茶 。 孩子 追着 小狗 ， 跑进 巷子 。"


def test_phrases_of_the_library_are_told_with_their_spread_and_contexts():
    articles = [
        [f"他们 修 海岸 栈道 ， {NOISE}", f"海岸 栈道 完工 。 {NOISE}"],
        [f"走上 海岸 栈道 看海 。 {NOISE}", f"新 海岸 栈道 很 长 。 {NOISE}"],
    ]
    first = phrases(library(*articles))[0]
    assert (first.phrase, first.count, first.articles) == ("海岸栈道", 4, 2)
    assert first.contexts[0][:2] == ("a0", "b000") and "海岸栈道" in first.contexts[0][2]


def test_part_of_a_phrase_that_always_goes_on_is_none():
    articles = [[f"海岸 栈道 工程 {mark} {NOISE}" for mark in "，。；！"]]
    assert [p.phrase for p in phrases(library(*articles)) if "栈道" in p.phrase] == ["海岸栈道工程"]


def test_phrases_that_an_entry_has_and_rare_ones_are_left_out():
    (document,) = library([f"海岸 栈道 ， {NOISE}", f"看 海岸 栈道 。 {NOISE}", f"海岸 栈道 ！ {NOISE}"])
    places = [
        Occurrence(b.id, at, at + 4, "海岸栈道", TermId("x"), True, True)
        for b in document.blocks
        if (at := b.text.find("海岸栈道")) >= 0
    ]
    assert not any("栈道" in p.phrase for p in phrases([replace(document, occurrences=tuple(places))]))
    assert not any("栈道" in p.phrase for p in phrases([replace(document, blocks=document.blocks[:2])]))
