"""Set phrases that a glossary may want: numbered ones (三大…, 五个…) and short ones in quotation marks.

加快建设“六个港口”，推进三大工程      -> 六个港口, 三大工程
两名游客，三个月，“他说得对。”        -> none: a count of people or time, and speech
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.model import Block, BlockId, Occurrence, QuoteMark

# 三大先导产业, 五个中心, 两山, 四个自信, 八项规定, 双碳: a small number, a measure word of summaries, a noun.
_NUMBERED = re.compile(
    r"(?<![\d〇零一二三四五六七八九十百千万亿第数几每])"
    r"[一二两三四五六七八九十双][大个個项項条條种種化性维維重链鏈][\u4e00-\u9fff]{2,6}"
)
# What follows a number without being a set phrase: people, things and times that are counted, not summed up.
_COUNTED = re.compile(
    r"^[一二两三四五六七八九十][个個项項条條种種重大]"
    r"(?:多|月|半|人|小时|小時|星期|工作日|年|季度|百分点|百分點|孩子|问题|問題|地方|时候|時候|国家|國家|城市|部分|方面|代|家|学|學|量|规模|規模|批)"
)
_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·、—\-]{2,12}")
# Words that end a numbered phrase: what comes after them belongs to the sentence.
_STOP = re.compile(r"[的了着著在和与與及是为為将將对對等也都就又而]|建设|建設|发展|發展|领域|領域")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase, how often it stands in the text, and where it stands first."""

    phrase: str
    count: int
    block: BlockId


def candidates(
    blocks: Sequence[Block], quote_marks: Sequence[QuoteMark], occurrences: Sequence[Occurrence]
) -> tuple[Candidate, ...]:
    """Phrases worth an entry, most frequent first, then in order of the text.

    Args:
        blocks: of one article.
        quote_marks: those that hold no speech are looked into.
        occurrences: what the glossary has already; nothing that touches one is proposed.
    """
    text = {b.id: b.text for b in blocks}
    taken: dict[BlockId, list[tuple[int, int]]] = {}
    for o in occurrences:
        taken.setdefault(o.block, []).append((o.span.start, o.span.end))
    first: dict[str, BlockId] = {}
    counts: Counter[str] = Counter()

    def propose(block: BlockId, start: int, end: int) -> None:
        if any(a < end and start < b for a, b in taken.get(block, ())):
            return
        phrase = text[block][start:end]
        counts[phrase] += 1
        first.setdefault(phrase, block)
        taken.setdefault(block, []).append((start, end))

    for mark in quote_marks:
        if not mark.speech and mark.block in text:
            words = text[mark.block][mark.span.start : mark.span.end]
            if _WORDS.fullmatch(words):
                propose(mark.block, mark.span.start, mark.span.end)
    for b in blocks:
        if b.kind in ("heading", "furniture"):
            continue
        for found in _NUMBERED.finditer(b.text):
            if _COUNTED.match(found.group()):
                continue
            stop = _STOP.search(b.text, found.start() + 2, found.end())
            end = stop.start() if stop else found.end()
            if end - found.start() >= 4:
                propose(b.id, found.start(), end)
    # Where a phrase runs on into its sentence once and not another time, the shorter reading is the phrase.
    for phrase in sorted(counts, key=len, reverse=True):
        shorter = next((p for p in counts if p != phrase and phrase.startswith(p)), None)
        if shorter:
            counts[shorter] += counts.pop(phrase)
    return tuple(Candidate(p, n, first[p]) for p, n in counts.most_common())
