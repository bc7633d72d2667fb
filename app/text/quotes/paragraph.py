"""Reads one paragraph, sentence by sentence, and keeps in mind who is speaking."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import partial

import app.text.quotes.lexicon as lexicon
from app.model import Mention, QuotationType
from app.text.folding import normalize
from app.text.quotes.cue import Cue
from app.text.quotes.entity import Entity
from app.text.quotes.extent import goes_on, is_fragment, stands_alone
from app.text.quotes.making import CARRIED, Maker
from app.text.quotes.matching import either, words_of
from app.text.quotes.outermost import outermost
from app.text.quotes.passages import Quote
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

# 尤阿海说这话时，…
_SAYING_THIS = re.compile(
    "(?P<who>[^，。；：“”]{1,12}?)(?:说|讲)(?:完|出)?[这此](?:番|些|句|段)?话(?:时|的时候|后)"
)

# No verse or slogan: 孩子烧到39度，我们排了队。
_PERSONAL = re.compile("[我他她]们|\\d")

_CLAUSE_END = re.compile("[，。；：！？]")

_SCENE = re.compile("[^，。；：“”]{0,16}[上中后时前里间天晚日]")

_TURN = re.compile(f"[，；](?:{either(lexicon.TURNS.words)})|；据")

_RETELLING = re.compile(either(lexicon.RETELLING.words))

_LITTLE = 0.6  # less is shown as doubtful
_LABELLED = 0.95
_NEIGHBOUR = 0.5  # an unclaimed quotation, given to the subject of the sentence before or after it
_WISHES = words_of(lexicon.URGE) | {"相信", "深信"}


class Paragraph(Maker):
    """Reads one paragraph; who is speaking is kept from sentence to sentence."""

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
        sure = _LABELLED if turn.label else CARRIED
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
        p, finder = self.p, self._finder
        cues = finder.again(p, s, e)
        if p.headline:  # 学校要求家长监考
            cues = [c for c in cues if c.form != "bare" or normalize(c.verb or "") not in lexicon.URGE.words]
        labelled = s == 0 and "：" in p.plain and not any(c.own for c in cues)
        if labelled and (cue := label(finder, p, s)):
            return [cue]
        if not cues and quotes and (cue := verbless(finder, p, s, e, quotes) or of_nobody(p, s, quotes)):
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
        self._finder.put_off(partial(self._notice, s, cues[0].region, pronoun))
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
            if cue.form == "final" and cue.who and not self.waiting and not p.quotes_in(lead, cue.region):
                self._finder.put_off(partial(self._name_speaker, cue))
                continue
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
                self.cast.recent.focus(entity)
            else:
                self._content(cue, entity, limit, e)

    def _name_speaker(self, cue: Cue) -> None:
        """Learn of whom a cue speaks that has no words."""
        self.cast.recent.focus(self._entity(cue))

    def _wishes_on(self, cues: list[Cue], quotes: list[Quote]) -> bool:
        """Whether a sentence without a source only goes on with the current speaker's wishes."""
        last = self.last
        if last is None or not last.open or not self.adjacent or quotes or self._is_guest(last):
            return False
        return all(not c.own and c.form == "bare" and normalize(c.verb or "") in _WISHES for c in cues)

    def _is_guest(self, last: Statement) -> bool:
        """Whether the last speaker is not the author, in the author's own text."""
        return self.author is not None and (last.entity is None or last.entity.folded != self.author)

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
            self.cast.recent.focus(entity)
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
                    if more.left == at and self._has_own_cue(more, e):
                        break
                    if plain[at : more.left].strip("、，； 　") == "" or (
                        self.p.strong(more) and plain[more.left - 1] in "，：。；"
                    ):
                        self._direct(more, entity, cue)
                        at = more.right
                return
        self._indirect(cue, entity, b, limit, e)

    def _has_own_cue(self, q: Quote, e: int) -> bool:
        """Whether a verb of saying comes right after a quotation: “是，船长。”斯密答道。"""
        verbs = self.p.verbs
        n = bisect_left(verbs, (q.right, 0, ""))
        end = next((m.start() for m in _CLAUSE_END.finditer(self.p.plain, q.right, e)), e)
        return n < len(verbs) and q.right < verbs[n][0] < end

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
        self._finder.put_off(partial(self._read_on, s, e))

    def _read_on(self, s: int, e: int) -> None:
        """Learn whom a sentence without a cue is about."""
        self.subject = self._notice(s, e) or self.subject

    def _give_away(self, following: tuple[int, int] | None) -> None:
        """Give unclaimed quotations to the current speaker or to the subject of the next words."""
        waiting = [q for q in self.waiting if q.left not in self.used and q.start < q.end]
        self.waiting = []
        if not waiting:
            return
        entity, cue, source, why, sure = self._speaker_of_the_unclaimed(following)
        for q in waiting:
            if cue is None and sure < CARRIED and _is_verse(normalize(self.p.raw[q.start : q.end])):
                continue
            self.used.add(q.left)
            self.p.speech.add((q.start, q.end))
            self._add(q.start, q.end, "direct", entity, cue, source, why, sure)
            self._quoted_within(q.start, q.end, entity)

    def _speaker_of_the_unclaimed(
        self, following: tuple[int, int] | None
    ) -> tuple[Entity | None, str | None, Mention | None, str, float]:
        announced = self.cast.announced
        last, before = self.last, self.before
        if last is not None and (self.adjacent or self.subject is None):
            sure = 0.85 if self.adjacent else 0.7
            sure = min(sure, last.sure) if last.sure < _LITTLE else sure  # a doubt goes on
            return last.entity, last.cue, last.source, "引语独立成句，承上文说话人", sure
        if announced and announced[0] == self.p.n - 1:
            return announced[1], announced[2], None, "上段末的引导词", 0.85
        named = following and (
            THIS_SAID.match(self.p.plain, *following) or _SAYING_THIS.match(self.p.plain, *following)
        )
        if named and (who := self.finder.subjects.describe(named["who"])):
            entity = self.cast.resolve(who, named.start("who"), self.p, None)
            source = Mention(self.p.id, named.start("who") + who.start, named.start("who") + who.end)
            return entity, "说", source, "后句交代说话人", 0.85
        if following and (m := _SPEAKING_OF.match(self.p.plain, *following)):
            entity = self.cast.at_beginning(self.p, m.end(), following[1])
            if entity is not None:
                return entity, None, None, "引语后一句的主语", _NEIGHBOUR
        if self.subject is not None:
            return self.subject, None, None, "引语前一句的主语", _NEIGHBOUR
        if following:
            at, who = self.finder.subjects.first_source(self.p.plain, *following)
            if who and who.form in ("named", "pronoun", "honorific", "titled", "group"):
                entity = self.cast.resolve(who, at, self.p, before.entity if before else None)
                source = Mention(self.p.id, at + who.start, at + who.end)
                return entity, None, source, "引语后一句的主语", _NEIGHBOUR
        if before is not None and self.p.n - before.passage.n < 4:
            return before.entity, None, None, "引语独立成段，承上段说话人", 0.55
        return None, None, None, "引语独立，未见说话人", 0.3


def _is_verse(text: str) -> bool:
    """Whether words are a verse or a slogan: two clauses of one length, and perhaps more."""
    first, second, *_ = [*re.split("[，。；！？…]+", text), "", ""]
    return len(first) == len(second) > 6 and not _PERSONAL.search(first + second)


def _trim(plain: str, b: int, end: int) -> int:
    """Take off what leads on (a comma, a colon, a space) but keep what ends a sentence."""
    while end > b and plain[end - 1] in "，：；、 　\n\r":
        end -= 1
    return end
