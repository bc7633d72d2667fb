"""Converts annotations of a text to one nested tree, for HTML, TEI and EPUB.

Spans may overlap in any way. Where a span crosses the end of another one it is cut, so the tree is well
nested, and its leaves together are exactly the text:

    text   他说，“五个中心建设”
    spans  quotation 4..10, term 4..8          -> 他说，“[quotation [term 五个中心]建设]”
    spans  term 2..6, quotation 4..10          -> the term in two parts, one outside and one inside
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from msgspec import Struct, structs

from app.model import CELL, Span


class Node(Struct, frozen=True):
    """A part of a text, plain or annotated.

    Attributes:
        kind: text (a leaf), term, name (words that name a speaker), said (a quotation), mark (a search hit, a
            focus), ruby (a stretch whose words have readings; its data are the words as pairs with their
            readings, "" for words without one), or the `node` of an annotation.
        text: of a leaf; "" otherwise.
        children: the nodes inside, in order; () for a leaf.
        part: whole, or the first, middle or last part of an annotation that was cut.
        data: of the annotation; its type depends on the kind, see `app.pages.views`.
    """

    kind: str
    text: str = ""
    children: tuple[Node, ...] = ()
    part: Literal["whole", "first", "middle", "last"] = "whole"
    data: Any = None

    @property
    def leaf(self) -> str:
        """The text, if the node has one leaf only; else ""."""
        children = self.children
        return children[0].text if len(children) == 1 else ""

    @property
    def words(self) -> str:
        """The whole text of the node."""
        return self.text if self.kind == "text" else "".join(child.words for child in self.children)


class Ruby(Struct, frozen=True, gc=False):
    """The reading of a word: a syllable for every character of the span."""

    span: Span
    syllables: tuple[str, ...]


class Readings(Struct, frozen=True):
    """The readings of a block's words, as one short text: a line for each with its offset and syllables.

    An article has thousands of words: this takes a twentieth of the memory of as many objects, and makes a
    key that is quick to compare.
    """

    packed: str

    @classmethod
    def of(cls, rubies: Iterable[Ruby]) -> Readings:
        """The readings, in order."""
        return cls("\n".join(" ".join((str(r.span.start), *r.syllables)) for r in rubies))

    def __iter__(self) -> Iterator[Ruby]:
        for line in self.packed.split("\n") if self.packed else ():
            first, *syllables = line.split(" ")
            start = int(first)
            yield Ruby(Span(start, start + len(syllables)), tuple(syllables))

    def __bool__(self) -> bool:
        return bool(self.packed)


# The order of nesting of equal spans, from outside: a quotation contains a name, which contains a term. Other
# kinds are innermost.
_ORDER = {"said": 0, "mark": 1, "name": 2, "term": 3}


def inline(text: str, spans: Iterable[tuple[Span, str, Any]]) -> tuple[Node, ...]:
    """Nest annotations into their text.

    Args:
        text: of one block.
        spans: span, kind and data of each annotation; empty ones and those outside the text are ignored.

    Returns:
        Nodes whose words, joined, are the text.
    """
    wanted = [
        _Wanted(start, end, kind, data, i, Span(start, end))
        for i, (s, kind, data) in enumerate(spans)
        if (start := max(0, s.start)) < (end := min(len(text), s.end))
    ]
    return _build(text, 0, len(text), sorted(wanted, key=_nesting))


class _Wanted(NamedTuple):
    """An annotation, or a part of one, that is not nested yet; `whole` is the span before it was cut."""

    start: int
    end: int
    kind: str
    data: Any
    n: int
    whole: Span


def _nesting(w: _Wanted) -> tuple[int, int, int, int]:
    return w.start, -w.end, _ORDER.get(w.kind, 9), w.n


def _build(text: str, start: int, end: int, inside: Sequence[_Wanted]) -> tuple[Node, ...]:
    """The nodes of text[start:end]; `inside` is in the order of nesting."""
    nodes: list[Node] = []
    at, i = start, 0
    while i < len(inside):
        one = inside[i]
        if at < one.start:
            nodes.append(Node("text", text[at : one.start]))
        last = next((n for n in range(i + 1, len(inside)) if inside[n].start >= one.end), len(inside))
        others = inside[i + 1 : last]
        if others:
            inner = [other._replace(end=min(other.end, one.end)) for other in others]
            children = _build(text, one.start, one.end, inner)
        else:  # nearly all annotations contain no other
            children = (Node("text", text[one.start : one.end]),)
        nodes.append(Node(one.kind, "", children, _part(one), one.data))
        at, i = one.end, last
        if cut := [other._replace(start=one.end) for other in others if other.end > one.end]:
            inside, i = sorted([*cut, *inside[last:]], key=_nesting), 0
    if at < end:
        nodes.append(Node("text", text[at:end]))
    return tuple(nodes)


def cells(nodes: Sequence[Node]) -> tuple[tuple[Node, ...], ...]:
    """Split the nodes of a table's row by cell; each cell but the last ends with CELL.

    A node over several cells is cut.
    """
    made: list[list[Node]] = [[]]
    for node in nodes:
        if node.kind == "text":
            *ended, rest = node.text.split(CELL)
            for words in ended:
                made[-1].append(Node("text", words + CELL))
                made.append([])
            made[-1] += [Node("text", rest)] if rest else []
            continue
        for n, inner in enumerate(cells(node.children)):
            made += [[]] if n else []
            made[-1] += [structs.replace(node, children=inner)] if inner else []
    return tuple(map(tuple, made))


def _part(one: _Wanted) -> Literal["whole", "first", "middle", "last"]:
    if (one.start, one.end) == (one.whole.start, one.whole.end):
        return "whole"
    return "first" if one.start == one.whole.start else "last" if one.end == one.whole.end else "middle"


def with_readings(
    nodes: Sequence[Node], rubies: Sequence[Ruby], spell: Callable[[Sequence[str]], str]
) -> tuple[Node, ...]:
    """Add readings to a tree; the reading of a word that an annotation cuts is split too.

    Args:
        nodes: of one block, made by `inline`.
        rubies: in order, not overlapping.
        spell: joins the syllables of a word or a part of one.
    """
    at, i = 0, 0

    def leaf(text: str) -> Iterator[Node]:
        """One node for the words up to the next end of a table's cell: a page has thousands of words."""
        nonlocal at, i
        begin, start, end = at, at, at + len(text)
        at = end
        pairs: list[tuple[str, str]] = []
        while i < len(rubies) and (span := rubies[i].span).start < end:
            first, last = max(start, span.start), min(end, span.end)
            if start < first:
                between = text[start - begin : first - begin]
                if CELL in between:
                    yield from _read(pairs)
                    pairs = []
                    yield Node("text", between)
                else:
                    pairs.append((between, ""))
            reading = spell(rubies[i].syllables[first - span.start : last - span.start])
            pairs.append((text[first - begin : last - begin], reading))
            start = last
            if span.end > end:
                break
            i += 1
        yield from _read(pairs)
        if start < end:
            yield Node("text", text[start - begin :])

    def walk(node: Node) -> Iterator[Node]:
        if node.kind == "text":
            yield from leaf(node.text)
        else:
            yield structs.replace(node, children=tuple(n for child in node.children for n in walk(child)))

    return tuple(n for node in nodes for n in walk(node))


def _read(pairs: Sequence[tuple[str, str]]) -> Iterator[Node]:
    if pairs:
        text = "".join(word for word, _ in pairs)
        yield Node("ruby", children=(Node("text", text),), data=tuple(pairs))
