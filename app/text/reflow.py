"""Hard-wrapped lines to true paragraphs.

Owns one question, asked of every line end: did the writer end a block here, or did the column end? Leaves
to others where the text comes from and what its blocks are called for ever.

The way it is answered:

1. Lines that belong to the page and not to the text (page numbers, captions, bylines) are recognised by
   their words and lifted out; where one of them stood, the block around it is cut in two.
2. The other lines are looked at in windows. A *column width* explains a line end when the line fits, and what
   comes next would not have fitted, given that no line begins with a closing mark or ends with an opening
   one, that Latin words and numbers stay whole, and that they are half as wide as a Han character. Of the
   widths that explain the most, the best course of widths through the window is found, or none at all: where
   no width explains the lines they are not wrapped, and every line is a block.
3. What a deeper indent or a wider gap means, and whether first lines lost an indent of two ems, is learnt in
   each window from the line ends that are plain.
4. The best course through all line ends is found at once (Viterbi), with four states of a line: first or
   later line of a paragraph, first or later line of a heading. The tables from `_WRAP_MARK` on say in nats
   what each sign counts.
5. Kinds are judged from the words alone, so that the same blocks bear the same kinds when reflowed again.

Time and memory grow with the length of the text: windows are bounded, and no step looks further.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp, log
from typing import Literal, NamedTuple

from app.model import Kind, Piece

Decision = Literal["wrap", "end", "heading", "torn", "aside", "line"]


@dataclass(frozen=True, slots=True)
class LineEnd:
    """What was decided about the end of one line of the source.

    Attributes:
        line: physical line number, 1-based, as `str.splitlines` counts.
        decision: wrap, the block goes on in the next line; end, a paragraph or list item ends; heading, a
            heading ends; torn, the block goes on beyond a line of the page that stands in its way, and so
            comes out as two; aside, such a line of the page ends; line, the text is not wrapped here.
        why: the strongest reason, in a few words for an editor.
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
_NONE, _COMMA, _COLON, _SEMI, _STOP, _ASK, _SAID = range(7)
_ENDING = {
    **dict.fromkeys("，、,／/—", _COMMA),
    **dict.fromkeys("：:", _COLON),
    **dict.fromkeys("；;", _SEMI),
    **dict.fromkeys("。.︒｡", _STOP),
    **dict.fromkeys("！？…!?～", _ASK),
}
_AFTER_STOP = "”’」』）》〉】〕］)]\"'"

# How a line begins.
_PLAIN, _ITEM, _SECTION, _NEVER, _QUOTE, _OPENS, _RUNS_ON, _DASH, _LABEL = range(9)
_BEGIN = re.compile(
    r"(?P<item>[·•●○■□◆◇▪‣※★☆➢✓✔]\s*\S|[-*]\s+\S|[（(](?:[一二三四五六七八九十百]{1,3}|\d{1,2})[)）]"
    r"|[①-⑳⑴-⒇㈠-㈩]|\d{1,2}[、)）]|\d{1,2}[.．](?!\d)|[一二三四五六七八九十]{1,3}、|[A-Za-z][)）])"
    r"|(?P<section>第[一二三四五六七八九十百千零〇\d]{1,6}[章节節条條编編篇回部][\s　])"
    r"|(?P<never>[，。、；：！？）》〉」』】〕］”’])"
    r"|(?P<quote>[“「])"
    r"|(?P<opens>据悉|據悉|据了解|據了解|据介绍|據介紹|记者|記者|本报|本報|新华社|新華社|日前|近日|近年|此外|目前|今天|今年|昨日|随着"
    r"|隨著|会议|會議|第二天|第二日|同时，|同時，|另外|总之|總之|首先|其次|然而|因此|除了|如果|当|當|我们|我們|在|对此，|對此，|不过，|不過，|当然，|當然，"
    r"|如今|后来|後來|去年|截至|下一步|那天|有一[次年]|与此同时|與此同時|据|據|受[^，。]{2,12}影响，|\d{1,2}月\d{1,2}日|\d{1,2}日[，上下晚起])"
    r"|(?P<dash>——)"
    r"|(?P<runs_on>[的得了着著过過们們之者及或和与與等性化所至于於即便就却卻都也更仍])"
)
_BEGIN_CODE = {
    "item": _ITEM,
    "section": _SECTION,
    "never": _NEVER,
    "quote": _QUOTE,
    "opens": _OPENS,
    "runs_on": _RUNS_ON,
    "dash": _DASH,
}

# What may not be parted at a line's head: opening marks, a Latin word or number or a double mark or one
# character, then closing marks, which may not begin a line (GB/T 15834, JIS X 4051).
_UNIT = re.compile(
    r"[（《〈「『【〔［“‘]*(?:[\x21-\x7e\xa1-\u024f]+|……|——|.)[，。、；：？！）》〉」』】〕］”’…％]*",
    re.DOTALL,
)
_PLAIN_HEAD = re.compile(r"[㐀-鿿](?![，。、；：？！）》〉」』】〕］”’…％])").match
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
        return _NONE if mark < _STOP else _SAID if last in "”」" else mark
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
        inside = 1 if self._quoted else 0
        if ("（" in text or "《" in text or "【" in text) and max(map(text.rfind, "（《【")) > max(
            map(text.rfind, "）》】")
        ):
            inside = 2
        head = text[:2]
        # Most lines begin with a Han character and no mark after it: no need to look further.
        unit = 2 if _PLAIN_HEAD(head) else _measure(_UNIT.match(text).group())  # type: ignore[union-attr]
        slim = sum(map(text.count, _SLIM)) if len(text) < 100 else 4
        return _Line(
            n,
            text,
            gap,
            indent,
            indent + 2 * len(text) - len(text.encode("latin-1", "ignore")),
            unit,
            slim if slim < 4 else 4,
            _mark(text),
            _begin(text),
            inside,
            2 if text.find("。", 0, -2) >= 0 else 1 if "，" in text else 0,
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


# Who speaks, where a text sets names before what they say: 记者：…, 答：…
_SPEAKS = re.compile(r"[㐀-鿿·A-Z]{1,6}[：:]")
_FEWEST_TURNS = 2


def _labelled(lines: list[_Line]) -> list[_Line]:
    """The lines, those marked that begin with a label; it has stood at the top or after a sentence twice."""
    found = [
        (i, match.group())
        for i, line in enumerate(lines)
        if line.begin in (_PLAIN, _OPENS) and (match := _SPEAKS.match(line.text))
    ]
    turns = Counter(label for i, label in found if not i or lines[i - 1].mark >= _STOP)
    for i, label in found:
        if turns[label] >= _FEWEST_TURNS:
            lines[i] = lines[i]._replace(begin=_LABEL)
    return lines


# A line set in further than the others by more than this, in half-widths, is centred.
_CENTRED = 8


def _uncentred(lines: list[_Line]) -> list[_Line]:
    # How far a centred line reaches to the right tells nothing of the column's width.
    margin = Counter(line.indent for line in lines).most_common(1)[0][0]
    return [
        line._replace(reach=line.reach - line.indent + margin) if line.indent > margin + _CENTRED else line
        for line in lines
    ]


# A line of verse: one clause of up to seven characters or two or three of up to nine, nothing left over.
_CLAUSES = re.compile(
    r"[㐀-鿿]{2,7}[，。；？！]?"
    r"|[㐀-鿿]{2,9}[，、；？！　 ][㐀-鿿]{2,9}(?:[，、；　 ][㐀-鿿]{2,9})?[，。；？！]?"
)
# Words of modern prose that classical verse has no use for.
_PROSE_WORDS = re.compile("[的们們这這吗嗎呢吧被您]")
_FEWEST_VERSES = 3


def _verse(text: str) -> bool:
    return len(text) < 32 and _CLAUSES.fullmatch(text) is not None and _PROSE_WORDS.search(text) is None


def _verses(lines: Sequence[_Line]) -> list[bool]:
    """Which lines are verse.

    Three or more in a row that look like it, with marks at all their ends or at none, of one length where
    there is no mark at all, and not amid lines as long as they are, as narrow columns of prose would be.
    """
    verse = [_verse(line.text) for line in lines]
    start = 0
    while start < len(verse):
        if not verse[start]:
            start += 1
            continue
        # A title looks like a line of verse too; it is shorter, or the lines below it have two clauses.
        title = lines[start].text
        below = lines[start + 1].text if start + 1 < len(lines) else ""
        if title.isalpha() and (len(title) < 5 or not below.isalpha()):
            verse[start] = False
            start += 1
            continue
        open_ended = lines[start].mark == _NONE
        end = start
        while end < len(verse) and verse[end] and (lines[end].mark == _NONE) == open_ended:
            end += 1
        run = lines[start:end]
        longest = max(line.reach for line in run)
        amid = any(
            abs(line.reach - longest) < 3
            for line in (*lines[max(start - 1, 0) : start], *lines[end : end + 1])
        )
        bare = all(line.text.isalpha() for line in run)
        uneven = bare and (len(run) == _FEWEST_VERSES or len({len(line.text) for line in run}) > 1)
        if len(run) < _FEWEST_VERSES or amid or uneven:
            verse[start:end] = [False] * len(run)
        start = end
    return verse


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


_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费薛雷贺倪汤滕罗毕郝安常乐于时傅齐"
    "康伍余元顾孟黄穆萧尹姚邵湛汪祁毛狄米贝戴谈宋庞熊纪舒屈项祝董梁杜阮蓝季贾江郭梅林钟徐丘骆高夏蔡田樊胡凌霍虞万柯管卢莫房解应宗丁邓洪包诸左石崔龚程"
    "邢裴陆荣翁荀甄曲封段侯全班宫宁仇武刘景詹叶司黎白蒲赖卓屠池乔闻党谭姬申桑桂牛边燕尚温庄晏柴瞿阎慕连习艾鱼容向古易廖耿文关聂曾沙游岳"
    "趙錢孫馮陳衛許呂張嚴鄒蘇範魯韋馬費賀湯羅畢郝樂時傅齊顧黃蕭談龐紀項賈鍾駱萬盧莫應鄧諸龔陸榮劉葉賴喬聞黨譚閻連習關聶莊"
)
_NAME = re.compile(
    rf"(?:[{_SURNAMES}][一-鿿]{{1,2}}|(?:纳兰|納蘭|欧阳|歐陽|司马|司馬|诸葛|諸葛|上官)[一-鿿]{{1,2}})"
)


def _aside(text: str) -> Kind | None:
    if len(text) > 80:
        return "caption" if text[0] in "▲▼◀▶△▽◄►" else None
    if _FURNITURE.fullmatch(text):
        return "furniture"
    if _BYLINE.fullmatch(text) and _mark(text) < _STOP:
        return "byline"
    return "caption" if _CAPTION.match(text) else None


def _asides(lines: Sequence[_Line]) -> list[Kind | None]:
    """Which lines are of the page and not of the text.

    Besides what a line's own words tell: a caption goes on to the line with its credit; a line beside a page
    number that stands beside another one too is a running head; a bare name under a title is a byline.
    """
    found: list[Kind | None] = [_aside(line.text) for line in lines]
    beside: dict[str, list[int]] = {}
    for i, kind in enumerate(found):
        if kind == "furniture":
            for j in (i - 1, i + 1):
                if (
                    0 <= j < len(lines)
                    and not found[j]
                    and lines[j].mark == _NONE
                    and len(lines[j].text) < 40
                ):
                    beside.setdefault(lines[j].text, []).append(j)
        elif kind == "caption" and not _CREDIT.search(lines[i].text):
            for j in range(i + 1, min(i + 3, len(lines))):
                if _CREDIT.search(lines[j].text) and found[j] in (None, "byline"):
                    found[i + 1 : j + 1] = ["caption"] * (j - i)
                    break
    for places in beside.values():
        if len(set(places)) > 1 or _intrudes(lines, found, places[0]):
            for j in places:
                found[j] = "furniture"
    top = next((i for i, kind in enumerate(found) if not kind), 0)
    for i in range(1, len(lines)):
        if not found[i] and not found[i - 1] and len(lines[i].text) < 5 and _NAME.fullmatch(lines[i].text):
            following = lines[i + 1].text if i + 1 < len(lines) else ""
            if _headlike(lines[i - 1].text) and (i == top + 1 or _verse(following)):
                found[i] = "byline"
    return found


def _intrudes(lines: Sequence[_Line], found: Sequence[Kind | None], j: int) -> bool:
    # A few words beside a page number, where the sentence before them is open and its line is much longer:
    # neither its next line nor a heading, but the running head.
    before = next((lines[i] for i in range(j - 1, max(j - 4, -1), -1) if not found[i]), None)
    return (
        before is not None
        and lines[j].begin != _ITEM
        and before.begin != _ITEM
        and before.mark <= _COMMA
        and len(before.text) >= 10
        and 3 * len(lines[j].text) <= 2 * len(before.text)
        and (before.slim > 0 or before.n != lines[0].n)  # no title
    )


# --- what a window of lines has in common ------------------------------------------------------------


class _Manner(NamedTuple):
    """What a window of lines has in common: how much first lines fall short, what gaps and indents tell."""

    loss: int
    crisp: int
    margin: int
    usual_gap: int
    gaps: dict[int, tuple[float, float]]
    indents: dict[int, tuple[float, float]]
    known: dict[tuple[int, int], tuple[int, int, float, float, float, float]]

    def signs(self, gap: int, indent: int) -> tuple[int, int, float, float, float, float]:
        """Class of a gap (0 smaller, 1 usual, 2 larger) and of an indent (0 to 3), and what each tells."""
        found = self.known.get((gap, indent))
        if found is None:
            wider, deeper = _wider(gap, self.usual_gap), _deeper(indent, self.margin)
            found = (wider + 1, deeper + 1, *self.indents[deeper], *self.gaps[wider])
            self.known[gap, indent] = found
        return found


# In half-widths: no column is wider than 70 ems.
_WIDEST = 140
# A window may hold columns of several widths (beside a picture, after a change of page); more than these are
# not looked for, and none that fewer lines than this bear witness to.
_MOST_WIDTHS, _FEWEST_WITNESSES = 6, 2.0
# No column is narrower, in half-widths: numbered cross-heads of one length are none.
_NARROWEST = 12
# In nats: another width from this line on; from or to no column at all, besides; no column from the first
# line on; a line that is as wide as a column but for a first indent, against the whole window and, where the
# beginnings of blocks are told apart, against lines that lost none; a line without a mark that begins a block
# and goes on, in any but the commonest width, since it may be a heading; a line that goes beyond the column.
_CHANGE, _LOOSE, _OPENING, _FIRST_LINE, _EITHER, _BARE, _BEYOND = -5.5, -4.0, -4.0, -1.5, -0.7, -3.0, -14.0
# The next line begins an item, an article of a law or a turn to speak; with a mark that never begins one; is
# indented more than this one: how much less, or more, likely this one goes on.
_ON_NEXT = (0.0, -3.0, -3.0, 4.0, 0.0, 0.0, 0.0, 0.0, -3.0)
_ON_INDENT = -2.0
# A width does for the whole window unless so many lines in a row fit it worse than this, or no width at all
# would do nearly as well.
_SHORTEST_RUN, _DOUBTFUL, _PLAINLY = 3, -4.6, 20.0
# First lines lose two ems with their indent; the loss is clear from so many nats on.
_INDENT, _CLEAR = 4, 8.0
# A window is crisp when of the lines in mid-paragraph no more than this share leave room.
_LOOSEST = 0.05
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


def _candidates(lines: Sequence[_Line]) -> list[int]:
    """Widths at which the most line ends of a window are explained, best first."""
    # Votes as steps up and down: one for each width from the line's own reach until what follows would have
    # fitted, half a vote for the widths that squeezing its marks would make it fit.
    steps = [0.0] * (_WIDEST + 2)
    for line, following in pairwise(lines):
        at = line.reach
        if at <= _WIDEST:
            vote = 1.0 if line.mark < _COLON else 0.3
            steps[at - line.slim if at > line.slim else 0] += vote / 2
            steps[at] += vote / 2
            end = at + following.unit
            if end <= _WIDEST:
                steps[end] -= vote
    votes = list(accumulate(steps))
    votes[:_NARROWEST] = [0.0] * _NARROWEST
    found: list[int] = []
    while len(found) < _MOST_WIDTHS:
        most = max(votes)
        if most < (_FEWEST_WITNESSES if found else 0.9):
            break
        width = votes.index(most)
        width -= width % 2
        found.append(width)
        nearest = max(width - 3, 0)
        votes[nearest : width + 4] = [0.0] * (min(width + 4, len(votes)) - nearest)
    return found


def _explained(lines: Sequence[_Line], width: int) -> tuple[float, bool]:
    """How well one width explains all line ends of a window, and whether it does so without a doubt."""
    total = free = 0.0
    doubts = most_doubts = 0
    for line, following in pairwise(lines):
        room = width - line.reach - following.unit + 1
        if room < -6:
            share = _BEYOND
        else:
            fit = _FIT[line.slim][line.mark]
            share = fit[room + 6] if room < 10 else fit[15]
            if 0 < room < 10 and fit[room + 2] + _FIRST_LINE > share:
                share = fit[room + 2] + _FIRST_LINE
        total += share
        free += _UNFIT[line.mark]
        if share == _BEYOND:
            doubts = _SHORTEST_RUN
        elif line.mark >= _STOP:
            pass
        elif share >= _DOUBTFUL:
            doubts = 0
        elif line.slim or line.begin == _ITEM:
            doubts += 1
        most_doubts = max(most_doubts, doubts)
    return total, most_doubts < _SHORTEST_RUN and total > free + _PLAINLY


def _widths(lines: Sequence[_Line], verse: Sequence[bool]) -> list[int]:
    """The column width that each line was set to, 0 for none: the best course through the candidates."""
    prose = [line for line, sung in zip(lines, verse, strict=True) if not sung]
    candidates = _candidates(prose) if prose else []
    if candidates:
        near = [candidates[0], candidates[0] - 2, candidates[0] + 2]
        tried = [(*_explained(prose, width), width) for width in near if width > 0]
        _, plain, candidates[0] = max(tried)
        if plain and len(prose) > _SHORTEST_RUN:
            return [0 if sung else candidates[0] for sung in verse]
    return _course(lines, verse, [0, *candidates])


def _course(lines: Sequence[_Line], verse: Sequence[bool], kinds: Sequence[int]) -> list[int]:
    """The best course through some widths, 0 for none; each with two states of a line, as columns have them.

    A line begins a block or goes on in one. Only the first may lack a lost indent, and only after a line that
    could have ended a block: so a run of short items beside a picture is told from lines that leave room.
    """
    starts, laters = [0.0] * len(kinds), [_BARRED] * len(kinds)
    starts[0] = _OPENING
    # For each line and each state of the next line, the state it came from: 2 k begins, 2 k + 1 goes on.
    back: list[list[int]] = []
    final = len(lines) - 1
    beyond = _BEYOND
    for i, line in enumerate(lines):
        mark, slim = line.mark, line.slim
        top, top_later = max(starts), max(laters)
        lead, lead_later = 2 * starts.index(top), 2 * laters.index(top_later) + 1
        change, change_later = top + _CHANGE, top_later + _CHANGE
        came: list[int] = []
        back.append(came)
        if verse[i] or i == final:
            # Verse stands outside the columns; what comes after it begins anew.
            for k, (start, later) in enumerate(zip(starts, laters, strict=True)):
                begun = 2 * k if start >= change else lead
                start = max(start, change)
                if later > start:
                    start, begun = later, 2 * k + 1
                starts[k] = start + (beyond if k and i == final and line.reach > kinds[k] + 6 else 0.0)
                laters[k] = _BARRED
                came += (begun, begun)
            continue
        following = lines[i + 1]
        most = line.reach + following.unit - 7
        wraps, firsts, ends = _WRAPPED[slim][mark], _FIRST_WRAPPED[slim][mark], _ENDED[mark]
        on = _ON_NEXT[following.begin] + (_ON_INDENT if following.indent > line.indent else 0.0)
        bare = on + _BARE if not slim and line.begin != _ITEM else on
        loose = change + _LOOSE
        came += (0, 0) if starts[0] >= loose else (lead, lead)
        now, laters_now = [max(starts[0], loose) + _UNFIT[mark]], [_BARRED]
        if not lead:
            change = loose
        on_first = on
        begun = 0
        for width, start, later in zip(kinds[1:], starts[1:], laters[1:], strict=True):
            begun += 2
            gone_on = begun + 1
            from_start = begun
            if start < change:
                start, from_start = change, lead
            if later < change_later:
                later, gone_on = change_later, lead_later
            room = width - most
            if room < 0:
                start += beyond
                later += beyond
                room = 0
            elif room > 20:
                room = 20
            ahead = start + firsts[room] + on_first
            along = later + wraps[room] + on
            on_first = bare
            if start > later:
                now.append(start + ends)
                came.append(from_start)
            else:
                now.append(later + ends)
                came.append(gone_on)
            if ahead > along:
                laters_now.append(ahead)
                came.append(from_start)
            else:
                laters_now.append(along)
                came.append(gone_on)
        starts, laters = now, laters_now
    state = 2 * starts.index(max(starts))
    widths = []
    for came, sung in zip(reversed(back), reversed(verse), strict=True):
        widths.append(0 if sung else kinds[state // 2])
        state = came[state]
    widths.reverse()
    return widths


def _manner(lines: Sequence[_Line], widths: Sequence[int]) -> tuple[_Manner, bool]:
    # With it, whether the loss is in doubt.
    margin = Counter(line.indent for line in lines).most_common(1)[0][0]
    usual = Counter(line.gap for line in lines[1:]).most_common(1)[0][0] if len(lines) > 1 else 0
    gaps: list[tuple[int, bool]] = []
    indents: list[tuple[int, bool]] = []
    loss = 0.0
    seen = loose = 0
    for i in range(len(lines) - 1):
        a, b, width = lines[i], lines[i + 1], widths[i]
        room = width - a.reach - b.unit
        ended = a.mark >= _STOP and (room >= 4 or not width)
        if width and i and a.mark <= _COMMA and a.slim and lines[i - 1].mark <= _COMMA:
            seen += 1
            loose += room > 0
        if ended or (a.mark == _NONE and room < 0 and width):
            gaps.append((_wider(b.gap, usual), ended))
            heading = (
                b.mark == _NONE
                and not b.slim
                and i + 2 < len(lines)
                and width - b.reach > lines[i + 2].unit + 4
            )
            if not ended or (b.begin not in (_ITEM, _SECTION) and not heading):
                indents.append((_deeper(b.indent, margin), ended))
        if room >= 4 and i + 2 < len(lines) and b.mark < _COLON and widths[i + 1]:
            ahead = widths[i + 1] - b.reach - lines[i + 2].unit + 1
            fit = _FIT[b.slim][b.mark]
            loss += fit[max(min(ahead + 2, 15), 0)] - fit[max(min(ahead + 6, 15), 0)]
    crisp = int(loose <= _LOOSEST * seen)
    manner = _Manner(
        _INDENT if loss > 0 else 0,
        crisp,
        margin,
        usual,
        _learnt(gaps, _PRIOR_GAP),
        _learnt(indents, _PRIOR_INDENT),
        {},
    )
    return manner, abs(loss) < _CLEAR


# Lines are surveyed by so many at a time, and so many more on either side are looked at with them.
_WINDOW, _AROUND, _FEW = 256, 48, 60


def _survey(lines: Sequence[_Line]) -> tuple[list[int], list[_Manner]]:
    widths: list[int] = []
    manners: list[_Manner] = []
    verse = _verses(lines)
    for start in range(0, len(lines), _WINDOW):
        first = max(0, start - _AROUND)
        window = lines[first : start + _WINDOW + _AROUND]
        found = _widths(window, verse[first : start + _WINDOW + _AROUND])
        manner, doubt = _manner(window, found)
        settings = [(found, manner)]
        if doubt:
            settings.append((found, manner._replace(loss=_INDENT - manner.loss)))
        if len(window) < _FEW:
            # Too few lines to tell 17 ems from 18: an em more or less may tell a better story.
            for other in (2, -2):
                shifted = [width + other if width else 0 for width in found]
                manner, _ = _manner(window, shifted)
                settings += [(shifted, manner), (shifted, manner._replace(loss=_INDENT - manner.loss))]
        if len(settings) > 1 and len(window) > 1:
            found, manner = max(
                settings, key=lambda each: _decide(window, each[0], [each[1]] * len(window))[2]
            )
        own = slice(start - first, start - first + _WINDOW)
        widths += found[own]
        manners += [manner] * len(found[own])
    return widths, manners


# --- how likely each sign is, in nats ----------------------------------------------------------------

# The tables below were learnt together (a conditional random field over the four states, trained on texts set
# into columns of many widths, indents and gaps), so an entry means something only beside its rivals: more is
# more likely, and what counts is the difference between the ways on from one line end.
#
# On in a paragraph: by the mark at the line's end (none, comma, colon, semicolon, stop, question or cry, stop
# within closing quotes).
_WRAP_MARK = (-0.3, -2.0, -3.8, -3.0, -2.7, -4.4, -3.8)
# By how the next line begins (plainly, as an item, as an article of a law, with a mark that never begins one,
# with a quotation, with words that open paragraphs, with words that run on, with a dash, with a speaker's
# label): after no stop, after a stop. The last two were set by hand, and so were all of them for headings.
_WRAP_NEXT = (
    (0.9, -5.5, -3.3, 4.6, -2.7, -2.0, 2.1, 0.9, -3.5),
    (0.4, -3.2, -3.5, 4.1, -2.1, 0.3, 1.9, 0.4, -3.5),
)
# By where the line's end stands: in the open, inside a quotation, inside brackets or a title.
_WRAP_INSIDE = (0.2, 1.3, 2.1)
# A full line that ends in a colon before a quotation: newspapers go on, since few last lines are full.
_COLON_QUOTE = 1.0
# By the room left beyond what the next unit needed, in half-widths: below -5, -5 to 7, up to 15, more; below
# -1 the line holds more than the column by squeezing marks. Rows: 0-1, 2-3, 4 marks that could be squeezed.
# First for windows where lines leave room now and then, second for crisp ones.
_WRAP_ROOM = (
    (
        (-4.0, -3.5, -2.6, -1.8, -1.4, -1.6, -3.0, -3.5, -3.8, -3.6, -3.2, -4.1, -4.5, -7.9),
        (-3.5, -3.0, -1.7, -1.9, -1.6, -1.8, -3.6, -3.6, -3.9, -4.3, -4.4, -5.0, -5.1, -7.9),
        (-3.2, -1.5, -0.9, -1.0, -1.8, -1.6, -3.6, -3.7, -4.5, -5.0, -5.7, -5.5, -7.2, -8.0),
    ),
    (
        (-4.5, -3.4, -2.4, -2.1, -1.8, -1.4, -3.1, -3.8, -6.0, -6.7, -5.6, -5.5, -7.1, -9.7),
        (-4.1, -2.7, -1.7, -1.5, -1.4, -2.2, -2.7, -4.1, -4.9, -5.2, -5.9, -5.6, -7.0, -9.7),
        (-2.3, -2.6, -1.2, -2.0, -1.5, -1.6, -3.8, -3.9, -4.9, -5.1, -5.8, -5.5, -7.5, -9.5),
    ),
)
# How much of what a window taught about indents (of paragraphs, of items) and gaps is believed.
_TRUST_INDENT = 2.77
_TRUST_ITEM = 0.53
_TRUST_GAP = 0.97
# An end of a paragraph: by its mark as above; by room in steps (far over, squeezed, just full, up to one em
# and a half, up to three, up to seven, more).
_END_MARK = (-4.8, -9.2, -4.0, -3.5, -0.5, -3.5, -1.0)
_END_ROOM = (-3.9, -2.0, -2.2, -1.7, -1.5, -0.7, 0.1)
# An end of a heading: the same; and by commas within (none, some, even a stop).
_HEAD_MARK = (-1.3, -6.5, -6.3, -6.5, -6.7, -1.1, -5.3)
_HEAD_ROOM = (-4.9, -3.0, -2.6, -2.1, -1.5, -0.8, -0.0)
_HEAD_COMMAS = (0.0, -2.0, -5.7)
# A heading begins: by how its line begins, by its indent (less than the margin, none, a little, more), by the
# gap before it (smaller than usual, usual, larger); then the gap between it and a paragraph, or another
# heading.
_HEAD_NEXT = (-3.4, -8.7, -3.3, -10.0, -5.4, -4.0, -2.8, -3.4, -8.7)
_HEAD_INDENT = (0.4, 0.5, -2.8, -0.8)
_BEFORE_HEADING = (-2.3, 1.1, 1.0)
_AFTER_HEADING = (2.1, -1.1, -1.2)
_TWO_HEADINGS = (-0.2, -1.2, -0.9)
# A heading goes on in the next line.
_HEAD_ON_MARK = (-1.3, -4.0, -3.8, -7.0, -6.2, -5.4, -5.0)
_HEAD_ON_NEXT = (0.1, -4.9, -4.8, 0.5, -1.2, -1.9, 0.8, -4.9, -4.9)
_HEAD_ON_GAP = (0.3, -0.3, -3.0)
_HEAD_ON_INSIDE = (-0.6, 1.1, 3.3)
_HEAD_ON_FIT = (-7.4, -3.1, -0.4, -0.4)
# A heading at the very top, at the very end.
_TOP_HEADING = 1.33
_LAST_HEADING = -1.54
# A paragraph that begins with the words of the heading before it, as news does.
_ECHO = -0.16
# A block of one line: an item, any other.
_END_ITEM = 2.73
_END_FIRST = -0.84


def _room(room: int) -> int:
    # Index of a room in a row of _WRAP_ROOM.
    return 0 if room < -5 else room + 5 if room < 8 else 12 if room < 16 else 13


# Share of wraps that leave so much room, from -6 (squeezed) to 9 half-widths, by marks to squeeze (0-1, 2-3,
# 4), per hundred.
_ROOMS = (
    (0.3, 0.6, 1.0, 8.0, 6.0, 62.0, 10.0, 8.0, 1.5, 0.8, 0.5, 0.4, 0.3, 0.2, 0.2, 0.2),
    (0.8, 3.0, 2.0, 36.0, 6.0, 36.0, 6.0, 6.0, 1.2, 0.8, 0.5, 0.4, 0.3, 0.2, 0.2, 0.2),
    (5.0, 10.0, 4.0, 36.0, 5.0, 31.0, 3.0, 3.0, 0.8, 0.8, 0.5, 0.4, 0.3, 0.2, 0.2, 0.2),
)


# Seven ends of ten in a column are wraps, with these marks; the others leave any room with one likelihood.
_WRAP_SHARE = tuple(0.7 * share for share in (0.86, 0.1, 0.01, 0.02, 0.04, 0.02, 0.01))
_END_SHARE = tuple(0.3 * share for share in (0.06, 0.01, 0.08, 0.06, 0.62, 0.1, 0.1))


def _fit() -> tuple[tuple[tuple[float, ...], ...], ...]:
    """By marks to squeeze, mark at the end, room from -6 to 9 and more: how well a width explains it."""
    return tuple(
        tuple(
            tuple(
                log(wrap * share / 100 + end * (0.025 if room > -2 else 0.005 if room > -6 else 1e-4))
                for room, share in enumerate(shares, -6)
            )
            for wrap, end in zip(_WRAP_SHARE, _END_SHARE, strict=True)
        )
        for shares in (_ROOMS[slim // 2] for slim in range(5))
    )


# The same told apart: a wrap, by marks to squeeze, mark and room from -6 to 14; one of a first line, which
# may have lost an indent; an end, by mark.
_WRAPPED = tuple(
    tuple(
        tuple(log(wrap * _ROOMS[slim // 2][min(room, 15)] / 100) for room in range(21))
        for wrap in _WRAP_SHARE
    )
    for slim in range(5)
)
_FIRST_WRAPPED = tuple(
    tuple(
        tuple(max(fits[room], fits[max(room - _INDENT, 0)]) + _EITHER for room in range(21))
        for fits in by_mark
    )
    for by_mark in _WRAPPED
)
_ENDED = tuple(log(share * 0.025) for share in _END_SHARE)
_FIT = _fit()
# Not in a column at all, by mark: any length is as good as any other, and every line is a block.
_UNFIT = tuple(log(share) - 4.3 for share in (0.15, 0.005, 0.08, 0.06, 0.54, 0.1, 0.1))


# From an index in _WRAP_ROOM to the step of room in _END_ROOM and _HEAD_ROOM.
_ROOM_STEP = (0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 6)
_BARRED, _CERTAIN = -1e9, 9.0


def _fits(a: _Line, b: _Line, width: int) -> int:
    # Whether two lines of a heading could have been set to one measure: 0 no, since what follows would have
    # fitted; 1 to 3, to one of up to two fifths, up to four fifths or all of the column.
    return 0 if a.reach + b.unit <= b.reach - 2 else min(3, 1 + 5 * a.reach // (2 * width + 1))


def _decide(
    lines: Sequence[_Line], widths: Sequence[int], manners: Sequence[_Manner]
) -> tuple[list[int], list[float], float]:
    """The most likely course through the line ends.

    Returns:
        The state of every line: 0 begins a paragraph, 1 goes on in one, 2 begins a heading, 3 goes on in one;
        by how many nats each line end looks more like an end than like a wrap, seen from the lines before it;
        the log-likelihood of the whole course.
    """
    ahead: list[float] = []
    score = (0.0, _BARRED, _TOP_HEADING, _BARRED)
    back: list[tuple[int, int, int, int]] = []
    for i in range(len(lines) - 1):
        a, b, manner = lines[i], lines[i + 1], manners[i]
        width = widths[i]
        if not width:
            back.append((max(range(4), key=score.__getitem__),) * 4)
            ahead.append(_CERTAIN)
            score = (0.0, _BARRED, _TOP_HEADING, _BARRED)
            continue
        mark, begin = a.mark, b.begin
        room = width - a.reach - b.unit + 1
        at = room + 5 if -6 < room < 8 else _room(room)
        step = _ROOM_STEP[at]
        gap, deeper, in_start, in_later, gap_start, gap_later = manner.signs(b.gap, b.indent)
        likely = _WRAP_ROOM[manner.crisp][a.slim // 2]
        on = (
            _WRAP_MARK[mark]
            + _WRAP_NEXT[mark >= _STOP][begin]
            + _WRAP_INSIDE[a.inside]
            + _TRUST_INDENT * in_later
            + _TRUST_GAP * gap_later
        )
        if mark == _COLON and begin == _QUOTE and room < 2:
            on += _COLON_QUOTE
        first, later, head_first, head_later = score
        on_first = first + on + (likely[_room(room - manner.loss)] if manner.loss else likely[at])
        on_later = later + on + likely[at]
        first += _END_ITEM if a.begin == _ITEM else _END_FIRST
        best, k = (first, 0) if first > later else (later, 1)
        head, h = (head_first, 2) if head_first > head_later else (head_later, 3)
        after = best + _END_MARK[mark] + _END_ROOM[step]
        headed = head + _HEAD_MARK[mark] + _HEAD_ROOM[step] + _HEAD_COMMAS[a.commas]
        start, start_headed = after + _TRUST_GAP * gap_start, headed + _AFTER_HEADING[gap]
        if b.text[:2] == a.text[:2] or b.text[:2] == lines[i - 1].text[:2]:
            start_headed += _ECHO
        title, title_headed = after + _BEFORE_HEADING[gap], headed + _TWO_HEADINGS[gap]
        head_on = (
            head
            + _HEAD_ON_MARK[mark]
            + _HEAD_ON_NEXT[begin]
            + _HEAD_COMMAS[a.commas]
            + _HEAD_ON_GAP[gap]
            + _HEAD_ON_INSIDE[a.inside]
            + _HEAD_ON_FIT[_fits(a, b, width)]
        )
        back.append(
            (
                k if start > start_headed else h,
                0 if on_first > on_later else 1,
                k if title > title_headed else h,
                h,
            )
        )
        score = (
            (start if start > start_headed else start_headed)
            + (_TRUST_ITEM if begin == _ITEM else _TRUST_INDENT) * in_start,
            on_first if on_first > on_later else on_later,
            (title if title > title_headed else title_headed) + _HEAD_NEXT[begin] + _HEAD_INDENT[deeper],
            head_on,
        )
        ahead.append(max(score[0], score[2]) - max(score[1], score[3]))
    last = lines[-1]
    final = (
        score[0] + _END_MARK[last.mark],
        score[1] + _END_MARK[last.mark],
        score[2] + _HEAD_MARK[last.mark] + _HEAD_COMMAS[last.commas] + _LAST_HEADING,
        score[3] + _HEAD_MARK[last.mark] + _HEAD_COMMAS[last.commas] + _LAST_HEADING,
    )
    state = max(range(4), key=final.__getitem__)
    total, states = final[state], [state]
    for step_back in reversed(back):
        state = step_back[state]
        states.append(state)
    states.reverse()
    return states, ahead, total


# --- joining -----------------------------------------------------------------------------------------

_HYPHENED = re.compile(r"[^\W\d_]-$")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:-[A-Za-z\u00c0-\u024f]+)*")
_TIGHT, _SPACED = re.compile(r"[㐀-鿿][A-Za-z0-9]"), re.compile(r"[㐀-鿿] [A-Za-z0-9]")


class _Joiner:
    """Joins lines as their text would have been written: learns its words and its habit of spaces."""

    def __init__(self, text: str, lines: Sequence[_Line]) -> None:
        sample = text[:20_000]
        self._spaced = len(_SPACED.findall(sample)) > len(_TIGHT.findall(sample))
        hyphened = any(line.text[-1] == "-" and _HYPHENED.search(line.text[-2:]) for line in lines)
        self._words = frozenset(_LATIN_WORD.findall(text)) if hyphened else frozenset[str]()

    def join(self, texts: Sequence[str]) -> str:
        """One block of several lines."""
        parts = [texts[0]]
        for text in texts[1:]:
            left = parts[-1]
            last, head = left[-1], text[0]
            if len(left) > 1 and (last == "\xad" or (last == "-" and self._mends(left, text))):
                parts[-1] = left[:-1]
            elif self._parted(last, head):
                parts.append(" ")
            parts.append(text)
        return "".join(parts)

    def _mends(self, left: str, right: str) -> bool:
        # Fedo-|ra is one word; well-|known keeps its hyphen when the text has it in mid-line elsewhere.
        if not (left[-2].islower() and right[0].islower() and right[0] < "\u0250"):
            return False
        begun, rest = _LATIN_WORD.findall(left[-60:-1]), _LATIN_WORD.match(right)
        if not begun or not rest:
            return False
        return f"{begun[-1]}-{rest.group()}" not in self._words or begun[-1] + rest.group() in self._words

    def _parted(self, last: str, head: str) -> bool:
        # Marks that cling to what is beside them need no space; Han and Latin follow the text's own habit.
        narrow_last, narrow_head = "!" <= last < "\u0250", "!" <= head < "\u0250"
        if narrow_last and narrow_head:
            return last not in "-/([{" and head not in ",.;:!?)]}/"
        han = "\u3400" <= (head if narrow_last else last) < "\ua000"
        return (
            self._spaced and han and (last if narrow_last else head).isalnum() and narrow_last != narrow_head
        )


# --- kinds, from the words alone ---------------------------------------------------------------------

# A bold line may be a question or a cry when it is no longer than this, and a title at the top no longer than
# that, in characters; so many lines of the kind in a row are items, not headings.
_LONGEST_HEADING, _LONGEST_QUESTION, _LONGEST_TITLE, _FEWEST_ITEMS = 44, 26, 64, 4
_NUMBERED_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、")
_MARKS_WITHIN = re.compile(r"[。？！；?!;].")


def _headlike(text: str) -> bool:
    """Whether words could be a heading, neighbours aside: short, no sentence within, no end of one."""
    if len(text) > _LONGEST_HEADING or _mark(text) != _NONE:
        return False
    return text.count("，") <= (len(text) < 36) and not _MARKS_WITHIN.search(text)


def _asking(text: str) -> bool:
    return (
        len(text) <= _LONGEST_QUESTION
        and _mark(text) == _ASK
        and text[0] not in "“「‘（("
        and text.count("，") < 2
        and not _MARKS_WITHIN.search(text[: len(text.rstrip(_AFTER_STOP)) - 1])
    )


def _kinds(lines: Sequence[_Line]) -> list[Kind]:
    kinds: list[Kind] = []
    asides = _asides(lines)
    verse = _verses(lines)
    before = ""  # the last block that is not of the page
    torn = False
    for i, line in enumerate(lines):
        text, aside = line.text, asides[i]
        following = next((lines[j] for j in range(i + 1, min(i + 4, len(lines))) if not asides[j]), None)
        if aside:
            kinds.append(aside)
            torn = torn or aside != "byline"
            continue
        # A block that a page number cuts in two stays what it was.
        tail = torn and bool(before) and _mark(before) <= _COMMA and (len(before) > 20 or "，" in before)
        torn = False
        kind: Kind = "paragraph"
        if tail and kinds and _begin(text) != _ITEM:
            kind = next((k for k in reversed(kinds[-8:]) if k in ("paragraph", "list")), "paragraph")
        elif verse[i]:
            kind = "verse"
        elif line.begin == _ITEM:
            numbered = _NUMBERED_HEADING.match(text) and _headlike(text) and following is not None
            kind = "heading" if numbered and following and following.begin != _ITEM else "list"
        elif following is not None and not (following.mark < _STOP and verse[i] and not before):
            cut = (
                i + 1 < len(lines)
                and asides[i + 1] in ("furniture", "caption")
                and bool(before)
                and len(text) > 20
            )
            if not before:
                title = len(text) <= _LONGEST_TITLE and (line.mark in (_NONE, _ASK)) and "。" not in text
                kind = (
                    "heading"
                    if title and text.count("，") < 3 and (line.mark == _NONE or text[0] not in "“「")
                    else "paragraph"
                )
            elif (_headlike(text) and not cut) or (
                _asking(text)
                and line.begin != _LABEL
                and kinds[-1] in ("paragraph", "list")
                and (following.begin == _ITEM or len(following.text) > len(text))
                and following.begin != _QUOTE
                and _mark(before) != _COLON
            ):
                kind = "heading"
        kinds.append(kind)
        before = text
    return _without_rows(kinds)


def _without_rows(kinds: list[Kind]) -> list[Kind]:
    """Headings, many in a row, are a list without bullets."""
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] == "heading":
            end += 1
        if end - start >= _FEWEST_ITEMS and start:
            kinds[start:end] = ["list"] * (end - start)
        start = max(end, start + 1)
    return kinds


# --- the door ----------------------------------------------------------------------------------------


def reflow(text: str) -> Reflowed:
    """Find the true paragraphs of a text.

    Args:
        text: hard-wrapped, plain, or both in turn; any Unicode.

    Returns:
        Blocks on one line each, none of the text's characters lost or added, white space and mended hyphens
        aside. What is not wrapped comes out with a block for every line. The blocks with blank lines between
        them give the same blocks again.
    """
    lines = _labelled(_lines(text))
    if not lines:
        return Reflowed(False, (), ())
    join = _Joiner(text, lines).join
    groups, ends = _blocks(lines)
    while True:
        # What has been joined is looked at again, until nothing more would be.
        read = _Reader().line
        blocks = _labelled(
            [read(k, join([lines[i].text for i in group]), int(k > 0), 0) for k, group in enumerate(groups)]
        )
        again, _ = _blocks(blocks)
        if len(again) == len(groups):
            break
        for group in again:
            for k in group[:-1]:
                ends[groups[k][-1]] = ("wrap", "再看一遍，两行相连", 0.5)
        groups = [[i for k in group for i in groups[k]] for group in again]
    kinds = _kinds(blocks)
    pieces: list[Piece] = []
    for kind, block, group in zip(kinds, blocks, groups, strict=True):
        pieces.append(
            Piece(kind, block.text, (lines[group[0]].n, lines[group[-1]].n), 2 if kind == "heading" else 0)
        )
        if kind == "heading" and ends[group[-1]][0] == "end":
            ends[group[-1]] = ("heading", "短行，无句末标点，像标题", ends[group[-1]][2])
    return Reflowed(
        any(len(group) > 1 for group in groups),
        tuple(pieces),
        tuple(LineEnd(line.n, *end) for line, end in zip(lines, ends, strict=True)),
    )


_End = tuple[Decision, str, float]


def _blocks(lines: Sequence[_Line]) -> tuple[list[list[int]], list[_End]]:
    """Lines by block, as indexes, and what was decided about every line end."""
    asides = _asides(lines)
    at = [i for i, aside in enumerate(asides) if not aside]
    ends: list[_End] = [("aside", _ASIDE_WORDS.get(aside or "", ""), 0.9) for aside in asides]
    goes_on = [False] * len(lines)  # this line is of one block with the line before it
    if at:
        flow = _uncentred([lines[i] for i in at])
        widths, manners = _survey(flow)
        states, ahead, _ = _decide(flow, widths, manners)
        for k, (i, j) in enumerate(pairwise(at)):
            on = states[k + 1] in (1, 3)
            if on and j == i + 1:
                goes_on[j] = True
                ends[i] = ("wrap", _why_wrap(flow[k], flow[k + 1], widths[k]), _sure(-ahead[k]))
            elif on:
                ends[i] = ("torn", "文中插入版面文字，下文接续", _sure(-ahead[k]))
            elif not widths[k]:
                ends[i] = ("line", "此处未折行", 0.9)
            else:
                ends[i] = ("end", _why_end(flow[k], flow[k + 1], widths[k], manners[k]), _sure(ahead[k]))
        ends[at[-1]] = ("end", "文末", 1.0)
    for i in range(1, len(lines)):
        # A caption's second line is its credit.
        if asides[i] == "caption" and asides[i - 1] == "caption" and not _CAPTION.match(lines[i].text):
            goes_on[i] = True
            ends[i - 1] = ("wrap", "图说未完", 0.8)
    groups: list[list[int]] = []
    for i in range(len(lines)):
        if goes_on[i]:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups, ends


_ASIDE_WORDS = {"furniture": "版面文字，不属正文", "byline": "署名", "caption": "图片说明"}


def _sure(nats: float) -> float:
    # Four of five line ends are right even where the lines before them leave all open, since the lines after
    # them are heard too; fitted to how often decisions were right on texts set into columns.
    return round(1 / (1 + exp(-1.4 - 0.6 * max(min(nats, 12.0), 0.0))), 2)


def _why_wrap(a: _Line, b: _Line, width: int) -> str:
    if b.begin == _NEVER:
        return "下一行以标点开头"
    if a.inside == 2:
        return "括号或书名号未合"
    full = width - a.reach < b.unit
    if a.mark >= _STOP:
        return "引文未完" if a.inside else "行满，下一行不像段首" if full else "下一行不像段首"
    return "行满，句未完" if full else "句未完"


def _why_end(a: _Line, b: _Line, width: int, manner: _Manner) -> str:
    if b.begin == _ITEM:
        return "下一行是列表项"
    if _deeper(b.indent, manner.margin) > 0:
        return "下一行缩进"
    if width - a.reach >= b.unit:
        return "行未满，下一行首字本可放下" if a.mark >= _COLON else "行未满，无标点"
    if b.gap > manner.usual_gap:
        return "其后空行较大"
    return "句末标点，下一行像段首" if a.mark >= _STOP else "下一行像另起一段"
