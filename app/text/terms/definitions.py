"""What a text itself says that a counted or quoted phrase consists of.

    集成电路、生物医药、人工智能三大先导产业      a list before the phrase
    三大产业：竹编、制茶、漆器                    a list after it; also after 即, 包括, 是, a dash
    两点建议：一是修桥，二是铺路                  numbered members, also in the next sentences and paragraphs

A list counts only if it is whole: the number of members is the number that the phrase names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial

from app.model import PROSE, Block, Definition, ListedMember, Span
from app.text.terms import lists
from app.text.terms.counted import PLACES, Counted, counted_phrases
from app.text.terms.lexicon import ABSTRACT

# Words between a phrase and its list: “三免”服务，即…; 三个孩子分别是….
_TAIL = "[^\\W\\d_的]{0,6}?"
# After a comma, and at once.
_SAYS = (
    "也就是说?|也即|即为?|就是|分别(?:是|为|指)|依次(?:是|为)|具体(?:是指|是|为|包括)|是指|指的是|"
    "主要(?:是|为|有|包括)|[它他]们是|包括了?|包含|涵盖"
)
_SAYS_AT_ONCE = "是|指|为|有"
_LINK = re.compile(
    rf"(?P<tail>{_TAIL})(?:(?P<bracket>[（(](?:即|指|包括|是指|分别是|也就是)?：?)|(?P<dash>[—―–-]{{1,2}}即?)|"
    rf"(?P<colon>：)|，?(?P<says>{_SAYS})：?|(?P<at_once>{_SAYS_AT_ONCE})：?)"
)
# The rest of the clause with the phrase; numbered members begin after it.
_CLAUSE = re.compile(r"[^。！？；：，\n]{0,12}[。；：，]?\s*")
_SENTENCE_END = re.compile("[。！？\n]")
# A phrase without a number has a list only after one of these, or in brackets.
_MEANS = ("即", "也", "是指", "指的是", "分别")
# A dash may be followed by the list and then by the rest of the sentence.
_AFTER_DASH = re.compile("已经?|[都均也将是为]|正在?|全部|同时|共同|先后|[—―–]{1,2}")
_AGAIN = re.compile("[这那]?[二两三四五六七八九十]+[个大项条种]")
_BEFORE, _BEFORE_SIZE = re.compile("(?:等等?|这些?|那些|为代表的|[共]|的)?$"), 5  # with a line feed
_MARKERS = (
    r"第?{n}是[，：]?",
    r"第?{n}要[，：]?",
    r"第{n}(?:个|点|条|项|步|类|种)?(?:是)?[，、：]",
    r"第{n}[个点条项步类种]?是[，：]?",
    r"其{n}[，、：是]",
    r"[（(]{n}[）)]、?",
    r"{n}、",
    r"[（(][{d}][）)]",
    r"[{d}][.．、]",
    r"{c}",
    "一(?:个|类|种|条|项|点|方面|样|件|处)(?:是|叫|为)",
)
_ORDINALS = ("首先是?[，：]?", "(?:其次|再次|再者|然后|接着)是?[，：]?", "(?:再次|第三|最后)是?[，：]?")
_NUMERALS = "一二三四五六七八九十"
# The most numbered members.
_MOST = 10


def _marker(style: str, n: int) -> str:
    if not style:
        return _ORDINALS[n - 1] if n <= len(_ORDINALS) else "(?!)"
    if n > _MOST:
        return "(?!)"
    return style.format(n=_NUMERALS[n - 1], d=f"{n % 10}{chr(0xFF10 + n % 10)}", c=chr(0x2460 + n - 1))


# The first marker of any style; most phrases have none after them.
_FIRST_MARKER = re.compile("|".join(_marker(style, 1) for style in (*_MARKERS, "")))


def definitions(
    blocks: Sequence[Block],
    texts: Sequence[str],
    cuts: Sequence[Sequence[int]],
    words: Callable[[str], Sequence[int]],
) -> tuple[Definition, ...]:
    """The definitions that an article gives, in order of the text.

    Args:
        texts: their normalized texts.
        cuts: per block, where its words end.
        words: where the words of a text end, for traditional blocks: their words are found in simplified
            characters.
    """
    found: list[Definition] = []
    for n, (block, text, ends) in enumerate(zip(blocks, texts, cuts, strict=True)):
        if block.kind not in PROSE:
            continue
        ends_of = cache(partial(words, text)) if text != block.text else partial(tuple, ends)
        for phrase in counted_phrases(text, ends_of):
            places = _members(texts, n, phrase, ends_of)
            if places:
                members = tuple(ListedMember(blocks[b].id, s.start, s.end) for b, s in places)
                found.append(Definition(block.id, phrase.start, phrase.end, members))
    return tuple(found)


def _members(
    texts: Sequence[str], n: int, phrase: Counted, ends: Callable[[], Sequence[int]]
) -> Sequence[tuple[int, Span]]:
    """The members of one phrase, each with the number of its block; () if the text lists none."""
    text = texts[n]
    if phrase.counts and (numbered := _numbered(texts, n, phrase)):
        acts = not phrase.quoted and _ACTORS.search(text, phrase.start, phrase.end)
        return () if acts else numbered
    spans = _after(text, phrase) or _before(text, phrase, ends)
    return [(n, span) for span in spans]


def _after(text: str, phrase: Counted) -> tuple[Span, ...]:
    """The members after a phrase in its sentence."""
    at = phrase.outer_end if phrase.quoted else phrase.start + 1
    # The noun of a phrase without marks may go on: 三个身份分别是.
    for start in dict.fromkeys((phrase.outer_end, at)):
        link = _LINK.match(text, start)
        if not link:
            continue
        if link["at_once"] and (link["tail"] or not phrase.counts):
            continue
        if not phrase.counts and not (link["bracket"] or (link["says"] or "").startswith(_MEANS)):
            continue
        members = lists.split(text, *_extent(text, link), phrase.counts)
        if not members and link["bracket"]:
            members = lists.groups(text, *_extent(text, link), phrase.counts)
        if members:
            return members
    return ()


def _extent(text: str, link: re.Match[str]) -> tuple[int, int]:
    """Where the list after a link begins and ends."""
    start = link.end()
    if link["bracket"]:
        close = re.compile("[）)]").search(text, start)
        return start, close.start() if close else start
    stop = _SENTENCE_END.search(text, start)
    end = stop.start() if stop else len(text)
    if start < end and text[start] in "“「『‘":
        closing = text.find("”」』’"["“「『‘".index(text[start])], start)
        inside = text[start + 1 : closing]
        if 0 < closing <= end and "、" in inside:
            return start + 1, closing
    semicolons = text.count("；", start, end)
    clause = next((i for i in lists.level(text, start, end) if text[i] in "，；："), end)
    # 民意响应，市场响应，国际响应: commas divide the list only if nothing else does.
    if "、" in text[start:clause] or not (link["colon"] and (semicolons or clause < end)):
        end = clause
    if link["dash"] and (rest := _AFTER_DASH.search(text, start, end)):
        end = rest.start()
    last = max(text.rfind("、", start, end), start)
    if again := _AGAIN.search(text, last, end):
        end = again.start()
    return start, end


def _before(text: str, phrase: Counted, ends: Callable[[], Sequence[int]]) -> tuple[Span, ...]:
    """The members in front of a phrase."""
    if not phrase.counts:
        return ()
    # 两个一起: without a noun it counts nothing. 两国 is a word of its own.
    noun = text[phrase.start + 1 : phrase.end]
    named = phrase.quoted or len(noun) > 1 or (noun in PLACES and not text.startswith("两国", phrase.start))
    joint = _BEFORE.search(text, max(0, phrase.outer_start - _BEFORE_SIZE), phrase.outer_start)
    if not named or not joint:
        return ()
    end = joint.start()
    counts = phrase.counts if phrase.quoted else phrase.counts[:1]
    if joint.group() == "的":
        abstract = text.startswith(ABSTRACT, phrase.end - 2)
        if not (text.endswith(("”", "」", "』", "’"), 0, end) or abstract):
            return ()
        if text.endswith(("以外", "之外", "地区"), 0, end):
            return ()
    return lists.before(text, end, counts, ends())


# Who does what is numbered, not its members: 两大公司宣布合作：一是互认，二是共享。
_ACTORS = re.compile("(?:公司|企业|集团|小组|工作组|专班|部门|单位|代表|委员会|干部|队伍|支队|救援队)$")


def _numbered(texts: Sequence[str], n: int, phrase: Counted) -> Sequence[tuple[int, Span]]:
    """The members that begin with 一是, 二是 … after a phrase, in its block or at the heads of the next."""
    text = texts[n]
    clause = _CLAUSE.match(text, phrase.outer_end)
    at = clause.end() if clause else phrase.outer_end
    inside = at < len(text)
    begins = (text, at) if inside else ("".join(texts[n + 1 : n + 2]), 0)
    if not _FIRST_MARKER.match(*begins):
        return ()
    for style in (*_MARKERS, ""):
        places = _in_block(text, n, at, style) if inside else _at_heads(texts, n + 1, style)
        if len(places) in phrase.counts and len(places) > 1:
            members = [(b, _first_sentence(texts[b], span)) for b, span in places]
            if all(span.start < span.end for _, span in members):
                return members
    return ()


def _in_block(text: str, n: int, at: int, style: str) -> list[tuple[int, Span]]:
    """The stretches after each marker, from a place where the first marker must be."""
    places: list[int] = []
    heads: list[int] = []
    marker = re.compile(_marker(style, 1)).match(text, at)
    while marker and len(places) < _MOST:
        heads.append(marker.start())
        places.append(marker.end())
        following = re.compile(rf"(?<=[。；，！？：\s]){_marker(style, len(places) + 1)}")
        marker = following.search(text, marker.end())
    # 首先是甲，其次是乙；开拓…: where commas divide the members, a semicolon ends the last one, and a comma
    # if no other member has one.
    end = -1
    if len(heads) > 1 and text[heads[-1] - 1] == "，":
        commas = any("，" in text[a : b - 1] for a, b in zip(places, heads[1:], strict=False))
        stop = re.compile("；" if commas else "[；，]").search(text, places[-1])
        end = stop.start() if stop else -1
    stops = [*heads[1:], end if end > 0 else len(text)]
    return [(n, Span(a, b)) for a, b in zip(places, stops, strict=False)]


def _at_heads(texts: Sequence[str], n: int, style: str) -> list[tuple[int, Span]]:
    """The same where each member begins a block."""
    places: list[tuple[int, Span]] = []
    for number in range(n, min(len(texts), n + 6 * _MOST)):
        marker = re.compile(_marker(style, len(places) + 1)).match(texts[number])
        if marker:
            places.append((number, Span(marker.end(), len(texts[number]))))
        elif not places:
            break
    return places


def _first_sentence(text: str, span: Span) -> Span:
    stop = _SENTENCE_END.search(text, span.start, span.end)
    return lists.trim(text, span.start, stop.start() if stop else span.end)
