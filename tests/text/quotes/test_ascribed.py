"""Words that others ascribe to a person: found, marked as such, and counted apart."""

from __future__ import annotations

import pytest
from test_quotes import blocks

from app.text.quotes.attribution import attribute

DOUBTFUL = 0.6


def ascribed(text: str) -> list[tuple[str, str, bool]]:
    """Speaker, words, and whether it is certain, of each ascribed quotation."""
    source = blocks(text)
    found = attribute(source)
    texts = {b.id: b.text for b in source}
    names = {s.id: s.name for s in found.speakers}
    return [
        (names[q.speaker], texts[q.block][q.span.start : q.span.end], q.confidence >= DOUBTFUL)
        for q in found.quotations
        if q.ascribed and q.speaker
    ]


MET = "县委书记陈明昨天到青禾镇看望村民。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a source and a verb inside another one's words
        (
            MET + "“陈书记指出，渠要先修通。我们都记在心上。”村民周海波说。",
            ("陈明", "渠要先修通。", True),
        ),
        (
            "馆长沈牧带过许多学生。韩月娥回忆说：“沈馆长常说，东西要放在原来的地方。我照做了一辈子。”",
            ("沈牧", "东西要放在原来的地方。", True),
        ),
        (
            MET + "村民周海波说，陈明书记强调，路要修到家门口。",
            ("陈明", "路要修到家门口。", True),
        ),
        # then the one who cites speaks of himself
        (MET + "周海波说：“陈书记认为三年能修通，我比他保守一点。”", ("陈明", "三年能修通", True)),
        (MET + "周海波说：“陈书记说，先修渠再种树，我倒想先修路。”", ("陈明", "先修渠再种树", True)),
        (MET + "周海波说：“陈书记认为坝不会垮，我觉得难说。”", ("陈明", "坝不会垮", True)),
        # this is so-and-so's demand
        (
            MET + "“‘先修渠，再种树’，这是陈书记对我们一再提出的要求。”村民周海波说。",
            ("陈明", "先修渠，再种树", True),
        ),
        (
            "老校长吴怀瑾退休多年。“把冷板凳坐热，把热馒头分掉”——这是吴怀瑾常说的话。",
            ("吴怀瑾", "把冷板凳坐热，把热馒头分掉", True),
        ),
        (
            "总工程师沈牧走了。“图纸错一毫米，桥就歪一米”，这正是沈牧留下的叮嘱。",
            ("沈牧", "图纸错一毫米，桥就歪一米", True),
        ),
        (
            MET + "“‘水退人不退，岗位不换人’，这就是陈书记的要求。”周海波说。",
            ("陈明", "水退人不退，岗位不换人", True),
        ),
        (
            MET + "“‘水退人不退，岗位不换人’，这句话是陈明说的。”周海波说。",
            ("陈明", "水退人不退，岗位不换人", True),
        ),
        # the source right before the marks
        (
            MET + "周海波想起陈明说过的那句“水退人不退，岗位不换人”，又上了坝。",
            ("陈明", "水退人不退，岗位不换人", True),
        ),
        (
            MET + "全镇牢记陈明书记“先修渠，再种树”的嘱托，当年就动了工。",
            ("陈明", "先修渠，再种树", True),
        ),
        (
            MET + "按照陈明提出的“一户一策，一村一图”的要求，镇里重新画了图。",
            ("陈明", "一户一策，一村一图", True),
        ),
        (
            "教练何建平带队三年。队员们把何教练“输球可以，不跑不行”的话贴在墙上。",
            ("何建平", "输球可以，不跑不行", True),
        ),
        (
            "作家冯秋菊去年去世。学生们说，自己一直记着冯秋菊关于“写不下去就去走路，走不动了再写”的忠告。",
            ("冯秋菊", "写不下去就去走路，走不动了再写", True),
        ),
        # in his words
        (
            "院长郑立群种了一院子药草。用郑立群的话说，草也是病人。来的人都笑了。",
            ("郑立群", "草也是病人。", True),
        ),
        (
            "院长郑立群种了一院子药草。用郑院长的话来说，就是“认得草，才认得病”。",
            ("郑立群", "认得草，才认得病", True),
        ),
        # nobody is named in the sentence
        (
            MET
            + "“陈书记指出，渠要先修通。我们都记在心上。”村民周海波说。\n"
            + "会计吴凯说，他对“一分钱掰成两半花，账目月月公开”的要求感触最深。",
            ("陈明", "一分钱掰成两半花，账目月月公开", False),
        ),
        (
            "校长孔静安说：“孩子的事没有小事，大人的事可以等。”\n"
            + "门卫老杨说，他最服气的是“孩子的事没有小事，天天如此”的要求。",
            ("孔静安", "孩子的事没有小事，天天如此", False),
        ),
    ],
)
def test_ascribed_words(text: str, expected: tuple[str, str, bool]):
    assert expected in ascribed(text)
    assert len(ascribed(text)) == len({words for _, words, _ in ascribed(text)})


@pytest.mark.parametrize(
    "text",
    [
        "陈明说，我的要求是“先修渠，再种树”，这也是我一再提出的要求。",  # his own
        "陈明说：“‘先修渠，再种树’，这是大家的愿望。”",  # nobody in particular
        "陈明带队检查。镇里落实“双随机、一公开”的要求，抽查了三家。",  # a rule, and nobody was cited
        "《意见》提出“应保尽保，应助尽助”的要求。陈明说，镇里照办。",  # a document
        "周海波说，自己牢记校长的殷殷嘱托，天天早起。",  # no words
        "陈明参观了“一江一河、十里长廊”展。",  # a title
        "陈明说：“我爱人问，几点回家。我说，快了。”",  # nobody named
    ],
)
def test_what_is_not_ascribed(text: str):
    assert ascribed(text) == []


def test_ascribed_words_change_nothing_else():
    with_, without = (
        attribute(blocks(MET + f"“{inner}我们都记在心上。”村民周海波说。"))
        for inner in ("陈书记指出，渠要先修通。", "")
    )
    assert [q.type for q in with_.quotations if not q.ascribed] == [q.type for q in without.quotations]
    assert [m.speech for m in with_.quote_marks] == [m.speech for m in without.quote_marks]


def test_sentences_without_a_cue_are_told_apart():
    text = "陈明说，渠要先修通。要把账目公开。路也要修。记者看到，渠边已堆满石料。“我们等着。”陈明说。"
    (first, second) = attribute(blocks(text)).quotations
    assert text[first.span.start : first.inferred_from] == "渠要先修通。"
    assert text[first.inferred_from : first.span.end] == "要把账目公开。路也要修。"
    assert second.inferred_from is None
