"""A document as rows of an index, made by the process that annotated it.

All processes share the work of making grams and compressing; the process that writes only inserts rows.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any, NamedTuple

from msgspec import Struct

from app.document import to_json
from app.index.values import TRANSLATION
from app.model import Document
from app.text.folding import visible, well_formed
from app.text.paragraphs import Ledger, ledger_lines
from app.text.query import key
from app.text.reuse import Letters, prints

TITLE = "title"
# The row of a translated block has this number more than that of the Chinese one, so that the offsets of
# occurrences and quotations do not apply to it.
TRANSLATED = 10_000_000


class PackedBlock(NamedTuple):
    """A block's row. The title is a block with the number 0.

    Attributes:
        number: 1-based number among the paragraphs; 0 for other kinds.
        text: the difference between text and key, see `restored`.
        key: the text as searches compare it.
        grams: the key's characters and adjacent pairs, separated by spaces.
        marks: tokens for filters, see `mark`, separated by spaces.
        prints: with their places among the letters, see `app.text.reuse`.
    """

    id: str
    n: int
    number: int
    kind: str
    text: str
    key: str
    grams: str
    marks: str
    prints: tuple[tuple[int, int], ...]


PackedSpeaker = tuple[str, str, str, str, int, int, int, int, int]


class Packed(Struct, frozen=True):
    """A document as rows.

    Attributes:
        source: the source of the article; "" is content/.
        date: ISO 8601, followed by ~ if approximate (EDTF, ISO 8601-2).
        day: the date as a number, see `day_of`.
        entry: an `ArticleEntry` as JSON.
        body: the whole document as JSON, compressed.
        occurrences: term, n, start, end, speaker, form. The speaker is None outside quotations, and "" in a
            quotation whose speaker is unknown.
        speakers: id, name, role, kind, recorded, quotations, ascribed quotations, certain quotations, and
            characters that are in no quotation of another speaker inside.
        fresh: the day on which the article was added, or its date if that is not known.
        quotations: speaker, n, start, end. These and the other rows leave out ascribed quotations.
        spoken: each speaker with each term in the speaker's words.
        ledger: the lines of the article's ledger with unsaved edits, compressed; b"" if it has none.
    """

    id: str
    digest: str
    source: str
    date: str
    day: int
    title: str
    aliases: tuple[str, ...]
    entry: str
    body: bytes
    blocks: tuple[PackedBlock, ...]
    occurrences: tuple[tuple[str, int, int, int, str | None, str], ...]
    speakers: tuple[PackedSpeaker, ...]
    quotations: tuple[tuple[str | None, int, int, int], ...]
    spoken: tuple[tuple[str, str], ...]
    fresh: int = 0
    ledger: bytes = b""


def pack(document: Document, digest: str, source: str = "", *, ledger: Ledger | None = None) -> Packed:
    """Convert a document to rows."""
    header = document.header
    place = {b.id: b.n for b in document.blocks}
    said: dict[str, list[tuple[int, int, str | None]]] = {}
    own = [q for q in document.quotations if not q.ascribed]
    # Searches use the offsets of quotations in the key.
    shown = {b.id: visible(b.text) for b in document.blocks}
    for q in own:
        said.setdefault(q.block, []).append((q.span.start, q.span.end, q.speaker))
    occurrences = list[tuple[str, int, int, int, str | None, str]]()
    spoken = dict[tuple[str, str], None]()
    for o in document.occurrences:
        # A term belongs to the speaker of the innermost quotation around it.
        around = [s for s in said.get(o.block, ()) if s[0] <= o.span.start and o.span.end <= s[1]]
        speaker = min(around, key=lambda s: s[1] - s[0])[2] or "" if around else None
        occurrences.append((o.term, place[o.block], o.span.start, o.span.end, speaker, _stored(o.text)))
        spoken |= {(s[2], o.term): None for s in around if s[2]}
    day = day_of(header.date)
    added = ledger.revisions[0].saved_at[:10] if ledger and ledger.revisions else ""
    speakers = {block: {s[2] for s in quotations if s[2]} for block, quotations in said.items()}
    return Packed(
        id=header.id,
        digest=digest,
        source=source,
        date=f"{header.date}~" if header.date and header.circa else header.date,
        day=day,
        title=_stored(header.title),
        aliases=header.aliases,
        entry=json.dumps(summary(document) | {"added": added}),
        body=zlib.compress(json.dumps(to_json(document, cuts=True)).encode(), 6),
        blocks=tuple(_blocks(document, date_marks(day), speakers)),
        occurrences=tuple(occurrences),
        speakers=tuple(_speakers(document, said)),
        quotations=tuple(
            (q.speaker, place[q.block], span.start, span.end)
            for q in own
            for span in (shown[q.block].seen(q.span),)
        ),
        spoken=tuple(spoken),
        fresh=day_of(added) or day,
        ledger=zlib.compress("\n".join(ledger_lines(ledger)).encode(), 6) if ledger else b"",
    )


def _speakers(
    document: Document, said: Mapping[str, Sequence[tuple[int, int, str | None]]]
) -> Iterator[PackedSpeaker]:
    own = Counter(q.speaker for q in document.quotations if not q.ascribed)
    ascribed = Counter(q.speaker for q in document.quotations if q.ascribed)
    certain = Counter(q.speaker for q in document.quotations if not (q.ascribed or q.doubtful))
    spoken = Counter[str]()
    for b in document.blocks:
        for id, words in _innermost(b.text, said.get(b.id, ())):
            spoken[id] += _length(words)
    for id, s in {s.id: s for s in document.speakers}.items():
        counts = own[id], ascribed[id], certain[id], spoken[id]
        yield id, _stored(s.name), _stored(s.role or ""), s.kind, int(s.recorded), *counts


def _innermost(text: str, quotations: Sequence[tuple[int, int, str | None]]) -> Iterator[tuple[str, str]]:
    """Yield the stretches of a block that belong to a speaker: the one of the innermost quotation."""
    if not quotations:
        return
    edges = sorted({edge for start, end, _ in quotations for edge in (start, end)})
    for left, right in pairwise(edges):
        around = [q for q in quotations if q[0] <= left and right <= q[1]]
        if around and (speaker := min(around, key=lambda q: q[1] - q[0])[2]):
            yield speaker, text[left:right]


def _blocks(
    document: Document, dated: Sequence[str], speakers: Mapping[str, Collection[str]]
) -> Iterator[PackedBlock]:
    """The title, the blocks and their translations.

    Args:
        dated: marks of its date.
        speakers: for each block with quotations, the known speakers.
    """
    terms: dict[str, set[str]] = {}
    for o in document.occurrences:
        terms.setdefault(o.block, set()).add(o.term)
    yield _block("", 0, 0, TITLE, document.header.title, dated)
    number, numbers, marked = 0, dict[str, int](), dict[str, list[str]]()
    for b in document.blocks:
        number += b.kind == "paragraph"
        marks = [*dated, *(mark("term", t) for t in sorted(terms.get(b.id, ())))]
        if b.id in speakers:
            marks += [mark("quotation"), *(mark("speaker", s) for s in sorted(speakers[b.id]))]
        numbers[b.id] = number if b.kind == "paragraph" else 0
        yield _block(b.id, b.n, numbers[b.id], b.kind, b.text, marks)
        marked[b.id] = [m for m in marks if m != mark("quotation")]
    n = {b.id: b.n for b in document.blocks}
    for translation in document.translations:
        for t in translation.blocks:
            kind = TRANSLATION + translation.lang
            yield _block(t.block, TRANSLATED + n[t.block], numbers[t.block], kind, t.text, marked[t.block])


def _stored(text: str) -> str:
    """Replace characters that databases refuse, one by one; the stored document keeps them."""
    return well_formed(text).replace("\0", "\ufffd")


def _block(id: str, n: int, number: int, kind: str, text: str, marks: Any) -> PackedBlock:
    text = _stored(text)
    k = key(visible(text).text)
    found = tuple(prints(Letters(k).text).items()) if has_prints(kind) else ()
    return PackedBlock(
        id, n, number, kind, _difference(text, k), k, " ".join(grams(k)), " ".join(marks), found
    )


def has_prints(kind: str) -> bool:
    """Whether blocks of this kind are compared: words of the article itself, in its own language."""
    return kind not in (TITLE, "furniture") and not kind.startswith(TRANSLATION)


# Ranges of letters that form pairs, first and last code point: digits, a–z, kana, Han, Hangul, rare Han.
LETTERS = (
    (0x30, 0x39), (0x61, 0x7A), (0x3041, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0x20000, 0x3FFFF),
)  # fmt: skip


def _difference(text: str, key: str) -> str:
    """Return the difference between a text and its key: "", or offsets and characters, or the whole text.

    The whole text is stored if that is shorter, and if the text has invisible characters, which keys omit.
    """
    if text == key:
        return ""
    if len(text) != len(key):
        return _WHOLE + text
    made, at = list[str](), 0
    while at < len(text):
        end = at
        while end < len(text) and text[end] != key[end]:
            end += 1
        if end > at:
            made.append(f"{at}{_UNIT}{text[at:end]}{_UNIT}")
        at = end + 1
    short = "".join(made)
    return short if len(short) < len(text) and _UNIT not in text else _WHOLE + text


class Corrupt(ValueError):
    """A stored text was damaged."""


# Exceptions that damaged values raise when they are read.
UNREADABLE = (zlib.error, json.JSONDecodeError, UnicodeDecodeError, Corrupt)


def restored(key: str, difference: str) -> str:
    """Return the text with this key and difference.

    Raises:
        Corrupt: a NUL, which `_stored` never writes, shows that a page of the index was overwritten with
        zeros.
    """
    if "\0" in key or "\0" in difference:
        raise Corrupt("a text contains NUL")
    if not difference:
        return key
    if difference.startswith(_WHOLE):
        return difference[1:]
    parts, text = difference.split(_UNIT), key
    for at, words in zip(map(int, parts[:-1:2]), parts[1::2], strict=True):
        text = text[:at] + words + text[at + len(words) :]
    return text


_UNIT, _WHOLE = "\x1f", "\x1e"
_RUN = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in LETTERS) + "]+")


def grams(key: str) -> list[str]:
    """Return the sorted set of a key's characters and adjacent pairs of letters.

    Pairs with a punctuation mark would be many and are left out, since every search also checks the text.
    ASCII punctuation is left out because FTS5 splits tokens there.
    """
    found = {c for c in key if c > "\x7f" or c.isalnum()}
    for run in _RUN.findall(key):
        found.update(map("".join, pairwise(run)))
    return sorted(found)


def mark(kind: str, value: str = "") -> str:
    """Return the token of a filter: eight hexadecimal digits. Two may collide; searches check the tables."""
    return f"{zlib.crc32(f'{kind} {value}'.encode('utf-8', 'replace')):08x}"


def day_of(date: str) -> int:
    """Convert a date: 2024-03-05 to 20240305, 2024-03 to 20240300, 2024 to 20240000, others to 0."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", date)
    return int(f"{found[1]}{found[2] or '00'}{found[3] or '00'}") if found else 0


def last_day_of(date: str) -> int:
    """Convert a date to a number that no day of it exceeds: 2024-03 to 20240399."""
    day = day_of(date)
    return day + (9999 if day % 10000 == 0 else 99 if day % 100 == 0 else 0) if day else 0


def date_marks(day: int) -> tuple[str, ...]:
    """Return the marks of a day's year and month."""
    if not day:
        return ()
    year, month = day // 10000, day // 100
    return (mark("year", str(year)), mark("month", str(month)))


def marks_between(since: int, until: int) -> list[str]:
    """Return marks, one of which every article between these days has; [] for more than 60 years."""
    first, last = (since or 10000) // 10000, (until or 99999999) // 10000
    if last - first > 60:
        return []
    if first == last and since and until:
        months = range(since // 100 or first * 100, until // 100 + 1)
        # The mark of month 0 is for articles of which only the year is known.
        return [mark("month", str(m)) for m in months if m % 100 <= 12] + [mark("month", str(first * 100))]
    return [mark("year", str(year)) for year in range(first, last + 1)]


def summary(document: Document) -> dict[str, Any]:
    """Return the fields of an `ArticleEntry` as plain values."""
    quoted = {q.speaker for q in document.quotations if not q.ascribed}
    heard = [s for s in document.speakers if s.id in quoted]
    header = {k: _stored(v) if isinstance(v, str) else v for k, v in asdict(document.header).items()}
    # The list of a publication has an address, which an export uses as a file name.
    header["publication"] = "".join(
        c if c.isprintable() or c == "\u3000" else "\ufffd" for c in header["publication"]
    )
    return {
        "header": header,
        "revision": document.revision,
        "saved_at": document.saved_at,
        "title_cuts": list(document.title_cuts),
        "characters": sum(_length(b.text) for b in document.blocks if b.kind != "furniture"),
        "paragraphs": sum(b.kind == "paragraph" for b in document.blocks),
        "people": sum(s.kind == "person" for s in heard),
        "groups": sum(s.kind != "person" for s in heard),
        "terms": len({o.term for o in document.occurrences}),
    }


_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_OTHERS = re.compile("[A-Za-z0-9]+(?:[.,'’-][A-Za-z0-9]+)*")


def _length(text: str) -> int:
    """Count Han characters, and words of other scripts."""
    return sum(map(len, _HAN.findall(text))) + len(_OTHERS.findall(text))
