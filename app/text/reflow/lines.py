"""Lines as reflow sees them: measured, with their indents, gaps, marks and beginnings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

# How a line ends.
NONE, COMMA, COLON, _SEMI, STOP, ASK, _SAID = range(7)
_ENDING = {
    **dict.fromkeys("，、,／/—", COMMA),
    **dict.fromkeys("：:", COLON),
    **dict.fromkeys("；;", _SEMI),
    **dict.fromkeys("。.．︒｡", STOP),
    **dict.fromkeys("！？…!?～", ASK),
}
AFTER_STOP = "”’」｣』）》〉】〕］)]\"'"

# How a line begins.
PLAIN, ITEM, SECTION, NEVER, QUOTE, OPENS, _RUNS_ON, _DASH, LABEL = range(9)
_BEGIN = re.compile(
    r"(?P<item>[·•●○■□◆◇▪‣※★☆➢✓✔]\s*\S|[-*]\s+\S|[（(](?:[一二三四五六七八九十百]{1,3}|\d{1,2})[)）]"
    r"|[①-⑳⑴-⒇㈠-㈩]|\d{1,2}[、)）]|\d{1,2}[.．](?!\d)|[一二三四五六七八九十]{1,3}、|[A-Za-z][)）])"
    r"|(?P<section>第[一二三四五六七八九十百千零〇\d]{1,6}[章节節条條编編篇回部][\s　]"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}[.．]?[\s　]+(?![万萬亿億千百个個倍年月日米元吨噸公%])[㐀-鿿A-Z])"
    r"|(?P<never>[，。、；：！？）》〉」｣』】〕］”’])"
    r"|(?P<quote>[“「｢])"
    r"|(?P<opens>据悉|據悉|据了解|據了解|据介绍|據介紹|记者|記者|本报|本報|新华社|新華社|日前|近日|近年|此外|目前|今天|今年|昨日|随着"
    r"|隨著|会议|會議|第二天|第二日|同时，|同時，|另外|总之|總之|首先|其次|然而|因此|除了|如果|当|當|我们|我們|在|对此，|對此，|不过，|不過，|当然，|當然，"
    r"|如今|后来|後來|去年|截至|下一步|那天|有一[次年]|与此同时|與此同時|据|據|受[^，。]{2,12}影响，|\d{1,2}月\d{1,2}日|\d{1,2}日[，上下晚起])"
    r"|(?P<dash>——)"
    r"|(?P<runs_on>[的得了着著过過们們之者及或和与與等性化所至于於即便就却卻都也更仍])"
)

_BEGIN_CODE = {
    "item": ITEM,
    "section": SECTION,
    "never": NEVER,
    "quote": QUOTE,
    "opens": OPENS,
    "runs_on": _RUNS_ON,
    "dash": _DASH,
}

# What may not be separated at the head of a line: opening marks; a Latin word, a number, a double mark or one
# character; closing marks, which may not begin a line (GB/T 15834, JIS X 4051).
_UNIT = re.compile(
    r"[（《〈「｢『【〔［“‘]*(?:[\x21-\x7e\xa1-\u024f]+|……|——|.)[，。、；：？！）》〉」｣』】〕］”’…％]*",
    re.DOTALL,
)
_PLAIN_HEAD = re.compile(r"[㐀-鿿](?![，。、；：？！）》〉」｣』】〕］”’…％])").match

# Marks that a typesetter may squeeze to half their width.
_SLIM = "，。、“”："


class Line(NamedTuple):
    """A line that is not blank, measured in half-widths: a Han character or full mark counts 2, Latin 1.

    Attributes:
        n: line number in the source.
        gap: blank lines before it.
        reach: width of indent and words.
        unit: width of what may not be separated at its head.
        slim: how many of its marks could be squeezed, up to 4.
        mark, begin: how it ends and begins.
        inside: 1 if its end is inside a quotation, 2 inside brackets or a title, else 0.
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


def mark_of(text: str) -> int:
    """How a line ends: one of NONE to SAID."""
    last = text[-1]
    if last in ".．" and text[-2:-1].isdigit():
        return NONE  # a figure that the column cut
    if last in AFTER_STOP:
        inner = text.rstrip(AFTER_STOP)
        mark = _ENDING.get(inner[-1], NONE) if inner else NONE
        return NONE if mark < STOP else _SAID if last in "”」｣" else mark
    return _ENDING.get(last, NONE)


def begin_of(text: str) -> int:
    """How a line begins: one of PLAIN to LABEL."""
    match = _BEGIN.match(text)
    return _BEGIN_CODE[match.lastgroup or ""] if match else PLAIN


def begins_block(text: str) -> bool:
    """Whether a line begins an item of a list, an article of a law, or the words of a speaker."""
    return begin_of(text) in (ITEM, SECTION) or _SPEAKS.match(text) is not None


class Reader:
    """Makes lines; remembers from line to line whether a quotation is open."""

    def __init__(self) -> None:
        self._quoted = False

    def line(self, n: int, text: str, gap: int, indent: int) -> Line:
        """Measure a line, given without surrounding white space."""
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
        return Line(
            n,
            text,
            gap,
            indent,
            indent + _measure(text),
            unit,
            slim if slim < 4 else 4,
            mark_of(text),
            begin_of(text),
            inside,
            2 if text.find("。", 0, -2) >= 0 else 1 if "，" in text else 0,
        )


def read_lines(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    found: list[Line] = []
    read = Reader().line
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


# A speaker's label before the words: 记者：…, 答：…
_SPEAKS = re.compile(r"[㐀-鿿·A-Z]{1,6}[：:]")
_FEWEST_TURNS = 2

# From this number of turns on, a name that speaks once is a label too.
_TALK = 3
_NAMED = re.compile("[㐀-鿿]{2,4}[：:]")

# The dateline of an agency or a paper opens a paragraph: 新华社北京4月14日电, 本报讯
WIRE = re.compile(
    r"[（(【]?(?:据)?(?:[㐀-鿿]{1,6}(?:社|网|網)|本报|本報|本刊|本网)[㐀-鿿]{0,12}"
    r"(?:\d{1,2}月\d{1,2}日)?(?:电|電|讯|訊|专电)(?:[\s　（(】)）]|$)"
)

# To whom a letter or a document is addressed, under its title: 各乡镇人民政府：
_SALUTATION = re.compile(
    "(?:各[^。：；“]{2,40}|[^，。：；“]{0,10}(?:同志们?|代表|委员|先生|女士|朋友们?|各位来宾))[：:]"
)
_TOP = 5

# A signature is one of the last lines, above the day.
_FOOT = 6
_DAY = re.compile(r"[\d一二〇零○]{4}年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日")

# Lines at the top of minutes, and lists of enclosures.
_FIELD = re.compile(
    "(?:(?:访谈|訪談|采访|採訪|讲座|講座|录音|錄音|会议|會議)(?:时间|時間|日期|地点|地點)|时间|時間|地点|地點|主持人?|出席人?员?|列席人?员?|缺席人?员?|记录人?|參加|参加人?员?|与会人员|会议(?:时间|地点|议题|主持)"
    "|附件|抄送)[：:]"
)


def labelled(lines: list[Line]) -> list[Line]:
    """Mark the lines that begin with a speaker's label, one found twice at the top or after a sentence."""
    found = [
        (i, match.group())
        for i, line in enumerate(lines)
        if line.begin in (PLAIN, OPENS) and (match := _SPEAKS.match(line.text))
    ]
    turns = Counter(
        label
        for i, label in found
        if not i
        or lines[i - 1].mark >= STOP
        or _FIELD.match(lines[i - 1].text)
        or (i < _TOP and lines[i - 1].mark == NONE)
    )
    talk = sum(n for n in turns.values() if n >= _FEWEST_TURNS) >= _TALK
    for i, label in found:
        once = talk and turns[label] == 1 and _NAMED.fullmatch(label) and i and lines[i - 1].mark >= STOP
        if turns[label] >= _FEWEST_TURNS or _FIELD.match(lines[i].text) or once:
            lines[i] = lines[i]._replace(begin=LABEL)
    for i, line in enumerate(lines):
        if line.begin in (PLAIN, OPENS, QUOTE) and WIRE.match(line.text):
            lines[i] = line._replace(begin=LABEL)
    _label_notes(lines)
    for i in range(1, min(_TOP, len(lines))):
        if lines[i].begin in (PLAIN, OPENS) and _SALUTATION.fullmatch(lines[i].text):
            lines[i] = lines[i]._replace(begin=LABEL)
    for i in range(max(0, len(lines) - _FOOT), len(lines) - 1):
        if signs(lines, i):
            lines[i] = lines[i]._replace(begin=LABEL)
    return lines


def signs(lines: Sequence[Line], i: int) -> bool:
    """Whether a line is the signature above the day at the foot of a text."""
    line = lines[i]
    signed = line.mark == NONE and len(line.text) <= 20 and line.begin in (PLAIN, LABEL)
    foot = i > 0 and len(lines) - _FOOT <= i < len(lines) - 1
    return foot and signed and _DAY.fullmatch(lines[i + 1].text) is not None


# A note below the text that cites it: [1] 见县志。
_NOTE = re.compile(r"[\[〔【]\d{1,3}[\]〕】]")


def _label_notes(lines: list[Line]) -> None:
    """Mark the lines that begin with the number of a note, cited within a line above."""
    cited: set[str] = set()
    for i, line in enumerate(lines):
        marks = list(_NOTE.finditer(line.text))
        if marks and not marks[0].start() and marks[0].group() in cited and lines[i - 1].mark >= STOP:
            lines[i] = line._replace(begin=LABEL)
        cited.update(mark.group() for mark in marks if mark.start())


# A line with an indent larger than the usual one by more than this, in half-widths, is centred.
_CENTRED = 8


def margin_of(lines: Sequence[Line]) -> int:
    """The most frequent indent, of several the smallest."""
    counts = Counter(line.indent for line in lines)
    return max(counts, key=lambda indent: (counts[indent], -indent))


def uncentred(lines: list[Line]) -> list[Line]:
    """The lines with centred ones moved to the margin: their right end tells nothing about the width."""
    margin = margin_of(lines)
    return [
        line._replace(reach=line.reach - line.indent + margin) if line.indent > margin + _CENTRED else line
        for line in lines
    ]
