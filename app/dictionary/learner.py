"""A learner's list: terms and words with their sentences, as CSV and as an Anki package.

Pure functions make cards from a document, and bytes from cards. A card keeps its identity (`Card.guid`),
which is made from a term's id, or from a word with its article and paragraph. So importing a list again
updates cards and adds no duplicates. Meanings from the dictionary carry its licence on every card and row.
"""

from __future__ import annotations

import hashlib
import html
import io
import itertools
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing

from msgspec import Struct, structs

from app.dictionary.entries import Attribution, Entry
from app.extras import load
from app.i18n import say, worded
from app.model import ArticleId, Block, BlockId, Document, Knowledge, Occurrence, Span, Term
from app.spreadsheet import csv_lines
from app.text.terms.facts import ENGLISH, dated, main_date, verified_words

# Marks that end a sentence, and marks that may follow these. Semicolons count, because newspapers join
# sentences with them over half a page.
_ENDS, _CLOSERS = "。！？…；", "”’」』）"

COLUMNS = ("word", "traditional", "pinyin", "meaning", "hsk", "sentence", "article", "link", "source")


class Card(Struct, frozen=True):
    """One word or term to learn, with the sentence where the reader met it.

    Attributes:
        guid: the same for the same entry, or for the same word of the same paragraph.
        meaning: plain text, several lines.
        level: of GF0025-2021, or "".
        sentence, place: the sentence, and the span of the word in it.
        link: absolute address of the paragraph.
        source: where the meaning comes from, and its licence.
    """

    guid: str
    word: str
    traditional: str
    pinyin: str
    meaning: str
    level: str
    sentence: str
    place: Span
    article: str
    link: str
    source: str


class Picked(Struct, frozen=True):
    """A word that a reader picked, and its position in code points.

    With the word, its position can be found again after an edit of the paragraph.
    """

    article: ArticleId
    block: BlockId
    at: int
    word: str


# Words in a list; the address of a longer list would exceed the limits of servers.
MOST = 200
_PICKED = re.compile(r"([a-z0-9-]{1,64})\.([a-z0-9]{4})\.(\d{1,7})\.(.{1,40})")


def picked(items: str) -> tuple[Picked, ...]:
    """Parse the address of a list: `article.block.place.word`, separated by commas.

    Raises:
        ValueError: an item has another form, or there are too many.
    """
    parts = [p for p in items.split(",") if p]
    if len(parts) > MOST:
        raise ValueError(worded("at most %(most)s words", most=MOST))
    found = [_PICKED.fullmatch(part) for part in parts]
    if not all(found):
        raise ValueError(worded("write article.block.place.word, with commas between them"))
    return tuple(Picked(ArticleId(m[1]), BlockId(m[2]), int(m[3]), m[4]) for m in found if m)


def nearest(text: str, word: str, at: int) -> Span | None:
    """The occurrence of a word that is nearest to a position; None if there is none."""
    starts = [m.start() for m in re.finditer(re.escape(word), text)]
    start = min(starts, key=lambda s: abs(s - at), default=None)
    return None if start is None else Span(start, start + len(word))


def term_cards(
    document: Document, knowledge: Knowledge, link: Callable[[BlockId], str], *, english: bool = True
) -> tuple[Card, ...]:
    """A card for every glossary entry of an article, at its first occurrence.

    Args:
        knowledge: has the glossary.
        link: the absolute address of a paragraph.
        english: add the English meaning, if the entry has one.
    """
    cards, seen = [], set()
    for occurrence in document.occurrences:
        term = knowledge.term(occurrence.term)
        if term is None or term.id in seen:
            continue
        seen.add(term.id)
        cards.append(term_card(document, occurrence, term, link, english=english))
    return tuple(cards)


def term_card(
    document: Document,
    occurrence: Occurrence,
    term: Term,
    link: Callable[[BlockId], str],
    *,
    english: bool = True,
) -> Card:
    """A card for one occurrence of a glossary entry; arguments as for `term_cards`."""
    date = main_date(term)
    lines = (
        term.zh,
        term.en if english else "",
        *(f"{e.text} ({ENGLISH[e.status]})" for e in term.english),
        say("包括：") + "、".join(m.zh for m in term.members) if term.members else "",
        dated(date) if date else "",
        "" if term.verified else verified_words(False),
    )
    entry = Entry(term.term, term.traditional or term.term, term.pinyin, ("\n".join(filter(None, lines)),))
    block = next(b for b in document.blocks if b.id == occurrence.block)
    card = _card(document, block, occurrence.span, entry, link, "", key=term.term)
    return structs.replace(card, guid=guid("", "", term.id))


def word_card(
    document: Document,
    block: BlockId,
    span: Span,
    entries: Sequence[Entry],
    link: Callable[[BlockId], str],
    attribution: Attribution,
) -> Card:
    """A card for a word that a reader picked.

    Args:
        span: of the word in the paragraph.
        entries: the dictionary's entries of the word, the likeliest first; at least one.
        link: the absolute address of a paragraph.
        attribution: of the dictionary, for the card.
    """
    first = entries[0]
    if len(entries) > 1:
        meanings = tuple(f"{e.pinyin}: {'; '.join(e.meanings)}" for e in entries)
        first = Entry(first.simplified, first.traditional, first.pinyin, meanings, level=first.level)
    place = next(b for b in document.blocks if b.id == block)
    return _card(document, place, span, first, link, "" if first.person else str(attribution))


def _card(
    document: Document,
    block: Block,
    span: Span,
    entry: Entry,
    link: Callable[[BlockId], str],
    source: str,
    *,
    key: str = "",
) -> Card:
    word = key or block.text[span.start : span.end]
    sentence = sentence_around(block.text, span)
    return Card(
        guid=guid(document.header.id, block.id, word),
        word=word,
        traditional=entry.traditional if entry.traditional != word else "",
        pinyin=entry.pinyin,
        meaning="\n".join(entry.meanings),
        level="" if entry.level is None else "7–9" if entry.level == 7 else str(entry.level),
        sentence=block.text[sentence.start : sentence.end],
        place=Span(span.start - sentence.start, span.end - sentence.start),
        article=document.header.title,
        link=link(block.id),
        source=source,
    )


def guid(article: str, block: str, word: str) -> str:
    """The identity of a card: 20 hexadecimal digits.

    Args:
        article: where the word was picked; "" for a glossary entry, which has one card in the whole library.
        block: the paragraph of the word.
        word: the word, or the entry's id.
    """
    return hashlib.sha256(f"{article}\0{block}\0{word}".encode()).hexdigest()[:20]


def sentence_around(text: str, span: Span) -> Span:
    """The sentence around a word, with its closing quotation mark and without white space around it."""
    start = max(text.rfind(end, 0, span.start) for end in _ENDS) + 1
    while start < span.start and (text[start] in _CLOSERS or text[start].isspace()):
        start += 1
    ends = [at for end in _ENDS if (at := text.find(end, span.end)) >= 0]
    stop = min(ends) + 1 if ends else len(text)
    while stop < len(text) and text[stop] in _ENDS + _CLOSERS:
        stop += 1
    while stop > span.end and text[stop - 1].isspace():
        stop -= 1
    return Span(start, stop)


def csv_file(cards: Iterable[Card]) -> bytes:
    """A table of cards with a header, as `app.spreadsheet` writes it."""
    rows = (
        (c.word, c.traditional, c.pinyin, c.meaning, c.level, c.sentence, c.article, c.link, c.source)
        for c in cards
    )
    return b"".join(csv_lines(COLUMNS, rows))


_FIELDS = ("Word", "Traditional", "Pinyin", "Meaning", "HSK", "Sentence", "Article", "Link", "Source")
_FRONT = '<div lang="zh" class="word">{{Word}}</div><div lang="zh" class="sentence">{{Sentence}}</div>'
_BACK = (
    '{{FrontSide}}<hr id="answer"><div class="pinyin">{{Pinyin}}</div><div>{{Meaning}}</div>'
    '{{#Traditional}}<div lang="zh-Hant">{{Traditional}}</div>{{/Traditional}}'
    "{{#HSK}}<div>HSK {{HSK}} (GF0025-2021)</div>{{/HSK}}"
    '<p><a href="{{Link}}">{{Article}}</a></p>{{#Source}}<p class="source">{{Source}}</p>{{/Source}}'
)
_STYLE = (
    ".card{font-family:serif;font-size:20px;line-height:1.6;max-width:34em;margin:auto}"
    ".word{font-size:2em}.source{font-size:.7em}b{font-weight:600}"
)


def anki_package(cards: Iterable[Card], name: str, *, now: float) -> bytes:
    """An .apkg with one deck of picked words; see `anki_members`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for member, data in anki_members(cards, name, key="picked", now=now).items():
            package.writestr(member, data)
    return out.getvalue()


def anki_members(cards: Iterable[Card], name: str, *, key: str, now: float) -> Mapping[str, bytes]:
    """The files of an .apkg with one deck, in memory: genanki's own writer leaves a temporary file.

    Args:
        cards: in the order of learning.
        name: of the deck.
        key: the deck's identity, such as the article's id.
        now: seconds since 1970, after the last change: Anki updates a note only if it is newer.

    Raises:
        MissingExtra: genanki is not installed.
    """
    genanki = load("genanki", "Anki", "anki")
    model = genanki.Model(
        _number("meipi model 1"),
        "眉批",
        fields=[{"name": field} for field in _FIELDS],
        templates=[{"name": "词", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )
    deck = genanki.Deck(_number(f"meipi deck {key}"), name)
    for card in cards:
        deck.add_note(genanki.Note(model=model, fields=_fields(card), guid=card.guid, tags=["meipi"]))
    with closing(sqlite3.connect(":memory:")) as collection:
        genanki.Package(deck).write_to_db(collection.cursor(), now, itertools.count(int(now * 1000)))
        collection.commit()
        return {"collection.anki2": collection.serialize(), "media": b"{}"}


def _fields(card: Card) -> list[str]:
    """The fields of a note, as HTML, in the order of `_FIELDS`."""
    s, p = card.sentence, card.place
    before, word, after = (html.escape(x) for x in (s[: p.start], s[p.start : p.end], s[p.end :]))
    facts = (card.word, card.traditional, card.pinyin, card.meaning, card.level)
    place = (card.article, card.link, card.source)
    first, last = ([html.escape(text).replace("\n", "<br>") for text in texts] for texts in (facts, place))
    return [*first, f"{before}<b>{word}</b>{after}", *last]


def _number(text: str) -> int:
    """The number that Anki wants for models and decks, made from a name."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:5], "big") + (1 << 40)
