"""Who said what: the quotations of an article, how far they go, their type and their speakers.

The work goes through an article's blocks in order and needs no dictionary of names. `passages` masks each
block, so that a sentence has a plain shape; `cues` finds the verbs of saying and the words before them that
name a source; `cast` knows who is who. Here a cue's content is given its extent and its type, and words in
marks that no cue claims are given to the person who is speaking.

A worked example: 贺兰亭说，水位正在回落。堤坝没有危险。“请大家放心。”记者看到，闸门已经打开。

1. Its sentences: 贺兰亭说，水位正在回落。 | 堤坝没有危险。 | “■■■■■▪” | 记者看到，闸门已经打开。
2. 说 is followed by a comma, and 贺兰亭 before it is a surname with two more characters: a person.
3. Content begins after the comma. The next sentence has no verb of saying and no sign of the narrator, so it
   is still reported: one indirect quotation, 水位正在回落。堤坝没有危险。
4. The third sentence is nothing but marks with a full stop inside: spoken words; only 贺兰亭 is
   speaking in this paragraph, so they are hers: a direct quotation.
5. 记者 opens the fourth sentence: the narrator again.

Direct, indirect and mixed quotations with source, cue and content are those of the Penn SpeakerIndex
Relations Corpus (PARC 3.0). Offsets count code points of the block's own text. The work is linear in the
length of the text: every step looks at a bounded stretch around a verb or a mark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.model import OWN_WORDS, Author, Block, BlockId, Mention, Person, Quotation, QuoteMark, Speaker
from app.text.folding import Visible, normalize, visible
from app.text.quotes.ascribed import find_ascribed
from app.text.quotes.author import NamedAuthor, find_author
from app.text.quotes.cast import Cast
from app.text.quotes.cue import TELLER, Cue
from app.text.quotes.cues import Finder
from app.text.quotes.genre import NEWS, Kind, genre_of, heard_in
from app.text.quotes.paragraph import THIS_SAID, Paragraph
from app.text.quotes.passages import Passage, prepare
from app.text.quotes.people import identify
from app.text.quotes.statement import Statement
from app.text.quotes.turns import find_turns

# A paragraph that the author tells of himself: 我常去…, 那年冬天，我…, “…？”我问他。
_TOLD_BY_ME = re.compile(
    "(?:[^，。；：！？“”]{0,8}，|“[^”]*”|那[年天时]|[当今去前同]年|当时|小时候)?" + TELLER.pattern
)


@dataclass(frozen=True, slots=True)
class SpeakerIndex:
    """Who says what in one article: speakers in the order they first speak, quotations in text order.

    Attributes:
        quote_marks: the inside of every pair of quotation marks, nested ones too: is it speech?
        author: the person whose own words the whole text is, None if no one is named.
        kind: the kind of the text, and the sign that tells.
    """

    speakers: tuple[Speaker, ...]
    quotations: tuple[Quotation, ...]
    quote_marks: tuple[QuoteMark, ...]
    author: Author | None = None
    kind: Kind = NEWS


def attribute(
    blocks: Sequence[Block],
    *,
    title: str = "",
    byline: str = "",
    people: Sequence[Person] = (),
    folded: Sequence[str] = (),
) -> SpeakerIndex:
    """Find every quotation of an article and who said it.

    Args:
        blocks: the article's blocks in order. Quotations are looked for in prose and headings, quotation
            marks everywhere.
        title: the headline, which may name who answers or whose words the text is.
        byline: the author that the front matter gives.
        people: the known people. A speaker is joined to one by name or alias, unless the offices contradict
            each other; then they stay apart and `Speaker.doubt` says so.
        folded: the normalized texts of the blocks, if the caller has them.

    Returns:
        Speakers, quotations and marks. A quotation whose source is not known has speaker None.
    """
    shown = {block.id: visible(block.text) for block in blocks}
    if any(sight.places for sight in shown.values()):
        seen = [replace(block, text=shown[block.id].text) for block in blocks]
        return _in_whole_texts(attribute(seen, title=title, byline=byline, people=people), shown)
    folded = folded or [normalize(block.text) for block in blocks]
    passages = [prepare(n, block, text) for n, (block, text) in enumerate(zip(blocks, folded, strict=True))]
    cast = Cast(passages)
    statements, kind, found = _read(passages, cast, title, byline)
    entities = list(dict.fromkeys(s.entity for s in statements if s.entity is not None))
    cast.collect_roles(entities)
    joined = dict(zip(entities, identify(entities, people), strict=True))
    author = None
    if found is not None:
        same = cast.known.get(normalize(found.name))
        speaker = joined[same].id if same in joined else None
        author = Author(found.name, found.role, speaker)
    return SpeakerIndex(
        tuple(e.speaker(joined[e]) for e in entities),
        tuple(s.quotation(joined[s.entity].id if s.entity else None) for s in statements),
        tuple(QuoteMark(p.id, *pair, pair in p.speech) for p in passages for pair in p.pairs),
        author,
        kind,
    )


def _in_whole_texts(found: SpeakerIndex, shown: Mapping[BlockId, Visible]) -> SpeakerIndex:
    """Move the findings from the visible texts to the whole ones."""

    def whole(q: Quotation) -> Quotation:
        source = q.source and q.source.moved(shown[q.source.block].whole(q.source.span))
        inferred = None if q.inferred_from is None else shown[q.block].at(q.inferred_from)
        return replace(q.moved(shown[q.block].whole(q.span)), source=source, inferred_from=inferred)

    marks = tuple(m.moved(shown[m.block].whole(m.span)) for m in found.quote_marks)
    return replace(found, quotations=tuple(map(whole, found.quotations)), quote_marks=marks)


def _read(
    passages: list[Passage], cast: Cast, title: str, byline: str
) -> tuple[list[Statement], Kind, NamedAuthor | None]:
    """All quotations of the article in order, its kind and its author."""
    finder = Finder(cast)
    finder.told_by_me = any(_TOLD_BY_ME.match(p.plain) for p in passages if p.readable and not p.heading)
    cast.meet(finder.speaking)
    finder.subjects.forget()
    turns, askers = find_turns(passages, finder.subjects, title)
    kind = genre_of(passages, title, turns, askers)
    author = find_author(passages, finder.subjects, title, byline, kind.genre)
    own = normalize(author.name if author else "") if kind.genre in OWN_WORDS else None
    found: list[Statement] = []
    carried: Statement | None = None  # its quotation is not closed yet
    for p in passages:
        if not p.readable or not p.plain:
            continue
        if carried and not _continues(passages, p):
            carried = None
        before = found[-1] if found else None
        paragraph = Paragraph(finder, p, before, author=own)
        if turn := turns.get(p.n):
            found += sorted(paragraph.read_turn(turn), key=lambda s: (s.start, -s.end))
            carried = None
            continue
        statements = paragraph.read(carried)
        found += sorted(statements, key=lambda s: (s.start, -s.end))
        if p.runs_on and statements and max(s.end for s in statements) == len(p.raw):
            carried = statements[-1]
        elif p.runs_in is not None:
            carried = None
    for n, earlier in reversed(list(enumerate(found))):
        if earlier.entity is None and earlier.cue is None and earlier.passage.n + 1 < len(passages):
            following = found[n + 1] if n + 1 < len(found) else None
            _spoke_this(finder, passages[earlier.passage.n + 1], earlier, following)
    for a in find_ascribed(passages, found, finder):
        source = Mention(a.passage.id, *a.source) if a.source else None
        st = Statement(a.passage, a.start, a.end, a.type, a.entity, a.cue, source, a.why, a.sure)
        st.ascribed = True
        found.append(st)
    found = heard_in(kind.genre, passages, found)
    if any(st.entity for st in found):
        finder.catch_up()  # it may know other forms of their names
    return sorted(found, key=lambda st: (st.passage.n, st.start, -st.end)), kind, author


def _spoke_this(finder: Finder, p: Passage, earlier: Statement, following: Statement | None) -> None:
    """Give an unclaimed quotation to the speaker whom the next paragraph names or begins with."""
    finder.catch_up()
    m = THIS_SAID.match(p.plain)
    if m and (who := finder.subjects.describe(m["who"])):
        cue = Cue(m.start(), m.start(), m.start(), "final", "说", 0, who, m.start("who"), "下段交代")
        earlier.entity = finder.cast.resolve(who, cue.at, p, None)
        earlier.cue, earlier.why, earlier.sure = "说", "下段交代说话人", 0.85
        return
    if following is not None and following.passage is p and following.why == "引文自上段延续":
        earlier.entity, earlier.why, earlier.sure = following.entity, "引文延续至下段", following.sure
        return
    first = next(iter(p.sentences()), None)
    at, who = finder.subjects.first_source(p.plain, *first) if first else (0, None)
    if who and who.form in ("named", "honorific"):
        earlier.entity = finder.cast.resolve(who, at, p, None)
        earlier.source = Mention(p.id, at + who.start, at + who.end)
        earlier.why, earlier.sure = "引语独立成段，下段首句的主语", 0.55
    elif following is not None and following.passage is p and following.type == "direct":
        earlier.entity, earlier.why, earlier.sure = following.entity, "引语独立成段，承下段说话人", 0.5


def _continues(passages: list[Passage], p: Passage) -> bool:
    """Whether a quotation left open in the paragraph before runs on through this one."""
    if p.runs_in is not None or (p.quotes and p.quotes[0].left == 0 and p.runs_on and len(p.quotes) == 1):
        return True
    if p.quotes:
        return False
    for later in passages[p.n + 1 : p.n + 12]:
        if later.runs_in is not None or later.quotes:
            return later.runs_in is not None
    return False
