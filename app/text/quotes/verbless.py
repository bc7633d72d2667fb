"""Cues without a verb: a name and a colon, or a source and then spoken words."""

from __future__ import annotations

import re
from bisect import bisect_left

import app.text.quotes.lexicon as lexicon
from app.text.quotes.cue import GAP, UNKNOWN, Cue, clause_start, past_openers
from app.text.quotes.cues import ASKED, REFUSED, Finder
from app.text.quotes.interviewee import announces_interview
from app.text.quotes.matching import words_of
from app.text.quotes.names import is_namesake, surname
from app.text.quotes.offices import ends_in_title, is_medium, parts_word
from app.text.quotes.passages import Passage, Quote
from app.text.quotes.phrases import PERSONS, Who

_BEFORE_MARK = PERSONS | {"group"}

_NO_HEADLINE = re.compile("[。；]|，[^，]*，")

_NO_LABELS = words_of(lexicon.NO_LABELS)

_TOPIC = re.compile("(?:被|在|当)?(?:谈|说|提|讲|聊|问|回忆|想)(?:到|及|起)|翻译(?:过来|成)")

_PARTS_OF = re.compile("[^，：]+")

# An office, a space and a name, as television prints it: 七星农场种植户 张景会：…
_SPACED = re.compile(r"(?P<who>(?P<role>[^，。；：！？“”\s《]{2,24})[ 　](?P<name>[㐀-鿿]{2,4}))：[\s　]*")

_LABEL = re.compile(r"[\s□　]*(?P<who>[^，。；：！？“”\s《]{2,24}?)[\s□]*：[\s　]*")


def label(finder: Finder, p: Passage, s: int) -> Cue | None:
    """A name and a colon at the beginning of a paragraph: 候选人张远航：…"""
    plain = p.plain
    headline = len(plain) < 50 and not _NO_HEADLINE.search(plain)
    if (m := _SPACED.match(plain, s)) and m.end() < len(plain) and (who := _named_behind_space(m)):
        return Cue(m.end("who"), m.end("who"), m.end(), "colon", None, s, who, s, "冒号前的姓名")
    m = _LABEL.match(plain, s)
    if not m and headline:  # 午餐有虫家长不满 校方：立即更换
        gaps = (_LABEL.match(plain, gap.start() + 1) for gap in GAP.finditer(plain))
        m = next((label for label in gaps if label), None)
    if not m or m.end() >= len(plain):
        return None
    who = finder.subjects.describe(m["who"])
    if who is not None and plain.endswith("？") and is_medium(m["who"]):
        return None  # the paper asks
    quoted = plain[m.end()] == "“"
    if (
        who is None
        or who.form not in ("named", "titled", "body", "group", "honorific", "joint")
        or (
            who.form != "named"
            and not quoted
            and not (headline and (who.form in ("body", "group") or (who.form == "titled" and who.end > 3)))
            and not (m.start() and who.form == "titled")
        )
    ):
        return None
    if m["who"] in _NO_LABELS or m["who"].endswith("评论员") or announces_interview(m["who"]):
        return None
    form = "quote" if quoted else "colon"
    return Cue(m.end("who"), m.end("who"), m.end(), form, None, s, who, m.start("who"), "冒号前的姓名")


def _named_behind_space(m: re.Match[str]) -> Who | None:
    """The person of a label with a space in it, if the words before the space are an office or a body."""
    role, name = m["role"], m["name"]
    if surname(name) and not is_namesake(name) and ends_in_title(role):
        return Who("named", m.start("name") - m.start(), m.end("name") - m.start(), (0, len(role)))
    return None


def verbless(finder: Finder, p: Passage, s: int, e: int, quotes: list[Quote]) -> Cue | None:
    """A source and then spoken words without a verb of saying: 余先生松了口气，“还好，屋顶没有漏。”"""
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
        for clause in reversed(clauses[1:]):  # the nearest: 女儿问他想干什么，老人想了想：“…”
            a, b = begin + clause.start(), begin + clause.end()
            at, who = (
                (a, None) if _TOPIC.match(clause[0]) else finder.subjects.subject(plain, a, b, whole=False)
            )
            if who and who.form in _BEFORE_MARK:
                return Cue(q.left - 1, q.left - 1, q.left, "quote", None, begin, who, at, "引号前的主语")
        for clause in clauses:
            if len(clauses) > 1 and _TOPIC.match(clause[0]):
                continue  # 谈到杜韦廷，洪一帆竖起大拇指：“…”
            a, b = begin + clause.start(), begin + clause.end()
            at, who = finder.subjects.subject(plain, a, b, whole=False)
            if who is None:
                at = past_openers(plain, a, b)
                stops = (k for k in range(b, at + 1, -1) if k - at < 16 or k == b)
                phrases = (plain[at:k] for k in stops if not parts_word(plain[at:b], k - at))
                described = map(finder.subjects.describe, phrases)
                who = next((w for w in described if w and w.form in PERSONS), None)
            owned = who is not None and who.form == "body" and "的" in plain[at : at + who.end]
            if who and not owned and who.form not in ("raw", "state", "paper"):
                return Cue(q.left - 1, q.left - 1, q.left, "quote", None, begin, who, at, "引号前的主语")
    return None


def of_nobody(p: Passage, s: int, quotes: list[Quote]) -> Cue | None:
    """A sentence in marks right after a verb and a colon: spoken, but the speaker is unknown."""
    plain = p.plain
    for q in quotes:
        n = bisect_left(p.verbs, (q.left, 0, "")) - 1
        if n < 0 or plain[q.left - 1] != "：" or plain[q.end - 1] != "▪":
            continue
        start, end, verb = p.verbs[n]
        if start < s or end != q.left - 1:
            continue
        region = clause_start(plain, s, start)
        asked = ASKED.search(plain, region, end) or "记者" in plain[region:start]
        if region < start and not asked and not REFUSED.of(plain[region:start]):
            return Cue(start, end, q.left, "quote", verb, region, rule=UNKNOWN)
    return None
