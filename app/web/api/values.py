"""Values of the library as the API's models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from typing import Any
from urllib.parse import urlencode

from app import urls
from app.dictionary.entries import Word
from app.dictionary.language import Language
from app.index import ArticleEntry, ContextLine, FormTotal
from app.model import ArticleId, Document, Knowledge, Person, Quotation, Source, SpeakerId, Term
from app.pages.pages import Pages
from app.text.terms.facts import linked, without_tilde
from app.web.api.models import (
    ArticleItem,
    DictionaryCredit,
    FirstUse,
    FormUses,
    FoundWord,
    PersonRecord,
    Place,
    SearchHit,
    SpokenQuotation,
    TermItem,
    WordReading,
)


def following(path: str, query: Mapping[str, Any]) -> str:
    """The address of the next page of a list; parameters without a value are left out."""
    return f"/api/v1{path}?{urlencode({k: v for k, v in query.items() if v})}"


def article_item(entry: ArticleEntry, pages: Pages) -> ArticleItem:
    """An article in a list."""
    h = entry.header
    return ArticleItem(
        id=h.id,
        title=h.title,
        title_en=h.title_en or None,
        supplied=h.supplied,
        date=h.date or None,
        circa=h.circa,
        publication=h.publication or None,
        url=pages.absolute(urls.article(h.id)),
        revision=entry.revision,
        lang=h.lang,
        characters=entry.characters,
        paragraphs=entry.paragraphs,
        terms=entry.terms,
        speakers=entry.people + entry.groups,
    )


_TERM = [f.name for f in fields(TermItem) if f.name != "occurrences"]
_PERSON = [f.name for f in fields(PersonRecord)]
_QUOTATION = [f.name for f in fields(Quotation)]


def term_fields(term: Term) -> dict[str, Any]:
    """The fields of a glossary entry that the API shows: all but its file."""
    return {name: getattr(term, name) for name in _TERM} | {"sources": public_sources(term.sources)}


def person_record(person: Person) -> PersonRecord:
    """A person's entry as the API shows it: all but its file."""
    values = {name: getattr(person, name) for name in _PERSON} | {"sources": public_sources(person.sources)}
    return PersonRecord(**values)


def public_sources(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Sources; reprints and mirrors (tier C) without their addresses."""
    return tuple(replace(s, url=linked(s)) for s in sources)


def first_use(form: FormTotal, pages: Pages) -> FirstUse:
    """Where a form occurs first."""
    date, circa = without_tilde(form.date)
    return FirstUse(date, circa, pages.absolute(urls.block(form.article, form.block)))


def form_uses(form: FormTotal, pages: Pages) -> FormUses:
    """A form of a term with its uses."""
    first = first_use(form, pages)
    return FormUses(first.date, first.circa, first.url, form.text, form.uses)


def place(line: ContextLine, pages: Pages) -> Place:
    """A line of the index as a place."""
    return Place(**_place(line, pages))


def search_hit(line: ContextLine, pages: Pages) -> SearchHit:
    """A line of the index as a hit of a search."""
    hits = [[h.start, h.end] for h in line.hits]
    return SearchHit(**_place(line, pages), kind=line.kind, hits=hits)


def _place(line: ContextLine, pages: Pages) -> dict[str, Any]:
    date, circa = without_tilde(line.date)
    return {
        "article": line.article,
        "title": line.title,
        "date": date,
        "circa": circa,
        "block": line.block,
        "start": line.span.start,
        "end": line.span.end,
        "text": line.text,
        "url": pages.absolute(urls.block(line.article, line.block)),
        "speaker": line.speaker,
    }


def spoken_quotation(document: Document, q: Quotation, words: str, pages: Pages) -> SpokenQuotation:
    """A quotation with its article and its words."""
    header = document.header
    return SpokenQuotation(
        article=header.id,
        date=header.date or None,
        circa=header.circa,
        **{name: getattr(q, name) for name in _QUOTATION},
        text=words,
        url=pages.absolute(urls.block(header.id, q.block)),
    )


def found_word(word: Word, address: Callable[[SpeakerId], str] = urls.speaker) -> FoundWord:
    """A word of the dictionary; `address` makes the addresses of people."""
    entries = [
        WordReading(e.simplified, e.traditional, e.pinyin, e.meanings, e.level, e.person)
        for e in word.entries
    ]
    person = next((e.person for e in word.entries if e.person), None)
    url = address(person) if person else urls.word(word.text)
    return FoundWord(word.text, word.span.start, word.span.end, url, entries)


def person_address(id: SpeakerId, article: ArticleId, knowledge: Knowledge) -> str:
    """A person's page; for a private person, who has none, their place in the article's index."""
    if knowledge.is_private(id):
        return f"{urls.article_speakers(article)}#s-{id}"
    return urls.speaker(id)


def credit(language: Language) -> DictionaryCredit:
    """The dictionary's name and licence."""
    a = language.attribution
    return DictionaryCredit(a.name, a.url, a.licence, a.licence_url, a.released)
