"""Statements under construction: who says them, how sure that is, and another one's words inside them."""

from __future__ import annotations

import re
from bisect import bisect_left

from app.model import Block, Mention, QuotationType
from app.text.folding import normalize
from app.text.quotes.cue import Cue, bare_end, clause_start, past_openers
from app.text.quotes.cues import Finder, WithFinder
from app.text.quotes.entity import Entity
from app.text.quotes.passages import Passage, Quote, prepare
from app.text.quotes.phrases import PERSONS
from app.text.quotes.statement import Statement

_QUOTED_BY = PERSONS | {"group", "body", "pronoun"}

# 遇到一位老人，他说：“…”
_INDEFINITE = re.compile("[一这那某][位名个][^。；]*，")

_MET = re.compile(
    "(?:找到|遇到|遇见|碰到|见到|认识|联系上|联系到|拜访|采访|问|问起)了?(?P<who>[一某][位名个][^，。；：“”]{1,20})，"
)

_ASKS_ANOTHER = re.compile("(?:问|劝|叫|催|请|安慰|提醒)(?:过|了)?[他她](?![的们])[^，。]{2,}，[他她]")

_SPOKEN_TO = re.compile("(?:问|告诉|[对跟冲向朝])(?P<whom>[他她])(?![的们])[^，。]{0,4}：“?$")

_I_MYSELF = re.compile("[^，]{0,3}?(?<![对向跟和同给问叫])我们?(?![爹爸妈娘爷奶哥姐弟妹父母的家老])")

_SPOKEN = frozenset(("说", "答", "问", "道", "讲", "喊", "回", "回答", "告诉", "笑"))

_SURE = {"named": 0.95, "honorific": 0.9, "titled": 0.85, "raw": 0.65}

_DOUBTED = 0.5  # the form of address may mean another person


_SUBJECT_SHOWN = re.compile("[我你他她它咱]|.{0,3}我")

# How sure a speaker's own earlier words inside a turn are.
CARRIED = 0.85


class Maker(WithFinder):
    """Makes the statements of one paragraph and remembers who is speaking."""

    def __init__(
        self, finder: Finder, passage: Passage, before: Statement | None, *, author: str | None = None
    ) -> None:
        super().__init__(finder)
        self.p = passage
        # The author, where the prose is the author's: no sentence without a cue is then another person's.
        self.author = author
        self.before = before  # the last statement of the paragraphs before
        self.last: Statement | None = None  # the last statement of this one
        self.adjacent = False  # nothing but its speaker's words since
        self.subject: Entity | None = None  # whom its sentences since then were about
        self.waiting: list[Quote] = []  # quotations not yet given to any person
        self.used: set[int] = set()
        self.inner: set[int] = set()  # where quotations begin that are part of what another one reports
        self.out: list[Statement] = []

    def _entity(self, cue: Cue) -> Entity | None:
        last = self.last or (self.before if self.before and self.p.n - self.before.passage.n <= 1 else None)
        if cue.who is None:
            opens = cue.region == 0 or self.p.plain[cue.region - 1] not in "，；："
            if cue.of_nobody or last is None or not (opens or self.last):
                return None  # 工作组赶到现场，要求…: the clause before has a subject of its own
            return last.entity
        besides = (
            last.entity if last and cue.who.form == "pronoun" and self._was_addressed(cue, last) else None
        )
        return self.cast.resolve(cue.who, cue.at, self.p, last.entity if last else None, besides=besides)

    def _was_addressed(self, cue: Cue, last: Statement) -> bool:
        """Whether a pronoun means the one who was asked or spoken to, not the speaker of the words before.

        “你叫什么？”他问。“温迪。”她回答。 / 小乐问她：“…？”她没抬头，说：“…”
        """
        assert cue.who is not None
        asked = last.passage.raw[last.end - 1] in "？?"
        if asked and (cue.verb or "").startswith(("答", "回答")):
            return True
        pronoun = self.p.plain[cue.at + cue.who.start]
        to = _SPOKEN_TO.search(last.passage.plain, max(0, last.start - 12), last.start)
        return to is not None and to["whom"] == pronoun

    def _notice(self, s: int, e: int, besides: str = "") -> Entity | None:
        """Remember whom and which paper a sentence is about; gives the person.

        `besides` is a pronoun that follows: where it is an object here, the subject is another person.
        """
        if s >= e:
            return None
        p, plain = self.p, self.p.plain
        self.cast.notice_paper(p, s, e)
        at, who = self.finder.subjects.first_source(plain, s, e)
        if who and _ASKS_ANOTHER.search(plain, at + who.end, e):
            return None  # 同事问他舍不舍得，他…: he is another person
        if who and besides and besides in plain[at + who.end : e] and who.form != "named":
            return None  # 志愿者劝她吃饭，她…: she is another person
        if who and (who.form in PERSONS or (who.form == "raw" and who.end > 2)):
            entity = self.cast.resolve(who, at, p, None)
            self.cast.recent.focus(entity)
            return entity
        return self.cast.notice_name(p, s, e)

    def _meet(self, p: Passage, s: int, e: int) -> Entity | None:
        """A person whom a clause introduces as its object: 我找到一位老渠工，他说…"""
        m = _MET.search(p.plain, s, e)
        who = self.finder.subjects.describe(m["who"]) if m else None
        if m is None or who is None or who.form not in PERSONS:
            return None
        entity = self.cast.resolve(who, m.start("who"), p, None)
        self.cast.recent.focus(entity)
        return entity

    def _direct(self, q: Quote, entity: Entity | None, cue: Cue, note: str = "") -> None:
        if q.left in self.used or q.start == q.end:
            return
        self.used.add(q.left)
        self.p.speech.add((q.start, q.end))
        self._make(q.start, q.end, "direct", entity, cue).why += note
        self._quoted_within(q.start, q.end, entity)

    def _quoted_within(self, start: int, end: int, entity: Entity | None, *, own: bool = False) -> None:
        """Find another person's words inside a quotation: “我爹说：‘散了吧。’” but not “我说：‘散了吧。’”

        With `own` the speaker's own earlier words count, too.
        """
        pairs = self.p.pairs
        first = bisect_left(pairs, (start, end + 1))
        if first >= len(pairs) or pairs[first][1] > end:
            return
        inner = prepare(self.p.n, Block(self.p.id, 0, "paragraph", self.p.raw[start:end]))
        for s, e in inner.sentences():
            for cue in self.finder.cues(inner, s, e):
                who = cue.who
                if cue.form != "quote":
                    continue
                met = who and who.form == "pronoun" and _INDEFINITE.search(inner.plain, s, cue.at)
                if met and self._meet(inner, s, cue.at) is None:
                    continue
                myself = _I_MYSELF.match(inner.plain, cue.region, cue.start) is not None
                if who is None or who.form not in _QUOTED_BY or myself:
                    continue
                for q in inner.quotes_in(cue.body, cue.body + 1):
                    said_by = self.cast.resolve(who, cue.at, inner, None, besides=entity)
                    source = Mention(self.p.id, start + cue.at + who.start, start + cue.at + who.end)
                    a, b = start + q.start, start + q.end
                    why, sure = self._reason(cue, said_by, inner)
                    self._add(a, b, "direct", said_by, cue.verb, source, why, sure, nested=True)
                    self.p.speech.add((a, b))
        if own:
            self._own_words(inner, start, entity)

    def _own_words(self, inner: Passage, start: int, entity: Entity | None) -> None:
        """Words that the speaker of a turn quotes of himself: 我答：“…”"""
        for q in inner.quotes:
            a, b = start + q.start, start + q.end
            n = bisect_left(inner.verbs, (q.left, 0, "")) - 1
            if n >= 0 and not self._says_i(inner, inner.verbs[n][0]):
                continue  # 弟说：“…”
            gap = inner.plain[inner.verbs[n][1] : q.left] if n >= 0 else "-"
            spoken = n >= 0 and inner.verbs[n][2] in _SPOKEN and inner.strong(q)
            if gap.strip("：， ") or not spoken or (a, b) in self.p.speech:
                continue
            why = f"引导词“{inner.verbs[n][2]}”，说话人自述"
            self._add(a, b, "direct", entity, inner.verbs[n][2], None, why, CARRIED, nested=True)
            self.p.speech.add((a, b))

    def _says_i(self, inner: Passage, verb: int) -> bool:
        """Whether the subject of a verb is 我, or none is printed."""
        begin = clause_start(inner.plain, 0, verb)
        while begin and inner.plain[begin - 1] == "，" and not _SUBJECT_SHOWN.match(inner.plain, begin):
            begin = clause_start(inner.plain, 0, begin - 1)
        words = bare_end(inner.plain[past_openers(inner.plain, begin, verb) : verb])
        return not words or words[0] == "你" or _I_MYSELF.match(words) is not None

    def _make(
        self,
        start: int,
        end: int,
        type: QuotationType,
        entity: Entity | None,
        cue: Cue,
        *,
        nested: bool = False,
    ) -> Statement:
        source = self.last.source if self.last and cue.who is None else None
        if cue.who is not None:
            source = Mention(self.p.id, cue.at + cue.who.start, cue.at + cue.who.end)
        return self._add(
            start, end, type, entity, cue.verb, source, *self._reason(cue, entity), nested=nested
        )

    def _reason(self, cue: Cue, entity: Entity | None, passage: Passage | None = None) -> tuple[str, float]:
        """Why, for an editor, and how sure."""
        verb = f"引导词“{cue.verb}”" if cue.verb else "无引导词"
        if cue.who is None:
            if entity is None:
                return f"{verb}，未见主语", 0.3
            doubted = self.last is not None and self.last.entity is entity and self.last.sure <= _DOUBTED
            return f"{verb}，主语承前：{entity.name}", _DOUBTED if doubted else 0.7
        said = (passage or self.p).raw[cue.at + cue.who.start : cue.at + cue.who.end]
        if cue.who.form in ("pronoun", "plural", "paper"):
            if entity is None:
                return f"{verb}，“{said}”所指不明", 0.3
            near = cue.who.form != "pronoun" or self._is_near(entity, cue.at)
            return f"{verb}，“{said}”指前文{entity.name}", 0.8 if near else _DOUBTED
        sure = (
            _SURE.get(cue.who.form, 0.85) - (0.1 if cue.form == "bare" else 0) - (0.15 if not cue.own else 0)
        )
        doubt = self.cast.doubts.get(normalize(said)) or self._weak(cue, said)
        if doubt:
            return f"{verb}，{cue.rule}“{said}”；{doubt}", _DOUBTED
        return f"{verb}，{cue.rule}“{said}”", sure

    def _is_near(self, entity: Entity, at: int) -> bool:
        """Whether a paragraph names the person whom a pronoun means, or that person spoke just before."""
        if self.last is not None and self.last.entity is entity:
            return self.last.sure > _DOUBTED
        # In a new paragraph that begins with another subject a pronoun may mean that one: 郑太每天摆摊。她说…
        first = self.p.sentences()[0]
        goes_on = at < first[1] or _SUBJECT_SHOWN.match(self.p.plain) is not None
        earlier = self.last or self.before
        if goes_on and earlier and earlier.entity is entity and self.p.n - earlier.passage.n < 2:
            return True
        parts = [part for form in entity.forms for part in re.split("[·•‧・．･ ]", form)]
        return any(part and part in self.p.plain for part in parts)

    def _weak(self, cue: Cue, said: str) -> str:
        """Why the words before a verb are weak evidence of a source, "" where they are not."""
        assert cue.who is not None
        if cue.verb is None and self.p.headline and self.cast.count(normalize(said)) < 2:
            return "只见于标题"
        before = self.p.plain[cue.at + cue.who.start - 1 : cue.at + cue.who.start]
        if not cue.own and cue.who.form == "titled" and before.isalpha():
            return "称呼前另有词语"
        return ""

    def _add(
        self,
        start: int,
        end: int,
        type: QuotationType,
        entity: Entity | None,
        cue: str | None,
        source: Mention | None,
        why: str,
        sure: float,
        *,
        nested: bool = False,
    ) -> Statement:
        st = Statement(self.p, start, end, type, entity, cue, source, why, sure)
        self.out.append(st)
        if not nested:
            self.cast.recent.focus(entity)
            self.last, self.adjacent, self.subject = st, True, None
        return st
