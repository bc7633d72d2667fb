"""Cues, and the subjects that make them sources: 县水务局局长贺兰亭在会上说，…

Each verb of saying (`speech.SAY` and its sisters) is looked at from both sides: what stands before it in its
clause must name a source (`speech.describe`: an office and a name, a surname and a given name, a body, a
group, a pronoun), and what follows must be content. A few cues have no verb: 在…看来，, 表达了…看法：, a name
and a colon. What the content is, and how far it goes, is left to `quotes`; whom a source means, to `cast`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from app.text.folding import normalize
from app.text.quotes import lexicon as speech
from app.text.quotes.cast import ASPECTS, Cast
from app.text.quotes.lexicon import (
    PERSONS,
    Who,
    describe,
    description_start,
    either,
    ends_in_title,
    is_medium,
    surname,
    words_of,
)
from app.text.quotes.passages import BETWEEN, OPENER, VERB, VERBS, Passage, Quote

_SAY, _CLOSED, _TELL, _URGE = map(words_of, (speech.SAY, speech.SAY_CLOSED, speech.TELL, speech.URGE))
_NOUNS, _SHARP, _VAGUE, _DISBELIEF = map(
    words_of, (speech.NOUNS, speech.SHARP, speech.VAGUE, speech.DISBELIEF)
)
_INHERITS = words_of(speech.INHERITS) | _URGE | _TELL
# Single characters that are verbs of saying only right before a mark.
_BRIEF = frozenset(v for v in VERBS if len(v) == 1) - {"说", "称", "指"}
_BETWEEN_AT = re.compile(
    speech.beginning(
        speech.initials((*speech.BETWEEN.words, *speech.ACTS.words, *VERBS)) + r"\d□\s　",
        f"(?:{BETWEEN.pattern}|{either(v for v in VERBS if len(v) > 1)})",
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
_NOT_REFUSED = words_of(speech.NOT_REFUSED)
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
# A space between Chinese characters parts clauses in a headline; one beside Latin letters does not.
_GAP = re.compile("[^\x00-\x7f□][ 　][^\x00-\x7f□]")
_EDGE = re.compile("[，；：。！？“”… 　]")
# No clause is longer; a text without marks must not be read to its end for each of its verbs.
_LONGEST = 400
_CLAUSE = re.compile(f"[^，。；：！？]{{0,{_LONGEST}}}")
_MODAL = re.compile(f"[^，]{{0,12}}?(?:{either(speech.MODALS.words)})")
_OWN_SUBJECT = re.compile(
    f"(?!{either(speech.NO_WISHER.words)})[^，。；：“”]{{2,14}}?(?:{either(speech.WISHED.words)})"
)
_WISHER = re.compile(either(speech.WISHERS.words))
_PAINTING = words_of(speech.PAINTING)
_PAINTED = re.compile("[^，。；：“”！？说称指]{1,10}“(?=[■▪▫]+”(?:[，。；！？]|$))")
# What is in the marks is said of something: 这是“■■”
THIS_IS = re.compile("(?:这|那|其|此)[^，“]{0,6}(?:是|为)“")
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
_WHETHER = re.compile(f"[^。？]{{0,{_LONGEST}}}(?:是否|有否|会否|能否|可否)")
_JOINED = frozenset("的、和与及")
# With a comma behind them they say as often that somebody spoke as what he said.
_SPEECHES = frozenset(("致辞", "致词", "讲话", "发言", "演讲"))
_NO_HEADLINE = re.compile("[。；]|，[^，]*，")
_PARTS_OF = re.compile("[^，：]+")
_LABEL = re.compile(r"[\s□　]*(?P<who>[^，。；：！？“”\s《]{2,24}?)[\s□]*：[\s　]*")


@dataclass(slots=True)
class Cue:
    """A verb of saying in its sentence, or what stands for one; `verb` is None for a name and a colon.

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

    @property
    def of_nobody(self) -> bool:
        """Spoken words, though nobody can be made out who says them."""
        return self.rule == _UNKNOWN


class Finder:
    """Finds the verbs of saying of a sentence that have content and may have a source."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._memo: dict[str, Who | None] = {}
        self._meant_nothing: set[str] = set()
        self._met: dict[tuple[int, int], list[Cue]] = {}

    def speaking(self, p: Passage) -> Iterator[tuple[int, int]]:
        """Where the names stand that come before a verb of saying, when nobody is known yet."""
        for s, e in p.sentences():
            found = self._met[p.n, s] = self.cues(p, s, e)
            for cue in found:
                if cue.who and cue.who.form == "named":
                    yield cue.at + cue.who.start, cue.at + cue.who.end

    def forget(self) -> None:
        """Look again at what meant nothing: more names are known now."""
        self._meant_nothing = {phrase for phrase, who in self._memo.items() if who is None}
        self._memo = {phrase: who for phrase, who in self._memo.items() if who}

    def again(self, p: Passage, s: int, e: int) -> list[Cue]:
        """The cues of a sentence, looked for anew only where a known name may change what was found."""
        met = self._met.pop((p.n, s), None)
        return self.cues(p, s, e) if met is None or self.cast.speaks_of_known(p, s, e) else met

    def describe(self, phrase: str) -> Who | None:
        """A noun phrase as a source, by what is known; see `speech.describe`."""
        if phrase not in self._memo:
            # What meant nothing means nothing still where it holds no name that is known by now.
            still = phrase in self._meant_nothing and not self.cast.holds_name(phrase)
            self._memo[phrase] = None if still else describe(phrase, self.cast.known)
        return self._memo[phrase]

    def cues(self, p: Passage, s: int, e: int) -> list[Cue]:
        """The cues of the sentence `s`..`e`, in order."""
        first, last = bisect_left(p.verbs, (s, 0, "")), bisect_left(p.verbs, (e, 0, ""))
        found = [cue for verb in p.verbs[first:last] if (cue := self._cue(p, s, e, *verb))]
        if not p.hints_at_cue(s, e):
            return found
        for m in _IN_SIGHT.finditer(p.plain, s, e):
            if who := self.describe(m["who"]):
                found.append(
                    Cue(
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
                    Cue(m.start(), m.end(), m.end(), "comma", "报道", m.start(), who, m.start("who"), "援引")
                )
        for m in _NOUN_CUE.finditer(p.plain, s, e):
            if all(m.start() >= c.end or c.start >= m.end() for c in found):
                cue = Cue(
                    m.start(),
                    m.end() - 1,
                    m.end(),
                    "colon" if m[0][-1] == "：" else "comma",
                    m[0].rstrip("：，"),
                    self.region(p.plain, s, m.start()),
                )
                if p.plain[m.end() : m.end() + 1] == "“":
                    cue.form = "quote"
                self._source(p.plain, s, cue)
                if cue.who and not (cue.form == "comma" and m[0][0] == "有"):
                    found.append(cue)
        return sorted(found, key=lambda c: c.start)

    def region(self, plain: str, s: int, at: int) -> int:
        """Where the clause that ends at `at` begins."""
        floor = max(s, at - 90)
        for m in _EDGE.finditer(plain[floor:at][::-1]):
            i = at - 1 - m.start()
            if m[0] not in " 　" or (i > s and _GAP.match(plain, i - 1)):
                return i + 1
        return floor

    def _cue(self, p: Passage, s: int, e: int, start: int, end: int, verb: str) -> Cue | None:
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
            form, body = ("bare", end) if THIS_IS.match(plain, end) else ("quote", painted.end() - 1)
        if not form and verb in _PAINTING and (behind := _BEHIND_OBJECT.match(plain, end, e)):
            form, body = "quote", behind.end() - 1  # 他大赞队友，“…”
        if not form and (verb in _SAY or verb in _URGE or verb in _SHARP):
            form, body = "bare", end
        if not form or (form == "bare" and not _bare_content(plain, verb, body, e)):
            return None
        if verb in ("询问", "问", "追问") and form != "quote" and _WHETHER.match(plain, body, e):
            return None
        region = self.region(plain, s, start)
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
        cue = Cue(start, end, body, form, plain[start:end], region)
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
        if form == "comma" and verb in _SPEECHES and self._names_another(plain, body, e):
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

    def _names_another(self, plain: str, at: int, e: int) -> bool:
        """Whether the next clause begins with somebody and his office: 杨月娥致辞，|会长杨大同颁奖."""
        comma = plain.find("，", at, e)
        _, who = self.subject(plain, at, min(e, at + 40) if comma == -1 else comma, whole=False)
        return who is not None and who.form == "named" and who.role is not None

    def _ends_in_full_name(self, plain: str, begin: int, end: int) -> bool:
        """Whether what looks like 一 or 可 before a verb ends a name behind an office: 主任邓可表示."""
        opened = self._opened(plain, begin, end)
        who = self.describe(plain[opened:end])
        return who is not None and who.form == "named" and who.end == end - opened and who.role is not None

    # -- cues without a verb

    def label(self, p: Passage, s: int) -> Cue | None:
        """A name and a colon at the beginning of a paragraph: 候选人张远航：…"""
        plain = p.plain
        headline = len(plain) < 50 and not _NO_HEADLINE.search(plain)
        m = _LABEL.match(plain, s)
        if not m and headline:  # 午餐有虫家长不满 校方：立即更换
            gaps = (_LABEL.match(plain, gap.start() + 1) for gap in _GAP.finditer(plain))
            m = next((label for label in gaps if label), None)
        if not m or m.end() >= len(plain):
            return None
        who = self.describe(m["who"])
        if who is None and 1 < len(m["who"]) < 5 and self.cast.frequent(m["who"], 3) and m["who"].isalpha():
            who = None if speech.is_no_source(m["who"]) else Who("named", 0, len(m["who"]))
        if who is not None and plain.endswith("？") and is_medium(m["who"]):
            return None  # the paper asks
        quoted = plain[m.end()] == "“"
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
        return Cue(m.end("who"), m.end("who"), m.end(), form, None, s, who, m.start("who"), "冒号前的姓名")

    def verbless(self, p: Passage, s: int, e: int, quotes: list[Quote]) -> Cue | None:
        """No verb, but a source and then spoken words: 余先生松了口气，“还好，屋顶没有漏。”"""
        plain = p.plain
        for q in quotes:
            lead = plain[q.left - 1] if q.left > s else ""
            if not lead or lead not in "：，" or not p.shaped(q) or p.inscribed(q):
                continue
            if q.right < e and plain[q.right] not in "。！？，；…" and plain[q.end - 1] != "▪":
                continue
            ends = q.right < e and plain[q.right] in "。！？"
            if lead == "，" and not p.strong(q) and not (ends and p.personal(q)):
                continue
            begin = q.left - 1
            while begin > s and plain[begin - 1] not in "。；“”！？":
                begin -= 1
            clauses = list(_PARTS_OF.finditer(plain[begin : q.left - 1]))
            if len(clauses) > 1 and clauses[-1][0][0] in "他她":  # 志愿者劝她吃饭，她摇摇头：“…”
                del clauses[:-1]
            for clause in clauses:
                a, b = begin + clause.start(), begin + clause.end()
                at, who = self.subject(plain, a, b, whole=False)
                if who is None:
                    at = self._opened(plain, a, b)
                    phrases = (plain[at:k] for k in range(b, at + 1, -1) if k - at < 16 or k == b)
                    who = next((w for w in map(self.describe, phrases) if w and w.form in PERSONS), None)
                if who and who.form not in ("raw", "state", "paper"):
                    return Cue(q.left - 1, q.left - 1, q.left, "quote", None, begin, who, at, "引号前的主语")
        return None

    def of_nobody(self, p: Passage, s: int, quotes: list[Quote]) -> Cue | None:
        """A sentence in marks right behind a verb and a colon is spoken, though nobody can be made out."""
        plain = p.plain
        for q in quotes:
            n = bisect_left(p.verbs, (q.left, 0, "")) - 1
            if n < 0 or plain[q.left - 1] != "：" or plain[q.end - 1] != "▪":
                continue
            start, end, verb = p.verbs[n]
            if start < s or end != q.left - 1:
                continue
            region = self.region(plain, s, start)
            asked = _ASKED.search(plain, region, end) or "记者" in plain[region:start]
            if region < start and not asked and not _REFUSED.of(plain[region:start]):
                return Cue(start, end, q.left, "quote", verb, region, rule=_UNKNOWN)
        return None

    # -- the source of a cue

    def _source(self, plain: str, s: int, cue: Cue) -> None:
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
            _NO_SUBJECT.match(left) or BETWEEN.match(left)
        ):  # 网友“北方的风”在网上说
            mark = plain.rfind("“", max(s, cue.region - 18), cue.region)
            begin = self.region(plain, s, mark) if mark > s else mark
            who = self.describe(plain[begin:mark]) if begin < mark else None
            if who and who.form in ("group", "titled", "named") and plain[cue.region - 2] == "■":
                cue.at, cue.who = mark + 1, Who("named", 0, cue.region - mark - 2)
                return
        if (
            left.startswith("据")
            or left.endswith("据")
            or not (
                _NO_SUBJECT.match(left)
                or BETWEEN.match(left)
                or (cue.form in ("quote", "colon") and len(left) < 12)
            )
        ):
            cue.rule = ""
            return
        edge = cue.region - 1
        for _ in range(6):  # the nearest clause before it in the sentence that begins with a source
            if edge <= s or plain[edge] not in "，；：”":
                break
            begin = self.region(plain, s, edge)
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
        while at < end and (m := OPENER.match(plain, at, end)) and m.end() > at:
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
            else len(text) - m.end() < 5 or BETWEEN.match(text, m.end())
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
                and who.form in PERSONS
            ):
                return who
            if _PET.search(text, 0, 14) and (pet := _PET_NAME.match(text)):  # 隔壁卖鱼的小邱管她叫…
                return Who("named", pet.start(1), pet.end(1))
            for size in (5, 4, 3, 2):
                if text[:size] in self.cast.known and (len(text) == size or BETWEEN.match(text, size)):
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
            if who and who.form == "named" and text[cut] in ASPECTS and who.end - who.start == 3:
                continue  # 陈刚作了发言: no name goes before 了
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
                    and not BETWEEN.fullmatch(word)
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
                and not VERB.search(text, 0, max(0, size - 3))
            ):
                return who
        return None

    def _longer_than_state(self, text: str, at: int, cuts: list[int]) -> Who | None:
        """法国经济部长: a state's name may be the beginning of an office or a body."""
        for cut in [c for c in cuts if at < c < at + 16][:4]:
            who = self.describe(text[:cut])
            if who and who.form in ("titled", "named", "body") and not VERB.search(text, at, cut):
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


def _names_right_before(cue: Cue) -> bool:
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
_ACTING = re.compile("(?:(?<![合工写协动])作|(?<!叫)做|进行|予以|加以)了?$")


def _verbal_gap(gap: str) -> bool:
    """Whether between a source and a word that is verb and noun there is nothing that makes it a noun."""
    gap = _bare_end(gap).strip()
    if _GIVING.of(gap) or _ACTING.search(gap):  # 发出声明，… 作介绍，…
        return False
    return (
        not gap
        or _TOLD_TO.search(gap) is not None
        or gap[-1] in "时后中上里前下间会地着来到"
        or gap.endswith(("新闻稿", "声明稿", "公开信", "长文"))  # 晚间发布新闻稿回应，…
        or any(m.end() == len(gap) for m in BETWEEN.finditer(gap))
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
        or (clause[0] in "中里上内" and VERB.match(clause, 1))  # 在一份声明中表示
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


# --- cues in one sentence --------------------------------------------------------------------------------

# Verbs that say that somebody speaks up, not what: a verb right behind the comma brings the words.
_ACT_OF_SPEECH = re.compile("(?:发文|发帖|发声|发微博|撰文|贴文|致函|致信|告知|通知|声明|倡议|公开信|通告)$")
_OPPOSED = re.compile("但|而|却|不过|另|也|则|同时|更")
_NEW_TURN = re.compile("(?:但是|但|而|同时|也有|还有|不过|另|此外|并)")


def outermost(p: Passage, cues: list[Cue]) -> tuple[list[Cue], set[int]]:
    """Drop the cues that only belong to what another one reports.

    A further verb of the same source stays inside; so does a source named at the very beginning of the
    content. A new source later in the sentence, with its own comma, colon or quotation, opens a new one.

    Returns:
        The cues that stay; and where the quotations begin that are part of what another one reports.
    """
    kept, inner = cues[:1], set[int]()
    for cue in cues[1:]:
        outer = kept[-1]
        if (
            not cue.own
            and outer.form == "comma"
            and (
                (
                    cue.form in ("bare", "comma", "colon")
                    and _ACT_OF_SPEECH.search(normalize(outer.verb or ""))
                )
                or (cue.verb in ("称", "稱", "指", "表示") and normalize(outer.verb or "") in _CLOSED)
            )
            and not p.plain[outer.body : cue.start].strip(" 　并")
        ):  # 发文，质疑… 发出倡议，呼吁… 否认，称…
            cue.who, cue.at, cue.rule = outer.who, outer.at, outer.rule
            kept[-1] = cue
            continue
        if _reported(p, outer, cue):
            inner.add(cue.body)
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
    return kept, inner


def _reported(p: Passage, outer: Cue, cue: Cue) -> bool:
    """Whether a quotation with a source of its own is part of what another one reports.

    他说，报过三次，职员只说「再等等」: the clerk has no name and no word sets him against the speaker.
    """
    if cue.form != "quote" or cue.who is None or outer.form not in ("comma", "bare"):
        return False
    plain, said = p.plain, p.plain[cue.at + cue.who.start : cue.at + cue.who.end]
    return (
        cue.who.form in ("titled", "group", "body")
        and len(said) < 7
        and outer.who is not None
        and cue.at >= outer.body
        and plain[cue.region - 1] == "，"
        and not plain.startswith("有", cue.at)
        and not _OPPOSED.search(plain, cue.region, cue.start)
        and not p.quotes_in(outer.body, cue.region)
    )
