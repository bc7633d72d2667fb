"""Lists in a sentence: A、B和C to their members.

trim         a member without marks, conjunctions and counters at its edges
split        a stretch of text into exactly the wanted number of members
before       the list that ends at a place, without the words that introduce it
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from app.model import Span
from app.text.terms.lexicon import ENDS, LEADS

_OPEN, _CLOSE = "“「『‘（(《【", "”」』’）)》】"
# Conjunctions, and not the characters in 和平, 总和, 参与, 普及, 跟踪.
_AND = (
    "以及|(?<![共总缓温调饱柔中谐])和(?!平(?![台面原行均板顶])|[谐睦解美气])|(?<![普涉波触危遍])及(?![时格])|(?<!参)与(?!时俱进|会|共)|"
    "跟(?![踪进上])|或(?!许)|暨"
)
_CONJUNCTION = re.compile(_AND)
_EDGE = re.compile(rf"^(?:[\s、，；：。！？—\-]|{_AND}|还有)+|[\s、，；：。！？—\-]+$")
# A stretch with one of these names nothing, or says that the list is not whole.
_NO_MEMBER = re.compile(
    r"(?<![不平相同高初中])等$|等等|之类|不算|不含|除外|以下简称|共有|(?<![尤极与])其(?!实)|^[见详如]|[。！？]|^第[一二三四五六七八九十][个点条项]|^第?[一二三四五六七八九十]+[是届次轮批版]?$|"
    r"[“「『‘][^“”「」『』‘’]{0,3}[一二两三四五六七八九十][个大项条种][^”」』’]*[”」』’]$"
)
_HAN = re.compile("[\u4e00-\u9fff]+")
_JOINING = frozenset("和与同跟及")
# A member of a list in front of its phrase has none of these words: 中国和印度是世界上两个最大的国家.
_PREDICATES = frozenset(("是", "为", "在", "有", "把", "将", "被", "使", "成为", "所谓"))
# The longest member of a list with 、 and of one with ， or ；, in characters.
LONG, LONG_CLAUSE = 32, 30


def trim(text: str, start: int, end: int) -> Span:
    """The stretch without marks and conjunctions at its edges, and without a pair of marks around it."""
    while m := _EDGE.search(text[start:end]):
        start, end = (start + m.end(), end) if m.start() == 0 else (start, start + m.start())
        if start >= end:
            return Span(start, start)
    if end - start > 2 and text[start] in "“「『‘" and text.find(_pair(text[start]), start) == end - 1:
        return trim(text, start + 1, end - 1)
    return Span(start, end)


def _pair(mark: str) -> str:
    return _CLOSE[_OPEN.index(mark)]


def level(text: str, start: int, end: int) -> Iterator[int]:
    """The places of a stretch that are in no brackets and quotation marks."""
    depth = 0
    for at in range(start, end):
        c = text[at]
        if c in _CLOSE and depth:
            depth -= 1
        if not depth:
            yield at
        if c in _OPEN:
            depth += 1


def pieces(text: str, start: int, end: int, separators: str) -> list[tuple[int, int]]:
    """The stretches between separators."""
    made, begin = [], start
    for at in level(text, start, end):
        if text[at] in separators:
            made.append((begin, at))
            begin = at + 1
    return [*made, (begin, end)]


def split(text: str, start: int, end: int, counts: Sequence[int]) -> tuple[Span, ...]:
    """The members of a list that is all of a stretch; () if it has not a wanted number of them.

    Args:
        text: normalized.
        start: of the stretch.
        end: of the stretch.
        counts: the wanted numbers; () for two or more.
    """
    for separators, most in (("；", LONG_CLAUSE), ("、", LONG), ("，", LONG_CLAUSE)):
        parts = pieces(text, start, end, separators)
        if len(parts) == 1 and separators != "、":
            continue
        for made in _with_conjunction(text, parts) if separators == "、" else (parts,):
            members = tuple(trim(text, *part) for part in made)
            if not fits(text, members, counts, most):
                continue
            if separators == "，" and not (counts and _even(members)):
                continue
            # Two whole sentences are reasons or examples.
            if (
                separators == "；"
                and len(members) == 2
                and any("，" in text[m.start : m.end] for m in members)
            ):
                continue
            return members
    return ()


def fits(text: str, members: Sequence[Span], counts: Sequence[int], most: int = LONG) -> bool:
    """Whether these are members of one list, in a wanted number."""
    if len(members) < 2 or (counts and len(members) not in counts):
        return False
    words = [text[m.start : m.end] for m in members]
    lengths = [len(w) for w in words]
    if not all(words) or max(lengths) > most or len(set(words)) < len(words):
        return False
    # One member that is much longer than all others has the rest of a sentence in it.
    if max(lengths) > 3 * sorted(lengths)[-2] + 4:
        return False
    return not any(_NO_MEMBER.search(w) for w in words)


def _even(members: Sequence[Span]) -> bool:
    lengths = [m.end - m.start for m in members]
    return max(lengths) <= 2 * min(lengths) + 2


def _with_conjunction(text: str, parts: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """The parts as they are, and with the last one divided at a conjunction, the evenest division first."""
    *head, (start, end) = parts
    outside = set(level(text, start, end))
    found = (m.span() for m in _CONJUNCTION.finditer(text, start, end))
    joints = [(a, b) for a, b in found if start < a and b < end and a in outside]
    lengths = [b - a for a, b in head]
    usual = sum(lengths) / len(lengths) if lengths else 0

    def unevenness(joint: tuple[int, int]) -> float:
        left, right = joint[0] - start, end - joint[1]
        return abs(left - usual) + abs(right - usual) if usual else abs(left - right)

    divided = [[*head, (start, a), (b, end)] for a, b in sorted(joints, key=unevenness)]
    if head and not joints:
        yield list(parts)
    elif len(head) == 1 and not _CONJUNCTION.search(text, *head[0]):  # 甲、乙和丙 are not two
        yield from divided
    elif head:  # 甲、乙和丙: three members; 甲、乙与丙、丁和戊: whatever number is wanted
        yield from divided[:1]
        yield list(parts)
        yield from divided[1:]
    else:
        yield from divided


def groups(text: str, start: int, end: int, counts: Sequence[int]) -> tuple[Span, ...]:
    """Members of two characters each, some without marks between them: 淮河海河辽河、太湖巢湖滇池."""
    members: list[Span] = []
    for part in pieces(text, start, end, "、，"):
        member = trim(text, *part)
        a, b = member.start, member.end
        if (b - a) % 2 or b - a < 4 or not _HAN.fullmatch(text, a, b):
            return ()
        members += (Span(at, at + 2) for at in range(a, b, 2))
    return tuple(members) if len(members) > 3 and fits(text, members, counts, 2) else ()


def before(text: str, end: int, counts: Sequence[int], ends: Sequence[int]) -> tuple[Span, ...]:
    """The members of the list that ends at a place; () if it is not clear where the list begins.

    Args:
        text: normalized.
        end: where the list ends.
        counts: the wanted numbers of members.
        ends: where the words of the text end.
    """
    if text[max(0, end - 2) : end].endswith(("和", "与", "及", "跟", "同", "或", "、")):
        return ()
    start = max((text.rfind(mark, 0, end) for mark in "。！？；：，\n"), default=-1) + 1
    if end and text[end - 1] in "”」』’":
        opened = _opening(text, end - 1)
        if opened >= 0:
            inside = split(text, opened + 1, end - 1, counts)
            if inside:
                return inside
    opened = max((start - 1, *_unclosed(text, start, end))) + 1
    parts = pieces(text, opened, end, "、")
    for option in _with_conjunction(text, parts):
        if len(option) not in counts:
            continue
        rest = tuple(trim(text, *part) for part in option[1:])
        first = _first(text, *option[0], rest, ends)
        if not first:
            continue
        members = (first, *rest)
        # 甲和乙: two words of like length, for nothing else shows that it is a list.
        plain = len(parts) > 1 or (min(m.end - m.start for m in members) > 1 and _even(members))
        if plain and fits(text, members, counts) and _complete(text, members, ends):
            return members
    return ()


def _opening(text: str, closing: int) -> int:
    """Where the quotation mark opens that closes at a place; -1 if nowhere."""
    depth = 0
    for at in range(closing, -1, -1):
        depth += (text[at] in "”」』’") - (text[at] in "“「『‘")
        if not depth:
            return at
    return -1


def _unclosed(text: str, start: int, end: int) -> Iterable[int]:
    """The opening marks of a stretch that are not closed in it."""
    open_marks: list[int] = []
    for at in range(start, end):
        if text[at] in _OPEN:
            open_marks.append(at)
        elif text[at] in _CLOSE and open_marks:
            open_marks.pop()
    return open_marks


def _first(text: str, start: int, end: int, rest: Sequence[Span], ends: Sequence[int]) -> Span | None:
    """The first member without the words that introduce the list; None if its beginning is not clear."""
    whole = trim(text, start, end)
    start, end = whole.start, whole.end
    lengths = {m.end - m.start for m in rest}
    words = _words(start, end, ends)
    if len(rest) > 1 and len(lengths) == 1:
        begin = end - max(lengths)
        if begin >= start and (lengths == {1} or any(a == begin for a, _ in words)):
            start, words = begin, [w for w in words if w[0] >= begin] or [(begin, end)]
    verbal = all(text[a:b] in LEADS for m in rest for a, b in _words(m.start, m.end, ends)[:1])
    for n, (a, b) in reversed(list(enumerate(words))):
        word = text[a:b]
        if not _leads(word) or b == end or any(word in text[m.start : m.end] for m in rest):
            continue
        if word in _JOINING and n:  # 国家机关同代表联系: a conjunction inside a member
            continue
        while not verbal and text[b : b + 1] in _JOINING and n + 2 < len(words):  # 处理同甲和乙的关系
            n, b = n + 1, words[n + 1][1]
        return Span(a, end) if verbal else Span(b, end)
    longest = max(lengths)
    return Span(start, end) if end - start <= max(longest + 2, 4) else None


def _leads(word: str) -> bool:
    """Whether a list may begin after a word: 发挥, and 充分发挥 too."""
    return word in LEADS or (len(word) > 2 and word[-2:] in LEADS)


def _words(start: int, end: int, ends: Sequence[int]) -> list[tuple[int, int]]:
    """The words of a stretch."""
    inside = ends[bisect_left(ends, start + 1) : bisect_left(ends, end)]
    edges = [start, *inside, end]
    return [(a, b) for a, b in pairwise(edges) if a < b]


def _complete(text: str, members: Sequence[Span], ends: Sequence[int]) -> bool:
    """Whether the last member is whole: no verb (坚定甲、做到“两个…”) and no attribute of the phrase."""
    *others, last = members
    words = [text[a:b] for a, b in _words(last.start, last.end, ends)]
    same = len({m.end - m.start for m in members}) == 1
    if (words[-1] in LEADS and not (same and len(words) > 1)) or words[-1] in ENDS:
        return False
    if any(text[a:b] in _PREDICATES for m in members for a, b in _words(m.start, m.end, ends)):
        return False
    # 水污染防治、大气污染防治和工业“三废”: a short last word belongs to what follows.
    return last.end - last.start > 2 or min(m.end - m.start for m in others) < 5
