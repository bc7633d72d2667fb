"""A block made ready for reading: its quotation marks, its masked text, its sentences and verbs of saying.

A block is *masked*: folded to simplified characters (`folding.normalize`), the inside of quotation marks, of
brackets and of 《titles》 replaced by blanks of the same length. In the masked text a sentence has a plain
shape:

    openers   subject                between        verb   content
    对此，    县水务局局长贺兰亭     在会上         说     ，“■■■■■■■▪”

Who the subject is, and what the content is, is left to `cues` and `quotes`. Offsets in the masked text are
those of the block's own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import app.text.quotes.lexicon as lexicon
from app.model import PROSE, Block, BlockId
from app.text.folding import normalize
from app.text.quotes.matching import Places, either, initials, words_of
from app.text.quotes.offices import is_medium, title_places

# --- what clauses are made of ---------------------------------------------------------------------------

VERBS = words_of(lexicon.SAY, lexicon.SAY_CLOSED, lexicon.TELL, lexicon.URGE)
# Words for sources that hold a verb of saying: 参赞, 发言人, 评论员, 指挥部.
_HOLD_A_VERB = [
    word
    for words in (lexicon.TITLES, lexicon.ORGANISATIONS, lexicon.GROUPS)
    for word in words.words
    if any(verb in word and verb != word for verb in VERBS)
]
_WISHES = words_of(lexicon.URGE) | {"相信", "深信", "同意", "赞同", "反对"}
_CUES = Places(VERBS, before=(*lexicon.NOT_CUES.words, *_HOLD_A_VERB))
# A verb of saying, or a word that only looks like one.
VERB = re.compile(f"(?P<none>{either(lexicon.NOT_CUES.words)})|(?P<verb>{either(VERBS)})")
# What begins with none of the first characters is refused at once: most clauses.
OPENER = re.compile(
    f"(?=[{initials(lexicon.OPENERS.words)}当连可就便也另今去前明本上下年月初底末中后旁身对门里外人当晚凌清早夜周星礼"
    r"\d【□\s　·•\-—–*#●▲■◆◎※])"
    f"(?:(?:{either(lexicon.OPENERS.words)}|当(?![地局红选代事年众]|[天日晚]时)|连(?![长队云战续江])|可(?![口汗兰可])"
    "|就(?![医业读餐职])|便(?![衣利民])|也(?!门)|另(?!一))"
    r"|(?:今年|去年|前年|明年|本月|上月|\d{2,4}年)?(?:\d{1,2}月份?)?(?:\d{1,2}[日号]|[年月初底末]|中旬|上旬|下旬)?"
    r"(?<=[年月日号初底末旬份])(?:当天)?(?:上午|下午|晚上|晚间|晚|中午|凌晨|清晨|早上|早|夜间|夜)?"
    r"|(?:上周|本周|下周|周|星期|礼拜)[一二三四五六日天](?:上午|下午|晚上|晚)?|上午|下午|晚上|凌晨|中午"
    "|(?:后面|前面|旁边|身后|身旁|对面|门口|里面|外面|人群[里中])(?=[一有][个位名])"
    r"|【[^】]{1,20}】|[□\s　·•\-—–*#●▲■◆◎※]+)"
)
# What may be between a source and its verb.
BETWEEN = re.compile(
    f"{either(lexicon.BETWEEN.words)}|(?:{either(lexicon.ACTS.words)})[着过了起]|\\d|[□\\s　]"
)
# Parts of which every cue without a verb has one.
_HINT = re.compile(
    "|".join(
        [
            "：",
            '句[“‘「『"＂]',
            *(f"{normalize(w)}，" for w in lexicon.SAYINGS.words[:6]),
            "看来",
            "眼里",
            "眼中",
            "报道",
            "所[说言讲指强]",
        ]
    )
)

# --- the masked text -----------------------------------------------------------------------------------

_CLOSING = {"“": "”", "‘": "’", "「": "」", "『": "』"}
_OPENING = {close: open_ for open_, close in _CLOSING.items()}
_ANY_MARK = re.compile('[“”‘’「」『』"＂]')
_TERMINAL = "。！？!?…～~"
# Inside an outer pair: ■, with ▪ for a last character that ends a sentence and ▫ for a comma. Brackets are □,
# 《titles》 ◇, those of newspapers ◆.
MASKS = frozenset("■▪▫")
_BRACKETS = re.compile(r"[（(][^（()）“”]{0,80}[)）]")
_TITLE = re.compile(r"《[^《》“”]{1,60}》")
# It begins with a set of characters, so that a search runs over everything else at once.
_SENTENCE_END = re.compile(
    r"[。！？…▪\n\r](?:(?<=[。！？])[。！？]*[’）]*|(?<=…)…*(?![，、；：])|(?<=▪)”(?![，、；：的地得])|(?<=[\n\r])[\n\r]*)"
)
_STOPS = re.compile("[，。；！？?!：…]")
_PERSONAL = re.compile("[我你咱您吗呢吧啊]")
_INSCRIBED = re.compile(
    f"(?:{either(lexicon.INSCRIBED.words)})(?:了|有|是|为|：|，)?$"
    "|[写印刻画题][^，。“”]{0,3}[一两几三四五六七八九十\\d]+个大?字[：，]?$"
)


class Quote(NamedTuple):
    """An outermost quotation: `left`..`right` with its marks, `start`..`end` without."""

    left: int
    start: int
    end: int
    right: int


@dataclass(slots=True)
class Passage:
    """A block made ready.

    `folded` is its normalized text and `plain` the masked one, `pairs` the inside of all its pairs of marks,
    `quotes` the outermost of them.
    `runs_on`: the last quotation is not closed. `runs_in`: where one that was opened before closes.
    `verbs`: where its verbs of saying are; a chain of them is one, and the last decides.
    """

    n: int
    id: BlockId
    readable: bool
    raw: str
    folded: str
    plain: str
    pairs: list[tuple[int, int]]
    quotes: list[Quote]
    runs_on: bool
    runs_in: int | None
    verbs: list[tuple[int, int, str]]
    has_brackets: bool
    heading: bool = False
    speech: set[tuple[int, int]] = field(default_factory=set)  # the pairs found to hold speech
    _titles: list[tuple[int, int]] | None = None
    _sentences: list[tuple[int, int]] | None = None
    _hints: list[int] | None = None

    @property
    def headline(self) -> bool:
        """Whether it is a headline: a heading, or a first line without a full stop."""
        return (self.heading or not self.n) and self.plain[-1:] not in "。！？…”▪"

    def sentences(self, begin: int = 0) -> list[tuple[int, int]]:
        """Its sentences, from a place on."""
        if begin:
            return list(_sentences(self.plain, begin))
        if self._sentences is None:
            self._sentences = list(_sentences(self.plain))
        return self._sentences

    def titles(self) -> list[tuple[int, int]]:
        """The places of its offices."""
        if self._titles is None:
            self._titles = title_places(self.plain)
        return self._titles

    def touches_title(self, begin: int, end: int) -> bool:
        """Whether an office may be in a stretch; most hold none."""
        return touch(self.titles(), begin, end)

    def hints_at_cue(self, begin: int, end: int) -> bool:
        """Whether a stretch may hold a cue without a verb; most do not."""
        if self._hints is None:
            self._hints = [m.start() for m in _HINT.finditer(self.plain)]
        return bool(self._hints) and bisect_left(self._hints, begin) < bisect_left(self._hints, end)

    def may_hold_cue(self, begin: int, end: int) -> bool:
        """Whether a stretch has a verb of saying or may hold a cue without one."""
        n = bisect_left(self.verbs, (begin, 0, ""))
        return (n < len(self.verbs) and self.verbs[n][0] < end) or self.hints_at_cue(begin, end)

    def quotes_in(self, begin: int, end: int) -> list[Quote]:
        """The outermost quotations that open in a stretch."""
        if not self.quotes:
            return []
        return self.quotes[bisect_left(self.quotes, (begin,)) : bisect_left(self.quotes, (end,))]

    def inside(self, q: Quote) -> str:
        """The text between the marks, as printed."""
        return self.raw[q.start : q.end]

    def shaped(self, q: Quote) -> bool:
        """Whether the inside of marks may be something said."""
        t = self.inside(q)
        if len(t) < 2 or self.strong(q):
            return len(t) >= 2
        return (len(t) > 5 and bool(_STOPS.search(t) or self.personal(q))) or len(t) > 14

    def strong(self, q: Quote) -> bool:
        """Whether the inside ends in a mark of its own: a sentence or a clause."""
        t = self.inside(q)
        return len(t) > 2 and (_last(t) in _TERMINAL or t[-1] in "，,")

    def inscribed(self, q: Quote) -> bool:
        """Whether marks hold an inscription: 墙上写着“■■”."""
        return bool(_INSCRIBED.search(self.plain, max(0, q.left - 8), q.left))

    def personal(self, q: Quote) -> bool:
        """Whether the inside has a personal word or asks."""
        return _PERSONAL.search(self.inside(q)) is not None


def _last(inside: str) -> str:
    """The last character within marks; that of a quotation inside which ends there: ‘散了吧。’"""
    return inside.rstrip("’』")[-1:] or inside[-1:]


def prepare(n: int, block: Block, folded: str | None = None) -> Passage:
    """A block made ready; `n` is its place among the article's, counted from 0.

    `folded` is its normalized text, if the caller has it.
    """
    raw = block.text
    pairs, quotes, runs_on, runs_in = _marks(raw)
    text = folded = normalize(raw) if folded is None else folded
    if quotes:
        parts: list[str] = []
        at = 0
        for q in quotes:
            inside = raw[q.start : q.end]
            last = "▪" if _last(inside) in _TERMINAL else "▫" if inside[-1:] in "，," else "■"
            parts += (
                text[at : q.left],
                "“",
                "■" * (len(inside) - 1),
                last if inside else "",
                "”"[: q.right - q.end],
            )
            at = q.right
        text = "".join((*parts, text[at:]))
    if "《" in text:
        text = _TITLE.sub(lambda m: "《" + ("◆" if is_medium(m[0]) else "◇") * (len(m[0]) - 2) + "》", text)
    if has_brackets := "（" in raw or "(" in raw:
        text = _BRACKETS.sub(lambda m: "□" * len(m[0]), text)
    readable = block.kind in PROSE or block.kind == "heading"
    verbs = _verbs(text) if readable else []
    return Passage(
        n,
        block.id,
        readable,
        raw,
        folded,
        text,
        pairs,
        quotes,
        runs_on,
        runs_in,
        verbs,
        has_brackets,
        block.kind == "heading",
    )


def may_hold_cue(text: str) -> bool:
    """Whether a normalized text may hold a cue, also before its marks are masked."""
    return bool(_CUES.of(text)) or _HINT.search(text) is not None


def touch(places: list[tuple[int, int]], begin: int, end: int) -> bool:
    """Whether any of the places reaches into a stretch; where none does, the stretch holds no such word."""
    n = bisect_left(places, (end,))
    return n > 0 and places[n - 1][1] > begin


def _verbs(plain: str) -> list[tuple[int, int, str]]:
    """The places of the verbs of saying. 补充表示 and 介绍说 are one each; the last verb decides."""
    found: list[tuple[int, int, str]] = []
    for begin, end, verb in _CUES.of(plain):
        if found and found[-1][1] == begin and found[-1][2] == "表示" and verb in _WISHES:
            continue  # 表示希望继续合作: the wish is the content
        if found and found[-1][1] == begin:
            begin, _, before = found.pop()
            verb = before if verb == "道" else verb  # 感叹道
        found.append((begin, end, verb))
    return found


def _marks(text: str) -> tuple[list[tuple[int, int]], list[Quote], bool, int | None]:
    """All pairs, the outermost quotations, whether the last stays open, where one from before closes.

    A mark that is never closed runs to the end of the block; one never opened began in a block before.
    """
    pairs: set[tuple[int, int]] = set()
    outer: list[Quote] = []
    stack: list[tuple[str, int]] = []
    waiting = dict.fromkeys(_CLOSING, 0)
    straight, runs_in = -1, None
    for m in _ANY_MARK.finditer(text):
        i, mark = m.start(), m[0]
        if mark in _CLOSING:
            stack.append((mark, i))
            waiting[mark] += 1
            continue
        if mark not in _OPENING:
            if straight < 0:
                straight = i
                continue
            left, straight = straight, -1
        elif waiting[_OPENING[mark]]:
            opened = ""
            while opened != _OPENING[mark]:
                opened, left = stack.pop()
                waiting[opened] -= 1
        else:
            pairs.add((0, i))
            if not outer and not stack:
                runs_in = i
            continue
        pairs.add((left + 1, i))
        if not stack:
            while outer and outer[-1].left > left:
                outer.pop()
            outer.append(Quote(left, left + 1, i, i + 1))
    if stack:
        left = stack[0][1]
        while outer and outer[-1].right > left:
            outer.pop()
        outer.append(Quote(left, left + 1, len(text), len(text)))
        pairs.update((i + 1, len(text)) for _, i in stack)
    return sorted(p for p in pairs if p[0] < p[1]), outer, bool(stack), runs_in


def _sentences(plain: str, begin: int = 0) -> Iterator[tuple[int, int]]:
    for m in _SENTENCE_END.finditer(plain, begin):
        yield begin, m.end()
        begin = m.end()
    if begin < len(plain):
        yield begin, len(plain)
