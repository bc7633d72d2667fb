"""Who said what: the quotations of an article, how far they go, their type and their speakers.

The work goes through an article's blocks in order and needs no dictionary of names. `passages` masks each
block, so that a sentence has a plain shape; `cues` finds the verbs of saying and the words before them that
name a source; `cast` knows who is who. Here a cue's content is given its extent and its type, and words in
marks that no cue claims are given to whoever is speaking.

A worked example: 贺兰亭说，水位正在回落。堤坝没有危险。“请大家放心。”记者看到，闸门已经打开。

1. Its sentences: 贺兰亭说，水位正在回落。 | 堤坝没有危险。 | “■■■■■▪” | 记者看到，闸门已经打开。
2. 说 is followed by a comma, and 贺兰亭 before it is a surname with two more characters: a person.
3. Content begins after the comma. The next sentence has no verb of saying and no sign of the narrator, so it
   is still reported: one indirect quotation, 水位正在回落。堤坝没有危险。
4. The third sentence is nothing but marks with a full stop inside: spoken words; nobody but 贺兰亭 is
   speaking in this paragraph, so they are hers: a direct quotation.
5. 记者 opens the fourth sentence: the narrator again.

Direct, indirect and mixed quotations with source, cue and content are those of the Penn Attribution
Relations Corpus (PARC 3.0). Offsets count code points of the block's own text. The work is linear in the
length of the text: every step looks at a bounded stretch around a verb or a mark.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.model import (
    Block,
    BlockId,
    Mention,
    Person,
    Quotation,
    QuotationType,
    QuoteMark,
    Span,
    Speaker,
    SpeakerId,
)
from app.text.folding import Visible, normalize, visible
from app.text.quotes import lexicon as speech
from app.text.quotes.ascribed import find_ascribed
from app.text.quotes.cast import Cast, Entity, identify
from app.text.quotes.cues import THIS_IS, Cue, Finder, outermost
from app.text.quotes.lexicon import PERSONS, either, is_medium
from app.text.quotes.passages import Passage, Quote, prepare


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says what in one article: speakers in the order they first speak, quotations in text order.

    `quote_marks` holds the inside of every pair of quotation marks, nested ones too: is it speech?
    """

    speakers: tuple[Speaker, ...]
    quotations: tuple[Quotation, ...]
    quote_marks: tuple[QuoteMark, ...]


def attribute(blocks: Sequence[Block], *, people: Sequence[Person] = ()) -> Attribution:
    """Find every quotation of an article and who said it.

    Args:
        blocks: the article's blocks in order. Quotations are looked for in prose and headings, quotation
            marks everywhere.
        people: the known people. A speaker is joined to one by name or alias, unless the offices contradict
            each other; then they stay apart and `Speaker.doubt` says so.

    Returns:
        Speakers, quotations and marks. A quotation whose source is not known has speaker None.
    """
    shown = {block.id: visible(block.text) for block in blocks}
    if any(sight.places for sight in shown.values()):
        seen = [replace(block, text=shown[block.id].text) for block in blocks]
        return _in_whole_texts(attribute(seen, people=people), shown)
    passages = [prepare(n, block) for n, block in enumerate(blocks)]
    cast = Cast(passages)
    statements = _read(passages, cast)
    entities = list(dict.fromkeys(s.entity for s in statements if s.entity is not None))
    cast.collect_roles(entities)
    joined = dict(zip(entities, identify(entities, people), strict=True))
    return Attribution(
        tuple(e.speaker(joined[e]) for e in entities),
        tuple(s.quotation(joined[s.entity].id if s.entity else None) for s in statements),
        tuple(QuoteMark(p.id, Span(*pair), pair in p.speech) for p in passages for pair in p.pairs),
    )


def _in_whole_texts(found: Attribution, shown: Mapping[BlockId, Visible]) -> Attribution:
    """What was found in the visible texts, at its places in the whole ones."""

    def whole(q: Quotation) -> Quotation:
        source = q.source and replace(q.source, span=shown[q.source.block].whole(q.source.span))
        inferred = None if q.inferred_from is None else shown[q.block].at(q.inferred_from)
        return replace(q, span=shown[q.block].whole(q.span), source=source, inferred_from=inferred)

    marks = tuple(replace(m, span=shown[m.block].whole(m.span)) for m in found.quote_marks)
    return Attribution(found.speakers, tuple(map(whole, found.quotations)), marks)


@dataclass(slots=True, eq=False)
class _Statement:
    """A quotation under construction; `open` while sentences may carry it on, `tale` when to the end.

    `told` is where the sentence with the cue ends, once other sentences carry the quotation on.
    """

    passage: Passage
    start: int
    end: int
    type: QuotationType
    entity: Entity | None
    cue: str | None
    source: Mention | None
    why: str
    sure: float
    open: bool = False
    tale: bool = False
    told: int | None = None
    ascribed: bool = False

    def carry_on(self, start: int, end: int) -> None:
        """Take in a further sentence, which nothing but its place gives to the speaker."""
        if self.told is None:
            self.told = start
        self.end = end

    def quotation(self, speaker: SpeakerId | None) -> Quotation:
        span = Span(self.start, self.end)
        inferred = self.told if self.told is not None and self.start < self.told < self.end else None
        return Quotation(
            self.passage.id,
            span,
            self.type,
            speaker,
            self.cue,
            self.source,
            self.why,
            round(self.sure, 2),
            inferred,
            self.ascribed,
        )


def _read(passages: list[Passage], cast: Cast) -> list[_Statement]:
    """All quotations of the article, in order."""
    finder = Finder(cast)
    cast.meet(finder.speaking)
    finder.forget()
    found: list[_Statement] = []
    carried: _Statement | None = None  # its quotation is not closed yet
    for p in passages:
        if not p.readable or not p.plain:
            continue
        if carried and not _continues(passages, p):
            carried = None
        before = found[-1] if found else None
        paragraph = _Paragraph(finder, p, before)
        statements = paragraph.read(carried)
        found += sorted(statements, key=lambda s: (s.start, -s.end))
        if p.runs_on and statements and max(s.end for s in statements) == len(p.raw):
            carried = statements[-1]
        elif p.runs_in is not None:
            carried = None
    for n, earlier in reversed(list(enumerate(found))):
        if earlier.entity is None and earlier.cue is None and earlier.passage.n + 1 < len(passages):
            following = found[n + 1] if n + 1 < len(found) else None
            _spoke_this(finder, passages[earlier.passage.n + 1], earlier, following)
    for a in find_ascribed(passages, found, finder):
        source = Mention(a.passage.id, Span(*a.source)) if a.source else None
        st = _Statement(a.passage, a.start, a.end, a.type, a.entity, a.cue, source, a.why, a.sure)
        st.ascribed = True
        found.append(st)
    return sorted(found, key=lambda st: (st.passage.n, st.start, -st.end))


# What a reporter asks is nobody's statement: 有记者问：…
_QUESTION = re.compile("[\\s□　]*(?:[^，。：“”]{0,12}记者(?:提)?问|问|提问|记者)：")
_ASKED_BY_US = re.compile("(?:本报|本刊|有|一名)?记者[^，。“”]{0,6}问")
_SPEAKING_OF = re.compile("(?:说起|谈起|提起|讲起|聊起|说到|谈到|提到|回忆起|忆起|想起)[^，。“”]{1,20}，")
_THIS = re.compile(
    "(?:说|讲|写|喊|发)(?:出|下)?(?:这|此|以上|上述)(?:番|些|句|段)?[^，。的]{0,4}的(?:人?是)?(?P<who>[^，。；：“”]{2,30}?)(?=是|，|。|在|$)"
)


def _spoke_this(finder: Finder, p: Passage, earlier: _Statement, following: _Statement | None) -> None:
    """A quotation nobody claims: the next paragraph names its speaker, or begins with him."""
    m = _THIS.match(p.plain)
    if m and (who := finder.describe(m["who"])):
        cue = Cue(m.start(), m.start(), m.start(), "final", "说", 0, who, m.start("who"), "下段交代")
        earlier.entity = finder.cast.resolve(who, cue.at, p, None)
        earlier.cue, earlier.why, earlier.sure = "说", "下段交代说话人", 0.85
        return
    if following is not None and following.passage is p and following.why == "引文自上段延续":
        earlier.entity, earlier.why, earlier.sure = following.entity, "引文延续至下段", following.sure
        return
    first = next(iter(p.sentences()), None)
    at, who = finder.first_source(p.plain, *first) if first else (0, None)
    if who and who.form in ("named", "honorific"):
        earlier.entity = finder.cast.resolve(who, at, p, None)
        earlier.source = Mention(p.id, Span(at + who.start, at + who.end))
        earlier.why, earlier.sure = "引语独立成段，下段首句的主语", 0.55
    elif following is not None and following.passage is p and following.type == "direct":
        earlier.entity, earlier.why, earlier.sure = following.entity, "引语独立成段，承下段说话人", 0.5


def _continues(passages: list[Passage], p: Passage) -> bool:
    """Whether a quotation left open in the paragraph before runs on through this one."""
    if p.runs_in is not None or (p.quotes and p.quotes[0].left == 0 and p.runs_on and len(p.quotes) == 1):
        return True
    if p.quotes:
        return False
    for later in passages[p.n + 1 : p.n + 12]:
        if later.runs_in is not None or later.quotes:
            return later.runs_in is not None
    return False


_SCENE = re.compile("[^，。；：“”]{0,16}[上中后时前里间天晚日]")
_PREDICATE = re.compile("(?<!^)[是不没无会能要有就都很太在了]")
_STATES_VIEW = re.compile(either(speech.PREDICATES.words))
_SLOGAN = re.compile("[^，。；！？、]{2,8}(?:、[^，。；！？、]{2,8})+")
_CLAUSAL = re.compile(
    "[，。；！？而了就不没是会要能有我你把被让太]|已经|正在|尚未|还在|十分|非常|极其|相当|之一$"
)
# Right before marks: what is in them is said of the subject. 公司一向“随行就市”，
_OF_SUBJECT = re.compile(
    "(?:一向|向来|一直|始终|从来|根本|简直|几乎|显得|变得|有点|有些|十分|非常|过于|依然|仍然|依旧|完全|越来越)$"
)
_MORE_THAN = re.compile("比[^，]{2,}[更还都要多少好差强高低大小快慢]")
_LIKELY = re.compile("(?:将|会|已|可能|必将|恐将|恐怕|或将|势必)$")
# Words that tie a quotation to the clause before it: …，“把价钱压到了底”。
_TIED = re.compile("把|被|连|比|跟|给[他她它]|让[他她它]")
_WE = re.compile("我们|我国|我省|我市|咱们|我(?!军|院)")
_CASE = re.compile("(?:目前|现)?，?案件|经(?:审查|调查|查)|目前，")
_DATED = re.compile(r"\d{1,4}年|\d{1,2}月|\d{1,2}[日号]|[上下本]周")
_TO_COME = re.compile("[将要会]")
_TO_DO = re.compile("[要应将]|必须|需要")
_POINTS_BACK = re.compile("这些(?!年)|[他她](?!们)")
_THIS_NOW = re.compile("这(?!里|样|些年|次|类|种)|此")
_THIS_MAKES = re.compile("这(?:为|让|是|对|将)")
_DEPENDENT = re.compile(
    "(?:至于|对于|关于|如果|因为|虽然|尽管|只要|只有|当|若|即使|除非|由于|既然|无论|不管)"
)
# 论文指出，… 结果显示，…: a finding, and nobody says it.
_FINDING = re.compile(
    "(?:(?:不过|然而|但是)，|但)?[^，]{0,20}(?:指出|显示|表明|获悉|了解到|发现|证实|强调)，"
)
_CONTRAST = re.compile("则|却|(?:也|并|尚|截至发稿)?(?:未|没有|拒绝)")
# What a body publishes is all its own: 警方通报称，… 目前，案件正在侦办中。
_PUBLISHED = re.compile("通报|通告|声明|公告|回复|答复|公布")
_NARRATOR = re.compile(either(speech.NARRATOR.words))
_GOES_ON = re.compile(either(speech.GOES_ON.words))
_TURN = re.compile(f"[，；](?:{either(speech.TURNS.words)})|；据")
_RETELLING = re.compile(either(speech.RETELLING.words))


class _Paragraph:
    """Reads one paragraph; who is speaking is kept from sentence to sentence."""

    def __init__(self, finder: Finder, passage: Passage, before: _Statement | None) -> None:
        self.finder, self.cast, self.p = finder, finder.cast, passage
        self.before = before  # the last statement of the paragraphs before
        self.last: _Statement | None = None  # the last statement of this one
        self.adjacent = False  # nothing but its speaker's words since
        self.subject: Entity | None = None  # whom its sentences since then were about
        self.waiting: list[Quote] = []  # quotations not yet given to anybody
        self.used: set[int] = set()
        self.inner: set[int] = set()  # where quotations begin that are part of what another one reports
        self.out: list[_Statement] = []

    def read(self, carried: _Statement | None) -> list[_Statement]:
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

    def _sentence(self, s: int, e: int) -> None:
        p = self.p
        cues = self.finder.again(p, s, e)
        quotes = p.quotes_in(s, e)
        if s == 0 and "：" in p.plain and not any(c.own for c in cues) and (cue := self.finder.label(p, s)):
            cues = [cue]
        if (
            not cues
            and quotes
            and (cue := self.finder.verbless(p, s, e, quotes) or self.finder.of_nobody(p, s, quotes))
        ):
            cues = [cue]
        if not cues:
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
            entity = self._entity(cue)
            if entity is None and cue.form != "quote" and cue.who is None:
                self._give_away(None)
                continue
            behind = self._said_before(cue, entity, lead, first=i == 0)
            if i == 0:
                self._give_away((s, e) if self.last is None else None)
            for q in behind:
                self._direct(q, entity, cue, "（引语在前）")
            if cue.form != "final":
                self._content(cue, entity, limit, e)

    def _entity(self, cue: Cue) -> Entity | None:
        last = self.last or (self.before if self.before and self.p.n - self.before.passage.n <= 1 else None)
        if cue.who is None:
            return last.entity if last and not cue.of_nobody else None
        return self.cast.resolve(cue.who, cue.at, self.p, last.entity if last else None)

    def _notice(self, s: int, e: int, besides: str = "") -> Entity | None:
        """Remember whom and which paper a sentence is about; gives the person.

        `besides` is a pronoun that follows: where it is an object here, the subject is somebody else.
        """
        if s >= e:
            return None
        p, plain = self.p, self.p.plain
        self.cast.notice_paper(p, s, e)
        at, who = self.finder.first_source(plain, s, e)
        if who and besides and besides in plain[at + who.end : e] and who.form != "named":
            return None  # 志愿者劝她吃饭，她…: she is somebody else
        if who and (who.form in PERSONS or (who.form == "raw" and who.end > 2)):
            entity = self.cast.resolve(who, at, p, None)
            self.cast.focus(entity)
            return entity
        return self.cast.notice_name(p, s, e)

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
            (
                q
                for q in p.quotes_in(b + 1, end)
                if q.left not in self.inner and self._stands_alone(q, b, limit)
            ),
            None,
        )
        if direct:
            end = direct.left
        end = _trim(plain, b, end)
        if end - b >= 2:
            inner = self._nested(b, end)
            fragments = [q for q in p.quotes_in(b, end) if q is not inner and self._fragment(q, end)]
            st = self._make(b, end, "mixed" if fragments else "indirect", entity, cue)
            st.open = not direct and not turn and end >= e - 1 and cue.rule != "在…看来"
            st.tale = bool(_RETELLING.search(plain, cue.region, cue.end)) and st.open
            p.speech.update((q.start, q.end) for q in fragments)
        if direct:
            for q in p.quotes_in(direct.left, limit):
                if q is direct or self.p.strong(q):
                    self._direct(q, entity, cue)

    def _stands_alone(self, q: Quote, b: int, limit: int) -> bool:
        """Whether a quotation within reported speech is a clause of its own: …，“请大家放心。”"""
        plain = self.p.plain
        if (
            plain[q.left - 1] not in "，。；："
            or not (q.right >= limit or plain[q.right] in "。！？，；…")
            or self.p.inscribed(q)
        ):
            return False
        t = normalize(self.p.inside(q))
        if not self.p.strong(q) and _TIED.match(t):
            return False
        if plain[q.right : q.right + 1] == "，" and limit - q.right > 4 and not self.p.strong(q):
            return False  # the clause goes on: 部长“只会开会”，办事全靠催。
        if (
            not self.p.strong(q)
            and not (len(t) > 7 and self.p.shaped(q))
            and not (len(t) > 5 and _PREDICATE.search(t))
        ):
            return False
        return not _DEPENDENT.match(plain, max(b, self.finder.region(plain, b, q.left - 1)))

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
        """Speech inside a story that somebody tells at length: the story goes on."""
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
            and not any(self.p.strong(q) for q in free)
            and self._goes_on(last, s, e)
        ):
            last.carry_on(s, _trim(plain, last.start, e))
            return
        if plain[s:e].strip():
            self.adjacent = False
        self.subject = self._notice(s, e) or self.subject

    def _goes_on(self, last: _Statement, s: int, e: int) -> bool:
        """Whether a sentence without a cue still belongs to the speech reported before it."""
        text = self.p.plain[s:e].lstrip(" 　□")
        if last.tale:
            return True
        if _WE.search(text):
            return True
        if text.endswith("？") and self.p.plain[last.end - 1] == "？":
            return True
        person = last.entity is not None and (last.entity.kind == "person" or is_medium(last.entity.folded))
        if last.entity is not None and last.cue and _PUBLISHED.search(normalize(last.cue)):
            if _CASE.match(text):
                return True
            person = True
        if _DATED.match(text):
            return person and bool(_TO_COME.search(text, 0, 30))
        if _NARRATOR.match(text) or _POINTS_BACK.match(text):
            return False
        if _THIS_NOW.match(text) and not (person and _THIS_MAKES.match(text)):
            return False
        if last.entity is not None and any(
            len(a) > 1 and text.startswith(a)
            for a in (last.entity.folded, *map(normalize, last.entity.aliases))
        ):
            return False
        comma = self.p.plain.find("，", s, s + 40)
        end = min(e, s + 40) if comma == -1 else comma
        who = None
        if self._may_name_somebody(text[: end - s], s, end):
            _, who = self.finder.subject(self.p.plain, s, end, whole=False)
        if who and who.form in ("named", "honorific"):
            return False
        if (
            who and who.form in ("body", "raw", "state", "titled") and _CONTRAST.match(text, who.end)
        ):  # 青禾公司则未回应
            return False
        if _FINDING.match(text):
            return False
        other = self.cast.at_beginning(self.p, e - len(text), e)
        if other is not None and other is not last.entity:
            return False
        return bool(_GOES_ON.match(text)) or person or bool(last.entity and _TO_DO.search(text, 0, 24))

    def _may_name_somebody(self, clause: str, s: int, e: int) -> bool:
        """Whether a first clause is worth a closer look: most go on about the matter and name nobody."""
        return (
            speech.is_name(clause[:3])
            or speech.is_name(clause[:2])
            or self.cast.speaks_of_known(self.p, s, e)
            or _CONTRAST.search(clause) is not None
            or (self.p.touches_title(s, e) and bool(speech.title_ends(clause)))
        )

    def _give_away(self, following: tuple[int, int] | None) -> None:
        """Quotations that no cue claims go to whoever is speaking, or to the subject of what follows."""
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
            and (m := _THIS.match(self.p.plain, *following))
            and (who := self.finder.describe(m["who"]))
        ):
            entity = self.cast.resolve(who, m.start("who"), self.p, None)
            source = Mention(self.p.id, Span(m.start("who") + who.start, m.start("who") + who.end))
            return entity, "说", source, "后句交代说话人", 0.85
        if following and (m := _SPEAKING_OF.match(self.p.plain, *following)):
            entity = self.cast.at_beginning(self.p, m.end(), following[1])
            if entity is not None:
                return entity, None, None, "引语后一句的主语", 0.6
        if self.subject is not None:
            return self.subject, None, None, "引语前一句的主语", 0.6
        if following:
            at, who = self.finder.first_source(self.p.plain, *following)
            if who and who.form in ("named", "pronoun", "honorific", "titled", "group"):
                entity = self.cast.resolve(who, at, self.p, before.entity if before else None)
                source = Mention(self.p.id, Span(at + who.start, at + who.end))
                return entity, None, source, "引语后一句的主语", 0.6
        if before is not None and self.p.n - before.passage.n < 4:
            return before.entity, None, None, "引语独立成段，承上段说话人", 0.55
        return None, None, None, "引语独立，未见说话人", 0.3

    # -- what marks within reported speech hold

    def _fragment(self, q: Quote, end: int) -> bool:
        """Whether marks inside reported speech hold the speaker's own words rather than a term."""
        t, plain = self.p.inside(q), self.p.plain
        if self.p.inscribed(q) or q.right > end + 1:
            return False
        after = plain[q.right : q.right + 1] if q.right < end else ""
        if after == "的" and (q.right + 1 >= end or plain[q.right + 1] in "，。；！？"):
            return True
        begin = self.finder.region(plain, max(0, q.left - 20), q.left)
        subject = self.finder.describe(plain[begin : q.left]) if begin < q.left else None
        if after and after not in "，。；！？、":  # 美方“高度关注”局势
            return (
                after != "的"
                and subject is not None
                and subject.form in _SUBJECTS
                and bool(_STATES_VIEW.match(normalize(t)))
            )
        if (
            after
            and len(t) > 2
            and subject is not None
            and (subject.form in _SUBJECTS or (subject.form == "named" and len(t) > 3))
        ):
            return True  # 房屋署“反应迟缓”，
        t = normalize(t)
        if len(t) > 4 and (_MORE_THAN.match(t) or _LIKELY.search(plain, begin, q.left)):
            return True
        if len(t) > 3 and THIS_IS.search(plain, begin, q.left + 1):
            return True  # 他批评这是“撒钱买票”。
        if after and len(t) > 2 and _OF_SUBJECT.search(plain, begin, q.left):
            return True
        if _SLOGAN.fullmatch(t) and len({len(part) for part in t.split("、")}) == 1:
            return False
        if _STATES_VIEW.match(t):
            return True
        return len(t) > 4 and bool(_CLAUSAL.search(t))

    # -- making statements

    def _direct(self, q: Quote, entity: Entity | None, cue: Cue, note: str = "") -> None:
        if q.left in self.used or q.start == q.end:
            return
        self.used.add(q.left)
        self.p.speech.add((q.start, q.end))
        self._make(q.start, q.end, "direct", entity, cue).why += note
        self._quoted_within(q.start, q.end, entity)

    def _quoted_within(self, start: int, end: int, entity: Entity | None) -> None:
        """What somebody quotes of another one's words: “我爹说：‘散了吧。’” but not “我说：‘散了吧。’”"""
        pairs = self.p.pairs
        first = bisect_left(pairs, (start, end + 1))
        if first >= len(pairs) or pairs[first][1] > end:
            return
        inner = prepare(self.p.n, Block(self.p.id, 0, "paragraph", self.p.raw[start:end]))
        for s, e in inner.sentences():
            for cue in self.finder.cues(inner, s, e):
                who = cue.who
                if (
                    cue.form != "quote"
                    or who is None
                    or who.form not in _QUOTED_BY
                    or _I_MYSELF.match(inner.plain, cue.region, cue.start)
                ):
                    continue
                for q in inner.quotes_in(cue.body, cue.body + 1):
                    said_by = self.cast.resolve(who, cue.at, inner, None, besides=entity)
                    source = Mention(self.p.id, Span(start + cue.at + who.start, start + cue.at + who.end))
                    a, b = start + q.start, start + q.end
                    why, sure = self._reason(cue, said_by, inner)
                    self._add(a, b, "direct", said_by, cue.verb, source, why, sure, nested=True)
                    self.p.speech.add((a, b))

    def _make(
        self,
        start: int,
        end: int,
        type: QuotationType,
        entity: Entity | None,
        cue: Cue,
        *,
        nested: bool = False,
    ) -> _Statement:
        source = self.last.source if self.last and cue.who is None else None
        if cue.who is not None:
            source = Mention(self.p.id, Span(cue.at + cue.who.start, cue.at + cue.who.end))
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
    ) -> _Statement:
        st = _Statement(self.p, start, end, type, entity, cue, source, why, sure)
        self.out.append(st)
        if not nested:
            self.last, self.adjacent, self.subject = st, True, None
            self.cast.focus(entity)
        return st


_SUBJECTS = frozenset(("titled", "body", "state", "group"))
_QUOTED_BY = PERSONS | {"group", "body", "pronoun"}
_I_MYSELF = re.compile("[^，]{0,3}?(?<![对向跟和同给问叫])我们?(?![爹爸妈娘爷奶哥姐弟妹父母的家老])")
_DOUBTED = 0.5  # the form of address may mean somebody else
_SURE = {"named": 0.95, "honorific": 0.9, "titled": 0.85, "raw": 0.65}


def _trim(plain: str, b: int, end: int) -> int:
    """Take off what leads on (a comma, a colon, a space) but keep what ends a sentence."""
    while end > b and plain[end - 1] in "，：；、 　\n\r":
        end -= 1
    return end
