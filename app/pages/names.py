"""Names and offices of speakers in Latin letters and in English, for pages in another language than Chinese.

The first source that knows a speaker decides:

    people      pinyin of the record, in its spelling                 丁奎岭 Ding Kuiling
    glossary    the English name of a body                            复旦大学 Fudan University
    dictionary  the name by which a public figure is known            马克龙 Emmanuel Macron
    pinyin      of a Chinese name, surname first                      欧阳明远 Ouyang Mingyuan

Any other name stays in Chinese: readers do not know a transliterated name (布伦特) by its pinyin.
"""

from __future__ import annotations

import re

from app.dictionary.language import Language
from app.i18n import is_chinese
from app.model import Knowledge, Person, Term
from app.text import quotes
from app.text.folding import fold
from app.text.readings.pinyin import toneless

_BETWEEN_OFFICES = re.compile("[、，；]")


class Names:
    """The names of one library's speakers. On Chinese pages every answer is "".

    Args:
        knowledge: people and glossary; they do not change.
        language: the dictionary, if it is installed.
    """

    def __init__(self, knowledge: Knowledge, language: Language | None = None) -> None:
        self._knowledge = knowledge
        self._language = language
        self._terms: dict[str, Term] | None = None
        self._found: dict[tuple[str, str, bool], str] = {}

    def latin(self, id: str, name: str, kind: str = "person") -> str:
        """A speaker's name in Latin letters, or "".

        Args:
            name: as printed.
            kind: person, collective or organisation.
        """
        if is_chinese():
            return ""
        key = id, name, kind == "person"
        if key not in self._found:
            self._found[key] = self._latin(self._knowledge.person(id), name, kind)
        return self._found[key]

    def words(self, id: str, name: str, kind: str = "person") -> str:
        """The name as printed, followed by the one in Latin letters: 丁奎岭 Ding Kuiling."""
        return f"{name} {self.latin(id, name, kind)}".rstrip()

    def short(self, id: str, name: str, kind: str = "person") -> str:
        """The name in Latin letters; as printed if it has none."""
        return self.latin(id, name, kind) or name

    def office(self, id: str, printed: str) -> str:
        """An office in English if every part of it is in the person's record or the glossary, or "".

        A person may have another office today, so the present one is not taken for the one that is printed.
        """
        if is_chinese() or not printed:
            return ""
        person = self._knowledge.person(id)

        def english(office: str) -> str:
            return (_office_in_english(person, office) if person else "") or self._term_in_english(office)

        if whole := english(printed):
            return whole
        found = [english(part) for part in _BETWEEN_OFFICES.split(printed) if part]
        return "; ".join(dict.fromkeys(found)) if all(found) else ""

    def _latin(self, person: Person | None, name: str, kind: str) -> str:
        if person and person.kind == "person" and person.pinyin:
            return toneless(person.pinyin)
        if kind != "person":
            return self._term_in_english(name)
        dictionary = self._language.made_dictionary if self._language else None
        if dictionary is None:
            return ""
        # Two characters are too few to take a person for the public figure of that name: 李安.
        if len(name) > 2 and (known := dictionary.english_name(name)):
            return known
        is_chinese_name = quotes.names.is_chinese_name(name)
        pinyin = toneless(dictionary.name_pinyin(name)) if is_chinese_name else ""
        return pinyin if pinyin.split(" ")[-1][:1].isupper() else ""  # not 王校长: Wang xiaozhang

    def _term_in_english(self, form: str) -> str:
        if self._terms is None:
            self._terms = {fold(f): t for t in reversed(self._knowledge.terms) for f in t.forms}
        term = self._terms.get(fold(form))
        return next((e.text for e in term.english if e.status != "descriptive"), "") if term else ""


def _office_in_english(person: Person, printed: str) -> str:
    """The office of a record that is printed: whole, or its title alone if no other office has the same."""
    same = [o for o in person.offices if o.whole == printed]
    same = same or [o for o in person.offices if o.whole.endswith(printed)]
    if len(same) != 1:
        return ""
    # `office_en` of the record is its first office.
    return same[0].title_en or (person.office_en if same[0] is person.offices[0] else "")
