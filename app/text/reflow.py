"""Hard-wrapped lines to true paragraphs.

Owns one question, asked of every line end: did the writer end a block here, or did the column end? Leaves
to others where the text comes from and what its blocks are called for ever.

The way it is answered:

1. Lines that belong to the page and not to the text (page numbers, captions, bylines) are recognised by
   their words and lifted out; where one of them stood, the block around it is cut in two.
2. The other lines are looked at in windows. The *column width* of a window is the width at which most line
   ends are explained: the line fits, and what comes next would not have fitted, given that no line begins
   with a closing mark or ends with an opening one, that Latin words and numbers stay whole, and that they
   are half as wide as a Han character. Unless enough lines end in mid-sentence just there, the window is
   not wrapped and every line is a block of its own.
3. What a deeper indent or a wider gap means is learnt in each window from the line ends that are plain.
4. The best course through all line ends is found at once (Viterbi), with four states of a line: first or
   later line of a paragraph, first or later line of a heading. `_WRAP`, `_END` and `_HEADING` say in
   nats how likely each sign is after each kind of line end.
5. Kinds are judged from the words alone, so that the same blocks bear the same kinds when reflowed again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Literal, NamedTuple

from app.model import Kind, Piece

Decision = Literal["wrap", "end", "heading", "aside", "line"]


@dataclass(frozen=True, slots=True)
class LineEnd:
    """What was decided about the end of one line of the source.

    Attributes:
        line: physical line number, 1-based, as `str.splitlines` counts.
        decision: wrap, the block goes on in the next line; end, a paragraph or list item ends; heading, a
            heading ends; aside, page furniture, a caption or a byline ends or cuts the text; line, the text
            is not wrapped here and the line is a block.
        why: the strongest reason, for an editor.
        sure: 0 to 1.
    """

    line: int
    decision: Decision
    why: str
    sure: float


@dataclass(frozen=True, slots=True)
class Reflowed:
    """A text as blocks.

    Attributes:
        wrapped: at least one line end was an accident of the column.
        pieces: the blocks in the order of the source.
        line_ends: one for every line that holds words, in order.
    """

    wrapped: bool
    pieces: tuple[Piece, ...]
    line_ends: tuple[LineEnd, ...]


# --- what a line shows -------------------------------------------------------------------------------

# How a line ends.
_NONE, _COMMA, _COLON, _SEMI, _STOP, _ASK = range(6)
_ENDING = {
    **dict.fromkeys("，、,／/—", _COMMA),
    **dict.fromkeys("：:", _COLON),
    **dict.fromkeys("；;", _SEMI),
    **dict.fromkeys("。.︒｡", _STOP),
    **dict.fromkeys("！？…!?～", _ASK),
}
_AFTER_STOP = "”’」』）》〉】〕］)]\"'"

# How a line begins.
_PLAIN, _ITEM, _SECTION, _NEVER, _QUOTE, _OPENS, _RUNS_ON = range(7)
_BEGIN = re.compile(
    r"(?P<item>[·•●○■□◆◇▪‣※★☆➢✓✔]\s*\S|[-*]\s+\S|[（(](?:[一二三四五六七八九十百]{1,3}|\d{1,2})[)）]"
    r"|[①-⑳⑴-⒇㈠-㈩]|\d{1,2}[、)）]|\d{1,2}[.．](?!\d)|[一二三四五六七八九十]{1,3}、|[A-Za-z][)）])"
    r"|(?P<section>第[一二三四五六七八九十百千零〇\d]{1,6}[章节節条條编編篇回部][\s　])"
    r"|(?P<never>[，。、；：！？）》〉」』】〕］”’])"
    r"|(?P<quote>[“「])"
    r"|(?P<opens>据悉|據悉|据了解|據了解|据介绍|據介紹|记者|記者|本报|本報|新华社|新華社|日前|近日|近年|此外|目前|今天|今年|昨日|随着"
    r"|隨著|会议|會議|第二天|第二日|同时，|同時，|另外|总之|總之|首先|其次|然而|因此|除了|如果|当|當|我们|我們|在)"
    r"|(?P<runs_on>[的得了着著过過们們之者及或和与與等性化所至于於即便就却卻都也更仍])"
)
_BEGIN_CODE = {
    "item": _ITEM,
    "section": _SECTION,
    "never": _NEVER,
    "quote": _QUOTE,
    "opens": _OPENS,
    "runs_on": _RUNS_ON,
}

# What may not be parted at a line's head: opening marks, a Latin word or number or a double mark or one
# character, then closing marks, which may not begin a line (GB/T 15834, JIS X 4051).
_UNIT = re.compile(
    r"[（《〈「『【〔［“‘]*(?:[\x21-\x7e\xa1-\u024f]+|……|——|.)[，。、；：？！）》〉」』】〕］”’…％]*",
    re.DOTALL,
)
# Marks that a typesetter may squeeze to half their width.
_SLIM = "，。、“”："


class _Line(NamedTuple):
    """One line with words, measured in half-widths: a Han character or full mark counts 2, Latin counts 1.

    Attributes:
        n: physical line number.
        gap: blank lines before it.
        reach: indent and words together, how far it goes to the right.
        unit: width of what may not be parted at its head.
        slim: how many of its marks could be squeezed, up to 4.
        mark: how it ends; begin: how it begins.
        inside: 1 when its end stands inside a quotation, 2 inside brackets or a title, else 0.
        commas: 0 without commas, 1 with commas, 2 with a stop before its end.
    """

    n: int
    text: str
    gap: int
    indent: int
    reach: int
    unit: int
    slim: int
    mark: int
    begin: int
    inside: int
    commas: int


def _measure(text: str) -> int:
    return 2 * len(text) - len(text.encode("latin-1", "ignore"))


def _mark(text: str) -> int:
    last = text[-1]
    if last in _AFTER_STOP:
        inner = text.rstrip(_AFTER_STOP)
        mark = _ENDING.get(inner[-1], _NONE) if inner else _NONE
        return mark if mark >= _STOP else _NONE
    return _ENDING.get(last, _NONE)


def _begin(text: str) -> int:
    match = _BEGIN.match(text)
    return _BEGIN_CODE[match.lastgroup or ""] if match else _PLAIN


class _Reader:
    """Makes lines; remembers whether a quotation or a bracket is open from one line to the next."""

    def __init__(self) -> None:
        self._quoted = False

    def line(self, n: int, text: str, gap: int, indent: int) -> _Line:
        """Look at one line, `text` without surrounding white space."""
        opened, closed = text.rfind("“"), text.rfind("”")
        if opened != closed:
            self._quoted = opened > closed
        bracket = max(text.rfind("（"), text.rfind("《"), text.rfind("【")) > max(
            text.rfind("）"), text.rfind("》"), text.rfind("】")
        )
        inside = 2 if bracket else 1 if self._quoted else 0
        unit = _UNIT.match(text)
        short = text if len(text) <= 120 else text[:120]
        stops = text.find("。", 0, -2) >= 0
        return _Line(
            n,
            text,
            gap,
            indent,
            indent + _measure(text),
            _measure(unit.group()) if unit else 2,
            min(sum(map(short.count, _SLIM)), 4),
            _mark(text),
            _begin(text),
            inside,
            2 if stops else 1 if "，" in short else 0,
        )


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    read = _Reader().line
    gap = 0
    for n, raw in enumerate(text.splitlines(), 1):
        words = raw.strip()
        if not words:
            gap += 1
            continue
        indent = 0 if raw[0] == words[0] else _measure(raw[: len(raw) - len(raw.lstrip())].expandtabs(4))
        found.append(read(n, words, gap if found else 0, min(indent, 80)))
        gap = 0
    return found


# --- lines of the page, not of the text --------------------------------------------------------------

_FURNITURE = re.compile(
    r"(?:[—–－\-·•~～]*\s*\d{1,4}\s*[—–－\-·•~～]*"
    r"|(?:第\s*\d{1,4}\s*[页頁]|页数|頁數|[Pp]age)[\s\d/／共第页頁of]*"
    r"|\d{1,4}\s*[/／]\s*\d{1,4}"
    r"|[（(【]?(?:上接|下转|下轉)\s*(?:第?\s*[A-Z]?\d{1,3}|[一二三四五六七八九十]{1,3}|[^，。]{1,6})\s*[版页頁][^，。]{0,8}[）)】]?"
    r"|(?:本版|本期)?(?:责任编辑|責任編輯|责编|責編|本版编辑|本版編輯|编辑|編輯|美编|版式|校对|校對|本版邮箱|本版郵箱|投稿邮箱)[：:／/].{1,60}"
    r"|\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?\s*(?:星期|周|週|第?\s*[A-Z]?\d{1,3}\s*版).{0,20}"
    r"|第?\s*[A-Z]?\d{1,3}\s*版\s*.{0,12})"
)
_BYLINE = re.compile(
    r"[□■◆◇○●◎▲]?\s*(?:[^\s，。：]{0,8}(?:记者|記者|通讯员|通訊員|评论员|評論員|特派员|特派員|实习生|實習生))"
    r"(?:[\s：:／/]+[^\s，。：]{1,6}){1,9}"
    r"|[□■◆◇]\s*[一-鿿·]{1,4}(?:\s+[一-鿿·]{1,4}){0,5}"
    r"|(?:作者|文|撰文|文字)[：:／/]\s*[^，。]{2,24}"
)
_CAPTION = re.compile(
    r"[▲▼◀▶△▽◄►]\s*\S|(?:[上下左右题題]图|[上下左右題]圖|图为|圖為)(?![谋谋])|图[①-⑳\d]{1,2}[：:、\s]"
)
_CREDIT = re.compile(
    r"[\s。（(／/]\S{0,16}\s*\S{1,4}\s*(?:摄|攝|摄影|攝影|供图|供圖|摄影报道|攝影報道|制图|製圖)[）)]?$"
)


def _aside(text: str) -> Kind | None:
    if len(text) > 80:
        return "caption" if text[0] in "▲▼◀▶△▽◄►" else None
    if _FURNITURE.fullmatch(text):
        return "furniture"
    if _BYLINE.fullmatch(text):
        return "byline"
    return "caption" if _CAPTION.match(text) else None


# --- what a window of lines has in common ------------------------------------------------------------


class _Column(NamedTuple):
    """A window of lines: its width, how much first lines fall short of it, what gaps and indents tell."""

    wrapped: bool
    width: int
    loss: int
    margin: int
    usual_gap: int
    gaps: dict[int, tuple[float, float]]
    indents: dict[int, tuple[float, float]]


_WIDEST = 400
# What is believed of indents and gaps before a window has been seen, as counts of plain line ends: classes
# of the next line's indent or gap, at the start of a block and inside one.
_PRIOR_INDENT = ({-1: 0.3, 0: 1.2, 1: 0.7, 2: 1.2}, {-1: 0.3, 0: 3.0, 1: 0.1, 2: 0.05})
_PRIOR_GAP = ({-1: 0.2, 0: 1.5, 1: 0.7}, {-1: 0.1, 0: 3.0, 1: 0.1})


def _deeper(indent: int, margin: int) -> int:
    return 0 if indent == margin else -1 if indent < margin else 1 if indent < margin + 3 else 2


def _wider(gap: int, usual: int) -> int:
    return (gap > usual) - (gap < usual)


def _learnt(
    plain: list[tuple[int, bool]], prior: tuple[dict[int, float], dict[int, float]]
) -> dict[int, tuple[float, float]]:
    """Log-likelihood of each class at the start of a block and inside one, from the plain line ends."""
    start, inner = dict(prior[0]), dict(prior[1])
    for sign, ended in plain:
        (start if ended else inner)[sign] += 1
    starts, inners = sum(start.values()), sum(inner.values())
    return {sign: (log(start[sign] / starts), log(inner[sign] / inners)) for sign in start}


def _column(lines: Sequence[_Line]) -> _Column:
    n = len(lines)
    votes = [0.0] * (_WIDEST + 2)
    longer = [0] * (_WIDEST + 3)
    reach = [min(line.reach, _WIDEST) for line in lines]
    for i in range(n - 1):
        weight = 1.0 if lines[i].mark < _COLON else 0.3
        at = reach[i]
        for w in range(at, min(at + lines[i + 1].unit, _WIDEST + 1)):
            votes[w] += weight
        for w in range(max(at - lines[i].slim, 0), at):
            votes[w] += 0.5 * weight
    for i in range(n):
        longer[max(reach[i] - lines[i].slim - 2, 0)] += 1
    over, width, best = 0, 0, 0.0
    for w in range(_WIDEST, -1, -1):
        over += longer[w + 1]
        score = votes[w] - 0.5 * over
        if score >= best:
            width, best = w, score
    width -= width % 2
    full = short = 0
    for i in range(n - 1):
        if lines[i].mark < _COLON:
            if reach[i] - lines[i].slim <= width + 1 and reach[i] + lines[i + 1].unit > width - 1:
                full += 1
            else:
                short += 1
    wrapped = full >= 1 and full >= 0.4 * (full + short)
    margin = Counter(line.indent for line in lines).most_common(1)[0][0]
    usual = Counter(line.gap for line in lines[1:]).most_common(1)[0][0] if n > 1 else 0
    gaps: list[tuple[int, bool]] = []
    indents: list[tuple[int, bool]] = []
    loss = 0.0
    for i in range(n - 1):
        room = width - reach[i] - lines[i + 1].unit
        ended = lines[i].mark >= _STOP and room >= 4
        if ended or (lines[i].mark == _NONE and room < 0):
            gaps.append((_wider(lines[i + 1].gap, usual), ended))
            indents.append((_deeper(lines[i + 1].indent, margin), ended))
        if room >= 4 and i + 2 < n and lines[i + 1].mark < _COLON:
            ahead = width - reach[i + 1] - lines[i + 2].unit + 1
            likely = _WRAP_ROOM[min(lines[i + 1].slim // 2, 2)]
            loss += likely[_room(ahead - 4)] - likely[_room(ahead)]
    return _Column(
        wrapped,
        width,
        4 if loss > 0 else 0,
        margin,
        usual,
        _learnt(gaps, _PRIOR_GAP),
        _learnt(indents, _PRIOR_INDENT),
    )


# --- how likely each sign is, in nats ----------------------------------------------------------------

_WRAP_MARK = (-0.4, -2.7, -4.8, -4.0, -3.2, -3.5)
_WRAP_NEXT = (0.0, -4.0, -3.0, 4.0, -0.7, -0.7, 1.5)
_WRAP_INSIDE = (0.0, 0.5, 1.5)
_WRAP_ROOM = (
    (-6.0, -5.0, -2.7, -2.7, -0.3, -0.3, -2.4, -3.8, -4.0, -4.5, -5.0, -5.0, -7.0),
    (-4.0, -3.5, -1.0, -1.5, -0.7, -0.7, -2.8, -3.8, -4.5, -5.0, -5.5, -5.5, -7.5),
    (-2.0, -1.8, -0.9, -1.2, -1.2, -1.2, -3.2, -3.8, -4.5, -5.0, -5.5, -5.5, -7.5),
)
_TRUST_INDENT = 1.00
_TRUST_GAP = 1.00
_END_MARK = (-5.1, -8.6, -4.1, -3.0, -1.8, -2.2)
_END_ROOM = (-5.0, -3.0, -2.3, -1.5, -0.7, 0.0)
_HEAD_MARK = (-0.5, -6.4, -5.0, -6.0, -6.0, -3.0)
_HEAD_ROOM = (-6.0, -5.0, -3.5, -1.0, -0.5, 0.0)
_HEAD_COMMAS = (0.0, -1.5, -5.0)
_HEAD_NEXT = (-3.2, -8.0, -3.0, -10.0, -4.0, -4.0, -6.0)
_HEAD_INDENT = (-0.2, -0.2, -1.5, -1.5)
_BEFORE_HEADING = (-2.0, 0.0, 0.3)
_AFTER_HEADING = (0.5, -0.5, -1.0)
_TWO_HEADINGS = (0.0, -0.5, -1.0)
_HEAD_ON_MARK = (-1.3, -4.0, -4.0, -7.0, -5.0, -4.0)
_HEAD_ON_GAP = (0.0, 0.0, -2.0)
_HEAD_ON_INSIDE = (0.0, 1.0, 3.0)
_HEAD_ON_FIT = (-5.0, -2.5, -0.5, -0.5)
_TOP_HEADING = -0.70
_LAST_HEADING = -2.00


def _room(room: int) -> int:
    return 0 if room < -5 else 12 if room > 7 else room + 5


# The same in six steps: far over, squeezed, just full, up to two ems, up to four, more.
_ROOM_STEP = (0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 5)
_BARRED = -1e9


def _decide(lines: Sequence[_Line], columns: Sequence[_Column]) -> list[int]:
    """State of every line: 0 begins a paragraph, 1 goes on in one, 2 begins a heading, 3 goes on in one."""
    score = (0.0, _BARRED, _TOP_HEADING, _BARRED)
    back: list[tuple[int, int, int, int]] = []
    for i in range(len(lines) - 1):
        a, b, column = lines[i], lines[i + 1], columns[i]
        if not column.wrapped:
            back.append((max(range(4), key=score.__getitem__),) * 4)
            score = (0.0, _BARRED, _TOP_HEADING, _BARRED)
            continue
        width, mark, begin = column.width, a.mark, b.begin
        room = width - a.reach - b.unit + 1
        at = _room(room)
        step = _ROOM_STEP[at]
        gap = _wider(b.gap, column.usual_gap)
        in_start, in_later = column.indents[_deeper(b.indent, column.margin)]
        gap_start, gap_later = column.gaps[gap]
        likely = _WRAP_ROOM[min(a.slim // 2, 2)]
        on = (
            _WRAP_MARK[mark]
            + _WRAP_NEXT[begin]
            + _WRAP_INSIDE[a.inside]
            + _TRUST_INDENT * in_later
            + _TRUST_GAP * gap_later
        )
        on_first = score[0] + on + likely[_room(room - column.loss)]
        on_later = score[1] + on + likely[at]
        end = _END_MARK[mark] + _END_ROOM[step]
        start = _TRUST_INDENT * in_start
        head_end = _HEAD_MARK[mark] + _HEAD_ROOM[step] + _HEAD_COMMAS[a.commas]
        fits = a.reach + b.unit > b.reach - 2
        head_on = (
            _HEAD_ON_MARK[mark]
            + _HEAD_COMMAS[a.commas]
            + _HEAD_ON_GAP[gap + 1]
            + _HEAD_ON_INSIDE[a.inside]
            + _HEAD_ON_FIT[0 if not fits else min(3, 1 + 5 * a.reach // (2 * width + 1))]
        )
        best, k = (score[0], 0) if score[0] > score[1] else (score[1], 1)
        head, h = (score[2], 2) if score[2] > score[3] else (score[3], 3)
        after, headed = best + end, head + head_end
        here = (after + _TRUST_GAP * gap_start, headed + _AFTER_HEADING[gap + 1])
        there = (after + _BEFORE_HEADING[gap + 1], headed + _TWO_HEADINGS[gap + 1])
        back.append(
            (
                k if here[0] > here[1] else h,
                0 if on_first > on_later else 1,
                k if there[0] > there[1] else h,
                h,
            )
        )
        score = (
            max(here) + start,
            max(on_first, on_later),
            max(there) + _HEAD_NEXT[begin] + _HEAD_INDENT[_deeper(b.indent, column.margin) + 1],
            head + head_on,
        )
    last = lines[-1]
    final = (
        score[0] + _END_MARK[last.mark],
        score[1] + _END_MARK[last.mark],
        score[2] + _HEAD_MARK[last.mark] + _HEAD_COMMAS[last.commas] + _LAST_HEADING,
        score[3] + _HEAD_MARK[last.mark] + _HEAD_COMMAS[last.commas] + _LAST_HEADING,
    )
    state = max(range(4), key=final.__getitem__)
    states = [state]
    for step_back in reversed(back):
        state = step_back[state]
        states.append(state)
    states.reverse()
    return states


# --- joining -----------------------------------------------------------------------------------------


def _join(texts: Sequence[str]) -> str:
    parts = [texts[0]]
    for text in texts[1:]:
        left = parts[-1]
        last, head = left[-1], text[0]
        if (
            last == "\xad" or (last == "-" and left[-2:-1].islower() and head.isascii() and head.islower())
        ) and (len(left) > 1):
            parts[-1] = left[:-1]
        elif (
            "!" <= last < "\u0250"
            and "!" <= head < "\u0250"
            and last not in "-/([{"
            and head not in ",.;:!?)]}/"
        ):
            parts.append(" ")
        parts.append(text)
    return "".join(parts)


# --- kinds -------------------------------------------------------------------------------------------


def _headlike(text: str) -> bool:
    return len(text) <= 50 and _mark(text) == _NONE and "。" not in text and _begin(text) != _NEVER


def _kinds(texts: Sequence[str]) -> list[Kind]:
    kinds: list[Kind] = []
    for text in texts:
        kind = _aside(text)
        if kind is None:
            begin = _begin(text)
            if begin == _ITEM:
                kind = "list"
            elif _headlike(text) and text.count("，") == 0:
                kind = "heading"
            else:
                kind = "paragraph"
        kinds.append(kind)
    return kinds


# --- the door ----------------------------------------------------------------------------------------


def reflow(text: str) -> Reflowed:
    """Find the true paragraphs of a text.

    Args:
        text: hard-wrapped, plain, or both in turn; any Unicode.

    Returns:
        Blocks on one line each, none of the text's characters lost or added, white space and mended
        hyphens aside. A text that is not wrapped comes out with a block for every line.
    """
    lines = _lines(text)
    if not lines:
        return Reflowed(False, (), ())
    flow: list[_Line] = []
    torn: set[int] = set()
    groups: list[list[_Line]] = []
    asides: list[list[_Line]] = []
    i = 0
    while i < len(lines):
        kind = _aside(lines[i].text)
        if kind is None:
            flow.append(lines[i])
            i += 1
            continue
        group = [lines[i]]
        if kind == "caption":
            while (
                i + 1 < len(lines)
                and len(group) < 4
                and not _CREDIT.search(lines[i].text)
                and (_CREDIT.search(lines[i + 1].text))
            ):
                i += 1
                group.append(lines[i])
        asides.append(group)
        torn.add(len(flow))
        i += 1
    groups = asides
    states: list[int] = []
    if flow:
        columns: list[_Column] = []
        for k in range(0, len(flow), 128):
            column = _column(flow[max(0, k - 96) : k + 224])
            columns += [column] * min(128, len(flow) - k)
        states = _decide(flow, columns)
        for k, line in enumerate(flow):
            if states[k] in (1, 3) and k not in torn:
                groups[-1].append(line)
            else:
                groups.append([line])
    groups.sort(key=lambda g: g[0].n)
    texts = [_join([line.text for line in group]) for group in groups]
    kinds = _kinds(texts)
    pieces = tuple(
        Piece(kind, words, (group[0].n, group[-1].n), 2 if kind == "heading" else 0)
        for kind, words, group in zip(kinds, texts, groups, strict=True)
    )
    ends = []
    for kind, group in zip(kinds, groups, strict=True):
        ends += [LineEnd(line.n, "wrap", "", 0.9) for line in group[:-1]]
        ends.append(LineEnd(group[-1].n, "heading" if kind == "heading" else "end", "", 0.9))
    return Reflowed(any(len(g) > 1 for g in groups), pieces, tuple(ends))
