"""Any annotations over any text make one tree, and its words are the text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.model import CELL, Span
from app.text.inline import Node, Ruby, cells, inline, with_readings

KINDS: tuple[str, ...] = ("said", "mark", "name", "term")
LETTER = {"said": "q", "mark": "m", "name": "n", "term": "t"}

Stretch = tuple[Span, str, Any]


def spell(nodes: tuple[Node, ...]) -> str:
    """A tree as one line: [q words], with + where a stretch was cut."""
    return "".join(
        n.text
        if n.kind == "text"
        else f"[{LETTER[n.kind]}{'' if n.part in ('whole', 'first') else '+'} {spell(n.children)}]"
        for n in nodes
    )


def tree(text: str, *spans: tuple[int, int, str]) -> str:
    return spell(inline(text, [(Span(s, e), kind, None) for s, e, kind in spans]))


def test_a_text_without_annotations_is_itself():
    assert tree("船停了") == "船停了"
    assert inline("", []) == ()


def test_stretches_beside_each_other():
    assert tree("船停了桥", (0, 1, "term"), (1, 3, "mark")) == "[t 船][m 停了]桥"


def test_a_term_stands_inside_a_quotation():
    assert tree("他说船停了", (2, 5, "said"), (2, 3, "term")) == "他说[q [t 船]停了]"


def test_of_two_equal_stretches_the_quotation_is_outside_and_the_term_inside():
    assert tree("船", (0, 1, "term"), (0, 1, "name"), (0, 1, "said")) == "[q [n [t 船]]]"


def test_what_crosses_an_end_is_cut_there():
    assert tree("北湾渡口停航", (0, 4, "term"), (2, 6, "said")) == "[t 北湾[q 渡口]][q+ 停航]"


def test_a_stretch_cut_twice_has_a_middle():
    text, spans = "北湾渡口停航", ((0, 3, "said"), (0, 2, "mark"), (1, 6, "term"))
    assert tree(text, *spans) == "[q [m 北[t 湾]][t+ 渡]][t+ 口停航]"
    parts: list[str] = []

    def walk(nodes: tuple[Node, ...]) -> None:
        for node in nodes:
            parts.extend([node.part] if node.kind == "term" else [])
            walk(node.children)

    walk(inline(text, [(Span(s, e), kind, None) for s, e, kind in spans]))
    assert parts == ["first", "middle", "last"]


def test_stretches_outside_the_text_and_empty_ones_are_left_out():
    assert tree("船", (1, 5, "term"), (0, 0, "said"), (-3, 0, "mark"), (4, 2, "name")) == "船"
    assert tree("船停", (1, 9, "term"), (-2, 1, "mark")) == "[m 船][t 停]"


SPANS = st.lists(
    st.tuples(st.builds(Span, st.integers(-2, 14), st.integers(-2, 14)), st.sampled_from(KINDS)), max_size=8
)


@given(st.text(max_size=12), SPANS)
def test_the_words_of_the_tree_are_the_text(text: str, spans: list[tuple[Span, str]]):
    nodes = inline(text, [(span, kind, n) for n, (span, kind) in enumerate(spans)])
    assert "".join(n.words for n in nodes) == text


@given(st.text(max_size=12), SPANS)
def test_every_annotation_covers_exactly_its_stretch(text: str, spans: list[tuple[Span, str]]):
    covered: dict[int, list[int]] = {n: [] for n in range(len(spans))}
    parts: dict[int, list[str]] = {n: [] for n in range(len(spans))}

    def walk(nodes: tuple[Node, ...], at: int) -> int:
        for node in nodes:
            if node.kind == "text":
                assert node.text and not node.children
                at += len(node.text)
                continue
            end = walk(node.children, at)
            assert end > at, "an annotation without words"
            covered[node.data] += range(at, end)
            parts[node.data].append(node.part)
            at = end
        return at

    assert walk(inline(text, [(s, kind, n) for n, (s, kind) in enumerate(spans)]), 0) == len(text)
    for n, (span, _) in enumerate(spans):
        assert covered[n] == list(range(max(0, span.start), min(len(text), span.end)))
        if len(parts[n]) == 1:
            assert parts[n] == ["whole"]
        elif parts[n]:
            assert parts[n] == ["first", *["middle"] * (len(parts[n]) - 2), "last"]


@given(st.text(min_size=1, max_size=12), SPANS)
def test_no_two_texts_stand_beside_each_other(text: str, spans: list[tuple[Span, str]]):
    def check(nodes: tuple[Node, ...]) -> None:
        kinds = [n.kind for n in nodes]
        assert all(pair != ("text", "text") for pair in pairwise(kinds))
        for node in nodes:
            check(node.children)

    check(inline(text, [(s, kind, None) for s, kind in spans]))


def test_hundreds_of_annotations_one_inside_the_other():
    text = "船" * 400
    nodes = inline(text, [(Span(n, 400), "said", n) for n in range(200)])
    assert "".join(n.words for n in nodes) == text


def ruby_line(nodes: tuple[Node, ...]) -> str:
    """A tree as one line, words with their readings: 船(chuán)."""
    return "".join(
        n.text
        if n.kind == "text"
        else "".join(f"{word}({read})" if read else word for word, read in n.data)
        if n.kind == "ruby"
        else f"[{LETTER[n.kind]} {ruby_line(n.children)}]"
        for n in nodes
    )


def rubies(*words: tuple[int, str]) -> list[Ruby]:
    return [Ruby(Span(at, at + len(s.split())), tuple(s.split())) for at, s in words]


def test_words_stand_under_their_readings():
    nodes = inline("去渡口，走", [(Span(1, 3), "term", None)])
    read = with_readings(nodes, rubies((0, "qù"), (1, "dù kǒu"), (4, "zǒu")), "".join)
    assert ruby_line(read) == "去(qù)[t 渡口(dùkǒu)]，走(zǒu)"


def test_a_word_that_an_annotation_cuts_is_read_in_parts():
    nodes = inline("去渡口", [(Span(0, 2), "said", None)])
    assert ruby_line(with_readings(nodes, rubies((1, "dù kǒu")), "".join)) == "[q 去渡(dù)]口(kǒu)"


def test_readings_leave_the_cells_of_a_row_apart():
    nodes = inline(CELL.join(("去", "渡口", "走")), [])
    read = with_readings(nodes, rubies((0, "qù"), (2, "dù kǒu"), (5, "zǒu")), "".join)
    assert [ruby_line(cell) for cell in cells(read)] == [f"去(qù){CELL}", f"渡口(dùkǒu){CELL}", "走(zǒu)"]


@given(
    st.text("船桥，a", max_size=12),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from(KINDS)), max_size=5),
    st.lists(st.integers(1, 4), max_size=12),
)
def test_readings_change_no_word_of_the_tree(text, spans, lengths):
    nodes = inline(text, [(Span(s, e), kind, None) for s, e, kind in spans])
    words, at = [], 0
    for length in lengths:
        if at + length <= len(text):
            words.append(Ruby(Span(at, at + length), tuple(text[at : at + length])))
        at += length + 1
    read = with_readings(nodes, words, "".join)
    assert "".join(n.words for n in read) == text
    assert "".join(found(read)) == "".join("".join(r.syllables) for r in words)


def found(nodes: tuple[Node, ...]) -> Iterator[str]:
    for n in nodes:
        if n.kind == "ruby":
            yield from (read for _, read in n.data)
        yield from found(n.children)
