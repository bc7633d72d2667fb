"""Stand-off annotations to one nested tree, for HTML, TEI and EPUB alike.

Spans may nest and overlap in any way; a tree may not. What crosses the end of something already open
is cut there and goes on inside or after it, so that the tree's words are always exactly the text:

    text   他说，“五个中心建设”
    spans  quotation 4..10, term 4..8          -> 他说，“[quotation [term 五个中心]建设]”
    spans  term 2..6, quotation 4..10          -> the term in two parts, one outside and one inside
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.model import CELL, Span

NodeKind = Literal["text", "term", "name", "said", "mark", "ruby"]


@dataclass(frozen=True, slots=True)
class Node:
    """A stretch of text, plain or annotated.

    Attributes:
        kind: text (a leaf), term, name (words that name a speaker), said (a quotation), mark (a search
            hit, a focus), ruby (a word under its reading, which is the data).
        text: the words, for a leaf; "" otherwise.
        children: what the stretch holds, in order; () for a leaf.
        part: whole, or the first, middle or last part of a stretch that had to be cut.
        data: what the annotation points to; shape by kind, see `app.pages.views`.
    """

    kind: NodeKind
    text: str = ""
    children: tuple[Node, ...] = ()
    part: Literal["whole", "first", "middle", "last"] = "whole"
    data: Any = None

    @property
    def leaf(self) -> str:
        """The text of the one leaf that is all it holds; "" where it holds more."""
        children = self.children
        return children[0].text if len(children) == 1 else ""

    @property
    def words(self) -> str:
        """All the text in it."""
        return self.text if self.kind == "text" else "".join(child.words for child in self.children)


@dataclass(frozen=True, slots=True)
class Ruby:
    """How one word is read: a syllable for every character of the span."""

    span: Span
    syllables: tuple[str, ...]


# The outer comes first where two stretches are equal: a quotation holds a name holds a term.
_ORDER = {"said": 0, "mark": 1, "name": 2, "term": 3}


def inline(text: str, spans: Iterable[tuple[Span, NodeKind, Any]]) -> tuple[Node, ...]:
    """Nest annotations into the text they point at.

    Args:
        text: of one block.
        spans: where, of what kind, and the data to carry. Empty ones and those outside the text are left out.

    Returns:
        Nodes whose words, joined, are the text.
    """
    wanted = [
        (max(0, s.start), min(len(text), s.end), kind, data, i) for i, (s, kind, data) in enumerate(spans)
    ]
    wanted = sorted(
        (w for w in wanted if w[0] < w[1]), key=lambda w: (w[0], -w[1], _ORDER.get(w[2], 9), w[4])
    )

    def build(start: int, end: int, inside: list[tuple[int, int, str, Any, int]]) -> tuple[Node, ...]:
        nodes: list[Node] = []
        at, i = start, 0
        while i < len(inside):
            s, e, kind, data, key = inside[i]
            if at < s:
                nodes.append(Node("text", text[at:s]))
            if i + 1 == len(inside) or inside[i + 1][0] >= e:  # nothing in it, as in most
                leaf = Node("text", text[s:e])
                nodes.append(Node(kind, "", (leaf,), _part(s, e, full[key]), data))  # type: ignore[arg-type]
                at, i = e, i + 1
                continue
            inner: list[tuple[int, int, str, Any, int]] = []
            later: list[tuple[int, int, str, Any, int]] = []
            i += 1
            while i < len(inside) and inside[i][0] < e:
                other = inside[i]
                inner.append((other[0], min(other[1], e), *other[2:]))
                if other[1] > e:
                    later.append((e, *other[1:]))
                i += 1
            nodes.append(
                Node(kind, children=build(s, e, inner), part=_part(s, e, full[key]), data=data)  # type: ignore[arg-type]
            )
            at = e
            if later:
                rest = sorted(later + inside[i:], key=lambda w: (w[0], -w[1], _ORDER.get(w[2], 9), w[4]))
                inside, i = rest, 0
        if at < end:
            nodes.append(Node("text", text[at:end]))
        return tuple(nodes)

    full = {key: (s, e) for s, e, _, _, key in wanted}
    return build(0, len(text), wanted)  # type: ignore[arg-type]


def cells(nodes: Sequence[Node]) -> tuple[tuple[Node, ...], ...]:
    """The nodes of a table's row by cell; each cell but the last ends with CELL.

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
            made[-1] += [replace(node, children=inner)] if inner else []
    return tuple(map(tuple, made))


def _part(start: int, end: int, full: tuple[int, int]) -> Literal["whole", "first", "middle", "last"]:
    if (start, end) == full:
        return "whole"
    return "first" if start == full[0] else "last" if end == full[1] else "middle"


def with_readings(
    nodes: Sequence[Node], rubies: Sequence[Ruby], spell: Callable[[Sequence[str]], str]
) -> tuple[Node, ...]:
    """The same tree with its words under their readings; a word cut by an annotation has its in parts.

    Args:
        nodes: of one block, as `inline` made them.
        rubies: in order of the text, none overlapping another.
        spell: syllables to the reading of a word, or of its part.
    """
    at, i = 0, 0

    def leaf(text: str) -> Iterator[Node]:
        nonlocal at, i
        begin, start, end = at, at, at + len(text)
        at = end
        while i < len(rubies) and rubies[i].span.start < end:
            ruby = rubies[i]
            first, last = max(start, ruby.span.start), min(end, ruby.span.end)
            if start < first:
                yield Node("text", text[start - begin : first - begin])
            word = Node("text", text[first - begin : last - begin])
            reading = spell(ruby.syllables[first - ruby.span.start : last - ruby.span.start])
            yield Node("ruby", children=(word,), data=reading)
            start = last
            if ruby.span.end > end:
                return
            i += 1
        if start < end:
            yield Node("text", text[start - begin :])

    def walk(node: Node) -> Iterator[Node]:
        if node.kind == "text":
            yield from leaf(node.text)
        else:
            yield replace(node, children=tuple(n for child in node.children for n in walk(child)))

    return tuple(n for node in nodes for n in walk(node))
