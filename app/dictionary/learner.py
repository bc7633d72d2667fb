"""A learner's list: terms and words with the sentence they stand in, as CSV and as an Anki package.

Pure functions from document to cards and from cards to bytes. A card has a lasting name (`Card.guid`), made
from a term's id, or from a word with its article and paragraph. Importing a list again changes cards
and doubles none. Meanings from the dictionary carry its licence, on every card and in every row.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.dictionary.cedict import Attribution, Entry
from app.errors import MissingExtra
from app.i18n import say
from app.model import ArticleId, Block, BlockId, Document, Knowledge, Occurrence, Span, Term
from app.spreadsheet import csv_lines
from app.text.terms.facts import ENGLISH, dated, main_date, verified_words

# What a sentence ends with, and what may close behind it.
# A semicolon too: newspapers string a whole page together with them.
_ENDS, _CLOSERS = "。！？…；", "”’」』）"

COLUMNS = ("word", "traditional", "pinyin", "meaning", "hsk", "sentence", "article", "link", "source")


@dataclass(frozen=True, slots=True)
class Card:
    """One word or term to learn, where it was met.

    Attributes:
        guid: the same for the same entry, or the same word of the same paragraph, whatever else changes.
        meaning: plain text, lines apart.
        level: of GF0025-2021, or "".
        sentence, place: the sentence and where in it the word stands.
        link: absolute address of the paragraph.
        source: where the meaning is from and under which licence.
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


@dataclass(frozen=True, slots=True)
class Picked:
    """A word that a reader picked: where it stood, in code points, and what it is.

    The word is known beside its place, so that it is found again after the paragraph was edited.
    """

    article: ArticleId
    block: BlockId
    at: int
    word: str


# So many words make a list; an address of them stays below what servers take.
MOST = 200
_PICKED = re.compile(r"([a-z0-9-]{1,64})\.([a-z0-9]{4})\.(\d{1,7})\.(.{1,40})")


def picked(items: str) -> tuple[Picked, ...]:
    """The words of a list's address: `article.block.place.word`, with commas between them.

    Raises:
        ValueError: an item of another form, or too many of them.
    """
    parts = [p for p in items.split(",") if p]
    if len(parts) > MOST:
        raise ValueError(f"at most {MOST} words")
    found = [_PICKED.fullmatch(part) for part in parts]
    if not all(found):
        raise ValueError("write article.block.place.word, with commas between them")
    return tuple(Picked(ArticleId(m[1]), BlockId(m[2]), int(m[3]), m[4]) for m in found if m)


def nearest(text: str, word: str, at: int) -> Span | None:
    """Where a word stands in a text, nearest to a place; None where it does not."""
    starts = [m.start() for m in re.finditer(re.escape(word), text)]
    start = min(starts, key=lambda s: abs(s - at), default=None)
    return None if start is None else Span(start, start + len(word))


def term_cards(
    document: Document, knowledge: Knowledge, link: Callable[[BlockId], str], *, english: bool = True
) -> tuple[Card, ...]:
    """A card for every glossary entry of an article, at its first occurrence.

    Args:
        document: the article.
        knowledge: the glossary its occurrences name.
        link: the absolute address of a paragraph.
        english: give meanings in English too, where the entry has them.
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
    """A card for a glossary entry where it stands; arguments as for `term_cards`."""
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
    return replace(card, guid=guid("", "", term.id))


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
        document: the article.
        block: the paragraph.
        span: the word in it.
        entries: what the dictionary has for the word, the likeliest first; at least one.
        link: the absolute address of a paragraph.
        attribution: the dictionary's; goes onto the card.
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
    """A lasting name for a card: 20 hexadecimal digits.

    Args:
        article: where the word was picked; "" for a glossary entry, which has one card in the library.
        block: its paragraph there.
        word: the word, or the entry's id.
    """
    return hashlib.sha256(f"{article}\0{block}\0{word}".encode()).hexdigest()[:20]


def sentence_around(text: str, span: Span) -> Span:
    """The sentence that holds a word, its closing quotation mark included, no white space around it."""
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


def anki_package(cards: Iterable[Card], name: str, *, key: str, now: float) -> bytes:
    """An .apkg with one deck.

    Args:
        cards: in the order in which they are to be learnt.
        name: the deck's, as Anki shows it.
        key: what the deck is known by for ever, such as the article's id.
        now: seconds since 1970, later than any change: Anki takes a note again only if it is newer.

    Raises:
        MissingExtra: genanki is not installed.
    """
    try:
        import genanki
    except ModuleNotFoundError as error:
        raise MissingExtra("Anki", "anki") from error
    model = genanki.Model(
        _number("meipi model 1"),
        "眉批",
        fields=[{"name": field} for field in _FIELDS],
        templates=[{"name": "词", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )
    deck = genanki.Deck(_number(f"meipi deck {key}"), name)
    for card in cards:
        deck.add_note(genanki.Note(model=model, fields=list(_fields(card)), guid=card.guid, tags=["meipi"]))
    out = io.BytesIO()
    genanki.Package(deck).write_to_file(out, timestamp=now)
    return out.getvalue()


def _fields(card: Card) -> Iterable[str]:
    """Anki's fields are HTML."""
    s, p = card.sentence, card.place
    before, word, after = (html.escape(x) for x in (s[: p.start], s[p.start : p.end], s[p.end :]))
    plain: Mapping[str, str] = {
        "Word": card.word,
        "Traditional": card.traditional,
        "Pinyin": card.pinyin,
        "Meaning": card.meaning,
        "HSK": card.level,
        "Article": card.article,
        "Link": card.link,
        "Source": card.source,
    }
    for field in _FIELDS:
        if field == "Sentence":
            yield f"{before}<b>{word}</b>{after}"
        else:
            yield html.escape(plain[field]).replace("\n", "<br>")


def _number(text: str) -> int:
    """Anki numbers models and decks; a number made from a name is the same on every machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:5], "big") + (1 << 40)
