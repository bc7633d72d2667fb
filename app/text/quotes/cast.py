"""The people of an article: who is who, how each is described, and whom a pronoun or a short form means.

A `Cast` starts empty. `meet` learns names from verbs of saying and from offices. Then `resolve` says whom
the words of a source mean, or adds a new person. `recent` and the `notice` methods remember whom the article
speaks of. At the end `collect_roles` gathers the descriptions next to the names.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import app.text.quotes.lexicon as lexicon
from app.model import SpeakerKind
from app.text.folding import normalize
from app.text.quotes.acquaintance import ADVERBS, before_titles, beside_titles, company_before, introduced
from app.text.quotes.bodies import body_named, without_pointer
from app.text.quotes.entity import Entity, Known
from app.text.quotes.frequency import Frequency
from app.text.quotes.matching import Places, places_of, words_of
from app.text.quotes.names import IN_GIVEN_NAMES, POINT, is_foreign, is_name, surname
from app.text.quotes.naming import without_number
from app.text.quotes.offices import (
    bears,
    ends_in_title,
    is_medium,
    is_office,
    is_relative,
    is_title,
    title_at,
    title_at_end,
)
from app.text.quotes.passages import BETWEEN, Passage, touch
from app.text.quotes.people import KNOWN_AS
from app.text.quotes.phrases import Who, describe
from app.text.quotes.recent import Recent
from app.text.quotes.roles import offices_after, role_after, role_before

# Names are counted and looked up in the first characters only: enough for any article.
_BEGINNING = 200_000

# Names that came up while reading, as long as they are looked for one by one.
_FEW = 40

# Bearers of one surname that are compared: enough for any article.
_MOST_BEARERS = 40

# Offices that are often used without a name, make no compounds, and have one holder at a time.
_ONE_OF_A_KIND = ("总书记",)

# Before a description: a person not spoken of before. 有位同学说…
_INDEFINITE = re.compile("有[位名个]$")

_PARTS = re.compile("[·•‧・．･ ]")

_PARTS_OF_ROLE = re.compile("[、，]")

_AND_BETWEEN = re.compile("以及|[和与及、]")

_MEDIUM_BEFORE = re.compile(
    r"《◆+》|据(?P<who>[^，。；：“”\s]{2,12}?)(?:\d[^，。；：]{0,12}|网站|的)*(?:报道|消息|电)"
)

# Words for a person just spoken of: 老人沉默了一会儿。
_AGED = frozenset(("老人", "老汉", "老太", "老人家", "老先生", "老太太"))

_OF_AGE = re.compile("(?:(?:今年|年仅|年近|年过)?[一二三四五六七八九十百\\d]{1,4}岁的)(?P<head>[^的]+)$")

_LATIN = re.compile(r"\s*[（(]([A-Za-z][\w .'’\-]*?)\s*[，,）)]")

_LATIN_INSIDE = re.compile(r"[（(]([A-Za-z][\w .'’\-]*?)\s*[）)]")

_ACTS = words_of(lexicon.ACTS)

_KINDS: dict[str, SpeakerKind] = {
    "group": "collective",
    "body": "organisation",
    "state": "organisation",
    "joint": "collective",
}


class Cast:
    """Everyone an article names: who is who, and whom a pronoun or a short form points back to."""

    def __init__(self, passages: list[Passage]) -> None:
        self._passages = passages
        self.known = Known()
        self._entities: list[Entity] = []
        # At the end of a block: its place, whose words follow in the next one, and the verb.
        self.announced: tuple[int, Entity | None, str | None] | None = None
        before = itertools.accumulate((len(p.plain) for p in passages), initial=0)
        self._beginning = [p for p, sofar in zip(passages, before, strict=False) if sofar < _BEGINNING]
        self._text = "\n".join(p.plain[:_BEGINNING] for p in self._beginning)
        self.recent = Recent(self._text, self._entities)
        frequency = Frequency(self._text)
        self.count, self.frequent = frequency.count, frequency.frequent
        self._families: set[str] = set()
        self._initials: set[str] = set()  # of foreign names: 奥 for 奥克西利娅·姆南加古瓦
        self._single: frozenset[str] = frozenset()  # names of one character
        self._signs: Places | None = None  # names and surnames
        self._stand: list[list[tuple[int, int]]] = [[] for _ in passages]  # where these do, by passage
        self._names_in: dict[str, tuple[tuple[int, int, str], ...]] = {}  # in stretches that were asked about
        self._labels: dict[str, Entity] = {}
        # The roles before and after a name at a place, and the title right after it.
        self._beside: dict[tuple[int, int, int], tuple[str | None, str | None, str]] = {}
        self._acquainted = 0  # how many were known at first acquaintance
        self._bearers: dict[str, list[Entity]] = {}  # named persons by the first character of the surname
        self.doubts: dict[str, str] = {}  # forms that may mean another person, with the reason

    def family(self, first: str) -> bool:
        """Whether a known person has this surname."""
        return first in self._initials or (first in self._families and surname(first, rare=True) == 1)

    def likelier(self, short: str, long: str) -> bool:
        """Whether the shorter of two readings of a name is right: 林禾 occurs elsewhere, 林禾笑 does not."""
        if len(short) >= len(long) or long.isascii():
            return False
        rest = long[len(short) :]
        again = self.count(long) > 1 and rest not in ADVERBS
        if len(long) > 2 and (again or not surname(long)) and all(is_foreign(c) or c in POINT for c in long):
            return self.count(short) > self.count(long)  # 卡米拉, not 卡米; 莫雷拉, not 莫雷
        return (
            self.count(short) > self.count(long)
            or rest in ADVERBS
            or (rest in _ACTS and rest not in IN_GIVEN_NAMES)
            or (len(rest) > 1 and BETWEEN.fullmatch(rest) is not None)
        )

    def meet(self, speaking: Callable[[Passage], Iterable[tuple[int, int]]]) -> None:
        """Learn the names before verbs of saying and next to offices.

        Args:
            speaking: the places of the names before a verb of saying in a passage.
        """
        found: dict[str, str] = {}
        for p in self._passages:
            if p.readable:
                for a, b in speaking(p):
                    form = p.plain[a:b].strip(" □")
                    found.setdefault(form, p.raw[a : a + len(form)])
                learnt = (beside_titles, before_titles, introduced)
                for a, b in itertools.chain.from_iterable(learn(p, self.count) for learn in learnt):
                    found.setdefault(p.plain[a:b], p.raw[a:b])
        parts: dict[str, Entity] = {}  # 雷纳 of 汤姆·雷纳
        for form in sorted(found, key=len, reverse=True):
            owner = parts.get(form)
            if owner is not None:
                owner.alias(found[form])
                self.known[form] = owner
            elif form:
                entity = self._new(form, found[form], "person", "named")
                for part in _PARTS.split(form):
                    parts.setdefault(part, entity)
                if 3 < len(form) < 6 and form.isalpha():
                    parts.setdefault(form[:2], entity)  # 石川 of 石川浩司, 欧阳 of 欧阳明远
                for part in _PARTS.split(form):
                    if 1 < len(part) < len(form) and self.count(part) > self.count(form):
                        self._learn(part, entity)
        self._families = {form[0] for form in self.known if 1 < len(form) < 5}
        parted = [_PARTS.split(form) for form in self.known if _PARTS.search(form) and not form[0].isascii()]
        self._initials = {part[0] for parts in parted for part in parts if part}
        persons = [form for form in self.known if len(form) > 1]
        self._single = frozenset(form for form in self.known if len(form) == 1)
        self._signs = Places([*persons, *self._families, *self._initials]) if persons else None
        self._acquainted = len(self.known)
        if self._signs:
            self._stand = [[(a, b) for a, b, _ in self._signs.of(p.plain)] for p in self._passages]

    def speaks_of_known(self, p: Passage, s: int, e: int) -> bool:
        """Whether a stretch holds a known name, or a surname where a clause begins: 卢说."""
        if self._signs is None or not touch(self._stand[p.n], s, e):
            return False
        found = self._signs.of(p.plain[s:e])
        return any(b > a + 1 or not s + a or p.plain[s + a - 1] in "，。；：！？“” 　" for a, b, _ in found)

    def _new(self, form: str, raw: str, kind: SpeakerKind, how: str) -> Entity:
        entity = Entity(raw, kind, how)
        self._entities.append(entity)
        self.known[form] = entity
        if how == "named" and (1 < len(form) < 5 or _PARTS.search(form)):
            for first in {part[0] for part in _PARTS.split(form) if part}:
                self._bearers.setdefault(first, []).append(entity)
        return entity

    def _learn(self, form: str, entity: Entity) -> None:
        """Let a form mean an entity, if it means none yet."""
        if form not in self.known:
            self.known[form] = entity

    def labelled(self, raw: str) -> Entity:
        """The person of a label that is not a name, such as 记者 or C; elsewhere such words mean no one."""
        form = normalize(raw)
        if form in self.known:
            return self.known[form]
        if form not in self._labels:
            self._labels[form] = Entity(
                raw, "person", "named" if len(form) > 1 and is_name(form) else "label"
            )
        return self._labels[form]

    def holds_name(self, text: str) -> bool:
        """Whether a text may hold a name that is known by now; in doubt, yes."""
        later = len(self.known) - self._acquainted
        if later > _FEW or self.names_in(text) or not self._single.isdisjoint(text):
            return True
        return any(form in text for form in itertools.islice(reversed(self.known), later))

    def learnt(self, text: str, known: int) -> bool:
        """Whether a text may hold a name that was not among the first `known`; in doubt, yes."""
        if known < self._acquainted:
            return self.holds_name(text) or self.family(text[:1])
        later = len(self.known) - known
        return later > _FEW or any(form in text for form in itertools.islice(reversed(self.known), later))

    def names_in(self, text: str) -> tuple[tuple[int, int, str], ...]:
        """The places of the known names in a text, with the names."""
        if self._signs is None:
            return ()
        if text not in self._names_in:
            self._names_in[text] = tuple([p for p in self._signs.of(text) if p[1] > p[0] + 1])
        return self._names_in[text]

    # -- whom the article is speaking of

    def notice_paper(self, p: Passage, s: int, e: int) -> None:
        """Remember which paper a stretch names as its source."""
        for m in _MEDIUM_BEFORE.finditer(p.plain, s, e):
            a, b = m.span("who") if m["who"] else m.span()
            raw = p.raw[a:b]
            raw = raw.strip("《》") if raw[0] == "《" and raw[-1] == "》" else raw
            form = normalize(raw)
            if is_medium(form) and form not in ("媒体", "外媒"):
                self.recent.medium = self.known.get(form) or Entity(raw, "organisation", "body")
                self._learn(form, self.recent.medium)

    def notice_name(self, p: Passage, s: int, e: int) -> Entity | None:
        """Remember the first known person of a sentence who looks like a subject."""
        plain = p.plain
        for a, _, name in self.names_in(plain[s : min(e, s + 60)]):
            before = plain[s + a - 1] if a else "。"
            if before in "，。；：□” " or ends_in_title(plain[s + max(0, a - 4) : s + a]):
                self.recent.focus(self.known[name])
                return self.known[name]
        return None

    def at_beginning(self, p: Passage, s: int, e: int) -> Entity | None:
        """The known person that is the subject of a sentence."""
        if not touch(self._stand[p.n], s, e):
            return None
        text = p.plain[s:e]
        a, _, name = next(iter(self.names_in(text[:30])), (0, 0, ""))
        if not name or "，" in text[:a]:
            return None
        return self.known[name] if not a or ends_in_title(text[:a]) else None

    # -- who is meant

    def resolve(
        self, who: Who, at: int, p: Passage, last: Entity | None, *, besides: Entity | None = None
    ) -> Entity | None:
        """The entity that a source's words mean, not `besides`; a new one where no one fits."""
        a, b = at + who.start, at + who.end
        form, raw = p.plain[a:b].strip(" □"), p.raw[a:b].strip()
        if form[:1] == "《" and form[-1] == "》":
            form, raw = normalize(raw).strip("《》"), raw.strip("《》")
        if who.form == "pronoun":
            return self.recent.person_of(form, besides) or (last if last is not besides else None)
        if who.form == "plural":
            if (several := self.recent.several(form, last)) or form != "双方":
                return several
            return self.known.get(form) or self._new(form, raw, "collective", "group")
        if who.form == "paper":
            return self.recent.medium or (self.recent.body if form in ("该报", "该媒体") else None)
        new = who.form in ("titled", "group") and (
            form[0] == "另" or _INDEFINITE.search(p.plain, max(0, a - 2), a) is not None
        )
        entity = self.known.get(form) or (None if new else self._known_otherwise(who, form))
        if entity is None and without_pointer(form) in ("公司", "集团", "企业"):
            entity = self._company_before(p, at)
            if entity is None:
                self.doubts[form] = "文中未见公司名称"
        if entity is None and who.form == "honorific" and len(form) == surname(form):
            self.doubts[form] = "文中未见全名"
        if entity is None and who.form == "joint":
            form, raw = _joined_names(form), _joined_names(raw)
            entity = self.known.get(form)
        if entity is None:
            kind: SpeakerKind = _KINDS.get(who.form, "person")
            if who.form == "raw" and len(form) < 3 and not surname(form):
                kind = "organisation"
            entity = self._new(form, raw, kind, who.form)
            if who.role and who.form in ("joint", "honorific"):
                entity.roles.append(p.raw[at + who.role[0] : at + who.role[1]])
            self._short_forms(entity, form, raw, p, b)
        elif raw != entity.name:
            entity.alias(raw)
            self._learn(form, entity)
        if entity not in self._entities:
            self._entities.append(entity)
        return entity

    def _short_forms(self, entity: Entity, form: str, raw: str, p: Passage, end: int) -> None:
        """一名外地来的瓦工 is 外地来的瓦工 and 工人, too; 海港广播公司（HBC） is HBC."""
        bare = without_number(form)
        if len(bare) > 1:
            entity.alias(raw[len(raw) - len(bare) :])
        if "的" in form and entity.form in ("titled", "group"):
            entity.alias(raw[form.rfind("的") + 1 :])
        if entity.form == "titled":
            if (one := form.rfind("一", 1)) > 0:
                entity.alias(raw[one:])
                entity.alias(raw[one + 1 :])
            if (office := title_at_end(form)) and office != form:
                entity.alias(raw[len(raw) - len(office) :])
        if entity.form == "joint":
            for part in _AND_BETWEEN.split(raw):
                entity.alias(part)
        if note := _LATIN.match(p.raw, end, end + 40) or _LATIN_INSIDE.search(raw):
            entity.alias(note[1])
            self.known[normalize(note[1])] = entity

    def _known_otherwise(self, who: Who, form: str) -> Entity | None:
        """Find a known person or body under another form: by surname, office, shorter or longer name."""
        if (
            who.form in ("honorific", "raw")
            and (n := surname(form, rare=True) or int(form in self._initials))
            and not form.endswith(("妈妈", "爸爸", "奶奶", "爷爷", "太太"))
            and (who.form == "honorific" or n == len(form))
        ):
            return self._bearer(form, n) or self.known.get(KNOWN_AS.get(form, ""))
        if form in _AGED and (named := [e for e in self.recent.persons if e.form == "named"]):
            return next((e for e in reversed(named) if not self._is_young(e)), named[-1])
        if who.form == "titled" and (aged := _OF_AGE.match(form)):
            return self._aged(form, aged["head"])
        if who.form == "titled":
            bare = without_number(form)
            if is_title(bare.removeprefix("副")) or bare != form:
                for e in reversed(self.recent.persons):
                    if (bears(e.folded, bare) if e.form == "titled" else self._holds(e, bare)) == 2:
                        return e
                if form == bare and form[-1] in "长席记帅练任" and len(form) < 5:  # 队长: there is but one
                    named = [e for e in self._entities[:80] if e.form == "named"]
                    self._describe_all(named)
                    holders = [e for e in named if self._holds(e, form) == 2]
                    if len(holders) == 1:
                        return holders[0]
            pointing = form.startswith(("这位", "这名", "那位", "那名", "该名", "该位")) or (
                form[0] == "该" and is_title(bare)
            )
            return self.recent.persons[-1] if pointing and self.recent.persons else None
        if who.form in ("body", "raw", "state"):
            return body_named(form, self._entities, self.recent.body, state=who.form == "state")
        return None

    def _is_young(self, e: Entity) -> bool:
        """Whether the article names somebody as a child of another: 女儿连小雨 is not 老人."""
        return any(
            f"{tie}{e.folded}" in self._text for tie in ("女儿", "儿子", "孙子", "孙女", "徒弟", "学生")
        )

    def _aged(self, form: str, head: str) -> Entity | None:
        """The person spoken of last, if a description with an age can mean him: 六十八岁的主播."""
        latest = self.recent.persons[-1] if self.recent.persons else None
        if latest is None or latest.form not in ("named", "honorific"):
            return None
        if self._holds(latest, head) == 2 or head in _AGED:
            return latest
        if latest.roles:
            return None
        self.doubts[form] = "文中未载此人的职务"
        return latest

    def _bearer(self, form: str, n: int) -> Entity | None:
        """The person that a surname of `n` characters with a title or form of address means.

        The one whose own title it is. Where titles do not tell two bearers of the surname apart, or the
        only one is a deputy, the latest is taken and `doubts` says why.
        """
        title = form[n:]
        named = [
            e
            for e in self._bearers.get(form[0], ())[:_MOST_BEARERS]
            if (n < len(e.name) < 5 or not form[n:])
            and any(part.startswith(form[:n]) for part in _PARTS.split(e.folded))
        ]
        if not named:
            return None
        latest = [e for e in reversed(self.recent.persons) if e in named]
        if not title:
            return next(iter((*latest, *named)), None)
        self._describe_all(named)
        fit = {e: self._holds(e, title) for e in named}
        best = max(fit.values())
        # Whom the article has not spoken of yet is meant only by a title of his own.
        found = [
            e
            for e in (*latest, *(e for e in named if e not in latest))
            if fit[e] == best and (best or e in latest)
        ]
        if not found:
            return None
        if best == 1:
            self.doubts[form] = "文中此人是副职或职务不尽相同"
        elif len(found) > 1 and (best == 2 or len(named) > 1):
            self.doubts[form] = "同姓者不止一人，称呼不能分辨"
        elif not best and (len(named) > 1 or (is_office(title) and found[0].roles)):
            self.doubts[form] = "文中同姓者的职务与此不同"
        return found[0]

    def _holds(self, e: Entity, title: str) -> int:
        """How well a person's printed titles fit one; see `bears`."""
        parts = [part for role in self.roles_of(e) for part in _PARTS_OF_ROLE.split(normalize(role))]
        address = [form[len(e.folded) :] for form in e.forms[1:] if form.startswith(e.folded)]
        return max((bears(text, title) for text in (*parts, *address)), default=0)

    def _company_before(self, p: Passage, at: int) -> Entity | None:
        raw = company_before(self._passages[max(0, p.n - 10) : p.n + 1], at)
        form = normalize(raw or "")
        return self.known.get(form) or (self._new(form, raw, "organisation", "body") if raw else None)

    # -- descriptions

    def roles_of(self, e: Entity) -> list[str]:
        """The descriptions of a named person; looked for at the first request, in the article's beginning."""
        self._describe_all((e,))
        return e.roles

    def _describe_all(self, entities: Iterable[Entity]) -> None:
        """Look for the descriptions of several people in one pass over the text."""
        wanted = {e.folded: e for e in entities if not e.described and e.form == "named"}
        for e in wanted.values():
            e.described = True
        self._gather(wanted, self._beginning, _BEGINNING)

    def collect_roles(self, entities: Iterable[Entity]) -> None:
        """Gather the descriptions and forms of address printed next to the speakers' names."""
        wanted = {e for e in entities if e.form in ("named", "honorific")}
        self._gather(
            {form: e for form, e in self.known.items() if e in wanted and len(form) > 1}, self._passages
        )
        for e in wanted:
            if e.form != "named":
                continue
            e.roles += [] if e.roles else offices_after(e.name, e.aliases)
            for title in _ONE_OF_A_KIND:
                alone = self.count(title) and re.search(f"(?<!{e.folded}){title}", self._text)
                if alone and self._holds(e, title) == 2:
                    e.alias(self._as_printed(title))  # 总书记, said of no one else
            n = surname(e.folded, rare=True)
            parts = (part for role in e.roles for part in _PARTS_OF_ROLE.split(normalize(role)))
            for title in {*map(title_at_end, parts)} - {""}:
                if 0 < n < len(e.name) < 5 and self.count(normalize(e.name[:n]) + title):  # 贺局长
                    e.alias(self._as_printed(normalize(e.name[:n]) + title))

    def _gather(self, named: dict[str, Entity], passages: Sequence[Passage], most: int = sys.maxsize) -> None:
        if not named:
            return
        # Most are looked for one by one, and an automaton takes longer to make than to use.
        find = Places(named).of if len(named) > 1 else partial(places_of, next(iter(named)))
        for p in passages:
            for a, b, name in find(p.plain[:most]):
                e = named[name]
                if (beside := self._beside.get((p.n, a, b))) is None:
                    title = title_at(p.plain, b)
                    beside = role_before(p, a, self.names_in), role_after(p, b), title
                    self._beside[p.n, a, b] = beside
                before, after, title = beside
                for role in (before if e.form == "named" else None, after):
                    if role and role not in e.roles:
                        e.roles.append(role)
                if title and not is_relative(title):  # 贺兰亭局长
                    e.alias(p.raw[a : b + len(title)])

    def _as_printed(self, form: str) -> str:
        """A folded form as the article prints it."""
        for p in self._passages:
            if (at := p.plain.find(form)) != -1:
                return p.raw[at : at + len(form)]
        return ""


def _joined_names(text: str) -> str:
    """Two names without the office between them: 徐克俭和南岭大学院长白雪 → 徐克俭和白雪."""
    link = _AND_BETWEEN.search(text)
    second = describe(normalize(text[link.end() :])) if link else None
    if link is None or second is None:
        return text
    return text[: link.end()] + text[link.end() + second.start : link.end() + second.end]
