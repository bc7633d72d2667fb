"""Whether and how words follow a verb of saying: after a mark, in quotation marks, or as a bare clause."""

from __future__ import annotations

import re

import app.text.quotes.lexicon as lexicon
from app.text.quotes.cue import bare_end
from app.text.quotes.matching import Endings, either, words_of
from app.text.quotes.passages import BETWEEN, VERB

SAY, CLOSED, TELL, URGE = map(words_of, (lexicon.SAY, lexicon.SAY_CLOSED, lexicon.TELL, lexicon.URGE))

NOUNS, SHARP, VAGUE, DISBELIEF = map(
    words_of, (lexicon.NOUNS, lexicon.SHARP, lexicon.VAGUE, lexicon.DISBELIEF)
)

_AFTER = re.compile(r"(?:道|过|起)?[\s□]*(?P<mark>[，：]?)[\s　]*(?P<open>“?)")

_TOLD = re.compile(
    r"(?P<whom>[^，。：；“”！？\s需须应将]{1,16}?)(?:道|说)?\s*(?P<mark>[，：])\s*(?P<open>“?)"
    r"|(?P<short>记者|本报记者|媒体|我们?|[他她]们?|大家|外界|对方)(?P<open2>“?)"
)

# No clause is longer; a text without marks must not be read to its end for each of its verbs.
LONGEST = 400

_CLAUSE = re.compile(f"[^，。；：！？]{{0,{LONGEST}}}")

# 重要, 所有 and the like hold a modal and are none.
_NO_MODALS = "[重主首必概]要|[所拥具]有|能[源力]|会[议谈]|全[国球面市省]|自[然己]|应[用急]|不[少同]"
_MODAL = re.compile(
    f"(?:{_NO_MODALS}|[^，]){{0,12}}?(?!{_NO_MODALS})(?<![重主首必概所拥具])(?:{either(lexicon.MODALS.words)})"
)

_OWN_SUBJECT = re.compile(
    f"(?!{either(lexicon.NO_WISHER.words)})[^，。；：“”]{{2,14}}?(?:{either(lexicon.WISHED.words)})"
)

_WISHER = re.compile(either(lexicon.WISHERS.words))

_PAINTING = words_of(lexicon.PAINTING)

_PAINTED = re.compile("[^，。；：“”！？说称指]{1,10}“(?=[■▪▫]+”(?:[，。；！？]|$))")

# The text in the marks is said of something: 这是“■■”
THIS_IS = re.compile("(?:这|那|其|此)[^，“]{0,6}(?:是|为)“")

# 称其为“…”: what a person calls the thing spoken of; 称妻子为“…” is a name for her.
_CALLED = re.compile("(?:其|此举|此事|这|该[^，。“”]{1,6})(?:是|为|乃|属)“(?=[■▪▫]+”(?:[，。；！？]|$))")

_BEHIND_OBJECT = re.compile("[^，。；：“”！？说称指]{1,10}[，：]“")

_OBJECT = re.compile(f"(?:了|过)?(?:{either(lexicon.OBJECTS.words)})")

_FALLS_SHORT = re.compile(
    "(?:偏|过于?|太|仍|缺乏?|不|难|较)[早晚快慢高低大小多少贵差弱严松足够]*$|(?:滞后|不力|不足|不当|失职|失当|失误|失实|不公|不透明|缺位|缺失|违规|违法|过时|造假|作秀|双标|无能|无效|无视[^，]{1,6})$"
)

_NEGATED = re.compile("不(?!是|会|能|要|应|该|想|希|愿|排|担|可能|少|存在|需|必|同|仅|只|清|知|会|怕)")

# 预测或评论…, 说一声晚安
_NO_CLAUSE = re.compile("或(?!许|是|者|将)|[一两几][声句]|[这那]么[多少]")

# The word itself is meant: 提到“公平”一词，…
_WORD_MENTIONED = re.compile(
    "“[■▫]+”(?:这|那|该)?(?:[一两二三四五六七八]?个?大?)?(?:词语?|字眼?|概念|说法|提法|名词|术语|成语|字样)(?=[，。；！？]|$)"
)

# 承认一项盗窃罪
_OWNING_UP = frozenset(("承认", "否认", "承诺", "坦承", "确认"))
_ONE_THING = re.compile("[一二两三四五六七八九十多数\\d]+[项宗件起笔次条]")

_ENDS_IN_NOUN = re.compile("的[^，的]{0,5}$")

_NAMED_AS = re.compile("[^，]{1,6}为|.*(?<![合工运操写动协])作$")

_TOLD_TO = re.compile("[向对跟给与在][^，]{1,12}$")

_GIVING = Endings(lexicon.GIVING.words)

_NOUN_GAP = re.compile(
    "(?:致以|送上|献上|提出|作|做|发出|接受|听取|反对|支持|满足|根据|按照|符合|遵照|落实|贯彻|履行|完成|实现|提高|没有|这些|那些|各项"
    "|一系列|专门|合理|正确|迫切|荒谬|具体|有关|重要)[^，]{0,6}$|[一二三四五六七八九十两几多数\\d]+[项条点个种]$"
)
# The last word is a thing that shows or decides something.
_OF_A_THING = re.compile(
    "的[^，的]{0,4}(?:成效|成绩|结果|决定|决议|方针|政策|经验|情况|问题|事实|形势|变化|文件|规划|纲要|草案|计划|数据|研究|调查"
    "|工作|任务|精神|教训|历史|实践|发展)$"
)
_ACTING = re.compile("(?:(?<![合工写协动])作|(?<!叫)做|进行|予以|加以)了?$")


_PERSONAL = frozenset("我你他她它")


def bare_content(plain: str, verb: str, at: int, e: int) -> bool:
    """Whether the words straight after a verb are a clause of their own: 表示愿意合作, not 表示祝贺."""
    m = _CLAUSE.match(plain, at, e)
    clause = m[0] if m else ""
    if (
        e - at < 4
        or len(clause) < (2 if clause[:1] in _PERSONAL else 3)
        or (clause[0] == "过" and clause[:2] not in ("过去", "过半", "过程"))
        or clause[0] in "和与及、了着的地得之出到起在完罢毕、）)个"
        or _NO_CLAUSE.match(clause)
        or (verb in _OWNING_UP and _ONE_THING.match(clause))
        or _NEGATED.match(clause)
        or (clause[0] in "中里上内" and VERB.match(clause, 1))  # 在一份声明中表示
    ):
        return False
    if verb in URGE:
        return bool(_OWN_SUBJECT.match(clause)) or (bool(_WISHER.match(clause)) and len(clause) > 5)
    if verb == "表示" and (m := _OBJECT.match(clause)) and len(clause) - m.end() < 8:
        return False
    if verb in SHARP:
        shown = "“" in clause or bool(_MODAL.match(clause)) or bool(_FALLS_SHORT.search(clause))
        return len(clause) > 5 and shown and not _ENDS_IN_NOUN.search(clause)
    if verb in VAGUE:
        return bool(_MODAL.match(clause))
    return not (verb == "称" and (_NAMED_AS.match(clause) or len(clause) < 5))


def is_thing(gap: str) -> bool:
    """Whether a thing is between a source and a verb, so that it is the subject: 企业取得的成效|说明."""
    gap = bare_end(gap).strip()
    return _OF_A_THING.search(gap) is not None and gap[0] not in "以用带"


def verbal_gap(gap: str) -> bool:
    """Whether between a source and a word that is verb and noun there is nothing that makes it a noun."""
    gap = bare_end(gap).strip()
    if _GIVING.of(gap) or _ACTING.search(gap):  # 发出声明，… 作介绍，…
        return False
    if gap.endswith(("时", "后", "日", "号", "晚", "午")):  # 接受采访时抱怨，…; 2日通报，…
        return True
    if gap and (gap[-1] in "的和与及、总" or _NOUN_GAP.search(gap)):  # 听取他们的批评和建议，
        return False
    return (
        not gap
        or _TOLD_TO.search(gap) is not None
        or gap[-1] in "时后中上里前下间会地着来到"
        or gap.endswith(("新闻稿", "声明稿", "公开信", "长文"))  # 晚间发布新闻稿回应，…
        or any(m.end() == len(gap) for m in BETWEEN.finditer(gap))
    )


def content_after(plain: str, verb: str, end: int, e: int) -> tuple[str, int] | None:
    """How words follow the verb that ends at `end`, and where they begin; None if no words follow.

    The first value is colon, comma, quote, bare or, at the end of a clause, final.
    """
    after = _AFTER.match(plain, end, e)
    assert after is not None  # every part of it may be empty
    if after["mark"]:
        return _after_mark(after["mark"], bool(after["open"]), after.start("open"), e)
    if after["open"]:
        topic = after[0].startswith("起") and plain[plain.find("”", after.end()) - 1] != "▪"
        word = _WORD_MENTIONED.match(plain, after.start("open"))
        return None if topic or word else ("quote", after.start("open"))  # 说起“适老化”，…
    if after.end() >= e or plain[after.end()] in "。！？；”…":
        return "final", after.start("open")
    if verb in TELL and (told := _after_told(plain, verb, end, e)):
        return told
    if verb in ("称", "形容", "斥") and (called := _CALLED.match(plain, end, e)):
        return "quote", called.end() - 1
    if verb in _PAINTING and (painted := _PAINTED.match(plain, end, e)):
        return ("bare", end) if THIS_IS.match(plain, end) else ("quote", painted.end() - 1)
    if verb in _PAINTING and (behind := _BEHIND_OBJECT.match(plain, end, e)):
        return "quote", behind.end() - 1  # 他大赞队友，“…”
    if verb in SAY or verb in URGE or verb in SHARP:
        return ("bare", end) if bare_content(plain, verb, end, e) else None
    return None


def _after_mark(mark: str, opens: bool, body: int, e: int) -> tuple[str, int]:
    if opens:
        return "quote", body
    if mark == "：":
        return "colon", body
    return ("comma" if body < e else "final"), body


def _after_told(plain: str, verb: str, end: int, e: int) -> tuple[str, int] | None:
    """The words after the person told: 店主告诉记者，货已经卖完。"""
    told = _TOLD.match(plain, end, e)
    if told is None:
        return None
    if told["mark"] == "，" and verb in URGE and bare_content(plain, verb, end, e):
        return "bare", end  # 警方提醒市民不要轻信，…: a clause, not the person told
    if told["mark"]:
        form = "quote" if told["open"] else "colon" if told["mark"] == "：" else "comma"
        return form, told.start("open")
    if verb not in ("告诉", "告知"):
        return None
    done = told.end() >= e or plain[told.end()] in "。！？；…"
    form = "quote" if told["open2"] else "final" if done else "bare"
    if form == "bare" and not bare_content(plain, verb, told.end("short"), e):
        return None
    return form, told.end("short")
