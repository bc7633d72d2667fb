"""Whom an article spoke of last: the antecedents of pronouns and of words for several people."""

from __future__ import annotations

import app.text.quotes.lexicon as lexicon
from app.text.quotes.entity import Entity
from app.text.quotes.offices import is_medium

# Both of two sides; one of them alone is not meant.
_BOTH = frozenset(("双方", "两者", "二人", "两人", "三人", "四人"))

_SEX = {"他": "男", "她": "女"}

_SEX_SHOWN = {sex: tuple(words.words) for sex, words in (("男", lexicon.MEN), ("女", lexicon.WOMEN))}

# Characters of women's given names.
_WOMENS = frozenset("娟娜娥婷妮娇姗娅嫣婕媛婧莉莎兰芳芬芝玲珍秀梅凤燕翠丽菊莲娣婵妍娴婉淑倩茜蓉薇霞琴")


class Recent:
    """The people and bodies spoken of last, the latest person last.

    Args:
        text: the folded text of the article; words next to a name show a man or a woman.
        entities: everyone the article names, in order; the cast adds to it.
    """

    def __init__(self, text: str, entities: list[Entity]) -> None:
        self._text, self._entities = text, entities
        self.persons: list[Entity] = []
        self.body: Entity | None = None
        self.medium: Entity | None = None
        self.group: Entity | None = None

    def focus(self, entity: Entity | None) -> None:
        """A person has spoken or acted: pronouns point to the latest."""
        if entity is None:
            return
        if entity.kind == "person":
            if entity in self.persons:
                self.persons.remove(entity)
            self.persons.append(entity)
            del self.persons[:-12]
        elif entity.kind == "organisation":
            self.body = entity
            if is_medium(entity.folded):
                self.medium = entity
        else:
            self.group = entity

    def person_of(self, pronoun: str, besides: Entity | None) -> Entity | None:
        """Whom a pronoun means: the latest person it fits, else the first that the article names."""
        if pronoun in ("前者", "对方") and len(self.persons) > 1:
            return self.persons[-2]
        # A label such as 问 or 主持人 is spoken of by no pronoun.
        spoken_of = (e for e in self.persons if e is not besides and e.form != "label")
        fitting = [e for e in spoken_of if self._may_be(pronoun, e)]
        if not fitting:
            named = (e for e in self._entities if e.form == "named" and e is not besides)
            fitting = [e for e in named if self._may_be(pronoun, e)][:1]
        if not fitting:
            return None
        person = fitting[-1]
        if pronoun == "她" and person.form != "named" and person.sex == "?":
            # 工头打来电话。她说…: a woman named before, not the caller
            women = [e for e in fitting if e.sex == "女" or _may_be_woman(e)]
            person = women[-1] if women else person
        if pronoun in _SEX:
            person.sex = _SEX[pronoun]
        return person

    def several(self, form: str, last: Entity | None) -> Entity | None:
        """Whom a word for several people means: never one person, and never one of two sides."""
        if form in _BOTH:
            return self.group if self.group and self.group.form == "joint" else None
        return self.group or self.body or (last if last and last.kind != "person" else None)

    def _may_be(self, pronoun: str, e: Entity) -> bool:
        """Whether 他 or 她 can mean a person, by what the text says next to the name."""
        if pronoun not in _SEX or e.kind != "person":
            return True
        if not e.sex:
            e.sex = self._sex_shown(e.folded) or "?"
        return e.sex in ("?", _SEX[pronoun])

    def _sex_shown(self, form: str) -> str:
        """男 or 女 as an office or a form of address next to a name shows: 母亲陈玉兰, 陈玉兰女士."""
        for sex, words in _SEX_SHOWN.items():
            if form.endswith(words):
                return sex
        at = self._text.find(form)
        for _ in range(8):
            if at == -1:
                break
            before, after = self._text[max(0, at - 4) : at], self._text[at + len(form) : at + len(form) + 4]
            for sex, words in _SEX_SHOWN.items():
                if before.endswith(words) or after.startswith(words):
                    return sex
            at = self._text.find(form, at + 1)
        return ""


def _may_be_woman(e: Entity) -> bool:
    """Whether a given name is a woman's more often than a man's: 何秀兰."""
    return e.form == "named" and not _WOMENS.isdisjoint(e.folded[1:])
