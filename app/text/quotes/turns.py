"""Turns of a conversation: paragraphs that begin with a speaker's label, and those that carry the turn on.

    记者：渠什么时候动工？            问：… 答：… 主持人：… 【李大同】… 李大同（镇长）：… 〇镇长李大同　…
    蔡：明年春天。                   a short form of a name in the headline or the lead
    工钱由镇里出。                   no label: still 蔡's turn

A word with a colon is a label if it is a word for one who asks or answers, a name or a description of a
person, or a short word that the article repeats as a label before personal words. 时间：… and 粮食：… are
no labels.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import app.text.quotes.lexicon as lexicon
from app.text.folding import normalize
from app.text.quotes.cast import Cast
from app.text.quotes.entity import Entity
from app.text.quotes.interviewee import announces_interview, find_interviewee
from app.text.quotes.matching import words_of
from app.text.quotes.names import is_name, is_namesake, surname
from app.text.quotes.naming import is_no_source
from app.text.quotes.passages import Passage
from app.text.quotes.sources import is_clean
from app.text.quotes.subjects import Subjects

_ASKING = words_of(lexicon.ASKING)
_ASKERS = tuple(word for word in _ASKING if len(word) > 1)
_ANSWERING = words_of(lexicon.ANSWERING)
_NO_LABELS = words_of(lexicon.NO_LABELS)
# A clause whose person speaks to one who asks, and no label: 厂长罗大海告诉记者：“…”他笑了。
_TOLD = re.compile(
    f".(?:告诉|告知|回答|答复|提醒|叮嘱|反问|对|向|跟|问)(?:[了着过]|在场的?|现场的?|本报|本刊|本台|央视|新华社)*(?:{'|'.join(_ASKERS)})$"
)
# The longest label, and the longest remark in brackets after it.
_LABEL = re.compile(
    r"[\s　\-—–*#●■◆]*(?:[【\[〔](?P<boxed>[^】\]〕，。；：？！]{1,16})[】\]〕][*\s]*：?"
    r"|[〇○◯◎](?P<marked>[^，。；：？！\s　]{2,20})[　 ]+"
    r"|(?P<label>《[^《》]{1,10}》(?:记者)?"
    r"|[^，。；：！？“”‘’「」\s　《》【】\[\]（）()*、]{1,14}(?: [A-Za-z.]{1,12}){0,2})\d{0,2}"
    r"[\s　]*(?P<note>[（(][^（）()：]{1,24}[)）])?[*\s　]*：[*]*)[\s　*]*"
)
_PERSONAL = re.compile("[我你您咱吗呢吧啊哪？！]|什么|怎么|谢谢|大家")
_ENDED = re.compile("[。！？…”』」.?!~～）)]$")
_ASIDE = re.compile(r"[\s　]*[（(【\[][^（）()]{0,40}[)）】\]][\s　]*$|[\s　]*[*＊—\-=_]{3,}")
_CLOSING = re.compile(
    "[\\s　（(]*(?:采访(?:结束|手记|后记)|编后|编者|责任?编|记者|本文|注释?[：:]|来源|文字|整理"
    "|(?:全文)?完[）)]|附[：:])"
)
# A heading of minutes that is a paragraph: 二、问答环节
_NUMBERED = re.compile(
    "[\\s　]*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])[^。！？；]{2,24}$"
)
# The most paragraphs that carry a turn on after its label: enough for a long answer.
_LONGEST_TURN = 40


@dataclass(frozen=True, slots=True)
class Turn:
    """One paragraph of a person's turn.

    Attributes:
        entity: who speaks.
        start: where the words begin.
        label: where the label lies; None in a paragraph that carries the turn on.
        quoted: the words are in quotation marks.
    """

    entity: Entity
    start: int
    label: tuple[int, int] | None
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A paragraph that may begin with a label."""

    n: int
    form: str
    span: tuple[int, int]
    note: str
    start: int
    boxed: bool  # in brackets, or after a mark that only minutes use
    quoted: bool  # nothing but words in quotation marks follows


def find_turns(passages: Sequence[Passage], subjects: Subjects, title: str) -> tuple[dict[int, Turn], int]:
    """The turns of an article, by the place of the paragraph, and how many speakers ask the questions."""
    found = [labelled for p in passages if p.readable and (labelled := _labelled(p))]
    if len(found) == 1 and found[0].quoted:
        return {}, 0  # a reporter's question in a story
    if not found:
        return {}, 0
    reader = _TurnReader(passages, subjects, title, found)
    turns: dict[int, Turn] = {}
    for labelled in found:
        if entity := reader.speaker(labelled):
            turns[labelled.n] = Turn(entity, labelled.start, labelled.span, labelled.quoted)
    if len(turns) == 1 and not _may_stand_alone(passages, next(iter(turns))):
        return {}, 0
    return turns | dict(_carried(passages, turns, reader.asks)), len(reader.asks)


def _labelled(p: Passage) -> _Labelled | None:
    """The label that a paragraph begins with, by its shape."""
    folded = p.folded[:80].replace(":", "：")
    m = _LABEL.match(folded)
    if m is None or m.end() >= len(p.raw) or p.raw.startswith("//", m.end()):
        return None
    group = next(g for g in ("boxed", "marked", "label") if m[g])
    form = m[group].strip("*")
    if _TOLD.search(form):
        return None
    start = m.end()
    quoted = p.raw[start] in '“「『"' and _quoted_whole(p, start)
    if quoted and not _asks(form):
        return None  # a quotation in marks has rules of its own
    span = (m.start(group), m.start(group) + len(form))
    note = (m["note"] or "").strip("（）()")
    return _Labelled(p.n, form, span, note, start, group != "label", quoted)


def _asks(form: str) -> bool:
    """Whether a label is that of one who asks: 问, 记者, 有记者问, 央视记者"""
    return form[0] == "《" or form.upper() in _ASKING or _asker_of(form).endswith(_ASKERS)


def _asker_of(form: str) -> str:
    """Who asks: 记者 of 有记者问."""
    for verb in ("追问", "反问", "质问", "插问", "提问", "问"):
        form = form.removesuffix(verb) or form
    return form.removeprefix("有")


def _quoted_whole(p: Passage, at: int) -> bool:
    """Whether one quotation holds all the rest of a paragraph."""
    return any(q.left == at and q.right >= len(p.raw.rstrip()) - 1 for q in p.quotes)


def _may_stand_alone(passages: Sequence[Passage], n: int) -> bool:
    """Whether the only label of an article is one: a whole sentence follows it."""
    p = passages[n]
    return not p.heading and _ENDED.search(p.raw.rstrip()) is not None


def _carried(
    passages: Sequence[Passage], turns: dict[int, Turn], asks: set[Entity]
) -> Iterator[tuple[int, Turn]]:
    """The paragraphs without a label that carry a turn on.

    Only in a conversation: three labels, or a question and its answer. The turn ends at a heading, at a
    remark in brackets and where the article's own words begin.
    """
    speakers = {turn.entity for turn in turns.values()}
    if len(speakers) < 2 or (len(turns) < 3 and not asks & speakers):
        return
    current: Turn | None = None
    carried = 0
    for p in passages[min(turns) :]:
        if p.n in turns:
            current, carried = turns[p.n], 0
            if current.quoted or p.headline:
                current = None  # a headline: 程若谷：水从哪里来
            continue
        if (
            not p.readable
            or p.heading
            or _NUMBERED.match(p.raw)
            or _CLOSING.match(p.raw)
            or carried >= _LONGEST_TURN
        ):
            current = None
        if current is None or not p.raw.strip() or _ASIDE.match(p.raw):
            continue
        carried += 1
        yield p.n, Turn(current.entity, len(p.raw) - len(p.raw.lstrip()), None)


class _TurnReader:
    """Says whom the labels of one article mean."""

    def __init__(
        self, passages: Sequence[Passage], subjects: Subjects, title: str, found: Sequence[_Labelled]
    ) -> None:
        self.passages, self.subjects, self.title = passages, subjects, title
        self.cast: Cast = subjects.cast
        self.found = found
        self.asks: set[Entity] = set()
        self._times = Counter(labelled.form for labelled in found)
        personal = [f.form for f in found if _PERSONAL.search(passages[f.n].folded, f.start)]
        self._personal = Counter(personal)
        self._entities: dict[str, Entity | None] = {}
        self._first = found[0].n

    def speaker(self, labelled: _Labelled) -> Entity | None:
        """The speaker that a label means, None for other labels."""
        form = labelled.form
        if form not in self._entities:
            self._entities[form] = self._new_speaker(labelled)
        entity = self._entities[form]
        if entity is not None and labelled.note:
            self._note(entity, labelled.note)
        return entity

    def _new_speaker(self, labelled: _Labelled) -> Entity | None:
        form = labelled.form
        p = self.passages[labelled.n]
        if self._names_only(p, labelled.start):
            return None
        letters = form.upper() in ("Q", "A") and not {"Q", "A"} <= {f.upper() for f in self._times}
        if form[0] == "《" and self._times[form] < 2 and not form.endswith("记者"):
            return None
        if announces_interview(form):  # a headline: 专访作家何青禾：…
            return None
        if _asks(form) and not letters:
            return self._asker(labelled)
        if form.upper() in _ANSWERING and not letters:
            return self._answerer(labelled)
        if (
            form in _NO_LABELS
            or form[-1] in "曰道说云"
            or form[-1].isdigit()
            or p.raw[labelled.span[0]].isdigit()
        ):
            return None
        return self._named(labelled) if self._may_be_label(labelled) else None

    def _names_only(self, p: Passage, start: int) -> bool:
        """Whether nothing but a name follows, as at the head of minutes: 主席：林俊宏律师."""
        rest = p.plain[start:].strip("□ 　")
        who = self.subjects.describe(rest) if len(rest) < 16 else None
        return who is not None and who.form in ("named", "honorific", "titled", "joint")

    def _asker(self, labelled: _Labelled) -> Entity:
        printed = self.passages[labelled.n].raw[slice(*labelled.span)]
        if is_name(normalize(labelled.note)):  # 主持人（何大同）：…
            entity = self._behind_office(labelled)
            self.asks.add(entity)
            return entity
        asker = _asker_of(labelled.form)
        at = labelled.form.find(asker)
        entity = self.cast.labelled(printed[at : at + len(asker)] if len(asker) > 1 else printed)
        entity.alias(printed)
        self.asks.add(entity)
        return entity

    def _answerer(self, labelled: _Labelled) -> Entity:
        entity = self._interviewee()
        if entity is None:
            return self.cast.labelled(self.passages[labelled.n].raw[slice(*labelled.span)])
        entity.alias(labelled.form)
        return entity

    def _may_be_label(self, labelled: _Labelled) -> bool:
        """Whether a word before a colon names a person who speaks."""
        form, p = labelled.form, self.passages[labelled.n]
        who = self.subjects.describe(form)
        if labelled.boxed:
            return who is not None and who.form in ("named", "honorific")
        if len(form) < 3 and self._full_name(form):
            return True
        headline = p.heading or not _ENDED.search(p.raw.rstrip())
        if who and who.form in ("named", "honorific", "titled"):
            return len(self.found) > 1 or who.form != "titled" or (not headline and bool(labelled.note))
        if headline and self._times[form] == 1:
            return False
        if form.isascii():
            return self._is_dialogue() and len(form) < 16
        if (who is None and is_no_source(form)) or not is_clean(form) or is_namesake(form):
            return False
        if who or (len(form) > 1 and self.cast.names_in(form)):
            return self._personal[form] > 0 and len(self._times) > 1
        if self._is_among_turns(labelled):
            return True
        by_letter = form in "甲乙丙丁戊" or (len(form) == 1 and self._times[form] > 1)
        if by_letter and any(_asks(f.form) for f in self.found):
            return True  # 主持人：… 甲：…
        least = max(1, self._times[form] // 3)
        repeated = self._times[form] > 1 and len(self._times) > 1
        return len(form) < 6 and self._personal[form] >= least and (repeated or len(form) == 1)

    def _is_among_turns(self, labelled: _Labelled) -> bool:
        """Whether a short word that comes once speaks like the others of a conversation around it."""
        if len(labelled.form) > 4 or not self._personal[labelled.form] or len(self.found) < 4:
            return False
        return any(0 < labelled.n - f.n < 3 and self._times[f.form] > 1 for f in self.found)

    def _is_dialogue(self) -> bool:
        """Whether letters before colons are speakers, not choices: someone asks, or a letter comes again."""
        letters = [f for f in self.found if f.form.isascii()]
        asked = any("？" in self.passages[f.n].folded for f in letters)
        return len(letters) > 1 and (asked or len({f.form for f in letters}) < len(letters))

    def _named(self, labelled: _Labelled) -> Entity | None:
        """The person of a label, known by a full name where the article gives one."""
        form, p = labelled.form, self.passages[labelled.n]
        if labelled.note and not is_name(form) and is_name(normalize(labelled.note)):
            return self._behind_office(labelled)
        if len(form) < 3 and (full := self._full_name(form)):
            full.alias(p.raw[slice(*labelled.span)])
            return full
        who = self.subjects.describe(form)
        if who and who.form in ("named", "honorific", "titled"):
            at = labelled.span[0]
            found = self.cast.resolve(who, at, p, None)
            if found is not None and who.role:
                found.roles.append(p.raw[at + who.role[0] : at + who.role[1]])
            return found
        return self.cast.labelled(p.raw[slice(*labelled.span)])

    def _behind_office(self, labelled: _Labelled) -> Entity:
        """The person whose name follows the label in brackets: 镇长（何大同）"""
        entity = self.cast.labelled(labelled.note)
        office = self.passages[labelled.n].raw[slice(*labelled.span)]
        if office not in entity.roles:
            entity.roles.append(office)
        return entity

    def _full_name(self, short: str) -> Entity | None:
        """Whose name a short label means: 蔡 for 蔡潇丽, in the headline or before the first label."""
        text = "\n".join([self.title, *(p.plain for p in self.passages[: self._first])])
        folded = normalize(text)
        for _, _, name in self.cast.names_in(folded):
            n = surname(name, rare=True)
            if len(name) > len(short) and (short in (name[:n], name[n:]) or name.endswith(short)):
                return self.cast.known[name]
        asked = self._interviewee()
        if asked is not None and (asked.folded.startswith(short) or asked.folded.endswith(short)):
            return asked
        return None

    def _interviewee(self) -> Entity | None:
        return find_interviewee(self.passages[: self._first], self.subjects, self.title)

    def _note(self, entity: Entity, note: str) -> None:
        """Keep an office in brackets as a description; a remark such as 补充 is none."""
        who = self.subjects.describe(normalize(note))
        if who and who.form == "titled" and note not in entity.roles:
            entity.roles.append(note)
