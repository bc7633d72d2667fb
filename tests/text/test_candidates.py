from app.model import Block, BlockId, Occurrence, QuoteMark, Span, TermId
from app.text.candidates import candidates


def found(text, speech=False, taken=()):
    block = Block(BlockId("b222"), 1, "paragraph", text)
    marks = [
        QuoteMark(block.id, Span(i + 1, text.index("”", i)), speech) for i, c in enumerate(text) if c == "“"
    ]
    occurrences = [
        Occurrence(block.id, Span(text.index(w), text.index(w) + len(w)), w, TermId("x"), True, True)
        for w in taken
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
