"""Words for the values of fields, in the language of the page."""

from __future__ import annotations

from app.text.terms.facts import Labels

TYPE = Labels({"direct": "原话", "indirect": "转述", "mixed": "转述，含原话", "ascribed": "引述"})
SPEAKER_KIND = Labels({"person": "人物", "collective": "群体", "organisation": "机构"})
TIER = Labels({"A": "官方或机构", "B": "媒体、期刊", "C": "转载、存档"})
DECISION = Labels({"end": "段尾", "wrap": "折行", "heading": "标题"})
HINT = Labels({"term": "词语", "speaker": "人物", "query": "检索"})
_UNNAMED = Labels({"collective": "群体，未具名", "organisation": "机构"})


def unnamed(kind: str) -> str:
    """What is shown in place of an office: 群体，未具名 for a group, "" for a person."""
    return _UNNAMED.get(kind, "")
