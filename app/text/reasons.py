"""The reasons of decisions, translated where they are shown.

A document keeps its reasons in Chinese: `引导词“说”，主语“林清和”`. For another language each phrase is
translated, and the words of the text stay as they are.
"""

from __future__ import annotations

import re
from functools import cache

from app.i18n import is_chinese, mark, say

# The phrases that reasons are made of; the values are words of the text and names.
_PHRASES = (
    mark("引导词“%(verb)s”"),
    mark("无引导词"),
    mark("主语“%(words)s”"),
    mark("前一分句的主语“%(words)s”"),
    mark("冒号前的姓名“%(words)s”"),
    mark("引号前的主语“%(words)s”"),
    mark("援引“%(words)s”"),
    mark("据…“%(words)s”"),
    mark("在…看来“%(words)s”"),
    mark("承前“%(words)s”"),
    mark("主语承前：%(name)s"),
    mark("未见主语"),
    mark("“%(words)s”所指不明"),
    mark("“%(words)s”指前文%(name)s"),
    mark("说话人自述"),
    mark("下段交代说话人"),
    mark("下段交代“%(words)s”"),
    mark("后句交代说话人"),
    mark("引文自上段延续"),
    mark("引文延续至下段"),
    mark("引语独立成段"),
    mark("引语独立成句"),
    mark("引语独立"),
    mark("未见说话人"),
    mark("下段首句的主语"),
    mark("承下段说话人"),
    mark("承上段说话人"),
    mark("承上文说话人"),
    mark("上段末的引导词"),
    mark("引语前一句的主语"),
    mark("引语后一句的主语"),
    mark("（引语在前）"),
    mark("承上一段的说话人标签"),
    mark("说话人标签"),
    mark("归于其人：“%(words)s”"),
    mark("归于其人："),
    mark("他人话中的引导词“%(verb)s”"),
    mark("句中未说是谁的话"),
    mark("文中另一处把相同的话归于其人"),
    mark("上文刚转引过其人"),
    mark("编者订正"),
    mark("库中同名而职务相合者不止一人，未并：%(name)s"),
    mark("库中有同名者，职务不合，未并：%(name)s"),
    mark("库中有同名者，职务不明，未并：%(name)s"),
    mark("文中此人是副职或职务不尽相同"),
    mark("同姓者不止一人，称呼不能分辨"),
    mark("文中同姓者的职务与此不同"),
    mark("只见于标题"),
    mark("称呼前另有词语"),
    # The kind of a text.
    mark("无其他标志"),
    mark("%(number)s 段以“第…条”开头"),
    mark("标题与标签"),
    mark("问答标签"),
    mark("标签，一问一答"),
    mark("发文字号"),
    mark("主送机关"),
    mark("公文用语"),
    mark("公文标题"),
    mark("转载公文"),
    mark("分条"),
    mark("报告用语"),
    mark("书信格式"),
    mark("称呼语"),
    mark("讲话标题"),
    mark("日记、手记"),
    mark("会见、出席活动"),
    mark("评论标题"),
    mark("电头或记者署名"),
    mark("论说文字"),
    mark("长篇叙述"),
    # Marks between phrases.
    mark("，"),
    mark("、"),
    mark("；"),
)
_VALUES = {
    "verb": "(?P<verb>[^”]+)",
    "words": "(?P<words>.+?)(?=”(?:[，；（所指]|$))",
    "name": "(?P<name>[^，；（]+)",
    "number": r"(?P<number>\d+)",
}


def reason_words(reason: str) -> str:
    """A reason of a document in the current locale; unknown phrases stay Chinese."""
    if is_chinese():
        return reason
    words, at = "", 0
    while at < len(reason):
        for pattern, phrase in _patterns():
            if found := pattern.match(reason, at):
                words, at = words + say(phrase, **found.groupdict()), found.end()
                break
        else:
            words, at = words + reason[at], at + 1
    return words


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The phrases as patterns, long ones first."""
    made = []
    for phrase in sorted(_PHRASES, key=len, reverse=True):
        pattern = re.escape(phrase)
        for name, value in _VALUES.items():
            pattern = pattern.replace(re.escape(f"%({name})s"), value)
        made.append((re.compile(pattern), phrase))
    return tuple(made)
