from test_quotes import blocks as paragraphs

from app.model import Block, BlockId, Correction, Person, SpeakerId
from app.text.quotes.attribution import attribute
from app.text.quotes.corrections import correct

TEXT = "镇图书馆馆长周敏表示，新馆下月开放。读者把自习室叫作“第二书房”。"


def blocks(text=TEXT):
    return [Block(BlockId("b222"), 1, "paragraph", text)]


def corrected(*corrections, text=TEXT, people=()):
    return correct(attribute(blocks(text), people=people), blocks(text), corrections, people)


def test_a_speaker_is_replaced_and_the_reason_says_so():
    found, unused = corrected(Correction(words="新馆下月开放", speaker="陈立"))
    assert [q.speaker for q in found.quotations] == ["陈立"]
    assert found.quotations[0].why == "编者订正"
    assert [s.name for s in found.speakers] == ["陈立"] and not unused


def test_nobody_knows_is_a_correction_too():
    found, _ = corrected(Correction(words="新馆下月开放", speaker=None))
    assert [q.speaker for q in found.quotations] == [None]
    assert found.speakers == ()


def test_what_is_no_quotation_leaves_its_marks_as_no_speech():
    text = "周敏说：“这里叫第二书房。”"
    found, unused = corrected(Correction(words="这里叫第二书房", speech=False), text=text)
    assert found.quotations == () and not unused
    assert [m.speech for m in found.quote_marks] == [False]


def test_a_missed_quotation_is_made():
    text = "自习室还有个别名：“第二书房”。"
    found, _ = corrected(Correction(words="第二书房", speaker="读者", kind="collective"), text=text)
    made = found.quotations[-1]
    assert (made.speaker, made.type) == ("读者", "direct")
    assert [m.speech for m in found.quote_marks] == [True]


def test_a_role_and_a_person_are_set():
    person = Person(SpeakerId("zhou-min"), "周敏")
    found, _ = corrected(
        Correction(speaker="周敏", role="馆长", person="zhou-min"), text=TEXT, people=(person,)
    )
    speaker = found.speakers[0]
    assert (speaker.id, speaker.role, speaker.recorded) == ("zhou-min", "馆长", True)
    assert {q.speaker for q in found.quotations} == {"zhou-min"}


def test_corrections_whose_text_is_gone_come_back():
    gone = Correction(words="旧馆上月关闭", speaker="周敏", line=7)
    nobody = Correction(speaker="赵六", role="馆长")
    assert corrected(gone, nobody)[1] == (gone, nobody)


class TestParagraph:
    TEXT = "问：渠什么时候动工？\n明年春天。工钱由镇里出。\n墙上写着“先修渠”。"

    def corrected(self, *corrections: Correction):
        source = paragraphs(self.TEXT)
        return source, *correct(attribute(source), source, corrections)

    def test_a_whole_paragraph_is_given_to_a_speaker(self):
        source, made, unused = self.corrected(Correction(paragraph="b2", speaker="何青"))
        assert unused == ()
        said = [(q.block, q.start, q.end, q.type, q.speaker) for q in made.quotations if q.block == "b2"]
        assert said == [("b2", 0, len(source[1].text), "direct", "何青")]

    def test_the_label_of_a_turn_is_left_out(self):
        _, made, _ = self.corrected(Correction(paragraph="b1", speaker="林一"))
        assert [(q.start, q.speaker) for q in made.quotations if q.block == "b1"] == [(2, "林一")]

    def test_nobody_speaks_in_a_paragraph(self):
        _, made, _ = self.corrected(Correction(paragraph="b1", speech=False))
        assert [q for q in made.quotations if q.block == "b1"] == []

    def test_a_paragraph_that_is_gone_is_reported(self):
        gone = Correction(paragraph="k7f3", speaker="何青")
        assert self.corrected(gone)[2] == (gone,)
