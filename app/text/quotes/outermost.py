"""Which cues of a sentence stay when one reports another."""

from __future__ import annotations

import re

from app.text.folding import normalize
from app.text.quotes.contents import CLOSED
from app.text.quotes.cue import Cue
from app.text.quotes.passages import Passage

# Verbs that tell of speaking but not the words: a verb right after the comma gives them.
_ACT_OF_SPEECH = re.compile("(?:发文|发帖|发微博|撰文|贴文|致函|致信|告知|通知|声明|倡议|公开信|通告)$")

_SPEECH = re.compile("(?:致辞|致词|讲话|发言|演讲)$")

# Sounds before the words; and to whom the words are.
_SOUNDS = frozenset(("笑", "苦笑", "叹", "大哭", "大叫", "喊", "嚷"))
_TO_ANOTHER = re.compile("[对向跟冲朝][^，。；：]{1,10}")

_OPPOSED = re.compile("但|而|却|不过|另|也|则|同时|更")

_NEW_TURN = re.compile("(?:但是|但|而|同时|也有|还有|不过|另|此外|并)")


def outermost(p: Passage, cues: list[Cue]) -> tuple[list[Cue], set[int]]:
    """Drop the cues that only belong to what another one reports.

    A further verb of the same source stays inside; so does a source named at the very beginning of the
    content. A new source later in the sentence, with its own comma, colon or quotation, opens a new one.

    Returns:
        The cues that stay; and where the quotations begin that are part of what another one reports.
    """
    kept, inner = cues[:1], set[int]()
    for cue in cues[1:]:
        outer = kept[-1]
        if _gives_the_words_of(p, outer, cue):
            cue.who, cue.at, cue.rule = outer.who, outer.at, outer.rule
            kept[-1] = cue
            continue
        if _reported(p, outer, cue):
            inner.add(cue.body)
            continue
        if cue.form == "final" and p.plain[max(0, cue.region - 3) : cue.region].rstrip(" ，　")[-1:] != "”":
            continue
        plain, quotes = p.plain, p.quotes_in(outer.body, cue.region)
        if outer.form == "final" or (quotes and (cue.own or cue.form in ("quote", "colon", "final"))):
            kept.append(cue)
        elif not plain[outer.body : min(cue.region, outer.body + 9)].strip(" 　"):
            continue
        elif not cue.own and outer.form == "quote" and quotes and cue.form in ("bare", "comma"):
            cue.who, cue.rule = None, "承前"  # 他批评当局“拖拖拉拉”，指业界“等到颈都长”
            kept.append(cue)
        elif not cue.own:  # a further verb of the same source; only its quotation is apart
            if cue.form == "quote":
                cue.who, cue.rule = None, "承前"
                kept.append(cue)
        elif cue.form in ("comma", "colon", "quote") or (
            cue.form == "bare" and (_NEW_TURN.match(plain, cue.region) or plain[cue.region - 1] == "；")
        ):
            kept.append(cue)
    return kept, inner


def _gives_the_words_of(p: Passage, outer: Cue, cue: Cue) -> bool:
    """Whether a verb gives the words of an act of speech before it: 热情致辞，感谢…，表示… 否认，称…"""
    if cue.own or outer.form != "comma":
        return False
    verb = normalize(outer.verb or "")
    if _SPEECH.search(verb):
        return True
    if verb in _SOUNDS and _TO_ANOTHER.fullmatch(p.plain, outer.body, cue.start):
        return True  # 刘半农大笑，对老于说：“…”
    acted = cue.form in ("bare", "comma", "colon") and _ACT_OF_SPEECH.search(verb) is not None
    denied = cue.verb in ("称", "稱", "指", "表示") and verb in CLOSED
    return (acted or denied) and not p.plain[outer.body : cue.start].strip(" 　并")


def _reported(p: Passage, outer: Cue, cue: Cue) -> bool:
    """Whether a quotation with a source of its own is part of what another one reports.

    他说，报过三次，职员只说「再等等」: the clerk has no name and no word sets him against the speaker.
    """
    if cue.form != "quote" or cue.who is None or outer.form not in ("comma", "bare"):
        return False
    plain, said = p.plain, p.plain[cue.at + cue.who.start : cue.at + cue.who.end]
    return (
        cue.who.form in ("titled", "group", "body")
        and len(said) < 7
        and outer.who is not None
        and cue.at >= outer.body
        and plain[cue.region - 1] == "，"
        and not plain.startswith("有", cue.at)
        and not _OPPOSED.search(plain, cue.region, cue.start)
        and not p.quotes_in(outer.body, cue.region)
    )
