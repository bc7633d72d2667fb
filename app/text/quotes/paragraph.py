"""Reads one paragraph, sentence by sentence, and keeps in mind who is speaking."""

from __future__ import annotations

import re
from bisect import bisect_left

import app.text.quotes.lexicon as lexicon
from app.model import (
    Block,
    Mention,
    QuotationType,
)
from app.text.folding import normalize
from app.text.quotes.cue import Cue, bare_end, clause_start, past_openers
from app.text.quotes.cues import Finder
from app.text.quotes.entity import Entity
from app.text.quotes.extent import goes_on, is_fragment, stands_alone
from app.text.quotes.matching import either, words_of
from app.text.quotes.outermost import outermost
from app.text.quotes.passages import Passage, Quote, prepare
from app.text.quotes.phrases import (
    PERSONS,
)
from app.text.quotes.statement import Statement
from app.text.quotes.turns import Turn
from app.text.quotes.verbless import label, of_nobody, verbless

# A reporter's question is not a statement: 有记者问：…
_QUESTION = re.compile("[\\s□　]*(?:[^，。：“”]{0,12}记者(?:提)?问|问|提问|记者)：")

_ASKED_BY_US = re.compile("(?:本报|本刊|有|一名)?记者[^，。“”]{0,6}问")

_SPEAKING_OF = re.compile("(?:说起|谈起|提起|讲起|聊起|说到|谈到|提到|回忆起|忆起|想起)[^，。“”]{1,20}，")

THIS_SAID = re.compile(
    "(?:说|讲|写|喊|发)(?:出|下)?(?:这|此|以上|上述)(?:番|些|句|段)?[^，。的]{0,4}的(?:人?是)?(?P<who>[^，。；：“”]{2,30}?)(?=是|，|。|在|$)"
)

_SCENE = re.compile("[^，。；：“”]{0,16}[上中后时前里间天晚日]")

_TURN = re.compile(f"[，；](?:{either(lexicon.TURNS.words)})|；据")

_RETELLING = re.compile(either(lexicon.RETELLING.words))

_QUOTED_BY = PERSONS | {"group", "body", "pronoun"}

# 遇到一位老人，他说：“…”
_INDEFINITE = re.compile("[一这那某][位名个][^。；]*，")
_MET = re.compile(
    "(?:找到|遇到|遇见|碰到|见到|认识|联系上|联系到|拜访|采访|问|问起)了?(?P<who>[一某][位名个][^，。；：“”]{1,20})，"
)

_I_MYSELF = re.compile("[^，]{0,3}?(?<![对向跟和同给问叫])我们?(?![爹爸妈娘爷奶哥姐弟妹父母的家老])")

_LABELLED, _CARRIED = 0.95, 0.9
_DOUBTED = 0.5  # the form of address may mean another person

_SPOKEN = frozenset(("说", "答", "问", "道", "讲", "喊", "回", "回答", "告诉", "笑"))
_WISHES = words_of(lexicon.URGE) | {"相信", "深信"}
_SURE = {"named": 0.95, "honorific": 0.9, "titled": 0.85, "raw": 0.65}


class Paragraph:
    """Reads one paragraph; who is speaking is kept from sentence to sentence."""

    def __init__(
        self, finder: Finder, passage: Passage, before: Statement | None, *, author: str | None = None
    ) -> None:
        self.finder, self.cast, self.p = finder, finder.cast, passage
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

    def read(self, carried: Statement | None) -> list[Statement]:
        """The statements of the paragraph; `carried` is the quotation that runs on into it."""
        p, begin = self.p, 0
        if carried is None and _QUESTION.match(p.plain):
            return self.out
        if carried is not None:
            opened = p.runs_in is None and bool(p.quotes)
            end = p.runs_in if p.runs_in is not None else len(p.raw)
            if int(opened) < end:
                why, sure = "引文自上段延续", min(carried.sure, 0.9)
                self._add(int(opened), end, "direct", carried.entity, carried.cue, carried.source, why, sure)
            if p.runs_in is None:
                if opened:
                    p.speech.add((1, end))
                return self.out
            p.speech.add((0, end))
            begin = end + 1
        for s, e in p.sentences(begin):
            self._sentence(s, e)
        self._give_away(None)
        return self.out

    def read_turn(self, turn: Turn) -> list[Statement]:
        """A turn of a conversation: all its words are the speaker's."""
        p, end = self.p, len(self.p.raw.rstrip())
        if turn.start >= end:
            return self.out
        source = Mention(p.id, *turn.label) if turn.label else None
        why = "说话人标签" if turn.label else "承上一段的说话人标签"
        sure = _LABELLED if turn.label else _CARRIED
        if turn.quoted:
            q = p.quotes_in(turn.start, turn.start + 1)[0]
            p.speech.add((q.start, q.end))
            self._add(q.start, q.end, "direct", turn.entity, None, source, why, sure)
            return self.out
        self._add(turn.start, end, "direct", turn.entity, None, source, why, sure)
        self._quoted_within(turn.start, end, turn.entity, own=True)
        return self.out

    def _cues(self, s: int, e: int, quotes: list[Quote]) -> list[Cue]:
        """The cues of a sentence; where it has none with a verb, one without."""
        p, subjects = self.p, self.finder.subjects
        cues = self.finder.again(p, s, e)
        labelled = s == 0 and "：" in p.plain and not any(c.own for c in cues)
        if labelled and (cue := label(subjects, p, s)):
            return [cue]
        if not cues and quotes and (cue := verbless(subjects, p, s, e, quotes) or of_nobody(p, s, quotes)):
            return [cue]
        return cues

    def _sentence(self, s: int, e: int) -> None:
        p = self.p
        quotes = p.quotes_in(s, e)
        cues = self._cues(s, e, quotes)
        if not cues or self._wishes_on(cues, quotes):
            self._without_cue(s, e, quotes)
            return
        if (
            self.last is not None
            and self.last.tale
            and not self.waiting
            and not p.plain.startswith("“", s)
            and not (cues[0].own and cues[0].who and cues[0].who.role)
        ):
            self._within_tale(s, e, cues)
            return
        while len(cues) > 1 and cues[0].who is None and cues[0].form != "quote" and not self._entity(cues[0]):
            del cues[0]  # 聯署聲明指出，保安局局長李家超曾表示: a paper speaks first
        who = cues[0].who
        pronoun = (
            p.plain[cues[0].at + who.start : cues[0].at + who.end] if who and who.form == "pronoun" else ""
        )
        self._notice(s, cues[0].region, pronoun)
        cues, inner = outermost(p, cues)
        self.inner |= inner
        for i, cue in enumerate(cues):
            limit = cues[i + 1].region if i + 1 < len(cues) else e
            lead = s if i == 0 else cues[i - 1].end
            if cue.who and cue.who.form == "pronoun" and cue.region > s:
                pronoun = p.plain[cue.at + cue.who.start : cue.at + cue.who.end]
                # 屋主自行逃生，他表示…
                self._notice(max(s, cue.region - 90), cue.region, pronoun)
                self._meet(p, max(s, cue.region - 60), cue.region)
            entity = self._entity(cue)
            if entity is None and cue.form != "quote" and cue.who is None:
                self._give_away(None)
                continue
            behind = self._said_before(cue, entity, lead, first=i == 0)
            if i == 0:
                self._give_away((s, e) if self.last is None else None)
            for q in behind:
                self._direct(q, entity, cue, "（引语在前）")
            if cue.form == "final":
                self.cast.focus(entity)
            else:
                self._content(cue, entity, limit, e)

    def _wishes_on(self, cues: list[Cue], quotes: list[Quote]) -> bool:
        """Whether a sentence without a source only goes on with the current speaker's wishes."""
        last = self.last
        if last is None or not last.open or not self.adjacent or quotes or self._is_guest(last):
            return False
        return all(not c.own and c.form == "bare" and normalize(c.verb or "") in _WISHES for c in cues)

    def _is_guest(self, last: Statement) -> bool:
        """Whether the last speaker is not the author, in the author's own text."""
        return self.author is not None and (last.entity is None or last.entity.folded != self.author)

    def _entity(self, cue: Cue) -> Entity | None:
        last = self.last or (self.before if self.before and self.p.n - self.before.passage.n <= 1 else None)
        if cue.who is None:
            opens = cue.region == 0 or self.p.plain[cue.region - 1] not in "，；："
            if cue.of_nobody or last is None or not (opens or self.last):
                return None  # 工作组赶到现场，要求…: the clause before has a subject of its own
            return last.entity
        return self.cast.resolve(cue.who, cue.at, self.p, last.entity if last else None)

    def _notice(self, s: int, e: int, besides: str = "") -> Entity | None:
        """Remember whom and which paper a sentence is about; gives the person.

        `besides` is a pronoun that follows: where it is an object here, the subject is another person.
        """
        if s >= e:
            return None
        p, plain = self.p, self.p.plain
        self.cast.notice_paper(p, s, e)
        at, who = self.finder.subjects.first_source(plain, s, e)
        if who and besides and besides in plain[at + who.end : e] and who.form != "named":
            return None  # 志愿者劝她吃饭，她…: she is another person
        if who and (who.form in PERSONS or (who.form == "raw" and who.end > 2)):
            entity = self.cast.resolve(who, at, p, None)
            self.cast.focus(entity)
            return entity
        return self.cast.notice_name(p, s, e)

    def _meet(self, p: Passage, s: int, e: int) -> Entity | None:
        """A person whom a clause introduces as its object: 我找到一位老渠工，他说…"""
        m = _MET.search(p.plain, s, e)
        who = self.finder.subjects.describe(m["who"]) if m else None
        if m is None or who is None or who.form not in PERSONS:
            return None
        entity = self.cast.resolve(who, m.start("who"), p, None)
        self.cast.focus(entity)
        return entity

    # -- which quotations a cue governs

    def _said_before(self, cue: Cue, entity: Entity | None, lead: int, *, first: bool) -> list[Quote]:
        """The quotations before a cue that are its content: “…”他说。"""
        p, plain = self.p, self.p.plain
        out: list[Quote] = []
        if first and self.waiting and cue.who is not None:
            close = cue.region <= lead + 1 or (cue.form == "final" and cue.region - lead < 30)
            mine = self.last is None or not self.adjacent or self.last.entity is entity or cue.form == "final"
            if close and mine:
                out, self.waiting = self.waiting, []
        follows = cue.region
        for q in reversed(p.quotes_in(lead, cue.region)):
            before = plain[max(lead, q.left - 3) : q.left].rstrip(" 　")
            apart = not before or before[-1] in "，。；：”！？、"
            spoken = self.p.shaped(q) or (not before and q.end - q.start > 3)
            gap = plain[q.right : follows].strip(" ，、　")
            if gap and plain[q.end - 1] == "▫" and follows == cue.region and _SCENE.fullmatch(gap):
                gap = ""  # “…，”赛后发布会上，他说：“…”
            if q.left in self.used or gap or not (apart and spoken):
                break
            out.append(q)
            follows = q.left
        return sorted(out, key=lambda q: q.left)

    def _content(self, cue: Cue, entity: Entity | None, limit: int, e: int) -> None:
        plain, b = self.p.plain, cue.body
        while b < limit and plain[b] in " 　：":
            b += 1
        if b >= limit:
            self.cast.focus(entity)
            if cue.form in ("colon", "comma") and b >= len(
                plain
            ):  # 提及以下措施： and the words follow in the next paragraph
                self.cast.announced = (self.p.n, entity, cue.verb)
            return
        if plain[b] == "“" and (q := next(iter(self.p.quotes_in(b, b + 1)), None)):
            follows = plain[q.right : q.right + 1] if q.right < limit else ""
            whole = (
                not follows or follows in "。，；！？…、“：" or follows.isspace() or plain[q.end - 1] == "▪"
            )
            if (whole or (cue.verb or "").endswith("句")) and (q.end - q.start > 2 or follows in "。！？"):
                self._direct(q, entity, cue)
                at = q.right
                for more in self.p.quotes_in(at, limit):  # “A”“B”, “A”、“B”; and “A”，又…，“B。”
                    if plain[at : more.left].strip("、，； 　") == "" or (
                        self.p.strong(more) and plain[more.left - 1] in "，：。；"
                    ):
                        self._direct(more, entity, cue)
                        at = more.right
                return
        self._indirect(cue, entity, b, limit, e)

    def _indirect(self, cue: Cue, entity: Entity | None, b: int, limit: int, e: int) -> None:
        p, plain = self.p, self.p.plain
        turn = _TURN.search(plain, b + 4, limit)
        end = turn.start() if turn else limit
        direct = next(
            (q for q in p.quotes_in(b + 1, end) if q.left not in self.inner and stands_alone(p, q, b, limit)),
            None,
        )
        if direct:
            end = direct.left
        end = _trim(plain, b, end)
        if end - b >= 2:
            inner = self._nested(b, end)
            fragments = [
                q for q in p.quotes_in(b, end) if q is not inner and is_fragment(self.finder, p, q, end)
            ]
            form: QuotationType = "mixed" if fragments else "indirect"
            if cue.verb is None and cue.form == "colon":  # a label
                form = "direct"
            st = self._make(b, end, form, entity, cue)
            st.open = not direct and not turn and end >= e - 1 and cue.rule != "在…看来"
            st.tale = bool(_RETELLING.search(plain, cue.region, cue.end)) and st.open
            p.speech.update((q.start, q.end) for q in fragments)
        if direct:
            for q in p.quotes_in(direct.left, limit):
                if q is direct or self.p.strong(q):
                    self._direct(q, entity, cue)

    def _nested(self, b: int, end: int) -> Quote | None:
        """A source within what another one says, with marks of its own: 杜某说，市长指出，城市要“…”。

        Makes the inner statement and returns the quotation in it, if there is one.
        """
        p, plain = self.p, self.p.plain
        if not p.quotes_in(b, end):
            return None
        for cue in self.finder.cues(p, b, end):
            if (
                not (cue.own or cue.body in self.inner)
                or cue.form == "final"
                or cue.who is None
                or cue.who.form in ("pronoun", "plural", "raw", "paper")
            ):
                continue
            quotes = [
                q
                for q in p.quotes_in(cue.body, end)
                if self.p.shaped(q) or q.end - q.start > 5 or q.left in self.inner
            ]
            if not quotes or any(c in plain[cue.body : quotes[0].left] for c in "。；"):
                continue
            q, entity = quotes[0], self._entity(cue)
            p.speech.add((q.start, q.end))
            if q.left == cue.body:
                self._make(q.start, q.end, "direct", entity, cue, nested=True)
            else:
                comma = plain.find("，", q.right, end)
                stop = comma if comma != -1 else _trim(plain, cue.body, end)
                self._make(cue.body, stop, "mixed", entity, cue, nested=True)
            return q
        return None

    def _within_tale(self, s: int, e: int, cues: list[Cue]) -> None:
        """Speech inside a story that a person tells at length: the story goes on."""
        assert self.last is not None
        self.last.carry_on(s, _trim(self.p.plain, self.last.start, e))
        for cue in cues:
            for q in self.p.quotes_in(cue.body, e)[:1]:
                if q.left == cue.body and cue.form == "quote":
                    self.p.speech.add((q.start, q.end))
                    self.used.add(q.left)
                    if cue.who is not None:
                        self._make(q.start, q.end, "direct", self._entity(cue), cue, nested=True)

    # -- sentences without a cue

    def _without_cue(self, s: int, e: int, quotes: list[Quote]) -> None:
        plain = self.p.plain
        if self.waiting and _ASKED_BY_US.match(plain, s, e):
            self.waiting = []
        free = [q for q in quotes if q.left not in self.used]
        if free and plain[s : free[0].left].strip(" 　") == "":
            leading = []
            at = free[0].left
            for q in free:
                if plain[at : q.left].strip(" 　、，") == "" and (
                    self.p.shaped(q) or (self.adjacent and q.end - q.start > 3)
                ):
                    leading.append(q)
                    at = q.right
            rest = plain[at:e].strip(" 　。，、！？…—")
            if leading and (not rest or self.p.strong(leading[-1])):
                self.waiting += leading
                if not rest:
                    return
                s, free = at, []
        self._give_away((s, e))
        last = self.last
        if (
            last
            and last.open
            and self.adjacent
            and not self._is_guest(last)
            and not any(self.p.strong(q) for q in free)
            and goes_on(self.finder, self.p, last, s, e)
        ):
            last.carry_on(s, _trim(plain, last.start, e))
            return
        if plain[s:e].strip():
            self.adjacent = False
        self.subject = self._notice(s, e) or self.subject

    def _give_away(self, following: tuple[int, int] | None) -> None:
        """Give unclaimed quotations to the current speaker or to the subject of the next words."""
        waiting = [q for q in self.waiting if q.left not in self.used and q.start < q.end]
        self.waiting = []
        if not waiting:
            return
        entity, cue, source, why, sure = self._speaker_of_the_unclaimed(following)
        for q in waiting:
            self.used.add(q.left)
            self.p.speech.add((q.start, q.end))
            self._add(q.start, q.end, "direct", entity, cue, source, why, sure)
            self._quoted_within(q.start, q.end, entity)

    def _speaker_of_the_unclaimed(
        self, following: tuple[int, int] | None
    ) -> tuple[Entity | None, str | None, Mention | None, str, float]:
        last, before, announced = self.last, self.before, self.cast.announced
        if last is not None and (self.adjacent or self.subject is None):
            sure = 0.85 if self.adjacent else 0.7
            return last.entity, last.cue, last.source, "引语独立成句，承上文说话人", sure
        if announced and announced[0] == self.p.n - 1:
            return announced[1], announced[2], None, "上段末的引导词", 0.85
        if (
            following
            and (m := THIS_SAID.match(self.p.plain, *following))
            and (who := self.finder.subjects.describe(m["who"]))
        ):
            entity = self.cast.resolve(who, m.start("who"), self.p, None)
            source = Mention(self.p.id, m.start("who") + who.start, m.start("who") + who.end)
            return entity, "说", source, "后句交代说话人", 0.85
        if following and (m := _SPEAKING_OF.match(self.p.plain, *following)):
            entity = self.cast.at_beginning(self.p, m.end(), following[1])
            if entity is not None:
                return entity, None, None, "引语后一句的主语", 0.6
        if self.subject is not None:
            return self.subject, None, None, "引语前一句的主语", 0.6
        if following:
            at, who = self.finder.subjects.first_source(self.p.plain, *following)
            if who and who.form in ("named", "pronoun", "honorific", "titled", "group"):
                entity = self.cast.resolve(who, at, self.p, before.entity if before else None)
                source = Mention(self.p.id, at + who.start, at + who.end)
                return entity, None, source, "引语后一句的主语", 0.6
        if before is not None and self.p.n - before.passage.n < 4:
            return before.entity, None, None, "引语独立成段，承上段说话人", 0.55
        return None, None, None, "引语独立，未见说话人", 0.3

    # -- making statements

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
            self._add(a, b, "direct", entity, inner.verbs[n][2], None, why, _CARRIED, nested=True)
            self.p.speech.add((a, b))

    def _says_i(self, inner: Passage, verb: int) -> bool:
        """Whether the subject of a verb is 我, or none is printed."""
        begin = clause_start(inner.plain, 0, verb)
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
            return (f"{verb}，主语承前：{entity.name}", 0.7) if entity else (f"{verb}，未见主语", 0.3)
        said = (passage or self.p).raw[cue.at + cue.who.start : cue.at + cue.who.end]
        if cue.who.form in ("pronoun", "plural", "paper"):
            if entity is None:
                return f"{verb}，“{said}”所指不明", 0.3
            return f"{verb}，“{said}”指前文{entity.name}", 0.8
        sure = (
            _SURE.get(cue.who.form, 0.85) - (0.1 if cue.form == "bare" else 0) - (0.15 if not cue.own else 0)
        )
        doubt = self.cast.doubts.get(normalize(said))
        if doubt:
            return f"{verb}，{cue.rule}“{said}”；{doubt}", _DOUBTED
        return f"{verb}，{cue.rule}“{said}”", sure

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
            self.last, self.adjacent, self.subject = st, True, None
            self.cast.focus(entity)
        return st


def _trim(plain: str, b: int, end: int) -> int:
    """Take off what leads on (a comma, a colon, a space) but keep what ends a sentence."""
    while end > b and plain[end - 1] in "，：；、 　\n\r":
        end -= 1
    return end
