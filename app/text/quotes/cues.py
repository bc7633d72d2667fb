"""Cues in a sentence: each verb of saying, with the source before it and the content after it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

import app.text.quotes.lexicon as lexicon
from app.text.quotes.cast import Cast
from app.text.quotes.contents import (
    DISBELIEF,
    LONGEST,
    NOUNS,
    SAY,
    TELL,
    URGE,
    content_after,
    is_thing,
    verbal_gap,
)
from app.text.quotes.cue import TELLER, UNKNOWN, Cue, bare_end, clause_start, past_openers
from app.text.quotes.matching import Endings, either, words_of
from app.text.quotes.names import is_foreign, surname
from app.text.quotes.offices import ends_in_title
from app.text.quotes.passages import BETWEEN, VERB, VERBS, Passage
from app.text.quotes.phrases import Who, unusual_name
from app.text.quotes.shapes import KIN
from app.text.quotes.subjects import Subjects

_INHERITS = words_of(lexicon.INHERITS) | URGE | TELL

# Single characters that are verbs of saying only right before a mark.
_BRIEF = frozenset(v for v in VERBS if len(v) == 1) - {"说", "称", "指"}

REFUSED = Endings(lexicon.REFUSED.words + lexicon.NOT_REFUSED.words)

_NOT_REFUSED = words_of(lexicon.NOT_REFUSED)

_PASSIVE = re.compile("(?:被(?!问|询|记者|媒体|告|害)|遭|获)[^，]{0,12}$")

_NEVER = re.compile("(?:从[未没]|未曾|不曾)[^，]{0,8}$")

_NO_SUBJECT = re.compile(f"(?:{either(lexicon.ALONE.words)})*$")

_IN_SIGHT = re.compile("在(?P<who>[^，。；：“”！？]{1,24}?)(?:看来|眼里|眼中)[，：]?")

_QUOTING = re.compile(
    "(?:援引|引述|引用|转述|转引)(?P<who>.{1,24}?)(?:的?(?:话|说法|观点|意见|看法|消息|报道))?$"
)

_AS_QUOTED = re.compile("(?:援引|引述|引用)(?P<who>[^，。：；“”]{2,24}?)的?(?:话|说法)报道[，：]")

_AS_SAID = re.compile(
    "(?:正如|诚如|就如|恰如|如|像)(?P<who>[^，。：；“”]{2,24}?)(?:曾经?|当年|在[^，。：；“”]{1,12})?"
    "所(?:说|言|讲|指出|强调)的?(?:那样)?[，：]"
)

_NOUN_CUE = re.compile(
    f"(?:{either(lexicon.GIVING.words)})(?!的)了?[^，。：；“”！？]{{0,10}}"
    f"(?:(?:{either(lexicon.SAYINGS.words)})：|(?:{either(lexicon.SAYINGS.words[:6])})，(?![并而请切以也促推得受经]|分别))"
    f"|的(?:{either(lexicon.WAYS.words)})[^，。；：“”！？]{{0,8}}：(?=“)"
    "|(?:(?:只|就|总|都|仍|还)(?:是|有|回|说)了?|撂下|丢下|甩下|抛下|回了|扔下|留下)(?:了|过)?[一这那]句(?:话)?(?=“)"
    "|(?:丢|扔|留|撂|抛|甩|回|送|冒|蹦|说|讲|喊|问|写)(?:给|下|了|过|出)*[^，。；：“”！？]{0,4}[句番段](?:[^，。；：“”]{0,2}话)?：(?=“)"
    "|算(?:了|起|过)(?:起)?了?[一这]?[笔番下个]*账：|(?<=[头着])算(?:道)?：|(?:提及|列出|列举|公布|宣布|作出|做出|采取|提出|开列)(?:了)?(?:以下|如下)[^，。：；“”！？]{0,8}："
)

ASKED = re.compile("(?:记者(?!会)|媒体|议员)[^，]{0,8}(?:问|质询)")

_FINDS = re.compile("(?:预测|预计|预估|估计|分析|判断|总结)(?:指出|表明|认为)")

_SENSED = re.compile("(?:看到|看见|听到|听见|听|发现|得知|获悉)(?=[^，]{2,})")

# 她将这些事告诉了家人，…: the object is before the verb
_HANDED = re.compile("[把将][^，]{2,}$")

# 家长会问，…: they would ask
_WOULD = re.compile(f"(?:{either(lexicon.GROUPS.words)}|同学|校友)会$")

# What people say as a rule is a proverb: 老百姓常说，…
_PROVERB = re.compile(
    "(?:老百姓|百姓|人们|农民|农家|老人们?|老辈人|乡亲们|村里人|民间)(?:常常|经常|时常|总是|常|总|老|爱)"
)

_AS_FOR = re.compile("对于|针对|面对|关于|至于|有关")

_WHETHER = re.compile(
    f"[^。？]{{0,{LONGEST}}}(?:是否|有否|会否|能否|可否|能不能|是不是|有没有|要不要|可不可以)"
)

# Acts, unless the words themselves follow a colon or in quotation marks.
_ACTS_OF_SPEECH = frozenset(("鼓励", "勉励", "通知", "决定"))
# A noun phrase, no verb: 提出明确要求，
_GIVEN = re.compile(
    "(?:提出|作出|做出|发出|给出|发表)[^，]{0,4}(?:要求|建议|意见|倡议|主张|声明|承诺|批评|呼吁)$"
)
# With these an unknown word may be a person; with the others it is a thing more often.
_PLAIN_SAYING = frozenset(
    ("说", "称", "表示", "指出", "认为", "透露", "坦言", "回应", "告诉", "笑说", "道", "问", "答", "喊")
)
# Often the subject of an expectation rather than the one who expects: 全国铁路预计发送旅客…
_EXPECTING = frozenset(("预计", "预期", "预测", "估计"))
_WEAK_BODY = re.compile(
    "(?:铁路|地铁|巴士|能源|汽车|电力|石油|科技|航空|移动|电信|联通|实业|市场|[店行队站网社])$"
)
_SPOKEN = frozenset(("问", "说", "觉得", "想", "喊", "答", "追问", "反问"))
_SPEECHES = frozenset(("致辞", "致词", "讲话", "发言", "演讲"))


class Finder:
    """Finds the cues of a sentence that have content and may have a source."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.told_by_me = False  # the author says 我 of himself
        self._subjects = Subjects(cast)
        self._put_off: list[Callable[[], object]] = []
        # The cues of sentences that were read once, and sentences that have none whatever names are known.
        self._met: dict[tuple[int, int], list[Cue]] = {}
        self._without: set[tuple[int, int]] = set()
        self._asked = False  # whether a source was looked for

    @property
    def subjects(self) -> Subjects:
        """The reader of sources, once all that was put off is read."""
        self._asked = True
        self.catch_up()
        return self._subjects

    def put_off(self, reading: Callable[[], object]) -> None:
        """Read a sentence without words of any person only when it is asked who is meant: often never."""
        self._put_off.append(reading)

    def catch_up(self) -> None:
        """Read what was put off."""
        if self._put_off:
            readings, self._put_off = self._put_off, []
            for reading in readings:
                reading()

    def speaking(self, p: Passage) -> Iterator[tuple[int, int]]:
        """The places of the names before verbs of saying, while no names are known yet."""
        for s, e in p.sentences():
            self._asked = False
            found = self._met[p.n, s] = self.cues(p, s, e)
            if not self._asked:
                self._without.add((p.n, s))
            for cue in found:
                if cue.who and cue.who.form == "named":
                    yield cue.at + cue.who.start, cue.at + cue.who.end

    def finds_nothing(self, p: Passage, s: int) -> bool:
        """Whether the sentence at a place has no cue, whatever names are known."""
        return (p.n, s) in self._without

    def again(self, p: Passage, s: int, e: int) -> list[Cue]:
        """The cues of a sentence; searched again only where a known name may change them."""
        if self.finds_nothing(p, s):
            return []
        met = self._met.pop((p.n, s), None)
        return self.cues(p, s, e) if met is None or self.cast.speaks_of_known(p, s, e) else met

    def cues(self, p: Passage, s: int, e: int) -> list[Cue]:
        """The cues of the sentence `s`..`e`, in order."""
        first, last = bisect_left(p.verbs, (s, 0, "")), bisect_left(p.verbs, (e, 0, ""))
        found: list[Cue] = []
        for start, end, verb in p.verbs[first:last]:
            if not _in_name(p.plain, start, end) and (cue := self._cue(p, s, e, start, end, verb)):
                found.append(cue)
        if p.hints_at_cue(s, e):
            found += self._in_sight(p, s, e)
            found += self._nouns(p, s, e, found)
            found.sort(key=lambda c: c.start)
        return found

    def _in_sight(self, p: Passage, s: int, e: int) -> Iterator[Cue]:
        """在他看来，…  引述他的话报道，…  如他所说，…"""
        for m in _IN_SIGHT.finditer(p.plain, s, e):
            if who := self.subjects.describe(m["who"]):
                at, verb = m.start("who"), m[0].strip("，：")
                yield Cue(m.start(), m.end(), m.end(), "comma", verb, m.start(), who, at, "在…看来")
        for m in _AS_QUOTED.finditer(p.plain, s, e):
            if who := self.subjects.describe(m["who"]):
                at = m.start("who")
                yield Cue(m.start(), m.end(), m.end(), "comma", "报道", m.start(), who, at, "援引")
        for m in _AS_SAID.finditer(p.plain, s, e):
            who = self.subjects.describe(m["who"])
            if who and who.form in ("named", "honorific", "titled"):
                form = "quote" if p.plain[m.end() : m.end() + 1] == "“" else "comma"
                at = m.start("who")
                yield Cue(m.start(), m.end(), m.end(), form, "所说", m.start(), who, at, "如…所说")

    def _nouns(self, p: Passage, s: int, e: int, found: Sequence[Cue]) -> list[Cue]:
        """A noun of saying before a mark: 提出三点要求：…"""
        made: list[Cue] = []
        for m in _NOUN_CUE.finditer(p.plain, s, e):
            if any(m.start() < c.end and c.start < m.end() for c in [*found, *made]):
                continue
            form = "colon" if m[0][-1] == "：" else "comma"
            region = clause_start(p.plain, s, m.start())
            cue = Cue(m.start(), m.end() - 1, m.end(), form, m[0].rstrip("：，"), region)
            if p.plain[m.end() : m.end() + 1] == "“":
                cue.form = "quote"
            self._source(p.plain, s, cue)
            if cue.who and not (cue.form == "comma" and m[0][0] == "有"):
                made.append(cue)
        return made

    def _cue(self, p: Passage, s: int, e: int, start: int, end: int, verb: str) -> Cue | None:
        """The cue that a verb of saying makes, if it has content and a source."""
        plain = p.plain
        follows = content_after(plain, verb, end, e)
        if follows is None:
            return None
        form, body = follows
        colon = form == "colon" or (form == "quote" and plain[body - 1] == "：")
        if not colon and (verb in _ACTS_OF_SPEECH or (form != "quote" and _GIVEN.match(plain, start, end))):
            return None
        if verb in ("询问", "问", "追问") and form != "quote" and _WHETHER.match(plain, body, e):
            return None
        if verb == "否认" and form == "comma" and VERB.match(plain, body):
            return None  # 他矢口否认，辩称…
        if verb == "自称" and form == "quote" and plain[plain.find("”", body) - 1] != "▪":
            return None  # 自称“富二代”的男子
        region = clause_start(plain, s, start)
        before = bare_end(plain[region:start])
        if self._is_refused(plain, region, start, before, verb, form):
            return None
        if before.endswith("边") and (form == "comma" or plain.startswith("边", end)):  # 他边说边翻出照片
            form = "final"
        cue = Cue(start, end, body, form, plain[start:end], region)
        self._source(plain, s, cue)
        return cue if self._may_give_words(plain, cue, verb, e) else None

    def _is_refused(self, plain: str, region: int, start: int, before: str, verb: str, form: str) -> bool:
        """Whether the words before a verb say that nothing was said, or not by their subject.

        `before` are these words without the adverbs at their end.
        """
        if form != "quote" and _AS_FOR.match(plain, region, start):
            return True
        refused = REFUSED.of(before)
        if (
            refused
            and refused not in _NOT_REFUSED
            and not before.endswith("之一")
            and not (refused == "不" and verb in DISBELIEF)
            and not (len(refused) == 1 and self._ends_in_full_name(plain, region, region + len(before)))
        ):
            return True
        # 统计处公布的最新预测指出，…
        finding = verb in SAY and _FINDS.match(plain, start) and "的" in before[-5:]
        return bool(_PASSIVE.search(before) or _NEVER.search(before) or finding)

    def _may_give_words(self, plain: str, cue: Cue, verb: str, e: int) -> bool:
        """Whether a verb gives words, seen with its source."""
        who, form = cue.who, cue.form
        colon = form == "colon" or plain[cue.body - 1] == "："
        if who and who.form == "raw" and verb not in _PLAIN_SAYING and not is_foreign(plain[cue.at]):
            return False
        if who and cue.own and form != "quote" and is_thing(plain[cue.at + who.end : cue.start]):
            return False
        if (
            who
            and who.form == "body"
            and verb in _SPOKEN
            and _WOULD.search(plain[cue.at + who.start : cue.start])
        ):
            return False
        if who and verb in ("提到", "谈到", "说到") and plain.startswith(("把", "将"), cue.at + who.end):
            return False  # 把高度提到…
        handed = verb in TELL and form == "comma" and plain[cue.end : cue.end + 1] == "了"
        if who and handed and _HANDED.search(plain, cue.at + who.end, cue.start):
            return False
        expects = verb in _EXPECTING and form == "bare" and who is not None
        if who and expects and _WEAK_BODY.search(plain[cue.at : cue.at + who.end]):
            return False
        if who is None and (cue.rule != "承前" or (verb not in _INHERITS and form != "quote")):
            return False
        no_words = verb in URGE or verb[-1] in "起到及"
        if who is None and no_words and not colon and plain[plain.find("”", cue.body) - 1] != "▪":
            return False  # 要求“零摊位”，结果…
        if (
            form != "quote"
            and verb in ("说", "讲", "道")
            and _PROVERB.fullmatch(plain, cue.region, cue.start)
        ):
            return False
        if form == "comma" and verb in NOUNS and who:
            gap = plain[cue.at + who.end if cue.own else cue.region : cue.start]
            if who.form == "raw" or not verbal_gap(gap):
                return False
        if form == "comma" and verb in _SPEECHES and self._names_another(plain, cue.body, e):
            return False
        if verb in _BRIEF and not (verb in ("料", "吁") and _names_right_before(cue)):
            inherited = not cue.own and form == "comma"
            if form in ("bare", "final") or inherited or (who and who.form == "raw"):
                return False
        return cue.rule != "前一分句的主语" or verb in _INHERITS or form in ("quote", "colon")

    def _names_another(self, plain: str, at: int, e: int) -> bool:
        """Whether the next clause begins with a person and his office: 杨月娥致辞，|会长杨大同颁奖."""
        comma = plain.find("，", at, e)
        _, who = self.subjects.subject(plain, at, min(e, at + 40) if comma == -1 else comma, whole=False)
        return who is not None and who.form == "named" and who.role is not None

    def _ends_in_full_name(self, plain: str, begin: int, end: int) -> bool:
        """Whether what looks like 一 or 可 before a verb ends a name after an office: 主任邓可表示."""
        opened = past_openers(plain, begin, end)
        who = self.subjects.describe(plain[opened:end])
        if plain[opened:end] in self.cast.known:
            return True
        return who is not None and who.form == "named" and who.end == end - opened and who.role is not None

    def _source(self, plain: str, s: int, cue: Cue) -> None:
        at, who = self.subjects.subject(plain, cue.region, cue.start)
        if who is None and cue.region == s and cue.form != "bare" and cue.verb in _PLAIN_SAYING:
            who = unusual_name(plain[s : cue.start])
        opened = past_openers(plain, cue.region, cue.start)
        left = bare_end(plain[opened : cue.start])
        if quoting := _QUOTING.search(left):
            at, who = opened + quoting.start("who"), self.subjects.describe(quoting["who"])
            cue.rule = "援引" if who else ""
            if who is None:
                return  # 有传媒引述消息指，…
        if who and (sensed := _SENSED.search(plain, at + who.end, cue.start)):
            # 他看到有人在留言中称，…: the one seen or heard speaks
            seen_at, seen = self.subjects.subject(plain, sensed.end(), cue.start)
            at, who = (seen_at, seen) if seen else (at, who)
        if who:
            cue.at, cue.who = at, who
            if plain[opened] == "据":
                cue.rule = "据…"
            return
        bare = bool(_NO_SUBJECT.match(left))
        follows = bare or BETWEEN.match(left) is not None
        if follows and plain[cue.region - 1 : cue.region] == "”" and self._by_nickname(plain, s, cue):
            return
        quoted = cue.form in ("quote", "colon") and len(left) < 12
        if left.startswith("据") or left.endswith("据") or not (follows or quoted):
            cue.rule = ""
        elif not self._from_clause_before(plain, s, cue):
            cue.rule = "承前" if bare and cue.rule else ""

    def _by_nickname(self, plain: str, s: int, cue: Cue) -> bool:
        """Take a name in marks right before the cue's clause as its source: 网友“北方的风”|在网上说.

        Returns whether the subject is found; of an unknown kind it is nobody's.
        """
        mark = plain.rfind("“", max(s, cue.region - 18), cue.region)
        begin = clause_start(plain, s, mark) if mark > s else mark
        who = self.subjects.describe(plain[begin:mark]) if begin < mark else None
        if plain[cue.region - 2] != "■":
            return False
        if who is None or who.form not in ("group", "titled", "named"):
            if mark > s and plain[mark - 1].isalpha():
                cue.rule = UNKNOWN  # 品牌之一“晴日”回复说: what bears the name is not known
            return mark > s and plain[mark - 1].isalpha()
        cue.at, cue.who = mark + 1, Who("named", 0, cue.region - mark - 2)
        return True

    def _from_clause_before(self, plain: str, s: int, cue: Cue) -> bool:
        """Take the source that the nearest clause before the cue's begins with, in its sentence.

        Where that clause is a question of reporters, or the author speaks of himself, the cue has no source,
        and its rule is "".
        """
        edge = cue.region - 1
        for _ in range(6):
            if edge <= s or plain[edge] not in "，；：”":
                break
            begin = clause_start(plain, s, edge)
            if ASKED.search(plain, begin, edge):
                cue.rule = ""
                break
            if self.told_by_me and TELLER.match(plain, begin) and not KIN.match(plain, begin):
                cue.rule = ""  # 我嫌丢人，说…
                break
            if self.told_by_me and plain.startswith(("我们", "咱们"), begin):
                cue.rule = ""
                break
            at, who = self.subjects.subject(plain, begin, edge, whole=False)
            if who and who.form == "pronoun" and plain.startswith(plain[at], cue.end):
                break  # 她想起那天，…，问她：“…”
            if who:
                cue.at, cue.who, cue.rule = at, who, "前一分句的主语"
                return True
            if name := self._known_behind_time(plain, begin, edge):
                cue.at, cue.who, cue.rule = *name, "前一分句的主语"
                return True
            edge = begin - 1
        return False

    def _known_behind_time(self, plain: str, begin: int, end: int) -> tuple[int, Who] | None:
        """A known name after words of time or place: 出来时|陈寅恪神色凝重."""
        a, b, _ = next(iter(self.cast.names_in(plain[begin:end])), (0, 0, ""))
        return (begin + a, Who("named", 0, b - a)) if a and plain[begin + a - 1] in "时后前中上里" else None


class WithFinder:
    """A reader of passages; before it asks the finder of cues or the cast, all that was put off is read."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    @property
    def finder(self) -> Finder:
        """The finder of cues, once all that was put off is read."""
        self._finder.catch_up()
        return self._finder

    @property
    def cast(self) -> Cast:
        """The cast, once all that was put off is read."""
        return self.finder.cast


def _in_name(plain: str, start: int, end: int) -> bool:
    """Whether what looks like a verb is a given name after an office and a surname: 党员徐|祝福|激动地说."""
    if end - start != 2 or start < 3 or not surname(plain[start - 1]):
        return False
    return ends_in_title(plain[max(0, start - 7) : start - 1]) and plain[end : end + 1] not in "，：。“；"


def _names_right_before(cue: Cue) -> bool:
    """Whether the source is right before the verb: 天文台料午后有雨."""
    return cue.own and cue.who is not None and cue.who.form != "raw" and cue.at + cue.who.end == cue.start
