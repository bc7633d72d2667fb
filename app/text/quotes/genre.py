"""The kind of a text, by plain signs: a law has articles, a speech a salutation, an interview labels.

The kind decides who may speak. A law or an official document has no speakers. In a speech, a report or a
commentary the prose is the author's own, so only a plainly named source with a verb of saying speaks in it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.model import Genre
from app.text.folding import normalize
from app.text.quotes.matching import beginning
from app.text.quotes.passages import Passage
from app.text.quotes.statement import Statement

_ARTICLE_OF_LAW = re.compile("[\\s　]*第[一二三四五六七八九十百零〇\\d]{1,6}条[\\s　]")
_NUMBER_OF_DOCUMENT = re.compile("[〔\\[（(](?:19|20)\\d\\d[〕\\]）)]\\s*第?\\d+号")
_ADDRESSEES = re.compile(
    "[^。；]{0,60}(?:人民政府|各部委|各直属机构|委员会|办公厅|各单位|各部门|部队)[^。；]{0,30}：$"
)
_DOCUMENT_TITLE = re.compile(
    "(?:通知|意见|办法|方案|规划|纲要|条例|规定|细则|公告|通告|决定|决议|规程|计划|要点|指南"
    "|标准)(?:（[^）]*）)?$|^(?:国务院|中共中央)[^，。]*关于"
)
_ISSUES = re.compile(
    "现将[^。]{2,60}(?:印发|转发|发给)|特此(?:通知|公告|通告)|请(?:认真|遵照|参照"
    "|结合实际)[^。]{0,16}(?:执行|落实)|自[^。]{2,20}起施行"
)
_NUMBERED = re.compile("[（(]?[一二三四五六七八九十]+[）)、.]")
_CONTENT_FOLLOWS = re.compile("(?:全文|主要内容|内容)如下")
_SALUTATION = re.compile(
    "[\\s　]*(?:尊敬的|亲爱的|敬爱的)?[^。；，]{0,30}(?:各位[^。；]{1,24}|同志们|朋友们|先生们|女士们"
    "|来宾们|同学们|老师们|乡亲们|代表们|主席先生|委员们"
    "|父老乡亲)[^。；]{0,30}[：:！!]$|[\\s　]*各位[^。；，]{1,16}[：:]$|[\\s　]*尊敬的[^。；]{1,40}[：:]$"
)
_LETTER = re.compile("(?:回信|来信收悉|贺信|致信|复信|公开信|此致|敬礼|见信如晤|展信|来信)")
_SPEECH_TITLE = re.compile(
    "(?:讲话|致辞|演讲|发言|贺词|开幕词|闭幕词|祝酒词|答谢词|献词|寄语|演说)(?:（[^）]*）|全文|稿)?$"
)
_LETTER_TITLE = re.compile(
    "(?:的|致[^，。]{1,40})(?:一封)?(?:公开)?信(?:（[^）]*）)?$|^(?:给|致)[^，。]{2,40}(?:的信|书)$"
    "|(?:贺信|贺电|唁电|回信)"
)
_REPORT_TITLE = re.compile("(?:工作报告|述职报告)(?:（[^）]*）)?$")
_REPORT = re.compile("我代表[^。]{2,40}(?:作|向[^。]{2,30}报告)|请予审议|请各位代表审议|向大会(?:作)?报告")
_DIARY_TITLE = re.compile("(?:日记|手记|自述|札记|随笔|回忆录|家书|笔记)(?:（[^）]*）)?$")
_COMMENTARY = re.compile(
    "(?:社论|时评|评论员|快评|锐评|短评|署名文章)|[—―-]{1,2}[一二三四五六七八九]?论"
    "|^[^，。]{0,6}论[^，。]{2,20}$|体会|学习[^，。]{2,30}(?:精神|讲话)"
)
_READOUT = re.compile(
    "会见|会谈|通电话|视频会晤|拜会|约见|应约|举行会晤|共同会见记者|转交仪式|捐赠仪式"
    "|出席[^。]{2,30}(?:活动|仪式|开幕式|招待会)|驻[^。，]{2,14}(?:使馆|总领馆|大使|总领事)[^。]{0,80}(?:转交|出席|捐赠|举行)"
)
_INTERVIEW_TITLE = re.compile("专访|访谈|对谈|^[^，。]{0,8}对话(?!会)")
_DATELINE = re.compile(
    beginning(
        "本新中人央法路美据综记（\\s　",
        "(?:(?:本报|新华社|中新社|新华网|人民网|央视网|法新社|路透社|美联社|中央社)[^。]{0,24}?(?:电|讯|报道)"
        "|^[\\s　]*(?:据|综合)[^，。]{2,16}报道"
        "|记者[^。]{0,12}(?:从|在|了解到|获悉)|（记者)",
    )
)
# Words of an argument: a commentary has more of them than verbs of saying.
_ARGUES = re.compile(
    "应当|应该|必须|不能|不应|须|如果|因为|所以|因此|可见|其实|毕竟|难道|岂|而是|我们|何以|当然|无疑|就是|才能|只有"
    "|从而|换言之|也就是|固然|不妨|与其|可以说|不仅|更|既"
)
# The least number of them in a thousand characters.
_ARGUMENT = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a text, and the sign that shows it."""

    genre: Genre
    why: str


NEWS = Kind("news", "无其他标志")


def genre_of(passages: Sequence[Passage], title: str, labelled: Collection[int], askers: int) -> Kind:
    """The kind of a text.

    Args:
        passages: its blocks.
        title: its headline, if that is not a block.
        labelled: the places of the paragraphs that are turns of a conversation.
        askers: how many of its speakers ask the questions.
    """
    readable = [p for p in passages if p.readable and p.plain.strip()]
    heads = [normalize(title), *(p.plain.strip() for p in readable[:4])]
    short = [h for h in heads if h and len(h) < 60]
    if kind := _law(readable) or _conversation(readable, short, labelled, askers):
        return kind
    first = readable[:8]
    dated = any(_DATELINE.search(p.plain[:160]) for p in readable[:4])
    if kind := _document(readable, short, dated):
        return kind
    return _spoken(readable, first, short, dated) or _prose(readable, short, dated)


def _law(readable: Sequence[Passage]) -> Kind | None:
    articles = sum(_ARTICLE_OF_LAW.match(p.plain) is not None for p in readable)
    if articles > 2 and articles * 3 > len(readable):
        return Kind("law", f"{articles} 段以“第…条”开头")
    return None


def _conversation(
    readable: Sequence[Passage], short: Sequence[str], labelled: Collection[int], askers: int
) -> Kind | None:
    if len(labelled) < 2 or len(labelled) * 3 < len(readable):
        return None
    if any(_INTERVIEW_TITLE.search(h) for h in short):
        return Kind("interview", "标题与标签")
    if askers:
        return Kind("qa", "问答标签")
    at = {p.n: p for p in readable}
    asked = {n for n in labelled if n in at and at[n].plain.rstrip().endswith(("？", "?"))}
    if len(asked) * 10 > len(labelled) * 3 and not any(n + 1 in asked for n in asked):
        return Kind("interview", "标签，一问一答")
    return Kind("transcript", "说话人标签")


def _document(readable: Sequence[Passage], short: Sequence[str], dated: bool) -> Kind | None:
    text = "\n".join(p.plain[:400] for p in (*readable[:6], *readable[-3:]))
    signs = [
        ("发文字号", any(_NUMBER_OF_DOCUMENT.search(p.plain[:120]) for p in readable[:5])),
        (
            "主送机关",
            any(_ADDRESSEES.match(p.plain.strip()) for p in readable[:5] if p.plain.rstrip()[-1:] == "："),
        ),
        ("公文用语", _ISSUES.search(text) is not None),
        ("公文标题", any(_DOCUMENT_TITLE.search(h) for h in short)),
        ("转载公文", any(_CONTENT_FOLLOWS.search(p.plain[-60:]) for p in readable[:4])),
    ]
    found = [name for name, there in signs if there]
    if len(found) > 1 or "转载公文" in found or ("发文字号" in found and not dated):
        return Kind("document", "、".join(found))
    if "公文标题" not in found or dated:
        return None
    numbered = sum(_NUMBERED.match(p.plain.strip()) is not None for p in readable)
    return Kind("document", "公文标题、分条") if numbered > 2 else None


def _spoken(
    readable: Sequence[Passage], first: Sequence[Passage], short: Sequence[str], dated: bool
) -> Kind | None:
    """A report, a letter or a speech: a person's own words from the salutation on."""
    text = "\n".join(p.plain for p in (*first, *readable[-3:]))
    saluted = any(_SALUTATION.match(p.plain.strip()) for p in first if len(p.plain) < 90)
    if any(_REPORT_TITLE.search(h) for h in short) or (_REPORT.search(text) and (saluted or not dated)):
        return Kind("report", "报告用语")
    addressed = any(p.plain.strip().endswith(("：", ":")) and len(p.plain) < 40 for p in first[:4])
    if (addressed and _LETTER.search(text)) or (any(_LETTER_TITLE.search(h) for h in short) and addressed):
        return Kind("letter", "书信格式")
    if saluted:
        return Kind("speech", "称呼语")
    again = sum(_SALUTATION.match(p.plain.strip()) is not None for p in readable if len(p.plain) < 40)
    titled = any(_SPEECH_TITLE.search(h) for h in short)
    if again or (titled and not dated):
        return Kind("speech", "称呼语" if again else "讲话标题")
    return None


def _prose(readable: Sequence[Passage], short: Sequence[str], dated: bool) -> Kind:
    if any(_DIARY_TITLE.search(h) for h in short):
        return Kind("diary", "日记、手记")
    text = "".join(p.plain for p in readable[:30])
    if any(_READOUT.search(h) for h in short) or (_READOUT.search(text[:200]) and "表示" in text):
        return Kind("readout", "会见、出席活动")
    if any(_COMMENTARY.search(h) for h in short):
        return Kind("commentary", "评论标题")
    if dated:
        return Kind("news", "电头或记者署名")
    argued = len(_ARGUES.findall(text))
    cued = sum(len(p.verbs) for p in readable[:30])
    if argued > 2 and argued >= cued and argued * 1000 >= _ARGUMENT * len(text):
        return Kind("commentary", "论说文字")
    long = sum(len(p.plain) for p in readable) > 1500
    return Kind("feature", "长篇叙述") if long else NEWS


_PLAIN_CUE = re.compile(
    "说|称|表示|指出|认为|强调|宣布|重申|承认|断言|声称|宣称|告诉|提出|写|讲|道|回答|回忆|质疑|批评|主张|反对|喊|叹|问|答"
)


def heard_in(genre: Genre, passages: Sequence[Passage], found: Sequence[Statement]) -> list[Statement]:
    """The quotations that a text of a kind may have.

    None in a law; in an official document only those of the agency's lead; where the prose is the author's
    own, only those with a source and a verb of saying next to each other, or in quotation marks.
    """
    if genre == "law":
        kept: list[Statement] = []
    elif genre == "document":
        kept = [s for s in found if _DATELINE.search(s.passage.plain[:160])]
    elif genre in ("report", "speech", "letter"):
        kept = [s for s in found if s.ascribed or _is_plain(s)]
    else:
        return list(found)
    spans = {(s.passage.n, s.start, s.end) for s in kept}
    for s in found:
        if (s.passage.n, s.start, s.end) not in spans:
            s.passage.speech.discard((s.start, s.end))
    return kept


def _is_plain(s: Statement) -> bool:
    """Whether a source and a verb of saying are next to a quotation."""
    if s.entity is None or s.source is None or s.cue is None:
        return s.type == "direct" and s.entity is not None
    if not _PLAIN_CUE.search(normalize(s.cue)):
        return False
    return s.type == "direct" or (s.source.block == s.passage.id and s.start - s.source.end < 40)
