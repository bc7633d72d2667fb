"""Permanent paragraph ids: creates them, records them, and carries them over every edit.

An id is made once from a paragraph's words and never computed again. At every save `align` finds each known
id in the edited text, and `save` records the result in the article's *ledger*. `follow` answers a link from
the ledger alone.

The caller handles files, locks and clocks; `align` and `save` belong under one lock.
"""

from app.text.paragraphs.align import align, drafted
from app.text.paragraphs.alignment import Alignment, Away, Decision, Into, On, plan
from app.text.paragraphs.difference import Op, difference
from app.text.paragraphs.follow import Answer, Gone, Here, Moved, Then, Unknown, at, follow
from app.text.paragraphs.ledger import Ledger, Move, Revision, SavedBlock, Step, TextChange
from app.text.paragraphs.ledger_file import ledger_lines, parse_ledger, save
from app.text.paragraphs.likeness import Wording, alike, rivals
from app.text.paragraphs.mint import LETTERS, SIGNS, Mint, slips
from app.text.paragraphs.trace import Left, Trace, Traced, trace

__all__ = [
    "LETTERS", "SIGNS", "Alignment", "Answer", "Away", "Decision", "Gone", "Here", "Into", "Ledger",
    "Left", "Mint", "Move", "Moved", "On", "Op", "Revision", "SavedBlock", "Step", "TextChange", "Then",
    "Trace", "Traced", "Unknown", "Wording", "align", "alike", "at", "difference", "drafted", "follow",
    "ledger_lines", "parse_ledger", "plan", "rivals", "save", "slips", "trace",
]  # fmt: skip
