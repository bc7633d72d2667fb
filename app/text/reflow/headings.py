"""Whether words could be a heading."""

from __future__ import annotations

import re

from app.text.reflow.lines import AFTER_STOP, ASK, NONE, mark_of

# The greatest length of a heading, of a bold question, and of a title at the top, in characters; this number
# of such lines in a row are items, not headings.
_LONGEST_HEADING, _LONGEST_QUESTION, LONGEST_TITLE, FEWEST_ITEMS = 44, 26, 64, 4

# A remark in brackets, as （众人议论）; a line of minutes, as 地点：镇文化站; a list of enclosures; the
# closing words of a letter.
_APART = re.compile(
    r"[（(][^（）()]*[）)]"
    r"|(?:(?:访谈|訪談|采访|採訪|讲座|講座|录音|錄音)(?:时间|時間|日期|地点|地點)|时间|時間|地点|地點|主持人?|主持|出席人?员?|列席|缺席|记录人?|參加|参加人?员?|与会人员|会议\w{2}|附件|附|抄送|主题词)[：:].*"
    r"|(?:敬请|敬請|特此|此致|谨此|謹此|顺祝|順祝|顺颂|順頌|专此|專此).{0,14}"
)
_MARKS_WITHIN = re.compile(r"[。？！；?!;].")


def ems(text: str) -> float:
    """The length of a text in Chinese characters; Latin letters count half."""
    return len(text) - len(text.encode("latin-1", "ignore")) / 2


def headlike(text: str) -> bool:
    """Whether words could be a heading by themselves: short, with no sentence in them or at their end."""
    length = ems(text)
    if length > _LONGEST_HEADING or mark_of(text) != NONE or _APART.fullmatch(text):
        return False
    return text.count("，") <= (length < 36) and not _MARKS_WITHIN.search(text)


def asking(text: str) -> bool:
    """Whether words could be a question that serves as a heading."""
    return (
        ems(text) <= _LONGEST_QUESTION
        and not _APART.fullmatch(text)
        and mark_of(text) == ASK
        and text[0] not in "“「‘（("
        and text.count("，") < 2
        and not _MARKS_WITHIN.search(text[: len(text.rstrip(AFTER_STOP)) - 1])
    )
