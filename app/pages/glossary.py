"""Glossary entries as pages show them: cards, members, related entries, rows of lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct, structs

from app import urls
from app.i18n import Locale, is_chinese, locale, say
from app.model import Knowledge, Source, Term, TermDate, TermId
from app.pages.excerpts import first_english_sentence, first_sentence
from app.pages.labels import TIER
from app.pages.views import CardDate, Link, MemberView, SourceView, TermCard
from app.text.folding import fold
from app.text.terms.facts import ENGLISH, KIND, dated, in_order, linked, main_date

# Members on a card; the entry's page has all of them.
CARD_MEMBERS = 7
# Dates on a whole card; the entry's page has all of them.
CARD_DATES = 3
# Cards in the cache: all those of a glossary, in two languages.
_CARDS = 4096


class Related(Struct, frozen=True):
    """A related entry.

    Attributes:
        text, href: of the entry.
        label: how it is related: 所属, 其中一项, or its kind.
    """

    text: str
    href: str
    label: str


class RelatedGroup(Struct, frozen=True):
    """Entries that are related in one way.

    Attributes:
        label: how: 所属, 其中一项, 相关, 提到它的词条.
        entries: the entries.
    """

    label: str
    entries: tuple[Related, ...]


class TermRow(Struct, frozen=True):
    """An entry in a list.

    Attributes:
        href, term, pinyin: of the entry.
        text: the definition in one sentence.
        lang: language of the text, "" for Chinese.
        verified: the entry was checked against its sources.
        occurrences: in the whole library.
        when: the date that sorts the list, with its kind: 2017年提出; "" in lists that need none.
    """

    href: str
    term: str
    pinyin: str
    text: str
    lang: str
    verified: bool
    occurrences: int
    when: str = ""


class Glossary:
    """The entries by their forms. The forms of members and relations are resolved once.

    Args:
        knowledge: the glossary; it does not change.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._members: dict[TermId, tuple[MemberView, ...]] = {}
        self._cards = lru_cache(_CARDS)(self._card)
        self._by_form = {fold(f): t for t in reversed(knowledge.terms) for f in t.forms}

    def entry(self, form: str) -> Link | None:
        """The entry that has a form."""
        term = self._by_form.get(fold(form))
        return Link(term.term, urls.term(term.id)) if term else None

    def members(self, term: Term) -> tuple[MemberView, ...]:
        """The members of a counted phrase, each with its own entry if it has one."""
        if term.id not in self._members:
            self._members[term.id] = tuple(self._member(m.zh, m.en, term) for m in term.members)
        return self._members[term.id]

    def _member(self, zh: str, en: str, phrase: Term) -> MemberView:
        entry = self._by_form.get(fold(zh))
        if entry is None or entry.id == phrase.id:
            return MemberView(zh, en=en)
        return MemberView(zh, urls.term(entry.id), entry.id, en)

    def card(self, term: Term, here: tuple[str, ...] = (), *, short: bool = False) -> TermCard:
        """An entry's card in the language of the page.

        Args:
            here: the members to highlight.
            short: one sentence, the members without their English and the main date only.
        """
        # The same object for the same values: HTML is cached by it. Together with the caches of `blocks` and
        # `fragments` this makes an article of 3,258 characters anew in 2.5 ms of CPU instead of 6.8.
        return self._cards(term.id, here, short, locale())

    def _card(self, id: TermId, here: tuple[str, ...], short: bool, _: Locale) -> TermCard:
        term = self.knowledge.term(id)
        assert term is not None, "cards are asked for entries of this glossary"
        english = None if short else next(iter(term.english), None)
        members = tuple(
            structs.replace(m, here=m.text in here, en="" if short or is_chinese() else m.en)
            for m in self.members(term)
        )
        return TermCard(
            id=term.id,
            headword=term.term,
            pinyin="" if short else term.pinyin,
            kind=KIND[term.kind],
            text=gloss(term) if short else definition(term),
            lang=gloss_lang(term),
            english=english.text if english else "",
            english_status=ENGLISH[english.status] if english else "",
            members=members[:CARD_MEMBERS],
            total=len(members) if len(members) > CARD_MEMBERS else 0,
            when=_when(term, 1 if short else CARD_DATES),
            verified=bool(term.verified),
            href=urls.term(term.id),
        )

    def related(self, term: Term) -> tuple[Related, ...]:
        """Related entries: first those that the term is a member of, then its own relations."""
        forms = {fold(f) for f in term.forms}
        phrases = [
            t for t in self.knowledge.terms if t.id != term.id and any(fold(m.zh) in forms for m in t.members)
        ]
        parts = {m.term for m in self.members(term) if m.term}
        found = [Related(t.term, urls.term(t.id), say("所属")) for t in phrases]
        for id in term.related:
            t = self.knowledge.term(id)
            if t and t not in phrases:
                label = say("其中一项") if t.id in parts else KIND[t.kind]
                found.append(Related(t.term, urls.term(t.id), label))
        return tuple(found)

    def related_groups(self, term: Term) -> tuple[RelatedGroup, ...]:
        """Related entries, grouped by how they are related; entries that name this one come last."""
        found: dict[str, list[Related]] = {}
        known = set[str]()
        for it in self.related(term):
            label = it.label if it.label in (say("所属"), say("其中一项")) else say("相关")
            found.setdefault(label, []).append(it)
            known.add(it.href)
        naming = [
            Related(t.term, urls.term(t.id), KIND[t.kind])
            for t in self.knowledge.terms
            if term.id in t.related and urls.term(t.id) not in known
        ]
        if naming:
            found[say("提到它的词条")] = naming
        return tuple(RelatedGroup(label, tuple(entries)) for label, entries in found.items())


def _when(term: Term, most: int) -> tuple[CardDate, ...]:
    """The dates on a card, in order: the main one and the earliest others."""
    main = main_date(term)
    if main is None:
        return ()
    others = [d for d in in_order(term) if d is not main][: most - 1]
    shown = sorted([main, *others], key=lambda d: d.date)
    return tuple(CardDate(dated(d), *(_event(d) if most > 1 else ())) for d in shown)


def _event(date: TermDate) -> tuple[str, str]:
    """What happened at a date, and the language of these words where it is not that of the page."""
    if is_chinese():
        return date.event, ""
    return (date.event_en, "") if date.event_en else (date.event, "zh")


def term_row(term: Term, occurrences: int, when: str = "") -> TermRow:
    """An entry for a list."""
    return TermRow(
        urls.term(term.id),
        term.term,
        term.pinyin,
        gloss(term),
        gloss_lang(term),
        bool(term.verified),
        occurrences,
        when,
    )


# A term of these kinds is a name. Readers know what sort of thing it is without a note.
NAMES = frozenset(("title", "institution", "place"))
_COUNT = re.compile("[一二三四五六七八九十两双]+[个大项条]?")


def offered(terms: Iterable[Term], counts: Mapping[TermId, int]) -> list[Term]:
    """The terms that the front page offers, best first: those that the library uses and readers may not know.

    First the counted phrases, such as 五个中心, which say nothing without their members; then set phrases and
    concepts by use; names last.
    """

    def rank(term: Term) -> tuple[bool, bool, bool, int]:
        counted = bool(term.members) and _COUNT.match(term.term) is not None
        return not counted, term.kind in NAMES, term.priority == "minor", -counts[term.id]

    return sorted((t for t in terms if counts.get(t.id)), key=rank)


def gloss(term: Term) -> str:
    """The definition in one sentence, in English for readers of English if the entry has it."""
    return first_english_sentence(term.en) if gloss_lang(term) else first_sentence(term.zh)


def definition(term: Term) -> str:
    """The whole definition, in English for readers of English if the entry has it."""
    return term.en if gloss_lang(term) else term.zh


def gloss_lang(term: Term) -> str:
    """Language of `gloss` and `definition`: en, or "" for Chinese."""
    return "en" if not is_chinese() and term.en else ""


def source_view(source: Source) -> SourceView:
    """A source of an entry or of a person's record."""
    return SourceView(
        source.title,
        source.publisher,
        source.date,
        linked(source),
        TIER[source.tier],
        _latin(source.title),
        _latin(source.publisher),
    )


def _latin(words: str) -> str:
    """Language of a name without Chinese in it: en, or ""."""
    return "en" if re.search(r"[A-Za-z]{2}", words) and not re.search("[\u4e00-\u9fff]", words) else ""
