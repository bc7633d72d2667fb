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

# Marks that may not begin a line and marks that may not end one (JIS X 4051 and GB/T 15834 agree on these).
_CLOSING = "，。、；：！？）》〉」』】〕］”’…％%,.;:!?)]}·～"
_OPENING = "（《〈「『【〔［“‘([{"
_STOPS = frozenset("。！？…!?.︒｡～")
_COMMAS = frozenset("，、,；;—－-/／")
_AFTER_STOP = "”’」』）》〉】〕］)]\"'"

# What may not be parted at a line's head: opening marks, then a Latin word or number, a double mark or one
# character, then closing marks.
_UNIT = re.compile(
    r"[（《〈「『【〔［“‘]*(?:[\x21-\x7e\xa1-\u024f]+|……|——|.)[，。、；：？！）》〉」』】〕］”’…％]*",
    re.DOTALL,
)

# Marks that a typesetter may squeeze to half their width.
_SLIM = "，。、“”："

# How a line ends.
_NONE, _COMMA, _COLON, _STOP = 0, 1, 2, 3
# How a line begins.
_PLAIN, _ITEM, _SECTION, _NEVER = 0, 1, 2, 3

_BEGIN = re.compile(
    r"(?P<item>[·•●○■□◆◇▪‣※★☆➢✓✔]\s*\S|[-*]\s+\S|[（(](?:[一二三四五六七八九十百]{1,3}|\d{1,2})[)）]|[①-⑳⑴-⒇㈠-㈩]"
    r"|\d{1,2}[、)）]|\d{1,2}[.．](?!\d)\s?|[一二三四五六七八九十]{1,3}、|其[一二三四五六七]，|[A-Za-z][)）])"
    r"|(?P<section>第[一二三四五六七八九十百千零〇\d]{1,6}[章节節条條编編篇回部]\s)"
    r"|(?P<never>[，。、；：！？）》〉」』】〕］”’])"
)
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


class _Line(NamedTuple):
    """One line with words, measured in half-widths: a Han character or full mark counts 2, Latin counts 1."""

    n: int
    text: str
    gap: int
    indent: int
    width: int
    unit: int
    slim: int
    mark: int
    begin: int


def _measure(text: str) -> int:
    return 2 * len(text) - len(text.encode("latin-1", "ignore"))


def _mark(text: str) -> int:
    last = text[-1]
    if last in _AFTER_STOP:
        inner = text.rstrip(_AFTER_STOP)
        return _STOP if inner and inner[-1] in _STOPS else _NONE
    if last in _STOPS:
        return _STOP
    if last in "：:":
        return _COLON
    return _COMMA if last in _COMMAS else _NONE


def _begin(text: str) -> int:
    match = _BEGIN.match(text)
    return (
        _PLAIN
        if match is None
        else {"item": _ITEM, "section": _SECTION, "never": _NEVER}[match.lastgroup or ""]
    )


def _line(n: int, text: str, gap: int, indent: int) -> _Line:
    unit = _UNIT.match(text)
    first = _measure(unit.group()) if unit else 2
    slim = sum(map(text.count, _SLIM)) if len(text) < 100 else 0
    return _Line(n, text, gap, indent, _measure(text), first, min(slim, 4), _mark(text), _begin(text))


def _lines(text: str) -> list[_Line]:
    found = []
    gap = 0
    for n, raw in enumerate(text.splitlines(), 1):
        words = raw.strip()
        if not words:
            gap += 1
            continue
        indent = 0 if raw[0] == words[0] else _measure(raw[: len(raw) - len(raw.lstrip())].expandtabs(4))
        found.append(_line(n, words, gap if found else 0, indent))
        gap = 0
    return found


# --- lines of the page, not of the text --------------------------------------------------------------


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
    longer = [0] * (_WIDEST + 2)
    reach = [min(line.indent + line.width, _WIDEST) for line in lines]
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
        ended = lines[i].mark == _STOP and room >= 4
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

# By how a line ends: no mark, comma, colon, stop.
_WRAP_MARK = (-0.15, -2.5, -4.6, -3.0)
_END_MARK = (-3.5, -7.0, -2.5, -0.2)
_HEAD_MARK = (-0.1, -6.0, -6.0, -4.0)
# By marks that could be squeezed in the line (0–1, 2–3, 4), then by the room left beyond what the next unit
# needed, in half-widths from -5 to 7 and more: below -1 the line holds more than the column, by squeezing.
_WRAP_ROOM = (
    (-6.0, -5.0, -2.7, -2.7, -0.3, -0.3, -2.4, -3.8, -4.0, -4.5, -5.0, -5.0, -7.0),
    (-4.0, -3.5, -1.0, -1.5, -0.7, -0.7, -2.8, -3.8, -4.5, -5.0, -5.5, -5.5, -7.5),
    (-2.0, -1.8, -0.9, -1.2, -1.2, -1.2, -3.2, -3.8, -4.5, -5.0, -5.5, -5.5, -7.5),
)


def _room(room: int) -> int:
    return 0 if room < -5 else 12 if room > 7 else room + 5


_WRAP_OVER = -8.0
_END_FULL = -2.3
_HEAD_FULL = -3.5
_WRAP, _END = -0.25, -1.6
_HEADING = -3.2
_HEAD_ON, _HEAD_DONE = -1.2, -0.4
_ITEM_START = 4.0
_SECTION_START = 3.0
_NEVER_START = -9.0
_BARRED = -1e9


def _decide(lines: Sequence[_Line], columns: Sequence[_Column]) -> list[int]:
    """State of every line: 0 begins a paragraph, 1 goes on in one, 2 begins a heading, 3 goes on in one."""
    score = (0.0, _BARRED, _HEADING + 2.5, _BARRED)
    back: list[tuple[int, int, int, int]] = []
    for i in range(len(lines) - 1):
        a, b, column = lines[i], lines[i + 1], columns[i]
        if not column.wrapped:
            back.append((max(range(4), key=score.__getitem__),) * 4)
            score = (0.0, _BARRED, _HEADING, _BARRED)
            continue
        width = column.width
        reach = a.indent + a.width
        room = width - reach - b.unit + 1
        mark = a.mark
        in_start, in_later = column.indents[_deeper(b.indent, column.margin)]
        gap = _wider(b.gap, column.usual_gap)
        gap_start, gap_later = column.gaps[gap]
        if reach - a.slim > width + 2:
            wrap_later = wrap_first = _WRAP_OVER
        else:
            likely = _WRAP_ROOM[min(a.slim // 2, 2)]
            wrap_later = likely[_room(room)]
            wrap_first = max(likely[_room(room - column.loss)], wrap_later - 2.0)
        on = _WRAP + _WRAP_MARK[mark] + in_later + gap_later
        end = _END + _END_MARK[mark] + (_END_FULL if room <= 0 else -0.1)
        start = in_start + gap_start
        if b.begin == _ITEM:
            start += _ITEM_START
        elif b.begin == _SECTION:
            start += _SECTION_START
        elif b.begin == _NEVER:
            start += _NEVER_START
        head_end = (
            _HEAD_MARK[mark] + (_HEAD_FULL if room <= 0 else -0.1) + _HEAD_DONE + (1.5 if gap < 0 else 0.0)
        )
        head_on = (
            _HEAD_MARK[mark]
            + _HEAD_ON
            + (-0.5 if a.width + b.unit + 2 > b.width and 2 * a.width >= width else -5.0)
        )
        s0, s1, s2, s3 = score
        if gap < 0:
            end += gap_start
            start -= gap_start
        p_end = (s0 + end, s1 + end, s2 + head_end, s3 + head_end)
        k = max(range(4), key=p_end.__getitem__)
        q0, q1 = s0 + on + wrap_first, s1 + on + wrap_later
        h2, h3 = s2 + head_on, s3 + head_on
        back.append((k, 0 if q0 > q1 else 1, k, 2 if h2 > h3 else 3))
        score = (
            p_end[k] + start,
            max(q0, q1),
            p_end[k]
            + _HEADING
            + (-0.2 if b.indent == column.margin else -1.5)
            + (-7.0 if b.begin in (_ITEM, _NEVER) else 0),
            max(h2, h3),
        )
    last = lines[-1]
    final = (
        score[0] + _END_MARK[last.mark],
        score[1] + _END_MARK[last.mark],
        score[2] + _HEAD_MARK[last.mark] - 2,
        score[3] + _HEAD_MARK[last.mark] - 2,
    )
    state = max(range(4), key=final.__getitem__)
    states = [state]
    for step in reversed(back):
        state = step[state]
        states.append(state)
    states.reverse()
    return states


# --- joining -----------------------------------------------------------------------------------------


def _join(texts: Sequence[str]) -> str:
    joined = texts[0]
    for text in texts[1:]:
        joined = _seam(joined, text)
    return joined


def _seam(left: str, right: str) -> str:
    last, head = left[-1], right[0]
    if last == "\xad" or (last == "-" and left[-2:-1].islower() and head.isascii() and head.islower()):
        return left[:-1] + right
    narrow = "!" <= last < "\u0250" and "!" <= head < "\u0250"
    return left + (" " if narrow and last not in "-/([{" and head not in ",.;:!?)]}/" else "") + right


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
