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

from app.model import Block, Correction, Person, Quotation, Span, Speaker, SpeakerId
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
    text = _Text(found, blocks, people)
    unused = tuple(c for c in corrections if not text.corrected(c))
    return text.index(), unused


class _Text:
    """The speakers and quotations of an article while corrections are applied to them."""

    def __init__(self, found: SpeakerIndex, blocks: Sequence[Block], people: Sequence[Person]) -> None:
        self._found, self._blocks, self._people = found, blocks, people
        self._speakers = {s.id: s for s in found.speakers}
        self._quotations, self._marks = list(found.quotations), list(found.quote_marks)

    def index(self) -> SpeakerIndex:
        """What holds now; speakers without a quotation are gone."""
        heard = {q.speaker for q in self._quotations}
        kept = tuple(s for s in self._speakers.values() if s.id in heard)
        quotations, marks = tuple(self._quotations), tuple(self._marks)
        return replace(self._found, speakers=kept, quotations=quotations, quote_marks=marks)

    def corrected(self, c: Correction) -> bool:
        """Apply a correction; false if its words or speaker are not in the text."""
        if c.paragraph:
            return self._about_paragraph(c)
        return self._about_words(c) if c.words else self._about_speaker(c)

    def _about_words(self, c: Correction) -> bool:
        block = next((b for b in self._blocks if c.words in b.text), None)
        if block is None:
            return False
        start = block.text.index(c.words)
        span = Span(start, start + len(c.words))
        around = [
            i
            for i, q in enumerate(self._quotations)
            if q.block == block.id and q.span.start <= span.start and span.end <= q.span.end
        ]
        # The innermost quotation that holds the words is the one that is meant.
        meant = min(around, key=lambda i: self._quotations[i].end - self._quotations[i].start, default=None)
        if not c.speech:
            inside = self._quotations.pop(meant).span if meant is not None else span
            self._mark(block, inside, speech=False)
        elif meant is None:
            self._quote(c, block, span)
            self._mark(block, span, speech=True)
        else:
            # The editor vouches for all of it.
            self._quotations[meant] = replace(
                self._quotations[meant],
                speaker=self._speaker(c),
                why=WHY,
                confidence=1.0,
                source=None,
                inferred_from=None,
            )
        return True

    def _about_paragraph(self, c: Correction) -> bool:
        block = next((b for b in self._blocks if b.id == c.paragraph), None)
        if block is None or not block.text:
            return False
        # A turn begins after its label.
        end = len(block.text.rstrip())
        turn = next((q for q in self._quotations if q.block == block.id and q.end == end), None)
        labelled = turn is not None and block.text[: turn.start].rstrip().endswith(("：", ":"))
        self._quotations = [q for q in self._quotations if q.block != block.id]
        self._mark(block, Span(0, len(block.text)), speech=False)
        if c.speech:
            self._quote(c, block, Span(turn.start if turn and labelled else 0, len(block.text)))
        return True

    def _about_speaker(self, c: Correction) -> bool:
        known = self._known(c.speaker or "")
        if known is None:
            return False
        changed = replace(known, role=c.role or known.role, kind=c.kind or known.kind)
        if c.person == "-":
            changed = replace(changed, id=SpeakerId(known.name), recorded=False, doubt="")
        elif c.person:
            person = next((p for p in self._people if p.id == c.person), None)
            if person is None:
                return False
            changed = replace(changed, id=person.id, recorded=True, doubt="")
        del self._speakers[known.id]
        self._speakers[changed.id] = changed
        self._quotations = [
            replace(q, speaker=changed.id) if q.speaker == known.id else q for q in self._quotations
        ]
        return True

    def _mark(self, block: Block, span: Span, *, speech: bool) -> None:
        """Say of all quotation marks in a span whether they hold speech."""
        for i, mark in enumerate(self._marks):
            if mark.block == block.id and span.start <= mark.start and mark.end <= span.end:
                self._marks[i] = replace(mark, speech=speech)

    def _quote(self, c: Correction, block: Block, span: Span) -> None:
        speaker = self._speaker(c)
        self._quotations.append(
            Quotation(block.id, span.start, span.end, c.type, speaker, None, None, WHY, 1.0)
        )

    def _speaker(self, c: Correction) -> SpeakerId | None:
        """The speaker of that name or id, added if new; None for an unknown one."""
        name = c.speaker
        if name is None:
            return None
        if known := self._known(name):
            return known.id
        person = next((p for p in self._people if name in (p.id, p.name) or name in p.aliases), None)
        if person is not None:
            made = Speaker(person.id, person.name, (), c.role or None, person.kind, recorded=True)
        else:
            made = Speaker(SpeakerId(name), name, (), c.role or None, c.kind or "person")
        self._speakers[made.id] = made
        return made.id

    def _known(self, name: str) -> Speaker | None:
        return next((s for s in self._speakers.values() if name in (s.id, s.name) or name in s.aliases), None)
