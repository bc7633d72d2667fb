"""An article as TEI P5, for corpora: annotations inline, and again exactly in `standOff`.

Inline, crossing spans are cut, since a tree cannot hold them, and their pieces chained by `next` and `prev`.
In `standOff` every annotation is whole: a pointer to paragraph, first character and length.

Source: TEI Guidelines P5, 3.3 (quotation), 16.7 (fragmented elements), 17.10 (standOff), 4.12.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from msgspec import structs

from app import urls
from app.export.press import Press, runs_of
from app.model import Block, BlockId, Document, Occurrence, Quotation, Speaker, Term
from app.pages.translations import credit
from app.text.inline import Node, cells, inline
from app.text.terms.facts import dated

# Characters of ids that every edition of XML allows in a name: Latin letters, digits and Han.
_NAME = re.compile(r"[0-9A-Za-z.\-\u4e00-\u9fa5]")
_DIRECT = {"direct": "true", "indirect": "false", "mixed": "unknown"}


@dataclass(frozen=True, slots=True)
class Tag:
    """The element of a node, with its attributes."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A block: its id, its kind and the tree of its words."""

    id: BlockId
    kind: str
    nodes: tuple[Node, ...]


@dataclass(slots=True)
class Division:
    """The text below one heading: runs of blocks of one kind, then the divisions of lower level."""

    level: int
    head: Leaf | None = None
    leaves: list[Leaf] = field(default_factory=list)
    divisions: list[Division] = field(default_factory=list)

    @property
    def runs(self) -> Iterator[tuple[str, tuple[Leaf, ...]]]:
        """Its blocks; see `runs_of`."""
        return runs_of(self.leaves)


@dataclass(frozen=True, slots=True)
class StandOff:
    """An annotation in `standOff`: id, motivation, target, bodies, and the reason as a note."""

    key: str
    motivation: str
    target: str
    bodies: tuple[str, ...]
    note: str


def write(press: Press, document: Document, out: BinaryIO) -> None:
    """Header, text, glossary and annotations."""
    ids = dict.fromkeys(o.term for o in document.occurrences)
    terms = [t for id in ids if (t := press.knowledge.term(id))]
    divisions = _divisions(document, {t.id for t in terms})
    context = {
        "document": document,
        "header": document.header,
        "divisions": divisions,
        "speakers": [(name("s-", s.id), s) for s in document.speakers],
        "terms": [(name("t-", t.id), t, urls.absolute(press.base_url, urls.term(t.id))) for t in terms],
        "beside": _stand_off(document, terms),
    }
    out.write(press.xml("tei.xml", dated=dated, cells=cells, credit=credit, **context))


def name(prefix: str, id: str) -> str:
    """A unique XML name for an id: characters that no name can hold become their code in underscores."""
    return prefix + "".join(c if _NAME.fullmatch(c) else f"_{ord(c):x}_" for c in id)


def _divisions(document: Document, terms: Set[str]) -> list[Division]:
    """The blocks under their headings, headings under those of higher rank."""
    trees = _Trees(document, terms)
    top = Division(0)
    path = [top]
    for b in document.blocks:
        leaf = Leaf(b.id, b.kind, trees.of(b))
        if b.kind == "heading":
            level = max(1, b.level)
            while path[-1].level >= level:
                path.pop()
            path[-1].divisions.append(Division(level, head=leaf))
            path.append(path[-1].divisions[-1])
        else:
            path[-1].leaves.append(leaf)
    # The body may hold only divisions, so the text before the first heading is one too.
    lead = [Division(1, leaves=top.leaves)] if top.leaves or not top.divisions else []
    return lead + top.divisions


class _Trees:
    """The trees of one document's blocks, with ids that chain the pieces of one annotation."""

    def __init__(self, document: Document, terms: Set[str]) -> None:
        self._spans: dict[BlockId, list[tuple[Any, str, Any]]] = {}
        speakers = {s.id: s for s in document.speakers}
        said = {(q.block, q.span) for q in document.quotations}
        keys = _keys(document.quotations, "q")
        for q in document.quotations:
            self._add(q.block, q.span, "said", (keys[id(q)], _said(q, speakers)))
            if q.source and q.speaker in speakers:
                attributes = (("type", speakers[q.speaker].kind), ("ref", f"#{name('s-', q.speaker)}"))
                self._add(q.source.block, q.source.span, "name", ("", Tag("rs", attributes)))
        for m in document.quote_marks:
            if (m.block, m.span) not in said:
                self._add(m.block, m.span, "mark", ("", Tag("q", ())))
        keys = _keys(document.occurrences, "o")
        for o in document.occurrences:
            # An entry that was removed from the glossary is named without a pointer.
            attribute = ("ref", f"#{name('t-', o.term)}") if o.term in terms else ("key", str(o.term))
            self._add(o.block, o.span, "term", (keys[id(o)], Tag("term", (attribute,))))

    def _add(self, block: BlockId, span: Any, kind: str, data: Any) -> None:
        spans = self._spans.setdefault(block, [])
        # One person named once for two quotations is one mention.
        if (span, kind, data) not in spans:
            spans.append((span, kind, data))

    def of(self, block: Block) -> tuple[Node, ...]:
        """The tree of a block; page furniture is not the article's text and has no annotations."""
        nodes = inline(block.text, self._spans.get(block.id, ()) if block.kind != "furniture" else ())
        pieces: dict[str, int] = {}
        _count(nodes, pieces)
        return _tagged(nodes, pieces, {})


def _count(nodes: Sequence[Node], pieces: dict[str, int]) -> None:
    for node in nodes:
        if node.data and node.data[0]:
            pieces[node.data[0]] = pieces.get(node.data[0], 0) + 1
        _count(node.children, pieces)


def _tagged(nodes: Sequence[Node], pieces: Mapping[str, int], met: dict[str, int]) -> tuple[Node, ...]:
    """Nodes with their elements; the pieces of one annotation are chained."""
    made = []
    for node in nodes:
        tag = None
        if node.data:
            key, tag = node.data
            if key:
                n = met[key] = met.get(key, 0) + 1
                chain = [("xml:id", key if pieces[key] == 1 else f"{key}.{n}")]
                if n > 1:
                    chain.append(("prev", f"#{key}.{n - 1}"))
                if n < pieces[key]:
                    chain.append(("next", f"#{key}.{n + 1}"))
                tag = Tag(tag.name, (*chain, *tag.attributes))
        made.append(structs.replace(node, children=_tagged(node.children, pieces, met), data=tag))
    return tuple(made)


def _keys(items: Sequence[Occurrence] | Sequence[Quotation], letter: str) -> dict[int, str]:
    """An XML id for every annotation: block, letter of its kind, number in the block."""
    counts: dict[BlockId, int] = {}
    keys = {}
    for item in items:
        counts[item.block] = counts.get(item.block, 0) + 1
        keys[id(item)] = f"{item.block}-{letter}{counts[item.block]}"
    return keys


def _said(q: Quotation, speakers: Mapping[Any, Speaker]) -> Tag:
    who = (("who", f"#{name('s-', q.speaker)}"),) if q.speaker in speakers and q.speaker else ()
    sure = (("cert", f"{q.confidence:g}"),) if q.confidence < 1 else ()
    return Tag(
        "said", (*who, ("direct", _DIRECT[q.type]), ("aloud", "unknown"), ("ana", f"#{q.manner}"), *sure)
    )


def _stand_off(document: Document, terms: Sequence[Term]) -> tuple[StandOff, ...]:
    order = {b.id: b.n for b in document.blocks}
    speakers = {s.id: s for s in document.speakers}
    known = {t.id for t in terms}
    found: list[tuple[int, int, int, StandOff]] = []
    keys = _keys(document.quotations, "Q")
    for q in document.quotations:
        who = (f"#{name('s-', q.speaker)}",) if q.speaker in speakers and q.speaker else ()
        source = (_range(q.source.block, q.source.span.start, q.source.span.end),) if q.source else ()
        note = "；".join(x for x in (q.cue and f"引语词：{q.cue}", q.why) if x)
        made = StandOff(
            keys[id(q)],
            "describing",
            _range(q.block, q.span.start, q.span.end),
            (f"#{q.manner}", *who, *source),
            note,
        )
        found.append((order[q.block], q.span.start, -q.span.end, made))
    keys = _keys(document.occurrences, "O")
    for o in document.occurrences:
        if o.term in known:
            target = _range(o.block, o.span.start, o.span.end)
            made = StandOff(keys[id(o)], "identifying", target, (f"#{name('t-', o.term)}",), "")
            found.append((order[o.block], o.span.start, -o.span.end, made))
    return tuple(made for _, _, _, made in sorted(found, key=lambda f: f[:3]))


def _range(block: BlockId, start: int, end: int) -> str:
    """A span of a block as a TEI pointer: start and length in characters."""
    return f"#string-range({block},{start},{end - start})"
