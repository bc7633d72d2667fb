"""Who said what: the quotations of an article, their cues and their speakers.

The module works on the article's blocks in order and needs no dictionary of names. Each block is first
*masked*: folded to simplified characters (`speech.fold`), the inside of quotation marks, brackets and
《titles》 replaced by blanks of the same length. On the masked text a sentence has a plain shape:

    openers   subject                     what lies between      verb  content
    对此，    县水务局局长贺兰亭          在会上                 说，  “■■■■■■■■。”

So each verb of saying (`speech.SAY` and its sisters) is looked at from both sides: what stands before it in
its clause must describe a source (`_describe`: an office and a name, a surname and a given name, a body, a
group, a pronoun), what follows must be content. Then the content is given its extent and its type.

A worked example. 贺兰亭说，水位正在回落。堤坝没有危险。“请大家放心。”记者看到，…

1. Sentences: 贺兰亭说，水位正在回落。 | 堤坝没有危险。 | “■■■■■■” | 记者看到，…
2. 说 is followed by a comma; 贺兰亭 before it is a surname with two more characters: a person.
3. Content begins after the comma. The next sentence has no cue and no mark of the narrator, so it is still
   reported: one indirect quotation, 水位正在回落。堤坝没有危险。
4. The third sentence is nothing but words in quotation marks with a full stop inside: speech, and nobody but
   贺兰亭 is speaking in this paragraph: a direct quotation.
5. 记者 opens the fourth sentence: the narrator again.

What is speech and how far it goes follows the usual annotation of reported speech: direct, indirect and
mixed quotations as in the Penn Attribution Relations Corpus (PARC 3.0), with source, cue and content.
Offsets count code points of the block's own text. All work is linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.model import (
    Block,
    BlockId,
    Mention,
    Person,
    Quotation,
    QuotationType,
    QuoteMark,
    Span,
    Speaker,
    SpeakerId,
    SpeakerKind,
)
from app.text import speech
from app.text.speech import fold


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says what in one article: its speakers in the order they first speak, and all quotations in order.

    `quote_marks` holds every pair of quotation marks, nested ones too, with whether it holds speech.
    """

    speakers: tuple[Speaker, ...]
    quotations: tuple[Quotation, ...]
    quote_marks: tuple[QuoteMark, ...]


def attribute(blocks: Sequence[Block], *, people: Sequence[Person] = ()) -> Attribution:
    """Find every quotation of an article and who said it.

    Args:
        blocks: the article's blocks in order; words are looked for in prose and headings.
        people: the known people. A speaker is joined to one whose name or alias matches unless the offices
            contradict each other; then they are kept apart and `Speaker.doubt` says so.

    Returns:
        Speakers, quotations and quotation marks. A quotation whose source is not known has speaker None.
    """
    reader = _Reader([_prepare(block) for block in blocks])
    reader.read()
    return reader.result(people)


# --- the masked text -----------------------------------------------------------------------------------

_CLOSING = {"“": "”", "‘": "’", "「": "」", "『": "』"}
_OPENING = {close: open_ for open_, close in _CLOSING.items()}
_STRAIGHT = '"＂'
_ANY_MARK = re.compile('[“”‘’「」『』"＂]')
_TERMINAL = "。！？!?…～~"
_SPEAKING: frozenset[str] = frozenset(("paragraph", "caption", "list", "verse", "heading"))

# In a masked text: an outer quotation is “■■■”, its last character ▪ when it closes a sentence and ▫ when it
# is a comma; brackets are □□□; titles 《◇◇》.
_BRACKETS = re.compile(r"[（(][^（()）“”]{0,80}[)）]")
_TITLE = re.compile(r"《[^《》“”]{1,60}》")
_SENTENCE_END = re.compile(
    r"[。！？]+[’”）]*|…+(?![，、；：])|▪”(?![，、；：的、一-鿿])|▪”(?=[一-鿿])(?!的|地|得)|[\n\r]+"
)


@dataclass(frozen=True, slots=True)
class _Quote:
    """An outermost quotation of a block: `start`..`end` inside the marks, `left`..`right` with them."""

    left: int
    start: int
    end: int
    right: int
    closed: bool = True


@dataclass(slots=True)
class _Passage:
    """A block made ready: `plain` is its masked text, `pairs` the inside of all pairs of marks."""

    id: BlockId
    kind: str
    raw: str
    plain: str
    pairs: list[tuple[int, int]]
    quotes: list[_Quote]
    runs_on: bool = False  # its last quotation is not closed
    runs_in: int | None = None  # a quotation opened in an earlier block closes here
    speech: set[tuple[int, int]] = field(default_factory=set)


def _marks(text: str) -> tuple[list[tuple[int, int]], list[_Quote], bool, int | None]:
    """All pairs of marks, the outermost quotations, whether the last stays open, and where one from before closes."""
    pairs: list[tuple[int, int]] = []
    outer: list[_Quote] = []
    stack: list[tuple[str, int]] = []
    waiting = dict.fromkeys(_CLOSING, 0)
    straight: int | None = None
    runs_in: int | None = None
    for m in _ANY_MARK.finditer(text):
        i, mark = m.start(), m[0]
        if mark in _CLOSING:
            stack.append((mark, i))
            waiting[mark] += 1
        elif mark in _STRAIGHT:
            if straight is None:
                straight = i
            else:
                pairs.append((straight + 1, i))
                if not stack:
                    outer.append(_Quote(straight, straight + 1, i, i + 1))
                straight = None
        elif waiting[_OPENING[mark]]:
            while True:
                opened, at = stack.pop()
                waiting[opened] -= 1
                if opened == _OPENING[mark]:
                    break
            pairs.append((at + 1, i))
            if not stack:
                outer.append(_Quote(at, at + 1, i, i + 1))
        else:
            pairs.append((0, i))
            if runs_in is None and not stack and not outer:
                runs_in = i
    if stack:
        at = stack[0][1]
        outer = [q for q in outer if q.left < at]
        outer.append(_Quote(at, at + 1, len(text), len(text), closed=False))
        pairs.extend((i + 1, len(text)) for _, i in stack)
    outer.sort(key=lambda q: q.left)
    kept: list[_Quote] = []
    for q in outer:
        if not kept or q.left >= kept[-1].right:
            kept.append(q)
    return sorted(p for p in set(pairs) if p[0] < p[1]), kept, bool(stack), runs_in


def _prepare(block: Block) -> _Passage:
    raw = block.text
    pairs, quotes, runs_on, runs_in = _marks(raw)
    text = fold(raw)
    if quotes:
        parts, at = [], 0
        for q in quotes:
            parts.append(text[at : q.left])
            inside = q.end - q.start
            last = (
                "▪"
                if inside and raw[q.end - 1] in _TERMINAL
                else "▫"
                if inside and raw[q.end - 1] in "，,"
                else "■"
            )
            parts.append("“" + "■" * (inside - 1) + (last if inside else "") + ("”" if q.closed else ""))
            at = q.right
        parts.append(text[at:])
        text = "".join(parts)
    if "（" in text or "(" in text:
        text = _BRACKETS.sub(lambda m: "□" * len(m[0]), text)
    if "《" in text:
        text = _TITLE.sub(lambda m: "《" + "◇" * (len(m[0]) - 2) + "》", text)
    return _Passage(block.id, block.kind, raw, text, pairs, quotes, runs_on, runs_in)


# --- the words, made ready for matching ------------------------------------------------------------------


def _folded(*lists: speech.Words) -> frozenset[str]:
    return frozenset(fold(word) for words in lists for word in words.words)


def _either(words: Iterable[str]) -> str:
    """An alternation, longest first, so that the longest word wins."""
    return "|".join(re.escape(w) for w in sorted(set(words), key=lambda w: (-len(w), w)))


_SAY, _CLOSED, _TELL, _URGE = (
    _folded(speech.SAY),
    _folded(speech.SAY_CLOSED),
    _folded(speech.TELL),
    _folded(speech.URGE),
)
_VERBS = _SAY | _CLOSED | _TELL | _URGE
_CUE = re.compile(f"(?P<none>{_either(_folded(speech.NOT_CUES) - _VERBS)})|(?P<verb>{_either(_VERBS)})")
_OPENER = re.compile(
    f"(?:{_either(_folded(speech.OPENERS))})"
    r"|(?:(?:今年|去年|本月|上月|\d{2,4}年|[一二三四五六七八九十]+月)?\d{0,2}月?份?(?:\d{1,2}[日号])(?:上午|下午|晚上|晚间|晚|中午|凌晨|清晨|早上|早|夜间)?)"
    r"|\d{1,4}年(?:\d{1,2}月份?)?|\d{1,2}月份?|[□\s　·•\-—–*#●▲■◆◎※]+|(?:上周|本周|下周|周|星期|礼拜)[一二三四五六日天](?:上午|下午|晚上|晚)?|上午|下午|晚上|凌晨|当天上午|当天下午"
)
_BETWEEN = re.compile(f"(?=({_either(_folded(speech.BETWEEN))}|\\d|[□\\s]))")
_TRAILING = re.compile(
    r"(?:也|还|则|又|亦|都|均|曾|再|便|仍|更|就|并|却|随后|此前|同时|纷纷|一致|日前|近日|昨天|今天|昨日|今日|昨晚|今早|[□\s])+$"
)
_TITLES = re.compile(_either(_folded(speech.TITLES)))
_TITLE_SET = _folded(speech.TITLES)
_TIES = _folded(speech.TIES)
_HONORIFIC = re.compile(f"(?:{_either(_folded(speech.HONORIFICS))})$")
_ORG_END = re.compile(f"(?:{_either(_folded(speech.ORGANISATIONS))})$")
_MEDIA_END = re.compile(f"(?:{_either(_folded(speech.MEDIA))})$")
_STATES = _folded(speech.STATES)
_GROUPS = _folded(speech.GROUPS)
_GROUP_END = re.compile(f"(?:们|{_either(w for w in _GROUPS if len(w) > 1)})$")
_MANY = re.compile(
    f"(?:{_either(_folded(speech.MANY))})|(?:[两二三四五六七八九十百数几]+|\\d+)(?:多)?(?:名|位|个|家)"
)
_ONE = re.compile(f"(?:{_either(_folded(speech.ONE))})(?:叫)?")
_NO_SOURCE = _folded(speech.NO_SOURCE)
_NO_SOURCE_END = re.compile(f"(?:{_either(w for w in _NO_SOURCE if len(w) > 1)})$")
_PRONOUNS, _PLURALS = _folded(speech.PRONOUNS), _folded(speech.PLURALS)
_SURNAMES = frozenset(fold(speech.SURNAMES))
_COMPOUND = frozenset(fold(s) for s in speech.COMPOUND_SURNAMES)
_NARRATOR = re.compile(_either(_folded(speech.NARRATOR)))
_GOES_ON = re.compile(_either(_folded(speech.GOES_ON)))
_INSCRIBED = re.compile(f"(?:{_either(_folded(speech.INSCRIBED))})(?:了|有|是|为|：|，|:)?$")
_OBJECT = re.compile(f"(?:了|过)?(?:{_either(_folded(speech.OBJECTS))})")
_LIKE = re.compile("[者员师家长人士手官警生客商]$")

_HAN = r"[㐀-鿿]"
# Characters that do not stand in a name.
_NO_NAME = frozenset(
    "的了在是被把说等这那些个为我你他她它们吗呢吧啊哪谁什么怎之与及或但而并对将就还也都要会能可让使给从很"
)
_FOREIGN = re.compile(
    r"(?:[A-Za-z㐀-鿿]+(?:[·•‧・．･][A-Za-z㐀-鿿]+)+|[A-Z][A-Za-z0-9.’'\-]*(?:[ ][A-Za-z][A-Za-z.’'\-]*){0,4}|[A-Za-z][A-Za-z0-9.\-]+)"
)
_SURNAME_SOMEBODY = re.compile(r"[㐀-鿿]某{1,2}[㐀-鿿]?|[小老阿大][㐀-鿿]{1,2}|[㐀-鿿][㐀-鿿]?[（(]化名[)）]")


@dataclass(frozen=True, slots=True)
class _Who:
    """What a noun phrase says of its source; offsets count from the beginning of the phrase.

    `form` is one of named, titled, honorific, group, organisation, state, medium, pronoun, plural, raw.
    """

    form: str
    start: int  # of the name, or of the whole description when there is none
    end: int
    role_start: int = 0
    role_end: int = 0  # equal to role_start: no role


def _surname(text: str) -> int:
    """Length of the surname a text begins with, 0 if none."""
    if text[:2] in _COMPOUND:
        return 2
    return 1 if text[:1] in _SURNAMES else 0


def _named(text: str) -> bool:
    """Whether a text by itself looks like a person's name: 贺兰亭, 欧阳明远, 埃隆·马斯克, 杨某, 小峰."""
    if _FOREIGN.fullmatch(text):
        return "·" in text or text[:1].isascii() or len(text) > 3
    if _SURNAME_SOMEBODY.fullmatch(text):
        return True
    n = _surname(text)
    return bool(n) and n < len(text) <= n + 2 and not (_NO_NAME & set(text[n:])) and text.isalpha()


def _after_title(text: str) -> bool:
    """Whether what follows an office can be a name, foreign ones without a point included: 莫耶提, 马克龙."""
    if _named(text):
        return True
    return 2 <= len(text) <= 6 and text.isalpha() and not (_NO_NAME & set(text)) and not _ORG_END.search(text)


_VERBAL = re.compile(
    r"[了着过把被是将]|(?<!^)(?:在(?!线|野|职|读)|对(?!外|口|冲|台)|向|于|当天|记者|之后|以后|时候|报道|认为|表示|指出|宣布)"
)


def _role_start(text: str) -> int | None:
    """Where the description before a name begins, None if the text is no description."""
    at = 0
    for m in re.finditer("的", text):
        head = text[at : m.start()]
        if _VERBAL.search(head) or not (_ORG_END.search(head) or head in _STATES):
            at = m.end()
    one = _ONE.match(text, at)
    if one:
        at = one.end()
    if text[at : at + 1] in ("该", "由"):
        at += 1
    return None if _VERBAL.search(text[at:]) else at


def _describe(np: str, known: dict[str, object] | None = None) -> _Who | None:
    """Read a noun phrase as a source; None when it cannot be one."""
    left = len(np) - len(np.lstrip(" 　□"))
    body = np.strip(" 　□")
    if not body or len(body) > 48:
        return None
    who = _describe_bare(body, known or {})
    if who is None or not left:
        return who
    return _Who(who.form, who.start + left, who.end + left, who.role_start + left, who.role_end + left)


def _describe_bare(np: str, known: dict[str, object]) -> _Who | None:
    n = len(np)
    if np in _PRONOUNS:
        return _Who("pronoun", 0, n)
    if np in _PLURALS:
        return _Who("plural", 0, n)
    if np in known:
        return _Who("named", 0, n)
    if np in ("报道", "该报道", "该报", "文章", "该文", "该媒体", "该网站", "该刊", "该台", "该社"):
        return _Who("medium", 0, n)
    if np.endswith("报道"):
        who = _describe_bare(np[:-2], known)
        return (
            who
            if who and who.form in ("organisation", "raw") and np[:-2] not in ("有", "媒体", "外媒", "有媒体")
            else None
        )
    if np in _NO_SOURCE or _NO_SOURCE_END.search(np):
        return None
    if np[0] == "《":
        return _Who("organisation", 0, n) if np[-1] == "》" else None
    for prefix in ("也有", "还有", "另有", "更有", "又有", "亦有", "有"):
        if np.startswith(prefix) and np != "有人" and n > len(prefix):
            who = _describe_bare(np[len(prefix) :], known)
            if who and who.form in ("group", "titled", "organisation"):
                return _Who(
                    "group" if who.form == "titled" and not _ONE.match(np, len(prefix)) else who.form,
                    len(prefix),
                    n,
                )
            return None
    many = _MANY.match(np)
    if many and n > many.end():
        return _Who("group", 0, n) if not _VERBAL.search(np) or "的" in np else None
    if np in _GROUPS or _GROUP_END.search(np):
        one = _ONE.match(np)
        if one:
            return _Who("titled", 0, n)
        return _Who("group", 0, n) if _role_start(np) is not None else None
    if (joint := _joint(np, known)) is not None:
        return joint
    if np in _STATES:
        return _Who("state", 0, n)
    # An office and a name after it, read from the right: 上海市科委主任骆大进.
    for m in reversed(list(_TITLES.finditer(np))):
        if m.end() < n and _after_title(np[m.end() :]):
            begin = _role_start(np[: m.end()])
            if begin is None:
                continue
            role = np[begin : m.end()]
            if role in _TIES:
                return _Who("named", m.end(), n)
            return _Who("named", m.end(), n, begin, m.end())
        break
    # A name and a title after it: 周有光先生, 习近平总书记, 许女士.
    m2 = _HONORIFIC.search(np)
    if m2 and m2.start() > 0:
        front = np[: m2.start()]
        cut = front.rfind("的") + 1
        head = front[cut:]
        if _named(head) and len(head) > 1 and _surname(head) < len(head):
            return _Who("named", cut, cut + len(head))
        if len(head) == _surname(head) and head:
            return _Who("honorific", cut, n)
        who = _describe_bare(front, known) if len(front) > 2 and not _ORG_END.search(front) else None
        if who and who.form == "named":
            return who
    if _named(np) and not _ORG_END.search(np) and not _TITLE_SET & {np, np[1:]}:
        return _Who("named", 0, n)
    if _titled(np):
        return _Who("titled", 0, n) if _role_start(np) is not None else None
    if _ORG_END.search(np):
        return _Who("organisation", 0, n) if not _VERBAL.search(np) and "的" not in np[-4:] else None
    # A body or a group and a name after it: 南京大学张明, 特斯拉公司马斯克.
    for size in (3, 2, 4):
        if n > size + 1 and _named(np[-size:]) and (_ORG_END.search(np[:-size])) and not _VERBAL.search(np):
            return _Who("named", n - size, n, 0, n - size)
    foreign = re.search(r"[A-Za-z][A-Za-z0-9.\- ]+$|[㐀-鿿A-Za-z]+(?:[·•‧・][㐀-鿿A-Za-z]+)+$", np)
    if foreign and foreign.start() > 0 and _named(foreign[0].strip()):
        if _ORG_END.search(np[: foreign.start()]) or _titled(np[: foreign.start()]):
            return _Who("named", foreign.start(), n)
    if "的" in np:
        cut = np.rfind("的") + 1
        who = _describe_bare(np[cut:], known) if cut < n else None
        if who and who.form in ("named", "honorific"):
            return _Who(who.form, who.start + cut, who.end + cut, who.role_start + cut, who.role_end + cut)
        if who and who.form in ("titled", "group"):
            return _Who(who.form, 0, n)
    return None


def _titled(np: str) -> bool:
    last = None
    for last in _TITLES.finditer(np):
        pass
    if last is not None and last.end() == len(np):
        return True
    return len(np) > 2 and bool(_LIKE.search(np)) and np.isalnum() and len(np) <= 16


def _joint(np: str, known: dict[str, object]) -> _Who | None:
    """Two named sources with one statement: 贺兰亭和傅晓岚."""
    for m in re.finditer("[和与及、]|以及", np):
        a, b = np[: m.start()], np[m.end() :]
        if len(a) > 1 and len(b) > 1:
            first, second = _describe_bare(a, known), _describe_bare(b, known)
            if (
                first
                and second
                and first.form == second.form == "named"
                and first.end - first.start < 8
                and not second.role_end
            ):
                if first.role_end == first.role_start:
                    return _Who("joint", 0, len(np))
    return None


# --- cues --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Cue:
    """A verb of saying in its sentence: `body` is where its content begins; `form` how it is joined to it."""

    start: int
    end: int
    body: int
    form: str  # colon, comma, quote, bare, final
    verb: str
    region: int  # where its clause begins
    who: _Who | None
    np: int = 0  # where the source's phrase begins
    rule: str = ""
    verbless: bool = False


_AFTER = re.compile(r"(?:道|过|起)?\s*(?:□+)?\s*(?P<mark>[，：]?)\s*(?P<open>“?)")
_TOLD = re.compile(
    r"(?P<whom>[^，。：；“”！？\s]{1,16}?)(?:道|说)?\s*(?P<mark>[，：])\s*(?P<open>“?)|(?P<short>记者|本报记者|媒体|我|我们|他|她|他们|大家|外界)(?P<open2>“?)"
)
_REFUSED = re.compile(
    r"(?:的|所|被|遭|遭到|受到|将|拟|未|没|没有|不愿|不愿意|拒绝|无法|难以|尚未|并未|从未|不肯|不便|可以|不能|无|不得|不予|应|该|应该|可|能|来|如何|怎么|怎样|要|想|欲|以|难|让|请|需|会|须)$"
)
_PASSIVE = re.compile(r"(?:被|遭|获)[^，]{0,12}$")
_SUBJECTLESS_OK = re.compile(
    r"^(?:并|还|也|又|则|且|但|而|同时|更|亦|随后|再|再次|另外|此外|一再|进一步|同样|甚至|均|都|强烈|明确|特别|直接|公开)*$"
)
_IN_SIGHT = re.compile(r"在(?P<who>[^，。；：“”！？]{1,24}?)(?:看来|眼里|眼中)(?P<mark>[，：]?)")
_NOUN_CUE = re.compile(
    r"(?:表达|发表|提出|提及|列出|列举|陈述|给出|作出|做出|做了|作了|发出|留下|抛出|传出)了?[^，。：；“”！？]{0,12}[，：]"
)
_OWN_SUBJECT = re.compile(
    r"(?!能|可以|尽|通过|在|把|对|进|加|继|以|从|更|早|再|多|与|和|共|让|使|有|做|为|给|将|不|要|也)[^，。；：“”]{2,14}?(?:要|应|能|可|将|会|尽|不|多|继续|加强|加快|避免|一起|共同|积极|认真|及时|务必|切勿|保持|注意|进行|提供|停止|立即|尽快|早日|给予|采取|支持|做好|先|都|勿|别|得以|参与|成为)"
)


class _Reader:
    """Reads an article once, sentence by sentence, and keeps who is speaking."""

    def __init__(self, passages: list[_Passage]) -> None:
        self.passages = passages
        self.cast = _Cast(passages)
        self.found: list[_Statement] = []

    # -- finding cues

    def cues(self, p: _Passage, s: int, e: int) -> list[_Cue]:
        """All verbs of saying of a sentence that have content and can have a source, in order."""
        plain = p.plain
        out: list[_Cue] = []
        chain: tuple[int, int, str] | None = None
        hits: list[tuple[int, int, str]] = []
        for m in _CUE.finditer(plain, s, e):
            if m["none"]:
                continue
            if chain and m.start() == chain[1]:
                chain = (chain[0], m.end(), m["verb"])
                hits[-1] = chain
            else:
                chain = (m.start(), m.end(), m["verb"])
                hits.append(chain)
        for start, end, verb in hits:
            cue = self._cue(p, s, e, start, end, verb)
            if cue:
                out.append(cue)
        for m in _IN_SIGHT.finditer(plain, s, e):
            who = _describe(m["who"], self.cast.known)
            if who and who.form != "raw":
                out.append(
                    _Cue(
                        m.start(), m.end(), m.end(), "comma", m[0], m.start(), who, m.start("who"), "在…看来"
                    )
                )
        out.sort(key=lambda c: c.start)
        return out

    def _cue(self, p: _Passage, s: int, e: int, start: int, end: int, verb: str) -> _Cue | None:
        plain = p.plain
        region = s
        for i in range(start - 1, max(s, start - 90) - 1, -1):
            if plain[i] in "，；：。！？“”…":
                region = i + 1
                break
        else:
            region = max(s, start - 90)
        before = plain[region:start]
        # how it is joined to its content
        after = _AFTER.match(plain, end, e)
        assert after is not None
        form, body = "", after.end()
        if after["mark"]:
            form = "quote" if after["open"] else ("colon" if after["mark"] == "：" else "comma")
            body = after.start("open")
        elif after["open"]:
            form, body = "quote", after.start("open")
        elif after.end() >= e or plain[after.end()] in "。！？；”…":
            form = "final"
        elif verb in _TELL and (told := _TOLD.match(plain, end, e)):
            if told["mark"]:
                form = "quote" if told["open"] else ("colon" if told["mark"] == "：" else "comma")
                body = told.start("open")
            else:
                form = "quote" if told["open2"] else "bare"
                body = told.end("short")
        elif verb in _SAY or verb in _URGE:
            form, body = "bare", end
        else:
            return None
        if form == "comma" and body >= e:
            form = "final"
        if form != "final" and body >= e and form != "colon":
            return None
        if form == "bare" and not self._bare(plain, verb, end, e):
            return None
        if verb in _URGE and form == "bare" and not _OWN_SUBJECT.match(plain, body, e):
            return None
        trimmed = _TRAILING.sub("", before)
        refused = _REFUSED.search(trimmed)
        if refused and not (refused[0] in ("不",) and verb in _SAY):
            return None
        if trimmed.endswith("不") and verb not in ("认为", "觉得", "相信", "担心", "同意"):
            return None
        if _PASSIVE.search(before) and not re.search("被(?:问|询|记者|媒体)", before):
            return None
        cue = _Cue(start, end, body, form, plain[start:end], region, None)
        self._source(p, s, cue)
        if cue.who is None and cue.rule != "承前":
            return None
        return cue

    def _bare(self, plain: str, verb: str, at: int, e: int) -> bool:
        """Whether the words straight after a verb are a clause of their own."""
        first = re.compile(r"[^，。；：！？]*").match(plain, at, e)
        clause = first[0] if first else ""
        rest = e - at
        if rest < 5 or clause[:1] in "了着过的地得之出不到起在、）)" or not clause:
            return False
        if verb == "表示" and (m := _OBJECT.match(clause)) and len(clause) - m.end() < 8:
            return False
        if verb in (
            "宣布",
            "明确",
            "表明",
            "批",
            "料",
            "感到",
            "判断",
            "确认",
            "表态",
            "表达",
            "怀疑",
            "猜测",
            "指",
            "说",
            "证实",
            "承认",
            "透露",
            "强调",
            "担心",
            "担忧",
            "重申",
            "预测",
            "预计",
            "估计",
            "主张",
        ):
            if len(clause) < 5:
                return False
            if verb in ("宣布", "明确", "表明", "批", "感到", "表达", "表态", "料") and not re.match(
                r"[^，]{0,12}?(?:将|已|从|自|不|会|要|有|是|能|可|应|未|没|正|在|被|由|就|都|须|必|全|即)",
                clause,
            ):
                return False
        if verb == "称" and re.search("[为作]$|^[^，]{1,6}为", clause):
            return False
        return True

    # -- finding the source of a cue

    def _source(self, p: _Passage, s: int, cue: _Cue) -> None:
        plain = p.plain
        at, who = self._subject(plain, cue.region, cue.start)
        if who:
            cue.np, cue.who, cue.rule = at, who, cue.rule or "主语"
            head = plain[cue.region : cue.start].lstrip()
            if head.startswith("据"):
                cue.rule = "据…"
            return
        before = plain[cue.region : cue.start]
        bare = self._open(plain, cue.region, cue.start)
        left = _TRAILING.sub("", plain[bare : cue.start])
        if left.startswith("据") or left.endswith("据"):
            return
        quoted = re.search(
            r"(?:援引|引述|引用|转述|转引)(.{1,24}?)(?:的?(?:话|说法|观点|消息|报道))?$", before
        )
        if quoted:
            who = _describe(quoted[1], self.cast.known)
            if who:
                cue.np, cue.who, cue.rule = cue.region + quoted.start(1), who, "援引"
            return
        # No subject of its own: look for one in the clauses before it in the sentence, nearest first.
        if left and not _SUBJECTLESS_OK.match(left) and not self._verb_phrase(left):
            return
        if cue.region > s and plain[cue.region - 1] in "，；：”":
            edge = cue.region - 1
            tries = 0
            while edge > s and tries < 8:
                begin = edge
                while begin > s and plain[begin - 1] not in "，；：”":
                    begin -= 1
                if begin < edge:
                    at, who = self._subject(plain, begin, edge, partial=True)
                    if who:
                        cue.np, cue.who, cue.rule = at, who, "前一分句的主语"
                        return
                edge, tries = begin - 1, tries + 1
        cue.rule = "承前"

    def _verb_phrase(self, left: str) -> bool:
        return bool(_BETWEEN.match(left)) and len(left) < 30

    def _open(self, plain: str, at: int, end: int) -> int:
        """Skip connectives and dates at the beginning of a clause."""
        while at < end:
            m = _OPENER.match(plain, at, end)
            if not m or not m[0]:
                return at
            at = m.end()
        return at

    def _subject(self, plain: str, begin: int, end: int, *, partial: bool = False) -> tuple[int, _Who | None]:
        """The source that a stretch of text before a verb names, and where its phrase begins.

        With `partial` the stretch is a clause of its own and the source must stand at its beginning.
        """
        known = self.cast.known
        starts = [begin]
        opened = self._open(plain, begin, end)
        if opened != begin:
            starts.append(opened)
        lead = re.compile(r"据|由|让|，").match(plain, opened, end)
        if lead and lead[0] == "据":
            starts.append(lead.end())
        best: tuple[int, _Who] | None = None
        for at in dict.fromkeys(starts):
            text = plain[at:end]
            whole = _TRAILING.sub("", text)
            if not whole:
                continue
            if not partial:
                who = _describe(whole, known)
                if who and self._holds(who, whole):
                    best = (at, who)
                    continue
            cuts = [m.start() for m in _BETWEEN.finditer(text) if m.start() > 0]
            for cut in reversed(cuts[:40]):
                who = _describe(text[:cut], known)
                if who and self._holds(who, text[:cut]):
                    best = (at, who)
                    break
        if best:
            return best
        if partial:
            return begin, None
        # 了解情况后民警…, 在会上张三…: a phrase of time or place, then the subject.
        text = plain[opened:end]
        for m in reversed(list(re.finditer(r"后|时|中|上|里|前|下|间|以来|]|》|、", text))):
            if m.end() < len(text):
                at = self._open(plain, opened + m.end(), end)
                rest = _TRAILING.sub("", plain[at:end])
                who = _describe(rest, known) if rest else None
                if who and self._holds(who, rest) and len(rest) > 1:
                    return at, who
                for cut in [k.start() for k in _BETWEEN.finditer(rest) if k.start() > 0][:10]:
                    who = _describe(rest[:cut], known)
                    if who and self._holds(who, rest[:cut]) and (cut > 1 or who.form == "pronoun"):
                        return at, who
        # A short unknown name before the verb: 九巴说, 苹果表示.
        at = opened
        rest = _TRAILING.sub("", plain[at:end])
        if (
            2 <= len(rest) <= 6
            and rest.isalpha()
            and not (_NO_NAME & set(rest))
            and rest not in _NO_SOURCE
            and not _NO_SOURCE_END.search(rest)
        ):
            return at, _Who("raw", 0, len(rest))
        return begin, None

    def _holds(self, who: _Who, text: str) -> bool:
        return who.form != "raw"

    # -- reading

    def read(self) -> None:
        self.cast.meet(self)
        carry: tuple[_Entity | None, _Statement] | None = None
        last_entity: _Entity | None = None
        last_n = -9
        for n, p in enumerate(self.passages):
            if p.kind not in _SPEAKING or not p.raw:
                continue
            paragraph = _Paragraph(self, p, last_entity if n - last_n <= 1 or True else None)
            if carry is not None:
                inside = p.runs_in is not None or (not p.pairs and self._closes_later(n))
                repeated = bool(p.quotes) and p.quotes[0].left == 0 and not p.quotes[0].closed
                if inside or repeated:
                    paragraph.continued = carry[1]
                else:
                    carry = None
            statements = paragraph.read()
            self.found.extend(statements)
            if statements:
                last_entity = statements[-1].entity or last_entity
                last_n = n
            if (
                p.runs_on
                and statements
                and (self._closes_later(n) or True)
                and statements[-1].end == len(p.raw)
            ):
                carry = (statements[-1].entity, statements[-1])
            elif p.runs_in is not None:
                carry = None
        self._settle()

    def _closes_later(self, n: int) -> bool:
        return self._closing_from(n + 1)

    def _closing_from(self, n: int) -> bool:
        for p in self.passages[n : n + 12]:
            if p.runs_in is not None:
                return True
            if p.pairs and p.quotes:
                return False
        return False

    def _settle(self) -> None:
        """Fill in speakers that only a later paragraph names: “…” | 说这话的是…"""
        for i, s in enumerate(self.found):
            if s.entity is None and s.await_next:
                for later in self.found[i + 1 : i + 4]:
                    if later.entity is not None:
                        break

    def result(self, people: Sequence[Person]) -> Attribution:
        entities: dict[int, _Entity] = {}
        for s in self.found:
            if s.entity is not None:
                entities.setdefault(id(s.entity), s.entity)
        self.cast.describe_roles(list(entities.values()))
        ids = _identify(list(entities.values()), people)
        speakers = tuple(
            Speaker(
                ids[k].id,
                e.name,
                tuple(a for a in e.aliases if a != e.name),
                e.role,
                e.kind,
                ids[k].recorded,
                ids[k].doubt,
            )
            for k, e in entities.items()
        )
        quotations = tuple(
            Quotation(
                s.passage.id,
                Span(s.start, s.end),
                s.type,
                ids[id(s.entity)].id if s.entity is not None else None,
                s.cue,
                Mention(*s.source) if s.source else None,
                s.why,
                s.confidence,
            )
            for s in sorted(self.found, key=lambda s: (self.order(s), s.start, -s.end))
        )
        marks = tuple(
            QuoteMark(p.id, Span(*pair), pair in p.speech) for p in self.passages for pair in p.pairs
        )
        return Attribution(speakers, quotations, marks)

    def order(self, s: _Statement) -> int:
        return s.n


@dataclass(slots=True)
class _Statement:
    passage: _Passage
    n: int
    start: int
    end: int
    type: QuotationType
    entity: _Entity | None
    cue: str | None
    source: tuple[BlockId, Span] | None
    why: str
    confidence: float
    await_next: bool = False
    open: bool = False  # indirect speech that following sentences may carry on
    tale: bool = False


# --- one paragraph -------------------------------------------------------------------------------------------

_CLAUSAL = re.compile("[，。；！？?!：…]|[我你咱您吗呢吧啊]")
_DEPENDENT = re.compile("(?:如果|因为|虽然|尽管|只要|只有|当|若|即使|除非|由于|既然|无论|不管)")
_RETELLING = ("回忆", "讲述", "追忆", "忆述", "记得", "自述", "叙述", "口述")


class _Paragraph:
    """Reads one paragraph: who is speaking is kept from sentence to sentence."""

    def __init__(self, reader: _Reader, passage: _Passage, before: _Entity | None) -> None:
        self.reader = reader
        self.cast = reader.cast
        self.p = passage
        self.before = before  # who spoke last in an earlier paragraph
        self.speaker: _Statement | None = None  # the last statement of this paragraph
        self.adjacent = False  # nothing but its words since
        self.out: list[_Statement] = []
        self.pending: list[_Quote] = []
        self.continued: _Statement | None = None
        self.used: set[int] = set()

    def read(self) -> list[_Statement]:
        p = self.p
        if self.continued is not None:
            end = p.runs_in if p.runs_in is not None else len(p.raw)
            begin = 0
            if p.runs_in is None and p.quotes and p.quotes[0].left == 0:
                begin = 1
            old = self.continued
            self._add(begin, end, "direct", old.entity, old.cue, old.source, "引文自上段延续", min(old.confidence, 0.9))
            if p.runs_in is None:
                return self.out
            p.speech.add((0, end))
            self.cast.focus(old.entity)
        start = (p.runs_in + 1) if self.continued is not None and p.runs_in is not None else 0
        if p.kind == "heading" or self._headline():
            label = self._label(0)
            if label is None and p.kind == "heading":
                return self.out
        at = start
        for s, e in _sentences(p.plain, at):
            self._sentence(s, e)
        self._leftover()
        return self.out

    def _headline(self) -> bool:
        return False

    # -- sentences

    def _sentence(self, s: int, e: int) -> None:
        p, plain = self.p, self.p.plain
        cues = self.reader.cues(p, s, e)
        if not cues and s == 0:
            label = self._label(s)
            if label:
                cues = [label]
        quotes = [q for q in self._quotes(s, e)]
        if not cues and quotes:
            cue = self._verbless(s, e, quotes)
            if cue:
                cues = [cue]
        if not cues:
            self._without_cue(s, e, quotes)
            return
        cues = self._outermost(cues)
        for i, cue in enumerate(cues):
            limit = e
            if i + 1 < len(cues):
                nxt = cues[i + 1]
                limit = nxt.region
            entity = self._entity_of(cue)
            lead = s if i == 0 else cues[i - 1].end
            governed = self._governs_before(cue, lead, s if i == 0 else None)
            if governed:
                for q in governed:
                    self._direct(q, entity, cue, behind=True)
            elif i == 0 and self.pending:
                self._flush()
            if cue.form == "final":
                if not governed:
                    continue
                self._speaks(entity, cue)
                continue
            self._content(cue, entity, cue.body, limit, e)
        self.cast.focus_sentence(plain, s, e)

    def _entity_of(self, cue: _Cue) -> _Entity | None:
        p = self.p
        if cue.who is None:
            if self.speaker is not None:
                return self.speaker.entity
            return self.before if cue.region == 0 else None
        return self.cast.resolve(cue.who, cue.np, p, self.speaker.entity if self.speaker else self.before, cue)

    def _outermost(self, cues: list[_Cue]) -> list[_Cue]:
        """Drop the cues that belong to what another one reports."""
        plain = self.p.plain
        kept: list[_Cue] = [cues[0]]
        for cue in cues[1:]:
            outer = kept[-1]
            if outer.form == "final":
                kept.append(cue)
                continue
            between = plain[outer.body : cue.region]
            own = cue.who is not None and cue.rule not in ("前一分句的主语", "承前")
            quoted_between = "”" in between
            if quoted_between and (own or cue.form in ("quote", "colon", "final", "comma")) and cue.region > outer.body:
                kept.append(cue)
                continue
            if not between.strip() or not own:
                # at the very beginning of the content, or a further verb of the same source: inside it
                if not own and cue.form == "quote" and between.strip() and cue.rule == "承前":
                    kept.append(cue)
                elif cue.form == "quote" and own:
                    self._nested(cue, outer)
                continue
            connective = re.match("(?:但是|但|而|同时|并|也有|还有|不过|另|此外|；)", plain[cue.region :][:4]) or plain[cue.region - 1] == "；"
            if cue.form in ("comma", "colon", "quote") or (connective and cue.form == "bare"):
                kept.append(cue)
        return kept

    def _nested(self, cue: _Cue, outer: _Cue) -> None:
        pass

    def _governs_before(self, cue: _Cue, lead: int, s: int | None) -> list[_Quote]:
        """The quotations that stand just before a cue and are its content: “…”他说。"""
        plain = self.p.plain
        out: list[_Quote] = []
        if s is not None and self.pending and cue.region <= s + 1 and cue.who is not None:
            firm = cue.form == "final" or not self.adjacent or self.speaker is None
            same = self.speaker is not None and cue.who is not None and self._entity_of(cue) is self.speaker.entity
            if firm or same or cue.form in ("comma", "quote") and cue.body and plain[cue.body - 1 : cue.body] == "，" and self.speaker is None:
                out.extend(self.pending)
                self.pending = []
        gap = plain[lead : cue.region].rstrip(" ，")
        if gap.endswith("”"):
            for q in self._quotes(lead, cue.region):
                if q.left not in self.used and plain[q.right : cue.region].strip(" ，") == "" or (out and q.left not in self.used):
                    before = plain[lead : q.left].strip(" ")
                    if self._shaped(q) and (before == "" or before[-1:] in "，。；：”！？"):
                        out.append(q)
        return out

    def _quotes(self, s: int, e: int) -> list[_Quote]:
        qs = self.p.quotes
        i = bisect_left(qs, s, key=lambda q: q.left)
        out = []
        while i < len(qs) and qs[i].left < e:
            out.append(qs[i])
            i += 1
        return out

    def _shaped(self, q: _Quote) -> bool:
        """Whether the inside of marks looks like something said."""
        t = self.p.raw[q.start : q.end]
        if len(t) < 2:
            return False
        if t[-1] in _TERMINAL or t[-1] in "，,":
            return len(t) > 3 or t[-1] in "！？!?"
        return len(t) > 5 and bool(_CLAUSAL.search(t)) or len(t) > 14

    def _strong(self, q: _Quote) -> bool:
        t = self.p.raw[q.start : q.end]
        return len(t) > 4 and (t[-1] in _TERMINAL or t[-1] in "，,")

    # -- content

    def _content(self, cue: _Cue, entity: _Entity | None, b: int, limit: int, e: int) -> None:
        p, plain = self.p, self.p.plain
        while b < limit and plain[b] in " 　：":
            b += 1
        if b >= limit:
            if cue.form == "colon" or plain[cue.end : limit].strip().endswith("："):
                self._speaks(entity, cue)
            return
        if plain[b] == "“":
            q = self._quote_at(b)
            if q is None:
                return
            nxt = plain[q.right : q.right + 1] if q.right < limit else ""
            inner = q.end - q.start
            whole = q.right >= limit or nxt in "。，；！？…、“：" or nxt.isspace() or plain[q.end - 1] in "▪"
            if whole and not (inner < 3 and nxt not in "。！？"):
                self._direct(q, entity, cue)
                at = q.right
                while at < limit and plain[at] in "“、 ":  # “A”“B”, “A”、“B”
                    if plain[at] == "“":
                        more = self._quote_at(at)
                        if more is None:
                            break
                        self._direct(more, entity, cue)
                        at = more.right
                    else:
                        at += 1
                rest_start = at
                while rest_start < limit and plain[rest_start] in "，；。！？ …":
                    rest_start += 1
                rest = plain[rest_start:limit]
                if rest.strip():
                    for other in self._quotes(rest_start, limit):
                        if other.left not in self.used and self._strong(other) and plain[other.left - 1] in "，：。；":
                            self._direct(other, entity, cue)
                return
        self._indirect(cue, entity, b, limit, e)

    def _indirect(self, cue: _Cue, entity: _Entity | None, b: int, limit: int, e: int) -> None:
        p, plain = self.p, self.p.plain
        end = limit
        directs: list[_Quote] = []
        for q in self._quotes(b, limit):
            if q.left in self.used:
                continue
            lead = plain[q.left - 1] if q.left > b else ""
            closes = q.right >= limit or plain[q.right] in "。！？，；…"
            clause = plain[b : q.left]
            if lead and lead in "，。；：" and closes and self._shaped(q) and q.left > b and not self._inscribed(q):
                if self._strong(q) or q.end - q.start > 9:
                    opener = clause.rsplit("，", 2)[-2] if clause.count("，") > 1 else clause
                    if not _DEPENDENT.match(opener.lstrip("，")):
                        directs.append(q)
        if directs:
            end = directs[0].left
        end = _trim(plain, b, end)
        fragments = [
            q
            for q in self._quotes(b, end)
            if q.right <= end + 1 and self._fragment(q, end)
        ]
        if end - b >= 2:
            st = self._add(
                b,
                end,
                "mixed" if fragments else "indirect",
                entity,
                cue.verb if not cue.verbless else None,
                self._mention(cue),
                *self._reason(cue, entity),
            )
            st.open = not directs and end >= e - 1
            st.tale = any(w in plain[cue.region : cue.end] for w in _RETELLING)
            for q in fragments:
                p.speech.add((q.start, q.end))
        for q in directs:
            self._direct(q, entity, cue)
        self._inner(b, end, cue)

    def _inner(self, b: int, end: int, outer: _Cue) -> None:
        """A source quoted within what another source says, with marks of its own: 杜说，市长指出，城市要“…”。"""
        plain = self.p.plain
        if "“" not in plain[b:end]:
            return
        for cue in self.reader.cues(self.p, b, end):
            if cue.who is None or cue.rule in ("承前", "前一分句的主语") or cue.form == "final" or cue.start < b:
                continue
            if cue.who.form in ("pronoun", "plural", "raw"):
                continue
            stop = cue.body
            qs = [q for q in self._quotes(cue.body, end) if self._shaped(q) or q.left == cue.body]
            if not qs:
                continue
            stop = plain.find("，", qs[0].right - 1, end) if plain[qs[0].left - 1] not in "，：“" or True else end
            if qs[0].left > cue.body and any(c in plain[cue.body : qs[0].left] for c in "。；"):
                continue
            entity = self._entity_of(cue)
            q = qs[0]
            if q.left == cue.body:
                self._direct(q, entity, cue, nested=True)
            else:
                close = stop if stop != -1 else _trim(plain, cue.body, end)
                self._add(cue.body, close, "mixed", entity, cue.verb, self._mention(cue), *self._reason(cue, entity), nested=True)
                self.p.speech.add((q.start, q.end))
            break

    def _fragment(self, q: _Quote, end: int) -> bool:
        """Whether marks inside reported speech hold the speaker's own words rather than a term."""
        t = self.p.raw[q.start : q.end]
        plain = self.p.plain
        if self._inscribed(q):
            return False
        after = plain[q.right : q.right + 1]
        if after == "的" and not (q.right + 1 >= end or plain[q.right + 1] in "，。；！？"):
            return False
        if after == "的":
            return True
        clause = re.search("[，。；！？]", t) is not None
        if after and after not in "，。；！？、”":
            return False
        return (clause and len(t) > 8) or (len(t) > 7 and (after in ("", "。", "，", "；")) and re.search("[了就不是会要能我你]", t) is not None)

    def _inscribed(self, q: _Quote) -> bool:
        return bool(_INSCRIBED.search(self.p.plain, max(0, q.left - 8), q.left))

    def _quote_at(self, left: int) -> _Quote | None:
        i = bisect_left(self.p.quotes, left, key=lambda q: q.left)
        return self.p.quotes[i] if i < len(self.p.quotes) and self.p.quotes[i].left == left else None

    # -- sentences without a cue

    def _without_cue(self, s: int, e: int, quotes: list[_Quote]) -> None:
        plain = self.p.plain
        text = plain[s:e].strip()
        bare = [q for q in quotes if q.left not in self.used]
        if bare and self._only_quotes(s, e, bare):
            if self._shaped(bare[0]) or self.speaker is not None and self.adjacent and bare[0].end - bare[0].start > 3:
                self.pending.extend(bare)
                return
        self._flush()
        last = self.speaker
        if last is not None and last.open and self.adjacent and text and not quotes_spoken(self, quotes) and self._goes_on(s, e):
            last.end = _trim(plain, last.start, e)
            for q in quotes:
                if self._fragment(q, last.end) and re.search("[，。]", self.p.raw[q.start : q.end]):
                    pass
            self.cast.touch(last.entity)
            return
        if text:
            self.adjacent = False
        self.cast.focus_sentence(plain, s, e)

    def _only_quotes(self, s: int, e: int, quotes: list[_Quote]) -> bool:
        rest = []
        at = s
        for q in quotes:
            rest.append(self.p.plain[at : q.left])
            at = q.right
        rest.append(self.p.plain[at:e])
        return not "".join(rest).strip(" 　。，、！？…—")

    def _goes_on(self, s: int, e: int) -> bool:
        """Whether a sentence without a cue still belongs to the speech reported before it."""
        plain = self.p.plain
        st = self.speaker
        assert st is not None
        at = s
        while at < e and plain[at] in " 　□":
            at += 1
        if st.tale:
            return True
        text = plain[at:e]
        if re.search("我们|我国|我省|我市|咱们|我(?!军|院)", text):
            return True
        if re.match(r"\d{1,4}年|\d{1,2}月|\d{1,2}[日号]|[上下本]周", text) and "，" in text[:16]:
            return st.entity is not None and st.entity.kind == "person" and bool(re.search("将|要|会", text[:30]))
        if _NARRATOR.match(text):
            return False
        if re.match("这(?!里|样|些年|次|类|种)|此", text) and (st.entity is None or st.entity.kind != "person" or not re.match("这(?:为|让|是|对|将)", text)):
            return False
        if text.startswith("这些") and not text.startswith("这些年"):
            return False
        if re.match("[他她](?!们)", text) or (st.entity is not None and any(text.startswith(fold(a)) for a in (st.entity.name, *st.entity.aliases) if len(a) > 1)):
            return False
        who = self.cast.at_beginning(plain, at, e)
        if who is not None and who is not st.entity:
            return False
        if _GOES_ON.match(text):
            return True
        if st.entity is None:
            return False
        if st.entity.kind == "person":
            return True
        return bool(re.search("要|应|必须|需要|将", text[:24]))

    def _flush(self) -> None:
        """Quotations that no cue follows: the one who is speaking says them."""
        for q in self.pending:
            if q.left in self.used:
                continue
            last = self.speaker
            if last is not None:
                self._plain_direct(q, last.entity, last.cue, last.source, "引号独立成句，承上文说话人", 0.85 if self.adjacent else 0.7)
            elif self.before is not None:
                self._plain_direct(q, self.before, None, None, "引号独立成段，承上段说话人", 0.55)
            else:
                self._plain_direct(q, None, None, None, "引号独立成段，未见说话人", 0.3)
        self.pending = []

    def _leftover(self) -> None:
        self._flush()

    def _plain_direct(self, q: _Quote, entity: _Entity | None, cue: str | None, source: tuple[BlockId, Span] | None, why: str, sure: float) -> None:
        self.used.add(q.left)
        self.p.speech.add((q.start, q.end))
        st = self._add(q.start, q.end, "direct", entity, cue, source, why, sure)
        st.await_next = entity is None

    # -- labels and verbless quotations

    def _label(self, s: int) -> _Cue | None:
        """A name and a colon at the beginning: 求职者张文远：… In a headline the content needs no marks."""
        plain = self.p.plain
        m = re.compile(r"[\s□]*(?P<who>[^，。；：！？“”\s《]{2,24}?)[\s□]*：\s*").match(plain, s)
        if not m or m.end() >= len(plain):
            return None
        who = _describe(m["who"], self.cast.known)
        if who is None or who.form not in ("named", "titled", "organisation", "group", "honorific", "joint"):
            return None
        if who.form != "named" and plain[m.end()] != "“" and self.p.kind != "heading" and m["who"] not in self.cast.known:
            return None
        return _Cue(m.end("who"), m.end("who"), m.end(), "colon", "", s, who, m.start("who"), "冒号前的姓名", verbless=True)

    def _verbless(self, s: int, e: int, quotes: list[_Quote]) -> _Cue | None:
        """No verb, but a source at the beginning and a quotation after a colon or comma: 温先生松了口气，“…”"""
        plain = self.p.plain
        for q in quotes:
            if q.left in self.used or q.left <= s:
                continue
            lead = plain[q.left - 1]
            if lead not in "：，" or not self._shaped(q) or self._inscribed(q):
                continue
            if q.right < e and plain[q.right] not in "。！？，；…" and plain[q.end - 1] != "▪":
                continue
            if lead == "，" and not self._strong(q):
                continue
            begin = q.left - 1
            while begin > s and plain[begin - 1] not in "。；：“”！？":
                begin -= 1
            first = plain.find("，", begin, q.left - 1)
            at, who = self.reader._subject(plain, begin, first if first != -1 else q.left - 1, partial=True)
            if who is None:
                opened = self.reader._open(plain, begin, q.left - 1)
                who = _describe(plain[opened : q.left - 1], self.cast.known)
                at = opened
            if who is None and first != -1:
                at, who = self.reader._subject(plain, first + 1, q.left - 1, partial=True)
            if who is None or who.form in ("raw", "state", "medium"):
                continue
            return _Cue(q.left - 1, q.left - 1, q.left, "quote", "", begin, who, at, "无引导词，引号前的主语", verbless=True)
        return None

    # -- making statements

    def _mention(self, cue: _Cue) -> tuple[BlockId, Span] | None:
        if cue.who is None:
            return self.speaker.source if self.speaker else None
        if cue.who.role_end > cue.who.role_start or cue.who.form == "named":
            return self.p.id, Span(cue.np + cue.who.start, cue.np + cue.who.end)
        return self.p.id, Span(cue.np + cue.who.start, cue.np + cue.who.end)

    def _reason(self, cue: _Cue, entity: _Entity | None) -> tuple[str, float]:
        verb = f"引导词“{cue.verb}”" if cue.verb and not cue.verbless else "无引导词"
        if cue.who is None:
            return f"{verb}，主语承前", 0.7 if entity else 0.3
        said = self.p.raw[cue.np + cue.who.start : cue.np + cue.who.end]
        if cue.who.form in ("pronoun", "plural", "medium"):
            if entity is None:
                return f"{verb}，“{said}”所指不明", 0.3
            return f"{verb}，“{said}”指前文{entity.name}", 0.8
        sure = {"named": 0.95, "titled": 0.85, "honorific": 0.9, "raw": 0.65}.get(cue.who.form, 0.85)
        rule = "主语" if cue.rule in ("主语", "") else cue.rule
        return f"{verb}，{rule}“{said}”", sure - (0.1 if cue.form == "bare" else 0)

    def _direct(self, q: _Quote, entity: _Entity | None, cue: _Cue, *, behind: bool = False, nested: bool = False) -> None:
        if q.left in self.used:
            return
        self.used.add(q.left)
        self.p.speech.add((q.start, q.end))
        why, sure = self._reason(cue, entity)
        self._add(q.start, q.end, "direct", entity, cue.verb if not cue.verbless else None, self._mention(cue), why + ("（引语在前）" if behind else ""), sure, nested=nested)

    def _speaks(self, entity: _Entity | None, cue: _Cue) -> None:
        self.cast.focus(entity)

    def _add(self, start: int, end: int, type: QuotationType, entity: _Entity | None, cue: str | None, source: tuple[BlockId, Span] | None, why: str, sure: float, *, nested: bool = False) -> _Statement:
        n = self.reader.passages.index(self.p) if False else 0
        st = _Statement(self.p, n, start, end, type, entity, cue, source, why, round(sure, 2))
        self.out.append(st)
        if not nested:
            self.speaker = st
            self.adjacent = True
            self.cast.focus(entity)
        return st


def quotes_spoken(paragraph: _Paragraph, quotes: list[_Quote]) -> bool:
    return any(paragraph._strong(q) for q in quotes)


def _sentences(plain: str, at: int) -> Iterator[tuple[int, int]]:
    begin = at
    for m in _SENTENCE_END.finditer(plain, at):
        if m.end() > begin:
            yield begin, m.end()
            begin = m.end()
    if begin < len(plain):
        yield begin, len(plain)


def _trim(plain: str, b: int, end: int) -> int:
    """Take off what leads on (a comma, a colon, an opening mark) but keep what ends a sentence."""
    while end > b and plain[end - 1] in "，：；、 　\n\r":
        end -= 1
    return end


# --- the people of an article -----------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Entity:
    name: str
    kind: SpeakerKind
    form: str
    aliases: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    female: bool | None = None

    @property
    def role(self) -> str | None:
        return max(self.roles, key=len) if self.roles else None

    def alias(self, form: str) -> None:
        if form and form != self.name and form not in self.aliases:
            self.aliases.append(form)


class _Cast:
    """Everyone an article names: who is who, and whom a pronoun or a short form points back to."""

    def __init__(self, passages: list[_Passage]) -> None:
        self.passages = passages
        self.known: dict[str, _Entity] = {}  # folded form -> entity
        self.entities: list[_Entity] = []
        self.recent: list[_Entity] = []  # persons, latest last
        self.body: _Entity | None = None  # the latest organisation
        self.medium: _Entity | None = None
        self.group: _Entity | None = None
        self._names: re.Pattern[str] | None = None

    # -- first acquaintance

    def meet(self, reader: _Reader) -> None:
        """Find the names that an office, a verb of saying or a point between the parts gives away."""
        found: dict[str, str] = {}
        for p in self.passages:
            if p.kind not in _SPEAKING:
                continue
            for s, e in _sentences(p.plain, 0):
                for cue in reader.cues(p, s, e):
                    if cue.who and cue.who.form == "named":
                        at = cue.np + cue.who.start
                        form = p.plain[at : cue.np + cue.who.end].strip(" □")
                        found.setdefault(form, p.raw[at : at + len(form)])
        for form, raw in sorted(found.items(), key=lambda x: -len(x[0])):
            if form in self.known or not form:
                continue
            owner = self._part_of(form)
            if owner is not None:
                owner.alias(raw)
                self.known[form] = owner
                continue
            entity = _Entity(raw, "person", "named")
            self.entities.append(entity)
            self.known[form] = entity
        self._compile()

    def _compile(self) -> None:
        forms = [f for f, e in self.known.items() if len(f) > 1 and e.kind == "person"]
        self._names = re.compile(_either(forms)) if forms else None

    def _part_of(self, form: str) -> _Entity | None:
        """The longer foreign name a short one belongs to: 马斯克 of 埃隆·马斯克."""
        for known, entity in self.known.items():
            if len(known) > len(form) and form in re.split("[·•‧・．･ ]", known):
                return entity
        return None

    # -- pointing back

    def focus(self, entity: _Entity | None) -> None:
        if entity is None:
            return
        if entity.kind == "person":
            if entity in self.recent:
                self.recent.remove(entity)
            self.recent.append(entity)
            del self.recent[:-12]
        elif entity.kind == "organisation":
            self.body = entity
            if _MEDIA_END.search(fold(entity.name).rstrip("》□）) ")) or entity.form == "medium":
                self.medium = entity
        else:
            self.group = entity

    def touch(self, entity: _Entity | None) -> None:
        pass

    def at_beginning(self, plain: str, s: int, e: int) -> _Entity | None:
        if self._names is None:
            return None
        comma = plain.find("，", s, e)
        m = self._names.search(plain, s, comma if comma != -1 else e)
        if m and (m.start() == s or _role_start(plain[s : m.start()]) is not None and m.start() - s < 24):
            return self.known[m[0]]
        return None

    def focus_sentence(self, plain: str, s: int, e: int) -> None:
        """Remember the person a narrating sentence is about."""
        if self._names is None:
            return
        for m in self._names.finditer(plain, s, min(e, s + 60)):
            if m.start() == s or plain[m.start() - 1] in "，。；：□” " or _TITLES.search(plain, max(s, m.start() - 4), m.start()):
                self.focus(self.known[m[0]])
                return

    def resolve(self, who: _Who, np: int, p: _Passage, last: _Entity | None, cue: _Cue) -> _Entity | None:
        """The entity a source's words stand for; new ones are made here."""
        a, b = np + who.start, np + who.end
        form, raw = p.plain[a:b].strip(" □"), p.raw[a:b].strip()
        if form.startswith("《"):
            form = fold(raw).strip("《》")
        if who.form == "pronoun":
            if form in ("前者", "后者") and len(self.recent) > 1:
                return self.recent[-2 if form == "前者" else -1]
            return self.recent[-1] if self.recent else (last if last and last.kind == "person" else None)
        if who.form == "plural":
            return self.group or self.body or last
        if who.form == "medium":
            return self.medium or self.body
        entity = self.known.get(form)
        if entity is None:
            entity = self._alias_of(form, raw, who)
        if entity is None:
            kind: SpeakerKind = {"group": "collective", "organisation": "organisation", "state": "organisation", "joint": "collective"}.get(who.form, "person")  # type: ignore[assignment]
            if who.form == "raw" and not _surname(form):
                kind = "organisation"
            entity = _Entity(raw, kind, who.form)
            self.entities.append(entity)
            self.known[form] = entity
            self._short_forms(entity, form, raw, p, b)
        elif raw != entity.name:
            entity.alias(raw)
            self.known.setdefault(form, entity)
        if who.role_end > who.role_start:
            entity.roles.append(p.raw[np + who.role_start : np + who.role_end].strip())
        return entity

    def _short_forms(self, entity: _Entity, form: str, raw: str, p: _Passage, end: int) -> None:
        m = _MANY.match(form) or _ONE.match(form)
        if m and m.end() < len(form):
            entity.alias(raw[m.end() :])
        if "的" in form and entity.form in ("titled", "group"):
            entity.alias(raw[form.rfind("的") + 1 :])
        if entity.form == "joint":
            for part in re.split("以及|[和与及、]", raw):
                entity.alias(part)
        note = re.match(r"\s*[（(]([A-Za-z][\w .,'’\-]*?)\s*[，,）)]", p.raw[end : end + 40]) or re.search(r"[（(]([A-Za-z][\w .'’\-]*?)\s*[）)]", raw)
        if note:
            entity.alias(note[1].strip())
            self.known.setdefault(fold(note[1].strip()), entity)

    def _alias_of(self, form: str, raw: str, who: _Who) -> _Entity | None:
        if who.form == "honorific":
            n = _surname(form)
            for entity in reversed(self.recent):
                if entity.form == "named" and fold(entity.name).startswith(form[:n]) and len(entity.name) > n:
                    return entity
            for entity in self.entities:
                if entity.form == "named" and fold(entity.name).startswith(form[:n]) and 1 < len(entity.name) < 5:
                    return entity
            return None
        if who.form == "titled":
            bare = re.sub("^(?:该|这位|那位|这名|那名|上述|该名|该位)", "", form)
            if bare in _TITLE_SET or bare != form:
                for entity in reversed(self.recent):
                    if any(fold(r).endswith(bare) for r in entity.roles) or (entity.form == "titled" and fold(entity.name).endswith(bare)):
                        return entity
            return None
        if who.form in ("organisation", "raw", "state"):
            bare = re.sub("^(?:该|这家|那家|本)", "", form)
            if form in ("署方",):
                return self._latest("署")
            if form == "校方":
                return self._latest("大学", "学校", "中学", "小学", "学院")
            if form == "院方":
                return self._latest("医院", "学院", "法院")
            if bare in ("公司", "集团", "企业"):
                return self._latest("公司", "集团", "企业")
            if who.form == "state" or form in _STATES:
                return next((e for e in self.entities if e.kind == "organisation" and e.form == "raw" and fold(e.name) == form), None) or self._body_like(form, strict=True)
            return self._body_like(form)
        return None

    def _latest(self, *ends: str) -> _Entity | None:
        for e in reversed(self.entities):
            if e.kind == "organisation" and fold(e.name).endswith(ends):
                return e
        return None

    def _body_like(self, form: str, *, strict: bool = False) -> _Entity | None:
        for e in self.entities:
            if e.kind != "organisation":
                continue
            long, short = fold(e.name), form
            if len(short) > len(long):
                long, short = short, long
            if long.startswith(short) and _ORG_END.fullmatch(long[len(short) :]) and (len(long) - len(short) <= 2):
                return e
            if strict or len(short) < 2:
                continue
            if long.endswith(short) and _ORG_END.search(short):
                return e
            if short[0] == long[0] and len(short) <= 4 < len(long) and _subsequence(short, long) and short not in _STATES:
                return e
        return None

    # -- descriptions

    def describe_roles(self, entities: list[_Entity]) -> None:
        """The longest description printed beside each speaker's name anywhere in the article."""
        named = {form: e for form, e in self.known.items() if e.form == "named" and e in entities and len(form) > 1}
        if not named:
            return
        pattern = re.compile(_either(named))
        for p in self.passages:
            for m in pattern.finditer(p.plain):
                entity = named[m[0]]
                self._role_before(p, m.start(), entity)
                self._role_after(p, m.end(), entity)

    def _role_before(self, p: _Passage, at: int, entity: _Entity) -> None:
        plain = p.plain
        left = at
        while left > 0 and plain[left - 1] in " □":
            left -= 1
        if left == 0:
            return
        begin = left
        while begin > 0 and left - begin < 60 and plain[begin - 1] not in "，。；：！？“”…\n（）":
            begin -= 1
        stretch = plain[begin:left]
        ends = _ends_in_title(stretch)
        if not ends:
            return
        for m in [None, *reversed(list(_BETWEEN.finditer(stretch)))] if False else [None]:
            pass
        cut = self._role_cut(stretch)
        if cut is None:
            return
        cut += begin
        # 国家督学，某委员会委员傅永和: a description that runs over a comma
        while cut == begin and begin > 1 and plain[begin - 1] == "，":
            prev = begin - 1
            while prev > 0 and plain[prev - 1] not in "，。；：！？“”…\n":
                prev -= 1
            clause = plain[prev : begin - 1]
            if clause and _ends_in_title(clause) and self._role_cut(clause) == 0 and len(clause) < 30 and not _describe_named(clause):
                begin = cut = prev
            else:
                break
        opened = cut
        while opened < left:
            m2 = _OPENER.match(plain, opened, left)
            if not m2:
                break
            opened = m2.end()
        role = p.raw[opened:left].strip()
        if role and fold(role) not in _TIES and len(role) > 1:
            entity.roles.append(role)

    def _role_cut(self, stretch: str) -> int | None:
        """Where in the words before a name its description begins."""
        at = 0
        for m in re.finditer(r"[了着过把被是将让请由称叫和与及跟同]|(?:报道|记者|对于|认为|表示|指出|宣布|援引|会见|会晤|邀请|聘请|采访|接受|提名|选出|任命|当选|的是|即|以及)|(?:在|对|向|于)(?!线|野|职|外|口|冲)", stretch):
            if _TITLES.search(stretch, m.end()):
                at = m.end()
        start = _role_start(stretch[at:])
        return None if start is None else at + start

    def _role_after(self, p: _Passage, at: int, entity: _Entity) -> None:
        """马莉是南艺老师，也是…; 骆大进（上海市科委主任）; 李辉，某校教授，…"""
        plain = p.plain
        m = re.compile(r"(?:□*)(?:是|为|系)(?:一名|一位|一个|该|位于)?(?P<role>[^，。；：！？“”是]{2,30})[，。；]").match(plain, at)
        if m and _ends_in_title(m["role"]) and _role_start(m["role"]) == 0:
            entity.roles.append(p.raw[m.start("role") : m.end("role")])
        if plain[at : at + 1] == "□":
            n = re.match(r"[（(]([^（()）\d，,]{3,30})[）)]", p.raw[at : at + 34])
            if n and _ends_in_title(fold(n[1])):
                entity.roles.append(n[1])


def _describe_named(text: str) -> bool:
    who = _describe(text)
    return who is not None and who.form == "named"


def _ends_in_title(text: str) -> bool:
    last = None
    for last in _TITLES.finditer(text):
        pass
    return last is not None and last.end() == len(text)


def _subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(c in rest for c in short)


# --- joining to known people -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Joined:
    id: SpeakerId
    recorded: bool
    doubt: str


_UNSAFE = re.compile(r"[^\w·\-]+")


def _identify(entities: list[_Entity], people: Sequence[Person]) -> dict[int, _Joined]:
    """Give each speaker an id: the known person's where name and office agree, else one made from the name."""
    by_name: dict[str, list[Person]] = {}
    for person in people:
        for form in {person.name, person.name_hant, *person.aliases} - {""}:
            by_name.setdefault(fold(form), []).append(person)
    taken = {str(person.id) for person in people}
    out: dict[int, _Joined] = {}
    for e in entities:
        joined = _join(e, by_name)
        if isinstance(joined, _Joined) and joined.recorded:
            out[id(e)] = joined
            continue
        base = _UNSAFE.sub("", e.name) or "speaker"
        made, n = base, 2
        while made in taken:
            made, n = f"{base}-{n}", n + 1
        taken.add(made)
        out[id(e)] = _Joined(SpeakerId(made), False, joined.doubt)
    return out


def _join(e: _Entity, by_name: dict[str, list[Person]]) -> _Joined:
    none = SpeakerId("")
    found: list[Person] = []
    for form in (e.name, *e.aliases):
        for person in by_name.get(fold(form), ()):
            if person not in found:
                found.append(person)
    if not found:
        return _Joined(none, False, "")
    agreeing = [person for person in found if e.role and person.offices and _agree(e.role, person)]
    if len(agreeing) == 1:
        return _Joined(agreeing[0].id, True, "")
    if len(agreeing) > 1:
        return _Joined(none, False, "库中同名者有多人职务相合：" + "、".join(p.id for p in agreeing))
    open_ = [person for person in found if not e.role or not person.offices]
    if len(found) == 1 and open_ and not found[0].homonyms:
        doubt = "" if e.kind != "person" else "仅据姓名，文中未载职务" if not e.role else "仅据姓名，库中未载职务"
        return _Joined(found[0].id, True, doubt)
    if open_:
        return _Joined(none, False, "库中有同名者，职务不明，未并：" + "、".join(p.id for p in found))
    return _Joined(none, False, "库中有同名者，职务不合，未并：" + "、".join(p.id for p in found))


def _agree(role: str, person: Person) -> bool:
    """Whether a printed description and the offices of a known person can be the same post."""
    said = fold(role)
    for office in person.offices:
        title, body = fold(office.title), fold(office.organisation)
        full = body + title
        if title and (title in said or said in full):
            return not body or title not in _TITLE_SET or _overlap(said, full) >= 0.4 or said in title
        if full and _overlap(said, full) >= 0.5:
            return True
    return False


def _overlap(a: str, b: str) -> float:
    pairs_a, pairs_b = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (a, b))
    if not pairs_a or not pairs_b:
        return 0.0
    return len(pairs_a & pairs_b) / min(len(pairs_a), len(pairs_b))
