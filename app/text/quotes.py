"""Who said what: the quotations of an article, their cues and their speakers.

The module works on an article's blocks in order and needs no dictionary of names. Each block is first
*masked*: folded to simplified characters (`speech.fold`), the inside of quotation marks, of brackets and of
《titles》 replaced by blanks of the same length. In the masked text a sentence has a plain shape:

    openers   subject                between        verb   content
    对此，    县水务局局长贺兰亭     在会上         说     ，“■■■■■■■▪”

So each verb of saying (`speech.SAY` and its sisters) is looked at from both sides: what stands before it in
its clause must name a source (`speech.describe`: an office and a name, a surname and a given name, a body, a
group, a pronoun), and what follows must be content. Then the content is given its type and its extent.

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

import itertools
import re
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.model import (
    PROSE,
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
    SpeakerKind,
)
from app.text import speech
from app.text.speech import Who, describe, description_start, either, ends_in_title, fold, is_medium, surname


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
    passages = [_prepare(n, block) for n, block in enumerate(blocks)]
    cast = _Cast(passages)
    statements = _read(passages, cast)
    entities = list(dict.fromkeys(s.entity for s in statements if s.entity is not None))
    cast.collect_roles(entities)
    joined = dict(zip(entities, _identify(entities, people), strict=True))
    return Attribution(
        tuple(e.speaker(joined[e]) for e in entities),
        tuple(s.quotation(joined[s.entity].id if s.entity else None) for s in statements),
        tuple(QuoteMark(p.id, Span(*pair), pair in p.speech) for p in passages for pair in p.pairs),
    )


# --- the masked text -----------------------------------------------------------------------------------

_CLOSING = {"“": "”", "‘": "’", "「": "」", "『": "』"}
_OPENING = {close: open_ for open_, close in _CLOSING.items()}
_ANY_MARK = re.compile('[“”‘’「」『』"＂]')
_TERMINAL = "。！？!?…～~"
# Inside an outer pair: ■, with ▪ for a last character that ends a sentence and ▫ for a comma. Brackets are □,
# 《titles》 ◇, those of newspapers ◆.
_BRACKETS = re.compile(r"[（(][^（()）“”]{0,80}[)）]")
_TITLE = re.compile(r"《[^《》“”]{1,60}》")
# It begins with a set of characters, so that a search runs over everything else at once.
_SENTENCE_END = re.compile(
    r"[。！？…▪\n\r](?:(?<=[。！？])[。！？]*[’）]*|(?<=…)…*(?![，、；：])|(?<=▪)”(?![，、；：的地得])|(?<=[\n\r])[\n\r]*)"
)


class _Quote(NamedTuple):
    """An outermost quotation: `left`..`right` with its marks, `start`..`end` without."""

    left: int
    start: int
    end: int
    right: int


@dataclass(slots=True)
class _Passage:
    """A block made ready.

    `plain` is its masked text, `pairs` the inside of all its pairs of marks, `quotes` the outermost of them.
    `runs_on`: the last quotation is not closed. `runs_in`: where one that was opened before closes.
    `verbs`: where its verbs of saying stand; a chain of them is one, and the last decides.
    `names`: where names and surnames stand, as soon as there are known ones.
    """

    n: int
    id: BlockId
    readable: bool
    raw: str
    plain: str
    pairs: list[tuple[int, int]]
    quotes: list[_Quote]
    runs_on: bool
    runs_in: int | None
    verbs: list[tuple[int, int, str]]
    speech: set[tuple[int, int]] = field(default_factory=set)
    names: list[tuple[int, int]] = field(default_factory=list)
    _titles: list[tuple[int, int]] | None = None
    _sentences: list[tuple[int, int]] | None = None
    _hints: list[int] | None = None
    inner: set[int] = field(default_factory=set)  # quotations within what another one reports

    def sentences(self, begin: int = 0) -> list[tuple[int, int]]:
        """Its sentences, from a place on."""
        if begin:
            return list(_sentences(self.plain, begin))
        if self._sentences is None:
            self._sentences = list(_sentences(self.plain))
        return self._sentences

    def titles(self) -> list[tuple[int, int]]:
        """Where its offices stand."""
        if self._titles is None:
            self._titles = speech.title_places(self.plain)
        return self._titles

    def hints_at_cue(self, begin: int, end: int) -> bool:
        """Whether a stretch holds what every cue that is no verb has in it; most do not."""
        if self._hints is None:
            self._hints = [m.start() for m in _HINT.finditer(self.plain)]
        return bisect_left(self._hints, begin) < bisect_left(self._hints, end)

    def quotes_in(self, begin: int, end: int) -> list[_Quote]:
        """The outermost quotations that open in a stretch."""
        if not self.quotes:
            return []
        return self.quotes[bisect_left(self.quotes, (begin,)) : bisect_left(self.quotes, (end,))]

    def inside(self, q: _Quote) -> str:
        return self.raw[q.start : q.end]


def _touch(places: list[tuple[int, int]], begin: int, end: int) -> bool:
    """Whether any of the places reaches into a stretch; where none does, the stretch holds no such word."""
    n = bisect_left(places, (end,))
    return n > 0 and places[n - 1][1] > begin


def _prepare(n: int, block: Block) -> _Passage:
    return _passage(n, block.id, block.kind in PROSE or block.kind == "heading", block.text)


def _passage(n: int, id: BlockId, readable: bool, raw: str) -> _Passage:
    pairs, quotes, runs_on, runs_in = _marks(raw)
    text = fold(raw)
    if quotes:
        parts: list[str] = []
        at = 0
        for q in quotes:
            inside = raw[q.start : q.end]
            last = "▪" if inside[-1:] in _TERMINAL else "▫" if inside[-1:] in "，," else "■"
            parts += (
                text[at : q.left],
                "“",
                "■" * (len(inside) - 1),
                last if inside else "",
                "”"[: q.right - q.end],
            )
            at = q.right
        text = "".join((*parts, text[at:]))
    text = _TITLE.sub(lambda m: "《" + ("◆" if is_medium(m[0]) else "◇") * (len(m[0]) - 2) + "》", text)
    text = _BRACKETS.sub(lambda m: "□" * len(m[0]), text)
    return _Passage(
        n, id, readable, raw, text, pairs, quotes, runs_on, runs_in, _verbs(text) if readable else []
    )


def _verbs(plain: str) -> list[tuple[int, int, str]]:
    """Where the verbs of saying stand. 补充表示, 介绍说 are one each, and the last verb decides."""
    found: list[tuple[int, int, str]] = []
    for begin, end, verb in _CUES.of(plain):
        if found and found[-1][1] == begin:
            begin, _, before = found.pop()
            verb = before if verb == "道" else verb  # 感叹道
        found.append((begin, end, verb))
    return found


def _marks(text: str) -> tuple[list[tuple[int, int]], list[_Quote], bool, int | None]:
    """All pairs, the outermost quotations, whether the last stays open, where one from before closes.

    A mark that is never closed runs to the end of the block; one never opened began in a block before.
    """
    pairs: set[tuple[int, int]] = set()
    outer: list[_Quote] = []
    stack: list[tuple[str, int]] = []
    waiting = dict.fromkeys(_CLOSING, 0)
    straight, runs_in = -1, None
    for m in _ANY_MARK.finditer(text):
        i, mark = m.start(), m[0]
        if mark in _CLOSING:
            stack.append((mark, i))
            waiting[mark] += 1
            continue
        if mark not in _OPENING:
            if straight < 0:
                straight = i
                continue
            left, straight = straight, -1
        elif waiting[_OPENING[mark]]:
            opened = ""
            while opened != _OPENING[mark]:
                opened, left = stack.pop()
                waiting[opened] -= 1
        else:
            pairs.add((0, i))
            if not outer and not stack:
                runs_in = i
            continue
        pairs.add((left + 1, i))
        if not stack:
            while outer and outer[-1].left > left:
                outer.pop()
            outer.append(_Quote(left, left + 1, i, i + 1))
    if stack:
        left = stack[0][1]
        while outer and outer[-1].right > left:
            outer.pop()
        outer.append(_Quote(left, left + 1, len(text), len(text)))
        pairs.update((i + 1, len(text)) for _, i in stack)
    return sorted(p for p in pairs if p[0] < p[1]), outer, bool(stack), runs_in


def _sentences(plain: str, begin: int = 0) -> Iterator[tuple[int, int]]:
    for m in _SENTENCE_END.finditer(plain, begin):
        yield begin, m.end()
        begin = m.end()
    if begin < len(plain):
        yield begin, len(plain)


# --- what comes out ------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Entity:
    """Somebody an article names, under construction."""

    name: str
    kind: SpeakerKind
    form: str
    aliases: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    described: bool = False  # its roles were looked for
    sex: str = ""  # 男 or 女 where the text shows it
    folded: str = field(init=False)  # its name

    def __post_init__(self) -> None:
        self.folded = fold(self.name)

    def alias(self, form: str) -> None:
        if form and form != self.name and form not in self.aliases:
            self.aliases.append(form)

    @property
    def role(self) -> str | None:
        return max(self.roles, key=len, default=None)

    def speaker(self, joined: _Joined) -> Speaker:
        return Speaker(
            joined.id, self.name, tuple(self.aliases), self.role, self.kind, joined.recorded, joined.doubt
        )


@dataclass(slots=True, eq=False)
class _Statement:
    """A quotation under construction; `open` while sentences may carry it on, `tale` when to the end."""

    passage: _Passage
    start: int
    end: int
    type: QuotationType
    entity: _Entity | None
    cue: str | None
    source: Mention | None
    why: str
    sure: float
    open: bool = False
    tale: bool = False

    def quotation(self, speaker: SpeakerId | None) -> Quotation:
        span = Span(self.start, self.end)
        return Quotation(
            self.passage.id, span, self.type, speaker, self.cue, self.source, self.why, round(self.sure, 2)
        )


# --- cues ----------------------------------------------------------------------------------------------


def _set(words: speech.Words) -> frozenset[str]:
    return frozenset(map(fold, words.words))


_SAY, _CLOSED, _TELL, _URGE = map(_set, (speech.SAY, speech.SAY_CLOSED, speech.TELL, speech.URGE))
_NOUNS, _SHARP, _VAGUE, _DISBELIEF = map(_set, (speech.NOUNS, speech.SHARP, speech.VAGUE, speech.DISBELIEF))
_INHERITS = _set(speech.INHERITS) | _URGE | _TELL
_VERBS = _SAY | _CLOSED | _TELL | _URGE
_CUES = speech.Places(_VERBS, before=speech.NOT_CUES.words)
_CUE = re.compile(f"(?P<none>{either(speech.NOT_CUES.words)})|(?P<verb>{either(_VERBS)})")
# Single characters that are verbs of saying only right before a mark.
_BRIEF = frozenset(v for v in _VERBS if len(v) == 1) - {"说", "称", "指"}
# What begins with none of the first characters is refused at once: most clauses.
_OPENER = re.compile(
    f"(?=[{speech.initials(speech.OPENERS.words)}今去前明本上下年月初底末中当晚凌清早夜周星礼"
    r"\d【□\s　·•\-—–*#●▲■◆◎※])"
    f"(?:(?:{either(speech.OPENERS.words)})"
    r"|(?:今年|去年|前年|明年|本月|上月|\d{2,4}年)?(?:\d{1,2}月份?)?(?:\d{1,2}[日号]|[年月初底末]|中旬|上旬|下旬)?"
    r"(?<=[年月日号初底末旬份])(?:当天)?(?:上午|下午|晚上|晚间|晚|中午|凌晨|清晨|早上|早|夜间|夜)?"
    r"|(?:上周|本周|下周|周|星期|礼拜)[一二三四五六日天](?:上午|下午|晚上|晚)?|上午|下午|晚上|凌晨|中午"
    r"|【[^】]{1,20}】|[□\s　·•\-—–*#●▲■◆◎※]+)"
)
_BETWEEN = re.compile(
    f"{either(speech.BETWEEN.words)}|(?:{either(speech.ACTS.words)})[着过了起]|\\d|[□\\s　]"
)
_BETWEEN_AT = re.compile(
    speech.beginning(
        speech.initials((*speech.BETWEEN.words, *speech.ACTS.words, *_VERBS)) + r"\d□\s　",
        f"(?:{_BETWEEN.pattern}|{either(v for v in _VERBS if len(v) > 1)})",
    )
)
_ADVERB = speech.Endings(speech.TRAILING.words)
_PRONOUN = re.compile(f"(?:{either(speech.PRONOUNS.words + speech.PLURALS.words)})(?!们|俩)")
_AFTER = re.compile(r"(?:道|过|起)?[\s□]*(?P<mark>[，：]?)[\s　]*(?P<open>“?)")
_TOLD = re.compile(
    r"(?P<whom>[^，。：；“”！？\s]{1,16}?)(?:道|说)?\s*(?P<mark>[，：])\s*(?P<open>“?)"
    r"|(?P<short>记者|本报记者|媒体|我们?|[他她]们?|大家|外界|对方)(?P<open2>“?)"
)
_ADDRESSED = re.compile(f"(?:{either(speech.ADDRESS.words)})(?!们|[和与及、的])")
_OF_AGE = re.compile(
    f"(?:今年)?\\d{{1,3}}岁的([㐀-鿿]{{2,3}}?)(?=$|{either(speech.BETWEEN.words)}|{either(speech.ACTS.words)})"
)
_VOICE_OF = re.compile(
    "([^，。；：“”的]{2,14})的(?:语气|口气|声音|嗓音|表情|神情|脸色|眼神|眼睛|眼眶|眼圈|眼里|脸上|话语|语速|情绪)"
)
_PET = re.compile("[小老阿]")
_PET_NAME = re.compile(
    f"(?:[^，。；：“”、]{{1,12}}的)?((?!{either(speech.NO_NICKNAMES.words)})[小老阿][{speech.SURNAMES}])"
    f"(?=管|{either(speech.BETWEEN.words)}|{either(speech.ACTS.words)})"
)
_REFUSED = speech.Endings(speech.REFUSED.words + speech.NOT_REFUSED.words)
_NOT_REFUSED = _set(speech.NOT_REFUSED)
_PASSIVE = re.compile("(?:被(?!问|询|记者|媒体)|遭|获)[^，]{0,12}$")
_NO_SUBJECT = re.compile(f"(?:{either(speech.ALONE.words)})*$")
_IN_SIGHT = re.compile("在(?P<who>[^，。；：“”！？]{1,24}?)(?:看来|眼里|眼中)[，：]?")
_QUOTING = re.compile(
    "(?:援引|引述|引用|转述|转引)(?P<who>.{1,24}?)(?:的?(?:话|说法|观点|意见|看法|消息|报道))?$"
)
_AS_QUOTED = re.compile("(?:援引|引述|引用)(?P<who>[^，。：；“”]{2,24}?)的?(?:话|说法)报道[，：]")
_NOUN_CUE = re.compile(
    f"(?:{either(speech.GIVING.words)})了?[^，。：；“”！？]{{0,10}}"
    f"(?:(?:{either(speech.SAYINGS.words)})：|(?:{either(speech.SAYINGS.words[:6])})，)"
    f"|的(?:{either(speech.WAYS.words)})[^，。；：“”！？]{{0,8}}：(?=“)"
    "|(?:(?:只|就|总|都|仍|还)(?:是|有|回|说)了?|撂下|丢下|甩下|抛下|回了|扔下|留下)(?:了|过)?[一这那]句(?:话)?(?=“)"
    "|(?:丢|扔|留|撂|抛|甩|回|送|冒|蹦|说|讲|喊|问|写)(?:给|下|了|过|出)*[^，。；：“”！？]{0,4}[句番段](?:[^，。；：“”]{0,2}话)?：(?=“)"
    "|算(?:了|起|过)(?:起)?了?[一这]?[笔番下个]*账：|(?<=[头着])算(?:道)?：|(?:提及|列出|列举|公布|宣布|作出|做出|采取)?(?:以下|如下)[^，。：；“”！？]{0,8}："
)
# What one of the three before must hold.
_HINT = re.compile(
    "|".join(
        ["：", "句“", *(f"{fold(w)}，" for w in speech.SAYINGS.words[:6]), "看来", "眼里", "眼中", "报道"]
    )
)
# A space between Chinese characters parts clauses in a headline; one beside Latin letters does not.
_GAP = re.compile("[^\x00-\x7f□][ 　][^\x00-\x7f□]")
_EDGE = re.compile("[，；：。！？“”… 　]")
_CLAUSE = re.compile("[^，。；：！？]*")
_MODAL = re.compile(f"[^，]{{0,12}}?(?:{either(speech.MODALS.words)})")
_OWN_SUBJECT = re.compile(
    f"(?!{either(speech.NO_WISHER.words)})[^，。；：“”]{{2,14}}?(?:{either(speech.WISHED.words)})"
)
_WISHER = re.compile(either(speech.WISHERS.words))
_PAINTING = _set(speech.PAINTING)
_PAINTED = re.compile("[^，。；：“”！？说称指]{1,10}“(?=[■▪▫]+”(?:[，。；！？]|$))")
_SCENE = re.compile("[^，。；：“”]{0,16}[上中后时前里间天晚日]")
_THIS_IS = re.compile("(?:这|那|其|此)[^，“]{0,6}(?:是|为)“")
_UNKNOWN = "未见来源"
# 称其为“…”: what somebody calls the thing spoken of; 称妻子为“…” is a name for her.
_CALLED = re.compile("(?:其|此举|此事|这|该[^，。“”]{1,6})(?:是|为|乃|属)“(?=[■▪▫]+”(?:[，。；！？]|$))")
_BEHIND_OBJECT = re.compile("[^，。；：“”！？说称指]{1,10}[，：]“")
_OBJECT = re.compile(f"(?:了|过)?(?:{either(speech.OBJECTS.words)})")
_ASKED = re.compile("(?:记者|媒体|议员)[^，]{0,8}(?:问|质询)")
_FALLS_SHORT = re.compile(
    "(?:偏|过于?|太|仍|缺乏?|不|难|较)[早晚快慢高低大小多少贵差弱严松足够]*$|(?:滞后|不力|不足|不当|失职|失当|失误|失实|不公|不透明|缺位|缺失|违规|违法|过时|造假|作秀|双标|无能|无效|无视[^，]{1,6})$"
)
_FINDS = re.compile("(?:预测|预计|预估|估计|分析|判断|总结)(?:指出|表明|认为)")
_AS_FOR = re.compile("对于|针对|面对|关于|至于|有关")
_NEGATED = re.compile("不(?!是|会|能|要|应|该|想|希|愿|排|担|可能|少|存在|需|必|同|仅|只|清|知|会|怕)")
_ENDS_IN_NOUN = re.compile("的[^，的]{0,5}$")
_NAMED_AS = re.compile("[^，]{1,6}为|.*作$")
_WHETHER = re.compile("[^。？]*(?:是否|有否|会否|能否|可否)")
_JOINED = frozenset("的、和与及")


@dataclass(slots=True)
class _Cue:
    """A verb of saying in its sentence.

    `body` is where its content begins, `form` how it is joined: colon, comma, quote, bare or, with nothing
    after it, final. `region` is where its clause begins; the source's phrase begins at `at`.
    """

    start: int
    end: int
    body: int
    form: str
    verb: str | None
    region: int
    who: Who | None = None
    at: int = 0
    rule: str = "主语"

    @property
    def own(self) -> bool:
        """The source stands in the cue's own clause."""
        return self.who is not None and self.rule != "前一分句的主语"


class _Finder:
    """Finds the verbs of saying of a sentence that have content and may have a source."""

    def __init__(self, cast: _Cast) -> None:
        self.cast = cast
        self._memo: dict[str, Who | None] = {}
        self._meant_nothing: set[str] = set()
        self._met: dict[tuple[int, int], list[_Cue]] = {}

    def meet(self, p: _Passage, s: int, e: int) -> list[_Cue]:
        """The cues of a sentence at first reading, when nobody is known yet."""
        found = self._met[p.n, s] = self.cues(p, s, e)
        return found

    def forget(self) -> None:
        """Look again at what meant nothing: more names are known now."""
        self._meant_nothing = {phrase for phrase, who in self._memo.items() if who is None}
        self._memo = {phrase: who for phrase, who in self._memo.items() if who}

    def again(self, p: _Passage, s: int, e: int) -> list[_Cue]:
        """The cues of a sentence, looked for anew only where a known name may change what was found."""
        met = self._met.pop((p.n, s), None)
        return self.cues(p, s, e) if met is None or self.cast.speaks_of_known(p, s, e) else met

    def describe(self, phrase: str) -> Who | None:
        if phrase not in self._memo:
            # What meant nothing means nothing still where it holds no name that is known by now.
            still = phrase in self._meant_nothing and not self.cast.holds_name(phrase)
            self._memo[phrase] = None if still else describe(phrase, self.cast.known)
        return self._memo[phrase]

    def cues(self, p: _Passage, s: int, e: int) -> list[_Cue]:
        """The cues of the sentence `s`..`e`, in order."""
        first, last = bisect_left(p.verbs, (s, 0, "")), bisect_left(p.verbs, (e, 0, ""))
        found = [cue for verb in p.verbs[first:last] if (cue := self._cue(p, s, e, *verb))]
        if not p.hints_at_cue(s, e):
            return found
        for m in _IN_SIGHT.finditer(p.plain, s, e):
            if who := self.describe(m["who"]):
                found.append(
                    _Cue(
                        m.start(),
                        m.end(),
                        m.end(),
                        "comma",
                        m[0].strip("，："),
                        m.start(),
                        who,
                        m.start("who"),
                        "在…看来",
                    )
                )
        for m in _AS_QUOTED.finditer(p.plain, s, e):
            if who := self.describe(m["who"]):
                found.append(
                    _Cue(m.start(), m.end(), m.end(), "comma", "报道", m.start(), who, m.start("who"), "援引")
                )
        for m in _NOUN_CUE.finditer(p.plain, s, e):
            if all(m.start() >= c.end or c.start >= m.end() for c in found):
                cue = _Cue(
                    m.start(),
                    m.end() - 1,
                    m.end(),
                    "colon" if m[0][-1] == "：" else "comma",
                    m[0].rstrip("：，"),
                    self._region(p.plain, s, m.start()),
                )
                if p.plain[m.end() : m.end() + 1] == "“":
                    cue.form = "quote"
                self._source(p.plain, s, cue)
                if cue.who and not (cue.form == "comma" and m[0][0] == "有"):
                    found.append(cue)
        return sorted(found, key=lambda c: c.start)

    def _region(self, plain: str, s: int, at: int) -> int:
        """Where the clause that ends at `at` begins."""
        floor = max(s, at - 90)
        for m in _EDGE.finditer(plain[floor:at][::-1]):
            i = at - 1 - m.start()
            if m[0] not in " 　" or (i > s and _GAP.match(plain, i - 1)):
                return i + 1
        return floor

    def _cue(self, p: _Passage, s: int, e: int, start: int, end: int, verb: str) -> _Cue | None:
        plain = p.plain
        after = _AFTER.match(plain, end, e)
        assert after is not None  # every part of it may be empty
        form, body = "", after.start("open")
        if after["mark"]:
            form = (
                "quote"
                if after["open"]
                else "colon"
                if after["mark"] == "："
                else "comma"
                if body < e
                else "final"
            )
        elif after["open"]:
            form = "quote"
        elif after.end() >= e or plain[after.end()] in "。！？；”…":
            form = "final"
        elif verb in _TELL and (told := _TOLD.match(plain, end, e)):
            if told["mark"]:
                form = "quote" if told["open"] else "colon" if told["mark"] == "：" else "comma"
                body = told.start("open")
            elif verb in ("告诉", "告知"):
                done = told.end() >= e or plain[told.end()] in "。！？；…"
                form, body = "quote" if told["open2"] else "final" if done else "bare", told.end("short")
        if not form and verb in ("称", "形容", "斥") and (called := _CALLED.match(plain, end, e)):
            form, body = "quote", called.end() - 1
        if not form and verb in _PAINTING and (painted := _PAINTED.match(plain, end, e)):
            form, body = ("bare", end) if _THIS_IS.match(plain, end) else ("quote", painted.end() - 1)
        if not form and verb in _PAINTING and (behind := _BEHIND_OBJECT.match(plain, end, e)):
            form, body = "quote", behind.end() - 1  # 他大赞队友，“…”
        if not form and (verb in _SAY or verb in _URGE or verb in _SHARP):
            form, body = "bare", end
        if not form or (form == "bare" and not _bare_content(plain, verb, body, e)):
            return None
        if verb in ("询问", "问", "追问") and form != "quote" and _WHETHER.match(plain, body, e):
            return None
        region = self._region(plain, s, start)
        if form != "quote" and _AS_FOR.match(plain, region, start):
            return None
        before = _bare_end(plain[region:start])
        refused = _REFUSED.of(before)
        if (
            refused
            and refused not in _NOT_REFUSED
            and not (refused == "不" and verb in _DISBELIEF)
            and not (len(refused) == 1 and self._ends_in_full_name(plain, region, region + len(before)))
        ):
            return None
        if _PASSIVE.search(before) or (verb in _SAY and _FINDS.match(plain, start) and "的" in before[-5:]):
            return None  # 统计处公布的最新预测指出，…
        if form == "comma" and before.endswith("边"):  # 他一边说，一边翻出照片
            form = "final"
        cue = _Cue(start, end, body, form, plain[start:end], region)
        self._source(plain, s, cue)
        if cue.who is None and (cue.rule != "承前" or (verb not in _INHERITS and form != "quote")):
            return None
        if (
            form == "comma"
            and verb in _NOUNS
            and cue.own
            and cue.who
            and (cue.who.form == "raw" or not _verbal_gap(plain[cue.at + cue.who.end : start]))
        ):
            return None
        short = verb in _BRIEF and not (verb in ("料", "吁") and _names_right_before(cue))
        if short and (
            form in ("bare", "final")
            or (not cue.own and form == "comma")
            or (cue.who and cue.who.form == "raw")
        ):
            return None
        if cue.rule == "前一分句的主语" and verb not in _INHERITS and form not in ("quote", "colon"):
            return None
        return cue

    def _ends_in_full_name(self, plain: str, begin: int, end: int) -> bool:
        """Whether what looks like 一 or 可 before a verb ends a name behind an office: 主任邓可表示."""
        opened = self._opened(plain, begin, end)
        who = self.describe(plain[opened:end])
        return who is not None and who.form == "named" and who.end == end - opened and who.role is not None

    # -- the source of a cue

    def _source(self, plain: str, s: int, cue: _Cue) -> None:
        at, who = self.subject(plain, cue.region, cue.start)
        opened = self._opened(plain, cue.region, cue.start)
        left = _bare_end(plain[opened : cue.start])
        if quoting := _QUOTING.search(left):
            at, who = opened + quoting.start("who"), self.describe(quoting["who"])
            cue.rule = "援引"
        if who:
            cue.at, cue.who = at, who
            if plain[opened] == "据":
                cue.rule = "据…"
            return
        if plain[cue.region - 1 : cue.region] == "”" and (
            _NO_SUBJECT.match(left) or _BETWEEN.match(left)
        ):  # 网友“北方的风”在网上说
            mark = plain.rfind("“", max(s, cue.region - 18), cue.region)
            begin = self._region(plain, s, mark) if mark > s else mark
            who = self.describe(plain[begin:mark]) if begin < mark else None
            if who and who.form in ("group", "titled", "named") and plain[cue.region - 2] == "■":
                cue.at, cue.who = mark + 1, Who("named", 0, cue.region - mark - 2)
                return
        if (
            left.startswith("据")
            or left.endswith("据")
            or not (
                _NO_SUBJECT.match(left)
                or _BETWEEN.match(left)
                or (cue.form in ("quote", "colon") and len(left) < 12)
            )
        ):
            cue.rule = ""
            return
        edge = cue.region - 1
        for _ in range(6):  # the nearest clause before it in the sentence that begins with a source
            if edge <= s or plain[edge] not in "，；：”":
                break
            begin = self._region(plain, s, edge)
            if _ASKED.search(plain, begin, edge):
                cue.rule = ""
                return
            at, who = self.subject(plain, begin, edge, whole=False)
            if who:
                cue.at, cue.who, cue.rule = at, who, "前一分句的主语"
                return
            edge = begin - 1
        cue.rule = "承前" if _NO_SUBJECT.match(left) else ""

    def _opened(self, plain: str, at: int, end: int) -> int:
        """Skip connectives, dates and the like at the beginning of a clause."""
        while at < end and (m := _OPENER.match(plain, at, end)) and m.end() > at:
            at = m.end()
        return at

    def subject(self, plain: str, begin: int, end: int, *, whole: bool = True) -> tuple[int, Who | None]:
        """The source that the words before a verb name, and where its phrase begins.

        With `whole` the words are all that stands before the verb, and the longest phrase that can be a
        source wins; without, they are a clause with a verb of its own, and the shortest wins.
        """
        opened = self._opened(plain, begin, end)
        starts = [opened]
        if opened < end and plain[opened] == "据":
            starts = [opened + 1]
        elif opened != begin:
            starts.append(begin)
        for at in starts:
            if who := self._leading(plain[at:end], whole):
                return at, who
        if whole:
            return self._tail(plain, opened, end)
        return opened, None

    def first_source(self, plain: str, s: int, e: int) -> tuple[int, Who | None]:
        """The source that one of the first clauses of a sentence begins with: 10月末，傅晓岚…"""
        e = min(e, s + 80)
        for _ in range(3):
            comma = plain.find("，", s, e)
            end = comma if comma != -1 else e
            at, who = self.subject(plain, s, min(end, s + 40), whole=False)
            if who or comma == -1:
                return at, who
            s = comma + 1
        return s, None

    def _leading(self, text: str, whole: bool) -> Who | None:
        """A source at the beginning of a text."""
        if (m := _PRONOUN.match(text)) and (
            text[m.end() : m.end() + 1] != "的"
            if not whole
            else len(text) - m.end() < 5 or _BETWEEN.match(text, m.end())
        ):
            return self.describe(m[0])
        said_to = _bare_end(text)
        if said_to.endswith("记者") and _REPORTER.search(said_to) and not _TO_REPORTER.search(said_to):
            return None
        if not whole:
            if who := self._behind_office(text):
                return who
            if (n := surname(text, rare=True)) and (form := _ADDRESSED.match(text, n)):  # 李先生听后沉默
                return Who("honorific", 0, form.end())
            if (
                "的" in text
                and (part := _VOICE_OF.match(text))
                and (who := self.describe(part[1]))
                and who.form in _PERSONS
            ):
                return who
            if _PET.search(text, 0, 14) and (pet := _PET_NAME.match(text)):  # 隔壁卖鱼的小邱管她叫…
                return Who("named", pet.start(1), pet.end(1))
            for size in (5, 4, 3, 2):
                if text[:size] in self.cast.known and (len(text) == size or _BETWEEN.match(text, size)):
                    return Who("named", 0, size)
        bare = len(said_to)
        if bare == 1 and self.cast.family(text[0]):
            return Who("honorific", 0, 1)  # 卢说
        best = self.describe(text[:bare]) if whole else None
        cuts: list[int] = []
        if best is None or (best.form == "named" and best.start + 2 < bare):
            cuts = [m.start() for m in _BETWEEN_AT.finditer(text, 1, len(text) if whole else 26)][:24]
        if whole:
            cuts = cuts[: bisect_left(cuts, bare)][::-1]
        for cut in cuts:
            if best is not None and cut <= best.start + 1:
                break
            who = self.describe(text[:cut])
            if who is None or (not whole and (speech.parts_word(text, cut) or speech.title_at(text, cut))):
                continue
            if best is None:
                best = who
                if who.form == "state" and not whole:
                    best = self._longer_than_state(text, cut, cuts) or best
                if who.form != "named" or not whole:
                    break
            elif (
                who.form == "named"
                and who.start == best.start
                and self.cast.likelier(text[who.start : who.end], text[best.start : best.end])
            ):
                best = who
        if best is None or best.form in ("titled", "raw", "body"):
            best = self._behind_office(text) or best
        if best is None:  # a known name, then words that are no adverbs: 傅晓岚质问称
            for size in (5, 4, 3, 2):
                if text[:size] in self.cast.known and text[size : size + 1] not in _JOINED:
                    return Who("named", 0, size)
        if best is None and "岁的" in text and (aged := _OF_AGE.match(text)):
            name = aged[1]
            if (
                not ends_in_title(name)
                and not speech.is_no_source(name)
                and name[-1] not in speech.CALLING_ENDS
            ):
                best = Who("named", aged.start(1), aged.end(1))  # 74岁的岩香站在废墟前
        if best is None:
            best = self._unlisted(text) if whole else self._calling(text)
        if best is None:
            for cut in dict.fromkeys((min(cuts, default=bare), bare)):
                word = text[:cut]
                if not whole and text[cut : cut + 1] in "是有不要可能会为":
                    break
                if (
                    2 <= len(word) <= 6
                    and word.isalpha()
                    and not _BETWEEN.fullmatch(word)
                    and (
                        self.cast.frequent(word, 1 if whole and (cut == bare or cut < 5) else 3)
                        or text.startswith("则", cut)
                    )
                ):
                    return self.describe(word) or (
                        Who("raw", 0, cut) if not speech.is_no_source(word) else None
                    )
        return best

    def _calling(self, text: str) -> Who | None:
        """A calling or an office and then any verb: 老人沉默了一会儿, 委员会发言人拒绝评论."""
        for size in speech.title_ends(text[:24])[:2]:
            who = self.describe(text[:size])
            if (
                who is not None
                and who.form in ("titled", "group")
                and not speech.title_at(text, size)
                and not speech.parts_word(text, size)
                and text[size : size + 1] not in _JOINED
                and not _CUE.search(text, 0, max(0, size - 3))
            ):
                return who
        return None

    def _longer_than_state(self, text: str, at: int, cuts: list[int]) -> Who | None:
        """法国经济部长: a state's name may be the beginning of an office or a body."""
        for cut in [c for c in cuts if at < c < at + 16][:4]:
            who = self.describe(text[:cut])
            if who and who.form in ("titled", "named", "body") and not _CUE.search(text, at, cut):
                return who
        return None

    def _behind_office(self, text: str) -> Who | None:
        """A known name behind an office, whatever follows it: 副局长武建民蹚着水."""
        for a, b, _ in self.cast.names_in(text[:60]):
            if text[a - 1 : a] == "的" and a < 16 and not speech.is_verbal(text[:a]):
                return Who("named", a, b)  # 率先获救的孟小军
            if text[b : b + 1] not in _JOINED and ends_in_title(text[:a]):
                begin = description_start(text[:a])
                return Who("named", a, b, (begin, a)) if begin is not None else None
        return None

    def _unlisted(self, text: str) -> Who | None:
        """A name that stands elsewhere too, behind a calling no list knows; a group before a verb."""
        cuts = [m.start() for m in _BETWEEN_AT.finditer(text, 3)][:6]
        for cut in (*cuts, len(_bare_end(text))):
            name = text[cut - 3 : cut]
            if 4 < cut < 12 and speech.is_name(name) and self.cast.frequent(name, 2):
                head = text[: cut - 3]
                if description_start(head) is not None and not self.describe(head):
                    return Who("named", cut - 3, cut)
        for cut in (*cuts, len(_bare_end(text))):
            if 4 < cut < 14 and speech.is_name(text[cut - 3 : cut]) and text[cut - 4] in speech.CALLING_ENDS:
                begin = description_start(text[: cut - 3])
                if begin is not None:
                    return Who("named", cut - 3, cut, (begin, cut - 3))
        for size in (4, 3, 2):
            who = self.describe(text[:size])
            if who and who.form in ("group", "titled") and len(text) - size < 5:
                return who
        return None

    def _tail(self, plain: str, opened: int, end: int) -> tuple[int, Who | None]:
        """A phrase of time or place, then the source: 问清缘由后民警…, 在论坛上张明…"""
        text = plain[opened:end]
        for m in reversed(list(_PHRASE_END.finditer(text))):
            at = self._opened(plain, opened + m.end(), end)
            rest = plain[at:end]
            if _TOWARDS.search(text, 0, m.end()):  # 向时任经理何某汇报: he is the one told
                continue
            if len(rest) > 1 and (who := self._leading(rest, True)) and who.form != "raw":
                return at, who
        return opened, None


def _names_right_before(cue: _Cue) -> bool:
    """天文台料午后有雨: nothing stands between the source and the verb."""
    return cue.own and cue.who is not None and cue.who.form != "raw" and cue.at + cue.who.end == cue.start


def _bare_end(text: str) -> str:
    """A text without the adverbs at its end: 店主也还 → 店主."""
    while text and (last := text[-1] if text[-1] in " □　" else _ADVERB.of(text)):
        text = text[: -len(last)]
    return text


_REPORTER = re.compile("(?<![向对给与和跟同诉见访])(?:本报|本刊|本台|报|社|台|网|的|名)?记者$")
_PHRASE_END = re.compile("后|时|中(?!国|央|心|方|美|日|俄|英)|上(?!海|级|市)|里|前|下|间|》|、|从而|因为")
_TO_REPORTER = re.compile("(?:[向对给与和跟同诉]|接受|致电|回复)[^，]{0,12}记者$")
_TOWARDS = re.compile("[向给被让]|对(?!于)")
_TOLD_TO = re.compile("[向对跟给与在][^，]{1,12}$")
_GIVING = speech.Endings(speech.GIVING.words)


def _verbal_gap(gap: str) -> bool:
    """Whether between a source and a word that is verb and noun there is nothing that makes it a noun."""
    gap = _bare_end(gap).strip()
    if _GIVING.of(gap):  # 发出声明，…
        return False
    return (
        not gap
        or _TOLD_TO.search(gap) is not None
        or gap[-1] in "时后中上里前下间会地着来到"
        or gap.endswith(("新闻稿", "声明稿", "公开信", "长文"))  # 晚间发布新闻稿回应，…
        or any(m.end() == len(gap) for m in _BETWEEN.finditer(gap))
    )


def _bare_content(plain: str, verb: str, at: int, e: int) -> bool:
    """Whether the words straight after a verb are a clause of their own: 表示愿意合作, not 表示祝贺."""
    m = _CLAUSE.match(plain, at, e)
    clause = m[0] if m else ""
    if (
        e - at < 4
        or len(clause) < 3
        or clause[0] in "了着过的地得之出到起在完罢毕、）)个"
        or _NEGATED.match(clause)
        or (clause[0] in "中里上内" and _CUE.match(clause, 1))  # 在一份声明中表示
    ):
        return False
    if verb in _URGE:
        return bool(_OWN_SUBJECT.match(clause)) or (bool(_WISHER.match(clause)) and len(clause) > 5)
    if verb == "表示" and (m := _OBJECT.match(clause)) and len(clause) - m.end() < 8:
        return False
    if verb in _SHARP:
        shown = "“" in clause or bool(_MODAL.match(clause)) or bool(_FALLS_SHORT.search(clause))
        return len(clause) > 5 and shown and not _ENDS_IN_NOUN.search(clause)
    if verb in _VAGUE:
        return bool(_MODAL.match(clause))
    return not (verb == "称" and (_NAMED_AS.match(clause) or len(clause) < 5))


# --- reading the article ---------------------------------------------------------------------------------


def _read(passages: list[_Passage], cast: _Cast) -> list[_Statement]:
    """All quotations of the article, in order."""
    finder = _Finder(cast)
    cast.meet(finder)
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
    return found


# What a reporter asks is nobody's statement: 有记者问：…
_QUESTION = re.compile("[\\s□　]*(?:[^，。：“”]{0,12}记者(?:提)?问|问|提问|记者)：")
_ASKED_BY_US = re.compile("(?:本报|本刊|有|一名)?记者[^，。“”]{0,6}问")
_SPEAKING_OF = re.compile("(?:说起|谈起|提起|讲起|聊起|说到|谈到|提到|回忆起|忆起|想起)[^，。“”]{1,20}，")
_THIS = re.compile(
    "(?:说|讲|写|喊|发)(?:出|下)?(?:这|此|以上|上述)(?:番|些|句|段)?[^，。的]{0,4}的(?:人?是)?(?P<who>[^，。；：“”]{2,30}?)(?=是|，|。|在|$)"
)


def _spoke_this(finder: _Finder, p: _Passage, earlier: _Statement, following: _Statement | None) -> None:
    """A quotation nobody claims: the next paragraph names its speaker, or begins with him."""
    m = _THIS.match(p.plain)
    if m and (who := finder.describe(m["who"])):
        cue = _Cue(m.start(), m.start(), m.start(), "final", "说", 0, who, m.start("who"), "下段交代")
        earlier.entity = finder.cast.resolve(who, cue.at, p, None)
        earlier.cue, earlier.why, earlier.sure = "说", "下段交代说话人", 0.85
        return
    if following is not None and following.passage is p and following.why == "引文自上段延续":
        earlier.entity, earlier.why, earlier.sure = following.entity, "引文延续至下段", following.sure
        return
    first = next(_sentences(p.plain), None)
    at, who = finder.first_source(p.plain, *first) if first else (0, None)
    if who and who.form in ("named", "honorific"):
        earlier.entity = finder.cast.resolve(who, at, p, None)
        earlier.source = Mention(p.id, Span(at + who.start, at + who.end))
        earlier.why, earlier.sure = "引语独立成段，下段首句的主语", 0.55
    elif following is not None and following.passage is p and following.type == "direct":
        earlier.entity, earlier.why, earlier.sure = following.entity, "引语独立成段，承下段说话人", 0.5


def _continues(passages: list[_Passage], p: _Passage) -> bool:
    """Whether a quotation left open in the paragraph before runs on through this one."""
    if p.runs_in is not None or (p.quotes and p.quotes[0].left == 0 and p.runs_on and len(p.quotes) == 1):
        return True
    if p.quotes:
        return False
    for later in passages[p.n + 1 : p.n + 12]:
        if later.runs_in is not None or later.quotes:
            return later.runs_in is not None
    return False


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
_NO_HEADLINE = re.compile("[。；]|，[^，]*，")
_PARTS_OF = re.compile("[^，：]+")
_STOPS = re.compile("[，。；！？?!：…]")
_PERSONAL = re.compile("[我你咱您吗呢吧啊]")
_DEPENDENT = re.compile(
    "(?:至于|对于|关于|如果|因为|虽然|尽管|只要|只有|当|若|即使|除非|由于|既然|无论|不管)"
)
_INSCRIBED = re.compile(
    f"(?:{either(speech.INSCRIBED.words)})(?:了|有|是|为|：|，)?$"
    "|[写印刻画题][^，。“”]{0,3}[一两几三四五六七八九十\\d]+个大?字[：，]?$"
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
_NEW_TURN = re.compile("(?:但是|但|而|同时|也有|还有|不过|另|此外|并)")


class _Paragraph:
    """Reads one paragraph; who is speaking is kept from sentence to sentence."""

    def __init__(self, finder: _Finder, passage: _Passage, before: _Statement | None) -> None:
        self.finder, self.cast, self.p = finder, finder.cast, passage
        self.before = before  # the last statement of the paragraphs before
        self.last: _Statement | None = None  # the last statement of this one
        self.adjacent = False  # nothing but its speaker's words since
        self.subject: _Entity | None = None  # whom its sentences since then were about
        self.waiting: list[_Quote] = []  # quotations not yet given to anybody
        self.used: set[int] = set()
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
        if s == 0 and "：" in p.plain and not any(c.own for c in cues) and (cue := self._label(s)):
            cues = [cue]
        if not cues and quotes and (cue := self._verbless(s, e, quotes) or self._of_nobody(s, quotes)):
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
            self._within_tale(e, cues)
            return
        who = cues[0].who
        pronoun = (
            p.plain[cues[0].at + who.start : cues[0].at + who.end] if who and who.form == "pronoun" else ""
        )
        self.cast.notice(self.finder, p, s, cues[0].region, pronoun)
        cues = _outermost(p, cues)
        for i, cue in enumerate(cues):
            limit = cues[i + 1].region if i + 1 < len(cues) else e
            lead = s if i == 0 else cues[i - 1].end
            if cue.who and cue.who.form == "pronoun" and cue.region > s:
                pronoun = p.plain[cue.at + cue.who.start : cue.at + cue.who.end]
                # 屋主自行逃生，他表示…
                self.cast.notice(self.finder, p, max(s, cue.region - 90), cue.region, pronoun)
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

    def _entity(self, cue: _Cue) -> _Entity | None:
        last = self.last or (self.before if self.before and self.p.n - self.before.passage.n <= 1 else None)
        if cue.who is None:
            return last.entity if last and cue.rule != _UNKNOWN else None
        return self.cast.resolve(cue.who, cue.at, self.p, last.entity if last else None)

    # -- which quotations a cue governs

    def _said_before(self, cue: _Cue, entity: _Entity | None, lead: int, *, first: bool) -> list[_Quote]:
        """The quotations before a cue that are its content: “…”他说。"""
        p, plain = self.p, self.p.plain
        out: list[_Quote] = []
        if first and self.waiting and cue.who is not None:
            close = cue.region <= lead + 1 or (cue.form == "final" and cue.region - lead < 30)
            mine = self.last is None or not self.adjacent or self.last.entity is entity or cue.form == "final"
            if close and mine:
                out, self.waiting = self.waiting, []
        follows = cue.region
        for q in reversed(p.quotes_in(lead, cue.region)):
            before = plain[max(lead, q.left - 3) : q.left].rstrip(" 　")
            apart = not before or before[-1] in "，。；：”！？、"
            spoken = self._shaped(q) or (not before and q.end - q.start > 3)
            gap = plain[q.right : follows].strip(" ，、　")
            if gap and plain[q.end - 1] == "▫" and follows == cue.region and _SCENE.fullmatch(gap):
                gap = ""  # “…，”赛后发布会上，他说：“…”
            if q.left in self.used or gap or not (apart and spoken):
                break
            out.append(q)
            follows = q.left
        return sorted(out, key=lambda q: q.left)

    def _content(self, cue: _Cue, entity: _Entity | None, limit: int, e: int) -> None:
        plain, b = self.p.plain, cue.body
        while b < limit and plain[b] in " 　：":
            b += 1
        if b >= limit:
            self.cast.focus(entity)
            if cue.form in ("colon", "comma") and b >= len(
                plain
            ):  # 提及以下措施： and the words follow in the next paragraph
                self.cast.announced = (self.p.n, entity, cue)
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
                        self._strong(more) and plain[more.left - 1] in "，：。；"
                    ):
                        self._direct(more, entity, cue)
                        at = more.right
                return
        self._indirect(cue, entity, b, limit, e)

    def _indirect(self, cue: _Cue, entity: _Entity | None, b: int, limit: int, e: int) -> None:
        p, plain = self.p, self.p.plain
        turn = _TURN.search(plain, b + 4, limit)
        end = turn.start() if turn else limit
        direct = next(
            (q for q in p.quotes_in(b + 1, end) if q.left not in p.inner and self._stands_alone(q, b, limit)),
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
                if q is direct or self._strong(q):
                    self._direct(q, entity, cue)

    def _stands_alone(self, q: _Quote, b: int, limit: int) -> bool:
        """Whether a quotation within reported speech is a clause of its own: …，“请大家放心。”"""
        plain = self.p.plain
        if (
            plain[q.left - 1] not in "，。；："
            or not (q.right >= limit or plain[q.right] in "。！？，；…")
            or self._inscribed(q)
        ):
            return False
        t = fold(self.p.inside(q))
        if not self._strong(q) and _TIED.match(t):
            return False
        if plain[q.right : q.right + 1] == "，" and limit - q.right > 4 and not self._strong(q):
            return False  # the clause goes on: 部长“只会开会”，办事全靠催。
        if (
            not self._strong(q)
            and not (len(t) > 7 and self._shaped(q))
            and not (len(t) > 5 and _PREDICATE.search(t))
        ):
            return False
        return not _DEPENDENT.match(plain, max(b, self.finder._region(plain, b, q.left - 1)))

    def _nested(self, b: int, end: int) -> _Quote | None:
        """A source within what another one says, with marks of its own: 杜某说，市长指出，城市要“…”。

        Makes the inner statement and returns the quotation in it, if there is one.
        """
        p, plain = self.p, self.p.plain
        if not p.quotes_in(b, end):
            return None
        for cue in self.finder.cues(p, b, end):
            if (
                not (cue.own or cue.body in p.inner)
                or cue.form == "final"
                or cue.who is None
                or cue.who.form in ("pronoun", "plural", "raw", "paper")
            ):
                continue
            quotes = [
                q
                for q in p.quotes_in(cue.body, end)
                if self._shaped(q) or q.end - q.start > 5 or q.left in p.inner
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

    def _within_tale(self, e: int, cues: list[_Cue]) -> None:
        """Speech inside a story that somebody tells at length: the story goes on."""
        assert self.last is not None
        self.last.end = _trim(self.p.plain, self.last.start, e)
        for cue in cues:
            for q in self.p.quotes_in(cue.body, e)[:1]:
                if q.left == cue.body and cue.form == "quote":
                    self.p.speech.add((q.start, q.end))
                    self.used.add(q.left)
                    if cue.who is not None:
                        self._make(q.start, q.end, "direct", self._entity(cue), cue, nested=True)

    # -- sentences without a cue

    def _without_cue(self, s: int, e: int, quotes: list[_Quote]) -> None:
        p, plain = self.p, self.p.plain
        if self.waiting and _ASKED_BY_US.match(plain, s, e):
            self.waiting = []
        free = [q for q in quotes if q.left not in self.used]
        if free and plain[s : free[0].left].strip(" 　") == "":
            leading = []
            at = free[0].left
            for q in free:
                if plain[at : q.left].strip(" 　、，") == "" and (
                    self._shaped(q) or (self.adjacent and q.end - q.start > 3)
                ):
                    leading.append(q)
                    at = q.right
            rest = plain[at:e].strip(" 　。，、！？…—")
            if leading and (not rest or self._strong(leading[-1])):
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
            and not any(self._strong(q) for q in free)
            and self._goes_on(last, s, e)
        ):
            last.end = _trim(plain, last.start, e)
            return
        if plain[s:e].strip():
            self.adjacent = False
        self.subject = self.cast.notice(self.finder, p, s, e) or self.subject

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
        if last.entity is not None and last.cue and _PUBLISHED.search(fold(last.cue)):
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
            len(a) > 1 and text.startswith(a) for a in (last.entity.folded, *map(fold, last.entity.aliases))
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
            or (_touch(self.p.titles(), s, e) and bool(speech.title_ends(clause)))
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
    ) -> tuple[_Entity | None, str | None, Mention | None, str, float]:
        last, before, announced = self.last, self.before, self.cast.announced
        if last is not None and (self.adjacent or self.subject is None):
            sure = 0.85 if self.adjacent else 0.7
            return last.entity, last.cue, last.source, "引语独立成句，承上文说话人", sure
        if announced and announced[0] == self.p.n - 1:
            return announced[1], announced[2].verb, None, "上段末的引导词", 0.85
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

    def _label(self, s: int) -> _Cue | None:
        """A name and a colon at the beginning of a paragraph: 候选人张远航：…"""
        plain = self.p.plain
        headline = len(plain) < 50 and not _NO_HEADLINE.search(plain)
        m = _LABEL.match(plain, s)
        if not m and headline:  # 午餐有虫家长不满 校方：立即更换
            gaps = (_LABEL.match(plain, gap.start() + 1) for gap in _GAP.finditer(plain))
            m = next((label for label in gaps if label), None)
        if not m or m.end() >= len(plain):
            return None
        who = self.finder.describe(m["who"])
        if who is None and 1 < len(m["who"]) < 5 and self.cast.frequent(m["who"], 3) and m["who"].isalpha():
            who = None if speech.is_no_source(m["who"]) else Who("named", 0, len(m["who"]))
        if who is not None and plain.endswith("？") and is_medium(m["who"]):
            return None  # the paper asks
        quoted = self.p.plain[m.end()] == "“"
        if (
            who is None
            or who.form not in ("named", "titled", "body", "group", "honorific", "joint")
            or (
                who.form != "named"
                and not quoted
                and not (headline and who.form in ("body", "group"))
                and not (m.start() and who.form == "titled")
            )
        ):
            return None
        form = "quote" if quoted else "colon"
        return _Cue(m.end("who"), m.end("who"), m.end(), form, None, s, who, m.start("who"), "冒号前的姓名")

    def _verbless(self, s: int, e: int, quotes: list[_Quote]) -> _Cue | None:
        """No verb, but a source and then spoken words: 余先生松了口气，“还好，屋顶没有漏。”"""
        plain = self.p.plain
        for q in quotes:
            lead = plain[q.left - 1] if q.left > s else ""
            if not lead or lead not in "：，" or not self._shaped(q) or self._inscribed(q):
                continue
            if q.right < e and plain[q.right] not in "。！？，；…" and plain[q.end - 1] != "▪":
                continue
            ends = q.right < e and plain[q.right] in "。！？"
            if lead == "，" and not self._strong(q) and not (ends and _PERSONAL.search(self.p.inside(q))):
                continue
            begin = q.left - 1
            while begin > s and plain[begin - 1] not in "。；“”！？":
                begin -= 1
            clauses = list(_PARTS_OF.finditer(plain[begin : q.left - 1]))
            if len(clauses) > 1 and clauses[-1][0][0] in "他她":  # 志愿者劝她吃饭，她摇摇头：“…”
                del clauses[:-1]
            for clause in clauses:
                a, b = begin + clause.start(), begin + clause.end()
                at, who = self.finder.subject(plain, a, b, whole=False)
                if who is None:
                    at = self.finder._opened(plain, a, b)
                    phrases = (plain[at:k] for k in range(b, at + 1, -1) if k - at < 16 or k == b)
                    who = next(
                        (w for w in map(self.finder.describe, phrases) if w and w.form in _PERSONS), None
                    )
                if who and who.form not in ("raw", "state", "paper"):
                    return _Cue(q.left - 1, q.left - 1, q.left, "quote", None, begin, who, at, "引号前的主语")
        return None

    def _of_nobody(self, s: int, quotes: list[_Quote]) -> _Cue | None:
        """A sentence in marks right behind a verb and a colon is spoken, though nobody can be made out."""
        plain = self.p.plain
        for q in quotes:
            n = bisect_left(self.p.verbs, (q.left, 0, "")) - 1
            if n < 0 or plain[q.left - 1] != "：" or plain[q.end - 1] != "▪":
                continue
            start, end, verb = self.p.verbs[n]
            if start < s or end != q.left - 1:
                continue
            region = self.finder._region(plain, s, start)
            asked = _ASKED.search(plain, region, end) or "记者" in plain[region:start]
            if region < start and not asked and not _REFUSED.of(plain[region:start]):
                return _Cue(start, end, q.left, "quote", verb, region, rule=_UNKNOWN)
        return None

    # -- what marks hold

    def _shaped(self, q: _Quote) -> bool:
        """Whether the inside of marks may be something said."""
        t = self.p.inside(q)
        if len(t) < 2 or self._strong(q):
            return len(t) >= 2
        return (len(t) > 5 and bool(_STOPS.search(t) or _PERSONAL.search(t))) or len(t) > 14

    def _strong(self, q: _Quote) -> bool:
        """A sentence or a clause with its own mark at the end stands inside."""
        t = self.p.inside(q)
        return len(t) > 2 and (t[-1] in _TERMINAL or t[-1] in "，,")

    def _fragment(self, q: _Quote, end: int) -> bool:
        """Whether marks inside reported speech hold the speaker's own words rather than a term."""
        t, plain = self.p.inside(q), self.p.plain
        if self._inscribed(q) or q.right > end + 1:
            return False
        after = plain[q.right : q.right + 1] if q.right < end else ""
        if after == "的" and (q.right + 1 >= end or plain[q.right + 1] in "，。；！？"):
            return True
        begin = self.finder._region(plain, max(0, q.left - 20), q.left)
        subject = self.finder.describe(plain[begin : q.left]) if begin < q.left else None
        if after and after not in "，。；！？、":  # 美方“高度关注”局势
            return (
                after != "的"
                and subject is not None
                and subject.form in _SUBJECTS
                and bool(_STATES_VIEW.match(fold(t)))
            )
        if (
            after
            and len(t) > 2
            and subject is not None
            and (subject.form in _SUBJECTS or (subject.form == "named" and len(t) > 3))
        ):
            return True  # 房屋署“反应迟缓”，
        t = fold(t)
        if len(t) > 4 and (_MORE_THAN.match(t) or _LIKELY.search(plain, begin, q.left)):
            return True
        if len(t) > 3 and _THIS_IS.search(plain, begin, q.left + 1):
            return True  # 他批评这是“撒钱买票”。
        if after and len(t) > 2 and _OF_SUBJECT.search(plain, begin, q.left):
            return True
        if _SLOGAN.fullmatch(t) and len({len(part) for part in t.split("、")}) == 1:
            return False
        if _STATES_VIEW.match(t):
            return True
        return len(t) > 4 and bool(_CLAUSAL.search(t))

    def _inscribed(self, q: _Quote) -> bool:
        return bool(_INSCRIBED.search(self.p.plain, max(0, q.left - 8), q.left))

    # -- making statements

    def _direct(self, q: _Quote, entity: _Entity | None, cue: _Cue, note: str = "") -> None:
        if q.left in self.used or q.start == q.end:
            return
        self.used.add(q.left)
        self.p.speech.add((q.start, q.end))
        self._make(q.start, q.end, "direct", entity, cue).why += note
        self._quoted_within(q.start, q.end, entity)

    def _quoted_within(self, start: int, end: int, entity: _Entity | None) -> None:
        """What somebody quotes of another one's words: “我爹说：‘散了吧。’” but not “我说：‘散了吧。’”"""
        pairs = self.p.pairs
        first = bisect_left(pairs, (start, end + 1))
        if first >= len(pairs) or pairs[first][1] > end:
            return
        inner = _passage(self.p.n, self.p.id, True, self.p.raw[start:end])
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
        entity: _Entity | None,
        cue: _Cue,
        *,
        nested: bool = False,
    ) -> _Statement:
        source = self.last.source if self.last and cue.who is None else None
        if cue.who is not None:
            source = Mention(self.p.id, Span(cue.at + cue.who.start, cue.at + cue.who.end))
        return self._add(
            start, end, type, entity, cue.verb, source, *self._reason(cue, entity), nested=nested
        )

    def _reason(
        self, cue: _Cue, entity: _Entity | None, passage: _Passage | None = None
    ) -> tuple[str, float]:
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
        return f"{verb}，{cue.rule}“{said}”", sure

    def _add(
        self,
        start: int,
        end: int,
        type: QuotationType,
        entity: _Entity | None,
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


_PERSONS = frozenset(("named", "honorific", "titled"))
_SUBJECTS = frozenset(("titled", "body", "state", "group"))
_QUOTED_BY = _PERSONS | {"group", "body", "pronoun"}
_I_MYSELF = re.compile("[^，]{0,3}?(?<![对向跟和同给问叫])我们?(?![爹爸妈娘爷奶哥姐弟妹父母的家老])")
_SURE = {"named": 0.95, "honorific": 0.9, "titled": 0.85, "raw": 0.65}
_LABEL = re.compile(r"[\s□　]*(?P<who>[^，。；：！？“”\s《]{2,24}?)[\s□]*：[\s　]*")


def _outermost(p: _Passage, cues: list[_Cue]) -> list[_Cue]:
    """Drop the cues that only belong to what another one reports.

    A further verb of the same source stays inside; so does a source named at the very beginning of the
    content. A new source later in the sentence, with its own comma, colon or quotation, opens a new one.
    """
    kept = cues[:1]
    for cue in cues[1:]:
        outer = kept[-1]
        if (
            not cue.own
            and outer.form == "comma"
            and (
                (cue.form in ("bare", "comma", "colon") and _ACT_OF_SPEECH.search(fold(outer.verb or "")))
                or (cue.verb in ("称", "稱", "指", "表示") and fold(outer.verb or "") in _CLOSED)
            )
            and not p.plain[outer.body : cue.start].strip(" 　并")
        ):  # 发文，质疑… 发出倡议，呼吁… 否认，称…
            cue.who, cue.at, cue.rule = outer.who, outer.at, outer.rule
            kept[-1] = cue
            continue
        if _reported(p, outer, cue):
            continue
        if cue.form == "final" and p.plain[max(0, cue.region - 3) : cue.region].rstrip(" ，　")[-1:] != "”":
            continue
        plain, quotes = p.plain, p.quotes_in(outer.body, cue.region)
        if outer.form == "final" or (quotes and (cue.own or cue.form in ("quote", "colon", "final"))):
            kept.append(cue)
        elif not plain[outer.body : min(cue.region, outer.body + 9)].strip(" 　"):
            continue
        elif not cue.own and outer.form == "quote" and quotes and cue.form in ("bare", "comma"):
            cue.who, cue.rule = None, "承前"  # 他批评当局“拖拖拉拉”，指业界“等到颈都长”
            kept.append(cue)
        elif not cue.own:  # a further verb of the same source; only its quotation is apart
            if cue.form == "quote":
                cue.who, cue.rule = None, "承前"
                kept.append(cue)
        elif cue.form in ("comma", "colon", "quote") or (
            cue.form == "bare" and (_NEW_TURN.match(plain, cue.region) or plain[cue.region - 1] == "；")
        ):
            kept.append(cue)
    return kept


# Verbs that say that somebody speaks up, not what: a verb right behind the comma brings the words.
_ACT_OF_SPEECH = re.compile("(?:发文|发帖|发声|发微博|撰文|贴文|致函|致信|告知|通知|声明|倡议|公开信|通告)$")
_OPPOSED = re.compile("但|而|却|不过|另|也|则|同时|更")


def _reported(p: _Passage, outer: _Cue, cue: _Cue) -> bool:
    """Whether a quotation with a source of its own is part of what another one reports.

    他说，报过三次，职员只说「再等等」: the clerk has no name and no word sets him against the speaker.
    """
    if cue.form != "quote" or cue.who is None or outer.form not in ("comma", "bare"):
        return False
    plain, said = p.plain, p.plain[cue.at + cue.who.start : cue.at + cue.who.end]
    inside = (
        cue.who.form in ("titled", "group", "body")
        and len(said) < 7
        and outer.who is not None
        and cue.at >= outer.body
        and plain[cue.region - 1] == "，"
        and not plain.startswith("有", cue.at)
        and not _OPPOSED.search(plain, cue.region, cue.start)
        and not p.quotes_in(outer.body, cue.region)
    )
    if inside:
        p.inner.add(cue.body)
    return inside


def _trim(plain: str, b: int, end: int) -> int:
    """Take off what leads on (a comma, a colon, a space) but keep what ends a sentence."""
    while end > b and plain[end - 1] in "，：；、 　\n\r":
        end -= 1
    return end


# --- the people of an article -----------------------------------------------------------------------------

# Names are counted and looked up in so many characters from the beginning: enough for any article.
_BEGINNING = 200_000
# Names that came up while reading, as long as they are looked for one by one.
_FEW = 40
_PARTS = re.compile("[·•‧・．･ ]")
_PARTS_OF_ROLE = re.compile("[、，]")
_AND_BETWEEN = re.compile("以及|[和与及、]")
_MEDIUM_BEFORE = re.compile(
    r"《◆+》|据(?P<who>[^，。；：“”\s]{2,12}?)(?:\d[^，。；：]{0,12}|网站|的)*(?:报道|消息|电)"
)
_BEFORE_ROLE = re.compile(
    "被(?!害|告|捕|困|救|骗)|[是让请由称叫和及跟同为]|(?<!参)与|了(?!解|望)|过(?!渡|程|敏|滤)|把(?!手|关|握)|将(?!军|领|士|官)|着(?!名|作)|报道|记者|对于|认为|表示|指出|宣布|援引|会见|会晤|邀请|要求|促请|敦促|批评|质疑|呼吁|约见|告诉|指责|点名|感谢|陪同|转述|传召|传唤|委托|聘用|聘请|采访|接受|提名|选出|任命|当选|以及|随后|之后|昨天|今天|昨日|今日|日前|近日|"
    "(?:在|(?<!反)对|向|于)(?!线|野|职|外|口|冲|手|象)|"
    r"\d[日号]|[电讯]□+"
)
# Words for somebody just spoken of: 老人沉默了一会儿。
_AGED = frozenset(("老人", "老汉", "老太", "老人家", "老先生", "老太太"))
_SEX = {"他": "男", "她": "女"}
_SEX_SHOWN = {sex: tuple(words.words) for sex, words in (("男", speech.MEN), ("女", speech.WOMEN))}
_AND = frozenset(("和", "与", "及", "跟", "同", "以及"))
_IS_A = re.compile(
    "□*(?:(?:今年)?\\d{1,3}岁，)?(?:是|为|系)(?:一名|一位|一个)?(?P<role>[^，。；：！？“”是]{2,30})[，。；]"
)
_IN_BRACKETS = re.compile(r"[（(]([^（()）\d，,]{3,30})[）)]")
_LATIN = re.compile(r"\s*[（(]([A-Za-z][\w .'’\-]*?)\s*[，,）)]")
_LATIN_INSIDE = re.compile(r"[（(]([A-Za-z][\w .'’\-]*?)\s*[）)]")


class _Cast:
    """Everyone an article names: who is who, and whom a pronoun or a short form points back to."""

    def __init__(self, passages: list[_Passage]) -> None:
        self.passages = passages
        self.known: dict[str, _Entity] = {}  # folded form → entity
        self.entities: list[_Entity] = []
        self.persons: list[_Entity] = []  # the latest last
        self.body: _Entity | None = None
        self.medium: _Entity | None = None
        self.group: _Entity | None = None
        self.announced: tuple[int, _Entity | None, _Cue] | None = None
        before = itertools.accumulate((len(p.plain) for p in passages), initial=0)
        self._beginning = [p for p, sofar in zip(passages, before, strict=False) if sofar < _BEGINNING]
        self._text = "\n".join(p.plain[:_BEGINNING] for p in self._beginning)
        self._counts: dict[str, int] = {}
        self._families: set[str] = set()
        self._single: frozenset[str] = frozenset()  # names of one character
        self._signs: speech.Places | None = None  # names and surnames
        self._names_in: dict[str, tuple[tuple[int, int, str], ...]] = {}  # in stretches that were asked about
        self._acquainted = 0  # how many were known at first acquaintance

    def family(self, first: str) -> bool:
        """Whether somebody whose name is known bears this surname."""
        return first in self._families and surname(first, rare=True) == 1

    def count(self, form: str) -> int:
        """How often a form stands in the article."""
        if form not in self._counts:
            self._counts[form] = self._text.count(form)
        return self._counts[form]

    def likelier(self, short: str, long: str) -> bool:
        """Whether the shorter of two readings of a name is right: 林禾 stands elsewhere, 林禾笑 does not."""
        if len(short) >= len(long) or long.isascii():
            return False
        rest = long[len(short) :]
        if len(long) > 2 and not surname(long) and all(map(speech.is_foreign, long)):
            return self.count(short) > self.count(long)  # 卡米拉, not 卡米
        return (
            self.count(short) > self.count(long)
            or rest in _ADVERBS
            or (rest in _ACTS and rest not in _IN_GIVEN_NAMES)
            or (len(rest) > 1 and _BETWEEN.fullmatch(rest) is not None)
        )

    def frequent(self, word: str, least: int) -> bool:
        return self.count(word) >= least

    def meet(self, finder: _Finder) -> None:
        """First acquaintance: the names that stand before a verb of saying or beside an office."""
        found: dict[str, str] = {}
        for p in self.passages:
            if p.readable:
                for s, e in p.sentences():
                    for cue in finder.meet(p, s, e):
                        if cue.who and cue.who.form == "named":
                            at = cue.at + cue.who.start
                            form = p.plain[at : cue.at + cue.who.end].strip(" □")
                            found.setdefault(form, p.raw[at : at + len(form)])
                for a, b in _beside_titles(p, self.count):
                    found.setdefault(p.plain[a:b], p.raw[a:b])
        parts: dict[str, _Entity] = {}  # 雷纳 of 汤姆·雷纳
        for form in sorted(found, key=len, reverse=True):
            owner = parts.get(form)
            if owner is not None:
                owner.alias(found[form])
                self.known[form] = owner
            elif form:
                entity = self._new(form, found[form], "person", "named")
                for part in _PARTS.split(form):
                    parts.setdefault(part, entity)
                if 3 < len(form) < 6 and form.isalpha():
                    parts.setdefault(form[:2], entity)  # 石川 of 石川浩司, 欧阳 of 欧阳明远
                last = _PARTS.split(form)[-1]
                if 1 < len(last) < len(form) and self.count(last) > self.count(form):
                    self.known.setdefault(last, entity)
        self._families = {form[0] for form in self.known if 1 < len(form) < 5}
        persons = [form for form in self.known if len(form) > 1]
        self._single = frozenset(form for form in self.known if len(form) == 1)
        self._signs = speech.Places([*persons, *self._families]) if persons else None
        self._acquainted = len(self.known)
        if self._signs:
            for p in self.passages:
                if p.readable:
                    p.names = [(a, b) for a, b, _ in self._signs.of(p.plain)]

    def speaks_of_known(self, p: _Passage, s: int, e: int) -> bool:
        """Whether a stretch holds a known name, or a surname where a clause begins: 卢说."""
        if self._signs is None or not _touch(p.names, s, e):
            return False
        found = self._signs.of(p.plain[s:e])
        return any(b > a + 1 or not s + a or p.plain[s + a - 1] in "，。；：！？“” 　" for a, b, _ in found)

    def _new(self, form: str, raw: str, kind: SpeakerKind, how: str) -> _Entity:
        entity = _Entity(raw, kind, how)
        self.entities.append(entity)
        self.known[form] = entity
        return entity

    def holds_name(self, text: str) -> bool:
        """Whether a text may hold a name that is known by now; in doubt, yes."""
        later = len(self.known) - self._acquainted
        if later > _FEW or self.names_in(text) or not self._single.isdisjoint(text):
            return True
        return any(form in text for form in itertools.islice(reversed(self.known), later))

    def names_in(self, text: str) -> tuple[tuple[int, int, str], ...]:
        """Where the known names stand in a text, and which."""
        if self._signs is None:
            return ()
        if text not in self._names_in:
            self._names_in[text] = tuple(p for p in self._signs.of(text) if p[1] > p[0] + 1)
        return self._names_in[text]

    # -- whom the article is speaking of

    def focus(self, entity: _Entity | None) -> None:
        """Somebody has spoken or acted: pronouns point to the latest."""
        if entity is None:
            return
        if entity.kind == "person":
            if entity in self.persons:
                self.persons.remove(entity)
            self.persons.append(entity)
            del self.persons[:-12]
        elif entity.kind == "organisation":
            self.body = entity
            if is_medium(entity.folded):
                self.medium = entity
        else:
            self.group = entity

    def notice(self, finder: _Finder, p: _Passage, s: int, e: int, besides: str = "") -> _Entity | None:
        """Remember whom and which paper a sentence is about; gives the person.

        `besides` is a pronoun that follows: where it is an object here, the subject is somebody else.
        """
        if s >= e:
            return None
        plain = p.plain
        for m in _MEDIUM_BEFORE.finditer(plain, s, e):
            a, b = m.span("who") if m["who"] else m.span()
            raw = p.raw[a:b]
            raw = raw.strip("《》") if raw[0] == "《" and raw[-1] == "》" else raw
            form = fold(raw)
            if is_medium(form) and form not in ("媒体", "外媒"):
                self.medium = self.known.get(form) or _Entity(raw, "organisation", "body")
                self.known.setdefault(form, self.medium)
        at, who = finder.first_source(plain, s, e)
        if who and besides and besides in plain[at + who.end : e] and who.form != "named":
            return None  # 志愿者劝她吃饭，她…: she is somebody else
        if who and (who.form in _PERSONS or (who.form == "raw" and who.end > 2)):
            entity = self.resolve(who, at, p, None)
            self.focus(entity)
            return entity
        for a, _, name in self.names_in(plain[s : min(e, s + 60)]):
            before = plain[s + a - 1] if a else "。"
            if before in "，。；：□” " or ends_in_title(plain[s + max(0, a - 4) : s + a]):
                self.focus(self.known[name])
                return self.known[name]
        return None

    def at_beginning(self, p: _Passage, s: int, e: int) -> _Entity | None:
        """The known person that is the subject of a sentence."""
        if not _touch(p.names, s, e):
            return None
        text = p.plain[s:e]
        a, _, name = next(iter(self.names_in(text[:30])), (0, 0, ""))
        if not name or "，" in text[:a]:
            return None
        return self.known[name] if not a or ends_in_title(text[:a]) else None

    # -- who is meant

    def resolve(
        self, who: Who, at: int, p: _Passage, last: _Entity | None, *, besides: _Entity | None = None
    ) -> _Entity | None:
        """The entity that a source's words stand for, not `besides`; a new one where nobody fits."""
        a, b = at + who.start, at + who.end
        form, raw = p.plain[a:b].strip(" □"), p.raw[a:b].strip()
        if form[:1] == "《" and form[-1] == "》":
            form, raw = fold(raw).strip("《》"), raw.strip("《》")
        if who.form == "pronoun":
            fitting = [e for e in self.persons if e is not besides and self._may_be(form, e)]
            person = (
                fitting[-1]
                if fitting
                else next(
                    (
                        e
                        for e in self.entities
                        if e.form == "named" and e is not besides and self._may_be(form, e)
                    ),
                    None,
                )
            )
            if person is not None and form in _SEX:
                person.sex = _SEX[form]
            if form == "前者" and len(self.persons) > 1:
                person = self.persons[-2]
            return person or (last if last is not besides else None)
        if who.form == "plural":
            return self.group or self.body or last
        if who.form == "paper":
            return self.medium or (self.body if form in ("该报", "该媒体") else None)
        entity = self.known.get(form) or self._known_otherwise(who, form)
        if entity is None and who.form == "joint":
            form, raw = _joined_names(form), _joined_names(raw)
            entity = self.known.get(form)
        if entity is None:
            kind: SpeakerKind = _KINDS.get(who.form, "person")
            if who.form == "raw" and len(form) < 3 and not surname(form):
                kind = "organisation"
            entity = self._new(form, raw, kind, who.form)
            if who.role and who.form in ("joint", "honorific"):
                entity.roles.append(p.raw[at + who.role[0] : at + who.role[1]])
            self._short_forms(entity, form, raw, p, b)
        elif raw != entity.name:
            entity.alias(raw)
            self.known.setdefault(form, entity)
        if entity not in self.entities:
            self.entities.append(entity)
        return entity

    def _may_be(self, pronoun: str, e: _Entity) -> bool:
        """Whether 他 or 她 can stand for somebody, by what the text says beside the name."""
        if pronoun not in _SEX or e.kind != "person":
            return True
        if not e.sex:
            e.sex = self._sex_shown(e.folded) or "?"
        return e.sex in ("?", _SEX[pronoun])

    def _sex_shown(self, form: str) -> str:
        """男 or 女 as an office or a form of address beside a name shows: 母亲陈玉兰, 陈玉兰女士."""
        for sex, words in _SEX_SHOWN.items():
            if form.endswith(words):
                return sex
        at = self._text.find(form)
        for _ in range(8):
            if at == -1:
                break
            before, after = self._text[max(0, at - 4) : at], self._text[at + len(form) : at + len(form) + 4]
            for sex, words in _SEX_SHOWN.items():
                if before.endswith(words) or after.startswith(words):
                    return sex
            at = self._text.find(form, at + 1)
        return ""

    def _short_forms(self, entity: _Entity, form: str, raw: str, p: _Passage, end: int) -> None:
        """一名外地来的瓦工 is 外地来的瓦工 and 工人, too; 海港广播公司（HBC） is HBC."""
        bare = speech.without_number(form)
        entity.alias(raw[len(raw) - len(bare) :])
        if "的" in form and entity.form in ("titled", "group"):
            entity.alias(raw[form.rfind("的") + 1 :])
        if entity.form == "titled":
            if (one := form.rfind("一", 1)) > 0:
                entity.alias(raw[one:])
                entity.alias(raw[one + 1 :])
            if (office := speech.title_at_end(form)) and office != form:
                entity.alias(raw[len(raw) - len(office) :])
        if entity.form == "joint":
            for part in _AND_BETWEEN.split(raw):
                entity.alias(part)
        if note := _LATIN.match(p.raw, end, end + 40) or _LATIN_INSIDE.search(raw):
            entity.alias(note[1])
            self.known[fold(note[1])] = entity

    def _known_otherwise(self, who: Who, form: str) -> _Entity | None:
        """Somebody known under another form: by surname, by office, by a shorter or a longer name."""
        if (
            who.form in ("honorific", "raw")
            and (n := surname(form, rare=True))
            and not form.endswith(("妈妈", "爸爸", "奶奶", "爷爷", "太太"))
            and (who.form == "honorific" or n == len(form))
        ):
            later = self.entities[:300] if len(form) == n else []
            for e in (*reversed(self.persons), *later):
                if e.form == "named" and n < len(e.name) < 5 and e.folded.startswith(form[:n]):
                    return e
            return None
        if form in _AGED and (named := [e for e in self.persons if e.form == "named"]):
            return named[-1]
        if who.form == "titled":
            bare = speech.without_number(form)
            if speech.is_title(bare) or bare != form:
                for e in reversed(self.persons):
                    known = [e.folded] if e.form == "titled" else map(fold, self.roles_of(e))
                    if any(k.endswith(bare) for k in known):
                        return e
                if form == bare and form[-1] in "长席记帅练" and len(form) < 5:  # 队长: there is but one
                    holders = [
                        e
                        for e in self.entities[:80]
                        if e.form == "named" and any(fold(r).endswith(form) for r in self.roles_of(e))
                    ]
                    if len(holders) == 1:
                        return holders[0]
            pointing = form.startswith(("这位", "这名", "那位", "那名", "该名", "该位")) or (
                form[0] == "该" and speech.is_title(bare)
            )
            return self.persons[-1] if pointing and self.persons else None
        if who.form in ("body", "raw", "state"):
            return self._body(form, who)
        return None

    def _body(self, form: str, who: Who) -> _Entity | None:
        bare = _THIS_BODY.sub("", form)
        bodies = [e for e in reversed(self.entities[-300:]) if e.kind == "organisation"]
        ends = _SHORT_BODIES.get(bare) or (
            (bare[0],) if len(bare) == 2 and bare[0] in "署局院馆园台厂店会社校区" and bare[1] == "方" else ()
        )
        if ends:
            return next((e for e in bodies if e.folded.endswith(ends)), None)
        if form[0] == "该" and 0 < len(bare) < 3 and speech.ends_in_body(bare):  # 该行, 该局
            return next((e for e in bodies if e.folded.endswith(bare)), self.body)
        for e in bodies:
            long, short = sorted((e.folded, form), key=len, reverse=True)
            if long.startswith(short) and speech.is_body_end(long[len(short) :]):
                return e
            if who.form == "state" or len(short) < 2 or short == long:
                continue
            if long.endswith(short) and speech.ends_in_body(short):
                return e
            if short[0] == long[0] and len(short) <= 4 < len(long) and _abbreviates(short, long):
                return e
        return None

    # -- descriptions

    def roles_of(self, e: _Entity) -> list[str]:
        """The descriptions of somebody named, looked for when first asked, in the article's beginning."""
        if not e.described and e.form == "named":
            e.described = True
            self._gather({e.folded: e}, self._beginning, _BEGINNING)
        return e.roles

    def collect_roles(self, entities: Iterable[_Entity]) -> None:
        """Gather what is printed beside the speakers' names: descriptions and forms of address."""
        wanted = {e for e in entities if e.form in ("named", "honorific")}
        self._gather(
            {form: e for form, e in self.known.items() if e in wanted and len(form) > 1}, self.passages
        )
        for e in wanted:
            if e.form != "named":
                continue
            n = surname(e.folded, rare=True)
            parts = (part for role in e.roles for part in _PARTS_OF_ROLE.split(fold(role)))
            for title in {*map(speech.title_at_end, parts)} - {""}:
                if 0 < n < len(e.name) < 5 and self.count(fold(e.name[:n]) + title):  # 贺局长
                    e.alias(self._as_printed(fold(e.name[:n]) + title))

    def _gather(
        self, named: dict[str, _Entity], passages: Sequence[_Passage], most: int = sys.maxsize
    ) -> None:
        if not named:
            return
        names = speech.Places(named)
        for p in passages:
            for a, b, name in names.of(p.plain[:most]):
                e = named[name]
                before = _role_before(p, a) if e.form == "named" else None
                for role in (before, _role_after(p, b)):
                    if role and role not in e.roles:
                        e.roles.append(role)
                if title := speech.title_at(p.plain, b):  # 贺兰亭局长
                    e.alias(p.raw[a : b + len(title)])

    def _as_printed(self, form: str) -> str:
        """A folded form as the article prints it."""
        for p in self.passages:
            if (at := p.plain.find(form)) != -1:
                return p.raw[at : at + len(form)]
        return ""


def _beside_titles(p: _Passage, count: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    """The names that stand right after an office.

    What follows must be a word that cannot belong to them, or the name must stand elsewhere, too; three
    characters with a surname may be followed by anything: 副局长武建民蹚水过河.
    """
    plain = p.plain
    for _, at in p.titles():
        first = plain[at : at + 1]
        if first in _GOES_WITH_TITLE or not (first.isalpha() or first == "-"):
            continue
        if pointed := _POINTED.match(plain, at):
            yield at, _end_of_foreign(plain, pointed.start("last"), pointed.end())
            continue
        loose = 0
        for size in (3, 2, 4, 5, 6):
            name = plain[at : at + size]
            if (
                len(name) < size
                or not (speech.is_name(name, rare=True) if size < 4 else speech.follows_title(name))
                or name.isascii()
                or (size == 3 and _ADVERBIAL.match(plain, at + 2))
            ):
                continue
            if size == 3 and name[2] in _ACTS and speech.is_name(name[:2]) and count(name) == 1:
                continue  # 康宁摇摇头
            after = _AFTER_NAME.match(plain, at + size)
            if at + size == len(plain) or (
                after
                and (
                    len(after[0]) > 1
                    or not speech.foreign_run(plain, at)
                    or _ONCE.match(plain, at + size) is not None
                )
            ):
                yield at, at + size
                break
            if size < 4 and not loose and speech.is_name(name):
                loose = size if count(name) > 1 or (size == 3 and name[2] not in _ACTS) else 0
        else:
            if run := speech.foreign_run(plain, at) or loose:
                yield at, at + run


def _end_of_foreign(plain: str, begin: int, end: int) -> int:
    """Where the last part of a foreign name ends: 科瓦连科|裹着毯子."""
    for i in range(begin + 1, end):
        if not speech.is_foreign(plain[i]) or ((m := _CUE.match(plain, i)) and len(m[0]) > 1):
            return i
    return end


_IN_GIVEN_NAMES = frozenset("红进起来望举领发点")  # acts that are names as often
_ADVERBS = frozenset("曾也还则仍均都已又再并却")
_ADVERBIAL = re.compile("[曾也还则仍均都已又再并却正]|一[把天直边个次起家名位手口度句声下]")
_ONCE = re.compile("曾(?:多次|经|在|任|是|于|被|对|向|与|因|获|有|担任|以|想|劝|试|主|参|公开)")
_GOES_WITH_TITLE = frozenset("国们会团队级部院所证岗")  # 成员国, 教师们
_POINTED = re.compile(
    "[A-Za-z㐀-鿿-]{1,8}(?:[·•‧・．･][A-Za-z㐀-鿿-]{1,8})*[·•‧・．･](?P<last>[A-Za-z㐀-鿿-]{1,8})"
)
_ACTS = _set(speech.ACTS)
_AFTER_NAME = re.compile(
    f"[^㐀-鿿·•‧・．･]|{_BETWEEN.pattern}|{either(_VERBS)}|[和与等]|{either(speech.ACTS.words)}"
)
_KINDS: dict[str, SpeakerKind] = {
    "group": "collective",
    "body": "organisation",
    "state": "organisation",
    "joint": "collective",
}
# Short words for a body named before, with how its name ends.
_THIS_BODY = re.compile("^(?:该|这家|那家|本)")
_SHORT_BODIES = {
    "校方": ("大学", "学校", "中学", "小学", "学院"),
    "院方": ("医院", "学院", "法院"),
    "公司": ("公司", "集团", "企业"),
    "集团": ("集团",),
    "企业": ("公司", "集团", "企业"),
}


def _joined_names(text: str) -> str:
    """Two names without the office between them: 徐克俭和南岭大学院长白雪 → 徐克俭和白雪."""
    link = _AND_BETWEEN.search(text)
    second = describe(fold(text[link.end() :])) if link else None
    if link is None or second is None:
        return text
    return text[: link.end()] + text[link.end() + second.start : link.end() + second.end]


def _abbreviates(short: str, long: str) -> bool:
    rest = iter(long)
    return short not in speech.STATES.words and all(c in rest for c in short)


def _role_before(p: _Passage, at: int) -> str | None:
    """The description that ends at a name: 县水务局局长|贺兰亭; it may run over a comma or 、."""
    plain = p.plain
    while at and plain[at - 1] in " □":
        at -= 1
    begin = at
    while begin and at - begin < 60 and plain[begin - 1] not in "，。；：！？“”…\n 　":
        begin -= 1
    if not ends_in_title(plain[begin:at]):
        return None
    cut = _role_cut(plain[begin:at])
    if cut is None:
        return None
    role = begin + cut
    while role == begin and begin > 1 and plain[begin - 1] == "，":
        prev = begin - 1
        while prev and begin - prev < 30 and plain[prev - 1] not in "，。；：！？“”…\n□":
            prev -= 1
        clause = plain[prev : begin - 1]
        if not clause or not ends_in_title(clause) or _role_cut(clause) != 0 or _is_named(clause):
            break
        begin = role = prev
    role = _past_openers(plain, _whole_clause(plain, begin, role), at)
    honour = next((h for h in ("拿督斯里", "丹斯里", "拿督") if fold(p.raw[role:at]).endswith(h)), "")
    found = p.raw[role : at - len(honour)].strip()
    return found if len(found) > 1 and not speech.is_tie(fold(found)) else None


def _past_openers(plain: str, at: int, end: int) -> int:
    """Skip connectives and dates; a single character may be the first of an office: 就医民众."""
    while at < end and (m := _OPENER.match(plain, at, end)) and m.end() > at:
        if m[0] in ("就", "当", "可", "连", "便"):
            break
        at = m.end()
    return at


_RELATIVE = re.compile("[^，。；：！？、“”我你他她它这那谁]{2,14}的$")


def _whole_clause(plain: str, begin: int, role: int) -> int:
    """Where a description begins with the clause that belongs to it: 76岁的村民, 每天过桥的技工."""
    begin = _past_openers(plain, begin, role)
    head = plain[begin:role]
    if _RELATIVE.match(head) and not speech.is_verbal(head) and not _BEFORE_ROLE.search(head):
        return begin
    return role


def _is_named(text: str) -> bool:
    who = describe(text)
    return who is not None and who.form == "named"


def _role_cut(text: str) -> int | None:
    """Where in the words before a name its description begins."""
    at = 0
    for m in _BEFORE_ROLE.finditer(text):
        if m.end() < len(text) and (
            m[0] not in _AND or ends_in_title(text[at : m.start()]) or _is_named(text[at : m.start()])
        ):
            at = m.end()
            if len(m[0]) == 1 and m[0] not in _AND:  # 出席是次大会的…主席: the clause goes with the verb
                at = max(at, text.rfind("的") + 1)
    start = description_start(text[at:])
    return None if start is None or not ends_in_title(text[at + start :]) else at + start


def _role_after(p: _Passage, at: int) -> str | None:
    """罗曼是南校老师，… 罗曼（南校老师）"""
    if (m := _IS_A.match(p.plain, at)) and ends_in_title(m["role"]) and description_start(m["role"]) == 0:
        return p.raw[m.start("role") : m.end("role")]
    if (m := _IN_BRACKETS.match(p.raw, at)) and ends_in_title(fold(m[1])):
        return m[1]
    return None


# --- joining to known people -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Joined:
    id: SpeakerId
    recorded: bool = False
    doubt: str = ""


_UNSAFE = re.compile(r"[^\w·\-]+")


def _identify(entities: Sequence[_Entity], people: Sequence[Person]) -> list[_Joined]:
    """Give each speaker an id: a known person's where name and office agree, else one made from the name."""
    named: dict[str, list[Person]] = {}
    for person in people:
        for form in {person.name, person.name_hant, *person.aliases} - {""}:
            named.setdefault(fold(form), []).append(person)
    taken = {str(person.id) for person in people}
    out: list[_Joined] = []
    for e in entities:
        joined = _join(e, [person for form in (e.name, *e.aliases) for person in named.get(fold(form), ())])
        if not joined.recorded:
            made = base = _UNSAFE.sub("", e.name) or "speaker"
            n = 2
            while made in taken:
                made, n = f"{base}-{n}", n + 1
            taken.add(made)
            joined = replace(joined, id=SpeakerId(made))
        out.append(joined)
    return out


def _join(e: _Entity, namesakes: list[Person]) -> _Joined:
    """Join a speaker to the one known person of the name, unless there is reason to doubt."""
    unjoined = SpeakerId("")
    people = list({person.id: person for person in namesakes}.values())
    if not people:
        return _Joined(unjoined)
    ids = "、".join(person.id for person in people)
    role = e.role
    agreeing = [person for person in people if role and _same_office(role, person)]
    if len(agreeing) == 1:
        return _Joined(agreeing[0].id, True)
    if agreeing:
        return _Joined(unjoined, doubt=f"库中同名而职务相合者不止一人，未并：{ids}")
    if role and all(person.offices for person in people):
        return _Joined(unjoined, doubt=f"库中有同名者，职务不合，未并：{ids}")
    if len(people) > 1 or people[0].homonyms:
        return _Joined(unjoined, doubt=f"库中有同名者，职务不明，未并：{ids}")
    doubt = (
        ""
        if e.kind != "person"
        else "仅据姓名并入：文中未载职务"
        if not role
        else "仅据姓名并入：库中未载职务"
    )
    return _Joined(people[0].id, True, doubt)


def _same_office(role: str, person: Person) -> bool:
    """Whether a printed description and one of a person's offices can be the same post."""
    said = fold(role)
    for office in person.offices:
        post = fold(office.organisation + office.title)
        title = fold(office.title)
        if title and (title in said or said in post) and (len(title) > 3 or _likeness(said, post) >= 0.3):
            return True
        if _likeness(said, post) >= 0.5:
            return True
    return False


def _likeness(a: str, b: str) -> float:
    """Shared pairs of characters, as a part of the shorter text's."""
    first, second = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (a, b))
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0
