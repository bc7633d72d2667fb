"""The whole way from a text to its blocks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.i18n import mark
from app.model import Kind, Piece
from app.text.reflow.asides import CAPTION, as_row, find_asides
from app.text.reflow.asides import goes_on as byline_goes_on
from app.text.reflow.decide import decide
from app.text.reflow.joining import Joiner
from app.text.reflow.kinds import kinds_of
from app.text.reflow.languages import by_language
from app.text.reflow.lines import Line, Reader, labelled, read_lines, uncentred
from app.text.reflow.model import Decision, LineEnd, Reflowed
from app.text.reflow.survey import survey
from app.text.reflow.why import ASIDE_WORDS, sure, why_end, why_wrap


def reflow(text: str) -> Reflowed:
    """Find the true paragraphs of a text.

    Args:
        text: hard-wrapped, plain, or both in turn; any Unicode.

    Returns:
        Blocks of one line each. No character of the text is lost or added, except white space and hyphens at
        line ends. A text that is not wrapped gives a block for every line. The blocks, separated by blank
        lines, give the same blocks again.
    """
    lines = labelled(read_lines(text))
    if not lines:
        return Reflowed(False, (), ())
    join = Joiner(text, lines).join
    groups, ends = _blocks(lines)
    while True:
        # What has been joined is looked at again, until nothing more would be.
        read = Reader().line
        blocks = labelled(
            [read(k, join([lines[i].text for i in group]), int(k > 0), 0) for k, group in enumerate(groups)]
        )
        again, _ = _blocks(blocks)
        if len(again) == len(groups):
            break
        for group in again:
            for k in group[:-1]:
                ends[groups[k][-1]] = ("wrap", mark("再看一遍，两行相连"), 0.5)
        groups = [[i for k in group for i in groups[k]] for group in again]
    kinds = kinds_of(blocks)
    pieces: list[Piece] = []
    for kind, block, group in zip(kinds, blocks, groups, strict=True):
        text = as_row(block.text) if kind == "table" else block.text
        pieces.append(
            Piece(kind, text, (lines[group[0]].n, lines[group[-1]].n), 2 if kind == "heading" else 0)
        )
        if kind == "heading" and ends[group[-1]][0] == "end":
            ends[group[-1]] = ("heading", mark("短行，无句末标点，像标题"), ends[group[-1]][2])
    return Reflowed(
        any(len(group) > 1 for group in groups),
        tuple(pieces),
        tuple(LineEnd(line.n, *end) for line, end in zip(lines, ends, strict=True)),
    )


_End = tuple[Decision, str, float]


def _blocks(lines: Sequence[Line]) -> tuple[list[list[int]], list[_End]]:
    """The lines of each block, as indexes, and the decision about every line end."""
    asides = find_asides(lines)
    ends: list[_End] = [("aside", ASIDE_WORDS.get(aside or "", ""), 0.9) for aside in asides]
    goes_on = [False] * len(lines)  # this line is of one block with the line before it
    for at in by_language(lines, [i for i, aside in enumerate(asides) if not aside]):
        _decide_ends(lines, at, asides, ends, goes_on)
    for i in range(1, len(lines)):
        # A caption's second line is its credit.
        if asides[i] == "caption" and asides[i - 1] == "caption" and not CAPTION.match(lines[i].text):
            goes_on[i] = True
            ends[i - 1] = ("wrap", mark("图说未完"), 0.8)
        elif asides[i] == asides[i - 1] == "byline" and byline_goes_on(lines[i - 1].text, lines[i].text):
            goes_on[i] = True
            ends[i - 1] = ("wrap", mark("署名未完"), 0.8)
    groups: list[list[int]] = []
    for i, joined in enumerate(goes_on):
        if joined:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups, ends


def _decide_ends(
    lines: Sequence[Line],
    at: Sequence[int],
    asides: Sequence[Kind | None],
    ends: list[_End],
    goes_on: list[bool],
) -> None:
    """Decide about the ends of the lines at these indexes, which are a text of one language.

    A block ends where lines in another language follow.
    """
    flow = uncentred([lines[i] for i in at])
    widths, manners = survey(flow)
    for k, (i, j) in enumerate(pairwise(at)):
        if not all(asides[i + 1 : j]):
            widths[k] = 0
    states, ahead, _ = decide(flow, widths, manners)
    for k, (i, j) in enumerate(pairwise(at)):
        on = states[k + 1] in (1, 3)
        if on and j == i + 1:
            goes_on[j] = True
            ends[i] = ("wrap", why_wrap(flow[k], flow[k + 1], widths[k]), sure(-ahead[k]))
        elif on:
            ends[i] = ("torn", mark("文中插入版面文字，下文接续"), sure(-ahead[k]))
        elif not widths[k]:
            ends[i] = ("line", mark("此处未折行"), 0.9)
        else:
            ends[i] = ("end", why_end(flow[k], flow[k + 1], widths[k], manners[k]), sure(ahead[k]))
    ends[at[-1]] = ("end", mark("文末"), 1.0)


def kinds_alone(texts: Sequence[str]) -> list[Kind]:
    """The kinds of blocks of a format that tells blocks apart but not their kinds."""
    read = Reader().line
    return kinds_of(labelled([read(n, text, 1, 0) for n, text in enumerate(texts)]))
