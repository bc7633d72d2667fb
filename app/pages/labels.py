"""Words for the values of fields, in the language of the page."""

from __future__ import annotations

from app.i18n import mark
from app.text.terms.facts import Labels

TYPE = Labels(direct=mark("原话"), indirect=mark("转述"), mixed=mark("转述，含原话"), ascribed=mark("引述"))
SPEAKER_KINDS = Labels(person=mark("人物"), collective=mark("各类群体"), organisation=mark("各类机构"))
SPEAKER_KIND = Labels(person=mark("个人"), collective=mark("群体"), organisation=mark("机构"))
TIER = Labels(A=mark("官方或机构"), B=mark("媒体、期刊"), C=mark("转载、存档"))
DECISION = Labels(
    end=mark("段尾"), wrap=mark("折行"), heading=mark("标题"), torn=mark("跨行相接"), aside=mark("版面"),
    line=mark("未折行"),
)  # fmt: skip
HINT = Labels(term=mark("词语"), speaker=mark("说话人"), query=mark("检索"))
# The choices of the panel 显示: key, name, values with their words, whether they need scripts.
PREFERENCES = (
    (
        "size",
        mark("字号"),
        (("1", mark("小")), ("", mark("中")), ("3", mark("大")), ("4", mark("特大")), ("5", mark("最大"))),
        False,
    ),
    ("lead", mark("行距"), (("1", mark("紧")), ("", mark("适中")), ("3", mark("松"))), False),
    ("width", mark("栏宽"), (("1", mark("窄")), ("", mark("适中")), ("3", mark("宽"))), False),
    ("para", mark("分段"), (("", mark("缩进")), ("gap", mark("空行"))), False),
    ("face", mark("字体"), (("", mark("宋")), ("kai", mark("楷")), ("hei", mark("黑"))), False),
    (
        "theme",
        mark("主题"),
        (("", mark("随系统")), ("light", mark("浅色")), ("sepia", mark("米黄")), ("dark", mark("深色"))),
        False,
    ),
    ("dir", mark("文字方向"), (("", mark("横排")), ("v", mark("竖排"))), True),
    ("keys", mark("快捷键"), (("", mark("开")), ("off", mark("关"))), True),
)
_UNNAMED = Labels(collective=mark("群体，未具名"), organisation=mark("机构"))


def unnamed(kind: str) -> str:
    """The words shown instead of an office: 群体，未具名 for a group, "" for a person."""
    return _UNNAMED.get(kind, "")
