"""Words that one person ascribes to another, without marks or without a verb of saying of their own.

A reader wants to find them under that person's name, but they are not a quotation that the article makes
itself: they come second-hand. Five shapes are read, in reported speech and in narration:

    “陈校长说过，水要一勺一勺地舀。我们记得。”      a source and a verb inside another one's words
    “‘先把渠修通’，这是陈校长的嘱托。”              这是 … 的 with a noun of saying
    大家记着陈校长“先把渠修通”的嘱托。              the source right before the marks
    用陈校长的话说，先把渠修通。                    用 … 的话说
    他对“先把渠修通，再种树”的要求很有感触。        no one is named: the likeliest person, with doubt

The last shape goes to the person who says the same words elsewhere in the article, or else to the person
whom the article cited second-hand before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from app.model import Block, QuotationType
from app.text.folding import normalize
from app.text.quotes.cue import Cue
from app.text.quotes.cues import Finder, WithFinder
from app.text.quotes.entity import Entity
from app.text.quotes.offices import title_places
from app.text.quotes.passages import MASKS, Passage, may_hold_cue, prepare
from app.text.quotes.phrases import Who
from app.text.quotes.statement import SpokenWords

# How sure: the person is named with the words; says the same words elsewhere; was cited before.
_NAMED, _SAME_WORDS, _CITED_BEFORE = 0.85, 0.5, 0.4
# From this number of equal characters on, two passages are the same words, not a set phrase.
_SAME = 8
# The person cited before must be within this number of blocks.
_NEAR = 2
# Longer blocks are skipped, and only this many quotations without a name are looked at in an article: bounds
# for generated texts.
_LONGEST, _MOST_UNNAMED = 20_000, 100

_NOUNS = (
    "(?:要求|嘱托|指示|期望|期待|希望|号召|教导|教诲|叮嘱|叮咛|部署|论断|论述|理念|主张|勉励|期许|期盼|话|名言|格言"
    "|口头禅|忠告|提醒|告诫|承诺|誓言|心愿|遗愿|家训|寄语|判断|讲话精神|批示|说法|观点)"
)
_KINDS = "(?:[^，。；！？“”‘’「」『』的]{1,8}的|重要|具体|明确|殷切|殷殷|谆谆|一贯|总|郑重|深情)*"
_THIS_IS = re.compile(
    "[’”』」]?[，。！]?[’”』」]?[—-]{0,2}[这那](?:也|正|都|就|既|同样|句话|番话)*是"
    f"(?P<who>[^，。；！？“”‘’「」『』]{{2,40}}?)(?:{_NOUNS}|(?:说|讲|写|提出|强调)过?的)(?=[，。；！？’”』」]|$)"
)
_OF_WHOM = re.compile(
    "(?P<who>[^，。；！？“”‘’「」『』]{2,36}?)"
    "(?:(?:曾|多次|反复|一再|当年|经常|常|所|在[^，。]{1,16}|对[^，。]{1,12})*"
    "(?:提出|强调|倡导|要求|嘱托|指出|讲|说|写下|留下|定下)(?:过|到)?的(?P<that>[那这][句番]话?)?|关于|的)?$"
)
# The ends of what `that` of `_OF_WHOM` matches.
_THOSE_WORDS = tuple(that + words + end for that in "那这" for words in "句番" for end in ("", "话"))
_AFTER = re.compile(f"[’”』」]的?(?:这[一句番]*)?{_KINDS}{_NOUNS}")
_IN_HIS_WORDS = re.compile(
    "(?:用|借用|套用|按|照)(?P<who>[^，。；！？“”‘’「」『』]{2,24}?)的(?:一句)?话(?:来)?(?:说|讲)"
    "[，：]?(?:就是|那就是|这就是|是)?[，：]?"
)
_LEADING = re.compile(
    "[^，。；！？“”‘’「」『』]{0,10}?(?:按照|遵照|依照|牢记|谨记|铭记|记着|记得|记住|落实|贯彻|践行|响应|不忘|谈到"
    "|说起|对于|关于|围绕|根据|把|将|对|按|照|用|以|守着|想起|听从)"
)
_STOPS = re.compile("[，。；！？!?：…]")
# The one who cites another goes back to himself: 老林说要三年，我比他保守。
_MYSELF = re.compile("[，；](?=我(?:倒|却|也|觉得|认为|想[，是]|看[，是]|[^，。！？]{0,4}[他她]))")
_NOT_A_SOURCE = re.compile("[我你咱您它]|自己|大家|本人|记者|文件|会议|通知|意见|规划")


@dataclass(slots=True, eq=False)
class Ascribed(SpokenWords):
    """Words ascribed to a person; `source` is where the person is named, if it is."""

    source: tuple[int, int] | None
    why: str
    sure: float


def find_ascribed(
    passages: Sequence[Passage], found: Sequence[SpokenWords], finder: Finder
) -> list[Ascribed]:
    """All ascribed words of an article that are not already quotations, in text order."""
    return _AscribedReader(found, finder).read(passages)


class _AscribedReader(WithFinder):
    """Goes through an article's blocks once more, when everybody is known."""

    def __init__(self, found: Sequence[SpokenWords], finder: Finder) -> None:
        super().__init__(finder)
        self.by_block: dict[int, list[SpokenWords]] = {}
        for st in found:
            self.by_block.setdefault(st.passage.n, []).append(st)
        self.found = found
        self.out: list[Ascribed] = []
        self.out_by_block: dict[int, list[SpokenWords]] = {}

    def read(self, passages: Sequence[Passage]) -> list[Ascribed]:
        unnamed: list[tuple[Passage, int, int]] = []
        for p in passages:
            if not p.readable or len(p.raw) > _LONGEST:
                continue
            for st in self.by_block.get(p.n, ()):
                self._reported_within(st)
            self._in_his_words(p)
            for start, end in p.pairs:
                if (start, end) in p.speech or not _worded(p.raw[start:end]):
                    continue
                if not self._named_beside(p, start, end) and _AFTER.match(p.raw, end):
                    unnamed.append((p, start, end))
        others: list[SpokenWords] = [*self.out, *self.found]
        others.sort(key=lambda o: o.end - o.start)
        for p, start, end in unnamed[:_MOST_UNNAMED]:
            self._likeliest(p, start, end, others)
        return sorted(self.out, key=lambda a: (a.passage.n, a.start, -a.end))

    def _add(
        self,
        p: Passage,
        start: int,
        end: int,
        type: QuotationType,
        entity: Entity | None,
        cue: str | None,
        source: tuple[int, int] | None,
        why: str,
        sure: float,
    ) -> bool:
        """Take the words in, unless they are a quotation already or the speaker's own."""
        if entity is None or entity.form not in ("named", "honorific") or end - start < 3:
            return False
        around = [s for s in self.by_block.get(p.n, ()) if s.start <= start and end <= s.end]
        if any(s.entity is entity for s in around):
            return False
        taken = (*self.by_block.get(p.n, ()), *self.out_by_block.get(p.n, ()))
        if any(start < o.end and o.start < end and o not in around for o in taken):
            return False
        doubt = self.cast.doubts.get(normalize(p.raw[slice(*source)])) if source else None
        if doubt:
            why, sure = f"{why}；{doubt}", _SAME_WORDS
        made = Ascribed(p, start, end, type, entity, cue, source, why, sure)
        self.out.append(made)
        self.out_by_block.setdefault(p.n, []).append(made)
        return True

    # -- a source and a verb of saying inside another one's words

    def _reported_within(self, st: SpokenWords) -> None:
        p = st.passage
        if p.plain[st.start] not in MASKS:
            if not p.may_hold_cue(st.start, st.end):
                return
            text = p.plain[st.start : st.end]
            if self.cast.names_in(text) or p.touches_title(st.start, st.end):
                places = (
                    (max(s, st.start), min(e, st.end))
                    for s, e in p.sentences()
                    if not (st.start <= s and e <= st.end and self._finder.finds_nothing(p, s))
                )
                self._read_within(st, p, 0, [(s, e) for s, e in places if s < e])
            return
        folded = p.folded[st.start : st.end]
        if may_hold_cue(folded) and (self.cast.names_in(folded) or title_places(folded)):
            inner = prepare(p.n, Block(p.id, 0, "paragraph", p.raw[st.start : st.end]))
            self._read_within(st, inner, st.start, inner.sentences())

    def _read_within(
        self, st: SpokenWords, inner: Passage, at: int, sentences: Sequence[tuple[int, int]]
    ) -> None:
        """Take in what the sentences of a statement report; `inner` begins at `at` of its paragraph."""
        p = st.passage
        for s, e in sentences:
            cues = [
                c for c in self.finder.cues(inner, s, e) if c.own and c.form in ("comma", "colon", "bare")
            ]
            for cue, following in zip_longest(cues, cues[1:]):
                start, end = _content(inner, cue, following.region if following else e)
                if cue.who is None or cue.who.form not in ("named", "honorific", "titled") or start >= end:
                    continue
                a, b = cue.at + cue.who.start, cue.at + cue.who.end
                if cue.who.form == "named" and not cue.who.role and inner.plain[a - 1 : a] == "的":
                    continue  # 总书记的殷殷嘱托，…
                entity = self.cast.resolve(cue.who, cue.at, inner, None, besides=st.entity)
                why = f"他人话中的引导词“{cue.verb}”，主语“{inner.raw[a:b]}”"
                type: QuotationType = "mixed" if inner.quotes_in(start, end) else "indirect"
                self._add(p, at + start, at + end, type, entity, cue.verb, (at + a, at + b), why, _NAMED)

    # -- words in marks, and a person named next to them

    def _named_beside(self, p: Passage, start: int, end: int) -> bool:
        raw = p.raw
        if m := _THIS_IS.match(raw, end):
            if who := self._last(normalize(m["who"]).removesuffix("的")):
                why = f"“{raw[m.start() : m.end()].lstrip('’”』」，。！—-')}”"
                source = (m.start("who") + who.start, m.start("who") + who.end)
                return self._give(p, start, end, who, m.start("who"), source, why)
            return _NOT_A_SOURCE.search(m["who"]) is not None
        after = _AFTER.match(raw, end)
        if not after and not p.folded.endswith(_THOSE_WORDS, 0, start - 1):
            return False
        clause = max(raw.rfind(c, 0, start - 1) for c in "，。；！？：“”‘’「」『』") + 1
        before = normalize(raw[clause : start - 1])
        lead = _LEADING.match(before)
        at = lead.end() if lead else 0
        m = _OF_WHOM.match(before, at)
        if m and (after or m["that"]):
            who = self._last(m["who"])
            if who:
                place = clause + m.start("who")
                source = (place + who.start, place + who.end)
                return self._give(p, start, end, who, place, source, f"“{raw[clause + at : start - 1]}……”")
        return m is not None and _NOT_A_SOURCE.search(m["who"]) is not None

    def _give(
        self, p: Passage, start: int, end: int, who: Who, at: int, source: tuple[int, int], why: str
    ) -> bool:
        entity = self._person(p, who, at)
        self._add(p, start, end, "direct", entity, None, source, f"归于其人：{why}", _NAMED)
        return entity is not None

    def _person(self, p: Passage, who: Who, at: int) -> Entity | None:
        return self.cast.resolve(who, at, replace(p, plain=p.folded), None)

    def _first(self, text: str) -> Who | None:
        """The person that a text begins with."""
        _, who = self.finder.subjects.subject(text, 0, len(text), whole=False)
        return who if who and who.form in ("named", "honorific") else None

    def _last(self, text: str) -> Who | None:
        """The person that a text ends with, perhaps before a place or a time."""
        who = self.finder.subjects.describe(text)
        return who if who and who.form in ("named", "honorific") else self._first(text)

    # -- 用 … 的话说

    def _in_his_words(self, p: Passage) -> None:
        if "话" not in p.folded:
            return
        for m in _IN_HIS_WORDS.finditer(p.folded):
            who = self._last(m["who"])
            if who is None:
                continue
            start, end = m.end(), _sentence_end(p.raw, m.end())
            pair = next((q for q in p.pairs if q[0] == start + 1), None)
            if pair:
                start, end = pair
            place = m.start("who")
            source = (place + who.start, place + who.end)
            self._add(
                p,
                start,
                end,
                "direct" if pair else "indirect",
                self._person(p, who, place),
                None,
                source,
                f"“{p.raw[m.start() : m.end()]}”",
                _NAMED,
            )

    # -- no one is named

    def _likeliest(self, p: Passage, start: int, end: int, others: Sequence[SpokenWords]) -> None:
        """Give words to the person who says them elsewhere, else to the one cited before; with doubt."""
        parts = [part for part in _STOPS.split(p.raw[start:end]) if len(part) >= _SAME]
        own = {s.entity for s in self.by_block.get(p.n, ()) if s.start <= start and end <= s.end}
        for other in others:
            text = other.passage.raw[other.start : other.end]
            if other.entity in own or (other.passage is p and other.start <= start and end <= other.end):
                continue
            if any(part in text for part in parts):
                why = "句中未说是谁的话；文中另一处把相同的话归于其人"
                self._add(p, start, end, "direct", other.entity, None, None, why, _SAME_WORDS)
                return
        before = [a for a in self.out if a.source and 0 <= p.n - a.passage.n <= _NEAR and a.start != start]
        before = [a for a in before if (a.passage.n, a.start) < (p.n, start)]
        if before:
            why = "句中未说是谁的话；上文刚转引过其人"
            self._add(p, start, end, "direct", before[-1].entity, None, None, why, _CITED_BEFORE)


def _worded(text: str) -> bool:
    """Whether marks hold words that a person may have said rather than a term."""
    return (len(text) > 5 and _STOPS.search(text) is not None) or len(text) > 9


def _content(p: Passage, cue: Cue, limit: int) -> tuple[int, int]:
    start, end = cue.body, limit
    while start < end and p.plain[start] in "，： 　":
        start += 1
    while end > start and p.plain[end - 1] in "，：；、 　\n":
        end -= 1
    myself = _MYSELF.search(p.plain, start, end)
    return start, myself.start() if myself else end


def _sentence_end(text: str, at: int) -> int:
    m = re.compile("[。！？!?]|[”’」』]|$").search(text, at)
    assert m is not None  # the end of the text matches
    return m.end() if m[0] in ("。", "！", "？", "!", "?") else m.start()
