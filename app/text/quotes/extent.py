"""How far reported speech goes, and which marks in it hold the speaker's own words."""

from __future__ import annotations

import re
from bisect import bisect_left

import app.text.quotes.lexicon as lexicon
from app.text.folding import normalize
from app.text.quotes.contents import THIS_IS
from app.text.quotes.cue import TELLER, bare_end, clause_start
from app.text.quotes.cues import Finder
from app.text.quotes.matching import beginning, either
from app.text.quotes.names import is_name
from app.text.quotes.offices import is_medium, title_ends
from app.text.quotes.passages import Passage, Quote
from app.text.quotes.statement import Statement

_PREDICATE = re.compile("(?<!^)[是不没无会能要有就都很太在了]")

_STATES_VIEW = re.compile(either(lexicon.PREDICATES.words))

_SLOGAN = re.compile("[^，。；！？、]{2,8}(?:、[^，。；！？、]{2,8})+")

_CLAUSAL = re.compile(
    "[，。；！？而了就不没是会要能有我你把被让太]|已经|正在|尚未|还在|十分|非常|极其|相当|之一$"
)

# Right before marks: the text in them is said of the subject. 公司一向“随行就市”，
_OF_SUBJECT = re.compile(
    "(?:一向|向来|一直|始终|从来|根本|简直|几乎|显得|变得|有点|有些|十分|非常|过于|依然|仍然|依旧|完全|越来越)$"
)

_MORE_THAN = re.compile("比[^，]{2,}[更还都要多少好差强高低大小快慢]")

_LIKELY = re.compile("(?:将|会|已|可能|必将|恐将|恐怕|或将|势必)$")

# Words that tie a quotation to the clause before it: …，“把价钱压到了底”。
_TIED = re.compile("把|被|连|比|跟|给[他她它]|让[他她它]")

_WE = re.compile("我(?!军|院)|咱们")

_CASE = re.compile("(?:目前|现)?，?案件|经(?:审查|调查|查)|目前，")

_DATED = re.compile(r"\d{1,4}年(?![前来间])|\d{1,2}月|\d{1,2}[日号]|[上下本]周")

_TO_COME = re.compile("[将要会]")

_TO_DO = re.compile("[要应将]|必须|需要")

_THIS_NOW = re.compile("这(?!里|样|些年|次|类|种)|此")

_THIS_MAKES = re.compile("这(?:为|让|是|对|将)")

_DEPENDENT = re.compile(
    "(?:至于|对于|关于|如果|因为|虽然|尽管|只要|只有|当|若|即使|除非|由于|既然|无论|不管)"
)

# 论文指出，… 结果显示，…: a finding, and no one says it.
_FINDING = re.compile(
    "(?:(?:不过|然而|但是)，|但)?[^，]{0,20}(?:指出|显示|表明|证明|获悉|了解到|发现|证实|强调|承认|披露|提示|坦言)，"
)

_FOUND = re.compile("(?:指出|显示|表明|证明|获悉|了解到|发现|证实|强调|承认|披露|提示|坦言)，")

# 三年来，各地…: the narrator sums up. 大家都笑了。
_SINCE_OR_REACTION = re.compile(
    "(?:近|这|多)?[一二三四五六七八九十百两几\\d]{0,4}多?年来，"
    "|(?:大家|众人|全场|台下|屋里|人群)[^，。]{0,6}(?:笑|沉默|鼓掌|点头|愣|哭|哄|掌声)[^，]{0,6}。"
)

_CONTRAST = re.compile(beginning("则却也并尚截未没拒", "(?:则|却|(?:也|并|尚|截至发稿)?(?:未|没有|拒绝))"))

# What a body publishes is all its own: 警方通报称，… 目前，案件正在侦办中。
_PUBLISHED = re.compile("通报|通告|声明|公告|回复|答复|公布")

# The narrator speaks, or someone spoken of before is the subject.
_NARRATOR = re.compile(f"{either(lexicon.NARRATOR.words)}|这些(?!年)|[他她](?!们)")

_GOES_ON = re.compile(either(lexicon.GOES_ON.words))

_SUBJECTS = frozenset(("titled", "body", "state", "group"))


def stands_alone(p: Passage, q: Quote, b: int, limit: int) -> bool:
    """Whether a quotation within reported speech is a clause of its own: …，“请大家放心。”"""
    plain = p.plain
    if (
        plain[q.left - 1] not in "，。；："
        or not (q.right >= limit or plain[q.right] in "。！？，；…")
        or p.inscribed(q)
    ):
        return False
    t = normalize(p.inside(q))
    if not p.strong(q) and _TIED.match(t):
        return False
    if plain[q.right : q.right + 1] == "，" and limit - q.right > 4 and not p.strong(q):
        return False  # the clause goes on: 部长“只会开会”，办事全靠催。
    if not p.strong(q) and not (len(t) > 7 and p.shaped(q)) and not (len(t) > 5 and _PREDICATE.search(t)):
        return False
    return not _DEPENDENT.match(plain, max(b, clause_start(plain, b, q.left - 1)))


def goes_on(finder: Finder, p: Passage, last: Statement, s: int, e: int) -> bool:
    """Whether a sentence without a cue still belongs to the speech reported before it."""
    text = p.plain[s:e].lstrip(" 　□")
    if last.tale:
        return True
    if (_FOUND.search(text, 0, 32) and _FINDING.match(text)) or _SINCE_OR_REACTION.match(text):
        return False
    if finder.told_by_me and TELLER.search(text):
        return False
    if _WE.search(text):
        return True
    if text.endswith("？") and p.plain[last.end - 1] == "？":
        return True
    person = last.entity is not None and (last.entity.kind == "person" or is_medium(last.entity.folded))
    if last.entity is not None and last.cue and _PUBLISHED.search(normalize(last.cue)):
        if _CASE.match(text):
            return True
        person = True
    if _DATED.match(text):
        return person and bool(_TO_COME.search(text, 0, 30))
    if _NARRATOR.match(text):
        return False
    if text[:1] in "这此" and _THIS_NOW.match(text) and not (person and _THIS_MAKES.match(text)):
        return False
    if last.entity is not None and any(len(a) > 1 and text.startswith(a) for a in last.entity.forms):
        return False
    comma = p.plain.find("，", s, s + 40)
    end = min(e, s + 40) if comma == -1 else comma
    who = None
    if _may_name_somebody(finder, p, text[: end - s], s, end):
        _, who = finder.subjects.subject(p.plain, s, end, whole=False)
    if who and who.form in ("named", "honorific"):
        return False
    if (
        who and who.form in ("body", "raw", "state", "titled") and _CONTRAST.match(text, who.end)
    ):  # 青禾公司则未回应
        return False
    if _says_another(finder, p, last, s, e):
        return False
    other = finder.cast.at_beginning(p, e - len(text), e)
    if other is not None and other is not last.entity:
        return False
    return bool(_GOES_ON.match(text)) or person or bool(last.entity and _TO_DO.search(text, 0, 24))


def _says_another(finder: Finder, p: Passage, last: Statement, s: int, e: int) -> bool:
    """Whether a verb of saying in a sentence has another subject, a known person or not: 某所的某某警告，…"""
    at = bisect_left(p.verbs, (s, 0, ""))
    if at == len(p.verbs) or p.verbs[at][0] >= e:
        return False
    start, end, _ = p.verbs[at]
    subject = bare_end(p.plain[clause_start(p.plain, s, start) : start])
    named = next(iter(finder.cast.names_in(subject)), None)
    if named and not named[0] and finder.cast.known[named[2]] is not last.entity:
        return True
    return p.plain[end : end + 1] == "，" and len(subject) > 3 and "的" in subject[:-1]


def _may_name_somebody(finder: Finder, p: Passage, clause: str, s: int, e: int) -> bool:
    """Whether a first clause may name a person; most do not."""
    return (
        is_name(clause[:3])
        or is_name(clause[:2])
        or finder.cast.speaks_of_known(p, s, e)
        or _CONTRAST.search(clause) is not None
        or (p.touches_title(s, e) and bool(title_ends(clause)))
    )


def is_fragment(finder: Finder, p: Passage, q: Quote, end: int) -> bool:
    """Whether marks inside reported speech hold the speaker's own words rather than a term."""
    t, plain = p.inside(q), p.plain
    if p.inscribed(q) or q.right > end + 1:
        return False
    after = plain[q.right : q.right + 1] if q.right < end else ""
    if after == "的" and (q.right + 1 >= end or plain[q.right + 1] in "，。；！？"):
        return True
    begin = clause_start(plain, max(0, q.left - 20), q.left)
    subject = finder.subjects.describe(plain[begin : q.left]) if begin < q.left else None
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
