"""Paragraph ids that last: making them, keeping their record, carrying them over every edit.

An id is made once from a paragraph's words and never computed again. The *ledger* keeps it: at every save
`align` finds the place of each known id in the edited text, and `save` records what was found. A link is
answered by `follow`, which looks up and never guesses.

Files, locks and clocks are the caller's: `align` and `save` belong under one lock.
"""

from app.text.paragraphs.align import align, drafted
from app.text.paragraphs.alignment import Alignment, Away, Decision, Into, On, plan
from app.text.paragraphs.difference import difference
from app.text.paragraphs.follow import Answer, Gone, Here, Moved, Then, Unknown, at, follow
from app.text.paragraphs.ledger import Change, Ledger, Move, Place, Revision, Step
from app.text.paragraphs.ledger_file import ledger_lines, parse_ledger, save
from app.text.paragraphs.mint import LETTERS, SIGNS, Mint, slips
from app.text.paragraphs.trace import Left, Trace, Traced, trace

__all__ = [
    "LETTERS", "SIGNS", "Alignment", "Answer", "Away", "Change", "Decision", "Gone", "Here", "Into", "Ledger",
    "Left", "Mint", "Move", "Moved", "On", "Place", "Revision", "Step", "Then", "Trace", "Traced", "Unknown",
    "align", "at", "difference", "drafted", "follow", "ledger_lines", "parse_ledger", "plan", "save", "slips",
    "trace",
]  # fmt: skip
