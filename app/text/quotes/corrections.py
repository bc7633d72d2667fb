"""Apply an editor's corrections, and report those that no longer apply.

words “五个中心”, speech false        -> no quotation there, its marks no speech
words 未来有信心聚焦, speaker 丁雷    -> the quotation that holds them is his, or one is made
paragraph k7f3, speaker 丁雷          -> all its words are his, after a label if there is one
paragraph k7f3, speech false          -> no one speaks in it
speaker 丁雷, role 所长               -> his role
speaker 李世民, person -              -> not joined to any person in content/speakers
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.model import Block, Correction, Person, Quotation, QuoteMark, Span, Speaker, SpeakerId
from app.text.quotes.attribution import SpeakerIndex

WHY = "编者订正"


def correct(
    found: SpeakerIndex,
    blocks: Sequence[Block],
    corrections: Sequence[Correction],
    people: Sequence[Person] = (),
) -> tuple[SpeakerIndex, tuple[Correction, ...]]:
    """Apply corrections in their order.

    Returns:
        What holds now, and the corrections whose words or speaker are not in the text any more.
    """
    speakers = {s.id: s for s in found.speakers}
    quotations, marks = list(found.quotations), list(found.quote_marks)
    unused = []
    for c in corrections:
        if c.paragraph:
            done = _about_paragraph(c, blocks, speakers, quotations, marks, people)
        elif c.words:
            done = _about_words(c, blocks, speakers, quotations, marks, people)
        else:
            done = _about_speaker(c, speakers, quotations, people)
        if not done:
            unused.append(c)
    heard = {q.speaker for q in quotations}
    kept = tuple(s for s in speakers.values() if s.id in heard)
    made = replace(found, speakers=kept, quotations=tuple(quotations), quote_marks=tuple(marks))
    return made, tuple(unused)


def _about_words(
    c: Correction,
    blocks: Sequence[Block],
    speakers: dict[SpeakerId, Speaker],
    quotations: list[Quotation],
    marks: list[QuoteMark],
    people: Sequence[Person],
) -> bool:
    block = next((b for b in blocks if c.words in b.text), None)
    if block is None:
        return False
    start = block.text.index(c.words)
    span = Span(start, start + len(c.words))
    around = [
        i
        for i, q in enumerate(quotations)
        if q.block == block.id and q.span.start <= span.start and span.end <= q.span.end
    ]
    # The innermost quotation that holds the words is the one that is meant.
    meant = min(around, key=lambda i: quotations[i].span.end - quotations[i].span.start, default=None)
    if not c.speech:
        inside = quotations.pop(meant).span if meant is not None else span
        for i, mark in enumerate(marks):
            if mark.block == block.id and inside.start <= mark.span.start and mark.span.end <= inside.end:
                marks[i] = replace(mark, speech=False)
        return True
    speaker = _speaker(c, speakers, people) if c.speaker is not None else None
    if meant is None:
        quotations.append(Quotation(block.id, span.start, span.end, c.type, speaker, None, None, WHY, 1.0))
        for i, mark in enumerate(marks):
            if mark.block == block.id and span.start <= mark.span.start and mark.span.end <= span.end:
                marks[i] = replace(mark, speech=True)
    else:
        # The editor vouches for all of it.
        quotations[meant] = replace(
            quotations[meant], speaker=speaker, why=WHY, confidence=1.0, source=None, inferred_from=None
        )
    return True


def _about_paragraph(
    c: Correction,
    blocks: Sequence[Block],
    speakers: dict[SpeakerId, Speaker],
    quotations: list[Quotation],
    marks: list[QuoteMark],
    people: Sequence[Person],
) -> bool:
    block = next((b for b in blocks if b.id == c.paragraph), None)
    if block is None or not block.text:
        return False
    # A turn begins after its label.
    turn = next((q for q in quotations if q.block == block.id and q.end == len(block.text.rstrip())), None)
    start = turn.start if turn is not None and block.text[: turn.start].rstrip().endswith(("：", ":")) else 0
    quotations[:] = [q for q in quotations if q.block != block.id]
    for i, mark in enumerate(marks):
        if mark.block == block.id:
            marks[i] = replace(mark, speech=False)
    if c.speech:
        speaker = _speaker(c, speakers, people) if c.speaker is not None else None
        quotations.append(Quotation(block.id, start, len(block.text), c.type, speaker, None, None, WHY, 1.0))
    return True


def _about_speaker(
    c: Correction, speakers: dict[SpeakerId, Speaker], quotations: list[Quotation], people: Sequence[Person]
) -> bool:
    known = _known(c.speaker or "", speakers)
    if known is None:
        return False
    changed = replace(known, role=c.role or known.role, kind=c.kind or known.kind)
    if c.person == "-":
        changed = replace(changed, id=SpeakerId(known.name), recorded=False, doubt="")
    elif c.person:
        person = next((p for p in people if p.id == c.person), None)
        if person is None:
            return False
        changed = replace(changed, id=person.id, recorded=True, doubt="")
    del speakers[known.id]
    speakers[changed.id] = changed
    for i, q in enumerate(quotations):
        if q.speaker == known.id:
            quotations[i] = replace(q, speaker=changed.id)
    return True


def _speaker(c: Correction, speakers: dict[SpeakerId, Speaker], people: Sequence[Person]) -> SpeakerId:
    """The speaker of that name or id, met for the first time where need be."""
    name = c.speaker or ""
    if known := _known(name, speakers):
        return known.id
    person = next((p for p in people if name in (p.id, p.name, *p.aliases)), None)
    if person is not None:
        made = Speaker(person.id, person.name, (), c.role or None, person.kind, recorded=True)
    else:
        made = Speaker(SpeakerId(name), name, (), c.role or None, c.kind or "person")
    speakers[made.id] = made
    return made.id


def _known(name: str, speakers: dict[SpeakerId, Speaker]) -> Speaker | None:
    return next((s for s in speakers.values() if name in (s.id, s.name, *s.aliases)), None)
