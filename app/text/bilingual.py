"""Aligns the paragraphs of a translation with those of the Chinese text.

A dynamic program over both texts in order finds the likeliest sequence of beads: one paragraph for one, two
for one, one for two, or one without a counterpart. Lengths (Gale and Church, 1993), figures, Latin words, the
English names of glossary terms and the kind of paragraph decide. The confidence of a bead is its probability
over all alignments.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.model import CELL, Document, Piece, Term, TermId
from app.text.dates import numeral
from app.text.translation import Words, folded, names, pattern

# What a translation should have: a name or figure, or one of these stems.
Hint = str | frozenset[str]
# From Chinese words to the stems of their English meanings.
Glosses = Callable[[Collection[str]], Mapping[str, frozenset[str]]]
# Below this probability an editor has to look.
UNSURE = 0.95
# Letters of English for one Chinese character, and the spread of that ratio.
_RATIO, _SPREAD = 3.4, 1.0
# Costs of the beads that are not one to one, in nats.
_TWO, _NONE = 3.5, 4.5
# The cost of translating furniture.
_NEVER = 1000.0
# What a hint found in the paragraph is worth, and what a hint that is missing costs.
_FOUND, _MISSING = 2.0, 0.8
_KIND = 1.5
# What numbers at the head of both sides are worth: Article 4 for 第四条, (2) for （二）.
_NUMBERED = 4.0
# The least evidence that a block and a paragraph can have.
_FLOOR = -8.0
# Nats by which a pair out of order has to fit better than the pairs that it replaces.
_MOVED = 3.0
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_LETTER = re.compile(r"[^\W\d_\u3400-\u9fff\U00020000-\U0003ffff]")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
# The head of a column.
_COLUMN = re.compile(
    "中文|原文|[汉漢][语語文]|[华華][语語文]|英[文语語]|[译譯]文|chinese|english|original|source|target|translation",
    re.I,
)
# Words that tell the languages of translations apart.
_COMMON = {
    "en": "the of and to in is that was for with",
    "fr": "le la les des et dans est une que du",
    "de": "der die das und den nicht ist ein mit von",
    "es": "el los las del y que una por con es",
    "pt": "o os as do da dos e que uma não",
    "it": "il gli di che è una della sono per nel",
    "ru": "и в на не что с по это из как",
}
_SENTENCE_END = re.compile(r"(?<=[.!?])[”’\"')]*\s+(?=[A-Z“‘\"'(])")


@dataclass(frozen=True, slots=True)
class Bead:
    """Chinese blocks and the paragraphs that translate them; one side may be empty.

    Attributes:
        blocks, paragraphs: indices, rising.
        sure: probability, 0 to 1.
        moved: the paragraph was found out of order.
    """

    blocks: tuple[int, ...]
    paragraphs: tuple[int, ...]
    sure: float
    moved: bool = False


def separate(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]] | None:
    """Take a bilingual text apart: Chinese pieces, and those in the other language; None if it is not one.

    The languages alternate by paragraphs, follow each other, or are the two columns of a table. Furniture and
    pieces without words stay with the Chinese.
    """
    halves, rows = list[tuple[Piece, bool]](), False
    for piece in pieces:
        if not rows and _heads_columns(piece):
            continue
        if (cells := _two_languages(piece)) is None:
            wordless = piece.kind == "furniture" or not _LETTER.search(piece.text)
            halves.append((piece, wordless or is_chinese(piece.text)))
        else:
            rows, kind = True, "paragraph" if piece.kind == "table" else piece.kind
            halves += ((Piece(kind, c, piece.lines, piece.level), is_chinese(c)) for c in cells)
    chinese = tuple(p for p, han in halves if han)
    other = tuple(p for p, han in halves if not han)
    few = min(len(chinese), sum(len(_LETTER.findall(p.text)) > 3 for p in other))
    letters = sum(len(_LETTER.findall(p.text)) for p in other)
    han = sum(len(_HAN.findall(p.text)) for p in chinese)
    enough = few >= 2 and 0.4 * len(chinese) <= len(other) <= 2.5 * len(chinese)
    return (chinese, other) if enough and letters > 1.2 * han else None


def _heads_columns(piece: Piece) -> bool:
    cells = piece.text.split(CELL)
    return len(cells) > 1 and any(_COLUMN.fullmatch(cell.strip()) for cell in cells)


def _two_languages(piece: Piece) -> tuple[str, str] | None:
    """The Chinese cell of a row and the one in another language, in their order; cells without letters go.

    Importers call a long row a paragraph or a list; its cells are still separate.
    """
    runs = list[tuple[bool, list[str]]]()
    for cell in piece.text.split(CELL):
        if not _HAN.search(cell) and not _LETTER.search(cell):
            continue
        if runs and runs[-1][0] == is_chinese(cell):
            runs[-1][1].append(cell.strip())
        else:
            runs.append((is_chinese(cell), [cell.strip()]))
    return (CELL.join(runs[0][1]), CELL.join(runs[1][1])) if len(runs) == 2 else None


def language_of(pieces: Sequence[Piece]) -> str:
    """The language of a translation, by its commonest words; "en" if they do not tell."""
    words = Counter(w for p in pieces for w in re.findall(r"[^\W\d_]+", p.text.lower()))
    return max(_COMMON, key=lambda lang: sum(words[w] for w in _COMMON[lang].split()))


def is_chinese(text: str) -> bool:
    """Whether more of a text is Chinese than Latin, by the room that the characters take."""
    return len(_HAN.findall(text)) * 3 > len(_LETTER.findall(text))


class Aligner:
    """Aligns the paragraphs of a translation with the blocks of a document.

    Args:
        document: the Chinese text, annotated.
        terms: the glossary.
        paragraphs: of the translation.
        glosses: gives stems of the English meanings of Chinese words; None without a dictionary.
    """

    def __init__(
        self,
        document: Document,
        terms: Mapping[TermId, Term],
        paragraphs: Sequence[Piece],
        glosses: Glosses | None = None,
    ) -> None:
        self.revision = document.revision
        self.blocks = document.blocks
        self.paragraphs = paragraphs
        self.folded = [folded(p.text) for p in paragraphs]
        self.stems = [stems(p.text) for p in paragraphs]
        self.numbers = [number_of(p.text) for p in paragraphs]
        self.hints = _hints(document, terms, glosses)
        self.han = [_size(b.text) for b in document.blocks]
        self.letters = [len(p.text) for p in paragraphs]
        ratio = sum(self.letters) / max(1, sum(self.han))
        self.ratio = min(5.0, max(2.0, (ratio + _RATIO) / 2))
        self._rare: dict[Hint, float] = {}
        self._seen: dict[tuple[int, tuple[int, ...]], float] = {}

    def beads(self) -> tuple[Bead, ...]:
        """The alignment, in the order of the Chinese."""
        beads = _with_moved(_likeliest(self, len(self.blocks), len(self.paragraphs)), self)
        return tuple(replace(b, sure=min(b.sure, 0.5)) if self.doubted(b) else b for b in beads)

    def placed(self, beads: Sequence[Bead]) -> tuple[Words, ...]:
        """The words for each block; a paragraph that translates two blocks is divided between sentences."""
        found = list[Words]()
        for bead in beads:
            ids = [self.blocks[i].id for i in bead.blocks]
            text = " ".join(self.paragraphs[j].text.strip() for j in bead.paragraphs)
            if not ids or not text:
                continue
            unsure = bead.moved or bead.sure < UNSURE
            parts = self.divided(bead.blocks, text) if len(ids) > 1 else (text,)
            for id, part in zip(ids, parts, strict=False):
                found.append(Words(id, part, self.revision, unsure=unsure))
        return tuple(found)

    def cost(self, blocks: Sequence[int], paragraphs: Sequence[int]) -> float:
        """The cost in nats; smaller is better."""
        if any(self.blocks[i].kind == "furniture" for i in blocks):
            return _NEVER
        han = sum(self.han[i] for i in blocks) or 1
        letters = sum(self.letters[j] for j in paragraphs) or 1
        wanted = self.ratio * han
        z = (letters - wanted) / math.sqrt(_SPREAD * self.ratio * (wanted + letters) + 25)
        length = min(8.0, z * z / 2)
        evidence = sum(self._evidence(i, tuple(paragraphs)) for i in blocks)
        return length - evidence + _TWO * (len(blocks) + len(paragraphs) - 2)

    def _evidence(self, i: int, paragraphs: tuple[int, ...]) -> float:
        """What speaks for paragraphs translating a block: figures, names, words, the kind."""
        if (i, paragraphs) not in self._seen:
            found = 0.0
            for hint in self.hints[i]:
                has = any(self._has(j, hint) for j in paragraphs)
                found += self._weight(hint) if has else -_MISSING
            asks = any(_asks(self.paragraphs[j].text) for j in paragraphs)
            found += _KIND * (1 if asks else -1) if _asks(self.blocks[i].text) else -_KIND * asks
            found = min(12.0, max(_FLOOR, found))
            found += _numbered(number_of(self.blocks[i].text), self.numbers[paragraphs[0]])
            if self.blocks[i].kind == "heading":
                found += _KIND if looks_heading(self.paragraphs[paragraphs[0]]) else -_KIND
            self._seen[i, paragraphs] = found
        return self._seen[i, paragraphs]

    def _has(self, j: int, hint: Hint) -> bool:
        if not isinstance(hint, str):
            return not hint.isdisjoint(self.stems[j])
        if hint[0].isdigit():
            return re.search(rf"(?<![\d.,]){re.escape(hint)}(?![\d])", self.folded[j]) is not None
        return pattern(hint).search(self.folded[j]) is not None

    def _weight(self, hint: Hint) -> float:
        """A hint that many paragraphs have is worth less."""
        if hint not in self._rare:
            having = sum(self._has(j, hint) for j in range(len(self.paragraphs)))
            self._rare[hint] = _FOUND * (1 - math.log(max(1, having)) / math.log(len(self.paragraphs) + 2))
        return self._rare[hint]

    def doubted(self, bead: Bead) -> bool:
        """Whether nothing of the blocks is in their paragraphs, but some of it is in others."""
        if not bead.blocks or not bead.paragraphs:
            return False
        hints = [h for i in bead.blocks for h in self.hints[i]]
        others = [j for j in range(len(self.paragraphs)) if j not in bead.paragraphs]
        return not any(self._has(j, h) for j in bead.paragraphs for h in hints) and (
            sum(any(self._has(j, h) for j in others) for h in hints) > 1
        )

    def divided(self, blocks: Sequence[int], text: str) -> tuple[str, ...]:
        """A paragraph that translates two blocks, divided at the end of a sentence where it fits best."""
        first, second = blocks[0], blocks[-1]
        share = self.han[first] / max(1, self.han[first] + self.han[second])
        ends = [m.end() for m in _SENTENCE_END.finditer(text)]
        if not ends:
            return (text,)

        def fit(end: int) -> float:
            left, right = stems(text[:end]), stems(text[end:])
            wrong = sum(_only_in(h, right, left) for h in self.hints[first])
            wrong += sum(_only_in(h, left, right) for h in self.hints[second])
            return abs(end / len(text) - share) * 10 + wrong

        end = min(ends, key=fit)
        return text[:end].strip(), text[end:].strip()


def _only_in(hint: Hint, here: frozenset[str], there: frozenset[str]) -> bool:
    words = stems(hint) if isinstance(hint, str) else hint
    return not words.isdisjoint(here) and words.isdisjoint(there)


def _hints(document: Document, terms: Mapping[TermId, Term], glosses: Glosses | None) -> list[list[Hint]]:
    """For each block what its translation should have.

    Figures, Latin words, the names of terms, and one of the meanings of every word of two characters.
    """
    place = {b.id: i for i, b in enumerate(document.blocks)}
    found: list[dict[Hint, None]] = [dict.fromkeys(_figures(b.text)) for b in document.blocks]
    for b in document.blocks:
        found[place[b.id]] |= dict.fromkeys(w for w in _WORD.findall(b.text) if len(w) > 1)
    for o in document.occurrences:
        if term := terms.get(o.term):
            found[place[o.block]] |= dict.fromkeys(names(term)[:1])
    if glosses:
        words = [
            [w for w in (b.text[i:k] for i, k in pairwise((0, *ends))) if len(_HAN.findall(w)) > 1]
            for b, ends in zip(document.blocks, document.cuts, strict=True)
        ]
        meaning = glosses({w for some in words for w in some})
        for i, some in enumerate(words):
            found[i] |= {meaning[w]: None for w in some if meaning.get(w)}
    return [list(hints) for hints in found]


def stems(text: str) -> frozenset[str]:
    """The words of a text, cut off after five letters to leave endings out."""
    return frozenset(w.lower()[:5] for w in _WORD.findall(text) if len(w) > 2)


def _figures(text: str) -> list[str]:
    """The figures that a translation keeps; 万 and 亿 change them, a month becomes a word."""
    return [
        m.group()
        for m in _FIGURE.finditer(text)
        if text[m.end() : m.end() + 1] not in ("万", "亿", "月", "千", "百")
    ]


def _asks(text: str) -> bool:
    """Whether a text ends with a question."""
    return text.rstrip("”’\"') ")[-1:] in ("?", "？")


_ORDERED = re.compile(
    r"(?:第|(?P<part>article|chapter|section)\s+)"
    r"(?:(?P<zh>[一二三四五六七八九十]{1,3})|(?P<n>\d{1,3})|(?P<roman>[ivx]{1,6}))"
    r"(?:(?P<of>[条條章节節])|(?(part)\b|[，,、：:]))"
    r"|[（(]?(?:(?P<items>[一二三四五六七八九十]{1,3})(?:[）)、]|[，,是])|(?P<digits>\d{1,2})(?:[)）、]|[.．](?!\d)))"
    r"|(?P<word>first|second|third|fourth|fifth)(?:ly)?,",
    re.I,
)
_PARTS = {"article": "条", "條": "条", "chapter": "章", "section": "节", "節": "节"}
_ROMAN = {"i": 1, "v": 5, "x": 10}
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def number_of(text: str) -> tuple[str, int]:
    """The part and number at the head of a paragraph, such as ("章", 4) and ("", 2); 0 without."""
    found = _ORDERED.match(text.strip())
    if not found:
        return "", 0
    part = (found["part"] or found["of"] or "").lower()
    part = _PARTS.get(part, part)
    if zh := found["zh"] or found["items"]:
        return part, numeral(zh)
    if roman := found["roman"]:
        values = [_ROMAN[c] for c in roman.lower()]
        return part, sum(-v if v < after else v for v, after in pairwise((*values, 0)))
    if word := found["word"]:
        return part, _ORDINALS.index(word.lower()) + 1
    return part, int(found["digits"] or found["n"])


def _numbered(ours: tuple[str, int], theirs: tuple[str, int]) -> float:
    if not ours[1] or not theirs[1]:
        return 0.0
    if ours[1] != theirs[1]:
        return -_NUMBERED
    return _NUMBERED if ours == theirs else -_NUMBERED / 2


def _size(text: str) -> int:
    """The length of a Chinese text: characters, and a third of its Latin letters."""
    return len(_HAN.findall(text)) + len(_LETTER.findall(text)) // 3 + 1


def looks_heading(piece: Piece) -> bool:
    """Whether a paragraph of a translation is a heading: it is short and ends without a mark."""
    return piece.kind == "heading" or (len(piece.text) < 110 and piece.text[-1:] not in ".!?”\"’'):;,")


# Sizes of the sides of a bead, and the fixed cost of one with an empty side.
_SHAPES = ((1, 1), (1, 2), (2, 1), (1, 0), (0, 1))


def _likeliest(aligner: Aligner, n: int, m: int) -> list[Bead]:
    """The best path, and for each of its beads the probability over all paths."""
    band = max(12.0, abs(n - m) + 0.15 * max(n, m))

    def inside(i: int, j: int) -> bool:
        return abs(i * (m / max(1, n)) - j) <= band

    steps = dict[tuple[int, int], list[tuple[tuple[int, int], float]]]()
    for i in range(n + 1):
        for j in range(m + 1):
            if inside(i, j):
                steps[i, j] = [
                    ((i - a, j - b), _step_cost(aligner, i, j, a, b))
                    for a, b in _SHAPES
                    if i >= a and j >= b and inside(i - a, j - b)
                ]
    forward, best = {(0, 0): 0.0}, {(0, 0): 0.0}
    back = dict[tuple[int, int], tuple[int, int]]()
    for at, ways in steps.items():
        known = [(where, cost) for where, cost in ways if where in forward]
        if known:
            forward[at] = _log_sum([forward[where] - cost for where, cost in known])
            best[at], back[at] = min((best[where] + cost, where) for where, cost in known)
    backward = {(n, m): 0.0}
    for at in reversed(steps):
        if at in backward:
            for where, cost in steps[at]:
                value = backward[at] - cost
                backward[where] = _log_sum([backward[where], value]) if where in backward else value
    beads, at, total = list[Bead](), (n, m), forward.get((n, m), 0.0)
    while at in back:
        where = back[at]
        cost = next(cost for w, cost in steps[at] if w == where)
        sure = math.exp(min(0.0, forward[where] - cost + backward[at] - total))
        beads.append(Bead(tuple(range(where[0], at[0])), tuple(range(where[1], at[1])), round(sure, 3)))
        at = where
    return beads[::-1]


def _step_cost(aligner: Aligner, i: int, j: int, a: int, b: int) -> float:
    if a and b:
        return aligner.cost(range(i - a, i), range(j - b, j))
    return 0.0 if a and aligner.blocks[i - 1].kind == "furniture" else _NONE


def _log_sum(values: Sequence[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values))


def _with_moved(beads: Sequence[Bead], aligner: Aligner) -> tuple[Bead, ...]:
    """Join blocks and paragraphs that fit each other far better than their neighbours in the order.

    Looks at beads with an empty side and at pairs that fit badly: an order kept by force.
    """
    fit = {n: _fit(bead, aligner) for n, bead in enumerate(beads)}
    odd = [n for n, cost in fit.items() if cost > 0 and len(beads[n].blocks + beads[n].paragraphs) <= 2]
    pairs = sorted(
        (aligner.cost((i,), (j,)), n, m)
        for n in odd
        for m in odd
        for i in beads[n].blocks
        for j in beads[m].paragraphs
        if n != m
    )
    to, used = dict[int, int](), set[int]()
    for cost, n, m in pairs:
        if cost < min(0.0, fit[n] - _MOVED, fit[m] - _MOVED) and n not in to and m not in used:
            to[n] = m
            used.add(m)
    made = list[Bead]()
    for n, bead in enumerate(beads):
        if n in to:
            made.append(Bead(bead.blocks, beads[to[n]].paragraphs, 0.5, moved=True))
        elif n in used and bead.blocks:
            made.append(replace(bead, paragraphs=()))
        elif n not in used:
            made.append(bead)
        if n in to and n not in used and bead.paragraphs:
            made.append(Bead((), bead.paragraphs, 0.5))
    return tuple(made)


def _fit(bead: Bead, aligner: Aligner) -> float:
    if not bead.blocks or not bead.paragraphs:
        return _NONE
    return aligner.cost(bead.blocks, bead.paragraphs)
